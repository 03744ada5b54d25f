//! Reports: what a capture holds, for people who do not have it.
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ReportAnswer {
    pub text: String,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ReportFormat {
    /// One page that needs nothing else, for the screen and for paper.
    #[default]
    Html,
    /// For a ticket.
    Markdown,
}

/// A part of a report.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportSection {
    File,
    Overview,
    Verdicts,
    Unwanted,
    Expert,
    Protocols,
    Flows,
    Destinations,
    Rtt,
    Losses,
}

impl ReportSection {
    /// In the order of the report.
    pub const ALL: [Self; 10] = [
        Self::File,
        Self::Overview,
        Self::Verdicts,
        Self::Unwanted,
        Self::Expert,
        Self::Protocols,
        Self::Flows,
        Self::Destinations,
        Self::Rtt,
        Self::Losses,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::File => "The file",
            Self::Overview => "Overview",
            Self::Verdicts => "What stands out",
            Self::Unwanted => "Unwanted protocols",
            Self::Expert => "Expert information",
            Self::Protocols => "Protocols",
            Self::Flows => "Largest flows",
            Self::Destinations => "Destinations and ports",
            Self::Rtt => "Round-trip times",
            Self::Losses => "Losses",
        }
    }

    /// Its name in commands.
    pub fn slug(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Overview => "overview",
            Self::Verdicts => "verdicts",
            Self::Unwanted => "unwanted",
            Self::Expert => "expert",
            Self::Protocols => "protocols",
            Self::Flows => "flows",
            Self::Destinations => "destinations",
            Self::Rtt => "rtt",
            Self::Losses => "losses",
        }
    }
}
