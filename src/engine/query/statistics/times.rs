//! When it happened: the map of days and hours (or finer, for short captures), and protocols over spans of time.
use super::super::Asked;
use super::super::matched::Matched;
use super::super::timeline::readable_width;
use super::speech::Speech;
use super::{Ends, Sum, largest, span};
use crate::api::{Grid, Measure, StatisticsAnswer, StatisticsRow};
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::packets::{Marks, NO_TIME};

const MS: i64 = 1_000_000;
const SECOND: i64 = 1000 * MS;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;
/// Up to which span of time a row is as long as this, and its cells.
const GRIDS: [(i64, i64, i64); 5] = [
    (20 * SECOND, SECOND, 100 * MS),
    (HOUR, 60 * SECOND, SECOND),
    (2 * DAY, HOUR, 60 * SECOND),
    (100 * DAY, DAY, HOUR),
    (2 * 365 * DAY, 7 * DAY, DAY),
];
/// Rows of a map at most, however long a capture says it is: all of them are drawn. Longer captures have rows of seven cells of as many
/// days as it takes.
const MOST_ROWS: i64 = 106;
/// Spans of time that protocols are told in, at most.
const SPANS: u16 = 13;

/// Rows and cells of round units; a cell's own time is that of the clock on the wall, `utc_offset` seconds ahead of UTC.
fn grid(from: i64, to: i64, start: i64, utc_offset: i32) -> Grid {
    let length = to.saturating_sub(from);
    let longest = || {
        let cell = (length / ((MOST_ROWS - 1) * 7)).div_euclid(DAY).saturating_add(1).saturating_mul(DAY);
        (i64::MAX, cell.saturating_mul(7), cell)
    };
    let (_, row_ns, cell_ns) = GRIDS.into_iter().find(|(most, ..)| length <= *most).unwrap_or_else(longest);
    let clock = start.saturating_add(i64::from(utc_offset) * SECOND);
    // Rows of a week begin with a Monday: 1970 began with a Thursday.
    let monday = if row_ns % (7 * DAY) == 0 { 4 * DAY } else { 0 };
    let past = from.saturating_add(clock).saturating_sub(monday).rem_euclid(row_ns);
    let start_ns = from.saturating_sub(past);
    let rows = (to.saturating_sub(start_ns) / row_ns).saturating_add(1);
    Grid { start_ns, row_ns, cell_ns, rows: rows as u32, columns: (row_ns / cell_ns) as u32 }
}

pub(super) fn hours(asked: &Asked<'_>, matched: &Matched, utc_offset: i32) -> StatisticsAnswer {
    let totals = matched.totals(asked);
    if totals.earliest == NO_TIME {
        return StatisticsAnswer::default();
    }
    let grid = grid(totals.earliest, totals.latest, asked.store.start.unwrap_or_default(), utc_offset);
    let mut cells = Cells::new(grid.start_ns, grid.cell_ns, (grid.rows * grid.columns) as usize, 1);
    cells.fill(asked, matched, |_| 0);
    let mut rows = Vec::new();
    for (at, sum) in cells.sums.iter().enumerate().filter(|(_, sum)| !sum.is_nothing()) {
        let start = grid.start_ns.saturating_add((at as i64).saturating_mul(grid.cell_ns));
        rows.push(StatisticsRow { start_ns: Some(start), filter: span(start, grid.cell_ns), ..sum.row() });
    }
    StatisticsAnswer { groups: rows.len() as u32, rows, grid: Some(grid), ..StatisticsAnswer::default() }
}

pub(super) fn protocols(asked: &Asked<'_>, matched: &Matched, by: Measure, top: usize) -> StatisticsAnswer {
    let totals = matched.totals(asked);
    if totals.earliest == NO_TIME {
        return StatisticsAnswer::default();
    }
    let width = readable_width(totals.duration(), SPANS);
    let start_ns = totals.earliest.div_euclid(width).saturating_mul(width);
    let columns = (totals.latest.saturating_sub(start_ns) / width).saturating_add(1) as usize;
    let speech = Speech::new();
    // Those that occur, numbered as they come.
    let (mut places, mut spoken) = (vec![None; speech.len()], Vec::new());
    for (_, flow, _) in matched.flows(asked) {
        let at = speech.of(flow);
        if let Some(place @ None) = places.get_mut(at) {
            *place = Some(spoken.len());
            spoken.push(at);
        }
    }
    let mut cells = Cells::new(start_ns, width, columns, spoken.len());
    let nowhere = u32::MAX as usize;
    cells.fill(asked, matched, |flow| {
        flow.and_then(|flow| places.get(speech.of(flow)).copied().flatten()).unwrap_or(nowhere)
    });
    let of = |protocol: usize| cells.sums.get(protocol * columns..(protocol + 1) * columns).unwrap_or_default();
    let sums: Vec<Sum> = (0..spoken.len())
        .map(|protocol| {
            let mut sum = Sum::default();
            of(protocol).iter().for_each(|cell| sum.add(cell));
            sum
        })
        .collect();
    let order = largest(&sums, by, top);
    let mut rest = vec![Sum::default(); columns];
    for protocol in (0..spoken.len()).filter(|protocol| !order.contains(protocol)) {
        rest.iter_mut().zip(of(protocol)).for_each(|(rest, cell)| rest.add(cell));
    }
    let named = order.iter().filter_map(|&protocol| Some((speech.words(*spoken.get(protocol)?), of(protocol))));
    let others = [((String::new(), String::new()), rest.as_slice())];
    let mut rows = Vec::new();
    for ((label, filter), cells) in named.chain(others) {
        for (at, sum) in cells.iter().enumerate().filter(|(_, sum)| !sum.is_nothing()) {
            let start = start_ns.saturating_add((at as i64).saturating_mul(width));
            let filter = if filter.is_empty() { String::new() } else { format!("{filter} && {}", span(start, width)) };
            rows.push(StatisticsRow { label: label.clone(), start_ns: Some(start), filter, ..sum.row() });
        }
    }
    let grid = Grid { start_ns, row_ns: width, cell_ns: width, rows: columns as u32, columns: 1 };
    let (groups, seconds) = (spoken.len() as u32, columns as u32);
    StatisticsAnswer { groups, seconds, rows, grid: Some(grid), ..StatisticsAnswer::default() }
}

/// Spans of time side by side, of several kinds one after the other.
struct Cells {
    start: i64,
    width: i64,
    columns: usize,
    sums: Vec<Sum>,
}

impl Cells {
    fn new(start: i64, width: i64, columns: usize, kinds: usize) -> Self {
        Self { start, width, columns, sums: vec![Sum::default(); columns * kinds] }
    }

    fn column(&self, time: i64) -> Option<usize> {
        let past = time.checked_sub(self.start).filter(|past| *past >= 0)?;
        usize::try_from(past / self.width).ok().filter(|column| *column < self.columns)
    }

    /// Counts packets where they are, and flows where they begin; `kind` tells that of a flow, or of packets without one.
    fn fill(&mut self, asked: &Asked<'_>, matched: &Matched, kind: impl Fn(Option<&Flow>) -> usize) {
        let ends = Ends::new(asked, kind);
        // Packets of a span come one after the other: dividing is slow.
        let (mut column, mut begins) = (0, self.start);
        asked.each(|_, packet| {
            if packet.time == NO_TIME {
                return;
            }
            if !(0..self.width).contains(&packet.time.saturating_sub(begins)) {
                let Some(found) = self.column(packet.time) else { return };
                column = found;
                begins = self.start.saturating_add((column as i64).saturating_mul(self.width));
            }
            let (kind, client) = ends.of(packet.flow);
            let at = kind.saturating_mul(self.columns).saturating_add(column);
            if let Some(sum) = self.sums.get_mut(at) {
                sum.add_packet(packet.wire_len, End::from(packet.marks.has(Marks::FROM_B)), client);
            }
        });
        for (id, _, counts) in matched.flows(asked).filter(|(.., counts)| counts.first != NO_TIME) {
            let at = self
                .column(counts.first)
                .map(|column| ends.of(id).0.saturating_mul(self.columns).saturating_add(column));
            if let Some(sum) = at.and_then(|at| self.sums.get_mut(at)) {
                sum.begin_flow(&counts);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_cells_suit_the_length_and_follow_the_clock_on_the_wall() {
        // 2023-11-14 22:13:20 UTC, a Tuesday.
        let start = 1_700_000_000 * SECOND;
        let of = |length: i64, offset| {
            let Grid { start_ns, row_ns, cell_ns, rows, columns } = grid(0, length, start, offset);
            (start_ns / SECOND, row_ns / SECOND, cell_ns / MS, rows, columns)
        };
        assert_eq!(of(0, 0), (0, 1, 100, 1, 10));
        assert_eq!(of(90 * SECOND, 0), (-20, 60, 1000, 2, 60));
        assert_eq!(of(2 * HOUR, 0), (-(13 * 60 + 20), 3600, 60_000, 3, 60));
        assert_eq!(of(2 * HOUR, 1800), (-(43 * 60 + 20), 3600, 60_000, 3, 60));
        assert_eq!(of(3 * DAY, 0), (-(22 * 3600 + 13 * 60 + 20), 86_400, 3_600_000, 4, 24));
        let day_before = 86_400 + 22 * 3600 + 13 * 60 + 20;
        assert_eq!(of(200 * DAY, 0), (-day_before, 7 * 86_400, 86_400_000, 29, 7));
        // Ten years: rows of 35 days.
        assert_eq!(of(3650 * DAY, 0).1, 35 * 86_400);
        for length in (0..5000).map(|day| day * DAY).chain([i64::MAX / 4]) {
            for offset in [-11 * 3600, 0, 13 * 3600] {
                let Grid { start_ns, row_ns, cell_ns, rows, columns } = grid(0, length, start, offset);
                assert!(i64::from(rows) <= MOST_ROWS && row_ns == cell_ns * i64::from(columns), "{length}");
                let end = i128::from(start_ns) + i128::from(row_ns) * i128::from(rows);
                assert!(start_ns <= 0 && end > i128::from(length), "nothing is cut: {length}");
            }
        }
    }
}
