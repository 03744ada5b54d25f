// Makes tests/geo/world.pcap: one host of a private network that talks to an address of every country that tests/geo/addresses.tsv
// has, to its own network, to multicast and to broadcast. Run by hand after make.mjs: node scripts/geo/capture.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../tests/geo");
const records = [];
const u16 = n => [n >> 8 & 255, n & 255], u32 = n => [...u16(n >>> 16), ...u16(n & 65535)];
const octets = text => text.includes(":") ? text.split(":").flatMap(part => u16(parseInt(part || "0", 16))) : text.split(".").map(Number);

// One packet: IPv4 or IPv6 as the addresses are, with this in it.
function packet(from, to, protocol, body) {
  const [source, destination] = [octets(from), octets(to)];
  const head = source.length === 4
    ? [0x45, 0, ...u16(20 + body.length), 0, 0, 0x40, 0, 64, protocol, 0, 0, ...source, ...destination]
    : [0x60, 0, 0, 0, ...u16(body.length), protocol, 64, ...source, ...destination];
  records.push(Buffer.from([...head, ...body]));
}
const tcp = (from, to, ports, flags, seq, ack, length) =>
  packet(from, to, 6, [...ports.flatMap(u16), ...u32(seq), ...u32(ack), 0x50, flags, 0x20, 0, 0, 0, 0, 0, ...Array(length).fill(0xee)]);
const udp = (from, to, ports, length) => packet(from, to, 17, [...ports.flatMap(u16), ...u16(8 + length), 0, 0, ...Array(length).fill(0xee)]);

// A connection of which so much is asked and answered.
function connection(from, to, port, nth, sent, received) {
  const own = 40000 + nth;
  tcp(from, to, [own, port], 2, 0, 0, 0);
  tcp(to, from, [port, own], 18, 0, 1, 0);
  tcp(from, to, [own, port], 16, 1, 1, 0);
  for (let at = 0; at < sent; at += 1000) tcp(from, to, [own, port], 24, 1 + at, 1, Math.min(1000, sent - at));
  for (let at = 0; at < received; at += 1400) tcp(to, from, [port, own], 24, 1 + at, 1 + sent, Math.min(1400, received - at));
}

const by = new Map();
for (const line of readFileSync(join(folder, "addresses.tsv"), "utf8").trim().split("\n")) {
  const [address, country] = line.split("\t");
  if (!by.has(country)) by.set(country, address);
}
const US4 = "10.20.0.5", US6 = "fd00:0:0:0:0:0:0:5";
[...by].sort(([a], [b]) => (a < b ? -1 : 1)).forEach(([, address], nth) => {
  const size = Math.round(60 * 1.04 ** (nth * 37 % by.size));
  connection(address.includes(":") ? US6 : US4, address, [443, 80, 22, 993][nth % 4], nth, 100 + nth, size);
});
connection(US4, "10.20.0.9", 5432, 900, 300, 5000);
udp(US4, "10.20.0.1", [50000, 53], 40);
udp(US4, "224.0.0.251", [5353, 5353], 80);
udp(US4, "255.255.255.255", [68, 67], 300);
udp(US4, "169.254.169.254", [50001, 80], 60);

const head = Buffer.alloc(24);
[0xa1b2c3d4, 0x00040002, 0, 0, 65535, 101].forEach((word, at) => head.writeUInt32LE(word, at * 4));
const parts = records.flatMap((bytes, nth) => {
  const of = Buffer.alloc(16);
  [1780300000 + Math.floor(nth / 100), nth % 100 * 10000, bytes.length, bytes.length].forEach((word, at) => of.writeUInt32LE(word, at * 4));
  return [of, bytes];
});
writeFileSync(join(folder, "world.pcap"), Buffer.concat([head, ...parts]));
console.log(`${records.length} packets, ${by.size} countries`);
