//! The capture at a glance: facts, top protocols, top flows, who "we" are, and what to be careful about.
use super::verdicts::StandsOut;
use super::words;
use crate::api::{FlowColumn, FlowRow, FlowSort, Flows, LocalHost, Summary, SummaryAnswer};
use crate::ui::client::{Client, ask};
use crate::ui::filter::{More, Only};
use crate::ui::parts::icon;
use crate::ui::say::{fill, t, told};
use crate::ui::state::{State, set};
use crate::ui::{dom, format};
use leptos::prelude::*;

const TOP: usize = 8;

#[component]
pub(crate) fn Overview() -> impl IntoView {
    let summary = ask(move || Some(Summary {}));
    let sort = FlowSort { by: FlowColumn::Bytes, descending: true };
    let top = ask(move || Some(Flows { rows: 0..TOP as u32, sort, ..Flows::default() }));
    let facts_of = move || summary.answer.with(|a| a.as_ref().map(|(_, summary)| facts(summary)));
    let protocols = move || summary.answer.with(|a| a.as_ref().map(|(_, summary)| applications(summary)));
    let warned = move || summary.answer.with(|a| a.as_ref().map(|(_, summary)| warnings(summary)));
    let hosts = Memo::new(move |_| summary.answer.with(|a| a.as_ref().map(|(_, summary)| summary.local.clone())));
    let flows = move || top.answer.with(|a| a.as_ref().map(|(_, page)| top_flows(&page.rows)));
    view! {
        <div class="overview">
            {warned}
            <StandsOut />
            <section class="card" aria-labelledby="facts-title"><h2 id="facts-title">{t("Capture File Properties")}</h2>{facts_of}</section>
            <section class="card" aria-labelledby="top-protocols"><h2 id="top-protocols">{t("Top protocols")}</h2>{protocols}</section>
            <section class="card wide-card" aria-labelledby="top-flows"><h2 id="top-flows">{t("Top flows by bytes")}</h2>{flows}</section>
            <section class="card wide-card" aria-labelledby="local-title"><h2 id="local-title">{t("Local hosts")}</h2>{move || hosts.get().map(|hosts| view! { <Locals hosts=hosts /> })}</section>
        </div>
    }
}

fn facts(summary: &SummaryAnswer) -> impl IntoView + use<> {
    let s = summary.clone();
    let rate = format::bit_rate(s.wire_bytes, s.duration_ns);
    let start = s.start.map(|start| {
        let offset = dom::utc_offset(start.seconds);
        let local = if offset == 0 { String::new() } else { fill("{0} local time", &[&format::date_time(start, offset)]) };
        view! { <dt>{t("First packet")}</dt><dd title=local.clone()>{fill("{0} UTC", &[&format::date_time(start, 0)])}<span class="muted second">{local.clone()}</span></dd> }
    });
    let per_packet = (s.packets > 0).then(|| {
        format!(", {}", fill("{0} on average", &[&format::bytes(s.wire_bytes / u64::from(s.packets.max(1)))]))
    });
    let order = (!s.in_order).then_some(t("Times go backwards in places"));
    let interfaces = interfaces(&s);
    let made_by = (!s.made_by.is_empty()).then(|| {
        let lines = s.made_by.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <dt>{t("Made by")}</dt><dd><ul>{lines}</ul></dd> }
    });
    view! {
        <dl class="facts" id="facts">
            <dt>{t("Format")}</dt><dd>{s.format}", "{s.encapsulation}</dd>
            {start}
            <dt>{t("Duration")}</dt><dd title=format::exact_seconds(s.duration_ns)>{format::duration(s.duration_ns)}<span class="muted second">{order}</span></dd>
            <dt>{t("Packets")}</dt><dd id="fact-packets">{format::count(s.packets.into())}{(s.truncated_packets > 0).then(|| format!(" ({})", fill("{0} captured in part", &[&format::count(s.truncated_packets.into())])))}</dd>
            <dt>{t("On the wire")}</dt><dd title=format::exact_bytes(s.wire_bytes)>{format::bytes(s.wire_bytes)}{per_packet}</dd>
            <dt>{t("Captured")}</dt><dd title=format::exact_bytes(s.captured_bytes)>{fill("{0} in a file of {1}", &[&format::bytes(s.captured_bytes), &format::bytes(s.file_bytes)])}</dd>
            <dt>{t("Average rate")}</dt><dd>{rate}</dd>
            <dt>{t("Flows")}</dt><dd id="fact-flows">{format::count(s.flows.into())}<span class="muted">{format!(" ({} TCP, {} UDP)", format::count(s.tcp_flows.into()), format::count(s.udp_flows.into()))}</span></dd>
            {interfaces}
            {made_by}
        </dl>
    }
}

/// Interfaces on screen at most; some captures have thousands.
const MOST_INTERFACES: usize = 20;

/// What tells them apart: names, filters, how much each saw.
fn interfaces(s: &SummaryAnswer) -> impl IntoView + use<> {
    let worth_saying =
        s.interfaces.len() > 1 || s.interfaces.iter().any(|i| !i.name.is_empty() || !i.filter.is_empty());
    let items = s.interfaces.iter().take(MOST_INTERFACES).map(|i| {
        let name = if i.name.is_empty() { fill("Interface {0}", &[&i.id]) } else { i.name.clone() };
        let mut facts = vec![i.encapsulation.clone(), format::counted(i.packets, "{0} packet", "{0} packets")];
        if i.snap_length != 0 {
            facts.push(fill("snap length {0}", &[&format::count(i.snap_length.into())]));
        }
        if !i.filter.is_empty() {
            facts.push(fill("filter “{0}”", &[&i.filter]));
        }
        let condition = format!("frame.interface_id == {}", i.id);
        view! { <li class="with-more" data-filter=condition.clone()><span><b>{name}</b>" "{i.description.clone()}<span class="muted second">{facts.join(", ")}</span></span><More condition=condition.clone() /></li> }
    });
    let more = s.interfaces.len().saturating_sub(MOST_INTERFACES);
    let more =
        (more > 0).then(|| view! { <li class="muted">{fill("and {0} more", &[&format::count(more as u64)])}</li> });
    worth_saying.then(|| {
        let title = if s.interfaces.len() > 1 { t("Interfaces") } else { t("Interface") };
        view! { <dt>{title}</dt><dd><ul id="interfaces">{items.collect_view()}{more}</ul></dd> }
    })
}

fn applications(summary: &SummaryAnswer) -> impl IntoView + use<> {
    let state = expect_context::<State>();
    let most = summary.applications.first().map_or(1, |a| a.bytes.max(1));
    let whole = summary.wire_bytes;
    let rows = summary.applications.iter().take(TOP).cloned().map(|a| {
        let search = a.name.clone();
        let width = format!("{}%", a.bytes as f64 * 100.0 / most as f64);
        let condition = a.filter.clone();
        view! {
            <tr data-filter=condition.clone()>
                <th scope="row"><button type="button" class="link" title=t("Show these flows") on:click=move |_| state.show_flows(search.clone())>{a.name}</button></th>
                <td class="bar-cell"><span class="bar" style:width=width></span></td>
                <td class="num" title=format::exact_bytes(a.bytes)>{format::bytes(a.bytes)}</td>
                <td class="num">{format::percent(a.bytes, whole)}</td>
                <td class="num">{format::count(a.flows.into())}</td>
                <td class="row-end"><More condition=condition.clone() /></td>
            </tr>
        }
    }).collect_view();
    if summary.applications.is_empty() {
        return view! { <p class="muted">{t("None yet.")}</p> }.into_any();
    }
    view! {
        <table class="plain">
            <thead><tr><th scope="col">{t("Protocol")}</th><th><span class="visually-hidden">{t("Share")}</span></th><th scope="col" class="num">{t("Bytes")}</th><th scope="col" class="num">"%"</th><th scope="col" class="num">{t("Flows")}</th><th><span class="visually-hidden">{t("Filter")}</span></th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <button type="button" class="link more" on:click=move |_| set(state.view, "protocols".to_owned())>{t("Protocol hierarchy")}</button>
    }
    .into_any()
}

fn top_flows(rows: &[FlowRow]) -> impl IntoView + use<> {
    let state = expect_context::<State>();
    if rows.is_empty() {
        return view! { <p class="muted">{t("None: the capture has no TCP, UDP, SCTP or ICMP packets so far.")}</p><Only /> }
            .into_any();
    }
    let rows = rows.iter().map(|r| {
        let id = r.id;
        let server = format::endpoint(&r.server, r.server_port);
        let application = if r.application.is_empty() { r.transport.clone() } else { r.application.clone() };
        let bytes = r.bytes_out + r.bytes_in;
        view! {
            <tr data-filter=r.filter.clone()>
                <th scope="row" class="mono"><button type="button" class="link" title=t("Details") on:click=move |_| state.show_flow(id, FlowColumn::Bytes)>{format::endpoint(&r.client, r.client_port)}</button></th>
                <td class="mono clip" title=server.clone()>{server.clone()}</td>
                <td class="clip" title=r.name.clone()>{r.name.clone()}</td>
                <td>{application}</td>
                <td class="num">{format::count(r.packets_out + r.packets_in)}</td>
                <td class="num" title=format::exact_bytes(bytes)>{format::bytes(bytes)}</td>
                <td class="num">{format::duration(r.duration_ns)}</td>
                <td class="row-end"><More condition=r.filter.clone() /></td>
            </tr>
        }
    }).collect_view();
    view! {
        <div class="scroll-x" tabindex="0" role="group" aria-label=t("Top flows")>
            <table class="plain">
                <thead><tr><th scope="col">{t("Client")}</th><th scope="col">{t("Server")}</th><th scope="col">{t("Name")}</th><th scope="col">{t("Protocol")}</th><th scope="col" class="num">{t("Packets")}</th><th scope="col" class="num">{t("Bytes")}</th><th scope="col" class="num">{t("Duration")}</th><th><span class="visually-hidden">{t("Filter")}</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <button type="button" class="link more" on:click=move |_| state.show_flows("")>{t("All flows")}</button>
    }
    .into_any()
}

fn warnings(summary: &SummaryAnswer) -> impl IntoView + use<> {
    let list = summary.warnings.clone();
    (!list.is_empty()).then(|| {
        let items = list
            .iter()
            .map(|w| {
                let at = w.offset.map(|o| format!(" ({})", fill("at byte {0} of the file", &[&format::count(o)])));
                view! { <li>{told(&w.message)}<span class="muted">{at}</span></li> }
            })
            .collect_view();
        view! {
            <section class="warnings" id="warnings" aria-label=t("Warnings")>
                {icon::icon(icon::WARNING)}
                <ul>{items}</ul>
            </section>
        }
    })
}

/// Who "we" are decides what counts as sent and as received.
#[component]
fn Locals(hosts: Vec<LocalHost>) -> impl IntoView {
    let client = expect_context::<Client>();
    if hosts.is_empty() {
        return view! { <p class="muted">{t("No host with an IP address was seen.")}</p> }.into_any();
    }
    let chosen: Vec<String> = hosts.iter().filter(|host| host.chosen).map(|host| host.address.clone()).collect();
    let seen_from = words::seen_from(&chosen);
    let all = hosts.clone();
    let toggle = move |address: &str| {
        let chosen = |host: &&LocalHost| if host.address == address { !host.chosen } else { host.chosen };
        client.set_local(all.iter().filter(chosen).map(|host| host.address.clone()).collect());
    };
    let items = hosts
        .into_iter()
        .map(|host| {
            let (toggle, address) = (toggle.clone(), host.address.clone());
            let field = if host.address.contains(':') { "ipv6.addr" } else { "ip.addr" };
            let condition = format!("{field} == {}", host.address);
            view! {
                <li class="with-more" data-filter=condition.clone()>
                    <label class="check">
                        <input type="checkbox" prop:checked=host.chosen on:change=move |_| toggle(&address) />
                        <span class="mono">{host.address}</span>
                        <span class="muted">{format::counted(host.packets, "{0} packet", "{0} packets")}</span>
                    </label>
                    <More condition=condition.clone() />
                </li>
            }
        })
        .collect_view();
    view! {
        <p id="seen-from">{seen_from}" "<span class="muted">{t("Unless you choose, it is the host in most packets. Tick those that are yours:")}</span></p>
        <ul class="locals" id="locals">{items}</ul>
        <button type="button" class="link more" on:click=move |_| client.set_local(Vec::new())>{t("Choose automatically")}</button>
    }
    .into_any()
}
