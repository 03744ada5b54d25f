//! Windows of what is saved: packets as a capture file, tables as text.
use super::{Asked, Kept};
use crate::api::{Answer, Query, SavePackets, SaveTable, SavedBytes, SavedText, TextFormat};
use crate::engine::export::conn_log::ConnLog;
use crate::engine::export::packets::{Packets, Window};
use crate::engine::export::text;
use crate::engine::export::value::Value;
use crate::engine::source::Source;
use serde::Serialize;
use std::ops::Range;

/// Bytes of a capture file in one answer, about.
const MOST_BYTES: usize = 4 << 20;
/// Rows of one answer: those of packets are read from the file.
const MOST_ROWS: u32 = 10_000;
const MOST_PACKETS: u32 = 1000;
/// Fields that are times since the first packet: rows say the date as well.
const MOMENTS: [&str; 3] = ["time_ns", "first_ns", "start_ns"];

/// # Errors
/// When the file cannot be read again, or the format cannot hold the packets.
pub fn packets(asked: &Asked<'_>, question: &SavePackets, source: &mut dyn Source) -> Result<SavedBytes, String> {
    let file = Packets::new(asked.store, asked.reader, source, question.format);
    let all = &asked.store.packets;
    let ids = |first| {
        let is_meant = move |id: &u32| asked.means(*id) && question.flow.is_none_or(|flow| all.flow(*id) == Some(flow));
        (first..all.len()).filter(is_meant)
    };
    if question.from == 0 {
        file.check(ids(0))?;
    }
    let first = file.first(question.from);
    let Window { bytes, packets, next } = file.window(ids(first), question.from, MOST_BYTES)?;
    Ok(SavedBytes { bytes, packets, next })
}

/// # Errors
/// When the question is none that a table answers, or has no answer.
pub fn table(
    asked: &Asked<'_>,
    kept: &mut Kept,
    question: &SaveTable,
    source: &mut dyn Source,
) -> Result<SavedText, String> {
    let mut of = question.of.as_deref().cloned().ok_or("Which table is to be saved?")?;
    let from = question.from;
    // The rows of this window, and whether more may follow.
    let is_windowed = match window(&mut of) {
        Some((rows, most)) => {
            let end = if rows.start >= rows.end { u32::MAX } else { rows.end };
            let start = rows.start.saturating_add(from);
            *rows = start..end.min(start.saturating_add(most));
            true
        }
        None if from > 0 => return Ok(SavedText::default()),
        None => false,
    };
    let answer = super::answer(asked, kept, &of, source)?;
    let columns = match &of {
        Query::Packets(packets) => packets.columns.as_slice(),
        _ => &[],
    };
    if matches!(question.format, TextFormat::ConnLog | TextFormat::ConnLogJson) {
        return conn_log(asked, &answer, question);
    }
    let Some(mut table) = rows(answer) else { return Err("There is no table to save in this answer.".to_owned()) };
    for row in table.rows.iter_mut().chain([&mut table.example]) {
        complete(asked, row, columns);
    }
    let mut text = String::new();
    let count = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    let is_first = from == 0;
    let is_last = !is_windowed || count == 0;
    match question.format {
        TextFormat::Csv => {
            if is_first {
                text::titles(&mut text, &table.example);
            }
            table.rows.iter().for_each(|row| text::csv(&mut text, &table.example, row, question.no_formulas));
        }
        TextFormat::Json => {
            for (nth, row) in table.rows.iter().enumerate() {
                text.push_str(if is_first && nth == 0 { "[\n" } else { ",\n" });
                text::json(&mut text, row);
            }
            if is_last {
                text.push_str(if is_first && count == 0 { "[]\n" } else { "\n]\n" });
            }
        }
        _ => {
            for row in &table.rows {
                text::json(&mut text, row);
                text.push('\n');
            }
        }
    }
    Ok(SavedText { text, rows: count, next: (!is_last).then(|| from.saturating_add(count)) })
}

/// Lines of the flows of an answer.
fn conn_log(asked: &Asked<'_>, answer: &Answer, question: &SaveTable) -> Result<SavedText, String> {
    let Answer::Flows(page) = answer else { return Err("Only flows can be saved as a conn.log.".to_owned()) };
    let (log, as_json) = (ConnLog::new(asked.store), question.format == TextFormat::ConnLogJson);
    let mut text = if question.from == 0 && !as_json { log.head() } else { String::new() };
    page.rows.iter().for_each(|row| log.lines(&mut text, row.id, as_json));
    let rows = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
    if rows == 0 && !as_json {
        text.push_str(&log.tail());
    }
    Ok(SavedText { text, rows, next: (rows > 0).then(|| question.from.saturating_add(rows)) })
}

/// The rows a question asks for, where it asks for some, and how many of them at a time.
fn window(query: &mut Query) -> Option<(&mut Range<u32>, u32)> {
    Some(match query {
        Query::Flows(q) => (&mut q.rows, MOST_ROWS),
        Query::States(q) => (&mut q.rows, MOST_ROWS),
        Query::Times(q) => (&mut q.rows, MOST_ROWS),
        Query::Ladder(q) => (&mut q.rows, MOST_ROWS),
        Query::ExpertPackets(q) => (&mut q.rows, MOST_ROWS),
        Query::Endpoints(q) => (&mut q.rows, MOST_ROWS),
        Query::Conversations(q) => (&mut q.rows, MOST_ROWS),
        Query::StatsTree(q) => (&mut q.rows, MOST_ROWS),
        Query::Host(q) => (&mut q.rows, MOST_ROWS),
        Query::Packets(q) => (&mut q.rows, MOST_PACKETS),
        _ => return None,
    })
}

/// Rows, and one like them for the columns' names.
struct Table {
    example: Value,
    rows: Vec<Value>,
}

/// The table of an answer.
fn rows(answer: Answer) -> Option<Table> {
    Some(match answer {
        Answer::Flows(page) => of(&page.rows),
        Answer::Hierarchy(answer) => of(&answer.rows),
        Answer::Timeline(answer) => of(&buckets(&answer)),
        Answer::Statistics(answer) => of(&answer.rows),
        Answer::Summary(answer) => of(&answer.applications),
        Answer::Rtt(answer) => of(&answer.servers),
        Answer::DataRtt(answer) => of(&answer.servers),
        Answer::RoundTrips(answer) => of(&answer.directions),
        Answer::Times(page) => of(&page.rows),
        Answer::Verdicts(answer) => of(&answer.verdicts),
        Answer::Packets(page) => of(&page.rows),
        Answer::Ladder(answer) => of(&answer.rows),
        Answer::States(answer) => of(&answer.rows),
        Answer::Losses(answer) => of(&answer.events),
        Answer::LossSummary(answer) => of(&answer.flows),
        Answer::Experts(answer) => of(&answer.groups),
        Answer::ExpertPackets(page) => of(&page.rows),
        Answer::Countries(answer) => of(&answer.rows),
        Answer::Fields(answer) => of(&answer.fields),
        Answer::Endpoints(page) => of(&page.rows),
        Answer::Conversations(page) => of(&page.rows),
        Answer::StatsTree(page) => of(&page.rows),
        Answer::Host(answer) => of(&answer.peers),
        Answer::Unwanted(answer) => of(&answer.findings),
        _ => return None,
    })
}

fn of<T: Serialize + Default>(rows: &[T]) -> Table {
    Table { example: Value::of(&T::default()), rows: rows.iter().map(Value::of).collect() }
}

#[derive(Serialize, Default)]
struct Bucket {
    start_ns: i64,
    packets: u32,
    bytes: u64,
    flows: u32,
    resets: u32,
    retransmissions: u32,
    errors: u32,
}

fn buckets(answer: &crate::api::TimelineAnswer) -> Vec<Bucket> {
    let bucket = |(nth, (&packets, &bytes)): (usize, (&u32, &u64))| {
        let of = |counts: &[u32]| counts.get(nth).copied().unwrap_or_default();
        Bucket {
            start_ns: answer.start_ns.saturating_add(answer.width_ns.saturating_mul(nth as i64)),
            packets,
            bytes,
            flows: of(&answer.flows),
            resets: of(&answer.resets),
            retransmissions: of(&answer.retransmissions),
            errors: of(&answer.errors),
        }
    };
    answer.packets.iter().zip(&answer.bytes).enumerate().map(bucket).collect()
}

/// Adds the date to a row's time, and gives columns that were asked for their names.
fn complete(asked: &Asked<'_>, row: &mut Value, columns: &[String]) {
    let Value::Fields(fields) = row else { return };
    if let Some(at) = fields.iter().position(|(name, _)| MOMENTS.contains(&&**name)) {
        let date = match (fields.get(at), asked.store.start) {
            (Some((_, Value::Int(ns))), Some(start)) => Value::Text(date(start.saturating_add(*ns)).into()),
            _ => Value::Null,
        };
        fields.insert(at, ("utc".into(), date));
    }
    let Some(at) = fields.iter().position(|(name, _)| name == "columns") else { return };
    let (_, values) = fields.remove(at);
    let mut values = match values {
        Value::List(values) => values.into_iter(),
        _ => Vec::new().into_iter(),
    };
    fields.extend(columns.iter().map(|name| (name.clone().into(), values.next().unwrap_or(Value::Null))));
}

/// `2026-11-22T14:12:43.123456789Z`
fn date(ns: i64) -> String {
    let (seconds, nanos) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000));
    let calendar = crate::api::Moment { seconds, nanos: 0 }.calendar();
    format!("{}.{nanos:09}Z", calendar.replace(' ', "T"))
}
