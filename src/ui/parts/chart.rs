//! Bars over an axis, and lines over the bars: hover, touch or arrow keys tell a bar's numbers.
use super::picture::PictureButton;
use crate::ui::dom;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use std::fmt::Write;
use std::sync::Arc;
use wasm_bindgen::JsCast;

#[derive(Clone, PartialEq, Default)]
pub(crate) struct Plot {
    pub bars: Vec<f64>,
    /// Paler ones behind them: what the bars are a part of. As many, or none.
    pub behind: Vec<f64>,
    pub lines: Vec<Curve>,
    /// Places (0 to 1) and labels under the axis.
    pub ticks: Vec<(f64, String)>,
    /// Share of a bar's width that stays empty.
    pub gap: f64,
}

/// A line through the middles of the bars' places.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct Curve {
    pub values: Vec<f64>,
    /// A class that has its colour, and its dashes.
    pub class: String,
    pub dashes: &'static str,
}

impl Plot {
    fn most(&self) -> f64 {
        let values = self.bars.iter().chain(&self.behind).chain(self.lines.iter().flat_map(|line| &line.values));
        values.copied().fold(0.0, f64::max)
    }
}

/// What a bar stands for, in words: title and lines.
pub(crate) type Tell = Arc<dyn Fn(usize) -> Vec<String> + Send + Sync>;

/// Bars that were chosen: drawn over with the pointer, or with Shift and the arrow keys.
pub(crate) struct Picked {
    pub bars: std::ops::Range<usize>,
    /// Where on the screen.
    pub at: (i32, i32),
}

/// The smallest even number (1, 1.5, 2, 3 … times a power of ten) that is not below `value`.
pub(crate) fn round_up(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.iter().map(|step| step * power).find(|step| *step >= value * 0.999_999).unwrap_or(value)
}

/// One path for all bars: the chart is drawn in units of one bar by 100.
fn outline(bars: &[f64], top: f64, gap: f64) -> String {
    let mut path = String::with_capacity(bars.len() * 24);
    for (i, value) in bars.iter().enumerate().filter(|(_, value)| **value > 0.0) {
        // A bar that is there must be seen, however small its value.
        let height = (value / top * 100.0).clamp(0.8, 100.0);
        let _ = write!(path, "M{:.3} 100v-{height:.2}h{:.3}v{height:.2}z", i as f64 + gap / 2.0, 1.0 - gap);
    }
    path
}

fn curve(values: &[f64], top: f64) -> String {
    let mut path = String::with_capacity(values.len() * 14);
    for (i, value) in values.iter().enumerate() {
        let step = if i == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{step}{}.5 {:.2}", i, 100.0 - value / top * 100.0);
    }
    path
}

#[component]
pub(crate) fn Chart(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] plot: Signal<Plot>,
    tell: Tell,
    /// How a value on the vertical axis reads.
    axis: Arc<dyn Fn(f64) -> String + Send + Sync>,
    /// Set by the chart: its width, px, to ask for as many bars as it can show.
    #[prop(optional)]
    width: Option<RwSignal<f64>>,
    /// What is done with bars that are chosen.
    #[prop(optional)]
    pick: Option<Callback<Picked>>,
    /// What is done with them at once, by the end of drawing or Enter, where that is not what `pick` does.
    #[prop(optional)]
    zoom: Option<Callback<std::ops::Range<usize>>>,
    /// The opposite: double click, Escape.
    #[prop(optional)]
    back: Option<Callback<()>>,
    /// Set by the chart: its element, for a button elsewhere that saves it; without, it has one in its corner.
    #[prop(optional)]
    element: Option<NodeRef<Div>>,
) -> impl IntoView {
    let (area, whole) = (NodeRef::<Div>::new(), element.unwrap_or_default());
    let size = dom::size_of(area);
    Effect::new(move |_| {
        if let Some(width) = width {
            width.set(size.get().0);
        }
    });
    let cursor = RwSignal::new(None::<usize>);
    let count = Memo::new(move |_| plot.with(|p| p.bars.len()));
    let top = Memo::new(move |_| round_up(plot.with(Plot::most)));
    let place = move |index: usize| (index as f64 + 0.5) / count.get().max(1) as f64;
    let place_of = move |index: usize| untrack(|| place(index));

    // The bar at which choosing began; the other end is the cursor.
    let anchor = RwSignal::new(None::<usize>);
    let pressed = StoredValue::new(false);
    let bar_at = move |x: i32| {
        let element = area.get_untracked()?;
        let rect = element.unchecked_ref::<web_sys::Element>().get_bounding_client_rect();
        let share = (f64::from(x) - rect.left()) / rect.width().max(1.0);
        let bars = count.get_untracked();
        (bars > 0).then_some((share.clamp(0.0, 0.999_999) * bars as f64) as usize)
    };
    let point = move |event: PointerEvent| cursor.set(bar_at(event.client_x()));
    let press = move |event: PointerEvent| {
        point(event.clone());
        if pick.is_some() && event.button() == 0 {
            pressed.set_value(true);
            anchor.set(cursor.get_untracked());
            if let Some(element) = area.get_untracked() {
                let _ = element.unchecked_ref::<web_sys::Element>().set_pointer_capture(event.pointer_id());
            }
        }
    };
    let chosen = move || {
        let (from, to) = (anchor.get()?, cursor.get()?);
        Some(from.min(to)..from.max(to) + 1)
    };
    let choose = move |at: (i32, i32)| {
        let bars = untrack(chosen).or_else(|| cursor.get_untracked().map(|bar| bar..bar + 1));
        if let Some((pick, bars)) = pick.zip(bars) {
            pick.run(Picked { bars, at });
        }
    };
    let decide = move |at: (i32, i32)| match zoom {
        None => choose(at),
        Some(zoom) => {
            if let Some(bars) = untrack(chosen).or_else(|| cursor.get_untracked().map(|bar| bar..bar + 1)) {
                zoom.run(bars);
                cursor.set(None);
                anchor.set(None);
            }
        }
    };
    let release = move |event: PointerEvent| {
        if pressed.get_value() {
            pressed.set_value(false);
            // A click chooses nothing: the bar is only looked at.
            if anchor.get_untracked() != cursor.get_untracked() {
                decide((event.client_x(), event.client_y()));
            }
            anchor.set(None);
        }
    };
    let on_menu = move |event: leptos::ev::MouseEvent| {
        if pick.is_some() && count.get_untracked() > 0 {
            event.prevent_default();
            if event.button() == 2 {
                cursor.set(bar_at(event.client_x()));
            }
            choose(dom::menu_place(&event, None));
        }
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && pick.is_some() {
            event.prevent_default();
            let place = area.get_untracked().map(|e| e.unchecked_ref::<web_sys::Element>().get_bounding_client_rect());
            let across = cursor.get_untracked().map_or(0.5, place_of);
            return decide(place.map_or((0, 0), |p| ((p.left() + across * p.width()) as i32, p.top() as i32 + 24)));
        }
        if event.key() == "Escape" && (anchor.get_untracked().is_some() || back.is_some()) {
            event.prevent_default();
            if pressed.get_value() || anchor.get_untracked().is_some() {
                pressed.set_value(false);
                return anchor.set(None);
            }
            back.iter().for_each(|back| back.run(()));
            return;
        }
        if !event.shift_key() {
            anchor.set(None);
        } else if anchor.get_untracked().is_none() {
            anchor.set(cursor.get_untracked());
        }
        let last = count.get_untracked().saturating_sub(1);
        let next = match (event.key().as_str(), cursor.get_untracked()) {
            ("ArrowRight", at) => at.map_or(0, |i| (i + 1).min(last)),
            ("ArrowLeft", at) => at.map_or(last, |i| i.saturating_sub(1)),
            ("Home", _) => 0,
            ("End", _) => last,
            _ => return,
        };
        event.prevent_default();
        cursor.set(Some(next));
    };

    let told = tell.clone();
    let text = move || cursor.get().map(|i| told(i).join(", ")).unwrap_or_default();
    let note = move || {
        cursor.get().filter(|i| *i < count.get()).map(|index| {
            let share = place(index) * 100.0;
            let mut lines = tell(index).into_iter();
            view! {
                <div class="chart-cursor" style:left=format!("{share}%")></div>
                <div class="chart-note" style:left=format!("{share}%") style:transform=format!("translateX(-{share}%)")>
                    <b>{lines.next()}</b>
                    {lines.map(|line| view! { <span>{line}</span> }).collect_view()}
                </div>
            }
        })
    };
    let axis_top = axis.clone();
    view! {
        <div class="chart" node_ref=whole>
            {element.is_none().then(|| view! { <PictureButton of=whole title=label /> })}
            <div class="chart-scale" aria-hidden="true">
                <span>{move || axis_top(top.get())}</span>
                <span>{move || axis(top.get() / 2.0)}</span>
                <span>"0"</span>
            </div>
            <div
                class="chart-area" node_ref=area tabindex="0" role="slider" aria-label=label
                aria-valuemin="1" aria-valuemax=move || count.get() aria-valuenow=move || cursor.get().map_or(1, |i| i + 1) aria-valuetext=text
                on:pointermove=point on:pointerdown=press on:pointerup=release on:pointercancel=move |_| { pressed.set_value(false); anchor.set(None); }
                on:pointerleave=move |_| if !pressed.get_value() { cursor.set(None) }
                on:dblclick=move |_| back.iter().for_each(|back| back.run(()))
                on:contextmenu=on_menu on:keydown=key on:blur=move |_| { cursor.set(None); anchor.set(None); }
            >
                <svg preserveAspectRatio="none" viewBox=move || format!("0 0 {} 100", count.get().max(1)) aria-hidden="true">
                    <path class="bars behind" d=move || plot.with(|p| outline(&p.behind, top.get(), p.gap)) />
                    <path class="bars" d=move || plot.with(|p| outline(&p.bars, top.get(), p.gap)) />
                    {move || plot.with(|p| p.lines.iter().map(|line| view! {
                        <path class=format!("curve {}", line.class) stroke-dasharray=line.dashes vector-effect="non-scaling-stroke" d=curve(&line.values, top.get()) />
                    }).collect_view())}
                </svg>
                {move || chosen().map(|bars| {
                    let bar = 100.0 / count.get().max(1) as f64;
                    view! { <div class="chart-chosen" style:left=format!("{}%", bars.start as f64 * bar) style:width=format!("{}%", bars.len() as f64 * bar)></div> }
                })}
                {note}
            </div>
            <div class="chart-ticks" aria-hidden="true">
                {move || plot.with(|p| p.ticks.iter().map(|(place, label)| view! {
                    <span style:left=format!("{}%", place * 100.0)>{label.clone()}</span>
                }).collect_view())}
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_on_round_numbers() {
        assert_eq!([0.0, 1.0, 1.1, 3.0, 7.0, 950.0].map(round_up), [1.0, 1.0, 1.5, 3.0, 8.0, 1000.0]);
    }

    #[test]
    fn lines_go_through_the_middles() {
        assert_eq!(curve(&[0.0, 5.0, 10.0], 10.0), "M0.5 100.00L1.5 50.00L2.5 0.00");
    }

    #[test]
    fn empty_bars_are_not_drawn_and_small_ones_are_seen() {
        assert_eq!(outline(&[0.0, 1.0], 1000.0, 0.0), "M1.000 100v-0.80h1.000v0.80z");
    }
}
