//! Packets made by hand, and the line each must give.
use super::*;

const RAW: u16 = 101;
const ETHERNET: u16 = 1;

fn line(link: u16, bytes: &[u8]) -> String {
    Printer::new(Options { time: Time::None, ..Options::default() }).packet(link, None, bytes, bytes.len() as u32)
}

fn ip(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes =
        vec![0x45, 0, 0, 20 + payload.len() as u8, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    bytes.extend(payload);
    bytes
}

fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x9c, 0x40];
    bytes.extend(port.to_be_bytes());
    bytes.extend([0, 8 + payload.len() as u8, 0, 0]);
    bytes.extend(payload);
    ip(17, &bytes)
}

fn tcp(ports: [u16; 2], seq: u32, ack: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = ports.iter().flat_map(|port| port.to_be_bytes()).collect();
    bytes.extend(seq.to_be_bytes());
    bytes.extend(ack.to_be_bytes());
    bytes.extend([0x50, flags, 0, 100, 0, 0, 0, 0]);
    bytes.extend(payload);
    ip(6, &bytes)
}

#[test]
fn lines() {
    let question = [b"\0\x07\x01\0\0\x01\0\0\0\0\0\0".as_slice(), b"\x03www\x04test\0\0\x1c\0\x01"].concat();
    let arp = [
        [1u8; 6].as_slice(),
        &[2; 6],
        &[8, 6, 0, 1, 8, 0, 6, 4, 0, 1],
        &[2; 6],
        &[10, 0, 0, 1],
        &[0; 6],
        &[10, 0, 0, 2],
    ]
    .concat();
    for (link, bytes, expected) in [
        (RAW, udp(9, b"hello"), "IP 10.0.0.1.40000 > 10.0.0.2.9: UDP, length 5"),
        (RAW, udp(53, &question), "IP 10.0.0.1.40000 > 10.0.0.2.53: 7+ AAAA? www.test. (26)"),
        (RAW, udp(514, b"<13>made by hand"), "IP 10.0.0.1.40000 > 10.0.0.2.514: SYSLOG user.notice, length: 16"),
        (RAW, ip(1, &[8, 0, 0, 0, 0, 3, 0, 4]), "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 3, seq 4, length 8"),
        (RAW, ip(200, &[0; 5]), "IP 10.0.0.1 > 10.0.0.2:  ip-proto-200 5"),
        (RAW, vec![0x50, 0], "unknown ip 5"),
        (RAW, tcp([40000, 80], 5, 0, 2, b""), "IP 10.0.0.1.40000 > 10.0.0.2.80: Flags [S], seq 5, win 100, length 0"),
        (
            RAW,
            tcp([40000, 25], 5, 9, 0x18, b"EHLO me\r\n"),
            "IP 10.0.0.1.40000 > 10.0.0.2.25: Flags [P.], seq 5:14, ack 9, win 100, length 9: SMTP: EHLO me",
        ),
        (ETHERNET, arp, "ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28"),
        (147, vec![0x41, 0x42, 0x43], "UNSUPPORTED\n\t0x0000:  4142 43                                  ABC"),
    ] {
        assert_eq!(line(link, &bytes), expected);
    }
}

#[test]
fn numbers_are_relative_once_both_sides_are_known() {
    let mut printer = Printer::new(Options { time: Time::None, ..Options::default() });
    let mut print = |bytes: Vec<u8>| printer.packet(RAW, None, &bytes, bytes.len() as u32);
    assert!(print(tcp([5000, 80], 1000, 2000, 0x10, b"")).contains("ack 2000,"));
    assert!(print(tcp([5000, 80], 1000, 2000, 0x10, b"abc")).contains("seq 0:3, ack 1,"));
    let mut later = Printer::new(Options { time: Time::None, ..Options::default() });
    let ends = [("10.0.0.1".parse().unwrap(), 5000), ("10.0.0.2".parse().unwrap(), 80)];
    later.know(ends, [1000, 1999]);
    let bytes = tcp([5000, 80], 1000, 2000, 0x10, b"abc");
    assert!(later.packet(RAW, None, &bytes, bytes.len() as u32).contains("seq 0:3, ack 1,"));
}

#[test]
fn what_is_cut_off_is_marked() {
    let whole = tcp([40000, 80], 5, 9, 0x18, b"GET / HTTP/1.1\r\n");
    let mut printer = Printer::new(Options { time: Time::None, ..Options::default() });
    let mut cut = |len: usize| printer.packet(RAW, None, &whole[..len], whole.len() as u32);
    assert_eq!(cut(22), "IP 10.0.0.1 > 10.0.0.2: [|tcp]");
    assert_eq!(cut(30), "IP 10.0.0.1.40000 > 10.0.0.2.80:  [|tcp]");
    assert!(cut(46).ends_with("length 16: HTTP [|http]"));
    assert!(cut(0).contains("[|"));
}

#[test]
fn times() {
    for (time, ns, expected) in [
        (Time::Epoch, 1_700_000_000_123_456_789, "1700000000.123456 "),
        (Time::Clock, 1_700_000_000_123_456_789, "22:13:20.123456 "),
        (Time::Date, 1_709_210_096_000_000_000, "2024-02-29 12:34:56.000000 "),
        (Time::Date, 0, "1970-01-01 00:00:00.000000 "),
    ] {
        let text = Printer::new(Options { time, ..Options::default() }).packet(147, Some(ns), &[], 0);
        assert_eq!(text.strip_suffix("UNSUPPORTED"), Some(expected));
    }
}

/// No bytes make it panic or go on for ever.
#[test]
fn any_bytes_under_every_link_type() {
    let mut seed = 7u32;
    let options = Options { time: Time::None, e: true, v: 3, x: true, ..Options::default() };
    let mut printer = Printer::new(options);
    for round in 0..20_000u32 {
        let mut bytes: Vec<u8> = (0..round % 90)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 24) as u8 & if round % 3 == 0 { 0xff } else { 0x1f }
            })
            .collect();
        if round % 2 == 0 && bytes.len() > 20 {
            bytes[0] = 0x45;
            bytes[9] = (round / 2) as u8;
        }
        let link = if round % 2 == 0 { RAW } else { (round / 2 % 300) as u16 };
        printer.packet(link, None, &bytes, bytes.len() as u32 + round % 5);
    }
}
