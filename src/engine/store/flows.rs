//! Bidirectional flows: who talked to whom, and how much.
use super::column::Column;
use super::hash;
use super::packets::{FlowId, NO_TIME, PacketId};
use super::paths::{Pair, PairId, Paths};
use crate::api::{ClientBy, Outcome};
use crate::engine::dissect::{ProtocolId, Transport, tcp_flag};
use hashbrown::HashTable;

/// One of a flow's two ends: 0 sent the first packet (A), 1 is the other (B).
pub type End = usize;

/// No protocol known.
pub const NO_PROTOCOL: ProtocolId = ProtocolId::MAX;

/// What a flow is found by in a packet's headers: two addresses and ports in one order, so that both directions are the same.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    pub pair: Pair,
    pub transport: Transport,
    /// Port of the pair's low and high address; for equal addresses in ascending order.
    pub ports: [u16; 2],
}

/// The same, as a flow remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowKey {
    pub pair: PairId,
    pub transport: Transport,
    /// Port of the pair's low and high address; for equal addresses in ascending order.
    pub ports: [u16; 2],
}

#[derive(Clone, Debug)]
pub struct Flow {
    pub key: FlowKey,
    /// A is the pair's high address (or, for equal addresses, the higher port).
    pub reversed: bool,
    pub first_packet: PacketId,
    /// Counted per transport, from 0: Wireshark's `tcp.stream`.
    pub stream: u32,
    /// Only quoted by ICMP errors so far: Wireshark numbers it, but it is no conversation.
    pub quoted: bool,
    /// By sender, A first.
    pub packets: [u32; 2],
    /// Whole frames on the wire.
    pub bytes: [u64; 2],
    pub payload: [u64; 2],
    /// ns since the capture's first packet; [`NO_TIME`].
    pub first: i64,
    pub last: i64,
    /// Id of the application protocol; [`NO_PROTOCOL`].
    pub app: ProtocolId,
    /// The protocol that carries it inside its own connection; [`NO_PROTOCOL`].
    pub carrier: ProtocolId,
    /// Payloads looked at to tell the protocol; [`SETTLED`] when it is certain.
    pub looks: u8,
    /// Which end is the client, and how that was decided.
    pub client: End,
    pub client_by: ClientBy,
    /// What its protocol remembers.
    pub memory: u16,
    /// Time to live of each sender's first packet, 0: none yet; the others are in [`super::Store::other_hops`].
    pub hops: [u8; 2],
    /// Whether it was told that a later packet had another.
    pub told_hops: [bool; 2],
    /// Server name told by the flow itself; see [`super::names`].
    pub name: u32,
    pub tcp: TcpFacts,
}

/// No more looking: the protocol is certain, or enough payloads told nothing.
pub const SETTLED: u8 = u8::MAX;

/// What a TCP flow's handshake and flags tell. Times are ns since the capture's first packet, [`NO_TIME`] while unknown.
#[derive(Clone, Debug)]
pub struct TcpFacts {
    /// Sequence number that is relative 0, by sender.
    pub base: [Option<u32>; 2],
    /// Window scale shift that is in force for the sender; `None`: unknown or not used.
    pub scale: [Option<u8>; 2],
    /// Flags seen, by sender.
    pub flags: [u8; 2],
    /// Time of the latest SYN without ACK, and by whom.
    pub syn: i64,
    pub syn_from: u8,
    /// SYNs without ACK, counted up to 255.
    pub syns: u8,
    pub syn_ack: i64,
    /// ns; 0 while unknown, as in Wireshark.
    pub initial_rtt: i64,
    /// SYN → SYN/ACK of the handshake that `initial_rtt` measures; negative while unknown.
    pub syn_to_syn_ack: i64,
    /// The first segment after the SYNs was a reset: the initial RTT is that of a refusal.
    pub refused: bool,
    /// An earlier connection had the same ports.
    pub reuses: bool,
    /// Wireshark's completeness bits: SYN 1, SYN/ACK 2, ACK 4, DATA 8, FIN 16, RST 32.
    pub completeness: u8,
}

impl Default for TcpFacts {
    fn default() -> Self {
        Self {
            base: [None; 2],
            scale: [None; 2],
            flags: [0; 2],
            syn: NO_TIME,
            syn_from: 0,
            syns: 0,
            syn_ack: NO_TIME,
            initial_rtt: 0,
            syn_to_syn_ack: -1,
            refused: false,
            reuses: false,
            completeness: 0,
        }
    }
}

/// A chunk is small enough that a capture of three packets costs little.
const CHUNK: usize = 1024;

#[derive(Debug)]
pub struct Flows {
    /// The latest flow of each key, with its hash beside it: growing must not visit a million flows all over memory.
    table: HashTable<(u32, FlowId)>,
    /// The same of flows that had packets lately, at places that follow from the hash: most packets find theirs here, in fast memory.
    recent: Box<[(u32, FlowId)]>,
    flows: Column<Flow, CHUNK>,
    /// By IP protocol number: flows started, and those of them that are conversations (not merely quoted).
    counts: [u32; 256],
    conversations: [u32; 256],
}

impl Default for Flows {
    fn default() -> Self {
        let recent = vec![(0, FlowId::MAX); 4096].into_boxed_slice();
        Self { table: HashTable::new(), recent, flows: Column::default(), counts: [0; 256], conversations: [0; 256] }
    }
}

#[inline]
fn hash(ends: &Ends) -> u32 {
    let [low, high] = ends.ports;
    let ports = u64::from(number(ends.transport)) << 32 | u64::from(low) << 16 | u64::from(high);
    (hash::finish(hash::add(ends.pair.sum(), ports)) >> 32) as u32
}

/// Whether the flow has these ends.
#[inline]
pub fn is_between(flow: &Flow, ends: &Ends, paths: &Paths) -> bool {
    flow.key.ports == ends.ports
        && flow.key.transport == ends.transport
        && paths.get(flow.key.pair).is_some_and(|pair| *pair == ends.pair)
}

/// The table takes its place from the lower bits and its tags from the upper ones.
#[inline]
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// The transport as an IP protocol number.
pub fn number(transport: Transport) -> u8 {
    match transport {
        Transport::Tcp => 6,
        Transport::Udp => 17,
        Transport::Sctp => 132,
        Transport::Dccp => 33,
        Transport::Icmp => 1,
        Transport::Icmpv6 => 58,
        Transport::Ip(number) => number,
    }
}

impl Flows {
    /// The latest flow between these ends, of which a packet passes.
    #[inline]
    pub fn passed(&mut self, paths: &Paths, ends: &Ends) -> Option<FlowId> {
        let hash = hash(ends);
        let at = hash as usize % self.recent.len();
        let recent = self.recent.get(at).filter(|(other, _)| *other == hash);
        if let Some(&(_, id)) = recent
            && self.flows.get(id as usize).is_some_and(|flow| is_between(flow, ends, paths))
        {
            return Some(id);
        }
        let id = self.find(paths, ends)?;
        if let Some(recent) = self.recent.get_mut(at) {
            *recent = (hash, id);
        }
        Some(id)
    }

    /// The latest flow between these ends.
    pub fn find(&self, paths: &Paths, ends: &Ends) -> Option<FlowId> {
        let hash = hash(ends);
        let is_it = |&(other, id): &(u32, FlowId)| {
            other == hash && self.flows.get(id as usize).is_some_and(|flow| is_between(flow, ends, paths))
        };
        self.table.find(spread(hash), is_it).map(|&(_, id)| id)
    }

    /// Starts a flow; one that had the same ends stays, but is found no more.
    pub fn start(&mut self, paths: &mut Paths, ends: &Ends, reversed: bool, first_packet: PacketId) -> FlowId {
        let Self { table, recent, flows, counts, .. } = self;
        let key = FlowKey { pair: paths.intern_pair(ends.pair), transport: ends.transport, ports: ends.ports };
        let id = flows.len() as FlowId;
        let count = counts.get_mut(usize::from(number(key.transport)));
        let stream = count.map_or(0, |count| std::mem::replace(count, count.saturating_add(1)));
        let hash = hash(ends);
        let is_it =
            |&(other, id): &(u32, FlowId)| other == hash && flows.get(id as usize).is_some_and(|f| f.key == key);
        let mut tcp = TcpFacts::default();
        match table.find_mut(spread(hash), is_it) {
            Some((_, old)) => (*old, tcp.reuses) = (id, true),
            None => _ = table.insert_unique(spread(hash), (hash, id), |&(hash, _)| spread(hash)),
        }
        let at = hash as usize % recent.len();
        if let Some(recent) = recent.get_mut(at) {
            *recent = (hash, id);
        }
        flows.push(Flow {
            key,
            reversed,
            first_packet,
            stream,
            quoted: true,
            packets: [0; 2],
            bytes: [0; 2],
            payload: [0; 2],
            first: NO_TIME,
            last: NO_TIME,
            app: NO_PROTOCOL,
            looks: 0,
            client: 0,
            client_by: ClientBy::FirstPacket,
            carrier: NO_PROTOCOL,
            memory: 0,
            hops: [0; 2],
            told_hops: [false; 2],
            name: 0,
            tcp,
        });
        id
    }

    #[inline]
    pub fn get(&self, id: FlowId) -> Option<&Flow> {
        self.flows.get(id as usize)
    }

    #[inline]
    pub fn get_mut(&mut self, id: FlowId) -> Option<&mut Flow> {
        self.flows.get_mut(id as usize)
    }

    pub fn len(&self) -> u32 {
        self.flows.len() as u32
    }

    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (FlowId, &Flow)> {
        (0..).zip(self.flows.iter())
    }

    /// How many flows of a transport there are.
    pub fn count(&self, transport: Transport) -> u32 {
        self.counts.get(usize::from(number(transport))).copied().unwrap_or(0)
    }

    /// The first packet of a flow passes.
    #[inline]
    pub fn begin_conversation(&mut self, transport: Transport) {
        if let Some(count) = self.conversations.get_mut(usize::from(number(transport))) {
            *count = count.saturating_add(1);
        }
    }

    /// How many flows had a packet of their own, of one transport or of all: what tables show.
    pub fn conversations(&self, of: Option<Transport>) -> u32 {
        match of {
            Some(transport) => self.conversations.get(usize::from(number(transport))).copied().unwrap_or(0),
            None => self.conversations.iter().sum(),
        }
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.table.capacity() * 9 + self.flows.memory()
    }
}

impl Flow {
    /// A packet of the flow passes; whether it is the first.
    #[inline]
    pub fn count(&mut self, end: End, wire_len: u32, payload: u32, time: i64) -> bool {
        let is_first = std::mem::take(&mut self.quoted);
        if let (Some(packets), Some(bytes), Some(sum)) =
            (self.packets.get_mut(end), self.bytes.get_mut(end), self.payload.get_mut(end))
        {
            *packets = packets.saturating_add(1);
            *bytes = bytes.saturating_add(wire_len.into());
            *sum = sum.saturating_add(payload.into());
        }
        if time != NO_TIME {
            self.first = if self.first == NO_TIME { time } else { self.first.min(time) };
            self.last = self.last.max(time);
        }
        is_first
    }

    /// A header said who asks.
    pub fn asked_by(&mut self, end: End) {
        (self.client, self.client_by) = (end, ClientBy::Handshake);
    }

    /// Port of an end.
    pub fn port(&self, end: End) -> u16 {
        let [low, high] = self.key.ports;
        if (end == 0) == self.reversed { high } else { low }
    }

    /// Whether ports mean something for the transport.
    pub fn has_ports(&self) -> bool {
        matches!(self.key.transport, Transport::Tcp | Transport::Udp | Transport::Sctp | Transport::Dccp)
    }

    pub fn server(&self) -> End {
        1 - self.client
    }

    /// The value of the sender's side first, the other's second.
    pub fn by<T: Copy>(values: [T; 2], end: End) -> T {
        let [a, b] = values;
        if end == 0 { a } else { b }
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

    /// Whether an end has sent a TCP flag.
    pub fn has_flag(&self, end: End, flag: u16) -> bool {
        u16::from(Self::by(self.tcp.flags, end)) & flag != 0
    }

    /// Whether the handshake's SYN/ACK was seen.
    pub fn was_answered(&self) -> bool {
        let server = self.server();
        self.has_flag(server, tcp_flag::SYN) && self.has_flag(server, tcp_flag::ACK)
    }

    /// What became of a TCP connection.
    pub fn outcome(&self) -> Outcome {
        if self.key.transport != Transport::Tcp {
            return Outcome::Unknown;
        }
        let server = self.server();
        let any = |flag| self.has_flag(0, flag) || self.has_flag(1, flag);
        let answered = self.was_answered();
        if self.tcp.syns > 0 && !answered {
            if Self::by(self.packets, server) == 0 {
                return Outcome::NoAnswer;
            }
            // A server that sent data accepted; its SYN/ACK is what the capture lacks.
            let silent = Self::by(self.payload, server) == 0 && self.tcp.initial_rtt == 0;
            if self.tcp.refused || silent && self.has_flag(server, tcp_flag::RST) {
                return Outcome::Refused;
            }
        }
        // A reset of what both ends have closed ends nothing.
        let both_closed = [0, 1].into_iter().all(|end| self.has_flag(end, tcp_flag::FIN));
        if any(tcp_flag::RST) && !both_closed {
            Outcome::Reset
        } else if any(tcp_flag::FIN) {
            Outcome::Closed
        } else if answered {
            Outcome::Open
        } else {
            Outcome::Unknown
        }
    }
}
