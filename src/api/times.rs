//! Where the time went: requests and their responses, what they waited for, and who is to blame.
use super::RttStatistics;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct TimeSort {
    pub by: TimeColumn,
    pub descending: bool,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TimeColumn {
    #[default]
    Start,
    Flow,
    Sending,
    Waiting,
    Receiving,
    Total,
    Network,
    Server,
    Client,
    Stalled,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct TimesPage {
    /// All requests, and those that match flow and search.
    pub total: u32,
    pub matching: u32,
    /// Of those that match.
    pub totals: TimeTotals,
    /// By service endpoint, of those that match, most time first, at most 200.
    pub services: Vec<ServiceTimes>,
    pub rows: Vec<TimeRow>,
}

/// Sums; times in ns.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct TimeTotals {
    pub requests: u32,
    pub unanswered: u32,
    pub sending_ns: i64,
    pub waiting_ns: i64,
    pub receiving_ns: i64,
    /// Whose time it was; together the three above.
    pub network_ns: i64,
    pub server_ns: i64,
    pub client_ns: i64,
    pub stalls: Vec<StallTotal>,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct StallTotal {
    pub kind: StallKind,
    pub count: u32,
    pub ns: i64,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ServiceTimes {
    pub server: String,
    pub server_port: Option<u16>,
    pub name: String,
    pub application: String,
    pub requests: u32,
    pub unanswered: u32,
    /// Of the answered ones: last byte of the request → first byte of the response.
    pub waiting: RttStatistics,
    /// The server's share of that.
    pub thinking: RttStatistics,
    pub network_ns: i64,
    pub server_ns: i64,
    pub client_ns: i64,
    pub filter: String,
}

/// A request and its response. Packets by their number from 1.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct TimeRow {
    pub flow: u32,
    pub client: String,
    pub server: String,
    pub name: String,
    pub application: String,
    /// What the request's packet says (its Info column); empty where the packet is only a part or nothing is known.
    pub label: String,
    pub told_by: ToldBy,
    /// The packet with the request's last byte; that with its first is `first`.
    pub first: u32,
    pub request: u32,
    /// The packet with the response's first byte, and with its last one.
    pub response: Option<u32>,
    pub last: Option<u32>,
    /// The request's first byte.
    pub start_ns: i64,
    pub sending_ns: i64,
    pub waiting_ns: i64,
    pub receiving_ns: i64,
    /// Whose time it was; together the three above.
    pub network_ns: i64,
    pub server_ns: i64,
    pub client_ns: i64,
    /// How far away the server is from the capture point is not known: what is called the server's time may be the network's.
    pub uncertain: bool,
    pub stalls: Vec<Stall>,
    pub verdict: Blame,
    pub filter: String,
}

/// How request and response were told.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ToldBy {
    /// By who spoke in turn.
    #[default]
    Direction,
    /// By the protocol's own messages.
    Protocol,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Stall {
    pub kind: StallKind,
    pub phase: Phase,
    /// Whose data waited.
    pub from_client: bool,
    pub from_ns: i64,
    pub ns: i64,
    /// The packet that ended it.
    pub packet: u32,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum StallKind {
    /// Nothing came until the sender's timer sent it again.
    #[default]
    Timeout,
    /// Sent again because duplicate ACKs said that it is missing.
    FastRetransmission,
    /// The receiver had no room.
    ZeroWindow,
    /// A small segment waited for the ACK of the one before (Nagle), and the receiver delayed that ACK.
    DelayedAck,
    /// The sender had room to send, and sent nothing.
    Pause,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Phase {
    #[default]
    Sending,
    Waiting,
    Receiving,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Blame {
    /// Nothing stands out.
    #[default]
    Nobody,
    Network,
    Server,
    Client,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct VerdictsAnswer {
    /// Most time lost first; none: nothing stands out.
    pub verdicts: Vec<Judgement>,
    /// What was looked at, and the result, in a sentence.
    pub summary: String,
    pub flows: u32,
    pub requests: u32,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct Judgement {
    pub kind: VerdictKind,
    pub blame: Blame,
    /// What it is, with its numbers.
    pub sentence: String,
    /// Why that stands out: the threshold and its reason.
    pub because: String,
    /// What else could explain it.
    pub but: String,
    /// Connections with it; the one where it is worst.
    pub flows: u32,
    pub flow: Option<u32>,
    /// Evidence: packet numbers from 1, of the worst one, at most 20.
    pub packets: Vec<u32>,
    /// A Wireshark display filter for the evidence.
    pub filter: String,
    /// Time lost, ns.
    pub ns: i64,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum VerdictKind {
    #[default]
    SlowServer,
    FarAway,
    Loss,
    ZeroWindow,
    DelayedAck,
    PathMtu,
    Queue,
    /// An end that no longer answers.
    Vanished,
    Refused,
    Unanswered,
    Reset,
    /// Sockets that the server does not close after its clients did.
    CloseWait,
    /// The client pauses before each request.
    SlowClient,
}
