//! Every probe knows its own first message, and no probe takes another's or noise for its own.
use super::{PROTOCOLS, protocol, registry};
use crate::engine::dissect::{Bytes, Dissection, Payload, Segment, Transport, Verdict, Wanted};
use Transport::{Sctp, Tcp, Udp};
use Verdict::{Certain, Possible};

/// Name, transport, port of the receiver, first message in the notation of [`message`], what the probe can say.
type Case = (&'static str, Transport, u16, &'static str, Verdict);

/// A port nobody claims, and even, as RTP wants it.
const ODD: u16 = 40_002;

const CASES: &[Case] = &[
    ("ssh", Tcp, ODD, "'SSH-2.0-OpenSSH_9.2' 0d0a", Certain),
    ("ssh", Sctp, ODD, "'SSH-2.0-OpenSSH_9.2' 0d0a", Certain),
    ("smtp", Tcp, ODD, "'EHLO client.example' 0d0a", Certain),
    ("smtp", Tcp, ODD, "'220 mail.example ESMTP ready' 0d0a", Certain),
    ("ftp", Tcp, ODD, "'220 (vsFTPd 3.0.3)' 0d0a", Certain),
    ("ftp", Tcp, 21, "'USER anonymous' 0d0a", Possible),
    ("imap", Tcp, ODD, "'* OK [CAPABILITY IMAP4rev1] ready' 0d0a", Certain),
    ("imap", Tcp, ODD, "'a001 LOGIN me secret' 0d0a", Certain),
    ("pop", Tcp, ODD, "'+OK POP3 ready' 0d0a", Certain),
    ("telnet", Tcp, ODD, "fffd18 fffd20 fffd23 fffd27", Certain),
    ("sip", Udp, ODD, "'INVITE sip:bob@example.org SIP/2.0' 0d0a 'Call-ID: 1' 0d0a0d0a", Certain),
    ("rtsp", Tcp, ODD, "'OPTIONS rtsp://example.org/a RTSP/1.0' 0d0a 'CSeq: 1' 0d0a0d0a", Certain),
    ("irc", Tcp, ODD, "'NICK somebody' 0d0a 'USER me 0 * :Me' 0d0a", Certain),
    ("xmpp", Tcp, ODD, "\"<?xml version='1.0'?><stream:stream to='example.org'>\"", Certain),
    ("nntp", Tcp, ODD, "'200 news.example NNTP Service Ready' 0d0a", Certain),
    ("git", Tcp, ODD, "'0032git-upload-pack /project.git' 00 'host=example.org' 00", Certain),
    ("rsync", Tcp, ODD, "'@RSYNCD: 31.0' 0a", Certain),
    ("vnc", Tcp, ODD, "'RFB 003.008' 0a", Certain),
    ("whois", Tcp, 43, "'example.org' 0d0a", Possible),
    ("finger", Tcp, 79, "'somebody' 0d0a", Possible),
    ("nats", Tcp, ODD, "'INFO {\"server_id\":\"NA\",\"version\":\"2.10\"}' 0d0a", Certain),
    ("memcache", Tcp, ODD, "'set key 0 60 5' 0d0a 'value' 0d0a", Certain),
    ("resp", Tcp, ODD, "'*1' 0d0a '$4' 0d0a 'PING' 0d0a", Certain),
    ("gnutella", Tcp, ODD, "'GNUTELLA CONNECT/0.6' 0d0a", Certain),
    ("lsd", Udp, ODD, "'BT-SEARCH * HTTP/1.1' 0d0a 'Host: 239.192.152.143:6771' 0d0a 'Port: 6881' 0d0a0d0a", Certain),
    ("syslog", Udp, ODD, "'<34>Oct 11 22:14:15 host su: failed'", Certain),
    ("syslog", Udp, ODD, "'<34>1 2026-10-11T22:14:15Z host su - - - failed'", Certain),
    ("mojito", Udp, ODD, "a5*16 44 0000 26000000 01 'GTKG' 0000 a5*20 04 5d2fe235 7009 01 01 0000", Certain),
    ("portcontrol", Udp, 5351, "0000", Possible),
    ("portcontrol", Udp, 5351, "0201 0000 00000e10 00*10 ffff 0a000001", Possible),
    ("fix", Tcp, ODD, "'8=FIX.4.4' 01 '9=12' 01 '35=0' 01", Certain),
    ("dhcp", Udp, ODD, "01010600 12345678 00*20 020000000001 00*202 63825363 350101 ff", Certain),
    ("dhcpv6", Udp, 547, "01abcdef 0001000a 00030001 020000000001", Possible),
    ("ntp", Udp, ODD, "23000000 00*36 e8a1b2c3 12345678", Certain),
    (
        "ntp",
        Udp,
        ODD,
        "24020ae9 00000012 00000034 c0a80001 e8a1b200 00000000 e8a1b2c3 00000000 e8a1b2c3 10000000 e8a1b2c3 20000000",
        Certain,
    ),
    // Elsewhere it is DNS: the same layout.
    ("nbns", Udp, 137, "1234 0110 0001 0000 0000 0000 20 'FHEPFCELEHFCEPFFFACACACACACACABN' 00 0020 0001", Certain),
    (
        "nbdgm",
        Udp,
        ODD,
        "110a1234 c0a80001 008a 0060 0000 20 'FHEPFCELEHFCEPFFFACACACACACACABN' 00 20 'FHEPFCELEHFCEPFFFACACACACACACABN' 00",
        Certain,
    ),
    ("nbss", Tcp, ODD, "00000040 ff'SMB' 72 00000000 18 00*54", Certain),
    ("nbss", Tcp, ODD, "00000040 fe'SMB' 4000 00*58", Certain),
    ("snmp", Udp, ODD, "3018 020101 0406'public' a00b 020101 020100 020100 3000", Certain),
    ("ldap", Tcp, ODD, "300c 020101 6007 020103 0400 8000", Certain),
    ("cldap", Udp, ODD, "300c 020101 6007 020103 0400 8000", Certain),
    ("kerberos", Udp, ODD, "6a0c 300a a103 020105 a203 02010a", Certain),
    ("kerberos", Tcp, ODD, "0000000e 6a0c 300a a103 020105 a203 02010a", Certain),
    (
        "bittorrent",
        Tcp,
        ODD,
        "13'BitTorrent protocol' 00*8 0123456789abcdef0123456789abcdef01234567 '-XX0001-abcdefghijkl'",
        Certain,
    ),
    ("bt-dht", Udp, ODD, "'d1:ad2:id20:abcdefghijklmnopqrste1:q4:ping1:t2:aa1:y1:qe'", Certain),
    ("bt-utp", Udp, ODD, "4100abcd 12345678 00000000 00040000 0001 0000", Certain),
    ("stun", Udp, ODD, "0001 0000 2112a442 0123456789ab cdef01234567", Certain),
    ("classicstun", Udp, ODD, "0001 0008 0123456789abcdef0123456789abcdef 0003 0004 00000000", Certain),
    ("wg", Udp, ODD, "01000000 12345678 a5*140", Certain),
    ("wg", Udp, ODD, "04000000 12345678 0100000000000000 a5*32", Certain),
    ("openvpn", Udp, ODD, "38 0123456789abcdef 00 00000000", Certain),
    ("openvpn", Tcp, ODD, "000e 38 0123456789abcdef 00 00000000", Certain),
    ("radius", Udp, ODD, "0101 0020 a5*16 0104'me' 0406c0a80001 0502", Certain),
    ("tftp", Udp, ODD, "0001 'file.bin' 00 'octet' 00", Certain),
    ("isakmp", Udp, ODD, "0123456789abcdef 0000000000000000 21 20 22 08 00000000 0000001c", Certain),
    ("udpencap", Udp, ODD, "00000000 0123456789abcdef 0000000000000000 21 20 22 08 00000000 0000001c", Certain),
    ("dtls", Udp, ODD, "16 feff 0000 000000000000 0010 01 000004 0000 000000 000004 fefd0000", Certain),
    ("coap", Udp, ODD, "4101 1234 aa b4'test'", Certain),
    ("rip", Udp, 520, "0202 0000 0002 0000 0a000000 ff000000 00000000 00000001", Possible),
    ("ripng", Udp, 521, "0101 0000 00*16 0000 00 10", Possible),
    ("ldp", Udp, 646, "0001 001e c0a80001 0000 0100 0014 00000001 0400 0004 000f 0000", Possible),
    ("rtp", Udp, ODD, "8000 1234 000000a0 89abcdef d5*160", Certain),
    (
        "rtcp",
        Udp,
        ODD,
        "80c8 0006 89abcdef e8a1b2c3 00000000 000000a0 00000001 000000a0 81ca 0002 89abcdef 01 01 'x' 00",
        Certain,
    ),
    ("sflow", Udp, ODD, "00000005 00000001 c0a80001 00000000 00000001 00001000 00000001 00000001 00000000", Certain),
    ("cflow", Udp, ODD, "0005 0001 00001000 68a1b2c3 00000000 00000001 00000000 00*48", Certain),
    ("cflow", Udp, ODD, "000a 0018 68a1b2c3 00000001 00000001 0100 0008 00000000", Certain),
    ("hsrp", Udp, 1985, "0000 10 03 0a 6e 01 00 'cisco' 000000 c0a80001", Possible),
    ("db-lsp-disc", Udp, ODD, "'{\"host_int\": 1, \"version\": [2, 0]}'", Certain),
    ("bvlc", Udp, ODD, "81 0b 0008 01 00 10 08", Certain),
    ("rdp", Tcp, ODD, "0300 0013 0e e0 0000 0000 00 01 00 0800 03000000", Certain),
    ("tpkt", Tcp, ODD, "0300 0016 11 e0 0000 0001 00 c1 02 0100 c2 02 0102 c0 01 0a", Certain),
    ("mysql", Tcp, ODD, "0e000000 0a '8.0.36' 00 01000000 0000", Certain),
    ("pgsql", Tcp, ODD, "00000010 00030000 7573657200 6100 00", Certain),
    ("pgsql", Tcp, ODD, "00000013 00030000 'user' 00 'bob' 00 0000", Certain),
    ("tds", Tcp, ODD, "12 01 0014 0000 00 00 00 000b 0006 ff 0c000fa00000", Certain),
    ("mqtt", Tcp, ODD, "10 0c 0004 'MQTT' 04 02 003c 0000", Certain),
    ("mongo", Tcp, ODD, "1a000000 01000000 00000000 dd070000 00000000 00 0500000000", Certain),
    ("cql", Tcp, ODD, "04 00 0000 05 00000000", Certain),
    ("amqp", Tcp, ODD, "'AMQP' 00 00 09 01", Certain),
    ("kafka", Tcp, ODD, "00000012 0012 0000 00000001 0008 'consumer'", Certain),
    (
        "rpc",
        Udp,
        ODD,
        "12345678 00000000 00000002 000186a0 00000002 00000003 00000000 00000000 00000000 00000000",
        Certain,
    ),
    ("bgp", Tcp, ODD, "ff*16 001d 01 04 fde8 00b4 c0a80001 00", Certain),
    ("socks", Tcp, 1080, "05 01 00", Certain),
    ("socks", Tcp, ODD, "04 01 0050 00000001 00 'example.org' 00", Certain),
    ("bitcoin", Tcp, ODD, "f9beb4d9 'verack' 00*6 00000000 5df6e0e2", Certain),
    ("mbtcp", Tcp, 502, "0001 0000 0006 01 03 0000 000a", Possible),
    ("dnp3", Tcp, ODD, "0564 05 c0 0100 0200 abcd", Certain),
    ("enip", Tcp, ODD, "6500 0400 00000000 00000000 0000000000000000 00000000 0100 0000", Certain),
    ("iec60870_104", Tcp, ODD, "68 04 07 00 00 00", Certain),
    ("opcua", Tcp, ODD, "'HELF' 28000000 00000000 00000100 00000100 00000000 00000000 08000000 'opc.tcp:'", Certain),
    (
        "diameter",
        Tcp,
        ODD,
        "01 000028 80 000101 00000000 00000001 00000002 00000108 40 000013 'host.example' 00",
        Certain,
    ),
    ("dcerpc", Tcp, ODD, "05 00 0b 03 10000000 1800 0000 01000000 b810 b810 00000000", Certain),
    ("pptp", Tcp, ODD, "009c 0001 1a2b3c4d 0001 0000 0100 00*142", Certain),
    ("rtmpt", Tcp, ODD, "03 00001234 00000000 a5*1528", Certain),
    ("x11", Tcp, ODD, "6c 00 0b00 0000 0000 0000 0000", Certain),
    ("elasticsearch", Tcp, ODD, "'ES' 00000013 0000000000000001 00 006acfc3 00*6", Certain),
    ("zookeeper", Tcp, ODD, "0000002c 00000000 0000000000000000 00007530 0000000000000000 00000010 00*16", Certain),
    ("clickhouse", Tcp, ODD, "00 11 'ClickHouse client' 18 02 a9a903", Certain),
    ("tns", Tcp, ODD, "0038 0000 01 00 0000 00*26 '(CONNECT_DATA=(SID=x))'", Certain),
    ("drda", Tcp, ODD, "000e d0 41 0001 0008 1041 0004115e", Certain),
];

/// Quoted text as it stands, hexadecimal digits as bytes, `ab*3` three times ab.
fn message(notation: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), notation);
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = rest.trim_start();
        } else if first == '\'' || first == '"' {
            let (text, after) = rest[1..].split_once(first).expect("a closing quote");
            bytes.extend_from_slice(text.as_bytes());
            rest = after;
        } else {
            bytes.push(u8::from_str_radix(&rest[..2], 16).expect("two digits"));
            rest = &rest[2..];
            if let Some(after) = rest.strip_prefix('*') {
                let end = after.find(' ').unwrap_or(after.len());
                let (count, last) = (after[..end].parse::<usize>().expect("a count"), *bytes.last().expect("a byte"));
                bytes.extend(std::iter::repeat_n(last, count - 1));
                rest = &after[end..];
            }
        }
    }
    bytes
}

fn payload(bytes: &[u8], transport: Transport, to_port: u16) -> Payload<'_> {
    Payload { bytes, transport, from_port: 40_004, to_port }
}

#[test]
fn every_probe_knows_its_first_message() {
    let mut wrong = Vec::new();
    for &(name, transport, port, notation, expected) in CASES {
        let bytes = message(notation);
        let (id, verdict) = registry().identify(&payload(&bytes, transport, port));
        let found = id.map(|id| protocol(id).name);
        if (found, verdict) != (Some(name), expected) {
            wrong.push(format!("{name}: {found:?} {verdict:?} for {notation}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_probe_takes_what_is_anothers() {
    for &(name, transport, port, notation, _) in CASES {
        let bytes = message(notation);
        for protocol in PROTOCOLS {
            let verdict = protocol.probe.map(|probe| probe(&payload(&bytes, transport, port)));
            assert!(
                verdict != Some(Certain) || protocol.name == name,
                "{} takes {notation} for its own",
                protocol.name
            );
        }
    }
}

/// xorshift64*
fn noise(seed: u64) -> impl FnMut() -> u8 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 56) as u8
    }
}

#[test]
fn noise_stays_unknown() {
    for seed in 1..=64 {
        let mut next = noise(seed);
        let bytes: Vec<u8> = (0..usize::from(next()) * 6 + 1).map(|_| next()).collect();
        for transport in [Tcp, Udp, Sctp] {
            let (id, verdict) = registry().identify(&payload(&bytes, transport, ODD));
            assert_eq!((id.map(|id| protocol(id).name), verdict), (None, Verdict::NotMine), "seed {seed}");
        }
    }
}

#[test]
fn nothing_panics_on_damage() {
    let mut d = Dissection::new(Wanted::Everything);
    let mut next = noise(7);
    let mut try_all = |bytes: &[u8], name: &str, transport: Transport| {
        for protocol in PROTOCOLS {
            if let Some(probe) = protocol.probe {
                probe(&payload(bytes, transport, ODD));
            }
            if protocol.name == name {
                d.clear();
                d.segment(Segment::between(transport, 40_004, ODD, bytes.len()));
                let _ = (protocol.dissect)(&mut d, Bytes::frame(bytes, 0));
                let _ = (protocol.dissect)(&mut d, Bytes::frame(bytes, 4096));
            }
        }
    };
    for &(name, transport, _, notation, _) in CASES {
        let whole = message(notation);
        for end in 0..whole.len().min(300) {
            try_all(&whole[..end], name, transport);
        }
        for _ in 0..200 {
            let mut damaged = whole.clone();
            for _ in 0..3 {
                let at = (usize::from(next()) << 8 | usize::from(next())) % damaged.len();
                damaged[at] = next();
            }
            try_all(&damaged, name, transport);
        }
    }
}
