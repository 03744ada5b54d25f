//! Apache Kafka protocol, kafka.apache.org/protocol.
mod bodies;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Reader, Role, Span, Stream, Verdict, details, experts,
    fields, text,
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
    TRANSACTION: Text => "kafka.transactional_id", "Transactional ID";
    ACKNOWLEDGEMENTS: Int => "kafka.required_acks", "Required Acks";
    TIMEOUT: Int => "kafka.timeout", "Timeout";
    TOPIC: Label => "kafka.topic", "Topic";
    TOPIC_NAME: Text => "kafka.topic_name", "Topic Name";
    PARTITION: Label => "kafka.partition", "Partition";
    PARTITION_ID: Int => "kafka.partition_id", "Partition ID";
    MESSAGES: Bytes => "kafka.message_set", "Message Set";
    REPLICA: Int => "kafka.replica_id", "Replica ID";
    WAIT: Int => "kafka.max_wait_time", "Max Wait Time";
    MIN_BYTES: Int => "kafka.min_bytes", "Min Bytes";
    MAX_BYTES: Int => "kafka.max_bytes", "Max Bytes";
    ISOLATION: Int => "kafka.isolation_level", "Isolation Level";
    SESSION: Int => "kafka.fetch_session_id", "Fetch Session ID";
    SESSION_EPOCH: Int => "kafka.fetch_session_epoch", "Fetch Session Epoch";
    CURRENT_EPOCH: Int => "kafka.current_leader_epoch", "Leader Epoch";
    OFFSET: Int => "kafka.offset", "Offset";
    START: Int => "kafka.log_start_offset", "Log Start Offset";
    STABLE: Int => "kafka.last_stable_offset", "Last Stable Offset";
    ERROR: Int => "kafka.error", "Error";
    TIME: Int => "kafka.offset_time", "Time";
    THROTTLE: Int => "kafka.throttle_time", "Throttle time";
    BROKER: Label => "kafka.broker", "Broker";
    NODE: Int => "kafka.node_id", "Node ID";
    HOST: Text => "kafka.host", "Host";
    PORT: Int => "kafka.port", "Port";
    RACK: Text => "kafka.rack", "Rack";
    CLUSTER: Text => "kafka.cluster_id", "Cluster ID";
    INTERNAL: Bool => "kafka.is_internal", "Is Internal";
    LEADER: Int => "kafka.leader_id", "Leader ID";
    LEADER_EPOCH: Int => "kafka.leader_epoch", "Leader Epoch";
    IN_SYNC: Int => "kafka.isr_id", "Caught-Up Replica ID";
    OFFLINE: Int => "kafka.offline_id", "Offline Replica ID";
    ABORTED: Label => "kafka.aborted_transaction", "Aborted Transaction";
    PRODUCER: Int => "kafka.producer_id", "Producer ID";
    FIRST_OFFSET: Int => "kafka.first_offset", "First Offset";
    GROUP: Text => "kafka.consumer_group", "Consumer Group";
    MEMBER: Text => "kafka.member_id", "Consumer Group Member ID";
    GENERATION: Int => "kafka.generation_id", "Generation ID";
    API: Label => "kafka.api_versions.api", "API Version";
    API_KEY: Int => "kafka.api_versions.api_key", "API Key";
    API_MIN: Int => "kafka.api_versions.min_version", "Min Version";
    API_MAX: Int => "kafka.api_versions.max_version", "Max Version";
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
    "Produce",
    "Fetch",
    "Offsets",
    "Metadata",
    "LeaderAndIsr",
    "StopReplica",
    "UpdateMetadata",
    "ControlledShutdown",
    "OffsetCommit",
    "OffsetFetch",
    "FindCoordinator",
    "JoinGroup",
    "Heartbeat",
    "LeaveGroup",
    "SyncGroup",
    "DescribeGroups",
    "ListGroups",
    "SaslHandshake",
    "ApiVersions",
    "CreateTopics",
    "DeleteTopics",
    "DeleteRecords",
    "InitProducerId",
    "OffsetForLeaderEpoch",
    "AddPartitionsToTxn",
    "AddOffsetsToTxn",
    "EndTxn",
    "WriteTxnMarkers",
    "TxnOffsetCommit",
    "DescribeAcls",
    "CreateAcls",
    "DeleteAcls",
    "DescribeConfigs",
    "AlterConfigs",
    "AlterReplicaLogDirs",
    "DescribeLogDirs",
    "SaslAuthenticate",
    "CreatePartitions",
    "CreateDelegationToken",
    "RenewDelegationToken",
    "ExpireDelegationToken",
    "DescribeDelegationToken",
    "DeleteGroups",
    "ElectLeaders",
    "IncrementalAlterConfigs",
    "AlterPartitionReassignments",
    "ListPartitionReassignments",
    "OffsetDelete",
    "DescribeClientQuotas",
    "AlterClientQuotas",
    "DescribeUserScramCredentials",
];

experts! {
    MISSING: Warning Undecoded => "kafka.request_missing", "Request missing";
}

/// What was asked by number, so that answers say what they answer; the oldest go.
#[derive(Default)]
struct Asked(VecDeque<(u32, u16, u16)>);

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
    let (key, correlation) = (bytes.u16(4)?, bytes.u32(8)?);
    let partner = d.transaction(Role::Latest, correlation.into());
    d.with_state(|_, asked: &mut Asked| {
        if asked.0.len() >= MOST_ASKED {
            asked.0.pop_front();
        }
        asked.0.push_back((correlation, key, version));
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
        let mut r = Reader::new(bytes, client.len().saturating_add(14));
        details(bodies::tell(d, &mut r, key, version, false))?;
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
        Some((_, key, version)) => {
            format!("Kafka {} v{version} Response", KEYS.get(usize::from(key)).copied().unwrap_or_default())
        }
        None => "Kafka Response (Undecoded, Request Missing)".to_owned(),
    });
    if asked.is_none() {
        d.expert(&MISSING);
    }
    if let Some((_, key, version)) = asked.filter(|_| d.wants()) {
        let mut r = Reader::new(*bytes, 8);
        details(bodies::tell(d, &mut r, key, version, true))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::{Segment, Transport, Wanted};

    #[test]
    fn an_answer_to_what_was_not_seen_says_so() {
        let ask = b"\0\0\0\x0d\0\x03\0\x02\0\0\0\x07\0\x03cli".as_slice();
        let answer = b"\0\0\0\x04\0\0\0\x07".as_slice();
        let cases: [(&[&[u8]], &str, usize); 3] = [
            (&[answer], "Kafka Response (Undecoded, Request Missing)", 1),
            (&[ask, answer], "Kafka Metadata v2 Response", 0),
            (&[ask, answer, answer], "Kafka Response (Undecoded, Request Missing)", 1),
        ];
        for (messages, info, findings) in cases {
            let mut d = Dissection::new(Wanted::Everything);
            for bytes in messages {
                let (from, to) = if bytes.len() > 8 { (40_000, 9092) } else { (9092, 40_000) };
                d.segment = Some(Segment::between(Transport::Tcp, from, to, bytes.len()));
                d.enter(0, &Bytes::frame(bytes, bytes.len() as u32));
                assert!(dissect(&mut d, Bytes::frame(bytes, bytes.len() as u32)).is_ok());
            }
            assert_eq!((d.info_text().as_str(), d.experts.len()), (info, findings));
        }
    }
}
