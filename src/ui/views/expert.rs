//! Expert information: what in the capture deserves a look, by kind; a kind opens its packets, its rule and what else may explain it.
use super::details;
use super::flows::Search;
use super::verdicts::ask_counts;
use super::words;
use crate::api::{ExpertGroup, ExpertPackets, ExpertRow, Experts, Severity};
use crate::ui::client::ask;
use crate::ui::filter::{Filters, Only, Use};
use crate::ui::format;
use crate::ui::parts::icon;
use crate::ui::parts::table::{Cell, Column, Line, MenuAt, Open, Table, arranged};
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t, told};
use crate::ui::state::{State, set};
use leptos::prelude::*;
use std::sync::Arc;

const COLUMNS: [Column; 5] = [
    Column::new("Severity", "How much it matters", "12ch", ""),
    Column::new("Summary", "What was found", "minmax(22ch, 4fr)", ""),
    Column::new("Group", "What it is about", "13ch", ""),
    Column::new("Protocol", "Which protocol it is a matter of", "12ch", ""),
    Column::new("Count", "How often", "11ch", "num"),
];

const PACKETS: [Column; 4] = [
    Column::new("No.", "Number in the file, from 1", "9ch", "num"),
    Column::new("Time", "Seconds since the start of the capture", "12ch", "num"),
    Column::new("Flow", "Which flow the packet is of", "8ch", "num"),
    Column::new("Message", "What the packet says", "minmax(26ch, 1fr)", ""),
];

#[component]
pub(crate) fn Expert() -> impl IntoView {
    let state = expect_context::<State>();
    let wanted = state.wanted;
    let asked = ask(move || Some(Experts { least: wanted.least.get(), search: wanted.finding.get() }));
    let groups = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, a)| a.groups.clone())));
    let counts = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, a)| a.counts)));
    let total = Signal::derive(move || groups.with(|g| g.as_ref().map_or(0, Vec::len)) as u32);
    let (columns, order) = arranged(&COLUMNS, &[0, 1, 2, 3, 4], &[0, 1, 4, 2, 3]);
    let lines =
        Arc::new(move |row: u32| groups.with(|g| Some(line(row, g.as_ref()?.get(row as usize)?).arranged(order))));
    let of_kind = move |g: &ExpertGroup, kind: &Option<(String, String)>| {
        kind.as_ref().is_some_and(|(protocol, name)| g.protocol == *protocol && g.name == *name)
    };
    let shown = Memo::new(move |_| {
        let kind = wanted.kind.get();
        groups.with(|g| g.as_ref()?.iter().position(|g| of_kind(g, &kind))).map(|row| row as u32)
    });
    let open = Open {
        shown: shown.into(),
        open: Callback::new(move |row: u32| {
            let kind =
                groups.with_untracked(|g| g.as_ref()?.get(row as usize).map(|g| (g.protocol.clone(), g.name.clone())));
            set(wanted.kind, kind);
        }),
        follows: false,
    };
    // The open kind stays while a search hides its row.
    let opened = Memo::new(move |before: Option<&Option<ExpertGroup>>| {
        let kind = wanted.kind.get();
        let found = groups.with(|g| g.as_ref()?.iter().find(|g| of_kind(g, &kind)).cloned());
        found.or_else(|| before.cloned().flatten().filter(|g| of_kind(g, &kind)))
    });
    let start_over = Signal::derive(move || format!("{:?} {}", wanted.least.get(), wanted.finding.get()));
    let filters = expect_context::<Filters>();
    let on_menu = Callback::new(move |at: MenuAt| {
        let condition = groups.with_untracked(|g| Some(g.as_ref()?.get(at.id as usize)?.filter.clone()));
        filters.open_menu(at.at, filters.items(&condition.unwrap_or_default()));
    });
    let chip = move |severity: Severity| {
        let (sign, word, class) = words::severity(severity);
        let count = move || counts.with(|c| c.as_ref().and_then(|c| c.get(severity as usize).copied())).unwrap_or(0);
        // The least of all is no limit.
        let is_on = move || wanted.least.get() == severity && severity != Severity::default();
        let press = move |_| set(wanted.least, if untrack(is_on) { Severity::default() } else { severity });
        let title = fill("Only {0} and what is graver", &[&words::severities(severity)]);
        view! {
            <button type="button" class=format!("filter-chip {class}") id=format!("least-{}", severity.name().to_ascii_lowercase()) title=title aria-pressed=move || if is_on() { "true" } else { "false" } hidden=move || count() == 0 on:click=press>
                {sign}" "{word}" "<b>{move || format::count(count())}</b>
            </button>
        }
    };
    let is_empty = move || groups.with(|g| g.as_ref().is_some_and(Vec::is_empty));
    let everything = move |_| {
        set(wanted.least, Severity::default());
        set(wanted.finding, String::new());
    };
    view! {
        <div class="flows" class:with-details=move || opened.with(Option::is_some)>
            <div class="flows-list">
                <div class="toolbar">
                    <Search text=wanted.finding label=t("Search the findings") below="expert-table" placeholder=t("Search: protocol, name, summary") />
                    <div class="chips" role="group" aria-label=t("At least so grave")>{Severity::ALL.into_iter().rev().map(chip).collect_view()}</div>
                    <span class="muted" id="expert-count" aria-live="polite">{move || groups.with(|g| g.as_ref().map(|g| format::counted(g.len() as u64, "{0} kind", "{0} kinds")))}</span>
                    <span class="space"></span>
                    <SaveButton wish=Wish::Table />
                </div>
                <div class="grid-frame">
                    <Table id="expert-table" label=t("Expert information") columns=columns total=total lines=lines window=RwSignal::new(0..0) start_over=start_over open=open menu=on_menu />
                    {move || is_empty().then(|| view! {
                        <div class="grid-empty">
                            {if counts.get().is_some_and(|c| c.iter().sum::<u64>() > 0) {
                                view! { <p>{t("No finding is like that.")}</p><button type="button" class="button" on:click=everything>{t("Show all findings")}</button> }.into_any()
                            } else {
                                view! { <p>{t("Nothing was found that deserves a look.")}</p><Only /> }.into_any()
                            }}
                        </div>
                    })}
                    {move || asked.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
                    {move || (groups.with(Option::is_none) && asked.failure.with(Option::is_none)).then(|| view! { <p class="grid-empty looking">{t("Looking at the packets …")}</p> })}
                </div>
            </div>
            {move || opened.with(Option::is_some).then(|| view! { <Kind group=opened /> })}
        </div>
    }
}

fn line(row: u32, g: &ExpertGroup) -> Line {
    let (sign, word, class) = words::severity(g.severity);
    let plain = |text: &str| Cell { text: text.to_owned(), title: text.to_owned(), class: "" };
    Line {
        id: row,
        class: String::new(),
        cells: vec![
            Cell { text: format!("{sign} {word}"), title: String::new(), class },
            Cell { text: told(&g.summary), title: format!("{} ({})", told(&g.summary), g.name), class: "" },
            plain(t(g.concern.name())),
            plain(&g.protocol),
            plain(&format::count(g.count)),
        ],
    }
}

/// One kind of finding: what it means, and its packets.
#[component]
fn Kind(group: Memo<Option<ExpertGroup>>) -> impl IntoView {
    let state = expect_context::<State>();
    let window = RwSignal::new(0..60u32);
    let asked = ask(move || {
        let (protocol, name) = state.wanted.kind.get()?;
        Some(ExpertPackets { protocol, name, rows: window.get() })
    });
    let total = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map_or(0, |(_, page)| page.total)));
    let lines = Arc::new(move |row: u32| {
        asked.answer.with(|answer| {
            let (question, page) = answer.as_ref()?;
            Some(packet_line(page.rows.get(row.checked_sub(question.rows.start)? as usize)?))
        })
    });
    let open =
        Open { shown: Signal::stored(None), open: Callback::new(move |id: u32| state.show_packet(id)), follows: false };
    let start_over = Signal::derive(move || format!("{:?}", state.wanted.kind.get()));
    let filters = expect_context::<Filters>();
    let on_menu = Callback::new(move |at: MenuAt| {
        filters.open_menu(at.at, filters.items(&format!("frame.number == {}", u64::from(at.id) + 1)));
    });
    let facts = move || {
        group.get().map(|g| {
            let (sign, word, class) = words::severity(g.severity);
            let by = if g.ours { t("Found by a rule of Wireglass: Wireshark has none like it.") } else { t("As Wireshark has it.") };
            let filter = (!g.filter.is_empty()).then(|| view! { <dt>{t("Filter")}</dt><dd><Use condition=g.filter.clone() /></dd> });
            let causes = (!g.false_causes.is_empty()).then(|| view! { <dt>{t("May also be")}</dt><dd>{told(&g.false_causes)}</dd> });
            view! {
                <dl class="facts">
                    <dt>{t("Severity")}</dt><dd><b class=format!("pill {class}")>{sign}" "{word}</b>" "<span class="muted">{t(g.concern.name())}" · "{g.protocol.clone()}</span></dd>
                    <dt>{t("Rule")}</dt><dd>{told(&g.rule)}<span class="muted second">{by}</span></dd>
                    {causes}
                    <dt>{t("Name")}</dt><dd class="mono">{g.name.clone()}</dd>
                    {filter}
                </dl>
            }
        })
    };
    view! {
        <aside class="details" id="details" aria-label=t("Finding")>
            <header class="details-head">
                <h2>{move || group.with(|g| g.as_ref().map(|g| told(&g.summary)))}</h2>
                <span class="space"></span>
                <button type="button" class="button quiet" id="close-details" aria-label=t("Close details") title=t("Close (Esc)") on:click=move |_| details::close(state)>{icon::icon(icon::CLOSE)}</button>
            </header>
            <div class="details-facts">{facts}</div>
            <h3 class="details-packets">{t("Packets")}" "<span class="tab-count">{move || format::count(total.get().into())}</span></h3>
            <div class="grid-frame">
                <Table id="finding-table" label=t("Packets with the finding") columns=Signal::stored(PACKETS.to_vec()) total=total lines=lines window=window start_over=start_over open=open menu=on_menu />
                {move || asked.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
            </div>
        </aside>
    }
}

fn packet_line(r: &ExpertRow) -> Line {
    let plain = |text: String| Cell { title: text.clone(), text, class: "" };
    Line {
        id: r.packet,
        class: String::new(),
        cells: vec![
            plain(format::count(u64::from(r.packet) + 1)),
            plain(r.time_ns.map(format::seconds).unwrap_or_default()),
            plain(r.flow.map(|flow| format::count(u64::from(flow) + 1)).unwrap_or_default()),
            plain(told(&r.message)),
        ],
    }
}

/// In the header: the gravest severity found, as in Wireshark's status bar; opens the view.
#[component]
pub(crate) fn Bullet() -> impl IntoView {
    let state = expect_context::<State>();
    let asked = ask_counts();
    let gravest = Memo::new(move |_| {
        asked.answer.with(|a| {
            let counts = a.as_ref()?.1.counts;
            Severity::ALL.into_iter().zip(counts).rev().find(|(_, count)| *count > 0)
        })
    });
    move || {
        gravest.get().map(|(severity, count)| {
            let (sign, word, class) = words::severity(severity);
            let many = if count == 1 { word } else { words::severities(severity) };
            let said = fill("Expert information: {0} {1}", &[&format::count(count), &many]);
            view! {
                <button type="button" class=format!("bullet {class}") id="expert-bullet" title=said.clone() aria-label=said on:click=move |_| set(state.view, "expert".to_owned())>
                    <span aria-hidden="true">{sign}</span>
                </button>
            }
        })
    }
}
