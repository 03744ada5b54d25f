//! The capture as a whole.
use super::flows::{application, of_application, of_transport, transport_name};
use super::links::encapsulation;
use super::local::{self, Us};
use super::matched::Matched;
use super::{Asked, files};
use crate::api::{AllOfFile, ApplicationTotal, CaptureFile, InterfaceFacts, Moment, SummaryAnswer, Warning, count};
use crate::engine::dissect::Transport;
use crate::engine::protocols::PROTOCOLS;
use crate::engine::sort;
use crate::engine::store::flows::{Flow, number};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

const MOST_APPLICATIONS: usize = 50;

pub fn answer(asked: &Asked<'_>, matched: &Matched, us: &Us) -> SummaryAnswer {
    let (store, reader) = (asked.store, asked.reader);
    let totals = matched.totals(asked);
    let flows = |of: Option<Transport>| match asked.selected {
        None => store.flows.conversations(of),
        Some(_) => {
            let is_it = |flow: &Flow| of.is_none_or(|transport| flow.key.transport == transport);
            matched.flows(asked).filter(|(_, flow, _)| is_it(flow)).count() as u32
        }
    };
    let of_files = files::answer(asked);
    let format = match reader.format() {
        Some(format) => format.name(),
        None if reader.is_capture() => "mixed",
        None => "",
    };
    SummaryAnswer {
        format: format.to_owned(),
        encapsulation: files::kind(reader.interfaces()),
        file_bytes: reader.bytes_read(),
        packets: asked.count(),
        all: asked.selected.map(|_| AllOfFile {
            packets: store.packets.len(),
            wire_bytes: store.totals.wire_bytes,
            duration_ns: store.totals.duration(),
            flows: store.flows.conversations(None),
        }),
        wire_bytes: totals.wire_bytes,
        captured_bytes: totals.captured_bytes,
        truncated_packets: totals.truncated,
        start: store.start.map(|ns| Moment {
            seconds: ns.div_euclid(1_000_000_000),
            nanos: u32::try_from(ns.rem_euclid(1_000_000_000)).unwrap_or(0),
        }),
        duration_ns: totals.duration(),
        in_order: store.totals.in_order,
        flows: flows(None),
        tcp_flows: flows(Some(Transport::Tcp)),
        udp_flows: flows(Some(Transport::Udp)),
        interfaces: interfaces(asked),
        made_by: made_by(asked),
        applications: applications(asked, matched),
        local: local::candidates(asked, &us.hosts),
        warnings: warnings(asked, &of_files),
        files: of_files,
    }
}

fn interfaces(asked: &Asked<'_>) -> Vec<InterfaceFacts> {
    let facts = |(id, interface): (u32, &crate::engine::capture::Interface)| InterfaceFacts {
        id,
        name: interface.name.clone().unwrap_or_default(),
        description: interface.description.clone().unwrap_or_default(),
        filter: interface.filter.clone().unwrap_or_default(),
        encapsulation: encapsulation(interface.link),
        snap_length: interface.snaplen,
        ticks_per_second: interface.ticks_per_second,
        packets: interface.packets,
    };
    (0..).zip(asked.reader.interfaces()).map(facts).collect()
}

/// What the file says about its making, each said once.
fn made_by(asked: &Asked<'_>) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for section in asked.reader.sections() {
        let texts =
            [&section.hardware, &section.os, &section.application].into_iter().flatten().chain(&section.comments);
        for text in texts.filter(|text| !text.is_empty()) {
            if !said.contains(text) {
                said.push(text.clone());
            }
        }
    }
    said
}

fn applications(asked: &Asked<'_>, matched: &Matched) -> Vec<ApplicationTotal> {
    // By number in one pass, by name afterwards: flows are many, protocols are few.
    let mut by_app = vec![ApplicationTotal::default(); PROTOCOLS.len()];
    let mut by_transport: FxHashMap<u8, (Transport, ApplicationTotal)> = FxHashMap::default();
    for (_, flow, counts) in matched.flows(asked) {
        let known = by_app.get_mut(usize::from(flow.app)).filter(|_| !application(flow).is_empty());
        let transport = flow.key.transport;
        let total = known.unwrap_or_else(|| {
            &mut by_transport.entry(number(transport)).or_insert((transport, ApplicationTotal::default())).1
        });
        total.flows += 1;
        total.packets += counts.total_packets();
        total.bytes += counts.total_bytes();
    }
    let of_app = PROTOCOLS.iter().zip(by_app).filter(|(_, total)| total.flows > 0).map(|(protocol, total)| {
        (Cow::Borrowed(protocol.short), ApplicationTotal { filter: of_application(protocol.short), ..total })
    });
    let of_transport = by_transport.into_values().map(|(transport, total)| {
        (transport_name(transport), ApplicationTotal { filter: of_transport(transport), ..total })
    });
    let mut totals: FxHashMap<Cow<'_, str>, ApplicationTotal> = FxHashMap::default();
    for (name, part) in of_app.chain(of_transport) {
        let total = totals.entry(name).or_default();
        if total.filter.is_empty() {
            total.filter = part.filter;
        } else if total.filter != part.filter {
            total.filter = format!("({}) || ({})", total.filter, part.filter);
        }
        total.flows += part.flows;
        total.packets += part.packets;
        total.bytes += part.bytes;
    }
    let named = totals.into_iter().map(|(name, total)| ApplicationTotal { name: name.into_owned(), ..total });
    let mut totals: Vec<ApplicationTotal> = named.collect();
    sort::by(&mut totals, |a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
    totals.truncate(MOST_APPLICATIONS);
    totals
}

fn warnings(asked: &Asked<'_>, of_files: &[CaptureFile]) -> Vec<Warning> {
    let (store, reader) = (asked.store, asked.reader);
    let in_file = reader.warnings().map(|(file, w)| match file {
        None => Warning { offset: Some(w.offset), message: w.message.clone() },
        Some(file) => Warning { offset: Some(w.offset), message: format!("{}: {}", file.name, w.message) },
    });
    let mut warnings: Vec<Warning> = in_file.collect();
    warnings.extend(files::warnings(of_files));
    let mut say = |message: String| warnings.push(Warning { offset: None, message });
    if reader.further_warnings() > 0 {
        say(format!("… and {} more of the kind.", reader.further_warnings()));
    }
    if store.packets.is_empty() && reader.is_capture() {
        say("The file is a capture, but there is no packet in it.".to_owned());
    }
    if store.totals.truncated > 0 {
        say(format!(
            "{} packets were cut short by the snapshot length: what follows in them is not known.",
            count(store.totals.truncated)
        ));
    }
    if !store.totals.in_order {
        say("Times go backwards in places: the capture was merged or taken on several queues.".to_owned());
    }
    if asked.given_up_fragments > 0 {
        say(format!(
            "{} fragmented datagrams never became whole and were given up to bound memory.",
            count(asked.given_up_fragments)
        ));
    }
    warnings
}
