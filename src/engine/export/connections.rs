//! Connections as Zeek tells them apart: a flow that was silent for so long that Zeek forgets it is several.
use super::gaps::Gaps;
use crate::engine::dissect::Transport;
use crate::engine::protocols::protocol;
use crate::engine::sort;
use crate::engine::store::Store;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::numbers::{ByFlow, Segment};
use crate::engine::store::packets::{FlowId, Marks, NO_TIME, Packet, PacketId, since};
use crate::engine::store::paths::Step;
use crate::engine::store::stacks::Stack;
use crate::engine::tcp::zeek::{self, Zeek};
use rustc_hash::FxHashMap;

/// Silence after which a flow without connections is forgotten: ns.
const SILENCE: i64 = 60_000_000_000;

#[derive(Default)]
pub struct Connection {
    /// ns since the capture's first packet; [`NO_TIME`].
    pub first: i64,
    pub last: i64,
    pub originator: End,
    /// By end, A first.
    pub sides: [Side; 2],
    /// `conn_state`
    pub word: &'static str,
    pub history: String,
}

#[derive(Default)]
pub struct Side {
    pub packets: u64,
    pub ip_bytes: u64,
    pub payload: u64,
    pub gaps: Gaps,
}

impl Connection {
    fn count(&mut self, end: End, time: i64, bytes: IpBytes) -> Option<&mut Side> {
        if time != NO_TIME {
            self.first = if self.first == NO_TIME { time } else { self.first.min(time) };
            self.last = self.last.max(time);
        }
        let side = self.sides.get_mut(end)?;
        side.packets += 1;
        side.ip_bytes += bytes.all;
        side.payload += bytes.payload;
        Some(side)
    }

    fn new(originator: End) -> Self {
        Self { first: NO_TIME, last: NO_TIME, originator, ..Self::default() }
    }
}

/// From the network layer on, and behind the transport's header.
#[derive(Clone, Copy, Default)]
struct IpBytes {
    all: u64,
    payload: u64,
}

/// Of a frame, for its innermost transport or one `around` it.
fn ip_bytes(stack: &Stack, wire_len: u32, around: usize) -> IpBytes {
    let name = |layer: usize| stack.layers.get(layer).map_or("", |(id, _)| protocol(*id).name);
    let (mut network, mut found) = (0, Vec::new());
    for layer in 0..stack.layers.len() {
        match name(layer) {
            "ip" | "ipv6" => network = layer,
            "tcp" | "udp" | "udplite" | "sctp" | "dccp" | "icmp" | "icmpv6" => found.push((network, layer)),
            _ => {}
        }
    }
    let at = found.len().checked_sub(around + 1).and_then(|at| found.get(at)).copied();
    let (network, transport) = at.unwrap_or((network, stack.layers.len()));
    let own: Vec<u64> = stack.own_bytes(wire_len).map(u64::from).collect();
    let from = |layer: usize| own.get(layer..).unwrap_or_default().iter().sum::<u64>();
    // The last layer has all the rest: of a header with nothing behind it, that header.
    let is_last = transport + 1 == own.len();
    IpBytes { all: from(network), payload: if is_last { 0 } else { from(transport + 1) } }
}

/// The connections of a capture.
pub struct Connections<'a> {
    store: &'a Store,
    by_flow: ByFlow,
    /// Packets of flows around others: of tunnels.
    around: FxHashMap<FlowId, Vec<PacketId>>,
}

impl<'a> Connections<'a> {
    pub fn new(store: &'a Store) -> Self {
        let mut made = Self { store, by_flow: ByFlow::new(store), around: FxHashMap::default() };
        let is_tunnel = |path| made.flows_around(path).next().is_some();
        let tunnels: Vec<bool> = (0..).take(store.paths.len()).map(is_tunnel).collect();
        if tunnels.contains(&true) {
            let mut around: FxHashMap<FlowId, Vec<PacketId>> = FxHashMap::default();
            let paths = (0..).zip(store.packets.paths().map(|(path, ..)| path));
            for (packet, path) in paths.filter(|(_, path)| tunnels.get(*path as usize) == Some(&true)) {
                made.flows_around(path).for_each(|(flow, _)| around.entry(flow).or_default().push(packet));
            }
            made.around = around;
        }
        made
    }

    /// Those of a flow, in order.
    pub fn of(&self, id: FlowId, flow: &Flow) -> Vec<Connection> {
        if flow.key.transport == Transport::Tcp { self.of_tcp(id, flow) } else { self.of_others(id, flow) }
    }

    fn of_tcp(&self, id: FlowId, flow: &Flow) -> Vec<Connection> {
        let mut zeek = Zeek::new([flow.port(0), flow.port(1)]);
        zeek.history = Some(String::new());
        let mut found = vec![Connection::new(0)];
        let mut segments = self.by_flow.segments(self.store, id).peekable();
        if segments.peek().is_none() {
            // A tunnel: segments are remembered of innermost connections.
            return self.of_others(id, flow);
        }
        for segment in segments {
            let was_over = zeek.is_over();
            zeek.observe(&segment);
            let is_new = zeek.earlier.len() == found.len();
            if is_new {
                found.push(Connection::new(0));
            }
            let Some(connection) = found.last_mut() else { break };
            connection.originator = zeek.originator();
            self.count(connection, &segment, was_over && !is_new);
        }
        let histories = zeek.history.as_deref().unwrap_or_default().split(',');
        let words = zeek.earlier.iter().copied().chain([zeek.word()]);
        for ((connection, word), history) in found.iter_mut().zip(words).zip(histories) {
            connection.word = word_text(word);
            history.clone_into(&mut connection.history);
        }
        found
    }

    fn count(&self, connection: &mut Connection, segment: &Segment, is_over: bool) {
        let Some(packet) = self.store.packets.get(segment.packet) else { return };
        let bytes = self.ip_bytes(segment.packet, &packet, 0);
        let time = if is_over { NO_TIME } else { segment.time };
        if let Some(side) = connection.count(segment.from, time, bytes) {
            side.gaps.observe(segment);
        }
    }

    fn of_others(&self, id: FlowId, flow: &Flow) -> Vec<Connection> {
        let around = self.around.get(&id).map(Vec::as_slice).unwrap_or_default();
        let mut packets: Vec<PacketId> = self.by_flow.packets(id).chain(around.iter().copied()).collect();
        sort::by(&mut packets, Ord::cmp);
        let is_udp = flow.key.transport == Transport::Udp;
        let mut found: Vec<Connection> = Vec::new();
        for (id, packet) in packets.into_iter().filter_map(|id| Some((id, self.store.packets.get(id)?))) {
            let (end, depth) = self.sender(flow, &packet);
            let is_forgotten = |last| since(last, packet.time).is_some_and(|silent| silent > SILENCE);
            if found.last().is_none_or(|connection| is_forgotten(connection.last)) {
                let flips = is_udp && zeek::flips(flow.port(end), flow.port(1 - end));
                found.push(Connection::new(if flips { 1 - end } else { end }));
                found.last_mut().filter(|_| flips).into_iter().for_each(|connection| connection.history.push('^'));
            }
            let Some(connection) = found.last_mut() else { break };
            let bytes = self.ip_bytes(id, &packet, depth);
            let letter = if end == connection.originator { 'D' } else { 'd' };
            if is_udp && bytes.payload > 0 && !connection.history.contains(letter) {
                connection.history.push(letter);
            }
            connection.count(end, packet.time, bytes);
        }
        let is_one = found.len() == 1;
        for connection in &mut found {
            let sent = |end: End| connection.sides.get(end).is_some_and(|side| side.packets > 0);
            let (originator, responder) = (sent(connection.originator), sent(1 - connection.originator));
            connection.word = word_text(zeek::stateless(originator && is_udp, responder && is_udp));
            // The pass has seen datagrams whole that come in fragments.
            for (side, payload) in connection.sides.iter_mut().zip(flow.payload).filter(|_| is_one) {
                side.payload = payload;
            }
        }
        found
    }

    /// Of a packet, with the fragments that it completes.
    fn ip_bytes(&self, id: PacketId, packet: &Packet, around: usize) -> IpBytes {
        let of = |packet: &Packet| ip_bytes(&self.store.stacks.get(packet.stack), packet.wire_len, around);
        let mut bytes = of(packet);
        let Ok(at) = self.store.reassembled.binary_search_by_key(&id, |(whole, _)| *whole) else { return bytes };
        let fragments = self.store.reassembled.get(at).map_or(&[][..], |(_, packets)| packets);
        for fragment in fragments.iter().filter(|fragment| **fragment != id) {
            let Some(fragment) = self.store.packets.get(*fragment) else { continue };
            let stack = self.store.stacks.get(fragment.stack);
            // A fragment's last layer is what it carries.
            bytes.all += stack.own_bytes(fragment.wire_len).last().map_or(0, u64::from);
        }
        bytes
    }

    /// Which end of a flow sent a packet, and how many transports it has inside the flow's.
    fn sender(&self, flow: &Flow, packet: &Packet) -> (End, usize) {
        if is_same(self.store, packet.flow, flow) {
            return (End::from(packet.marks.has(Marks::FROM_B)), 0);
        }
        let innermost = self.store.flows.get(packet.flow);
        let inside = innermost.is_some_and(|flow| !matches!(flow.key.transport, Transport::Ip(_)));
        let found = (usize::from(inside)..).zip(self.flows_around(packet.path).rev());
        let found = found.into_iter().find(|(_, (around, _))| is_same(self.store, *around, flow));
        found.map_or((0, 0), |(depth, (_, end))| (end, depth))
    }

    /// Flows around the innermost one, outermost first, and their ends that send.
    pub fn flows_around(&self, path: u32) -> impl DoubleEndedIterator<Item = (FlowId, End)> + '_ {
        self.store.paths.steps(path).filter_map(|step| match step {
            Step::Flow { flow, from_b } => Some((flow, End::from(from_b))),
            Step::Pair { .. } => None,
        })
    }
}

fn word_text(word: zeek::Word) -> &'static str {
    zeek::WORDS.get(usize::from(word)).copied().unwrap_or("OTH")
}

/// The flow has this number.
pub fn is_same(store: &Store, id: FlowId, flow: &Flow) -> bool {
    store.flows.get(id).is_some_and(|other| std::ptr::eq(other, flow))
}
