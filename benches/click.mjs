// node benches/click.mjs CAPTURE [CLICKS]: how long a click on a packet takes until its tree and bytes are drawn, in headless Chromium.
// Packets from all over the file, the same ones every time. One line per slow click with what the worker read for it, then a summary.
// DIST=… measures another build than dist/.
import { basename, resolve } from "node:path";
import { launch, until } from "../tests/browser/harness.mjs";
import { serve } from "../tests/browser/server.mjs";

const [capture, clicks = "80"] = process.argv.slice(2);
if (!capture) throw new Error("usage: node benches/click.mjs CAPTURE [CLICKS]");
const SLOW = 50;

// Runs in the worker: counts what it reads of the file again.
function reads() {
  const read = FileReaderSync.prototype.readAsArrayBuffer;
  self.reads = { count: 0, bytes: 0, ms: 0 };
  FileReaderSync.prototype.readAsArrayBuffer = function (blob) {
    const start = performance.now(), bytes = read.call(this, blob);
    self.reads.count += 1;
    self.reads.bytes += blob.size;
    self.reads.ms += performance.now() - start;
    return bytes;
  };
}

// Runs in the page: clicks a row, and ms until its tree and bytes stand and a frame with them has been drawn.
function click(number) {
  return new Promise(done => {
    const row = document.querySelector(`#packets-table-${number - 1}`);
    const start = performance.now();
    const look = () => {
      if (document.querySelector("#packet-tree")?.dataset.packet !== `${number}` || !document.querySelector("#bytes-sheet .sheet-line")) return;
      observer.disconnect();
      const answered = performance.now() - start;
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done({ answered, drawn: performance.now() - start });
        channel.port2.postMessage(0);
      });
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-packet"] });
    for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
      row.dispatchEvent(new (type.startsWith("p") ? PointerEvent : MouseEvent)(type, { bubbles: true, cancelable: true, button: 0, view: window }));
    }
  });
}

const server = await serve(resolve(process.env.DIST ?? "dist"), "/bench/");
const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
await page.goto(server.url);
const is = state => until(state, () => page.evaluate(s => document.documentElement.dataset.state === s, state), 120_000);
await is("ready");
await page.setInputFiles("input[type=file]", resolve(capture));
await is("done");
await page.click("#tab-packets");
const total = await page.evaluate(() => +document.documentElement.dataset.packets);
await new Promise(done => setTimeout(done, 5000));
const worker = page.workers()[0];
await worker.evaluate(reads);
let seed = 1;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const times = [];
for (let n = 0; n < +clicks; n++) {
  const near = Math.floor(random() * (total - 40)) + 20, number = near + Math.floor(random() * 7) - 3;
  await page.focus("#packets-table");
  await page.keyboard.press("g");
  await page.keyboard.type(`${near}`);
  await page.keyboard.press("Enter");
  await until(`packet ${near}`, () => page.evaluate(near => document.querySelector("#packet-tree")?.dataset.packet === `${near}`, near));
  await until(`row ${number}`, () => page.evaluate(number => (document.querySelector(`#packets-table-${number - 1}`)?.innerText.length ?? 0) > 20, number));
  await new Promise(done => setTimeout(done, 150));
  if (number === near) continue;
  await worker.evaluate(() => { self.reads = { count: 0, bytes: 0, ms: 0 }; });
  const { answered, drawn } = await page.evaluate(click, number);
  times.push(drawn);
  if (drawn > SLOW) {
    const read = await worker.evaluate(() => self.reads);
    const row = (await page.locator(`#packets-table-${number - 1}`).innerText()).replace(/\s+/g, " ").slice(0, 80);
    console.log(`${drawn.toFixed(0)} ms (answered ${answered.toFixed(0)}): packet ${number}, ${read.count} reads of ${read.bytes} bytes in ${read.ms.toFixed(0)} ms: ${row}`);
  }
}
times.sort((a, b) => a - b);
const share = part => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(0);
console.log(JSON.stringify({ capture: basename(capture), packets: total, clicks: times.length, median: +share(0.5), p90: +share(0.9), max: +share(1), slow: times.filter(time => time > SLOW).length }));
await browser.close();
await server.close();
