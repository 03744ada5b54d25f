//! The map of times: a row a day (a week, an hour, a minute, a second) and a cell an hour (a day, a minute, a second, a tenth of one).
//! Its rows suit the capture's length: the engine makes no more than can be drawn.
use super::Shown;
use crate::api::Grid;
use crate::ui::figure::{Anchor, Figure, Means, Shape};
use crate::ui::say::t;

const LEFT: f64 = 92.0;
const TOP: f64 = 20.0;
const DAY: i64 = 86_400_000_000_000;
/// Rows of a week begin with a Monday.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const STEPS: [&str; 7] = ["heat-1", "heat-2", "heat-3", "heat-4", "heat-5", "heat-6", "heat-7"];

pub(super) fn figure(shown: &Shown<'_>) -> Figure {
    let Some(grid) = shown.answer.grid else { return Figure::new(shown.width, 0.0) };
    let Grid { start_ns, row_ns, cell_ns, rows, columns } = grid;
    let cell = ((shown.width - LEFT - 2.0) / f64::from(columns.max(1))).clamp(3.0, 60.0);
    let height = if rows > 40 { 12.0 } else { 18.0 };
    let mut figure = Figure::new(shown.width, TOP + f64::from(rows) * height + 26.0);
    // Labels have room for about forty pixels each.
    let every = ((44.0 / cell).ceil() as u32).clamp(1, columns.max(1));
    let every = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].into_iter().find(|n| *n >= every).unwrap_or(every);
    for column in (0..columns).step_by(every as usize) {
        let label = match cell_ns / DAY {
            0 => shown.times.cell(start_ns + i64::from(column) * cell_ns, cell_ns),
            1 => WEEKDAYS.get(column as usize).map_or_else(String::new, |day| t(day).to_owned()),
            days => format!("+{}", i64::from(column) * days),
        };
        figure.text("quiet", (LEFT + f64::from(column) * cell, TOP - 6.0), Anchor::Start, label);
    }
    for row in 0..rows {
        let y = TOP + f64::from(row) * height;
        if height > 12.0 || row % 2 == 0 {
            let label = shown.times.row(start_ns + i64::from(row) * row_ns, row_ns);
            figure.text("quiet", (LEFT - 8.0, y + height - 4.0), Anchor::End, label);
        }
        let width = f64::from(columns) * cell;
        figure.put("void", Shape::Rect { x: LEFT, y: y + 0.5, width, height: height - 1.0 });
    }
    let most = shown.answer.rows.iter().map(|cell| cell.measure(shown.by)).max().unwrap_or(0).max(1);
    for (nth, one) in shown.answer.rows.iter().enumerate() {
        let past = one.start_ns.unwrap_or(start_ns).saturating_sub(start_ns);
        let (row, column) = (past / row_ns.max(1), past % row_ns.max(1) / cell_ns.max(1));
        let value = one.measure(shown.by);
        if row >= i64::from(rows) || value == 0 {
            continue;
        }
        let (x, y) = (LEFT + column as f64 * cell, TOP + row as f64 * height);
        let shape = Shape::Rect { x: x + 0.5, y: y + 0.5, width: cell - 1.0, height: height - 1.0 };
        figure.mean(step(value, most), shape, Means { row: nth, name: shown.name(one), filter: one.filter.clone() });
    }
    // What the shades mean.
    let y = TOP + f64::from(rows) * height + 10.0;
    for (nth, class) in STEPS.iter().enumerate() {
        figure.put(class, Shape::Rect { x: LEFT + nth as f64 * 22.0, y, width: 21.0, height: 10.0 });
    }
    figure.text("quiet", (LEFT - 8.0, y + 10.0), Anchor::End, shown.say(1));
    figure.text("quiet", (LEFT + 7.0 * 22.0 + 6.0, y + 10.0), Anchor::Start, shown.say(most));
    figure
}

/// Equal steps of the number's digits: some cells have a thousand times what others have.
fn step(value: u64, most: u64) -> &'static str {
    if value >= most {
        return STEPS[6];
    }
    let share = (value.max(1) as f64).ln() / (most.max(2) as f64).ln();
    STEPS.get((share * 7.0) as usize).copied().unwrap_or(STEPS[6])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_grow_with_the_value() {
        assert_eq!([1, 10, 100, 1000].map(|value| step(value, 1000)), ["heat-1", "heat-3", "heat-5", "heat-7"]);
        assert_eq!(step(1, 1), "heat-7", "where all are alike they are seen best");
    }
}
