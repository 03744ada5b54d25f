//! The packet list with its panes: detail tree and bytes, the stream followed, tcpdump's lines.
pub(crate) mod branches;
mod bytes;
mod chooser;
mod columns;
mod dump;
mod find;
mod keys;
mod lines;
mod list;
mod opened;
mod times;
mod tree;

use super::stream::StreamPanel;
use crate::ui::desk::Panel;
use crate::ui::parts::icon;
use crate::ui::parts::split::{self, Splitter};
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use crate::ui::{dom, format};
use bytes::Bytes;
use chooser::Chooser;
use find::{FindBar, Finder};
use leptos::prelude::*;
use lines::LinesPanel;
use list::{Listing, PacketList};
use opened::Opened;
use tree::Tree;

pub(crate) use columns::fields;
pub(crate) use keys::GO_TO;

const PANELS: [(Panel, &str, &str); 3] = [
    (Panel::Details, "panel-details", "Details"),
    (Panel::Stream, "panel-stream", "Follow stream"),
    (Panel::Lines, "panel-tcpdump", "tcpdump"),
];

#[component]
pub(crate) fn PacketsView() -> impl IntoView {
    let state = expect_context::<State>();
    let desk = state.desk;
    let listing = Listing::new();
    let opened = Opened::new();
    let finder = Finder::new();
    let heights = split::share("packets-list", 52.0);
    let widths = split::share("packets-tree", 45.0);
    keys::listen(state, listing, opened, finder);

    let panel = move || {
        match desk.panel.get() {
        Panel::Details => view! {
            <div class="pane-pair" style=("--share", move || format!("{}%", widths.get()))>
                <div class="pane" id="pane-tree">
                    <Tree opened=opened />
                    {move || desk.packet.get().is_none().then(|| view! { <p class="pane-empty">{t("Select a packet: its layers and fields are shown here, its bytes beside them.")}</p> })}
                    {move || opened.asked.failure.get().map(|message| view! { <p class="refusal" role="alert">{message}</p> })}
                </div>
                <Splitter key="packets-tree" label=t("Between details and bytes") share=widths upright=true controls="pane-tree" />
                <div class="pane" id="pane-bytes"><Bytes opened=opened /></div>
            </div>
            <Status opened=opened />
        }
        .into_any(),
        Panel::Stream => view! { <StreamPanel /> }.into_any(),
        Panel::Lines => view! { <LinesPanel listing=listing /> }.into_any(),
    }
    };
    let tab = move |(which, id, title): (Panel, &'static str, &'static str)| {
        let is_shown = move || desk.panel.get() == which;
        view! {
            <button type="button" class="panel-tab" id=id aria-pressed=move || if is_shown() { "true" } else { "false" } on:click=move |_| keys::show_panel(state, opened, which)>{t(title)}</button>
        }
    };
    view! {
        <div class="packets" class:tall=move || desk.tall.get()>
            <Bar listing=listing finder=finder />
            {move || finder.open.get().then(|| view! { <FindBar finder=finder /> })}
            <div class="panes" style=("--share", move || format!("{}%", heights.get()))>
                <div class="pane" id="pane-list"><PacketList listing=listing /></div>
                <Splitter key="packets-list" label=t("Between the list and what is below") share=heights controls="pane-list" />
                <section class="pane panel" aria-label=t("The selected packet")>
                    <div class="panel-tabs" role="group" aria-label=t("Shown below the list")>
                        {PANELS.map(tab).collect_view()}
                        <span class="space"></span>
                        <button type="button" class="button quiet small" id="panel-tall" aria-pressed=move || if desk.tall.get() { "true" } else { "false" }
                            title=move || if desk.tall.get() { t("Show the list again") } else { t("Use the whole height") }
                            aria-label=t("Use the whole height") on:click=move |_| desk.tall.update(|tall| *tall = !*tall)>
                            <span class="glyph" aria-hidden="true">{move || if desk.tall.get() { "⤓" } else { "⤒" }}</span>
                        </button>
                    </div>
                    {panel}
                </section>
            </div>
        </div>
    }
}

/// Above the list: how many, of what, how the time counts, columns.
#[component]
fn Bar(listing: Listing, finder: Finder) -> impl IntoView {
    let state = expect_context::<State>();
    let desk = state.desk;
    let total = listing.blocks.total;
    let count = move || {
        let total = total.get()?;
        let marked = desk.marks.with(|marks| marks.len()) as u64;
        let mut text = format::counted(total.into(), "{0} packet", "{0} packets");
        if marked > 0 {
            text = format!("{text} · {}", fill("{0} marked", &[&format::count(marked)]));
        }
        Some(text)
    };
    let only = move || {
        desk.of.get().map(|flow| view! {
            <span class="chip" id="only-flow">
                {fill("Flow {0}", &[&format::count(u64::from(flow) + 1)])}
                <button type="button" class="chip-close" aria-label=t("Show all packets") title=t("Show all packets") on:click=move |_| { set(desk.of, None); desk.jumps.update(|n| *n += 1); }>{icon::icon(icon::CLOSE)}</button>
            </span>
        })
    };
    let go = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            let text: String = event_target_value(&event).chars().filter(char::is_ascii_digit).collect();
            if let Some(id) = text.parse::<u32>().ok().and_then(|number| number.checked_sub(1)) {
                event.prevent_default();
                keys::go_to(state, id);
            }
        }
    };
    let formats = times::FORMATS;
    view! {
        <div class="toolbar">
            <button type="button" class="button" id="find" title=t("Find a packet (Ctrl F, s)") on:click=move |_| if finder.open.get_untracked() { finder.close() } else { finder.show() }>
                {icon::icon(icon::SEARCH)}<span class="wide">{t("Find")}</span>
            </button>
            <label class="go-to"><span class="visually-hidden">{t("Go to packet number")}</span>
                <input type="text" inputmode="numeric" id=GO_TO placeholder=t("Go to No.") title=t("Go to packet (Ctrl G, g)") autocomplete="off" on:keydown=go />
            </label>
            {only}
            <span class="muted" id="packet-count" aria-live="polite">{count}</span>
            <span class="space"></span>
            <label><span class="visually-hidden">{t("Time shown as")}</span>
                <select class="select" id="time-format" title=t("Time shown as") on:change=move |event| {
                    let value = event_target_value(&event);
                    if let Some((format, _)) = formats.iter().find(|(_, title)| *title == value) { desk.set_time(*format); }
                }>
                    {formats.map(|(format, title)| view! { <option value=title selected=move || desk.time.get() == format>{t(title)}</option> }).collect_view()}
                </select>
            </label>
            <SaveButton wish=Wish::Table />
            <Colours />
            <Chooser />
        </div>
    }
}

/// The colouring rules: on or off, and what they mean.
#[component]
fn Colours() -> impl IntoView {
    let desk = expect_context::<State>().desk;
    let legend = columns::RULES.map(|colour| {
        let (class, sign, words) = columns::rule(colour);
        let words = match colour {
            crate::api::Colour::Tcp => "TCP",
            crate::api::Colour::Udp => "UDP",
            _ => words,
        };
        view! { <li class=format!("grid-row legend {class}")><span class="legend-sign">{sign}</span>{words}</li> }
    });
    view! {
        <details class="chooser menu" id="packet-colours" on:focusout=dom::close_behind>
            <summary class="button" aria-label=t("Colours of the rows")>{icon::icon(icon::DROPLET)}<span class="wide">{t("Colours")}</span></summary>
            <div class="chooser-list" tabindex="-1">
                <label class="check"><input type="checkbox" id="colours-on" prop:checked=move || desk.colours.get() on:change=move |_| desk.set_colours(!desk.colours.get_untracked()) />{t("Colour the rows")}</label>
                <p class="muted">{t("The first rule that fits colours the row; its sign stands before the number.")}</p>
                <ul class="legends">{legend.collect_view()}</ul>
            </div>
        </details>
    }
}

/// Below the panes: the selected field.
#[component]
fn Status(opened: Opened) -> impl IntoView {
    let said = move || {
        let row = opened.row(opened.picked.get())?;
        let place = dump::place(&(row.start..row.start.saturating_add(row.length)));
        let name = (!row.name.is_empty()).then(|| view! { <code>{row.name.clone()}</code> });
        Some(view! { {name}<span>{row.filter.clone()}</span><span class="muted">{place}</span> })
    };
    view! { <p class="status" id="field-status">{said}</p> }
}
