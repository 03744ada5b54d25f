//! Who reads a body of a media type (IANA media types), and what the Info column says of it: HTTP, HTTP/2, SIP, RTSP and multipart
//! bodies ask here.
use crate::engine::dissect::Claim;

/// The reader of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reader<'t> {
    name: &'static str,
    /// Without parameters.
    media_type: &'t str,
    words: Words,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    /// The reader says it all.
    None,
    /// ` (text/html)`
    Type,
    /// `, JavaScript Object Notation (application/json)`
    Json,
    /// ` (PNG)`
    Format(&'static str),
}

impl Reader<'_> {
    pub fn claim(&self) -> Claim {
        Claim::Named(self.name)
    }

    /// What follows the carrier's own words in the Info column.
    pub fn words(&self) -> String {
        match self.words {
            Words::None => String::new(),
            Words::Type => format!(" ({})", self.media_type.to_ascii_lowercase()),
            Words::Json => format!(", JavaScript Object Notation ({})", self.media_type.to_ascii_lowercase()),
            Words::Format(format) => format!(" ({format})"),
        }
    }
}

/// Lines of text with an XML declaration are XML from this length on.
const SHORTEST_XML: usize = 38;

/// Whether text is XML, whatever it is called.
pub(super) fn is_xml(text: &[u8]) -> bool {
    text.len() >= SHORTEST_XML && text.starts_with(b"<?xml")
}

/// The reader of a body with this Content-Type, if it says any.
pub(super) fn reader<'t>(content_type: Option<&'t [u8]>, body: &[u8]) -> Reader<'t> {
    let text = content_type.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
    let media_type = text.split([';', ',']).next().unwrap_or_default().trim();
    let (name, words) = choose(media_type, body);
    Reader { name, media_type, words }
}

fn choose(media_type: &str, body: &[u8]) -> (&'static str, Words) {
    let is = |list: &[&str]| list.iter().any(|known| media_type.eq_ignore_ascii_case(known));
    if is(&["", "application/octet-stream"]) {
        return ("data", Words::None);
    }
    if is(LINES) {
        return ("data-text-lines", if is_xml(body) { Words::None } else { Words::Type });
    }
    if is(JSON) {
        return ("json", Words::Json);
    }
    if is(XML) {
        return ("xml", Words::None);
    }
    let short = media_type.get(..10).unwrap_or(media_type);
    match body {
        _ if short.eq_ignore_ascii_case("multipart/") => ("mime_multipart", Words::None),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, rest @ ..] if is(&["image/png"]) && rest.len() > 8 => {
            ("png", Words::Format("PNG"))
        }
        [b'G', b'I', b'F', b'8', b'7', b'a', ..] if is(&["image/gif"]) && body.len() > 16 => {
            ("image-gif", Words::Format("GIF87a"))
        }
        [b'G', b'I', b'F', b'8', b'9', b'a', ..] if is(&["image/gif"]) && body.len() > 16 => {
            ("image-gif", Words::Format("GIF89a"))
        }
        [0xff, 0xd8, 0xff, ..] if is(&["image/jpeg", "image/jpg"]) => ("image-jfif", Words::Format("JPEG JFIF image")),
        _ if is(&["application/x-www-form-urlencoded"]) => ("urlencoded-form", Words::Type),
        _ if is(&["application/ocsp-request", "application/ocsp-response"]) => ("ocsp", Words::None),
        _ if is(&["application/sdp"]) => ("sdp", Words::None),
        _ if is(&["application/dns-message"]) => ("dns", Words::None),
        _ if is(&["application/cbor", "application/senml+cbor", "application/sensml+cbor"]) => ("cbor", Words::None),
        _ if is(&["message/http"]) => ("message-http", Words::Type),
        _ => ("media", Words::Type),
    }
}

/// Media types that are lines of text, as Wireshark has them; it does not take every `text/…` for one.
static LINES: &[&str] = &[
    "text/plain",
    "text/html",
    "text/css",
    "text/javascript",
    "text/richtext",
    "text/enriched",
    "text/parameters",
    "text/vnd.sun.j2me.app-descriptor",
    "application/x-javascript",
    "application/x-ns-proxy-autoconfig",
];

static JSON: &[&str] = &[
    "application/json",
    "application/json-rpc",
    "application/jsonrequest",
    "application/problem+json",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/dds-web+json",
    "application/vnd.oma.lwm2m+json",
];

static XML: &[&str] = &[
    "text/xml",
    "application/xml",
    "application/soap+xml",
    "image/svg+xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/mathml+xml",
    "application/xml-dtd",
    "application/pidf+xml",
    "application/pidf-diff+xml",
    "application/cpim-pidf+xml",
    "application/reginfo+xml",
    "application/rlmi+xml",
    "application/resource-lists+xml",
    "application/rls-services+xml",
    "application/watcherinfo+xml",
    "application/conference-info+xml",
    "application/im-iscomposing+xml",
    "application/media_control+xml",
    "application/simple-filter+xml",
    "application/xcap-diff+xml",
    "application/3gpp-ims+xml",
    "application/smil",
    "application/x-wms-logconnectstats",
    "text/vnd.wap.wml",
    "message/imdn+xml",
    "application/auth-policy+xml",
    "application/ccmp+xml",
    "application/cpl+xml",
    "application/load-control+xml",
    "application/poc-settings+xml",
    "application/vnd.wv.csp+xml",
    "application/xcap-att+xml",
    "application/xcap-el+xml",
    "text/xml-external-parsed-entity",
    "application/xml-external-parsed-entity",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_their_readers() {
        let of = |kind: &str, body: &[u8]| {
            let reader = reader(Some(kind.as_bytes()), body);
            format!("{}{}", reader.name, reader.words())
        };
        assert_eq!(of("text/html; charset=utf-8", b"<html>"), "data-text-lines (text/html)");
        assert_eq!(of("TEXT/HTML", b"<html>"), "data-text-lines (text/html)");
        assert_eq!(of("application/json", b"{}"), "json, JavaScript Object Notation (application/json)");
        assert_eq!(of("image/png", b"no"), "media (image/png)");
        assert_eq!(of("video/x", b"no"), "media (video/x)");
        assert_eq!(of("application/octet-stream", b"no"), "data");
        assert_eq!(reader(None, b"x").claim(), Claim::Named("data"));
    }
}
