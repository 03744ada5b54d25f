//! Internet Relay Chat, RFC 2812.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    REQUEST: Text => "irc.request", "Request";
    RESPONSE: Text => "irc.response", "Response";
}

pub(super) static IRC: Protocol = Protocol {
    name: "irc",
    title: "Internet Relay Chat",
    short: "IRC",
    fields: FIELDS,
    claims: &[Claim::TcpPort(6667)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Commands that no other text protocol knows.
const OWN: &[&[u8]] = &[b"NICK", b"JOIN", b"PRIVMSG", b"NOTICE", b"PART", b"WHOIS", b"PONG"];

/// A message from a server: `:irc.example 001 …` or `:nick!user@host PRIVMSG …`.
fn from_server(line: &[u8]) -> bool {
    let (prefix, rest) = text::word(line);
    let (command, _) = text::word(rest);
    let numeric = command.len() == 3 && command.iter().all(u8::is_ascii_digit);
    prefix.starts_with(b":") && prefix.len() > 3 && (numeric || text::one_of(command, OWN) || command == b"MODE")
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() || !text::looks_like_text(payload.bytes) {
        return Verdict::NotMine;
    }
    let Some(line) = text::whole_line(payload.bytes) else { return Verdict::Possible };
    let (word, rest) = text::word(line);
    let nick = text::one_of(word, &[b"NICK"]) && (1..=32).contains(&rest.len());
    let user = text::one_of(word, &[b"USER"]) && rest.contains(&b':') && rest.iter().filter(|byte| **byte == b' ').count() >= 3;
    let join = word == b"JOIN" && matches!(rest, [b'#' | b'&', _, ..]);
    let capabilities = line.starts_with(b"CAP LS") || line.starts_with(b"CAP REQ :");
    Verdict::certain_if(nick || user || join || capabilities || from_server(line) || line.starts_with(b"NOTICE AUTH :"))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let response = bytes.all().first() == Some(&b':') || d.from_server(&[6667]);
    let (what, field) = if response { ("Response", &RESPONSE) } else { ("Request", &REQUEST) };
    let (mut info, mut rest, mut at) = (what.to_owned(), bytes.all(), 0_usize);
    while !rest.is_empty() {
        let (line, after) = text::next_line(rest);
        let (first, others) = text::word(line);
        let command = if first.starts_with(b":") { text::word(others).0 } else { first };
        info.push_str(&format!(" ({})", text::shown(command)));
        d.field(field, bytes.span(at..at.saturating_add(line.len())), text::shown(line));
        at = at.saturating_add(rest.len().saturating_sub(after.len()));
        rest = after;
    }
    d.info(|| info);
    Ok(Next::End)
}
