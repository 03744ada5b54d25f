// TCP graphs and the ladder of a connection.
import { test } from "./harness.mjs";

const hash = page => page.evaluate(() => location.hash);
const text = (page, selector) => page.locator(selector).innerText();
const drawn = (page, side) => page.evaluate(side => {
  const canvas = document.querySelector(`#graph-${side} canvas`);
  if (!canvas?.width) return 0;
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.filter((value, at) => at % 4 === 3 && value > 0).length;
}, side);

// The graphs of the sample's first TCP flow, opened from its details.
async function graphs({ page, state, until }) {
  await state("ready");
  await page.click("#sample");
  await state("done");
  await page.click("#tab-flows");
  await page.fill("#flow-search", "http tcp");
  await until("a flow", async () => (await text(page, "#flow-table-0")).includes("HTTP"));
  await page.click("#flow-table-0");
  await page.click("#graphs-of-flow");
  await until("both directions", async () => (await drawn(page, "client")) > 2000 && (await drawn(page, "server")) > 2000);
}

test("graphs of a flow: every kind, zoom, the whole again, and to the packet", async tools => {
  const { page, until, equal, shot } = tools;
  await graphs(tools);
  equal((await hash(page)).includes("view=graphs&"), true, "the address names the view");
  await until("a legend", async () => (await text(page, "#graph-client .plot-legend")).includes("Acknowledged"));
  for (const kind of ["stevens", "roundtrips", "throughput", "window", "tcptrace"]) {
    await page.click(`#curve-${kind}`);
    await until(kind, async () => (await page.getAttribute(`#curve-${kind}`, "aria-pressed")) === "true" && (await drawn(page, "client")) > 500);
  }
  await shot("graphs");
  const box = await page.locator("#graph-client .u-over").boundingBox();
  const y = box.y + box.height / 2, at = share => box.x + box.width * share;
  // Zoom by drawing a span; both directions follow.
  await page.mouse.move(at(0.2), y);
  await page.mouse.down();
  await page.mouse.move(at(0.3), y, { steps: 3 });
  await page.mouse.move(at(0.6), y, { steps: 3 });
  await page.mouse.up();
  await until("the span in the address", async () => /span=\d+,\d+/.test(await hash(page)));
  const span = async () => (await hash(page)).match(/span=(-?\d+),(-?\d+)/)?.slice(1).map(Number);
  const zoomed = await span();
  await page.mouse.wheel(0, -200);
  await until("a narrower span", async () => { const now = await span(); return now[1] - now[0] < zoomed[1] - zoomed[0]; });
  await page.keyboard.press("0");
  await until("the whole", async () => !(await hash(page)).includes("span="));
  // By key from point to point, and to the packet.
  await page.focus("#graph-client .plot");
  await page.keyboard.press("ArrowRight");
  await until("the first point told", async () => /packet \d+/.test(await text(page, "#graph-client .plot-note")));
  const number = (await text(page, "#graph-client .plot-note")).match(/packet (\d+)/)[1];
  await page.keyboard.press("Enter");
  await until("the packet", async () => (await hash(page)).includes(`packet=${number}`));
  equal(await page.getAttribute("#tab-packets", "aria-current"), "page", "in the packet list");
  await page.goBack();
  await until("the graphs again", async () => (await drawn(page, "client")) > 2000);
  // The same by pointer: on the canvas, where a SYN stands.
  const place = await page.evaluate(() => document.querySelector("#graph-client .u-over").getBoundingClientRect().toJSON());
  for (let share = 0.005; share < 0.1; share += 0.005) {
    await page.mouse.move(place.x + place.width * share, place.y + place.height * 0.95);
    if (await page.locator("#graph-client .plot-note").isVisible()) break;
  }
  equal(await page.locator("#graph-client .plot-note").isVisible(), true, "a point under the pointer");
  await page.mouse.down();
  await page.mouse.up();
  await until("a packet", async () => (await hash(page)).includes("view=packets"));
});

test("a point of a graph is a filter, and so is the span that is seen", async tools => {
  const { page, until, equal, shot } = tools;
  await graphs(tools);
  await page.focus("#graph-client .plot");
  await page.keyboard.press("ArrowRight");
  await until("a point", async () => /packet \d+/.test(await text(page, "#graph-client .plot-note")));
  const number = (await text(page, "#graph-client .plot-note")).match(/packet (\d+)/)[1];
  await page.keyboard.press("Shift+F10");
  await until("its menu", async () => (await page.locator(".menu-head").count()) === 2);
  const [point, connection] = await page.locator(".menu-head").allInnerTexts();
  equal(point, `frame.number == ${number}`, "the packet");
  equal(connection.includes("tcp.stream == ") || connection.includes("ip.addr == "), true, "the connection");
  await shot("graph-menu");
  await page.keyboard.press("Escape");
  // By pointer, where nothing is: what is seen.
  await page.keyboard.press("+");
  await until("a span", async () => /span=\d+/.test(await hash(page)));
  const box = await page.locator("#graph-client .u-over").boundingBox();
  await page.mouse.click(box.x + box.width * 0.03, box.y + 12, { button: "right" });
  await until("the span's menu", async () => (await page.locator(".menu-head").last().innerText()).includes("frame.time_relative >= "));
  await page.locator(".menu-item", { hasText: "Apply as Filter" }).last().click();
  await page.locator(".beside .menu-item").first().click();
  await until("applied", async () => decodeURIComponent(await hash(page)).includes("filter=tcp.stream == ") || decodeURIComponent(await hash(page)).includes("frame.time_relative >="));
});

test("the ladder of a flow has its packets as messages", async tools => {
  const { page, until, equal, shot } = tools;
  await graphs(tools);
  await page.click("#curve-ladder");
  await until("the SYN", async () => (await text(page, "#ladder-table-0")).includes("SYN Seq=0"));
  equal(await page.locator("#ladder-table-0 .to-server").count(), 1, "to the server");
  equal(await page.locator("#ladder-table-1 .to-client").count(), 1, "to the client");
  await shot("ladder");
  await page.click("#ladder-table-1");
  await until("its packet", async () => /view=packets.*packet=\d+/.test(await hash(page)));
});

test("graphs without a connection offer those there are", async ({ page, state, until, equal }) => {
  await state("ready");
  await page.click("#sample");
  await state("done");
  await page.click("#tab-graphs");
  await until("a choice", async () => (await page.locator("#graph-choice button").count()) > 0);
  equal(await page.locator("#plot-script").count(), 0, "nothing is loaded for it");
  await page.locator("#graph-choice button").first().click();
  await until("a graph", async () => (await drawn(page, "server")) > 2000);
});
