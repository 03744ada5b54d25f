//! From layer to layer through a packet. Knows the few protocols that every walk needs; all others it finds by their claims.
use super::{PROTOCOLS, data, protocol, registry, sctp, tcp, udp};
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Fragment, LayerKind, Next, Problem, ProtocolId, Segment, Severity, Span, Transport,
    experts,
};

/// Ids of the protocols that the walk itself adds.
const DATA_ID: ProtocolId = 0;
pub(super) const SHORT_ID: ProtocolId = 1;
pub(super) const MALFORMED_ID: ProtocolId = 2;
/// Bytes put together from several segments: a line in the tree before the message.
pub const SEGMENTS: ProtocolId = 3;
/// What the file says about a packet: no layer of any, but its fields are named like one's.
pub const FRAME: ProtocolId = 5;

experts! {
    MALFORMED: Error Malformed => "_ws.malformed.expert", "Malformed Packet (Exception occurred)";
    IN_PART: Note Reassemble => "_ws.unreassembled.expert", "Unreassembled fragment (change preferences to enable reassembly)";
}

/// What the walk cannot know from one packet alone.
pub trait Conversations {
    /// A packet's walk begins.
    fn begin(&mut self, _: &mut Dissection) {}
    /// Which protocol speaks on the flow of this segment, and what else is known of it; goes into `d.context`.
    fn speaks(&mut self, d: &mut Dissection, segment: &Segment, payload: &Bytes<'_>) -> Told;
    /// The next message in the payload of the segment asked about last, from the byte `at` on.
    fn cut(&mut self, _d: &Dissection, _segment: &Segment, payload: &Bytes<'_>, at: usize) -> Cut {
        if at == 0 && payload.wire_len() > 0 { Cut::Message(payload.wire_len()) } else { Cut::End }
    }
    /// The layers above the transport asked about last are read: what they told is in `d.context`.
    fn heard(&mut self, _: &mut Dissection) {}
    /// Keeps a fragment; the whole payload when this one completes it.
    fn fragment(&mut self, d: &Dissection, fragment: &Fragment, bytes: &Bytes<'_>) -> Option<Vec<u8>>;
}

/// What a conversation knows about a segment.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Which protocol its payload speaks.
    pub app: Option<ProtocolId>,
    /// The protocol that carries it.
    pub carrier: Option<ProtocolId>,
    /// What a TCP header means in its stream, when columns are wanted.
    pub numbers: Option<Numbers>,
}

/// A TCP header's numbers as its stream has them.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    pub stream: u32,
    /// Relative to the sender's first.
    pub seq: u32,
    pub ack: u32,
    /// Sequence number of the other side that is its relative 0.
    pub ack_base: u32,
    /// Scaled, where the scale is known.
    pub window: u32,
    /// What the window is multiplied by: -1 unknown, -2 nothing; 0 for a SYN, whose window is what it says.
    pub factor: i32,
    /// Findings on the segment, as the Info column begins with them.
    pub prefix: String,
}

/// A piece of a segment's payload.
#[derive(Debug)]
pub enum Cut {
    /// The next message has this many bytes of the payload.
    Message(usize),
    /// A message of `length` bytes that began in earlier segments is complete with `used` bytes of the payload. Of a long message
    /// only the first bytes are kept. `open`: its end was not known before, and what follows in the segment is read with it.
    Assembled { bytes: Vec<u8>, length: usize, used: usize, open: bool },
    /// Nobody's bytes: a keep-alive's.
    Data,
    /// The rest belongs to a message that a later segment completes, or was seen before.
    Segment,
    /// Nothing is left.
    End,
}

/// Dissects a captured frame of a link type into `d`, outermost layer first. The index pass has a walk compiled for itself, all others
/// share the one with `dyn Conversations`.
pub fn walk_frame<C>(d: &mut Dissection, link: u16, frame: Bytes<'_>, conversations: &mut C)
where
    C: Conversations + ?Sized,
{
    d.clear();
    conversations.begin(d);
    walk(d, Next::Claim(Claim::Link(link), frame), frame, conversations);
    conversations.heard(d);
}

/// Follows one chain of layers to its end, then the parts of `buffer` that its layers set aside.
fn walk<'p>(d: &mut Dissection, first: Next<'p>, buffer: Bytes<'p>, conversations: &mut (impl Conversations + ?Sized)) {
    chain(d, first, conversations);
    // Parts may have parts; each is entered only once, and layers are bounded.
    while let Some(at) = d.context.later.iter().position(|(_, span, _)| span.buffer() == buffer.buffer()) {
        let (claim, span, kind) = d.context.later.remove(at);
        d.context.next = Some(kind);
        chain(d, Next::Claim(claim, window(buffer, span)), conversations);
    }
}

fn window(buffer: Bytes<'_>, span: Span) -> Bytes<'_> {
    buffer.from(span.start().saturating_sub(buffer.start()) as usize).limit(span.len() as usize)
}

fn chain<'p>(d: &mut Dissection, first: Next<'p>, conversations: &mut (impl Conversations + ?Sized)) {
    let registry = registry();
    let mut next = first;
    loop {
        next = match next {
            Next::End => return,
            Next::Nobody => {
                d.layers.pop();
                return;
            }
            Next::Data(bytes) => {
                if bytes.wire_len() > 0 {
                    enter(d, DATA_ID, bytes);
                }
                return;
            }
            Next::Claim(Claim::IpVersion, bytes) => match bytes.u8(0).map(|first| first >> 4) {
                Ok(4) => Next::Claim(Claim::EtherType(0x0800), bytes),
                Ok(6) => Next::Claim(Claim::EtherType(0x86dd), bytes),
                _ => Next::Data(bytes),
            },
            Next::Claim(Claim::EtherTypedAs(kind), bytes) => {
                if let Some(id) = registry.claimed(Claim::EtherTyped) {
                    d.enter(id, &bytes);
                }
                Next::Claim(Claim::EtherType(kind), bytes)
            }
            Next::Claim(Claim::Linked(link), bytes) => {
                if let Some(id) = registry.named("pcap_pktdata") {
                    d.enter(id, &bytes);
                }
                Next::Claim(Claim::Link(link), bytes)
            }
            Next::Instead(claim, bytes) => {
                d.layers.pop();
                Next::Claim(claim, bytes)
            }
            Next::Claim(claim, bytes) => match registry.claimed(claim) {
                Some(id) => {
                    if matches!(claim, Claim::Ip(_)) {
                        // A tunnel's flow has told what it had to; what follows has one of its own, ICMP too.
                        conversations.heard(d);
                    }
                    d.through = claim;
                    enter(d, id, bytes)
                }
                None => Next::Data(bytes),
            },
            Next::Made(claim, title, bytes) => {
                let bytes_made = Bytes::reassembled(&bytes, d.buffer(title, &bytes));
                return walk(d, Next::Claim(claim, bytes_made), bytes_made, conversations);
            }
            Next::Transport(bytes) => {
                conversations.heard(d);
                let segment = d.carried();
                d.segment(segment);
                if bytes.buffer() == 0 {
                    d.payload_end = bytes.wire_span(0..bytes.wire_len()).end();
                }
                let told = conversations.speaks(d, &segment, &bytes);
                if let (Some(numbers), true) = (&told.numbers, d.wants()) {
                    match segment.transport {
                        Transport::Sctp => sctp::tell(d, numbers),
                        Transport::Udp => udp::tell(d, numbers),
                        _ => tcp::tell(d, &segment, numbers),
                    }
                }
                match told.app {
                    // A FIN without payload may end a message, too.
                    Some(id) => return messages(d, id, &told, &segment, bytes, conversations),
                    None if matches!(conversations.cut(d, &segment, &bytes, 0), Cut::Segment) => {
                        d.ends_at(&bytes);
                        return;
                    }
                    None => {
                        carrier(d, &told, &bytes);
                        Next::Data(bytes)
                    }
                }
            }
            Next::Fragment(fragment, bytes) => match conversations.fragment(d, &fragment, &bytes) {
                Some(whole) => {
                    let whole_bytes = Bytes::reassembled(&whole, d.buffer("Reassembled IP datagram", &whole));
                    let next = Next::Claim(Claim::Ip(fragment.protocol), whole_bytes);
                    return walk(d, next, whole_bytes, conversations);
                }
                None => Next::Data(bytes),
            },
        };
    }
}

/// The layer of the protocol that carries the flow's; only a name where that one has handed over for good.
fn carrier(d: &mut Dissection, told: &Told, bytes: &Bytes<'_>) {
    let Some(id) = told.carrier.filter(|_| bytes.wire_len() > 0) else { return };
    if told.app.is_some_and(|app| protocol(app).inside.is_some()) {
        d.mention(protocol(id).name);
    } else if d.enter(id, bytes) {
        d.column_nothing();
    }
}

/// A segment's payload, message by message.
fn messages(
    d: &mut Dissection,
    id: ProtocolId,
    told: &Told,
    segment: &Segment,
    payload: Bytes<'_>,
    conversations: &mut (impl Conversations + ?Sized),
) {
    let mut at = 0;
    let mut kind = LayerKind::Plain;
    if payload.wire_len() > 0 {
        d.ends_at(&payload);
    }
    loop {
        match conversations.cut(d, segment, &payload, at) {
            Cut::End => return,
            Cut::Segment => {
                // What carries the message stands there already.
                if let Some(carrier) = told.carrier.filter(|_| at == 0 && protocol(id).inside.is_none()) {
                    d.enter(carrier, &payload);
                }
                return tcp::segment_data(d, &payload.from(at));
            }
            Cut::Message(length) => {
                let bytes = payload.from(at).limit(length);
                if kind == LayerKind::Plain || kind == LayerKind::Anew {
                    carrier(d, told, &bytes);
                }
                d.context.next = Some(kind);
                let next = enter(d, id, bytes);
                chain(d, next, conversations);
                next_message(d);
                (at, kind) = (at.saturating_add(length.max(1)), LayerKind::Again);
            }
            Cut::Data => {
                enter(d, DATA_ID, payload.from(at));
                return;
            }
            Cut::Assembled { bytes: whole, length, used, open } => {
                let bytes = Bytes::reassembled_in_part(&whole, d.buffer("Reassembled TCP", &whole), length);
                // A FIN without payload can end a message, too. Otherwise the tree has the line behind the message.
                if used == 0 {
                    d.enter(SEGMENTS, &bytes.from(length));
                    data::reassembled(d, &bytes, length);
                }
                carrier(d, told, &bytes);
                let next = enter(d, id, bytes);
                walk(d, next, bytes, conversations);
                next_message(d);
                if used == 0 {
                    return;
                }
                d.context.next = Some(LayerKind::Plain);
                d.enter(SEGMENTS, &bytes.from(length));
                data::reassembled(d, &bytes, length);
                (at, kind) = (at.saturating_add(used), if open { LayerKind::Again } else { LayerKind::Anew });
            }
        }
    }
}

/// Transactions are counted by message: of a long one the pass reads less than who looks again, and may see fewer of them.
fn next_message(d: &mut Dissection) {
    d.context.told = (d.context.told | 0x3f).saturating_add(1);
}

#[inline]
fn enter<'p>(d: &mut Dissection, id: ProtocolId, bytes: Bytes<'p>) -> Next<'p> {
    let Some(protocol) = PROTOCOLS.get(usize::from(id)).filter(|_| d.enter(id, &bytes)) else { return Next::End };
    (protocol.dissect)(d, bytes).unwrap_or_else(|problem| {
        broken(d, id, &bytes, problem);
        Next::End
    })
}

/// A layer could not be read to its end.
#[cold]
fn broken(d: &mut Dissection, whose: ProtocolId, bytes: &Bytes<'_>, problem: Problem) {
    if problem == Problem::Truncated && bytes.buffer() > 0 {
        // Not the capture's fault: of a long message the pass keeps only the head.
        return;
    }
    d.problem = Some(problem);
    let (id, end) = match problem {
        Problem::Truncated => (SHORT_ID, "[Packet size limited during capture]"),
        Problem::Malformed if d.in_part => {
            let id = registry().named("_ws.unreassembled").unwrap_or(MALFORMED_ID);
            (id, "[BoundErrorUnreassembled Packet]")
        }
        Problem::Malformed => (MALFORMED_ID, "[Malformed Packet]"),
    };
    d.info_extend(|| end.to_owned());
    d.context.next = Some(LayerKind::Plain);
    d.enter(id, &bytes.from(bytes.wire_len()));
    // Unless the protocol has said itself what is wrong.
    let is_said =
        d.experts.last().is_some_and(|said| said.protocol == whose && said.expert.severity == Severity::Error);
    if problem == Problem::Malformed && !is_said {
        d.expert_of(whose, if id == MALFORMED_ID { &MALFORMED } else { &IN_PART }, None);
    }
}

/// Whether a layer is a line of the tree only, not a protocol of `frame.protocols`.
pub fn is_only_in_tree(id: ProtocolId) -> bool {
    let name = protocol(id).name;
    name.starts_with("_ws.") || id == SEGMENTS
}
