//! Conversations: what passed between two addresses, as Wireshark's table of that name has it.
use super::details::Details;
use super::flows::{Search, flow_items};
use super::network::{self, Kinds, Nothing, count_line, number, order, page_item, place, port, size};
use crate::api::{AddressKind, ConversationColumn as C, ConversationRow, ConversationSort};
use crate::ui::client::ask;
use crate::ui::filter::Filters;
use crate::ui::format;
use crate::ui::net::CONVERSATION_COLUMNS;
use crate::ui::parts::menu::Item;
use crate::ui::parts::table::{Cell, Column, Line, MenuAt, Open, Sort, Table};
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::t;
use crate::ui::state::{State, set};
use leptos::prelude::*;
use std::sync::Arc;

/// In the order of [`CONVERSATION_COLUMNS`].
fn columns() -> [Column; 16] {
    let column = |at: usize, title, hint, width, class| {
        let key = CONVERSATION_COLUMNS.get(at).map_or(0, |(by, _)| *by as usize);
        Column::new(title, hint, width, class).keyed(key)
    };
    [
        column(0, "No.", t("Order of first packets in the file"), "8ch", "num"),
        column(
            1,
            t("Address A"),
            t("Sent the first packet; opens a page with all about it"),
            "minmax(18ch, 1fr)",
            "mono",
        ),
        column(2, t("Port A"), t("TCP, UDP or SCTP port"), "9ch", "num"),
        column(3, t("Address B"), t("The other end; opens a page with all about it"), "minmax(18ch, 1fr)", "mono"),
        column(4, t("Port B"), t("TCP, UDP or SCTP port"), "9ch", "num"),
        column(5, t("Packets"), t("Packets in both directions"), "11ch", "num"),
        column(6, t("Bytes"), t("Whole frames in both directions"), "11ch", "num"),
        column(7, t("Stream ID"), t("Wireshark's number of the stream"), "11ch", "num"),
        column(8, t("Packets A → B"), t("Packets that A sent"), "15ch", "num"),
        column(9, t("Bytes A → B"), t("Bytes that A sent"), "13ch", "num"),
        column(10, t("Packets B → A"), t("Packets that B sent"), "15ch", "num"),
        column(11, t("Bytes B → A"), t("Bytes that B sent"), "13ch", "num"),
        column(12, t("Rel Start"), t("Seconds from the start of the capture to the first packet"), "13ch", "num"),
        column(13, t("Duration"), t("From the first to the last packet"), "12ch", "num"),
        column(14, t("Bits/s A → B"), t("What A sent, over the duration"), "15ch", "num"),
        column(15, t("Bits/s B → A"), t("What B sent, over the duration"), "15ch", "num"),
    ]
}

/// Columns that tables of addresses have, and those with ports; on small screens.
const ORDERS: [[&[usize]; 2]; 2] = [
    [&[1, 3, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15], &[1, 3, 6, 5, 12, 13, 9, 11, 8, 10, 14, 15]],
    [&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], &[1, 2, 3, 4, 6, 5, 12, 13, 9, 11, 8, 10, 14, 15, 7]],
];

#[component]
pub(crate) fn ConversationsView() -> impl IntoView {
    let state = expect_context::<State>();
    let net = state.net;
    let window = RwSignal::new(0..60u32);
    let asked = ask(move || Some(network::conversations(state, window.get())));
    let counts = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, page)| (page.matching, page.total))));
    let tables = Memo::new(move |_| {
        asked.answer.with(|a| {
            let tables = a.as_ref().map(|(_, page)| page.tables.clone()).unwrap_or_default();
            tables.into_iter().map(Some).collect::<Vec<_>>()
        })
    });
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
        by: Signal::derive(move || (net.conversations.get().by as usize, net.conversations.get().descending)),
        change: Callback::new(move |key: usize| {
            let Some((by, _)) = CONVERSATION_COLUMNS.into_iter().find(|(by, _)| *by as usize == key) else { return };
            let small_first = matches!(by, C::Number | C::AddressA | C::AddressB | C::Stream | C::Start);
            let now = net.conversations.get_untracked();
            let descending = network::next_sort((now.by, now.descending), &by, !small_first);
            set(net.conversations, ConversationSort { by, descending });
        }),
    };
    // A row is a flow, whose details it opens; where it is none, it leads to the page of who began.
    let opened = RwSignal::new(None::<u32>);
    let open = Open {
        shown: Signal::derive(move || state.flow.get().and(opened.get())),
        open: Callback::new(move |at: u32| match untrack(|| row_at(at)) {
            Some(ConversationRow { flow: Some(flow), .. }) => {
                set(opened, Some(at));
                set(state.flow, Some(flow));
            }
            Some(row) => state.show_host(row.a),
            None => {}
        }),
        follows: false,
    };
    let column_at = move |column: usize| {
        untrack(places).get(column).and_then(|at| CONVERSATION_COLUMNS.get(*at)).map(|(by, _)| *by)
    };
    // The address that is clicked opens its page, whatever the row does.
    let on_click = move |event: leptos::ev::MouseEvent| {
        let Some((row, column)) = place(&event) else { return };
        let address = untrack(|| row_at(row)).and_then(|row| match column_at(column) {
            Some(C::AddressA) => Some(row.a),
            Some(C::AddressB) => Some(row.b),
            _ => None,
        });
        if let Some(address) = address {
            event.stop_propagation();
            state.show_host(address);
        }
    };
    let filters = expect_context::<Filters>();
    let on_menu = Callback::new(move |at: MenuAt| {
        let Some(row) = untrack(|| row_at(at.id)) else { return };
        let of = net.of.get_untracked();
        let port =
            |port: Option<u16>| format!("{}.port == {}", of.name().to_ascii_lowercase(), port.unwrap_or_default());
        let condition = match column_at(at.column) {
            Some(C::AddressA) => network::condition(of, &row.a),
            Some(C::AddressB) => network::condition(of, &row.b),
            Some(C::PortA) => port(row.a_port),
            Some(C::PortB) => port(row.b_port),
            _ => row.filter.clone(),
        };
        let mut items = match row.flow {
            Some(flow) => flow_items(filters, &condition, flow, &row.filter),
            None => filters.items(&condition),
        };
        items.extend([Item::Line, page_item(state, &row.a), page_item(state, &row.b)]);
        filters.open_menu(at.at, items);
    });
    let start_over =
        Signal::derive(move || format!("{:?} {:?} {}", net.of.get(), net.conversations.get(), net.search.get()));
    Effect::new(move |before: Option<String>| {
        let now = start_over.get();
        if before.is_some_and(|before| before != now) {
            set(opened, None);
        }
        now
    });
    let total = Signal::derive(move || counts.get().map_or(0, |(matching, _)| matching));
    let count = move || {
        counts
            .get()
            .map(|(matching, total)| count_line(matching, total, "{0} conversations", "{0} of {1} conversations"))
    };
    view! {
        <div class="flows" class:with-details=move || state.flow.get().is_some()>
            <div class="flows-list">
                <div class="toolbar">
                    <Kinds tables=tables />
                    <Search text=net.search label=t("Search the conversations") below="conversation-table" placeholder=t("Search: address, name, :port") />
                    <span class="muted" id="conversation-count" aria-live="polite">{count}</span>
                    <span class="space"></span>
                    <SaveButton wish=Wish::Table />
                </div>
                <div class="grid-frame network" on:click:capture=on_click>
                    <Table id="conversation-table" label=t("Conversations") columns=shown total=total lines=lines window=window start_over=start_over sort=sort open=open menu=on_menu />
                    {move || counts.get().filter(|(matching, _)| *matching == 0).map(|(_, total)| view! { <Nothing total=total message=t("No packet has such addresses so far.") /> })}
                    {move || asked.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
                </div>
            </div>
            {move || state.flow.get().is_some().then(|| view! { <Details /> })}
        </div>
    }
}

fn line(row: u32, r: &ConversationRow) -> Line {
    let seconds = |ns: i64| Cell { text: format::seconds(ns), title: format::exact_seconds(ns), class: "" };
    let rate = |bits: Option<f64>, bytes: u64| Cell {
        text: bits.map(|_| format::bit_rate(bytes, r.duration_ns)).unwrap_or_default(),
        ..Cell::default()
    };
    Line {
        id: row,
        class: String::new(),
        cells: vec![
            number(u64::from(row) + 1),
            network::address(&r.a, &r.a_name),
            port(r.a_port),
            network::address(&r.b, &r.b_name),
            port(r.b_port),
            number(r.packets),
            size(r.bytes),
            Cell { text: r.stream.map(|stream| stream.to_string()).unwrap_or_default(), ..Cell::default() },
            number(r.packets_a_to_b),
            size(r.bytes_a_to_b),
            number(r.packets_b_to_a),
            size(r.bytes_b_to_a),
            r.start_ns.map(seconds).unwrap_or_default(),
            Cell { text: format::duration(r.duration_ns), title: format::exact_seconds(r.duration_ns), class: "" },
            rate(r.bits_a_to_b, r.bytes_a_to_b),
            rate(r.bits_b_to_a, r.bytes_b_to_a),
        ],
    }
}
