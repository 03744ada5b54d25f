//! Where the time went: requests with their responses, any window of them, sorted and searched.
use super::flows::{application, server_name};
use super::matched::Matched;
use super::measured::{self, Measured, Request, ip};
use super::rtt::statistics;
use super::search::Search;
use super::{Asked, Kept};
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
const MOST_SERVICES: usize = 200;
/// Shorter requests are nobody's fault: people take a tenth of a second for at once.
pub const NOTICED: i64 = 100_000_000;

/// The requests as last asked for.
#[derive(Default)]
pub struct Requests {
    asked: Option<(TimeSort, Option<FlowId>, String, u32, u64)>,
    order: Vec<u32>,
    totals: TimeTotals,
    services: Vec<ServiceTimes>,
}

pub fn answer(asked: &Asked<'_>, kept: &mut Kept, question: &Times, source: &mut dyn Source) -> TimesPage {
    let Kept { measured, requests, states, matched, .. } = kept;
    measured.all(&asked.whole());
    let same = (question.sort, question.flow, question.search.clone(), asked.store.packets.len(), asked.version());
    if requests.asked.as_ref() != Some(&same) {
        *requests = Requests::new(asked, matched.of(asked), measured, question);
        requests.asked = Some(same);
    }
    let end = question.rows.end.min(question.rows.start.saturating_add(MOST_ROWS)) as usize;
    let window = requests.order.get(question.rows.start as usize..end.min(requests.order.len())).unwrap_or_default();
    let found = window.iter().filter_map(|&at| measured.requests.get(at as usize));
    let mut rows: Vec<TimeRow> = found.filter_map(|request| row(asked, measured, request)).collect();
    label(asked, states, source, &mut rows);
    TimesPage {
        total: measured.requests.len() as u32,
        matching: requests.order.len() as u32,
        totals: requests.totals.clone(),
        services: requests.services.clone(),
        rows,
    }
}

impl Requests {
    fn new(asked: &Asked<'_>, matched: &Matched, measured: &Measured, question: &Times) -> Self {
        let words = Search::new(asked, &question.search);
        let mut matching: FxHashMap<FlowId, bool> = FxHashMap::default();
        let mut matches = |id: FlowId| {
            question.flow.is_none_or(|flow| flow == id)
                && *matching
                    .entry(id)
                    .or_insert_with(|| asked.store.flows.get(id).is_some_and(|flow| words.matches(asked, id, flow)))
        };
        let parts = Parts::new(asked, matched, &measured.requests);
        let all = (0..).zip(&measured.requests);
        let mut found: Vec<(u64, u32)> = all
            .filter(|(_, request)| matches(request.flow) && parts.mean(asked, request))
            .map(|(at, request)| {
                // The sign turned, numbers without one have the same order.
                let key = key(measured, request, question.sort.by).cast_unsigned() ^ 1 << 63;
                (if question.sort.descending { !key } else { key }, at)
            })
            .collect();
        sort::keyed(&mut found, usize::MAX, &|_, _| std::cmp::Ordering::Equal);
        let order: Vec<u32> = found.into_iter().map(|(_, at)| at).collect();
        let requests = || order.iter().filter_map(|&at| measured.requests.get(at as usize));
        let totals = totals(measured, requests());
        Self { asked: None, totals, services: services(asked, requests()), order }
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

fn totals<'m>(measured: &Measured, requests: impl Iterator<Item = &'m Request>) -> TimeTotals {
    let mut totals = TimeTotals::default();
    for request in requests {
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
    totals
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

fn services<'m>(asked: &Asked<'_>, requests: impl Iterator<Item = &'m Request>) -> Vec<ServiceTimes> {
    let mut services: FxHashMap<(Address, u16, Transport), Service> = FxHashMap::default();
    for request in requests {
        let Some(key) = service(asked, request.flow) else { continue };
        let service = services.entry(key).or_default();
        service.flow = request.flow;
        let (row, shares) = (&mut service.row, &request.shares);
        row.requests += 1;
        match request.exchange.answer {
            Some(_) => {
                service.waiting.push(shares.waiting);
                service.thinking.push(shares.thinking);
            }
            None => row.unanswered += 1,
        }
        row.network_ns = row.network_ns.saturating_add(shares.network);
        row.server_ns = row.server_ns.saturating_add(shares.server);
        row.client_ns = row.client_ns.saturating_add(shares.client);
    }
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
fn label(asked: &Asked<'_>, states: &mut States, source: &mut dyn Source, rows: &mut [TimeRow]) {
    let Some(first) = rows.first().and_then(|row| row.request.checked_sub(1)) else { return };
    let Ok(mut sight) = Sight::of(asked.store, source, std::mem::take(states), first) else { return };
    for row in rows.iter_mut().take(MOST_LABELS) {
        if sight.turn_to(row.request.saturating_sub(1)).is_err() {
            break;
        }
        // A segment without a message of its own says only its numbers.
        if sight.d.protocol_name(|id| crate::engine::protocols::protocol(id).short) != "TCP" {
            row.label = sight.d.info_text();
        }
    }
    *states = sight.finish();
}
