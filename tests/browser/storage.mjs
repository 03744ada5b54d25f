// A storage account of another origin for the import page: CORS, Range requests, a signature that expires, redirects, a line that breaks.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const SHOP = fileURLToPath(new URL("../../www/samples/shop.pcapng", import.meta.url));
const BYTES = readFileSync(SHOP);
export const SECRET = "sig=S3cr3tS1gnature%2Babc%3D";

// What it does can be changed while it runs: `how`.
export async function storage(how = {}) {
  how = { cors: true, exposed: true, range: true, pieces: 0, delay: 0, breakAfter: 0, refuse: null, redirect: null, big: 0, type: "application/octet-stream", ...how };
  const received = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://host");
    received.push({ method: request.method, url: request.url, range: request.headers.range, referer: request.headers.referer, cookie: request.headers.cookie });
    if (how.cors) {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Access-Control-Allow-Headers", "range");
      if (how.exposed) response.setHeader("Access-Control-Expose-Headers", "Content-Range, Content-Length, ETag");
    }
    if (request.method === "OPTIONS") return response.writeHead(how.cors ? 204 : 403).end();
    if (how.redirect && !url.searchParams.has("there")) return response.writeHead(302, { Location: `${how.redirect}&there=1` }).end();
    const until = Date.parse(url.searchParams.get("se"));
    if (how.refuse || until < Date.now()) {
      const { status, code, detail = "" } = how.refuse ?? { status: 403, code: "AuthenticationFailed", detail: "Signature not valid in the specified time frame" };
      return response.writeHead(status, { "Content-Type": "application/xml" })
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message><AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail></Error>`);
    }
    const bytes = how.big ? Buffer.concat([BYTES, Buffer.alloc(how.big)]) : BYTES;
    const [, from] = how.range ? /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [] : [];
    const rest = bytes.subarray(Number(from ?? 0));
    response.writeHead(from === undefined ? 200 : 206, {
      "Content-Type": how.type, "Content-Length": rest.length, ETag: '"one"', "Set-Cookie": "track=1",
      ...(from === undefined ? {} : { "Content-Range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    const size = how.pieces || rest.length;
    for (let at = 0; at < rest.length && !response.destroyed; at += size) {
      if (how.breakAfter && at >= how.breakAfter) {
        how.breakAfter = 0;
        return response.destroy();
      }
      response.write(rest.subarray(at, at + size));
      if (how.delay) await new Promise(done => setTimeout(done, how.delay));
    }
    response.end();
  });
  await new Promise(done => server.listen(0, "127.0.0.1", done));
  const origin = `http://localhost:${server.address().port}`;
  // A SAS link as Azure makes them; `se` in so many ms.
  const link = (more = "", lasts = 3_600_000) =>
    `${origin}/account/captures/shop.pcapng?sv=2024-11-04&st=2024-01-01T00:00:00Z&se=${new Date(Date.now() + lasts).toISOString()}&sr=b&sp=r&${SECRET}${more}`;
  return { how, received, origin, link, close: () => { server.close(); server.closeAllConnections(); } };
}
