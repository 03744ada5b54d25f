#!/usr/bin/env python3
"""SCTP by libusrsctp: sctp.py server LOCAL | sctp.py client LOCAL HOST"""
import ctypes, socket, struct, sys, time

lib = ctypes.CDLL("libusrsctp.so.2")
lib.usrsctp_socket.restype = ctypes.c_void_p
lib.usrsctp_accept.restype = ctypes.c_void_p
for f in ("bind", "connect", "listen", "accept", "close", "sendv", "recvv"):
    getattr(lib, "usrsctp_" + f).argtypes = [ctypes.c_void_p] + {
        "bind": [ctypes.c_char_p, ctypes.c_uint], "connect": [ctypes.c_char_p, ctypes.c_uint], "listen": [ctypes.c_int],
        "accept": [ctypes.c_void_p, ctypes.c_void_p], "close": [],
        "sendv": [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint, ctypes.c_uint, ctypes.c_int],
        "recvv": [ctypes.c_char_p, ctypes.c_size_t] + [ctypes.c_void_p] * 6}[f]


def address(host, port):
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(host) + bytes(8)


def send(s, text, stream):
    # struct sctp_sndinfo: stream, flags, payload protocol, context, association
    lib.usrsctp_sendv(s, text, len(text), None, 0, struct.pack("=HH", stream, 0) + struct.pack("!I", 46) + bytes(8), 16, 1, 0)


def receive(s):
    room = ctypes.create_string_buffer(65536)
    other = (ctypes.create_string_buffer(64), ctypes.c_uint(64), ctypes.create_string_buffer(64), ctypes.c_uint(64),
             ctypes.c_uint(0), ctypes.c_int(0))
    n = lib.usrsctp_recvv(s, room, 65536, *(ctypes.addressof(o) for o in other))
    return room.raw[:n] if n > 0 else b""


lib.usrsctp_init(0, None, None)
s = lib.usrsctp_socket(socket.AF_INET, socket.SOCK_STREAM, 132, None, None, 0, None)
lib.usrsctp_bind(s, address(sys.argv[2], 3868 if sys.argv[1] == "server" else 41000), 16)
if sys.argv[1] == "server":
    lib.usrsctp_listen(s, 5)
    while True:
        c = lib.usrsctp_accept(s, None, None)
        while text := receive(c):
            send(c, b"answer to " + text, 0)
        lib.usrsctp_close(c)
else:
    lib.usrsctp_connect(s, address(sys.argv[3], 3868), 16)
    for stream in (0, 1, 2):
        send(s, b"question on stream %d " % stream + b"." * 600 * stream, stream)
        receive(s)
    lib.usrsctp_close(s)
    time.sleep(1)
