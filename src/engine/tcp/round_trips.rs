//! Round trips of data by Karn's rule: what was sent again measures nothing, for nobody knows which of the two was acknowledged.
//!
//! An ACK measures the newest segment that it is the first to cover: an older one waited for its ACK because receivers acknowledge
//! every second segment only. If anything it covers was sent again or came late, it measures nothing: what stands behind a hole is
//! acknowledged when the hole is filled.
use super::steps::{Step, after};
use crate::engine::dissect::tcp_flag;
use crate::engine::store::packets::PacketId;
use std::collections::VecDeque;

/// Segments waiting for their ACK: a capture of one direction has none.
const MOST_WAITING: usize = 16_384;
/// A segment larger than this was put together by the capturing machine (offload).
const LARGEST_FRAME: u32 = 1500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The ACK.
    pub packet: PacketId,
    pub time: i64,
    /// ns.
    pub rtt: i64,
    /// The sender's bytes under way when the segment was sent.
    pub in_flight: u32,
}

/// Of one direction of data.
#[derive(Debug, Default)]
pub struct Samples {
    pub list: Vec<Sample>,
    /// ACKs that measure nothing.
    pub ambiguous: u32,
    /// The longest payload that was acknowledged.
    pub longest_acked: u32,
    /// Segments sent again in smaller ones: the path's MTU was told.
    pub resized: u32,
    waiting: VecDeque<Waiting>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    seq: u32,
    end: u32,
    time: i64,
    in_flight: u32,
    once: bool,
}

impl Samples {
    pub fn clear(&mut self) {
        let (mut list, mut waiting) = (std::mem::take(&mut self.list), std::mem::take(&mut self.waiting));
        list.clear();
        waiting.clear();
        *self = Self { list, waiting, ..Self::default() };
    }

    fn sent(&mut self, step: &Step) {
        let (seq, end) = (step.segment.header.seq, step.segment.end());
        if step.again {
            let since = self.waiting.iter().rposition(|sent| !after(sent.end, seq)).map_or(0, |at| at + 1);
            for sent in self.waiting.range_mut(since..) {
                let was = sent.end.wrapping_sub(sent.seq);
                if sent.once && sent.seq == seq && after(sent.end, end) && was <= LARGEST_FRAME {
                    self.resized += 1;
                }
                sent.once = false;
            }
        } else if self.waiting.len() < MOST_WAITING {
            let (time, in_flight) = (step.time(), step.in_flight);
            self.waiting.push_back(Waiting { seq, end, time, in_flight, once: true });
        } else {
            self.waiting.clear();
        }
    }

    fn acknowledged(&mut self, step: &Step) {
        let (mut newest, mut clean) = (None, true);
        while let Some(sent) = self.waiting.front().copied()
            && !after(sent.end, step.segment.header.ack)
        {
            self.waiting.pop_front();
            self.longest_acked = self.longest_acked.max(sent.end.wrapping_sub(sent.seq));
            clean &= sent.once;
            newest = Some(sent);
        }
        let Some(sent) = newest else { return };
        let rtt = step.time().saturating_sub(sent.time);
        if clean && rtt >= 0 {
            let Step { segment, .. } = step;
            self.list.push(Sample { packet: segment.packet, time: segment.time, rtt, in_flight: sent.in_flight });
        } else {
            self.ambiguous += 1;
        }
    }
}

/// Takes the next segment in; samples by whose data it was.
#[inline]
pub fn step(samples: &mut [Samples; 2], step: &Step) {
    let [a, b] = samples;
    let (mine, theirs) = if step.from() == 0 { (a, b) } else { (b, a) };
    if step.fresh || step.again {
        mine.sent(step);
    }
    if step.acks && !step.segment.has(tcp_flag::RST | tcp_flag::SYN) {
        theirs.acknowledged(step);
    }
}

/// Round trips while little and while much was in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    pub idle: i64,
    pub loaded: i64,
    pub in_flight: u32,
}

/// At least so many samples under load: a few slow ones are no queue.
const LEAST_LOADED: usize = 8;
/// A queue is told when it triples the round trip, and by 100 ms: from there on people in a call notice (ITU-T G.114 wants at most
/// 150 ms one way, of everything).
const GROWN_TIMES: i64 = 3;
const GROWN_BY: i64 = 100_000_000;
/// Bytes in flight that are a load; a request is less.
const LEAST_LOAD: u32 = 10_000;

pub fn has_grown(idle: i64, loaded: i64) -> bool {
    loaded >= idle.saturating_mul(GROWN_TIMES) && loaded.saturating_sub(idle) >= GROWN_BY
}

/// Whether round trips grew with what was in flight. `idle`: the shortest known from elsewhere (the handshake).
pub fn growth(samples: &[Sample], idle: Option<i64>) -> Option<Growth> {
    let most = samples.iter().map(|sample| sample.in_flight).max()?;
    let shortest = samples.iter().map(|sample| sample.rtt).chain(idle).min()?;
    let is_loaded = |sample: &&Sample| sample.in_flight >= LEAST_LOAD.max(most / 2);
    // Most are quick: what is left need not be sorted.
    let longest = samples.iter().map(|sample| sample.rtt).max()?;
    if !has_grown(shortest, longest) {
        return None;
    }
    let mut loaded: Vec<i64> = samples.iter().filter(is_loaded).map(|sample| sample.rtt).collect();
    let mut bytes: Vec<i64> = samples.iter().filter(is_loaded).map(|sample| sample.in_flight.into()).collect();
    let mut quiet: Vec<i64> = samples.iter().filter(|s| s.in_flight < LEAST_LOAD).map(|s| s.rtt).chain(idle).collect();
    if loaded.len() < LEAST_LOADED {
        return None;
    }
    let idle = median(&mut quiet).unwrap_or(shortest);
    let growth = Growth { idle, loaded: median(&mut loaded)?, in_flight: median(&mut bytes)? as u32 };
    has_grown(growth.idle, growth.loaded).then_some(growth)
}

/// By nearest rank.
pub fn median(values: &mut [i64]) -> Option<i64> {
    let place = values.len().div_ceil(2).checked_sub(1)?;
    Some(*values.select_nth_unstable(place).1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tcp::steps::steps;

    fn measured(talk: &str) -> [Samples; 2] {
        let mut samples = <[Samples; 2]>::default();
        steps(talk).iter().for_each(|s| step(&mut samples, s));
        samples
    }

    #[test]
    fn what_was_sent_once_is_measured() {
        let ms = |n: i64| n * 1_000_000;
        let cases = [
            // the client's round trips, ACKs that measure nothing
            ("< ACK / > 100 / < ACK +20ms", vec![ms(20)], 0),
            // a retransmission, whichever it was
            ("< ACK / > 100 / > 100 seq=1000 +300ms / < ACK +20ms", vec![], 1),
            // two segments, one ACK: the newer one
            ("< ACK / > 100 / > 100 +5ms / < ACK +20ms", vec![ms(20)], 0),
            // behind a hole
            (
                "< ACK / > 100 / > 100 seq=1200 / < ACK ack=1100 +20ms / > 100 seq=1100 +30ms / < ACK ack=1300 +20ms",
                vec![ms(20)],
                1,
            ),
            // after a retransmission it measures again
            ("< ACK / > 100 / > 100 seq=1000 +300ms / < ACK +20ms / > 100 / < ACK +21ms", vec![ms(21)], 1),
            // the ACK repeats
            ("< ACK / > 100 / < ACK +20ms / < ACK +20ms", vec![ms(20)], 0),
        ];
        for (talk, expected, ambiguous) in cases {
            let [client, server] = measured(&format!("> ACK / {talk}"));
            assert_eq!(client.list.iter().map(|s| s.rtt).collect::<Vec<_>>(), expected, "{talk}");
            assert_eq!((client.ambiguous, server.list.len()), (ambiguous, 0), "{talk}");
        }
    }

    #[test]
    fn growth_is_told_when_it_is_large() {
        let ms = 1_000_000;
        let sample = |rtt: i64, in_flight| Sample { packet: 0, time: 0, rtt, in_flight };
        let mut samples: Vec<Sample> = (0..20).map(|n| sample((20 + n * 10) * ms, 1000 + n as u32 * 10_000)).collect();
        let grown = growth(&samples, Some(20 * ms)).expect("it grows");
        assert!(grown.idle == 20 * ms && grown.loaded > 120 * ms, "{grown:?}");
        samples.iter_mut().for_each(|sample| sample.rtt = sample.rtt.min(60 * ms));
        assert_eq!(growth(&samples, None), None);
    }
}
