//! A window of the packet list: read again from the file, with Wireshark's default columns.
use super::Asked;
use crate::api::{PacketPage, PacketRow, Packets};
use crate::engine::dissect::{Bytes, Dissection, Wanted};
use crate::engine::protocols::{self, protocol};
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
    let rows = (question.rows.start..end).map(|id| row(asked, &mut replay, &mut d, id));
    Ok(PacketPage { total, rows: rows.collect::<Result<_, _>>()? })
}

fn row(asked: &Asked<'_>, replay: &mut Replay<'_>, d: &mut Dissection, id: PacketId) -> Result<PacketRow, String> {
    let Some(packet) = asked.store.packets.get(id) else { return Err(format!("There is no packet {id}.")) };
    let link = asked.link(packet.stack);
    let bytes = replay.read(id)?;
    replay.at(id);
    protocols::walk_frame(d, link, Bytes::frame(&bytes, packet.wire_len), replay);
    let (source, destination) = d.source_destination();
    Ok(PacketRow {
        number: id.saturating_add(1),
        time_ns: Some(packet.time).filter(|&t| t != NO_TIME),
        source,
        destination,
        protocol: d.protocol_name(|id| protocol(id).short).to_owned(),
        length: packet.wire_len,
        info: std::mem::take(&mut d.info),
    })
}
