//! Where a packet is counted before anybody asks what it counts for: by the end of its flow that sent it, by its addresses, or by its
//! length. Dense numbers, so that counting is adding to a list.
use crate::engine::store::Store;
use crate::engine::store::flows::End;
use crate::engine::store::packets::{FlowId, Marks, NO_FLOW, PacketId, Row};
use rustc_hash::FxHashMap;

/// What tells packets apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The sender's end of a flow and the addresses of all layers.
    #[default]
    Sender,
    /// The same, and the time to live.
    Hops,
    /// The addresses of all layers.
    Path,
    /// The part of Packet Lengths.
    Length,
}

/// A place to count at: twice the flow's number and its end; behind all flows the path of a packet that has none; behind those
/// whatever is special.
#[derive(Default)]
pub struct Spots {
    by: By,
    flows: u32,
    /// The path that an end's packets have.
    ends: Vec<u32>,
    paths: u32,
    /// Of an end's packets those with another path or time to live.
    special: FxHashMap<(u32, u32, u8), u32>,
    specials: Vec<Meant>,
}

/// Not seen yet.
const UNKNOWN: u32 = u32::MAX;

/// What a spot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meant {
    pub path: u32,
    pub sender: Option<(FlowId, End)>,
    /// Time to live; 0: that of the flow's first packet.
    pub hops: u8,
}

impl Spots {
    pub fn new(store: &Store, by: By) -> Self {
        let (flows, paths) = (store.flows.len(), store.paths.len() as u32);
        let ends = if matches!(by, By::Sender | By::Hops) { vec![UNKNOWN; flows as usize * 2] } else { Vec::new() };
        Self { by, flows, ends, paths, special: FxHashMap::default(), specials: Vec::new() }
    }

    /// How many there are so far.
    pub fn len(&self) -> usize {
        match self.by {
            By::Length => super::nodes::LENGTHS.len(),
            By::Path => self.paths as usize,
            By::Sender | By::Hops => (self.flows * 2 + self.paths) as usize + self.specials.len(),
        }
    }

    /// Where a packet counts. `hops`: its time to live where that is not the one of its flow's first packet, else 0.
    #[inline]
    pub fn at(&mut self, row: &Row, hops: u8) -> u32 {
        match self.by {
            By::Length => super::nodes::LENGTHS.partition_point(|&least| least <= row.wire_len) as u32 - 1,
            By::Path => row.path,
            By::Sender | By::Hops => {
                let end = row.flow.wrapping_mul(2) + u32::from(row.marks.has(Marks::FROM_B));
                let base = if row.flow == NO_FLOW { self.flows * 2 + row.path } else { end };
                if let Some(path) = self.ends.get_mut(base as usize)
                    && *path == UNKNOWN
                {
                    *path = row.path;
                }
                let usual = self.ends.get(base as usize).copied().unwrap_or(row.path);
                if usual == row.path && hops == 0 { base } else { self.special(base, row, hops) }
            }
        }
    }

    #[cold]
    fn special(&mut self, base: u32, row: &Row, hops: u8) -> u32 {
        let Self { special, specials, flows, paths, .. } = self;
        *special.entry((base, row.path, hops)).or_insert_with(|| {
            let sender = (row.flow != NO_FLOW).then_some((row.flow, End::from(row.marks.has(Marks::FROM_B))));
            specials.push(Meant { path: row.path, sender, hops });
            *flows * 2 + *paths + specials.len() as u32 - 1
        })
    }

    /// What is counted at a spot.
    pub fn meant(&self, spot: u32) -> Option<Meant> {
        let plain = |path| Meant { path, sender: None, hops: 0 };
        match self.by {
            By::Length => None,
            By::Path => Some(plain(spot)),
            By::Sender | By::Hops => match self.ends.get(spot as usize) {
                Some(&path) => Some(Meant { path, sender: Some((spot / 2, spot as End % 2)), hops: 0 }),
                None => {
                    let beyond = spot - self.flows * 2;
                    match beyond.checked_sub(self.paths) {
                        None => Some(plain(beyond)),
                        Some(at) => self.specials.get(at as usize).copied(),
                    }
                }
            },
        }
    }

    /// Times to live in the order of packets, for trees that tell them apart.
    pub fn hops<'a>(&self, store: &'a Store) -> Hops<'a> {
        Hops { store: (self.by == By::Hops).then_some(store), next: 0 }
    }
}

/// Goes through the packets whose time to live is remembered one by one.
pub struct Hops<'a> {
    store: Option<&'a Store>,
    next: usize,
}

impl Hops<'_> {
    /// That of a packet behind those asked for before; 0 where it is the flow's.
    #[inline]
    pub fn of(&mut self, packet: PacketId, flow: FlowId) -> u8 {
        let Some(store) = self.store else { return 0 };
        let mut found = 0;
        while let Some(&(at, of, hops)) = store.other_hops.get(self.next).filter(|(at, ..)| *at <= packet) {
            if at == packet && of == flow {
                found = hops;
            }
            self.next += 1;
        }
        found
    }
}
