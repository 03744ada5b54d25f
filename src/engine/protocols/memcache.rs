//! Memcached text and binary protocols, doc/protocol.txt and the BinaryProtocolRevamped page of its project.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    COMMAND: Text => "memcache.command", "Command";
    KEY: Text => "memcache.key", "Key";
    OPCODE: Uint => "memcache.opcode", "Opcode";
}

pub(super) static MEMCACHE: Protocol = Protocol {
    name: "memcache",
    title: "Memcache Protocol",
    short: "MEMCACHE",
    fields: FIELDS,
    claims: &[Claim::TcpPort(11211), Claim::UdpPort(11211)],
    probe: Some(probe),
    dissect,
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
        let (magic, opcode) = (bytes.u8(0)?, bytes.u8(1)?);
        d.field(&OPCODE, bytes.span(1..2), opcode);
        let names = ["Get", "Set", "Add", "Replace", "Delete", "Increment", "Decrement", "Quit", "Flush", "GetQ", "No-op", "Version", "GetK"];
        let name = names.get(usize::from(opcode)).copied().unwrap_or("Unknown opcode");
        d.info(|| format!("{name} {}", if magic == 0x80 { "Request" } else { "Response" }));
        return Ok(Next::End);
    }
    let line = text::line(bytes.all());
    let (word, rest) = text::word(line);
    if STORE.contains(&word) || ASK.contains(&word) {
        let (key, _) = text::word(rest);
        let at = word.len().saturating_add(1);
        d.field(&COMMAND, bytes.span(0..word.len()), text::shown(word));
        d.field(&KEY, bytes.span(at..at.saturating_add(key.len())), text::shown(key));
        d.info(|| format!("{} {}", text::shown(word), text::shown(key)));
    } else {
        if PLAIN.contains(&word) {
            d.field(&COMMAND, bytes.span(0..word.len()), text::shown(word));
        }
        d.info(|| if text::readable(line) { text::shown(line) } else { "MEMCACHE Continuation".to_owned() });
    }
    Ok(Next::End)
}
