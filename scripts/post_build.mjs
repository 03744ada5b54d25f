// Trunk's post_build hook: runs when the finished files are in TRUNK_STAGING_DIR, before they move to dist.
// 1. Page and worker are divided into what a first visit needs at once and the rest (release only: it goes by functions' names).
//    The page is named anew, the workers' files get a hash into their names, index.html the loaders' names.
// 2. The style sheets become one: each request of theirs stands before the program's, a tenth of a second of the first load.
// 3. index.html: puts the hash of Trunk's inline loader into the content security policy. import.html: the name of the style sheet.
// 4. sw.js: lists every file with its hash, and a version over all their bytes.
// Node rather than sh: the same SHA-256 on every system, and Node is needed for wasm-opt anyway.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PLANS } from "./later.mjs";
import { fill, serviceWorker } from "./service_worker.mjs";
import { split } from "./split.mjs";

const { TRUNK_STAGING_DIR: staging, TRUNK_PROFILE: profile } = process.env;
// HARD=1: a quick build with the policy and the service worker of a release, for testing these.
const release = profile === "release" || Boolean(process.env.HARD);

// A development build shares its address with `./dev serve`; a cached release must not answer in its place.
const SELF_REMOVING = `addEventListener("install", () => skipWaiting());
addEventListener("activate", event => event.waitUntil((async () => {
  const cached = (await caches.keys()).filter(key => key.startsWith("wireglass"));
  for (const key of cached) await caches.delete(key);
  await registration.unregister();
  // Only a page that came from the cache needs to load again; otherwise every load would cause the next.
  if (cached.length) for (const client of await clients.matchAll({ type: "window", includeUncontrolled: true })) client.navigate(client.url);
})()));
`;

let html = readFileSync(join(staging, "index.html"), "utf8");
if (profile === "release") {
  for (const name of [html.match(/app-[0-9a-f]+(?=\.js)/)[0], "worker"]) divide(name);
  renamePage();
}
html = fill(fill(html, "@WORKER@", hashed("worker")), "@UNPACK@", hashed("unpack"));
const style = oneStyle();
writeFileSync(join(staging, "index.html"), release ? fill(html, "@LOADER@", inlineHash(html)) : relaxed(html));
writeFileSync(join(staging, "import.html"), fill(readFileSync(join(staging, "import.html"), "utf8"), "@STYLE@", style));
writeFileSync(join(staging, "sw.js"), release ? serviceWorker(staging) : SELF_REMOVING);

// `trunk serve` rewrites its reload script while it serves, so no hash can match it, and that script opens a web socket.
function relaxed(html) {
  return fill(fill(html, "@LOADER@", "'unsafe-inline'"), "connect-src 'self'", "connect-src 'self' ws:");
}

function inlineHash(html) {
  const scripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(match => match[1]);
  if (scripts.length !== 1) throw new Error(`expected Trunk's loader as the only inline script, found ${scripts.length}`);
  return `'sha256-${createHash("sha256").update(scripts[0]).digest("base64")}'`;
}

// Puts what index.html's style sheets say into one, in their order, and returns its address.
function oneStyle() {
  const links = [...html.matchAll(/<link rel="stylesheet" href="\.\/([^"]+)"[^>]*>\s*/g)];
  const text = links.map(([, name]) => readFileSync(join(staging, name), "utf8")).join("\n");
  const hash = kind => createHash(kind).update(text);
  const name = `style-${hash("sha256").digest("hex").slice(0, 16)}.css`;
  for (const [, sheet] of links) rmSync(join(staging, sheet));
  writeFileSync(join(staging, name), text);
  const link = `<link rel="stylesheet" href="./${name}" integrity="sha384-${hash("sha384").digest("base64")}">\n  `;
  for (const [index, [tag]] of links.entries()) html = html.replace(tag, index === 0 ? link : "");
  return `./${name}`;
}

// NAME_bg.wasm → itself and NAME_rest.wasm; the glue learns of both.
function divide(name) {
  const file = kind => join(staging, `${name}${kind}`);
  const { first, rest } = split(readFileSync(file("_bg.wasm")), PLANS[name.split("-")[0]]);
  for (const part of [first, rest]) if (!WebAssembly.validate(part)) throw new Error(`${name} cannot be divided: a part is not valid`);
  writeFileSync(file("_bg.wasm"), first);
  writeFileSync(file("_rest.wasm"), rest);
  const [before, sync, after, ...more] = readFileSync(file(".js"), "utf8").split("const imports = __wbg_get_imports();");
  if (after === undefined || more.length) throw new Error(`${name}'s glue is not as expected`);
  let glue = [before, sync, after].join("const imports = withRest(__wbg_get_imports());");
  glue = fill(glue, "function __wbg_finalize_init(instance, module) {", "function __wbg_finalize_init(instance, module) {\n    rest.exports = instance.exports;");
  writeFileSync(file(".js"), glue + fill(readFileSync(new URL("rest.js", import.meta.url), "utf8"), "@REST@", `${name}_rest.wasm`));
}

// Trunk's hash and integrity are of the page's files before they were divided.
function renamePage() {
  const old = html.match(/app-[0-9a-f]+(?=\.js)/)[0], names = [`${old}.js`, `${old}_bg.wasm`, `${old}_rest.wasm`];
  const renamed = rename(names, old, hash => `app-${hash}`);
  let hashes = 0;
  html = html.replaceAll(old, renamed[0].slice(0, -3)).replace(/(<link rel="(?:modulepreload|preload)" href="\.\/(app-[^"]+)"[^>]*integrity=")[^"]*/g,
    (_, before, name) => { hashes++; return `${before}sha384-${createHash("sha384").update(readFileSync(join(staging, name))).digest("base64")}`; });
  if (hashes !== 2) throw new Error(`expected the hashes of the page's script and program in index.html, found ${hashes}`);
}

// Trunk gives a worker's files no hash, and a page must never start the worker of another build. Returns the loader's new address.
function hashed(worker) {
  const names = [`${worker}_loader.js`, `${worker}.js`, `${worker}_bg.wasm`, `${worker}_rest.wasm`].filter(name => existsSync(join(staging, name)));
  return `./${rename(names, worker, hash => `${worker}-${hash}`)[0]}`;
}

// Puts the hash of all of `names` into each name, where `old` stands, and into the scripts that name one. → the new names.
function rename(names, old, withHash) {
  const texts = names.map(name => readFileSync(join(staging, name)));
  const hash = texts.reduce((hash, bytes) => hash.update(bytes), createHash("sha256")).digest("hex").slice(0, 16);
  const renamed = name => name.replace(old, withHash(hash));
  return names.map((name, index) => {
    const bytes = name.endsWith(".js") ? names.slice(index + 1).reduce((text, name) => text.replaceAll(name, renamed(name)), texts[index].toString()) : texts[index];
    rmSync(join(staging, name));
    writeFileSync(join(staging, renamed(name)), bytes);
    return renamed(name);
  });
}
