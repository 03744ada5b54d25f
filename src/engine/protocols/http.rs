//! Hypertext Transfer Protocol 1.x, RFC 9112: start lines and headers. SSDP (UPnP Device Architecture 2.0 §1) speaks the same over UDP.
//!
//! Heads in captures are cut, sloppy or hostile; each line is read for itself, and what makes no sense is left out.
use crate::api::NameFrom;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Named, Next, Payload, Problem, Protocol, Transport, Verdict, fields,
};
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
    FULL_URI: Text => "http.request.full_uri", "Full request URI";
}

pub(super) static HTTP: Protocol = Protocol {
    name: "http",
    title: "Hypertext Transfer Protocol",
    short: "HTTP",
    fields: FIELDS,
    claims: &[
        Claim::TcpPort(80),
        Claim::TcpPort(3128),
        Claim::TcpPort(5985),
        Claim::TcpPort(8080),
        Claim::TcpPort(8088),
    ],
    probe: Some(|payload| probe(payload, Transport::Tcp)),
    dissect,
    ..Protocol::PLAIN
};

/// Its fields are those of `http`.
pub(super) static SSDP: Protocol = Protocol {
    name: "ssdp",
    title: "Simple Service Discovery Protocol",
    short: "SSDP",
    fields: &[],
    claims: &[Claim::UdpPort(1900)],
    probe: Some(|payload| probe(payload, Transport::Udp)),
    dissect,
    ..Protocol::PLAIN
};

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
];

/// Methods of RFC 9110, WebDAV, UPnP and what else servers are asked.
static METHODS: &[&str] = &[
    "GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "CONNECT", "TRACE", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL",
    "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "MERGE", "CHECKOUT", "CHECKIN", "UNCHECKOUT", "MKACTIVITY",
    "MKWORKSPACE", "UPDATE", "LABEL", "BASELINE-CONTROL", "VERSION-CONTROL", "ACL", "BIND", "UNBIND", "REBIND",
    "MKCALENDAR", "ORDERPATCH", "SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY", "M-SEARCH", "POLL", "BPROPFIND", "BPROPPATCH",
    "BCOPY", "BMOVE", "BDELETE", "GETLIB", "RPC_CONNECT", "RPC_IN_DATA", "RPC_OUT_DATA", "CCM_POST", "SSTP_DUPLEX_POST",
    "PURGE", "SOURCE", "PRI", "BITS_POST",
];

/// A longer first line is no line.
const MAX_LINE: usize = 16 << 10;

enum Start<'b> {
    Request { method: &'b str },
    Response,
}

/// What the first bytes begin, by a few comparisons.
#[inline]
fn start(bytes: &[u8]) -> Option<Start<'_>> {
    if bytes.starts_with(b"HTTP/") {
        return Some(Start::Response);
    }
    // No method is shorter than three letters or longer than sixteen.
    if !bytes.first()?.is_ascii_uppercase() || !bytes.get(1)?.is_ascii_graphic() {
        return None;
    }
    let space = bytes.iter().take(18).position(|&b| b == b' ')?;
    let word = bytes.get(..space)?;
    METHODS.iter().find(|method| method.as_bytes() == word).map(|method| Start::Request { method })
}

/// Whether the bytes from a message's first on hold its whole head.
pub fn head_is_complete(bytes: &[u8]) -> bool {
    lines(bytes).any(|(_, line)| line.is_empty())
}

/// Whole lines, without their ends, and where they stand. An empty one ends the head, and is the last.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = Some(0usize);
    std::iter::from_fn(move || {
        let start = at?;
        let rest = bytes.get(start..)?;
        let length = rest.iter().position(|&b| b == b'\n')?;
        let line = rest.get(..length)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        at = if line.is_empty() { None } else { start.checked_add(length)?.checked_add(1) };
        Some((start, line))
    })
}

/// A header's name and its value with where it stands.
fn header(start: usize, line: &[u8]) -> Option<(&[u8], Range<usize>, &[u8])> {
    let colon = line.iter().position(|&b| b == b':')?;
    let (name, value) = (line.get(..colon)?, line.get(colon.checked_add(1)?..)?);
    let lead = value.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let value = value.get(lead..).unwrap_or_default();
    let from = start.saturating_add(colon).saturating_add(1).saturating_add(lead);
    Some((name.trim_ascii_end(), from..from.saturating_add(value.len()), value))
}

/// A host without its port.
fn without_port(host: &[u8]) -> Option<&str> {
    let host = std::str::from_utf8(host).ok()?;
    let end = match host.strip_prefix('[').and_then(|rest| rest.find(']')) {
        Some(bracket) => bracket.saturating_add(2),
        None => host.find(':').unwrap_or(host.len()),
    };
    let name = host.get(..end)?;
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic())).then_some(name)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let all = bytes.all();
    let Some(what) = start(all) else {
        d.info(|| "Continuation".to_owned());
        return if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) };
    };
    if matches!(what, Start::Request { .. }) {
        let host = lines(all).skip(1).filter_map(|(at, line)| header(at, line));
        let host = host.into_iter().find(|(name, ..)| name.eq_ignore_ascii_case(b"host"));
        if let Some(name) = host.and_then(|(_, _, value)| without_port(value)) {
            d.names.push(Named::Server(NameFrom::Host, name.to_owned()));
        }
    }
    if d.wants() {
        let (mut window, mut next) = (bytes, Some(what));
        let mut said = String::new();
        // Requests and answers without waiting stand one behind the other.
        while let Some(what) = next {
            let (info, length) = describe(d, &window, &what);
            said.push_str(&info);
            window = window.from(length);
            next = start(window.all());
        }
        d.info(|| said);
    }
    if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) }
}

/// A message's fields; its Info text and length, body included.
fn describe(d: &mut Dissection, bytes: &Bytes<'_>, what: &Start<'_>) -> (String, usize) {
    let all = bytes.all();
    // A first line that goes on in another segment: what there is of it.
    let (_, line) = lines(all).next().unwrap_or((0, all.get(..all.len().min(MAX_LINE)).unwrap_or_default()));
    let uri = match what {
        Start::Request { method } => Some(request_line(d, bytes, method, line)),
        Start::Response => {
            response_line(d, bytes, line);
            None
        }
    };
    let (mut host, mut content_type, mut length) = (None, None, None);
    for (name, range, value) in lines(all).skip(1).filter_map(|(at, line)| header(at, line)) {
        let known = HEADERS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
        let Some(&(_, field)) = known else { continue };
        let text = String::from_utf8_lossy(value).into_owned();
        if std::ptr::eq(field, &CONTENT_LENGTH)
            && let Ok(number) = text.trim().parse::<u64>()
        {
            d.field(&CONTENT_BYTES, bytes.span(range.clone()), number);
            length = usize::try_from(number).ok();
        }
        if std::ptr::eq(field, &HOST) {
            host = Some(text.clone());
        } else if std::ptr::eq(field, &CONTENT_TYPE) {
            content_type = Some(text.clone());
        }
        d.field(field, bytes.span(range), text);
    }
    if let (Some((uri, range)), Some(host)) = (&uri, host) {
        let as_is = uri.contains("://") || matches!(what, Start::Request { method: "CONNECT" });
        let full = if as_is { uri.clone() } else { format!("http://{}{uri}", host.trim()) };
        d.field(&FULL_URI, bytes.span(range.clone()), full);
    }
    let body_at = body_at(all).unwrap_or(all.len());
    let body = all.get(body_at..).unwrap_or_default();
    // Without a length, a request has no body, and an answer's lasts as long as the connection.
    let length = length.unwrap_or(if uri.is_some() { 0 } else { body.len() });
    let body = body.get(..length).unwrap_or(body);
    let mut info = info_line(line);
    if let Some(kind) = content_type.filter(|_| !body.is_empty()) {
        let (suffix, column) = body_words(&kind, body);
        info.push_str(&suffix);
        if let Some(column) = column {
            d.column(column);
        }
    }
    (info, body_at.saturating_add(body.len()).max(1))
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

/// The first line as Wireshark's Info column has it: its end stands as a blank.
fn info_line(line: &[u8]) -> String {
    let mut text: String = String::from_utf8_lossy(line).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.push(' ');
    text
}

/// Where the head ends, when it does.
fn body_at(all: &[u8]) -> Option<usize> {
    let (at, _) = lines(all).find(|(_, line)| line.is_empty())?;
    let line_end = all.get(at..)?.iter().position(|&b| b == b'\n')?;
    at.checked_add(line_end)?.checked_add(1)
}

/// What the Info column says of a body, and the Protocol column where the body names the packet.
fn body_words(content_type: &str, body: &[u8]) -> (String, Option<&'static str>) {
    let bare = content_type.split(';').next().unwrap_or_default().trim();
    let picture = match body {
        [0x89, b'P', b'N', b'G', ..] => Some("PNG"),
        [b'G', b'I', b'F', b'8', b'7', b'a', ..] => Some("GIF87a"),
        [b'G', b'I', b'F', b'8', b'9', b'a', ..] => Some("GIF89a"),
        [0xff, 0xd8, 0xff, ..] => Some("JPEG JFIF image"),
        _ => None,
    };
    match (bare, picture) {
        (kind, Some(format)) if kind.starts_with("image/") => (format!(" ({format})"), None),
        ("application/json", _) => (format!(", JavaScript Object Notation ({bare})"), Some("HTTP/JSON")),
        // Bytes without a type.
        ("application/octet-stream", _) => (String::new(), None),
        ("text/html", _) if body.starts_with(b"<?xml") => (String::new(), Some("HTTP/XML")),
        ("text/xml" | "application/xml", _) => (String::new(), Some("HTTP/XML")),
        _ => (format!(" ({bare})"), None),
    }
}

fn probe(payload: &Payload<'_>, transport: Transport) -> Verdict {
    if payload.transport != transport {
        return Verdict::NotMine;
    }
    let ports = if transport == Transport::Udp { &[1900][..] } else { &[80, 3128, 5985, 8080, 8088] };
    let on_port = ports.iter().any(|&port| payload.on_port(port));
    let unsure = if on_port { Verdict::Possible } else { Verdict::NotMine };
    // UDP: on other ports it is someone else's (SIP over UDP looks like it too).
    let certain = match start(payload.bytes) {
        _ if !on_port && transport == Transport::Udp => false,
        Some(Start::Response) => payload.bytes.get(5).is_some_and(u8::is_ascii_digit),
        Some(Start::Request { method }) => asks_http(payload.bytes, method),
        None => false,
    };
    if certain { Verdict::Certain } else { unsure }
}

/// Whether a request's first line, as far as it is there, ends in HTTP's version, not in RTSP's, SIP's or HTTP/2's preface.
fn asks_http(bytes: &[u8], method: &str) -> bool {
    if method == "PRI" {
        return false;
    }
    match lines(bytes.get(..bytes.len().min(MAX_LINE)).unwrap_or_default()).next() {
        Some((_, line)) => line.rsplit(|&b| b == b' ').next().is_some_and(|version| version.starts_with(b"HTTP/1")),
        // A line longer than a segment.
        None => bytes.len() > 1000 && bytes.get(method.len().saturating_add(1)).is_some_and(|&b| b == b'/' || b == b'h'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_complete_at_its_empty_line() {
        let cases: [(&[u8], bool); 6] = [
            (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true),
            (b"GET / HTTP/1.1\nHost: a\n\n", true),
            (b"GET / HTTP/1.1\r\nHost: a\r\n\r", false),
            (b"GET / HTTP/1.1\r\nHost: a\r\n", false),
            (b"", false),
            (b"HTTP/1.1 200 OK\r\n\r\nbody\r\n\r\n", true),
        ];
        for (bytes, complete) in cases {
            assert_eq!(head_is_complete(bytes), complete, "{bytes:?}");
        }
    }

    #[test]
    fn hosts_lose_their_port() {
        let cases: [(&[u8], Option<&str>); 6] = [
            (b"a.example", Some("a.example")),
            (b"a.example:8080", Some("a.example")),
            (b"[::1]:80", Some("[::1]")),
            (b"[::1]", Some("[::1]")),
            (b":80", None),
            (b"a\x01b", None),
        ];
        for (host, expected) in cases {
            assert_eq!(without_port(host), expected, "{host:?}");
        }
    }

    #[test]
    fn httparse_finds_the_same_headers() {
        let head = b"POST /x HTTP/1.1\r\nHost: a:1\r\nUser-Agent:  b c\r\nX-Empty:\r\nContent-Length: 12\r\n\r\n";
        let mut slots = [httparse::EMPTY_HEADER; 8];
        let mut oracle = httparse::Request::new(&mut slots);
        assert!(oracle.parse(head).expect("a request").is_complete());
        let theirs: Vec<_> = oracle.headers.iter().map(|h| (h.name.as_bytes(), h.value)).collect();
        let ours: Vec<_> = lines(head).skip(1).filter_map(|(at, line)| header(at, line)).collect();
        assert_eq!(ours.iter().map(|(name, _, value)| (*name, *value)).collect::<Vec<_>>(), theirs);
        assert!(ours.iter().all(|(_, range, value)| head.get(range.clone()) == Some(value)), "spans cover values");
    }

    #[test]
    fn requests_behind_each_other_are_all_told() {
        use crate::engine::dissect::Wanted;
        let bytes = b"POST /1 HTTP/1.1\r\nHost: a:81\r\nContent-Length: 2\r\n\r\nxxGET /2 HTTP/1.1\r\nHost: b\r\n\r\n";
        let mut d = Dissection::new(Wanted::Everything);
        d.enter(0, &Bytes::reassembled(bytes, 0));
        assert!(dissect(&mut d, Bytes::reassembled(bytes, 0)).is_ok());
        assert_eq!(d.info_text(), "POST /1 HTTP/1.1 GET /2 HTTP/1.1 ");
        assert_eq!(d.names, [Named::Server(NameFrom::Host, "a".to_owned())]);
        let uris = d.fields.iter().filter(|found| found.field.name == "http.request.full_uri");
        assert_eq!(uris.map(|found| found.text()).collect::<Vec<_>>(), ["http://a:81/1", "http://b/2"]);
    }

    #[test]
    fn probes_are_sure_of_http_only() {
        let cases: [(&[u8], u16, Verdict); 7] = [
            (b"GET / HTTP/1.1\r\n", 9999, Verdict::Certain),
            (b"HTTP/1.0 200 OK\r\n", 9999, Verdict::Certain),
            (b"OPTIONS rtsp://a RTSP/1.0\r\n", 9999, Verdict::NotMine),
            (b"PRI * HTTP/2.0\r\n", 9999, Verdict::NotMine),
            (b"GETTING", 9999, Verdict::NotMine),
            (b"\x16\x03\x01", 80, Verdict::Possible),
            (b"", 9999, Verdict::NotMine),
        ];
        for (bytes, port, expected) in cases {
            let payload = Payload { bytes, transport: Transport::Tcp, from_port: 40000, to_port: port };
            assert_eq!(probe(&payload, Transport::Tcp), expected, "{bytes:?}");
        }
    }
}
