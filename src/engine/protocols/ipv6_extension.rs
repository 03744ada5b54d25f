//! IPv6 extension headers, RFC 8200 §4.
use super::numbers::{ip_protocol, unread};
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, FRAGMENT_LOST, Fragment, Next, Problem, Protocol, Segment, Transport, fields};

fields! {
    ROUTING_NEXT: Uint => "ipv6.routing.nxt", "Next Header";
    ROUTING_LENGTH: Uint => "ipv6.routing.len", "Length";
    ROUTING_TYPE: Uint => "ipv6.routing.type", "Type";
    SEGMENTS_LEFT: Uint => "ipv6.routing.segleft", "Segments Left";
    ROUTE: Address => "ipv6.routing.src.addr", "Address";
    HOME_ADDRESS: Address => "ipv6.routing.mipv6.home_address", "Home Address";
    LAST_ENTRY: Uint => "ipv6.routing.srh.last_entry", "Last Entry";
    SEGMENT: Address => "ipv6.routing.srh.addr", "Address";
    FRAGMENT_NEXT: Uint => "ipv6.fraghdr.nxt", "Next header";
    FRAGMENT_OFFSET: Uint => "ipv6.fraghdr.offset", "Offset";
    FRAGMENT_MORE: Bool => "ipv6.fraghdr.more", "More Fragments";
    FRAGMENT_ID: Hex(8) => "ipv6.fraghdr.ident", "Identification";
    FRAGMENTS: Label => "ipv6.fragments", "IPv6 Fragments";
    FRAGMENT_PACKET: Uint => "ipv6.fragment", "IPv6 Fragment";
    FRAGMENT_COUNT: Uint => "ipv6.fragment.count", "Fragment count";
    REASSEMBLED_IN: Uint => "ipv6.reassembled.in", "Reassembled IPv6 in frame";
    HOP_NEXT: Uint => "ipv6.hopopts.nxt", "Next Header";
    HOP_LENGTH: Uint => "ipv6.hopopts.len", "Length";
    DESTINATION_NEXT: Uint => "ipv6.dstopts.nxt", "Next Header";
    DESTINATION_LENGTH: Uint => "ipv6.dstopts.len", "Length";
    OPTION_TYPE: Hex(2) => "ipv6.opt.type", "Type";
    OPTION_LENGTH: Uint => "ipv6.opt.length", "Length";
    ROUTER_ALERT: Uint => "ipv6.opt.router_alert", "Router Alert";
    JUMBO: Uint => "ipv6.opt.jumbo", "Payload Length";
    OPTION_DATA: Bytes => "ipv6.opt.unknown", "Unknown Option Payload";
}

pub(super) static HOP_BY_HOP: Protocol = Protocol {
    name: "ipv6.hopopts",
    title: "IPv6 Hop-by-Hop Option",
    fields: &[&HOP_NEXT, &HOP_LENGTH, &OPTION_TYPE, &OPTION_LENGTH, &ROUTER_ALERT, &JUMBO, &OPTION_DATA],
    claims: &[Claim::Ip(0)],
    dissect,
    ..Protocol::PLAIN
};
pub(super) static ROUTING: Protocol = Protocol {
    name: "ipv6.routing",
    title: "IPv6 Routing Header",
    fields: &[&ROUTING_NEXT, &ROUTING_LENGTH, &ROUTING_TYPE, &SEGMENTS_LEFT, &ROUTE, &HOME_ADDRESS, &LAST_ENTRY, &SEGMENT],
    claims: &[Claim::Ip(43)],
    dissect: dissect_routing,
    ..Protocol::PLAIN
};
pub(super) static SHIM6: Protocol = Protocol {
    name: "shim6",
    title: "Site Multihoming by IPv6 Intermediation",
    claims: &[Claim::Ip(140)],
    dissect,
    ..Protocol::PLAIN
};
pub(super) static DESTINATION_OPTIONS: Protocol = Protocol {
    name: "ipv6.dstopts",
    title: "IPv6 Destination Options",
    fields: &[&DESTINATION_NEXT, &DESTINATION_LENGTH],
    claims: &[Claim::Ip(60)],
    dissect,
    ..Protocol::PLAIN
};

pub(super) static FRAGMENT: Protocol = Protocol {
    name: "ipv6.fraghdr",
    title: "IPv6 Fragment Header",
    fields: &[
        &FRAGMENT_NEXT, &FRAGMENT_OFFSET, &FRAGMENT_MORE, &FRAGMENT_ID, &FRAGMENTS, &FRAGMENT_PACKET, &FRAGMENT_COUNT,
        &REASSEMBLED_IN,
    ],
    claims: &[Claim::Ip(44)],
    dissect: dissect_fragment,
    ..Protocol::PLAIN
};

/// Next header 59: there is none.
const NOTHING: u8 = 59;

fn follow<'p>(d: &mut Dissection, next: u8, rest: Bytes<'p>) -> Next<'p> {
    d.segment(Segment::plain(Transport::Ip(next), rest.wire_len()));
    d.info(|| unread(next));
    if next == NOTHING { Next::Data(rest) } else { Next::Claim(Claim::Ip(next), rest) }
}

/// Length in units of eight bytes, not counting the first.
fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (next, units) = (bytes.u8(0)?, bytes.u8(1)?);
    let length = usize::from(units).saturating_add(1).saturating_mul(8);
    bytes.take(0..length)?;
    if d.wants() {
        let named = match d.through {
            Claim::Ip(0) => Some((&HOP_NEXT, &HOP_LENGTH)),
            Claim::Ip(60) => Some((&DESTINATION_NEXT, &DESTINATION_LENGTH)),
            _ => None,
        };
        if let Some((next_field, length_field)) = named {
            d.noted(next_field, bytes.span(0..1), next, ip_protocol(next));
            d.noted(length_field, bytes.span(1..2), units, &format!("{length} bytes"));
            options(d, &bytes.limit(length));
        }
    }
    Ok(follow(d, next, bytes.from(length)))
}

/// Options of the two headers that hold any (§4.2).
fn options(d: &mut Dissection, bytes: &Bytes<'_>) {
    let mut at = 2_usize;
    while let Ok(kind) = bytes.u8(at) {
        let option = bytes.from(at);
        let name = match kind {
            0 => "Pad1",
            1 => "PadN",
            4 => "Tunnel Encapsulation Limit",
            5 => "Router Alert",
            7 => "CALIPSO",
            38 => "Quick-Start",
            48 => "Path MTU Option",
            49 => "IOAM Option",
            99 => "RPL Option",
            109 => "MPL Option",
            194 => "Jumbo Payload",
            201 => "Home Address",
            _ => "Unknown",
        };
        d.noted(&OPTION_TYPE, option.span(0..1), kind, name);
        let length = if kind == 0 { None } else { option.u8(1).ok() };
        let Some(length) = length else {
            at = at.saturating_add(1);
            continue;
        };
        let end = usize::from(length).saturating_add(2);
        d.nest(|d| {
            d.field(&OPTION_LENGTH, option.span(1..2), length);
            match (kind, option.u16(2), option.u32(2)) {
                (5, Ok(alert), _) => d.field(&ROUTER_ALERT, option.span(2..4), alert),
                (194, _, Ok(length)) => d.field(&JUMBO, option.span(2..6), length),
                (1, ..) => {}
                _ => d.field(&OPTION_DATA, option.span(2..end), option.take(2..end).unwrap_or_default()),
            }
        });
        at = at.saturating_add(end);
    }
}

fn dissect_routing<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (next, units, kind, left) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u8(2)?, bytes.u8(3)?);
    let end = usize::from(units).saturating_mul(8);
    if d.wants() {
        let name = match kind {
            0 => "Source Route",
            2 => "Type 2 Routing",
            3 => "RPL Source Route",
            4 => "Segment Routing",
            _ => "Unknown",
        };
        d.noted(&ROUTING_NEXT, bytes.span(0..1), next, ip_protocol(next));
        d.noted(&ROUTING_LENGTH, bytes.span(1..2), units, &format!("{} bytes", end.saturating_add(8)));
        d.noted(&ROUTING_TYPE, bytes.span(2..3), kind, name);
        d.field(&SEGMENTS_LEFT, bytes.span(3..4), left);
        if kind == 4 {
            d.field(&LAST_ENTRY, bytes.span(4..5), bytes.u8(4)?);
        }
        let field = match kind {
            0 => Some(&ROUTE),
            2 => Some(&HOME_ADDRESS),
            4 => Some(&SEGMENT),
            _ => None,
        };
        for at in (8..end.saturating_add(8)).step_by(16) {
            if let (Some(field), Ok(address)) = (field, bytes.array(at)) {
                d.field(field, bytes.span(at..at.saturating_add(16)), Address::ipv6(address));
            }
        }
        // Where the packet goes in the end: the last address, or the first of a segment list, which runs backwards (RFC 8754 §2).
        let last = match kind {
            0 | 2 => Some(end.saturating_sub(8)),
            4 => Some(8),
            _ => None,
        };
        let destination = last.filter(|_| left > 0).and_then(|at| bytes.array(at).ok()).map(Address::ipv6);
        if let (Some(destination), Some(&(source, _, _))) = (destination, d.pairs.last()) {
            d.columns(|| (source.to_string(), destination.to_string()));
        }
    }
    dissect(d, bytes)
}

fn dissect_fragment<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (next, place, identification) = (bytes.u8(0)?, bytes.u16(2)?, bytes.u32(4)?);
    let (offset, more) = (u32::from(place & 0xfff8), place & 1 != 0);
    let rest = bytes.from(8);
    if d.wants() {
        d.noted(&FRAGMENT_NEXT, bytes.span(0..1), next, ip_protocol(next));
        d.field(&FRAGMENT_OFFSET, bytes.span(2..4), offset);
        d.field(&FRAGMENT_MORE, bytes.span(2..4), more);
        d.field(&FRAGMENT_ID, bytes.span(4..8), identification);
        datagram(d, &bytes);
    }
    let info = |d: &mut Dissection| {
        let more = if more { "y" } else { "n" };
        d.info(|| format!("IPv6 fragment (off={offset} more={more} ident=0x{identification:08x} nxt={next})"));
    };
    let Some(&(source, destination, _)) = d.pairs.last() else { return Ok(Next::Data(rest)) };
    // As in IPv4: what the capture does not have whole cannot be put together.
    if offset == 0 && (!more || rest.is_cut()) {
        d.in_part = more;
        return Ok(follow(d, next, rest));
    }
    info(d);
    if rest.is_cut() {
        return Ok(Next::Data(rest));
    }
    d.expert(&FRAGMENT_LOST);
    let fragment = Fragment { source, destination, identification, protocol: next, offset, more };
    Ok(Next::Fragment(Box::new(fragment), rest))
}

/// What became of the fragment's datagram.
fn datagram(d: &mut Dissection, bytes: &Bytes<'_>) {
    let here = bytes.span(0..0);
    let Some(datagram) = d.context.datagram.take() else { return };
    if !datagram.is_here {
        return d.generated(&REASSEMBLED_IN, here, datagram.whole_in);
    }
    let numbers: Vec<_> = datagram.packets.iter().map(|packet| format!("#{packet}")).collect();
    d.label(&FRAGMENTS, here, || format!("[{} IPv6 Fragments: {}]", numbers.len(), numbers.join(", ")));
    d.nest(|d| {
        datagram.packets.iter().for_each(|packet| d.generated(&FRAGMENT_PACKET, here, *packet));
        d.generated(&FRAGMENT_COUNT, here, datagram.packets.len());
    });
}
