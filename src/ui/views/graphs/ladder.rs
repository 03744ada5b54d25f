//! A connection's packets as messages between client and server.
use crate::api::{Ladder as Question, LadderRow};
use crate::ui::client::ask;
use crate::ui::filter::Filters;
use crate::ui::format;
use crate::ui::parts::table::{Cell, Column, Line, MenuAt, Open, Table};
use crate::ui::say::{t, told};
use crate::ui::state::State;
use crate::ui::views::words;
use leptos::prelude::*;
use std::sync::Arc;

/// A silence that is marked, ns: delayed acknowledgements and the shortest time-outs begin here.
const LONG: i64 = 200_000_000;

/// The order of the columns where there is little room: what is not seen at once stands at the right.
const NARROW: [usize; 7] = [2, 3, 4, 6, 0, 1, 5];

fn arranged<T: Clone>(columns: Vec<T>, wide: bool) -> Vec<T> {
    if wide { columns } else { NARROW.iter().filter_map(|&at| columns.get(at).cloned()).collect() }
}

#[component]
pub(crate) fn Ladder(wide: Memo<bool>) -> impl IntoView {
    let state = expect_context::<State>();
    let curves = state.curves;
    let window = RwSignal::new(0..50u32);
    let asked = ask(move || Some(Question { flow: curves.flow.get()?, rows: window.get() }));
    let total = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map_or(0, |(_, ladder)| ladder.total)));
    let lines = Arc::new(move |row: u32| {
        asked.answer.with(|answer| {
            let (question, ladder) = answer.as_ref()?;
            let line = line(ladder.rows.get(row.checked_sub(question.rows.start)? as usize)?);
            Some(Line { cells: arranged(line.cells, wide.get()), ..line })
        })
    });
    let columns = Memo::new(move |_| {
        let (client, server) =
            asked.answer.with(|a| a.as_ref().map(|(_, l)| (l.client.clone(), l.server.clone())).unwrap_or_default());
        let message = Column {
            title: format!("{client}  ⟷  {server}").into(),
            ..Column::new(
                "",
                "Client on the left, server on the right",
                if wide.get() { "minmax(340px, 720px)" } else { "minmax(270px, 1fr)" },
                "message",
            )
        };
        let columns = vec![
            Column::new("No.", "Number in the file, from 1", "10.5ch", "num"),
            Column::new("Time", "Seconds since the start of the capture", "12ch", "num"),
            Column::new("Gap", "Since the connection's packet before; long ones are marked", "11ch", "num gap"),
            message,
            Column::new("Payload", "Bytes", "9ch", "num"),
            Column::new("Window", "Bytes the sender has room for", "10ch", "num"),
            Column::new("Findings", "What sequence analysis found", "minmax(18ch, 1fr)", "bad"),
        ];
        arranged(columns, wide.get())
    });
    let open =
        Open { shown: Signal::stored(None), open: Callback::new(move |id: u32| state.show_packet(id)), follows: false };
    let filters = expect_context::<Filters>();
    let on_menu = Callback::new(move |at: MenuAt| {
        filters.open_menu(at.at, filters.items(&format!("frame.number == {}", u64::from(at.id) + 1)));
    });
    let start_over = Signal::derive(move || format!("{:?}", curves.flow.get()));
    view! {
        <div class="grid-frame ladder-frame">
            <Table id="ladder-table" label=t("Packets of the connection") columns=columns total=total lines=lines window=window start_over=start_over open=open menu=on_menu />
            {move || asked.failure.get().map(|message| view! { <p class="grid-empty" role="alert">{message}</p> })}
        </div>
    }
}

fn line(row: &LadderRow) -> Line {
    let cell = |text: String, title: String| Cell { text, title, class: "" };
    let flags = words::flags(&row.flags);
    let ack = row.ack.map(|ack| format!(" Ack={}", format::count(ack.into()))).unwrap_or_default();
    let message = format!("{flags}  Seq={}{ack}", format::count(row.seq.into()));
    let is_long = row.gap_ns.is_some_and(|gap| gap >= LONG);
    Line {
        id: row.number.saturating_sub(1),
        class: if is_long { "long-gap".into() } else { String::new() },
        cells: vec![
            cell(format::count(row.number.into()), String::new()),
            cell(
                row.time_ns.map(format::seconds).unwrap_or_default(),
                row.time_ns.map(format::exact_seconds).unwrap_or_default(),
            ),
            cell(
                row.gap_ns.map(format::duration).unwrap_or_default(),
                row.gap_ns.map(format::exact_seconds).unwrap_or_default(),
            ),
            Cell {
                title: format!(
                    "{}: {message}",
                    if row.from_client { t("Client to server") } else { t("Server to client") }
                ),
                text: message,
                class: if row.from_client { "to-server" } else { "to-client" },
            },
            cell(if row.len > 0 { format::count(row.len.into()) } else { String::new() }, String::new()),
            cell(format::count(row.window.into()), String::new()),
            cell(
                row.findings.iter().map(|finding| told(&finding.replace('_', " "))).collect::<Vec<_>>().join(", "),
                String::new(),
            ),
        ],
    }
}
