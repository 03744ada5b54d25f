//! Bytes that nobody reads, and the marks for layers that could not be read to their end.
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, fields};

fields! {
    BYTES: Bytes => "data.data", "Data";
    LENGTH: Uint => "data.len", "Length";
    WHOLE_LENGTH: Uint => "tcp.reassembled.length", "Reassembled TCP length";
}

pub(super) static DATA: Protocol = Protocol { fields: &[&BYTES, &LENGTH], dissect: data, ..pseudo("data", "Data", "") };
pub(super) static SHORT: Protocol = pseudo("_ws.short", "Cut short by the capture", "");
pub(super) static MALFORMED: Protocol = pseudo("_ws.malformed", "Malformed", "");
/// What is missing stands in other fragments.
pub(super) static UNREASSEMBLED: Protocol = pseudo("_ws.unreassembled", "Unreassembled", "");

/// Stands before a message that several segments made.
pub(super) static SEGMENTS: Protocol =
    Protocol { fields: &[&WHOLE_LENGTH], ..pseudo("tcp.segments", "Reassembled TCP segments", "") };

/// How long the message is that the segments made.
pub(super) fn reassembled(d: &mut Dissection, message: &Bytes<'_>, length: usize) {
    d.generated(&WHOLE_LENGTH, message.span(0..0), length);
}

const fn pseudo(name: &'static str, title: &'static str, short: &'static str) -> Protocol {
    Protocol { name, title, short, fields: &[], claims: &[], probe: None, dissect, ..Protocol::PLAIN }
}

fn data<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let all = bytes.span(0..bytes.len());
        d.field(&BYTES, all, bytes.all());
        d.generated(&LENGTH, all, bytes.len());
    }
    Ok(Next::End)
}

fn dissect<'p>(_: &mut Dissection, _: Bytes<'p>) -> Result<Next<'p>, Problem> {
    Ok(Next::End)
}
