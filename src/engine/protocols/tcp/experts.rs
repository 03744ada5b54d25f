//! What is worth saying about TCP segments. Flags and sequence analysis are columns: their findings are looked up, not told again.
use crate::engine::dissect::{Dissection, Expert, TcpHead, experts, tcp_flag::*};
use etherparse::TcpHeaderSlice;

experts! {
    pub SYN_SEEN: Chat Sequence => "tcp.connection.syn", "Connection establish request (SYN)";
    pub SYN_ACK_SEEN: Chat Sequence => "tcp.connection.synack", "Connection establish acknowledge (SYN+ACK)";
    pub FIN_SEEN: Chat Sequence => "tcp.connection.fin", "Connection finish (FIN)";
    pub CLOSES: Note Sequence => "tcp.connection.fin_active", "This frame initiates the connection closing";
    pub IS_CLOSED: Note Sequence => "tcp.connection.fin_passive", "This frame undergoes the connection closing";
    pub RESET: Warning Sequence => "tcp.connection.rst", "Connection reset (RST)";
    RETRANSMISSION: Note Sequence => "tcp.analysis.retransmission", "This frame is a (suspected) retransmission";
    FAST: Note Sequence => "tcp.analysis.fast_retransmission", "This frame is a (suspected) fast retransmission";
    SPURIOUS: Note Sequence => "tcp.analysis.spurious_retransmission", "This frame is a (suspected) spurious retransmission";
    OUT_OF_ORDER: Warning Sequence => "tcp.analysis.out_of_order", "This frame is a (suspected) out-of-order segment";
    REUSED: Note Sequence => "tcp.analysis.reused_ports",
        "A new tcp session is started with the same ports as an earlier session in this trace";
    LOST: Warning Sequence => "tcp.analysis.lost_segment", "Previous segment(s) not captured (common at capture start)";
    ACK_LOST: Warning Sequence => "tcp.analysis.ack_lost_segment", "ACKed segment that wasn't captured (common at capture start)";
    UPDATE: Chat Sequence => "tcp.analysis.window_update", "TCP window update";
    FULL: Warning Sequence => "tcp.analysis.window_full", "TCP window specified by the receiver is now completely full";
    ALIVE: Note Sequence => "tcp.analysis.keep_alive", "TCP keep-alive segment";
    ALIVE_ACK: Note Sequence => "tcp.analysis.keep_alive_ack", "ACK to a TCP keep-alive segment";
    pub DUPLICATE_ACK: Note Sequence => "tcp.analysis.duplicate_ack", "Duplicate ACK";
    PROBE: Note Sequence => "tcp.analysis.zero_window_probe", "TCP Zero Window Probe";
    PROBE_ACK: Note Sequence => "tcp.analysis.zero_window_probe_ack", "ACK to a TCP Zero Window Probe";
    ZERO: Warning Sequence => "tcp.analysis.zero_window", "TCP Zero Window segment";
    DSACK: Warning Sequence => "tcp.options.sack.dsack", "D-SACK Sequence";
    pub FAST_OPEN: Note Sequence => "tcp.analysis.tfo_syn", "TCP SYN with TFO Cookie";
    ACK_NOT_ZERO: Note Protocol => "tcp.ack.nonzero", "The acknowledgment number field is nonzero while the ACK flag is not set";
    URGENT_NOT_ZERO: Note Protocol => "tcp.urgent_pointer.non_zero",
        "The urgent pointer field is nonzero while the URG flag is not set";
    NO_SEGMENT_SIZE: Note Protocol => "tcp.options.mss.absent", "The SYN packet does not contain a MSS option";
    LATE_SEGMENT_SIZE: Note Protocol => "tcp.options.mss.present", "The non-SYN packet does contain a MSS option";
    SHIFT: Warning Protocol => "tcp.options.wscale.shift.invalid", "Window scale shift exceeds 14";
    pub FAST_OPEN_DATA: Note Sequence => "tcp.analysis.tfo_ack", "TCP SYN-ACK accepting TFO data";
    pub FAST_OPEN_IGNORED: Note Sequence => "tcp.analysis.tfo_ignored", "TCP SYN-ACK ignoring TFO data";
    pub(super) BAD_HEADER_LENGTH: Error Protocol => "tcp.bogus_header_length", "Bogus TCP Header length";
}

/// What sequence analysis finds, by filter name.
pub fn of_analysis(filter: &str) -> Option<&'static Expert> {
    const ALL: [&Expert; 15] = [
        &RETRANSMISSION, &FAST, &SPURIOUS, &OUT_OF_ORDER, &REUSED, &LOST, &ACK_LOST, &UPDATE, &FULL, &ALIVE, &ALIVE_ACK,
        &DUPLICATE_ACK, &PROBE, &PROBE_ACK, &ZERO,
    ];
    ALL.into_iter().find(|expert| expert.field.name() == filter)
}

/// Largest shift (RFC 7323 §2.3).
const LARGEST_SHIFT: u8 = 14;

/// What only the header tells. Called for the few segments that have anything but the usual in it.
#[cold]
pub(super) fn header(d: &mut Dissection, header: &TcpHeaderSlice<'_>, head: &TcpHead) {
    let has = |flag| head.flags & flag != 0;
    if !has(ACK) && head.ack != 0 {
        d.expert(&ACK_NOT_ZERO);
    }
    if header.urgent_pointer() != 0 && !header.urg() {
        d.expert(&URGENT_NOT_ZERO);
    }
    let mut segment_size = false;
    let mut rest = header.options();
    loop {
        let (option, after) = match *rest {
            [1, ref after @ ..] => (&[1][..], after),
            [kind, length, ..] if kind > 1 && length > 1 && usize::from(length) <= rest.len() => rest.split_at(length.into()),
            _ => break,
        };
        rest = after;
        match *option {
            [2, ..] => segment_size = true,
            [3, _, shift, ..] if shift > LARGEST_SHIFT => d.expert(&SHIFT),
            [5, _, ref blocks @ ..] if is_duplicate(blocks, head.ack) => d.expert(&DSACK),
            // A cookie, not the wish for one (RFC 7413 §4.1.1, and the number it had before).
            [34, _, _, ..] | [254, _, 0xf9, 0x89, _, ..] if has(SYN) && !has(ACK) => d.expert(&FAST_OPEN),
            _ => {}
        }
    }
    match (has(SYN), segment_size) {
        (true, false) if !header.options().is_empty() => d.expert(&NO_SEGMENT_SIZE),
        (false, true) => d.expert(&LATE_SEGMENT_SIZE),
        _ => {}
    }
}

/// RFC 2883 §4: the first block lies behind what is acknowledged, or inside the second.
fn is_duplicate(blocks: &[u8], ack: u32) -> bool {
    let before = |a: u32, b: u32| a.wrapping_sub(b).cast_signed() < 0;
    let (edges, _) = blocks.as_chunks::<4>();
    match *edges {
        [left, _, ..] if before(u32::from_be_bytes(left), ack) => true,
        [left, right, from, to, ..] => {
            let [left, right, from, to] = [left, right, from, to].map(u32::from_be_bytes);
            !before(left, from) && !before(to, right)
        }
        _ => false,
    }
}
