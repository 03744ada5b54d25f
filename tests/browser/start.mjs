// The page starts: wasm, worker, and again without a network.
import { test } from "./harness.mjs";

test("the page starts and its worker answers", async ({ page, state, equal, shot }) => {
  await state("ready");
  equal(await page.title(), "Wireglass", "title");
  equal(page.workers().length, 1, "workers");
  await shot("start");
});

test("the page starts again without a network", async ({ page, context, server, state }) => {
  await state("ready");
  // The page is controlled only when the service worker is active, and it is active only when every file is in its cache.
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
  await server.close();
  await context.setOffline(true);
  await page.reload();
  await state("ready");
});

test("a first visit waits for nothing that may come behind", { serviceWorkers: "block" }, async ({ page, server, state, equal, drop }) => {
  const asked = [];
  let hasCome = false;
  // What the page that is already open asks for is not counted.
  await page.goto("about:blank");
  await page.route(/_rest\.wasm$/, async route => {
    asked.push(route.request().resourceType());
    await new Promise(done => setTimeout(done, 6000));
    hasCome = true;
    await route.continue();
  });
  await page.goto(server.url);
  await state("ready");
  await drop("main", "www/samples/shop.pcapng");
  await page.waitForSelector("#fact-packets");
  await page.waitForSelector("#top-flows ~ * td");
  equal(hasCome, false, "whether the rest has come before the overview stands");
  await page.click("#tab-protocols");
  await page.waitForSelector("main [aria-busy]");
  await page.waitForSelector("#hierarchy tr");
  // A function that has not come is fetched at once, while all else stands still: nothing everyday may need one.
  equal(asked, ["fetch", "fetch"], "how the rests of page and worker were asked for");
});

test("what never comes behind is told, and the overview stands", { serviceWorkers: "block" }, async ({ page, server, state, equal, drop, until, expected, shot }) => {
  expected(/404|part of Wireglass/);
  await page.goto("about:blank");
  await page.route(/_rest\.wasm$/, route => route.fulfill({ status: 404 }));
  await page.goto(server.url);
  await state("ready");
  await drop("main", "www/samples/shop.pcapng");
  await page.waitForSelector("#top-flows ~ * td");
  await page.click("#tab-protocols");
  await until("the dialog", async () => (await page.locator("#crash").innerText()).startsWith("A part of Wireglass is missing"), 40_000);
  await shot("part-missing");
  equal(await page.locator("#crash-reload").innerText(), "Reload", "the way out");
});
