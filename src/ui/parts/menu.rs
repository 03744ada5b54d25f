//! A context menu: at the pointer or the keyboard's place, closed by whatever leaves it. An item may open a second menu beside it.
use crate::ui::dom;
use crate::ui::say::t;
use leptos::ev::{FocusEvent, KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast;

#[derive(Clone)]
pub(crate) enum Item {
    Act {
        text: String,
        /// The key that does the same.
        key: &'static str,
        act: Arc<dyn Fn() + Send + Sync>,
    },
    /// A menu of its own; no further one in it.
    Sub {
        text: &'static str,
        items: Vec<Item>,
    },
    /// What the items below it are about.
    Head(String),
    Line,
}

pub(crate) fn item(text: impl Into<String>, key: &'static str, act: impl Fn() + Send + Sync + 'static) -> Item {
    Item::Act { text: text.into(), key, act: Arc::new(act) }
}

/// What an open menu shows, and where.
#[derive(Clone)]
pub(crate) struct Menu {
    pub at: (i32, i32),
    pub items: Vec<Item>,
}

/// Widest and highest a menu is expected to be, to keep it inside the window.
const WIDTH: f64 = 300.0;
const SUB_WIDTH: f64 = 200.0;
const ITEM: f64 = 27.0;
/// A pointer that only passes opens nothing.
const HOVER: Duration = Duration::from_millis(120);

#[component]
pub(crate) fn MenuLayer(open: RwSignal<Option<Menu>>) -> impl IntoView {
    move || open.get().map(|menu| view! { <Shown open=open menu=menu /> })
}

/// The menu beside an item: which item's, where, and what is in it.
type Beside = Option<(usize, (f64, f64), Vec<Item>)>;

#[component]
fn Shown(open: RwSignal<Option<Menu>>, menu: Menu) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let beside = RwSignal::new(Beside::None);
    let hovered = StoredValue::new(0u32);
    // Gets the focus back.
    let owner =
        StoredValue::new_local(document().active_element().and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()));
    Effect::new(move |_| {
        if let Some(first) = element.get().and_then(|menu| nth(&menu, 0)) {
            let _ = first.focus();
        }
    });
    let close = move |back: bool| {
        if back {
            owner.with_value(|owner| owner.as_ref().map(web_sys::HtmlElement::focus));
        }
        open.try_set(None);
    };
    let (width, height) = dom::window_size();
    let below = move |top: f64, items: usize| top.min(height - items as f64 * ITEM - 16.0).max(4.0);
    let show_beside = move |index: usize, items: &[Item], focus: bool| {
        let Some(place) = document().get_element_by_id(&sub_id(index)).map(|e| e.get_bounding_client_rect()) else {
            return;
        };
        let at = match () {
            () if place.right() + SUB_WIDTH < width => (place.right() + 2.0, below(place.top() - 5.0, items.len())),
            () if place.left() > SUB_WIDTH => (place.left() - SUB_WIDTH - 6.0, below(place.top() - 5.0, items.len())),
            // No room at either side.
            () => ((width - SUB_WIDTH - 4.0).max(4.0), below(place.bottom(), items.len())),
        };
        if beside.with_untracked(|now| now.as_ref().is_none_or(|(now, ..)| *now != index)) {
            beside.set(Some((index, at, items.to_vec())));
        }
        if focus {
            request_animation_frame(move || {
                let first = element.get_untracked().and_then(|menu| menu.query_selector(".beside").ok().flatten());
                if let Some(first) = first.and_then(|menu| nth(&menu, 0)) {
                    let _ = first.focus();
                }
            });
        }
    };
    let leave_beside = move || {
        let index = beside.with_untracked(|now| now.as_ref().map(|(index, ..)| *index));
        beside.set(None);
        index.is_some_and(|index| dom::focus(&sub_id(index)))
    };
    let on_key = move |event: KeyboardEvent| {
        let here = document().active_element();
        let Some(level) = here.as_ref().and_then(|here| here.closest(".context-menu").ok().flatten()) else { return };
        let count = i64::from(level.query_selector_all("[role=menuitem]").map_or(0, |items| items.length()));
        let at =
            (0..count).find(|i| nth(&level, *i).is_some_and(|item| here.as_ref() == Some(item.as_ref()))).unwrap_or(-1);
        let to = match event.key().as_str() {
            "ArrowDown" => at + 1,
            "ArrowUp" => at.max(0) - 1 + count,
            "Home" => 0,
            "End" => count - 1,
            "ArrowRight" => {
                if let Some(item) = nth(&level, at).filter(|item| item.has_attribute("aria-haspopup")) {
                    item.click();
                }
                at
            }
            "ArrowLeft" if leave_beside() => return stop(&event),
            "Escape" | "Tab" => {
                if event.key() == "Tab" || !leave_beside() {
                    close(true);
                }
                return stop(&event);
            }
            "Enter" | " " => return event.stop_propagation(),
            _ => return,
        };
        stop(&event);
        if let Some(item) = nth(&level, to.rem_euclid(count.max(1))) {
            let _ = item.focus();
        }
    };
    let on_leave = move |event: FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        if element.get_untracked().is_some_and(|menu| !menu.contains(to.as_ref())) {
            close(false);
        }
    };
    let draw = move |(index, item): (usize, Item)| {
        match item {
        Item::Line => view! { <div class="menu-line" role="separator"></div> }.into_any(),
        Item::Head(text) => view! { <div class="menu-head" role="presentation" title=text.clone()>{text.clone()}</div> }.into_any(),
        Item::Act { text, key, act } => view! {
            <button type="button" role="menuitem" tabindex="-1" class="menu-item" on:click=move |_| { close(true); act(); }>
                <span>{text}</span><kbd class="menu-key">{key}</kbd>
            </button>
        }
        .into_any(),
        Item::Sub { text, items } => {
            let hover = items.clone();
            let enter = move |event: PointerEvent| {
                hovered.update_value(|n| *n += 1);
                let (mine, items) = (hovered.get_value(), hover.clone());
                if event.pointer_type() == "mouse" {
                    set_timeout(move || if hovered.try_get_value() == Some(mine) { show_beside(index, &items, false) }, HOVER);
                }
            };
            let is_open = move || beside.with(|now| now.as_ref().is_some_and(|(now, ..)| *now == index));
            view! {
                <button
                    type="button" role="menuitem" tabindex="-1" class="menu-item" class:open=is_open id=sub_id(index) aria-haspopup="menu"
                    aria-expanded=move || if is_open() { "true" } else { "false" }
                    on:click=move |_| show_beside(index, &items, true) on:pointerenter=enter on:pointerleave=move |_| hovered.update_value(|n| *n += 1)
                >
                    <span>{text}</span><span aria-hidden="true">"▸"</span>
                </button>
            }
            .into_any()
        }
    }
    };
    let second = move || {
        beside.get().map(|(_, (left, top), items)| view! {
            <div class="context-menu beside" role="menu" tabindex="-1" style:left=format!("{left}px") style:top=format!("{top}px")>
                {items.into_iter().enumerate().map(draw).collect_view()}
            </div>
        })
    };
    let left = format!("{}px", f64::from(menu.at.0).min(width - WIDTH).max(4.0));
    let top = format!("{}px", below(f64::from(menu.at.1), menu.items.len()));
    view! {
        <div node_ref=element on:keydown=on_key on:focusout=on_leave on:contextmenu=|event| { event.prevent_default(); event.stop_propagation(); }>
            <div class="context-menu" role="menu" aria-label=t("Actions") tabindex="-1" style:left=left style:top=top>
                {menu.items.into_iter().enumerate().map(draw).collect_view()}
            </div>
            {second}
        </div>
    }
}

fn stop(event: &KeyboardEvent) {
    event.prevent_default();
    event.stop_propagation();
}

fn sub_id(index: usize) -> String {
    format!("menu-item-{index}")
}

fn nth(menu: &web_sys::Element, index: i64) -> Option<web_sys::HtmlElement> {
    let items = menu.query_selector_all("[role=menuitem]").ok()?;
    items.item(u32::try_from(index).ok()?)?.dyn_into().ok()
}
