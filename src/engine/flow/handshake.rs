//! What a TCP flow's handshake tells: client, initial RTT and its halves, base sequence numbers, window scale, completeness.
//! Rules: definitions B.0, B.1, B.2, B.4.
use crate::api::ClientBy;
use crate::engine::dissect::{TcpHead, tcp_flag::*};
use crate::engine::store::flows::{End, Flow, TcpFacts};
use crate::engine::store::packets::NO_TIME;

/// Bits of [`TcpFacts::completeness`].
mod seen {
    pub(super) const SYN: u8 = 1;
    pub(super) const SYN_ACK: u8 = 2;
    pub(super) const ACK: u8 = 4;
    pub(super) const DATA: u8 = 8;
    pub(super) const FIN: u8 = 16;
    pub(super) const RST: u8 = 32;
}

/// A segment of `payload` bytes passes, sent by `end` at `time` (ns since the first packet, or [`NO_TIME`]).
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
    if time == NO_TIME {
        return;
    }
    let kind = head.flags & (SYN | ACK);
    if kind == SYN {
        tcp.syn = time;
        tcp.syn_from = end;
        tcp.syns = tcp.syns.saturating_add(1);
    } else if kind == SYN | ACK {
        if tcp.initial_rtt == 0 {
            tcp.syn_ack = time;
        }
    } else if kind == ACK && tcp.initial_rtt == 0 && tcp.syn != NO_TIME {
        tcp.initial_rtt = time.saturating_sub(tcp.syn);
        tcp.refused = head.flags & RST != 0 && end != tcp.syn_from && tcp.syn_ack == NO_TIME;
        if tcp.syn_ack >= tcp.syn && end == tcp.syn_from {
            tcp.syn_to_syn_ack = tcp.syn_ack.saturating_sub(tcp.syn);
        }
    }
}
