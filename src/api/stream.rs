//! Follow stream: what the two ends of a flow said.
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StreamSide {
    #[default]
    Both,
    /// The end that sent the flow's first packet.
    A,
    B,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct StreamAnswer {
    /// Chunks there are on this side.
    pub total: u32,
    /// Payload bytes by side, A first: each byte of the stream once.
    pub bytes: [u64; 2],
    /// Bytes that the capture does not have, by side.
    pub missing: [u64; 2],
    /// Changes of direction.
    pub turns: u32,
    /// Whether A is the client.
    pub a_is_client: bool,
    /// `10.0.0.1:50000`, A first.
    pub ends: [String; 2],
    pub chunks: Vec<StreamChunk>,
    /// The stream is longer than is followed.
    pub is_cut: bool,
}

/// In-order bytes that one packet added to the stream, or a gap.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct StreamChunk {
    /// 0 is A.
    pub from: u8,
    /// Id (from 0) of the packet that brought it.
    pub packet: u32,
    /// Since the capture's first packet.
    pub time_ns: Option<i64>,
    /// Where it stands in its side's bytes.
    pub offset: u64,
    /// Bytes missing in the capture before this chunk.
    pub gap: u64,
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// A decoded body's kind, where `bytes` are not what was sent: `gzip`.
    pub decoded: Option<String>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct StreamBytesAnswer {
    /// Bytes there are.
    pub total: u64,
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct StreamFound {
    /// Chunk in which it begins.
    pub chunk: Option<u32>,
    /// Byte of that chunk.
    pub at: u32,
    /// Not found yet: the chunk to go on from.
    pub next: Option<u32>,
}
