// sw.js: every file of a build with its hash, and a version over all their bytes.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

// Files that are not fetched before they are used.
const LAZY = /^geo\//;

// A placeholder that is missing or stands twice is a mistake worth a failed build.
export function fill(text, placeholder, value) {
  const parts = text.split(placeholder);
  if (parts.length !== 2) throw new Error(`${placeholder} must stand exactly once, found ${parts.length - 1}`);
  return parts.join(value);
}

// The service worker of a built folder.
export function serviceWorker(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1).split(sep).join("/"))
    .filter(file => !["sw.js", "wireglass.html"].includes(file) && !file.endsWith(".d.ts"))
    .sort();
  const whole = createHash("sha256"), hashes = {}, lazy = {};
  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    whole.update(file).update("\0").update(bytes);
    const hash = `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
    if (LAZY.test(file)) lazy[file] = hash;
    else hashes[`./${file}`] = hash;
  }
  hashes["./"] = hashes["./index.html"];
  const template = readFileSync(new URL("../www/sw.js.in", import.meta.url), "utf8");
  const version = fill(template, "@VERSION@", whole.digest("hex").slice(0, 16));
  return fill(fill(version, "@FILES@", JSON.stringify(hashes, null, 2)), "@LAZY@", JSON.stringify(lazy, null, 2));
}
