//! A context menu: at the pointer or the keyboard's place, closed by whatever leaves it.
use crate::ui::dom;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

#[derive(Clone)]
pub(crate) enum Item {
    Act {
        text: String,
        /// The key that does the same.
        key: &'static str,
        act: Callback<()>,
    },
    Line,
}

pub(crate) fn item(text: impl Into<String>, key: &'static str, act: impl Fn() + Send + Sync + 'static) -> Item {
    Item::Act { text: text.into(), key, act: Callback::new(move |()| act()) }
}

/// What an open menu shows, and where.
#[derive(Clone)]
pub(crate) struct Menu {
    pub at: (i32, i32),
    pub items: Vec<Item>,
    /// Gets the focus back.
    pub owner: &'static str,
}

/// Widest and highest a menu is expected to be, to keep it inside the window.
const WIDTH: f64 = 300.0;
const ITEM: f64 = 27.0;

#[component]
pub(crate) fn MenuLayer(open: RwSignal<Option<Menu>>) -> impl IntoView {
    move || open.get().map(|menu| view! { <Shown open=open menu=menu /> })
}

#[component]
fn Shown(open: RwSignal<Option<Menu>>, menu: Menu) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let owner = menu.owner;
    Effect::new(move |_| {
        if let Some(first) = element.get().and_then(|menu| nth(&menu, 0)) {
            let _ = first.focus();
        }
    });
    let close = move |back: bool| {
        open.try_set(None);
        if back {
            dom::focus(owner);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(menu) = element.get_untracked() else { return };
        let count = i64::from(menu.query_selector_all("[role=menuitem]").map_or(0, |items| items.length()));
        let here = document().active_element();
        let at =
            (0..count).find(|i| nth(&menu, *i).is_some_and(|item| here.as_ref() == Some(item.as_ref()))).unwrap_or(-1);
        let to = match event.key().as_str() {
            "ArrowDown" => at + 1,
            "ArrowUp" => at.max(0) - 1 + count,
            "Home" => 0,
            "End" => count - 1,
            "Escape" | "Tab" => {
                event.prevent_default();
                event.stop_propagation();
                return close(true);
            }
            "Enter" | " " => {
                event.stop_propagation();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(item) = nth(&menu, to.rem_euclid(count.max(1))) {
            let _ = item.focus();
        }
    };
    let on_leave = move |event: FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        if element.get_untracked().is_some_and(|menu| !menu.contains(to.as_ref())) {
            close(false);
        }
    };
    let (width, height) = dom::window_size();
    let room = (height - menu.items.len() as f64 * ITEM - 16.0).max(4.0);
    let left = format!("{}px", f64::from(menu.at.0).min(width - WIDTH).max(4.0));
    let top = format!("{}px", f64::from(menu.at.1).min(room).max(4.0));
    let items = menu.items.into_iter().map(|item| match item {
        Item::Line => view! { <div class="menu-line" role="separator"></div> }.into_any(),
        Item::Act { text, key, act } => view! {
            <button type="button" role="menuitem" tabindex="-1" class="menu-item" on:click=move |_| { close(true); act.run(()); }>
                <span>{text}</span><kbd class="menu-key">{key}</kbd>
            </button>
        }
        .into_any(),
    });
    view! {
        <div
            class="context-menu" role="menu" aria-label="Actions" tabindex="-1" node_ref=element style:left=left style:top=top
            on:keydown=on_key on:focusout=on_leave on:contextmenu=|event| event.prevent_default()
        >
            {items.collect_view()}
        </div>
    }
}

fn nth(menu: &web_sys::Element, index: i64) -> Option<web_sys::HtmlElement> {
    let items = menu.query_selector_all("[role=menuitem]").ok()?;
    items.item(u32::try_from(index).ok()?)?.dyn_into().ok()
}
