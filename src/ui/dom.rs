//! The few things the page needs of the browser that Leptos does not wrap.
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// What the browser remembers for this page between visits (never anything about a capture).
pub(crate) fn recall(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(&format!("wireglass.{key}")).ok().flatten()
}

pub(crate) fn remember(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage only means that the choice is not remembered.
        let _ = storage.set_item(&format!("wireglass.{key}"), value);
    }
}

/// Puts a fact where tests, benches and style sheets can read it: `data-…` of the document's root.
pub(crate) fn set_root_data(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(&format!("data-{name}"), value);
    }
}

pub(crate) fn root_data(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(&format!("data-{name}"))
}

/// Tells the page's own scripts something.
pub(crate) fn announce(event: &str) {
    if let Ok(event) = web_sys::Event::new(event) {
        let _ = window().dispatch_event(&event);
    }
}

/// The address of a file that lies beside the page. In the page that is one file (scripts/single.mjs) it is in there.
pub(crate) fn asset(name: &str) -> String {
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &JsValue::from_str(name));
    let inside =
        get(&window(), "wireglassFiles").and_then(|files| get(&files, name)).ok().and_then(|url| url.as_string());
    let beside = || {
        let base = document().base_uri().ok().flatten().unwrap_or_default();
        web_sys::Url::new_with_base(name, &base).map(|url| url.href()).unwrap_or_default()
    };
    inside.unwrap_or_else(beside)
}

/// Where others find this page: its address without what stands behind `?` and `#`. Empty for a page opened from a file: only this
/// machine has it, and its path tells who the reader is.
pub(crate) fn page_address() -> String {
    let location = window().location();
    let is_served = location.protocol().is_ok_and(|protocol| protocol.starts_with("http"));
    let [origin, path] = [location.origin(), location.pathname()].map(Result::unwrap_or_default);
    if is_served { [origin, path].concat() } else { String::new() }
}

/// The width and height inside an element, followed as they change.
pub(crate) fn size_of(element: NodeRef<leptos::html::Div>) -> Signal<(f64, f64)> {
    let size = RwSignal::new((0.0, 0.0));
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let target: web_sys::Element = element.unchecked_into();
        let measured = target.clone();
        let measure = move || {
            size.try_set((f64::from(measured.client_width()), f64::from(measured.client_height())));
        };
        measure();
        let changed = Closure::<dyn Fn()>::new(measure).into_js_value();
        if let Ok(observer) = web_sys::ResizeObserver::new(changed.unchecked_ref()) {
            observer.observe(&target);
            let observer = StoredValue::new_local(observer);
            on_cleanup(move || {
                observer.try_with_value(web_sys::ResizeObserver::disconnect);
            });
        }
    });
    size.into()
}

/// How far below the window's edge something is already near, px.
const NEAR: &str = "300px";

/// Whether an element is in sight, or nearly: what is far away need not be asked for.
pub(crate) fn near(element: NodeRef<leptos::html::Div>) -> Signal<bool> {
    let near = RwSignal::new(false);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let last = entries.get(entries.length().saturating_sub(1));
            near.try_set(last.unchecked_into::<web_sys::IntersectionObserverEntry>().is_intersecting());
        });
        let options = web_sys::IntersectionObserverInit::new();
        options.set_root_margin(NEAR);
        let seen = seen.into_js_value();
        if let Ok(observer) = web_sys::IntersectionObserver::new_with_options(seen.unchecked_ref(), &options) {
            observer.observe(&element);
            let observer = StoredValue::new_local(observer);
            on_cleanup(move || {
                observer.try_with_value(web_sys::IntersectionObserver::disconnect);
            });
        }
    });
    near.into()
}

/// Puts text on the clipboard; false where the browser does not let a page do that.
pub(crate) fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    let there = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|c| c.is_object());
    if there {
        let _ = navigator.clipboard().write_text(text);
    }
    there
}

/// Minutes that local time was ahead of UTC at a moment (seconds since 1970).
pub(crate) fn utc_offset(seconds: i64) -> i64 {
    let date = js_sys::Date::new(&JsValue::from_f64(seconds as f64 * 1000.0));
    -(date.get_timezone_offset() as i64)
}

/// Whether an event happened where its keys are text.
pub(crate) fn is_typing(event: &web_sys::Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).is_some_and(|element| {
        let kind = element.get_attribute("type").unwrap_or_default();
        let boxes = ["checkbox", "radio", "button", "file"].contains(&kind.as_str());
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") && !boxes
    })
}

pub(crate) fn click(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.click();
    }
}

/// Whether the element was there to be focused.
pub(crate) fn focus(id: &str) -> bool {
    let element = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// Whether an element is on the page.
pub(crate) fn is_there(id: &str) -> bool {
    document().get_element_by_id(id).is_some()
}

/// Whether the focus is inside an element.
pub(crate) fn has_focus(id: &str) -> bool {
    document().query_selector(&format!("#{id} :focus")).ok().flatten().is_some()
}

/// Closes the menu that is open and gives the focus back to its button; false when none is.
pub(crate) fn close_menu() -> bool {
    let Some(menu) = document().query_selector("details[open].menu").ok().flatten() else { return false };
    let _ = menu.remove_attribute("open");
    if let Some(button) = menu.first_element_child().and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = button.focus();
    }
    true
}

/// Closes the menu that the focus goes out of.
pub(crate) fn close_behind(event: leptos::ev::FocusEvent) {
    let menu = event.current_target().and_then(|menu| menu.dyn_into::<web_sys::Element>().ok());
    let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
    if let Some(menu) = menu.filter(|menu| !menu.contains(to.as_ref())) {
        let _ = menu.remove_attribute("open");
    }
}

/// Whether a dialog is open, which then owns the keys.
pub(crate) fn dialog_open() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// `data-name` of the nearest ancestor of an event's target that has it.
pub(crate) fn ancestor_text(event: &web_sys::Event, name: &str) -> Option<String> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let attribute = format!("data-{name}");
    target.closest(&format!("[{attribute}]")).ok()??.get_attribute(&attribute)
}

/// The same as a number.
pub(crate) fn ancestor_data(event: &web_sys::Event, name: &str) -> Option<u32> {
    ancestor_text(event, name)?.parse().ok()
}

/// Where a context menu belongs: at the pointer, or below the element that the keyboard is on.
pub(crate) fn menu_place(event: &web_sys::MouseEvent, active: Option<String>) -> (i32, i32) {
    if event.button() == 2 || event.type_() == "click" {
        return (event.client_x(), event.client_y());
    }
    let element = active.and_then(|id| document().get_element_by_id(&id));
    let element = element.or_else(|| document().active_element().filter(|_| event.button() == 0));
    element.map_or((event.client_x(), event.client_y()), |element| {
        let place = element.get_bounding_client_rect();
        (place.left().max(0.0) as i32 + 24, place.bottom() as i32)
    })
}

/// Whether anything inside an element's box is selected as text: then a click was the end of selecting.
pub(crate) fn is_selecting() -> bool {
    let selection = js_sys::Reflect::get(&window(), &JsValue::from_str("getSelection"))
        .ok()
        .and_then(|function| function.dyn_into::<js_sys::Function>().ok())
        .and_then(|function| function.call0(&window()).ok());
    selection.is_some_and(|selection| {
        js_sys::Reflect::get(&selection, &JsValue::from_str("isCollapsed"))
            .is_ok_and(|collapsed| collapsed == JsValue::FALSE)
    })
}

/// Lets the user save bytes as a file.
pub(crate) fn save(name: &str, parts: &js_sys::Array) {
    let saved = || -> Result<(), JsValue> {
        let blob = web_sys::Blob::new_with_u8_array_sequence(parts)?;
        let url = web_sys::Url::create_object_url_with_blob(&blob)?;
        let link: web_sys::HtmlElement = document().create_element("a")?.unchecked_into();
        link.set_attribute("href", &url)?;
        link.set_attribute("download", name)?;
        link.click();
        // The browser reads the blob after the click.
        set_timeout(
            move || {
                let _ = web_sys::Url::revoke_object_url(&url);
            },
            std::time::Duration::from_secs(60),
        );
        Ok(())
    };
    let _ = saved();
}

/// Width and height of the window.
pub(crate) fn window_size() -> (f64, f64) {
    let size = |value: Result<JsValue, JsValue>| value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0);
    (size(window().inner_width()), size(window().inner_height()))
}

/// Brings an element into sight by the smallest move.
pub(crate) fn scroll_to(id: &str) {
    reveal(&format!("#{id}"));
}

/// The same for the first element that a selector finds.
pub(crate) fn reveal(selector: &str) {
    if let Some(element) = document().query_selector(selector).ok().flatten() {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Selects the text of an input.
pub(crate) fn select_all(id: &str) {
    if let Some(input) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        input.select();
    }
}
