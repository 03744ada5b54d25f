//! What Zeek said of captures of its own: the word for what became of a connection (`conn_state`) is the same here. Its answers
//! (`corpus/peer/zeek` of the shared folder) cannot be part of this repository, so that the test passes without them.
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::{ask, read};
use wireglass::api::{Flows, Question, SaveTable, States, TextFormat};

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

/// Columns that a flow of ours must have as Zeek has them, and the share of lines in which it does. What is not here either depends on
/// the moment (names) or on settings.
const COLUMNS: [(&str, f64); 15] = [
    ("proto", 0.95),
    ("service", 0.8),
    ("duration", 0.9),
    ("orig_bytes", 0.85),
    ("resp_bytes", 0.85),
    ("conn_state", 0.95),
    ("local_orig", 0.95),
    ("local_resp", 0.95),
    ("missed_bytes", 0.95),
    ("history", 0.85),
    ("orig_pkts", 0.95),
    ("orig_ip_bytes", 0.9),
    ("resp_pkts", 0.9),
    ("resp_ip_bytes", 0.85),
    ("id.orig_h", 0.95),
];

type Line = BTreeMap<String, String>;

fn lines(log: &str) -> Vec<Line> {
    let mut fields = Vec::new();
    let mut found = Vec::new();
    for line in log.lines() {
        match line.strip_prefix("#fields\t") {
            Some(names) => fields = names.split('\t').map(str::to_owned).collect(),
            None if line.starts_with('#') => {}
            None => found.push(fields.iter().cloned().zip(line.split('\t').map(str::to_owned)).collect()),
        }
    }
    found
}

fn key_of(line: &Line) -> Key {
    let end = |host: &str, port: &str| (line[host].clone(), line[port].clone());
    let (from, to) = (end("id.orig_h", "id.orig_p"), end("id.resp_h", "id.resp_p"));
    key(&line["proto"], [(&from.0, from.1), (&to.0, to.1)])
}

#[test]
fn a_conn_log_is_as_zeek_writes_it() {
    let Some(shared) = shared() else { return };
    let mut right: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut all, mut wrong) = (0_u32, Vec::new());
    let captures = fs::read_dir(shared.join("corpus/captures/zeek")).expect("captures");
    for capture in captures.map(|entry| entry.expect("an entry").path()) {
        let name = format!("{}.", capture.file_name().unwrap_or_default().to_string_lossy());
        let logs =
            fs::read_dir(shared.join("corpus/peer/zeek")).expect("the folder").flatten().map(|entry| entry.path());
        let is_log = |log: &PathBuf| {
            let log = log.file_name().unwrap_or_default().to_string_lossy();
            log.starts_with(&name) && log.ends_with(".conn.log")
        };
        let Some(log) = logs.into_iter().find(is_log) else { continue };
        let bytes = fs::read(&capture).expect("a capture");
        let (mut session, _) = read(&bytes);
        let of = Some(Box::new(Flows::default().query()));
        let question = SaveTable { of, format: TextFormat::ConnLog, ..SaveTable::default() };
        let mut ours: BTreeMap<Key, Vec<Line>> = BTreeMap::new();
        lines(&ask(&mut session, &bytes, question).text)
            .into_iter()
            .for_each(|line| ours.entry(key_of(&line)).or_default().push(line));
        for line in lines(&fs::read_to_string(&log).expect("text")) {
            all += 1;
            let found = ours.get_mut(&key_of(&line)).filter(|lines| !lines.is_empty()).map(|lines| lines.remove(0));
            for (column, _) in COLUMNS {
                let (want, got) = (&line[column], found.as_ref().map(|found| &found[column]));
                if Some(want) == got {
                    *right.entry(column).or_default() += 1;
                } else {
                    wrong.push(format!(
                        "{name} {} {}: {column} {want}, here {got:?}",
                        line["id.orig_h"], line["id.resp_h"]
                    ));
                }
            }
        }
    }
    assert!(all > 20, "{all} lines");
    for (column, floor) in COLUMNS {
        let share = f64::from(right.get(column).copied().unwrap_or(0)) / f64::from(all);
        println!("{column}: {:.0} % of {all}", share * 100.0);
        assert!(share >= floor, "{column}: {share}\n{}", wrong.join("\n"));
    }
}
