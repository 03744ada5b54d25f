//! The experiments (`tests/captures/lab-*`) again: what became of their connections, and where their segments were lost. The truth is
//! that of those who made them (`truth.json`).
mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use support::{ask, captures, read};
use wireglass::api::{
    DirectionLosses, LossKind, LossSummary, Losses, SocketState, StateFilter, StateRow, States, StatesAnswer, Verdict,
};
use wireglass::engine::session::Session;

struct Lab {
    name: String,
    bytes: Vec<u8>,
    session: Session,
    truth: Value,
    here: Value,
}

/// Recordings of one experiment.
fn lab(name: &str) -> Vec<Lab> {
    let found: Vec<Lab> = labs().into_iter().filter(|lab| lab.name.contains(name)).collect();
    assert!(!found.is_empty(), "no recording of {name}");
    found
}

fn labs() -> Vec<Lab> {
    let lab = |capture: support::Capture| {
        let truth = fs::read_to_string(capture.path.with_file_name("truth.json")).ok()?;
        let truth: Value = serde_json::from_str(&truth).expect("JSON");
        let file = capture.path.file_name().map(Path::new).expect("a name").to_string_lossy().into_owned();
        let here = truth["captures"][&file].clone();
        let (session, _) = read(&capture.bytes);
        Some(Lab { name: capture.name, bytes: capture.bytes, session, truth, here })
    };
    captures().into_iter().filter_map(lab).collect()
}

fn states(lab: &mut Lab) -> StatesAnswer {
    ask(&mut lab.session, &lab.bytes, States { rows: 0..1000, ..States::default() })
}

/// How many connections have a verdict.
fn count(answer: &StatesAnswer, verdict: Verdict) -> u32 {
    answer.verdicts.iter().find(|(of, _)| *of == verdict).map_or(0, |(_, count)| *count)
}

fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().expect("a number")).expect("a small one")
}

/// The rows that have a verdict.
fn rows(answer: &StatesAnswer, verdict: Verdict) -> impl Iterator<Item = &StateRow> {
    answer.rows.iter().filter(move |row| row.verdict == verdict)
}

#[test]
fn only_what_was_done_is_said() {
    for mut lab in labs() {
        let answer = states(&mut lab);
        let bad = ["close-wait", "half-open", "refused", "filtered", "reset"];
        let expected = bad.iter().any(|name| lab.name.contains(name));
        assert_eq!(!answer.findings.is_empty(), expected, "{}: {:?}", lab.name, answer.findings);
        assert_eq!(answer.rows.len() as u32, answer.total, "{}", lab.name);
    }
}

#[test]
fn sockets_that_wait_to_be_closed_are_a_leak() {
    for mut lab in lab("lab-close-wait") {
        let answer = states(&mut lab);
        assert_eq!(count(&answer, Verdict::CloseWait), number(&lab.truth["leaked"]));
        assert_eq!(count(&answer, Verdict::Normal), number(&lab.truth["closed"]));
        for row in rows(&answer, Verdict::CloseWait) {
            assert_eq!(row.server_state, SocketState::CloseWait);
            assert_eq!(row.client_state, SocketState::FinWait2);
            assert!(row.server_age_ns.is_some_and(|age| age > 20_000_000_000), "{row:?}");
            assert_eq!(row.conn_state, "S2");
        }
        let finding = answer.findings.first().expect("a leak");
        assert!(finding.sentence.contains("leak") && finding.sentence.contains("the server"), "{finding:?}");
        let filter = StateFilter { state: Some(SocketState::CloseWait), ..StateFilter::default() };
        let question = States { rows: 0..9, filter, ..States::default() };
        assert_eq!(ask(&mut lab.session, &lab.bytes, question).matching, 5);
    }
}

#[test]
fn refused_unanswered_and_reset_are_told_apart() {
    for mut lab in lab("lab-refused") {
        let answer = states(&mut lab);
        assert_eq!(count(&answer, Verdict::Refused), number(&lab.truth["refused"]));
        assert!(rows(&answer, Verdict::Refused).all(|row| row.server_port == Some(81) && row.conn_state == "REJ"));
        assert_eq!(count(&answer, Verdict::Normal), 1);
    }
    for mut lab in lab("lab-filtered") {
        let answer = states(&mut lab);
        assert_eq!(count(&answer, Verdict::Unanswered), number(&lab.truth["unanswered"]));
        for row in rows(&answer, Verdict::Unanswered) {
            assert_eq!((row.server_port, row.client_state), (Some(8002), SocketState::SynSent));
            assert_eq!(row.server_state, SocketState::Unknown);
        }
    }
    for mut lab in lab("lab-reset") {
        let answer = states(&mut lab);
        let of_syn_ack = number(&lab.truth["after_syn_ack"]);
        let (by_server, by_client) = (number(&lab.truth["by_server"]), number(&lab.truth["by_client"]));
        assert_eq!(count(&answer, Verdict::Reset), by_server + by_client + of_syn_ack);
        let said = |what: &str| rows(&answer, Verdict::Reset).filter(|row| row.sentence.contains(what)).count() as u32;
        assert_eq!(said("Reset by the server"), by_server);
        assert_eq!(said("Reset by the client"), by_client + of_syn_ack);
        assert_eq!(said("in answer to the SYN/ACK"), of_syn_ack);
    }
}

#[test]
fn an_end_that_vanished_is_named() {
    for mut lab in lab("lab-half-open") {
        let answer = states(&mut lab);
        assert_eq!(count(&answer, Verdict::HalfOpen), number(&lab.truth["connections"]));
        let gone = format!("The {} is gone", lab.truth["vanished"].as_str().expect("who"));
        assert!(rows(&answer, Verdict::HalfOpen).all(|row| row.sentence.starts_with(&gone)), "{:?}", answer.rows);
    }
}

fn losses(lab: &mut Lab) -> [DirectionLosses; 2] {
    let answer = ask(&mut lab.session, &lab.bytes, LossSummary {});
    [answer.client_to_server, answer.server_to_client]
}

#[test]
fn segments_are_lost_where_they_were_dropped() {
    let mut seen = 0;
    for name in
        ["lab-loss", "lab-healthy", "lab-delay", "lab-nagle", "lab-bufferbloat", "lab-server-thinks", "lab-network"]
    {
        for mut lab in lab(name) {
            let [out, back] = losses(&mut lab);
            let truth = |what: &str, way: &str| number(&lab.here[what][way]);
            let expected = [
                (truth("lost_before", "to_server"), truth("lost_after", "to_server")),
                (truth("lost_before", "to_client"), truth("lost_after", "to_client")),
            ];
            let ours = [out, back].map(|way| (way.before.segments, way.after.segments));
            assert_eq!(ours, expected, "{}: before and after, to server and to client", lab.name);
            for way in [out, back] {
                let nothing = [way.ack_lost, way.needless, way.duplicates, way.not_captured];
                assert!(nothing.iter().all(|count| count.segments == 0), "{}: {way:?}", lab.name);
            }
            seen += expected.iter().map(|(before, after)| before + after).sum::<u32>();
        }
    }
    assert!(seen >= 21, "only {seen} losses in the experiments");
}

/// A segment lost twice is seen twice by who stands before the place of loss; who stands behind it sees one hole.
#[test]
fn a_segment_that_is_lost_twice_is_one_hole_behind_the_loss() {
    for mut lab in lab("lab-rto") {
        let [_, back] = losses(&mut lab);
        let dropped = lab.truth["dropped"].as_array().expect("a list").len() as u32;
        let expected = if lab.here["place"] == "server" { (0, dropped) } else { (1, 0) };
        assert_eq!((dropped, (back.before.segments, back.after.segments)), (2, expected), "{}", lab.name);
    }
}

#[test]
fn each_lost_segment_is_sent_again() {
    for mut lab in lab("lab-loss") {
        let lost: Vec<u64> =
            lab.here["lost_after"]["packets"].as_array().expect("a list").iter().filter_map(Value::as_u64).collect();
        let flows = states(&mut lab).total;
        let mut found = 0;
        for flow in 0..flows {
            let answer = ask(&mut lab.session, &lab.bytes, Losses { flow });
            found += answer.events.iter().filter(|event| event.kind == LossKind::After).count();
            assert_eq!(answer.events.len() as u32, answer.total_events);
        }
        assert_eq!(found, lost.len(), "{}", lab.name);
    }
}

#[test]
fn what_the_capture_lacks_was_not_lost() {
    for mut lab in lab("lab-capture-loss") {
        let [out, back] = losses(&mut lab);
        let missing = |from: &str| -> u64 {
            let all = lab.truth["missing"].as_array().expect("a list").iter();
            all.filter(|packet| packet["from"] == from).filter_map(|packet| packet["len"].as_u64()).sum()
        };
        assert_eq!(out.not_captured.bytes, missing("198.51.100.2"));
        assert_eq!(back.not_captured.bytes, missing("192.0.2.10"));
        for way in [out, back] {
            assert_eq!((way.before.segments, way.after.segments, way.ack_lost.segments), (0, 0, 0), "{way:?}");
        }
    }
}

#[test]
fn a_way_that_swallows_large_packets_loses_them_before_or_after() {
    for mut lab in lab("lab-pmtu-black-hole") {
        let [_, back] = losses(&mut lab);
        if lab.here["place"] == "server" {
            assert!(back.after.segments >= 5 && back.before.segments == 0, "{back:?}");
        } else {
            assert!(back.unresolved_bytes > 14_000 && back.after.segments == 0, "{back:?}");
        }
    }
}
