//! What the flows of an IP address tell: roles, protocols, ports, names, times to live.
use super::super::super::flows;
use super::super::super::matched::Matched;
use super::super::{field, port_field, text_of, transport_of};
use super::{Page, Way, add, busiest};
use crate::api::{HostAnswer, HostName, HostPart, HostPort, NameFrom, Traffic};
use crate::engine::dissect::{Family, Transport};
use crate::engine::sort;
use crate::engine::store::flows::{Flow, number};
use crate::engine::store::names::NameId;
use crate::engine::store::packets::{Marks, NO_TIME};
use rustc_hash::FxHashMap;

/// By transport and port: flows, what passed, and the application.
type Ports = FxHashMap<(u8, u16), (u32, Traffic, &'static str)>;

impl Page<'_> {
    /// One pass over the flows of an IP address.
    pub fn flows(&self, answer: &mut HostAnswer, matched: &Matched) {
        let asked = self.asked;
        let mut names: FxHashMap<NameId, u32> = FxHashMap::default();
        // By application, or by transport where that is not known.
        let mut protocols: FxHashMap<(&'static str, Option<Transport>), (u32, Traffic)> = FxHashMap::default();
        let mut ports: [Ports; 2] = Default::default();
        let mut hops = [0_u64; 256];
        for (_, flow, counts) in matched.flows(asked) {
            let Some(ends) = self.kept.hosts.of_pair(flow.key.pair, flow.reversed) else { continue };
            if !ends.contains(&self.host) {
                continue;
            }
            let all = Traffic { packets: counts.total_packets(), bytes: counts.total_bytes() };
            let application = flows::application(flow);
            let transport = application.is_empty().then_some(flow.key.transport);
            let (of_protocol, of_traffic) = protocols.entry((application, transport)).or_default();
            *of_protocol += 1;
            add(of_traffic, all);
            for end in [0, 1].into_iter().filter(|&end| Flow::by(ends, end) == self.host) {
                let is_client = flow.client == end;
                let role = if is_client { &mut answer.as_client } else { &mut answer.as_server };
                let of =
                    |end| Traffic { packets: Flow::by(counts.packets, end).into(), bytes: Flow::by(counts.bytes, end) };
                role.flows += 1;
                add(&mut role.sent, of(end));
                add(&mut role.received, of(1 - end));
                if counts.first != NO_TIME {
                    role.first_ns = Some(role.first_ns.map_or(counts.first, |first| first.min(counts.first)));
                    role.last_ns = Some(role.last_ns.map_or(counts.last, |last| last.max(counts.last)));
                }
                if let (true, [served, asked]) = (flow.has_ports(), &mut ports) {
                    let key = (number(flow.key.transport), flow.port(flow.server()));
                    let (flows, traffic, known) = (if is_client { asked } else { served }).entry(key).or_default();
                    *flows += 1;
                    add(traffic, all);
                    *known = if known.is_empty() { application } else { known };
                }
                if !is_client && flow.name != 0 {
                    *names.entry(flow.name).or_default() += 1;
                }
                if let Some(sum) = hops.get_mut(usize::from(Flow::by(flow.hops, end))) {
                    *sum += u64::from(Flow::by(counts.packets, end));
                }
            }
        }
        let parts = protocols.into_iter().map(|((name, transport), (flows, Traffic { packets, bytes }))| {
            let (name, filter) = match transport {
                Some(transport) => (flows::transport_name(transport).into_owned(), flows::of_transport(transport)),
                None => (name.to_owned(), flows::of_application(name)),
            };
            HostPart { name, flows, packets, bytes, filter: format!("{} && {filter}", answer.filter) }
        });
        answer.protocols = busiest(parts.collect());
        let [served, asked_for] = ports;
        (answer.served, answer.asked) = (served.len() as u32, asked_for.len() as u32);
        answer.ports_served = self.ports(served, true);
        answer.ports_asked = self.ports(asked_for, false);
        self.correct(&mut hops);
        let address = self.address;
        let (src, hop_field) = (field(&address, "src"), if address.family() == Family::Ipv6 { "hlim" } else { "ttl" });
        let protocol = if address.family() == Family::Ipv6 { "ipv6" } else { "ip" };
        let seen = hops.iter().enumerate().skip(1).filter(|(_, packets)| **packets > 0);
        let part = |(hops, &packets): (usize, &u64)| HostPart {
            name: hops.to_string(),
            packets,
            filter: format!("{src} == {address} && {protocol}.{hop_field} == {hops}"),
            ..HostPart::default()
        };
        answer.hops = seen.map(part).collect();
        sort::by(&mut answer.hops, |a, b| b.packets.cmp(&a.packets));
        (answer.names, answer.all_names) = self.names(names);
    }

    /// Packets whose time to live is not that of their flow's first.
    fn correct(&self, hops: &mut [u64; 256]) {
        let store = self.asked.store;
        for &(packet, flow, now) in store.other_hops.iter().filter(|(packet, ..)| self.asked.means(*packet)) {
            let Some(row) = store.packets.get(packet).filter(|row| row.flow == flow) else { continue };
            let Some(Way::Sent) = self.way(row.path).map(|(way, _)| way) else { continue };
            let end = usize::from(row.marks.has(Marks::FROM_B));
            if let Some(flow) = store.flows.get(flow)
                && let Some(sum) = hops.get_mut(usize::from(Flow::by(flow.hops, end)))
            {
                *sum = sum.saturating_sub(1);
            }
            if let Some(sum) = hops.get_mut(usize::from(now)) {
                *sum += 1;
            }
        }
    }

    fn ports(&self, ports: Ports, served: bool) -> Vec<HostPort> {
        let list = self.window(ports.into_iter().collect(), |a, b| b.1.1.bytes.cmp(&a.1.1.bytes).then(a.0.cmp(&b.0)));
        let address = self.address;
        let row = |((transport, port), (flows, Traffic { packets, bytes }, application)): (
            (u8, u16),
            (u32, Traffic, &str),
        )| {
            let transport = transport_of(transport);
            let name = port_field(transport).unwrap_or_default();
            let (src, dst) = (field(&address, "src"), field(&address, "dst"));
            // Its own port, or that of the others.
            let (out, back) = if served { ("srcport", "dstport") } else { ("dstport", "srcport") };
            HostPort {
                transport: flows::transport_name(transport).into_owned(),
                port,
                application: application.to_owned(),
                flows,
                packets,
                bytes,
                filter: format!(
                    "({src} == {address} && {name}.{out} == {port}) || ({dst} == {address} && {name}.{back} == {port})"
                ),
            }
        };
        list.into_iter().map(row).collect()
    }

    /// What the capture says of the address, then what its clients call it, the most frequent first.
    fn names(&self, of_flows: FxHashMap<NameId, u32>) -> (Vec<HostName>, u32) {
        let names = &self.asked.store.names;
        let told = self.address.ip().map(|ip| names.of_address(ip)).unwrap_or_default();
        let row = |(id, flows): (NameId, u32)| {
            let (name, from) = text_of(self.asked, id);
            let filter = match flows {
                0 => String::new(),
                _ => format!("flow.server == {} && flow.name == {name:?}", self.address),
            };
            HostName { name, from, flows, filter }
        };
        let mut list: Vec<HostName> = told.into_iter().map(|id| row((id, 0))).collect();
        let mut by_flows: Vec<(NameId, u32)> = of_flows.into_iter().collect();
        sort::by(&mut by_flows, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        list.extend(by_flows.into_iter().map(row).filter(|name| name.from != NameFrom::Nowhere));
        let all = list.len() as u32;
        (self.rows.clone().filter_map(|at| list.get_mut(at).map(std::mem::take)).collect(), all)
    }
}
