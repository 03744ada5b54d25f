//! What must hold between answers, whatever the capture: sums agree.
mod support;

use support::write::{Tcp, header, record, tcp};
use support::{ask, captures, flows, read};
use wireglass::api::{Hierarchy, HierarchyAnswer, Packets, ProtocolRow, Rtt, Summary, Timeline};
use wireglass::engine::dissect::{Dissection, Wanted};
use wireglass::engine::flow::sequence::look_back;
use wireglass::engine::replay::Replay;
use wireglass::engine::store::Store;

/// Runs a check on every capture that can be read.
fn each(check: impl Fn(&str, &mut wireglass::engine::session::Session, &[u8])) {
    for capture in captures() {
        let (mut session, _) = read(&capture.bytes);
        check(&capture.name, &mut session, &capture.bytes);
    }
}

fn trailers(store: &Store) -> u64 {
    store.packets.stacks().map(|(stack, _, _)| u64::from(store.stacks.get(stack).trailer)).sum()
}

/// A row and the rows below it, one level down.
fn with_children(tree: &HierarchyAnswer) -> impl Iterator<Item = (&ProtocolRow, Vec<&ProtocolRow>)> {
    tree.rows.iter().enumerate().map(|(n, row)| {
        let below = tree.rows.iter().skip(n + 1).take_while(|other| other.depth > row.depth);
        (row, below.filter(|other| other.depth == row.depth + 1).collect())
    })
}

#[test]
fn layers_own_bytes_sum_up_to_the_frames() {
    each(|name, session, bytes| {
        let tree = ask(session, bytes, Hierarchy {});
        let own: u64 = tree.rows.iter().map(|row| row.layer_bytes).sum();
        assert_eq!(own, tree.bytes - trailers(session.store()), "{name}");
    });
}

#[test]
fn the_hierarchy_is_a_tree_of_packets() {
    each(|name, session, bytes| {
        let tree = ask(session, bytes, Hierarchy {});
        let sum = |rows: &[&ProtocolRow], of: fn(&ProtocolRow) -> u64| rows.iter().map(|row| of(row)).sum::<u64>();
        let roots: Vec<&ProtocolRow> = tree.rows.iter().filter(|row| row.depth == 0).collect();
        assert_eq!((sum(&roots, |r| r.packets), sum(&roots, |r| r.bytes)), (tree.packets, tree.bytes), "{name}");
        for (row, children) in with_children(&tree) {
            let path = &row.path;
            assert_eq!(sum(&children, |r| r.packets) + row.end_packets, row.packets, "{name} {path}: packets");
            assert_eq!(sum(&children, |r| r.bytes) + row.end_bytes, row.bytes, "{name} {path}: bytes");
            assert!(row.layer_bytes <= row.bytes, "{name} {path}: {} own bytes of {}", row.layer_bytes, row.bytes);
            assert!(row.sent_packets + row.received_packets <= row.packets, "{name} {path}: directions");
            assert!(row.sent_bytes + row.received_bytes <= row.bytes, "{name} {path}: directions");
        }
    });
}

#[test]
fn the_timeline_has_every_packet_once() {
    each(|name, session, bytes| {
        let summary = ask(session, bytes, Summary {});
        let timed = session.store().packets.times().filter(|(time, _, _)| *time != i64::MIN).count();
        for buckets in [1, 2, 20, 1000] {
            let line = ask(session, bytes, Timeline { buckets, ..Timeline::default() });
            let count: u64 = line.packets.iter().map(|&n| u64::from(n)).sum();
            assert_eq!(count as usize, timed, "{name} in {buckets}");
            assert!(line.packets.len() <= usize::from(buckets.max(2)), "{name}: {} for {buckets}", line.packets.len());
            if timed == summary.packets as usize {
                assert_eq!(line.bytes.iter().sum::<u64>(), summary.wire_bytes, "{name} in {buckets}");
                assert_eq!(line.flows.iter().sum::<u32>(), summary.flows, "{name} in {buckets}");
            }
        }
    });
}

#[test]
fn flows_summary_and_applications_agree() {
    each(|name, session, bytes| {
        let summary = ask(session, bytes, Summary {});
        let page = flows(session, bytes, 0..u32::MAX);
        assert_eq!((page.total, page.rows.len()), (summary.flows, summary.flows as usize), "{name}");
        let packets: u64 = page.rows.iter().map(|row| row.packets_out + row.packets_in).sum();
        let of_applications: u64 = summary.applications.iter().map(|app| app.packets).sum();
        assert_eq!(packets, of_applications, "{name}: packets by application");
        for transport in ["TCP", "UDP"] {
            let rows = page.rows.iter().filter(|row| row.transport == transport).count();
            let said = if transport == "TCP" { summary.tcp_flows } else { summary.udp_flows };
            assert_eq!(rows, said as usize, "{name}: {transport}");
        }
        for row in &page.rows {
            let halves = row.syn_to_syn_ack_ns.zip(row.syn_ack_to_ack_ns);
            if let (Some(whole), Some((first, second))) = (row.initial_rtt_ns, halves) {
                assert_eq!(first + second, whole, "{name}, flow {}: halves", row.id);
            }
            // Of a datagram in fragments, the flow has all the payload but only the frame that completed it.
            if session.store().reassembled.is_empty() {
                assert!(row.payload_out <= row.bytes_out && row.payload_in <= row.bytes_in, "{name}, flow {}", row.id);
            }
        }
    });
}

#[test]
fn every_connection_is_counted_in_one_way() {
    each(|name, session, bytes| {
        let (summary, rtt) = (ask(session, bytes, Summary {}), ask(session, bytes, Rtt {}));
        let counted = rtt.statistics.count + rtt.refused + rtt.retried + rtt.unanswered + rtt.not_captured;
        assert_eq!(counted, summary.tcp_flows, "{name}");
        assert_eq!(rtt.histogram.iter().map(|bucket| bucket.count).sum::<u32>(), rtt.statistics.count, "{name}");
        assert!(rtt.place_votes.0 <= rtt.place_votes.1 && rtt.place_votes.1 <= rtt.statistics.count, "{name}");
    });
}

#[test]
fn windows_of_the_packet_list_are_parts_of_it() {
    each(|name, session, bytes| {
        let all = ask(session, bytes, Packets { rows: 0..5000, ..Packets::default() });
        assert_eq!(all.total as usize, all.rows.len(), "{name}");
        let part = ask(session, bytes, Packets { rows: 7..19, ..Packets::default() });
        assert!(part.rows.iter().eq(all.rows.iter().skip(7).take(12)), "{name}");
    });
}

/// The IP header's total length decides, not the bytes that were captured (definitions B.0).
#[test]
fn padding_is_no_payload_and_no_length_means_all() {
    let segment = Tcp { from: ([0, 0, 1], 40_000), to: ([0, 0, 2], 7777), seq: 1, ack: 1, flags: 0x10 };
    let mut padded = tcp(&segment, b"abc");
    padded.resize(60, 0);
    // Before the network card cut it into segments, a packet has no length.
    let mut offloaded = tcp(&segment, &[7; 3000]);
    offloaded[16..18].fill(0);
    for (frame, payload, padding) in [(padded, 3, 3), (offloaded, 3000, 0)] {
        let mut bytes = header();
        record(&mut bytes, 1_700_000_000_000_000_000, &frame);
        let (mut session, _) = read(&bytes);
        let row = flows(&mut session, &bytes, 0..1).rows.remove(0);
        assert_eq!((row.payload_out, row.bytes_out), (payload, frame.len() as u64));
        let own: u64 = ask(&mut session, &bytes, Hierarchy {}).rows.iter().map(|row| row.layer_bytes).sum();
        assert_eq!((own, trailers(session.store())), (frame.len() as u64 - padding, padding));
    }
}

#[test]
fn a_flow_lists_the_packets_it_counts() {
    each(|name, session, bytes| {
        for row in flows(session, bytes, 0..500).rows {
            let detail = ask(session, bytes, wireglass::api::Flow { id: row.id, packets: 0..5000 });
            assert_eq!(detail.packets.len() as u32, detail.total_packets, "{name}: flow {}", row.id);
            let out = detail.packets.iter().filter(|packet| packet.from_client).count() as u64;
            assert_eq!(out, row.packets_out, "{name}: flow {}, from the client", row.id);
        }
    });
}

/// The pass keeps less of long messages and asks protocols for less: what it remembers must be what a second look finds. (That a
/// field is cut off or contradicts itself is only seen by who reads it.)
#[test]
fn a_second_look_finds_the_layers_that_the_pass_remembered() {
    use wireglass::engine::dissect::LayerKind;
    use wireglass::engine::protocols::SEGMENTS;
    each(|name, session, mut bytes| {
        let store = session.store();
        let mut replay = Replay::new(store, &mut bytes);
        let mut d = Dissection::new(Wanted::Everything);
        for id in 0..store.packets.len() {
            let (packet, _) = replay.walk(&mut d, id).expect("a packet");
            let remembered: Vec<_> = store.stacks.get(packet.stack).layers.iter().map(|(id, _)| *id).collect();
            let outside = d.quoted_from.unwrap_or(d.layers.len());
            let is_level = |kind, id| kind == LayerKind::Plain && id != SEGMENTS;
            let remembered = names(&remembered);
            let levels = d.layers[..outside].iter().filter(|layer| is_level(layer.kind, layer.protocol));
            let found: Vec<_> = levels.map(|layer| layer.protocol).collect();
            let found = names(&found);
            assert_eq!(remembered, found, "{name}, packet {}", id + 1);
        }
    });
}

fn names(ids: &[wireglass::engine::dissect::ProtocolId]) -> Vec<&'static str> {
    let names = ids.iter().map(|&id| wireglass::engine::protocols::protocol(id).name);
    names.filter(|name| !name.starts_with("_ws.")).collect()
}

#[test]
fn a_segment_alone_is_told_what_it_is_told_in_order() {
    let compared = std::cell::Cell::new(0_u32);
    each(|name, session, bytes| {
        let store = session.store();
        let mut source = bytes;
        let mut inorder = Replay::new(store, &mut source).following();
        let mut d = Dissection::new(Wanted::Facts);
        for id in 0..store.packets.len() {
            let (packet, _) = inorder.walk(&mut d, id).expect("a packet");
            let innermost = inorder.seen.iter().rfind(|seen| seen.flow == packet.flow && seen.segment.tcp.is_some());
            let Some(expected) = innermost.map(|seen| (seen.finding.acks, seen.finding.in_flight)) else { continue };
            let alone = look_back(store, id).unwrap_or_default();
            assert_eq!((alone.acks, alone.in_flight), expected, "{name}, packet {}", id + 1);
            compared.set(compared.get() + u32::from(expected.0.is_some()));
        }
    });
    assert!(compared.get() > 1000, "only {} acknowledgements", compared.get());
}
