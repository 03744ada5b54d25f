//! A packet dissected again with everything, for lists, trees, searches and filters.
use super::dissect::{Dissection, Found, Layer, LayerKind, Transport, Wanted};
use super::flow::sequence::Finding;
use super::protocols::{Analysis, FrameFacts, behind_ethernet, frame_fields, is_only_in_tree, protocol};
use super::replay::{Replay, States};
use super::source::Source;
use super::store::cuttings::Cutting;
use super::store::packets::{FlowId, Marks, NO_TIME, Packet, PacketId};
use super::store::stacks::trailer;
use super::store::{Store, marks};
use crate::api::Moment;

/// Dissects packets, one after the other.
pub struct Sight<'a> {
    pub replay: Replay<'a>,
    pub d: Dissection,
    pub id: PacketId,
    pub packet: Packet,
    pub bytes: Vec<u8>,
}

impl<'a> Sight<'a> {
    /// Looks at a packet; with what was kept of earlier looks.
    ///
    /// # Errors
    /// When there is none, or the file cannot be read again.
    pub fn of(store: &'a Store, source: &'a mut dyn Source, states: States, id: PacketId) -> Result<Self, String> {
        let mut sight = Self::before(Replay::new(store, source).knowing(states));
        sight.turn_to(id)?;
        Ok(sight)
    }

    /// Looks at no packet yet.
    pub fn before(replay: Replay<'a>) -> Self {
        let d = Dissection::new(Wanted::Everything);
        Self { replay, d, id: PacketId::MAX, packet: Packet::default(), bytes: Vec::new() }
    }

    /// Looks at another packet.
    ///
    /// # Errors
    /// As [`Sight::of`].
    pub fn turn_to(&mut self, id: PacketId) -> Result<(), String> {
        // A second look would have to begin the states of its flow's protocols anew.
        if id != self.id {
            self.packet = self.replay.walk_in(&mut self.d, id, &mut self.bytes)?;
            let length = self.packet.wire_len;
            let behind = length.saturating_sub(trailer(&self.d, length));
            behind_ethernet(&mut self.d, &self.bytes, length, behind);
            self.id = id;
        }
        Ok(())
    }

    /// Looks at no more of another packet than its bytes.
    ///
    /// # Errors
    /// As [`Sight::of`].
    pub fn turn_to_bytes(&mut self, id: PacketId) -> Result<(), String> {
        self.packet = self.replay.read_in(id, &mut self.bytes)?;
        self.id = id;
        Ok(())
    }

    /// What is kept for the next look.
    pub fn finish(self) -> States {
        self.replay.finish()
    }

    /// ns since the first packet.
    pub fn time(&self) -> Option<i64> {
        Some(self.packet.time).filter(|&time| time != NO_TIME)
    }

    /// ns since the packet before it in the file.
    pub fn delta(&self) -> Option<i64> {
        let before = self.replay.store().packets.time(self.id.checked_sub(1)?);
        self.time().zip(before.filter(|&time| time != NO_TIME)).map(|(now, before)| now.saturating_sub(before))
    }

    /// What the history of the packet's TCP stream says about it, and of which layer.
    pub fn history(&self, finding: &Finding) -> Option<(usize, Analysis)> {
        let store = self.replay.store();
        let flow = store.flows.get(self.packet.flow).filter(|flow| flow.key.transport == Transport::Tcp)?;
        let layer = self.d.layers.iter().rposition(|layer| protocol(layer.protocol).name == "tcp")?;
        let number = |packet: PacketId| packet.saturating_add(1);
        let time = |packet: PacketId| store.packets.time(packet).filter(|&time| time != NO_TIME);
        let before = store.packets.before_in_flow(self.packet.flow, self.id).filter(|&id| id >= flow.first_packet);
        let times = self.time().zip(time(flow.first_packet)).map(|(now, first)| {
            (now.saturating_sub(first), before.and_then(time).map_or(0, |before| now.saturating_sub(before)))
        });
        let analysis = Analysis {
            acks: finding.acks.map(|(packet, rtt)| (number(packet), rtt)),
            partial: finding.partial,
            initial_rtt: Some(flow.tcp.initial_rtt).filter(|&rtt| rtt != 0),
            in_flight: finding.in_flight,
            duplicate: finding.duplicate_of.map(|(packet, nth)| (number(packet), nth)),
            completeness: flow.tcp.completeness,
            times,
            reassembled_in: self.completed_by().map(number),
            findings: marks::kinds(finding.marks).map(|kind| kind.filter).collect(),
        };
        Some((layer, analysis))
    }

    /// Of each datagram of UDP, outermost first: its layer, and ns since its flow's first packet and since the one before.
    pub fn datagrams(&self) -> Vec<(usize, i64, i64)> {
        let store = self.replay.store();
        let is_udp = |flow: &FlowId| store.flows.get(*flow).is_some_and(|flow| flow.key.transport == Transport::Udp);
        let outer = store.paths.outer_flows(self.packet.path).map(|(flow, _)| flow);
        let mut flows: Vec<FlowId> = outer.chain([self.packet.flow]).filter(is_udp).collect();
        let of_udp = |layer: &(usize, &Layer)| protocol(layer.1.protocol).name == "udp";
        let mut layers: Vec<usize> = self.d.layers.iter().enumerate().filter(of_udp).map(|(at, _)| at).collect();
        if flows.len() != layers.len() {
            // Some are only quoted: which is whose is not known, but of the innermost.
            flows = flows.split_off(flows.len().saturating_sub(1));
            layers = layers.split_off(layers.len().saturating_sub(1));
        }
        layers.into_iter().zip(flows).filter_map(|(layer, flow)| self.datagram(layer, flow)).collect()
    }

    fn datagram(&self, layer: usize, flow: FlowId) -> Option<(usize, i64, i64)> {
        let store = self.replay.store();
        let first = store.flows.get(flow)?.first_packet;
        let time = |packet: PacketId| store.packets.time(packet).filter(|&time| time != NO_TIME);
        let before = match flow == self.packet.flow {
            true => store.packets.before_in_flow(flow, self.id),
            // Whose innermost flow it is not, but one around that.
            false => (first..self.id).rev().find(|&id| {
                let around = |path: u32| store.paths.outer_flows(path).any(|(outer, _)| outer == flow);
                store.packets.get(id).is_some_and(|packet| packet.flow == flow || around(packet.path))
            }),
        };
        let (now, first_time) = (self.time()?, time(first)?);
        let before = before.filter(|&id| id >= first).and_then(time).unwrap_or(now);
        Some((layer, now.saturating_sub(first_time), now.saturating_sub(before)))
    }

    /// The later packet that completes the message which this one's payload is part of.
    fn completed_by(&self) -> Option<PacketId> {
        /// Packets gone through at most.
        const MOST: usize = 4096;
        let store = self.replay.store();
        let flow = self.packet.flow;
        let own = self.replay.seen.iter().rfind(|seen| seen.flow == flow && seen.segment.tcp.is_some())?.segment;
        let (from, length) = (own.tcp?.payload_seq(), own.payload_len);
        let sender = |packet: PacketId| store.packets.marks(packet).map(|marks| marks.has(Marks::FROM_B));
        let start = store.cuttings.partition_point(|cutting| cutting.packet <= self.id);
        let mut later = (start..).map_while(|row| store.cuttings.get(row)).take(MOST);
        let is_next = |cutting: &&Cutting| {
            cutting.flow == flow && cutting.length > 0 && sender(cutting.packet) == sender(self.id)
        };
        let next = later.find(is_next)?;
        // Bytes before the message's first have wrapped around.
        let begins_before_its_end = (from.wrapping_sub(next.seq) as i32) < next.length as i32;
        let ends_behind_its_start = (from.wrapping_add(length).wrapping_sub(next.seq) as i32) > 0;
        (length > 0 && next.first <= self.id && begins_before_its_end && ends_behind_its_start).then_some(next.packet)
    }

    /// What the file says about it.
    pub fn frame(&self) -> Vec<Found> {
        let store = self.replay.store();
        let epoch = self.time().zip(store.start).map(|(time, start)| start.saturating_add(time));
        let moment = |ns: i64| {
            let (seconds, nanos) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000) as u32);
            (ns, format!("{}.{nanos:09}", Moment { seconds, nanos }.calendar()))
        };
        let interface = store.stacks.interface(self.packet.stack);
        frame_fields(&FrameFacts {
            number: self.id.saturating_add(1),
            time: epoch.map(moment),
            delta: self.delta().or(self.time().filter(|_| self.id == 0).map(|_| 0)),
            relative: self.time(),
            length: self.packet.wire_len,
            captured: self.packet.captured,
            interface,
            interface_words: store
                .interfaces
                .get(interface as usize)
                .map_or([""; 2], |words| words.each_ref().map(String::as_str)),
            protocols: &layer_names(&self.d).join(":"),
            comment: self.packet.marks.has(Marks::COMMENT),
            words: store.comment(self.id),
        })
    }

    /// A field's values, joined by commas, as a column shows them.
    pub fn column(&self, name: &str) -> String {
        let join = |fields: &[Found]| {
            fields
                .iter()
                .filter(|found| found.field.name() == name)
                .map(|found| found.text())
                .collect::<Vec<_>>()
                .join(",")
        };
        if name.starts_with("frame.") { join(&self.frame()) } else { join(&self.d.fields) }
    }
}

/// Layer names as `frame.protocols` has them, outermost first: lines of the tree that are no layers are left out.
pub fn layer_names(d: &Dissection) -> Vec<&'static str> {
    let mut mentions = d.mentions.iter().peekable();
    let mut names = Vec::new();
    for (index, layer) in d.layers.iter().enumerate() {
        while let Some((_, name)) = mentions.next_if(|(at, _)| *at <= index) {
            names.push(*name);
        }
        if layer.kind != LayerKind::Again && !is_only_in_tree(layer.protocol) {
            names.push(match protocol(layer.protocol).name {
                // Wireshark reads both by the same dissector.
                "nat-pmp" => "portcontrol",
                name => name,
            });
        }
    }
    names.extend(mentions.map(|(_, name)| *name));
    names
}
