//! Light, dark, or as the system has it; remembered.
use super::icon;
use crate::ui::dom;
use crate::ui::say::{fill, t};
use leptos::prelude::*;

const THEMES: [(&str, &str, &str); 3] =
    [("auto", "as the system", icon::AUTO), ("light", "light", icon::SUN), ("dark", "dark", icon::MOON)];

#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let remembered =
        dom::recall("theme").and_then(|name| THEMES.iter().position(|(slug, ..)| *slug == name)).unwrap_or(0);
    let theme = RwSignal::new(remembered);
    Effect::new(move |before: Option<()>| {
        let slug = THEMES.get(theme.get()).map_or("auto", |t| t.0);
        dom::set_root_data("theme", slug);
        if before.is_some() {
            dom::remember("theme", slug);
        }
    });
    let label = move || fill("Colours: {0}. Change", &[&THEMES.get(theme.get()).map_or("", |(_, name, _)| t(name))]);
    view! {
        <button
            type="button" class="button quiet" id="theme" aria-label=label title=label
            on:click=move |_| theme.update(|i| *i = (*i + 1) % THEMES.len())
        >
            {move || icon::icon(THEMES.get(theme.get()).map_or("", |t| t.2))}
        </button>
    }
}
