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
