//! Packets as tcpdump prints them.
use super::list::Listing;
use crate::api::{Filter, LineOptions, LineTime, Lines, LinesAnswer};
use crate::ui::client::ask;
use crate::ui::parts::icon;
use crate::ui::say::t;
use crate::ui::state::State;
use crate::ui::{dom, format};
use leptos::prelude::*;

/// Packets printed at most.
const MOST: u32 = 1000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Selected,
    /// The selected one and those below it.
    From,
    Marked,
    InSight,
}

const WHICH: [(Which, &str, &str); 4] = [
    (Which::Selected, "selected", "Selected packet"),
    (Which::From, "from", "From the selected one on"),
    (Which::Marked, "marked", "Marked packets"),
    (Which::InSight, "sight", "Packets in sight"),
];

const TIMES: [(LineTime, &str, &str); 4] = [
    (LineTime::OfDay, "day", "time of day (UTC)"),
    (LineTime::Epoch, "epoch", "-tt since 1970"),
    (LineTime::Date, "date", "-tttt date (UTC)"),
    (LineTime::None, "none", "-t none"),
];

#[component]
pub(crate) fn LinesPanel(listing: Listing) -> impl IntoView {
    let state = expect_context::<State>();
    let desk = state.desk;
    let which = RwSignal::new(Which::From);
    let options = RwSignal::new(LineOptions::default());
    let packets = Memo::new(move |_| {
        let from_rows = |rows: std::ops::Range<u32>| {
            rows.filter_map(|row| listing.blocks.row(row, |packet| packet.number.saturating_sub(1))).collect::<Vec<_>>()
        };
        let total = listing.blocks.total.get().unwrap_or(0);
        match (which.get(), desk.packet.get()) {
            (Which::Marked, _) => desk.marks.with(|marks| marks.keys().copied().take(MOST as usize).collect()),
            (Which::Selected, packet) => packet.into_iter().collect(),
            // Among all packets their ids follow each other; of a flow those at hand are taken.
            (Which::From, Some(packet)) if desk.of.get().is_none() && state.filter.with(Filter::is_empty) => {
                (packet..packet.saturating_add(MOST).min(total)).collect()
            }
            (Which::From, packet) => {
                let window = listing.window.get();
                let rows = from_rows(window.start.saturating_sub(MOST)..window.end.saturating_add(MOST));
                rows.into_iter().filter(|id| packet.is_none_or(|packet| *id >= packet)).take(MOST as usize).collect()
            }
            (Which::InSight, _) => from_rows(listing.window.get()),
        }
    });
    let asked = ask(move || {
        let packets = packets.get();
        (!packets.is_empty()).then(|| Lines { packets, options: options.get() })
    });
    let lines = Memo::new(move |_| {
        if packets.with(Vec::is_empty) {
            return Vec::new();
        }
        let told = |(question, answer): &(Lines, LinesAnswer)| {
            question.packets.iter().copied().zip(answer.lines.iter().cloned()).collect::<Vec<(u32, String)>>()
        };
        asked.answer.with(|answer| answer.as_ref().map(told).unwrap_or_default())
    });
    let text =
        Memo::new(move |_| lines.with(|all| all.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")));
    let shown = move || {
        let line = |(at, (id, line)): (usize, (u32, String))| {
            let end = (at > 0).then_some("\n");
            view! { {end}<span data-filter=format!("frame.number == {}", u64::from(id) + 1)>{line}</span> }
        };
        lines.get().into_iter().enumerate().map(line).collect_view()
    };
    let switch = move |title: &'static str, hint: &'static str, of: fn(&mut LineOptions) -> &mut bool| {
        view! {
            <label class="check" title=t(hint)>
                <input type="checkbox" prop:checked=move || options.with(|o| *of(&mut o.clone())) on:change=move |_| options.update(|o| { let on = of(o); *on = !*on; }) />
                <code>{title}</code>
            </label>
        }
    };
    let copied = RwSignal::new(false);
    let empty = move || match which.get() {
        Which::Marked => t("No packet is marked: m marks the selected one."),
        _ => t("Select a packet in the list."),
    };
    let save = move |_| {
        let bytes = js_sys::Uint8Array::from(format!("{}\n", text.get_untracked()).as_bytes());
        dom::save("packets.txt", &js_sys::Array::of1(&bytes));
    };
    view! {
        <div class="panel-body">
            <div class="toolbar">
                <label><span class="visually-hidden">{t("Which packets")}</span>
                    <select class="select" id="lines-which" on:change=move |event| {
                        let value = event_target_value(&event);
                        if let Some((chosen, ..)) = WHICH.iter().find(|(_, slug, _)| *slug == value) { which.set(*chosen); }
                    }>
                        {WHICH.map(|(one, slug, title)| view! { <option value=slug selected=move || which.get() == one>{t(title)}</option> }).collect_view()}
                    </select>
                </label>
                <label><span class="visually-hidden">{t("Time")}</span>
                    <select class="select" id="lines-time" on:change=move |event| {
                        let value = event_target_value(&event);
                        if let Some((time, ..)) = TIMES.iter().find(|(_, slug, _)| *slug == value) { options.update(|o| o.time = *time); }
                    }>
                        {TIMES.map(|(_, slug, title)| view! { <option value=slug>{t(title)}</option> }).collect_view()}
                    </select>
                </label>
                {switch("-e", "Link-layer header", |o| &mut o.link)}
                {switch("-v", "More of every header", |o| &mut o.verbose)}
                {switch("-A", "Bytes as text", |o| &mut o.ascii)}
                {switch("-X", "Bytes as hex and text", |o| &mut o.hex)}
                <span class="muted">{move || format::counted(packets.with(Vec::len) as u64, "{0} packet", "{0} packets")}</span>
                <span class="space"></span>
                <button type="button" class="button small" id="copy-lines" on:click=move |_| { copied.set(dom::copy(&text.get_untracked())); set_timeout(move || { copied.try_set(false); }, std::time::Duration::from_secs(2)); }>
                    {icon::icon(icon::COPY)}<span aria-live="polite">{move || if copied.get() { t("Copied") } else { t("Copy") }}</span>
                </button>
                <button type="button" class="button small" id="save-lines" on:click=save>{t("Save …")}</button>
            </div>
            {move || asked.failure.get().map(|message| view! { <p class="refusal" role="alert">{message}</p> })}
            {move || packets.with(Vec::is_empty).then(|| view! { <p class="pane-empty">{empty()}</p> })}
            <pre class="tcpdump" id="tcpdump" tabindex="0" role="region" aria-label=t("tcpdump lines")>{shown}</pre>
        </div>
    }
}
