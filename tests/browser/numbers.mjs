// What the page shows of real captures must be what the command line prints of the same files.
import { test } from "./harness.mjs";

const CASES = ["rtt-client", "tunnels", "fragments", "refused-retried", "sll2", "pcapng-many"];
const { existsSync } = await import("node:fs");
const file = name => ["pcap", "pcapng"].map(ending => `tests/captures/${name}/capture.${ending}`).find(existsSync);
// As the page writes them: thousands separators, exact bytes in the tooltip.
const count = n => n.toLocaleString("en-US");
const bytes = n => `${count(n)} bytes`;
// The page's four significant digits, from nanoseconds.
const milliseconds = ns => ns >= 1e6 && ns < 1e9 ? `${(ns / 1e6).toPrecision(4)} ms` : null;

for (const name of CASES) {
  test(`${name}: numbers are the command line's`, async ({ page, drop, state, equal, until, cli }) => {
    const ask = command => JSON.parse(cli(command, "--json", file(name)));
    const [summary, hierarchy, rtt] = ["summary", "hierarchy", "rtt"].map(ask);
    const flows = JSON.parse(cli("flows", "--json", "--limit", "10", file(name)));
    await state("ready");
    await drop("main", file(name));
    await state("done");
    await until("the facts", async () => (await page.locator("#fact-packets").innerText()) === count(summary.packets));
    equal(await page.locator("#tab-flows .tab-count").innerText(), count(summary.flows), "flows");

    await page.click("#tab-protocols");
    await until("the hierarchy", async () => (await page.locator("#hierarchy tbody tr").count()) === hierarchy.rows.length);
    const shown = await page.locator("#hierarchy tbody tr").evaluateAll(rows => rows.map(({ id, children: c }) => [id, c[1].innerText, c[4].title, c[7].title, c[9].innerText]));
    const expected = hierarchy.rows.map(row => [`protocol-${row.path.replaceAll(":", "-")}`, count(row.packets), bytes(row.bytes), bytes(row.layer_bytes), count(row.end_packets)]);
    equal(shown, expected, "hierarchy");

    await page.click("#tab-flows");
    await until("the flows", async () => (await page.locator("#flow-table .grid-row:not([hidden])").count()) >= Math.min(10, flows.total));
    const table = await page.locator("#flow-table .grid-row:not([hidden])").evaluateAll(rows => rows.slice(0, 10).map(({ children: c }) => [c[1].innerText, c[3].innerText.replace(" ?", ""), c[6].innerText, c[9].innerText, c[10].title]));
    equal(table, flows.rows.map(row => [row.transport, row.client, row.server, count(row.packets_out + row.packets_in), bytes(row.bytes_out + row.bytes_in)]), "flow table");

    await page.click("#tab-rtt");
    const { statistics } = rtt;
    if (statistics.count === 0) return;
    await until("the statistics", async () => (await page.locator("#rtt-statistics").innerText()).includes(count(statistics.count)));
    const text = await page.locator("#rtt-statistics").innerText();
    for (const ns of [statistics.min_ns, statistics.median_ns, statistics.p95_ns, statistics.max_ns]) {
      const wanted = milliseconds(ns);
      if (wanted) equal(text.includes(wanted), true, `${wanted} among the statistics`);
    }
  });
}
