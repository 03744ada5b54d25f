//! What happened when ([`Timeline`](super::Timeline)) and how much of what there was ([`Statistics`](super::Statistics)).
use super::Moment;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct TimelineAnswer {
    /// Start of the first bucket, ns.
    pub start_ns: i64,
    /// Width of every bucket, ns.
    pub width_ns: i64,
    pub packets: Vec<u32>,
    /// Wire bytes.
    pub bytes: Vec<u64>,
    /// Flows whose first packet (of those that match) is in the bucket.
    pub flows: Vec<u32>,
    /// TCP resets in the bucket.
    pub resets: Vec<u32>,
    /// TCP segments that were sent again, fast and spurious retransmissions included.
    pub retransmissions: Vec<u32>,
    /// Packets with expert information of severity error: malformed ones, and what protocols report as errors.
    pub errors: Vec<u32>,
    /// Earliest and latest time of the whole capture, ns, whatever was asked for; equal without any.
    pub whole: (i64, i64),
    /// Packets for which the line's own filter is not decided yet: ask the same again until there are none.
    pub undecided: u32,
}

/// What [`Statistics`](super::Statistics) groups by.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StatisticsKind {
    /// Addresses that began flows: their clients.
    #[default]
    Sources,
    /// Addresses that were asked: servers.
    Destinations,
    /// What flows speak; with how many clients and servers each.
    Protocols,
    /// Where servers are; those that are private or unknown too, by what they are.
    Countries,
    /// Ports of servers, with their transport.
    Ports,
    /// How long flows lasted, in steps of powers of ten.
    Durations,
    /// Lengths of packets, in Wireshark's steps. There are no flows and no durations in it.
    Lengths,
    /// A map of times: rows and cells of round units that suit the capture's length; see [`Grid`].
    Hours,
    /// Protocols and the countries of servers: a row for every pair.
    ProtocolCountries,
    /// Protocols and spans of time: a row for every pair.
    ProtocolTimes,
}

/// What is compared.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Measure {
    /// Flows that begin.
    #[default]
    Flows,
    Packets,
    /// Bytes of whole frames on the wire.
    Data,
    /// Those from clients to servers.
    Sent,
    /// Those from servers to clients.
    Received,
    /// Time between first and last packet, summed over flows.
    Duration,
}

impl Measure {
    pub const ALL: [Self; 6] = [Self::Flows, Self::Packets, Self::Data, Self::Sent, Self::Received, Self::Duration];
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct StatisticsAnswer {
    /// All that is meant.
    pub total: StatisticsRow,
    /// How many groups there are; the largest of them are in `rows`. Of pairs: how many on the left.
    pub groups: u32,
    /// How many there are on the right of pairs.
    pub seconds: u32,
    /// Largest first, or in their own order (durations, lengths, times). Pairs: those on the left by size, of each those on the right.
    pub rows: Vec<StatisticsRow>,
    /// What the groups that are left out come to; without flows: nothing was left out.
    pub rest: StatisticsRow,
    /// When time 0 was; of times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Moment>,
    /// Of times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<Grid>,
    /// Countries are not known: their data was not loaded.
    pub no_countries: bool,
}

/// One bar, cell or band.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct StatisticsRow {
    /// What it is of: `10.0.0.1`, `TLS`, `443/TCP`, `10–100 ms`. Of pairs the left; empty: the others, of which each is too small.
    pub label: String,
    /// The right of pairs with countries; empty: the others.
    pub second: String,
    /// Of times: the start of the cell, ns since the capture's first packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_ns: Option<i64>,
    pub flows: u64,
    pub packets: u64,
    pub data: u64,
    pub sent: u64,
    pub received: u64,
    pub duration_ns: i64,
    /// Of protocols: different addresses on either side.
    pub clients: u32,
    pub servers: u32,
    /// A display filter for it; empty where there is none.
    pub filter: String,
}

impl StatisticsRow {
    pub fn measure(&self, measure: Measure) -> u64 {
        match measure {
            Measure::Flows => self.flows,
            Measure::Packets => self.packets,
            Measure::Data => self.data,
            Measure::Sent => self.sent,
            Measure::Received => self.received,
            Measure::Duration => self.duration_ns.unsigned_abs(),
        }
    }
}

/// Rows of cells: the cell at row `r` and column `c` begins at `start_ns + r * row_ns + c * cell_ns`.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Grid {
    pub start_ns: i64,
    pub row_ns: i64,
    pub cell_ns: i64,
    pub rows: u32,
    pub columns: u32,
}
