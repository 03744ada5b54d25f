// Reports: made in the page, one file that needs nothing else, and with pseudonyms without a trace of the real addresses.
import { readFileSync } from "node:fs";
import { test } from "./harness.mjs";

const text = (page, selector) => page.locator(selector).innerText();

async function sample({ page, state }) {
  await state("ready");
  await page.click("#sample");
  await state("done");
  await page.click("#report");
}

async function download(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

test("a report is saved as one page that runs nothing and fetches nothing", async tools => {
  const { page, context, until, equal, shot } = tools;
  await sample(tools);
  await shot("report-dialog");
  const { name, text: html } = await download(page, "#report-html");
  equal(name, "shop.pcapng-report.html", "its name");
  await until("that it says so", async () => (await text(page, "#report-state")).includes(name));
  const other = await context.newPage();
  const asked = [];
  other.on("request", request => { if (!request.url().startsWith("data:")) asked.push(request.url()); });
  await other.setContent(html);
  equal(await other.locator("h2").count(), 10, "sections");
  equal((await other.locator("main").innerText()).includes("BitTorrent"), true, "what is unwanted");
  equal(await other.locator("script, link, img").count(), 0, "things from outside");
  equal(asked, [], "requests");
  await other.screenshot({ path: "tests/shots/report.png", caret: "initial" }).catch(() => {});
});

test("parts are chosen, and pseudonyms leave no address and no name", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  await page.locator("#report-dialog .link", { hasText: "None" }).click();
  equal(await page.isDisabled("#report-html"), true, "nothing to make");
  await page.check("#report-dialog input[name=flows]");
  await page.check("#report-dialog input[name=unwanted]");
  const real = await download(page, "#report-markdown");
  equal((real.text.match(/^## /gm) ?? []).length, 2, "parts");
  equal(real.text.includes("192.0.2.10") && real.text.includes("shop.example"), true, "real addresses and names");
  await page.check("#report-pseudonyms");
  const [one, two] = [await download(page, "#report-markdown"), await download(page, "#report-markdown")];
  equal(one.name, "report.md", "a name that tells nothing");
  for (const { text } of [one, two]) {
    for (const gone of ["192.0.2.", "198.51.100.", "shop", "2001:db8:1:", "2001:db8:2:"]) equal(text.includes(gone), false, gone);
    equal(text.includes("host-1.example"), true, "pseudonyms");
  }
  equal(one.text === two.text, false, "the same pseudonyms twice");
  await page.click("#report-copy");
  await until("that it was copied", async () => /Copied|copy/.test(await text(page, "#report-state")));
});

test("a report of the Korean page is Korean, on the screen and for a ticket", { locale: "ko-KR" }, async tools => {
  const { page, context, equal } = tools;
  await sample(tools);
  const { text: html } = await download(page, "#report-html");
  const { text: markdown } = await download(page, "#report-markdown");
  const other = await context.newPage();
  await other.setViewportSize({ width: 390, height: 844 });
  for (const colorScheme of ["light", "dark"]) {
    await other.emulateMedia({ colorScheme });
    await other.setContent(html);
    equal(await other.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing stands beyond the edge");
    await other.screenshot({ path: `tests/shots/report-ko-${colorScheme}.png`, caret: "initial", fullPage: true });
  }
  equal(await other.locator("html").getAttribute("lang"), "ko", "its language");
  const headings = await other.locator("h1, h2, dt, thead th, figcaption, .grade, summary").allInnerTexts();
  // RTT is the same in Korean.
  equal(headings.filter(text => !/[가-힣]/.test(text) && !["RTT", "TCP, UDP"].includes(text)), [], "what is not Korean");
  equal(headings.filter(text => text === "개요").length, 1, "the overview");
  equal(/^# .*보고서$/m.test(markdown) && markdown.includes("## 눈에 띄는 점"), true, "the ticket's headings");
  equal(html.includes("BitTorrent") && html.includes("192.0.2.10"), true, "names and addresses as they are");
});
