//! Where segments were lost: before the place of capture or behind it.
//!
//! A segment sent again that was seen here got lost behind this place, or its ACK did. One that fills a hole was lost before it, if it
//! comes later than what was merely overtaken does. What is acknowledged and was never seen was lost by the capture alone.
//!
//! A segment that got lost several times before it came here counts once: nothing in TCP tells how often (only the identification of IP
//! would, which most systems do not count by connection, and which is not kept).
use crate::api::{DirectionLosses, LossCount, LossKind};
use crate::engine::dissect::tcp_flag::*;
use crate::engine::store::Store;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::numbers::Segment;
use crate::engine::store::packets::{Marks, NO_TIME, PacketId};
use std::collections::VecDeque;

/// Nobody sends again so soon without being told that something is missing (RFC 6298 says 1 s, Linux takes 0.2 s): ns.
const TIMEOUT: i64 = 200_000_000;
/// Overtaken segments come within so much, where the round trip is not known: ns.
const OVERTAKEN: i64 = 3_000_000;
/// The same packet is captured twice within so much: ns.
const TWICE: i64 = 500_000;
/// Numbers that are so far apart have nothing to do with each other; nor is so much missing in one place.
const TOO_FAR: i64 = 1 << 30;
const MOST_MISSING: i64 = 1 << 24;
/// Holes and islands remembered of a direction.
const MOST_HOLES: usize = 4096;
/// Latest segments compared with for being the same, and those sent again that a D-SACK may be about.
const LATEST: usize = 4;
const DOUBTED: usize = 64;
/// Blocks of one segment, and those remembered of a direction.
const MOST_BLOCKS: usize = 4;
const MOST_SACKED: usize = 256;

/// What one segment tells of losses. A needless one was told as lost before; its other packet is the one that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    pub kind: LossKind,
    pub from: End,
    pub packet: PacketId,
    /// The first packet behind the hole, where it fills one.
    pub other: Option<PacketId>,
    pub time: i64,
    /// Since the other packet; [`NO_TIME`].
    pub after: i64,
    /// As on the wire.
    pub seq: u32,
    pub bytes: u32,
}

/// Bytes that were not seen, in front of some that were.
#[derive(Clone, Copy, Debug)]
struct Hole {
    start: i64,
    end: i64,
    /// What opened it.
    packet: PacketId,
    time: i64,
    /// Segments of the receiver when it was opened.
    heard: u32,
    /// Acknowledged, and so counted as not captured.
    acked: bool,
}

/// A segment, for comparing.
#[derive(Clone, Copy, Debug)]
struct Passed {
    start: i64,
    end: i64,
    ack: u32,
    window: u16,
    flags: u16,
    time: i64,
}

/// What one end has sent. Numbers count on beyond 2³².
#[derive(Clone, Debug, Default)]
struct Side {
    /// Its lowest and highest number, once it has sent something; the latter as on the wire too.
    first: i64,
    next: Option<(i64, u32)>,
    /// Ascending.
    holes: Vec<Hole>,
    latest: VecDeque<Passed>,
    /// Sent again though seen: range, and what was told of it. A D-SACK may say that it was for nothing.
    doubted: VecDeque<(i64, i64, Event)>,
    /// SYNs sent again and not answered yet: lost, if they are answered some day; else nobody listens.
    unheard: Vec<Event>,
    /// It sent more than SYNs.
    spoke: bool,
    /// What the other end acknowledges of it, and blocks behind that (SACK), ascending.
    acked: Option<i64>,
    sacked: Vec<(i64, i64)>,
    segments: u32,
    /// A reset answered it: a SYN after that is another attempt.
    was_reset: bool,
}

impl Side {
    /// A number of the wire as one that counts on, by what was sent last.
    fn place(&self, number: u32) -> Option<i64> {
        let (next, wire) = self.next?;
        let place = next.saturating_add(i64::from(number.wrapping_sub(wire) as i32));
        ((place - next).abs() < TOO_FAR).then_some(place)
    }

    fn starts_with(&mut self, seq: u32) {
        (self.first, self.next) = (0, Some((0, seq)));
        self.holes.clear();
        self.latest.clear();
        self.doubted.clear();
        self.sacked.clear();
        self.acked = None;
    }
}

/// Follows a connection's losses.
#[derive(Clone, Debug, Default)]
pub struct Losses {
    sides: [Side; 2],
    /// By sender, A first.
    pub counts: [DirectionLosses; 2],
    round_trip: i64,
}

/// All of a connection's losses; each event is handed on.
pub fn losses(
    store: &Store,
    flow: &Flow,
    segments: impl Iterator<Item = Segment>,
    mut tell: impl FnMut(Event),
) -> [DirectionLosses; 2] {
    let mut losses = Losses { round_trip: flow.tcp.initial_rtt, ..Losses::default() };
    for segment in segments {
        losses.observe(store, &segment, &mut tell);
    }
    losses.finish();
    losses.counts
}

fn add(count: &mut LossCount, bytes: u32) {
    count.segments += 1;
    count.bytes += u64::from(bytes);
}

/// Where a kind is counted.
pub fn count_of(losses: &mut DirectionLosses, kind: LossKind) -> &mut LossCount {
    match kind {
        LossKind::Before => &mut losses.before,
        LossKind::After => &mut losses.after,
        LossKind::AckLost => &mut losses.ack_lost,
        LossKind::Needless => &mut losses.needless,
        LossKind::Reordered => &mut losses.reordered,
        LossKind::Duplicate => &mut losses.duplicates,
        LossKind::NotCaptured => &mut losses.not_captured,
    }
}

impl Losses {
    /// A segment passes.
    fn observe(&mut self, store: &Store, segment: &Segment, tell: &mut impl FnMut(Event)) {
        let round_trip = self.round_trip;
        let [a, b] = &mut self.sides;
        let [count_a, count_b] = &mut self.counts;
        let (me, peer, mine, others) =
            if segment.from == 0 { (a, b, count_a, count_b) } else { (b, a, count_b, count_a) };
        if segment.has(RST) {
            peer.was_reset = true;
            return;
        }
        me.segments = me.segments.saturating_add(1);
        me.spoke |= !segment.has(SYN);
        if me.spoke || segment.has(ACK) {
            for event in peer.unheard.drain(..) {
                add(&mut others.after, event.bytes);
                tell(event);
            }
        }
        if segment.has(ACK) {
            acknowledges(store, segment, peer, others, tell);
        }
        let Some(Sent { kind, hole, bytes, range }) = sent(me, mine, segment, peer.segments, round_trip) else {
            return;
        };
        let event = Event {
            kind,
            from: segment.from,
            packet: segment.packet,
            other: hole.map(|hole| hole.packet),
            time: segment.time,
            after: hole.map_or(NO_TIME, |hole| since(hole.time, segment.time)),
            seq: segment.header.seq,
            bytes,
        };
        if kind == LossKind::After && segment.has(SYN) && !peer.spoke && me.unheard.len() < LATEST * LATEST {
            me.unheard.push(event);
            return;
        }
        if kind == LossKind::After {
            if me.doubted.len() == DOUBTED {
                me.doubted.pop_front();
            }
            me.doubted.push_back((range.0, range.1, event));
        }
        add(count_of(mine, kind), bytes);
        tell(event);
    }

    /// What is missing still was neither sent again nor acknowledged.
    fn finish(&mut self) {
        for (side, count) in self.sides.iter().zip(&mut self.counts) {
            let open = side.holes.iter().filter(|hole| !hole.acked);
            count.unresolved_bytes = open.map(|hole| (hole.end - hole.start) as u64).sum();
        }
    }
}

/// ns; [`NO_TIME`] when a time is missing.
fn since(earlier: i64, later: i64) -> i64 {
    if earlier == NO_TIME || later == NO_TIME { NO_TIME } else { later.saturating_sub(earlier) }
}

/// What a segment that is not new is.
struct Sent {
    kind: LossKind,
    hole: Option<Hole>,
    bytes: u32,
    range: (i64, i64),
}

/// A segment's own numbers: new, or what it repeats or fills.
fn sent(me: &mut Side, mine: &mut DirectionLosses, segment: &Segment, heard: u32, round_trip: i64) -> Option<Sent> {
    let (header, marks) = (&segment.header, segment.marks);
    let (opens, closes) = (segment.has(SYN), segment.has(FIN));
    if header.len == 0 && !opens && !closes {
        // An ACK behind what was seen: something in between is missing, but not more than is known below.
        return pure_ack(me, segment, heard);
    }
    if marks.has(Marks::KEEP_ALIVE | Marks::ZERO_WINDOW_PROBE) {
        return None;
    }
    let Some(start) = me.place(header.seq).filter(|&start| !opens || start == me.first) else {
        (mine.segments, mine.bytes) = (mine.segments + 1, mine.bytes + u64::from(header.len));
        me.starts_with(header.seq);
        me.next = Some((i64::from(segment.end().wrapping_sub(header.seq)), segment.end()));
        return None;
    };
    let end = start + i64::from(segment.end().wrapping_sub(header.seq));
    let passed =
        Passed { start, end, ack: header.ack, window: header.window, flags: marks.tcp_flags(), time: segment.time };
    let again = std::mem::take(&mut me.was_reset) && opens;
    let twice = me.latest.iter().any(|earlier| is_same(earlier, &passed, round_trip));
    if me.latest.len() == LATEST {
        me.latest.pop_front();
    }
    me.latest.push_back(passed);
    let said = |kind, hole, bytes| Some(Sent { kind, hole, bytes, range: (start, end) });
    if twice {
        return said(LossKind::Duplicate, None, header.len);
    }
    (mine.segments, mine.bytes) = (mine.segments + 1, mine.bytes + u64::from(header.len));
    let (next, _) = me.next?;
    if start - next > MOST_MISSING {
        me.starts_with(header.seq);
        me.next = Some((end - start, segment.end()));
        return None;
    }
    if start > next {
        open_hole(me, next, start, segment, heard);
    }
    // One byte before the end: a probe's byte, and new ones.
    let overlap = end.min(next) - start;
    if end > next {
        me.next = Some((end, segment.end()));
    }
    if overlap <= 0 || again || overlap == 1 && end > next {
        return None;
    }
    if start < me.first {
        // From before the capture.
        me.first = start;
        let stale = me.acked.is_some_and(|acked| end <= acked);
        return if stale { said(LossKind::AckLost, None, header.len) } else { None };
    }
    let (filled, hole) = fill(&mut me.holes, start, end.min(next));
    let bytes = |range: i64| u32::try_from(range).unwrap_or(u32::MAX).min(header.len);
    if let Some(hole) = hole.filter(|_| filled * 2 >= overlap) {
        let kind = filled_later(&hole, segment, heard, round_trip);
        let kind = match (hole.acked, kind) {
            // It was said to be missing in the capture, and comes after all.
            (true, LossKind::Reordered) => {
                let missed = &mut mine.not_captured;
                missed.segments = missed.segments.saturating_sub(1);
                missed.bytes = missed.bytes.saturating_sub(bytes(filled).into());
                kind
            }
            (true, _) => LossKind::AckLost,
            (false, _) => kind,
        };
        return said(kind, Some(hole), bytes(filled));
    }
    let known = end.min(next);
    let is_acked = me.acked.is_some_and(|acked| known <= acked)
        || me.sacked.iter().any(|&(left, right)| left <= start && known <= right);
    said(if is_acked { LossKind::AckLost } else { LossKind::After }, None, bytes(overlap - filled))
}

/// A segment without bytes that stands behind what was seen shows that something is missing.
fn pure_ack(me: &mut Side, segment: &Segment, heard: u32) -> Option<Sent> {
    let seq = segment.header.seq;
    match me.place(seq) {
        None => me.starts_with(seq),
        Some(start) => {
            let (next, _) = me.next?;
            if start - next > MOST_MISSING {
                return None;
            }
            if start > next {
                open_hole(me, next, start, segment, heard);
                me.next = Some((start, seq));
            }
        }
    }
    None
}

fn open_hole(me: &mut Side, start: i64, end: i64, segment: &Segment, heard: u32) {
    if me.holes.len() < MOST_HOLES {
        let acked = me.acked.is_some_and(|acked| acked >= end);
        me.holes.push(Hole { start, end, packet: segment.packet, time: segment.time, heard, acked });
    }
}

/// The same packet, captured twice: all its numbers are the same, and nobody can have sent it again so soon.
fn is_same(a: &Passed, b: &Passed, round_trip: i64) -> bool {
    let limit = if round_trip > 0 { TWICE.min(round_trip / 2) } else { TWICE };
    let soon = a.time != NO_TIME && b.time != NO_TIME && (0..=limit).contains(&b.time.saturating_sub(a.time));
    soon && (a.start, a.end, a.ack, a.window, a.flags) == (b.start, b.end, b.ack, b.window, b.flags)
}

/// Takes a range out of the holes: how much of it was missing, and the first hole it fills.
fn fill(holes: &mut Vec<Hole>, start: i64, end: i64) -> (i64, Option<Hole>) {
    let (mut filled, mut first) = (0, None);
    if holes.iter().all(|hole| hole.end <= start || hole.start >= end) {
        return (0, None);
    }
    let mut left = Vec::with_capacity(holes.len() + 1);
    for hole in holes.drain(..) {
        let (from, to) = (hole.start.max(start), hole.end.min(end));
        if from >= to {
            left.push(hole);
            continue;
        }
        filled += to - from;
        first = first.or(Some(hole));
        let rests = [Hole { end: from, ..hole }, Hole { start: to, ..hole }];
        left.extend(rests.into_iter().filter(|rest| rest.start < rest.end));
    }
    *holes = left;
    (filled, first)
}

/// What fills a hole was overtaken, or lost and sent again: that takes a round trip and a word of the receiver, or a time-out.
fn filled_later(hole: &Hole, segment: &Segment, heard: u32, round_trip: i64) -> LossKind {
    let late = since(hole.time, segment.time);
    let limit = if round_trip > 0 { round_trip / 5 * 4 } else { OVERTAKEN };
    // A receiver of whom nothing is captured may have said something.
    let told = hole.heard != heard || heard == 0;
    if late == NO_TIME || late < limit || !told && late < TIMEOUT { LossKind::Reordered } else { LossKind::Before }
}

/// What the segment acknowledges of the other end's.
fn acknowledges(
    store: &Store,
    segment: &Segment,
    peer: &mut Side,
    theirs: &mut DirectionLosses,
    tell: &mut impl FnMut(Event),
) {
    let Some(ack) = peer.place(segment.header.ack) else { return };
    if peer.segments == 0 {
        return;
    }
    // The other end's numbers are known, and some of it is captured: what is acknowledged behind them was sent.
    let (next, _) = peer.next.unwrap_or_default();
    let known = peer.acked;
    if ack - next > MOST_MISSING {
        return; // of another connection, or nonsense
    }
    if known.is_none_or(|acked| ack > acked) {
        let mut missed = 0;
        if ack > next {
            missed += ack - next;
            peer.next = Some((ack, segment.header.ack));
            if peer.holes.len() < MOST_HOLES {
                let Segment { packet, time, .. } = *segment;
                peer.holes.push(Hole { start: next, end: ack, packet, time, heard: 0, acked: true });
            }
        }
        let start = if missed > 0 { next } else { ack };
        let mut first = start;
        for hole in peer.holes.iter_mut().filter(|hole| !hole.acked && hole.end <= ack) {
            missed += hole.end - hole.start;
            first = first.min(hole.start);
            (hole.acked, hole.time) = (true, segment.time);
        }
        peer.acked = Some(ack);
        if missed > 0 {
            let bytes = u32::try_from(missed).unwrap_or(u32::MAX);
            add(&mut theirs.not_captured, bytes);
            tell(Event {
                kind: LossKind::NotCaptured,
                from: 1 - segment.from,
                packet: segment.packet,
                other: None,
                time: segment.time,
                after: NO_TIME,
                seq: segment.header.ack.wrapping_sub((ack - first) as u32),
                bytes,
            });
            return;
        }
    }
    if !store.numbers.sacks.is_empty() {
        blocks(store, segment, ack, peer, theirs, tell);
    }
}

/// What the segment acknowledges behind its ACK: what was received twice, then what stands behind a hole.
fn blocks(
    store: &Store,
    segment: &Segment,
    ack: i64,
    peer: &mut Side,
    theirs: &mut DirectionLosses,
    tell: &mut impl FnMut(Event),
) {
    peer.sacked.retain(|&(_, right)| right > ack);
    let place = |(left, right): (u32, u32)| Some((peer.place(left)?, peer.place(right)?));
    let blocks = store.numbers.sacks_of(segment.packet).filter_map(|sack| place(sack.block));
    let blocks: Vec<(i64, i64)> = blocks.filter(|(left, right)| left < right).take(MOST_BLOCKS).collect();
    let Some(&(left, right)) = blocks.first() else { return };
    // RFC 2883: the first block repeats what was received twice, below the ACK or inside of the second block.
    let is_inside = |&(from, to): &(i64, i64)| from <= left && right <= to;
    let is_twice = right <= ack || blocks.get(1).is_some_and(is_inside);
    for &(left, right) in blocks.iter().skip(usize::from(is_twice)).filter(|(_, right)| *right > ack) {
        receives(&mut peer.sacked, left, right);
    }
    if is_twice {
        let found = peer.doubted.iter().position(|&(start, end, _)| start < right && left < end);
        if let Some((_, _, event)) = found.and_then(|at| peer.doubted.remove(at)) {
            theirs.after.segments = theirs.after.segments.saturating_sub(1);
            theirs.after.bytes = theirs.after.bytes.saturating_sub(event.bytes.into());
            add(&mut theirs.needless, event.bytes);
            tell(Event { kind: LossKind::Needless, other: Some(segment.packet), ..event });
        }
    }
}

/// One more block was received; those that touch become one.
fn receives(sacked: &mut Vec<(i64, i64)>, mut left: i64, mut right: i64) {
    sacked.retain(|&(from, to)| {
        let touches = from <= right && left <= to;
        if touches {
            (left, right) = (left.min(from), right.max(to));
        }
        !touches
    });
    if sacked.len() < MOST_SACKED {
        sacked.insert(sacked.partition_point(|&(from, _)| from < left), (left, right));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::talk;

    const OPEN: &str = "> SYN / < SYN ACK +20ms / > ACK +20ms";

    /// What happened to segments: kind, packet (from 1), bytes.
    fn events(text: &str) -> Vec<(LossKind, u32, u32)> {
        let session = talk(text);
        let store = session.store();
        let flow = store.flows.get(0).expect("a flow");
        let mut found = Vec::new();
        losses(store, flow, store.segments(0), |event| found.push((event.kind, event.packet + 1, event.bytes)));
        found
    }

    #[test]
    fn places_of_losses_are_told_apart() {
        use LossKind::*;
        type Told = (LossKind, u32, u32);
        let cases: [(&str, &[Told]); 12] = [
            ("> 100 / > 100 / < ACK", &[]),
            // Seen, and sent again before any ACK.
            ("> 100 / > 100 seq=1001 +300ms", &[(After, 5, 100)]),
            // Seen and acknowledged.
            ("> 100 / < ACK / > 100 seq=1001 +300ms", &[(AckLost, 6, 100)]),
            // A hole, filled a round trip later after a duplicate ACK; and at once.
            ("> 100 / > 100 seq=1201 / < ACK ack=1101 +20ms / > 100 seq=1101 +20ms", &[(Before, 7, 100)]),
            ("> 100 / > 100 seq=1201 / > 100 seq=1101 +1ms", &[(Reordered, 6, 100)]),
            // The receiver said nothing of it, and it is too soon for a time-out; and late enough.
            ("> 100 / > 100 seq=1201 / > 100 seq=1101 +90ms", &[(Reordered, 6, 100)]),
            ("> 100 / > 100 seq=1201 / > 100 seq=1101 +250ms", &[(Before, 6, 100)]),
            // The same packet twice.
            ("> 100 / > 100 seq=1001 +10us", &[(Duplicate, 5, 100)]),
            // Acknowledged, never seen: at the end, and in between.
            ("> 100 / < ACK ack=1301", &[(NotCaptured, 5, 200)]),
            ("> 100 / > 100 seq=1201 / < ACK ack=1301", &[(NotCaptured, 6, 100)]),
            // Probes are no losses.
            ("> 100 / < ACK win=0 / > 1 +1s / < ACK ack=1101 win=0 / > 100 seq=1101 +1s", &[]),
            ("> 100 / < ACK / > 1 seq=1100 +60s / < ACK ack=1101", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(events(&format!("{OPEN}/{text}")), expected, "{text}");
        }
    }

    #[test]
    fn blocks_are_put_together() {
        let mut sacked = Vec::new();
        for (left, right) in [(100, 200), (300, 400), (500, 600), (200, 300), (450, 500), (10, 20)] {
            receives(&mut sacked, left, right);
        }
        assert_eq!(sacked, [(10, 20), (100, 400), (450, 600)]);
    }

    #[test]
    fn what_a_block_acknowledges_was_not_lost_behind_this_place() {
        use LossKind::*;
        // The first segment is missing, those behind it are in the second block; each is sent again.
        let talk = "> 100 seq=1101 / > 100 seq=1301 / < ACK ack=1001 sack=1301-1401,1101-1201 +20ms";
        assert_eq!(events(&format!("{OPEN}/{talk}/> 100 seq=1101 +300ms")), [(AckLost, 7, 100)]);
        assert_eq!(events(&format!("{OPEN}/{talk}/> 100 seq=1301 +300ms")), [(AckLost, 7, 100)]);
        // A D-SACK inside of the second block (RFC 2883 §4.1.3): what is behind the hole was sent again for nothing.
        let twice =
            "> 100 seq=1101 / > 100 seq=1201 / > 100 seq=1101 +300ms / < ACK ack=1001 sack=1101-1201,1101-1301 +20ms";
        assert_eq!(events(&format!("{OPEN}/{twice}")), [(After, 6, 100), (Needless, 6, 100)]);
    }

    #[test]
    fn syns_that_nobody_answers_are_no_losses() {
        use LossKind::After;
        assert_eq!(events("> SYN / > SYN +1s / > SYN +2s"), []);
        assert_eq!(events("> SYN / < RST ACK / > SYN +1s / < RST ACK"), []);
        assert_eq!(events("> SYN / > SYN +1s / < SYN ACK / > ACK"), [(After, 2, 0)]);
        assert_eq!(events("> SYN / < SYN ACK / < SYN ACK +1s / < SYN ACK +2s"), []);
    }

    #[test]
    fn numbers_that_wrap_and_captures_that_begin_late_lose_nothing() {
        assert_eq!(events("> 100 seq=4294967200 / > 96 seq=4 / < ACK ack=100 / > 100 seq=100 / < ACK"), []);
        assert_eq!(events("> 100 seq=5000 / < ACK ack=5100 / > 100 / < ACK"), []);
        assert_eq!(events("> 100 seq=5000 / > 100 seq=5100 / > 100 seq=5200"), []);
        // The hole lies over the end of the numbers.
        let hole = "> 100 seq=4294967100 / > 96 seq=4 / < ACK ack=4294967200 +20ms / > 100 seq=4294967200 +300ms";
        assert_eq!(events(hole), [(LossKind::Before, 4, 100)]);
    }
}
