//! Elasticsearch transport protocol, elastic.co/guide: modules-transport.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict};

pub(super) static ELASTICSEARCH: Protocol = Protocol {
    name: "elasticsearch",
    title: "Elasticsearch",
    short: "Elasticsearch",
    fields: &[],
    claims: &[Claim::TcpPort(9300)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

/// `ES`, length of the rest, request number, status, version.
fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let length = usize::try_from(bytes.u32(2)?).unwrap_or_default();
    let fits = length.saturating_add(6) == bytes.len() || length > bytes.len() && bytes.len() > 1000;
    Ok(Verdict::certain_if(bytes.array(0)? == *b"ES" && fits && bytes.u8(14)? < 16))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() && bytes.all().starts_with(b"ES") {
        let status = bytes.u8(14)?;
        d.info(|| if status & 1 == 0 { "Request" } else { "Response" }.to_owned());
    }
    Ok(Next::End)
}
