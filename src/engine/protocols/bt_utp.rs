//! uTorrent transport protocol, BEP 29.
use crate::engine::dissect::{Bytes, Dissection, Next, Payload, Problem, Protocol, Reader, Verdict, fields};

fields! {
    VERSION: Uint => "bt-utp.ver", "Version";
    KIND: Uint => "bt-utp.type", "Type";
    NEXT: Uint => "bt-utp.next_extension_type", "Next Extension Type";
    CONNECTION: Uint => "bt-utp.connection_id", "Connection ID";
    TIME: Uint => "bt-utp.timestamp_us", "Timestamp Microseconds";
    DIFFERENCE: Uint => "bt-utp.timestamp_diff_us", "Timestamp Difference Microseconds";
    WINDOW: Uint => "bt-utp.wnd_size", "Window Size";
    SEQUENCE: Uint => "bt-utp.seq_nr", "Sequence number";
    ACKNOWLEDGED: Uint => "bt-utp.ack_nr", "ACK number";
    EXTENSION: Label => "bt-utp.extension", "Extension";
    EXTENSION_LENGTH: Uint => "bt-utp.extension_len", "Extension Length";
    BITMASK: Bytes => "bt-utp.extension_bitmask", "Extension Bitmask";
    UNKNOWN: Bytes => "bt-utp.extension_unknown", "Extension Unknown";
    DATA: Bytes => "bt-utp.data", "Data";
}

pub(super) static BT_UTP: Protocol = Protocol {
    name: "bt-utp",
    title: "uTorrent Transport Protocol",
    short: "BT-uTP",
    fields: FIELDS,
    claims: &[],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const HEADER: usize = 20;
const SYN: u8 = 0x41;

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let first = bytes.u8(0)?;
    if first & 0x0f != 1 || first > 0x41 || bytes.u8(1)? > 2 || !payload.is_udp() {
        return Ok(Verdict::NotMine);
    }
    // An opening has nothing but a header, the first sequence number, no delay measured and a window.
    let window = bytes.u32(12)?;
    let (sequence, acknowledged) = (bytes.u16(16)?, bytes.u16(18)?);
    let alone = bytes.len() == HEADER && bytes.u8(1)? == 0;
    let opening = first == SYN && alone && sequence == 1 && acknowledged == 0 && bytes.u32(8)? == 0;
    Ok(Verdict::certain_if(opening && (1..=1 << 24).contains(&window)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let first = bytes.u8(0)?;
    let kind = ["Data", "Fin", "State", "Reset", "Syn"].get(usize::from(first >> 4)).copied().unwrap_or("Unknown");
    d.info(|| kind.to_owned());
    d.field(&VERSION, bytes.span(0..1), first & 15);
    d.noted(&KIND, bytes.span(0..1), first >> 4, kind);
    let mut reader = Reader::new(bytes, 1);
    let extension = |kind| match kind {
        0 => Some("No Extension"),
        1 => Some("Selective ACKs"),
        2 => Some("Extension bits"),
        _ => None,
    };
    let mut next = reader.named(d, &NEXT, 1, extension)?;
    reader.number(d, &CONNECTION, 2)?;
    reader.number(d, &TIME, 4)?;
    reader.number(d, &DIFFERENCE, 4)?;
    reader.number(d, &WINDOW, 4)?;
    reader.number(d, &SEQUENCE, 2)?;
    reader.number(d, &ACKNOWLEDGED, 2)?;
    while next != 0 && reader.left() > 1 {
        let this = next;
        next = reader.group(d, &EXTENSION, || format!("Extension: {}", extension(this).unwrap_or("Unknown")), |d, reader| {
            let next = reader.named(d, &NEXT, 1, extension)?;
            let length = reader.length(d, &EXTENSION_LENGTH, 1)?;
            reader.field(d, if this == 3 { &UNKNOWN } else { &BITMASK }, length).map(|_| next)
        })?;
    }
    reader.rest(d, &DATA);
    Ok(Next::End)
}
