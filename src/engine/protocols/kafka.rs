//! Apache Kafka protocol, kafka.apache.org/protocol.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    LENGTH: Uint => "kafka.len", "Length";
    KEY: Uint => "kafka.api_key", "API Key";
    VERSION: Uint => "kafka.api_version", "API Version";
    CORRELATION: Uint => "kafka.correlation_id", "Correlation ID";
    CLIENT: Text => "kafka.client_id", "Client ID";
}

pub(super) static KAFKA: Protocol = Protocol {
    name: "kafka",
    title: "Kafka",
    short: "Kafka",
    fields: FIELDS,
    claims: &[Claim::TcpPort(9092)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const KEYS: [&str; 21] = [
    "Produce", "Fetch", "Offsets", "Metadata", "LeaderAndIsr", "StopReplica", "UpdateMetadata", "ControlledShutdown", "OffsetCommit",
    "OffsetFetch", "FindCoordinator", "JoinGroup", "Heartbeat", "LeaveGroup", "SyncGroup", "DescribeGroups", "ListGroups", "SaslHandshake",
    "ApiVersions", "CreateTopics", "DeleteTopics",
];

/// What is asked, its version, and the client's name.
type Request<'p> = (&'static str, u16, &'p [u8]);

/// A request: length, key, version, correlation, client.
fn request<'p>(bytes: &Bytes<'p>) -> Result<Option<Request<'p>>, Problem> {
    let (key, version, client) = (bytes.u16(4)?, bytes.u16(6)?, usize::from(bytes.u16(12)?));
    let Some(name) = KEYS.get(usize::from(key)) else { return Ok(None) };
    if version > 20 || client > 250 {
        return Ok(None);
    }
    let client = bytes.take(14..client.saturating_add(14))?;
    Ok(client.iter().all(|byte| matches!(byte, b' '..=b'~')).then_some((*name, version, client)))
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let exact = usize::try_from(bytes.u32(0)?).is_ok_and(|length| length.saturating_add(4) == bytes.len());
    let asks = request(&bytes)?.is_some_and(|(_, _, client)| client.len() >= 3);
    Ok(Verdict::certain_if(exact && asks && bytes.u32(8)? < 1 << 24))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    d.field(&LENGTH, bytes.span(0..4), bytes.u32(0)?);
    if d.from_server(&[9092]) {
        d.field(&CORRELATION, bytes.span(4..8), bytes.u32(4)?);
        d.info(|| "Kafka Response".to_owned());
    } else if let Some((name, version, client)) = request(&bytes)? {
        d.field(&KEY, bytes.span(4..6), bytes.u16(4)?);
        d.field(&VERSION, bytes.span(6..8), version);
        d.field(&CORRELATION, bytes.span(8..12), bytes.u32(8)?);
        d.field(&CLIENT, bytes.span(14..client.len().saturating_add(14)), text::shown(client));
        d.info(|| format!("Kafka {name} v{version} Request"));
    }
    Ok(Next::End)
}
