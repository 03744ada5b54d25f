//! Extensible Messaging and Presence Protocol, RFC 6120.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, text};

pub(super) static XMPP: Protocol = Protocol {
    name: "xmpp",
    title: "XMPP Protocol",
    short: "XMPP/XML",
    fields: &[],
    claims: &[Claim::TcpPort(5222), Claim::TcpPort(5269), Claim::TcpPort(5275)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    let start = payload.bytes.trim_ascii_start();
    if !payload.is_tcp() || start.first().is_some_and(|&first| first != b'<') {
        return Verdict::NotMine;
    }
    let start = start.get(..256).unwrap_or(start);
    let opens = start.starts_with(b"<?xml") || start.starts_with(b"<stream:");
    Verdict::certain_if(opens && text::contains(start, b"<stream:stream"))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let all = bytes.all();
        let inner = all.iter().position(|&byte| byte == b'<').and_then(|at| all.get(at.saturating_add(1)..)).unwrap_or_default();
        let end = inner.iter().position(|byte| matches!(byte, b' ' | b'>' | b'/')).unwrap_or_default();
        let name = inner.get(..end).unwrap_or_default();
        let direction = if d.from_server(&[5222, 5269, 5275]) { '<' } else { '>' };
        d.info(|| match name {
            b"stream:stream" | b"?xml" => format!("STREAM {direction} "),
            b"message" => format!("MESSAGE {direction} "),
            b"presence" => format!("PRESENCE {direction} "),
            b"iq" => format!("IQ {direction} "),
            b"stream:features" => "FEATURES ".to_owned(),
            b"starttls" => "STARTTLS ".to_owned(),
            b"proceed" => "PROCEED ".to_owned(),
            b"auth" => "AUTH ".to_owned(),
            b"challenge" => "CHALLENGE ".to_owned(),
            b"response" => "RESPONSE ".to_owned(),
            b"success" => "SUCCESS ".to_owned(),
            b"failure" => "FAILURE ".to_owned(),
            _ => "XML ".to_owned(),
        });
    }
    Ok(Next::End)
}
