//! "Build a filter": a form for what is asked most often. It writes a filter into the bar; applying it is another step.
use super::written::{FIELDS, Given, written};
use super::{Filters, words};
use crate::api::{CompleteFilter, Filter, Hierarchy, Language, Summary};
use crate::sorted::Sorted;
use crate::ui::client::{Client, ask};
use crate::ui::parts::icon;
use crate::ui::say::{fill, t};
use crate::ui::{dom, format, geo};
use leptos::html::Dialog;
use leptos::prelude::*;

#[component]
pub(crate) fn BuildButton() -> impl IntoView {
    let filters = expect_context::<Filters>();
    view! {
        <button type="button" class="button" id="filter-build" title=t("Build a filter from a form") on:click=move |_| filters.building.set(true)>
            {icon::icon(icon::PLUS)}<span class="wide">{t("Build …")}</span>
        </button>
    }
}

/// Drawn while it is open only: its questions are asked then.
#[component]
pub(crate) fn FormDialog() -> impl IntoView {
    let filters = expect_context::<Filters>();
    move || filters.building.get().then(|| view! { <Form /> })
}

#[component]
fn Form() -> impl IntoView {
    let filters = expect_context::<Filters>();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get().filter(|dialog| !dialog.open()) {
            let _ = dialog.show_modal();
        }
    });
    let given = RwSignal::new(Given::default());
    let any = RwSignal::new(false);
    let made = Memo::new(move |_| given.with(|given| written(given, any.get())));
    let close = move || {
        filters.building.set(false);
        dom::focus(super::INPUT);
    };
    let hierarchy = ask(|| Some(Hierarchy {}));
    let names = move || {
        let names: Sorted<String, ()> = hierarchy.answer.with(|a| {
            a.as_ref().map(|(_, h)| h.rows.iter().map(|r| (r.name.clone(), ())).collect()).unwrap_or_default()
        });
        names.keys().map(|name| view! { <option value=name.clone()></option> }).collect_view()
    };
    let summary = ask(|| Some(Summary {}));
    let places = places();
    Effect::new(move |_| given.update(|given| given.places = places.get()));
    let span = move || {
        summary.answer.with(|a| {
            let summary = &a.as_ref()?.1;
            let start = summary.start?;
            let end = crate::api::Moment {
                seconds: start.seconds.saturating_add(summary.duration_ns / 1_000_000_000),
                ..start
            };
            let [start, end] =
                [start, end].map(|at| format::date_time(at, 0).split('.').next().unwrap_or_default().to_owned());
            Some(fill("The capture goes from {0} to {1}. All times are UTC.", &[&start, &end]))
        })
    };
    let field = move |(at, (label, kind, hint)): (usize, (&'static str, &'static str, &'static str))| {
        let id = format!("build-{at}");
        let (list, kind) = match kind {
            "protocol" => (Some("build-protocols"), "text"),
            "country" => (Some("build-countries"), "text"),
            "wide" => (None, "text"),
            _ => (None, kind),
        };
        let is_wide = FIELDS.get(at).is_some_and(|field| field.1 == "wide");
        let wrong =
            move || made.with(|made| made.as_ref().err().is_some_and(|(wrong, _)| *wrong == at).then_some("true"));
        // Whose upper end it is stands before it.
        let whole = label
            .starts_with('…')
            .then(|| format!("{} {}", FIELDS.get(at.wrapping_sub(1)).map_or("", |f| t(f.0)), t(label)));
        view! {
            <label for=id.clone()>{t(label)}</label>
            <input type=kind id=id.clone() class:span-all=is_wide aria-label=whole placeholder=t(hint) list=list autocomplete="off" spellcheck="false" step=(kind == "datetime-local").then_some("1")
                aria-invalid=wrong on:input=move |event| given.update(|given| if let Some(value) = given.fields.get_mut(at) { *value = event_target_value(&event) }) />
        }
    };
    let names_of_files = Memo::new(move |_| {
        let names: Sorted<String, ()> = summary.answer.with(|a| {
            a.as_ref().map(|(_, s)| s.files.iter().map(|file| (file.name.clone(), ())).collect()).unwrap_or_default()
        });
        names.keys().cloned().collect::<Vec<String>>()
    });
    let files = move || {
        let names = names_of_files.get();
        let one = move |name: String| {
            let shown = name.clone();
            let choose = move |event| {
                let is_chosen = event_target_checked(&event);
                given.update(|given| {
                    given.files.retain(|file| *file != name);
                    if is_chosen {
                        given.files.push(name.clone());
                    }
                });
            };
            view! { <label><input type="checkbox" on:change=choose /><span>{shown}</span></label> }
        };
        (names.len() > 1).then(|| view! {
            <span id="build-files-title">{t("Files")}</span>
            <div class="build-files span-all" id="build-files" role="group" aria-labelledby="build-files-title">{names.into_iter().map(one).collect_view()}</div>
        })
    };
    let countries = move || {
        places.get().into_iter().map(|(code, name)| view! { <option value=name>{code}</option> }).collect_view()
    };
    let radio = move |(value, title): (bool, &'static str)| {
        view! { <label><input type="radio" name="build-join" prop:checked=move || any.get() == value on:change=move |_| any.set(value) /><span>{t(title)}</span></label> }
    };
    let text = move || made.with(|made| made.clone().unwrap_or_default());
    let said = move || {
        made.with(|made| match made {
            Ok(text) if text.is_empty() => view! { <span class="muted">{t("Nothing is asked yet.")}</span> }.into_any(),
            Ok(text) => view! { <code>{text.clone()}</code> }.into_any(),
            Err((_, message)) => view! { <span class="bad">{t(message)}</span> }.into_any(),
        })
    };
    // What stands in the bar may stay, joined with what is built.
    let joined = move |join| {
        filters.join(join, &text(), false);
        close();
    };
    let has_more = move || !filters.draft.with(crate::api::Filter::is_empty);
    let is_empty = move || text().is_empty();
    view! {
        <dialog class="dialog build" id="filter-form" node_ref=dialog aria-labelledby="build-title" on:close=move |_| filters.building.set(false)>
            <h2 id="build-title">{t("Build a filter")}</h2>
            <form on:submit=move |event| { event.prevent_default(); if !is_empty() { joined(words::Join::Selected); } }>
                <div class="build-fields">
                    {files}
                    {FIELDS.into_iter().enumerate().map(field).collect_view()}
                </div>
                <datalist id="build-countries">{countries}</datalist>
                <datalist id="build-protocols">{names}</datalist>
                <p class="muted">{span}</p>
                <div class="build-join"><span class="radios" role="radiogroup" aria-label=t("How the conditions are joined")>{[(false, "All must hold (AND)"), (true, "Any may hold (OR)")].map(radio).collect_view()}</span></div>
                <p class="build-text" id="build-text" aria-live="polite">{said}</p>
                <div class="dialog-buttons">
                    <button type="submit" class="button primary" id="build-put" disabled=is_empty>{t("Put into the bar")}</button>
                    <button type="button" class="button" id="build-and" hidden=move || !has_more() disabled=is_empty on:click=move |_| joined(words::Join::And)>{t("… and what is there")}</button>
                    <span class="space"></span>
                    <button type="button" class="button" on:click=move |_| close()>{t("Cancel")}</button>
                </div>
            </form>
        </dialog>
    }
}

/// Countries and classes of addresses of this capture, whatever the filter: code and name, those of the most flows first.
fn places() -> Memo<Vec<(String, String)>> {
    geo::need(expect_context::<Client>(), expect_context::<Filters>().state);
    const ASKED: &str = "geo.country==";
    let filter = Filter { text: ASKED.to_owned(), language: Language::Display };
    let asked = ask(move || Some(CompleteFilter { filter: filter.clone(), cursor: ASKED.len() as u32 }));
    Memo::new(move |_| {
        let code = |text: &str| text.trim_matches('"').to_owned();
        asked.answer.with(|answer| {
            let choices = answer.iter().flat_map(|(_, found)| found.choices.iter().map(|choice| code(&choice.text)));
            choices.map(|code| (code.clone(), geo::name_of(&code))).collect()
        })
    })
}
