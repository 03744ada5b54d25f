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

#[derive(Debug, Default)]
pub struct Stacks {
    stacks: Slices,
    scratch: Vec<u32>,
}

/// Lengths have 22 bits (4 MiB) beside the protocol's ten.
const LENGTH_BITS: u32 = 22;
const LENGTH_MASK: u32 = (1 << LENGTH_BITS) - 1;
/// Beyond so many, lengths are left out; it takes a capture made for it to have more kinds.
const FULL: usize = 60_000;

impl Stacks {
    /// The id of a packet's layers, what is quoted left out.
    #[inline]
    pub fn intern(&mut self, interface: u32, d: &Dissection, wire_len: u32) -> u16 {
        let layers = d.layers.get(..d.quoted_from.unwrap_or(d.layers.len())).unwrap_or_default();
        self.scratch.clear();
        self.scratch.push(interface);
        self.scratch.push(trailer(d, wire_len));
        // Further messages of a segment count for the layer of the first.
        let is_level = |layer: &&Layer| layer.kind == LayerKind::Plain && layer.protocol != SEGMENTS;
        let mut levels = layers.iter().filter(is_level).peekable();
        while let Some(layer) = levels.next() {
            // What was put together from other frames has no bytes in this one: they are the fragment's.
            let is_last = levels.peek().is_none();
            let own = if is_last || layer.span.buffer() != 0 { 0 } else { layer.span.len().min(LENGTH_MASK) };
            self.scratch.push(u32::from(layer.protocol) << LENGTH_BITS | own);
        }
        if self.stacks.len() >= FULL {
            self.scratch.iter_mut().skip(1).for_each(|n| *n &= !LENGTH_MASK);
        }
        if self.stacks.len() > usize::from(u16::MAX) {
            // Ids are at an end: the rest is one stack of nothing known.
            self.scratch.clear();
            self.scratch.extend([0, 0, 0]);
        }
        let id = self.stacks.intern(&self.scratch);
        u16::try_from(id).unwrap_or(u16::MAX)
    }

    /// Interface of the packets with these layers.
    pub fn interface(&self, id: u16) -> u32 {
        self.stacks.get(u32::from(id)).first().copied().unwrap_or(0)
    }

    pub fn get(&self, id: u16) -> Stack {
        let mut numbers = self.stacks.get(u32::from(id)).iter().copied();
        let (interface, trailer) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        Stack {
            interface,
            trailer,
            layers: numbers.map(|n| ((n >> LENGTH_BITS) as ProtocolId, n & LENGTH_MASK)).collect(),
        }
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

/// What stands behind the innermost layer of the frame: padding of short frames.
fn trailer(d: &Dissection, wire_len: u32) -> u32 {
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
            let stack = stacks.intern(3, &d, 100);
            let found = stacks.get(stack);
            assert_eq!(found, Stack { interface: 3, layers: vec![(id, 14), (0, 0)], trailer: 6 });
            assert!(found.own_bytes(100).eq([14, 80]));
        }
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
            last = stacks.intern(0, &d, frame.len() as u32);
        }
        assert!(stacks.len() <= FULL + 1, "{} kinds", stacks.len());
        assert_eq!(stacks.get(last).layers, [(1, 0), (2, 0)]);
    }
}
