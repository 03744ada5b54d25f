# Mail, QUIC, SCTP.  Sourced by make.sh.

case_mail() {
    topo '"delay": 8' '"delay": 0'
    make_cert
    start s python3 "$HERE/make/mail.py" server "$RUN/tls.crt" "$RUN/tls.key"
    wait_port s 143
    cap s eth0 "$(out mail)"
    at c python3 "$HERE/make/mail.py" client 192.0.2.10
    uncap
}

# QUIC_PYTHON: a Python that has aioquic (python3 -m venv V && V/bin/pip install aioquic)
case_quic() {
    local py=${QUIC_PYTHON:-python3}
    "$py" -c 'import aioquic' 2>/dev/null || { echo "make.sh: quic skipped: set QUIC_PYTHON to a Python with aioquic" >&2; return; }
    topo '"delay": 15' '"delay": 0'
    make_cert
    srv_dns s
    start s "$py" "$HERE/make/quic.py" server "$RUN/tls.crt" "$RUN/tls.key"
    wait_port s 443
    cap s eth0 "$(out quic)"
    at c dig +tries=1 @192.0.2.10 shop.example
    at c "$py" "$HERE/make/quic.py" client 192.0.2.10 shop.example
    at c "$py" "$HERE/make/quic.py" client 2001:db8:2::10 www.shop.example
    uncap
}

# by libusrsctp (Debian: libusrsctp2), the SCTP of Firefox and Chromium, as the kernel has none
case_sctp() {
    ldconfig -p | grep -q 'libusrsctp.so.2' || { echo "make.sh: sctp skipped: libusrsctp2 is missing" >&2; return; }
    topo '"delay": 12' '"delay": 0'
    start s python3 "$HERE/make/sctp.py" server 192.0.2.10
    sleep 1
    cap s eth0 "$(out sctp)"
    at c timeout 8 python3 "$HERE/make/sctp.py" client 198.51.100.2 192.0.2.10
    uncap
}

# what no server here speaks: written down, not recorded
case_rdp() { python3 "$HERE/make/written.py" rdp "$(out rdp)"; }
case_dht() { python3 "$HERE/make/written.py" dht "$(out dht)"; }
case_prepared() { python3 "$HERE/make/written.py" prepared "$(out prepared)"; }
