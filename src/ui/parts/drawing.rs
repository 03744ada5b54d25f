//! A figure on the page: its marks tell their numbers when pointed at or focused, are gone through with arrow keys, and filter; and what
//! it can be saved as.
use super::icon;
use crate::ui::dom;
use crate::ui::figure::Figure;
use crate::ui::filter::{Filters, Join};
use crate::ui::parts::menu::{Menu, item};
use crate::ui::save::Wish;
use crate::ui::say::t;
use crate::ui::state::State;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};

/// What a mark stands for, in words: title and lines, by its row.
pub(crate) type Tell = Arc<dyn Fn(usize) -> Vec<String> + Send + Sync>;

#[component]
pub(crate) fn Drawing(
    figure: Memo<Figure>,
    #[prop(into)] label: Signal<String>,
    tell: Tell,
    /// Set here: the room there is, px.
    width: RwSignal<f64>,
) -> impl IntoView {
    let filters = expect_context::<Filters>();
    let area = NodeRef::<Div>::new();
    let size = dom::size_of(area);
    Effect::new(move |_| width.set(size.get().0));
    // The row pointed at, and where its note stands.
    let pointed = RwSignal::new(None::<(usize, f64, f64)>);
    let inside = move |x: f64, y: f64| {
        let place =
            area.get_untracked().map(|area| area.unchecked_ref::<web_sys::Element>().get_bounding_client_rect());
        place.map_or((0.0, 0.0), |place| (x - place.left(), y - place.top()))
    };
    let point = move |event: leptos::ev::PointerEvent| {
        let (x, y) = inside(event.client_x().into(), event.client_y().into());
        pointed.set(dom::ancestor_data(&event, "bar").map(|row| (row as usize, x, y)));
    };
    let focus = move |event: leptos::ev::FocusEvent| {
        let Some(row) = dom::ancestor_data(&event, "bar") else { return };
        let mark = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let place = mark.map(|mark| mark.get_bounding_client_rect());
        let (x, y) = place.map_or((0.0, 0.0), |place| inside(place.left() + place.width() / 2.0, place.bottom()));
        pointed.set(Some((row as usize, x, y)));
    };
    let apply = move |condition: Option<String>| {
        if let Some(condition) = condition.filter(|condition| !condition.is_empty()) {
            filters.join(Join::And, &condition, true);
        }
    };
    let click = move |event: MouseEvent| apply(dom::ancestor_text(&event, "filter"));
    let key = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "Enter" | " " => {
                event.prevent_default();
                return apply(dom::ancestor_text(&event, "filter"));
            }
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => -1,
            "Home" => i32::MIN,
            "End" => i32::MAX,
            _ => return,
        };
        event.prevent_default();
        if let Some(area) = area.get_untracked() {
            go(&area, step);
        }
    };
    let note = move || {
        pointed.get().map(|(row, x, y)| {
            let share = (x / size.get_untracked().0.max(1.0) * 100.0).clamp(0.0, 100.0);
            let mut lines = tell(row).into_iter();
            view! {
                <div class="drawing-note" style:left=format!("{x:.0}px") style:top=format!("{:.0}px", y + 14.0) style:transform=format!("translateX(-{share:.0}%)")>
                    <b>{lines.next()}</b>{lines.map(|line| view! { <span>{line}</span> }).collect_view()}
                </div>
            }
        })
    };
    view! {
        <div class="drawing" node_ref=area on:pointermove=point on:pointerleave=move |_| pointed.set(None) on:focusin=focus on:focusout=move |_| pointed.set(None) on:click=click on:keydown=key>
            <svg role="group" aria-label=label width="100%" height=move || figure.with(|f| f.height) viewBox=move || figure.with(|f| format!("0 0 {:.0} {:.0}", f.width.max(1.0), f.height.max(1.0))) inner_html=move || figure.with(Figure::inside)></svg>
            {note}
        </div>
    }
}

/// Moves the focus among the marks of a drawing.
fn go(area: &web_sys::Element, step: i32) {
    let Ok(marks) = area.query_selector_all("[data-bar]") else { return };
    let active = document().active_element();
    let count = marks.length() as i32;
    let same = |at: &i32| {
        let mark = marks.get(*at as u32).and_then(|node| node.dyn_into::<web_sys::Element>().ok());
        mark.is_some() && mark == active
    };
    let now = (0..count).find(same).unwrap_or(0);
    let next = now.saturating_add(step).clamp(0, (count - 1).max(0));
    if let Some(mark) = marks.get(next as u32).and_then(|node| node.dyn_into::<web_sys::SvgElement>().ok()) {
        let _ = mark.focus();
    }
}

/// What a chart can be saved as.
#[component]
pub(crate) fn ChartMenu(
    figure: Memo<Figure>,
    /// What stands above it in a file.
    #[prop(into)]
    name: Signal<String>,
    /// Its table among the choices of the dialog that saves; and how files are called.
    slug: &'static str,
) -> impl IntoView {
    let state = expect_context::<State>();
    let file = move || figure.with_untracked(|figure| figure.file(&name.get_untracked()));
    let called = move |ending: &str| {
        let stem = state.file.with_untracked(|file| file.as_ref().map(|file| file.name.clone())).unwrap_or_default();
        format!("{stem}-{slug}.{ending}")
    };
    let svg = move || {
        let bytes = js_sys::Uint8Array::from(file().as_bytes());
        dom::save(&called("svg"), &js_sys::Array::of1(&bytes));
    };
    let png = move || {
        let name = called("png");
        draw(&file(), Box::new(move |bytes| dom::save(&name, &js_sys::Array::of1(&bytes))));
    };
    let open = move |event: MouseEvent| {
        let at = dom::menu_place(&event, None);
        let items = vec![
            item(t("Save … as CSV or JSON"), "", move || state.saving.set(Some(Wish::Of(slug)))),
            item(t("Save as SVG"), "", svg),
            item(t("Save as PNG"), "", png),
        ];
        state.menu.set(Some(Menu { at, items }));
    };
    view! {
        <button type="button" class="button small quiet" aria-haspopup="menu" aria-label=t("Save this chart") title=t("Save this chart") on:click=open>{icon::icon(icon::DROP)}</button>
    }
}

/// The picture of an SVG file, twice as fine as its pixels, by the browser's canvas: `wireglassPicture` in boot.js.
fn draw(svg: &str, then: Box<dyn Fn(JsValue)>) {
    let function = js_sys::Reflect::get(&window(), &JsValue::from_str("wireglassPicture"));
    if let Some(function) = function.ok().and_then(|function| function.dyn_into::<js_sys::Function>().ok()) {
        let done = wasm_bindgen::prelude::Closure::once_into_js(move |bytes: JsValue| then(bytes));
        let _ = function.call2(&window(), &JsValue::from_str(svg), &done);
    }
}
