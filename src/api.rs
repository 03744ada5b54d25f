//! Every type that crosses the border between the page and the worker, and between a shell and the command line.
//!
//! Plain serde data that imports nothing of ours. Rules of the border:
//! - times are nanoseconds relative to the first packet of the capture ([`SummaryAnswer::start`] says when that was); the worker
//!   sends 64-bit integers as BigInt, because a capture of more than 104 days has more nanoseconds than JavaScript has whole numbers;
//! - the page asks for what it draws: windows of rows, at most one bucket a pixel;
//! - names of protocols and fields cross as text.

mod countries;
mod expert;
mod files;
mod filter;
mod fingerprint;
mod flows;
mod graph;
mod hierarchy;
mod losses;
mod network;
mod numbers;
mod packet;
mod report;
mod round_trips;
mod save;
mod states;
mod statistics;
mod stream;
mod summary;
mod times;
mod unpack;
mod unwanted;
#[cfg(feature = "web")]
pub mod values;

pub use countries::*;
pub use expert::*;
pub use files::*;
pub use filter::*;
pub use fingerprint::*;
pub use flows::*;
pub use graph::*;
pub use hierarchy::*;
pub use losses::*;
pub use network::*;
pub use numbers::*;
pub use packet::*;
pub use report::*;
pub use round_trips::*;
pub use save::*;
use serde::{Deserialize, Serialize};
pub use states::*;
pub use statistics::*;
use std::ops::Range;
pub use stream::*;
pub use summary::*;
pub use times::*;
pub use unpack::*;
pub use unwanted::*;

/// Page → worker. For [`Request::Open`] the `File`s ride beside the envelope, in an array called `files`.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Envelope {
    /// Chosen by the page; comes back in [`Event::Reply`].
    pub ticket: u32,
    pub request: Request,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub enum Request {
    /// Read these captures from their starts, merged by time. Progress follows as events; there is no reply.
    Open { files: Vec<OpenFile> },
    /// Stop reading. What was read stays and can be asked about.
    Cancel,
    /// Which addresses are "us" for sent and received; empty: infer again. No reply; answers change.
    Local { addresses: Vec<String> },
    /// The filter on screen: packets that columns do not decide are read while nothing else is to do. [`Event::Filtered`] follows.
    Filter(Filter),
    /// A table of countries: what `www/geo` has, or an `.mmdb` file. [`Event::Geo`] follows; answers change.
    Geo {
        #[serde(with = "serde_bytes")]
        table: Vec<u8>,
    },
    /// What holds for the packets that match the filter.
    Ask { query: Query, filter: Filter },
    /// What the bodies of [`Event::Coded`] were, in the envelope with its ticket; `None`: nobody knows.
    Decoded { bodies: Vec<Option<serde_bytes::ByteBuf>> },
}

/// Worker → page.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one at a time, on its way to JavaScript")]
pub enum Event {
    /// The worker listens. A `version` other than the page's own means a stale worker: reload.
    Ready {
        version: String,
    },
    /// At most ten a second.
    Progress(Progress),
    /// How far the filter on screen got; at most ten a second.
    Filtered(FilterProgress),
    /// The table of countries is in use, or why not.
    Geo(Result<GeoFacts, Failure>),
    Reply {
        ticket: u32,
        result: Result<Answer, Failure>,
    },
    /// Bodies to be decoded before a question is answered.
    Coded {
        ticket: u32,
        bodies: Vec<CodedBody>,
    },
    /// The engine crashed (its panic message). The worker is of no more use; start a new one.
    Fatal {
        message: String,
    },
}

/// Why a question got no answer, as one sentence for the user.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub message: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Progress {
    pub state: LoadState,
    /// Bytes read of `total`.
    pub bytes: u64,
    pub total: u64,
    pub packets: u32,
    pub flows: u32,
    pub warnings: u32,
    /// Milliseconds since the file was opened.
    pub elapsed_ms: f64,
    /// Bytes of memory the engine's wasm instance holds.
    pub memory: u64,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub enum LoadState {
    Loading,
    Complete,
    Cancelled,
    /// The file cannot be opened as a capture, or could not be read on; one sentence.
    Failed {
        message: String,
    },
}

/// Makes, for each question, a struct, a variant of [`Query`] and of [`Answer`], and the [`Question`] that ties them together.
macro_rules! questions {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? } -> $answer:ty;)*) => {
        $($(#[$doc])* #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
        #[serde(default)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type),* }
        impl Question for $name {
            type Answer = $answer;
            fn query(self) -> Query { Query::$name(self) }
            fn take(answer: Answer) -> Option<$answer> {
                match answer { Answer::$name(a) => Some(a), #[allow(unreachable_patterns, reason = "one question only")] _ => None }
            }
        })*
        /// What can be asked. JSON: `{"Flows":{"rows":{"start":0,"end":10}}}`; fields left out have their defaults.
        #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
        pub enum Query { $($name($name)),* }
        /// The answer to the [`Query`] of the same name.
        #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
        pub enum Answer { $($name($answer)),* }
    };
}

/// A question knows the type of its answer.
pub trait Question {
    type Answer;
    fn query(self) -> Query;
    /// The answer, when it is one to this question.
    fn take(answer: Answer) -> Option<Self::Answer>;
}

questions! {
    /// The capture as a whole, or what of it matches the filter.
    Summary {} -> SummaryAnswer;
    /// Packets, bytes, new flows and errors over time: over the time of the whole capture unless told otherwise, whatever the filter.
    Timeline {
        /// How many buckets at most (one a pixel); 0 means 120.
        buckets: u16,
        /// The width of a bucket, ns; 0: the smallest round one with which there are no more than `buckets`. One with which there
        /// would be more than 2000 is made wider.
        width_ns: i64,
        /// From and to, ns.
        span: Option<(i64, i64)>,
        /// Of the packets that match this one instead of the filter; all of them if it is empty.
        own: Option<Filter>,
    } -> TimelineAnswer;
    /// How much there was of what: the largest groups of flows (or packets) that match the filter.
    Statistics {
        kind: StatisticsKind,
        /// What makes a group large.
        by: Measure,
        /// Groups at most (on each side of pairs); 0 means 12.
        top: u16,
        /// Seconds that the clock on the wall is ahead of UTC: days and hours are its own.
        utc_offset: i32,
    } -> StatisticsAnswer;
    /// The protocol hierarchy, pre-order.
    Hierarchy {} -> HierarchyAnswer;
    /// A window of the flow table: flows with a packet that matches the filter. Packets, bytes, payload, start and duration are those
    /// of the packets that match; what became of a connection, its round trips and its names are its own.
    Flows {
        rows: Range<u32>,
        sort: FlowSort,
        /// Words that must all occur (case-insensitive) in a flow's addresses, ports (`:443`), protocol, application or name, or be
        /// the filter name (`tls`) of a protocol that its packets carry.
        search: String,
        /// A flow whose row is asked for as well.
        around: Option<u32>,
    } -> FlowPage;
    /// One flow and a window of its packets that match the filter.
    Flow {
        id: u32,
        packets: Range<u32>,
    } -> FlowDetail;
    /// Round-trip times of the handshakes of TCP connections with a packet that matches the filter.
    Rtt {} -> RttAnswer;
    /// Round-trip times of one connection's data, per direction, and its handshake: of it whole, whatever the filter.
    RoundTrips {
        flow: u32,
        /// How many buckets over time at most; 0 means 120.
        buckets: u16,
    } -> RoundTripsAnswer;
    /// Round-trip times of the data of all connections with a packet that matches the filter, by server and by the clients' networks.
    DataRtt {} -> DataRttAnswer;
    /// A window of requests with their responses, and where their time went: those with a packet that matches the filter, from the
    /// request's first to the response's last.
    Times {
        rows: Range<u32>,
        sort: TimeSort,
        /// Only requests of this flow.
        flow: Option<u32>,
        /// Only of flows that have these words; see [`Flows::search`].
        search: String,
    } -> TimesPage;
    /// What is wrong, and whose fault it is: of all connections with a packet that matches the filter, or of one. Nothing when nothing
    /// stands out.
    Verdicts {
        flow: Option<u32>,
    } -> VerdictsAnswer;
    /// A window of the packet list.
    Packets {
        rows: Range<u32>,
        /// Only the packets of this flow; rows count within it then.
        flow: Option<u32>,
        /// Fields shown as columns besides Wireshark's default ones, by filter name.
        columns: Vec<String>,
        /// A packet (id from 0) whose row is asked for as well.
        around: Option<u32>,
    } -> PacketPage;
    /// One packet: its layers and fields as a tree, and its bytes.
    Packet {
        /// From 0, in file order.
        id: u32,
    } -> PacketDetail;
    /// The next packet of those that match the filter that holds something. Answers when found, at the end, or after a bounded stretch: ask again from
    /// [`Found::next`] then.
    Find {
        /// The first packet looked at; going backwards the last one.
        from: u32,
        backwards: bool,
        what: Needle,
    } -> Found;
    /// Packets as tcpdump prints them.
    Lines {
        packets: Vec<u32>,
        options: LineOptions,
    } -> LinesAnswer;
    /// A window of what the two ends of a flow said to each other: follow stream. The flow is followed whole, whatever the filter.
    Stream {
        flow: u32,
        side: StreamSide,
        /// Which chunks, in the order of [`StreamAnswer::total`].
        chunks: Range<u32>,
        /// HTTP bodies unpacked (chunked, gzip, deflate, brotli, zstd) where possible.
        decoded: bool,
    } -> StreamAnswer;
    /// The bytes of one side of a flow (or of both in the order they came), for saving: a window of them.
    StreamBytes {
        flow: u32,
        side: StreamSide,
        bytes: Range<u64>,
    } -> StreamBytesAnswer;
    /// Where a stream holds a text or bytes. Answers when found, at the end, or after a bounded stretch: ask the same again from
    /// [`StreamFound::next`] then.
    StreamFind {
        flow: u32,
        side: StreamSide,
        what: Needle,
        /// The first chunk looked at.
        from: u32,
        /// Chunks are those of [`Stream::decoded`].
        decoded: bool,
    } -> StreamFound;
    /// One direction of a TCP connection over time, as many points as are seen; of it whole, whatever the filter.
    TcpGraph {
        flow: u32,
        /// Whose segments.
        from_client: bool,
        kind: GraphKind,
        /// From and to, ns since the capture's first packet; `None`: the whole connection.
        span: Option<(i64, i64)>,
        /// Pixels there are; 0 means 1000.
        width: u16,
    } -> GraphAnswer;
    /// A window of a TCP connection's packets as messages between its ends; all of them, whatever the filter.
    Ladder {
        flow: u32,
        rows: Range<u32>,
    } -> LadderAnswer;
    /// A window of what became of connections with a packet that matches the filter, and counts of all of these.
    States {
        rows: Range<u32>,
        sort: StateSort,
        /// As in [`Flows`].
        search: String,
        filter: StateFilter,
        /// UDP and the others too, of which only Zeek says something.
        every_transport: bool,
        /// Only the row of this flow, and no counts.
        flow: Option<u32>,
    } -> StatesAnswer;
    /// Where a connection's segments were lost; of it whole, whatever the filter.
    Losses {
        flow: u32,
    } -> LossesAnswer;
    /// The same for all connections with a packet that matches the filter together.
    LossSummary {} -> LossSummaryAnswer;
    /// What deserves a look on the packets that match the filter: findings by kind.
    Experts {
        /// Only what is at least so grave.
        least: Severity,
        /// A part of the group's protocol, name or summary, whatever the case; all if empty.
        search: String,
    } -> ExpertAnswer;
    /// The packets with findings of one kind: a window of them, in the order of the file.
    ExpertPackets {
        /// [`ExpertGroup::protocol`] and [`ExpertGroup::name`].
        protocol: String,
        name: String,
        rows: Range<u32>,
    } -> ExpertPage;
    /// What was exchanged with each country, and with addresses that are in none.
    Countries {} -> CountriesAnswer;
    /// Which capture this is, once it is read to its end; see [`FingerprintAnswer::print`].
    Fingerprint {} -> FingerprintAnswer;
    /// Every field there is, for choosing columns and for help.
    Fields {
        /// Part of a name or title; all if empty.
        pattern: String,
    } -> FieldsAnswer;
    /// What there is to say of a filter that is being typed.
    CheckFilter {
        filter: Filter,
    } -> FilterCheck;
    /// What could stand at a place of a filter.
    CompleteFilter {
        filter: Filter,
        /// UTF-16 units before the cursor.
        cursor: u32,
    } -> Completions;
    /// A window of a new capture file.
    SavePackets {
        format: CaptureFormat,
        /// Only the packets of this flow.
        flow: Option<u32>,
        /// 0, then [`SavedBytes::next`].
        from: u64,
    } -> SavedBytes;
    /// A window of a table as text.
    SaveTable {
        /// The question that the table answers, with its order and its search: its `rows` are those saved, all if that is empty.
        of: Option<Box<Query>>,
        format: TextFormat,
        /// CSV: texts that a spreadsheet would take for a formula begin with an apostrophe.
        no_formulas: bool,
        /// 0, then [`SavedText::next`].
        from: u32,
    } -> SavedText;
    /// A window of the endpoints: addresses, with TCP, UDP and SCTP their ports, of packets that match the filter.
    Endpoints {
        of: AddressKind,
        rows: Range<u32>,
        sort: EndpointSort,
        /// Words that must all occur in the address or its name, or be its port (`:443`).
        search: String,
    } -> EndpointPage;
    /// A window of the conversations between addresses, of packets that match the filter.
    Conversations {
        of: AddressKind,
        rows: Range<u32>,
        sort: ConversationSort,
        /// Words that must all occur in the addresses or their names, or be one of the ports (`:443`).
        search: String,
    } -> ConversationPage;
    /// A window of Destinations and Ports, or of another tree of packets that match the filter.
    StatsTree {
        of: TreeKind,
        /// Of IPv6 addresses instead of IPv4's.
        ipv6: bool,
        rows: Range<u32>,
        sort: TreeSort,
        /// Words that must all occur in a node, one around it or its name, or be a port (`:443`).
        search: String,
        unfolded: Unfolded,
        /// Nodes that are unfolded where others are not, or folded where others are not, by [`StatsRow::path`].
        turned: Vec<String>,
    } -> StatsPage;
    /// One address: its names, roles, peers, protocols, ports and activity, in packets that match the filter.
    Host {
        /// IPv4, IPv6, or a link address as `00:00:5e:00:53:01`.
        address: String,
        /// How many buckets over time at most; 0 means 120.
        buckets: u16,
        /// Which of its peers, of its ports of each kind and of the addresses beside it; empty: the first 100.
        rows: Range<u32>,
    } -> HostAnswer;
    /// What a machine should not speak: of all flows with a packet that matches the filter.
    Unwanted {
        /// What it should, as text; empty: the first of [`PRESETS`].
        allow: String,
        /// Packets that may hold a login, read for this answer at most. The worker reads them ahead by itself.
        read: u32,
    } -> UnwantedAnswer;
    /// What the capture holds (or what of it matches the filter), for people who do not have it.
    Report {
        format: ReportFormat,
        /// All if empty; they come in the order of [`ReportSection::ALL`].
        sections: Vec<ReportSection>,
        /// The file's name.
        name: String,
        /// When it is made, as it is to be shown: the engine has no clock.
        made: String,
        /// The filter, as it is to be shown.
        filter: String,
        /// As in [`Unwanted`].
        allow: String,
        /// Random text, kept by nobody: addresses and names get others, in the same way everywhere. Empty: they stay.
        salt: String,
        /// The language it is told in, as in HTML's `lang`, with its catalogue (the file); empty: English.
        language: String,
        words: String,
    } -> ReportAnswer;
}
