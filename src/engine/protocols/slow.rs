//! Slow protocols, IEEE 802.3 Annex 57A: one EtherType, told apart by the first byte.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    SUBTYPE: Hex(2) => "slow.subtype", "Slow Protocols subtype";
}

pub(super) static SLOW: Protocol = Protocol {
    name: "slow",
    title: "Slow Protocols",
    short: "Slow Protocols",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x8809)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let subtype = bytes.u8(0)?;
    d.field(&SUBTYPE, bytes.span(0..1), subtype);
    Ok(match subtype {
        1 => Next::Claim(Claim::Named("lacp"), bytes),
        3 => Next::Claim(Claim::Named("oampdu"), bytes),
        10 => Next::Claim(Claim::Named("ossp"), bytes),
        2 => Next::End,
        _ => Next::Data(bytes.from(1)),
    })
}
