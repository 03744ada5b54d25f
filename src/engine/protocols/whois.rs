//! WHOIS, RFC 3912.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, text};

pub(super) static WHOIS: Protocol = Protocol {
    name: "whois",
    title: "whois",
    short: "WHOIS",
    fields: &[],
    claims: &[Claim::TcpPort(43)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    Verdict::possible_if(payload.is_tcp() && text::looks_like_text(payload.bytes))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let line = text::shown(text::line(bytes.all()));
        let answer = d.from_server(&[43]);
        d.info(|| if answer { "Answer".to_owned() } else { format!("Query: {line}") });
    }
    Ok(Next::End)
}
