//! Internet Message Access Protocol, RFC 9051.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    REQUEST: Text => "imap.request", "Request";
    TAG: Text => "imap.request_tag", "Request Tag";
    COMMAND: Text => "imap.request.command", "Request Command";
    RESPONSE: Text => "imap.response", "Response";
}

pub(super) static IMAP: Protocol = Protocol {
    name: "imap",
    title: "Internet Message Access Protocol",
    short: "IMAP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(143)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const COMMANDS: &[&[u8]] = &[
    b"CAPABILITY", b"NOOP", b"LOGOUT", b"STARTTLS", b"AUTHENTICATE", b"LOGIN", b"ENABLE", b"SELECT", b"EXAMINE", b"CREATE", b"DELETE",
    b"RENAME", b"SUBSCRIBE", b"UNSUBSCRIBE", b"LIST", b"LSUB", b"NAMESPACE", b"STATUS", b"APPEND", b"IDLE", b"CLOSE", b"UNSELECT", b"EXPUNGE",
    b"SEARCH", b"FETCH", b"STORE", b"COPY", b"MOVE", b"UID", b"CHECK", b"ID", b"GETQUOTAROOT", b"SORT", b"THREAD",
];

/// Tag and command of a request.
fn request(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (tag, rest) = text::word(line);
    let (command, _) = text::word(rest);
    let is_tag = !tag.is_empty() && tag.len() <= 16 && tag.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
    (is_tag && text::one_of(command, COMMANDS)).then_some((tag, command))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() || !text::looks_like_text(payload.bytes) {
        return Verdict::NotMine;
    }
    let Some(line) = text::whole_line(payload.bytes) else { return Verdict::Possible };
    let greeting = line.starts_with(b"* OK") && text::contains(line, b"IMAP") || line.starts_with(b"* CAPABILITY IMAP");
    // A tag holds a digit, or any two words would do.
    let asked = request(line).is_some_and(|(tag, command)| command.len() > 3 && tag.iter().any(u8::is_ascii_digit));
    Verdict::certain_if(greeting || asked)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let line = text::line(bytes.all());
    if d.from_server(&[143]) {
        d.field(&RESPONSE, bytes.span(0..line.len()), text::shown(line));
        // The last line tells what came of it.
        let last = bytes.all().trim_ascii_end().rsplit(|&byte| byte == b'\n').next().unwrap_or(line);
        d.info(|| format!("Response: {}", text::shown(last)));
    } else {
        d.field(&REQUEST, bytes.span(0..line.len()), text::shown(line));
        if let Some((tag, command)) = request(line) {
            let at = tag.len().saturating_add(1);
            d.field(&TAG, bytes.span(0..tag.len()), text::shown(tag));
            d.field(&COMMAND, bytes.span(at..at.saturating_add(command.len())), text::shown(command));
        }
        d.info(|| format!("Request: {}", text::shown(line)));
    }
    Ok(Next::End)
}
