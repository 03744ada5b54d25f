//! `wireglass states`: sockets as `netstat -ant` prints them, at the capture's end; or connections as Zeek's conn.log has them.
use super::flows::endpoint;
use super::numbers::{count, counted, duration};
use super::output::{Out, Table};
use super::rows::Rows;
use super::{Loaded, Stop};
use serde::Serialize;
use std::ops::Range;
use wireglass::api::{SocketState, StateRow, States, StatesAnswer, Verdict};

/// Rows asked for at a time; the engine's limit.
const WINDOW: u32 = 10_000;

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool, zeek: bool, question: States) -> Result<(), Stop> {
    let mut windows = Windows { loaded, end: question.rows.end, question };
    let rows = windows.question.rows.clone();
    let mut page = windows.next()?;
    if json {
        let first = std::mem::take(&mut page.rows);
        let rows = Rows::new(&first, || Ok(windows.next()?.rows));
        return out.json(&Page { answer: &page, rows });
    }
    if !zeek {
        totals(out, &page, &rows)?;
    }
    let mut table = Table::new(if zeek {
        &["#ts", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "conn_state", "history"]
    } else {
        &["Proto", "Local Address", "Foreign Address", "State", ">Age", "What became of it"]
    });
    let fill = |table: &mut Table, rows: &[StateRow]| {
        for row in rows {
            if zeek { table.row(conn(row)) } else { sockets(row).into_iter().for_each(|cells| table.row(cells)) }
        }
    };
    fill(&mut table, &page.rows);
    table.titles(out)?;
    while !page.rows.is_empty() {
        table.rows(out)?;
        page = windows.next()?;
        fill(&mut table, &page.rows);
    }
    Ok(())
}

fn totals(out: &mut Out, answer: &StatesAnswer, rows: &Range<u32>) -> Result<(), Stop> {
    out.line(format_args!("{}", counted(answer.total, "connection")))?;
    for (what, n) in &answer.verdicts {
        out.line(format_args!("  {:>10} {}", count(*n), verdict(*what)))?;
    }
    if !answer.findings.is_empty() {
        out.line("")?;
    }
    answer.findings.iter().try_for_each(|finding| out.line(&finding.sentence))?;
    let mut table = Table::new(&["State", ">local ends", ">clients", ">servers"]);
    for of in &answer.states {
        table.row([state(of.state).to_owned(), count(of.local), count(of.clients), count(of.servers)]);
    }
    out.line("")?;
    table.all(out)?;
    out.line("")?;
    let shown = rows.end.min(answer.matching).saturating_sub(rows.start);
    if shown < answer.total {
        out.line(format_args!("{} of {} connections shown (--limit, --from)", count(shown), count(answer.total)))?;
    }
    Ok(())
}

/// One line for each end that is "us"; where neither is, one from the client's side.
fn sockets(row: &StateRow) -> Vec<[String; 6]> {
    let (client, server) = (endpoint(&row.client, row.client_port), endpoint(&row.server, row.server_port));
    let proto = if row.client.contains(':') { "tcp6" } else { "tcp" };
    let line = |local: &str, foreign: &str, of: SocketState, age: Option<i64>| {
        let age = age.map(duration).unwrap_or_default();
        [proto.to_owned(), local.to_owned(), foreign.to_owned(), state(of).to_owned(), age, row.sentence.clone()]
    };
    let mut lines = Vec::new();
    // Of a server that was never heard there is nothing to say.
    let is_server = row.server_is_local && row.server_state != SocketState::Unknown;
    if row.client_is_local || !is_server {
        lines.push(line(&client, &server, row.client_state, row.client_age_ns));
    }
    if is_server {
        lines.push(line(&server, &client, row.server_state, row.server_age_ns));
    }
    lines
}

fn conn(row: &StateRow) -> [String; 8] {
    let port = |port: Option<u16>| port.map_or_else(|| "0".to_owned(), |port| port.to_string());
    let history = if row.history.is_empty() { "-" } else { &row.history };
    [
        row.flow.to_string(),
        row.client.clone(),
        port(row.client_port),
        row.server.clone(),
        port(row.server_port),
        row.transport.to_lowercase(),
        row.conn_state.clone(),
        history.to_owned(),
    ]
}

/// As netstat has it.
fn state(state: SocketState) -> &'static str {
    match state {
        SocketState::Unknown => "-",
        SocketState::SynSent => "SYN_SENT",
        SocketState::SynReceived => "SYN_RECV",
        SocketState::Established => "ESTABLISHED",
        SocketState::FinWait1 => "FIN_WAIT1",
        SocketState::FinWait2 => "FIN_WAIT2",
        SocketState::CloseWait => "CLOSE_WAIT",
        SocketState::Closing => "CLOSING",
        SocketState::LastAck => "LAST_ACK",
        SocketState::TimeWait => "TIME_WAIT",
        SocketState::Closed => "CLOSED",
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Open => "open",
        Verdict::Normal => "closed by both ends",
        Verdict::Closing => "closed by one end so far",
        Verdict::Refused => "refused: a reset answered the SYN",
        Verdict::Unanswered => "not answered: filtered, or the host is not there",
        Verdict::Unfinished => "handshake not finished",
        Verdict::Reset => "reset",
        Verdict::HalfOpen => "half open: one end is gone",
        Verdict::CloseWait => "in CLOSE_WAIT: the application does not close",
    }
}

/// A state, as `--state` takes it: `close-wait`, `CLOSE_WAIT`.
pub fn parse_state(text: &str) -> Result<SocketState, String> {
    use SocketState::*;
    const STATES: [SocketState; 11] =
        [Unknown, SynSent, SynReceived, Established, FinWait1, FinWait2, CloseWait, Closing, LastAck, TimeWait, Closed];
    let plain = text.to_uppercase().replace('-', "_");
    let found = STATES.into_iter().find(|known| state(*known) == plain);
    found.ok_or_else(|| format!("there is no such state; there are {}", STATES.map(state)[1..].join(", ")))
}

/// The rest of the rows asked for.
struct Windows<'a> {
    loaded: &'a mut Loaded,
    question: States,
    end: u32,
}

impl Windows<'_> {
    fn next(&mut self) -> Result<StatesAnswer, Stop> {
        let start = self.question.rows.start;
        self.question.rows.end = self.end.min(start.saturating_add(WINDOW));
        let page = self.loaded.ask(self.question.clone())?;
        self.question.rows.start = start.saturating_add(page.rows.len() as u32);
        Ok(page)
    }
}

/// An answer whose rows are fetched while it is written; those of `answer` are empty, and the latter ones count.
#[derive(Serialize)]
struct Page<'a, R> {
    #[serde(flatten)]
    answer: &'a StatesAnswer,
    #[serde(rename = "rows")]
    rows: R,
}
