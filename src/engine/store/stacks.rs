//! Which layers a packet has: interned (interface, layers with their own lengths, trailer).
//!
//! Because the lengths are part of it, the bytes of each layer follow from the columns alone, for any selection of packets.
use super::slices::Slices;
use crate::engine::dissect::{Dissection, Layer, LayerKind, ProtocolId};
use crate::engine::protocols::SEGMENTS;

/// A packet's layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Interface of the file that captured the packet.
    pub interface: u32,
    /// (protocol, bytes of the layer itself), outermost first; the last layer has all the rest, given as 0.
    pub layers: Vec<(ProtocolId, u32)>,
    /// Bytes behind the network layer's end (Ethernet padding).
    pub trailer: u32,
}

impl Stack {
    /// Bytes of each layer itself in a frame of `wire_len` bytes.
    pub fn own_bytes(&self, wire_len: u32) -> impl Iterator<Item = u32> + '_ {
        let before: u32 = self.layers.iter().map(|(_, own)| own).fold(self.trailer, |a, b| a.saturating_add(*b));
        let last = self.layers.len().saturating_sub(1);
        let rest = wire_len.saturating_sub(before);
        self.layers.iter().enumerate().map(move |(n, (_, own))| if n == last { rest } else { *own })
    }
}

#[derive(Debug)]
pub struct Stacks {
    stacks: Slices,
    scratch: Vec<u32>,
    /// Which one packets alike had last, at places that follow from what makes them alike: looked at before searching.
    recent: Box<[u32]>,
}

impl Default for Stacks {
    fn default() -> Self {
        Self { stacks: Slices::default(), scratch: Vec::new(), recent: vec![0; 2048].into_boxed_slice() }
    }
}

/// Lengths have 22 bits (4 MiB) beside the protocol's ten.
const LENGTH_BITS: u32 = 22;
const LENGTH_MASK: u32 = (1 << LENGTH_BITS) - 1;
/// Behind the levels: protocols of the packet's other layers follow. No protocol has this number.
const OTHERS: u32 = !LENGTH_MASK;
/// In the interface's number: there may be more layers than were seen.
const IN_PART: u32 = 1 << 31;
/// Beyond so many, lengths are left out; it takes a capture made for it to have more kinds.
const FULL: usize = 60_000;

impl Stacks {
    /// The id of a packet's layers, what is quoted left out. `in_part`: who reads more of the packet's message may find more of them.
    /// Packets with the same `kind` have most likely the same.
    #[inline]
    pub fn intern(&mut self, interface: u32, d: &Dissection, wire_len: u32, in_part: bool, kind: u32) -> u16 {
        let (layers, quoted) = d.layers.split_at(d.quoted_from.unwrap_or(usize::MAX).min(d.layers.len()));
        self.scratch.clear();
        self.scratch.push(interface & !IN_PART | if in_part { IN_PART } else { 0 });
        self.scratch.push(trailer(d, wire_len));
        // Further messages of a segment count for the layer of the first.
        let is_level = |layer: &&Layer| layer.kind == LayerKind::Plain && layer.protocol != SEGMENTS;
        for layer in layers.iter().filter(is_level) {
            // What was put together from other frames has no bytes in this one: they are the fragment's.
            let own = if layer.span.buffer() != 0 { 0 } else { layer.span.len().min(LENGTH_MASK) };
            self.scratch.push(u32::from(layer.protocol) << LENGTH_BITS | own);
        }
        if let Some(last) = self.scratch.get_mut(2..).and_then(<[u32]>::last_mut) {
            *last &= !LENGTH_MASK;
        }
        if !quoted.is_empty() || layers.iter().any(|layer| layer.kind != LayerKind::Plain) {
            self.push_others(layers, quoted);
        }
        if self.stacks.len() >= FULL {
            self.scratch.iter_mut().skip(1).for_each(|n| *n &= !LENGTH_MASK);
        }
        if self.stacks.len() > usize::from(u16::MAX) {
            // Ids are at an end: the rest is one stack of nothing known.
            self.scratch.clear();
            self.scratch.extend([IN_PART, 0, 0]);
        }
        let at = kind as usize % self.recent.len();
        if let Some(recent) = self.recent.get_mut(at)
            && !self.stacks.is(*recent, &self.scratch)
        {
            *recent = self.stacks.intern(&self.scratch);
        }
        self.recent.get(at).map_or(u16::MAX, |&id| u16::try_from(id).unwrap_or(u16::MAX))
    }

    /// Adds the protocols that have a layer but no level: inside others, or quoted. Further messages of a level's protocol are none.
    #[cold]
    fn push_others(&mut self, layers: &[Layer], quoted: &[Layer]) {
        let levels = self.scratch.len();
        let hidden = layers.iter().filter(|layer| layer.kind != LayerKind::Plain);
        for layer in hidden.chain(quoted) {
            let is_further = matches!(layer.kind, LayerKind::Again | LayerKind::Anew);
            let known = self.scratch.get(if is_further { 2 } else { levels }..).unwrap_or_default();
            if !known.iter().any(|&n| n != OTHERS && n >> LENGTH_BITS == u32::from(layer.protocol)) {
                if self.scratch.len() == levels {
                    self.scratch.push(OTHERS);
                }
                self.scratch.push(u32::from(layer.protocol) << LENGTH_BITS);
            }
        }
    }

    /// Interface of the packets with these layers.
    pub fn interface(&self, id: u16) -> u32 {
        self.stacks.get(u32::from(id)).first().map_or(0, |first| first & !IN_PART)
    }

    pub fn get(&self, id: u16) -> Stack {
        let trailer = self.stacks.get(u32::from(id)).get(1).copied().unwrap_or(0);
        Stack { interface: self.interface(id), trailer, layers: self.levels(id).collect() }
    }

    fn parts(&self, id: u16) -> (&[u32], &[u32]) {
        let all = self.stacks.get(u32::from(id)).get(2..).unwrap_or_default();
        let levels = all.iter().position(|&n| n == OTHERS).unwrap_or(all.len());
        let (levels, others) = all.split_at(levels);
        (levels, others.get(1..).unwrap_or_default())
    }

    /// (protocol, bytes of the layer itself), as in [`Stack::layers`].
    pub fn levels(&self, id: u16) -> impl Iterator<Item = (ProtocolId, u32)> + '_ {
        self.parts(id).0.iter().map(|n| ((n >> LENGTH_BITS) as ProtocolId, n & LENGTH_MASK))
    }

    /// Protocols that have layers besides: inside a level, or quoted.
    pub fn others(&self, id: u16) -> impl Iterator<Item = ProtocolId> + '_ {
        self.parts(id).1.iter().map(|n| (n >> LENGTH_BITS) as ProtocolId)
    }

    /// There may be more layers above the transport than were seen: a long message was read in part.
    pub fn is_in_part(&self, id: u16) -> bool {
        self.stacks.get(u32::from(id)).first().is_some_and(|first| first & IN_PART != 0)
    }

    pub fn len(&self) -> usize {
        self.stacks.len()
    }

    pub fn is_empty(&self) -> bool {
        self.stacks.is_empty()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.stacks.memory()
    }
}

/// What stands behind the innermost layer of the frame, bytes: padding of short frames.
pub fn trailer(d: &Dissection, wire_len: u32) -> u32 {
    let innermost = d.layers.iter().rev().find(|layer| layer.span.buffer() == 0);
    let end = innermost.map_or(wire_len, |layer| layer.span.end());
    // A payload of which no layer is read in this frame is none of the trailer.
    let end = end.max(d.payload_end);
    wire_len.saturating_sub(end).min(LENGTH_MASK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::{Bytes, Wanted};
    use crate::engine::protocols::PROTOCOLS;

    #[test]
    fn every_protocol_comes_back_with_its_length() {
        let mut stacks = Stacks::default();
        let frame = [0; 100];
        for id in (0..).take(PROTOCOLS.len()).filter(|&id| id != SEGMENTS) {
            let mut d = Dissection::new(Wanted::Facts);
            let bytes = Bytes::frame(&frame, 100);
            d.enter(id, &bytes);
            d.enter(0, &bytes.from(14).limit(80));
            let stack = stacks.intern(3, &d, 100, false, 7);
            let found = stacks.get(stack);
            assert_eq!(found, Stack { interface: 3, layers: vec![(id, 14), (0, 0)], trailer: 6 });
            assert!(found.own_bytes(100).eq([14, 80]));
        }
    }

    #[test]
    fn layers_without_a_level_are_remembered_by_protocol() {
        let mut stacks = Stacks::default();
        let bytes = [0; 100];
        let bytes = Bytes::frame(&bytes, 100);
        let mut d = Dissection::new(Wanted::Facts);
        let kinds = [LayerKind::Plain, LayerKind::Plain, LayerKind::Again, LayerKind::Hidden, LayerKind::Anew];
        for (id, kind) in [7, 9, 9, 8, 6].into_iter().zip(kinds) {
            d.context.next = Some(kind);
            d.enter(id, &bytes);
        }
        d.quote();
        for id in [7, 7, 5] {
            d.enter(id, &bytes);
        }
        let id = stacks.intern(1, &d, 100, true, 7);
        assert!(stacks.levels(id).map(|(id, _)| id).eq([7, 9]));
        assert!(stacks.others(id).eq([8, 6, 7, 5]));
        assert_eq!((stacks.interface(id), stacks.is_in_part(id)), (1, true));
    }

    #[test]
    fn lengths_are_left_out_when_there_are_too_many_kinds() {
        let mut stacks = Stacks::default();
        let frame = vec![0; FULL * 2];
        let mut last = 0;
        for n in 0..FULL * 2 {
            let mut d = Dissection::new(Wanted::Facts);
            let bytes = Bytes::frame(&frame, frame.len() as u32);
            d.enter(1, &bytes);
            d.enter(2, &bytes.from(n));
            last = stacks.intern(0, &d, frame.len() as u32, false, 7);
        }
        assert!(stacks.len() <= FULL + 1, "{} kinds", stacks.len());
        assert_eq!(stacks.get(last).layers, [(1, 0), (2, 0)]);
    }
}
