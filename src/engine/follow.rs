//! Follow stream: the bytes that the two ends of a flow said, in order, each byte once.
//!
//! A stream is found by one reading of its packets; what is remembered is where its pieces stand in the file, 32 bytes each.
use super::dissect::{Bytes, Dissection, Fragment, Segment, Wanted};
use super::protocols::{Conversations, Told, walk_frame};
use super::replay::Replay;
use super::source::Source;
use super::store::Store;
use super::store::flows::{End, NO_PROTOCOL};
use super::store::packets::{FlowId, PacketId};

/// Pieces of one stream at most.
const MOST_CHUNKS: usize = 4 << 20;
/// Pieces of a side that wait for a hole before them.
const MOST_HELD: usize = 4096;

/// In-order bytes that one packet added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    pub from: End,
    pub packet: PacketId,
    /// Where it stands in its side's bytes.
    pub offset: u64,
    /// Bytes before it that the capture does not have.
    pub gap: u32,
    pub length: u32,
    /// Bytes of the packet's payload that were known already.
    skip: u32,
    place: Place,
}

impl Chunk {
    #[cfg(test)]
    pub fn there(from: End, packet: PacketId, offset: u64, length: u32) -> Self {
        Self { from, packet, offset, gap: 0, length, skip: 0, place: Place::File(offset) }
    }

    /// Its first bytes, and what is behind them.
    pub fn split(self, at: u32) -> (Option<Self>, Option<Self>) {
        let at = at.min(self.length);
        let first = Self { length: at, ..self };
        let rest = Self {
            offset: self.offset + u64::from(at),
            gap: if at == 0 { self.gap } else { 0 },
            length: self.length - at,
            skip: self.skip + at,
            ..self
        };
        (Some(first).filter(|chunk| chunk.length > 0), Some(rest).filter(|chunk| chunk.length > 0))
    }
}

/// Where a payload's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the file.
    File(u64),
    /// In a datagram put together from fragments.
    Reassembled,
}

/// A flow's stream.
#[derive(Debug, Default)]
pub struct Stream {
    /// In the order in which they became known.
    pub chunks: Vec<Chunk>,
    /// By side, A first.
    pub bytes: [u64; 2],
    pub missing: [u64; 2],
    pub is_cut: bool,
    /// Chunks from here on came after bytes that nobody acknowledged: Wireshark does not show them.
    pub unacknowledged: usize,
    sides: [Side; 2],
}

#[derive(Debug, Default)]
struct Side {
    /// Sequence number of the byte that comes next.
    next: Option<u32>,
    held: Vec<Piece>,
}

/// A payload on its way.
#[derive(Clone, Copy, Debug)]
struct Piece {
    seq: u32,
    length: u32,
    packet: PacketId,
    place: Place,
}

impl Stream {
    /// Reads a flow's packets.
    ///
    /// # Errors
    /// When there is no such flow or the file cannot be read.
    pub fn of(store: &Store, id: FlowId, source: &mut dyn Source) -> Result<Self, String> {
        if store.flows.get(id).is_none() {
            return Err(format!("There is no flow {id}."));
        }
        let mut stream = Self::default();
        let mut replay = Replay::new(store, source);
        let mut d = Dissection::new(Wanted::Facts);
        for (packet, _) in (0..).zip(store.packets.flows()).filter(|(_, of)| *of == id) {
            if stream.chunks.len() >= MOST_CHUNKS {
                stream.is_cut = true;
                break;
            }
            if let Some(payload) = payload(&mut replay, &mut d, id, packet)? {
                stream.add(&payload, packet);
            }
        }
        stream.unacknowledged = stream.chunks.len();
        for end in [0, 1] {
            stream.give_up_waiting(end, None);
        }
        Ok(stream)
    }

    fn add(&mut self, payload: &Payload, packet: PacketId) {
        let Payload { end, segment, place, captured } = *payload;
        let piece = |seq| Piece { seq, length: captured, packet, place };
        let Some(head) = segment.tcp else {
            if captured > 0 {
                self.deliver(end, &piece(0), 0, 0);
            }
            return;
        };
        if let Some(side) = self.sides.get_mut(end) {
            // The stream begins with the first segment seen, whatever the other side acknowledged before.
            side.next.get_or_insert(head.payload_seq());
        }
        self.give_up_waiting(1 - end, Some(head.ack));
        // One byte where the window is closed or the connection idle asks only for an answer.
        if captured > 0 {
            self.arrive(end, piece(head.payload_seq()));
        }
    }

    fn arrive(&mut self, end: End, piece: Piece) {
        let Some(side) = self.sides.get_mut(end) else { return };
        let next = *side.next.get_or_insert(piece.seq);
        let ahead = piece.seq.wrapping_sub(next).cast_signed();
        if ahead > 0 {
            side.held.push(piece);
            if side.held.len() > MOST_HELD {
                self.give_up_waiting(end, None);
            }
            return;
        }
        self.take(end, &piece, 0);
        self.go_on(end);
    }

    /// A piece that begins at or before the next byte.
    fn take(&mut self, end: End, piece: &Piece, gap: u32) {
        let Some(side) = self.sides.get_mut(end) else { return };
        let next = side.next.unwrap_or(piece.seq);
        let known = next.wrapping_sub(piece.seq);
        if known.cast_signed() < 0 || known >= piece.length {
            return;
        }
        side.next = Some(piece.seq.wrapping_add(piece.length));
        self.deliver(end, piece, known, gap);
    }

    fn deliver(&mut self, end: End, piece: &Piece, skip: u32, gap: u32) {
        let Some(bytes) = self.bytes.get_mut(end) else { return };
        let length = piece.length - skip;
        let offset = *bytes;
        *bytes += u64::from(length);
        self.chunks.push(Chunk { from: end, packet: piece.packet, offset, gap, length, skip, place: piece.place });
    }

    /// What waited for the bytes that just came.
    fn go_on(&mut self, end: End) {
        while let Some(side) = self.sides.get_mut(end) {
            let Some(next) = side.next else { return };
            let ready = side.held.iter().position(|piece| piece.seq.wrapping_sub(next).cast_signed() <= 0);
            let Some(piece) = ready.map(|at| side.held.remove(at)) else { return };
            self.take(end, &piece, 0);
        }
    }

    /// Bytes that the other side acknowledged (or all, at the end) and that are not here will not come any more.
    fn give_up_waiting(&mut self, end: End, acknowledged: Option<u32>) {
        while let Some(side) = self.sides.get_mut(end) {
            let Some(next) = side.next else { return };
            let ahead = |piece: &Piece| piece.seq.wrapping_sub(next);
            let Some(nearest) = (0..side.held.len()).min_by_key(|&at| side.held.get(at).map(ahead)) else { return };
            let Some(piece) = side.held.get(nearest).copied() else { return };
            let is_lost = acknowledged.is_none_or(|ack| ack.wrapping_sub(piece.seq).cast_signed() > 0);
            if !is_lost {
                return;
            }
            side.held.remove(nearest);
            let gap = ahead(&piece);
            side.next = Some(piece.seq);
            if let Some(missing) = self.missing.get_mut(end) {
                *missing += u64::from(gap);
            }
            self.take(end, &piece, gap);
            self.go_on(end);
        }
    }

    /// The bytes of a chunk.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(store: &Store, id: FlowId, chunk: &Chunk, source: &mut dyn Source) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; chunk.length as usize];
        match chunk.place {
            Place::File(offset) => {
                let read = source.read_at(offset + u64::from(chunk.skip), &mut bytes)?;
                bytes.truncate(read);
            }
            Place::Reassembled => {
                let mut replay = Replay::new(store, source);
                let mut finder = Finder { replay: &mut replay, flow: id, found: None, keep: true, bytes: Vec::new() };
                walk(&mut finder, &mut Dissection::new(Wanted::Facts), chunk.packet)?;
                let start = chunk.skip as usize;
                bytes = finder.bytes.get(start..start + chunk.length as usize).unwrap_or_default().to_vec();
            }
        }
        Ok(bytes)
    }

    /// Changes of direction.
    pub fn turns(&self) -> u32 {
        let changes = self.chunks.windows(2).filter(|pair| matches!(pair, [a, b] if a.from != b.from));
        u32::try_from(changes.count()).unwrap_or(u32::MAX)
    }
}

/// A packet's payload of the flow that is followed.
#[derive(Clone, Copy)]
struct Payload {
    end: End,
    segment: Segment,
    place: Place,
    captured: u32,
}

fn payload(
    replay: &mut Replay<'_>,
    d: &mut Dissection,
    flow: FlowId,
    packet: PacketId,
) -> Result<Option<Payload>, String> {
    let mut finder = Finder { replay, flow, found: None, keep: false, bytes: Vec::new() };
    walk(&mut finder, d, packet)?;
    Ok(finder.found)
}

fn walk(finder: &mut Finder<'_, '_>, d: &mut Dissection, id: PacketId) -> Result<(), String> {
    let Some(packet) = finder.replay.store().packets.get(id) else { return Ok(()) };
    let bytes = finder.replay.read(id)?;
    finder.replay.at(id);
    let link = finder.replay.link(&packet);
    walk_frame::<dyn Conversations>(d, link, Bytes::frame(&bytes, packet.wire_len), finder);
    if let Some(Payload { place: Place::File(offset), .. }) = &mut finder.found {
        *offset += packet.offset;
    }
    Ok(())
}

/// Walks a packet only as far as the payload of one flow.
struct Finder<'f, 'a> {
    replay: &'f mut Replay<'a>,
    flow: FlowId,
    found: Option<Payload>,
    /// Whether the payload's bytes are wanted.
    keep: bool,
    bytes: Vec<u8>,
}

impl Conversations for Finder<'_, '_> {
    fn speaks(&mut self, d: &mut Dissection, segment: &Segment, payload: &Bytes<'_>) -> Told {
        let Some((flow, end)) = self.replay.flow(d, segment).filter(|_| d.quoted_from.is_none()) else {
            return Told::default();
        };
        if flow == self.flow {
            let place = match payload.buffer() {
                0 => Place::File(payload.start().into()),
                _ => Place::Reassembled,
            };
            let captured = u32::try_from(payload.len()).unwrap_or(u32::MAX);
            self.found = Some(Payload { end, segment: *segment, place, captured });
            if self.keep {
                self.bytes = payload.all().to_vec();
            }
            return Told::default();
        }
        // A tunnel around it.
        let app = self.replay.store().flows.get(flow).map(|flow| flow.app).filter(|&app| app != NO_PROTOCOL);
        Told { app, ..Told::default() }
    }

    fn fragment(&mut self, d: &Dissection, fragment: &Fragment, bytes: &Bytes<'_>) -> Option<Vec<u8>> {
        self.replay.fragment(d, fragment, bytes)
    }
}
