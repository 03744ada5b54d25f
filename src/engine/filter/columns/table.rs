//! Fields of Wireshark's that columns tell, and how.
use super::told::{self, About, Told, needs};
use crate::engine::dissect::{Family, ProtocolId, Transport};
use crate::engine::filter::display::{Datum, Item, of_address};
use crate::engine::protocols::PROTOCOLS;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::numbers::Header;
use crate::engine::store::packets::{Marks, NO_FLOW, NO_TIME};
use crate::engine::store::paths::Step;
use crate::engine::store::stacks::Stacks;
use std::sync::LazyLock;

/// A packet with what is known of its layers.
pub struct Row<'s> {
    pub about: About<'s>,
    pub layers: Layers,
    /// The first stack that the filter cannot tell from its own.
    pub alike: u16,
    /// What its TCP header says, where a filter asks for it.
    pub header: Option<Header>,
}

/// A field that columns tell.
#[derive(Clone, Copy)]
pub struct Entry {
    pub needs: u16,
    pub read: Read,
}

#[derive(Clone, Copy)]
pub enum Read {
    Told(told::Known),
    /// Once at most.
    One(for<'s> fn(&Row<'s>, u32) -> Told<'s>, u32),
    /// Once for each layer. False: cannot tell.
    Each(for<'s> fn(&Row<'s>, u32, &mut Vec<Item<'s>>) -> bool, u32),
}

impl Entry {
    pub fn of(name: &str) -> Option<Self> {
        if let Some(known) = told::find(name) {
            return Some(Self { needs: known.needs, read: Read::Told(known) });
        }
        let (_, needs, read) = TABLE.iter().find(|(known, _, _)| *known == name)?;
        Some(Self { needs: *needs, read: *read })
    }

    /// The value of a field that there is at most once.
    #[inline]
    pub fn one<'s>(&self, row: &Row<'s>) -> Told<'s> {
        match self.read {
            Read::Told(known) => (known.read)(&row.about, known.which),
            Read::One(read, which) => read(row, which),
            Read::Each(..) => Told::Unknown,
        }
    }
}

/// How many layers a packet has of the protocols that columns are about; [`UNTOLD`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Layers([u8; KINDS]);

const UNTOLD: u8 = u8::MAX;
const KINDS: usize = 8;
const ETH: usize = 1;
const IP: usize = 2;
const IPV6: usize = 3;
const TCP: usize = 4;
const UDP: usize = 5;
const SCTP: usize = 6;
/// Other protocols that have flows, or share their fields with the above.
const OTHER: usize = 7;

/// Which of these a protocol is; 0: none.
fn kind(id: ProtocolId) -> usize {
    static KINDS_OF: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let kind = |name| match name {
            "eth" => ETH,
            "ip" => IP,
            "ipv6" => IPV6,
            "tcp" => TCP,
            "udp" => UDP,
            "sctp" => SCTP,
            "udplite" | "dccp" | "icmp" | "icmpv6" => OTHER,
            _ => 0,
        };
        PROTOCOLS.iter().map(|protocol| kind(protocol.name) as u8).collect()
    });
    KINDS_OF.get(usize::from(id)).map_or(0, |&kind| kind.into())
}

impl Layers {
    pub fn of(stacks: &Stacks, id: u16) -> Self {
        let mut counts = [0_u8; KINDS];
        let mut number = 0;
        for (layer, _) in stacks.levels(id) {
            number += 1;
            if let Some(count) = counts.get_mut(kind(layer)) {
                *count = count.saturating_add(1);
            }
        }
        for other in stacks.others(id) {
            if let Some(count) = counts.get_mut(kind(other)) {
                *count = UNTOLD;
            }
        }
        // No more kinds of stacks could be told apart.
        if stacks.is_in_part(id) && number < 2 { Self([UNTOLD; KINDS]) } else { Self(counts) }
    }

    #[inline]
    fn count(&self, kind: usize) -> u8 {
        let Self(counts) = self;
        counts.get(kind).copied().unwrap_or(UNTOLD)
    }

    /// One segment of TCP, and no other transport whose flow the packet's could be.
    #[inline]
    fn is_segment(&self) -> bool {
        let Self([_, _, _, _, tcp, udp, sctp, other]) = *self;
        tcp == 1 && udp | sctp | other == 0
    }
}

const SOURCE: u32 = 1;
const DESTINATION: u32 = 2;
const BOTH: u32 = SOURCE | DESTINATION;

const ADDRESSES: u16 = needs::STACK | needs::PATH;
/// Whichever end they are of.
const PORTS: u16 = needs::STACK | needs::AROUND | needs::FLOW;
const PORT: u16 = PORTS | needs::SENDER;
const FLAG: u16 = needs::STACK | needs::FLOW | needs::TCP_FLAGS;
const NUMBER: u16 = needs::STACK | needs::FLOW | needs::HEADER;

const fn ends(kind: usize, which: u32) -> u32 {
    (kind as u32) << 2 | which
}

static TABLE: &[(&str, u16, Read)] = &[
    ("frame.number", needs::ALL, Read::One(|row, _| uint(u64::from(row.about.id) + 1), 0)),
    ("frame.len", needs::LENGTH, Read::One(|row, _| uint(row.about.packet.wire_len.into()), 0)),
    ("frame.cap_len", needs::ALL, Read::One(|row, _| uint(row.about.captured().into()), 0)),
    ("frame.time", needs::ALL, Read::One(moment, 0)),
    ("frame.time_utc", needs::ALL, Read::One(moment, 0)),
    ("frame.time_epoch", needs::ALL, Read::One(moment, 0)),
    ("frame.time_relative", needs::ALL, Read::One(|row, _| Told::from(time(row).map(Datum::Nanos)), 0)),
    ("frame.time_delta", needs::ALL, Read::One(delta, 0)),
    ("frame.interface_id", needs::STACK, Read::One(interface, 0)),
    ("frame.interface_name", needs::STACK, Read::One(interface_words, 0)),
    ("frame.interface_description", needs::STACK, Read::One(interface_words, 1)),
    (
        "frame.comment",
        needs::ALL,
        Read::One(|row, _| row.about.store.comment(row.about.id).map(|words| Datum::Text(words.into())).into(), 0),
    ),
    ("frame.comment.present", needs::MARKS, Read::One(comment, 0)),
    ("eth.src", ADDRESSES, Read::Each(addresses, ends(ETH, SOURCE))),
    ("eth.dst", ADDRESSES, Read::Each(addresses, ends(ETH, DESTINATION))),
    ("eth.addr", ADDRESSES, Read::Each(addresses, ends(ETH, BOTH))),
    ("eth.src.ig", ADDRESSES, Read::Each(bits, ends(ETH, SOURCE) | 1 << 8)),
    ("eth.dst.ig", ADDRESSES, Read::Each(bits, ends(ETH, DESTINATION) | 1 << 8)),
    ("eth.ig", ADDRESSES, Read::Each(bits, ends(ETH, BOTH) | 1 << 8)),
    ("eth.src.lg", ADDRESSES, Read::Each(bits, ends(ETH, SOURCE) | 2 << 8)),
    ("eth.dst.lg", ADDRESSES, Read::Each(bits, ends(ETH, DESTINATION) | 2 << 8)),
    ("eth.lg", ADDRESSES, Read::Each(bits, ends(ETH, BOTH) | 2 << 8)),
    ("ip.src", ADDRESSES, Read::Each(addresses, ends(IP, SOURCE))),
    ("ip.dst", ADDRESSES, Read::Each(addresses, ends(IP, DESTINATION))),
    ("ip.addr", ADDRESSES, Read::Each(addresses, ends(IP, BOTH))),
    ("ip.src_host", ADDRESSES, Read::Each(addresses, ends(IP, SOURCE))),
    ("ip.dst_host", ADDRESSES, Read::Each(addresses, ends(IP, DESTINATION))),
    ("ip.host", ADDRESSES, Read::Each(addresses, ends(IP, BOTH))),
    ("ipv6.src", ADDRESSES, Read::Each(addresses, ends(IPV6, SOURCE))),
    ("ipv6.dst", ADDRESSES, Read::Each(addresses, ends(IPV6, DESTINATION))),
    ("ipv6.addr", ADDRESSES, Read::Each(addresses, ends(IPV6, BOTH))),
    ("ipv6.src_host", ADDRESSES, Read::Each(addresses, ends(IPV6, SOURCE))),
    ("ipv6.dst_host", ADDRESSES, Read::Each(addresses, ends(IPV6, DESTINATION))),
    ("ipv6.host", ADDRESSES, Read::Each(addresses, ends(IPV6, BOTH))),
    ("geo.src_country", needs::PATH, Read::Each(countries, SOURCE)),
    ("geo.dst_country", needs::PATH, Read::Each(countries, DESTINATION)),
    ("geo.country", needs::PATH, Read::Each(countries, BOTH)),
    ("tcp.srcport", PORT, Read::Each(ports, ends(TCP, SOURCE))),
    ("tcp.dstport", PORT, Read::Each(ports, ends(TCP, DESTINATION))),
    ("tcp.port", PORTS, Read::Each(ports, ends(TCP, BOTH))),
    ("udp.srcport", PORT, Read::Each(ports, ends(UDP, SOURCE))),
    ("udp.dstport", PORT, Read::Each(ports, ends(UDP, DESTINATION))),
    ("udp.port", PORTS, Read::Each(ports, ends(UDP, BOTH))),
    ("sctp.srcport", PORT, Read::Each(ports, ends(SCTP, SOURCE))),
    ("sctp.dstport", PORT, Read::Each(ports, ends(SCTP, DESTINATION))),
    ("sctp.port", PORTS, Read::Each(ports, ends(SCTP, BOTH))),
    ("tcp.stream", PORTS, Read::Each(streams, ends(TCP, 0))),
    ("udp.stream", PORTS, Read::Each(streams, ends(UDP, 0))),
    ("tcp.flags", FLAG, Read::One(flags, 0)),
    ("tcp.flags.fin", FLAG, Read::One(flags, 1)),
    ("tcp.flags.syn", FLAG, Read::One(flags, 1 << 1)),
    ("tcp.flags.reset", FLAG, Read::One(flags, 1 << 2)),
    ("tcp.flags.push", FLAG, Read::One(flags, 1 << 3)),
    ("tcp.flags.ack", FLAG, Read::One(flags, 1 << 4)),
    ("tcp.flags.urg", FLAG, Read::One(flags, 1 << 5)),
    ("tcp.flags.ece", FLAG, Read::One(flags, 1 << 6)),
    ("tcp.flags.cwr", FLAG, Read::One(flags, 1 << 7)),
    ("tcp.flags.ae", FLAG, Read::One(flags, 1 << 8)),
    (
        "tcp.seq",
        NUMBER,
        Read::One(|row, _| number(row, |header, flow, end| header.seq.wrapping_sub(base(flow, end))), 0),
    ),
    ("tcp.seq_raw", NUMBER, Read::One(|row, _| number(row, |header, _, _| header.seq), 0)),
    ("tcp.ack_raw", NUMBER, Read::One(|row, _| number(row, |header, _, _| header.ack), 0)),
    ("tcp.ack", NUMBER, Read::One(acknowledgement, 0)),
    ("tcp.nxtseq", NUMBER, Read::One(next, 0)),
    ("tcp.len", NUMBER, Read::One(|row, _| number(row, |header, _, _| header.len), 0)),
    ("tcp.window_size_value", NUMBER, Read::One(|row, _| number(row, |header, _, _| header.window.into()), 0)),
    ("tcp.window_size", NUMBER, Read::One(window, 0)),
];

fn uint<'s>(value: u64) -> Told<'s> {
    Told::Is(Datum::Uint(value))
}

/// ns since the first packet.
fn time(row: &Row<'_>) -> Option<i64> {
    Some(row.about.packet.time).filter(|&time| time != NO_TIME)
}

fn moment<'s>(row: &Row<'s>, _: u32) -> Told<'s> {
    time(row).zip(row.about.store.start).map(|(time, start)| Datum::Nanos(start.saturating_add(time))).into()
}

fn delta<'s>(row: &Row<'s>, _: u32) -> Told<'s> {
    let before = match row.about.id.checked_sub(1) {
        Some(before) => row.about.store.packets.time(before).filter(|&time| time != NO_TIME),
        None => time(row),
    };
    time(row).zip(before).map(|(now, before)| Datum::Nanos(now.saturating_sub(before))).into()
}

fn interface<'s>(row: &Row<'s>, _: u32) -> Told<'s> {
    uint(row.about.store.stacks.interface(row.about.packet.stack).into())
}

fn interface_words<'s>(row: &Row<'s>, which: u32) -> Told<'s> {
    let interface = row.about.store.stacks.interface(row.about.packet.stack);
    let words = row.about.store.interfaces.get(interface as usize).and_then(|words| words.get(which as usize));
    words.filter(|words| !words.is_empty()).map(|words| Datum::Text(words.as_str().into())).into()
}

fn comment<'s>(row: &Row<'s>, _: u32) -> Told<'s> {
    if row.about.packet.marks.has(Marks::COMMENT) { uint(1) } else { Told::Absent }
}

/// Of every layer of one family, outermost first: known if the packet's path has as many of them as its stack.
fn addresses<'s>(row: &Row<'s>, which: u32, into: &mut Vec<Item<'s>>) -> bool {
    let kind = (which >> 2) as usize;
    let family = match kind {
        ETH => Family::Ethernet,
        IP => Family::Ipv4,
        _ => Family::Ipv6,
    };
    let paths = &row.about.store.paths;
    let mut layer = 0_u8;
    for step in paths.steps(row.about.packet.path) {
        let Step::Pair { pair, reversed } = step else { continue };
        let Some([low, high]) = paths.addresses(pair).filter(|[low, _]| low.family() == family) else { continue };
        layer = layer.saturating_add(1);
        let (source, destination) = if reversed { (high, low) } else { (low, high) };
        for (bit, address) in [(SOURCE, source), (DESTINATION, destination)] {
            if which & bit != 0 {
                into.push(Item { value: of_address(&address), layer });
            }
        }
    }
    row.layers.count(kind) == layer
}

/// A bit of the first byte of each Ethernet address (above the lower eight of `which`).
fn bits<'s>(row: &Row<'s>, which: u32, into: &mut Vec<Item<'s>>) -> bool {
    let (start, bit) = (into.len(), (which >> 8) as u8);
    let is_known = addresses(row, which & 0xff, into);
    for item in into.iter_mut().skip(start) {
        if let Datum::Ether([first, ..]) = item.value {
            item.value = Datum::Uint((first & bit != 0).into());
        }
    }
    is_known
}

fn countries<'s>(row: &Row<'s>, which: u32, into: &mut Vec<Item<'s>>) -> bool {
    told::countries(&row.about, which, into);
    true
}

/// Flows of one transport that the packet belongs to, outermost first, each with its sender: known if the stack has as many layers.
fn each_flow<'s>(row: &Row<'s>, kind: usize, see: &mut dyn FnMut(u8, &'s Flow, End)) -> bool {
    let About { store, packet, .. } = row.about;
    let transport = match kind {
        TCP => Transport::Tcp,
        UDP => Transport::Udp,
        _ => Transport::Sctp,
    };
    let around = store.paths.steps(packet.path).filter_map(|step| match step {
        Step::Flow { flow, from_b } => Some((flow, from_b)),
        Step::Pair { .. } => None,
    });
    let innermost = Some((packet.flow, packet.marks.has(Marks::FROM_B))).filter(|(flow, _)| *flow != NO_FLOW);
    let mut layer = 0_u8;
    for (flow, from_b) in around.chain(innermost) {
        let Some(flow) = store.flows.get(flow).filter(|flow| flow.key.transport == transport) else { continue };
        layer = layer.saturating_add(1);
        see(layer, flow, End::from(from_b));
    }
    // UDP-Lite's ports are named as UDP's.
    row.layers.count(kind) == layer && (kind != UDP || row.layers.count(OTHER) == 0)
}

fn ports<'s>(row: &Row<'s>, which: u32, into: &mut Vec<Item<'s>>) -> bool {
    each_flow(row, (which >> 2) as usize, &mut |layer, flow, sender| {
        for (bit, end) in [(SOURCE, sender), (DESTINATION, 1 - sender)] {
            if which & bit != 0 {
                into.push(Item { value: Datum::Uint(flow.port(end).into()), layer });
            }
        }
    })
}

fn streams<'s>(row: &Row<'s>, which: u32, into: &mut Vec<Item<'s>>) -> bool {
    each_flow(row, (which >> 2) as usize, &mut |layer, flow, _| {
        into.push(Item { value: Datum::Uint(flow.stream.into()), layer });
    })
}

/// Whether the packet is one TCP segment whose marks and numbers are known. None: columns cannot tell.
#[inline]
fn is_segment(row: &Row<'_>) -> Option<bool> {
    match row.layers.count(TCP) {
        0 => Some(false),
        _ => (row.layers.is_segment() && row.about.packet.flow != NO_FLOW).then_some(true),
    }
}

fn flags<'s>(row: &Row<'s>, bit: u32) -> Told<'s> {
    let flags = u64::from(row.about.packet.marks.tcp_flags());
    match is_segment(row) {
        None => Told::Unknown,
        Some(false) => Told::Absent,
        Some(true) => uint(if bit == 0 { flags } else { u64::from(flags & u64::from(bit) != 0) }),
    }
}

fn of_header<'s>(row: &Row<'s>, value: impl FnOnce(&Header, &Flow, End) -> Option<u32>) -> Told<'s> {
    let About { store, packet, .. } = row.about;
    match (is_segment(row), row.header, store.flows.get(packet.flow)) {
        (Some(false), _, _) => Told::Absent,
        (Some(true), Some(header), Some(flow)) => {
            let value = value(&header, flow, End::from(packet.marks.has(Marks::FROM_B)));
            value.map_or(Told::Absent, |value| uint(value.into()))
        }
        _ => Told::Unknown,
    }
}

fn number<'s>(row: &Row<'s>, value: impl FnOnce(&Header, &Flow, End) -> u32) -> Told<'s> {
    of_header(row, |header, flow, end| Some(value(header, flow, end)))
}

/// The sequence number that is the sender's 0.
fn base(flow: &Flow, end: End) -> u32 {
    Flow::by(flow.tcp.base, end).unwrap_or(0)
}

fn acknowledgement<'s>(row: &Row<'s>, _: u32) -> Told<'s> {
    let has_one = row.about.packet.marks.0 & 1 << 4 != 0;
    of_header(row, |header, flow, end| has_one.then(|| header.ack.wrapping_sub(base(flow, 1 - end))))
}

fn next<'s>(row: &Row<'s>, _: u32) -> Told<'s> {
    let flags = row.about.packet.marks.0;
    let taken = header_bytes(flags);
    number(row, |header, flow, end| {
        header.seq.wrapping_sub(base(flow, end)).wrapping_add(header.len).wrapping_add(taken)
    })
}

/// Sequence numbers that SYN and FIN take.
fn header_bytes(flags: u32) -> u32 {
    (flags & 1) + (flags >> 1 & 1)
}

fn window<'s>(row: &Row<'s>, _: u32) -> Told<'s> {
    let is_syn = row.about.packet.marks.0 & 1 << 1 != 0;
    number(row, |header, flow, end| {
        let shift = Flow::by(flow.tcp.scale, end).filter(|_| !is_syn);
        u32::from(header.window) << shift.unwrap_or(0)
    })
}
