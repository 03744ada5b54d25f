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
