//! Simple Mail Transfer Protocol, RFC 5321.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields, gather, text,
};

fields! {
    COMMAND: Text => "smtp.req.command", "Command";
    PARAMETER: Text => "smtp.req.parameter", "Request parameter";
    COMMAND_LINE: Text => "smtp.command_line", "Command Line";
    REPLY: Text => "smtp.response", "Response";
    CODE: Uint => "smtp.response.code", "Response code";
    RESPONSE: Text => "smtp.rsp.parameter", "Response parameter";
    USER: Text => "smtp.auth.username", "Username";
    PASSWORD: Text => "smtp.auth.password", "Password";
}

pub(super) static SMTP: Protocol = Protocol {
    name: "smtp",
    title: "Simple Mail Transfer Protocol",
    short: "SMTP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(25), Claim::TcpPort(587)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    ..Protocol::PLAIN
};

const COMMANDS: &[&[u8]] = &[
    b"HELO",
    b"EHLO",
    b"LHLO",
    b"MAIL",
    b"RCPT",
    b"DATA",
    b"RSET",
    b"NOOP",
    b"QUIT",
    b"VRFY",
    b"EXPN",
    b"HELP",
    b"AUTH",
    b"BDAT",
    b"ETRN",
    b"STARTTLS",
    b"XCLIENT",
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

/// Replies up to the end of a line, and commands typed in pieces; what stands in a message has no ends of its own.
fn framing(stream: &Stream<'_>) -> Frame {
    const LONGEST: usize = 4096;
    const LONGEST_WORD: usize = 8;
    let is_open = stream.bytes.last() != Some(&b'\n') && stream.bytes.len() < LONGEST;
    let begins = |command: &&&[u8]| text::starts_with(command, stream.bytes);
    match stream.from_client {
        false if is_open && text::readable(stream.bytes.get(..3).unwrap_or_default()) => Frame::More,
        true if is_open && stream.bytes.len() < LONGEST_WORD && COMMANDS.iter().any(|command| begins(&command)) => {
            Frame::More
        }
        _ => Frame::Unframed,
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Commands,
    /// `DATA` was said; the server's word is awaited.
    Asked,
    Message,
    /// `AUTH LOGIN`: a name comes, then a password.
    User,
    NextPassword,
    Password,
    /// `STARTTLS` was said.
    Secure,
}

#[derive(Debug, Default)]
struct Session {
    phase: Phase,
    /// Of a message in several segments.
    message: Vec<u8>,
    /// Its last bytes, which tell whether it is at its end even when not all of it is kept.
    last: Vec<u8>,
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let server = d.from_server(&[25, 587]);
    d.with_state(|d, session: &mut Session| match (server, session.phase) {
        (true, _) if text::reply_code(text::line(bytes.all())).is_some() => {
            reply(d, session, &bytes);
            Ok(Next::End)
        }
        (false, Phase::Message) => Ok(message(d, session, bytes)),
        (false, Phase::User | Phase::Password) => {
            let line = text::shown(text::line(bytes.all()));
            let what = if session.phase == Phase::User { "User" } else { "Pass" };
            session.phase = if session.phase == Phase::User { Phase::NextPassword } else { Phase::Commands };
            d.field(if what == "User" { &USER } else { &PASSWORD }, bytes.span(0..line.len()), line.as_str());
            d.info(|| format!("C: {what}: {line}"));
            Ok(Next::End)
        }
        (false, Phase::NextPassword) => {
            d.info(|| format!("C: {}", text::shown(text::line(bytes.all()))));
            Ok(Next::End)
        }
        _ => Ok(commands(d, session, bytes)),
    })
}

fn reply(d: &mut Dissection, session: &mut Session, bytes: &Bytes<'_>) {
    let (mut rest, mut all, mut ended) = (bytes.all(), String::new(), true);
    while !rest.is_empty() {
        let (line, after) = text::next_line(rest);
        let at = bytes.len().saturating_sub(rest.len());
        let code = text::reply_code(line);
        match (code, session.phase) {
            (Some(354), Phase::Asked) => session.phase = Phase::Message,
            (Some(400..), Phase::Asked | Phase::Secure) => session.phase = Phase::Commands,
            (Some(334), Phase::NextPassword) => session.phase = Phase::Password,
            (Some(220), Phase::Secure) => d.switch("tls"),
            _ => {}
        }
        if d.wants() {
            // One code for all lines of a reply.
            let parameter = line.get(4..).unwrap_or_default();
            d.field(&REPLY, bytes.span(at..bytes.len().saturating_sub(after.len())), text::shown(line));
            d.nest(|d| {
                if let Some(code) = code.filter(|_| ended) {
                    d.field(&CODE, bytes.span(at..at.saturating_add(3)), code);
                }
                let start = at.saturating_add(4);
                d.field(&RESPONSE, bytes.span(start..start.saturating_add(parameter.len())), text::shown(parameter));
            });
            if !all.is_empty() {
                all.push_str(" | ");
            }
            all.push_str(&text::shown(if ended { line } else { parameter }));
        }
        ended = line.get(3) != Some(&b'-');
        rest = after;
    }
    d.info(|| format!("S: {all}"));
}

fn commands<'p>(d: &mut Dissection, session: &mut Session, bytes: Bytes<'p>) -> Next<'p> {
    let (mut rest, mut said) = (bytes.all(), Vec::new());
    if !text::one_of(text::word(text::line(rest)).0, COMMANDS) {
        d.info(|| format!("C: DATA fragment, {} bytes", bytes.wire_len()));
        // A part of the line that says so.
        d.inside();
        return Next::Claim(Claim::Named("data-text-lines"), bytes);
    }
    while !rest.is_empty() {
        let (line, after) = text::next_line(rest);
        let at = bytes.len().saturating_sub(rest.len());
        let (word, parameter) = text::word(line);
        session.phase = match parameter {
            _ if word.eq_ignore_ascii_case(b"DATA") => Phase::Asked,
            _ if word.eq_ignore_ascii_case(b"STARTTLS") => Phase::Secure,
            _ if word.eq_ignore_ascii_case(b"AUTH") && parameter.eq_ignore_ascii_case(b"LOGIN") => Phase::User,
            _ => Phase::Commands,
        };
        if d.wants() {
            // Four characters, as Wireshark has it: `STAR` is STARTTLS.
            let name = word.get(..4).unwrap_or(word);
            d.field(&COMMAND_LINE, bytes.span(at..bytes.len().saturating_sub(after.len())), text::shown(line));
            d.nest(|d| {
                d.field(&COMMAND, bytes.span(at..at.saturating_add(name.len())), text::shown(name));
                if !parameter.is_empty() {
                    let end = at.saturating_add(line.len());
                    d.field(&PARAMETER, bytes.span(end.saturating_sub(parameter.len())..end), text::shown(parameter));
                }
            });
            said.push(text::shown(line));
        }
        rest = after;
    }
    d.info(|| format!("C: {}", said.join(" | ")));
    Next::End
}

/// A piece of a message; all of it goes to who reads messages when its end is there.
fn message<'p>(d: &mut Dissection, session: &mut Session, bytes: Bytes<'p>) -> Next<'p> {
    const END: &[u8] = b"\r\n.\r\n";
    const LAST: usize = 3;
    let piece = bytes.all();
    let before = session.message.len();
    gather(&mut session.message, piece);
    session.last.extend_from_slice(piece.get(piece.len().saturating_sub(END.len())..).unwrap_or(piece));
    session.last.drain(..session.last.len().saturating_sub(END.len()));
    if session.last != END && session.message != b".\r\n" {
        d.info(|| format!("C: DATA fragment, {} bytes", bytes.wire_len()));
        // A part of the line that says so.
        d.inside();
        return Next::Claim(Claim::Named("data-text-lines"), bytes);
    }
    session.phase = Phase::Commands;
    session.last.clear();
    let mut whole = std::mem::take(&mut session.message);
    if before == 0 {
        return Next::Claim(Claim::Named("imf"), bytes.limit(piece.len().saturating_sub(LAST)));
    }
    whole.truncate(whole.len().saturating_sub(LAST));
    Next::Made(Claim::Named("imf"), "Reassembled SMTP", whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn a_long_message_is_kept_in_part_and_ends() {
        let mut d = Dissection::new(Wanted::Facts);
        let mut session = Session { phase: Phase::Message, ..Session::default() };
        for _ in 0..100 {
            _ = message(&mut d, &mut session, Bytes::reassembled(&[b'a'; 1000], 0));
        }
        assert_eq!(session.message.len(), 64 << 10);
        _ = message(&mut d, &mut session, Bytes::reassembled(b"\r\n.", 0));
        assert_eq!(session.phase, Phase::Message);
        let next = message(&mut d, &mut session, Bytes::reassembled(b"\r\n", 0));
        assert!(matches!(next, Next::Made(..)));
        assert_eq!((session.phase, session.message.len(), session.last.len()), (Phase::Commands, 0, 0));
    }
}
