//! One packet's way through the engine, on one screen.
use super::capture::Record;
use super::dissect::{Bytes, Dissection, Family, Fragment, Named, Problem, ProtocolId, Segment, Transport, Wanted};
use super::flow::{assign, fragments::Fragments, handshake, heads::Heads, identify, sequence};
use super::protocols::{self, Conversations};
use super::store::Store;
use super::store::flows::End;
use super::store::packets::{FlowId, Marks, NO_FLOW, NO_TIME, Packet, PacketId};
use super::store::paths::{Pair, Step};

/// What the pass needs besides the store: scratch space and what is followed from packet to packet.
pub struct Ingest {
    d: Dissection,
    pub fragments: Fragments,
    heads: Heads,
    sequences: sequence::Sequences,
    /// Flows of this packet's transports, outermost first.
    transports: Vec<(FlowId, End)>,
}

impl Default for Ingest {
    fn default() -> Self {
        Self {
            d: Dissection::new(Wanted::Facts),
            fragments: Fragments::default(),
            heads: Heads::default(),
            sequences: sequence::Sequences::default(),
            transports: Vec::new(),
        }
    }
}

impl Ingest {
    /// Takes a record in: dissects it, assigns it to its flow, remembers it.
    #[inline]
    pub fn packet(&mut self, store: &mut Store, record: &Record<'_>) {
        let time = relative(store, record.time);
        let packet = store.packets.len();
        let Self { d, fragments, heads, sequences, transports } = self;
        transports.clear();
        remember_link(store, record);
        let frame = Bytes::frame(record.bytes, record.wire_len);
        let wire_len = record.wire_len;
        let (tcp_flags, whole_head, found) = (0, None, sequence::Finding::default());
        let mut pass = Pass {
            store,
            fragments,
            heads,
            sequences,
            transports,
            packet,
            time,
            wire_len,
            tcp_flags,
            whole_head,
            found,
        };
        protocols::walk_frame(d, record.link, frame, &mut pass);
        pass.portless(d);
        let mut marks = Marks(u32::from(pass.tcp_flags) | pass.found.marks.0);
        if let Some((of, count)) = pass.found.duplicate_of {
            pass.store.duplicate_acks.push((packet, of, count));
        }
        if let Some((app, head)) = pass.whole_head.take() {
            d.names.extend(protocols::names_in(app, &head));
        }
        let (flow, end) = transports.last().copied().unwrap_or((NO_FLOW, 0));
        marks.set(Marks::FROM_B, end == 1);
        marks.set(Marks::TRUNCATED, (record.bytes.len() as u64) < u64::from(record.wire_len));
        marks.set(Marks::MALFORMED, d.problem == Some(Problem::Malformed));
        marks.set(Marks::COMMENT, record.comment);
        if !d.names.is_empty() {
            keep_names(store, d, flow);
            heads.settle(flow, end);
        }
        let row = Packet {
            offset: record.offset,
            captured: u32::try_from(record.bytes.len()).unwrap_or(u32::MAX),
            wire_len: record.wire_len,
            time,
            flow,
            path: path(store, d, transports),
            stack: store.stacks.intern(record.interface, d, record.wire_len),
            marks,
        };
        store.packets.push(&row);
        total(store, &row);
    }
}

fn remember_link(store: &mut Store, record: &Record<'_>) {
    let interface = record.interface as usize;
    if interface >= store.links.len() {
        store.links.resize(interface + 1, 0);
    }
    if let Some(link) = store.links.get_mut(interface) {
        *link = record.link;
    }
}

/// ns since the first packet that has a time.
fn relative(store: &mut Store, time: Option<i64>) -> i64 {
    let Some(time) = time else { return NO_TIME };
    let start = *store.start.get_or_insert(time);
    // A difference that does not fit (damaged times) must not look like "no time".
    time.saturating_sub(start).max(NO_TIME + 1)
}

fn total(store: &mut Store, packet: &Packet) {
    let totals = &mut store.totals;
    totals.wire_bytes = totals.wire_bytes.saturating_add(packet.wire_len.into());
    totals.captured_bytes = totals.captured_bytes.saturating_add(packet.captured.into());
    totals.truncated = totals.truncated.saturating_add(packet.marks.has(Marks::TRUNCATED).into());
    if packet.time != NO_TIME {
        if totals.earliest == NO_TIME {
            (totals.earliest, totals.latest) = (packet.time, packet.time);
        }
        totals.in_order &= packet.time >= totals.previous;
        totals.previous = packet.time;
        totals.earliest = totals.earliest.min(packet.time);
        totals.latest = totals.latest.max(packet.time);
    }
}

/// Conversations of this packet's addresses and of the transports around the innermost one.
#[inline]
fn path(store: &mut Store, d: &Dissection, transports: &[(FlowId, End)]) -> u32 {
    let layers = d.quoted_from.unwrap_or(usize::MAX);
    let mut steps = [0; MOST_STEPS];
    let mut count = 0;
    let mut add = |step: Step| {
        if let Some(place) = steps.get_mut(count) {
            *place = step.pack();
            count += 1;
        }
    };
    let broken =
        d.pairs.last().is_some_and(|(source, _, _)| source.family() == Family::Ipv6) && protocols::chain_is_broken(d);
    let pairs = d.pairs.get(..d.pairs.len() - usize::from(broken)).unwrap_or_default();
    // Nearly always the innermost pair is the flow's, which is known already.
    let innermost = transports.last().and_then(|&(flow, _)| store.flows.get(flow)).map(|flow| flow.key.pair);
    for (source, destination, _) in pairs.iter().filter(|(_, _, layer)| usize::from(*layer) < layers) {
        let (pair, reversed) = Pair::of(source, destination);
        let known = innermost.filter(|&id| store.paths.get(id) == Some(&pair));
        let pair = known.unwrap_or_else(|| store.paths.intern_pair(pair));
        add(Step::Pair { pair, reversed });
    }
    for &(flow, end) in transports.split_last().map_or(&[][..], |(_, outer)| outer) {
        add(Step::Flow { flow, from_b: end == 1 });
    }
    store.paths.intern(steps.get(..count).unwrap_or_default())
}

/// Conversations of one packet at most; deeper tunnels are not followed.
const MOST_STEPS: usize = 40;

fn keep_names(store: &mut Store, d: &mut Dissection, flow: FlowId) {
    for named in d.names.drain(..) {
        match named {
            Named::Address(address, name, from) => store.names.name_address(address, name, from),
            Named::Server(from, name) => {
                let id = store.names.intern(name, from);
                if let Some(flow) = store.flows.get_mut(flow).filter(|flow| flow.name == 0) {
                    flow.name = id;
                }
            }
        }
    }
}

/// The walk's questions, answered from the store.
struct Pass<'s> {
    store: &'s mut Store,
    fragments: &'s mut Fragments,
    heads: &'s mut Heads,
    sequences: &'s mut sequence::Sequences,
    transports: &'s mut Vec<(FlowId, End)>,
    packet: PacketId,
    time: i64,
    wire_len: u32,
    tcp_flags: u16,
    /// What the innermost TCP segment's numbers say.
    found: sequence::Finding,
    /// A first message that this packet completes, and whose it is.
    whole_head: Option<(ProtocolId, Vec<u8>)>,
}

impl Conversations for Pass<'_> {
    #[inline]
    fn speaks(&mut self, d: &Dissection, segment: &Segment, payload: &Bytes<'_>) -> Option<ProtocolId> {
        let (source, destination, _) = d.pairs.last()?;
        let (id, end) = assign::assign(self.store, source, destination, segment, self.packet)?;
        let flow = self.store.flows.get_mut(id)?;
        if d.quoted_from.is_some() {
            return None;
        }
        self.transports.push((id, end));
        if let Some(head) = &segment.tcp {
            self.tcp_flags = head.flags;
            handshake::observe(flow, end, head, segment.payload_len, self.time);
            let (payload, time) = (segment.payload_len, self.time);
            self.found = self.sequences.observe(id, end, head, payload, time, self.packet, &flow.tcp);
        }
        let is_first = flow.count(end, self.wire_len, segment.payload_len, self.time);
        let app = identify::speaks(flow, segment, payload);
        let unnamed = flow.name == 0;
        if is_first {
            // A quotation may have named the flow before.
            flow.first_packet = self.packet;
            self.store.flows.begin_conversation(segment.transport);
        }
        if let (Some(app), Some(head), true) = (app, &segment.tcp, unnamed)
            && let Some(whole) = self.heads.follow(id, end, app, head.payload_seq(), payload.all())
        {
            self.whole_head = Some((app, whole));
        }
        app
    }

    fn fragment(&mut self, _: &Dissection, fragment: &Fragment, bytes: &Bytes<'_>) -> Option<Vec<u8>> {
        let whole = self.fragments.add(fragment, bytes, self.packet)?;
        self.store.reassembled.push((self.packet, whole.packets.into_boxed_slice()));
        Some(whole.bytes)
    }
}

impl Pass<'_> {
    /// The flow of a packet whose innermost transport has no payload protocol of its own: ICMP, and IP protocols we do not read.
    fn portless(&mut self, d: &Dissection) {
        use Transport::{Dccp, Ip, Sctp, Tcp, Udp};
        let Some(segment) = d.segment else { return };
        if matches!(segment.transport, Tcp | Udp | Sctp | Dccp | Ip(6 | 17 | 33 | 132)) {
            return; // has its flow already, or its header could not be read
        }
        let layers = d.quoted_from.unwrap_or(usize::MAX);
        let pair = d.pairs.iter().rev().find(|(_, _, layer)| usize::from(*layer) < layers);
        let Some((source, destination, _)) = pair else { return };
        let Some((id, end)) = assign::assign(self.store, source, destination, &segment, self.packet) else { return };
        let Some(flow) = self.store.flows.get_mut(id) else { return };
        if let Some(asks) = segment.asks {
            flow.asked_by(if asks { end } else { 1 - end });
        }
        if flow.count(end, self.wire_len, segment.payload_len, self.time) {
            flow.first_packet = self.packet;
            self.store.flows.begin_conversation(segment.transport);
        }
        self.transports.push((id, end));
    }
}
