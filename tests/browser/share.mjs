// Sharing: a link with the view and the capture's mark, never with data; names and addresses only after a warning; and what opening one does.
import { test } from "./harness.mjs";

const text = (page, selector) => page.locator(selector).innerText();
const SHOP = "www/samples/shop.pcapng";

test("a shared link names what it holds, and warns of addresses", async ({ page, drop, state, equal, until, shot, server, context }) => {
  await state("ready");
  await drop("main", SHOP);
  await state("done");
  await page.click("#share");
  const link = () => page.inputValue("#share-link");
  await until("the fingerprint", async () => /&print=[0-9a-f]{32}$/.test(await link()));
  equal((await link()).replace(/print=.*/, ""), `${server.url}#v=1&file=shop.pcapng&size=695460&`, "a plain link");
  equal(await page.locator("#share-filter").count(), 0, "nothing to leave out");
  await page.keyboard.press("Escape");

  await page.goto(server.url + "#v=1&view=flows&filter=ip.addr%20%3D%3D%20192.0.2.10&sort=-start");
  await page.reload();
  await state("ready");
  await drop("main", SHOP);
  await state("done");
  await page.click("#share");
  await until("the fingerprint", async () => (await link()).includes("&print="));
  equal(await page.isChecked("#share-filter"), false, "addresses are left out at first");
  equal(await page.locator(".share-warning").count(), 1, "warning");
  equal((await link()).includes("192.0.2.10"), false, "the address in the link");
  equal((await link()).includes("sort=-start"), true, "the rest in the link");
  await shot("share");
  await page.check("#share-filter");
  equal((await link()).includes("filter=ip.addr%20%3D%3D%20192.0.2.10"), true, "the filter, when it is wanted");
  await page.uncheck("#share-name");
  equal((await link()).includes("shop"), false, "the name");
  await page.check("#share-name");
  const shared = await link();

  // Somebody else opens it.
  const other = await context.newPage();
  await other.goto(shared);
  await until("what is asked for", async () => (await text(other, "#awaited")).includes("Drop shop.pcapng (695 KB)"));
  await other.screenshot({ path: "tests/shots/share-awaited.png", caret: "initial" });
  await other.click("#sample");
  await until("done", () => other.evaluate(() => document.documentElement.dataset.state === "done"));
  await until("the filter", async () => (await other.evaluate(() => location.hash)).includes("192.0.2.10"));
  equal(await other.locator("#other-capture").count(), 0, "it is the right one");
});

test("another capture than the shared one is said to be another", { at: "#v=1&view=flows&file=other.pcapng&size=1234&print=00000000000000000000000000000000" }, async ({ page, state, until, equal }) => {
  await state("ready");
  await until("what is asked for", async () => (await text(page, "#awaited")).includes("Drop other.pcapng (1.23 KB)"));
  await page.click("#sample");
  await state("done");
  await until("the note", async () => (await text(page, "#other-capture")).includes("this is shop.pcapng (695 KB)"));
  await page.click("#other-capture button");
  await until("it goes", async () => await page.locator("#other-capture").count() === 0);
  equal(await page.evaluate(() => location.hash), "#v=1&view=flows", "address");
});

test("other bytes of the same name and size are noticed", { at: "#v=1&file=shop.pcapng&size=695460&print=00000000000000000000000000000000" }, async ({ page, state, until }) => {
  await state("ready");
  await page.click("#sample");
  await state("done");
  await until("the note", async () => (await text(page, "#other-capture")).includes("same name and size, but other bytes"));
});

test("a link of a version to come says so", { at: "#v=9&view=flows" }, async ({ page, state, until }) => {
  await state("ready");
  await until("the note", async () => (await text(page, "#newer-link")).includes("newer version"));
});
