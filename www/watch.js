// Counts what the page and its workers ask other hosts for, and what the policy kept them from asking. The browser tells, not the app:
// every request is among its resource timings. Loaded by the page as a script and by a worker as a module, before anything else.
"use strict";
{
  const isPage = typeof document === "object";
  // Other windows count for themselves: a worker has its page's number as its name.
  const number = isPage ? crypto.getRandomValues(new Uint32Array(2)).join("-") : self.name;
  const line = new BroadcastChannel(`wireglass-watch-${number}`);
  const counts = { asked: 0, blocked: 0 };
  const shown = new Set();

  function add(name, n) {
    counts[name] += n;
    for (const element of shown) element.show();
  }
  const found = (name, n) => { if (n) isPage ? add(name, n) : line.postMessage([name, n]); };
  const isElsewhere = ({ name }) => {
    const { protocol, origin } = new URL(name);
    return !/^(data|blob|file|about):$/.test(protocol) && origin !== self.origin;
  };

  new PerformanceObserver(list => found("asked", list.getEntries().filter(isElsewhere).length)).observe({ type: "resource", buffered: true });
  addEventListener("securitypolicyviolation", () => found("blocked", 1));

  // The one connection that no policy forbids; nothing here has a use for it.
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) delete self[name];

  if (isPage) {
    line.onmessage = ({ data: [name, n] }) => add(name, n);
    document.documentElement.dataset.watch = number;
    // <request-count of="asked"> shows a number, and keeps it up to date.
    customElements.define("request-count", class extends HTMLElement {
      connectedCallback() { shown.add(this); this.show(); }
      disconnectedCallback() { shown.delete(this); }
      show() { this.textContent = counts[this.getAttribute("of")]; }
    });
  }
}
