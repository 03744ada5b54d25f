//! Virtual eXtensible Local Area Network, RFC 7348, and its generic extension, draft-ietf-nvo3-vxlan-gpe.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    FLAGS: Hex(4) => "vxlan.flags", "Flags";
    GBP: Bool => "vxlan.flag_g", "GBP Extension";
    VALID_BIT: Bool => "vxlan.flag_i", "VXLAN Network ID (VNI)";
    DONT_LEARN: Bool => "vxlan.flag_d", "Don't Learn";
    APPLIED: Bool => "vxlan.flag_a", "Policy Applied";
    RESERVED_BITS: Hex(4) => "vxlan.flags_reserved", "Reserved(R)";
    GROUP: Uint => "vxlan.gbp", "Group Policy ID";
    RESERVED: Uint => "vxlan.reserved8", "Reserved";
    VNI: Uint => "vxlan.vni", "VXLAN Network Identifier (VNI)";
}

pub(super) static VXLAN: Protocol = Protocol {
    name: "vxlan",
    title: "Virtual eXtensible Local Area Network",
    short: "VXLAN",
    fields: FIELDS,
    claims: &[Claim::UdpPort(4789)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Wireshark lists no layer for it, only what it carries.
pub(super) static GPE: Protocol = Protocol {
    name: "vxlan-gpe",
    title: "Virtual eXtensible Local Area Network (GPE)",
    short: "VXLAN",
    fields: &[],
    claims: &[Claim::UdpPort(4790)],
    probe: Some(probe_generic),
    dissect: dissect_generic,
    ..Protocol::PLAIN
};

const HEADER: usize = 8;
/// The network identifier is valid.
const VALID: u8 = 0x08;

fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes.first_chunk::<HEADER>() {
        Some([flags, _, 0, 0, _, _, _, 0]) if flags & VALID != 0 && payload.bytes.len() > HEADER => Verdict::Possible,
        _ => Verdict::NotMine,
    }
}

/// The next protocol's number is where VXLAN has zero.
fn probe_generic(payload: &Payload<'_>) -> Verdict {
    match payload.bytes.first_chunk::<HEADER>() {
        Some([flags, 0, 0, 1..=5, _, _, _, 0]) if flags & 0xc0 == 0 => Verdict::Possible,
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (flags, identifier) = (bytes.u16(0)?, bytes.u24(4)?);
    d.field(&FLAGS, bytes.span(0..2), flags);
    if d.wants() {
        let bits =
            [(&GBP, 0x8000), (&VALID_BIT, 0x0800), (&DONT_LEARN, 0x0040), (&APPLIED, 0x0008), (&RESERVED_BITS, 0x77b7)];
        d.read_bits(&bytes, 0..2, &bits)?;
        d.read(&GROUP, &bytes, 2..4)?;
    }
    d.field(&VNI, bytes.span(4..7), identifier);
    d.field(&RESERVED, bytes.span(7..8), bytes.u8(7)?);
    Ok(Next::Claim(Claim::Named("eth"), bytes.from(HEADER)))
}

fn dissect_generic<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let rest = bytes.from(HEADER);
    let claim = match bytes.u8(3)? {
        1 => Claim::EtherType(0x0800),
        2 => Claim::EtherType(0x86dd),
        3 => Claim::Named("eth"),
        4 => Claim::EtherType(0x894f),
        5 => Claim::EtherType(0x8847),
        _ => return Ok(Next::Data(rest)),
    };
    Ok(Next::Instead(claim, rest))
}
