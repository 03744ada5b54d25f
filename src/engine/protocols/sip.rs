//! Session Initiation Protocol, RFC 3261.
use super::media_type;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Kind, Next, Payload, Problem, Protocol, Stream, Verdict, fields, text,
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
    URI_USER: Text => "sip.r-uri.user", "Request-URI User Part";
    URI_HOST: Text => "sip.r-uri.host", "Request-URI Host Part";
    URI_PORT: Uint => "sip.r-uri.port", "Request-URI Host Port";
    FROM_DISPLAY: Text => "sip.from.display.info", "SIP from display info";
    FROM_TAG: Text => "sip.from.tag", "SIP from tag";
    TO_DISPLAY: Text => "sip.to.display.info", "SIP to display info";
    TO_TAG: Text => "sip.to.tag", "SIP to tag";
    CONTACT_DISPLAY: Text => "sip.display.info", "SIP Display info";
    CONTACT_TAG: Text => "sip.tag", "SIP tag";
    VIA_TRANSPORT: Text => "sip.Via.transport", "Transport";
    VIA_HOST: Text => "sip.Via.sent-by.address", "Sent-by Address";
    VIA_PORT: Uint => "sip.Via.sent-by.port", "Sent-by port";
    VIA_BRANCH: Text => "sip.Via.branch", "Branch";
    VIA_RPORT: Text => "sip.Via.rport", "RPort";
    VIA_RECEIVED: Text => "sip.Via.received", "Received";
    SEQUENCE_NUMBER: Uint => "sip.CSeq.seq", "Sequence Number";
    SEQUENCE_METHOD: Text => "sip.CSeq.method", "Method";
    REALM: Text => "sip.auth.realm", "Realm";
    NONCE: Text => "sip.auth.nonce", "Nonce Value";
    AUTH_USER: Text => "sip.auth.username", "Username";
    AUTH_URI: Text => "sip.auth.uri", "Authentication URI";
    ANSWER: Text => "sip.auth.digest.response", "Digest Authentication Response";
    ALGORITHM: Text => "sip.auth.algorithm", "Algorithm";
    QUALITY: Text => "sip.auth.qop", "QOP";
    SCHEME: Text => "sip.auth.scheme", "Authentication Scheme";
    FROM_ADDRESS: Text => "sip.from.addr", "SIP from address";
    FROM_USER: Text => "sip.from.user", "SIP from address User Part";
    FROM_HOST: Text => "sip.from.host", "SIP from address Host Part";
    FROM_PORT: Uint => "sip.from.port", "SIP from address Host Port";
    TO_ADDRESS: Text => "sip.to.addr", "SIP to address";
    TO_USER: Text => "sip.to.user", "SIP to address User Part";
    TO_HOST: Text => "sip.to.host", "SIP to address Host Part";
    TO_PORT: Uint => "sip.to.port", "SIP to address Host Port";
    CONTACT_ADDRESS: Text => "sip.contact.uri", "Contact URI";
    CONTACT_USER: Text => "sip.contact.user", "Contact URI User Part";
    CONTACT_HOST: Text => "sip.contact.host", "Contact URI Host Part";
    CONTACT_PORT: Uint => "sip.contact.port", "Contact URI Host Port";
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
                let span = at..at.saturating_add(uri.len());
                d.field(&URI, bytes.span(span.clone()), text::shown(uri));
                d.nest(|d| uri_parts(d, &bytes.limit(span.end).from(at), [&URI_USER, &URI_HOST, &URI_PORT]));
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
        // With the end of the line, as in Wireshark.
        let end = at.saturating_add(length);
        let tail = all.get(end..).unwrap_or_default();
        let tail = if tail.starts_with(b"\r\n") { 2 } else { tail.len().min(1) };
        let span = bytes.span(at..end.saturating_add(tail));
        match known {
            Some((field, _, _)) => {
                d.field(field, span, text::shown(value));
                let line = all.get(at..at.saturating_add(length)).unwrap_or_default().trim_ascii_end();
                let start = at.saturating_add(line.len().saturating_sub(value.len()));
                d.nest(|d| parts(d, &bytes.from(start).limit(value.len()), field.name()));
            }
            None => d.field(&HEADER, span, text::shown(all.get(at..at.saturating_add(length)).unwrap_or_default())),
        }
    }
}

/// What stands in a header of addresses, of the way or of the order.
fn parts(d: &mut Dissection, value: &Bytes<'_>, header: &str) {
    match header {
        "sip.From" => {
            address(d, value, [&FROM_DISPLAY, &FROM_ADDRESS, &FROM_TAG], [&FROM_USER, &FROM_HOST, &FROM_PORT])
        }
        "sip.To" => address(d, value, [&TO_DISPLAY, &TO_ADDRESS, &TO_TAG], [&TO_USER, &TO_HOST, &TO_PORT]),
        "sip.Contact" if value.all() != b"*" => {
            let uri = [&CONTACT_USER, &CONTACT_HOST, &CONTACT_PORT];
            address(d, value, [&CONTACT_DISPLAY, &CONTACT_ADDRESS, &CONTACT_TAG], uri);
        }
        "sip.CSeq" => {
            let (number, method) = text::word(value.all());
            piece(d, value, 0, number, &SEQUENCE_NUMBER);
            piece(d, value, value.len().saturating_sub(method.len()), method, &SEQUENCE_METHOD);
        }
        "sip.Via" => {
            let (protocol, rest) = text::word(value.all());
            let transport = protocol.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
            piece(d, value, protocol.len().saturating_sub(transport.len()), transport, &VIA_TRANSPORT);
            let at = value.len().saturating_sub(rest.len());
            let host = rest.split(|&byte| byte == b';').next().unwrap_or_default();
            host_and_port(d, &value.limit(at.saturating_add(host.len())).from(at), &VIA_HOST, &VIA_PORT);
            let known = [("branch", &VIA_BRANCH), ("rport", &VIA_RPORT), ("received", &VIA_RECEIVED)];
            parameters(d, value, at.saturating_add(host.len()), b';', &known);
        }
        "sip.WWW-Authenticate" | "sip.Authorization" => {
            let scheme = text::word(value.all()).0;
            piece(d, value, 0, scheme, &SCHEME);
            let known = [
                ("realm", &REALM),
                ("nonce", &NONCE),
                ("username", &AUTH_USER),
                ("uri", &AUTH_URI),
                ("response", &ANSWER),
                ("algorithm", &ALGORITHM),
                ("qop", &QUALITY),
            ];
            parameters(d, value, scheme.len(), b',', &known);
        }
        _ => {}
    }
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
    let mut at = at;
    for entry in value.all().get(at..).unwrap_or_default().split(|&byte| byte == divider) {
        let name = entry.split(|&byte| byte == b'=').next().unwrap_or_default();
        if let Some((_, field)) = known.iter().find(|(known, _)| text::one_of(name.trim_ascii(), &[known.as_bytes()])) {
            let skip = if entry.len() > name.len() { name.len().saturating_add(1) } else { 0 };
            piece(d, value, at.saturating_add(skip), entry.get(skip..).unwrap_or_default(), field);
        }
        at = at.saturating_add(entry.len()).saturating_add(1);
    }
}

/// `"Name" <sip:user@host:port;parameters>;tag=…` (RFC 3261 §25.1): name, address and tag, then the parts of the address.
fn address(d: &mut Dissection, value: &Bytes<'_>, own: [&'static Field; 3], uri: [&'static Field; 3]) {
    let all = value.all();
    let place = |wanted: u8| all.iter().position(|&byte| byte == wanted);
    let [display, whole, tag] = own;
    let (start, end) = match (place(b'<'), place(b'>')) {
        (Some(open), Some(close)) if open < close => {
            piece(d, value, 0, all.get(..open).unwrap_or_default().trim_ascii(), display);
            (open.saturating_add(1), close)
        }
        _ => (0, place(b';').unwrap_or(all.len())),
    };
    let part = value.limit(end).from(start);
    piece(d, value, start, part.all(), whole);
    d.nest(|d| uri_parts(d, &part, uri));
    parameters(d, value, end, b';', &[("tag", tag)]);
}

fn uri_parts(d: &mut Dissection, uri: &Bytes<'_>, [user, host, port]: [&'static Field; 3]) {
    let all = uri.all();
    let Some(colon) = all.iter().position(|&byte| byte == b':') else { return };
    let mut at = colon.saturating_add(1);
    let rest = all.get(at..).unwrap_or_default();
    if let Some(end) = rest.iter().position(|&byte| byte == b'@') {
        piece(d, uri, at, rest.get(..end).unwrap_or_default(), user);
        at = at.saturating_add(end).saturating_add(1);
    }
    let rest = all.get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| matches!(byte, b';' | b'?')).unwrap_or(rest.len());
    host_and_port(d, &uri.limit(at.saturating_add(end)).from(at), host, port);
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
