//! HTTP/2 in clear, RFC 9113: frames, headers with their compression, bodies.
mod hpack;
mod show;
mod words;

use super::media_type;
use crate::api::NameFrom;
use crate::engine::dissect::coding;
use crate::engine::dissect::{
    Bytes, Dissection, Field, Frame, Kind, Named, Next, Payload, Problem, Protocol, Reader, Span, Stream, Transport,
    Value, Verdict, fields, gather,
};
use hpack::{Header, Table};
use rustc_hash::FxHashMap;

fields! {
    MAGIC: Text => "http2.magic", "Magic";
    FRAME: Label => "http2.stream", "Stream";
    LENGTH: Uint => "http2.length", "Length";
    TYPE: Uint => "http2.type", "Type";
    FLAGS: Hex(2) => "http2.flags", "Flags";
    UNUSED: Hex(2) => "http2.flags.unused", "Unused";
    UNUSED_DATA: Hex(2) => "http2.flags.unused_data", "Unused";
    UNUSED_HEADERS: Hex(2) => "http2.flags.unused_headers", "Unused";
    UNUSED_SETTINGS: Hex(2) => "http2.flags.unused_settings", "Unused";
    UNUSED_PROMISE: Hex(2) => "http2.flags.unused_push_promise", "Unused";
    UNUSED_PING: Hex(2) => "http2.flags.unused_ping", "Unused";
    UNUSED_CONTINUATION: Hex(2) => "http2.flags.unused_continuation", "Unused";
    END_STREAM: Bool => "http2.flags.end_stream", "End Stream";
    END_HEADERS: Bool => "http2.flags.eh", "End Headers";
    PADDED: Bool => "http2.flags.padded", "Padded";
    PRIORITY: Bool => "http2.flags.priority", "Priority";
    ACK: Bool => "http2.flags.ack.settings", "ACK";
    ACK_PING: Bool => "http2.flags.ack.ping", "ACK";
    RESERVED: Hex(8) => "http2.r", "Reserved";
    STREAM: Uint => "http2.streamid", "Stream Identifier";
    PADDING: Hex(2) => "http2.padding", "Pad Length";
    PAD_LENGTH: Uint => "http2.pad_length", "Pad Length";
    EXCLUSIVE: Bool => "http2.exclusive", "Exclusive";
    DEPENDENCY: Uint => "http2.stream_dependency", "Stream Dependency";
    WEIGHT: Uint => "http2.headers.weight", "Weight";
    REAL_WEIGHT: Uint => "http2.headers.weight_real", "Weight real";
    PROMISED_RESERVED: Hex(8) => "http2.push_promise.r", "Reserved";
    PROMISED: Uint => "http2.push_promise.promised_stream_id", "Promised-Stream-ID";
    A_SETTING: Label => "http2.settings", "Settings";
    SETTING: Uint => "http2.settings.id", "Settings Identifier";
    UNKNOWN_SETTING: Uint => "http2.settings.unknown", "Unknown Settings";
    TABLE: Uint => "http2.settings.header_table_size", "Header table size";
    PUSH: Uint => "http2.settings.enable_push", "Enable PUSH";
    STREAMS: Uint => "http2.settings.max_concurrent_streams", "Max concurrent streams";
    WINDOW: Uint => "http2.settings.initial_window_size", "Initial Windows Size";
    FRAME_SIZE: Uint => "http2.settings.max_frame_size", "Max frame size";
    LIST_SIZE: Uint => "http2.settings.max_header_list_size", "Max header list size";
    CONNECT: Uint => "http2.settings.extended_connect", "Extended CONNECT";
    INCREMENT_RESERVED: Hex(8) => "http2.window_update.r", "Reserved";
    INCREMENT: Uint => "http2.window_update.window_size_increment", "Window Size Increment";
    RESET: Uint => "http2.rst_stream.error", "Error";
    LAST_RESERVED: Hex(8) => "http2.goway.r", "Reserved";
    LAST_STREAM: Uint => "http2.goaway.last_stream_id", "Last-Stream-ID";
    GOAWAY: Uint => "http2.goaway.error", "Error";
    DEBUG: Bytes => "http2.goaway.addata", "Additional Debug Data";
    PING: Bytes => "http2.ping", "Ping";
    PONG: Bytes => "http2.pong", "Pong";
    DATA: Bytes => "http2.data.data", "Data";
    DATA_PADDING: Bytes => "http2.data.padding", "Padding";
    BLOCK: Bytes => "http2.headers", "Header Block Fragment";
    BLOCK_PADDING: Bytes => "http2.headers.padding", "Padding";
    PROMISED_BLOCK: Bytes => "http2.push_promise.header", "Header Block Fragment";
    PROMISED_PADDING: Bytes => "http2.push_promise.padding", "Padding";
    CONTINUATION: Text => "http2.continuation.header", "Continuation Header";
    BODY_COUNT: Uint => "http2.body.fragment.count", "Body fragment count";
    BODY_LENGTH: Uint => "http2.body.reassembled.length", "Reassembled body length";
    BODY: Bytes => "http2.body.reassembled.data", "Reassembled body data";
    LENGTH_OF_ALL: Uint => "http2.header.length", "Header Length";
    COUNT: Uint => "http2.header.count", "Header Count";
    TABLE_SIZE_UPDATE: Label => "http2.header_table_size_update", "Header table size update";
    TABLE_SIZE: Uint => "http2.header_table_size_update.header_table_size", "Header table size";
    HEADER: Label => "http2.header", "Header";
    NAME_LENGTH: Uint => "http2.header.name.length", "Name Length";
    NAME: Text => "http2.header.name", "Name";
    VALUE_LENGTH: Uint => "http2.header.value.length", "Value Length";
    VALUE: Text => "http2.header.value", "Value";
    UNESCAPED: Text => "http2.header.unescaped", "Unescaped";
    REPRESENTATION: Text => "http2.header.repr", "Representation";
    INDEX: Uint => "http2.header.index", "Index";
    FULL_URI: Text => "http2.request.full_uri", "Full request URI";
    ALTSVC_LENGTH: Uint => "http2.altsvc.origin.len", "Origin Length";
    ALTSVC_ORIGIN: Text => "http2.altsvc.origin", "Origin";
    ALTSVC: Text => "http2.altsvc.field_value", "Field/Value";
    AN_ORIGIN: Label => "http2.origin", "Origin";
    ORIGIN_LENGTH: Uint => "http2.origin.origin_len", "Origin Length";
    ORIGIN: Text => "http2.origin.origin", "Origin";
    UPDATED: Uint => "http2.priority_update_stream_id", "Priority Update Stream ID";
    UPDATE: Text => "http2.priority_update_field_value", "Priority Update Field Value";
    UNKNOWN: Bytes => "http2.unknown", "Unknown";
}

pub(super) static HTTP2: Protocol = Protocol {
    name: "http2",
    title: "HyperText Transfer Protocol 2",
    short: "HTTP2",
    fields: FIELDS,
    layouts: show::HEADERS,
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
    pub const ALTSVC: u8 = 10;
    pub const BLOCKED: u8 = 11;
    pub const ORIGIN: u8 = 12;
    pub const PRIORITY_UPDATE: u8 = 16;
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
#[derive(Default)]
struct Body {
    content_type: Vec<u8>,
    /// How it is compressed, if it is.
    encoding: Vec<u8>,
    /// Its beginning, at least.
    bytes: Vec<u8>,
    /// In so many frames it came, and so many bytes.
    frames: u32,
    length: usize,
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
        d.label(&FRAME, bytes.span(0..PREFACE.len()), || "Stream: Magic".to_owned());
        d.nest(|d| d.field(&MAGIC, bytes.span(0..PREFACE.len()), "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n"));
        d.info_add(", ", || "Magic".to_owned());
        return Ok(Next::End);
    }
    let (length, kind, flags) = (bytes.u24(0)?, bytes.u8(3)?, bytes.u8(4)?);
    let (reserved, stream) = split(bytes.u32(5)?);
    let (name, line) = (words::frame(kind), d.fields.len());
    let frame = bytes.span(0..bytes.len());
    d.label(&FRAME, frame, || format!("Stream: {name}, Stream ID: {stream}, Length {length}"));
    d.info_add(", ", || format!("{name}[{stream}]"));
    let head = Head { kind, flags, stream, frame, line };
    d.nest(|d| {
        d.field(&LENGTH, bytes.span(0..3), length);
        d.noted(&TYPE, bytes.span(3..4), kind, name);
        d.field(&FLAGS, bytes.span(4..5), flags);
        d.nest(|d| shown_flags(d, &bytes, kind, flags));
        d.field(&RESERVED, bytes.span(5..FRAME_HEADER), reserved);
        d.field(&STREAM, bytes.span(5..FRAME_HEADER), stream);
        payload(d, &head, bytes.from(FRAME_HEADER))
    })
}

struct Head {
    kind: u8,
    flags: u8,
    stream: u32,
    /// All of the frame, and which of the dissection's fields is its line.
    frame: Span,
    line: usize,
}

/// A reserved bit, and the number behind it.
fn split(word: u32) -> (u32, u32) {
    (word >> 31, word & 0x7fff_ffff)
}

fn payload<'p>(d: &mut Dissection, head: &Head, content: Bytes<'p>) -> Result<Next<'p>, Problem> {
    match head.kind {
        kind::DATA => return data(d, head, content),
        kind::HEADERS | kind::PUSH_PROMISE | kind::CONTINUATION => headers(d, head, content)?,
        kind::PRIORITY => priority(d, &content)?,
        kind::SETTINGS => settings(d, &content)?,
        kind::RST_STREAM => {
            let error = content.u32(0)?;
            d.noted(&RESET, content.span(0..4), error, words::error(error));
            d.with_state(|_, connection: &mut Connection| {
                for side in [0, 1] {
                    connection.bodies.remove(&(head.stream, side));
                }
            });
        }
        kind::PING => {
            let field = if head.flags & flag::END_STREAM == 0 { &PING } else { &PONG };
            d.field(field, content.span(0..8), content.take(0..8)?);
        }
        kind::GOAWAY => {
            let ((reserved, last), error) = (split(content.u32(0)?), content.u32(4)?);
            d.field(&LAST_RESERVED, content.span(0..4), reserved);
            d.field(&LAST_STREAM, content.span(0..4), last);
            d.noted(&GOAWAY, content.span(4..8), error, words::error(error));
            Reader::new(content, 8).rest(d, &DEBUG);
        }
        kind::WINDOW_UPDATE => {
            let (reserved, increment) = split(content.u32(0)?);
            d.field(&INCREMENT_RESERVED, content.span(0..4), reserved);
            d.field(&INCREMENT, content.span(0..4), increment);
        }
        _ if d.wants() => extension(d, head.kind, Reader::new(content, 0))?,
        _ => {}
    }
    Ok(Next::End)
}

/// Frames of RFC 7838, RFC 8336 and RFC 9218, and those that nobody knows.
fn extension(d: &mut Dissection, kind: u8, mut reader: Reader<'_>) -> Result<(), Problem> {
    match kind {
        kind::ALTSVC => {
            let length = reader.length(d, &ALTSVC_LENGTH, 2)?;
            if length > 0 {
                reader.field(d, &ALTSVC_ORIGIN, length)?;
            }
            reader.field(d, &ALTSVC, reader.left())?;
        }
        kind::ORIGIN => {
            while reader.left() > 0 {
                let origin = |d: &mut Dissection, reader: &mut Reader<'_>| {
                    let length = reader.length(d, &ORIGIN_LENGTH, 2)?;
                    reader.field(d, &ORIGIN, length).map(|_| ())
                };
                reader.group(d, &AN_ORIGIN, || "Origin".to_owned(), origin)?;
            }
        }
        kind::PRIORITY_UPDATE => {
            reader.field(d, &UPDATED, 4)?;
            reader.field(d, &UPDATE, reader.left())?;
        }
        kind::BLOCKED => {}
        _ => reader.rest(d, &UNKNOWN),
    }
    Ok(())
}

/// The flags that a type of frames has, by their masks.
type Flags = &'static [(&'static Field, u8)];
static OF_DATA: Flags = &[(&UNUSED_DATA, 0xf6), (&PADDED, flag::PADDED), (&END_STREAM, flag::END_STREAM)];
static OF_HEADERS: Flags = &[
    (&UNUSED_HEADERS, 0xd2),
    (&PRIORITY, flag::PRIORITY),
    (&PADDED, flag::PADDED),
    (&END_HEADERS, flag::END_HEADERS),
    (&END_STREAM, flag::END_STREAM),
];
static OF_PROMISES: Flags = &[(&UNUSED_PROMISE, 0xf3), (&PADDED, flag::PADDED), (&END_HEADERS, flag::END_HEADERS)];
static OF_CONTINUATIONS: Flags =
    &[(&UNUSED_CONTINUATION, 0xfb), (&PADDED, flag::PADDED), (&END_HEADERS, flag::END_HEADERS)];
static OF_SETTINGS: Flags = &[(&UNUSED_SETTINGS, 0xfe), (&ACK, 1)];
static OF_PINGS: Flags = &[(&UNUSED_PING, 0xfe), (&ACK_PING, 1)];
static OF_OTHERS: Flags = &[(&UNUSED, 0xff)];

fn shown_flags(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8, flags: u8) {
    let known = match kind {
        kind::DATA => OF_DATA,
        kind::HEADERS => OF_HEADERS,
        kind::PUSH_PROMISE => OF_PROMISES,
        kind::CONTINUATION => OF_CONTINUATIONS,
        kind::SETTINGS => OF_SETTINGS,
        kind::PING => OF_PINGS,
        _ => OF_OTHERS,
    };
    for (field, mask) in known {
        let part = (flags & mask).wrapping_shr(mask.trailing_zeros());
        d.field(field, bytes.span(4..5), if field.kind == Kind::Bool { Value::Bool(part != 0) } else { part.into() });
    }
}

/// What is left without padding (§6.1).
fn unpadded<'p>(d: &mut Dissection, head: &Head, content: Bytes<'p>) -> Result<Bytes<'p>, Problem> {
    if head.flags & flag::PADDED == 0 || head.kind == kind::CONTINUATION {
        d.generated(&PAD_LENGTH, content.span(0..0), 0_u8);
        return Ok(content);
    }
    let padding = content.u8(0)?;
    d.field(&PADDING, content.span(0..1), padding);
    d.generated(&PAD_LENGTH, content.span(0..1), padding);
    Ok(content.from(1).limit(content.wire_len().saturating_sub(usize::from(padding).saturating_add(1))))
}

/// What stands behind what was unpadded.
fn padding(d: &mut Dissection, field: &'static Field, content: &Bytes<'_>, unpadded: &Bytes<'_>) {
    let end = unpadded.start().saturating_sub(content.start()) as usize;
    let end = end.saturating_add(unpadded.wire_len());
    if unpadded.start() > content.start() && end < content.len() {
        d.field(field, content.span(end..content.len()), content.from(end).all());
    }
}

fn priority(d: &mut Dissection, content: &Bytes<'_>) -> Result<(), Problem> {
    let ((exclusive, dependency), weight) = (split(content.u32(0)?), content.u8(4)?);
    d.field(&EXCLUSIVE, content.span(0..4), exclusive != 0);
    d.field(&DEPENDENCY, content.span(0..4), dependency);
    d.field(&WEIGHT, content.span(4..5), weight);
    d.generated(&REAL_WEIGHT, content.span(4..5), u16::from(weight).saturating_add(1));
    Ok(())
}

/// The settings' fields, by their number.
static SETTINGS: [&Field; 9] =
    [&UNKNOWN_SETTING, &TABLE, &PUSH, &STREAMS, &WINDOW, &FRAME_SIZE, &LIST_SIZE, &UNKNOWN_SETTING, &CONNECT];

fn settings(d: &mut Dissection, content: &Bytes<'_>) -> Result<(), Problem> {
    const MOST_SHOWN: usize = 100;
    let mut rest = *content;
    for _ in 0..MOST_SHOWN {
        if rest.is_empty() {
            break;
        }
        let (id, value) = (rest.u16(0)?, rest.u32(2)?);
        let name = words::setting(id);
        d.label(&A_SETTING, rest.span(0..6), || format!("Settings - {name} : {value}"));
        d.nest(|d| {
            d.noted(&SETTING, rest.span(0..2), id, name);
            d.field(SETTINGS.get(usize::from(id)).unwrap_or(&&UNKNOWN_SETTING), rest.span(2..6), value);
        });
        rest = rest.from(6);
    }
    Ok(())
}

/// Whose tables a frame is about: 1 the client's, 0 the server's.
fn side(d: &Dissection) -> usize {
    usize::from(d.from_client() == Some(true))
}

fn headers(d: &mut Dissection, head: &Head, content: Bytes<'_>) -> Result<(), Problem> {
    let inner = unpadded(d, head, content)?;
    let mut block = inner;
    if head.kind == kind::HEADERS && head.flags & flag::PRIORITY != 0 {
        priority(d, &block)?;
        block = block.from(5);
    }
    if head.kind == kind::PUSH_PROMISE {
        let (reserved, promised) = split(block.u32(0)?);
        d.field(&PROMISED_RESERVED, block.span(0..4), reserved);
        d.field(&PROMISED, block.span(0..4), promised);
        block = block.from(4);
    }
    let (shown, padded) = match head.kind {
        kind::CONTINUATION => (&CONTINUATION, &BLOCK_PADDING),
        kind::PUSH_PROMISE => (&PROMISED_BLOCK, &PROMISED_PADDING),
        _ => (&BLOCK, &BLOCK_PADDING),
    };
    if d.wants() {
        Reader::new(block, 0).field(d, shown, block.len())?;
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
            let body = Body { content_type: content_type.to_vec(), encoding: encoding.to_vec(), ..Body::default() };
            connection.bodies.insert((head.stream, side), body);
        });
    }
    if d.wants() {
        if let Some(said) = summary(&found) {
            if let Some(note) = d.fields.get_mut(head.line).and_then(|line| line.note.as_mut()) {
                *note = format!("{note}, {}", said.trim_start_matches(": ")).into();
            }
            d.info_add("", || said);
        }
        show::headers(d, head.frame, &block, &found, of_one_frame);
        padding(d, padded, &content, &inner);
    }
    Ok(())
}

/// `: GET /` or `: 200 OK`.
fn summary(found: &[Header]) -> Option<String> {
    let value = |name: &[u8]| {
        found.iter().find(|header| header.name == name).map(|header| String::from_utf8_lossy(&header.value))
    };
    if let Some(method) = value(b":method") {
        let path = value(b":path").or_else(|| value(b":authority")).unwrap_or_default();
        return Some(format!(": {method} {path}"));
    }
    let status = value(b":status")?;
    let reason = status.parse().map(words::reason).unwrap_or_default();
    Some(format!(": {status} {reason}"))
}

fn without_port(authority: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(authority).ok()?;
    let host = if text.starts_with('[') { text.split_inclusive(']').next() } else { text.split(':').next() };
    host.filter(|host| !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic()))
}

fn data<'p>(d: &mut Dissection, head: &Head, content: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let all = content;
    let content = unpadded(d, head, content)?;
    d.field(&DATA, content.span(0..content.len()), content.all());
    padding(d, &DATA_PADDING, &all, &content);
    let (key, ends) = ((head.stream, side(d)), head.flags & flag::END_STREAM != 0);
    let whole = d.with_state(|_, connection: &mut Connection| {
        let body = connection.bodies.get_mut(&key)?;
        gather(&mut body.bytes, content.all());
        body.frames = body.frames.saturating_add(1);
        body.length = body.length.saturating_add(content.wire_len());
        if ends { connection.bodies.remove(&key) } else { None }
    });
    let Some(mut whole) = whole.filter(|whole| !whole.bytes.is_empty()) else {
        return Ok(Next::End);
    };
    if whole.frames > 1 && whole.length == whole.bytes.len() {
        d.generated(&BODY_COUNT, head.frame, whole.frames);
        d.generated(&BODY_LENGTH, head.frame, whole.length);
        d.generated(&BODY, head.frame, whole.bytes.as_slice());
    }
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
