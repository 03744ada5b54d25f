//! GPRS Tunnelling Protocol version 2, control plane: 3GPP TS 29.274.
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, fields};

fields! {
    FLAGS: Hex(2) => "gtpv2.flags", "Flags";
    VERSION: Uint => "gtpv2.version", "Version";
    HAS_TUNNEL: Bool => "gtpv2.t", "TEID flag (T)";
    MESSAGE: Uint => "gtpv2.message_type", "Message Type";
    LENGTH: Uint => "gtpv2.msg_length", "Message Length";
    TUNNEL: Hex(8) => "gtpv2.teid", "Tunnel Endpoint Identifier";
    SEQUENCE: Hex(6) => "gtpv2.seq", "Sequence Number";
    ELEMENT: Uint => "gtpv2.ie_type", "IE Type";
    ELEMENT_LENGTH: Uint => "gtpv2.ie_len", "IE Length";
}

pub(super) static GTPV2: Protocol = Protocol {
    name: "gtpv2",
    title: "GPRS Tunneling Protocol V2",
    short: "GTPv2",
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (flags, message) = (bytes.u8(0)?, bytes.u8(1)?);
    if !d.wants() {
        return Ok(Next::End);
    }
    let name = words(message);
    d.info(|| name.to_owned());
    d.field(&FLAGS, bytes.span(0..1), flags);
    d.nest(|d| {
        d.field(&VERSION, bytes.span(0..1), flags >> 5);
        d.field(&HAS_TUNNEL, bytes.span(0..1), flags & 8 != 0);
    });
    d.noted(&MESSAGE, bytes.span(1..2), message, name);
    let length = bytes.u16(2)?;
    d.field(&LENGTH, bytes.span(2..4), length);
    let mut at = 4_usize;
    if flags & 8 != 0 {
        d.field(&TUNNEL, bytes.span(4..8), bytes.u32(4)?);
        at = 8;
    }
    d.field(&SEQUENCE, bytes.span(at..at.saturating_add(3)), bytes.u24(at)?);
    // Information elements (§8.2.1): type, length of the value, instance.
    at = at.saturating_add(4);
    let all = bytes.limit(usize::from(length).saturating_add(4));
    while at.saturating_add(4) <= all.len() {
        let element = all.from(at);
        let size = element.u16(1)?;
        d.field(&ELEMENT, element.span(0..1), element.u8(0)?);
        d.nest(|d| d.field(&ELEMENT_LENGTH, element.span(1..3), size));
        at = at.saturating_add(4).saturating_add(size.into());
    }
    Ok(Next::End)
}

/// Messages, §6.1.
fn words(message: u8) -> &'static str {
    match message {
        1 => "Echo Request",
        2 => "Echo Response",
        3 => "Version Not Supported Indication",
        4 => "Node Alive Request",
        5 => "Node Alive Response",
        6 => "Redirection Request",
        7 => "Redirection Response",
        25 => "SRVCC PS to CS Request",
        26 => "SRVCC PS to CS Response",
        27 => "SRVCC PS to CS Complete Notification",
        28 => "SRVCC PS to CS Complete Acknowledge",
        29 => "SRVCC PS to CS Cancel Notification",
        30 => "SRVCC PS to CS Cancel Acknowledge",
        31 => "SRVCC CS to PS Request",
        32 => "Create Session Request",
        33 => "Create Session Response",
        34 => "Modify Bearer Request",
        35 => "Modify Bearer Response",
        36 => "Delete Session Request",
        37 => "Delete Session Response",
        38 => "Change Notification Request",
        39 => "Change Notification Response",
        40 => "Remote UE Report Notification",
        41 => "Remote UE Report Acknowledge",
        64 => "Modify Bearer Command",
        65 => "Modify Bearer Failure Indication",
        66 => "Delete Bearer Command",
        67 => "Delete Bearer Failure Indication",
        68 => "Bearer Resource Command",
        69 => "Bearer Resource Failure Indication",
        70 => "Downlink Data Notification Failure Indication",
        71 => "Trace Session Activation",
        72 => "Trace Session Deactivation",
        73 => "Stop Paging Indication",
        95 => "Create Bearer Request",
        96 => "Create Bearer Response",
        97 => "Update Bearer Request",
        98 => "Update Bearer Response",
        99 => "Delete Bearer Request",
        100 => "Delete Bearer Response",
        101 => "Delete PDN Connection Set Request",
        102 => "Delete PDN Connection Set Response",
        103 => "PGW Downlink Triggering Notification",
        104 => "PGW Downlink Triggering Acknowledge",
        128 => "Identification Request",
        129 => "Identification Response",
        130 => "Context Request",
        131 => "Context Response",
        132 => "Context Acknowledge",
        133 => "Forward Relocation Request",
        134 => "Forward Relocation Response",
        135 => "Forward Relocation Complete Notification",
        136 => "Forward Relocation Complete Acknowledge",
        137 => "Forward Access Context Notification",
        138 => "Forward Access Context Acknowledge",
        139 => "Relocation Cancel Request",
        140 => "Relocation Cancel Response",
        141 => "Configuration Transfer Tunnel",
        149 => "Detach Notification",
        150 => "Detach Acknowledge",
        151 => "CS Paging Indication",
        152 => "RAN Information Relay",
        153 => "Alert MME Notification",
        154 => "Alert MME Acknowledge",
        155 => "UE Activity Notification",
        156 => "UE Activity Acknowledge",
        157 => "ISR Status Indication",
        158 => "UE Registration Query Request",
        159 => "UE Registration Query Response",
        160 => "Create Forwarding Tunnel Request",
        161 => "Create Forwarding Tunnel Response",
        162 => "Suspend Notification",
        163 => "Suspend Acknowledge",
        164 => "Resume Notification",
        165 => "Resume Acknowledge",
        166 => "Create Indirect Data Forwarding Tunnel Request",
        167 => "Create Indirect Data Forwarding Tunnel Response",
        168 => "Delete Indirect Data Forwarding Tunnel Request",
        169 => "Delete Indirect Data Forwarding Tunnel Response",
        170 => "Release Access Bearers Request",
        171 => "Release Access Bearers Response",
        176 => "Downlink Data Notification",
        177 => "Downlink Data Notification Acknowledgement",
        179 => "PGW Restart Notification",
        180 => "PGW Restart Notification Acknowledge",
        200 => "Update PDN Connection Set Request",
        201 => "Update PDN Connection Set Response",
        211 => "Modify Access Bearers Request",
        212 => "Modify Access Bearers Response",
        231 => "MBMS Session Start Request",
        232 => "MBMS Session Start Response",
        233 => "MBMS Session Update Request",
        234 => "MBMS Session Update Response",
        235 => "MBMS Session Stop Request",
        236 => "MBMS Session Stop Response",
        240 => "SRVCC CS to PS Response",
        241 => "SRVCC CS to PS Complete Notification",
        242 => "SRVCC CS to PS Complete Acknowledge",
        243 => "SRVCC CS to PS Cancel Notification",
        244 => "SRVCC CS to PS Cancel Acknowledge",
        _ => "Unknown",
    }
}
