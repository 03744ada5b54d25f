//! Conversations of addresses at every layer, tunnels included: each layer counts, with the whole outer frame.
use crate::engine::dissect::Address;
use crate::engine::filter::selection::Selection;
use crate::engine::sort;
use crate::engine::store::Store;
use crate::engine::store::packets::NO_TIME;
use crate::engine::store::paths::Step;
use rustc_hash::FxHashMap;

/// What passed between two addresses of one layer. A is the source of the first packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    pub a: Address,
    pub b: Address,
    /// A → B, then B → A.
    pub packets: [u64; 2],
    /// Whole frames on the wire.
    pub bytes: [u64; 2],
    /// ns since the capture's first packet; [`NO_TIME`].
    pub first: i64,
    pub last: i64,
}

#[derive(Clone, Copy)]
struct Sum {
    packets: u64,
    bytes: u64,
    first: i64,
    last: i64,
    first_packet: u32,
}

/// All conversations of link and network addresses, in order of their first packets; of some packets only, or of all.
pub fn conversations(store: &Store, selected: Option<&Selection>) -> Vec<Conversation> {
    let empty = Sum { packets: 0, bytes: 0, first: NO_TIME, last: NO_TIME, first_packet: u32::MAX };
    let mut sums = vec![empty; store.paths.len()];
    let meant = |packet| selected.is_none_or(|selected| selected.has(packet));
    for (packet, (path, wire_len, time)) in (0..).zip(store.packets.paths()).filter(|(packet, _)| meant(*packet)) {
        let Some(sum) = sums.get_mut(path as usize) else { continue };
        sum.packets += 1;
        sum.bytes += u64::from(wire_len);
        sum.first_packet = sum.first_packet.min(packet);
        if time != NO_TIME {
            sum.first = if sum.first == NO_TIME { time } else { sum.first.min(time) };
            sum.last = sum.last.max(time);
        }
    }
    let mut by_first: Vec<(usize, Sum)> = sums.into_iter().enumerate().filter(|(_, sum)| sum.packets > 0).collect();
    sort::by_key(&mut by_first, |(_, sum)| sum.first_packet);
    let mut places: FxHashMap<u32, usize> = FxHashMap::default();
    let mut found: Vec<Conversation> = Vec::new();
    for (path, sum) in by_first {
        for step in store.paths.steps(path as u32) {
            let Step::Pair { pair, reversed } = step else { continue };
            let Some([low, high]) = store.paths.addresses(pair) else { continue };
            let (source, destination) = if reversed { (high, low) } else { (low, high) };
            let at = *places.entry(pair).or_insert_with(|| {
                found.push(Conversation {
                    a: source,
                    b: destination,
                    packets: [0; 2],
                    bytes: [0; 2],
                    first: sum.first,
                    last: sum.last,
                });
                found.len() - 1
            });
            if let Some(conversation) = found.get_mut(at) {
                conversation.add(source, &sum);
            }
        }
    }
    found
}

impl Conversation {
    fn add(&mut self, source: Address, sum: &Sum) {
        let ([packets, packets_back], [bytes, bytes_back]) = (&mut self.packets, &mut self.bytes);
        let (packets, bytes) = if source == self.a { (packets, bytes) } else { (packets_back, bytes_back) };
        *packets += sum.packets;
        *bytes += sum.bytes;
        if sum.first != NO_TIME {
            self.first = if self.first == NO_TIME { sum.first } else { self.first.min(sum.first) };
            self.last = self.last.max(sum.last);
        }
    }
}
