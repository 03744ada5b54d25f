//! Session Initiation Protocol, RFC 3261.
mod headers;

use super::media_type;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Kind, Next, Payload, Problem, Protocol, Stream, Verdict, count, fields,
    joined, text, Transport,
};
use std::ops::Range;

fields! {
    METHOD: Text => "sip.Method", "Method";
    URI: Text => "sip.r-uri", "Request-URI";
    URI_USER: Text => "sip.r-uri.user", "Request-URI User Part";
    URI_HOST: Text => "sip.r-uri.host", "Request-URI Host Part";
    URI_PORT: Uint => "sip.r-uri.port", "Request-URI Host Port";
    URI_PARAMETER: Text => "sip.r-uri.param", "Request URI parameter";
    STATUS: Uint => "sip.Status-Code", "Status-Code";
    REQUEST_LINE: Text => "sip.Request-Line", "Request-Line";
    STATUS_LINE: Text => "sip.Status-Line", "Status-Line";
    HEAD: Label => "sip.msg_hdr", "Message Header";
    BODY: Label => "sip.msg_body", "Message Body";
    CALL: Text => "sip.call_id_generated", "Generated Call-ID";
    FROM_DISPLAY: Text => "sip.from.display.info", "SIP from display info";
    FROM_ADDRESS: Text => "sip.from.addr", "SIP from address";
    FROM_USER: Text => "sip.from.user", "SIP from address User Part";
    FROM_HOST: Text => "sip.from.host", "SIP from address Host Part";
    FROM_PORT: Uint => "sip.from.port", "SIP from address Host Port";
    FROM_PARAMETER: Text => "sip.from.param", "SIP From URI parameter";
    FROM_TAG: Text => "sip.from.tag", "SIP from tag";
    TO_DISPLAY: Text => "sip.to.display.info", "SIP to display info";
    TO_ADDRESS: Text => "sip.to.addr", "SIP to address";
    TO_USER: Text => "sip.to.user", "SIP to address User Part";
    TO_HOST: Text => "sip.to.host", "SIP to address Host Part";
    TO_PORT: Uint => "sip.to.port", "SIP to address Host Port";
    TO_PARAMETER: Text => "sip.to.param", "SIP To URI parameter";
    TO_TAG: Text => "sip.to.tag", "SIP to tag";
    ROUTE_DISPLAY: Text => "sip.Route.display.info", "Route display info";
    ROUTE_ADDRESS: Text => "sip.Route.uri", "Route URI";
    ROUTE_USER: Text => "sip.Route.user", "Route Userinfo";
    ROUTE_HOST: Text => "sip.Route.host", "Route Host Part";
    ROUTE_PORT: Uint => "sip.Route.port", "Route Host Port";
    ROUTE_PARAMETER: Text => "sip.Route.param", "Route URI parameter";
    RECORD_DISPLAY: Text => "sip.Record-Route.display.info", "Record-Route display info";
    RECORD_ADDRESS: Text => "sip.Record-Route.uri", "Record-Route URI";
    RECORD_USER: Text => "sip.Record-Route.user", "Record-Route Userinfo";
    RECORD_HOST: Text => "sip.Record-Route.host", "Record-Route Host Part";
    RECORD_PORT: Uint => "sip.Record-Route.port", "Record-Route Host Port";
    RECORD_PARAMETER: Text => "sip.Record-Route.param", "Record-Route URI parameter";
    CONTACT_DISPLAY: Text => "sip.display.info", "SIP Display info";
    CONTACT_ADDRESS: Text => "sip.contact.uri", "Contact URI";
    CONTACT_USER: Text => "sip.contact.user", "Contact URI User Part";
    CONTACT_HOST: Text => "sip.contact.host", "Contact URI Host Part";
    CONTACT_PORT: Uint => "sip.contact.port", "Contact URI Host Port";
    CONTACT_PARAMETER: Text => "sip.contact.param", "Contact URI parameter";
    CONTACT_OWN: Text => "sip.contact.parameter", "Contact parameter";
    CONTACT_TAG: Text => "sip.tag", "SIP tag";
    VIA_TRANSPORT: Text => "sip.Via.transport", "Transport";
    VIA_HOST: Text => "sip.Via.sent-by.address", "Sent-by Address";
    VIA_PORT: Uint => "sip.Via.sent-by.port", "Sent-by port";
    VIA_BRANCH: Text => "sip.Via.branch", "Branch";
    VIA_RPORT: Text => "sip.Via.rport", "RPort";
    VIA_RECEIVED: Text => "sip.Via.received", "Received";
    VIA_MADDR: Text => "sip.Via.maddr", "Maddr";
    VIA_TTL: Text => "sip.Via.ttl", "TTL";
    VIA_COMP: Text => "sip.Via.comp", "Comp";
    SEQUENCE_NUMBER: Uint => "sip.CSeq.seq", "Sequence Number";
    SEQUENCE_METHOD: Text => "sip.CSeq.method", "Method";
    SCHEME: Text => "sip.auth.scheme", "Authentication Scheme";
    REALM: Text => "sip.auth.realm", "Realm";
    NONCE: Text => "sip.auth.nonce", "Nonce Value";
    AUTH_USER: Text => "sip.auth.username", "Username";
    AUTH_URI: Text => "sip.auth.uri", "Authentication URI";
    ANSWER: Text => "sip.auth.digest.response", "Digest Authentication Response";
    ALGORITHM: Text => "sip.auth.algorithm", "Algorithm";
    QUALITY: Text => "sip.auth.qop", "QOP";
    OPAQUE: Text => "sip.auth.opaque", "Opaque Value";
    CLIENT_NONCE: Text => "sip.auth.cnonce", "CNonce Value";
    NONCE_COUNT: Text => "sip.auth.nc", "Nonce Count";
    NEXT_NONCE: Text => "sip.auth.nextnonce", "Next Nonce";
    SERVER_ANSWER: Text => "sip.auth.rspauth", "Response auth";
    DOMAIN: Text => "sip.auth.domain", "Authentication Domain";
    STALE: Text => "sip.auth.stale", "Stale Flag";
    MECHANISM: Text => "sip.sec_mechanism", "[Security-mechanism]";
    MECHANISM_ALGORITHM: Text => "sip.sec_mechanism.alg", "alg";
    MECHANISM_CIPHER: Text => "sip.sec_mechanism.ealg", "ealg";
    MECHANISM_PROTOCOL: Text => "sip.sec_mechanism.prot", "prot";
    MECHANISM_SPI_C: Uint => "sip.sec_mechanism.spi_c", "spi-c";
    MECHANISM_SPI_S: Uint => "sip.sec_mechanism.spi_s", "spi-s";
    MECHANISM_PORT_1: Uint => "sip.sec_mechanism.port1", "port1";
    MECHANISM_PORT_C: Uint => "sip.sec_mechanism.port_c", "port-c";
    MECHANISM_PORT_2: Uint => "sip.sec_mechanism.port2", "port2";
    MECHANISM_PORT_S: Uint => "sip.sec_mechanism.port_s", "port-s";
    ACCESS: Text => "sip.P-Access-Network-Info.access-type", "access-type";
    CELL: Text => "sip.P-Access-Network-Info.utran-cell-id-3gpp", "utran-cell-id-3gpp";
    HEADER: Text => "sip.header", "Header";
}
const FIELD_LISTS: &[&[&Field]] = &[FIELDS, headers::ALL];
static ALL_FIELDS: [&Field; count(FIELD_LISTS)] = joined(FIELD_LISTS);

pub(super) static SIP: Protocol = Protocol {
    name: "sip",
    title: "Session Initiation Protocol",
    short: "SIP",
    fields: &ALL_FIELDS,
    claims: &[Claim::UdpPort(5060), Claim::TcpPort(5060), Claim::SctpPort(5060)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const METHODS: &[&[u8]] = &[
    b"INVITE",
    b"ACK",
    b"BYE",
    b"CANCEL",
    b"OPTIONS",
    b"REGISTER",
    b"PRACK",
    b"SUBSCRIBE",
    b"NOTIFY",
    b"PUBLISH",
    b"INFO",
    b"REFER",
    b"MESSAGE",
    b"UPDATE",
];
const VERSION: &[u8] = b"SIP/2.0";

/// What the first line says.
enum Start<'p> {
    Request { method: &'p [u8], uri: &'p [u8] },
    Status { code: u16, line: &'p [u8] },
}

fn start(bytes: &[u8]) -> Option<Start<'_>> {
    // Every method and the version begin with a capital letter: the cheapest way to be done with the rest.
    bytes.first().filter(|byte| byte.is_ascii_uppercase())?;
    let line = text::line(bytes.get(..2048).unwrap_or(bytes));
    let (first, rest) = text::word(line);
    if first == VERSION {
        let code = text::reply_code(rest)?;
        return Some(Start::Status { code, line: rest });
    }
    let (uri, version) = text::word(rest);
    (version == VERSION).then_some(Start::Request { method: first, uri })
}

/// RFC 5626 §3.5.1 and others: carriage returns keep a path open.
fn keep_alive(bytes: &[u8]) -> bool {
    bytes.len() <= 8 && bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n' | 0))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if start(payload.bytes).is_some() {
        return Verdict::Certain;
    }
    Verdict::possible_if(keep_alive(payload.bytes) || payload.is_tcp() && text::looks_like_text(payload.bytes))
}

fn framing(stream: &Stream<'_>) -> Frame {
    let all = stream.bytes;
    if start(all).is_none() {
        // A first line that goes on, or a carriage return that keeps the path open.
        let open = !all.contains(&b'\n') && text::looks_like_text(all);
        return if open && !keep_alive(all) { Frame::More } else { Frame::Unframed };
    }
    let Some(head) = text::head_end(all) else { return Frame::More };
    let length = value_of(all, &[b"content-length", b"l"]).and_then(text::number).unwrap_or_default();
    Frame::Message(head.saturating_add(length))
}

/// The value of a header, by its names in lower case.
fn value_of<'p>(bytes: &'p [u8], names: &[&[u8]]) -> Option<&'p [u8]> {
    text::headers(bytes).find(|(_, _, name, _)| text::one_of(name, names)).map(|(_, _, _, value)| value)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let all = bytes.all();
    let Some(start) = start(all) else {
        // A datagram is a message or none (§18.3): blanks and line ends only keep a path open.
        if d.segment.is_some_and(|segment| segment.transport == Transport::Udp) {
            return Ok(Next::Instead(Claim::Named("data"), bytes));
        }
        d.info(|| "Continuation".to_owned());
        return Ok(Next::End);
    };
    if d.wants() {
        describe(d, &bytes, &start);
    }
    let body = bytes.from(text::head_end(all).unwrap_or(all.len()));
    let body = match value_of(all, &[b"content-length", b"l"]).and_then(text::number) {
        Some(length) => body.limit(length),
        None => body,
    };
    if body.is_empty() {
        return Ok(Next::End);
    }
    d.label(&BODY, body.span(0..body.len()), || BODY.title().to_owned());
    let Some(content_type) = value_of(all, &[b"content-type", b"c"]) else { return Ok(Next::End) };
    let reader = media_type::reader(Some(content_type), body.all());
    d.info_extend(|| reader.words());
    Ok(Next::Claim(reader.claim(), body))
}

fn describe(d: &mut Dissection, bytes: &Bytes<'_>, start: &Start<'_>) {
    let all = bytes.all();
    let line = bytes.span(0..text::line(all).len());
    let contacts = || bindings(all);
    match *start {
        Start::Request { method, uri } => {
            let at = method.len().saturating_add(1);
            d.field(&REQUEST_LINE, line, text::shown(text::line(all)));
            d.nest(|d| {
                d.field(&METHOD, bytes.span(0..method.len()), text::shown(method));
                let span = at..at.saturating_add(uri.len());
                d.field(&URI, bytes.span(span.clone()), text::shown(uri));
                d.nest(|d| uri_parts(d, &bytes.limit(span.end).from(at), URI_PARTS));
            });
            let bound = if method == b"REGISTER" { asked_bindings(all) } else { String::new() };
            let known = if text::one_of(method, METHODS) { "Request" } else { "Unknown request" };
            d.info(|| format!("{known}: {} {}{bound} | ", text::shown(method), text::shown(uri)));
        }
        Start::Status { code, line: status } => {
            d.field(&STATUS_LINE, line, text::shown(text::line(all)));
            d.nest(|d| d.field(&STATUS, bytes.span(8..11), code));
            let method = value_of(all, &[b"cseq"]).map(|value| text::word(value).1).unwrap_or_default();
            let said = match (code, method) {
                (200, b"REGISTER") => match contacts() {
                    1 => " (REGISTER)  (1 binding)".to_owned(),
                    many => format!(" (REGISTER)  ({many} bindings)"),
                },
                (200, method) if !method.is_empty() => format!(" ({})", text::shown(method)),
                _ => String::new(),
            };
            d.info(|| format!("Status: {}{said} | ", text::shown(status)));
        }
    }
    let start = all.len().saturating_sub(text::next_line(all).1.len());
    d.label(&HEAD, bytes.span(start..text::head_end(all).unwrap_or(all.len())), || HEAD.title().to_owned());
    d.nest(|d| text::headers(all).for_each(|header| describe_header(d, bytes, header)));
}

/// One header line: where it begins, its length, its name and its value.
fn describe_header(d: &mut Dissection, bytes: &Bytes<'_>, (at, length, name, value): (usize, usize, &[u8], &[u8])) {
    let all = bytes.all();
    // With the end of the line, as in Wireshark.
    let end = at.saturating_add(length);
    let tail = all.get(end..).unwrap_or_default();
    let tail = if tail.starts_with(b"\r\n") { 2 } else { tail.len().min(1) };
    let span = bytes.span(at..end.saturating_add(tail));
    let line = all.get(at..end).unwrap_or_default();
    let Some(field) = headers::field(name) else {
        d.field(&HEADER, span, text::shown(line));
        return;
    };
    d.field(field, span, text::shown(value));
    let start = at.saturating_add(line.trim_ascii_end().len().saturating_sub(value.len()));
    let value = bytes.from(start).limit(value.len());
    d.nest(|d| parts(d, &value, field.title()));
    if field.title() == "Call-ID" {
        d.generated(&CALL, span, text::shown(value.all()));
    }
}

type Known = &'static [(&'static str, &'static Field)];

/// Fields of a header that holds an address.
struct Address {
    display: &'static Field,
    whole: &'static Field,
    tag: Option<&'static Field>,
    /// Of every parameter behind the address.
    own: Option<&'static Field>,
    /// User, host, port and parameters.
    uri: [&'static Field; 4],
}

static URI_PARTS: [&Field; 4] = [&URI_USER, &URI_HOST, &URI_PORT, &URI_PARAMETER];
#[rustfmt::skip]
static ADDRESSES: &[(&str, Address)] = &[
    ("From", Address {
        display: &FROM_DISPLAY, whole: &FROM_ADDRESS, tag: Some(&FROM_TAG), own: None,
        uri: [&FROM_USER, &FROM_HOST, &FROM_PORT, &FROM_PARAMETER],
    }),
    ("To", Address {
        display: &TO_DISPLAY, whole: &TO_ADDRESS, tag: Some(&TO_TAG), own: None,
        uri: [&TO_USER, &TO_HOST, &TO_PORT, &TO_PARAMETER],
    }),
    ("Contact", Address {
        display: &CONTACT_DISPLAY, whole: &CONTACT_ADDRESS, tag: Some(&CONTACT_TAG), own: Some(&CONTACT_OWN),
        uri: [&CONTACT_USER, &CONTACT_HOST, &CONTACT_PORT, &CONTACT_PARAMETER],
    }),
    ("Route", Address {
        display: &ROUTE_DISPLAY, whole: &ROUTE_ADDRESS, tag: None, own: None,
        uri: [&ROUTE_USER, &ROUTE_HOST, &ROUTE_PORT, &ROUTE_PARAMETER],
    }),
    ("Record-Route", Address {
        display: &RECORD_DISPLAY, whole: &RECORD_ADDRESS, tag: None, own: None,
        uri: [&RECORD_USER, &RECORD_HOST, &RECORD_PORT, &RECORD_PARAMETER],
    }),
];
static VIA_PARTS: Known = &[
    ("branch", &VIA_BRANCH),
    ("rport", &VIA_RPORT),
    ("received", &VIA_RECEIVED),
    ("maddr", &VIA_MADDR),
    ("ttl", &VIA_TTL),
    ("comp", &VIA_COMP),
];
static AUTHENTICATION: Known = &[
    ("realm", &REALM),
    ("nonce", &NONCE),
    ("username", &AUTH_USER),
    ("uri", &AUTH_URI),
    ("response", &ANSWER),
    ("algorithm", &ALGORITHM),
    ("qop", &QUALITY),
    ("opaque", &OPAQUE),
    ("cnonce", &CLIENT_NONCE),
    ("nc", &NONCE_COUNT),
    ("nextnonce", &NEXT_NONCE),
    ("rspauth", &SERVER_ANSWER),
    ("domain", &DOMAIN),
    ("stale", &STALE),
];
/// RFC 3329 §2.2 and TS 33.203 annex H.
static MECHANISM_PARTS: Known = &[
    ("alg", &MECHANISM_ALGORITHM),
    ("ealg", &MECHANISM_CIPHER),
    ("prot", &MECHANISM_PROTOCOL),
    ("spi-c", &MECHANISM_SPI_C),
    ("spi-s", &MECHANISM_SPI_S),
    ("port1", &MECHANISM_PORT_1),
    ("port-c", &MECHANISM_PORT_C),
    ("port2", &MECHANISM_PORT_2),
    ("port-s", &MECHANISM_PORT_S),
];

/// What stands in a header of addresses, of the way or of the order.
fn parts(d: &mut Dissection, value: &Bytes<'_>, header: &str) {
    if value.all() == b"*" {
        return;
    }
    if let Some((_, fields)) = ADDRESSES.iter().find(|(name, _)| *name == header) {
        for range in divided(value.all(), b',') {
            address(d, &value.limit(range.end).from(range.start), fields);
        }
        return;
    }
    match header {
        "CSeq" => {
            let (number, method) = text::word(value.all());
            piece(d, value, 0, number, &SEQUENCE_NUMBER);
            piece(d, value, value.len().saturating_sub(method.len()), method, &SEQUENCE_METHOD);
        }
        "Via" => {
            let (protocol, rest) = text::word(value.all());
            let transport = protocol.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
            piece(d, value, protocol.len().saturating_sub(transport.len()), transport, &VIA_TRANSPORT);
            let at = value.len().saturating_sub(rest.len());
            let host = rest.split(|&byte| byte == b';').next().unwrap_or_default();
            sent_by(d, &value.limit(at.saturating_add(host.len())).from(at));
            parameters(d, value, at.saturating_add(host.len()), b';', VIA_PARTS);
        }
        "Authentication-Info" => parameters(d, value, 0, b',', AUTHENTICATION),
        "WWW-Authenticate" | "Authorization" | "Proxy-Authenticate" | "Proxy-Authorization" => {
            let scheme = text::word(value.all()).0;
            piece(d, value, 0, scheme, &SCHEME);
            parameters(d, value, scheme.len(), b',', AUTHENTICATION);
        }
        "Security-Client" | "Security-Server" | "Security-Verify" => {
            for range in divided(value.all(), b',') {
                let mechanism = value.limit(range.end).from(range.start);
                let name = mechanism.all().split(|&byte| byte == b';').next().unwrap_or_default();
                piece(d, &mechanism, 0, name, &MECHANISM);
                parameters(d, &mechanism, name.len(), b';', MECHANISM_PARTS);
            }
        }
        "P-Access-Network-Info" => {
            let kind = value.all().split(|&byte| byte == b';').next().unwrap_or_default();
            piece(d, value, 0, kind, &ACCESS);
            parameters(d, value, kind.len(), b';', &[("utran-cell-id-3gpp", &CELL)]);
        }
        _ => {}
    }
}

/// Entries of a list, without blanks around; a divider in quotes or angle brackets is none.
fn divided(list: &[u8], divider: u8) -> Vec<Range<usize>> {
    let (mut found, mut start) = (Vec::new(), 0_usize);
    let (mut quoted, mut inside) = (false, false);
    let mut add = |range: Range<usize>| {
        let entry = list.get(range.clone()).unwrap_or_default();
        let start = range.end.saturating_sub(entry.trim_ascii_start().len());
        found.push(start..start.saturating_add(entry.trim_ascii().len()));
    };
    for (at, &byte) in list.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'<' if !quoted => inside = true,
            b'>' if !quoted => inside = false,
            _ if byte == divider && !quoted && !inside => {
                add(start..at);
                start = at.saturating_add(1);
            }
            _ => {}
        }
    }
    add(start..list.len());
    found
}

fn piece(d: &mut Dissection, value: &Bytes<'_>, at: usize, part: &[u8], field: &'static Field) {
    let span = value.span(at..at.saturating_add(part.len()));
    match text::number(part) {
        Some(number) if field.kind == Kind::Uint => d.field(field, span, number),
        _ if field.kind == Kind::Uint || part.is_empty() => {}
        _ => d.field(field, span, text::shown(part)),
    }
}

/// `name=value` behind `at`, divided.
fn parameters(d: &mut Dissection, value: &Bytes<'_>, at: usize, divider: u8, known: &[(&str, &'static Field)]) {
    let rest = value.from(at);
    for range in divided(rest.all(), divider) {
        let entry = rest.all().get(range.clone()).unwrap_or_default();
        let name = entry.split(|&byte| byte == b'=').next().unwrap_or_default();
        if let Some((_, field)) = known.iter().find(|(known, _)| text::one_of(name.trim_ascii(), &[known.as_bytes()])) {
            let skip = if entry.len() > name.len() { name.len().saturating_add(1) } else { 0 };
            piece(d, &rest, range.start.saturating_add(skip), entry.get(skip..).unwrap_or_default(), field);
        }
    }
}

/// Every parameter behind `at` as it stands, of one field.
fn all_parameters(d: &mut Dissection, value: &Bytes<'_>, at: usize, field: &'static Field) {
    let rest = value.from(at);
    for range in divided(rest.all(), b';') {
        piece(d, &rest, range.start, rest.all().get(range.clone()).unwrap_or_default(), field);
    }
}

/// `"Name" <sip:user@host:port;parameters>;tag=…` (RFC 3261 §25.1): name, address and its parts, then what stands behind.
fn address(d: &mut Dissection, value: &Bytes<'_>, fields: &Address) {
    let all = value.all();
    let place = |wanted: u8| all.iter().position(|&byte| byte == wanted);
    let (start, end) = match (place(b'<'), place(b'>')) {
        (Some(open), Some(close)) if open < close => {
            piece(d, value, 0, all.get(..open).unwrap_or_default().trim_ascii(), fields.display);
            (open.saturating_add(1), close)
        }
        _ => (0, place(b';').unwrap_or(all.len())),
    };
    let part = value.limit(end).from(start);
    piece(d, value, start, part.all(), fields.whole);
    d.nest(|d| uri_parts(d, &part, fields.uri));
    let behind = end.saturating_add(usize::from(all.get(end) == Some(&b'>')));
    if let Some(tag) = fields.tag {
        parameters(d, value, behind, b';', &[("tag", tag)]);
    }
    if let Some(own) = fields.own {
        all_parameters(d, value, behind, own);
    }
}

fn uri_parts(d: &mut Dissection, uri: &Bytes<'_>, [user, host, port, parameter]: [&'static Field; 4]) {
    let all = uri.all();
    let Some(colon) = all.iter().position(|&byte| byte == b':') else { return };
    // Numbers of telephones have no host.
    if !text::one_of(all.get(..colon).unwrap_or_default(), &[b"sip", b"sips"]) {
        return;
    }
    let mut at = colon.saturating_add(1);
    let rest = all.get(at..).unwrap_or_default();
    if let Some(end) = rest.iter().position(|&byte| byte == b'@') {
        piece(d, uri, at, rest.get(..end).unwrap_or_default(), user);
        at = at.saturating_add(end).saturating_add(1);
    }
    let rest = all.get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| matches!(byte, b';' | b'?')).unwrap_or(rest.len());
    host_and_port(d, &uri.limit(at.saturating_add(end)).from(at), host, port);
    let headers = rest.iter().position(|&byte| byte == b'?').unwrap_or(rest.len());
    if end < headers {
        all_parameters(d, &uri.limit(at.saturating_add(headers)), at.saturating_add(end).saturating_add(1), parameter);
    }
}

/// As an address with its port, but without the brackets of version 6.
fn sent_by(d: &mut Dissection, value: &Bytes<'_>) {
    let all = value.all();
    let Some(close) = all.iter().position(|&byte| byte == b']').filter(|_| all.starts_with(b"[")) else {
        return host_and_port(d, value, &VIA_HOST, &VIA_PORT);
    };
    piece(d, value, 1, all.get(1..close).unwrap_or_default(), &VIA_HOST);
    let port = all.get(close..).unwrap_or_default().strip_prefix(b"]:").unwrap_or_default();
    piece(d, value, close.saturating_add(2), port, &VIA_PORT);
}

fn host_and_port(d: &mut Dissection, value: &Bytes<'_>, host: &'static Field, port: &'static Field) {
    let all = value.all();
    // An address of version 6 stands in brackets.
    let from = all.iter().position(|&byte| byte == b']').unwrap_or_default();
    let end =
        all.iter().skip(from).position(|&byte| byte == b':').map_or(all.len(), |colon| colon.saturating_add(from));
    piece(d, value, 0, all.get(..end).unwrap_or_default(), host);
    let behind = end.saturating_add(1);
    piece(d, value, behind, all.get(behind..).unwrap_or_default(), port);
}

/// Contacts of a message, counted.
fn bindings(all: &[u8]) -> usize {
    let contacts = text::headers(all).filter(|(_, _, name, _)| text::one_of(name, &[b"contact", b"m"]));
    contacts.map(|(_, _, _, value)| divided(value, b',').len()).sum()
}

/// What a registration asks for (RFC 3261 §10.2).
fn asked_bindings(all: &[u8]) -> String {
    let contact = value_of(all, &[b"contact", b"m"]);
    let none = |value: Option<&[u8]>| value.and_then(text::number) == Some(0);
    let parameter = contact.filter(|value| text::contains(value, b";expires=0"));
    let removes = none(value_of(all, &[b"expires"])) || parameter.is_some();
    match (contact, bindings(all)) {
        (None, _) => "  (fetch bindings)".to_owned(),
        (Some(b"*"), _) => "  (remove all bindings)".to_owned(),
        (_, 1) if removes => "  (remove 1 binding)".to_owned(),
        (_, many) if removes => format!("  (remove {many} bindings)"),
        (_, 1) => "  (1 binding)".to_owned(),
        (_, many) => format!("  ({many} bindings)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_is_a_message_or_none() {
        use crate::engine::dissect::{Segment, Wanted};
        let cases: [(&[u8], Transport, &str); 6] = [
            (b"     ", Transport::Udp, "data"),
            (b"abc\r\n", Transport::Udp, "data"),
            (b"SIP/2.0 200 OK\r\n\r\n", Transport::Udp, "Status: 200 OK | "),
            (b"FOO sip:a SIP/2.0\r\n\r\n", Transport::Udp, "Unknown request: FOO sip:a | "),
            (b"ACK sip:a SIP/2.0\r\n\r\n", Transport::Udp, "Request: ACK sip:a | "),
            (b"abc\r\n", Transport::Tcp, "Continuation"),
        ];
        for (bytes, transport, expected) in cases {
            let mut d = Dissection::new(Wanted::Everything);
            d.segment(Segment::between(transport, 5060, 5060, bytes.len()));
            let next = dissect(&mut d, Bytes::frame(bytes, 0));
            match next {
                Ok(Next::Instead(Claim::Named(name), _)) => assert_eq!(name, expected),
                _ => assert_eq!(d.info_text(), expected, "{bytes:?}"),
            }
        }
    }

    #[test]
    fn lists_are_divided_outside_of_quotes_and_brackets() {
        let list = br#""A, B" <sip:a@b;x=1,2> ;tag=1, <sip:c>"#;
        let entries: Vec<_> = divided(list, b',').into_iter().map(|range| text::shown(&list[range])).collect();
        assert_eq!(entries, [r#""A, B" <sip:a@b;x=1,2> ;tag=1"#, "<sip:c>"]);
        assert_eq!(divided(b"", b',').first(), Some(&(0..0)));
    }
}
