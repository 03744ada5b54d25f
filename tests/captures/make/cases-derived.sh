# Captures made out of the others, and broken files.  Sourced by make.sh.

need() { local c; for c in "$@"; do [ -e "$HERE/$c/capture.pcap" ] || die "make $c first"; done; }

# five interfaces: three link types, micro- and nanoseconds, comments, and one with no packets lost in order
case_pcapng-many() {
    need redis nanoseconds raw-ip sll2 sll
    local f n t0=1767225600 parts=()
    for n in redis nanoseconds raw-ip sll2 sll; do
        f=$RUN/$n.pcapng
        # all of them start within one second of each other, so that they interleave
        editcap -t "$(tshark -n -r "$HERE/$n/capture.pcap" -c 1 -T fields -e frame.time_epoch 2>/dev/null |
            python3 -c "from decimal import Decimal as D; print(D('$t0') + D('0.$((${#parts[@]} * 2 + 1))') - D(input()))")" \
            -r "$HERE/$n/capture.pcap" "$f" 1-40
        parts+=("$f")
    done
    mergecap -I none -w "$RUN/all.pcapng" "${parts[@]}"
    editcap -a "1:The first packet, with a comment" -a "7:Comments may hold ünïcödé — and more" \
        --capture-comment "Five interfaces in one file: Ethernet, raw IP, Linux cooked v1 and v2; micro- and nanoseconds." \
        "$RUN/all.pcapng" "$(out pcapng-many pcapng)"
}

# DLT_NULL cannot be recorded on Linux: raw-ip, with the four bytes a BSD loopback puts in front
case_null-loop() {
    need raw-ip
    python3 "$HERE/make/rewrite.py" null "$HERE/raw-ip/capture.pcap" "$(out null-loop)"
}

# the same few packets in every file format a reader of captures may meet
case_formats() {
    need dns
    local d=$HERE/formats k
    mkdir -p "$d" && rm -f "$d"/*
    editcap -F pcap -r "$HERE/dns/capture.pcap" "$RUN/few.pcap" 1-12
    for k in pcap nsecpcap modpcap nokiapcap rh6_1pcap suse6_3pcap aixpcap; do
        editcap -F $k "$RUN/few.pcap" "$d/$k.pcap" 2>/dev/null || rm -f "$d/$k.pcap"
    done
    editcap -F pcapng "$RUN/few.pcap" "$d/pcapng.pcapng"
    editcap -F snoop "$RUN/few.pcap" "$d/sun.snoop"
    python3 "$HERE/make/rewrite.py" big "$RUN/few.pcap" "$d/big-endian.pcap"
    python3 "$HERE/make/rewrite.py" big-nano "$RUN/few.pcap" "$d/big-endian-nano.pcap"
    python3 "$HERE/make/rewrite.py" big-ng "$RUN/few.pcap" "$d/big-endian.pcapng"
    python3 "$HERE/make/rewrite.py" simple-ng "$RUN/few.pcap" "$d/simple-packets.pcapng"
}

case_broken() {
    need dns
    local d=$HERE/broken s=$HERE/dns/capture.pcap
    mkdir -p "$d" && rm -f "$d"/*
    head -c 1000 "$s" >"$d/cut-in-packet.pcap"
    head -c 32 "$s" >"$d/cut-in-record-header.pcap"
    head -c 10 "$s" >"$d/cut-in-file-header.pcap"
    head -c 24 "$s" >"$d/no-packets.pcap"
    editcap -F pcapng -r "$s" "$d/whole.pcapng" 1-6
    head -c 700 "$d/whole.pcapng" >"$d/cut-in-block.pcapng"
    rm "$d/whole.pcapng"
    python3 "$HERE/make/rewrite.py" bad-length "$s" "$d/impossible-length.pcap"
    python3 -c "import random; open('$d/garbage.pcap', 'wb').write(random.Random(3).randbytes(2000))"
    : >"$d/empty.pcap"
    head -c 1200 "$s" | gzip -n >"$d/gzip.pcap.gz"
    printf 'No.  Time  Source  Destination\n1  0.000  192.0.2.1  192.0.2.2\nThis is text, not a capture.\n' >"$d/text.txt"
}

# what no server here speaks, in all its kinds
case_written() {
    mkdir -p "$HERE/written"
    python3 "$HERE/make/messages.py" "$HERE/written"
}
