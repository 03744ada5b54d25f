//! Where the time went: requests with their responses, any window of them, sorted and searched.
use super::flows::{application, server_name};
use super::matched::Matched;
use super::measured::{self, Measured, Request, ip};
use super::rtt::statistics;
use super::search::Search;
use super::{Asked, Kept, SHOWN_FIRST};
use crate::api::{
    Blame, ServiceTimes, StallTotal, TimeColumn, TimeRow, TimeSort, TimeTotals, Times, TimesPage, ToldBy,
};
use crate::engine::dissect::{Address, Transport};
use crate::engine::replay::States;
use crate::engine::sight::Sight;
use crate::engine::sort;
use crate::engine::source::Source;
use crate::engine::store::packets::{FlowId, PacketId};
use crate::engine::tcp::turns::Exchange;
use rustc_hash::FxHashMap;

/// Rows of one answer at most; those whose packets are read again for what they say.
const MOST_ROWS: u32 = 5000;
const MOST_LABELS: usize = 500;
/// Of them those that are remembered.
const MOST_KNOWN: usize = 5000;
const MOST_SERVICES: usize = 200;
/// Shorter requests are nobody's fault: people take a tenth of a second for at once.
pub const NOTICED: i64 = 100_000_000;

/// The requests as last asked for.
#[derive(Default)]
pub struct Requests {
    /// Of which flow, with which words, of how many packets, and which of them are meant.
    found_of: Option<(Option<FlowId>, String, u32, u64)>,
    found: Vec<u32>,
    totals: TimeTotals,
    services: Vec<ServiceTimes>,
    sort: Option<TimeSort>,
    /// Sort keys and places of requests; ordered up to `sorted`, whatever follows sorts after it.
    keys: Vec<(u64, u32)>,
    sorted: usize,
    /// What requests' packets say: scrolling back must not read them again.
    labels: FxHashMap<PacketId, String>,
}

pub fn answer(asked: &Asked<'_>, kept: &mut Kept, question: &Times, source: &mut dyn Source) -> TimesPage {
    look(asked, kept, question.flow, &question.search);
    let Kept { measured, requests, states, .. } = kept;
    let end = question.rows.end.min(question.rows.start.saturating_add(MOST_ROWS)) as usize;
    requests.sort_to(measured, question.sort, end);
    let window = requests.keys.get(question.rows.start as usize..end.min(requests.keys.len())).unwrap_or_default();
    let found = window.iter().filter_map(|&(_, at)| measured.requests.get(at as usize));
    let mut rows: Vec<TimeRow> = found.filter_map(|request| row(asked, measured, request)).collect();
    label(asked, states, source, &mut requests.labels, &mut rows);
    TimesPage {
        total: measured.requests.len() as u32,
        matching: requests.found.len() as u32,
        totals: requests.totals.clone(),
        services: requests.services.clone(),
        rows,
    }
}

/// Finds what the view shows first, with the packets that its rows are labelled by, where nobody asked for something else meanwhile;
/// whether it did.
pub fn prepare(asked: &Asked<'_>, kept: &mut Kept, source: &mut dyn Source) -> bool {
    let packets = asked.store.packets.len();
    let is_new = kept.requests.found_of.as_ref().is_none_or(|(.., found_in, _)| *found_in != packets);
    if is_new {
        let sort = TimeSort { by: TimeColumn::Total, descending: true };
        answer(asked, kept, &Times { rows: SHOWN_FIRST, sort, ..Times::default() }, source);
    }
    is_new
}

/// Finds the requests that are meant, and their sums.
fn look(asked: &Asked<'_>, kept: &mut Kept, flow: Option<FlowId>, search: &str) {
    let Kept { measured, requests, matched, .. } = kept;
    measured.all(&asked.whole());
    let found_of = Some((flow, search.to_owned(), asked.store.packets.len(), asked.version()));
    if requests.found_of != found_of {
        // What packets say may be another matter when more is known of their flows.
        let is_same = requests.found_of.as_ref().is_some_and(|(.., packets, _)| *packets == asked.store.packets.len());
        let labels = if is_same { std::mem::take(&mut requests.labels) } else { FxHashMap::default() };
        *requests = Requests { found_of, labels, ..Requests::new(asked, matched.of(asked), measured, flow, search) };
    }
}

impl Requests {
    fn new(asked: &Asked<'_>, matched: &Matched, measured: &Measured, flow: Option<FlowId>, search: &str) -> Self {
        let words = Search::new(asked, search);
        let parts = Parts::new(asked, matched, &measured.requests);
        let (mut sums, mut found, mut totals) = (Services::default(), Vec::new(), TimeTotals::default());
        let mut first = 0_u32;
        // Most flows have several: what is asked of a flow is asked once.
        for chunk in measured.requests.chunk_by(|a, b| a.flow == b.flow) {
            let here = (first..).zip(chunk);
            first += chunk.len() as u32;
            let Some(id) = chunk.first().map(|request| request.flow).filter(|id| flow.is_none_or(|flow| flow == *id))
            else {
                continue;
            };
            if !asked.store.flows.get(id).is_some_and(|flow| words.matches(asked, id, flow)) {
                continue;
            }
            let mut service = None;
            for (at, request) in here.filter(|(_, request)| parts.mean(asked, request)) {
                found.push(at);
                add(&mut totals, measured, request);
                if service.is_none() {
                    service = sums.of(asked, id);
                }
                service.as_mut().into_iter().for_each(|service| service.add(request));
            }
        }
        Self { found, totals, services: sums.rows(asked), ..Self::default() }
    }

    /// Brings the first `end` rows into order: all of them only when someone looks that far.
    fn sort_to(&mut self, measured: &Measured, sort: TimeSort, end: usize) {
        if self.sort != Some(sort) {
            let key = |at: u32| {
                // The sign turned, numbers without one have the same order.
                let key = measured.requests.get(at as usize).map_or(0, |request| key(measured, request, sort.by));
                let key = key.cast_unsigned() ^ 1 << 63;
                (if sort.descending { !key } else { key }, at)
            };
            self.keys = self.found.iter().map(|&at| key(at)).collect();
            (self.sort, self.sorted) = (Some(sort), 0);
        }
        if end > self.sorted && self.sorted < self.keys.len() {
            self.sorted = if end < self.keys.len() / 8 { end } else { self.keys.len() };
            sort::keyed(&mut self.keys, self.sorted, &|_, _| std::cmp::Ordering::Equal);
        }
    }
}

/// Which packets are meant of flows of which only a part is.
struct Parts {
    /// By flow: its place in `packets`.
    places: Vec<u32>,
    packets: Vec<Vec<PacketId>>,
}

impl Parts {
    fn new(asked: &Asked<'_>, matched: &Matched, requests: &[Request]) -> Self {
        let (store, mut parts) = (asked.store, Self { places: Vec::new(), packets: Vec::new() });
        let Some(selected) = asked.selected else { return parts };
        parts.places = vec![u32::MAX; store.flows.len() as usize];
        let is_part = |id| store.flows.get(id).is_some_and(|f| matched.counts(asked, id, f).packets != f.packets);
        for request in requests.iter().filter(|request| asked.means_flow(request.flow)) {
            let place = parts.places.get_mut(request.flow as usize).filter(|place| **place == u32::MAX);
            if let Some(place) = place.filter(|_| is_part(request.flow)) {
                *place = parts.packets.len() as u32;
                parts.packets.push(Vec::new());
            }
        }
        if parts.packets.is_empty() {
            return parts;
        }
        for packet in selected.packets.from(0) {
            let place = store.packets.flow(packet).and_then(|flow| parts.places.get(flow as usize));
            if let Some(packets) = place.and_then(|&place| parts.packets.get_mut(place as usize)) {
                packets.push(packet);
            }
        }
        parts
    }

    /// Whether a packet of the request's flow is meant, of those from the request's first to the response's last.
    fn mean(&self, asked: &Asked<'_>, request: &Request) -> bool {
        let place = self.places.get(request.flow as usize).copied().unwrap_or(u32::MAX);
        let Some(packets) = self.packets.get(place as usize) else { return asked.means_flow(request.flow) };
        let Exchange { first, asked, answer, .. } = request.exchange;
        let last = answer.map_or(asked.0, |(_, last)| last.0);
        let next = packets.partition_point(|&packet| packet < first.0);
        packets.get(next).is_some_and(|&packet| packet <= last)
    }
}

fn key(measured: &Measured, request: &Request, by: TimeColumn) -> i64 {
    let shares = &request.shares;
    match by {
        TimeColumn::Start => request.exchange.first.1,
        TimeColumn::Flow => request.flow.into(),
        TimeColumn::Sending => shares.sending,
        TimeColumn::Waiting => shares.waiting,
        TimeColumn::Receiving => shares.receiving,
        TimeColumn::Total => shares.total(),
        TimeColumn::Network => shares.network,
        TimeColumn::Server => shares.server,
        TimeColumn::Client => shares.client,
        TimeColumn::Stalled => stalls(measured, request).iter().map(|stall| stall.ns).sum(),
    }
}

pub fn stalls<'m>(measured: &'m Measured, request: &Request) -> &'m [crate::api::Stall] {
    measured.stalls.get(request.stalls.start as usize..request.stalls.end as usize).unwrap_or_default()
}

fn add(totals: &mut TimeTotals, measured: &Measured, request: &Request) {
    let shares = &request.shares;
    totals.requests += 1;
    totals.unanswered += u32::from(request.exchange.answer.is_none());
    for (sum, ns) in [
        (&mut totals.sending_ns, shares.sending),
        (&mut totals.waiting_ns, shares.waiting),
        (&mut totals.receiving_ns, shares.receiving),
        (&mut totals.network_ns, shares.network),
        (&mut totals.server_ns, shares.server),
        (&mut totals.client_ns, shares.client),
    ] {
        *sum = sum.saturating_add(ns);
    }
    for stall in stalls(measured, request) {
        let at = totals.stalls.iter().position(|total| total.kind == stall.kind).unwrap_or_else(|| {
            totals.stalls.push(StallTotal { kind: stall.kind, ..StallTotal::default() });
            totals.stalls.len() - 1
        });
        if let Some(total) = totals.stalls.get_mut(at) {
            (total.count, total.ns) = (total.count + 1, total.ns.saturating_add(stall.ns));
        }
    }
}

#[derive(Default)]
struct Service {
    flow: FlowId,
    waiting: Vec<i64>,
    thinking: Vec<i64>,
    row: ServiceTimes,
}

/// Where a flow's requests go.
pub fn service(asked: &Asked<'_>, id: FlowId) -> Option<(Address, u16, Transport)> {
    let flow = asked.store.flows.get(id)?;
    Some((asked.store.address(flow, flow.server())?, flow.port(flow.server()), flow.key.transport))
}

#[derive(Default)]
struct Services(FxHashMap<(Address, u16, Transport), Service>);

impl Services {
    /// That of a flow.
    fn of(&mut self, asked: &Asked<'_>, id: FlowId) -> Option<&mut Service> {
        let service = self.0.entry(service(asked, id)?).or_default();
        service.flow = id;
        Some(service)
    }

    fn rows(self, asked: &Asked<'_>) -> Vec<ServiceTimes> {
        services(asked, self.0)
    }
}

impl Service {
    fn add(&mut self, request: &Request) {
        let (row, shares) = (&mut self.row, &request.shares);
        row.requests += 1;
        match request.exchange.answer {
            Some(_) => {
                self.waiting.push(shares.waiting);
                self.thinking.push(shares.thinking);
            }
            None => row.unanswered += 1,
        }
        row.network_ns = row.network_ns.saturating_add(shares.network);
        row.server_ns = row.server_ns.saturating_add(shares.server);
        row.client_ns = row.client_ns.saturating_add(shares.client);
    }
}

fn services(asked: &Asked<'_>, services: FxHashMap<(Address, u16, Transport), Service>) -> Vec<ServiceTimes> {
    let time = |row: &ServiceTimes| row.network_ns.saturating_add(row.server_ns).saturating_add(row.client_ns);
    let mut services: Vec<_> = services.into_iter().collect();
    sort::by(&mut services, |(a, x), (b, y)| time(&y.row).cmp(&time(&x.row)).then((a.0, a.1).cmp(&(b.0, b.1))));
    services.truncate(MOST_SERVICES);
    let row = |((address, port, transport), mut service): ((Address, u16, Transport), Service)| {
        let flow = asked.store.flows.get(service.flow);
        let named = match transport {
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
            _ => "sctp",
        };
        ServiceTimes {
            server: address.to_string(),
            server_port: Some(port),
            name: flow.map(|flow| server_name(asked, flow).0).unwrap_or_default(),
            application: flow.map_or("", application).to_owned(),
            waiting: statistics(&mut service.waiting),
            thinking: statistics(&mut service.thinking),
            filter: format!("{}.addr == {address} && {named}.port == {port}", ip(address)),
            ..service.row
        }
    };
    services.into_iter().map(row).collect()
}

fn row(asked: &Asked<'_>, measured: &Measured, request: &Request) -> Option<TimeRow> {
    let flow = asked.store.flows.get(request.flow)?;
    let (shares, exchange) = (&request.shares, &request.exchange);
    let end = |end| asked.store.address(flow, end).map(|a| measured::endpoint(a, flow.port(end))).unwrap_or_default();
    let number = |packet: u32| packet.saturating_add(1);
    let named = if flow.key.transport == Transport::Tcp { "tcp" } else { "udp" };
    let last = exchange.answer.map_or(exchange.asked.0, |(_, last)| last.0);
    Some(TimeRow {
        flow: request.flow,
        client: end(flow.client),
        server: end(flow.server()),
        name: server_name(asked, flow).0,
        application: application(flow).to_owned(),
        label: String::new(),
        told_by: if exchange.by_protocol { ToldBy::Protocol } else { ToldBy::Direction },
        first: number(exchange.first.0),
        request: number(exchange.asked.0),
        response: exchange.answer.map(|(first, _)| number(first.0)),
        last: exchange.answer.map(|(_, last)| number(last.0)),
        start_ns: exchange.first.1,
        sending_ns: shares.sending,
        waiting_ns: shares.waiting,
        receiving_ns: shares.receiving,
        network_ns: shares.network,
        server_ns: shares.server,
        client_ns: shares.client,
        uncertain: shares.uncertain,
        stalls: stalls(measured, request).to_vec(),
        verdict: blame(measured, request),
        filter: format!(
            "{named}.stream == {} && frame.number >= {} && frame.number <= {}",
            flow.stream,
            number(exchange.first.0),
            number(last)
        ),
    })
}

/// Who took most of a request's time, if it is worth a word.
fn blame(measured: &Measured, request: &Request) -> Blame {
    let shares = &request.shares;
    let half = shares.total() / 2;
    let held: i64 = stalls(measured, request).iter().map(|stall| stall.ns).sum();
    let stands_out = |ns: i64| ns >= NOTICED && ns >= half;
    if stands_out(shares.server) && !shares.uncertain {
        Blame::Server
    } else if stands_out(shares.client) {
        Blame::Client
    } else if stands_out(shares.network) && held.saturating_sub(shares.client) >= NOTICED {
        Blame::Network
    } else {
        Blame::Nobody
    }
}

/// What the requests' packets say, read from the file; where that cannot be read again, nothing.
fn label(
    asked: &Asked<'_>,
    states: &mut States,
    source: &mut dyn Source,
    known: &mut FxHashMap<PacketId, String>,
    rows: &mut [TimeRow],
) {
    let packet = |row: &TimeRow| row.request.saturating_sub(1);
    let unknown = |row: &TimeRow| !known.contains_key(&packet(row));
    let read: Vec<PacketId> = rows.iter().take(MOST_LABELS).filter(|row| unknown(row)).map(packet).collect();
    if known.len() + read.len() > MOST_KNOWN {
        known.clear();
    }
    if let Some(&first) = read.first()
        && let Ok(mut sight) = Sight::of(asked.store, source, std::mem::take(states), first)
    {
        for packet in read {
            if sight.turn_to(packet).is_err() {
                break;
            }
            // A segment without a message of its own says only its numbers.
            let has_own = sight.d.protocol_name(|id| crate::engine::protocols::protocol(id).short) != "TCP";
            known.insert(packet, if has_own { sight.d.info_text() } else { String::new() });
        }
        *states = sight.finish();
    }
    for row in rows {
        row.label = known.get(&packet(row)).cloned().unwrap_or_default();
    }
}
