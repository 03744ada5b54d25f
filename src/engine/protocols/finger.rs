//! Finger, RFC 1288.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, text};

pub(super) static FINGER: Protocol = Protocol {
    name: "finger",
    title: "finger",
    short: "FINGER",
    fields: &[],
    claims: &[Claim::TcpPort(79)],
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
        let answer = d.from_server(&[79]);
        d.info(|| if answer { "Response".to_owned() } else { format!("Query: {line}") });
    }
    Ok(Next::End)
}
