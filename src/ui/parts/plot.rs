//! A graph over time, drawn by uPlot in www/plot.js; both are loaded when the first graph is opened.
use super::picture::PictureButton;
use crate::ui::dom;
use crate::ui::say::t;
use js_sys::{Array, Float64Array, Function, Object, Promise, Reflect, Uint32Array};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

const SCRIPT: &str = "plot-script";

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type Drawing;
    #[wasm_bindgen(method)]
    fn show(this: &Drawing, series: &Array, unit: &str);
    #[wasm_bindgen(method)]
    fn look(this: &Drawing, from: f64, to: f64);
    #[wasm_bindgen(method)]
    fn close(this: &Drawing);
    #[wasm_bindgen(js_namespace = wireglassPlot, js_name = open)]
    fn open(host: &web_sys::Element, tell: &Function) -> Promise;
}

/// A series as plot.js takes it; `shows` is its style and the class that has its colour.
pub(crate) struct Series<'a> {
    pub shows: &'a str,
    pub label: &'a str,
    /// ns.
    pub x: &'a [f64],
    pub y: &'a [f64],
    pub low: &'a [f64],
    pub packets: &'a [u32],
    pub counts: &'a [u32],
}

impl Series<'_> {
    pub(crate) fn object(&self) -> Object {
        let object = Object::new();
        let put = |name: &str, value: JsValue| Reflect::set(&object, &JsValue::from_str(name), &value);
        let _ = put("shows", self.shows.into());
        let _ = put("label", self.label.into());
        for (name, values) in [("x", self.x), ("y", self.y), ("low", self.low)] {
            let _ = put(name, Float64Array::from(values).into());
        }
        for (name, values) in [("packets", self.packets), ("counts", self.counts)] {
            let _ = put(name, Uint32Array::from(values).into());
        }
        object
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Told {
    /// Another span is wanted, ns; `None`: the whole.
    pub span: Callback<Option<(i64, i64)>>,
    /// A packet, by its number from 1.
    pub packet: Callback<u32>,
    /// A menu is wanted of such a packet, or of what is looked at; and where on the screen.
    pub menu: Callback<(Option<u32>, (i32, i32))>,
}

#[component]
pub(crate) fn Plot(
    #[prop(into)] label: Signal<String>,
    /// The series, and the unit of their values (`bytes`, `time`, `rate`); followed as they change.
    series: impl Fn() -> Option<(Array, &'static str)> + 'static,
    /// What part of the time is seen, ns.
    #[prop(into)]
    view: Signal<(f64, f64)>,
    /// Set by the plot: its width, px.
    width: RwSignal<f64>,
    told: Told,
) -> impl IntoView {
    let host = NodeRef::<Div>::new();
    let size = dom::size_of(host);
    Effect::new(move |_| width.set(size.get().0));
    let drawing = RwSignal::new_local(None::<Drawing>);
    let failed = RwSignal::new(false);
    let said = move |what: String, from: f64, to: f64, x: f64, y: f64| match what.as_str() {
        "span" => told.span.run(Some((from.round() as i64, to.round() as i64))),
        "packet" => told.packet.run(from as u32),
        "menu" => told.menu.run((Some(from as u32).filter(|&packet| packet > 0), (x as i32, y as i32))),
        _ => told.span.run(None),
    };
    let tell = Closure::<dyn Fn(String, f64, f64, f64, f64)>::new(said).into_js_value();
    let tell = StoredValue::new_local(tell.unchecked_into::<Function>());
    Effect::new(move |_| {
        let Some(element) = host.get() else { return };
        let element: web_sys::Element = element.unchecked_into();
        let open = move || {
            let Some(promise) = tell.try_with_value(|tell| open(&element, tell)) else { return };
            spawn_local(async move {
                match JsFuture::from(promise).await {
                    Ok(opened) => {
                        let opened: Drawing = opened.unchecked_into();
                        // The view may be gone by now.
                        if drawing.is_disposed() { opened.close() } else { drawing.set(Some(opened)) }
                    }
                    Err(_) => _ = failed.try_set(true),
                }
            });
        };
        load(open, move || _ = failed.try_set(true));
    });
    Effect::new(move |_| {
        let (from, to) = view.get();
        drawing.with(|drawing| drawing.as_ref().inspect(|drawing| drawing.look(from, to)).is_some());
    });
    Effect::new(move |_| {
        if let Some((series, unit)) = series() {
            drawing.with(|drawing| drawing.as_ref().inspect(|drawing| drawing.show(&series, unit)).is_some());
        }
    });
    on_cleanup(move || {
        drawing.try_with_untracked(|drawing| drawing.as_ref().inspect(|drawing| drawing.close()).is_some());
    });
    view! {
        <PictureButton of=host title=label />
        <div
            class="plot" node_ref=host tabindex="0" role="application" aria-roledescription=t("graph") aria-label=label
            // What plot.js says.
            data-edge=t("the window's edge is above ↑") data-bytes=t("{0} bytes") data-packet=t("packet {0}")
            data-segments=t("{0} segments, from packet {1}")
        ></div>
        {move || failed.get().then(|| view! { <p class="refusal" role="alert">{t("What draws graphs could not be loaded; reload the page.")}</p> })}
    }
}

/// Runs `then` once plot.js is there.
fn load(then: impl FnOnce() + 'static, failed: impl FnOnce() + 'static) {
    if Reflect::has(&js_sys::global(), &JsValue::from_str("wireglassPlot")).unwrap_or(false) {
        return then();
    }
    let there = document().get_element_by_id(SCRIPT);
    let Some(script) = there.clone().or_else(|| document().create_element("script").ok()) else { return };
    for (event, done) in [("load", Closure::once_into_js(then)), ("error", Closure::once_into_js(failed))] {
        let _ = script.add_event_listener_with_callback(event, done.unchecked_ref());
    }
    if there.is_none() {
        script.set_id(SCRIPT);
        let _ = script.set_attribute("src", &dom::asset("plot.js"));
        let _ = document().body().map(|body| body.append_child(&script));
    }
}
