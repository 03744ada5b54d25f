// The map: loaded when it is first used, its numbers are the command line's, and a click is a filter.
import { test } from "./harness.mjs";

const FILE = "tests/geo/world.pcap";

// Opens the capture's map; `asked`: what was fetched of www/geo by then.
async function open({ page, context, drop, state, until }) {
  const asked = [];
  // Once the service worker is there, it asks in the page's place.
  context.on("request", request => { if (request.url().includes("/geo/") && !request.serviceWorker()) asked.push(request.url().split("/").pop()); });
  await state("ready");
  await drop("main", FILE);
  await state("done");
  const before = [...asked];
  await page.click("#tab-map");
  await until("the table of countries", async () => (await page.locator(".geo-credit a").count()) === 1);
  await until("the outlines", async () => (await page.locator("#map path").count()) > 150);
  return { asked, before };
}

// An .mmdb file in which every address is in one country.
function everywhere(code) {
  const text = text => Buffer.concat([Buffer.from([(2 << 5) | text.length]), Buffer.from(text)]);
  const number = (name, value) => Buffer.concat([text(name), Buffer.from([(6 << 5) | 4]), Buffer.from([value >>> 24, value >> 16, value >> 8, value].map(byte => byte & 255))]);
  const map = Buffer.from([(7 << 5) | 1]);
  return Buffer.concat([
    Buffer.from([0, 0, 17, 0, 0, 17]), Buffer.alloc(16), map, text("country"), map, text("iso_code"), text(code),
    Buffer.from("\xab\xcd\xefMaxMind.com", "latin1"), Buffer.from([(7 << 5) | 5]),
    number("node_count", 1), number("record_size", 24), number("ip_version", 6), number("build_epoch", 1780272000), text("database_type"), text("Everywhere"),
  ]);
}

const rows = page => page.locator("#country-table .grid-row:not([hidden])").evaluateAll(all => all.map(row => [...row.children].map(cell => cell.innerText)));

test("map: loaded when it is used, with the command line's numbers", async tools => {
  const { page, until, equal, cli, shot } = tools;
  const { asked, before } = await open(tools);
  equal(before, [], "fetched before the map was opened");
  equal(asked.sort(), ["countries.bin", "world.bin"], "fetched for the map");
  equal(await page.locator(".geo-credit a").getAttribute("href"), "https://db-ip.com", "the link that the licence asks for");
  const answer = JSON.parse(cli("countries", "--json", FILE));
  await until("the rows", async () => (await rows(page)).length > 3);
  const names = new Intl.DisplayNames("en", { type: "region" });
  const expected = answer.rows.map(row => [row.country, row.flows.toLocaleString("en-US"), row.packets.toLocaleString("en-US")]);
  const shown = (await rows(page)).map(cells => [cells[1], cells[2], cells[7]]);
  equal(shown, expected.slice(0, shown.length), "the table, as far as it is drawn");
  // The keyboard goes from the largest to the smallest, and the panel tells.
  const countries = answer.rows.filter(row => row.is_country);
  await page.locator("#map").focus();
  for (const row of countries.slice(0, 3)) {
    await page.keyboard.press("ArrowRight");
    await until(row.country, async () => (await page.locator("#place").innerText()).includes(names.of(row.country)));
    equal((await page.locator("#place").innerText()).includes(row.peers[0].what), true, `the largest peer in ${row.country}`);
  }
  // A small state is a circle.
  equal(await page.locator('#map g[data-place="SG"] circle.map-circle:not(.none)').count(), 1, "Singapore");
  await shot("map");
  await page.click("label:has(#map-flows)");
  await until("the link", () => page.evaluate(() => location.hash.includes("map=flows")));
});

test("map: a click is a filter, and a filter loads the table", async tools => {
  const { page, until, equal, cli } = tools;
  await open(tools);
  await until("Singapore", async () => (await page.locator('#map g[data-place="SG"][data-filter]').count()) === 1);
  await page.locator('#map g[data-place="SG"] circle').click();
  const wanted = JSON.parse(cli("summary", "--json", "-Y", 'geo.country == "SG"', FILE)).packets;
  await until("the filter", async () => (await page.locator("#tab-packets .tab-count").innerText()) === wanted.toLocaleString("en-US"));
  equal(new URLSearchParams(await page.evaluate(() => location.hash.slice(1))).get("filter"), 'geo.country == "SG"', "the link");
  // The link alone, in a page that has seen no map.
  await page.goto("about:blank");
  await page.goto(tools.server.url + '#v=1&view=flows&filter=geo.country%20%3D%3D%20%22SG%22');
  await tools.state("ready");
  await tools.drop("main", FILE);
  await tools.state("done");
  await until("the packets", async () => (await page.locator("#tab-packets .tab-count").innerText()) === wanted.toLocaleString("en-US"));
});

test("map: zoomed by buttons, keys, wheel and double click, moved by drawing; a click still filters", async tools => {
  const { page, until, equal, shot } = tools;
  await open(tools);
  await until("Singapore", async () => (await page.locator('#map g[data-place="SG"][data-filter]').count()) === 1);
  const sight = () => page.locator(".map-drawing").evaluate(svg => (({ x, y, width }) => ({ x, y, width }))(svg.viewBox.baseVal));
  const place = code => page.locator(`#map g[data-place="${code}"] circle`).evaluate(circle => {
    const { left, top, width, height } = circle.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2, width };
  });
  const filter = () => page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get("filter"));
  const whole = await sight();
  equal(await page.getAttribute("#map-out", "aria-disabled"), "true", "nothing to make smaller");
  await page.click("#map-in");
  equal((await sight()).width, whole.width / 2, "twice as large");
  await page.click("#map-all");
  equal(await sight(), whole, "all of it");
  // By the wheel, around the pointer: what is below it stays, and circles stay as small as they are.
  const before = await place("SG");
  await page.mouse.move(before.x, before.y);
  for (let n = 0; n < 10; n++) await page.mouse.wheel(0, -240);
  await until("larger", async () => (await sight()).width < whole.width / 20);
  const after = await place("SG");
  // A pointer's place is a whole number: what it is beside the middle of the circle is many times as much now.
  equal([Math.abs(after.x - before.x) < 24, Math.abs(after.y - before.y) < 24, Math.abs(after.width - before.width) < 1], [true, true, true], "Singapore stays");
  await shot("map-zoomed");
  // Drawn along, which is no click.
  await page.mouse.down();
  await page.mouse.move(before.x - 120, before.y + 40, { steps: 5 });
  await page.mouse.up();
  const drawn = await place("SG");
  equal([Math.abs(drawn.x - after.x + 120) < 3, Math.abs(drawn.y - after.y - 40) < 3], [true, true], "it came along");
  // By keys: + and −, 0, Shift with arrow keys; the largest comes into sight by itself.
  await page.focus("#map");
  const here = await sight();
  await page.keyboard.press("Shift+ArrowRight");
  equal((await sight()).x > here.x, true, "to the right");
  await page.keyboard.press("-");
  equal(Math.abs((await sight()).width / here.width - 2) < 0.01, true, "half as large");
  await page.keyboard.press("Home");
  await until("the largest in sight", async () => {
    const [mark, area] = [await page.locator(".map-here").boundingBox(), await page.locator("#map").boundingBox()];
    return mark && mark.x < area.x + area.width && mark.x + mark.width > area.x && mark.y < area.y + area.height && mark.y + mark.height > area.y;
  });
  await page.keyboard.press("0");
  equal(await sight(), whole, "all of it again");
  await page.keyboard.press("+");
  await page.keyboard.press("Escape");
  equal(await sight(), whole, "all of it by Escape");
  // A double click zooms and does not filter; one click filters.
  await page.mouse.dblclick(before.x, before.y);
  equal((await sight()).width, whole.width / 2, "twice as large by a double click");
  // Nothing is to happen, so there is nothing to wait for: a click counts after 220 ms without a second one.
  await page.waitForTimeout(400);
  equal(await filter(), null, "no filter by all this");
  const now = await place("SG");
  await page.mouse.click(now.x, now.y);
  await until("the filter", async () => (await filter()) === 'geo.country == "SG"');
});

test("map: two fingers stretch it around what is between them", { hasTouch: true, viewport: { width: 390, height: 844 } }, async tools => {
  const { page, until, equal } = tools;
  await open(tools);
  await until("Singapore", async () => (await page.locator('#map g[data-place="SG"][data-filter]').count()) === 1);
  await page.locator("#map").scrollIntoViewIfNeeded();
  const sight = () => page.locator(".map-drawing").evaluate(svg => svg.viewBox.baseVal.width);
  const place = () => page.locator('#map g[data-place="SG"] circle').evaluate(circle => {
    const { left, top, width, height } = circle.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  });
  const whole = await sight(), before = await place();
  const client = await page.context().newCDPSession(page);
  const touch = (type, ...points) => client.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const fingers = apart => [[before.x - apart, before.y], [before.x + apart, before.y]];
  await touch("touchStart", ...fingers(20));
  for (let apart = 22; apart <= 80; apart += 2) await touch("touchMove", ...fingers(apart));
  await touch("touchEnd");
  const close = await sight(), after = await place();
  equal(close < whole / 3 && close > whole / 5, true, `four times as large: ${whole} to ${close}`);
  equal(Math.hypot(after.x - before.x, after.y - before.y) < 25, true, "what is between the fingers stays");
  equal(await page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get("filter")), null, "no filter by that");
  equal(await page.evaluate(() => visualViewport.scale), 1, "the page itself is as large as before");
  await touch("touchStart", ...fingers(80));
  for (let apart = 78; apart >= 10; apart -= 2) await touch("touchMove", ...fingers(apart));
  await touch("touchEnd");
  equal(await sight(), whole, "all of it again");
});

test("map: an .mmdb file takes the table's place, and what is none does not", async tools => {
  const { page, until, equal } = tools;
  await open(tools);
  const before = await page.locator(".geo-credit").innerText();
  const give = (name, buffer) => page.setInputFiles("#other-table", { name, mimeType: "application/octet-stream", buffer });
  await give("all.mmdb", everywhere("JP"));
  await until("Japan only", async () => (await rows(page)).filter(cells => /^[A-Z]{2}$/.test(cells[1])).map(cells => cells[1]).join() === "JP");
  equal((await page.locator(".geo-credit").innerText()).includes("Everywhere"), true, "whose table it is");
  await give("broken.mmdb", Buffer.from("nonsense"));
  await until("the refusal", async () => (await page.locator(".geo-credit").innerText()).includes("no table of countries"));
  equal((await rows(page)).some(cells => cells[1] === "JP"), true, "the one before stays");
  equal(before.includes("DB-IP"), true, "ours before");
});

test("map: once used it needs no network", async tools => {
  const { page, context, server, until } = tools;
  await tools.state("ready");
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
  await open(tools);
  await server.close();
  await context.setOffline(true);
  await page.reload();
  await open(tools);
  await until("the countries", async () => (await page.locator("#map-count").innerText()).includes("116 countries"));
});

for (const colorScheme of ["light", "dark"]) {
  test(`map: on a small screen, ${colorScheme}`, { viewport: { width: 390, height: 800 }, colorScheme }, async tools => {
    await open(tools);
    const wide = await tools.page.evaluate(() => document.querySelector("main").scrollWidth - document.querySelector("main").clientWidth);
    tools.equal(wide <= 0, true, "nothing sticks out");
    await tools.shot(`map-390-${colorScheme}`);
  });
}
