//! One packet: its layers and fields as a tree, and its bytes.
use super::Asked;
use super::experts::of_packet;
use crate::api::{BufferView, Packet, PacketDetail, TreeRow};
use crate::engine::dissect::{Dissection, Found, Kind, Protocol, Span, Value};
use crate::engine::flow::sequence::look_back;
use crate::engine::protocols::{FRAME, SEGMENTS, is_only_in_tree, protocol, tcp_analyse, udp_timed};
use crate::engine::replay::States;
use crate::engine::sight::Sight;
use crate::engine::source::Source;
use crate::engine::store::Store;
use crate::engine::store::packets::{FlowId, NO_FLOW, PacketId};

/// Text of a field's bytes at most.
const MOST_BYTES: usize = 64;

/// # Errors
/// When there is no such packet, or the file cannot be read again.
pub fn answer(
    asked: &Asked<'_>,
    kept: &mut States,
    question: &Packet,
    source: &mut dyn Source,
) -> Result<PacketDetail, String> {
    let id = question.id;
    let mut sight = Sight::of(asked.store, source, std::mem::take(kept), id)?;
    if sight.d.layers.iter().any(|layer| layer.protocol == SEGMENTS) {
        sight.replay.in_detail();
        sight.turn_to(id)?;
    }
    analyse(&mut sight);
    let tree = tree(&sight);
    let bytes = std::mem::take(&mut sight.bytes);
    let mut buffers = vec![BufferView { title: format!("Frame ({} bytes)", bytes.len()), bytes }];
    let made = std::mem::take(&mut sight.d.buffers);
    buffers.extend(made.into_iter().map(|buffer| BufferView {
        title: format!("{} ({} bytes)", buffer.title, buffer.bytes.len()),
        bytes: buffer.bytes,
    }));
    let flow = Some(sight.packet.flow).filter(|&flow| flow != NO_FLOW);
    *kept = sight.finish();
    let (previous, next) = flow.map_or((None, None), |flow| neighbours(asked.store, flow, id));
    Ok(PacketDetail {
        number: id.saturating_add(1),
        flow,
        previous_in_flow: previous,
        next_in_flow: next,
        tree,
        buffers,
    })
}

/// The flow's packets before and after one. The column of flows is gone through only where there may be some.
fn neighbours(store: &Store, id: FlowId, packet: PacketId) -> (Option<PacketId>, Option<PacketId>) {
    let Some(flow) = store.flows.get(id).filter(|flow| flow.total_packets() > 1) else { return (None, None) };
    let has_previous = packet > flow.first_packet;
    let previous = if has_previous { store.packets.before_in_flow(id, packet) } else { None };
    (previous, store.packets.after_in_flow(id, packet))
}

/// Adds what the history of the packet's TCP stream says about it.
fn analyse(sight: &mut Sight<'_>) {
    let store = sight.replay.store();
    for times in sight.datagrams() {
        udp_timed(&mut sight.d, times);
    }
    // Looking back goes through the flow's earlier segments.
    if !sight.d.layers.iter().any(|layer| protocol(layer.protocol).name == "tcp") {
        return;
    }
    let finding = look_back(store, sight.id).unwrap_or_default();
    let Some((layer, analysis)) = sight.history(&finding) else { return };
    tcp_analyse(&mut sight.d, layer, &analysis);
    for (expert, message) in of_packet(store, sight.id) {
        sight.d.show_expert(layer, 0, expert, message);
    }
}

/// Whether the packet has a layer of a protocol.
pub(super) fn has_layer(d: &Dissection, name: &str) -> bool {
    d.layers.iter().any(|layer| protocol(layer.protocol).name == name)
}

/// A dissection as lines of the detail tree, pre-order.
pub(super) fn tree(sight: &Sight<'_>) -> Vec<TreeRow> {
    let d = &sight.d;
    let (number, wire, captured) = (sight.id.saturating_add(1), sight.packet.wire_len, sight.packet.captured);
    let all = Span::new(0, 0, captured);
    let text = format!("Frame {number}: {wire} bytes on wire, {captured} bytes captured");
    let about = protocol(FRAME);
    let mut rows = vec![row(about, all, 0, text, about.name, about.name)];
    rows.extend(sight.frame().iter().map(|found| field(about, found)));
    for (index, layer) in d.layers.iter().enumerate() {
        let this = protocol(layer.protocol);
        // The hinge between link and network says nothing by itself.
        if this.name == "ethertype" {
            continue;
        }
        let filter = if is_only_in_tree(layer.protocol) { "" } else { this.name };
        rows.push(row(this, layer.span, 0, heading(d, index, this), this.name, filter));
        rows.extend(d.fields.iter().filter(|found| usize::from(found.layer) == index).map(|found| field(this, found)));
    }
    rows
}

/// `User Datagram Protocol, Src Port: 53, Dst Port: 50000`.
fn heading(d: &Dissection, index: usize, this: &Protocol) -> String {
    let said = d.headings.iter().filter(|(at, _)| *at == index).map(|(_, text)| text.clone());
    let pairs = d.pairs.iter().filter(|(_, _, at)| usize::from(*at) == index);
    let ends = pairs.map(|(source, destination, _)| format!("Src: {source}, Dst: {destination}"));
    std::iter::once(this.title.to_owned()).chain(ends).chain(said).collect::<Vec<_>>().join(", ")
}

fn row(this: &Protocol, span: Span, depth: u8, text: String, name: &str, filter: &str) -> TreeRow {
    TreeRow {
        depth,
        text,
        name: name.to_owned(),
        layer: this.name.to_owned(),
        filter: filter.to_owned(),
        buffer: span.buffer(),
        start: span.start(),
        length: span.len(),
        ..TreeRow::default()
    }
}

fn field(this: &Protocol, found: &Found) -> TreeRow {
    let value = shown(found);
    let title = found.field.title();
    let text = match (&found.value, &found.note) {
        (Value::Nothing, Some(note)) => note.to_string(),
        (Value::Nothing, None) => title.to_owned(),
        (_, Some(note)) => format!("{title}: {value} ({note})"),
        (_, None) => format!("{title}: {value}"),
    };
    let text = if found.generated { format!("[{text}]") } else { text };
    let name = found.field.name();
    let link = match (&found.value, found.field.kind) {
        (Value::Uint(number), Kind::Frame) => u32::try_from(*number).ok().and_then(|number| number.checked_sub(1)),
        _ => None,
    };
    let (value, filter) = filter(found);
    let depth = found.depth.saturating_add(1);
    TreeRow { value, link, generated: found.generated, ..row(this, found.span, depth, text, name, &filter) }
}

/// The value as people read it.
fn shown(found: &Found) -> String {
    match (&found.value, found.field.kind) {
        (Value::Bool(value), _) => if *value { "True" } else { "False" }.to_owned(),
        (Value::Bytes(bytes), _) if bytes.len() > MOST_BYTES => {
            let start: String = bytes.iter().take(MOST_BYTES).map(|byte| format!("{byte:02x}")).collect();
            format!("{start}…")
        }
        (Value::Nanos(_), _) => format!("{} seconds", found.text()),
        _ => found.text(),
    }
}

/// The value as a filter has it, and the filter that selects it.
fn filter(found: &Found) -> (String, String) {
    let name = found.field.name();
    match (&found.value, found.field.kind) {
        (Value::Nothing, _) | (_, Kind::Label) => (String::new(), name.to_owned()),
        (Value::Text(text), _) => {
            // Its zone belongs to it: without one Wireshark takes local time.
            let text = if name == "frame.time_utc" { &format!("{text}Z") } else { text };
            let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
            (text.clone(), format!("{name} == \"{quoted}\""))
        }
        (Value::Bytes(bytes), kind) if kind != Kind::Guid => {
            let text: Vec<String> = bytes.iter().take(MOST_BYTES).map(|byte| format!("{byte:02x}")).collect();
            let text = text.join(":");
            let comparison = if bytes.len() > MOST_BYTES { "contains" } else { "==" };
            (text.clone(), if bytes.is_empty() { name.to_owned() } else { format!("{name} {comparison} {text}") })
        }
        _ => {
            let text = found.text();
            (text.clone(), format!("{name} == {text}"))
        }
    }
}
