//! Response times: where the time of requests went, whose it was, and what that means.
use super::details::Details;
use super::flows::Search;
use super::states::ByService;
use super::verdicts::Verdicts;
use super::words;
use crate::api::{ServiceTimes, TimeColumn, TimeRow, TimeSort, TimeTotals, Times, TimesPage, ToldBy};
use crate::ui::client::ask;
use crate::ui::filter::{Filters, Only};
use crate::ui::format;
use crate::ui::parts::icon;
use crate::ui::parts::menu::{Item, item};
use crate::ui::parts::table::{Cell, Column, Line, MenuAt, Open, Sort, Table, arranged, bar};
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use leptos::prelude::*;
use std::sync::Arc;

const fn column(
    by: TimeColumn,
    title: &'static str,
    hint: &'static str,
    width: &'static str,
    class: &'static str,
) -> Column {
    Column::new(title, hint, width, class).keyed(by as usize)
}

const COLUMNS: [Column; 14] = {
    use TimeColumn as C;
    [
        column(C::Start, "Start", "Seconds since the start of the capture: the request's first byte", "11ch", "num"),
        column(C::Flow, "Flow", "Which flow it is of", "8.5ch", "num"),
        Column::new("Server", "Where the request went", "minmax(15ch, 1fr)", "mono"),
        Column::new("Application", "By content or port", "12ch", ""),
        Column::new("Request", "What the request's packet says", "minmax(24ch, 1.6fr)", ""),
        column(C::Total, "Total", "First byte of the request to last byte of the response", "9ch", "num"),
        Column::new("Phases", "Sending, waiting, receiving", "10ch", "bars phases"),
        column(C::Sending, "Sending", "First to last byte of the request", "9ch", "num"),
        column(C::Waiting, "Waiting", "Last byte of the request to first byte of the response", "9ch", "num"),
        column(C::Receiving, "Receiving", "First to last byte of the response", "10.5ch", "num"),
        Column::new("Whose", "Network, server, client", "10ch", "bars whose"),
        column(C::Network, "Network", "The network's part", "9ch", "num"),
        column(C::Server, "Server", "The server's part", "10.5ch", "num"),
        column(C::Stalled, "Stalls", "What it stood still for", "minmax(12ch, 0.8fr)", ""),
    ]
};
/// What can be sorted by.
const SORTS: [TimeColumn; 8] = {
    use TimeColumn as C;
    [C::Start, C::Flow, C::Sending, C::Waiting, C::Receiving, C::Total, C::Network, C::Server]
};

const SERVICES: [Column; 12] = [
    Column::new("Service", "Where requests go", "minmax(21ch, 1.4fr)", "mono"),
    Column::new("Server name", "From TLS, HTTP, DNS or the capture file", "minmax(14ch, 1fr)", ""),
    Column::new("Application", "By content or port", "12ch", ""),
    Column::new("Requests", "How many", "10ch", "num"),
    Column::new("Unanswered", "Of them", "12.5ch", "num"),
    Column::new("Waiting 50 %", "Last byte of the request to first byte of the response: median", "14.5ch", "num"),
    Column::new("95 %", "95th percentile of the waiting", "9ch", "num"),
    Column::new("99 %", "99th percentile of the waiting", "9ch", "num"),
    Column::new("Longest", "Longest waiting", "9ch", "num"),
    Column::new("Server 50 %", "The server's part of the waiting: median", "13ch", "num"),
    Column::new("Server 95 %", "The server's part of the waiting: 95th percentile", "13ch", "num"),
    Column::new("Whose", "All time: network, server, client", "14ch", "bars whose"),
];

#[component]
pub(crate) fn ResponseTimes() -> impl IntoView {
    let state = expect_context::<State>();
    let wanted = state.wanted;
    let window = RwSignal::new(0..60u32);
    let asked = ask(move || {
        Some(Times {
            rows: window.get(),
            sort: wanted.times.get(),
            flow: wanted.requests_of.get(),
            search: state.search.get(),
        })
    });
    let above = Memo::new(move |_| {
        asked.answer.with(|a| a.as_ref().map(|(_, page)| TimesPage { rows: Vec::new(), ..page.clone() }))
    });
    let row_at = move |row: u32| {
        asked.answer.with(|answer| {
            let (question, page) = answer.as_ref()?;
            page.rows.get(row.checked_sub(question.rows.start)? as usize).cloned()
        })
    };
    let (columns, order) = arranged(
        &COLUMNS,
        &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
        &[4, 5, 10, 8, 2, 13, 6, 7, 9, 11, 12, 0, 1, 3],
    );
    let lines = Arc::new(move |row: u32| Some(line(row, &row_at(row)?).arranged(order)));
    let sort = Sort {
        by: Signal::derive(move || (wanted.times.get().by as usize, wanted.times.get().descending)),
        change: Callback::new(move |key: usize| {
            let by = SORTS.into_iter().find(|by| *by as usize == key).unwrap_or(TimeColumn::Stalled);
            let now = wanted.times.get_untracked();
            let descending =
                if now.by == by { !now.descending } else { !matches!(by, TimeColumn::Start | TimeColumn::Flow) };
            set(wanted.times, TimeSort { by, descending });
        }),
    };
    let picked = RwSignal::new(None::<u32>);
    let shown = Signal::derive(move || state.flow.get().and(picked.get()));
    let open = Open {
        shown,
        open: Callback::new(move |row: u32| {
            if let Some(found) = untrack(|| row_at(row)) {
                set(picked, Some(row));
                set(state.flow, Some(found.flow));
            }
        }),
        follows: false,
    };
    let filters = expect_context::<Filters>();
    let on_menu = Callback::new(move |at: MenuAt| {
        let Some(row) = untrack(|| row_at(at.id)) else { return };
        let flow = row.flow;
        let packet = |title: &'static str, number: u32| {
            item(fill(title, &[&format::count(number.into())]), "", move || state.show_packet(number.saturating_sub(1)))
        };
        let mut items = filters.items(&row.filter);
        items.extend([Item::Line, packet("Go to the request: packet {0}", row.request)]);
        items.extend(row.response.map(|number| packet("Go to the response: packet {0}", number)));
        items.push(item(t("Follow Stream"), "", move || state.follow(flow)));
        items.push(item(t("Only this flow's requests"), "", move || state.show_requests_of(flow)));
        filters.open_menu(at.at, items);
    });
    let start_over = Signal::derive(move || {
        format!("{:?} {:?} {}", wanted.times.get(), wanted.requests_of.get(), state.search.get())
    });
    Effect::new(move |before: Option<String>| {
        let now = start_over.get();
        if before.is_some_and(|before| before != now) {
            set(picked, None);
        }
        now
    });
    let count = move || {
        above.with(|a| {
            a.as_ref().map(|page| {
                let all = format::counted(page.total.into(), "{0} request", "{0} requests");
                if page.matching == page.total {
                    all
                } else {
                    fill("{0} of {1}", &[&format::count(page.matching.into()), &all])
                }
            })
        })
    };
    let only = move || {
        wanted.requests_of.get().map(|flow| view! {
            <span class="chip" id="only-requests">{fill("Flow {0}", &[&format::count(u64::from(flow) + 1)])}
                <button type="button" class="chip-close" aria-label=t("Requests of all flows") title=t("Requests of all flows") on:click=move |_| set(wanted.requests_of, None)>{icon::icon(icon::CLOSE)}</button>
            </span>
        })
    };
    let on_services = Callback::new(move |at: MenuAt| {
        let condition = above.with_untracked(|a| Some(a.as_ref()?.services.get(at.id as usize)?.filter.clone()));
        filters.open_menu(at.at, filters.items(&condition.unwrap_or_default()));
    });
    let table = move || {
        if wanted.by_service.get() {
            let lines = Arc::new(move |row: u32| {
                above.with(|a| Some(service_line(row, a.as_ref()?.services.get(row as usize)?)))
            });
            let open = Open {
                shown: Signal::stored(None),
                open: Callback::new(move |row: u32| {
                    let found = above.with_untracked(|a| {
                        let service = a.as_ref()?.services.get(row as usize)?;
                        Some(format!("{} :{}", service.server, service.server_port.unwrap_or_default()))
                    });
                    set(state.search, found.unwrap_or_default());
                    set(wanted.by_service, false);
                }),
                follows: false,
            };
            return view! { <Table id="time-table" label=t("Services") columns=Signal::stored(SERVICES.to_vec()) total=Signal::derive(move || above.with(|a| a.as_ref().map_or(0, |a| a.services.len())) as u32) lines=lines window=RwSignal::new(0..0) start_over=Signal::stored(String::new()) open=open menu=on_services /> }.into_any();
        }
        let matching = Signal::derive(move || above.with(|a| a.as_ref().map_or(0, |page| page.matching)));
        view! {
            <Table id="time-table" label=t("Requests") columns=columns total=matching lines=lines.clone() window=window start_over=start_over sort=sort open=open menu=on_menu />
            {move || above.with(|a| a.as_ref().is_some_and(|page| page.matching == 0)).then(|| nothing(state))}
        }.into_any()
    };
    view! {
        <div class="flows" class:with-details=move || state.flow.get().is_some()>
            <div class="flows-list">
                <div class="above"><Verdicts flow=wanted.requests_of /></div>
                <div class="sums">{move || above.get().filter(|page| page.matching > 0).map(|page| totals(&page.totals))}</div>
                <div class="toolbar">
                    <Search text=state.search label=t("Search the requests") below="time-table" />
                    <ByService titles=["Requests", "Services"] />
                    {only}
                    <span class="muted" id="time-count" aria-live="polite">{count}</span>
                    <span class="space"></span>
                    <SaveButton wish=Wish::Table />
                </div>
                <div class="grid-frame">
                    {table}
                    {move || asked.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
                    {move || (above.with(Option::is_none) && asked.failure.with(Option::is_none)).then(|| view! { <p class="grid-empty looking">{t("Looking at the packets …")}</p> })}
                </div>
            </div>
            {move || state.flow.get().is_some().then(|| view! { <Details /> })}
        </div>
    }
}

fn nothing(state: State) -> impl IntoView {
    let all = move |_| {
        set(state.search, String::new());
        set(state.wanted.requests_of, None);
    };
    let limited = !state.search.get().is_empty() || state.wanted.requests_of.get().is_some();
    view! {
        <div class="grid-empty">
            {if limited {
                view! { <p>{t("No request is like that.")}</p><button type="button" class="button" on:click=all>{t("Show all requests")}</button> }.into_any()
            } else {
                view! { <p>{t("No requests: nobody asked something over TCP or UDP and could be answered, so far.")}</p><Only /> }.into_any()
            }}
        </div>
    }
}

/// All time of the requests in the table: by phase and by whose it was, with the key to the colours.
fn totals(sums: &TimeTotals) -> impl IntoView + use<> {
    let part = |title: &'static str, ns: i64, all: i64| {
        view! { <span class="share-key"><i></i>{t(title)}" "<b>{format::duration(ns)}</b>" "<span class="muted">{format::percent(ns.max(0) as u64, all.max(0) as u64)}</span></span> }
    };
    let line = |id: &'static str, class: &'static str, title: &'static str, parts: [(&'static str, i64); 3]| {
        let all: i64 = parts.iter().map(|(_, ns)| *ns).sum();
        let keys = parts.map(|(title, ns)| part(title, ns, all)).collect_view();
        view! { <div class=format!("share-line {class}") id=id><span class="muted">{t(title)}</span>{bar(&shares(parts.map(|(_, ns)| ns)))}{keys}</div> }
    };
    let stalls = sums.stalls.iter().map(|stall| {
        let (word, meaning) = words::stall(stall.kind);
        view! { <span title=meaning>{word}" "<b>{format::duration(stall.ns)}</b>" "<span class="muted">{format!("× {}", format::count(stall.count.into()))}</span></span> }
    }).collect_view();
    let stalled = (!sums.stalls.is_empty())
        .then(|| view! { <div class="share-line"><span class="muted">{t("Stood still")}</span>{stalls}</div> });
    view! {
        {line("phases", "phases", "Phases", [("Sending", sums.sending_ns), ("Waiting", sums.waiting_ns), ("Receiving", sums.receiving_ns)])}
        {line("whose", "whose", "Whose", [("Network", sums.network_ns), ("Server", sums.server_ns), ("Client", sums.client_ns)])}
        {stalled}
    }
}

/// As [`bar`] takes them.
fn shares(parts: [i64; 3]) -> String {
    parts.map(|ns| ns.max(0).to_string()).join(" ")
}

fn time(ns: i64) -> Cell {
    Cell { text: format::duration(ns), title: format::exact_seconds(ns), class: if ns == 0 { "zero" } else { "" } }
}

fn plain(text: String) -> Cell {
    Cell { title: text.clone(), text, class: "" }
}

fn three(titles: [&'static str; 3], parts: [i64; 3]) -> Cell {
    let title = titles.into_iter().zip(parts).map(|(title, ns)| fill(title, &[&format::duration(ns)]));
    Cell { text: shares(parts), title: title.collect::<Vec<_>>().join(", "), class: "" }
}

const PHASES: [&str; 3] = ["sending {0}", "waiting {0}", "receiving {0}"];
const WHOSE: [&str; 3] = ["network {0}", "server {0}", "client {0}"];

fn line(id: u32, r: &TimeRow) -> Line {
    let whose = [r.network_ns, r.server_ns, r.client_ns];
    let by = if r.told_by == ToldBy::Protocol { t("told by the protocol") } else { t("told by who spoke in turn") };
    let request = match (r.label.is_empty(), r.response) {
        (true, Some(_)) => fill("packet {0}", &[&format::count(r.request.into())]),
        (true, None) => fill("packet {0}, no answer", &[&format::count(r.request.into())]),
        (false, Some(_)) => r.label.clone(),
        (false, None) => fill("{0} (no answer)", &[&r.label]),
    };
    let stalls = r.stalls.iter().map(|stall| format!("{} {}", words::stall(stall.kind).0, format::duration(stall.ns)));
    // What never came has no times.
    let time = |ns: i64| if r.response.is_some() { time(ns) } else { Cell::default() };
    let mut server = time(r.server_ns);
    if r.uncertain {
        server.title =
            fill("{0}: how far away the server is is not known; a part of it may be the network's", &[&server.title]);
        server.class = "assumed";
    }
    Line {
        id,
        class: String::new(),
        cells: vec![
            Cell { text: format::seconds(r.start_ns), title: format::exact_seconds(r.start_ns), class: "" },
            plain(format::count(u64::from(r.flow) + 1)),
            Cell { text: r.server.clone(), title: format!("{} → {} {}", r.client, r.server, r.name), class: "" },
            plain(r.application.clone()),
            Cell {
                title: format!("{request}, {by}"),
                text: request,
                class: if r.response.is_none() { "doubtful" } else { "" },
            },
            time(r.sending_ns.saturating_add(r.waiting_ns).saturating_add(r.receiving_ns)),
            three(PHASES, [r.sending_ns, r.waiting_ns, r.receiving_ns]),
            time(r.sending_ns),
            time(r.waiting_ns),
            time(r.receiving_ns),
            three(WHOSE, whose),
            time(r.network_ns),
            server,
            plain(stalls.collect::<Vec<_>>().join(", ")),
        ],
    }
}

fn service_line(id: u32, s: &ServiceTimes) -> Line {
    let statistic = |there: u32, ns: i64| if there > 0 { time(ns) } else { Cell::default() };
    let (w, t) = (s.waiting, s.thinking);
    let mut unanswered = plain(format::count(s.unanswered.into()));
    unanswered.class = if s.unanswered == 0 { "zero" } else { "doubtful" };
    Line {
        id,
        class: String::new(),
        cells: vec![
            plain(format::endpoint(&s.server, s.server_port)),
            plain(s.name.clone()),
            plain(s.application.clone()),
            plain(format::count(s.requests.into())),
            unanswered,
            statistic(w.count, w.median_ns),
            statistic(w.count, w.p95_ns),
            statistic(w.count, w.p99_ns),
            statistic(w.count, w.max_ns),
            statistic(t.count, t.median_ns),
            statistic(t.count, t.p95_ns),
            three(WHOSE, [s.network_ns, s.server_ns, s.client_ns]),
        ],
    }
}
