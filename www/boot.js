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

// What an element shows, as one SVG file: drawings with the styles that they have here, canvases as pictures, texts where they stand.
window.wireglassDrawing = (element, title) => {
  const SVG = "http://www.w3.org/2000/svg";
  const KEPT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "vector-effect", "opacity",
    "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline", "display", "visibility"];
  const box = element.getBoundingClientRect(), top = 28;
  const make = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    return made;
  };
  const place = at => ({ x: at.left - box.left, y: at.top - box.top + top, width: at.width, height: at.height });
  const text = (string, x, y, style) => {
    const made = make("text", { x, y, fill: style.color, "font-family": style.fontFamily, "font-size": style.fontSize, "dominant-baseline": "central" });
    made.textContent = string;
    return made;
  };
  const size = { width: Math.ceil(box.width), height: Math.ceil(box.height) + top };
  const file = make("svg", { xmlns: SVG, viewBox: `0 0 ${size.width} ${size.height}`, ...size });
  const own = getComputedStyle(element);
  file.append(make("rect", { width: "100%", height: "100%", fill: getComputedStyle(document.body).backgroundColor }), text(title, 4, top / 2, own));
  const draw = node => {
    if (node.nodeType === Node.TEXT_NODE) {
      const range = document.createRange();
      range.selectNodeContents(node);
      const at = range.getBoundingClientRect();
      if (node.data.trim() && at.width) file.append(text(node.data.trim(), at.left - box.left, at.top - box.top + top + at.height / 2, getComputedStyle(node.parentElement)));
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.hasAttribute("data-no-picture")) return;
    const style = getComputedStyle(node);
    if (style.display === "none" || style.visibility === "hidden") return;
    const at = place(node.getBoundingClientRect());
    if (node instanceof SVGSVGElement) {
      const copy = node.cloneNode(true), of = node.querySelectorAll("*");
      copy.querySelectorAll("*").forEach((part, n) => {
        const style = getComputedStyle(of[n]);
        for (const name of KEPT) part.setAttribute(name, style.getPropertyValue(name));
        part.removeAttribute("class");
        part.removeAttribute("style");
      });
      for (const key in at) copy.setAttribute(key, at[key]);
      copy.removeAttribute("class");
      file.append(copy);
    } else if (node instanceof HTMLCanvasElement) {
      file.append(make("image", { ...at, href: node.toDataURL("image/png") }));
    } else {
      if (style.backgroundColor !== "rgba(0, 0, 0, 0)" && node !== element) file.append(make("rect", { ...at, fill: style.backgroundColor }));
      node.childNodes.forEach(draw);
    }
  };
  draw(element);
  return new XMLSerializer().serializeToString(file);
};
