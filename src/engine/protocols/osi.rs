//! OSI network layer protocols, told apart by their first byte: ISO/IEC TR 9577.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    NLPID: Hex(2) => "osi.nlpid", "Network Layer Protocol Identifier";
}

pub(super) static OSI: Protocol = Protocol {
    name: "osi",
    title: "OSI",
    short: "OSI",
    fields: FIELDS,
    claims: &[Claim::Sap(0xfe), Claim::Ppp(0x0023), Claim::Gre(0x00fe)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let identifier = bytes.u8(0)?;
    d.field(&NLPID, bytes.span(0..1), identifier);
    Ok(match identifier {
        0x00 | 0x81 => Next::Claim(Claim::Named("clnp"), bytes),
        0x82 => Next::Claim(Claim::Named("esis"), bytes),
        0x83 => Next::Claim(Claim::Named("isis"), bytes),
        0x8e => Next::Claim(Claim::EtherType(0x86dd), bytes.from(1)),
        0xcc => Next::Claim(Claim::EtherType(0x0800), bytes.from(1)),
        _ => Next::Data(bytes.from(1)),
    })
}
