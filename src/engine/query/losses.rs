//! Where segments were lost: of one connection with every event, and of all of them by service.
use super::Asked;
use super::flows::{application, filter, server_name};
use super::states::{endpoint, plural, service_filter};
use crate::api::*;
use crate::engine::dissect::{Address, Transport};
use crate::engine::sort;
use crate::engine::store::flows::Flow;
use crate::engine::store::numbers::ByFlow;
use crate::engine::store::packets::{FlowId, NO_TIME};
use crate::engine::tcp::losses::{Event, count_of, losses};
use rustc_hash::FxHashMap;

/// Events, services and flows of one answer at most.
const MOST_EVENTS: usize = 10_000;
const MOST_SERVICES: usize = 200;
const MOST_FLOWS: usize = 50;

const KINDS: [LossKind; 7] = {
    use LossKind::*;
    [Before, After, AckLost, Needless, Reordered, Duplicate, NotCaptured]
};

/// # Errors
/// There is no such TCP flow.
pub fn answer(asked: &Asked<'_>, question: &Losses) -> Result<LossesAnswer, String> {
    let store = asked.store;
    let flow = store.flows.get(question.flow).filter(|flow| flow.key.transport == Transport::Tcp && !flow.quoted);
    let flow = flow.ok_or_else(|| format!("There is no TCP flow {}.", question.flow))?;
    let (mut events, mut total) = (Vec::<Event>::new(), 0_u32);
    let segments = store.segments(question.flow).take(flow.total_packets() as usize);
    let counts = losses(store, flow, segments, |event| {
        let earlier = match event.kind {
            // It was told as lost when it was sent again.
            LossKind::Needless => events.iter_mut().rev().find(|earlier| earlier.packet == event.packet),
            _ => None,
        };
        match earlier {
            Some(earlier) => *earlier = event,
            None => {
                total += 1;
                if events.len() < MOST_EVENTS {
                    events.push(event);
                }
            }
        }
    });
    sort::by_key(&mut events, |event| event.packet);
    let (out, back) = (Flow::by(counts, flow.client), Flow::by(counts, flow.server()));
    let row = |event: &Event| {
        let base = Flow::by(flow.tcp.base, event.from).unwrap_or(0);
        LossEvent {
            kind: event.kind,
            from_client: event.from == flow.client,
            packet: event.packet.saturating_add(1),
            other: event.other.map(|packet| packet.saturating_add(1)),
            time_ns: Some(event.time).filter(|&time| time != NO_TIME),
            after_ns: Some(event.after).filter(|&time| time != NO_TIME),
            seq: event.seq.wrapping_sub(base),
            bytes: event.bytes,
        }
    };
    Ok(LossesAnswer {
        client_to_server: out,
        server_to_client: back,
        sentences: sentences(&out, &back).into_iter().chain(too_big(asked, |id| id == question.flow)).collect(),
        events: events.iter().map(row).collect(),
        total_events: total,
        filter: filter(asked, flow),
    })
}

/// What all connections lost, kept while nothing new was read: another filter asks for other sums only.
#[derive(Default)]
pub struct Lost {
    /// Packets when it was made.
    packets: Option<u32>,
    /// Client's and server's segments, where there is more to tell than how many they are; ascending by flow.
    told: Vec<(FlowId, [DirectionLosses; 2])>,
    /// Of the others: how many, and their bytes.
    others: Vec<(FlowId, [(u32, u64); 2])>,
}

impl Lost {
    fn of(&mut self, asked: &Asked<'_>) -> &Self {
        let store = asked.store;
        if self.packets != Some(store.packets.len()) {
            *self = Self { packets: Some(store.packets.len()), ..Self::default() };
            let by_flow = ByFlow::new(store);
            let tcp = store.flows.iter().filter(|(_, flow)| flow.key.transport == Transport::Tcp && !flow.quoted);
            for (id, flow) in tcp {
                let counts = losses(store, flow, by_flow.segments(store, id), |_| {});
                let counts = [Flow::by(counts, flow.client), Flow::by(counts, flow.server())];
                let plain = counts.map(|DirectionLosses { segments, bytes, .. }| (segments, bytes));
                match counts == plain.map(counted) {
                    true => self.others.push((id, plain)),
                    false => self.told.push((id, counts)),
                }
            }
        }
        self
    }
}

/// Nothing but segments.
fn counted((segments, bytes): (u32, u64)) -> DirectionLosses {
    DirectionLosses { segments, bytes, ..DirectionLosses::default() }
}

pub fn summary(asked: &Asked<'_>, lost_by: &mut Lost) -> LossSummaryAnswer {
    let store = asked.store;
    let lost_by = lost_by.of(asked);
    let mut answer = LossSummaryAnswer::default();
    let mut services: FxHashMap<(Address, u16), (FlowId, ServiceLosses)> = FxHashMap::default();
    let mut worst: Vec<(u32, FlowId, [DirectionLosses; 2])> = Vec::new();
    for (_, counts) in lost_by.others.iter().filter(|(id, _)| asked.means_flow(*id)) {
        let [out, back] = counts.map(counted);
        add(&mut answer.client_to_server, &out);
        add(&mut answer.server_to_client, &back);
        answer.connections += 1;
    }
    for &(id, counts) in lost_by.told.iter().filter(|(id, _)| asked.means_flow(*id)) {
        let Some(flow) = store.flows.get(id) else { continue };
        let [out, back] = &counts;
        add(&mut answer.client_to_server, out);
        add(&mut answer.server_to_client, back);
        answer.connections += 1;
        let lost = lost(out) + lost(back);
        let said =
            KINDS.iter().any(|&kind| [out, back].iter().any(|of| count_of(&mut (**of).clone(), kind).segments > 0));
        if lost > 0 {
            answer.with_loss += 1;
            worst.push((lost, id, counts));
            if worst.len() > MOST_FLOWS * 8 {
                keep_worst(&mut worst);
            }
        }
        let Some(address) = store.address(flow, flow.server()).filter(|_| said) else { continue };
        let key = (address, flow.port(flow.server()));
        let (_, service) = services.entry(key).or_insert_with(|| (id, ServiceLosses::default()));
        service.connections += 1;
        add(&mut service.client_to_server, out);
        add(&mut service.server_to_client, back);
    }
    keep_worst(&mut worst);
    let mut services: Vec<_> = services.into_iter().collect();
    let weight = |service: &ServiceLosses| lost(&service.client_to_server) + lost(&service.server_to_client);
    sort::by(&mut services, |(a, (_, x)), (b, (_, y))| weight(y).cmp(&weight(x)).then(a.cmp(b)));
    services.truncate(MOST_SERVICES);
    answer.services = services
        .into_iter()
        .filter_map(|((address, port), (id, service))| {
            let flow = store.flows.get(id)?;
            Some(ServiceLosses {
                service: endpoint(asked, flow, flow.server()),
                name: server_name(asked, flow).0,
                application: application(flow).to_owned(),
                filter: service_filter(&address, port),
                ..service
            })
        })
        .collect();
    answer.flows = worst
        .into_iter()
        .filter_map(|(_, id, [out, back])| {
            let flow = store.flows.get(id)?;
            Some(FlowLosses {
                flow: id,
                client: endpoint(asked, flow, flow.client),
                server: endpoint(asked, flow, flow.server()),
                client_to_server: out,
                server_to_client: back,
                filter: filter(asked, flow),
            })
        })
        .collect();
    answer.sentences = sentences(&answer.client_to_server, &answer.server_to_client);
    answer.sentences.extend(too_big(asked, |id| asked.means_flow(id)));
    answer
}

fn keep_worst(flows: &mut Vec<(u32, FlowId, [DirectionLosses; 2])>) {
    sort::by_key(flows, |&(lost, id, _)| (std::cmp::Reverse(lost), id));
    flows.truncate(MOST_FLOWS);
}

/// Segments lost on the way.
fn lost(losses: &DirectionLosses) -> u32 {
    losses.before.segments + losses.after.segments
}

fn add(sum: &mut DirectionLosses, other: &DirectionLosses) {
    sum.segments = sum.segments.saturating_add(other.segments);
    sum.bytes += other.bytes;
    sum.unresolved_bytes += other.unresolved_bytes;
    let mut other = *other;
    for kind in KINDS {
        let more = *count_of(&mut other, kind);
        let count = count_of(sum, kind);
        (count.segments, count.bytes) = (count.segments.saturating_add(more.segments), count.bytes + more.bytes);
    }
}

/// What routers say they dropped, as too large for their next link.
fn too_big(asked: &Asked<'_>, is_meant: impl Fn(FlowId) -> bool) -> Option<String> {
    let store = asked.store;
    let is_tcp = |id| store.flows.get(id).is_some_and(|flow| flow.key.transport == Transport::Tcp && !flow.quoted);
    let told = || {
        let about = store.quotations.iter().filter(|told| told.too_big.is_some());
        about.filter(|told| is_meant(told.flow) && is_tcp(told.flow))
    };
    let first = told().next()?;
    let router = super::verdicts::sender(asked, first.packet)?;
    let segments = plural(told().count() as u32, "segment");
    Some(match first.too_big {
        Some(mtu @ 1..) => format!(
            "{segments} of those lost were dropped by a router, as it says itself ({router}): more than {mtu} bytes do not fit its next link (path MTU)."
        ),
        _ => format!(
            "{segments} of those lost were dropped by a router, as it says itself ({router}): they are too large for its next link (path MTU)."
        ),
    })
}

/// Where, direction by direction.
fn sentences(out: &DirectionLosses, back: &DirectionLosses) -> Vec<String> {
    let mut said = Vec::new();
    for (losses, from, to) in [(out, "client", "server"), (back, "server", "client")] {
        let mut losses = *losses;
        for kind in KINDS {
            let LossCount { segments, bytes } = *count_of(&mut losses, kind);
            if segments == 0 {
                continue;
            }
            let (n, bytes) = (plural(segments, "segment"), count(bytes));
            let share = f64::from(segments) * 100.0 / f64::from(losses.segments.max(1));
            let what = match kind {
                LossKind::Before => {
                    format!("{n} ({bytes} bytes, {share:.2} %) lost between the {from} and the place of capture")
                }
                LossKind::After => format!(
                    "{n} ({bytes} bytes, {share:.2} %) seen here and sent again: lost between the place of capture and the {to}, or its ACK was"
                ),
                LossKind::AckLost => {
                    format!("{n} sent again though acknowledged here: the ACK did not reach the {from} in time")
                }
                LossKind::Needless => format!("{n} sent again for nothing: the {to} says it had them (D-SACK)"),
                LossKind::Reordered => format!("{n} overtaken on the way, not lost"),
                LossKind::Duplicate => format!("{n} captured twice; not counted as sent again"),
                LossKind::NotCaptured => format!(
                    "{} ({bytes} bytes) acknowledged but not in the capture: the capture lost packets, the network did not",
                    plural(segments, "hole")
                ),
            };
            said.push(format!("{from} to {to}: {what}."));
        }
        if losses.unresolved_bytes > 0 {
            let bytes = count(losses.unresolved_bytes);
            said.push(format!(
                "{from} to {to}: {bytes} bytes missing at the end: they were never seen here, and nobody acknowledged them."
            ));
        }
    }
    said
}
