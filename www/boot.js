// What must work before, or without, the WebAssembly app: a plain file rather than an inline script, so the content security
// policy stays strict.
"use strict";

// The language: the one chosen, or the browser's. The program reads it from the document; its texts are on their way meanwhile.
let language = navigator.language;
try { language = localStorage.getItem("wireglass.language") ?? language; } catch { /* A browser without storage. */ }
if (/^ko\b/i.test(language)) {
  document.documentElement.lang = "ko";
  // In a page opened from a file they are in the page.
  const texts = Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: "./words/ko.txt" });
  if (location.protocol !== "file:") document.head.append(texts);
}

// Offline use: sw.js keeps the whole app in the browser's cache. A newer version waits beside it until no page of the older one is
// left, or the reader lets it in (parts/update.rs): files of two versions never meet.
if ("serviceWorker" in navigator && isSecureContext && location.protocol !== "file:") {
  const root = document.documentElement, workers = navigator.serviceWorker;
  let waiting = null, asked = false;

  // → how many other windows still show the older version; with none, the newer one takes over and this page is loaded again.
  const letIn = () => new Promise(done => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data);
    asked = true;
    waiting.postMessage("take over", [port2]);
  });

  async function offer(worker) {
    waiting = worker;
    // While no capture is open, nothing is lost by showing it at once.
    if (root.dataset.state === "ready" && await letIn() === 0) return;
    asked = false;
    root.dataset.update = "0";
    dispatchEvent(new Event("wireglass-update"));
  }

  addEventListener("wireglass-let-in", async () => {
    root.dataset.update = await letIn();
    asked = root.dataset.update === "0";
    dispatchEvent(new Event("wireglass-update"));
  });
  workers.addEventListener("controllerchange", () => { if (asked) location.reload(); });

  async function keep() {
    const registration = await workers.register("./sw.js");
    const follow = worker => worker?.addEventListener("statechange", () => { if (worker.state === "installed" && workers.controller) offer(worker); });
    registration.addEventListener("updatefound", () => follow(registration.installing));
    follow(registration.installing);
    if (registration.waiting && workers.controller) offer(registration.waiting);
    // Browsers look for a newer version in their own time, which may be the visit after the next.
    else await registration.update();
  }

  // Not before the page is there: the first visit's line is needed for that.
  const start = () => keep().catch(error => console.warn("offline use is off, or no newer version could be looked for:", error));
  new MutationObserver((_, observer) => {
    if (!root.dataset.state) return;
    observer.disconnect();
    setTimeout(start, 200);
  }).observe(root, { attributeFilter: ["data-state"] });
}

// A browser without WebAssembly would show an empty page: say why instead.
if (typeof WebAssembly !== "object") {
  addEventListener("DOMContentLoaded", () => {
    document.body.textContent = "Wireglass needs WebAssembly, which this browser does not have or has switched off.";
  });
}

// A chart as a picture: the SVG file drawn twice as fine as its pixels. Only the page itself can call it.
window.wireglassPicture = (svg, done) => {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width * 2, image.height * 2];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    canvas.toBlob(blob => blob.arrayBuffer().then(bytes => done(new Uint8Array(bytes))), "image/png");
  };
  image.src = url;
};
