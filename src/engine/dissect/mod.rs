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
pub mod ber;
mod bytes;
mod field;
mod protocol;
pub mod text;

pub use address::{Address, Family};
pub use bytes::{Bytes, Span};
pub(crate) use field::fields;
pub use field::{Field, Found, Kind, Value};
pub use protocol::{Claim, Dissect, Payload, Probe, Protocol, ProtocolId, Transport, Verdict};

use crate::api::NameFrom;
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
    /// A transport header was read: which protocol its payload speaks is the flow's knowledge.
    Transport(Segment, Bytes<'p>),
    /// A piece of a datagram: to be kept until it is whole.
    Fragment(Fragment, Bytes<'p>),
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
}

impl Segment {
    /// Of a protocol without ports.
    pub fn plain(transport: Transport, payload_len: usize) -> Self {
        Self::between(transport, 0, 0, payload_len)
    }

    pub fn between(transport: Transport, from_port: u16, to_port: u16, payload_len: usize) -> Self {
        let payload_len = u32::try_from(payload_len).unwrap_or(u32::MAX);
        Self { transport, from_port, to_port, payload_len, tcp: None, asks: None }
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
    /// Outermost first. More than [`MAX_LAYERS`] are not followed.
    pub layers: Vec<Layer>,
    /// (source, destination) of each link and network layer, outermost first, with the index of its layer.
    pub pairs: Vec<(Address, Address, u8)>,
    pub fields: Vec<Found>,
    pub names: Vec<Named>,
    /// What ended the innermost layer, if something did.
    pub problem: Option<Problem>,
    /// How many layers stand outside the quotation, once inside an ICMP error: what follows them is no traffic.
    pub quoted_from: Option<usize>,
    /// The innermost transport's facts, for flows of protocols without [`Next::Transport`] (ICMP, other IP protocols).
    pub segment: Option<Segment>,
    /// Source and Destination of a layer whose addresses make no conversations; how many pairs stood before it.
    columns: Option<(String, String, usize)>,
    /// By which claim the current layer was found: a protocol with several may read its bytes differently.
    pub through: Claim,
    /// The Protocol column, where a layer's name depends on what it carries: `TLSv1.3`.
    pub protocol_column: Option<&'static str>,
    /// The Info column and whose it is.
    pub info: String,
}

/// A packet that nests deeper is damaged or hostile.
pub const MAX_LAYERS: usize = 60;

impl Dissection {
    pub fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            layers: Vec::with_capacity(MAX_LAYERS),
            pairs: Vec::with_capacity(8),
            fields: Vec::new(),
            names: Vec::new(),
            problem: None,
            quoted_from: None,
            segment: None,
            columns: None,
            through: Claim::EtherTyped,
            protocol_column: None,
            info: String::new(),
        }
    }

    /// Ready for the next packet.
    #[inline]
    pub fn clear(&mut self) {
        self.layers.clear();
        self.pairs.clear();
        self.problem = None;
        self.quoted_from = None;
        self.segment = None;
        self.names.clear();
        if self.wants() {
            self.fields.clear();
            self.columns = None;
            self.protocol_column = None;
            self.info.clear();
        }
    }

    /// Whether fields and columns are wanted at all: ask before making any.
    #[inline]
    pub fn wants(&self) -> bool {
        self.wanted == Wanted::Everything
    }

    /// A protocol begins to read `bytes`. False when the packet nests too deep.
    #[inline]
    pub fn enter(&mut self, protocol: ProtocolId, bytes: &Bytes<'_>) -> bool {
        if self.layers.len() >= MAX_LAYERS {
            return false;
        }
        if let Some(around) = self.layers.last_mut()
            && around.span.buffer == bytes.buffer()
        {
            around.span.len = bytes.start().saturating_sub(around.span.start);
        }
        self.layers.push(Layer { protocol, span: bytes.wire_span(0..bytes.wire_len()) });
        true
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

    /// Whether the payload comes from the server of a protocol on these ports; on other ports the lower one is taken for the server's.
    pub fn from_server(&self, ports: &[u16]) -> bool {
        let Some(Segment { from_port, to_port, .. }) = self.segment else { return false };
        match (ports.contains(&from_port), ports.contains(&to_port)) {
            (from, to) if from != to => from,
            _ => from_port < to_port,
        }
    }

    /// Adds a field of the current layer. Call it under [`Dissection::wants`] where making the value costs anything.
    #[inline]
    pub fn field(&mut self, field: &'static Field, span: Span, value: impl Into<Value>) {
        if self.wants() {
            let layer = u8::try_from(self.layers.len().saturating_sub(1)).unwrap_or(u8::MAX);
            self.fields.push(Found { field, layer, span, value: value.into() });
        }
    }

    /// Sets the Info column; the innermost layer that does so wins, but what an error quotes does not speak for the packet.
    #[inline]
    pub fn info(&mut self, text: impl FnOnce() -> String) {
        if self.wants() && self.quoted_from.is_none() {
            self.info = text();
        }
    }

    /// Sets Source and Destination columns of a layer whose addresses make no conversations here.
    #[inline]
    pub fn columns(&mut self, text: impl FnOnce() -> (String, String)) {
        if self.wants() && self.quoted_from.is_none() {
            let (source, destination) = text();
            self.columns = Some((source, destination, self.pairs.len()));
        }
    }

    /// The Protocol column: the innermost layer that names packets and is no quotation. `short` tells a protocol's name for it.
    pub fn protocol_name(&self, short: impl Fn(ProtocolId) -> &'static str) -> &'static str {
        let outside = self.quoted_from.unwrap_or(self.layers.len());
        let layers = self.layers.get(..outside).unwrap_or_default();
        let named = layers.iter().rev().map(|layer| short(layer.protocol)).find(|short| !short.is_empty());
        self.protocol_column.or(named).unwrap_or_default()
    }

    /// The Source and Destination columns: the innermost layer that has addresses decides, except inside an ICMP error's quotation.
    pub fn source_destination(&self) -> (String, String) {
        let sent = self.quoted_from.unwrap_or(usize::MAX);
        let pair = self.pairs.iter().enumerate().rev().find(|(_, (_, _, layer))| usize::from(*layer) < sent);
        match (&self.columns, pair) {
            (Some((source, destination, before)), pair) if pair.is_none_or(|(index, _)| index < *before) => {
                (source.clone(), destination.clone())
            }
            (_, Some((_, (source, destination, _)))) => (source.to_string(), destination.to_string()),
            (_, None) => Default::default(),
        }
    }
}
