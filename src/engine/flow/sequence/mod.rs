//! TCP sequence analysis: what a segment's numbers say beside those that passed before it. Kinds, their order and their limits are
//! those of Wireshark 4.4 (definitions B.3, B.2); where 4.0 differs, a comment says so.
mod states;
#[cfg(test)]
mod tests;
mod unacked;

use crate::engine::dissect::{TcpHead, tcp_flag::*};
use crate::engine::store::Store;
use crate::engine::store::flows::{End, Flow, TcpFacts};
use crate::engine::store::numbers::{Expected, Segment};
use crate::engine::store::packets::{FlowId, Marks, PacketId, since};
use states::States;
use unacked::{Sent, Unacked, before};

/// Segments remembered over all connections: 12 MiB. A capture of one direction only has no ACKs that would let them go.
const MOST_UNACKED: usize = 1 << 20;
/// A segment that repeats what two duplicate ACKs ask for so soon after the last of them was asked for: ns.
const FAST: i64 = 20_000_000;
/// One that comes so soon after the one it should have come before was overtaken, unless the round trip is known: ns.
const OVERTAKEN: i64 = 3_000_000;

/// No window is larger (RFC 7323 §2.3); such a difference comes of numbers that have nothing to do with each other.
const MOST_IN_FLIGHT: u32 = 1 << 30;

/// What was found on a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// The kinds found, see [`super::super::store::marks`].
    pub marks: Marks,
    /// A duplicate ACK: the packet it repeats, and for the how many-th time.
    pub duplicate_of: Option<(PacketId, u32)>,
    /// The packet it acknowledges and how long that was under way, ns; 0 when a time is missing.
    pub acks: Option<(PacketId, i64)>,
    /// Of that packet it acknowledges only a part (4.4).
    pub partial: bool,
    /// Bytes that the sender has sent and that are not acknowledged, this segment's included.
    pub in_flight: Option<u32>,
    /// A retransmission: the packet most likely sent again, and how long ago that was, ns.
    pub repeats: Option<(PacketId, i64)>,
}

/// Follows connections. What it holds is bounded; a connection it lost sight of is followed anew.
#[derive(Debug, Default)]
pub struct Sequences {
    states: States,
}

#[derive(Debug, Default)]
struct Talk {
    sides: [Side; 2],
}

/// What one end has sent.
#[derive(Debug, Default)]
struct Side {
    /// The number after the highest sent, and what brought it.
    next: Option<u32>,
    next_packet: PacketId,
    /// It was an ACK without payload: what it stands behind is still to come.
    next_bare: bool,
    /// End of what was seen without a gap, or acknowledged.
    contiguous: Option<u32>,
    latest: PacketId,
    /// Of the latest segment.
    ack: u32,
    /// As in the header, not scaled.
    window: u16,
    found: Marks,
    /// SYNs so far: the window is not scaled yet.
    opening: bool,
    /// A segment is missing: what is in flight is not known until the other side acknowledges something.
    gap: bool,
    /// The ACK that the following ones repeat, and how many did.
    repeated: PacketId,
    repeats: u32,
    /// Bytes the latest segment acknowledges behind its ACK (SACK), and the first block of them.
    sacked: u32,
    sack: (u32, u32),
    unacked: Unacked,
    /// Sent FIN or RST.
    closed: bool,
    /// For the numbers that are kept.
    expected: Option<Expected>,
}

impl Talk {
    /// Whether both sides have said so, or one has reset it.
    fn is_over(&self) -> bool {
        self.sides.iter().all(|side| side.closed)
    }

    /// Gives back what it does not need while it is silent.
    fn rest(&mut self) {
        self.sides.iter_mut().for_each(|side| side.unacked.rest());
    }

    /// Segments remembered.
    fn unacked(&self) -> usize {
        self.sides.iter().map(|side| side.unacked.len()).sum()
    }
}

/// A segment that passes.
struct Passing<'a, C> {
    seq: u32,
    /// Behind the payload; SYN and FIN not counted.
    end: u32,
    payload: u32,
    head: &'a TcpHead,
    time: i64,
    packet: PacketId,
    /// The time of a packet before it.
    clock: C,
}

impl<C: Fn(PacketId) -> i64> Passing<'_, C> {
    /// ns since a packet before it; `None` when a time is missing.
    #[inline]
    fn since(&self, packet: PacketId) -> Option<i64> {
        since((self.clock)(packet), self.time)
    }

    /// Whether a packet before it came less than `limit` ns ago.
    #[inline]
    fn is_soon(&self, packet: PacketId, limit: i64) -> bool {
        self.since(packet).is_some_and(|t| (0..limit).contains(&t))
    }

    #[inline]
    fn is(&self, flags: u16) -> bool {
        self.head.flags & flags != 0
    }

    /// Behind SYN and FIN too.
    fn whole_end(&self) -> u32 {
        self.end.wrapping_add(self.is(SYN | FIN).into())
    }
}

impl Sequences {
    /// A segment of `payload_len` bytes (by IP's lengths) passes. `tcp` has seen it already; `clock` tells the times of packets before.
    #[expect(clippy::too_many_arguments, reason = "a segment has so many sides")]
    #[inline]
    pub fn observe(
        &mut self,
        flow: FlowId,
        from: End,
        head: &TcpHead,
        payload_len: u32,
        time: i64,
        packet: PacketId,
        tcp: &TcpFacts,
        clock: impl Fn(PacketId) -> i64,
    ) -> Finding {
        let Some((talk, unacked)) = self.states.of(flow) else { return Finding::default() };
        let [a, b] = &mut talk.sides;
        let (sender, receiver) = if from == 0 { (a, b) } else { (b, a) };
        let end = head.seq.wrapping_add(payload_len);
        let passing = Passing { seq: head.seq, end, payload: payload_len, head, time, packet, clock };
        let mut finding = Finding::default();
        if passing.is(ACK) {
            receiver.gap = false;
        }
        if passing.is(SYN) && tcp.reuses && sender.next.is_none() && receiver.next.is_none() {
            finding.marks.set(Marks::REUSED_PORTS, true);
        }
        let scale = peer_scale(tcp, 1 - from);
        windows(&passing, sender, receiver, scale, &mut finding);
        acknowledgements(&passing, sender, receiver, &mut finding);
        if payload_len > 0 || passing.is(SYN | FIN) {
            repetitions(&passing, sender, receiver, tcp.initial_rtt, &mut finding);
        }
        if passing.is(FIN | RST) {
            sender.closed = true;
            receiver.closed |= passing.is(RST);
        }
        remember(&passing, sender, finding.marks, unacked);
        let before = receiver.unacked.len();
        if before > 0 {
            let acked = receiver.unacked.acknowledge(head.ack);
            finding.acks = acked.map(|(sent, _)| (sent.packet, passing.since(sent.packet).unwrap_or(0)));
            finding.partial = acked.is_some_and(|(_, partial)| partial);
            *unacked -= before - receiver.unacked.len();
        }
        if payload_len > 0 && !sender.gap {
            let not_bytes = receiver.sacked.wrapping_add(passing.is(SYN | FIN).into());
            let extent = sender.unacked.extent().map(|extent| extent.wrapping_sub(not_bytes));
            finding.in_flight = extent.filter(|&bytes| (1..=MOST_IN_FLIGHT).contains(&bytes));
        }
        finding
    }
}

/// Connections again, from what is remembered of them.
impl Sequences {
    /// A segment passes again.
    pub fn observe_again(&mut self, store: &Store, flow: FlowId, segment: &Segment) -> Option<Finding> {
        let (Segment { packet, from, header, marks, .. }, tcp) = (*segment, &store.flows.get(flow)?.tcp);
        let mut head = TcpHead {
            seq: header.seq,
            ack: header.ack,
            flags: marks.tcp_flags(),
            window: header.window,
            scale: None,
            sacked: 0,
            sack_edges: Default::default(),
            sack_blocks: 0,
        };
        for (sack, place) in store.numbers.sacks_of(packet).zip(&mut head.sack_edges) {
            (head.sacked, *place, head.sack_blocks) = (sack.sum, sack.block, head.sack_blocks + 1);
        }
        let clock = |id| store.packets.clock_of(id);
        let finding = self.observe(flow, from, &head, header.len, clock(packet), packet, tcp, clock);
        // A window's scale may have been told later.
        Some(Finding { marks: marks.findings(), duplicate_of: store.duplicate_of(packet), ..finding })
    }
}

/// What was found on one packet's innermost TCP segment, with its numbers: from what is remembered of its flow's segments.
pub fn look_back(store: &Store, wanted: PacketId) -> Option<Finding> {
    let flow = store.packets.flow(wanted)?;
    let mut sequences = Sequences::default();
    let past = store.segments(flow).take_while(|segment| segment.packet <= wanted);
    let found =
        past.filter_map(|segment| Some((segment.packet, sequences.observe_again(store, flow, &segment)?))).last();
    found.filter(|(packet, _)| *packet == wanted).map(|(_, finding)| finding)
}

impl Sequences {
    /// What is expected of an end's next segment, as [`crate::engine::store::numbers`] keeps them.
    #[inline]
    pub fn expected(&mut self, flow: FlowId, from: End) -> Option<&mut Option<Expected>> {
        let (talk, _) = self.states.of(flow)?;
        talk.sides.get_mut(from).map(|side| &mut side.expected)
    }
}

/// The shift of an end's windows; `None` when its handshake was not seen.
fn peer_scale(tcp: &TcpFacts, end: End) -> Option<u8> {
    let scale = Flow::by(tcp.scale, end);
    let has_syn = |end| u16::from(Flow::by(tcp.flags, end)) & SYN != 0;
    // A SYN of either side without the option settles it for both.
    let unused = has_syn(1 - end) && Flow::by(tcp.scale, 1 - end).is_none();
    scale.or((has_syn(end) || unused).then_some(0))
}

/// Rules 1 to 9: windows, gaps, keep-alives, duplicate ACKs.
#[inline]
fn windows(
    passing: &Passing<'_, impl Fn(PacketId) -> i64>,
    sender: &mut Side,
    receiver: &Side,
    scale: Option<u8>,
    finding: &mut Finding,
) {
    let (window, payload, next) = (passing.head.window, passing.payload, sender.next);
    let plain = !passing.is(SYN | FIN | RST);
    let marks = &mut finding.marks;
    if payload == 1 && next == Some(passing.seq) && receiver.next.is_some() && receiver.window == 0 {
        marks.set(Marks::ZERO_WINDOW_PROBE, true);
        return;
    }
    marks.set(Marks::ZERO_WINDOW, window == 0 && plain);
    if let Some(next) = next {
        if before(next, passing.seq) && !passing.is(RST) {
            marks.set(Marks::LOST_SEGMENT, true);
            sender.gap = true;
        }
        marks.set(Marks::KEEP_ALIVE, plain && payload <= 1 && passing.seq == next.wrapping_sub(1));
    }
    if payload > 0 {
        let shift = scale.map(|scale| if receiver.opening { 0 } else { scale });
        let edge = shift.map(|shift| receiver.ack.wrapping_add(u32::from(receiver.window) << shift));
        marks.set(Marks::WINDOW_FULL, plain && edge == Some(passing.end));
        return;
    }
    // An ACK without anything that moves its sender's numbers.
    if !plain || next != Some(passing.seq) {
        return;
    }
    let acked = passing.head.ack.wrapping_sub(sender.ack);
    if window == 0 {
        // 4.0: only one that refuses the probe's byte.
        let probed = acked <= 1 && receiver.found.has(Marks::ZERO_WINDOW_PROBE);
        marks.set(Marks::ZERO_WINDOW_PROBE_ACK, sender.window == 0 && probed);
        return;
    }
    if acked != 0 {
        return;
    }
    if window != sender.window && passing.head.sacked == 0 {
        marks.set(Marks::WINDOW_UPDATE, true); // 4.0: with SACK too
    } else if window == sender.window && receiver.found.has(Marks::KEEP_ALIVE) {
        marks.set(Marks::KEEP_ALIVE_ACK, true);
    } else {
        marks.set(Marks::DUPLICATE_ACK, true);
        sender.repeats = sender.repeats.saturating_add(1);
        finding.duplicate_of = Some((sender.repeated, sender.repeats));
    }
}

/// Rule 10: a number acknowledged that was not seen.
#[inline]
fn acknowledgements(
    passing: &Passing<'_, impl Fn(PacketId) -> i64>,
    sender: &mut Side,
    receiver: &mut Side,
    finding: &mut Finding,
) {
    let ack = passing.head.ack;
    if ack != sender.ack {
        (sender.repeated, sender.repeats) = (passing.packet, 0);
    }
    if !passing.is(ACK) || receiver.contiguous.is_none_or(|seen| !before(seen, ack)) {
        return;
    }
    // Behind it all may have been seen up to the next gap. (4.0 goes on from the highest number sent, and counts repeated ACKs.)
    receiver.contiguous = Some(receiver.unacked.contiguous_from(ack));
    let probed = receiver.found.has(Marks::ZERO_WINDOW_PROBE);
    let taken = probed && receiver.next.is_some_and(|next| ack == next.wrapping_add(1));
    let kind = match taken {
        // The probe's byte: seen, but not counted as sent.
        true if passing.head.window == 0 => return,
        true => Marks::WINDOW_UPDATE,
        false => Marks::ACK_LOST_SEGMENT,
    };
    finding.marks.set(kind, true);
}

/// Rule 11: what was sent before, or should have come before.
#[inline]
fn repetitions(
    passing: &Passing<'_, impl Fn(PacketId) -> i64>,
    sender: &Side,
    receiver: &Side,
    round_trip: i64,
    finding: &mut Finding,
) {
    let marks = &mut finding.marks;
    if marks.has(Marks::KEEP_ALIVE) {
        return;
    }
    let Passing { seq, end, payload, .. } = *passing;
    let whole_end = passing.whole_end();
    if payload > 0 && receiver.next.is_some() && receiver.ack != 0 && !before(receiver.ack, end) {
        marks.set(Marks::RETRANSMISSION | Marks::SPURIOUS_RETRANSMISSION, true);
        return;
    }
    // One byte before the end of what was sent: that byte was a probe, and the rest is new.
    let Some(next) = sender.next.filter(|&next| before(seq, next) && !(payload > 1 && seq == next.wrapping_sub(1)))
    else {
        return;
    };
    // 4.0 knows no other gap than the first one.
    let (left, right) = receiver.sack;
    let asked = receiver.ack == seq || receiver.sacked > 0 && (before(seq, left) || before(right, end));
    if receiver.repeats >= 2 && asked && passing.is_soon(receiver.latest, FAST) {
        marks.set(Marks::RETRANSMISSION | Marks::FAST_RETRANSMISSION, true);
        return;
    }
    let limit = if round_trip == 0 { OVERTAKEN } else { round_trip };
    let last = next == whole_end && !sender.next_bare;
    // 4.0 calls what was seen already and comes so soon out of order too.
    if !last && passing.is_soon(sender.next_packet, limit) && !sender.unacked.has(seq, whole_end) {
        marks.set(Marks::OUT_OF_ORDER, true);
        return;
    }
    marks.set(Marks::RETRANSMISSION, true);
    let repeated = sender.unacked.oldest_from(seq).map_or(sender.next_packet, |sent| sent.packet);
    finding.repeats = passing.since(repeated).map(|ago| (repeated, ago));
}

/// The segment becomes the past of those that follow.
#[inline]
fn remember(passing: &Passing<'_, impl Fn(PacketId) -> i64>, sender: &mut Side, marks: Marks, unacked: &mut usize) {
    let Passing { seq, packet, head, .. } = *passing;
    let end = passing.whole_end();
    if end != seq && *unacked < MOST_UNACKED && sender.unacked.push(Sent { seq, end, packet }) {
        *unacked += 1;
    }
    // A probe's byte is sent again with what follows it.
    if !marks.has(Marks::ZERO_WINDOW_PROBE) {
        if sender.next.is_none_or(|next| before(next, end)) {
            (sender.next, sender.next_packet) = (Some(end), packet);
            sender.next_bare = end == seq;
        }
        if sender.contiguous.is_none_or(|contiguous| contiguous == seq) {
            sender.contiguous = sender.next; // a gap that was filled: Wireshark looks for no second one
        }
    }
    (sender.opening, sender.sacked, sender.sack) =
        (passing.is(SYN), head.sacked, head.sacks().first().copied().unwrap_or_default());
    (sender.window, sender.ack, sender.latest, sender.found) = (head.window, head.ack, packet, marks);
}
