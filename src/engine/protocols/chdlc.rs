//! Cisco HDLC and its Serial Line Address Resolution Protocol, <https://www.tcpdump.org/linktypes.html> (LINKTYPE_C_HDLC).
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    ADDRESS: Hex(2) => "chdlc.address", "Address";
    PROTOCOL: Hex(4) => "chdlc.protocol", "Protocol";
}

pub(super) static CHDLC: Protocol = Protocol {
    name: "chdlc",
    title: "Cisco HDLC",
    short: "CHDLC",
    fields: FIELDS,
    claims: &[Claim::Link(104)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

pub(super) static SLARP: Protocol = Protocol {
    name: "slarp",
    title: "Cisco SLARP",
    short: "SLARP",
    fields: &[],
    claims: &[],
    probe: None,
    dissect: |_, _| Ok(Next::End),
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.columns(|| ("N/A".to_owned(), "N/A".to_owned()));
    let (address, protocol) = (bytes.u8(0)?, bytes.u16(2)?);
    d.field(&ADDRESS, bytes.span(0..1), address);
    d.field(&PROTOCOL, bytes.span(2..4), protocol);
    let rest = bytes.from(4);
    let claim = match protocol {
        0x2000 => Claim::Named("cdp"),
        0x4242 => Claim::Named("stp"),
        0x8035 => Claim::Named("slarp"),
        0xfefe => {
            // A byte of padding stands before the network layer's identifier.
            let padded = bytes.u8(4) == Ok(0x03);
            return Ok(Next::Claim(Claim::Named("osi"), if padded { rest.from(1) } else { rest }));
        }
        other => Claim::EtherType(other),
    };
    Ok(Next::Claim(claim, rest))
}
