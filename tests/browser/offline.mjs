// Without a network, from a sub-path, through an update, and from one file on disk.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launch, test } from "./harness.mjs";
import { serve } from "./server.mjs";

const DIST = realpathSync(fileURLToPath(new URL("../../dist", import.meta.url)));
const POST_BUILD = fileURLToPath(new URL("../../scripts/", import.meta.url));
const SHOP = fileURLToPath(new URL("../../www/samples/shop.pcapng", import.meta.url));
const controlled = page => page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
const version = page => page.evaluate(() => document.documentElement.dataset.worker);

async function graph(page, until, what) {
  await page.click("#tab-flows");
  await page.fill("#flow-search", "http tcp");
  await until("a flow", async () => (await page.locator("#flow-table-0").innerText()).includes("HTTP"));
  await page.click("#flow-table-0");
  await page.click("#graphs-of-flow");
  await until(what, () => page.locator(".plot canvas").count());
}

test("offline, a capture is opened, looked at and drawn", async ({ page, context, server, state, until, drop, expected }) => {
  await state("ready");
  await controlled(page);
  await server.close();
  await context.setOffline(true);
  await page.reload();
  await state("ready");
  await drop("main", SHOP);
  await state("done");
  await graph(page, until, "a graph, drawn by a library that was not needed before");
  // The import page is there too, and says what it lacks.
  const other = await context.newPage();
  expected(/^console: Failed to load resource|^request to https:\/\/example\.com/);
  await other.goto(server.url + "import.html");
  await other.fill("#address", "https://example.com/a.pcap");
  await other.click("#start");
  await until("the reason", async () => (await other.locator(".failed").innerText()).includes("No network"));
});

test("large files are fetched when they are used, and then kept, over versions too", async ({ page, context, server, state, until, equal }) => {
  const build = nextBuild(DIST);
  const [file] = readdirSync(join(DIST, "geo")).filter(name => name.endsWith(".bin")), size = readFileSync(join(DIST, "geo", file)).length;
  const get = () => page.evaluate(name => fetch(`./geo/${name}`).then(response => response.arrayBuffer()).then(bytes => bytes.byteLength, () => 0), file);
  const kept = () => page.evaluate(async () => (await Promise.all((await caches.keys()).map(async key => (await (await caches.open(key)).keys()).map(({ url }) => url)))).flat().filter(url => url.includes("/geo/")).length);
  await state("ready");
  await controlled(page);
  equal(await kept(), 0, "kept before it was used");
  equal(await get(), size, "bytes");
  equal(await kept(), 1, "kept");
  server.folder = build.folder;
  await page.reload();
  await until("the newer version", async () => await version(page).catch(() => "") === build.next);
  await state("ready");
  await server.close();
  await context.setOffline(true);
  equal(await get(), size, "bytes without a network, in the newer version");
  build.remove();
});

// A copy of dist/ that is another build: its files have other bytes, its service worker another version.
function nextBuild(from) {
  const folder = mkdtempSync(join(tmpdir(), "wireglass-next-"));
  cpSync(from, folder, { recursive: true });
  const [loader] = readdirSync(folder).filter(name => /^worker_loader|^worker-.*_loader\.js$/.test(name));
  const next = loader.replace(/[0-9a-f]{16}/, "0123456789abcdef");
  for (const name of readdirSync(folder).filter(name => name.startsWith("worker-"))) {
    const renamed = name.replace(/[0-9a-f]{16}/, "0123456789abcdef");
    let bytes = readFileSync(join(folder, name));
    if (name.endsWith(".js")) bytes = bytes.toString().replaceAll(loader.match(/[0-9a-f]{16}/)[0], "0123456789abcdef");
    rmSync(join(folder, name));
    writeFileSync(join(folder, renamed), bytes);
  }
  const page = readFileSync(join(folder, "index.html"), "utf8").replace(loader, next);
  writeFileSync(join(folder, "index.html"), page);
  // The service worker is made anew by the very code that makes it.
  rmSync(join(folder, "sw.js"));
  execFileSync(process.execPath, ["-e", `
    import("${pathToFileURL(join(POST_BUILD, "service_worker.mjs"))}").then(({ serviceWorker }) =>
      require("fs").writeFileSync(${JSON.stringify(join(folder, "sw.js"))}, serviceWorker(${JSON.stringify(folder)})));`]);
  return { folder, next: `./${next}`, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

test("an update waits for the reader, and its files never meet the older ones", async ({ page, context, server, state, until, equal, drop }) => {
  const build = nextBuild(DIST);
  await state("ready");
  await controlled(page);
  const old = await version(page);
  await drop("main", SHOP);
  await state("done");
  server.folder = build.folder;
  // A look for updates, as every visit begins with one.
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await until("the offer", () => page.locator("#update").count());
  equal([await version(page), await page.evaluate(() => document.documentElement.dataset.state)], [old, "done"], "the capture stays open");
  // The page goes on with its own worker though the server has another by now.
  await drop("main", SHOP);
  await state("done");
  await page.locator("#tab-flows").click();
  await until("flows", () => page.locator("#flow-table .grid-row").count());
  // Another window of the older version must not be left behind.
  const second = await context.newPage();
  await second.goto(server.url);
  await until("the older version in a new window", async () => await version(second) === old);
  await page.click("#update .primary");
  await until("what is in the way", async () => (await page.locator("#update").innerText()).includes("One other window"));
  equal(await version(page), old, "no update behind the second window's back");
  await second.close();
  await page.click("#update .primary");
  await until("the newer version", async () => await version(page).catch(() => "") === build.next);
  await state("ready");
  equal((await page.evaluate(() => caches.keys())).filter(name => !name.endsWith("kept")).length, 1, "caches of versions");
  build.remove();
});

test("an update takes over by itself while nothing is open", async ({ page, server, state, until }) => {
  const build = nextBuild(DIST);
  await state("ready");
  await controlled(page);
  server.folder = build.folder;
  await page.reload();
  await until("the newer version", async () => await version(page).catch(() => "") === build.next);
  await state("ready");
  server.forgive = true;
  build.remove();
});

test("half of an upload is not taken for a version", async ({ page, server, state, until, equal }) => {
  const build = nextBuild(DIST);
  await state("ready");
  await controlled(page);
  const old = await version(page);
  // The new service worker is there already, the page is not yet.
  const half = mkdtempSync(join(tmpdir(), "wireglass-half-"));
  cpSync(DIST, half, { recursive: true });
  cpSync(join(build.folder, "sw.js"), join(half, "sw.js"));
  server.folder = half;
  server.forgive = true;
  equal(await page.evaluate(async () => Boolean((await (await navigator.serviceWorker.ready).update()).installing)), true, "a newer version is tried");
  await until("the end of the attempt", () => page.evaluate(async () => { const all = await navigator.serviceWorker.getRegistration(); return !all.installing && !all.waiting; }));
  await page.reload();
  await state("ready");
  equal(await version(page), old, "version");
  build.remove();
  rmSync(half, { recursive: true, force: true });
});

test("one file on disk is the whole app", async ({ until, equal }) => {
  const file = join(DIST, "wireglass.html");
  if (!existsSync(file)) throw new Error("dist/wireglass.html is not there: node scripts/single.mjs dist");
  // Alone in a folder: nothing beside it can help.
  const folder = mkdtempSync(join(tmpdir(), "wireglass one file "));
  cpSync(file, join(folder, "wireglass.html"));
  const browser = await launch();
  const faults = [];
  try {
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const url = pathToFileURL(join(folder, "wireglass.html")).href;
    context.on("request", request => { if (!/^(blob|data):/.test(request.url()) && request.url().split("#")[0] !== url) faults.push(request.url()); });
    context.on("console", message => { if (message.type() === "error") faults.push(message.text()); });
    context.on("weberror", error => faults.push(String(error.error())));
    await page.goto(url);
    const is = wanted => until(wanted, () => page.evaluate(s => document.documentElement.dataset.state === s, wanted));
    await is("ready");
    await page.click("#sample");
    await is("done");
    await page.setInputFiles("#file-input", SHOP);
    await is("done");
    await graph(page, until, "a graph");
    equal(await page.evaluate(() => fetch("./geo/countries.bin").then(response => response.arrayBuffer()).then(bytes => bytes.byteLength > 1e5)), true, "the table of countries");
    await page.click("#share");
    await until("a link without the path of this machine", async () => /^#v=1/.test(await page.inputValue("#share-link")));
    await page.screenshot({ path: "tests/shots/one-file.png", caret: "initial" });
    // Nothing at all can be asked for, not even of a file beside it.
    equal(await page.evaluate(() => fetch("https://example.com/").then(() => "sent", () => "blocked")), "blocked", "a request");
    equal(faults.filter(fault => !/Content Security Policy|violates/.test(fault)), [], "faults");
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
