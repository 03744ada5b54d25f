//! Where saved bytes go: into a file that the user chose, piece by piece; or into a download, in browsers that have no such thing.
use crate::ui::dom;
use crate::ui::say::{fill, t};
use js_sys::{Array, JSON, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

// The File System Access API, of which web-sys has only the unstable half.
#[wasm_bindgen]
extern "C" {
    type Picker;
    #[wasm_bindgen(method, catch, js_name = showSaveFilePicker)]
    async fn pick(this: &Picker, options: &JsValue) -> Result<JsValue, JsValue>;

    pub(crate) type Place;
    #[wasm_bindgen(method, catch, js_name = createWritable)]
    async fn writable(this: &Place) -> Result<JsValue, JsValue>;
    // Not there in every version that has the rest: what is thrown at once is caught only when it is not `async`.
    #[wasm_bindgen(method, catch)]
    fn remove(this: &Place) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getFile)]
    async fn file(this: &Place) -> Result<JsValue, JsValue>;

    pub(crate) type Writer;
    #[wasm_bindgen(method, catch)]
    async fn write(this: &Writer, bytes: &Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn close(this: &Writer) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn abort(this: &Writer) -> Result<JsValue, JsValue>;
}

pub(crate) enum Sink {
    Chosen { place: Place, writer: Writer },
    Download { name: String, parts: Array },
}

impl Sink {
    /// Asks where to; `None`: the user changed their mind.
    pub(crate) async fn open(name: &str) -> Result<Option<Sink>, String> {
        let download = || Ok(Some(Sink::Download { name: name.to_owned(), parts: Array::new() }));
        let is_there = Reflect::get(&window(), &"showSaveFilePicker".into()).is_ok_and(|picker| picker.is_function());
        if !is_there {
            return download();
        }
        let ending = name.rsplit_once('.').map_or("bin", |(_, ending)| ending);
        let types = format!(r#"{{"types":[{{"accept":{{"application/octet-stream":[".{ending}"]}}}}]}}"#);
        let options = JSON::parse(&types).unwrap_or_default();
        let _ = Reflect::set(&options, &"suggestedName".into(), &name.into());
        let place: Place = match window().unchecked_into::<Picker>().pick(&options).await {
            Ok(place) => place.unchecked_into(),
            Err(error) if name_of(&error) == "AbortError" => return Ok(None),
            // Forbidden here, for instance in a frame: every browser lets a page offer a download.
            Err(_) => return download(),
        };
        match place.writable().await {
            Ok(writer) => Ok(Some(Sink::Chosen { place, writer: writer.unchecked_into() })),
            Err(error) => Err(words(&error)),
        }
    }

    /// Done when the disk has taken them: whoever waits never holds more than one piece.
    pub(crate) async fn write(&self, bytes: &Uint8Array) -> Result<(), String> {
        match self {
            Sink::Chosen { writer, .. } => writer.write(bytes).await.map(drop).map_err(|error| words(&error)),
            // A blob of its own: browsers move blobs out of memory.
            Sink::Download { parts, .. } => {
                let blob = web_sys::Blob::new_with_u8_array_sequence(&Array::of1(bytes));
                match blob {
                    Ok(blob) => {
                        parts.push(&blob);
                        Ok(())
                    }
                    Err(error) => Err(words(&error)),
                }
            }
        }
    }

    /// All was written.
    pub(crate) async fn close(&self) -> Result<(), String> {
        match self {
            Sink::Chosen { writer, .. } => writer.close().await.map(drop).map_err(|error| words(&error)),
            Sink::Download { name, parts } => {
                dom::save(name, parts);
                Ok(())
            }
        }
    }

    /// Nothing half written stays: what was written so far lies beside the file until it is closed, and the file itself, which was
    /// made or emptied when it was chosen, is taken away.
    pub(crate) async fn abort(&self) {
        if let Sink::Chosen { place, writer } = self {
            let _ = writer.abort().await;
            let is_empty = |file: JsValue| file.unchecked_into::<web_sys::File>().size() == 0.0;
            if place.file().await.is_ok_and(is_empty)
                && let Ok(removed) = place.remove()
            {
                let _ = JsFuture::from(removed).await;
            }
        }
    }
}

fn text_of(error: &JsValue, key: &str) -> String {
    Reflect::get(error, &key.into()).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn name_of(error: &JsValue) -> String {
    text_of(error, "name")
}

fn words(error: &JsValue) -> String {
    match name_of(error).as_str() {
        "QuotaExceededError" => t("There is not enough space left for the file. Nothing was saved.").to_owned(),
        "NotAllowedError" | "SecurityError" => {
            t("This page was not allowed to write the file. Nothing was saved.").to_owned()
        }
        "NoModificationAllowedError" | "InvalidStateError" => {
            t("The file is in use or protected. Nothing was saved.").to_owned()
        }
        "NotFoundError" => t("The place of the file is not there any more. Nothing was saved.").to_owned(),
        _ => fill("The file could not be written ({0}). Nothing was saved.", &[&text_of(error, "message")]),
    }
}

/// A name that every file system takes.
pub(crate) fn safe(name: &str) -> String {
    let is_odd = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    name.trim().trim_matches('.').chars().map(|c| if is_odd(c) { '_' } else { c }).collect()
}
