//! Conversations written down, and what is found in them. What is expected is what tshark 4.0.17 says of the same segments, and
//! behind `4.4` what the rules of Wireshark 4.4 make of them.
use super::Finding;
use crate::engine::dissect::{Dissection, Wanted};
use crate::engine::replay::Replay;
use crate::engine::store::marks::{info_prefix, kinds};
use crate::engine::testing::{capture, talk};

/// What is found on each packet, as the pass has it and as a walk in file order finds it again.
fn findings(text: &str) -> Vec<Finding> {
    let session = talk(text);
    let store = session.store();
    let bytes = capture(text);
    let mut source = bytes.as_slice();
    let mut replay = Replay::new(store, &mut source).following();
    let mut d = Dissection::new(Wanted::Facts);
    let mut all = Vec::new();
    for id in 0..store.packets.len() {
        replay.walk(&mut d, id).expect("its bytes");
        let finding = replay.seen.last().expect("a segment").finding;
        let packet = store.packets.get(id).expect("a packet");
        assert_eq!(packet.marks.findings(), finding.marks, "{text}: packet {}", id + 1);
        assert_eq!(store.duplicate_of(id), finding.duplicate_of, "{text}: packet {}", id + 1);
        all.push(finding);
    }
    all
}

fn names(finding: &Finding) -> String {
    kinds(finding.marks).map(|kind| kind.name).collect::<Vec<_>>().join(" ")
}

const OPEN: &str = "> SYN / < SYN ACK +20ms / > ACK +1ms";
const DATA: &str = "> SYN / < SYN ACK +20ms / > ACK +1ms / < 100 / < 100 / < 100";

#[test]
fn the_last_segment_is_told_apart() {
    let cases = [
        (OPEN, "> 100", ""),
        (OPEN, "> 100 seq=1101", "lost_segment"),
        (OPEN, "> ACK", "duplicate_ack"),
        (OPEN, "> ACK win=100", "window_update"),
        (OPEN, "> ACK win=0", "zero_window"),
        (OPEN, "> ACK win=0 / < 1", "zero_window_probe"),
        (OPEN, "> ACK win=0 / < 1 / > ACK win=0 ack=5001", "zero_window_probe_ack zero_window"),
        (OPEN, "> ACK win=100 / < 100", "window_full"),
        (OPEN, "> ACK seq=1000", "keep_alive"),
        (OPEN, "> 1 seq=1000", "keep_alive"),
        (OPEN, "> ACK seq=1000 / < ACK ack=1001", "keep_alive_ack"),
        (DATA, "> ACK ack=5401", "ack_lost_segment"),
        // 4.4: said once of each number.
        (DATA, "> ACK ack=5401 / > ACK ack=5501", "ack_lost_segment"),
        (DATA, "> ACK ack=5401 / > 10 ack=5401 / < ACK / > 10 ack=5401", ""),
        // 4.4: what was seen behind it is seen, up to the next gap.
        (DATA, "< 100 seq=5501 / < 100 / > ACK ack=5501 / > ACK ack=5701", ""),
        (DATA, "< 100 seq=5501 / < 100 seq=5701 / > ACK ack=5501 / > ACK ack=5801", "ack_lost_segment"),
        // 4.4: a probe's byte is no unseen one.
        (OPEN, "> ACK win=0 / < 1 / > ACK win=0 ack=5002", "zero_window_probe_ack zero_window"),
        (OPEN, "> ACK win=0 / < 1 / > ACK win=500 ack=5002", "window_update"),
        (DATA, "< 100 seq=5001 +50ms", "retransmission"),
        // 4.4: seen already, however soon.
        (DATA, "< 100 seq=5001", "retransmission"),
        (DATA, "< 100 seq=5401 / < 100 seq=5301", "out_of_order"),
        (DATA, "< 100 seq=5401 / < 100 seq=5301 +20ms", "out_of_order"),
        (DATA, "< 100 seq=5401 / < 100 seq=5301 +21ms", "retransmission"),
        (DATA, "< 100 seq=5401 / < 150 seq=5251", "out_of_order"),
        // 4.4: overtaken by an ACK.
        (OPEN, "< ACK seq=5101 / < 100 seq=5001", "out_of_order"),
        // The last one sent cannot have been overtaken.
        (DATA, "< 100 seq=5201", "retransmission"),
        (DATA, "> ACK / < 100 seq=5001 +50ms", "spurious_retransmission retransmission"),
        (DATA, "> ACK ack=5001 / > ACK ack=5001 / < 100 seq=5001 +19ms", "fast_retransmission retransmission"),
        (DATA, "> ACK ack=5001 / < 100 seq=5001 +19ms", "retransmission"),
        (DATA, "> ACK ack=5001 / > ACK ack=5001 / < 100 seq=5001 +40ms", "retransmission"),
        // Another segment than the one asked for.
        (DATA, "> ACK ack=5001 / > ACK ack=5001 / < 100 seq=5101 +40ms", "retransmission"),
        (OPEN, "> FIN ACK / > FIN ACK seq=1001 +1s", "retransmission"),
        ("> SYN", "> SYN +1s", "retransmission"),
        (OPEN, "> SYN seq=9000", "reused_ports"),
        (OPEN, "< RST seq=5101", ""),
        // A gap that was filled is none any more, and nor is a second one behind it.
        (OPEN, "< 100 seq=5101 / < 100 seq=5001 / > ACK ack=5201", ""),
    ];
    for (open, then, expected) in cases {
        let text = format!("{open} / {then}");
        assert_eq!(names(findings(&text).last().expect("a packet")), expected, "{text}");
    }
}

#[test]
fn duplicate_acks_are_counted_from_the_one_they_repeat() {
    let text =
        format!("{DATA} / > ACK ack=5101 / > ACK ack=5101 / < 10 / > ACK ack=5101 / > ACK ack=5201 / > ACK ack=5201");
    let duplicates: Vec<_> = findings(&text).iter().skip(6).map(|finding| finding.duplicate_of).collect();
    assert_eq!(duplicates, [None, Some((6, 1)), None, Some((6, 2)), None, Some((10, 1))]);
}

#[test]
fn an_ack_measures_the_oldest_segment_that_ends_there() {
    let text = format!(
        "{OPEN} / < 100 +5ms / < 100 +1ms / > ACK ack=5101 +30ms / > ACK ack=5150 / < 100 seq=5101 +1s / > ACK ack=5201 +7ms"
    );
    let acks: Vec<_> = findings(&text).iter().map(|finding| finding.acks).collect();
    let ms = 1_000_000;
    let part = Some((4, 30 * ms)); // 4.4: a part of it does too
    let expected =
        [None, Some((0, 20 * ms)), Some((1, ms)), None, None, Some((3, 31 * ms)), part, None, Some((4, 1037 * ms))];
    assert_eq!(acks, expected);
    let partial: Vec<usize> = findings(&text).iter().enumerate().filter(|(_, f)| f.partial).map(|(at, _)| at).collect();
    assert_eq!(partial, [6]);
}

#[test]
fn bytes_in_flight_end_with_their_acks_and_are_unknown_behind_a_gap() {
    let cases = [
        ("< 100 / < 50 / > ACK ack=5101 / < 10", [100, 150, 0, 60]),
        ("< 100 / < 50 FIN / < 10 / > ACK", [100, 150, 161, 0]),
        ("< 100 / < 50 seq=5201 / < 10 / < 10", [100, 0, 0, 0]),
        ("< 100 / < 50 seq=5201 / > ACK ack=5101 / < 10", [100, 0, 0, 60]),
        ("< 100 / < 50 / < 100 seq=5001 / > 1 ack=5001", [100, 150, 150, 1]),
    ];
    for (then, expected) in cases {
        let text = format!("{OPEN} / {then}");
        let found = findings(&text).iter().skip(3).map(|finding| finding.in_flight.unwrap_or(0)).collect::<Vec<_>>();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn the_windows_scale_counts_behind_the_handshake() {
    let text = "> SYN scale=2 / < SYN ACK scale=2 / > ACK win=25 / < 100";
    assert_eq!(names(findings(text).last().expect("a packet")), "window_full");
    // Nobody saw whether the window is scaled.
    let text = "> 1 win=100 / < 100";
    assert_eq!(names(findings(text).last().expect("a packet")), "");
}

#[test]
fn a_packet_alone_is_looked_up_with_its_numbers() {
    let text = format!("{DATA} / > ACK ack=5101 +3ms / > ACK ack=5101 / < 100");
    let session = talk(&text);
    for (id, finding) in (0..).zip(findings(&text)) {
        assert_eq!(super::look_back(session.store(), id), Some(finding), "packet {}", id + 1);
    }
}

#[test]
fn the_info_column_begins_with_what_was_found() {
    let cases = [
        (OPEN, "> ACK", "[TCP Dup ACK 3#1] "),
        (DATA, "> ACK / < 100 seq=5001 +50ms", "[TCP Spurious Retransmission] "),
        (OPEN, "> 100 seq=1101 win=0 / < 10 ack=1201", "[TCP ACKed unseen segment] "),
        (OPEN, "> 100 seq=1101 win=0", "[TCP ZeroWindow] [TCP Previous segment not captured] "),
        (OPEN, "> 100", ""),
    ];
    for (open, then, expected) in cases {
        let text = format!("{open} / {then}");
        let all = findings(&text);
        let last = all.last().expect("a packet");
        let duplicate = last.duplicate_of.map(|(of, nth)| (of + 1, nth));
        assert_eq!(info_prefix(last.marks, duplicate), expected, "{text}");
    }
}
