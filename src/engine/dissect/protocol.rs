//! What a protocol declares about itself: names, where it sits, how it is read.
use super::{Bytes, Dissection, Field, Framing, Kind, Next, Problem, Slot};

/// A protocol's place in the list of them all, for as long as the program runs.
pub type ProtocolId = u16;

/// A set of protocols.
#[derive(Clone, Debug, Default)]
pub struct Protocols([u64; 16]);

impl Protocols {
    pub fn add(&mut self, id: ProtocolId) {
        let Self(words) = self;
        if let Some(word) = words.get_mut(usize::from(id >> 6)) {
            *word |= 1 << (id & 63);
        }
    }

    pub fn add_all(&mut self, others: &Self) {
        let Self(words) = self;
        words.iter_mut().zip(others.0).for_each(|(word, other)| *word |= other);
    }

    pub fn has(&self, id: ProtocolId) -> bool {
        let Self(words) = self;
        words.get(usize::from(id >> 6)).is_some_and(|word| word >> (id & 63) & 1 == 1)
    }
}

/// A network protocol, declared once in its own file. Everything else (hierarchy titles, filter fields, detail tree) comes from here.
pub struct Protocol {
    /// Wireshark's filter name: `tcp`.
    pub name: &'static str,
    /// `Transmission Control Protocol`.
    pub title: &'static str,
    /// As in Wireshark's Protocol column: `TCP`. Empty: this layer does not name the packet.
    pub short: &'static str,
    pub fields: &'static [&'static Field],
    /// More of them, in tables.
    pub layouts: &'static [&'static [Slot]],
    /// Where it sits.
    pub claims: &'static [Claim],
    /// Whether a flow's payload is this protocol, whatever the ports.
    pub probe: Option<Probe>,
    pub dissect: Dissect,
    /// Over a stream: where its messages end. Without it every segment is taken as it is.
    pub framing: Option<Framing>,
    /// Whether it keeps a state from message to message ([`Dissection::with_state`]).
    pub stateful: bool,
    /// How many of a flow's packets can shape that state; for later ones it is not made again.
    pub shaping: usize,
    /// On the ports of this protocol that one hands the bytes over, and has a layer of its own.
    pub inside: Option<&'static str>,
}

impl Protocol {
    /// All its fields.
    pub fn all_fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        let tables = self.layouts.iter().flat_map(|layout| layout.iter().map(|part| &part.field));
        let tables = tables.filter(|field| field.kind != Kind::Label);
        self.fields.iter().copied().chain(tables)
    }

    /// What most protocols are: nothing but bytes; for `..Protocol::PLAIN`.
    pub const PLAIN: Self = Self {
        name: "",
        title: "",
        short: "",
        fields: &[],
        layouts: &[],
        claims: &[],
        probe: None,
        dissect: |_, _| Ok(Next::End),
        framing: None,
        stateful: false,
        shaping: usize::MAX,
        inside: None,
    };
}

/// Reads one layer: adds what it finds to the dissection and says what follows.
pub type Dissect = for<'p> fn(&mut Dissection, Bytes<'p>) -> Result<Next<'p>, Problem>;

/// Looks at the first payload of one direction of a flow.
pub type Probe = fn(&Payload<'_>) -> Verdict;

/// Where a protocol sits: "whoever finds this number in its header, the rest is mine".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// LINKTYPE_ number of the capture file.
    Link(u16),
    /// A packet of that link type inside a header that names it by number; Wireshark lists a layer for the change.
    Linked(u16),
    /// The two bytes of an EtherType and what follows (Ethernet II, VLAN tags, SLL, GRE …).
    EtherTyped,
    EtherType(u16),
    /// As `EtherTyped`, where the type does not stand before what it is about.
    EtherTypedAs(u16),
    /// GRE protocol type; those that nobody claims are EtherTypes.
    Gre(u16),
    /// IEEE 802.2 LLC header and what follows.
    Llc,
    /// DSAP of an LLC header.
    Sap(u8),
    /// SNAP protocol number under an organisation code other than EtherType's: (OUI, PID).
    Snap(u32, u16),
    /// Internet protocol number.
    Ip(u8),
    /// An IP packet of either version: the first four bits tell.
    IpVersion,
    /// PPP protocol number.
    Ppp(u16),
    TcpPort(u16),
    UdpPort(u16),
    SctpPort(u16),
    /// What the protocol with this filter name carries in a way of its own: QUIC's handshake.
    Inside(&'static str),
    /// The protocol with this filter name.
    Named(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    Tcp,
    Udp,
    Sctp,
    Dccp,
    Icmp,
    Icmpv6,
    /// Another IP protocol, by number.
    Ip(u8),
}

/// What a probe may look at.
#[derive(Clone, Copy, Debug)]
pub struct Payload<'p> {
    pub bytes: &'p [u8],
    pub transport: Transport,
    /// Port of the sender and of the receiver of `bytes`.
    pub from_port: u16,
    pub to_port: u16,
}

impl<'p> Payload<'p> {
    /// For checked reads. What the capture may have cut off is not known here.
    #[inline]
    pub fn window(&self) -> Bytes<'p> {
        Bytes::frame(self.bytes, 0)
    }

    pub fn is_tcp(&self) -> bool {
        self.transport == Transport::Tcp
    }

    pub fn is_udp(&self) -> bool {
        self.transport == Transport::Udp
    }

    /// Whether either side uses the port.
    pub fn on_port(&self, port: u16) -> bool {
        self.from_port == port || self.to_port == port
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// These bytes cannot well be anything else.
    Certain,
    /// Nothing speaks against it: enough when the port is right too.
    Possible,
    NotMine,
}

impl Verdict {
    /// Certain if so, else possible.
    #[inline]
    pub fn certain_if(certain: bool) -> Self {
        if certain { Self::Certain } else { Self::Possible }
    }

    /// Possible if so, else not mine.
    #[inline]
    pub fn possible_if(possible: bool) -> Self {
        if possible { Self::Possible } else { Self::NotMine }
    }
}
