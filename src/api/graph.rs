//! TCP graphs: what a connection's numbers look like over time, and its packets as a ladder.
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum GraphKind {
    /// Sequence numbers over time: a point for each segment.
    Stevens,
    /// The same with lengths, acknowledgements, the window's edge and what went wrong, as tcptrace draws it.
    #[default]
    Tcptrace,
    /// How long each segment's acknowledgement took (not of segments sent twice: Karn).
    RoundTrips,
    /// Payload sent, and payload acknowledged, a second.
    Throughput,
    /// Bytes under way, and the window that limits them.
    Window,
}

/// What a series of points means.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// Relative sequence numbers, from [`GraphSeries::low`] to the end.
    Segments,
    /// Relative acknowledgement numbers of the other side: a line of steps.
    Acks,
    /// How far the other side lets the sender go: a line of steps.
    WindowEdge,
    /// What the other side has beyond its ACK, from [`GraphSeries::low`].
    Sacks,
    /// ns.
    RoundTrips,
    /// Bits a second of payload, whatever was sent again included.
    Throughput,
    /// Bits a second of payload that was acknowledged.
    Goodput,
    /// Bytes sent and not acknowledged: a line of steps.
    InFlight,
    /// Bytes the other side has room for: a line of steps.
    Window,
    // Marked segments.
    Retransmission,
    OutOfOrder,
    /// A segment before this one is not in the capture.
    Missing,
    KeepAlive,
    WindowFull,
    DuplicateAck,
    ZeroWindow,
    Syn,
    Fin,
    Reset,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct GraphAnswer {
    /// What is shown, and the whole connection: ns since the capture's first packet.
    pub span: (i64, i64),
    pub whole: (i64, i64),
    /// Who sends, and who acknowledges: `10.0.0.1:50000`.
    pub sender: String,
    pub receiver: String,
    /// Segments of the sender in the span.
    pub segments: u32,
    /// Width of a throughput's bucket, ns; 0 for other kinds.
    pub bucket_ns: i64,
    /// Marks that are not drawn because there are too many at one place.
    pub left_out: u32,
    pub series: Vec<GraphSeries>,
    /// What must be known to read it, in sentences.
    pub notes: Vec<String>,
}

/// Points in the order of time, at most a few a pixel.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct GraphSeries {
    pub shows: Shown,
    /// ns since the capture's first packet.
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    /// Where a bar begins that ends at `y`; empty where there are no bars.
    pub low: Vec<f64>,
    /// Number of the packet, from 1; the first one's where a point stands for several. 0: none.
    pub packets: Vec<u32>,
    /// How many packets a bar stands for; empty where each point is one.
    pub counts: Vec<u32>,
}

/// A window of a connection's packets as messages between two ends.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct LadderAnswer {
    pub total: u32,
    pub client: String,
    pub server: String,
    pub rows: Vec<LadderRow>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct LadderRow {
    /// Number in the file, from 1.
    pub number: u32,
    pub time_ns: Option<i64>,
    /// Since the connection's packet before.
    pub gap_ns: Option<i64>,
    pub from_client: bool,
    /// TCP flags, as in [`super::FlowRow::flags`].
    pub flags: String,
    /// Relative.
    pub seq: u32,
    pub ack: Option<u32>,
    pub len: u32,
    /// Scaled, where the scale is known.
    pub window: u32,
    /// What sequence analysis found: `retransmission`.
    pub findings: Vec<String>,
}
