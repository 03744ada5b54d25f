// Several captures as one, packed captures, folders, and files that are opened again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync, copyFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "./harness.mjs";

const HTTP = "tests/captures/http/capture.pcap", DNS = "tests/captures/dns/capture.pcap";
const MANY = "tests/captures/pcapng-many/capture.pcapng", PACKED = "tests/captures/packed/";

const packets = page => page.evaluate(() => Number(document.documentElement.dataset.packets));

async function openFiles(page) {
  await page.click("#files > summary");
  await page.locator(".files-table tbody tr").first().waitFor();
}

test("several captures are opened as one, added to and taken from", async ({ page, drop, state, equal, until, shot }) => {
  await state("ready");
  await drop("#main", HTTP, MANY);
  await state("done");
  equal(await packets(page), 178 + 189, "packets of both");
  await openFiles(page);
  const cells = () => page.locator(".files-table tbody tr").evaluateAll(rows => rows.map(row => [row.cells[1].innerText, row.cells[3]?.innerText]));
  await until("the files' packets", async () => (await cells())[0][1] === "178");
  equal(await cells(), [["capture.pcap", "178"], ["capture.pcapng", "189"]], "the list");
  await shot("sets-files");
  // One more, by the list's own button, where no dialog with handles is in the way.
  await page.evaluate(() => { wireglassOpening.pick = undefined; });
  const chooser = page.waitForEvent("filechooser");
  await page.click("#add-files");
  await (await chooser).setFiles(DNS);
  await until("all three", async () => await packets(page) === 178 + 189 + 63);
  await state("done");
  // A file is a filter.
  await page.fill("#filter", 'file.number == 3');
  await page.press("#filter", "Enter");
  await page.click("#tab-packets");
  await until("the third file's packets", async () => /63/.test(await page.locator("#tab-packets .tab-count").innerText()));
  await page.fill("#filter", "");
  await page.press("#filter", "Enter");
  await openFiles(page);
  await page.check("#file-column");
  await page.click("#files > summary");
  await page.locator(".head >> text=file.name").or(page.locator("[role=columnheader] >> text=/file/i")).first().waitFor();
  await openFiles(page);
  await page.locator(".files-table tbody tr").nth(1).getByRole("button", { name: "Remove capture.pcapng" }).click();
  await until("two are left", async () => await packets(page) === 178 + 63);
});

test("packed captures are unpacked, and leave nothing behind", async ({ page, drop, state, equal, until, context }) => {
  await state("ready");
  for (const ending of ["gz", "zst", "lz4", "xz", "bz2"]) {
    await drop("#main", `${PACKED}day.pcap.${ending}`);
    await until(`${ending} is open`, async () => (await page.title()).startsWith("day.pcap ") && await page.evaluate(() => document.documentElement.dataset.state === "done"));
    equal(await packets(page), 63, ending);
    equal(page.workers().length <= 2, true, "the worker that unpacks is gone");
  }
  await drop("#main", `${PACKED}days.zip`);
  await until("three captures in an archive", async () => await packets(page) === 3 * 63);
  // A packet's bytes come from the unpacked file.
  await page.click("#tab-packets");
  await page.locator("text=Standard query").first().waitFor();
  const rooms = page => page.evaluate(async () => {
    const names = [];
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("unpacked").catch(() => null);
    for await (const [name, room] of folder?.entries() ?? []) {
      let files = 0;
      // While a room is being removed it cannot be looked into.
      try { for await (const _ of room.keys()) files += 1; } catch { continue; }
      names.push([name, files]);
    }
    return names;
  });
  await until("what earlier captures were unpacked to is removed", async () => JSON.stringify((await rooms(page)).map(([, files]) => files)) === "[3]");
  // Another page leaves the room of one that is open alone, and removes it when that is gone.
  const second = await context.newPage();
  await second.goto(page.url());
  await until("the second page is ready", () => second.evaluate(() => document.documentElement.dataset.state === "ready"));
  equal((await rooms(second)).length, 1, "a room in use");
  await page.close();
  await until("a room that is left is removed at the next start", async () => {
    await second.reload();
    await until("ready", () => second.evaluate(() => document.documentElement.dataset.state === "ready"));
    return (await rooms(second)).length === 0;
  });
});

test("unpacking is cancelled, and what is open stays", async ({ page, drop, state, equal, until }) => {
  const folder = mkdtempSync(join(tmpdir(), "wireglass-sets-")), file = join(folder, "long.pcap.gz");
  try {
    // Takes seconds to unpack: a capture of hardly anything but zeros, under the limit for bombs.
    const head = Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000", "hex"), noise = Buffer.alloc(1 << 16);
    for (let at = 0; at < noise.length; at += 4) noise.writeUInt32LE((at * 2654435761) >>> 0, at);
    writeFileSync(file, gzipSync(Buffer.concat([head, ...Array.from({ length: 4000 }, () => noise)]), { level: 1 }));
    await state("ready");
    await drop("#main", DNS);
    await state("done");
    await drop("#main", file);
    await page.locator("#unpacking-text", { hasText: "Unpacking long.pcap.gz" }).waitFor();
    await page.click("#stop-unpacking");
    await state("done");
    equal([await packets(page), (await page.title()).startsWith("capture.pcap ")], [63, true], "the capture before");
    equal(await page.locator(".refusal, #unpacking-text").count(), 0, "nothing to say");
    await until("the worker that unpacks is gone", () => page.workers().length <= 1);
    // The next one is opened as if nothing had been.
    await drop("#main", `${PACKED}day.pcap.gz`);
    await until("the next", async () => (await page.title()).startsWith("day.pcap "));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a set is changed behind the one on screen, and left as it was by Cancel", async ({ page, drop, state, equal, until }) => {
  await state("ready");
  await drop("#main", HTTP, MANY);
  await state("done");
  await page.fill("#filter", "tcp");
  await page.press("#filter", "Enter");
  await page.click("#tab-flows");
  await page.fill("#flow-search", "80");
  const matching = () => page.locator("#tab-packets .tab-count").innerText();
  await until("the filter", async () => /\d/.test(await matching()) && await matching() !== "367");
  const [before, flows] = [await matching(), await page.locator("#tab-flows .tab-count").innerText()];
  // Reading takes its time: 200 MB of one long packet after another.
  const folder = mkdtempSync(join(tmpdir(), "wireglass-sets-")), file = join(folder, "large.pcap");
  try {
    const record = Buffer.alloc(16 + 60_000);
    [1_780_272_000, 0, 60_000, 60_000].forEach((value, at) => record.writeUInt32LE(value, at * 4));
    writeFileSync(file, Buffer.concat([Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000", "hex"), ...Array.from({ length: 12_000 }, () => record)]));
    const add = async () => {
      await page.evaluate(() => { wireglassOpening.pick = undefined; document.getElementById("files").open = true; });
      const chooser = page.waitForEvent("filechooser");
      await page.click("#add-files");
      await (await chooser).setFiles(file);
    };
    await add();
    await page.locator("#rereading-text").waitFor();
    equal([await packets(page), await matching()], [367, before], "what is on screen stays");
    await page.click("#stop-rereading");
    equal(await page.locator("#rereading-text").count(), 0, "it is over");
    equal([await packets(page), await matching(), await page.locator("#tab-flows .tab-count").innerText(), await page.inputValue("#flow-search")], [367, before, flows, "80"], "nothing is lost");
    equal(await page.evaluate(() => document.documentElement.dataset.state), "done", "the state");
    await add();
    await until("all of it", async () => await packets(page) === 367 + 12_000);
    equal([await page.inputValue("#flow-search"), await page.inputValue("#filter")], ["80", "tcp"], "what was looked for");
    await until("the same packets match", async () => await matching() === before);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a packed file that is none, or cut, is told", async ({ page, drop, state, until }) => {
  const folder = mkdtempSync(join(tmpdir(), "wireglass-sets-"));
  try {
    const whole = readFileSync(`${PACKED}day.pcap.gz`);
    writeFileSync(join(folder, "cut.pcap.gz"), whole.subarray(0, 1500));
    writeFileSync(join(folder, "bad.zip"), Buffer.from("PK\x03\x04 but nothing else"));
    await state("ready");
    await drop("#main", join(folder, "bad.zip"));
    await page.locator(".refusal", { hasText: "bad.zip was not opened. The zip archive is damaged" }).waitFor();
    await drop("#main", join(folder, "cut.pcap.gz"));
    await until("what is there is shown", async () => await packets(page) > 5);
    await page.locator(".refusal", { hasText: "cut.pcap.gz was opened in part. The compressed file ends too early" }).waitFor();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("of a folder the captures are opened", async ({ page, drop, state, until, equal }) => {
  const folder = mkdtempSync(join(tmpdir(), "wireglass-sets-"));
  try {
    mkdirSync(join(folder, "ring", "deeper"), { recursive: true });
    copyFileSync(HTTP, join(folder, "ring", "b.pcap"));
    copyFileSync(`${PACKED}day.pcap.xz`, join(folder, "ring", "deeper", "a.pcap.xz"));
    writeFileSync(join(folder, "ring", "notes.txt"), "no capture");
    await state("ready");
    await drop("#main", join(folder, "ring"));
    await until("both", async () => await packets(page) === 178 + 63);
    equal(await page.locator(".refusal").count(), 0, "notes.txt goes without saying");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("files of a handle can be opened again, and forgotten", async ({ page, state, until, equal }) => {
  await state("ready");
  equal(await page.locator("#reopen").count(), 0, "nothing to open again yet");
  // What the browser's dialog would give: a handle, here one of the page's own file system, which needs no permission.
  await page.evaluate(async bytes => {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle("again.pcap", { create: true });
    const writable = await handle.createWritable();
    await writable.write(new Uint8Array(bytes));
    await writable.close();
    handle.queryPermission ??= async () => "granted";
    globalThis.showOpenFilePicker = async () => [handle];
  }, [...readFileSync(DNS)]);
  await page.click("#open");
  await state("done");
  equal(await packets(page), 63, "packets");
  await page.reload();
  await page.locator("#reopen", { hasText: "Reopen again.pcap" }).click();
  await until("it is open again", async () => await packets(page) === 63);
  await page.reload();
  await page.click("#forget");
  await until("it is forgotten", async () => (await page.locator("#reopen").count()) === 0);
  await page.reload();
  await state("ready");
  await new Promise(done => setTimeout(done, 200));
  equal(await page.locator("#reopen").count(), 0, "forgotten for good");
});

test("what is shared with the installed app is opened", async ({ page, state, until, equal }) => {
  await state("ready");
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
  await page.evaluate(async bytes => {
    const form = new FormData();
    form.append("captures", new File([new Uint8Array(bytes)], "shared capture.pcap"));
    await fetch("./share", { method: "POST", body: form });
  }, [...readFileSync(DNS)]);
  await page.goto(new URL("./?shared", page.url()).href);
  await until("it is open", async () => await packets(page) === 63);
  equal((await page.title()).startsWith("shared capture.pcap"), true, "its name");
  equal(await page.evaluate(async () => [location.search, await caches.has("shared-with-wireglass")]), ["", false], "nothing is left");
});

test("the installed app opens the files it was started with", async ({ page, context, server, state, until, equal }) => {
  // Handles as the browser gives them, of the page's own file system: they can be kept and need no permission.
  await state("ready");
  await page.evaluate(async bytes => {
    const root = await navigator.storage.getDirectory();
    for (const name of ["one.pcap", "two.pcap"]) {
      const writable = await (await root.getFileHandle(name, { create: true })).createWritable();
      await writable.write(new Uint8Array(bytes));
      await writable.close();
    }
  }, [...readFileSync(DNS)]);
  // The browser hands them over when somebody listens; a start without a file comes first.
  await context.addInitScript(() => Object.defineProperty(globalThis, "launchQueue", { value: { async setConsumer(consumer) {
    const root = await navigator.storage.getDirectory();
    await consumer({ files: [] });
    await consumer({ files: await Promise.all(["one.pcap", "two.pcap"].map(name => root.getFileHandle(name))) });
  } } }));
  const launched = await context.newPage();
  await launched.goto(server.url);
  await until("both are open", async () => await packets(launched) === 2 * 63);
  equal((await launched.title()).startsWith("one.pcap +1 "), true, "their names");
  // What the manifest tells the system is what the page can open.
  const manifest = await (await launched.request.get(new URL("manifest.webmanifest", server.url).href)).json();
  equal(manifest.file_handlers.map(handler => new URL(handler.action, server.url).href), [server.url], "who opens them");
});
