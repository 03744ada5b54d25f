//! The engine in a dedicated worker: messages in, [`Session`], messages out. Everything that must not block the page runs here.
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use wireglass::api::{
    Answer, Envelope, Event, Failure, Filter, FilterProgress, LoadState, OpenFile, Progress, Query, Request, values,
};
use wireglass::engine::capture::Want;
use wireglass::engine::query::comes_first;
use wireglass::engine::session::Session;
use wireglass::rest;

#[path = "worker/blocks.rs"]
mod blocks;
#[path = "worker/chunks.rs"]
mod chunks;
#[path = "worker/coded.rs"]
mod coded;

use blocks::Blocks;
use chunks::{Chunks, Turn};

/// Progress goes out at most this often.
const TELL_EVERY_MS: f64 = 100.0;
/// Queued messages are looked at least this often while reading.
const TURN_EVERY_MS: f64 = 16.0;
/// Queued messages wait so long at most while views are prepared, a step more or less.
const PREPARE_MS: f64 = 6.0;
/// The most bytes that are copied into wasm memory at once.
const FEED: u32 = 1 << 20;
/// Memory grows by so much at a time: the browser takes milliseconds for each growth, however small, and collects garbage after it.
const GROW: usize = 1 << 20;

fn main() {
    // panic = "abort" kills the worker: the page has to hear of it from inside the panic.
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        post(&Event::Fatal { message: info.to_string() });
    }));
    wireglass::engine::dissect::coding::decode_with(coded::decoded);
    let desk = Rc::new(Desk::default());
    let on_message = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        // A plain word is for the script around the program (scripts/rest.js).
        if !event.data().is_string() {
            handle(&desk, &event.data());
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(&Event::Ready { version: env!("CARGO_PKG_VERSION").into() });
}

fn scope() -> web_sys::DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(event: &Event) {
    // JavaScript's own numbers end at 2⁵³: as nanoseconds that is 104 days, and there are captures that span more.
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    match event.serialize(&serializer) {
        Ok(value) => drop(scope().post_message(&value)),
        // A question must never stay without an answer: its view would wait for ever.
        Err(error) => {
            if let Event::Reply { ticket, .. } = event {
                let message = format!("The answer could not be handed over: {error}");
                post(&Event::Reply { ticket: *ticket, result: Err(Failure { message }) });
            }
        }
    }
}

fn now() -> f64 {
    scope().performance().map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// Bytes of wasm memory.
fn memory() -> u32 {
    let memory = wasm_bindgen::memory().unchecked_into::<js_sys::WebAssembly::Memory>();
    memory.buffer().unchecked_into::<js_sys::ArrayBuffer>().byte_length()
}

/// What the worker has open.
#[derive(Default)]
struct Desk {
    open: RefCell<Option<Open>>,
    /// Counts openings and cancellations; a read loop that finds another number here stops.
    reading: Cell<u32>,
    /// The filter on screen, and whether it is being worked on.
    filter: RefCell<Filter>,
    filtering: Cell<bool>,
    /// Questions that wait for bodies to be decoded.
    waiting: RefCell<Vec<coded::Waiting>>,
    turn: Turn,
}

struct Open {
    session: Session,
    blocks: Blocks,
    read: u64,
    total: u64,
    started: f64,
    /// Bytes of wasm memory when it grew last.
    memory: u32,
    /// Neither at the end, nor cancelled, nor failed.
    loading: bool,
}

impl Open {
    fn progress(&self, state: LoadState) -> Progress {
        Progress {
            state,
            bytes: self.read,
            total: self.total,
            packets: self.session.packets(),
            flows: self.session.flows(),
            warnings: self.session.warnings(),
            elapsed_ms: now() - self.started,
            memory: memory().into(),
        }
    }

    /// Lets memory that has begun to grow grow by a large step: the allocator keeps what is given back to it.
    fn grow(&mut self) {
        if memory() != self.memory {
            drop(std::hint::black_box(Vec::<u8>::with_capacity(GROW)));
            self.memory = memory();
        }
    }
}

fn handle(desk: &Rc<Desk>, data: &JsValue) {
    let field = |name: &str| js_sys::Reflect::get(data, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
    let envelope: Envelope = match values::read(field("envelope")) {
        Ok(envelope) => envelope,
        Err(error) => {
            // Only a page of another version can say what this worker does not understand.
            let message = format!("The page and its worker do not understand each other; reload the page. ({error})");
            return post(&Event::Fatal { message });
        }
    };
    match envelope.request {
        Request::Open { files } => {
            let beside = js_sys::Array::from(&field("files"));
            open(desk, beside.iter().filter_map(|file| file.dyn_into().ok()).collect(), &files);
        }
        Request::Cancel => {
            if let Some(open) = desk.open.borrow_mut().as_mut().filter(|open| open.loading) {
                desk.reading.set(desk.reading.get() + 1);
                open.loading = false;
                post(&Event::Progress(open.progress(LoadState::Cancelled)));
                prepare(desk);
            }
        }
        Request::Local { addresses } => {
            if let Some(open) = &mut *desk.open.borrow_mut() {
                open.session.set_local(&addresses);
            }
        }
        Request::Geo { table } => {
            let facts = match &mut *desk.open.borrow_mut() {
                Some(open) => open.session.set_geo(table),
                None => Err(Failure { message: "No capture is open.".into() }),
            };
            post(&Event::Geo(facts));
            work_on_filter(desk);
        }
        Request::Filter(filter) => {
            desk.filter.replace(filter);
            work_on_filter(desk);
        }
        Request::Ask { query, filter } => {
            if comes_first(&query, &filter) || rest::is_there() {
                return take_up(desk, envelope.ticket, query, filter);
            }
            let desk = Rc::clone(desk);
            spawn_local(async move {
                if is_whole().await {
                    take_up(&desk, envelope.ticket, query, filter);
                }
            });
        }
        Request::Decoded { bodies } => {
            let mut waiting = desk.waiting.borrow_mut();
            let Some(at) = waiting.iter().position(|waiting| waiting.ticket == envelope.ticket) else { return };
            let waiting = waiting.remove(at);
            coded::learn(&waiting, bodies);
            if let Some(open) = &mut *desk.open.borrow_mut() {
                open.session.bodies_are_known();
            }
            answer(desk, waiting.ticket, &waiting.query, &waiting.filter);
        }
    }
}

/// Whether all of this program is there in the end; if not, the page is told.
async fn is_whole() -> bool {
    rest::there().await.map_err(|message| post(&Event::Fatal { message })).is_ok()
}

fn take_up(desk: &Desk, ticket: u32, query: Query, filter: Filter) {
    if !coded::shows(&query) {
        return answer(desk, ticket, &query, &filter);
    }
    coded::begin();
    let result = ask(desk, &query, &filter);
    match coded::end(ticket, query, filter) {
        Some((waiting, bodies)) => {
            desk.waiting.borrow_mut().push(waiting);
            post(&Event::Coded { ticket, bodies });
        }
        None => post(&Event::Reply { ticket, result }),
    }
}

fn answer(desk: &Desk, ticket: u32, query: &Query, filter: &Filter) {
    post(&Event::Reply { ticket, result: ask(desk, query, filter) });
}

fn ask(desk: &Desk, query: &Query, filter: &Filter) -> Result<Answer, Failure> {
    match &mut *desk.open.borrow_mut() {
        Some(open) => open.session.answer_within(query, filter, &mut open.blocks),
        None => Err(Failure { message: "No capture is open.".into() }),
    }
}

fn open(desk: &Rc<Desk>, files: Vec<web_sys::File>, named: &[OpenFile]) {
    let id = desk.reading.get() + 1;
    desk.reading.set(id);
    let (total, started) = (files.iter().map(|file| file.size() as u64).sum(), now());
    let (session, blocks) = (Session::of(named), Blocks::new(files.clone()));
    *desk.open.borrow_mut() = Some(Open { session, blocks, read: 0, total, started, memory: 0, loading: true });
    let desk = Rc::clone(desk);
    spawn_local(async move {
        let end = read(&desk, &files, id).await;
        if desk.reading.get() != id {
            return;
        }
        if let Some(open) = &mut *desk.open.borrow_mut() {
            open.loading = false;
            let state = end.map_or_else(|message| LoadState::Failed { message }, |()| LoadState::Complete);
            post(&Event::Progress(open.progress(state)));
        }
        work_on_filter(&desk);
        prepare(&desk);
    });
}

/// Works ahead for views that would keep whoever opens them waiting, taking turns with messages.
fn prepare(desk: &Rc<Desk>) {
    let (desk, id) = (Rc::clone(desk), desk.reading.get());
    spawn_local(async move {
        if !is_whole().await {
            return;
        }
        let turn = Turn::default();
        let step = |open: &mut Open| {
            let until = now() + PREPARE_MS;
            while open.session.prepare(&mut open.blocks) {
                if now() >= until {
                    return true;
                }
            }
            false
        };
        while with(&desk, id, step).unwrap_or(false) {
            turn.give().await;
        }
    });
}

/// Packets that a filter is decided for at a time: a few milliseconds' work.
const DECIDED_AT_ONCE: u32 = 200;

/// Applies the filter on screen to the packets that columns do not decide, taking turns with reading and with messages.
fn work_on_filter(desk: &Rc<Desk>) {
    if desk.filter.borrow().is_empty() || desk.filtering.replace(true) {
        return;
    }
    let desk = Rc::clone(desk);
    spawn_local(async move {
        if !is_whole().await {
            return;
        }
        let (mut told, mut last) = (f64::NEG_INFINITY, None);
        let turn = Turn::default();
        loop {
            let filter = desk.filter.borrow().clone();
            let Some(progress) = filter_on(&desk, &filter) else { break };
            let is_end = progress.done || progress.failure.is_some();
            if (is_end || now() - told >= TELL_EVERY_MS) && last.as_ref() != Some(&progress) {
                told = now();
                post(&Event::Filtered(progress.clone()));
                last = Some(progress);
            }
            // Another filter may have come meanwhile.
            if is_end && *desk.filter.borrow() == filter {
                break;
            }
            turn.give().await;
        }
        desk.filtering.set(false);
    });
}

/// Works on the filter for one turn; how far it is then.
fn filter_on(desk: &Desk, filter: &Filter) -> Option<FilterProgress> {
    let mut open = desk.open.borrow_mut();
    let open = open.as_mut().filter(|_| !filter.is_empty())?;
    let until = now() + TURN_EVERY_MS;
    loop {
        match open.session.filter(filter, &mut open.blocks, DECIDED_AT_ONCE) {
            Ok(progress) if progress.done || now() >= until => return Some(progress),
            Ok(_) => {}
            Err(Failure { message }) => {
                return Some(FilterProgress {
                    filter: filter.clone(),
                    failure: Some(message),
                    ..FilterProgress::default()
                });
            }
        }
    }
}

/// Feeds the files to the session, in the order it asks for them, taking turns with queued messages.
async fn read(desk: &Rc<Desk>, files: &[web_sys::File], id: u32) -> Result<(), String> {
    let mut streams: Vec<Option<Chunks>> = files.iter().map(|_| None).collect();
    let mut unread: Vec<f64> = files.iter().map(|file| file.size()).collect();
    let mut buffer = Vec::new();
    // Far back, so that the first chunk is told at once: the page shows its first numbers then.
    let mut told = f64::NEG_INFINITY;
    let mut turned = now();
    while let Some(want) = with(desk, id, |open| open.session.wants()).flatten() {
        let (Want::Head { file: at, .. } | Want::Next { file: at }) = want;
        let (Some(file), Some(stream), Some(unread)) = (files.get(at), streams.get_mut(at), unread.get_mut(at)) else {
            break;
        };
        let end = match want {
            Want::Head { bytes, .. } => match head(file, bytes).await {
                Ok(head) => {
                    with(desk, id, |open| open.session.begins(at, &head, head.len() < bytes));
                    continue;
                }
                Err(error) => Err(sentence(&error)),
            },
            Want::Next { .. } => match stream.get_or_insert_with(|| Chunks::of(file)).next().await {
                Ok(Some(chunk)) => {
                    let Some(fed) = with(desk, id, |open| feed(open, at, &chunk, &mut buffer)) else { return Ok(()) };
                    fed?;
                    *unread -= f64::from(chunk.length());
                    if let Some(stream) = stream {
                        stream.recycle(chunk);
                    }
                    Ok(false)
                }
                // Chromium ends the stream of a file that was cut meanwhile as if that were its end.
                Ok(None) if *unread > 0.0 => Err(CHANGED.to_owned()),
                Ok(None) => Ok(true),
                Err(error) => Err(sentence(&error)),
            },
        };
        match end {
            Ok(false) => {}
            Ok(true) => {
                *stream = None;
                with(desk, id, |open| open.session.end_of(at)).unwrap_or(Ok(()))?;
            }
            // Of several files the others are read on.
            Err(why) if files.len() > 1 => drop(with(desk, id, |open| open.session.broke(at, &why))),
            Err(why) => {
                // What was read of it so far counts.
                with(desk, id, |open| open.session.finish());
                return Err(why);
            }
        }
        let time = now();
        if time - told >= TELL_EVERY_MS {
            let progress = with(desk, id, |open| (open.read < open.total).then(|| open.progress(LoadState::Loading)));
            if let Some(progress) = progress.flatten() {
                told = time;
                post(&Event::Progress(progress));
                work_on_filter(desk);
            }
        }
        if now() - turned >= TURN_EVERY_MS {
            // Chunks that are already there arrive as microtasks, which would keep messages waiting.
            desk.turn.give().await;
            turned = now();
        }
    }
    // The capture on screen does not give way to nothing.
    let whole =
        |open: &mut Open| open.session.finish().and_then(|()| open.session.came_to_nothing().map_or(Ok(()), Err));
    with(desk, id, whole).unwrap_or(Ok(()))
}

/// What is open, as long as it is read by this loop.
fn with<R>(desk: &Desk, id: u32, what: impl FnOnce(&mut Open) -> R) -> Option<R> {
    let mut open = desk.open.borrow_mut();
    open.as_mut().filter(|_| desk.reading.get() == id).map(what)
}

/// The first bytes of a file.
async fn head(file: &web_sys::File, bytes: usize) -> Result<Vec<u8>, JsValue> {
    let part = file.slice_with_f64_and_f64(0.0, (bytes as f64).min(file.size()))?;
    let buffer = wasm_bindgen_futures::JsFuture::from(part.array_buffer()).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

fn feed(open: &mut Open, file: usize, chunk: &js_sys::Uint8Array, buffer: &mut Vec<u8>) -> Result<(), String> {
    let length = chunk.length();
    let mut at = 0;
    while at < length {
        let end = (at + FEED).min(length);
        buffer.resize((end - at) as usize, 0);
        chunk.subarray(at, end).copy_to(buffer);
        open.session.feed_of(file, buffer)?;
        open.grow();
        open.read += u64::from(end - at);
        at = end;
    }
    Ok(())
}

const CHANGED: &str =
    "The file changed on disk or could not be read any further; open it again to read it from its start.";

/// Why the browser could not read the file, for a person.
fn sentence(error: &JsValue) -> String {
    let name = error
        .dyn_ref::<js_sys::Error>()
        .map(|e| String::from(e.name()))
        .or_else(|| js_sys::Reflect::get(error, &JsValue::from_str("name")).ok().and_then(|name| name.as_string()));
    match name.as_deref() {
        Some("NotReadableError") => CHANGED.into(),
        Some("NotFoundError") => {
            "The file is not there any more: it was moved, renamed or deleted. Choose it again.".into()
        }
        Some("SecurityError" | "NotAllowedError") => {
            "The browser may not read this file any more; choose it again.".into()
        }
        Some(name) => format!("The browser could not read the file ({name})."),
        None => "The browser could not read the file.".into(),
    }
}
