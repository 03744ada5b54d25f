//! The map itself: outlines in steps of colour, circles for small states, the legend, and what is on no map. All or a part of it is seen
//! ([`super::zoom`]).
use super::scale::{shade, step, steps};
use super::zoom::{Buttons, STEP, Sight, Zoom};
use super::{Metric, Shown};
use crate::ui::dom;
use crate::ui::geo::{self, Shape, World};
use crate::ui::say::{fill, t};
use crate::ui::state::{State, set};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// A second click within this is a double click.
const TWICE: Duration = Duration::from_millis(220);
/// Radius of a small state's circle, px: the same on every screen, however large the map is.
const CIRCLE: f64 = 4.5;

#[component]
pub(super) fn Drawing(shown: Shown, choose: Callback<String>) -> impl IntoView {
    let state = expect_context::<State>();
    let host = NodeRef::<Div>::new();
    let size = dom::size_of(host);
    let zoom = Zoom::new(host);
    let world = state.geo.world;
    Effect::new(move |_| {
        let area = size.get();
        if let Some(map) = world.with(|world| world.as_ref().map(|world| (world.width, world.height))) {
            zoom.fit(map, area);
        }
    });
    // Where on the map the place is that is looked at.
    let spot = move || {
        let place = shown.pointed.get_untracked().or_else(|| shown.opened.get_untracked())?;
        world.with_untracked(|world| {
            world.as_ref()?.shapes.iter().find(|shape| shape.code == place).map(|shape| shape.at)
        })
    };
    let bounds = Memo::new(move |_| {
        let metric = shown.metric.get();
        shown.answer.with(|a| {
            let rows = a.iter().flat_map(|a| &a.rows).filter(|row| row.is_country);
            steps(rows.map(|row| metric.of(row)))
        })
    });
    // By place: its step. One look for all shapes.
    let colours = Memo::new(move |_| {
        let (metric, bounds) = (shown.metric.get(), bounds.get());
        shown.answer.with(|a| {
            let rows = a.iter().flat_map(|a| &a.rows).filter(|row| row.is_country);
            rows.map(|row| (row.country.clone(), shade(step(&bounds, metric.of(row)), bounds.len())))
                .collect::<Vec<_>>()
        })
    });
    let colour = move |place: &str| colours.with(|c| c.iter().find(|(p, _)| p == place).map_or(0, |(_, step)| *step));

    let point = move |event: web_sys::Event| {
        let place = dom::ancestor_text(&event, "place");
        set(shown.pointed, place);
    };
    let by_rank = move |event: &leptos::ev::KeyboardEvent| {
        let ranked = untrack(|| shown.ranked());
        let Some(last) = ranked.len().checked_sub(1) else { return };
        let here = shown.pointed.get_untracked().and_then(|place| ranked.iter().position(|other| *other == place));
        let to = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => here.map_or(0, |at| (at + 1).min(last)),
            "ArrowLeft" | "ArrowUp" => here.map_or(0, |at| at.saturating_sub(1)),
            "Home" => 0,
            "End" => last,
            "Enter" => {
                event.prevent_default();
                return shown.pointed.get_untracked().into_iter().for_each(|place| choose.run(place));
            }
            _ => return,
        };
        event.prevent_default();
        set(shown.pointed, ranked.get(to).cloned());
        spot().into_iter().for_each(|place| zoom.show(place));
    };
    // A click waits whether it is the first of two: these zoom.
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let forget = move || waiting.update_value(|waiting| waiting.take().iter().for_each(TimeoutHandle::clear));
    on_cleanup(forget);
    let click = move |event: leptos::ev::MouseEvent| {
        forget();
        let place = dom::ancestor_text(&event, "place").filter(|_| event.detail() < 2 && !zoom.was_drawn());
        if let Some(place) = place {
            waiting.set_value(set_timeout_with_handle(move || choose.run(place.clone()), TWICE).ok());
        }
    };
    let twice = move |event: leptos::ev::MouseEvent| {
        let factor = if event.shift_key() { 1.0 / STEP } else { STEP };
        zoom.by_at(factor, event.client_x(), event.client_y());
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        match (event.key().as_str(), event.shift_key()) {
            ("+" | "=", _) => zoom.by(STEP, spot()),
            ("-" | "_", _) => zoom.by(1.0 / STEP, None),
            ("0", _) => zoom.all(),
            ("ArrowRight", true) => zoom.step(0.2, 0.0),
            ("ArrowLeft", true) => zoom.step(-0.2, 0.0),
            ("ArrowDown", true) => zoom.step(0.0, 0.2),
            ("ArrowUp", true) => zoom.step(0.0, -0.2),
            _ => return by_rank(&event),
        }
        event.prevent_default();
    };
    let shapes = move || {
        state.geo.world.get().map(|world| {
            let shape = |shape: &Shape| draw(shape, move |place: &str| colour(place), shown);
            let here = {
                let world = world.clone();
                move || highlight(&world, shown.pointed.get().or_else(|| shown.opened.get()))
            };
            // Circles stand above all outlines, for they are in them.
            let (circles, outlines): (Vec<_>, Vec<_>) = world.shapes.iter().partition(|shape| shape.is_small);
            view! {
                <svg class="map-drawing" viewBox=move || zoom.sight.with(Sight::view_box) aria-hidden="true" style:--circle=move || format!("{:.2}px", CIRCLE * zoom.sight.with(Sight::pixel))>
                    {outlines.into_iter().map(shape).collect_view()}
                    {circles.into_iter().map(shape).collect_view()}
                    {here}
                </svg>
            }
        })
    };
    view! {
        <figure class="map">
            <div class="map-frame">
            <div
                class="map-area" class:zoomed=move || zoom.is_zoomed() id="map" node_ref=host tabindex="0" role="application" aria-roledescription=t("map")
                aria-label=move || label(shown.metric.get()) aria-describedby="place"
                on:pointermove=move |event| { zoom.drag(&event); point(event.into()); } on:pointerleave=move |_| set(shown.pointed, None)
                on:pointerdown=move |event| zoom.down(&event) on:pointerup=move |event| zoom.up(&event) on:pointercancel=move |event| zoom.up(&event)
                on:wheel=move |event| zoom.wheel(&event) on:dblclick=twice
                on:click=click on:keydown=key on:blur=move |_| set(shown.pointed, None)
            >
                {shapes}
                {move || state.geo.world.with(|world| world.as_ref().is_some_and(|w| w.shapes.is_empty())).then(|| view! { <p class="refusal" role="alert">{t("The outlines of the map could not be loaded; the table has the numbers.")}</p> })}
            </div>
            <Buttons zoom=zoom around=Callback::new(move |()| spot()) />
            </div>
            <figcaption class="map-caption">
                <Legend shown=shown bounds=bounds />
                <Elsewhere shown=shown choose=choose />
            </figcaption>
        </figure>
    }
}

fn label(metric: Metric) -> String {
    let title = Metric::ALL.iter().find(|(one, ..)| *one == metric).map_or("", |(_, title, _)| title);
    fill(
        "Countries by {0}. Arrow keys go from the largest to the smallest, Enter filters; + and − zoom, 0 shows all, Shift with arrow keys moves.",
        &[&t(title)],
    )
}

fn draw(shape: &Shape, colour: impl Fn(&str) -> usize + Copy + Send + Sync + 'static, shown: Shown) -> AnyView {
    let code = shape.code.clone();
    let outline = (!shape.outline.is_empty()).then(|| shape.outline.clone());
    if code == "-" {
        return view! { <path class="map-0" d=outline /> }.into_any();
    }
    let step = {
        let code = code.clone();
        Memo::new(move |_| colour(&code))
    };
    let class = move || format!("map-{}", step.get());
    let condition = {
        let code = code.clone();
        move || (step.get() > 0).then(|| format!("geo.country == \"{code}\""))
    };
    let title = {
        let code = code.clone();
        move || step.get().checked_sub(1).map(|_| tell(shown, &code))
    };
    let (x, y) = shape.at;
    let circle = shape.is_small.then(|| {
        let class = move || {
            if step.get() > 0 { format!("map-circle map-{}", step.get()) } else { "map-circle none".to_owned() }
        };
        view! { <circle class=class cx=x cy=y /> }
    });
    view! {
        <g data-place=code data-filter=condition>
            <title>{title}</title>
            {outline.map(|outline| view! { <path class=class d=outline /> })}
            {circle}
        </g>
    }
    .into_any()
}

/// `South Korea: 12.3 MB`
fn tell(shown: Shown, place: &str) -> String {
    let metric = shown.metric.get();
    let value = shown.row(place).map_or(0, |row| metric.of(&row));
    format!("{}: {}", geo::name_of(place), metric.say(value))
}

/// The place that is looked at, drawn over.
fn highlight(world: &Arc<World>, place: Option<String>) -> Option<AnyView> {
    let shape = world.shapes.iter().find(|shape| Some(&shape.code) == place.as_ref())?;
    let (x, y) = shape.at;
    Some(match shape.is_small {
        true => view! { <circle class="map-circle map-here" cx=x cy=y /> }.into_any(),
        false => view! { <path class="map-here" d=shape.outline.clone() /> }.into_any(),
    })
}

#[component]
fn Legend(shown: Shown, bounds: Memo<Vec<u64>>) -> impl IntoView {
    let one = move |((at, bound), all): ((usize, u64), usize)| {
        view! { <li><i class=format!("map-{}", shade(at + 1, all)) aria-hidden="true"></i>{fill("from {0}", &[&shown.metric.get().say(bound)])}</li> }
    };
    view! {
        <ul class="map-legend" aria-label=t("Colours")>
            <li><i class="map-0" aria-hidden="true"></i>{t("nothing")}</li>
            {move || {
                let bounds = bounds.get();
                let all = bounds.len();
                bounds.into_iter().enumerate().map(|bound| one((bound, all))).collect_view()
            }}
        </ul>
    }
}

/// What belongs to no country.
#[component]
fn Elsewhere(shown: Shown, choose: Callback<String>) -> impl IntoView {
    move || {
        let metric = shown.metric.get();
        let answer = shown.answer.get();
        let rows: Vec<_> = answer.iter().flat_map(|a| &a.rows).filter(|row| !row.is_country).cloned().collect();
        let chip = move |row: crate::api::CountryRow| {
            let (place, pointed) = (row.country.clone(), row.country.clone());
            view! {
                <button type="button" class="filter-chip" data-filter=row.filter.clone()
                    on:click=move |_| choose.run(place.clone())
                    on:pointerenter=move |_| set(shown.pointed, Some(pointed.clone())) on:pointerleave=move |_| set(shown.pointed, None)
                >{geo::name_of(&row.country)}" "<b>{metric.say(metric.of(&row))}</b></button>
            }
        };
        (!rows.is_empty()).then(|| view! { <div class="map-elsewhere"><span class="muted">{t("Not on the map:")}</span>{rows.into_iter().map(chip).collect_view()}</div> })
    }
}
