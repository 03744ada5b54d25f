// Who talked to whom: destinations, endpoints, conversations, and the page of an address.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { equal, test } from "./harness.mjs";

const hash = page => page.evaluate(() => location.hash);
const text = (page, selector) => page.locator(selector).innerText();
const SAMPLE = "tests/captures/sample/capture.pcapng";

async function open({ page, drop, state }, view) {
  await state("ready");
  await drop("main", SAMPLE);
  await state("done");
  await page.click(`#tab-${view}`);
}

test("destinations are servers first, packets on demand, and fold", async tools => {
  const { page, until, shot } = tools;
  await open(tools, "destinations");
  await until("servers", async () => /\d+\.\d+\.\d+\.\d+/.test(await text(page, "#tree-table-0")));
  await shot("destinations");
  await page.click("#fold");
  const folded = await until("folded rows", async () => {
    const count = () => page.locator("#tree-table .grid-row:not([hidden])").count();
    const before = await count();
    // The rows follow the mark: they are counted when they rest.
    await new Promise(done => setTimeout(done, 300));
    return (await text(page, "#tree-table-0")).includes("▸") && before === await count() && before;
  });
  await page.click("#tree-table-0 [data-column='0']");
  await until("what is below", async () => (await page.locator("#tree-table .grid-row:not([hidden])").count()) > folded);
  await page.selectOption("#tree-kind", "Packet destinations");
  await until("Wireshark's root", async () => (await text(page, "#tree-table-0")).includes("Destinations and Ports"));
  await until("the tree in the address", async () => (await hash(page)).includes("tree=packets"));
});

test("an address in a table opens its page, and back returns", async tools => {
  const { page, until, shot } = tools;
  await open(tools, "endpoints");
  await until("rows", async () => /\d+\.\d+/.test(await text(page, "#endpoint-table-0")));
  const address = (await text(page, "#endpoint-table-0 [data-column='0']")).trim();
  await page.click("#endpoint-table-0");
  await until("its page", async () => (await text(page, "#address-title")) === address);
  await until("the link", async () => (await hash(page)).includes(`host=${address}`));
  await until("peers", async () => /\d+\.\d+/.test(await text(page, "#peers-0")));
  await shot("address");
  await page.click("#peers-0 [data-column='0']");
  await until("the peer's page", async () => (await text(page, "#address-title")) !== address);
  await page.goBack();
  await until("the first again", async () => (await text(page, "#address-title")) === address);
  await page.goBack();
  await until("the table again", async () => (await page.locator("#endpoint-table").count()) === 1);
});

test("conversations of flows open their details, of addresses a page", async tools => {
  const { page, until, shot } = tools;
  await open(tools, "conversations");
  await until("rows", async () => /\d+\.\d+/.test(await text(page, "#conversation-table-0")));
  await page.locator("label", { has: page.locator("#kind-tcp") }).click();
  await until("ports", async () => (await text(page, "#conversation-table .grid-head")).includes("Port A"));
  await until("the table in the address", async () => (await hash(page)).includes("addresses=tcp"));
  await page.locator("#conversation-table .sort", { hasText: "Bytes A" }).click();
  await until("the order in the address", async () => (await hash(page)).includes("conversations=-bytes-a-to-b"));
  await page.click("#conversation-table-0 [data-column='4']");
  await until("details of the flow", async () => (await page.locator("#details").count()) === 1);
  await shot("conversations");
  await page.keyboard.press("Escape");
  const address = (await text(page, "#conversation-table-0 [data-column='2']")).trim();
  await page.click("#conversation-table-0 [data-column='2']");
  await until("the page of B", async () => (await text(page, "#address-title")) === address);
  equal(await page.locator("#roles tbody tr").count(), 3, "roles");
});

// A pcap file in which 10.0.0.1 sends a datagram to each of so many hosts, to a port of its own each.
function datagrams(hosts) {
  const records = Array.from({ length: hosts }, (_, nth) => {
    const frame = Buffer.from("02000000000202000000000108004500002000004000401100000a0000010b00000013880001000c000061626364", "hex");
    frame.writeUInt16BE(nth, 32);
    frame.writeUInt16BE(20_000 + nth, 36);
    const head = Buffer.alloc(16);
    [1_780_272_000, nth * 1000, frame.length, frame.length].forEach((value, at) => head.writeUInt32LE(value, at * 4));
    return Buffer.concat([head, frame]);
  });
  return Buffer.concat([Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000", "hex"), ...records]);
}

test("an address has all its peers and ports, a window at a time", { serviceWorkers: "block" }, async ({ page, drop, state, until, cli }) => {
  const folder = mkdtempSync(join(tmpdir(), "wireglass-")), file = join(folder, "many.pcap"), many = 500;
  try {
    writeFileSync(file, datagrams(many));
    let release;
    const countries = new Promise(done => { release = done; });
    await page.route("**/geo/countries.bin", route => countries.then(() => route.continue()));
    const answer = JSON.parse(cli("host", "10.0.0.1", file, "--json", "--limit", "0"));
    equal([answer.peers.length, answer.ports_asked.length], [many, many], "all of them on the command line");
    await state("ready");
    await drop("main", file);
    await state("done");
    await page.click("#tab-address");
    await page.fill("#address", "10.0.0.1");
    await page.press("#address", "Enter");
    for (const [list, last] of [["asked", `UDP/${answer.ports_asked[many - 1].port}`], ["peers", answer.peers[many - 1].address]]) {
      await until(`all ${list}`, async () => (await page.getAttribute(`#${list}`, "aria-rowcount")) === String(many + 1));
      await page.focus(`#${list}`);
      await page.keyboard.press("End");
      await until(`the last of ${list}`, async () => (await text(page, `#${list}-${many - 1} [data-column='0']`)) === last);
    }
    // Countries come later: the lists stay where they were, and the keyboard too.
    equal(await page.locator("#countries").count(), 0, "countries that are on their way");
    release();
    await until("countries", async () => (await page.locator("#countries").count()) === 1);
    for (const list of ["asked", "peers"]) {
      equal(await page.getAttribute(`#${list}`, "aria-activedescendant"), `${list}-${many - 1}`, `the row of ${list}`);
    }
    await page.keyboard.press("Enter");
    await until("the last peer's page", async () => (await text(page, "#address-title")) === answer.peers[many - 1].address);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// DNS answers that give 10.0.0.1 so many names, sent to it by its resolver.
function named(names) {
  const records = Array.from({ length: names }, (_, nth) => {
    const label = `n${nth}`, name = Buffer.concat([Buffer.from([label.length]), Buffer.from(label), Buffer.from("\x07example\0")]);
    const dns = Buffer.concat([Buffer.from("123481800001000100000000", "hex"), name, Buffer.from("00010001c00c000100010000003c00040a000001", "hex")]);
    const frame = Buffer.concat([Buffer.from("02000000000102000000000208004500000000004000401100000a0000350a000001003588000000" + "0000", "hex"), dns]);
    frame.writeUInt16BE(28 + dns.length, 16);
    frame.writeUInt16BE(20_000 + nth, 36);
    frame.writeUInt16BE(8 + dns.length, 38);
    const head = Buffer.alloc(16);
    [1_780_272_000, nth * 1000, frame.length, frame.length].forEach((value, at) => head.writeUInt32LE(value, at * 4));
    return Buffer.concat([head, frame]);
  });
  return Buffer.concat([Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000", "hex"), ...records]);
}

test("an address has all its names: the first on its card, the rest in a table", async ({ page, drop, state, until, cli }) => {
  const folder = mkdtempSync(join(tmpdir(), "wireglass-")), file = join(folder, "names.pcap"), many = 230;
  try {
    writeFileSync(file, named(many));
    const answer = JSON.parse(cli("host", "10.0.0.1", file, "--json", "--limit", "0"));
    equal([answer.names.length, answer.all_names], [many, many], "all of them on the command line");
    await state("ready");
    await drop("main", file);
    await state("done");
    await page.click("#tab-address");
    await page.fill("#address", "10.0.0.1");
    await page.press("#address", "Enter");
    await until("some on the card", async () => (await page.locator("#names li b").count()) === 12);
    await page.locator("#names button", { hasText: `All ${many} names` }).click();
    await until("the table has the focus", () => page.evaluate(() => document.activeElement?.id === "all-names"));
    equal(await page.getAttribute("#all-names", "aria-rowcount"), String(many + 1), "its rows");
    await page.keyboard.press("End");
    await until("the last", async () => (await text(page, `#all-names-${many - 1} [data-column='0']`)) === answer.names[many - 1].name);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
