//! The map: what was exchanged with each country, drawn, told and as a table; what is in no country beside it.
mod drawing;
mod panel;
mod scale;
mod zoom;

use crate::api::{Countries, CountriesAnswer, CountryRow};
use crate::ui::client::{Client, ask};
use crate::ui::filter::{Filters, Join, Only};
use crate::ui::geo::{self, GeoCredit, Metric, Table as Loaded};
use crate::ui::parts::table::{Cell, Column, Line, MenuAt, Open, Sort, Table, arranged};
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use crate::ui::{dom, format};
use drawing::Drawing;
use leptos::prelude::*;
use panel::Panel;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// Id of the input for another table.
const OTHER: &str = "other-table";

const COLUMNS: [Column; 10] = [
    Column::new("Country", "Or what an address is that belongs to none", "minmax(20ch, 2fr)", "").keyed(0),
    Column::new("Code", "As filters call it", "14ch", "mono").keyed(1),
    Column::new("Flows", "Flows with an address there", "10ch", "num").keyed(2),
    Column::new("Data", "Whole frames, to it and from it", "10ch", "num").keyed(3),
    Column::new("Share", "Of all data", "9ch", "num"),
    Column::new("Sent", "Whole frames, to it", "10ch", "num").keyed(4),
    Column::new("Received", "Whole frames, from it", "10ch", "num").keyed(5),
    Column::new("Packets", "To it and from it", "10ch", "num").keyed(6),
    Column::new("Addresses", "Different addresses", "11ch", "num").keyed(7),
    Column::new("Protocols", "The largest", "minmax(16ch, 2fr)", ""),
];

impl Metric {
    pub(crate) const ALL: [(Metric, &'static str, &'static str); 4] = [
        (Metric::Flows, "Flows", "Flows with an address there"),
        (Metric::Data, "Data", "Whole frames, to it and from it"),
        (Metric::Sent, "Sent", "Whole frames, to it"),
        (Metric::Received, "Received", "Whole frames, from it"),
    ];

    fn of(self, row: &CountryRow) -> u64 {
        match self {
            Metric::Flows => row.flows,
            Metric::Data => row.bytes,
            Metric::Sent => row.sent_bytes,
            Metric::Received => row.received_bytes,
        }
    }

    fn say(self, value: u64) -> String {
        if self == Metric::Flows { format::count(value) } else { format::bytes(value) }
    }

    /// Its column in the table.
    fn key(self) -> usize {
        2 + self as usize
    }
}

/// What the parts of the view share.
#[derive(Clone, Copy)]
struct Shown {
    answer: Memo<Option<Arc<CountriesAnswer>>>,
    metric: RwSignal<Metric>,
    /// The place that the pointer or the keyboard is on; and the one that was opened.
    pointed: RwSignal<Option<String>>,
    opened: RwSignal<Option<String>>,
}

impl Shown {
    /// The row of a place, where there is one.
    fn row(&self, place: &str) -> Option<CountryRow> {
        self.answer.with(|a| a.as_ref()?.rows.iter().find(|row| row.country == place).cloned())
    }

    /// Countries that have some of it, most first.
    fn ranked(&self) -> Vec<String> {
        let metric = self.metric.get();
        self.answer.with(|a| {
            let rows = a.iter().flat_map(|a| &a.rows).filter(|row| row.is_country && metric.of(row) > 0);
            let mut rows: Vec<_> = rows.map(|row| (metric.of(row), row.country.clone())).collect();
            rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            rows.into_iter().map(|(_, country)| country).collect()
        })
    }
}

#[component]
pub(crate) fn Map() -> impl IntoView {
    let (state, client, filters) = (expect_context::<State>(), expect_context::<Client>(), expect_context::<Filters>());
    geo::need(client, state);
    geo::need_world(state);
    let asked = ask(|| Some(Countries {}));
    let answer = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, answer)| Arc::new(answer.clone()))));
    let metric = state.wanted.metric;
    let shown = Shown { answer, metric, pointed: RwSignal::new(None), opened: RwSignal::new(None) };

    let order = RwSignal::new((metric.get_untracked().key(), true));
    Effect::new(move |before: Option<Metric>| {
        let now = metric.get();
        if before.is_some_and(|before| before != now) {
            order.set((now.key(), true));
        }
        now
    });
    let rows = Memo::new(move |_| answer.with(|a| a.as_ref().map_or_else(Vec::new, |a| sorted(a, order.get()))));
    let total = Signal::derive(move || rows.with(Vec::len) as u32);
    let (columns, places) = arranged(&COLUMNS, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], &[0, 3, 2, 5, 6, 4, 1, 7, 8, 9]);
    let row_at = move |at: u32| answer.with(|a| Some((a.clone()?, rows.with(|rows| rows.get(at as usize).copied())?)));
    let lines = Arc::new(move |at: u32| {
        let (answer, place) = row_at(at)?;
        Some(line(place as u32, answer.rows.get(place)?, answer.bytes).arranged(places))
    });
    let sort = Sort {
        by: order.into(),
        change: Callback::new(move |key: usize| {
            let (by, descending) = order.get_untracked();
            order.set((key, if by == key { !descending } else { key > 1 }));
        }),
    };
    let open = Open {
        shown: Signal::derive(move || {
            let place = shown.opened.get()?;
            answer.with(|a| a.as_ref()?.rows.iter().position(|row| row.country == place)).map(|at| at as u32)
        }),
        open: Callback::new(move |at: u32| {
            let place = answer.with_untracked(|a| Some(a.as_ref()?.rows.get(at as usize)?.country.clone()));
            set(shown.opened, place);
        }),
        follows: true,
    };
    let on_menu = Callback::new(move |asked_for: MenuAt| {
        let condition = answer.with_untracked(|a| Some(a.as_ref()?.rows.get(asked_for.id as usize)?.filter.clone()));
        filters.open_menu(asked_for.at, filters.items(&condition.unwrap_or_default()));
    });
    let start_over = Signal::derive(move || format!("{:?} {:?}", order.get(), state.filter.get()));
    let is_empty = move || answer.with(|a| a.as_ref().is_some_and(|a| a.rows.is_empty()));
    view! {
        <div class="map-view">
            <div class="toolbar">
                <Switch metric=metric />
                <span class="muted" id="map-count" aria-live="polite">{move || answer.with(|a| a.as_ref().map(|a| count(a)))}</span>
                <span class="space"></span>
                <GeoCredit />
                <OtherTable />
                <SaveButton wish=Wish::Table />
            </div>
            <div class="map-body">
                <Drawing shown=shown choose=Callback::new(move |place: String| {
                    if let Some(row) = untrack(|| shown.row(&place)) {
                        set(shown.opened, Some(place));
                        filters.join(Join::Selected, &row.filter, true);
                    }
                }) />
                <Panel shown=shown />
            </div>
            <div class="grid-frame">
                <Table id="country-table" label=t("Countries") columns=columns total=total lines=lines window=RwSignal::new(0..0) start_over=start_over sort=sort open=open menu=on_menu />
                {move || is_empty().then(|| view! { <div class="grid-empty"><p>{empty(&state.geo.table.get())}</p><Only /></div> })}
                {move || asked.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
            </div>
        </div>
    }
}

fn empty(table: &Loaded) -> &'static str {
    match table {
        Loaded::Absent | Loaded::Loading => t("Loading the table of countries …"),
        _ => t("No packet has an IP address."),
    }
}

/// `12 countries`, and what of the packets is nowhere.
fn count(answer: &CountriesAnswer) -> String {
    let countries = answer.rows.iter().filter(|row| row.is_country).count();
    let said = match countries {
        1 => t("1 country").to_owned(),
        n => fill("{0} countries", &[&n]),
    };
    match answer.other_packets {
        0 => said,
        1 => fill("{0}; 1 packet has no IP address", &[&said]),
        n => fill("{0}; {1} packets have no IP address", &[&said, &format::count(n)]),
    }
}

/// Places of the rows, in the order of a column.
fn sorted(answer: &CountriesAnswer, (key, descending): (usize, bool)) -> Vec<usize> {
    let mut rows: Vec<(usize, &CountryRow, String)> =
        answer.rows.iter().enumerate().map(|(at, row)| (at, row, geo::name_of(&row.country))).collect();
    let number = |row: &CountryRow| match key {
        2 => row.flows,
        4 => row.sent_bytes,
        5 => row.received_bytes,
        6 => row.packets,
        7 => row.addresses.into(),
        _ => row.bytes,
    };
    rows.sort_by(|(_, a, a_name), (_, b, b_name)| {
        let order = match key {
            0 => a_name.cmp(b_name),
            1 => a.country.cmp(&b.country),
            _ => number(a).cmp(&number(b)),
        };
        (if descending { order.reverse() } else { order }).then_with(|| a.country.cmp(&b.country))
    });
    rows.into_iter().map(|(at, ..)| at).collect()
}

fn line(id: u32, row: &CountryRow, all: u64) -> Line {
    let plain = |text: String| Cell { title: text.clone(), text, class: "" };
    let size = |n: u64| Cell {
        text: format::bytes(n),
        title: format::exact_bytes(n),
        class: if n == 0 { "zero" } else { "" },
    };
    let protocols = row.protocols.iter().map(|share| share.what.as_str()).collect::<Vec<_>>().join(", ");
    Line {
        id,
        class: if row.is_country { String::new() } else { "no-country".to_owned() },
        cells: vec![
            plain(geo::name_of(&row.country)),
            plain(row.country.clone()),
            plain(format::count(row.flows)),
            size(row.bytes),
            plain(format::percent(row.bytes, all)),
            size(row.sent_bytes),
            size(row.received_bytes),
            plain(format::count(row.packets)),
            plain(format::count(row.addresses.into())),
            plain(protocols),
        ],
    }
}

/// What the map shows.
#[component]
fn Switch(metric: RwSignal<Metric>) -> impl IntoView {
    let choice = move |(one, title, hint): (Metric, &'static str, &'static str)| {
        view! { <label title=t(hint)><input type="radio" name="map-metric" id=format!("map-{}", title.to_ascii_lowercase()) prop:checked=move || metric.get() == one on:change=move |_| set(metric, one) /><span>{t(title)}</span></label> }
    };
    view! { <span class="radios" role="radiogroup" aria-label=t("Countries by")>{Metric::ALL.map(choice).collect_view()}</span> }
}

/// A newer table, from the user's disk.
#[component]
fn OtherTable() -> impl IntoView {
    let (state, client) = (expect_context::<State>(), expect_context::<Client>());
    let chosen = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            return;
        };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            geo::take(client, state, file);
        }
        input.set_value("");
    };
    view! {
        <input type="file" id=OTHER hidden accept=".mmdb" on:change=chosen />
        <button type="button" class="button" id="choose-table" title=t("Countries by an .mmdb file of yours (GeoLite2, DB-IP, IPinfo); dropping it does the same") on:click=move |_| dom::click(OTHER)>{t("Other table …")}</button>
    }
}
