// What three articles about captures walk through, on one page: the initial RTT of a followed stream, the hierarchy with what should not be
// there, destinations and ports (those of RDP), flows with filters, protocols by country, statistics, the map.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "./harness.mjs";

const text = (page, selector) => page.locator(selector).first().innerText();
const hash = page => page.evaluate(() => decodeURIComponent(location.hash));

const filterBy = async (page, what) => {
  await page.fill("#filter", what);
  await page.press("#filter", "Enter");
};

test("the articles' way: RTT, hierarchy, destinations, flows, statistics, map", async ({ page, state, equal, until, shot }) => {
  const flows = () => text(page, "#tab-flows .tab-count");
  await state("ready");
  await page.click("#sample");
  await state("done");

  // Wireshark: the SYN of a connection, its SYN/ACK, and the initial RTT in the SEQ/ACK analysis.
  await page.click("#tab-packets");
  await filterBy(page, "tcp.flags.syn == 1 && tcp.flags.ack == 1 && tcp.port == 80");
  await until("SYN/ACKs", async () => (await text(page, "#packets-table .grid-row")).includes("[SYN, ACK]"));
  await page.locator("#packets-table .grid-row").first().click();
  await until("the initial RTT", async () => (await text(page, "#pane-tree")).includes("[SEQ/ACK analysis]"));

  // The hierarchy, to find what should not be there.
  await filterBy(page, "");
  await page.click("#tab-protocols");
  await until("BitTorrent", async () => (await text(page, "#hierarchy")).includes("BitTorrent"));

  // Destinations and ports, of one protocol only.
  await filterBy(page, "ssh");
  await page.click("#tab-destinations");
  await until("port 22 alone", async () => /\b22\b/.test(await text(page, "main")) && !/\b443\b/.test(await text(page, "main")));

  // CapAnalysis: flows by protocol, statistics, the map; tcpdump's words in the same bar.
  const ssh = await flows();
  await filterBy(page, "tcp port 22");
  await until("tcpdump's words in the address", async () => (await hash(page)).includes("filter=tcp port 22"));
  await until("the same flows in tcpdump's words", async () => (await flows()) !== "" && (await flows()) >= ssh);
  await page.click("#filter-clear");
  await page.click("#tab-statistics");
  await until("bars", async () => (await page.locator("main").evaluate(main => main.textContent)).includes("HTTP"));
  await page.click("#tab-map");
  await until("countries", async () => (await text(page, "main")).includes("DB-IP"));
  await shot("articles-map");
  equal(await page.locator("[role=alert]:visible").count(), 0, "alerts");
});

// A pcap file of TCP segments: [from the client?, client's port, server, server's port, flags, payload], 10 ms apart.
function capture(segments) {
  const next = new Map();
  const records = segments.map(([out, port, server, serverPort, flags, payload], nth) => {
    const client = [192, 0, 2, 10], seq = `${out}${port}`, ack = `${!out}${port}`;
    const tcp = Buffer.alloc(20);
    tcp.writeUInt16BE(out ? port : serverPort, 0);
    tcp.writeUInt16BE(out ? serverPort : port, 2);
    tcp.writeUInt32BE(next.get(seq) ?? 1000, 4);
    tcp.writeUInt32BE(flags & 0x10 ? next.get(ack) ?? 1000 : 0, 8);
    tcp[12] = 5 << 4;
    tcp[13] = flags;
    tcp.writeUInt16BE(0xfaf0, 14);
    next.set(seq, (next.get(seq) ?? 1000) + payload.length + (flags & 0x02 ? 1 : 0));
    const ip = Buffer.from([0x45, 0, 0, 0, 0, nth, 0x40, 0, 64, 6, 0, 0, ...(out ? client : server), ...(out ? server : client)]);
    ip.writeUInt16BE(40 + payload.length, 2);
    const frame = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, out ? 2 : 1, 2, 0, 0, 0, 0, out ? 1 : 2, 8, 0]), ip, tcp, payload]);
    const head = Buffer.alloc(16);
    [1_780_272_000, nth * 10_000, frame.length, frame.length].forEach((value, at) => head.writeUInt32LE(value, at * 4));
    return Buffer.concat([head, frame]);
  });
  return Buffer.concat([Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000", "hex"), ...records]);
}

// A real one of the corpus, where that is: captures from elsewhere are never copied into the project.
const REAL = join(process.env.WIREGLASS_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url)), "corpus/captures/suricata-verify/rdp-protocol__RDP-003.pcap");

// Destinations and ports of the filter `rdp`: its server and port alone, with the command line's numbers.
async function destinationsOfRdp({ page, drop, state, until, equal, cli }, file, server, others) {
  await state("ready");
  await drop("main", file);
  await state("done");
  await page.click("#tab-destinations");
  const main = () => text(page, "#tree-table");
  await until("all servers", async () => { const now = await main(); return [server, ...others].every(one => now.includes(one)); });
  await filterBy(page, "rdp");
  await until("RDP's server and port alone", async () => {
    const now = await main();
    return now.includes(server) && /\b3389\b/.test(now) && !others.some(one => now.includes(one));
  });
  const { packets } = JSON.parse(cli("summary", "--json", "-Y", "rdp", file));
  equal(packets > 0, true, "RDP is there");
  equal(await text(page, "#tab-packets .tab-count"), packets.toLocaleString("en-US"), "its packets");
  await page.click("#tab-packets");
}

if (existsSync(REAL)) test("the articles' way: destinations and ports of RDP as it was captured", async tools => {
  const { page, until } = tools;
  await destinationsOfRdp(tools, REAL, "10.226.29.74", ["10.226.41.226", "2998"]);
  await until("how it begins", async () => (await text(page, "#packets-table")).includes("RDP"));
});

test("the articles' way: destinations and ports of RDP", async tools => {
  const { page, until } = tools;
  const SYN = 2, SYN_ACK = 0x12, ACK = 0x10, PUSH = 0x18, NONE = Buffer.alloc(0);
  // A TPKT with the X.224 connection request or confirm of [MS-RDPBCGR] §2.2.1.1 and §2.2.1.2.
  const x224 = (kind, negotiation, cookie = "") => {
    const inside = Buffer.concat([Buffer.from([kind, 0, 0, 0, 0, 0]), Buffer.from(cookie), Buffer.from(negotiation)]);
    return Buffer.concat([Buffer.from([3, 0, 0, inside.length + 5, inside.length]), inside]);
  };
  const talk = (port, server, serverPort, asked, answered) => [
    [true, port, server, serverPort, SYN, NONE], [false, port, server, serverPort, SYN_ACK, NONE], [true, port, server, serverPort, ACK, NONE],
    [true, port, server, serverPort, PUSH, asked], [false, port, server, serverPort, PUSH, answered],
  ];
  const folder = mkdtempSync(join(tmpdir(), "wireglass-")), file = join(folder, "rdp.pcap");
  try {
    writeFileSync(file, capture([
      ...talk(50001, [198, 51, 100, 20], 3389, x224(0xe0, [1, 0, 8, 0, 0, 0, 0, 0], "Cookie: mstshash=alice\r\n"), x224(0xd0, [2, 0, 8, 0, 0, 0, 0, 0])),
      ...talk(50002, [203, 0, 113, 5], 80, Buffer.from("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"), Buffer.from("HTTP/1.1 204 No Content\r\n\r\n")),
    ]));
    await destinationsOfRdp(tools, file, "198.51.100.20", ["203.0.113.5"]);
    await until("who logs in", async () => (await text(page, "#packets-table")).includes("mstshash=alice"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the articles' way: protocols by country, clicked through", async ({ page, drop, state, until, equal, cli, shot }) => {
  const FILE = "tests/geo/world.pcap", chart = "#statistics-protocol-countries";
  await state("ready");
  await drop("main", FILE);
  await state("done");
  await page.click("#tab-statistics");
  await page.locator(chart).scrollIntoViewIfNeeded();
  const bands = page.locator(`${chart} [data-bar][data-filter*="geo."]`);
  await until("bands to countries", async () => (await bands.count()) > 0);
  await shot("articles-countries");
  // Where the pointer meets a band that no other lies over.
  await page.locator(`${chart} svg`).first().scrollIntoViewIfNeeded();
  const band = await until("a band in sight", () => bands.evaluateAll(all => {
    for (const band of all) {
      const box = band.getBoundingClientRect();
      for (let share = 0.05; share < 1; share += 0.05) {
        for (let part = 0.02; part < 1; part += 0.02) {
          const x = box.left + box.width * share, y = box.top + box.height * part;
          if (document.elementFromPoint(x, y) === band) return { x, y, filter: band.dataset.filter, name: band.getAttribute("aria-label") };
        }
      }
    }
    return null;
  }));
  await page.mouse.click(band.x, band.y);
  await until("the filter", async () => (await hash(page)).includes(band.filter.split(" && ")[0]));
  const flows = JSON.parse(cli("summary", "--json", "-Y", band.filter, FILE)).flows;
  await until("its flows", async () => (await text(page, "#tab-flows .tab-count")) === flows.toLocaleString("en-US"));
  equal(await page.locator(`${chart} [data-bar]`).count(), 1, `one band: ${band.name}`);
  // The same on the map, and back.
  await page.click("#tab-map");
  const place = band.filter.match(/country == "([^"]+)"/)[1];
  await until("the place alone", async () => (await page.locator("#country-table .grid-row:not([hidden])").allInnerTexts()).some(row => row.includes(place)));
  await page.click("#filter-clear");
  await until("everything", async () => (await page.locator("#country-table .grid-row:not([hidden])").count()) > 3);
});
