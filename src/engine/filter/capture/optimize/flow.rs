//! Ways through a program: who must be passed to come where, and edges that can lead further.
use super::super::code::{Cond, NO, YES};
use super::statements::{self, A, ATOMS};
use super::{Known, Optimizer};

/// A block and its side.
type Edge = (usize, usize);

impl Optimizer {
    pub(super) fn find_levels(&mut self) {
        let mut seen = vec![false; self.blocks.len()];
        self.levels.clear();
        let mut pending = vec![(self.root, false)];
        while let Some((at, done)) = pending.pop() {
            if done {
                let level = if self.is_leaf(at) {
                    0
                } else {
                    self.blocks[at].to.iter().map(|to| self.known[*to].level + 1).max().unwrap_or(0)
                };
                self.known[at].level = level;
                if self.levels.len() <= level {
                    self.levels.resize(level + 1, Vec::new());
                }
                self.levels[level].push(at);
            } else if !std::mem::replace(&mut seen[at], true) {
                pending.push((at, true));
                if !self.is_leaf(at) {
                    let [yes, no] = self.blocks[at].to;
                    pending.extend([(no, false), (yes, false)]);
                }
            }
        }
    }

    pub(super) fn find_entries(&mut self) {
        for known in &mut self.known {
            known.entries.clear();
        }
        for at in self.downwards() {
            if self.is_leaf(at) {
                continue;
            }
            for side in [YES, NO] {
                let to = self.blocks[at].to[side];
                self.known[to].entries.insert(0, (at, side));
            }
        }
    }

    pub(super) fn find_dominators(&mut self) {
        let words = self.blocks.len() / 64 + 1;
        self.effort += self.blocks.len() * words / 16;
        self.dominators.clear();
        self.dominators.resize(self.blocks.len() * words, u64::MAX);
        self.dominators[self.root * words..(self.root + 1) * words].fill(0);
        for at in self.downwards() {
            self.dominators[at * words + at / 64] |= 1 << (at % 64);
            if self.is_leaf(at) {
                continue;
            }
            for to in self.blocks[at].to {
                for word in 0..words {
                    self.dominators[to * words + word] &= self.dominators[at * words + word];
                }
            }
        }
    }

    fn dominates(&self, at: usize, of: usize) -> bool {
        let words = self.blocks.len() / 64 + 1;
        self.dominators[of * words + at / 64] & 1 << (at % 64) != 0
    }

    /// Edges by number: of success first, then of failure.
    fn edge_number(&self, (at, side): Edge) -> usize {
        at + side * self.blocks.len()
    }

    pub(super) fn find_edge_dominators(&mut self) {
        let edges = 2 * self.blocks.len();
        let words = edges / 64 + 1;
        self.effort += edges * words / 16;
        self.edge_dominators.clear();
        self.edge_dominators.resize(edges * words, u64::MAX);
        for side in [YES, NO] {
            let start = self.edge_number((self.root, side)) * words;
            self.edge_dominators[start..start + words].fill(0);
        }
        for at in self.downwards() {
            for side in [YES, NO] {
                let edge = self.edge_number((at, side));
                self.edge_dominators[edge * words + edge / 64] |= 1 << (edge % 64);
                if self.is_leaf(at) {
                    continue;
                }
                let to = self.blocks[at].to[side];
                for next in [YES, NO] {
                    let next = self.edge_number((to, next));
                    for word in 0..words {
                        self.edge_dominators[next * words + word] &= self.edge_dominators[edge * words + word];
                    }
                }
            }
        }
    }

    /// Which registers a block needs from before, and which are needed behind it.
    pub(super) fn find_uses(&mut self) {
        for at in self.downwards() {
            let [used, defined, killed] = statements::uses(&self.blocks[at]);
            let known = &mut self.known[at];
            (known.used_before, known.defined, known.killed, known.used_after) = (used, defined, killed, 0);
        }
        for at in self.upwards() {
            let after = self.blocks[at].to.iter().fold(0, |all, to| all | self.known[*to].used_before);
            let known = &mut self.known[at];
            known.used_after |= after;
            known.used_before |= known.used_after & !known.killed;
        }
    }

    /// Whether a register that is needed behind `next` is different behind it from what it is behind `at`.
    fn use_conflict(&self, at: usize, next: usize) -> bool {
        let needed = self.known[next].used_after;
        (0..ATOMS).any(|atom| needed & 1 << atom != 0 && self.known[at].values[atom] != self.known[next].values[atom])
    }

    /// Where a block must go on when it is reached over an edge of which another decides its test.
    fn decided(&self, child: usize, (by, side): Edge) -> Option<usize> {
        let (Some(test), Some(known)) = (self.test(child), self.test(by)) else { return None };
        if (test.cond, test.x) != (known.cond, known.x) || self.known[child].values[A] != self.known[by].values[A] {
            return None;
        }
        if self.known[child].other == self.known[by].other {
            return Some(self.blocks[child].to[side]);
        }
        // It is equal to one number, so not to another.
        (side == YES && test.cond == Cond::Eq && !test.x).then(|| self.blocks[child].to[NO])
    }

    /// Lets an edge lead as far as its dominators tell.
    pub(super) fn shorten(&mut self, edge: Edge) {
        let (at, side) = edge;
        let words = 2 * self.blocks.len() / 64 + 1;
        let to = self.blocks[at].to[side];
        if self.is_leaf(to) {
            return;
        }
        let [yes, no] = self.blocks[to].to;
        if yes == no && !self.use_conflict(at, yes) {
            self.changed();
            self.blocks[at].to[side] = yes;
        }
        let start = self.edge_number(edge) * words;
        'again: loop {
            for word in 0..words {
                let mut bits = self.edge_dominators[start + word];
                while bits != 0 {
                    let number = word * 64 + bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    self.effort += 1;
                    let count = self.blocks.len();
                    let by = if number < count { (number, YES) } else { (number - count, NO) };
                    let Some(target) = (by.0 < count).then(|| self.decided(self.blocks[at].to[side], by)).flatten()
                    else {
                        continue;
                    };
                    if self.use_conflict(at, target) {
                        continue;
                    }
                    self.done = false;
                    self.blocks[at].to[side] = target;
                    if self.is_leaf(target) {
                        return;
                    }
                    continue 'again;
                }
            }
            return;
        }
    }

    /// In a chain of alternatives (that go on by `NO`) or conditions (by `YES`) below a block, moves up the first further test of the
    /// value that the block's entries bring, so that it need not be loaded again.
    pub(super) fn pull_up(&mut self, at: usize, chain: usize) {
        let Known { entries, .. } = &self.known[at];
        let Some(&(first, _)) = entries.first() else { return };
        let value = self.known[first].values[A];
        if entries.iter().any(|(by, _)| self.known[*by].values[A] != value) {
            return;
        }
        let out = 1 - chain;
        // The next of the chain, if it ends where the block does and cannot be reached otherwise.
        let follow = |this: &Self, (by, side): Edge| {
            let next = this.blocks[by].to[side];
            let fits = !this.is_leaf(by) && !this.is_leaf(next) && this.blocks[next].to[out] == this.blocks[at].to[out];
            (fits && this.dominates(at, next)).then_some(next)
        };
        let mut differs = (first, if self.blocks[first].to[YES] == at { YES } else { NO });
        let mut at_top = true;
        let other = loop {
            let Some(next) = follow(self, differs) else { return };
            if self.known[next].values[A] != value {
                break next;
            }
            differs = (next, chain);
            at_top = false;
        };
        let mut same = (other, chain);
        let pulled = loop {
            let Some(next) = follow(self, same) else { return };
            if self.known[next].values[A] == value {
                break next;
            }
            same = (next, chain);
        };
        self.blocks[same.0].to[same.1] = self.blocks[pulled].to[chain];
        self.blocks[pulled].to[chain] = self.blocks[differs.0].to[differs.1];
        if at_top {
            for (by, _) in self.known[at].entries.clone() {
                let side = if self.blocks[by].to[YES] == at { YES } else { NO };
                self.blocks[by].to[side] = pulled;
            }
        } else {
            self.blocks[differs.0].to[differs.1] = pulled;
        }
        self.done = false;
        self.find_dominators();
    }
}
