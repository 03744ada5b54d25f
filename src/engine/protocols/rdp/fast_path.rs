//! PDUs of RDP's fast path, [MS-RDPBCGR] §2.2.8.1.2 (input) and §2.2.9.1.2 (output).
use super::PORT;
use crate::engine::dissect::{Bytes, Dissection, Field, Names, Problem, Reader, Slot, fields, layouts, name_of};

fields! {
    LENGTH: Uint => "rdp.fastpathPDULength", "fastpathPDULength";
    EVENT: Label => "rdp.fastpath.event", "Event";
    COUNT: Uint => "rdp.fastpath.numevents2", "NumEvents2";
}
pub static ALL_FIELDS: &[&Field] = FIELDS;

const CODES: Names = "Scancode|Mouse|MouseEx|Sync|Unicode|6=QUOE Timestamp";
const UPDATES: Names = "Orders|Bitmap|Palette|Synchronize|Surface|NullPointer|DefaultPointer|8=PointerPosition|ColorPointer|\
                        CachedPointer|NewPointer|LargePointer";

layouts! {
    INPUT = [
        Hex(2) => "rdp.fastpath.header", "Header", 1;
        Uint => "rdp.fastpath.action", "Action", &0x03: "Fastpath|3=X.224";
        Uint => "rdp.fastpath.numevents", "numEvents", &0x3c;
        Uint => "rdp.fastpath.flags", "flags", &0xc0;
    ]
    OUTPUT = [
        Hex(2) => "rdp.fastpath.header", "Header", 1;
        Uint => "rdp.fastpath.action", "Action", &0x03: "Fastpath|3=X.224";
        Hex(2) => "rdp.fastpath.reserved", "Reserved", &0x3c;
        Uint => "rdp.fastpath.flags", "flags", &0xc0;
    ]
    SCANCODE = [
        Hex(2) => "rdp.fastpath.eventheader", "EventHeaderCode", 1;
        Bool => "rdp.fastpath.scancode.release", "Release", &0x01;
        Bool => "rdp.fastpath.scancode.extended", "Extended", &0x02;
        Bool => "rdp.fastpath.scancode.extended1", "Extended1", &0x04;
        Uint => "rdp.fastpath.clienteventcode", "Code", &0xe0: CODES;
        Hex(2) => "rdp.fastpath.scancode.keycode", "KeyCode", 1;
    ]
    MOUSE = [
        Hex(2) => "rdp.fastpath.eventheader", "EventHeaderCode", 1;
        Uint => "rdp.fastpath.eventflags", "Flags", &0x1f;
        Uint => "rdp.fastpath.clienteventcode", "Code", &0xe0: CODES;
        Hex(4) => "rdp.pointerflags", "pointerFlags", 2;
        Bool => "rdp.pointerflags.move", "Move", &0x0800;
        Bool => "rdp.pointerflags.down", "Down", &0x8000;
        Bool => "rdp.pointerflags.button1", "Button1", &0x1000;
        Bool => "rdp.pointerflags.button2", "Button2", &0x2000;
        Bool => "rdp.pointerflags.button3", "Button3", &0x4000;
        Uint => "rdp.pointerflags.wheelrotation", "Wheel rotation", &0x01ff;
        Bool => "rdp.pointerflags.wheelnegative", "Wheel negative", &0x0100;
        Bool => "rdp.pointerflags.wheel", "Wheel", &0x0200;
        Bool => "rdp.pointerflags.hwheel", "Horizontal wheel", &0x0400;
        Uint => "rdp.pointer.xpos", "xPos", 2;
        Uint => "rdp.pointer.ypos", "yPos", 2;
    ]
    MOUSE_MORE = [
        Hex(2) => "rdp.fastpath.eventheader", "EventHeaderCode", 1;
        Uint => "rdp.fastpath.eventflags", "Flags", &0x1f;
        Uint => "rdp.fastpath.clienteventcode", "Code", &0xe0: CODES;
        Hex(4) => "rdp.pointerxflags", "pointerxFlags", 2;
        Bool => "rdp.pointerxflags.down", "Down", &0x8000;
        Bool => "rdp.pointerxflags.button1", "Button1", &0x0001;
        Bool => "rdp.pointerxflags.button2", "Button2", &0x0002;
        Uint => "rdp.pointerx.xpos", "xPos", 2;
        Uint => "rdp.pointerx.ypos", "yPos", 2;
    ]
    SYNC = [
        Hex(2) => "rdp.fastpath.eventheader", "EventHeaderCode", 1;
        Bool => "rdp.fastpath.sync.scrolllock", "ScrollLock", &0x01;
        Bool => "rdp.fastpath.sync.numlock", "NumLock", &0x02;
        Bool => "rdp.fastpath.sync.capslock", "CapsLock", &0x04;
        Bool => "rdp.fastpath.sync.kanalock", "KanaLock", &0x08;
        Uint => "rdp.fastpath.clienteventcode", "Code", &0xe0: CODES;
    ]
    UNICODE = [
        Hex(2) => "rdp.fastpath.eventheader", "EventHeaderCode", 1;
        Bool => "rdp.fastpath.unicode.release", "Release", &0x01;
        Uint => "rdp.fastpath.clienteventcode", "Code", &0xe0: CODES;
        Hex(4) => "rdp.fastpath.unicode.code", "unicodeCode", 2;
    ]
    TIMESTAMP = [
        Hex(2) => "rdp.fastpath.eventheader", "EventHeaderCode", 1;
        Uint => "rdp.fastpath.eventflags", "Flags", &0x1f;
        Uint => "rdp.fastpath.clienteventcode", "Code", &0xe0: CODES;
        Hex(8) => "rdp.fastpath.qoe.timestamp", "Timestamp", 4;
    ]
    UPDATE = [
        Label => "rdp.fastpath.update", "UpdateHeader", 1;
        Uint => "rdp.fastpath.clienteventcode", "Code", &0x0f: UPDATES;
        Uint => "rdp.fastpath.serverfragmentation", "Fragmentation", &0x30:
            "Single fragment|Last fragment|First fragment|Next fragment";
        Hex(2) => "rdp.fastpath.servercompression", "Compression", &0xc0;
    ]
    COMPRESSION = [
        Hex(2) => "rdp.fastpath.server.compressiontype", "CompressionType", 1;
        Bool => "rdp.fastpath.server.compressionflags.compressed", "Compressed", &0x20;
        Bool => "rdp.fastpath.server.compressionflags.atfront", "At front", &0x40;
        Bool => "rdp.fastpath.server.compressionflags.flushed", "Flushed", &0x80;
        Hex(2) => "rdp.fastpath.server.compressionflags", "CompressionFlags", &0x0f: "RDP 4.0|RDP 5.0|RDP 6.0|RDP 6.1";
    ]
    SIZE = [Uint => "rdp.fastpath.server.size", "Size", 2;]
}
pub static ALL: &[&[Slot]] = LAYOUTS;

/// Input events by the upper three bits of their first byte.
static EVENTS: [(&str, &[Slot]); 8] = [
    ("Scancode", SCANCODE),
    ("Mouse", MOUSE),
    ("MouseEx", MOUSE_MORE),
    ("Sync", SYNC),
    ("Unicode", UNICODE),
    ("", &[]),
    ("QoE timestamp", TIMESTAMP),
    ("", &[]),
];

pub fn dissect(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    if !d.wants() {
        return Ok(());
    }
    let from_server = d.from_server(&[PORT]);
    let mut info = "Fast-Path PDU".to_owned();
    let mut reader = Reader::little(bytes, 0);
    let first = reader.layout(d, if from_server { OUTPUT } else { INPUT })?;
    let at = if reader.peek()? & 0x80 == 0 { 2 } else { 3 };
    d.field(&LENGTH, bytes.span(1..at), bytes.wire_len());
    // Encrypted or signed: what follows is not understood, and yet shown as if it were.
    reader.at = if first >> 6 == 0 { at } else { at.saturating_add(8) };
    let result = match from_server {
        true => updates(d, &mut reader, &mut info),
        false => events(d, &mut reader, first >> 2 & 15, &mut info),
    };
    d.info(|| info);
    result
}

fn events(d: &mut Dissection, reader: &mut Reader<'_>, mut count: u64, info: &mut String) -> Result<(), Problem> {
    if count == 0 {
        count = reader.number(d, &COUNT, 1)?;
    }
    for _ in 0..count {
        let Some(&(title, layout)) = EVENTS.get(usize::from(reader.peek()? >> 5)) else { break };
        if title.is_empty() {
            reader.at = reader.at.saturating_add(1);
            continue;
        }
        info.push(',');
        info.push_str(title);
        let size = layout.iter().map(|part| usize::from(part.size)).sum::<usize>();
        reader.bytes.take(reader.at..reader.at.saturating_add(size))?;
        reader.group(d, &EVENT, || title.to_owned(), |d, reader| reader.layout(d, layout))?;
    }
    Ok(())
}

fn updates(d: &mut Dissection, reader: &mut Reader<'_>, info: &mut String) -> Result<(), Problem> {
    while reader.left() > 0 {
        let header = reader.peek()?;
        let title = match name_of(UPDATES, u64::from(header & 15)) {
            "" => "Unknown",
            title => title,
        };
        info.push(',');
        info.push_str(title);
        // With compression its flags stand before the size.
        let is_compressed = header >> 6 & 2 != 0;
        let size_at = reader.at.saturating_add(if is_compressed { 2 } else { 1 });
        let end = usize::from(reader.bytes.u16_le(size_at)?).saturating_add(size_at).saturating_add(2);
        reader.bytes.take(reader.at..end)?;
        d.label(&EVENT, reader.bytes.span(reader.at..end), || title.to_owned());
        reader.layout(d, UPDATE)?;
        d.nest(|d| {
            if is_compressed {
                reader.layout(d, COMPRESSION)?;
            }
            reader.layout(d, SIZE)
        })?;
        reader.at = end;
    }
    Ok(())
}
