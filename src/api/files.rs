//! Captures that are opened together: a data set, its packets in one order by time.
use serde::{Deserialize, Serialize};

/// A file to be opened. Of several the packets are merged by time; at the same time the file named earlier comes first.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
#[serde(default)]
pub struct OpenFile {
    pub name: String,
    /// Added to the times of its packets, ns: for a clock that went wrong.
    pub shift_ns: i64,
}

/// One file of a data set, as far as it was read.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(default)]
pub struct CaptureFile {
    /// From 1, in the order they were opened in: `file.number`.
    pub number: u32,
    /// `file.name`.
    pub name: String,
    /// As in [`super::SummaryAnswer::format`]; empty when it was not begun.
    pub format: String,
    /// As in [`super::SummaryAnswer::encapsulation`].
    pub encapsulation: String,
    /// Bytes read of it.
    pub bytes: u64,
    /// All its packets, whatever the filter.
    pub packets: u64,
    /// Times of its earliest and latest packet, ns since the capture's first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_ns: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ns: Option<i64>,
    /// As it was opened with.
    pub shift_ns: i64,
    /// Packets that a file before it in the set holds as well: same time, same bytes. They are counted in both.
    pub duplicates: u64,
    /// Why nothing, or no more, of it was read; one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}
