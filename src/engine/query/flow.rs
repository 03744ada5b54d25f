//! One flow: its ends, its handshake, a window of its packets.
use super::Asked;
use super::flows::{letters, row};
use super::rtt::place;
use crate::api::{ClientBy, Flow as Question, FlowDetail, FlowPacket, FlowRow, NameFrom, Outcome};
use crate::engine::dissect::Family;
use crate::engine::protocols::protocol;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::packets::{FlowId, Marks, NO_TIME};
use crate::engine::store::paths::Step;

/// Packets of one answer at most.
const MOST_PACKETS: usize = 5000;

/// # Errors
/// When there is no such flow.
pub fn answer(asked: &Asked<'_>, question: &Question) -> Result<FlowDetail, String> {
    let store = asked.store;
    let id = question.id;
    let Some(flow) = store.flows.get(id) else { return Err(format!("There is no flow {id}.")) };
    let row = row(asked, id, flow);
    let (client_link, server_link) = links(asked, flow);
    let (first, second) = (row.syn_to_syn_ack_ns.unwrap_or(0), row.syn_ack_to_ack_ns.unwrap_or(0));
    Ok(FlowDetail {
        layers: layers(asked, flow),
        client_link,
        server_link,
        syns: flow.tcp.syns.into(),
        place: place(first, second),
        notes: notes(flow, &row),
        total_packets: u32::try_from(flow.total_packets()).unwrap_or(u32::MAX),
        packets: packets(asked, id, flow, question),
        row,
    })
}

fn packets(asked: &Asked<'_>, id: FlowId, flow: &Flow, question: &Question) -> Vec<FlowPacket> {
    let rows = &question.packets;
    let ids = (0..).zip(asked.store.packets.flows()).skip(flow.first_packet as usize).filter(|&(_, of)| of == id);
    let window = ids.skip(rows.start as usize).take((rows.end.saturating_sub(rows.start) as usize).min(MOST_PACKETS));
    let packet = |(packet, _)| {
        let found = asked.store.packets.get(packet)?;
        let from = End::from(found.marks.has(Marks::FROM_B));
        Some(FlowPacket {
            number: packet.saturating_add(1),
            time_ns: if found.time == NO_TIME { 0 } else { found.time },
            from_client: from == flow.client,
            wire_len: found.wire_len,
            flags: letters(found.marks.tcp_flags()),
        })
    };
    window.filter_map(packet).collect()
}

fn layers(asked: &Asked<'_>, flow: &Flow) -> String {
    let Some(first) = asked.store.packets.get(flow.first_packet) else { return String::new() };
    let stack = asked.store.stacks.get(first.stack);
    let names =
        stack.layers.iter().map(|(id, _)| protocol(*id).name).filter(|name| *name != "ethertype" && *name != "data");
    let mut path = names.collect::<Vec<_>>().join(":");
    let app = protocol(flow.app).name;
    if flow.app != crate::engine::store::flows::NO_PROTOCOL && !path.ends_with(app) {
        path = format!("{path}:{app}");
    }
    path
}

/// Link-layer addresses of client and server, from the flow's first packet.
fn links(asked: &Asked<'_>, flow: &Flow) -> (String, String) {
    let store = asked.store;
    let Some(first) = store.packets.get(flow.first_packet) else { return Default::default() };
    let mut pairs = store.paths.steps(first.path).filter_map(|step| match step {
        Step::Pair { pair, reversed } => Some((store.paths.addresses(pair)?, reversed)),
        Step::Flow { .. } => None,
    });
    let link = pairs.rfind(|([low, _], _)| matches!(low.family(), Family::Ethernet | Family::Wlan));
    let Some(([low, high], reversed)) = link else { return Default::default() };
    let (source, destination) = if reversed { (high, low) } else { (low, high) };
    let from_client = End::from(first.marks.has(Marks::FROM_B)) == flow.client;
    let (client, server) = if from_client { (source, destination) } else { (destination, source) };
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
