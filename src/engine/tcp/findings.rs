//! What a segment's columns find worth saying (expert information): its flags, and what sequence analysis found.
use crate::engine::dissect::tcp_flag::*;
use crate::engine::dissect::{Expert, Transport, When};
use crate::engine::protocols::{DNS_REPEATED, tcp_experts as tcp};
use crate::engine::store::Store;
use crate::engine::store::marks::kinds;
use crate::engine::store::packets::{FlowId, Marks, PacketId};
use rustc_hash::FxHashMap;

/// Marks that say something: of flags, and what was found.
pub const TELLING: u32 = (SYN | FIN | RST) as u32 | Marks::FINDINGS;

/// Who began to close a connection: a bit for each end.
pub type Closers = FxHashMap<FlowId, u8>;

/// What one segment's flags and findings tell.
#[inline]
pub fn of_segment(
    store: &Store,
    id: FlowId,
    marks: Marks,
    closers: &mut Closers,
    tell: &mut dyn FnMut(&'static Expert),
) {
    if marks.0 & TELLING == 0 {
        return;
    }
    if store.flows.get(id).is_none_or(|flow| flow.key.transport != Transport::Tcp) {
        return;
    }
    let has = |flag: u16| marks.0 & u32::from(flag) != 0;
    if has(SYN) {
        tell(if has(ACK) { &tcp::SYN_ACK_SEEN } else { &tcp::SYN_SEEN });
    }
    if has(FIN) {
        tell(&tcp::FIN_SEEN);
        let (closed, own) = (closers.entry(id).or_default(), 1 + u8::from(marks.has(Marks::FROM_B)));
        let is_first = *closed & !own == 0;
        *closed |= if is_first { own } else { 0 };
        tell(if is_first { &tcp::CLOSES } else { &tcp::IS_CLOSED });
    }
    if has(RST) {
        tell(&tcp::RESET);
    }
    kinds(marks).filter_map(|kind| tcp::of_analysis(kind.filter)).for_each(tell);
}

/// What columns tell about one packet.
pub fn of_packet(store: &Store, packet: PacketId) -> Vec<&'static Expert> {
    let mut found = Vec::new();
    let Some(row) = store.packets.get(packet) else { return found };
    let mut closers = Closers::default();
    if row.marks.0 & u32::from(FIN) != 0 {
        let before = store.segments(row.flow).take_while(|segment| segment.packet < packet);
        before.for_each(|segment| of_segment(store, row.flow, segment.marks, &mut closers, &mut |_| {}));
    }
    of_segment(store, row.flow, row.marks, &mut closers, &mut |expert| found.push(expert));
    if store.repeats.binary_search_by_key(&packet, |(packet, _)| *packet).is_ok() {
        found.push(&DNS_REPEATED);
    }
    found
}

/// Whether a finding that depends on what came later is one.
pub fn holds(store: &Store, packet: PacketId, expert: &Expert) -> bool {
    match expert.when {
        When::Always => true,
        When::Unanswered => store.transactions.of(packet).all(|(_, _, is_request)| is_request),
        When::Unassembled => {
            let is_last = || store.reassembled.binary_search_by_key(&packet, |(last, _)| *last).is_ok();
            !store.completed_by.contains_key(&packet) && !is_last()
        }
    }
}
