//! One flow: its ends, its handshake, its fate, its packets.
use super::tcp::{Requests, Tcp};
use super::verdicts::Verdicts;
use super::words;
use crate::api::{Flow, FlowDetail, FlowPacket};
use crate::ui::client::ask;
use crate::ui::filter::{Filters, Use};
use crate::ui::parts::icon;
use crate::ui::parts::ladder::ladder;
use crate::ui::parts::table::{Cell, Column, Line, MenuAt, Open, Table};
use crate::ui::say::{fill, t, told};
use crate::ui::state::{State, set};
use crate::ui::{dom, format};
use leptos::prelude::*;
use std::sync::Arc;

const COLUMNS: [Column; 6] = [
    Column::new("No.", "Number in the file, from 1", "7.5ch", "num"),
    Column::new("Time", "Seconds since the start of the capture", "11.5ch", "num"),
    Column::new("Delta", "Since the packet before in this flow", "9.5ch", "num"),
    Column::new("Direction", "Who it went to", "11ch", ""),
    Column::new("Length", "Bytes on the wire", "7.5ch", "num"),
    Column::new("Flags", "TCP flags", "minmax(10ch, 1fr)", ""),
];

#[component]
pub(crate) fn Details() -> impl IntoView {
    let state = expect_context::<State>();
    let window = RwSignal::new(0..50u32);
    // One packet more in front, for the difference of the first row.
    let asked =
        ask(move || Some(Flow { id: state.flow.get()?, packets: window.with(|w| w.start.saturating_sub(1)..w.end) }));
    let total = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map_or(0, |(_, detail)| detail.total_packets)));
    let lines = Arc::new(move |row: u32| {
        asked.answer.with(|answer| {
            let (question, detail) = answer.as_ref()?;
            let index = row.checked_sub(question.packets.start)? as usize;
            let before = index.checked_sub(1).and_then(|i| detail.packets.get(i));
            Some(line(detail.packets.get(index)?, before))
        })
    });
    let shown = Memo::new(move |_| {
        asked.answer.with(|a| a.as_ref().map(|(_, detail)| FlowDetail { packets: Vec::new(), ..detail.clone() }))
    });
    let is_tcp = Memo::new(move |_| shown.with(|d| d.as_ref().is_some_and(|d| d.row.transport == "TCP")));
    let start_over = Signal::derive(move || format!("{:?}", state.flow.get()));
    let open =
        Open { shown: Signal::stored(None), open: Callback::new(move |id: u32| state.show_packet(id)), follows: false };
    let filters = expect_context::<Filters>();
    let on_menu = Callback::new(move |at: MenuAt| {
        filters.open_menu(at.at, filters.items(&format!("frame.number == {}", u64::from(at.id) + 1)));
    });
    let title = move || {
        shown
            .get()
            .map(|d| fill("{0} flow {1}", &[&d.row.transport, &format::count(u64::from(d.row.id) + 1)]))
            .unwrap_or_else(|| t("Flow").into())
    };
    view! {
        <aside class="details" id="details" aria-label=t("Flow details")>
            <header class="details-head">
                <h2>{title}</h2>
                <span class="space"></span>
                <button type="button" class="button quiet" id="close-details" aria-label=t("Close details") title=t("Close (Esc)") on:click=move |_| close(state)>
                    {icon::icon(icon::CLOSE)}
                </button>
            </header>
            {move || asked.failure.get().map(|message| view! { <p class="refusal" role="alert">{icon::icon(icon::WARNING)}{message}</p> })}
            <div class="details-facts">
                <Verdicts flow=state.flow quiet=true />
                {move || shown.get().map(facts)}
                <Requests />
                {move || is_tcp.get().then(|| view! { <Tcp /> })}
            </div>
            <h3 class="details-packets">
                {t("Packets")}" "<span class="tab-count">{move || format::count(total.get().into())}</span>
                <span class="space"></span>
                {move || shown.get().map(|detail| links(state, &detail))}
            </h3>
            <div class="grid-frame">
                <Table id="packet-table" label=t("Packets of the flow") columns=Signal::stored(COLUMNS.to_vec()) total=total lines=lines window=window start_over=start_over open=open menu=on_menu />
            </div>
        </aside>
    }
}

/// Where the flow's packets and bytes are.
fn links(state: State, detail: &FlowDetail) -> impl IntoView + use<> {
    let id = detail.row.id;
    let follow = ["TCP", "UDP"].contains(&detail.row.transport.as_str()).then(|| {
        view! { <button type="button" class="button small" id="follow-flow" on:click=move |_| state.follow(id)>{fill("Follow {0} stream", &[&detail.row.transport])}</button> }
    });
    let graphs = (detail.row.transport == "TCP").then(|| {
        view! { <button type="button" class="button small" id="graphs-of-flow" title=t("Sequence numbers, round trips, throughput and window over time; ladder") on:click=move |_| state.show_graphs(id)>{t("Graphs")}</button> }
    });
    view! {
        {follow}
        {graphs}
        <button type="button" class="button small" id="packets-of-flow" on:click=move |_| state.show_packets_of(id)>{t("In the packet list")}</button>
    }
}

/// The tables that details belong to.
const TABLES: [&str; 4] = ["flow-table", "state-table", "time-table", "expert-table"];

/// Closes the details; the focus goes back to the table they belong to, if it was in them.
pub(crate) fn close(state: State) {
    let inside = dom::has_focus("details");
    set(state.flow, None);
    set(state.wanted.kind, None);
    if inside {
        // Whichever of them is on screen.
        let _ = TABLES.into_iter().any(dom::focus);
    }
}

fn line(packet: &FlowPacket, before: Option<&FlowPacket>) -> Line {
    let cell = |text: String, title: String| Cell { text, title, class: "" };
    let delta = before.and_then(|before| Some(packet.time_ns?.saturating_sub(before.time_ns?)));
    let (way, class) =
        if packet.from_client { (t("→ to server"), "from-client") } else { (t("← to client"), "from-server") };
    Line {
        id: packet.number.saturating_sub(1),
        class: String::new(),
        cells: vec![
            cell(format::count(packet.number.into()), String::new()),
            cell(
                packet.time_ns.map(format::seconds).unwrap_or_default(),
                packet.time_ns.map(format::exact_seconds).unwrap_or_default(),
            ),
            cell(delta.map(format::duration).unwrap_or_default(), delta.map(format::exact_seconds).unwrap_or_default()),
            Cell { text: way.into(), title: String::new(), class },
            cell(format::count(packet.wire_len.into()), String::new()),
            cell(words::flags(&packet.flags), String::new()),
        ],
    }
}

fn facts(detail: FlowDetail) -> impl IntoView {
    let row = detail.row;
    let (outcome, outcome_title, outcome_class) = words::outcome(row.outcome);
    let rates = (format::bit_rate(row.bytes_out, row.duration_ns), format::bit_rate(row.bytes_in, row.duration_ns));
    let handshake =
        row.syn_to_syn_ack_ns.zip(row.syn_ack_to_ack_ns).zip(row.initial_rtt_ns).map(|((server, client), rtt)| {
            view! {
                <section class="details-rtt">
                    <h3>{t("Initial RTT")}" "<b class="value">{format::duration(rtt)}</b></h3>
                    {ladder(server, client, rtt)}
                    <p class="muted">{words::place(detail.place).0}</p>
                </section>
            }
        });
    let retried = (detail.syns > 1)
        .then(|| view! { <dt>{t("SYNs")}</dt><dd>{fill("{0}: the first was lost or ignored", &[&detail.syns])}</dd> });
    let end = move |who: &'static str, address: String, port: Option<u16>, link: String, extra: String| {
        let endpoint = format::endpoint(&address, port);
        view! {
            <div class="end">
                <span class="end-who">{who}</span>
                <span class="end-address mono">{endpoint}</span>
                <span class="end-extra">{extra}</span>
                <span class="end-link mono">{link}</span>
            </div>
        }
    };
    let name =
        if row.name.is_empty() { String::new() } else { format!("{} ({})", row.name, words::name_from(row.name_from)) };
    view! {
        <div class="ends">
            {end(t("Client"), row.client.clone(), row.client_port, detail.client_link, String::new())}
            {end(t("Server"), row.server.clone(), row.server_port, detail.server_link, name)}
        </div>
        <table class="plain totals">
            <thead><tr><th scope="col"><span class="visually-hidden">{t("Direction")}</span></th><th scope="col">{t("Packets")}</th><th scope="col">{t("Bytes")}</th><th scope="col">{t("Payload")}</th><th scope="col">{t("Rate")}</th></tr></thead>
            <tbody>
                {totals(t("→ to server"), row.packets_out, row.bytes_out, row.payload_out, rates.0)}
                {totals(t("← to client"), row.packets_in, row.bytes_in, row.payload_in, rates.1)}
            </tbody>
        </table>
        <dl class="facts">
            <dt>{t("Application")}</dt><dd>{if row.application.is_empty() { t("not known").to_owned() } else { row.application.clone() }}</dd>
            {(!outcome.is_empty()).then(|| view! { <dt>{t("Outcome")}</dt><dd><span class=outcome_class>{outcome}</span>" · "{outcome_title}</dd> })}
            {retried}
            <dt>{t("Start")}</dt>
            <dd title=row.first_ns.map(format::exact_seconds)>
                {row.first_ns.map_or_else(|| t("no time in the file").to_owned(), |ns| format!("{} s", format::seconds(ns)))}
            </dd>
            <dt>{t("Duration")}</dt><dd title=format::exact_seconds(row.duration_ns)>{format::duration(row.duration_ns)}</dd>
            {(!row.flags.is_empty()).then(|| view! { <dt>{t("Flags")}</dt><dd>{words::flags(&row.flags)}</dd> })}
            <dt>{t("Layers")}</dt><dd class="mono">{detail.layers}</dd>
            <dt>{t("Filter")}</dt><dd><Use condition=row.filter.clone() /></dd>
        </dl>
        {handshake}
        <ul class="notes">{detail.notes.into_iter().map(|note| view! { <li>{told(&note)}</li> }).collect_view()}</ul>
    }
}

fn totals(way: &'static str, packets: u64, bytes: u64, payload: u64, rate: String) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{way}</th>
            <td class="num">{format::count(packets)}</td>
            <td class="num" title=format::exact_bytes(bytes)>{format::bytes(bytes)}</td>
            <td class="num" title=format::exact_bytes(payload)>{format::bytes(payload)}</td>
            <td class="num">{rate}</td>
        </tr>
    }
}
