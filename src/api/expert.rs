//! Expert information: what in a capture deserves a look, by kind and with what else may explain it.
use serde::{Deserialize, Serialize};

/// How much a finding matters, as Wireshark grades them.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Severity {
    /// Somebody wrote it into the file.
    #[default]
    Comment,
    /// The usual course of things: a connection is made, a page is asked for.
    Chat,
    /// Unusual, and often harmless.
    Note,
    Warning,
    Error,
}

/// What a finding is about, in Wireshark's words.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Concern {
    Checksum,
    Sequence,
    Response,
    Request,
    Undecoded,
    Reassemble,
    Malformed,
    #[default]
    Protocol,
    Security,
    Comment,
    Decryption,
    Assumption,
    Deprecated,
}

impl Severity {
    /// From the least on.
    pub const ALL: [Self; 5] = [Self::Comment, Self::Chat, Self::Note, Self::Warning, Self::Error];

    /// `Warning`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comment => "Comment",
            Self::Chat => "Chat",
            Self::Note => "Note",
            Self::Warning => "Warning",
            Self::Error => "Error",
        }
    }
}

impl Concern {
    /// `Sequence`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Checksum => "Checksum",
            Self::Sequence => "Sequence",
            Self::Response => "Response",
            Self::Request => "Request",
            Self::Undecoded => "Undecoded",
            Self::Reassemble => "Reassemble",
            Self::Malformed => "Malformed",
            Self::Protocol => "Protocol",
            Self::Security => "Security",
            Self::Comment => "Comment",
            Self::Decryption => "Decryption",
            Self::Assumption => "Assumption",
            Self::Deprecated => "Deprecated",
        }
    }
}

/// One kind of finding and how often it was made. `protocol` and `name` together are what [`super::ExpertPackets`] asks by.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ExpertGroup {
    pub severity: Severity,
    pub concern: Concern,
    /// As shown: `TCP`.
    pub protocol: String,
    /// The finding's filter name: `tcp.analysis.retransmission`.
    pub name: String,
    /// One sentence; of findings with a text of their own a general one.
    pub summary: String,
    pub count: u64,
    /// Packets that have it: ids from 0 of the first ones, ascending.
    pub first: Vec<u32>,
    /// Found by rules of ours, not one of Wireshark's.
    pub ours: bool,
    /// The rule that found it.
    pub rule: String,
    /// What else can look like it; empty: nothing that we know of.
    pub false_causes: String,
    /// Wireshark's display filter for the packets; empty where there is none.
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ExpertAnswer {
    /// Findings by severity, in the order of [`Severity::ALL`], whatever was asked for.
    pub counts: [u64; 5],
    /// The gravest first, then the most frequent.
    pub groups: Vec<ExpertGroup>,
}

/// One finding on one packet.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ExpertRow {
    /// The packet's id, from 0.
    pub packet: u32,
    pub time_ns: Option<i64>,
    pub flow: Option<u32>,
    /// The packet's own text: `Connection establish request (SYN): server port 443`.
    pub message: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ExpertPage {
    /// Rows there are.
    pub total: u32,
    pub rows: Vec<ExpertRow>,
}

impl ExpertAnswer {
    /// How many findings are at least as grave.
    pub fn at_least(&self, severity: Severity) -> u64 {
        self.counts.iter().skip(severity as usize).sum()
    }
}
