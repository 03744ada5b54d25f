//! Placeholder page: proves the tool chain (trunk, Leptos, the worker, the content security policy) end to end.
#[cfg(target_arch = "wasm32")]
mod imp {
    use leptos::prelude::*;
    use wasm_bindgen::prelude::*;
    use web_sys::{Blob, BlobPropertyBag, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

    /// Starts the worker from a blob: URL that imports Trunk's loader. A worker fetched over http has only the policy its own
    /// response headers give it; one made from a blob inherits the policy of this page, so `connect-src` binds the engine too.
    fn start_worker() -> Result<Worker, JsValue> {
        let loader = Url::new_with_base("./worker_loader.js", &document().base_uri()?.unwrap_or_default())?.href();
        let text = js_sys::Array::of1(&format!("import {loader:?};").into());
        let bag = BlobPropertyBag::new();
        bag.set_type("text/javascript");
        let url = Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&text, &bag)?)?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        Worker::new_with_options(&url, &options)
    }

    pub(super) fn main() {
        console_error_panic_hook::set_once();
        let (state, set_state) = signal(String::from("starting"));
        match start_worker() {
            Ok(worker) => {
                let on = Closure::<dyn FnMut(MessageEvent)>::new(move |e: MessageEvent| {
                    set_state.set(e.data().as_string().unwrap_or_default());
                });
                worker.set_onmessage(Some(on.as_ref().unchecked_ref()));
                on.forget();
                std::mem::forget(worker);
            }
            Err(e) => set_state.set(format!("{e:?}")),
        }
        mount_to_body(move || {
            Effect::new(move || {
                let root = document().document_element().expect("a page has a root");
                let _ = root.set_attribute("data-state", &state.get());
            });
            view! { <h1>"Wireglass"</h1> <input type="file"/> <p id="worker">{state}</p> }
        });
    }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    imp::main();
}
