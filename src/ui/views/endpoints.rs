//! Endpoints: what each address sent and received, as Wireshark's table of that name has it.
use super::flows::Search;
use super::network::{self, Kinds, Nothing, count_line, number, order, page_item, port, size};
use super::words;
use crate::api::{AddressKind, EndpointColumn, EndpointRow, EndpointSort};
use crate::ui::client::ask;
use crate::ui::filter::{Filters, quoted};
use crate::ui::geo::GeoCredit;
use crate::ui::net::ENDPOINT_COLUMNS;
use crate::ui::parts::menu::Item;
use crate::ui::parts::table::{Cell, Column, Line, MenuAt, Open, Sort, Table};
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use leptos::prelude::*;
use std::sync::Arc;

/// In the order of [`ENDPOINT_COLUMNS`].
fn columns() -> [Column; 10] {
    let column = |at: usize, title, hint, width, class| {
        let key = ENDPOINT_COLUMNS.get(at).map_or(0, |(by, _)| *by as usize);
        Column::new(title, hint, width, class).keyed(key)
    };
    [
        column(0, t("Address"), t("Opens a page with all about it"), "minmax(19ch, 1fr)", "mono"),
        column(1, t("Port"), t("TCP, UDP or SCTP port"), "9ch", "num"),
        column(2, t("Packets"), t("Packets it sent or received"), "12ch", "num"),
        column(3, t("Bytes"), t("Whole frames of these packets"), "11ch", "num"),
        column(4, t("Tx Packets"), t("Packets it sent"), "13ch", "num"),
        column(5, t("Tx Bytes"), t("Bytes it sent"), "11ch", "num"),
        column(6, t("Rx Packets"), t("Packets it received"), "13ch", "num"),
        column(7, t("Rx Bytes"), t("Bytes it received"), "11ch", "num"),
        column(8, t("Country"), t("Where the address belongs, as far as is known"), "17ch", ""),
        column(9, t("Name"), t("What the capture calls the address"), "minmax(14ch, 1fr)", ""),
    ]
}

/// Columns that tables of addresses have, and those with ports; on small screens.
const ORDERS: [[&[usize]; 2]; 2] = [
    [&[0, 2, 3, 4, 5, 6, 7, 8, 9], &[0, 3, 2, 9, 8, 5, 7, 4, 6]],
    [&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], &[0, 1, 3, 2, 9, 8, 5, 7, 4, 6]],
];

#[component]
pub(crate) fn EndpointsView() -> impl IntoView {
    let state = expect_context::<State>();
    let net = state.net;
    network::need_countries(state);
    let window = RwSignal::new(0..60u32);
    let asked = ask(move || Some(network::endpoints(state, window.get())));
    let counts = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, page)| (page.matching, page.total))));
    let tables =
        Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, page)| page.tables.clone()).unwrap_or_default()));
    let has_ports = Memo::new(move |_| matches!(net.of.get(), AddressKind::Tcp | AddressKind::Udp | AddressKind::Sctp));
    let places = move || {
        let [plain, ports] = ORDERS;
        let [wide, small] = if has_ports.get() { ports } else { plain };
        order(wide, small)
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
        by: Signal::derive(move || (net.endpoints.get().by as usize, net.endpoints.get().descending)),
        change: Callback::new(move |key: usize| {
            let Some((by, _)) = ENDPOINT_COLUMNS.into_iter().find(|(by, _)| *by as usize == key) else { return };
            let is_text = matches!(by, EndpointColumn::Address | EndpointColumn::Name | EndpointColumn::Country);
            let now = net.endpoints.get_untracked();
            let descending = network::next_sort((now.by, now.descending), &by, !is_text);
            set(net.endpoints, EndpointSort { by, descending });
        }),
    };
    let open = Open {
        shown: Signal::stored(None),
        open: Callback::new(move |row: u32| {
            if let Some(row) = untrack(|| row_at(row)) {
                state.show_host(row.address);
            }
        }),
        follows: false,
    };
    let filters = expect_context::<Filters>();
    let on_menu = Callback::new(move |at: MenuAt| {
        let Some(row) = untrack(|| row_at(at.id)) else { return };
        let column = untrack(places).get(at.column).and_then(|at| ENDPOINT_COLUMNS.get(*at)).map(|(by, _)| *by);
        let condition = match column {
            Some(EndpointColumn::Address) => network::condition(net.of.get_untracked(), &row.address),
            Some(EndpointColumn::Port) => {
                let transport = net.of.get_untracked().name().to_ascii_lowercase();
                format!("{transport}.port == {}", row.port.unwrap_or_default())
            }
            Some(EndpointColumn::Country) if !row.country.is_empty() => {
                format!("geo.country == {}", quoted(&row.country))
            }
            _ => row.filter.clone(),
        };
        let mut items = filters.items(&condition);
        items.extend([Item::Line, page_item(state, &row.address)]);
        filters.open_menu(at.at, items);
    });
    let start_over =
        Signal::derive(move || format!("{:?} {:?} {}", net.of.get(), net.endpoints.get(), net.search.get()));
    let total = Signal::derive(move || counts.get().map_or(0, |(matching, _)| matching));
    let count = move || {
        counts.get().map(|(matching, total)| count_line(matching, total, "{0} endpoints", "{0} of {1} endpoints"))
    };
    view! {
        <div class="flows">
            <div class="flows-list">
                <div class="toolbar">
                    <Kinds tables=tables />
                    <Search text=net.search label=t("Search the endpoints") below="endpoint-table" placeholder=t("Search: address, name, :port") />
                    <span class="muted" id="endpoint-count" aria-live="polite">{count}</span>
                    <GeoCredit />
                    <span class="space"></span>
                    <SaveButton wish=Wish::Table />
                </div>
                <div class="grid-frame network">
                    <Table id="endpoint-table" label=t("Endpoints") columns=shown total=total lines=lines window=window start_over=start_over sort=sort open=open menu=on_menu />
                    {move || counts.get().filter(|(matching, _)| *matching == 0).map(|(_, total)| view! { <Nothing total=total message=t("No packet has such addresses so far.") /> })}
                    {move || asked.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
                </div>
            </div>
        </div>
    }
}

fn line(row: u32, r: &EndpointRow) -> Line {
    let from = words::name_from(r.name_from);
    let title = if from.is_empty() { r.name.clone() } else { fill("{0} {1}", &[&r.name, &t(from)]) };
    Line {
        id: row,
        class: String::new(),
        cells: vec![
            network::address(&r.address, &r.name),
            port(r.port),
            number(r.packets),
            size(r.bytes),
            number(r.tx_packets),
            size(r.tx_bytes),
            number(r.rx_packets),
            size(r.rx_bytes),
            network::country(&r.country),
            Cell { text: r.name.clone(), title, class: "" },
        ],
    }
}
