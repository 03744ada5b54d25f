//! The timeline above every view: what there is of the whole capture, what of it matches the filter, and lines with filters of their own.
//!
//! Which span it shows is no state of its own: it is the span of time that the filter ends with (`filter/within.rs`).
mod bar;
mod lines;
mod lists;

pub(crate) use bar::TimelineBar;

use super::state::set;
use super::say::t;
use super::url::encode;
use super::{dom, format};
use crate::api::TimelineAnswer;
use leptos::prelude::*;

/// What the timeline compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Counted {
    #[default]
    Packets,
    Bytes,
    Flows,
    /// Resets, segments sent again, and what expert information calls an error.
    Errors,
}

/// With the words for links and for people.
const COUNTED: [(Counted, &str, &str); 4] = [
    (Counted::Packets, "packets", "Packets"),
    (Counted::Bytes, "bytes", "Bytes"),
    (Counted::Flows, "flows", "New flows"),
    (Counted::Errors, "errors", "Errors"),
];

impl Counted {
    pub(crate) fn values(self, line: &TimelineAnswer) -> Vec<f64> {
        let wide = |counts: &[u32]| counts.iter().map(|&n| f64::from(n)).collect::<Vec<f64>>();
        match self {
            Self::Packets => wide(&line.packets),
            Self::Bytes => line.bytes.iter().map(|&n| n as f64).collect(),
            Self::Flows => wide(&line.flows),
            Self::Errors => {
                let sums = line.resets.iter().zip(&line.retransmissions).zip(&line.errors);
                sums.map(|((&resets, &again), &errors)| f64::from(resets) + f64::from(again) + f64::from(errors))
                    .collect()
            }
        }
    }

    pub(crate) fn print(self, value: f64) -> String {
        if self == Self::Bytes { format::bytes(value as u64) } else { format::scale(value) }
    }
}

/// What is counted, for people.
fn title_of(counted: Counted) -> &'static str {
    COUNTED.iter().find(|(known, ..)| *known == counted).map_or("", |(.., title)| t(title))
}

/// Widths of an interval that can be chosen, ns, and their names; 0 suits itself.
const INTERVALS: [(i64, &str); 10] = [
    (0, "automatic"),
    (1_000_000, "1 ms"),
    (10_000_000, "10 ms"),
    (100_000_000, "100 ms"),
    (1_000_000_000, "1 s"),
    (10_000_000_000, "10 s"),
    (60_000_000_000, "1 min"),
    (600_000_000_000, "10 min"),
    (3_600_000_000_000, "1 h"),
    (86_400_000_000_000, "1 d"),
];

/// Lines besides the capture and the filter; the engine keeps as many filters, and eyes tell no more apart.
pub(crate) const MOST_SERIES: usize = 6;

/// A line with a filter of its own.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Series {
    pub name: String,
    pub filter: String,
    /// Places among the colours and the patterns there are.
    pub colour: u8,
    pub pattern: u8,
}

/// Colours by name: class `series-0` and so on.
const COLOURS: [&str; 6] = ["Blue", "Orange", "Green", "Red", "Purple", "Sky blue"];
/// Patterns by name, and as dashes.
const PATTERNS: [(&str, &str); 4] =
    [("solid", ""), ("dashed", "6 3"), ("dotted", "1.5 2.5"), ("dash and dot", "7 2.5 1.5 2.5")];

impl Series {
    /// How it is called: its name, else its filter.
    fn title(&self) -> String {
        let name = self.name.trim();
        if name.is_empty() { self.filter.clone() } else { name.to_owned() }
    }

    fn dashes(&self) -> &'static str {
        PATTERNS.get(usize::from(self.pattern)).map_or("", |(_, dashes)| dashes)
    }
}

/// The part of the page's state that belongs into a link.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct LinePlace {
    pub counted: Counted,
    /// ns; 0: automatic.
    pub interval: i64,
    pub series: Vec<Series>,
}

impl LinePlace {
    /// Takes a part of a link; false when it is none of these.
    pub(crate) fn read(&mut self, key: &str, value: &str) -> bool {
        match key {
            "line" => {
                self.counted = COUNTED.iter().find(|(_, slug, _)| *slug == value).map_or_else(Counted::default, |c| c.0)
            }
            "interval" => {
                self.interval = value.parse().ok().filter(|ns| INTERVALS.iter().any(|(i, _)| i == ns)).unwrap_or(0)
            }
            "series" if self.series.len() < MOST_SERIES => self.series.extend(read_series(value)),
            "series" => {}
            _ => return false,
        }
        true
    }

    pub(crate) fn print(&self) -> String {
        let mut out = String::new();
        if let Some((_, slug, _)) = COUNTED.iter().find(|(c, ..)| *c == self.counted && *c != Counted::default()) {
            out += &format!("&line={slug}");
        }
        if self.interval != 0 {
            out += &format!("&interval={}", self.interval);
        }
        for series in &self.series {
            let Series { name, filter, colour, pattern } = series;
            out += &format!("&series={colour}~{pattern}~{}~{}", encode(&name.replace('~', "-")), encode(filter));
        }
        out
    }
}

fn read_series(value: &str) -> Option<Series> {
    let mut parts = value.splitn(4, '~');
    let colour = parts.next()?.parse::<u8>().ok().filter(|c| usize::from(*c) < COLOURS.len())?;
    let pattern = parts.next()?.parse::<u8>().ok().filter(|p| usize::from(*p) < PATTERNS.len())?;
    let (name, filter) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    (!filter.trim().is_empty()).then_some(Series { name, filter, colour, pattern })
}

/// What the page knows of its timeline.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub counted: RwSignal<Counted>,
    pub interval: RwSignal<i64>,
    pub series: RwSignal<Vec<Series>>,
    /// Whether more than its head is shown.
    open: RwSignal<bool>,
    as_table: RwSignal<bool>,
}

const REMEMBERED: &str = "timeline";
const OPEN: &str = "timeline-open";
/// On windows less high or wide it begins folded, px.
const ROOMY: (f64, f64) = (700.0, 620.0);

impl Line {
    /// As a link has it, else as it was left.
    pub(crate) fn new(place: LinePlace) -> Line {
        let mut place = place;
        if place == LinePlace::default() {
            let kept = dom::recall(REMEMBERED).unwrap_or_default();
            place = super::url::Route::parse(&format!("#v=1{kept}")).line;
        }
        let (width, height) = dom::window_size();
        let open = dom::recall(OPEN).map_or(width >= ROOMY.0 && height >= ROOMY.1, |open| open == "yes");
        let line = Line {
            counted: RwSignal::new(place.counted),
            interval: RwSignal::new(place.interval),
            series: RwSignal::new(place.series),
            open: RwSignal::new(open),
            as_table: RwSignal::new(false),
        };
        Effect::new(move |before: Option<String>| {
            let now = line.place().print();
            if before.is_some_and(|before| before != now) {
                dom::remember(REMEMBERED, &now);
            }
            now
        });
        line
    }

    pub(crate) fn place(&self) -> LinePlace {
        LinePlace { counted: self.counted.get(), interval: self.interval.get(), series: self.series.get() }
    }

    pub(crate) fn go(&self, place: LinePlace) {
        set(self.counted, place.counted);
        set(self.interval, place.interval);
        set(self.series, place.series);
    }

    fn turn(&self) {
        let open = !self.open.get_untracked();
        self.open.set(open);
        dom::remember(OPEN, if open { "yes" } else { "no" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::url::Route;

    #[test]
    fn lines_survive_a_link() {
        let series = |name: &str, filter: &str, colour, pattern| Series {
            name: name.into(),
            filter: filter.into(),
            colour,
            pattern,
        };
        let line = LinePlace {
            counted: Counted::Bytes,
            interval: 10_000_000,
            series: vec![series("", "dns", 0, 0), series("Lost & found", "x == \"a~b\" && tcp", 5, 3)],
        };
        let route = Route { line, ..Route::default() };
        assert_eq!(Route::parse(&route.print()), route);
        assert_eq!(Route::parse("#v=1&interval=7&line=x&series=9~0~a~tcp&series=tcp").line, LinePlace::default());
    }
}
