// Saving: packets as capture files, tables as text; as a download and into a file that the user chooses.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "./harness.mjs";

const SAMPLE = "www/samples/shop.pcapng";
const text = (page, selector) => page.locator(selector).innerText();

async function sample({ page, state }) {
  await state("ready");
  await page.click("#sample");
  await state("done");
}

// As in browsers that only have downloads: a headless one has nobody who would choose a file.
const onlyDownloads = page => page.evaluate(() => { window.showSaveFilePicker = undefined; });

// A user who chooses a file; what becomes of it is in `window.chosen`. `fail`: the write that fails, with the name of its error;
// `wait`: every write waits for it, ms.
const chooses = (page, options = {}) => page.evaluate(({ fail, wait = 0 }) => {
  const chosen = window.chosen = { parts: [], writing: 0, together: 0, state: "none" };
  window.showSaveFilePicker = async asked => {
    Object.assign(chosen, { asked, state: "open" });
    return {
      getFile: async () => new File([], "chosen"),
      remove: async () => { chosen.removed = true; },
      createWritable: async () => ({
        write: async bytes => {
          chosen.together = Math.max(chosen.together, ++chosen.writing);
          await new Promise(done => setTimeout(done, wait));
          chosen.writing -= 1;
          if (fail) throw new DOMException("no", fail);
          chosen.parts.push(bytes);
        },
        close: async () => { chosen.state = "closed"; },
        abort: async () => { chosen.state = "aborted"; },
      }),
    };
  };
}, options);
const chosen = page => page.evaluate(async () => {
  const { parts, ...rest } = window.chosen;
  return { ...rest, head: [...new Uint8Array(await new Blob(parts).slice(0, 4).arrayBuffer())] };
});

async function download(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-start")]);
  return { name: download.suggestedFilename(), path: await download.path() };
}

// The same saved by the command line.
function printed(cli, ...args) {
  const folder = mkdtempSync(join(tmpdir(), "wireglass-")), file = join(folder, "saved");
  try {
    cli("save", ...args, "--quiet", "--output", file, SAMPLE);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("all packets are saved as the command line saves them, and can be opened again", async tools => {
  const { page, until, equal, cli, state, shot } = tools;
  await sample(tools);
  await onlyDownloads(page);
  await page.keyboard.press("Control+s");
  await until("how many", async () => (await text(page, "#save-count")) === "1,881 packets: all of them.");
  await shot("save");
  for (const [at, format] of ["pcapng", "pcap"].entries()) {
    await page.selectOption("#save-format", String(at));
    const file = await download(page);
    equal(file.name, `shop-copy.${format}`, "name");
    equal(readFileSync(file.path).equals(printed(cli, "--format", format)), true, `bytes of the ${format}`);
    await until("what was saved", async () => (await text(page, "#save-state")).startsWith("Saved 1,881 packets, "));
    if (format === "pcap") {
      await page.keyboard.press("Escape");
      await page.setInputFiles("input[type=file]", file.path);
      await state("done");
      await until("the same packets", async () => (await page.evaluate(() => document.documentElement.dataset.packets)) === "1881");
    }
  }
});

test("what matches is streamed into the file that was chosen", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  await page.fill("#filter", "dns");
  await page.press("#filter", "Enter");
  await until("the filter", async () => /^\d/.test(await text(page, "#tab-packets .tab-count")) && (await text(page, "#tab-packets .tab-count")) !== "1,881");
  await chooses(page);
  await page.click("#save");
  await until("how many", async () => /^[\d,]+ of 1,881 packets: those that match the filter\.$/.test(await text(page, "#save-count")));
  await page.fill("#save-name", "only/dns");
  await page.click("#save-start");
  await until("the file", async () => (await chosen(page)).state === "closed");
  const file = await chosen(page);
  equal([file.asked.suggestedName, file.together], ["only_dns.pcapng", 1], "its name, and writes one at a time");
  equal(file.head, [10, 13, 13, 10], "pcapng");
  const said = (await text(page, "#save-count")).match(/^[\d,]+/)[0];
  equal((await text(page, "#save-state")).startsWith(`Saved ${said} packets, `), true, "what was saved");
  await page.click("#save-close");
  equal(await page.evaluate(() => document.activeElement.id), "save", "the focus is where it was");
});

test("nothing stays of a file that could not be written, or that was given up", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  await chooses(page, { fail: "QuotaExceededError" });
  await page.click("#save");
  await page.click("#save-start");
  await until("why", async () => (await text(page, "#save-state")).includes("not enough space"));
  let file = await chosen(page);
  equal([file.state, file.removed], ["aborted", true], "taken away");
  await chooses(page, { wait: 700 });
  await page.click("#save-start");
  await until("the button that stops", async () => (await text(page, "#save-close")) === "Stop");
  await page.click("#save-close");
  await until("stopped", async () => (await chosen(page)).state === "aborted");
  file = await chosen(page);
  equal(file.removed, true, "taken away too");
  await until("the choice again", async () => (await text(page, "#save-close")) === "Cancel");
});

test("a table is saved with its order, as CSV and as a conn.log", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  await onlyDownloads(page);
  await page.click("#tab-flows");
  await page.fill("#flow-search", "http");
  await until("the search", async () => / of /.test(await text(page, "#flow-count")));
  const count = Number((await text(page, "#flow-count")).match(/^[\d,]+/)[0].replace(",", ""));
  await page.click("#save-table");
  await until("how many", async () => (await text(page, "#save-count")).startsWith(`${count} of `));
  const csv = await download(page);
  equal(csv.name, "shop-flows.csv", "name");
  const lines = readFileSync(csv.path, "utf8").trim().split(/\r?\n/).map(line => line.split(","));
  equal(lines.length, count + 1, "a row each, and the titles");
  const [client, port] = ["client", "client_port"].map(title => lines[0].indexOf(title));
  await page.selectOption("#save-format", "5");
  const log = readFileSync((await download(page)).path, "utf8");
  equal(log.startsWith("#separator"), true, "Zeek's head");
  equal(log.split("\n").filter(line => line && !line.startsWith("#")).length, count, "a line each");
  await page.keyboard.press("Escape");
  for (const row of [0, 1, 2]) {
    const shown = await text(page, `#flow-table-${row}`);
    equal([shown.includes(lines[row + 1][client]), shown.includes(lines[row + 1][port])], [true, true], `row ${row}`);
  }
});
