//! IP reassembly: fragments are kept until their datagram is whole (RFC 791 §3.2, RFC 8200 §4.5). Bounded.
use crate::engine::dissect::{Address, Bytes, Fragment};
use crate::engine::sort;
use crate::engine::store::packets::PacketId;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// A datagram's payload is never longer (16 bits of length).
const LONGEST: u32 = 65_535;
/// Fragments of one datagram at most: 64 KiB in pieces of the smallest packet (68 bytes) are 1,366.
const MOST_PIECES: usize = 2048;
/// Datagrams waiting at most; then the oldest is given up.
const MOST_WAITING: usize = 1024;

type Key = (Address, Address, u32, u8);

#[derive(Debug, Default)]
struct Waiting {
    /// (offset, bytes), in order of arrival.
    pieces: Vec<(u32, Vec<u8>)>,
    packets: Vec<PacketId>,
    /// Known once the last fragment is here.
    length: Option<u32>,
}

#[derive(Debug, Default)]
pub struct Fragments {
    waiting: FxHashMap<Key, Waiting>,
    /// By age, for giving up.
    order: VecDeque<Key>,
    /// How many datagrams were given up because of the bound.
    pub given_up: u64,
}

/// A datagram that is whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Whole {
    pub bytes: Vec<u8>,
    /// Its fragments' packets, in order of arrival.
    pub packets: Vec<PacketId>,
}

impl Fragments {
    /// Keeps a fragment; the datagram when this one completes it. A fragment cut short by the capture cannot help.
    pub fn add(&mut self, fragment: &Fragment, bytes: &Bytes<'_>, packet: PacketId) -> Option<Whole> {
        let end = fragment.offset.checked_add(u32::try_from(bytes.len()).ok()?)?;
        if bytes.is_cut() || end > LONGEST {
            return None;
        }
        let key = (fragment.source, fragment.destination, fragment.identification, fragment.protocol);
        if !self.waiting.contains_key(&key) {
            self.make_room();
            self.order.push_back(key);
        }
        let waiting = self.waiting.entry(key).or_default();
        if waiting.pieces.len() >= MOST_PIECES {
            self.waiting.remove(&key);
            self.order.retain(|other| *other != key);
            self.given_up = self.given_up.saturating_add(1);
            return None;
        }
        waiting.pieces.push((fragment.offset, bytes.all().to_vec()));
        waiting.packets.push(packet);
        if !fragment.more {
            waiting.length = Some(end);
        }
        let bytes = waiting.assemble()?;
        let done = self.waiting.remove(&key)?;
        self.order.retain(|other| *other != key);
        Some(Whole { bytes, packets: done.packets })
    }

    fn make_room(&mut self) {
        while self.order.len() >= MOST_WAITING {
            let Some(oldest) = self.order.pop_front() else { return };
            self.waiting.remove(&oldest);
            self.given_up = self.given_up.saturating_add(1);
        }
    }
}

impl Waiting {
    /// The payload, when no byte of it is missing. Where fragments overlap, the earlier one's bytes stay.
    fn assemble(&self) -> Option<Vec<u8>> {
        let length = self.length?;
        let held: usize = self.pieces.iter().map(|(_, piece)| piece.len()).sum();
        if held < length as usize {
            return None;
        }
        let mut pieces: Vec<&(u32, Vec<u8>)> = self.pieces.iter().collect();
        sort::by_key(&mut pieces, |(offset, _)| *offset);
        let mut whole = Vec::with_capacity(length as usize);
        for (offset, piece) in pieces {
            let known = whole.len().checked_sub(*offset as usize)?;
            whole.extend_from_slice(piece.get(known..).unwrap_or_default());
        }
        (whole.len() >= length as usize).then(|| {
            whole.truncate(length as usize);
            whole
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(identification: u32, offset: u32, more: bool) -> Fragment {
        let address = Address::ipv4([1, 2, 3, 4]);
        Fragment { source: address, destination: address, identification, protocol: 17, offset, more }
    }

    #[test]
    fn completes_in_any_order() {
        let orders: [[usize; 3]; 4] = [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]];
        let pieces = [(0, true, [1u8; 8]), (8, true, [2; 8]), (16, false, [3; 8])];
        for order in orders {
            let mut fragments = Fragments::default();
            let mut whole = None;
            for (packet, n) in (0..).zip(order) {
                assert_eq!(whole, None);
                let (offset, more, bytes) = pieces[n];
                whole = fragments.add(&fragment(9, offset, more), &Bytes::frame(&bytes, 8), packet);
            }
            let whole = whole.expect("complete");
            assert_eq!((whole.bytes.len(), whole.bytes[0], whole.bytes[23]), (24, 1, 3));
            assert_eq!(whole.packets, [0, 1, 2]);
            assert!(fragments.waiting.is_empty() && fragments.order.is_empty());
        }
    }

    #[test]
    fn gaps_and_cut_fragments_do_not_complete() {
        let mut fragments = Fragments::default();
        assert_eq!(fragments.add(&fragment(1, 0, true), &Bytes::frame(&[0; 8], 8), 0), None);
        assert_eq!(fragments.add(&fragment(1, 16, false), &Bytes::frame(&[0; 8], 8), 1), None);
        assert_eq!(fragments.add(&fragment(1, 8, true), &Bytes::frame(&[0; 4], 8), 2), None);
        assert!(fragments.add(&fragment(1, 8, true), &Bytes::frame(&[0; 8], 8), 3).is_some());
    }

    #[test]
    fn a_flood_of_fragments_of_one_datagram_is_given_up() {
        let mut fragments = Fragments::default();
        for packet in 0..5000 {
            assert_eq!(fragments.add(&fragment(0, 8, packet % 2 == 0), &Bytes::frame(&[0; 8], 8), packet), None);
        }
        assert!(fragments.given_up >= 2);
        assert!(fragments.waiting.values().all(|waiting| waiting.pieces.len() <= MOST_PIECES));
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut fragments = Fragments::default();
        for id in 0..5000 {
            fragments.add(&fragment(id, 0, true), &Bytes::frame(&[0; 8], 8), id);
        }
        assert_eq!((fragments.waiting.len(), fragments.given_up), (MOST_WAITING, 5000 - MOST_WAITING as u64));
    }
}
