//! How many bytes one end of a connection sent by its sequence numbers, and how many of them the capture lacks.
use crate::engine::dissect::tcp_flag::{FIN, RST, SYN};
use crate::engine::sort;
use crate::engine::store::numbers::Segment;

/// A number so far from those before is another connection's, or damage.
const TOO_FAR: i32 = 1 << 30;

/// One direction.
#[derive(Clone, Debug, Default)]
pub struct Gaps {
    /// The number after the highest seen, and how far that is from the first.
    next: Option<u32>,
    length: u64,
    /// Nothing comes behind a FIN but acknowledgements, whose numbers count it.
    finished: bool,
    /// What the capture has, by distance from the first; merged with what comes next where it can be.
    seen: Vec<(u64, u64)>,
}

impl Gaps {
    pub fn observe(&mut self, segment: &Segment) {
        let header = &segment.header;
        let seq = header.seq.wrapping_add(segment.has(SYN).into());
        if header.len == 0 && (segment.has(RST) || self.finished) {
            return;
        }
        self.finished |= segment.has(FIN);
        let next = *self.next.get_or_insert(seq);
        let ahead = seq.wrapping_sub(next) as i32;
        // What a keep-alive repeats, or what was sent before the first seen.
        let Some(start) = self.length.checked_add_signed(ahead.into()).filter(|_| ahead < TOO_FAR) else { return };
        let end = start.saturating_add(header.len.into());
        if end > self.length {
            self.next = Some(seq.wrapping_add(header.len));
            self.length = end;
        }
        if header.len > 0 {
            match self.seen.last_mut() {
                Some(last) if last.1 == start => last.1 = end,
                _ => self.seen.push((start, end)),
            }
        }
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    pub fn missing(&mut self) -> u64 {
        sort::by(&mut self.seen, Ord::cmp);
        let (mut missing, mut at) = (0, 0);
        for &(start, end) in &self.seen {
            missing += start.saturating_sub(at);
            at = at.max(end);
        }
        missing + self.length.saturating_sub(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::talk;

    #[test]
    fn holes_are_counted_once() {
        let cases = [
            ("> SYN / < SYN ACK / > ACK / > 100 / > 50 / > FIN ACK", (150, 0)),
            ("> SYN / > 100 seq=1101 / > 100 seq=1001 / > 100 seq=1201 / > 100 seq=1201", (300, 0)),
            ("> SYN / > 100 / > 100 seq=1301 / > 100 seq=1501", (600, 300)),
            ("> 10 seq=4294967290 / > 10 / > FIN ACK", (20, 0)),
            ("> SYN / > 100 / > FIN ACK seq=1201", (200, 100)),
            ("> SYN / > RST seq=5", (0, 0)),
        ];
        for (text, expected) in cases {
            let session = talk(text);
            let mut gaps = Gaps::default();
            session.store().segments(0).filter(|segment| segment.from == 0).for_each(|segment| gaps.observe(&segment));
            assert_eq!((gaps.length(), gaps.missing()), expected, "{text}");
        }
    }
}
