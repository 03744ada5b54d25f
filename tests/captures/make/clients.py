#!/usr/bin/env python3
"""Small clients and peers for what no ordinary program does on request: clients.py WHAT ARGS..."""
import socket, struct, sys, time

what, args = sys.argv[1], sys.argv[2:]


def tcp(host, port, source=0, **options):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    s = socket.socket(family, socket.SOCK_STREAM)
    s.settimeout(10)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if source:
        s.bind(("", source))
    s.connect((host, int(port)))
    return s


if what == "pipeline":                      # HOST PORT: three requests at once
    s = tcp(*args)
    get = "GET /{} HTTP/1.1\r\nHost: shop.example\r\n{}\r\n"
    s.sendall((get.format("", "") + get.format("nope", "") + get.format("shop.css", "Connection: close\r\n")).encode())
    while s.recv(65536):
        pass

elif what == "redis":                       # HOST COMMAND...: one connection
    s = tcp(args[0], 6379)
    for command in args[1:]:
        words = command.split()
        s.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w.encode()) for w in words))
        s.recv(65536)
        time.sleep(0.05)

elif what == "reuse":                       # HOST PORT SOURCEPORT how...: the same four addresses again
    for how in args[3:]:
        s = tcp(args[0], args[1], int(args[2]))
        end = "close" if how == "server-closes" else "keep-alive"
        s.sendall(f"GET /shop.css HTTP/1.1\r\nHost: shop.example\r\nConnection: {end}\r\n\r\n".encode())
        while s.recv(65536) and how == "server-closes":
            pass
        if how == "reset":
            time.sleep(0.1)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()
        time.sleep(0.3)

elif what == "udp-echo":                    # PORT: answers every datagram with itself
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.bind(("::", int(args[0])))
    while True:
        data, peer = s.recvfrom(65535)
        s.sendto(data, peer)

elif what == "udp-send":                    # HOST PORT SIZE...: datagrams, waits for each answer
    s = socket.socket(socket.AF_INET6 if ":" in args[0] else socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(0.7)
    s.connect((args[0], int(args[1])))
    for size in args[2:]:
        try:
            s.send((b"0123456789abcdef" * (int(size) // 16 + 1))[:int(size)])
            s.recv(65535)
        except OSError:
            pass

elif what == "trace":                       # HOST: like traceroute, three hop limits
    six = ":" in args[0]
    for hops in (1, 2, 3):
        s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(*((socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) if six else (socket.IPPROTO_IP, socket.IP_TTL)), hops)
        s.sendto(b"@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_", (args[0], 33433 + hops))
        time.sleep(0.1)

elif what == "ntp-server":                  # mode 4, stratum 2
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("", 123))
    while True:
        data, peer = s.recvfrom(512)
        now = time.time() + 2208988800
        stamp = struct.pack("!II", int(now), int(now % 1 * 2**32))
        s.sendto(struct.pack("!BBbbII4s", 0x24, 2, 6, -23, 0x200, 0x300, b"\xc0\x00\x02\x01")
                 + stamp + data[40:48] + stamp + stamp, peer)

elif what == "ntp":                         # HOST TIMES
    for _ in range(int(args[1])):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(1)
        now = time.time() + 2208988800
        s.sendto(b"\x23\x00\x06\xec" + bytes(36) + struct.pack("!II", int(now), int(now % 1 * 2**32)), (args[0], 123))
        s.recv(512)

elif what == "torrent-peer":                # PORT: answers BitTorrent handshakes and DHT pings
    import threading
    peer_id, info = b"-XX0001-abcdefghijkl", bytes(range(20))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("", int(args[0])))

    def dht():
        while True:
            data, peer = udp.recvfrom(2048)
            tid = data[data.index(b"1:t2:") + 5:][:2]
            udp.sendto(b"d1:rd2:id20:" + info + b"e1:t2:" + tid + b"1:y1:re", peer)
    threading.Thread(target=dht, daemon=True).start()
    tcp_socket = socket.create_server(("", int(args[0])))
    while True:
        s, _ = tcp_socket.accept()
        try:
            s.recv(68)
            s.sendall(b"\x13BitTorrent protocol" + bytes(5) + b"\x10\0\x05" + info + peer_id)
            s.sendall(struct.pack("!IB", 3, 5) + b"\xff\xf0" + struct.pack("!IB", 1, 1))      # bitfield, unchoke
            while request := s.recv(17):
                if len(request) == 17 and request[4] == 6:
                    index, begin, size = struct.unpack("!III", request[5:])
                    s.sendall(struct.pack("!IBII", 9 + size, 7, index, begin) + bytes(i * 7 & 255 for i in range(size)))
        except OSError:
            pass  # the other side has closed

elif what == "torrent":                     # HOST PORT PIECES
    peer_id, info = b"-XX0002-mnopqrstuvwx", bytes(range(20))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.settimeout(1)
    for number in range(3):
        udp.sendto(b"d1:ad2:id20:" + peer_id + b"e1:q4:ping1:t2:a%d1:y1:qe" % number, (args[0], int(args[1])))
        udp.recv(2048)
    s = tcp(*args[:2])
    s.sendall(b"\x13BitTorrent protocol" + bytes(5) + b"\x10\0\x05" + info + peer_id)
    s.recv(68, socket.MSG_WAITALL)
    s.recv(12, socket.MSG_WAITALL)
    s.sendall(struct.pack("!IB", 1, 2))
    for piece in range(int(args[2])):
        s.sendall(struct.pack("!IBIII", 13, 6, piece, 0, 4096))
        s.recv(13 + 4096, socket.MSG_WAITALL)
        time.sleep(0.4)

elif what == "multicast-listen":            # INTERFACE-ADDRESS: answers mDNS and SSDP
    import select
    sockets = {}
    for group, port in (("224.0.0.251", 5353), ("239.255.255.250", 1900), ("224.0.0.252", 5355)):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("", port))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton(args[0]))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(args[0]))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255 if port == 5353 else 1)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        sockets[s] = (group, port)
    while True:
        for s in select.select(list(sockets), [], [])[0]:
            group, port = sockets[s]
            data, peer = s.recvfrom(2048)
            if port == 1900 and data.startswith(b"M-SEARCH"):
                s.sendto(b"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=60\r\nEXT:\r\nST: upnp:rootdevice\r\n"
                         b"USN: uuid:00000000-0000-0000-0000-000000000001::upnp:rootdevice\r\n\r\n", peer)
            elif port != 1900 and not data[2] & 0x80:
                question = data[12:data.index(b"\0", 12) + 5]
                answer = b"\xc0\x0c\0\x01" + (b"\x80\x01" if port == 5353 else b"\0\x01") + struct.pack("!IH", 120, 4) \
                    + socket.inet_aton(args[0])
                head = (b"\0\0\x84\0\0\0" if port == 5353 else data[:2] + b"\x80\0\0\x01") + b"\0\x01\0\0\0\0"
                s.sendto(head + (b"" if port == 5353 else question)
                         + (question[:-4] + answer[2:] if port == 5353 else answer),
                         (group, port) if port == 5353 else peer)

elif what == "multicast-ask":               # INTERFACE-ADDRESS
    def name(text):
        return b"".join(bytes([len(p)]) + p.encode() for p in text.split(".")) + b"\0\0\x01\0\x01"

    def send(source, group, port, data, wait=0.4):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("", source))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(args[0]))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255 if port == 5353 else 2)
        if source == 5353:
            s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton(args[0]))
        s.settimeout(wait)
        s.sendto(data, (group, port))
        try:
            s.recv(2048)
        except OSError:
            pass
    query = b"\0\0\0\0\0\x01\0\0\0\0\0\0"
    for round_ in range(2):
        send(5353, "224.0.0.251", 5353, query + name("printer.local"))
        send(0, "224.0.0.252", 5355, b"\x12\x34" + query[2:] + name("printer"))
        send(0, "239.255.255.250", 1900, b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
             b"MAN: \"ssdp:discover\"\r\nMX: 1\r\nST: upnp:rootdevice\r\n\r\n")
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)    # a stream nobody has asked for
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(args[0]))
    for i in range(10):
        s.sendto(struct.pack("!BBHII", 0x80, 33, i, i * 3000, 7) + bytes(188), ("239.1.2.3", 5004))
        time.sleep(0.04)
else:
    sys.exit("clients.py: what is " + what)
