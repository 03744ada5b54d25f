//! How to dissect. Knows no protocol by name; `protocols` knows them.
//!
//! Dissection never fails: it keeps what was understood, and a [`Problem`] where it ended.

#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

mod address;
pub mod asn;
pub mod ber;
mod bytes;
pub mod checksum;
pub mod coding;
mod column;
mod expert;
mod field;
mod layout;
mod message;
mod parts;
mod protocol;
mod read;
pub mod text;

pub use address::{Address, Family};
pub use bytes::{Bytes, Span, gather};
pub(crate) use expert::experts;
pub use expert::{
    Concern, EXPERT_FIELDS, Escaped, Expert, FRAGMENT_LOST, OUR_EXPERTS, Said, Severity, UNREACHABLE, When,
};
pub use field::{Field, Found, Kind, Value, lines, seconds};
pub(crate) use field::{field, fields};
pub(crate) use layout::layouts;
pub use layout::{Names, Slot, count, joined, name_of, named};
pub use message::{Context, Datagram, Expected, Frame, Framing, Partner, Role, Stream};
pub use parts::Part;
pub use protocol::{Claim, Dissect, Payload, Probe, Protocol, ProtocolId, Protocols, Transport, Verdict};
pub use read::{Reader, Row, details};

use crate::api::NameFrom;
use column::Columns;
use std::net::IpAddr;

/// Why a layer could not be read to its end. What was added before stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The capture did not keep all bytes (snapshot length).
    Truncated,
    /// A length or value that cannot be.
    Malformed,
}

/// What comes after a layer.
#[derive(Debug)]
pub enum Next<'p> {
    /// Nothing.
    End,
    /// Bytes that the protocol of this claim reads; `data` if nobody claims it.
    Claim(Claim, Bytes<'p>),
    /// Not a layer after all: the bytes belong to the protocol of this claim.
    Instead(Claim, Bytes<'p>),
    /// A transport header was read, see [`Dissection::transport`]: which protocol its payload speaks is the flow's knowledge.
    Transport(Bytes<'p>),
    /// A piece of a datagram: to be kept until it is whole.
    Fragment(Box<Fragment>, Bytes<'p>),
    /// Bytes made from the packet's (decrypted, decompressed), read by the protocol of this claim; and what they are called.
    Made(Claim, &'static str, Vec<u8>),
    /// Not a layer after all, and nobody else's.
    Nobody,
    /// Bytes that nobody reads.
    Data(Bytes<'p>),
}

/// What flows are made of: a transport header's facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub transport: Transport,
    pub from_port: u16,
    pub to_port: u16,
    /// Payload bytes by the network layer's length, captured or not.
    pub payload_len: u32,
    pub tcp: Option<TcpHead>,
    /// First transmission sequence number of an SCTP packet.
    pub tsn: Option<u32>,
    /// Whether the sender is the one who asks, where the header says so (ICMP echo).
    pub asks: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpHead {
    pub seq: u32,
    pub ack: u32,
    /// The twelve flag bits as on the wire; the lower eight are CWR ECE URG ACK PSH RST SYN FIN.
    pub flags: u16,
    pub window: u16,
    /// Shift of the window scale option, when the header has one.
    pub scale: Option<u8>,
    /// Bytes that the SACK option names.
    pub sacked: u32,
    /// Left and right edges of its blocks, as many of them as [`TcpHead::sacks`] says: four at most fit (RFC 2018 §3).
    pub sack_edges: [(u32, u32); 4],
    pub sack_blocks: u8,
}

impl TcpHead {
    /// Left and right edges of the blocks that the SACK option names, as they stand there.
    #[inline]
    pub fn sacks(&self) -> &[(u32, u32)] {
        self.sack_edges.get(..usize::from(self.sack_blocks)).unwrap_or_default()
    }
}

impl Segment {
    /// Of a protocol without ports.
    pub fn plain(transport: Transport, payload_len: usize) -> Self {
        Self::between(transport, 0, 0, payload_len)
    }

    pub fn between(transport: Transport, from_port: u16, to_port: u16, payload_len: usize) -> Self {
        let payload_len = u32::try_from(payload_len).unwrap_or(u32::MAX);
        Self { transport, from_port, to_port, payload_len, tcp: None, tsn: None, asks: None }
    }
}

impl TcpHead {
    /// Sequence number of the first payload byte: a SYN takes one before it.
    pub fn payload_seq(&self) -> u32 {
        self.seq.wrapping_add(u32::from(self.flags & tcp_flag::SYN != 0))
    }
}

/// Bits of [`TcpHead::flags`].
pub mod tcp_flag {
    pub const FIN: u16 = 0x01;
    pub const SYN: u16 = 0x02;
    pub const RST: u16 = 0x04;
    pub const ACK: u16 = 0x10;
    pub const URG: u16 = 0x20;
}

/// Identity and place of a fragment (RFC 791 §3.2, RFC 8200 §4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fragment {
    pub source: Address,
    pub destination: Address,
    pub identification: u32,
    /// What the whole datagram's payload is.
    pub protocol: u8,
    /// Bytes.
    pub offset: u32,
    pub more: bool,
}

/// A layer of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Index into the registry of protocols.
    pub protocol: ProtocolId,
    /// Up to the next layer, or to the end of what the layer around it holds.
    pub span: Span,
    pub kind: LayerKind,
}

/// Where a layer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LayerKind {
    #[default]
    Plain,
    /// A further message in the same segment: Wireshark lists it in the tree, not in `frame.protocols`.
    Again,
    /// The first message behind one that earlier segments began: listed in both, but no level of the hierarchy.
    Anew,
    /// Inside the layer around it: listed, but neither it nor what follows it is a level of the hierarchy.
    Inside,
    /// Listed, but no level of the hierarchy.
    Hidden,
}

/// Bytes that are not the frame's own: put together, decrypted or decompressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buffer {
    pub title: &'static str,
    pub bytes: Vec<u8>,
}

/// A name a packet tells: of the flow's server, or of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    Server(NameFrom, String),
    Address(IpAddr, String, NameFrom),
}

/// How much is wanted of a dissection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Layers, addresses, segments, names: the index pass.
    Facts,
    /// Fields and columns too.
    Everything,
}

/// One packet's dissection: filled by protocols, read by everybody else. Reused from packet to packet.
pub struct Dissection {
    wanted: Wanted,
    /// Fields and columns of these only; all other layers are read as the index pass reads them.
    only: Option<Protocols>,
    /// Outermost first. More than [`MAX_LAYERS`] are not followed.
    pub layers: Vec<Layer>,
    /// (source, destination) of each link and network layer, outermost first, with the index of its layer.
    pub pairs: Vec<(Address, Address, u8)>,
    pub fields: Vec<Found>,
    pub names: Vec<Named>,
    /// What layers are headed with besides their title, by index of the layer.
    pub headings: Vec<(usize, String)>,
    /// Names that are only listed, each with how many layers stand before it.
    pub mentions: Vec<(usize, &'static str)>,
    /// Findings, in the order they were made; and the texts of those that have one.
    pub experts: Vec<Said>,
    sayings: String,
    /// What ended the innermost layer, if something did.
    pub problem: Option<Problem>,
    /// How many layers stand outside the quotation, once inside an ICMP error: what follows them is no traffic.
    pub quoted_from: Option<usize>,
    /// An ICMP error says that the packet it quotes is longer than what fits its next link: bytes, 0 if it does not say how many.
    pub too_big: Option<u32>,
    /// It has a part of a TLS handshake: only then can it have one of the fields that are read there.
    pub shakes_hands: bool,
    /// The innermost network layer's payload is the first piece of a datagram whose others are not there.
    pub in_part: bool,
    /// The innermost transport's facts, for flows of protocols without [`Next::Transport`] (ICMP, other IP protocols).
    pub segment: Option<Segment>,
    /// The facts of the transport header read last. Not in [`Next`], which is handed on at every layer: that stays small.
    carried: Segment,
    /// What the packet's flow knows and is told.
    pub context: Context,
    /// Time to live, or hop limit, of the innermost network layer; 0: none.
    pub hops: u8,
    /// Where the payload of the innermost transport ends in the frame.
    pub payload_end: u32,
    /// Made when wanted; [`Span::buffer`] counts them from 1.
    pub buffers: Vec<Buffer>,
    /// Buffers made so far, kept or not.
    made: u8,
    depth: u8,
    columns: Columns,
    /// By which claim the current layer was found: a protocol with several may read its bytes differently.
    pub through: Claim,
}

/// Tells the compiler that the branch it stands in is seldom taken.
#[cold]
#[inline(never)]
fn rarely() {}

/// Fields of a packet at most: nobody reads more.
const MOST_FIELDS: usize = 20_000;

/// A packet that nests deeper is damaged or hostile.
pub const MAX_LAYERS: usize = 60;

impl Dissection {
    pub fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            only: None,
            layers: Vec::with_capacity(MAX_LAYERS),
            pairs: Vec::with_capacity(8),
            fields: Vec::new(),
            names: Vec::new(),
            headings: Vec::new(),
            mentions: Vec::new(),
            experts: Vec::new(),
            sayings: String::new(),
            problem: None,
            quoted_from: None,
            too_big: None,
            shakes_hands: false,
            in_part: false,
            segment: None,
            carried: Segment::plain(Transport::Ip(0), 0),
            context: Context::default(),
            hops: 0,
            payload_end: 0,
            buffers: Vec::new(),
            made: 0,
            depth: 0,
            columns: Columns::default(),
            through: Claim::EtherTyped,
        }
    }

    /// Of most layers no more than facts are wanted.
    #[must_use]
    pub fn only(self, protocols: Protocols) -> Self {
        Self { only: Some(protocols), ..self }
    }

    /// Ready for the next packet.
    #[inline]
    pub fn clear(&mut self) {
        if self.only.is_some() {
            self.wanted = Wanted::Everything;
        }
        self.layers.clear();
        self.pairs.clear();
        self.problem = None;
        self.quoted_from = None;
        self.too_big = None;
        self.shakes_hands = false;
        self.in_part = false;
        self.hops = 0;
        self.segment = None;
        self.names.clear();
        if !self.experts.is_empty() {
            self.experts.clear();
            self.sayings.clear();
        }
        if self.wants() {
            self.fields.clear();
            self.buffers.clear();
            self.headings.clear();
            self.mentions.clear();
            self.columns.clear();
        }
        self.made = 0;
        self.payload_end = 0;
        self.depth = 0;
        self.context.clear();
    }

    /// Whether fields and columns are wanted at all: ask before making any.
    #[inline]
    pub fn wants(&self) -> bool {
        // What follows is rare, says the hint: it is made small, and the pass runs past it.
        if self.wanted == Wanted::Everything {
            rarely();
            return true;
        }
        false
    }

    /// A protocol begins to read `bytes`. False when the packet nests too deep.
    #[inline]
    pub fn enter(&mut self, protocol: ProtocolId, bytes: &Bytes<'_>) -> bool {
        if self.layers.len() >= MAX_LAYERS {
            return false;
        }
        if let Some(only) = &self.only {
            self.wanted = if only.has(protocol) { Wanted::Everything } else { Wanted::Facts };
        }
        let inside = self.layers.last().is_some_and(|layer| layer.kind == LayerKind::Inside);
        let usual = if inside { LayerKind::Inside } else { LayerKind::Plain };
        let kind = self.context.next.take().unwrap_or(usual);
        if !matches!(kind, LayerKind::Again | LayerKind::Anew) {
            self.ends_at(bytes);
        }
        self.layers.push(Layer { protocol, span: bytes.wire_span(0..bytes.wire_len()), kind });
        self.depth = 0;
        true
    }

    /// A name that `frame.protocols` lists although it is no layer: a part of a certificate, for example.
    pub fn mention(&mut self, name: &'static str) {
        if self.wants() {
            self.mentions.push((self.layers.len(), name));
        }
    }

    /// What follows stands inside this layer: it is no level of the hierarchy.
    pub fn inside(&mut self) {
        self.context.next = Some(LayerKind::Inside);
    }

    /// The current layer is listed in `frame.protocols`, but no level of the hierarchy.
    pub fn hide(&mut self) {
        if let Some(layer) = self.layers.last_mut() {
            layer.kind = LayerKind::Hidden;
        }
    }

    /// The number of the next buffer of bytes that are not the frame's own; they are kept when fields are wanted.
    pub fn buffer(&mut self, title: &'static str, bytes: &[u8]) -> u8 {
        self.made = self.made.saturating_add(1);
        if self.wants() || self.only.is_some() {
            self.buffers.push(Buffer { title, bytes: bytes.to_vec() });
        }
        self.made
    }

    /// The innermost layer ends where `next` begins.
    pub fn ends_at(&mut self, next: &Bytes<'_>) {
        if let Some(layer) = self.layers.last_mut()
            && layer.span.buffer() == next.buffer()
        {
            let start = layer.span.start();
            layer.span = Span::new(next.buffer(), start, next.start().saturating_sub(start));
        }
    }

    /// Addresses of a link or network layer.
    #[inline]
    pub fn pair(&mut self, source: Address, destination: Address) {
        let layer = u8::try_from(self.layers.len().saturating_sub(1)).unwrap_or(u8::MAX);
        self.pairs.push((source, destination, layer));
    }

    /// What follows is quoted by an error message, not sent.
    pub fn quote(&mut self) {
        self.quoted_from.get_or_insert(self.layers.len());
    }

    /// Facts of a transport without a payload protocol of its own.
    #[inline]
    pub fn segment(&mut self, segment: Segment) {
        if self.quoted_from.is_none() {
            self.segment = Some(segment);
        }
    }

    /// A transport header was read: what it says, and the payload.
    #[inline]
    pub fn transport<'p>(&mut self, segment: Segment, payload: Bytes<'p>) -> Next<'p> {
        self.carried = segment;
        Next::Transport(payload)
    }

    /// What the transport header read last says.
    #[inline]
    pub fn carried(&self) -> Segment {
        self.carried
    }

    /// Whether the payload comes from the server of a protocol on these ports. On other ports the flow knows who is the client, else
    /// the lower one is taken for the server's.
    pub fn from_server(&self, ports: &[u16]) -> bool {
        let Some(Segment { from_port, to_port, .. }) = self.segment else { return false };
        match (ports.contains(&from_port), ports.contains(&to_port)) {
            (from, to) if from != to => from,
            _ => self.from_client().map_or(from_port < to_port, |client| !client),
        }
    }

    /// Adds a field of the current layer. Call it under [`Dissection::wants`] where making the value costs anything.
    #[inline]
    pub fn field(&mut self, field: &'static Field, span: Span, value: impl Into<Value>) {
        if self.wants() {
            self.add(field, span, value.into(), false, None);
        }
    }

    /// A field whose value has a name: `Type: 8 (Echo request)`.
    pub fn noted(&mut self, field: &'static Field, span: Span, value: impl Into<Value>, note: &str) {
        if self.wants() {
            self.add(field, span, value.into(), false, Some(note.into()));
        }
    }

    /// A field that was computed, not read.
    pub fn generated(&mut self, field: &'static Field, span: Span, value: impl Into<Value>) {
        if self.wants() {
            self.add(field, span, value.into(), true, None);
        }
    }

    /// The same, with the name of its value.
    pub fn add_generated(&mut self, field: &'static Field, span: Span, value: impl Into<Value>, note: &str) {
        if self.wants() {
            self.add(field, span, value.into(), true, Some(note.into()));
        }
    }

    /// A line of the tree that is only text; what [`Dissection::nest`] adds stands under it.
    pub fn label(&mut self, field: &'static Field, span: Span, text: impl FnOnce() -> String) {
        if self.wants() {
            self.add_label(field, span, text());
        }
    }

    #[inline(never)]
    fn add_label(&mut self, field: &'static Field, span: Span, text: String) {
        self.add(field, span, Value::Nothing, false, Some(text.into()));
    }

    /// A computed field that stands behind the current layer's first `after` (or at the layer's end).
    pub fn generated_after(&mut self, after: &'static Field, field: &'static Field, value: impl Into<Value>) {
        if !self.wants() {
            return;
        }
        let layer = u8::try_from(self.layers.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let found = self.fields.iter().position(|found| found.layer == layer && std::ptr::eq(found.field, after));
        let span = found.and_then(|at| self.fields.get(at)).map(|found| found.span).unwrap_or_default();
        let new = Found { field, layer, depth: self.depth, generated: true, span, value: value.into(), note: None };
        match found.map(|at| at.saturating_add(1)).filter(|at| *at <= self.fields.len()) {
            Some(at) => self.fields.insert(at, new),
            None => self.fields.push(new),
        }
    }

    /// A computed field of a layer, once the dissection is done.
    pub fn attach(&mut self, layer: usize, depth: u8, field: &'static Field, value: Value, note: Option<&str>) {
        let layer = u8::try_from(layer).unwrap_or(u8::MAX);
        let (span, note) = (Span::default(), note.map(Box::from));
        self.fields.push(Found { field, layer, depth, generated: true, span, value, note });
    }

    /// A field of a layer that stands from one byte of the frame to another, once the dissection is done.
    pub fn attach_at(&mut self, layer: u8, field: &'static Field, (from, to): (u32, u32), value: Value) {
        let span = Span::new(0, from, to.saturating_sub(from));
        self.fields.push(Found { field, layer, depth: 0, generated: false, span, value, note: None });
    }

    #[inline(never)]
    fn add(&mut self, field: &'static Field, span: Span, value: Value, generated: bool, note: Option<Box<str>>) {
        if self.fields.len() >= MOST_FIELDS {
            return;
        }
        let layer = u8::try_from(self.layers.len().saturating_sub(1)).unwrap_or(u8::MAX);
        self.fields.push(Found { field, layer, depth: self.depth, generated, span, value, note });
    }

    /// What stands behind the layer's title in the tree: `Src Port: 80, Dst Port: 50000`.
    pub fn heading(&mut self, text: impl FnOnce() -> String) {
        if self.wants() {
            self.add_heading(text());
        }
    }

    #[inline(never)]
    fn add_heading(&mut self, text: String) {
        let layer = self.layers.len().saturating_sub(1);
        self.headings.push((layer, text));
    }

    /// Fields that `add` adds stand under the field added last.
    pub fn nest<R>(&mut self, add: impl FnOnce(&mut Self) -> R) -> R {
        self.deeper();
        let result = add(self);
        self.higher();
        result
    }

    #[inline(never)]
    fn deeper(&mut self) {
        self.depth = self.depth.saturating_add(1);
    }

    #[inline(never)]
    fn higher(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}
