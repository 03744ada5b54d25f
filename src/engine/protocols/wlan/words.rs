//! What the Info column says of a frame that carries nothing to be read further.
use crate::engine::dissect::{Bytes, Dissection, Problem, Value};
use std::fmt::Write;

const MANAGEMENT: u8 = 0;
const CONTROL: u8 = 1;

pub(super) fn tell(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8, subtype: u8, flags: u8) {
    let mut info = name(kind, subtype).to_owned();
    if kind != CONTROL
        && let Ok(control) = bytes.u16_le(22)
    {
        // Writing to a text cannot fail.
        _ = write!(info, ", SN={}, FN={}", control >> 4, control & 15);
    }
    // From the highest bit on; a check sequence that was captured is the ninth.
    let letters = "opmPRMFT".chars().enumerate().map(|(at, letter)| if flags << at & 0x80 != 0 { letter } else { '.' });
    info.push_str(", Flags=");
    info.extend(letters);
    let told = |name: &str| matches!(name, "radiotap.flags.fcs" | "ppi.80211-common.flags.fcs");
    if d.fields.iter().any(|found| told(found.field.name()) && found.value == Value::Bool(true)) {
        info.push('C');
    }
    if kind == MANAGEMENT && flags & 0x40 == 0 {
        _ = management(bytes, subtype, &mut info);
    }
    d.info(|| info);
}

/// Fixed fields, then elements (§9.4.2).
fn management(bytes: &Bytes<'_>, subtype: u8, info: &mut String) -> Result<(), Problem> {
    const HEADER: usize = 24;
    if matches!(subtype, 5 | 8) {
        let interval = bytes.u16_le(32)?;
        _ = write!(info, ", BI={interval}");
    }
    let fixed = match subtype {
        0 => 4,
        1 | 3 | 11 => 6,
        2 => 10,
        4 => 0,
        5 | 8 => 12,
        _ => return Ok(()),
    };
    let mut at = HEADER.saturating_add(fixed);
    while at.saturating_add(2) <= bytes.len() {
        let (tag, length) = (bytes.u8(at)?, bytes.u8(at.saturating_add(1))?);
        let start = at.saturating_add(2);
        let end = start.saturating_add(length.into());
        let value = bytes.take(start..end)?;
        if tag == 0 {
            let shown = match value {
                [] => "Wildcard (Broadcast)".to_owned(),
                hidden if hidden.iter().all(|&byte| byte == 0) => hidden.iter().map(|_| "00").collect(),
                text => format!("\"{}\"", String::from_utf8_lossy(text).escape_debug()),
            };
            _ = write!(info, ", SSID={shown}");
        }
        at = end;
    }
    Ok(())
}

/// Types and subtypes, §9.2.4.1.3.
pub(super) fn name(kind: u8, subtype: u8) -> &'static str {
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
