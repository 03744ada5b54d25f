//! IP over InfiniBand, RFC 4391: a global routing header, then a type.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    TYPE: Hex(4) => "ipoib.type", "Type";
}

pub(super) static IPOIB: Protocol = Protocol {
    name: "ipoib",
    title: "IP over Infiniband",
    short: "IPoIB",
    fields: FIELDS,
    claims: &[Claim::Link(242)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const ROUTING_HEADER: usize = 40;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let kind = bytes.u16(ROUTING_HEADER)?;
    d.field(&TYPE, bytes.span(40..42), kind);
    Ok(Next::Claim(Claim::EtherType(kind), bytes.from(44)))
}
