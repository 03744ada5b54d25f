//! Wireshark's own tests of its display filters: the open part of its suite (`corpus/peer/wireshark` of the shared folder), which cannot
//! be part of this repository, so that the test passes without it.
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::read;
use wireglass::engine::filter::display::{Filter, Seen};
use wireglass::engine::replay::Replay;
use wireglass::engine::sight::Sight;

/// The share of tests that must come out the same.
const FLOOR: f64 = 0.92;

/// What the tests are about that we do not build: protocols, fields of single options, preferences and macros of the suite's profile.
const NOT_BUILT: &[&str] = &[
    "s7comm",
    "mac-lte",
    "9p or",
    "diameter.3GPP",
    ".fc",
    "dhcp.option.renewal",
    "data.text",
    "nfs()",
    "{nfs}",
    "$ip(",
    "ipx[-2:]",
    // Wireshark divides seconds and nanoseconds each for itself, and loses what the seconds leave over.
    "${frame.time_relative} / 3",
];

#[derive(serde::Deserialize)]
struct Case {
    trace: String,
    check: String,
    args: Vec<serde_json::Value>,
}

fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("WIREGLASS_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("corpus/peer/wireshark");
    folder.is_dir().then_some(folder)
}

/// Packets that match; with `${field}` of the selected packet.
fn count(bytes: &[u8], filter: &str, selected: Option<u32>) -> Result<u64, String> {
    let (session, failed) = read(bytes);
    assert_eq!(failed, None);
    let mut filter = Filter::parse(filter).map_err(|wrong| wrong.message)?;
    let mut source = bytes;
    let mut sight = Sight::before(Replay::new(session.store(), &mut source));
    if let Some(number) = selected {
        sight.turn_to(number - 1)?;
        filter.bind(&sight);
    }
    let mut matching = 0;
    for id in 0..session.packets() {
        sight.turn_to(id)?;
        matching += u64::from(filter.decide(&Seen::new(&sight)) == Some(true));
    }
    Ok(matching)
}

#[test]
fn filters_of_wiresharks_suite_match_what_they_match_there() {
    let Some(folder) = folder() else { return };
    let text = fs::read_to_string(folder.join("dfilter_suite.open.json")).expect("the suite");
    let cases: Vec<Case> = serde_json::from_str(&text).expect("its cases");
    let mut traces: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let (mut good, mut wrong) = (0, Vec::new());
    for case in &cases {
        let bytes = traces
            .entry(case.trace.trim_end_matches(".gz").to_owned())
            .or_insert_with_key(|name| fs::read(folder.join("traces").join(name)).expect("a trace"));
        let filter = case.args[0].as_str().expect("a filter");
        let wanted = |at: usize| case.args.get(at).and_then(serde_json::Value::as_u64).unwrap_or(0);
        let number = |at: usize| wanted(at) as u32;
        let (fine, found) = match case.check.trim_start_matches("checkDFilter") {
            "Fail" => {
                let found = count(bytes, filter, None);
                (found.is_err(), found)
            }
            "Succeed" => {
                let found = count(bytes, filter, None);
                (found.is_ok(), found)
            }
            "Count" => {
                let found = count(bytes, filter, None);
                (found == Ok(wanted(1)), found)
            }
            "CountWithSelectedFrame" => {
                let found = count(bytes, filter, Some(number(2)));
                (found == Ok(wanted(1)), found)
            }
            other => panic!("an unknown check {other}"),
        };
        good += usize::from(fine);
        if !fine && !NOT_BUILT.iter().any(|part| filter.contains(part)) {
            wrong.push(format!("{} {filter}: {found:?}, wanted {:?}", case.trace, case.args.get(1)));
        }
    }
    let share = good as f64 / cases.len() as f64;
    println!("{good} of {} ({:.1} %)", cases.len(), share * 100.0);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(share >= FLOOR, "{good} of {}", cases.len());
}
