//! Stanzas as a tree: what the elements of RFC 6120 and 6121, XEP-0030, 0054, 0077 and 0115 hold.
use super::{Tag, tags};
use crate::engine::dissect::{Bytes, Dissection, Field, Kind, fields, text};
use std::ops::Range;

fields! {
    TYPE: Text => "xmpp.type", "type";
    ID: Text => "xmpp.id", "id";
    FROM: Text => "xmpp.from", "from";
    TO: Text => "xmpp.to", "to";
    SPACE: Text => "xmpp.xmlns", "xmlns";
    ATTRIBUTE: Text => "xmpp.attribute", "Attribute";
    TEXT: Text => "xmpp.cdata", "CDATA";
    VERSION: Text => "xmpp.xml_header_version", "XML HEADER VER";
    XML_DECLARATION: Text => "xml.xmlpi.xml", "XML declaration";
    XML_VERSION: Text => "xml.xmlpi.xml.version", "version";
    XML_TAG: Text => "xml.tag", "Tag";
    XML_ATTRIBUTE: Text => "xml.attribute", "Attribute";
    XML_TEXT: Text => "xml.cdata", "Text";
    STREAM: Label => "xmpp.stream", "STREAM";
    STREAM_END: Label => "xmpp.stream_end", "STREAM END";
    FEATURES: Label => "xmpp.features", "FEATURES";
    MECHANISMS: Label => "xmpp.mechanisms", "MECHANISMS";
    STARTTLS: Label => "xmpp.starttls", "STARTTLS";
    PROCEED: Label => "xmpp.proceed", "PROCEED";
    AUTH: Label => "xmpp.auth", "AUTH";
    IQ: Label => "xmpp.iq", "IQ";
    MESSAGE: Label => "xmpp.message", "MESSAGE";
    PRESENCE: Label => "xmpp.presence", "PRESENCE";
    CAPABILITIES: Label => "xmpp.presence.caps", "CAPS";
    SHOW: Text => "xmpp.presence.show", "SHOW";
    QUERY: Label => "xmpp.query", "QUERY";
    QUERY_NODE: Text => "xmpp.query.node", "node";
    ITEM: Label => "xmpp.query.item", "ITEM";
    ITEM_JID: Text => "xmpp.query.item.jid", "jid";
    ITEM_NAME: Text => "xmpp.query.item.name", "name";
    ITEM_NODE: Text => "xmpp.query.item.node", "node";
    ITEM_SUBSCRIPTION: Text => "xmpp.query.item.subscription", "subscription";
    ITEM_ASK: Text => "xmpp.query.item.ask", "ask";
    IDENTITY: Label => "xmpp.query.identity", "IDENTITY";
    IDENTITY_CATEGORY: Text => "xmpp.query.identity.category", "category";
    IDENTITY_TYPE: Text => "xmpp.query.identity.type", "type";
    IDENTITY_NAME: Text => "xmpp.query.identity.name", "name";
    FEATURE: Text => "xmpp.query.feature", "FEATURE";
    BIND: Label => "xmpp.iq.bind", "BIND";
    BIND_JID: Text => "xmpp.iq.bind.jid", "jid";
    BIND_RESOURCE: Text => "xmpp.iq.bind.resource", "resource";
    SESSION: Label => "xmpp.iq.session", "SESSION";
    VCARD: Label => "xmpp.vcard", "VCARD";
    PING: Label => "xmpp.ping", "PING";
    ERROR: Label => "xmpp.error", "ERROR";
    ERROR_CODE: Text => "xmpp.error.code", "code";
    ERROR_TYPE: Text => "xmpp.error.type", "type";
    ERROR_TEXT: Text => "xmpp.error.text", "TEXT";
}
pub(super) static ALL: &[&Field] = FIELDS;

type Attributes = &'static [(&'static str, &'static Field)];

/// Of every stanza (RFC 6120 §8.1).
static COMMON: Attributes = &[("type", &TYPE), ("id", &ID), ("from", &FROM), ("to", &TO)];
static ITEMS: Attributes = &[
    ("jid", &ITEM_JID),
    ("name", &ITEM_NAME),
    ("node", &ITEM_NODE),
    ("subscription", &ITEM_SUBSCRIPTION),
    ("ask", &ITEM_ASK),
];
static IDENTITIES: Attributes = &[("category", &IDENTITY_CATEGORY), ("type", &IDENTITY_TYPE), ("name", &IDENTITY_NAME)];
static ERRORS: Attributes = &[("code", &ERROR_CODE), ("type", &ERROR_TYPE)];

/// An element inside another one (none: a stanza): its line, and which attributes have a field of their own.
static ELEMENTS: &[(&str, &str, &Field, Attributes)] = &[
    ("", "stream:stream", &STREAM, &[]),
    ("", "stream:features", &FEATURES, &[]),
    ("", "features", &FEATURES, &[]),
    ("", "starttls", &STARTTLS, &[]),
    ("", "proceed", &PROCEED, &[]),
    ("", "auth", &AUTH, &[]),
    ("", "iq", &IQ, COMMON),
    ("", "message", &MESSAGE, COMMON),
    ("", "presence", &PRESENCE, COMMON),
    ("stream:features", "mechanisms", &MECHANISMS, &[]),
    ("features", "mechanisms", &MECHANISMS, &[]),
    ("mechanisms", "mechanism", &TEXT, &[]),
    ("presence", "c", &CAPABILITIES, &[]),
    ("presence", "show", &SHOW, &[]),
    ("presence", "error", &ERROR, ERRORS),
    ("message", "error", &ERROR, ERRORS),
    ("iq", "error", &ERROR, ERRORS),
    ("error", "text", &ERROR_TEXT, &[]),
    ("iq", "query", &QUERY, &[("node", &QUERY_NODE)]),
    ("iq", "session", &SESSION, &[]),
    ("iq", "vCard", &VCARD, &[]),
    ("iq", "ping", &PING, &[]),
    ("iq", "bind", &BIND, &[]),
    ("bind", "jid", &BIND_JID, &[]),
    ("bind", "resource", &BIND_RESOURCE, &[]),
    ("query", "item", &ITEM, ITEMS),
    ("query", "identity", &IDENTITY, IDENTITIES),
    ("query", "feature", &FEATURE, &[]),
];

struct Element<'p> {
    tag: Tag<'p>,
    depth: usize,
    /// Behind its last byte; behind its first tag when nothing closes it here.
    end: usize,
}

impl Element<'_> {
    /// Behind its first tag.
    fn behind(&self) -> usize {
        self.tag.at.saturating_add(self.tag.whole.len()).saturating_add(1)
    }
}

pub(super) fn show(d: &mut Dissection, bytes: &Bytes<'_>) {
    let mut list: Vec<Element<'_>> = Vec::new();
    // Which of them wait to be closed.
    let mut waiting: Vec<usize> = Vec::new();
    for (depth, closes, tag) in tags(bytes.all()) {
        let end = tag.at.saturating_add(tag.whole.len()).saturating_add(1);
        if !closes {
            if !tag.empty && !tag.whole.starts_with(b"stream:stream") {
                waiting.push(list.len());
            }
            list.push(Element { tag, depth, end });
            continue;
        }
        let opened = waiting.pop().and_then(|nth| list.get_mut(nth)).filter(|element| element.depth == depth);
        if let Some(element) = opened {
            element.end = end;
        } else if tag.whole.starts_with(b"/stream:stream") {
            let span = bytes.span(tag.at.saturating_sub(1)..end);
            d.label(&STREAM_END, span, || STREAM_END.title().to_owned());
        }
    }
    lines(d, bytes, &list, 0);
    inside(d, bytes, &list, 0, "");
}

/// Deeper nesting is not shown.
const DEEPEST: usize = 40;

/// The same as XML: each element with its attributes, its text and what it holds.
fn lines(d: &mut Dissection, bytes: &Bytes<'_>, list: &[Element<'_>], depth: usize) {
    let siblings = list.iter().enumerate().take_while(|(_, element)| element.depth >= depth);
    for (nth, element) in siblings.filter(|(_, element)| element.depth == depth) {
        let (start, behind) = (element.tag.at.saturating_sub(1), element.behind());
        let said = text::shown(bytes.all().get(start..behind).unwrap_or_default());
        let is_declaration = element.tag.name() == b"?xml";
        let field = if is_declaration { &XML_DECLARATION } else { &XML_TAG };
        d.field(field, bytes.span(start..element.end), said);
        d.nest(|d| {
            for (at, name, value) in attributes(&element.tag) {
                if !is_declaration {
                    d.field(
                        &XML_ATTRIBUTE,
                        bytes.span(at.clone()),
                        text::shown(bytes.all().get(at).unwrap_or_default()),
                    );
                } else if name == b"version" {
                    let from = at.end.saturating_sub(value.len()).saturating_sub(1);
                    d.field(&XML_VERSION, bytes.span(from..at.end.saturating_sub(1)), text::shown(value));
                }
            }
            let held = bytes.all().get(behind..element.end).unwrap_or_default();
            let said = held.split(|&byte| byte == b'<').next().unwrap_or_default();
            if !said.trim_ascii().is_empty() {
                d.field(&XML_TEXT, bytes.span(behind..behind.saturating_add(said.len())), text::shown(said));
            }
            if depth < DEEPEST {
                lines(d, bytes, list.get(nth.saturating_add(1)..).unwrap_or_default(), depth.saturating_add(1));
            }
        });
    }
}

/// The elements of a depth at the beginning of a list, each with what it holds.
fn inside(d: &mut Dissection, bytes: &Bytes<'_>, list: &[Element<'_>], depth: usize, parent: &str) {
    for (nth, element) in list.iter().enumerate() {
        if element.depth < depth {
            return;
        }
        if element.depth > depth {
            continue;
        }
        let name = element.tag.name();
        let whole = element.tag.at.saturating_sub(1)..element.end;
        if name == b"?xml" {
            let version = element.tag.attribute("version").unwrap_or_default();
            d.field(&VERSION, bytes.span(whole), version);
            continue;
        }
        let known = ELEMENTS.iter().find(|(outer, inner, ..)| *outer == parent && inner.as_bytes() == name);
        let Some((_, name, field, own)) = known else { continue };
        if std::ptr::eq(*field, &raw const FEATURE) {
            if let Some((at, _, value)) = attributes(&element.tag).find(|(_, name, _)| name == b"var") {
                d.field(field, bytes.span(at), text::shown(value));
            }
            continue;
        }
        if field.kind == Kind::Label {
            d.label(field, bytes.span(whole), || field.title().to_owned());
        } else {
            let held = bytes.all().get(element.behind()..element.end).unwrap_or_default();
            let said = held.split(|&byte| byte == b'<').next().unwrap_or_default();
            d.field(field, bytes.span(whole), text::shown(said));
        }
        d.nest(|d| {
            for (at, name, value) in attributes(&element.tag) {
                let named = own.iter().find(|(own, _)| own.as_bytes() == name).map(|(_, field)| *field);
                let field = match named {
                    Some(field) => field,
                    None if name.starts_with(b"xmlns") => &SPACE,
                    // What else opens a stream is Wireshark's "unknown".
                    None if std::ptr::eq(*field, &raw const STREAM) => continue,
                    None => &ATTRIBUTE,
                };
                d.noted(field, bytes.span(at), text::shown(value), &text::shown(name));
            }
            let rest = list.get(nth.saturating_add(1)..).unwrap_or_default();
            inside(d, bytes, rest, depth.saturating_add(1), name);
        });
    }
}

/// `name='value'` of a tag: where it stands, its name and its value.
fn attributes<'p>(tag: &Tag<'p>) -> impl Iterator<Item = (Range<usize>, &'p [u8], &'p [u8])> + use<'p> {
    let (whole, from) = (tag.whole, tag.at);
    let mut at = tag.name().len();
    std::iter::from_fn(move || {
        let rest = whole.get(at..)?;
        at = at.saturating_add(rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count());
        let rest = whole.get(at..)?;
        let name = rest.get(..rest.iter().position(|&byte| byte == b'=')?)?;
        let (&quote, behind) = rest.get(name.len().saturating_add(1)..)?.split_first()?;
        let value = behind.get(..behind.iter().position(|&byte| byte == quote)?)?;
        let start = at;
        at = at.saturating_add(name.len()).saturating_add(value.len()).saturating_add(3);
        Some((from.saturating_add(start)..from.saturating_add(at), name.trim_ascii(), value))
    })
}
