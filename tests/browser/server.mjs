// The smallest static host: a folder below a sub-path, the way a project page of a code host serves it. No special headers.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm",
  ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json", ".json": "application/json", ".txt": "text/plain",
};

// Serves `folder` below `base` ("/some/repo/"); `origin`, `url`, the paths `missing`, and close().
export async function serve(folder, base = "/") {
  const missing = [];
  // `folder` can be changed while it serves, as by an upload; with `forgive` what is missing is not held against the page.
  const host = { folder, forgive: false, missing };
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    const { folder } = host;
    const file = normalize(join(folder, path.slice(base.length).replace(/(^|\/)$/, "$1index.html")));
    try {
      if (!path.startsWith(base) || !file.startsWith(normalize(folder) + sep)) throw new Error("outside");
      const bytes = await readFile(file);
      response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" });
      response.end(bytes);
    } catch {
      if (!host.forgive) missing.push(path);
      response.writeHead(404).end();
    }
  });
  await new Promise(done => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return Object.assign(host, {
    origin, url: origin + base,
    close: () => new Promise(done => { server.close(done); server.closeAllConnections(); }),
  });
}
