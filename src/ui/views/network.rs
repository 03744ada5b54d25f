//! What the tables of addresses have in common: their questions, the choice of a table, cells, ways to an address's page.
use crate::api::{AddressKind, Conversations, Endpoints, StatsTree};
use crate::ui::client::Client;
use crate::ui::geo;
use crate::ui::parts::menu::{Item, item};
use crate::ui::parts::table::Cell;
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use crate::ui::{dom, format};
use leptos::prelude::*;
use std::ops::Range;

pub(crate) fn endpoints(state: State, rows: Range<u32>) -> Endpoints {
    let net = state.net;
    Endpoints { of: net.of.get(), rows, sort: net.endpoints.get(), search: net.search.get() }
}

pub(crate) fn conversations(state: State, rows: Range<u32>) -> Conversations {
    let net = state.net;
    Conversations { of: net.of.get(), rows, sort: net.conversations.get(), search: net.search.get() }
}

pub(crate) fn tree(state: State, rows: Range<u32>) -> StatsTree {
    let net = state.net;
    StatsTree {
        of: net.tree.get(),
        ipv6: net.ipv6.get(),
        rows,
        sort: net.sort.get(),
        search: net.search.get(),
        unfolded: net.unfolded.get(),
        turned: net.turned.get(),
    }
}

/// The class of cells that open an address's page.
pub(super) const OPENS: &str = "opens";

pub(super) fn number(n: u64) -> Cell {
    Cell { text: format::count(n), title: String::new(), class: if n == 0 { "zero" } else { "" } }
}

pub(super) fn size(n: u64) -> Cell {
    Cell { text: format::bytes(n), title: format::exact_bytes(n), class: if n == 0 { "zero" } else { "" } }
}

pub(super) fn port(port: Option<u16>) -> Cell {
    Cell { text: port.map(|port| port.to_string()).unwrap_or_default(), ..Cell::default() }
}

/// A country, or what kind of address it is.
pub(super) fn country(place: &str) -> Cell {
    if place.is_empty() {
        return Cell::default();
    }
    Cell { text: geo::name_of(place), title: place.to_owned(), class: "" }
}

/// Countries are shown: their table is loaded with the first view that does.
pub(super) fn need_countries(state: State) {
    geo::need(expect_context::<Client>(), state);
}

/// An address that opens its page.
pub(super) fn address(address: &str, name: &str) -> Cell {
    let title = if name.is_empty() {
        fill("All about {0}", &[&address])
    } else {
        fill("All about {0} ({1})", &[&address, &name])
    };
    Cell { text: address.to_owned(), title, class: OPENS }
}

/// The display filter for an address of a table.
pub(super) fn condition(of: AddressKind, address: &str) -> String {
    let protocol = match of {
        AddressKind::Ethernet => "eth",
        AddressKind::Wlan => "wlan",
        _ if address.contains(':') => "ipv6",
        _ => "ip",
    };
    format!("{protocol}.addr == {address}")
}

/// In a row's menu: the page of an address.
pub(super) fn page_item(state: State, address: &str) -> Item {
    let to = address.to_owned();
    item(fill("All about {0}", &[&address]), "", move || state.show_host(to.clone()))
}

/// Which row and column a click is on.
pub(super) fn place(event: &leptos::ev::MouseEvent) -> Option<(u32, usize)> {
    Some((dom::ancestor_data(event, "row")?, dom::ancestor_data(event, "column")? as usize))
}

/// The order of columns: those of the places that the table has; on a small screen what matters first.
pub(super) fn order(wide: &'static [usize], small: &'static [usize]) -> &'static [usize] {
    if dom::window_size().0 < 600.0 { small } else { wide }
}

/// The next order when a column's title is pressed: texts begin with the first, numbers with the largest.
pub(super) fn next_sort<C: PartialEq>(now: (C, bool), by: &C, is_number: bool) -> bool {
    if now.0 == *by { !now.1 } else { is_number }
}

/// Chooses among the tables; those without a row are left out.
#[component]
pub(super) fn Kinds(#[prop(into)] tables: Signal<Vec<Option<u32>>>) -> impl IntoView {
    let of = expect_context::<State>().net.of;
    let kind = move |(at, kind): (usize, AddressKind)| {
        let count = move || tables.with(|tables| tables.get(at).copied().unwrap_or(Some(0)));
        view! {
            <label hidden=move || count() == Some(0) && of.get() != kind>
                <input type="radio" name="addresses" id=format!("kind-{}", kind.name().replace(' ', "-").to_ascii_lowercase()) prop:checked=move || of.get() == kind on:change=move |_| set(of, kind) />
                <span>{kind.name()}{move || count().map(|n| view! { <small class="kind-count">{format::count(n.into())}</small> })}</span>
            </label>
        }
    };
    view! { <span class="radios kinds" role="radiogroup" aria-label=t("Which addresses")>{AddressKind::ALL.into_iter().enumerate().map(kind).collect_view()}</span> }
}

/// What a table says instead of rows.
#[component]
pub(super) fn Nothing(
    /// Of the table, whatever the search.
    total: u32,
    message: &'static str,
) -> impl IntoView {
    let search = expect_context::<State>().net.search;
    if total > 0 && !search.with(String::is_empty) {
        return view! {
            <div class="grid-empty">
                <p>{fill("Nothing here has “{0}”. All words have to occur in an address or its name, or be a port (“:443”).", &[&search.get()])}</p>
                <button type="button" class="button" on:click=move |_| search.set(String::new())>{t("Show all")}</button>
            </div>
        }
        .into_any();
    }
    view! { <div class="grid-empty"><p>{message}</p><crate::ui::filter::Only /></div> }.into_any()
}

/// `3 of 17`, with what they are.
pub(super) fn count_line(matching: u32, total: u32, all: &'static str, some: &'static str) -> String {
    let count = |n: u32| format::count(n.into());
    if matching == total { fill(all, &[&count(total)]) } else { fill(some, &[&count(matching), &count(total)]) }
}
