//! The packet columns: what is remembered of every packet. 30 bytes each, asserted.
use super::column::{Column, ROWS};
use super::places::Places;
use crate::engine::source;

/// A packet by its place in the file, from 0; people count from 1.
pub type PacketId = u32;
/// A flow by the order of first packets.
pub type FlowId = u32;

/// No flow: not an IP packet, or a fragment that completes nothing.
pub const NO_FLOW: FlowId = u32::MAX;
/// The packet has no time (pcapng Simple Packet Block).
pub const NO_TIME: i64 = i64::MIN;
/// ns, 73 years: times that are so far apart are not of one clock.
pub const APART: i64 = 1 << 61;

/// ns from one time to another; `None` when one is missing, or of another clock.
#[inline]
pub fn since(earlier: i64, later: i64) -> Option<i64> {
    let apart = later.saturating_sub(earlier);
    (earlier != NO_TIME && later != NO_TIME && (-APART..APART).contains(&apart)).then_some(apart)
}

/// What is remembered of a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// Where its captured bytes start: in the file, or in a data set, see [`source::place`].
    pub offset: u64,
    pub captured: u32,
    /// Original length, bytes.
    pub wire_len: u32,
    /// ns since the capture's first packet; [`NO_TIME`].
    pub time: i64,
    /// Of the innermost transport; [`NO_FLOW`].
    pub flow: FlowId,
    /// Which conversations of addresses it belongs to, see [`super::paths`].
    pub path: u32,
    /// Which layers it has, see [`super::stacks`].
    pub stack: u16,
    pub marks: Marks,
}

/// What is remembered of a packet, without where it is in the file.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub wire_len: u32,
    pub time: i64,
    pub flow: FlowId,
    pub path: u32,
    pub stack: u16,
    pub marks: Marks,
}

impl Packet {
    /// The same without its place in the file.
    pub fn row(&self) -> Row {
        let Self { wire_len, time, flow, path, stack, marks, .. } = *self;
        Row { wire_len, time, flow, path, stack, marks }
    }
}

/// Findings on a packet, a bit each; the lower twelve bits are its TCP flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(pub u32);

impl Marks {
    pub const TCP_FLAGS: u32 = 0x0fff;
    /// Sent by the flow's second end.
    pub const FROM_B: u32 = 1 << 12;
    /// Less captured than was on the wire.
    pub const TRUNCATED: u32 = 1 << 13;
    /// A layer contradicts itself.
    pub const MALFORMED: u32 = 1 << 14;
    /// The file has a comment on it.
    pub const COMMENT: u32 = 1 << 15;
    // What TCP sequence analysis found (see `flow::sequence`); their names are in `super::marks`.
    pub const RETRANSMISSION: u32 = 1 << 16;
    pub const FAST_RETRANSMISSION: u32 = 1 << 17;
    pub const SPURIOUS_RETRANSMISSION: u32 = 1 << 18;
    pub const OUT_OF_ORDER: u32 = 1 << 19;
    pub const DUPLICATE_ACK: u32 = 1 << 20;
    pub const ZERO_WINDOW: u32 = 1 << 21;
    pub const ZERO_WINDOW_PROBE: u32 = 1 << 22;
    pub const ZERO_WINDOW_PROBE_ACK: u32 = 1 << 23;
    pub const WINDOW_FULL: u32 = 1 << 24;
    pub const WINDOW_UPDATE: u32 = 1 << 25;
    pub const KEEP_ALIVE: u32 = 1 << 26;
    pub const KEEP_ALIVE_ACK: u32 = 1 << 27;
    pub const LOST_SEGMENT: u32 = 1 << 28;
    pub const ACK_LOST_SEGMENT: u32 = 1 << 29;
    pub const REUSED_PORTS: u32 = 1 << 30;
    /// Findings that make a segment "bad TCP": all but those of connections that merely wait.
    pub const BAD_TCP: u32 = Self::FINDINGS & !(Self::WINDOW_UPDATE | Self::KEEP_ALIVE | Self::KEEP_ALIVE_ACK);
    /// Its payload is a part of a message that a later packet completes, or was seen before: no layer stands on it.
    pub const SEGMENT: u32 = 1 << 31;
    pub const FINDINGS: u32 = 0x7fff_0000;

    #[inline]
    pub fn set(&mut self, mark: u32, on: bool) {
        self.0 |= if on { mark } else { 0 };
    }

    /// Whether a segment's payload is not read: it was seen before, or comes out of order. One that was sent again because of
    /// duplicate ACKs is read, as Wireshark does: the first time it most likely got lost.
    pub fn is_stale(self) -> bool {
        self.has(Self::OUT_OF_ORDER) || self.has(Self::RETRANSMISSION) && !self.has(Self::FAST_RETRANSMISSION)
    }

    #[inline]
    pub fn has(self, mark: u32) -> bool {
        self.0 & mark != 0
    }

    /// What TCP sequence analysis found, alone.
    #[inline]
    pub fn findings(self) -> Self {
        Self(self.0 & Self::FINDINGS)
    }

    #[inline]
    pub fn tcp_flags(self) -> u16 {
        (self.0 & Self::TCP_FLAGS) as u16
    }
}

#[derive(Debug, Default)]
pub struct Packets {
    places: Places,
    /// Which file packets are in, by stack: a stack is of one interface, and that of one file. Empty when there is one file only.
    files: Vec<u16>,
    /// Packets for which that does not hold, because all numbers of stacks are taken. Ascending.
    strays: Vec<(PacketId, u16)>,
    time: Column<i64>,
    wire_len: Column<u32>,
    flow: Column<FlowId>,
    path: Column<u32>,
    stack: Column<u16>,
    marks: Column<u32>,
    /// What the clock said for packets without a time, because it is out of range: ns since 1970. Ascending by packet.
    pub clocks: Vec<(PacketId, i128)>,
}

/// What the columns cost, bytes a packet.
pub const PACKET_BYTES: usize = 4 + 8 + 4 + 4 + 4 + 2 + 4;

/// Sets an element of a list that grows as far as needed.
fn set(list: &mut Vec<u16>, at: usize, empty: u16, value: u16) {
    if at >= list.len() {
        list.resize(at.saturating_add(1), empty);
    }
    if let Some(place) = list.get_mut(at) {
        *place = value;
    }
}

impl Packets {
    #[inline]
    pub fn push(&mut self, packet: &Packet) {
        let (file, _) = source::split(packet.offset);
        if file != 0 || !self.files.is_empty() {
            self.note_file(packet.stack, file);
        }
        self.places.push(packet.offset, packet.captured, packet.wire_len);
        self.time.push(packet.time);
        self.wire_len.push(packet.wire_len);
        self.flow.push(packet.flow);
        self.path.push(packet.path);
        self.stack.push(packet.stack);
        self.marks.push(packet.marks.0);
    }

    /// Remembers the file of the packet to come.
    fn note_file(&mut self, stack: u16, file: usize) {
        /// No packet had this stack yet.
        const NONE: u16 = u16::MAX;
        let (Ok(file), at) = (u16::try_from(file), usize::from(stack)) else { return };
        if self.files.is_empty() && !self.is_empty() {
            // All packets so far are of the first file.
            for chunk in self.stack.chunks() {
                for &stack in chunk {
                    set(&mut self.files, usize::from(stack), NONE, 0);
                }
            }
        }
        match self.files.get(at).copied().filter(|&known| known != NONE) {
            None => set(&mut self.files, at, NONE, file),
            Some(known) if known != file => self.strays.push((self.len(), file)),
            Some(_) => {}
        }
    }

    /// Which file of the data set a packet is in, from 0.
    #[inline]
    pub fn file(&self, id: PacketId, stack: u16) -> usize {
        if let Ok(at) = self.strays.binary_search_by_key(&id, |(stray, _)| *stray) {
            return self.strays.get(at).map_or(0, |&(_, file)| file.into());
        }
        self.files.get(usize::from(stack)).map_or(0, |&file| file.into())
    }

    pub fn len(&self) -> u32 {
        self.time.len() as u32
    }

    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    pub fn get(&self, id: PacketId) -> Option<Packet> {
        let row = id as usize;
        let wire_len = *self.wire_len.get(row)?;
        let stack = *self.stack.get(row)?;
        let (offset, captured) = self.places.get(id, self.file(id, stack), wire_len)?;
        Some(Packet {
            offset,
            captured,
            wire_len,
            time: *self.time.get(row)?,
            flow: *self.flow.get(row)?,
            path: *self.path.get(row)?,
            stack,
            marks: Marks(*self.marks.get(row)?),
        })
    }

    /// Bytes of a packet that were captured.
    #[inline]
    pub fn captured(&self, id: PacketId, row: &Row) -> u32 {
        self.places.captured(id, self.file(id, row.stack), row.wire_len)
    }

    /// A packet's flow and path.
    #[inline]
    pub fn ends(&self, id: PacketId) -> Option<(FlowId, u32)> {
        Some((*self.flow.get(id as usize)?, *self.path.get(id as usize)?))
    }

    pub fn flow(&self, id: PacketId) -> Option<FlowId> {
        self.flow.get(id as usize).copied()
    }

    /// The flow's first packet from one on.
    pub fn find_flow(&self, flow: FlowId, from: usize) -> Option<PacketId> {
        self.flow.find_from(from, &flow).and_then(|row| PacketId::try_from(row).ok())
    }

    /// The flow's packet before one.
    pub fn before_in_flow(&self, flow: FlowId, id: PacketId) -> Option<PacketId> {
        self.flow.find_before(id as usize, &flow).and_then(|row| PacketId::try_from(row).ok())
    }

    /// The flow's packet after one.
    pub fn after_in_flow(&self, flow: FlowId, id: PacketId) -> Option<PacketId> {
        self.flow.find_from((id as usize).saturating_add(1), &flow).and_then(|row| PacketId::try_from(row).ok())
    }

    pub fn marks(&self, id: PacketId) -> Option<Marks> {
        self.marks.get(id as usize).copied().map(Marks)
    }

    /// ns since the first packet; [`NO_TIME`].
    pub fn time(&self, id: PacketId) -> Option<i64> {
        self.time.get(id as usize).copied()
    }

    /// A packet's time for differences inside its stream: also one out of range has some, from its like.
    #[inline]
    pub fn clock(&self, packet: PacketId, time: i64) -> i64 {
        match self.clocks.first() {
            Some(&(_, first)) if time == NO_TIME => {
                let at = self.clocks.binary_search_by_key(&packet, |(id, _)| *id).ok();
                let clock = at.and_then(|at| self.clocks.get(at)).map(|(_, clock)| clock.saturating_sub(first));
                let near = |clock: i128| clock.clamp(i128::from(-APART), i128::from(APART)) as i64;
                clock.map_or(NO_TIME, |clock| near(clock).saturating_add(NO_TIME / 2))
            }
            _ => time,
        }
    }

    /// The same of a packet that is remembered.
    #[inline]
    pub fn clock_of(&self, packet: PacketId) -> i64 {
        self.clock(packet, self.time(packet).unwrap_or(NO_TIME))
    }

    /// Packets one after the other, the columns side by side: what of it is not used costs nothing.
    pub fn rows(&self, ids: std::ops::Range<PacketId>) -> impl Iterator<Item = (PacketId, Row)> + '_ {
        let chunks = ids.start as usize / ROWS..(ids.end as usize).div_ceil(ROWS);
        chunks.flat_map(move |chunk| {
            let first = chunk * ROWS;
            let range = (ids.start as usize).max(first) - first..(ids.end as usize).min(first + ROWS) - first;
            let size = self.wire_len.part(chunk, &range).iter().zip(self.time.part(chunk, &range));
            let place = self.flow.part(chunk, &range).iter().zip(self.path.part(chunk, &range));
            let kind = self.stack.part(chunk, &range).iter().zip(self.marks.part(chunk, &range));
            let ids = (first + range.start) as PacketId..;
            ids.zip(size.zip(place).zip(kind)).map(|(id, (((&wire_len, &time), (&flow, &path)), (&stack, &marks)))| {
                (id, Row { wire_len, time, flow, path, stack, marks: Marks(marks) })
            })
        })
    }

    /// Every packet.
    #[inline]
    pub fn each(&self, mut take: impl FnMut(PacketId, Row)) {
        self.rows(0..self.len()).for_each(|(id, row)| take(id, row));
    }

    /// Those of all packets whose bit is set, in order.
    pub fn each_of(&self, words: &[u64], mut take: impl FnMut(PacketId, Row)) {
        for (chunk, words) in words.chunks(ROWS / 64).enumerate() {
            let (size, place) = (self.wire_len.chunk(chunk), (self.flow.chunk(chunk), self.path.chunk(chunk)));
            let (time, stack, marks) = (self.time.chunk(chunk), self.stack.chunk(chunk), self.marks.chunk(chunk));
            for (at, &word) in words.iter().enumerate() {
                let mut left = word;
                while left != 0 {
                    let row = at * 64 + left.trailing_zeros() as usize;
                    left &= left - 1;
                    let (Some(&wire_len), Some(&time)) = (size.get(row), time.get(row)) else { break };
                    let (Some(&flow), Some(&path)) = (place.0.get(row), place.1.get(row)) else { break };
                    let (Some(&stack), Some(&marks)) = (stack.get(row), marks.get(row)) else { break };
                    let row_id = (chunk * ROWS + row) as PacketId;
                    take(row_id, Row { wire_len, time, flow, path, stack, marks: Marks(marks) });
                }
            }
        }
    }

    /// Every packet whose marks have one of these bits.
    pub fn marked(&self, bits: u32) -> impl Iterator<Item = (PacketId, Marks)> + '_ {
        (0..)
            .zip(self.marks.iter())
            .filter(move |(_, marks)| **marks & bits != 0)
            .map(|(id, &marks)| (id, Marks(marks)))
    }

    /// Every packet's (path, wire length, time).
    pub fn paths(&self) -> impl Iterator<Item = (u32, u32, i64)> + '_ {
        let chunks = self.path.chunks().iter().zip(self.wire_len.chunks()).zip(self.time.chunks());
        chunks.flat_map(|((path, len), time)| path.iter().zip(len).zip(time).map(|((&p, &l), &t)| (p, l, t)))
    }

    /// Every packet's (stack, path, wire length).
    pub fn stacks(&self) -> impl Iterator<Item = (u16, u32, u32)> + '_ {
        let chunks = self.stack.chunks().iter().zip(self.path.chunks()).zip(self.wire_len.chunks());
        chunks.flat_map(|((stack, path), len)| stack.iter().zip(path).zip(len).map(|((&s, &p), &l)| (s, p, l)))
    }

    /// Every packet's (time, wire length, marks).
    pub fn times(&self) -> impl Iterator<Item = (i64, u32, Marks)> + '_ {
        let chunks = self.time.chunks().iter().zip(self.wire_len.chunks()).zip(self.marks.chunks());
        chunks.flat_map(|((time, len), marks)| time.iter().zip(len).zip(marks).map(|((&t, &l), &m)| (t, l, Marks(m))))
    }

    /// Every packet's flow.
    pub fn flows(&self) -> impl Iterator<Item = FlowId> + '_ {
        self.flow.iter().copied()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.places.memory()
            + self.time.memory()
            + self.wire_len.memory()
            + self.flow.memory()
            + self.path.memory()
            + self.stack.memory()
            + self.marks.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_costs_30_bytes_and_comes_back_as_it_was() {
        let mut packets = Packets::default();
        let packet = Packet {
            offset: (1 << 39) + 5,
            captured: 96,
            wire_len: 1514,
            time: -7,
            flow: 3,
            path: 4,
            stack: 9,
            marks: Marks(Marks::FROM_B | 0x12),
        };
        packets.push(&packet);
        assert_eq!(packets.get(0), Some(packet));
        assert_eq!(packets.get(1), None);
        assert!(packets.rows(0..1).all(|(id, row)| (id, row.flow, row.marks) == (0, packet.flow, packet.marks)));
        assert_eq!(PACKET_BYTES, 30);
    }

    #[test]
    fn rows_go_on_over_chunks() {
        let mut packets = Packets::default();
        for wire_len in 0..ROWS as u32 * 9 + 5 {
            packets.push(&Packet { wire_len, ..Packet::default() });
        }
        for range in [0..packets.len(), 3..9, 65_530..65_540, 131_072..131_073, 7..7] {
            assert!(packets.rows(range.clone()).map(|(id, row)| (id, row.wire_len)).eq(range.map(|id| (id, id))));
        }
        // Some of them, and one that there is not.
        let some = [0, 63, 64, ROWS as u32 - 1, ROWS as u32, 131_072, packets.len() - 1];
        let mut words = vec![0_u64; packets.len() as usize / 64 + 1];
        for id in some.into_iter().chain([packets.len()]) {
            words[id as usize / 64] |= 1 << (id % 64);
        }
        let mut seen = Vec::new();
        packets.each_of(&words, |id, row| seen.push((id, row.wire_len)));
        assert!(seen.into_iter().eq(some.map(|id| (id, id))));
    }
}
