//! Dissecting a packet again as the ingest pass did: the walk's questions, answered from what is remembered.
use super::dissect::{Bytes, Dissection, Fragment, Segment};
use super::flow::fragments::Fragments;
use super::protocols::{Conversations, walk_frame};
use super::source::Source;
use super::store::Store;
use super::store::flows::{FlowKey, NO_PROTOCOL};
use super::store::packets::{FlowId, NO_FLOW, PacketId};

pub struct Replay<'a> {
    store: &'a Store,
    source: &'a mut dyn Source,
    packet: PacketId,
}

impl<'a> Replay<'a> {
    pub fn new(store: &'a Store, source: &'a mut dyn Source) -> Self {
        Self { store, source, packet: 0 }
    }

    /// The walk that follows is of this packet.
    pub fn at(&mut self, packet: PacketId) {
        self.packet = packet;
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

    /// The flow of a segment as the packet's own columns tell it, else by its key (tunnels).
    fn flow(&self, d: &Dissection, segment: &Segment) -> Option<FlowId> {
        let store = self.store;
        let (source, destination, _) = d.pairs.last()?;
        let is_mine = |id: FlowId| {
            let flow = store.flows.get(id)?;
            let ends = [store.address(flow, 0)?, store.address(flow, 1)?];
            let FlowKey { transport, ports: [low, high], .. } = flow.key;
            let addresses = ends == [*source, *destination] || ends == [*destination, *source];
            let (from, to) = (segment.from_port, segment.to_port);
            let ports = (from, to) == (low, high) || (to, from) == (low, high);
            (transport == segment.transport && addresses && ports).then_some(id)
        };
        let own = store.packets.get(self.packet).map_or(NO_FLOW, |packet| packet.flow);
        is_mine(own).or_else(|| {
            let path = store.packets.get(self.packet)?.path;
            store.paths.steps(path).find_map(|step| match step {
                super::store::paths::Step::Flow { flow, .. } => is_mine(flow),
                super::store::paths::Step::Pair { .. } => None,
            })
        })
    }
}

impl Conversations for Replay<'_> {
    fn speaks(&mut self, d: &Dissection, segment: &Segment, _: &Bytes<'_>) -> Option<u8> {
        if d.quoted_from.is_some() {
            return None;
        }
        let flow = self.store.flows.get(self.flow(d, segment)?)?;
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
    fn speaks(&mut self, _: &Dissection, _: &Segment, _: &Bytes<'_>) -> Option<u8> {
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
