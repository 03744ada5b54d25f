//! Rows of a long list in blocks: those in sight, those that will be in sight next, and those that were a moment ago.
use super::client::Client;
use super::state::set;
use crate::api::{Filter, PacketRow, Packets};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// Rows asked for at once: more than a screen, and answered in a few milliseconds.
const BLOCK: u32 = 64;
/// Blocks kept.
const HELD: usize = 96;
/// Questions on their way at most: more would only wait, and then be about rows that were scrolled past.
const FLYING: usize = 2;
/// Blocks asked for ahead of the direction of scrolling, and behind it.
const AHEAD: u32 = 5;
const BEHIND: u32 = 1;

/// What the list is of; another one starts over.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct Listed {
    pub flow: Option<u32>,
    pub filter: Filter,
    pub columns: Vec<String>,
}

#[derive(Default)]
struct Inner {
    blocks: BTreeMap<u32, Block>,
    listed: Listed,
    /// Counts the lists: an answer about an earlier one is dropped.
    list: u32,
    /// The revision that fresh rows have.
    revision: u32,
    window: Range<u32>,
    upwards: bool,
    flying: Vec<u32>,
    uses: u64,
}

struct Block {
    rows: Vec<PacketRow>,
    revision: u32,
    used: u64,
}

#[derive(Clone, Copy)]
pub(crate) struct Blocks {
    client: Client,
    inner: StoredValue<Inner, LocalStorage>,
    /// Bumped when rows arrived.
    pub arrived: RwSignal<u32>,
    /// Rows there are; `None` before the first answer.
    pub total: RwSignal<Option<u32>>,
    pub failure: RwSignal<Option<String>>,
}

impl Blocks {
    /// Rows of packets, kept ready around a window.
    pub(crate) fn of_packets(listed: Signal<Listed>, window: RwSignal<Range<u32>>, revision: RwSignal<u32>) -> Blocks {
        let blocks = Blocks {
            client: expect_context::<Client>(),
            inner: StoredValue::new_local(Inner::default()),
            arrived: RwSignal::new(0),
            total: RwSignal::new(None),
            failure: RwSignal::new(None),
        };
        Effect::new(move |_| {
            let (listed, window, revision) = (listed.get(), window.get(), revision.get());
            blocks.inner.update_value(|inner| {
                if inner.listed != listed {
                    *inner = Inner { listed, list: inner.list + 1, uses: inner.uses, ..Inner::default() };
                    set(blocks.total, None);
                }
                if inner.window != window {
                    inner.upwards = window.start < inner.window.start;
                    inner.window = window;
                }
                inner.revision = revision;
            });
            blocks.pump();
        });
        blocks
    }

    /// A row, if it is here. Follows what arrives.
    pub(crate) fn row<T>(&self, row: u32, with: impl FnOnce(&PacketRow) -> T) -> Option<T> {
        self.arrived.track();
        self.inner.with_value(|inner| {
            let block = inner.blocks.get(&(row / BLOCK))?;
            block.rows.get((row % BLOCK) as usize).map(with)
        })
    }

    /// Asks for what is missing, the most urgent first.
    fn pump(self) {
        let total = self.total.get_untracked();
        while let Some((list, block, question)) = self.inner.try_update_value(|inner| inner.next(total)).flatten() {
            let revision = self.inner.with_value(|inner| inner.revision);
            self.client.ask_once(question, move |answer| {
                let fresh = self.inner.try_update_value(|inner| {
                    if inner.list != list {
                        return None;
                    }
                    inner.flying.retain(|flying| *flying != block);
                    Some(answer.map(|page| {
                        inner.keep(block, page.rows, revision);
                        page.total
                    }))
                });
                match fresh.flatten() {
                    Some(Ok(total)) => {
                        set(self.total, Some(total));
                        set(self.failure, None);
                        self.arrived.update(|n| *n = n.wrapping_add(1));
                        self.pump();
                    }
                    // Not asked again until something changes, or it would be asked for ever.
                    Some(Err(message)) => set(self.failure, Some(message)),
                    None => {}
                }
            });
        }
    }
}

impl Inner {
    /// The next block to ask for, noted as asked.
    fn next(&mut self, total: Option<u32>) -> Option<(u32, u32, Packets)> {
        if self.flying.len() >= FLYING {
            return None;
        }
        let wanted = wanted(&self.window, self.upwards, total);
        let in_sight = |block: u32| block >= self.window.start / BLOCK && block * BLOCK < self.window.end;
        let needs = |block: &u32| match self.blocks.get(block) {
            None => true,
            // While a capture loads, what is in sight is asked again; the rest when it comes into sight.
            Some(held) => held.revision != self.revision && in_sight(*block),
        };
        let block = wanted.into_iter().find(|block| needs(block) && !self.flying.contains(block))?;
        // What is only ahead waits for its turn: a click must not wait for it.
        if !in_sight(block) && !self.flying.is_empty() {
            return None;
        }
        self.flying.push(block);
        let rows = block * BLOCK..(block + 1).saturating_mul(BLOCK);
        let question =
            Packets { rows, flow: self.listed.flow, columns: self.listed.columns.clone(), ..Packets::default() };
        Some((self.list, block, question))
    }

    fn keep(&mut self, block: u32, rows: Vec<PacketRow>, revision: u32) {
        self.uses += 1;
        self.blocks.insert(block, Block { rows, revision, used: self.uses });
        let (first, last) = (self.window.start / BLOCK, self.window.end / BLOCK);
        while self.blocks.len() > HELD {
            let away = self.blocks.iter().filter(|(at, _)| !(first..=last).contains(*at));
            let Some(oldest) = away.min_by_key(|(_, held)| held.used).map(|(at, _)| *at) else { break };
            self.blocks.remove(&oldest);
        }
    }
}

/// Blocks around a window, the most urgent first.
fn wanted(window: &Range<u32>, upwards: bool, total: Option<u32>) -> Vec<u32> {
    let end = total.unwrap_or(window.end).max(1);
    let most = (end - 1) / BLOCK;
    let first = (window.start / BLOCK).min(most);
    let last = (window.end.saturating_sub(1) / BLOCK).clamp(first, most);
    let below = |n: u32| (last + 1..=last.saturating_add(n)).filter(|block| *block <= most);
    let above = |n: u32| (first.saturating_sub(n)..first).rev();
    let mut blocks: Vec<u32> = (first..=last).collect();
    if upwards {
        blocks.reverse();
        blocks.extend(above(AHEAD).chain(below(BEHIND)));
    } else {
        blocks.extend(below(AHEAD).chain(above(BEHIND)));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_sight_comes_first_then_what_is_ahead() {
        let window = 10 * BLOCK + 5..11 * BLOCK + 5;
        assert_eq!(wanted(&window, false, Some(100 * BLOCK)), [10, 11, 12, 13, 14, 15, 16, 9]);
        assert_eq!(wanted(&window, true, Some(100 * BLOCK)), [11, 10, 9, 8, 7, 6, 5, 12]);
    }

    #[test]
    fn nothing_is_asked_beyond_the_end() {
        assert_eq!(wanted(&(0..60), false, Some(BLOCK + 1)), [0, 1]);
        assert_eq!(wanted(&(0..60), false, None), [0]);
        assert_eq!(wanted(&(0..0), true, Some(0)), [0]);
    }
}
