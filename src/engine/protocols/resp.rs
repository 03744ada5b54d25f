//! Redis serialization protocol, redis.io/docs/reference/protocol-spec.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    BULK: Text => "resp.bulk_string.value", "Value";
}

pub(super) static RESP: Protocol = Protocol {
    name: "resp",
    title: "REdis Serialization Protocol",
    short: "RESP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(6379)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// A decimal number and CR LF at the front of `bytes`; also what follows.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().take(12).position(|&byte| byte == b'\r')?;
    let (digits, rest) = bytes.split_at_checked(end)?;
    let rest = rest.strip_prefix(b"\r\n")?;
    let mut value = 0_usize;
    for digit in digits {
        value = value.checked_mul(10)?.checked_add(usize::try_from(char::from(*digit).to_digit(10)?).ok()?)?;
    }
    (!digits.is_empty()).then_some((value, rest))
}

/// A bulk string; also what follows it.
fn bulk(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = number(bytes.strip_prefix(b"$")?)?;
    let (content, rest) = rest.split_at_checked(length)?;
    Some((content, rest.strip_prefix(b"\r\n").unwrap_or(rest)))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    match payload.bytes {
        // A command: an array of bulk strings, the first a word.
        [b'*', rest @ ..] => {
            let first = number(rest).and_then(|(count, rest)| Some((count, bulk(rest)?.0)));
            match first {
                Some((1.., word)) => Verdict::certain_if(!word.is_empty() && text::readable(word)),
                _ => Verdict::Possible,
            }
        }
        [b'+' | b'-' | b':' | b'$' | b'_' | b'#' | b',' | b'%' | b'~' | b'>', ..] => Verdict::Possible,
        // Inline commands; else the middle of a long value.
        bytes => Verdict::possible_if(text::looks_like_text(bytes)),
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let who = if d.from_server(&[6379]) { "Response" } else { "Request" };
    let all = bytes.all();
    let Some((count, mut rest)) = all.strip_prefix(b"*").and_then(number) else {
        let said = match all {
            [b'$', ..] => bulk(all).map(|(content, _)| text::shown(content.get(..64).unwrap_or(content))),
            [b'+' | b'-' | b':' | b',' | b'#' | b'_' | b'(', rest @ ..] => Some(text::shown(text::line(rest))),
            _ => None,
        };
        d.info(|| format!("{who}: {}", said.as_deref().unwrap_or("[fragment]")));
        return Ok(Next::End);
    };
    if who == "Response" {
        d.info(|| format!("{who}: Array({count})"));
    }
    let mut words = Vec::new();
    while let Some((content, after)) = bulk(rest)
        && words.len() < count
    {
        let end = all.len().saturating_sub(after.len());
        let at = end.saturating_sub(content.len().saturating_add(2));
        d.field(&BULK, bytes.span(at..at.saturating_add(content.len())), text::shown(content));
        words.push(text::shown(content.get(..64).unwrap_or(content)));
        rest = after;
    }
    if who == "Request" {
        d.info(|| format!("{who}: {}", words.join(" ")));
    }
    Ok(Next::End)
}
