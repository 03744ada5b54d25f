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
    if d.wants() {
        words(d, &bytes, dsap, ssap, control_value);
    }
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

/// The Info column: the frame's function, and between which service points.
fn words(d: &mut Dissection, bytes: &Bytes<'_>, dsap: u8, ssap: u8, control: u16) {
    let response = ssap & 1 != 0;
    let (first, second) = match control.to_be_bytes() {
        [0, only] => (only, 0),
        [first, second] => (first, second),
    };
    let numbered = first & 0x03 != 0x03;
    let flagged = if numbered { second & 1 != 0 } else { first & 0x10 != 0 };
    let flag = match (flagged, response) {
        (false, _) => "",
        (true, false) => " P",
        (true, true) => " F",
    };
    let received = second >> 1;
    let what = match first {
        first if first & 1 == 0 => format!("I{flag}, N(R)={received}, N(S)={}", first >> 1),
        first if first & 0x03 == 0x01 => {
            let name = match first >> 2 & 3 {
                0 => "RR",
                1 => "RNR",
                2 => "REJ",
                _ => "SREJ",
            };
            format!("S{flag}, func={name}, N(R)={received}")
        }
        first => {
            let name = match (first & 0xef, response) {
                (0x03, _) => "UI",
                (0x0f, false) => "SARM",
                (0x0f, true) => "DM",
                (0x43, _) => "DISC",
                (0x63, _) => "UA",
                (0x6f, _) => "SABME",
                (0x87, _) => "FRMR",
                (0xaf, _) => "XID",
                (0xe3, _) => "TEST",
                _ => "Unknown",
            };
            format!("U{flag}, func={name}")
        }
    };
    let snap = bytes.u24(3).ok().zip(bytes.u16(6).ok()).filter(|_| dsap == SNAP && ssap & 0xfe == SNAP);
    let between = match snap {
        Some((organisation, protocol)) => {
            let name = match organisation {
                ENCAPSULATED => " (Officially Xerox, but 0:0:0:0:0:0 is more common)",
                0x00_000c => " (Cisco Systems, Inc)",
                0x08_0007 => " (Apple, Inc.)",
                _ => "",
            };
            format!("SNAP, OUI 0x{organisation:06X}{name}, PID 0x{protocol:04X}")
        }
        None => {
            let group = if dsap & 1 != 0 { "Group" } else { "Individual" };
            let kind = if response { "Response" } else { "Command" };
            format!("DSAP {} {group}, SSAP {} {kind}", point(dsap & 0xfe), point(ssap & 0xfe))
        }
    };
    d.info(|| format!("{what}; {between}"));
}

/// Service access points of IEEE 802.2.
fn point(sap: u8) -> String {
    let name = match sap {
        0x00 => "NULL LSAP",
        0x02 => "LLC Sub-Layer Management",
        0x04 => "SNA Path Control",
        0x06 => "TCP/IP",
        0x42 => "Spanning Tree BPDU",
        0x80 => "3Com XNS",
        0xaa => "SNAP",
        0xbc => "Banyan Vines",
        0xe0 => "NetWare",
        0xf0 => "NetBIOS",
        0xfe => "ISO Network Layer",
        _ => return format!("0x{sap:02x}"),
    };
    name.to_owned()
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
