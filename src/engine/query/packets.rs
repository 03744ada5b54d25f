//! A window of the packet list: read again from the file, with Wireshark's default columns.
use super::Asked;
use crate::api::{PacketPage, PacketRow, Packets};
use crate::engine::dissect::{Dissection, Wanted};
use crate::engine::protocols::protocol;
use crate::engine::replay::Replay;
use crate::engine::source::Source;
use crate::engine::store::packets::{NO_TIME, PacketId};

/// Rows of one answer at most.
const MOST_ROWS: u32 = 5000;

/// # Errors
/// When the file cannot be read again.
pub fn answer(asked: &Asked<'_>, question: &Packets, source: &mut dyn Source) -> Result<PacketPage, String> {
    let total = asked.store.packets.len();
    let end = question.rows.end.min(question.rows.start.saturating_add(MOST_ROWS)).min(total);
    let mut d = Dissection::new(Wanted::Everything);
    let mut replay = Replay::new(asked.store, source);
    let rows = (question.rows.start..end).map(|id| row(&mut replay, &mut d, id));
    Ok(PacketPage { total, rows: rows.collect::<Result<_, _>>()? })
}

fn row(replay: &mut Replay<'_>, d: &mut Dissection, id: PacketId) -> Result<PacketRow, String> {
    let (packet, _) = replay.walk(d, id)?;
    let (source, destination) = d.source_destination();
    Ok(PacketRow {
        number: id.saturating_add(1),
        time_ns: Some(packet.time).filter(|&t| t != NO_TIME),
        source,
        destination,
        protocol: d.protocol_name(|id| protocol(id).short).into_owned(),
        length: packet.wire_len,
        info: d.info_text(),
    })
}
