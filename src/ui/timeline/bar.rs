//! The timeline on the page: its head with the choices, the chart, and its table.
use super::lines::{Drawn, Lines};
use super::lists::{SeriesList, TableOf};
use super::{COUNTED, Counted, INTERVALS, title_of};
use crate::ui::filter::Filters;
use crate::ui::parts::chart::{Chart, Curve, Picked, Plot};
use crate::ui::parts::picture::PictureButton;
use crate::ui::parts::ticks;
use crate::ui::save::Wish;
use crate::ui::say::{fill, t};
use crate::ui::state::State;
use crate::ui::{filter, format};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(crate) fn TimelineBar() -> impl IntoView {
    let state = expect_context::<State>();
    let filters = expect_context::<Filters>();
    let line = state.line;
    let width = RwSignal::new(0.0f64);
    let lines = Lines::new(width, line.open.into());
    let drawn = Memo::new(move |_| lines.drawn());
    let chart = NodeRef::<Div>::new();
    let zoom = Zoom { filters, before: StoredValue::new(Vec::new()) };
    let per = move || {
        drawn.with(|d| {
            let is_wider = line.interval.get() != 0 && line.interval.get() < d.whole.width_ns;
            let text = ticks::width_words(d.whole.width_ns);
            (d.buckets() > 0)
                .then(|| if is_wider { fill("too fine here: per {0}", &[&text]) } else { fill("per {0}", &[&text]) })
        })
    };
    let span = move || {
        filters.span().map(|(from, before)| view! {
            <span class="timeline-span" id="timeline-span">{format!("{} – {} s", format::seconds(from), format::seconds(before))}</span>
            <button type="button" class="button small" id="timeline-back" title=t("The span before (double click or Escape in the chart)") on:click=move |_| zoom.back()>{t("Zoom out")}</button>
        })
    };
    let title = move || if line.open.get() { t("Fold the timeline") } else { t("Unfold the timeline") };
    view! {
        <section class="timeline-bar" aria-labelledby="timeline-title" class:folded=move || !line.open.get()>
            <div class="timeline-head">
                <button type="button" class="timeline-fold" id="timeline-fold" aria-expanded=move || line.open.get().to_string() title=title on:click=move |_| line.turn()>
                    <span class="fold-sign" aria-hidden="true"></span><h2 id="timeline-title">{t("Timeline")}</h2>
                </button>
                {span}
                <Show when=move || line.open.get()>
                    <span class="muted" id="timeline-per">{per}</span>
                    <SeriesList lines=lines />
                    <span class="space"></span>
                    <Choices chart=chart />
                </Show>
            </div>
            <Show when=move || line.open.get()>
                {move || if line.as_table.get() {
                    view! { <TableOf drawn=drawn /> }.into_any()
                } else {
                    view! { <Graph drawn=drawn width=width zoom=zoom chart=chart /> }.into_any()
                }}
            </Show>
        </section>
    }
}

/// The spans that were left by zooming in.
#[derive(Clone, Copy)]
struct Zoom {
    filters: Filters,
    before: StoredValue<Vec<Option<(i64, i64)>>>,
}

impl Zoom {
    fn into(self, span: (i64, i64)) {
        let now = untrack(|| self.filters.span());
        if now != Some(span) {
            self.before.update_value(|before| before.push(now));
            self.filters.set_span(Some(span));
        }
    }

    fn back(self) {
        let now = untrack(|| self.filters.span());
        if now.is_some() {
            let wider = |span: &(i64, i64)| now.is_some_and(|now| span.0 <= now.0 && span.1 >= now.1 && *span != now);
            let before = self.before.try_update_value(Vec::pop).flatten().flatten();
            self.filters.set_span(before.filter(wider));
        }
    }
}

/// What is compared, in intervals of which width, as what.
#[component]
fn Choices(chart: NodeRef<Div>) -> impl IntoView {
    let state = expect_context::<State>();
    let line = state.line;
    let options = INTERVALS
        .iter()
        .map(|(ns, title)| {
            let title = if *ns == 0 { t("automatic") } else { title };
            view! { <option value=*ns selected=move || line.interval.get() == *ns>{title}</option> }
        })
        .collect_view();
    let choose = move |event| line.interval.set(event_target_value(&event).parse().unwrap_or(0));
    let radio = |(counted, slug, title): &'static (Counted, &'static str, &'static str)| {
        view! {
            <label><input type="radio" name="timeline-of" value=*slug prop:checked=move || line.counted.get() == *counted on:change=move |_| line.counted.set(*counted) /><span>{t(title)}</span></label>
        }
    };
    let named = Signal::derive(move || format!("{} – {}", t("Timeline"), title_of(line.counted.get())));
    view! {
        <div class="radios" role="radiogroup" aria-label=t("What the timeline shows")>{COUNTED.iter().map(radio).collect_view()}</div>
        <label class="timeline-interval"><span>{t("Interval")}</span><select class="select" id="timeline-interval" on:change=choose>{options}</select></label>
        <button type="button" class="button small" id="timeline-table" aria-pressed=move || line.as_table.get().to_string() on:click=move |_| line.as_table.update(|on| *on = !*on)>{t("Table")}</button>
        <PictureButton of=chart title=named numbers=Wish::Of("timeline") class="button small quiet" />
    }
}

#[component]
fn Graph(drawn: Memo<Drawn>, width: RwSignal<f64>, zoom: Zoom, chart: NodeRef<Div>) -> impl IntoView {
    let state = expect_context::<State>();
    let line = state.line;
    let plot = Memo::new(move |_| {
        let counted = line.counted.get();
        drawn.with(|d| {
            let whole = counted.values(&d.whole);
            let span = d.whole.width_ns.saturating_mul(whole.len() as i64);
            let ticks = ticks::ticks(d.whole.start_ns, span);
            let lines = d.series.iter().map(|(series, line)| Curve {
                values: counted.values(line),
                class: format!("series-{}", series.colour),
                dashes: series.dashes(),
            });
            let (bars, behind) = match &d.shown {
                Some(shown) => (counted.values(shown), whole),
                None => (whole, Vec::new()),
            };
            Plot { bars, behind, lines: lines.collect(), ticks, gap: 0.12 }
        })
    });
    let tell = Arc::new(move |bucket: usize| drawn.with(|d| words(d, line.counted.get(), bucket)));
    let label = Signal::derive(move || {
        fill(
            "{0} over time. Arrow keys move, with Shift they choose a span, Enter zooms into it, Escape zooms out.",
            &[&title_of(line.counted.get())],
        )
    });
    let times = move |bars: &std::ops::Range<usize>| drawn.with_untracked(|d| (d.start(bars.start), d.start(bars.end)));
    let into = Callback::new(move |bars: std::ops::Range<usize>| zoom.into(times(&bars)));
    let filters = zoom.filters;
    let on_pick = Callback::new(move |picked: Picked| {
        filters.open_menu(picked.at, filters.items(&filter::within(times(&picked.bars))));
    });
    // Where the span stands in the whole capture.
    let place = move || {
        let (from, before) = filters.span()?;
        let (start, end) = drawn.with(|d| d.whole.whole);
        let share =
            |time: i64| (time.saturating_sub(start) as f64 / end.saturating_sub(start).max(1) as f64).clamp(0.0, 1.0);
        let (left, right) = (share(from) * 100.0, share(before) * 100.0);
        Some(
            view! { <div class="timeline-place" aria-hidden="true"><span style:left=format!("{left}%") style:width=format!("{}%", right - left)></span></div> },
        )
    };
    view! {
        {place}
        <Chart label=label plot=plot tell=tell axis=Arc::new(move |v| line.counted.get().print(v)) width=width pick=on_pick zoom=into back=Callback::new(move |()| zoom.back()) element=chart />
    }
}

/// A bucket's numbers.
fn words(d: &Drawn, counted: Counted, bucket: usize) -> Vec<String> {
    let mut lines = vec![format!("{} – {} s", format::seconds(d.start(bucket)), format::seconds(d.start(bucket + 1)))];
    let line = d.shown.as_ref().unwrap_or(&d.whole);
    let at = |values: &[u32]| u64::from(values.get(bucket).copied().unwrap_or(0));
    if d.shown.is_some() {
        let value = |line| counted.print(Drawn::value(line, counted, bucket));
        lines.push(fill("{0} of {1} match the filter", &[&value(line), &value(&d.whole)]));
    }
    lines.extend([
        format::counted(at(&line.packets), "{0} packet", "{0} packets"),
        format::bytes(line.bytes.get(bucket).copied().unwrap_or(0)),
        format::counted(at(&line.flows), "{0} new flow", "{0} new flows"),
    ]);
    let troubles = [
        (at(&line.resets), "{0} reset", "{0} resets"),
        (at(&line.retransmissions), "{0} sent again", "{0} sent again"),
        (at(&line.errors), "{0} error", "{0} errors"),
    ];
    lines.extend(troubles.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| format::counted(n, one, many)));
    for (series, line) in &d.series {
        lines.push(format!("{}: {}", series.title(), counted.print(Drawn::value(line, counted, bucket))));
    }
    lines
}
