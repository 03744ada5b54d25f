//! A window of the packet list: read again from the file, with Wireshark's default columns and those asked for.
use super::Asked;
use super::colour::colour;
use crate::api::{PacketPage, PacketRow, Packets};
use crate::engine::dissect::{Dissection, Wanted};
use crate::engine::protocols::protocol;
use crate::engine::replay::Replay;
use crate::engine::source::Source;
use crate::engine::store::packets::{FlowId, Marks, NO_FLOW, NO_TIME, PacketId};
use std::ops::Range;

/// Rows of one answer at most.
const MOST_ROWS: u32 = 5000;

/// # Errors
/// When the file cannot be read again.
pub fn answer(asked: &Asked<'_>, question: &Packets, source: &mut dyn Source) -> Result<PacketPage, String> {
    let mut d = Dissection::new(Wanted::Everything);
    let mut replay = Replay::new(asked.store, source);
    let (total, ids) = ids(asked, question.flow, &question.rows);
    let rows = ids.into_iter().map(|id| row(&mut replay, &mut d, id, &question.columns));
    Ok(PacketPage { total, rows: rows.collect::<Result<_, _>>()? })
}

/// Packets of a window, of all or of one flow; and how many there are.
fn ids(asked: &Asked<'_>, flow: Option<FlowId>, rows: &Range<u32>) -> (u32, Vec<PacketId>) {
    let packets = &asked.store.packets;
    let end = rows.end.min(rows.start.saturating_add(MOST_ROWS));
    let Some(flow) = flow else {
        return (packets.len(), (rows.start..end.min(packets.len())).collect());
    };
    let of_flow = (0..).zip(packets.flows()).filter(|(_, of)| *of == flow).map(|(id, _)| id);
    let (mut total, mut ids) = (0, Vec::new());
    for id in of_flow {
        if (rows.start..end).contains(&total) {
            ids.push(id);
        }
        total += 1;
    }
    (total, ids)
}

/// A packet as the list shows it.
pub(super) fn row(
    replay: &mut Replay<'_>,
    d: &mut Dissection,
    id: PacketId,
    columns: &[String],
) -> Result<PacketRow, String> {
    let (packet, _) = replay.walk(d, id)?;
    let (source, destination) = d.source_destination();
    let time = Some(packet.time).filter(|&time| time != NO_TIME);
    let before = id.checked_sub(1).and_then(|before| replay.store().packets.time(before));
    let column = |name: &String| {
        let found = d.fields.iter().filter(|found| found.field.name == *name);
        found.map(|found| found.text()).collect::<Vec<_>>().join(",")
    };
    Ok(PacketRow {
        number: id.saturating_add(1),
        time_ns: time,
        delta_ns: time.zip(before.filter(|&time| time != NO_TIME)).map(|(now, before)| now.saturating_sub(before)),
        source,
        destination,
        protocol: d.protocol_name(|id| protocol(id).short).into_owned(),
        length: packet.wire_len,
        info: d.info_text(),
        colour: colour(d, &packet),
        flow: Some(packet.flow).filter(|&flow| flow != NO_FLOW),
        columns: columns.iter().map(column).collect(),
        comment: packet.marks.has(Marks::COMMENT),
    })
}
