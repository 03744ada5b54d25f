//! Internet Relay Chat, RFC 2812.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    REQUEST: Text => "irc.request", "Request";
    RESPONSE: Text => "irc.response", "Response";
    PREFIX: Text => "irc.response.prefix", "Prefix";
    NUMBER: Uint => "irc.response.num_command", "Command";
    COMMAND: Text => "irc.response.command", "Command";
    PARAMETER: Text => "irc.response.command_parameter", "Parameter";
    TRAILER: Text => "irc.response.trailer", "Trailer";
    ASKED_PREFIX: Text => "irc.request.prefix", "Prefix";
    ASKED_COMMAND: Text => "irc.request.command", "Command";
    ASKED_PARAMETER: Text => "irc.request.command_parameter", "Parameter";
    ASKED_TRAILER: Text => "irc.request.trailer", "Trailer";
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
    let user = text::one_of(word, &[b"USER"])
        && rest.contains(&b':')
        && rest.iter().filter(|byte| **byte == b' ').count() >= 3;
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
        d.nest(|d| parts(d, &bytes.limit(at.saturating_add(line.len())), at, response));
        at = at.saturating_add(rest.len().saturating_sub(after.len()));
        rest = after;
    }
    d.info(|| info);
    Ok(Next::End)
}

/// `:prefix COMMAND parameter … :trailer` (RFC 2812 §2.3.1).
fn parts(d: &mut Dissection, line: &Bytes<'_>, from: usize, response: bool) {
    let fields = if response {
        [&PREFIX, &COMMAND, &PARAMETER, &TRAILER]
    } else {
        [&ASKED_PREFIX, &ASKED_COMMAND, &ASKED_PARAMETER, &ASKED_TRAILER]
    };
    let [prefix, command, parameter, trailer] = fields;
    let mut at = from;
    let mut has_command = false;
    while let Some(rest) = line.all().get(at..).filter(|rest| !rest.is_empty()) {
        let (word, after) = text::word(rest);
        let end = at.saturating_add(word.len());
        let next = at.saturating_add(rest.len().saturating_sub(after.len()));
        match word {
            [b':', name @ ..] if at == from => d.field(prefix, line.span(at.saturating_add(1)..end), text::shown(name)),
            [b':', ..] if has_command => {
                let said = rest.get(1..).unwrap_or_default();
                return d.field(trailer, line.span(at.saturating_add(1)..line.len()), text::shown(said));
            }
            [] => {}
            _ if has_command => d.field(parameter, line.span(at..end), text::shown(word)),
            _ => {
                has_command = true;
                if let Some(number) = text::number(word).filter(|_| response && word.len() == 3) {
                    d.field(&NUMBER, line.span(at..end), number);
                }
                d.field(command, line.span(at..end), text::shown(word));
            }
        }
        at = next.max(at.saturating_add(1));
    }
}
