//! The files that are open together: a list with what each has, to add to and to take from. And how far one is unpacked.
use super::client::{Client, ask};
use super::filter::More;
use super::opening;
use super::parts::icon;
use super::parts::start::FromUrl;
use super::say::{fill, t, told};
use super::state::State;
use super::{dom, format};
use crate::api::{CaptureFile, Moment, Summary};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

/// Our own field of a packet's file.
const FIELD: &str = "file.name";

/// The list, behind a button of the header.
#[component]
pub(crate) fn FileMenu() -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    let is_open = RwSignal::new(false);
    let summary = ask(move || is_open.get().then(Summary::default));
    let toggled = move |event: web_sys::Event| {
        let menu = event.target().and_then(|menu| menu.dyn_into::<web_sys::Element>().ok());
        is_open.set(menu.is_some_and(|menu| menu.has_attribute("open")));
    };
    let count = move || state.files.with(Vec::len);
    let label = move || match count() {
        1 => t("1 file").to_owned(),
        files => fill("{0} files", &[&files]),
    };
    let rows = move || {
        let (start, files) = summary.answer.with(|answer| {
            let answer = answer.as_ref().map(|(_, answer)| answer);
            (answer.and_then(|answer| answer.start), answer.map(|answer| answer.files.clone()).unwrap_or_default())
        });
        let row = |(at, file): (usize, super::state::FileFacts)| {
            let facts = files.get(at).cloned().unwrap_or_default();
            view! { <Row number={at + 1} name=file.name size=file.size facts start /> }
        };
        state.files.get().into_iter().enumerate().map(row).collect_view()
    };
    let has_column = move || state.desk.columns.with(|columns| columns.iter().any(|name| name == FIELD));
    let show_column = move |_| {
        let mut columns = state.desk.columns.get_untracked();
        match columns.iter().position(|name| name == FIELD) {
            Some(at) => drop(columns.remove(at)),
            None => columns.insert(1.min(columns.len()), FIELD.to_owned()),
        }
        state.desk.set_columns(columns);
    };
    view! {
        <details class="chooser files" id="files" on:toggle=toggled on:focusout=close_behind>
            <summary class="button" title=t("The files that are open together")><span class="glyph">{label}</span></summary>
            <div class="chooser-list files-list">
                <table class="files-table">
                    <thead><tr>
                        <th scope="col">{t("No.")}</th><th scope="col">{t("File")}</th><th scope="col" class="number">{t("Size")}</th>
                        <Show when=move || { count() > 1 }>
                            <th scope="col" class="number">{t("Packets")}</th><th scope="col">{t("First packet (UTC)")}</th>
                            <th scope="col" class="number">{t("Duration")}</th><th scope="col">{t("Clock shift, s")}</th><th scope="col"></th>
                        </Show>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <p class="muted">{t("The packets of all files are merged by time. Another file, another shift or one file less: everything is read again, and what is on screen stays until then.")}</p>
                <div class="files-buttons">
                    <button type="button" class="button" id="add-files" on:click=move |_| opening::choose(client, state, true)>
                        {icon::icon(icon::PLUS)}{t("Add files")}
                    </button>
                    <FromUrl />
                    <Show when=move || { count() > 1 }>
                        <label class="check"><input type="checkbox" id="file-column" prop:checked=has_column on:change=show_column />{t("File as a column of the packet list")}</label>
                    </Show>
                </div>
            </div>
        </details>
    }
}

/// As `dom::close_behind`, but what has the focus may be drawn away.
fn close_behind(event: leptos::ev::FocusEvent) {
    if event.related_target().is_some() {
        dom::close_behind(event);
    }
}

#[component]
fn Row(number: usize, name: String, size: u64, facts: CaptureFile, start: Option<Moment>) -> impl IntoView {
    let client = expect_context::<Client>();
    let state = expect_context::<State>();
    let is_set = state.files.with_untracked(Vec::len) > 1;
    let times = facts.first_ns.zip(facts.last_ns);
    let first = times.zip(start).map(|((first, _), start)| format::date_time(after(start, first), 0));
    let took = times.map(|(first, last)| format::duration(last.saturating_sub(first)));
    let said = facts.problem.as_deref().map(told).or_else(|| {
        (facts.duplicates > 0)
            .then(|| fill("{0} of its packets stand in another file as well", &[&format::count(facts.duplicates)]))
    });
    let condition = format!("file.number == {number}");
    let shift = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        if let Ok(seconds) = text.trim().parse::<f64>() {
            client.shift(number, (seconds * 1e9).round() as i64);
        }
    };
    let shown = facts.shift_ns as f64 / 1e9;
    let label = fill("Seconds to add to the times of {0}", &[&name]);
    let remove = fill("Remove {0}", &[&name]);
    view! {
        <tr data-filter=is_set.then(|| condition.clone())>
            <td class="number">{number}</td>
            <td class="files-name" title=name.clone()>
                {name.clone()}
                {said.map(|said| view! { <p class="files-said">{icon::icon(icon::WARNING)}{said}</p> })}
            </td>
            <td class="number" title=format::exact_bytes(size)>{format::bytes(size)}</td>
            {is_set.then(|| view! {
                <td class="number">{format::count(facts.packets)}</td>
                <td>{first}</td>
                <td class="number">{took}</td>
                <td><input type="number" step="any" class="files-shift" aria-label=label prop:value=shown.to_string() on:change=shift /></td>
                <td class="files-acts">
                    <More condition=condition.clone() />
                    <button type="button" class="button quiet small" aria-label=remove.clone() title=remove.clone() on:click=move |_| client.without(number)>
                        {icon::icon(icon::CLOSE)}
                    </button>
                </td>
            })}
        </tr>
    }
}

fn after(start: Moment, ns: i64) -> Moment {
    let nanos = i64::from(start.nanos).saturating_add(ns);
    Moment {
        seconds: start.seconds.saturating_add(nanos.div_euclid(1_000_000_000)),
        nanos: u32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or(0),
    }
}

/// How far a compressed file is unpacked, and the button that stops it: before it is opened, whatever is on screen.
#[component]
pub(crate) fn UnpackingLine() -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    let is_there = Memo::new(move |_| state.unpacking.with(Option::is_some));
    let share = move || state.unpacking.with(|u| u.as_ref().map_or(0.0, |u| u.read as f64 / (u.total as f64).max(1.0)));
    let line = move || {
        state.unpacking.with(|unpacking| {
            let u = unpacking.as_ref()?;
            let (read, total, written) = (format::bytes(u.read), format::bytes(u.total), format::bytes(u.written));
            Some(fill("Unpacking {0}: {1} of {2} read, {3} unpacked", &[&u.name, &read, &total, &written]))
        })
    };
    view! {
        <Show when=move || is_there.get()>
            <div class="loading unpacking">
                <progress aria-label=t("Unpacking the file") max="1" prop:value=share></progress>
                <span class="loading-text" id="unpacking-text">{line}</span>
                <button type="button" class="button small" id="stop-unpacking" on:click=move |_| client.stop_opening()>{t("Cancel")}</button>
            </div>
        </Show>
    }
}

/// How far another set of the files on screen is read, and the button that leaves it as it is.
#[component]
pub(crate) fn RereadingLine() -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    let is_there = Memo::new(move |_| state.rereading.with(Option::is_some));
    let share =
        move || state.rereading.with(|p| p.as_ref().map_or(0.0, |p| p.bytes as f64 / (p.total as f64).max(1.0)));
    let line = move || {
        let p = state.rereading.get()?;
        Some(fill("Reading the files again: {0} of {1}", &[&format::bytes(p.bytes), &format::bytes(p.total)]))
    };
    view! {
        <Show when=move || is_there.get()>
            <div class="loading unpacking">
                <progress aria-label=t("Reading the files again") max="1" prop:value=share></progress>
                <span class="loading-text" id="rereading-text">{line}</span>
                <button type="button" class="button small" id="stop-rereading" title=t("The files on screen stay as they are") on:click=move |_| client.stop_rereading()>{t("Cancel")}</button>
            </div>
        </Show>
    }
}

/// The files of the last time, to be opened again with one click, or forgotten.
#[component]
pub(crate) fn Reopen() -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    let names = RwSignal::new(Vec::<String>::new());
    spawn_local(async move {
        let known = opening::recalled().await;
        names.try_set(known);
    });
    let label = move || {
        names.with(|names| match names.as_slice() {
            [] => None,
            [only] => Some(fill("Reopen {0}", &[only])),
            [first, _] => Some(fill("Reopen {0} and another file", &[first])),
            [first, others @ ..] => Some(fill("Reopen {0} and {1} other files", &[first, &others.len()])),
        })
    };
    let forget = move |_| {
        spawn_local(async move {
            opening::forget().await;
            names.try_set(Vec::new());
        });
    };
    move || {
        label().map(|label| {
            view! {
                <p class="reopen">
                    <button type="button" class="button" id="reopen" on:click=move |_| opening::reopen(client, state)>{label}</button>
                    <button type="button" class="button quiet small" id="forget" title=t("The browser keeps where the file is, nothing of what is in it") on:click=forget>
                        {t("Forget it")}
                    </button>
                </p>
            }
        })
    }
}
