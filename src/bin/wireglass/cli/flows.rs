//! `wireglass flows`: the flow table, window by window, so that a million flows need no more memory than the engine's.
use super::numbers::{count, counted, duration, seconds};
use super::output::{Out, Table};
use super::rows::Rows;
use super::{Loaded, Stop};
use serde::Serialize;
use std::ops::Range;
use wireglass::api::{FlowPage, FlowRow, FlowSort, Flows, Outcome};

/// Flows asked for at a time; the engine's limit.
const WINDOW: u32 = 10_000;

pub fn print(
    loaded: &mut Loaded,
    out: &mut Out,
    json: bool,
    sort: FlowSort,
    search: String,
    rows: Range<u32>,
) -> Result<(), Stop> {
    let mut windows =
        Windows { loaded, question: Flows { rows: rows.clone(), sort, search, around: None }, end: rows.end };
    let first = windows.next()?;
    if json {
        let rows = Rows::new(&first.rows, || Ok(windows.next()?.rows));
        return out.json(&Page { total: first.total, matching: first.matching, rows });
    }
    out.line(totals(&first))?;
    if first.rows.is_empty() {
        return Ok(());
    }
    let from = rows.start + 1;
    let shown = rows.end.min(first.matching);
    if shown - rows.start < first.matching {
        out.line(format_args!("{} to {} shown (--limit, --from)", count(from), count(shown)))?;
    }
    out.line("")?;
    let mut table = Table::new(&[
        ">Flow",
        ">start",
        ">duration",
        "transport",
        "application",
        "client",
        "server",
        ">packets out",
        ">in",
        ">bytes out",
        ">in",
        ">initial RTT",
        "flags",
        "outcome",
        "name",
    ]);
    let mut page = first;
    page.rows.iter().for_each(|flow| table.row(cells(flow)));
    table.titles(out)?;
    while !page.rows.is_empty() {
        table.rows(out)?;
        page = windows.next()?;
        page.rows.iter().for_each(|flow| table.row(cells(flow)));
    }
    Ok(())
}

/// `34 flows`, `7 of 34 flows match`
fn totals(page: &FlowPage) -> String {
    if page.matching == page.total {
        counted(page.total, "flow")
    } else {
        let verb = if page.matching == 1 { "matches" } else { "match" };
        format!("{} of {} {verb}", count(page.matching), counted(page.total, "flow"))
    }
}

fn cells(flow: &FlowRow) -> [String; 15] {
    [
        flow.id.to_string(),
        flow.first_ns.map(|ns| seconds(ns, 6)).unwrap_or_default(),
        duration(flow.duration_ns),
        flow.transport.clone(),
        flow.application.clone(),
        endpoint(&flow.client, flow.client_port),
        endpoint(&flow.server, flow.server_port),
        count(flow.packets_out),
        count(flow.packets_in),
        count(flow.bytes_out),
        count(flow.bytes_in),
        flow.initial_rtt_ns.map(duration).unwrap_or_default(),
        flow.flags.clone(),
        outcome(flow.outcome).to_owned(),
        flow.name.clone(),
    ]
}

/// `192.0.2.1:443`, `[2001:db8::1]:443`
pub fn endpoint(address: &str, port: Option<u16>) -> String {
    match port {
        None => address.to_owned(),
        Some(port) if address.contains(':') => format!("[{address}]:{port}"),
        Some(port) => format!("{address}:{port}"),
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Unknown => "",
        Outcome::NoAnswer => "no answer",
        Outcome::Refused => "refused",
        Outcome::Open => "open",
        Outcome::Closed => "closed",
        Outcome::Reset => "reset",
    }
}

/// The rest of the rows asked for.
struct Windows<'a> {
    loaded: &'a mut Loaded,
    question: Flows,
    end: u32,
}

impl Windows<'_> {
    fn next(&mut self) -> Result<FlowPage, Stop> {
        let start = self.question.rows.start;
        self.question.rows.end = self.end.min(start.saturating_add(WINDOW));
        let page = self.loaded.ask(self.question.clone())?;
        self.question.rows.start = start.saturating_add(page.rows.len() as u32);
        Ok(page)
    }
}

/// A [`FlowPage`] whose rows are fetched while it is written.
#[derive(Serialize)]
struct Page<R> {
    total: u32,
    matching: u32,
    rows: R,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_say_what_matches() {
        let page = |total, matching| totals(&FlowPage { total, matching, ..FlowPage::default() });
        assert_eq!(page(34, 34), "34 flows");
        assert_eq!(page(34, 7), "7 of 34 flows match");
        assert_eq!(page(1234, 1), "1 of 1,234 flows matches");
        assert_eq!(page(1, 1), "1 flow");
    }

    #[test]
    fn ports_of_ipv6_addresses_can_be_told_apart() {
        assert_eq!(endpoint("2001:db8::1", Some(443)), "[2001:db8::1]:443");
        assert_eq!(endpoint("192.0.2.1", Some(443)), "192.0.2.1:443");
        assert_eq!(endpoint("2001:db8::1", None), "2001:db8::1");
    }
}
