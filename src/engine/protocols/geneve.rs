//! Generic Network Virtualization Encapsulation, RFC 8926.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    VERSION: Uint => "geneve.version", "Version";
    OPTIONS_LENGTH: Uint => "geneve.option.length", "Length";
    TYPE: Hex(4) => "geneve.proto_type", "Protocol Type";
    VNI: Hex(6) => "geneve.vni", "Virtual Network Identifier (VNI)";
}

pub(super) static GENEVE: Protocol = Protocol {
    name: "geneve",
    title: "Generic Network Virtualization Encapsulation",
    short: "Geneve",
    fields: FIELDS,
    claims: &[Claim::UdpPort(6081)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 8;

/// Version 0, reserved bits zero, a plausible EtherType.
fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes.first_chunk::<HEADER>() {
        Some([0..=0x3f, flags, high, _, _, _, _, 0]) if flags & 0x3f == 0 && *high >= 6 => Verdict::Possible,
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (first, kind, identifier) = (bytes.u8(0)?, bytes.u16(2)?, bytes.u24(4)?);
    let options = usize::from(first & 0x3f).saturating_mul(4);
    d.field(&VERSION, bytes.span(0..1), first >> 6);
    d.field(&OPTIONS_LENGTH, bytes.span(0..1), options);
    d.field(&TYPE, bytes.span(2..4), kind);
    d.field(&VNI, bytes.span(4..7), identifier);
    Ok(Next::Claim(Claim::EtherType(kind), bytes.from(options.saturating_add(HEADER))))
}
