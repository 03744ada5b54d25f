//! Endace's Extensible Record Format, <https://www.endace.com/erf-extensible-record-format-types.pdf>.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    TYPE: Uint => "erf.types.type", "type";
    WIRE_LENGTH: Uint => "erf.wlen", "wire length";
}

pub(super) static ERF: Protocol = Protocol {
    name: "erf",
    title: "Extensible Record Format",
    short: "ERF",
    fields: FIELDS,
    claims: &[Claim::Link(197)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 16;
/// Another header follows.
const MORE: u8 = 0x80;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (first, wire_length) = (bytes.u8(8)?, bytes.u16(14)?);
    let kind = first & !MORE;
    d.field(&TYPE, bytes.span(8..9), kind);
    d.field(&WIRE_LENGTH, bytes.span(14..16), wire_length);
    let mut at = HEADER;
    let mut more = first & MORE != 0;
    while more {
        more = bytes.u8(at)? & MORE != 0;
        at = at.saturating_add(8);
    }
    let rest = bytes.from(at);
    Ok(match kind {
        // Ethernet, in several colours: an offset and a byte of padding first.
        2 | 11 | 16 | 20 => Next::Claim(Claim::Named("eth"), rest.from(2).limit(usize::from(wire_length))),
        22 => Next::Claim(Claim::EtherType(0x0800), rest),
        23 => Next::Claim(Claim::EtherType(0x86dd), rest),
        _ => Next::Data(rest),
    })
}
