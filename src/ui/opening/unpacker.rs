//! The worker that unpacks, as the page sees it: one for each packed file and each answer's bodies, ended when that is done.
use super::Unpacking;
use super::outside;
use crate::api::{CodedBody, Unpack, UnpackEvent, values};
use crate::ui::client::{Client, start_worker};
use js_sys::{Array, Object, Promise, Reflect};
use serde::Serialize;
use serde_bytes::ByteBuf;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, MessageEvent, Worker};

/// A worker at work; it ends when this is dropped.
pub(crate) struct Unpacker(Worker);

impl Drop for Unpacker {
    fn drop(&mut self) {
        self.0.set_onmessage(None);
        self.0.set_onerror(None);
        self.0.terminate();
    }
}

/// The captures in a packed file.
pub(super) struct Unpacked {
    pub files: Vec<(String, File)>,
    /// Why the last one is not whole.
    pub warning: Option<String>,
}

type Outcome = Rc<RefCell<Option<Result<Unpacked, String>>>>;

/// Unpacks a file. When the user stops that, this never ends.
pub(super) async fn unpack(client: Client, file: &File) -> Result<Unpacked, String> {
    let gone = |_| "What unpacks files could not be loaded; reload the page.".to_owned();
    let room = outside::enter().await;
    let worker = start_worker("unpack").map_err(gone)?;
    let (name, total) = (file.name(), file.size() as u64);
    client.unpacking(Some(Unpacking { name: name.clone(), read: 0, total, written: 0 }));
    client.keep_unpacker(Some(Unpacker(worker.clone())));
    let outcome = Outcome::default();
    let (into, file) = (outcome.clone(), file.clone());
    let done = Promise::new(&mut |done, _| {
        let end = {
            let (into, done) = (into.clone(), done.clone());
            move |result| {
                *into.borrow_mut() = Some(result);
                let _ = done.call0(&JsValue::NULL);
            }
        };
        let failed = end.clone();
        let (asked, file, told) = (Unpack { name: name.clone(), room: room.clone() }, file.clone(), worker.clone());
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            let part = |name: &str| Reflect::get(&message.data(), &name.into()).unwrap_or_default();
            match values::read::<UnpackEvent>(part("event")) {
                Ok(UnpackEvent::Ready { version }) if version == env!("CARGO_PKG_VERSION") => {
                    send(&told, &asked, &file)
                }
                Ok(UnpackEvent::Progress { read, written }) => {
                    client.unpacking(Some(Unpacking { name: asked.name.clone(), read, total, written }));
                }
                Ok(UnpackEvent::Done { names, warning }) => {
                    let files = Array::from(&part("files"));
                    let files = files.iter().filter_map(|file| file.dyn_into().ok());
                    end(Ok(Unpacked { files: names.into_iter().zip(files).collect(), warning }));
                }
                Ok(UnpackEvent::Failed { message }) => end(Err(message)),
                Ok(UnpackEvent::Ready { .. } | UnpackEvent::Bodies(_)) | Err(_) => {
                    end(Err("Page and worker are of different versions; reload the page.".to_owned()));
                }
            }
        });
        let on_error =
            Closure::<dyn Fn(web_sys::Event)>::new(move |_: web_sys::Event| failed(Err(gone(JsValue::NULL))));
        worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
        worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
    });
    let _ = JsFuture::from(done).await;
    client.keep_unpacker(None);
    client.unpacking(None);
    outcome.take().unwrap_or_else(|| Err(gone(JsValue::NULL)))
}

/// What bodies of messages were before they were sent, one for each; nothing for what cannot be known.
pub(crate) async fn decode(bodies: Vec<CodedBody>) -> Vec<Option<ByteBuf>> {
    let Ok(worker) = start_worker("unpack") else { return Vec::new() };
    // Ended when this is done.
    let worker = Unpacker(worker);
    let outcome = Rc::new(RefCell::new(Vec::new()));
    let done = Promise::new(&mut |done, _| {
        let (into, told, end) = (outcome.clone(), worker.0.clone(), done.clone());
        let bodies = bodies.serialize(&serde_wasm_bindgen::Serializer::new()).unwrap_or_default();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            let event = Reflect::get(&message.data(), &"event".into()).unwrap_or_default();
            match values::read::<UnpackEvent>(event) {
                Ok(UnpackEvent::Ready { version }) if version == env!("CARGO_PKG_VERSION") => {
                    return post(&told, &[("bodies", &bodies)]);
                }
                Ok(UnpackEvent::Bodies(made)) => *into.borrow_mut() = made,
                _ => {}
            }
            let _ = end.call0(&JsValue::NULL);
        });
        let on_error = Closure::<dyn Fn()>::new(move || drop(done.call0(&JsValue::NULL)));
        worker.0.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
        worker.0.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
    });
    let _ = JsFuture::from(done).await;
    outcome.take()
}

fn send(worker: &Worker, asked: &Unpack, file: &File) {
    if let Ok(asked) = asked.serialize(&serde_wasm_bindgen::Serializer::new()) {
        post(worker, &[("unpack", &asked), ("file", file)]);
    }
}

fn post(worker: &Worker, parts: &[(&str, &JsValue)]) {
    let message = Object::new();
    for (name, part) in parts {
        let _ = Reflect::set(&message, &(*name).into(), part);
    }
    let _ = worker.post_message(&message);
}
