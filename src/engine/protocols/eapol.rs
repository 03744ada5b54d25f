//! EAP over LAN, IEEE 802.1X.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    VERSION: Uint => "eapol.version", "Version";
    TYPE: Uint => "eapol.type", "Type";
    LENGTH: Uint => "eapol.len", "Length";
}

pub(super) static EAPOL: Protocol = Protocol {
    name: "eapol",
    title: "802.1X Authentication",
    short: "EAPOL",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x888e), Claim::EtherType(0x88c7)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (version, kind, length) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u16(2)?);
    d.field(&VERSION, bytes.span(0..1), version);
    d.field(&TYPE, bytes.span(1..2), kind);
    d.field(&LENGTH, bytes.span(2..4), length);
    let rest = bytes.from(4).limit(usize::from(length));
    Ok(match kind {
        // EAP, which Wireshark does not list as a layer here, and keys.
        0 | 3 => Next::End,
        _ => Next::Data(rest),
    })
}
