//! What passed between two addresses of one layer, tunnels included: each layer counts, with the whole outer frame.
use super::super::Asked;
use crate::engine::dissect::Family;
use crate::engine::sort;
use crate::engine::store::packets::{NO_TIME, Row};
use crate::engine::store::paths::{PairId, Step};

/// Two addresses of one layer. A is the source of the first packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation {
    pub pair: PairId,
    pub family: Family,
    /// A is the pair's high address.
    pub reversed: bool,
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

/// The conversations of link and network addresses, in order of their first packets.
#[derive(Default)]
pub struct Pairs {
    /// Packets when it was made, and which were meant.
    made_of: Option<(u32, u64)>,
    list: Vec<Conversation>,
}

impl Pairs {
    /// Those of the packets that are meant.
    pub fn of(&mut self, asked: &Asked<'_>) -> &[Conversation] {
        let made_of = Some((asked.store.packets.len(), asked.version()));
        if self.made_of != made_of {
            *self = Self { made_of, list: conversations(asked) };
        }
        &self.list
    }
}

fn conversations(asked: &Asked<'_>) -> Vec<Conversation> {
    const NOWHERE: u32 = u32::MAX;
    let paths = &asked.store.paths;
    let empty = Sum { packets: 0, bytes: 0, first: NO_TIME, last: NO_TIME, first_packet: u32::MAX };
    let mut sums = vec![empty; paths.len()];
    asked.each(|packet, Row { path, wire_len, time, .. }| {
        let Some(sum) = sums.get_mut(path as usize) else { return };
        sum.packets += 1;
        sum.bytes += u64::from(wire_len);
        sum.first_packet = sum.first_packet.min(packet);
        if time != NO_TIME {
            sum.first = if sum.first == NO_TIME { time } else { sum.first.min(time) };
            sum.last = sum.last.max(time);
        }
    });
    let seen = (0..).zip(&sums).filter(|(_, sum)| sum.packets > 0);
    let mut by_first: Vec<(u64, u32)> = seen.map(|(path, sum)| (sum.first_packet.into(), path)).collect();
    // Of all packets, paths are numbered in this order.
    if !by_first.is_sorted() {
        sort::keyed(&mut by_first, usize::MAX, &|_, _| std::cmp::Ordering::Equal);
    }
    let mut places = vec![NOWHERE; paths.pairs().count()];
    let mut found: Vec<Conversation> = Vec::new();
    for (_, path) in by_first {
        let Some(sum) = sums.get(path as usize) else { continue };
        for step in paths.steps(path) {
            let Step::Pair { pair, reversed } = step else { continue };
            let (Some(family), Some(at)) = (paths.get(pair).map(|p| p.family), places.get_mut(pair as usize)) else {
                continue;
            };
            if *at == NOWHERE {
                *at = found.len() as u32;
                let (first, last) = (sum.first, sum.last);
                found.push(Conversation { pair, family, reversed, packets: [0; 2], bytes: [0; 2], first, last });
            }
            if let Some(conversation) = found.get_mut(*at as usize) {
                conversation.add(reversed, sum);
            }
        }
    }
    found
}

impl Conversation {
    fn add(&mut self, reversed: bool, sum: &Sum) {
        let ([packets, packets_back], [bytes, bytes_back]) = (&mut self.packets, &mut self.bytes);
        let (packets, bytes) = if reversed == self.reversed { (packets, bytes) } else { (packets_back, bytes_back) };
        *packets += sum.packets;
        *bytes += sum.bytes;
        if sum.first != NO_TIME {
            self.first = if self.first == NO_TIME { sum.first } else { self.first.min(sum.first) };
            self.last = self.last.max(sum.last);
        }
    }
}
