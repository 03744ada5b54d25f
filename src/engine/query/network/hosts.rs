//! Every address of the capture by a number: pairs share addresses, and counting by number needs no hashing.
use crate::engine::dissect::Address;
use crate::engine::store::Store;
use crate::engine::store::paths::PairId;
use rustc_hash::FxHashMap;

/// An address by the order of first pairs.
pub type HostId = u32;

#[derive(Default)]
pub struct Hosts {
    /// Of each pair, the low address first.
    of_pair: Vec<[HostId; 2]>,
    list: Vec<Address>,
    known: FxHashMap<Address, HostId>,
}

impl Hosts {
    /// Takes over what was read since: pairs are only ever added.
    pub fn up_to(&mut self, store: &Store) {
        for pair in store.paths.pairs().skip(self.of_pair.len()) {
            let hosts = pair.addresses().map(|address| {
                *self.known.entry(address).or_insert_with(|| {
                    self.list.push(address);
                    self.list.len() as HostId - 1
                })
            });
            self.of_pair.push(hosts);
        }
    }

    /// The addresses of a pair: of its packets in one direction, source first, if `reversed` says which.
    pub fn of_pair(&self, pair: PairId, reversed: bool) -> Option<[HostId; 2]> {
        let [low, high] = *self.of_pair.get(pair as usize)?;
        Some(if reversed { [high, low] } else { [low, high] })
    }

    pub fn get(&self, host: HostId) -> Option<Address> {
        self.list.get(host as usize).copied()
    }

    pub fn find(&self, address: &Address) -> Option<HostId> {
        self.known.get(address).copied()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Address> {
        self.list.iter()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }
}
