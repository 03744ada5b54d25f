// Single packets: list, tree, bytes, streams, tcpdump lines.
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { capture, conversation } from "./captures.mjs";
import { test } from "./harness.mjs";

const text = (page, selector) => page.locator(selector).innerText();
const hash = page => page.evaluate(() => location.hash);
const THREE = capture("three.pcap", 3);
// The sample's packet list; packet 8 is the first HTTP request, of flow 1.
async function sample({ page, state, until }) {
  await state("ready");
  await page.click("#sample");
  await state("done");
  await page.click("#tab-packets");
  await until("the first rows", async () => (await text(page, "#packets-table-7")).includes("GET / HTTP/1.1"));
}
const packetShown = (page, number) => async () => (await page.getAttribute("#packet-tree", "data-packet")) === `${number}`;
const field = (page, start) => page.locator("#packet-tree [role=treeitem]", { hasText: new RegExp(`^\\W*${start}`) }).first();
const highlighted = page => page.locator("#packet-bytes .dump-digits .of-field, #packet-bytes .dump-digits .of-hover").allInnerTexts().then(parts => parts.join(" ").replace(/\s+/g, " ").trim());

test("a click on a packet shows its tree and bytes, and both point at each other", async tools => {
  const { page, until, equal, shot } = tools;
  await sample(tools);
  // From the press on, before the button is let go.
  await page.hover("#packets-table-5");
  await page.mouse.down();
  await until("the pressed packet's tree", packetShown(page, 6));
  await page.mouse.up();
  await page.click("#packets-table-7");
  await until("its tree", packetShown(page, 8));
  equal((await text(page, "#packet-bytes")).includes("GET / HTTP/1.1"), true, "its bytes as text");
  await field(page, "Internet Protocol Version 4").click();
  await until("the layer's bytes", async () => (await highlighted(page)).startsWith("45 00"));
  await page.keyboard.press("ArrowRight");
  await field(page, "Time to Live").click();
  await until("one byte", async () => /^[0-9a-f]{2}$/.test(await highlighted(page)));
  equal((await text(page, "#field-status")).includes("ip.ttl"), true, "status line");
  await page.keyboard.press("ArrowLeft");
  await until("the layer above", async () => (await text(page, "#field-status")).startsWith("ip"));
  await page.keyboard.press("ArrowLeft");
  await until("it is closed", async () => (await field(page, "Time to Live").count()) === 0);
  // From the bytes to the tree: the first byte of the destination address.
  const line = page.locator("#bytes-sheet .sheet-line").first();
  const box = await line.locator(".dump-text").boundingBox();
  await page.mouse.click(box.x + 3, box.y + box.height / 2);
  await until("the Ethernet field", async () => (await text(page, "#field-status")).startsWith("eth.dst"));
  await page.keyboard.press("End");
  await until("the last byte", async () => (await text(page, "#byte-said")).startsWith("Byte 150:"));
  await shot("packets");
});

test("keys go through the list: down, to a number, to the flow's next packet; marks and time references", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  await page.focus("#packets-table");
  await page.keyboard.press("Home");
  await until("packet 1", packetShown(page, 1));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("j");
  await until("packet 3", packetShown(page, 3));
  await page.keyboard.press("g");
  await page.keyboard.type("1,000");
  await page.keyboard.press("Enter");
  await until("packet 1000", packetShown(page, 1000));
  equal(await page.getAttribute("#packets-table-999", "aria-selected"), "true", "selected");
  equal((await hash(page)).includes("packet=1000"), true, "the address names it");
  await page.goBack();
  await until("packet 3 again", packetShown(page, 3));
  await page.goForward();
  await until("packet 1000 again", packetShown(page, 1000));
  await page.keyboard.press("Control+g");
  await page.keyboard.type("6");
  await page.keyboard.press("Enter");
  await until("packet 6", packetShown(page, 6));
  await page.keyboard.press(",");
  await until("the flow's packet before", packetShown(page, 5));
  await page.keyboard.press("Control+.");
  await until("the flow's next packet", packetShown(page, 6));
  await page.keyboard.press("m");
  await until("the mark", () => page.evaluate(() => document.querySelector("#packets-table-5").classList.contains("marked")));
  await until("the count", async () => (await text(page, "#packet-count")).includes("1 marked"));
  await page.keyboard.press("t");
  await until("the reference", async () => (await text(page, "#packets-table-5")).includes("*REF*"));
  await until("later packets count from it", async () => (await text(page, "#packets-table-6 > :nth-child(2)")) === "0.005148");
  await page.keyboard.press("t");
  await page.selectOption("#time-format", "UTC");
  await until("dates", async () => /^20\d\d-\d\d-\d\d \d\d:/.test(await text(page, "#packets-table-6 > :nth-child(2)")));
});

test("finding: in the list, details, bytes and fields, forwards, backwards and round the end", async tools => {
  const { page, until } = tools;
  await sample(tools);
  const said = what => until(what, async () => (await text(page, "#find-said")).includes(what));
  const find = async (where, what) => {
    await page.selectOption("#find-where", where);
    await page.fill("#find-text", what);
    await page.keyboard.press("Enter");
  };
  await page.keyboard.press("Control+f");
  await page.keyboard.type("get /shop");
  await page.keyboard.press("Enter");
  await said("Packet 12");
  await find("text", "User-Agent: wireglass");
  await until("the bytes found", async () => (await highlighted(page)).startsWith("55 73 65 72"));
  await find("hex", "47 45 54 20 2f 20");
  await page.keyboard.press("Shift+Enter");
  await until("a packet with these bytes", async () => (await highlighted(page)).startsWith("47 45 54 20 2f 20"));
  await find("field", "dns.id == 0xf77f");
  await said("Packet 3");
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await until("the answer", packetShown(page, 4));
  await page.keyboard.press("p");
  await until("the question", packetShown(page, 3));
  await page.keyboard.press("s");
  await find("list", "no such thing anywhere");
  await said("Nothing found");
  await find("hex", "xyz");
  await until("a word about it", async () => (await text(page, "#find-said")) !== "");
});

test("following a stream: text, sides, hex, search, save, and back to its packets", async tools => {
  const { page, until, equal, shot } = tools;
  await sample(tools);
  await page.click("#packets-table-7");
  await until("its tree", packetShown(page, 8));
  await page.keyboard.press("f");
  await until("the conversation", async () => (await text(page, "#stream")).includes("GET /shop.css HTTP/1.1"));
  equal(/^→ Client/.test(await text(page, "#stream .turn >> nth=0")), true, "the client speaks first");
  equal((await text(page, "#stream .turn >> nth=1")).includes("HTTP/1.1 200 OK"), true, "the server answers");
  await until("only the flow's packets", async () => (await text(page, "#packet-count")) === "15 packets");
  equal(/of=1&panel=stream&follow=1/.test(await hash(page)), true, "address");
  await page.locator("#stream .turn >> nth=1").locator(".piece").first().click();
  await until("the packet that brought it", () => page.getAttribute("#packets-table-5", "aria-selected").then(is => is === "true"));
  await page.fill("#stream-search", "SHOP.CSS");
  await page.keyboard.press("Enter");
  await until("what was found", async () => (await page.locator("#stream mark").allInnerTexts()).join("").toLowerCase().startsWith("shop.css"));
  await page.selectOption("#stream-show", "hex");
  await until("a dump", async () => /^00000000 {2}47 45 54 20/m.test(await text(page, "#stream")));
  await page.selectOption("#stream-side", "a");
  await until("one side only", async () => (await page.locator("#stream .turn.server").count()) === 0);
  await page.evaluate(() => { window.showSaveFilePicker = undefined; });
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#stream-save")]);
  const saved = readFileSync(await download.path(), "latin1");
  equal([saved.length, saved.startsWith("GET / HTTP/1.1\r\n")], [178, true], "the client's bytes");
  await shot("stream");
  await page.click("#stream-after");
  await until("the next stream", async () => (await text(page, "#stream-title")) === "Flow 3" && /follow=2/.test(await hash(page)));
  await page.click("#panel-details");
  await page.click("#only-flow button");
  await until("all packets", async () => (await text(page, "#packet-count")) === "1,881 packets");
});

test("a flow leads to its packets and its stream", async ({ page, state, until }) => {
  await state("ready");
  await page.click("#sample");
  await state("done");
  await page.click("#tab-flows");
  await page.click("#flow-table-1");
  await page.click("#packets-of-flow");
  await until("its packets", async () => (await text(page, "#packet-count")) === "15 packets");
  await until("the first one's details", packetShown(page, 5));
  await page.goBack();
  await page.click("#follow-flow");
  await until("its stream", async () => (await text(page, "#stream")).includes("GET / HTTP/1.1"));
});

test("a link opens packet, columns and stream", { at: "#v=1&view=packets&of=1&panel=stream&follow=1&packet=10&time=epoch&columns=number,time,tcp.seq,info" }, async ({ page, drop, state, equal, until }) => {
  await state("ready");
  await drop("main", "www/samples/shop.pcapng");
  await state("done");
  await until("the stream", async () => (await text(page, "#stream")).includes("200 OK"));
  await until("the row", () => page.getAttribute("#packets-table-5", "aria-selected").then(is => is === "true"));
  equal(await page.locator("#packets-table .grid-head [role=columnheader]").allInnerTexts(), ["No.", "Time", "tcp.seq", "Info"], "columns");
  equal(/^\d{10}\.\d{6}$/.test(await text(page, "#packets-table-5 > :nth-child(2)")), true, "seconds since 1970");
});

test("columns are chosen, moved, and remembered", async tools => {
  const { page, until, equal, state } = tools;
  await sample(tools);
  const heads = () => page.locator("#packets-table .grid-head [role=columnheader]").allInnerTexts().then(all => all.join(" "));
  await page.click("#packet-columns summary");
  await page.fill("#field-search", "ip.ttl");
  await page.locator(".offer", { hasText: "ip.ttl" }).first().click();
  await until("the column", async () => (await heads()) === "No. Time Source Destination Protocol Length ip.ttl Info");
  await until("its values", async () => /^\d+$/.test(await text(page, "#packets-table-7 > :nth-child(7)")));
  await page.click("[aria-label='Remove Length']");
  await page.click("[aria-label='Move up ip.ttl']");
  await until("moved", async () => (await heads()) === "No. Time Source Destination ip.ttl Protocol Info");
  equal((await hash(page)).includes("columns=number,time,source,destination,ip.ttl,protocol,info"), true, "address");
  await page.goto((await page.url()).split("#")[0] + "?again");
  await state("ready");
  await page.click("#sample");
  await state("done");
  await page.click("#tab-packets");
  await until("remembered", async () => (await heads()) === "No. Time Source Destination ip.ttl Protocol Info");
});

test("the context menu has the words people know", async tools => {
  const { page, until, equal, context, shot } = tools;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await sample(tools);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const choose = async (row, what) => {
    await page.click(row, { button: "right" });
    await page.locator(".context-menu [role=menuitem]", { hasText: what }).click();
  };
  await page.click("#packets-table-7", { button: "right" });
  await until("the menu", () => page.locator(".context-menu").count().then(n => n === 1));
  await shot("menu");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  await until("no menu", () => page.locator(".context-menu").count().then(n => n === 0));
  equal(await page.evaluate(() => document.activeElement.id), "packets-table", "the focus is back");
  await choose("#packets-table-7", "Summary as Text");
  await until("the summary", async () => /^8\t.*GET \/ HTTP\/1.1\s*$/.test(await clipboard()));
  await choose("#packets-table-7", "As tcpdump Line");
  await until("tcpdump's line", async () => /IP 198\.51\.100\.26\.37844 > 192\.0\.2\.10\.80: Flags \[P\.\], seq .*: HTTP: GET \/ HTTP\/1\.1/.test(await clipboard()));
  await choose("#packets-table-7", "Mark Packet");
  await until("the mark", () => page.evaluate(() => document.querySelector("#packets-table-7").classList.contains("marked")));
  await choose("#packet-tree-0", "Copy as Filter");
  await until("a filter", async () => (await clipboard()) !== "" && !(await clipboard()).includes("\t"));
  await choose("#packets-table-7", "Follow");
  await until("the stream", async () => (await text(page, "#stream")).includes("GET / HTTP/1.1"));
});

test("tcpdump's lines, with its switches", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  await page.click("#packets-table-2");
  await page.click("#panel-tcpdump");
  await until("lines from the selected packet on", async () => /^\d\d:\d\d:\d\d\.\d{6} IP .*53/.test(await text(page, "#tcpdump")));
  await page.selectOption("#lines-which", "selected");
  await page.selectOption("#lines-time", "none");
  await until("one packet without time", async () => /^IP [^\n]*$/.test(await text(page, "#tcpdump")));
  await page.locator(".check", { hasText: "-X" }).click();
  await until("its bytes", async () => /0x0000: {2}4500/.test(await text(page, "#tcpdump")));
  await page.selectOption("#lines-which", "marked");
  await until("none is marked", async () => (await text(page, ".panel-body .pane-empty")).includes("No packet is marked"));
  equal(await text(page, "#tcpdump"), "", "no lines");
});

test("panes are moved by keyboard and pointer, and stay so", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  const height = () => page.locator("#pane-list").boundingBox().then(box => Math.round(box.height));
  const before = await height();
  await page.focus("[role=separator][aria-controls=pane-list]");
  await page.keyboard.press("ArrowUp");
  await until("a lower list", async () => (await height()) < before - 10);
  const bar = await page.locator("[role=separator][aria-controls=pane-list]").boundingBox();
  await page.mouse.move(bar.x + 200, bar.y + 3);
  await page.mouse.down();
  await page.mouse.move(bar.x + 200, bar.y + 103, { steps: 5 });
  await page.mouse.up();
  await until("a higher list", async () => (await height()) > before + 40);
  const now = await height();
  await page.click("#tab-flows");
  await page.click("#tab-packets");
  equal(Math.abs((await height()) - now) < 3, true, "remembered");
  await page.click("#panel-tall");
  await until("no list", () => page.locator("#pane-list").isHidden());
});

test("a million packets scroll without blank rows", async ({ page, state, equal, until }) => {
  await state("ready");
  await page.setInputFiles("input[type=file]", capture("million.pcap", 1_000_000, { handshake: false }));
  await state("done");
  await page.click("#tab-packets");
  await until("all rows", async () => (await page.getAttribute("#packets-table", "aria-rowcount")) === "1000001");
  await until("the first", async () => (await text(page, "#packets-table-0")).includes("10.0.0.0"));
  await page.hover("#packets-table");
  // Every frame: whether a row in sight is blank.
  await page.evaluate(() => {
    const grid = document.querySelector("#packets-table");
    window.frames_ = []; window.watching = true;
    const look = () => {
      const box = grid.getBoundingClientRect();
      const rows = [...grid.querySelectorAll(".grid-row:not([hidden])")].filter(row => { const r = row.getBoundingClientRect(); return r.bottom > box.top + 30 && r.top < box.bottom; });
      frames_.push(rows.some(row => row.textContent.includes("…")));
      if (watching) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  for (let i = 0; i < 40; i++) {
    await page.mouse.wheel(0, 120);
    await page.waitForTimeout(25);
  }
  const frames = await page.evaluate(() => { watching = false; return frames_; });
  let run = 0, longest = 0;
  for (const blank of frames) longest = Math.max(longest, run = blank ? run + 1 : 0);
  equal([frames.length > 20, longest <= 1], [true, true], `${frames.length} frames, blank for ${longest} of them in a row`);
  await page.focus("#packets-table");
  await page.keyboard.press("End");
  await until("the last packet", packetShown(page, 1_000_000));
  await until("its row", async () => (await text(page, "#packets-table-999999")).includes("10.15.66.63"));
});

for (const width of [390, 1024]) {
  test(`packets fit at ${width} px`, { viewport: { width, height: 840 } }, async tools => {
    const { page, equal, shot, until } = tools;
    await sample(tools);
    await page.click("#packets-table-7");
    await until("its tree", packetShown(page, 8));
    for (const panel of ["details", "stream", "tcpdump"]) {
      await page.click(`#panel-${panel}`);
      equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${panel} is too wide`);
      await shot(`packets-${panel}-${width}`);
    }
  });
}

test("a capture of three packets has its list too", async ({ page, drop, state, until, equal }) => {
  await state("ready");
  await drop("main", THREE);
  await state("done");
  await page.click("#tab-packets");
  await until("nine rows", async () => (await text(page, "#packet-count")) === "9 packets");
  await page.keyboard.press("f");
  equal(await page.locator("#stream").count(), 0, "nothing is selected, nothing is followed");
  await page.click("#packets-table-0");
  await until("its tree", packetShown(page, 1));
  await page.keyboard.press("f");
  await until("a word", async () => (await text(page, ".panel-body .pane-empty")).includes("No payload"));
});

test("columns are as wide as somebody makes them: by pointer, by keys, by what is shown; remembered, and reset", async tools => {
  const { page, until, equal, state } = tools;
  await sample(tools);
  const edge = column => page.locator(`#packets-table .grid-head > :nth-child(${column}) .column-edge`);
  const width = column => page.evaluate(at => Math.round(document.querySelector(`#packets-table .grid-head > :nth-child(${at})`).getBoundingClientRect().width), column);
  const cell = column => page.evaluate(at => Math.round(document.querySelector(`#packets-table-7 > :nth-child(${at})`).getBoundingClientRect().width), column);
  const usual = await width(6);
  const drag = async (column, by) => {
    const box = await edge(column).boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + by / 2, y);
    await page.mouse.move(x + by, y);
    await page.mouse.up();
    const after = await edge(column).boundingBox();
    return Math.round(after.x - box.x);
  };
  equal(Math.abs((await drag(6, 80)) - 80) <= 1, true, "the edge stays under the pointer");
  equal([await width(6), await cell(6)], [usual + 80, usual + 80], "head and cells");
  await edge(6).focus();
  await page.keyboard.press("ArrowLeft");
  await until("narrower by the keys", async () => (await width(6)) === usual + 70);
  equal(await page.getAttribute("#packets-table", "aria-activedescendant"), null, "the keys were the edge's alone");
  await page.keyboard.press("ArrowDown");
  equal(await page.evaluate(() => document.activeElement.closest(".grid-cell").textContent), "Info", "the next edge");
  await edge(6).dblclick();
  await until("as wide as its head and numbers", async () => (await width(6)) < usual);
  const fitting = await width(6);
  equal(await page.evaluate(() => [...document.querySelectorAll("#packets-table .grid-cell:nth-child(6)")].every(cell => cell.scrollWidth <= cell.clientWidth)), true, "nothing is cut");
  await page.reload();
  await state("ready");
  await sample(tools);
  equal(await width(6), fitting, "remembered");
  await edge(6).dblclick();
  await until("as usual", async () => (await width(6)) === usual);
  await drag(3, -60);
  await page.click("#packet-columns summary");
  await page.click("#packet-columns button:has-text('Usual columns')");
  await until("all as usual", () => page.evaluate(() => localStorage.getItem("wireglass.widths") === ""));
});

test("bodies in brotli and zstd are unpacked: their tree, their bytes, in the stream; what is damaged stays as it is", async ({ page, state, until, equal }) => {
  const body = `<p>${"Brotli as it was before. ".repeat(20)}</p>`;
  // `printf 'Hello zstd\n' | zstd`
  const zstd = Buffer.from("28b52ffd045859000048656c6c6f207a7374640a2e30caf0", "hex");
  const answer = (coding, type, bytes) => Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Encoding: ${coding}\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]);
  const ask = Buffer.from("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
  const turns = [ask, answer("br", "text/html", brotliCompressSync(body)), ask, answer("zstd", "text/plain", zstd), ask, answer("br", "text/html", Buffer.from("no brotli at all"))];
  const asked = [];
  page.on("worker", worker => asked.push(worker.url()));
  await state("ready");
  await page.setInputFiles("input[type=file]", conversation("coded.pcap", 80, turns));
  await state("done");
  await page.click("#tab-packets");
  await until("the rows", async () => (await text(page, "#packets-table-5")).includes("200 OK"));
  const before = asked.length;
  await page.click("#packets-table-1");
  await until("the layer behind the body", async () => (await text(page, "#packet-tree")).includes("Line-based text data"));
  equal(asked.length, before + 1, "one worker unpacked it");
  await page.click("#pane-bytes .small-tab:has-text('Uncompressed entity body')");
  await until("its bytes", async () => (await text(page, "#packet-bytes")).includes("Brotli as it was"));
  await page.click("#packets-table-5");
  await until("a damaged one", packetShown(page, 6));
  equal(await page.locator("#pane-bytes .small-tab", { hasText: "Uncompressed" }).count(), 0, "nothing was made of it");
  await page.click("#packets-table-1");
  await page.keyboard.press("f");
  await until("both in the stream", async () => /Brotli as it was before[^]*Hello zstd[^]*no brotli at all/.test(await text(page, "#stream")));
});
