//! eXtensible Markup Language (W3C XML 1.0): tags, attributes and text, as they stand.
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, fields, text};

fields! {
    INSTRUCTION: Text => "xml.xmlpi", "Processing instruction";
    DECLARATION: Text => "xml.xmlpi.xml", "XML declaration";
    VERSION: Text => "xml.xmlpi.xml.version", "version";
    ENCODING: Text => "xml.xmlpi.xml.encoding", "encoding";
    STANDALONE: Text => "xml.xmlpi.xml.standalone", "standalone";
    DOCTYPE: Text => "xml.doctype", "Document type";
    TAG: Text => "xml.tag", "Tag";
    ATTRIBUTE: Text => "xml.attribute", "Attribute";
    TEXT: Text => "xml.cdata", "Text";
    COMMENT: Text => "xml.comment", "Comment";
}

pub(super) static XML: Protocol =
    Protocol { name: "xml", title: "eXtensible Markup Language", fields: FIELDS, dissect, ..Protocol::PLAIN };

/// More pieces are not shown.
const MOST_SHOWN: usize = 5000;
/// Deeper nesting is shown as this deep.
const MOST_DEPTH: u8 = 60;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.column_add("XML");
    if d.wants() {
        show(d, &bytes);
    }
    Ok(Next::End)
}

/// The document, piece by piece.
fn show(d: &mut Dissection, bytes: &Bytes<'_>) {
    let all = bytes.all();
    let (mut at, mut depth) = (0_usize, 0_u8);
    // Where the lines of open elements stand, and where those begin.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for _ in 0..MOST_SHOWN {
        let Some(rest) = all.get(at..).filter(|rest| !rest.is_empty()) else { break };
        let (length, piece) = piece(rest);
        let part = rest.get(..length).unwrap_or(rest);
        let span = bytes.span(at..at.saturating_add(part.len()));
        let trimmed = part.trim_ascii();
        match piece {
            Piece::Text if trimmed.is_empty() => {}
            Piece::Text => at_depth(d, depth, |d| d.field(&TEXT, span, text::shown(part))),
            Piece::Comment => at_depth(d, depth, |d| d.field(&COMMENT, span, text::shown(part))),
            Piece::Declaration if part.starts_with(b"<?xml ") => declaration(d, bytes, part, at),
            Piece::Declaration => d.field(&INSTRUCTION, span, text::shown(part)),
            Piece::Doctype => d.field(&DOCTYPE, span, text::shown(part)),
            Piece::Close => {
                depth = depth.saturating_sub(1);
                if let Some((line, start)) = open.pop()
                    && let Some(found) =
                        d.fields.get_mut(line).filter(|found| std::ptr::eq(found.field, &raw const TAG))
                {
                    found.span = bytes.span(start..at.saturating_add(part.len()));
                }
            }
            Piece::Open { empty } => {
                let inside = part.get(1..).unwrap_or_default();
                let name = inside
                    .iter()
                    .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
                    .unwrap_or(inside.len());
                if !empty {
                    open.push((d.fields.len(), at));
                }
                at_depth(d, depth, |d| d.field(&TAG, span, text::shown(part)));
                let from = at.saturating_add(1).saturating_add(name);
                at_depth(d, depth.saturating_add(1), |d| {
                    attributes(d, bytes, inside.get(name..).unwrap_or_default(), from)
                });
                depth = if empty { depth } else { depth.saturating_add(1).min(MOST_DEPTH) };
            }
        }
        at = at.saturating_add(part.len().max(1));
    }
}

/// `<?xml version="1.0" encoding="UTF-8"?>`: the values stand without their quotes.
fn declaration(d: &mut Dissection, bytes: &Bytes<'_>, part: &[u8], at: usize) {
    d.field(&DECLARATION, bytes.span(at..at.saturating_add(part.len())), text::shown(part));
    d.nest(|d| {
        for field in [&VERSION, &ENCODING, &STANDALONE] {
            let name = field.title().as_bytes();
            let Some(found) = part.windows(name.len()).position(|window| window == name) else { continue };
            let from = found.saturating_add(name.len());
            let mut quoted = part.get(from..).unwrap_or_default().splitn(3, |byte| matches!(byte, b'"' | b'\''));
            if let (Some(equals), Some(value)) = (quoted.next(), quoted.next()) {
                let start = at.saturating_add(from).saturating_add(equals.len()).saturating_add(1);
                d.field(field, bytes.span(start..start.saturating_add(value.len())), text::shown(value));
            }
        }
    });
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
        d.field(
            &ATTRIBUTE,
            bytes.span(start..start.saturating_add(length)),
            text::shown(rest.get(..length).unwrap_or(rest)),
        );
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
        let expected = [
            "0:<?xml version=\"1.0\"?>",
            "1:1.0",
            "0:<a b=\"x>y\" c='d'>",
            "1:b=\"x>y\"",
            "1:c='d'",
            "1:<e/>",
            "1:text",
            "0:<!-- n -->",
        ];
        assert_eq!(lines, expected);
    }
}
