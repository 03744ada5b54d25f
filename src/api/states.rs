//! States of connections: what `netstat -ant` would print of each end when the capture ended, and what became of each connection.
use serde::{Deserialize, Serialize};

/// A TCP socket's state, as netstat names it (RFC 9293 §3.3.2).
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum SocketState {
    /// Nothing was seen of this end: whether it listens, or is there at all, is not known.
    #[default]
    Unknown,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
    Closed,
}

/// What became of a connection.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Verdict {
    /// Established, and in order as far as the capture shows.
    #[default]
    Open,
    /// Both ends closed.
    Normal,
    /// One end has closed, the other not yet; no reason to worry.
    Closing,
    /// The SYN was answered by a reset: nothing listens, or a firewall rejects.
    Refused,
    /// SYNs without any answer: filtered on the way, or the host is not there.
    Unanswered,
    /// The SYN/ACK was never acknowledged.
    Unfinished,
    /// Ended by a reset.
    Reset,
    /// One end sends again and again, and nothing comes back: the other is gone, or the way to it.
    HalfOpen,
    /// The peer has closed, and the application does not close its end.
    CloseWait,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StateColumn {
    /// Order of first packets in the file.
    #[default]
    Number,
    Client,
    ClientPort,
    Server,
    ServerPort,
    Application,
    ClientState,
    ServerState,
    Age,
    ConnState,
    Verdict,
    /// "Our" end and the other, as netstat has them: the client's end where both or none are ours.
    Local,
    Foreign,
    LocalState,
    ForeignState,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct StateSort {
    pub by: StateColumn,
    pub descending: bool,
}

/// Which connections; all conditions must hold.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
#[serde(default)]
pub struct StateFilter {
    /// The state of either end.
    pub state: Option<SocketState>,
    pub verdict: Option<Verdict>,
    /// `10.0.0.2:443`, `[2001:db8::1]:443`: as [`ServiceStates::service`]; any if empty.
    pub service: String,
    /// Zeek's word; any if empty.
    pub conn_state: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct StatesAnswer {
    /// TCP connections (with [`super::States::every_transport`]: all flows), and those that match.
    pub total: u32,
    pub matching: u32,
    /// Ends of all connections by state; of `local` ones only those that are "us".
    pub states: Vec<StateCount>,
    /// All connections by what became of them, most first.
    pub verdicts: Vec<(Verdict, u32)>,
    /// All connections by Zeek's word, most first.
    pub conn_states: Vec<(String, u32)>,
    /// By service endpoint, those with trouble first, then by connections; at most 200.
    pub services: Vec<ServiceStates>,
    /// What is wrong, the worst first.
    pub findings: Vec<StateFinding>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<StateRow>,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct StateCount {
    pub state: SocketState,
    pub clients: u32,
    pub servers: u32,
    pub local: u32,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ServiceStates {
    /// `10.0.0.2:443`
    pub service: String,
    /// Server name, empty when unknown.
    pub name: String,
    pub application: String,
    pub connections: u32,
    pub verdicts: Vec<(Verdict, u32)>,
    /// States of its servers' ends.
    pub states: Vec<(SocketState, u32)>,
    /// A Wireshark display filter.
    pub filter: String,
}

/// Something wrong that several connections, or one, show.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct StateFinding {
    pub verdict: Verdict,
    pub sentence: String,
    pub connections: u32,
    /// The service it is about; empty when it is about several.
    pub service: String,
    /// A Wireshark display filter.
    pub filter: String,
}

/// A connection when the capture ended.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct StateRow {
    pub flow: u32,
    pub stream: u32,
    /// `TCP`
    pub transport: String,
    pub client: String,
    pub client_port: Option<u16>,
    pub server: String,
    pub server_port: Option<u16>,
    pub client_is_local: bool,
    pub server_is_local: bool,
    pub application: String,
    pub name: String,
    pub client_state: SocketState,
    pub server_state: SocketState,
    /// When each end entered its state, and how long before the capture's end that was, ns.
    pub client_since_ns: Option<i64>,
    pub server_since_ns: Option<i64>,
    pub client_age_ns: Option<i64>,
    pub server_age_ns: Option<i64>,
    /// Zeek's `conn_state`; several, with commas, where Zeek sees several connections.
    pub conn_state: String,
    /// Zeek's `history`.
    pub history: String,
    pub verdict: Verdict,
    /// The verdict with its numbers.
    pub sentence: String,
    /// A Wireshark display filter.
    pub filter: String,
}
