//! Low-rate wireless networks, IEEE 802.15.4-2015 §7.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    FRAME_CONTROL: Hex(4) => "wpan.fcf", "Frame Control Field";
    TYPE: Uint => "wpan.frame_type", "Frame Type";
    SEQUENCE: Uint => "wpan.seq_no", "Sequence Number";
    DESTINATION_PAN: Hex(4) => "wpan.dst_pan", "Destination PAN";
    SOURCE_PAN: Hex(4) => "wpan.src_pan", "Source PAN";
}

pub(super) static WPAN: Protocol = Protocol {
    name: "wpan",
    title: "IEEE 802.15.4 Low-Rate Wireless PAN",
    short: "IEEE 802.15.4",
    fields: FIELDS,
    claims: &[WITH_CHECK, Claim::Link(230)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// With a frame check sequence at the end.
const WITH_CHECK: Claim = Claim::Link(195);

/// With facts in type-length-value form before the frame.
pub(super) static TAP: Protocol = Protocol {
    name: "wpan-tap",
    title: "IEEE 802.15.4 Low-Rate Wireless PAN TAP",
    short: "IEEE 802.15.4 TAP",
    fields: &[],
    claims: &[Claim::Link(283)],
    probe: None,
    dissect: |d, bytes| {
        let length = usize::from(bytes.u16_le(2)?);
        dissect(d, bytes.from(length))
    },
    ..Protocol::PLAIN
};

const BEACON: u16 = 0;
const DATA: u16 = 1;
const ACKNOWLEDGEMENT: u16 = 2;
const COMMAND: u16 = 3;

// Bits of the frame control field.
const SECURED: u16 = 0x0008;
const SAME_PAN: u16 = 0x0040;
const NO_SEQUENCE: u16 = 0x0100;

// Addressing modes.
const SHORT: u16 = 2;
const LONG: u16 = 3;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let bytes = if d.through == WITH_CHECK { bytes.limit(bytes.wire_len().saturating_sub(2)) } else { bytes };
    let control = bytes.u16_le(0)?;
    let kind = control & 0x07;
    d.field(&FRAME_CONTROL, bytes.span(0..2), control);
    d.field(&TYPE, bytes.span(0..2), kind);
    let version = control >> 12 & 0x03;
    let mut at = 2_usize;
    if version < 2 || control & NO_SEQUENCE == 0 {
        d.field(&SEQUENCE, bytes.span(2..3), bytes.u8(2)?);
        at = 3;
    }
    let (to_mode, from_mode) = (control >> 10 & 0x03, control >> 14);
    if to_mode != 0 {
        let end = at.saturating_add(2);
        d.field(&DESTINATION_PAN, bytes.span(at..end), bytes.u16_le(at)?);
        at = end;
    }
    let (to, end) = address(d, &bytes, at, to_mode)?;
    at = end;
    if from_mode != 0 && control & SAME_PAN == 0 {
        let end = at.saturating_add(2);
        d.field(&SOURCE_PAN, bytes.span(at..end), bytes.u16_le(at)?);
        at = end;
    }
    let (from, end) = address(d, &bytes, at, from_mode)?;
    d.columns(|| (from, to));
    let rest = bytes.from(end);
    if control & SECURED != 0 {
        return Ok(Next::Data(rest));
    }
    Ok(match kind {
        BEACON => beacon(rest)?,
        DATA if rest.wire_len() > 0 => data(rest),
        ACKNOWLEDGEMENT => Next::Data(rest),
        DATA | COMMAND => Next::End,
        _ => Next::Data(rest),
    })
}

/// The text of an address, and where it ends.
fn address(d: &Dissection, bytes: &Bytes<'_>, at: usize, mode: u16) -> Result<(String, usize), Problem> {
    let mut text = String::new();
    let end = match mode {
        SHORT => {
            let short = bytes.u16_le(at)?;
            if d.wants() {
                text = if short == 0xffff { "Broadcast".to_owned() } else { format!("0x{short:04x}") };
            }
            at.saturating_add(2)
        }
        LONG => {
            let long = bytes.array::<8>(at)?;
            if d.wants() {
                let parts: Vec<String> = long.iter().rev().map(|byte| format!("{byte:02x}")).collect();
                text = parts.join(":");
            }
            at.saturating_add(8)
        }
        _ => at,
    };
    Ok((text, end))
}

fn beacon(bytes: Bytes<'_>) -> Result<Next<'_>, Problem> {
    let slots = usize::from(bytes.u8(2)? & 0x07);
    let mut at = 3_usize;
    if slots > 0 {
        at = at.saturating_add(1).saturating_add(slots.saturating_mul(3));
    }
    let pending = bytes.u8(at)?;
    let (short, long) = (usize::from(pending & 0x07), usize::from(pending >> 4 & 0x07));
    at = at.saturating_add(1).saturating_add(short.saturating_mul(2)).saturating_add(long.saturating_mul(8));
    let rest = bytes.from(at);
    // Protocol identifier of ZigBee, whose stack profile and version follow.
    let zigbee = rest.wire_len() >= 15 && rest.u8(0) == Ok(0);
    Ok(if zigbee { Next::Claim(Claim::Named("zbee_beacon"), rest) } else { Next::Data(rest) })
}

fn data(bytes: Bytes<'_>) -> Next<'_> {
    match bytes.u8(0) {
        // RFC 4944 and RFC 6282 dispatch values: IPv6, compressed headers, mesh, fragments.
        Ok(0x41 | 0x42 | 0x60..=0x7f | 0x80..=0xbf | 0xc0..=0xc7 | 0xe0..=0xe7) => {
            Next::Claim(Claim::Named("6lowpan"), bytes)
        }
        // ZigBee: version 1 to 3 in bits 2 to 5 of the frame control, frame type data or command.
        Ok(first) if matches!(first >> 2 & 0x0f, 1..=3) && first & 0x03 <= 1 && bytes.wire_len() >= 8 => {
            Next::Claim(Claim::Named("zbee_nwk"), bytes)
        }
        _ => Next::Data(bytes),
    }
}
