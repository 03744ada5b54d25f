//! The filter: what is typed in the bar, what is said of it, what is applied, and how every view sets it.
//!
//! What is applied is [`State::filter`]; whatever is prepared or typed waits in [`Filters::draft`] until it is applied.
mod bar;
mod facts;
mod words;

pub(crate) use bar::{FilterBar, INPUT};
pub(crate) use facts::{NothingMatches, Only};

use super::client::{Client, ask};
use super::state::{State, set};
use crate::api::{CheckFilter, Filter, FilterCheck, FilterVerdict};
use leptos::prelude::*;
use std::time::Duration;

/// How long the keys have to rest before the engine is asked.
const SETTLED: Duration = Duration::from_millis(80);

#[derive(Clone, Copy)]
pub(crate) struct Filters {
    pub state: State,
    client: Client,
    /// What stands in the bar.
    pub draft: RwSignal<Filter>,
    /// The same when the keys rest.
    typed: RwSignal<Filter>,
    /// What was said last, and of which text.
    check: RwSignal<(Filter, FilterCheck)>,
    /// What was said of the filter that is applied.
    applied: RwSignal<FilterCheck>,
}

impl Filters {
    pub(crate) fn new(state: State, client: Client) -> Filters {
        let filter = state.filter.get_untracked();
        let filters = Filters {
            state,
            client,
            draft: RwSignal::new(filter.clone()),
            typed: RwSignal::new(filter),
            check: RwSignal::default(),
            applied: RwSignal::default(),
        };
        // Wherever a filter is set (a menu, a link, the way back), the bar has it.
        Effect::new(move |_| set(filters.draft, state.filter.get()));
        let mut settle = debounce(SETTLED, move |filter| set(filters.typed, filter));
        Effect::new(move |_| settle(filters.draft.get()));
        filters
    }

    /// Asks what there is to say of the filter, as long as the bar is on screen.
    fn keep_checking(self) {
        let asked = ask(move || Some(CheckFilter { filter: self.typed.get() }));
        Effect::new(move |_| {
            if let Some((question, check)) = asked.answer.get() {
                self.told(question.filter, check);
            }
        });
    }

    fn told(self, filter: Filter, check: FilterCheck) {
        if self.state.filter.with_untracked(|applied| *applied == filter) {
            set(self.applied, check.clone());
        }
        set(self.check, (filter, check));
    }

    pub(crate) fn is_applied(self) -> bool {
        self.draft.with(|draft| self.state.filter.with(|applied| draft == applied))
    }

    /// Puts a text into the bar.
    pub(crate) fn prepare(self, text: String) {
        self.draft.update(|draft| draft.text = text);
        super::dom::focus(INPUT);
    }

    /// Applies what stands in the bar, unless it is no filter.
    pub(crate) fn apply(self) {
        let filter = self.draft.with_untracked(|draft| Filter { text: draft.text.trim().to_owned(), ..*draft });
        let question = CheckFilter { filter: filter.clone() };
        self.client.ask_once(question, move |answer| {
            let check = answer.unwrap_or_default();
            let is_filter = check.verdict != FilterVerdict::Invalid;
            if is_filter {
                set(self.draft, filter.clone());
                set(self.state.filter, filter.clone());
            }
            self.told(filter, check);
        });
    }

    /// Everything is shown again.
    pub(crate) fn clear(self) {
        let none = Filter { text: String::new(), ..self.draft.get_untracked() };
        set(self.draft, none.clone());
        set(self.state.filter, none);
    }

    /// Stops reading for the filter: everything is shown again, the text stays.
    fn cancel(self) {
        let typed = self.draft.get_untracked();
        self.clear();
        set_timeout(move || set(self.draft, typed), Duration::ZERO);
    }
}
