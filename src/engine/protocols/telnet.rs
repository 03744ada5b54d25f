//! Telnet, RFC 854.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    DATA: Text => "telnet.data", "Data";
    COMMAND: Uint => "telnet.cmd", "Command";
}

pub(super) static TELNET: Protocol = Protocol {
    name: "telnet",
    title: "Telnet",
    short: "TELNET",
    fields: FIELDS,
    claims: &[Claim::TcpPort(23)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Interpret as command.
const IAC: u8 = 255;

/// Length of the command at the front of `bytes`, which an IAC begins.
fn command(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [IAC, 251..=254, 0..=49 | 138..=140 | 255, ..] => Some(3),
        // Subnegotiation, up to IAC SE.
        [IAC, 250, 0..=49 | 138..=140 | 255, rest @ ..] => {
            let end = rest.windows(2).position(|pair| pair == [IAC, 240]);
            end.map(|end| end.saturating_add(5))
        }
        [IAC, 240..=249, ..] => Some(2),
        _ => None,
    }
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    if payload.bytes.first() != Some(&IAC) {
        return Verdict::Possible;
    }
    // Three negotiations in a row, or two that are all there is.
    let (mut rest, mut found) = (payload.bytes, 0_u8);
    while let Some(length) = command(rest)
        && found < 3
    {
        rest = rest.get(length..).unwrap_or_default();
        found = found.saturating_add(1);
    }
    match found {
        0 => Verdict::NotMine,
        3 => Verdict::Certain,
        _ => Verdict::certain_if(found == 2 && rest.is_empty()),
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    d.info(|| "Telnet Data ...".to_owned());
    let mut at = 0_usize;
    while let Some(rest) = bytes.all().get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = command(rest) {
            let end = at.saturating_add(length);
            d.field(&COMMAND, bytes.span(at..end), rest.get(1).copied().unwrap_or_default());
            at = end;
            continue;
        }
        let until_command = rest.iter().skip(1).position(|&byte| byte == IAC).map_or(rest.len(), |end| end.saturating_add(1));
        let until_line = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| end.saturating_add(1));
        let length = until_command.min(until_line);
        let line = text::shown(rest.get(..length).unwrap_or(rest)).replace('\r', "\\r").replace('\n', "\\n");
        d.field(&DATA, bytes.span(at..at.saturating_add(length)), line);
        at = at.saturating_add(length);
    }
    Ok(Next::End)
}
