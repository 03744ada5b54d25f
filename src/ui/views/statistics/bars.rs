//! Lying bars, longest first: as one length, or what was sent and what was received behind each other.
use super::Shown;
use crate::api::Measure;
use crate::ui::figure::{Anchor, Figure, Means, Shape, cut};

const ROW: f64 = 24.0;
const BAR: f64 = 15.0;
/// Room for the number behind the longest bar.
const NUMBER: f64 = 76.0;

pub(super) fn figure(shown: &Shown<'_>) -> Figure {
    let rows = &shown.answer.rows;
    let mut figure = Figure::new(shown.width, rows.len() as f64 * ROW);
    let longest = rows.iter().map(|row| shown.label(row).chars().count()).max().unwrap_or(0) as f64 * 7.2 + 10.0;
    let left = longest.clamp(40.0, (shown.width * 0.4).max(40.0));
    let most = rows.iter().map(|row| row.measure(shown.by)).max().unwrap_or(0).max(1) as f64;
    let room = (shown.width - left - NUMBER).max(20.0);
    for (nth, row) in rows.iter().enumerate() {
        let (top, value) = (nth as f64 * ROW, row.measure(shown.by));
        let baseline = top + ROW / 2.0 + 4.0;
        let length = |value: u64| value as f64 / most * room;
        figure.text("", (left - 8.0, baseline), Anchor::End, cut(&shown.label(row), left - 8.0));
        let y = top + (ROW - BAR) / 2.0;
        if shown.by == Measure::Data && value > 0 {
            // What is neither belongs to no flow.
            let (out, back) = (length(row.sent), length(row.received));
            figure.put("bar", Shape::Rect { x: left, y, width: length(value), height: BAR });
            figure.put("out", Shape::Rect { x: left, y, width: out, height: BAR });
            figure.put("back", Shape::Rect { x: left + out, y, width: back, height: BAR });
        } else if value > 0 {
            figure.put("bar", Shape::Rect { x: left, y, width: length(value).max(1.0), height: BAR });
        }
        figure.text("quiet", (left + length(value) + 6.0, baseline), Anchor::Start, shown.say(value));
        // The whole row is what is pointed at: short bars are hard to hit.
        let whole = Shape::Rect { x: 0.0, y: top, width: shown.width, height: ROW };
        figure.mean("hit", whole, Means { row: nth, name: shown.name(row), filter: row.filter.clone() });
    }
    figure
}
