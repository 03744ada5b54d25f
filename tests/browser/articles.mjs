// What three articles about captures walk through, on one page: the initial RTT of a followed stream, the hierarchy with what should not be
// there, destinations and ports, flows with filters, statistics, the map.
import { test } from "./harness.mjs";

const text = (page, selector) => page.locator(selector).first().innerText();

test("the articles' way: RTT, hierarchy, destinations, flows, statistics, map", async ({ page, state, equal, until, shot }) => {
  const filter = async what => {
    await page.fill("#filter", what);
    await page.press("#filter", "Enter");
  };
  const flows = () => text(page, "#tab-flows .tab-count");
  await state("ready");
  await page.click("#sample");
  await state("done");

  // Wireshark: the SYN of a connection, its SYN/ACK, and the initial RTT in the SEQ/ACK analysis.
  await page.click("#tab-packets");
  await filter("tcp.flags.syn == 1 && tcp.flags.ack == 1 && tcp.port == 80");
  await until("SYN/ACKs", async () => (await text(page, "#packets-table .grid-row")).includes("[SYN, ACK]"));
  await page.locator("#packets-table .grid-row").first().click();
  await until("the initial RTT", async () => (await text(page, "#pane-tree")).includes("[SEQ/ACK analysis]"));

  // The hierarchy, to find what should not be there.
  await filter("");
  await page.click("#tab-protocols");
  await until("BitTorrent", async () => (await text(page, "#hierarchy")).includes("BitTorrent"));

  // Destinations and ports, of one protocol only.
  await filter("ssh");
  await page.click("#tab-destinations");
  await until("port 22 alone", async () => /\b22\b/.test(await text(page, "main")) && !/\b443\b/.test(await text(page, "main")));

  // CapAnalysis: flows by protocol, statistics, the map; tcpdump's words in the same bar.
  const ssh = await flows();
  await filter("tcp port 22");
  await until("the same flows in tcpdump's words", async () => (await flows()) !== "" && (await flows()) >= ssh);
  await page.click("#filter-clear");
  await page.click("#tab-statistics");
  await until("bars", async () => (await page.locator("main").evaluate(main => main.textContent)).includes("HTTP"));
  await page.click("#tab-map");
  await until("countries", async () => (await text(page, "main")).includes("DB-IP"));
  await shot("articles-map");
  equal(await page.locator("[role=alert]:visible").count(), 0, "alerts");
});
