//! Finding packets: by the list's text, by the details' text, by bytes, by field.
use crate::api::{Find, Needle};
use crate::ui::client::Client;
use crate::ui::parts::icon;
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use crate::ui::{dom, format};
use leptos::prelude::*;

pub(crate) const INPUT: &str = "find-text";

#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Where {
    #[default]
    List,
    Details,
    Text,
    Hex,
    Field,
}

const WHERES: [(Where, &str, &str, &str); 5] = [
    (Where::List, "list", "Packet list", "Text in any column"),
    (Where::Details, "details", "Packet details", "Text in any line of the tree"),
    (Where::Text, "text", "Packet bytes: text", "Text in the bytes"),
    (Where::Hex, "hex", "Packet bytes: hex", "0d0a, 0d:0a or 0d 0a"),
    (Where::Field, "field", "Field", "tcp.port == 443, or a name alone"),
];

#[derive(Clone, Copy)]
pub(crate) struct Finder {
    client: Client,
    state: State,
    pub open: RwSignal<bool>,
    within: RwSignal<Where>,
    text: RwSignal<String>,
    exact: RwSignal<bool>,
    /// Which search runs; another number ends it.
    run: StoredValue<u32>,
    /// Packet that a running search is at.
    at: RwSignal<Option<u32>>,
    said: RwSignal<String>,
}

/// One search on its way.
#[derive(Clone)]
struct Search {
    run: u32,
    what: Needle,
    backwards: bool,
    /// Where it began; once past the end it goes on to here from the other end.
    origin: u32,
    wrapped: bool,
}

impl Finder {
    pub(crate) fn new() -> Finder {
        Finder {
            client: expect_context::<Client>(),
            state: expect_context::<State>(),
            open: RwSignal::new(false),
            within: RwSignal::default(),
            text: RwSignal::default(),
            exact: RwSignal::new(false),
            run: StoredValue::new(0),
            at: RwSignal::new(None),
            said: RwSignal::default(),
        }
    }

    /// Opens the bar and puts the cursor there.
    pub(crate) fn show(&self) {
        set(self.open, true);
        request_animation_frame(|| {
            dom::focus(INPUT);
        });
    }

    pub(crate) fn close(&self) {
        self.cancel();
        set(self.open, false);
        set(self.said, String::new());
        dom::focus(super::list::ID);
    }

    fn cancel(&self) {
        self.run.update_value(|n| *n += 1);
        set(self.at, None);
    }

    fn packets(&self) -> u32 {
        self.state.progress.with_untracked(|progress| progress.as_ref().map_or(0, |p| p.packets))
    }

    fn needle(&self) -> Option<Needle> {
        let text = self.text.get_untracked();
        let trimmed = text.trim().to_owned();
        (!trimmed.is_empty()).then(|| match self.within.get_untracked() {
            Where::List => Needle::List(trimmed),
            Where::Details => Needle::Tree(trimmed),
            Where::Text => Needle::Text { text, exact: self.exact.get_untracked() },
            Where::Hex => Needle::Hex(trimmed),
            Where::Field => field(&trimmed),
        })
    }

    /// The next packet after the selected one, or the one before it.
    pub(crate) fn go(&self, backwards: bool) {
        self.cancel();
        let (Some(what), Some(last)) = (self.needle(), self.packets().checked_sub(1)) else {
            return if self.open.get_untracked() { set(self.said, String::new()) } else { self.show() };
        };
        let from = match (self.state.desk.packet.get_untracked(), backwards) {
            (None, false) => 0,
            (None, true) => last,
            (Some(here), false) => {
                if here >= last {
                    0
                } else {
                    here + 1
                }
            }
            (Some(here), true) => here.checked_sub(1).unwrap_or(last),
        };
        let search = Search { run: self.run.get_value(), what, backwards, origin: from, wrapped: false };
        set(self.said, String::new());
        self.ask(from, search);
    }

    fn ask(self, from: u32, search: Search) {
        set(self.at, Some(from));
        let question = Find { from, backwards: search.backwards, what: search.what.clone() };
        self.client.ask_once(question, move |answer| {
            if self.run.try_get_value() != Some(search.run) {
                return;
            }
            let found = match answer {
                Ok(found) => found,
                Err(message) => {
                    set(self.at, None);
                    return set(self.said, message);
                }
            };
            if let Some(id) = found.packet.filter(|id| !search.passed(*id)) {
                set(self.at, None);
                let text = if search.wrapped { "Went on from the other end. Packet {0}" } else { "Packet {0}" };
                set(self.said, fill(text, &[&format::count(u64::from(id) + 1)]));
                set(self.state.desk.of, None);
                set(self.state.desk.spot, found.bytes.map(|range| (id, range)));
                return self.state.desk.jump(id);
            }
            match found.next.filter(|next| found.packet.is_none() && !search.passed(*next)) {
                Some(next) => self.ask(next, search),
                None if search.wrapped || found.packet.is_some() => {
                    set(self.at, None);
                    set(self.said, t("Nothing found").to_owned());
                }
                None => {
                    let other_end = if search.backwards { self.packets().saturating_sub(1) } else { 0 };
                    let wrapped = Search { wrapped: true, ..search };
                    if wrapped.passed(other_end) {
                        set(self.at, None);
                        set(self.said, t("Nothing found").to_owned());
                    } else {
                        self.ask(other_end, wrapped);
                    }
                }
            }
        });
    }
}

impl Search {
    /// Whether a packet was looked at before the search went round the end.
    fn passed(&self, id: u32) -> bool {
        self.wrapped && if self.backwards { id <= self.origin } else { id >= self.origin }
    }
}

/// `tcp.port == 443`, `tcp.port=443`, `tcp.port 443` or a name alone.
fn field(text: &str) -> Needle {
    let at = text.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(text.len());
    let (name, rest) = text.split_at(at);
    let value = rest.trim_start_matches(|c: char| c == '=' || c.is_whitespace()).trim_matches('"');
    Needle::Field { name: name.to_owned(), value: value.to_owned() }
}

#[component]
pub(crate) fn FindBar(finder: Finder) -> impl IntoView {
    let choose = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        if let Some((within, ..)) = WHERES.iter().find(|(_, slug, ..)| *slug == value) {
            finder.within.set(*within);
            finder.cancel();
        }
    };
    let hint = move || WHERES.iter().find(|(within, ..)| *within == finder.within.get()).map_or("", |w| t(w.3));
    let on_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            finder.go(event.shift_key());
        }
        "Escape" => {
            event.prevent_default();
            finder.close();
        }
        _ => {}
    };
    let progress = move || {
        finder.at.get().map(|at| {
            let packets = finder.packets();
            view! {
                <span class="muted" id="find-progress">{fill("looking at packet {0} of {1}", &[&format::count(u64::from(at) + 1), &format::count(packets.into())])}</span>
                <button type="button" class="button small" id="find-cancel" on:click=move |_| { finder.cancel(); set(finder.said, t("Stopped").to_owned()); }>{t("Cancel")}</button>
            }
        })
    };
    view! {
        <div class="toolbar find" role="search" aria-label=t("Find a packet") on:keydown=on_key>
            <label><span class="visually-hidden">{t("Find in")}</span>
                <select class="select" id="find-where" on:change=choose>
                    {WHERES.map(|(_, slug, title, _)| view! { <option value=slug>{t(title)}</option> }).collect_view()}
                </select>
            </label>
            <label class="search">
                {icon::icon(icon::SEARCH)}
                <span class="visually-hidden">{t("Find what")}</span>
                <input type="search" id=INPUT placeholder=hint autocomplete="off" spellcheck="false"
                    prop:value=move || finder.text.get()
                    on:input=move |event| { finder.text.set(event_target_value(&event)); finder.cancel(); } />
            </label>
            <label class="check" hidden=move || finder.within.get() != Where::Text>
                <input type="checkbox" prop:checked=move || finder.exact.get() on:change=move |_| finder.exact.update(|exact| *exact = !*exact) />{t("Match case")}
            </label>
            <button type="button" class="button" id="find-next" title=t("Next (n, Enter)") on:click=move |_| finder.go(false)>{t("Next")}</button>
            <button type="button" class="button" id="find-previous" title=t("Previous (p, Shift Enter)") on:click=move |_| finder.go(true)>{t("Previous")}</button>
            {progress}
            <span id="find-said" role="status">{move || finder.said.get()}</span>
            <span class="space"></span>
            <button type="button" class="button quiet" aria-label=t("Close find") title=t("Close (Esc)") on:click=move |_| finder.close()>{icon::icon(icon::CLOSE)}</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_written_in_many_ways() {
        let is = |text: &str, name: &str, value: &str| {
            assert_eq!(field(text), Needle::Field { name: name.into(), value: value.into() }, "{text}");
        };
        is("tcp.port == 443", "tcp.port", "443");
        is("tcp.port=443", "tcp.port", "443");
        is("http.host \"a b\"", "http.host", "a b");
        is("dns", "dns", "");
    }

    #[test]
    fn a_search_that_went_round_ends_where_it_began() {
        let search = |backwards, wrapped| Search { run: 0, what: Needle::default(), backwards, origin: 5, wrapped };
        assert!(!search(false, false).passed(9));
        assert!(search(false, true).passed(5) && !search(false, true).passed(4));
        assert!(search(true, true).passed(5) && !search(true, true).passed(6));
    }
}
