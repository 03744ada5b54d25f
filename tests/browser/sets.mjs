// Several captures as one, packed captures, folders, and files that are opened again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync, copyFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  equal(await page.locator("#reopen").count(), 0, "forgotten");
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
