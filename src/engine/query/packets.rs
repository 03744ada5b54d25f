//! A window of the packet list: read again from the file, with Wireshark's default columns and those asked for.
use super::Asked;
use super::colour::colour;
use crate::api::{PacketPage, PacketRow, Packets};
use crate::engine::filter::columns::told::{About, shown};
use crate::engine::filter::selection::Selection;
use crate::engine::protocols::protocol;
use crate::engine::replay::States;
use crate::engine::sight::Sight;
use crate::engine::source::Source;
use crate::engine::store::packets::{FlowId, Marks, NO_FLOW, PacketId};
use std::ops::Range;

/// Rows of one answer at most.
const MOST_ROWS: u32 = 5000;

/// # Errors
/// When the file cannot be read again.
pub fn answer(
    asked: &Asked<'_>,
    kept: &mut States,
    question: &Packets,
    source: &mut dyn Source,
) -> Result<PacketPage, String> {
    let (total, ids) = ids(asked, question.flow, &question.rows);
    let around = question.around.and_then(|id| row_of(asked, question.flow, id));
    let Some((&first, others)) = ids.split_first() else {
        return Ok(PacketPage { total, row: around, rows: Vec::new() });
    };
    let mut sight = Sight::of(asked.store, source, std::mem::take(kept), first)?;
    let mut rows = vec![row(&sight, &question.columns)];
    for &id in others {
        sight.turn_to(id)?;
        rows.push(row(&sight, &question.columns));
    }
    *kept = sight.finish();
    Ok(PacketPage { total, row: around, rows })
}

/// The row of a packet, or of the next one that is listed.
fn row_of(asked: &Asked<'_>, flow: Option<FlowId>, id: PacketId) -> Option<u32> {
    match (flow, asked.selected) {
        (None, None) => Some(id).filter(|&id| id < asked.store.packets.len()),
        (None, Some(Selection { packets, .. })) => Some(packets.rank(id)).filter(|&row| row < packets.len()),
        (Some(flow), _) => {
            let (mut before, mut there) = (0, false);
            for at in of_flow(asked, flow) {
                if at >= id {
                    there = true;
                    break;
                }
                before += 1;
            }
            there.then_some(before)
        }
    }
}

/// The packets of a flow that are meant.
fn of_flow<'a>(asked: &'a Asked<'_>, flow: FlowId) -> impl Iterator<Item = PacketId> + 'a {
    let of = asked.store.packets.flows();
    (0..).zip(of).filter(move |&(id, of)| of == flow && asked.means(id)).map(|(id, _)| id)
}

/// Packets of a window, of all or of one flow; and how many there are.
fn ids(asked: &Asked<'_>, flow: Option<FlowId>, rows: &Range<u32>) -> (u32, Vec<PacketId>) {
    let packets = &asked.store.packets;
    let end = rows.end.min(rows.start.saturating_add(MOST_ROWS));
    let window = end.saturating_sub(rows.start) as usize;
    match (flow, asked.selected) {
        (None, None) => (packets.len(), (rows.start..end.min(packets.len())).collect()),
        (None, Some(Selection { packets, .. })) => {
            let from = packets.nth(rows.start).map(|first| packets.from(first));
            (packets.len(), from.into_iter().flatten().take(window).collect())
        }
        (Some(flow), _) => {
            let mut total = 0;
            let counted = of_flow(asked, flow).inspect(|_| total += 1);
            let within = (0..).zip(counted).filter(|(row, _)| (rows.start..end).contains(row));
            let ids = within.map(|(_, id)| id).collect();
            (total, ids)
        }
    }
}

/// A packet as the list shows it.
pub(super) fn row(sight: &Sight<'_>, columns: &[String]) -> PacketRow {
    let Sight { d, packet, id, .. } = sight;
    let about = About { store: sight.replay.store(), id: *id, packet: packet.row(), finding: None, previous: None };
    let (source, destination) = d.source_destination();
    PacketRow {
        number: id.saturating_add(1),
        time_ns: sight.time(),
        delta_ns: sight.delta(),
        source,
        destination,
        protocol: d.protocol_name(|id| protocol(id).short).into_owned(),
        length: packet.wire_len,
        info: d.info_text(),
        colour: colour(d, packet),
        flow: Some(packet.flow).filter(|&flow| flow != NO_FLOW),
        columns: columns.iter().map(|name| shown(&about, name).unwrap_or_else(|| sight.column(name))).collect(),
        comment: packet.marks.has(Marks::COMMENT),
    }
}
