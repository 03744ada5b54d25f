//! Session Initiation Protocol, RFC 3261.
use super::media_type;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields, text,
};

fields! {
    METHOD: Text => "sip.Method", "Method";
    URI: Text => "sip.r-uri", "Request-URI";
    STATUS: Uint => "sip.Status-Code", "Status-Code";
    REQUEST_LINE: Label => "sip.Request-Line", "Request-Line";
    STATUS_LINE: Label => "sip.Status-Line", "Status-Line";
    CALL: Text => "sip.Call-ID", "Call-ID";
    FROM: Text => "sip.From", "From";
    TO: Text => "sip.To", "To";
    VIA: Text => "sip.Via", "Via";
    SEQUENCE: Text => "sip.CSeq", "CSeq";
    CONTACT: Text => "sip.Contact", "Contact";
    EXPIRES: Text => "sip.Expires", "Expires";
    CONTENT_TYPE: Text => "sip.Content-Type", "Content-Type";
    CONTENT_LENGTH: Text => "sip.Content-Length", "Content-Length";
    USER_AGENT: Text => "sip.User-Agent", "User-Agent";
    SERVER: Text => "sip.Server", "Server";
    MAX_FORWARDS: Text => "sip.Max-Forwards", "Max-Forwards";
    ALLOW: Text => "sip.Allow", "Allow";
    ROUTE: Text => "sip.Route", "Route";
    RECORD_ROUTE: Text => "sip.Record-Route", "Record-Route";
    AUTHENTICATE: Text => "sip.WWW-Authenticate", "WWW-Authenticate";
    AUTHORIZATION: Text => "sip.Authorization", "Authorization";
    HEADER: Text => "sip.header", "Header";
}

/// Headers with a field of their own: name and short form (RFC 3261 §20).
static HEADERS: &[(&Field, &str, &str)] = &[
    (&CALL, "call-id", "i"),
    (&FROM, "from", "f"),
    (&TO, "to", "t"),
    (&VIA, "via", "v"),
    (&SEQUENCE, "cseq", ""),
    (&CONTACT, "contact", "m"),
    (&EXPIRES, "expires", ""),
    (&CONTENT_TYPE, "content-type", "c"),
    (&CONTENT_LENGTH, "content-length", "l"),
    (&USER_AGENT, "user-agent", ""),
    (&SERVER, "server", ""),
    (&MAX_FORWARDS, "max-forwards", ""),
    (&ALLOW, "allow", ""),
    (&ROUTE, "route", ""),
    (&RECORD_ROUTE, "record-route", ""),
    (&AUTHENTICATE, "www-authenticate", ""),
    (&AUTHORIZATION, "authorization", ""),
];

pub(super) static SIP: Protocol = Protocol {
    name: "sip",
    title: "Session Initiation Protocol",
    short: "SIP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(5060), Claim::TcpPort(5060), Claim::SctpPort(5060)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const METHODS: &[&[u8]] = &[
    b"INVITE", b"ACK", b"BYE", b"CANCEL", b"OPTIONS", b"REGISTER", b"PRACK", b"SUBSCRIBE", b"NOTIFY", b"PUBLISH", b"INFO", b"REFER", b"MESSAGE",
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
    if !text::one_of(first, METHODS) {
        return None;
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
            d.label(&REQUEST_LINE, line, || text::shown(text::line(all)));
            d.nest(|d| {
                d.field(&METHOD, bytes.span(0..method.len()), text::shown(method));
                d.field(&URI, bytes.span(at..at.saturating_add(uri.len())), text::shown(uri));
            });
            let bound = if method == b"REGISTER" { asked_bindings(all) } else { String::new() };
            d.info(|| format!("Request: {} {}{bound} | ", text::shown(method), text::shown(uri)));
        }
        Start::Status { code, line: status } => {
            d.label(&STATUS_LINE, line, || text::shown(text::line(all)));
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
    for (at, length, name, value) in text::headers(all) {
        let known = HEADERS.iter().find(|(_, long, short)| {
            text::one_of(name, &[long.as_bytes()]) || !short.is_empty() && text::one_of(name, &[short.as_bytes()])
        });
        let span = bytes.span(at..at.saturating_add(length));
        match known {
            Some((field, _, _)) => d.field(field, span, text::shown(value)),
            None => d.field(&HEADER, span, text::shown(all.get(at..at.saturating_add(length)).unwrap_or_default())),
        }
    }
}

/// Contacts of a message, counted.
fn bindings(all: &[u8]) -> usize {
    let contacts = text::headers(all).filter(|(_, _, name, _)| text::one_of(name, &[b"contact", b"m"]));
    contacts.map(|(_, _, _, value)| addresses(value)).sum()
}

/// Addresses of a header, separated by commas outside of brackets and quotes.
fn addresses(value: &[u8]) -> usize {
    let (mut count, mut inside, mut quoted) = (1_usize, false, false);
    for byte in value {
        match byte {
            b'"' => quoted = !quoted,
            b'<' if !quoted => inside = true,
            b'>' if !quoted => inside = false,
            b',' if !quoted && !inside => count = count.saturating_add(1),
            _ => {}
        }
    }
    count
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
