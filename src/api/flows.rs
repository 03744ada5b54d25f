//! Flows: the table, one of them, and what became of it.
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct FlowSort {
    pub by: FlowColumn,
    pub descending: bool,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FlowColumn {
    /// Order of first packets in the file.
    #[default]
    Number,
    Start,
    Duration,
    Transport,
    Application,
    Name,
    Client,
    ClientPort,
    Server,
    ServerPort,
    Packets,
    PacketsOut,
    PacketsIn,
    Bytes,
    BytesOut,
    BytesIn,
    PayloadOut,
    PayloadIn,
    InitialRtt,
    SynToSynAck,
    SynAckToAck,
    Flags,
    Outcome,
    ClientCountry,
    ServerCountry,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct FlowPage {
    /// All flows of the capture, and those that match the filter and the search.
    pub total: u32,
    pub matching: u32,
    /// The row, counted from 0 in the order asked for, of the flow `around`; `None` when it does not match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    pub rows: Vec<FlowRow>,
}

/// A bidirectional flow. "Out" is client → server, "in" server → client.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct FlowRow {
    pub id: u32,
    /// `TCP`, `UDP`, `SCTP`, `ICMP`, …
    pub transport: String,
    /// Wireshark's `tcp.stream` or `udp.stream`.
    pub stream: u32,
    pub client: String,
    pub client_port: Option<u16>,
    pub server: String,
    pub server_port: Option<u16>,
    pub client_by: ClientBy,
    /// Places of the two ends, as in [`CountryRow::country`](super::CountryRow::country); empty for public addresses while no table
    /// of countries is loaded.
    pub client_country: String,
    pub server_country: String,
    /// Empty when nothing is known.
    pub application: String,
    /// Server name, empty when unknown.
    pub name: String,
    pub name_from: NameFrom,
    pub packets_out: u64,
    pub packets_in: u64,
    /// Whole frames on the wire.
    pub bytes_out: u64,
    pub bytes_in: u64,
    /// Transport payload, retransmissions included.
    pub payload_out: u64,
    pub payload_in: u64,
    /// `None` when no packet of the flow has a time.
    pub first_ns: Option<i64>,
    pub duration_ns: i64,
    /// TCP flags seen in either direction, `S`, `F`, `R`, `P`, `A`, `U`, `E`, `C`; empty for others.
    pub flags: String,
    /// Wireshark's `tcp.analysis.initial_rtt`, ns.
    pub initial_rtt_ns: Option<i64>,
    /// Its halves: SYN → SYN/ACK and SYN/ACK → ACK.
    pub syn_to_syn_ack_ns: Option<i64>,
    pub syn_ack_to_ack_ns: Option<i64>,
    pub outcome: Outcome,
    /// A Wireshark display filter that selects this flow.
    pub filter: String,
}

/// How client and server were told apart.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ClientBy {
    /// Sent the first SYN (or INIT, or echo request).
    Handshake,
    /// The other port is one a known service listens on.
    Port,
    /// Sent the first packet seen; assumed.
    #[default]
    FirstPacket,
}

/// Where a flow's server name comes from.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum NameFrom {
    #[default]
    Nowhere,
    /// TLS or QUIC Server Name Indication.
    Sni,
    /// HTTP Host header.
    Host,
    /// A DNS answer seen in the capture.
    Dns,
    /// A name record of the capture file.
    File,
}

/// What became of a connection, as far as the capture shows.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Outcome {
    /// Not a connection (UDP, ICMP), or its start was not captured.
    #[default]
    Unknown,
    /// SYNs without any answer.
    NoAnswer,
    /// The SYN was answered by a reset.
    Refused,
    /// Handshake seen, no end seen.
    Open,
    /// Both or one side sent FIN.
    Closed,
    /// Ended by a reset after the handshake.
    Reset,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct FlowDetail {
    pub row: FlowRow,
    /// Layers of the flow's first packet: `eth:ip:tcp:http`.
    pub layers: String,
    /// Link-layer addresses of client and server where there are any.
    pub client_link: String,
    pub server_link: String,
    /// SYNs the client sent (more than one: the first was lost or ignored).
    pub syns: u32,
    pub place: Place,
    /// Facts in sentences (how the client was decided, why there is no RTT, …).
    pub notes: Vec<String>,
    /// How many packets the flow has that match the filter; `packets` is the window asked for.
    pub total_packets: u32,
    /// How many it has altogether; `None` without a filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_packets: Option<u32>,
    pub packets: Vec<FlowPacket>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct FlowPacket {
    /// Number in the file, from 1.
    pub number: u32,
    /// `None` when the packet has no time.
    pub time_ns: Option<i64>,
    pub from_client: bool,
    pub wire_len: u32,
    /// TCP flags, as in [`FlowRow::flags`].
    pub flags: String,
}

/// Where the capture was taken, as told by which half of the handshake takes the time.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Place {
    #[default]
    Unknown,
    NearClient,
    NearServer,
    Between,
}
