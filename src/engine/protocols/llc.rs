//! Logical Link Control, IEEE 802.2, and the Subnetwork Access Protocol, RFC 1042.
use crate::engine::dissect::{Bytes, Claim, Dissection, Field, Names, Next, Part, Problem, Protocol, fields, name_of};
use Part::Peek;

fields! {
    DSAP: Hex(2) => "llc.dsap", "DSAP";
    DSAP_POINT: Uint => "llc.dsap.sap", "SAP";
    DSAP_GROUP: Bool => "llc.dsap.ig", "IG Bit";
    SSAP: Hex(2) => "llc.ssap", "SSAP";
    SSAP_POINT: Uint => "llc.ssap.sap", "SAP";
    SSAP_RESPONSE: Bool => "llc.ssap.cr", "CR Bit";
    CONTROL: Hex(4) => "llc.control", "Control field";
    RECEIVED: Uint => "llc.control.n_r", "N(R)";
    SENT: Uint => "llc.control.n_s", "N(S)";
    POLL: Bool => "llc.control.p", "Poll";
    FINAL: Bool => "llc.control.f", "Final";
    SUPERVISORY: Hex(4) => "llc.control.s_ftype", "Supervisory frame type";
    COMMAND: Hex(2) => "llc.control.u_modifier_cmd", "Command";
    RESPONSE: Hex(2) => "llc.control.u_modifier_resp", "Response";
    FRAME: Hex(4) => "llc.control.ftype", "Frame type";
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
    let (control_value, header) = if numbered { (bytes.u16_le(2)?, 4) } else { (u16::from(control), 3) };
    let rest = bytes.from(header);
    if d.wants() {
        d.noted(&DSAP, bytes.span(0..1), dsap, point_name(dsap));
        let group = [Peek(&DSAP_GROUP, 1, 1, "Individual|Group")];
        d.nest(|d| parts(d, &bytes, 0, &DSAP_POINT, &group))?;
        d.noted(&SSAP, bytes.span(1..2), ssap, point_name(ssap));
        let response = [Peek(&SSAP_RESPONSE, 1, 1, "Command|Response")];
        d.nest(|d| parts(d, &bytes, 1, &SSAP_POINT, &response))?;
        d.field(&CONTROL, bytes.span(2..header), control_value);
        d.nest(|d| control_parts(d, &bytes.limit(header).from(2), ssap & 1 != 0))?;
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

/// A service access point's number and its lowest bit.
fn parts(
    d: &mut Dissection,
    bytes: &Bytes<'_>,
    at: usize,
    number: &'static Field,
    bit: &[Part],
) -> Result<(), Problem> {
    let sap = bytes.u8(at)?;
    d.noted(number, bytes.span(at..at.saturating_add(1)), sap >> 1, point_name(sap & 0xfe));
    d.read_layout(bytes, at, bit).map(|_| ())
}

static FUNCTIONS: Names = "Receiver ready|Receiver not ready|Reject|Selective reject";
static COMMANDS: Names = "Unnumbered Information|3=Set Asynchronous Response Mode|8=Disconnect|\
    11=Set Asynchronous Response Mode Extended|15=Set Normal Response Mode|\
    27=Set Asynchronous Balanced Mode Extended|43=Exchange identification|56=Test";
static RESPONSES: Names = "Unnumbered Information|3=Disconnect mode|24=Unnumbered Acknowledge|33=Frame reject|\
    43=Exchange identification|56=Test";

/// The control field of one byte, or of two in little endian (IEEE 802.2 §5.4).
fn control_parts(d: &mut Dissection, control: &Bytes<'_>, response: bool) -> Result<(), Problem> {
    let span = control.span(0..control.len());
    let flag = if response { &FINAL } else { &POLL };
    if control.wire_len() == 1 {
        let value = control.u8(0)?;
        if value & 0x10 != 0 {
            d.noted(flag, span, true, "Set");
        }
        let (field, names) = if response { (&RESPONSE, RESPONSES) } else { (&COMMAND, COMMANDS) };
        let modifier = value >> 2 & 0x3b;
        d.noted(field, span, modifier, name_of(names, modifier.into()));
        d.noted(&FRAME, span, value & 3, "Unnumbered frame");
        return Ok(());
    }
    let value = control.u16_le(0)?;
    d.field(&RECEIVED, span, value >> 9);
    if value & 1 == 0 {
        d.field(&SENT, span, value >> 1 & 0x7f);
    }
    if value & 0x100 != 0 {
        d.noted(flag, span, true, "Set");
    }
    if value & 1 == 0 {
        d.noted(&FRAME, span, 0_u8, "Information frame");
    } else {
        d.noted(&SUPERVISORY, span, value & 0x0c, name_of(FUNCTIONS, (value >> 2 & 3).into()));
        d.noted(&FRAME, span, value & 3, "Supervisory frame");
    }
    Ok(())
}

/// The Info column: the frame's function, and between which service points.
fn words(d: &mut Dissection, bytes: &Bytes<'_>, dsap: u8, ssap: u8, control: u16) {
    let response = ssap & 1 != 0;
    let [first, second] = control.to_le_bytes();
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
fn point_name(sap: u8) -> &'static str {
    match sap {
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
        _ => "Unknown",
    }
}

fn point(sap: u8) -> String {
    match point_name(sap) {
        "Unknown" => format!("0x{sap:02x}"),
        name => name.to_owned(),
    }
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
