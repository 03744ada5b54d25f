//! What the page draws. It sees only [`crate::api`]: questions go to the worker, answers come back.
//!
//! Read [`state`] (what the page knows), [`client`] (how it asks), then any of [`views`].
#![allow(unreachable_pub, reason = "the component macro expands to pub items")]
mod ahead;
mod blocks;
mod client;
mod curves;
mod desk;
mod dom;
mod figure;
mod files;
mod filter;
mod format;
mod geo;
mod net;
mod opening;
mod parts;
mod report;
mod save;
mod say;
mod share;
mod state;
mod timeline;
mod url;
mod views;
mod wanted;

use crate::rest;
use client::Client;
use files::{RereadingLine, UnpackingLine};
use filter::{FilterBar, Filters, FormDialog, NothingMatches};
use leptos::ev;
use leptos::prelude::*;
use parts::crash::CrashDialog;
use parts::drop_zone::{DropZone, open_served};
use parts::header::{Header, Tabs};
use parts::help::HelpDialog;
use parts::menu::MenuLayer;
use parts::privacy::PrivacyDialog;
use parts::progress::{Announcer, ProgressLine};
use parts::start::{RefusalNote, Start};
use parts::update::UpdateNote;
use parts::widths::Widths;
use report::ReportDialog;
use save::{SaveDialog, Wish};
use say::language::Shown;
use say::t;
use share::{OtherCapture, ShareDialog};
use state::{Phase, State, set};
use timeline::TimelineBar;
use url::Route;
use views::VIEWS;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// Puts the page into the document.
pub fn mount() {
    console_error_panic_hook::set_once();
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let state = State::new(Route::parse(&window().location().hash().unwrap_or_default()));
    let spoken = say::language::begin();
    provide_context(spoken);
    let client = Client::connect(state);
    provide_context(state);
    provide_context(Widths::remembered());
    provide_context(client);
    let filters = Filters::new(state, client);
    provide_context(filters);
    filter::listen(filters);
    geo::watch(client, state, filters);
    ahead::ask_ahead(client, state);
    follow_address(state);
    listen_to_keys(client, state);
    tell_the_outside(state, spoken);
    open_from_address(client, state);
    opening::listen(client);

    // Another language is another page: state, client and filters live on.
    move || spoken.get().map(|_| view! { <Page state filters /> })
}

/// Everything that is drawn.
#[component]
fn Page(state: State, filters: Filters) -> impl IntoView {
    let shown = Memo::new(move |_| state.file.with(Option::is_some));
    let view = Memo::new(move |_| views::current(&state.view.get()).slug);
    let nothing = Memo::new(move |_| filters.lets_nothing_pass());
    let is_whole = whole(state);
    let main = move || match (shown.get(), nothing.get()) {
        (false, _) => view! { <Start /> }.into_any(),
        (true, true) => view! { <NothingMatches /> }.into_any(),
        (true, false) if is_whole.get() || view.get() == views::FIRST.slug => (views::current(view.get()).draw)(),
        (true, false) => view! { <p class="muted coming" aria-busy="true">{t("Loading …")}</p> }.into_any(),
    };
    view! {
        <a class="skip" href="#main" on:click=|event| { event.prevent_default(); dom::focus("main"); }>{t("Skip to the content")}</a>
        <Header />
        <Show when=move || shown.get()>
            <FilterBar />
            <TimelineBar />
            <ProgressLine />
            <RefusalNote />
            <OtherCapture />
        </Show>
        <div class="frame">
            <Show when=move || shown.get()><Tabs /></Show>
            <UnpackingLine />
            <RereadingLine />
        <main id="main" tabindex="-1" class:fills=move || shown.get() && views::current(view.get()).fills>
                {main}
                <MenuLayer open=state.menu />
            </main>
        </div>
        <DropZone />
        <Announcer />
        <HelpDialog />
        <FormDialog />
        <SaveDialog />
        <ReportDialog />
        <ShareDialog />
        <PrivacyDialog />
        <UpdateNote />
        <CrashDialog />
    }
}

/// Whether all of this program is there: the first view needs no more than there is.
fn whole(state: State) -> ReadSignal<bool> {
    let (is_whole, set_whole) = signal(rest::is_there());
    spawn_local(async move {
        match rest::there().await {
            Ok(()) => set_whole.set(true),
            Err(message) => state.crash.set(Some(message)),
        }
    });
    is_whole
}

/// State → address, and back when the user goes back.
fn follow_address(state: State) {
    Effect::new(move |before: Option<(Route, u32)>| {
        let (route, jumps) = (state.route(), state.desk.jumps.get());
        let hash = route.print();
        let Ok(history) = window().history() else { return (route, jumps) };
        if let Some((before, jumps_before)) = before
            && window().location().hash().is_ok_and(|now| now != hash)
        {
            let written = if jumps != jumps_before || route.is_step_from(&before) {
                history.push_state_with_url(&JsValue::NULL, "", Some(&hash))
            } else {
                history.replace_state_with_url(&JsValue::NULL, "", Some(&hash))
            };
            // Browsers limit how often; the address then lags behind until the next change.
            let _ = written;
        }
        (route, jumps)
    });
    let back = window_event_listener(ev::popstate, move |_| {
        state.go(Route::parse(&window().location().hash().unwrap_or_default()))
    });
    on_cleanup(move || back.remove());
}

fn listen_to_keys(client: Client, state: State) {
    let keys = window_event_listener(ev::keydown, move |event| {
        let control = event.ctrl_key() || event.meta_key();
        if control && event.key() == "o" {
            event.prevent_default();
            return opening::choose(client, state, false);
        }
        let open = state.file.with_untracked(Option::is_some);
        if control && event.key() == "s" && open {
            event.prevent_default();
            if !dom::dialog_open() {
                state.saving.set(Some(Wish::Packets));
            }
            return;
        }
        if event.key() == "Escape" && !event.default_prevented() {
            // An open dialog takes the key itself.
            if !dom::dialog_open() && !dom::close_menu() && dom::is_there("details") {
                views::close_details(state);
            }
            return;
        }
        let silent = !state.keys.get_untracked()
            || control
            || event.alt_key()
            || event.default_prevented()
            || dom::is_typing(&event);
        if silent || dom::dialog_open() {
            return;
        }
        match event.key().as_str() {
            "o" => opening::choose(client, state, false),
            "?" => state.help.set(true),
            "w" if open => state.saving.set(Some(Wish::Packets)),
            "/" if open => {
                event.prevent_default();
                dom::focus(filter::INPUT);
                dom::select_all(filter::INPUT);
            }
            // The packet list has a search of its own.
            "s" if open && views::current(&state.view.get_untracked()).slug != "packets" => {
                event.prevent_default();
                if !dom::focus(views::SEARCH) {
                    set(state.view, "flows".to_owned());
                    // The view has to be drawn first.
                    request_animation_frame(|| {
                        dom::focus(views::SEARCH);
                    });
                }
            }
            key if open => {
                let view = key.parse::<usize>().ok().and_then(|n| VIEWS.get(n.checked_sub(1)?));
                if let Some(view) = view {
                    set(state.view, view.slug.to_owned());
                }
            }
            _ => {}
        }
    });
    on_cleanup(move || keys.remove());
}

/// Title of the window, and the facts that tests and benches wait for.
fn tell_the_outside(state: State, spoken: Shown) {
    Effect::new(move |_| {
        let title = state.file.with(|file| file.as_ref().map(|file| format!("{} · Wireglass", file.name)));
        document().set_title(title.as_deref().unwrap_or("Wireglass"));
    });
    Effect::new(move |_| {
        let refused = state.refusal.with(Option::is_some) || state.crash.with(Option::is_some);
        let name = match state.phase() {
            _ if spoken.with(Option::is_none) => "loading",
            _ if refused => "error",
            _ if state.opening.with(Option::is_some) => "loading",
            Phase::Start => "ready",
            Phase::Loading => "loading",
            Phase::Complete => "done",
            Phase::Cancelled => "cancelled",
            Phase::Broken => "error",
        };
        state.progress.with(|progress| {
            if let Some(p) = progress {
                dom::set_root_data("packets", &p.packets.to_string());
                dom::set_root_data("flows", &p.flows.to_string());
                dom::set_root_data("worker-memory", &p.memory.to_string());
                dom::set_root_data("elapsed", &format!("{:.1}", p.elapsed_ms));
            }
        });
        // Last: whoever waits for the state finds the rest in place.
        dom::set_root_data("state", name);
    });
}

/// `?open=./samples/shop.pcapng` opens a file served beside the page at once (the policy of the page forbids any other origin).
fn open_from_address(client: Client, state: State) {
    let query = window().location().search().unwrap_or_default();
    let address =
        query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("open=").map(str::to_owned));
    if let Some(address) = address {
        open_served(client, state, address);
    }
}
