// Statistics: every bar has the numbers of the command line, filters, and is reached by keys; every chart is a table and a file too.
import { readFileSync } from "node:fs";
import { test } from "./harness.mjs";

const hash = page => page.evaluate(() => decodeURIComponent(location.hash));
const SAMPLE = "www/samples/shop.pcapng";

async function open({ page, state, until }) {
  await state("ready");
  await page.click("#sample");
  await state("done");
  await page.click("#tab-statistics");
  await until("bars", async () => (await page.locator("#statistics-protocols [data-bar]").count()) > 0);
}

test("bars say their numbers and filter by pointer and by keys", async tools => {
  const { page, until, equal, cli, shot } = tools;
  await open(tools);
  await shot("statistics");
  const of = (kind, by) => JSON.parse(cli("statistics", "--json", "--of", kind, "--by", by, "--top", "10", SAMPLE));
  const wanted = of("protocols", "data").rows;
  await page.selectOption("#statistics-protocols-by", "data");
  const names = () => page.locator("#statistics-protocols [data-bar]").evaluateAll(bars => bars.map(bar => bar.getAttribute("aria-label")));
  await until("by data", async () => (await names())[0].startsWith(`${wanted[0].label}: Data`));
  equal((await names()).map(name => name.split(":")[0]), wanted.map(row => row.label), "in order");
  await page.locator("#statistics-protocols [data-bar]").first().hover();
  await until("a note", async () => (await page.locator(".drawing-note").innerText()).includes(`Flows: ${wanted[0].flows}`));
  // The second by keys.
  await page.locator("#statistics-protocols [data-bar]").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await until("a filter", async () => (await hash(page)).includes(`filter=${wanted[1].filter}`));
  await until("one bar", async () => (await page.locator("#statistics-protocols [data-bar]").count()) === 1);
  // A second click narrows.
  const port = await page.locator("#statistics-ports [data-bar]").first().getAttribute("data-filter");
  await page.locator("#statistics-ports [data-bar]").first().click();
  await until("both", async () => (await hash(page)).includes(port) && (await hash(page)).includes(wanted[1].filter));
  await page.locator("#statistics-ports [data-bar]").first().click({ button: "right" });
  equal(await page.locator(".menu-head").innerText(), port, "its menu");
});

test("every chart has something to show, a table, and files", async tools => {
  const { page, until, equal } = tools;
  await open(tools);
  const charts = await page.locator(".statistic").evaluateAll(all => all.map(one => one.id));
  equal(charts.length, 11, "charts");
  for (const id of charts) {
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await until(`${id} drawn`, async () => (await page.locator(`#${id} [data-bar]`).count()) > 0);
    const marks = await page.locator(`#${id} [data-bar]`).evaluateAll(all => new Set(all.map(mark => mark.dataset.bar)).size);
    await page.locator(`#${id} .card-head button`, { hasText: "Table" }).click();
    await until(`${id} as a table`, async () => (await page.locator(`#${id} tbody tr`).count()) >= marks);
    await page.locator(`#${id} .card-head button`, { hasText: "Table" }).click();
  }
  const save = async what => {
    await page.locator("#statistics-hours .card-head button").last().click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".menu-item", { hasText: what }).click()]);
    return readFileSync(await download.path());
  };
  const svg = (await save("SVG")).toString();
  equal(svg.startsWith("<svg xmlns") && svg.includes("class=\"heat-7\"") && !svg.includes("data-bar"), true, "a drawing");
  equal((await save("PNG")).subarray(1, 4).toString(), "PNG", "a picture");
});

test("what charts compare is in the link, and remembered", async tools => {
  const { page, until, equal } = tools;
  await open(tools);
  await page.selectOption("#statistics-ports-by", "data");
  await page.locator("#statistics-bubbles").scrollIntoViewIfNeeded();
  await page.locator("#statistics-bubbles .choice select").first().selectOption("clients");
  await until("the link", async () => (await hash(page)).includes("charts=ports:data~bubbles:data:clients:per-flow"));
  await page.goBack();
  await until("one step back", async () => (await hash(page)).endsWith("charts=ports:data"));
  await page.goto("about:blank");
  await page.goto(tools.server.url + "#v=1&view=statistics&charts=hours:sent~ports:nonsense");
  await tools.state("ready");
  await page.click("#sample");
  await tools.state("done");
  equal([await page.inputValue("#statistics-hours-by"), await page.inputValue("#statistics-ports-by")], ["sent", "flows"], "the link's");
  await page.goto("about:blank");
  await page.goto(tools.server.url + "#v=1&view=statistics");
  await tools.state("ready");
  await page.click("#sample");
  await tools.state("done");
  equal([await page.inputValue("#statistics-hours-by"), await page.inputValue("#statistics-ports-by")], ["data", "data"], "without a link as the reader left it");
});
