//! A bar between two panes that moves them: by pointer, by arrow keys; remembered.
use crate::ui::dom;
use crate::ui::say::t;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Percent of the room that the first pane may have.
const LEAST: f64 = 8.0;
const MOST: f64 = 92.0;

/// The first pane's share of the room, percent, as remembered.
pub(crate) fn share(key: &'static str, usual: f64) -> RwSignal<f64> {
    // JavaScript reads the number: Rust's reading of fractions comes with a table of 10 KB.
    let remembered = dom::recall(key).map(|text| js_sys::parse_float(&text)).filter(|share| share.is_finite());
    RwSignal::new(remembered.map_or(usual, |share| share.clamp(LEAST, MOST)))
}

#[component]
pub(crate) fn Splitter(
    /// Under which the share is remembered.
    key: &'static str,
    label: &'static str,
    share: RwSignal<f64>,
    /// Whether the panes stand side by side.
    #[prop(optional)]
    upright: bool,
    /// Id of the first pane.
    controls: &'static str,
) -> impl IntoView {
    let dragging = RwSignal::new(false);
    let go = move |to: f64| share.set(to.clamp(LEAST, MOST));
    let keep = move || dom::remember(key, &format!("{:.1}", share.get_untracked()));
    // The bar's parent is the room that is shared.
    let place = move |event: &PointerEvent| {
        let room =
            event.current_target()?.dyn_into::<web_sys::Element>().ok()?.parent_element()?.get_bounding_client_rect();
        let (at, start, size) = if upright {
            (event.client_x(), room.left(), room.width())
        } else {
            (event.client_y(), room.top(), room.height())
        };
        (size > 0.0).then(|| (f64::from(at) - start) * 100.0 / size)
    };
    let down = move |event: PointerEvent| {
        if let Some(bar) = event.current_target().and_then(|bar| bar.dyn_into::<web_sys::Element>().ok()) {
            let _ = bar.set_pointer_capture(event.pointer_id());
        }
        event.prevent_default();
        dragging.set(true);
    };
    let moved = move |event: PointerEvent| {
        if let Some(to) = place(&event).filter(|_| dragging.get_untracked()) {
            go(to);
        }
    };
    let up = move |_| {
        if dragging.get_untracked() {
            dragging.set(false);
            keep();
        }
    };
    let key_down = move |event: KeyboardEvent| {
        let now = share.get_untracked();
        match event.key().as_str() {
            "ArrowUp" if !upright => go(now - 4.0),
            "ArrowDown" if !upright => go(now + 4.0),
            "ArrowLeft" if upright => go(now - 4.0),
            "ArrowRight" if upright => go(now + 4.0),
            "Home" => go(LEAST),
            "End" => go(MOST),
            _ => return,
        }
        event.prevent_default();
        keep();
    };
    view! {
        <div
            class="splitter" class:upright=upright class:dragging=move || dragging.get()
            role="separator" tabindex="0" aria-label=label aria-controls=controls
            aria-orientation=if upright { "vertical" } else { "horizontal" }
            aria-valuemin="8" aria-valuemax="92" aria-valuenow=move || share.get().round()
            title=t("Drag, or use the arrow keys")
            on:pointerdown=down on:pointermove=moved on:pointerup=up on:pointercancel=up on:keydown=key_down
        ></div>
    }
}
