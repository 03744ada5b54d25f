//! The bytes of a packet: hex and text beside their offsets; the frame, and what was made of it, as tabs.
use super::dump::{self, Digits, Tint};
use super::opened::Opened;
use crate::ui::dom;
use crate::ui::parts::menu::{Item, Menu, item};
use crate::ui::parts::sheet::Sheet;
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

const ID: &str = "packet-bytes";
/// The style sheet has the same as `--dump`.
const LINE: f64 = 19.0;

#[component]
pub(crate) fn Bytes(opened: Opened) -> impl IntoView {
    let menu = expect_context::<State>().menu;
    let digits = RwSignal::new(Digits::default());
    let titles = Memo::new(move |_| {
        opened.detail.with(|d| d.as_ref().map(|d| d.buffers.iter().map(|b| b.title.clone()).collect::<Vec<_>>()))
    });
    let bytes = Memo::new(move |_| {
        let buffer = usize::from(opened.buffer.get());
        opened.detail.with(|d| Some(Arc::new(d.as_ref()?.buffers.get(buffer)?.bytes.clone()))).unwrap_or_default()
    });
    let total = Signal::derive(move || (bytes.with(|bytes| bytes.len()) as u32).div_ceil(digits.get().per_line()));
    let highlights = Memo::new(move |_| opened.highlights());
    let reveal = Signal::derive(move || {
        let [field, ..] = highlights.get();
        let byte = field.map(|field| field.start).or(opened.cursor.get())?;
        Some((byte / digits.get().per_line(), 0))
    });
    let draw = Arc::new(move |line: u32| {
        let digits = digits.get();
        let start = line * digits.per_line();
        let stretches = bytes.with(|bytes| {
            highlights.with(|[field, layer, hover]| {
                let within =
                    |range: &Option<std::ops::Range<u32>>, at: u32| range.as_ref().is_some_and(|r| r.contains(&at));
                dump::line(bytes, start, digits, |at| match () {
                    () if within(hover, at) => Tint::Hover,
                    () if within(field, at) => Tint::Field,
                    () if within(layer, at) => Tint::Layer,
                    () => Tint::None,
                })
            })
        });
        let spans = |stretches: Vec<(&'static str, String)>| {
            stretches.into_iter().map(|(class, text)| view! { <span class=class>{text}</span> }).collect_view()
        };
        view! {
            <span class="dump-offset">{format!("{start:04x}")}</span>
            <span class="dump-digits">{spans(stretches.digits)}</span>
            <span class="dump-text">{spans(stretches.text)}</span>
        }
        .into_any()
    });
    let pointed =
        move |event: &MouseEvent| byte_under(event, digits.get_untracked(), bytes.with_untracked(|b| b.len()));
    let on_click = move |event: MouseEvent| {
        if let Some(byte) = pointed(&event).filter(|_| !dom::is_selecting()) {
            opened.pick_byte(byte);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let (count, per_line) = (bytes.with_untracked(|b| b.len()) as u32, digits.get_untracked().per_line());
        let Some(last) = count.checked_sub(1) else { return };
        let here = opened.cursor.get_untracked();
        let at = here.unwrap_or(0).min(last);
        let to = match event.key().as_str() {
            _ if here.is_none() && event.key().starts_with("Arrow") => 0,
            "ArrowRight" => (at + 1).min(last),
            "ArrowLeft" => at.saturating_sub(1),
            "ArrowDown" => Some(at + per_line).filter(|to| *to <= last).unwrap_or(at),
            "ArrowUp" => at.checked_sub(per_line).unwrap_or(at),
            "PageDown" => at.saturating_add(8 * per_line).min(last),
            "PageUp" => at.saturating_sub(8 * per_line),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        opened.pick_byte(to);
    };
    let on_menu = move |event: MouseEvent| {
        event.prevent_default();
        let at = dom::menu_place(&event, None);
        menu.set(Some(Menu { at, items: items(opened, bytes.get_untracked(), digits) }));
    };
    let tab = move |(at, title): (usize, String)| {
        let at = at as u8;
        let is_shown = move || opened.buffer.get() == at;
        view! {
            <button
                type="button" class="small-tab" aria-pressed=move || if is_shown() { "true" } else { "false" }
                on:click=move |_| { set(opened.buffer, at); set(opened.cursor, None); }
            >{title}</button>
        }
    };
    let tabs = move || {
        let titles = titles.get().filter(|titles| titles.len() > 1)?;
        Some(
            view! { <div class="small-tabs" role="group" aria-label=t("Bytes of")>{titles.into_iter().enumerate().map(tab).collect_view()}</div> },
        )
    };
    let said = move || {
        let byte = opened.cursor.get()?;
        let value = bytes.with(|bytes| bytes.get(byte as usize).copied())?;
        let text = opened.row(opened.picked.get()).map(|row| row.text).unwrap_or_default();
        Some(fill("Byte {0}: {1}. {2}", &[&byte, &format!("{value:02x}"), &text]))
    };
    view! {
        <div class="bytes-pane">
            {tabs}
            <div
                class="dump" class:bits=move || digits.get() == Digits::Bits id=ID tabindex="0" role="group" aria-label=t("Packet bytes")
                aria-describedby="byte-said"
                on:click=on_click on:keydown=on_key on:contextmenu=on_menu
                on:mousemove=move |event| opened.hover_byte(pointed(&event))
                on:mouseleave=move |_| opened.hover_byte(None)
            >
                <Sheet id="bytes-sheet" height=LINE total=total draw=draw reveal=reveal />
            </div>
            <span class="visually-hidden" id="byte-said" aria-live="polite">{said}</span>
        </div>
    }
}

/// Which byte is under the pointer: every character is as wide as any other.
fn byte_under(event: &MouseEvent, digits: Digits, count: usize) -> Option<u32> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let line = dom::ancestor_data(event, "line")?;
    let per_line = digits.per_line();
    let part = target.closest(".dump-digits, .dump-text").ok()??;
    let place = part.get_bounding_client_rect();
    let across = f64::from(event.client_x()) - place.left();
    let shown = (count as u32).saturating_sub(line * per_line).min(per_line);
    let characters = part.text_content()?.chars().count().max(1) as f64;
    let character = across / (place.width().max(1.0) / characters);
    let column = if part.class_list().contains("dump-digits") {
        dump::byte_at(character, digits)
    } else {
        character.max(0.0) as u32
    };
    (column < shown).then_some(line * per_line + column)
}

fn items(opened: Opened, bytes: Arc<Vec<u8>>, digits: RwSignal<Digits>) -> Vec<Item> {
    let copy = |name: &str, text: String| {
        item(fill("Copy ▸ {0}", &[&name]), "", move || {
            dom::copy(&text);
        })
    };
    let mut items = Vec::new();
    if let Some(range) = untrack(|| opened.highlights()[0].clone()) {
        let field = bytes.get(range.start as usize..range.end as usize).unwrap_or_default();
        items.push(copy(t("Selected Field as Hex Stream"), dump::hex(field)));
        items.push(copy(t("Selected Field as Text"), field.iter().map(|byte| dump::printable(*byte)).collect()));
        items.push(Item::Line);
    }
    items.push(copy(t("Bytes as Hex Dump"), dump::whole(&bytes)));
    items.push(copy(t("Bytes as Hex Stream"), dump::hex(&bytes)));
    items.push(copy(t("Bytes as Printable Text"), bytes.iter().map(|byte| dump::printable(*byte)).collect()));
    items.push(Item::Line);
    let other = if digits.get_untracked() == Digits::Hex {
        (t("Show as Bits"), Digits::Bits)
    } else {
        (t("Show as Hex"), Digits::Hex)
    };
    items.push(item(other.0, "", move || digits.set(other.1)));
    items.push(item(t("Save Bytes …"), "", move || {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
        dom::save("bytes.bin", &parts);
    }));
    items
}
