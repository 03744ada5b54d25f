//! Filters: what is typed, whether it was understood, how far it got.
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A filter as it was typed; without any text it lets everything pass.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq, Hash)]
#[serde(default)]
pub struct Filter {
    pub text: String,
    pub language: Language,
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Whichever understands it; what both do is a display filter.
    #[default]
    Either,
    /// Wireshark's display filters.
    Display,
    /// tcpdump's capture filters.
    Capture,
}

/// How far the filter on screen got.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterProgress {
    pub filter: Filter,
    /// Packets that are decided, of all there are so far.
    pub decided: u32,
    pub packets: u32,
    pub matched: u32,
    /// Flows with a packet that matches.
    pub flows: u32,
    /// All packets there are so far are decided.
    pub done: bool,
    /// The filter cannot be applied: one sentence.
    pub failure: Option<String>,
}

/// What there is to say of a filter while it is typed. Places count UTF-16 units, as text fields do.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct FilterCheck {
    pub verdict: FilterVerdict,
    /// Which language it was understood in.
    pub language: Language,
    /// Why it is doubtful or invalid, and what would be right; empty when it is valid.
    pub message: String,
    pub at: Option<Range<u32>>,
    /// It is valid in the other language too, and may mean something else there.
    pub both: bool,
    /// The same filter for tshark and for tcpdump; empty where there is none.
    pub display: String,
    pub capture: String,
    /// What has to hold together, or what may hold instead of each other: the parts of the outermost `and` or `or`.
    pub parts: Vec<FilterPart>,
    /// Whether the parts are joined by `or`.
    pub any: bool,
    /// Not all of it is answered without reading the file again.
    pub reads: bool,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FilterVerdict {
    #[default]
    Empty,
    Valid,
    /// Understood, but maybe not as it was meant.
    Doubtful,
    Invalid,
}

#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterPart {
    pub text: String,
    pub at: Range<u32>,
}

/// What could stand at the cursor.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// What a choice takes the place of, UTF-16 units.
    pub replace: Range<u32>,
    pub choices: Vec<Completion>,
}

#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    pub text: String,
    pub kind: CompletionKind,
    /// One line of help.
    pub help: String,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompletionKind {
    #[default]
    Field,
    Protocol,
    /// A value that this capture has.
    Value,
    Operator,
    Function,
}
