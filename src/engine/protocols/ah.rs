//! IP Authentication Header, RFC 4302.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Segment, Transport, fields};

fields! {
    NEXT_HEADER: Uint => "ah.next_header", "Next header";
    LENGTH: Uint => "ah.length", "Length";
    SPI: Hex(8) => "ah.spi", "AH SPI";
    SEQUENCE: Uint => "ah.sequence", "AH Sequence";
}

pub(super) static AH: Protocol = Protocol {
    name: "ah",
    title: "Authentication Header",
    short: "AH",
    fields: FIELDS,
    claims: &[Claim::Ip(51)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (next, words) = (bytes.u8(0)?, bytes.u8(1)?);
    let (spi, sequence) = (bytes.u32(4)?, bytes.u32(8)?);
    d.field(&NEXT_HEADER, bytes.span(0..1), next);
    d.field(&LENGTH, bytes.span(1..2), words);
    d.field(&SPI, bytes.span(4..8), spi);
    d.field(&SEQUENCE, bytes.span(8..12), sequence);
    // In words of four bytes, two less than there are.
    let rest = bytes.from(usize::from(words).saturating_add(2).saturating_mul(4));
    d.segment(Segment::plain(Transport::Ip(next), rest.wire_len()));
    Ok(Next::Claim(Claim::Ip(next), rest))
}
