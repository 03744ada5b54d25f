// What must work before, or without, the WebAssembly app: a plain file rather than an inline script, so the content security
// policy stays strict.
"use strict";

// Offline use: sw.js keeps the whole app in the browser's cache.
if ("serviceWorker" in navigator && isSecureContext) {
  addEventListener("load", () => navigator.serviceWorker.register("./sw.js").catch(error => console.warn("offline use is off:", error)));
}

// A browser without WebAssembly would show an empty page: say why instead.
if (typeof WebAssembly !== "object") {
  addEventListener("DOMContentLoaded", () => {
    document.body.textContent = "Wireglass needs WebAssembly, which this browser does not have or has switched off.";
  });
}
