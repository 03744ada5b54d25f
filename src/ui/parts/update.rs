//! A newer version waits beside the page (www/boot.js): files of two versions never meet, so it comes in when the reader says so.
use crate::ui::dom;
use crate::ui::say::{fill, t};
use leptos::prelude::*;

#[component]
pub(crate) fn UpdateNote() -> impl IntoView {
    // Other windows that still show the older version; `None`: there is no newer one.
    let others = RwSignal::new(dom::root_data("update").and_then(|n| n.parse::<u32>().ok()));
    let listener = window_event_listener_untyped("wireglass-update", move |_| {
        others.set(dom::root_data("update").and_then(|n| n.parse().ok()));
    });
    on_cleanup(move || listener.remove());
    let let_in = |_| dom::announce("wireglass-let-in");
    let text = move |others: u32| match others {
        0 => t("A newer version of Wireglass is here. Reloading closes the capture that is open.").to_owned(),
        1 => t("One other window still shows the older version: close it, then reload.").to_owned(),
        _ => fill("{0} other windows still show the older version: close them, then reload.", &[&others]),
    };
    move || {
        others.get().map(|n| {
            view! {
                <div class="update" id="update" role="status">
                    <span>{text(n)}</span>
                    <button type="button" class="button small primary" on:click=let_in>{t("Reload")}</button>
                    <button type="button" class="button small" on:click=move |_| others.set(None)>{t("Later")}</button>
                </div>
            }
        })
    }
}
