//! Apache Kafka protocol, kafka.apache.org/protocol.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Role, Span, Stream, Verdict, fields, text,
};
use std::collections::VecDeque;

fields! {
    LENGTH: Uint => "kafka.len", "Length";
    KEY: Int => "kafka.api_key", "API Key";
    REQUEST_IN: Frame => "kafka.request_frame", "Request Frame";
    RESPONSE_IN: Frame => "kafka.response_frame", "Response Frame";
    VERSION: Int => "kafka.api_version", "API Version";
    CORRELATION: Int => "kafka.correlation_id", "Correlation ID";
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
    framing: Some(framing),
    stateful: true,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const KEYS: [&str; 51] = [
    "Produce", "Fetch", "Offsets", "Metadata", "LeaderAndIsr", "StopReplica", "UpdateMetadata", "ControlledShutdown", "OffsetCommit",
    "OffsetFetch", "FindCoordinator", "JoinGroup", "Heartbeat", "LeaveGroup", "SyncGroup", "DescribeGroups", "ListGroups", "SaslHandshake",
    "ApiVersions", "CreateTopics", "DeleteTopics", "DeleteRecords", "InitProducerId", "OffsetForLeaderEpoch", "AddPartitionsToTxn",
    "AddOffsetsToTxn", "EndTxn", "WriteTxnMarkers", "TxnOffsetCommit", "DescribeAcls", "CreateAcls", "DeleteAcls", "DescribeConfigs",
    "AlterConfigs", "AlterReplicaLogDirs", "DescribeLogDirs", "SaslAuthenticate", "CreatePartitions", "CreateDelegationToken",
    "RenewDelegationToken", "ExpireDelegationToken", "DescribeDelegationToken", "DeleteGroups", "ElectLeaders", "IncrementalAlterConfigs",
    "AlterPartitionReassignments", "ListPartitionReassignments", "OffsetDelete", "DescribeClientQuotas", "AlterClientQuotas",
    "DescribeUserScramCredentials",
];

/// What was asked by number, so that answers say what they answer; the oldest go.
#[derive(Default)]
struct Asked(VecDeque<(u32, &'static str, u16)>);

const MOST_ASKED: usize = 256;
const MOST: usize = 1 << 27;

fn framing(stream: &Stream<'_>) -> Frame {
    stream.headed(4, MOST, |head| usize::try_from(head.u32(0).ok()?).ok()?.checked_add(4))
}

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
    let length = bytes.u32(0)?;
    if d.from_server(&[9092]) {
        return answer(d, &bytes, length).map(|()| Next::End);
    }
    let Some((name, version, client)) = request(&bytes)? else { return Ok(Next::End) };
    let correlation = bytes.u32(8)?;
    let partner = d.transaction(Role::Latest, correlation.into());
    d.with_state(|_, asked: &mut Asked| {
        if asked.0.len() >= MOST_ASKED {
            asked.0.pop_front();
        }
        asked.0.push_back((correlation, name, version));
    });
    if d.wants() {
        d.field(&LENGTH, bytes.span(0..4), length);
        d.noted(&KEY, bytes.span(4..6), i64::from(bytes.u16(4)?), name);
        d.field(&VERSION, bytes.span(6..8), i64::from(version));
        d.field(&CORRELATION, bytes.span(8..12), correlation.cast_signed());
        d.field(&CLIENT, bytes.span(14..client.len().saturating_add(14)), text::shown(client));
        if let Some(partner) = partner {
            d.generated(&RESPONSE_IN, Span::default(), partner.packet);
        }
        d.info(|| format!("Kafka {name} v{version} Request"));
    }
    Ok(Next::End)
}

fn answer(d: &mut Dissection, bytes: &Bytes<'_>, length: u32) -> Result<(), Problem> {
    let correlation = bytes.u32(4)?;
    let partner = d.transaction(Role::Response, correlation.into());
    let asked = d.with_state(|_, asked: &mut Asked| {
        let at = asked.0.iter().position(|(number, ..)| *number == correlation)?;
        asked.0.remove(at)
    });
    d.field(&LENGTH, bytes.span(0..4), length);
    d.field(&CORRELATION, bytes.span(4..8), correlation.cast_signed());
    if let Some(partner) = partner {
        d.generated(&REQUEST_IN, Span::default(), partner.packet);
    }
    d.info(|| match asked {
        Some((_, name, version)) => format!("Kafka {name} v{version} Response"),
        None => "Kafka Response".to_owned(),
    });
    Ok(())
}
