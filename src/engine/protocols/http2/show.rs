//! Headers in the detail tree: as they are written in their block, and as the fields that they mean.
use super::hpack::Header;
use super::{
    COUNT, FULL_URI, HEADER, INDEX, LENGTH_OF_ALL, NAME, NAME_LENGTH, REPRESENTATION, TABLE_SIZE, TABLE_SIZE_UPDATE,
    UNESCAPED, VALUE, VALUE_LENGTH, words,
};
use crate::engine::dissect::{Bytes, Dissection, Kind, Slot, Span, layouts};

// Not headers one after the other, but those that have a field of their own, found by its title.
layouts! {
    KNOWN = [
        Text => "http2.headers.authority", ":authority",;
        Uint => "http2.headers.status", ":status",;
        Text => "http2.headers.path", ":path",;
        Text => "http2.headers.method", ":method",;
        Text => "http2.headers.scheme", ":scheme",;
        Text => "http2.headers.accept", "accept",;
        Text => "http2.headers.accept_charset", "accept-charset",;
        Text => "http2.headers.accept_encoding", "accept-encoding",;
        Text => "http2.headers.accept_language", "accept-language",;
        Text => "http2.headers.accept_ranges", "accept-ranges",;
        Text => "http2.headers.access_control_allow_origin", "access-control-allow-origin",;
        Uint => "http2.headers.age", "age",;
        Text => "http2.headers.allow", "allow",;
        Text => "http2.headers.authorization", "authorization",;
        Text => "http2.headers.cache_control", "cache-control",;
        Text => "http2.headers.content_disposition", "content-disposition",;
        Text => "http2.headers.content_encoding", "content-encoding",;
        Text => "http2.headers.content_language", "content-language",;
        Uint => "http2.headers.content_length", "content-length",;
        Text => "http2.headers.content_location", "content-location",;
        Text => "http2.headers.content_range", "content-range",;
        Text => "http2.headers.content_type", "content-type",;
        Text => "http2.headers.cookie", "cookie",;
        Text => "http2.headers.date", "date",;
        Text => "http2.headers.etag", "etag",;
        Text => "http2.headers.expect", "expect",;
        Text => "http2.headers.expires", "expires",;
        Text => "http2.headers.from", "from",;
        Text => "http2.headers.if_match", "if-match",;
        Text => "http2.headers.if_modified_since", "if-modified-since",;
        Text => "http2.headers.if_none_match", "if-none-match",;
        Text => "http2.headers.if_range", "if-range",;
        Text => "http2.headers.if_unmodified_since", "if-unmodified-since",;
        Text => "http2.headers.last_modified", "last-modified",;
        Text => "http2.headers.link", "link",;
        Text => "http2.headers.location", "location",;
        Uint => "http2.headers.max_forwards", "max-forwards",;
        Text => "http2.headers.proxy_authenticate", "proxy-authenticate",;
        Text => "http2.headers.proxy_authorization", "proxy-authorization",;
        Text => "http2.headers.range", "range",;
        Text => "http2.headers.referer", "referer",;
        Text => "http2.headers.refresh", "refresh",;
        Text => "http2.headers.retry_after", "retry-after",;
        Text => "http2.headers.server", "server",;
        Text => "http2.headers.set_cookie", "set-cookie",;
        Text => "http2.headers.strict_transport_security", "strict-transport-security",;
        Text => "http2.headers.user_agent", "user-agent",;
        Text => "http2.headers.vary", "vary",;
        Text => "http2.headers.via", "via",;
        Text => "http2.headers.www_authenticate", "www-authenticate",;
    ]
}
pub(super) static HEADERS: &[&[Slot]] = LAYOUTS;

/// Each header's name and value have a length of four bytes before them where they are counted.
const LENGTHS: usize = 8;

/// A block's headers. Those of a block in several frames stand for all of the last one's.
pub(super) fn headers(d: &mut Dissection, frame: Span, block: &Bytes<'_>, found: &[Header], in_place: bool) {
    let size = |header: &Header| header.name.len().saturating_add(header.value.len()).saturating_add(LENGTHS);
    let all = found.iter().filter(|header| header.resized.is_none());
    if found.is_empty() {
        return;
    }
    d.generated(&LENGTH_OF_ALL, frame, all.clone().map(size).fold(0, usize::saturating_add));
    d.generated(&COUNT, frame, found.len());
    for header in found {
        let span = if in_place { block.span(header.from..header.to) } else { block.span(0..block.len()) };
        match header.resized {
            Some(size) => {
                d.label(&TABLE_SIZE_UPDATE, span, || "Header table size update".to_owned());
                d.nest(|d| d.field(&TABLE_SIZE, span, size));
            }
            None => show(
                d,
                header,
                span,
                if in_place { block.span(header.from..header.from.saturating_add(1)) } else { span },
            ),
        }
    }
    let value = |name: &[u8]| {
        let found = all.clone().find(|header| header.name == name);
        found.map(|header| String::from_utf8_lossy(&header.value))
    };
    if let (Some(scheme), Some(authority), Some(path)) = (value(b":scheme"), value(b":authority"), value(b":path")) {
        d.generated(&FULL_URI, frame, format!("{scheme}://{authority}{path}"));
    }
}

fn show(d: &mut Dissection, header: &Header, span: Span, first: Span) {
    let (name, value) = (String::from_utf8_lossy(&header.name), String::from_utf8_lossy(&header.value));
    d.label(&HEADER, span, || format!("Header: {name}: {value}"));
    d.nest(|d| {
        d.field(&NAME_LENGTH, span, header.name.len());
        d.field(&NAME, span, &*name);
        d.field(&VALUE_LENGTH, span, header.value.len());
        d.field(&VALUE, span, &*value);
        match KNOWN.iter().map(|slot| &slot.field).find(|field| field.title() == name) {
            Some(field) if field.kind == Kind::Uint => {
                if let Ok(number) = value.parse::<u64>() {
                    d.field(field, span, number);
                }
            }
            Some(field) => d.field(field, span, &*value),
            None => {}
        }
        d.generated(&UNESCAPED, span, unescaped(&header.value));
        d.field(&REPRESENTATION, first, words::representation(header.first));
        if let Some(index) = header.index {
            d.field(&INDEX, first, index);
        }
    });
}

/// What `%20` and its like stand for.
fn unescaped(value: &[u8]) -> String {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut bytes, mut rest) = (Vec::with_capacity(value.len()), value);
    while let Some((&first, after)) = rest.split_first() {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => digit(high).zip(digit(low)),
            _ => None,
        };
        bytes.push(escaped.map_or(first, |(high, low)| high << 4 | low));
        rest = if escaped.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_where_they_are_whole() {
        assert_eq!(unescaped(b"a%20b%2"), "a b%2");
        assert_eq!(unescaped(b"100%zz%41"), "100%zzA");
    }
}
