//! Times in which a connection stood still, and why.
use super::place::Ways;
use super::steps::Step;
use crate::api::StallKind;
use crate::engine::dissect::tcp_flag;
use crate::engine::sort;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::packets::{Marks, PacketId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halt {
    pub kind: StallKind,
    /// Whose data waited.
    pub of: End,
    pub from: i64,
    pub to: i64,
    /// What ended it.
    pub packet: PacketId,
}

const MS: i64 = 1_000_000;
/// A retransmission sooner than this after the segment before it is part of the same burst.
const LEAST_GAP: i64 = 10 * MS;
/// A sender that sends nothing for so long though it may: shorter ones are schedulers and disks.
const LEAST_PAUSE: i64 = 200 * MS;
/// Delayed ACKs come after 40 ms (Linux, Windows 10), 100 (macOS) or 200 (older systems); RFC 1122 allows up to 500.
const DELAYED: std::ops::RangeInclusive<i64> = 25 * MS..=260 * MS;
/// A sender that waited for an ACK sends at once when it is there.
const AT_ONCE: i64 = 2 * MS;
/// A segment larger than this is a full one: Nagle's rule does not hold it back.
const FULL: u32 = 1300;

#[derive(Clone, Copy, Debug, Default)]
struct Side {
    /// Its latest segment with payload: when, how long.
    data: Option<(i64, u32)>,
    /// When the other end last acknowledged something new of it.
    acked: i64,
    /// Duplicate ACKs of the other end since then.
    duplicates: u32,
    /// Since when it has no room, and when it last had some again.
    closed: Option<i64>,
    opened: i64,
}

/// A pure ACK after which its receiver may send what waited: when the segment that it acknowledges passed, and itself.
#[derive(Clone, Copy, Debug)]
struct Released {
    sent: i64,
    ack: i64,
}

#[derive(Debug, Default)]
pub struct Stalls {
    sides: [Side; 2],
    /// By whose data it releases; only while it is the latest segment.
    released: Option<(End, Released)>,
    /// Who sent the latest payload.
    speaker: End,
    /// May be delayed ACKs: how long the ACK took, and the segment behind it.
    maybe: Vec<(Halt, i64, i64)>,
    pub list: Vec<Halt>,
}

impl Stalls {
    pub fn clear(&mut self) {
        self.list.clear();
        self.maybe.clear();
        (self.sides, self.released, self.speaker) = <_>::default();
    }

    #[inline]
    pub fn step(&mut self, step: &Step) {
        let (time, from, packet) = (step.time(), step.from(), step.segment.packet);
        let marks = step.segment.marks;
        let [a, b] = &mut self.sides;
        let (mine, theirs) = if from == 0 { (a, b) } else { (b, a) };
        let released = self.released.take();
        if marks.has(Marks::ZERO_WINDOW) {
            mine.closed = mine.closed.or(Some(time));
        } else if let Some(since) = mine.closed
            && !step.segment.has(tcp_flag::RST | tcp_flag::SYN)
        {
            (mine.closed, mine.opened) = (None, time);
            if time.saturating_sub(since) >= LEAST_GAP {
                self.list.push(Halt { kind: StallKind::ZeroWindow, of: 1 - from, from: since, to: time, packet });
            }
        }
        if step.fresh || step.again {
            if let Some((before, _)) = mine.data {
                let since = before.max(mine.acked).max(theirs.opened);
                let gap = time.saturating_sub(since);
                let halt = |kind, since| Halt { kind, of: from, from: since, to: time, packet };
                if step.is_resent() {
                    let fast = marks.has(Marks::FAST_RETRANSMISSION) || mine.duplicates >= 3;
                    if fast && gap > 0 {
                        self.list.push(halt(StallKind::FastRetransmission, since));
                    } else if gap >= LEAST_GAP {
                        self.list.push(halt(StallKind::Timeout, since));
                    }
                } else if step.fresh && self.speaker == from {
                    match released {
                        Some((of, released)) if of == from => {
                            let (delay, then) = (released.ack - released.sent, time - released.ack);
                            self.maybe.push((halt(StallKind::DelayedAck, released.sent), delay, then));
                        }
                        _ if gap >= LEAST_PAUSE && theirs.closed.is_none() => {
                            self.list.push(halt(StallKind::Pause, since));
                        }
                        _ => {}
                    }
                }
            }
            mine.data = Some((time, step.segment.header.len));
            self.speaker = from;
            mine.duplicates = 0;
        } else if step.acks
            && step.segment.header.len == 0
            && let Some((sent, len)) = theirs.data
            && len < FULL
            && sent >= theirs.acked
        {
            self.released = Some((1 - from, Released { sent, ack: time }));
        }
        if step.acks {
            theirs.acked = time;
            theirs.duplicates = 0;
        } else if marks.has(Marks::DUPLICATE_ACK) {
            theirs.duplicates += 1;
        }
    }

    /// The flow is at its end: who was closed stays so; what may be a delayed ACK is told by how far away the ends are.
    pub fn finish(&mut self, flow: &Flow, ways: &Ways) {
        for (end, side) in [0, 1].into_iter().zip(self.sides) {
            if let Some(since) = side.closed
                && flow.last.saturating_sub(since) >= LEAST_PAUSE
            {
                let packet = flow.first_packet;
                self.list.push(Halt { kind: StallKind::ZeroWindow, of: 1 - end, from: since, to: flow.last, packet });
            }
        }
        for (halt, delay, then) in self.maybe.drain(..) {
            let way = |end| ways.to(end, flow).unwrap_or(0);
            let there = way(1 - halt.of);
            let back = way(halt.of);
            let is_delayed = DELAYED.contains(&delay.saturating_sub(there)) && delay >= there.saturating_mul(2);
            if is_delayed && then <= back.saturating_add(back / 4).saturating_add(AT_ONCE) {
                self.list.push(Halt { to: halt.to.min(halt.from.saturating_add(delay)), ..halt });
            } else if halt.to.saturating_sub(halt.from.saturating_add(delay)) >= LEAST_PAUSE {
                let from = halt.from.saturating_add(delay);
                self.list.push(Halt { kind: StallKind::Pause, from, ..halt });
            }
        }
        sort::by_key(&mut self.list, |halt| (halt.from, halt.to));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tcp::steps::steps;

    fn stalls(talk: &str) -> Vec<(StallKind, End, i64)> {
        let session = crate::engine::testing::talk(talk);
        let flow = session.store().flows.get(0).expect("a flow");
        let mut stalls = Stalls::default();
        steps(talk).iter().for_each(|step| stalls.step(step));
        stalls.finish(flow, &Ways { to_server: Some(2 * MS), to_client: Some(MS / 10), ..Ways::default() });
        stalls.list.iter().map(|h| (h.kind, h.of, (h.to - h.from) / MS)).collect()
    }

    #[test]
    fn stalls_have_reasons() {
        use StallKind::*;
        let begin = "> SYN / < SYN ACK +2ms / > ACK";
        let cases = [
            ("> 100 / < ACK +2ms / < 100 +300ms", vec![]),
            ("> 100 / > 100 seq=1001 +250ms / < ACK +2ms", vec![(Timeout, 0, 250)]),
            ("> 90 / < ACK +44ms / > 300 / < 100 +2ms", vec![(DelayedAck, 0, 44)]),
            // RFC 1122 allows 500 ms, older systems take 200
            ("> 90 / < ACK +202ms / > 300 / < 100 +2ms", vec![(DelayedAck, 0, 202)]),
            // what comes 10 ms after the ACK did not wait for it
            ("> 90 / < ACK +44ms / > 300 +10ms / < 100 +2ms", vec![]),
            ("> 90 / < ACK +2ms / > 300 +400ms / < 100 +2ms", vec![(Pause, 0, 400)]),
            ("> 100 / < 1000 +2ms / > ACK win=0 +1ms / > ACK win=800 +2s / < 500", vec![(ZeroWindow, 1, 2000)]),
        ];
        for (talk, expected) in cases {
            assert_eq!(stalls(&format!("{begin} / {talk}")), expected, "{talk}");
        }
    }
}
