# Experiments: one thing is wrong in each, known from those who made it wrong.  Sourced by make.sh.
# No unneeded traffic: IPv6 is off (but in lab-refused), the neighbours are known.
LAB="python3 $HERE/make/lab.py"
export LAB_LOG=$RUN/lab.log

lab_start() {                                   # after the wires
    local n
    for n in c s; do
        in_ $n sysctl -qw net.ipv4.tcp_mtu_probing=0 net.ipv4.tcp_no_metrics_save=1
        [ -n "${LAB_IPV6:-}" ] || in_ $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    done
    start s $LAB server 8001 8002
    wait_port s 8002
    at c ping -c1 -W3 192.0.2.10
    sleep 0.3
}
# lab PROPERTIES: client and server on one cable
lab() {
    ns c s
    wires "{$CARRIER \"wires\": [{\"name\": \"cable\", \"a\": [\"${P}c\", \"eth0\", \"02:c1:1e:47:00:02\"], \"b\": [\"${P}s\", \"eth0\", \"02:5e:47:e4:00:02\"], $1}]}"
    up c eth0; up s eth0
    addr c eth0 198.51.100.2/24 2001:db8:1::2/64
    addr s eth0 192.0.2.10/24 2001:db8:2::10/64
    route c 192.0.2.0/24 dev eth0; route c -6 2001:db8:2::/64 dev eth0
    route s 198.51.100.0/24 dev eth0; route s -6 2001:db8:1::/64 dev eth0
    lab_start
}
CARRIER="\"log\": \"$RUN/wires.log\","
# truth FOLDER JSON-MEMBERS FILE=PLACE...: after uncap
truth() {
    kill "$CARRIER_PID" 2>/dev/null
    wait "$CARRIER_PID" 2>/dev/null
    python3 "$HERE/make/truth.py" "$RUN" "$HERE/$1" "{$2}" "${@:3}"
}

case_lab-delay-5() { lab_delay 5; }
case_lab-delay-40() { lab_delay 40; }
case_lab-delay-120() { lab_delay 120; }
lab_delay() {
    local places=capture.pcap=client
    CARRIER="$CARRIER \"spin\": true,"
    # the way out of one kernel and into the other takes 0.03 ms of each delay
    lab "\"delay\": $(python3 -c "print($1 / 2 - 0.03)")"
    export LAB_WAKE=1
    cap c eth0 "$(out lab-delay-$1)" tcp
    if [ "$1" = 40 ]; then
        cap s eth0 "$HERE/lab-delay-40/server.pcap" tcp
        places="$places server.pcap=server"
    fi
    at c $LAB get 192.0.2.10 8001 /100 /900 /4000 /100+15000 /1200 /200
    at c $LAB together 192.0.2.10 8002 3 /700 /300 /50+15000 /2500
    uncap
    truth lab-delay-$1 "\"what\": \"delay\", \"fault\": \"none\", \"rtt_ms\": $1, \"connections\": 4, \"requests\": 18" $places
}

# a cable on each side of the middle, chosen segments lost on both
case_lab-loss() {
    topo '"delay": 10, "drop": [{"dir": "ba", "data": true, "min": 1000, "nth": [14, 15, 47, 90]},
            {"dir": "ab", "data": true, "min": 1000, "nth": [9, 33]}]' \
        '"delay": 5, "drop": [{"dir": "ba", "data": true, "min": 1000, "nth": [25, 70]},
            {"dir": "ab", "data": true, "min": 1000, "nth": [20]}]'
    lab_start
    cap c eth0 "$(out lab-loss-before)" -s 96
    cap s eth0 "$(out lab-loss-after)" -s 96
    cap r west "$(out lab-loss-middle)" -s 96
    at c $LAB get 192.0.2.10 8001 /150000
    sleep 0.7
    kill -INT "${CAPS[0]}" "${CAPS[1]}"
    wait "${CAPS[0]}" "${CAPS[1]}" 2>/dev/null
    at c $LAB get 192.0.2.10 8001 /100+60000    # upwards: in the middle only
    uncap
    local common='"what": "loss", "fault": "loss", "rtt_ms": 30'
    truth lab-loss-before "$common" capture.pcap=client
    truth lab-loss-after "$common" capture.pcap=server
    truth lab-loss-middle "$common" capture.pcap=middle
}

case_lab-server-thinks-300() {
    lab '"delay": 0.82'
    cap c eth0 "$(out lab-server-thinks-300)"
    cap s eth0 "$HERE/lab-server-thinks-300/server.pcap"
    at c $LAB get 192.0.2.10 8001 /2000/300 /500/300 /5000/300 /100/300+400
    at c $LAB get 192.0.2.10 8001 /800/300 /1500/300
    uncap
    truth lab-server-thinks-300 '"what": "server", "fault": "server", "rtt_ms": 2, "think_ms": 300, "connections": 2, "requests": 6' \
        capture.pcap=client server.pcap=server
}
case_lab-network-300() {
    lab '"delay": 149.9'
    cap c eth0 "$(out lab-network-300)"
    at c $LAB get 192.0.2.10 8001 /2000 /500 /5000 /100+400
    at c $LAB get 192.0.2.10 8001 /800 /1500
    uncap 1.2
    truth lab-network-300 '"what": "network", "fault": "network", "rtt_ms": 300, "think_ms": 0, "connections": 2, "requests": 6' \
        capture.pcap=client
}

case_lab-client-thinks-300() {
    lab '"delay": 0.82'
    cap c eth0 "$(out lab-client-thinks-300)"
    at c env LAB_PAUSE=300 $LAB get 192.0.2.10 8001 /2000 /500 /5000 /100+400
    uncap
    truth lab-client-thinks-300 '"what": "client", "fault": "client", "rtt_ms": 2, "think_ms": 0, "pause_ms": 300, "connections": 1, "requests": 4' \
        capture.pcap=client
}

# the end of an answer and what is sent to find out (tail loss probe): nothing helps but the time-out
case_lab-rto() {
    lab '"delay": 10, "drop": [{"dir": "ba", "data": true, "nth": [6, 7]}]'
    cap c eth0 "$(out lab-rto)"
    cap s eth0 "$HERE/lab-rto/server.pcap"
    at c $LAB get 192.0.2.10 8001 /100 /5000 /300 /5000
    uncap
    truth lab-rto '"what": "time-out", "fault": "loss", "rtt_ms": 20, "connections": 1, "requests": 4' capture.pcap=client server.pcap=server
}

# nothing is lost but in the recording: packets taken out of it
case_lab-capture-loss() {
    local missing
    lab '"delay": 10'
    cap c eth0 "$RUN/whole.pcap"
    at c $LAB get 192.0.2.10 8001 /60000 /100+20000
    uncap
    missing=$(tshark -n -r "$RUN/whole.pcap" -Y 'tcp.len == 1448' -T fields -e frame.number -e tcp.seq_raw -e ip.src 2>/dev/null | sed -n '8p;9p;20p;$p')
    editcap -F pcap "$RUN/whole.pcap" "$(out lab-capture-loss)" $(cut -f1 <<<"$missing")
    truth lab-capture-loss "\"what\": \"capture loss\", \"fault\": \"none\", \"rtt_ms\": 20, \"missing\": [$(awk '{
        printf "%s{\"packet\": %d, \"seq\": %s, \"len\": 1448, \"from\": \"%s\"}", NR == 1 ? "" : ", ", $1, $2, $3}' <<<"$missing")]" capture.pcap=client
}

case_lab-zero-window() {
    lab '"delay": 10'
    cap c eth0 "$(out lab-zero-window)" -s 96
    cap s eth0 "$HERE/lab-zero-window/server.pcap" -s 96
    at c $LAB slow-reader 192.0.2.10 8001 /150000 24000 20000 2500
    uncap
    truth lab-zero-window '"what": "zero window", "fault": "client", "rtt_ms": 20, "pause_ms": 2500' \
        capture.pcap=client server.pcap=server
}

case_lab-close-wait() {
    lab '"delay": 5'
    cap s eth0 "$(out lab-close-wait)"
    at c $LAB get 192.0.2.10 8001 /300
    at c $LAB each 192.0.2.10 8001 /400/0/leak /200/0/leak /600/0/leak /100/0/leak /800/0/leak
    sleep 22
    at c $LAB get 192.0.2.10 8001 /300
    uncap
    truth lab-close-wait '"what": "close-wait", "fault": "server", "rtt_ms": 10, "leaked": 5, "closed": 2' capture.pcap=server
}

case_lab-half-open() {
    lab "\"delay\": 10, \"cut\": \"$RUN/cut\""
    cap c eth0 "$(out lab-half-open)"
    start c $LAB half-open 192.0.2.10 8001 "$RUN/cut" 14
    sleep 15.5
    uncap 0
    truth lab-half-open '"what": "half-open", "fault": "vanished", "rtt_ms": 20, "vanished": "server", "connections": 2' capture.pcap=client
}

case_lab-refused() {
    LAB_IPV6=1
    lab '"delay": 10'
    at c ping -c1 -W3 2001:db8:2::10
    sleep 1
    cap c eth0 "$(out lab-refused)" 'not icmp6'
    local k
    for k in 192.0.2.10 2001:db8:2::10 192.0.2.10 192.0.2.10; do at c $LAB get $k 81 /1; sleep 0.2; done
    at c $LAB get 192.0.2.10 8001 /200
    uncap
    truth lab-refused '"what": "refused", "fault": "refused", "rtt_ms": 20, "refused": 4, "refused_port": 81, "closed": 1' capture.pcap=client
}

case_lab-filtered() {
    lab '"delay": 10, "drop": [{"dir": "ab", "dport": 8002, "syn": true, "count": 99}]'
    cap c eth0 "$(out lab-filtered)"
    at c env LAB_TIMEOUT=12 $LAB together 192.0.2.10 8002 2 /1
    at c $LAB get 192.0.2.10 8001 /200
    uncap
    truth lab-filtered '"what": "filtered", "fault": "filtered", "rtt_ms": 20, "unanswered": 2, "unanswered_port": 8002, "closed": 1' capture.pcap=client
}

case_lab-reset() {
    lab '"delay": 10'
    cap c eth0 "$(out lab-reset)"
    at c $LAB get 192.0.2.10 8001 /200 /8000/0/reset     # the server, in the middle of an answer
    at c $LAB get 192.0.2.10 8001 /100/50/drop           # the server, instead of an answer
    at c $LAB abort 192.0.2.10 8001 /30000 3000          # the client, in the middle of an answer
    at c $LAB scan 198.51.100.2 192.0.2.10 8001 8002     # the client's kernel, to a SYN/ACK
    at c $LAB get 192.0.2.10 8001 /200                   # nobody
    uncap
    truth lab-reset '"what": "reset", "fault": "reset", "rtt_ms": 20, "by_server": 2, "by_client": 1, "after_syn_ack": 2, "closed": 1' capture.pcap=client
}

case_lab-nagle() {
    lab '"delay": 0.85'
    cap c eth0 "$(out lab-nagle)"
    cap s eth0 "$HERE/lab-nagle/server.pcap"
    at c $LAB nagle 192.0.2.10 8001 0 16 /200+300
    at c $LAB nagle 192.0.2.10 8002 1 16 /200+300        # the same without Nagle: nothing waits
    uncap
    truth lab-nagle '"what": "nagle", "fault": "delayed ack", "rtt_ms": 2, "nagle_port": 8001, "nodelay_port": 8002, "requests": 32' \
        capture.pcap=client server.pcap=server
}

case_lab-pmtu-black-hole() {
    topo '"delay": 10, "drop": [{"dir": "ba", "min": 1415, "count": 9999}]' '"delay": 0'
    lab_start
    cap s eth0 "$(out lab-pmtu-black-hole)" -s 160
    cap c eth0 "$HERE/lab-pmtu-black-hole/client.pcap" -s 160
    at c env LAB_TIMEOUT=13 $LAB get 192.0.2.10 8001 /200 /700 /20000
    at c $LAB get 192.0.2.10 8001 /1000 /300             # small answers: nothing wrong
    uncap
    truth lab-pmtu-black-hole '"what": "black hole", "fault": "path mtu", "rtt_ms": 20, "passes": 1400, "closed": 1' \
        capture.pcap=server client.pcap=client
}

case_lab-pmtu-icmp() {
    topo '"delay": 10' '"delay": 0'
    ip -n "${P}r" link set east mtu 1400
    lab_start
    cap c eth0 "$(out lab-pmtu-icmp)" -s 160
    at c $LAB get 192.0.2.10 8001 /200+30000 /100
    uncap
    truth lab-pmtu-icmp '"what": "path mtu told", "fault": "none", "rtt_ms": 20, "mtu": 1400' capture.pcap=client
}

case_lab-bufferbloat() {
    lab '"delay": 10, "rate": 3000, "queue": 300000'
    cap c eth0 "$(out lab-bufferbloat)" -s 96
    start c ping -i 0.2 -w 4 192.0.2.10
    sleep 0.5
    at c $LAB get 192.0.2.10 8001 /100 /200 /700000 /100 /200
    sleep 0.5
    uncap
    truth lab-bufferbloat '"what": "bufferbloat", "fault": "queue", "rtt_ms": 20, "rate_kbit": 3000, "queue_bytes": 300000' capture.pcap=client
}

case_lab-healthy() {
    topo '"delay": 10' '"delay": 0'
    srv_nginx s; srv_dns s; srv_redis s
    lab_start
    cap c eth0 "$(out lab-healthy)"
    at c $C -4 http://shop.example/ http://shop.example/shop.css http://shop.example/img/lamp.jpg
    at c $C -4 -k https://shop.example/ https://shop.example/img/rope.jpg
    at c $PEER redis 192.0.2.10 'SET a 1' 'GET a' 'INCR a'
    at c $LAB get 192.0.2.10 8001 /80000 /500+2000 /20/30 /300+20000
    at c ping -c 3 -i 0.2 192.0.2.10
    at c dig +tries=1 @192.0.2.10 shop.example MX
    uncap
    truth lab-healthy '"what": "nothing", "fault": "none", "rtt_ms": 20' capture.pcap=client
}

case_lab-udp-dns-retry() {
    topo '"delay": 8, "drop": [{"dir": "ab", "dport": 53, "nth": [2, 4, 5]}]' '"delay": 0'
    srv_dns s
    lab_start
    cap c eth0 "$(out lab-udp-dns-retry)"
    local dig='dig +time=1 +tries=2 @192.0.2.10'
    at c $dig shop.example A                    # answered
    at c $dig db.shop.example A                 # the first is lost, the second answered
    at c $dig cache.shop.example A              # both are lost
    at c $dig shop.example MX                   # answered
    uncap
    truth lab-udp-dns-retry '"what": "dns retry", "fault": "loss", "rtt_ms": 16, "answered_at_once": 2, "answered_again": 1, "unanswered": 1' capture.pcap=client
}
