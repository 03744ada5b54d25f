//! Whatever the bytes: no panic, every question gets its answer, what is said lies inside the packet. Damage is seeded: the same
//! every time. What a packet alone can do is tested in `hostile_packets.rs`.
mod support;

use support::{Capture, Random, captures, read, try_ask};
use wireglass::api::{
    Flow, FlowColumn, FlowSort, Flows, Hierarchy, Packets, Query, Question, Rtt, SavePackets, SaveTable, Summary,
    TextFormat, Timeline,
};
use wireglass::engine::session::Session;

/// Captures up to this size are cut at every byte.
const SMALL: usize = 20_000;
/// A record costs at least so many bytes of a file (pcapng's Simple Packet Block; pcap's header alone).
const LEAST_RECORD: usize = 16;

/// Asks everything; the answers may be anything but must come.
fn ask_everything(name: &str, session: &mut Session, bytes: &[u8]) {
    let sort = FlowSort { by: FlowColumn::Server, descending: true };
    let flows = Some(Box::new(Flows::default().query()));
    let questions: [Query; 8] = [
        Summary {}.query(),
        Timeline { buckets: 50, ..Timeline::default() }.query(),
        Hierarchy {}.query(),
        Rtt {}.query(),
        Flows { rows: 0..50, sort, search: "1".to_owned(), around: Some(1) }.query(),
        Packets { rows: 0..5000, ..Packets::default() }.query(),
        SavePackets::default().query(),
        SaveTable { of: flows, format: TextFormat::ConnLog, ..SaveTable::default() }.query(),
    ];
    // Of no capture there is nothing to save, and that is said.
    let is_capture = session.reader().format().is_some() && !session.reader().interfaces().is_empty();
    for question in questions.into_iter().filter(|query| is_capture || !matches!(query, Query::SavePackets(_))) {
        if let Err(sentence) = try_ask(session, bytes, question.clone()) {
            panic!("{name}: {question:?}: {sentence}");
        }
    }
    // Ids count flows that are only quoted by ICMP errors too.
    let flows = session.store().flows.len();
    for id in [0, flows / 2, flows.saturating_sub(1)].into_iter().filter(|&id| id < flows) {
        try_ask(session, bytes, Flow { id, packets: 0..100 }.query())
            .unwrap_or_else(|e| panic!("{name}: flow {id}: {e}"));
    }
    assert!(try_ask(session, bytes, Flow { id: flows, packets: 0..1 }.query()).is_err(), "{name}: a flow too many");
}

/// Where the records of a capture end, by what was read of it whole.
fn borders(session: &Session) -> Vec<usize> {
    let packets = &session.store().packets;
    let end = |id| packets.get(id).map(|packet| packet.offset as usize + packet.captured as usize);
    (0..packets.len()).filter_map(end).collect()
}

/// Lengths to cut a capture at: all of a small one; of others those around some of its records' borders, and some more.
fn cuts(capture: &Capture, borders: &[usize]) -> Vec<usize> {
    let length = capture.bytes.len();
    if length <= SMALL {
        return (0..length).collect();
    }
    let mut random = Random::new(&capture.name);
    let mut cuts: Vec<usize> = (0..100).chain((0..60).map(|_| random.below(length))).collect();
    for _ in 0..12 {
        let border = borders.get(random.below(borders.len())).copied().unwrap_or(0);
        cuts.extend(border.saturating_sub(2)..=border + 2);
    }
    cuts.retain(|&cut| cut < length);
    cuts.sort_unstable();
    cuts
}

#[test]
fn every_beginning_of_a_file_can_be_read() {
    for capture in captures() {
        let (whole, refused) = read(&capture.bytes);
        let borders = borders(&whole);
        let mut answered = usize::MAX;
        for cut in cuts(&capture, &borders) {
            let bytes = &capture.bytes[..cut];
            let (mut session, error) = read(bytes);
            let complete = borders.iter().filter(|&&border| border <= cut).count();
            assert!(
                session.packets() as usize <= complete,
                "{}: {} packets in {cut} bytes",
                capture.name,
                session.packets()
            );
            // pcapng's blocks go on after the packet's bytes.
            assert!(session.packets() as usize + 1 >= complete, "{}: packets lost in {cut} bytes", capture.name);
            assert!(refused.is_none() || error.is_some() || cut == 0, "{}: opened, cut at {cut}", capture.name);
            // Nothing can have changed between two packets but the warning about the cut.
            if session.packets() as usize != answered || cut % 64 == 0 {
                answered = session.packets() as usize;
                ask_everything(&capture.name, &mut session, bytes);
            }
        }
    }
}

#[test]
fn flipped_bits_in_a_file_do_no_harm() {
    for capture in captures() {
        let (whole, _) = read(&capture.bytes);
        // Of a large capture the beginning, so that there is time for more damage.
        let borders = borders(&whole);
        let end = borders.iter().copied().rfind(|&border| border <= SMALL).unwrap_or(SMALL).min(capture.bytes.len());
        let mut random = Random::new(&capture.name);
        for round in 0..300 {
            let mut bytes = capture.bytes[..end].to_vec();
            // In every second round only where files and records begin.
            let near = if round % 2 == 0 { bytes.len() } else { bytes.len().min(200) };
            random.damage(&mut bytes[..near]);
            let (mut session, _) = read(&bytes);
            assert!(session.packets() as usize <= bytes.len() / LEAST_RECORD, "{}, round {round}", capture.name);
            ask_everything(&format!("{}, round {round}", capture.name), &mut session, &bytes);
        }
    }
}
