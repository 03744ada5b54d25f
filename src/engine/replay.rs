//! Dissecting a packet again as the ingest pass did: the walk's questions, answered from what is remembered.
use super::dissect::{
    Bytes, Datagram, Dissection, Fragment, Frame, Partner, ProtocolId, Segment, Stream, Transport, Wanted, tcp_flag,
};
use super::flow::fragments::Fragments;
use super::flow::messages::{HEAD, Waiting};
use super::flow::sequence::{Finding, Sequences};
use super::flow::{assign, identify};
use super::protocols::{Conversations, Cut, Numbers, Told, protocol, walk_frame};
use super::source::Source;
use super::store::flows::{End, Flow, NO_PROTOCOL, is_between};
use super::store::marks::info_prefix;
use super::store::numbers::Cursor;
use super::store::packets::{FlowId, Marks, NO_TIME, Packet, PacketId};
use super::store::paths::Step;
use super::store::{Speech, Store};
use rustc_hash::FxHashMap;
use std::any::Any;
use std::cell::RefCell;

/// Bytes of a message that are put together again for a line of a list, and for one packet's detail.
const IN_A_LIST: usize = 256 << 10;
const IN_DETAIL: usize = 16 << 20;
/// States kept from one replay to the next.
const MOST_STATES: usize = 256;
/// Packets of a flow that are gone through again for the state of its protocol.
const MOST_CAUGHT_UP: usize = 2000;

/// Dissects one packet after the other; ask for what follows with [`Replay::at`].
pub struct Replay<'a> {
    store: &'a Store,
    source: &'a mut dyn Source,
    packet: PacketId,
    /// Followed when somebody asks.
    sequences: Option<Sequences>,
    /// Transports of the packet last walked, outermost first, quoted ones included.
    pub seen: Vec<Seen>,
    /// The flow and the protocol asked about last.
    speaking: Option<(FlowId, End, ProtocolId)>,
    states: States,
    /// A flow is being gone through for the state of its protocol.
    catching_up: Option<(FlowId, ProtocolId)>,
    /// Bytes of a message that are put together again.
    keep: usize,
}

/// States of protocols that keep one. The store only grows, so they hold from one replay to the next.
#[derive(Default)]
pub struct States {
    /// With the packet that each is ready for. A flow's protocol may still change while the file is loading.
    ready: FxHashMap<(FlowId, ProtocolId), Ready>,
    past: RefCell<Past>,
}

/// What segments' numbers say, packet by packet, from what is remembered of them.
#[derive(Default)]
struct Past {
    cursor: Cursor,
    sequences: Sequences,
    latest: Option<(PacketId, Finding)>,
}

impl Past {
    /// For packets one after the other; for an earlier one it begins anew.
    fn finding(&mut self, store: &Store, packet: PacketId) -> Option<Finding> {
        if self.latest.is_some_and(|(latest, _)| latest > packet) {
            *self = Self::default();
        }
        while let Some((id, segment)) = self.cursor.next(store, packet) {
            let Some(finding) = self.sequences.observe_again(store, id, &segment) else { continue };
            self.latest = Some((segment.packet, finding));
        }
        self.latest.filter(|(latest, _)| *latest == packet).map(|(_, finding)| finding)
    }
}

/// The packet that a state is made for, and the state.
type Ready = (PacketId, Option<Box<dyn Any + Send>>);

/// A transport header and the flow it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub segment: Segment,
    pub flow: FlowId,
    /// Which end of the flow sent it.
    pub end: End,
    /// What the segment's numbers say: all of it if sequences are followed, else what the pass remembered.
    pub finding: Finding,
}

impl<'a> Replay<'a> {
    pub fn new(store: &'a Store, source: &'a mut dyn Source) -> Self {
        Self {
            store,
            source,
            packet: 0,
            sequences: None,
            seen: Vec::new(),
            speaking: None,
            states: States::default(),
            catching_up: None,
            keep: IN_A_LIST,
        }
    }

    /// Goes on from the states that another replay has left.
    #[must_use]
    pub fn knowing(self, states: States) -> Self {
        Self { states, ..self }
    }

    /// The states for the next replay, unless they have become too many.
    pub fn finish(self) -> States {
        let States { ready, past } = self.states;
        States { ready: if ready.len() > MOST_STATES { FxHashMap::default() } else { ready }, past }
    }

    /// What the packet walked last says in its TCP stream: as the walk followed it, else from what is remembered.
    pub fn in_stream(&self) -> Option<Finding> {
        let flow = self.store.packets.flow(self.packet)?;
        let seen = self.seen.iter().rfind(|seen| seen.segment.tcp.is_some() && seen.flow == flow)?;
        if self.sequences.is_some() {
            return Some(seen.finding);
        }
        let past = self.states.past.borrow_mut().finding(self.store, self.packet).unwrap_or_default();
        Some(Finding { marks: seen.finding.marks, duplicate_of: seen.finding.duplicate_of, ..past })
    }

    /// What TCP segments' numbers say is found again too; for walks in file order, from the first packet of a flow on.
    #[must_use]
    pub fn following(self) -> Self {
        Self { sequences: Some(Sequences::default()), ..self }
    }

    pub fn is_following(&self) -> bool {
        self.sequences.is_some()
    }

    /// Long messages are put together whole, not only as far as a list needs them.
    pub fn in_detail(&mut self) {
        self.keep = IN_DETAIL;
    }

    /// The walk that follows is of this packet.
    pub fn at(&mut self, packet: PacketId) {
        self.packet = packet;
        self.seen.clear();
        self.speaking = None;
    }

    /// Dissects a packet; what else is known of it is in [`Replay::seen`].
    ///
    /// # Errors
    /// As [`Replay::read`].
    pub fn walk(&mut self, d: &mut Dissection, id: PacketId) -> Result<(Packet, Vec<u8>), String> {
        let mut bytes = Vec::new();
        let packet = self.walk_in(d, id, &mut bytes)?;
        Ok((packet, bytes))
    }

    /// The same with bytes that are used again for the next packet.
    ///
    /// # Errors
    /// As [`Replay::read`].
    pub fn walk_in(&mut self, d: &mut Dissection, id: PacketId, bytes: &mut Vec<u8>) -> Result<Packet, String> {
        let packet = self.read_in(id, bytes)?;
        self.at(id);
        walk_frame::<dyn Conversations>(d, self.link(&packet), Bytes::frame(bytes, packet.wire_len), self);
        Ok(packet)
    }

    /// Link type of a packet.
    pub fn link(&self, packet: &Packet) -> u16 {
        self.store.links.get(self.store.stacks.interface(packet.stack) as usize).copied().unwrap_or(0)
    }

    pub fn store(&self) -> &'a Store {
        self.store
    }

    /// The captured bytes of a packet.
    ///
    /// # Errors
    /// When the file cannot be read, or is shorter than it was.
    pub fn read(&mut self, id: PacketId) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        self.read_in(id, &mut bytes)?;
        Ok(bytes)
    }

    /// The same with bytes that are used again for the next packet.
    ///
    /// # Errors
    /// As [`Replay::read`].
    pub fn read_in(&mut self, id: PacketId, bytes: &mut Vec<u8>) -> Result<Packet, String> {
        let Some(packet) = self.store.packets.get(id) else { return Err(format!("There is no packet {id}.")) };
        bytes.resize(packet.captured as usize, 0);
        match self.source.read_at(packet.offset, bytes)? {
            n if n == bytes.len() => Ok(packet),
            _ => Err("The file is shorter than when it was opened.".to_owned()),
        }
    }

    /// The flow of a segment and the end that sent it: the packet's own flow, one around it (tunnels), else the latest of its key
    /// (quotations).
    pub fn flow(&self, d: &Dissection, segment: &Segment) -> Option<(FlowId, End)> {
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

impl Replay<'_> {
    /// Brings the state of a flow's protocol to what it was when this packet came.
    fn catch_up(&mut self, flow: FlowId, app: ProtocolId) -> Option<Box<dyn Any + Send>> {
        let to = self.packet;
        let (from, state) = self.states.ready.remove(&(flow, app)).unwrap_or((0, None));
        let (from, state) = if from <= to { (from, state) } else { (0, None) };
        let first = self.store.flows.get(flow)?.first_packet.max(from);
        let missed = self.before(flow, first, to, MOST_CAUGHT_UP);
        let missed = missed.as_slice();
        let missed = if missed.len() > protocol(app).shaping { self.since_switch(flow, app, missed) } else { missed };
        self.states.ready.insert((flow, app), (from, state));
        if !missed.is_empty() && self.catching_up.is_none() {
            let (seen, speaking) = (std::mem::take(&mut self.seen), self.speaking);
            self.catching_up = Some((flow, app));
            let mut d = Dissection::new(Wanted::Facts);
            for &id in missed {
                if self.walk(&mut d, id).is_err() {
                    break;
                }
            }
            self.catching_up = None;
            (self.packet, self.seen, self.speaking) = (to, seen, speaking);
        }
        self.states.ready.remove(&(flow, app)).and_then(|(_, state)| state)
    }

    /// The state of a flow's protocol is kept here. Not that of a tunnel around a flow that is gone through: it would have gaps.
    fn keeps(&self, flow: FlowId, app: ProtocolId) -> bool {
        let is_other = self.catching_up.is_some_and(|caught_up| caught_up != (flow, app));
        app != NO_PROTOCOL && protocol(app).stateful && !is_other
    }

    /// The last packets of a flow before one, not before `first`, in the order of the file.
    fn before(&self, flow: FlowId, first: PacketId, packet: PacketId, most: usize) -> Vec<PacketId> {
        let back = |from: PacketId| if from > first { self.store.packets.before_in_flow(flow, from) } else { None };
        let past = std::iter::successors(back(packet), |&id| back(id));
        let mut past: Vec<PacketId> = past.take_while(|&id| id >= first).take(most).collect();
        past.reverse();
        past
    }

    /// Of a flow's packets before this one, those since it speaks its protocol; none when they are more than shape its state.
    fn since_switch<'m>(&self, flow: FlowId, app: ProtocolId, missed: &'m [PacketId]) -> &'m [PacketId] {
        let switches = self.store.switches.get(&flow).map(Vec::as_slice).unwrap_or_default();
        let switch = switches.iter().rev().find(|(packet, _)| *packet < self.packet).map_or(0, |(packet, _)| *packet);
        let since = missed.get(missed.partition_point(|&id| id <= switch)..).unwrap_or_default();
        if since.len() > protocol(app).shaping { &[] } else { since }
    }

    /// A message of several segments, put together from all packets that brought a piece of it.
    fn assemble(&mut self, flow: FlowId, from: End, first: PacketId, seq: u32, length: usize) -> Vec<u8> {
        // A state is made of what the pass saw.
        let keep = if self.catching_up.is_some() { HEAD } else { self.keep };
        let mut waiting = Waiting::again(seq, length, keep);
        for id in first..=self.packet {
            let is_one = self.store.packets.flow(id) == Some(flow)
                && self.store.packets.marks(id).is_some_and(|marks| marks.has(Marks::FROM_B) == (from == 1));
            if !is_one {
                continue;
            }
            let Some(packet) = self.store.packets.get(id) else { break };
            let Ok(bytes) = self.read(id) else { break };
            let mut d = Dissection::new(Wanted::Facts);
            let mut piece = Piece { replay: self, id, flow, waiting: &mut waiting };
            let link = piece.replay.link(&packet);
            walk_frame::<dyn Conversations>(&mut d, link, Bytes::frame(&bytes, packet.wire_len), &mut piece);
            if waiting.is_complete() {
                break;
            }
        }
        waiting.into_bytes()
    }

    /// What became of the fragment that the packet carries.
    fn datagram(&self) -> Option<Datagram> {
        let whole = self.store.completed_by.get(&self.packet).copied().unwrap_or(self.packet);
        let at = self.store.reassembled.binary_search_by_key(&whole, |(packet, _)| *packet).ok()?;
        let (_, packets) = self.store.reassembled.get(at)?;
        let packets = packets.iter().map(|packet| packet.saturating_add(1)).collect();
        Some(Datagram { whole_in: whole.saturating_add(1), is_here: whole == self.packet, packets })
    }

    /// What a TCP header means in its stream.
    fn numbers(&self, segment: &Segment, flow: &Flow, end: End, finding: &Finding) -> Option<Numbers> {
        let base = |end: End| Flow::by(flow.tcp.base, end).unwrap_or(0);
        if segment.transport == Transport::Sctp {
            return Some(Numbers {
                stream: flow.stream,
                seq: base(end),
                ack_base: base(1 - end),
                ..Numbers::default()
            });
        }
        if segment.transport == Transport::Udp {
            return Some(Numbers { stream: flow.stream, ..Numbers::default() });
        }
        let head = segment.tcp?;
        let shift = Flow::by(flow.tcp.scale, end).filter(|_| head.flags & tcp_flag::SYN == 0);
        let is_ack = head.flags & tcp_flag::ACK != 0;
        Some(Numbers {
            stream: flow.stream,
            seq: head.seq.wrapping_sub(base(end)),
            ack: if is_ack { head.ack.wrapping_sub(base(1 - end)) } else { head.ack },
            ack_base: base(1 - end),
            factor: match shift {
                _ if head.flags & tcp_flag::SYN != 0 => 0,
                Some(shift) => 1 << shift.min(14),
                // Both SYNs were seen, and one of them has no scale.
                None if flow.tcp.completeness & 3 == 3 => -2,
                None => -1,
            },
            window: u32::from(head.window) << shift.unwrap_or(0),
            prefix: info_prefix(finding.marks, finding.duplicate_of.map(|(of, nth)| (of.saturating_add(1), nth))),
        })
    }
}

/// TCP sequence analysis, again.
impl Replay<'_> {
    fn finding(&mut self, segment: &Segment, id: FlowId, end: End) -> Option<Finding> {
        let Self { store, packet, sequences, catching_up, .. } = self;
        let (head, row, flow) = (segment.tcp?, store.packets.get(*packet)?, store.flows.get(id)?);
        if let (Some(sequences), false) = (sequences, catching_up.is_some()) {
            let clock = |id| store.packets.clock_of(id);
            return Some(sequences.observe(
                id,
                end,
                &head,
                segment.payload_len,
                clock(*packet),
                *packet,
                &flow.tcp,
                clock,
            ));
        }
        // The pass remembered what it found on the innermost segment.
        let (marks, duplicate_of) = (row.marks.findings(), store.duplicate_of(*packet));
        (row.flow == id).then(|| Finding { marks, duplicate_of, ..Finding::default() })
    }
}

impl Conversations for Replay<'_> {
    fn begin(&mut self, d: &mut Dissection) {
        if d.wants() {
            d.context.datagram = self.datagram();
        }
        let time = |id: PacketId| self.store.packets.time(id).filter(|&time| time != NO_TIME);
        let here = time(self.packet);
        d.context.partners.extend(self.store.transactions.of(self.packet).map(|(nth, other, is_request)| {
            let elapsed = here
                .zip(time(other))
                .map(|(here, there)| if is_request { here.saturating_sub(there) } else { there.saturating_sub(here) });
            (nth, Partner { packet: other.saturating_add(1), elapsed })
        }));
    }

    fn speaks(&mut self, d: &mut Dissection, segment: &Segment, payload: &Bytes<'_>) -> Told {
        self.speaking = None;
        let Some((id, end)) = self.flow(d, segment) else { return Told::default() };
        let Some(flow) = self.store.flows.get(id) else { return Told::default() };
        let finding = if d.quoted_from.is_none() { self.finding(segment, id, end) } else { None }.unwrap_or_default();
        self.seen.push(Seen { segment: *segment, flow: id, end, finding });
        let numbers = self.numbers(segment, flow, end, &finding);
        if d.quoted_from.is_some() {
            let app = identify::quoted(self.store.spoke(id, flow, self.packet).app, segment, payload);
            return Told { app, numbers, ..Told::default() };
        }
        let Speech { app, carrier } = self.store.spoke(id, flow, self.packet);
        let carrier = Some(carrier).filter(|&carrier| carrier != NO_PROTOCOL);
        self.speaking = Some((id, end, app));
        d.context.memory = flow.memory;
        d.context.from_client = Some(flow.client == end);
        if app == NO_PROTOCOL {
            return Told { app: None, carrier, numbers };
        }
        if self.keeps(id, app) {
            d.context.state = self.catch_up(id, app);
        }
        Told { app: Some(app), carrier, numbers }
    }

    fn cut(&mut self, d: &Dissection, segment: &Segment, payload: &Bytes<'_>, at: usize) -> Cut {
        let left = payload.wire_len().saturating_sub(at);
        let Some((flow, from, app)) = self.speaking.filter(|_| segment.tcp.is_some()) else {
            return if at == 0 && left > 0 { Cut::Message(left) } else { Cut::End };
        };
        let cutting = self.store.cutting(self.packet, flow).copied();
        // The row's marks are of its innermost segment.
        let marks = self.store.packets.get(self.packet).filter(|packet| packet.flow == flow);
        let marks = marks.map_or(0, |packet| packet.marks.0);
        if cutting.is_none() && left > 0 && (marks & Marks::SEGMENT != 0 || Marks(marks).is_stale()) {
            return Cut::Segment;
        }
        if let Some(cutting) = cutting.filter(|cutting| at == 0 && cutting.length > 0) {
            let length = cutting.length as usize;
            let bytes = self.assemble(flow, from, cutting.first, cutting.seq, length);
            return Cut::Assembled { bytes, length, used: cutting.used as usize, open: cutting.open };
        }
        if left == 0 {
            return Cut::End;
        }
        let rest = cutting.map_or(usize::MAX, |cutting| cutting.rest as usize).min(payload.wire_len());
        if at >= rest {
            return Cut::Segment;
        }
        let framing = if app == NO_PROTOCOL { None } else { protocol(app).framing };
        let Some(framing) = framing.filter(|_| !payload.is_cut()) else { return Cut::Message(left) };
        let stream = Stream {
            bytes: payload.all().get(at..rest).unwrap_or_default(),
            from_port: segment.from_port,
            to_port: segment.to_port,
            from_client: d.from_client().unwrap_or(false),
            memory: d.memory(),
            resume: 0,
        };
        match framing(&stream) {
            Frame::Message(length) => Cut::Message(length.clamp(1, rest.saturating_sub(at).max(1))),
            _ => Cut::Message(rest.saturating_sub(at)),
        }
    }

    fn heard(&mut self, d: &mut Dissection) {
        let Some((flow, _, app)) = self.speaking.take() else { return };
        if self.keeps(flow, app) {
            self.states.ready.insert((flow, app), (self.packet.saturating_add(1), d.context.state.take()));
        }
        d.context.forget();
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
            let mut d = Dissection::new(Wanted::Facts);
            walk_frame::<dyn Conversations>(&mut d, link, Bytes::frame(&bytes, row.wire_len), &mut collector);
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

/// Walks a packet only as far as the payload of one flow, which goes to a message.
struct Piece<'p, 'a> {
    replay: &'p mut Replay<'a>,
    id: PacketId,
    flow: FlowId,
    waiting: &'p mut Waiting,
}

impl Conversations for Piece<'_, '_> {
    fn speaks(&mut self, d: &mut Dissection, segment: &Segment, payload: &Bytes<'_>) -> Told {
        let packet = std::mem::replace(&mut self.replay.packet, self.id);
        let found = self.replay.flow(d, segment);
        self.replay.packet = packet;
        let Some((flow, _)) = found.filter(|_| d.quoted_from.is_none()) else { return Told::default() };
        match &segment.tcp {
            Some(head) if flow == self.flow => {
                self.waiting.add_if_inside(head.payload_seq(), payload.all());
                Told::default()
            }
            // A tunnel around it.
            _ => {
                let app = self.replay.store.flows.get(flow).map(|flow| flow.app).filter(|&app| app != NO_PROTOCOL);
                Told { app, ..Told::default() }
            }
        }
    }

    fn fragment(&mut self, d: &Dissection, fragment: &Fragment, bytes: &Bytes<'_>) -> Option<Vec<u8>> {
        let packet = std::mem::replace(&mut self.replay.packet, self.id);
        let whole = self.replay.fragment(d, fragment, bytes);
        self.replay.packet = packet;
        whole
    }
}

impl Conversations for Collector {
    fn speaks(&mut self, _: &mut Dissection, _: &Segment, _: &Bytes<'_>) -> Told {
        Told::default()
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
