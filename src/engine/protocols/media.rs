//! Bodies of media types that are named, not read, or read only a little: images, forms, whatever has no reader.
use super::media_type;
use crate::engine::dissect::{Bytes, Dissection, Field, Next, Problem, Protocol, field, text};

const LEAF: Protocol = Protocol::PLAIN;

pub(super) static MEDIA: Protocol = Protocol { name: "media", title: "Media Type", ..LEAF };
pub(super) static PNG: Protocol =
    Protocol { name: "png", title: "Portable Network Graphics", dissect: png, fields: PNG_FIELDS, ..LEAF };
pub(super) static GIF: Protocol =
    Protocol { name: "image-gif", title: "Compuserve GIF", dissect: gif, fields: GIF_FIELDS, ..LEAF };
pub(super) static JFIF: Protocol = Protocol { name: "image-jfif", title: "JPEG File Interchange Format", ..LEAF };
pub(super) static CBOR: Protocol = Protocol { name: "cbor", title: "Concise Binary Object Representation", ..LEAF };
pub(super) static MESSAGE: Protocol = Protocol { name: "message-http", title: "Media Type: message/http", ..LEAF };
pub(super) static FORM: Protocol =
    Protocol { name: "urlencoded-form", title: "HTML Form URL Encoded", dissect: form, fields: FORM_FIELDS, ..LEAF };
pub(super) static MULTIPART: Protocol = Protocol {
    name: "mime_multipart",
    title: "MIME Multipart Media Encapsulation",
    dissect: multipart,
    fields: PART_FIELDS,
    ..LEAF
};

static WIDTH: Field = field!(Uint => "png.ihdr.width", "Width");
static HEIGHT: Field = field!(Uint => "png.ihdr.height", "Height");
static PNG_FIELDS: &[&Field] = &[&WIDTH, &HEIGHT];
static VERSION: Field = field!(Text => "image-gif.version", "Version");
static SCREEN_WIDTH: Field = field!(Uint => "image-gif.screen.width", "Screen width");
static SCREEN_HEIGHT: Field = field!(Uint => "image-gif.screen.height", "Screen height");
static GIF_FIELDS: &[&Field] = &[&VERSION, &SCREEN_WIDTH, &SCREEN_HEIGHT];
static KEY: Field = field!(Text => "urlencoded-form.key", "Key");
static VALUE: Field = field!(Text => "urlencoded-form.value", "Value");
static FORM_FIELDS: &[&Field] = &[&KEY, &VALUE];
static PART: Field = field!(Label => "mime_multipart.part", "Encapsulated multipart part");
static PART_TYPE: Field = field!(Text => "mime_multipart.header.content-type", "Content-Type");
static PART_DISPOSITION: Field = field!(Text => "mime_multipart.header.content-disposition", "Content-Disposition");
static PART_ENCODING: Field =
    field!(Text => "mime_multipart.header.content-transfer-encoding", "Content-Transfer-Encoding");
static PREAMBLE: Field = field!(Bytes => "mime_multipart.preamble", "Preamble");
static FIRST_BOUNDARY: Field = field!(Text => "mime_multipart.first_boundary", "First boundary");
static BOUNDARY: Field = field!(Text => "mime_multipart.boundary", "Boundary");
static LAST_BOUNDARY: Field = field!(Text => "mime_multipart.last_boundary", "Last boundary");
static PART_FIELDS: &[&Field] =
    &[&PART, &PART_TYPE, &PART_DISPOSITION, &PART_ENCODING, &PREAMBLE, &FIRST_BOUNDARY, &BOUNDARY, &LAST_BOUNDARY];

fn png<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if let (Ok(width), Ok(height)) = (bytes.u32(16), bytes.u32(20)) {
        d.field(&WIDTH, bytes.span(16..20), width);
        d.field(&HEIGHT, bytes.span(20..24), height);
    }
    Ok(Next::End)
}

fn gif<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants()
        && let (Ok(version), Ok(width), Ok(height)) = (bytes.take(0..6), bytes.u16_le(6), bytes.u16_le(8))
    {
        d.field(&VERSION, bytes.span(0..6), text::shown(version));
        d.field(&SCREEN_WIDTH, bytes.span(6..8), width);
        d.field(&SCREEN_HEIGHT, bytes.span(8..10), height);
    }
    Ok(Next::End)
}

/// `a=b&c=d`, where `+` is a blank and `%20` a byte in hexadecimal (WHATWG URL §5.1).
fn form<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    const MOST_PAIRS: usize = 1000;
    if !d.wants() {
        return Ok(Next::End);
    }
    let mut at = 0_usize;
    for pair in bytes.all().split(|&byte| byte == b'&').take(MOST_PAIRS) {
        let end = at.saturating_add(pair.len());
        let equals = pair.iter().position(|&byte| byte == b'=').unwrap_or(pair.len());
        let (key, value) = pair.split_at_checked(equals).unwrap_or((pair, &[]));
        d.field(&KEY, bytes.span(at..at.saturating_add(equals)), unescaped(key));
        if let Some(value) = value.get(1..) {
            let from = end.saturating_sub(value.len());
            d.nest(|d| d.field(&VALUE, bytes.span(from..end), unescaped(value)));
        }
        at = end.saturating_add(1);
    }
    Ok(Next::End)
}

fn unescaped(escaped: &[u8]) -> String {
    let mut plain = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let [first, after @ ..] = rest {
        rest = after;
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => plain.push(b' '),
            _ => plain.push(*first),
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// Parts between boundaries (RFC 2046 §5.1). The boundary is the first line that could be one.
fn multipart<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    const MOST_PARTS: usize = 200;
    let all = bytes.all();
    // What stands before it is for readers who do not know what parts are.
    let start = find(all, b"--").unwrap_or(all.len());
    let boundary = text::line(all.get(start..).unwrap_or_default()).trim_ascii_end();
    if boundary.len() < 3 {
        return Ok(Next::Data(bytes));
    }
    if start > 0 {
        d.field(&PREAMBLE, bytes.span(0..start), all.get(..start).unwrap_or_default());
    }
    let mut at = text_after(all, start);
    d.field(&FIRST_BOUNDARY, bytes.span(start..at), boundary);
    for _ in 0..MOST_PARTS {
        let rest = all.get(at..).unwrap_or_default();
        let Some(length) = find(rest, boundary) else { break };
        let part = rest.get(..length).unwrap_or_default();
        let part = part.strip_suffix(b"\n").map_or(part, |part| part.strip_suffix(b"\r").unwrap_or(part));
        let (mut line_at, mut content_type) = (0_usize, None);
        d.label(&PART, bytes.span(at..at.saturating_add(part.len())), || "Encapsulated multipart part".to_owned());
        loop {
            let line = text::line(part.get(line_at..).unwrap_or_default());
            let span = bytes.span(at.saturating_add(line_at)..at.saturating_add(line_at).saturating_add(line.len()));
            let next = text_after(part, line_at);
            if line.is_empty() || next >= part.len() {
                line_at = if line.is_empty() { next } else { part.len() };
                break;
            }
            let value = |name: &[u8]| {
                text::starts_with(line, name).then(|| line.get(name.len()..).unwrap_or_default().trim_ascii())
            };
            if let Some(kind) = value(b"content-type:") {
                content_type = Some(kind);
                d.nest(|d| d.field(&PART_TYPE, span, text::shown(kind)));
            } else if let Some(disposition) = value(b"content-disposition:") {
                d.nest(|d| d.field(&PART_DISPOSITION, span, text::shown(disposition)));
            } else if let Some(encoding) = value(b"content-transfer-encoding:") {
                d.nest(|d| d.field(&PART_ENCODING, span, text::shown(encoding)));
            }
            line_at = next;
        }
        let body = bytes.from(at.saturating_add(line_at)).limit(part.len().saturating_sub(line_at));
        if !body.is_empty() {
            let reader = media_type::reader(content_type, body.all());
            d.info_extend(|| reader.words());
            d.also_inside(reader.claim(), body);
        }
        // The end of the line before a boundary is its own.
        let ended = at.saturating_add(part.len());
        at = at.saturating_add(length);
        let is_last = all.get(at.saturating_add(boundary.len())..).is_some_and(|after| after.starts_with(b"--"));
        at = text_after(all, at);
        d.field(if is_last { &LAST_BOUNDARY } else { &BOUNDARY }, bytes.span(ended..at), boundary);
        if is_last {
            break;
        }
    }
    Ok(Next::End)
}

/// Where the line after the one at `at` begins.
fn text_after(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let (_, after) = text::next_line(rest);
    at.saturating_add(rest.len().saturating_sub(after.len()))
}

/// Where `needle` begins at the start of a line.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    while at < bytes.len() {
        if bytes.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        at = text_after(bytes, at);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::{LayerKind, Wanted};

    #[test]
    fn parts_stand_inside() {
        let bytes = b"--x\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n--x\r\n\r\nhello\r\n--x--\r\n";
        let mut d = Dissection::new(Wanted::Facts);
        assert!(multipart(&mut d, Bytes::frame(bytes, 0)).is_ok());
        let kinds: Vec<_> = d.context.later.iter().map(|(_, span, kind)| (span.len(), *kind)).collect();
        assert_eq!(kinds, [(6, LayerKind::Inside), (5, LayerKind::Inside)]);
    }
}
