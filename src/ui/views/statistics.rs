//! How much there was of what, as charts: every one can compare something else, every bar is a filter, every chart is a table too.
mod bars;
mod bubbles;
mod card;
mod heat;
mod sankey;
mod times;

use crate::api::{Measure, StatisticsAnswer, StatisticsKind, StatisticsRow};
use crate::ui::client::Client;
use crate::ui::filter::Only;
use crate::ui::format;
use crate::ui::geo::{self, GeoCredit};
use crate::ui::say::{fill, t};
use crate::ui::state::State;
use crate::ui::wanted::ChartWish;
use bubbles::{Axes, Axis};
use card::Card;
use leptos::prelude::*;
use times::Times;

/// How a chart is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Bars,
    Heat,
    Bands,
    Bubbles,
}

/// A chart of the view.
struct Chart {
    /// In the names of files; in links without what all of them begin with.
    slug: &'static str,
    title: &'static str,
    kind: StatisticsKind,
    form: Form,
    /// What it compares at first.
    by: Measure,
    /// Groups at most.
    top: u16,
}

const fn chart(slug: &'static str, title: &'static str, kind: StatisticsKind, form: Form, by: Measure) -> Chart {
    let top = match form {
        Form::Bars => 10,
        Form::Bands => 8,
        Form::Bubbles => 30,
        Form::Heat => 0,
    };
    Chart { slug, title, kind, form, by, top }
}

use StatisticsKind as Kind;
static CHARTS: [Chart; 11] = [
    chart("statistics-protocols", "Protocols", Kind::Protocols, Form::Bars, Measure::Flows),
    chart("statistics-ports", "Ports of servers", Kind::Ports, Form::Bars, Measure::Flows),
    chart("statistics-sources", "Sources: who began", Kind::Sources, Form::Bars, Measure::Flows),
    chart("statistics-destinations", "Destinations: who was asked", Kind::Destinations, Form::Bars, Measure::Data),
    chart("statistics-countries", "Countries of servers", Kind::Countries, Form::Bars, Measure::Flows),
    chart("statistics-durations", "Durations of flows", Kind::Durations, Form::Bars, Measure::Flows),
    chart("statistics-lengths", "Lengths of packets", Kind::Lengths, Form::Bars, Measure::Packets),
    chart("statistics-bubbles", "Protocols by two measures", Kind::Protocols, Form::Bubbles, Measure::Data),
    chart("statistics-hours", "When", Kind::Hours, Form::Heat, Measure::Data),
    chart(
        "statistics-protocol-countries",
        "Protocols and countries",
        Kind::ProtocolCountries,
        Form::Bands,
        Measure::Flows,
    ),
    chart("statistics-protocol-times", "Protocols over time", Kind::ProtocolTimes, Form::Bands, Measure::Data),
];

const MEASURES: [(Measure, &str, &str); 6] = [
    (Measure::Flows, "flows", "Flows"),
    (Measure::Packets, "packets", "Packets"),
    (Measure::Data, "data", "Data"),
    (Measure::Sent, "sent", "Sent"),
    (Measure::Received, "received", "Received"),
    (Measure::Duration, "duration", "Duration"),
];

fn slug(by: Measure) -> &'static str {
    MEASURES.iter().find(|(measure, ..)| *measure == by).map_or("", |(_, slug, _)| slug)
}

impl Chart {
    /// Lengths are those of packets: flows have none.
    fn measures(&self) -> impl Iterator<Item = &'static (Measure, &'static str, &'static str)> + use<> {
        let of_packets = self.kind == Kind::Lengths;
        MEASURES.iter().filter(move |(m, ..)| !of_packets || !matches!(m, Measure::Flows | Measure::Duration))
    }

    /// Its name in links.
    fn name(&self) -> &'static str {
        self.slug.strip_prefix("statistics-").unwrap_or(self.slug)
    }

    /// One of the words that stand for what is chosen.
    fn word(&self, state: State, nth: usize) -> Option<String> {
        state.wanted.charts.with(|all| all.iter().find(|wish| wish.chart == self.name())?.words.get(nth).cloned())
    }

    /// What it compares.
    fn by(&self, state: State) -> Measure {
        let word = self.word(state, 0);
        self.measures().find(|(_, known, _)| word.as_deref() == Some(known)).map_or(self.by, |(measure, ..)| *measure)
    }

    /// What it compares by now, and the axes of bubbles.
    fn choose(&self, state: State, by: Measure, axes: Axes) {
        let mut words = vec![slug(by).to_owned()];
        if self.form == Form::Bubbles {
            words.extend([axes.0, axes.1].map(|axis| axis.slug().to_owned()));
        }
        let is_usual = by == self.by && (self.form != Form::Bubbles || axes == bubbles::USUAL);
        state.wanted.charts.update(|all| {
            all.retain(|wish| wish.chart != self.name());
            if !is_usual {
                all.push(ChartWish { chart: self.name().to_owned(), words });
            }
        });
    }

    fn axes(&self, state: State) -> Axes {
        let axis = |nth, usual| self.word(state, nth).and_then(|word| Axis::of_slug(&word)).unwrap_or(usual);
        (axis(1, bubbles::USUAL.0), axis(2, bubbles::USUAL.1))
    }

    fn has_countries(&self) -> bool {
        matches!(self.kind, Kind::Countries | Kind::ProtocolCountries)
    }
}

#[component]
pub(crate) fn StatisticsView() -> impl IntoView {
    let state = expect_context::<State>();
    geo::need(expect_context::<Client>(), state);
    // The clock on the wall where the capture began; today's until that is known.
    let offset = RwSignal::new(-(js_sys::Date::new_0().get_timezone_offset() as i32) * 60);
    view! {
        <div class="statistics">
            <div class="statistics-head wide-card">
                <h2>{t("Statistics")}</h2>
                <p class="muted">{t("Data are whole frames on the wire; sent: from the client of a flow to its server; received: back. A click on a bar lets only that pass; its menu has more.")}</p>
                <Only />
            </div>
            {CHARTS.iter().map(|chart| view! { <Card chart=chart offset=offset /> }).collect_view()}
            <div class="wide-card"><GeoCredit /></div>
        </div>
    }
}

/// What the charts ask at first.
pub(crate) fn of_charts(state: State) -> impl Iterator<Item = crate::api::Statistics> {
    let utc_offset = -(js_sys::Date::new_0().get_timezone_offset() as i32) * 60;
    let question = move |chart: &Chart| crate::api::Statistics {
        kind: chart.kind,
        by: untrack(|| chart.by(state)),
        top: chart.top,
        utc_offset,
    };
    CHARTS.iter().map(question)
}

/// What the slug stands for, where it is one of these: what a dialog saves.
pub(crate) fn question(state: State, slug: &str) -> Option<crate::api::Statistics> {
    let chart = CHARTS.iter().find(|chart| chart.slug == slug)?;
    let by = untrack(|| chart.by(state));
    let utc_offset = -(js_sys::Date::new_0().get_timezone_offset() as i32) * 60;
    Some(crate::api::Statistics { kind: chart.kind, by, top: 1000, utc_offset })
}

/// All of them: slugs and titles.
pub(crate) fn charts() -> impl Iterator<Item = (&'static str, &'static str)> {
    CHARTS.iter().map(|chart| (chart.slug, chart.title))
}

/// An answer with how it is shown.
struct Shown<'a> {
    answer: &'a StatisticsAnswer,
    kind: StatisticsKind,
    by: Measure,
    /// px.
    width: f64,
    times: Times,
}

impl Shown<'_> {
    fn say(&self, value: u64) -> String {
        say(self.by, value)
    }

    /// What a bar is of.
    fn label(&self, row: &StatisticsRow) -> String {
        match (self.kind, row.start_ns) {
            (Kind::Hours, Some(start)) => self.times.span(start, self.answer.grid.map_or(0, |grid| grid.cell_ns)),
            (Kind::Countries, _) => place(&row.label, self.answer.no_countries),
            _ if row.label.is_empty() => t("Others").to_owned(),
            _ => row.label.clone(),
        }
    }

    /// The right of pairs.
    fn second(&self, row: &StatisticsRow) -> String {
        match (self.kind, row.start_ns) {
            (Kind::ProtocolTimes, Some(start)) => {
                self.times.span(start, self.answer.grid.map_or(0, |grid| grid.cell_ns))
            }
            (Kind::ProtocolCountries, _) if row.second.is_empty() => t("Others").to_owned(),
            (Kind::ProtocolCountries, _) => place(&row.second, false),
            _ => String::new(),
        }
    }

    /// A bar, as a screen reader says it.
    fn name(&self, row: &StatisticsRow) -> String {
        let (whole, value) = (self.answer.total.measure(self.by), row.measure(self.by));
        let share = format::percent(value, whole);
        let title = MEASURES.iter().find(|(m, ..)| *m == self.by).map_or("", |(.., title)| t(title));
        fill("{0}: {1} {2}, {3}", &[&self.both(row), &title, &self.say(value), &share])
    }

    fn both(&self, row: &StatisticsRow) -> String {
        let second = self.second(row);
        if second.is_empty() { self.label(row) } else { format!("{} – {second}", self.label(row)) }
    }

    /// All numbers of a bar, for who points at it.
    fn tell(&self, row: &StatisticsRow) -> Vec<String> {
        let mut lines = vec![self.both(row)];
        let whole = &self.answer.total;
        for (measure, _, title) in &MEASURES {
            let value = row.measure(*measure);
            let is_known = self.kind != Kind::Lengths || !matches!(measure, Measure::Flows | Measure::Duration);
            if is_known {
                let share = if *measure == Measure::Duration {
                    String::new()
                } else {
                    format!(" ({})", format::percent(value, whole.measure(*measure)))
                };
                lines.push(format!("{}: {}{share}", t(title), say(*measure, value)));
            }
        }
        if row.clients > 0 {
            lines.push(fill(
                "{0} clients, {1} servers",
                &[&format::count(row.clients.into()), &format::count(row.servers.into())],
            ));
        }
        lines
    }
}

/// A country's name; nothing for addresses that only a table of countries would know.
fn place(word: &str, is_unknown: bool) -> String {
    match word {
        "" if is_unknown => t("Not known without the table of countries").to_owned(),
        "" => t("Not known").to_owned(),
        word => geo::name_of(word),
    }
}

fn say(measure: Measure, value: u64) -> String {
    match measure {
        Measure::Flows | Measure::Packets => format::count(value),
        Measure::Duration => format::duration(i64::try_from(value).unwrap_or(i64::MAX)),
        _ => format::bytes(value),
    }
}
