//! Heads of messages: start lines, header lines, and what they say about the length of the body (RFC 9112 §2 to §7).
use crate::engine::dissect::{Dissection, Escaped, experts};
use memchr::memchr;
use std::ops::Range;

experts! {
    LINE_SEEN: Chat Sequence => "http.chat", "Request and status lines";
    BAD_NAME: Warning Protocol => "http.bad_header_name", "Illegal characters found in header name";
}

/// A longer first line is no line.
pub(super) const MAX_LINE: usize = 16 << 10;

/// What a tunnel to these ports carries. Elsewhere its bytes tell.
pub(super) static TUNNELLED: &[(&[u8], &str)] = &[
    (b"443", "tls"),
    (b"25", "smtp"),
    (b"22", "ssh"),
    (b"21", "ftp"),
    (b"110", "pop"),
    (b"143", "imap"),
    (b"993", "tls"),
    (b"995", "tls"),
    (b"465", "tls"),
    (b"5222", "xmpp"),
    (b"6667", "irc"),
    (b"119", "nntp"),
    (b"80", "http"),
    (b"8080", "http"),
];

/// Methods of RFC 9110, WebDAV, UPnP and what else servers are asked.
static METHODS: &[&str] = &[
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "OPTIONS",
    "DELETE",
    "CONNECT",
    "TRACE",
    "PATCH",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "REPORT",
    "SEARCH",
    "MERGE",
    "CHECKOUT",
    "CHECKIN",
    "UNCHECKOUT",
    "MKACTIVITY",
    "MKWORKSPACE",
    "UPDATE",
    "LABEL",
    "BASELINE-CONTROL",
    "VERSION-CONTROL",
    "ACL",
    "BIND",
    "UNBIND",
    "REBIND",
    "MKCALENDAR",
    "ORDERPATCH",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "NOTIFY",
    "M-SEARCH",
    "POLL",
    "BPROPFIND",
    "BPROPPATCH",
    "BCOPY",
    "BMOVE",
    "BDELETE",
    "GETLIB",
    "RPC_CONNECT",
    "RPC_IN_DATA",
    "RPC_OUT_DATA",
    "CCM_POST",
    "SSTP_DUPLEX_POST",
    "PURGE",
    "SOURCE",
    "PRI",
    "BITS_POST",
];

pub(super) enum Start<'b> {
    Request { method: &'b str },
    Response,
}

/// What the first bytes begin, by a few comparisons.
#[inline]
pub(super) fn start(bytes: &[u8]) -> Option<Start<'_>> {
    if bytes.starts_with(b"HTTP/") {
        return Some(Start::Response);
    }
    // No method is shorter than three letters or longer than sixteen.
    if !bytes.first()?.is_ascii_uppercase() || !bytes.get(1)?.is_ascii_graphic() {
        return None;
    }
    // A sloppy client's line may be nothing but a method.
    let end = bytes.iter().take(18).position(|&b| matches!(b, b' ' | b'\r' | b'\n'))?;
    let word = bytes.get(..end)?;
    METHODS.iter().find(|method| method.as_bytes() == word).map(|method| Start::Request { method })
}

/// Whole lines, without their ends, and where they stand. An empty one ends the head, and is the last.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = Some(0usize);
    std::iter::from_fn(move || {
        let start = at?;
        let rest = bytes.get(start..)?;
        let length = memchr(b'\n', rest)?;
        let line = rest.get(..length)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        at = if line.is_empty() { None } else { start.checked_add(length)?.checked_add(1) };
        Some((start, line))
    })
}

/// A header's name and its value with where it stands.
pub(super) fn header(start: usize, line: &[u8]) -> Option<(&[u8], Range<usize>, &[u8])> {
    let colon = line.iter().position(|&b| b == b':')?;
    let (name, value) = (line.get(..colon)?, line.get(colon.checked_add(1)?..)?);
    let lead = value.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let value = value.get(lead..).unwrap_or_default();
    let from = start.saturating_add(colon).saturating_add(1).saturating_add(lead);
    Some((name.trim_ascii_end(), from..from.saturating_add(value.len()), value))
}

/// Whether what stands before a line's colon is a token (RFC 9110 §5.6.2). A blank there is what smuggled requests are made with
/// (RFC 9112 §5.1), and a line that goes on with the one before has no name of its own.
fn is_name(line: &[u8]) -> bool {
    let name = line.split(|&b| b == b':').next().unwrap_or_default();
    let is_token = |&b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.iter().all(is_token)
}

/// Header names that cannot be are worth saying.
pub(super) fn tell_names(d: &mut Dissection, facts: &Facts<'_>) {
    (0..facts.odd_names).for_each(|_| d.expert(&BAD_NAME));
}

/// The first line, its end included, is worth saying.
pub(super) fn tell_line(d: &mut Dissection, all: &[u8]) {
    let first = all.iter().take(MAX_LINE).position(|&b| b == b'\n').map_or(all.len(), |end| end.saturating_add(1));
    d.expert_text(&LINE_SEEN, &Escaped(all.get(..first).unwrap_or_default()));
}

/// Where the head ends, when it does.
pub(super) fn body_at(all: &[u8]) -> Option<usize> {
    let (at, _) = lines(all).find(|(_, line)| line.is_empty())?;
    let line_end = memchr(b'\n', all.get(at..)?)?;
    at.checked_add(line_end)?.checked_add(1)
}

/// The three digits of a status line.
pub(super) fn status(line: &[u8]) -> Option<u16> {
    let digits = line.split(|&b| b == b' ').nth(1)?;
    std::str::from_utf8(digits.get(..3)?).ok()?.parse().ok()
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyEnd {
    After(usize),
    Chunked,
    /// With the connection.
    Fin,
}

/// What stands in a head that says something about the body.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts<'b> {
    /// Of a response.
    pub status: Option<u16>,
    pub host: Option<&'b [u8]>,
    pub content_type: Option<&'b [u8]>,
    pub encoding: Option<&'b [u8]>,
    pub upgrade: Option<&'b [u8]>,
    /// Headers whose name no header can have.
    odd_names: usize,
    length: Option<usize>,
    chunked: bool,
}

/// What a response is an answer to, as far as its length depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Head,
    Connect,
    Other,
}

impl<'b> Facts<'b> {
    pub(super) fn of(head: &'b [u8], what: &Start<'_>) -> Self {
        let mut facts = Self::default();
        let mut lines = lines(head);
        let (_, first) = lines.next().unwrap_or_default();
        if matches!(what, Start::Response) {
            facts.status = status(first);
        }
        for (line, (name, _, value)) in lines.filter_map(|(at, line)| Some((line, header(at, line)?))) {
            facts.odd_names = facts.odd_names.saturating_add(usize::from(!is_name(line)));
            let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
            match name.len() {
                4 if is("host") => facts.host = facts.host.or(Some(value)),
                7 if is("upgrade") => facts.upgrade = Some(value),
                12 if is("content-type") => facts.content_type = Some(value.trim_ascii()),
                14 if is("content-length") => {
                    let number = std::str::from_utf8(value.trim_ascii()).ok();
                    let digits = number.filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
                    facts.length = digits.and_then(|digits| digits.parse().ok()).map(in_memory);
                }
                16 if is("content-encoding") => facts.encoding = Some(value.trim_ascii()),
                17 if is("transfer-encoding") => {
                    let last = value.rsplit(|&b| b == b',').next().unwrap_or_default();
                    facts.chunked = last.trim_ascii().eq_ignore_ascii_case(b"chunked");
                }
                _ => {}
            }
        }
        facts
    }

    /// RFC 9112 §6.3.
    pub(super) fn body(&self, asked: Asked) -> BodyEnd {
        match (self.status, asked) {
            (Some(100..=199 | 204 | 304), _) | (Some(_), Asked::Head) | (Some(200..=299), Asked::Connect) => {
                BodyEnd::After(0)
            }
            _ if self.chunked => BodyEnd::Chunked,
            _ => match self.length {
                Some(length) => BodyEnd::After(length),
                None if self.status.is_some() => BodyEnd::Fin,
                None => BodyEnd::After(0),
            },
        }
    }
}

/// A length as far as it can be counted here: the browser's 32 bits are fewer than a body may need.
fn in_memory(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// A chunk of a body, or what ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Chunk {
    Data(Range<usize>),
    /// The last one and the trailer: the body ends here.
    End(usize),
    /// Not all there.
    Open,
    /// These bytes are no chunks.
    Broken,
}

/// The chunk at `at` (RFC 9112 §7.1).
pub(super) fn chunk(bytes: &[u8], at: usize) -> Chunk {
    let Some(rest) = bytes.get(at..) else { return Chunk::Open };
    let Some(line_end) = memchr(b'\n', rest) else {
        return if rest.len() > 4096 { Chunk::Broken } else { Chunk::Open };
    };
    let digits = rest.get(..line_end).unwrap_or_default().split(|&b| b == b';').next().unwrap_or_default().trim_ascii();
    let Some(size) =
        std::str::from_utf8(digits).ok().and_then(|digits| u64::from_str_radix(digits, 16).ok()).map(in_memory)
    else {
        return Chunk::Broken;
    };
    let data = at.saturating_add(line_end).saturating_add(1);
    if size > 0 {
        return Chunk::Data(data..data.saturating_add(size));
    }
    match body_at(bytes.get(data..).unwrap_or_default()) {
        Some(trailer) => Chunk::End(data.saturating_add(trailer)),
        None => Chunk::Open,
    }
}

/// Where the chunk after one whose data end at `end` begins.
pub(super) fn after_chunk(bytes: &[u8], end: usize) -> usize {
    let skip = match bytes.get(end..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([b'\n', ..]) => 1,
        // What is not there yet will be the usual.
        Some([] | [b'\r']) | None => 2,
        _ => 0,
    };
    end.saturating_add(skip)
}

/// Whether a line could be a header's: letters and the like, then a colon.
pub(super) fn is_header(line: &[u8]) -> bool {
    let name = line.iter().position(|&b| b == b':').and_then(|colon| line.get(..colon)).unwrap_or_default();
    !name.is_empty() && name.iter().all(|&b| b.is_ascii_graphic() && !b"()<>@,;\\\"/[]?={}".contains(&b))
}

/// A host without its port.
pub(super) fn without_port(host: &[u8]) -> Option<&str> {
    let host = std::str::from_utf8(host).ok()?;
    let end = match host.strip_prefix('[').and_then(|rest| rest.find(']')) {
        Some(bracket) => bracket.saturating_add(2),
        None => host.find(':').unwrap_or(host.len()),
    };
    let name = host.get(..end)?;
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn names_of_headers_are_tokens() {
        let cases: [(&[u8], bool); 8] = [
            (b"Host: a", true),
            (b"X-a_b.c!#$%&'*+^`|~9: z", true),
            (b"Foo : x", false),
            (b"Foo Bar: x", false),
            (b"\tgoes: on", false),
            (b": x", false),
            (b"Foo(: y", false),
            (b"F\xc3\xb6: y", false),
        ];
        for (line, expected) in cases {
            assert_eq!(is_name(line), expected, "{line:?}");
        }
        // A line without a colon is no header.
        let head = b"GET / HTTP/1.1\r\nA: b\r\n goes on\r\nC : d\r\n e: f\r\n\r\n";
        assert_eq!(Facts::of(head, &start(head).expect("a start")).odd_names, 2);
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
    fn bodies_end_where_their_heads_say() {
        let of = |head: &[u8], asked| Facts::of(head, &start(head).expect("a start")).body(asked);
        assert_eq!(of(b"GET / HTTP/1.1\r\n\r\n", Asked::Other), BodyEnd::After(0));
        assert_eq!(of(b"POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\n", Asked::Other), BodyEnd::After(7));
        assert_eq!(of(b"HTTP/1.1 200 OK\r\n\r\n", Asked::Other), BodyEnd::Fin);
        assert_eq!(of(b"HTTP/1.1 200 OK\r\n\r\n", Asked::Connect), BodyEnd::After(0));
        assert_eq!(of(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", Asked::Head), BodyEnd::After(0));
        assert_eq!(of(b"HTTP/1.1 200 OK\r\nContent-Length: 9 9\r\n\r\n", Asked::Other), BodyEnd::Fin);
        let large = BodyEnd::After(in_memory(5_000_000_000));
        assert_eq!(of(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n", Asked::Other), large);
        assert_eq!(of(b"HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", Asked::Other), BodyEnd::After(0));
        assert_eq!(
            of(b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\nContent-Length: 9\r\n\r\n", Asked::Other),
            BodyEnd::Chunked
        );
    }

    #[test]
    fn chunks_are_told_apart() {
        let body = b"3;x=y\r\nabc\r\n0\r\nA: b\r\n\r\nHTTP";
        assert_eq!(chunk(body, 0), Chunk::Data(7..10));
        assert_eq!(after_chunk(body, 10), 12);
        assert_eq!(chunk(body, 12), Chunk::End(23));
        assert_eq!(chunk(b"0\r\nA: b\r\n", 0), Chunk::Open);
        assert_eq!(chunk(b"zz\r\n", 0), Chunk::Broken);
    }
}
