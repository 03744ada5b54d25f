//! What the engine costs, without reading files or drawing: `cargo bench --bench engine -- CAPTURE…` (`./dev bench` does).
//!
//! For each capture, of five passes the quickest: ingest in MB/s, packets a second and ns a packet; memory in bytes a packet and a flow;
//! the time of every question the page asks, for the first time and again, and of single packets' details. The capture is in memory
//! before the clock starts.
#![expect(clippy::disallowed_methods, reason = "measuring is what a clock is for")]

use std::time::{Duration, Instant};
use wireglass::api::{
    Conversations, Countries, DataRtt, Endpoints, Experts, Filter, FlowColumn, FlowSort, Flows, Hierarchy, Measure,
    Packet, Packets, Query, Question, Rtt, States, Statistics, StatisticsKind, StatsTree, Summary, TimeColumn,
    TimeSort, Timeline, Times, Unwanted, Verdicts,
};
use wireglass::engine::session::Session;

const PASSES: usize = 5;
/// As the worker feeds.
const CHUNK: usize = 256 << 10;

fn main() -> Result<(), String> {
    // Cargo hands its own options on.
    for path in std::env::args().skip(1).filter(|argument| !argument.starts_with('-')) {
        let capture = std::fs::read(&path).map_err(|error| format!("{path}: {error}"))?;
        measure(&path, &capture)?;
    }
    Ok(())
}

fn measure(path: &str, capture: &[u8]) -> Result<(), String> {
    let mut best = Duration::MAX;
    let mut session = Session::new();
    for _ in 0..PASSES {
        session = Session::new();
        let start = Instant::now();
        for chunk in capture.chunks(CHUNK) {
            session.feed(chunk)?;
        }
        session.finish()?;
        best = best.min(start.elapsed());
    }
    let (packets, flows) = (f64::from(session.packets().max(1)), f64::from(session.flows().max(1)));
    let seconds = best.as_secs_f64();
    let store = session.store();
    let per_packet = store.packets.memory() as f64 / packets;
    let per_flow = (store.memory() - store.packets.memory()) as f64 / flows;
    println!("{path}: {} bytes, {packets} packets, {flows} flows", capture.len());
    println!(
        "  ingest {seconds:.3} s: {:.0} MB/s, {:.2} M packets/s, {:.0} ns a packet",
        capture.len() as f64 / seconds / 1e6,
        packets / seconds / 1e6,
        seconds / packets * 1e9
    );
    println!(
        "  memory {:.1} MB: {per_packet:.1} bytes a packet, {per_flow:.0} bytes a flow (names and tables included)",
        store.memory() as f64 / 1e6
    );
    for (name, query) in questions() {
        let mut timed = || {
            let start = Instant::now();
            session.answer(&query, &mut &*capture).map_err(|failure| failure.message)?;
            Ok::<_, String>(start.elapsed().as_secs_f64() * 1e3)
        };
        println!("  {name:28} {:8.2} ms, again {:8.2} ms", timed()?, timed()?);
    }
    let mut details = Vec::new();
    for nth in 0..DETAILS {
        let id = (u64::from(session.packets()) * nth / DETAILS) as u32;
        let start = Instant::now();
        session.answer(&Packet { id }.query(), &mut &*capture).map_err(|failure| failure.message)?;
        details.push((start.elapsed().as_secs_f64() * 1e3, id + 1));
    }
    details.sort_by(|a, b| a.0.total_cmp(&b.0));
    if let (Some((median, _)), Some((worst, packet))) = (details.get(details.len() / 2), details.last()) {
        println!("  details of {DETAILS} packets: median {median:.2} ms, worst {worst:.2} ms (packet {packet})");
    }
    for text in FILTERS {
        let filter = Filter { text: text.to_owned(), ..Filter::default() };
        let start = Instant::now();
        let progress = session.filter(&filter, &mut &*capture, 0).map_err(|failure| failure.message)?;
        let undecided = progress.packets - progress.decided;
        println!(
            "  {text}: {:.2} ms, {} match, {undecided} to be read",
            start.elapsed().as_secs_f64() * 1e3,
            progress.matched
        );
        for (name, query) in
            OF_MATCHES.iter().filter_map(|name| questions().into_iter().find(|(other, _)| other == name))
        {
            let start = Instant::now();
            session.answer_within(&query, &filter, &mut &*capture).map_err(|failure| failure.message)?;
            println!("    {name:26} {:8.2} ms", start.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok(())
}

/// Packets all over the capture that are looked at in detail.
const DETAILS: u64 = 1000;

/// What columns decide.
const FILTERS: [&str; 5] =
    ["tcp.port == 443", "ip.addr == 10.0.0.1", "tcp.analysis.flags", "frame.len > 1000 && !tcp", "tcp.port == 80"];

/// What is asked when a filter is applied: the overview and the timeline above it, and larger views.
const OF_MATCHES: [&str; 7] = [
    "Summary",
    "Timeline, 1000 buckets",
    "Verdicts",
    "Experts",
    "Flows by bytes, first 50",
    "Hierarchy",
    "Statistics: destinations",
];

fn questions() -> Vec<(&'static str, Query)> {
    let flows = |by, rows, search: &str| {
        let sort = FlowSort { by, descending: true };
        Flows { rows, sort, search: search.to_owned(), ..Flows::default() }.query()
    };
    let slowest = TimeSort { by: TimeColumn::Total, descending: true };
    let statistics = |kind| Statistics { kind, by: Measure::Data, ..Statistics::default() }.query();
    vec![
        ("Summary", Summary {}.query()),
        ("Timeline, 1000 buckets", Timeline { buckets: 1000, ..Timeline::default() }.query()),
        ("Statistics: destinations", statistics(StatisticsKind::Destinations)),
        ("Statistics: protocols", statistics(StatisticsKind::Protocols)),
        ("Statistics: durations", statistics(StatisticsKind::Durations)),
        ("Statistics: lengths", statistics(StatisticsKind::Lengths)),
        ("Statistics: hours", statistics(StatisticsKind::Hours)),
        ("Statistics: protocols, times", statistics(StatisticsKind::ProtocolTimes)),
        ("Hierarchy", Hierarchy {}.query()),
        ("Rtt", Rtt {}.query()),
        ("Flows by bytes, first 50", flows(FlowColumn::Bytes, 0..50, "")),
        ("Flows by name, all ordered", flows(FlowColumn::Name, u32::MAX - 50..u32::MAX, "")),
        ("Flows, search", flows(FlowColumn::Bytes, 0..50, "tls :443")),
        ("Endpoints, first 50", Endpoints { rows: 0..50, ..Endpoints::default() }.query()),
        ("Conversations, first 50", Conversations { rows: 0..50, ..Conversations::default() }.query()),
        ("Destinations, first 50", StatsTree { rows: 0..50, ..StatsTree::default() }.query()),
        ("Countries", Countries {}.query()),
        ("States, first 50", States { rows: 0..50, ..States::default() }.query()),
        ("DataRtt", DataRtt {}.query()),
        ("Times, slowest 50", Times { rows: 0..50, sort: slowest, ..Times::default() }.query()),
        ("Verdicts", Verdicts::default().query()),
        ("Experts", Experts::default().query()),
        ("Unwanted", Unwanted::default().query()),
        ("Packets, 50 rows", Packets { rows: 0..50, ..Packets::default() }.query()),
    ]
}
