//! Whose fault it was, in sentences with their evidence; and what stands out of a capture, for its overview.
use super::words;
use crate::api::{ExpertAnswer, Experts, FlowColumn, Judgement, Severity, Verdicts as VerdictsQuestion};
use crate::ui::client::{Asked, ask};
use crate::ui::filter::More;
use crate::ui::format;
use crate::ui::parts::icon;
use crate::ui::say::{fill, t, told};
use crate::ui::state::{Phase, State, set};
use leptos::prelude::*;

/// Packets named as evidence.
const MOST_PACKETS: usize = 6;
/// Verdicts in the overview.
const MOST_SHORT: usize = 4;

/// All verdicts, of the capture or of one flow, and what was looked at; `quiet`: nothing where there are none.
#[component]
pub(crate) fn Verdicts(#[prop(into)] flow: Signal<Option<u32>>, #[prop(optional)] quiet: bool) -> impl IntoView {
    let state = expect_context::<State>();
    let asked = ask(move || Some(VerdictsQuestion { flow: flow.get() }));
    move || {
        asked.answer.with(|a| {
            let (question, answer) = a.as_ref().filter(|(question, _)| question.flow == flow.get())?;
            // Reasons are open where there is room for them.
            let few = answer.verdicts.len() < 3;
            let list = answer.verdicts.iter().cloned().map(|j| judgement(state, j, question.flow.is_none(), few)).collect_view();
            let summary = (!quiet).then(|| view! { <p class="verdict-summary">{told(&answer.summary)}</p> });
            Some(view! { <ul class="findings verdicts" id=if quiet { "flow-verdicts" } else { "verdicts" } aria-label=t("Verdicts")>{list}</ul>{summary} }.into_any())
        })
    }
}

fn pill(j: &Judgement) -> impl IntoView + use<> {
    let (who, class) = words::blame(j.blame);
    (!who.is_empty()).then(|| view! { <b class=format!("pill {class}")>{who}</b> })
}

fn judgement(state: State, j: Judgement, of_capture: bool, open: bool) -> AnyView {
    let flow = j.flow.filter(|_| of_capture).map(|id| {
        let title = match j.flows {
            0 | 1 => fill("Flow {0}", &[&format::count(u64::from(id) + 1)]),
            n => fill("Flow {0}, the worst of {1}", &[&format::count(u64::from(id) + 1), &format::count(n.into())]),
        };
        view! { <button type="button" class="link" on:click=move |_| state.show_flow(id, FlowColumn::Number)>{title}</button> }
    });
    let packets = j.packets.iter().take(MOST_PACKETS).filter_map(|number| packet_link(state, *number)).collect_view();
    let more = j.packets.len() > MOST_PACKETS;
    let evidence = (!j.packets.is_empty()).then(|| view! { <span class="evidence"><span class="muted">{if j.packets.len() == 1 { t("Packet") } else { t("Packets") }}</span>{packets}{more.then_some("…")}</span> });
    let but = (!j.but.is_empty()).then(|| view! { <p class="muted">{t("Or:")}" "{told(&j.but)}</p> });
    let use_it = (!j.filter.is_empty()).then(|| view! { <More condition=j.filter.clone() /> });
    view! {
        <li class="judgement" data-filter=j.filter.clone()>
            {pill(&j)}
            <div>
                <p><b>{told(&j.sentence)}</b></p>
                <p class="evidence-line">{flow}{evidence}{use_it}</p>
                <details class="why" open=open><summary>{t("Why")}</summary><p>{told(&j.because)}</p>{but}</details>
            </div>
        </li>
    }
    .into_any()
}

/// A packet by its number, from 1.
pub(crate) fn packet_link(state: State, number: u32) -> Option<impl IntoView + use<>> {
    let id = number.checked_sub(1)?;
    Some(
        view! { <button type="button" class="link" title=t("Show the packet") data-filter=format!("frame.number == {number}") on:click=move |_| state.show_packet(id)>{format::count(number.into())}</button> },
    )
}

/// Counts of findings, without the findings; asked when reading has ended, because all packets are looked at.
pub(crate) fn ask_counts() -> Asked<Experts> {
    let state = expect_context::<State>();
    let ended = Memo::new(move |_| !matches!(state.phase(), Phase::Start | Phase::Loading));
    ask(move || ended.get().then(|| Experts { least: Severity::Error, search: "\u{1}".into() }))
}

/// Grave findings, the gravest first: severity and how many.
fn grave(answer: &ExpertAnswer) -> Vec<(Severity, u64)> {
    let counts = Severity::ALL.into_iter().zip(answer.counts).rev();
    counts.filter(|(severity, count)| *severity >= Severity::Warning && *count > 0).collect()
}

/// The overview's card; nothing where nothing stands out.
#[component]
pub(crate) fn StandsOut() -> impl IntoView {
    let state = expect_context::<State>();
    let ended = Memo::new(move |_| !matches!(state.phase(), Phase::Start | Phase::Loading));
    let asked = ask(move || ended.get().then_some(VerdictsQuestion { flow: None }));
    let counts = ask_counts();
    let open = move |least: Severity| {
        set(state.wanted.least, least);
        set(state.view, "expert".to_owned());
    };
    move || {
        let verdicts = asked.answer.with(|a| a.as_ref().map(|(_, a)| a.verdicts.clone()).unwrap_or_default());
        let grave = counts.answer.with(|a| a.as_ref().map(|(_, a)| grave(a)).unwrap_or_default());
        if verdicts.is_empty() && grave.is_empty() {
            return None;
        }
        let all = verdicts.len();
        // One of each kind: three servers that are slow in the same way are one piece of news.
        let mut kinds = Vec::new();
        let first = verdicts.into_iter().filter(|j| {
            let is_new = !kinds.contains(&j.kind);
            kinds.push(j.kind);
            is_new
        });
        let first: Vec<Judgement> = first.take(MOST_SHORT).collect();
        let rest = all - first.len();
        let lines = first.into_iter().map(|j| {
            view! { <li class="judgement">{pill(&j)}<button type="button" class="link" on:click=move |_| set(state.view, "times".to_owned())>{told(&j.sentence)}</button></li> }
        }).collect_view();
        let more = (rest > 0).then(|| fill("and {0} more", &[&format::count(rest as u64)]));
        let chips = grave.into_iter().map(|(severity, count)| {
            let (sign, word, class) = words::severity(severity);
            view! { <button type="button" class=format!("filter-chip {class}") on:click=move |_| open(severity)>{sign}" "{if count == 1 { word } else { words::severities(severity) }}" "<b>{format::count(count)}</b></button> }
        }).collect_view();
        Some(view! {
            <section class="card wide-card" id="stands-out" aria-labelledby="stands-out-title">
                <h2 id="stands-out-title">{icon::icon(icon::WARNING)}" "{t("What stands out")}</h2>
                <ul class="findings verdicts">{lines}</ul>
                {more.map(|more| view! { <p><button type="button" class="link" on:click=move |_| set(state.view, "times".to_owned())>{more}</button></p> })}
                {(!chips.is_empty()).then_some(view! { <div class="chips">{chips}</div> })}
            </section>
        })
    }
}
