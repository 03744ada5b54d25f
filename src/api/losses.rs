//! Where segments were lost: before the place of capture, or behind it.
use serde::{Deserialize, Serialize};

/// What a segment that was sent again, or came late, tells.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum LossKind {
    /// It had not been seen here: lost between its sender and the place of capture.
    #[default]
    Before,
    /// It had been seen here and was not acknowledged: lost between the place of capture and its receiver (or the ACK was).
    After,
    /// It had been acknowledged here: the ACK was lost on its way to the sender, or the sender did not wait long enough.
    AckLost,
    /// The receiver says that it had it (D-SACK): sent again for nothing.
    Needless,
    /// It was overtaken, not lost.
    Reordered,
    /// The same packet captured twice.
    Duplicate,
    /// Acknowledged, but never seen: the capture lacks it, the connection does not.
    NotCaptured,
}

/// Segments and bytes of payload of a kind.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct LossCount {
    pub segments: u32,
    pub bytes: u64,
}

/// One direction's losses.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Default)]
pub struct DirectionLosses {
    /// All segments with payload, SYN or FIN, those sent again included.
    pub segments: u32,
    pub bytes: u64,
    /// Lost before and after the place of capture.
    pub before: LossCount,
    pub after: LossCount,
    pub ack_lost: LossCount,
    pub needless: LossCount,
    pub reordered: LossCount,
    pub duplicates: LossCount,
    /// Segments are holes here.
    pub not_captured: LossCount,
    /// Bytes missing at the end that nobody acknowledged.
    pub unresolved_bytes: u64,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct LossesAnswer {
    pub client_to_server: DirectionLosses,
    pub server_to_client: DirectionLosses,
    /// Where, in sentences.
    pub sentences: Vec<String>,
    /// In the capture's order, at most 10,000.
    pub events: Vec<LossEvent>,
    pub total_events: u32,
    /// A Wireshark display filter that selects the flow.
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct LossEvent {
    pub kind: LossKind,
    pub from_client: bool,
    /// The packet that shows it, from 1: sent again, late, or the ACK of what was not captured.
    pub packet: u32,
    /// The packet it repeats, or the first behind the hole it fills, from 1.
    pub other: Option<u32>,
    pub time_ns: Option<i64>,
    /// From the other packet to this one, ns.
    pub after_ns: Option<i64>,
    /// Relative sequence number.
    pub seq: u32,
    pub bytes: u32,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct LossSummaryAnswer {
    pub client_to_server: DirectionLosses,
    pub server_to_client: DirectionLosses,
    /// TCP connections, and those that lost something.
    pub connections: u32,
    pub with_loss: u32,
    pub sentences: Vec<String>,
    /// By service endpoint, most lost segments first, at most 200.
    pub services: Vec<ServiceLosses>,
    /// Flows with the most lost segments, at most 50.
    pub flows: Vec<FlowLosses>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ServiceLosses {
    /// `10.0.0.2:443`
    pub service: String,
    pub name: String,
    pub application: String,
    pub connections: u32,
    pub client_to_server: DirectionLosses,
    pub server_to_client: DirectionLosses,
    /// A Wireshark display filter.
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct FlowLosses {
    pub flow: u32,
    /// `10.0.0.1:50000`
    pub client: String,
    pub server: String,
    pub client_to_server: DirectionLosses,
    pub server_to_client: DirectionLosses,
    /// A Wireshark display filter.
    pub filter: String,
}
