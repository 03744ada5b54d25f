//! One chart: its head with the choices, the drawing or the table.
use super::bubbles::{AXES, Axis};
use super::times::Times;
use super::{Chart, Form, MEASURES, Shown, bars, bubbles, heat, sankey, say};
use crate::api::{Measure, Statistics, StatisticsAnswer};
use crate::ui::client::ask;
use crate::ui::figure::Figure;
use crate::ui::filter::More;
use crate::ui::parts::drawing::{ChartMenu, Drawing};
use crate::ui::say::{fill, t};
use crate::ui::state::State;
use crate::ui::{dom, format};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Card(chart: &'static Chart, offset: RwSignal<i32>) -> impl IntoView {
    let state = expect_context::<State>();
    let by = Memo::new(move |_| chart.by(state));
    let axes = Memo::new(move |_| chart.axes(state));
    let as_table = RwSignal::new(false);
    let width = RwSignal::new(0.0f64);
    let place = NodeRef::<Div>::new();
    // What is out of sight is asked when it comes near.
    let in_sight = dom::near(place);
    let asked = ask(move || {
        let question = Statistics { kind: chart.kind, by: by.get(), top: chart.top, utc_offset: offset.get() };
        in_sight.get().then_some(question)
    });
    Effect::new(move |_| {
        let start = asked.answer.with(|a| a.as_ref().and_then(|(_, answer)| answer.start));
        if let Some(start) = start {
            crate::ui::state::set(offset, (dom::utc_offset(start.seconds) * 60) as i32);
        }
    });
    // With the numbers that it was asked for: those of another measure are on their way.
    let with = move |draw: &dyn Fn(&Shown<'_>)| {
        asked.answer.with(|a| {
            if let Some((question, answer)) = a {
                let times = Times { start: answer.start, offset: question.utc_offset };
                draw(&Shown { answer, kind: chart.kind, by: question.by, width: width.get(), times });
            }
        });
    };
    let figure = Memo::new(move |_| {
        let drawn = std::cell::RefCell::new(Figure::default());
        with(&|shown| {
            if shown.width > 0.0 {
                *drawn.borrow_mut() = match chart.form {
                    Form::Bars => bars::figure(shown),
                    Form::Heat => heat::figure(shown),
                    Form::Bands => sankey::figure(shown),
                    Form::Bubbles => bubbles::figure(shown, axes.get().0, axes.get().1),
                };
            }
        });
        drawn.into_inner()
    });
    let tell = Arc::new(move |row: usize| {
        let told = std::cell::RefCell::new(Vec::new());
        with(&|shown| *told.borrow_mut() = shown.answer.rows.get(row).map(|row| shown.tell(row)).unwrap_or_default());
        told.into_inner()
    });
    let options = chart.measures().map(|(measure, slug, title)| view! { <option value=*slug selected=move || by.get() == *measure>{t(title)}</option> }).collect_view();
    let choose = move |event| {
        let slug = event_target_value(&event);
        if let Some((measure, ..)) = MEASURES.iter().find(|(_, known, _)| *known == slug) {
            chart.choose(state, *measure, axes.get_untracked());
        }
    };
    let axis = move |is_x: bool, title: &'static str| {
        let chosen = move || if is_x { axes.get().0 } else { axes.get().1 };
        let options = AXES.iter().map(|(axis, slug, title)| view! { <option value=*slug selected=move || chosen() == *axis>{t(title)}</option> }).collect_view();
        let choose = move |event| {
            if let Some(axis) = Axis::of_slug(&event_target_value(&event)) {
                let (x, y) = axes.get_untracked();
                chart.choose(state, by.get_untracked(), if is_x { (axis, y) } else { (x, axis) });
            }
        };
        view! { <label class="choice">{t(title)}<select class="select" on:change=choose>{options}</select></label> }
    };
    let axes_of = (chart.form == Form::Bubbles).then(|| view! { {axis(true, "Across")}{axis(false, "Up")} });
    let title_id = format!("{}-title", chart.slug);
    let titled = title_id.clone();
    let label = Signal::derive(move || {
        fill("{0}. Arrow keys go from one to the next, Enter lets only that pass.", &[&t(chart.title)])
    });
    let name = Signal::derive(move || {
        let title = MEASURES.iter().find(|(m, ..)| *m == by.get()).map_or("", |(.., title)| t(title));
        format!("{} – {title}", t(chart.title))
    });
    let note = move || {
        asked.answer.with(|a| {
            let (question, answer) = a.as_ref()?;
            note(chart, question.by, answer)
        })
    };
    let nothing = move || {
        let is_empty = asked.answer.with(|a| a.as_ref().is_some_and(|(_, answer)| answer.rows.is_empty()));
        is_empty.then(|| view! { <p class="muted">{t("Nothing to count.")}</p> })
    };
    let data_key = move || {
        (chart.form == Form::Bars && by.get() == Measure::Data).then(|| {
            view! {
                <span class="legend"><span class="swatch out" aria-hidden="true"></span>{t("sent")}</span>
                <span class="legend"><span class="swatch back" aria-hidden="true"></span>{t("received")}</span>
            }
        })
    };
    view! {
        <section class="card statistic" class:wide-card=chart.form != Form::Bars id=chart.slug aria-labelledby=title_id>
            <div class="card-head">
                <h2 id=titled>{t(chart.title)}</h2>
                <span class="space"></span>
                {axes_of}
                <label class="choice">{if chart.form == Form::Bubbles { t("Area") } else { t("By") }}<select class="select" id=format!("{}-by", chart.slug) on:change=choose>{options}</select></label>
                <button type="button" class="button small" aria-pressed=move || as_table.get().to_string() on:click=move |_| as_table.update(|on| *on = !*on)>{t("Table")}</button>
                <ChartMenu figure=figure name=name slug=chart.slug />
            </div>
            <div node_ref=place>
                {nothing}
                {move || if as_table.get() {
                    view! { {move || asked.answer.with(|a| a.as_ref().map(|(question, answer)| {
                        let times = Times { start: answer.start, offset: question.utc_offset };
                        table(&Shown { answer, kind: chart.kind, by: question.by, width: 0.0, times })
                    }))} }.into_any()
                } else {
                    view! { <Drawing figure=figure label=label tell=tell.clone() width=width /> }.into_any()
                }}
                <p class="muted note">{data_key}{note}</p>
            </div>
        </section>
    }
}

/// What the chart leaves out.
fn note(chart: &Chart, by: Measure, answer: &StatisticsAnswer) -> Option<String> {
    if chart.has_countries() && answer.no_countries {
        return Some(t("The table of countries is not loaded: public addresses are in none.").to_owned());
    }
    let shown = answer.rows.len();
    let more = (answer.groups as usize).saturating_sub(shown);
    match chart.form {
        Form::Bars | Form::Bubbles if more > 0 => Some(fill(
            "and {0} more with {1} ({2})",
            &[
                &format::count(more as u64),
                &say(by, answer.rest.measure(by)),
                &format::percent(answer.rest.measure(by), answer.total.measure(by)),
            ],
        )),
        _ => None,
    }
}

/// The same as numbers.
fn table(shown: &Shown<'_>) -> impl IntoView + use<> {
    let has_second = shown.answer.rows.iter().any(|row| !shown.second(row).is_empty());
    let rows = shown.answer.rows.iter().map(|row| {
        let second = has_second.then(|| view! { <td>{shown.second(row)}</td> });
        let end = (!row.filter.is_empty()).then(|| view! { <More condition=row.filter.clone() /> });
        view! {
            <tr data-filter=row.filter.clone()>
                <th scope="row">{shown.label(row)}</th>{second}
                <td class="num">{format::count(row.flows)}</td><td class="num">{format::count(row.packets)}</td>
                <td class="num">{format::count(row.data)}</td><td class="num">{format::count(row.sent)}</td><td class="num">{format::count(row.received)}</td>
                <td class="num">{format::duration(row.duration_ns)}</td>
                <td class="num">{format::percent(row.measure(shown.by), shown.answer.total.measure(shown.by))}</td>
                <td class="row-end">{end}</td>
            </tr>
        }
    }).collect_view();
    let second = has_second.then(|| view! { <th><span class="visually-hidden">{t("With")}</span></th> });
    view! {
        <div class="scroll-both" tabindex="0" role="group" aria-label=t("Table")>
            <table class="plain">
                <thead><tr>
                    <th><span class="visually-hidden">{t("What")}</span></th>{second}
                    <th scope="col" class="num">{t("Flows")}</th><th scope="col" class="num">{t("Packets")}</th><th scope="col" class="num">{t("Data, bytes")}</th>
                    <th scope="col" class="num">{t("Sent")}</th><th scope="col" class="num">{t("Received")}</th><th scope="col" class="num">{t("Duration")}</th><th scope="col" class="num">"%"</th>
                    <th><span class="visually-hidden">{t("Filter")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
