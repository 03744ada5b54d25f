//! What is open, the views, and the switches of the page.
use super::icon;
use super::language::LanguageSwitch;
use super::privacy::PrivacyButton;
use super::theme::ThemeSwitch;
use crate::api::Filter;
use crate::ui::client::Client;
use crate::ui::files::FileMenu;
use crate::ui::opening;
use crate::ui::report::ReportButton;
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t};
use crate::ui::share::ShareButton;
use crate::ui::state::{Phase, State, set};
use crate::ui::views::{Bullet, VIEWS, View, current};
use crate::ui::{dom, format};
use leptos::prelude::*;

#[component]
pub(crate) fn Header() -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    let facts = move || {
        state.file.get().map(|file| {
            view! {
                <span class="file">
                    <h1 class="file-name" title=file.name.clone()>{file.name.clone()}</h1>
                    <span class="file-facts" title=format::exact_bytes(file.size)>{format::bytes(file.size)}</span>
                    {move || state.opening.get().map(|name| view! { <span class="file-facts">{fill("opening {0} …", &[&name])}</span> })}
                    <span class="file-facts" id="outcome">{move || match state.phase() {
                        Phase::Complete => state.sentence(),
                        Phase::Cancelled => t("stopped").into(),
                        Phase::Broken => t("incomplete").into(),
                        Phase::Loading => t("reading …").into(),
                        Phase::Start => String::new(),
                    }}</span>
                </span>
            }
        })
    };
    view! {
        <header class="bar">
            <span class="brand">
                <svg class="logo" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
                    <circle cx="10" cy="10" r="8" />
                    <path d="M2.5 11h3.2l1.8-5 3 9 2-6 1 2h4" />
                </svg>
                "Wireglass"
            </span>
            {facts}
            <Show when=move || state.file.with(Option::is_some)><FileMenu /></Show>
            <span class="space"></span>
            <Show when=move || state.file.with(Option::is_some)>
                <Bullet />
                <SaveButton wish=Wish::Packets />
                <ReportButton />
                <ShareButton />
                <button type="button" class="button" id="open-another" title=t("Open another capture (Ctrl O)") on:click=move |_| opening::choose(client, state, false)>
                    {icon::icon(icon::OPEN)}<span class="wide">{t("Open")}</span>
                </button>
            </Show>
            <LanguageSwitch />
            <PrivacyButton />
            <ThemeSwitch />
            <button type="button" class="button quiet" id="help-button" aria-label=t("Keys and words") title=t("Keys and words (?)") on:click=move |_| state.help.set(true)>
                <span class="glyph" aria-hidden="true">"?"</span>
            </button>
        </header>
    }
}

/// The page itself, for links into it: a bare fragment would be taken for a place on the page that there is not.
fn here() -> String {
    let path = window().location().pathname().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.is_empty() { "./".to_owned() } else { name.to_owned() }
}

/// The views, with counts where they are known.
#[component]
pub(crate) fn Tabs() -> impl IntoView {
    let state = expect_context::<State>();
    let tab = move |view: &'static View| {
        let is_current = move || current(&state.view.get()).slug == view.slug;
        // With a filter it is what matches that is shown.
        let count = move || {
            let mut progress = state.progress.get()?;
            if let Some(f) = state.filtered.get().filter(|_| !state.filter.with(Filter::is_empty)) {
                (progress.packets, progress.flows) = (f.matched, f.flows);
            }
            (view.count)(&progress).map(|n| format::count(n.into()))
        };
        let go = move |event: leptos::ev::MouseEvent| {
            // A link, so that it can be copied and opened elsewhere; here the page itself turns.
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                set(state.view, view.slug.to_owned());
            }
        };
        view! {
            <a class="tab" href=format!("{}#v=1&view={}", here(), view.slug) id=format!("tab-{}", view.slug) aria-current=move || is_current().then_some("page") on:click=go>
                <span class="tab-title">{t(view.title)}</span>
                {move || count().map(|n| view! { <span class="tab-count">{n}</span> })}
            </a>
        }
    };
    // On a small screen the list is a row that scrolls.
    Effect::new(move |_| {
        let tab = format!("tab-{}", current(&state.view.get()).slug);
        request_animation_frame(move || dom::scroll_to(&tab));
    });
    let group = |views: &'static [View]| {
        let heading = views.first().map(|view| view.group).unwrap_or_default();
        let heading = (!heading.is_empty()).then(|| view! { <h2 class="tab-group">{t(heading)}</h2> });
        view! { {heading} {views.iter().map(tab).collect_view()} }
    };
    let groups = VIEWS.chunk_by(|a, b| a.group == b.group);
    view! { <nav class="tabs" aria-label=t("Views")>{groups.map(group).collect_view()}</nav> }
}
