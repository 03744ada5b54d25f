// dist/ → dist/wireglass.html: the whole app in one file that opens from disk by double click. `node scripts/single.mjs [DIST]`.
//
// A page from disk may fetch nothing, not even its neighbours. So every file stands in the page, packed and as text; `fetch` is taken over
// and answers from there. All else is as served: the same scripts, the same WebAssembly. The policy allows no connection at all.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { gzipSync } from "node:zlib";

const dist = process.argv[2] ?? "dist";
const OUT = "wireglass.html";
const TYPES = { js: "text/javascript", css: "text/css", wasm: "application/wasm", json: "application/json", svg: "image/svg+xml" };
// Of no use to a page that has no address: installing, working offline, asking others.
const LEFT_OUT = /^(index\.html|wireglass\.html|sw\.js|boot\.js|arrive\.js|manifest\.webmanifest|import\.html|import\/.*|icons\/.*|.*\.d\.ts)$/;

const read = name => readFileSync(join(dist, name));
const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  .map(entry => join(entry.parentPath ?? entry.path, entry.name).slice(join(dist, sep).length).split(sep).join("/"))
  .filter(name => !LEFT_OUT.test(name)).sort();

// Answers what the app fetches. `files`: name → [the packed bytes, type].
const TAKE_OVER = `files => {
  const outside = self.fetch.bind(self);
  self.fetch = async (address, options) => {
    const file = files[String(address.url ?? address).replace(/^\\.\\//, "").replace(/[?#].*/, "")];
    if (!file) return outside(address, options);
    return new Response(new Blob([file[0]]).stream().pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": file[1] } });
  };
}`;

// The page's own beginning: takes the files out of the page, then starts the app as Trunk's loader does.
const begin = (page, worker, unpack) => `
const texts = JSON.parse(document.getElementById("files").textContent);
document.getElementById("files").remove();
const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
(${TAKE_OVER})(Object.fromEntries(Object.entries(texts).map(([name, [type, text]]) => [name, [bytesOf(text), type]])));
const text = async name => (await fetch(name)).text();
const address = (type, ...parts) => URL.createObjectURL(new Blob(parts, { type }));
// What is loaded as a script or a style rather than fetched: src/ui/dom.rs and www/plot.js look here.
self.wireglassFiles = {};
for (const name of Object.keys(texts)) if (/^(plot|uplot\\/.*)\\.(js|css)$/.test(name)) self.wireglassFiles[name] = address(texts[name][0], await text(name));
// A worker is one script with all it needs: a page from disk may start no module as a worker, and its worker sees no blob of it.
self.Worker = class extends Worker { constructor(script, { name } = {}) { super(script, { name }); } };
const unpacked = text => new Response(new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": "application/wasm" } });
const oneScript = async ({ glue, wasm, rest }) => address("text/javascript", await text("watch.js"), await text(glue),
  "const bytesOf = " + bytesOf + ", unpacked = " + unpacked + ";",
  "(async () => {", rest ? 'self.wireglassRest.bytes = await unpacked("' + texts[rest][1] + '").arrayBuffer();' : "",
  'await start({ module_or_path: unpacked("', texts[wasm][1], '") }); })();');
document.documentElement.dataset.worker = await oneScript(${JSON.stringify(worker)});
document.documentElement.dataset.unpack = await oneScript(${JSON.stringify(unpack)});
self.wireglassRest = { bytes: await (await fetch(${JSON.stringify(page.rest)})).arrayBuffer() };
const bindings = await import(address("text/javascript", await text(${JSON.stringify(page.glue)})));
await bindings.default({ module_or_path: fetch(${JSON.stringify(page.wasm)}) });
`;

// A module's text as that of a script: what it gives to others is called `start`.
function script(text) {
  const plain = text.replace(/^export \{[^}]*?(\w+) as default[^}]*\};?/m, "const start = $1;").replace(/^export /gm, "").replaceAll("import.meta.url", "self.location.href");
  if (/^\s*(import|export)\b|import\.meta/m.test(plain) || !plain.includes("const start = ")) throw new Error("the worker's glue is not as expected");
  return plain;
}

let html = read("index.html").toString();
const only = pattern => {
  const found = files.filter(name => pattern.test(name));
  if (found.length !== 1) throw new Error(`expected one file like ${pattern}, found ${found.join(", ") || "none"}`);
  return found[0];
};
const module = name => ({ glue: only(new RegExp(`^${name}-[0-9a-f]+\\.js$`)), wasm: only(new RegExp(`^${name}-[0-9a-f]+_bg\\.wasm$`)) });
const divided = name => ({ ...module(name), rest: only(new RegExp(`^${name}-[0-9a-f]+_rest\\.wasm$`)) });
const page = divided("app"), worker = divided("worker"), unpack = module("unpack");

const hashes = { script: [], style: [] };
const inline = (kind, text) => {
  hashes[kind].push(`'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  return `<${kind}>${text}</${kind}>`;
};
const styles = [...html.matchAll(/<link rel="stylesheet" href="\.\/([^"]+)"[^>]*>/g)].map(match => match[1]);
// In the order of the page; what only a served page needs does nothing here, or is left out.
const scripts = [...html.matchAll(/<script [^>]*src="\.\/([^"]+)"[^>]*><\/script>/g)].map(match => match[1]).filter(name => name !== "arrive.js");
const packed = files.filter(name => !styles.includes(name) && (name === "watch.js" || !scripts.includes(name)))
  .map(name => [name, [TYPES[name.split(".").pop()] ?? "application/octet-stream", gzipSync([worker.glue, unpack.glue].includes(name) ? script(read(name).toString()) : read(name), { level: 9 }).toString("base64")]]);

// Everything of the head that names a file goes; what takes its place is inline.
html = html.replace(/<script type="module">[\s\S]*?<\/script>/, "")
  .replace(/<script [^>]*src=[^>]*><\/script>\s*/g, "")
  .replace(/<link (?:rel="(?:stylesheet|manifest|icon|modulepreload|preload)"|[^>]*rel="(?:modulepreload|preload)")[^>]*>\s*/g, "");
const style = inline("style", styles.map(name => read(name)).join("\n").replaceAll("</style", "<\\/style"));
const early = scripts.map(name => inline("script", read(name).toString())).join("");
const start = begin(page, worker, unpack);
hashes.script.push(`'sha256-${createHash("sha256").update(start).digest("base64")}'`);
const icon = `<link rel="icon" href="data:image/svg+xml;base64,${read("icon.svg").toString("base64")}">`;
const policy = `default-src 'none'; script-src blob: 'wasm-unsafe-eval' ${hashes.script.join(" ")}; style-src blob: ${hashes.style.join(" ")}; img-src data: blob:; font-src data:; worker-src blob:; base-uri 'none'; form-action 'none'`;
html = html.replace(/(<meta http-equiv="Content-Security-Policy" content=")[^"]*/, (_, before) => before + policy)
  .replace("</head>", () => `${icon}${style}${early}</head>`)
  .replace("</body>", () => `<script type="application/json" id="files">${JSON.stringify(Object.fromEntries(packed))}</script>\n<script type="module">${start}</script>\n</body>`);

writeFileSync(join(dist, OUT), html);
const size = statSync(join(dist, OUT)).size;
console.log(`${join(dist, OUT)}: ${(size / 1e6).toFixed(2)} MB, ${(gzipSync(html, { level: 9 }).length / 1e6).toFixed(2)} MB gzip, ${packed.length} files in it`);
