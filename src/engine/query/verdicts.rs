//! Whose fault it is: rules with thresholds, each of which has a reason. A connection without anything that stands out has no verdict.
use super::Asked;
use super::flows::{outcome, server_name};
use super::measured::{Measured, Pairs, Request, endpoint, ip};
use super::rtt::has_flag;
use super::states::plural;
use super::times::{NOTICED, service};
use super::verdict_words::said;
use crate::api::{Blame, Judgement, Outcome, Stall, StallKind, VerdictKind, Verdicts, VerdictsAnswer};
use crate::engine::dissect::{Address, Transport, tcp_flag};
use crate::engine::sort;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::packets::{FlowId, NO_TIME, PacketId};
use crate::engine::store::paths::PairId;
use crate::engine::tcp::place::halves;
use crate::engine::tcp::round_trips::{has_grown, median};
use crate::engine::tcp::told::Told;
use rustc_hash::FxHashMap;

/// Verdicts of an answer, and of one kind.
const MOST: usize = 20;
const MOST_OF_A_KIND: usize = 5;
const MOST_PACKETS: usize = 20;

const MS: i64 = 1_000_000;
/// Light in fibre needs that long to the other side of the Earth and back.
const FAR: i64 = 200 * MS;
/// A connection that stood still for less is not worth a word; it is the shortest retransmission time-out, too.
const STOOD: i64 = 200 * MS;
/// Of its busy time.
const LEAST_SHARE: i64 = 10;
/// Lost segments: TCP slows down noticeably from one in a hundred on; fewer than three are an accident.
const LEAST_LOST: u32 = 3;
const LOST_OF_100: u32 = 1;
/// Delayed ACKs: one or two may be chance.
const LEAST_DELAYED: usize = 3;
/// A reset so soon after data interrupts something.
const INTERRUPTS: i64 = 1000 * MS;
/// Requests that take so long are a load on the way; so many probes during them tell how it is.
const LOAD: i64 = 200 * MS;
const LEAST_PROBES: usize = 4;
/// Questions over UDP: one may get lost.
const LEAST_UNHEARD: u32 = 2;
/// A program closes its socket soon after its peer did; so many that are left open so long are a leak.
const LEFT_OPEN: i64 = 10_000 * MS;
const LEAST_LEFT_OPEN: usize = 3;
/// Pauses between requests that are too long for at once and too short for a person or a timer.
const PROGRAM_PAUSES: std::ops::Range<i64> = 100 * MS..1000 * MS;

/// What a rule found on a connection (or a service), before connections with the same are put together.
#[derive(Clone, Debug)]
pub struct Finding {
    pub kind: VerdictKind,
    pub blame: Blame,
    pub flow: FlowId,
    /// Time lost.
    pub ns: i64,
    /// Its numbers, by kind; see [`said`].
    pub a: i64,
    pub b: i64,
    pub count: u32,
    pub of: u32,
    packets: Vec<PacketId>,
    /// Who told it.
    pub router: Option<Address>,
}

impl Finding {
    fn new(kind: VerdictKind, blame: Blame, flow: FlowId, ns: i64) -> Self {
        Self { kind, blame, flow, ns, a: 0, b: 0, count: 0, of: 0, packets: Vec::new(), router: None }
    }
}

fn by(flow: &Flow, end: End) -> Blame {
    if end == flow.client { Blame::Client } else { Blame::Server }
}

/// One connection's findings but for what is told of its service.
pub fn of_flow(
    asked: &Asked<'_>,
    id: FlowId,
    flow: &Flow,
    told: &Told,
    requests: &[Request],
    all: &[Stall],
    out: &mut Vec<Finding>,
) {
    close_wait(asked, id, flow, out);
    match outcome(flow) {
        Outcome::Refused => out.push(Finding::new(VerdictKind::Refused, Blame::Server, id, 0)),
        Outcome::NoAnswer => out.push(Finding::new(VerdictKind::Unanswered, Blame::Network, id, flow.duration())),
        _ => {}
    }
    if flow.payload == [0, 0] {
        return;
    }
    let busy: i64 = requests.iter().map(|request| request.shares.total()).sum();
    let (Some(from), Some(to)) = (requests.first(), requests.last()) else {
        return stuck(id, flow, told, out);
    };
    let halts = all.get(from.stalls.start as usize..to.stalls.end as usize).unwrap_or_default();
    let stands_out = |ns: i64| ns >= STOOD && ns.saturating_mul(LEAST_SHARE) >= busy;
    let before = out.len();
    stuck(id, flow, told, out);
    let is_stuck = out.len() > before;
    for (end, from_client) in [(flow.client, true), (flow.server(), false)] {
        let of =
            |kind: StallKind| halts.iter().filter(move |stall| stall.kind == kind && stall.from_client == from_client);
        let sum = |kind| of(kind).map(|stall| stall.ns).sum::<i64>();
        let packets = |kind| of(kind).map(|stall| stall.packet.saturating_sub(1)).take(MOST_PACKETS).collect();
        // The receiver's fault.
        let closed = sum(StallKind::ZeroWindow);
        if stands_out(closed) {
            let mut finding = Finding::new(VerdictKind::ZeroWindow, by(flow, 1 - end), id, closed);
            (finding.count, finding.packets) =
                (of(StallKind::ZeroWindow).count() as u32, packets(StallKind::ZeroWindow));
            out.push(finding);
        }
        let mut delays: Vec<i64> = of(StallKind::DelayedAck).map(|stall| stall.ns).collect();
        let delayed = delays.iter().sum();
        if delays.len() >= LEAST_DELAYED && delayed >= NOTICED {
            let mut finding = Finding::new(VerdictKind::DelayedAck, by(flow, end), id, delayed);
            (finding.count, finding.packets) = (delays.len() as u32, packets(StallKind::DelayedAck));
            finding.a = median(&mut delays).unwrap_or(0);
            out.push(finding);
        }
        let (Some(sender), Some(samples)) = (told.senders.get(end), told.samples.get(end)) else { continue };
        let waited = sum(StallKind::Timeout).saturating_add(sum(StallKind::FastRetransmission));
        let is_lossy = sender.resent >= LEAST_LOST && sender.resent * 100 >= sender.segments * LOST_OF_100;
        if !is_stuck && samples.resized == 0 && (is_lossy || sender.resent > 0 && stands_out(sum(StallKind::Timeout))) {
            let mut finding = Finding::new(VerdictKind::Loss, Blame::Network, id, waited);
            (finding.count, finding.of) = (sender.resent, sender.segments);
            (finding.a, finding.packets) = (i64::from(from_client), sender.packets.clone());
            out.push(finding);
        }
        if let Some(grown) = super::round_trips::growth(flow, end, told) {
            let mut finding =
                Finding::new(VerdictKind::Queue, Blame::Network, id, grown.loaded_ns.saturating_sub(grown.idle_ns));
            (finding.a, finding.b) = (grown.idle_ns, grown.loaded_ns);
            out.push(finding);
        }
    }
    far(id, flow, told, requests, busy, out);
    reset(id, flow, told, out);
    if out.len() == before {
        slow_client(id, flow, requests, out);
    }
}

/// The client has closed, the server has not: CLOSE_WAIT.
fn close_wait(asked: &Asked<'_>, id: FlowId, flow: &Flow, out: &mut Vec<Finding>) {
    let has = |end, flag| has_flag(flow, end, flag);
    let reset = [0, 1].into_iter().any(|end| has(end, tcp_flag::RST));
    let age = asked.store.totals.latest.saturating_sub(flow.last);
    let (client, server) = (flow.client, flow.server());
    if has(client, tcp_flag::FIN) && !has(server, tcp_flag::FIN) && !reset && age >= LEFT_OPEN && is_heard(flow, server)
    {
        let mut finding = Finding::new(VerdictKind::CloseWait, Blame::Server, id, 0);
        finding.a = age;
        out.push(finding);
    }
}

fn is_heard(flow: &Flow, end: End) -> bool {
    Flow::by(flow.packets, end) > 0
}

/// Nothing is slow but what comes between an answer and the next request.
fn slow_client(id: FlowId, flow: &Flow, requests: &[Request], out: &mut Vec<Finding>) {
    let pause = |pair: &[Request]| match pair {
        [before, next] => {
            Some((next.exchange.first.1.saturating_sub(before.exchange.answer?.1.1), next.exchange.first.0))
        }
        _ => None,
    };
    let pauses = || requests.windows(2).filter_map(pause).filter(|(ns, _)| PROGRAM_PAUSES.contains(ns));
    let sum: i64 = pauses().map(|(ns, _)| ns).sum();
    if pauses().count() >= LEAST_DELAYED && sum >= flow.duration() / 3 * 2 {
        let mut finding = Finding::new(VerdictKind::SlowClient, Blame::Client, id, sum);
        finding.a = median(&mut pauses().map(|(ns, _)| ns).collect::<Vec<_>>()).unwrap_or(0);
        finding.count = pauses().count() as u32;
        finding.packets = pauses().map(|(_, packet)| packet).take(MOST_PACKETS).collect();
        out.push(finding);
    }
}

/// A segment was sent again and again without an answer, until the capture ended.
fn stuck(id: FlowId, flow: &Flow, told: &Told, out: &mut Vec<Finding>) {
    let Some((end, repeated)) = told.stuck() else { return swallowed(id, told, out) };
    let passed = told.samples.get(end).map_or(0, |samples| samples.longest_acked);
    // What vanishes takes small segments with it; large ones alone, that smaller ones are heard of, are too large for the way.
    let is_too_large = repeated.len >= 1000 && passed < repeated.len && passed > 0;
    let (kind, blame) = match is_too_large {
        true => (VerdictKind::PathMtu, Blame::Network),
        false if repeated.alive => return,
        false => (VerdictKind::Vanished, by(flow, 1 - end)),
    };
    let mut finding = Finding::new(kind, blame, id, repeated.last.saturating_sub(repeated.first));
    (finding.a, finding.b) = (repeated.len.into(), passed.into());
    (finding.count, finding.packets) = (repeated.times, repeated.packets.clone());
    out.push(finding);
}

/// Beside the receiver of what does not get through only the hole is seen.
fn swallowed(id: FlowId, told: &Told, out: &mut Vec<Finding>) {
    let Some((_, missing)) = told.swallowed() else { return };
    let ns = missing.last.saturating_sub(missing.since);
    let mut finding = Finding::new(VerdictKind::PathMtu, Blame::Network, id, ns);
    (finding.b, finding.count, finding.packets) = (missing.longest.into(), missing.bytes(), vec![missing.packet]);
    out.push(finding);
}

/// Routers that said that packets of a connection are too large for their next link.
fn too_big(asked: &Asked<'_>, out: &mut Vec<Finding>) {
    let store = asked.store;
    let mut found: FxHashMap<FlowId, Finding> = FxHashMap::default();
    for quotation in store.quotations.iter().filter(|quotation| asked.means_flow(quotation.flow)) {
        let (Some(mtu), Some(flow)) = (quotation.too_big, store.flows.get(quotation.flow)) else { continue };
        if flow.key.transport != Transport::Tcp || flow.quoted {
            continue;
        }
        let new = || Finding::new(VerdictKind::PathMtu, Blame::Network, quotation.flow, 0);
        let finding = found.entry(quotation.flow).or_insert_with(new);
        (finding.a, finding.count) = (mtu.into(), finding.count + 1);
        finding.router = finding.router.or_else(|| sender(asked, quotation.packet));
        if finding.packets.len() < MOST_PACKETS {
            finding.packets.push(quotation.packet);
        }
    }
    let mut found: Vec<Finding> = found.into_values().filter(|finding| finding.router.is_some()).collect();
    sort::by_key(&mut found, |finding| finding.flow);
    out.append(&mut found);
}

/// The address that sent a packet.
pub fn sender(asked: &Asked<'_>, packet: PacketId) -> Option<Address> {
    let paths = &asked.store.paths;
    let (pair, reversed) = paths.innermost(asked.store.packets.get(packet)?.path)?;
    let [low, high] = paths.addresses(pair)?;
    Some(if reversed { high } else { low })
}

fn far(id: FlowId, flow: &Flow, told: &Told, requests: &[Request], busy: i64, out: &mut Vec<Finding>) {
    let way = halves(flow).map(|(first, second)| first.saturating_add(second)).or(told.ways.whole()).unwrap_or(0);
    let network: i64 = requests.iter().map(|request| request.shares.network).sum();
    if way >= FAR && network >= busy / 2 && network > 0 {
        let mut finding = Finding::new(VerdictKind::FarAway, Blame::Network, id, network);
        finding.a = way;
        finding.packets = requests.iter().map(|request| request.exchange.asked.0).take(MOST_PACKETS).collect();
        out.push(finding);
    }
}

fn reset(id: FlowId, flow: &Flow, told: &Told, out: &mut Vec<Finding>) {
    let Some(reset) = told.reset.filter(|reset| reset.after <= INTERRUPTS) else { return };
    let is_server = reset.by != flow.client;
    let unanswered = told.exchanges.last().is_some_and(|exchange| exchange.answer.is_none());
    // A server that closes without reading, or in the middle of what it says; a client that data still comes to.
    let interrupts = if is_server { unanswered || reset.speaker == reset.by } else { reset.more };
    if interrupts {
        let mut finding = Finding::new(VerdictKind::Reset, by(flow, reset.by), id, 0);
        finding.packets = vec![reset.packet];
        out.push(finding);
    }
}

/// A server that lets its clients wait: more than half of the time of all requests is that of answers that took long to begin.
fn slow_server<'m>(requests: impl Iterator<Item = &'m Request> + Clone) -> Option<Finding> {
    let network = |request: &Request| request.shares.waiting.saturating_sub(request.shares.thinking);
    let is_slow = |request: &&Request| {
        let thinking = request.shares.thinking;
        !request.shares.uncertain && thinking >= NOTICED && thinking >= network(request).saturating_mul(2)
    };
    let worst = requests.clone().filter(is_slow).max_by_key(|request| request.shares.thinking)?;
    let mut slow: Vec<&Request> = requests.clone().filter(is_slow).collect();
    let lost: i64 = slow.iter().map(|request| request.shares.thinking).sum();
    let whole: i64 = requests.clone().map(|request| request.shares.total()).sum();
    if lost < whole / 2 {
        return None;
    }
    let mut finding = Finding::new(VerdictKind::SlowServer, Blame::Server, worst.flow, lost);
    finding.a = median(&mut slow.iter().map(|request| request.shares.thinking).collect::<Vec<_>>())?;
    finding.b = median(&mut slow.iter().map(|request| network(request)).collect::<Vec<_>>())?;
    (finding.count, finding.of) = (slow.len() as u32, requests.count() as u32);
    sort::by_key(&mut slow, |request| std::cmp::Reverse(request.shares.thinking));
    let answers = slow.iter().filter_map(|request| request.exchange.answer.map(|(first, _)| first.0));
    finding.packets = answers.take(MOST_PACKETS).collect();
    Some(finding)
}

/// What is told of services and hosts rather than of connections.
pub fn of_capture(asked: &Asked<'_>, requests: &[Request]) -> Vec<Finding> {
    let meant =
        || requests.chunk_by(|a, b| a.flow == b.flow).filter(|of| of.first().is_some_and(|r| asked.means_flow(r.flow)));
    let mut services: FxHashMap<(Address, u16, Transport), Vec<&Request>> = FxHashMap::default();
    for chunk in meant() {
        let Some(key) = chunk.first().and_then(|request| service(asked, request.flow)) else { continue };
        services.entry(key).or_default().extend(chunk);
    }
    let mut found: Vec<Finding> = services.values().filter_map(|list| slow_server(list.iter().copied())).collect();
    found.extend(services.iter().filter_map(|(&(.., transport), list)| unheard(transport, list)));
    sort::by_key(&mut found, |finding| finding.flow);
    queues(asked, meant().flatten(), &mut found);
    too_big(asked, &mut found);
    found
}

/// Questions over UDP that nothing came back to, or only when they were asked again.
fn unheard(transport: Transport, requests: &[&Request]) -> Option<Finding> {
    let waited = |request: &&&Request| request.exchange.answer.is_none() || request.exchange.resent.is_some();
    let lost: Vec<&&Request> = requests.iter().filter(waited).collect();
    let (count, of) = (lost.len() as u32, requests.len() as u32);
    if transport != Transport::Udp || count < LEAST_UNHEARD || count * 100 < of * LOST_OF_100 {
        return None;
    }
    let ns = lost.iter().map(|request| request.shares.total()).sum();
    let mut finding = Finding::new(VerdictKind::Unanswered, Blame::Network, lost.first()?.flow, ns);
    (finding.count, finding.of) = (count, of);
    finding.packets = lost.iter().map(|request| request.exchange.asked.0).take(MOST_PACKETS).collect();
    Some(finding)
}

/// Pings and handshakes that take longer while a large transfer runs between the same hosts: a queue that nobody's data measures where
/// the capture was taken beside the receiver.
fn queues<'m>(asked: &Asked<'_>, requests: impl Iterator<Item = &'m Request>, out: &mut Vec<Finding>) {
    let store = asked.store;
    let mut loads: FxHashMap<PairId, Vec<(i64, i64, FlowId)>> = FxHashMap::default();
    for request in requests {
        let (shares, begun) = (&request.shares, request.exchange.first.1);
        let (from, to) = match shares.receiving >= shares.sending {
            true => (begun.saturating_add(shares.sending).saturating_add(shares.waiting), shares.receiving),
            false => (begun, shares.sending),
        };
        let Some(flow) = store.flows.get(request.flow) else { continue };
        if to >= LOAD && flow.payload.iter().any(|&bytes| bytes >= 100_000) {
            loads.entry(flow.key.pair).or_default().push((from, from.saturating_add(to), request.flow));
        }
    }
    if loads.is_empty() {
        return;
    }
    let mut probes: FxHashMap<PairId, Vec<(i64, i64, PacketId)>> = FxHashMap::default();
    for (id, request, response) in Pairs::new(asked).0 {
        let Some(flow) = store.flows.get(id).filter(|_| asked.means_flow(id)) else { continue };
        let (Some(from), Some(to)) = (store.packets.time(request), store.packets.time(response)) else { continue };
        if matches!(flow.key.transport, Transport::Icmp | Transport::Icmpv6) && from != NO_TIME && to >= from {
            probes.entry(flow.key.pair).or_default().push((from, to - from, response));
        }
    }
    let meant = store.flows.iter().filter(|(id, _)| asked.means_flow(*id));
    for (_, flow) in meant.filter(|(_, flow)| loads.contains_key(&flow.key.pair)) {
        if let Some((first, second)) = halves(flow) {
            let probe = (flow.tcp.syn, first.saturating_add(second), flow.first_packet);
            probes.entry(flow.key.pair).or_default().push(probe);
        }
    }
    let mut pairs: Vec<_> = loads.into_iter().collect();
    sort::by_key(&mut pairs, |&(pair, _)| pair);
    for (pair, loads) in pairs {
        let Some(probes) = probes.get(&pair) else { continue };
        let during = |at: i64| loads.iter().find(|&&(from, to, _)| (from..to).contains(&at));
        let (loaded, idle): (Vec<_>, Vec<_>) = probes.iter().partition(|&&(at, ..)| during(at).is_some());
        let rtts =
            |list: &[&(i64, i64, PacketId)]| median(&mut list.iter().map(|&&(_, rtt, _)| rtt).collect::<Vec<_>>());
        let (Some(quiet), Some(busy)) = (rtts(&idle), rtts(&loaded)) else { continue };
        let Some(&(_, _, flow)) = loaded.first().and_then(|&&(at, ..)| during(at)) else { continue };
        if loaded.len() >= LEAST_PROBES && has_grown(quiet, busy) {
            let mut finding = Finding::new(VerdictKind::Queue, Blame::Network, flow, busy.saturating_sub(quiet));
            (finding.a, finding.b) = (quiet, busy);
            finding.packets = loaded.iter().map(|&&(_, _, packet)| packet).take(MOST_PACKETS).collect();
            out.push(finding);
        }
    }
}

/// # Errors
/// When there is no such flow.
pub fn answer(asked: &Asked<'_>, measured: &mut Measured, question: &Verdicts) -> Result<VerdictsAnswer, String> {
    let Some(id) = question.flow else {
        measured.all(asked);
        let together = measured.together(asked);
        let requests = measured.requests.iter().filter(|request| asked.means_flow(request.flow)).count() as u32;
        let of_flows = measured.findings.iter().filter(|finding| asked.means_flow(finding.flow));
        let findings = of_flows.chain(&together.findings).cloned().collect();
        return Ok(told(asked, findings, together.flows, requests));
    };
    // One connection is looked at whole, whatever the filter.
    let asked = &asked.whole();
    measured.all(asked);
    if asked.store.flows.get(id).is_none() {
        return Err(format!("There is no flow {id}."));
    }
    let requests = || measured.requests.iter().filter(|request| request.flow == id);
    let all = measured.findings.iter().chain(&measured.together(asked).findings);
    let others = all.filter(|f| f.flow == id && f.kind != VerdictKind::SlowServer).cloned();
    let findings = others.chain(slow_server(requests())).collect();
    Ok(told(asked, findings, 1, requests().count() as u32))
}

fn told(asked: &Asked<'_>, findings: Vec<Finding>, flows: u32, requests: u32) -> VerdictsAnswer {
    let mut groups: FxHashMap<_, Vec<Finding>> = FxHashMap::default();
    for finding in findings {
        let key = (finding.kind, finding.blame, service(asked, finding.flow));
        groups.entry(key).or_default().push(finding);
    }
    groups.retain(|(kind, ..), group| *kind != VerdictKind::CloseWait || group.len() >= LEAST_LEFT_OPEN);
    let mut verdicts: Vec<Judgement> = groups.into_values().filter_map(|group| verdict(asked, &group)).collect();
    let rank = |verdict: &Judgement| (verdict.kind == VerdictKind::SlowClient, std::cmp::Reverse(verdict.ns));
    sort::by(&mut verdicts, |a, b| {
        rank(a).cmp(&rank(b)).then(b.flows.cmp(&a.flows)).then(a.flow.cmp(&b.flow)).then(a.kind.cmp(&b.kind))
    });
    let mut kinds: FxHashMap<VerdictKind, usize> = FxHashMap::default();
    verdicts.retain(|verdict| {
        let count = kinds.entry(verdict.kind).or_default();
        *count += 1;
        *count <= MOST_OF_A_KIND
    });
    verdicts.truncate(MOST);
    let looked = format!("{} and {}", plural(flows, "TCP connection"), plural(requests, "request"));
    let summary = match verdicts.len() {
        0 => format!("Nothing stands out in {looked}."),
        1 => format!("One finding in {looked}."),
        n => format!("{n} findings in {looked}."),
    };
    VerdictsAnswer { verdicts, summary, flows, requests }
}

/// One verdict of connections to the same service with the same finding.
fn verdict(asked: &Asked<'_>, group: &[Finding]) -> Option<Judgement> {
    let worst = group.iter().max_by_key(|finding| (finding.ns, finding.a))?;
    let flow = asked.store.flows.get(worst.flow)?;
    let flows = group.len() as u32;
    let ns: i64 = group.iter().map(|finding| finding.ns).sum();
    let address = asked.store.address(flow, flow.server())?;
    let port = flow.port(flow.server());
    let name = server_name(asked, flow).0;
    let mut service = endpoint(address, port);
    if !name.is_empty() && name != address.to_string() {
        service = format!("{name} ({service})");
    }
    let (sentence, because, but) = said(worst, &service, flows, ns);
    let scope = match flows {
        1 if flow.key.transport == Transport::Udp => format!("udp.stream == {}", flow.stream),
        1 => format!("tcp.stream == {}", flow.stream),
        _ if flow.key.transport == Transport::Udp => format!("{}.addr == {address} && udp.port == {port}", ip(address)),
        _ => format!("{}.addr == {address} && tcp.port == {port}", ip(address)),
    };
    let evidence = match worst.kind {
        VerdictKind::PathMtu if worst.router.is_some() => " && (icmp || icmpv6)",
        VerdictKind::PathMtu if worst.a == 0 => " && tcp.analysis.lost_segment",
        VerdictKind::Loss | VerdictKind::PathMtu | VerdictKind::Vanished => " && tcp.analysis.retransmission",
        VerdictKind::ZeroWindow => " && tcp.analysis.zero_window",
        VerdictKind::Refused | VerdictKind::Reset => " && tcp.flags.reset == 1",
        VerdictKind::Unanswered if flow.key.transport == Transport::Tcp => " && tcp.flags.syn == 1",
        _ => "",
    };
    let first = worst.packets.is_empty().then_some(flow.first_packet);
    Some(Judgement {
        kind: worst.kind,
        blame: worst.blame,
        sentence,
        because: because.to_owned(),
        but: but.to_owned(),
        flows,
        flow: Some(worst.flow),
        packets: worst.packets.iter().copied().chain(first).map(|packet| packet.saturating_add(1)).collect(),
        filter: scope + evidence,
        ns,
    })
}
