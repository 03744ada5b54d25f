# The sample of the page: a small web shop, recorded at the server.  Sourced by make.sh.

# client NAME NUMBER: its addresses are 198.51.100.NUMBER0 in a network of its own
sample_client() {
    local n=$1 k=$2
    up "$n" eth0; up r "w$k"
    addr "$n" eth0 198.51.100.$((k * 16 + 10))/28 2001:db8:10$k::10/64
    addr r "w$k" 198.51.100.$((k * 16 + 1))/28 2001:db8:10$k::1/64
    route "$n" default via 198.51.100.$((k * 16 + 1))
    route "$n" -6 default via 2001:db8:10$k::1
    echo "nameserver 192.0.2.10" >"/etc/netns/$P$n/resolv.conf"
    at "$n" ping -c1 -W3 198.51.100.$((k * 16 + 1))
}

case_sample() {
    local k=0 n w= f
    local -A wire=([near]='"delay": 2.5, "jitter": 0.3' [mid]='"delay": 20, "jitter": 1' [far]='"delay": 90, "jitter": 6'
        [lossy]='"delay": 30, "jitter": 3, "loss": 2, "loss_min": 60, "reorder": 1' [peer]='"delay": 12')
    ns r s db near mid far lossy peer
    router r
    for n in near mid far lossy peer; do
        k=$((k + 1))
        w="$w{\"a\": [\"$P$n\", \"eth0\", \"02:c1:1e:47:00:0$k\"], \"b\": [\"${P}r\", \"w$k\", \"02:00:5e:00:0$k:01\"], ${wire[$n]}},"
    done
    wires "{\"seed\": 11, \"wires\": [$w
      {\"a\": [\"${P}s\", \"eth0\", \"02:5e:47:e4:00:10\"], \"b\": [\"${P}r\", \"lan1\", \"02:00:5e:00:10:01\"]},
      {\"a\": [\"${P}db\", \"eth0\", \"02:5e:47:e4:00:20\"], \"b\": [\"${P}r\", \"lan2\", \"02:00:5e:00:10:02\"],
       \"delay\": 0.2, \"drop\": [{\"dir\": \"ba\", \"dport\": 9200, \"syn\": true, \"count\": 99}]}]}"
    ip -n "${P}r" link add br0 address 02:00:5e:00:02:01 type bridge
    for n in lan1 lan2; do ip -n "${P}r" link set $n master br0 up; done
    up r br0; up s eth0; up db eth0
    addr r br0 192.0.2.1/24 2001:db8:2::1/64
    addr s eth0 192.0.2.10/24 2001:db8:2::10/64
    addr db eth0 192.0.2.20/24 192.0.2.21/24 192.0.2.53/24 2001:db8:2::20/64
    for n in s db; do
        route $n default via 192.0.2.1; route $n -6 default via 2001:db8:2::1
        echo "nameserver 192.0.2.53" >"/etc/netns/$P$n/resolv.conf"
    done
    k=0; for n in near mid far lossy peer; do k=$((k + 1)); sample_client $n $k; done

    srv_pg db; srv_mysql db; srv_redis db; srv_dns db
    start db $PEER ntp-server
    SHOP_DB="db.shop.example cache.shop.example" srv_nginx s
    srv_dns s; srv_ssh s
    start s $PEER torrent-peer 51413
    wait_port s 51413
    forget_neighbours s db
    f="$RUN/sample.pcapng"
    ip netns exec "${P}s" dumpcap -q -i eth0 -w "$f" --ifname "shop-eth0" --ifdescr "the shop's only network card" \
        --capture-comment "A minute of a small web shop, recorded at its server (192.0.2.10). Made by Wireglass' tests/captures/make.sh with real programs in network namespaces." \
        2>"$RUN/dumpcap.err" & CAPS+=($!)
    for k in $(seq 40); do [ -s "$f" ] && break; sleep 0.1; done
    sleep 0.3

    local t=$RUN/tls.crt tls="$C --cacert $RUN/tls.crt" jobs=()
    ( for k in 1 2 3 4 5 6 7 8 9 10 11 12; do                         # a customer around the corner
        at near $C -4 http://www.shop.example/ http://www.shop.example/shop.css
        at near $C -4 http://www.shop.example/api/product/$k http://www.shop.example/api/orders/$k
        [ $((k % 4)) = 0 ] && at near $C -6 http://shop.example/img/rope.jpg
        [ $k = 5 ] && at near $C http://192.0.2.10:8080/                 # refused
        [ $k = 7 ] && at near $C -4 http://shop.example/img/missing.jpg http://shop.example/wp-login.php
        [ $k = 9 ] && at near dig +tries=1 @192.0.2.10 wwww.shop.example
        sleep 2.$((k * 7 % 10))
      done ) & jobs+=($!)
    ( sleep 1.5; for k in 1 2 3 4 5 6; do                                # 40 ms away, TLS 1.3
        at mid $tls -6 --tlsv1.3 https://shop.example/ https://shop.example/shop.css https://shop.example/img/rope.jpg
        at mid $tls -4 --http1.1 https://api.shop.example/api/product/$k
        [ $k = 2 ] && at mid $tls -4 -d "lamp=$k" https://api.shop.example/cart
        [ $k = 3 ] && at mid $tls -4 https://www.shop.example/slow/$k
        [ $k = 5 ] && at mid $tls -4 https://api.shop.example/api/broken
        sleep 4.$k
      done ) & jobs+=($!)
    ( sleep 4; for k in 1 2 3 4; do                                      # 180 ms away, TLS 1.2
        at far $tls -4 --tls-max 1.2 https://www.shop.example/ https://www.shop.example/shop.css
        at far ping -c 2 -i 0.4 192.0.2.10
        at far dig +tries=1 @192.0.2.10 shop.example TXT
        sleep 5
        at far $C -4 http://shop.example/slow/$k
      done ) & jobs+=($!)
    ( sleep 7; at lossy $C -4 -r 0-89999 http://shop.example/catalogue.pdf   # 2 % of the packets are lost
      sleep 6; at lossy $tls -6 https://shop.example/img/lamp.jpg
      sleep 5; at lossy $C -4 http://shop.example/img/lamp.jpg http://shop.example/img/rope.jpg
      sleep 7; at lossy $C -4 -r 0-59999 http://shop.example/catalogue.pdf ) & jobs+=($!)
    ( sleep 12; at peer $PEER torrent 192.0.2.10 51413 9                 # what should not be there
      sleep 5; at peer $PEER torrent 192.0.2.10 51413 3 ) & jobs+=($!)
    ( sleep 6; at s $PEER ntp 192.0.2.53 2
      sleep 4; at s $C --connect-timeout 6 http://db.shop.example:9200/  # nobody answers
      sleep 3; at s $C http://db.shop.example:5433/                      # refused
      at s $C --connect-timeout 4 http://old.shop.example/               # nobody has that address: ARP
      sleep 6; at s $PEER ntp 192.0.2.53 2
      sleep 8; at s ping -c 3 -i 0.5 2001:db8:2::20 ) & jobs+=($!)
    ( sleep 16; ssh_try mid 192.0.2.10
      sleep 6; at near $PEER reuse 192.0.2.10 80 40001 reset server-closes
      sleep 8; ssh_try peer 192.0.2.10; sleep 1; ssh_try peer 192.0.2.10 ) & jobs+=($!)
    wait "${jobs[@]}"
    uncap 4.5
    # a few notes in the file, where a reader may want them
    local a1 a2 a3
    a1=$(tshark -n -r "$f" -Y 'http.request.uri contains "/slow"' -T fields -e frame.number 2>/dev/null | head -1)
    a2=$(tshark -n -r "$f" -Y 'tcp.dstport == 9200' -T fields -e frame.number 2>/dev/null | head -1)
    a3=$(tshark -n -r "$f" -Y 'bittorrent' -T fields -e frame.number 2>/dev/null | head -1)
    editcap -a "${a1:-1}:The report that takes 1.4 s: the database is asked with pg_sleep." \
        -a "${a2:-1}:A search engine that is not there: the SYN is dropped on the way and repeated." \
        -a "${a3:-1}:Who put a file-sharing program on the shop's server?" "$f" "$(out sample pcapng)"
    mkdir -p "$HERE/../../www/samples"
    cp "$HERE/sample/capture.pcapng" "$HERE/../../www/samples/shop.pcapng"
}
