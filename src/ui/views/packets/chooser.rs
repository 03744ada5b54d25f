//! Columns of the packet list: add, move, remove.
use super::columns;
use crate::api::Fields;
use crate::ui::client::ask;
use crate::ui::desk::{Desk, usual};
use crate::ui::parts::icon;
use crate::ui::parts::widths::Widths;
use crate::ui::say::{fill, t};
use crate::ui::state::State;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Fields offered for what was typed.
const OFFERED: usize = 30;

#[component]
pub(crate) fn Chooser() -> impl IntoView {
    let desk = expect_context::<State>().desk;
    let widths = expect_context::<Widths>();
    let typed = RwSignal::new(String::new());
    let pattern = move || typed.with(|typed| typed.trim().to_ascii_lowercase());
    let asked = ask(move || Some(pattern()).filter(|pattern| pattern.len() > 1).map(|pattern| Fields { pattern }));
    let offers = move || {
        let pattern = pattern();
        if pattern.is_empty() {
            // Of the built-in ones those that are not there.
            let missing =
                columns::built_in().filter(|slug| desk.columns.with(|c| !c.iter().any(|there| there == slug)));
            return missing.map(|slug| (slug.to_owned(), columns::title(slug))).collect::<Vec<_>>();
        }
        asked.answer.with(|answer| {
            let fields = answer.as_ref().map(|(_, answer)| answer.fields.clone()).unwrap_or_default();
            fields
                .into_iter()
                .filter(|field| desk.columns.with(|columns| !columns.contains(&field.name)))
                .take(OFFERED)
                .map(|field| (field.name, format!("{} · {}", field.title, field.protocol)))
                .collect::<Vec<_>>()
        })
    };
    let close_behind = |event: leptos::ev::FocusEvent| {
        let menu = event.current_target().and_then(|menu| menu.dyn_into::<web_sys::Element>().ok());
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        // Without a target the focused button itself was drawn away: the list stays.
        if let Some(menu) = menu.filter(|menu| to.is_some() && !menu.contains(to.as_ref())) {
            let _ = menu.remove_attribute("open");
        }
    };
    let row = move |(at, slug): (usize, String)| {
        let title = columns::title(&slug);
        let label = |what: &'static str| fill(what, &[&title]);
        view! {
            <li class="column-row">
                <span class="column-name">{title.clone()}</span>
                <button type="button" class="button quiet small" aria-label=label("Move up {0}") title=t("Move up") disabled=at == 0 on:click=move |_| shift(desk, at, at.saturating_sub(1))>"↑"</button>
                <button type="button" class="button quiet small" aria-label=label("Move down {0}") title=t("Move down") on:click=move |_| shift(desk, at, at + 1)>"↓"</button>
                <button type="button" class="button quiet small" aria-label=label("Remove {0}") title=t("Remove") on:click=move |_| remove(desk, at)>{icon::icon(icon::CLOSE)}</button>
            </li>
        }
    };
    let offer = move |(name, title): (String, String)| {
        let slug = name.clone();
        view! {
            <li><button type="button" class="offer" on:click=move |_| add(desk, slug.clone())>
                <span class="mono">{name}</span><span class="muted">{title}</span>
            </button></li>
        }
    };
    view! {
        <details class="chooser menu" id="packet-columns" on:focusout=close_behind>
            <summary class="button" aria-label=t("Columns")>{icon::icon(icon::COLUMNS)}<span class="wide">{t("Columns")}</span></summary>
            <div class="chooser-list wide-list" tabindex="-1">
                <ul class="columns-now">{move || desk.columns.get().into_iter().enumerate().map(row).collect_view()}</ul>
                <label class="search">
                    <span class="visually-hidden">{t("Add a column: any field")}</span>
                    <input type="search" id="field-search" placeholder=t("Add any field: tcp.seq, ttl, host …") autocomplete="off" spellcheck="false"
                        prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
                </label>
                <ul class="offers" aria-label=t("Columns to add")>{move || offers().into_iter().map(offer).collect_view()}</ul>
                {move || asked.failure.get().map(|message| view! { <p class="muted">{message}</p> })}
                <button type="button" class="button small" on:click=move |_| { desk.set_columns(usual()); widths.reset(super::list::ID); }>{t("Usual columns")}</button>
            </div>
        </details>
    }
}

fn shift(desk: Desk, from: usize, to: usize) {
    let mut columns = desk.columns.get_untracked();
    if from < columns.len() && to < columns.len() {
        columns.swap(from, to);
        desk.set_columns(columns);
    }
}

fn remove(desk: Desk, at: usize) {
    let mut columns = desk.columns.get_untracked();
    if at < columns.len() {
        columns.remove(at);
        desk.set_columns(columns);
    }
}

/// Before Info, which takes the room that is left.
fn add(desk: Desk, slug: String) {
    let mut columns = desk.columns.get_untracked();
    let at = columns.iter().position(|slug| slug == "info").unwrap_or(columns.len());
    columns.insert(at, slug);
    desk.set_columns(columns);
}
