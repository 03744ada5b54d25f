//! The dialog: what the link has, what it may leave out, and the link.
use super::fragment::{Told, fragment, in_own_words, is_naming};
use crate::api::{Fingerprint, FingerprintAnswer};
use crate::ui::client::Client;
use crate::ui::parts::icon;
use crate::ui::say::{fill, t};
use crate::ui::state::{FileFacts, Phase, State};
use crate::ui::{dom, format};
use leptos::html::Dialog;
use leptos::prelude::*;

const LINK: &str = "share-link";

#[component]
pub(crate) fn ShareButton() -> impl IntoView {
    let state = expect_context::<State>();
    view! {
        <button type="button" class="button" id="share" title=t("A link to what is seen, without the capture") aria-haspopup="dialog" aria-label=t("Share …") on:click=move |_| state.sharing.set(true)>
            {icon::icon(icon::LINK)}<span class="wide">{t("Share …")}</span>
        </button>
    }
}

/// Drawn while it is open only.
#[component]
pub(crate) fn ShareDialog() -> impl IntoView {
    let state = expect_context::<State>();
    move || {
        let file = state.file.get().filter(|_| state.sharing.get())?;
        Some(view! { <Form file=file /> })
    }
}

#[component]
fn Form(file: FileFacts) -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get().filter(|dialog| !dialog.open()) {
            let _ = dialog.show_modal();
        }
    });
    let route = state.route_untracked();
    let words = in_own_words(&route);
    let naming = is_naming(&route);
    let told = RwSignal::new(Told { filter: !naming, name: true });
    let print = RwSignal::new(String::new());
    // Before the end is read there is none.
    if untrack(|| state.phase()) == Phase::Complete {
        client.ask_once(Fingerprint {}, move |answer| {
            if let Ok(FingerprintAnswer { print: told, .. }) = answer {
                print.try_set(told);
            }
        });
    }
    let facts = StoredValue::new((route, file.clone()));
    let link = Memo::new(move |_| {
        let after = facts.with_value(|(route, file)| print.with(|print| fragment(route, file, print, told.get())));
        [dom::page_address(), after].concat()
    });
    let copied = RwSignal::new(false);
    let copy = move |_| {
        dom::select_all(LINK);
        copied.set(dom::copy(&link.get_untracked()));
    };
    let in_words = (!words.is_empty()).then(|| {
        view! {
            <label class="check">
                <input type="checkbox" id="share-filter" prop:checked=move || told.get().filter on:change=move |_| { copied.set(false); told.update(|told| told.filter = !told.filter); } />
                {t("Filter and search, word for word:")}
            </label>
            <ul class="share-words">{words.into_iter().map(|word| view! { <li><code>{word}</code></li> }).collect_view()}</ul>
            {naming.then(|| view! {
                <p class="share-warning">
                    {icon::icon(icon::WARNING)}
                    {t("It seems to name addresses, hosts or people: whoever sees the link reads it. Left out unless you switch it on.")}
                </p>
            })}
        }
    });
    view! {
        <dialog class="dialog share" id="share-dialog" node_ref=dialog aria-labelledby="share-title" on:close=move |_| state.sharing.set(false)>
            <h2 id="share-title">{t("A link to what is seen")}</h2>
            <p>{t("The link holds no packet and nothing of the capture's content. Whoever opens it needs the capture itself, and is asked for it. What a link holds stands behind its # and is not sent to the server of this page either.")}</p>
            <h3>{t("In the link")}</h3>
            <ul class="share-list">
                <li>{t("View, order, columns, and what is selected (as numbers)")}</li>
                <li>{fill("Size of the capture ({0}) and a fingerprint, to know it by", &[&format::bytes(file.size)])}</li>
            </ul>
            <label class="check">
                <input type="checkbox" id="share-name" prop:checked=move || told.get().name on:change=move |_| { copied.set(false); told.update(|told| told.name = !told.name); } />
                {fill("Name of the capture: {0}", &[&file.name])}
            </label>
            {in_words}
            <div class="share-line">
                <input id=LINK readonly aria-label=t("The link") prop:value=move || link.get() />
                <button type="button" class="button primary" id="share-copy" autofocus on:click=copy>
                    {icon::icon(icon::COPY)}{move || if copied.get() { t("Copied") } else { t("Copy") }}
                </button>
            </div>
            {dom::page_address().is_empty().then(|| view! {
                <p class="muted">{t("This page was opened from a file, so it has no address for others: put this behind the address of their Wireglass.")}</p>
            })}
            <div class="dialog-buttons">
                <button type="button" class="button" on:click=move |_| state.sharing.set(false)>{t("Close")}</button>
            </div>
        </dialog>
    }
}
