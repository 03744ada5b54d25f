// Why a file could not be read from its address, and what to do about it: { title, why, steps: [{ say, code }] }. Pure.
// `code` is a command or a rule to copy; nothing here has the address or its signature in it.
import { bytes, fill, t } from "./words.js";

// For a shell: names come from an address that somebody else may have made.
const quoted = text => /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
const at = ms => new Date(ms).toISOString().replace(/:\d\d\.\d+Z$/, " UTC").replace("T", " ");

// `failure`: see Failure. `link`: what readLink made, if it got that far. `origin`: of this page.
export function reason({ kind, facts }, link, origin) {
  const host = facts.host ?? link?.host ?? "";
  const drop = { say: t("Or download the file with another program and drop it on Wireglass (the address in quotation marks):"), code: `curl -L -o ${quoted(link?.name ?? "capture.pcap")} "ADDRESS"` };
  const fresh = link?.store === "azure"
    ? { say: t("Make a link that can read for the next hours. In the Azure portal: the file, “Generate SAS”, permission Read. Or:"), code: sas(link) }
    : { say: t("Ask whoever made the link for a new one."), code: link?.store === "s3" ? `aws s3 presign ${quoted(`s3://${link.account}/${link.blob}`)} --expires-in 14400` : "" };
  const again = { say: t("Check the address for letters that got lost when it was copied."), code: "" };
  const is = (title, why, ...steps) => ({ title, why, steps: steps.filter(step => step.say || step.code) });

  switch (kind) {
    case "empty": return is(t("No address"), t("Paste the address of a capture, with its signature (SAS token) if it needs one."));
    case "address": return is(t("That is no address"), t("An address looks like https://host/folder/file.pcapng."));
    case "scheme": return is(t("Only http and https"), fill("A browser cannot read from {0}", facts.scheme), drop);
    case "password": return is(t("A password in the address"), t("Browsers do not send a user name and password that stand in an address."), drop);
    case "cut": return is(t("The SAS token is incomplete"), t("It has no signature (sig=…): the end was cut off, or it was not put in quotation marks in a shell."), again);
    case "container": return is(t("This is a container's link"), t("The token opens a whole container, but the address names no file in it. Put the file's name between the container's and the question mark: https://account.blob.core.windows.net/container/file.pcapng?sv=…"));
    case "rights": return is(t("The token may not read"), fill("Its permissions are “{0}” (sp=); reading a file needs “r”.", facts.rights), fresh, drop);
    case "resource": return is(t("The token is not for files"), fill("It was made for the resource types “{0}” (srt=); a file is an object, “o”.", facts.types), fresh);
    case "service": return is(t("The token is for another service"), fill("It was made for the services “{0}” (ss=).", facts.services), fresh);
    case "encrypted": return is(t("The token wants https"), t("It was made for encrypted connections only (spr=https): write https:// instead of http://."));
    case "expired": return is(t("The link has expired"), fill("It was valid until {0}; this machine's clock says {1}.", at(facts.until), at(Date.now())), fresh);
    case "early": return is(t("The link is not valid yet"), fill("It becomes valid at {0}; this machine's clock says {1}.", at(facts.from), at(Date.now())), { say: t("Wait, or check the clock of this machine.") }, fresh);
    case "cors": return cors(is, link, host, origin, drop);
    case "silent": return is(t("No answer"), fill("{0} could not be reached: the name is wrong, the server is down or asks for a certificate, or a firewall or an extension of the browser is in between.", host)
      + (link?.upgraded ? " " + t("The address began with http and was asked with https, because this page is encrypted and browsers forbid it anything else; the server may not know https.") : ""), again, drop);
    case "offline": return is(t("No network"), t("This browser is offline."));
    case "refused": return refused(is, facts, link, host, fresh, again, drop);
    case "nothing": return is(t("The file is empty"), fill("{0} answers that there is no first byte (416).", host), again);
    case "page": return is(t("A web page came instead of a capture"), fill("{0} answered with HTML: a login, a preview or an error. Use the address of the file itself (“raw” or “download”).", host), drop);
    case "changed": return is(t("The file changed"), t("What lies behind the address is not the file any more that the first part came from. Start again."));
    case "interrupted": return is(t("The connection broke"), t("This server cannot send the rest of a file (it knows no Range requests), so it has to be read again from the beginning."), drop);
    case "broken": return is(t("The connection broke"), t("Several tries to go on failed. What was read is kept: go on when the network is back."), drop);
    case "full": return is(t("No room"), facts.free > 0 ? fill("The browser allows this page only {0} more.", bytes(facts.free)) : t("The browser allows this page no more room on the disk."), drop);
    case "disk": return is(t("The browser could not write"), t("Its private folder could not be written to."), drop);
    default: return is(t("The file could not be read"), kind, drop);
  }
}

function sas(link) {
  const what = link.service === "f" ? `file generate-sas --account-name ${quoted(link.account)} --share-name ${quoted(link.container)} --path ${quoted(link.blob)}`
    : `blob generate-sas --account-name ${quoted(link.account)} --container-name ${quoted(link.container)} --name ${quoted(link.blob)} --full-uri`;
  return `az storage ${what} \\
  --permissions r --expiry $(date -u -d "+4 hours" +%Y-%m-%dT%H:%MZ) --https-only${link.service === "f" ? "" : " --as-user --auth-mode login"}`;
}

// The server answered, but does not let pages of other origins read it.
function cors(is, link, host, origin, drop) {
  const why = fill("{0} answers, but does not allow pages from {1} to read what it sends (CORS), which is how servers are set up unless somebody says otherwise. A link that expired or is refused looks the same on servers that leave the permission out of their refusals.", host, origin);
  const title = t("The server does not let this page read");
  if (origin === "null") return is(title, t("A page that was opened from a file has no origin that a server could allow."), drop);
  if (link.store === "azure") {
    return is(title, why, { say: t("Allow it in the storage account, once (it takes up to a minute; in the portal: Resource sharing (CORS)):"),
      code: `az storage cors add --account-name ${quoted(link.account)} --services ${link.service} --methods GET HEAD \\
  --origins ${origin} --allowed-headers range --exposed-headers "content-range,content-length,accept-ranges,etag" --max-age 3600` }, drop);
  }
  const rule = { say: t("Allow it in the bucket, once:"), code: "" };
  if (link.store === "s3") {
    rule.code = `aws s3api put-bucket-cors --bucket ${quoted(link.account)} --cors-configuration '{"CORSRules":[{"AllowedOrigins":["${origin}"],
  "AllowedMethods":["GET","HEAD"],"AllowedHeaders":["range"],"ExposeHeaders":["Content-Range","Content-Length","ETag"]}]}'`;
  } else if (link.store === "gcs") {
    rule.code = `echo '[{"origin":["${origin}"],"method":["GET","HEAD"],"responseHeader":["Content-Range","Content-Length","ETag"],"maxAgeSeconds":3600}]' > cors.json
gcloud storage buckets update ${quoted(`gs://${link.account}`)} --cors-file=cors.json`;
  } else {
    rule.say = t("The server has to send these headers with every answer, redirects and refusals included:");
    rule.code = `Access-Control-Allow-Origin: ${origin}
Access-Control-Allow-Methods: GET, HEAD
Access-Control-Allow-Headers: Range
Access-Control-Expose-Headers: Content-Range, Content-Length, ETag`;
  }
  return is(title, why, rule, drop);
}

// What Azure calls it → what that means.
const AZURE = {
  AuthorizationPermissionMismatch: "The token's permissions (sp=) do not include reading.",
  AuthorizationSourceIPMismatch: "The token is for other IP addresses than this machine's (sip=).",
  AuthorizationProtocolMismatch: "The token is for https only (spr=).",
  AuthorizationServiceMismatch: "The token is for another service of the account (ss=).",
  AuthorizationResourceTypeMismatch: "The token is not for files (srt= lacks o).",
  AuthorizationFailure: "The storage account's firewall does not let this network in, or the token is not for this file.",
  PublicAccessNotPermitted: "The account does not let anybody read without a token: the address has none.",
  KeyBasedAuthenticationNotPermitted: "The account refuses tokens signed with its key; one signed by a user (--as-user) is needed.",
  BlobArchived: "The file is archived and has to be rehydrated first.",
};

function refused(is, facts, link, host, fresh, again, drop) {
  const { status, code, detail } = facts;
  const also = facts.redirected ? " " + fill("The address led on to {0}.", host) : "";
  const said = code ? " " + fill("The server calls it {0}.", code) : "";
  const expired = /not valid in the specified time frame|expired/i.test(detail + facts.message) || code === "ExpiredToken";
  if (expired) return is(t("The link has expired"), t("The server says that the time of the signature is over, or has not begun.") + said + also, fresh, drop);
  if (status === 401 || status === 403) {
    const why = AZURE[code] ?? (/Signature/.test(code + detail) ? "The signature does not match: the address or token was changed or cut, or the key it was signed with was renewed." : "It needs a signature, or the one it has is not accepted.");
    return is(fill("The server refuses ({0})", status), t(why) + said + also, again, fresh, drop);
  }
  if (status === 404 || status === 410) return is(fill("The file is not there ({0})", status), fill("{0} knows no file of this name. Capital letters matter.", host) + said + also, again);
  if (status === 400) return is(t("The server does not understand the address (400)"), t("Part of it got lost or changed when it was copied.") + said + also, again, drop);
  if (status === 429 || status >= 500) return is(fill("The server cannot answer now ({0})", status), t("Try again in a minute.") + said + also, drop);
  return is(fill("The server refuses ({0})", status), said.trim() + also, again, drop);
}
