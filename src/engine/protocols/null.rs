//! BSD loopback (LINKTYPE_NULL, LINKTYPE_LOOP): four bytes of address family, <https://www.tcpdump.org/linktypes.html>.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    FAMILY: Uint => "null.family", "Family";
}

pub(super) static NULL: Protocol = Protocol {
    name: "null",
    title: "Null/Loopback",
    short: "Null/Loopback",
    fields: FIELDS,
    claims: &[NULL_LINK, LOOP_LINK],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Byte order of the machine that captured.
const NULL_LINK: Claim = Claim::Link(0);
/// Network byte order.
const LOOP_LINK: Claim = Claim::Link(108);

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.columns(|| ("N/A".to_owned(), "N/A".to_owned()));
    if bytes.u16(0)? == 0xff03 {
        return Ok(Next::Claim(Claim::Named("ppp"), bytes));
    }
    let mut family = if d.through == LOOP_LINK { bytes.u32(0)? } else { bytes.u32_le(0)? };
    if family > 0xffff && d.through == NULL_LINK {
        family = family.swap_bytes();
    }
    d.field(&FAMILY, bytes.span(0..4), family);
    let rest = bytes.from(4);
    let claim = match family {
        2 => Claim::EtherType(0x0800),
        7 => Claim::Sap(0xfe),
        16 => Claim::Named("ddp"),
        23 => Claim::Named("ipx"),
        // NetBSD and OpenBSD, FreeBSD, macOS.
        24 | 28 | 30 => Claim::EtherType(0x86dd),
        0x0600..=0xffff => Claim::EtherType(u16::try_from(family).unwrap_or_default()),
        _ => return Ok(Next::Data(rest)),
    };
    Ok(Next::Claim(claim, rest))
}
