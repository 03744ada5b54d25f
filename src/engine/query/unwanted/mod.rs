//! What a machine should not speak: outside its allow-list, at odd ports, in plain text, open to the internet. From flows and columns;
//! only messages that may hold a login are read: ahead, while nothing else is to be done, or some for each answer.
mod allow;
mod blocks;
mod logins;
mod read;
mod services;
mod words;

use super::flows::{name_id, server_name};
use super::matched::Counts;
use super::{Asked, Kept};
use crate::api::{Login, PRESETS, Severity, Unwanted, UnwantedAnswer, UnwantedFinding, UnwantedKind, Way};
use crate::engine::dissect::{Address, ProtocolId, Transport};
use crate::engine::protocols::{protocol, registry};
use crate::engine::sort;
use crate::engine::source::Source;
use crate::engine::store::flows::{Flow, NO_PROTOCOL, number};
use crate::engine::store::names::NameId;
use crate::engine::store::packets::{FlowId, NO_TIME, PacketId};
use allow::{AllowList, Spoken};
use logins::Sight;
use read::Hit;
pub use read::Reading;
use rustc_hash::FxHashMap;
use services::{SERVICES, Service, is_internet};
use std::cmp::Reverse;

/// Findings of one answer, peers and packets of a finding, logins of a finding.
const MOST: usize = 100;
const MOST_PEERS: usize = 20;
const MOST_PACKETS: usize = 20;
const MOST_LOGINS: usize = 10;
/// Ports that are kept of a finding.
const MOST_PORTS: usize = 64;

/// What stands together: the same thing at the same place. Without a port it is what one host does, with one it is a service.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    kind: UnwantedKind,
    title: &'static str,
    address: Address,
    port: Option<u16>,
    transport: Transport,
}

/// What was found under a key.
struct Group {
    severity: Severity,
    because: &'static str,
    way: Way,
    flows: Vec<FlowId>,
    /// The busiest flow, and its packets.
    busiest: (u64, FlowId),
    packets: u64,
    bytes: u64,
    first: i64,
    last: i64,
    peers: FxHashMap<Address, u64>,
    /// Ports of servers.
    ports: Vec<u16>,
    /// Ports that the host at the key's address uses.
    own_ports: FxHashMap<u16, u32>,
    protocols: Vec<ProtocolId>,
    evidence: Vec<PacketId>,
    logins: Vec<Login>,
    /// A peer, or the way there, is of the internet.
    is_public: bool,
}

/// A flow with what every rule asks of it.
struct Seen<'a> {
    id: FlowId,
    flow: &'a Flow,
    counts: Counts,
    /// What it speaks; `None`: nothing was said.
    protocol: Option<ProtocolId>,
    client: Address,
    server: Address,
    port: u16,
    way: Way,
    allowed: allow::Allowed,
}

struct Search<'a> {
    asked: &'a Asked<'a>,
    list: &'a AllowList,
    groups: FxHashMap<Key, Group>,
    /// By the id of a server's name: whether it is that of a mining pool.
    pools: FxHashMap<NameId, bool>,
}

/// # Errors
/// When the file cannot be read again.
pub fn answer(
    asked: &Asked<'_>,
    kept: &mut Kept,
    question: &Unwanted,
    source: &mut dyn Source,
) -> Result<UnwantedAnswer, String> {
    let Kept { reading, matched, us, .. } = kept;
    let (matched, us) = (matched.of(asked), us.of(asked));
    let unread = reading.go_on(asked, source, question.read)?;
    let text = if question.allow.trim().is_empty() { PRESETS.first().map_or("", |p| p.rules) } else { &question.allow };
    let list = AllowList::read(text);
    let mut search = Search { asked, list: &list, groups: FxHashMap::default(), pools: FxHashMap::default() };
    let mut hits: FxHashMap<FlowId, &Hit> = FxHashMap::default();
    hits.extend(reading.hits.iter().filter(|hit| asked.means(hit.packet)).map(|hit| (hit.flow, hit)));
    let mut resolvers = Resolvers::default();
    let mut flows = 0;
    for (id, flow, counts) in matched.flows(asked) {
        let Some(seen) = seen(asked, &us.hosts, &list, (id, flow, counts)) else { continue };
        flows += 1;
        resolvers.see(&seen);
        search.judge(&seen, hits.get(&id).copied());
    }
    resolvers.judge(&mut search);
    search.gather_evidence();
    let mut found: Vec<(Key, Group)> = search.groups.into_iter().collect();
    sort::by(&mut found, |(a, x), (b, y)| {
        let rank = |key: &Key, group: &Group| (Reverse(group.severity), key.kind, Reverse(group.flows.len()), *key);
        rank(a, x).cmp(&rank(b, y))
    });
    let more = found.len().saturating_sub(MOST) as u32;
    let findings: Vec<UnwantedFinding> =
        found.into_iter().take(MOST).map(|(key, group)| finding(asked, &key, group)).collect();
    Ok(UnwantedAnswer {
        summary: words::summary(findings.len() + more as usize, flows),
        findings,
        flows,
        more,
        unread,
        skipped: reading.left_out(),
        local: us.hosts.iter().map(ToString::to_string).collect(),
        wrong: list.wrong,
    })
}

/// What a flow speaks, by one protocol's id.
fn spoken(flow: &Flow) -> Option<ProtocolId> {
    let named = |name| registry().named(name);
    if !flow.has_ports() {
        let claim = crate::engine::dissect::Claim::Ip(number(flow.key.transport));
        return registry().claimed(claim).or_else(|| named("data"));
    }
    if flow.app == NO_PROTOCOL {
        return if flow.payload == [0, 0] { None } else { named("data") };
    }
    match protocol(flow.app).name {
        // The remote desktop's own layers stand on those of ISO, which other things use at port 102.
        "tpkt" | "cotp" | "t125" | "t124" if !flow.key.ports.contains(&102) => named("rdp"),
        _ => Some(flow.app),
    }
}

fn seen<'a>(
    asked: &Asked<'a>,
    us: &[Address],
    list: &AllowList,
    (id, flow, counts): (FlowId, &'a Flow, Counts),
) -> Option<Seen<'a>> {
    let client = asked.store.address(flow, flow.client)?;
    let server = asked.store.address(flow, flow.server())?;
    // Tunnels' and link addresses stand for nobody's speech.
    client.ip()?;
    let way = match (us.contains(&client), us.contains(&server)) {
        (false, true) => Way::In,
        (true, false) => Way::Out,
        _ => Way::Passing,
    };
    let port = if flow.has_ports() { flow.port(flow.server()) } else { 0 };
    let protocol = spoken(flow);
    let allowed = protocol.map(|protocol| list.allows(&Spoken { protocol, port, way, ends: [client, server] }));
    Some(Seen { id, flow, counts, protocol, client, server, port, way, allowed: allowed.unwrap_or_default() })
}

impl Seen<'_> {
    /// The end whose doing it is: ours, else the client.
    fn host(&self) -> Address {
        if self.way == Way::In { self.server } else { self.client }
    }

    /// The server answered: a service is there.
    fn is_answered(&self) -> bool {
        let server = self.flow.server();
        match self.flow.key.transport {
            Transport::Tcp => self.flow.was_answered() || Flow::by(self.flow.payload, server) > 0,
            _ => Flow::by(self.flow.packets, server) > 0,
        }
    }

    fn at_service(&self, kind: UnwantedKind, title: &'static str) -> Key {
        let port = self.flow.has_ports().then_some(self.port);
        Key { kind, title, address: self.server, port, transport: self.flow.key.transport }
    }

    fn of_host(&self, kind: UnwantedKind, title: &'static str) -> Key {
        Key { kind, title, address: self.host(), port: None, transport: self.flow.key.transport }
    }
}

impl<'a> Search<'a> {
    fn judge(&mut self, seen: &Seen<'_>, hit: Option<&Hit>) {
        self.exposed(seen);
        match hit.map(|hit| (hit, &hit.sight)) {
            Some((_, Sight::Mining)) => {
                self.add(seen.of_host(UnwantedKind::Mining, "mining"), seen, Severity::Error, words::STRATUM);
                return;
            }
            Some((hit, Sight::Tracker)) if !self.may_speak("bittorrent", seen) => {
                self.peer_to_peer(seen, "BitTorrent", registry().named(hit.protocol));
                return;
            }
            Some((hit, Sight::Login { how, user })) => self.login(seen, hit, how, user, false),
            Some((hit, Sight::Anonymous { how, user })) => self.login(seen, hit, how, user, true),
            _ => {}
        }
        let Some(id) = seen.protocol else { return };
        let name = protocol(id).name;
        if matches!(name, "tls" | "data" | "http") && self.is_pool(seen) {
            self.add(seen.of_host(UnwantedKind::Mining, "mining"), seen, Severity::Error, words::POOL);
            return;
        }
        if !seen.allowed.at_all {
            return self.outside(seen, id);
        }
        if !seen.allowed.at_its_port && seen.flow.has_ports() {
            let server = seen.flow.server();
            let ports = [seen.port, seen.flow.port(1 - server)];
            if let Some((severity, because)) = services::out_of_place(id, seen.flow.key.transport, ports) {
                let title = services::title(id);
                let key = match seen.way {
                    Way::Out => Key { port: None, ..seen.of_host(UnwantedKind::UnusualPort, title) },
                    _ => seen.at_service(UnwantedKind::UnusualPort, title),
                };
                self.add(key, seen, severity, because);
            }
        }
    }

    /// Whether the server's name is that of a mining pool: found out once for each name.
    fn is_pool(&mut self, seen: &Seen<'_>) -> bool {
        let names = &self.asked.store.names;
        name_id(self.asked, seen.flow).is_some_and(|id| {
            *self.pools.entry(id).or_insert_with(|| names.get(id).is_some_and(|(name, _)| services::is_pool(name)))
        })
    }

    /// Whether the flow may speak a protocol that is not the one its packets are read as: what a tracker is asked is BitTorrent.
    fn may_speak(&self, name: &str, seen: &Seen<'_>) -> bool {
        let Some(protocol) = registry().named(name) else { return false };
        let ends = [seen.client, seen.server];
        self.list.allows(&Spoken { protocol, port: seen.port, way: seen.way, ends }).at_all
    }

    fn outside(&mut self, seen: &Seen<'_>, id: ProtocolId) {
        let (name, title) = (protocol(id).name, services::title(id));
        if services::is_peer_to_peer(name) {
            return self.peer_to_peer(seen, title, Some(id));
        }
        let key = match seen.way {
            // What nobody knows is told apart by its port.
            Way::Out if name != "data" => seen.of_host(UnwantedKind::Outside, title),
            Way::Out => Key { address: seen.client, ..seen.at_service(UnwantedKind::Outside, title) },
            _ => seen.at_service(UnwantedKind::Outside, title),
        };
        let severity = if name == "data" { Severity::Note } else { Severity::Warning };
        self.add(key, seen, severity, words::outside(name));
    }

    fn peer_to_peer(&mut self, seen: &Seen<'_>, title: &'static str, id: Option<ProtocolId>) {
        let mut key = seen.of_host(UnwantedKind::PeerToPeer, title);
        // All of it together, whatever carries it.
        key.transport = Transport::Udp;
        let because = if title == "BitTorrent" { words::BITTORRENT } else { words::PEERS };
        self.add(key, seen, Severity::Error, because);
        if let Some(group) = self.groups.get_mut(&key) {
            remember(&mut group.protocols, id.unwrap_or_default(), MOST_PORTS);
        }
    }

    /// A service for administrators or programs that answers the internet.
    fn exposed(&mut self, seen: &Seen<'_>) {
        let is_ours = seen.way == Way::In || seen.way == Way::Passing && !is_internet(seen.server);
        if !is_ours || !is_internet(seen.client) || seen.allowed.with_whom || !seen.is_answered() {
            return;
        }
        let Some(service) = Service::at(seen.protocol.map(protocol), seen.port).and_then(|at| SERVICES.get(at)) else {
            return;
        };
        self.add(seen.at_service(UnwantedKind::Exposed, service.title), seen, service.severity, service.because);
    }

    fn login(&mut self, seen: &Seen<'_>, hit: &Hit, how: &'static str, user: &str, is_open: bool) {
        let title = registry().named(hit.protocol).map_or("", services::title);
        let is_public = is_internet(seen.client) || is_internet(seen.server);
        let severity = match (is_open, is_public) {
            (true, _) => Severity::Note,
            (_, true) => Severity::Error,
            _ => Severity::Warning,
        };
        let key = seen.at_service(UnwantedKind::PlainLogin, title);
        self.add(key, seen, severity, if is_open { words::ANONYMOUS } else { words::PLAIN });
        let Some(group) = self.groups.get_mut(&key) else { return };
        if severity > group.severity {
            (group.severity, group.because) = (severity, words::PLAIN);
        }
        let login = Login { how: how.to_owned(), user: user.to_owned(), packet: hit.packet.saturating_add(1) };
        let is_known = group.logins.iter().any(|known| known.how == login.how && known.user == login.user);
        if !is_known && group.logins.len() < MOST_LOGINS {
            group.logins.push(login);
        }
        if group.evidence.len() < MOST_PACKETS {
            group.evidence.push(hit.packet);
        }
    }

    fn add(&mut self, key: Key, seen: &Seen<'_>, severity: Severity, because: &'static str) {
        let group = self.groups.entry(key).or_insert_with(|| Group {
            severity,
            because,
            way: seen.way,
            flows: Vec::new(),
            busiest: (0, seen.id),
            packets: 0,
            bytes: 0,
            first: NO_TIME,
            last: NO_TIME,
            peers: FxHashMap::default(),
            ports: Vec::new(),
            own_ports: FxHashMap::default(),
            protocols: Vec::new(),
            evidence: Vec::new(),
            logins: Vec::new(),
            is_public: false,
        });
        let Counts { first, last, .. } = seen.counts;
        let packets = seen.counts.total_packets();
        group.flows.push(seen.id);
        group.packets += packets;
        group.bytes += seen.counts.total_bytes();
        if packets > group.busiest.0 {
            group.busiest = (packets, seen.id);
        }
        if first != NO_TIME {
            group.first = if group.first == NO_TIME { first } else { group.first.min(first) };
            group.last = group.last.max(last);
        }
        if group.way != seen.way {
            group.way = Way::Passing;
        }
        let (peer, own) = if key.address == seen.server {
            (seen.client, seen.flow.server())
        } else {
            (seen.server, seen.flow.client)
        };
        *group.peers.entry(peer).or_default() += packets;
        group.is_public |= is_internet(peer);
        if seen.flow.has_ports() {
            remember(&mut group.ports, seen.port, MOST_PORTS);
            *group.own_ports.entry(seen.flow.port(own)).or_default() += 1;
        }
        if let Some(id) = seen.protocol {
            remember(&mut group.protocols, id, MOST_PORTS);
        }
    }

    /// For each flow the first packet that shows it, in one pass over the packets.
    fn gather_evidence(&mut self) {
        let asked = self.asked;
        let mut wanted: FxHashMap<FlowId, Vec<Key>> = FxHashMap::default();
        for (key, group) in self.groups.iter().filter(|(_, group)| group.evidence.is_empty()) {
            for &flow in group.flows.iter().take(MOST_PACKETS) {
                wanted.entry(flow).or_default().push(*key);
            }
        }
        if wanted.is_empty() {
            return;
        }
        let store = asked.store;
        let mut found: Vec<(Key, PacketId)> = Vec::new();
        // Most packets are of other flows: that is to be seen at a glance.
        let mut is_wanted = vec![false; store.flows.len() as usize];
        for &flow in wanted.keys() {
            is_wanted.get_mut(flow as usize).into_iter().for_each(|is_wanted| *is_wanted = true);
        }
        asked.each(|id, row| {
            if !is_wanted.get(row.flow as usize).copied().unwrap_or(false) {
                return;
            }
            let Some(keys) = wanted.get(&row.flow) else { return };
            let Some(flow) = store.flows.get(row.flow) else { return };
            let says = |id| store.stacks.levels(row.stack).any(|(level, _)| level == id);
            let by_server = (row.marks.0 & crate::engine::store::packets::Marks::FROM_B != 0) == (flow.server() == 1);
            let shows = |key: &Key| match key.kind {
                UnwantedKind::Exposed => by_server,
                _ => flow.app == NO_PROTOCOL || says(flow.app),
            };
            if keys.iter().all(shows) {
                found.extend(keys.iter().map(|key| (*key, id)));
                wanted.remove(&row.flow);
            }
        });
        // Those that never show it by themselves (all of their messages go over several packets): their first packet.
        found.extend(wanted.iter().flat_map(|(flow, keys)| {
            let first = store.flows.get(*flow).map(|flow| flow.first_packet).filter(|&first| asked.means(first));
            keys.iter().filter_map(move |key| Some((*key, first?)))
        }));
        for (key, packet) in found {
            if let Some(group) = self.groups.get_mut(&key) {
                group.evidence.push(packet);
            }
        }
    }
}

fn remember<T: PartialEq>(list: &mut Vec<T>, value: T, most: usize) {
    if list.len() < most && !list.contains(&value) {
        list.push(value);
    }
}

/// A flow to a server of the internet.
type Query = (FlowId, Counts, Address);

/// Who asks which DNS servers: a client that has one in its own network and goes past it, too.
#[derive(Default)]
struct Resolvers {
    /// By client: whether one in its network answered, and flows to those of the internet.
    clients: FxHashMap<Address, (bool, Vec<Query>)>,
    /// Those that answer others are resolvers themselves.
    servers: FxHashMap<Address, ()>,
}

impl Resolvers {
    fn see(&mut self, seen: &Seen<'_>) {
        let is_dns = seen.protocol.is_some_and(|id| protocol(id).name == "dns") && seen.port == 53;
        if !is_dns || is_internet(seen.client) || seen.allowed.with_whom {
            return;
        }
        self.servers.insert(seen.server, ());
        let client = self.clients.entry(seen.client).or_default();
        if is_internet(seen.server) {
            client.1.push((seen.id, seen.counts, seen.server));
        } else {
            client.0 |= seen.is_answered();
        }
    }

    fn judge(self, search: &mut Search<'_>) {
        for (client, (has_own, flows)) in self.clients {
            if !has_own || self.servers.contains_key(&client) {
                continue;
            }
            for (id, counts, server) in flows {
                let store = search.asked.store;
                let Some(flow) = store.flows.get(id) else { continue };
                let (protocol, way) = (spoken(flow), Way::Out);
                let allowed = allow::Allowed::default();
                let seen = Seen { id, flow, counts, protocol, client, server, port: 53, way, allowed };
                let key = Key { transport: Transport::Udp, ..seen.of_host(UnwantedKind::ForeignDns, "DNS") };
                search.add(key, &seen, Severity::Note, words::FOREIGN);
            }
        }
    }
}

fn finding(asked: &Asked<'_>, key: &Key, mut group: Group) -> UnwantedFinding {
    let mut peers: Vec<(Address, u64)> = group.peers.drain().collect();
    sort::by(&mut peers, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    sort::by_key(&mut group.ports, |&port| port);
    sort::by_key(&mut group.evidence, |&packet| packet);
    group.evidence.truncate(MOST_PACKETS);
    let flow = asked.store.flows.get(group.busiest.1);
    let name = match (key.port, flow) {
        (Some(_), Some(flow)) if asked.store.address(flow, flow.server()) == Some(key.address) => {
            server_name(asked, flow).0
        }
        _ => String::new(),
    };
    let known = |ns: i64| Some(ns).filter(|&ns| ns != NO_TIME);
    let name_of = |id: Option<&ProtocolId>| id.map_or("", |&id| protocol(id).name);
    let parts = words::Parts { key, group: &group, peers: &peers, name: &name };
    UnwantedFinding {
        kind: key.kind,
        severity: group.severity,
        protocol: if key.title == "BitTorrent" { "bittorrent" } else { name_of(group.protocols.first()) }.to_owned(),
        sentence: words::sentence(&parts),
        because: group.because.to_owned(),
        but: words::but(key, &group).to_owned(),
        filter: words::filter(&parts),
        blocks: blocks::blocks(&parts),
        way: group.way,
        address: key.address.to_string(),
        port: key.port,
        transport: super::flows::transport_name(key.transport).into_owned(),
        peers: peers.iter().take(MOST_PEERS).map(|(peer, _)| peer.to_string()).collect(),
        peer_count: peers.len() as u32,
        flows: group.flows.len() as u32,
        packets: group.packets,
        bytes: group.bytes,
        first_ns: known(group.first),
        last_ns: known(group.last),
        flow: group.busiest.1,
        evidence: group.evidence.iter().map(|packet| packet.saturating_add(1)).collect(),
        logins: group.logins.clone(),
        name,
    }
}
