//! What "nothing leaves" rests on, and how to check it; with the numbers that the browser itself counts (www/watch.js).
use super::icon;
use crate::ui::say::t;
use crate::ui::state::State;
use leptos::html::{self, Dialog};
use leptos::prelude::*;

/// A number that keeps itself up to date: `asked` of other hosts, or `blocked`.
fn count(of: &'static str) -> impl IntoView {
    html::custom("request-count").attr("of", of)
}

/// On the start page.
#[component]
pub(crate) fn Counted() -> impl IntoView {
    let state = expect_context::<State>();
    view! {
        <p class="counted" id="counted">
            {t("Requests to other hosts since this page was opened:")}" "<b>{count("asked")}</b>" "
            <button type="button" class="link" on:click=move |_| state.private.set(true)>{t("How to check")}</button>
        </p>
    }
}

/// In the header, whatever is shown.
#[component]
pub(crate) fn PrivacyButton() -> impl IntoView {
    let state = expect_context::<State>();
    view! {
        <button type="button" class="button quiet" id="privacy-button" title=t("Requests to other hosts since this page was opened, and how to check that") on:click=move |_| state.private.set(true)>
            {icon::icon(icon::LOCK)}<span class="visually-hidden">{t("What leaves this machine")}" "</span>{count("asked")}
        </button>
    }
}

#[component]
pub(crate) fn PrivacyDialog() -> impl IntoView {
    let state = expect_context::<State>();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match state.private.get() {
            true if !dialog.open() => {
                let _ = dialog.show_modal();
            }
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let policy = document()
        .query_selector("meta[http-equiv='Content-Security-Policy']")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_default();
    let policy = policy.split(';').map(str::trim).collect::<Vec<_>>().join(";\n");
    view! {
        <dialog class="dialog privacy" id="privacy" node_ref=dialog aria-labelledby="privacy-title" on:close=move |_| state.private.set(false)>
            <h2 id="privacy-title" tabindex="-1" autofocus>{t("Your capture stays on this machine")}</h2>
            <dl class="privacy-counts">
                <dt>{t("Requests to other hosts since this page was opened")}</dt><dd>{count("asked")}</dd>
                <dt>{t("Attempts that the page's policy stopped")}</dt><dd>{count("blocked")}</dd>
            </dl>
            <p>{t("The browser counts: the page and the worker that reads the capture look through its list of requests. What extensions of the browser do is not in it.")}</p>
            <h3>{t("Check it yourself")}</h3>
            <ul>
                <li>{t("Open the developer tools (F12), Network, and then a capture: there is no request that carries it.")}</li>
                <li>{t("Switch the network off and go on: everything works as before, also the next time, once the page was here.")}</li>
                <li>{t("Type fetch(\"https://example.com\") into the console: the policy below stops it, and the second number counts it.")}</li>
            </ul>
            <h3>{t("The policy")}</h3>
            <p>{t("The browser enforces it for the page and its worker: connections to the page's own origin only, no forms, no frames, no foreign scripts, images or styles. It cannot forbid a page to open another address; Wireglass opens none with anything of a capture in it.")}</p>
            <pre tabindex="0">{policy}</pre>
            <h3>{t("The exception")}</h3>
            <p>{t("“From a URL” is a page of its own that may ask other hosts, because it reads a capture from one. It hands the bytes over inside the browser, holds no capture that you opened, and forgets the address and its signature.")}</p>
            <h3>{t("What is kept")}</h3>
            <p>{t("In this browser: your choices (colours, columns, filters you saved), the files of Wireglass for working offline, and a capture read from a URL until the page that shows it is closed. A link you share holds what its dialog lists.")}</p>
            <div class="dialog-buttons">
                <button type="button" class="button primary" on:click=move |_| state.private.set(false)>{t("Close")}</button>
            </div>
        </dialog>
    }
}
