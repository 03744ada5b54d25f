// node benches/browser.mjs CAPTURE [RUNS]: how long the built page takes for a capture, in headless Chromium.
// One JSON line per run, then a table. DIST=… measures another build than dist/.
//
// The page's part (src/ui): <html> carries data-state (ready | loading | done | error), data-packets (so far, while loading) and
// data-worker-memory (bytes of the worker's wasm memory at the last progress).
import { readFileSync, statSync } from "node:fs";
import { loadavg } from "node:os";
import { basename, resolve } from "node:path";
import { launch, until } from "../tests/browser/harness.mjs";
import { serve } from "../tests/browser/server.mjs";

const [capture, runs = "3"] = process.argv.slice(2);
if (!capture) throw new Error("usage: node benches/browser.mjs CAPTURE [RUNS]");
const LIMIT = 300_000;

// Runs in the page before its own scripts: clocks that see the file arrive, the first numbers and the end.
function clocks() {
  const bench = window.bench = { longest: 0, longTasks: 0, updates: 0 };
  new PerformanceObserver(list => list.getEntries().forEach(task => {
    bench.longTasks += 1;
    bench.longest = Math.max(bench.longest, task.duration);
  })).observe({ type: "longtask" });
  addEventListener("change", event => {
    if (event.target.type !== "file") return;
    Object.assign(bench, { start: performance.now(), longest: 0, longTasks: 0 });
  }, true);
  new MutationObserver(() => {
    const { state, packets } = document.documentElement.dataset, now = performance.now();
    if (bench.start === undefined || bench.end !== undefined) return;
    bench.updates += 1;
    if (+packets > 0) bench.first ??= now - bench.start;
    if (state === "done" || state === "error") bench.end = now - bench.start;
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-state", "data-packets"] });
}

// CPU seconds of all the browser's processes, and the peak memory of the largest page process (Linux only).
async function processes(session) {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const peak = pid => { try { return 1024 * /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]; } catch { return 0; } };
  return {
    cpu: processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
    peak: Math.max(0, ...processInfo.filter(({ type }) => type === "renderer").map(({ id }) => peak(id))),
  };
}

async function measure(server) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const session = await browser.newBrowserCDPSession();
    await page.addInitScript(clocks);
    await page.goto(server.url);
    await until("the page is ready", () => page.evaluate(() => document.documentElement.dataset.state === "ready"));
    const before = await processes(session);
    await page.setInputFiles("input[type=file]", resolve(capture));
    await until("the page's first word about the capture", () => page.evaluate(() => window.bench.updates > 0), 30_000);
    // Asked seldom: every question costs the page's thread time that it should spend on the capture.
    await until("the capture is done", async () => {
      await new Promise(done => setTimeout(done, 230));
      return page.evaluate(() => window.bench.end !== undefined);
    }, LIMIT);
    const { bench, data } = await page.evaluate(() => ({ bench: window.bench, data: { ...document.documentElement.dataset } }));
    const after = await processes(session);
    const bytes = statSync(capture).size, packets = +data.packets, round = (value, digits = 0) => +value.toFixed(digits);
    return {
      capture: basename(capture), bytes, packets, state: data.state,
      first_ms: bench.first === undefined ? null : round(bench.first), done_ms: round(bench.end),
      mb_per_s: round(bytes / bench.end / 1e3), packets_per_s: round(packets / bench.end * 1e3), ns_per_packet: round(bench.end * 1e6 / packets),
      wasm_bytes: +data.workerMemory, long_task_ms: round(bench.longest), long_tasks: bench.longTasks, updates: bench.updates,
      browser_cpu_s: round(after.cpu - before.cpu, 2), page_peak_bytes: after.peak,
      load1: round(loadavg()[0], 1), chromium: browser.version(), date: new Date().toISOString().slice(0, 19),
    };
  } finally {
    await browser.close();
  }
}

const server = await serve(resolve(process.env.DIST ?? "dist"), "/bench/");
const results = [];
for (let run = 0; run < +runs; run++) {
  results.push(await measure(server));
  console.log(JSON.stringify(results.at(-1)));
}
await server.close();

const mib = bytes => (bytes / 2 ** 20).toFixed(1);
const columns = {
  "first ms": r => r.first_ms ?? "-", "done ms": r => r.done_ms, "MB/s": r => r.mb_per_s, "Mpkt/s": r => (r.packets_per_s / 1e6).toFixed(2),
  "ns/pkt": r => r.ns_per_packet, "wasm MiB": r => mib(r.wasm_bytes), "page MiB": r => mib(r.page_peak_bytes),
  "longest task ms": r => r.long_task_ms, "CPU s": r => r.browser_cpu_s, load: r => r.load1,
};
const row = cells => console.log(cells.map((cell, i) => String(cell).padStart(Math.max(8, Object.keys(columns)[i].length))).join("  "));
row(Object.keys(columns));
for (const result of results) row(Object.values(columns).map(column => column(result)));
const failed = results.filter(result => result.state !== "done" || !result.packets);
if (failed.length) {
  console.error(`${failed.length} of ${runs} runs did not end well`);
  process.exit(1);
}
