//! Which conversations of addresses a packet belongs to, besides its flow: link and network pairs of every layer, and flows around
//! a tunnel. Interned, because the packets of a flow share one path a direction.
use super::hash;
use super::slices::Slices;
use crate::engine::dissect::{Address, Family};
use hashbrown::HashTable;

use super::column::Column;
use super::packets::FlowId;

/// Two addresses in order, kept once: the pair a conversation is between.
pub type PairId = u32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub family: Family,
    low: [u64; 2],
    high: [u64; 2],
}

impl Pair {
    /// Of the addresses of a packet, and whether the source is the high one.
    #[inline]
    pub fn of(source: &Address, destination: &Address) -> (Self, bool) {
        let reversed = source > destination;
        let (low, high) = if reversed { (destination, source) } else { (source, destination) };
        (Self { family: source.family(), low: low.words(), high: high.words() }, reversed)
    }

    /// An unfinished hash.
    #[inline]
    pub fn sum(&self) -> u64 {
        let ([low, low_rest], [high, high_rest]) = (self.low, self.high);
        let sum = hash::add(low, high);
        if self.family == Family::Ipv6 { hash::add(hash::add(sum, low_rest), high_rest) } else { sum }
    }

    pub fn addresses(&self) -> [Address; 2] {
        [self.low, self.high].map(|words| Address::of(self.family, words))
    }
}

/// One conversation of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Addresses of a layer; `reversed`: the source is the pair's high address.
    Pair { pair: PairId, reversed: bool },
    /// A transport around the innermost one; `from_b`: sent by its second end.
    Flow { flow: FlowId, from_b: bool },
}

const IS_FLOW: u32 = 1 << 31;

impl Step {
    #[inline]
    pub fn pack(self) -> u32 {
        match self {
            Self::Pair { pair, reversed } => pair << 1 & !IS_FLOW | u32::from(reversed),
            Self::Flow { flow, from_b } => IS_FLOW | flow << 1 | u32::from(from_b),
        }
    }

    fn unpack(packed: u32) -> Self {
        let (id, side) = ((packed & !IS_FLOW) >> 1, packed & 1 != 0);
        if packed & IS_FLOW == 0 {
            Self::Pair { pair: id, reversed: side }
        } else {
            Self::Flow { flow: id, from_b: side }
        }
    }
}

#[derive(Debug, Default)]
pub struct Paths {
    table: HashTable<PairId>,
    pairs: Column<Pair, 4096>,
    paths: Slices,
    /// The pair looked up last: a capture has few pairs of link addresses, and packets come in runs.
    latest: Option<(Pair, PairId)>,
    /// Which path the packets of a flow's end had lately, where others' have not taken the place.
    recent: Recent,
    /// Some path has a flow around the innermost one: there are tunnels.
    has_flows: bool,
}

/// End of a flow (packed) and path, at a place that follows from the first.
#[derive(Debug)]
struct Recent(Box<[(u32, u32)]>);

impl Default for Recent {
    fn default() -> Self {
        Self(vec![(u32::MAX, 0); 2048].into_boxed_slice())
    }
}

fn hash(pair: &Pair) -> u64 {
    hash::finish(pair.sum())
}

impl Paths {
    /// The pair of two addresses, and whether `source` is its high one.
    #[inline]
    pub fn pair(&mut self, source: &Address, destination: &Address) -> (PairId, bool) {
        let (pair, reversed) = Pair::of(source, destination);
        (self.intern_pair(pair), reversed)
    }

    #[inline]
    pub fn intern_pair(&mut self, pair: Pair) -> PairId {
        let Self { table, pairs, latest, .. } = self;
        if let Some((_, id)) = latest.as_ref().filter(|(known, _)| *known == pair) {
            return *id;
        }
        let hash_of = hash(&pair);
        let id = match table.find(hash_of, |&id| pairs.get(id as usize) == Some(&pair)) {
            Some(&id) => id,
            None => {
                let id = pairs.len() as PairId;
                pairs.push(pair);
                table.insert_unique(hash_of, id, |&id| pairs.get(id as usize).map_or(0, hash));
                id
            }
        };
        *latest = Some((pair, id));
        id
    }

    #[inline]
    pub fn get(&self, pair: PairId) -> Option<&Pair> {
        self.pairs.get(pair as usize)
    }

    pub fn addresses(&self, pair: PairId) -> Option<[Address; 2]> {
        self.pairs.get(pair as usize).map(Pair::addresses)
    }

    /// The id of a sequence of packed steps.
    #[inline]
    pub fn intern(&mut self, steps: &[u32]) -> u32 {
        // Flows stand behind the addresses.
        self.has_flows |= steps.last().is_some_and(|step| step & IS_FLOW != 0);
        self.paths.intern(steps)
    }

    /// The path of these pairs, source first, if the flow's end had it lately: finding it costs a look instead of two searches.
    #[inline]
    pub fn recent<'a>(
        &self,
        flow: Step,
        pairs: impl ExactSizeIterator<Item = (&'a Address, &'a Address)>,
    ) -> Option<u32> {
        let key = flow.pack();
        let &(_, path) = self.recent.0.get(key as usize % self.recent.0.len()).filter(|(known, _)| *known == key)?;
        let steps = self.paths.get(path);
        let is_it = |(&step, (source, destination)): (&u32, (&Address, &Address))| {
            let (pair, reversed) = Pair::of(source, destination);
            step & (IS_FLOW | 1) == u32::from(reversed) && self.pairs.get((step >> 1) as usize) == Some(&pair)
        };
        (steps.len() == pairs.len() && steps.iter().zip(pairs).all(is_it)).then_some(path)
    }

    /// The flow's end has this path now.
    #[inline]
    pub fn remember(&mut self, flow: Step, path: u32) {
        let key = flow.pack();
        let at = key as usize % self.recent.0.len();
        if let Some(place) = self.recent.0.get_mut(at) {
            *place = (key, path);
        }
    }

    /// Whether there are tunnels that have flows.
    pub fn has_flows(&self) -> bool {
        self.has_flows
    }

    /// The flows around a packet's innermost one, outermost first, and whether their second end sent it.
    #[inline]
    pub fn outer_flows(&self, path: u32) -> impl Iterator<Item = (FlowId, bool)> + '_ {
        let steps = if self.has_flows { self.paths.get(path) } else { &[] };
        steps.iter().filter_map(|&step| match Step::unpack(step) {
            Step::Flow { flow, from_b } => Some((flow, from_b)),
            Step::Pair { .. } => None,
        })
    }

    pub fn steps(&self, path: u32) -> impl DoubleEndedIterator<Item = Step> + '_ {
        self.paths.get(path).iter().copied().map(Step::unpack)
    }

    /// The innermost addresses of a path, and whether the source is the high one.
    pub fn innermost(&self, path: u32) -> Option<(PairId, bool)> {
        self.steps(path).rev().find_map(|step| match step {
            Step::Pair { pair, reversed } => Some((pair, reversed)),
            Step::Flow { .. } => None,
        })
    }

    /// All pairs, in order of their ids.
    pub fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter()
    }

    pub fn len(&self) -> usize {
        self.paths.len()
    }

    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.table.capacity() * 5 + self.pairs.memory() + self.paths.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_are_one_pair() {
        let mut paths = Paths::default();
        let (a, b) = (Address::ipv4([10, 0, 0, 2]), Address::ipv4([10, 0, 0, 1]));
        assert_eq!((paths.pair(&a, &b), paths.pair(&b, &a)), ((0, true), (0, false)));
        assert_eq!(paths.addresses(0), Some([b, a]));
        let steps = [Step::Pair { pair: 0, reversed: true }, Step::Flow { flow: 7, from_b: false }];
        let path = paths.intern(&steps.map(Step::pack));
        assert!(paths.steps(path).eq(steps));
    }
}
