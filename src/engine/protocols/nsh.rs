//! Network Service Header, RFC 8300.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    LENGTH: Uint => "nsh.length", "Length";
    NEXT_PROTOCOL: Uint => "nsh.nextproto", "Next Protocol";
    PATH: Uint => "nsh.spi", "SPI";
    INDEX: Uint => "nsh.si", "SI";
}

pub(super) static NSH: Protocol = Protocol {
    name: "nsh",
    title: "Network Service Header",
    short: "NSH",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x894f)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (words, next) = (bytes.u16(0)? & 0x3f, bytes.u8(3)?);
    let length = usize::from(words).saturating_mul(4);
    if length < 8 {
        return Err(Problem::Malformed);
    }
    d.field(&LENGTH, bytes.span(1..2), length);
    d.field(&NEXT_PROTOCOL, bytes.span(3..4), next);
    d.field(&PATH, bytes.span(4..7), bytes.u24(4)?);
    d.field(&INDEX, bytes.span(7..8), bytes.u8(7)?);
    let rest = bytes.from(length);
    let claim = match next {
        1 => Claim::EtherType(0x0800),
        2 => Claim::EtherType(0x86dd),
        3 => Claim::Named("eth"),
        4 => Claim::EtherType(0x894f),
        5 => Claim::EtherType(0x8847),
        _ => return Ok(Next::Data(rest)),
    };
    Ok(Next::Claim(claim, rest))
}
