//! Below the field: what is wrong, what matches, how far reading is, and the same filter for other tools.
use super::chips::Chips;
use super::{Filters, words};
use crate::api::{Filter, FilterCheck, FilterProgress, FilterVerdict, Language};
use crate::ui::parts::icon;
use crate::ui::say::{fill, t, told};
use crate::ui::state::State;
use crate::ui::{dom, format};
use leptos::prelude::*;

#[component]
pub(crate) fn Facts() -> impl IntoView {
    let filters = expect_context::<Filters>();
    let state = filters.state;
    let is_there = Memo::new(move |_| !filters.draft.with(Filter::is_empty) || !state.filter.with(Filter::is_empty));
    // Of the text in the bar, when it is known.
    let said = Memo::new(move |_| {
        filters.check.with(|(of, check)| filters.draft.with(|draft| (draft == of).then(|| check.clone())))
    });
    let is_applied = Memo::new(move |_| filters.is_applied());
    let words = move || {
        let check = said.get()?;
        let class = match check.verdict {
            FilterVerdict::Invalid => "bad",
            FilterVerdict::Doubtful => "doubtful",
            _ => "muted",
        };
        // What is applied needs no word of the language: the switch has it.
        let language =
            if check.verdict == FilterVerdict::Invalid || is_applied.get() { "" } else { name(check.language) };
        let sentence = if check.message.is_empty() && !is_applied.get() {
            t("Enter applies it.").to_owned()
        } else {
            told(&check.message)
        };
        Some(view! { <span class="muted">{language}</span>" "<span class=class>{sentence}</span>{both(&check)} })
    };
    let matched = move || (!state.filter.with(Filter::is_empty)).then(|| view! { <Matched /> });
    let shown = move || {
        view! {
            <div class="filter-facts">
                {matched}
                <span id="filter-said" role="status">{words}</span>
                <Chips />
                {move || said.get().map(|check| equivalents(filters, &check))}
            </div>
        }
    };
    move || is_there.get().then(shown)
}

fn name(language: Language) -> &'static str {
    match language {
        Language::Either => "",
        Language::Display => t("Wireshark display filter."),
        Language::Capture => t("tcpdump filter."),
    }
}

/// Where the other language would understand something else.
fn both(check: &FilterCheck) -> Option<impl IntoView + use<>> {
    let other = if check.language == Language::Display { "tcpdump" } else { "Wireshark" };
    // The same text for both tools is no news.
    (check.both && check.capture != check.display).then(|| view! { <span class="doubtful">" "{fill("{0} understands it too, maybe differently: the switch beside the field decides.", &[&other])}</span> })
}

/// The same filter in the other language, and both as commands.
fn equivalents(filters: Filters, check: &FilterCheck) -> impl IntoView + use<> {
    if matches!(check.verdict, FilterVerdict::Invalid | FilterVerdict::Empty) {
        return ().into_any();
    }
    let text = filters.draft.with_untracked(|draft| draft.text.trim().to_owned());
    // Without a form for a tool there is none, though it is in its language: our own fields.
    let own = |language, given: &str| {
        if check.language == language && !given.is_empty() { text.clone() } else { given.to_owned() }
    };
    let display = own(Language::Display, &check.display);
    let capture = own(Language::Capture, &check.capture);
    let (tool, other) =
        if check.language == Language::Display { ("tcpdump", &capture) } else { ("Wireshark", &display) };
    let shown = (!other.is_empty())
        .then(|| view! { <span class="filter-other">{tool}" "<code title=other.clone()>{other.clone()}</code></span> });
    let copy = |tool: &'static str, option: &str, text: &str| {
        let command = (!text.is_empty()).then(|| format!("{tool} {option}{}", words::shell(text)))?;
        Some(view! { <Copy tool=tool command=command /> })
    };
    view! { {shown}<span class="filter-copies">{copy("tshark", "-Y ", &display)}{copy("tcpdump", "", &capture)}</span> }
        .into_any()
}

#[component]
fn Copy(tool: &'static str, command: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let title = fill("Copy {0}", &[&command]);
    let copy = move |_| {
        copied.set(dom::copy(&command));
        set_timeout(move || _ = copied.try_set(false), std::time::Duration::from_secs(2));
    };
    view! {
        <button type="button" class="button small" id=format!("copy-{tool}") title=title on:click=copy>
            {icon::icon(icon::COPY)}<span aria-live="polite">{move || if copied.get() { t("Copied") } else { tool }}</span>
        </button>
    }
}

/// How many packets match, and how far reading them is.
#[component]
fn Matched() -> impl IntoView {
    let filters = expect_context::<Filters>();
    let filtered = filters.state.filtered;
    let is_reading = Memo::new(move |_| filtered.with(|f| f.as_ref().is_some_and(|f| !f.done && f.failure.is_none())));
    let share =
        move || filtered.with(|f| f.as_ref().map_or(0.0, |f| f64::from(f.decided) / f64::from(f.packets.max(1))));
    let text = move || filtered.with(|f| f.as_ref().map_or_else(|| t("Applying …").to_owned(), sentence));
    let has_failed = move || filtered.with(|f| f.as_ref().is_some_and(|f| f.failure.is_some()));
    let reading = move || {
        is_reading.get().then(|| view! {
            <progress class="meter" aria-label=t("Reading packets for the filter") max="1" prop:value=share></progress>
            <span class="muted" id="filter-reading">{move || filtered.with(|f| f.as_ref().map(|f| fill("reading … {0}", &[&format::percent(f.decided.into(), f.packets.into())])))}</span>
            <button type="button" class="button small" id="filter-cancel" on:click=move |_| filters.cancel()>{t("Cancel")}</button>
        })
    };
    view! { <b id="filter-count" class:bad=has_failed>{text}</b>{reading} }
}

fn sentence(f: &FilterProgress) -> String {
    if let Some(failure) = &f.failure {
        return told(failure);
    }
    let (matched, packets) = (u64::from(f.matched), u64::from(f.packets));
    let whole = match (packets, f.done) {
        (1, true) => "{0} of {1} packet matches ({2}) in {3}",
        (1, false) => "{0} of {1} packet matches so far ({2}) in {3}",
        (_, true) => "{0} of {1} packets match ({2}) in {3}",
        (_, false) => "{0} of {1} packets match so far ({2}) in {3}",
    };
    let flows = format::counted(f.flows.into(), "{0} flow", "{0} flows");
    fill(whole, &[&format::count(matched), &format::count(packets), &format::percent(matched, packets), &flows])
}

/// In the place of a view when there is nothing for it to show.
#[component]
pub(crate) fn NothingMatches() -> impl IntoView {
    let filters = expect_context::<Filters>();
    let failure = move || filters.state.filtered.with(|f| f.as_ref().and_then(|f| f.failure.clone()));
    view! {
        <div class="nothing-matches" id="nothing-matches">
            {icon::icon(icon::FILTER)}
            <h2>{move || if failure().is_some() { t("The filter cannot be applied") } else { t("No packet matches the filter") }}</h2>
            <p><code>{move || filters.state.filter.with(|filter| filter.text.clone())}</code></p>
            <p class="muted">{move || failure().map(|failure| told(&failure))}</p>
            <button type="button" class="button primary" on:click=move |_| filters.clear()>{t("Clear the filter")}</button>
        </div>
    }
}

impl Filters {
    /// Whether the filter that is applied lets nothing pass, for sure.
    pub(crate) fn lets_nothing_pass(self) -> bool {
        let State { filter, filtered, .. } = self.state;
        let nothing = |f: &FilterProgress| f.failure.is_some() || (f.done && f.matched == 0 && f.packets > 0);
        !filter.with(Filter::is_empty) && filtered.with(|f| f.as_ref().is_some_and(nothing))
    }
}

/// Beside words that something is not there: it may only be filtered out.
#[component]
pub(crate) fn Only() -> impl IntoView {
    let filters = expect_context::<Filters>();
    move || {
        (!filters.state.filter.with(Filter::is_empty)).then(|| view! {
            <p>{t("Only packets that match the filter are looked at.")}" "<button type="button" class="link" on:click=move |_| filters.clear()>{t("Clear the filter")}</button></p>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_counts() {
        let f = FilterProgress { packets: 56_789, matched: 1234, flows: 12, done: true, ..FilterProgress::default() };
        assert_eq!(sentence(&f), "1,234 of 56,789 packets match (2.2 %) in 12 flows");
        assert_eq!(
            sentence(&FilterProgress { packets: 1, flows: 1, matched: 1, ..f }),
            "1 of 1 packet matches (100 %) in 1 flow"
        );
    }
}
