# One protocol each.  Sourced by make.sh.

C="curl -sS -o /dev/null --max-time 15 -A wireglass-test/1"

case_http() {
    topo '"delay": 5' '"delay": 0'
    srv_nginx s; srv_dns s
    local a=$C
    cap s eth0 "$(out http)"
    at c $a http://192.0.2.10/ 
    at c $a -4 http://shop.example/ http://shop.example/shop.css http://shop.example/img/rope.jpg   # keep-alive
    at c $a -6 http://www.shop.example/no/such/page
    at c $a -I http://192.0.2.10/catalogue.pdf
    at c $a -r 1000-4999 http://192.0.2.10/catalogue.pdf                  # 206
    at c $a -H 'If-Modified-Since: Wed, 01 Jan 2098 00:00:00 GMT' http://192.0.2.10/   # 304
    at c $a http://192.0.2.10/old/page                                    # 301
    at c $a --compressed http://192.0.2.10/packed/index.html
    at c $a -d 'product=3&quantity=2' http://192.0.2.10/cart              # POST, 201
    at c $a http://192.0.2.10/slow                                        # answer after 1.2 s
    at c $a -X DELETE http://192.0.2.10/img/lamp.jpg                      # 405
    at c $a -0 http://192.0.2.10/                                         # HTTP/1.0
    at c $a -H 'Expect: 100-continue' -d @"$RUN/www/shop.css" http://192.0.2.10/cart
    # three requests sent at once on one connection
    at c python3 "$HERE/make/clients.py" pipeline 192.0.2.10 80
    uncap 4.5
}

case_tls() {
    topo '"delay": 10' '"delay": 0'
    srv_nginx s; srv_dns s
    local a="$C --cacert $RUN/tls.crt"
    cap s eth0 "$(out tls)"
    at c $a -4 --tls-max 1.2 https://shop.example/                        # TLS 1.2, h2
    at c $a -4 --tls-max 1.2 --http1.1 https://www.shop.example/
    at c $a -6 --tlsv1.3 https://shop.example/img/rope.jpg                # TLS 1.3, h2
    at c $a -4 --tlsv1.3 --http1.1 https://api.shop.example/ https://api.shop.example/shop.css
    at c $a -4 --no-alpn -k https://192.0.2.10/                           # no SNI, no ALPN
    at c curl -sS -o /dev/null https://shop.example/                      # unknown CA: alert from the client
    at c $a -4 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 https://shop.example/  # refused: protocol version
    # resumption: a second handshake with the first one's session
    at c timeout 5 openssl s_client -connect 192.0.2.10:443 -servername shop.example -tls1_2 -sess_out "$RUN/sess" </dev/null
    at c timeout 5 openssl s_client -connect 192.0.2.10:443 -servername shop.example -tls1_2 -sess_in "$RUN/sess" </dev/null
    # TLS to a port where plain HTTP is spoken
    at c $a -4 https://shop.example:80/
    uncap
}

case_dns() {
    topo '"delay": 8, "drop": [{"dir": "ab", "dport": 53, "skip": 13, "count": 1}]' '"delay": 0'
    srv_dns s
    local q="dig +tries=2 +time=1 @192.0.2.10"
    cap c eth0 "$(out dns)"
    at c $q shop.example A
    at c $q shop.example AAAA
    at c $q www.shop.example A                   # CNAME + A
    at c $q shop.example MX
    at c $q shop.example TXT
    at c $q _https._tcp.shop.example SRV
    at c $q shop.example CAA
    at c $q -x 192.0.2.10
    at c $q -x 2001:db8:2::10
    at c $q nothing.shop.example A               # NXDOMAIN
    at c $q db.shop.example MX                   # no data
    at c $q elsewhere.test A                     # REFUSED: no upstream
    at c $q +noedns shop.example A
    at c $q time.shop.example A                  # the first question is lost, the second answered
    at c $q +tcp shop.example ANY
    at c dig +tries=1 +time=1 @2001:db8:2::10 cache.shop.example A cache.shop.example AAAA
    at c dig +tries=2 +time=1 @192.0.2.99 shop.example A                  # nobody there
    at c curl -sS -o /dev/null --max-time 2 http://db.shop.example/       # stub resolver: A and AAAA at once
    uncap
}

case_postgres() {
    topo '"delay": 6' '"delay": 0'
    srv_pg s
    cap s eth0 "$(out postgres)"
    local p="psql -q -h 192.0.2.10 -U shop -d postgres"
    at c $p -c 'select id, name, price from product order by price' -c 'select count(*) from orders'
    at c $p -c 'select nosuch from product'                               # error
    at c $p -c "select pg_sleep(0.6), 'slow'"
    at c $p -c 'begin' -c 'update orders set qty = qty + 1 where id = 1001' -c 'commit'
    at c $p -c "copy product to stdout"
    PGPASSWORD=wrong at c $p -c 'select 1'                                # refused
    PGSSLMODE=disable at c psql -q -h 2001:db8:2::10 -U shop -d postgres -c 'select 1'
    # extended protocol: parse, bind, execute
    echo 'select name from product where id = 1 + :client_id;' >"$RUN/bench.sql"
    at c pgbench -n -M prepared -t 5 -c 2 -f "$RUN/bench.sql" -h 192.0.2.10 -U shop postgres
    uncap
}

case_mysql() {
    topo '"delay": 6' '"delay": 0'
    srv_mysql s
    cap s eth0 "$(out mysql)"
    local m="mariadb --no-defaults -h 192.0.2.10 -u shop -psecret -f"
    at c $m shop -e 'select id, name, price from product; select count(*) from orders'
    at c $m shop -e 'select nosuch from product; select sleep(0.6)'       # error, then a slow one
    at c $m shop -e 'begin; update orders set qty = qty + 1; commit; show tables'
    at c $m shop -e "prepare q from 'select name from product where id = ?'; set @a = 2; execute q using @a"
    at c $m nodb -e 'select 1'                                            # unknown database
    at c mariadb --no-defaults -h 192.0.2.10 -u shop -pwrong -e 'select 1'
    at c mariadb --no-defaults -h 2001:db8:2::10 -u shop -psecret --compress shop -e 'select * from product'
    uncap
}

case_redis() {
    topo '"delay": 6' '"delay": 0'
    srv_redis s
    cap s eth0 "$(out redis)"
    # one connection, one command after the other (redis-cli would fetch 150 kB of help first)
    at c python3 "$HERE/make/clients.py" redis 192.0.2.10 'SET lamp 24.50' 'GET lamp' 'GET nothing' 'INCR hits' \
        'LPUSH cart a b c' 'LRANGE cart 0 -1' 'NOSUCH command' 'HSET product:1 name lamp price 24.50' \
        'HGETALL product:1' 'EVAL for-nothing 0' 'EXPIRE lamp 60' 'TTL lamp' 'BLPOP empty 0.4'
    at c redis-cli -3 -h 192.0.2.10 HGETALL product:1                     # RESP3
    at c timeout 5 redis-benchmark -q -h 2001:db8:2::10 -n 40 -c 2 -P 4 -t set,get  # pipelined
    at c timeout 1 redis-cli -h 192.0.2.10 SUBSCRIBE orders
    uncap
}
