//! `wireglass times`: where the time went.
use super::flows::endpoint;
use super::numbers::{count, counted, duration, percent, seconds};
use super::output::{Out, Table};
use super::{Loaded, Stop};
use serde::Serialize;
use wireglass::api::{
    Blame, Judgement, StallKind, TimeColumn, TimeRow, TimeSort, Times, TimesPage, ToldBy, Verdicts, VerdictsAnswer,
};

/// Services shown.
const SERVICES: usize = 10;

/// What the command answers in JSON.
#[derive(Serialize)]
struct All {
    verdicts: VerdictsAnswer,
    times: TimesPage,
}

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool, question: Times) -> Result<(), Stop> {
    let verdicts = loaded.ask(Verdicts { flow: question.flow })?;
    let times = loaded.ask(question)?;
    if json {
        return out.json(&All { verdicts, times });
    }
    judgements(out, &verdicts)?;
    shares(out, &times)?;
    services(out, &times)?;
    rows(out, &times)
}

/// The verdicts, each with its reasons.
pub fn judgements(out: &mut Out, answer: &VerdictsAnswer) -> Result<(), Stop> {
    out.line(&answer.summary)?;
    for Judgement { blame, sentence, because, but, packets, filter, .. } in &answer.verdicts {
        out.line(format_args!("\n{}: {sentence}", named(*blame)))?;
        out.line(format_args!("  Because: {because}"))?;
        out.line(format_args!("  Unless: {but}"))?;
        let numbers: Vec<String> = packets.iter().map(u32::to_string).collect();
        out.line(format_args!("  See: packets {} ({filter})", numbers.join(", ")))?;
    }
    Ok(())
}

fn named(blame: Blame) -> &'static str {
    match blame {
        Blame::Nobody => "Nobody",
        Blame::Network => "Network",
        Blame::Server => "Server",
        Blame::Client => "Client",
    }
}

fn stall(kind: StallKind) -> &'static str {
    match kind {
        StallKind::Timeout => "retransmission time-out",
        StallKind::FastRetransmission => "fast retransmission",
        StallKind::ZeroWindow => "zero window",
        StallKind::DelayedAck => "delayed ACK",
        StallKind::Pause => "pause",
    }
}

fn shares(out: &mut Out, page: &TimesPage) -> Result<(), Stop> {
    let totals = &page.totals;
    out.line(format_args!("\n{}, {} unanswered", counted(totals.requests, "request"), count(totals.unanswered)))?;
    let all = totals.sending_ns.saturating_add(totals.waiting_ns).saturating_add(totals.receiving_ns);
    let line = |name: &str, ns: i64| format!("  {name:20} {:>14}  {:>8}", duration(ns), percent(share(ns), share(all)));
    for (name, ns) in [
        ("sending", totals.sending_ns),
        ("waiting", totals.waiting_ns),
        ("receiving", totals.receiving_ns),
        ("the network's", totals.network_ns),
        ("the server's", totals.server_ns),
        ("the client's", totals.client_ns),
    ] {
        out.line(line(name, ns))?;
    }
    totals.stalls.iter().try_for_each(|total| {
        out.line(format_args!("  {} of {}: {}", count(total.count), stall(total.kind), duration(total.ns)))
    })
}

fn share(ns: i64) -> u64 {
    u64::try_from(ns).unwrap_or(0)
}

fn services(out: &mut Out, page: &TimesPage) -> Result<(), Stop> {
    if page.services.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        "Service",
        "application",
        ">requests",
        ">waiting: median",
        ">95th percentile",
        ">the server's: median",
        ">95th percentile",
        ">network",
        ">server",
        ">client",
        "name",
    ]);
    for row in page.services.iter().take(SERVICES) {
        table.row([
            endpoint(&row.server, row.server_port),
            row.application.clone(),
            count(row.requests),
            duration(row.waiting.median_ns),
            duration(row.waiting.p95_ns),
            duration(row.thinking.median_ns),
            duration(row.thinking.p95_ns),
            duration(row.network_ns),
            duration(row.server_ns),
            duration(row.client_ns),
            row.name.clone(),
        ]);
    }
    out.line("")?;
    table.all(out)?;
    match page.services.len().saturating_sub(SERVICES) {
        0 => Ok(()),
        more => out.line(format_args!("… and {} more", count(more as u64))),
    }
}

/// The requests of a page.
pub fn rows(out: &mut Out, page: &TimesPage) -> Result<(), Stop> {
    if page.rows.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        ">Start",
        "flow",
        ">packets",
        ">sending",
        ">waiting",
        ">receiving",
        ">network",
        ">server",
        ">client",
        "stood out",
        "request",
    ]);
    page.rows.iter().for_each(|row| table.row(cells(row)));
    out.line("")?;
    table.all(out)?;
    match page.matching.saturating_sub(page.rows.len() as u32) {
        0 => Ok(()),
        more => out.line(format_args!("… and {} more (--limit, --from)", count(more))),
    }
}

fn cells(row: &TimeRow) -> [String; 11] {
    let mut why: Vec<String> =
        row.stalls.iter().map(|one| format!("{} {}", stall(one.kind), duration(one.ns))).take(3).collect();
    if row.verdict != Blame::Nobody {
        why.insert(0, named(row.verdict).to_lowercase());
    }
    if row.response.is_none() {
        why.push("unanswered".to_owned());
    }
    if row.uncertain {
        why.push("or the network".to_owned());
    }
    let label = match (row.label.as_str(), row.told_by) {
        ("", ToldBy::Direction) => row.application.clone(),
        (label, _) => label.to_owned(),
    };
    [
        seconds(row.start_ns, 6),
        format!("flow {}", row.flow),
        format!("{}–{}", row.first, row.last.unwrap_or(row.request)),
        duration(row.sending_ns),
        duration(row.waiting_ns),
        duration(row.receiving_ns),
        duration(row.network_ns),
        duration(row.server_ns),
        duration(row.client_ns),
        why.join(", "),
        label,
    ]
}

/// `total:desc`
pub fn parse_time_sort(text: &str) -> Result<TimeSort, String> {
    let (column, order) = text.split_once(':').unwrap_or((text, "asc"));
    let descending = match order {
        "asc" => false,
        "desc" => true,
        _ => return Err(format!("the order is asc or desc, not {order}")),
    };
    let by = TIME_COLUMNS.into_iter().find(|by| format!("{by:?}").eq_ignore_ascii_case(column));
    Ok(TimeSort { by: by.ok_or("there is no such column")?, descending })
}

const TIME_COLUMNS: [TimeColumn; 10] = [
    TimeColumn::Start,
    TimeColumn::Flow,
    TimeColumn::Sending,
    TimeColumn::Waiting,
    TimeColumn::Receiving,
    TimeColumn::Total,
    TimeColumn::Network,
    TimeColumn::Server,
    TimeColumn::Client,
    TimeColumn::Stalled,
];
