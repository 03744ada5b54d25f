//! The capture as a whole.
use super::CaptureFile;
use serde::{Deserialize, Serialize};

/// A moment of wall-clock time, UTC.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Moment {
    /// Seconds since 1970-01-01, rounded down.
    pub seconds: i64,
    pub nanos: u32,
}

impl Moment {
    /// `2026-11-22 05:02:33`, in the Gregorian calendar, UTC; the fraction is the caller's to add.
    pub fn calendar(&self) -> String {
        let (days, time) = (self.seconds.div_euclid(86_400), self.seconds.rem_euclid(86_400));
        // Years begin in March here, so that the leap day comes last.
        let days = days.saturating_add(719_468);
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct SummaryAnswer {
    /// `pcap`, `nsecpcap`, `modpcap` or `pcapng`; of a data set `mixed`, if its files differ.
    pub format: String,
    /// The link type's short name, or `per-packet`.
    pub encapsulation: String,
    pub file_bytes: u64,
    /// Of the packets that match the filter, as lengths, duration, flows, applications and hosts are; what remains is the file's.
    pub packets: u32,
    /// What the file has; `None` without a filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<AllOfFile>,
    /// Sum of the packets' original lengths.
    pub wire_bytes: u64,
    /// Sum of the captured lengths.
    pub captured_bytes: u64,
    /// Packets of which less was captured than was on the wire.
    pub truncated_packets: u32,
    /// Time of the file's first packet, which all times are relative to; `None` when no packet has a time.
    pub start: Option<Moment>,
    /// Latest minus earliest time, ns.
    pub duration_ns: i64,
    /// Whether times never go backwards.
    pub in_order: bool,
    pub flows: u32,
    pub tcp_flows: u32,
    pub udp_flows: u32,
    pub interfaces: Vec<InterfaceFacts>,
    /// The files of a data set; empty when there is one file only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<CaptureFile>,
    /// What the file says about its making (hardware, system, application, comments).
    pub made_by: Vec<String>,
    /// Application protocols by bytes, largest first, at most 50.
    pub applications: Vec<ApplicationTotal>,
    /// Addresses taken as "us", and candidates, most packets first, at most 20.
    pub local: Vec<LocalHost>,
    /// What is wrong with the file or noteworthy about the capture.
    pub warnings: Vec<Warning>,
}

/// What there is where a filter lets only a part of it pass.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct AllOfFile {
    pub packets: u32,
    pub wire_bytes: u64,
    pub duration_ns: i64,
    pub flows: u32,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct InterfaceFacts {
    pub id: u32,
    pub name: String,
    pub description: String,
    pub filter: String,
    /// Short name of the link type, as capinfos has it (`ether`).
    pub encapsulation: String,
    /// 0 = unlimited.
    pub snap_length: u32,
    pub ticks_per_second: u64,
    pub packets: u64,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ApplicationTotal {
    /// As shown: `HTTP`, `DNS`; the transport's name when nothing is known about the payload.
    pub name: String,
    pub flows: u32,
    pub packets: u64,
    pub bytes: u64,
    /// A display filter for these flows.
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct LocalHost {
    pub address: String,
    pub packets: u64,
    pub chosen: bool,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct Warning {
    /// Where in the file, if it is about a place.
    pub offset: Option<u64>,
    pub message: String,
}
