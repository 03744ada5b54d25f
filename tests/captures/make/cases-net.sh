# Below TCP: fragments, tunnels, tags, ICMP, DHCP, multicast.  Sourced by make.sh.

case_fragments() {
    topo '"delay": 5' '"delay": 0'
    start s $PEER udp-echo 9999
    wait_port s 9999
    cap s eth0 "$(out fragments)"
    at c $PEER udp-send 192.0.2.10 9999 1472 1473 4000 9000
    at c $PEER udp-send 2001:db8:2::10 9999 1452 1453 4000 9000
    at c ping -c 2 -i 0.2 -s 3000 192.0.2.10
    at c ping -c 2 -i 0.2 -s 3000 2001:db8:2::10
    uncap
}

# tunnel KIND NAME LOCAL-c LOCAL-s INNER: both ends; inner addresses 10.INNER.0.1 and .2, fd00:INNER::1 and ::2
tunnel() {
    start c python3 "$HERE/make/tunnel.py" "$1" "$3" "$4" "$2"
    start s python3 "$HERE/make/tunnel.py" "$1" "$4" "$3" "$2"
    sleep 0.5
    tunnel_up "$2" "$5"
}
tunnel_up() {
    local n k=1
    for n in c s; do
        ip -n "$P$n" link set "$1" mtu 1400 up
        addr $n "$1" "10.$2.0.$k/24" "fd00:$2::$k/64"
        k=2
    done
}

case_tunnels() {
    topo '"delay": 5' '"delay": 0'
    srv_nginx s
    ip -n "${P}c" link add vx0 address 02:c1:00:00:00:01 type vxlan id 42 local 198.51.100.2 remote 192.0.2.10 dstport 4789
    ip -n "${P}s" link add vx0 address 02:5e:00:00:00:01 type vxlan id 42 local 192.0.2.10 remote 198.51.100.2 dstport 4789
    tunnel_up vx0 10
    tunnel gre gr0 198.51.100.2 192.0.2.10 11
    tunnel ipip ip0 198.51.100.2 192.0.2.10 12
    tunnel geneve gn0 198.51.100.2 192.0.2.10 13
    tunnel gretap gt0 198.51.100.2 192.0.2.10 14
    tunnel 6in4 s60 198.51.100.2 192.0.2.10 15
    tunnel gre6 g60 2001:db8:1::2 2001:db8:2::10 16
    cap r west "$(out tunnels)"
    local k
    for k in 10 11 12 13 14 16; do
        at c ping -c 2 -i 0.2 10.$k.0.2
        at c $C http://10.$k.0.2/
    done
    for k in 10 15; do
        at c ping -c 2 -i 0.2 fd00:$k::2
        at c $C "http://[fd00:$k::2]/shop.css"
    done
    uncap
}

# three pairs of hosts whose cables put tags on the frames; recorded on the trunk between them
case_vlan() {
    local n k=0 w= push
    ns r c1 c2 c3 s1 s2 s3
    for n in 1 2 3; do
        case $n in
            1) push='[["8100", 10]]' ;;                           # VLAN 10
            2) push='[["88a8", 8292], ["8100", 20]]' ;;           # QinQ: 100 with priority 1, inside 20
            3) push='[["8847", 16001], ["8847", 300]]' ;;         # two MPLS labels
        esac
        w="$w${w:+,}{\"a\": [\"${P}c$n\", \"eth0\", \"02:c1:1e:47:00:0$n\"], \"b\": [\"${P}r\", \"c$n\", \"02:00:5e:00:01:0$n\"],
            \"delay\": 5, \"push\": $push},
           {\"a\": [\"${P}s$n\", \"eth0\", \"02:5e:47:e4:00:0$n\"], \"b\": [\"${P}r\", \"s$n\", \"02:00:5e:00:02:0$n\"], \"push\": $push}"
    done
    wires "{\"wires\": [$w]}"
    ip -n "${P}r" link add br0 address 02:00:5e:00:02:01 type bridge mcast_snooping 0
    ip -n "${P}r" link set br0 up
    in_ r sysctl -qw net.ipv6.conf.br0.disable_ipv6=1
    for n in 1 2 3; do
        ip -n "${P}r" link set c$n master br0 up; ip -n "${P}r" link set s$n master br0 up
        up c$n eth0; up s$n eth0
        addr c$n eth0 10.$n.0.1/24 fd00:$n::1/64
        addr s$n eth0 10.$n.0.2/24 fd00:$n::2/64
        start s$n python3 -m http.server -b :: -d "$HERE/make/www" 80
        wait_port s$n 80
    done
    sleep 1
    cap r br0 "$(out vlan)"
    for n in 1 2 3; do
        at c$n ping -c 2 -i 0.2 10.$n.0.2
        at c$n $C http://10.$n.0.2/index.html
        at c$n $C "http://[fd00:$n::2]/index.html"
    done
    uncap
}

case_raw-ip() {
    topo '"delay": 5' '"delay": 0'
    srv_nginx s
    tunnel gre gr0 198.51.100.2 192.0.2.10 12
    cap c gr0 "$(out raw-ip)"
    at c ping -c 2 -i 0.2 10.12.0.2
    at c ping -c 2 -i 0.2 fd00:12::2
    at c $C http://10.12.0.2/ http://10.12.0.2/shop.css
    at c $C "http://[fd00:12::2]/img/rope.jpg"
    uncap
}

case_icmp() {
    topo '"delay": 10, "drop": [{"dir": "ab", "min": 342, "count": 1}]' '"delay": 0, "mtu": 1400'
    route r prohibit 203.0.113.0/24
    route r unreachable 198.51.101.0/24
    cap c eth0 "$(out icmp)"
    at c ping -c 3 -i 0.2 192.0.2.10
    at c ping -c 3 -i 0.2 2001:db8:2::10
    at c ping -c 2 -i 0.3 -W 1 -s 300 -p cafe 192.0.2.10           # the first is lost
    at c $PEER udp-send 192.0.2.10 9 32                            # port unreachable
    at c $PEER udp-send 2001:db8:2::10 9 32
    at c $PEER trace 192.0.2.10
    at c $PEER trace 2001:db8:2::10
    at c ping -c 2 -i 0.2 -M do -s 1460 192.0.2.10                 # fragmentation needed, MTU 1400
    at c ping -c 2 -i 0.2 -M do -s 1440 2001:db8:2::10             # packet too big
    at c ping -c 1 -W 1 203.0.113.9                                # administratively prohibited
    at c ping -c 1 -W 1 198.51.101.9                               # host unreachable
    at c ping -c 1 -W 4 192.0.2.99                                 # nobody there: the router says so after 3 s
    at c ping -c 1 -W 4 2001:db8:2::99
    uncap
}

# client and server on one cable
pair() {
    ns c s
    wires "{\"wires\": [{\"a\": [\"${P}c\", \"eth0\", \"02:c1:1e:47:00:02\"], \"b\": [\"${P}s\", \"eth0\", \"02:5e:47:e4:00:10\"], $1}]}"
}

case_dhcp() {
    pair '"delay": 1'
    up s eth0
    addr s eth0 192.0.2.10/24 2001:db8:2::10/64
    start s dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --user=root --pid-file= --no-ping \
        --dhcp-leasefile="$RUN/leases" --dhcp-authoritative --enable-ra --dhcp-range=192.0.2.100,192.0.2.120,10m \
        --dhcp-range=2001:db8:2::,slaac --dhcp-option=option:ntp-server,192.0.2.53 --domain=shop.example --interface=eth0
    sleep 1
    cap s eth0 "$(out dhcp)"
    in_ c sysctl -qw net.ipv6.conf.eth0.router_solicitations=1 net.ipv6.conf.eth0.router_solicitation_delay=0
    up c eth0
    at c python3 "$HERE/make/dhcp.py" eth0 02c11e470002
    uncap 2
}

case_multicast() {
    pair '"delay": 0.5'
    up c eth0; up s eth0
    addr c eth0 192.0.2.2/24; addr s eth0 192.0.2.10/24
    route c 224.0.0.0/4 dev eth0; route s 224.0.0.0/4 dev eth0
    sleep 1
    cap c eth0 "$(out multicast)"
    start s $PEER multicast-listen 192.0.2.10
    sleep 1
    at c $PEER multicast-ask 192.0.2.2
    uncap
}
