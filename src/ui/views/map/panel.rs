//! What is known of the country that is looked at, else of all of them together.
use super::Shown;
use crate::api::{CountriesAnswer, CountryRow, CountryShare};
use crate::ui::filter::{More, Use};
use crate::ui::format;
use crate::ui::geo;
use crate::ui::say::{fill, t};
use leptos::prelude::*;

#[component]
pub(super) fn Panel(shown: Shown) -> impl IntoView {
    let told = move || {
        let answer = shown.answer.get()?;
        let place = shown.pointed.get().or_else(|| shown.opened.get());
        Some(match place {
            None => all(&answer),
            Some(place) => match answer.rows.iter().find(|row| row.country == place) {
                Some(row) => one(&answer, row),
                None => {
                    view! { <h2>{geo::name_of(&place)}</h2><p class="muted">{t("Nothing was exchanged with it.")}</p> }
                        .into_any()
                }
            },
        })
    };
    view! { <aside class="map-panel" id="place" aria-live="polite" aria-label=t("The country")>{told}</aside> }
}

fn all(answer: &CountriesAnswer) -> AnyView {
    let seen_from = match answer.local.is_empty() {
        true => t("No host is taken as local: both ends of every packet count.").to_owned(),
        false => fill("Sent and received as seen from {0}.", &[&answer.local.join(", ")]),
    };
    view! {
        <h2>{t("All countries")}</h2>
        <dl class="facts">
            <dt>{t("Flows")}</dt><dd>{format::count(answer.flows)}</dd>
            <dt>{t("Data")}</dt><dd title=format::exact_bytes(answer.bytes)>{format::bytes(answer.bytes)}</dd>
            <dt>{t("Sent")}</dt><dd title=format::exact_bytes(answer.sent_bytes)>"↑ "{format::bytes(answer.sent_bytes)}</dd>
            <dt>{t("Received")}</dt><dd title=format::exact_bytes(answer.received_bytes)>"↓ "{format::bytes(answer.received_bytes)}</dd>
            <dt>{t("Packets")}</dt><dd>{format::count(answer.packets)}</dd>
        </dl>
        <p class="muted">{seen_from}</p>
        <p class="muted">{t("Point at a country, or go through them with the arrow keys. A click shows only its packets.")}</p>
    }
    .into_any()
}

fn one(answer: &CountriesAnswer, row: &CountryRow) -> AnyView {
    let share = |part: u64, whole: u64| format!(" ({})", format::percent(part, whole));
    let size = |n: u64, whole: u64| {
        view! { <span title=format::exact_bytes(n)>{format::bytes(n)}</span><span class="muted">{share(n, whole)}</span> }
    };
    view! {
        <h2>{geo::name_of(&row.country)}" "<span class="muted mono">{row.country.clone()}</span></h2>
        <dl class="facts">
            <dt>{t("Flows")}</dt><dd>{format::count(row.flows)}<span class="muted">{share(row.flows, answer.flows)}</span></dd>
            <dt>{t("Data")}</dt><dd>{size(row.bytes, answer.bytes)}</dd>
            <dt>{t("Sent")}</dt><dd>"↑ "{size(row.sent_bytes, answer.sent_bytes)}</dd>
            <dt>{t("Received")}</dt><dd>"↓ "{size(row.received_bytes, answer.received_bytes)}</dd>
            <dt>{t("Packets")}</dt><dd>{format::count(row.packets)}<span class="muted">{share(row.packets, answer.packets)}</span></dd>
            <dt>{t("Addresses")}</dt><dd>{format::count(row.addresses.into())}</dd>
            <dt>{t("Filter")}</dt><dd><Use condition=row.filter.clone() /></dd>
        </dl>
        {shares(t("Protocols"), &row.protocols, row.bytes)}
        {shares(t("Addresses"), &row.peers, row.bytes)}
    }
    .into_any()
}

/// The largest, with their parts of the country's data.
fn shares(title: &'static str, list: &[CountryShare], all: u64) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let line = |share: &CountryShare| {
        let width = share.bytes as f64 * 100.0 / all.max(1) as f64;
        let more = (!share.filter.is_empty()).then(|| view! { <More condition=share.filter.clone() /> });
        let name = (!share.name.is_empty()).then(|| view! { <span class="muted second">{share.name.clone()}</span> });
        view! {
            <li data-filter=share.filter.clone()>
                <span class="map-what">{share.what.clone()}{name}</span>
                <span class="map-share" aria-hidden="true"><i style:width=format!("{:.1}%", width.min(100.0))></i></span>
                <span class="num" title=format::exact_bytes(share.bytes)>{format::bytes(share.bytes)}</span>
                {more}
            </li>
        }
    };
    view! { <h3>{title}</h3><ul class="map-shares">{list.iter().map(line).collect_view()}</ul> }.into_any()
}
