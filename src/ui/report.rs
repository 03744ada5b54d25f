//! The dialog that makes a report: which parts, with real addresses or others, as a page or as Markdown.
use super::client::Client;
use super::dom;
use super::format;
use super::parts::icon;
use super::save::safe_name;
use super::say::{fill, language, t, told, words};
use super::state::{Phase, State};
use super::views::allow_list;
use crate::api::{Answer, LOGINS_AT_ONCE, Moment, Question, Report, ReportFormat, ReportSection, Unwanted};
use js_sys::{Array, Function, Reflect, Uint8Array, Uint32Array};
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

/// Opens it.
#[component]
pub(crate) fn ReportButton() -> impl IntoView {
    let state = expect_context::<State>();
    view! {
        <button type="button" class="button" id="report" title=t("A report to hand on: HTML or Markdown") aria-label=t("Report \u{2026}") aria-haspopup="dialog" on:click=move |_| state.reporting.set(true)>
            {icon::icon(icon::COLUMNS)}<span class="wide">{t("Report \u{2026}")}</span>
        </button>
    }
}

/// Drawn while it is open only.
#[component]
pub(crate) fn ReportDialog() -> impl IntoView {
    let state = expect_context::<State>();
    move || state.reporting.get().then(|| view! { <Form /> })
}

/// What is to be made of it.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    SaveHtml,
    SaveMarkdown,
    CopyMarkdown,
}

#[component]
fn Form() -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get().filter(|dialog| !dialog.open()) {
            let _ = dialog.show_modal();
        }
    });
    let chosen = RwSignal::new(ReportSection::ALL.to_vec());
    let pseudonyms = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let said = RwSignal::new(String::new());
    let filtered = move || state.filter.with(|filter| !filter.is_empty());
    let is_ready = Memo::new(move |_| {
        let decided = !filtered() || state.filtered.with(|f| f.as_ref().is_some_and(|f| f.done));
        state.phase() != Phase::Loading && decided && !chosen.with(Vec::is_empty)
    });
    let make = move |way: Way| {
        let file = state.file.with_untracked(|file| file.as_ref().map(|file| file.name.clone())).unwrap_or_default();
        let salt = if pseudonyms.get_untracked() { salt() } else { Some(String::new()) };
        let Some(salt) = salt else {
            return said.set(t("This browser gives a page no random numbers, which pseudonyms need.").to_owned());
        };
        let question = Report {
            format: if way == Way::SaveHtml { ReportFormat::Html } else { ReportFormat::Markdown },
            sections: chosen.get_untracked(),
            name: file.clone(),
            made: now(),
            filter: state.filter.with_untracked(|filter| filter.text.clone()),
            allow: allow_list(),
            salt,
            language: language::now().code().to_owned(),
            words: words().to_owned(),
        };
        // A name that tells nothing where nothing is to be told.
        let stem = if !question.salt.is_empty() { "report".to_owned() } else { format!("{}-report", safe_name(&file)) };
        busy.set(true);
        said.set(t("Making the report \u{2026}").to_owned());
        spawn_local(async move {
            let text = report(client, question).await;
            let message = match text {
                Ok(text) if way == Way::CopyMarkdown => match dom::copy(&text) {
                    true => fill("Copied: {0}.", &[&format::bytes(text.len() as u64)]),
                    false => t("This browser does not let a page copy; save it instead.").to_owned(),
                },
                Ok(text) => {
                    let name = format!("{stem}.{}", if way == Way::SaveHtml { "html" } else { "md" });
                    dom::save(&name, &Array::of1(&Uint8Array::from(text.as_bytes())));
                    fill("Saved as {0}: {1}.", &[&name, &format::bytes(text.len() as u64)])
                }
                Err(message) => told(&message),
            };
            busy.try_set(false);
            said.try_set(message);
        });
    };
    let section = move |section: ReportSection| {
        let is_on = move || chosen.with(|chosen| chosen.contains(&section));
        let turn = move |_| {
            chosen.update(|chosen| match chosen.iter().position(|one| *one == section) {
                Some(at) => _ = chosen.remove(at),
                None => chosen.push(section),
            });
        };
        view! { <label class="check"><input type="checkbox" name=section.slug() prop:checked=is_on on:change=turn />{t(section.title())}</label> }
    };
    let filter = move || {
        let text = state.filter.with(|filter| filter.text.clone());
        match text.is_empty() {
            true => t("All packets: no filter is applied.").to_owned(),
            false => fill("Only packets that match the filter, which the report says: {0}", &[&text]),
        }
    };
    let all = move |on: bool| chosen.set(if on { ReportSection::ALL.to_vec() } else { Vec::new() });
    let disabled = move || busy.get() || !is_ready.get();
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog class="dialog report" id="report-dialog" node_ref=dialog aria-labelledby="report-title" on:close=move |_| state.reporting.set(false)>
            <h2 id="report-title">{t("Report")}</h2>
            <p>{t("For people who do not have the capture. It is made here and saved by you; nothing is sent.")}</p>
            <fieldset disabled=move || busy.get()>
                <legend class="muted">{t("Parts")}</legend>
                <div class="report-sections">{ReportSection::ALL.into_iter().map(section).collect_view()}</div>
                <p>
                    <button type="button" class="link" on:click=move |_| all(true)>{t("All")}</button>" "
                    <button type="button" class="link" on:click=move |_| all(false)>{t("None")}</button>
                </p>
                <label class="check"><input type="checkbox" id="report-pseudonyms" prop:checked=move || pseudonyms.get() on:change=move |_| pseudonyms.update(|on| *on = !*on) />{t("Pseudonyms for addresses and names")}</label>
                <p class="muted">{t("The same everywhere in the report, other ones in the next: what they are made with is kept nowhere. Networks stay recognisable, private addresses private; ports, times and sizes are real.")}</p>
            </fieldset>
            <p class="muted" id="report-filter">{filter}</p>
            <p class="report-state" id="report-state" role="status">{move || if is_ready.get() || chosen.with(Vec::is_empty) { said.get() } else { t("Wait until all packets are read.").to_owned() }}</p>
            <div class="dialog-buttons">
                <button type="button" class="button primary" id="report-html" disabled=disabled on:click=move |_| make(Way::SaveHtml)>{t("Save as HTML")}</button>
                <button type="button" class="button" id="report-copy" disabled=disabled on:click=move |_| make(Way::CopyMarkdown)>{t("Copy as Markdown")}</button>
                <button type="button" class="button" id="report-markdown" disabled=disabled on:click=move |_| make(Way::SaveMarkdown)>{t("Save as Markdown")}</button>
                <button type="button" class="button quiet" on:click=close>{t("Close")}</button>
            </div>
        </dialog>
    }
}

/// Asks for it, once everything is read that may hold a login.
async fn report(client: Client, question: Report) -> Result<String, String> {
    let mut is_open = question.sections.contains(&ReportSection::Unwanted);
    while is_open {
        let answer = client.answer(Unwanted { allow: question.allow.clone(), read: LOGINS_AT_ONCE }.query()).await?;
        is_open = matches!(answer, Answer::Unwanted(answer) if answer.unread > 0);
    }
    match client.answer(question.query()).await? {
        Answer::Report(answer) => Ok(answer.text),
        _ => Err("The engine answered another question.".to_owned()),
    }
}

/// The clock of the reader.
fn now() -> String {
    let seconds = (js_sys::Date::now() / 1000.0) as i64;
    let offset = dom::utc_offset(seconds);
    let text = format::date_time(Moment { seconds, nanos: 0 }, offset);
    text.get(..16).unwrap_or(&text).to_owned()
}

/// Random numbers of the browser.
fn salt() -> Option<String> {
    let numbers = Uint32Array::new_with_length(4);
    let crypto = Reflect::get(&window(), &JsValue::from_str("crypto")).ok()?;
    let random = Reflect::get(&crypto, &JsValue::from_str("getRandomValues")).ok()?.dyn_into::<Function>().ok()?;
    random.call1(&crypto, &numbers).ok()?;
    Some((0..4).map(|at| format!("{:08x}", numbers.get_index(at))).collect())
}
