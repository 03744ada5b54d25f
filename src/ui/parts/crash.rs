//! The engine crashed, or a part of the program did not come: what happened, that nothing was sent, and how to go on.
use super::drop_zone::INPUT;
use crate::rest;
use crate::ui::client::Client;
use crate::ui::dom;
use crate::ui::say::{t, told};
use crate::ui::state::State;
use leptos::html::Dialog;
use leptos::prelude::*;

#[component]
pub(crate) fn CrashDialog() -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match state.crash.with(Option::is_some) {
            true if !dialog.open() => {
                let _ = dialog.show_modal();
            }
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let message = move || told(&state.crash.get().unwrap_or_default());
    let copied = RwSignal::new(false);
    let is_part = Memo::new(move |_| state.crash.with(|message| message.as_deref() == Some(rest::LOST)));
    let title = move || t(if is_part.get() { "A part of Wireglass is missing" } else { "The engine stopped" });
    let what = move || {
        t(if is_part.get() {
            "It could not be loaded from where this page came from: the network may be gone, or the page there is a newer one by now. What is on screen stays, your file is unchanged, and nothing was sent anywhere."
        } else {
            "The part of Wireglass that reads captures ran into a bug and was shut down. The page itself is fine, your file is unchanged, and nothing was sent anywhere. What is on screen stays, but it cannot be sorted or searched any more."
        })
    };
    let go_on = move || {
        match is_part.get() {
        true => view! { <button type="button" class="button primary" id="crash-reload" autofocus on:click=|_| drop(window().location().reload())>{t("Reload")}</button> }.into_any(),
        false => view! {
            <button type="button" class="button primary" id="crash-again" autofocus on:click=move |_| { state.crash.set(None); client.open_again(); }>{t("Open it again")}</button>
            <button type="button" class="button" on:click=move |_| { state.crash.set(None); dom::click(INPUT); }>{t("Choose another file")}</button>
        }.into_any(),
    }
    };
    view! {
        <dialog class="dialog" id="crash" node_ref=dialog aria-labelledby="crash-title" on:close=move |_| state.crash.set(None)>
            <h2 id="crash-title">{title}</h2>
            <p>{what}</p>
            <pre class="crash-message" tabindex="0">{message}</pre>
            <div class="dialog-buttons">
                {go_on}
                <button type="button" class="button" on:click=move |_| copied.set(dom::copy(&message()))>
                    {move || if copied.get() { t("Copied") } else { t("Copy the message") }}
                </button>
                <button type="button" class="button quiet" on:click=move |_| state.crash.set(None)>{t("Close")}</button>
            </div>
        </dialog>
    }
}
