//! Protocol Independent Multicast, RFC 7761.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    VERSION: Uint => "pim.version", "Version";
    TYPE: Uint => "pim.type", "Type";
    CHECKSUM: Hex(4) => "pim.cksum", "Checksum";
}

pub(super) static PIM: Protocol = Protocol {
    name: "pim",
    title: "Protocol Independent Multicast",
    short: "PIM",
    fields: FIELDS,
    claims: &[Claim::Ip(103)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const REGISTER: u8 = 1;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let first = bytes.u8(0)?;
    let (version, kind) = (first >> 4, first & 0x0f);
    // Version 1 travels in IGMP and leads with that protocol's type.
    if d.through != Claim::Ip(103) {
        return Ok(Next::End);
    }
    if d.wants() {
        let name = match kind {
            0 => "Hello",
            1 => "Register",
            2 => "Register-stop",
            3 => "Join/Prune",
            4 => "Bootstrap",
            5 => "Assert",
            6 => "Graft",
            7 => "Graft-Ack",
            8 => "Candidate-RP-Advertisement",
            9 => "State-Refresh",
            10 => "DF election",
            11 => "ECMP Redirect",
            _ => "Unknown",
        };
        d.column(format!("PIMv{version}"));
        d.info(|| name.to_owned());
    }
    d.field(&VERSION, bytes.span(0..1), version);
    d.field(&TYPE, bytes.span(0..1), kind);
    d.field(&CHECKSUM, bytes.span(2..4), bytes.u16(2)?);
    let rest = bytes.from(8);
    // A register carries the packet that its sender could not send by multicast yet.
    let packet = matches!(rest.u8(0).map(|first| first >> 4), Ok(4 | 6));
    Ok(if version == 2 && kind == REGISTER && packet { Next::Claim(Claim::IpVersion, rest) } else { Next::End })
}
