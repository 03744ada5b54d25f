//! Simple Mail Transfer Protocol, RFC 5321.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    COMMAND: Text => "smtp.req.command", "Command";
    PARAMETER: Text => "smtp.req.parameter", "Request parameter";
    CODE: Uint => "smtp.response.code", "Response code";
    RESPONSE: Text => "smtp.rsp.parameter", "Response parameter";
}

pub(super) static SMTP: Protocol = Protocol {
    name: "smtp",
    title: "Simple Mail Transfer Protocol",
    short: "SMTP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(25), Claim::TcpPort(587)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const COMMANDS: &[&[u8]] = &[
    b"HELO", b"EHLO", b"LHLO", b"MAIL", b"RCPT", b"DATA", b"RSET", b"NOOP", b"QUIT", b"VRFY", b"EXPN", b"HELP", b"AUTH", b"BDAT", b"ETRN",
    b"STARTTLS", b"XCLIENT",
];

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() || !text::looks_like_text(payload.bytes) {
        return Verdict::NotMine;
    }
    let Some(line) = text::whole_line(payload.bytes) else { return Verdict::Possible };
    let (word, rest) = text::word(line);
    let hello = text::one_of(word, &[b"EHLO", b"HELO", b"LHLO"]) && !rest.is_empty();
    let envelope = text::starts_with(line, b"MAIL FROM:") || text::starts_with(line, b"RCPT TO:");
    let greeting = text::reply_code(line) == Some(220) && text::contains(line, b"SMTP");
    Verdict::certain_if(hello || envelope || greeting)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (line, mut rest) = text::next_line(bytes.all());
    if let Some(code) = text::reply_code(line) {
        let parameter = |line: &[u8]| text::shown(line.get(4..).unwrap_or_default());
        d.field(&CODE, bytes.span(0..3), code);
        d.field(&RESPONSE, bytes.span(4..line.len().max(4)), parameter(line));
        let (mut all, mut ended) = (text::shown(line), line.get(3) != Some(&b'-'));
        while !rest.is_empty() {
            let (line, after) = text::next_line(rest);
            // One code for all lines of a reply.
            if let Some(code) = text::reply_code(line).filter(|_| ended) {
                let at = bytes.len().saturating_sub(rest.len());
                d.field(&CODE, bytes.span(at..at.saturating_add(3)), code);
            }
            ended = line.get(3) != Some(&b'-');
            all.push_str(" | ");
            all.push_str(&parameter(line));
            rest = after;
        }
        d.info(|| format!("S: {all}"));
        return Ok(Next::End);
    }
    let (word, parameter) = text::word(line);
    if text::one_of(word, COMMANDS) {
        // Four characters, as Wireshark has it: `STAR` is STARTTLS.
        let name = word.get(..4).unwrap_or(word);
        d.field(&COMMAND, bytes.span(0..name.len()), text::shown(name));
        if !parameter.is_empty() {
            let start = line.len().saturating_sub(parameter.len());
            d.field(&PARAMETER, bytes.span(start..line.len()), text::shown(parameter));
        }
        d.info(|| format!("C: {}", text::shown(line)));
    } else {
        d.info(|| format!("C: DATA fragment, {} bytes", bytes.wire_len()));
    }
    Ok(Next::End)
}
