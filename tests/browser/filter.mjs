// The filter: what is typed and what is said of it, what every view then shows, chips, history, menus, the form, the address.
import { test } from "./harness.mjs";

const hash = page => page.evaluate(() => decodeURIComponent(location.hash));
const text = (page, selector) => page.locator(selector).innerText();
const value = page => page.inputValue("#filter");

async function sample({ page, state }) {
  await state("ready");
  await page.click("#sample");
  await state("done");
}

// Types a filter and applies it; waits until it is known how many packets match.
async function apply({ page, until }, filter) {
  await page.fill("#filter", filter);
  await page.press("#filter", "Enter");
  await until(`${filter} to be applied`, async () => (await hash(page)).includes(`filter=${filter}`));
  await until("a count", async () => /^[\d,]+ of [\d,]+ packets? match(es)? \(/.test(await text(page, "#filter-count")));
  return Number((await text(page, "#filter-count")).match(/^[\d,]+/)[0].replace(/,/g, ""));
}

test("what is typed is judged: colour, sign, words, and the wrong place underlined", async tools => {
  const { page, until, equal, shot } = tools;
  await sample(tools);
  await page.keyboard.press("/");
  equal(await page.evaluate(() => document.activeElement.id), "filter", "the key / leads to the field");
  await page.keyboard.type("tcp.port == 80");
  await until("valid", async () => (await text(page, "#filter-word")) === "valid");
  equal(await page.locator(".filter-field.is-valid").count(), 1, "green");
  await until("its language", async () => (await text(page, "#filter-said")).includes("Wireshark display filter"));
  await until("the like for tcpdump", async () => (await text(page, ".filter-other")).includes("port 80"));
  await page.fill("#filter", "tcp.prot == 80");
  await until("invalid", async () => (await text(page, "#filter-word")) === "invalid");
  equal(await page.getAttribute("#filter", "aria-invalid"), "true", "said to who listens");
  equal(await page.locator(".filter-echo .wrong").textContent(), "tcp.prot", "the wrong place");
  equal((await text(page, "#filter-said")).length > 10, true, "what would be right");
  await shot("filter-invalid");
  await page.press("#filter", "Enter");
  equal((await hash(page)).includes("filter="), false, "not applied");
  await page.press("#filter", "Escape");
  equal(await value(page), "", "Escape takes it back");
  await page.fill("#filter", "host 10.0.0.1 and port 80");
  await until("tcpdump's language", async () => (await text(page, "#filter-said")).includes("tcpdump filter"));
  await page.selectOption("#filter-language", "display");
  await until("no display filter", async () => (await text(page, "#filter-word")) === "invalid");
});

test("a filter is for every view, in the address, and cleared again", async tools => {
  const { page, until, equal, shot } = tools;
  await sample(tools);
  const all = Number((await text(page, "#fact-packets")).match(/^[\d,]+/)[0].replace(/,/g, ""));
  const matched = await apply(tools, "udp");
  equal(matched > 0 && matched < all, true, "some packets");
  await until("the overview", async () => (await text(page, "#fact-packets")).startsWith(matched.toLocaleString("en")));
  await page.click("#tab-packets");
  await until("the list", async () => (await text(page, "#packet-count")).startsWith(`${matched.toLocaleString("en")} packet`));
  await page.click("#tab-flows");
  await until("flows of UDP only", async () => /\d/.test(await text(page, "#flow-table-0")) && !(await text(page, "#flow-table")).includes("TCP"));
  await page.click("#tab-protocols");
  await until("no TCP in the hierarchy", async () => (await page.locator("#hierarchy tbody tr").count()) > 0 && !(await text(page, "#hierarchy")).includes("Transmission Control"));
  await shot("filter-applied");
  await page.reload();
  await tools.state("ready");
  await page.click("#sample");
  await tools.state("done");
  await until("the same filter", async () => (await text(page, "#filter-count")).startsWith(matched.toLocaleString("en")));
  equal(await value(page), "udp", "in the field");
  await page.click("#filter-clear");
  await until("all packets", async () => !(await hash(page)).includes("filter="));
  equal(await page.locator("#filter-count").count(), 0, "no count");
  await page.goBack();
  await until("the filter again", async () => (await value(page)) === "udp");
});

test("what was cleared stays cleared, however late the engine's word on it comes", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  // Enter asks the engine first; both happen before it can answer.
  const enterAndClear = () => page.evaluate(() => {
    document.querySelector("#filter").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    document.querySelector("#filter-clear").click();
  });
  for (const before of ["", "udp"]) {
    if (before) await apply(tools, before);
    await page.fill("#filter", "tcp port 22");
    await enterAndClear();
    await page.fill("#filter", "tcp");
    await until("the engine's word on what is typed", async () => (await text(page, "#filter-word")) === "valid");
    equal((await page.evaluate(() => location.hash)).includes("filter"), false, "a filter in the address");
  }
});

test("when nothing matches the page says so and offers a way back", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  equal(await apply(tools, "ip.addr == 203.0.113.77"), 0, "no packets");
  await until("it to be said", async () => (await text(page, "#nothing-matches")).includes("No packet matches"));
  await page.click("#nothing-matches button");
  await until("the overview", async () => (await page.locator("#facts").count()) === 1);
});

test("parts are chips, what was applied comes back by key, and named filters are buttons", async tools => {
  const { page, until, equal } = tools;
  await sample(tools);
  await apply(tools, "tcp && frame.len > 100 && ip");
  await until("three parts", async () => (await page.locator("#filter-parts li").count()) === 3);
  await page.locator("#filter-parts li:nth-child(2) .chip-not").click();
  await until("the part turned round", async () => (await value(page)) === "tcp && !(frame.len > 100) && ip");
  await until("new parts", async () => (await text(page, "#filter-parts")).includes("!(frame.len > 100)"));
  await page.locator("#filter-parts li:nth-child(2) .chip-close").last().click();
  await until("the part gone", async () => (await value(page)) === "tcp && ip");
  await page.fill("#filter", "");
  await page.press("#filter", "ArrowUp");
  equal(await value(page), "tcp && ip", "the latest");
  await page.press("#filter", "ArrowUp");
  equal(await value(page), "tcp && !(frame.len > 100) && ip", "the one before");
  await page.press("#filter", "ArrowDown");
  equal(await value(page), "tcp && ip", "and back");
  await page.click("#filter-saved summary");
  await page.fill("#filter-name", "both");
  await page.click("#filter-save");
  await until("a button", async () => (await text(page, ".filter-buttons")) === "both");
  equal(await page.getAttribute(".filter-buttons button", "aria-pressed"), "true", "applied");
  await page.keyboard.press("Escape");
  await page.reload();
  await sample(tools);
  await page.locator(".filter-buttons button", { hasText: "both" }).click();
  await until("cleared", async () => !(await hash(page)).includes("filter="));
  await page.locator(".filter-buttons button", { hasText: "both" }).click();
  await until("applied", async () => (await hash(page)).includes("filter=tcp && ip"));
  await page.click("#filter-saved summary");
  await page.fill("#filter-kept input", "renamed");
  await page.press("#filter-kept input", "Tab");
  await until("another name", async () => (await text(page, ".filter-buttons")) === "renamed");
  await page.click("#filter-kept .chip-close");
  await until("no button", async () => (await page.locator(".filter-buttons").count()) === 0);
});

test("any cell, line and bar is a filter: by mouse, by key, and by its button", async tools => {
  const { page, until, equal, shot } = tools;
  await sample(tools);
  await page.click("#tab-packets");
  await until("rows", async () => (await page.locator("#packets-table-3 [data-column='2']").count()) === 1);
  const source = await text(page, "#packets-table-3 [data-column='2']");
  await page.locator("#packets-table-3 [data-column='2']").click({ button: "right" });
  equal(await text(page, ".menu-head"), `${source.includes(":") ? "ipv6" : "ip"}.src == ${source}`, "what it is about");
  await page.locator(".menu-item", { hasText: "Apply as Filter" }).hover();
  await until("the second menu", async () => (await page.locator(".beside .menu-item").count()) === 6);
  await shot("filter-menu");
  await page.locator(".beside .menu-item").first().click();
  await until("the filter", async () => (await value(page)).endsWith(`.src == ${source}`));
  await until("in the address", async () => (await hash(page)).includes(".src =="));
  // By keyboard: the cell beside it, …and not Selected, only prepared.
  await page.click("#packets-table-0 [data-column='2']");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const destination = await text(page, "#packets-table-0 [data-column='3']");
  await page.keyboard.press("Shift+F10");
  await until("its menu", async () => (await text(page, ".menu-head")).endsWith(`.dst == ${destination}`));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await until("the focus beside", () => page.evaluate(() => document.activeElement.closest(".beside") !== null));
  for (let n = 0; n < 4; n += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await until("both joined", async () => (await value(page)).includes(" && !(") && (await value(page)).includes(`.dst == ${destination}`));
  equal(await page.evaluate(() => document.activeElement.id), "filter", "in the field, to be changed");
  equal((await hash(page)).includes(".dst =="), false, "not applied");
  await page.press("#filter", "Escape");
  // A line of the details by its button, and the protocols by theirs.
  await page.locator("#packet-tree [role=treeitem]").nth(1).click();
  await page.locator("#packet-tree [aria-selected=true] .row-more").click();
  await until("its menu", async () => (await page.locator(".menu-head").count()) === 1);
  await page.keyboard.press("Escape");
  await page.click("#filter-clear");
  await page.click("#tab-protocols");
  await page.locator("#protocol-eth-ip-tcp .more-button").click();
  equal(await text(page, ".menu-head"), "tcp", "a protocol");
  await page.keyboard.press("Escape");
  equal(await page.locator(".context-menu").count(), 0, "closed");
  // Time: drawn over.
  await page.click("#tab-overview");
  await until("the timeline", async () => (await page.locator(".chart .bars[d*='M']").count()) > 0);
  const box = await page.locator(".timeline-bar .chart-area").boundingBox();
  await page.mouse.click(box.x + 20, box.y + 30, { button: "right" });
  await until("a span of time", async () => (await text(page, ".menu-head")).startsWith("frame.time_relative >= "));
  await page.locator(".menu-item", { hasText: "Apply as Filter" }).click();
  await page.locator(".beside .menu-item").first().click();
  await until("the span in the address", async () => (await hash(page)).includes("frame.time_relative >="));
});

test("the form writes a filter that can still be changed", async tools => {
  const { page, until, equal, shot } = tools;
  await sample(tools);
  await page.click("#filter-build");
  await page.fill("#build-0", "10.0.0.0/8");
  await page.fill("#build-1", "443, 8000-8100");
  await until("its text", async () => (await text(page, "#build-text")) === "ip.addr == 10.0.0.0/8 && (tcp.port in {443, 8000..8100} || udp.port in {443, 8000..8100})");
  await shot("filter-form");
  await page.fill("#build-1", "https");
  await until("what is wrong", async () => (await text(page, "#build-text")).startsWith("Ports are numbers"));
  equal(await page.locator("#build-put").isDisabled(), true, "nothing to put");
  await page.fill("#build-1", "443");
  await page.locator(".build-join label", { hasText: "OR" }).click();
  await page.click("#build-put");
  equal(await value(page), "ip.addr == 10.0.0.0/8 || tcp.port == 443 || udp.port == 443", "in the bar");
  equal((await hash(page)).includes("filter="), false, "not applied yet");
});

test("the form chooses files and countries of a data set", async ({ page, drop, state, until, equal, shot }) => {
  await state("ready");
  await drop("#main", "tests/captures/http/capture.pcap", "tests/captures/pcapng-many/capture.pcapng");
  await state("done");
  await page.click("#filter-build");
  await page.locator("#build-files label").nth(1).waitFor();
  equal(await page.locator("#build-files label").allInnerTexts(), ["capture.pcap", "capture.pcapng"], "both files");
  await page.locator("#build-files label").first().click();
  await until("the file", async () => (await text(page, "#build-text")) === 'file.name == "capture.pcap"');
  // The table of countries comes with the form; a name is as good as its code.
  await page.locator("#build-countries option").first().waitFor({ state: "attached" });
  const name = await page.locator("#build-countries option").first().getAttribute("value");
  const code = await page.locator("#build-countries option").first().textContent();
  await page.fill("#build-5", name.toUpperCase());
  await until("the country", async () => (await text(page, "#build-text")) === `file.name == "capture.pcap" && geo.country == "${code}"`);
  await shot("filter-form-files");
  await page.locator("#build-files label").nth(1).click();
  await page.fill("#build-5", "Nowhere");
  await until("what is wrong", async () => (await text(page, "#build-text")).startsWith("Countries of this capture"));
  await page.fill("#build-5", "kr, jp");
  await page.click("#build-put");
  equal(await value(page), 'file.name in {"capture.pcap", "capture.pcapng"} && geo.country in {"KR", "JP"}', "in the bar");
});

test("names, values and operators are offered while typing", async tools => {
  const { page, until, equal, shot } = tools;
  await sample(tools);
  await page.click("#filter");
  await page.keyboard.type("tcp.po");
  await until("choices", async () => (await page.locator("#filter-choices [role=option]").count()) > 0);
  equal(await page.getAttribute("#filter", "aria-expanded"), "true", "said to who listens");
  await shot("filter-choices");
  await page.keyboard.press("ArrowDown");
  await until("the first", async () => (await page.getAttribute("#filter", "aria-activedescendant")) === "filter-choice-0");
  await page.keyboard.press("Escape");
  await until("no choices", async () => (await page.locator("#filter-choices").count()) === 0);
  equal(await value(page), "tcp.po", "the text stays");
  await page.keyboard.type("r");
  await until("choices again", async () => (await page.locator("#filter-choices [role=option]").count()) > 0);
  await page.keyboard.press("Tab");
  equal(await value(page), "tcp.port", "taken");
  await until("no choices once one is taken", async () => (await page.locator("#filter-choices").count()) === 0);
  // Values that this capture has, also of fields that are neither addresses nor ports.
  await page.fill("#filter", "tcp.stream in {");
  await until("streams", async () => (await page.locator("#filter-choices [role=option] code").allInnerTexts()).some(value => /^\d+$/.test(value)));
  equal((await page.locator("#filter-choices .choice-help").first().innerText()).endsWith("packets"), true, "and how often");
});

test("a time without a zone is doubtful, and said to be UTC", async tools => {
  const { page, until } = tools;
  await sample(tools);
  await page.fill("#filter", 'frame.time >= "2024-05-06 07:08:09"');
  await until("doubtful", async () => (await text(page, "#filter-word")) === "doubtful" && (await text(page, "#filter-said")).includes("UTC"));
  await page.fill("#filter", 'frame.time >= "2024-05-06 16:08:09+09:00"');
  await until("valid", async () => (await text(page, "#filter-word")) === "valid");
});
