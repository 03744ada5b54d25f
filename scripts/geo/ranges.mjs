// Country ranges, small: every address belongs to one of several hundred thousand stretches, of which only the places where one country
// ends and the next begins are kept. src/engine/geo/ranges.rs reads it.
//
//   line 1   wireglass-countries 1<tab>source<tab>day
//   line 2   AD Andorra<tab>AE United Arab Emirates<tab>…
//   then for IPv4 and IPv6: the number of stretches, and three groups of bytes, each a list of lengths followed by as many parts
//     steps      a stretch is (2 m + 1) · 2^k addresses long; here the k, those of starts with the same number of zeros at the end together
//     odds       the m, those of the same k together, each a varint
//     countries  which country of line 2, from 1, in one part; 0: none
// The first stretch begins at 0. Numbers are varints (seven bits a byte, the lowest first). Steps hang on the start's alignment and odds
// on the step: apart they compress by a seventh better.

/** Where one country ends and the next begins: [address, code], from 0 on; "" where nobody is. */
function stretches(csv, bits) {
  const found = [[0n, ""]];
  let next = 0n;
  const begin = (at, code) => {
    const last = found.at(-1);
    if (last[0] === at) last[1] = code; else if (last[1] !== code) found.push([at, code]);
  };
  for (const line of csv.trim().split("\n")) {
    const [first, end, code] = line.split(","), from = BigInt(first), to = BigInt(end);
    if (from < next || to < from || !/^[A-Z]{2}$/.test(code)) throw new Error(`not in order, or no country: ${line}`);
    if (from > next) begin(next, "");
    begin(from, code);
    next = to + 1n;
  }
  if (next >> BigInt(bits) === 0n) begin(next, "");
  return found.filter(([, code], nth) => nth === 0 || found[nth - 1][1] !== code);
}

function varint(number, into) {
  for (number = BigInt(number); number > 127n; number >>= 7n) into.push(Number(number & 127n) | 128);
  into.push(Number(number));
}

function zeros(number, bits) {
  let count = 0;
  for (; count < bits && !(number & 1n); number >>= 1n) count++;
  return count;
}

function group(parts, into) {
  for (const part of parts) varint(part.length, into);
  for (const part of parts) for (const byte of part) into.push(byte);
}

export function ranges(lists, source, day) {
  const found = lists.map((csv, nth) => stretches(csv, [32, 128][nth]));
  const codes = [...new Set(found.flat().map(([, code]) => code))].filter(Boolean).sort();
  const names = new Intl.DisplayNames("en", { type: "region" });
  const head = `wireglass-countries 1\t${source}\t${day}\n${codes.map(code => `${code} ${names.of(code)}`).join("\t")}\n`;
  const out = [...Buffer.from(head)];
  found.forEach((list, nth) => {
    const bits = [32, 128][nth];
    const steps = Array.from({ length: bits + 1 }, () => []), odds = Array.from({ length: bits + 1 }, () => []);
    for (let at = 1; at < list.length; at++) {
      const [start] = list[at - 1], length = list[at][0] - start, step = zeros(length, bits);
      steps[zeros(start, bits)].push(step);
      varint(length >> BigInt(step + 1), odds[step]);
    }
    varint(list.length, out);
    group(steps, out);
    group(odds, out);
    group([list.map(([, code]) => codes.indexOf(code) + 1)], out);
  });
  return { bytes: Buffer.from(out), codes };
}

/** A thousand addresses with their country, as the source has it: of ranges drawn by lot the first, the last, and one in between. */
export function addresses(lists) {
  let seed = 20260601n;
  const lot = below => {
    seed = BigInt.asUintN(64, seed * 6364136223846793005n + 1442695040888963407n);
    const wide = (seed << 64n) | BigInt.asUintN(64, seed * 2862933555777941757n);
    return BigInt.asUintN(128, wide ^ (wide >> 67n)) % below;
  };
  const rows = lists.flatMap((csv, nth) => {
    const lines = csv.trim().split("\n");
    return Array.from({ length: 500 }, (_, at) => {
      const [first, last, code] = lines[Number(lot(BigInt(lines.length)))].split(",");
      const [from, to] = [BigInt(first), BigInt(last)];
      const address = [from, to, from + lot(to - from + 1n)][at % 3];
      return `${nth === 0 ? dotted(address) : colons(address)}\t${code}\n`;
    });
  });
  return Buffer.from(rows.join(""));
}

const dotted = address => [24n, 16n, 8n, 0n].map(shift => (address >> shift) & 255n).join(".");
const colons = address => Array.from({ length: 8 }, (_, at) => ((address >> BigInt(112 - 16 * at)) & 0xffffn).toString(16)).join(":");
