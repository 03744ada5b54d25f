#!/usr/bin/env python3
"""One end of a tunnel for kernels without the tunnel drivers: the inner packets come from and go
to a TUN or TAP interface (the kernel's own TCP, ping, ...), the outer ones to a raw or UDP socket.

usage: tunnel.py KIND LOCAL REMOTE INTERFACE    in the network namespace it belongs to
KIND: ipip gre gre6 gretap geneve 6in4
"""
import fcntl, os, select, socket, struct, sys

kind, local, remote, name = sys.argv[1:5]
tap = kind in ("gretap", "geneve")
fd = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH22x", name.encode(), (2 if tap else 1) | 0x1000))
if kind == "geneve":
    outer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    outer.bind((local, 6081))
else:
    outer = socket.socket(socket.AF_INET6 if ":" in local else socket.AF_INET, socket.SOCK_RAW,
                          {"ipip": 4, "6in4": 41}.get(kind, 47))
    outer.bind((local, 0))
gre_key = struct.pack("!HHI", 0x2000, 0x6558, 77)                 # GRE with a key, Ethernet inside
geneve = struct.pack("!BBHI", 2, 0, 0x6558, 5001 << 8) + struct.pack("!HBBI", 0x0101, 0x21, 1, 0xCAFE)
while True:
    for ready in select.select([fd, outer], [], [])[0]:
        if ready == fd:
            inner = os.read(fd, 65535)
            if kind == "geneve":
                data = geneve + inner
            elif kind == "gretap":
                data = gre_key + inner
            elif kind.startswith("gre"):
                data = b"\0\0" + (b"\x08\0" if inner[0] >> 4 == 4 else b"\x86\xdd") + inner
            elif inner[0] >> 4 != (6 if kind == "6in4" else 4):
                continue
            else:
                data = inner
            try:
                outer.sendto(data, (remote, 6081 if kind == "geneve" else 0))
            except OSError:
                pass
        else:
            data, peer = outer.recvfrom(65535)
            if kind != "geneve" and ":" not in local:
                data = data[(data[0] & 15) * 4:]                  # raw IPv4 sockets give the header too
            skip = {"geneve": 16, "gretap": 8, "gre": 4, "gre6": 4}.get(kind, 0)
            if peer[0] == remote and len(data) > skip and (kind != "gre" or data[:2] == b"\0\0") \
                    and (kind != "gretap" or data[:2] == b"\x20\0"):
                try:
                    os.write(fd, data[skip:])
                except OSError:
                    pass
