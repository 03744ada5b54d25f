//! HTTP/2 in clear, RFC 9113: frames, headers with their compression, bodies.
mod hpack;
mod words;

use super::media_type;
use crate::api::NameFrom;
use crate::engine::dissect::coding;
use crate::engine::dissect::{
    Bytes, Dissection, Frame, Named, Next, Payload, Problem, Protocol, Stream, Transport, Verdict, fields, gather,
};
use hpack::{Header, Table};
use rustc_hash::FxHashMap;

fields! {
    MAGIC: Text => "http2.magic", "Magic";
    FRAME: Label => "http2.stream", "Stream";
    LENGTH: Uint => "http2.length", "Length";
    TYPE: Uint => "http2.type", "Type";
    FLAGS: Hex(2) => "http2.flags", "Flags";
    END_STREAM: Bool => "http2.flags.end_stream", "End Stream";
    END_HEADERS: Bool => "http2.flags.eh", "End Headers";
    PADDED: Bool => "http2.flags.padded", "Padded";
    PRIORITY: Bool => "http2.flags.priority", "Priority";
    ACK: Bool => "http2.flags.ack.settings", "ACK";
    STREAM: Uint => "http2.streamid", "Stream Identifier";
    PAD_LENGTH: Uint => "http2.padding", "Pad Length";
    EXCLUSIVE: Bool => "http2.exclusive", "Exclusive";
    DEPENDENCY: Uint => "http2.stream_dependency", "Stream Dependency";
    WEIGHT: Uint => "http2.headers.weight", "Weight";
    PROMISED: Uint => "http2.push_promise.promised_streamid", "Promised-Stream-ID";
    SETTING: Uint => "http2.settings.id", "Settings Identifier";
    SETTING_VALUE: Uint => "http2.settings.value", "Value";
    INCREMENT: Uint => "http2.window_update.window_size_increment", "Window Size Increment";
    RESET: Uint => "http2.rst_stream.error", "Error";
    LAST_STREAM: Uint => "http2.goaway.last_stream_id", "Last-Stream-ID";
    GOAWAY: Uint => "http2.goaway.error", "Error";
    DEBUG: Text => "http2.goaway.addata", "Additional Debug Data";
    PING: Bytes => "http2.ping", "Ping";
    DATA: Bytes => "http2.data.data", "Data";
    HEADER: Text => "http2.header", "Header";
    NAME: Text => "http2.header.name", "Name";
    VALUE: Text => "http2.header.value", "Value";
    METHOD: Text => "http2.headers.method", "Method";
    AUTHORITY: Text => "http2.headers.authority", "Authority";
    PATH: Text => "http2.headers.path", "Path";
    SCHEME: Text => "http2.headers.scheme", "Scheme";
    STATUS: Text => "http2.headers.status", "Status code";
    CONTENT_TYPE: Text => "http2.headers.content_type", "Content type";
    CONTENT_LENGTH: Text => "http2.headers.content_length", "Content length";
    USER_AGENT: Text => "http2.headers.user_agent", "User-Agent";
    SERVER: Text => "http2.headers.server", "Server";
}

pub(super) static HTTP2: Protocol = Protocol {
    name: "http2",
    title: "HyperText Transfer Protocol 2",
    short: "HTTP2",
    fields: FIELDS,
    claims: &[],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    inside: Some("http"),
    ..Protocol::PLAIN
};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const FRAME_HEADER: usize = 9;
/// Bodies kept of a connection.
const MOST_STREAMS: usize = 512;
/// Bytes of a decoded body at most.
const MOST_DECODED: usize = 1 << 20;

/// Types of frames (§6).
mod kind {
    pub const DATA: u8 = 0;
    pub const HEADERS: u8 = 1;
    pub const PRIORITY: u8 = 2;
    pub const RST_STREAM: u8 = 3;
    pub const SETTINGS: u8 = 4;
    pub const PUSH_PROMISE: u8 = 5;
    pub const PING: u8 = 6;
    pub const GOAWAY: u8 = 7;
    pub const WINDOW_UPDATE: u8 = 8;
    pub const CONTINUATION: u8 = 9;
}

mod flag {
    pub const END_STREAM: u8 = 1;
    pub const END_HEADERS: u8 = 4;
    pub const PADDED: u8 = 8;
    pub const PRIORITY: u8 = 32;
}

/// What both ends know of their connection; by sender, the server first.
#[derive(Default)]
struct Connection {
    tables: [Table; 2],
    /// A header block that CONTINUATION frames go on with.
    block: [Vec<u8>; 2],
    bodies: FxHashMap<(u32, usize), Body>,
}

/// A message's body on its way, of a type that is told.
struct Body {
    content_type: Vec<u8>,
    /// How it is compressed, if it is.
    encoding: Vec<u8>,
    bytes: Vec<u8>,
}

fn probe(payload: &Payload<'_>) -> Verdict {
    // The first line alone tells: nothing else speaks of this version in clear.
    let certain = payload.transport == Transport::Tcp && payload.bytes.starts_with(b"PRI * HTTP/2.0\r\n");
    if certain { Verdict::Certain } else { Verdict::NotMine }
}

fn framing(stream: &Stream<'_>) -> Frame {
    if stream.bytes.starts_with(b"PRI ") {
        return Frame::Message(PREFACE.len());
    }
    stream.headed(FRAME_HEADER, 1 << 24, |bytes| Some((bytes.u24(0).ok()? as usize).saturating_add(FRAME_HEADER)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.all().starts_with(PREFACE) {
        d.field(&MAGIC, bytes.span(0..PREFACE.len()), "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n");
        d.info_add(", ", || "Magic".to_owned());
        return Ok(Next::End);
    }
    let (length, kind, flags) = (bytes.u24(0)?, bytes.u8(3)?, bytes.u8(4)?);
    let stream = bytes.u32(5)? & 0x7fff_ffff;
    let name = words::frame(kind);
    d.label(&FRAME, bytes.span(0..bytes.len()), || format!("Stream: {name}, Stream ID: {stream}, Length {length}"));
    d.field(&LENGTH, bytes.span(0..3), length);
    d.noted(&TYPE, bytes.span(3..4), kind, name);
    d.field(&FLAGS, bytes.span(4..5), flags);
    d.nest(|d| shown_flags(d, &bytes, kind, flags));
    d.field(&STREAM, bytes.span(5..FRAME_HEADER), stream);
    d.info_add(", ", || format!("{name}[{stream}]"));
    let head = Head { kind, flags, stream };
    let content = bytes.from(FRAME_HEADER);
    match kind {
        kind::DATA => return data(d, &head, content),
        kind::HEADERS | kind::PUSH_PROMISE | kind::CONTINUATION => headers(d, &head, content)?,
        kind::PRIORITY => priority(d, &content)?,
        kind::SETTINGS => settings(d, &content)?,
        kind::RST_STREAM => {
            let error = content.u32(0)?;
            d.noted(&RESET, content.span(0..4), error, words::error(error));
            d.with_state(|_, connection: &mut Connection| {
                for side in [0, 1] {
                    connection.bodies.remove(&(stream, side));
                }
            });
        }
        kind::PING => d.field(&PING, content.span(0..8), content.take(0..8)?),
        kind::GOAWAY => {
            let (last, error) = (content.u32(0)?, content.u32(4)?);
            d.field(&LAST_STREAM, content.span(0..4), last & 0x7fff_ffff);
            d.noted(&GOAWAY, content.span(4..8), error, words::error(error));
            if content.len() > 8 && d.wants() {
                let text = String::from_utf8_lossy(content.from(8).all()).into_owned();
                d.field(&DEBUG, content.span(8..content.len()), text);
            }
        }
        kind::WINDOW_UPDATE => d.field(&INCREMENT, content.span(0..4), content.u32(0)? & 0x7fff_ffff),
        _ => {}
    }
    Ok(Next::End)
}

struct Head {
    kind: u8,
    flags: u8,
    stream: u32,
}

fn shown_flags(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8, flags: u8) {
    let known: &[(u8, &'static crate::engine::dissect::Field)] = match kind {
        kind::DATA => &[(flag::END_STREAM, &END_STREAM), (flag::PADDED, &PADDED)],
        kind::HEADERS => &[
            (flag::END_STREAM, &END_STREAM),
            (flag::END_HEADERS, &END_HEADERS),
            (flag::PADDED, &PADDED),
            (flag::PRIORITY, &PRIORITY),
        ],
        kind::PUSH_PROMISE => &[(flag::END_HEADERS, &END_HEADERS), (flag::PADDED, &PADDED)],
        kind::CONTINUATION => &[(flag::END_HEADERS, &END_HEADERS)],
        kind::SETTINGS | kind::PING => &[(flag::END_STREAM, &ACK)],
        _ => &[],
    };
    for (bit, field) in known {
        d.field(field, bytes.span(4..5), flags & bit != 0);
    }
}

/// What is left without padding (§6.1).
fn unpadded<'p>(d: &mut Dissection, head: &Head, content: Bytes<'p>) -> Result<Bytes<'p>, Problem> {
    if head.flags & flag::PADDED == 0 || head.kind == kind::CONTINUATION {
        return Ok(content);
    }
    let padding = content.u8(0)?;
    d.field(&PAD_LENGTH, content.span(0..1), padding);
    Ok(content.from(1).limit(content.wire_len().saturating_sub(usize::from(padding).saturating_add(1))))
}

fn priority(d: &mut Dissection, content: &Bytes<'_>) -> Result<(), Problem> {
    let (dependency, weight) = (content.u32(0)?, content.u8(4)?);
    d.field(&EXCLUSIVE, content.span(0..4), dependency >> 31 != 0);
    d.field(&DEPENDENCY, content.span(0..4), dependency & 0x7fff_ffff);
    d.field(&WEIGHT, content.span(4..5), weight);
    Ok(())
}

fn settings(d: &mut Dissection, content: &Bytes<'_>) -> Result<(), Problem> {
    const MOST_SHOWN: usize = 100;
    let mut rest = *content;
    for _ in 0..MOST_SHOWN {
        if rest.is_empty() {
            break;
        }
        let (id, value) = (rest.u16(0)?, rest.u32(2)?);
        d.noted(&SETTING, rest.span(0..2), id, words::setting(id));
        d.nest(|d| d.field(&SETTING_VALUE, rest.span(2..6), value));
        rest = rest.from(6);
    }
    Ok(())
}

/// Whose tables a frame is about: 1 the client's, 0 the server's.
fn side(d: &Dissection) -> usize {
    usize::from(d.from_client() == Some(true))
}

fn headers(d: &mut Dissection, head: &Head, content: Bytes<'_>) -> Result<(), Problem> {
    let mut block = unpadded(d, head, content)?;
    if head.kind == kind::HEADERS && head.flags & flag::PRIORITY != 0 {
        priority(d, &block)?;
        block = block.from(5);
    }
    if head.kind == kind::PUSH_PROMISE {
        d.field(&PROMISED, block.span(0..4), block.u32(0)? & 0x7fff_ffff);
        block = block.from(4);
    }
    let (side, complete) = (side(d), head.flags & flag::END_HEADERS != 0);
    let of_one_frame = complete && head.kind != kind::CONTINUATION;
    let found = d.with_state(|_, connection: &mut Connection| {
        let (Some(table), Some(kept)) = (connection.tables.get_mut(side), connection.block.get_mut(side)) else {
            return Vec::new();
        };
        if head.kind != kind::CONTINUATION {
            kept.clear();
        }
        if of_one_frame {
            return table.decode(block.all());
        }
        gather(kept, block.all());
        if complete { table.decode(&std::mem::take(kept)) } else { Vec::new() }
    });
    let value = |name: &[u8]| found.iter().find(|header| header.name == name).map(|header| header.value.as_slice());
    if let Some(authority) = value(b":authority").and_then(without_port).filter(|_| value(b":method").is_some()) {
        d.names.push(Named::Server(NameFrom::Host, authority.to_owned()));
    }
    if head.kind != kind::PUSH_PROMISE && !found.is_empty() {
        let encoding = value(b"content-encoding").filter(|encoding| *encoding != b"identity").unwrap_or_default();
        let readable = encoding.is_empty() || coding::can_decode(encoding);
        let follows = head.flags & flag::END_STREAM == 0 && readable;
        let content_type = value(b"content-type").filter(|content_type| follows && !content_type.is_empty());
        d.with_state(|_, connection: &mut Connection| {
            connection.bodies.remove(&(head.stream, side));
            let Some(content_type) = content_type else { return };
            if connection.bodies.len() >= MOST_STREAMS {
                connection.bodies.clear();
            }
            let body = Body { content_type: content_type.to_vec(), encoding: encoding.to_vec(), bytes: Vec::new() };
            connection.bodies.insert((head.stream, side), body);
        });
    }
    if d.wants() {
        if let Some(said) = summary(&found) {
            d.info_add("", || said);
        }
        for header in &found {
            show(d, &block, header, of_one_frame);
        }
    }
    Ok(())
}

/// `: GET /` or `: 200 OK`.
fn summary(found: &[Header]) -> Option<String> {
    let value = |name: &[u8]| found.iter().find(|header| header.name == name).map(|header| String::from_utf8_lossy(&header.value));
    if let Some(method) = value(b":method") {
        let path = value(b":path").or_else(|| value(b":authority")).unwrap_or_default();
        return Some(format!(": {method} {path}"));
    }
    let status = value(b":status")?;
    let reason = status.parse().map(words::reason).unwrap_or_default();
    Some(format!(": {status} {reason}"))
}

fn show(d: &mut Dissection, block: &Bytes<'_>, header: &Header, in_place: bool) {
    let (name, value) = (String::from_utf8_lossy(&header.name), String::from_utf8_lossy(&header.value));
    let span = if in_place { block.span(header.from..header.to) } else { block.span(0..block.len()) };
    d.field(&HEADER, span, format!("{name}: {value}"));
    d.nest(|d| {
        d.field(&NAME, span, &*name);
        d.field(&VALUE, span, &*value);
    });
    let field = match &*name {
        ":method" => &METHOD,
        ":authority" => &AUTHORITY,
        ":path" => &PATH,
        ":scheme" => &SCHEME,
        ":status" => &STATUS,
        "content-type" => &CONTENT_TYPE,
        "content-length" => &CONTENT_LENGTH,
        "user-agent" => &USER_AGENT,
        "server" => &SERVER,
        _ => return,
    };
    d.nest(|d| d.field(field, span, value.into_owned()));
}

fn without_port(authority: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(authority).ok()?;
    let host = if text.starts_with('[') { text.split_inclusive(']').next() } else { text.split(':').next() };
    host.filter(|host| !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic()))
}

fn data<'p>(d: &mut Dissection, head: &Head, content: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let content = unpadded(d, head, content)?;
    d.field(&DATA, content.span(0..content.len()), content.all());
    let (key, ends) = ((head.stream, side(d)), head.flags & flag::END_STREAM != 0);
    let whole = d.with_state(|_, connection: &mut Connection| {
        let body = connection.bodies.get_mut(&key)?;
        gather(&mut body.bytes, content.all());
        if ends { connection.bodies.remove(&key) } else { None }
    });
    let Some(mut whole) = whole.filter(|whole| !whole.bytes.is_empty()) else {
        return Ok(Next::End);
    };
    let mut title = "Reassembled body";
    if !whole.encoding.is_empty() {
        // The pass only asks what it is.
        let most = if d.wants() { MOST_DECODED } else { 1 << 12 };
        let Some(decoded) = coding::decoded(&whole.encoding, &whole.bytes, most) else { return Ok(Next::End) };
        (whole.bytes, title) = (decoded, "Uncompressed entity body");
    }
    let reader = media_type::reader(Some(&whole.content_type), &whole.bytes);
    d.info_extend(|| reader.words());
    let claim = reader.claim();
    if matches!(claim, crate::engine::dissect::Claim::Named("media")) {
        d.inside();
    }
    Ok(Next::Made(claim, title, whole.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn read(d: &mut Dissection, kind: u8, flags: u8, content: &[u8]) {
        let length = u32::try_from(content.len()).expect("short").to_be_bytes();
        let frame = [&length[1..], &[kind, flags, 0, 0, 0, 1], content].concat();
        d.enter(0, &Bytes::reassembled(&frame, 0));
        assert!(dissect(d, Bytes::reassembled(&frame, 0)).is_ok());
    }

    fn kept(d: &mut Dissection) -> Option<usize> {
        d.with_state(|_, connection: &mut Connection| connection.bodies.get(&(1, 0)).map(|body| body.bytes.len()))
    }

    #[test]
    fn only_bodies_that_will_be_read_are_kept() {
        // `content-type: a`, `content-encoding: b` (§6.2.2 of RFC 7541).
        let (typed, encoded) = (b"\x0f\x10\x01a".as_slice(), b"\x0f\x10\x01a\x0f\x0b\x01b".as_slice());
        let mut d = Dissection::new(Wanted::Facts);
        read(&mut d, kind::HEADERS, flag::END_HEADERS, b"\x88");
        read(&mut d, kind::DATA, 0, b"no type");
        assert_eq!(kept(&mut d), None);
        read(&mut d, kind::HEADERS, flag::END_HEADERS, encoded);
        assert_eq!(kept(&mut d), None);
        read(&mut d, kind::HEADERS, flag::END_HEADERS, typed);
        read(&mut d, kind::DATA, 0, &[0; 100_000]);
        assert_eq!(kept(&mut d), Some(64 << 10));
        read(&mut d, kind::RST_STREAM, 0, &[0, 0, 0, 8]);
        assert_eq!(kept(&mut d), None);
        read(&mut d, kind::HEADERS, flag::END_HEADERS, typed);
        // The trailer ends the message.
        read(&mut d, kind::HEADERS, flag::END_HEADERS | flag::END_STREAM, b"\x88");
        assert_eq!(kept(&mut d), None);
    }
}
