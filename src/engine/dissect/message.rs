//! What a protocol over a stream says about its messages: where they end, which of them answer which, what its flow remembers.
use super::{Bytes, Claim, Dissection, LayerKind, Span, Transport};
use std::any::Any;
use std::net::IpAddr;

/// Where the first message of a stream's bytes ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// After this many bytes, which need not be there yet.
    Message(usize),
    /// Cannot be told yet: at least one more segment is needed.
    More,
    /// Cannot be told before so many bytes are there; [`Stream::resume`] is this one's then, so that nothing is gone through twice.
    Later { least: usize, resume: usize },
    /// With the stream: its bytes are one message up to the FIN.
    UntilFin,
    /// The protocol's messages do not begin here: the segment is taken as it is.
    Unframed,
}

/// The bytes of one direction of a stream from a message's first byte on.
#[derive(Clone, Copy, Debug)]
pub struct Stream<'p> {
    pub bytes: &'p [u8],
    pub from_port: u16,
    pub to_port: u16,
    /// Whether the sender is the client.
    pub from_client: bool,
    /// What [`Dissection::remember`] was last told on this flow.
    pub memory: u16,
    /// Where an earlier look at this message stopped ([`Frame::Later`]); 0 at first.
    pub resume: usize,
}

impl<'p> Stream<'p> {
    /// For checked reads.
    pub fn window(&self) -> Bytes<'p> {
        Bytes::frame(self.bytes, 0)
    }

    /// Messages that begin with a head of `head` bytes, from which `length` tells the length of the whole message; no longer than
    /// `most`, so that bytes that are none of the protocol's do not wait forever.
    pub fn headed(&self, head: usize, most: usize, length: impl FnOnce(&Bytes<'p>) -> Option<usize>) -> Frame {
        if self.bytes.len() < head {
            return Frame::More;
        }
        match length(&self.window()) {
            Some(length) if (head..=most).contains(&length) => Frame::Message(length),
            _ => Frame::Unframed,
        }
    }
}

/// Tells where the first message of a stream's bytes ends. Allocates nothing; called again when more bytes are there.
pub type Framing = fn(&Stream<'_>) -> Frame;

/// What a message is to another one of its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Will be answered; several with the same key are answered in their order.
    Request,
    /// As a request, but a later one with the same key is the same sent again: the first stays.
    Once,
    /// As `Once` for so many seconds; a later one takes the first one's place.
    OnceFor(u8),
    /// As a request, but a later one with the same key takes its place.
    Latest,
    Response,
}

/// The other message of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Number of its packet, from 1.
    pub packet: u32,
    /// From the request to the response, ns; `None` when a packet has no time.
    pub elapsed: Option<i64>,
}

/// What became of the datagram that a fragment is a piece of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Number of the packet that completes it, from 1.
    pub whole_in: u32,
    pub is_here: bool,
    /// Numbers of all its packets.
    pub packets: Vec<u32>,
}

/// A flow that another one announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    pub transport: Transport,
    /// One end's address; any, if the announcement does not tell.
    pub address: Option<IpAddr>,
    pub port: u16,
    /// Filter name of the protocol that it will speak.
    pub protocol: &'static str,
}

/// What the conversation of a packet's innermost transport knows, and what its payload's protocol tells it.
#[derive(Default)]
pub struct Context {
    pub memory: u16,
    /// Whether `memory` was told anew.
    pub(in crate::engine) is_remembered: bool,
    pub from_client: Option<bool>,
    /// State of a protocol that is `stateful`.
    pub state: Option<Box<dyn Any + Send>>,
    /// Transactions announced on this flow by this packet: place in the packet's order, role and key.
    pub transactions: Vec<(u16, Role, u64)>,
    /// Filter name of the protocol that the flow speaks from the next packet on.
    pub switch: Option<&'static str>,
    /// From the next packet on the flow carries another protocol inside this one: its filter name, or whatever its bytes tell.
    pub carries: Option<Option<&'static str>>,
    /// What the flow says later may change what this packet is.
    pub open: bool,
    pub expected: Vec<Expected>,
    /// Parts of the packet to be dissected when the current chain of layers is at its end.
    pub(in crate::engine) later: Vec<(Claim, Span, LayerKind)>,
    /// By place in the packet's order of transactions.
    pub partners: Vec<(u16, Partner)>,
    /// Of a fragment whose datagram became whole, when the packet is dissected again.
    pub datagram: Option<Datagram>,
    /// Transactions of this packet so far, on all its flows.
    pub(in crate::engine) told: u16,
    /// What the next layer is, if it is not as usual.
    pub(in crate::engine) next: Option<LayerKind>,
}

impl Context {
    /// Ready for the next packet.
    pub fn clear(&mut self) {
        self.forget();
        self.later.clear();
        self.partners.clear();
        self.datagram = None;
        self.told = 0;
        self.next = None;
    }

    /// Whether the flow itself was told something.
    #[inline]
    pub fn has_news(&self) -> bool {
        self.is_remembered || self.switch.is_some() || self.carries.is_some()
    }

    /// Ready for the packet's next flow.
    #[inline]
    pub fn forget(&mut self) {
        self.memory = 0;
        self.is_remembered = false;
        self.from_client = None;
        self.state = None;
        self.transactions.clear();
        self.switch = None;
        self.carries = None;
        self.open = false;
        self.expected.clear();
    }
}

/// States of a flow, one of each type.
type States = Vec<Box<dyn Any + Send>>;

impl Dissection {
    /// What the flow remembers (two bytes; 0 at first). When a packet is dissected again: what it remembered at its end.
    pub fn memory(&self) -> u16 {
        self.context.memory
    }

    pub fn remember(&mut self, memory: u16) {
        self.context.memory = memory;
        self.context.is_remembered = true;
    }

    /// Works with the state of the flow, for protocols that are `stateful`: shared by both directions, in the order of packets. The
    /// layers above have states of their own, by type.
    pub fn with_state<T: Any + Send + Default, R>(&mut self, work: impl FnOnce(&mut Self, &mut T) -> R) -> R {
        let kept = self.context.state.take().and_then(|state| state.downcast::<States>().ok());
        let mut states = kept.unwrap_or_default();
        let found = states.iter().position(|state| state.is::<T>()).map(|at| states.swap_remove(at));
        let mut state = found.and_then(|state| state.downcast::<T>().ok()).unwrap_or_default();
        self.context.state = Some(states);
        let result = work(self, &mut state);
        let kept = self.context.state.take().and_then(|state| state.downcast::<States>().ok());
        let mut states = kept.unwrap_or_default();
        states.push(state);
        self.context.state = Some(states);
        result
    }

    /// Tells that this message is a request or a response, and finds its partner when the packet is dissected again. To be called
    /// in every pass.
    pub fn transaction(&mut self, role: Role, key: u64) -> Option<Partner> {
        if self.quoted_from.is_some() {
            return None;
        }
        let nth = self.context.told;
        self.context.told = nth.saturating_add(1);
        self.context.transactions.push((nth, role, key));
        self.context.partners.iter().find(|(at, _)| *at == nth).map(|(_, partner)| *partner)
    }

    /// Whether the client sent this packet, if the flow knows.
    pub fn from_client(&self) -> Option<bool> {
        self.context.from_client
    }

    /// From the next packet on the flow speaks the protocol with this filter name.
    pub fn switch(&mut self, protocol: &'static str) {
        self.context.switch = Some(protocol);
    }

    /// From the next packet on the flow carries the protocol with this filter name inside this one (tunnels, upgrades); without a
    /// name its bytes tell. Wireshark lists both layers.
    pub fn carry(&mut self, protocol: Option<&'static str>) {
        self.context.carries = Some(protocol);
    }

    /// A flow with one end on this address and port will speak the protocol with this filter name.
    pub fn announce(&mut self, transport: Transport, address: Option<IpAddr>, port: u16, protocol: &'static str) {
        self.context.expected.push(Expected { transport, address, port, protocol });
    }

    /// A further part of this packet, to be dissected when the chain of layers that begins here is at its end.
    pub fn also(&mut self, claim: Claim, bytes: Bytes<'_>) {
        self.later(claim, bytes, LayerKind::Plain);
    }

    /// The same, of a part that stands inside this layer: it is no level of the hierarchy.
    pub fn also_inside(&mut self, claim: Claim, bytes: Bytes<'_>) {
        self.later(claim, bytes, LayerKind::Inside);
    }

    fn later(&mut self, claim: Claim, bytes: Bytes<'_>, kind: LayerKind) {
        if self.context.later.len() < super::MAX_LAYERS {
            self.context.later.push((claim, bytes.wire_span(0..bytes.wire_len()), kind));
        }
    }

    /// The next layer counts as a further message of this one's protocol: in the tree, not in `frame.protocols`.
    pub fn again(&mut self, is_again: bool) {
        self.context.next = is_again.then_some(LayerKind::Again);
    }

    /// A further message of this layer's protocol, read by the same call: a line of the tree.
    pub fn another(&mut self, message: &Bytes<'_>) {
        if let Some(id) = self.layers.last().map(|layer| layer.protocol).filter(|_| self.wants()) {
            self.again(true);
            self.enter(id, message);
        }
    }

    /// Whether this is not the first message of its segment.
    pub fn is_again(&self) -> bool {
        self.layers.last().is_some_and(|layer| layer.kind == LayerKind::Again)
    }
}
