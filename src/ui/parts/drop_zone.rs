//! Files onto the page: dropped anywhere, pasted, chosen, folders too. And the sample.
use crate::ui::client::Client;
use crate::ui::opening;
use crate::ui::say::t;
use crate::ui::state::{Refusal, State};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Id of the one file input; buttons click it.
pub(crate) const INPUT: &str = "file-input";
const ACCEPT: &str =
    ".pcap,.pcapng,.cap,.dmp,.ntar,.gz,.zst,.lz4,.xz,.bz2,.zip,application/vnd.tcpdump.pcap,application/x-pcapng";

/// Listens on the whole window, and shows that it does while a file hovers over it.
#[component]
pub(crate) fn DropZone() -> impl IntoView {
    let client = expect_context::<Client>();
    let state = expect_context::<State>();
    let hovering = RwSignal::new(false);

    let over = window_event_listener(ev::dragover, move |event| {
        // Without this the browser would leave the page and show the file itself.
        event.prevent_default();
        if carries_files(&event) {
            if let Some(data) = event.data_transfer() {
                data.set_drop_effect("copy");
            }
            if !hovering.get_untracked() {
                hovering.set(true);
            }
        }
    });
    let leave = window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            hovering.set(false);
        }
    });
    let dropped = window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        hovering.set(false);
        // With Shift the files are added to those that are open.
        let adds = event.shift_key() && state.file.with_untracked(Option::is_some);
        if let Some(data) = event.data_transfer() {
            opening::take(client, state, &data, adds);
        }
    });
    let pasted = window_event_listener_untyped("paste", move |event| {
        let data = event.dyn_ref::<web_sys::ClipboardEvent>().and_then(web_sys::ClipboardEvent::clipboard_data);
        if data.is_some_and(|data| opening::take(client, state, &data, false)) {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        over.remove();
        leave.remove();
        dropped.remove();
        pasted.remove();
    });

    let chosen = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input {
            let files = input.files();
            let files = (0..files.as_ref().map_or(0, web_sys::FileList::length)).filter_map(|n| files.as_ref()?.get(n));
            let adds = state.adding.get_untracked();
            state.adding.set(false);
            if adds {
                client.add(files.collect())
            } else {
                client.open(files.collect())
            }
            // So that choosing the same file again is a change again.
            input.set_value("");
        }
    };
    view! {
        <input type="file" id=INPUT hidden multiple accept=ACCEPT on:change=chosen />
        <div class="drop-veil" class:shown=move || hovering.get() aria-hidden="true">
            <p>{t("Drop the capture to open it")}</p>
        </div>
    }
}

fn carries_files(event: &web_sys::DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|data| data.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}

/// Opens a file that is served beside the page, by the same path as a dropped one.
pub(crate) fn open_served(client: Client, state: State, address: String) {
    let name = address.rsplit('/').next().unwrap_or_default().to_owned();
    state.opening.set(Some(name.clone()));
    spawn_local(async move {
        match fetch(&address, &name).await {
            Ok(file) => client.open(vec![file]),
            Err(_) => {
                state.opening.set(None);
                let message = "It could not be fetched from where this page comes from.".to_owned();
                state.refusal.set(Some(Refusal { name, message, partly: false }));
            }
        }
    });
}

async fn fetch(address: &str, name: &str) -> Result<web_sys::File, JsValue> {
    let response: web_sys::Response = JsFuture::from(window().fetch_with_str(address)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    web_sys::File::new_with_buffer_source_sequence(&js_sys::Array::of1(&bytes), name)
}
