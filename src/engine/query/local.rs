//! Which hosts are "us": whose packets count as sent.
use super::Asked;
use crate::api::LocalHost;
use crate::engine::dissect::{Address, Family};
use crate::engine::store::paths::Step;
use rustc_hash::FxHashMap;

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

/// Packets in which each IP address takes part as the innermost source or destination, most first.
fn by_packets(asked: &Asked<'_>) -> Vec<(Address, u64)> {
    let paths = &asked.store.paths;
    let mut packets = vec![0u64; paths.len()];
    for (path, _, _) in asked.store.packets.paths() {
        if let Some(count) = packets.get_mut(path as usize) {
            *count += 1;
        }
    }
    let mut hosts: FxHashMap<Address, u64> = FxHashMap::default();
    for (path, count) in (0..).zip(packets) {
        if let Some((source, destination)) = ends(asked, path) {
            *hosts.entry(source).or_default() += count;
            if destination != source {
                *hosts.entry(destination).or_default() += count;
            }
        }
    }
    let mut hosts: Vec<_> = hosts.into_iter().filter(|(address, _)| is_host(address)).collect();
    hosts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    hosts
}

/// Not multicast, broadcast or the unspecified address.
fn is_host(address: &Address) -> bool {
    address.ip().is_some_and(|ip| !ip.is_multicast() && !ip.is_unspecified() && ip.to_string() != "255.255.255.255")
}

/// Innermost (source, destination) of a path, where there is an IP layer.
fn ends(asked: &Asked<'_>, path: u32) -> Option<(Address, Address)> {
    let paths = &asked.store.paths;
    let pairs = paths.steps(path).filter_map(|step| match step {
        Step::Pair { pair, reversed } => Some((paths.addresses(pair)?, reversed)),
        Step::Flow { .. } => None,
    });
    let ([low, high], reversed) = pairs.last()?;
    if !matches!(low.family(), Family::Ipv4 | Family::Ipv6) {
        return None;
    }
    Some(if reversed { (high, low) } else { (low, high) })
}

/// The hosts taken as local: the user's choice, else of each IP version the one host that takes part in more than half the packets of
/// that version, else the one with the most packets.
fn chosen(asked: &Asked<'_>, hosts: &[(Address, u64)]) -> Vec<Address> {
    if let Some(chosen) = asked.local {
        return chosen.to_vec();
    }
    let Some(&(busiest, most)) = hosts.first() else { return Vec::new() };
    // Every packet counts for two hosts, so of any version half of the sum is the number of packets.
    let is_main = |&&(address, count): &&(Address, u64)| {
        let total: u64 = hosts.iter().filter(|(other, _)| other.family() == address.family()).map(|(_, n)| n).sum();
        count * 4 > total && count * 20 > most
    };
    let mut local = vec![busiest];
    let second = hosts.iter().filter(|(address, _)| address.family() != busiest.family()).find(is_main);
    local.extend(second.map(|(address, _)| *address));
    local
}

/// Candidates for the local host, most packets first; those in force are marked.
pub fn candidates(asked: &Asked<'_>) -> Vec<LocalHost> {
    let hosts = by_packets(asked);
    let chosen = chosen(asked, &hosts);
    let row = |address: &Address, packets: u64| LocalHost {
        address: address.to_string(),
        packets,
        chosen: chosen.contains(address),
    };
    let mut rows: Vec<LocalHost> = hosts.iter().take(MOST).map(|(address, packets)| row(address, *packets)).collect();
    let shown: Vec<Address> = hosts.iter().take(MOST).map(|(address, _)| *address).collect();
    for address in chosen.iter().filter(|address| !shown.contains(address)) {
        let packets = hosts.iter().find(|(host, _)| host == address).map_or(0, |(_, packets)| *packets);
        rows.push(row(address, packets));
    }
    rows
}

/// The direction of every path.
pub fn directions(asked: &Asked<'_>) -> Vec<Direction> {
    let hosts = by_packets(asked);
    let local = chosen(asked, &hosts);
    let direction = |path| match ends(asked, path) {
        Some((source, _)) if local.contains(&source) => Direction::Sent,
        Some((_, destination)) if local.contains(&destination) => Direction::Received,
        _ => Direction::Passing,
    };
    (0..asked.store.paths.len() as u32).map(direction).collect()
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
