//! Bands from protocols to countries, or to spans of time: as wide as what passed between the two.
use super::Shown;
use crate::api::StatisticsRow;
use crate::ui::figure::{Anchor, Figure, Means, Shape, cut};

const NODE: f64 = 10.0;
const GAP: f64 = 8.0;
const BANDS: [&str; 6] = ["band-0", "band-1", "band-2", "band-3", "band-4", "band-5"];

/// One side: what stands there, in its order, with what it comes to.
fn side(rows: &[StatisticsRow], shown: &Shown<'_>, key: impl Fn(&StatisticsRow) -> String) -> Vec<(String, f64)> {
    let mut nodes: Vec<(String, f64)> = Vec::new();
    for row in rows {
        let (key, value) = (key(row), row.measure(shown.by) as f64);
        match nodes.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sum)) => *sum += value,
            None => nodes.push((key, value)),
        }
    }
    nodes.retain(|(_, value)| *value > 0.0);
    nodes
}

/// Where each begins and how high it is.
fn stack(nodes: &[(String, f64)], height: f64) -> Vec<(f64, f64)> {
    let whole: f64 = nodes.iter().map(|(_, value)| value).sum();
    let scale = (height - GAP * nodes.len().saturating_sub(1) as f64) / whole.max(1.0);
    let mut top = 0.0;
    let place = |(_, value): &(String, f64)| {
        let here = (top, value * scale);
        top += here.1 + GAP;
        here
    };
    nodes.iter().map(place).collect()
}

pub(super) fn figure(shown: &Shown<'_>) -> Figure {
    let rows = &shown.answer.rows;
    let left = side(rows, shown, |row| shown.label(row));
    let mut right = side(rows, shown, |row| shown.second(row));
    if shown.answer.grid.is_none() {
        right.sort_by(|a, b| b.1.total_cmp(&a.1));
    } else {
        // Spans of time in their order.
        let at = |name: &str| rows.iter().find(|row| shown.second(row) == name).and_then(|row| row.start_ns);
        right.sort_by_key(|(name, _)| at(name));
    }
    let height = (left.len().max(right.len()) as f64 * 30.0).clamp(60.0, 460.0);
    let mut figure = Figure::new(shown.width, height + 4.0);
    let margin = (shown.width * 0.24).clamp(70.0, 170.0);
    let (from, to) = (margin, shown.width - margin - NODE);
    let (starts, ends) = (stack(&left, height), stack(&right, height));
    // How much of each is taken already.
    let (mut out, mut into) = (vec![0.0; left.len()], vec![0.0; right.len()]);
    let scale = |places: &[(f64, f64)], nodes: &[(String, f64)], at: usize| match (places.get(at), nodes.get(at)) {
        (Some((_, height)), Some((_, value))) => height / value.max(1.0),
        _ => 0.0,
    };
    let middle = (from + NODE + to) / 2.0;
    for (nth, row) in rows.iter().enumerate() {
        let value = row.measure(shown.by) as f64;
        let find = |nodes: &[(String, f64)], name: String| nodes.iter().position(|(known, _)| *known == name);
        let (Some(a), Some(b)) = (find(&left, shown.label(row)), find(&right, shown.second(row))) else { continue };
        let (thick, thin) = (value * scale(&starts, &left, a), value * scale(&ends, &right, b));
        let (y, z) = (starts[a].0 + out[a], ends[b].0 + into[b]);
        out[a] += thick;
        into[b] += thin;
        if value <= 0.0 {
            continue;
        }
        let (thick, thin) = (thick.max(0.6), thin.max(0.6));
        let start = from + NODE;
        let path = format!(
            "M{start:.1} {y:.1}C{middle:.1} {y:.1} {middle:.1} {z:.1} {to:.1} {z:.1}V{:.1}C{middle:.1} {:.1} {middle:.1} {:.1} {start:.1} {:.1}Z",
            z + thin,
            z + thin,
            y + thick,
            y + thick
        );
        let class = if row.label.is_empty() { "band-rest" } else { BANDS[a % BANDS.len()] };
        figure.mean(class, Shape::Path(path), Means { row: nth, name: shown.name(row), filter: row.filter.clone() });
    }
    for (x, nodes, places, is_left) in [(from, &left, &starts, true), (to, &right, &ends, false)] {
        for ((name, value), (y, height)) in nodes.iter().zip(places) {
            figure.put("node", Shape::Rect { x, y: *y, width: NODE, height: height.max(1.0) });
            let (at, anchor) = if is_left { (x - 6.0, Anchor::End) } else { (x + NODE + 6.0, Anchor::Start) };
            let text = cut(name, margin - 8.0);
            figure.text("", (at, y + height / 2.0 + 4.0), anchor, text);
            if *height > 30.0 {
                figure.text("quiet", (at, y + height / 2.0 + 18.0), anchor, shown.say(*value as u64));
            }
        }
    }
    figure
}
