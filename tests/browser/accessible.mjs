// What axe-core finds, in every view, both languages, light and dark, wide and narrow; and the switch between the languages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { test } from "./harness.mjs";

const AXE = readFileSync(createRequire(fileURLToPath(new URL("../../.tools/npm/", import.meta.url))).resolve("axe-core/axe.min.js"), "utf8");
const NARROW = { width: 390, height: 844 };

// Violations as lines: the rule, where, why.
async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }).then(result => result.violations));
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(node => `${node.target} (${node.any[0]?.message ?? node.failureSummary})`).join("; ")}`);
}

async function look(page, what, faults) {
  for (const violation of await violations(page)) faults.push(`${what}: ${violation}`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) faults.push(`${what}: ${over} px wider than the window`);
}

async function everyView({ page, state, until }) {
  const faults = [];
  await state("ready");
  await look(page, "start", faults);
  await page.click("#sample");
  await state("done");
  const views = await page.evaluate(() => [...document.querySelectorAll("nav.tabs a.tab")].map(tab => tab.id));
  for (const view of views) {
    await page.click(`#${view}`);
    await until(view, () => page.evaluate(id => document.getElementById(id).getAttribute("aria-current") === "page", view));
    await page.waitForTimeout(400);
    await look(page, view, faults);
  }
  for (const [button, dialog] of [["#help-button", "#help"], ["#filter-build", "#filter-form"], ["#save", "#save-dialog"]]) {
    await page.click(button);
    await page.waitForSelector(`${dialog}[open]`);
    await look(page, dialog, faults);
    await page.keyboard.press("Escape");
  }
  if (faults.length) throw new Error(`${faults.length} faults\n${faults.join("\n")}`);
}

for (const [locale, language] of [["en", "English"], ["ko", "Korean"]]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing in ${language}, ${colorScheme}`, { locale, colorScheme }, everyView);
  }
  test(`axe finds nothing in ${language} on a small screen with reduced motion`, { locale, viewport: NARROW, reducedMotion: "reduce" }, everyView);
}

test("the page speaks the browser's language, and another one when it is chosen", { locale: "ko-KR" }, async ({ page, state, equal, until }) => {
  await state("ready");
  const lang = () => page.evaluate(() => document.documentElement.lang);
  const tab = () => page.locator("#tab-flows .tab-title").innerText();
  equal(await lang(), "ko", "language");
  await page.click("#sample");
  await state("done");
  equal(await tab(), "흐름", "in Korean");
  await page.click("#tab-flows");
  await page.fill("#filter", "tcp");
  await page.keyboard.press("Enter");
  await until("the filter", () => page.evaluate(() => location.hash.includes("filter=tcp")));
  await page.selectOption("#language", "en");
  await until("English", async () => (await tab()) === "Flows");
  equal(await lang(), "en", "language");
  equal(await page.inputValue("#filter"), "tcp", "the filter stays");
  equal(await page.getAttribute("#tab-flows", "aria-current"), "page", "the view stays");
  await until("the capture stays", () => page.evaluate(() => document.documentElement.dataset.packets === "1881"));
  await page.reload();
  await state("ready");
  equal(await lang(), "en", "remembered");
});

test("a page without its catalogue speaks English", { locale: "ko" }, async ({ page, context, state, equal, expected }) => {
  expected(/ERR_FAILED/);
  await context.route(/words\/ko\.txt/, route => route.abort());
  await page.reload();
  await state("ready");
  equal(await page.evaluate(() => document.documentElement.lang), "en", "language");
});
