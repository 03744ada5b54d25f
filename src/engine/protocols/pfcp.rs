//! Packet Forwarding Control Protocol, 3GPP TS 29.244.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    FLAGS: Hex(2) => "pfcp.flags", "Flags";
    VERSION: Uint => "pfcp.version", "Version";
    FOLLOW: Bool => "pfcp.fo_flag", "Follow On (FO)";
    PRIORITY: Bool => "pfcp.mp_flag", "Message Priority (MP)";
    HAS_SESSION: Bool => "pfcp.s", "SEID (S)";
    MESSAGE: Uint => "pfcp.msg_type", "Message Type";
    LENGTH: Uint => "pfcp.length", "Length";
    SESSION: Hex(16) => "pfcp.seid", "SEID";
    SEQUENCE: Uint => "pfcp.seqno", "Sequence Number";
    ELEMENT: Label => "pfcp.ie", "Information Element";
    ELEMENT_TYPE: Uint => "pfcp.ie_type", "IE Type";
    ELEMENT_LENGTH: Uint => "pfcp.ie_len", "IE Length";
    CAUSE: Uint => "pfcp.cause", "Cause";
    RECOVERY: Uint => "pfcp.recovery_time_stamp", "Recovery Time Stamp";
    NODE_TYPE: Uint => "pfcp.node_id_type", "Address Type";
    NODE4: Address => "pfcp.node_id_ipv4", "IPv4";
    NODE6: Address => "pfcp.node_id_ipv6", "IPv6";
    NODE_NAME: Text => "pfcp.node_id_fqdn", "FQDN";
}

pub(super) static PFCP: Protocol = Protocol {
    name: "pfcp",
    title: "Packet Forwarding Control Protocol",
    short: "PFCP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(8805)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Version 1, and no longer than there is.
fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes {
        [flags, _, high, low, ..] if payload.is_udp() && flags >> 5 == 1 => {
            let length = usize::from(u16::from_be_bytes([*high, *low])).saturating_add(4);
            Verdict::possible_if(length <= payload.bytes.len())
        }
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (flags, message) = (bytes.u8(0)?, bytes.u8(1)?);
    let name = message_name(message.into());
    d.info(|| if name.is_empty() { "Unknown".to_owned() } else { name.to_owned() });
    d.read(&FLAGS, &bytes, 0..1)?;
    d.read_bits(&bytes, 0..1, &[(&VERSION, 0xe0), (&FOLLOW, 4), (&PRIORITY, 2), (&HAS_SESSION, 1)])?;
    d.read_named(&MESSAGE, &bytes, 1..2, message_name)?;
    let length = d.read(&LENGTH, &bytes, 2..4)?;
    let mut at = 4_usize;
    if flags & 1 != 0 {
        at = d.read_row(&bytes, at, &[(&SESSION, 8)])?;
    }
    at = d.read_row(&bytes, at, &[(&SEQUENCE, 3)])?;
    let end = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(4);
    elements(d, &bytes.limit(end).from(at.saturating_add(1)), 0)?;
    Ok(Next::End)
}

/// Groups nest no deeper in the standard.
const DEEPEST: u8 = 6;

/// Type and length of two bytes each; some hold others (§8.1).
fn elements(d: &mut Dissection, bytes: &Bytes<'_>, depth: u8) -> Result<(), Problem> {
    let mut rest = *bytes;
    while rest.wire_len() >= 4 {
        let (kind, length) = (rest.u16(0)?, usize::from(rest.u16(2)?));
        let end = length.saturating_add(4);
        let (name, is_group) = element_name(kind);
        d.label(&ELEMENT, rest.span(0..end), || name.to_owned());
        let value = rest.limit(end).from(4);
        d.nest(|d| {
            d.noted(&ELEMENT_TYPE, rest.span(0..2), kind, name);
            d.field(&ELEMENT_LENGTH, rest.span(2..4), length);
            match kind {
                _ if is_group && depth < DEEPEST => elements(d, &value, depth.saturating_add(1))?,
                19 => _ = d.read_named(&CAUSE, &value, 0..1, cause_name)?,
                96 => _ = d.read(&RECOVERY, &value, 0..4)?,
                60 => {
                    let kind = value.u8(0)? & 15;
                    let names = ["IPv4 address", "IPv6 address", "FQDN"];
                    d.noted(
                        &NODE_TYPE,
                        value.span(0..1),
                        kind,
                        names.get(usize::from(kind)).copied().unwrap_or("Unknown"),
                    );
                    let field = match (kind, length) {
                        (0, 5) => &NODE4,
                        (1, 17) => &NODE6,
                        _ => &NODE_NAME,
                    };
                    d.read(field, &value, 1..length)?;
                }
                _ => {}
            }
            Ok(())
        })?;
        rest = rest.from(end);
    }
    Ok(())
}

fn message_name(message: u64) -> &'static str {
    match message {
        1 => "PFCP Heartbeat Request",
        2 => "PFCP Heartbeat Response",
        3 => "PFCP PFD Management Request",
        4 => "PFCP PFD Management Response",
        5 => "PFCP Association Setup Request",
        6 => "PFCP Association Setup Response",
        7 => "PFCP Association Update Request",
        8 => "PFCP Association Update Response",
        9 => "PFCP Association Release Request",
        10 => "PFCP Association Release Response",
        11 => "PFCP Version Not Supported Response",
        12 => "PFCP Node Report Request",
        13 => "PFCP Node Report Response",
        14 => "PFCP Session Set Deletion Request",
        15 => "PFCP Session Set Deletion Response",
        50 => "PFCP Session Establishment Request",
        51 => "PFCP Session Establishment Response",
        52 => "PFCP Session Modification Request",
        53 => "PFCP Session Modification Response",
        54 => "PFCP Session Deletion Request",
        55 => "PFCP Session Deletion Response",
        56 => "PFCP Session Report Request",
        57 => "PFCP Session Report Response",
        _ => "",
    }
}

/// An element's name, and whether it holds others (§8.1.2).
fn element_name(kind: u16) -> (&'static str, bool) {
    match kind {
        1 => ("Create PDR", true),
        2 => ("PDI", true),
        3 => ("Create FAR", true),
        4 => ("Forwarding Parameters", true),
        6 => ("Create URR", true),
        7 => ("Create QER", true),
        8 => ("Created PDR", true),
        9 => ("Update PDR", true),
        10 => ("Update FAR", true),
        11 => ("Update Forwarding Parameters", true),
        13 => ("Update URR", true),
        14 => ("Update QER", true),
        15 => ("Remove PDR", true),
        16 => ("Remove FAR", true),
        17 => ("Remove URR", true),
        18 => ("Remove QER", true),
        19 => ("Cause", false),
        20 => ("Source Interface", false),
        21 => ("F-TEID", false),
        22 => ("Network Instance", false),
        23 => ("SDF Filter", false),
        24 => ("Application ID", false),
        25 => ("Gate Status", false),
        26 => ("MBR", false),
        27 => ("GBR", false),
        29 => ("Precedence", false),
        37 => ("Reporting Triggers", false),
        39 => ("Report Type", false),
        42 => ("Destination Interface", false),
        43 => ("UP Function Features", false),
        44 => ("Apply Action", false),
        56 => ("PDR ID", false),
        57 => ("F-SEID", false),
        60 => ("Node ID", false),
        62 => ("Measurement Method", false),
        77 => ("Query URR", true),
        81 => ("URR ID", false),
        83 => ("Downlink Data Report", true),
        84 => ("Outer Header Creation", false),
        85 => ("Create BAR", true),
        89 => ("CP Function Features", false),
        93 => ("UE IP Address", false),
        95 => ("Outer Header Removal", false),
        96 => ("Recovery Time Stamp", false),
        108 => ("FAR ID", false),
        109 => ("QER ID", false),
        113 => ("PDN Type", false),
        116 => ("User Plane IP Resource Information", false),
        124 => ("QFI", false),
        _ => ("Unknown", false),
    }
}

fn cause_name(cause: u64) -> &'static str {
    match cause {
        1 => "Request accepted (success)",
        64 => "Request rejected (reason not specified)",
        65 => "Session context not found",
        66 => "Mandatory IE missing",
        67 => "Conditional IE missing",
        68 => "Invalid length",
        69 => "Mandatory IE incorrect",
        72 => "No established PFCP Association",
        73 => "Rule creation/modification Failure",
        75 => "No resources available",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn messages_are_named_and_elements_read() {
        let table: [(&[u8], &str, &str); 2] = [
            (&[0x20, 5, 0, 13, 0, 0, 1, 0, 0, 60, 0, 5, 0, 10, 0, 0, 1], "PFCP Association Setup Request", "10.0.0.1"),
            (
                &[0x21, 51, 0, 17, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 2, 0, 0, 19, 0, 1, 64],
                "PFCP Session Establishment Response",
                "64",
            ),
        ];
        for (bytes, info, value) in table {
            let mut d = Dissection::new(Wanted::Everything);
            assert!(dissect(&mut d, Bytes::frame(bytes, 0)).is_ok());
            assert_eq!(d.info_text(), info);
            assert!(d.fields.iter().any(|found| found.text() == value));
        }
    }
}
