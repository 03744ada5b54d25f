//! One flow: its ends, its handshake, a window of its packets.
use super::Asked;
use super::flows::{letters, row, transport_name};
use super::matched::Matched;
use super::rtt::place;
use crate::api::{ClientBy, Flow as Question, FlowDetail, FlowPacket, FlowRow, NameFrom, Outcome};
use crate::engine::dissect::Family;
use crate::engine::protocols::protocol;
use crate::engine::store::Store;
use crate::engine::store::flows::{End, Flow, NO_PROTOCOL};
use crate::engine::store::packets::{FlowId, Marks, NO_TIME, Packet, PacketId};
use crate::engine::store::paths::Step;

/// Packets of one answer at most.
const MOST_PACKETS: usize = 5000;

/// # Errors
/// When there is no such flow.
pub fn answer(asked: &Asked<'_>, matched: &Matched, question: &Question) -> Result<FlowDetail, String> {
    let store = asked.store;
    let id = question.id;
    let Some(flow) = store.flows.get(id) else { return Err(format!("There is no flow {id}.")) };
    let row = row(asked, matched, id, flow);
    let (client_link, server_link) = links(asked, id, flow);
    let (first, second) = (row.syn_to_syn_ack_ns.unwrap_or(0), row.syn_ack_to_ack_ns.unwrap_or(0));
    Ok(FlowDetail {
        layers: layers(asked, id, flow),
        client_link,
        server_link,
        syns: flow.tcp.syns.into(),
        place: place(first, second),
        notes: notes(flow, &row),
        total_packets: u32::try_from(matched.counts(asked, id, flow).total_packets()).unwrap_or(u32::MAX),
        all_packets: asked.selected.map(|_| u32::try_from(flow.total_packets()).unwrap_or(u32::MAX)),
        packets: packets(asked, id, flow, question),
        row,
    })
}

/// Which end of the flow sent a packet; `None` when the packet is not of the flow. A tunnel's outer flow has its packets by their path.
fn sender(store: &Store, packet: &Packet, id: FlowId) -> Option<End> {
    if packet.flow == id {
        return Some(End::from(packet.marks.has(Marks::FROM_B)));
    }
    store.paths.steps(packet.path).find_map(|step| match step {
        Step::Flow { flow, from_b } if flow == id => Some(End::from(from_b)),
        _ => None,
    })
}

fn packets(asked: &Asked<'_>, id: FlowId, flow: &Flow, question: &Question) -> Vec<FlowPacket> {
    let store = asked.store;
    let rows = &question.packets;
    // Found by column first: only packets of tunnels need a look at their path.
    let around: Vec<bool> = (0..store.paths.len() as u32)
        .map(|path| store.paths.steps(path).any(|step| matches!(step, Step::Flow { flow, .. } if flow == id)))
        .collect();
    let is_around = |path: u32| around.get(path as usize).copied().unwrap_or(false);
    let all = (0..).zip(store.packets.flows().zip(store.packets.paths())).skip(flow.first_packet as usize);
    let of_flow = all.filter(|&(_, (of, (path, ..)))| of == id || is_around(path)).map(|(packet, _)| packet);
    let ids = of_flow.filter(|&packet| asked.means(packet));
    let window = ids.skip(rows.start as usize).take((rows.end.saturating_sub(rows.start) as usize).min(MOST_PACKETS));
    let packet = |packet: PacketId| {
        let found = store.packets.get(packet)?;
        Some(FlowPacket {
            number: packet.saturating_add(1),
            time_ns: Some(found.time).filter(|&time| time != NO_TIME),
            from_client: sender(store, &found, id)? == flow.client,
            wire_len: found.wire_len,
            flags: if found.flow == id { letters(found.marks.tcp_flags()) } else { String::new() },
        })
    };
    window.filter_map(packet).collect()
}

/// Layers of the flow's first packet as far as the flow goes: what a tunnel carries is another flow's.
fn layers(asked: &Asked<'_>, id: FlowId, flow: &Flow) -> String {
    let Some(first) = asked.store.packets.get(flow.first_packet) else { return String::new() };
    let stack = asked.store.stacks.get(first.stack);
    let mut names: Vec<&str> = stack.layers.iter().map(|(id, _)| protocol(*id).name).collect();
    if first.flow != id {
        let transport = transport_name(flow.key.transport).to_ascii_lowercase();
        let end = names.iter().position(|name| *name == transport).unwrap_or(names.len());
        names.truncate(end.saturating_add(1));
    }
    names.retain(|name| *name != "ethertype" && *name != "data");
    let app = protocol(flow.app).name;
    if flow.app != NO_PROTOCOL && names.last() != Some(&app) {
        names.push(app);
    }
    names.join(":")
}

/// Link-layer addresses of client and server, from the flow's first packet; of a tunnel's outer flow the outer ones.
fn links(asked: &Asked<'_>, id: FlowId, flow: &Flow) -> (String, String) {
    let store = asked.store;
    let Some(first) = store.packets.get(flow.first_packet) else { return Default::default() };
    let pairs = store.paths.steps(first.path).filter_map(|step| match step {
        Step::Pair { pair, reversed } => Some((store.paths.addresses(pair)?, reversed)),
        Step::Flow { .. } => None,
    });
    let mut links = pairs.filter(|([low, _], _)| matches!(low.family(), Family::Ethernet | Family::Wlan));
    let link = if first.flow == id { links.next_back() } else { links.next() };
    let (Some(([low, high], reversed)), Some(end)) = (link, sender(store, &first, id)) else {
        return Default::default();
    };
    let (source, destination) = if reversed { (high, low) } else { (low, high) };
    let (client, server) = if end == flow.client { (source, destination) } else { (destination, source) };
    (client.to_string(), server.to_string())
}

fn notes(flow: &Flow, row: &FlowRow) -> Vec<String> {
    let mut notes = Vec::new();
    let client = match row.client_by {
        ClientBy::Handshake if row.transport == "TCP" => "The client sent the SYN.",
        ClientBy::Handshake => "The client asked.",
        ClientBy::Port => "The server is assumed from its port.",
        ClientBy::FirstPacket => "The sender of the first packet seen is assumed to be the client.",
    };
    notes.push(client.to_owned());
    let name = match row.name_from {
        NameFrom::Nowhere => None,
        NameFrom::Sni => Some("The server name is the one the client asked for in TLS (SNI)."),
        NameFrom::Host => Some("The server name is the Host header of a request."),
        NameFrom::Dns => Some("The server name comes from a DNS answer in the capture."),
        NameFrom::File => Some("The server name comes from a name record of the capture file."),
    };
    notes.extend(name.map(str::to_owned));
    if row.transport != "TCP" {
        return notes;
    }
    match row.outcome {
        Outcome::Refused => notes.push(
            "Refused: the SYN was answered by a reset. The time until then is no round trip to a service.".to_owned(),
        ),
        Outcome::NoAnswer => notes.push("Nothing answered: filtered, lost, or answered elsewhere.".to_owned()),
        _ => {}
    }
    if flow.tcp.syns > 1 {
        let text = "The SYN was sent {} times; the initial RTT counts from the last one, as Wireshark's does.";
        notes.push(text.replace("{}", &flow.tcp.syns.to_string()));
    }
    if flow.tcp.syns == 0 {
        notes.push("The handshake was not captured, so there is no initial RTT.".to_owned());
    }
    notes
}
