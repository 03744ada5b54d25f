//! Files onto the page: dropped anywhere, pasted, chosen. And the sample.
use crate::ui::client::Client;
use crate::ui::say::t;
use crate::ui::state::{Refusal, State};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Id of the one file input; buttons click it.
pub(crate) const INPUT: &str = "file-input";
const ACCEPT: &str = ".pcap,.pcapng,.cap,.dmp,.ntar,application/vnd.tcpdump.pcap";

/// Listens on the whole window, and shows that it does while a file hovers over it.
#[component]
pub(crate) fn DropZone() -> impl IntoView {
    let client = expect_context::<Client>();
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
        if let Some(file) = event.data_transfer().and_then(|data| first(data.files())) {
            client.open(file);
        }
    });
    let pasted = window_event_listener_untyped("paste", move |event| {
        let data = event.dyn_ref::<web_sys::ClipboardEvent>().and_then(web_sys::ClipboardEvent::clipboard_data);
        if let Some(file) = data.and_then(|data| first(data.files())) {
            event.prevent_default();
            client.open(file);
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
            if let Some(file) = first(input.files()) {
                client.open(file);
            }
            // So that choosing the same file again is a change again.
            input.set_value("");
        }
    };
    view! {
        <input type="file" id=INPUT hidden accept=ACCEPT on:change=chosen />
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

fn first(files: Option<web_sys::FileList>) -> Option<web_sys::File> {
    files.and_then(|files| files.get(0))
}

/// Opens a file that is served beside the page, by the same path as a dropped one.
pub(crate) fn open_served(client: Client, state: State, address: String) {
    let name = address.rsplit('/').next().unwrap_or_default().to_owned();
    state.opening.set(Some(name.clone()));
    spawn_local(async move {
        match fetch(&address, &name).await {
            Ok(file) => client.open(file),
            Err(_) => {
                state.opening.set(None);
                let message = "It could not be fetched from where this page comes from.".to_owned();
                state.refusal.set(Some(Refusal { name, message }));
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
