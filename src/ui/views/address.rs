//! One address: its names and where each comes from, what it did as a client and as a server, whom it talked to, when.
mod lists;

use super::network;
use super::words;
use crate::api::{Activity, Host, HostAnswer, HostInterface, HostPart, HostRole, Summary, Traffic};
use crate::ui::client::ask;
use crate::ui::dom;
use crate::ui::filter::{Filters, More, Use, quoted, span};
use crate::ui::format;
use crate::ui::geo::{self, GeoCredit};
use crate::ui::parts::chart::{Chart, Picked, Plot};
use crate::ui::parts::ticks::{ticks, width_words};
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use leptos::prelude::*;
use lists::{BESIDE, Listed, NAMES, PEERS, PORTS_ASKED, PORTS_SERVED};
use std::sync::Arc;

/// Rows of a list before it is opened.
const FIRST: usize = 12;

#[component]
pub(crate) fn Address() -> impl IntoView {
    let state = expect_context::<State>();
    let host = state.net.host;
    network::need_countries(state);
    let width = RwSignal::new(0.0f64);
    // A bar for every four pixels, in steps.
    let buckets = Memo::new(move |_| ((width.get().max(480.0) / 4.0 / 40.0).round() as u16 * 40).clamp(40, 480));
    let asked = ask(move || {
        let address = host.get();
        (!address.is_empty()).then(|| Host { address, buckets: buckets.get(), rows: 0..0 })
    });
    // Of the address that is asked for, not of the one before; without an address until it is there.
    let answer = Memo::new(move |_| {
        let wanted = host.get();
        let of_wanted = |(question, answer): &(Host, HostAnswer)| (question.address == wanted).then(|| answer.clone());
        asked.answer.with(|a| a.as_ref().and_then(of_wanted)).unwrap_or_default()
    });
    let found = Memo::new(move |_| answer.with(|a| (a.address.clone(), a.found)));
    let failure = Memo::new(move |_| asked.failure.get());
    let page = move || {
        if let Some(message) = failure.get() {
            return view! { <p class="refusal" role="alert">{message}</p> }.into_any();
        }
        // Another answer about the same address (countries are there, other bars for another width, more packets) is no other
        // page: its lists stay where they were, and the keyboard too.
        match found.get() {
            (address, _) if address.is_empty() => ().into_any(),
            (address, true) => view! { <Page address=address answer=answer width=width /> }.into_any(),
            (address, false) => view! {
                <section class="card wide-card"><h2 class="mono">{address}</h2><p>{t("No packet has this address.")}</p><crate::ui::filter::Only /></section>
            }
            .into_any(),
        }
    };
    view! {
        <div class="address">
            <Choice />
            {move || if host.with(String::is_empty) { view! { <p class="muted" id="no-address">{t("Choose an address, or open one from any table of the network.")}</p> }.into_any() } else { page() }}
        </div>
    }
}

/// Any address can be asked for; the busiest are offered.
#[component]
fn Choice() -> impl IntoView {
    let state = expect_context::<State>();
    let asked = ask(move || Some(Summary {}));
    let busiest = Memo::new(move |_| {
        asked
            .answer
            .with(|a| a.as_ref().map(|(_, s)| s.local.iter().map(|host| host.address.clone()).collect::<Vec<_>>()))
    });
    let go = move |event: leptos::ev::Event| {
        let address = event_target_value(&event).trim().to_owned();
        if !address.is_empty() {
            set(state.net.host, address);
        }
    };
    view! {
        <div class="toolbar">
            <h2>{t("Address")}</h2>
            // Before the field: elements of two views in the same place are one to Leptos, and the packet list's field, which has no
            // value of its own, was left with "undefined" as this one's.
            <datalist id="busiest">{move || busiest.get().unwrap_or_default().into_iter().map(|address| view! { <option value=address></option> }).collect_view()}</datalist>
            <label class="search">
                <span class="visually-hidden">{t("Address whose page is shown")}</span>
                <input type="text" id="address" list="busiest" placeholder=t("IPv4, IPv6 or link address") autocomplete="off" spellcheck="false" prop:value=move || state.net.host.get() on:change=go />
            </label>
            <GeoCredit />
            <span class="space"></span>
            <SaveButton wish=Wish::Table />
        </div>
    }
}

#[component]
fn Page(address: String, answer: Memo<HostAnswer>, width: RwSignal<f64>) -> impl IntoView {
    let (state, flows_of) = (expect_context::<State>(), StoredValue::new(address.clone()));
    let heading = move || answer.with(|a| heading(&address, a));
    let facts = move || answer.with(facts);
    let all = move || answer.with(|a| roles(all_roles(a)));
    let cards = move || answer.with(|a| a.interfaces.iter().filter(|_| a.local).map(card).collect_view());
    let beside = Signal::derive(move || answer.with(beside_title));
    view! {
        <div class="overview">
            <section class="card wide-card" aria-label=t("Address")>
                <div class="card-head">{heading}</div>
                <dl class="facts">{facts}</dl>
            </section>
            <section class="card timeline"><ActivityCard of=answer width=width /></section>
            <section class="card wide-card"><h2>{t("As client and as server")}</h2>{all}</section>
            {cards}
            <Parts title=t("Protocols") id="host-protocols" of=answer parts=|a| a.protocols.clone() with_flows=true />
            <Listed list=&PORTS_SERVED title=Signal::stored(t("Ports it serves")) of=answer />
            <Listed list=&PORTS_ASKED title=Signal::stored(t("Ports of others it asked")) of=answer />
            <Parts title=t("Countries of its peers") id="countries" of=answer parts=countries with_flows=false />
            <Listed list=&BESIDE title=beside of=answer />
            <Parts title=t("Time to live of what it sent") id="hops" of=answer parts=|a| a.hops.clone() with_flows=false />
            <Listed list=&NAMES title=Signal::stored(t("Names")) of=answer />
            <Listed list=&PEERS title=Signal::stored(t("Peers")) of=answer>
                <button type="button" class="link more" on:click=move |_| state.show_flows(flows_of.get_value())>{t("Its flows")}</button>
            </Listed>
        </div>
    }
}

fn heading(title: &str, answer: &HostAnswer) -> impl IntoView + use<> {
    let local = answer.local.then(|| view! { <b class="pill">{t("yours")}</b> });
    let country = (!answer.country.is_empty()).then(|| {
        let condition = format!("geo.country == {}", quoted(&answer.country));
        view! { <span class="muted" data-filter=condition.clone()>{geo::name_of(&answer.country)}</span><More condition=condition.clone() /> }
    });
    view! { <h2 class="mono" id="address-title">{title.to_owned()}</h2>{local}{country} }
}

fn facts(answer: &HostAnswer) -> impl IntoView + use<> {
    let time = |ns: Option<i64>| ns.map_or_else(|| "–".to_owned(), |ns| fill("{0} s", &[&format::seconds(ns)]));
    let (first, last) = (time(answer.first_ns), time(answer.last_ns));
    view! {
        {names_of(&answer.names, answer.all_names)}
        <dt>{t("First seen")}</dt><dd>{first}</dd>
        <dt>{t("Last seen")}</dt><dd>{last}</dd>
        <dt>{t("Filter")}</dt><dd><Use condition=answer.filter.clone() /></dd>
    }
}

fn all_roles(answer: &HostAnswer) -> [Role; 3] {
    // Flows are between IP addresses.
    let is_ip = answer.address.parse::<std::net::IpAddr>().is_ok();
    let of = |end: &str| if is_ip { format!("flow.{end} == {}", answer.address) } else { String::new() };
    let seen = (answer.first_ns, answer.last_ns);
    [
        (t("All packets"), None, answer.sent, answer.received, seen, answer.filter.clone()),
        role(t("As client"), &answer.as_client, of("client")),
        role(t("As server"), &answer.as_server, of("server")),
    ]
}

/// Of countries, flows are peers.
fn countries(answer: &HostAnswer) -> Vec<HostPart> {
    answer.countries.iter().map(|part| HostPart { name: geo::name_of(&part.name), ..part.clone() }).collect()
}

fn beside_title(answer: &HostAnswer) -> &'static str {
    if answer.address.matches(':').count() == 5 && answer.address.len() == 17 {
        t("IP addresses it stood for")
    } else if answer.local {
        t("Link addresses it had")
    } else {
        t("Link addresses beside it: its own, or a router's")
    }
}

/// Each name with where it comes from: the first ones, and how many a table below has.
fn names_of(names: &[crate::api::HostName], all: u32) -> impl IntoView + use<> {
    let items = names.iter().take(FIRST).map(|name| {
        let from = t(words::name_from(name.from));
        let said = match name.flows {
            0 => from.to_owned(),
            1 => fill("{0}, in one flow", &[&from]),
            flows => fill("{0}, in {1} flows", &[&from, &format::count(flows.into())]),
        };
        // A name that no flow bears is nothing to filter by.
        let condition = if name.flows > 0 { format!("flow.name == {}", quoted(&name.name)) } else { String::new() };
        let more = (!condition.is_empty()).then(|| view! { <More condition=condition.clone() /> });
        view! { <li class="with-more" data-filter=condition.clone()><span><b>{name.name.clone()}</b>" "<span class="muted">{said}</span></span>{more}</li> }
    });
    let items = items.collect_view();
    (!names.is_empty()).then(|| view! { <dt>{t("Names")}</dt><dd><ul id="names">{items}{(all as usize > FIRST).then(|| view! { <li><button type="button" class="link" on:click=to_names>{fill("All {0} names", &[&format::count(all.into())])}</button></li> })}</ul></dd> })
}

fn to_names(_: leptos::ev::MouseEvent) {
    dom::focus(NAMES.id);
}

type Role = (&'static str, Option<u32>, Traffic, Traffic, (Option<i64>, Option<i64>), String);

fn role(title: &'static str, role: &HostRole, condition: String) -> Role {
    (title, Some(role.flows), role.sent, role.received, (role.first_ns, role.last_ns), condition)
}

fn roles(rows: [Role; 3]) -> impl IntoView {
    let rows = rows.map(|(title, flows, sent, received, (first, last), condition)| {
        let traffic = |of: Traffic| view! {
            <td class="num">{format::count(of.packets)}</td><td class="num" title=format::exact_bytes(of.bytes)>{format::bytes(of.bytes)}</td>
        };
        let when = first.zip(last).map(|(first, last)| fill("{0} – {1} s", &[&format::seconds(first), &format::seconds(last)]));
        view! {
            <tr data-filter=condition.clone()>
                <th scope="row">{title}</th>
                <td class="num">{flows.map(|flows| format::count(flows.into()))}</td>
                {traffic(sent)}{traffic(received)}
                <td class="num">{when}</td>
                <td class="row-end">{(!condition.is_empty()).then(|| view! { <More condition=condition.clone() /> })}</td>
            </tr>
        }
    });
    view! {
        <div class="scroll-x" tabindex="0" role="group" aria-label=t("As client and as server")>
            <table class="plain" id="roles">
                <thead><tr>
                    <th scope="col"></th><th scope="col" class="num">{t("Flows")}</th>
                    <th scope="col" class="num">{t("Packets ↑")}</th><th scope="col" class="num">{t("Sent ↑")}</th>
                    <th scope="col" class="num">{t("Packets ↓")}</th><th scope="col" class="num">{t("Received ↓")}</th>
                    <th scope="col" class="num">{t("Seen")}</th><th><span class="visually-hidden">{t("Filter")}</span></th>
                </tr></thead>
                <tbody>{rows.into_iter().collect_view()}</tbody>
            </table>
        </div>
    }
}

/// As `ifconfig` prints an interface, as far as a capture tells it.
fn card(interface: &HostInterface) -> impl IntoView + use<> {
    let name = if interface.name.is_empty() { format!("if{}", interface.id) } else { interface.name.clone() };
    let mut lines =
        vec![format!("{name}: {} {}", interface.encapsulation, interface.description).trim_end().to_owned()];
    for address in &interface.addresses {
        lines.push(format!("        {} {address}", if address.contains(':') { "inet6" } else { "inet" }));
    }
    if !interface.link_address.is_empty() {
        lines.push(format!("        ether {}", interface.link_address));
    }
    let (sent, received) = (interface.sent, interface.received);
    lines.push(format!(
        "        RX packets {}  bytes {} ({})",
        received.packets,
        received.bytes,
        format::bytes(received.bytes)
    ));
    lines.push(format!("        TX packets {}  bytes {} ({})", sent.packets, sent.bytes, format::bytes(sent.bytes)));
    lines.push(format!("        longest frame sent {} bytes", interface.longest));
    view! {
        <section class="card"><h2>{t("Interface, as ifconfig would print it")}</h2><pre class="ifconfig" tabindex="0">{lines.join("\n")}</pre></section>
    }
}

/// A list of names with packets and bytes; each can be filtered by. Nothing where it is empty.
#[component]
fn Parts(
    title: &'static str,
    id: &'static str,
    of: Memo<HostAnswer>,
    parts: fn(&HostAnswer) -> Vec<HostPart>,
    with_flows: bool,
) -> impl IntoView {
    let state = expect_context::<State>();
    let open = RwSignal::new(false);
    move || {
        let parts = of.with(parts);
        (!parts.is_empty()).then(|| listed(title, id, &parts, with_flows, open, state))
    }
}

fn listed(
    title: &'static str,
    id: &'static str,
    parts: &[HostPart],
    with_flows: bool,
    open: RwSignal<bool>,
    state: State,
) -> impl IntoView + use<> {
    let many = parts.len();
    let has_bytes = parts.iter().any(|part| part.bytes > 0);
    let most = parts.iter().map(|part| part.bytes.max(part.packets)).max().unwrap_or(1).max(1);
    let rows = parts.iter().enumerate().map(|(nth, part)| {
        let part = part.clone();
        let share = format!("{}%", part.bytes.max(part.packets) as f64 * 100.0 / most as f64);
        let is_address = part.name.contains(':') || part.name.parse::<std::net::IpAddr>().is_ok();
        let name = part.name.clone();
        let named = if is_address {
            view! { <button type="button" class="link mono" on:click=move |_| state.show_host(name.clone())>{part.name.clone()}</button> }.into_any()
        } else {
            part.name.clone().into_any()
        };
        view! {
            <tr hidden=is_left_out(nth, open) data-filter=part.filter.clone()>
                <th scope="row">{named}</th>
                <td class="bar-cell"><span class="bar" style:width=share></span></td>
                {with_flows.then(|| view! { <td class="num">{format::count(part.flows.into())}</td> })}
                <td class="num">{format::count(part.packets)}</td>
                {has_bytes.then(|| view! { <td class="num" title=format::exact_bytes(part.bytes)>{format::bytes(part.bytes)}</td> })}
                <td class="row-end">{(!part.filter.is_empty()).then(|| view! { <More condition=part.filter.clone() /> })}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section class="card">
            <h2>{title}" "<span class="tab-count">{format::count(many as u64)}</span></h2>
            <table class="plain" id=id>
                <thead><tr>
                    <th scope="col">{t("Name")}</th><th><span class="visually-hidden">{t("Share")}</span></th>
                    {with_flows.then(|| view! { <th scope="col" class="num">{t("Flows")}</th> })}
                    <th scope="col" class="num">{t("Packets")}</th>
                    {has_bytes.then(|| view! { <th scope="col" class="num">{t("Bytes")}</th> })}
                    <th><span class="visually-hidden">{t("Filter")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {(many > FIRST).then(|| more(open, many))}
        </section>
    }
}

/// Whether a row waits for its list to be opened.
fn is_left_out(nth: usize, open: RwSignal<bool>) -> impl Fn() -> bool + Copy + Send + Sync + 'static {
    move || nth >= FIRST && !open.get()
}

/// Shows the rest of a list.
fn more(open: RwSignal<bool>, many: usize) -> impl IntoView {
    view! {
        <button type="button" class="link more" hidden=move || open.get() on:click=move |_| open.set(true)>{fill("Show all {0}", &[&format::count(many as u64)])}</button>
    }
}

#[component]
fn ActivityCard(of: Memo<HostAnswer>, width: RwSignal<f64>) -> impl IntoView {
    let in_bytes = RwSignal::new(false);
    let filters = expect_context::<Filters>();
    let at = |values: &[u32], index: usize| u64::from(values.get(index).copied().unwrap_or(0));
    let bytes = |values: &[u64], index: usize| values.get(index).copied().unwrap_or(0);
    let plot = Memo::new(move |_| {
        of.with(|HostAnswer { activity: a, .. }| {
            let value = |index: usize| match in_bytes.get() {
                true => (bytes(&a.sent_bytes, index) + bytes(&a.received_bytes, index)) as f64,
                false => (at(&a.sent_packets, index) + at(&a.received_packets, index)) as f64,
            };
            let bars: Vec<f64> = (0..a.sent_packets.len()).map(value).collect();
            let span = a.width_ns.saturating_mul(bars.len() as i64);
            Plot { ticks: ticks(a.start_ns, span), bars, gap: 0.12, ..Plot::default() }
        })
    });
    let start = move |a: &Activity, bar: usize| a.start_ns.saturating_add(a.width_ns.saturating_mul(bar as i64));
    let tell = Arc::new(move |index: usize| {
        of.with_untracked(|HostAnswer { activity: a, .. }| {
            let (from, to) = (start(a, index), start(a, index + 1));
            let way = |text: &'static str, packets, size| fill(text, &[&format::count(packets), &format::bytes(size)]);
            vec![
                fill("{0} – {1} s", &[&format::seconds(from), &format::seconds(to)]),
                way("sent {0} packets, {1}", at(&a.sent_packets, index), bytes(&a.sent_bytes, index)),
                way("received {0} packets, {1}", at(&a.received_packets, index), bytes(&a.received_bytes, index)),
            ]
        })
    });
    let on_pick = Callback::new(move |picked: Picked| {
        let times = of.with_untracked(|HostAnswer { activity: a, .. }| {
            (start(a, picked.bars.start), start(a, picked.bars.end).saturating_sub(1))
        });
        filters.open_menu(picked.at, filters.items(&span(times)));
    });
    let axis =
        Arc::new(move |value: f64| if in_bytes.get() { format::bytes(value as u64) } else { format::scale(value) });
    let per = move || of.with(|a| fill("per {0}", &[&width_words(a.activity.width_ns)]));
    let metric = move |(is_bytes, title): (bool, &'static str)| {
        view! { <label><input type="radio" name="activity" prop:checked=move || in_bytes.get() == is_bytes on:change=move |_| in_bytes.set(is_bytes) /><span>{title}</span></label> }
    };
    view! {
        <div class="card-head">
            <h2>{t("Activity")}</h2><span class="muted">{per}</span><span class="space"></span>
            <div class="radios" role="radiogroup" aria-label=t("What the activity shows")>{[(false, t("Packets")), (true, t("Bytes"))].map(metric).collect_view()}</div>
        </div>
        <Chart label=Signal::stored(t("Activity over time").to_owned()) plot=plot tell=tell axis=axis width=width pick=on_pick />
    }
}
