//! Values of a packet that was dissected with everything.
use super::datum::{Datum, Type};
use super::tree::{FieldRef, Named};
use super::values::{Item, Values};
use crate::engine::dissect::{
    Address, Concern, Dissection, Expert, Family, Found, Kind, Severity, Span, Value, Wanted,
};
use crate::engine::filter::columns::told;
use crate::engine::protocols::{protocol, tcp_analyse, udp_timed};
use crate::engine::sight::Sight;
use crate::engine::tcp::findings;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::net::IpAddr;

pub struct Seen<'a, 'f> {
    sight: &'a Sight<'f>,
    frame: OnceCell<Vec<Found>>,
    /// From what is remembered of the packet alone, and of its stream.
    history: [OnceCell<Vec<Found>>; 2],
    findings: OnceCell<Vec<(&'static Expert, Option<&'a str>)>>,
}

/// Those of them that need the stream's earlier packets.
const DEEP: [&str; 5] = [
    "tcp.analysis",
    "tcp.analysis.acks_frame",
    "tcp.analysis.ack_rtt",
    "tcp.analysis.partial_ack",
    "tcp.analysis.bytes_in_flight",
];

/// Fields that the stream's history tells, not the packet.
fn is_history(name: &str) -> bool {
    name.starts_with("tcp.analysis")
        || matches!(name, "tcp.completeness" | "tcp.time_relative" | "tcp.time_delta" | "tcp.reassembled_in")
        || matches!(name, "udp.time_relative" | "udp.time_delta")
}

impl<'a, 'f> Seen<'a, 'f> {
    pub fn new(sight: &'a Sight<'f>) -> Self {
        Self { sight, frame: OnceCell::new(), history: Default::default(), findings: OnceCell::new() }
    }

    fn fields(&self, field: &FieldRef) -> &[Found] {
        match field.name {
            name if name.starts_with("frame.") => self.frame.get_or_init(|| self.sight.frame()),
            name if is_history(name) => {
                let is_deep = DEEP.contains(&name) && !self.sight.replay.is_following();
                let [shallow, deep] = &self.history;
                if is_deep { deep } else { shallow }.get_or_init(|| self.history(is_deep))
            }
            _ => &self.sight.d.fields,
        }
    }

    /// What the packet's stream says about it.
    fn history(&self, is_deep: bool) -> Vec<Found> {
        let Sight { replay, packet, .. } = self.sight;
        let seen = replay.seen.iter().rfind(|seen| seen.segment.tcp.is_some() && seen.flow == packet.flow);
        let deep = if is_deep { replay.in_stream() } else { None };
        let finding = deep.or(seen.map(|seen| seen.finding)).unwrap_or_default();
        let mut d = Dissection::new(Wanted::Everything);
        for times in self.sight.datagrams() {
            udp_timed(&mut d, times);
        }
        if let Some((layer, analysis)) = seen.and_then(|_| self.sight.history(&finding)) {
            tcp_analyse(&mut d, layer, &analysis);
        }
        d.fields
    }

    /// Expert information: what protocols told, if it holds, and what columns tell.
    fn findings(&self) -> &[(&'static Expert, Option<&'a str>)] {
        self.findings.get_or_init(|| {
            let Sight { replay, d, id, .. } = self.sight;
            let store = replay.store();
            let told = d
                .found()
                .filter(|(said, _)| findings::holds(store, *id, said.expert))
                .map(|(said, text)| (said.expert, text));
            told.chain(findings::of_packet(store, *id).into_iter().map(|expert| (expert, None))).collect()
        })
    }

    /// Lines about findings: one of each kind for every finding.
    fn of_findings<'s>(&'s self, field: &FieldRef, into: &mut Vec<Item<'s>>) {
        let by_name = |text: &'static str, number: u64| {
            if field.by_name { Datum::Text(text.into()) } else { Datum::Uint(number) }
        };
        for (expert, text) in self.findings() {
            let value = match field.name {
                "_ws.expert.severity" => by_name(expert.severity.name(), severity(expert.severity)),
                "_ws.expert.group" => by_name(expert.concern.name(), expert.concern as u64),
                "_ws.expert.message" => Datum::Text(text.unwrap_or(expert.text()).into()),
                "_ws.expert" => Datum::Present,
                name if expert.field.name() == name => Datum::Present,
                _ => continue,
            };
            into.push(Item { value, layer: 1 });
        }
    }

    /// The bytes of the buffer that a span counts in.
    fn buffer(&self, span: Span) -> &[u8] {
        match usize::from(span.buffer()).checked_sub(1) {
            None => &self.sight.bytes,
            Some(made) => self.sight.d.buffers.get(made).map_or(&[], |buffer| &buffer.bytes),
        }
    }

    fn bytes(&self, span: Span) -> &[u8] {
        let buffer = self.buffer(span);
        let end = (span.end() as usize).min(buffer.len());
        buffer.get(span.start() as usize..end).unwrap_or_default()
    }

    /// The packet as the store has it.
    fn about(&self) -> told::About<'_> {
        let (id, packet) = (self.sight.id, self.sight.packet.row());
        told::About { store: self.sight.replay.store(), id, packet, finding: None, previous: None }
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
        let same = |span: &Span| span.buffer() == own.span.buffer();
        // The outermost layer of a buffer has all of it, padding too.
        let is_first = !layers.iter().take(index).any(|layer| same(&layer.span));
        // Its last fields may reach farther than the layers inside it: a payload that nobody reads.
        let fields =
            self.sight.d.fields.iter().filter(|found| usize::from(found.layer) >= index).map(|found| found.span);
        let inner = layers
            .iter()
            .skip(index)
            .map(|layer| layer.span)
            .chain(fields)
            .filter(same)
            .map(|span| span.end() as usize)
            .max();
        let end = if is_first { buffer.len() } else { inner.unwrap_or(0).min(buffer.len()) };
        buffer.get(own.span.start() as usize..end).unwrap_or_default()
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
            _ if field.kind == Type::Bool && found.field.kind != Kind::Bool => Datum::Uint(1),
            Value::Text(text) => Datum::Text(Cow::Borrowed(text)),
            Value::Bytes(bytes) => Datum::Bytes(Cow::Borrowed(bytes)),
            Value::Address(address) => of_address(address),
            Value::Nanos(v) => Datum::Nanos(*v),
        }
    }
}

fn is_finding(field: &FieldRef) -> bool {
    matches!(field.names, Named::Expert) || field.name.starts_with("_ws.expert")
}

/// As Wireshark numbers them.
fn severity(severity: Severity) -> u64 {
    match severity {
        Severity::Comment => 0x10_0000,
        Severity::Chat => 0x20_0000,
        Severity::Note => 0x40_0000,
        Severity::Warning => 0x60_0000,
        Severity::Error => 0x80_0000,
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
        if let Some(which) = told::countries_of(field.name) {
            told::countries(&self.about(), which, into);
            return true;
        }
        if let Some(known) = told::ours(field.name).filter(|_| !is_history(field.name)) {
            if let told::Told::Is(value) = (known.read)(&self.about(), known.which) {
                into.push(Item { value, layer: 1 });
            }
            return true;
        }
        match &field.names {
            _ if is_finding(field) => self.of_findings(field, into),
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
                // A finding of that kind marks the packet, too.
                if field.name == "_ws.malformed"
                    && self.findings().iter().any(|(expert, _)| expert.concern == Concern::Malformed)
                {
                    into.push(Item { value: Datum::Present, layer: 1 });
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
        if told::ours(field.name).is_some() || told::countries_of(field.name).is_some() {
            let mut items = Vec::new();
            return self.of(field, &mut items).then_some(!items.is_empty());
        }
        Some(match &field.names {
            _ if is_finding(field) || field.name == "_ws.malformed" => {
                let mut items = Vec::new();
                self.of(field, &mut items);
                !items.is_empty()
            }
            Named::Fields(_) | Named::Expert => self.fields(field).iter().any(|found| field.is(found.field)),
            Named::Protocol(id) => {
                field.name == "frame" || self.sight.d.layers.iter().any(|layer| layer.protocol == *id)
            }
            Named::Column(_) => true,
        })
    }
}
