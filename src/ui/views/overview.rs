//! The capture at a glance: facts, timeline, top protocols, top flows, who "we" are, and what to be careful about.
use super::verdicts::StandsOut;
use super::words;
use crate::api::{FlowColumn, FlowRow, FlowSort, Flows, LocalHost, Summary, SummaryAnswer, Timeline, TimelineAnswer};
use crate::ui::client::{Client, ask};
use crate::ui::filter::{Filters, More, Only, quoted, span};
use crate::ui::parts::chart::{Chart, Picked, Plot};
use crate::ui::parts::icon;
use crate::ui::state::{State, set};
use crate::ui::{dom, format};
use leptos::prelude::*;
use std::sync::Arc;

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
            <section class="card timeline" aria-labelledby="timeline-title"><TimelineCard /></section>
            <section class="card" aria-labelledby="facts-title"><h2 id="facts-title">"Capture File Properties"</h2>{facts_of}</section>
            <section class="card" aria-labelledby="top-protocols"><h2 id="top-protocols">"Top protocols"</h2>{protocols}</section>
            <section class="card wide-card" aria-labelledby="top-flows"><h2 id="top-flows">"Top flows by bytes"</h2>{flows}</section>
            <section class="card wide-card" aria-labelledby="local-title"><h2 id="local-title">"Local hosts"</h2>{move || hosts.get().map(|hosts| view! { <Locals hosts=hosts /> })}</section>
        </div>
    }
}

fn facts(summary: &SummaryAnswer) -> impl IntoView + use<> {
    let s = summary.clone();
    let rate = format::bit_rate(s.wire_bytes, s.duration_ns);
    let start = s.start.map(|start| {
        let offset = dom::utc_offset(start.seconds);
        let local = if offset == 0 { String::new() } else { format!("{} local time", format::date_time(start, offset)) };
        view! { <dt>"First packet"</dt><dd title=local.clone()>{format::date_time(start, 0)}" UTC"<span class="muted second">{local.clone()}</span></dd> }
    });
    let per_packet =
        (s.packets > 0).then(|| format!(", {} on average", format::bytes(s.wire_bytes / u64::from(s.packets.max(1)))));
    let order = (!s.in_order).then_some("Times go backwards in places");
    let interfaces = interfaces(&s);
    let made_by = (!s.made_by.is_empty()).then(|| {
        let lines = s.made_by.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <dt>"Made by"</dt><dd><ul>{lines}</ul></dd> }
    });
    view! {
        <dl class="facts" id="facts">
            <dt>"Format"</dt><dd>{s.format}", "{s.encapsulation}</dd>
            {start}
            <dt>"Duration"</dt><dd title=format::exact_seconds(s.duration_ns)>{format::duration(s.duration_ns)}<span class="muted second">{order}</span></dd>
            <dt>"Packets"</dt><dd id="fact-packets">{format::count(s.packets.into())}{(s.truncated_packets > 0).then(|| format!(" ({} captured in part)", format::count(s.truncated_packets.into())))}</dd>
            <dt>"On the wire"</dt><dd title=format::exact_bytes(s.wire_bytes)>{format::bytes(s.wire_bytes)}{per_packet}</dd>
            <dt>"Captured"</dt><dd title=format::exact_bytes(s.captured_bytes)>{format::bytes(s.captured_bytes)}" in a file of "{format::bytes(s.file_bytes)}</dd>
            <dt>"Average rate"</dt><dd>{rate}</dd>
            <dt>"Flows"</dt><dd id="fact-flows">{format::count(s.flows.into())}<span class="muted">{format!(" ({} TCP, {} UDP)", format::count(s.tcp_flows.into()), format::count(s.udp_flows.into()))}</span></dd>
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
        let name = if i.name.is_empty() { format!("Interface {}", i.id) } else { i.name.clone() };
        let mut facts = vec![i.encapsulation.clone(), format::counted(i.packets, "packet", "packets")];
        if i.snap_length != 0 {
            facts.push(format!("snap length {}", format::count(i.snap_length.into())));
        }
        if !i.filter.is_empty() {
            facts.push(format!("filter “{}”", i.filter));
        }
        view! { <li><b>{name}</b>" "{i.description.clone()}<span class="muted second">{facts.join(", ")}</span></li> }
    });
    let more = s.interfaces.len().saturating_sub(MOST_INTERFACES);
    let more =
        (more > 0).then(|| view! { <li class="muted">{format!("and {} more", format::count(more as u64))}</li> });
    worth_saying.then(|| {
        let title = if s.interfaces.len() > 1 { "Interfaces" } else { "Interface" };
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
        let condition = format!("flow.application == {}", quoted(&a.name));
        view! {
            <tr data-filter=condition.clone()>
                <th scope="row"><button type="button" class="link" title="Show these flows" on:click=move |_| state.show_flows(search.clone())>{a.name}</button></th>
                <td class="bar-cell"><span class="bar" style:width=width></span></td>
                <td class="num" title=format::exact_bytes(a.bytes)>{format::bytes(a.bytes)}</td>
                <td class="num">{format::percent(a.bytes, whole)}</td>
                <td class="num">{format::count(a.flows.into())}</td>
                <td class="row-end"><More condition=condition.clone() /></td>
            </tr>
        }
    }).collect_view();
    if summary.applications.is_empty() {
        return view! { <p class="muted">"None yet."</p> }.into_any();
    }
    view! {
        <table class="plain">
            <thead><tr><th scope="col">"Protocol"</th><th><span class="visually-hidden">"Share"</span></th><th scope="col" class="num">"Bytes"</th><th scope="col" class="num">"%"</th><th scope="col" class="num">"Flows"</th><th><span class="visually-hidden">"Filter"</span></th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <button type="button" class="link more" on:click=move |_| set(state.view, "protocols".to_owned())>"Protocol hierarchy"</button>
    }
    .into_any()
}

fn top_flows(rows: &[FlowRow]) -> impl IntoView + use<> {
    let state = expect_context::<State>();
    if rows.is_empty() {
        return view! { <p class="muted">"None: the capture has no TCP, UDP, SCTP or ICMP packets so far."</p><Only /> }
            .into_any();
    }
    let rows = rows.iter().map(|r| {
        let id = r.id;
        let server = format::endpoint(&r.server, r.server_port);
        let application = if r.application.is_empty() { r.transport.clone() } else { r.application.clone() };
        let bytes = r.bytes_out + r.bytes_in;
        view! {
            <tr data-filter=r.filter.clone()>
                <th scope="row" class="mono"><button type="button" class="link" title="Details" on:click=move |_| state.show_flow(id, FlowColumn::Bytes)>{format::endpoint(&r.client, r.client_port)}</button></th>
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
        <div class="scroll-x" tabindex="0" role="group" aria-label="Top flows">
            <table class="plain">
                <thead><tr><th scope="col">"Client"</th><th scope="col">"Server"</th><th scope="col">"Name"</th><th scope="col">"Protocol"</th><th scope="col" class="num">"Packets"</th><th scope="col" class="num">"Bytes"</th><th scope="col" class="num">"Duration"</th><th><span class="visually-hidden">"Filter"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <button type="button" class="link more" on:click=move |_| state.show_flows("")>"All flows"</button>
    }
    .into_any()
}

fn warnings(summary: &SummaryAnswer) -> impl IntoView + use<> {
    let list = summary.warnings.clone();
    (!list.is_empty()).then(|| {
        let items = list
            .iter()
            .map(|w| {
                let at = w.offset.map(|o| format!(" (at byte {} of the file)", format::count(o)));
                view! { <li>{w.message.clone()}<span class="muted">{at}</span></li> }
            })
            .collect_view();
        view! {
            <section class="warnings" id="warnings" aria-label="Warnings">
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
        return view! { <p class="muted">"No host with an IP address was seen."</p> }.into_any();
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
            view! {
                <li>
                    <label class="check">
                        <input type="checkbox" prop:checked=host.chosen on:change=move |_| toggle(&address) />
                        <span class="mono">{host.address}</span>
                        <span class="muted">{format::counted(host.packets, "packet", "packets")}</span>
                    </label>
                </li>
            }
        })
        .collect_view();
    view! {
        <p id="seen-from">{seen_from}" "<span class="muted">"Unless you choose, it is the host in most packets. Tick those that are yours:"</span></p>
        <ul class="locals" id="locals">{items}</ul>
        <button type="button" class="link more" on:click=move |_| client.set_local(Vec::new())>"Choose automatically"</button>
    }
    .into_any()
}

/// What the timeline counts.
#[derive(Clone, Copy)]
struct Metric {
    title: &'static str,
    values: fn(&TimelineAnswer) -> Vec<f64>,
    axis: fn(f64) -> String,
}

const METRICS: [Metric; 4] = [
    Metric { title: "Packets", values: |t| t.packets.iter().map(|v| f64::from(*v)).collect(), axis: format::scale },
    Metric {
        title: "Bytes",
        values: |t| t.bytes.iter().map(|v| *v as f64).collect(),
        axis: |v| format::bytes(v as u64),
    },
    Metric { title: "New flows", values: |t| t.flows.iter().map(|v| f64::from(*v)).collect(), axis: format::scale },
    Metric { title: "Resets", values: |t| t.resets.iter().map(|v| f64::from(*v)).collect(), axis: format::scale },
];

#[component]
fn TimelineCard() -> impl IntoView {
    let width = RwSignal::new(0.0f64);
    // A bar for every four pixels, in steps: a window being resized must not ask for every pixel.
    let buckets = Memo::new(move |_| ((width.get() / 4.0 / 40.0).round() as u16 * 40).clamp(40, 480));
    let asked = ask(move || (width.get() > 0.0).then(|| Timeline { buckets: buckets.get() }));
    let chosen = RwSignal::new(0usize);
    let metric = move || METRICS.get(chosen.get()).copied().unwrap_or(METRICS[0]);
    let plot = Memo::new(move |_| {
        asked.answer.with(|a| {
            let Some((_, t)) = a else { return Plot::default() };
            let bars = (metric().values)(t);
            let span = t.width_ns.saturating_mul(bars.len() as i64);
            Plot { ticks: ticks(t.start_ns, span), bars, gap: 0.12 }
        })
    });
    let tell = Arc::new(move |index: usize| {
        asked.answer.with(|a| {
            let Some((_, t)) = a else { return Vec::new() };
            let from = t.start_ns.saturating_add(t.width_ns.saturating_mul(index as i64));
            let at = |values: &[u32]| u64::from(values.get(index).copied().unwrap_or(0));
            vec![
                format!("{} – {} s", format::seconds(from), format::seconds(from.saturating_add(t.width_ns))),
                format::counted(at(&t.packets), "packet", "packets"),
                format::bytes(t.bytes.get(index).copied().unwrap_or(0)),
                format::counted(at(&t.flows), "new flow", "new flows"),
                format::counted(at(&t.resets), "reset", "resets"),
            ]
        })
    });
    let per = move || {
        asked.answer.with(|a| {
            a.as_ref().filter(|(_, t)| !t.packets.is_empty()).map(|(_, t)| format!("per {}", width_words(t.width_ns)))
        })
    };
    let label = Signal::derive(move || format!("{} over time", metric().title));
    let filters = expect_context::<Filters>();
    let on_pick = Callback::new(move |picked: Picked| {
        let times = asked.answer.with_untracked(|a| {
            let (_, t) = a.as_ref()?;
            let at = |bar: usize| t.start_ns.saturating_add(t.width_ns.saturating_mul(bar as i64));
            // The next bar begins with the nanosecond after.
            Some((at(picked.bars.start), at(picked.bars.end).saturating_sub(1)))
        });
        filters.open_menu(picked.at, filters.items(&times.map(span).unwrap_or_default()));
    });
    view! {
        <div class="card-head">
            <h2 id="timeline-title">"Timeline"</h2>
            <span class="muted">{per}</span>
            <span class="space"></span>
            <div class="radios" role="radiogroup" aria-label="What the timeline shows">
                {METRICS.iter().enumerate().map(|(i, m)| view! {
                    <label><input type="radio" name="metric" prop:checked=move || chosen.get() == i on:change=move |_| chosen.set(i) /><span>{m.title}</span></label>
                }).collect_view()}
            </div>
        </div>
        <Chart label=label plot=plot tell=tell axis=Arc::new(move |v| (metric().axis)(v)) width=width pick=on_pick />
    }
}

/// Bucket widths are round numbers: say them shortly.
pub(super) fn width_words(ns: i64) -> String {
    match ns {
        ns if ns > 60_000_000_000 => format::duration(ns),
        ns if ns >= 1_000_000_000 => format!("{} s", format::count((ns / 1_000_000_000) as u64)),
        ns if ns >= 1_000_000 => format!("{} ms", ns / 1_000_000),
        ns if ns >= 1_000 => format!("{} µs", ns / 1_000),
        _ => format!("{ns} ns"),
    }
}

/// About six round times within a span, and where they stand.
pub(super) fn ticks(start: i64, span: i64) -> Vec<(f64, String)> {
    let step = round_step(span / 6);
    let first = start.div_euclid(step) * step;
    (0..12)
        .map(|i| first.saturating_add(step.saturating_mul(i)))
        .filter(|at| *at >= start && *at <= start.saturating_add(span))
        .map(|at| ((at - start) as f64 / span.max(1) as f64, if at == 0 { "0".into() } else { short(at) }))
        .collect()
}

/// 1, 2 or 5 times a power of ten (below a minute), then minutes and hours.
fn round_step(ns: i64) -> i64 {
    const SECOND: i64 = 1_000_000_000;
    const DAY: i64 = 86_400 * SECOND;
    const LONG: [i64; 9] = [60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200];
    if ns > 30 * SECOND
        && let Some(step) = LONG.iter().map(|s| s * SECOND).find(|step| *step >= ns)
    {
        return step;
    }
    let mut power = if ns > DAY / 2 { DAY } else { 1 };
    while power.saturating_mul(10) <= ns {
        power *= 10;
    }
    [1, 2, 5, 10].iter().map(|m| power.saturating_mul(*m)).find(|step| *step >= ns).unwrap_or(power.saturating_mul(10))
}

/// Round times need few digits.
fn short(ns: i64) -> String {
    let seconds = ns as f64 / 1e9;
    match ns {
        60_000_000_000.. => format::duration(ns).replace(" 0 s", "").replace(" 0 min", "").replace(" 0 h", ""),
        1_000_000_000.. => format!("{seconds} s"),
        1_000_000.. => format!("{} ms", ns as f64 / 1e6),
        1_000.. => format!("{} µs", ns as f64 / 1e3),
        _ => format::duration(ns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let labels = |span| ticks(0, span).into_iter().map(|(_, label)| label).collect::<Vec<_>>().join(" ");
        assert_eq!(labels(40_200_000_000), "0 10 s 20 s 30 s 40 s");
        assert_eq!(labels(900_000_000), "0 200 ms 400 ms 600 ms 800 ms");
        assert_eq!(labels(7_200_000_000_000), "0 30 min 1 h 1 h 30 min 2 h");
        assert_eq!(labels(104_000_000_000_000_000), "0 500 d 1000 d");
        assert_eq!(labels(0), "0");
    }
}
