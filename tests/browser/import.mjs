// From a URL: streamed into the browser, handed over inside it, and every way to fail explained. The token stays nowhere.
import { test } from "./harness.mjs";
import { faultOf, readLink } from "../../www/import/link.js";
import { SECRET, storage } from "./storage.mjs";

const state = page => page.evaluate(() => document.documentElement.dataset.state);
const text = (page, selector) => page.locator(selector).innerText();

// Opens the import page from the start page, as a reader does.
async function imported({ page, state, until, expected }, host) {
  expected(new RegExp(`^request to ${host.origin}/`));
  await state("ready");
  const [other] = await Promise.all([page.waitForEvent("popup"), page.click("#from-url")]);
  other.setDefaultTimeout(15_000);
  await until("the import page", () => other.evaluate(() => document.documentElement.dataset.state === "ready"));
  return other;
}

async function ask(other, link, token = "") {
  await other.fill("#address", link);
  await other.fill("#token", token);
  await other.click("#start");
}

test("a signed link is streamed, handed over and forgotten", async tools => {
  const { page, until, equal, context, server, shot } = tools;
  const host = await storage({ pieces: 100_000, delay: 150 });
  const other = await imported(tools, host);
  await other.screenshot({ path: "tests/shots/import.png", caret: "initial" });
  await ask(other, host.link());
  await until("progress", async () => Number(await other.evaluate(() => document.documentElement.dataset.read)) > 4000);
  const meanwhile = await other.evaluate(() => document.documentElement.outerHTML + location.href + JSON.stringify(performance.getEntriesByType("resource")) + JSON.stringify(localStorage) + JSON.stringify(sessionStorage));
  equal(meanwhile.includes("S3cr3t"), false, "the signature somewhere in the import page");
  await other.waitForEvent("close");
  await tools.state("done");
  equal(await text(page, ".file-name"), "shop.pcapng", "name");
  const after = await page.evaluate(async () => {
    const caught = [document.documentElement.outerHTML, location.href, document.referrer, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) caught.push(url);
    return caught.join();
  });
  equal(after.includes("S3cr3t"), false, "the signature somewhere in the page");
  equal(host.received.map(({ range, referer, cookie }) => [range, referer, cookie]), [["bytes=0-", undefined, undefined]], "what was asked");
  equal(host.received[0].url.includes(SECRET), true, "the signature as it was typed");
  equal((await context.cookies()).length, 0, "cookies");
  equal(server.missing, [], "missing");
  await shot("import-done");
  host.close();
});

test("the import of a link: pause, go on by Range, survive a broken line", async tools => {
  const { until, equal, expected } = tools;
  expected(/^console: Failed to load resource/);
  const host = await storage({ pieces: 16_384, delay: 25, big: 1_500_000 });
  const other = await imported(tools, host);
  const read = () => other.evaluate(() => Number(document.documentElement.dataset.read));
  await ask(other, host.link());
  await until("some of it", async () => await read() > 50_000);
  await other.click("#pause");
  const paused = await until("rest", async () => { const before = await read(); await new Promise(done => setTimeout(done, 300)); return await read() === before && before; });
  equal((await text(other, "#so-far")).includes("paused"), true, "said");
  host.how.breakAfter = 200_000;
  await other.click("#pause");
  await until("the next try", async () => (await text(other, "#so-far")).includes("connection lost"));
  host.how.delay = 0;
  await other.waitForEvent("close");
  await tools.state("done");
  const ranges = host.received.map(({ range }) => range);
  equal([ranges.length, ranges[0], ranges[1]], [3, "bytes=0-", `bytes=${paused}-`], "ranges");
  host.close();
});

test("the import of a link is cancelled, and nothing of it stays", async tools => {
  const { until, equal } = tools;
  const host = await storage({ pieces: 16_384, delay: 25, big: 1_500_000 });
  const other = await imported(tools, host);
  await ask(other, host.link());
  await until("some of it", () => other.evaluate(() => Number(document.documentElement.dataset.read) > 50_000));
  await other.click("#cancel");
  await until("the form", async () => await state(other) === "ready");
  await until("an empty folder", () => other.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("import");
    for await (const _ of folder.keys()) return false;
    return true;
  }));
  equal(host.received.length, 1, "requests");
  host.close();
});

test("the import of a link from a server without Range, and with headers it does not show", async tools => {
  for (const how of [{ range: false }, { exposed: false }]) {
    const host = await storage(how);
    const other = await imported(tools, host);
    await ask(other, host.link());
    await other.waitForEvent("close");
    await tools.state("done");
    host.close();
    await tools.page.reload();
  }
});

test("the import page alone takes the analyser's place", async tools => {
  const { page, server, equal, until, expected } = tools;
  const host = await storage();
  expected(new RegExp(`^request to ${host.origin}/`));
  await page.goto(server.url + "import.html");
  const [address, token] = host.link().split("?");
  await ask(page, address, `?${token}`);
  await page.waitForURL(url => !url.pathname.endsWith("import.html"));
  await tools.state("done");
  equal(await page.evaluate(() => location.href), server.url, "address");
  equal(await text(page, ".file-name"), "shop.pcapng", "name");
  // What was handed over stays as long as the page that has it open.
  const again = await page.context().newPage();
  await again.goto(server.url);
  await until("ready", () => again.evaluate(() => document.documentElement.dataset.state === "ready"));
  await page.click("#tab-packets");
  await until("packets", () => page.locator("#packet-table .grid-row, .grid-row").count());
  host.close();
});

const FAILURES = [
  ["CORS that is not allowed", { cors: false }, link => link, "cors", "az storage cors add --account-name account --services b --methods GET HEAD"],
  ["a link that has expired, known before asking", {}, (_, host) => host.link("", -60_000), "expired", "az storage blob generate-sas"],
  ["a link that expires on the server", { refuse: { status: 403, code: "AuthenticationFailed", detail: "Signature not valid in the specified time frame: Start" } }, link => link, "refused", "The link has expired"],
  ["a token without the right to read", {}, link => link.replace("sp=r", "sp=cw"), "rights", "cw"],
  ["a token that the server finds insufficient", { refuse: { status: 403, code: "AuthorizationPermissionMismatch" } }, link => link, "refused", "do not include reading"],
  ["a token that was cut off", {}, link => link.replace(/&sig=.*/, ""), "cut", "sig="],
  ["a file that is not there", { refuse: { status: 404, code: "BlobNotFound" } }, link => link, "refused", "is not there (404)"],
  ["an empty file", { refuse: { status: 416, code: "InvalidRange" } }, link => link, "nothing", "416"],
  ["a server that cannot now", { refuse: { status: 503, code: "ServerBusy" } }, link => link, "refused", "503"],
  ["a web page", { type: "text/html", page: true }, link => link, null, null],
  ["a host that is not there", {}, () => "http://localhost:9/shop.pcapng", "silent", "could not be reached"],
  ["no address", {}, () => "what is this", "address", "no address"],
];
for (const [name, how, made, kind, said] of FAILURES.filter(failure => failure[3])) {
  test(`the import explains ${name}`, async tools => {
    const { equal, until, expected } = tools;
    expected(/^console: (Failed to load resource|Access to fetch)|request to http:\/\/localhost:9\//);
    const host = await storage(how);
    const other = await imported(tools, host);
    await ask(other, made(host.link(), host));
    await until("the explanation", async () => await state(other) === "error");
    equal(await other.getAttribute(".failed", "data-kind"), kind, "kind");
    const shown = await text(other, ".failed");
    if (!shown.includes(said)) throw new Error(`"${said}" is not in: ${shown}`);
    equal(shown.includes("S3cr3t"), false, "the signature in the explanation");
    if (kind === "cors") {
      equal(shown.includes(`--origins ${await other.evaluate(() => location.origin)} --allowed-headers range`), true, "this page's origin");
      await other.screenshot({ path: "tests/shots/import-cors.png", caret: "initial" });
    }
    host.close();
  });
}

test("the import follows a redirect, and goes on with a fresh link", async tools => {
  const { until, equal, expected } = tools;
  expected(/^console: Failed to load resource/);
  const host = await storage({ pieces: 8192, delay: 20, big: 400_000 }), first = await storage({ redirect: host.link() });
  tools.expected(new RegExp(`^request to ${first.origin}/`));
  const other = await imported(tools, host);
  await ask(other, first.link());
  await until("some of it", () => other.evaluate(() => Number(document.documentElement.dataset.read) > 20_000));
  // The signature expires while the line is down.
  host.how.refuse = { status: 403, code: "AuthenticationFailed", detail: "Signature not valid in the specified time frame" };
  host.how.breakAfter = 30_000;
  await until("the explanation", async () => await state(other) === "error");
  host.how.refuse = null;
  host.how.delay = 0;
  const kept = await other.evaluate(() => document.documentElement.dataset.read);
  await ask(other, host.link("&there=1"));
  await other.waitForEvent("close");
  equal(host.received.at(-1).range, `bytes=${kept}-`, "it goes on where it stopped");
  first.close();
  host.close();
});

// What is typed → where the file lies (store, account, container/name), and what is wrong with the signature at noon of 22 November 2026.
const LINKS = [
  ["https://acct.blob.core.windows.net/caps/day/one%20two.pcap?sv=2024-11-04&se=2026-11-23T10:00Z&sr=b&sp=r&sig=a%2Bb%3D", "azure acct caps/day/one two.pcap"],
  ["  \"http://acct.blob.core.windows.net/caps/x.pcap\" ", "azure acct caps/x.pcap upgraded expired", "?sv=2024-11-04&se=2026-11-21&sp=r&sig=x"],
  ["https://acct.blob.core.windows.net/caps?sv=1&sr=c&sp=rl&sig=x", "azure acct caps/ container"],
  ["https://acct.blob.core.windows.net/caps/x.pcap?sv=1&amp;sp=w&amp;sig=x", "azure acct caps/x.pcap rights"],
  ["https://acct.blob.core.windows.net/caps/x.pcap?sv=1&st=2026-11-22T13:00:00Z&sp=r&sig=x", "azure acct caps/x.pcap early"],
  ["https://acct.z13.blob.storage.azure.net/caps/x.pcap?sv=1&ss=f&srt=sco&sp=r&sig=x", "azure acct caps/x.pcap service"],
  ["https://acct.file.core.windows.net/share/x.pcap?sv=1&ss=f&srt=s&sp=r&sig=x", "azure acct share/x.pcap resource"],
  ["https://bucket.s3.eu-central-1.amazonaws.com/dir/a.pcap?X-Amz-Date=20261122T080000Z&X-Amz-Expires=3600&X-Amz-Signature=1", "s3 bucket dir/a.pcap expired"],
  ["https://s3.amazonaws.com/bucket/a.pcap?X-Amz-Date=20261122T110000Z&X-Amz-Expires=7200&X-Amz-Signature=1", "s3 bucket a.pcap"],
  ["https://storage.googleapis.com/bucket/a.pcap?X-Goog-Date=20261122T110000Z&X-Goog-Expires=60&X-Goog-Signature=1", "gcs bucket expired"],
  ["http://localhost:8000/a.pcap", "plain"],
  ["files.example/a.pcap#part", "plain"],
  ["ftp://files.example/a.pcap", "scheme"],
  ["https://me:secret@files.example/a.pcap", "password"],
];
test("links are read as they come out of mails, portals and shells", async ({ equal }) => {
  const page = new URL("https://wireglass.example/app/import.html"), noon = Date.parse("2026-11-22T12:00:00Z");
  for (const [text, expected, token] of LINKS) {
    let told;
    try {
      const link = readLink(text, token, page);
      const place = [link.container, link.blob].filter(part => part !== undefined).join("/");
      told = [link.store || "plain", link.account, place, link.upgraded && "upgraded", faultOf(link, noon)?.kind].filter(Boolean).join(" ");
    } catch (failure) {
      told = failure.kind;
    }
    equal(told, expected, text);
  }
});
