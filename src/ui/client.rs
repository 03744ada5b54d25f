//! The worker as the page sees it: open a file, ask, be told.
//!
//! Every file gets a fresh worker, because wasm memory never shrinks. The worker of the capture on screen stays until the next one
//! has delivered its first numbers: a bad file costs nothing.
use super::dom;
use super::geo;
use super::state::{FileFacts, Refusal, State};
use crate::api::{
    Answer, Envelope, Event, Failure, Filter, FilterProgress, LoadState, Progress, Query, Question, Request, values,
};
use crate::sorted::Sorted;
use leptos::prelude::*;
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

/// While a capture loads, views ask again at most this often …
const ASK_EVERY_MS: f64 = 330.0;
/// … and never so often that answering takes more than this part of the worker's time: reading is what it is for.
const ASK_SHARE: f64 = 0.2;
/// … but still this often, so that the page is seen to live.
const ASK_AT_LEAST_MS: f64 = 1500.0;
/// Counts what the worker asks for; see www/watch.js.
const WATCH: &str = "watch.js";

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
    /// The last file chosen, for "open it again".
    file: Option<File>,
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
    file: Option<FileFacts>,
}

impl Link {
    fn send(&mut self, envelope: &Envelope, file: Option<&File>) {
        let Ok(value) = envelope.serialize(&serde_wasm_bindgen::Serializer::new()) else { return };
        let message = js_sys::Object::new();
        let put = |name: &str, value: &JsValue| js_sys::Reflect::set(&message, &JsValue::from_str(name), value);
        let _ = put("envelope", &value);
        if let Some(file) = file {
            let _ = put("file", file);
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
/// which file it is (scripts/post_build.mjs): that of its own build, or none.
fn start_worker() -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(&dom::root_data("watch").unwrap_or_default());
    let [watch, loader] = [WATCH, &dom::root_data("worker").unwrap_or_default()].map(dom::asset);
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
        let worker = match start_worker() {
            Ok(worker) => worker,
            Err(error) => {
                self.state.crash.set(Some(format!("The worker could not be started: {error:?}")));
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
                    self.lost(id, format!("Page and worker are of different versions; reload the page. ({error})"))
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
        Some(Link { id, worker, ready: false, queue: Vec::new(), file: None })
    }

    /// Reads a capture; it takes the screen when its first numbers arrive. A table of countries takes its place.
    pub(crate) fn open(self, file: File) {
        if geo::is_table(&file.name()) {
            return geo::take(self, self.state, file);
        }
        let facts = FileFacts { name: file.name(), size: file.size() as u64 };
        self.state.refusal.set(None);
        self.state.crash.set(None);
        self.state.opening.set(Some(facts.name.clone()));
        let spare = self.inner.try_update_value(|inner| inner.spare.take()).flatten();
        let Some(mut link) = spare.or_else(|| self.start()) else { return };
        link.send(&Envelope { ticket: 0, request: Request::Open { name: facts.name.clone() } }, Some(&file));
        link.file = Some(facts);
        self.inner.update_value(|inner| {
            retire(inner.next.replace(link));
            inner.file = Some(file);
        });
    }

    /// The last file once more, in a fresh worker.
    pub(crate) fn open_again(self) {
        if let Some(file) = self.inner.with_value(|inner| inner.file.clone()) {
            self.open(file);
        }
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
                link.send(&Envelope { ticket: 0, request }, None);
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
                link.send(&Envelope { ticket: inner.tickets, request: Request::Ask { query, filter } }, None);
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
        let gone = || Err("The capture is not open any more.".to_owned());
        let reply = move |result: Option<Result<Answer, Failure>>| match result {
            Some(Ok(answer)) => then(Q::take(answer).map_or_else(gone, Ok)),
            Some(Err(failure)) => then(Err(failure.message)),
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
        let gone = || Err("The capture is not open any more.".to_owned());
        answer.take().map_or_else(gone, |result: Result<_, Failure>| result.map_err(|failure| failure.message))
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
                    for message in link.queue.drain(..) {
                        let _ = link.worker.post_message(&message);
                    }
                }
            }),
            Event::Ready { version } => {
                let page = env!("CARGO_PKG_VERSION");
                self.lost(
                    id,
                    format!(
                        "The page is version {page}, its worker {version}: an update came in between. Reload the page."
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
                let name = link.as_ref().and_then(|link| link.file.clone()).map(|file| file.name).unwrap_or_default();
                retire(link);
                self.state.refusal.set(Some(Refusal { name, message: message.clone() }));
                return self.prepare();
            }
            self.promote();
        } else if !self.inner.with_value(|inner| Link::is(inner.current.as_ref(), id)) {
            return;
        }
        let bump = opening || self.is_due(now()) || progress.state != LoadState::Loading;
        self.state.progress.set(Some(progress));
        if bump {
            self.ask_again();
        }
    }

    /// The next worker becomes the current one.
    fn promote(self) {
        let replaced = self.inner.try_update_value(|inner| {
            let before = inner.current.take();
            inner.current = inner.next.take();
            let file = inner.current.as_ref().and_then(|link| link.file.clone());
            (before, std::mem::take(&mut inner.pending), file)
        });
        let Some((before, pending, file)) = replaced else { return };
        if before.is_some() {
            // Another capture: its flows have other numbers. Those of a link followed with no capture open are kept.
            self.state.flow.set(None);
            self.state.search.set(String::new());
            self.state.desk.clear();
            self.state.curves.turn_to(None);
            self.state.wanted.clear();
        }
        retire(before);
        self.send_geo();
        self.tell(Request::Filter(self.state.filter.get_untracked()));
        self.state.file.set(file);
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
            self.state.crash.set(Some(message));
        }
    }
}

/// A question on screen: the last good answer with the question it belongs to.
pub(crate) struct Asked<Q: Question> {
    pub answer: RwSignal<Option<(Q, Q::Answer)>>,
    pub failure: RwSignal<Option<String>>,
}

impl<Q: Question> Clone for Asked<Q> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Q: Question> Copy for Asked<Q> {}

/// What a question's answer, or why there is none, goes into.
type Sink = Box<dyn FnOnce(Result<Answer, String>)>;

#[derive(Default)]
struct Flight {
    outstanding: bool,
    /// What to ask when the outstanding answer is there; later questions replace earlier ones.
    next: Option<(Query, Sink)>,
}

/// Asks, and asks again whenever what the question depends on, or the capture, changes.
/// One outstanding question; the latest wins; the last good answer stays on screen.
pub(crate) fn ask<Q>(question: impl Fn() -> Option<Q> + 'static) -> Asked<Q>
where
    Q: Question + Clone + Send + Sync + 'static,
    Q::Answer: Send + Sync + 'static,
{
    let asked = Asked { answer: RwSignal::new(None), failure: RwSignal::new(None) };
    keep_asking(Box::new(move || {
        let question = question()?;
        let query = question.clone().query();
        // The view may be gone when the answer comes, and its signals with it: then all of this does nothing.
        let sink: Sink = Box::new(move |result| match result.map(Q::take) {
            Ok(Some(answer)) => {
                asked.answer.try_set(Some((question, answer)));
                asked.failure.try_set(None);
            }
            Ok(None) => {}
            Err(message) => {
                asked.failure.try_set(Some(message));
            }
        });
        Some((query, sink))
    }));
    asked
}

/// The part of [`ask`] that is the same for all questions: compiled once.
fn keep_asking(make: Box<dyn Fn() -> Option<(Query, Sink)>>) {
    let client = expect_context::<Client>();
    let flight = StoredValue::new_local(Flight::default());
    Effect::new(move |_| {
        client.state.revision.track();
        let Some(asked) = make() else { return };
        let now = flight.try_update_value(|flight| {
            if std::mem::replace(&mut flight.outstanding, true) {
                flight.next = Some(asked);
                return None;
            }
            Some(asked)
        });
        if let Some(Some((query, sink))) = now {
            fly(client, flight, query, sink);
        }
    });
}

fn fly(client: Client, flight: StoredValue<Flight, LocalStorage>, query: Query, sink: Sink) {
    client.send(
        query,
        Box::new(move |result| {
            if let Some(result) = result {
                sink(result.map_err(|failure| failure.message));
            }
            let next = flight.try_update_value(|flight| {
                let next = flight.next.take();
                flight.outstanding = next.is_some();
                next
            });
            if let Some(Some((query, sink))) = next {
                fly(client, flight, query, sink);
            }
        }),
    );
}

/// Draws an answer, and again when another comes.
pub(crate) fn drawn<Q>(asked: Asked<Q>, draw: fn(&Q::Answer) -> AnyView) -> AnyView
where
    Q: Question + Send + Sync + 'static,
    Q::Answer: Send + Sync + 'static,
{
    (move || asked.answer.with(|a| a.as_ref().map(|(_, answer)| draw(answer)))).into_any()
}
