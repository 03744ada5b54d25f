//! What the Info column says of a frame that carries nothing to be read further.
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Value, fields};
use std::fmt::Write;

fields! {
    SEQUENCE: Uint => "wlan.seq", "Sequence number";
    FRAGMENT: Uint => "wlan.frag", "Fragment number";
    INTERVAL: Uint => "wlan.fixed.beacon", "Beacon Interval";
    SSID: Text => "wlan.ssid", "SSID";
    TAG: Uint => "wlan.tag.number", "Tag Number";
    TAG_LENGTH: Uint => "wlan.tag.length", "Tag length";
}

/// For the registry.
pub(super) static ALL: &[&crate::engine::dissect::Field] = FIELDS;

const CONTROL: u8 = 1;

pub(super) fn tell(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8, subtype: u8, flags: u8) {
    let mut info = name(kind, subtype).to_owned();
    if kind != CONTROL
        && let Ok(control) = bytes.u16_le(22)
    {
        d.field(&FRAGMENT, bytes.span(22..24), control & 15);
        d.field(&SEQUENCE, bytes.span(22..24), control >> 4);
        // Writing to a text cannot fail.
        _ = write!(info, ", SN={}, FN={}", control >> 4, control & 15);
    }
    // From the highest bit on; a check sequence that was captured is the ninth.
    let letters = "opmPRMFT".chars().enumerate().map(|(at, letter)| if flags << at & 0x80 != 0 { letter } else { '.' });
    info.push_str(", Flags=");
    info.extend(letters);
    if d.fields.iter().rev().any(|found| found.field.name == "radiotap.flags.fcs") {
        info.push('C');
    }
    d.info(|| info);
}

/// The body of a management frame: fixed fields, then elements (§9.4.2). What is odd about them says nothing of the frame.
pub(super) fn management<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    _ = elements(d, &bytes);
    Ok(Next::End)
}

fn elements(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let subtype = d.fields.iter().rev().find(|found| found.field.name == "wlan.fc.subtype").map(|found| &found.value);
    let Some(&Value::Uint(subtype)) = subtype else { return Ok(()) };
    if matches!(subtype, 5 | 8) {
        let interval = bytes.u16_le(8)?;
        d.field(&INTERVAL, bytes.span(8..10), interval);
        d.info_extend(|| format!(", BI={interval}"));
    }
    let mut at: usize = match subtype {
        0 => 4,
        1 | 3 | 11 => 6,
        2 => 10,
        4 => 0,
        5 | 8 => 12,
        _ => return Ok(()),
    };
    while at.saturating_add(2) <= bytes.len() {
        let (tag, length) = (bytes.u8(at)?, bytes.u8(at.saturating_add(1))?);
        let start = at.saturating_add(2);
        let end = start.saturating_add(length.into());
        let value = bytes.take(start..end)?;
        d.field(&TAG, bytes.span(at..at.saturating_add(1)), tag);
        d.nest(|d| d.field(&TAG_LENGTH, bytes.span(at.saturating_add(1)..start), length));
        if tag == 0 {
            d.info_extend(|| match value {
                [] => ", SSID=Wildcard (Broadcast)".to_owned(),
                hidden if hidden.iter().all(|&byte| byte == 0) => format!(", SSID={}", "00".repeat(hidden.len())),
                text => format!(", SSID=\"{}\"", String::from_utf8_lossy(text).escape_debug()),
            });
            d.nest(|d| d.field(&SSID, bytes.span(start..end), String::from_utf8_lossy(value).into_owned()));
        }
        at = end;
    }
    Ok(())
}

/// Types and subtypes, §9.2.4.1.3.
fn name(kind: u8, subtype: u8) -> &'static str {
    match (kind, subtype) {
        (0, 0) => "Association Request",
        (0, 1) => "Association Response",
        (0, 2) => "Reassociation Request",
        (0, 3) => "Reassociation Response",
        (0, 4) => "Probe Request",
        (0, 5) => "Probe Response",
        (0, 6) => "Measurement Pilot",
        (0, 8) => "Beacon frame",
        (0, 9) => "ATIM",
        (0, 10) => "Disassociate",
        (0, 11) => "Authentication",
        (0, 12) => "Deauthentication",
        (0, 13) => "Action",
        (0, 14) => "Action No Ack",
        (0, 15) => "Aruba Management",
        (1, 2) => "Trigger",
        (1, 4) => "Beamforming Report Poll",
        (1, 5) => "VHT/HE NDP Announcement",
        (1, 7) => "Control Wrapper",
        (1, 8) => "802.11 Block Ack Req",
        (1, 9) => "802.11 Block Ack",
        (1, 10) => "Power-Save poll",
        (1, 11) => "Request-to-send",
        (1, 12) => "Clear-to-send",
        (1, 13) => "Acknowledgement",
        (1, 14) => "CF-End (Control-frame)",
        (1, 15) => "CF-End + CF-Ack (Control-frame)",
        (2, 0) => "Data",
        (2, 1) => "Data + CF-Ack",
        (2, 2) => "Data + CF-Poll",
        (2, 3) => "Data + CF-Ack + CF-Poll",
        (2, 4) => "Null function (No data)",
        (2, 5) => "Acknowledgement (No data)",
        (2, 6) => "CF-Poll (No data)",
        (2, 7) => "CF-Ack/Poll (No data)",
        (2, 8) => "QoS Data",
        (2, 9) => "QoS Data + CF-Acknowledgment",
        (2, 10) => "QoS Data + CF-Poll",
        (2, 11) => "QoS Data + CF-Ack + CF-Poll",
        (2, 12) => "QoS Null function (No data)",
        (2, 14) => "QoS CF-Poll (No Data)",
        (2, 15) => "QoS CF-Ack + CF-Poll (No data)",
        (3, 0) => "DMG Beacon",
        (3, 1) => "S1G Beacon",
        _ => "Unrecognized (Reserved frame)",
    }
}
