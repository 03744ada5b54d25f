// The page as its user meets it: open, look, sort, search, go back; and when things go wrong.
import { capture, write } from "./captures.mjs";
import { test } from "./harness.mjs";

const data = page => page.evaluate(() => ({ ...document.documentElement.dataset }));
const text = (page, selector) => page.locator(selector).innerText();
// Rows of the flow table that are really in sight, as [aria-rowindex, text].
const visible = page => page.evaluate(() => {
  const grid = document.querySelector("#flow-table"), box = grid.getBoundingClientRect();
  return [...grid.querySelectorAll(".grid-row:not([hidden])")]
    .filter(row => row.getBoundingClientRect().bottom > box.top + 32 && row.getBoundingClientRect().top < box.bottom - 2)
    .map(row => [+row.getAttribute("aria-rowindex"), row.textContent]);
});
const THREE = capture("three.pcap", 3), MANY = capture("many.pcap", 400_000, { handshake: false });

test("a dropped capture is shown in every view", async ({ page, drop, state, equal, until, shot }) => {
  await state("ready");
  await drop("main", THREE);
  await state("done");
  equal([(await data(page)).packets, (await data(page)).flows], ["9", "3"], "packets and flows");
  equal(await page.title(), "three.pcap · Wireglass", "title");
  await until("the facts", async () => (await text(page, "#fact-packets")) === "9");
  equal(await text(page, "#tab-flows .tab-count"), "3", "count in the tab");
  await page.click("#tab-flows");
  await until("three rows", async () => (await visible(page)).length === 3);
  equal((await visible(page))[0][1].includes("10.0.0.0"), true, "first client");
  await page.click("#tab-protocols");
  await until("the hierarchy", () => page.locator("#hierarchy tbody tr").count().then(n => n >= 3));
  await page.click("#tab-rtt");
  await until("the median", async () => (await text(page, "#rtt-statistics")).includes("10.00 ms"));
  await shot("rtt-three");
});

test("a row opens its details, by mouse and by keyboard", async ({ page, drop, state, equal, until, shot }) => {
  await state("ready");
  await drop("main", THREE);
  await state("done");
  await page.click("#tab-flows");
  await page.click("#flow-table-1");
  await until("the handshake", async () => (await text(page, "#details")).includes("10.00 ms"));
  equal((await text(page, "#details")).includes("10.0.0.1:40000"), true, "client");
  equal(await page.getAttribute("#flow-table-1", "aria-selected"), "true", "selected");
  await shot("details-three");
  await page.keyboard.press("Escape");
  await until("the details to close", async () => (await page.locator("#details").count()) === 0);
  await page.focus("#flow-table");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await until("the last flow", async () => (await text(page, "#details")).includes("10.0.0.2:40000"));
  await page.keyboard.press("ArrowUp");
  await until("the flow above", async () => (await text(page, "#details")).includes("10.0.0.1:40000"));
});

test("sorting and searching are in the address, and back goes back", async ({ page, drop, state, equal, until }) => {
  await state("ready");
  await drop("main", THREE);
  await state("done");
  await page.click("#tab-flows");
  await page.locator("#flow-table .grid-head button", { hasText: "Start" }).click();
  equal(await page.evaluate(() => location.hash), "#v=1&view=flows&sort=start", "address");
  await page.locator("#flow-table .grid-head button", { hasText: "Start" }).click();
  await until("the latest first", async () => (await visible(page))[0]?.[1].includes("10.0.0.2"));
  equal(await page.getAttribute("#flow-table [role=columnheader]:first-child", "aria-sort"), "descending", "aria-sort");
  await page.keyboard.press("s");
  await page.keyboard.type("10.0.0.1 :443");
  await until("one match", async () => (await text(page, "#flow-count")) === "1 of 3 flows");
  equal(await page.evaluate(() => location.hash), "#v=1&view=flows&sort=-start&search=10.0.0.1%20:443", "address");
  await page.goBack();
  await until("the first sort", () => page.evaluate(() => location.hash === "#v=1&view=flows&sort=start"));
  await until("the earliest first", async () => (await visible(page))[0]?.[1].includes("10.0.0.0"));
});

test("a link opens its view once a capture is there", { at: "#v=1&view=flows&sort=-start&search=443&flow=2" }, async ({ page, drop, state, until }) => {
  await state("ready");
  await drop("main", THREE);
  await state("done");
  await until("the flow of the link", async () => (await text(page, "#details")).includes("10.0.0.2:40000"));
  await until("its search", async () => (await page.inputValue("#flow-search")) === "443");
});

test("a flow opened from elsewhere is brought into sight, and keys go on from there", { at: "#v=1&view=flows&sort=-start&flow=250" }, async ({ page, drop, state, equal, until }) => {
  const shown = () => page.locator("#flow-table .grid-row.shown").count().then(n => n === 1);
  const inSight = async what => (await visible(page)).some(([, row]) => row.includes(what));
  await state("ready");
  await drop("main", capture("some.pcap", 1000));
  await state("done");
  await until("the flow of the link", () => inSight("10.0.0.250"));
  equal(await shown(), true, "marked");
  await page.focus("#flow-table");
  await page.keyboard.press("ArrowDown");
  await until("the flow below", async () => (await text(page, "#details")).includes("10.0.0.249:40000"));
  await page.keyboard.press("End");
  await until("the last row", () => inSight("10.0.0.0"));
  await page.click("#tab-overview");
  await page.locator("section:has(#top-flows) button", { hasText: "10.0.0.7:" }).click();
  await until("a flow of the overview", () => inSight("10.0.0.7"));
  await page.keyboard.press("Escape");
  await until("the details to close", async () => (await page.locator("#details").count()) === 0);
});

test("a capture of years is shown in every view", async ({ page, drop, state, equal, until }) => {
  await state("ready");
  await drop("main", capture("years.pcap", 3, { every: 1e11 }));
  await state("done");
  await until("the facts", async () => (await text(page, "#facts")).includes("2314 d"));
  await page.click("#tab-flows");
  await until("three rows", async () => (await visible(page)).length === 3);
  await page.click("#flow-table-2");
  await until("its details", async () => (await text(page, "#details")).includes("200000000.000000"));
  await page.click("#tab-protocols");
  await until("the hierarchy", async () => (await text(page, "#hierarchy")).includes("tcp"));
});

test("every protocol that offers its flows has some", async ({ page, state, equal, until }) => {
  await state("ready");
  await page.click("#sample");
  await state("done");
  await page.click("#tab-protocols");
  await until("whose side it is", async () => (await text(page, "#seen-from")).includes("192.0.2.10"));
  const rows = page.locator("#hierarchy tbody tr:has(button.link)");
  const count = await rows.count();
  equal(count > 5, true, "rows with flows");
  for (let i = 0; i < count; i++) {
    await page.click("#tab-protocols");
    const name = await rows.nth(i).locator(".tree-cell .mono").innerText();
    await rows.nth(i).locator("button.link").click();
    await until(`flows of ${name}`, async () => (await page.inputValue("#flow-search")) === name && /^[1-9][\d,]* of/.test(await text(page, "#flow-count")));
  }
});

test("hundreds of thousands of rows scroll from first to last", async ({ page, drop, state, equal, until }) => {
  await state("ready");
  await drop("main", MANY);
  await state("done");
  await page.click("#tab-flows");
  await until("all flows", async () => (await page.getAttribute("#flow-table", "aria-rowcount")) === "400001");
  const first = async () => (await visible(page))[0]?.[0], last = async () => (await visible(page)).at(-1)?.[0];
  await page.focus("#flow-table");
  await page.keyboard.press("End");
  await until("the last row by key", async () => (await last()) === 400_001 && (await visible(page)).at(-1)[1].includes("10.6.26.127"));
  await page.keyboard.press("Home");
  await until("the first row by key", async () => (await first()) === 2);
  await page.hover("#flow-table");
  await page.mouse.wheel(0, 260);
  await until("ten rows by wheel", async () => (await first()) === 12);
  const drag = share => page.evaluate(share => {
    const grid = document.querySelector("#flow-table");
    grid.scrollTop = share * (grid.scrollHeight - grid.clientHeight);
  }, share);
  await drag(1);
  await until("the last row by dragging", async () => (await last()) === 400_001);
  await drag(0.5);
  await until("the middle by dragging", async () => Math.abs((await first()) - 200_000) < 100);
  await drag(0);
  await until("the first row by dragging", async () => (await first()) === 2);
  await until("its rows are drawn", async () => (await visible(page)).every(([, row]) => row.includes("10.0.0.")), 1000);
});

test("a file that is no capture is refused where it was dropped", async ({ page, drop, state, equal, until, shot }) => {
  await state("ready");
  await drop("main", write("letter.txt", "Dear reader, this is no capture at all, whatever its name may be."));
  await state("error");
  equal((await text(page, ".refusal")).includes("letter.txt was not opened"), true, "sentence");
  await shot("refused");
  await drop("main", THREE);
  await state("done");
  await drop("main", write("again.pcap", "Still none."));
  await state("error");
  await until("the capture is still there", async () => (await text(page, ".file-name")) === "three.pcap" && (await text(page, ".refusal")).includes("again.pcap"));
  await page.click("#tab-flows");
  await until("it still answers", async () => (await visible(page)).length === 3);
  // A pcapng file that is damaged before its first packet: a section, an interface, and a block as long as none can be.
  const blocks = Buffer.from("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000" + "010000001400000001000000ffff000014000000" + "0600000007000000" + "00".repeat(40), "hex");
  await drop("main", write("broken.pcapng", blocks));
  await until("why", async () => /broken.pcapng was not opened. The file is damaged: .* There is no packet in it that can be read./.test(await text(page, ".refusal")));
  equal(await text(page, ".file-name"), "three.pcap", "still there");
  await page.click(".refusal button");
  await state("done");
});

test("a file is read in slices where Blob streams are not byte streams", async ({ page, state, equal, until }) => {
  await state("ready");
  // The worker starts from a Blob of one line: another line makes it a worker of such a browser.
  await page.addInitScript(() => {
    const old = `const get = ReadableStream.prototype.getReader;
      ReadableStream.prototype.getReader = function (options) { if (options?.mode) throw new TypeError("no byte stream"); return get.call(this); };
      const slice = Blob.prototype.slice;
      self.slices = 0;
      Blob.prototype.slice = function (...range) { self.slices += 1; return slice.apply(this, range); };`;
    window.Blob = class extends Blob {
      constructor(parts, options) { super(options?.type === "text/javascript" ? [...parts, old] : parts, options); }
    };
  });
  await page.reload();
  await state("ready");
  await page.setInputFiles("input[type=file]", MANY);
  await state("done");
  equal((await data(page)).packets, "400000", "packets");
  const slices = await Promise.all(page.workers().map(worker => worker.evaluate(() => self.slices)));
  equal(Math.max(...slices), 2, "slices of 16 MiB of a file of 28 MB");
});

test("cancelling keeps what was read", async ({ page, state, equal, until, shot }) => {
  await state("ready");
  // Clicked from inside the page at the first sight of the button: the file is read within a second.
  await page.evaluate(() => new MutationObserver((_, me) => {
    const cancel = document.querySelector("#cancel");
    if (cancel) { me.disconnect(); cancel.click(); }
  }).observe(document.body, { childList: true, subtree: true }));
  await page.setInputFiles("input[type=file]", capture("long.pcap", 1_500_000, { handshake: false }));
  await state("cancelled");
  const packets = +(await data(page)).packets;
  equal(packets > 0 && packets < 1_500_000, true, `${packets} packets are some, not all`);
  equal(/Stopped at .* %: the numbers cover the [\d,]+ packets that were read/.test(await text(page, ".ended")), true, "sentence");
  await shot("cancelled");
  await page.click("#tab-flows");
  await until("what was read", async () => (await visible(page)).length > 5);
});

test("a crash of the worker is explained and survived", async ({ page, drop, state, equal, until, shot, expected }) => {
  expected(/the engine was made to fail/);
  await state("ready");
  await drop("main", THREE);
  await state("done");
  await page.workers()[0].evaluate(() => { setTimeout(() => { throw new Error("the engine was made to fail"); }); });
  await until("the dialog", () => page.locator("#crash[open]").count().then(n => n === 1));
  equal((await text(page, "#crash")).includes("the engine was made to fail"), true, "message");
  equal((await data(page)).state, "error", "state");
  await shot("crash");
  await page.click("#crash-again");
  await state("done");
  await page.click("#tab-flows");
  await until("the same capture again", async () => (await visible(page)).length === 3);
});

test("keys: views, help, and nothing while typing", async ({ page, drop, state, equal, until }) => {
  await state("ready");
  await drop("main", THREE);
  await state("done");
  await page.keyboard.press("4");
  await until("protocols", () => page.evaluate(() => location.hash === "#v=1&view=protocols"));
  await page.keyboard.press("?");
  await until("help", () => page.locator("#help[open]").count().then(n => n === 1));
  await page.keyboard.press("Escape");
  await until("no help", () => page.locator("#help[open]").count().then(n => n === 0));
  await page.keyboard.press("2");
  await page.fill("#flow-search", "");
  await page.focus("#flow-search");
  await page.keyboard.type("1?");
  equal(await page.evaluate(() => location.hash.startsWith("#v=1&view=flows")), true, "typing stays in the box");
});

test("the page says what a capture without handshakes lacks", async ({ page, drop, state, until }) => {
  await state("ready");
  await drop("main", capture("syns.pcap", 2, { handshake: false }));
  await state("done");
  await page.click("#tab-rtt");
  await until("the reason", async () => (await text(page, "#rtt-empty")).includes("Start the capture before"));
});

test("the sample is one click away", async ({ page, state, equal, until, shot }) => {
  await state("ready");
  await page.click("#sample");
  await state("done");
  equal(await text(page, ".file-name"), "shop.pcapng", "name");
  await until("its protocols", async () => (await text(page, "section:has(#top-protocols)")).includes("HTTP"));
  await shot("sample");
});

for (const width of [360, 2560]) {
  test(`nothing sticks out at ${width} px`, { viewport: { width, height: 800 } }, async ({ page, drop, state, equal, until, shot }) => {
    const fits = async what => equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth > 0), false, `${what} is too wide`);
    await state("ready");
    await fits("start");
    await drop("main", THREE);
    await state("done");
    for (const view of ["overview", "flows", "protocols", "rtt", "packets"]) {
      await page.click(`#tab-${view}`);
      await until("the view", () => page.evaluate(() => document.querySelector("main").innerText.length > 20));
      await fits(view);
      equal(await page.evaluate(() => { const m = document.querySelector("main"); return m.scrollWidth - m.clientWidth > 0; }), false, `${view} is too wide for its frame`);
      await shot(`${view}-${width}`);
    }
  });
}
