// Browser tests of the built page in headless Chromium: `node tests/browser.mjs [NAME]`.
//
// A file of this folder imports `test` and calls it; every test gets a fresh browser profile and a page that is already open:
//
//   test("a dropped capture shows its flows", async ({ page, drop, until, shot, cli }) => { … });
//
// Whatever a test does, it fails when the page asks another origin for anything, leaves its own folder, writes an error to
// the console or throws. A test that provokes such a thing on purpose says so first with `expected(/pattern/)`.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "./server.mjs";

const path = relative => fileURLToPath(new URL("../../" + relative, import.meta.url));
const DIST = path("dist");
const SHOTS = path("tests/shots");
const BASE = "/some/repo/";
const TIMEOUT = 60_000;

export const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

export function launch() {
  const { chromium } = createRequire(path(".tools/npm/"))("playwright-core");
  return chromium.launch({ executablePath: process.env.CHROME || "/usr/bin/chromium", headless: true, args: FLAGS });
}

const tests = [];

// `options`: those of Playwright's newContext (viewport, colorScheme …), and `at`: what follows the page's address ("#v1/flows").
export function test(name, options, body = options) {
  tests.push({ name, options: body === options ? {} : options, body });
}

// Asks until the answer is true, because a page answers in its own time. `what` is said when it never is.
export async function until(what, ask, timeout = 15_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeout / 1000} s in vain for: ${what}`);
    await new Promise(done => setTimeout(done, 20));
  }
}

export function equal(actual, expected, what) {
  const [a, e] = [actual, expected].map(value => JSON.stringify(value));
  if (a !== e) throw new Error(`${what}: expected ${e}, got ${a}`);
}

// The same engine on the command line: what the page shows must be what it prints.
export function cli(...args) {
  const binary = ["release", "debug"].map(profile => path(`target/${profile}/wireglass`)).find(existsSync);
  if (!binary) throw new Error("no native wireglass: cargo build --release --bin wireglass");
  return execFileSync(binary, args, { encoding: "utf8", maxBuffer: 1 << 28 });
}

// Drops files on the element, as a desktop would; paths are relative to the project.
async function drop(page, selector, ...names) {
  const files = names.map(name => resolve(path("."), name));
  const box = await page.locator(selector).boundingBox();
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files, dragOperationsMask: 1 } };
  const session = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"]) await session.send("Input.dispatchDragEvent", { type, ...at });
  await session.detach();
}

async function runOne({ name, options: { at = "", ...options }, body }, browser) {
  const server = await serve(DIST, BASE);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const faults = [], allowed = [];
  const fault = text => { if (!allowed.some(pattern => pattern.test(text))) faults.push(text); };
  // Contexts report the requests of pages, their workers and the service worker alike.
  context.on("request", request => {
    const url = request.url();
    if (!url.startsWith(server.url) && !url.startsWith(`blob:${server.origin}/`) && !url.startsWith("data:")) fault(`request to ${url}`);
  });
  context.on("console", message => { if (message.type() === "error") fault(`console: ${message.text()}`); });
  context.on("weberror", error => fault(`uncaught: ${error.error().stack ?? error.error()}`));
  let timer, page;
  try {
    page = await context.newPage();
    page.on("crash", () => fault("the page crashed"));
    page.setDefaultTimeout(15_000);
    // SLOW=6: a page that has a sixth of this machine's speed, to find what depends on who is quicker.
    if (process.env.SLOW) await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: +process.env.SLOW });
    await page.goto(server.url + at);
    const tools = {
      page, context, server, until, equal, cli,
      expected: pattern => allowed.push(pattern),
      drop: (selector, ...files) => drop(page, selector, ...files),
      state: state => until(`data-state="${state}"`, () => page.evaluate(s => document.documentElement.dataset.state === s, state), 30_000),
      // caret "initial": otherwise Playwright adds a style element, which the page's policy forbids.
      shot: name => page.screenshot({ path: `${SHOTS}/${name}.png`, caret: "initial" }),
    };
    const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`not done after ${TIMEOUT / 1000} s`)), TIMEOUT); });
    await Promise.race([body(tools), late]);
  } catch (error) {
    faults.unshift(error.message);
    await page?.screenshot({ path: `${SHOTS}/failed-${name.replace(/\W+/g, "-")}.png`, caret: "initial" }).catch(() => {});
  } finally {
    clearTimeout(timer);
    await context.close().catch(() => {});
    await server.close();
  }
  for (const missing of server.missing) fault(`not found: ${missing}`);
  if (faults.length) throw new Error(faults.join("; "));
}

// One after the other; what each says is printed at once, and what failed again at the end, where a log that is cut still shows it.
// What fails is tried once more: a test that then passes is told as unstable and does not fail the run, because a browser on a
// busy machine is late in ways no page can help; each is a defect of the page or of the test to be found, with SLOW for one.
export async function run(filter = "") {
  mkdirSync(SHOTS, { recursive: true });
  const browser = await launch();
  const failures = [], unstable = [];
  let passed = 0;
  const attempt = async one => {
    const start = performance.now(), fault = await runOne(one, browser).then(() => "", error => `: ${error.message}`);
    return { fault, told: `${one.name} (${Math.round(performance.now() - start)} ms)${fault}` };
  };
  for (const one of tests.filter(({ name }) => name.includes(filter))) {
    const first = await attempt(one);
    if (first.fault) console.log(`FIRST TRY ${first.told}`);
    const last = first.fault ? await attempt(one) : first;
    console.log(`${last.fault ? "FAILED" : "ok"} ${last.told}`);
    if (last.fault) failures.push(`FAILED ${last.told}`);
    else passed += 1;
    if (first.fault && !last.fault) unstable.push(`UNSTABLE ${first.told}`);
  }
  await browser.close();
  for (const line of [...unstable, ...failures]) console.log(line);
  console.log(`${passed} passed, ${failures.length} failed${unstable.length ? `; ${unstable.length} only on a second try` : ""}`);
  return failures.length === 0 && passed > 0;
}
