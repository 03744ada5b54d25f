//! Which language the page speaks: that of the browser, or the one chosen in the header, which is remembered.
//!
//! `www/boot.js` decides before the program is there and writes it into `<html lang>`; a catalogue is fetched when its language is spoken.
use super::SPOKEN;
use crate::catalogue::Catalogue;
use crate::ui::dom;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Language {
    #[default]
    English,
    Korean,
}

impl Language {
    /// Code of ISO 639, and the name that its speakers give it.
    pub(crate) const ALL: [(Language, &'static str, &'static str); 2] =
        [(Language::English, "en", "English"), (Language::Korean, "ko", "한국어")];

    pub(crate) fn code(self) -> &'static str {
        Language::ALL.iter().find(|(language, ..)| *language == self).map_or("en", |(_, code, _)| code)
    }

    pub(crate) fn of(code: &str) -> Language {
        Language::ALL.iter().find(|(_, known, _)| *known == code).map_or(Language::English, |(language, ..)| *language)
    }
}

/// Id of the switch in the header.
pub(crate) const SWITCH: &str = "language";

/// The language on screen; none while its catalogue is on its way.
pub(crate) type Shown = RwSignal<Option<Language>>;

thread_local! {
    /// The language of the texts now, for `Intl`.
    static NOW: Cell<Language> = const { Cell::new(Language::English) };
    /// Parsed once.
    static KOREAN: Cell<Option<&'static Catalogue<'static>>> = const { Cell::new(None) };
}

/// The language of the texts now.
pub(crate) fn now() -> Language {
    NOW.get()
}

/// The language that the page opens in.
pub(crate) fn begin() -> Shown {
    let shown = RwSignal::new(None);
    let root = document().document_element();
    speak(shown, Language::of(&root.and_then(|root| root.get_attribute("lang")).unwrap_or_default()));
    shown
}

/// The language that was chosen; remembered.
pub(crate) fn choose(shown: Shown, language: Language) {
    dom::remember("language", language.code());
    speak(shown, language);
}

/// Draws the page in a language as soon as its texts are there.
fn speak(shown: Shown, language: Language) {
    let known = KOREAN.get();
    if language == Language::English || known.is_some() {
        return turn(shown, language, known.filter(|_| language != Language::English));
    }
    spawn_local(async move {
        let catalogue = fetch(language).await.ok();
        if let Some(file) = catalogue {
            let catalogue: &'static Catalogue<'_> = Box::leak(Box::new(Catalogue::parse(String::leak(file))));
            KOREAN.set(Some(catalogue));
            turn(shown, language, Some(catalogue));
        } else {
            turn(shown, Language::English, None);
        }
    });
}

fn turn(shown: Shown, language: Language, catalogue: Option<&'static Catalogue<'static>>) {
    SPOKEN.set(catalogue);
    NOW.set(language);
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", language.code());
    }
    // What has the focus goes with the page: it is left while it is there. The switch gets it back.
    let focused = document().active_element();
    let was_switch = focused.as_ref().is_some_and(|element| element.id() == SWITCH);
    if let Some(element) = focused.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.blur();
    }
    shown.set(Some(language));
    if was_switch {
        request_animation_frame(|| _ = dom::focus(SWITCH));
    }
}

async fn fetch(language: Language) -> Result<String, JsValue> {
    let address = format!("./words/{}.txt", language.code());
    let response: web_sys::Response = JsFuture::from(window().fetch_with_str(&address)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    JsFuture::from(response.text()?).await?.as_string().ok_or(JsValue::NULL)
}
