//! Words, meanings, places of errors, and texts that nobody would write.
use super::{Filter, MASK_OF_FILES, to_display, words};

const ETHERNET: u16 = 1;

/// A frame from its parts.
fn frame(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

const MACS: &[u8] = &[0xaa, 0xbb, 0xcc, 0, 0, 1, 0xaa, 0xbb, 0xcc, 0, 0, 2];
/// TCP from 10.0.0.1:1000 to 10.0.0.2:443, SYN.
const IPV4: &[u8] = &[
    0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x03, 0xe8, 0x01, 0xbb, 0, 0, 0, 0, 0, 0, 0,
    0, 0x50, 0x02, 0, 0, 0, 0, 0, 0,
];
/// UDP from port 53 to port 1000.
const UDP: &[u8] =
    &[0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 192, 168, 1, 9, 0, 53, 0x03, 0xe8, 0, 8, 0, 0];

#[test]
fn filters_mean_what_pcap_filter_says() {
    let tcp = frame(&[MACS, &[8, 0], IPV4]);
    let udp = frame(&[MACS, &[8, 0], UDP]);
    let tagged = frame(&[MACS, &[0x81, 0, 0, 5, 8, 0], IPV4]);
    let labelled = frame(&[MACS, &[0x88, 0x47, 0, 0, 0x31, 64], IPV4]);
    let session = frame(&[MACS, &[0x88, 0x64, 0x11, 0, 0, 7, 0, 42, 0, 0x21], IPV4]);
    let tunnel = [&UDP[..20], &[0x12, 0x34, 0x12, 0xb5, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 100, 0]].concat();
    let inside = frame(&[MACS, &[8, 0], &tunnel, MACS, &[8, 0], IPV4]);
    let cases: &[(&str, [bool; 6])] = &[
        ("", [true; 6]),
        ("tcp", [true, false, false, false, false, false]),
        ("udp", [false, true, false, false, false, true]),
        ("ip", [true, true, false, false, false, true]),
        ("host 10.0.0.1", [true, true, false, false, false, true]),
        ("src host 10.0.0.2", [false; 6]),
        ("net 192.168.0.0/16", [false, true, false, false, false, true]),
        ("net 192.168", [false, true, false, false, false, true]),
        ("tcp port https", [true, false, false, false, false, false]),
        ("tcp port 443 or 80", [true, false, false, false, false, false]),
        ("port (53 or 443)", [true, true, false, false, false, false]),
        ("portrange 400-500", [true, false, false, false, false, false]),
        ("udp src port 53 and not tcp", [false, true, false, false, false, false]),
        ("tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn", [true, false, false, false, false, false]),
        ("ip[2:2] = len - 14", [true, true, false, false, false, false]),
        ("ether host aa:bb:cc:00:00:01", [true; 6]),
        ("ether dst aabb.cc00.0002", [false; 6]),
        ("less 50", [false, true, false, false, false, false]),
        ("vlan", [false, false, true, false, false, false]),
        ("vlan 5 and tcp dst port 443", [false, false, true, false, false, false]),
        ("vlan 6", [false; 6]),
        ("mpls 3 and host 10.0.0.2", [false, false, false, true, false, false]),
        ("pppoes 7 and tcp", [false, false, false, false, true, false]),
        ("vxlan 100 and tcp port 443", [false, false, false, false, false, true]),
        ("vxlan and ether src aa:bb:cc:00:00:02", [false, false, false, false, false, true]),
        ("ip protochain 17", [false, true, false, false, false, true]),
        ("len % 5 + 2 = 5", [true, false, false, false, false, false]),
    ];
    let packets = [&tcp, &udp, &tagged, &labelled, &session, &inside];
    for (text, expected) in cases {
        let filter = Filter::compile(text, ETHERNET, MASK_OF_FILES).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        let found = packets.map(|bytes| filter.matches(bytes, bytes.len() as u32));
        assert_eq!(found, *expected, "{text}\n{}", filter.listing());
    }
}

#[test]
fn programs_are_libpcaps() {
    let filter = Filter::compile("tcp port 443", ETHERNET, MASK_OF_FILES).expect("a filter");
    let expected = "\
(000) ldh      [12]
(001) jeq      #0x86dd          jt 2\tjf 8
(002) ldb      [20]
(003) jeq      #0x6             jt 4\tjf 19
(004) ldh      [54]
(005) jeq      #0x1bb           jt 18\tjf 6
(006) ldh      [56]
(007) jeq      #0x1bb           jt 18\tjf 19
(008) jeq      #0x800           jt 9\tjf 19
(009) ldb      [23]
(010) jeq      #0x6             jt 11\tjf 19
(011) ldh      [20]
(012) jset     #0x1fff          jt 19\tjf 13
(013) ldxb     4*([14]&0xf)
(014) ldh      [x + 14]
(015) jeq      #0x1bb           jt 18\tjf 16
(016) ldh      [x + 16]
(017) jeq      #0x1bb           jt 18\tjf 19
(018) ret      #262144
(019) ret      #0
";
    assert_eq!(filter.listing(), expected);
}

#[test]
fn errors_begin_as_libpcaps_and_point_at_the_place() {
    let cases = [
        (1, "host foo", "unknown host 'foo'", "foo"),
        (1, "tcp port 70000", "illegal port number 70000 > 65535", "70000"),
        (1, "port nonsense", "unknown port 'nonsense'", "nonsense"),
        (1, "udp port ssh", "port 'ssh' is tcp", "ssh"),
        (1, "tcp and 1.2.3.4", "can't parse filter expression: syntax error", "1.2.3.4"),
        (1, "host 1.2.3.4 and (5.6.7.8 or port 80)", "can't parse filter expression: syntax error", "80"),
        (1, "tcp prot 80", "can't parse filter expression: syntax error", "prot"),
        (1, "ip[0:3] = 1", "data size must be 1, 2, or 4", "ip[0:3]"),
        (1, "net 192.168/8", "non-network bits set in \"192.168/8\"", "192.168/8"),
        (1, "vlan 5000", "VLAN tag 5000 greater than maximum 4095", "vlan 5000"),
        (1, "gateway foo", "'gateway' not supported in this configuration", "foo"),
        (1, "inbound", "inbound/outbound not supported on Ethernet when reading savefiles", "inbound"),
        (1, "ip and arp", "expression rejects all packets", "ip and arp"),
        (113, "tcp and vlan", "no VLAN support for Linux cooked v1", "vlan"),
        (101, "arp", "expression rejects all packets", "arp"),
        (1, "link[0] = 0x1ffffffff", "hexadecimal number 0x1ffffffff overflows 32 bits", "0x1ffffffff"),
        (1, "tcp[0] / 0 = 1", "division by zero", "0"),
        (1, "tcp port 80 und udp", "can't parse filter expression: syntax error", "und"),
        (1, "host 1.2.3.4 or é", "illegal character", "é"),
        (1, "(tcp or udp", "can't parse filter expression: syntax error", "udp"),
    ];
    for (link, text, message, place) in cases {
        let wrong = Filter::compile(text, link, MASK_OF_FILES).expect_err(text);
        assert!(wrong.message.starts_with(message), "{text}: {}", wrong.message);
        assert_eq!(&text[wrong.at.clone()], place, "{text}: {}", wrong.message);
    }
}

#[test]
fn every_word_has_help_and_is_known() {
    let mut seen = std::collections::BTreeSet::new();
    for (word, help) in words() {
        assert!(!help.is_empty() && help.len() < 60, "{word}: {help}");
        assert!(seen.insert(word), "{word} twice");
    }
    assert!(seen.len() > 150);
}

#[test]
fn common_filters_have_an_equal_in_the_other_language() {
    let cases = [
        ("tcp port 80 or 443", Some("tcp.port == 80 or tcp.port == 443")),
        ("ip host 10.0.0.1 and not udp", Some("ip.addr == 10.0.0.1 and !udp")),
        ("tcp or udp and ip6", Some("(tcp or udp) and ipv6")),
        ("src host fe80::1", Some("ipv6.src == fe80::1")),
        ("ip src or dst net 192.168.0.0/16", Some("ip.addr == 192.168.0.0/16")),
        ("ip net 10 mask 255.0.0.0", None),
        ("ip net 10.0.0.0 mask 255.0.0.0", Some("ip.addr == 10.0.0.0/8")),
        ("udp portrange 5000-6000", Some("udp.port in {5000 .. 6000}")),
        ("port domain", Some("tcp.port == 53 or udp.port == 53 or sctp.port == 53")),
        ("not (ip and len > 1000)", Some("!(ip and frame.len > 1000)")),
        ("vlan 7 and ether src aabb.cc00.0001", Some("vlan.id == 7 and eth.src == aa:bb:cc:00:00:01")),
        ("tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn", Some("tcp.flags & 0x12 == 0x02")),
        ("icmp[icmptype] = icmp-echo", Some("icmp.type == 8")),
        ("ip proto \\gre", Some("ip.proto == 47")),
        (
            "host 10.0.0.1",
            Some("ip.addr == 10.0.0.1 or arp.src.proto_ipv4 == 10.0.0.1 or arp.dst.proto_ipv4 == 10.0.0.1"),
        ),
        ("wlan type mgt", None),
        ("ip[ip[0]] = 3", None),
        ("tcp port", None),
        ("", Some("")),
    ];
    for (text, expected) in cases {
        assert_eq!(to_display(text).as_deref(), expected, "{text}");
    }
}

/// A generator of our own: the same texts in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

#[test]
fn no_text_is_too_strange() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut parts: Vec<&str> = words().map(|(word, _)| word).collect();
    parts.extend(
        "( ) [ ] : ! & | && || = == != < > <= >= << >> + - * / % ^ 0 1 4 6 80 0x1f 65536 4294967295 10.0.0.1 10/8 1.2 fe80::1 ::/0 \
         aa:bb:cc:dd:ee:ff aabb.ccdd.eeff $c0 \\tcp \\ip http 25-smtp foo é \\ $ a:b: 1-1 mask 255.0.0.0"
            .split_whitespace(),
    );
    let links = [
        0, 1, 6, 7, 8, 9, 10, 99, 100, 101, 104, 105, 107, 113, 117, 119, 122, 123, 127, 129, 140, 165, 192, 228, 276,
        281, 40000,
    ];
    let packet: Vec<u8> = (0..200_u8).collect();
    for round in 0..6_000 {
        let count = 1 + random.below(if round % 100 == 0 { 60 } else { 9 });
        let mut text = String::new();
        for _ in 0..count {
            text.push_str(parts[random.below(parts.len())]);
            if random.below(8) > 0 {
                text.push(' ');
            }
        }
        let link = links[random.below(links.len())];
        drop(to_display(&text));
        match Filter::compile(&text, link, MASK_OF_FILES) {
            Ok(filter) => {
                filter.matches(&packet, 200);
                filter.matches(&packet[..random.below(60)], 60);
            }
            Err(wrong) => {
                assert!(text.get(wrong.at.clone()).is_some(), "{text}: {wrong:?}");
                assert!(!wrong.message.is_empty());
            }
        }
    }
}

#[test]
fn damaged_filters_and_long_ones_come_to_an_end() {
    let valid = [
        "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0 and not src and dst net 10.0.0.0/8",
        "(vlan 5 and ip6 host fe80::1) or geneve 7 and udp port 53",
        "wlan type mgt subtype beacon or wlan addr1 aa:bb:cc:dd:ee:ff",
        "ip[ip[0] & 0xf * 4:2] >> 3 % 7 = len - 14 and ether proto \\arp",
    ];
    let mut random = Random(7);
    for _ in 0..4_000 {
        let mut text: Vec<char> = valid[random.below(valid.len())].chars().collect();
        for _ in 0..=random.below(3) {
            let at = random.below(text.len());
            match random.below(3) {
                0 => drop(text.remove(at)),
                1 => text.insert(at, "()[]:.-/ 0a\\$é&|!".chars().nth(random.below(17)).unwrap_or(' ')),
                _ => text.swap(at, 0),
            }
        }
        let text: String = text.into_iter().collect();
        if let Err(wrong) = Filter::compile(&text, if random.below(2) == 0 { 1 } else { 105 }, MASK_OF_FILES) {
            assert!(text.get(wrong.at.clone()).is_some(), "{text}: {wrong:?}");
        }
    }
    // Quadratic time would take minutes here, unbounded recursion the stack.
    for (part, joint) in [
        ("host 1.2.3.4", " or "),
        ("not port 5", " and "),
        ("(", ""),
        ("not", " "),
        ("ip[", ""),
        ("vlan", " and "),
        ("1", "+"),
        ("1", "%"),
        ("-", ""),
        ("1:", ""),
        ("a", "-"),
        ("1", "."),
        ("::", ""),
        ("(tcp or ", ""),
        ("src or dst", " "),
    ] {
        let text = vec![part; 8_000].join(joint);
        drop(Filter::compile(&text, ETHERNET, MASK_OF_FILES));
        drop(to_display(&text));
    }
}
