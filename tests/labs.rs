//! The experiments (`tests/captures/lab-*`): what was done to the network is known from `truth.json`, written by those who did it. It is
//! compared with what we say of the packets.
mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use support::{captures, flows, read};
use wireglass::api::FlowRow;
use wireglass::engine::session::Session;

/// A recording of an experiment, with the truth of the experiment and of this place of recording.
struct Lab {
    name: String,
    bytes: Vec<u8>,
    truth: Value,
    here: Value,
}

fn labs() -> Vec<Lab> {
    let lab = |capture: support::Capture| {
        let truth = fs::read_to_string(capture.path.with_file_name("truth.json")).ok()?;
        let truth: Value = serde_json::from_str(&truth).expect("JSON");
        let file = capture.path.file_name().map(Path::new).expect("a name").to_string_lossy().into_owned();
        let here = truth["captures"][&file].clone();
        assert!(here["place"].is_string(), "{}: its place is not told", capture.name);
        Some(Lab { name: capture.name, bytes: capture.bytes, truth, here })
    };
    let found: Vec<Lab> = captures().into_iter().filter_map(lab).collect();
    assert!(found.len() > 20, "only {} recordings of experiments", found.len());
    found
}

fn tcp(session: &mut Session, lab: &Lab) -> Vec<FlowRow> {
    let mut rows = flows(session, &lab.bytes, 0..u32::MAX).rows;
    rows.retain(|row| row.transport == "TCP");
    rows
}

#[test]
fn the_recordings_are_those_of_the_experiments() {
    for lab in labs() {
        let (mut session, refused) = read(&lab.bytes);
        assert_eq!(refused, None, "{}", lab.name);
        assert_eq!(u64::from(session.packets()), lab.here["packets"], "{}", lab.name);
        let mut ports: Vec<u64> =
            tcp(&mut session, &lab).iter().filter_map(|row| row.client_port.map(u64::from)).collect();
        ports.sort_unstable();
        for kind in ["connect", "no connection"] {
            for client in lab.truth["client"][kind].as_array().into_iter().flatten() {
                let port = client["port"].as_u64().expect("a port");
                // What was refused at once never had one that its client could tell.
                assert!(
                    port == 0 || ports.binary_search(&port).is_ok(),
                    "{}: no connection from port {port}",
                    lab.name
                );
            }
        }
    }
}

#[test]
fn a_known_delay_is_measured_within_two_percent() {
    let mut measured = 0;
    for lab in labs().iter().filter(|lab| lab.truth["what"] == "delay" || lab.truth["what"] == "network") {
        let known = lab.truth["rtt_ms"].as_f64().expect("a number") * 1e6;
        let (mut session, _) = read(&lab.bytes);
        for row in tcp(&mut session, lab) {
            let ours = row.initial_rtt_ns.expect("a handshake") as f64;
            assert!((ours / known - 1.0).abs() < 0.02, "{}: {ours} ns of {known}", lab.name);
            measured += 1;
        }
    }
    assert_eq!(measured, 18);
}
