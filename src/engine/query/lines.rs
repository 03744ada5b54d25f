//! Packets as tcpdump prints them, from anywhere in the file.
use super::Asked;
use crate::api::{LineTime, Lines, LinesAnswer};
use crate::engine::dissect::{Transport, tcp_flag};
use crate::engine::replay::Replay;
use crate::engine::source::Source;
use crate::engine::store::Store;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::packets::{NO_TIME, Packet, PacketId};
use crate::engine::tcpdump::{Options, Printer, Time};

/// Lines of one answer at most.
const MOST_LINES: usize = 5000;

/// # Errors
/// When the file cannot be read again.
pub fn answer(asked: &Asked<'_>, question: &Lines, source: &mut dyn Source) -> Result<LinesAnswer, String> {
    let store = asked.store;
    let options = &question.options;
    let time = match options.time {
        LineTime::OfDay => Time::Clock,
        LineTime::Epoch => Time::Epoch,
        LineTime::Date => Time::Date,
        LineTime::None => Time::None,
    };
    let (e, v, a, x) = (options.link, options.verbose.into(), options.ascii, options.hex);
    let mut printer = Printer::new(Options { time, e, v, a, x, absolute: false });
    let mut replay = Replay::new(store, source);
    let mut lines = Vec::new();
    for &id in question.packets.iter().take(MOST_LINES) {
        let Some(packet) = store.packets.get(id) else { continue };
        let bytes = replay.read(id)?;
        know(&mut printer, store, id, &packet);
        let time = Some(packet.time).filter(|&time| time != NO_TIME).zip(store.start);
        let time = time.map(|(time, start)| start.saturating_add(time));
        lines.push(printer.packet(replay.link(&packet), time, &bytes, packet.wire_len));
    }
    Ok(LinesAnswer { lines })
}

/// Tells the printer where the numbers of the packet's connection started, unless it is the connection's first packet.
fn know(printer: &mut Printer, store: &Store, id: PacketId, packet: &Packet) {
    let Some(flow) = store.flows.get(packet.flow) else { return };
    // The first segment that acknowledges something is printed as it is: tcpdump counts from it.
    let has_ack = |id: PacketId| {
        let marks = store.packets.marks(id).map_or(0, |marks| marks.tcp_flags());
        store.packets.flow(id) == Some(packet.flow) && marks & tcp_flag::ACK != 0
    };
    if flow.key.transport != Transport::Tcp || !(flow.first_packet..id).any(has_ack) {
        return;
    }
    let end = |end: End| Some((store.address(flow, end)?.ip()?, flow.port(end)));
    if let (Some(a), Some(b)) = (end(0), end(1)) {
        printer.know([a, b], [base(flow, 0), base(flow, 1)]);
    }
}

/// The number that tcpdump counts from: a SYN's, else the first one seen (which Wireshark calls 1).
fn base(flow: &Flow, end: End) -> u32 {
    let syn = u16::from(Flow::by(flow.tcp.flags, end)) & tcp_flag::SYN != 0;
    Flow::by(flow.tcp.base, end).unwrap_or(0).wrapping_add(u32::from(!syn))
}
