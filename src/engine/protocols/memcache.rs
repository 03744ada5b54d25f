//! Memcached text and binary protocols, doc/protocol.txt and the BinaryProtocolRevamped page of its project.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Reader, Stream, Verdict, fields, text,
};

fields! {
    COMMAND: Text => "memcache.command", "Command";
    RESPONSE: Text => "memcache.response", "Response";
    MAGIC: Uint => "memcache.magic", "Magic";
    OPCODE: Uint => "memcache.opcode", "Opcode";
    KEY_LENGTH: Uint => "memcache.key.length", "Key Length";
    EXTRAS_LENGTH: Uint => "memcache.extras.length", "Extras length";
    DATA_TYPE: Uint => "memcache.data_type", "Data type";
    RESERVED: Uint => "memcache.reserved", "Reserved";
    STATUS: Uint => "memcache.status", "Status";
    BODY_LENGTH: Uint => "memcache.total_body_length", "Total body length";
    OPAQUE: Uint => "memcache.opaque", "Opaque";
    CAS: Uint => "memcache.cas", "CAS";
    EXTRAS: Bytes => "memcache.extras.unknown", "Extras";
    KEY: Text => "memcache.key", "Key";
    VALUE: Text => "memcache.value", "Value";
}

pub(super) static MEMCACHE: Protocol = Protocol {
    name: "memcache",
    title: "Memcache Protocol",
    short: "MEMCACHE",
    fields: FIELDS,
    claims: &[Claim::TcpPort(11211), Claim::UdpPort(11211)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const STORE: &[&[u8]] = &[b"set", b"add", b"replace", b"append", b"prepend", b"cas"];
const ASK: &[&[u8]] = &[b"get", b"gets", b"gat", b"gats", b"delete", b"incr", b"decr", b"touch", b"mg", b"ms", b"md"];
const PLAIN: &[&[u8]] = &[b"stats", b"flush_all", b"version", b"verbosity", b"quit"];

/// `set key flags exptime bytes`: three numbers tell it from other languages.
fn stores(rest: &[u8]) -> bool {
    let mut words = rest.split(|&byte| byte == b' ').skip(1);
    let number = |word: Option<&[u8]>| word.is_some_and(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit));
    number(words.next()) && number(words.next()) && number(words.next())
}

/// Frames over UDP have a header of their own: request, sequence, how many, 0.
fn unframed<'p>(payload: &Payload<'p>) -> &'p [u8] {
    match payload.bytes {
        [_, _, 0, 0, 0, 1, 0, 0, rest @ ..] if payload.is_udp() => rest,
        all => all,
    }
}

/// Magic 0x80 and 0x81, lengths that fit: key and extras in the body.
fn binary(bytes: &[u8]) -> bool {
    let [0x80 | 0x81, 0..=0x23, key_high, key_low, extras, 0, _, _, a, b, c, d, ..] = bytes else { return false };
    let (key, body) = (u16::from_be_bytes([*key_high, *key_low]), u32::from_be_bytes([*a, *b, *c, *d]));
    key <= 250 && *extras <= 20 && body < 1 << 20 && body >= u32::from(key).saturating_add(u32::from(*extras))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() && !payload.is_udp() {
        return Verdict::NotMine;
    }
    let bytes = unframed(payload);
    if bytes.first().is_some_and(|&first| first >= 0x80) {
        // A header of 24 bytes whose body is exactly the rest.
        let exact = bytes.get(8..12).and_then(<[u8]>::first_chunk::<4>).is_some_and(|body| {
            usize::try_from(u32::from_be_bytes(*body)).is_ok_and(|body| body.saturating_add(24) == bytes.len())
        });
        return if binary(bytes) { Verdict::certain_if(exact) } else { Verdict::NotMine };
    }
    if !text::looks_like_text(bytes) {
        return Verdict::NotMine;
    }
    let Some(line) = text::whole_line(bytes) else { return Verdict::Possible };
    let (word, rest) = text::word(line);
    Verdict::certain_if(STORE.contains(&word) && stores(rest))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    if binary(bytes.all()) {
        return dissect_binary(d, bytes).map(|()| Next::End);
    }
    let line = text::line(bytes.all());
    let (word, rest) = text::word(line);
    let whole = bytes.span(0..line.len());
    if STORE.contains(&word) || ASK.contains(&word) || PLAIN.contains(&word) {
        d.field(&COMMAND, bytes.span(0..word.len()), text::shown(word));
        if !PLAIN.contains(&word) {
            let (key, _) = text::word(rest);
            let at = word.len().saturating_add(1);
            d.field(&KEY, bytes.span(at..at.saturating_add(key.len())), text::shown(key));
        }
        d.info(|| text::shown(line));
    } else if ANSWERS.contains(&word) {
        d.field(&RESPONSE, whole, text::shown(line));
        d.info(|| text::shown(line));
    } else {
        d.info(|| "MEMCACHE Continuation".to_owned());
    }
    Ok(Next::End)
}

const ANSWERS: &[&[u8]] = &[
    b"STORED", b"NOT_STORED", b"EXISTS", b"NOT_FOUND", b"VALUE", b"END", b"DELETED", b"TOUCHED", b"STAT", b"VERSION", b"OK", b"ERROR",
    b"CLIENT_ERROR", b"SERVER_ERROR",
];

fn opcode_name(opcode: u64) -> Option<&'static str> {
    let names = [
        "Get", "Set", "Add", "Replace", "Delete", "Increment", "Decrement", "Quit", "Flush", "Get Quietly", "No-op", "Version", "Get Key",
        "Get Key Quietly", "Append", "Prepend", "Statistics", "Set Quietly", "Add Quietly", "Replace Quietly", "Delete Quietly",
        "Increment Quietly", "Decrement Quietly", "Quit Quietly", "Flush Quietly", "Append Quietly", "Prepend Quietly",
    ];
    names.get(usize::try_from(opcode).ok()?).copied()
}

fn status_name(status: u64) -> Option<&'static str> {
    Some(match status {
        0 => "No error",
        1 => "Key not found",
        2 => "Key exists",
        3 => "Value too large",
        4 => "Invalid arguments",
        5 => "Item not stored",
        6 => "Non-numeric value",
        0x81 => "Unknown command",
        0x82 => "Out of memory",
        _ => return None,
    })
}

fn dissect_binary(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let mut reader = Reader::new(bytes, 0);
    let asks = reader.named(d, &MAGIC, 1, |magic| Some(if magic == 0x80 { "Request" } else { "Response" }))? == 0x80;
    let opcode = reader.named(d, &OPCODE, 1, opcode_name)?;
    let key = reader.length(d, &KEY_LENGTH, 2)?;
    let extras = reader.length(d, &EXTRAS_LENGTH, 1)?;
    reader.number(d, &DATA_TYPE, 1)?;
    let status = match asks {
        true => reader.number(d, &RESERVED, 2).map(|_| 0)?,
        false => reader.named(d, &STATUS, 2, status_name)?,
    };
    let body = reader.length(d, &BODY_LENGTH, 4)?;
    reader.number(d, &OPAQUE, 4)?;
    reader.number(d, &CAS, 8)?;
    let name = opcode_name(opcode).unwrap_or("Unknown opcode");
    d.info(|| match (asks, status) {
        (true, _) => format!("{name} Request"),
        (false, 0) => format!("{name} Response"),
        (false, _) => format!("{name} Response ({})", status_name(status).unwrap_or("Unknown status")),
    });
    if extras > 0 {
        reader.field(d, &EXTRAS, extras)?;
    }
    if key > 0 {
        reader.field(d, &KEY, key)?;
    }
    match body.saturating_sub(extras).saturating_sub(key) {
        0 => Ok(()),
        value => reader.field(d, &VALUE, value).map(|_| ()),
    }
}

/// A message of the binary protocol ends where its header says; lines are taken as they come.
fn framing(stream: &Stream<'_>) -> Frame {
    if stream.bytes.first().is_some_and(|&first| !matches!(first, 0x80 | 0x81)) {
        return Frame::Unframed;
    }
    stream.headed(24, 1 << 21, |head| usize::try_from(head.u32(8).ok()?).ok()?.checked_add(24))
}
