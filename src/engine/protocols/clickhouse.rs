//! ClickHouse native protocol, clickhouse.com/docs/native-protocol.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, text};

pub(super) static CLICKHOUSE: Protocol = Protocol {
    name: "clickhouse",
    title: "ClickHouse Native Protocol",
    short: "ClickHouse",
    fields: &[],
    claims: &[Claim::TcpPort(9000)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// A hello: kind 0, then the name of the program that says it.
fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes {
        [0, length @ 5..=60, name @ ..] if payload.is_tcp() => {
            let name = name.get(..usize::from(*length)).unwrap_or_default();
            Verdict::certain_if(text::contains(name, b"ClickHouse") && text::readable(name))
        }
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let server = d.from_server(&[9000]);
        let kind = bytes.u8(0)?;
        d.info(|| match (kind, server) {
            (0, false) => "Client Hello",
            (1, false) => "Query",
            (2, false) => "Data",
            (4, false) => "Ping",
            (0, true) => "Server Hello",
            (1, true) => "Data",
            (2, true) => "Exception",
            (3, true) => "Progress",
            (4, true) => "Pong",
            (5, true) => "End of Stream",
            _ => "ClickHouse",
        }.to_owned());
    }
    Ok(Next::End)
}
