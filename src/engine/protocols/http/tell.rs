//! What a message says: the fields of its first line and its headers, and the Info column.
use super::MAX_LINE;
use super::head::{Chunk, Start, after_chunk, chunk, header, lines};
use crate::engine::dissect::{Bytes, Dissection, Field, Partner, Span, Value, fields};
use std::ops::Range;

fields! {
    METHOD: Text => "http.request.method", "Request Method";
    URI: Text => "http.request.uri", "Request URI";
    REQUEST_VERSION: Text => "http.request.version", "Request Version";
    RESPONSE_VERSION: Text => "http.response.version", "Response Version";
    CODE: Uint => "http.response.code", "Status Code";
    PHRASE: Text => "http.response.phrase", "Response Phrase";
    HOST: Text => "http.host", "Host";
    USER_AGENT: Text => "http.user_agent", "User-Agent";
    CONTENT_TYPE: Text => "http.content_type", "Content-Type";
    CONTENT_LENGTH: Text => "http.content_length_header", "Content-Length";
    CONTENT_BYTES: Uint => "http.content_length", "Content length";
    CONTENT_ENCODING: Text => "http.content_encoding", "Content-Encoding";
    TRANSFER_ENCODING: Text => "http.transfer_encoding", "Transfer-Encoding";
    CONNECTION: Text => "http.connection", "Connection";
    UPGRADE: Text => "http.upgrade", "Upgrade";
    REFERER: Text => "http.referer", "Referer";
    SERVER: Text => "http.server", "Server";
    LOCATION: Text => "http.location", "Location";
    ACCEPT: Text => "http.accept", "Accept";
    DATE: Text => "http.date", "Date";
    LINE: Label => "http.start_line", "Start line";
    REQUEST_LINE: Text => "http.request.line", "Request line";
    RESPONSE_LINE: Text => "http.response.line", "Response line";
    CHUNK_DATA: Bytes => "http.chunk_data", "Chunk data";
    HEADER: Text => "http.header", "Header";
    COOKIE: Text => "http.cookie", "Cookie";
    SET_COOKIE: Text => "http.set_cookie", "Set-Cookie";
    AUTHORIZATION: Text => "http.authorization", "Authorization";
    AUTHENTICATE: Text => "http.www_authenticate", "WWW-Authenticate";
    PROXY_AUTHORIZATION: Text => "http.proxy_authorization", "Proxy-Authorization";
    PROXY_AUTHENTICATE: Text => "http.proxy_authenticate", "Proxy-Authenticate";
    PROXY_CONNECTION: Text => "http.proxy_connection", "Proxy-Connection";
    ACCEPT_ENCODING: Text => "http.accept_encoding", "Accept-Encoding";
    ACCEPT_LANGUAGE: Text => "http.accept_language", "Accept Language";
    CACHE_CONTROL: Text => "http.cache_control", "Cache-Control";
    LAST_MODIFIED: Text => "http.last_modified", "Last-Modified";
    FORWARDED_FOR: Text => "http.x_forwarded_for", "X-Forwarded-For";
    CHUNK_SIZE: Uint => "http.chunk_size", "Chunk size";
    FILE_DATA: Label => "http.file_data", "File Data";
    RESPONSE_IN: Uint => "http.response_in", "Response in frame";
    REQUEST_IN: Uint => "http.request_in", "Request in frame";
    TIME: Seconds => "http.time", "Time since request";
    FULL_URI: Text => "http.request.full_uri", "Full request URI";
}

/// For the registry.
pub(super) static ALL: &[&Field] = FIELDS;

/// Headers that are fields, in small letters.
static HEADERS: &[(&str, &Field)] = &[
    ("host", &HOST),
    ("user-agent", &USER_AGENT),
    ("content-type", &CONTENT_TYPE),
    ("content-length", &CONTENT_LENGTH),
    ("content-encoding", &CONTENT_ENCODING),
    ("transfer-encoding", &TRANSFER_ENCODING),
    ("connection", &CONNECTION),
    ("upgrade", &UPGRADE),
    ("referer", &REFERER),
    ("server", &SERVER),
    ("location", &LOCATION),
    ("accept", &ACCEPT),
    ("date", &DATE),
    ("cookie", &COOKIE),
    ("set-cookie", &SET_COOKIE),
    ("authorization", &AUTHORIZATION),
    ("www-authenticate", &AUTHENTICATE),
    ("proxy-authorization", &PROXY_AUTHORIZATION),
    ("proxy-authenticate", &PROXY_AUTHENTICATE),
    ("proxy-connection", &PROXY_CONNECTION),
    ("accept-encoding", &ACCEPT_ENCODING),
    ("accept-language", &ACCEPT_LANGUAGE),
    ("cache-control", &CACHE_CONTROL),
    ("last-modified", &LAST_MODIFIED),
    ("x-forwarded-for", &FORWARDED_FOR),
];

/// A message's fields, as far as its head tells them.
pub(super) fn describe(
    d: &mut Dissection,
    bytes: &Bytes<'_>,
    what: &Start<'_>,
    body_at: usize,
    partner: Option<Partner>,
) {
    let all = bytes.all().get(..body_at).unwrap_or(bytes.all());
    // A first line that goes on in another segment: what there is of it.
    let (_, line) = lines(all).next().unwrap_or((0, all.get(..all.len().min(MAX_LINE)).unwrap_or_default()));
    d.label(&LINE, bytes.span(0..line.len()), || String::from_utf8_lossy(line).into_owned());
    let uri = d.nest(|d| match what {
        Start::Request { method } => Some(request_line(d, bytes, method, line)),
        Start::Response => {
            response_line(d, bytes, line);
            None
        }
    });
    let mut host = None;
    let field_line = if matches!(what, Start::Response) { &RESPONSE_LINE } else { &REQUEST_LINE };
    for (start, line) in lines(all).skip(1).filter(|(_, line)| !line.is_empty()) {
        let Some((name, _, value)) = header(start, line) else { continue };
        // With the end of the line, as in Wireshark.
        let end = start.saturating_add(line.len());
        let tail = all.get(end..).unwrap_or_default();
        let range = start..end.saturating_add(if tail.starts_with(b"\r\n") { 2 } else { 1 });
        let whole = String::from_utf8_lossy(line).into_owned();
        let text = String::from_utf8_lossy(value).into_owned();
        let known = HEADERS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
        let Some(&(_, field)) = known else {
            d.field(&HEADER, bytes.span(range.clone()), whole.clone());
            d.nest(|d| d.field(field_line, bytes.span(range), whole));
            continue;
        };
        if std::ptr::eq(field, &HOST) {
            host = Some(text.clone());
        }
        let number = leading_number(&text).filter(|_| std::ptr::eq(field, &CONTENT_LENGTH));
        d.field(field, bytes.span(range.clone()), text);
        d.nest(|d| {
            if let Some(number) = number {
                d.generated(&CONTENT_BYTES, bytes.span(range.clone()), number);
            }
            d.field(field_line, bytes.span(range), whole);
        });
    }
    if let (Some((uri, range)), Some(host)) = (&uri, host) {
        let as_is = uri.contains("://") || matches!(what, Start::Request { method: "CONNECT" });
        let full = if as_is { uri.clone() } else { format!("http://{}{uri}", host.trim()) };
        d.generated(&FULL_URI, bytes.span(range.clone()), full);
    }
    let Some(partner) = partner else { return };
    let head = bytes.span(0..0);
    if uri.is_some() {
        d.generated(&RESPONSE_IN, head, partner.packet);
    } else {
        if let Some(elapsed) = partner.elapsed {
            d.generated(&TIME, head, Value::Nanos(elapsed));
        }
        d.generated(&REQUEST_IN, head, partner.packet);
    }
}

/// The number a text begins with.
fn leading_number(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// Lines for the chunks of a body.
pub(super) fn chunks(d: &mut Dissection, bytes: &Bytes<'_>, mut at: usize) {
    const MOST_SHOWN: usize = 1000;
    for _ in 0..MOST_SHOWN {
        let Chunk::Data(range) = chunk(bytes.all(), at) else { break };
        d.field(&CHUNK_SIZE, bytes.span(at..range.start), range.len());
        let data = range.start..range.end.min(bytes.len());
        d.nest(|d| d.field(&CHUNK_DATA, bytes.span(data.clone()), bytes.all().get(data).unwrap_or_default()));
        at = after_chunk(bytes.all(), range.end);
    }
}

fn request_line(d: &mut Dissection, bytes: &Bytes<'_>, method: &str, line: &[u8]) -> (String, Range<usize>) {
    let from = method.len().saturating_add(1);
    let rest = line.get(from..).unwrap_or_default();
    let length = rest.iter().position(|&b| b == b' ').unwrap_or(rest.len());
    let uri = String::from_utf8_lossy(rest.get(..length).unwrap_or_default()).into_owned();
    let range = from..from.saturating_add(length);
    d.field(&METHOD, bytes.span(0..method.len()), method);
    d.field(&URI, bytes.span(range.clone()), uri.as_str());
    let version_at = range.end.saturating_add(1);
    if let Some(version) = line.get(version_at..).filter(|version| !version.is_empty()) {
        d.field(&REQUEST_VERSION, bytes.span(version_at..line.len()), String::from_utf8_lossy(version).into_owned());
    }
    (uri, range)
}

fn response_line(d: &mut Dissection, bytes: &Bytes<'_>, line: &[u8]) {
    let version = line.split(|&b| b == b' ').next().unwrap_or_default();
    d.field(&RESPONSE_VERSION, bytes.span(0..version.len()), String::from_utf8_lossy(version).into_owned());
    let at = version.len().saturating_add(1);
    let code = line.get(at..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count();
    let end = at.saturating_add(code);
    let number = line.get(at..end).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u16>().ok());
    let Some(number) = number else { return };
    d.field(&CODE, bytes.span(at..end), number);
    let phrase_at = end.saturating_add(1);
    if let Some(phrase) = line.get(phrase_at..).filter(|phrase| !phrase.is_empty()) {
        d.field(&PHRASE, bytes.span(phrase_at..line.len()), String::from_utf8_lossy(phrase).into_owned());
    }
}

/// The first line as Wireshark's Info column has it: its end stands as a blank. Nobody reads a whole long one there.
pub(super) fn info_line(line: &[u8]) -> String {
    const MOST: usize = 4000;
    let line = String::from_utf8_lossy(line.get(..MOST).unwrap_or(line));
    let mut text: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.push(' ');
    text
}

pub(super) fn file_data(d: &mut Dissection, span: Span, length: usize) {
    d.label(&FILE_DATA, span, || format!("File Data: {length} bytes"));
}
