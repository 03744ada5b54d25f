//! Lists of an address that may be long: its names, its peers, its ports, the addresses beside it. The first rows come with the page, others are
//! asked for when they come into sight.
use super::FIRST;
use crate::api::{Host, HostAnswer, HostPort};
use crate::ui::client::ask;
use crate::ui::filter::Filters;
use crate::ui::format;
use crate::ui::parts::menu::Item;
use crate::ui::parts::table::{Cell, Column, Line, MenuAt, Open, Table, arranged};
use crate::ui::say::{fill, t};
use crate::ui::state::State;
use crate::ui::views::network::{self, number, page_item, size};
use crate::ui::views::words;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows in sight; longer lists scroll.
const IN_SIGHT: usize = 12;

/// One kind of list.
pub(super) struct List {
    pub(super) id: &'static str,
    columns: &'static [Column],
    /// Places of the columns on a wide screen, and on a small one.
    orders: [&'static [usize]; 2],
    /// Over the whole width of the page.
    is_wide: bool,
    all: fn(&HostAnswer) -> u32,
    row: fn(&HostAnswer, usize) -> Option<Row>,
}

/// One of its rows.
struct Row {
    cells: Vec<Cell>,
    filter: String,
    /// Whose page it opens; empty: nobody's.
    address: String,
}

static PORT_COLUMNS: [Column; 5] = [
    Column::new("Port", "TCP, UDP or SCTP port", "11ch", "mono"),
    Column::new("Protocol", "", "minmax(11ch, 1fr)", ""),
    Column::new("Flows", "", "9ch", "num"),
    Column::new("Packets", "Both directions", "10ch", "num"),
    Column::new("Bytes", "Whole frames, both directions", "10ch", "num"),
];

const fn ports(id: &'static str, all: fn(&HostAnswer) -> u32, row: fn(&HostAnswer, usize) -> Option<Row>) -> List {
    List { id, columns: &PORT_COLUMNS, orders: [&[0, 1, 2, 3, 4], &[0, 1, 4, 2, 3]], is_wide: false, all, row }
}

pub(super) static PORTS_SERVED: List = ports("served", |a| a.served, |a, at| port(a.ports_served.get(at)?));
pub(super) static PORTS_ASKED: List = ports("asked", |a| a.asked, |a, at| port(a.ports_asked.get(at)?));

fn port(port: &HostPort) -> Option<Row> {
    let plain = |text: String| Cell { title: text.clone(), text, class: "" };
    let cells = vec![
        plain(format!("{}/{}", port.transport, port.port)),
        plain(port.application.clone()),
        number(port.flows.into()),
        number(port.packets),
        size(port.bytes),
    ];
    Some(Row { cells, filter: port.filter.clone(), address: String::new() })
}

pub(super) static NAMES: List = List {
    id: "all-names",
    columns: &[
        Column::new("Name", "What the capture calls the address", "minmax(19ch, 2fr)", ""),
        Column::new("Where it comes from", "", "minmax(19ch, 1fr)", ""),
        Column::new("Flows", "", "9ch", "num"),
    ],
    orders: [&[0, 1, 2], &[0, 2, 1]],
    is_wide: true,
    all: |a| if a.all_names as usize > FIRST { a.all_names } else { 0 },
    row: |a, at| {
        let name = a.names.get(at)?;
        let plain = |text: String| Cell { title: text.clone(), text, class: "" };
        let from = t(words::name_from(name.from)).to_owned();
        let flows = if name.flows == 0 { plain(String::new()) } else { number(name.flows.into()) };
        Some(Row {
            cells: vec![plain(name.name.clone()), plain(from), flows],
            filter: name.filter.clone(),
            address: String::new(),
        })
    },
};

pub(super) static BESIDE: List = List {
    id: "beside",
    columns: &[
        Column::new("Address", "Opens a page with all about it", "minmax(19ch, 1fr)", "mono"),
        Column::new("Packets", "Both directions", "10ch", "num"),
        Column::new("Bytes", "Whole frames, both directions", "10ch", "num"),
    ],
    orders: [&[0, 1, 2], &[0, 2, 1]],
    is_wide: false,
    all: |a| a.all_beside,
    row: |a, at| {
        let part = a.beside.get(at)?;
        let cells = vec![network::address(&part.name, ""), number(part.packets), size(part.bytes)];
        Some(Row { cells, filter: part.filter.clone(), address: part.name.clone() })
    },
};

pub(super) static PEERS: List = List {
    id: "peers",
    columns: &[
        Column::new("Address", "Opens a page with all about it", "minmax(19ch, 1fr)", "mono"),
        Column::new("Name", "What the capture calls the address", "minmax(14ch, 1fr)", ""),
        Column::new("Country", "Where the address belongs, as far as is known", "17ch", ""),
        Column::new("Packets ↑", "", "11ch", "num"),
        Column::new("Sent ↑", "Whole frames, to it", "11ch", "num"),
        Column::new("Packets ↓", "", "11ch", "num"),
        Column::new("Received ↓", "Whole frames, from it", "12ch", "num"),
        Column::new("Seen", "", "27ch", "num"),
    ],
    orders: [&[0, 1, 2, 3, 4, 5, 6, 7], &[0, 4, 6, 2, 1, 3, 5, 7]],
    is_wide: true,
    all: |a| a.all_peers,
    row: |a, at| {
        let peer = a.peers.get(at)?;
        let plain = |text: String| Cell { title: text.clone(), text, class: "" };
        let seen = peer.first_ns.zip(peer.last_ns);
        let seen = seen.map(|(first, last)| fill("{0} – {1} s", &[&format::seconds(first), &format::seconds(last)]));
        let cells = vec![
            network::address(&peer.address, &peer.name),
            plain(peer.name.clone()),
            network::country(&peer.country),
            number(peer.sent.packets),
            size(peer.sent.bytes),
            number(peer.received.packets),
            size(peer.received.bytes),
            plain(seen.unwrap_or_default()),
        ];
        Some(Row { cells, filter: peer.filter.clone(), address: peer.address.clone() })
    },
};

/// A card with a list; nothing where it is empty.
#[component]
pub(super) fn Listed(
    list: &'static List,
    title: Signal<&'static str>,
    /// The page it stands on, with the first rows.
    of: Memo<HostAnswer>,
    /// What stands below it.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let total = Memo::new(move |_| of.with(list.all));
    let is_there = Memo::new(move |_| total.get() > 0);
    move || is_there.get().then(|| card(list, title, of, total, children.clone()))
}

fn card(
    list: &'static List,
    title: Signal<&'static str>,
    of: Memo<HostAnswer>,
    total: Memo<u32>,
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let (state, filters) = (expect_context::<State>(), expect_context::<Filters>());
    let window = RwSignal::new(0..0u32);
    let asked = ask(move || {
        let (rows, total) = (window.get(), total.get());
        of.with(|a| {
            let is_known = rows.end == 0 || (list.row)(a, rows.end.min(total).saturating_sub(1) as usize).is_some();
            (!is_known).then(|| Host { address: a.address.clone(), buckets: 1, rows })
        })
    });
    let row_at = move |row: u32| {
        of.with(|a| (list.row)(a, row as usize)).or_else(|| {
            asked.answer.with(|a| {
                let (question, answer) = a.as_ref()?;
                (list.row)(answer, row.checked_sub(question.rows.start)? as usize)
            })
        })
    };
    let [wide, small] = list.orders;
    let (columns, places) = arranged(list.columns, wide, small);
    let lines = Arc::new(move |row: u32| {
        Some(Line { id: row, class: String::new(), cells: row_at(row)?.cells }.arranged(places))
    });
    let open = Open {
        shown: Signal::stored(None),
        open: Callback::new(move |row: u32| {
            if let Some(row) = untrack(|| row_at(row)).filter(|row| !row.address.is_empty()) {
                state.show_host(row.address);
            }
        }),
        follows: false,
    };
    let on_menu = Callback::new(move |at: MenuAt| {
        let Some(row) = untrack(|| row_at(at.id)) else { return };
        let mut items = filters.items(&row.filter);
        if !row.address.is_empty() {
            items.extend([Item::Line, page_item(state, &row.address)]);
        }
        filters.open_menu(at.at, items);
    });
    // Head, rows, and room for a bar to scroll sideways.
    let height = move || format!("calc(var(--head) + {} * var(--row) + 16px)", (total.get() as usize).min(IN_SIGHT));
    view! {
        <section class="card" class:wide-card=list.is_wide>
            <h2>{title}" "<span class="tab-count">{move || format::count(total.get().into())}</span></h2>
            <div class="grid-frame network" style:height=height>
                <Table id=list.id label=title.get_untracked() columns=columns total=total lines=lines window=window start_over=Signal::stored(String::new()) open=open menu=on_menu />
                {move || asked.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
            </div>
            {children.map(|children| children())}
        </section>
    }
}
