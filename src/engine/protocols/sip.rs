//! Session Initiation Protocol, RFC 3261.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    METHOD: Text => "sip.Method", "Method";
    URI: Text => "sip.r-uri", "Request-URI";
    STATUS: Uint => "sip.Status-Code", "Status-Code";
    CALL: Text => "sip.Call-ID", "Call-ID";
    FROM: Text => "sip.From", "From";
    TO: Text => "sip.To", "To";
}

pub(super) static SIP: Protocol = Protocol {
    name: "sip",
    title: "Session Initiation Protocol",
    short: "SIP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(5060), Claim::TcpPort(5060), Claim::SctpPort(5060)],
    probe: Some(probe),
    dissect,
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

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    match start(bytes.all()) {
        Some(Start::Request { method, uri }) => {
            let at = method.len().saturating_add(1);
            d.field(&METHOD, bytes.span(0..method.len()), text::shown(method));
            d.field(&URI, bytes.span(at..at.saturating_add(uri.len())), text::shown(uri));
            d.info(|| format!("Request: {} {} | ", text::shown(method), text::shown(uri)));
        }
        Some(Start::Status { code, line }) => {
            d.field(&STATUS, bytes.span(8..11), code);
            d.info(|| format!("Status: {} | ", text::shown(line)));
        }
        None => {
            d.info(|| "Continuation".to_owned());
            return Ok(Next::End);
        }
    }
    for (field, names) in [
        (&CALL, &[b"call-id".as_slice(), b"i".as_slice()]),
        (&FROM, &[b"from".as_slice(), b"f".as_slice()]),
        (&TO, &[b"to".as_slice(), b"t".as_slice()]),
    ] {
        if let Some(value) = header(bytes.all(), names) {
            d.field(field, bytes.span(0..bytes.len()), text::shown(value));
        }
    }
    Ok(Next::End)
}

/// The value of a header line, by its name in lower case.
fn header<'p>(bytes: &'p [u8], names: &[&[u8]]) -> Option<&'p [u8]> {
    let (mut line, mut rest) = text::next_line(bytes);
    loop {
        if let Some((name, value)) = line.iter().position(|&byte| byte == b':').and_then(|at| line.split_at_checked(at))
            && text::one_of(name.trim_ascii_end(), names)
        {
            return value.get(1..).map(<[u8]>::trim_ascii);
        }
        if rest.is_empty() || line.is_empty() {
            return None;
        }
        (line, rest) = text::next_line(rest);
    }
}
