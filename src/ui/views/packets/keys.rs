//! Keys of the packet list, and where they go.
use super::find::Finder;
use super::list::{self, Listing};
use super::opened::Opened;
use crate::api::Filter;
use crate::ui::desk::Panel;
use crate::ui::dom;
use crate::ui::state::{State, set};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;

/// Id of the box for a packet's number.
pub(crate) const GO_TO: &str = "go-to-packet";

/// A packet of the capture, by its id; the last one for those beyond.
pub(crate) fn go_to(state: State, id: u32) {
    let last = state.progress.with_untracked(|p| p.as_ref().map_or(0, |p| p.packets)).saturating_sub(1);
    set(state.desk.of, None);
    state.desk.jump(id.min(last));
    dom::focus(list::ID);
}

/// The panel asked for. The stream is that of the selected packet unless one is followed already.
pub(crate) fn show_panel(state: State, opened: Opened, panel: Panel) {
    let desk = state.desk;
    if panel == Panel::Stream && desk.followed.get_untracked().is_none() {
        set(desk.followed, opened.detail.with_untracked(|detail| detail.as_ref().and_then(|detail| detail.flow)));
    }
    set(desk.panel, panel);
}

pub(crate) fn listen(state: State, listing: Listing, opened: Opened, finder: Finder) {
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || dom::dialog_open() {
            return;
        }
        let control = event.ctrl_key() || event.meta_key();
        let done = if control && !event.alt_key() {
            with_control(state, listing, opened, finder, &event)
        } else if !control && !event.alt_key() && state.keys.get_untracked() && !dom::is_typing(&event) {
            single(state, listing, opened, finder, &event)
        } else {
            false
        };
        if done {
            event.prevent_default();
        }
    });
    on_cleanup(move || keys.remove());
}

fn with_control(state: State, listing: Listing, opened: Opened, finder: Finder, event: &KeyboardEvent) -> bool {
    let desk = state.desk;
    let step = |down: bool| {
        let all = listing.blocks.total.get_untracked().unwrap_or(0);
        match (desk.of.get_untracked(), desk.packet.get_untracked()) {
            (Some(_), _) => in_flow(state, opened, down),
            (None, Some(id)) if !state.filter.with_untracked(Filter::is_empty) => {
                set(desk.packet, Some(list::neighbour(listing, id, down).unwrap_or(id)));
            }
            (None, packet) => {
                let last = all.saturating_sub(1);
                let to =
                    packet.map_or(0, |id| if down { id.saturating_add(1).min(last) } else { id.saturating_sub(1) });
                set(desk.packet, Some(to));
            }
        }
    };
    match event.key().as_str() {
        "g" => focus_go_to(),
        "f" => finder.show(),
        "m" => return act(state, |id| desk.toggle_mark(id)),
        "t" => return act(state, |id| list::toggle_reference(desk, listing, id)),
        "ArrowDown" => step(true),
        "ArrowUp" => step(false),
        "." => in_flow(state, opened, true),
        "," => in_flow(state, opened, false),
        _ => return false,
    }
    true
}

fn single(state: State, listing: Listing, opened: Opened, finder: Finder, event: &KeyboardEvent) -> bool {
    let desk = state.desk;
    match event.key().as_str() {
        "g" => focus_go_to(),
        "s" => finder.show(),
        "n" => finder.go(false),
        "p" => finder.go(true),
        "m" => return act(state, |id| desk.toggle_mark(id)),
        "t" => return act(state, |id| list::toggle_reference(desk, listing, id)),
        "f" => {
            let flow = opened.detail.with_untracked(|detail| detail.as_ref().and_then(|detail| detail.flow));
            let Some(flow) = flow else { return false };
            state.follow(flow);
        }
        "d" => set(desk.panel, Panel::Details),
        "." => in_flow(state, opened, true),
        "," => in_flow(state, opened, false),
        "Escape" if finder.open.get_untracked() => finder.close(),
        _ => return false,
    }
    true
}

fn focus_go_to() {
    dom::focus(GO_TO);
    dom::select_all(GO_TO);
}

/// Does something with the selected packet, if there is one.
fn act(state: State, what: impl Fn(u32)) -> bool {
    let packet = state.desk.packet.get_untracked();
    packet.map(what).is_some()
}

/// The packet's neighbour in its flow.
fn in_flow(state: State, opened: Opened, next: bool) {
    let to = opened.detail.with_untracked(|detail| {
        let detail = detail.as_ref()?;
        if next { detail.next_in_flow } else { detail.previous_in_flow }
    });
    if let Some(id) = to {
        set(state.desk.packet, Some(id));
    }
}
