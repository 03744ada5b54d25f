//! The bar itself: the field with its verdict while one types, the language, and the buttons beside it.
use super::complete::Completing;
use super::facts::Facts;
use super::form::BuildButton;
use super::saved::{Buttons, Saved};
use super::{Filters, words};
use crate::api::{Filter, FilterVerdict, Language};
use crate::ui::dom;
use crate::ui::parts::icon;
use crate::ui::say::t;
use crate::ui::state::set;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// Id of the field; `/` goes there.
pub(crate) const INPUT: &str = "filter";

const LANGUAGES: [(Language, &str, &str); 3] = [
    (Language::Either, "either", "Auto"),
    (Language::Display, "display", "Wireshark"),
    (Language::Capture, "capture", "tcpdump"),
];

/// Class, sign and word of what a filter is.
fn verdict(verdict: FilterVerdict, is_applied: bool) -> (&'static str, &'static str, &'static str) {
    match verdict {
        FilterVerdict::Empty => ("", icon::FILTER, ""),
        FilterVerdict::Valid => ("is-valid", icon::CHECK, if is_applied { "applied" } else { "valid" }),
        FilterVerdict::Doubtful => ("is-doubtful", icon::WARNING, "doubtful"),
        FilterVerdict::Invalid => ("is-invalid", icon::CLOSE, "invalid"),
    }
}

#[component]
pub(crate) fn FilterBar() -> impl IntoView {
    let filters = expect_context::<Filters>();
    filters.keep_checking();
    let (draft, check) = (filters.draft, filters.check);
    let is_empty = move || draft.with(Filter::is_empty);
    let look = Memo::new(move |_| {
        // Until the next answer is there the last one stands: what is typed must not flicker.
        let said = if is_empty() { FilterVerdict::Empty } else { check.with(|(_, check)| check.verdict) };
        verdict(said, filters.is_applied())
    });
    let scrolled = RwSignal::new(0);
    let input = NodeRef::<leptos::html::Input>::new();
    let follow = move || {
        let left = input.try_get_untracked().flatten().map_or(0, |input| input.scroll_left());
        set(scrolled, left);
    };
    // The wrong place, underlined where it stands: the same text over the field, seen only there.
    let echo = move || {
        check.with(|(of, check)| {
            let at = check.at.clone().filter(|_| draft.with(|draft| draft == of))?;
            let [before, wrong, _] = words::cut(&of.text, &at).map(str::to_owned);
            // What is missing at the end has a place too.
            let wrong = if wrong.is_empty() { "\u{a0}".to_owned() } else { wrong };
            request_animation_frame(follow);
            let class = if check.verdict == FilterVerdict::Invalid { "wrong" } else { "odd" };
            Some(view! { {before}<span class=class>{wrong}</span> })
        })
    };
    let completing = Completing::new(filters, input);
    let follow = move || {
        follow();
        if let Some(input) = input.try_get_untracked().flatten() {
            set(filters.cursor, input.selection_start().ok().flatten().unwrap_or(0));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            _ if event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() => return,
            key if completing.key(key, event.shift_key()) => {}
            "Enter" => {
                completing.close();
                filters.apply();
            }
            "Escape" => {
                // The first key takes back what was typed, the next one leaves.
                if untrack(|| filters.is_applied()) {
                    dom::focus("main");
                } else {
                    set(draft, filters.state.filter.get_untracked());
                }
            }
            _ => return request_animation_frame(follow),
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let on_input = move |event| {
        let text = event_target_value(&event);
        draft.update(|draft| draft.text = text);
        follow();
        completing.typed();
    };
    let choose = move |event| {
        let value = event_target_value(&event);
        let language = LANGUAGES.iter().find(|(_, slug, _)| *slug == value).map_or(Language::Either, |(l, ..)| *l);
        let was_applied = untrack(|| filters.is_applied());
        draft.update(|draft| draft.language = language);
        if was_applied {
            filters.apply();
        }
    };
    let understood = move |language: Language, title: &'static str| {
        let is_auto = language == Language::Either && !is_empty();
        let told = check.with(|(_, check)| check.language);
        let told = LANGUAGES.iter().find(|(l, ..)| is_auto && *l == told && told != Language::Either);
        told.map_or_else(|| t(title).to_owned(), |(.., told)| format!("{}: {told}", t(title)))
    };
    view! {
        <section class="filter-bar" id="filter-bar" role="search" aria-label=t("Filter")>
            <div class="filter-row">
                <div class=move || format!("filter-field {}", look.get().0)>
                    <span class="filter-sign">{move || icon::icon(look.get().1)}</span>
                    <div class="filter-text">
                        <input
                            type="text" id=INPUT node_ref=input aria-label=t("Filter: what is shown in every view") placeholder=t("Filter: tcp.port == 443, host 10.0.0.1 …")
                            title=t("A Wireshark display filter or a tcpdump expression ( / )") autocomplete="off" autocapitalize="none" spellcheck="false"
                            role="combobox" aria-autocomplete="list" aria-controls="filter-choices" aria-activedescendant=move || completing.active()
                            aria-expanded=move || if completing.is_open() { "true" } else { "false" }
                            aria-describedby="filter-said" aria-invalid=move || (look.get().2 == "invalid").then_some("true")
                            prop:value=move || draft.with(|draft| draft.text.clone())
                            on:input=on_input on:keydown=on_key on:scroll=move |_| follow() on:select=move |_| follow() on:keyup=move |_| follow() on:click=move |_| follow()
                            on:blur=move |_| { completing.close(); request_animation_frame(follow); }
                        />
                        <div class="filter-echo" aria-hidden="true"><span style:transform=move || format!("translateX({}px)", -scrolled.get())>{echo}</span></div>
                    </div>
                    <span class="filter-word" id="filter-word">{move || t(look.get().2)}</span>
                    {move || (!is_empty()).then(|| view! {
                        <button type="button" class="chip-close" id="filter-clear" aria-label=t("Clear the filter") title=t("Clear the filter") on:click=move |_| { filters.clear(); dom::focus(INPUT); }>{icon::icon(icon::CLOSE)}</button>
                    })}
                    {completing.draw()}
                </div>
                <label><span class="visually-hidden">{t("Language of the filter")}</span>
                    <select class="select" id="filter-language" title=t("Which language the filter is in") on:change=choose>
                        {LANGUAGES.map(|(language, slug, title)| view! {
                            <option value=slug selected=move || draft.with(|draft| draft.language) == language>{move || understood(language, title)}</option>
                        })}
                    </select>
                </label>
                <button type="button" class="button" class:primary=move || !filters.is_applied() id="filter-apply" title=t("Apply the filter (Enter)")
                    disabled=move || filters.is_applied() || look.get().2 == "invalid" on:click=move |_| filters.apply()>{t("Apply")}</button>
                <Saved />
                <BuildButton />
            </div>
            <Buttons />
            <Facts />
        </section>
    }
}
