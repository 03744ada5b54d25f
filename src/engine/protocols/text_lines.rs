//! Lines of text: bodies of text media types.
use super::media_type::is_xml;
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields, text};

fields! {
    LINE: Text => "data-text-lines.line", "Line";
}

pub(super) static TEXT_LINES: Protocol = Protocol {
    name: "data-text-lines",
    title: "Line-based text data",
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

/// More lines are not shown.
const MOST_LINES: usize = 2000;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if is_xml(bytes.all()) {
        // Listed, but no line of the tree.
        d.layers.pop();
        d.mention("data-text-lines");
        return Ok(Next::Claim(Claim::Named("xml"), bytes));
    }
    if d.wants() {
        let (mut rest, mut at) = (bytes.all(), 0_usize);
        for _ in 0..MOST_LINES {
            if rest.is_empty() {
                break;
            }
            let (line, after) = text::next_line(rest);
            d.field(&LINE, bytes.span(at..at.saturating_add(line.len())), text::shown(line));
            at = at.saturating_add(rest.len().saturating_sub(after.len()));
            rest = after;
        }
    }
    Ok(Next::End)
}
