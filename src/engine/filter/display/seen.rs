//! Values of a packet that was dissected with everything.
use super::datum::{Datum, Type};
use super::tree::{FieldRef, Named};
use super::values::{Item, Values};
use crate::engine::dissect::{Address, Family, Found, Severity, Span, Value};
use crate::engine::protocols::protocol;
use crate::engine::sight::Sight;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::net::IpAddr;

pub struct Seen<'a, 'f> {
    sight: &'a Sight<'f>,
    frame: OnceCell<Vec<Found>>,
}

impl<'a, 'f> Seen<'a, 'f> {
    pub fn new(sight: &'a Sight<'f>) -> Self {
        Self { sight, frame: OnceCell::new() }
    }

    fn fields(&self, field: &FieldRef) -> &[Found] {
        if field.name.starts_with("frame.") { self.frame.get_or_init(|| self.sight.frame()) } else { &self.sight.d.fields }
    }

    /// The bytes of the buffer that a span counts in.
    fn buffer(&self, span: Span) -> &[u8] {
        match usize::from(span.buffer).checked_sub(1) {
            None => &self.sight.bytes,
            Some(made) => self.sight.d.buffers.get(made).map_or(&[], |buffer| &buffer.bytes),
        }
    }

    fn bytes(&self, span: Span) -> &[u8] {
        let buffer = self.buffer(span);
        let end = (span.end() as usize).min(buffer.len());
        buffer.get(span.start as usize..end).unwrap_or_default()
    }

    /// In which layer of its protocol something stands that was found in that layer of the packet; from 1.
    fn number(&self, layer: usize) -> u8 {
        let layers = &self.sight.d.layers;
        let Some(own) = layers.get(layer) else { return 1 };
        let before = layers.iter().take(layer + 1).filter(|other| other.protocol == own.protocol);
        u8::try_from(before.count()).unwrap_or(u8::MAX)
    }

    /// A layer with all that it carries: from its first byte to the end of what the layer around it holds.
    fn layer(&self, index: usize) -> &[u8] {
        let layers = &self.sight.d.layers;
        let Some(own) = layers.get(index) else { return &[] };
        let buffer = self.buffer(own.span);
        let same = |span: &Span| span.buffer == own.span.buffer;
        // The outermost layer of a buffer has all of it, padding too.
        let is_first = !layers.iter().take(index).any(|layer| same(&layer.span));
        let inner = layers.iter().skip(index).map(|layer| layer.span).filter(same).map(|span| span.end() as usize).max();
        let end = if is_first { buffer.len() } else { inner.unwrap_or(0).min(buffer.len()) };
        buffer.get(own.span.start as usize..end).unwrap_or_default()
    }

    fn value<'s>(&'s self, field: &FieldRef, found: &'s Found) -> Datum<'s> {
        if field.raw {
            return Datum::Bytes(Cow::Borrowed(self.bytes(found.span)));
        }
        if field.by_name {
            return match (&found.note, &found.value) {
                (Some(note), _) => Datum::Text(Cow::Borrowed(note)),
                (None, _) => Datum::Text(Cow::Owned(found.text())),
            };
        }
        match &found.value {
            Value::Nothing => Datum::Bytes(Cow::Borrowed(self.bytes(found.span))),
            Value::Uint(v) => Datum::Uint(*v),
            Value::Int(v) => Datum::Int(*v),
            Value::Float(v) => Datum::Float(*v),
            Value::Bool(v) => Datum::Uint(u64::from(*v)),
            Value::Text(text) if field.kind == Type::Uint => of_text(text),
            Value::Text(text) => Datum::Text(Cow::Borrowed(text)),
            Value::Bytes(bytes) => Datum::Bytes(Cow::Borrowed(bytes)),
            Value::Address(address) => of_address(address),
            Value::Nanos(v) => Datum::Nanos(*v),
        }
    }
}

/// A number that is printed as a word: a finding's severity, as Wireshark numbers them.
fn of_text(text: &str) -> Datum<'_> {
    let all = [Severity::Comment, Severity::Chat, Severity::Note, Severity::Warning, Severity::Error];
    match all.iter().position(|severity| severity.name() == text) {
        Some(0) => Datum::Uint(0x10_0000),
        Some(place) => Datum::Uint(place as u64 * 0x20_0000),
        None => Datum::Text(Cow::Borrowed(text)),
    }
}

pub fn of_address(address: &Address) -> Datum<'static> {
    match (address.family(), address.ip(), address.mac()) {
        (Family::Ethernet | Family::Wlan, _, Some(mac)) => Datum::Ether(mac),
        (_, Some(IpAddr::V4(ip)), _) => Datum::Ipv4(ip.into()),
        (_, Some(IpAddr::V6(ip)), _) => Datum::Ipv6(ip.into()),
        _ => Datum::Present,
    }
}

impl Values for Seen<'_, '_> {
    fn of<'s>(&'s self, field: &FieldRef, into: &mut Vec<Item<'s>>) -> bool {
        match &field.names {
            Named::Fields(_) | Named::Expert => {
                for found in self.fields(field) {
                    if field.is(found.field) {
                        into.push(Item { value: self.value(field, found), layer: self.number(found.layer.into()) });
                    }
                }
            }
            Named::Protocol(id) => {
                if field.name == "frame" {
                    into.push(Item { value: Datum::Bytes(Cow::Borrowed(&self.sight.bytes)), layer: 1 });
                }
                for (index, layer) in self.sight.d.layers.iter().enumerate() {
                    if layer.protocol == *id {
                        let bytes = if field.raw { self.bytes(layer.span) } else { self.layer(index) };
                        into.push(Item { value: Datum::Bytes(Cow::Borrowed(bytes)), layer: self.number(index) });
                    }
                }
                for (_, name) in self.sight.d.mentions.iter().filter(|(_, name)| *name == field.name) {
                    into.push(Item { value: Datum::Text(Cow::Borrowed(name)), layer: 1 });
                }
            }
            Named::Column(column) => {
                let d = &self.sight.d;
                let text = match column {
                    0 => d.info_text(),
                    1 => d.protocol_name(|id| protocol(id).short).into_owned(),
                    2 => d.source_destination().0,
                    _ => d.source_destination().1,
                };
                into.push(Item { value: Datum::Text(Cow::Owned(text)), layer: 1 });
            }
        }
        true
    }

    fn has(&self, field: &FieldRef) -> Option<bool> {
        Some(match &field.names {
            Named::Fields(_) | Named::Expert => self.fields(field).iter().any(|found| field.is(found.field)),
            Named::Protocol(id) => {
                field.name == "frame"
                    || self.sight.d.layers.iter().any(|layer| layer.protocol == *id)
                    || self.sight.d.mentions.iter().any(|(_, name)| *name == field.name)
            }
            Named::Column(_) => true,
        })
    }
}
