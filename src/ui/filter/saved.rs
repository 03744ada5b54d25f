//! Filters that were applied before, and those that have a name: kept by the browser, with buttons in the bar.
use super::{Filters, INPUT};
use crate::api::{Filter, Language};
use crate::ui::dom;
use crate::ui::parts::icon;
use crate::ui::say::{fill, t};
use leptos::prelude::*;

/// Filters that are remembered without a name.
const RECENT: usize = 30;
const LANGUAGES: [(Language, &str); 3] =
    [(Language::Either, ""), (Language::Display, "display"), (Language::Capture, "capture")];

/// Name (none for recent ones), language and text of each, a line each.
pub(crate) type Named = (String, Filter);

pub(crate) fn read(text: &str) -> Vec<Named> {
    let line = |line: &str| {
        let mut parts = line.splitn(3, '\t');
        let (name, slug, text) = (parts.next()?, parts.next()?, parts.next()?);
        let language = LANGUAGES.iter().find(|(_, known)| *known == slug)?.0;
        Some((name.to_owned(), Filter { text: text.to_owned(), language })).filter(|(_, filter)| !filter.is_empty())
    };
    text.lines().filter_map(line).collect()
}

pub(crate) fn print<'a>(list: impl Iterator<Item = (&'a str, &'a Filter)>) -> String {
    let plain = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    let slug = |of: Language| LANGUAGES.iter().find(|(known, _)| *known == of).map_or("", |(_, slug)| slug);
    list.map(|(name, filter)| format!("{}\t{}\t{}\n", plain(name), slug(filter.language), plain(&filter.text)))
        .collect()
}

impl Filters {
    /// Notes a filter as the latest that was applied.
    pub(crate) fn note(self, filter: &Filter) {
        if filter.is_empty() || self.recent.with_untracked(|recent| recent.first() == Some(filter)) {
            return;
        }
        self.recent.update(|recent| {
            recent.retain(|known| known != filter);
            recent.insert(0, filter.clone());
            recent.truncate(RECENT);
        });
        self.keep_recent();
    }

    fn keep_recent(self) {
        dom::remember("filters", &self.recent.with_untracked(|recent| print(recent.iter().map(|f| ("", f)))));
    }

    fn change_saved(self, change: impl FnOnce(&mut Vec<Named>)) {
        self.saved.update(change);
        let text = self.saved.with_untracked(|saved| print(saved.iter().map(|(name, filter)| (name.as_str(), filter))));
        dom::remember("saved-filters", &text);
    }

    /// Applies a filter that was kept.
    fn take(self, filter: &Filter) {
        self.draft.set(filter.clone());
        self.apply();
    }
}

/// Named filters as buttons: pressed while applied.
#[component]
pub(crate) fn Buttons() -> impl IntoView {
    let filters = expect_context::<Filters>();
    let button = move |(name, filter): Named| {
        let (shown, text) = (filter.clone(), filter.text.clone());
        let is_on = Memo::new(move |_| filters.state.filter.with(|applied| *applied == shown));
        view! {
            <button type="button" class="filter-chip" data-filter=text.clone() title=text.clone() aria-pressed=move || if is_on.get() { "true" } else { "false" }
                on:click=move |_| if is_on.get_untracked() { filters.clear() } else { filters.take(&filter) }>{name}</button>
        }
    };
    move || {
        let saved = filters.saved.get();
        (!saved.is_empty()).then(|| view! { <div class="chips filter-buttons" role="group" aria-label=t("Saved filters")>{saved.into_iter().map(button).collect_view()}</div> })
    }
}

/// Beside the field: save what stands in it, rename and remove, and what was applied before.
#[component]
pub(crate) fn Saved() -> impl IntoView {
    let filters = expect_context::<Filters>();
    let close = move || {
        dom::close_menu();
        dom::focus(INPUT);
    };
    let name = RwSignal::new(String::new());
    let can_save = move || !filters.draft.with(Filter::is_empty);
    let save = move || {
        let filter = filters.draft.get_untracked();
        let given = name.get_untracked().trim().to_owned();
        if filter.is_empty() {
            return;
        }
        let given = if given.is_empty() { filter.text.clone() } else { given };
        filters.change_saved(|saved| {
            saved.retain(|(known, _)| *known != given);
            saved.push((given, filter));
        });
        name.set(String::new());
    };
    let kept = move |(at, (name, filter)): (usize, Named)| {
        let rename = move |event| {
            let name = event_target_value(&event).trim().to_owned();
            filters.change_saved(|saved| {
                if let Some(one) = saved.get_mut(at).filter(|_| !name.is_empty()) {
                    one.0 = name;
                }
            });
        };
        let label = fill("Name of {0}", &[&filter.text]);
        let text = filter.text.clone();
        view! {
            <li class="saved-row">
                <input type="text" aria-label=label title=t("Rename") prop:value=name.clone() on:change=rename />
                <button type="button" class="offer" title=t("Apply") on:click=move |_| { filters.take(&filter); close(); }><code>{text}</code></button>
                <button type="button" class="chip-close" aria-label=fill("Remove {0}", &[&name]) title=t("Remove") on:click=move |_| filters.change_saved(|saved| if at < saved.len() { saved.remove(at); })>{icon::icon(icon::CLOSE)}</button>
            </li>
        }
    };
    let before = move |filter: Filter| {
        let text = filter.text.clone();
        view! { <li><button type="button" class="offer" title=t("Apply") on:click=move |_| { filters.take(&filter); close(); }><code>{text}</code></button></li> }
    };
    let recent = move || {
        let recent = filters.recent.get();
        (!recent.is_empty()).then(|| view! {
            <p class="saved-title">{t("Applied before")}<button type="button" class="link" on:click=move |_| { filters.recent.set(Vec::new()); filters.keep_recent(); }>{t("Forget")}</button></p>
            <ul class="offers" id="filter-recent">{recent.into_iter().map(before).collect_view()}</ul>
        })
    };
    view! {
        <details class="chooser menu" id="filter-saved" on:focusout=dom::close_behind>
            <summary class="button" aria-label=t("Saved filters and those applied before") title=t("Saved filters, and those applied before")>{icon::icon(icon::STAR)}<span class="wide">{t("Saved")}</span></summary>
            <div class="chooser-list wide-list" tabindex="-1">
                <form class="saved-row" on:submit=move |event| { event.prevent_default(); save(); }>
                    <input type="text" id="filter-name" aria-label=t("Name for the filter in the bar") placeholder=t("Name for the filter in the bar") prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event)) />
                    <button type="submit" class="button small" id="filter-save" disabled=move || !can_save()>{t("Save")}</button>
                </form>
                <ul class="offers" id="filter-kept">{move || filters.saved.get().into_iter().enumerate().map(kept).collect_view()}</ul>
                {move || (filters.saved.with(Vec::is_empty) && filters.recent.with(Vec::is_empty)).then(|| view! { <p class="muted">{t("Saved filters get a button in the bar; what was applied before is kept here.")}</p> })}
                {recent}
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let filter = |text: &str, language| Filter { text: text.into(), language };
        let list = [
            ("slow web".to_owned(), filter("http.time > 1 && tcp", Language::Either)),
            (String::new(), filter("host 10.0.0.1", Language::Capture)),
        ];
        let text = print(list.iter().map(|(name, filter)| (name.as_str(), filter)));
        assert_eq!(read(&text), list);
        assert_eq!(read("nonsense\na\tb\tc\n\n"), []);
        assert_eq!(
            read(&print([("a\tb", &filter("x\ny", Language::Display))].into_iter())),
            [("a b".to_owned(), filter("x y", Language::Display))]
        );
    }
}
