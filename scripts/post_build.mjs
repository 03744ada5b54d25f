// Trunk's post_build hook: runs when the finished files are in TRUNK_STAGING_DIR, before they move to dist.
// 1. index.html: puts the hash of Trunk's inline loader into the content security policy.
// 2. sw.js: lists every file, with a version over all their bytes; apart those that are kept only when they were used.
// Node rather than sh: the same SHA-256 on every system, and Node is needed for wasm-opt anyway.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";

const { TRUNK_STAGING_DIR: staging, TRUNK_SOURCE_DIR: source, TRUNK_PROFILE: profile } = process.env;
const release = profile === "release";

// A development build shares its address with `./dev serve`; a cached release must not answer in its place.
const SELF_REMOVING = `addEventListener("install", () => skipWaiting());
addEventListener("activate", event => event.waitUntil((async () => {
  const cached = (await caches.keys()).filter(key => key.startsWith("wireglass-"));
  for (const key of cached) await caches.delete(key);
  await registration.unregister();
  // Only a page that came from the cache needs to load again; otherwise every load would cause the next.
  if (cached.length) for (const client of await clients.matchAll({ type: "window", includeUncontrolled: true })) client.navigate(client.url);
})()));
`;

const html = readFileSync(join(staging, "index.html"), "utf8");
writeFileSync(join(staging, "index.html"), release ? fill(html, "@LOADER@", inlineHash(html)) : relaxed(html));
writeFileSync(join(staging, "sw.js"), release ? serviceWorker() : SELF_REMOVING);

// A placeholder that is missing or stands twice is a mistake worth a failed build.
function fill(text, placeholder, value) {
  const parts = text.split(placeholder);
  if (parts.length !== 2) throw new Error(`${placeholder} must stand exactly once, found ${parts.length - 1}`);
  return parts.join(value);
}

// `trunk serve` rewrites its reload script while it serves, so no hash can match it, and that script opens a web socket.
function relaxed(html) {
  return fill(fill(html, "@LOADER@", "'unsafe-inline'"), "connect-src 'self'", "connect-src 'self' ws:");
}

function inlineHash(html) {
  const scripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(match => match[1]);
  if (scripts.length !== 1) throw new Error(`expected Trunk's loader as the only inline script, found ${scripts.length}`);
  return `'sha256-${createHash("sha256").update(scripts[0]).digest("base64")}'`;
}

function serviceWorker() {
  const files = readdirSync(staging, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name).slice(staging.length + 1).split(sep).join("/"))
    .filter(file => file !== "sw.js" && !file.endsWith(".d.ts"))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update("\0").update(readFileSync(join(staging, file)));
  const isLater = file => file.startsWith("geo/");
  const filled = {
    "@VERSION@": hash.digest("hex").slice(0, 16),
    "@FILES@": JSON.stringify(["./", ...files.filter(file => !isLater(file))], null, 2),
    "@LATER@": JSON.stringify(files.filter(isLater)),
  };
  const template = readFileSync(join(source, "sw.js.in"), "utf8");
  return Object.entries(filled).reduce((text, [placeholder, value]) => fill(text, placeholder, value), template);
}

