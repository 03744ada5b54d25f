//! What all connections tell about their times, found out in one go and kept while nothing new was read.
use super::flows::{application, server_name};
use super::rtt::{histogram, statistics};
use super::verdicts::{self, Finding};
use super::{Asked, round_trips};
use crate::api::{DataRttAnswer, DataRttRow, GrownFlow, Stall, StallKind};
use crate::engine::dissect::{Address, Family, Transport};
use crate::engine::sort;
use crate::engine::store::flows::{End, Flow, NO_PROTOCOL};
use crate::engine::store::numbers::ByFlow;
use crate::engine::store::packets::{FlowId, NO_TIME, PacketId};
use crate::engine::store::paths::PairId;
use crate::engine::tcp::place::Ways;
use crate::engine::tcp::shares::{Shares, shares};
use crate::engine::tcp::stalls::Halt;
use crate::engine::tcp::told::Told;
use crate::engine::tcp::turns::Exchange;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Rows of a table by server or network.
const MOST_ROWS: usize = 1000;
const MOST_GROWN: usize = 20;
/// Requests remembered.
const MOST_REQUESTS: usize = 2_000_000;
/// A request over UDP that takes longer was perhaps sent again: resolvers ask again after a second or more.
const RETRY: i64 = 500_000_000;

/// A request, its response and whose time it took.
#[derive(Clone, Debug)]
pub struct Request {
    pub flow: FlowId,
    pub exchange: Exchange,
    pub shares: Shares,
    /// Of [`Measured::stalls`].
    pub stalls: Range<u32>,
}

#[derive(Default)]
pub struct Measured {
    /// Packets when it was made.
    packets: Option<u32>,
    /// What measuring needs until it is done.
    under_way: Option<UnderWay>,
    pub requests: Vec<Request>,
    pub stalls: Vec<Stall>,
    /// What is told of single connections.
    pub findings: Vec<Finding>,
    /// Round trips of connections with payload, one after the other, and whose they are.
    samples: Vec<i64>,
    sampled: Vec<Sampled>,
    grown: Vec<GrownFlow>,
    /// Of all connections, and of those that were last meant.
    all: Together,
    meant: Together,
}

/// Where measuring stands: connection after connection, then what is no connection.
struct UnderWay {
    next: FlowId,
    by_flow: ByFlow,
    pairs: Pairs,
    told: Told,
    /// How far away servers are, as their connections tell.
    ways: FxHashMap<PairId, (Address, i64)>,
}

/// A connection's round trips that measure the network.
struct Sampled {
    flow: FlowId,
    /// None: nothing tells whose do.
    end: Option<End>,
    /// Of [`Measured::samples`].
    samples: Range<u32>,
}

/// What several connections tell together.
#[derive(Default)]
pub struct Together {
    version: Option<u64>,
    /// Connections looked at.
    pub flows: u32,
    pub data: DataRttAnswer,
    /// What is told of services and hosts.
    pub findings: Vec<Finding>,
}

/// Requests and responses that protocols told, by flow: packets, ascending.
pub struct Pairs(pub Vec<(FlowId, PacketId, PacketId)>);

impl Pairs {
    pub fn new(asked: &Asked<'_>) -> Self {
        let packets = &asked.store.packets;
        let mut pairs: Vec<_> = asked
            .store
            .transactions
            .all()
            .filter_map(|(request, response)| Some((packets.flow(request)?, request, response)))
            .collect();
        sort::by(&mut pairs, Ord::cmp);
        Self(pairs)
    }

    pub fn of(&self, flow: FlowId) -> Vec<(PacketId, PacketId)> {
        let from = self.0.partition_point(|&(of, ..)| of < flow);
        let here = self.0.get(from..).unwrap_or_default().iter().take_while(|&&(of, ..)| of == flow);
        here.map(|&(_, request, response)| (request, response)).collect()
    }
}

/// Of one server or network.
#[derive(Default)]
struct Group {
    flow: FlowId,
    flows: u32,
    times: Vec<i64>,
}

impl Measured {
    /// Everything, measured when it is not yet, or not any more; put together for those that are meant.
    pub fn all(&mut self, asked: &Asked<'_>) {
        self.go_on(asked, usize::MAX);
        let version = Some(asked.version());
        if self.together(asked).version != version {
            let together = Together { version, ..self.put_together(asked) };
            *(if asked.selected.is_some() { &mut self.meant } else { &mut self.all }) = together;
        }
    }

    /// What those that are meant tell together, after [`Measured::all`].
    pub fn together(&self, asked: &Asked<'_>) -> &Together {
        if asked.selected.is_some() { &self.meant } else { &self.all }
    }

    /// Measures connections of about so many packets more; whether some are left.
    pub fn go_on(&mut self, asked: &Asked<'_>, most: usize) -> bool {
        let store = asked.store;
        if self.packets != Some(store.packets.len()) {
            let (by_flow, pairs) = (ByFlow::new(store), Pairs::new(asked));
            let under_way = UnderWay { next: 0, by_flow, pairs, told: Told::default(), ways: FxHashMap::default() };
            *self = Self { packets: Some(store.packets.len()), under_way: Some(under_way), ..Self::default() };
        }
        let Some(mut under_way) = self.under_way.take() else { return false };
        let mut looked_at = 0_usize;
        while let Some(flow) = store.flows.get(under_way.next) {
            if looked_at >= most {
                self.under_way = Some(under_way);
                return true;
            }
            looked_at = looked_at.saturating_add(flow.total_packets() as usize + 1);
            if flow.key.transport == Transport::Tcp && !flow.quoted {
                self.connection(asked, under_way.next, flow, &mut under_way);
            }
            under_way.next += 1;
        }
        self.others(asked, &under_way.pairs, &under_way.ways);
        false
    }

    fn connection(&mut self, asked: &Asked<'_>, id: FlowId, flow: &Flow, under_way: &mut UnderWay) {
        let store = asked.store;
        let UnderWay { by_flow, pairs, told, ways, .. } = under_way;
        let first = self.requests.len();
        // Most flows of a scan have nothing to tell.
        if flow.payload != [0, 0] {
            told.read(flow, by_flow.segments(store, id), &pairs.of(id));
            self.take(id, flow, told);
        }
        let requests = self.requests.get(first..).unwrap_or_default();
        verdicts::of_flow(asked, id, flow, told, requests, &self.stalls, &mut self.findings);
        if flow.payload == [0, 0] {
            return;
        }
        let server = store.address(flow, flow.server());
        if let (Some(address), Some(way)) = (server, told.ways.to_server) {
            let known = ways.entry(flow.key.pair).or_insert((address, way));
            if known.0 == address {
                known.1 = known.1.min(way);
            }
        }
        let end = round_trips::measuring(flow, told);
        let samples = end.and_then(|end| told.samples.get(end)).map(|samples| samples.list.as_slice());
        let start = self.samples.len() as u32;
        self.samples.extend(samples.unwrap_or_default().iter().map(|sample| sample.rtt));
        self.sampled.push(Sampled { flow: id, end, samples: start..self.samples.len() as u32 });
        if let Some((end, growth)) = end.and_then(|end| Some((end, round_trips::growth(flow, end, told)?))) {
            let from_client = end == flow.client;
            let filter = format!("tcp.stream == {}", flow.stream);
            self.grown.push(GrownFlow { flow: id, from_client, growth, filter });
        }
    }

    fn put_together(&self, asked: &Asked<'_>) -> Together {
        let store = asked.store;
        let (mut servers, mut clients) =
            (FxHashMap::<(Address, u16), Group>::default(), FxHashMap::<Address, Group>::default());
        let (mut times, mut data) = (Vec::new(), DataRttAnswer::default());
        for Sampled { flow: id, end, samples } in self.sampled.iter().filter(|sampled| asked.means_flow(sampled.flow)) {
            let Some(flow) = store.flows.get(*id) else { continue };
            if end.is_none() {
                data.unmeasured += 1;
                continue;
            }
            let samples = self.samples.get(samples.start as usize..samples.end as usize).unwrap_or_default();
            data.flows += 1;
            times.extend_from_slice(samples);
            let add = |group: &mut Group| {
                (group.flow, group.flows) = (*id, group.flows + 1);
                group.times.extend_from_slice(samples);
            };
            if let Some(address) = store.address(flow, flow.server()) {
                add(servers.entry((address, flow.port(flow.server()))).or_default());
            }
            if let Some(address) = store.address(flow, flow.client) {
                add(clients.entry(network(address)).or_default());
            }
        }
        data.histogram = histogram(&times);
        data.statistics = statistics(&mut times);
        data.grown = self.grown.iter().filter(|grown| asked.means_flow(grown.flow)).cloned().collect();
        sort::by_key(&mut data.grown, |grown| std::cmp::Reverse(grown.growth.loaded_ns - grown.growth.idle_ns));
        data.grown.truncate(MOST_GROWN);
        data.servers = rows(servers, |&(address, port), group| by_server(asked, address, port, group));
        data.clients = rows(clients, |&address, group| by_network(address, group));
        let tcp = store.flows.iter().filter(|(_, flow)| flow.key.transport == Transport::Tcp && !flow.quoted);
        let flows = tcp.filter(|(id, _)| asked.means_flow(*id)).count() as u32;
        Together { version: None, flows, data, findings: verdicts::of_capture(asked, &self.requests) }
    }

    /// A connection's requests.
    pub fn take(&mut self, id: FlowId, flow: &Flow, told: &Told) {
        for exchange in &told.exchanges {
            self.push(id, flow, exchange, &told.ways, &told.stalls.list);
        }
    }

    fn push(&mut self, id: FlowId, flow: &Flow, exchange: &Exchange, ways: &Ways, halts: &[Halt]) {
        if self.requests.len() >= MOST_REQUESTS {
            return;
        }
        let start = self.stalls.len() as u32;
        let shares = shares(exchange, flow, ways, halts, |stall| self.stalls.push(stall));
        let stalls = start..self.stalls.len() as u32;
        self.requests.push(Request { flow: id, exchange: *exchange, shares, stalls });
    }

    /// Requests over UDP and SCTP, as their protocols tell them. How far away a server is is known from other flows, perhaps.
    fn others(&mut self, asked: &Asked<'_>, Pairs(pairs): &Pairs, known: &FxHashMap<PairId, (Address, i64)>) {
        let store = asked.store;
        let at = |packet| Some((packet, store.packets.time(packet).filter(|&time| time != NO_TIME)?));
        for &(id, request, response) in pairs {
            let Some(flow) =
                store.flows.get(id).filter(|f| matches!(f.key.transport, Transport::Udp | Transport::Sctp))
            else {
                continue;
            };
            let (Some(asked_at), Some(answered)) = (at(request), at(response)) else { continue };
            let server = store.address(flow, flow.server());
            let to_server = known.get(&flow.key.pair).filter(|(address, _)| Some(*address) == server);
            let ways = Ways { to_server: to_server.map(|&(_, way)| way), ..Ways::default() };
            let mut exchange = Exchange {
                first: asked_at,
                asked: asked_at,
                resent: None,
                answer: Some((answered, answered)),
                by_protocol: true,
            };
            let mut halts = Vec::new();
            if answered.1.saturating_sub(asked_at.1) >= RETRY
                && let Some(again) = store.packets.after_in_flow(id, request).filter(|&packet| packet < response)
                && let Some(again) = at(again)
            {
                exchange.resent = Some(again);
                let (from, to, packet) = (asked_at.1, again.1, again.0);
                halts.push(Halt { kind: StallKind::Timeout, of: flow.client, from, to, packet });
            }
            self.push(id, flow, &exchange, &ways, &halts);
        }
        // A query that nothing came back to.
        let is_silent = |flow: &Flow| {
            flow.key.transport == Transport::Udp
                && flow.app != NO_PROTOCOL
                && application(flow) == "DNS"
                && Flow::by(flow.packets, flow.server()) == 0
                && !flow.quoted
        };
        for (id, flow) in store.flows.iter().filter(|(_, flow)| is_silent(flow)) {
            let Some(first) = at(flow.first_packet) else { continue };
            let exchange = Exchange { first, asked: first, resent: None, answer: None, by_protocol: true };
            self.push(id, flow, &exchange, &Ways::default(), &[]);
        }
    }
}

/// The client's network: /24 or /64.
fn network(address: Address) -> Address {
    let [high, _] = address.words();
    match address.family() {
        Family::Ipv4 => Address::of(Family::Ipv4, [high & 0xffff_ff00_0000_0000, 0]),
        family => Address::of(family, [high, 0]),
    }
}

fn rows<K>(groups: FxHashMap<K, Group>, row: impl Fn(&K, &Group) -> DataRttRow) -> Vec<DataRttRow>
where
    K: Ord,
{
    let mut groups: Vec<_> = groups.into_iter().collect();
    sort::by(&mut groups, |(a, x), (b, y)| y.times.len().cmp(&x.times.len()).then(a.cmp(b)));
    groups.truncate(MOST_ROWS);
    let row = |(key, mut group): (K, Group)| DataRttRow {
        flows: group.flows,
        statistics: statistics(&mut group.times),
        ..row(&key, &group)
    };
    groups.into_iter().map(row).collect()
}

/// `ip` or `ipv6`, as display filters have it.
pub fn ip(address: Address) -> &'static str {
    if address.family() == Family::Ipv6 { "ipv6" } else { "ip" }
}

/// `192.0.2.1:443`
pub fn endpoint(address: Address, port: u16) -> String {
    if address.family() == Family::Ipv6 { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

fn by_server(asked: &Asked<'_>, address: Address, port: u16, group: &Group) -> DataRttRow {
    let flow = asked.store.flows.get(group.flow);
    DataRttRow {
        name: endpoint(address, port),
        host: flow.map(|flow| server_name(asked, flow).0).unwrap_or_default(),
        application: flow.map_or("", application).to_owned(),
        filter: format!("{}.addr == {address} && tcp.port == {port}", ip(address)),
        ..DataRttRow::default()
    }
}

fn by_network(address: Address, _: &Group) -> DataRttRow {
    let name = format!("{address}/{}", if address.family() == Family::Ipv6 { 64 } else { 24 });
    DataRttRow { filter: format!("tcp && {}.addr == {name}", ip(address)), name, ..DataRttRow::default() }
}
