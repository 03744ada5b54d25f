//! Segments of one direction that nobody has acknowledged yet.
use crate::engine::store::packets::PacketId;
use std::collections::VecDeque;

/// Segments remembered of a direction; what is sent beyond them without an answer is not.
const MOST: usize = 4096;
/// A larger queue is given back when it is empty: many flows have had a burst once.
const KEPT: usize = 16;

#[derive(Clone, Copy, Debug)]
pub struct Sent {
    pub seq: u32,
    /// Where it ends: SYN and FIN take a number too.
    pub end: u32,
    pub packet: PacketId,
}

/// In order of sequence numbers, equal ones in order of time: what an ACK covers is always at the front.
#[derive(Debug, Default)]
pub struct Unacked {
    sent: VecDeque<Sent>,
    /// The highest end; means something while `sent` has any.
    end: u32,
}

/// Whether `a` comes before `b` on the circle of sequence numbers.
#[inline]
pub fn before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

impl Unacked {
    pub fn len(&self) -> usize {
        self.sent.len()
    }

    /// Gives memory back while nothing is remembered.
    pub fn rest(&mut self) {
        if self.sent.is_empty() {
            self.sent = VecDeque::new();
        }
    }

    /// Whether it was remembered.
    #[inline]
    pub fn push(&mut self, segment: Sent) -> bool {
        if self.sent.len() >= MOST {
            return false;
        }
        if self.sent.is_empty() || before(self.end, segment.end) {
            self.end = segment.end;
        }
        match self.sent.back() {
            Some(last) if before(segment.seq, last.seq) => {
                let at = self.sent.partition_point(|other| !before(segment.seq, other.seq));
                self.sent.insert(at, segment);
            }
            _ => self.sent.push_back(segment),
        }
        true
    }

    /// Forgets what `ack` covers; the oldest segment that ends exactly there, or else one of which it covers a part: then it is said.
    #[inline]
    pub fn acknowledge(&mut self, ack: u32) -> Option<(Sent, bool)> {
        let (mut exact, mut part): (Option<Sent>, Option<Sent>) = (None, None);
        let mut at = 0;
        while let Some(segment) = self.sent.get_mut(at).filter(|segment| before(segment.seq, ack)) {
            if before(ack, segment.end) {
                if part.is_none_or(|other| segment.packet < other.packet) {
                    part = Some(*segment);
                }
                segment.seq = ack; // the rest of it is still under way
                at += 1;
                continue;
            }
            let segment = *segment;
            if at == 0 {
                self.sent.pop_front()
            } else {
                self.sent.remove(at)
            };
            if segment.end == ack && exact.is_none_or(|other| segment.packet < other.packet) {
                exact = Some(segment);
            }
        }
        if self.sent.capacity() > KEPT {
            self.rest();
        }
        exact.map(|sent| (sent, false)).or(part.map(|sent| (sent, true)))
    }

    /// From the first number that is not acknowledged to the last one sent.
    #[inline]
    pub fn extent(&self) -> Option<u32> {
        self.sent.front().map(|first| self.end.wrapping_sub(first.seq))
    }

    /// Whether one of them brought all of this. Of many that begin before it only the nearest are asked.
    pub fn has(&self, seq: u32, end: u32) -> bool {
        let at = self.sent.partition_point(|other| !before(seq, other.seq));
        self.sent.range(..at).rev().take(64).any(|sent| !before(sent.end, end))
    }

    /// Where the next gap begins.
    pub fn contiguous_from(&self, number: u32) -> u32 {
        let follows = |end: u32, sent: &Sent| match before(end, sent.seq) {
            true => None,
            false if before(end, sent.end) => Some(sent.end),
            false => Some(end),
        };
        self.sent.iter().try_fold(number, |end, sent| follows(end, sent).ok_or(end)).unwrap_or_else(|end| end)
    }

    /// The oldest segment that starts at `seq` or behind it: most likely the one that is sent again.
    pub fn oldest_from(&self, seq: u32) -> Option<Sent> {
        let at = self.sent.partition_point(|other| before(other.seq, seq));
        // More than a few to choose from only in a mess.
        self.sent.range(at..).take(64).min_by_key(|segment| segment.packet).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(segments: &[(u32, u32)]) -> Unacked {
        let mut unacked = Unacked::default();
        for (packet, &(seq, end)) in (0..).zip(segments) {
            assert!(unacked.push(Sent { seq, end, packet }));
        }
        unacked
    }

    #[test]
    fn an_ack_takes_what_it_covers_from_the_front() {
        let mut unacked = filled(&[(0, 10), (20, 30), (10, 20), (10, 20), (5, 25)]);
        assert_eq!(unacked.extent(), Some(30));
        assert_eq!(unacked.acknowledge(20).map(|(sent, _)| sent.packet), Some(2), "the older of two");
        assert_eq!((unacked.len(), unacked.extent()), (2, Some(10)));
        assert!(unacked.acknowledge(20).is_none());
        assert_eq!(unacked.acknowledge(30).map(|(sent, _)| sent.packet), Some(1));
        assert_eq!((unacked.len(), unacked.extent()), (0, None));
    }

    #[test]
    fn numbers_wrap_and_memory_is_bounded() {
        let top = u32::MAX - 4;
        let mut unacked = filled(&[(top, 5), (5, 15)]);
        assert_eq!(unacked.extent(), Some(20));
        assert!(unacked.acknowledge(5).is_some());
        let mut pushed = 0;
        while unacked.push(Sent { seq: 15, end: 16, packet: 9 }) {
            pushed += 1;
        }
        assert_eq!(pushed + 1, MOST);
        assert!(unacked.acknowledge(16).is_some());
        assert!(unacked.sent.capacity() <= KEPT);
    }
}
