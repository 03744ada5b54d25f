//! Saving what is looked at: packets as a capture file, any table as text. Window by window, so that gigabytes can stream to a disk.
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CaptureFormat {
    /// Keeps everything: interfaces, comments, names, secrets.
    #[default]
    Pcapng,
    /// One link type only; times as fine as the source's.
    Pcap,
}

/// A window of a capture file that is being saved.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct SavedBytes {
    /// What comes next in the file that is written; empty only when nothing is left.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// Packets in `bytes`.
    pub packets: u32,
    /// Ask again from here; `None`: that was all. A place in the capture's own file: against its length it tells the progress.
    pub next: Option<u64>,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TextFormat {
    /// RFC 4180, with a header row: the fields of the rows, by their names here. Fields of a field are `statistics.count`.
    #[default]
    Csv,
    /// One array of rows.
    Json,
    /// One row a line.
    Ndjson,
    /// Of the flow table only: Zeek's conn.log as tab-separated columns, and as JSON.
    ConnLog,
    ConnLogJson,
}

/// A window of a table that is being saved.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct SavedText {
    pub text: String,
    /// Rows in `text`.
    pub rows: u32,
    /// Ask again from here; `None`: that was all.
    pub next: Option<u32>,
}
