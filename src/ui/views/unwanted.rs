//! Unwanted protocols: what a machine should not speak, with evidence and what blocks it; and the list of what it should.
mod list;

use super::verdicts::packet_link;
use super::words;
use crate::api::{Block, Login, Severity, Unwanted as Question, UnwantedFinding, UnwantedKind};
use crate::ui::client::ask;
use crate::ui::filter::More;
use crate::ui::parts::icon;
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t, told};
use crate::ui::state::{Phase, State};
use crate::ui::{dom, format};
use leptos::prelude::*;
use list::{AllowList, List};
use std::time::Duration;

pub(crate) use list::kept as allow_list;

/// Packets named as evidence, and peers.
const MOST_PACKETS: usize = 8;
const MOST_PEERS: usize = 8;
/// While there is more to be read.
const ASK_AGAIN: Duration = Duration::from_millis(500);
const READ_FOR_AN_ANSWER: u32 = 20;

#[component]
pub(crate) fn Unwanted() -> impl IntoView {
    let state = expect_context::<State>();
    let list = List::recalled();
    // Messages that may hold logins are read by the worker while it has nothing else to do: it is asked again until all are.
    let turn = RwSignal::new(0u32);
    // Those that are read for an answer, too, tell whether the file is still there.
    let asked = ask(move || {
        let read = if turn.get() == 0 { 0 } else { READ_FOR_AN_ANSWER };
        Some(Question { allow: list.rules.get(), read })
    });
    // Not while the capture is read: that goes first.
    let ended = Memo::new(move |_| !matches!(state.phase(), Phase::Start | Phase::Loading));
    Effect::new(move |_| {
        if ended.get() && asked.answer.with(|a| a.as_ref().is_some_and(|(_, answer)| answer.unread > 0)) {
            let again = move || _ = turn.try_update(|turn| *turn = turn.wrapping_add(1));
            set_timeout(again, ASK_AGAIN);
        }
    });
    let wrong = Signal::derive(move || {
        asked.answer.with(|a| a.as_ref().map(|(_, answer)| answer.wrong.clone()).unwrap_or_default())
    });
    let answer = Memo::new(move |_| asked.answer.with(|a| a.as_ref().map(|(_, answer)| answer.clone())));
    // Drawn anew only when there is something new: not with every message that was read.
    let found = Memo::new(move |_| answer.with(|a| a.as_ref().map(|a| (a.findings.clone(), a.more))));
    let loading = move || matches!(state.phase(), Phase::Loading);
    let summary = move || {
        answer.with(|a| a.as_ref().map(|a| told(&a.summary))).map(|summary| {
            let unread = answer.with(|a| a.as_ref().map_or(0, |a| a.unread));
            let reading = (unread > 0).then(|| fill("Looking for logins: {0} packets are still to be read.", &[&format::count(unread.into())]));
            let skipped = answer.with(|a| a.as_ref().map_or(0, |a| a.skipped));
            let left = (skipped > 0).then(|| fill("Only the first packets that may hold logins were read; {0} were not.", &[&format::count(skipped.into())]));
            let part = loading().then(|| t("The capture is still being read."));
            view! { <span id="unwanted-summary" aria-live="polite"><b>{summary}</b>" "<span class="muted">{reading}" "{left}" "{part}</span></span> }
        })
    };
    let local = move || {
        let local = answer.with(|a| a.as_ref().map(|a| a.local.join(", ")).unwrap_or_default());
        (!local.is_empty()).then(|| view! { <span class="muted">{fill("\u{201c}in\u{201d} and \u{201c}out\u{201d} as seen from {0}", &[&local])}</span> })
    };
    let failure =
        move || asked.failure.get().map(|message| view! { <p class="refusal" role="alert">{told(&message)}</p> });
    view! {
        <div class="unwanted">
            <div class="toolbar">
                {summary}
                {local}
                <span class="space"></span>
                <SaveButton wish=Wish::Table />
            </div>
            {failure}
            <div class="unwanted-columns">
                <section class="unwanted-findings" aria-label=t("Findings")>{move || found.with(|found| found.as_ref().map(|(list, more)| findings(state, list, *more)))}</section>
                <AllowList list=list wrong=wrong />
            </div>
        </div>
    }
}

fn findings(state: State, list: &[UnwantedFinding], more: u32) -> AnyView {
    if list.is_empty() {
        let text = t(
            "Everything that was seen is on the list, at its usual ports; no password in plain text, no service of yours that answered the internet, nothing of BitTorrent.",
        );
        return view! { <p class="card unwanted-none" id="unwanted-none">{icon::icon(icon::CHECK)}<span>{text}</span></p> }.into_any();
    }
    let few = list.len() < 3;
    let cards = list.iter().cloned().map(|finding| card(state, finding, few)).collect_view();
    let more = (more > 0)
        .then(|| view! { <p class="muted">{fill("\u{2026} and {0} more.", &[&format::count(more.into())])}</p> });
    view! { <ul class="unwanted-list" id="unwanted-list">{cards}</ul>{more} }.into_any()
}

/// What a kind is called.
fn kind(kind: UnwantedKind) -> &'static str {
    match kind {
        UnwantedKind::Mining => t("Mining"),
        UnwantedKind::PeerToPeer => t("Peer to peer"),
        UnwantedKind::Exposed => t("Open to the internet"),
        UnwantedKind::PlainLogin => t("Plain-text login"),
        UnwantedKind::Outside => t("Not on the list"),
        UnwantedKind::UnusualPort => t("Unusual port"),
        UnwantedKind::ForeignDns => t("Foreign DNS"),
    }
}

/// What to do about it.
fn grade(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => t("Grave: block it"),
        Severity::Warning => t("Look into it"),
        _ => t("Worth knowing"),
    }
}

fn card(state: State, finding: UnwantedFinding, open: bool) -> AnyView {
    let (sign, _, class) = words::severity(finding.severity);
    let flow = finding.flow;
    let packets =
        finding.evidence.iter().take(MOST_PACKETS).filter_map(|number| packet_link(state, *number)).collect_view();
    let more = (finding.evidence.len() > MOST_PACKETS).then_some("\u{2026}");
    let evidence = (!finding.evidence.is_empty()).then(|| {
        view! { <span class="evidence"><span class="muted">{if finding.evidence.len() == 1 { t("Packet") } else { t("Packets") }}</span>{packets}{more}</span> }
    });
    let flows = match finding.flows {
        1 => fill("Flow {0}", &[&format::count(u64::from(flow) + 1)]),
        n => fill("Flow {0}, the busiest of {1}", &[&format::count(u64::from(flow) + 1), &format::count(n.into())]),
    };
    let when = finding.first_ns.zip(finding.last_ns).map(|(first, last)| {
        let (first, last) = (format::seconds(first), format::seconds(last));
        view! { <span class="muted">{fill("{0} s to {1} s", &[&first, &last])}</span> }
    });
    let filter = finding.filter.clone();
    let more_menu = (!filter.is_empty()).then(|| view! { <More condition=filter.clone() /> });
    let peers = (!finding.peers.is_empty()).then(|| {
        let shown: Vec<&str> = finding.peers.iter().take(MOST_PEERS).map(String::as_str).collect();
        let rest = (finding.peer_count as usize).saturating_sub(shown.len());
        let rest = (rest > 0).then(|| format!(" {}", fill("and {0} more", &[&format::count(rest as u64)])));
        view! { <p><span class="muted">{t("With")}</span>" "{shown.join(", ")}{rest}</p> }
    });
    let logins = finding.logins.iter().cloned().map(|one| login(state, one)).collect_view();
    let logins = (!finding.logins.is_empty())
        .then(|| view! { <ul class="unwanted-logins" aria-label=t("Logins")>{logins}</ul> });
    let code = (!filter.is_empty())
        .then(|| view! { <p><span class="muted">{t("Filter")}</span>" "<code>{filter.clone()}</code></p> });
    view! {
        <li class="card unwanted-card" data-filter=filter data-kind=format!("{:?}", finding.kind)>
            <p class="unwanted-head"><b class=format!("pill {class}") title=grade(finding.severity)>{sign}" "{kind(finding.kind)}</b><span class="muted">{grade(finding.severity)}</span></p>
            <p><b>{told(&finding.sentence)}</b></p>
            <p class="evidence-line">
                <button type="button" class="link" on:click=move |_| state.show_flow(flow, crate::api::FlowColumn::Number)>{flows}</button>
                {evidence}{when}{more_menu}
            </p>
            {logins}
            <details class="why" open=open>
                <summary>{t("Why")}</summary>
                <p>{told(&finding.because)}</p>
                <p class="muted">{t("Or:")}" "{told(&finding.but)}</p>
                {peers}
                {code}
            </details>
            <details class="why">
                <summary>{t("What blocks it")}</summary>
                {finding.blocks.into_iter().map(block).collect_view()}
            </details>
        </li>
    }
    .into_any()
}

fn login(state: State, login: Login) -> impl IntoView {
    let how = told(&login.how);
    let who = if login.user.is_empty() { how } else { fill("{0} by {1}", &[&how, &login.user]) };
    view! { <li>{icon::icon(icon::LOCK)}" "{who}", "{t("password")}" "<span aria-label=t("hidden")>"\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}"</span>", "<span class="muted">{t("Packet")}</span>" "{packet_link(state, login.packet)}</li> }
}

/// Commands of one tool, to be copied.
fn block(block: Block) -> impl IntoView {
    let copied = RwSignal::new(false);
    let text = block.text.clone();
    view! {
        <div class="unwanted-block">
            <p class="card-head"><b>{block.tool}</b>
                <button type="button" class="button small" on:click=move |_| copied.set(dom::copy(&text))>{icon::icon(icon::COPY)}{move || if copied.get() { t("Copied") } else { t("Copy") }}</button>
            </p>
            <pre tabindex="0">{block.text}</pre>
        </div>
    }
}
