//! The packet whose tree and bytes are shown, and what is pointed at in them.
use super::branches;
use crate::api::{Packet, PacketDetail, TreeRow};
use crate::ui::client::{Asked, ask};
use crate::ui::desk::Desk;
use crate::ui::state::{State, set};
use leptos::prelude::*;
use std::ops::Range;
use std::sync::Arc;

#[derive(Clone, Copy)]
pub(crate) struct Opened {
    pub asked: Asked<Packet>,
    pub detail: Memo<Option<Arc<PacketDetail>>>,
    /// Row of the tree that is selected.
    pub picked: RwSignal<Option<usize>>,
    /// Row of the tree that the pointer is on, in the tree or in the bytes.
    pub hovered: RwSignal<Option<usize>>,
    /// The buffer whose bytes are shown.
    pub buffer: RwSignal<u8>,
    /// The byte that the keyboard is on.
    pub cursor: RwSignal<Option<u32>>,
    desk: Desk,
}

impl Opened {
    pub(crate) fn new() -> Opened {
        let state = expect_context::<State>();
        let desk = state.desk;
        let asked = ask(move || Some(Packet { id: desk.packet.get()? }));
        let detail = Memo::new(move |_| {
            desk.packet.get()?;
            asked.answer.with(|answer| answer.as_ref().map(|(_, detail)| Arc::new(detail.clone())))
        });
        let opened = Opened {
            asked,
            detail,
            picked: RwSignal::new(None),
            hovered: RwSignal::new(None),
            buffer: RwSignal::new(0),
            cursor: RwSignal::new(None),
            desk,
        };
        Effect::new(move |before: Option<Option<Arc<PacketDetail>>>| {
            let now = detail.get();
            let is_other = before
                .as_ref()
                .is_none_or(|before| before.as_ref().map(|d| d.number) != now.as_ref().map(|d| d.number));
            let rows = tree(&now);
            let spot = now.as_ref().and_then(|detail| opened.spot(detail.number));
            let picked = match (&spot, opened.picked.get_untracked(), &before) {
                (Some(spot), _, _) => branches::at_byte(rows, 0, spot.start),
                (None, Some(at), Some(before)) => branches::same(tree(before), at, rows),
                _ => None,
            };
            set(opened.picked, picked);
            if is_other {
                set(opened.hovered, None);
                set(opened.cursor, spot.map(|spot| spot.start));
                set(opened.buffer, picked.and_then(|at| rows.get(at)).map_or(0, |row| row.buffer));
            }
            now
        });
        // Found once more in the packet that is shown already.
        Effect::new(move |_| {
            let Some((packet, spot)) = desk.spot.get() else { return };
            let Some(detail) = detail.get_untracked().filter(|detail| detail.number == packet.saturating_add(1)) else {
                return;
            };
            set(opened.picked, branches::at_byte(&detail.tree, 0, spot.start));
            set(opened.buffer, 0);
            set(opened.cursor, Some(spot.start));
        });
        opened
    }

    /// What a search found in the packet of this number.
    fn spot(&self, number: u32) -> Option<Range<u32>> {
        self.desk.spot.get().filter(|(id, _)| id.saturating_add(1) == number).map(|(_, range)| range)
    }

    pub(crate) fn row(&self, at: Option<usize>) -> Option<TreeRow> {
        self.detail.with(|detail| detail.as_ref()?.tree.get(at?).cloned())
    }

    /// Selects a row of the tree: its bytes are shown.
    pub(crate) fn pick(&self, at: usize) {
        set(self.picked, Some(at));
        set(self.desk.spot, None);
        if let Some(row) = untrack(|| self.row(Some(at))).filter(|row| row.length > 0) {
            set(self.buffer, row.buffer);
            set(self.cursor, Some(row.start));
        }
    }

    /// Selects what a byte of the shown buffer is, and opens the tree down to it.
    pub(crate) fn pick_byte(&self, byte: u32) {
        set(self.cursor, Some(byte));
        set(self.desk.spot, None);
        let Some(detail) = self.detail.get_untracked() else { return };
        let at = branches::at_byte(&detail.tree, self.buffer.get_untracked(), byte);
        set(self.picked, at);
        if let Some(at) = at {
            self.open_down_to(&detail.tree, at);
        }
    }

    fn open_down_to(&self, tree: &[TreeRow], at: usize) {
        let closed = self.desk.expanded.with_untracked(|expanded| {
            branches::ancestors(tree, at)
                .into_iter()
                .filter(|at| !branches::is_open(tree, *at, expanded))
                .collect::<Vec<_>>()
        });
        if !closed.is_empty() {
            self.desk.expanded.update(|expanded| {
                expanded.extend(closed.into_iter().filter_map(|at| Some((branches::memory(tree.get(at)?), true))));
            });
        }
    }

    /// The row of the tree that a byte of the shown buffer belongs to is under the pointer.
    pub(crate) fn hover_byte(&self, byte: Option<u32>) {
        let buffer = self.buffer.get_untracked();
        let at = byte.and_then(|byte| {
            self.detail.with_untracked(|detail| branches::at_byte(&detail.as_ref()?.tree, buffer, byte))
        });
        set(self.hovered, at);
    }

    /// The bytes of a row in the shown buffer.
    fn range(&self, at: Option<usize>) -> Option<Range<u32>> {
        let buffer = self.buffer.get();
        let row = self.row(at).filter(|row| row.buffer == buffer && row.length > 0)?;
        Some(row.start..row.start.saturating_add(row.length))
    }

    /// Bytes to highlight: of the selected field (or of what a search found), of its layer, of the field under the pointer.
    pub(crate) fn highlights(&self) -> [Option<Range<u32>>; 3] {
        let picked = self.picked.get();
        let number = self.detail.with(|detail| detail.as_ref().map(|detail| detail.number));
        let spot = number.and_then(|number| self.spot(number)).filter(|_| self.buffer.get() == 0);
        let layer = self.detail.with(|detail| branches::layer(&detail.as_ref()?.tree, picked?));
        [spot.or_else(|| self.range(picked)), self.range(layer), self.range(self.hovered.get())]
    }
}

fn tree(detail: &Option<Arc<PacketDetail>>) -> &[TreeRow] {
    detail.as_ref().map_or(&[], |detail| &detail.tree)
}
