//! `wireglass rtt`: how long TCP handshakes took, and the round trips of data.
use super::flows::endpoint;
use super::numbers::{count, counted, duration, percent, seconds};
use super::output::{Out, Table};
use super::{Loaded, Stop};
use wireglass::api::{
    DataRtt, DataRttAnswer, Flow, FlowColumn, FlowRow, FlowSort, Flows, Measures, Outcome, Place, RoundTrips,
    RoundTripsAnswer, Rtt, RttAnswer,
};

/// Characters of the histogram's longest bar.
const BAR: usize = 50;
/// Flows looked at a time, slowest first.
const WINDOW: u32 = 100;

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool, limit: u32) -> Result<(), Stop> {
    let rtt = loaded.ask(Rtt {})?;
    if json {
        return out.json(&rtt);
    }
    let limit = if limit == 0 { u32::MAX } else { limit };
    statistics(out, &rtt)?;
    if rtt.statistics.count > 0 {
        out.line("")?;
        out.line(place(&rtt))?;
        histogram(out, &rtt)?;
        slowest(loaded, out, limit.min(rtt.statistics.count))?;
    }
    servers(out, &rtt, limit)?;
    data(out, &loaded.ask(DataRtt {})?, limit)
}

fn statistics(out: &mut Out, rtt: &RttAnswer) -> Result<(), Stop> {
    let s = &rtt.statistics;
    out.line(format_args!("Initial round-trip times of {}", counted(s.count, "TCP connection")))?;
    if s.count > 0 {
        let named =
            [("minimum", s.min_ns), ("median", s.median_ns), ("95th percentile", s.p95_ns), ("maximum", s.max_ns)];
        for (name, ns) in named {
            out.line(format_args!("  {name:16} {:>11}", duration(ns)))?;
        }
        let halves = [("SYN to SYN/ACK", rtt.syn_to_syn_ack_ns), ("SYN/ACK to ACK", rtt.syn_ack_to_ack_ns)];
        for (name, ns) in halves {
            let Some(ns) = ns else { continue };
            out.line(format_args!("  {name:16} {:>11}  (median)", duration(ns)))?;
        }
    }
    let left_out = [
        (rtt.refused, "refused: a reset answered the SYN, which says nothing of a service"),
        (rtt.retried, "retried: several SYNs were sent, and which was answered cannot be told"),
        (rtt.unanswered, "unanswered: no packet came back"),
        (rtt.not_captured, "not captured: the handshake is not whole in the file"),
    ];
    if left_out.iter().any(|(n, _)| *n > 0) {
        out.line("Kept out of the statistics")?;
    }
    left_out.iter().filter(|(n, _)| *n > 0).try_for_each(|(n, why)| out.line(format_args!("  {:>10} {why}", count(*n))))
}

fn place(rtt: &RttAnswer) -> String {
    let (votes, of) = rtt.place_votes;
    let of = format!("{} of {}", count(votes), counted(of, "connection"));
    match rtt.place {
        Place::Unknown => "Where the capture was taken cannot be told: the handshakes are too fast.".to_owned(),
        Place::NearClient => {
            format!("The capture was taken near the clients: in {of} the answer to the SYN is what takes the time.")
        }
        Place::NearServer => {
            format!(
                "The capture was taken near the servers: in {of} the client's answer to the SYN/ACK is what takes the time."
            )
        }
        Place::Between => {
            format!("The capture was taken between clients and servers: in {of} both halves take their time.")
        }
    }
}

fn histogram(out: &mut Out, rtt: &RttAnswer) -> Result<(), Stop> {
    let most = rtt.histogram.iter().map(|bucket| bucket.count).max().unwrap_or(0).max(1);
    let mut table = Table::new(&[">From", ">up to", ">connections", ">share", ""]);
    for bucket in &rtt.histogram {
        let bar = (bucket.count as usize * BAR).div_ceil(most as usize);
        let share = percent(bucket.count.into(), rtt.statistics.count.into());
        table.row([duration(bucket.from_ns), duration(bucket.to_ns), count(bucket.count), share, "#".repeat(bar)]);
    }
    out.line("")?;
    table.all(out)
}

/// Only flows that the statistics are about.
fn slowest(loaded: &mut Loaded, out: &mut Out, limit: u32) -> Result<(), Stop> {
    let mut table = Table::new(&[
        "Slowest",
        ">initial RTT",
        ">SYN to SYN/ACK",
        ">SYN/ACK to ACK",
        ">start",
        "client",
        "server",
        "name",
    ]);
    let (mut found, mut start) = (0, 0);
    let sort = FlowSort { by: FlowColumn::InitialRtt, descending: true };
    while found < limit {
        let question = Flows { rows: start..start.saturating_add(WINDOW), sort, ..Flows::default() };
        let flows = loaded.ask(question)?.rows;
        start += WINDOW;
        if flows.first().is_none_or(|flow| flow.initial_rtt_ns.is_none()) {
            break;
        }
        for flow in flows {
            let Some(cells) = slow(loaded, &flow)?.filter(|_| found < limit) else { continue };
            table.row(cells);
            found += 1;
        }
    }
    out.line("")?;
    table.all(out)
}

fn slow(loaded: &mut Loaded, flow: &FlowRow) -> Result<Option<[String; 8]>, Stop> {
    let (Some(rtt), Some(first), Some(second)) = (flow.initial_rtt_ns, flow.syn_to_syn_ack_ns, flow.syn_ack_to_ack_ns)
    else {
        return Ok(None);
    };
    let is_answer = !matches!(flow.outcome, Outcome::Refused | Outcome::NoAnswer);
    if !is_answer || loaded.ask(Flow { id: flow.id, packets: 0..0 })?.syns != 1 {
        return Ok(None);
    }
    Ok(Some([
        format!("flow {}", flow.id),
        duration(rtt),
        duration(first),
        duration(second),
        flow.first_ns.map(|ns| seconds(ns, 6)).unwrap_or_default(),
        endpoint(&flow.client, flow.client_port),
        endpoint(&flow.server, flow.server_port),
        flow.name.clone(),
    ]))
}

fn servers(out: &mut Out, rtt: &RttAnswer, limit: u32) -> Result<(), Stop> {
    if rtt.servers.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        "Server",
        "application",
        ">connections",
        ">minimum",
        ">median",
        ">95th percentile",
        ">maximum",
        ">refused",
        ">retried",
        "name",
    ]);
    for server in rtt.servers.iter().take(limit as usize) {
        let s = &server.statistics;
        let time = |ns| if s.count == 0 { String::new() } else { duration(ns) };
        table.row([
            endpoint(&server.server, Some(server.server_port)),
            server.application.clone(),
            count(s.count),
            time(s.min_ns),
            time(s.median_ns),
            time(s.p95_ns),
            time(s.max_ns),
            count(server.refused),
            count(server.retried),
            server.name.clone(),
        ]);
    }
    out.line("")?;
    table.all(out)?;
    match rtt.servers.len().saturating_sub(limit as usize) {
        0 => Ok(()),
        more => out.line(format_args!("… and {} more (--limit)", count(more as u64))),
    }
}

/// Of one connection's data.
pub fn print_flow(loaded: &mut Loaded, out: &mut Out, json: bool, id: u32) -> Result<(), Stop> {
    let answer = loaded.ask(RoundTrips { flow: id, buckets: 0 })?;
    if json { out.json(&answer) } else { flow(out, &answer) }
}

pub fn flow(out: &mut Out, answer: &RoundTripsAnswer) -> Result<(), Stop> {
    let handshake = &answer.handshake;
    out.line(format_args!("Handshake ({})", counted(handshake.syns, "SYN")))?;
    let named = [
        ("initial RTT", handshake.initial_rtt_ns),
        ("SYN to SYN/ACK", handshake.syn_to_syn_ack_ns),
        ("SYN/ACK to ACK", handshake.syn_ack_to_ack_ns),
        ("connected after", handshake.connect_ns),
    ];
    for (name, ns) in named {
        let Some(ns) = ns else { continue };
        out.line(format_args!("  {name:16} {:>11}", duration(ns)))?;
    }
    out.line(&answer.place_by)?;
    let mut table = Table::new(&[
        "Data of",
        "measures",
        ">samples",
        ">minimum",
        ">median",
        ">95th percentile",
        ">99th",
        ">maximum",
        ">ambiguous ACKs",
    ]);
    for direction in &answer.directions {
        let s = &direction.statistics;
        let time = |ns| if s.count == 0 { String::new() } else { duration(ns) };
        table.row([
            if direction.from_client { "the client" } else { "the server" }.to_owned(),
            match direction.measures {
                Measures::Unknown => "not known what",
                Measures::Network => "the network",
                Measures::LocalStack => "a kernel beside the capture",
                Measures::PartOfTheWay => "a part of the way",
            }
            .to_owned(),
            count(s.count),
            time(s.min_ns),
            time(s.median_ns),
            time(s.p95_ns),
            time(s.p99_ns),
            time(s.max_ns),
            count(direction.ambiguous),
        ]);
    }
    out.line("")?;
    table.all(out)?;
    let grown = answer.directions.iter().filter_map(|direction| direction.growth.as_ref());
    grown.map(|growth| &growth.sentence).try_for_each(|sentence| out.line(sentence))
}

/// Of the data of all connections.
fn data(out: &mut Out, answer: &DataRttAnswer, limit: u32) -> Result<(), Stop> {
    if answer.statistics.count == 0 {
        return Ok(());
    }
    let measured = counted(answer.flows, "connection");
    out.line(format_args!("\nRound-trip times of data: {} samples of {measured}", count(answer.statistics.count)))?;
    for (title, rows) in [("Server", &answer.servers), ("Clients", &answer.clients)] {
        let mut table = Table::new(&[
            title,
            "application",
            ">connections",
            ">samples",
            ">minimum",
            ">median",
            ">95th percentile",
            ">99th",
            ">maximum",
            "name",
        ]);
        for row in rows.iter().take(limit as usize) {
            let s = &row.statistics;
            table.row([
                row.name.clone(),
                row.application.clone(),
                count(row.flows),
                count(s.count),
                duration(s.min_ns),
                duration(s.median_ns),
                duration(s.p95_ns),
                duration(s.p99_ns),
                duration(s.max_ns),
                row.host.clone(),
            ]);
        }
        out.line("")?;
        table.all(out)?;
    }
    answer.grown.iter().try_for_each(|grown| out.line(format_args!("Flow {}: {}", grown.flow, grown.growth.sentence)))
}
