// What the page says of TCP: connections with their states, response times, expert information, and what stands out.
import { test } from "./harness.mjs";

const hash = page => page.evaluate(() => location.hash);
const text = (page, selector) => page.locator(selector).innerText();
const lab = name => `tests/captures/lab-${name}/capture.pcap`;

async function open({ page, drop, state }, name, view) {
  await state("ready");
  await drop("main", lab(name));
  await state("done");
  if (view) await page.click(`#tab-${view}`);
}

test("connections are listed as netstat does, and a finding filters them", async tools => {
  const { page, until, shot } = tools;
  await open(tools, "close-wait", "states");
  await until("the leak", async () => (await text(page, "#state-findings")).includes("CLOSE_WAIT"));
  await until("rows", async () => (await text(page, "#state-table-0")).startsWith("tcp"));
  await page.click("#state-findings .finding");
  await until("the filter in the address", async () => (await hash(page)).includes("became=close-wait"));
  await until("rows in CLOSE_WAIT", async () => (await text(page, "#state-table-0")).includes("CLOSE_WAIT"));
  await shot("states");
  await page.click("#state-table-0");
  await until("the states of both ends", async () => (await text(page, "#flow-states")).includes("CLOSE_WAIT"));
  await page.keyboard.press("Escape");
  await until("the details to close", async () => (await page.locator("#details").count()) === 0);
  await page.click("#all-connections");
  await until("all again", async () => !(await hash(page)).includes("became="));
  await page.locator("label", { hasText: "Services" }).click();
  await until("services", async () => /:\d+/.test(await text(page, "#state-table-0")));
  await page.click("#state-table-0");
  await until("the service's connections", async () => (await hash(page)).includes("service="));
});

test("response times name who took the time", async tools => {
  const { page, until, shot } = tools;
  await open(tools, "server-thinks-300", "times");
  await until("the server's verdict", async () => (await text(page, "#verdicts")).startsWith("Server"));
  await until("a request", async () => /30\d\.\d ms/.test(await text(page, "#time-table-0")));
  await page.locator("#time-table .grid-head button", { hasText: "Waiting" }).click();
  await until("the sort in the address", async () => (await hash(page)).includes("times=-waiting"));
  await shot("times");
  await page.locator("label", { hasText: "Services" }).click();
  await until("the service", async () => /:\d+/.test(await text(page, "#time-table-0")));
  await page.locator(".radios label", { hasText: "Requests" }).click();
  await page.click("#time-table-0");
  await until("the flow's TCP", async () => (await text(page, "#flow-tcp")).includes("Round-trip times of data"));
  await page.locator("#flow-requests button").first().click();
  await until("the packet", async () => (await hash(page)).includes("view=packets"));
});

test("expert information leads to the packets of a kind", async tools => {
  const { page, until, equal, shot } = tools;
  await open(tools, "loss-before");
  await until("the bullet", async () => (await page.getAttribute("#expert-bullet", "aria-label")).includes("Expert information"));
  await page.click("#expert-bullet");
  await until("kinds", async () => (await text(page, "#expert-count")).includes("kinds"));
  await page.fill("#flow-search", "retransmission");
  await until("retransmissions", async () => (await text(page, "#expert-table-0")).toLowerCase().includes("retransmission"));
  await page.click("#expert-table-0");
  await until("its rule", async () => (await text(page, "#details")).includes("Rule"));
  await until("its packets", async () => /\d/.test(await text(page, "#finding-table-0")));
  equal((await hash(page)).includes("finding=TCP%2Ftcp.analysis"), true, "in the address");
  await shot("expert");
  const number = (await text(page, "#finding-table-0")).match(/^[\d,]+/)[0].replace(/,/g, "");
  await page.click("#finding-table-0");
  await until("the packet", async () => (await hash(page)).includes(`packet=${number}`));
  await page.goBack();
  await until("the kind again", async () => (await text(page, "#details")).includes("Rule"));
});

test("the overview says what stands out, and nothing of a healthy capture", async tools => {
  const { page, drop, state, until, equal } = tools;
  await open(tools, "zero-window");
  await until("a verdict", async () => (await text(page, "#stands-out")).length > 20);
  await page.locator("#stands-out .link").first().click();
  await until("the verdicts", async () => (await page.locator("#verdicts .judgement").count()) > 0);
  await page.click("#tab-overview");
  await drop("main", lab("healthy"));
  await until("the other capture", async () => (await page.title()).startsWith("capture.pcap") && (await state("done"), true));
  await until("its facts", async () => (await page.locator("#stands-out").count()) === 0);
  await page.click("#tab-rtt");
  await until("round trips of data", async () => (await text(page, "#rtt-data")).includes("Median"));
  equal(await page.locator("#rtt-data-servers tbody tr").count() > 0, true, "by server");
});
