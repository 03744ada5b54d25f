//! How far reading is, and how it ended.
use crate::api::{LoadState, Progress};
use crate::ui::client::Client;
use crate::ui::format;
use crate::ui::say::{fill, t};
use crate::ui::state::{Phase, State};
use leptos::prelude::*;

/// The bar while loading; the sentence when reading ended early.
#[component]
pub(crate) fn ProgressLine() -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    let phase = Memo::new(move |_| state.phase());
    let share = move || state.progress.with(|p| p.as_ref().map_or(0.0, |p| p.bytes as f64 / (p.total as f64).max(1.0)));
    move || {
        match phase.get() {
        Phase::Loading => view! {
            <div class="loading">
                <progress aria-label=t("Reading the capture") max="1" prop:value=share></progress>
                <span class="loading-text" id="progress-text">{move || state.progress.get().map(|p| line(&p))}</span>
                <button type="button" class="button small" id="cancel" on:click=move |_| client.cancel()>{t("Cancel")}</button>
            </div>
        }
        .into_any(),
        Phase::Cancelled | Phase::Broken => view! {
            <div class="ended" class:broken=move || phase.get() == Phase::Broken role="status">
                <span>{move || state.sentence()}</span>
                <button type="button" class="button small" on:click=move |_| client.open_again()>{t("Read it from the start")}</button>
            </div>
        }
        .into_any(),
        Phase::Start | Phase::Complete => ().into_any(),
    }
    }
}

/// `43 %  ·  115 MB of 268 MB  ·  1,075,000 packets  ·  760 MB/s  ·  0.2 s left`
fn line(p: &Progress) -> String {
    let mut parts = vec![
        format::percent(p.bytes, p.total),
        fill("{0} of {1}", &[&format::bytes(p.bytes), &format::bytes(p.total)]),
        format::counted(p.packets.into(), "{0} packet", "{0} packets"),
        format::byte_rate(p.bytes, p.elapsed_ms),
    ];
    if p.bytes > 0 && p.state == LoadState::Loading && p.elapsed_ms > 300.0 {
        let left_ms = p.elapsed_ms / p.bytes as f64 * p.total.saturating_sub(p.bytes) as f64;
        // Tenths of a second are all an estimate is worth.
        parts.push(if left_ms < 60_000.0 {
            fill("{0} left", &[&format!("{:.1} s", left_ms / 1000.0)])
        } else {
            fill("{0} left", &[&format::duration((left_ms * 1e6) as i64)])
        });
    }
    parts.retain(|part| !part.is_empty());
    parts.join("  ·  ")
}

/// Says the turns of events, and only those, to those who listen instead of look.
#[component]
pub(crate) fn Announcer() -> impl IntoView {
    let state = expect_context::<State>();
    let phase = Memo::new(move |_| state.phase());
    let said = move || match phase.get() {
        Phase::Start => String::new(),
        Phase::Loading => t("Reading the capture; first results are shown.").into(),
        _ => untrack(|| state.sentence()),
    };
    view! { <div class="visually-hidden" role="status" aria-live="polite" id="announcer">{said}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_how_long_it_takes() {
        let state = LoadState::Loading;
        let p = Progress {
            state,
            bytes: 500_000,
            total: 1_000_000,
            packets: 1234,
            flows: 0,
            warnings: 0,
            elapsed_ms: 1000.0,
            memory: 0,
        };
        assert_eq!(line(&p), "50.0 %  ·  500 KB of 1.00 MB  ·  1,234 packets  ·  500 KB/s  ·  1.0 s left");
    }
}
