//! The experiments (`tests/captures/lab-*`) again: what was wrong with the network, the server or the client is known, and so must be our
//! verdict; where nothing was wrong there must be none.
mod support;

use serde_json::Value;
use std::fs;
use support::{Capture, ask, captures, read};
use wireglass::api::{
    Blame, DataRtt, Judgement, Measures, Phase, Place, RoundTrips, StallKind, Times, TimesPage, VerdictKind, Verdicts,
};
use wireglass::engine::session::Session;

const MS: i64 = 1_000_000;

fn lab(name: &str) -> (Session, Capture, Value) {
    let capture = captures().into_iter().find(|capture| capture.name == name);
    let capture = capture.unwrap_or_else(|| panic!("no {name}"));
    let truth = fs::read_to_string(capture.path.with_file_name("truth.json")).expect("its truth");
    let (session, refused) = read(&capture.bytes);
    assert_eq!(refused, None, "{name}");
    (session, capture, serde_json::from_str(&truth).expect("JSON"))
}

fn verdicts(name: &str) -> Vec<Judgement> {
    let (mut session, capture, _) = lab(name);
    ask(&mut session, &capture.bytes, Verdicts { flow: None }).verdicts
}

fn times(name: &str) -> TimesPage {
    let (mut session, capture, _) = lab(name);
    ask(&mut session, &capture.bytes, Times { rows: 0..1000, ..Times::default() })
}

#[test]
fn verdicts_are_right() {
    use Blame::{Client, Network, Server};
    use VerdictKind::*;
    let cases = [
        ("lab-server-thinks-300/capture.pcap", vec![(SlowServer, Server)]),
        ("lab-server-thinks-300/server.pcap", vec![(SlowServer, Server)]),
        ("lab-network-300/capture.pcap", vec![(FarAway, Network)]),
        ("lab-client-thinks-300/capture.pcap", vec![(SlowClient, Client)]),
        ("lab-zero-window/capture.pcap", vec![(ZeroWindow, Client)]),
        ("lab-zero-window/server.pcap", vec![(ZeroWindow, Client)]),
        ("lab-nagle/capture.pcap", vec![(DelayedAck, Client)]),
        ("lab-nagle/server.pcap", vec![(DelayedAck, Client)]),
        ("lab-pmtu-black-hole/capture.pcap", vec![(PathMtu, Network)]),
        ("lab-pmtu-black-hole/client.pcap", vec![(PathMtu, Network)]),
        ("lab-pmtu-icmp/capture.pcap", vec![(PathMtu, Network)]),
        ("lab-bufferbloat/capture.pcap", vec![(Queue, Network)]),
        ("lab-loss-before/capture.pcap", vec![(Loss, Network)]),
        ("lab-loss-after/capture.pcap", vec![(Loss, Network)]),
        ("lab-loss-middle/capture.pcap", vec![(Loss, Network)]),
        ("lab-rto/capture.pcap", vec![(Loss, Network)]),
        ("lab-rto/server.pcap", vec![(Loss, Network)]),
        ("lab-udp-dns-retry/capture.pcap", vec![(Unanswered, Network)]),
        ("lab-half-open/capture.pcap", vec![(Vanished, Server)]),
        ("lab-close-wait/capture.pcap", vec![(CloseWait, Server)]),
        ("lab-filtered/capture.pcap", vec![(Unanswered, Network)]),
        ("lab-refused/capture.pcap", vec![(Refused, Server), (Refused, Server)]),
        ("lab-reset/capture.pcap", vec![(Reset, Server), (Reset, Client)]),
    ];
    for (name, expected) in cases {
        let found: Vec<_> = verdicts(name).iter().map(|verdict| (verdict.kind, verdict.blame)).collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn nothing_is_said_where_nothing_is_wrong() {
    let healthy = [
        "lab-healthy/capture.pcap",
        "lab-delay-5/capture.pcap",
        "lab-delay-40/capture.pcap",
        "lab-delay-40/server.pcap",
        "lab-delay-120/capture.pcap",
        "lab-capture-loss/capture.pcap",
    ];
    for name in healthy {
        assert_eq!(verdicts(name), [], "{name}");
    }
}

/// A router that says what it dropped is named, with its link's size; where only the hole is seen, it is a black hole all the same.
#[test]
fn who_dropped_large_packets_is_named() {
    let (_, _, truth) = lab("lab-pmtu-icmp/capture.pcap");
    let mtu = wireglass::api::count(truth["mtu"].as_u64().expect("its MTU"));
    let [verdict] = &verdicts("lab-pmtu-icmp/capture.pcap")[..] else { panic!("one verdict") };
    assert!(verdict.sentence.contains("The router 198.51.100.1 dropped"), "{}", verdict.sentence);
    assert!(verdict.sentence.contains(&format!("more than {mtu} bytes")), "{}", verdict.sentence);
    assert_eq!(verdict.packets.first(), Some(&14));
    let (mut session, capture, _) = lab("lab-pmtu-icmp/capture.pcap");
    let said = ask(&mut session, &capture.bytes, wireglass::api::Losses { flow: 0 }).sentences;
    assert!(
        said.iter().any(|sentence| sentence.contains("10 segments of those lost were dropped by a router")),
        "{said:?}"
    );
    for name in ["lab-pmtu-black-hole/capture.pcap", "lab-pmtu-black-hole/client.pcap"] {
        let [verdict] = &verdicts(name)[..] else { panic!("one verdict") };
        assert!(verdict.sentence.contains("a black hole for large packets"), "{name}: {}", verdict.sentence);
    }
}

/// Every verdict names packets that are there, and is the same for the flow alone.
#[test]
fn verdicts_have_evidence() {
    for capture in captures().into_iter().filter(|capture| capture.name.starts_with("lab-")) {
        let (mut session, _) = read(&capture.bytes);
        for verdict in ask(&mut session, &capture.bytes, Verdicts { flow: None }).verdicts {
            assert!(!verdict.packets.is_empty(), "{}: {verdict:?}", capture.name);
            assert!(
                verdict.packets.iter().all(|&packet| packet >= 1 && packet <= session.packets()),
                "{}",
                capture.name
            );
            assert!(!verdict.because.is_empty() && !verdict.but.is_empty() && !verdict.filter.is_empty());
            let of_service =
                matches!(verdict.kind, VerdictKind::CloseWait | VerdictKind::SlowServer | VerdictKind::Unanswered);
            let alone = ask(&mut session, &capture.bytes, Verdicts { flow: verdict.flow }).verdicts;
            assert!(
                of_service || alone.iter().any(|other| other.kind == verdict.kind),
                "{}: {verdict:?}",
                capture.name
            );
        }
    }
}

#[test]
fn known_delays_are_measured() {
    for (name, place) in [
        ("lab-delay-5/capture.pcap", Place::NearClient),
        ("lab-delay-40/capture.pcap", Place::NearClient),
        ("lab-delay-40/server.pcap", Place::NearServer),
        ("lab-delay-120/capture.pcap", Place::NearClient),
    ] {
        let (mut session, capture, truth) = lab(name);
        let rtt = truth["rtt_ms"].as_i64().expect("its delay") * MS;
        let near = |ns: i64| (ns - rtt).abs() * 50 <= rtt;
        let data = ask(&mut session, &capture.bytes, DataRtt {});
        assert!(near(data.statistics.min_ns), "{name}: {:?}", data.statistics);
        assert_eq!((data.flows, data.unmeasured), (4, 0), "{name}");
        // Beside the server the client's ACKs wait for what its application says next, up to the delayed ACK's 40 ms.
        assert!(place == Place::NearServer || near(data.statistics.median_ns), "{name}: {:?}", data.statistics);
        let answer = ask(&mut session, &capture.bytes, RoundTrips { flow: 0, buckets: 0 });
        assert_eq!(answer.place, place, "{name}");
        let network = &answer.directions[usize::from(place == Place::NearServer)];
        assert_eq!(network.measures, Measures::Network, "{name}");
        assert!(near(network.statistics.min_ns), "{name}: {network:?}");
        assert!(near(answer.handshake.connect_ns.expect("connected")), "{name}");
        let local = &answer.directions[usize::from(place == Place::NearClient)];
        assert!(local.measures == Measures::LocalStack && local.statistics.min_ns < MS, "{name}");
    }
}

/// A server that thinks for 300 ms and a network of 300 ms look the same to a stop watch.
#[test]
fn the_servers_time_is_told_from_the_networks() {
    for name in ["lab-server-thinks-300/capture.pcap", "lab-server-thinks-300/server.pcap"] {
        let rows = times(name).rows;
        assert_eq!(rows.len(), 6, "{name}");
        for row in rows {
            assert!((300 * MS..310 * MS).contains(&row.server_ns), "{name}: {row:?}");
            assert!(row.network_ns < 12 * MS && row.verdict == Blame::Server, "{name}: {row:?}");
        }
    }
    let rows = times("lab-network-300/capture.pcap").rows;
    assert_eq!(rows.len(), 6);
    for row in rows {
        assert!(row.network_ns >= 299 * MS && row.server_ns < 45 * MS, "{row:?}");
    }
}

#[test]
fn stalls_are_found_in_their_phase() {
    let sum = |name, kind, phase| {
        let page = times(name);
        let stalls = page.rows.iter().flat_map(|row| &row.stalls);
        stalls.filter(|stall| stall.kind == kind && stall.phase == phase).map(|stall| stall.ns / MS).sum::<i64>()
    };
    let closed = sum("lab-zero-window/capture.pcap", StallKind::ZeroWindow, Phase::Receiving);
    assert!((2000..2600).contains(&closed), "{closed}");
    let delayed = sum("lab-nagle/capture.pcap", StallKind::DelayedAck, Phase::Sending);
    assert!((15 * 38..15 * 50).contains(&delayed), "{delayed}");
    let again = sum("lab-rto/server.pcap", StallKind::Timeout, Phase::Receiving);
    assert!((400..500).contains(&again), "{again}");
    assert_eq!(times("lab-healthy/capture.pcap").totals.stalls, []);
}

#[test]
fn shares_and_phases_add_up() {
    for capture in captures().into_iter().filter(|capture| !capture.name.starts_with("broken")) {
        let (mut session, _) = read(&capture.bytes);
        let page = ask(&mut session, &capture.bytes, Times { rows: 0..5000, ..Times::default() });
        for row in &page.rows {
            let phases = [row.sending_ns, row.waiting_ns, row.receiving_ns];
            let shares = [row.network_ns, row.server_ns, row.client_ns];
            assert!(phases.iter().chain(&shares).all(|&ns| ns >= 0), "{}: {row:?}", capture.name);
            assert_eq!(phases.iter().sum::<i64>(), shares.iter().sum::<i64>(), "{}: {row:?}", capture.name);
            assert!(row.stalls.iter().map(|stall| stall.ns).sum::<i64>() <= phases.iter().sum(), "{}", capture.name);
        }
    }
}
