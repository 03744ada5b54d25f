//! What the packets that a filter lets pass add up to, of each flow and all together: from one pass over columns, kept while they stay
//! the same.
use super::Asked;
use crate::engine::dissect::Transport;
use crate::engine::filter::selection::Selection;
use crate::engine::protocols::protocol;
use crate::engine::store::flows::{End, Flow, number};
use crate::engine::store::packets::{FlowId, Marks, NO_TIME, Row};
use crate::engine::store::stacks::Stack;
use crate::engine::store::{Store, Totals};
use rustc_hash::FxHashMap;

/// A flow's packets that are meant; by sender, A first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub packets: [u32; 2],
    /// Whole frames on the wire.
    pub bytes: [u64; 2],
    pub payload: [u64; 2],
    /// ns since the capture's first packet; [`NO_TIME`].
    pub first: i64,
    pub last: i64,
}

impl Counts {
    const NONE: Self = Self { packets: [0; 2], bytes: [0; 2], payload: [0; 2], first: NO_TIME, last: NO_TIME };

    /// All of a flow.
    fn of(flow: &Flow) -> Self {
        let Flow { packets, bytes, payload, first, last, .. } = *flow;
        Self { packets, bytes, payload, first, last }
    }

    #[inline]
    fn add(&mut self, end: End, packet: &Row) {
        if let (Some(packets), Some(bytes)) = (self.packets.get_mut(end), self.bytes.get_mut(end)) {
            *packets += 1;
            *bytes += u64::from(packet.wire_len);
        }
        if packet.time != NO_TIME {
            self.first = if self.first == NO_TIME { packet.time } else { self.first.min(packet.time) };
            self.last = self.last.max(packet.time);
        }
    }

    fn add_payload(&mut self, end: End, length: u32) {
        if let Some(sum) = self.payload.get_mut(end) {
            *sum += u64::from(length);
        }
    }

    pub fn total_packets(&self) -> u64 {
        self.packets.iter().map(|&n| u64::from(n)).sum()
    }

    pub fn total_bytes(&self) -> u64 {
        self.bytes.iter().sum()
    }

    /// ns between first and last packet.
    pub fn duration(&self) -> i64 {
        if self.first == NO_TIME { 0 } else { self.last.saturating_sub(self.first) }
    }
}

/// Of the packets last meant.
#[derive(Default)]
pub struct Matched {
    version: Option<u64>,
    /// By flow: its place in `counts`.
    places: Vec<u32>,
    counts: Vec<Counts>,
    totals: Totals,
}

/// The flow has no packet that is meant.
const NOWHERE: u32 = u32::MAX;

impl Matched {
    /// What holds for the packets that are meant now; nothing is computed where all are.
    pub fn of(&mut self, asked: &Asked<'_>) -> &Self {
        if let Some(selected) = asked.selected
            && self.version != Some(selected.version)
        {
            *self = Self::new(asked, selected);
        }
        self
    }

    fn new(asked: &Asked<'_>, selected: &Selection) -> Self {
        let store = asked.store;
        let mut places = vec![NOWHERE; store.flows.len() as usize];
        let mut counts = vec![Counts::NONE; selected.flows.len() as usize];
        for (at, flow) in (0..).zip(selected.flows.from(0)) {
            if let Some(place) = places.get_mut(flow as usize) {
                *place = at;
            }
        }
        let mut totals = Totals::default();
        asked.each(|id, packet| {
            totals.add(&packet, store.packets.captured(id, &packet));
            each_flow(store, &packet, |flow, end, _| {
                let place = places.get(flow as usize).copied().unwrap_or(NOWHERE);
                if let Some(counts) = counts.get_mut(place as usize) {
                    counts.add(end, &packet);
                }
            });
        });
        let mut matched = Self { version: Some(selected.version), places, counts, totals };
        matched.add_payloads(asked, selected);
        matched
    }

    /// Payload: that of a flow where all of its packets are meant; else segments say it, and of other packets their layers.
    fn add_payloads(&mut self, asked: &Asked<'_>, selected: &Selection) {
        let store = asked.store;
        // Connections of which only a part is meant, numbered, and whether there are such flows besides.
        let (mut numbers, mut connections, mut others) = (vec![NOWHERE; self.counts.len()], Vec::new(), false);
        for ((place, id), (counts, number)) in
            (0_u32..).zip(selected.flows.from(0)).zip(self.counts.iter_mut().zip(&mut numbers))
        {
            let Some(flow) = store.flows.get(id) else { continue };
            if counts.packets == flow.packets {
                counts.payload = flow.payload;
            } else if flow.payload != [0, 0] && flow.key.transport == Transport::Tcp {
                *number = connections.len() as u32;
                connections.push(place);
            } else {
                others |= flow.payload != [0, 0];
            }
        }
        let Self { places, counts, .. } = self;
        let place = |flow: FlowId| places.get(flow as usize).copied().unwrap_or(NOWHERE) as usize;
        if !connections.is_empty() {
            let which = |flow| numbers.get(place(flow)).filter(|&&number| number != NOWHERE).map(|&n| n as usize);
            store.payloads(connections.len(), which, |number, packet, from, length| {
                let counts = connections.get(number).and_then(|&place| counts.get_mut(place as usize));
                if let Some(counts) = counts.filter(|_| selected.has(packet)) {
                    counts.add_payload(from, length);
                }
            });
        }
        if !others {
            return;
        }
        let mut headers: FxHashMap<(u16, u8, bool), u32> = FxHashMap::default();
        asked.each(|_, packet| {
            each_flow(store, &packet, |id, end, inner| {
                let (Some(flow), Some(counts)) = (store.flows.get(id), counts.get_mut(place(id))) else { return };
                let transport = flow.key.transport;
                if transport != Transport::Tcp && counts.packets != flow.packets {
                    let key = (packet.stack, number(transport), inner);
                    let headers = headers
                        .entry(key)
                        .or_insert_with(|| headers_of(&store.stacks.get(packet.stack), transport, inner));
                    counts.add_payload(end, packet.wire_len.saturating_sub(*headers));
                }
            });
        });
    }

    /// What of a flow is meant.
    #[inline]
    pub fn counts(&self, asked: &Asked<'_>, id: FlowId, flow: &Flow) -> Counts {
        if asked.selected.is_none() {
            return Counts::of(flow);
        }
        let place = self.places.get(id as usize).copied().unwrap_or(NOWHERE);
        self.counts.get(place as usize).copied().unwrap_or(Counts::NONE)
    }

    /// The flows that are meant (those only quoted are none), each with what of it is.
    pub fn flows<'m>(&'m self, asked: &'m Asked<'_>) -> impl Iterator<Item = (FlowId, &'m Flow, Counts)> {
        let meant = asked.store.flows.iter().filter(|(id, flow)| !flow.quoted && asked.means_flow(*id));
        meant.map(|(id, flow)| (id, flow, self.counts(asked, id, flow)))
    }

    /// Sums of the packets that are meant.
    pub fn totals<'m>(&'m self, asked: &'m Asked<'_>) -> &'m Totals {
        if asked.selected.is_some() { &self.totals } else { &asked.store.totals }
    }
}

/// The flows that a packet counts for, with its sender: the innermost one (true), and those around tunnels.
#[inline]
fn each_flow(store: &Store, packet: &Row, mut take: impl FnMut(FlowId, End, bool)) {
    take(packet.flow, End::from(packet.marks.has(Marks::FROM_B)), true);
    for (flow, from_b) in store.paths.outer_flows(packet.path) {
        take(flow, End::from(from_b), false);
    }
}

/// Bytes of a frame that are no payload of a transport: its header, all before it and the trailer.
fn headers_of(stack: &Stack, transport: Transport, inner: bool) -> u32 {
    let named = |names: &[&str]| {
        let is_it = |(id, _): &(_, u32)| names.contains(&protocol(*id).name);
        if inner { stack.layers.iter().rposition(is_it) } else { stack.layers.iter().position(is_it) }
    };
    let before = |end: usize| stack.layers.iter().take(end).map(|(_, own)| own).sum::<u32>();
    let length = match transport {
        Transport::Udp => named(&["udp"]).map(|at| before(at) + 8),
        Transport::Icmp => named(&["icmp"]).map(|at| before(at) + 8),
        Transport::Icmpv6 => named(&["icmpv6"]).map(|at| before(at) + 8),
        Transport::Ip(136) => named(&["udplite"]).map(|at| before(at) + 8),
        Transport::Sctp => named(&["sctp"]).map(|at| before(at + 1)),
        Transport::Dccp => named(&["dccp"]).map(|at| before(at + 1)),
        _ => named(&["ip", "ipv6"]).map(|at| before(at + 1)),
    };
    length.map_or(u32::MAX, |length| length.saturating_add(stack.trailer))
}
