//! IPv6 extension headers, RFC 8200 §4.
use crate::engine::dissect::{Bytes, Claim, Dissection, Fragment, Next, Problem, Protocol, Segment, Transport, fields};

fields! {
    FRAGMENT_OFFSET: Uint => "ipv6.fraghdr.offset", "Offset";
    FRAGMENT_MORE: Bool => "ipv6.fraghdr.more", "More Fragments";
    FRAGMENT_ID: Hex(8) => "ipv6.fraghdr.ident", "Identification";
}

pub(super) static HOP_BY_HOP: Protocol = extension("ipv6.hopopts", "IPv6 Hop-by-Hop Option", &[Claim::Ip(0)]);
pub(super) static ROUTING: Protocol = extension("ipv6.routing", "IPv6 Routing Header", &[Claim::Ip(43)]);
pub(super) static DESTINATION_OPTIONS: Protocol = extension("ipv6.dstopts", "IPv6 Destination Options", &[Claim::Ip(60)]);

pub(super) static FRAGMENT: Protocol = Protocol {
    name: "ipv6.fraghdr",
    title: "IPv6 Fragment Header",
    short: "",
    fields: FIELDS,
    claims: &[Claim::Ip(44)],
    probe: None,
    dissect: dissect_fragment,
};

const fn extension(name: &'static str, title: &'static str, claims: &'static [Claim]) -> Protocol {
    Protocol { name, title, short: "", fields: &[], claims, probe: None, dissect }
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
    if offset == 0 && !more {
        return Ok(follow(d, next, rest));
    }
    let complete = !rest.is_cut();
    Ok(Next::Fragment(Fragment { source, destination, identification, protocol: next, offset, more, complete }, rest))
}
