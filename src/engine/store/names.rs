//! Names seen in the capture: server names of flows, names of addresses.
use crate::api::NameFrom;
use crate::engine::sort;
use rustc_hash::FxHashMap;
use std::net::IpAddr;

/// 0: no name.
pub type NameId = u32;

/// Names of addresses kept at most; a capture of a scan has no end of them.
const MOST_ADDRESSES: usize = 1 << 20;
/// Bytes: no host name is longer (RFC 1035 §2.3.4).
const LONGEST_NAME: usize = 255;
/// Server names kept at most.
const MOST_NAMES: usize = 1 << 20;

#[derive(Debug, Default)]
pub struct Names {
    texts: Vec<(Box<str>, NameFrom)>,
    known: FxHashMap<(Box<str>, u8), NameId>,
    addresses: FxHashMap<IpAddr, NameId>,
    /// Names that addresses had before their latest, as often as they changed, at most [`MOST_ADDRESSES`].
    earlier: Vec<(IpAddr, NameId)>,
}

impl Names {
    pub fn intern(&mut self, text: String, from: NameFrom) -> NameId {
        if text.len() > LONGEST_NAME {
            return 0;
        }
        let key = (text.into_boxed_str(), from as u8);
        if let Some(&id) = self.known.get(&key) {
            return id;
        }
        if self.texts.len() >= MOST_NAMES {
            return 0;
        }
        self.texts.push((key.0.clone(), from));
        let id = self.texts.len() as NameId;
        self.known.insert(key, id);
        id
    }

    /// The latest name told wins: addresses change hands.
    pub fn name_address(&mut self, address: IpAddr, text: String, from: NameFrom) {
        if self.addresses.len() < MOST_ADDRESSES || self.addresses.contains_key(&address) {
            let id = self.intern(text, from);
            if id != 0
                && let Some(before) = self.addresses.insert(address, id).filter(|before| *before != id)
                && self.earlier.len() < MOST_ADDRESSES
            {
                self.earlier.push((address, before));
            }
        }
    }

    pub fn get(&self, id: NameId) -> Option<(&str, NameFrom)> {
        let (text, from) = self.texts.get(id.checked_sub(1)? as usize)?;
        Some((text, *from))
    }

    /// Every name, in order of ids.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|(text, _)| &**text)
    }

    pub fn id_of_address(&self, address: IpAddr) -> Option<NameId> {
        self.addresses.get(&address).copied()
    }

    /// All names that were told of an address, the latest first.
    pub fn of_address(&self, address: IpAddr) -> Vec<NameId> {
        let earlier = self.earlier.iter().rev().filter(|(of, _)| *of == address).map(|(_, id)| *id);
        let mut names = Vec::new();
        for id in self.id_of_address(address).into_iter().chain(earlier) {
            if !names.contains(&id) {
                names.push(id);
            }
        }
        names
    }

    /// The alphabetical rank of every name, by id − 1.
    pub fn ranks(&self) -> Vec<u32> {
        let text = |at: u32| self.texts.get(at as usize);
        let order = sort::places(self.texts.len(), usize::MAX, &|a, b| text(a).cmp(&text(b)));
        let mut ranks = vec![0; order.len()];
        for (rank, at) in (0..).zip(order) {
            if let Some(place) = ranks.get_mut(at as usize) {
                *place = rank;
            }
        }
        ranks
    }

    /// Bytes held, about.
    pub fn memory(&self) -> usize {
        self.texts.iter().map(|(text, _)| 2 * text.len() + 64).sum::<usize>()
            + (self.addresses.capacity() + self.earlier.capacity()) * 24
    }
}
