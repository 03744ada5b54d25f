#!/usr/bin/env python3
"""Writes a classic capture again in a form no tool here writes: rewrite.py HOW IN.pcap OUT."""
import struct, sys

how, data = sys.argv[1], open(sys.argv[2], "rb").read()
_, _, _, _, _, snap, link = struct.unpack("<IHHiIII", data[:24])
packets, at = [], 24
while at < len(data):
    sec, frac, size, full = struct.unpack("<IIII", data[at:at + 16])
    packets.append((sec, frac, full, data[at + 16:at + 16 + size]))
    at += 16 + size


def classic(order, magic, scale, link, change=lambda p: p):
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, link)
    for sec, frac, full, body in packets:
        new = change(body)
        out += struct.pack(order + "IIII", sec, frac * scale, len(new), full + len(new) - len(body)) + new
    return out


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)


def ng(order, simple):
    out = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(order, 1, struct.pack(order + "HHI", link, 0, 0))
    for sec, frac, full, body in packets:
        time = sec * 10**6 + frac
        out += block(order, 3, struct.pack(order + "I", full) + body) if simple else \
            block(order, 6, struct.pack(order + "IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(body), full) + body)
    return out


open(sys.argv[3], "wb").write({
    "null": lambda: classic("<", 0xA1B2C3D4, 1, 0, lambda p: struct.pack("<I", 2 if p[0] >> 4 == 4 else 30) + p),
    "big": lambda: classic(">", 0xA1B2C3D4, 1, link),
    "big-nano": lambda: classic(">", 0xA1B23C4D, 1000, link),
    "big-ng": lambda: ng(">", False),
    "simple-ng": lambda: ng("<", True),
    "bad-length": lambda: data[:24 + 16 + len(packets[0][3])] + struct.pack("<IIII", 1, 2, 0x7FFFFFFF, 60) + bytes(60),
}[how]())
