#!/usr/bin/env python3
"""Client and server of the experiments: lab.py WHAT ARGS...  What they do and measure they also write
down, a line of JSON each, in the file that $LAB_LOG names.

A path is /SIZE[/THINK[/THEN]]: an answer of SIZE bytes after THINK ms; THEN is `reset` (RST after half of
the answer), `drop` (RST instead of it), `leak` (the connection is never closed).
PATH+N is a POST of N bytes.
"""
import json, os, socket, struct, sys, threading, time

what, args = sys.argv[1], sys.argv[2:]
leaked = []


def log(**said):
    said.setdefault("time", time.time())
    with open(os.environ["LAB_LOG"], "a") as file:
        file.write(json.dumps(said) + "\n")


def text(size):
    return (b"The quick brown fox jumps over the lazy dog. " * (size // 45 + 1))[:size]


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def message(s, buffer):
    """(head, body, what came behind) of the next request or answer; None at the end of the stream."""
    while b"\r\n\r\n" not in buffer:
        more = s.recv(65536)
        if not more:
            return None
        buffer += more
    head, buffer = buffer.split(b"\r\n\r\n", 1)
    size = int(dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:]).get(b"Content-Length", 0))
    while len(buffer) < size:
        more = s.recv(65536)
        if not more:
            return None
        buffer += more
    return head, buffer[:size], buffer[size:]


def measured(s):
    """What this end's kernel measured: smallest and smoothed RTT in ms, segments sent again."""
    info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 232)
    number = lambda at: struct.unpack_from("=I", info, at)[0]
    return {"min_rtt_ms": number(148) / 1e3, "srtt_ms": number(68) / 1e3, "sent_again": number(100)}


def serve(s):
    port, rest = s.getpeername()[1], b""
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s.settimeout(60)
    try:
        while True:
            got = message(s, rest)
            if not got:
                break
            began, rest = time.monotonic(), got[2]
            path = got[0].split()[1].decode().strip("/").split("/")
            size, think = int(path[0]), float(path[1]) if len(path) > 1 else 0
            then = path[2] if len(path) > 2 else ""
            if think:
                time.sleep(think / 1e3)
            if then == "drop":
                log(who="server", what="reset", port=port)
                return reset(s)
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % size + text(size)
            thought = round((time.monotonic() - began) * 1e3, 3)
            if then == "reset":
                s.sendall(answer[:len(answer) // 2])
                time.sleep(0.2)
                log(who="server", what="reset", port=port)
                return reset(s)
            s.sendall(answer)
            log(who="server", what="answer", port=port, think_ms=thought)
            if then == "leak":
                while s.recv(65536):
                    pass
                leaked.append(s)                # the end was read, and nothing is done about it
                return log(who="server", what="leak", port=port)
        about = measured(s)
        s.close()
        log(who="server", what="end", port=port, **about)
    except OSError as error:
        log(who="server", what="error", port=port, error=str(error))
    s.close()


def plain(s):
    """No pacing, no model of the path: what most servers of the world do.  (A namespace may not choose it for all.)"""
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")


def connect(host, port, **options):
    s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    s.settimeout(float(os.environ.get("LAB_TIMEOUT", 20)))
    if "buffer" in options:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options["buffer"])
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, options.get("nodelay", 1))
    plain(s)
    if "LAB_WAKE" in os.environ:                # a datagram to nobody, so that the first SYN finds all awake
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"wake", (host, 9))
        time.sleep(0.02)
    began = time.monotonic()
    try:
        s.connect((host, int(port)))
    except OSError as error:
        log(who="client", what="no connection", to=f"{host}:{port}", port=s.getsockname()[1], error=str(error),
            ms=round((time.monotonic() - began) * 1e3, 3))
        return None
    log(who="client", what="connect", port=s.getsockname()[1], ms=round((time.monotonic() - began) * 1e3, 3))
    return s


def request(path):
    path, _, size = path.partition("+")
    head = ("POST" if size else "GET") + f" {path} HTTP/1.1\r\nHost: 192.0.2.10\r\nUser-Agent: wireglass-lab/1\r\n"
    return (head + f"Content-Length: {int(size)}\r\n\r\n" if size else head + "\r\n").encode() + text(int(size or 0))


def ask(s, path, writes=1):
    began, data = time.monotonic(), request(path)
    if writes == 2:                             # head and body each with a write of its own
        at = data.index(b"\r\n\r\n") + 4
        s.sendall(data[:at])
        data = data[at:]
    s.sendall(data)
    whole = message(s, b"") is not None
    log(who="client", what="request", port=s.getsockname()[1], path=path, whole=whole,
        ms=round((time.monotonic() - began) * 1e3, 3))


def get(host, port, *paths, pause=float(os.environ.get("LAB_PAUSE", 20)) / 1e3, **options):
    s = connect(host, port, **options)
    if s:
        try:
            for path in paths:
                ask(s, path, options.get("writes", 1))
                time.sleep(pause)
        except OSError as error:
            log(who="client", what="error", port=s.getsockname()[1], error=str(error))
        log(who="client", what="end", port=s.getsockname()[1], **measured(s))
        s.close()


def urgent(priority):
    try:                                        # answers take microseconds
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
    except OSError:
        pass


urgent(2)                                       # the carrier has 3 where microseconds count, else 1
if what == "server":                            # PORT...
    def listen(port):
        listening = socket.create_server(("", port), backlog=64)
        plain(listening)
        while True:
            s, _ = listening.accept()
            threading.Thread(target=serve, args=(s,), daemon=True).start()
    for port in args[1:]:
        threading.Thread(target=listen, args=(int(port),), daemon=True).start()
    listen(int(args[0]))

elif what == "get":                             # HOST PORT PATH...: one connection
    get(*args)

elif what == "each":                            # HOST PORT PATH...: a connection for each
    for path in args[2:]:
        get(args[0], args[1], path)

elif what == "together":                        # HOST PORT N PATH...: N connections at the same time
    threads = [threading.Thread(target=get, args=(args[0], args[1], *args[3:])) for _ in range(int(args[2]))]
    for t in threads:
        t.start()
        time.sleep(0.0013)
    for t in threads:
        t.join()

elif what == "nagle":                           # HOST PORT NODELAY TIMES PATH: two writes a request
    get(args[0], args[1], *[args[4]] * int(args[3]), nodelay=int(args[2]), writes=2, pause=0.005)

elif what == "slow-reader":                     # HOST PORT PATH BUFFER READ PAUSE-ms
    s = connect(args[0], args[1], buffer=int(args[3]))
    s.sendall(request(args[2]))
    got, left = [], int(args[4])
    while left > 0:
        got.append(s.recv(min(left, 4096)))
        left -= len(got[-1])
    log(who="client", what="stops reading", port=s.getsockname()[1])
    time.sleep(float(args[5]) / 1e3)
    log(who="client", what="reads on", port=s.getsockname()[1])
    message(s, b"".join(got))
    log(who="client", what="end", port=s.getsockname()[1], **measured(s))
    s.close()

elif what == "abort":                           # HOST PORT PATH READ: RST after READ bytes
    s = connect(args[0], args[1])
    s.sendall(request(args[2]))
    left = int(args[3])
    while left > 0:
        left -= len(s.recv(left))
    log(who="client", what="reset", port=s.getsockname()[1])
    reset(s)

elif what == "half-open":                       # HOST PORT CUT-FILE SECONDS: the other end vanishes
    sender, prober = connect(*args[:2]), connect(*args[:2])
    ask(sender, "/200"), ask(prober, "/200")
    prober.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 2), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 3)):
        prober.setsockopt(socket.IPPROTO_TCP, option, value)
    time.sleep(0.3)
    open(args[2], "w").close()
    log(who="client", what="cut", ports=[sender.getsockname()[1], prober.getsockname()[1]])
    sender.sendall(request("/300"))
    time.sleep(float(args[3]))
    log(who="client", what="end", port=sender.getsockname()[1], **measured(sender))
    time.sleep(60)                              # ended from outside, after the recording: no FIN

elif what == "scan":                            # SOURCE HOST PORT...: SYNs that nobody here has asked for
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    source, host = args[:2]
    for n, port in enumerate(args[2:]):
        head = struct.pack("!HHIIBBHHH", 50001 + n, int(port), 0x1000 * (n + 1), 0, 0x60, 2, 1024, 0, 0) + b"\2\4\5\xb4"
        whole = socket.inet_aton(source) + socket.inet_aton(host) + struct.pack("!HH", 6, len(head)) + head
        total = sum(struct.unpack(f"!{len(whole) // 2}H", whole))
        total = (total & 0xFFFF) + (total >> 16)
        head = head[:16] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + head[18:]
        raw.sendto(head, (host, 0))
        log(who="client", what="syn only", port=50001 + n, to=f"{host}:{port}")
        time.sleep(0.1)
else:
    sys.exit("lab.py: what is " + what)
