//! Findings of conversations and of single packets, by their filter names.
use super::*;
use crate::api::{Answer, Query, Severity};
use crate::engine::filter::selection::Selection;
use crate::engine::session::Session;
use crate::engine::testing::talk;

fn ask(talk_: &str, query: &Query) -> Answer {
    let mut nothing: &[u8] = &[];
    talk(talk_).answer(query, &mut nothing).expect("an answer")
}

fn found(talk: &str, least: Severity) -> Vec<(String, u64)> {
    match ask(talk, &Query::Experts(Experts { least, search: String::new() })) {
        Answer::Experts(answer) => answer.groups.into_iter().map(|group| (group.name, group.count)).collect(),
        other => panic!("{other:?}"),
    }
}

const OPENED: &str = "> SYN / < SYN ACK +20ms / > ACK +5ms";

#[test]
fn connections_are_made_and_closed() {
    let closed = format!("{OPENED} / > 100 / < FIN ACK +30ms / > FIN ACK +5ms / < FIN ACK +9ms");
    let expected = [
        ("tcp.connection.fin_active", 2),
        ("tcp.connection.fin_passive", 1),
        ("tcp.connection.fin", 3),
        ("tcp.connection.syn", 1),
        ("tcp.connection.synack", 1),
    ];
    let found = found(&closed, Severity::Comment);
    for (name, count) in expected {
        assert!(found.contains(&(name.to_owned(), count)), "{name} {count} in {found:?}");
    }
}

#[test]
fn the_gravest_come_first_and_a_floor_holds() {
    let reset = format!("{OPENED} / > 100 seq=1001 / > 100 seq=1001 +300ms / < RST");
    let warnings = found(&reset, Severity::Warning);
    assert_eq!(warnings, [("tcp.connection.rst".to_owned(), 1)]);
    let all = found(&reset, Severity::Comment);
    assert_eq!(all.first(), warnings.first());
    assert!(all.contains(&("tcp.analysis.retransmission".to_owned(), 1)), "{all:?}");
}

#[test]
fn packets_of_a_kind_come_with_their_own_words() {
    let question = ExpertPackets { protocol: "TCP".to_owned(), name: "tcp.connection.syn".to_owned(), rows: 0..10 };
    match ask(OPENED, &Query::ExpertPackets(question)) {
        Answer::ExpertPackets(ExpertPage { total: 1, rows }) => {
            let expected = "Connection establish request (SYN): server port 47777";
            assert_eq!((rows[0].packet, rows[0].flow, rows[0].message.as_str()), (0, Some(0), expected));
        }
        other => panic!("{other:?}"),
    }
}

/// A capture of bare IP packets, read.
fn read(packets: &[Vec<u8>]) -> Session {
    let mut file = Vec::new();
    for word in [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 65_535, 101] {
        file.extend(word.to_le_bytes());
    }
    for (second, packet) in (1_700_000_000_u32..).zip(packets) {
        for word in [second, 0, packet.len() as u32, packet.len() as u32] {
            file.extend(word.to_le_bytes());
        }
        file.extend(packet);
    }
    let mut session = Session::new();
    session.feed(&file).expect("a capture");
    session.finish().expect("its end");
    session
}

/// From 10.0.0.1 to `to`, of the length it says, and more of it to come if `fragment`.
fn ipv4(to: [u8; 4], ttl: u8, protocol: u8, fragment: bool, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x45, 0];
    bytes.extend((20 + payload.len() as u16).to_be_bytes());
    bytes.extend([0, 7, if fragment { 0x20 } else { 0 }, 0, ttl, protocol, 0, 0, 10, 0, 0, 1]);
    bytes.extend(to);
    bytes.extend(payload);
    bytes
}

/// From port 40000; `length` as its header has it.
fn udp(to: u16, length: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = 40_000_u16.to_be_bytes().to_vec();
    bytes.extend(to.to_be_bytes());
    bytes.extend(length.to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(payload);
    bytes
}

const THERE: [u8; 4] = [10, 0, 0, 2];
const ECHO: [u8; 8] = [8, 0, 0xf7, 0xfd, 0, 1, 0, 1];
const REPLY: [u8; 8] = [0, 0, 0xff, 0xfd, 0, 1, 0, 1];

/// As `ipv4`, the other way.
fn back(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = ipv4([10, 0, 0, 1], 64, protocol, false, payload);
    bytes[12..16].copy_from_slice(&THERE);
    bytes
}

/// An error about a packet, with a right checksum.
fn unreachable(about: &[u8]) -> Vec<u8> {
    let mut bytes = vec![3, 1, 0, 0, 0, 0, 0, 0];
    bytes.extend(about);
    let sum = !crate::engine::dissect::checksum::sum(&[&bytes]);
    bytes[2..4].copy_from_slice(&sum.to_be_bytes());
    bytes
}

#[test]
fn packets_say_what_is_odd_about_them() {
    let plain = || ipv4(THERE, 64, 17, false, &udp(40_001, 12, b"data"));
    let mut too_long = plain();
    too_long[3] += 9;
    type Case = (&'static str, Vec<Vec<u8>>, &'static [&'static str]);
    let cases: [Case; 14] = [
        ("nothing", vec![plain()], &[]),
        (
            "a low time to live",
            vec![ipv4(THERE, 2, 17, false, &udp(40_001, 12, b"data"))],
            &["\"Time To Live\" only 2"],
        ),
        ("a routing protocol's", vec![ipv4(THERE, 1, 103, false, &[])], &[]),
        ("multicast DNS", vec![ipv4([224, 0, 0, 251], 255, 17, false, &udp(40_001, 12, b"data"))], &[]),
        (
            "multicast beyond the network",
            vec![ipv4([224, 0, 0, 5], 7, 17, false, &udp(40_001, 12, b"data"))],
            &["\"Time To Live\" != 1 for a packet sent to the Local Network Control Block (see RFC 3171)"],
        ),
        ("cut by nobody", vec![too_long], &["IPv4 total length exceeds packet length (32 bytes)"]),
        ("a short datagram", vec![ipv4(THERE, 64, 17, false, &udp(40_001, 7, b""))], &["Bad length value 7 < 8"]),
        (
            "a long datagram",
            vec![ipv4(THERE, 64, 17, false, &udp(40_001, 99, b""))],
            &["Bad length value 99 > IP payload length"],
        ),
        (
            "traceroute",
            vec![ipv4(THERE, 9, 17, false, &udp(33_440, 8, b""))],
            &["Possible traceroute: hop #2, attempt #3"],
        ),
        ("no reply", vec![ipv4(THERE, 64, 1, false, &ECHO)], &["No response seen to ICMP request"]),
        ("a reply", vec![ipv4(THERE, 64, 1, false, &ECHO), back(1, &REPLY)], &[]),
        ("a wrong checksum", vec![back(1, &[0, 0, 0xff, 0xfc, 0, 1, 0, 1])], &["Bad checksum [should be 0xfffd]"]),
        (
            "a lonely fragment",
            vec![ipv4(THERE, 64, 17, true, &udp(40_001, 99, b""))],
            &["A fragment of a datagram that never becomes whole"],
        ),
        ("a flow that ends in an error", vec![plain(), back(1, &unreachable(&plain()))], &["Host unreachable: flow 0"]),
    ];
    for (what, packets, expected) in cases {
        let session = read(&packets);
        let mut found = Vec::new();
        each(session.store(), None, &mut |finding| found.push(finding.message(session.store())));
        assert_eq!(found, expected, "{what}");
    }
}

/// Who closes first is told by packets that are not meant, too.
#[test]
fn findings_within_a_filter_are_those_of_its_packets() {
    let session = talk(&format!("{OPENED} / > 100 / < FIN ACK +30ms / > FIN ACK +5ms / < FIN ACK +9ms"));
    let of = |selected: Option<&Selection>| {
        let mut found = Vec::new();
        each(session.store(), selected, &mut |finding| found.push((finding.packet, finding.expert.field.name())));
        found
    };
    let all = of(None);
    for packet in 0..session.packets() {
        let mut only = Selection::default();
        only.add(session.store(), packet);
        let expected: Vec<_> = all.iter().copied().filter(|(on, _)| *on == packet).collect();
        assert_eq!(of(Some(&only)), expected, "packet {packet}");
    }
    assert!(all.contains(&(5, "tcp.connection.fin_passive")), "{all:?}");
}

#[test]
fn another_time_to_live_in_a_flow_is_ours() {
    let of = |ttl| ipv4(THERE, ttl, 17, false, &udp(40_001, 12, b"data"));
    let mut session = read(&[of(64), of(64), of(61), of(61)]);
    let mut nothing: &[u8] = &[];
    let answer = session.answer(&Query::Experts(Experts::default()), &mut nothing).expect("an answer");
    let Answer::Experts(ExpertAnswer { counts, groups }) = answer else { panic!("{answer:?}") };
    assert_eq!(counts, [0, 0, 1, 0, 0]);
    let group = &groups[0];
    assert_eq!(
        (group.protocol.as_str(), group.first.as_slice(), group.ours, group.filter.as_str()),
        ("IP", &[2][..], true, "")
    );
}
