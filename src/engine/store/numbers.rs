//! What TCP's headers say, packed to a few bytes a segment: graphs, round trips, states and times are made from it without reading the
//! file again.
//!
//! A record stands for each packet of the capture, in its order: a byte that says how long its four numbers are, then those that are
//! not as the sender's segment before lets expect; all of them where that is not known (any more). A connection's segments are found by
//! the flow column; other records are passed over.
use super::Store;
use super::column::Column;
use super::flows::End;
use super::packets::{FlowId, Marks, PacketId, Row};
use rustc_hash::FxHashMap;

/// What a segment's header says. Numbers as on the wire; the window is not scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    pub seq: u32,
    pub ack: u32,
    pub window: u16,
    /// Payload by IP's lengths, bytes.
    pub len: u32,
}

/// A segment of a connection, as remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub packet: PacketId,
    /// ns since the capture's first packet; [`super::packets::NO_TIME`].
    pub time: i64,
    /// Who sent it.
    pub from: End,
    pub header: Header,
    /// Its flags, and what sequence analysis found on it.
    pub marks: Marks,
}

impl Segment {
    pub fn has(&self, flags: u16) -> bool {
        self.marks.tcp_flags() & flags != 0
    }

    /// The sequence number behind it: SYN and FIN take one.
    pub fn end(&self) -> u32 {
        self.header.end(self.marks.tcp_flags())
    }
}

impl Header {
    fn end(&self, flags: u16) -> u32 {
        // Both bits at once is no segment of a real connection; it costs a few bytes more.
        let flag = flags & 3 != 0;
        self.seq.wrapping_add(self.len).wrapping_add(flag.into())
    }
}

/// What is expected of an end's next segment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected {
    next: u32,
    ack: u32,
    window: u16,
    /// Of its latest segment that had some.
    len: u32,
}

impl Expected {
    fn passed(&mut self, header: &Header, flags: u16) {
        let len = if header.len == 0 { self.len } else { header.len };
        *self = Self { next: header.end(flags), ack: header.ack, window: header.window, len };
    }
}

/// Packets a chunk: what is passed over at once where it has none of a connection.
const CHUNK: usize = 4096;
/// The first byte of a packet that is no segment, and of one of which nothing was expected: all its numbers follow. (What says of a
/// window's two bits that both are set is no record of differences.)
const NO_SEGMENT: u8 = 0b00_11_00_00;
const WHOLE: u8 = 0b01_11_00_00;
const WHOLE_LENGTH: u8 = 15;
/// Sequence and acknowledgement number: bytes by their two bits.
const LENGTHS: [u8; 4] = [0, 1, 2, 4];
/// A payload's length by its two bits: none, as before, two bytes, four bytes.
const PAYLOAD: [u8; 4] = [0, 0, 2, 4];
/// A window's: as before, the difference in one byte, itself in two.
const WINDOW: [u8; 4] = [0, 1, 2, 0];
/// Bytes of a record by its first one, that included.
static RECORD: [u8; 256] = record_lengths();

const fn record_lengths() -> [u8; 256] {
    let mut lengths = [1; 256];
    let mut first = 0;
    while first < 256 {
        lengths[first] += LENGTHS[first & 3] + LENGTHS[first >> 2 & 3] + WINDOW[first >> 4 & 3] + PAYLOAD[first >> 6];
        first += 1;
    }
    lengths[NO_SEGMENT as usize] = 1;
    lengths[WHOLE as usize] = WHOLE_LENGTH;
    lengths
}

/// A block that a segment acknowledges behind its ACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sack {
    pub packet: PacketId,
    /// Left and right edge.
    pub block: (u32, u32),
    /// Bytes in all blocks of the segment.
    pub sum: u32,
}

#[derive(Debug, Default)]
pub struct Numbers {
    full: Vec<Box<[u8]>>,
    open: Vec<u8>,
    /// Packets in the open chunk.
    count: usize,
    /// Blocks that segments acknowledge (RFC 2018), as they stand in the header. Ascending by packet.
    pub sacks: Column<Sack, 1024>,
}

impl Numbers {
    /// The next packet is a segment of a connection whose sender this was expected of.
    #[inline]
    pub fn push(&mut self, expected: &mut Option<Expected>, header: &Header, flags: u16) {
        match expected {
            Some(expected) => self.push_differences(expected, header),
            None => self.push_whole(header),
        }
        expected.get_or_insert_default().passed(header, flags);
        self.counted();
    }

    fn push_whole(&mut self, header: &Header) {
        self.open.push(WHOLE);
        self.open.extend(header.seq.to_le_bytes());
        self.open.extend(header.ack.to_le_bytes());
        self.open.extend(header.window.to_le_bytes());
        self.open.extend(header.len.to_le_bytes());
    }

    #[inline]
    fn push_differences(&mut self, expected: &Expected, header: &Header) {
        let first_at = self.open.len();
        self.open.push(0);
        let seq = self.difference(header.seq, expected.next);
        let ack = self.difference(header.ack, expected.ack);
        let window = match header.window.wrapping_sub(expected.window) as i16 {
            0 => 0,
            small @ -128..=127 => {
                self.open.push(small as u8);
                1
            }
            _ => {
                self.open.extend(header.window.to_le_bytes());
                2
            }
        };
        let len = match (header.len, u16::try_from(header.len)) {
            (0, _) => 0,
            (len, _) if len == expected.len => 1,
            (_, Ok(len)) => {
                self.open.extend(len.to_le_bytes());
                2
            }
            (len, _) => {
                self.open.extend(len.to_le_bytes());
                3
            }
        };
        if let Some(first) = self.open.get_mut(first_at) {
            *first = seq | ack << 2 | window << 4 | len << 6;
        }
    }

    /// The next packet is something else.
    #[inline]
    pub fn push_other(&mut self) {
        self.open.push(NO_SEGMENT);
        self.counted();
    }

    /// Writes how far a number is from the expected one; its two bits.
    #[inline]
    fn difference(&mut self, number: u32, expected: u32) -> u8 {
        let difference = number.wrapping_sub(expected) as i32;
        if difference == 0 {
            return 0;
        }
        if let Ok(small) = i8::try_from(difference) {
            self.open.push(small as u8);
            return 1;
        }
        if let Ok(small) = i16::try_from(difference) {
            self.open.extend(small.to_le_bytes());
            return 2;
        }
        self.open.extend(difference.to_le_bytes());
        3
    }

    #[inline]
    fn counted(&mut self) {
        self.count += 1;
        if self.count == CHUNK {
            let next = Vec::with_capacity(self.open.len());
            self.full.push(std::mem::replace(&mut self.open, next).into_boxed_slice());
            self.count = 0;
        }
    }

    fn chunk(&self, chunk: usize) -> &[u8] {
        self.full.get(chunk).map_or(&self.open, |bytes| bytes)
    }

    /// The SACK blocks of a packet.
    pub fn sacks_of(&self, packet: PacketId) -> impl Iterator<Item = &Sack> {
        let from = self.sacks.partition_point(|other| other.packet < packet);
        (from..).map_while(move |at| self.sacks.get(at).filter(|other| other.packet == packet))
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.full.iter().map(|chunk| chunk.len()).sum::<usize>() + self.open.capacity() + self.sacks.memory()
    }
}

/// Reads a record at the start of `bytes`.
#[inline]
fn read(bytes: &[u8], expected: &mut Expected, flags: u16) -> Option<Header> {
    let (&first, mut rest) = bytes.split_first()?;
    let header = match first {
        NO_SEGMENT => return None,
        WHOLE => {
            let (seq, ack) = (u32::from_le_bytes(take(&mut rest)?), u32::from_le_bytes(take(&mut rest)?));
            Header { seq, ack, window: u16::from_le_bytes(take(&mut rest)?), len: u32::from_le_bytes(take(&mut rest)?) }
        }
        _ => differences(first, rest, expected)?,
    };
    expected.passed(&header, flags);
    Some(header)
}

#[inline]
fn differences(first: u8, mut rest: &[u8], expected: &Expected) -> Option<Header> {
    let seq = expected.next.wrapping_add(difference(&mut rest, first)?);
    let ack = expected.ack.wrapping_add(difference(&mut rest, first >> 2)?);
    let window = match first >> 4 & 3 {
        0 => expected.window,
        1 => expected.window.wrapping_add((take::<1>(&mut rest)?[0] as i8) as u16),
        _ => u16::from_le_bytes(take(&mut rest)?),
    };
    let len = match first >> 6 {
        0 => 0,
        1 => expected.len,
        2 => u16::from_le_bytes(take(&mut rest)?).into(),
        _ => u32::from_le_bytes(take(&mut rest)?),
    };
    Some(Header { seq, ack, window, len })
}

#[inline]
fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

#[inline]
fn difference(bytes: &mut &[u8], kind: u8) -> Option<u32> {
    Some(match kind & 3 {
        0 => 0,
        1 => (take::<1>(bytes)?[0] as i8) as u32,
        2 => i16::from_le_bytes(take(bytes)?) as u32,
        _ => u32::from_le_bytes(take(bytes)?),
    })
}

/// Where records are: each packet's (chunk, place in it), in the capture's order.
fn places(numbers: &Numbers) -> impl Iterator<Item = (PacketId, usize, usize)> + '_ {
    let chunks = 0..=numbers.full.len();
    chunks.flat_map(move |chunk| {
        let bytes = numbers.chunk(chunk);
        let first = (chunk * CHUNK) as PacketId;
        let mut at = 0;
        (first..).map_while(move |packet| {
            let place = at;
            at += usize::from(*RECORD.get(usize::from(*bytes.get(at)?))?);
            Some((packet, chunk, place))
        })
    })
}

/// What the headers of all packets say, one after the other.
#[derive(Debug, Default)]
pub struct Headers {
    expected: Vec<[Expected; 2]>,
    /// Where the next record stands in its chunk.
    place: usize,
}

impl Headers {
    /// The header of a packet's innermost TCP segment. To be asked for every packet, from the first on.
    pub fn next(&mut self, store: &Store, packet: PacketId, row: &Row) -> Option<Header> {
        if (packet as usize).is_multiple_of(CHUNK) {
            self.place = 0;
        }
        let record = store.numbers.chunk(packet as usize / CHUNK).get(self.place..)?;
        let first = *record.first()?;
        self.place += usize::from(*RECORD.get(usize::from(first))?);
        if first == NO_SEGMENT {
            return None;
        }
        if self.expected.is_empty() {
            self.expected.resize(store.flows.len() as usize, [Expected::default(); 2]);
        }
        let expected = self.expected.get_mut(row.flow as usize)?.get_mut(End::from(row.marks.has(Marks::FROM_B)))?;
        read(record, expected, row.marks.tcp_flags())
    }
}

impl Store {
    /// A TCP flow's segments in the capture's order.
    pub fn segments(&self, flow: FlowId) -> impl Iterator<Item = Segment> + '_ {
        let known = self.flows.get(flow);
        let (mut from, packets) = known.map_or((0, 0), |flow| (flow.first_packet as usize, flow.total_packets()));
        let mut expected = [Expected::default(); 2];
        // Chunks without the flow cost a look at the flow column only.
        let chunks = std::iter::from_fn(move || {
            let chunk = self.packets.find_flow(flow, from)? as usize / CHUNK;
            from = (chunk + 1) * CHUNK;
            Some(chunk)
        });
        let records = chunks.flat_map(move |chunk| {
            let bytes = self.numbers.chunk(chunk);
            let mut at = 0;
            let packets = (chunk * CHUNK) as PacketId..;
            packets.map_while(move |packet| {
                let record = bytes.get(at..)?;
                at += usize::from(*RECORD.get(usize::from(*record.first()?))?);
                Some((packet, record))
            })
        });
        records
            .filter(move |&(packet, _)| self.packets.flow(packet) == Some(flow))
            // Behind its last packet there is nothing to look for.
            .take(packets as usize)
            .filter_map(move |(packet, record)| self.segment(packet, record, &mut expected))
    }

    /// Payload lengths of some connections' segments, in the capture's order, in one pass: `which` numbers the connections below
    /// `count`, and is told of each segment's number, packet, sender and length.
    pub fn payloads(
        &self,
        count: usize,
        which: impl Fn(FlowId) -> Option<usize>,
        mut tell: impl FnMut(usize, PacketId, End, u32),
    ) {
        let mut expected = vec![[Expected::default(); 2]; count];
        let (mut bytes, mut at) = (self.numbers.chunk(0), 0);
        self.packets.each(|id, packet| {
            if (id as usize).is_multiple_of(CHUNK) {
                (bytes, at) = (self.numbers.chunk(id as usize / CHUNK), 0);
            }
            let Some((&first, record)) = bytes.get(at..).and_then(|rest| Some((rest.first()?, rest))) else { return };
            at += RECORD.get(usize::from(first)).map_or(1, |&length| usize::from(length));
            let from = End::from(packet.marks.has(Marks::FROM_B));
            let Some(number) = which(packet.flow) else { return };
            let Some(expected) = expected.get_mut(number).and_then(|ends| ends.get_mut(from)) else { return };
            if let Some(header) = read(record, expected, packet.marks.tcp_flags()) {
                tell(number, id, from, header.len);
            }
        });
    }

    #[inline]
    fn segment(&self, packet: PacketId, record: &[u8], expected: &mut [Expected; 2]) -> Option<Segment> {
        let marks = self.packets.marks(packet)?;
        let from = End::from(marks.has(Marks::FROM_B));
        let header = read(record, expected.get_mut(from)?, marks.tcp_flags())?;
        Some(Segment { packet, time: self.packets.time(packet)?, from, header, marks })
    }
}

/// Where a walk over all segments stands.
#[derive(Debug, Default)]
pub struct Cursor {
    next: PacketId,
    /// Where its record stands in its chunk.
    at: usize,
    expected: FxHashMap<FlowId, [Expected; 2]>,
}

impl Cursor {
    /// The next segment of any connection, if it is not behind the packet `last`.
    pub fn next(&mut self, store: &Store, last: PacketId) -> Option<(FlowId, Segment)> {
        while self.next <= last {
            let packet = self.next;
            let (chunk, row) = (packet as usize / CHUNK, packet as usize % CHUNK);
            if row == 0 {
                self.at = 0;
            }
            let record = store.numbers.chunk(chunk).get(self.at..)?;
            self.at += usize::from(*RECORD.get(usize::from(*record.first()?))?);
            self.next += 1;
            let flow = store.packets.flow(packet)?;
            if let Some(segment) = store.segment(packet, record, self.expected.entry(flow).or_default()) {
                return Some((flow, segment));
            }
        }
        None
    }
}

/// The packets of every flow together: for questions about all connections. Twelve bytes a packet, while it is needed.
#[derive(Debug)]
pub struct ByFlow {
    /// Where each flow's packets begin in `packets`; one more at the end.
    starts: Vec<u32>,
    /// Packet, and its record's chunk and place.
    packets: Vec<(PacketId, u32)>,
}

impl ByFlow {
    /// Sorts the packets by flow.
    pub fn new(store: &Store) -> Self {
        let flows = store.flows.len() as usize;
        let mut starts = vec![0_u32; flows + 2];
        let flow_of = |packet| store.packets.flow(packet).map_or(usize::MAX, |flow| flow as usize);
        for flow in store.packets.flows() {
            if let Some(start) = starts.get_mut((flow as usize).saturating_add(2)) {
                *start += 1;
            }
        }
        for flow in 2..starts.len() {
            let before = starts.get(flow - 1).copied().unwrap_or(0);
            if let Some(start) = starts.get_mut(flow) {
                *start += before;
            }
        }
        // Each start moves to the next flow's while its packets are put down.
        let mut packets = vec![(0, 0); starts.last().map_or(0, |&end| end as usize)];
        for (packet, _, place) in places(&store.numbers) {
            let next = flow_of(packet).checked_add(1).and_then(|flow| starts.get_mut(flow));
            if let Some(next) = next {
                if let Some(slot) = packets.get_mut(*next as usize) {
                    *slot = (packet, place as u32);
                }
                *next += 1;
            }
        }
        starts.pop();
        Self { starts, packets }
    }

    /// A flow's packets, whatever its transport, in the capture's order.
    pub fn packets(&self, flow: FlowId) -> impl Iterator<Item = PacketId> + '_ {
        self.places(flow).iter().map(|(packet, _)| *packet)
    }

    fn places(&self, flow: FlowId) -> &[(PacketId, u32)] {
        let start = self.starts.get(flow as usize).map_or(0, |&start| start as usize);
        let end = self.starts.get(flow as usize + 1).map_or(start, |&end| end as usize);
        self.packets.get(start..end).unwrap_or_default()
    }

    /// A TCP flow's segments in the capture's order.
    pub fn segments<'s>(&'s self, store: &'s Store, flow: FlowId) -> impl Iterator<Item = Segment> + 's {
        let mut expected = [Expected::default(); 2];
        self.places(flow).iter().filter_map(move |&(packet, place)| {
            let record = store.numbers.chunk(packet as usize / CHUNK).get(place as usize..)?;
            store.segment(packet, record, &mut expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::talk;

    #[test]
    fn headers_come_back_as_they_were() {
        let headers = [
            // seq, ack, window, len
            (7, 0, 64_240, 0),
            (8, 5000, 502, 0),
            (8, 5000, 502, 1460),
            (1468, 5000, 502, 1460),
            (2928, 5100, 490, 99),
            (3027, 4_000_000_000, 65_535, 70_000),
            (u32::MAX, 0, 0, 1),
            (0, u32::MAX, 1, 0),
            (0, 1, 130, 1),
        ];
        let (mut numbers, mut expected) = (Numbers::default(), None);
        numbers.push_other();
        for (nth, &(seq, ack, window, len)) in headers.iter().enumerate() {
            numbers.push(&mut expected, &Header { seq, ack, window, len }, if nth == 0 { 2 } else { 16 });
            numbers.push_other();
        }
        let mut expected = Expected::default();
        let records: Vec<_> = places(&numbers).collect();
        assert_eq!(records.len(), headers.len() * 2 + 1);
        let back = records.iter().enumerate().filter_map(|(nth, &(_, chunk, place))| {
            read(&numbers.chunk(chunk)[place..], &mut expected, if nth == 1 { 2 } else { 16 })
        });
        assert!(back.map(|h| (h.seq, h.ack, h.window, h.len)).eq(headers));
        assert_eq!(numbers.open.len(), 69, "ten of them others' records");
    }

    #[test]
    fn a_connection_over_several_chunks_is_found_whole_both_ways() {
        let mut text = "> SYN / < SYN ACK / > ACK".to_owned();
        for n in 0..9000 {
            text += if n % 3 == 0 { "/ < ACK" } else { "/ > 100" };
        }
        let session = talk(&text);
        let store = session.store();
        let segments: Vec<Segment> = store.segments(0).collect();
        assert_eq!(segments.len(), 9003);
        assert_eq!(segments[9002].header.seq, 1001 + 100 * 5999);
        assert!(ByFlow::new(store).segments(store, 0).eq(segments));
    }
}
