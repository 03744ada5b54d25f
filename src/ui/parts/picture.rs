//! Any chart as a picture: what an element shows, as SVG or PNG (`wireglassDrawing` and `wireglassPicture` in boot.js).
use super::icon;
use super::menu::{Menu, item};
use crate::ui::dom;
use crate::ui::save::{Wish, safe_name};
use crate::ui::say::t;
use crate::ui::state::State;
use js_sys::{Array, Function, Reflect, Uint8Array};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

fn function(name: &str) -> Option<Function> {
    Reflect::get(&window(), &JsValue::from_str(name)).ok()?.dyn_into().ok()
}

/// The element as an SVG file.
fn drawing(element: &web_sys::Element, title: &str) -> Option<String> {
    function("wireglassDrawing")?.call2(&window(), element, &JsValue::from_str(title)).ok()?.as_string()
}

/// A button in the corner of a chart, or elsewhere with another class.
#[component]
pub(crate) fn PictureButton(
    /// What is drawn.
    of: NodeRef<Div>,
    /// What stands above it in a file.
    #[prop(into)]
    title: Signal<String>,
    /// Its numbers, where they can be saved too.
    #[prop(optional)]
    numbers: Option<Wish>,
    #[prop(default = "picture-button")] class: &'static str,
) -> impl IntoView {
    let state = expect_context::<State>();
    let file = move || {
        let element = of.get_untracked()?;
        drawing(element.unchecked_ref(), &title.get_untracked())
    };
    let called = move |ending: &str| {
        let stem = state.file.with_untracked(|file| file.as_ref().map(|file| file.name.clone())).unwrap_or_default();
        let title: String =
            title.get_untracked().split_whitespace().take(6).collect::<Vec<_>>().join("-").to_lowercase();
        format!("{}.{ending}", safe_name(&format!("{stem}-{title}")))
    };
    let svg = move || {
        if let Some(file) = file() {
            dom::save(&called("svg"), &Array::of1(&Uint8Array::from(file.as_bytes())));
        }
    };
    let png = move || {
        let (Some(file), Some(picture)) = (file(), function("wireglassPicture")) else { return };
        let name = called("png");
        let done = Closure::once_into_js(move |bytes: JsValue| dom::save(&name, &Array::of1(&bytes)));
        let _ = picture.call2(&window(), &JsValue::from_str(&file), &done);
    };
    let open = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        let mut items = Vec::new();
        if let Some(wish) = numbers {
            items.push(item(t("Save … as CSV or JSON"), "", move || state.saving.set(Some(wish))));
        }
        // A chart that is a table now is no picture.
        if of.get_untracked().is_some_and(|element| element.is_connected()) {
            items.extend([item(t("Save as SVG"), "", svg), item(t("Save as PNG"), "", png)]);
        }
        state.menu.set(Some(Menu { at: dom::menu_place(&event, None), items }));
    };
    view! {
        <button type="button" class=class data-no-picture="" aria-haspopup="menu" aria-label=t("Save this chart") title=t("Save this chart") on:click=open>{icon::icon(icon::DROP)}</button>
    }
}
