// What was typed → where a file lies, and what its signature allows. Pure: no request, no clock of its own.

// A link that cannot work, or a file that could not be read: `kind` is a key of reasons.js, `facts` are what it says more.
// Never the address itself: what is signed must not get into a message.
export class Failure extends Error {
  constructor(kind, facts = {}) { super(kind); Object.assign(this, { kind, facts }); }
}

// → { address: URL, name, store, account, upgraded }; a Failure when that is no address of a file.
// `page`: the location of the import page.
export function readLink(text, token, page) {
  // Out of a mail, a shell or a web page: quotes, spaces, line breaks, &amp;.
  const clean = text => text.trim().replace(/\s*\n\s*/g, "").replace(/^["'<]+|["'>]+$/g, "").replaceAll("&amp;", "&");
  let typed = clean(text);
  const extra = clean(token ?? "").replace(/^[?&]/, "");
  if (!typed) throw new Failure("empty");
  if (!/^[a-z][a-z0-9+.-]*:/i.test(typed) || /^[\w.-]+:\d/.test(typed)) typed = `https://${typed}`;
  if (!URL.canParse(typed) || /[% ]/.test(new URL(typed).hostname)) throw new Failure("address");
  const address = new URL(typed);
  if (address.protocol !== "https:" && address.protocol !== "http:") throw new Failure("scheme", { scheme: address.protocol });
  if (address.username || address.password) throw new Failure("password");
  address.hash = "";
  if (extra) address.search += (address.search ? "&" : "?") + extra;
  const upgraded = address.protocol === "http:" && page.protocol === "https:" && !isLocal(address.hostname);
  if (upgraded) address.protocol = "https:";
  const name = nameOf(address);
  const store = storeOf(address);
  return { address, name, upgraded, host: address.host, ...store };
}

// Browsers let a secure page ask its own machine without encryption.
const isLocal = host => /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(host);

function partsOf(path) {
  const plain = part => { try { return decodeURIComponent(part); } catch { return part; } };
  return path.split("/").filter(Boolean).map(plain);
}

function nameOf(address) {
  return (partsOf(address.pathname).pop() ?? "").replace(/[\\/:*?"<>|\u0000-\u001f]+/g, "_").slice(-120) || "capture";
}

function storeOf({ hostname, pathname, searchParams: has }) {
  const azure = /^([a-z0-9]+)(?:-secondary)?(?:\.z\d+)?\.(blob|file|dfs)\.(?:storage\.azure\.net$|core\.)/.exec(hostname);
  const parts = partsOf(pathname);
  const blob = parts => ({ container: parts[0] ?? "CONTAINER", blob: parts.slice(1).join("/") });
  if (azure) return { store: "azure", account: azure[1], service: azure[2] === "file" ? "f" : "b", ...blob(parts) };
  // The emulator has the account as the first part of the path.
  if (has.has("sv") && ["sig", "se", "si"].some(name => has.has(name))) return { store: "azure", account: parts[0] ?? "ACCOUNT", service: "b", ...blob(parts.slice(1)) };
  if (has.has("X-Amz-Signature") || /(^|\.)s3[.-]/.test(hostname)) return { store: "s3", ...(hostname.startsWith("s3") ? { account: parts[0], blob: parts.slice(1).join("/") } : { account: hostname.split(".s3")[0], blob: parts.join("/") }) };
  if (has.has("X-Goog-Signature") || hostname.endsWith("storage.googleapis.com")) {
    return { store: "gcs", account: hostname === "storage.googleapis.com" ? parts[0] : hostname.split(".")[0] };
  }
  return { store: "", account: "" };
}

// Why the signature cannot work, known without asking: a Failure, or nothing. `now` in ms since 1970.
export function faultOf({ address, store }, now) {
  const has = address.searchParams, [from, until] = validity(has);
  if (store === "azure" && has.has("sv")) {
    const path = partsOf(address.pathname);
    if (!has.has("sig")) return new Failure("cut");
    if (has.get("sr") === "c" && path.length < 2 || has.get("comp") === "list") return new Failure("container");
    if (has.has("sp") && !has.get("sp").includes("r")) return new Failure("rights", { rights: has.get("sp") });
    if (has.has("srt") && !has.get("srt").includes("o")) return new Failure("resource", { types: has.get("srt") });
    if (has.has("ss") && !has.get("ss").includes(/\.file\./.test(address.hostname) ? "f" : "b")) return new Failure("service", { services: has.get("ss") });
    if (has.get("spr") === "https" && address.protocol === "http:") return new Failure("encrypted");
  }
  if (until < now) return new Failure("expired", { until });
  if (from > now) return new Failure("early", { from });
}

// When a signature begins and ceases to hold, ms since 1970: Azure's st and se, Amazon's and Google's date and seconds.
export function validity(has) {
  if (has.has("se") || has.has("st")) return [time(has.get("st")) ?? -Infinity, time(has.get("se")) ?? Infinity];
  for (const maker of ["Amz", "Goog"]) {
    const [, ...date] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(has.get(`X-${maker}-Date`) ?? "") ?? [];
    if (!date.length) continue;
    const from = Date.UTC(date[0], date[1] - 1, ...date.slice(2));
    return [-Infinity, from + 1000 * Number(has.get(`X-${maker}-Expires`) ?? Infinity)];
  }
  const seconds = Number(has.get("Expires"));
  return [-Infinity, seconds > 1e9 ? seconds * 1000 : Infinity];
}

// Azure allows "2026-11-22", "2026-11-22T10:00Z" and with seconds: UTC, all of them.
function time(text) {
  const at = text ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
}
