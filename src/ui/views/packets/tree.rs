//! The detail tree of a packet.
use super::branches;
use super::dump;
use super::opened::Opened;
use crate::api::TreeRow;
use crate::ui::desk::Desk;
use crate::ui::dom;
use crate::ui::filter::Filters;
use crate::ui::parts::menu::{Item, item};
use crate::ui::say::{fill, t};
use crate::ui::state::State;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use std::sync::Arc;

const ID: &str = "packet-tree";

#[component]
pub(crate) fn Tree(opened: Opened) -> impl IntoView {
    let desk = expect_context::<State>().desk;
    let filters = expect_context::<Filters>();
    let rows = Memo::new(move |_| opened.detail.with(|d| d.as_ref().map(|d| Arc::new(d.tree.clone()))));
    let shown = Memo::new(move |_| {
        let rows = rows.get()?;
        Some(desk.expanded.with(|expanded| {
            let visible = branches::visible(&rows, expanded);
            visible
                .into_iter()
                .map(|at| (at, branches::has_children(&rows, at), branches::is_open(&rows, at, expanded)))
                .collect::<Vec<_>>()
        }))
    });
    // The selected row is brought into sight, wherever it was selected.
    Effect::new(move |_| {
        shown.track();
        if let Some(at) = opened.picked.get() {
            request_animation_frame(move || dom::scroll_to(&row_id(at)));
        }
    });
    let on_key = move |event: KeyboardEvent| {
        let Some(tree) = rows.get_untracked() else { return };
        if key(opened, desk, &tree, &shown.get_untracked().unwrap_or_default(), &event) {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let pointed = move |event: &MouseEvent| dom::ancestor_data(event, "at").map(|at| at as usize);
    let on_click = move |event: MouseEvent| {
        let Some((tree, at)) = rows.get_untracked().zip(pointed(&event)) else { return };
        opened.pick(at);
        let role = dom::ancestor_data(&event, "twist");
        if role.is_some() {
            toggle(desk, &tree, at, None);
        }
        if dom::ancestor_data(&event, "link").is_some() {
            follow_link(desk, &tree, at);
        }
        if dom::ancestor_data(&event, "more").is_some() {
            filters.open_menu((event.client_x(), event.client_y()), items(opened, desk, filters, &tree, at));
        }
    };
    let on_double = move |event: MouseEvent| {
        let Some((tree, at)) = rows.get_untracked().zip(pointed(&event)) else { return };
        if dom::ancestor_data(&event, "twist").is_none() {
            if branches::has_children(&tree, at) { toggle(desk, &tree, at, None) } else { follow_link(desk, &tree, at) }
        }
    };
    let on_menu = move |event: MouseEvent| {
        let Some(tree) = rows.get_untracked() else { return };
        let Some(at) = pointed(&event).or(opened.picked.get_untracked()) else { return };
        event.prevent_default();
        opened.pick(at);
        let place = dom::menu_place(&event, Some(row_id(at)));
        filters.open_menu(place, items(opened, desk, filters, &tree, at));
    };
    let draw = move |(at, has_children, is_open): (usize, bool, bool)| {
        let row = rows.get_untracked().and_then(|rows| rows.get(at).cloned()).unwrap_or_default();
        let class = if row.generated {
            "tree-row generated"
        } else if row.depth == 0 {
            "tree-row layer"
        } else {
            "tree-row"
        };
        let text = row.text.clone();
        let linked = row.link.is_some();
        view! {
            <div
                class=class id=row_id(at) role="treeitem" data-at=at
                attr:aria-level=u32::from(row.depth) + 1
                aria-expanded=has_children.then_some(if is_open { "true" } else { "false" })
                aria-selected=move || if opened.picked.get() == Some(at) { "true" } else { "false" }
                class:hovered=move || opened.hovered.get() == Some(at)
                style:padding-left=format!("{}px", 4 + u32::from(row.depth) * 16)
            >
                <span class="twist-mark" data-twist=has_children.then_some("1") aria-hidden="true">{if !has_children { "" } else if is_open { "▾" } else { "▸" }}</span>
                {if linked {
                    view! { <span class="tree-link" data-link="1" title=t("Go to this packet (Enter)")>{text}</span> }.into_any()
                } else {
                    view! { <span>{text}</span> }.into_any()
                }}
                <span class="row-more" data-more="1" title=t("What can be done with it") aria-hidden="true">"⋯"</span>
            </div>
        }
    };
    view! {
        <div
            class="packet-tree" id=ID role="tree" tabindex="0" aria-label=t("Packet details")
            data-packet=move || opened.detail.with(|d| d.as_ref().map(|d| d.number))
            aria-activedescendant=move || opened.picked.get().map(row_id)
            on:keydown=on_key on:click=on_click on:dblclick=on_double on:contextmenu=on_menu
            on:mouseover=move |event| opened.hovered.set(pointed(&event))
            on:mouseleave=move |_| opened.hovered.set(None)
        >
            {move || shown.get().map(|shown| shown.into_iter().map(draw).collect_view())}
        </div>
    }
}

fn row_id(at: usize) -> String {
    format!("{ID}-{at}")
}

fn toggle(desk: Desk, tree: &[TreeRow], at: usize, to: Option<bool>) {
    let Some(row) = tree.get(at) else { return };
    desk.expanded.update(|expanded| {
        let now = branches::is_open(tree, at, expanded);
        expanded.insert(branches::memory(row), to.unwrap_or(!now));
    });
}

pub(crate) fn toggle_all(desk: Desk, tree: &[TreeRow], open: bool) {
    desk.expanded.update(|expanded| {
        let branches = (0..tree.len()).filter(|at| branches::has_children(tree, *at));
        expanded.extend(branches.filter_map(|at| Some((branches::memory(tree.get(at)?), open))));
    });
}

fn follow_link(desk: Desk, tree: &[TreeRow], at: usize) {
    if let Some(id) = tree.get(at).and_then(|row| row.link) {
        desk.jump(id);
    }
}

/// Whether the key did something.
fn key(opened: Opened, desk: Desk, tree: &[TreeRow], shown: &[(usize, bool, bool)], event: &KeyboardEvent) -> bool {
    let control = event.ctrl_key() || event.meta_key();
    let picked = opened.picked.get_untracked();
    let place = picked.and_then(|picked| shown.iter().position(|(at, ..)| *at == picked));
    let to = |place: usize| shown.get(place).map(|(at, ..)| *at);
    let here = place.and_then(|place| shown.get(place).copied());
    let last = shown.len().saturating_sub(1);
    let next = match (event.key().as_str(), control) {
        ("ArrowRight", true) => {
            toggle_all(desk, tree, true);
            return true;
        }
        ("ArrowLeft", true) => {
            toggle_all(desk, tree, false);
            return true;
        }
        (_, true) => return false,
        ("ArrowDown", _) => to(place.map_or(0, |place| (place + 1).min(last))),
        ("ArrowUp", _) => to(place.unwrap_or(0).saturating_sub(1)),
        ("PageDown", _) => to((place.unwrap_or(0) + 10).min(last)),
        ("PageUp", _) => to(place.unwrap_or(0).saturating_sub(10)),
        ("Home", _) => to(0),
        ("End", _) => to(last),
        ("ArrowRight", _) => match here {
            Some((at, true, false)) => {
                toggle(desk, tree, at, Some(true));
                None
            }
            Some((_, true, true)) => place.and_then(|place| to(place + 1)),
            _ => None,
        },
        ("ArrowLeft", _) => match here {
            Some((at, true, true)) => {
                toggle(desk, tree, at, Some(false));
                None
            }
            Some((at, ..)) => branches::parent(tree, at),
            None => None,
        },
        ("Enter" | " ", _) => {
            if let Some((at, has_children, _)) = here {
                if tree.get(at).is_some_and(|row| row.link.is_some()) {
                    follow_link(desk, tree, at);
                } else if has_children {
                    toggle(desk, tree, at, None);
                }
            }
            None
        }
        _ => return false,
    };
    if let Some(at) = next {
        opened.pick(at);
    }
    true
}

fn items(opened: Opened, desk: Desk, filters: Filters, tree: &[TreeRow], at: usize) -> Vec<Item> {
    let Some(row) = tree.get(at).cloned() else { return Vec::new() };
    let mut items = Vec::new();
    if let Some(id) = row.link {
        items.push(item(fill("Go to Packet {0}", &[&(u64::from(id) + 1)]), "Enter", move || desk.jump(id)));
        items.push(Item::Line);
    }
    items.extend(filters.items(&row.filter));
    if !items.is_empty() {
        items.push(Item::Line);
    }
    let copy = |name: &str, text: String| {
        let text = Arc::new(text);
        item(fill("Copy ▸ {0}", &[&name]), "", move || {
            dom::copy(&text);
        })
    };
    items.push(copy(t("Description"), row.text.clone()));
    if !row.name.is_empty() {
        items.push(copy(t("Field Name"), row.name.clone()));
    }
    if !row.value.is_empty() {
        items.push(copy(t("Value"), row.value.clone()));
    }
    let bytes = opened.detail.with_untracked(|detail| {
        let buffer = detail.as_ref()?.buffers.get(usize::from(row.buffer))?;
        Some(dump::hex(buffer.bytes.get(row.start as usize..)?.get(..row.length as usize)?))
    });
    if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
        items.push(copy(t("Bytes as Hex Stream"), bytes));
    }
    items.push(copy(t("All Visible Items"), visible_text(tree, desk)));
    if !row.name.is_empty() && row.depth > 0 {
        items.push(Item::Line);
        let name = row.name.clone();
        items.push(item(t("Apply as Column"), "", move || {
            let mut columns = desk.columns.get_untracked();
            if !columns.contains(&name) {
                let before_info = columns.iter().position(|slug| slug == "info").unwrap_or(columns.len());
                columns.insert(before_info, name.clone());
                desk.set_columns(columns);
            }
        }));
    }
    items.push(Item::Line);
    let all = Arc::new(tree.to_vec());
    let none = all.clone();
    items.push(item(t("Expand All"), "Ctrl →", move || toggle_all(desk, &all, true)));
    items.push(item(t("Collapse All"), "Ctrl ←", move || toggle_all(desk, &none, false)));
    items
}

fn visible_text(tree: &[TreeRow], desk: Desk) -> String {
    let visible = desk.expanded.with_untracked(|expanded| branches::visible(tree, expanded));
    let rows = visible.into_iter().filter_map(|at| tree.get(at));
    rows.map(|row| format!("{}{}\n", "    ".repeat(usize::from(row.depth)), row.text)).collect()
}
