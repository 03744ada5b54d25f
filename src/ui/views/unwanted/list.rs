//! The allow-list: what this machine should speak. Kept by the browser, a text that can be taken along.
use crate::api::{PRESETS, WrongLine};
use crate::ui::dom;
use crate::ui::parts::icon;
use crate::ui::say::{fill, t, told};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

const KEY: &str = "allow";
const FILE: &str = "allow-file";

/// The list that the browser keeps; empty: the usual one.
pub(crate) fn kept() -> String {
    dom::recall(KEY).unwrap_or_default()
}

#[derive(Clone, Copy)]
pub(super) struct List {
    /// What is asked with; empty: the first preset.
    pub rules: RwSignal<String>,
    /// What stands in the field.
    draft: RwSignal<String>,
}

fn usual() -> &'static str {
    PRESETS.first().map_or("", |preset| preset.rules)
}

impl List {
    pub(super) fn recalled() -> Self {
        let rules = kept();
        let draft = if rules.is_empty() { usual().to_owned() } else { rules.clone() };
        Self { rules: RwSignal::new(rules), draft: RwSignal::new(draft) }
    }

    /// The text takes effect, and is kept.
    fn set(self, text: &str) {
        let text = text.replace("\r\n", "\n");
        let rules = if text.trim() == usual().trim() { String::new() } else { text.clone() };
        dom::remember(KEY, &rules);
        if self.draft.with_untracked(|draft| *draft != text) {
            self.draft.set(text);
        }
        if self.rules.with_untracked(|now| *now != rules) {
            self.rules.set(rules);
        }
    }

    /// The preset that the text is.
    fn preset(self) -> Option<usize> {
        self.draft.with(|draft| PRESETS.iter().position(|preset| preset.rules.trim() == draft.trim()))
    }
}

#[component]
pub(super) fn AllowList(list: List, wrong: Signal<Vec<WrongLine>>) -> impl IntoView {
    let choose = move |event| {
        let chosen = event_target_value(&event).parse::<usize>().ok().and_then(|at| PRESETS.get(at));
        if let Some(preset) = chosen {
            list.set(preset.rules);
        }
    };
    let options = move || {
        let own = list.preset().is_none();
        let presets = PRESETS.iter().enumerate().map(|(at, preset)| {
            view! { <option value=at.to_string() selected=move || list.preset() == Some(at)>{t(preset.title)}</option> }
        });
        view! { {presets.collect_view()}{own.then(|| view! { <option value="" selected=true>{t("My own list")}</option> })} }
    };
    let export = move |_| {
        let text = list.draft.get_untracked();
        let bytes = Uint8Array::from(text.as_bytes());
        dom::save("wireglass-allow.txt", &Array::of1(&bytes));
    };
    let import = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // The same file again is a change, too.
        input.set_value("");
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            // Nobody writes a longer one by hand.
            if let Some(text) = text.filter(|text| text.len() < 100_000) {
                list.set(&text);
            }
        });
    };
    let is_changed = move || {
        let draft = list.draft.get();
        let rules = list.rules.get();
        draft.trim() != if rules.is_empty() { usual() } else { &rules }.trim()
    };
    let lines = move || {
        let wrong = wrong.get();
        (!wrong.is_empty()).then(|| {
            let items = wrong
                .into_iter()
                .map(|wrong| view! { <li>{fill("Line {0}: {1}", &[&wrong.line, &told(&wrong.message)])}</li> });
            view! { <ul class="unwanted-wrong" id="allow-wrong" role="alert">{items.collect_view()}</ul> }
        })
    };
    view! {
        <section class="card unwanted-allow" aria-labelledby="allow-title">
            <h2 id="allow-title">{t("What should this machine speak?")}</h2>
            <p class="save-name">
                <label for="allow-preset">{t("List")}</label>
                <select class="select" id="allow-preset" on:change=choose>{options}</select>
            </p>
            <textarea id="allow-rules" class="mono" rows="18" spellcheck="false" autocomplete="off" aria-label=t("Rules, one a line") aria-describedby="allow-help"
                prop:value=move || list.draft.get()
                on:input=move |event| list.draft.set(event_target_value(&event))
                on:change=move |event| list.set(&event_target_value(&event))></textarea>
            {lines}
            <p class="muted" id="allow-help">{t("One rule a line: protocol by filter name, then if you like its ports, in or out, and with whom: \u{201c}ssh 22 in with 192.0.2.0/24\u{201d}. \u{201c}with any\u{201d} says that even the internet may; \u{201c}no telnet\u{201d} takes out again. The list stays in this browser.")}</p>
            <p class="dialog-buttons">
                <button type="button" class="button primary" id="allow-use" disabled=move || !is_changed() on:click=move |_| list.set(&list.draft.get_untracked())>{t("Use it")}</button>
                <button type="button" class="button" id="allow-export" on:click=export>{icon::icon(icon::DROP)}{t("Export")}</button>
                <button type="button" class="button" id="allow-import" on:click=move |_| dom::click(FILE)>{icon::icon(icon::OPEN)}{t("Import")}</button>
                <input type="file" id=FILE accept=".txt,text/plain" hidden=true on:change=import />
            </p>
        </section>
    }
}
