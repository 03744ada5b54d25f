//! Endpoints as Wireshark's table has them: addresses, with TCP, UDP and SCTP each of their ports.
use super::super::matched::Matched;
use super::super::{Asked, flows};
use super::hosts::{HostId, Hosts};
use super::pairs::Conversation;
use super::search::{Known as Terms, Search};
use super::{MOST_ROWS, Network, Rows, country, filter, knows_places, name, name_id, port_field, turned};
use crate::api::{AddressKind, EndpointColumn, EndpointPage, EndpointRow, EndpointSort, Endpoints};
use crate::engine::sort;
use rustc_hash::FxHashMap;

/// What one endpoint sent, and what was sent to it.
#[derive(Clone, Copy)]
struct Endpoint {
    host: HostId,
    /// Of tables of flows.
    port: u16,
    packets: [u32; 2],
    bytes: [u64; 2],
}

/// The table last asked for, and its order.
#[derive(Default)]
pub struct Known {
    /// Packets when it was made, and which were meant.
    made_of: Option<(u32, u64)>,
    of: Option<AddressKind>,
    list: Vec<Endpoint>,
    /// How many endpoints each table has, where that was found out.
    tables: [Option<u32>; AddressKind::ALL.len()],
    order: Option<(EndpointSort, String, bool)>,
    /// Sort keys and places in the list; ordered up to `sorted`.
    keys: Vec<(u64, u32)>,
    sorted: usize,
}

pub fn answer(asked: &Asked<'_>, matched: &Matched, kept: &mut Network, question: &Endpoints) -> EndpointPage {
    let Network { hosts, pairs, endpoints: known, .. } = kept;
    hosts.up_to(asked.store);
    let (pairs, rows) = (pairs.of(asked), Rows::of(question.of));
    let made_of = Some((asked.store.packets.len(), asked.version()));
    if known.made_of != made_of {
        *known = Known { made_of, tables: tables(asked, matched, hosts, pairs), ..Known::default() };
    }
    if known.of != Some(question.of) {
        known.list = match rows {
            Rows::Addresses(_) => of_pairs(hosts, pairs.iter().filter(|pair| is_of(rows, pair))),
            Rows::Flows(_) => of_flows(asked, matched, hosts, rows),
        };
        (known.of, known.order) = (Some(question.of), None);
        if let Some(count) = known.tables.get_mut(question.of as usize) {
            *count = Some(known.list.len() as u32);
        }
    }
    let order = Some((question.sort, question.search.clone(), knows_places(asked)));
    if known.order != order {
        known.begin(asked, hosts, question);
        known.order = order;
    }
    let end = question.rows.end.min(question.rows.start.saturating_add(MOST_ROWS)) as usize;
    known.sort_to(hosts, question.sort, end);
    let ids = known.keys.get(question.rows.start as usize..end.min(known.keys.len())).unwrap_or_default();
    let endpoints = ids.iter().filter_map(|&(_, at)| known.list.get(at as usize));
    EndpointPage {
        total: known.list.len() as u32,
        matching: known.keys.len() as u32,
        tables: known.tables.to_vec(),
        rows: endpoints.filter_map(|endpoint| endpoint.row(asked, hosts, rows)).collect(),
    }
}

fn is_of(rows: Rows, pair: &Conversation) -> bool {
    matches!(rows, Rows::Addresses(family) if family == pair.family)
}

/// What can be counted at once: addresses; and that there are no flows of a transport.
fn tables(
    asked: &Asked<'_>,
    matched: &Matched,
    hosts: &Hosts,
    pairs: &[Conversation],
) -> [Option<u32>; AddressKind::ALL.len()] {
    let mut seen = vec![false; hosts.len()];
    let mut counts = [Some(0); AddressKind::ALL.len()];
    for pair in pairs {
        let kind = AddressKind::ALL.into_iter().position(|kind| is_of(Rows::of(kind), pair));
        let count = kind.and_then(|kind| counts.get_mut(kind)).and_then(Option::as_mut);
        let (Some(count), Some(ends)) = (count, hosts.of_pair(pair.pair, false)) else { continue };
        for host in ends {
            if let Some(seen) = seen.get_mut(host as usize) {
                *count += u32::from(!std::mem::replace(seen, true));
            }
        }
    }
    for (count, kind) in counts.iter_mut().zip(AddressKind::ALL) {
        if let Rows::Flows(of) = Rows::of(kind)
            && asked.store.flows.conversations(Some(of)) > 0
            && matched.flows(asked).any(|(_, flow, _)| flow.key.transport == of)
        {
            *count = None;
        }
    }
    counts
}

fn of_pairs<'a>(hosts: &Hosts, pairs: impl Iterator<Item = &'a Conversation>) -> Vec<Endpoint> {
    let mut list: Vec<Endpoint> =
        (0..hosts.len() as u32).map(|host| Endpoint { host, port: 0, packets: [0; 2], bytes: [0; 2] }).collect();
    for pair in pairs {
        let [packets, packets_back] = pair.packets.map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        let [bytes, bytes_back] = pair.bytes;
        let Some([a, b]) = hosts.of_pair(pair.pair, pair.reversed) else { continue };
        if let Some(end) = list.get_mut(a as usize) {
            end.add([packets, packets_back], [bytes, bytes_back]);
        }
        if let Some(end) = list.get_mut(b as usize) {
            end.add([packets_back, packets], [bytes_back, bytes]);
        }
    }
    list.retain(|end| end.packets != [0; 2]);
    list
}

fn of_flows(asked: &Asked<'_>, matched: &Matched, hosts: &Hosts, rows: Rows) -> Vec<Endpoint> {
    let mut places: FxHashMap<u64, u32> = FxHashMap::default();
    let mut list: Vec<Endpoint> = Vec::new();
    let is_meant = |transport| matches!(rows, Rows::Flows(of) if of == transport);
    for (_, flow, counts) in matched.flows(asked).filter(|(_, flow, _)| is_meant(flow.key.transport)) {
        let Some([a, b]) = hosts.of_pair(flow.key.pair, flow.reversed) else { continue };
        let ([packets, packets_back], [bytes, bytes_back]) = (counts.packets, counts.bytes);
        for (host, port, packets, bytes) in [
            (a, flow.port(0), [packets, packets_back], [bytes, bytes_back]),
            (b, flow.port(1), [packets_back, packets], [bytes_back, bytes]),
        ] {
            let at = *places.entry(u64::from(host) << 16 | u64::from(port)).or_insert_with(|| {
                list.push(Endpoint { host, port, packets: [0; 2], bytes: [0; 2] });
                list.len() as u32 - 1
            });
            if let Some(end) = list.get_mut(at as usize) {
                end.add(packets, bytes);
            }
        }
    }
    list
}

impl Known {
    fn begin(&mut self, asked: &Asked<'_>, hosts: &Hosts, question: &Endpoints) {
        let Endpoints { sort, search, of, .. } = question;
        let words = Search::new(asked, hosts, search);
        let ranks = if sort.by == EndpointColumn::Name { asked.store.names.ranks() } else { Vec::new() };
        let has_ports = matches!(Rows::of(*of), Rows::Flows(_));
        let fits = |end: &Endpoint| {
            let ports: &[u16] = if has_ports { &[end.port] } else { &[] };
            words.is_empty() || words.fits(&Terms { hosts: &[end.host], ports, ..Terms::default() })
        };
        let found = (0..).zip(&self.list).filter(|(_, end)| fits(end));
        let key = |end: &Endpoint| turned(end.key(asked, hosts, sort.by, &ranks), sort.descending);
        self.keys = found.map(|(at, end)| (key(end), at)).collect();
        self.sorted = 0;
    }

    /// Brings the first `end` rows into order. Equals stand in the order of their addresses.
    fn sort_to(&mut self, hosts: &Hosts, sort: EndpointSort, end: usize) {
        if end <= self.sorted || self.sorted == self.keys.len() {
            return;
        }
        let Self { list, keys, .. } = self;
        let tie = |a: u32, b: u32| {
            let natural = |at: u32| list.get(at as usize).map(|end| (hosts.get(end.host), end.port));
            let order = natural(a).cmp(&natural(b));
            if sort.by == EndpointColumn::Address && sort.descending { order.reverse() } else { order }
        };
        let most = if end < keys.len() / 8 { end } else { keys.len() };
        sort::keyed(keys, most, &tie);
        self.sorted = most;
    }
}

impl Endpoint {
    fn add(&mut self, packets: [u32; 2], bytes: [u64; 2]) {
        self.packets.iter_mut().zip(packets).for_each(|(sum, n)| *sum = sum.saturating_add(n));
        self.bytes.iter_mut().zip(bytes).for_each(|(sum, n)| *sum += n);
    }

    /// What it sorts by, ascending; unknown values last.
    fn key(&self, asked: &Asked<'_>, hosts: &Hosts, column: EndpointColumn, ranks: &[u32]) -> u64 {
        let ([tx, rx], [tx_bytes, rx_bytes]) = (self.packets.map(u64::from), self.bytes);
        let address = || hosts.get(self.host);
        match column {
            EndpointColumn::Address => address().map_or(u64::MAX, flows::address_key),
            EndpointColumn::Port => self.port.into(),
            EndpointColumn::Name => {
                let name = address().and_then(|address| name_id(asked, &address));
                name.and_then(|name| ranks.get(name as usize - 1)).map_or(u64::MAX, |&rank| rank.into())
            }
            EndpointColumn::Country => match address().map(|address| country(asked, &address)).unwrap_or_default() {
                country if country.is_empty() => u64::MAX,
                country => flows::text_key(&country),
            },
            EndpointColumn::Packets => tx + rx,
            EndpointColumn::Bytes => tx_bytes + rx_bytes,
            EndpointColumn::TxPackets => tx,
            EndpointColumn::TxBytes => tx_bytes,
            EndpointColumn::RxPackets => rx,
            EndpointColumn::RxBytes => rx_bytes,
        }
    }

    fn row(&self, asked: &Asked<'_>, hosts: &Hosts, rows: Rows) -> Option<EndpointRow> {
        let address = hosts.get(self.host)?;
        let ([tx_packets, rx_packets], [tx_bytes, rx_bytes]) = (self.packets.map(u64::from), self.bytes);
        let (name, name_from) = name(asked, &address);
        let (port, filter) = match rows {
            Rows::Addresses(_) => (None, filter(&address)),
            Rows::Flows(transport) => {
                let field = port_field(transport).unwrap_or_default();
                (Some(self.port), format!("{} && {field}.port == {}", filter(&address), self.port))
            }
        };
        Some(EndpointRow {
            address: address.to_string(),
            port,
            name,
            name_from,
            country: country(asked, &address),
            packets: tx_packets + rx_packets,
            bytes: tx_bytes + rx_bytes,
            tx_packets,
            tx_bytes,
            rx_packets,
            rx_bytes,
            filter,
        })
    }
}
