//! What is remembered of a capture. The ingest pass writes it; questions only read it.
pub mod column;
pub mod cuttings;
pub mod experts;
pub mod flows;
mod hash;
pub mod marks;
pub mod names;
pub mod numbers;
pub mod packets;
pub mod paths;
mod places;
mod slices;
pub mod stacks;
pub mod transactions;

use crate::engine::dissect::{Address, ProtocolId};
use crate::engine::geo::{Geo, Place};
use column::Column;
use cuttings::Cutting;
use experts::Experts;
use flows::{End, Flow, Flows};
use names::Names;
use numbers::Numbers;
use packets::{FlowId, Marks, NO_TIME, PacketId, Packets, Row};
use paths::Paths;
use rustc_hash::FxHashMap;
use stacks::Stacks;
use transactions::Transactions;

/// An ICMP error about a packet of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    pub packet: PacketId,
    pub flow: FlowId,
    /// A router says that the packet was longer than what fits its next link: bytes, 0 if it does not say how many.
    pub too_big: Option<u32>,
}

#[derive(Debug, Default)]
pub struct Store {
    pub packets: Packets,
    pub flows: Flows,
    /// What the segments among the packets say.
    pub numbers: Numbers,
    pub paths: Paths,
    pub stacks: Stacks,
    pub names: Names,
    /// Reassembled datagrams: the packet that completed one, and all its fragments in order of arrival. Ascending.
    pub reassembled: Vec<(PacketId, Box<[PacketId]>)>,
    /// Which packet completed a fragment's datagram.
    pub completed_by: FxHashMap<PacketId, PacketId>,
    /// Duplicate ACKs: packet, the ACK it repeats, and how often that was repeated. Ascending.
    pub duplicate_acks: Column<(PacketId, PacketId, u32), 1024>,
    /// How payloads were cut into messages where they did not begin and end with one. Ascending by packet.
    pub cuttings: Column<Cutting, 1024>,
    /// Flows that changed their protocol: behind this packet, and what they spoke before. Ascending by packet.
    pub switches: FxHashMap<FlowId, Vec<(PacketId, Speech)>>,
    /// Flows whose protocol was recognised anew behind earlier payloads, and the packet that did it: those before it were taken for
    /// something else when they passed, and are what the flow speaks when they are looked at again.
    pub late: FxHashMap<FlowId, PacketId>,
    /// What protocols found worth saying.
    pub experts: Experts,
    /// Packets whose time to live is another than their sender's first of the flow, or that have no flow, with it. Ascending.
    pub other_hops: Column<(PacketId, FlowId, u8), 1024>,
    /// Packets with a part of a TLS handshake. Ascending.
    pub handshakes: Column<PacketId, 1024>,
    /// ICMP errors and the flows whose packets they quote. Ascending by packet.
    pub quotations: Vec<Quotation>,
    /// Requests asked again while the first waits for its answer, with that one. Ascending by packet.
    pub repeats: Vec<(PacketId, PacketId)>,
    /// Which packet answers which.
    pub transactions: Transactions,
    /// Names of the files that were opened.
    pub files: Vec<String>,
    /// Name and description of each interface, where the file's format has any.
    pub interfaces: Vec<[String; 2]>,
    /// Link type of each interface seen, by its number.
    pub links: Vec<u16>,
    /// ns since 1970 of the first packet that has a time; everything is relative to it.
    pub start: Option<i64>,
    pub totals: Totals,
    /// Countries of addresses.
    pub geo: Geo,
}

/// Sums kept while packets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    pub wire_bytes: u64,
    pub captured_bytes: u64,
    pub truncated: u32,
    /// Earliest and latest time, ns since the first packet; [`NO_TIME`] when no packet has one.
    pub earliest: i64,
    pub latest: i64,
    /// Time of the last packet that had one.
    pub previous: i64,
    pub in_order: bool,
}

impl Default for Totals {
    fn default() -> Self {
        Self {
            wire_bytes: 0,
            captured_bytes: 0,
            truncated: 0,
            earliest: NO_TIME,
            latest: NO_TIME,
            previous: NO_TIME,
            in_order: true,
        }
    }
}

/// What a flow speaks; [`flows::NO_PROTOCOL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speech {
    pub app: ProtocolId,
    /// The protocol that carries it.
    pub carrier: ProtocolId,
}

impl Totals {
    /// Another packet, of which so many bytes are captured.
    #[inline]
    pub fn add(&mut self, packet: &Row, captured: u32) {
        self.wire_bytes = self.wire_bytes.saturating_add(packet.wire_len.into());
        self.captured_bytes = self.captured_bytes.saturating_add(captured.into());
        self.truncated = self.truncated.saturating_add(packet.marks.has(Marks::TRUNCATED).into());
        if packet.time != NO_TIME {
            if self.earliest == NO_TIME {
                (self.earliest, self.latest) = (packet.time, packet.time);
            }
            self.in_order &= packet.time >= self.previous;
            self.previous = packet.time;
            self.earliest = self.earliest.min(packet.time);
            self.latest = self.latest.max(packet.time);
        }
    }

    /// ns between the earliest and the latest packet.
    pub fn duration(&self) -> i64 {
        if self.earliest == NO_TIME { 0 } else { self.latest.saturating_sub(self.earliest) }
    }
}

impl Store {
    /// Which protocol a flow spoke when this packet passed.
    pub fn spoke(&self, id: FlowId, flow: &Flow, packet: PacketId) -> Speech {
        let later = self.switches.get(&id).and_then(|switches| switches.iter().find(|(behind, _)| *behind >= packet));
        later.map_or(Speech { app: flow.app, carrier: flow.carrier }, |(_, before)| *before)
    }

    /// How a packet's payload was cut on one of its flows.
    pub fn cutting(&self, packet: PacketId, flow: FlowId) -> Option<&Cutting> {
        let from = self.cuttings.partition_point(|cutting| cutting.packet < packet);
        let here = (from..).map_while(|row| self.cuttings.get(row));
        here.take_while(|cutting| cutting.packet == packet).find(|cutting| cutting.flow == flow)
    }

    /// The address of one end of a flow.
    pub fn address(&self, flow: &Flow, end: End) -> Option<Address> {
        let [low, high] = self.paths.addresses(flow.key.pair)?;
        Some(if (end == 0) == flow.reversed { high } else { low })
    }

    /// The server's name: what the flow itself says (SNI, Host), else what its address was called in the capture.
    pub fn server_name(&self, flow: &Flow) -> Option<names::NameId> {
        if flow.name != 0 {
            return Some(flow.name);
        }
        self.names.id_of_address(self.address(flow, flow.server())?.ip()?)
    }

    /// Where an IP address belongs; `None` while no table tells.
    pub fn place(&self, address: &Address) -> Option<Place> {
        self.geo.place(address.ip()?)
    }

    /// The same as text (`KR`, `private`), empty where nothing is known.
    pub fn country(&self, address: &Address) -> String {
        self.place(address).map(|place| place.text().to_owned()).unwrap_or_default()
    }

    /// Which ACK a duplicate one repeats, and for the how many-th time.
    pub fn duplicate_of(&self, packet: PacketId) -> Option<(PacketId, u32)> {
        let at = self.duplicate_acks.partition_point(|&(other, ..)| other < packet);
        self.duplicate_acks.get(at).filter(|(other, ..)| *other == packet).map(|&(_, of, count)| (of, count))
    }

    /// What a packet's comment in the file says.
    pub fn comment(&self, packet: PacketId) -> Option<&str> {
        let has_one = self.packets.marks(packet).is_some_and(|marks| marks.has(Marks::COMMENT));
        if has_one { self.experts.words(packet, "frame.comment.expert") } else { None }
    }

    /// Bytes held, without what allocators add.
    pub fn memory(&self) -> usize {
        self.packets.memory()
            + self.flows.memory()
            + self.numbers.memory()
            + self.paths.memory()
            + self.stacks.memory()
            + self.names.memory()
            + self.experts.memory()
            + self.quotations.capacity() * size_of::<Quotation>()
            + self.repeats.capacity() * 8
            + self.duplicate_acks.memory()
            + self.other_hops.memory()
            + self.cuttings.memory()
            + self.handshakes.memory()
    }
}
