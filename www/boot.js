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
