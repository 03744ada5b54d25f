//! A flow in numbers, for its details: states, round trips and losses of TCP; requests of any.
use super::verdicts::packet_link;
use super::words;
use crate::api::{
    DirectionLosses, DirectionRtt, LossCount, LossKind, Losses, LossesAnswer, RoundTrips, RoundTripsAnswer, States,
    StatesAnswer, TimeRow, Times, TimesPage,
};
use crate::ui::client::{ask, drawn};
use crate::ui::format;
use crate::ui::parts::table::bar;
use crate::ui::say::{fill, t, told};
use crate::ui::state::State;
use leptos::prelude::*;

/// Requests and losses shown here.
const MOST: u32 = 8;

#[component]
pub(crate) fn Tcp() -> impl IntoView {
    let state = expect_context::<State>();
    let of_flow = move || state.flow.get();
    let states = ask(move || Some(States { flow: Some(of_flow()?), ..States::default() }));
    let trips = ask(move || Some(RoundTrips { flow: of_flow()?, buckets: 1 }));
    let losses = ask(move || Some(Losses { flow: of_flow()? }));
    view! {
        <section class="tcp" id="flow-tcp" aria-label=t("TCP")>
            {drawn(states, sockets)}
            {drawn(trips, round_trips)}
            {drawn(losses, lost)}
        </section>
    }
}

/// The flow's first requests, and whose their time was; nothing where it has none.
#[component]
pub(crate) fn Requests() -> impl IntoView {
    let state = expect_context::<State>();
    let asked = ask(move || Some(Times { rows: 0..MOST, flow: Some(state.flow.get()?), ..Times::default() }));
    drawn(asked, requests)
}

fn sockets(page: &StatesAnswer) -> AnyView {
    let Some(r) = page.rows.first() else { return ().into_any() };
    let end = |who: &'static str, state, since: Option<i64>, age: Option<i64>| {
        let (word, meaning, class) = words::socket(state);
        let since = since
            .zip(age)
            .map(|(since, age)| fill("since {0} s, for {1}", &[&format::seconds(since), &format::duration(age)]));
        view! { <tr><th scope="row">{who}</th><td class=format!("mono {class}") title=meaning>{word}</td><td class="muted">{since}</td></tr> }
    };
    let (became, meaning, class) = words::verdict(r.verdict);
    view! {
        <h3>{t("States at the end of the capture")}</h3>
        <table class="plain" id="flow-states"><tbody>
            {end(t("Client"), r.client_state, r.client_since_ns, r.client_age_ns)}
            {end(t("Server"), r.server_state, r.server_since_ns, r.server_age_ns)}
        </tbody></table>
        <p><span class=class title=meaning>{became}</span>" · "{told(&r.sentence)}<span class="muted">{format!(" Zeek: {} {}", r.conn_state, r.history)}</span></p>
    }
    .into_any()
}

fn round_trips(r: &RoundTripsAnswer) -> AnyView {
    let state = expect_context::<State>();
    let row = |d: &DirectionRtt| {
        let way = if d.from_client { t("→ to server") } else { t("← to client") };
        let s = d.statistics;
        let time = |ns: i64| view! { <td class="num" title=format::exact_seconds(ns)>{(s.count > 0).then(|| format::duration(ns))}</td> };
        let slowest = d
            .slowest
            .filter(|_| s.count > 0)
            .and_then(|number| packet_link(state, number))
            .map(|link| view! { " "{t("Slowest: packet")}" "{link}"." });
        let ambiguous = (d.ambiguous > 0).then(|| {
            format!(
                " {}",
                fill(
                    "{0} of data sent again or out of order measure nothing.",
                    &[&format::counted(d.ambiguous.into(), "{0} ACK", "{0} ACKs")]
                )
            )
        });
        let growth =
            d.growth.as_ref().map(|growth| view! { <span class="doubtful second">{told(&growth.sentence)}</span> });
        let note = (s.count > 0 || d.ambiguous > 0).then(|| view! {
            <tr class="note-row"><td colspan="7" class="muted">{way}": "{words::measures(d.measures)}"."{slowest}{ambiguous}{growth}</td></tr>
        });
        view! {
            <tr><th scope="row">{way}</th><td class="num">{format::count(s.count.into())}</td>{time(s.min_ns)}{time(s.median_ns)}{time(s.p95_ns)}{time(s.p99_ns)}{time(s.max_ns)}</tr>
            {note}
        }
    };
    let connect = r.handshake.connect_ns.filter(|_| r.handshake.syns > 1).map(
        |ns| view! { <p>{fill("Connecting took {0} with {1} SYNs.", &[&format::duration(ns), &r.handshake.syns])}</p> },
    );
    view! {
        <h3>{t("Round-trip times of data")}</h3>
        {connect}
        <div class="scroll-x" tabindex="0" role="group" aria-label=t("Round-trip times of data")>
            <table class="plain" id="flow-rtt">
                <thead><tr><th scope="col">{t("Data")}</th><th scope="col" class="num">"n"</th><th scope="col" class="num">{t("Min")}</th><th scope="col" class="num">{t("Median")}</th><th scope="col" class="num">"95 %"</th><th scope="col" class="num">"99 %"</th><th scope="col" class="num">{t("Max")}</th></tr></thead>
                <tbody>{r.directions.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <p class="muted">{told(&r.place_by)}</p>
    }
    .into_any()
}

type Kind = (&'static str, fn(&DirectionLosses) -> LossCount);
const KINDS: [Kind; 7] = [
    ("Lost before the capture", |d| d.before),
    ("Lost after the capture", |d| d.after),
    ("ACK lost or late", |d| d.ack_lost),
    ("Sent again for nothing", |d| d.needless),
    ("Overtaken, not lost", |d| d.reordered),
    ("Captured twice", |d| d.duplicates),
    ("Not captured", |d| d.not_captured),
];

fn lost(answer: &LossesAnswer) -> AnyView {
    let state = expect_context::<State>();
    let (out, back) = (answer.client_to_server, answer.server_to_client);
    let rows = KINDS.iter().filter(|(_, count)| count(&out).segments + count(&back).segments > 0).map(|(title, count)| {
        let cell = |c: LossCount| view! { <td class="num" title=format::exact_bytes(c.bytes)>{(c.segments > 0).then(|| format::count(c.segments.into()))}</td> };
        view! { <tr><th scope="row">{t(title)}</th>{cell(count(&out))}{cell(count(&back))}</tr> }
    }).collect_view();
    let events = answer.events.iter().take(MOST as usize).map(|event| {
        let way = if event.from_client { "→" } else { "←" };
        let filled = matches!(event.kind, LossKind::Before | LossKind::Reordered | LossKind::NotCaptured);
        let said = if filled { t(", missing since") } else { t(", again after") };
        let other = event.other.and_then(|number| packet_link(state, number)).map(|link| view! { <span class="muted">{said}" "</span>{link} });
        let after = event.after_ns.map(|ns| fill(", {0} later", &[&format::duration(ns)]));
        view! { <li>{way}" "{t("packet")}" "{packet_link(state, event.packet)}{other}<span class="muted">{format!(": {}{}", words::loss(event.kind), after.unwrap_or_default())}</span></li> }
    }).collect_view();
    let more = answer.total_events.saturating_sub(MOST);
    let more =
        (more > 0).then(|| view! { <li class="muted">{fill("and {0} more", &[&format::count(more.into())])}</li> });
    view! {
        <h3>{t("Losses")}</h3>
        {answer.sentences.iter().map(|sentence| view! { <p>{told(sentence)}</p> }).collect_view()}
        {(answer.total_events > 0).then(|| view! {
            <table class="plain" id="flow-losses">
                <thead><tr><th scope="col">{t("Segments")}</th><th scope="col" class="num">{t("→ to server")}</th><th scope="col" class="num">{t("← to client")}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <ul class="notes">{events}{more}</ul>
        })}
    }
    .into_any()
}

fn requests(page: &TimesPage) -> AnyView {
    let (state, all) = (expect_context::<State>(), page.matching);
    let Some(id) = page.rows.first().map(|row| row.flow) else { return ().into_any() };
    let row = |r: &TimeRow| {
        let said = if r.label.is_empty() { format::seconds(r.start_ns) } else { r.label.clone() };
        let total = r.sending_ns.saturating_add(r.waiting_ns).saturating_add(r.receiving_ns);
        let id = r.request.saturating_sub(1);
        let parts = [r.network_ns, r.server_ns, r.client_ns].map(|ns| ns.max(0).to_string()).join(" ");
        let title = fill(
            "network {0}, server {1}, client {2}",
            &[&format::duration(r.network_ns), &format::duration(r.server_ns), &format::duration(r.client_ns)],
        );
        view! {
            <tr>
                <th scope="row" class="clip"><button type="button" class="link" title=fill("Packet {0}", &[&r.request]) on:click=move |_| state.show_packet(id)>{said}</button></th>
                <td class="num">{format::duration(r.waiting_ns)}</td>
                <td class="num">{format::duration(total)}</td>
                <td class="bars whose bar-cell" title=title>{bar(&parts)}</td>
            </tr>
        }
    };
    let every = (all > MOST).then(|| view! { <button type="button" class="link more" on:click=move |_| state.show_requests_of(id)>{fill("All {0} requests", &[&format::count(all.into())])}</button> });
    view! {
        <section class="tcp" aria-label=t("Requests and responses")>
        <h3>{t("Requests and responses")}</h3>
        <table class="plain" id="flow-requests">
            <thead><tr><th scope="col">{t("Request")}</th><th scope="col" class="num">{t("Waiting")}</th><th scope="col" class="num">{t("Total")}</th><th scope="col">{t("Whose time")}</th></tr></thead>
            <tbody>{page.rows.iter().map(row).collect_view()}</tbody>
        </table>
        {every}
        </section>
    }
    .into_any()
}
