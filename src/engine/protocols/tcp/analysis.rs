//! What the stream's history says about a segment: the tree's "SEQ/ACK analysis".
use crate::engine::dissect::{Dissection, Field, Protocol, Value, fields};

fields! {
    ANALYSIS: Label => "tcp.analysis", "SEQ/ACK analysis";
    ACKS_FRAME: Frame => "tcp.analysis.acks_frame", "This is an ACK to the segment in frame";
    ACK_RTT: Seconds => "tcp.analysis.ack_rtt", "The RTT to ACK the segment was";
    PARTIAL: Label => "tcp.analysis.partial_ack", "It acknowledges only a part of that segment";
    INITIAL_RTT: Seconds => "tcp.analysis.initial_rtt", "iRTT";
    IN_FLIGHT: Uint => "tcp.analysis.bytes_in_flight", "Bytes in flight";
    DUPLICATE_OF: Frame => "tcp.analysis.duplicate_ack_frame", "Duplicate to the ACK in frame";
    DUPLICATE_NUMBER: Uint => "tcp.analysis.duplicate_ack_num", "Duplicate ACK #";
    FLAGS: Label => "tcp.analysis.flags", "TCP Analysis Flags";
    REUSED: Label => "tcp.analysis.reused_ports", "A new connection on ports used before";
    RETRANSMISSION: Label => "tcp.analysis.retransmission", "This segment was sent before (retransmission)";
    FAST: Label => "tcp.analysis.fast_retransmission", "Sent again after duplicate ACKs (fast retransmission)";
    SPURIOUS: Label => "tcp.analysis.spurious_retransmission", "Sent again although acknowledged (spurious retransmission)";
    OUT_OF_ORDER: Label => "tcp.analysis.out_of_order", "Out-of-order segment";
    LOST: Label => "tcp.analysis.lost_segment", "Previous segment(s) not captured";
    ACK_LOST: Label => "tcp.analysis.ack_lost_segment", "Acknowledges a segment that was not captured";
    UPDATE: Label => "tcp.analysis.window_update", "Window update";
    FULL: Label => "tcp.analysis.window_full", "The receiver's window is completely full";
    ALIVE: Label => "tcp.analysis.keep_alive", "Keep-alive";
    ALIVE_ACK: Label => "tcp.analysis.keep_alive_ack", "ACK to a keep-alive";
    DUPLICATE: Label => "tcp.analysis.duplicate_ack", "Duplicate ACK";
    PROBE: Label => "tcp.analysis.zero_window_probe", "Zero window probe";
    ZERO: Label => "tcp.analysis.zero_window", "The receiver's window is closed (zero window)";
    PROBE_ACK: Label => "tcp.analysis.zero_window_probe_ack", "ACK to a zero window probe";
    TIME_RELATIVE: Seconds => "tcp.time_relative", "Time since first frame in this TCP stream";
    TIME_DELTA: Seconds => "tcp.time_delta", "Time since previous frame in this TCP stream";
    REASSEMBLED_IN: Frame => "tcp.reassembled_in", "Reassembled PDU in frame";
    COMPLETENESS: Uint => "tcp.completeness", "Conversation completeness";
}

/// No layer of its own: its fields stand in TCP's.
pub(in crate::engine::protocols) static ANALYSIS_FIELDS: Protocol =
    Protocol { name: "tcp.analysis", title: "TCP sequence analysis", fields: FIELDS, ..Protocol::PLAIN };

/// What is known. Numbers of packets count from 1, times are ns.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Frame and round-trip time.
    pub acks: Option<(u32, i64)>,
    /// It acknowledges only a part of that frame's segment.
    pub partial: bool,
    pub initial_rtt: Option<i64>,
    pub in_flight: Option<u32>,
    /// Frame, and the how manieth.
    pub duplicate: Option<(u32, u32)>,
    pub completeness: u8,
    /// Since the stream's first packet, and since the one before.
    pub times: Option<(i64, i64)>,
    /// Where the message is complete that the payload is part of.
    pub reassembled_in: Option<u32>,
    /// Filter names.
    pub findings: Vec<&'static str>,
}

/// Adds it to a dissection that is done, at the TCP layer with this index.
pub fn analyse(d: &mut Dissection, layer: usize, analysis: &Analysis) {
    let mut lines: Vec<(&'static Field, Value)> = Vec::new();
    if let Some((frame, rtt)) = analysis.acks {
        lines.push((&ACKS_FRAME, frame.into()));
        if rtt != 0 {
            lines.push((&ACK_RTT, Value::Nanos(rtt)));
        }
        if analysis.partial {
            lines.push((&PARTIAL, Value::Nothing));
        }
    }
    lines.extend(analysis.in_flight.map(|bytes| (&IN_FLIGHT, bytes.into())));
    if let Some((frame, number)) = analysis.duplicate {
        lines.push((&DUPLICATE_NUMBER, number.into()));
        lines.push((&DUPLICATE_OF, frame.into()));
    }
    d.attach(layer, 0, &COMPLETENESS, Value::Uint(analysis.completeness.into()), Some(completeness(analysis.completeness)));
    if let Some((relative, delta)) = analysis.times {
        d.attach(layer, 0, &TIME_RELATIVE, Value::Nanos(relative), None);
        d.attach(layer, 0, &TIME_DELTA, Value::Nanos(delta), None);
    }
    if let Some(frame) = analysis.reassembled_in {
        d.attach(layer, 0, &REASSEMBLED_IN, Value::Uint(frame.into()), None);
    }
    if lines.is_empty() && analysis.findings.is_empty() {
        return;
    }
    // It stands beside something else only: not on a SYN.
    lines.extend(analysis.initial_rtt.map(|rtt| (&INITIAL_RTT, Value::Nanos(rtt))));
    d.attach(layer, 0, &ANALYSIS, Value::Nothing, None);
    for (field, value) in lines {
        d.attach(layer, 1, field, value, None);
    }
    if !analysis.findings.is_empty() {
        d.attach(layer, 1, &FLAGS, Value::Nothing, None);
        for field in FIELDS.iter().filter(|field| analysis.findings.contains(&field.name())) {
            d.attach(layer, 2, field, Value::Nothing, None);
        }
    }
}

/// Which parts of a connection the capture has (definitions B.4).
fn completeness(bits: u8) -> &'static str {
    match bits {
        1 => "Incomplete, SYN_SENT",
        3 => "Incomplete, CLIENT_ESTABLISHED",
        7 => "Incomplete, ESTABLISHED",
        15 => "Incomplete, DATA",
        31 | 47 | 63 => "Complete, WITH_DATA",
        23 | 39 | 55 => "Complete, NO_DATA",
        _ => "Incomplete",
    }
}
