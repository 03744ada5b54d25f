//! The lines of the timeline as a list: what each stands for, to be added, changed and taken away; and its buckets as a table.
use super::lines::{Drawn, Lines};
use super::{COLOURS, MOST_SERIES, PATTERNS, Series, title_of};
use crate::api::Filter;
use crate::ui::client::Client;
use crate::ui::filter::{Filters, More, within};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use crate::ui::{dom, format};
use leptos::prelude::*;

/// What is drawn, with a button for one more.
#[component]
pub(super) fn SeriesList(lines: Lines) -> impl IntoView {
    let state = expect_context::<State>();
    let series = state.line.series;
    // Which one is being written: a new one behind the last.
    let editing = RwSignal::new(None::<usize>);
    let is_filtered = Memo::new(move |_| !state.filter.with(Filter::is_empty));
    let legend = move || {
        is_filtered.get().then(|| view! {
            <span class="legend"><span class="swatch matching" aria-hidden="true"></span>{t("matches the filter")}</span>
            <span class="legend"><span class="swatch whole" aria-hidden="true"></span>{t("everything")}</span>
        })
    };
    let one = move |(nth, series): (usize, Series)| {
        let title = series.title();
        let (class, dashes) = (format!("series-{}", series.colour), series.dashes());
        let trouble = move || match lines.trouble(nth)? {
            Ok(left) => Some(
                view! { <span class="muted">{fill("{0} packets to read", &[&format::count(left.into())])}</span> }
                    .into_any(),
            ),
            Err(message) => Some(
                view! { <span class="bad" role="alert" title=message.clone()>{t("no valid filter")}</span> }.into_any(),
            ),
        };
        view! {
            <span class="legend" data-filter=series.filter.clone()>
                <button type="button" class="legend-name" id=format!("series-{nth}") title=fill("Change this line: {0}", &[&series.filter]) on:click=move |_| editing.set(Some(nth))>
                    <svg class="swatch-line" viewBox="0 0 24 8" aria-hidden="true"><path class=format!("curve {class}") stroke-dasharray=dashes d="M0 4h24" /></svg>
                    <span>{title.clone()}</span>
                </button>
                {trouble}
                <button type="button" class="chip-remove" aria-label=fill("Remove the line {0}", &[&title]) on:click=move |_| remove(state, nth)>"×"</button>
            </span>
        }
    };
    let add = move || {
        series.with(|list| list.len() < MOST_SERIES).then(|| view! {
            <button type="button" class="button small" id="series-add" title=t("A line with a filter of its own") on:click=move |_| editing.set(Some(series.with_untracked(Vec::len)))>{t("+ Line")}</button>
        })
    };
    view! {
        {legend}
        {move || series.get().into_iter().enumerate().map(one).collect_view()}
        {add}
        {move || editing.get().map(|nth| view! { <Editor nth=nth editing=editing /> })}
    }
}

fn remove(state: State, nth: usize) {
    state.line.series.update(|list| {
        if nth < list.len() {
            list.remove(nth);
        }
    });
    dom::focus("series-add");
}

/// One line's filter, name, colour and pattern.
#[component]
fn Editor(nth: usize, editing: RwSignal<Option<usize>>) -> impl IntoView {
    let state = expect_context::<State>();
    let filters = expect_context::<Filters>();
    let client = expect_context::<Client>();
    let known = state.line.series.with_untracked(|list| list.get(nth).cloned());
    let is_new = known.is_none();
    // A new one begins with what stands in the filter's field, and looks like no other.
    let place = nth as u8;
    let begin = known.unwrap_or_else(|| Series {
        filter: filters.draft.with_untracked(|draft| draft.text.clone()),
        colour: place % COLOURS.len() as u8,
        pattern: place % PATTERNS.len() as u8,
        ..Series::default()
    });
    let (filter, name) = (RwSignal::new(begin.filter), RwSignal::new(begin.name));
    let (colour, pattern) = (RwSignal::new(begin.colour), RwSignal::new(begin.pattern));
    let wrong = RwSignal::new(String::new());
    let close = move || {
        editing.set(None);
        request_animation_frame(move || _ = dom::focus(&format!("series-{nth}")) || dom::focus("series-add"));
    };
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = filter.get_untracked().trim().to_owned();
        if text.is_empty() {
            return set(wrong, t("A line needs a filter.").to_owned());
        }
        let series = Series {
            name: name.get_untracked(),
            filter: text.clone(),
            colour: colour.get_untracked(),
            pattern: pattern.get_untracked(),
        };
        let question = crate::api::CheckFilter { filter: Filter { text, ..Filter::default() } };
        client.ask_once(question, move |answer| match answer {
            Ok(check) if check.verdict == crate::api::FilterVerdict::Invalid => _ = wrong.try_set(check.message),
            Err(message) => _ = wrong.try_set(message),
            Ok(_) => {
                state.line.series.update(|list| {
                    list.splice(nth.min(list.len())..(nth + 1).min(list.len()), [series]);
                    list.truncate(MOST_SERIES);
                });
                close();
            }
        });
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            close();
        }
    };
    Effect::new(move |_| request_animation_frame(|| _ = dom::focus("series-filter")));
    let number = |event: &leptos::ev::Event| event_target_value(event).parse().unwrap_or(0);
    let colours = COLOURS
        .iter()
        .enumerate()
        .map(|(n, name)| view! { <option value=n selected=move || usize::from(colour.get()) == n>{t(name)}</option> })
        .collect_view();
    let patterns = PATTERNS.iter().enumerate().map(|(n, (name, _))| view! { <option value=n selected=move || usize::from(pattern.get()) == n>{t(name)}</option> }).collect_view();
    let dashes = move || PATTERNS.get(usize::from(pattern.get())).map_or("", |(_, dashes)| dashes);
    view! {
        <form class="series-editor" on:submit=keep on:keydown=keys aria-label=t("A line of the timeline")>
            <label class="grow">{t("Filter")}<input type="text" id="series-filter" class="mono" autocomplete="off" spellcheck="false" aria-describedby="series-wrong" prop:value=move || filter.get() on:input=move |event| filter.set(event_target_value(&event)) /></label>
            <label>{t("Name")}<input type="text" id="series-name" autocomplete="off" prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event)) /></label>
            <label>{t("Colour")}<select class="select" id="series-colour" on:change=move |event| colour.set(number(&event))>{colours}</select></label>
            <label>{t("Stroke")}<select class="select" id="series-pattern" on:change=move |event| pattern.set(number(&event))>{patterns}</select></label>
            <svg class="swatch-line large" viewBox="0 0 48 8" aria-hidden="true"><path class=move || format!("curve series-{}", colour.get()) stroke-dasharray=dashes d="M0 4h48" /></svg>
            <button type="submit" class="button small primary" id="series-keep">{if is_new { t("Add") } else { t("Change") }}</button>
            <button type="button" class="button small" on:click=move |_| close()>{t("Cancel")}</button>
            <span class="bad" id="series-wrong" role="alert">{move || wrong.get()}</span>
        </form>
    }
}

/// The chart as numbers: buckets in which there is something.
#[component]
pub(super) fn TableOf(drawn: Memo<Drawn>) -> impl IntoView {
    let state = expect_context::<State>();
    let counted = state.line.counted;
    let table = move || {
        drawn.with(|d| {
            let names = d.series.iter().map(|(series, _)| view! { <th scope="col" class="num">{series.title()}</th> }).collect_view();
            let line = d.shown.as_ref().unwrap_or(&d.whole);
            let is_filtered = d.shown.is_some();
            let every = counted.get().values(&d.whole);
            let others: Vec<Vec<f64>> = d.series.iter().map(|(_, line)| counted.get().values(line)).collect();
            let rows = (0..d.buckets()).filter(|n| every.get(*n).is_some_and(|value| *value > 0.0)).map(|n| {
                let condition = within((d.start(n), d.start(n + 1)));
                let shown = condition.clone();
                let at = |values: &[u32]| format::count(values.get(n).copied().unwrap_or(0).into());
                let whole = is_filtered.then(|| view! { <td class="num">{counted.get().print(every.get(n).copied().unwrap_or_default())}</td> });
                let lines = others.iter().map(|values| view! { <td class="num">{counted.get().print(values.get(n).copied().unwrap_or_default())}</td> }).collect_view();
                view! {
                    <tr data-filter=shown>
                        <th scope="row" class="num">{format::seconds(d.start(n))}</th>
                        <td class="num">{at(&line.packets)}</td>
                        <td class="num">{format::count(line.bytes.get(n).copied().unwrap_or(0))}</td>
                        <td class="num">{at(&line.flows)}</td><td class="num">{at(&line.resets)}</td>
                        <td class="num">{at(&line.retransmissions)}</td><td class="num">{at(&line.errors)}</td>
                        {whole}{lines}
                        <td class="row-end"><More condition=condition /></td>
                    </tr>
                }
            }).collect_view();
            let whole = is_filtered.then(|| view! { <th scope="col" class="num">{fill("All: {0}", &[&title_of(counted.get())])}</th> });
            view! {
                <table class="plain">
                    <thead><tr>
                        <th scope="col" class="num">{t("From, s")}</th><th scope="col" class="num">{t("Packets")}</th><th scope="col" class="num">{t("Bytes")}</th><th scope="col" class="num">{t("New flows")}</th>
                        <th scope="col" class="num">{t("Resets")}</th><th scope="col" class="num">{t("Sent again")}</th><th scope="col" class="num">{t("Errors")}</th>{whole}{names}<th><span class="visually-hidden">{t("Filter")}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }
        })
    };
    view! { <div class="timeline-rows" id="timeline-rows" tabindex="0" role="group" aria-label=t("Timeline")>{table}</div> }
}
