//! A long stream in pages of chunks: those near what is in sight are there, the others keep their room.
use super::text::{Hit, Show, Turn, turns};
use crate::api::{Stream, StreamAnswer, StreamChunk, StreamSide};
use crate::sorted::Sorted;
use crate::ui::client::Client;
use crate::ui::desk::Desk;
use crate::ui::say::{fill, t};
use crate::ui::state::set;
use crate::ui::{dom, format};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// Chunks of a page at least, pages at most.
const CHUNKS: u32 = 32;
const PAGES: u32 = 600;
/// Questions on their way at most.
const FLYING: usize = 2;
/// Pages kept around those in sight.
const KEPT: u32 = 4;
/// Height of a page that was never drawn, px.
const GUESS: f64 = 900.0;

/// Which stream, and what of it.
#[derive(Clone, Copy, PartialEq, Default)]
pub(crate) struct Which {
    pub flow: u32,
    pub side: StreamSide,
    pub decoded: bool,
}

/// The chunks of a page, and the one in front of them.
#[derive(PartialEq)]
struct Page {
    before: Option<StreamChunk>,
    chunks: Vec<StreamChunk>,
}

#[derive(Clone, Copy)]
pub(crate) struct Pages {
    client: Client,
    which: Memo<Option<Which>>,
    /// What there is of it: an answer without chunks.
    pub facts: RwSignal<Option<StreamAnswer>>,
    pub failure: RwSignal<Option<String>>,
    loaded: RwSignal<Sorted<u32, Arc<Page>>>,
    flying: StoredValue<Vec<u32>>,
    /// Counts the streams: answers about an earlier one are dropped.
    run: StoredValue<u32>,
    heights: StoredValue<Sorted<u32, f64>>,
    element: NodeRef<Div>,
}

impl Pages {
    pub(crate) fn new(which: Memo<Option<Which>>) -> Pages {
        let pages = Pages {
            client: expect_context::<Client>(),
            which,
            facts: RwSignal::new(None),
            failure: RwSignal::new(None),
            loaded: RwSignal::default(),
            flying: StoredValue::default(),
            run: StoredValue::new(0),
            heights: StoredValue::default(),
            element: NodeRef::new(),
        };
        Effect::new(move |_| {
            which.track();
            pages.run.update_value(|run| *run += 1);
            pages.flying.set_value(Vec::new());
            pages.heights.set_value(Sorted::default());
            set(pages.facts, None);
            set(pages.failure, None);
            pages.loaded.set(Sorted::default());
            if let Some(element) = pages.element.get_untracked() {
                element.set_scroll_top(0);
            }
            pages.load(0);
        });
        pages
    }

    fn chunks_a_page(&self) -> u32 {
        let total = self.facts.with_untracked(|facts| facts.as_ref().map_or(0, |facts| facts.total));
        total.div_ceil(PAGES).max(CHUNKS)
    }

    fn count(&self) -> u32 {
        self.facts.with(|facts| facts.as_ref().map_or(0, |facts| facts.total)).div_ceil(self.chunks_a_page())
    }

    /// Asks for a page. The first one tells how many there are.
    fn load(self, page: u32) {
        let Some(which) = self.which.get_untracked() else { return };
        let there = self.loaded.with_untracked(|loaded| loaded.contains_key(&page));
        let flying = self.flying.with_value(|flying| flying.contains(&page) || flying.len() >= FLYING);
        if there || flying {
            return;
        }
        self.flying.update_value(|flying| flying.push(page));
        let (run, first) = (self.run.get_value(), page * self.chunks_a_page());
        let chunks = first.saturating_sub(1)..first + self.chunks_a_page();
        let question = Stream { flow: which.flow, side: which.side, chunks, decoded: which.decoded };
        self.client.ask_once(question, move |answer| {
            if self.run.try_get_value() != Some(run) {
                return;
            }
            self.flying.update_value(|flying| flying.retain(|flying| *flying != page));
            let mut answer = match answer {
                Ok(answer) => answer,
                Err(message) => return set(self.failure, Some(message)),
            };
            let mut chunks = std::mem::take(&mut answer.chunks);
            let before = (first > 0 && !chunks.is_empty()).then(|| chunks.remove(0));
            let is_first = self.facts.with_untracked(Option::is_none);
            set(self.facts, Some(answer));
            // The first page was asked for before it was known how long a page is.
            if is_first && self.chunks_a_page() != CHUNKS {
                return self.load(0);
            }
            self.loaded.update(|loaded| {
                loaded.insert(page, Arc::new(Page { before, chunks }));
            });
            request_animation_frame(move || self.look());
        });
    }

    /// Loads what is in sight or about to be, lets go of what is far away.
    pub(crate) fn look(self) {
        let Some(Some(element)) = self.element.try_get_untracked() else { return };
        let (top, height) = (element.scroll_top(), element.client_height());
        let count = untrack(|| self.count());
        let first = at_offset(&element, count, top - height / 2);
        let last = at_offset(&element, count, top + height + height / 2);
        for page in first..=last.min(count.saturating_sub(1)) {
            self.load(page);
        }
        let away = |page: &u32| page.saturating_add(KEPT) < first || *page > last.saturating_add(KEPT);
        let gone: Vec<u32> = self.loaded.with_untracked(|loaded| loaded.keys().copied().filter(away).collect());
        if !gone.is_empty() {
            let measured =
                gone.iter().filter_map(|page| Some((*page, f64::from(child(&element, *page)?.offset_height()))));
            self.heights.update_value(|heights| heights.extend(measured));
            self.loaded.update(|loaded| loaded.retain(|page| !gone.contains(page)));
        }
    }

    /// Brings a chunk into sight.
    pub(crate) fn show(self, chunk: u32) {
        let page = chunk / self.chunks_a_page();
        let Some(element) = self.element.get_untracked() else { return };
        if !self.loaded.with_untracked(|loaded| loaded.contains_key(&page)) {
            if let Some(child) = child(&element, page) {
                element.set_scroll_top(child.offset_top());
            }
            self.look();
        }
        self.settle(chunk, 60);
    }

    /// Scrolls to the chunk once it is drawn, and again while the pages around it find their heights.
    fn settle(self, chunk: u32, tries: u32) {
        if tries == 0 || self.run.try_get_value().is_none() {
            return;
        }
        let is_drawn = document().get_element_by_id(&chunk_id(chunk)).is_some();
        if is_drawn && document().get_element_by_id(HIT).is_some() {
            dom::scroll_to(HIT);
        } else if is_drawn {
            dom::scroll_to(&chunk_id(chunk));
        }
        let next = if is_drawn { tries.min(12) - 1 } else { tries - 1 };
        set_timeout(move || self.settle(chunk, next), std::time::Duration::from_millis(25));
    }
}

fn child(element: &web_sys::Element, page: u32) -> Option<web_sys::HtmlElement> {
    element.children().item(page)?.dyn_into().ok()
}

/// The page that stands at an offset of the scrolled content.
fn at_offset(element: &web_sys::Element, count: u32, offset: i32) -> u32 {
    let (mut low, mut high) = (0, count.saturating_sub(1));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if child(element, middle).is_some_and(|page| page.offset_top() <= offset) {
            low = middle
        } else {
            high = middle - 1
        }
    }
    low
}

/// Id of what a search found.
const HIT: &str = "stream-hit";

fn chunk_id(chunk: u32) -> String {
    format!("chunk-{chunk}")
}

/// The pages on screen.
#[component]
pub(crate) fn PagesView(pages: Pages, desk: Desk, show: RwSignal<Show>, hit: RwSignal<Option<Hit>>) -> impl IntoView {
    let draw = move |page: u32| {
        let content = Memo::new(move |_| pages.loaded.with(|loaded| loaded.get(&page).cloned()));
        let room = move || {
            content.get().is_none().then(|| {
                let known = pages.heights.with_value(|heights| {
                    let mean = heights.values().sum::<f64>() / heights.len().max(1) as f64;
                    heights.get(&page).copied().unwrap_or(if heights.is_empty() { GUESS } else { mean })
                });
                format!("{known}px")
            })
        };
        let turns = move || {
            let content = content.get()?;
            let first = page * pages.chunks_a_page();
            let turns =
                hit.with(|hit| turns(content.before.as_ref(), &content.chunks, first, show.get(), hit.as_ref()));
            Some(turns.into_iter().map(|turn| draw_turn(pages, turn)).collect_view())
        };
        view! { <div class="stream-page" style:height=room>{turns}</div> }
    };
    let on_click = move |event: leptos::ev::MouseEvent| {
        if let Some(packet) = dom::ancestor_data(&event, "packet").filter(|_| !dom::is_selecting()) {
            set(desk.packet, Some(packet));
        }
    };
    view! {
        <div class="stream" class:hex=move || show.get() == Show::Hex class:raw=move || show.get() == Show::Raw id="stream" tabindex="0" role="region" aria-label=t("Stream") node_ref=pages.element
            on:scroll=move |_| pages.look() on:click=on_click>
            <For each=move || 0..pages.count() key=|page| *page children=draw />
        </div>
    }
}

fn draw_turn(pages: Pages, turn: Turn) -> impl IntoView {
    let is_a = turn.from == 0;
    let (ends, a_is_client) = pages
        .facts
        .with_untracked(|facts| facts.as_ref().map(|facts| (facts.ends.clone(), facts.a_is_client)))
        .unwrap_or_default();
    let client = is_a == a_is_client;
    let head = (!turn.goes_on).then(|| {
        let waited = turn.waited_ns.map(|ns| fill("after {0}", &[&format::duration(ns)]));
        let at = turn.time_ns.map(|ns| format!("{} s", format::seconds(ns)));
        let [a, b] = ends;
        view! {
            <div class="turn-head">
                <b>{if client { t("→ Client") } else { t("← Server") }}</b>
                <span class="mono">{if is_a { a } else { b }}</span>
                <span>{at}</span>
                <span>{waited}</span>
                <button type="button" class="link" data-packet=turn.packet>{fill("packet {0}", &[&format::count(u64::from(turn.packet) + 1)])}</button>
            </div>
        }
    });
    let pieces = turn.pieces.into_iter().map(|piece| {
        let gap = (piece.gap > 0).then(|| {
            view! { <span class="stream-gap">{format::counted(piece.gap, "[{0} byte missing in the capture]", "[{0} bytes missing in the capture]")}</span> }
        });
        let decoded = piece.decoded.map(|kind| view! { <span class="stream-gap">{fill("[{0} unpacked]", &[&kind])}</span> });
        let title = fill("Packet {0}", &[&format::count(u64::from(piece.packet) + 1)]);
        let text = piece.text.into_iter().map(|(found, text)| {
            if found { view! { <mark id=HIT>{text}</mark> }.into_any() } else { view! { {text} }.into_any() }
        });
        view! { {gap}{decoded}<span class="piece" id=chunk_id(piece.chunk) data-packet=piece.packet title=title>{text.collect_view()}</span> }
    });
    view! { <div class="turn" class:client=client class:server=!client>{head}<div class="turn-text">{pieces.collect_view()}</div></div> }
}
