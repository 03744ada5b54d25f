//! Which hosts are "us": whose packets count as sent.
use super::Asked;
use crate::api::LocalHost;
use crate::engine::dissect::{Address, Family};
use crate::engine::store::paths::Pair;
use rustc_hash::FxHashMap;
use std::net::{IpAddr, Ipv4Addr};

/// Candidates shown at most.
const MOST: usize = 20;

/// Direction of a path's packets as seen from the local hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Sent,
    Received,
    /// Between others.
    Passing,
}

/// IP hosts of the capture by the packets in which they are the innermost source or destination.
struct Hosts {
    /// Most packets first; only the first [`MOST`] are in order.
    list: Vec<(Address, u64)>,
    /// Packets of IPv4 and of IPv6, multicast ones too.
    packets: [u64; 2],
}

impl Hosts {
    fn of(asked: &Asked<'_>) -> Self {
        let paths = &asked.store.paths;
        let mut by_path = vec![0u32; paths.len()];
        asked.each(|_, packet| {
            if let Some(count) = by_path.get_mut(packet.path as usize) {
                *count += 1;
            }
        });
        // Paths share pairs and pairs share hosts: every step hashes less than the one before.
        let mut by_pair = vec![0u64; paths.pairs().count()];
        for (path, count) in (0..).zip(by_path) {
            let pair = paths.innermost(path).and_then(|(pair, _)| by_pair.get_mut(pair as usize));
            if let Some(sum) = pair {
                *sum += u64::from(count);
            }
        }
        let mut hosts: FxHashMap<Address, u64> = FxHashMap::default();
        let mut packets = [0; 2];
        for (pair, count) in paths.pairs().zip(by_pair).filter(|(pair, count)| is_ip(pair.family) && *count > 0) {
            let [ipv4, ipv6] = &mut packets;
            *(if pair.family == Family::Ipv4 { ipv4 } else { ipv6 }) += count;
            let [low, high] = pair.addresses();
            *hosts.entry(low).or_default() += count;
            if low != high {
                *hosts.entry(high).or_default() += count;
            }
        }
        let mut list: Vec<(Address, u64)> = hosts.into_iter().filter(|(address, _)| is_host(address)).collect();
        let order = |a: &(Address, u64), b: &(Address, u64)| b.1.cmp(&a.1).then(a.0.cmp(&b.0));
        if list.len() > MOST {
            list.select_nth_unstable_by(MOST, order);
        }
        if let Some(first) = list.chunks_mut(MOST).next() {
            first.sort_unstable_by(order);
        }
        Self { list, packets }
    }

    /// The busiest host of an IP version, and how many packets all of that version have.
    fn busiest(&self, family: Family) -> Option<((Address, u64), u64)> {
        let of_family = || self.list.iter().filter(|(address, _)| address.family() == family);
        let busiest = of_family().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))?;
        let [ipv4, ipv6] = self.packets;
        Some((*busiest, if family == Family::Ipv4 { ipv4 } else { ipv6 }))
    }

    /// The hosts taken as local: the user's choice, else the host with the most packets, and of the other IP version the one that
    /// takes part in more than half of its packets, if there is one.
    fn local(&self, asked: &Asked<'_>) -> Vec<Address> {
        if let Some(chosen) = asked.local {
            return chosen.to_vec();
        }
        let Some(&(first, most)) = self.list.first() else { return Vec::new() };
        let other = if first.family() == Family::Ipv4 { Family::Ipv6 } else { Family::Ipv4 };
        let second = self.busiest(other).filter(|((_, packets), total)| packets * 2 > *total && packets * 20 > most);
        [Some(first), second.map(|((address, _), _)| address)].into_iter().flatten().collect()
    }
}

fn is_ip(family: Family) -> bool {
    matches!(family, Family::Ipv4 | Family::Ipv6)
}

/// Not multicast, broadcast or the unspecified address.
fn is_host(address: &Address) -> bool {
    address.ip().is_some_and(|ip| !ip.is_multicast() && !ip.is_unspecified() && ip != IpAddr::V4(Ipv4Addr::BROADCAST))
}

/// The hosts that are "us" and what they send and receive, kept while nothing new was read: no filter changes them.
#[derive(Default)]
pub struct Us {
    /// Packets when it was made, and the user's choice.
    made_of: Option<(u32, Option<Vec<Address>>)>,
    pub hosts: Vec<Address>,
    /// Of each path, once it was asked for.
    directions: Vec<Direction>,
}

impl Us {
    pub fn of(&mut self, asked: &Asked<'_>) -> &mut Self {
        let key = (asked.store.packets.len(), asked.local.map(<[Address]>::to_vec));
        if self.made_of.as_ref() != Some(&key) {
            *self = Self { made_of: Some(key), hosts: local(asked), directions: Vec::new() };
        }
        self
    }

    /// The direction of every path's packets, as seen from the hosts.
    pub fn directions(&mut self, asked: &Asked<'_>) -> &[Direction] {
        if self.directions.is_empty() {
            self.directions = directions(asked, &self.hosts);
        }
        &self.directions
    }
}

/// Candidates for the local host, most packets first; those in force are marked. Packets are those that are meant.
pub fn candidates(asked: &Asked<'_>, local: &[Address]) -> Vec<LocalHost> {
    let hosts = Hosts::of(asked);
    let shown = hosts.list.chunks(MOST).next().unwrap_or_default();
    let further = local.iter().filter(|address| !shown.iter().any(|(host, _)| host == *address)).map(|address| {
        let host = hosts.list.iter().find(|(host, _)| host == address);
        (*address, host.map_or(0, |(_, packets)| *packets))
    });
    let row = |(address, packets): (Address, u64)| LocalHost {
        address: address.to_string(),
        packets,
        chosen: local.contains(&address),
    };
    shown.iter().copied().chain(further).map(row).collect()
}

/// The hosts that are "us", whatever the filter.
fn local(asked: &Asked<'_>) -> Vec<Address> {
    match asked.local {
        Some(chosen) => chosen.to_vec(),
        None => Hosts::of(&asked.whole()).local(asked),
    }
}

/// The direction of every path, as seen from these hosts.
fn directions(asked: &Asked<'_>, local: &[Address]) -> Vec<Direction> {
    let paths = &asked.store.paths;
    let is_local = |pair: &Pair| pair.addresses().map(|address| local.contains(&address));
    let by_pair: Vec<[bool; 2]> = paths.pairs().map(is_local).collect();
    let direction = |path| {
        let Some((pair, reversed)) = paths.innermost(path) else { return Direction::Passing };
        let [low, high] = by_pair.get(pair as usize).copied().unwrap_or_default();
        match if reversed { (high, low) } else { (low, high) } {
            (true, _) => Direction::Sent,
            (_, true) => Direction::Received,
            _ => Direction::Passing,
        }
    };
    (0..paths.len() as u32).map(direction).collect()
}

#[cfg(test)]
mod tests {
    use crate::api::{Answer, Query, Summary};
    use crate::engine::testing::talk;

    /// Addresses taken as local, and what of them is sent and received in the whole capture.
    fn local(text: &str, chosen: &[&str]) -> (Vec<String>, u64, u64) {
        let mut session = talk(text);
        session.set_local(&chosen.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let mut nothing: &[u8] = &[];
        let mut ask = |query| session.answer(&query, &mut nothing).expect("an answer");
        let (Answer::Summary(summary), Answer::Hierarchy(tree)) =
            (ask(Query::Summary(Summary {})), ask(Query::Hierarchy(crate::api::Hierarchy {})))
        else {
            panic!("other answers")
        };
        let chosen = summary.local.into_iter().filter(|host| host.chosen).map(|host| host.address);
        let root = tree.rows.first().map_or((0, 0), |row| (row.sent_packets, row.received_packets));
        (chosen.collect(), root.0, root.1)
    }

    #[test]
    fn sent_and_received_follow_the_choice() {
        let text = "> SYN / < SYN ACK / > ACK / > 100";
        let of = |address: &str, sent, received| (vec![address.to_owned()], sent, received);
        // Both take part in every packet: the lower address, for want of a reason.
        assert_eq!(local(text, &[]), of("10.0.0.1", 3, 1));
        assert_eq!(local(text, &["10.0.0.2"]), of("10.0.0.2", 1, 3));
        assert_eq!(local(text, &["nonsense"]), of("10.0.0.1", 3, 1));
        // Chosen, but in no packet.
        assert_eq!(local(text, &["192.0.2.1"]), of("192.0.2.1", 0, 0));
        assert_eq!(local("", &[]), (vec![], 0, 0));
    }
}
