//! The switch between the page's languages. Each is named in itself: whoever needs it can read it.
use crate::ui::say::language::{Language, SWITCH, Shown, choose};
use crate::ui::say::t;
use leptos::prelude::*;

#[component]
pub(crate) fn LanguageSwitch() -> impl IntoView {
    let shown = expect_context::<Shown>();
    let change = move |event: leptos::ev::Event| choose(shown, Language::of(&event_target_value(&event)));
    let option = |(language, code, name): (Language, &'static str, &'static str)| {
        view! { <option value=code lang=code selected=shown.get_untracked() == Some(language)>{name}</option> }
    };
    view! {
        <select id=SWITCH class="select" aria-label=t("Language") title=t("Language") on:change=change>
            {Language::ALL.map(option).collect_view()}
        </select>
    }
}
