//! Single packets: the list, the tree, the bytes, tcpdump's lines.
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct PacketPage {
    pub total: u32,
    /// The row, from 0, of the packet `around`, or of the first one after it; `None` when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    pub rows: Vec<PacketRow>,
}

/// Wireshark's default columns.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct PacketRow {
    /// From 1, in file order.
    pub number: u32,
    /// Since the first packet; `None` when the packet has no time.
    pub time_ns: Option<i64>,
    /// Since the packet before it in the file.
    pub delta_ns: Option<i64>,
    pub source: String,
    pub destination: String,
    pub protocol: String,
    /// Original length, bytes.
    pub length: u32,
    pub info: String,
    pub colour: Colour,
    /// Its innermost flow.
    pub flow: Option<u32>,
    /// Values of the columns asked for, in their order; several are joined by commas.
    pub columns: Vec<String>,
    /// Comments that the file has on it.
    pub comment: bool,
}

/// Which of Wireshark's colouring rules a packet matches first.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Colour {
    BadTcp,
    IcmpError,
    Arp,
    Icmp,
    Reset,
    LowTtl,
    Checksum,
    Smb,
    Http,
    DceRpc,
    Routing,
    SynFin,
    Tcp,
    Udp,
    Broadcast,
    #[default]
    None,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct PacketDetail {
    /// From 1.
    pub number: u32,
    pub flow: Option<u32>,
    /// The flow's packet before and after this one, ids from 0.
    pub previous_in_flow: Option<u32>,
    pub next_in_flow: Option<u32>,
    /// Pre-order.
    pub tree: Vec<TreeRow>,
    /// The frame first; then what was put together, decrypted or decompressed.
    pub buffers: Vec<BufferView>,
}

/// A line of the detail tree: a layer, or a field at some depth.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct TreeRow {
    /// 0 is a layer.
    pub depth: u8,
    /// `Source Port: 443`; computed ones in brackets.
    pub text: String,
    /// Filter name of the field or layer: `tcp.srcport`.
    pub name: String,
    /// Which protocol it belongs to, to remember what is expanded: `tcp`.
    pub layer: String,
    /// The value as a filter compares it (`443`); empty where there is none.
    pub value: String,
    /// Display filter that selects packets like this one: `tcp.srcport == 443`.
    pub filter: String,
    pub generated: bool,
    /// Index into [`PacketDetail::buffers`], and the range of bytes there; length 0: none.
    pub buffer: u8,
    pub start: u32,
    pub length: u32,
    /// Id (from 0) of the packet that the line leads to.
    pub link: Option<u32>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct BufferView {
    pub title: String,
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// What to look for.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub enum Needle {
    /// In the packet list's columns; case does not matter.
    List(String),
    /// In the lines of the detail tree; case does not matter.
    Tree(String),
    /// In the bytes, as UTF-8 text; case matters when `exact`.
    Text { text: String, exact: bool },
    /// In the bytes: `0d0a`, `0d:0a`, `0d 0a`.
    Hex(String),
    /// A field by its filter name, with the value as shown; any value if empty.
    Field { name: String, value: String },
}

impl Default for Needle {
    fn default() -> Self {
        Self::List(String::new())
    }
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct Found {
    /// Id of the packet, from 0.
    pub packet: Option<u32>,
    /// Where it stands in the frame's bytes, if it does.
    pub bytes: Option<std::ops::Range<u32>>,
    /// Nothing found yet: go on from here. `None`: there is no more to look at.
    pub next: Option<u32>,
}

/// tcpdump's switches.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
#[serde(default)]
pub struct LineOptions {
    pub time: LineTime,
    /// `-e`: the link layer's header.
    pub link: bool,
    /// `-v`.
    pub verbose: bool,
    /// `-A`: bytes as text.
    pub ascii: bool,
    /// `-X`: bytes as hex and text.
    pub hex: bool,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LineTime {
    /// Time of day, UTC.
    #[default]
    OfDay,
    /// `-tt`: seconds since 1970.
    Epoch,
    /// `-tttt`: date and time, UTC.
    Date,
    /// `-t`.
    None,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct LinesAnswer {
    /// Of each packet asked for; several lines are one text.
    pub lines: Vec<String>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct FieldsAnswer {
    pub total: u32,
    /// At most 500 where a pattern was given.
    pub fields: Vec<FieldView>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct FieldView {
    pub name: String,
    pub title: String,
    /// `Unsigned integer`, `Text` …
    pub kind: String,
    /// Title of the protocol it belongs to.
    pub protocol: String,
}
