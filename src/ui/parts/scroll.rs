//! Scrolling through rows: the position is the truth, the browser's offset follows it or moves it.
use super::rows::Rows;
use leptos::ev::WheelEvent;
use leptos::html::Div;
use leptos::prelude::*;
use std::time::Duration;

#[derive(Clone, Copy)]
pub(crate) struct Scroll {
    element: NodeRef<Div>,
    rows: Memo<Rows>,
    pub position: RwSignal<f64>,
    /// The browser's offset as last seen or set: an event that brings the same one is our own echo.
    pub offset: RwSignal<f64>,
    moves: StoredValue<u32>,
}

impl Scroll {
    pub(crate) fn new(element: NodeRef<Div>, rows: Memo<Rows>) -> Scroll {
        let scroll = Scroll {
            element,
            rows,
            position: RwSignal::new(0.0),
            offset: RwSignal::new(0.0),
            moves: StoredValue::new(0),
        };
        Effect::new(move |before: Option<Rows>| {
            let now = rows.get();
            // Rows came, went, or the window changed its size: the scroll bar has to tell the same position.
            if before.is_some_and(|before| before != now) && (now.scaled() || before.is_some_and(|b| b.scaled())) {
                scroll.go(scroll.position.get_untracked());
            }
            now
        });
        scroll
    }

    pub(crate) fn go(&self, position: f64) {
        let rows = self.rows.get_untracked();
        let position = rows.clamp(position);
        if let Some(element) = self.element.get_untracked() {
            element.set_scroll_top(rows.offset_of(position).round() as i32);
            self.offset.set(f64::from(element.scroll_top()));
        }
        self.position.set(position);
    }

    pub(crate) fn scrolled(&self) {
        let Some(element) = self.element.get_untracked() else { return };
        let (from, to) = (self.offset.get_untracked(), f64::from(element.scroll_top()));
        if from == to {
            return;
        }
        let rows = self.rows.get_untracked();
        self.offset.set(to);
        self.position.set(rows.scrolled(self.position.get_untracked(), from, to));
        if rows.scaled() {
            // Exact movements let the scroll bar drift from the position; put it right when the hand rests.
            self.moves.update_value(|n| *n += 1);
            let (this, move_) = (*self, self.moves.get_value());
            set_timeout(
                move || {
                    if this.moves.try_get_value() == Some(move_) {
                        this.go(this.position.get_untracked());
                    }
                },
                Duration::from_millis(200),
            );
        }
    }

    pub(crate) fn wheel(&self, event: &WheelEvent) {
        let rows = self.rows.get_untracked();
        if !rows.scaled() || event.ctrl_key() || event.shift_key() || event.delta_x().abs() > event.delta_y().abs() {
            return;
        }
        event.prevent_default();
        let pixels = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => event.delta_y() * rows.row,
            WheelEvent::DOM_DELTA_PAGE => event.delta_y() * rows.view,
            _ => event.delta_y(),
        };
        self.go(self.position.get_untracked() + pixels / rows.row);
    }

    /// Brings a row into sight by the smallest move.
    pub(crate) fn reveal(&self, row: u32) {
        let position = self.position.get_untracked();
        let next = self.rows.get_untracked().revealing(position, row);
        if next != position {
            self.go(next);
        }
    }

    /// Brings a row into sight with what is around it, unless it is in sight.
    pub(crate) fn show(&self, row: u32) {
        let rows = self.rows.get_untracked();
        let position = self.position.get_untracked();
        if rows.revealing(position, row) != position {
            self.go(f64::from(row) - rows.view / rows.row / 2.0);
        }
    }

    /// Where the layer of drawn rows stands.
    pub(crate) fn layer(&self, first: u32) -> String {
        let (position, offset) = (self.position.get(), self.offset.get());
        format!("translateY({}px)", self.rows.get().layer(position, offset, first).round())
    }
}
