// node benches/replay.mjs OUT MEGABYTES [FOLDER]: a large capture out of our own small ones (tests/captures/*/*.pcap), the same bytes every time.
// Each replay comes later and gets its own addresses, hence its own flows. Payloads repeat: say so in any claim.
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [out, megabytes = "64", folder = fileURLToPath(new URL("../tests/captures/", import.meta.url))] = process.argv.slice(2);
const limit = +megabytes * 1e6;
const HEADER = 24, RECORD = 16, ETHERNET = 1, MICROSECONDS = 0xa1b2c3d4;

// Little-endian microsecond Ethernet captures only: enough for a benchmark.
const sources = readdirSync(folder, { recursive: true })
  .filter(name => name.endsWith(".pcap")).sort()
  .map(name => readFileSync(join(folder, name)))
  .filter(bytes => bytes.length > HEADER && bytes.readUInt32LE(0) === MICROSECONDS && bytes.readUInt32LE(20) === ETHERNET);
if (!sources.length) {
  console.error(`replay: no plain pcap file with Ethernet frames below ${folder}`);
  process.exit(1);
}

// The records of one source, with times relative to its first packet.
function records(bytes) {
  const list = [];
  let origin;
  for (let at = HEADER; at + RECORD <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 8), time = bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4);
    if (at + RECORD + length > bytes.length) break;
    origin ??= time;
    list.push({ time: Math.max(0, time - origin), record: bytes.subarray(at, at + RECORD + length) });
    at += RECORD + length;
  }
  return list;
}

// Adds n to one 16-bit word of an address and takes it from the next. Checksums are sums of such words modulo 0xffff, so all hold.
function shift(frame, at, n) {
  if (at + 4 > frame.length) return;
  const move = (offset, by) => frame.writeUInt16BE((frame.readUInt16BE(offset) + by) % 0xffff, offset);
  move(at, n);
  move(at + 2, 0xffff - n);
}

function readdress(frame, n) {
  const type = frame.length > 54 ? frame.readUInt16BE(12) : 0;
  if (type === 0x0800) for (const address of [26, 30]) shift(frame, address, n);
  if (type === 0x86dd) for (const address of [26, 42]) shift(frame, address, n);   // the third and fourth word of each
}

const file = openSync(out, "w");
const header = Buffer.from(sources[0].subarray(0, HEADER));
header.writeUInt32LE(262144, 16);
writeSync(file, header);
// All sources at once, in the order of time, as a busy link would carry them.
const mixed = sources.flatMap(records).sort((a, b) => a.time - b.time);
const round = mixed.at(-1).time + 1e6;
let written = HEADER, packets = 0;
for (let n = 0; written < limit; n++) {
  const copies = mixed.map(({ time, record }) => {
    const copy = Buffer.from(record), when = 1.7e15 + n * round + time;
    copy.writeUInt32LE(Math.floor(when / 1e6), 0);
    copy.writeUInt32LE(when % 1e6, 4);
    readdress(copy.subarray(RECORD), n % 0xffff);
    return copy;
  });
  written += writeSync(file, Buffer.concat(copies));
  packets += copies.length;
}
closeSync(file);
console.log(`${out}: ${written} bytes, ${packets} packets from ${sources.length} captures`);
