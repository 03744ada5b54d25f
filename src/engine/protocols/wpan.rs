//! Low-rate wireless networks, IEEE 802.15.4-2015 §7.
use crate::engine::dissect::{Bytes, Claim, Dissection, Field, Next, Problem, Protocol, Reader, fields, layouts};

fields! {
    SEQUENCE: Uint => "wpan.seq_no", "Sequence Number";
    DESTINATION_PAN: Hex(4) => "wpan.dst_pan", "Destination PAN";
    SOURCE_PAN: Hex(4) => "wpan.src_pan", "Source PAN";
    TO_SHORT: Hex(4) => "wpan.dst16", "Destination";
    TO_LONG: Text => "wpan.dst64", "Destination";
    FROM_SHORT: Hex(4) => "wpan.src16", "Source";
    FROM_LONG: Text => "wpan.src64", "Extended Source";
    SLOTS: Uint => "wpan.gts.count", "GTS Descriptor Count";
    PERMIT: Bool => "wpan.gts.permit", "GTS Permit";
}

layouts! {
    FCF = [
        Hex(4) => "wpan.fcf", "Frame Control Field", 2;
        Hex(1) => "wpan.frame_type", "Frame Type", &0x7: "Beacon|Data|Ack|Command|Reserved|Multipurpose|Fragment or Frak|Extended";
        Bool => "wpan.security", "Security Enabled", &0x8;
        Bool => "wpan.pending", "Frame Pending", &0x10;
        Bool => "wpan.ack_request", "Acknowledge Request", &0x20;
        Bool => "wpan.pan_id_compression", "PAN ID Compression", &0x40;
        Bool => "wpan.fcf.reserved", "Reserved", &0x80;
        Bool => "wpan.seqno_suppression", "Sequence Number Suppression", &0x100;
        Bool => "wpan.ie_present", "Information Elements Present", &0x200;
        Hex(1) => "wpan.dst_addr_mode", "Destination Addressing Mode", &0xc00: "None|Reserved|Short/16-bit|Long/64-bit";
        Uint => "wpan.version", "Frame Version", &0x3000: "IEEE Std 802.15.4-2003|IEEE Std 802.15.4-2006|IEEE Std 802.15.4-2015|Reserved";
        Hex(1) => "wpan.src_addr_mode", "Source Addressing Mode", &0xc000: "None|Reserved|Short/16-bit|Long/64-bit";
    ]
    ORDER = [
        Hex(2) => "wpan.cmd", "Command Identifier", 1: "1=Association Request|Association Response|Disassociation Notification|Data Request|PAN ID Conflict|Orphan Notification|Beacon Request|Coordinator Realignment|GTS Request|TRLE Management Request|TRLE Management Response|19=DSME Association Request|DSME Association Response|DSME GTS Request|DSME GTS Response|DSME GTS Notify|DSME Information Request|DSME Information Response|DSME Beacon Allocation Notification|DSME Beacon Collision Notification|DSME Link Report|32=RIT Data Request|DBS Request|DBS Response|RIT Data Response|Vendor Specific";
    ]
    SUPERFRAME = [
        Label => "", "", 2;
        Uint => "wpan.beacon_order", "Beacon Interval", &0xf;
        Uint => "wpan.superframe_order", "Superframe Interval", &0xf0;
        Uint => "wpan.cap", "Final CAP Slot", &0xf00;
        Bool => "wpan.battery_ext", "Battery Extension", &0x1000;
        Bool => "wpan.bcn_coord", "PAN Coordinator", &0x4000;
        Bool => "wpan.assoc_permit", "Association Permit", &0x8000;
    ]
}

pub(super) static WPAN: Protocol = Protocol {
    name: "wpan",
    title: "IEEE 802.15.4 Low-Rate Wireless PAN",
    short: "IEEE 802.15.4",
    fields: FIELDS,
    layouts: LAYOUTS,
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
    Reader::little(bytes, 0).layout(d, FCF)?;
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
    let (to, end) = address(d, &bytes, at, to_mode, &TO_SHORT, &TO_LONG)?;
    at = end;
    if from_mode != 0 && control & SAME_PAN == 0 {
        let end = at.saturating_add(2);
        d.field(&SOURCE_PAN, bytes.span(at..end), bytes.u16_le(at)?);
        at = end;
    }
    let (from, end) = address(d, &bytes, at, from_mode, &FROM_SHORT, &FROM_LONG)?;
    d.columns(|| (from, to));
    let rest = bytes.from(end);
    if control & SECURED != 0 {
        return Ok(Next::Data(rest));
    }
    Ok(match kind {
        BEACON => beacon(d, rest)?,
        DATA if rest.wire_len() > 0 => data(rest),
        ACKNOWLEDGEMENT => Next::Data(rest),
        COMMAND => {
            Reader::little(rest, 0).layout(d, ORDER)?;
            Next::End
        }
        DATA => Next::End,
        _ => Next::Data(rest),
    })
}

/// The text of an address, and where it ends.
fn address(
    d: &mut Dissection,
    bytes: &Bytes<'_>,
    at: usize,
    mode: u16,
    short_field: &'static Field,
    long_field: &'static Field,
) -> Result<(String, usize), Problem> {
    let mut text = String::new();
    let end = match mode {
        SHORT => {
            let short = bytes.u16_le(at)?;
            if d.wants() {
                d.field(short_field, bytes.span(at..at.saturating_add(2)), short);
                text = if short == 0xffff { "Broadcast".to_owned() } else { format!("0x{short:04x}") };
            }
            at.saturating_add(2)
        }
        LONG => {
            let long = bytes.array::<8>(at)?;
            if d.wants() {
                let parts: Vec<String> = long.iter().rev().map(|byte| format!("{byte:02x}")).collect();
                text = parts.join(":");
                d.field(long_field, bytes.span(at..at.saturating_add(8)), text.as_str());
            }
            at.saturating_add(8)
        }
        _ => at,
    };
    Ok((text, end))
}

fn beacon<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let slots = usize::from(bytes.u8(2)? & 0x07);
    Reader::little(bytes, 0).layout(d, SUPERFRAME)?;
    d.field(&SLOTS, bytes.span(2..3), slots);
    d.field(&PERMIT, bytes.span(2..3), bytes.u8(2)? & 0x80 != 0);
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
