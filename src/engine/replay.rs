//! Dissecting a packet again as the ingest pass did: the walk's questions, answered from what is remembered.
use super::dissect::{Bytes, Dissection, Fragment, ProtocolId, Segment};
use super::flow::assign;
use super::flow::fragments::Fragments;
use super::flow::sequence::{Finding, Sequences};
use super::protocols::{Conversations, walk_frame};
use super::source::Source;
use super::store::Store;
use super::store::flows::{End, NO_PROTOCOL, is_between};
use super::store::packets::{FlowId, PacketId};
use super::store::paths::Step;

/// Dissects one packet after the other; ask for what follows with [`Replay::at`].
pub struct Replay<'a> {
    store: &'a Store,
    source: &'a mut dyn Source,
    packet: PacketId,
    /// Followed when somebody asks.
    sequences: Option<Sequences>,
    /// Transports of the packet last walked, outermost first, quoted ones included.
    pub seen: Vec<Seen>,
}

/// A transport header and the flow it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub segment: Segment,
    pub flow: FlowId,
    /// Which end of the flow sent it.
    pub end: End,
    /// What the segment's numbers say, if sequences are followed.
    pub finding: Finding,
}

impl<'a> Replay<'a> {
    pub fn new(store: &'a Store, source: &'a mut dyn Source) -> Self {
        Self { store, source, packet: 0, sequences: None, seen: Vec::new() }
    }

    /// What TCP segments' numbers say is found again too; for walks in file order, from the first packet of a flow on.
    #[must_use]
    pub fn following(self) -> Self {
        Self { sequences: Some(Sequences::default()), ..self }
    }

    /// The walk that follows is of this packet.
    pub fn at(&mut self, packet: PacketId) {
        self.packet = packet;
        self.seen.clear();
    }

    /// The captured bytes of a packet.
    ///
    /// # Errors
    /// When the file cannot be read, or is shorter than it was.
    pub fn read(&mut self, id: PacketId) -> Result<Vec<u8>, String> {
        let Some(packet) = self.store.packets.get(id) else { return Err(format!("There is no packet {id}.")) };
        let mut bytes = vec![0; packet.captured as usize];
        match self.source.read_at(packet.offset, &mut bytes)? {
            n if n == bytes.len() => Ok(bytes),
            _ => Err("The file is shorter than when it was opened.".to_owned()),
        }
    }

    /// The flow of a segment and the end that sent it: the packet's own flow, one around it (tunnels), else the latest of its key
    /// (quotations).
    fn flow(&self, d: &Dissection, segment: &Segment) -> Option<(FlowId, End)> {
        let store = self.store;
        let (source, destination, _) = d.pairs.last()?;
        let (ends, reversed) = assign::ends(source, destination, segment);
        let packet = store.packets.get(self.packet)?;
        let around = store.paths.steps(packet.path).filter_map(|step| match step {
            Step::Flow { flow, .. } => Some(flow),
            Step::Pair { .. } => None,
        });
        let mut candidates = std::iter::once(packet.flow).chain(around).chain(store.flows.find(&store.paths, &ends));
        let id =
            candidates.find(|&id| store.flows.get(id).is_some_and(|flow| is_between(flow, &ends, &store.paths)))?;
        Some((id, End::from(store.flows.get(id)?.reversed != reversed)))
    }
}

/// TCP sequence analysis, again.
impl Replay<'_> {
    fn finding(&mut self, segment: &Segment, flow: FlowId, end: End) -> Finding {
        let Self { store, packet, sequences: Some(sequences), .. } = self else { return Finding::default() };
        let (Some(head), Some(row), Some(flow_facts)) =
            (&segment.tcp, store.packets.get(*packet), store.flows.get(flow))
        else {
            return Finding::default();
        };
        sequences.observe(flow, end, head, segment.payload_len, row.time, *packet, &flow_facts.tcp)
    }

    /// What the pass found on one packet's innermost TCP segment, with its numbers: reads the packets of its flow before it.
    ///
    /// # Errors
    /// When the file cannot be read again.
    pub fn look_back(&mut self, wanted: PacketId) -> Result<Option<Finding>, String> {
        let Some(row) = self.store.packets.get(wanted) else { return Ok(None) };
        let ids = (0..=wanted).zip(self.store.packets.flows());
        let mut past: Vec<PacketId> = ids.filter(|&(_, flow)| flow == row.flow).map(|(id, _)| id).collect();
        past.drain(..past.len().saturating_sub(MOST_BEFORE));
        let mut replay = Replay::new(self.store, &mut *self.source).following();
        let mut d = Dissection::new(super::dissect::Wanted::Facts);
        for id in past {
            let Some(packet) = self.store.packets.get(id) else { continue };
            let Some(&link) = self.store.links.get(self.store.stacks.interface(packet.stack) as usize) else {
                continue;
            };
            let bytes = replay.read(id)?;
            replay.at(id);
            walk_frame(&mut d, link, Bytes::frame(&bytes, packet.wire_len), &mut replay);
        }
        let innermost = replay.seen.iter().rfind(|seen| seen.segment.tcp.is_some() && seen.flow == row.flow);
        // The pass has seen the flow from its first packet on.
        let (marks, duplicate_of) = (row.marks.findings(), self.store.duplicate_of(wanted));
        Ok(innermost.map(|seen| Finding { marks, duplicate_of, ..seen.finding }))
    }
}

/// Packets of a flow read to find out what one of them says: all of them in nearly every flow.
const MOST_BEFORE: usize = 5000;

impl Conversations for Replay<'_> {
    fn speaks(&mut self, d: &Dissection, segment: &Segment, _: &Bytes<'_>) -> Option<ProtocolId> {
        let (flow, end) = self.flow(d, segment)?;
        let finding = if d.quoted_from.is_none() { self.finding(segment, flow, end) } else { Finding::default() };
        self.seen.push(Seen { segment: *segment, flow, end, finding });
        let flow = self.store.flows.get(flow).filter(|_| d.quoted_from.is_none())?;
        Some(flow.app).filter(|&app| app != NO_PROTOCOL)
    }

    /// Puts the datagram together again from all its fragments' packets.
    fn fragment(&mut self, _: &Dissection, wanted: &Fragment, _: &Bytes<'_>) -> Option<Vec<u8>> {
        let at = self.store.reassembled.binary_search_by_key(&self.packet, |(packet, _)| *packet).ok()?;
        let (_, packets) = self.store.reassembled.get(at)?;
        let mut collector = Collector { fragments: Fragments::default(), wanted: *wanted, whole: None };
        for &packet in packets {
            let bytes = self.read(packet).ok()?;
            let row = self.store.packets.get(packet)?;
            let link = self.store.links.get(self.store.stacks.interface(row.stack) as usize).copied()?;
            let mut d = Dissection::new(super::dissect::Wanted::Facts);
            walk_frame(&mut d, link, Bytes::frame(&bytes, row.wire_len), &mut collector);
        }
        collector.whole
    }
}

/// Walks fragments' packets only as far as the fragment.
struct Collector {
    fragments: Fragments,
    wanted: Fragment,
    whole: Option<Vec<u8>>,
}

impl Conversations for Collector {
    fn speaks(&mut self, _: &Dissection, _: &Segment, _: &Bytes<'_>) -> Option<ProtocolId> {
        None
    }

    fn fragment(&mut self, _: &Dissection, fragment: &Fragment, bytes: &Bytes<'_>) -> Option<Vec<u8>> {
        let Fragment { source, destination, identification, protocol, .. } = *fragment;
        let other = self.wanted;
        if (source, destination, identification, protocol)
            == (other.source, other.destination, other.identification, other.protocol)
            && let Some(whole) = self.fragments.add(fragment, bytes, 0)
        {
            self.whole = Some(whole.bytes);
        }
        None
    }
}
