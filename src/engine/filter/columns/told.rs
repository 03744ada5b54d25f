//! What is told of a packet by its columns and its flow, whatever its bytes: our own fields, and those of TCP's analysis. Whoever
//! dissects the packet takes them from here too. Documented in `protocols/ours.rs`.
use crate::api::Outcome;
use crate::engine::dissect::{Address, Transport, seconds};
use crate::engine::filter::display::{Datum, Item, of_address};
use crate::engine::flow::sequence::Finding;
use crate::engine::protocols::protocol;
use crate::engine::store::Store;
use crate::engine::store::flows::{End, Flow, NO_PROTOCOL};
use crate::engine::store::marks::KINDS;
use crate::engine::store::packets::{self, Marks, NO_FLOW, NO_TIME, PacketId};
use std::borrow::Cow;

/// What a column says about a field that a packet has once, if at all.
pub enum Told<'s> {
    /// It cannot tell.
    Unknown,
    Absent,
    Is(Datum<'s>),
}

impl<'s> From<Option<Datum<'s>>> for Told<'s> {
    fn from(value: Option<Datum<'s>>) -> Self {
        value.map_or(Self::Absent, Self::Is)
    }
}

/// Which parts of a packet's row a value depends on.
pub mod needs {
    pub const STACK: u16 = 1;
    pub const PATH: u16 = 1 << 1;
    pub const FLOW: u16 = 1 << 2;
    /// Which end of its flow sent it.
    pub const SENDER: u16 = 1 << 10;
    /// The flows of the tunnels around it.
    pub const AROUND: u16 = 1 << 11;
    pub const TCP_FLAGS: u16 = 1 << 3;
    /// The other marks.
    pub const MARKS: u16 = 1 << 4;
    pub const LENGTH: u16 = 1 << 5;
    /// What hardly two packets have in common.
    pub const ALL: u16 = 1 << 6;
    /// The numbers of its TCP header.
    pub const HEADER: u16 = 1 << 7 | ALL;
    /// And of all segments of its connection before it.
    pub const HISTORY: u16 = 1 << 8 | HEADER;
    /// The flow's packet before it.
    pub const PREVIOUS: u16 = 1 << 9 | ALL;
}

/// A packet, as the store has it.
#[derive(Clone, Copy)]
pub struct About<'s> {
    pub store: &'s Store,
    pub id: PacketId,
    pub packet: packets::Row,
    /// What its connection's segments before it say about it, where that is followed.
    pub finding: Option<Finding>,
    /// Its flow's packet before it, where that is followed.
    pub previous: Option<PacketId>,
}

impl About<'_> {
    /// Bytes of the packet that were captured.
    pub fn captured(&self) -> u32 {
        self.store.packets.captured(self.id, &self.packet)
    }
}

/// A field's value, and what it depends on. The number is what readers of several fields tell them apart by.
#[derive(Clone, Copy)]
pub struct Known {
    pub needs: u16,
    pub read: for<'s> fn(&About<'s>, u32) -> Told<'s>,
    pub which: u32,
}

/// Our own field with this name.
pub fn ours(name: &str) -> Option<Known> {
    let (_, read) = OWN.iter().find(|(own, _)| *own == name)?;
    // Which file a packet is in follows from its stack.
    let needs = match name {
        "flow.from_client" => needs::FLOW | needs::SENDER,
        _ if name.starts_with("file.") => needs::STACK,
        _ => needs::FLOW,
    };
    Some(Known { needs, read: *read, which: 0 })
}

/// What a column of the packet list shows of our own field with this name; `None`: it is none of ours.
pub fn shown(about: &About<'_>, name: &str) -> Option<String> {
    let known = ours(name).filter(|_| !name.starts_with("tcp."))?;
    Some(match (known.read)(about, known.which) {
        Told::Is(Datum::Text(text)) => text.into_owned(),
        Told::Is(Datum::Uint(number)) => number.to_string(),
        Told::Is(Datum::Nanos(ns)) => seconds(ns),
        Told::Is(Datum::Ipv4(bits)) => std::net::Ipv4Addr::from(bits).to_string(),
        Told::Is(Datum::Ipv6(bits)) => std::net::Ipv6Addr::from(bits).to_string(),
        _ => String::new(),
    })
}

/// Which ends' countries a field asks for.
pub fn countries_of(name: &str) -> Option<u32> {
    match name {
        "geo.src_country" => Some(1),
        "geo.dst_country" => Some(2),
        "geo.country" => Some(3),
        _ => None,
    }
}

/// Countries of a packet's innermost addresses: of its sender (1), its receiver (2), or both; none while no table tells.
pub fn countries<'s>(about: &About<'s>, which: u32, into: &mut Vec<Item<'s>>) {
    let paths = &about.store.paths;
    let Some((pair, reversed)) = paths.innermost(about.packet.path) else { return };
    let Some([low, high]) = paths.addresses(pair) else { return };
    let ends = if reversed { [high, low] } else { [low, high] };
    for (_, address) in (0_u32..).zip(ends).filter(|(end, _)| which >> end & 1 == 1) {
        if let Some(place) = about.store.place(&address) {
            into.push(Item { value: Datum::Text(Cow::Owned(place.text().to_owned())), layer: 1 });
        }
    }
}

/// The field with this name, if it is one of these.
pub fn find(name: &str) -> Option<Known> {
    ours(name).or_else(|| {
        if let Some(which) = ["udp.time_relative", "udp.time_delta"].iter().position(|known| *known == name) {
            let needs = if which == 0 { needs::ALL } else { needs::PREVIOUS };
            return Some(Known {
                needs,
                read: |about, which| {
                    // Each datagram of a tunnel has its own.
                    match about.store.paths.outer_flows(about.packet.path).next() {
                        Some(_) => Told::Unknown,
                        None => passed(about, which, Transport::Udp),
                    }
                },
                which: which as u32,
            });
        }
        let (needs, read, which): (_, for<'s> fn(&About<'s>, u32) -> Told<'s>, _) = match name.strip_prefix("tcp.")? {
            "analysis" => (needs::HISTORY, analysed, 0),
            "analysis.acks_frame" => (needs::HISTORY, acknowledged, 0),
            "analysis.ack_rtt" => (needs::HISTORY, acknowledged, 1),
            "analysis.partial_ack" => (needs::HISTORY, partial, 0),
            "analysis.bytes_in_flight" => (needs::HISTORY, in_flight, 0),
            "analysis.flags" => (needs::FLOW | needs::MARKS, found, u32::MAX),
            "analysis.initial_rtt" => (needs::HISTORY, initial_rtt, 0),
            "analysis.duplicate_ack_frame" => {
                (needs::ALL, |about, _| repeated(about, |(frame, _)| frame.saturating_add(1)), 0)
            }
            "analysis.duplicate_ack_num" => (needs::ALL, |about, _| repeated(about, |(_, number)| number), 0),
            "time_relative" => (needs::ALL, |about, which| passed(about, which, Transport::Tcp), 0),
            "time_delta" => (needs::PREVIOUS, |about, which| passed(about, which, Transport::Tcp), 1),
            "connection.fin" => (needs::FLOW | needs::TCP_FLAGS, flags, 1 << 16 | 1),
            "connection.syn" => (needs::FLOW | needs::TCP_FLAGS, flags, 0x12 << 16 | 2),
            "connection.synack" => (needs::FLOW | needs::TCP_FLAGS, flags, 0x12 << 16 | 0x12),
            "connection.rst" => (needs::FLOW | needs::TCP_FLAGS, flags, 4 << 16 | 4),
            _ => (needs::FLOW | needs::MARKS, found, KINDS.iter().find(|kind| kind.filter == name)?.mark),
        };
        Some(Known { needs, read, which })
    })
}

type Own = (&'static str, for<'s> fn(&About<'s>, u32) -> Told<'s>);

static OWN: &[Own] = &[
    ("tcp.completeness", |about, _| of_connection(about, |flow| Some(Datum::Uint(flow.tcp.completeness.into())))),
    ("flow.id", |about, _| of_flow(about, |_| Some(Datum::Uint(about.packet.flow.into())))),
    ("flow.application", |about, _| of_flow(about, |flow| text(application(flow)))),
    ("flow.name", |about, _| {
        let name = |flow| about.store.names.get(about.store.server_name(flow)?);
        of_flow(about, |flow| text(name(flow)?.0))
    }),
    ("flow.client", |about, _| of_flow(about, |flow| address(about.store.address(flow, flow.client)))),
    ("flow.server", |about, _| of_flow(about, |flow| address(about.store.address(flow, flow.server())))),
    ("flow.client_port", |about, _| of_flow(about, |flow| port(flow, flow.client))),
    ("flow.server_port", |about, _| of_flow(about, |flow| port(flow, flow.server()))),
    ("flow.from_client", |about, _| {
        let sender = End::from(about.packet.marks.has(Marks::FROM_B));
        of_flow(about, |flow| Some(Datum::Uint((flow.client == sender).into())))
    }),
    ("flow.packets", |about, _| of_flow(about, |flow| Some(Datum::Uint(flow.total_packets())))),
    ("flow.bytes", |about, _| of_flow(about, |flow| Some(Datum::Uint(flow.total_bytes())))),
    ("flow.bytes_out", |about, _| of_flow(about, |flow| Some(Datum::Uint(Flow::by(flow.bytes, flow.client))))),
    ("flow.bytes_in", |about, _| of_flow(about, |flow| Some(Datum::Uint(Flow::by(flow.bytes, flow.server()))))),
    ("flow.duration", |about, _| of_flow(about, |flow| Some(Datum::Nanos(flow.duration())))),
    ("flow.outcome", |about, _| of_connection(about, |flow| text(outcome(flow)))),
    ("file.name", |about, _| about.store.files.get(of_file(about)).and_then(|name| text(name)).into()),
    ("file.number", |about, _| Told::Is(Datum::Uint(of_file(about).saturating_add(1) as u64))),
    ("rtt.initial", |about, _| of_connection(about, initial)),
    ("rtt.server", |about, _| of_connection(about, |flow| halves(flow).map(|(server, _)| Datum::Nanos(server)))),
    ("rtt.client", |about, _| of_connection(about, |flow| halves(flow).map(|(_, client)| Datum::Nanos(client)))),
];

/// From 0.
fn of_file(about: &About<'_>) -> usize {
    about.store.packets.file(about.id, about.packet.stack)
}

fn flow<'s>(about: &About<'s>) -> Option<&'s Flow> {
    if about.packet.flow == NO_FLOW { None } else { about.store.flows.get(about.packet.flow) }
}

fn of_flow<'s>(about: &About<'s>, value: impl FnOnce(&'s Flow) -> Option<Datum<'s>>) -> Told<'s> {
    flow(about).and_then(value).into()
}

fn of_connection<'s>(about: &About<'s>, value: impl FnOnce(&'s Flow) -> Option<Datum<'s>>) -> Told<'s> {
    flow(about).filter(|flow| flow.key.transport == Transport::Tcp).and_then(value).into()
}

fn text(text: &str) -> Option<Datum<'_>> {
    (!text.is_empty()).then_some(Datum::Text(Cow::Borrowed(text)))
}

fn address(address: Option<Address>) -> Option<Datum<'static>> {
    address.map(|address| of_address(&address))
}

fn port(flow: &Flow, end: End) -> Option<Datum<'static>> {
    flow.has_ports().then(|| Datum::Uint(flow.port(end).into()))
}

fn application(flow: &Flow) -> &'static str {
    if flow.app == NO_PROTOCOL { "" } else { protocol(flow.app).short }
}

fn outcome(flow: &Flow) -> &'static str {
    match flow.outcome() {
        Outcome::Unknown => "unknown",
        Outcome::NoAnswer => "no answer",
        Outcome::Refused => "refused",
        Outcome::Open => "open",
        Outcome::Closed => "closed",
        Outcome::Reset => "reset",
    }
}

fn initial(flow: &Flow) -> Option<Datum<'_>> {
    Some(flow.tcp.initial_rtt).filter(|&rtt| rtt != 0).map(Datum::Nanos)
}

/// The handshake's round trip in its parts behind and before the place of the capture.
fn halves(flow: &Flow) -> Option<(i64, i64)> {
    let (whole, server) = (flow.tcp.initial_rtt, flow.tcp.syn_to_syn_ack);
    (whole != 0 && server >= 0).then(|| (server, whole.saturating_sub(server)))
}

/// One of the findings is among them.
fn found<'s>(about: &About<'s>, findings: u32) -> Told<'s> {
    of_connection(about, |_| about.packet.marks.findings().has(findings).then_some(Datum::Present))
}

/// Of these flags (upper half) those are set (lower half) and the others are not.
fn flags<'s>(about: &About<'s>, which: u32) -> Told<'s> {
    of_connection(about, |_| (about.packet.marks.0 & which >> 16 == which & 0xffff).then_some(Datum::Present))
}

/// Time since the flow's first packet (0), or since the one before (1).
fn passed<'s>(about: &About<'s>, which: u32, of: Transport) -> Told<'s> {
    let time = |packet| about.store.packets.time(packet).filter(|&time| time != NO_TIME);
    flow(about)
        .filter(|flow| flow.key.transport == of)
        .and_then(|flow| {
            let (now, first) = (time(about.id)?, time(flow.first_packet)?);
            let before = about.previous.filter(|&id| id >= flow.first_packet).and_then(time).unwrap_or(now);
            Some(Datum::Nanos(now.saturating_sub(if which == 0 { first } else { before })))
        })
        .into()
}

/// Whether there is anything to say.
fn analysed<'s>(about: &About<'s>, _: u32) -> Told<'s> {
    let Some(_) = flow(about).filter(|flow| flow.key.transport == Transport::Tcp) else { return Told::Absent };
    match about.finding {
        _ if about.packet.marks.findings().0 != 0 => Told::Is(Datum::Present),
        Some(Finding { acks: Some(_), .. }) => Told::Is(Datum::Present),
        _ => match in_flight(about, 0) {
            Told::Is(_) => Told::Is(Datum::Present),
            other => other,
        },
    }
}

/// It stands beside other analysis only.
fn initial_rtt<'s>(about: &About<'s>, _: u32) -> Told<'s> {
    match analysed(about, 0) {
        Told::Is(_) => of_connection(about, initial),
        other => other,
    }
}

/// The segment that it acknowledges (0), and how long that was under way (1).
fn acknowledged<'s>(about: &About<'s>, which: u32) -> Told<'s> {
    let Some(finding) = about.finding else { return Told::Unknown };
    of_connection(about, |_| match finding.acks? {
        (frame, _) if which == 0 => Some(Datum::Uint(u64::from(frame) + 1)),
        (_, rtt) => Some(Datum::Nanos(rtt)).filter(|_| rtt != 0),
    })
}

fn partial<'s>(about: &About<'s>, _: u32) -> Told<'s> {
    let Some(finding) = about.finding else { return Told::Unknown };
    of_connection(about, |_| finding.partial.then_some(Datum::Present))
}

fn in_flight<'s>(about: &About<'s>, _: u32) -> Told<'s> {
    let Some(finding) = about.finding else { return Told::Unknown };
    of_connection(about, |_| finding.in_flight.map(|bytes| Datum::Uint(bytes.into())))
}

fn repeated<'s>(about: &About<'s>, value: impl FnOnce((PacketId, u32)) -> u32) -> Told<'s> {
    of_connection(about, |_| Some(Datum::Uint(value(about.store.duplicate_of(about.id)?).into())))
}
