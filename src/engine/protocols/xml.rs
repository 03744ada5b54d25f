//! eXtensible Markup Language (W3C XML 1.0): tags, attributes and text, as they stand.
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, fields, text};

fields! {
    DECLARATION: Text => "xml.xmlpi", "Processing instruction";
    DOCTYPE: Text => "xml.doctype", "Document type";
    TAG: Text => "xml.tag", "Tag";
    ATTRIBUTE: Text => "xml.attribute", "Attribute";
    TEXT: Text => "xml.cdata", "Text";
    COMMENT: Text => "xml.comment", "Comment";
}

pub(super) static XML: Protocol = Protocol {
    name: "xml",
    title: "eXtensible Markup Language",
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

/// More pieces are not shown.
const MOST_SHOWN: usize = 5000;
/// Deeper nesting is shown as this deep.
const MOST_DEPTH: u8 = 60;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.column_add("XML");
    if !d.wants() {
        return Ok(Next::End);
    }
    let all = bytes.all();
    let (mut at, mut depth) = (0_usize, 0_u8);
    for _ in 0..MOST_SHOWN {
        let Some(rest) = all.get(at..).filter(|rest| !rest.is_empty()) else { break };
        let (length, piece) = piece(rest);
        let part = rest.get(..length).unwrap_or(rest);
        let span = bytes.span(at..at.saturating_add(part.len()));
        let trimmed = part.trim_ascii();
        match piece {
            Piece::Text if trimmed.is_empty() => {}
            Piece::Text => at_depth(d, depth, |d| d.field(&TEXT, span, text::shown(trimmed))),
            Piece::Comment => at_depth(d, depth, |d| d.field(&COMMENT, span, text::shown(part))),
            Piece::Declaration => d.field(&DECLARATION, span, text::shown(part)),
            Piece::Doctype => d.field(&DOCTYPE, span, text::shown(part)),
            Piece::Close => depth = depth.saturating_sub(1),
            Piece::Open { empty } => {
                let inside = part.get(1..).unwrap_or_default();
                let name = inside.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')).unwrap_or(inside.len());
                at_depth(d, depth, |d| d.field(&TAG, span, text::shown(inside.get(..name).unwrap_or_default())));
                let from = at.saturating_add(1).saturating_add(name);
                at_depth(d, depth.saturating_add(1), |d| attributes(d, &bytes, inside.get(name..).unwrap_or_default(), from));
                depth = if empty { depth } else { depth.saturating_add(1).min(MOST_DEPTH) };
            }
        }
        at = at.saturating_add(part.len().max(1));
    }
    Ok(Next::End)
}

fn at_depth(d: &mut Dissection, depth: u8, add: impl FnOnce(&mut Dissection)) {
    if depth == 0 { add(d) } else { d.nest(|d| at_depth_boxed(d, depth.saturating_sub(1), Box::new(add))) }
}

/// The same without a type that grows with the depth.
fn at_depth_boxed(d: &mut Dissection, depth: u8, add: Box<dyn FnOnce(&mut Dissection) + '_>) {
    if depth == 0 { add(d) } else { d.nest(|d| at_depth_boxed(d, depth.saturating_sub(1), add)) }
}

enum Piece {
    Text,
    Comment,
    Declaration,
    Doctype,
    Close,
    Open { empty: bool },
}

/// What the bytes begin with, and its length.
fn piece(bytes: &[u8]) -> (usize, Piece) {
    let until = |end: &[u8]| {
        let found = bytes.windows(end.len()).position(|window| window == end);
        found.map_or(bytes.len(), |at| at.saturating_add(end.len()))
    };
    match bytes {
        [b'<', b'!', b'-', b'-', ..] => (until(b"-->"), Piece::Comment),
        [b'<', b'?', ..] => (until(b"?>"), Piece::Declaration),
        [b'<', b'!', b'[', ..] => (until(b"]]>"), Piece::Text),
        [b'<', b'!', ..] => (until(b">"), Piece::Doctype),
        [b'<', b'/', ..] => (until(b">"), Piece::Close),
        [b'<', ..] => {
            let end = tag_end(bytes);
            (end, Piece::Open { empty: bytes.get(..end).is_some_and(|tag| tag.ends_with(b"/>")) })
        }
        _ => (bytes.iter().position(|&b| b == b'<').unwrap_or(bytes.len()), Piece::Text),
    }
}

/// Behind a tag's `>`, which may stand in an attribute's quotes, too.
fn tag_end(bytes: &[u8]) -> usize {
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at.saturating_add(1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    bytes.len()
}

/// `name="value"` until the tag's end.
fn attributes(d: &mut Dissection, bytes: &Bytes<'_>, tag: &[u8], from: usize) {
    let mut at = 0_usize;
    while let Some(rest) = tag.get(at..) {
        at = at.saturating_add(rest.iter().take_while(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).count());
        let rest = tag.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        let mut quote = None;
        let end = rest.iter().position(|&byte| match (quote, byte) {
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                false
            }
            (Some(open), _) => {
                if open == byte {
                    quote = None;
                }
                false
            }
            (None, _) => byte.is_ascii_whitespace() || byte == b'>',
        });
        let length = end.unwrap_or(rest.len()).max(1);
        let start = from.saturating_add(at);
        d.field(&ATTRIBUTE, bytes.span(start..start.saturating_add(length)), text::shown(rest.get(..length).unwrap_or(rest)));
        at = at.saturating_add(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn tags_nest() {
        let bytes = Bytes::reassembled(b"<?xml version=\"1.0\"?>\n<a b=\"x>y\" c='d'><e/>text</a><!-- n -->", 0);
        let mut d = Dissection::new(Wanted::Everything);
        d.enter(0, &bytes);
        assert!(dissect(&mut d, bytes).is_ok());
        let lines: Vec<_> = d.fields.iter().map(|found| format!("{}:{}", found.depth, found.text())).collect();
        let expected = ["0:<?xml version=\"1.0\"?>", "0:a", "1:b=\"x>y\"", "1:c='d'", "1:e", "1:text", "0:<!-- n -->"];
        assert_eq!(lines, expected);
    }
}
