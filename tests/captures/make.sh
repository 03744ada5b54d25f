#!/usr/bin/env bash
# Makes the test captures of this directory: real servers and clients in network namespaces,
# recorded with tcpdump.  `make.sh` makes all, `make.sh CASE...` some of them, `make.sh -l` lists.
# Needs root.  Nothing leaves the machine and nothing is installed.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
ALL="http tls dns postgres mysql redis rtt refused-retried port-reuse loss fragments tunnels vlan sll2 sll
raw-ip snaplen nanoseconds offload dhcp icmp mail multicast sctp quic rdp dht prepared sample null-loop pcapng-many
formats broken written lab-delay-5 lab-delay-40 lab-delay-120 lab-loss lab-server-thinks-300 lab-network-300
lab-client-thinks-300 lab-rto lab-capture-loss lab-zero-window lab-close-wait lab-half-open lab-refused lab-filtered lab-reset lab-nagle
lab-pmtu-black-hole lab-pmtu-icmp lab-bufferbloat lab-healthy lab-udp-dns-retry"

if [ "${1:-}" = -l ]; then echo $ALL; exit; fi
if [ $# -ne 1 ]; then
    # each case in a process of its own, so that its clean-up is complete before the next starts
    fail=0
    for c in ${*:-$ALL}; do "$0" "$c" || { echo "FAILED $c" >&2; fail=1; }; done
    exit $fail
fi
[ "$(id -u)" = 0 ] || { echo "make.sh: needs root (network namespaces)" >&2; exit 1; }
missing=
for t in ip tcpdump tshark editcap mergecap capinfos python3 curl openssl nginx dnsmasq dig ethtool \
    ping redis-server redis-cli psql mariadbd mariadb ssh sshd node; do
    command -v $t >/dev/null || missing="$missing $t"
done
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] || { echo "make.sh: missing:$missing" >&2; exit 1; }

. "$HERE/make/lib.sh"
. "$HERE/make/servers.sh"
for f in "$HERE"/make/cases-*.sh; do . "$f"; done
folders=$1
case $1 in
    rtt | rtt-*) set -- rtt; folders="rtt-client rtt-server rtt-middle" ;;
    lab-loss*) set -- lab-loss; folders="lab-loss-before lab-loss-after lab-loss-middle" ;;
esac
declare -F "case_$1" >/dev/null || die "no case $1 (make.sh -l lists them)"
"case_$1"
for d in $folders; do
    "$HERE/oracle.sh" "$d"
done
python3 "$HERE/make/readme.py"
