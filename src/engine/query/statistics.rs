//! How much there was of what: the largest groups of flows and packets, by addresses, protocols, ports, lengths and times.
mod groups;
mod lengths;
mod pairs;
mod speech;
mod times;

use super::Asked;
use super::matched::{Counts, Matched};
use crate::api::{Measure, Moment, Statistics, StatisticsAnswer, StatisticsKind, StatisticsRow};
use crate::engine::sort;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::packets::FlowId;

const DEFAULT_TOP: u16 = 12;

/// All that is meant, kept for the charts of a view: packets when it was summed up, and which of them.
#[derive(Default)]
pub struct Total {
    made_of: Option<(u32, u64)>,
    sum: Sum,
}

pub fn answer(asked: &Asked<'_>, matched: &Matched, whole: &mut Total, question: &Statistics) -> StatisticsAnswer {
    let top = usize::from(if question.top == 0 { DEFAULT_TOP } else { question.top });
    let mut answer = match question.kind {
        StatisticsKind::Lengths => lengths::answer(asked),
        StatisticsKind::Hours => times::hours(asked, matched, question.utc_offset),
        StatisticsKind::ProtocolTimes => times::protocols(asked, matched, question.by, top),
        StatisticsKind::ProtocolCountries => pairs::answer(asked, matched, question.by, top),
        kind => groups::answer(asked, matched, kind, question.by, top),
    };
    let made_of = Some((asked.store.packets.len(), asked.version()));
    if whole.made_of != made_of {
        *whole = Total { made_of, sum: total(asked, matched) };
    }
    answer.total = whole.sum.row();
    let start = asked.store.start.filter(|_| answer.grid.is_some());
    answer.start =
        start.map(|ns| Moment { seconds: ns.div_euclid(1_000_000_000), nanos: ns.rem_euclid(1_000_000_000) as u32 });
    answer
}

/// What flows, or packets, come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    flows: u64,
    packets: u64,
    data: u64,
    sent: u64,
    received: u64,
    duration: i64,
}

impl Sum {
    /// A flow, as far as it is meant.
    fn add_flow(&mut self, flow: &Flow, counts: &Counts) {
        let out = Flow::by(counts.bytes, flow.client);
        let back = Flow::by(counts.bytes, flow.server());
        self.flows += 1;
        self.packets += counts.total_packets();
        self.data += out + back;
        self.sent += out;
        self.received += back;
        self.duration = self.duration.saturating_add(counts.duration());
    }

    /// That a flow begins here; its packets are counted where they are.
    fn begin_flow(&mut self, counts: &Counts) {
        self.flows += 1;
        self.duration = self.duration.saturating_add(counts.duration());
    }

    /// A packet; of a flow, if its client is told.
    #[inline]
    fn add_packet(&mut self, wire_len: u32, sender: End, client: Option<End>) {
        let bytes = u64::from(wire_len);
        self.packets += 1;
        self.data += bytes;
        match client {
            Some(client) if client == sender => self.sent += bytes,
            Some(_) => self.received += bytes,
            None => {}
        }
    }

    fn add(&mut self, other: &Self) {
        self.flows += other.flows;
        self.packets += other.packets;
        self.data += other.data;
        self.sent += other.sent;
        self.received += other.received;
        self.duration = self.duration.saturating_add(other.duration);
    }

    fn measure(&self, by: Measure) -> u64 {
        match by {
            Measure::Flows => self.flows,
            Measure::Packets => self.packets,
            Measure::Data => self.data,
            Measure::Sent => self.sent,
            Measure::Received => self.received,
            Measure::Duration => self.duration.unsigned_abs(),
        }
    }

    fn row(&self) -> StatisticsRow {
        let Self { flows, packets, data, sent, received, duration: duration_ns } = *self;
        StatisticsRow { flows, packets, data, sent, received, duration_ns, ..StatisticsRow::default() }
    }

    fn is_nothing(&self) -> bool {
        self.packets == 0 && self.flows == 0
    }
}

/// All that is meant: flows as they are, packets outside of flows too.
fn total(asked: &Asked<'_>, matched: &Matched) -> Sum {
    let mut sum = Sum::default();
    for (_, flow, counts) in matched.flows(asked) {
        sum.add_flow(flow, &counts);
    }
    (sum.packets, sum.data) = (asked.count().into(), matched.totals(asked).wire_bytes);
    sum
}

/// What a packet's flow is, found in a few bytes a flow: looking at the flow itself would cost more than all the counting.
struct Ends {
    /// By flow: its kind, and its client.
    flows: Vec<(u32, u8)>,
    /// Of packets without a flow.
    none: usize,
}

impl Ends {
    fn new(asked: &Asked<'_>, kind: impl Fn(Option<&Flow>) -> usize) -> Self {
        let of = |flow: &Flow| (u32::try_from(kind(Some(flow))).unwrap_or(u32::MAX), flow.client as u8);
        Self { flows: asked.store.flows.iter().map(|(_, flow)| of(flow)).collect(), none: kind(None) }
    }

    /// The kind, and the client of a flow.
    #[inline]
    fn of(&self, flow: FlowId) -> (usize, Option<End>) {
        match self.flows.get(flow as usize) {
            Some(&(kind, client)) => (kind as usize, Some(client.into())),
            None => (self.none, None),
        }
    }
}

/// Places of the largest, in their order; equals as they stand.
fn largest(sums: &[Sum], by: Measure, top: usize) -> Vec<usize> {
    let key = |at: u32| sums.get(at as usize).map_or((0, 0), |sum| (sum.measure(by), sum.data));
    let mut order = sort::places(sums.len(), top, &|a, b| key(b).cmp(&key(a)));
    order.truncate(top);
    order.into_iter().map(|at| at as usize).filter(|&at| sums.get(at).is_some_and(|sum| !sum.is_nothing())).collect()
}

/// ns as a display filter has them: seconds without needless digits.
fn seconds(ns: i64) -> String {
    let (sign, ns) = (if ns < 0 { "-" } else { "" }, ns.unsigned_abs());
    let all = format!("{sign}{}.{:09}", ns / 1_000_000_000, ns % 1_000_000_000);
    all.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// From one time to before another.
fn span(from: i64, width: i64) -> String {
    format!("frame.time_relative >= {} && frame.time_relative < {}", seconds(from), seconds(from.saturating_add(width)))
}

#[cfg(test)]
mod tests;
