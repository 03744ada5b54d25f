//! Connections as `netstat -ant` lists them: the state of both ends when the capture ended, and what became of each.
use super::details::Details;
use super::flows::{Search, flow_items};
use super::words;
use crate::api::{ServiceStates, StateColumn, StateFilter, StateFinding, StateRow, StateSort, States, StatesAnswer};
use crate::ui::client::ask;
use crate::ui::filter::{Filters, More, Only};
use crate::ui::format;
use crate::ui::parts::icon;
use crate::ui::parts::table::{Cell, Column, Line, MenuAt, Open, Sort, Table, arranged};
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t, told};
use crate::ui::state::{State, set};
use leptos::prelude::*;
use std::sync::Arc;

const fn column(
    by: StateColumn,
    title: &'static str,
    hint: &'static str,
    width: &'static str,
    class: &'static str,
) -> Column {
    Column::new(title, hint, width, class).keyed(by as usize)
}

/// What can be sorted by.
const SORTS: [StateColumn; 9] = {
    use StateColumn as C;
    [C::Number, C::Local, C::Foreign, C::LocalState, C::ForeignState, C::Age, C::Verdict, C::ConnState, C::Application]
};

const COLUMNS: [Column; 10] = {
    use StateColumn as C;
    [
        column(C::Number, "Proto", "Transport protocol; sorts by the order of first packets", "8ch", "mono"),
        column(
            C::Local,
            "Local Address",
            "Our end; the client where both ends or none are ours",
            "minmax(21ch, 1fr)",
            "mono",
        ),
        column(C::Foreign, "Foreign Address", "The other end", "minmax(21ch, 1fr)", "mono"),
        column(C::LocalState, "State", "Of our end, when the capture ended", "13ch", "mono"),
        column(C::ForeignState, "Other end", "State of the other end, when the capture ended", "13ch", "mono"),
        column(C::Age, "Age", "How long our end had been in its state when the capture ended", "10ch", "num"),
        column(C::Verdict, "Became", "What became of the connection", "13ch", ""),
        column(C::ConnState, "conn_state", "Zeek's word for it", "11ch", "mono"),
        column(C::Application, "Application", "By content or port", "12ch", ""),
        Column::new("In words", "What became of it, with numbers", "minmax(42ch, 2fr)", ""),
    ]
};

const SERVICES: [Column; 6] = [
    Column::new("Service", "Where its servers listen", "minmax(21ch, 1fr)", "mono"),
    Column::new("Server name", "From TLS, HTTP, DNS or the capture file", "minmax(14ch, 0.7fr)", ""),
    Column::new("Application", "By content or port", "12ch", ""),
    Column::new("Connections", "TCP connections to it", "13ch", "num"),
    Column::new("What became of them", "Those in trouble first", "minmax(30ch, 1.5fr)", ""),
    Column::new("Server's ends", "In which states the servers' ends are", "minmax(30ch, 1.5fr)", "mono"),
];

#[component]
pub(crate) fn Connections() -> impl IntoView {
    let state = expect_context::<State>();
    let wanted = state.wanted;
    let window = RwSignal::new(0..60u32);
    let asked = ask(move || {
        let (search, filter) = (state.search.get(), wanted.which.get());
        Some(States {
            rows: window.get(),
            sort: wanted.states.get(),
            search,
            filter,
            every_transport: false,
            flow: None,
        })
    });
    let counts = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, page)| (page.matching, page.total))));
    // What stands above the table, drawn anew only when it changes: not with every window of rows.
    let above = Memo::new(move |_| {
        asked
            .answer
            .with(|a| a.as_ref().map(|(_, page)| StatesAnswer { rows: Vec::new(), matching: 0, ..page.clone() }))
    });
    let (columns, order) = arranged(&COLUMNS, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], &[2, 3, 4, 6, 5, 1, 9, 8, 7, 0]);
    let lines = Arc::new(move |row: u32| {
        asked.answer.with(|answer| {
            let (question, page) = answer.as_ref()?;
            Some(line(page.rows.get(row.checked_sub(question.rows.start)? as usize)?).arranged(order))
        })
    });
    let sort = Sort {
        by: Signal::derive(move || (wanted.states.get().by as usize, wanted.states.get().descending)),
        change: Callback::new(move |key: usize| {
            let Some(by) = SORTS.into_iter().find(|by| *by as usize == key) else { return };
            let now = wanted.states.get_untracked();
            let descending = if now.by == by { !now.descending } else { by == StateColumn::Age };
            set(wanted.states, StateSort { by, descending });
        }),
    };
    let open = Open {
        shown: state.flow.into(),
        open: Callback::new(move |id: u32| set(state.flow, Some(id))),
        follows: false,
    };
    let start_over =
        Signal::derive(move || format!("{:?} {:?} {}", wanted.states.get(), wanted.which.get(), state.search.get()));
    let everything = move || {
        set(wanted.which, StateFilter::default());
        set(state.search, String::new());
    };
    let limited = Memo::new(move |_| wanted.which.get() != StateFilter::default() || !state.search.get().is_empty());
    let count = move || {
        counts.get().map(|(matching, total)| {
            let all = format::counted(total.into(), "{0} connection", "{0} connections");
            if matching != total { fill("{0} of {1}", &[&format::count(matching.into()), &all]) } else { all }
        })
    };
    let filters = expect_context::<Filters>();
    let on_menu = Callback::new(move |at: MenuAt| {
        let row = asked.answer.with_untracked(|a| a.as_ref()?.1.rows.iter().find(|row| row.flow == at.id).cloned());
        let Some(row) = row else { return };
        filters.open_menu(at.at, flow_items(filters, &row.filter, row.flow, &row.filter));
    });
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
                    let Some(service) =
                        above.with_untracked(|a| a.as_ref()?.services.get(row as usize).map(|s| s.service.clone()))
                    else {
                        return;
                    };
                    wanted.which.update(|which| *which = StateFilter { service, ..StateFilter::default() });
                    set(wanted.by_service, false);
                }),
                follows: false,
            };
            return view! { <Table id="state-table" label=t("Services") columns=Signal::stored(SERVICES.to_vec()) total=Signal::derive(move || above.with(|a| a.as_ref().map_or(0, |a| a.services.len())) as u32) lines=lines window=RwSignal::new(0..0) start_over=Signal::stored(String::new()) open=open menu=on_services /> }.into_any();
        }
        view! {
            <Table id="state-table" label=t("Connections") columns=columns total=Signal::derive(move || counts.get().map_or(0, |(matching, _)| matching)) lines=lines.clone() window=window start_over=start_over sort=sort open=open menu=on_menu />
            {move || (counts.get().is_some_and(|(matching, _)| matching == 0)).then(|| view! {
                <div class="grid-empty">
                    {if limited.get() {
                        view! { <p>{t("No connection is like that.")}</p><button type="button" class="button" on:click=move |_| everything()>{t("Show all connections")}</button> }.into_any()
                    } else {
                        view! { <p>{t("No connections: the capture has no TCP packets so far.")}</p><Only /> }.into_any()
                    }}
                </div>
            })}
        }.into_any()
    };
    view! {
        <div class="flows" class:with-details=move || state.flow.get().is_some()>
            <div class="flows-list">
                {move || above.get().map(|answer| head(state, answer))}
                <div class="toolbar">
                    <Search text=state.search label=t("Search the connections") below="state-table" />
                    <ByService titles=["Connections", "Services"] />
                    {move || limited.get().then(|| view! { <button type="button" class="button small" id="all-connections" on:click=move |_| everything()>{icon::icon(icon::CLOSE)}{t("Show all")}</button> })}
                    <span class="muted" id="state-count" aria-live="polite">{count}</span>
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

/// Single rows, or services.
#[component]
pub(crate) fn ByService(titles: [&'static str; 2]) -> impl IntoView {
    let by_service = expect_context::<State>().wanted.by_service;
    let choice = move |(services, title): (bool, &'static str)| {
        view! { <label><input type="radio" name="by-service" prop:checked=move || by_service.get() == services on:change=move |_| set(by_service, services) /><span>{t(title)}</span></label> }
    };
    view! { <span class="radios" role="radiogroup" aria-label=t("Shown in the table")>{[(false, titles[0]), (true, titles[1])].map(choice).collect_view()}</span> }
}

/// Findings in sentences, and counts that filter.
fn head(state: State, answer: StatesAnswer) -> impl IntoView {
    let which = state.wanted.which;
    let no_one = answer.verdicts.is_empty();
    let finding = move |f: StateFinding| {
        let class = words::verdict(f.verdict).2;
        let only = StateFilter { verdict: Some(f.verdict), service: f.service, ..StateFilter::default() };
        let (shown, condition) = (f.filter.clone(), f.filter);
        view! {
            <li class="with-more" data-filter=shown>
                <button type="button" class="finding" title=t("Show these connections") on:click=move |_| { set(state.wanted.by_service, false); set(state.search, String::new()); set(which, only.clone()); }>
                    <span class=format!("finding-icon {class}")>{icon::icon(icon::WARNING)}</span><span>{told(&f.sentence)}</span>
                </button>
                <More condition=condition />
            </li>
        }
    };
    let chip = move |text: &'static str, title: String, count: u32, class: &'static str, on: StateFilter| {
        let pressed = on.clone();
        let is_on = move || which.with(|which| matches_part(&pressed, which));
        view! {
            <button type="button" class=format!("filter-chip {class}") title=title aria-pressed=move || if is_on() { "true" } else { "false" }
                on:click=move |_| which.update(|which| toggle(which, &on))>
                {text}" "<b>{format::count(count.into())}</b>
            </button>
        }
    };
    let verdicts = answer
        .verdicts
        .into_iter()
        .map(|(verdict, count)| {
            let (text, meaning, class) = words::verdict(verdict);
            chip(
                text,
                meaning.to_owned(),
                count,
                class,
                StateFilter { verdict: Some(verdict), ..StateFilter::default() },
            )
        })
        .collect_view();
    let states = answer
        .states
        .into_iter()
        .filter(|count| count.clients + count.servers > 0)
        .map(|count| {
            let (text, meaning, class) = words::socket(count.state);
            let title = fill(
                "{0}. {1} and {2}, {3} of them ours",
                &[
                    &meaning,
                    &format::counted(count.clients.into(), "{0} client", "{0} clients"),
                    &format::counted(count.servers.into(), "{0} server", "{0} servers"),
                    &format::count(count.local.into()),
                ],
            );
            chip(
                text,
                title,
                count.clients + count.servers,
                class,
                StateFilter { state: Some(count.state), ..StateFilter::default() },
            )
        })
        .collect_view();
    let zeek = answer.conn_states.into_iter().map(|(word, count)| {
        let (value, shown) = (word.clone(), word.clone());
        view! { <option value=value selected=move || which.with(|which| which.conn_state == word)>{format!("{shown} · {}", format::count(count.into()))}</option> }
    }).collect_view();
    let service = move || {
        which.with(|which| (!which.service.is_empty()).then(|| which.service.clone())).map(|service| view! {
            <span class="chip" id="only-service"><span class="mono">{service}</span>
                <button type="button" class="chip-close" aria-label=t("Show all services") title=t("Show all services") on:click=move |_| which.update(|which| which.service.clear())>{icon::icon(icon::CLOSE)}</button>
            </span>
        })
    };
    let findings = (!answer.findings.is_empty()).then(|| view! { <ul class="findings" id="state-findings" aria-label=t("Findings")>{answer.findings.into_iter().map(finding).collect_view()}</ul> });
    view! {
        {findings}
        <div class="chips" role="group" aria-label=t("What became of the connections") hidden=no_one>
            <span class="muted">{t("Became")}</span>{verdicts}
            {service}
        </div>
        <div class="chips" role="group" aria-label=t("States of ends") hidden=no_one>
            <span class="muted">{t("State")}</span>{states}
            <label><span class="visually-hidden">{t("Zeek's conn_state")}</span>
                <select class="select small" id="conn-state" on:change=move |event| which.update(|which| which.conn_state = event_target_value(&event))>
                    <option value="" selected=move || which.with(|which| which.conn_state.is_empty())>{t("any conn_state")}</option>
                    {zeek}
                </select>
            </label>
        </div>
    }
}

/// Whether a filter has the one condition of another.
fn matches_part(part: &StateFilter, which: &StateFilter) -> bool {
    (part.state.is_some() && part.state == which.state) || (part.verdict.is_some() && part.verdict == which.verdict)
}

/// Sets the one condition, or takes it away where it is set.
fn toggle(which: &mut StateFilter, part: &StateFilter) {
    let on = !matches_part(part, which);
    if part.state.is_some() {
        which.state = part.state.filter(|_| on);
    } else {
        which.verdict = part.verdict.filter(|_| on);
    }
}

fn line(r: &StateRow) -> Line {
    let client = format::endpoint(&r.client, r.client_port);
    let server = format::endpoint(&r.server, r.server_port);
    let serves = r.server_is_local && !r.client_is_local;
    let client = (client, "{0}, the client", words::socket(r.client_state), r.client_age_ns);
    let server = (server, "{0}, the server", words::socket(r.server_state), r.server_age_ns);
    let (ours, other) = if serves { (server, client) } else { (client, server) };
    let plain = |text: String| Cell { title: text.clone(), text, class: "" };
    let end = |text: String, role: &'static str| Cell { title: fill(role, &[&text]), text, class: "" };
    let socket =
        |(text, title, class): (&str, &str, &'static str)| Cell { text: text.into(), title: title.into(), class };
    let became = words::verdict(r.verdict);
    let age = ours.3.or(other.3);
    Line {
        id: r.flow,
        class: String::new(),
        cells: vec![
            plain(if r.client.contains(':') { "tcp6".into() } else { "tcp".into() }),
            end(ours.0, ours.1),
            end(other.0, other.1),
            socket(ours.2),
            socket(other.2),
            Cell {
                text: age.map(format::duration).unwrap_or_default(),
                title: age.map(format::exact_seconds).unwrap_or_default(),
                class: "",
            },
            Cell { text: became.0.into(), title: became.1.into(), class: became.2 },
            Cell { text: r.conn_state.clone(), title: fill("history {0}", &[&r.history]), class: "" },
            plain(r.application.clone()),
            plain(told(&r.sentence)),
        ],
    }
}

fn service_line(row: u32, s: &ServiceStates) -> Line {
    let plain = |text: String| Cell { title: text.clone(), text, class: "" };
    let list = |parts: Vec<String>| parts.join(" · ");
    let mut became = s.verdicts.clone();
    became.sort_by_key(|(verdict, count)| (words::verdict(*verdict).2.is_empty(), std::cmp::Reverse(*count)));
    Line {
        id: row,
        class: String::new(),
        cells: vec![
            plain(s.service.clone()),
            plain(s.name.clone()),
            plain(s.application.clone()),
            plain(format::count(s.connections.into())),
            plain(list(
                became
                    .iter()
                    .map(|(v, n)| format!("{} {}", words::verdict(*v).0, format::count((*n).into())))
                    .collect(),
            )),
            plain(list(
                s.states
                    .iter()
                    .map(|(state, n)| format!("{} {}", words::socket(*state).0, format::count((*n).into())))
                    .collect(),
            )),
        ],
    }
}
