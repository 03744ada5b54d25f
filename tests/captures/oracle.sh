#!/usr/bin/env bash
# tshark's answers for a case, as the data our tests compare with: oracle.sh CASE [CASE...]
# For every CASE/NAME.pcap* it writes tshark.tsv (or NAME.tsv for other names than "capture").
set -euo pipefail
cd "$(dirname "$0")"
export TZ=UTC LC_ALL=C.UTF-8
for c in "$@"; do
    [ "$c" = broken ] && continue               # nothing to compare with
    for f in "$c"/*.pcap "$c"/*.pcapng "$c"/*.snoop; do
        [ -e "$f" ] || continue
        case $(basename "$f") in
            capture.*) t=$c/tshark.tsv ;;
            *) t=$f.tsv ;;
        esac
        tshark -n -2 -r "$f" -T fields -E header=y -E occurrence=a -E aggregator=, \
            -e frame.number -e frame.time_epoch -e frame.len -e frame.cap_len -e frame.protocols \
            -e _ws.col.Source -e _ws.col.Destination -e tcp.stream -e udp.stream \
            -e tcp.analysis.initial_rtt -e _ws.col.Protocol >"$t" 2>/dev/null || true
        echo "$f: $(($(wc -l <"$t") - 1)) packets, $(stat -c %s "$f") bytes"
    done
done
