// The timeline above every view: drawn over it zooms, by keys too; lines with filters of their own; its table; what a link has of it.
import { test } from "./harness.mjs";

const hash = page => page.evaluate(() => decodeURIComponent(location.hash));
const bars = page => page.locator(".timeline-bar .bars:not(.behind)").getAttribute("d");
const area = ".timeline-bar .chart-area";

async function sample({ page, state, until }) {
  await state("ready");
  await page.click("#sample");
  await state("done");
  await until("bars", async () => (await bars(page))?.includes("M"));
}

test("drawing over the timeline zooms every view, Escape zooms out", async tools => {
  const { page, until, equal, cli, shot } = tools;
  await sample(tools);
  const all = JSON.parse(cli("timeline", "--json", "www/samples/shop.pcapng"));
  equal(await page.locator("#timeline-fold").getAttribute("aria-expanded"), "true", "unfolded");
  await page.click("#tab-flows");
  equal(await page.locator(area).count(), 1, "above the flows too");
  const box = await page.locator(area).boundingBox();
  await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 6 });
  await page.mouse.up();
  await until("the span in the address", async () => /filter=frame.time_relative >= [\d.]+ && frame.time_relative < [\d.]+/.test(await hash(page)));
  const [from, to] = (await hash(page)).match(/>= ([\d.]+) && frame.time_relative < ([\d.]+)/).slice(1).map(Number);
  const length = (all.whole[1] - all.whole[0]) / 1e9;
  equal(from > length * 0.15 && to < length * 0.7, true, `about what was drawn over: ${from} to ${to} of ${length}`);
  await until("a finer chart", async () => (await page.locator("#timeline-span").innerText()).startsWith(from.toFixed(6)));
  await until("fewer packets", async () => /^[\d,]+ of /.test(await page.locator("#filter-count").innerText()));
  await shot("timeline-zoomed");
  // Another condition stays when the span goes.
  await page.fill("#filter", `tcp && ${(await page.inputValue("#filter"))}`);
  await page.press("#filter", "Enter");
  await until("both", async () => (await hash(page)).includes("filter=tcp && frame"));
  await page.focus(area);
  await page.keyboard.press("Escape");
  await until("the other condition alone", async () => (await hash(page)).endsWith("filter=tcp") || (await hash(page)).includes("filter=tcp&"));
  await until("what is left behind it", async () => (await page.locator(".timeline-bar .bars.behind").getAttribute("d")).includes("M"));
  // The same by keys.
  await page.click("#filter-clear");
  await page.focus(area);
  for (const key of ["Home", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"]) await page.keyboard.press(key);
  equal(await page.locator(".timeline-bar .chart-chosen").count(), 1, "chosen");
  await page.keyboard.press("Enter");
  await until("zoomed", async () => (await hash(page)).includes("filter=frame.time_relative >= "));
  await page.dblclick(area);
  await until("out again", async () => !(await hash(page)).includes("filter="));
});

test("lines have filters of their own, stay in the link, and are a table too", async tools => {
  const { page, until, equal, cli, shot } = tools;
  await sample(tools);
  await page.click("#series-add");
  await page.fill("#series-filter", "tcp.prot");
  await page.click("#series-keep");
  await until("what is wrong", async () => (await page.locator("#series-wrong").innerText()).length > 5);
  await page.fill("#series-filter", "http");
  await page.fill("#series-name", "Web");
  await page.selectOption("#series-pattern", "2");
  await page.click("#series-keep");
  await until("a line", async () => (await page.locator(".timeline-bar .chart-area .curve.series-0").count()) === 1);
  await shot("timeline-lines");
  equal(await page.locator("#series-0").innerText(), "Web", "its name");
  equal((await hash(page)).includes("series=0~2~Web~http"), true, await hash(page));
  await page.selectOption("#timeline-interval", "1000000000");
  await page.click("#timeline-table");
  const [all, web] = JSON.parse(cli("timeline", "--json", "--interval", "1s", "--series", "http", "www/samples/shop.pcapng"));
  const first = all.packets.findIndex(n => n > 0);
  await until("the table", async () => (await page.locator("#timeline-rows tbody tr").count()) === all.packets.filter(n => n > 0).length);
  const cells = (await page.locator("#timeline-rows tbody tr").first().locator("td").allInnerTexts()).map(cell => Number(cell.replace(/,/g, "")));
  equal(cells[0], all.packets[first], "packets");
  equal(cells[6], web.packets[first], "those of the line");
  await page.reload();
  await tools.state("ready");
  await page.click("#sample");
  await tools.state("done");
  await until("the line of the link", async () => (await page.locator(".timeline-bar .chart-area .curve.series-0").count()) === 1);
  equal(await page.inputValue("#timeline-interval"), "1000000000", "and its interval");
  await page.locator(".timeline-bar .chip-remove").click();
  await until("none", async () => !(await hash(page)).includes("series="));
  await page.click("#timeline-fold");
  equal(await page.locator(area).count(), 0, "folded");
  await page.reload();
  await tools.state("ready");
  equal(await page.locator(area).count(), 0, "and remembered");
});
