//! Which packets a filter lets pass: a bit each, and what follows from them.
use crate::engine::store::Store;
use crate::engine::store::packets::{FlowId, NO_FLOW, PacketId};

/// A growing set of numbers from 0 on, with counts by which its members can be numbered.
#[derive(Debug, Default)]
pub struct Bits {
    words: Vec<u64>,
    count: u32,
}

impl Bits {
    #[inline]
    pub fn has(&self, id: u32) -> bool {
        self.words.get(id as usize / 64).is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    /// Adds a number; false when it was there already.
    pub fn add(&mut self, id: u32) -> bool {
        let at = id as usize / 64;
        if at >= self.words.len() {
            self.words.resize(at + 1, 0);
        }
        let Some(word) = self.words.get_mut(at) else { return false };
        let is_new = *word >> (id % 64) & 1 == 0;
        *word |= 1 << (id % 64);
        self.count += u32::from(is_new);
        is_new
    }

    pub fn len(&self) -> u32 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The members from `first` on, in order.
    pub fn from(&self, first: u32) -> impl Iterator<Item = u32> + '_ {
        let (skip, mask) = (first as usize / 64, u64::MAX << (first % 64));
        let words = (0..).zip(&self.words).skip(skip);
        words.flat_map(move |(at, &word)| {
            let mut left = if at as usize == skip { word & mask } else { word };
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                (bit < 64).then_some(at * 64 + bit)
            })
        })
    }

    /// A bit each, 64 in a word.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many members are smaller than `id`.
    pub fn rank(&self, id: u32) -> u32 {
        let whole = id as usize / 64;
        let before: u32 = self.words.iter().take(whole).map(|word| word.count_ones()).sum();
        let part = self.words.get(whole).map_or(0, |word| word & !(u64::MAX << (id % 64)));
        before + part.count_ones()
    }

    /// The member that has so many smaller ones.
    pub fn nth(&self, row: u32) -> Option<u32> {
        let mut left = row;
        for (at, word) in (0..).zip(&self.words) {
            let here = word.count_ones();
            if left < here {
                return self.from(at * 64).nth(left as usize);
            }
            left -= here;
        }
        None
    }
}

/// The packets that matched so far, and their flows: those around a tunnel too.
#[derive(Debug, Default)]
pub struct Selection {
    pub packets: Bits,
    pub flows: Bits,
    /// Grows with every change, and is never the same for two filters: what was computed for another number is to be computed again.
    pub version: u64,
}

impl Selection {
    /// A packet matches.
    pub fn add(&mut self, store: &Store, id: PacketId) {
        let Some((flow, path)) = store.packets.ends(id).filter(|_| self.packets.add(id)) else { return };
        if flow != NO_FLOW {
            self.flows.add(flow);
        }
        for (flow, _) in store.paths.outer_flows(path) {
            self.flows.add(flow);
        }
    }

    #[inline]
    pub fn has(&self, id: PacketId) -> bool {
        self.packets.has(id)
    }

    /// Whether a packet of the flow matches.
    #[inline]
    pub fn has_flow(&self, flow: FlowId) -> bool {
        self.flows.has(flow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_numbered_in_order() {
        let mut bits = Bits::default();
        let members = [0, 3, 63, 64, 130, 500];
        assert!(members.iter().rev().all(|&id| bits.add(id)));
        assert!(!bits.add(64));
        assert_eq!((bits.len(), bits.has(63), bits.has(65), bits.has(9999)), (6, true, false, false));
        assert!(bits.from(0).eq(members));
        assert!(bits.from(63).eq([63, 64, 130, 500]));
        assert_eq!(bits.from(501).next(), None);
        for (row, id) in (0..).zip(members) {
            assert_eq!((bits.nth(row), bits.rank(id)), (Some(id), row));
        }
        assert_eq!((bits.nth(6), bits.rank(9999)), (None, 6));
    }
}
