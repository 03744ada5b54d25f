//! Post Office Protocol version 3, RFC 1939.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    REQUEST: Text => "pop.request", "Request";
    RESPONSE: Text => "pop.response", "Response";
    COMMAND: Text => "pop.request.command", "Request command";
    PARAMETER: Text => "pop.request.parameter", "Request parameter";
    INDICATOR: Text => "pop.response.indicator", "Response indicator";
    DESCRIPTION: Text => "pop.response.description", "Response description";
}

pub(super) static POP: Protocol = Protocol {
    name: "pop",
    title: "Post Office Protocol",
    short: "POP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(110)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const COMMANDS: &[&[u8]] = &[
    b"USER", b"PASS", b"APOP", b"STAT", b"LIST", b"RETR", b"DELE", b"NOOP", b"RSET", b"QUIT", b"TOP", b"UIDL", b"CAPA",
    b"STLS", b"AUTH",
];

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() || !text::looks_like_text(payload.bytes) {
        return Verdict::NotMine;
    }
    let Some(line) = text::whole_line(payload.bytes) else { return Verdict::Possible };
    let (word, rest) = text::word(line);
    // The greeting holds a timestamp in angle brackets or says what it is; Redis and NATS answer with +OK as well.
    let greeting = word == b"+OK"
        && (text::contains(rest, b"POP")
            || text::contains(rest, b"Dovecot")
            || rest.ends_with(b">") && rest.contains(&b'@'));
    let asked = text::one_of(word, &[b"APOP", b"UIDL", b"CAPA", b"STLS"]) && rest.len() < 64;
    Verdict::certain_if(greeting || asked)
}

/// The flow's memory: `STLS` was said.
const SECURE: u16 = 1;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let line = text::line(bytes.all());
    let (word, rest) = text::word(line);
    // RFC 2595 §4.
    if word.eq_ignore_ascii_case(b"STLS") {
        d.remember(SECURE);
    } else if d.memory() == SECURE && word == b"+OK" && d.from_server(&[110]) {
        d.switch("tls");
    }
    if !d.wants() {
        return Ok(Next::End);
    }
    let (word_span, rest_span) =
        (bytes.span(0..word.len()), bytes.span(line.len().saturating_sub(rest.len())..line.len()));
    // With the end of the line, as in Wireshark.
    let whole = bytes.len().saturating_sub(text::next_line(bytes.all()).1.len());
    let shown = text::shown(bytes.all().get(..whole).unwrap_or_default());
    if matches!(word, b"+OK" | b"-ERR" | b"+") {
        d.field(&RESPONSE, bytes.span(0..whole), shown);
        d.nest(|d| {
            d.field(&INDICATOR, word_span, text::shown(word));
            if !rest.is_empty() {
                d.field(&DESCRIPTION, rest_span, text::shown(rest));
            }
        });
        d.info(|| format!("S: {}", text::shown(line)));
    } else if text::one_of(word, COMMANDS) {
        d.field(&REQUEST, bytes.span(0..whole), shown);
        d.nest(|d| {
            d.field(&COMMAND, word_span, text::shown(word));
            if !rest.is_empty() {
                d.field(&PARAMETER, rest_span, text::shown(rest));
            }
        });
        d.info(|| format!("C: {}", text::shown(line)));
    } else {
        let who = if d.from_server(&[110]) { "S" } else { "C" };
        d.info(|| format!("{who}: DATA fragment, {} bytes", bytes.wire_len()));
    }
    Ok(Next::End)
}
