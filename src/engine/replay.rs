//! Dissecting a packet again as the ingest pass did: the walk's questions, answered from what is remembered.
use super::dissect::{Bytes, Dissection, Fragment, ProtocolId, Segment};
use super::flow::assign;
use super::flow::fragments::Fragments;
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
}

impl<'a> Replay<'a> {
    pub fn new(store: &'a Store, source: &'a mut dyn Source) -> Self {
        Self { store, source, packet: 0, seen: Vec::new() }
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

impl Conversations for Replay<'_> {
    fn speaks(&mut self, d: &Dissection, segment: &Segment, _: &Bytes<'_>) -> Option<ProtocolId> {
        let (flow, end) = self.flow(d, segment)?;
        self.seen.push(Seen { segment: *segment, flow, end });
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
