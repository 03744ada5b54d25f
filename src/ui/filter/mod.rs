//! The filter: what is typed in the bar, what is said of it, what is applied, and how every view sets it.
//!
//! What is applied is [`State::filter`]; whatever is prepared or typed waits in [`Filters::draft`] until it is applied.
mod bar;
mod chips;
mod complete;
mod facts;
mod form;
mod menu;
mod saved;
mod within;
mod words;
mod written;

pub(crate) use bar::{FilterBar, INPUT};
pub(crate) use facts::{NothingMatches, Only};
pub(crate) use form::FormDialog;
pub(crate) use menu::{More, Use, listen};
pub(crate) use within::span_of;
pub(crate) use words::{Join, between, quoted, span, within};

use super::client::{Client, ask};
use super::dom;
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
    /// Where the cursor stands in it, UTF-16 units.
    cursor: RwSignal<u32>,
    /// Both when the keys rest.
    typed: RwSignal<(Filter, u32)>,
    /// What was said last, and of which text.
    check: RwSignal<(Filter, FilterCheck)>,
    /// The same of the filter that is applied.
    applied: RwSignal<(Filter, FilterCheck)>,
    /// Applied before, the latest first.
    recent: RwSignal<Vec<Filter>>,
    saved: RwSignal<Vec<saved::Named>>,
    /// The form is open.
    building: RwSignal<bool>,
    /// Counts what was asked for: the engine's word on an earlier filter comes too late.
    turn: StoredValue<u32>,
}

impl Filters {
    pub(crate) fn new(state: State, client: Client) -> Filters {
        let filter = state.filter.get_untracked();
        let kept = |key| dom::recall(key).map(|text| saved::read(&text)).unwrap_or_default();
        let filters = Filters {
            state,
            client,
            draft: RwSignal::new(filter.clone()),
            cursor: RwSignal::new(0),
            typed: RwSignal::new((filter, 0)),
            check: RwSignal::default(),
            applied: RwSignal::default(),
            recent: RwSignal::new(kept("filters").into_iter().map(|(_, filter)| filter).collect()),
            saved: RwSignal::new(kept("saved-filters")),
            building: RwSignal::new(false),
            turn: StoredValue::new(0),
        };
        // Wherever a filter is set (a menu, a link, the way back), the bar has it.
        Effect::new(move |_| set(filters.draft, state.filter.get()));
        let mut settle = debounce(SETTLED, move |typed| set(filters.typed, typed));
        Effect::new(move |_| settle((filters.draft.get(), filters.cursor.get())));
        filters
    }

    /// Asks what there is to say of the filter, as long as the bar is on screen.
    fn keep_checking(self) {
        let text = Memo::new(move |_| self.typed.with(|(filter, _)| filter.clone()));
        // Of none there is nothing to say.
        let asked =
            ask(move || Some(text.get()).filter(|filter| !filter.is_empty()).map(|filter| CheckFilter { filter }));
        Effect::new(move |_| {
            let none = text.get();
            if none.is_empty() {
                let check = FilterCheck { language: none.language, ..FilterCheck::default() };
                return self.told(none, check);
            }
            if let Some((question, check)) = asked.answer.get() {
                self.told(question.filter, check);
            }
        });
    }

    fn told(self, filter: Filter, check: FilterCheck) {
        if self.state.filter.with_untracked(|applied| *applied == filter) {
            set(self.applied, (filter.clone(), check.clone()));
        }
        set(self.check, (filter, check));
    }

    pub(crate) fn is_applied(self) -> bool {
        self.draft.with(|draft| self.state.filter.with(|applied| draft == applied))
    }

    /// Applies what stands in the bar, unless it is no filter.
    pub(crate) fn apply(self) {
        let filter = self.draft.with_untracked(|draft| Filter { text: draft.text.trim().to_owned(), ..*draft });
        let question = CheckFilter { filter: filter.clone() };
        let (turn, before) = (self.next_turn(), self.state.filter.get_untracked());
        self.client.ask_once(question, move |answer| {
            let check = answer.unwrap_or_default();
            let is_filter = check.verdict != FilterVerdict::Invalid;
            let is_late = self.turn.get_value() != turn || self.state.filter.with_untracked(|now| *now != before);
            if is_filter && !is_late {
                // Unless something else was typed meanwhile.
                if self.draft.with_untracked(|draft| draft.text.trim() == filter.text) {
                    set(self.draft, filter.clone());
                }
                set(self.state.filter, filter.clone());
                self.note(&filter);
            }
            self.told(filter, check);
        });
    }

    fn next_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_value()
    }

    /// Everything is shown again.
    pub(crate) fn clear(self) {
        self.next_turn();
        let none = Filter { text: String::new(), ..self.draft.get_untracked() };
        set(self.draft, none.clone());
        set(self.state.filter, none);
    }

    /// Stops reading for the filter: everything is shown again, the text stays.
    fn cancel(self) {
        let typed = self.draft.get_untracked();
        self.clear();
        set_timeout(move || set(self.draft, typed.clone()), Duration::ZERO);
    }
}
