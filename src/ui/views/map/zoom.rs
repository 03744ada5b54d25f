//! Which part of the map is seen: its middle and how much larger it is. Wheel, fingers, double click, keys and buttons change it.
//! Places and sizes are the map's own units; a pixel is `Sight::pixel` of them. Nothing glides, so there is no motion to be reduced.
use crate::ui::say::t;
use leptos::ev::{PointerEvent, WheelEvent};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Beyond, outlines are too coarse.
const MOST: f64 = 24.0;
/// A step of the buttons, the keys and a double click.
pub(super) const STEP: f64 = 2.0;
/// A pointer that moved less than this has clicked, px.
const STILL: f64 = 4.0;

/// The part that is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sight {
    /// Of the whole map, and of the element, px.
    pub map: (f64, f64),
    pub area: (f64, f64),
    pub middle: (f64, f64),
    /// 1: all of it.
    pub scale: f64,
}

impl Sight {
    /// Units of the map in a pixel.
    pub(super) fn pixel(&self) -> f64 {
        let ((width, height), (wide, high)) = (self.map, self.area);
        (width / wide.max(1.0)).max(height / high.max(1.0)) / self.scale
    }

    /// Another scale; what is at a place (px from the middle) stays there.
    fn scaled(self, scale: f64, (x, y): (f64, f64)) -> Sight {
        let next = Sight { scale: scale.clamp(1.0, MOST), ..self };
        if next.scale <= 1.0 {
            return next.whole();
        }
        let more = self.pixel() - next.pixel();
        next.moved((-x * more / next.pixel(), -y * more / next.pixel()))
    }

    /// In the middle of its frame.
    fn whole(self) -> Sight {
        Sight { scale: 1.0, middle: (self.map.0 / 2.0, self.map.1 / 2.0), ..self }
    }

    /// Drawn along by so many px, as far as the middle is on the map.
    fn moved(self, (x, y): (f64, f64)) -> Sight {
        if self.scale <= 1.0 {
            return self.whole();
        }
        let pixel = self.pixel();
        let middle =
            ((self.middle.0 - x * pixel).clamp(0.0, self.map.0), (self.middle.1 - y * pixel).clamp(0.0, self.map.1));
        Sight { middle, ..self }
    }

    /// With a place of the map in sight: moved there if it is not.
    pub(super) fn showing(self, (x, y): (f64, f64)) -> Sight {
        let (dx, dy) = ((x - self.middle.0) / self.pixel(), (y - self.middle.1) / self.pixel());
        let is_seen = dx.abs() < self.area.0 * 0.45 && dy.abs() < self.area.1 * 0.45;
        if is_seen { self } else { self.moved((-dx, -dy)) }
    }

    /// For the SVG element, which fits this into its own shape.
    pub(super) fn view_box(&self) -> String {
        let (width, height) = (self.map.0 / self.scale, self.map.1 / self.scale);
        format!("{:.2} {:.2} {width:.2} {height:.2}", self.middle.0 - width / 2.0, self.middle.1 - height / 2.0)
    }
}

/// A pointer that is down: its id, and where it was last.
type Finger = (i32, (f64, f64));

#[derive(Clone, Copy)]
pub(super) struct Zoom {
    host: NodeRef<Div>,
    pub sight: RwSignal<Sight>,
    fingers: StoredValue<Vec<Finger>>,
    /// How far the pointer went since it is down, px: beyond [`STILL`] it does not click.
    far: StoredValue<f64>,
}

impl Zoom {
    pub(super) fn new(host: NodeRef<Div>) -> Zoom {
        let whole = Sight { map: (1.0, 1.0), area: (1.0, 1.0), middle: (0.5, 0.5), scale: 1.0 };
        Zoom { host, sight: RwSignal::new(whole), fingers: StoredValue::default(), far: StoredValue::new(0.0) }
    }

    /// The map's size, or the element's, is another.
    pub(super) fn fit(&self, map: (f64, f64), area: (f64, f64)) {
        self.sight.update(|sight| {
            let middle = if sight.map == map { sight.middle } else { (map.0 / 2.0, map.1 / 2.0) };
            *sight = Sight { map, area, middle, ..*sight }.moved((0.0, 0.0));
        });
    }

    pub(super) fn is_zoomed(&self) -> bool {
        self.sight.with(|sight| sight.scale > 1.0)
    }

    /// The pointer was drawn along: the click at its end is none.
    pub(super) fn was_drawn(&self) -> bool {
        self.far.get_value() > STILL
    }

    /// px from the middle.
    fn place(&self, x: i32, y: i32) -> (f64, f64) {
        self.host.get_untracked().map_or((0.0, 0.0), |host| {
            let area = host.unchecked_ref::<web_sys::Element>().get_bounding_client_rect();
            (f64::from(x) - area.left() - area.width() / 2.0, f64::from(y) - area.top() - area.height() / 2.0)
        })
    }

    /// By a factor, around a place of the window.
    pub(super) fn by_at(&self, factor: f64, x: i32, y: i32) {
        let place = self.place(x, y);
        self.sight.update(|sight| *sight = sight.scaled(sight.scale * factor, place));
    }

    /// By a factor around a place of the map, or the middle.
    pub(super) fn by(&self, factor: f64, around: Option<(f64, f64)>) {
        self.sight.update(|sight| {
            let shown = around.map_or(*sight, |around| sight.showing(around));
            let of = |(x, y): (f64, f64)| ((x - shown.middle.0) / shown.pixel(), (y - shown.middle.1) / shown.pixel());
            *sight = shown.scaled(shown.scale * factor, around.map_or((0.0, 0.0), of));
        });
    }

    pub(super) fn all(&self) {
        self.by(0.0, None);
    }

    /// By shares of what is seen.
    pub(super) fn step(&self, x: f64, y: f64) {
        self.sight.update(|sight| *sight = sight.moved((-x * sight.area.0, -y * sight.area.1)));
    }

    pub(super) fn show(&self, place: (f64, f64)) {
        self.sight.update(|sight| *sight = sight.showing(place));
    }

    /// The page scrolls on where there is nothing to make smaller.
    pub(super) fn wheel(&self, event: &WheelEvent) {
        let pixels =
            if event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL { event.delta_y() } else { event.delta_y() * 30.0 };
        if pixels < 0.0 || self.sight.with_untracked(|sight| sight.scale > 1.0) {
            event.prevent_default();
            // Two fingers on a touch pad arrive as a wheel with Ctrl, in smaller steps.
            let slow = if event.ctrl_key() { 0.01 } else { 0.002 };
            self.by_at((-pixels * slow).exp(), event.client_x(), event.client_y());
        }
    }

    pub(super) fn down(&self, event: &PointerEvent) {
        if event.button() == 0 {
            let finger = (event.pointer_id(), (event.client_x().into(), event.client_y().into()));
            self.fingers.update_value(|fingers| {
                fingers.retain(|(id, _)| *id != finger.0);
                fingers.push(finger);
            });
            if event.is_primary() {
                self.far.set_value(0.0);
            }
        }
    }

    /// One pointer draws the map along; two stretch it as well.
    pub(super) fn drag(&self, event: &PointerEvent) {
        if event.buttons() == 0 {
            // It was let go where nobody told.
            return self.up(event);
        }
        let (id, now) = (event.pointer_id(), (f64::from(event.client_x()), f64::from(event.client_y())));
        let fingers = self.fingers.get_value();
        let Some(before) = fingers.iter().find(|(known, _)| *known == id).map(|(_, at)| *at) else { return };
        let gone = (now.0 - before.0, now.1 - before.1);
        self.far.update_value(|far| *far += gone.0.hypot(gone.1));
        if self.far.get_value() > STILL
            && let Some(host) = self.host.get_untracked()
        {
            // Also beyond the map's edge.
            let _ = host.unchecked_ref::<web_sys::Element>().set_pointer_capture(id);
        }
        self.fingers.update_value(|fingers| {
            fingers.iter_mut().filter(|(known, _)| *known == id).for_each(|(_, at)| *at = now);
        });
        let other = fingers.iter().find(|(known, _)| *known != id).map(|(_, at)| *at);
        self.sight.update(|sight| match other {
            None => *sight = sight.moved(gone),
            Some(other) => {
                let apart = |at: (f64, f64)| (at.0 - other.0).hypot(at.1 - other.1).max(1.0);
                let around = self.place(other.0 as i32, other.1 as i32);
                *sight = sight.scaled(sight.scale * apart(now) / apart(before), around);
            }
        });
    }

    pub(super) fn up(&self, event: &PointerEvent) {
        self.fingers.update_value(|fingers| fingers.retain(|(id, _)| *id != event.pointer_id()));
    }
}

/// In a corner of the map.
#[component]
pub(super) fn Buttons(zoom: Zoom, #[prop(into)] around: Callback<(), Option<(f64, f64)>>) -> impl IntoView {
    let largest = move || zoom.sight.with(|sight| sight.scale >= MOST);
    let whole = move || !zoom.is_zoomed();
    view! {
        <div class="map-zoom" role="group" aria-label=t("Zoom")>
            <button type="button" class="button" id="map-in" aria-label=t("Zoom in") title=t("Zoom in (+)") aria-disabled=move || largest().to_string() on:click=move |_| zoom.by(STEP, around.run(()))>"+"</button>
            <button type="button" class="button" id="map-out" aria-label=t("Zoom out") title=t("Zoom out (−)") aria-disabled=move || whole().to_string() on:click=move |_| zoom.by(1.0 / STEP, None)>"−"</button>
            <button type="button" class="button" id="map-all" title=t("The whole map (0)") aria-disabled=move || whole().to_string() on:click=move |_| zoom.all()>"1×"</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Sight = Sight { map: (3000.0, 1300.0), area: (600.0, 400.0), middle: (1500.0, 650.0), scale: 1.0 };

    fn near(a: (f64, f64), b: (f64, f64)) -> bool {
        (a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let at = (120.0, -30.0);
        let under = |sight: &Sight| (sight.middle.0 + at.0 * sight.pixel(), sight.middle.1 + at.1 * sight.pixel());
        let larger = WHOLE.scaled(4.0, at);
        assert!(near(under(&WHOLE), under(&larger)), "{larger:?}");
        assert_eq!(larger.scaled(0.1, at), WHOLE, "all of it again, where it was");
        assert_eq!(WHOLE.scaled(1e9, at).scale, MOST);
    }

    #[test]
    fn the_map_does_not_leave_its_frame() {
        assert_eq!(WHOLE.moved((500.0, 500.0)), WHOLE);
        let close = WHOLE.scaled(5.0, (0.0, 0.0));
        assert_eq!((close.pixel(), close.middle), (1.0, WHOLE.middle));
        assert_eq!(close.moved((200.0, -100.0)).view_box(), "1000.00 620.00 600.00 260.00");
        assert_eq!(close.moved((1e6, -1e6)).middle, (0.0, 1300.0));
    }

    #[test]
    fn a_place_comes_into_sight_and_stays_if_it_is() {
        let close = WHOLE.scaled(10.0, (0.0, 0.0));
        assert_eq!(close.showing((1510.0, 640.0)), close);
        assert!(near(close.showing((2400.0, 700.0)).middle, (2400.0, 700.0)));
    }
}
