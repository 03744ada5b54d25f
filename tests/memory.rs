//! What a capture costs in memory, and that growing never copies what is held. This file has one test: the counts are of the whole
//! process.
mod support;

use peak_alloc::PeakAlloc;
use support::write::{connection, header};
use wireglass::engine::session::Session;
use wireglass::engine::store::packets::PACKET_BYTES;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const FLOWS: u32 = 20_000;
const PACKETS_PER_FLOW: u32 = 13;
/// What the engine itself needs besides the store: tables of protocols, the reader's carry, the buffer of this test.
const FIXED: usize = 1 << 20;
/// Bytes for each connection that is followed while it lasts (sequence numbers, segments not acknowledged yet); at most 32,768 are.
const FOLLOWED: usize = 480;
/// What may be copied at once when something grows: the largest hash table, whose entries are numbers.
const COPIED: usize = 192 << 10;

#[test]
fn a_capture_costs_what_was_promised_and_grows_in_chunks() {
    // Tables that are made once, before counting begins.
    wireglass::engine::protocols::registry();
    let before = ALLOCATED.current_usage();
    let mut session = Session::new();
    session.feed(&header()).expect("a capture");
    let mut records = Vec::new();
    let mut most_copied = 0;
    for number in 0..FLOWS {
        records.clear();
        connection(&mut records, number, PACKETS_PER_FLOW, u64::from(number) * 1_000_000);
        ALLOCATED.reset_peak_usage();
        session.feed(&records).expect("records");
        most_copied = most_copied.max(ALLOCATED.peak_usage().saturating_sub(ALLOCATED.current_usage()));
    }
    session.finish().expect("the end");
    let real = ALLOCATED.current_usage() - before;

    let store = session.store();
    let held = store.memory();
    let packets = (FLOWS * PACKETS_PER_FLOW) as usize;
    assert_eq!((store.packets.len() as usize, store.flows.len()), (packets, FLOWS));
    assert_eq!(PACKET_BYTES, 30);
    let chunks = packets.div_ceil(16_384);
    assert_eq!(store.packets.memory(), chunks * 16_384 * PACKET_BYTES, "the packet columns, in whole chunks");

    let of_packets = store.packets.memory() + store.numbers.memory();
    let per_packet = of_packets as f64 / packets as f64;
    let per_flow = (held - of_packets) as f64 / f64::from(FLOWS);
    println!(
        "{per_packet:.1} bytes a packet, {per_flow:.1} bytes a flow, {held} together; allocated {real}, copied at once {most_copied}"
    );
    assert!(per_packet <= 40.0, "{per_packet:.1} bytes a packet");
    assert!(per_flow <= 320.0, "{per_flow:.1} bytes a flow");
    let followed = FLOWS as usize * FOLLOWED;
    assert!(real <= held + followed + FIXED, "the store says {held} bytes, but {real} are allocated");
    assert!(most_copied <= COPIED, "{most_copied} bytes held twice for a moment: something is copied when it grows");
}
