//! What the packets of an address tell: peers, neighbours, interfaces, activity.
use super::super::super::encapsulation;
use super::super::super::timeline::{bucket, round_width};
use super::super::hosts::HostId;
use super::super::{country, field, filter, name};
use super::{Page, Sum, Way, add, busiest, by_bytes, known};
use crate::api::{Activity, HostAnswer, HostInterface, HostPart, HostPeer, Traffic};
use crate::engine::dissect::Address;
use crate::engine::protocols::{is_level, protocol};
use crate::engine::sort;
use crate::engine::store::Store;
use crate::engine::store::packets::NO_TIME;
use crate::engine::store::paths::Step;
use rustc_hash::FxHashMap;

/// IP addresses of one interface named at most.
const MOST_ADDRESSES: usize = 20;
const DEFAULT_BUCKETS: u16 = 120;

impl Page<'_> {
    /// One pass over the packets that the address takes part in.
    pub fn packets(&self, answer: &mut HostAnswer, buckets: u16) {
        let store = self.asked.store;
        let ways: Vec<Option<(Way, HostId)>> = (0..store.paths.len() as u32).map(|path| self.way(path)).collect();
        let mut by_path = vec![Sum::default(); store.paths.len()];
        let mut by_stack = vec![[Traffic::default(); 2]; store.stacks.len()];
        let mut longest = vec![0_u32; store.stacks.len()];
        let mut activity = Clock::new(store, buckets);
        self.asked.each(|_, row| {
            let Some(Some((way, _))) = ways.get(row.path as usize) else { return };
            if let Some(sum) = by_path.get_mut(row.path as usize) {
                sum.packet(row.wire_len, row.time);
            }
            let stack = usize::from(row.stack);
            if let Some([sent, received]) = by_stack.get_mut(stack) {
                let one = Traffic { packets: 1, bytes: row.wire_len.into() };
                add(if *way == Way::Sent { sent } else { received }, one);
            }
            if let Some(most) = longest.get_mut(stack).filter(|_| *way == Way::Sent) {
                *most = row.wire_len.max(*most);
            }
            activity.add(*way, row.wire_len, row.time);
        });
        answer.activity = activity.activity;
        let (mut whole, mut peers) = (Sum::default(), FxHashMap::<HostId, (Sum, Traffic, Traffic)>::default());
        let mut beside: FxHashMap<HostId, (Traffic, Traffic)> = FxHashMap::default();
        for ((path, sum), way) in (0..).zip(&by_path).zip(&ways) {
            let Some((way, peer)) = way.filter(|_| sum.traffic.packets > 0) else { continue };
            whole.add(sum);
            let is_sent = way == Way::Sent;
            add(if is_sent { &mut answer.sent } else { &mut answer.received }, sum.traffic);
            let of_peer = peers.entry(peer).or_default();
            of_peer.0.add(sum);
            add(if is_sent { &mut of_peer.1 } else { &mut of_peer.2 }, sum.traffic);
            if let Some(other) = self.beside(path, way) {
                let (sent, received) = beside.entry(other).or_default();
                add(if is_sent { sent } else { received }, sum.traffic);
            }
        }
        answer.found = whole.traffic.packets > 0;
        (answer.first_ns, answer.last_ns) = (known(whole.first), known(whole.last));
        self.peers(answer, peers);
        self.neighbours(answer, &beside);
        self.interfaces(answer, &by_stack, &longest, &beside);
        if self.address.ip().is_none() {
            answer.protocols = protocols_of(store, &by_stack);
        }
    }

    fn peers(&self, answer: &mut HostAnswer, peers: FxHashMap<HostId, (Sum, Traffic, Traffic)>) {
        let list: Vec<(HostId, (Sum, Traffic, Traffic))> = peers.into_iter().collect();
        answer.all_peers = list.len() as u32;
        let mut countries: FxHashMap<String, (u32, Traffic)> = FxHashMap::default();
        for (host, (sum, ..)) in &list {
            let country = self.kept.hosts.get(*host).map(|address| country(self.asked, &address)).unwrap_or_default();
            if !country.is_empty() {
                let (peers, traffic) = countries.entry(country).or_default();
                *peers += 1;
                add(traffic, sum.traffic);
            }
        }
        let part = |(name, (peers, traffic)): (String, (u32, Traffic))| HostPart {
            filter: format!("{} && geo.country == \"{name}\"", answer.filter),
            name,
            flows: peers,
            packets: traffic.packets,
            bytes: traffic.bytes,
        };
        answer.countries = busiest(countries.into_iter().map(part).collect());
        let list = self.window(list, |a, b| b.1.0.traffic.bytes.cmp(&a.1.0.traffic.bytes).then(a.0.cmp(&b.0)));
        let row = |(host, (sum, sent, received)): (HostId, (Sum, Traffic, Traffic))| {
            let peer = self.kept.hosts.get(host)?;
            let field = field(&self.address, "addr");
            Some(HostPeer {
                address: peer.to_string(),
                name: name(self.asked, &peer).0,
                country: country(self.asked, &peer),
                sent,
                received,
                first_ns: known(sum.first),
                last_ns: known(sum.last),
                filter: format!("{field} == {} && {field} == {peer}", self.address),
            })
        };
        answer.peers = list.into_iter().filter_map(row).collect();
    }

    fn neighbours(&self, answer: &mut HostAnswer, beside: &FxHashMap<HostId, (Traffic, Traffic)>) {
        let part = |(host, (sent, received)): (&HostId, &(Traffic, Traffic))| {
            let other = self.kept.hosts.get(*host)?;
            Some(HostPart {
                name: other.to_string(),
                flows: 0,
                packets: sent.packets + received.packets,
                bytes: sent.bytes + received.bytes,
                filter: format!("{} && {}", answer.filter, filter(&other)),
            })
        };
        answer.all_beside = beside.len() as u32;
        answer.beside = self.window(beside.iter().filter_map(part).collect(), by_bytes);
    }

    fn interfaces(
        &self,
        answer: &mut HostAnswer,
        by_stack: &[[Traffic; 2]],
        longest: &[u32],
        beside: &FxHashMap<HostId, (Traffic, Traffic)>,
    ) {
        let stacks = &self.asked.store.stacks;
        let mut found: Vec<HostInterface> = Vec::new();
        for (stack, ([sent, received], longest)) in (0..).zip(by_stack.iter().zip(longest)) {
            if sent.packets + received.packets == 0 {
                continue;
            }
            let id = stacks.interface(stack);
            let at = found.iter().position(|interface| interface.id == id).unwrap_or_else(|| {
                found.push(self.interface(id));
                found.len() - 1
            });
            if let Some(interface) = found.get_mut(at) {
                add(&mut interface.sent, *sent);
                add(&mut interface.received, *received);
                interface.longest = interface.longest.max(*longest);
            }
        }
        // The link address it sends with, and who else sends with it: only a host of ours stands beside its own one.
        let own = beside.iter().filter(|(_, (sent, _))| sent.packets > 0);
        let own = own.max_by_key(|(host, (sent, _))| (sent.packets, std::cmp::Reverse(**host))).map(|(host, _)| *host);
        if let (true, Some(own), Some(interface)) =
            (answer.local && self.address.ip().is_some(), own, found.iter_mut().max_by_key(|i| i.sent.packets))
        {
            interface.link_address = self.kept.hosts.get(own).map(|own| own.to_string()).unwrap_or_default();
            interface.addresses = self.senders_with(own).iter().map(ToString::to_string).collect();
        }
        sort::by_key(&mut found, |interface| interface.id);
        answer.interfaces = found;
    }

    fn interface(&self, id: u32) -> HostInterface {
        let of_file = self.asked.reader.interfaces().get(id as usize);
        HostInterface {
            id,
            name: of_file.and_then(|i| i.name.clone()).unwrap_or_default(),
            description: of_file.and_then(|i| i.description.clone()).unwrap_or_default(),
            encapsulation: of_file.map(|i| encapsulation(i.link)).unwrap_or_default(),
            ..HostInterface::default()
        }
    }

    /// IP addresses that send with a link address; behind a router's there are many: then only ours.
    fn senders_with(&self, link: HostId) -> Vec<Address> {
        let (store, hosts) = (self.asked.store, &self.kept.hosts);
        let mut found: Vec<Address> = Vec::new();
        for path in 0..store.paths.len() as u32 {
            let mut steps = store.paths.steps(path).filter_map(|step| match step {
                Step::Pair { pair, reversed } => hosts.of_pair(pair, reversed),
                Step::Flow { .. } => None,
            });
            if steps.next().is_some_and(|[source, _]| source == link)
                && let Some(ip) = steps.find_map(|[source, _]| hosts.get(source).filter(|a| a.ip().is_some()))
                && ip.ip().is_some_and(|ip| !ip.is_unspecified())
                && !found.contains(&ip)
            {
                found.push(ip);
                if found.len() > MOST_ADDRESSES {
                    found.retain(|address| self.us.hosts.contains(address));
                    return found;
                }
            }
        }
        sort::by_key(&mut found, |address| *address);
        found
    }
}

/// By the innermost protocol of packets, from their stacks.
fn protocols_of(store: &Store, by_stack: &[[Traffic; 2]]) -> Vec<HostPart> {
    let mut sums: FxHashMap<&'static str, Traffic> = FxHashMap::default();
    for (stack, [sent, received]) in (0..).zip(by_stack) {
        if sent.packets + received.packets > 0 {
            let layers = store.stacks.get(stack).layers;
            let named = layers.iter().rev().map(|(id, _)| *id).find(|id| is_level(*id) && protocol(*id).name != "data");
            let sum = sums.entry(named.map_or("", |id| protocol(id).short)).or_default();
            add(sum, *sent);
            add(sum, *received);
        }
    }
    let part = |(name, Traffic { packets, bytes }): (&str, Traffic)| HostPart {
        name: name.to_owned(),
        packets,
        bytes,
        ..HostPart::default()
    };
    busiest(sums.into_iter().map(part).collect())
}

/// Counts by time.
struct Clock {
    activity: Activity,
    /// The bucket of the latest packet, and where it begins: dividing is slow.
    at: usize,
    from: i64,
}

impl Clock {
    fn new(store: &Store, buckets: u16) -> Self {
        // Always over the time of the whole capture.
        let totals = &store.totals;
        let mut activity = Activity { width_ns: 1, ..Activity::default() };
        if totals.earliest != NO_TIME {
            let width = round_width(totals.duration(), if buckets == 0 { DEFAULT_BUCKETS } else { buckets });
            activity.start_ns = totals.earliest.div_euclid(width).saturating_mul(width);
            activity.width_ns = width;
            let count = bucket(totals.latest, activity.start_ns, width).saturating_add(1);
            (activity.sent_packets, activity.received_packets) = (vec![0; count], vec![0; count]);
            (activity.sent_bytes, activity.received_bytes) = (vec![0; count], vec![0; count]);
        }
        Self { from: activity.start_ns, activity, at: 0 }
    }

    #[inline]
    fn add(&mut self, way: Way, wire_len: u32, time: i64) {
        if time == NO_TIME {
            return;
        }
        let Self { activity, at, from } = self;
        let (start, width) = (activity.start_ns, activity.width_ns);
        if !(0..width).contains(&time.saturating_sub(*from)) {
            *at = bucket(time, start, width);
            *from = start.saturating_add((*at as i64).saturating_mul(width));
        }
        let (packets, bytes) = match way {
            Way::Sent => (&mut activity.sent_packets, &mut activity.sent_bytes),
            Way::Received => (&mut activity.received_packets, &mut activity.received_bytes),
        };
        if let (Some(packets), Some(bytes)) = (packets.get_mut(*at), bytes.get_mut(*at)) {
            *packets += 1;
            *bytes += u64::from(wire_len);
        }
    }
}
