//! Round-trip times: of handshakes; of data per direction of a flow, by server and by client network.
use super::{FlowRow, Place};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct RttAnswer {
    /// Connections with a real round trip (SYN answered by SYN/ACK, then ACK; the SYN sent once).
    pub statistics: RttStatistics,
    /// Kept out of the statistics, and why.
    pub refused: u32,
    pub retried: u32,
    pub unanswered: u32,
    pub not_captured: u32,
    pub histogram: Vec<RttBucket>,
    /// Medians of the two halves, ns.
    pub syn_to_syn_ack_ns: Option<i64>,
    pub syn_ack_to_ack_ns: Option<i64>,
    pub place: Place,
    /// How many connections say so, of those that say anything.
    pub place_votes: (u32, u32),
    /// By service endpoint, most connections first, at most 1000.
    pub servers: Vec<ServerRtt>,
    /// The slowest connections of the statistics, slowest first, at most 10.
    pub slowest: Vec<FlowRow>,
}

/// Exact (nearest-rank) statistics over times, ns.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RttStatistics {
    pub count: u32,
    pub min_ns: i64,
    pub median_ns: i64,
    pub p95_ns: i64,
    pub p99_ns: i64,
    pub max_ns: i64,
}

/// `from_ns ≤ RTT < to_ns`; buckets are logarithmic (1–2–5).
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RttBucket {
    pub from_ns: i64,
    pub to_ns: i64,
    pub count: u32,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ServerRtt {
    pub server: String,
    pub server_port: u16,
    pub name: String,
    pub application: String,
    pub statistics: RttStatistics,
    pub refused: u32,
    pub retried: u32,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct RoundTripsAnswer {
    pub handshake: HandshakeTimes,
    /// Where the capture was taken, seen from this flow; what it was told by, in a sentence.
    pub place: Place,
    pub place_by: String,
    /// Data of the client and ACKs of the server; data of the server and ACKs of the client.
    pub directions: [DirectionRtt; 2],
    /// `tcp.stream == 7`
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct HandshakeTimes {
    /// SYNs that the client sent.
    pub syns: u32,
    /// First SYN → the ACK that established the connection, retries included.
    pub connect_ns: Option<i64>,
    pub initial_rtt_ns: Option<i64>,
    pub syn_to_syn_ack_ns: Option<i64>,
    pub syn_ack_to_ack_ns: Option<i64>,
}

/// What the time between a segment and its ACK says at this place.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Measures {
    /// It cannot be told.
    #[default]
    Unknown,
    /// The way to the other end and back.
    Network,
    /// How fast a kernel beside the capture acknowledges: no network.
    LocalStack,
    /// The part of the way that is behind the capture point.
    PartOfTheWay,
}

/// Our own samples (Karn's rule): an ACK measures the newest segment that it is the first to cover, where everything it covers was
/// sent once.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct DirectionRtt {
    /// Whose data; the other end's ACKs.
    pub from_client: bool,
    pub measures: Measures,
    pub statistics: RttStatistics,
    /// ACKs that measure nothing: of data that was sent again or came out of order.
    pub ambiguous: u32,
    pub histogram: Vec<RttBucket>,
    /// Buckets over time; those without a sample are left out.
    pub over_time: Vec<RttMoment>,
    /// Width of a bucket, ns.
    pub width_ns: i64,
    /// The packet (number from 1) whose ACK took longest.
    pub slowest: Option<u32>,
    pub growth: Option<RttGrowth>,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RttMoment {
    /// Start of the bucket.
    pub from_ns: i64,
    pub count: u32,
    pub min_ns: i64,
    pub median_ns: i64,
    pub max_ns: i64,
}

/// Round trips get longer while much is under way: a queue fills up.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct RttGrowth {
    /// Median while little was in flight, and while much was.
    pub idle_ns: i64,
    pub loaded_ns: i64,
    /// Median of the bytes in flight of the latter.
    pub in_flight: u64,
    pub sentence: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct DataRttAnswer {
    /// Samples that measure the network (or the part of it behind the capture point), of all TCP connections.
    pub statistics: RttStatistics,
    pub histogram: Vec<RttBucket>,
    /// Connections with samples, and those without.
    pub flows: u32,
    pub unmeasured: u32,
    /// By service endpoint, most samples first, at most 1000.
    pub servers: Vec<DataRttRow>,
    /// By the client's network (/24, /64), most samples first, at most 1000.
    pub clients: Vec<DataRttRow>,
    /// Connections whose round trips grew while much was under way, most grown first, at most 20.
    pub grown: Vec<GrownFlow>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct DataRttRow {
    /// `192.0.2.1:443`, `198.51.100.0/24`
    pub name: String,
    /// The server's name and application where known.
    pub host: String,
    pub application: String,
    pub flows: u32,
    pub statistics: RttStatistics,
    /// A Wireshark display filter that selects its packets.
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct GrownFlow {
    pub flow: u32,
    pub from_client: bool,
    pub growth: RttGrowth,
    pub filter: String,
}
