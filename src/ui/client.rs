//! The worker as the page sees it: open files, ask, be told.
//!
//! Every set of files gets a fresh worker, because wasm memory never shrinks. The worker of the capture on screen stays until the next one
//! has delivered its first numbers: a bad file costs nothing. When the set of files changes it stays until the new set is read whole, and
//! nothing is lost if that is cancelled.
mod asking;

pub(crate) use asking::{Asked, ask, drawn};

use super::dom;
use super::geo;
use super::opening::{self, Chosen, Unpacker, Unpacking};
use super::say::{fill, t, told};
use super::state::{FileFacts, Phase, Refusal, State};
use crate::api::{
    Answer, Envelope, Event, Failure, Filter, FilterProgress, LoadState, OpenFile, Progress, Query, Question, Request,
    values,
};
use crate::sorted::Sorted;
use leptos::prelude::*;
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, File, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

/// While a capture loads, views ask again at most this often …
const ASK_EVERY_MS: f64 = 330.0;
/// … and never so often that answering takes more than this part of the worker's time: reading is what it is for.
const ASK_SHARE: f64 = 0.2;
/// … but still this often, so that the page is seen to live.
const ASK_AT_LEAST_MS: f64 = 1500.0;
/// Counts what the worker asks for; see www/watch.js.
const WATCH: &str = "watch.js";
/// Tells page and worker that what they can do without until somebody is here may be fetched now (`scripts/rest.js`).
const REST: &str = "wireglass-rest";

/// `None`: the worker is gone, and with it the question.
type Reply = Box<dyn FnOnce(Option<Result<Answer, Failure>>)>;

#[derive(Clone, Copy)]
pub(crate) struct Client {
    state: State,
    inner: StoredValue<Inner, LocalStorage>,
}

#[derive(Default)]
struct Inner {
    /// Serves the capture on screen.
    current: Option<Link>,
    /// Opens the file that is to take its place.
    next: Option<Link>,
    /// Started ahead, so that a drop need not wait for a worker to load.
    spare: Option<Link>,
    links: u32,
    tickets: u32,
    /// By ticket: when it was asked, and who waits.
    pending: Sorted<u32, (f64, Reply)>,
    /// The files last sent to a worker, for "open it again" and for more to be added.
    files: Vec<Chosen>,
    /// Counts openings: one that is no longer the latest goes no further.
    openings: u32,
    unpacker: Option<Unpacker>,
    bumped: f64,
    /// How long the slowest question of the last round took, ms.
    slowest: f64,
    /// The table of countries in use, for the workers of further captures; and one that was sent and not yet approved.
    geo: Option<Vec<u8>>,
    geo_sent: Option<Vec<u8>>,
    /// How many packets matched the filter when everything on screen was asked the last time.
    matched: u32,
}

struct Link {
    id: u32,
    worker: Worker,
    ready: bool,
    /// Messages for a worker that does not listen yet.
    queue: Vec<JsValue>,
    files: Vec<Chosen>,
    /// It reads another set of the files on screen, which stay there until it is done.
    behind: bool,
}

impl Link {
    fn send(&mut self, envelope: &Envelope, files: &[Chosen]) {
        let Ok(value) = envelope.serialize(&serde_wasm_bindgen::Serializer::new()) else { return };
        let message = js_sys::Object::new();
        let put = |name: &str, value: &JsValue| js_sys::Reflect::set(&message, &JsValue::from_str(name), value);
        let _ = put("envelope", &value);
        if !files.is_empty() {
            let _ = put("files", &files.iter().map(|chosen| &chosen.file).collect::<js_sys::Array>());
        }
        if self.ready {
            let _ = self.worker.post_message(&message);
        } else {
            self.queue.push(message.into());
        }
    }

    fn is(link: Option<&Link>, id: u32) -> bool {
        link.is_some_and(|link| link.id == id)
    }
}

/// Starts the worker from a blob: URL that imports Trunk's loader. A worker fetched over http has only the policy its own response
/// headers give it; one made from a blob inherits the policy of this page, so `connect-src` binds the engine too. The page says
/// which file `loader` is (scripts/post_build.mjs): that of its own build, or none.
pub(crate) fn start_worker(loader: &str) -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(&dom::root_data("watch").unwrap_or_default());
    let [watch, loader] = [WATCH, &dom::root_data(loader).unwrap_or_default()].map(dom::asset);
    // In the page that is one file (scripts/single.mjs) it is there as a whole.
    if loader.starts_with("blob:") {
        return Worker::new_with_options(&loader, &options);
    }
    let text = js_sys::Array::of1(&format!("import \"{watch}\"; import \"{loader}\";").into());
    let bag = BlobPropertyBag::new();
    bag.set_type("text/javascript");
    let url = Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&text, &bag)?)?;
    Worker::new_with_options(&url, &options)
}

/// Files as one: the first one's name with how many there are besides, and the size of all. The same in every language: links have it.
fn facts(files: &[Chosen]) -> Option<FileFacts> {
    let (first, others) = files.split_first()?;
    let name = match others.len() {
        0 => first.name.clone(),
        others => format!("{} +{others}", first.name),
    };
    Some(FileFacts { name, size: files.iter().map(|chosen| chosen.file.size() as u64).sum() })
}

fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

fn retire(link: Option<Link>) {
    if let Some(link) = link {
        link.worker.set_onmessage(None);
        link.worker.set_onerror(None);
        link.worker.terminate();
    }
}

impl Client {
    /// Starts the first worker at once: it loads while the user looks for a file.
    pub(crate) fn connect(state: State) -> Client {
        let client = Client { state, inner: StoredValue::new_local(Inner::default()) };
        client.prepare();
        // Whoever sets the filter: everything on screen is about the packets that match it from then on.
        Effect::new(move |_| {
            client.tell(Request::Filter(state.filter.get()));
            client.inner.update_value(|inner| inner.matched = 0);
            state.filtered.set(None);
            state.revision.update(|n| *n += 1);
        });
        client
    }

    fn prepare(self) {
        let spare = self.start();
        self.inner.update_value(|inner| inner.spare = spare);
    }

    fn start(self) -> Option<Link> {
        let worker = match start_worker("worker") {
            Ok(worker) => worker,
            Err(error) => {
                self.state.crash.set(Some(fill("The worker could not be started: {0}", &[&format!("{error:?}")])));
                return None;
            }
        };
        let id = self.inner.try_update_value(|inner| {
            inner.links += 1;
            inner.links
        })?;
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            match values::read::<Event>(event.data()) {
                Ok(event) => self.handle(id, event),
                Err(error) => {
                    self.lost(id, fill("Page and worker are of different versions; reload the page. ({0})", &[&error]))
                }
            }
        });
        let on_error = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
            let message = event.dyn_ref::<web_sys::ErrorEvent>().map(web_sys::ErrorEvent::message).unwrap_or_default();
            self.lost(id, if message.is_empty() { "The worker could not be loaded.".into() } else { message });
        });
        // Left to the garbage collector: a closure must outlive the call in which its worker is retired.
        worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
        worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
        Some(Link { id, worker, ready: false, queue: Vec::new(), files: Vec::new(), behind: false })
    }

    /// Reads captures, merged by time; they take the screen when their first numbers arrive. Packed ones are unpacked before.
    pub(crate) fn open(self, files: Vec<File>) {
        self.take(files, Vec::new(), false);
    }

    /// More files beside those that are open; all are read from their starts.
    pub(crate) fn add(self, files: Vec<File>) {
        self.take(files, self.files(), true);
    }

    /// The same files but one, by its number from 1.
    pub(crate) fn without(self, number: usize) {
        let mut files = self.files();
        if files.len() > 1 && (1..=files.len()).contains(&number) {
            files.remove(number - 1);
            self.take(Vec::new(), files, true);
        }
    }

    /// The same files with another shift of one's clock, ns.
    pub(crate) fn shift(self, number: usize, ns: i64) {
        let mut files = self.files();
        if let Some(file) = number.checked_sub(1).and_then(|at| files.get_mut(at)).filter(|file| file.shift_ns != ns) {
            file.shift_ns = ns;
            self.take(Vec::new(), files, true);
        }
    }

    /// Those on screen, or the set that is to take their place.
    fn files(self) -> Vec<Chosen> {
        self.inner.with_value(|inner| {
            let link = inner.next.as_ref().filter(|link| link.behind).or(inner.current.as_ref());
            link.map(|link| link.files.clone()).unwrap_or_default()
        })
    }

    /// Opens files that are ready, and others as soon as they are. `is_set`: they are the set on screen, changed.
    fn take(self, files: Vec<File>, mut ready: Vec<Chosen>, is_set: bool) {
        // A table of countries is no capture.
        let (tables, files): (Vec<File>, Vec<File>) = files.into_iter().partition(|file| geo::is_table(&file.name()));
        tables.into_iter().for_each(|table| geo::take(self, self.state, table));
        let name = files.first().map(File::name).or_else(|| ready.first().map(|chosen| chosen.name.clone()));
        let Some(name) = name else { return };
        self.stop_opening();
        self.state.refusal.set(None);
        self.state.crash.set(None);
        self.state.opening.set(Some(name));
        let opening = self.inner.with_value(|inner| inner.openings);
        spawn_local(async move {
            let (more, refused) = opening::prepare(self, files).await;
            if self.inner.with_value(|inner| inner.openings) != opening {
                return;
            }
            let has_more = !more.is_empty();
            ready.extend(more);
            if ready.is_empty() || refused.is_some() && !has_more {
                self.state.opening.set(None);
            } else {
                self.read(ready, is_set);
            }
            if refused.is_some() {
                self.state.refusal.set(refused);
            }
        });
    }

    /// What is being unpacked is no longer wanted.
    pub(crate) fn stop_opening(self) {
        self.inner.update_value(|inner| {
            inner.openings += 1;
            inner.unpacker = None;
        });
        self.state.unpacking.set(None);
        self.state.opening.set(None);
    }

    /// The set on screen stays as it is: what is read to take its place is no longer wanted.
    pub(crate) fn stop_rereading(self) {
        let files = self.inner.try_update_value(|inner| {
            retire(inner.next.take());
            inner.files = inner.current.as_ref().map(|link| link.files.clone()).unwrap_or_default();
            inner.files.iter().map(|chosen| chosen.file.clone()).collect::<Vec<_>>()
        });
        self.state.rereading.set(None);
        opening::tidy(&files.unwrap_or_default());
        self.prepare();
    }

    pub(crate) fn unpacking(self, how_far: Option<Unpacking>) {
        self.state.unpacking.set(how_far);
    }

    /// Keeps the worker that unpacks until it is done or no longer wanted.
    pub(crate) fn keep_unpacker(self, unpacker: Option<Unpacker>) {
        self.inner.update_value(|inner| inner.unpacker = unpacker);
    }

    fn read(self, files: Vec<Chosen>, is_set: bool) {
        let spare = self.inner.try_update_value(|inner| inner.spare.take()).flatten();
        let Some(mut link) = spare.or_else(|| self.start()) else { return };
        let named = files.iter().map(|chosen| OpenFile { name: chosen.name.clone(), shift_ns: chosen.shift_ns });
        link.send(&Envelope { ticket: 0, request: Request::Open { files: named.collect() } }, &files);
        link.files.clone_from(&files);
        link.behind = is_set && matches!(self.state.phase(), Phase::Complete | Phase::Cancelled);
        self.state.rereading.set(None);
        self.inner.update_value(|inner| {
            retire(inner.next.replace(link));
            inner.files = files;
        });
    }

    /// The last files once more, in a fresh worker.
    pub(crate) fn open_again(self) {
        let files = self.inner.with_value(|inner| inner.files.clone());
        self.take(Vec::new(), files, false);
    }

    pub(crate) fn cancel(self) {
        self.tell(Request::Cancel);
    }

    /// Chooses which addresses are "us"; empty: infer.
    pub(crate) fn set_local(self, addresses: Vec<String>) {
        self.tell(Request::Local { addresses });
        self.state.revision.update(|n| *n += 1);
    }

    /// Countries by this table from now on, if it is one.
    pub(crate) fn set_geo(self, table: Vec<u8>) {
        self.inner.update_value(|inner| inner.geo_sent = Some(table));
        self.send_geo();
    }

    /// To the capture on screen; the next one gets it when it takes the screen.
    fn send_geo(self) {
        let table = self.inner.with_value(|inner| inner.geo_sent.clone().or_else(|| inner.geo.clone()));
        if let Some(table) = table {
            self.tell(Request::Geo { table });
        }
    }

    fn tell(self, request: Request) {
        self.inner.update_value(|inner| {
            if let Some(link) = &mut inner.current {
                link.send(&Envelope { ticket: 0, request }, &[]);
            }
        });
    }

    fn send(self, query: Query, reply: Reply) {
        let refused = self.inner.try_update_value(|inner| match &mut inner.current {
            Some(link) => {
                inner.tickets += 1;
                // What is asked of a filter does not depend on the one that is applied, which may be no filter at all.
                let of_filters = matches!(query, Query::CheckFilter(_) | Query::CompleteFilter(_));
                let filter = if of_filters { Filter::default() } else { self.state.filter.get_untracked() };
                link.send(&Envelope { ticket: inner.tickets, request: Request::Ask { query, filter } }, &[]);
                inner.pending.insert(inner.tickets, (now(), reply));
                None
            }
            None => Some(reply),
        });
        if let Some(Some(reply)) = refused {
            reply(None);
        }
    }

    /// Asks once, for something the user does (find, copy, save) rather than for something on screen.
    pub(crate) fn ask_once<Q>(self, question: Q, then: impl FnOnce(Result<Q::Answer, String>) + 'static)
    where
        Q: Question,
    {
        let gone = || Err(t("The capture is not open any more.").to_owned());
        let reply = move |result: Option<Result<Answer, Failure>>| match result {
            Some(Ok(answer)) => then(Q::take(answer).map_or_else(gone, Ok)),
            Some(Err(failure)) => then(Err(told(&failure.message))),
            None => then(gone()),
        };
        self.send(question.query(), Box::new(reply));
    }

    /// The same to wait for, for what takes many questions.
    pub(crate) async fn answer(self, query: Query) -> Result<Answer, String> {
        let answer = Rc::new(RefCell::new(None));
        let (into, mut query) = (answer.clone(), Some(query));
        let there = js_sys::Promise::new(&mut |done, _| {
            let into = into.clone();
            let reply = move |result| {
                *into.borrow_mut() = result;
                let _ = done.call0(&JsValue::NULL);
            };
            if let Some(query) = query.take() {
                self.send(query, Box::new(reply));
            }
        });
        let _ = JsFuture::from(there).await;
        let gone = || Err(t("The capture is not open any more.").to_owned());
        answer.take().map_or_else(gone, |result: Result<_, Failure>| result.map_err(|failure| told(&failure.message)))
    }

    /// What answers are about: which capture, and what of it.
    pub(crate) fn about(self) -> (Option<u32>, Filter) {
        let link = self.inner.with_value(|inner| inner.current.as_ref().map(|link| link.id));
        (link, self.state.filter.get_untracked())
    }

    fn handle(self, id: u32, event: Event) {
        match event {
            Event::Ready { version } if version == env!("CARGO_PKG_VERSION") => self.inner.update_value(|inner| {
                let links = [&mut inner.current, &mut inner.next, &mut inner.spare];
                if let Some(link) = links.into_iter().flatten().find(|link| link.id == id) {
                    link.ready = true;
                    dom::announce(REST);
                    let _ = link.worker.post_message(&REST.into());
                    for message in link.queue.drain(..) {
                        let _ = link.worker.post_message(&message);
                    }
                }
            }),
            Event::Ready { version } => {
                let page = env!("CARGO_PKG_VERSION");
                self.lost(
                    id,
                    fill(
                        "The page is version {0}, its worker {1}: an update came in between. Reload the page.",
                        &[&page, &version],
                    ),
                );
            }
            Event::Progress(progress) => self.progress(id, progress),
            Event::Geo(facts) => {
                if !self.inner.with_value(|inner| Link::is(inner.current.as_ref(), id)) {
                    return;
                }
                self.inner.update_value(|inner| {
                    let sent = inner.geo_sent.take();
                    if facts.is_ok() && sent.is_some() {
                        inner.geo = sent;
                    }
                });
                geo::told(self.state, facts.map_err(|failure| failure.message));
                self.ask_again();
            }
            Event::Filtered(progress) => self.filtered(id, progress),
            Event::Reply { ticket, result } => {
                let reply = self.inner.try_update_value(|inner| {
                    let (asked, reply) = inner.pending.remove(&ticket)?;
                    inner.slowest = inner.slowest.max(now() - asked);
                    Some(reply)
                });
                if let Some(Some(reply)) = reply {
                    reply(Some(result));
                }
            }
            Event::Coded { ticket, bodies } => spawn_local(async move {
                let bodies = opening::decode(bodies).await;
                self.inner.try_update_value(|inner| {
                    if let Some(link) = inner.current.as_mut().filter(|link| link.id == id) {
                        link.send(&Envelope { ticket, request: Request::Decoded { bodies } }, &[]);
                    }
                });
            }),
            Event::Fatal { message } => self.lost(id, message),
        }
    }

    fn filtered(self, id: u32, progress: FilterProgress) {
        let is_current = self.inner.with_value(|inner| Link::is(inner.current.as_ref(), id));
        if !is_current || self.state.filter.with_untracked(|filter| *filter != progress.filter) {
            return;
        }
        let is_due = progress.done || self.is_due(now());
        let matched = progress.matched;
        self.state.filtered.set(Some(progress));
        // What was asked when as many matched would be answered the same again.
        if is_due && self.inner.with_value(|inner| inner.matched != matched) {
            self.inner.update_value(|inner| inner.matched = matched);
            self.ask_again();
        }
    }

    /// Whether it is time to ask everything on screen again.
    fn is_due(self, now: f64) -> bool {
        let wait = |inner: &Inner| (inner.slowest / ASK_SHARE).clamp(ASK_EVERY_MS, ASK_AT_LEAST_MS);
        self.inner.with_value(|inner| inner.pending.is_empty() && now - inner.bumped >= wait(inner))
    }

    fn ask_again(self) {
        self.inner.update_value(|inner| (inner.bumped, inner.slowest) = (now(), 0.0));
        self.state.revision.update(|n| *n += 1);
    }

    fn progress(self, id: u32, progress: Progress) {
        let opening = self.inner.with_value(|inner| Link::is(inner.next.as_ref(), id));
        if opening {
            self.state.opening.set(None);
            if let (LoadState::Failed { message }, 0) = (&progress.state, progress.packets) {
                let link = self.inner.try_update_value(|inner| inner.next.take()).flatten();
                let name = link.as_ref().and_then(|link| facts(&link.files)).map(|file| file.name).unwrap_or_default();
                retire(link);
                self.state.rereading.set(None);
                self.state.refusal.set(Some(Refusal { name, message: message.clone(), partly: false }));
                return self.prepare();
            }
            let is_behind = self.inner.with_value(|inner| inner.next.as_ref().is_some_and(|link| link.behind));
            if is_behind && progress.state == LoadState::Loading {
                return self.state.rereading.set(Some(progress));
            }
            self.state.rereading.set(None);
            self.promote(is_behind);
        } else if !self.inner.with_value(|inner| Link::is(inner.current.as_ref(), id)) {
            return;
        }
        let bump = opening || self.is_due(now()) || progress.state != LoadState::Loading;
        self.state.progress.set(Some(progress));
        if bump {
            self.ask_again();
        }
    }

    /// The next worker becomes the current one. `is_set`: with the files on screen, more or less.
    fn promote(self, is_set: bool) {
        let replaced = self.inner.try_update_value(|inner| {
            let before = inner.current.take();
            inner.current = inner.next.take();
            let files = inner.current.as_ref().map(|link| link.files.clone()).unwrap_or_default();
            (before, std::mem::take(&mut inner.pending), files)
        });
        let Some((before, pending, files)) = replaced else { return };
        if before.is_some() {
            // Another capture: its flows have other numbers. Those of a link followed with no capture open are kept.
            self.state.flow.set(None);
            self.state.desk.clear();
            self.state.curves.turn_to(None);
            self.state.wanted.clear();
            if !is_set {
                self.state.search.set(String::new());
                self.state.net.clear();
            }
        }
        retire(before);
        self.send_geo();
        self.tell(Request::Filter(self.state.filter.get_untracked()));
        opening::keep(&files.iter().map(|chosen| chosen.origin.clone()).collect::<Vec<_>>());
        opening::tidy(&files.iter().map(|chosen| chosen.file.clone()).collect::<Vec<_>>());
        let each = |chosen: &Chosen| FileFacts { name: chosen.name.clone(), size: chosen.file.size() as u64 };
        self.state.files.set(files.iter().map(each).collect());
        self.state.file.set(facts(&files));
        pending.into_values().for_each(|(_, reply)| reply(None));
    }

    /// A worker died. What it showed stays on screen, but cannot be asked any more.
    fn lost(self, id: u32, message: String) {
        let dead = self.inner.try_update_value(|inner| {
            let mut pending = Sorted::default();
            let link = if Link::is(inner.current.as_ref(), id) {
                pending = std::mem::take(&mut inner.pending);
                inner.current.take()
            } else if Link::is(inner.next.as_ref(), id) {
                inner.next.take()
            } else if Link::is(inner.spare.as_ref(), id) {
                inner.spare.take()
            } else {
                None
            };
            link.map(|link| (link, pending))
        });
        if let Some(Some((link, pending))) = dead {
            retire(Some(link));
            pending.into_values().for_each(|(_, reply)| reply(None));
            self.state.opening.set(None);
            self.state.rereading.set(None);
            self.state.crash.set(Some(message));
        }
    }
}
