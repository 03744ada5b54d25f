//! The frame itself: what the capture file says about a packet, as Wireshark's `frame` protocol.
use crate::engine::dissect::{EXPERT_FIELDS, Field, Found, Protocol, Span, Value, fields};

fields! {
    NUMBER: Uint => "frame.number", "Frame Number";
    TIME: Text => "frame.time_utc", "Arrival Time (UTC)";
    EPOCH: Seconds => "frame.time_epoch", "Epoch Time";
    DELTA: Seconds => "frame.time_delta", "Time delta from previous captured frame";
    RELATIVE: Seconds => "frame.time_relative", "Time since first frame";
    LENGTH: Uint => "frame.len", "Frame Length";
    CAPTURED: Uint => "frame.cap_len", "Capture Length";
    INTERFACE: Uint => "frame.interface_id", "Interface id";
    INTERFACE_NAME: Text => "frame.interface_name", "Interface name";
    INTERFACE_DESCRIPTION: Text => "frame.interface_description", "Interface description";
    MARKED: Bool => "frame.marked", "Frame is marked";
    IGNORED: Bool => "frame.ignored", "Frame is ignored";
    PROTOCOLS: Text => "frame.protocols", "Protocols in frame";
    COMMENT: Text => "frame.comment", "Comment";
    HAS_COMMENT: Bool => "frame.comment.present", "The file has a comment on it";
}

pub(super) static FRAME: Protocol =
    Protocol { name: "frame", title: "Frame", fields: FIELDS, ..Protocol::PLAIN };

/// No layer either: its lines stand in those of the protocols that found something.
pub(super) static EXPERT: Protocol = Protocol { name: "_ws.expert", title: "Expert Info", fields: EXPERT_FIELDS, ..Protocol::PLAIN };

/// What the capture file says about a packet. Times are ns.
pub struct Facts<'a> {
    pub number: u32,
    /// Since 1970, and as a date.
    pub time: Option<(i64, String)>,
    pub delta: Option<i64>,
    pub relative: Option<i64>,
    pub length: u32,
    pub captured: u32,
    pub interface: u32,
    /// Name and description of it; empty where there is none.
    pub interface_words: [&'a str; 2],
    pub protocols: &'a str,
    pub comment: bool,
    /// What it says.
    pub words: Option<&'a str>,
}

/// The frame's fields, in Wireshark's order. They have no bytes of their own.
pub fn fields_of(facts: &Facts<'_>) -> Vec<Found> {
    let mut fields = Vec::new();
    let mut add = |field: &'static Field, value: Option<Value>| {
        if let Some(value) = value {
            let span = Span::default();
            fields.push(Found { field, layer: 0, depth: 0, generated: false, span, value, note: None });
        }
    };
    let (epoch, date) = facts.time.clone().unzip();
    add(&INTERFACE, Some(facts.interface.into()));
    let [name, description] = facts.interface_words.map(|words| (!words.is_empty()).then(|| words.into()));
    add(&INTERFACE_NAME, name);
    add(&INTERFACE_DESCRIPTION, description);
    add(&TIME, date.map(Value::Text));
    add(&EPOCH, epoch.map(Value::Nanos));
    add(&DELTA, facts.delta.map(Value::Nanos));
    add(&RELATIVE, facts.relative.map(Value::Nanos));
    add(&NUMBER, Some(facts.number.into()));
    add(&LENGTH, Some(facts.length.into()));
    add(&CAPTURED, Some(facts.captured.into()));
    add(&MARKED, Some(false.into()));
    add(&IGNORED, Some(false.into()));
    add(&PROTOCOLS, Some(facts.protocols.into()));
    add(&COMMENT, facts.words.map(Value::from));
    add(&HAS_COMMENT, facts.comment.then_some(Value::Bool(true)));
    fields
}
