//! The arithmetic of a table with more rows than a browser can make an element tall. Pure.
//!
//! The truth is the *position*: the row at the top edge, with a fraction. While all rows fit below [`CAP`] the scroll offset is the
//! position in pixels. Above it a drag of the scroll bar maps proportionally, and small movements (wheel, touch, keys) stay exact.
use std::ops::Range;

/// Chromium clips elements at 33.5 M px, Firefox near 17.9 M; well below both.
pub(crate) const CAP: f64 = 8_000_000.0;
/// Rows drawn above and below what is visible, so that the compositor has something to show while the page catches up.
pub(crate) const OVERSCAN: u32 = 10;
/// The drawn window moves in steps of this many rows: a scroll of one row mostly redraws nothing.
const STEP: u32 = 6;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rows {
    pub total: u32,
    /// Height of a row, px.
    pub row: f64,
    /// Height of the area that shows rows, px.
    pub view: f64,
}

impl Rows {
    fn full(&self) -> f64 {
        f64::from(self.total) * self.row
    }

    /// Whether the scroll bar cannot be exact.
    pub(crate) fn scaled(&self) -> bool {
        self.full() > CAP
    }

    /// Height of the element that makes the scroll bar.
    pub(crate) fn spacer(&self) -> f64 {
        self.full().min(CAP)
    }

    /// The furthest position: the last row at the bottom edge.
    fn last_position(&self) -> f64 {
        (f64::from(self.total) - self.view / self.row).max(0.0)
    }

    fn last_offset(&self) -> f64 {
        (self.spacer() - self.view).max(0.0)
    }

    pub(crate) fn clamp(&self, position: f64) -> f64 {
        position.clamp(0.0, self.last_position())
    }

    /// Scroll offset at which the scroll bar shows a position.
    pub(crate) fn offset_of(&self, position: f64) -> f64 {
        if !self.scaled() {
            return (position * self.row).min(self.last_offset());
        }
        let last = self.last_position();
        if last > 0.0 { position / last * self.last_offset() } else { 0.0 }
    }

    /// The position after the browser scrolled from one offset to another.
    pub(crate) fn scrolled(&self, position: f64, from: f64, to: f64) -> f64 {
        if !self.scaled() {
            return to / self.row;
        }
        let at_an_end = to <= 0.0 || to >= self.last_offset() - 1.0;
        let moved = to - from;
        let next = if moved.abs() < self.view && !at_an_end {
            position + moved / self.row
        } else {
            to / self.last_offset().max(1.0) * self.last_position()
        };
        self.clamp(next)
    }

    /// The smallest move that brings a row fully into sight.
    pub(crate) fn revealing(&self, position: f64, row: u32) -> f64 {
        let row = f64::from(row);
        let visible = (self.view / self.row).max(1.0);
        let next = if row < position {
            row
        } else if row + 1.0 > position + visible {
            row + 1.0 - visible
        } else {
            position
        };
        self.clamp(next)
    }

    /// How many rows one page is.
    pub(crate) fn page(&self) -> u32 {
        ((self.view / self.row).floor() as u32).saturating_sub(1).max(1)
    }

    /// How many rows are drawn at any time.
    pub(crate) fn drawn(&self) -> u32 {
        (self.view / self.row).ceil() as u32 + 2 * OVERSCAN + STEP
    }

    /// Which rows are drawn at a position.
    pub(crate) fn window(&self, position: f64) -> Range<u32> {
        let top = (position.max(0.0) as u32).saturating_sub(OVERSCAN) / STEP * STEP;
        let start = top.min(self.total);
        start..start.saturating_add(self.drawn()).min(self.total)
    }

    /// Where, in the scrolled element, the first drawn row stands when the browser is at `offset`.
    pub(crate) fn layer(&self, position: f64, offset: f64, first: u32) -> f64 {
        if self.scaled() { offset - (position - f64::from(first)) * self.row } else { f64::from(first) * self.row }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Rows = Rows { total: 100, row: 24.0, view: 480.0 };
    const HUGE: Rows = Rows { total: 1_100_000, row: 24.0, view: 480.0 };

    #[test]
    fn few_rows_scroll_by_pixels() {
        assert!(!SMALL.scaled());
        assert_eq!(SMALL.scrolled(0.0, 0.0, 240.0), 10.0);
        assert_eq!(SMALL.offset_of(10.0), 240.0);
        assert_eq!(SMALL.layer(10.0, 240.0, 6), 144.0);
    }

    #[test]
    fn many_rows_stay_below_the_cap() {
        assert!(HUGE.scaled());
        assert_eq!(HUGE.spacer(), CAP);
        assert!(HUGE.offset_of(HUGE.clamp(f64::MAX)) <= CAP - HUGE.view);
    }

    #[test]
    fn a_drag_reaches_the_first_and_the_last_row() {
        let end = HUGE.scrolled(0.0, 0.0, CAP - HUGE.view);
        assert_eq!(end, f64::from(HUGE.total) - 20.0);
        assert!(HUGE.window(end).contains(&(HUGE.total - 1)));
        assert_eq!(HUGE.scrolled(end, CAP - HUGE.view, 0.0), 0.0);
        assert_eq!(HUGE.scrolled(0.0, 0.0, (CAP - HUGE.view) / 2.0).round(), end / 2.0);
    }

    #[test]
    fn a_small_scroll_moves_exactly() {
        let at = HUGE.offset_of(500_000.0);
        assert_eq!(HUGE.scrolled(500_000.0, at, at + 48.0), 500_002.0);
    }

    #[test]
    fn a_small_scroll_into_the_end_reaches_it() {
        let last = HUGE.clamp(f64::MAX);
        let top = CAP - HUGE.view;
        assert_eq!(HUGE.scrolled(last - 40.0, top - 10.0, top), last);
    }

    #[test]
    fn rows_are_revealed_by_the_smallest_move() {
        assert_eq!(SMALL.revealing(10.0, 15), 10.0);
        assert_eq!(SMALL.revealing(10.0, 3), 3.0);
        assert_eq!(SMALL.revealing(10.0, 30), 11.0);
        assert_eq!(SMALL.revealing(10.0, 99), 80.0);
    }

    #[test]
    fn the_window_covers_what_is_visible() {
        for position in [0.0, 5.5, 50.0, 80.0] {
            let window = SMALL.window(position);
            assert!(f64::from(window.start) <= position);
            assert!(f64::from(window.end) >= (position + 20.0).min(100.0));
            assert!(window.len() as u32 <= SMALL.drawn());
        }
        assert_eq!(Rows { total: 0, ..SMALL }.window(0.0), 0..0);
    }

    #[test]
    fn the_layer_puts_the_position_at_the_top_edge() {
        let position = 700_000.25;
        let offset = HUGE.offset_of(position);
        let first = HUGE.window(position).start;
        let top_edge = HUGE.layer(position, offset, first) + (position - f64::from(first)) * HUGE.row;
        assert!((top_edge - offset).abs() < 0.001);
    }
}
