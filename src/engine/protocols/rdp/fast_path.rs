//! PDUs of RDP's fast path, [MS-RDPBCGR] §2.2.8.1.2 (input) and §2.2.9.1.2 (output).
use super::PORT;
use crate::engine::dissect::{Bytes, Dissection, Field, Problem, field};

pub static HEADER: &Field = &field!(Hex(2) => "rdp.fastpath.header", "Header");
pub static COUNT: &Field = &field!(Uint => "rdp.fastpath.numevents", "numEvents");
pub static SECURITY: &Field = &field!(Uint => "rdp.fastpath.flags", "flags");
pub static LENGTH: &Field = &field!(Uint => "rdp.fastpath.length", "fastpathPDULength");
pub static EVENT: &Field = &field!(Label => "rdp.fastpath.event", "Event");
pub static EVENT_HEADER: &Field =
    &field!(Hex(2) => "rdp.fastpath.input.header", "EventHeaderCode");
pub static UPDATE_HEADER: &Field =
    &field!(Hex(2) => "rdp.fastpath.output.header", "UpdateHeader");

pub fn dissect(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    if !d.wants() {
        return Ok(());
    }
    let from_server = d.from_server(&[PORT]);
    let [first, high] = bytes.array(0)?;
    let mut info = "Fast-Path PDU".to_owned();
    d.noted(HEADER, bytes.span(0..1), first, "Action: Fastpath");
    let count = usize::from(first >> 2 & 15);
    d.nest(|d| {
        if !from_server {
            d.field(COUNT, bytes.span(0..1), count);
        }
        d.field(SECURITY, bytes.span(0..1), first >> 6);
    });
    let mut at = if high & 0x80 == 0 { 2 } else { 3 };
    d.field(LENGTH, bytes.span(1..at), bytes.wire_len());
    // Encrypted or signed: what follows is not understood, and yet shown as if it were.
    if first >> 6 != 0 {
        at = at.saturating_add(8);
    }
    let result = match from_server {
        true => updates(d, bytes.from(at), &mut info),
        false => events(d, bytes.from(at), count, &mut info),
    };
    d.info(|| info);
    result
}

fn events(d: &mut Dissection, mut bytes: Bytes<'_>, mut count: usize, info: &mut String) -> Result<(), Problem> {
    if count == 0 {
        count = usize::from(bytes.u8(0)?);
        bytes = bytes.from(1);
    }
    for _ in 0..count {
        let code = bytes.u8(0)?;
        let (title, length) = match code >> 5 {
            0 => ("Scancode", 2),
            1 => ("Mouse", 7),
            2 => ("MouseEx", 7),
            3 => ("Sync", 1),
            4 => ("Unicode", 3),
            6 => ("QoE timestamp", 5),
            _ => {
                bytes = bytes.from(1);
                continue;
            }
        };
        info.push(',');
        info.push_str(title);
        bytes.take(0..length)?;
        d.label(EVENT, bytes.span(0..length), || title.to_owned());
        d.nest(|d| d.field(EVENT_HEADER, bytes.span(0..1), code));
        bytes = bytes.from(length);
    }
    Ok(())
}

fn updates(d: &mut Dissection, mut bytes: Bytes<'_>, info: &mut String) -> Result<(), Problem> {
    while bytes.wire_len() > 0 {
        let header = bytes.u8(0)?;
        let title = match header & 15 {
            0 => "Orders",
            1 => "Bitmap",
            2 => "Palette",
            3 => "Synchronize",
            4 => "Surface",
            5 => "NullPointer",
            6 => "DefaultPointer",
            8 => "PointerPosition",
            9 => "ColorPointer",
            10 => "CachedPointer",
            11 => "NewPointer",
            12 => "LargePointer",
            _ => "Unknown",
        };
        info.push(',');
        info.push_str(title);
        // With compression its flags stand before the size.
        let size_at = if header >> 6 & 2 != 0 { 2 } else { 1 };
        let end = usize::from(bytes.u16_le(size_at)?).saturating_add(size_at).saturating_add(2);
        bytes.take(0..end)?;
        d.label(EVENT, bytes.span(0..end), || title.to_owned());
        d.nest(|d| d.field(UPDATE_HEADER, bytes.span(0..1), header));
        bytes = bytes.from(end);
    }
    Ok(())
}
