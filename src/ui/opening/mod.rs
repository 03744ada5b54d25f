//! Files on their way in: dropped, pasted, chosen, launched, shared or opened again; folders of them; unpacked where they are packed.
//! All of them end in [`Client::open`] or [`Client::add`].
mod outside;
mod unpacker;

pub(crate) use outside::{forget, keep, recalled, tidy};
pub(crate) use unpacker::{Unpacker, decode};

use super::client::Client;
use super::say::t;
use super::state::{Refusal, State};
use crate::unpack::{HEAD, Packing, is_capture};
use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DataTransfer, File};

/// A file that can be read at any place, to be opened.
#[derive(Clone)]
pub(crate) struct Chosen {
    pub file: File,
    pub name: String,
    /// Added to its times, ns.
    pub shift_ns: i64,
    /// What the user chose: the packed file.
    pub origin: File,
}

/// How far a file is unpacked.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Unpacking {
    pub name: String,
    /// Bytes read of the packed file, of so many, and bytes written.
    pub read: u64,
    pub total: u64,
    pub written: u64,
}

/// The first bytes of a file.
async fn head(file: &File) -> Result<Vec<u8>, JsValue> {
    let part = file.slice_with_f64_and_f64(0.0, HEAD as f64)?;
    Ok(Uint8Array::new(&JsFuture::from(part.array_buffer()).await?).to_vec())
}

/// Makes files ready to be read, one after the other; and what is to be said of one that is not, or not whole.
pub(crate) async fn prepare(client: Client, files: Vec<File>) -> (Vec<Chosen>, Option<Refusal>) {
    let (mut ready, mut refused) = (Vec::new(), None);
    for file in files {
        let name = file.name();
        // One that cannot be read is refused by whoever reads it.
        let is_packed = head(&file).await.is_ok_and(|head| Packing::of(&head).is_some());
        if !is_packed {
            ready.push(Chosen { file: file.clone(), name, shift_ns: 0, origin: file });
            continue;
        }
        match unpacker::unpack(client, &file).await {
            Ok(unpacked) => {
                if let Some(message) = unpacked.warning {
                    refused = Some(Refusal { name, message, partly: true });
                }
                let inside = unpacked.files.into_iter();
                ready.extend(inside.map(|(name, inside)| Chosen {
                    file: inside,
                    name,
                    shift_ns: 0,
                    origin: file.clone(),
                }));
            }
            Err(message) => refused = Some(Refusal { name, message, partly: false }),
        }
    }
    (ready, refused)
}

/// Captures, and what may hold some: of a folder the rest goes without saying.
async fn of_folder(files: Vec<File>) -> Vec<File> {
    let mut found = Vec::new();
    for file in files {
        if head(&file).await.is_ok_and(|head| is_capture(&head) || Packing::of(&head).is_some()) {
            found.push(file);
        }
    }
    found
}

/// Opens what a drop or a paste carries, or adds it to what is open; false when that is no file.
pub(crate) fn take(client: Client, state: State, data: &DataTransfer, adds: bool) -> bool {
    let has_files = data.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files"));
    if !has_files {
        return false;
    }
    let carried = outside::carried(data);
    spawn_local(async move {
        let (mut files, folders) = carried.await.unwrap_or_default();
        if folders {
            files = of_folder(files).await;
            if files.is_empty() {
                let message = t("There is no capture in it, pcap or pcapng.").to_owned();
                let name = t("The folder").to_owned();
                return state.refusal.set(Some(Refusal { name, message, partly: false }));
            }
        }
        give(client, files, adds);
    });
    true
}

fn give(client: Client, files: Vec<File>, adds: bool) {
    if adds { client.add(files) } else { client.open(files) }
}

/// Lets the user choose, by the dialog that lets files be opened again later where there is one.
pub(crate) fn choose(client: Client, state: State, adds: bool) {
    state.adding.set(adds);
    if !outside::has_picker() {
        return super::dom::click(super::parts::drop_zone::INPUT);
    }
    let picked = outside::pick();
    spawn_local(async move {
        match picked.await {
            Ok(files) => give(client, files, adds),
            // The browser has one, but not here (inside a frame of another page).
            Err(_) => super::dom::click(super::parts::drop_zone::INPUT),
        }
    });
}

/// The files of the last time.
pub(crate) fn reopen(client: Client, state: State) {
    let files = outside::reopen();
    spawn_local(async move {
        match files.await {
            Ok(files) => client.open(files),
            Err(error) => {
                let denied = error.dyn_ref::<js_sys::Error>().is_some_and(|error| error.message() == "denied");
                let message = if denied {
                    t("The browser was not allowed to read it again.")
                } else {
                    t("It is not there any more: it was moved, renamed or deleted. Choose it again.")
                };
                let name = t("The last file").to_owned();
                state.refusal.set(Some(Refusal { name, message: message.to_owned(), partly: false }));
            }
        }
    });
}

/// Files that the installed app was opened with, or that were shared with it.
pub(crate) fn listen(client: Client) {
    outside::arrivals(move |files| client.open(files));
}
