//! What columns say of a filter must be what a look at the packet says: for common filters (`tests/filters/common.txt`) and for those
//! made of each capture's own addresses and ports. Wrong is forbidden, unknown is not; but most must be told.
//!
//! With `WIREGLASS_SHARED` (or `../shared`) the corpus is gone through too.
mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use wireglass::api::{Filter, Language};
use wireglass::engine::filter::Compiled;
use wireglass::engine::replay::Replay;
use wireglass::engine::session::Session;
use wireglass::engine::sight::Sight;
use wireglass::engine::store::Store;

/// Filters made of a capture: of so many of its flows.
const FLOWS: usize = 6;
/// Packets of a capture that are looked at.
const MOST: u32 = 3000;
/// Mistakes told before giving up.
const TOLD: usize = 40;

fn common() -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filters/common.txt"));
    text.expect("the list").lines().map(str::to_owned).collect()
}

/// Addresses and ports of a capture's first flows, as people ask for them.
fn own(store: &Store) -> BTreeSet<String> {
    let mut filters = BTreeSet::new();
    for (id, flow) in store.flows.iter().take(FLOWS) {
        let [Some(a), Some(b)] = [0, 1].map(|end| store.address(flow, end)) else { continue };
        let ip = if a.to_string().contains(':') { "ipv6" } else { "ip" };
        let (from, to) = (flow.port(0), flow.port(1));
        filters.insert(format!("{ip}.addr == {a}"));
        filters.insert(format!("{ip}.addr != {b}"));
        filters.insert(format!("!({ip}.addr == {b})"));
        filters.insert(format!("{ip}.addr == {b}/24"));
        filters.insert(format!("{ip}.src == {a} && {ip}.dst == {b}"));
        filters.insert(format!("tcp.port == {from} || udp.port == {from}"));
        filters.insert(format!("{ip}.dst == {b} && (tcp.dstport == {to} || udp.dstport == {to})"));
        filters.insert(format!("tcp.stream == {0} || udp.stream == {0}", flow.stream));
        filters.insert(format!("flow.id == {id} && !(flow.client == {a})"));
    }
    filters
}

fn corpus() -> Vec<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("WIREGLASS_SHARED").map_or_else(beside, PathBuf::from);
    let folders = std::fs::read_dir(shared.join("corpus/captures")).into_iter().flatten().flatten();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten());
    let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
    files.sort();
    files
}

/// What was compared.
#[derive(Default)]
struct Compared {
    decided: u64,
    unknown: u64,
    wrong: Vec<String>,
    /// By filter: how often columns could not tell.
    open: std::collections::BTreeMap<String, u64>,
}

fn compile(session: &Session, text: &str) -> Option<Compiled> {
    let filter = Filter { text: text.to_owned(), language: Language::Display };
    Compiled::new(&filter, session.reader().interfaces()).ok()
}

fn compare(name: &str, mut bytes: &[u8], common: &[String], compared: &mut Compared) {
    let (session, _) = support::read(bytes);
    let store = session.store();
    let packets = store.packets.len().min(MOST);
    let mut filters = Vec::new();
    for text in common.iter().cloned().chain(own(store)) {
        let Some(Compiled::Display(filter, look)) = compile(&session, &text) else { continue };
        let compiled = Compiled::Display(filter, look);
        let mut told = Vec::with_capacity(packets as usize);
        compiled.by_columns(store, 0..packets, |_, decided| told.push(decided));
        filters.push((text, compiled, told));
    }
    let mut sight = Sight::before(Replay::new(store, &mut bytes).following());
    for id in 0..packets {
        sight.turn_to(id).expect("a packet");
        for (text, compiled, told) in &filters {
            let Compiled::Display(filter, _) = compiled else { continue };
            let seen = filter.matches(&sight);
            match told.get(id as usize).copied().flatten() {
                None => {
                    compared.unknown += 1;
                    *compared.open.entry(text.clone()).or_default() += 1;
                }
                Some(told) => {
                    compared.decided += 1;
                    let is_known =
                        || compared.wrong.iter().any(|wrong| wrong.starts_with(name) && wrong.contains(text.as_str()));
                    if told != seen && compared.wrong.len() < TOLD && !is_known() {
                        compared.wrong.push(format!("{name}, packet {}: {text} is {told}, seen {seen}", id + 1));
                    }
                }
            }
        }
    }
}

#[test]
fn columns_decide_as_a_look_at_the_packet_does() {
    let (common, mut compared) = (common(), Compared::default());
    for capture in support::captures() {
        compare(&capture.name, &capture.bytes, &common, &mut compared);
    }
    for path in corpus() {
        let bytes = std::fs::read(&path).expect("a capture");
        compare(&path.to_string_lossy(), &bytes, &common, &mut compared);
    }
    let share = compared.decided as f64 / (compared.decided + compared.unknown) as f64;
    println!("columns decide {:.1} % of {}", share * 100.0, compared.decided + compared.unknown);
    if std::env::var_os("WIREGLASS_OPEN").is_some() {
        let mut open: Vec<_> = compared.open.into_iter().collect();
        open.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        open.iter().take(60).for_each(|(filter, times)| println!("{times:8} {filter}"));
    }
    assert!(compared.wrong.is_empty(), "{} or more wrong:\n{}", compared.wrong.len(), compared.wrong.join("\n"));
    assert!(share > 0.7, "columns decide only {:.1} %", share * 100.0);
}

/// A closer look than the filter needs finds the same.
#[test]
fn a_look_at_some_layers_finds_what_a_look_at_all_finds() {
    let common = common();
    let mut wrong = Vec::new();
    for capture in support::captures().iter().step_by(3) {
        let (session, _) = support::read(&capture.bytes);
        let store = session.store();
        let (mut some, mut all) = (capture.bytes.as_slice(), capture.bytes.as_slice());
        for text in &common {
            let Some(compiled) = compile(&session, text) else { continue };
            let mut sight = compiled.sight(Replay::new(store, &mut some).following());
            let mut everything = Sight::before(Replay::new(store, &mut all).following());
            for id in 0..store.packets.len().min(MOST / 10) {
                let found = compiled.by_bytes(&mut sight, id);
                everything.turn_to(id).expect("a packet");
                let Compiled::Display(filter, _) = &compiled else { continue };
                if found != Ok(filter.matches(&everything)) {
                    wrong.push(format!("{}, packet {}: {text} is {found:?}", capture.name, id + 1));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.iter().take(TOLD).cloned().collect::<Vec<_>>().join("\n")
    );
}

/// What it costs: `WIREGLASS_BENCH=FILE cargo test --profile fast --test filters_columns -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
#[expect(clippy::disallowed_methods, reason = "measures")]
fn speed() {
    let path = std::env::var_os("WIREGLASS_BENCH").expect("a capture");
    let bytes = std::fs::read(path).expect("a capture");
    let start = std::time::Instant::now();
    let (session, _) = support::read_in(1 << 20, &bytes);
    let store = session.store();
    let (packets, load) = (store.packets.len(), start.elapsed());
    println!("{packets} packets, {} flows, {} stacks, loaded in {load:?}", store.flows.len(), store.stacks.len());
    let few = [
        "tcp.port == 443",
        "ip.addr == 10.0.0.0/8",
        "tcp.analysis.flags",
        "frame.len > 1000 && !tcp",
        "tcp.flags.syn == 1",
        "frame.time_relative > 1 && frame.time_relative < 2",
        "tcp.len > 0 && tcp.window_size < 1000",
        "tcp.analysis.ack_rtt > 0.2",
        "http.request.uri contains \"x\"",
        "tls.handshake.extensions_server_name matches \"goo\"",
        "dns.qry.name contains \"com\"",
        "frame contains \"HTTP\"",
        "tcp contains \"GET\"",
        "ip.ttl < 64",
        "_ws.malformed",
    ];
    for text in few {
        let compiled = compile(&session, text).expect("a filter");
        let start = std::time::Instant::now();
        let (mut unknown, mut yes) = (Vec::new(), 0);
        compiled.by_columns(store, 0..packets, |id, told| match told {
            None => unknown.push(id),
            Some(told) => yes += u32::from(told),
        });
        let columns = start.elapsed();
        let start = std::time::Instant::now();
        let mut source = bytes.as_slice();
        let mut sight = compiled.sight(Replay::new(store, &mut source));
        let mut first = None;
        let mut matched = 0;
        for &id in unknown.iter().take(400_000) {
            if compiled.by_bytes(&mut sight, id) == Ok(true) {
                first.get_or_insert(start.elapsed());
                matched += 1;
            }
        }
        let looked = unknown.len().clamp(1, 400_000) as u32;
        println!(
            "{text}: columns {columns:?} ({yes} match, {} unknown); {:?} a look ({matched} of {looked} match, first after {first:?})",
            unknown.len(),
            start.elapsed() / looked,
        );
    }
}
