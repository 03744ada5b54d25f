//! Ethernet within IP, RFC 3378.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    VERSION: Uint => "etherip.ver", "Version";
}

pub(super) static ETHERIP: Protocol = Protocol {
    name: "etherip",
    title: "Ethernet over IP",
    short: "ETHERIP",
    fields: FIELDS,
    claims: &[Claim::Ip(97)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.field(&VERSION, bytes.span(0..1), bytes.u8(0)? >> 4);
    Ok(Next::Claim(Claim::Named("eth"), bytes.from(2)))
}
