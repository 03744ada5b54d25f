//! The flow table: sort by any column, search, choose columns; a row opens its details.
use super::columns::{self, FIELDS};
use super::details::Details;
use crate::api::{FlowColumn, FlowSort, Flows};
use crate::ui::client::{Client, ask};
use crate::ui::filter::{Filters, Join, Only};
use crate::ui::geo::{self, GeoCredit};
use crate::ui::parts::icon;
use crate::ui::parts::menu::{Item, item};
use crate::ui::parts::table::{Column, Line, MenuAt, Open, Sort, Table};
use crate::ui::parts::widths::Widths;
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use crate::ui::{dom, format};
use leptos::prelude::*;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// Id of the search box; `/` goes there.
pub(crate) const SEARCH: &str = "flow-search";

#[component]
pub(crate) fn FlowsView() -> impl IntoView {
    let state = expect_context::<State>();
    // Enough for the first screen, so that the first question need not wait for the table to be measured.
    let window = RwSignal::new(0..60u32);
    let question = move |rows, around| Flows { rows, sort: state.sort.get(), search: state.search.get(), around };
    let asked = ask(move || Some(question(window.get(), None)));
    let counts = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, page)| (page.matching, page.total))));
    let total = Signal::derive(move || counts.get().map_or(0, |(matching, _)| matching));

    let chosen = RwSignal::new(columns::chosen(dom::recall("columns").as_deref()));
    let client = expect_context::<Client>();
    let countries = Memo::new(move |_| chosen.with(|chosen| columns::has_countries(chosen)));
    Effect::new(move |_| {
        let by_country = matches!(state.sort.get().by, FlowColumn::ClientCountry | FlowColumn::ServerCountry);
        if countries.get() || by_country {
            geo::need(client, state);
        }
    });
    let shown = Signal::derive(move || {
        chosen.with(|chosen| {
            FIELDS.iter().zip(chosen).filter(|(_, on)| **on).map(|(f, _)| f.column.clone()).collect::<Vec<Column>>()
        })
    });
    let lines = Arc::new(move |row: u32| {
        asked.answer.with(|answer| {
            let (question, page) = answer.as_ref()?;
            let flow = page.rows.get(row.checked_sub(question.rows.start)? as usize)?;
            let cells = chosen
                .with(|chosen| FIELDS.iter().zip(chosen).filter(|(_, on)| **on).map(|(f, _)| (f.cell)(flow)).collect());
            Some(Line { id: flow.id, class: String::new(), cells })
        })
    });
    let sort = Sort {
        by: Signal::derive(move || (state.sort.get().by as usize, state.sort.get().descending)),
        change: Callback::new(move |key: usize| {
            let Some(by) = FIELDS.iter().find(|f| f.column.key == Some(key)).and_then(|f| f.by) else { return };
            let now = state.sort.get_untracked();
            let descending = if now.by == by { !now.descending } else { columns::largest_first(by) };
            set(state.sort, FlowSort { by, descending });
        }),
    };
    // A flow opened from elsewhere (another view, a link, the way back) is brought into sight, once; one opened here already is.
    let seen = RwSignal::new(None::<u32>);
    let sought = ask(move || {
        let flow = state.flow.get().filter(|id| seen.get() != Some(*id))?;
        Some(question(0..0, Some(flow)))
    });
    let reveal = Memo::new(move |_| {
        let found = sought.answer.with(|a| a.as_ref().and_then(|(question, page)| Some((question.around?, page.row?))));
        found.filter(|(id, _)| state.flow.get() == Some(*id)).map(|(_, row)| (row, 0))
    });
    Effect::new(move |_| {
        if reveal.get().is_some() {
            set(seen, state.flow.get_untracked());
        }
    });
    let open = Open {
        shown: state.flow.into(),
        open: Callback::new(move |id: u32| {
            set(seen, Some(id));
            set(state.flow, Some(id));
        }),
        follows: false,
    };
    let start_over =
        Signal::derive(move || format!("{:?} {} {:?}", state.sort.get(), state.search.get(), state.filter.get()));
    let filters = expect_context::<Filters>();
    let on_menu = Callback::new(move |asked_for: MenuAt| {
        let row =
            asked.answer.with_untracked(|a| a.as_ref()?.1.rows.iter().find(|row| row.id == asked_for.id).cloned());
        let Some(row) = row else { return };
        let chosen = chosen.get_untracked();
        let on = FIELDS.iter().zip(chosen).filter(|(_, on)| *on).nth(asked_for.column);
        let condition = columns::condition(on.and_then(|(field, _)| field.by), &row);
        filters.open_menu(asked_for.at, flow_items(filters, &condition, row.id, &row.filter));
    });

    view! {
        <div class="flows" class:with-details=move || state.flow.get().is_some()>
            <div class="flows-list">
                <div class="toolbar">
                    <Search text=state.search label=t("Search the flows") below="flow-table" />
                    <span class="muted" id="flow-count" aria-live="polite">{move || counts.get().map(|(matching, total)| count_line(matching, total))}</span>
                    <span class="space"></span>
                    {move || countries.get().then(|| view! { <GeoCredit /> })}
                    <SaveButton wish=Wish::Table />
                    <Chooser chosen=chosen />
                </div>
                <div class="grid-frame">
                    <Table id="flow-table" label=t("Flows") columns=shown total=total lines=lines window=window start_over=start_over sort=sort open=open reveal=reveal menu=on_menu />
                    {move || (counts.get().is_some_and(|(matching, _)| matching == 0)).then(|| empty(state))}
                    {move || asked.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
                </div>
            </div>
            {move || state.flow.get().is_some().then(|| view! { <Details /> })}
        </div>
    }
}

/// What can be done with a row that is of a flow.
pub(crate) fn flow_items(filters: Filters, condition: &str, flow: u32, filter: &str) -> Vec<Item> {
    let state = filters.state;
    let mut items = filters.items(condition);
    items.push(Item::Line);
    if condition != filter && !filter.is_empty() {
        let whole = filter.to_owned();
        items.push(item(t("Conversation Filter"), "", move || filters.join(Join::Selected, &whole, true)));
    }
    items.push(item(t("Follow ▸ Stream"), "", move || state.follow(flow)));
    items.push(item(t("Packets of This Flow"), "", move || state.show_packets_of(flow)));
    if filter.starts_with("tcp") {
        items.push(item(t("TCP Stream Graphs"), "", move || state.show_graphs(flow)));
    }
    items
}

fn count_line(matching: u32, total: u32) -> String {
    if matching != total {
        fill("{0} of {1}", &[&format::count(matching.into()), &format::counted(total.into(), "{0} flow", "{0} flows")])
    } else {
        format::counted(total.into(), "{0} flow", "{0} flows")
    }
}

fn empty(state: State) -> impl IntoView {
    let search = state.search.get();
    if search.is_empty() {
        return view! { <div class="grid-empty"><p>{t("No flows: the capture has no TCP, UDP, SCTP or ICMP packets so far.")}</p><Only /></div> }.into_any();
    }
    view! {
        <div class="grid-empty">
            <p>{fill("No flow matches “{0}”. All words have to occur in its addresses, ports (:443), protocol, application or name.", &[&search])}</p>
            <button type="button" class="button" on:click=move |_| state.search.set(String::new())>{t("Show all flows")}</button>
        </div>
    }
    .into_any()
}

/// Searches as one types. The arrow down leads into the table below.
#[component]
pub(crate) fn Search(
    text: RwSignal<String>,
    label: &'static str,
    below: &'static str,
    #[prop(default = t("Search: address, :port, protocol, name"))] placeholder: &'static str,
) -> impl IntoView {
    let typed = StoredValue::new(0u32);
    let search = move |words: String, wait: u64| {
        typed.update_value(|n| *n += 1);
        let mine = typed.get_value();
        set_timeout(
            move || {
                // Only the last of quick keystrokes asks.
                if typed.try_get_value() == Some(mine) {
                    set(text, words.trim().to_owned());
                }
            },
            Duration::from_millis(wait),
        );
    };
    view! {
        <label class="search">
            {icon::icon(icon::SEARCH)}
            <span class="visually-hidden">{label}</span>
            <input
                type="search" id=SEARCH placeholder=placeholder autocomplete="off" spellcheck="false"
                title=t("All words must occur")
                prop:value=move || text.get()
                on:input=move |event| search(event_target_value(&event), 150)
                on:keydown=move |event| match event.key().as_str() {
                    "Enter" => search(event_target_value(&event), 0),
                    "ArrowDown" => { event.prevent_default(); dom::focus(below); }
                    _ => {}
                }
            />
        </label>
    }
}

#[component]
fn Chooser(chosen: RwSignal<Vec<bool>>) -> impl IntoView {
    let widths = expect_context::<Widths>();
    let toggle = move |index: usize| {
        chosen.update(|chosen| {
            if let Some(on) = chosen.get_mut(index) {
                *on = !*on;
            }
            if !chosen.contains(&true) {
                *chosen = columns::chosen(None);
            }
        });
        dom::remember("columns", &columns::print(&chosen.get_untracked()));
    };
    let item = move |(index, field): (usize, &'static columns::FlowField)| {
        let on = move || chosen.with(|chosen| chosen.get(index).copied().unwrap_or(false));
        let title = field.by.map_or("Direction", |_| match &field.column.title {
            Cow::Borrowed(title) => *title,
            Cow::Owned(_) => "",
        });
        let hint = match &field.column.hint {
            Cow::Borrowed(hint) => t(hint),
            Cow::Owned(_) => "",
        };
        view! {
            <label class="check" title=hint>
                <input type="checkbox" prop:checked=on on:change=move |_| toggle(index) />
                {t(title)}<span class="muted">{(title == "Port").then_some(hint)}</span>
            </label>
        }
    };
    // The list can hold the focus itself, so that a click beside a box is none outside of it.
    view! {
        <details class="chooser menu" id="columns" on:focusout=dom::close_behind>
            <summary class="button" aria-label=t("Columns")>{icon::icon(icon::COLUMNS)}<span class="wide">{t("Columns")}</span></summary>
            <div class="chooser-list" tabindex="-1">
                {FIELDS.iter().enumerate().map(item).collect_view()}
                <button type="button" class="button small" on:click=move |_| { chosen.set(columns::chosen(None)); dom::remember("columns", ""); widths.reset("flow-table"); }>{t("Usual columns")}</button>
            </div>
        </details>
    }
}
