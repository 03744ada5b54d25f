//! Hypertext Transfer Protocol 1.x, RFC 9112: start lines and headers. SSDP (UPnP Device Architecture 2.0 §1) speaks the same over UDP.
//!
//! Heads in captures are cut, sloppy or hostile; each line is read for itself, and what makes no sense is left out.
mod body;
mod head;
mod tell;

use super::media_type::{self, Reader};
use crate::api::NameFrom;
use crate::engine::dissect::coding;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Named, Next, Payload, Problem, Protocol, Role, Stream, Transport, Verdict,
};
pub(super) use head::EXPERTS;
use head::{Asked, BodyEnd, Chunk, Facts, MAX_LINE, Start, TUNNELLED, after_chunk, body_at, chunk, is_header, lines, start};

/// Ports where HTTP is expected (those of Wireshark 4.0).
const PORTS: &[u16] = &[80, 591, 593, 1900, 2869, 3128, 3132, 3689, 5985, 8008, 8080, 8088, 11371];

pub(super) static HTTP: Protocol = Protocol {
    name: "http",
    title: "Hypertext Transfer Protocol",
    short: "HTTP",
    fields: tell::ALL,
    claims: &[
        Claim::TcpPort(80),
        Claim::TcpPort(591),
        Claim::TcpPort(593),
        Claim::TcpPort(1900),
        Claim::TcpPort(2869),
        Claim::TcpPort(3128),
        Claim::TcpPort(3132),
        Claim::TcpPort(3689),
        Claim::TcpPort(5985),
        Claim::TcpPort(8008),
        Claim::TcpPort(8080),
        Claim::TcpPort(8088),
        Claim::TcpPort(11371),
    ],
    probe: Some(|payload| probe(payload, Transport::Tcp)),
    dissect,
    framing: Some(framing),
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

/// Bytes of a body that are decoded: in the index pass only its reader's layers are of interest.
const MOST_OF_A_BODY: usize = 16 << 20;
const ENOUGH_OF_A_BODY: usize = 32 << 10;

/// What the flow remembers ([`Dissection::remember`]): that a request was seen, and what the last one asked.
mod memory {
    pub const SEEN: u16 = 1;
    pub const HEAD: u16 = 2;
    pub const CONNECT: u16 = 4;
    /// From this bit on: index into [`super::TUNNELLED`], from 1.
    pub const TUNNEL: u32 = 4;
}

fn asked(memory: u16) -> Asked {
    match memory & (memory::HEAD | memory::CONNECT) {
        memory::HEAD => Asked::Head,
        memory::CONNECT => Asked::Connect,
        _ => Asked::Other,
    }
}

/// What a request leaves in the flow's memory.
fn after_request(method: &str, line: &[u8]) -> u16 {
    let tunnel = || {
        let target = line.split(|&b| b == b' ').nth(1).unwrap_or_default();
        let port = target.rsplit(|&b| b == b':').next().unwrap_or_default();
        let known = TUNNELLED.iter().position(|(number, _)| *number == port).and_then(|at| u16::try_from(at).ok());
        known.map_or(0, |at| at.saturating_add(1) << memory::TUNNEL)
    };
    memory::SEEN
        | match method {
            "HEAD" => memory::HEAD,
            "CONNECT" => memory::CONNECT | tunnel(),
            _ => 0,
        }
}

fn framing(stream: &Stream<'_>) -> Frame {
    let all = stream.bytes;
    if stream.resume > 0 {
        return end_of_chunks(all, stream.resume);
    }
    // What does not begin like text is no head; the first line must be there to tell more.
    match all.first() {
        Some(b' '..=b'~') => {}
        _ => return Frame::Unframed,
    }
    let Some(what) = start(all) else {
        return if all.iter().take(MAX_LINE).any(|&b| b == b'\n') || all.len() > MAX_LINE {
            Frame::Unframed
        } else {
            Frame::More
        };
    };
    let Some(head) = body_at(all) else { return Frame::More };
    let facts = Facts::of(all, &what);
    // When a packet is dissected again, the flow remembers its last request, not this one's: bytes that are there tell, too.
    let rest = all.get(head..).unwrap_or_default();
    let asked = match asked(stream.memory) {
        Asked::Head if !rest.is_empty() && !rest.starts_with(b"HTTP/") => Asked::Other,
        asked => asked,
    };
    match facts.body(asked) {
        BodyEnd::After(length) => Frame::Message(head.saturating_add(length)),
        BodyEnd::Fin => Frame::UntilFin,
        BodyEnd::Chunked => end_of_chunks(all, head),
    }
}

/// Where a body of chunks ends, of which one begins at `at`.
fn end_of_chunks(all: &[u8], mut at: usize) -> Frame {
    loop {
        match chunk(all, at) {
            // Its line is short: reading it again is nothing.
            Chunk::Data(range) if range.end >= all.len() => {
                return Frame::Later { least: range.end.saturating_add(1), resume: at };
            }
            Chunk::Data(range) => at = after_chunk(all, range.end),
            Chunk::End(end) => return Frame::Message(end),
            Chunk::Open => return Frame::Later { least: 0, resume: at },
            Chunk::Broken => return Frame::Message(all.len()),
        }
    }
}

/// A whole message with its body as it was before it was sent; and what was undone.
pub fn unpacked(all: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    let what = start(all)?;
    let at = body_at(all)?;
    let (facts, bytes) = (Facts::of(all, &what), Bytes::reassembled(all, 1));
    let message = Message { bytes: &bytes, facts: &facts, end: facts.body(Asked::Other), at };
    let Body::Made(made, title) = message.body(MOST_OF_A_BODY) else { return None };
    let mut whole = all.get(..at)?.to_vec();
    whole.extend_from_slice(&made);
    Some((whole, title))
}

/// A message as its body sees it.
struct Message<'p, 'f> {
    bytes: &'f Bytes<'p>,
    facts: &'f Facts<'p>,
    end: BodyEnd,
    /// Where the body begins.
    at: usize,
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let all = bytes.all();
    let Some(what) = start(all) else { return no_message(d, bytes) };
    let facts = Facts::of(all, &what);
    head::tell_line(d, all);
    head::tell_names(d, &facts);
    let asked = asked(d.memory());
    let partner = match &what {
        // As Wireshark has it: an answer is one to the latest request (RFC 9112 §9.3.2 has pipelines, but nobody uses them).
        Start::Request { method } => {
            if let Some(name) = facts.host.and_then(head::without_port) {
                d.names.push(Named::Server(NameFrom::Host, name.to_owned()));
            }
            let (_, line) = lines(all).next().unwrap_or_default();
            d.remember(after_request(method, line));
            d.transaction(Role::Latest, 0)
        }
        Start::Response => d.transaction(Role::Response, 0),
    };
    match facts.status {
        Some(101) => upgrade(d, facts.upgrade),
        Some(200..=299) if asked == Asked::Connect => {
            let known = usize::from(d.memory() >> memory::TUNNEL).checked_sub(1).and_then(|at| TUNNELLED.get(at));
            d.carry(known.map(|(_, name)| *name));
        }
        _ => {}
    }
    let complete = body_at(all);
    let at = complete.unwrap_or(all.len());
    let message = Message { bytes: &bytes, facts: &facts, end: facts.body(Asked::Other), at };
    let limit = if d.wants() { MOST_OF_A_BODY } else { ENOUGH_OF_A_BODY };
    let body = if complete.is_some() { message.body(limit) } else { Body::None };
    if d.wants() {
        tell::describe(d, &bytes, &what, at, partner);
        if message.end == BodyEnd::Chunked {
            tell::chunks(d, &bytes, at);
        }
        let words = body.reader(&message).map(|reader| reader.words()).unwrap_or_default();
        let (_, line) = lines(all).next().unwrap_or((0, all.get(..all.len().min(MAX_LINE)).unwrap_or_default()));
        d.info_add("", || format!("{}{words}", tell::info_line(line)));
        if let Some(length) = body.length() {
            tell::file_data(d, bytes.span(at..all.len()), length);
        }
    }
    // Of a message of many segments the first pass keeps but the beginning.
    if bytes.is_cut() && bytes.buffer() == 0 {
        return Err(Problem::Truncated);
    }
    let claim = body.reader(&message).map(|reader| reader.claim());
    Ok(match (body, claim) {
        (Body::Here(body), Some(claim)) => Next::Claim(claim, body),
        (Body::Made(made, title), Some(claim)) => Next::Made(claim, title, made),
        _ => Next::End,
    })
}

/// The entity a message carries.
enum Body<'p> {
    None,
    Here(Bytes<'p>),
    /// Decoded; and what it is called.
    Made(Vec<u8>, &'static str),
}

impl<'p> Body<'p> {
    fn length(&self) -> Option<usize> {
        match self {
            Self::None => None,
            Self::Here(bytes) => Some(bytes.wire_len()),
            Self::Made(made, _) => Some(made.len()),
        }
    }

    fn reader<'f>(&self, message: &Message<'f, '_>) -> Option<Reader<'f>> {
        let encoding = message
            .facts
            .encoding
            .filter(|encoding| !encoding.is_empty() && !encoding.eq_ignore_ascii_case(b"identity"));
        match self {
            Self::None => None,
            // What is still encoded is nobody's.
            Self::Here(_) | Self::Made(_, DECHUNKED) if encoding.is_some() => Some(media_type::reader(None, &[])),
            Self::Here(bytes) => Some(media_type::reader(message.facts.content_type, bytes.all())),
            Self::Made(made, _) => Some(media_type::reader(message.facts.content_type, made)),
        }
    }
}

const DECHUNKED: &str = "De-chunked entity body";
const UNCOMPRESSED: &str = "Uncompressed entity body";

impl<'p> Message<'p, '_> {
    fn body(&self, limit: usize) -> Body<'p> {
        let here = self.bytes.from(self.at);
        let here = match self.end {
            BodyEnd::After(length) => here.limit(length),
            _ => here,
        };
        if here.is_empty() {
            return Body::None;
        }
        let dechunked = (self.end == BodyEnd::Chunked).then(|| body::joined(here.all(), limit));
        if dechunked.as_ref().is_some_and(Vec::is_empty) {
            return Body::None;
        }
        let encoded = dechunked.as_deref().unwrap_or_else(|| here.all());
        let encoding = self.facts.encoding.filter(|encoding| coding::can_decode(encoding));
        if let Some(made) = encoding.and_then(|encoding| coding::decoded(encoding, encoded, limit)) {
            return Body::Made(made, UNCOMPRESSED);
        }
        match dechunked {
            Some(made) => Body::Made(made, DECHUNKED),
            None => Body::Here(here),
        }
    }
}

/// From the next packet on the connection speaks what was asked for (RFC 9110 §7.8).
fn upgrade(d: &mut Dissection, to: Option<&[u8]>) {
    let Some(to) = to else { return };
    let known: [(&[u8], &str); 3] = [(b"websocket", "websocket"), (b"h2c", "http2"), (b"tls/1.0", "tls")];
    let known = known.iter().find(|(token, _)| to.trim_ascii().eq_ignore_ascii_case(token));
    d.carry(known.map(|(_, name)| *name));
}

/// Bytes that are no head: of a message that began before the capture, or of somebody else.
fn no_message<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (_, line) = lines(bytes.all()).next().unwrap_or_default();
    let headers = is_header(line);
    if d.memory() & memory::SEEN == 0 && !d.is_again() {
        d.context.open = true;
        if !headers {
            return Ok(Next::Nobody);
        }
        d.column_nothing();
        return Ok(Next::End);
    }
    // Behind the answer that opens a tunnel stands what the tunnel carries.
    if d.context.carries.is_none() {
        d.info_add("", || "Continuation".to_owned());
    }
    if !headers {
        // Part of this layer, though listed.
        d.mention("data");
        tell::file_data(d, bytes.span(0..bytes.len()), bytes.wire_len());
    }
    if bytes.is_cut() && bytes.buffer() == 0 { Err(Problem::Truncated) } else { Ok(Next::End) }
}

fn probe(payload: &Payload<'_>, transport: Transport) -> Verdict {
    if payload.transport != transport {
        return Verdict::NotMine;
    }
    let ports = if transport == Transport::Udp { &[1900][..] } else { PORTS };
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
        None => {
            bytes.len() > 1000 && bytes.get(method.len().saturating_add(1)).is_some_and(|&b| b == b'/' || b == b'h')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_behind_each_other_are_all_told() {
        use crate::engine::dissect::Wanted;
        let bytes = b"POST /1 HTTP/1.1\r\nHost: a:81\r\nContent-Length: 2\r\n\r\nxxGET /2 HTTP/1.1\r\nHost: b\r\n\r\n";
        let stream = |bytes| Stream { bytes, from_port: 40000, to_port: 80, from_client: true, memory: 0, resume: 0 };
        assert_eq!(framing(&stream(bytes)), Frame::Message(53));
        let (first, second) = bytes.split_at(53);
        assert_eq!(framing(&stream(second)), Frame::Message(second.len()));
        let mut d = Dissection::new(Wanted::Everything);
        for message in [first, second] {
            d.enter(0, &Bytes::reassembled(message, 0));
            assert!(dissect(&mut d, Bytes::reassembled(message, 0)).is_ok());
        }
        assert_eq!(d.info_text(), "POST /1 HTTP/1.1 GET /2 HTTP/1.1 ");
        assert_eq!(d.names.first(), Some(&Named::Server(NameFrom::Host, "a".to_owned())));
        let uris = d.fields.iter().filter(|found| found.field.name() == "http.request.full_uri");
        assert_eq!(uris.map(|found| found.text()).collect::<Vec<_>>(), ["http://a:81/1", "http://b/2"]);
    }

    #[test]
    fn a_line_may_be_nothing_but_a_method() {
        use crate::engine::dissect::Wanted;
        let bytes = b"OPTIONS\nHost: a\n\n";
        let mut d = Dissection::new(Wanted::Everything);
        d.enter(0, &Bytes::reassembled(bytes, 0));
        assert!(dissect(&mut d, Bytes::reassembled(bytes, 0)).is_ok());
        assert_eq!(d.info_text(), "OPTIONS ");
        let text = |name| d.fields.iter().find(|found| found.field.name() == name).map(|found| found.text());
        assert_eq!(text("http.request.method").as_deref(), Some("OPTIONS"));
        assert_eq!(text("http.request.full_uri").as_deref(), Some("http://a"));
        for other in [&b"OPTIONS"[..], b"OPTIONSX\n\n", b"GET\t/ HTTP/1.0\r\n"] {
            assert!(start(other).is_none(), "{other:?}");
        }
    }

    #[test]
    fn long_first_lines_are_cut() {
        assert_eq!(tell::info_line(b"GET\t/ HTTP/1.1"), "GET / HTTP/1.1 ");
        assert_eq!(tell::info_line(&[b'a'; 1 << 20]).len(), 4001);
    }

    #[test]
    fn framing_waits_for_what_is_missing() {
        let frame = |bytes: &[u8], memory| {
            framing(&Stream { bytes, from_port: 80, to_port: 40000, from_client: false, memory, resume: 0 })
        };
        assert_eq!(frame(b"HTTP/1.1 200 OK\r\nContent-", 0), Frame::More);
        assert_eq!(frame(b"HTTP/1.1 200 OK\r\n\r\nabc", 0), Frame::UntilFin);
        assert_eq!(frame(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 0), Frame::Message(43));
        assert_eq!(frame(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", memory::HEAD), Frame::Message(38));
        assert_eq!(frame(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", memory::HEAD), Frame::Message(43));
        assert_eq!(
            frame(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", 0),
            Frame::Later { least: 0, resume: 55 }
        );
        assert_eq!(
            frame(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 0),
            Frame::Message(60)
        );
        assert_eq!(frame(b"no line yet", 0), Frame::More);
        assert_eq!(frame(b"\x16\x03\x01", 0), Frame::Unframed);
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
