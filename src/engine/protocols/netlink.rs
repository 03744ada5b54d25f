//! Linux netlink messages (LINKTYPE_NETLINK), RFC 3549 and netlink(7).
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    HARDWARE_TYPE: Hex(4) => "netlink.hatype", "Link-layer address type";
    FAMILY: Hex(4) => "netlink.family", "Family";
}

pub(super) static NETLINK: Protocol = Protocol {
    name: "netlink",
    title: "Linux netlink protocol",
    short: "Netlink",
    fields: FIELDS,
    claims: &[Claim::Link(253)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Cooked header before the messages.
const HEADER: usize = 16;
/// Message types below are the same for all families: no operation, error, done, overrun.
const FIRST_OF_FAMILY: u16 = 16;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (hardware, family) = (bytes.u16(2)?, bytes.u16(14)?);
    d.field(&HARDWARE_TYPE, bytes.span(2..4), hardware);
    d.field(&FAMILY, bytes.span(14..16), family);
    let rest = bytes.from(HEADER);
    // Length, type: in the byte order of the machine, so the length's zero bytes tell.
    let (length, kind) = match (rest.u32(0), rest.u32_le(0)) {
        (Ok(big), Ok(little)) if big < little => (big, rest.u16(4)?),
        (_, Ok(little)) => (little, rest.u16_le(4)?),
        _ => return Ok(Next::End),
    };
    if length < 16 || usize::try_from(length).is_ok_and(|length| length > rest.wire_len()) {
        return Ok(Next::End);
    }
    if kind < FIRST_OF_FAMILY {
        return Ok(Next::Data(rest.from(16)));
    }
    let name = match family {
        0 => "netlink-route",
        4 => "netlink-sock_diag",
        12 => "netlink-netfilter",
        16 => "genl",
        _ => return Ok(Next::Data(rest.from(16))),
    };
    Ok(Next::Claim(Claim::Named(name), rest))
}
