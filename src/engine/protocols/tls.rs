//! Transport Layer Security: records (RFC 8446 §5), hellos (§4.1.2, §4.1.3), TLS 1.0 to 1.2 (RFC 5246) and SSL 3.0 (RFC 6101).
//!
//! What is encrypted stays so; the hellos say who talks to whom.
mod hello;
#[cfg(test)]
mod tests;
mod words;

use crate::api::NameFrom;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Named, Next, Payload, Problem, Protocol, Span, Stream, Transport, Verdict, fields,
};
use hello::{Extension, Hello, Joined, extension};
use md5::{Digest, Md5};

fields! {
    RECORD_TYPE: Uint => "tls.record.content_type", "Content Type";
    RECORD_VERSION: Hex(4) => "tls.record.version", "Version";
    RECORD_LENGTH: Uint => "tls.record.length", "Length";
    HANDSHAKE_TYPE: Uint => "tls.handshake.type", "Handshake Type";
    HANDSHAKE_LENGTH: Uint => "tls.handshake.length", "Length";
    VERSION: Hex(4) => "tls.handshake.version", "Version";
    CIPHER_SUITE: Hex(4) => "tls.handshake.ciphersuite", "Cipher Suite";
    EXTENSION_TYPE: Uint => "tls.handshake.extension.type", "Type";
    SUPPORTED_VERSION: Hex(4) => "tls.handshake.extensions.supported_version", "Supported Version";
    SERVER_NAME: Text => "tls.handshake.extensions_server_name", "Server Name";
    ALPN: Text => "tls.handshake.extensions_alpn_str", "ALPN Next Protocol";
    JA3_FULL: Text => "tls.handshake.ja3_full", "JA3 Fullstring";
    JA3: Text => "tls.handshake.ja3", "JA3";
    JA3S_FULL: Text => "tls.handshake.ja3s_full", "JA3S Fullstring";
    JA3S: Text => "tls.handshake.ja3s", "JA3S";
    ALERT_LEVEL: Uint => "tls.alert_message.level", "Level";
    ALERT: Uint => "tls.alert_message.desc", "Description";
}

pub(super) static TLS: Protocol = Protocol {
    name: "tls",
    title: "Transport Layer Security",
    short: "TLS",
    fields: FIELDS,
    claims: &[Claim::TcpPort(443), Claim::TcpPort(636), Claim::TcpPort(993), Claim::TcpPort(995)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const RECORD_HEADER: usize = 5;
const HANDSHAKE_HEADER: usize = 4;
const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT_RECORD: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
const HEARTBEAT: u8 = 24;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
/// RFC 8446 §5.2 and RFC 5246 §6.2.3: no record is longer.
const MAX_RECORD: usize = (1 << 14) + 2048;

/// The header of a record: content type, version, length.
fn record_header(bytes: &[u8]) -> Option<(u8, u16, usize)> {
    let &[kind, major, minor, high, low] = bytes.first_chunk()?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let is_one = (CHANGE_CIPHER_SPEC..=HEARTBEAT).contains(&kind) && major == 3 && minor <= 4 && length <= MAX_RECORD;
    is_one.then_some((kind, u16::from_be_bytes([major, minor]), length))
}

/// How many bytes from the first one on the first handshake message needs, record headers included; None when it is no ClientHello.
///
/// A prefix too short to tell asks for what would tell. The answer can grow as more records of a fragmented hello come in.
pub fn hello_needs(bytes: &[u8]) -> Option<usize> {
    const TELLING: usize = RECORD_HEADER + HANDSHAKE_HEADER;
    if bytes.first().is_none_or(|&first| first != HANDSHAKE) || bytes.get(1).is_some_and(|&major| major != 3) {
        return None;
    }
    let Some(head) = bytes.first_chunk::<TELLING>() else { return Some(TELLING) };
    let (_, _, mut record) = record_header(head)?;
    let &[.., kind, a, b, c] = head;
    let mut message = usize::try_from(u32::from_be_bytes([0, a, b, c])).ok()?.saturating_add(HANDSHAKE_HEADER);
    if kind != CLIENT_HELLO || record == 0 {
        return None;
    }
    let mut at = 0usize;
    while message > record {
        message = message.saturating_sub(record);
        at = at.saturating_add(RECORD_HEADER).saturating_add(record);
        match bytes.get(at..).map(record_header) {
            Some(Some((HANDSHAKE, _, length))) if length > 0 => record = length,
            // The next header is not there yet: the rest in one record is the least it can be.
            _ => break,
        }
    }
    Some(at.saturating_add(RECORD_HEADER).saturating_add(message))
}

/// All whole records of a segment are read together; the first that is not whole begins a message of its own.
fn framing(stream: &Stream<'_>) -> Frame {
    let mut end = 0_usize;
    loop {
        let rest = stream.bytes.get(end..).unwrap_or_default();
        if rest.len() < RECORD_HEADER {
            return if end > 0 { Frame::Message(end) } else { Frame::More };
        }
        let Some((_, _, length)) = record_header(rest) else {
            return if end > 0 { Frame::Message(end) } else { Frame::Unframed };
        };
        let next = end.saturating_add(RECORD_HEADER).saturating_add(length);
        if next > stream.bytes.len() {
            return Frame::Message(if end > 0 { end } else { next });
        }
        end = next;
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let Some((kind, _, _)) = record_header(bytes.all()) else {
        if bytes.len() < RECORD_HEADER {
            return if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) };
        }
        d.column("SSL");
        d.info(|| "Continuation Data".to_owned());
        return Ok(Next::End);
    };
    // The server's name is in a hello.
    if kind == HANDSHAKE && bytes.all().get(RECORD_HEADER) == Some(&CLIENT_HELLO) {
        let message = hello::joined(bytes.all());
        if let Some(name) = Hello::client(&message).and_then(|hello| hello.server_name()) {
            d.names.push(Named::Server(NameFrom::Sni, name));
        }
    }
    if d.wants() {
        describe(d, &bytes);
    }
    if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) }
}

/// Says all that the records of a segment say in clear.
fn describe(d: &mut Dissection, bytes: &Bytes<'_>) {
    let buffer = bytes.all();
    let mut said: Vec<String> = Vec::new();
    let (mut at, mut ciphered) = (0usize, false);
    while let Some((kind, version, length)) = buffer.get(at..).and_then(record_header) {
        let content = at.saturating_add(RECORD_HEADER);
        let end = content.saturating_add(length);
        if end > bytes.wire_len() && !said.is_empty() {
            // It goes on in the next segment, and belongs where it ends.
            break;
        }
        d.field(&RECORD_TYPE, bytes.span(at..at.saturating_add(1)), kind);
        d.field(&RECORD_VERSION, bytes.span(at.saturating_add(1)..at.saturating_add(3)), version);
        d.field(&RECORD_LENGTH, bytes.span(at.saturating_add(3)..content), length);
        if !d.has_column()
            && let Some(version) = words::version(version)
        {
            d.column(version);
        }
        at = end;
        match kind {
            CHANGE_CIPHER_SPEC => {
                ciphered = true;
                said.push("Change Cipher Spec".to_owned());
            }
            ALERT_RECORD => said.push(alert(d, bytes, content, length, ciphered)),
            HANDSHAKE => at = handshakes(d, bytes, content.saturating_sub(RECORD_HEADER), ciphered, &mut said).unwrap_or(end),
            APPLICATION_DATA => said.push("Application Data".to_owned()),
            _ => said.push("Heartbeat".to_owned()),
        }
    }
    d.info(|| said.join(", "));
}

fn alert(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, length: usize, ciphered: bool) -> String {
    const PLAIN: usize = 2;
    let both = bytes.u8(at).and_then(|level| Ok((level, bytes.u8(at.saturating_add(1))?)));
    let Ok((level, description)) = both else { return "Alert".to_owned() };
    if length != PLAIN || ciphered {
        return "Encrypted Alert".to_owned();
    }
    let second = at.saturating_add(1);
    d.field(&ALERT_LEVEL, bytes.span(at..second), level);
    d.field(&ALERT, bytes.span(second..second.saturating_add(1)), description);
    let level = words::alert_level(level).map_or_else(|| format!("Unknown ({level})"), str::to_owned);
    let name = words::alert(description).map_or_else(|| format!("Unknown ({description})"), str::to_owned);
    format!("Alert (Level: {level}, Description: {name})")
}

/// The messages of the handshake record at `at`, and of the records they go on in; where the record after them stands.
fn handshakes(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, ciphered: bool, said: &mut Vec<String>) -> Option<usize> {
    /// A longer message is none: these are encrypted bytes.
    const MAX_MESSAGE: usize = 1 << 17;
    let mut joined = Joined::at(bytes.all(), at)?;
    let mut start = 0usize;
    while start < joined.bytes.len() {
        let message = joined.bytes.get(start..)?;
        let needed = hello::message_len(message);
        let name = message.first().copied().and_then(words::handshake);
        // A message goes on in the next record, or in a segment that is not here: both say so by the record being full of it.
        // For middleboxes a hello can follow a change of ciphers (RFC 8446 §D.4): it fills its record exactly.
        let opens = start == 0 && matches!(message.first(), Some(&(CLIENT_HELLO | SERVER_HELLO)));
        let ciphered = ciphered && !(opens && needed == Some(message.len()));
        let plain = !ciphered && name.is_some() && needed.is_none_or(|needed| needed <= MAX_MESSAGE);
        let Some(name) = name.filter(|_| plain) else {
            said.push("Encrypted Handshake Message".to_owned());
            break;
        };
        if needed.is_none_or(|needed| needed > message.len()) && joined.extend(bytes.all()) {
            continue;
        }
        let message = joined.bytes.get(start..)?;
        let is_hello = message.first().is_some_and(|&kind| matches!(kind, CLIENT_HELLO | SERVER_HELLO));
        if !is_hello && !said.is_empty() && needed.is_none_or(|needed| needed > message.len()) {
            // The rest comes in another segment.
            break;
        }
        let here = joined.place(start);
        let lies = needed.is_some_and(|needed| needed > message.len()) && joined.next <= bytes.len();
        if lies && !is_hello {
            said.push("Encrypted Handshake Message".to_owned());
            break;
        }
        d.field(&HANDSHAKE_TYPE, bytes.span(here..here.saturating_add(1)), message.first().copied().unwrap_or_default());
        if let Some(needed) = needed {
            let length = needed.saturating_sub(HANDSHAKE_HEADER);
            d.field(&HANDSHAKE_LENGTH, bytes.span(here.saturating_add(1)..here.saturating_add(HANDSHAKE_HEADER)), length);
        }
        said.push(hello_fields(d, bytes, &joined, start).unwrap_or(name).to_owned());
        start = start.saturating_add(needed.unwrap_or(usize::MAX));
    }
    Some(joined.next)
}

/// A hello's fields. The name of the message, where it is not the type's.
fn hello_fields(d: &mut Dissection, bytes: &Bytes<'_>, joined: &Joined<'_>, start: usize) -> Option<&'static str> {
    /// RFC 8446 §4.1.3: a ServerHello with this random asks for another ClientHello.
    const RETRY: [u8; 8] = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];
    let message = joined.bytes.get(start..)?;
    let kind = *message.first()?;
    let (hello, client) = match kind {
        CLIENT_HELLO => (Hello::client(message)?, true),
        SERVER_HELLO => (Hello::server(message)?, false),
        _ => return None,
    };
    let span = |at: usize, len: usize| {
        let from = joined.place(start.saturating_add(at));
        bytes.span(from..from.saturating_add(len))
    };
    d.field(&VERSION, span(hello::VERSION_AT, 2), hello.version);
    for (suite, at) in hello::pairs(hello.ciphers).zip((hello.ciphers_at..).step_by(2)) {
        d.field(&CIPHER_SUITE, span(at, 2), suite);
    }
    for extension in hello.extensions() {
        d.field(&EXTENSION_TYPE, span(extension.at.saturating_sub(4), 2), extension.kind);
        extension_fields(d, &extension, client, span);
    }
    let all = span(0, message.len());
    if hello.whole {
        let (full_field, field) = if client { (&JA3_FULL, &JA3) } else { (&JA3S_FULL, &JA3S) };
        let full = if client { hello.ja3() } else { hello.ja3s() };
        let hash: String = Md5::digest(full.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        d.field(full_field, all, full);
        d.field(field, all, hash);
    }
    if !client {
        if let Some(version) = words::version(hello.chosen_version()) {
            d.column(version);
        }
    }
    (!client && hello.random.starts_with(&RETRY)).then_some("Hello Retry Request")
}

fn extension_fields(d: &mut Dissection, extension: &Extension<'_>, client: bool, span: impl Fn(usize, usize) -> Span) {
    let at = |inner: usize| extension.at.saturating_add(inner);
    match extension.kind {
        extension::SERVER_NAME => {
            for (inner, name) in hello::server_names(extension.data) {
                d.field(&SERVER_NAME, span(at(inner), name.len()), String::from_utf8_lossy(name).into_owned());
            }
        }
        extension::ALPN => {
            for (inner, name) in hello::protocol_names(extension.data) {
                d.field(&ALPN, span(at(inner), name.len()), String::from_utf8_lossy(name).into_owned());
            }
        }
        extension::SUPPORTED_VERSIONS => {
            let skip = usize::from(client);
            let versions = extension.data.get(skip..).unwrap_or_default();
            for (version, inner) in hello::pairs(versions).zip((skip..).step_by(2)) {
                d.field(&SUPPORTED_VERSION, span(at(inner), 2), version);
            }
        }
        _ => {}
    }
}

/// The version a server chose, by the first bytes of its direction: `TLSv1.3`. From then on it is the name of the flow's protocol.
pub fn chosen_version(bytes: &[u8]) -> Option<&'static str> {
    let message = hello::joined(bytes);
    if message.first() != Some(&SERVER_HELLO) {
        return None;
    }
    words::version(Hello::server(&message)?.chosen_version())
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.transport != Transport::Tcp {
        return Verdict::NotMine;
    }
    let on_port = [443, 636, 993, 995].iter().any(|&port| payload.on_port(port));
    let unsure = if on_port { Verdict::Possible } else { Verdict::NotMine };
    let Some((kind, _, length)) = record_header(payload.bytes) else { return unsure };
    let content = payload.bytes.get(RECORD_HEADER..).unwrap_or_default();
    let certain = match (kind, content.first()) {
        // A hello whose own length does not outgrow what a hello can be, with a version behind it.
        (HANDSHAKE, Some(&(CLIENT_HELLO | SERVER_HELLO))) => {
            hello::message_len(content).is_some_and(|needed| (38..=1 << 16).contains(&needed) && length >= HANDSHAKE_HEADER)
                && content.get(HANDSHAKE_HEADER) == Some(&3)
        }
        (ALERT_RECORD, Some(&(1 | 2))) => length == 2 && content.len() == 2,
        (CHANGE_CIPHER_SPEC, Some(&1)) => length == 1,
        // Someone else's bytes seldom are records to their end.
        (APPLICATION_DATA, Some(_)) => length > 16 && length == content.len(),
        _ => false,
    };
    if certain { Verdict::Certain } else { unsure }
}
