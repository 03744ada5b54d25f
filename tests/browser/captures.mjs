// Captures made on the spot, for tests that need to know every number, or many flows. Not a test file itself.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "wireglass-"));
process.on("exit", () => import("node:fs").then(({ rmSync }) => rmSync(folder, { recursive: true, force: true })));

const SYN = 2, SYN_ACK = 18, ACK = 16;
const FRAME = 54, RECORD = 16 + FRAME;

// A classic pcap of `flows` TCP flows. Each is a handshake (SYN, 1 ms, SYN/ACK, 9 ms, ACK) or, with `handshake: false`, one SYN.
// Flow i starts at i × `every` ms; its client is 10.x.y.z with i in x.y.z, its server 192.0.2.1 port 443.
export function capture(name, flows, { handshake = true, every = 1 } = {}) {
  const packets = handshake ? [[SYN, 0], [SYN_ACK, 1], [ACK, 10]] : [[SYN, 0]];
  const file = Buffer.alloc(24 + flows * packets.length * RECORD);
  file.writeUInt32LE(0xa1b2c3d4, 0);
  file.writeUInt16LE(2, 4);
  file.writeUInt16LE(4, 6);
  file.writeUInt32LE(65535, 16);
  file.writeUInt32LE(1, 20);
  let at = 24;
  for (let i = 0; i < flows; i++) {
    for (const [flags, delay] of packets) {
      const ms = i * every + delay, fromClient = flags !== SYN_ACK, frame = at + 16;
      file.writeUInt32LE(1_700_000_000 + Math.floor(ms / 1000), at);
      file.writeUInt32LE((ms % 1000) * 1000, at + 4);
      file.writeUInt32LE(FRAME, at + 8);
      file.writeUInt32LE(FRAME, at + 12);
      file[frame + 5] = fromClient ? 2 : 1;
      file[frame + 11] = fromClient ? 1 : 2;
      file.writeUInt16BE(0x0800, frame + 12);
      const ip = frame + 14, tcp = ip + 20;
      file[ip] = 0x45;
      file.writeUInt16BE(40, ip + 2);
      file[ip + 8] = 64;
      file[ip + 9] = 6;
      file.writeUInt32BE(fromClient ? 0x0a000000 + i : 0xc0000201, ip + 12);
      file.writeUInt32BE(fromClient ? 0xc0000201 : 0x0a000000 + i, ip + 16);
      file.writeUInt16BE(fromClient ? 40000 : 443, tcp);
      file.writeUInt16BE(fromClient ? 443 : 40000, tcp + 2);
      file.writeUInt32BE(fromClient ? (flags === ACK ? 1001 : 1000) : 5000, tcp + 4);
      file.writeUInt32BE(flags === SYN ? 0 : fromClient ? 5001 : 1001, tcp + 8);
      file[tcp + 12] = 0x50;
      file[tcp + 13] = flags;
      file.writeUInt16BE(65535, tcp + 14);
      at += RECORD;
    }
  }
  return write(name, file);
}

// One TCP connection to a port of the server's: `turns` are Buffers, one segment each, the client's first, then by turns.
export function conversation(name, port, turns) {
  const next = [1000, 5000], records = [];
  for (const [at, payload] of turns.entries()) {
    const from = at % 2, record = Buffer.alloc(RECORD + payload.length), frame = 16, ip = frame + 14, tcp = ip + 20;
    record.writeUInt32LE(1_700_000_000 + at, 0);
    for (const length of [8, 12]) record.writeUInt32LE(FRAME + payload.length, length);
    record[frame + 5] = 2 - from;
    record[frame + 11] = 1 + from;
    record.writeUInt16BE(0x0800, frame + 12);
    record.set([0x45, 0], ip);
    record.writeUInt16BE(40 + payload.length, ip + 2);
    record.set([64, 6], ip + 8);
    record.set([10, 0, 0, 1 + from, 10, 0, 0, 2 - from], ip + 12);
    record.writeUInt16BE(from ? port : 40000, tcp);
    record.writeUInt16BE(from ? 40000 : port, tcp + 2);
    record.writeUInt32BE(next[from], tcp + 4);
    record.writeUInt32BE(next[1 - from], tcp + 8);
    record.set([0x50, ACK | 8, 255, 255], tcp + 12);
    record.set(payload, RECORD);
    next[from] += payload.length;
    records.push(record);
  }
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65535, 16);
  head.writeUInt32LE(1, 20);
  return write(name, Buffer.concat([head, ...records]));
}

export function write(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
