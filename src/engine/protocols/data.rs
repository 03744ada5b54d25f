//! Bytes that nobody reads, and the marks for layers that could not be read to their end.
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol};

pub(super) static DATA: Protocol = pseudo("data", "Data", "");
pub(super) static SHORT: Protocol = pseudo("_ws.short", "Cut short by the capture", "");
pub(super) static MALFORMED: Protocol = pseudo("_ws.malformed", "Malformed", "");
/// What is missing stands in other fragments.
pub(super) static UNREASSEMBLED: Protocol = pseudo("_ws.unreassembled", "Unreassembled", "");

/// Stands before a message that several segments made.
pub(super) static SEGMENTS: Protocol = pseudo("tcp.segments", "Reassembled TCP segments", "");

const fn pseudo(name: &'static str, title: &'static str, short: &'static str) -> Protocol {
    Protocol { name, title, short, fields: &[], claims: &[], probe: None, dissect, ..Protocol::PLAIN }
}

fn dissect<'p>(_: &mut Dissection, _: Bytes<'p>) -> Result<Next<'p>, Problem> {
    Ok(Next::End)
}
