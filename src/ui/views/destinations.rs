//! Destinations and Ports: which servers were talked to, at which ports; and Wireshark's trees of packets.
use super::flows::Search;
use super::network::{self, Nothing, count_line, number, page_item, place, size};
use super::words;
use crate::api::{StatsRow, TreeColumn as C, TreeKind, TreeSort, Unfolded};
use crate::ui::client::ask;
use crate::ui::filter::{Filters, quoted};
use crate::ui::format;
use crate::ui::geo::GeoCredit;
use crate::ui::net::TREE_COLUMNS;
use crate::ui::parts::menu::Item;
use crate::ui::parts::table::{Cell, Column, Line, MenuAt, Open, Sort, Table};
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use leptos::prelude::*;
use std::sync::Arc;

/// Titles in the menu of trees, as Wireshark's menu has them, and what they count.
const TREES: [(TreeKind, &str, &str); 7] = [
    (TreeKind::Services, "Service endpoints", "Servers and their ports, by what passed between them and their clients"),
    (
        TreeKind::Destinations,
        "Packet destinations",
        "Every packet by its destination address and port, as Wireshark counts",
    ),
    (TreeKind::Addresses, "All Addresses", "Every packet by its source and by its destination"),
    (TreeKind::Sides, "Source and Destination Addresses", "Every packet by its source, and by its destination"),
    (TreeKind::Protocols, "IP Protocol Types", "Every packet by its transport"),
    (TreeKind::Hops, "Time to live, hop limit", "Every packet by its source and the hops it may still take"),
    (TreeKind::Lengths, "Packet Lengths", "All packets by their length"),
];

/// Places in [`columns`], wide and small, of services, lengths and the others.
const SERVICES: [&[usize]; 2] = [&[0, 1, 2, 3, 4, 5, 6, 7], &[0, 1, 6, 4, 2, 5, 7, 3]];
const LENGTHS: [&[usize]; 2] = [&[1, 8, 10, 11, 12, 9, 7, 13, 14], &[1, 8, 7, 10, 11, 12, 9, 13, 14]];
const OTHERS: [&[usize]; 2] = [&[0, 1, 8, 9, 7, 13, 14, 3, 2], &[0, 1, 8, 7, 2, 3, 9, 13, 14]];

fn columns() -> [Column; 15] {
    let plain = Column::new;
    let by = |by: C, column: Column| column.keyed(by as usize);
    [
        plain("", t("Unfold or fold"), "4ch", "mid"),
        by(
            C::Item,
            plain(t("Topic / Item"), t("An address opens a page with all about it"), "minmax(24ch, 1.4fr)", "mono"),
        ),
        by(
            C::Name,
            plain(t("Name"), t("What the capture calls it; of a port what is spoken there"), "minmax(12ch, 1fr)", ""),
        ),
        by(C::Country, plain(t("Country"), t("Where the address belongs, as far as is known"), "17ch", "")),
        by(C::Flows, plain(t("Flows"), t("Flows to it"), "10ch", "num")),
        by(C::Packets, plain(t("Packets"), t("Packets in both directions"), "12ch", "num")),
        by(C::Bytes, plain(t("Bytes"), t("Whole frames in both directions"), "11ch", "num")),
        by(C::Packets, plain(t("Percent"), t("Of the packets of what is around it"), "11ch", "num")),
        by(C::Packets, plain(t("Count"), t("Packets"), "12ch", "num")),
        by(C::Packets, plain(t("Rate (ms)"), t("Packets per millisecond"), "12ch", "num")),
        by(C::Average, plain(t("Average"), t("Average length, bytes"), "11ch", "num")),
        by(C::Least, plain(t("Min Val"), t("Shortest packet, bytes"), "10ch", "num")),
        by(C::Most, plain(t("Max Val"), t("Longest packet, bytes"), "10ch", "num")),
        by(C::BurstRate, plain(t("Burst Rate"), t("Most packets in 100 ms, per millisecond"), "13ch", "num")),
        by(
            C::BurstStart,
            plain(t("Burst Start"), t("Seconds from the start of the capture to the burst"), "13ch", "num"),
        ),
    ]
}

const TWIST: usize = 0;
const ITEM: usize = 1;

#[component]
pub(crate) fn Destinations() -> impl IntoView {
    let state = expect_context::<State>();
    let net = state.net;
    network::need_countries(state);
    let window = RwSignal::new(0..60u32);
    let asked = ask(move || Some(network::tree(state, window.get())));
    // What is told of the whole tree.
    let tree = Memo::new(move |_| {
        asked.answer.with(|a| {
            let (question, page) = a.as_ref()?;
            Some((question.of, page.total, page.nodes, page.matching, page.unfolded, page.of_family))
        })
    });
    let places = move || {
        let [wide, small] = match net.tree.get() {
            TreeKind::Services => SERVICES,
            TreeKind::Lengths => LENGTHS,
            _ => OTHERS,
        };
        network::order(wide, small)
    };
    let shown = Signal::derive(move || {
        let all = columns();
        places().iter().filter_map(|at| all.get(*at).cloned()).collect::<Vec<_>>()
    });
    let row_at = move |row: u32| {
        asked.answer.with(|answer| {
            let (question, page) = answer.as_ref()?;
            page.rows.get(row.checked_sub(question.rows.start)? as usize).cloned()
        })
    };
    let lines = Arc::new(move |row: u32| Some(line(row, &row_at(row)?).arranged(places())));
    let sort = Sort {
        by: Signal::derive(move || match (net.sort.get(), net.tree.get()) {
            (TreeSort { by: C::Usual, .. }, TreeKind::Services) => (C::Bytes as usize, true),
            (TreeSort { by: C::Usual, .. }, TreeKind::Lengths) => (C::Item as usize, false),
            (TreeSort { by: C::Usual, .. }, _) => (C::Packets as usize, true),
            (sort, _) => (sort.by as usize, sort.descending),
        }),
        change: Callback::new(move |key: usize| {
            let Some((by, _)) = TREE_COLUMNS.into_iter().find(|(by, _)| *by as usize == key) else { return };
            let small_first = matches!(by, C::Item | C::Name | C::Country | C::BurstStart);
            let now = net.sort.get_untracked();
            let descending = network::next_sort((now.by, now.descending), &by, !small_first);
            set(net.sort, TreeSort { by, descending });
        }),
    };
    let turn = move |path: &str| {
        net.turned.update(|turned| match turned.iter().position(|other| other == path) {
            Some(at) => _ = turned.remove(at),
            None => turned.push(path.to_owned()),
        });
    };
    let open = Open {
        shown: Signal::stored(None),
        open: Callback::new(move |at: u32| match untrack(|| row_at(at)) {
            Some(row) if row.unfolded.is_some() => turn(&row.path),
            Some(row) if is_address(&row) => state.show_host(row.item),
            _ => {}
        }),
        follows: false,
    };
    let on_click = move |event: leptos::ev::MouseEvent| {
        let Some((row, column)) = place(&event) else { return };
        let Some(row) = untrack(|| row_at(row)).filter(is_address) else { return };
        if untrack(places).get(column) == Some(&ITEM) {
            event.stop_propagation();
            state.show_host(row.item);
        }
    };
    let filters = expect_context::<Filters>();
    let on_menu = Callback::new(move |at: MenuAt| {
        let Some(row) = untrack(|| row_at(at.id)) else { return };
        let is_country = untrack(places).get(at.column) == Some(&3) && !row.country.is_empty();
        let condition =
            if is_country { format!("geo.country == {}", quoted(&row.country)) } else { row.filter.clone() };
        let mut items = filters.items(&condition);
        if is_address(&row) {
            items.extend([Item::Line, page_item(state, &row.item)]);
        }
        filters.open_menu(at.at, items);
    });
    let start_over = Signal::derive(move || {
        format!("{:?} {} {:?} {}", net.tree.get(), net.ipv6.get(), net.sort.get(), net.search.get())
    });
    let families = move || tree.with(|tree| tree.as_ref().map_or([0, 0], |(.., of_family)| *of_family));
    // Where there is only IPv6, it is shown at once.
    Effect::new(move |before: Option<bool>| {
        let only_ipv6 = tree.with(Option::is_some) && families() == [0, families()[1]] && families()[1] > 0;
        if only_ipv6 && before != Some(true) && !net.ipv6.get_untracked() {
            set(net.ipv6, true);
        }
        only_ipv6
    });
    let family = move |(at, title): (usize, &'static str)| {
        let count = move || families().into_iter().nth(at).unwrap_or(0);
        view! {
            <label>
                <input type="radio" name="family" id=if at == 1 { "family-ipv6" } else { "family-ipv4" } prop:checked=move || net.ipv6.get() == (at == 1) on:change=move |_| { net.fold(Unfolded::Fitting); set(net.ipv6, at == 1); } />
                <span>{title}<small class="kind-count">{move || format::count(count())}</small></span>
            </label>
        }
    };
    let choose = move |event: leptos::ev::Event| {
        let title = event_target_value(&event);
        if let Some((kind, ..)) = TREES.into_iter().find(|(_, known, _)| *known == title) {
            net.fold(Unfolded::Fitting);
            set(net.sort, TreeSort::default());
            set(net.tree, kind);
        }
    };
    let option = move |(kind, title, hint): (TreeKind, &'static str, &'static str)| {
        view! { <option value=title title=t(hint) prop:selected=move || net.tree.get() == kind>{t(title)}</option> }
    };
    let hint = move || TREES.into_iter().find(|(kind, ..)| *kind == net.tree.get()).map(|(.., hint)| t(hint));
    let count = move || {
        tree.get().map(|(_, _, nodes, matching, ..)| count_line(matching, nodes, "{0} items", "{0} of {1} items"))
    };
    let total = Signal::derive(move || tree.with(|tree| tree.as_ref().map_or(0, |(_, total, ..)| *total)));
    let is_empty =
        move || tree.with(|tree| tree.as_ref().filter(|(_, total, ..)| *total == 0).map(|(_, _, nodes, ..)| *nodes));
    view! {
        <div class="flows">
            <div class="flows-list">
                <div class="toolbar">
                    <h2>{t("Destinations and Ports")}</h2>
                    <label><span class="visually-hidden">{t("What is counted")}</span>
                        <select class="select" id="tree-kind" title=hint on:change=choose>{TREES.into_iter().map(option).collect_view()}</select>
                    </label>
                    <span class="radios" role="radiogroup" aria-label=t("IP version") hidden=move || net.tree.get() == TreeKind::Lengths>{[(0, "IPv4"), (1, "IPv6")].map(family).collect_view()}</span>
                    <Search text=net.search label=t("Search the tree") below="tree-table" placeholder=t("Search: address, name, :port") />
                    <span class="muted" id="tree-count" aria-live="polite">{count}</span>
                    <GeoCredit />
                    <span class="space"></span>
                    <button type="button" class="button small" id="unfold" on:click=move |_| net.fold(Unfolded::All)>{t("Expand all")}</button>
                    <button type="button" class="button small" id="fold" on:click=move |_| net.fold(Unfolded::None)>{t("Collapse all")}</button>
                    <SaveButton wish=Wish::Table />
                </div>
                <div class="grid-frame network" on:click:capture=on_click>
                    <Table id="tree-table" label=t("Destinations and Ports") columns=shown total=total lines=lines window=window start_over=start_over sort=sort open=open menu=on_menu />
                    {move || is_empty().map(|nodes| view! { <Nothing total=nodes message=t("No packet has such addresses so far.") /> })}
                    {move || asked.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
                </div>
            </div>
        </div>
    }
}

fn is_address(row: &StatsRow) -> bool {
    row.item.parse::<std::net::IpAddr>().is_ok()
}

/// In the order of [`columns`].
fn line(row: u32, r: &StatsRow) -> Line {
    // Deeper levels stand further right.
    const DEPTHS: [&str; 4] = ["", "in-1", "in-2", "in-3"];
    const OPENING: [&str; 4] = ["opens", "opens in-1", "opens in-2", "opens in-3"];
    let depth = (r.depth as usize).min(3);
    let classes = if is_address(r) { OPENING } else { DEPTHS };
    let twist = match r.unfolded {
        Some(true) => Cell { text: "▾".to_owned(), title: t("Fold").to_owned(), class: "twisted" },
        Some(false) => Cell { text: "▸".to_owned(), title: t("Unfold").to_owned(), class: "twisted" },
        None => Cell::default(),
    };
    let from = words::name_from(r.name_from);
    let mut title = if from.is_empty() { r.name.clone() } else { fill("{0} {1}", &[&r.name, &t(from)]) };
    if r.more_names {
        title = fill("{0}; it has other names as well", &[&title]);
    }
    let decimals = |value: Option<f64>, n: usize| Cell {
        text: value.map(|value| format!("{value:.n$}")).unwrap_or_default(),
        ..Cell::default()
    };
    let whole = |n: Option<u32>| n.map(|n| number(n.into())).unwrap_or_default();
    let mut cells = vec![Cell::default(); 15];
    let mut put = |at: usize, cell: Cell| {
        if let Some(place) = cells.get_mut(at) {
            *place = cell;
        }
    };
    put(TWIST, twist);
    put(ITEM, Cell { text: r.item.clone(), title: r.path.clone(), class: classes.get(depth).copied().unwrap_or("") });
    put(2, Cell { text: if r.more_names { format!("{} …", r.name) } else { r.name.clone() }, title, class: "" });
    put(3, network::country(&r.country));
    put(4, number(r.flows));
    put(5, number(r.packets));
    put(6, size(r.bytes));
    put(7, Cell { text: format!("{:.2} %", r.percent), ..Cell::default() });
    put(8, number(r.packets));
    put(9, decimals(Some(r.rate), 4));
    put(10, decimals(r.average, 2));
    put(11, whole(r.least));
    put(12, whole(r.most));
    put(13, decimals(r.burst_rate, 4));
    put(14, decimals(r.burst_start_ns.map(|ns| ns as f64 / 1e9), 3));
    Line { id: row, class: String::new(), cells }
}
