//! What a TCP flow's handshake tells: client, initial RTT and its halves, base sequence numbers, window scale, completeness.
//! Rules: definitions B.0, B.1, B.2, B.4.
use crate::api::ClientBy;
use crate::engine::dissect::{TcpHead, tcp_flag::*};
use crate::engine::store::flows::{End, Flow, TcpFacts};
use crate::engine::store::packets::{NO_TIME, since};

/// Bits of [`TcpFacts::completeness`].
mod seen {
    pub(super) const SYN: u8 = 1;
    pub(super) const SYN_ACK: u8 = 2;
    pub(super) const ACK: u8 = 4;
    pub(super) const DATA: u8 = 8;
    pub(super) const FIN: u8 = 16;
    pub(super) const RST: u8 = 32;
}

/// A segment of `payload` bytes passes, sent by `end` at `time` (ns of the stream's clock, or [`NO_TIME`]).
pub fn observe(flow: &mut Flow, end: End, head: &TcpHead, payload: u32, time: i64) {
    let other = 1 - end;
    let kind = head.flags & (SYN | ACK);
    let first = flow.total_packets() == 0;
    if kind == SYN {
        (flow.client, flow.client_by) = (end, ClientBy::Handshake);
    } else if kind == SYN | ACK && flow.client_by != ClientBy::Handshake {
        (flow.client, flow.client_by) = (other, ClientBy::Handshake);
    }
    let tcp = &mut flow.tcp;
    completeness(tcp, head, payload, first);
    bases(tcp, end, head);
    if head.flags & SYN != 0 {
        scales(tcp, end, head);
    }
    round_trip(tcp, end, head, time);
    if let Some(flags) = tcp.flags.get_mut(end) {
        *flags |= head.flags as u8;
    }
}

fn completeness(tcp: &mut TcpFacts, head: &TcpHead, payload: u32, first: bool) {
    let kind = head.flags & (SYN | ACK);
    let mut bits = 0;
    match kind {
        // Only a stream that starts with it has it.
        SYN if first => bits |= seen::SYN,
        k if k == SYN | ACK => bits |= seen::SYN_ACK,
        ACK if payload == 0 => bits |= seen::ACK,
        _ => {}
    }
    if payload > 0 {
        bits |= seen::DATA;
    }
    if head.flags & (FIN | ACK) == FIN | ACK {
        bits |= seen::FIN;
    }
    if head.flags & RST != 0 {
        bits |= seen::RST;
    }
    tcp.completeness |= bits;
}

/// A SYN is relative 0; without one the first byte seen is relative 1, and the other side's base follows from what is acknowledged.
fn bases(tcp: &mut TcpFacts, end: End, head: &TcpHead) {
    let [a, b] = &mut tcp.base;
    let (mine, others) = if end == 0 { (a, b) } else { (b, a) };
    if mine.is_none() {
        *mine = Some(if head.flags & SYN != 0 { head.seq } else { head.seq.wrapping_sub(1) });
    }
    if head.flags & ACK != 0 && others.is_none() {
        *others = Some(head.ack.wrapping_sub(1));
    }
}

/// Window scaling is in force when both SYNs offer it (RFC 7323 §2.2).
fn scales(tcp: &mut TcpFacts, end: End, head: &TcpHead) {
    let [a, b] = &mut tcp.scale;
    let (mine, others) = if end == 0 { (a, b) } else { (b, a) };
    *mine = head.scale.map(|shift| shift.min(14));
    if head.flags & ACK != 0 {
        let syn_seen = u16::from(Flow::by(tcp.flags, 1 - end)) & SYN != 0;
        if mine.is_none() || (syn_seen && others.is_none()) {
            (*mine, *others) = (None, None);
        }
    }
}

/// Initial RTT: the first segment with ACK and without SYN, of either side, after the latest SYN. Zero means unset, as in Wireshark.
fn round_trip(tcp: &mut TcpFacts, end: End, head: &TcpHead, time: i64) {
    let kind = head.flags & (SYN | ACK);
    if kind == SYN {
        // Counted without a time too, so that nothing is measured from an older one.
        (tcp.syn, tcp.syn_from) = (time, end as u8);
        tcp.syns = tcp.syns.saturating_add(1);
        return;
    }
    if time == NO_TIME {
        return;
    }
    if kind == SYN | ACK {
        if tcp.initial_rtt == 0 {
            tcp.syn_ack = time;
        }
    } else if let (ACK, 0, Some(rtt)) = (kind, tcp.initial_rtt, since(tcp.syn, time)) {
        tcp.initial_rtt = rtt;
        tcp.refused = head.flags & RST != 0 && end != usize::from(tcp.syn_from) && tcp.syn_ack == NO_TIME;
        if tcp.syn_ack >= tcp.syn && end == usize::from(tcp.syn_from) {
            tcp.syn_to_syn_ack = tcp.syn_ack.saturating_sub(tcp.syn);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::api::ClientBy;
    use crate::engine::testing::flow;

    const MS: i64 = 1_000_000;

    #[test]
    fn initial_rtt_counts_from_the_latest_syn_to_the_first_ack() {
        let cases: [(&str, i64, i64, bool); 10] = [
            // conversation, initial RTT, its first half (-1: none), refused
            ("> SYN / < SYN ACK +20ms / > ACK +5ms / > 100 +9ms", 25 * MS, 20 * MS, false),
            ("> SYN / > SYN +1s / < SYN ACK +20ms / > ACK +5ms", 25 * MS, 20 * MS, false),
            ("> SYN / < RST ACK +7ms", 7 * MS, -1, true),
            // The SYN/ACK was lost, or took another way.
            ("> SYN / > ACK +30ms", 30 * MS, -1, false),
            ("> SYN / < SYN ACK +20ms / < SYN ACK +1s / > ACK +3ms", 1023 * MS, 1020 * MS, false),
            ("> SYN / < SYN ACK +20ms", 0, -1, false),
            ("< SYN ACK / > ACK +20ms / > 100", 0, -1, false),
            ("> 100 / < 200 +20ms / > ACK +5ms", 0, -1, false),
            // No time between SYN and ACK means unset; the next ACK counts.
            ("> SYN / < SYN ACK / > ACK", 0, 0, false),
            ("> SYN / < SYN ACK / > ACK / > 10 +4ms", 4 * MS, 0, false),
        ];
        for (talk, initial_rtt, first_half, refused) in cases {
            let tcp = flow(talk).tcp;
            assert_eq!(
                (tcp.initial_rtt, tcp.syn_to_syn_ack, tcp.refused),
                (initial_rtt, first_half, refused),
                "{talk}"
            );
        }
    }

    #[test]
    fn a_late_syn_ack_changes_nothing() {
        let tcp = flow("> SYN / < SYN ACK +20ms / > ACK +5ms / < SYN ACK +1s / > ACK +5ms").tcp;
        assert_eq!((tcp.initial_rtt, tcp.syn_to_syn_ack), (25 * MS, 20 * MS));
    }

    #[test]
    fn completeness_is_wiresharks() {
        let cases = [
            ("> SYN / < RST ACK", 37),
            ("> SYN / > SYN +1s / > SYN +2s / < SYN ACK / > ACK / > RST", 39),
            ("> 100 / < ACK / < 200", 12),
            ("> SYN / < SYN ACK / > ACK / > 100 / < 200 / > FIN ACK / < FIN ACK / > ACK", 31),
            ("> SYN", 1),
            ("> SYN / < SYN ACK", 3),
            // The SYN counts only where the stream starts with it.
            ("< ACK seq=5001 ack=1001 / > SYN / < SYN ACK", 6),
            // A FIN without ACK is none.
            ("> SYN / < SYN ACK / > ACK / > FIN", 7),
        ];
        for (talk, completeness) in cases {
            assert_eq!(flow(talk).tcp.completeness, completeness, "{talk}");
        }
    }

    #[test]
    fn the_client_is_who_sends_the_syn() {
        let cases = [
            ("> SYN / < SYN ACK", 0, ClientBy::Handshake),
            ("< SYN ACK / > ACK", 1, ClientBy::Handshake),
            ("< 100 / > ACK", 0, ClientBy::FirstPacket),
            ("< SYN / > RST ACK", 0, ClientBy::Handshake),
            ("> ACK seq=1001 ack=5001 / < SYN ACK", 0, ClientBy::Handshake),
        ];
        for (talk, client, by) in cases {
            let flow = flow(talk);
            assert_eq!((flow.client, flow.client_by), (client, by), "{talk}");
        }
    }

    #[test]
    fn numbers_count_from_the_syn_or_the_first_byte_seen() {
        assert_eq!(flow("> SYN / < SYN ACK / > ACK / > 100").tcp.base, [Some(1000), Some(5000)]);
        assert_eq!(flow("> 100 seq=300 ack=800 / < 50 seq=800").tcp.base, [Some(299), Some(799)]);
    }
}
