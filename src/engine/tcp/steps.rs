//! A connection's segments, and what each brought that those before it had not.
use crate::engine::dissect::tcp_flag;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::numbers::Segment;
use crate::engine::store::packets::{Marks, NO_TIME};

/// A segment, and what it brought that those before it had not.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub segment: Segment,
    /// Payload bytes that the capture had not seen: behind the highest number, or in a hole.
    pub fresh: bool,
    /// It has payload that begins below the highest number: sent again, overtaken, or lost before it came here.
    pub again: bool,
    /// It acknowledges what was not acknowledged before.
    pub acks: bool,
    /// Bytes of its sender that are not acknowledged, its own included.
    pub in_flight: u32,
    /// It fills a hole that was there for longer than a round trip: too late for a segment that was only overtaken.
    pub late: bool,
}

impl Step {
    pub fn from(&self) -> End {
        self.segment.from
    }

    pub fn time(&self) -> i64 {
        self.segment.time
    }

    /// Payload that the receiver lacked, as far as can be seen here, though it had been sent.
    pub fn is_resent(&self) -> bool {
        let marks = self.segment.marks;
        self.again && (self.late || marks.has(Marks::RETRANSMISSION)) && !marks.has(Marks::SPURIOUS_RETRANSMISSION)
    }
}

/// Holes remembered of a side.
const MOST_HOLES: usize = 16;

/// Which numbers passed.
#[derive(Debug, Default)]
pub struct Track {
    sides: [Side; 2],
    /// The handshake's round trip, ns; 0 while unknown.
    rtt: i64,
}

#[derive(Debug, Default)]
struct Side {
    /// The number behind the highest sent; the highest that the other end acknowledged.
    next: Option<u32>,
    acked: Option<u32>,
    /// From and to, and when they were seen.
    holes: Vec<(u32, u32, i64)>,
}

/// Whether one sequence number comes after another.
#[inline]
pub fn after(a: u32, b: u32) -> bool {
    a.wrapping_sub(b) as i32 > 0
}

impl Track {
    pub fn new(flow: &Flow) -> Self {
        Self { rtt: flow.tcp.initial_rtt, ..Self::default() }
    }

    /// The next segment; `None` when it has no time.
    #[inline]
    pub fn step(&mut self, segment: Segment) -> Option<Step> {
        if segment.time == NO_TIME {
            return None;
        }
        let [a, b] = &mut self.sides;
        let (mine, theirs) = if segment.from == 0 { (a, b) } else { (b, a) };
        let probe = segment.header.len <= 1 && segment.marks.has(Marks::KEEP_ALIVE | Marks::ZERO_WINDOW_PROBE);
        let (mut fresh, mut again, mut waited) = (false, false, 0);
        if segment.header.len > 0 && !probe {
            (fresh, again, waited) = mine.sent(segment.header.seq, segment.end(), segment.time);
        } else if segment.has(tcp_flag::SYN | tcp_flag::FIN) && mine.next.is_none_or(|next| after(segment.end(), next))
        {
            mine.next = Some(segment.end());
        }
        let mut acks = false;
        if segment.has(tcp_flag::ACK) {
            let ack = segment.header.ack;
            acks = theirs.next.is_some() && theirs.acked.is_none_or(|acked| after(ack, acked));
            if acks || theirs.acked.is_none() {
                theirs.acked = Some(ack);
            }
        }
        let in_flight = match (mine.next, mine.acked) {
            (Some(next), Some(acked)) if after(next, acked) => next.wrapping_sub(acked),
            _ => 0,
        };
        let late = self.rtt > 0 && waited >= self.rtt / 10 * 9;
        Some(Step { segment, fresh, again, acks, in_flight, late })
    }
}

impl Side {
    /// Whether it is fresh, whether it begins below the highest number, and how long the hole was there that it fills.
    #[inline]
    fn sent(&mut self, seq: u32, end: u32, time: i64) -> (bool, bool, i64) {
        let Some(next) = self.next.replace(end) else { return (true, false, 0) };
        if after(end, next) {
            if after(seq, next) && self.holes.len() < MOST_HOLES {
                self.holes.push((next, seq, time));
            }
            return (true, after(next, seq), 0);
        }
        self.next = Some(next);
        let reaches = |&(from, to, _): &(u32, u32, i64)| after(to, seq) && after(end, from);
        let Some(at) = self.holes.iter().position(reaches) else { return (false, true, 0) };
        let (from, to, since) = self.holes.swap_remove(at);
        if after(seq, from) {
            self.holes.push((from, seq, since));
        }
        if after(to, end) {
            self.holes.push((end, to, since));
        }
        (true, true, time.saturating_sub(since))
    }
}

#[cfg(test)]
pub fn steps(talk: &str) -> Vec<Step> {
    let session = crate::engine::testing::talk(talk);
    let mut track = Track::new(session.store().flows.get(0).expect("a flow"));
    session.store().segments(0).filter_map(|segment| track.step(segment)).collect()
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn a_segment_is_fresh_when_it_brings_what_was_not_seen() {
        // fresh, again
        let cases = [
            ("> 100 / > 100", (true, false)),
            ("> 100 / > 100 seq=1000 +1s", (false, true)),
            ("> 100 / > 100 seq=1200 / > 100 seq=1100 +1s", (true, true)),
            ("> 100 / > 100 seq=1200 / > 100 seq=1100 +1s / > 100 seq=1100 +1s", (false, true)),
            ("> 100 / > 150 seq=1000 +1s", (true, true)),
            ("> 100 / < ACK / > 1 seq=1099 +9s", (false, false)),
        ];
        for (talk, expected) in cases {
            let last = *steps(talk).last().expect("a step");
            assert_eq!((last.fresh, last.again), expected, "{talk}");
        }
    }

    #[test]
    fn what_is_not_acknowledged_is_in_flight() {
        let steps = steps("> SYN / < SYN ACK / > ACK / > 100 / > 100 / < ACK ack=1101 / > 50");
        let seen: Vec<_> = steps.iter().map(|step| (step.acks, step.in_flight)).collect();
        assert_eq!(seen[3..], [(false, 100), (false, 200), (true, 0), (false, 150)]);
    }
}
