//! Where the captured bytes of packets are in the file: four bytes a packet.
//!
//! Packets come in the order of the file, so the upper half of an offset changes once in 4 GiB. And of a packet all bytes are captured,
//! or as many as of others that were cut: only where that changes it is kept.
use super::column::Column;
use super::packets::PacketId;

#[derive(Debug, Default)]
pub struct Places {
    /// Lower halves of the offsets.
    low: Column<u32>,
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

impl Places {
    #[inline]
    pub fn push(&mut self, offset: u64, captured: u32, wire_len: u32) {
        let Self { low, high, rules, latest } = self;
        let packet = || low.len() as PacketId;
        while offset >> 32 > high.len() as u64 {
            high.push(packet());
        }
        if latest.of(wire_len) != captured {
            *latest = match captured.cmp(&wire_len) {
                std::cmp::Ordering::Less => Captured::UpTo(captured),
                std::cmp::Ordering::Equal => Captured::default(),
                std::cmp::Ordering::Greater => Captured::Exactly(captured),
            };
            rules.push((packet(), *latest));
        }
        low.push(offset as u32);
    }

    /// Offset in the file and captured bytes of a packet that had `wire_len` bytes.
    pub fn get(&self, packet: PacketId, wire_len: u32) -> Option<(u64, u32)> {
        let low = *self.low.get(packet as usize)?;
        let high = self.high.partition_point(|&first| first <= packet) as u64;
        Some((high << 32 | u64::from(low), self.captured(packet, wire_len)))
    }

    /// Captured bytes of a packet that had `wire_len` bytes.
    pub fn captured(&self, packet: PacketId, wire_len: u32) -> u32 {
        let rules = self.rules.partition_point(|&(first, _)| first <= packet);
        let rule = rules.checked_sub(1).and_then(|at| self.rules.get(at));
        rule.map_or_else(Captured::default, |(_, rule)| *rule).of(wire_len)
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.low.memory() + self.high.capacity() * size_of::<PacketId>() + self.rules.memory()
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
            assert_eq!(places.get(packet, wire_len), Some((offset, captured)), "packet {packet}");
        }
        assert_eq!(places.get(packets.len() as PacketId, 60), None);
    }
}
