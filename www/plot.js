// Graphs over time: axes, selection and cursor are uPlot's (uplot/, loaded with this file when the first graph is opened); what is
// drawn between the axes, what the pointer is at, and the keys are here. The page's side is src/ui/parts/plot.rs.
"use strict";
{
  // In the page that is one file (scripts/single.mjs) there is nothing beside it.
  const at = name => self.wireglassFiles?.[name] ?? new URL(name, document.baseURI);
  const loaded = new Promise((done, failed) => {
    const style = document.createElement("link"), script = document.createElement("script");
    Object.assign(style, { rel: "stylesheet", href: at("uplot/uPlot.min.css") });
    Object.assign(script, { src: at("uplot/uPlot.iife.min.js"), onload: done, onerror: failed });
    document.head.append(style, script);
  });

  // How each series is drawn. Every kind of mark has a shape of its own: colour is never the only sign.
  const DRAWN = {
    WindowEdge: ["steps", [6, 3]], Acks: ["steps", []], Sacks: ["bars", 3], Segments: ["bars", 2], RoundTrips: ["dots", 2],
    Throughput: ["area", []], Goodput: ["steps", [6, 3]], Window: ["steps", [6, 3]], InFlight: ["steps", []],
    Retransmission: ["mark", "cross"], OutOfOrder: ["mark", "diamond"], Missing: ["mark", "up"], KeepAlive: ["mark", "square"],
    WindowFull: ["mark", "down"], DuplicateAck: ["mark", "plus"], ZeroWindow: ["mark", "ring"],
    Syn: ["letter", "S"], Fin: ["letter", "F"], Reset: ["letter", "R"],
  };
  const SHAPES = {
    cross: [[-1, -1], [1, 1], null, [1, -1], [-1, 1]], plus: [[-1.2, 0], [1.2, 0], null, [0, -1.2], [0, 1.2]],
    diamond: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0], [0, -1.3]], square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9], [-0.9, -0.9]],
    up: [[0, -1.2], [1.2, 1], [-1.2, 1], [0, -1.2]], down: [[0, 1.2], [1.2, -1], [-1.2, -1], [0, 1.2]],
  };
  // Steps of an axis of bytes, bits or nanoseconds: nothing is less than one.
  const WHOLE = Array.from({ length: 48 }, (_, n) => [1, 2, 5][n % 3] * 10 ** Math.floor(n / 3));
  // How near the pointer must be to a point, px.
  const NEAR = 24;

  const round = (value, digits) => Number(value.toFixed(digits)).toLocaleString("en", { maximumFractionDigits: digits });
  const scaled = (value, units, step = 1000) => {
    let unit = 0, size = Math.abs(value);
    while (size >= step * 0.9995 && unit + 1 < units.length) { size /= step; value /= step; unit += 1; }
    return `${round(value, size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2)} ${units[unit]}`;
  };
  const FORMATS = {
    bytes: value => scaled(value, ["B", "KB", "MB", "GB", "TB"]),
    rate: value => scaled(value, ["bit/s", "Kbit/s", "Mbit/s", "Gbit/s"]),
    time: value => scaled(value, ["ns", "µs", "ms", "s"]),
  };
  const isMark = ({ shows }) => ["mark", "letter"].includes(DRAWN[shows][0]);
  const count = value => Math.round(value).toLocaleString("en");
  // Times of an axis all in one unit, with as many digits as tell its marks apart.
  function times(_, splits) {
    const most = Math.max(...splits.map(Math.abs)), step = splits.length > 1 ? splits[1] - splits[0] : 1;
    const [size, unit] = most >= 1 ? [1, "s"] : most >= 1e-3 ? [1e-3, "ms"] : [1e-6, "µs"];
    const digits = Math.min(9, Math.max(0, Math.ceil(-Math.log10(step / size) - 1e-9)));
    return splits.map(at => `${round(at / size, digits)} ${unit}`);
  }

  class Plot {
    constructor(host, tell) {
      Object.assign(this, { host, tell, series: [], view: [0, 1], height: [0, 1], at: null, colours: new Map() });
      this.note = host.appendChild(document.createElement("div"));
      this.note.className = "plot-note";
      this.note.setAttribute("role", "status");
      this.note.hidden = true;
      // The page itself is written with one unit for lengths: CSS pixels.
      const axis = values => ({ stroke: () => this.colour("axis"), grid: { stroke: () => this.colour("grid"), width: 1 },
        ticks: { stroke: () => this.colour("grid"), width: 1, size: 5 }, font: "12px system-ui, sans-serif", values });
      this.uplot = new uPlot({
        width: 300, height: 200, legend: { show: false }, padding: [10, 18, 0, 0],
        cursor: { points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 5 },
          bind: { dblclick: () => () => tell("whole", 0, 0), mousedown: (_, __, drag) => event => this.press(event, drag) } },
        // The invisible series spans what is looked at, so that uPlot's scales follow it.
        scales: { x: { time: false, range: () => this.view }, y: { range: () => this.height } },
        series: [{}, { paths: () => null, points: { show: false } }],
        axes: [{ ...axis(times), space: 90, size: 34 }, { ...axis((_, splits) => splits.map(FORMATS.bytes)), size: 78, space: 44, incrs: WHOLE }],
        hooks: {
          draw: [() => this.draw()], setCursor: [() => this.hover()],
          setSelect: [({ select: { left, width } }) => {
            const [from, to] = [this.time(left), this.time(left + width)];
            this.uplot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
            if (width >= 5) this.go(from, to);
          }],
        },
      }, [[0, 1], [0, 1]], host);
      this.uplot.over.addEventListener("wheel", event => this.wheel(event), { passive: false });
      host.addEventListener("keydown", event => this.key(event));
      host.addEventListener("contextmenu", event => this.menu(event));
      host.addEventListener("blur", () => this.point(null));
      this.sized = new ResizeObserver(() => this.size());
      this.sized.observe(host);
      // Another theme: other colours.
      this.themed = new MutationObserver(() => this.theme());
      this.themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
      this.scheme = matchMedia("(prefers-color-scheme: dark)");
      this.scheme.onchange = () => this.theme();
    }

    close() {
      this.sized.disconnect();
      this.themed.disconnect();
      this.scheme.onchange = null;
      this.uplot.destroy();
    }

    // New points; times are ns, kept in seconds.
    show(series, unit) {
      this.series = series.map(one => ({ ...one, x: one.x.map(ns => ns / 1e9) }));
      this.unit = unit;
      this.uplot.axes[1].values = (_, splits) => splits.map(FORMATS[unit]);
      this.look(this.view[0] * 1e9, this.view[1] * 1e9, true);
    }

    // What part of the time is seen, ns.
    look(from, to) {
      this.view = [from / 1e9, to / 1e9];
      this.fit();
      this.point(null);
      this.uplot.setData([[...this.view], [...this.height]]);
    }

    // The height follows what is in sight, but is not left to a window that is far above everything else.
    fit() {
      const [from, to] = this.view;
      let least = this.unit === "bytes" && this.has("Segments") ? Infinity : 0, most = -Infinity, edge = -Infinity;
      for (const { shows, x, y, low } of this.series) {
        for (let i = 0; i < x.length; i++) {
          if (x[i] < from || x[i] > to) continue;
          if (shows === "WindowEdge") { edge = Math.max(edge, y[i]); continue; }
          most = Math.max(most, y[i]);
          least = Math.min(least, low.length ? low[i] : y[i]);
        }
      }
      if (most < least || most === -Infinity) [least, most] = edge > 0 ? [0, edge] : [0, 1];
      const limit = most + Math.max(most - least, 1) * 0.6;
      this.beyond = edge > limit;
      if (edge > most) most = this.beyond ? most + (most - least) * 0.08 : edge;
      const room = Math.max((most - least) * 0.05, 1e-9) || 1;
      this.height = [least === 0 && !this.has("Segments") ? 0 : least - room, most === least ? most + 1 : most + room];
    }

    has(shows) { return this.series.some(one => one.shows === shows); }

    size() {
      const { clientWidth: width, clientHeight: height } = this.host;
      if (width > 50 && height > 50) this.uplot.setSize({ width, height });
    }

    theme() { this.colours.clear(); this.uplot.redraw(false); }

    // Colours come from the style sheet, resolved by the browser.
    colour(name) {
      if (!this.colours.has(name)) {
        const probe = this.host.appendChild(document.createElement("i"));
        probe.className = `shows-${name}`;
        this.colours.set(name, getComputedStyle(probe).color);
        probe.remove();
      }
      return this.colours.get(name);
    }

    time(left) { return this.uplot.posToVal(left, "x"); }

    // Asks for another span, seconds.
    go(from, to) { if (to - from > 2e-9) this.tell("span", from * 1e9, to * 1e9); }

    zoom(at, factor) {
      const [from, to] = this.view;
      this.go(at - (at - from) * factor, at + (to - at) * factor);
    }

    pan(share) {
      const [from, to] = this.view, by = (to - from) * share;
      this.go(from + by, to + by);
    }

    // Screen places of values, canvas px.
    places() {
      const { left, top, width, height } = this.uplot.bbox, [from, to] = this.view, [least, most] = this.height;
      return [at => left + (at - from) / (to - from) * width, value => top + (most - value) / (most - least) * height];
    }

    draw() {
      const { ctx, bbox } = this.uplot, ratio = devicePixelRatio || 1, [px, py] = this.places();
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = "center";
      // Marks on top of lines, and the first kinds, which matter most, on top of the others.
      const marks = this.series.filter(isMark), count = marks.reduce((sum, { x }) => sum + x.length, 0);
      const size = Math.max(1.8, Math.min(4, 48 / Math.sqrt(count || 1))) * ratio;
      for (const one of this.series) if (!isMark(one)) this.drawOne(ctx, one, px, py, ratio, bbox);
      for (const one of marks.reverse()) this.drawMarks(ctx, one, px, py, ratio, size);
      if (this.beyond) {
        ctx.fillStyle = this.colour("WindowEdge");
        ctx.textAlign = "end";
        ctx.fillText(this.host.dataset.edge, bbox.left + bbox.width - 8 * ratio, bbox.top + 14 * ratio);
      }
      if (this.at) {
        const { one, i } = this.at;
        ctx.strokeStyle = this.colour("axis");
        ctx.lineWidth = 1.5 * ratio;
        ctx.beginPath();
        ctx.arc(px(one.x[i]), py(one.y[i]), 7 * ratio, 0, 7);
        ctx.stroke();
      }
      ctx.restore();
    }

    // The indices of a series that are in sight, and a little beyond.
    *seen({ x }) {
      const [from, to] = this.view, room = (to - from) / 50;
      for (let i = 0; i < x.length; i++) if (x[i] >= from - room && x[i] <= to + room) yield i;
    }

    drawMarks(ctx, one, px, py, ratio, size) {
      const [how, what] = DRAWN[one.shows], { x, y, low } = one, path = new Path2D();
      ctx.strokeStyle = ctx.fillStyle = this.colour(one.shows);
      ctx.lineWidth = Math.min(1.6 * ratio, size / 2);
      ctx.setLineDash([]);
      for (const i of this.seen(one)) {
        const at = px(x[i]), top = py(y[i]);
        if (low.length && low[i] < y[i]) { path.moveTo(at, py(low[i])); path.lineTo(at, top); }
        if (how === "letter") { ctx.fillText(what, at, top - 8 * ratio); path.moveTo(at, top - 5 * ratio); path.lineTo(at, top); }
        else if (what === "ring") { path.moveTo(at + size, top); path.arc(at, top, size, 0, 7); }
        else {
          let moved = false;
          for (const point of SHAPES[what]) {
            if (point) path[moved ? "lineTo" : "moveTo"](at + point[0] * size, top + point[1] * size);
            moved = point !== null;
          }
        }
      }
      ctx.stroke(path);
    }

    drawOne(ctx, one, px, py, ratio, bbox) {
      const [how, what] = DRAWN[one.shows], { x, y, low } = one, path = new Path2D();
      ctx.strokeStyle = ctx.fillStyle = this.colour(one.shows);
      ctx.lineWidth = (how === "bars" ? what : 1.6) * ratio;
      ctx.setLineDash([]);
      if (how === "bars" || how === "dots") {
        const dot = (how === "dots" ? what : 1.7) * ratio, feet = x.length < 120 ? 3 * ratio : 0;
        for (const i of this.seen(one)) {
          const at = px(x[i]), top = py(y[i]), bottom = low.length ? py(low[i]) : top;
          if (bottom - top <= 2 * ratio) { path.rect(at - dot, top - dot, 2 * dot, 2 * dot); continue; }
          path.moveTo(at, bottom);
          path.lineTo(at, top);
          // Few segments: where each begins and ends.
          if (feet && bottom - top > 8 * ratio) for (const end of [bottom, top]) { path.moveTo(at - feet, end); path.lineTo(at + feet, end); }
        }
        ctx.fill(path);
        return ctx.stroke(path);
      }
      // Lines of steps: a value holds until the next. A canvas counts in single precision: a little outside is far enough.
      const near = 20 * ratio, place = i => Math.min(Math.max(px(x[i]), bbox.left - near), bbox.left + bbox.width + near);
      for (let i = 0; i < x.length; i++) {
        if (i) path.lineTo(place(i), py(y[i - 1]));
        path[i ? "lineTo" : "moveTo"](place(i), py(y[i]));
      }
      // More than a point a pixel is an area: no dashes, and what is below shines through.
      const dense = x.length * ratio > bbox.width;
      if (!dense && how === "steps") ctx.setLineDash(what.map(n => n * ratio));
      ctx.globalAlpha = dense && what.length ? 0.6 : 1;
      ctx.stroke(path);
      if (how === "area" && x.length) {
        path.lineTo(place(x.length - 1), py(0));
        path.lineTo(place(0), py(0));
        ctx.globalAlpha = 0.14;
        ctx.fill(path);
      }
      ctx.globalAlpha = 1;
    }

    // The point nearest to a place of the drawing area, CSS px; of a bar its whole length counts, and marks come first.
    nearest(left, top) {
      const [px, py] = this.places(), ratio = devicePixelRatio || 1, { bbox } = this.uplot;
      const x0 = left * ratio + bbox.left, y0 = top * ratio + bbox.top;
      let best = null, least = NEAR * ratio;
      for (const one of this.series) {
        const bonus = isMark(one) ? 4 * ratio : 0, wide = !one.packets.length;
        for (let i = 0; i < one.x.length; i++) {
          const dx = Math.abs(px(one.x[i]) - x0);
          if (dx > NEAR * ratio) continue;
          const high = py(one.y[i]), deep = one.low.length ? py(one.low[i]) : high;
          const dy = wide ? 0 : Math.max(high - y0, y0 - deep, 0), away = Math.hypot(dx, dy) - bonus;
          if (away < least) [least, best] = [away, { one, i }];
        }
      }
      return best;
    }

    hover() {
      const { left, top } = this.uplot.cursor;
      if (left >= 0 && top >= 0) this.point(this.nearest(left, top));
      else if (document.activeElement !== this.host) this.point(null);
    }

    // Tells about a point beside it.
    point(at) {
      if (at?.one === this.at?.one && at?.i === this.at?.i) return;
      this.at = at;
      this.note.hidden = !at;
      if (at) {
        const { one, i } = at, ratio = devicePixelRatio || 1, [px, py] = this.places();
        this.note.replaceChildren(...this.words(one, i).map((text, line) => Object.assign(document.createElement(line ? "span" : "b"), { textContent: text })));
        const left = px(one.x[i]) / ratio, top = py(one.y[i]) / ratio, { offsetWidth: width, offsetHeight: height } = this.note;
        this.note.style.left = `${Math.max(0, left + width + 14 > this.host.clientWidth ? left - width - 14 : left + 14)}px`;
        this.note.style.top = `${Math.max(0, Math.min(top - height - 8, this.host.clientHeight - height))}px`;
        this.uplot.over.style.cursor = one.packets.length ? "pointer" : "crosshair";
      } else this.uplot.over.style.cursor = "crosshair";
      this.uplot.redraw(false, false);
    }

    // A text of the page's language, which the program left at the host, with its values.
    say(text, ...values) { return this.host.dataset[text].replace(/\{(\d)\}/g, (_, place) => count(values[place])); }

    words(one, i) {
      const said = [one.label, `${one.x[i].toFixed(6)} s`], many = one.counts.length ? one.counts[i] : 1;
      const [value, low] = [one.y[i], one.low.length ? one.low[i] : one.y[i]];
      if (this.unit !== "bytes") said.push(FORMATS[this.unit](value));
      else if (one.shows === "InFlight" || one.shows === "Window" || !this.has("Segments")) said.push(this.say("bytes", value));
      else if (value > low) said.push(`Seq ${count(low)} – ${count(value)}`, this.say("bytes", value - low));
      else said.push(`Seq ${count(value)}`);
      if (many > 1) said.push(this.say("segments", many, one.packets[i]));
      else if (one.packets.length) said.push(this.say("packet", one.packets[i]));
      return said;
    }

    open() { if (this.at?.one.packets.length) this.tell("packet", this.at.one.packets[this.at.i], 0); }

    // Asks for a menu: of the packet of the point that is told about, or of what is looked at. The menu key has no place of its own.
    menu(event) {
      const { left, top, width, height } = this.uplot.over.getBoundingClientRect(), ratio = devicePixelRatio || 1;
      const inside = event.button === 2 && event.clientX >= left && event.clientX <= left + width && event.clientY >= top && event.clientY <= top + height;
      const at = inside ? this.nearest(event.clientX - left, event.clientY - top) : this.at, [px, py] = this.places(), { bbox } = this.uplot;
      const [x, y] = event.button === 2 ? [event.clientX, event.clientY]
        : at ? [left + (px(at.one.x[at.i]) - bbox.left) / ratio, top + (py(at.one.y[at.i]) - bbox.top) / ratio] : [left + width / 2, top + height / 2];
      event.preventDefault();
      this.point(at);
      this.tell("menu", at?.one.packets.length ? at.one.packets[at.i] : 0, 0, x, y);
    }

    // Shift drags the span; anything else is uPlot's selection, or a click.
    press(event, drag) {
      if (event.button !== 0) return;
      const { clientX, clientY } = event, [from, to] = this.view, width = this.uplot.over.clientWidth;
      const shift = event.shiftKey, move = event => {
        const by = (clientX - event.clientX) / width * (to - from);
        this.go(from + by, to + by);
      };
      if (shift) {
        event.preventDefault();
        this.host.focus();
        addEventListener("mousemove", move);
      } else drag(event);
      addEventListener("mouseup", event => {
        removeEventListener("mousemove", move);
        if (!shift && Math.hypot(event.clientX - clientX, event.clientY - clientY) < 4) this.open();
      }, { once: true });
    }

    wheel(event) {
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return this.pan((event.deltaX || event.deltaY) / 1500);
      this.zoom(this.time(this.uplot.cursor.left), Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))));
    }

    key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const middle = this.at ? this.at.one.x[this.at.i] : (this.view[0] + this.view[1]) / 2;
      const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (sideways && event.shiftKey) this.pan(sideways * 0.2);
      else if (sideways) this.step(sideways);
      else if (event.key === "+" || event.key === "=") this.zoom(middle, 0.5);
      else if (event.key === "-") this.zoom(middle, 2);
      else if (event.key === "Enter") this.open();
      else return;
      event.preventDefault();
    }

    // To the next point of any series, in the order of time.
    step(way) {
      const [from, to] = this.view, key = ({ one, i }) => one.x[i] + (one.packets[i] ?? 0) * 1e-15;
      const here = this.at ? key(this.at) : way > 0 ? -Infinity : Infinity;
      let best = null;
      for (const one of this.series) for (let i = 0; i < one.x.length; i++) {
        const at = key({ one, i });
        if (one.x[i] >= from && one.x[i] <= to && (at - here) * way > 0 && (!best || (key(best) - at) * way > 0)) best = { one, i };
      }
      if (best) this.point(best);
    }
  }

  globalThis.wireglassPlot = { open: (host, tell) => loaded.then(() => new Plot(host, tell)) };
}
