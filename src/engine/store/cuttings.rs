//! How payloads were cut into messages, where the payload alone does not tell.
use super::packets::{FlowId, PacketId};

/// How a packet's payload was cut, where that is not told by the payload alone. One for each packet that completes a message of
/// several segments, or ends inside one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cutting {
    pub packet: PacketId,
    pub flow: FlowId,
    /// The first packet of the message that is completed.
    pub first: PacketId,
    /// Sequence number of its first byte.
    pub seq: u32,
    /// Its length; 0 when none is completed here.
    pub length: u32,
    /// Bytes of this payload that it takes.
    pub used: u32,
    /// Where in this payload an unfinished message begins.
    pub rest: u32,
    /// The end of the message was not known before this packet.
    pub open: bool,
}

impl Cutting {
    /// Nothing is completed, and nothing is left over.
    pub fn nothing(packet: PacketId, flow: FlowId) -> Self {
        Self { packet, flow, first: packet, seq: 0, length: 0, used: 0, rest: u32::MAX, open: false }
    }
}
