//! What an independent reader said about the test captures, packet by packet: `tshark.tsv` beside each capture, recorded by
//! `tests/captures/oracle.sh`. Tests never run tshark.
mod support;

use std::collections::BTreeMap;
use std::fs;
use support::{Capture, captures, read};
use wireglass::api::Packets;
use wireglass::engine::dissect::{Bytes, Dissection, Transport, Wanted};
use wireglass::engine::protocols::{protocol, walk_frame};
use wireglass::engine::replay::Replay;
use wireglass::engine::session::Session;
use wireglass::engine::store::packets::NO_TIME;

/// Capture, columns with the number of packets, why.
type Known = (&'static str, &'static [(&'static str, usize)], &'static str);

/// Where we differ on purpose.
const KNOWN: &[Known] = &[
    (
        "formats/nokiapcap.pcap",
        GUESSED,
        "longer record headers under the plain magic number; Wireshark guesses them from the contents",
    ),
    ("formats/rh6_1pcap.pcap", GUESSED, "as nokiapcap: Red Hat 6.1's, under the magic number of the modified format"),
    ("formats/suse6_3pcap.pcap", GUESSED, "as nokiapcap: SuSE 6.3's, under the magic number of the modified format"),
];

/// The first packet is read from the wrong place, and the second is none.
const GUESSED: &[(&str, usize)] =
    &[("packets", 11), ("_ws.col.Source", 1), ("_ws.col.Destination", 1), ("frame.protocols", 1)];

/// Layers that are compared: links, networks, transports and tunnels. What stands behind depends on reassembly and on the version.
const COMPARED: &[&str] = &[
    "eth",
    "ethertype",
    "sll",
    "raw",
    "null",
    "vlan",
    "ieee8021ad",
    "mpls",
    "arp",
    "ip",
    "ipv6",
    "ipv6.hopopts",
    "ipv6.fraghdr",
    "ipv6.dstopts",
    "icmp",
    "icmpv6",
    "igmp",
    "tcp",
    "udp",
    "sctp",
    "gre",
    "vxlan",
    "geneve",
];

/// One packet: column name → value.
type Row = BTreeMap<String, String>;

#[test]
fn packets_are_as_tshark_says() {
    let mut differing: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let mut compared = 0;
    for capture in captures() {
        let Ok(recorded) = fs::read_to_string(capture.beside("tshark.tsv", "tsv")) else { continue };
        let (mut session, error) = read(&capture.bytes);
        if capture.name.ends_with(".snoop") {
            assert!(error.is_some_and(|sentence| sentence.contains("snoop")), "{}: refused by its name", capture.name);
            continue;
        }
        let (ours, theirs) = (ours(&capture, &mut session), theirs(&recorded));
        if ours.len() != theirs.len() {
            let missing = (ours.len()..theirs.len()).map(|n| format!("packet {} is missing", n + 1));
            differing.entry((capture.name.clone(), "packets".to_owned())).or_default().extend(missing);
        }
        assert!(ours.len() <= theirs.len(), "{}: more packets than there are", capture.name);
        for (n, (our, their)) in ours.iter().zip(&theirs).enumerate() {
            for (column, ours) in our {
                let theirs = &their[column];
                if ours != theirs {
                    let said = format!("packet {}: ours {ours:?}, theirs {theirs:?}", n + 1);
                    differing.entry((capture.name.clone(), column.clone())).or_default().push(said);
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 30_000, "only {compared} values compared");
    check(differing);
}

/// Differences must be the known ones: no more, no fewer.
fn check(mut differing: BTreeMap<(String, String), Vec<String>>) {
    let mut wrong = Vec::new();
    for (capture, columns, reason) in KNOWN {
        for (column, count) in *columns {
            let found = differing.remove(&((*capture).to_owned(), (*column).to_owned())).unwrap_or_default().len();
            if found != *count {
                wrong.push(format!("{capture}, {column}: {found} packets differ, {count} are listed ({reason})"));
            }
        }
    }
    for ((capture, column), packets) in &differing {
        wrong.push(format!("{capture}, {column}: {} packets differ", packets.len()));
        wrong.extend(packets.iter().take(4).map(|packet| format!("    {packet}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn theirs(recorded: &str) -> Vec<Row> {
    let mut lines = recorded.lines();
    let columns: Vec<&str> = lines.next().expect("a header line").split('\t').collect();
    let mut rows: Vec<Row> = Vec::new();
    let mut round_trips: BTreeMap<String, String> = BTreeMap::new();
    for line in lines {
        let mut row: Row =
            columns.iter().map(|name| (*name).to_owned()).zip(line.split('\t').map(str::to_owned)).collect();
        let layers = row.remove("frame.protocols").unwrap_or_default();
        row.insert("frame.protocols".to_owned(), cut(layers.split(':')));
        let time = row.remove("tcp.analysis.initial_rtt").unwrap_or_default();
        if !time.is_empty() {
            round_trips.insert(innermost(&row["tcp.stream"]), time);
        }
        rows.push(row);
    }
    // It stands on some packets of a stream; ours is the stream's.
    for row in &mut rows {
        let time = round_trips.get(&innermost(&row["tcp.stream"])).cloned().unwrap_or_default();
        row.insert("tcp.analysis.initial_rtt".to_owned(), time);
    }
    rows
}

fn innermost(streams: &str) -> String {
    streams.rsplit(',').next().unwrap_or_default().to_owned()
}

fn cut<'a>(layers: impl Iterator<Item = &'a str>) -> String {
    layers.take_while(|name| COMPARED.contains(name)).collect::<Vec<_>>().join(":")
}

fn ours(capture: &Capture, session: &mut Session) -> Vec<Row> {
    let mut bytes = capture.bytes.as_slice();
    let columns = support::ask(session, bytes, Packets { rows: 0..5000, ..Packets::default() }).rows;
    let store = session.store();
    let mut replay = Replay::new(store, &mut bytes);
    let mut d = Dissection::new(Wanted::Everything);
    let row = |column: wireglass::api::PacketRow| {
        let id = column.number - 1;
        let packet = store.packets.get(id).expect("a packet");
        let frame = replay.read(id).expect("its bytes");
        replay.at(id);
        let link = store.links[store.stacks.interface(packet.stack) as usize];
        walk_frame(&mut d, link, Bytes::frame(&frame, packet.wire_len), &mut replay);
        let streams = |wanted| {
            let seen = replay.seen.iter().filter(move |seen| seen.segment.transport == wanted);
            let numbers = seen.map(|seen| store.flows.get(seen.flow).expect("its flow").stream.to_string());
            numbers.collect::<Vec<_>>().join(",")
        };
        let tcp = replay.seen.iter().rfind(|seen| seen.segment.transport == Transport::Tcp);
        let round_trip = tcp.map_or(0, |seen| store.flows.get(seen.flow).expect("its flow").tcp.initial_rtt);
        let time = if packet.time == NO_TIME { None } else { store.start.map(|start| start + packet.time) };
        let values = [
            ("frame.number", column.number.to_string()),
            ("frame.time_epoch", time.map(seconds).unwrap_or_default()),
            ("frame.len", packet.wire_len.to_string()),
            ("frame.cap_len", packet.captured.to_string()),
            ("frame.protocols", cut(d.layers.iter().map(|layer| protocol(layer.protocol).name))),
            ("_ws.col.Source", column.source),
            ("_ws.col.Destination", column.destination),
            ("tcp.stream", streams(Transport::Tcp)),
            ("udp.stream", streams(Transport::Udp)),
            ("tcp.analysis.initial_rtt", if round_trip == 0 { String::new() } else { seconds(round_trip) }),
        ];
        values.map(|(name, value)| (name.to_owned(), value)).into()
    };
    columns.into_iter().map(row).collect()
}

fn seconds(ns: i64) -> String {
    format!("{}.{:09}", ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000))
}
