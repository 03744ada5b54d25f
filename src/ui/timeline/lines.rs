//! What the timeline asks, and what comes of it: lines over one row of buckets.
use super::{Counted, MOST_SERIES, Series};
use crate::api::{Filter, Language, Timeline, TimelineAnswer};
use crate::ui::client::{Asked, ask};
use crate::ui::filter::Filters;
use crate::ui::state::State;
use leptos::prelude::*;
use std::time::Duration;

/// A line whose filter is still being decided is asked for again after so long.
const AGAIN: Duration = Duration::from_millis(40);

/// The questions of a timeline that is as many pixels wide.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    /// All packets, whatever the filter.
    whole: Asked<Timeline>,
    /// Those that match it.
    shown: Asked<Timeline>,
    series: StoredValue<Vec<Asked<Timeline>>>,
    state: State,
}

/// What is drawn: every line has a value for every bucket.
#[derive(Clone, PartialEq, Default)]
pub(super) struct Drawn {
    pub whole: TimelineAnswer,
    /// Without a filter none.
    pub shown: Option<TimelineAnswer>,
    pub series: Vec<(Series, TimelineAnswer)>,
}

impl Lines {
    pub(super) fn new(width: RwSignal<f64>, open: Signal<bool>) -> Lines {
        let state = expect_context::<State>();
        let filters = expect_context::<Filters>();
        let line = state.line;
        // A bar for every four pixels, in steps: a window being resized must not ask for every pixel.
        let buckets = Memo::new(move |_| ((width.get() / 4.0 / 40.0).round() as u16 * 40).clamp(40, 480));
        let span = Memo::new(move |_| filters.span());
        let question = move |own| {
            (open.get() && width.get() > 0.0).then(|| Timeline {
                buckets: buckets.get(),
                width_ns: line.interval.get(),
                span: span.get().map(|(from, before)| (from, before.saturating_sub(1))),
                own,
            })
        };
        let is_filtered = Memo::new(move |_| !state.filter.with(Filter::is_empty));
        let series = (0..MOST_SERIES).map(|nth| {
            let text = Memo::new(move |_| line.series.with(|list| list.get(nth).map(|series| series.filter.clone())));
            let again = RwSignal::new(0_u32);
            let asked = ask(move || {
                again.track();
                let own = Filter { text: text.get()?, language: Language::Either };
                question(Some(own))
            });
            Effect::new(move |_| {
                if asked.answer.with(|a| a.as_ref().is_some_and(|(_, line)| line.undecided > 0)) {
                    set_timeout(move || _ = again.try_update(|n| *n += 1), AGAIN);
                }
            });
            asked
        });
        Lines {
            whole: ask(move || question(Some(Filter::default()))),
            shown: ask(move || question(None).filter(|_| is_filtered.get())),
            series: StoredValue::new(series.collect()),
            state,
        }
    }

    pub(super) fn drawn(self) -> Drawn {
        let Some((asked, whole)) = self.whole.answer.get() else { return Drawn::default() };
        let buckets = |line: &TimelineAnswer| (line.start_ns, line.width_ns, line.packets.len());
        // Of another span: a newer answer is on its way.
        let same = |question: &Timeline, line: &TimelineAnswer| {
            buckets(line) == buckets(&whole) && question.span == asked.span
        };
        let shown = (!self.state.filter.with(Filter::is_empty))
            .then(|| self.shown.answer.get().filter(|(question, line)| same(question, line)))
            .flatten();
        let list = self.state.line.series.get();
        let series = self.series.with_value(|questions| {
            let one = |(series, asked): (Series, &Asked<Timeline>)| {
                let (question, line) = asked.answer.get()?;
                let is_its = question.own.as_ref().is_some_and(|own| own.text == series.filter);
                (is_its && same(&question, &line)).then_some((series, line))
            };
            list.into_iter().zip(questions).filter_map(one).collect()
        });
        Drawn { whole, shown: shown.map(|(_, line)| line), series }
    }

    /// Why a line is not drawn, or that it is not decided for all packets.
    pub(super) fn trouble(self, nth: usize) -> Option<Result<u32, String>> {
        self.series.with_value(|questions| {
            let asked = questions.get(nth)?;
            if let Some(message) = asked.failure.get() {
                return Some(Err(message));
            }
            asked.answer.with(|a| a.as_ref().map(|(_, line)| line.undecided)).filter(|left| *left > 0).map(Ok)
        })
    }
}

impl Drawn {
    pub(super) fn buckets(&self) -> usize {
        self.whole.packets.len()
    }

    /// Start of a bucket, ns; of that behind the last its end.
    pub(super) fn start(&self, bucket: usize) -> i64 {
        self.whole.start_ns.saturating_add(self.whole.width_ns.saturating_mul(bucket as i64))
    }

    /// One line's value in a bucket.
    pub(super) fn value(line: &TimelineAnswer, counted: Counted, bucket: usize) -> f64 {
        counted.values(line).get(bucket).copied().unwrap_or_default()
    }
}
