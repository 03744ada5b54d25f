#!/usr/bin/env python3
"""The shop's application server: nginx passes /api, /cart and /slow to it.

It asks the databases through their ordinary clients (psql, mariadb), which it keeps
running, so a page with prices causes database packets.  usage: shop.py PORT [DATABASE-HOST CACHE-HOST]
"""
import http.server, json, os, socket, subprocess, sys, threading, time

DB, CACHE = (sys.argv[2:4] + [None, None])[:2]
CLIENTS = {
    "postgres": ["psql", "-qAt", "-h", DB, "-U", "shop", "-d", "postgres"],
    "mysql": ["mariadb", "--no-defaults", "-h", DB, "-u", "shop", "-psecret", "-n", "-N", "-B", "-f", "shop"],
}
running, lock = {}, threading.Lock()


def ask_cache(query):
    """Redis' protocol by hand: redis-cli would first fetch 150 kB of command descriptions."""
    if "redis" not in running:
        running["redis"] = socket.create_connection((CACHE, 6379)).makefile("rwb")
    words = query.split()
    redis = running["redis"]
    redis.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w.encode()) for w in words))
    redis.flush()
    return redis.readline().decode().strip(":+\r\n")


def ask(what, query):
    if not DB:
        return "none"
    with lock:
        if what == "redis":
            return ask_cache(query)
        client = running.get(what)
        if client is None or client.poll() is not None:
            env = dict(os.environ, PGPASSWORD="secret")
            client = running[what] = subprocess.Popen(CLIENTS[what], stdin=subprocess.PIPE, env=env, text=True,
                                                      bufsize=1, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        client.stdin.write(query + "\n")
        return client.stdout.readline().strip()


class Shop(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, code, what):
        body = json.dumps(what).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        number = int("".join(c for c in self.path if c.isdigit()) or 1) % 6 + 1
        if self.path.startswith("/slow"):
            ask("postgres", f"select count(*) from pg_sleep(1.4), product where id = {number};")
            if not DB:
                time.sleep(1.2)
            self.answer(200, {"report": "slow"})
        elif self.path.startswith("/api/product"):
            hits = ask("redis", f"incr hits:{number}")
            price = ask("postgres", f"select name, price from product where id = {number};")
            self.answer(200, {"product": number, "price": price, "hits": hits})
        elif self.path.startswith("/api/orders"):
            self.answer(200, {"orders": ask("mysql", f"select count(*) from orders where qty < {number};")})
        elif self.path.startswith("/api/broken"):
            ask("mysql", "select id from no_such_table; select 'failed';")
            self.answer(500, {"error": "no such table"})
        else:
            self.answer(404, {"error": "not found"})

    def do_POST(self):
        size = int(self.headers.get("Content-Length", 0))
        self.rfile.read(size)
        ask("redis", f"lpush cart:{size} lamp")
        self.answer(201, {"cart": size, "stock": ask("mysql", f"update orders set qty = qty + 1; select {size};")})

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()
