//! Logical Link Control, IEEE 802.2, and the Subnetwork Access Protocol, RFC 1042.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    DSAP: Hex(2) => "llc.dsap", "DSAP";
    SSAP: Hex(2) => "llc.ssap", "SSAP";
    CONTROL: Hex(4) => "llc.control", "Control field";
    ORGANISATION: Hex(6) => "llc.oui", "Organization Code";
    TYPE: Hex(4) => "llc.type", "Type";
    PID: Hex(4) => "llc.pid", "Protocol ID";
}

pub(super) static LLC: Protocol = Protocol {
    name: "llc",
    title: "Logical-Link Control",
    short: "LLC",
    fields: FIELDS,
    claims: &[Claim::Llc, Claim::Link(100), Claim::EtherType(0x8870)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const SNAP: u8 = 0xaa;
/// RFC 1042's organisation code, and the one of IEEE 802.1H for EtherTypes that need their own.
const ENCAPSULATED: u32 = 0x00_0000;
const BRIDGE_TUNNEL: u32 = 0x00_00f8;
/// IEEE 802.1's, for bridged frames.
const BRIDGED: u32 = 0x00_80c2;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (dsap, ssap, control) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u8(2)?);
    // Information and supervisory frames count in a second byte; unnumbered ones do not.
    let numbered = control & 0x03 != 0x03;
    let (control_value, header) = if numbered { (bytes.u16(2)?, 4) } else { (u16::from(control), 3) };
    d.field(&DSAP, bytes.span(0..1), dsap);
    d.field(&SSAP, bytes.span(1..2), ssap);
    d.field(&CONTROL, bytes.span(2..header), control_value);
    let rest = bytes.from(header);
    // The poll/final bit does not matter.
    let (information, supervisory) = (control & 1 == 0, control & 0x03 == 0x01);
    match control & 0xef {
        _ if supervisory => return Ok(Next::End),
        // XID and the frames that only open and close.
        0xaf | 0x6f | 0x63 | 0x43 | 0x0f | 0x87 => return Ok(Next::End),
        0x03 => {}
        _ if information => {}
        _ => return Ok(Next::Data(rest)),
    }
    if rest.wire_len() == 0 {
        return Ok(Next::End);
    }
    if dsap == SNAP && ssap & 0xfe == SNAP {
        return snap(d, rest);
    }
    Ok(Next::Claim(Claim::Sap(dsap), rest))
}

fn snap<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (organisation, protocol) = (bytes.u24(0)?, bytes.u16(3)?);
    d.field(&ORGANISATION, bytes.span(0..3), organisation);
    let rest = bytes.from(5);
    let (field, claim) = match (organisation, protocol) {
        (ENCAPSULATED | BRIDGE_TUNNEL, _) => (&TYPE, Claim::EtherType(protocol)),
        // Two bytes of padding bring the frame to an even place.
        (BRIDGED, 1 | 7) => return Ok(Next::Claim(Claim::Named("eth"), rest.from(2))),
        _ => (&PID, Claim::Snap(organisation, protocol)),
    };
    d.field(field, bytes.span(3..5), protocol);
    Ok(Next::Claim(claim, rest))
}
