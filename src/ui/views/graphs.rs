//! A TCP connection over time: sequence numbers, round trips, throughput, window; and its packets as a ladder.
mod direction;
mod ladder;

use crate::api::{Flow, FlowColumn, FlowRow, FlowSort, Flows};
use crate::ui::client::ask;
use crate::ui::curves::{Curve, Sides};
use crate::ui::filter::{More, Only, span};
use crate::ui::parts::icon;
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use crate::ui::{dom, format};
use direction::Direction;
use ladder::Ladder;
use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;

/// From this width on both directions stand side by side, px.
const WIDE: f64 = 1000.0;

const CURVES: [(Curve, &str, &str); 6] = [
    (
        Curve::Tcptrace,
        "Sequence (tcptrace)",
        "Segments with their lengths, acknowledgements, the window's edge, and what went wrong",
    ),
    (Curve::Stevens, "Sequence (Stevens)", "The sequence number of each segment: its slope is the throughput"),
    (
        Curve::RoundTrips,
        "Round-trip time",
        "How long each acknowledgement took, seen from the place of the capture; not of segments sent twice",
    ),
    (Curve::Throughput, "Throughput", "Payload sent a second, and payload acknowledged a second"),
    (Curve::Window, "Window", "Bytes under way, and the window that the receiver allows"),
    (Curve::Ladder, "Ladder", "The packets as messages between the two ends"),
];

#[component]
pub(crate) fn Graphs() -> impl IntoView {
    let state = expect_context::<State>();
    let curves = state.curves;
    let asked = ask(move || Some(Flow { id: curves.flow.get()?, packets: 0..0 }));
    let row = Memo::new(move |_| {
        let id = curves.flow.get()?;
        asked.answer.with(|a| a.as_ref().map(|(_, detail)| detail.row.clone())).filter(|row| row.id == id)
    });
    let element = NodeRef::<Div>::new();
    let size = dom::size_of(element);
    let wide = Memo::new(move |_| size.get().0 >= WIDE);
    // One direction where there is no room for two, or nothing to be seen of the other: the one that carries more.
    let sides = Memo::new(move |_| {
        let (out, back) = row.with(|row| row.as_ref().map_or((0, 0), |row| (row.payload_out, row.payload_in)));
        let fits = match (wide.get(), out > 0, back > 0) {
            (true, true, true) | (true, false, false) => Sides::Both,
            _ if back > out => Sides::Server,
            _ => Sides::Client,
        };
        curves.sides.get().unwrap_or(fits)
    });
    let whole = window_event_listener(ev::keydown, move |event| {
        let is_ours = ["0", "Escape"].contains(&event.key().as_str()) && !event.ctrl_key() && !event.meta_key();
        if is_ours && !event.default_prevented() && !dom::is_typing(&event) && !dom::dialog_open() {
            set(curves.span, None);
        }
    });
    on_cleanup(move || whole.remove());
    let go = move |to: Option<u32>| {
        let flows = state.progress.with_untracked(|p| p.as_ref().map_or(0, |p| p.flows));
        if let Some(flow) = to.filter(|flow| *flow < flows) {
            curves.turn_to(Some(flow));
        }
    };
    let tab = move |(curve, title, hint): (Curve, &'static str, &'static str)| {
        let pressed = move || if curves.curve.get() == curve { "true" } else { "false" };
        view! { <button type="button" class="panel-tab" id=format!("curve-{curve:?}").to_ascii_lowercase() title=t(hint) aria-pressed=pressed on:click=move |_| set(curves.curve, curve)>{t(title)}</button> }
    };
    let side = move |(side, title): (Sides, &'static str)| {
        view! {
            <label><input type="radio" name="graph-side" id=format!("side-{side:?}").to_ascii_lowercase() prop:checked=move || sides.get() == side on:change=move |_| set(curves.sides, Some(side)) /><span>{t(title)}</span></label>
        }
    };
    let is_tcp = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.transport == "TCP")));
    let is_ladder = Memo::new(move |_| curves.curve.get() == Curve::Ladder);
    // The connection, or what is seen of it.
    let condition = Memo::new(move |_| {
        let flow = row.with(|row| row.as_ref().map(|row| row.filter.clone()))?;
        let seen = curves.span.get().filter(|_| !is_ladder.get()).map(span);
        Some(seen.map_or_else(|| flow.clone(), |seen| format!("{flow} && {seen}")))
    });
    let body = move || {
        match (is_tcp.get(), is_ladder.get()) {
        (None, _) => ().into_any(),
        (Some(false), _) => view! { <p class="pane-empty">{t("This flow is no TCP connection: only TCP has the numbers that are drawn here.")}</p> }.into_any(),
        (Some(true), true) => view! { <Ladder wide=wide /> }.into_any(),
        (Some(true), _) => view! {
            <div class="directions" class:pair=move || wide.get() && sides.get() == Sides::Both>
                {move || (sides.get() != Sides::Server).then(|| view! { <Direction from_client=true condition=condition /> })}
                {move || (sides.get() != Sides::Client).then(|| view! { <Direction from_client=false condition=condition /> })}
            </div>
        }.into_any(),
    }
    };
    let has_flow = Memo::new(move |_| curves.flow.get().is_some());
    let hint = move || {
        CURVES.iter().find(|(curve, ..)| *curve == curves.curve.get()).map(|(.., hint)| format!("{}.", t(hint)))
    };
    view! {
        <div class="graphs" node_ref=element>
            {move || if has_flow.get() { view! {
                <div class="toolbar">
                    <span class="stepper">
                        <button type="button" class="button quiet small" aria-label=t("Previous flow") title=t("Previous flow") on:click=move |_| go(curves.flow.get_untracked().and_then(|flow| flow.checked_sub(1)))>"◂"</button>
                        <b id="graph-title">{move || curves.flow.get().map(|flow| fill("Flow {0}", &[&format::count(u64::from(flow) + 1)]))}</b>
                        <button type="button" class="button quiet small" aria-label=t("Next flow") title=t("Next flow") on:click=move |_| go(curves.flow.get_untracked().and_then(|flow| flow.checked_add(1)))>"▸"</button>
                    </span>
                    <span class="graph-ends">{move || row.get().map(|row| ends(state, &row))}</span>
                    <span class="space"></span>
                    {move || condition.get().map(|condition| view! { <More condition=condition /> })}
                    <button type="button" class="button small" id="graph-whole" title=t("The whole connection (0, Esc, double click)") hidden=move || curves.span.get().is_none() || is_ladder.get() on:click=move |_| set(curves.span, None)>{t("Whole connection")}</button>
                    <span class="radios" role="group" aria-label=t("Directions") hidden=move || is_ladder.get()>
                        {[(Sides::Both, "Both"), (Sides::Client, "From client"), (Sides::Server, "From server")].map(side).collect_view()}
                    </span>
                </div>
                <div class="panel-tabs" role="group" aria-label=t("Graph")>{CURVES.map(tab).collect_view()}</div>
                <p class="graph-hint muted">{hint}</p>
                {move || asked.failure.get().map(|message| view! { <p class="refusal" role="alert">{icon::icon(icon::WARNING)}{message}</p> })}
                {body}
            }.into_any() } else { view! { <Choice /> }.into_any() }}
        </div>
    }
}

/// Who talks, with the way to the flow's other views.
fn ends(state: State, row: &FlowRow) -> impl IntoView + use<> {
    let id = row.id;
    let name = if row.name.is_empty() { String::new() } else { format!(" ({})", row.name) };
    view! {
        <span class="mono">{format::endpoint(&row.client, row.client_port)}" → "{format::endpoint(&row.server, row.server_port)}{name}</span>
        " "<button type="button" class="link" on:click=move |_| state.show_flow(id, FlowColumn::Number)>{t("Details")}</button>
        " "<button type="button" class="link" on:click=move |_| state.show_packets_of(id)>{t("Packets")}</button>
    }
}

/// No connection is chosen yet: the ones that carry most.
#[component]
fn Choice() -> impl IntoView {
    let state = expect_context::<State>();
    let sort = FlowSort { by: FlowColumn::Bytes, descending: true };
    let asked = ask(move || Some(Flows { rows: 0..12, sort, search: "tcp".to_owned(), around: None }));
    let line = move |row: FlowRow| {
        let ends = format!(
            "{} → {}",
            format::endpoint(&row.client, row.client_port),
            format::endpoint(&row.server, row.server_port)
        );
        let facts = [row.name, row.application, format::bytes(row.bytes_out + row.bytes_in)];
        let facts = facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ");
        let condition = row.filter.clone();
        view! { <li class="with-more" data-filter=row.filter><button type="button" class="link" on:click=move |_| state.show_graphs(row.id)>{ends}</button>" "<span class="muted">{facts}</span><More condition=condition /></li> }
    };
    let list = move || {
        let rows = asked.answer.with(|a| a.as_ref().map(|(_, page)| page.rows.clone()))?;
        let rows: Vec<FlowRow> = rows.into_iter().filter(|row| row.transport == "TCP").collect();
        Some(if rows.is_empty() {
            view! { <p>{t("The capture has no TCP connections so far.")}</p><Only /> }.into_any()
        } else {
            view! { <h2>{t("Choose a connection")}</h2><ul id="graph-choice">{rows.into_iter().map(line).collect_view()}</ul><p class="muted">{t("These carry most. Any other: “Graphs” in a flow's details, or “TCP Stream Graphs” in a packet's menu.")}</p> }.into_any()
        })
    };
    view! { <div class="graph-choice card">{list}</div> }
}
