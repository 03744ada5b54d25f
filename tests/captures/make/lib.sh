# Functions for make.sh: namespaces, wires, recording, cleaning up.  Sourced, not run.

P="wg$$"                                        # prefix of every namespace this run makes
RUN=$(mktemp -d /tmp/wg-captures.XXXXXX)
chmod 755 "$RUN"
NSES=() PIDS=() CAPS=()

cleanup() {
    trap - EXIT INT TERM
    local p n
    for p in "${CAPS[@]}" "${PIDS[@]}"; do kill "$p" 2>/dev/null; done
    sleep 0.3
    for n in "${NSES[@]}"; do
        for p in $(ip netns pids "$P$n" 2>/dev/null); do kill -KILL "$p" 2>/dev/null; done
        ip netns del "$P$n" 2>/dev/null
        rm -rf "/etc/netns/$P$n"
    done
    for p in "${PIDS[@]}"; do kill -KILL "$p" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$RUN"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

die() { echo "make.sh: $*" >&2; exit 1; }
in_() { local n=$1; shift; ip netns exec "$P$n" "$@"; }       # run a command in a namespace
quiet() { "$@" >>"$RUN/log" 2>&1 || true; }
at() { local n=$1; shift; quiet in_ "$n" timeout 25 "$@"; }   # same, output to the log, may fail
addr() { local n=$1 i=$2 a; shift 2; for a in "$@"; do ip -n "$P$n" addr add "$a" dev "$i" nodad 2>/dev/null || ip -n "$P$n" addr add "$a" dev "$i"; done; }
up() { ip -n "$P$1" link set "$2" up; }
route() { local n=$1 f=-4; shift; [ "$1" != -6 ] || { f=-6; shift; }; ip -n "$P$n" $f route add "$@"; }

# ns NAME...: network namespaces without duplicate address detection (a second of silence each)
ns() {
    local n
    for n in "$@"; do
        ip netns add "$P$n" || die "cannot make a network namespace"
        NSES+=("$n")
        mkdir -p "/etc/netns/$P$n"
        in_ "$n" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
            net.ipv6.conf.default.router_solicitations=0 net.ipv4.ping_group_range="0 2147483647"
        ip -n "$P$n" link set lo up
    done
}
router() { in_ "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1; }

# start NS COMMAND...: a server in the background, stopped at the end
start() { local n=$1; shift; ip netns exec "$P$n" "$@" >>"$RUN/log" 2>&1 & PIDS+=($!); }

# wait_port NS PORT: until something listens there
wait_port() {
    local i
    for i in $(seq 100); do
        in_ "$1" ss -Hltun "sport = :$2" | grep -q . && return
        sleep 0.1
    done
    cat "$RUN/log" >&2
    die "nothing listens on port $2"
}

# wires JSON: starts wire.py; the JSON is its configuration
wires() {
    echo "$1" >"$RUN/wires.json"
    rm -f "$RUN/wires.ready"
    python3 "$HERE/make/wire.py" "$RUN/wires.json" "$RUN/wires.ready" 2>"$RUN/wires.err" &
    PIDS+=($!)
    CARRIER_PID=$!
    local i
    for i in $(seq 50); do [ -e "$RUN/wires.ready" ] && return; sleep 0.1; done
    cat "$RUN/wires.err" >&2
    die "the wires did not start"
}

# topo WIRE1 WIRE2: client c --WIRE1-- router r --WIRE2-- server s; the arguments are the wires'
# properties as JSON members without braces ('"delay": 15').
topo() {
    ns c r s
    router r
    wires "{\"seed\": ${SEED:-1}, ${CARRIER:-} \"wires\": [
      {\"name\": \"west\", \"a\": [\"${P}c\", \"eth0\", \"02:c1:1e:47:00:02\"], \"b\": [\"${P}r\", \"west\", \"02:00:5e:00:01:01\"], $1},
      {\"name\": \"east\", \"a\": [\"${P}r\", \"east\", \"02:00:5e:00:02:01\"], \"b\": [\"${P}s\", \"eth0\", \"02:5e:47:e4:00:02\"], $2}]}"
    local i
    for i in c:eth0 r:west r:east s:eth0; do up ${i%:*} ${i#*:}; done
    addr c eth0 198.51.100.2/24 2001:db8:1::2/64
    addr r west 198.51.100.1/24 2001:db8:1::1/64
    addr r east 192.0.2.1/24 2001:db8:2::1/64
    addr s eth0 192.0.2.10/24 2001:db8:2::10/64
    route c default via 198.51.100.1
    route c -6 default via 2001:db8:1::1
    route s default via 192.0.2.1
    route s -6 default via 2001:db8:2::1
    echo "nameserver 192.0.2.10" | tee "/etc/netns/${P}c/resolv.conf" >"/etc/netns/${P}s/resolv.conf"
    at c ping -c1 -W3 192.0.2.10                # neighbours are known before the recording,
    at c ping -c1 -W3 2001:db8:2::10            # unless the case wants to show ARP
}
forget_neighbours() { local n; for n in "$@"; do ip -n "$P$n" neigh flush all; ip -n "$P$n" -6 neigh flush all; done; }

# cap NS INTERFACE FILE [tcpdump options]: starts a recording and waits until it runs
cap() {
    local n=$1 i=$2 f=$3 err
    shift 3
    mkdir -p "$(dirname "$f")"
    err="$RUN/cap$RANDOM$RANDOM"
    : >"$err"
    ip netns exec "$P$n" tcpdump -i "$i" -B 8192 -Z root -U --immediate-mode -w "$f" "$@" 2>"$err" &
    CAPS+=($!)
    local k
    for k in $(seq 50); do grep -q 'listening on' "$err" && return; sleep 0.1; done
    cat "$err" >&2
    die "tcpdump did not start on $i"
}
uncap() {
    sleep "${1:-0.7}"
    local p
    for p in "${CAPS[@]}"; do kill -INT "$p" 2>/dev/null; wait "$p" 2>/dev/null; done
    ! grep -h '^[1-9][0-9]* packets dropped by kernel' "$RUN"/cap* || die "the recording has holes"
    CAPS=()
}
out() { mkdir -p "$HERE/$1"; rm -f "$HERE/$1"/capture.pcap*; echo "$HERE/$1/capture.${2:-pcap}"; }
