//! What the page and the worker that unpacks say to each other.
use serde::{Deserialize, Serialize};

/// Page → worker. The packed `File` rides beside it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct Unpack {
    pub name: String,
    /// The page's folder in the browser's own file system, for what is unpacked; empty: into memory.
    pub room: String,
}

/// Worker → page.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub enum UnpackEvent {
    /// As [`super::Event::Ready`].
    Ready {
        version: String,
    },
    /// Bytes read of the packed file, and written. At most ten times a second.
    Progress {
        read: u64,
        written: u64,
    },
    /// The captures inside; their `File`s ride beside it in an array called `files`. `warning`: the last one is not whole, and why.
    Done {
        names: Vec<String>,
        warning: Option<String>,
    },
    Failed {
        message: String,
    },
    /// What bodies were before they were sent; `None`: nobody knows.
    Bodies(Vec<Option<serde_bytes::ByteBuf>>),
}

/// A message's body as it was sent, in a content coding that neither page nor worker can undo.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct CodedBody {
    /// `br` or `zstd`.
    pub encoding: String,
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// No more than so many bytes are made of it.
    pub most: u32,
}
