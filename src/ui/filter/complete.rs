//! What could stand at the cursor: fields, protocols, values of this capture, operators, functions; and what was applied before.
use super::{Filters, words};
use crate::api::{CompleteFilter, Completion, CompletionKind, Completions};
use crate::ui::client::{Asked, ask};
use crate::ui::dom;
use crate::ui::say::{t, told};
use crate::ui::state::set;
use leptos::html::Input;
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub(crate) struct Completing {
    filters: Filters,
    input: NodeRef<Input>,
    asked: Asked<CompleteFilter>,
    /// Whether choices are wanted; there may be none.
    open: RwSignal<bool>,
    /// The choice that the keyboard is on.
    at: RwSignal<Option<usize>>,
    /// Which of the filters applied before stands in the bar.
    back: StoredValue<Option<usize>>,
}

fn kind(kind: CompletionKind) -> &'static str {
    match kind {
        CompletionKind::Field => "field",
        CompletionKind::Protocol => "protocol",
        CompletionKind::Value => "value",
        CompletionKind::Operator => "operator",
        CompletionKind::Function => "function",
    }
}

impl Completing {
    pub(crate) fn new(filters: Filters, input: NodeRef<Input>) -> Completing {
        let open = RwSignal::new(false);
        let asked = ask(move || {
            let (filter, cursor) = filters.typed.get();
            open.get().then_some(CompleteFilter { filter, cursor })
        });
        Completing { filters, input, asked, open, at: RwSignal::new(None), back: StoredValue::new(None) }
    }

    /// What is offered of the text as it stands.
    fn offered<T>(self, with: impl FnOnce(&Completions) -> T) -> Option<T> {
        let open = self.open.get();
        self.asked.answer.with(|answer| {
            let (question, answer) = answer.as_ref().filter(|_| open)?;
            let is_of_it = self.filters.draft.with(|draft| *draft == question.filter);
            // What stands there already needs no offer.
            let [_, there, _] = words::cut(&question.filter.text, &answer.replace);
            let is_new = answer.choices.iter().any(|choice| choice.text != there);
            (is_of_it && is_new).then(|| with(answer))
        })
    }

    fn count(self) -> usize {
        untrack(|| self.offered(|offered| offered.choices.len())).unwrap_or(0)
    }

    pub(crate) fn is_open(self) -> bool {
        self.offered(|offered| !offered.choices.is_empty()).unwrap_or(false)
    }

    pub(crate) fn active(self) -> Option<String> {
        self.at.get().filter(|_| self.is_open()).map(choice_id)
    }

    /// Something was typed.
    pub(crate) fn typed(self) {
        set(self.at, None);
        set(self.open, true);
        self.back.set_value(None);
    }

    pub(crate) fn close(self) {
        set(self.open, false);
        set(self.at, None);
    }

    /// Whether the key was meant for the choices, or for what was applied before.
    pub(crate) fn key(self, key: &str, shift: bool) -> bool {
        let (count, at) = (self.count(), self.at.get_untracked());
        match key {
            "ArrowDown" if count > 0 => self.go(Some(at.map_or(0, |at| (at + 1) % count))),
            "ArrowUp" if count > 0 && at.is_some() => self.go(at.and_then(|at| at.checked_sub(1))),
            "Tab" if count > 0 && !shift => self.accept(at.unwrap_or(0)),
            "Enter" if count > 0 && at.is_some() => self.accept(at.unwrap_or(0)),
            "Escape" if count > 0 => self.close(),
            "ArrowUp" => self.recall(self.back.get_value().map_or(0, |back| back + 1)),
            "ArrowDown" => match self.back.get_value() {
                Some(back) => self.recall(back.wrapping_sub(1)),
                None => set(self.open, true),
            },
            _ => return false,
        }
        true
    }

    fn go(self, to: Option<usize>) {
        set(self.at, to);
        if let Some(to) = to {
            dom::scroll_to(&choice_id(to));
        }
    }

    /// A filter that was applied before; beyond the latest: what is applied.
    fn recall(self, which: usize) {
        let found = self.filters.recent.with_untracked(|recent| recent.get(which).cloned());
        let applied = || self.filters.state.filter.get_untracked();
        if found.is_some() || which == usize::MAX {
            self.back.set_value(found.as_ref().map(|_| which));
            set(self.filters.draft, found.unwrap_or_else(applied));
            self.close();
        }
    }

    fn accept(self, which: usize) {
        let made = untrack(|| {
            self.offered(|offered| {
                let choice = offered.choices.get(which)?;
                let text = self.filters.draft.with(|draft| draft.text.clone());
                let [before, _, after] = words::cut(&text, &offered.replace);
                let before = format!("{before}{}", choice.text);
                let cursor = before.encode_utf16().count() as u32;
                Some((before + after, cursor))
            })
        });
        let Some((text, cursor)) = made.flatten() else { return };
        self.filters.draft.update(|draft| draft.text = text);
        self.close();
        dom::focus(super::INPUT);
        // The field has to show the text first.
        request_animation_frame(move || {
            if let Some(input) = self.input.get_untracked() {
                let _ = input.set_selection_range(cursor, cursor);
            }
        });
    }

    pub(crate) fn draw(self) -> impl IntoView {
        let choice = move |(index, choice): (usize, Completion)| {
            let selected = move || self.at.get() == Some(index);
            view! {
                <li
                    role="option" id=choice_id(index) class="choice" aria-selected=move || if selected() { "true" } else { "false" }
                    on:mousedown=|event| event.prevent_default() on:click=move |_| self.accept(index)
                >
                    <code>{choice.text}</code><span class="choice-help">{told(&choice.help)}</span><span class="choice-kind">{t(kind(choice.kind))}</span>
                </li>
            }
        };
        move || {
            self.offered(|offered| offered.choices.clone()).filter(|choices| !choices.is_empty()).map(|choices| view! {
                <ul class="choices" id="filter-choices" role="listbox" aria-label=t("What could stand here")>{choices.into_iter().enumerate().map(choice).collect_view()}</ul>
            })
        }
    }
}

fn choice_id(index: usize) -> String {
    format!("filter-choice-{index}")
}
