// The world's outlines, small: projected (Equal Earth), simplified and rounded here, so that the page has nothing left to compute.
//
// One line a country: code, x and y of its middle, what its circle is for (`o`: it is too small to be seen; `-`: it is not), and its
// outline as the `d` of an SVG path. The map is WIDTH units wide; the first line tells its width and height.
const WIDTH = 3000;
/** Points whose triangle with their neighbours is smaller than this (square units) are left out. */
const LEAST = 0.7;
/** Islands smaller than this (square units) are left out, except a country's largest. */
const ISLAND = 4;
/** Countries that cover less than this are circles too. */
const SMALL = 100;

/** Territories that the atlas draws as parts of France, by where they are: code, west, south, east, north. */
const OF_FRANCE = [
  ["GF", -55, 2, -51, 6], ["GP", -62, 15.8, -60.9, 16.6], ["MQ", -61.3, 14.3, -60.7, 15], ["RE", 55, -21.5, 56, -20.8], ["YT", 44.9, -13.1, 45.4, -12.6],
];
/** Those it does not draw: degrees east and north. */
const NOT_DRAWN = {
  BQ: [-68.27, 12.18], BV: [3.4, -54.4], CC: [96.8, -12.2], CX: [105.6, -10.5], GI: [-5.35, 36.14], GP: [-61.55, 16.25], MQ: [-61, 14.65], RE: [55.5, -21.1],
  SJ: [16, 78.5], TK: [-171.8, -9.2], TV: [179.2, -8.5], UM: [166.6, 19.3], XK: [20.9, 42.6], YT: [45.15, -12.8], GF: [-53, 4],
};
/** Drawn without a code of their own: whose addresses they have. */
const BY_NAME = { Kosovo: "XK", Somaliland: "SO", "N. Cyprus": "CY" };

/** Equal Earth (Šavrič, Patterson, Jenny 2018), degrees to units. */
function project([east, north]) {
  const a = [1.340264, -0.081106, 0.000893, 0.003796], root3 = Math.sqrt(3);
  const t = Math.asin((root3 / 2) * Math.sin((north * Math.PI) / 180)), t2 = t * t, t6 = t2 ** 3;
  const slope = a[0] + 3 * a[1] * t2 + t6 * (7 * a[2] + 9 * a[3] * t2);
  return [(2 * root3 * ((east * Math.PI) / 180) * Math.cos(t)) / (3 * slope), t * (a[0] + a[1] * t2 + t6 * (a[2] + a[3] * t2))];
}
const [HALF] = project([180, 0]), TOP = project([0, 84])[1], BOTTOM = project([0, -57])[1];
const SCALE = WIDTH / (2 * HALF);
/** Units of the map, with the degrees behind them. */
const place = ([east, north]) => {
  const [x, y] = project([east, north]);
  return [(x + HALF) * SCALE, (TOP - y) * SCALE, east, north];
};

/** A ring that goes across the edge of the map (180 degrees) becomes several that do not. */
function cut(ring) {
  let [before, turn] = [ring[0][2], 0];
  const even = ring.map(([, , east, north]) => {
    if (Math.abs(east - before) > 180) turn += east < before ? 360 : -360;
    before = east;
    return [east + turn, north];
  });
  if (even.every(([east]) => Math.abs(east) <= 180)) return [ring];
  return [-360, 0, 360].map(shift => {
    const moved = even.map(([east, north]) => [east + shift, north]);
    return clipped(clipped(moved, -180, 1), 180, -1).map(place);
  }).filter(part => part.length > 2);
}

/** What of a ring is on one side of a meridian (Sutherland and Hodgman). */
function clipped(ring, edge, side) {
  const inside = ([east]) => (east - edge) * side >= 0;
  return ring.flatMap((to, at) => {
    const from = ring[(at + ring.length - 1) % ring.length];
    const crossing = () => [edge, from[1] + ((to[1] - from[1]) * (edge - from[0])) / (to[0] - from[0])];
    if (inside(to)) return inside(from) ? [to] : [crossing(), to];
    return inside(from) ? [crossing()] : [];
  });
}

const area = points => points.reduce((sum, [x, y], at) => {
  const [x2, y2] = points[(at + 1) % points.length];
  return sum + x * y2 - x2 * y;
}, 0) / 2;
const triangle = ([ax, ay], [bx, by], [cx, cy]) => Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2;

/** Visvalingam: the point that matters least goes first. Arcs are shared by neighbours, so borders stay together. */
function simplified(points) {
  const kept = [...points];
  while (kept.length > 2) {
    let least = LEAST, at = -1;
    for (let nth = 1; nth < kept.length - 1; nth++) {
      const size = triangle(kept[nth - 1], kept[nth], kept[nth + 1]);
      if (size < least) [least, at] = [size, nth];
    }
    if (at < 0) break;
    kept.splice(at, 1);
  }
  return kept;
}

/** `M10 20l3-4…z`, steps between rounded points. */
function path(ring) {
  const points = ring.map(([x, y]) => [Math.round(x), Math.round(y)]).filter(([x, y], at, all) => at === 0 || x !== all[at - 1][0] || y !== all[at - 1][1]);
  if (points.length > 1 && String(points[0]) === String(points.at(-1))) points.pop();
  if (points.length < 3) return "";
  const step = (a, b) => (b < 0 ? `${a}${b}` : `${a} ${b}`);
  let text = `M${step(...points[0])}l`;
  for (let at = 1; at < points.length; at++) {
    const next = step(points[at][0] - points[at - 1][0], points[at][1] - points[at - 1][1]);
    text += at > 1 && !next.startsWith("-") ? ` ${next}` : next;
  }
  return text + "z";
}

function middle(ring) {
  let [x, y, sum] = [0, 0, 0];
  ring.forEach(([ax, ay], at) => {
    const [bx, by] = ring[(at + 1) % ring.length], cross = ax * by - bx * ay;
    [x, y, sum] = [x + (ax + bx) * cross, y + (ay + by) * cross, sum + cross];
  });
  return sum === 0 ? ring[0] : [x / (3 * sum), y / (3 * sum)];
}

export function outlines(atlas, letters, wanted) {
  const { scale, translate } = atlas.transform;
  const arcs = atlas.arcs.map(arc => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      [x, y] = [x + dx, y + dy];
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
  const drawn = arcs.map(arc => arc.map(place));
  const simple = drawn.map(simplified);
  const ring = (list, from) => list.flatMap(arc => (arc < 0 ? [...from[~arc]].reverse() : from[arc]).slice(0, -1));
  // By code: rings in full and simplified.
  const countries = new Map();
  for (const shape of atlas.objects.countries.geometries) {
    const own = letters.get(shape.id) ?? BY_NAME[shape.properties.name] ?? "";
    if (own === "AQ") continue;
    const polygons = shape.type === "Polygon" ? [shape.arcs] : shape.arcs ?? [];
    for (const [outer] of polygons) {
      const [east, north] = ring(outer, arcs)[0];
      const overseas = own === "FR" && OF_FRANCE.find(([, w, s, e, n]) => east >= w && east <= e && north >= s && north <= n);
      const code = overseas ? overseas[0] : own;
      if (!countries.has(code)) countries.set(code, []);
      const parts = [drawn, simple].map(all => cut(ring(outer, all)));
      parts[0].forEach((full, nth) => countries.get(code).push({ full, simple: parts[1][nth] ?? full }));
    }
  }
  const lines = [];
  for (const code of new Set([...wanted, ...countries.keys()])) {
    const rings = (countries.get(code) ?? []).sort((a, b) => Math.abs(area(b.full)) - Math.abs(area(a.full)));
    const size = rings.reduce((sum, { full }) => sum + Math.abs(area(full)), 0);
    const shown = rings.filter(({ full }, nth) => nth === 0 || Math.abs(area(full)) >= ISLAND);
    const d = shown.map(({ simple }) => path(simple)).join("");
    const spot = rings.length > 0 ? middle(rings[0].full) : NOT_DRAWN[code] && place(NOT_DRAWN[code]);
    if (!spot) {
      if (code !== "AQ") console.log(`nowhere on the map: ${code}`);
      continue;
    }
    lines.push(`${code || "-"} ${spot.slice(0, 2).map(Math.round).join(" ")} ${code && size < SMALL ? "o" : "-"} ${d}\n`);
  }
  console.log(`${lines.length} outlines, ${lines.join("").match(/[-\d]+[ -]\d+/g).length} points`);
  return Buffer.from(`${WIDTH} ${Math.ceil((TOP - BOTTOM) * SCALE)}\n${lines.sort().join("")}`);
}
