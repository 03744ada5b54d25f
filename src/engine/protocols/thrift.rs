//! Apache Thrift's binary protocol, thrift.apache.org/docs (doc/specs/thrift-binary-protocol.md); with or without a frame's length.
use crate::engine::dissect::{
    Bytes, Dissection, Frame, Next, Payload, Problem, Protocol, Reader, Stream, Verdict, details, fields, text,
};

fields! {
    FRAME: Uint => "thrift.frame_len", "Frame length";
    HEAD: Label => "thrift.head", "Message";
    PROTOCOL: Hex(2) => "thrift.protocol_id", "Protocol id";
    VERSION: Uint => "thrift.version", "Version";
    KIND: Hex(2) => "thrift.mtype", "Message type";
    LENGTH: Int => "thrift.str_len", "Length";
    METHOD: Text => "thrift.method", "Method";
    SEQUENCE: Int => "thrift.seq_id", "Sequence Id";
    DATA: Label => "thrift.data", "Data";
    EXCEPTION: Label => "thrift.exception", "Exception";
    MESSAGE: Text => "thrift.exception.message", "Exception Message";
    EXCEPTION_KIND: Int => "thrift.exception.type", "Exception Type";
    FIELD: Label => "thrift.field", "Field Header";
    TYPE: Hex(2) => "thrift.type", "Type";
    ID: Int => "thrift.fid", "Field Id";
    BOOL: Bool => "thrift.bool", "Boolean";
    I8: Int => "thrift.i8", "Integer8";
    I16: Int => "thrift.i16", "Integer16";
    I32: Int => "thrift.i32", "Integer32";
    I64: Int => "thrift.i64", "Integer64";
    DOUBLE: Float => "thrift.double", "Double";
    BINARY: Bytes => "thrift.binary", "Binary";
    UUID: Bytes => "thrift.uuid", "UUID";
    STRUCT: Label => "thrift.struct", "Struct";
    LIST: Label => "thrift.list", "List";
    SET: Label => "thrift.set", "Set";
    MAP: Label => "thrift.map", "Map";
    LIST_ITEMS: Int => "thrift.num_list_item", "Number of List Items";
    SET_ITEMS: Int => "thrift.num_set_item", "Number of Set Items";
    MAP_ITEMS: Int => "thrift.num_map_item", "Number of Map Items";
}

pub(super) static THRIFT: Protocol = Protocol {
    name: "thrift",
    title: "Thrift Protocol",
    short: "THRIFT",
    fields: FIELDS,
    claims: &[],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const STRICT: [u8; 2] = [0x80, 0x01];
/// No method's name is longer.
const LONGEST_NAME: usize = 200;
/// Structures nest no deeper.
const DEEPEST: u8 = 12;
const MOST: usize = 1 << 24;

/// Version, type and the name of a method.
fn is_message(bytes: &Bytes<'_>) -> Result<bool, Problem> {
    let [high, low, zero, kind] = bytes.array(0)?;
    let length = usize::try_from(bytes.u32(4)?).unwrap_or(usize::MAX);
    if [high, low] != STRICT || zero != 0 || !matches!(kind, 1..=4) || !(1..=LONGEST_NAME).contains(&length) {
        return Ok(false);
    }
    let name = bytes.take(8..length.saturating_add(8))?;
    Ok(name.iter().all(|byte| matches!(byte, b'!'..=b'~')))
}

/// Whether a frame's length stands before the message.
fn is_framed(bytes: &Bytes<'_>) -> bool {
    bytes.u32(0).is_ok_and(|length| (12..MOST).contains(&usize::try_from(length).unwrap_or(MOST)))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    let bytes = payload.window();
    let message = if is_framed(&bytes) { bytes.from(4) } else { bytes };
    match payload.is_tcp() && is_message(&message).unwrap_or(false) {
        true => Verdict::Certain,
        false => Verdict::NotMine,
    }
}

fn framing(stream: &Stream<'_>) -> Frame {
    if !is_framed(&stream.window()) {
        return if stream.bytes.len() < 4 { Frame::More } else { Frame::Unframed };
    }
    stream.headed(4, MOST, |head| usize::try_from(head.u32(0).ok()?).ok()?.checked_add(4))
}

fn kind_name(kind: u64) -> Option<&'static str> {
    ["CALL", "REPLY", "EXCEPTION", "ONEWAY"].get(usize::try_from(kind.checked_sub(1)?).ok()?).copied()
}

fn type_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "T_STOP",
        1 => "T_VOID",
        2 => "T_BOOL",
        3 => "T_I8",
        4 => "T_DOUBLE",
        6 => "T_I16",
        8 => "T_I32",
        10 => "T_I64",
        11 => "T_BINARY",
        12 => "T_STRUCT",
        13 => "T_MAP",
        14 => "T_SET",
        15 => "T_LIST",
        16 => "T_UUID",
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let mut reader = Reader::new(bytes, 0);
    if is_framed(&bytes) {
        reader.number(d, &FRAME, 4)?;
    }
    if !is_message(&bytes.from(reader.at))? {
        return Ok(Next::End);
    }
    let start = reader.at;
    let kind = u64::from(bytes.u8(start.saturating_add(3))? & 7);
    let length = usize::try_from(bytes.u32(start.saturating_add(4))?).unwrap_or(usize::MAX);
    let name = bytes.from(start).take(8..length.saturating_add(8)).map(text::shown)?;
    let verb = kind_name(kind).unwrap_or("Unknown");
    let sequence = bytes.u32(start.saturating_add(8).saturating_add(length))?.cast_signed();
    d.info_add(", ", || format!("{verb} {name}"));
    let head = format!("{verb} [version: 1, seqid: {sequence}, method: {name}]");
    reader.group(d, &HEAD, || head, |d, reader| {
        reader.named(d, &PROTOCOL, 1, |_| Some("Strict Binary Protocol"))?;
        reader.number(d, &VERSION, 1)?;
        reader.take(1)?;
        reader.named(d, &KIND, 1, kind_name)?;
        let length = reader.length(d, &LENGTH, 4)?;
        reader.field(d, &METHOD, length)?;
        reader.signed(d, &SEQUENCE, 4)
    })?;
    let body = match kind {
        3 => reader.group(d, &EXCEPTION, || "Exception".to_owned(), exception),
        _ => reader.group(d, &DATA, || "Data".to_owned(), |d, reader| structure(d, reader, 0)),
    };
    details(body).map(|()| Next::End)
}

/// What every library can say: a text and a reason.
fn exception(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    const REASONS: [&str; 11] = [
        "Unknown (application)", "Unknown Method", "Invalid Message Type", "Wrong Method Name", "Bad Sequence Id", "Missing Result",
        "Internal Error", "Protocol Error (something went wrong during decoding)", "Invalid Transform", "Invalid Protocol",
        "Unsupported Client Type",
    ];
    loop {
        match (reader.uint(1)?, if reader.left() == 0 { 0 } else { reader.uint(2)? }) {
            (0, _) => return Ok(()),
            (11, 1) => {
                let length = reader.size(4)?;
                reader.field(d, &MESSAGE, length)?;
            }
            (8, 2) => {
                let name = |value| REASONS.get(usize::try_from(value).ok()?).copied();
                reader.named(d, &EXCEPTION_KIND, 4, name)?;
            }
            (kind, _) => value(d, reader, kind, 0)?,
        }
    }
}

fn structure(d: &mut Dissection, reader: &mut Reader<'_>, depth: u8) -> Result<(), Problem> {
    for nth in 1_u32.. {
        if reader.peek()? == 0 {
            break;
        }
        let kind = reader.group(d, &FIELD, || format!("Field Header #{nth}"), |d, reader| {
            let kind = reader.named(d, &TYPE, 1, type_name)?;
            reader.signed(d, &ID, 2).map(|_| kind)
        })?;
        value(d, reader, kind, depth)?;
    }
    reader.named(d, &TYPE, 1, type_name).map(|_| ())
}

fn value(d: &mut Dissection, reader: &mut Reader<'_>, kind: u64, depth: u8) -> Result<(), Problem> {
    if depth > DEEPEST {
        return Err(Problem::Malformed);
    }
    let deeper = depth.saturating_add(1);
    match kind {
        2 => reader.number(d, &BOOL, 1).map(|_| ()),
        3 => reader.signed(d, &I8, 1).map(|_| ()),
        6 => reader.signed(d, &I16, 2).map(|_| ()),
        8 => reader.signed(d, &I32, 4).map(|_| ()),
        10 => reader.signed(d, &I64, 8).map(|_| ()),
        4 => {
            let start = reader.at;
            let value = f64::from_bits(reader.uint(8)?);
            d.field(&DOUBLE, reader.since(start), value);
            Ok(())
        }
        11 => {
            let length = reader.length(d, &LENGTH, 4)?;
            reader.field(d, &BINARY, length).map(|_| ())
        }
        16 => reader.field(d, &UUID, 16).map(|_| ()),
        12 => reader.group(d, &STRUCT, || "Struct".to_owned(), |d, reader| structure(d, reader, deeper)),
        13 => reader.group(d, &MAP, || "Map".to_owned(), |d, reader| {
            let key = reader.named(d, &TYPE, 1, type_name)?;
            let content = reader.named(d, &TYPE, 1, type_name)?;
            let count = reader.number(d, &MAP_ITEMS, 4)?;
            items(d, reader, count, &[key, content], deeper)
        }),
        14 | 15 => {
            let (label, counts, title) = if kind == 14 { (&SET, &SET_ITEMS, "Set") } else { (&LIST, &LIST_ITEMS, "List") };
            reader.group(d, label, || title.to_owned(), |d, reader| {
                let content = reader.named(d, &TYPE, 1, type_name)?;
                let count = reader.number(d, counts, 4)?;
                items(d, reader, count, &[content], deeper)
            })
        }
        _ => Err(Problem::Malformed),
    }
}

fn items(d: &mut Dissection, reader: &mut Reader<'_>, count: u64, kinds: &[u64], depth: u8) -> Result<(), Problem> {
    for _ in 0..count {
        if reader.left() == 0 {
            return Err(Problem::Malformed);
        }
        for &kind in kinds {
            value(d, reader, kind, depth)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn calls_are_named_with_and_without_a_frame() {
        let call = b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x07\x08\0\x01\0\0\0\x2a\0";
        let framed: Vec<u8> = [b"\0\0\0\x18".as_slice(), call].concat();
        for bytes in [call.to_vec(), framed] {
            let mut d = Dissection::new(Wanted::Everything);
            let window = Bytes::frame(&bytes, u32::try_from(bytes.len()).unwrap());
            dissect(&mut d, window).unwrap();
            assert_eq!(d.info_text(), "CALL ping");
            assert!(d.fields.iter().any(|found| found.field.name() == "thrift.i32" && found.text() == "42"));
        }
    }
}
