//! Round-trip times of TCP handshakes: how long, where from, which servers; and what is no round trip. Below them those of data.
use super::words;
use crate::api::{
    DataRtt, DataRttAnswer, DataRttRow, FlowColumn, GrownFlow, Rtt as RttQuestion, RttAnswer, RttBucket, ServerRtt,
};
use crate::ui::client::{ask, drawn};
use crate::ui::filter::{Filters, More, Only, between};
use crate::ui::format;
use crate::ui::parts::chart::{Chart, Picked, Plot};
use crate::ui::say::{fill, t, told};
use crate::ui::state::{State, set};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(crate) fn Rtt() -> impl IntoView {
    let asked = ask(move || Some(RttQuestion {}));
    let known = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, r)| r.statistics.count > 0)));
    let with = move |draw: fn(&RttAnswer) -> AnyView| move || asked.answer.with(|a| a.as_ref().map(|(_, r)| draw(r)));
    let plot =
        Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, r)| histogram(&r.histogram)).unwrap_or_default()));
    let tell = Arc::new(move |index: usize| {
        asked.answer.with(|a| {
            let bucket = a.as_ref().and_then(|(_, r)| r.histogram.get(index).map(|b| (*b, r.statistics.count)));
            bucket.map_or_else(Vec::new, |(b, all)| bar_words(b, all, ["{0} connection", "{0} connections"]))
        })
    });
    let filters = expect_context::<Filters>();
    let on_pick = Callback::new(move |picked: Picked| {
        let times = asked.answer.with_untracked(|a| {
            let buckets = a.as_ref()?.1.histogram.get(picked.bars)?;
            Some((buckets.first()?.from_ns, buckets.last()?.to_ns))
        });
        let condition = times.map(|times| between("tcp.analysis.initial_rtt", times));
        filters.open_menu(picked.at, filters.items(&condition.unwrap_or_default()));
    });
    let failure = move || asked.failure.get().map(|message| view! { <p class="refusal" role="alert">{message}</p> });
    view! {
        {failure}
        <div class="rtt">
            {move || match known.get() {
                None => ().into_any(),
                Some(false) => nothing(with(left_out)).into_any(),
                Some(true) => view! {
                    <section class="card wide-card" aria-labelledby="rtt-title">
                        <h2 id="rtt-title">{t("Initial round-trip time")}</h2>
                        {with(statistics)}
                    </section>
                    <section class="card wide-card" aria-labelledby="histogram-title">
                        <h2 id="histogram-title">{t("Distribution")}</h2>
                        <Chart label=t("Connections by initial RTT") plot=plot tell=tell.clone() axis=Arc::new(format::scale) pick=on_pick />
                    </section>
                    <section class="card" aria-labelledby="place-title">
                        <h2 id="place-title">{t("Place of capture")}</h2>
                        {with(place)}
                    </section>
                    <section class="card" aria-labelledby="left-title">
                        <h2 id="left-title">{t("Not in these numbers")}</h2>
                        {with(left_out)}
                    </section>
                    <section class="card" aria-labelledby="servers-title">
                        <h2 id="servers-title">{t("By server")}</h2>
                        {with(servers)}
                    </section>
                    <section class="card" aria-labelledby="slow-title">
                        <h2 id="slow-title">{t("Slowest flows")}</h2>
                        {with(slowest_flows)}
                    </section>
                }.into_any(),
            }}
            <OfData />
        </div>
    }
}

/// Round trips of data: every ACK that is the first to cover a segment sent once.
#[component]
fn OfData() -> impl IntoView {
    let asked = ask(move || Some(DataRtt {}));
    drawn(asked, of_data)
}

fn bar_words(b: RttBucket, all: u32, [one, many]: [&'static str; 2]) -> Vec<String> {
    vec![
        format!("{} – {}", short(b.from_ns), short(b.to_ns)),
        format::counted(b.count.into(), one, many),
        format::percent(b.count.into(), all.into()),
    ]
}

fn of_data(a: &DataRttAnswer) -> AnyView {
    if a.flows + a.unmeasured == 0 {
        return ().into_any();
    }
    let a = a.clone();
    let s = a.statistics;
    let state = expect_context::<State>();
    let number = |title: &'static str, ns: i64| {
        (s.count > 0).then(|| view! { <div class="figure"><dt>{title}</dt><dd title=format::exact_seconds(ns)>{format::duration(ns)}</dd></div> })
    };
    let unmeasured = (a.unmeasured > 0).then(|| {
        fill(
            "{0} show none: no data was acknowledged across a network.",
            &[&format::counted(a.unmeasured.into(), "{0} connection", "{0} connections")],
        )
    });
    let grown = (!a.grown.is_empty()).then(|| view! {
        <section class="card wide-card" aria-labelledby="grown-title">
            <h2 id="grown-title">{t("Longer under load: a queue on the way")}</h2>
            <ul class="findings" id="rtt-grown">{a.grown.into_iter().map(|flow| grown_line(state, flow)).collect_view()}</ul>
        </section>
    });
    let chart = (s.count > 0).then(|| {
        let (plot, buckets) = (histogram(&a.histogram), a.histogram);
        let spans = buckets.clone();
        let plot = Memo::new(move |_| plot.clone());
        let tell = Arc::new(move |index: usize| {
            buckets.get(index).map_or_else(Vec::new, |b| bar_words(*b, s.count, ["{0} sample", "{0} samples"]))
        });
        let filters = expect_context::<Filters>();
        let on_pick = Callback::new(move |picked: Picked| {
            let of = |buckets: &[RttBucket]| Some((buckets.first()?.from_ns, buckets.last()?.to_ns));
            let times = spans.get(picked.bars).and_then(of);
            let condition = times.map(|times| between("tcp.analysis.ack_rtt", times)).unwrap_or_default();
            filters.open_menu(picked.at, filters.items(&condition));
        });
        view! { <Chart label=t("Samples by round-trip time") plot=plot tell=tell axis=Arc::new(format::scale) pick=on_pick /> }
    });
    let tables = (s.count > 0).then(|| view! {
        <section class="card" aria-labelledby="data-servers-title"><h2 id="data-servers-title">{t("Data by server")}</h2>{data_rows("rtt-data-servers", t("Server"), a.servers)}</section>
        <section class="card" aria-labelledby="data-clients-title"><h2 id="data-clients-title">{t("Data by client network")}</h2>{data_rows("rtt-data-clients", t("Network"), a.clients)}</section>
    });
    view! {
        <section class="card wide-card" aria-labelledby="data-title">
            <h2 id="data-title">{t("Round-trip time of data")}</h2>
            <dl class="figures" id="rtt-data">
                <div class="figure"><dt>{t("Samples")}</dt><dd>{format::count(s.count.into())}</dd></div>
                {number(t("Minimum"), s.min_ns)}{number(t("Median"), s.median_ns)}{number(t("95th percentile"), s.p95_ns)}{number(t("99th percentile"), s.p99_ns)}{number(t("Maximum"), s.max_ns)}
            </dl>
            <p class="muted">{fill("Segment to ACK, of {0}. Of what was sent again nothing can be told (Karn's rule), and ACKs of a kernel beside the capture are left out.", &[&format::counted(a.flows.into(), "{0} connection", "{0} connections")])}" "{unmeasured}</p>
            {chart}
        </section>
        {grown}
        {tables}
    }
    .into_any()
}

fn grown_line(state: State, g: GrownFlow) -> impl IntoView {
    let id = g.flow;
    let condition = format!("flow.id == {id}");
    view! { <li class="with-more" data-filter=condition.clone()><button type="button" class="link" on:click=move |_| state.show_flow(id, FlowColumn::Number)>{fill("Flow {0}", &[&format::count(u64::from(id) + 1)])}</button>" "{told(&g.growth.sentence)}<More condition=condition.clone() /></li> }
}

fn data_rows(id: &'static str, title: &'static str, rows: Vec<DataRttRow>) -> AnyView {
    let state = expect_context::<State>();
    let all = rows.len();
    let row = move |r: DataRttRow| {
        // A network's flows are found by the part of the address that they share.
        let search = match r.name.split_once('/') {
            Some((network, _)) => {
                network.trim_end_matches(".0").trim_end_matches("::").to_owned()
                    + if network.contains(':') { "" } else { "." }
            }
            None => r
                .name
                .rsplit_once(':')
                .map_or_else(|| r.name.clone(), |(host, port)| format!("{} :{port}", host.trim_matches(['[', ']']))),
        };
        let time = |ns: i64| view! { <td class="num" title=format::exact_seconds(ns)>{format::duration(ns)}</td> };
        let s = r.statistics;
        view! {
            <tr data-filter=r.filter.clone()>
                <th scope="row" class="mono"><button type="button" class="link" title=t("Show these flows") on:click=move |_| state.show_flows(search.clone())>{r.name.clone()}</button><span class="muted second">{r.host.clone()}</span></th>
                <td class="num">{format::count(r.flows.into())}</td><td class="num">{format::count(s.count.into())}</td>
                {time(s.min_ns)}{time(s.median_ns)}{time(s.p95_ns)}{time(s.p99_ns)}{time(s.max_ns)}
                <td class="row-end"><More condition=r.filter.clone() /></td>
            </tr>
        }
    };
    let more = (all > 100).then(
        || view! { <p class="muted">{fill("The 100 with most samples of {0}.", &[&format::count(all as u64)])}</p> },
    );
    let turned_to = RwSignal::new(false);
    let turn_to = move || set(turned_to, true);
    view! {
        <div class="scroll-both" tabindex="0" role="group" aria-label=fill("{0}: round-trip times of data", &[&title]) on:scroll=move |_| turn_to() on:pointerenter=move |_| turn_to() on:focusin=move |_| turn_to()>
            <table class="plain" id=id>
                <thead><tr><th scope="col">{title}</th><th scope="col" class="num">{t("Flows")}</th><th scope="col" class="num">{t("Samples")}</th><th scope="col" class="num">{t("Min")}</th><th scope="col" class="num">{t("Median")}</th><th scope="col" class="num">"95 %"</th><th scope="col" class="num">"99 %"</th><th scope="col" class="num">{t("Max")}</th>{filter_head()}</tr></thead>
                <tbody>{few_first(rows, turned_to, row)}</tbody>
            </table>
        </div>
        {more}
    }
    .into_any()
}

/// Rows of a box that scrolls, and those in it at first: more than are in sight.
const MOST_ROWS: usize = 100;
const IN_SIGHT: usize = 16;

/// The first rows at once, the others when somebody turns to their box: the view is not to wait for what nobody sees.
fn few_first<T, V>(mut rows: Vec<T>, turned_to: RwSignal<bool>, row: impl Fn(T) -> V + Send + Sync + 'static) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    // Paper does not scroll.
    let print = window_event_listener_untyped("beforeprint", move |_| _ = turned_to.try_set(true));
    on_cleanup(move || print.remove());
    rows.truncate(MOST_ROWS);
    let others = rows.split_off(rows.len().min(IN_SIGHT));
    let first = rows.into_iter().map(&row).collect_view();
    let others = move || turned_to.get().then(|| others.iter().cloned().map(&row).collect_view());
    view! { {first}{others} }.into_any()
}

/// Edges of buckets are round: `200 µs`, `5 ms`.
fn short(ns: i64) -> String {
    let (value, unit) = match ns {
        ns if ns >= 1_000_000_000 => (ns as f64 / 1e9, "s"),
        ns if ns >= 1_000_000 => (ns as f64 / 1e6, "ms"),
        ns if ns >= 1_000 => (ns as f64 / 1e3, "µs"),
        ns => (ns as f64, "ns"),
    };
    format!("{value} {unit}")
}

fn histogram(buckets: &[RttBucket]) -> Plot {
    let count = buckets.len().max(1) as f64;
    let every = (buckets.len() / 10).max(1);
    let mut ticks: Vec<_> =
        buckets.iter().enumerate().step_by(every).map(|(i, b)| (i as f64 / count, short(b.from_ns))).collect();
    if let (Some(last), 1) = (buckets.last(), every) {
        ticks.push((1.0, short(last.to_ns)));
    }
    Plot { bars: buckets.iter().map(|b| f64::from(b.count)).collect(), ticks, gap: 0.15, ..Plot::default() }
}

fn statistics(r: &RttAnswer) -> AnyView {
    let s = r.statistics;
    let number = |title: &'static str, ns: i64| view! { <div class="figure"><dt>{title}</dt><dd title=format::exact_seconds(ns)>{format::duration(ns)}</dd></div> };
    view! {
        <dl class="figures" id="rtt-statistics">
            <div class="figure"><dt>{t("Connections")}</dt><dd>{format::count(s.count.into())}</dd></div>
            {number(t("Minimum"), s.min_ns)}{number(t("Median"), s.median_ns)}{number(t("95th percentile"), s.p95_ns)}{number(t("Maximum"), s.max_ns)}
        </dl>
    }
    .into_any()
}

fn place(r: &RttAnswer) -> AnyView {
    let (title, explanation) = words::place(r.place);
    let (agree, all) = r.place_votes;
    let half = |title: &'static str, ns: Option<i64>| view! { <dt>{title}</dt><dd>{ns.map(format::duration)}</dd> };
    view! {
        <p class="place"><b>{title}</b></p>
        <p>{explanation}</p>
        <dl class="facts">
            {half(t("SYN → SYN/ACK, median"), r.syn_to_syn_ack_ns)}
            {half(t("SYN/ACK → ACK, median"), r.syn_ack_to_ack_ns)}
            <dt>{t("Agreement")}</dt><dd>{fill("{0} of {1}", &[&format::count(agree.into()), &format::counted(all.into(), "{0} connection", "{0} connections")])}</dd>
        </dl>
    }
    .into_any()
}

fn left_out(r: &RttAnswer) -> AnyView {
    let line = |title: &'static str, count: u32, why: &'static str| view! { <tr><th scope="row">{t(title)}</th><td class="num">{format::count(count.into())}</td><td class="muted">{t(why)}</td></tr> };
    view! {
        <table class="plain left-out"><tbody>
            {line("Refused", r.refused, "the SYN was answered by a reset: a time, but no connection")}
            {line("Retried", r.retried, "more than one SYN: the time includes the wait before the next try")}
            {line("Unanswered", r.unanswered, "no SYN/ACK, or no ACK for it")}
            {line("Not captured", r.not_captured, "the capture began after the handshake")}
        </tbody></table>
    }
    .into_any()
}

fn nothing(rest: impl IntoView + 'static) -> impl IntoView {
    view! {
        <section class="card wide-card blank" id="rtt-empty">
            <h2>{t("No TCP handshake was captured completely")}</h2>
            <p>
                {t("The round-trip time is taken from SYN, SYN/ACK and ACK at the start of a connection. Here none was seen with all three, so there is nothing to tell. Start the capture before the connections are made (restart the client or the service, for instance), capture both directions, and do not filter out packets without payload.")}
            </p>
            <Only />
            {rest}
        </section>
    }
}

fn servers(r: &RttAnswer) -> AnyView {
    let state = expect_context::<State>();
    let row = move |s: ServerRtt| {
        let endpoint = format::endpoint(&s.server, Some(s.server_port));
        let search = format!("{} :{}", s.server, s.server_port);
        let time = |ns: i64| (s.statistics.count > 0).then(|| format::duration(ns));
        let trouble = [(s.refused, "{0} refused"), (s.retried, "{0} retried")];
        let trouble = trouble
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| fill(what, &[&format::count((*n).into())]))
            .collect::<Vec<_>>()
            .join(", ");
        let condition = format!(
            "{} == {} && tcp.port == {}",
            if s.server.contains(':') { "ipv6.addr" } else { "ip.addr" },
            s.server,
            s.server_port
        );
        view! {
            <tr data-filter=condition.clone()>
                <th scope="row" class="mono"><button type="button" class="link" title=t("Show these flows") on:click=move |_| state.show_flows(search.clone())>{endpoint}</button><span class="muted second">{s.name.clone()}</span></th>
                <td>{s.application.clone()}</td>
                <td class="num">{format::count(s.statistics.count.into())}</td>
                <td class="num">{time(s.statistics.min_ns)}</td>
                <td class="num">{time(s.statistics.median_ns)}</td>
                <td class="num">{time(s.statistics.p95_ns)}</td>
                <td class="num">{time(s.statistics.max_ns)}</td>
                <td>{trouble}</td>
                <td class="row-end"><More condition=condition.clone() /></td>
            </tr>
        }
    };
    let turned_to = RwSignal::new(false);
    let turn_to = move || set(turned_to, true);
    let rows = few_first(r.servers.clone(), turned_to, row);
    let more = (r.servers.len() > 100).then(|| view! { <p class="muted">{fill("The 100 with most connections of {0}.", &[&format::count(r.servers.len() as u64)])}</p> });
    view! {
        <div class="scroll-both" tabindex="0" role="group" aria-label=t("Servers") on:scroll=move |_| turn_to() on:pointerenter=move |_| turn_to() on:focusin=move |_| turn_to()>
            <table class="plain" id="rtt-servers">
                <thead><tr><th scope="col">{t("Server")}</th><th scope="col">{t("Protocol")}</th><th scope="col" class="num">{t("Count")}</th><th scope="col" class="num">{t("Min")}</th><th scope="col" class="num">{t("Median")}</th><th scope="col" class="num">"95 %"</th><th scope="col" class="num">{t("Max")}</th><th scope="col">{t("Trouble")}</th>{filter_head()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {more}
    }
    .into_any()
}

/// Above the buttons at the ends of rows.
fn filter_head() -> impl IntoView {
    view! { <th><span class="visually-hidden">{t("Filter")}</span></th> }
}

fn slowest_flows(r: &RttAnswer) -> AnyView {
    let state = expect_context::<State>();
    let rows = r.slowest.iter().filter_map(|r| r.initial_rtt_ns.map(|rtt| (r.clone(), rtt))).map(|(r, rtt)| {
        let id = r.id;
        view! {
            <tr data-filter=r.filter.clone()>
                <th scope="row" class="mono"><button type="button" class="link" title=t("Details") on:click=move |_| state.show_flow(id, FlowColumn::InitialRtt)>{format::endpoint(&r.client, r.client_port)}</button></th>
                <td class="mono">{format::endpoint(&r.server, r.server_port)}</td>
                <td class="num">{format::duration(rtt)}</td>
                <td class="num">{r.syn_to_syn_ack_ns.map(format::duration)}</td>
                <td class="num">{r.syn_ack_to_ack_ns.map(format::duration)}</td>
                <td class="row-end"><More condition=r.filter.clone() /></td>
            </tr>
        }
    }).collect_view();
    view! {
        <div class="scroll-both" tabindex="0" role="group" aria-label=t("Slowest flows")>
            <table class="plain">
                <thead><tr><th scope="col">{t("Client")}</th><th scope="col">{t("Server")}</th><th scope="col" class="num">{t("Initial RTT")}</th><th scope="col" class="num">{t("Server half")}</th><th scope="col" class="num">{t("Client half")}</th>{filter_head()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_short() {
        assert_eq!([200_000, 5_000_000, 1_000_000_000].map(short), ["200 µs", "5 ms", "1 s"]);
    }
}
