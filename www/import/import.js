// The import page: an address is typed, the file behind it is read and handed to the analyser, which opened this page.
// The address is kept in `link` until then and nowhere else: not in the page's own address, a message, storage or a log.
import { Download } from "./download.js";
import { Failure, faultOf, readLink } from "./link.js";
import { reason } from "./reasons.js";
import { sink } from "./sink.js";
import { bytes, fill, span, t } from "./words.js";

const main = document.querySelector("main");
const ANSWER_MS = 4000;
// Rates are measured over so long.
const RATE_MS = 3000;

document.documentElement.dataset.theme = localStorage.getItem("wireglass.theme") ?? "auto";
document.title = `${t("From a URL")} · Wireglass`;
// What was asked would stand in the page's list of requests, with its signature.
performance.setResourceTimingBufferSize(0);
performance.clearResourceTimings();

// An element with attributes (on…: listeners) and children (texts or elements).
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== undefined));
  return element;
}
const button = (text, act, attributes = {}) => el("button", { type: "button", class: "button", onclick: act, ...attributes }, text);
const show = (state, ...children) => { main.replaceChildren(...children); document.documentElement.dataset.state = state; };

let job = null;   // { link, download, store } of the file being read

function form() {
  // No names: nothing of it could be sent, and no browser offers it again.
  const field = (id, label, hint, type) => [el("label", { for: id }, label),
    el("input", { id, type, autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": `${id}-hint` }),
    el("p", { class: "muted", id: `${id}-hint` }, hint)];
  const submit = event => {
    event.preventDefault();
    const [address, token] = ["address", "token"].map(id => document.getElementById(id));
    const typed = [address.value, token.value];
    address.value = token.value = "";
    begin(...typed);
  };
  return el("form", { onsubmit: submit },
    ...field("address", t("Address of the capture"), t("https://… with its signature, if it has one: an Azure SAS URL, a presigned S3 or Google link, or any file that may be read."), "text"),
    ...field("token", t("SAS token, if it is not part of the address"), t("Begins with sv= or sp=."), "password"),
    el("div", { class: "buttons" }, el("button", { class: "button primary", id: "start" }, t("Read it"))));
}

function start() {
  job = null;
  show("ready", el("h1", {}, t("Open a capture from a URL")),
    el("p", {}, t("This page reads the file from the address into this browser and hands it to Wireglass, in the same browser. Nobody else gets it, and the address with its signature is forgotten as soon as the file is read: it is not stored, not put into the history and not part of any link or report.")),
    el("p", { class: "muted" }, t("This is the only page of Wireglass that may ask other hosts; the one that shows captures may not.")),
    form());
  document.getElementById("address").focus();
}

function begin(text, token) {
  let link = null;
  try {
    link = readLink(text, token, location);
    const fault = faultOf(link, Date.now());
    if (fault) return failed(fault, link, () => read(link));
  } catch (failure) {
    return failed(failure, link);
  }
  read(link);
}

// Reads from the beginning, or with a fresh link goes on where the one before stopped.
async function read(link) {
  const goesOn = job?.link.name === link.name && job.download.read > 0 && job.download.ranges;
  try {
    if (!goesOn) {
      await job?.store.drop();
      const store = await sink(link.name);
      job = { store, download: new Download(store, tell), rates: [] };
    }
    job.link = link;
    running();
    await job.download.run(link.address);
    const { store } = job;
    link.address = null;
    handOver(await store.close(), store);
  } catch (error) {
    const failure = error instanceof Failure ? error : new Failure("other", {});
    if (failure.kind === "cancelled") {
      await job.store.drop();
      return start();
    }
    const kept = job?.download.read > 0 && job.download.ranges && failure.kind !== "changed";
    if (!kept) {
      await job?.store.drop();
      job = null;
    }
    failed(failure, link, kept ? () => read(link) : undefined);
  }
}

function running() {
  const { download, link } = job;
  const toggle = () => download.paused ? download.resume() : download.pause();
  show("loading", el("h1", {}, fill("Reading {0}", link.name)),
    ...(link.upgraded ? [el("p", { class: "muted" }, t("The address began with http; it is asked with https, because this page is encrypted."))] : []),
    el("progress", { id: "progress", max: "1", "aria-label": t("Read so far") }),
    el("p", { id: "so-far", role: "status" }),
    el("div", { class: "buttons" }, button(t("Pause"), toggle, { id: "pause" }), button(t("Cancel"), () => download.cancel(), { id: "cancel" })));
  tell();
}

function tell() {
  const text = document.getElementById("so-far");
  if (!text || !job) return;
  const { download: { read, total, paused, again, ranges }, rates } = job, now = performance.now();
  if (paused) rates.length = 0;
  if (!rates.length || now - rates.at(-1)[0] > 200) rates.push([now, read]);
  else if (read !== total && !again && !paused && rates.length > 1) return;
  while (rates.length > 2 && now - rates[0][0] > RATE_MS) rates.shift();
  const rate = (read - rates[0][1]) / (now - rates[0][0]) * 1000 || 0;
  const parts = [total === null ? bytes(read) : fill("{0} of {1}", bytes(read), bytes(total))];
  if (again) parts.push(fill("connection lost, next try in {0} s", again));
  else if (paused) parts.push(ranges === false ? t("paused (this server waits only for a while)") : t("paused"));
  else if (rate) parts.push(fill("{0}/s", bytes(rate)), ...(total === null ? [] : [fill("{0} left", span((total - read) / rate))]));
  text.textContent = parts.join(" · ");
  document.getElementById("pause").textContent = paused ? t("Go on") : t("Pause");
  const bar = document.getElementById("progress");
  if (total === null) bar.removeAttribute("value");
  else bar.value = total ? read / total : 1;
  document.documentElement.dataset.read = read;
}

// `again`: what else could be tried with the same link.
function failed(failure, link, again) {
  const { title, why, steps } = reason(failure, link, location.origin);
  const step = ({ say, code }) => [el("p", {}, say), ...(code ? [el("div", { class: "code" }, el("pre", { tabindex: "0" }, code),
    button(t("Copy"), () => navigator.clipboard?.writeText(code), { class: "button small" }))] : [])];
  const kept = job?.download.read ? [el("p", { class: "muted" }, fill("{0} were read and are kept: a fresh link of the same file goes on from there.", bytes(job.download.read)))] : [];
  show("error", el("section", { class: "failed", role: "alert", "data-kind": failure.kind },
    el("h1", {}, title), ...(link ? [el("p", { class: "name" }, link.name)] : []), el("p", {}, why), ...steps.flatMap(step), ...kept,
    again ? el("div", { class: "buttons" }, button(job ? t("Go on") : t("Try it all the same"), again, { id: "again" })) : undefined), form());
}

// To the analyser's window, if it opened this page and answers; otherwise this window becomes the analyser. Only bytes and a name go over.
async function handOver(file, store) {
  show("done", el("h1", {}, fill("{0} is read ({1})", file.name, bytes(file.size))), el("p", { role: "status" }, t("Handing it over …")));
  if (window.opener && await taken(window.opener, file, store.place)) {
    show("handed", el("h1", {}, fill("{0} is open in Wireglass", file.name)), el("p", {}, t("This window can be closed.")));
    return window.close();
  }
  if (store.place) {
    sessionStorage.setItem("wireglass.arrived", store.place);
    return location.replace("./");
  }
  const url = URL.createObjectURL(file);
  show("done", el("h1", {}, fill("{0} is read ({1})", file.name, bytes(file.size))),
    el("p", {}, t("The window that shows captures is gone. Save the file, open Wireglass and drop it there.")),
    el("div", { class: "buttons" }, el("a", { class: "button primary", href: url, download: file.name }, t("Save"))));
}

function taken(other, file, place) {
  return new Promise(done => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(true);
    setTimeout(done, ANSWER_MS, false);
    try {
      other.postMessage({ wireglass: "import", file, place }, location.origin, [port2]);
    } catch {
      done(false);
    }
  });
}

start();
