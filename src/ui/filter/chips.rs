//! The parts of the filter that is applied: each can be taken away or turned round.
use super::{Filters, words};
use crate::api::{Filter, FilterPart};
use crate::ui::parts::icon;
use crate::ui::say::{fill, t};
use leptos::prelude::*;

#[component]
pub(crate) fn Chips() -> impl IntoView {
    let filters = expect_context::<Filters>();
    let parts = Memo::new(move |_| {
        filters.applied.with(|(of, check)| {
            let is_it = filters.state.filter.with(|applied| applied == of);
            (is_it && check.parts.len() > 1).then(|| (check.parts.clone(), check.any))
        })
    });
    move || {
        parts.get().map(|(parts, any)| {
            let join = if any { t("or") } else { t("and") };
            let all: Vec<String> = parts.into_iter().map(|FilterPart { text, .. }| text).collect();
            let label = if any { t("Parts of the filter: any may hold") } else { t("Parts of the filter: all must hold") };
            let chip = |at: usize| {
                let text = all.get(at).cloned().unwrap_or_default();
                let (turned, without) = (changed(&all, at, any, true), changed(&all, at, any, false));
                let join = (at + 1 < all.len()).then(|| view! { <span class="muted">{join}</span> });
                let is_turned = text.starts_with('!') || text.starts_with("not ");
                view! {
                    <li>
                        <span class="chip filter-part" data-filter=text.clone()>
                            <button type="button" class="chip-not" aria-label=fill("not: turn round {0}", &[&text]) title=t("Turn round") aria-pressed=if is_turned { "true" } else { "false" } on:click=move |_| put(filters, &turned)>{t("not")}</button>
                            <code title=text.clone()>{text.clone()}</code>
                            <button type="button" class="chip-close" aria-label=fill("Take away {0}", &[&text]) title=t("Take away") on:click=move |_| put(filters, &without)>{icon::icon(icon::CLOSE)}</button>
                        </span>
                        {join}
                    </li>
                }
            };
            view! { <ul class="filter-parts" id="filter-parts" aria-label=label>{(0..all.len()).map(chip).collect_view()}</ul> }
        })
    }
}

/// The filter with one part turned round, or without it.
fn changed(parts: &[String], at: usize, any: bool, turned: bool) -> String {
    let parts = parts.iter().enumerate().filter(|(index, _)| turned || *index != at);
    let parts: Vec<String> =
        parts.map(|(index, part)| if index == at { words::negated(part) } else { part.clone() }).collect();
    words::together(&parts.iter().map(String::as_str).collect::<Vec<_>>(), any)
}

fn put(filters: Filters, text: &str) {
    filters.draft.set(Filter { text: text.to_owned(), ..filters.state.filter.get_untracked() });
    filters.apply();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_turned_round_and_taken_away() {
        let parts = ["tcp", "a || b", "!(x == 1)"].map(str::to_owned);
        assert_eq!(changed(&parts, 0, false, true), "!tcp && (a || b) && !(x == 1)");
        assert_eq!(changed(&parts, 2, false, true), "tcp && (a || b) && x == 1");
        assert_eq!(changed(&parts, 0, false, false), "(a || b) && !(x == 1)");
        assert_eq!(changed(&parts[..2], 0, false, false), "a || b");
        assert_eq!(changed(&parts, 1, true, false), "tcp || !(x == 1)");
    }
}
