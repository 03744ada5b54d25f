//! Where the captured bytes of packets are: four bytes a packet.
//!
//! Packets of a file come in its order, so the upper half of an offset changes once in 4 GiB. And of a packet all bytes are captured,
//! or as many as of others that were cut: only where that changes it is kept. Both for each file by itself: in a data set packets of
//! several files take turns. Which file a packet is in follows from its interface, so whoever asks says it.
use super::column::Column;
use super::packets::PacketId;
use crate::engine::source;

#[derive(Debug, Default)]
pub struct Places {
    /// Lower halves of the offsets.
    low: Column<u32>,
    files: Vec<OfFile>,
}

/// What holds for the packets of one file.
#[derive(Debug, Default)]
struct OfFile {
    /// Packets from which on the upper half is one more.
    high: Vec<PacketId>,
    /// Packets from which on another rule tells how many bytes are captured.
    rules: Column<(PacketId, Captured), 1024>,
    latest: Captured,
}

/// How many bytes of a packet are captured.
#[derive(Clone, Copy, Debug)]
enum Captured {
    UpTo(u32),
    /// More than were on the wire, says the file.
    Exactly(u32),
}

impl Default for Captured {
    fn default() -> Self {
        Self::UpTo(u32::MAX)
    }
}

impl Captured {
    fn of(self, wire_len: u32) -> u32 {
        match self {
            Self::UpTo(most) => wire_len.min(most),
            Self::Exactly(length) => length,
        }
    }
}

impl OfFile {
    /// Captured bytes of a packet that had `wire_len` bytes.
    fn captured(&self, packet: PacketId, wire_len: u32) -> u32 {
        let rules = self.rules.partition_point(|&(first, _)| first <= packet);
        let rule = rules.checked_sub(1).and_then(|at| self.rules.get(at));
        rule.map_or_else(Captured::default, |(_, rule)| *rule).of(wire_len)
    }
}

impl Places {
    /// `place` as in [`source::place`].
    #[inline]
    pub fn push(&mut self, place: u64, captured: u32, wire_len: u32) {
        let (file, offset) = source::split(place);
        let packet = self.low.len() as PacketId;
        self.low.push(offset as u32);
        if file >= self.files.len() {
            self.files.resize_with(file.saturating_add(1), OfFile::default);
        }
        let Some(OfFile { high, rules, latest }) = self.files.get_mut(file) else { return };
        while offset >> 32 > high.len() as u64 {
            high.push(packet);
        }
        if latest.of(wire_len) != captured {
            *latest = match captured.cmp(&wire_len) {
                std::cmp::Ordering::Less => Captured::UpTo(captured),
                std::cmp::Ordering::Equal => Captured::default(),
                std::cmp::Ordering::Greater => Captured::Exactly(captured),
            };
            rules.push((packet, *latest));
        }
    }

    /// Place and captured bytes of a packet in a file that had `wire_len` bytes.
    pub fn get(&self, packet: PacketId, file: usize, wire_len: u32) -> Option<(u64, u32)> {
        let low = *self.low.get(packet as usize)?;
        let of = self.files.get(file)?;
        let high = of.high.partition_point(|&first| first <= packet) as u64;
        Some((source::place(file, high << 32 | u64::from(low)), of.captured(packet, wire_len)))
    }

    /// Captured bytes of a packet in a file that had `wire_len` bytes.
    pub fn captured(&self, packet: PacketId, file: usize, wire_len: u32) -> u32 {
        self.files.get(file).map_or(wire_len, |of| of.captured(packet, wire_len))
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let of = |of: &OfFile| of.high.capacity() * size_of::<PacketId>() + of.rules.memory();
        self.low.memory() + self.files.iter().map(of).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back_as_they_were() {
        let far = 1 << 32;
        // offset, captured, on the wire
        let packets = [
            (24, 60, 60),
            (100, 96, 1514),
            (212, 60, 60),
            (288, 96, 96),
            (far - 16, 96, 4000),
            (far, 128, 128),
            (far + 200, 68, 64),
            (far + 300, 68, 64),
            (5 * far + 7, 1514, 1514),
            (5 * far + 7000, 0, 1514),
            (5 * far + 7016, 1 << 31, u32::MAX),
        ];
        let mut places = Places::default();
        for (offset, captured, wire_len) in packets {
            places.push(offset, captured, wire_len);
        }
        for (packet, (offset, captured, wire_len)) in (0..).zip(packets) {
            assert_eq!(places.get(packet, 0, wire_len), Some((offset, captured)), "packet {packet}");
        }
        assert_eq!(places.get(packets.len() as PacketId, 0, 60), None);
    }

    #[test]
    fn files_that_take_turns_cost_no_more() {
        let mut places = Places::default();
        let row = |packet: u32| {
            let (file, nth) = ((packet % 2) as usize, u64::from(packet / 2));
            // The second file is far longer than 4 GiB, and its packets are cut.
            let place = source::place(file, 24 + nth * 100 + file as u64 * (nth / 1000) * (1 << 32));
            (file, place, if file == 0 { 1514 } else { 96 })
        };
        for packet in 0..4000 {
            let (_, place, captured) = row(packet);
            places.push(place, captured, 1514);
        }
        for packet in 0..4000 {
            let (file, place, captured) = row(packet);
            assert_eq!(places.get(packet, file, 1514), Some((place, captured)), "packet {packet}");
        }
        assert!(places.files.iter().all(|of| of.high.len() < 4 && of.rules.len() < 2));
    }
}
