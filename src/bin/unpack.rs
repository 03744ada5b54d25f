//! The worker that unpacks compressed captures: loaded with the first of them, and ended with it, because wasm memory never shrinks.
//!
//! What is unpacked goes into a file of the browser's own file system, where it can be read at any place without being held in memory;
//! where there is none (a page from disk, private windows of some browsers), into memory, up to a limit.
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use serde::Serialize;
use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use wireglass::api::{CodedBody, Unpack, UnpackEvent, values};
use wireglass::unpack::{ENOUGH, Packed, body, is_capture, is_cut, sentence};

/// Bytes read and written at a time.
const CHUNK: usize = 1 << 20;
const TELL_EVERY_MS: f64 = 100.0;
/// What may be unpacked into memory.
const MOST_IN_MEMORY: u64 = 1 << 30;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        post(&UnpackEvent::Failed { message: format!("The file could not be unpacked: {info}") }, None);
    }));
    let on_message = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(|event: web_sys::MessageEvent| {
        let data = event.data();
        // What is not there would be read as an empty list.
        if let Some(bodies) = get(&data, "bodies").ok().filter(|bodies| !bodies.is_undefined()) {
            let Ok(bodies) = values::read::<Vec<CodedBody>>(bodies) else { return };
            let decoded = |body: &CodedBody| body::decoded(&body.encoding, &body.bytes, body.most as usize);
            let made = bodies.iter().map(|body| decoded(body).map(serde_bytes::ByteBuf::from)).collect();
            return post(&UnpackEvent::Bodies(made), None);
        }
        let (Ok(asked), Ok(file)) = (get(&data, "unpack"), get(&data, "file")) else { return };
        let (Ok(asked), Ok(file)) = (values::read::<Unpack>(asked), file.dyn_into::<web_sys::File>()) else { return };
        spawn_local(async move {
            match unpack(&asked, file).await {
                Ok((names, files, warning)) => post(&UnpackEvent::Done { names, warning }, Some(&files)),
                Err(message) => post(&UnpackEvent::Failed { message }, None),
            }
        });
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(&UnpackEvent::Ready { version: env!("CARGO_PKG_VERSION").into() }, None);
}

fn scope() -> web_sys::DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(event: &UnpackEvent, files: Option<&Array>) {
    let message = Object::new();
    let put = |name: &str, value: &JsValue| Reflect::set(&message, &JsValue::from_str(name), value);
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    if let Ok(value) = event.serialize(&serializer) {
        let _ = put("event", &value);
    }
    if let Some(files) = files {
        let _ = put("files", files);
    }
    let _ = scope().post_message(&message);
}

fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &JsValue::from_str(name))
}

/// `of.method(first, second)`: of interfaces that the bindings do not have everywhere.
fn call(of: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = get(of, method)?.dyn_into()?;
    method.apply(of, &arguments.iter().collect())
}

async fn wait(promise: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?.dyn_into::<Promise>()?).await
}

fn options(name: &str) -> JsValue {
    let options = Object::new();
    let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::TRUE);
    options.into()
}

/// The packed file, read in slices.
struct Slices {
    file: web_sys::File,
    at: u64,
    slice: Vec<u8>,
    start: u64,
}

impl Read for Slices {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let end = self.start + self.slice.len() as u64;
        if !(self.start..end).contains(&self.at) {
            let failed = |_| io::Error::other("The browser could not read the file any further; choose it again.");
            let to = (self.at as f64 + CHUNK as f64).min(self.file.size());
            let part = self.file.slice_with_f64_and_f64(self.at as f64, to).map_err(failed)?;
            let reader = web_sys::FileReaderSync::new().map_err(failed)?;
            self.slice = Uint8Array::new(&reader.read_as_array_buffer(&part).map_err(failed)?.into()).to_vec();
            self.start = self.at;
        }
        let rest = self.slice.get((self.at - self.start) as usize..).unwrap_or_default();
        let read = rest.len().min(into.len());
        into[..read].copy_from_slice(&rest[..read]);
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Slices {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => (self.file.size() as u64).checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Where unpacked bytes go.
enum Room {
    /// A folder of the browser's own file system.
    Folder(JsValue),
    Memory,
}

impl Room {
    /// The page's folder, and how many bytes there are for it.
    async fn of(name: &str) -> (Room, u64) {
        match Self::folder(name).await {
            Ok((folder, most)) if !name.is_empty() => (Room::Folder(folder), most),
            _ => (Room::Memory, MOST_IN_MEMORY),
        }
    }

    async fn folder(name: &str) -> Result<(JsValue, u64), JsValue> {
        let storage = get(&get(&scope(), "navigator")?, "storage")?;
        let estimate = wait(call(&storage, "estimate", &[])).await?;
        let number = |name| Ok::<f64, JsValue>(get(&estimate, name)?.as_f64().unwrap_or(0.0));
        let most = ((number("quota")? - number("usage")?) * 0.95).max(0.0) as u64;
        let mut folder = wait(call(&storage, "getDirectory", &[])).await?;
        for name in ["unpacked", name] {
            folder = wait(call(&folder, "getDirectoryHandle", &[name.into(), options("create")])).await?;
        }
        Ok((folder, most))
    }

    /// A new file in it.
    async fn file(&self) -> Result<Sink, JsValue> {
        let Room::Folder(folder) = self else { return Ok(Sink::Parts(Array::new())) };
        let name = format!("{}-{}", js_sys::Date::now(), js_sys::Math::random());
        let handle = wait(call(folder, "getFileHandle", &[name.into(), options("create")])).await?;
        let access = wait(call(&handle, "createSyncAccessHandle", &[])).await?;
        Ok(Sink::File { handle, access, at: 0.0 })
    }
}

enum Sink {
    File { handle: JsValue, access: JsValue, at: f64 },
    Parts(Array),
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        match self {
            Sink::File { access, at, .. } => {
                let place = Object::new();
                Reflect::set(&place, &"at".into(), &(*at).into())?;
                let written = call(access, "write", &[Uint8Array::from(bytes).into(), place.into()])?;
                *at += bytes.len() as f64;
                // A full disk writes less.
                if written.as_f64() == Some(bytes.len() as f64) { Ok(()) } else { Err(JsValue::NULL) }
            }
            Sink::Parts(parts) => {
                // As blobs, which browsers keep on disk when they are many.
                let part = Array::of1(&Uint8Array::from(bytes).into());
                parts.push(&web_sys::Blob::new_with_u8_array_sequence(&part)?.into());
                Ok(())
            }
        }
    }

    async fn finish(self, name: &str) -> Result<JsValue, JsValue> {
        match self {
            Sink::File { handle, access, .. } => {
                call(&access, "close", &[])?;
                wait(call(&handle, "getFile", &[])).await
            }
            Sink::Parts(parts) => Ok(web_sys::File::new_with_blob_sequence(&parts, name)?.into()),
        }
    }
}

const NO_ROOM: &str =
    "There is not enough room in the browser for what is unpacked: unpack it yourself and open the capture inside.";

/// Names and files of the captures inside, and why the last one is not whole.
async fn unpack(asked: &Unpack, file: web_sys::File) -> Result<(Vec<String>, Array, Option<String>), String> {
    let (room, most) = Room::of(&asked.room).await;
    let slices = Slices { file, at: 0, slice: Vec::new(), start: 0 };
    let packed = Packed::open(Box::new(slices), &asked.name, most).map_err(|error| sentence(&error))?;
    let mut packed = packed.ok_or("This file is not compressed.")?;
    let (read, is_archive) = (packed.read(), packed.is_archive());
    let (mut names, files, mut warning, mut written, mut seen) = (Vec::new(), Array::new(), None, 0_u64, 0);
    let told = Cell::new(f64::NEG_INFINITY);
    let mut chunk = vec![0; CHUNK];
    while let Some(inside) = packed.next_file() {
        let mut inside = inside.map_err(|error| sentence(&error))?;
        seen += 1;
        if is_archive && !is_capture(&inside.head) {
            continue;
        }
        let mut sink = room.file().await.map_err(|_| NO_ROOM)?;
        let before = written;
        loop {
            match inside.bytes.read(&mut chunk) {
                Ok(0) => break,
                Ok(bytes) => {
                    sink.write(chunk.get(..bytes).unwrap_or_default()).map_err(|_| NO_ROOM)?;
                    written += bytes as u64;
                    if !is_capture(&inside.head) && written - before >= ENOUGH {
                        break;
                    }
                    let now = js_sys::Date::now();
                    if now - told.get() >= TELL_EVERY_MS {
                        told.set(now);
                        post(&UnpackEvent::Progress { read: read.get(), written }, None);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if written > before && is_cut(&error) => {
                    warning = Some(sentence(&error));
                    break;
                }
                Err(error) => return Err(sentence(&error)),
            }
        }
        files.push(&sink.finish(&inside.name).await.map_err(|_| NO_ROOM)?);
        names.push(inside.name);
    }
    match (names.is_empty(), seen) {
        (true, 0) => Err("The archive is empty.".to_owned()),
        (true, _) => Err("The archive holds no capture, pcap or pcapng.".to_owned()),
        _ => Ok((names, files, warning)),
    }
}
