#!/usr/bin/env python3
"""The cables between the network namespaces: Ethernet frames in, the same frames out later.

Each wire joins two TAP interfaces, each in a network namespace.  A frame that one kernel sends
is handed to the other kernel after the wire's delay, or dropped, or held back so that a later one
overtakes it.  It stands in for `tc netem`, which this project's build machines do not have in
their kernels; what both ends do (TCP, ARP, retransmission, ...) is done by the real kernels.

usage: wire.py CONFIG.json READY-FILE

CONFIG: {"seed": 1, "log": FILE, "spin": true (awake for 0.3 s after each frame: exact to some 20 us; not for
long, as the kernel stops what never sleeps),
 "wires": [{"name": "west", "a": [netns, ifname, mac], "b": [netns, ifname, mac],
  "delay": ms one way, "jitter": ms (+-, order is kept), "loss": %, "loss_min": bytes,
  "reorder": %, "reorder_by": ms, "rate": kbit/s, "mtu": bytes, "queue": bytes waiting for the rate at most,
  "cut": FILE (nothing passes while it exists),
  "push": [["8100", 10], ...]      tags put on a->b and taken off b->a ("8847": an MPLS label),
  "drop": [{"dir": "ab"|"ba", "dport": n, "sport": n, "syn": true, "data": true (TCP with payload),
            "min": frame bytes, "skip": n, "count": n (else 1), "nth": [n, ...] of those that match}]}]}

LOG: a line of JSON for each frame that was not delivered; at SIGTERM one for each direction, with the
frames that went through and how long they were held: what the experiment did, said by who did it.
"""
import ctypes, fcntl, gc, heapq, json, os, random, select, signal, struct, subprocess, sys, time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000
libc = ctypes.CDLL(None, use_errno=True)


def in_netns(name, what):
    here, there = os.open("/proc/self/ns/net", os.O_RDONLY), os.open("/run/netns/" + name, os.O_RDONLY)
    try:
        if libc.setns(there, 0x40000000):
            raise OSError(ctypes.get_errno(), "setns " + name)
        return what()
    finally:
        libc.setns(here, 0x40000000)
        os.close(here), os.close(there)


def open_tap(ns, ifname, mac, mtu):
    def make():
        fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", ifname.encode(), IFF_TAP | IFF_NO_PI))
        return fd
    fd = in_netns(ns, make)
    subprocess.run(["ip", "-n", ns, "link", "set", ifname, "address", mac, "mtu", str(mtu)], check=True)
    return fd


def ports(frame):
    """(protocol, source port, destination port, TCP flags) of an untagged IPv4/IPv6 frame."""
    kind = frame[12:14]
    if kind == b"\x08\x00" and len(frame) >= 34:
        proto, l4 = frame[23], 14 + (frame[14] & 15) * 4
        if struct.unpack("!H", frame[20:22])[0] & 0x1FFF:
            return proto, 0, 0, 0
    elif kind == b"\x86\xdd" and len(frame) >= 54:
        proto, l4 = frame[20], 54
    else:
        return 0, 0, 0, 0
    if proto not in (6, 17) or len(frame) < l4 + 8:
        return proto, 0, 0, 0
    sport, dport = struct.unpack("!HH", frame[l4:l4 + 4])
    return proto, sport, dport, frame[l4 + 13] if proto == 6 and len(frame) > l4 + 13 else 0


def described(frame):
    """What the log says of a frame."""
    said = {"frame_len": len(frame)}
    if frame[12:14] != b"\x08\x00" or len(frame) < 34:
        return said
    l4 = 14 + (frame[14] & 15) * 4
    said.update(ip_id=int.from_bytes(frame[18:20], "big"), proto=frame[23])
    proto, sport, dport, flags = ports(frame)
    if sport or dport:
        dotted = [".".join(map(str, frame[at:at + 4])) for at in (26, 30)]
        said.update({"from": f"{dotted[0]}:{sport}", "to": f"{dotted[1]}:{dport}"})
    if proto == 6:
        said.update(seq=int.from_bytes(frame[l4 + 4:l4 + 8], "big"), flags=flags, len=payload(frame))
    return said


def payload(frame):
    """Bytes of TCP payload of an untagged IPv4 frame."""
    if frame[12:14] != b"\x08\x00" or len(frame) < 54 or frame[23] != 6:
        return 0
    head = (frame[14] & 15) * 4
    return max(0, int.from_bytes(frame[16:18], "big") - head - (frame[14 + head + 12] >> 4) * 4)


class Way:
    """One direction of a wire."""

    def __init__(self, conf, name, out, rng, log):
        self.out, self.rng, self.name, self.log = out, rng, name, log
        self.wire, self.cut, self.queue = conf.get("name", ""), conf.get("cut"), conf.get("queue", 0)
        self.carried, self.lost, self.held = 0, 0, []
        self.delay, self.jitter = conf.get("delay", 0) / 1e3, conf.get("jitter", 0) / 1e3
        self.loss, self.loss_min = conf.get("loss", 0) / 100, conf.get("loss_min", 0)
        self.reorder, self.by = conf.get("reorder", 0) / 100, conf.get("reorder_by", 5) / 1e3
        self.rate = conf.get("rate", 0) * 1000
        self.push = conf.get("push", [])
        self.rules = [dict(r) for r in conf.get("drop", []) if r.get("dir", name) == name]
        self.free = self.last = 0.0

    def say(self, **what):
        if self.log:
            print(json.dumps({"wire": self.wire, "way": self.name, **what}), file=self.log, flush=True)

    def dropped(self, frame, now):
        why = self.reason(frame, now)
        if why:
            self.lost += 1
            self.say(what="dropped", why=why, time=time.time(), **described(frame))
        return why

    def reason(self, frame, now):
        if self.cut and os.path.exists(self.cut):
            return "cut"
        if self.queue and (self.free - now) * self.rate / 8 + len(frame) > self.queue:
            return "queue"
        if self.rules:
            proto, sport, dport, flags = ports(frame)
            for rule in self.rules:
                if rule.get("count", 1) <= 0 or rule.get("dport", dport) != dport \
                        or rule.get("sport", sport) != sport \
                        or ("syn" in rule and not (proto == 6 and flags & 0x12 == 2)) \
                        or len(frame) < rule.get("min", 0) \
                        or ("data" in rule and not payload(frame)):
                    continue
                if "nth" in rule:
                    rule["seen"] = rule.get("seen", 0) + 1
                    if rule["seen"] in rule["nth"]:
                        return "chosen"
                    continue
                if rule.get("skip", 0) > 0:
                    rule["skip"] -= 1
                    continue
                rule["count"] = rule.get("count", 1) - 1
                return "chosen"
        if self.loss and len(frame) >= self.loss_min and self.rng.random() < self.loss:
            return "chance"
        return None

    def retag(self, frame):
        if not self.push:
            return frame
        if self.push[0][0] == "8847":
            size = 4 * len(self.push)
            if self.name == "ba":
                if frame[12:14] != b"\x88\x47":
                    return frame
                kind = b"\x08\x00" if frame[14 + size] >> 4 == 4 else b"\x86\xdd"
                return frame[:12] + kind + frame[14 + size:]
            if frame[12:14] not in (b"\x08\x00", b"\x86\xdd"):
                return frame
            stack = b"".join(struct.pack("!I", label << 12 | (i == len(self.push) - 1) << 8 | 64)
                             for i, (_, label) in enumerate(self.push))
            return frame[:12] + b"\x88\x47" + stack + frame[14:]
        if self.name == "ba":
            return frame[:12] + frame[12 + 4 * len(self.push):]
        tags = b"".join(bytes.fromhex(kind) + struct.pack("!H", tci) for kind, tci in self.push)
        return frame[:12] + tags + frame[12:]

    def due(self, now, frame):
        if self.rate:
            self.free = max(now, self.free) + len(frame) * 8 / self.rate
            now = self.free
        at = now + self.delay
        if self.jitter:
            at += self.rng.uniform(-self.jitter, self.jitter)
        if self.reorder and len(frame) > 500 and self.rng.random() < self.reorder:
            return at + self.by
        self.last = max(at, self.last)
        return self.last


def main():
    conf = json.load(open(sys.argv[1]))
    rng = random.Random(conf.get("seed", 1))
    log = open(conf["log"], "w") if "log" in conf else None
    ways = {}
    for wire in conf["wires"]:
        a, b = (open_tap(*wire[end], wire.get("mtu", 1500)) for end in "ab")
        ways[a], ways[b] = Way(wire, "ab", b, rng, log), Way(wire, "ba", a, rng, log)
    poll = select.epoll()
    for fd in ways:
        poll.register(fd, select.EPOLLIN)
    gc.disable()
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(3 if conf.get("spin") else 1))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    open(sys.argv[2], "w").close()
    try:
        carry(ways, poll, conf.get("spin", False))
    finally:
        for way in ways.values():
            held = sorted(way.held) or [0]
            way.say(what="carried", frames=way.carried, dropped=way.lost,
                    held_ms=[round(held[int(q * (len(held) - 1))] * 1e3, 3) for q in (0, 0.5, 0.95, 1)])


def carry(ways, poll, spin):
    queue, count, clock, awake = [], 0, time.monotonic, 0
    while True:
        wait = max(0, queue[0][0] - clock()) if queue else 1
        # epoll counts in milliseconds: the last one is waited for with a finer clock
        for fd, _ in poll.poll(wait - 0.001 if wait > 0.001 and clock() > awake else 0):
            way = ways[fd]
            try:
                frame = os.read(fd, 65535)
            except OSError:
                continue
            now = clock()
            awake = now + 0.3 if spin else 0
            if not way.dropped(frame, now):
                count += 1
                heapq.heappush(queue, (way.due(now, frame), count, way, frame, now))
        if clock() > awake and queue and 0 < queue[0][0] - clock() <= 0.001:
            select.select(list(ways), [], [], max(0, queue[0][0] - clock()))
        while queue and queue[0][0] <= clock():
            _, _, way, frame, since = heapq.heappop(queue)
            way.carried += 1
            if way.log:
                way.held.append(clock() - since)
            try:
                os.write(way.out, way.retag(frame))
            except OSError:
                pass  # the interface is down, or its queue is full: a real cable loses it too


main()
