//! The packet list.
use super::columns::{self, Look};
use crate::api::{Filter, LineOptions, Lines, Packets, Summary};
use crate::ui::blocks::{Blocks, Listed};
use crate::ui::client::{Client, ask};
use crate::ui::desk::Desk;
use crate::ui::dom;
use crate::ui::filter::{Filters, Only};
use crate::ui::parts::menu::{Item, item};
use crate::ui::parts::table::{Line, MenuAt, Open, Table};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use leptos::prelude::*;
use std::sync::Arc;

/// Id of the table; panes and menus give the focus back to it.
pub(crate) const ID: &str = "packets-table";

/// The rows of the list as its other parts need them.
#[derive(Clone, Copy)]
pub(crate) struct Listing {
    pub blocks: Blocks,
    pub window: RwSignal<std::ops::Range<u32>>,
}

impl Listing {
    pub(crate) fn new() -> Listing {
        let state = expect_context::<State>();
        let desk = state.desk;
        // Enough for the first screen, so that the first question need not wait for the table to be measured.
        let window = RwSignal::new(0..60u32);
        let listed = Memo::new(move |_| Listed {
            flow: desk.of.get(),
            filter: state.filter.get(),
            columns: desk.columns.with(|columns| columns::fields(columns)),
        });
        Listing { blocks: Blocks::of_packets(listed.into(), window, state.revision), window }
    }
}

#[component]
pub(crate) fn PacketList(listing: Listing) -> impl IntoView {
    let state = expect_context::<State>();
    let filters = expect_context::<Filters>();
    let client = expect_context::<Client>();
    let desk = state.desk;
    let blocks = listing.blocks;
    let summary = ask(move || Some(Summary {}));
    let start = Memo::new(move |_| summary.answer.with(|answer| answer.as_ref()?.1.start));
    let shown = Signal::derive(move || {
        desk.columns.with(|list| list.iter().map(|slug| columns::column(slug, desk.time.get())).collect::<Vec<_>>())
    });
    let lines = Arc::new(move |row: u32| {
        desk.columns.with(|columns| {
            desk.marks.with(|marks| {
                desk.references.with(|references| {
                    let (time, start, colours) = (desk.time.get(), start.get(), desk.colours.get());
                    let look = Look { columns, time, start, colours, marks, references, offset_of: dom::utc_offset };
                    blocks.row(row, |packet| columns::line(packet, &look))
                })
            })
        })
    });
    // Among all packets a packet's row is its id; among those of a flow or of a filter it has to be asked for.
    let is_part = Memo::new(move |_| desk.of.get().is_some() || !state.filter.with(Filter::is_empty));
    let sought = ask(move || {
        let (flow, around) = (desk.of.get(), desk.packet.get().filter(|_| is_part.get()));
        Some(Packets { rows: 0..0, flow, around: Some(around?), ..Packets::default() })
    });
    let reveal = Memo::new(move |_| {
        let (packet, jumps) = (desk.packet.get()?, desk.jumps.get());
        if !is_part.get() {
            return Some((packet, jumps));
        }
        sought.answer.with(|answer| {
            let (question, page) = answer.as_ref()?;
            (question.flow == desk.of.get() && question.around == Some(packet)).then_some((page.row?, jumps))
        })
    });
    // The first packet of a flow is selected when its list is opened, so that something is shown below.
    Effect::new(move |_| {
        if desk.of.get().is_some() && desk.packet.get().is_none() {
            let first = blocks.row(0, |row| (row.number.saturating_sub(1), row.flow));
            if let Some((id, _)) = first.filter(|(_, flow)| *flow == desk.of.get_untracked()) {
                set(desk.packet, Some(id));
            }
        }
    });
    let open = Open {
        shown: desk.packet.into(),
        open: Callback::new(move |id: u32| set(desk.packet, Some(id))),
        follows: true,
    };
    let total = Signal::derive(move || blocks.total.get().unwrap_or(0));
    let start_over = Signal::derive(move || format!("{:?} {:?}", desk.of.get(), state.filter.get()));
    let line_of = {
        let lines: Arc<dyn Fn(u32) -> Option<Line> + Send + Sync> = lines.clone();
        move |id: u32| {
            let window = listing.window.get_untracked();
            untrack(|| window.filter_map(|row| lines(row)).find(|line| line.id == id))
        }
    };
    let on_menu = Callback::new(move |asked: MenuAt| {
        set(desk.packet, Some(asked.id));
        if let Some(line) = line_of(asked.id) {
            filters.open_menu(asked.at, items(filters, client, listing, &line, asked));
        }
    });
    let nothing = move || blocks.total.get() == Some(0);
    view! {
        <div class="grid-frame">
            <Table id=ID label=t("Packets") columns=shown total=total lines=lines window=listing.window start_over=start_over open=open reveal=reveal menu=on_menu />
            {move || nothing().then(|| view! { <div class="grid-empty"><p>{t("No packets so far.")}</p><Only /></div> })}
            {move || blocks.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
        </div>
    }
}

/// A row's packet, while it is at hand.
pub(crate) fn at_hand<T>(listing: Listing, id: u32, with: impl Fn(&crate::api::PacketRow) -> T) -> Option<T> {
    let window = listing.window.get_untracked();
    untrack(|| {
        window.into_iter().find_map(|row| {
            listing.blocks.row(row, |packet| (packet.number == id.saturating_add(1)).then(|| with(packet))).flatten()
        })
    })
}

/// The packet above or below one that is at hand.
pub(crate) fn neighbour(listing: Listing, id: u32, down: bool) -> Option<u32> {
    let number = |row: u32| listing.blocks.row(row, |packet| packet.number);
    untrack(|| {
        let row = listing.window.get_untracked().find(|row| number(*row) == Some(id.saturating_add(1)))?;
        number(if down { row + 1 } else { row.checked_sub(1)? })?.checked_sub(1)
    })
}

/// Sets or takes away the time reference of a packet in sight.
pub(crate) fn toggle_reference(desk: Desk, listing: Listing, id: u32) {
    desk.toggle_reference(id, at_hand(listing, id, |packet| packet.time_ns).flatten());
}

fn items(filters: Filters, client: Client, listing: Listing, line: &Line, asked: MenuAt) -> Vec<Item> {
    let state = filters.state;
    let desk = state.desk;
    let id = line.id;
    let is_marked = desk.marks.with_untracked(|marks| marks.contains_key(&id));
    let is_reference = desk.references.with_untracked(|references| references.contains_key(&id));
    let copy = |name: String, text: String| {
        item(fill("Copy ▸ {0}", &[&name]), "", move || {
            dom::copy(&text);
        })
    };
    let slug = desk.columns.with_untracked(|columns| columns.get(asked.column).cloned()).unwrap_or_default();
    let cell = line.cells.get(asked.column).map(|cell| cell.text.clone()).unwrap_or_default();
    let time = at_hand(listing, id, |packet| packet.time_ns).flatten();
    let condition = columns::filter(&slug, &cell, time);
    let mut items = filters.items(&condition.unwrap_or_else(|| format!("frame.number == {}", u64::from(id) + 1)));
    items.push(Item::Line);
    items.extend([
        item(if is_marked { t("Unmark Packet") } else { t("Mark Packet") }, "m", move || desk.toggle_mark(id)),
        item(if is_reference { t("Unset Time Reference") } else { t("Set Time Reference") }, "t", move || {
            toggle_reference(desk, listing, id)
        }),
        Item::Line,
    ]);
    if let Some(flow) = at_hand(listing, id, |packet| packet.flow).flatten() {
        items.push(item(t("Follow ▸ TCP/UDP Stream"), "f", move || state.follow(flow)));
        items.push(item(t("Conversation Filter"), "", move || filters.only_flow(flow)));
        items.push(item(t("TCP Stream Graphs"), "", move || state.show_graphs(flow)));
        if desk.of.get_untracked().is_some() {
            items.push(item(t("Show All Packets"), "", move || set(desk.of, None)));
        } else {
            items.push(item(t("Only Packets of This Flow"), "", move || set(desk.of, Some(flow))));
        }
        items.push(item(t("Go to Flow"), "", move || state.show_flow(flow, crate::api::FlowColumn::Number)));
        items.push(Item::Line);
    }
    items.push(copy(t("Summary as Text").into(), columns::summary(line)));
    items.push(item(t("Copy ▸ As tcpdump Line"), "", move || {
        let question = Lines { packets: vec![id], options: LineOptions::default() };
        client.ask_once(question, |answer| {
            if let Ok(answer) = answer {
                dom::copy(&answer.lines.join("\n"));
            }
        });
    }));
    items.push(copy(fill("Value of {0}", &[&columns::title(&slug)]), cell));
    items
}
