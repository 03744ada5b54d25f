//! `wireglass packets`: the packet list, with Wireshark's columns.
use super::numbers::{count, counted, seconds, utc};
use super::output::{Out, Table};
use super::rows::Rows;
use super::{Loaded, Stop};
use serde::Serialize;
use std::ops::Range;
use wireglass::api::{Moment, PacketPage, PacketRow, Packets, Summary};

/// Packets asked for at a time; below the engine's limit, for a first line soon.
const WINDOW: u32 = 1000;

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool, in_utc: bool, rows: Range<u32>) -> Result<(), Stop> {
    let summary = if json { None } else { Some(loaded.ask(Summary {})?) };
    let mut windows = Windows { loaded, next: rows.start, end: rows.end };
    let first = windows.next()?;
    let Some(summary) = summary else {
        let rows = Rows::new(&first.rows, || Ok(windows.next()?.rows));
        return out.json(&Page { total: first.total, rows });
    };
    out.line(counted(first.total, "packet"))?;
    if first.rows.is_empty() {
        return Ok(());
    }
    let shown = rows.end.min(first.total);
    if shown - rows.start < first.total {
        out.line(format_args!("{} to {} shown (--limit, --from)", count(rows.start + 1), count(shown)))?;
    }
    out.line("")?;
    let fine = summary.interfaces.iter().any(|interface| interface.ticks_per_second > 1_000_000);
    let decimals = if fine { 9 } else { 6 };
    let start = summary.start.filter(|_| in_utc);
    let mut table = Table::new(&[">No.", ">Time", "Source", "Destination", "Protocol", ">Length", "Info"]);
    let mut page = first;
    page.rows.into_iter().for_each(|packet| table.row(cells(packet, start, decimals)));
    table.titles(out)?;
    loop {
        table.rows(out)?;
        page = windows.next()?;
        if page.rows.is_empty() {
            return Ok(());
        }
        page.rows.into_iter().for_each(|packet| table.row(cells(packet, start, decimals)));
    }
}

fn cells(packet: PacketRow, start: Option<Moment>, decimals: usize) -> [String; 7] {
    let time = packet.time_ns.map(|ns| start.map_or_else(|| seconds(ns, decimals), |start| utc(start, ns, decimals)));
    [
        packet.number.to_string(),
        time.unwrap_or_default(),
        packet.source,
        packet.destination,
        packet.protocol,
        packet.length.to_string(),
        packet.info,
    ]
}

/// The rest of the rows asked for.
struct Windows<'a> {
    loaded: &'a mut Loaded,
    next: u32,
    end: u32,
}

impl Windows<'_> {
    fn next(&mut self) -> Result<PacketPage, Stop> {
        let rows = self.next..self.end.min(self.next.saturating_add(WINDOW));
        let page = self.loaded.ask(Packets { rows, ..Packets::default() })?;
        self.next = self.next.saturating_add(page.rows.len() as u32);
        Ok(page)
    }
}

/// A [`PacketPage`] whose rows are fetched while it is written.
#[derive(Serialize)]
struct Page<R> {
    total: u32,
    rows: R,
}
