//! Encapsulated Remote Switch Port Analyzer: draft-foschiano-erspan-03.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    VERSION: Uint => "erspan.version", "Version";
    VLAN: Uint => "erspan.vlan", "Vlan";
    SESSION: Uint => "erspan.spanid", "SpanID";
}

pub(super) static ERSPAN: Protocol = Protocol {
    name: "erspan",
    title: "Encapsulated Remote Switch Packet ANalysis",
    short: "ERSPAN",
    fields: FIELDS,
    claims: &[WITHOUT_HEADER],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Type I.
const WITHOUT_HEADER: Claim = Claim::Gre(0x88be);

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let eth = Claim::Named("eth");
    if d.through == WITHOUT_HEADER {
        return Ok(Next::Claim(eth, bytes));
    }
    let (first, second) = (bytes.u16(0)?, bytes.u16(2)?);
    let version = first >> 12;
    d.field(&VERSION, bytes.span(0..2), version);
    d.field(&VLAN, bytes.span(0..2), first & 0x0fff);
    d.field(&SESSION, bytes.span(2..4), second & 0x03ff);
    match version {
        // Type II.
        1 => Ok(Next::Claim(eth, bytes.from(8))),
        // Type III: a frame type of five bits, 0 for Ethernet, and a bit for eight bytes more.
        2 => {
            let word = bytes.u16(10)?;
            let rest = bytes.from(if word & 1 != 0 { 20 } else { 12 });
            Ok(if word >> 10 & 0x1f == 0 { Next::Claim(eth, rest) } else { Next::Data(rest) })
        }
        _ => Ok(Next::Data(bytes)),
    }
}
