//! Protocols as bubbles between two axes; the area is what is compared.
use super::Shown;
use crate::api::{Measure, StatisticsRow};
use crate::ui::figure::{Anchor, Figure, Means, Shape};
use crate::ui::format;

/// What an axis can measure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Axis {
    Of(Measure),
    PerFlow,
    Clients,
    Servers,
}

/// Across and up.
pub(super) type Axes = (Axis, Axis);
pub(super) const USUAL: Axes = (Axis::Of(Measure::Flows), Axis::PerFlow);

/// With the words for links and for people.
pub(super) const AXES: [(Axis, &str, &str); 9] = [
    (Axis::Of(Measure::Flows), "flows", "Flows"),
    (Axis::Of(Measure::Packets), "packets", "Packets"),
    (Axis::Of(Measure::Data), "data", "Data"),
    (Axis::Of(Measure::Sent), "sent", "Sent"),
    (Axis::Of(Measure::Received), "received", "Received"),
    (Axis::Of(Measure::Duration), "duration", "Duration"),
    (Axis::PerFlow, "per-flow", "Data of a flow"),
    (Axis::Clients, "clients", "Clients"),
    (Axis::Servers, "servers", "Servers"),
];

impl Axis {
    pub(super) fn slug(self) -> &'static str {
        AXES.iter().find(|(known, ..)| *known == self).map_or("", |(_, slug, _)| slug)
    }

    pub(super) fn of_slug(word: &str) -> Option<Self> {
        AXES.iter().find(|(_, slug, _)| *slug == word).map(|(axis, ..)| *axis)
    }

    fn of(self, row: &StatisticsRow) -> f64 {
        match self {
            Axis::Of(measure) => row.measure(measure) as f64,
            Axis::PerFlow => row.data as f64 / row.flows.max(1) as f64,
            Axis::Clients => row.clients.into(),
            Axis::Servers => row.servers.into(),
        }
    }

    fn say(self, value: f64) -> String {
        match self {
            Axis::Of(Measure::Duration) => format::duration(value as i64),
            Axis::Of(Measure::Data | Measure::Sent | Measure::Received) | Axis::PerFlow => format::bytes(value as u64),
            _ => format::count(value as u64),
        }
    }
}

const LEFT: f64 = 78.0;
const BOTTOM: f64 = 40.0;
const MOST_RADIUS: f64 = 44.0;

pub(super) fn figure(shown: &Shown<'_>, x: Axis, y: Axis) -> Figure {
    let height = 340.0;
    let mut figure = Figure::new(shown.width, height);
    let rows = &shown.answer.rows;
    // Powers of ten: protocols differ by thousands.
    let scale = |axis: Axis| {
        let values = rows.iter().map(|row| axis.of(row)).filter(|value| *value > 0.0);
        let (least, most) = values.fold((f64::MAX, 1.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = (least.min(most).log10().floor(), most.log10().ceil());
        (low, (high - low).max(1.0))
    };
    let (across, up) = (scale(x), scale(y));
    // Bubbles keep inside the axes.
    let inset = MOST_RADIUS.min(shown.width / 12.0);
    let (right, top) = (shown.width - inset, inset);
    let (left, bottom) = (LEFT + inset, height - BOTTOM - inset);
    let share = |value: f64, (low, span): (f64, f64)| {
        if value > 0.0 { ((value.log10() - low) / span).clamp(0.0, 1.0) } else { 0.0 }
    };
    figure.put("axis", Shape::Path(format!("M{LEFT} 0V{:.1}H{:.1}", height - BOTTOM, shown.width)));
    for (axis, (low, span), is_x) in [(x, across, true), (y, up, false)] {
        let step = (span / 5.0).ceil().max(1.0);
        let mut power = 0.0;
        while power <= span {
            let (value, at) = (10f64.powf(low + power), power / span);
            let (place, anchor) = if is_x {
                ((left + at * (right - left), height - BOTTOM + 16.0), Anchor::Middle)
            } else {
                ((LEFT - 6.0, bottom - at * (bottom - top) + 4.0), Anchor::End)
            };
            figure.text("quiet", place, anchor, axis.say(value));
            power += step;
        }
    }
    let title =
        |axis: Axis| AXES.iter().find(|(known, ..)| *known == axis).map_or("", |(.., title)| crate::ui::say::t(title));
    figure.text("", ((left + right) / 2.0, height - 6.0), Anchor::Middle, format!("{} →", title(x)));
    figure.text("", (4.0, 12.0), Anchor::Start, format!("↑ {}", title(y)));
    let most = rows.iter().map(|row| row.measure(shown.by)).max().unwrap_or(0).max(1) as f64;
    let radius = |row: &StatisticsRow| ((row.measure(shown.by) as f64 / most).sqrt() * inset).max(2.0);
    // Large ones first, so that none hides a smaller one.
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| radius(&rows[*b]).total_cmp(&radius(&rows[*a])));
    let mut labels = Vec::new();
    for nth in order {
        let row = &rows[nth];
        let (cx, cy) =
            (left + share(x.of(row), across) * (right - left), bottom - share(y.of(row), up) * (bottom - top));
        let means = Means { row: nth, name: shown.name(row), filter: row.filter.clone() };
        figure.mean("bubble", Shape::Circle { x: cx, y: cy, radius: radius(row) }, means);
        labels.push((cx, cy, radius(row), shown.label(row)));
    }
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for (cx, cy, radius, text) in labels {
        let (half, y) = (text.chars().count() as f64 * 3.7, if radius > 14.0 { cy + 4.0 } else { cy - radius - 4.0 });
        // A label that would stand on another is left to the pointer and the table.
        if taken.iter().all(|(x, other, width)| (x - cx).abs() > width + half || (other - y).abs() > 13.0) {
            taken.push((cx, y, half));
            figure.text("", (cx.min(shown.width - half), y), Anchor::Middle, text);
        }
    }
    figure
}
