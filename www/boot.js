// What must work before, or without, the WebAssembly app: a plain file rather than an inline script, so the content security
// policy stays strict.
"use strict";

// The language: the one chosen, or the browser's. The program reads it from the document; its texts are on their way meanwhile.
let language = navigator.language;
try { language = localStorage.getItem("wireglass.language") ?? language; } catch { /* A browser without storage. */ }
if (/^ko\b/i.test(language)) {
  document.documentElement.lang = "ko";
  const texts = Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: "./words/ko.txt" });
  document.head.append(texts);
}

// Offline use: sw.js keeps the whole app in the browser's cache.
if ("serviceWorker" in navigator && isSecureContext) {
  const workers = navigator.serviceWorker, wasControlled = Boolean(workers.controller);
  // update(): browsers look for a newer version in their own time, which may be the visit after the next.
  addEventListener("load", () => workers.register("./sw.js").then(registration => registration.update())
    .catch(error => console.warn("offline use is off, or no newer version could be looked for:", error)));
  // A newer version has taken over. While no capture is open nothing is lost by showing it; otherwise the next visit does.
  workers.addEventListener("controllerchange", () => {
    if (wasControlled && document.documentElement.dataset.state === "ready") location.reload();
  });
}

// A browser without WebAssembly would show an empty page: say why instead.
if (typeof WebAssembly !== "object") {
  addEventListener("DOMContentLoaded", () => {
    document.body.textContent = "Wireglass needs WebAssembly, which this browser does not have or has switched off.";
  });
}
