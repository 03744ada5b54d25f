//! Conversations as Wireshark's table has them: of link and network addresses by pairs, of TCP, UDP and SCTP by flows.
use super::super::matched::{Counts, Matched};
use super::super::{Asked, flows};
use super::hosts::Hosts;
use super::pairs::Conversation;
use super::search::{Known, Search};
use super::{MOST_ROWS, Network, Rows, field, name, turned};
use crate::api::{AddressKind, ConversationColumn, ConversationPage, ConversationRow, ConversationSort, Conversations};
use crate::engine::dissect::Address;
use crate::engine::sort;
use crate::engine::store::flows::Flow;
use crate::engine::store::packets::{FlowId, NO_TIME};
use std::cmp::Ordering;

/// The table's order as last asked for.
#[derive(Default)]
pub struct Order {
    /// Packets when it was made, and which were meant.
    made_of: Option<(u32, u64)>,
    of: AddressKind,
    sort: ConversationSort,
    search: String,
    /// Sort keys and conversations, by place in the list of pairs or by flow; ordered up to `sorted`.
    keys: Vec<(u64, u32)>,
    sorted: usize,
    /// Of the table, whatever the search.
    total: u32,
    tables: Vec<u32>,
}

/// One conversation of either kind.
struct Entry<'a> {
    ends: [Address; 2],
    ports: Option<[u16; 2]>,
    packets: [u64; 2],
    bytes: [u64; 2],
    first: i64,
    last: i64,
    flow: Option<(FlowId, &'a Flow)>,
}

pub fn answer(asked: &Asked<'_>, matched: &Matched, kept: &mut Network, question: &Conversations) -> ConversationPage {
    let Network { hosts, pairs, conversations: order, .. } = kept;
    hosts.up_to(asked.store);
    let source = Source { asked, matched, hosts, pairs: pairs.of(asked), rows: Rows::of(question.of) };
    let made_of = Some((asked.store.packets.len(), asked.version()));
    if order.made_of != made_of {
        *order = Order { made_of, tables: source.tables(), ..Order::default() };
    }
    let is_same = order.of == question.of && order.sort == question.sort && order.search == question.search;
    if !is_same || order.total == 0 {
        order.begin(&source, question);
    }
    let end = question.rows.end.min(question.rows.start.saturating_add(MOST_ROWS)) as usize;
    order.sort_to(&source, end);
    let ids = order.keys.get(question.rows.start as usize..end.min(order.keys.len())).unwrap_or_default();
    ConversationPage {
        total: order.total,
        matching: order.keys.len() as u32,
        tables: order.tables.clone(),
        rows: ids.iter().filter_map(|&(_, id)| Some(source.entry(id)?.row(asked))).collect(),
    }
}

struct Source<'a> {
    asked: &'a Asked<'a>,
    matched: &'a Matched,
    hosts: &'a Hosts,
    pairs: &'a [Conversation],
    rows: Rows,
}

impl<'a> Source<'a> {
    /// How many conversations each table has.
    fn tables(&self) -> Vec<u32> {
        let mut counts = [0; AddressKind::ALL.len()];
        if self.asked.selected.is_some() {
            for (_, flow, _) in self.matched.flows(self.asked) {
                for (count, kind) in counts.iter_mut().zip(AddressKind::ALL) {
                    *count += u32::from(matches!(Rows::of(kind), Rows::Flows(of) if of == flow.key.transport));
                }
            }
        }
        let count = |(kind, flows): (AddressKind, u32)| match Rows::of(kind) {
            Rows::Addresses(family) => self.pairs.iter().filter(|pair| pair.family == family).count() as u32,
            Rows::Flows(of) if self.asked.selected.is_none() => self.asked.store.flows.conversations(Some(of)),
            Rows::Flows(_) => flows,
        };
        AddressKind::ALL.into_iter().zip(counts).map(count).collect()
    }

    /// Every conversation of the table by its number.
    fn each(&self, mut take: impl FnMut(u32, &Entry<'_>)) {
        match self.rows {
            Rows::Addresses(family) => {
                for (at, pair) in (0..).zip(self.pairs).filter(|(_, pair)| pair.family == family) {
                    self.of_pair(pair).iter().for_each(|entry| take(at, entry));
                }
            }
            Rows::Flows(transport) => {
                let flows = self.matched.flows(self.asked).filter(|(_, flow, _)| flow.key.transport == transport);
                for (id, flow, counts) in flows {
                    self.of_flow(id, flow, &counts).iter().for_each(|entry| take(id, entry));
                }
            }
        }
    }

    fn entry(&self, id: u32) -> Option<Entry<'a>> {
        match self.rows {
            Rows::Addresses(_) => self.of_pair(self.pairs.get(id as usize)?),
            Rows::Flows(_) => {
                let flow = self.asked.store.flows.get(id)?;
                self.of_flow(id, flow, &self.matched.counts(self.asked, id, flow))
            }
        }
    }

    fn of_pair(&self, pair: &Conversation) -> Option<Entry<'a>> {
        let Conversation { packets, bytes, first, last, .. } = *pair;
        let [low, high] = self.asked.store.paths.addresses(pair.pair)?;
        let ends = if pair.reversed { [high, low] } else { [low, high] };
        Some(Entry { ends, ports: None, packets, bytes, first, last, flow: None })
    }

    fn of_flow(&self, id: FlowId, flow: &'a Flow, counts: &Counts) -> Option<Entry<'a>> {
        let [low, high] = self.asked.store.paths.addresses(flow.key.pair)?;
        Some(Entry {
            ends: if flow.reversed { [high, low] } else { [low, high] },
            ports: Some([flow.port(0), flow.port(1)]),
            packets: counts.packets.map(u64::from),
            bytes: counts.bytes,
            first: counts.first,
            last: counts.last,
            flow: Some((id, flow)),
        })
    }

    /// What a search looks at.
    fn fits(&self, search: &Search, entry: &Entry<'_>) -> bool {
        let hosts = entry.ends.map(|address| self.hosts.find(&address).unwrap_or(u32::MAX));
        search.fits(&Known { hosts: &hosts, ports: entry.ports.as_ref().map_or(&[], |p| p), ..Known::default() })
    }
}

impl Order {
    fn begin(&mut self, source: &Source<'_>, question: &Conversations) {
        let (of, sort) = (question.of, question.sort);
        let words = Search::new(source.asked, source.hosts, &question.search);
        (self.of, self.sort, self.search) = (of, sort, question.search.clone());
        (self.sorted, self.total) = (0, 0);
        self.keys.clear();
        source.each(|id, entry| {
            self.total += 1;
            if words.is_empty() || source.fits(&words, entry) {
                self.keys.push((turned(entry.key(id, sort.by), sort.descending), id));
            }
        });
    }

    /// Brings the first `end` rows into order.
    fn sort_to(&mut self, source: &Source<'_>, end: usize) {
        if end <= self.sorted || self.sorted == self.keys.len() {
            return;
        }
        let Self { sort, keys, .. } = self;
        let address = |id, end: usize| source.entry(id).and_then(|entry| entry.ends.get(end).copied());
        let tie = |a, b| {
            let order = match sort.by {
                ConversationColumn::AddressA => address(a, 0).cmp(&address(b, 0)),
                ConversationColumn::AddressB => address(a, 1).cmp(&address(b, 1)),
                _ => Ordering::Equal,
            };
            if sort.descending { order.reverse() } else { order }
        };
        let most = if end < keys.len() / 8 { end } else { keys.len() };
        sort::keyed(keys, most, &tie);
        self.sorted = most;
    }
}

impl Entry<'_> {
    /// What it sorts by, ascending; unknown values last.
    fn key(&self, id: u32, column: ConversationColumn) -> u64 {
        let ([a, b], [packets, packets_back], [bytes, bytes_back]) = (self.ends, self.packets, self.bytes);
        let port = |end: usize| self.ports.and_then(|ports| ports.get(end).copied()).map_or(u64::MAX, u64::from);
        // Of positive numbers, the bits sort as the numbers do.
        let rate = |bytes| self.bits(bytes).map_or(u64::MAX, f64::to_bits);
        match column {
            ConversationColumn::Number => id.into(),
            ConversationColumn::AddressA => flows::address_key(a),
            ConversationColumn::AddressB => flows::address_key(b),
            ConversationColumn::PortA => port(0),
            ConversationColumn::PortB => port(1),
            ConversationColumn::Packets => packets + packets_back,
            ConversationColumn::Bytes => bytes + bytes_back,
            ConversationColumn::Stream => self.flow.map_or(u64::MAX, |(_, flow)| flow.stream.into()),
            ConversationColumn::PacketsAtoB => packets,
            ConversationColumn::PacketsBtoA => packets_back,
            ConversationColumn::BytesAtoB => bytes,
            ConversationColumn::BytesBtoA => bytes_back,
            ConversationColumn::Start if self.first == NO_TIME => u64::MAX,
            ConversationColumn::Start => (self.first as u64) ^ (1 << 63),
            ConversationColumn::Duration => self.duration() as u64,
            ConversationColumn::BitsAtoB => rate(bytes),
            ConversationColumn::BitsBtoA => rate(bytes_back),
        }
    }

    /// ns between first and last packet.
    fn duration(&self) -> i64 {
        if self.first == NO_TIME { 0 } else { self.last.saturating_sub(self.first) }
    }

    /// Bits per second.
    fn bits(&self, bytes: u64) -> Option<f64> {
        let seconds = self.duration() as f64 / 1e9;
        (seconds > 0.0).then(|| bytes as f64 * 8.0 / seconds)
    }

    fn row(&self, asked: &Asked<'_>) -> ConversationRow {
        let ([a, b], [packets, packets_back], [bytes, bytes_back]) = (self.ends, self.packets, self.bytes);
        let filter = match self.flow {
            Some((_, flow)) => flows::filter(asked, flow),
            None => format!("{field} == {a} && {field} == {b}", field = field(&a, "addr")),
        };
        let stream = self.flow.filter(|(_, flow)| flow.has_ports()).map(|(_, flow)| flow.stream);
        ConversationRow {
            a: a.to_string(),
            a_port: self.ports.map(|[port, _]| port),
            b: b.to_string(),
            b_port: self.ports.map(|[_, port]| port),
            a_name: name(asked, &a).0,
            b_name: name(asked, &b).0,
            packets: packets + packets_back,
            bytes: bytes + bytes_back,
            stream,
            flow: self.flow.map(|(id, _)| id),
            packets_a_to_b: packets,
            bytes_a_to_b: bytes,
            packets_b_to_a: packets_back,
            bytes_b_to_a: bytes_back,
            start_ns: Some(self.first).filter(|&time| time != NO_TIME),
            duration_ns: self.duration(),
            bits_a_to_b: self.bits(bytes),
            bits_b_to_a: self.bits(bytes_back),
            filter,
        }
    }
}
