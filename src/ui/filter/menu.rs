//! Apply, prepare, copy as filter: the same everywhere, from any cell, line or bar that stands for a condition.
//!
//! A view that has menus of its own adds [`Filters::items`] to them. Anything else marks its rows with `data-filter`, which
//! [`listen`] understands, and puts [`More`] beside them for those who have no second button.
use super::{Filters, words};
use crate::api::{Filter, FilterCheck, FilterVerdict, Flow, Language};
use crate::ui::dom;
use crate::ui::parts::menu::{Item, Menu, item};
use crate::ui::say::t;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use words::Join;

impl Filters {
    /// What can be done with a condition; nothing with none.
    pub(crate) fn items(self, condition: &str) -> Vec<Item> {
        if condition.is_empty() {
            return Vec::new();
        }
        let text = condition.to_owned();
        vec![
            Item::Head(text.clone()),
            Item::Sub { text: t("Apply as Filter"), items: self.joins(condition, true) },
            Item::Sub { text: t("Prepare as Filter"), items: self.joins(condition, false) },
            item(t("Copy as Filter"), "", move || _ = dom::copy(&text)),
        ]
    }

    fn joins(self, condition: &str, apply: bool) -> Vec<Item> {
        // What is no display filter, and has no like, cannot be joined with one.
        let can_join = self.joined_to().is_some();
        let possible =
            words::JOINS.into_iter().filter(|(join, _)| can_join || matches!(join, Join::Selected | Join::Not));
        let one = |(join, title): (Join, &'static str)| {
            let condition = condition.to_owned();
            item(t(title), "", move || self.join(join, &condition, apply))
        };
        possible.map(one).collect()
    }

    /// The display filter that a condition comes to.
    pub(super) fn joined_to(self) -> Option<String> {
        let as_display = |filter: Filter, check: FilterCheck| match check.language {
            _ if filter.is_empty() => Some(filter.text),
            Language::Capture => Some(check.display).filter(|display| !display.is_empty()),
            _ => Some(filter.text),
        };
        let (of, check) = self.check.get_untracked();
        let is_told = self.draft.with_untracked(|draft| *draft == of);
        if is_told && check.verdict != FilterVerdict::Invalid {
            return as_display(of, check);
        }
        // Half typed: what is applied counts.
        as_display(self.state.filter.get_untracked(), self.applied.get_untracked().1)
    }

    pub(crate) fn join(self, join: Join, condition: &str, apply: bool) {
        let text = words::joined(&self.joined_to().unwrap_or_default(), join, condition);
        self.draft.update(|draft| {
            draft.text = text;
            if draft.language == Language::Capture {
                draft.language = Language::Either;
            }
        });
        if apply {
            self.apply();
        } else {
            dom::focus(super::INPUT);
        }
    }

    /// Only the packets of a flow, by its number.
    pub(crate) fn only_flow(self, id: u32) {
        self.client.ask_once(Flow { id, packets: 0..0 }, move |answer| {
            if let Ok(detail) = answer {
                self.join(Join::Selected, &detail.row.filter, true);
            }
        });
    }

    pub(crate) fn open_menu(self, at: (i32, i32), items: Vec<Item>) {
        if !items.is_empty() {
            self.state.menu.set(Some(Menu { at, items }));
        }
    }
}

/// Opens the menu of whatever has a condition, by the second button of the mouse or the menu key.
pub(crate) fn listen(filters: Filters) {
    let menus = window_event_listener(ev::contextmenu, move |event| {
        let Some(condition) = dom::ancestor_text(&event, "filter").filter(|_| !event.default_prevented()) else {
            return;
        };
        // Text that was selected is for the browser's own menu.
        if !dom::is_selecting() && !condition.is_empty() {
            event.prevent_default();
            filters.open_menu(dom::menu_place(&event, None), filters.items(&condition));
        }
    });
    on_cleanup(move || menus.remove());
}

/// A button for the menu of a condition.
#[component]
pub(crate) fn More(#[prop(into)] condition: String) -> impl IntoView {
    let filters = expect_context::<Filters>();
    let open = move |event: ev::MouseEvent| {
        event.stop_propagation();
        let Some(button) = event.current_target().and_then(|b| b.dyn_into::<web_sys::Element>().ok()) else { return };
        let place = button.get_bounding_client_rect();
        filters.open_menu((place.left() as i32, place.bottom() as i32 + 2), filters.items(&condition));
    };
    view! { <button type="button" class="more-button" aria-haspopup="menu" aria-label=t("Use as filter") title=t("Use as filter") on:click=open>"⋯"</button> }
}

/// A condition in words of its own, to be applied or used otherwise.
#[component]
pub(crate) fn Use(#[prop(into)] condition: String) -> impl IntoView {
    let filters = expect_context::<Filters>();
    let (shown, applied) = (condition.clone(), condition.clone());
    view! {
        <span class="filter">
            <code>{shown}</code>
            <button type="button" class="button small" id="apply-filter" title=t("Only what matches it, in every view") on:click=move |_| filters.join(Join::Selected, &applied, true)>{t("Apply")}</button>
            <More condition=condition />
        </span>
    }
}
