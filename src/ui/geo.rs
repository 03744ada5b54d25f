//! Countries on the page: the table and the map's outlines are fetched from where the page comes from when they are first needed, and
//! the worker of every capture gets the table from then on. A file `….mmdb` that is dropped takes its place.
use super::client::Client;
use super::filter::Filters;
use super::say::{self, fill, t};
use super::state::{State, set};
use crate::api::{CLASSES, GeoFacts};
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

const COUNTRIES: &str = "./geo/countries.bin";
const WORLD: &str = "./geo/world.bin";

/// Where the table of countries stands.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) enum Table {
    #[default]
    Absent,
    Loading,
    Ready(GeoFacts),
    /// Why there is none, or why the file dropped is none.
    Failed(String),
}

/// What the map's colours stand for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Metric {
    Flows,
    #[default]
    Data,
    Sent,
    Received,
}

#[derive(Clone, Copy)]
pub(crate) struct Geo {
    pub table: RwSignal<Table>,
    /// The outlines, once the map was opened.
    pub world: RwSignal<Option<Arc<World>>>,
}

impl Geo {
    pub(crate) fn new() -> Geo {
        Geo { table: RwSignal::new(Table::Absent), world: RwSignal::new(None) }
    }
}

/// What `www/geo/world.bin` has; how it is written: `scripts/geo/outlines.mjs`.
#[derive(Default)]
pub(crate) struct World {
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<Shape>,
}

pub(crate) struct Shape {
    /// Two letters; `-`: nobody's.
    pub code: String,
    /// Its middle.
    pub at: (f64, f64),
    /// Too small to be seen: a circle stands for it.
    pub is_small: bool,
    /// The `d` of a path.
    pub outline: String,
}

impl World {
    fn parse(text: &str) -> Option<World> {
        let mut lines = text.lines();
        let (width, height) = lines.next()?.split_once(' ')?;
        let shape = |line: &str| {
            let mut words = line.splitn(5, ' ');
            let mut next = || words.next();
            let (code, x, y, small) = (next()?, next()?.parse().ok()?, next()?.parse().ok()?, next()?);
            let outline = next().unwrap_or_default().to_owned();
            Some(Shape { code: code.to_owned(), at: (x, y), is_small: small == "o", outline })
        };
        let shapes = lines.filter_map(shape).collect();
        Some(World { width: width.parse().ok()?, height: height.parse().ok()?, shapes })
    }
}

/// Loads the table where a filter asks for a country.
pub(crate) fn watch(client: Client, state: State, filters: Filters) {
    let asks = |text: &str| text.contains("geo.");
    Effect::new(move |_| {
        if state.filter.with(|filter| asks(&filter.text)) || filters.draft.with(|draft| asks(&draft.text)) {
            need(client, state);
        }
    });
}

/// Countries are about to be shown.
pub(crate) fn need(client: Client, state: State) {
    if state.geo.table.with_untracked(|table| !matches!(table, Table::Absent | Table::Failed(_))) {
        return;
    }
    state.geo.table.set(Table::Loading);
    spawn_local(async move {
        match fetched(COUNTRIES).await {
            Ok(bytes) => client.set_geo(bytes.to_vec()),
            Err(_) => state.geo.table.set(Table::Failed(t("The table of countries could not be loaded.").to_owned())),
        }
    });
}

/// The map is about to be shown.
pub(crate) fn need_world(state: State) {
    if state.geo.world.with_untracked(Option::is_some) {
        return;
    }
    spawn_local(async move {
        let world = async { text_of(&fetched(WORLD).await?).await }.await;
        // Without it there still is the table beside it.
        let world = world.ok().and_then(|text| World::parse(&text)).unwrap_or_default();
        set_world(state, world);
    });
}

fn set_world(state: State, world: World) {
    state.geo.world.set(Some(Arc::new(world)));
}

/// Whether a file is a table of countries rather than a capture.
pub(crate) fn is_table(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".mmdb")
}

/// Takes a table that the user chose.
pub(crate) fn take(client: Client, state: State, file: web_sys::File) {
    spawn_local(async move {
        match JsFuture::from(file.array_buffer()).await {
            Ok(buffer) => client.set_geo(Uint8Array::new(&buffer).to_vec()),
            Err(_) => {
                state.geo.table.set(Table::Failed(fill("{0} could not be read.", &[&file.name()])));
            }
        }
    });
}

async fn fetched(path: &str) -> Result<Uint8Array, JsValue> {
    let response: web_sys::Response = JsFuture::from(window().fetch_with_str(path)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    Ok(Uint8Array::new(&JsFuture::from(response.array_buffer()?).await?))
}

#[wasm_bindgen]
extern "C" {
    type DecompressionStream;
    #[wasm_bindgen(constructor)]
    fn new(format: &str) -> DecompressionStream;

    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locales: &Array, options: &Object) -> DisplayNames;
    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<Option<String>, JsValue>;
}

/// A text that may be compressed: some hosts undo gzip on the way.
async fn text_of(bytes: &Uint8Array) -> Result<String, JsValue> {
    let mut response = web_sys::Response::new_with_opt_buffer_source(Some(bytes))?;
    if bytes.get_index(0) == 0x1f && bytes.get_index(1) == 0x8b {
        let body = response.body().ok_or(JsValue::NULL)?;
        let pipe: Function = Reflect::get(&body, &"pipeThrough".into())?.dyn_into()?;
        let stream = pipe.call1(&body, &DecompressionStream::new("gzip"))?;
        response = web_sys::Response::new_with_opt_readable_stream(Some(stream.unchecked_ref()))?;
    }
    Ok(JsFuture::from(response.text()?).await?.as_string().unwrap_or_default())
}

/// What a country or a class of addresses is called in the page's language.
pub(crate) fn name_of(place: &str) -> String {
    if let Some((_, title)) = CLASSES.iter().find(|(class, _)| *class == place) {
        return t(title).to_owned();
    }
    thread_local! {
        /// The language, and what knows its names: making it takes the browser a while.
        static NAMES: std::cell::RefCell<Option<(&'static str, DisplayNames)>> = const { std::cell::RefCell::new(None) };
    }
    let language = say::language::now().code();
    NAMES.with_borrow_mut(|names| {
        if names.as_ref().is_none_or(|(of, _)| *of != language) {
            let options = Object::new();
            let _ = Reflect::set(&options, &"type".into(), &"region".into());
            let locale = Array::of1(&language.into());
            *names = Some((language, DisplayNames::new(&locale, &options)));
        }
        let name = names.as_ref().and_then(|(_, names)| names.of(place).ok().flatten());
        name.unwrap_or_else(|| place.to_owned())
    })
}

/// Whose data countries are: DB-IP's licence wants the link wherever they are shown.
#[component]
pub(crate) fn GeoCredit() -> impl IntoView {
    let state = expect_context::<State>();
    move || {
        match state.geo.table.get() {
        Table::Ready(facts) if facts.shipped => view! {
            <span class="muted geo-credit">
                <a href="https://db-ip.com" target="_blank" rel="noopener noreferrer">{t("IP Geolocation by DB-IP")}</a>
                " · "{fill("data of {0}", &[&facts.date])}
            </span>
        }
        .into_any(),
        Table::Ready(facts) => {
            view! { <span class="muted geo-credit">{fill("Countries by {0}, data of {1}", &[&facts.source, &facts.date])}</span> }.into_any()
        }
        Table::Loading => view! { <span class="muted geo-credit">{t("Loading the table of countries …")}</span> }.into_any(),
        Table::Failed(message) => view! { <span class="geo-credit refusal" role="alert">{message}</span> }.into_any(),
        Table::Absent => ().into_any(),
    }
    }
}

/// The worker said what became of a table: what is on screen may change.
pub(crate) fn told(state: State, facts: Result<GeoFacts, String>) {
    set(state.geo.table, facts.map_or_else(|message| Table::Failed(say::told(&message)), Table::Ready));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_are_read() {
        let world = World::parse("3000 1300\nKR 2500 400 - M1 2l3 4 5-6z\nSG 2400 700 o M1 1l1 0 0 1z\nTV 9 9 o \n")
            .expect("a map");
        let told: Vec<_> =
            world.shapes.iter().map(|s| (s.code.as_str(), s.at.0, s.is_small, s.outline.as_str())).collect();
        let outlines = ["M1 2l3 4 5-6z", "M1 1l1 0 0 1z"];
        assert_eq!(
            told,
            [("KR", 2500.0, false, outlines[0]), ("SG", 2400.0, true, outlines[1]), ("TV", 9.0, true, "")]
        );
        assert_eq!((world.width, world.height), (3000.0, 1300.0));
        assert!(World::parse("nothing").is_none());
        assert!(is_table("GeoLite2-Country.MMDB") && !is_table("a.pcap"));
    }
}
