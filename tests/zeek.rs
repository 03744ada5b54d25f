//! What Zeek said of captures of its own: the word for what became of a connection (`conn_state`) is the same here. Its answers
//! (`corpus/peer/zeek` of the shared folder) cannot be part of this repository, so that the test passes without them.
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::{ask, read};
use wireglass::api::States;

/// The share of flows that must have the same word.
const FLOOR: f64 = 0.95;

fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("WIREGLASS_SHARED").map_or_else(beside, PathBuf::from);
    shared.join("corpus/peer/zeek").is_dir().then_some(shared)
}

/// Transport and two ends, in the order of text. ICMP's ports are types here, and what has no ports has none of its own there.
type Key = (String, [String; 2]);

fn key(transport: &str, ends: [(&str, String); 2]) -> Key {
    let transport = transport.to_lowercase();
    let has_ports = transport == "tcp" || transport == "udp";
    let mut ends = ends.map(|(address, port)| if has_ports { format!("{address} {port}") } else { address.to_owned() });
    ends.sort();
    let transport = if has_ports { transport } else { String::new() };
    (transport, ends)
}

/// Words of a capture's flows, in order.
fn ours(capture: &Path) -> BTreeMap<Key, Vec<String>> {
    let bytes = fs::read(capture).expect("a capture");
    let (mut session, _) = read(&bytes);
    let question = States { rows: 0..10_000, every_transport: true, ..States::default() };
    let mut found: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for row in ask(&mut session, &bytes, question).rows {
        let port = |port: Option<u16>| port.unwrap_or(0).to_string();
        let ends = [(&*row.client, port(row.client_port)), (&*row.server, port(row.server_port))];
        let words = row.conn_state.split(',').map(str::to_owned);
        found.entry(key(&row.transport, ends)).or_default().extend(words);
    }
    found
}

#[test]
fn connections_end_as_zeek_says() {
    let Some(shared) = shared() else { return };
    let captures: Vec<PathBuf> = fs::read_dir(shared.join("corpus/captures/zeek"))
        .expect("captures")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let (mut right, mut all, mut wrong) = (0_u32, 0_u32, Vec::new());
    for log in fs::read_dir(shared.join("corpus/peer/zeek")).expect("the folder") {
        let log = log.expect("an entry").path();
        let name = log.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let of = |capture: &&PathBuf| {
            let capture = capture.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".conn.log") && name.starts_with(&format!("{capture}."))
        };
        let Some(capture) = captures.iter().find(of) else { continue };
        let mut ours = ours(capture);
        for line in fs::read_to_string(&log).expect("text").lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let &[_, _, from, from_port, to, to_port, transport, _, _, _, _, word, ..] = columns.as_slice() else {
                panic!("{name}: {line}")
            };
            let words = ours.get_mut(&key(transport, [(from, from_port.to_owned()), (to, to_port.to_owned())]));
            let got = words.filter(|words| !words.is_empty()).map(|words| words.remove(0));
            all += 1;
            if got.as_deref() == Some(word) {
                right += 1;
            } else {
                wrong.push(format!("{name}: {from} {from_port} {to} {to_port} {transport}: {word}, here {got:?}"));
            }
        }
    }
    let share = f64::from(right) / f64::from(all.max(1));
    println!("{right} of {all} flows\n{}", wrong.join("\n"));
    assert!(all > 20 && share >= FLOOR, "{right} of {all} flows as Zeek has them:\n{}", wrong.join("\n"));
}
