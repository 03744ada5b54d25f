// Unwanted protocols: findings with evidence, the list of what a machine should speak, and what blocks the rest.
import { readFileSync } from "node:fs";
import { test } from "./harness.mjs";

const text = (page, selector) => page.locator(selector).innerText();

async function sample({ page, state }) {
  await state("ready");
  await page.click("#sample");
  await state("done");
  await page.click("#tab-unwanted");
}

test("BitTorrent is found, with its packets, and blocked by a copied command", async tools => {
  const { page, until, equal, shot } = tools;
  await sample(tools);
  const torrent = page.locator("#unwanted-list > li", { hasText: "BitTorrent" }).first();
  await until("BitTorrent", async () => (await torrent.count()) === 1);
  equal(await torrent.getAttribute("data-kind"), "PeerToPeer", "its kind");
  await shot("unwanted");
  await torrent.locator("summary", { hasText: "What blocks it" }).click();
  equal(await torrent.locator("pre").count(), 4, "tools");
  equal((await torrent.locator("pre").last().innerText()).startsWith("az network nsg rule create"), true, "Azure's command");
  await torrent.locator(".evidence .link").first().click();
  await until("the packet", async () => (await page.evaluate(() => location.hash)).includes("view=packets"));
});

test("the list is chosen, edited, kept and taken along", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  const count = () => page.locator("#unwanted-list > li").count();
  await until("findings", async () => (await count()) > 0);
  await page.fill("#allow-rules", "*  with any\nnonsense\n");
  await page.click("#allow-use");
  await until("the line that says nothing", async () => (await text(page, "#allow-wrong")).includes("2"));
  await until("nothing but logins", async () => !(await page.locator("#unwanted-list").count()) || !(await text(page, "#unwanted-list")).includes("BitTorrent"));
  await page.fill("#allow-rules", "# mine\ntls\n");
  await page.locator("#allow-rules").blur();
  await until("HTTP is not on it", async () => (await text(page, "#unwanted-list")).includes("HTTP"));
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#allow-export")]);
  equal(readFileSync(await download.path(), "utf8"), "# mine\ntls\n", "the exported list");
  await page.reload();
  await tools.state("ready");
  await page.click("#sample");
  await tools.state("done");
  await page.click("#tab-unwanted");
  await until("the list again", async () => (await page.inputValue("#allow-rules")).startsWith("# mine"));
  await page.setInputFiles("#allow-file", { name: "list.txt", mimeType: "text/plain", buffer: Buffer.from("# another\n*\n") });
  await until("the imported one", async () => (await page.inputValue("#allow-rules")).startsWith("# another"));
  await page.selectOption("#allow-preset", "1");
  await until("the web server's", async () => (await page.inputValue("#allow-rules")).includes("http 80 in"));
});

test("a capture without anything unwanted says so", async tools => {
  const { page, drop, state, until } = tools;
  await state("ready");
  await drop("main", "tests/captures/http/capture.pcap");
  await state("done");
  await page.click("#tab-unwanted");
  await until("nothing", async () => (await text(page, "#unwanted-summary")).startsWith("Nothing unwanted in"));
  await until("what was looked for", async () => (await page.locator("#unwanted-none").count()) === 1);
});
