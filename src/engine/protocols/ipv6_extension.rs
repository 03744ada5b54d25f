//! IPv6 extension headers, RFC 8200 §4.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Fragment, Next, Problem, Protocol, Segment, Transport, fields};

fields! {
    ROUTING_TYPE: Uint => "ipv6.routing.type", "Type";
    SEGMENTS_LEFT: Uint => "ipv6.routing.segleft", "Segments Left";
    FRAGMENT_OFFSET: Uint => "ipv6.fraghdr.offset", "Offset";
    FRAGMENT_MORE: Bool => "ipv6.fraghdr.more", "More Fragments";
    FRAGMENT_ID: Hex(8) => "ipv6.fraghdr.ident", "Identification";
}

pub(super) static HOP_BY_HOP: Protocol = extension("ipv6.hopopts", "IPv6 Hop-by-Hop Option", &[Claim::Ip(0)]);
pub(super) static ROUTING: Protocol = Protocol {
    name: "ipv6.routing",
    title: "IPv6 Routing Header",
    short: "",
    fields: &[&ROUTING_TYPE, &SEGMENTS_LEFT],
    claims: &[Claim::Ip(43)],
    probe: None,
    dissect: dissect_routing,
    ..Protocol::PLAIN
};
pub(super) static SHIM6: Protocol = extension("shim6", "Site Multihoming by IPv6 Intermediation", &[Claim::Ip(140)]);
pub(super) static DESTINATION_OPTIONS: Protocol = extension("ipv6.dstopts", "IPv6 Destination Options", &[Claim::Ip(60)]);

pub(super) static FRAGMENT: Protocol = Protocol {
    name: "ipv6.fraghdr",
    title: "IPv6 Fragment Header",
    short: "",
    fields: &[&FRAGMENT_OFFSET, &FRAGMENT_MORE, &FRAGMENT_ID],
    claims: &[Claim::Ip(44)],
    probe: None,
    dissect: dissect_fragment,
    ..Protocol::PLAIN
};

const fn extension(name: &'static str, title: &'static str, claims: &'static [Claim]) -> Protocol {
    Protocol { name, title, short: "", fields: &[], claims, probe: None, dissect, ..Protocol::PLAIN }
}

/// Next header 59: there is none.
const NOTHING: u8 = 59;

fn follow<'p>(d: &mut Dissection, next: u8, rest: Bytes<'p>) -> Next<'p> {
    d.segment(Segment::plain(Transport::Ip(next), rest.wire_len()));
    if next == NOTHING { Next::Data(rest) } else { Next::Claim(Claim::Ip(next), rest) }
}

/// Length in units of eight bytes, not counting the first.
fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (next, length) = (bytes.u8(0)?, usize::from(bytes.u8(1)?));
    let length = length.saturating_add(1).saturating_mul(8);
    bytes.take(0..length)?;
    Ok(follow(d, next, bytes.from(length)))
}

fn dissect_routing<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (words, kind, left) = (usize::from(bytes.u8(1)?), bytes.u8(2)?, bytes.u8(3)?);
    d.field(&ROUTING_TYPE, bytes.span(2..3), kind);
    d.field(&SEGMENTS_LEFT, bytes.span(3..4), left);
    if d.wants() && left > 0 {
        // Where the packet goes in the end: the last address, or the first of a segment list, which runs backwards (RFC 8754 §2).
        let last = match kind {
            0 | 2 => Some(words.saturating_mul(8).saturating_sub(8)),
            4 => Some(8),
            _ => None,
        };
        let destination = last.and_then(|at| bytes.array(at).ok()).map(Address::ipv6);
        if let (Some(destination), Some(&(source, _, _))) = (destination, d.pairs.last()) {
            d.columns(|| (source.to_string(), destination.to_string()));
        }
    }
    dissect(d, bytes)
}

fn dissect_fragment<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (next, place, identification) = (bytes.u8(0)?, bytes.u16(2)?, bytes.u32(4)?);
    let (offset, more) = (u32::from(place & 0xfff8), place & 1 != 0);
    if d.wants() {
        d.field(&FRAGMENT_OFFSET, bytes.span(2..4), offset);
        d.field(&FRAGMENT_MORE, bytes.span(2..4), more);
        d.field(&FRAGMENT_ID, bytes.span(4..8), identification);
        d.info(|| format!("IPv6 fragment (off={offset} more={} ident=0x{identification:08x} nxt={next})", if more { "y" } else { "n" }));
    }
    let rest = bytes.from(8);
    let Some(&(source, destination, _)) = d.pairs.last() else { return Ok(Next::Data(rest)) };
    // As in IPv4: what the capture does not have whole cannot be put together.
    if offset == 0 && (!more || rest.is_cut()) {
        return Ok(follow(d, next, rest));
    }
    if rest.is_cut() {
        return Ok(Next::Data(rest));
    }
    Ok(Next::Fragment(Fragment { source, destination, identification, protocol: next, offset, more }, rest))
}
