//! The dialog: what, as what, under which name; and how far it is.
use super::choices::{Choice, FORMATS, Format, What, choices, counted};
use super::job::{Done, Job, save};
use super::{Wish, sink};
use crate::api::{Filter, TextFormat};
use crate::ui::client::Client;
use crate::ui::format;
use crate::ui::parts::icon;
use crate::ui::say::{fill, t};
use crate::ui::state::{Phase, State, set};
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Drawn while it is open only.
#[component]
pub(crate) fn SaveDialog() -> impl IntoView {
    let state = expect_context::<State>();
    move || state.saving.get().map(|wish| view! { <Form wish=wish /> })
}

#[derive(Clone, PartialEq)]
enum Stand {
    Choosing,
    Running(Done),
    /// The window that is awaited is the last.
    Stopping,
    Saved(String),
    Failed(String),
}

#[component]
fn Form(wish: Wish) -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get().filter(|dialog| !dialog.open()) {
            let _ = dialog.show_modal();
        }
    });
    let list = StoredValue::new(choices(state));
    let is_wished = |choice: &Choice| match wish {
        Wish::Packets => matches!(choice.what, What::Packets(_)),
        Wish::Table => matches!(choice.what, What::Table(_)),
        Wish::Of(slug) => choice.slug == slug,
    };
    let first = list.with_value(|list| list.iter().position(is_wished)).unwrap_or(0);
    let chosen = RwSignal::new(first);
    let choice = move || list.with_value(|list| list.get(chosen.get()).cloned());
    let wanted_format = RwSignal::new(0usize);
    let format = Memo::new(move |_| {
        let formats = choice().map_or(0..0, |choice| choice.what.formats());
        if formats.contains(&wanted_format.get()) { wanted_format.get() } else { formats.start }
    });
    let form = move || FORMATS.get(format.get()).map_or(FORMATS[0], |form| *form);
    let is_csv = move || form().0 == Format::Text(TextFormat::Csv);
    let no_formulas = RwSignal::new(true);
    let stand = RwSignal::new(Stand::Choosing);
    let busy = Memo::new(move |_| stand.with(|stand| matches!(stand, Stand::Running(_) | Stand::Stopping)));

    // How many.
    let filtered = move || !state.filter.with(Filter::is_empty);
    let count = RwSignal::new(None::<Result<(usize, usize), String>>);
    let is_ready = Memo::new(move |_| {
        let decided = !filtered() || state.filtered.with(|f| f.as_ref().is_some_and(|f| f.done));
        state.phase() != Phase::Loading && decided
    });
    Effect::new(move |_| {
        let (Some(choice), true) = (choice(), is_ready.get()) else { return };
        set(count, None);
        let asked_for = chosen.get_untracked();
        spawn_local(async move {
            let answer = client.answer(choice.what.counting()).await;
            // Unless something else was chosen meanwhile.
            if chosen.try_get_untracked() == Some(asked_for) {
                count.try_set(Some(answer.map(|answer| counted(&answer).unwrap_or_default())));
            }
        });
    });
    let how_many = move || {
        if !is_ready.get() {
            return t("Wait until all packets are read.").to_owned();
        }
        let (Some(count), Some(choice)) = (count.get(), choice()) else { return t("Counting …").to_owned() };
        match count {
            Ok(count) => {
                let packets = state.progress.with(|p| p.as_ref().map_or(0, |p| p.packets));
                sentence(&choice.what, count, packets, filtered())
            }
            Err(message) => message,
        }
    };

    // The name, without its ending.
    let own = RwSignal::new(None::<String>);
    let stem = Memo::new(move |_| {
        own.get().unwrap_or_else(|| {
            let name = state.file.with(|file| file.as_ref().map(|file| file.name.clone())).unwrap_or_default();
            stem_of(&name, &choice().map(|choice| choice.slug).unwrap_or_default(), filtered())
        })
    });

    let start = move || {
        let Some(choice) = choice() else { return };
        let (form, _, ending) = form();
        let job = match (choice.what, form) {
            (What::Packets(flow), Format::Capture(format)) => Job::Packets { format, flow },
            (What::Table(of), Format::Text(format)) => Job::Table { of, format, no_formulas: no_formulas.get() },
            _ => return,
        };
        let things =
            if matches!(job, Job::Packets { .. }) { ["{0} packet", "{0} packets"] } else { ["{0} row", "{0} rows"] };
        let name = [&*sink::safe(&stem.get()), ending].concat();
        stand.set(Stand::Running(Done::default()));
        // Stops when the dialog is closed, or its button pressed.
        let tell = move |done| {
            let goes_on = stand.try_with_untracked(|stand| matches!(stand, Stand::Running(_))) == Some(true);
            goes_on && stand.try_set(Stand::Running(done)).is_none()
        };
        spawn_local(async move {
            let result = save(client, &name, job, Box::new(tell)).await;
            stand.try_set(match result {
                Ok(None) => Stand::Choosing,
                Ok(Some(done)) => {
                    let [one, many] = things;
                    let (count, bytes) = (format::counted(done.count, one, many), format::bytes(done.bytes));
                    Stand::Saved(fill("Saved {0}, {1}, as {2}", &[&count, &bytes, &name]))
                }
                Err(message) => Stand::Failed(message),
            });
        });
    };
    let ask = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if is_ready.get_untracked() && !busy.get_untracked() {
            untrack(start);
        }
    };
    // The browser gives the focus back.
    let close = move |_| {
        if let Stand::Running(_) = stand.get_untracked() {
            stand.set(Stand::Stopping);
        } else if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let to_report = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        state.reporting.set(true);
    };
    let radio = move |(at, title): (usize, String)| {
        view! {
            <label class="check">
                <input type="radio" name="save-what" autofocus=at == first prop:checked=move || chosen.get() == at on:change=move |_| { set(chosen, at); set(stand, Stand::Choosing); } />
                {title}
            </label>
        }
    };
    let titles = list.with_value(|list| list.iter().map(|choice| choice.title.clone()).enumerate().collect::<Vec<_>>());
    let options = move || {
        let formats = choice().map_or(0..0, |choice| choice.what.formats());
        let option = |(at, (_, title, _)): (usize, (Format, &'static str, &'static str))| {
            view! { <option value=at.to_string() selected=move || format.get() == at>{t(title)}</option> }
        };
        FORMATS.into_iter().enumerate().filter(|(at, _)| formats.contains(at)).map(option).collect_view()
    };
    let choose_format = move |event: leptos::ev::Event| {
        if let Ok(at) = event_target_value(&event).parse() {
            set(wanted_format, at);
            set(stand, Stand::Choosing);
        }
    };
    // Of what: the capture's bytes, or the rows.
    let share = move |done: Done| {
        let of_packets = choice().is_some_and(|choice| matches!(choice.what, What::Packets(_)));
        let rows = count.with(|count| count.as_ref().and_then(|c| c.as_ref().ok()).map_or(0, |count| count.0 as u64));
        let file = state.file.with(|file| file.as_ref().map_or(0, |file| file.size));
        let (now, all) = if of_packets { (done.next, file) } else { (done.count, rows) };
        (now as f64 / all.max(1) as f64).min(1.0)
    };
    let said = move || match stand.get() {
        Stand::Choosing => ().into_any(),
        Stand::Running(done) => view! {
            <progress class="meter" aria-label=t("Saved so far") max="1" value=share(done).to_string()></progress>
            <span>{format::bytes(done.bytes)}" …"</span>
        }
        .into_any(),
        Stand::Stopping => t("Stopping …").into_any(),
        Stand::Saved(text) => view! { <span class="ok">{icon::icon(icon::CHECK)}</span><span>{text}</span> }.into_any(),
        Stand::Failed(text) => view! { <span class="bad" role="alert">{text}</span> }.into_any(),
    };
    view! {
        <dialog class="dialog save" id="save-dialog" node_ref=dialog aria-labelledby="save-title" on:close=move |_| state.saving.set(None)>
            <h2 id="save-title">{t("Save")}</h2>
            <form on:submit=ask>
                <fieldset disabled=move || busy.get()>
                    <div class="save-what" role="radiogroup" aria-label=t("What")>{titles.into_iter().map(radio).collect_view()}</div>
                    <p class="muted" id="save-count" aria-live="polite">{how_many}</p>
                    <div class="save-fields">
                        <label for="save-format">{t("Format")}</label>
                        <select class="select" id="save-format" on:change=choose_format>{options}</select>
                        <label for="save-name">{t("File name")}</label>
                        <span class="save-name">
                            <input type="text" id="save-name" autocomplete="off" spellcheck="false" prop:value=move || stem.get()
                                on:input=move |event| { let name = event_target_value(&event); set(own, (!name.trim().is_empty()).then_some(name)); } />
                            <span class="mono" id="save-ending">{move || form().2}</span>
                        </span>
                    </div>
                    <label class="check" hidden=move || !is_csv()>
                        <input type="checkbox" id="save-formulas" prop:checked=move || no_formulas.get() on:change=move |_| no_formulas.update(|on| *on = !*on) />
                        {t("No formulas: an apostrophe before texts that a spreadsheet would run")}
                    </label>
                </fieldset>
                <p class="save-state" id="save-state" role="status">{said}</p>
                <div class="dialog-buttons">
                    <button type="submit" class="button primary" id="save-start" disabled=move || !is_ready.get() || busy.get()>{t("Save")}</button>
                    <button type="button" class="button" id="save-close" on:click=close>
                        {move || match stand.get() { Stand::Running(_) => t("Stop"), Stand::Saved(_) => t("Close"), _ => t("Cancel") }}
                    </button>
                    // On a small screen the header has no room for its button.
                    <button type="button" class="button quiet" disabled=move || busy.get() on:click=to_report>{t("Report \u{2026}")}</button>
                </div>
            </form>
        </dialog>
    }
}

/// How many there are, and why not all.
fn sentence(what: &What, (count, total): (usize, usize), packets: u32, filtered: bool) -> String {
    let these = format::count(count as u64);
    if let What::Packets(flow) = what {
        let all = format::counted(packets.into(), "{0} packet", "{0} packets");
        return match (flow, filtered) {
            (None, false) => fill("{0}: all of them.", &[&all]),
            (None, true) => fill("{0} of {1}: those that match the filter.", &[&these, &all]),
            (Some(_), false) => fill("{0} of {1}: those of the flow.", &[&these, &all]),
            (Some(_), true) => fill("{0} of {1}: those of the flow that match the filter.", &[&these, &all]),
        };
    }
    let rows = format::counted(total as u64, "{0} row", "{0} rows");
    match (count == total, filtered) {
        (true, false) => fill("{0}.", &[&rows]),
        (true, true) => fill("{0}, of the packets that match the filter.", &[&rows]),
        (false, false) => fill("{0} of {1}: those that the search finds.", &[&these, &rows]),
        (false, true) => {
            fill("{0} of {1}: those that the search finds, of the packets that match the filter.", &[&these, &rows])
        }
    }
}

/// A name that tells where it comes from; never that of the capture, which would be overwritten while it is read.
fn stem_of(capture: &str, slug: &str, filtered: bool) -> String {
    let endings = [".gz", ".pcapng", ".pcap", ".cap", ".ntar"];
    let stem = endings.iter().fold(capture, |stem, ending| stem.strip_suffix(ending).unwrap_or(stem));
    let parts = [stem, slug, if filtered { "filtered" } else { "" }];
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    if name == stem { format!("{stem}-copy") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_it_holds_and_is_never_the_captures_own() {
        assert_eq!(stem_of("shop.pcapng", "", false), "shop-copy");
        assert_eq!(stem_of("shop.pcap.gz", "", true), "shop-filtered");
        assert_eq!(stem_of("shop.pcap", "flows", false), "shop-flows");
        assert_eq!(stem_of("shop", "flow-3", true), "shop-flow-3-filtered");
    }

    #[test]
    fn it_is_said_how_many_and_why() {
        assert_eq!(sentence(&What::Packets(None), (5, 5), 5, false), "5 packets: all of them.");
        assert_eq!(
            sentence(&What::Packets(None), (1234, 1234), 56_789, true),
            "1,234 of 56,789 packets: those that match the filter."
        );
    }
}
