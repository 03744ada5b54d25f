//! One packet's way through the engine, on one screen.
use super::capture::Record;
use super::dissect::{
    Address, Bytes, Dissection, Family, Fragment, Named, Problem, ProtocolId, Role, Segment, Transport, Wanted,
    experts, tcp_flag,
};
use super::flow::expected::Expectations;
use super::flow::messages::{Arriving, HEAD, Messages};
use super::flow::sequence::Sequences;
use super::flow::states::States;
use super::flow::transactions::Pending;
use super::flow::{assign, fragments::Fragments, handshake, identify};
use super::protocols::{self, Conversations, Cut, Told, protocol, registry};
use super::store::column::Column;
use super::store::flows::{End, Flow, NO_PROTOCOL, SETTLED};
use super::store::numbers::{Header, Sack};
use super::store::packets::{FlowId, Marks, NO_FLOW, NO_TIME, Packet, PacketId};
use super::store::paths::Step;
use super::store::transactions::Place;
use super::store::{Quotation, Speech, Store};

experts! {
    OTHER_HOPS: Note Sequence => "wireglass.ttl_changed", "Another time to live than the sender's packet before it" [protocol: "IP"];
    COMMENT: Comment Comment => "frame.comment.expert", "Comments on packets";
}

/// What the pass needs besides the store: scratch space and what is followed from packet to packet.
pub struct Ingest {
    d: Dissection,
    pub fragments: Fragments,
    pub messages: Messages,
    followed: Followed,
    sequences: Sequences,
    /// Flows of this packet's transports, outermost first.
    transports: Vec<(FlowId, End)>,
}

/// What protocols told about flows to come, answers to come, and themselves.
#[derive(Default)]
struct Followed {
    expected: Expectations,
    pending: Pending,
    states: States,
}

impl Default for Ingest {
    fn default() -> Self {
        Self {
            d: Dissection::new(Wanted::Facts),
            fragments: Fragments::default(),
            messages: Messages::default(),
            followed: Followed::default(),
            sequences: Sequences::default(),
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
        store.packets.clocks.extend(record.clock.map(|clock| (packet, clock)));
        let Self { d, fragments, messages, followed, sequences, transports } = self;
        transports.clear();
        remember_link(store, record);
        let frame = Bytes::frame(record.bytes, record.wire_len);
        let at = At { packet, time, clock: store.packets.clock(packet, time), wire_len: record.wire_len };
        let (findings, duplicate, speaking, in_part) = (0, None, None, false);
        let mut pass = Pass {
            store,
            fragments,
            messages,
            followed,
            sequences,
            transports,
            at,
            findings,
            duplicate,
            speaking,
            in_part,
        };
        protocols::walk_frame(d, record.link, frame, &mut pass);
        pass.portless(d);
        if d.quoted_from.is_some() {
            // What is quoted was told when it was sent.
            d.names.clear();
        }
        if d.shakes_hands {
            pass.store.handshakes.push(packet);
        }
        let (mut marks, in_part) = (Marks(pass.findings), pass.in_part);
        if let Some((of, nth)) = pass.duplicate {
            pass.store.duplicate_acks.push((packet, of, nth));
        }
        let (flow, end) = transports.last().copied().unwrap_or((NO_FLOW, 0));
        if flow == NO_FLOW && d.hops != 0 {
            store.other_hops.push((packet, NO_FLOW, d.hops));
        }
        marks.set(Marks::FROM_B, end == 1);
        marks.set(Marks::TRUNCATED, (record.bytes.len() as u64) < u64::from(record.wire_len));
        marks.set(Marks::MALFORMED, d.problem == Some(Problem::Malformed));
        marks.set(Marks::COMMENT, record.comment.is_some());
        // A zero ends a text that says it is longer.
        if let Some(comment) = record.comment.and_then(|comment| comment.split(|&b| b == 0).next()) {
            d.expert_of(protocols::FRAME, &COMMENT, Some(&String::from_utf8_lossy(comment)));
        }
        if !d.names.is_empty() {
            keep_names(store, d, flow);
        }
        if !d.experts.is_empty() {
            store.experts.keep(packet, d);
        }
        let row = Packet {
            offset: record.offset,
            captured: u32::try_from(record.bytes.len()).unwrap_or(u32::MAX),
            wire_len: record.wire_len,
            time,
            flow,
            path: path(store, d, transports),
            stack: store.stacks.intern(record.interface, d, record.wire_len, in_part, flow << 1 | end as u32),
            marks,
        };
        store.packets.push(&row);
        keep_numbers(store, sequences, d, flow, end);
        store.totals.add(&row.row(), row.captured);
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

/// Keeps what the header of the flow's segment says.
#[inline]
fn keep_numbers(store: &mut Store, sequences: &mut Sequences, d: &Dissection, flow: FlowId, end: End) {
    let segment = d.segment.as_ref().filter(|_| flow != NO_FLOW && d.quoted_from.is_none());
    let Some((segment, head)) = segment.and_then(|segment| Some((segment, segment.tcp.as_ref()?))) else {
        return store.numbers.push_other();
    };
    let Some(expected) = sequences.expected(flow, end) else { return store.numbers.push_other() };
    let header = Header { seq: head.seq, ack: head.ack, window: head.window, len: segment.payload_len };
    store.numbers.push(expected, &header, head.flags);
    for &block in head.sacks() {
        store.numbers.sacks.push(Sack { packet: store.packets.len().saturating_sub(1), block, sum: head.sacked });
    }
}

/// ns since the first packet that has a time.
fn relative(store: &mut Store, time: Option<i64>) -> i64 {
    let Some(time) = time else { return NO_TIME };
    let start = *store.start.get_or_insert(time);
    // A difference that does not fit (damaged times) must not look like "no time".
    time.saturating_sub(start).max(NO_TIME + 1)
}

/// Conversations of this packet's addresses and of the transports around the innermost one.
#[inline]
fn path(store: &mut Store, d: &Dissection, transports: &[(FlowId, End)]) -> u32 {
    let layers = d.quoted_from.unwrap_or(usize::MAX);
    let broken =
        d.pairs.last().is_some_and(|(source, _, _)| source.family() == Family::Ipv6) && protocols::chain_is_broken(d);
    let pairs = d.pairs.get(..d.pairs.len() - usize::from(broken)).unwrap_or_default();
    let &[(flow, end)] = transports else { return intern_path(store, pairs, layers, transports) };
    if d.quoted_from.is_some() {
        return intern_path(store, pairs, layers, transports);
    }
    let whose = Step::Flow { flow, from_b: end == 1 };
    if let Some(path) = store.paths.recent(whose, pairs.iter().map(|(source, destination, _)| (source, destination))) {
        return path;
    }
    let path = intern_path(store, pairs, layers, transports);
    store.paths.remember(whose, path);
    path
}

fn intern_path(
    store: &mut Store,
    pairs: &[(Address, Address, u8)],
    layers: usize,
    transports: &[(FlowId, End)],
) -> u32 {
    let mut steps = [0; MOST_STEPS];
    let mut count = 0;
    let mut add = |step: Step| {
        if let Some(place) = steps.get_mut(count) {
            *place = step.pack();
            count += 1;
        }
    };
    for (source, destination, _) in pairs.iter().filter(|(_, _, layer)| usize::from(*layer) < layers) {
        let (pair, reversed) = store.paths.pair(source, destination);
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

/// Keeps a packet's time to live where it is another than its sender's packets of the flow had first; that one.
#[inline]
fn other_hops(
    others: &mut Column<(PacketId, FlowId, u8), 1024>,
    flow: &mut Flow,
    (id, end): (FlowId, End),
    packet: PacketId,
    now: u8,
) -> Option<u8> {
    let first = flow.hops.get_mut(end)?;
    if *first == now || now == 0 {
        return None;
    }
    if *first == 0 {
        *first = now;
        return None;
    }
    others.push((packet, id, now));
    Some(*first)
}

/// The packet at hand.
#[derive(Clone, Copy)]
struct At {
    packet: PacketId,
    time: i64,
    /// The same for differences in a stream.
    clock: i64,
    wire_len: u32,
}

/// The walk's questions, answered from the store.
struct Pass<'s> {
    store: &'s mut Store,
    fragments: &'s mut Fragments,
    messages: &'s mut Messages,
    followed: &'s mut Followed,
    sequences: &'s mut Sequences,
    transports: &'s mut Vec<(FlowId, End)>,
    at: At,
    /// Marks of the innermost TCP segment.
    findings: u32,
    /// Which ACK it repeats, and for the how many-th time.
    duplicate: Option<(PacketId, u32)>,
    /// The flow and the protocol asked about last.
    speaking: Option<(FlowId, End, ProtocolId)>,
    /// Of a long message only the head is read; or it may be seen as something else later.
    in_part: bool,
}

impl Conversations for Pass<'_> {
    #[inline]
    fn speaks(&mut self, d: &mut Dissection, segment: &Segment, payload: &Bytes<'_>) -> Told {
        self.speaking = None;
        let app = self.assign(d, segment, payload);
        let carrier = self.speaking.and_then(|(flow, _, _)| self.store.flows.get(flow)).map(|flow| flow.carrier);
        Told { app, carrier: carrier.filter(|&carrier| carrier != NO_PROTOCOL), numbers: None }
    }

    #[inline]
    fn cut(&mut self, d: &Dissection, segment: &Segment, payload: &Bytes<'_>, at: usize) -> Cut {
        let (Some(head), Some((flow, from, app))) = (&segment.tcp, self.speaking) else {
            return if at == 0 && payload.wire_len() > 0 { Cut::Message(payload.wire_len()) } else { Cut::End };
        };
        let fin = head.flags & tcp_flag::FIN != 0;
        if payload.wire_len() == 0 && !fin {
            return Cut::End; // an acknowledgement alone neither brings nor ends anything
        }
        let framing = if app == NO_PROTOCOL { None } else { protocol(app).framing };
        let arriving = Arriving {
            packet: self.at.packet,
            flow,
            from,
            seq: head.payload_seq(),
            fin,
            stale: Marks(self.findings).is_stale(),
            repeated: self.findings & Marks::FAST_RETRANSMISSION != 0,
            bytes: payload.all(),
            wire_len: payload.wire_len(),
            from_port: segment.from_port,
            to_port: segment.to_port,
            from_client: d.from_client().unwrap_or(false),
            memory: d.memory(),
        };
        let cut = self.messages.cut(framing, &arriving, at);
        match cut {
            Cut::Segment if at == 0 => self.findings |= Marks::SEGMENT,
            Cut::Segment | Cut::Assembled { .. } => {
                if let Some(cutting) = self.messages.cutting {
                    self.in_part |= cutting.length as usize > HEAD;
                    match self.store.cuttings.last_mut() {
                        Some(last) if (last.packet, last.flow) == (cutting.packet, cutting.flow) => *last = cutting,
                        _ => self.store.cuttings.push(cutting),
                    }
                }
            }
            _ => {}
        }
        cut
    }

    #[inline]
    fn heard(&mut self, d: &mut Dissection) {
        if let Some((flow, _, app)) = self.speaking.take() {
            self.note(d, flow, app);
        }
    }

    fn fragment(&mut self, _: &Dissection, fragment: &Fragment, bytes: &Bytes<'_>) -> Option<Vec<u8>> {
        let whole = self.fragments.add(fragment, bytes, self.at.packet)?;
        let earlier = whole.packets.iter().filter(|&&packet| packet != self.at.packet);
        self.store.completed_by.extend(earlier.map(|&packet| (packet, self.at.packet)));
        self.store.reassembled.push((self.at.packet, whole.packets.into_boxed_slice()));
        Some(whole.bytes)
    }
}

impl Pass<'_> {
    /// Finds the segment's flow, counts the packet for it and finds out what it speaks.
    #[inline]
    fn assign(&mut self, d: &mut Dissection, segment: &Segment, payload: &Bytes<'_>) -> Option<ProtocolId> {
        let (source, destination, _) = d.pairs.last()?;
        let (id, end) = assign::assign(self.store, source, destination, segment, self.at.packet)?;
        let flow = self.store.flows.get_mut(id)?;
        if d.quoted_from.is_some() {
            self.store.quotations.push(Quotation { packet: self.at.packet, flow: id, too_big: d.too_big });
            return identify::quoted(flow.app, segment, payload);
        }
        self.transports.push((id, end));
        if let Some(head) = &segment.tcp {
            let At { packet, clock, .. } = self.at;
            handshake::observe(flow, end, head, segment.payload_len, clock);
            let found =
                self.sequences.observe(id, end, head, segment.payload_len, clock, packet, &flow.tcp, |earlier| {
                    self.store.packets.clock_of(earlier)
                });
            self.findings = u32::from(head.flags) | found.marks.0;
            self.duplicate = found.duplicate_of;
        }
        if let (Some(tsn), Some(base)) = (segment.tsn, flow.tcp.base.get_mut(end)) {
            base.get_or_insert(tsn);
        }
        let before = other_hops(&mut self.store.other_hops, flow, (id, end), self.at.packet, d.hops);
        let is_first = flow.count(end, self.at.wire_len, segment.payload_len, self.at.time);
        if is_first {
            // A quotation may have named the flow before.
            flow.first_packet = self.at.packet;
            if let Some(app) = self.followed.expected.of(segment, source, destination) {
                (flow.app, flow.looks) = (app, SETTLED);
            }
        }
        if let Some(before) = before
            && let Some(false) = flow.told_hops.get_mut(end).map(|told| std::mem::replace(told, true))
        {
            let now = d.hops;
            d.expert_text(&OTHER_HOPS, &format_args!("Time to live {now}, {before} before in this flow"));
        }
        let (taken_for, looks) = (flow.app, flow.looks);
        let app = identify::speaks(flow, segment, payload);
        let is_late = flow.app != taken_for && looks > 0;
        self.speaking = Some((id, end, app.unwrap_or(NO_PROTOCOL)));
        d.context.memory = flow.memory;
        d.context.from_client = Some(flow.client == end);
        if is_first {
            self.store.flows.begin_conversation(segment.transport);
        }
        if is_late {
            self.store.late.insert(id, self.at.packet);
        }
        if let Some(app) = app
            && protocol(app).stateful
        {
            d.context.state = self.followed.states.take(id);
        }
        app
    }

    /// Keeps what the protocols of a flow's payload told.
    #[inline]
    fn note(&mut self, d: &mut Dissection, id: FlowId, app: ProtocolId) {
        let context = &mut d.context;
        self.in_part |= context.open;
        if context.has_news()
            && let Some(flow) = self.store.flows.get_mut(id)
        {
            flow.memory = context.memory;
            let before = Speech { app, carrier: flow.carrier };
            if let Some(inner) = context.carries.take() {
                self.store.switches.entry(id).or_default().push((self.at.packet, before));
                let next = inner.and_then(|name| registry().named(name));
                (flow.carrier, flow.app) = (app, next.unwrap_or(NO_PROTOCOL));
                flow.looks = if next.is_some() { SETTLED } else { 0 };
            }
            if let Some(next) = context.switch.and_then(|name| registry().named(name))
                && next != flow.app
            {
                self.store.switches.entry(id).or_default().push((self.at.packet, before));
                (flow.app, flow.looks) = (next, SETTLED);
            }
        }
        if let Some(state) = context.state.take() {
            self.followed.states.keep(id, state);
        }
        for (nth, role, key) in context.transactions.drain(..) {
            let place = Place { packet: self.at.packet, nth };
            let (now, packets) = (self.at.time, &self.store.packets);
            let age = |earlier: Place| packets.time(earlier.packet).map_or(0, |time| now.saturating_sub(time));
            let first = self.followed.pending.told(&mut self.store.transactions, id, place, role, key, age);
            if let (Some(first), Role::OnceFor(_)) = (first, role) {
                self.store.repeats.push((place.packet, first.packet));
            }
        }
        if !context.expected.is_empty() {
            self.followed.expected.add(&mut context.expected);
        }
        context.forget();
    }

    /// The flow of a packet whose innermost transport has no payload protocol of its own: ICMP, and IP protocols we do not read.
    fn portless(&mut self, d: &mut Dissection) {
        use Transport::{Dccp, Ip, Sctp, Tcp, Udp};
        let Some(segment) = d.segment else { return };
        if matches!(segment.transport, Tcp | Udp | Sctp | Dccp | Ip(6 | 17 | 33 | 132)) {
            return; // has its flow already, or its header could not be read
        }
        let layers = d.quoted_from.unwrap_or(usize::MAX);
        let pair = d.pairs.iter().rev().find(|(_, _, layer)| usize::from(*layer) < layers);
        let Some((source, destination, _)) = pair else { return };
        let Some((id, end)) = assign::assign(self.store, source, destination, &segment, self.at.packet) else { return };
        let Some(flow) = self.store.flows.get_mut(id) else { return };
        if let Some(asks) = segment.asks {
            flow.asked_by(if asks { end } else { 1 - end });
        }
        other_hops(&mut self.store.other_hops, flow, (id, end), self.at.packet, d.hops);
        if flow.count(end, self.at.wire_len, segment.payload_len, self.at.time) {
            flow.first_packet = self.at.packet;
            self.store.flows.begin_conversation(segment.transport);
        }
        self.transports.push((id, end));
        self.note(d, id, NO_PROTOCOL);
    }
}
