//! Follow stream: what the two ends of a flow said, in the order in which it was said.
mod pages;
mod text;

use crate::api::{Flow, Needle, StreamAnswer, StreamFind, StreamSide};
use crate::ui::client::{Client, ask as ask_for};
use crate::ui::filter::More;
use crate::ui::format;
use crate::ui::parts::icon;
use crate::ui::save::{self, Done, Job};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use leptos::prelude::*;
use pages::{Pages, PagesView, Which};
use text::{Hit, Show};
use wasm_bindgen_futures::spawn_local;

const SHOWS: [(Show, &str, &str); 4] = [
    (Show::Utf8, "utf8", "UTF-8"),
    (Show::Ascii, "ascii", "ASCII"),
    (Show::Hex, "hex", "Hex dump"),
    (Show::Raw, "raw", "Raw (hex)"),
];

#[component]
pub(crate) fn StreamPanel() -> impl IntoView {
    let state = expect_context::<State>();
    let desk = state.desk;
    let side = RwSignal::new(StreamSide::Both);
    let decoded = RwSignal::new(true);
    let show = RwSignal::new(Show::default());
    let hit = RwSignal::new(None::<Hit>);
    let which = Memo::new(move |_| {
        // With no capture there is nobody to ask yet.
        state.file.with(Option::is_some).then_some(())?;
        Some(Which { flow: desk.followed.get()?, side: side.get(), decoded: decoded.get() })
    });
    let pages = Pages::new(which);
    Effect::new(move |_| {
        which.track();
        set(hit, None);
    });
    // Another flow begins with both sides: one side of it may be empty.
    Effect::new(move |before: Option<Option<u32>>| {
        let now = desk.followed.get();
        if before.is_some_and(|before| before != now) {
            set(side, StreamSide::Both);
        }
        now
    });
    let go = move |to: Option<u32>| {
        let flows = state.progress.with_untracked(|p| p.as_ref().map_or(0, |p| p.flows));
        if let Some(flow) = to.filter(|flow| *flow < flows) {
            set(desk.packet, None);
            state.follow(flow);
        }
    };
    let followed = move || desk.followed.get();
    let flow = ask_for(move || Some(Flow { id: desk.followed.get()?, packets: 0..0 }));
    let condition = Memo::new(move |_| flow.answer.with(|a| a.as_ref().map(|(_, detail)| detail.row.filter.clone())));
    let title = move || followed().map(|flow| fill("Flow {0}", &[&format::count(u64::from(flow) + 1)]));
    let choose_side = move |event: leptos::ev::Event| {
        set(
            side,
            match event_target_value(&event).as_str() {
                "a" => StreamSide::A,
                "b" => StreamSide::B,
                _ => StreamSide::Both,
            },
        );
    };
    let choose_show = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        if let Some((chosen, ..)) = SHOWS.iter().find(|(_, slug, _)| *slug == value) {
            set(show, *chosen);
        }
    };
    let ends =
        Memo::new(move |_| pages.facts.with(|facts| facts.as_ref().map(|facts| (facts.ends.clone(), facts.bytes))));
    let side_names = move || {
        let ([a, b], [from_a, from_b]) = ends.get().unwrap_or_default();
        [
            ("both", StreamSide::Both, fill("Entire conversation ({0})", &[&format::bytes(from_a + from_b)])),
            ("a", StreamSide::A, format!("{a} → {b} ({})", format::bytes(from_a))),
            ("b", StreamSide::B, format!("{b} → {a} ({})", format::bytes(from_b))),
        ]
        .map(|(slug, one, title)| view! { <option value=slug selected=move || side.get() == one>{title}</option> })
    };
    let nothing = move || {
        let none = pages.facts.with(|facts| facts.as_ref().is_some_and(|facts| facts.total == 0));
        let words = if followed().is_none() {
            t("Select a packet of a TCP or UDP flow and press f, or choose Follow in its menu.")
        } else if none {
            t("No payload on this side.")
        } else if pages.facts.with(Option::is_none) && pages.failure.with(Option::is_none) {
            t("Putting the stream together …")
        } else {
            return None;
        };
        Some(view! { <p class="pane-empty">{words}</p> })
    };
    view! {
        <div class="panel-body">
            <div class="toolbar">
                <span class="stepper">
                    <button type="button" class="button quiet small" id="stream-before" aria-label=t("Previous stream") title=t("Previous stream") on:click=move |_| go(desk.followed.get_untracked().and_then(|flow| flow.checked_sub(1)))>"◂"</button>
                    <b id="stream-title">{title}</b>
                    {move || condition.get().map(|condition| view! { <More condition=condition /> })}
                    <button type="button" class="button quiet small" id="stream-after" aria-label=t("Next stream") title=t("Next stream") on:click=move |_| go(desk.followed.get_untracked().and_then(|flow| flow.checked_add(1)))>"▸"</button>
                </span>
                <label><span class="visually-hidden">{t("Which side")}</span><select class="select" id="stream-side" on:change=choose_side>{side_names}</select></label>
                <label><span class="visually-hidden">{t("Show as")}</span>
                    <select class="select" id="stream-show" on:change=choose_show>
                        {SHOWS.map(|(one, slug, title)| view! { <option value=slug selected=move || show.get() == one>{t(title)}</option> }).collect_view()}
                    </select>
                </label>
                <label class="check" title=t("Chunked and compressed HTTP bodies are shown unpacked")>
                    <input type="checkbox" id="stream-decoded" prop:checked=move || decoded.get() on:change=move |_| decoded.update(|on| *on = !*on) />{t("HTTP decoded")}
                </label>
                <Search pages=pages which=which show=show hit=hit />
                <span class="space"></span>
                <Save which=which />
            </div>
            {move || pages.failure.get().map(|message| view! { <p class="refusal" role="alert">{icon::icon(icon::WARNING)}{message}</p> })}
            {nothing}
            <PagesView pages=pages desk=desk show=show hit=hit />
            <p class="status" id="stream-facts">{move || pages.facts.with(|facts| facts.as_ref().map(sentence))}</p>
        </div>
    }
}

/// How much was said, and what is missing.
fn sentence(facts: &StreamAnswer) -> String {
    let [client, server] = if facts.a_is_client { [0, 1] } else { [1, 0] };
    let of = |list: &[u64; 2], at: usize| list.get(at).copied().unwrap_or_default();
    let mut text = fill(
        "Client {0}, server {1}, {2}.",
        &[
            &format::bytes(of(&facts.bytes, client)),
            &format::bytes(of(&facts.bytes, server)),
            &format::counted(facts.turns.into(), "{0} turn", "{0} turns"),
        ],
    );
    let missing: u64 = facts.missing.iter().sum();
    if missing > 0 {
        text = format!(
            "{text} {}",
            format::counted(missing, "{0} byte is not in the capture.", "{0} bytes are not in the capture.")
        );
    }
    if facts.is_cut {
        text = format!("{text} {}", t("The stream is longer than is followed."));
    }
    text
}

#[component]
fn Search(pages: Pages, which: Memo<Option<Which>>, show: RwSignal<Show>, hit: RwSignal<Option<Hit>>) -> impl IntoView {
    let client = expect_context::<Client>();
    let text = RwSignal::new(String::new());
    let said = RwSignal::new("");
    let find = move || {
        let (text, Some(which)) = (text.get_untracked(), which.get_untracked()) else { return };
        if text.is_empty() {
            return set(said, "");
        }
        // In the hex views hex is meant, where it is hex.
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
        let is_hex = matches!(show.get_untracked(), Show::Hex | Show::Raw)
            && digits.len().is_multiple_of(2)
            && digits.chars().all(|c| c.is_ascii_hexdigit());
        let (what, length) = if is_hex {
            (Needle::Hex(text), digits.len() / 2)
        } else {
            (Needle::Text { text: text.clone(), exact: false }, text.len())
        };
        let from = hit.with_untracked(|hit| hit.as_ref().map_or(0, |(chunk, _)| chunk + 1));
        ask(client, pages, which, (what, length), from, from > 0, hit, said);
    };
    view! {
        <label class="search short">
            {icon::icon(icon::SEARCH)}
            <span class="visually-hidden">{t("Search the stream")}</span>
            <input type="search" id="stream-search" placeholder=t("Search") autocomplete="off" spellcheck="false"
                on:input=move |event| { text.set(event_target_value(&event)); set(hit, None); set(said, ""); }
                on:keydown=move |event| if event.key() == "Enter" { event.prevent_default(); find(); } />
        </label>
        <button type="button" class="button small" id="stream-next" on:click=move |_| find()>{t("Next")}</button>
        <span role="status">{move || said.get()}</span>
    }
}

#[expect(clippy::too_many_arguments, reason = "one search, which may go round the end once")]
fn ask(
    client: Client,
    pages: Pages,
    which: Which,
    (what, length): (Needle, usize),
    from: u32,
    may_wrap: bool,
    hit: RwSignal<Option<Hit>>,
    said: RwSignal<&'static str>,
) {
    let question = StreamFind { flow: which.flow, side: which.side, what: what.clone(), from, decoded: which.decoded };
    client.ask_once(question, move |answer| match answer {
        Ok(found) => match (found.chunk, found.next) {
            (Some(chunk), _) => {
                said.try_set("");
                hit.try_set(Some((chunk, found.at..found.at.saturating_add(length as u32))));
                pages.show(chunk);
            }
            (None, Some(next)) => {
                said.try_set(t("searching …"));
                ask(client, pages, which, (what, length), next, may_wrap, hit, said);
            }
            (None, None) if may_wrap => ask(client, pages, which, (what, length), 0, false, hit, said),
            (None, None) => {
                said.try_set(t("not found"));
            }
        },
        Err(_) => {
            said.try_set(t("cannot be searched"));
        }
    });
}

/// The stream's bytes as a file.
#[component]
fn Save(which: Memo<Option<Which>>) -> impl IntoView {
    let client = expect_context::<Client>();
    let saving = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<String>);
    let save = move |_| {
        let Some(which) = which.get_untracked().filter(|_| saving.with_untracked(Option::is_none)) else { return };
        set(saving, Some(t("Saving …").to_owned()));
        set(failure, None);
        let name = format!("stream-{}.bin", u64::from(which.flow) + 1);
        let job = Job::Stream { flow: which.flow, side: which.side };
        let tell = move |done: Done| saving.try_set(Some(format!("{} …", format::bytes(done.bytes)))).is_none();
        spawn_local(async move {
            let result = save::save(client, &name, job, Box::new(tell)).await;
            saving.try_set(None);
            failure.try_set(result.err());
        });
    };
    view! {
        <span class="bad" role="alert">{move || failure.get()}</span>
        <button type="button" class="button small" id="stream-save" title=t("Save the bytes as they were sent") on:click=save>
            {move || saving.get().unwrap_or_else(|| t("Save …").into())}
        </button>
    }
}
