//! Real Time Streaming Protocol, RFC 2326 and RFC 7826.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    METHOD: Text => "rtsp.method", "Method";
    URL: Text => "rtsp.url", "URL";
    STATUS: Uint => "rtsp.status", "Status";
}

pub(super) static RTSP: Protocol = Protocol {
    name: "rtsp",
    title: "Real Time Streaming Protocol",
    short: "RTSP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(554), Claim::TcpPort(8554)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const METHODS: &[&[u8]] = &[
    b"OPTIONS", b"DESCRIBE", b"ANNOUNCE", b"SETUP", b"PLAY", b"PAUSE", b"TEARDOWN", b"GET_PARAMETER", b"SET_PARAMETER", b"REDIRECT", b"RECORD",
];

fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    bytes.first().filter(|byte| byte.is_ascii_uppercase())?;
    let line = text::line(bytes.get(..2048).unwrap_or(bytes));
    let (word, rest) = text::word(line);
    let reply = word.starts_with(b"RTSP/") && text::reply_code(rest).is_some();
    let request = text::one_of(word, METHODS) && text::word(rest).1.starts_with(b"RTSP/");
    (reply || request).then_some(line)
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if first_line(payload.bytes).is_some() {
        return Verdict::Certain;
    }
    Verdict::possible_if(payload.is_tcp())
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let Some(line) = first_line(bytes.all()) else {
        d.info(|| "Continuation".to_owned());
        return Ok(Next::End);
    };
    let (word, rest) = text::word(line);
    if let Some(code) = text::reply_code(rest) {
        d.field(&STATUS, bytes.span(word.len().saturating_add(1)..word.len().saturating_add(4)), code);
        d.info(|| format!("Reply: {}", text::shown(line)));
    } else {
        let (url, _) = text::word(rest);
        let at = word.len().saturating_add(1);
        d.field(&METHOD, bytes.span(0..word.len()), text::shown(word));
        d.field(&URL, bytes.span(at..at.saturating_add(url.len())), text::shown(url));
        d.info(|| text::shown(line));
    }
    Ok(Next::End)
}
