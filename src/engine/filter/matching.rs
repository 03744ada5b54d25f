//! A filter at work: what columns decide at once, the rest read packet by packet, in the order of the file, as time allows.
use super::selection::{Bits, Selection};
use super::{Compiled, Wrong};
use crate::api::{Filter, FilterProgress};
use crate::engine::capture::Interface;
use crate::engine::replay::{Replay, States};
use crate::engine::source::Source;
use crate::engine::store::Store;
use crate::engine::store::packets::PacketId;

/// A filter and what it found so far.
pub struct Matching {
    pub filter: Filter,
    compiled: Compiled,
    pub selection: Selection,
    /// Columns were asked about the packets before this one.
    seen: PacketId,
    /// Those that columns did not decide, and the first of them that was not read yet.
    unknown: Bits,
    next: PacketId,
    /// How many were read.
    read: u32,
    states: States,
}

impl Matching {
    /// # Errors
    /// Where the text is no filter. `version` is the first the selection has.
    pub fn new(filter: &Filter, interfaces: &[Interface], version: u64) -> Result<Self, Wrong> {
        Ok(Self {
            compiled: Compiled::new(filter, interfaces)?,
            filter: filter.clone(),
            selection: Selection { version, ..Selection::default() },
            seen: 0,
            unknown: Bits::default(),
            next: 0,
            read: 0,
            states: States::default(),
        })
    }

    /// Begins anew: flows have changed since.
    pub fn restart(&mut self) {
        let version = self.selection.version.wrapping_add(1);
        self.selection = Selection { version, ..Selection::default() };
        (self.seen, self.next, self.read) = (0, 0, 0);
        self.unknown = Bits::default();
        self.states = States::default();
    }

    /// Lets columns decide about packets that came since.
    pub fn extend(&mut self, store: &Store) {
        let to = store.packets.len();
        if self.seen == to {
            return;
        }
        let Self { compiled, selection, unknown, .. } = self;
        compiled.by_columns(store, self.seen..to, |id, decided| match decided {
            Some(true) => selection.add(store, id),
            Some(false) => {}
            None => {
                unknown.add(id);
            }
        });
        self.seen = to;
        self.selection.version = self.selection.version.wrapping_add(1);
    }

    /// Reads at most so many packets that are still unknown.
    ///
    /// # Errors
    /// When the file cannot be read again.
    pub fn advance(&mut self, store: &Store, source: &mut dyn Source, most: u32) -> Result<(), String> {
        if self.is_done() {
            return Ok(());
        }
        let before = self.selection.packets.len();
        let ids = self.unknown.from(self.next).take(most as usize);
        let mut sight = self.compiled.sight(Replay::new(store, source).knowing(std::mem::take(&mut self.states)));
        for id in ids {
            if self.compiled.by_bytes(&mut sight, id)? {
                self.selection.add(store, id);
            }
            self.read += 1;
            self.next = id.saturating_add(1);
        }
        self.states = sight.finish();
        if self.selection.packets.len() > before {
            self.selection.version = self.selection.version.wrapping_add(1);
        }
        Ok(())
    }

    /// All packets that there were at the last [`Matching::extend`] are decided.
    pub fn is_done(&self) -> bool {
        self.read >= self.unknown.len()
    }

    /// How many are not.
    pub fn undecided(&self) -> u32 {
        self.unknown.len().saturating_sub(self.read)
    }

    pub fn progress(&self) -> FilterProgress {
        FilterProgress {
            filter: self.filter.clone(),
            decided: self.seen.saturating_sub(self.unknown.len().saturating_sub(self.read)),
            packets: self.seen,
            matched: self.selection.packets.len(),
            flows: self.selection.flows.len(),
            done: self.is_done(),
            failure: None,
        }
    }
}
