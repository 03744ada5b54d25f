//! The protocol hierarchy.
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct HierarchyAnswer {
    pub packets: u64,
    pub bytes: u64,
    pub duration_ns: i64,
    /// The hosts from whose side packets are sent and received.
    pub local: Vec<String>,
    pub rows: Vec<ProtocolRow>,
}

/// One protocol at one place of the hierarchy. Percentages are against the answer's totals.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ProtocolRow {
    /// 0 for the outermost layer.
    pub depth: u32,
    /// Wireshark's filter name: `tcp`.
    pub name: String,
    /// `Transmission Control Protocol`.
    pub title: String,
    /// All names from the outermost: `eth:ip:tcp`.
    pub path: String,
    pub packets: u64,
    /// Whole frames (wire length).
    pub bytes: u64,
    /// This layer's own bytes only (header, or all the rest for the last layer).
    pub layer_bytes: u64,
    /// Packets in which this is the last layer.
    pub end_packets: u64,
    pub end_bytes: u64,
    pub sent_packets: u64,
    pub sent_bytes: u64,
    pub received_packets: u64,
    pub received_bytes: u64,
}
