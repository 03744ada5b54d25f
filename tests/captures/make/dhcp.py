#!/usr/bin/env python3
"""A small DHCP client: dhcp.py INTERFACE MAC (hexadecimal): discover, request, renew, a refusal, inform, release."""
import os, socket, struct, subprocess, sys, time

card, mac = sys.argv[1], bytes.fromhex(sys.argv[2])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, card.encode())
s.bind(("", 68))
s.settimeout(3)
ANY = "0.0.0.0"


def say(kind, to="255.255.255.255", own=ANY, ask=None, server=None, wait=True):
    packet = struct.pack("!BBBBIHH", 1, 1, 6, 0, int.from_bytes(os.urandom(4), "big"), 0, 0x8000 if own == ANY else 0)
    packet += socket.inet_aton(own) + bytes(12) + mac.ljust(16, b"\0") + bytes(192) + b"\x63\x82\x53\x63"
    packet += bytes([53, 1, kind, 61, 7, 1]) + mac + b"\x0c\x06laptop" + bytes([55, 5, 1, 3, 6, 15, 42])
    for option, value in ((50, ask), (54, server)):
        if value:
            packet += bytes([option, 4]) + socket.inet_aton(value)
    s.sendto((packet + b"\xff").ljust(300, b"\0"), (to, 67))
    return s.recv(2048) if wait else b""


offer = say(1)
address = socket.inet_ntoa(offer[16:20])
server = socket.inet_ntoa(offer[offer.index(b"\x36\x04", 240) + 2:][:4])
say(3, ask=address, server=server)
subprocess.run(["ip", "addr", "add", address + "/24", "dev", card], check=True)
time.sleep(0.5)
say(3, to=server, own=address)                              # renewed
say(8, to=server, own=address)                              # inform
say(7, to=server, own=address, server=server, wait=False)   # released
subprocess.run(["ip", "addr", "del", address + "/24", "dev", card], check=True)
time.sleep(0.5)
say(3, ask="10.9.9.9")                                      # refused: NAK
