# TCP behaviour and where one records.  Sourced by make.sh.
PEER="python3 $HERE/make/clients.py"

# the same connections at three places: 30 ms between client and router, 10 ms to the server
case_rtt() {
    topo '"delay": 15' '"delay": 5'
    srv_nginx s; srv_dns s; srv_redis s
    cap c eth0 "$(out rtt-client)"
    cap r west "$(out rtt-middle)"
    cap s eth0 "$(out rtt-server)"
    at c ping -c 3 -i 0.2 192.0.2.10
    at c $C -4 http://shop.example/ http://shop.example/img/lamp.jpg
    at c $C -6 http://shop.example/shop.css
    at c $C -4 -k https://shop.example/
    at c $PEER redis 192.0.2.10 'SET a 1' 'GET a' 'INCR a'
    at c $C http://192.0.2.10/slow
    uncap
}

case_refused-retried() {
    # 8081: nobody hears it; 80: the first SYN is lost; 443: the first SYN/ACK is lost
    topo '"delay": 10, "drop": [{"dir": "ab", "dport": 8081, "syn": true, "count": 99},
        {"dir": "ab", "dport": 80, "syn": true}, {"dir": "ba", "sport": 443}]' '"delay": 0'
    srv_nginx s
    cap c eth0 "$(out refused-retried)"
    at c $C http://192.0.2.10:81/                        # refused, IPv4
    at c $C "http://[2001:db8:2::10]:81/"                # refused, IPv6
    at c $C http://192.0.2.10/                           # succeeds with the second SYN
    at c $C -k https://192.0.2.10/                       # succeeds with the second SYN/ACK
    at c $C --connect-timeout 8 http://192.0.2.10:8081/  # SYN again each second, then given up
    at c $C http://192.0.2.10/                           # nothing wrong
    uncap
}

case_port-reuse() {
    topo '"delay": 10' '"delay": 0'
    srv_nginx s
    cap c eth0 "$(out port-reuse)"
    at c $PEER reuse 192.0.2.10 80 40001 reset reset server-closes
    at c $PEER reuse 192.0.2.10 80 40002 server-closes server-closes server-closes
    at c $PEER reuse 2001:db8:2::10 80 40001 reset server-closes
    uncap
}

case_loss() {
    SEED=5 topo '"delay": 20, "loss": 3, "loss_min": 200, "reorder": 3, "reorder_by": 8, "rate": 8000' '"delay": 0'
    srv_nginx s
    cap c eth0 "$(out loss)"
    cap s eth0 "$HERE/loss/server.pcap" -s 96
    at c $C http://192.0.2.10/catalogue.pdf
    # upwards as well: lost at the server's side of the recording
    at c $C --data-binary @"$RUN/www/img/lamp.jpg" http://192.0.2.10/cart
    uncap
}

case_snaplen() {
    topo '"delay": 10' '"delay": 0'
    srv_nginx s; srv_dns s
    cap s eth0 "$(out snaplen)" -s 68
    at c $C -4 http://shop.example/ http://shop.example/img/lamp.jpg
    at c $C -6 http://shop.example/shop.css
    at c $C -4 -k https://shop.example/
    at c ping -c 2 -i 0.2 -s 600 192.0.2.10
    uncap
}

case_nanoseconds() {
    topo '"delay": 3' '"delay": 0'
    srv_nginx s; srv_dns s
    cap s eth0 "$(out nanoseconds)" --time-stamp-precision nano
    at c $C -4 http://shop.example/ http://shop.example/img/rope.jpg
    at c ping -c 3 -i 0.2 192.0.2.10
    uncap
}

# segmentation offload: the recording sees frames larger than the cable's and checksums not yet made
case_offload() {
    ns c s
    ip -n "${P}c" link add eth0 address 02:c1:1e:47:00:02 type veth peer name eth0 netns "${P}s" address 02:5e:47:e4:00:02
    up c eth0; up s eth0
    addr c eth0 192.0.2.2/24 2001:db8:2::2/64
    addr s eth0 192.0.2.10/24 2001:db8:2::10/64
    srv_nginx s
    cap s eth0 "$(out offload)"
    at c $C http://192.0.2.10/ -o "$RUN/x" http://192.0.2.10/catalogue.pdf
    at c $C "http://[2001:db8:2::10]/img/lamp.jpg"
    uncap
}

case_sll2() { any sll2; }
case_sll() { any sll -y LINUX_SLL; }
any() {
    local f
    f=$(out "$1")
    shift
    topo '"delay": 10' '"delay": 0'
    srv_nginx s; srv_dns s
    cap s any "$f" "$@"
    at c $C -4 http://shop.example/ http://192.0.2.10/slow
    at c $C -6 http://shop.example/shop.css
    at s $C http://127.0.0.1/shop.css                    # the loopback as well
    at c ping -c 2 -i 0.2 192.0.2.10
    uncap
}
