//! Makes a program shorter, and finds out whether it can match at all: "expression rejects all packets" is what is left when every way
//! to success asks for two things that exclude each other. Follows libpcap's optimize.c step by step, as its verdicts are the language's:
//! values are numbered, an edge into a block whose test was already decided on the way there goes on to where that leads, and tests of
//! the same value are moved together.
mod flow;
mod statements;

use super::code::{Block, End, NO, Test, YES};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use statements::{ATOMS, Values};

/// Longer programs stay as they are, and so does one that needs more than a moment.
const LONGEST: usize = 1000;
const EFFORT: usize = 10_000_000;
/// Passes that only move branches, after which that is taken for a circle.
const CIRCLES: u32 = 100;

/// What is known of a block.
#[derive(Clone, Default)]
struct Known {
    level: usize,
    /// Edges that lead here, last found first.
    entries: Vec<(usize, usize)>,
    defined: u32,
    killed: u32,
    used_before: u32,
    used_after: u32,
    /// The numbers of the values that the registers hold at its end; 0: not known.
    values: [u32; ATOMS],
    /// The number of what its test compares with.
    other: u32,
}

struct Optimizer {
    blocks: Vec<Block>,
    root: usize,
    known: Vec<Known>,
    /// Blocks by their distance from the end, as found.
    levels: Vec<Vec<usize>>,
    /// Bits: who dominates a block; which edges dominate an edge.
    dominators: Vec<u64>,
    edge_dominators: Vec<u64>,
    values: Values,
    done: bool,
    /// Something but branches changed.
    advanced: bool,
    effort: usize,
}

/// A filter that divides by zero can be seen only now.
pub type Refused = &'static str;

/// The blocks and the one to begin with, made better. Gives None when it is left as it was.
pub fn optimize(blocks: &[Block], root: usize) -> Result<Option<(Vec<Block>, usize)>, Refused> {
    let Some(blocks) = in_order(blocks, root) else { return Ok(None) };
    let count = blocks.len();
    let mut optimizer = Optimizer {
        known: vec![Known::default(); count],
        levels: Vec::new(),
        dominators: Vec::new(),
        edge_dominators: Vec::new(),
        values: Values::default(),
        root: 0,
        blocks,
        done: false,
        advanced: false,
        effort: 0,
    };
    optimizer.passes(false)?;
    optimizer.passes(true)?;
    optimizer.merge_equal();
    optimizer.skip_decided_root();
    Ok(Some((optimizer.blocks, optimizer.root)))
}

/// Only what can be reached, numbered in the order in which it is found. None if it is too much.
fn in_order(blocks: &[Block], root: usize) -> Option<Vec<Block>> {
    let mut number = vec![usize::MAX; blocks.len()];
    let mut order = Vec::new();
    let mut pending = vec![root];
    while let Some(at) = pending.pop() {
        if number[at] != usize::MAX {
            continue;
        }
        number[at] = order.len();
        order.push(at);
        if order.len() > LONGEST {
            return None;
        }
        if matches!(blocks[at].end, End::If(_)) {
            pending.extend([blocks[at].to[NO], blocks[at].to[YES]]);
        }
    }
    Some(
        order
            .iter()
            .map(|at| Block {
                to: blocks[*at].to.map(|to| if is_leaf(&blocks[*at]) { 0 } else { number[to] }),
                ..blocks[*at].clone()
            })
            .collect(),
    )
}

fn is_leaf(block: &Block) -> bool {
    matches!(block.end, End::Ret(_))
}

impl Optimizer {
    fn is_leaf(&self, at: usize) -> bool {
        is_leaf(&self.blocks[at])
    }

    fn test(&self, at: usize) -> Option<Test> {
        if let End::If(test) = self.blocks[at].end { Some(test) } else { None }
    }

    fn passes(&mut self, statements: bool) -> Result<(), Refused> {
        let mut circles = 0;
        loop {
            self.done = true;
            self.advanced = false;
            self.find_levels();
            self.find_dominators();
            self.find_uses();
            self.find_edge_dominators();
            self.pass(statements)?;
            circles = if self.advanced { 0 } else { circles + 1 };
            if self.done || circles >= CIRCLES || self.effort > EFFORT {
                return Ok(());
            }
        }
    }

    fn changed(&mut self) {
        self.advanced = true;
        self.done = false;
    }

    /// Blocks from the root down.
    fn downwards(&self) -> Vec<usize> {
        self.levels.iter().rev().flat_map(|level| level.iter().rev().copied()).collect()
    }

    /// Blocks that are no ends, from the ends up.
    fn upwards(&self) -> Vec<usize> {
        self.levels.iter().skip(1).flat_map(|level| level.iter().rev().copied()).collect()
    }

    fn pass(&mut self, statements: bool) -> Result<(), Refused> {
        self.values = Values::default();
        self.find_entries();
        for at in self.downwards() {
            self.block(at, statements)?;
        }
        if statements {
            return Ok(());
        }
        let upwards = self.upwards();
        for at in &upwards {
            self.shorten((*at, YES));
            self.shorten((*at, NO));
        }
        self.find_entries();
        for at in upwards {
            self.pull_up(at, NO);
            self.pull_up(at, YES);
        }
        Ok(())
    }

    /// Blocks that say the same and go on at the same places become one.
    fn merge_equal(&mut self) {
        loop {
            let mut alive = vec![false; self.blocks.len()];
            let mut pending = vec![self.root];
            while let Some(at) = pending.pop() {
                if !std::mem::replace(&mut alive[at], true) && !self.is_leaf(at) {
                    pending.extend(self.blocks[at].to);
                }
            }
            let mut firsts: HashMap<_, usize, FxBuildHasher> = HashMap::default();
            let mut instead: Vec<usize> = (0..self.blocks.len()).collect();
            for at in (0..self.blocks.len()).rev().filter(|at| alive[*at]) {
                let block = &self.blocks[at];
                let steps: Vec<_> =
                    block.steps.iter().filter(|step| step.op != super::code::Op::Nop).copied().collect();
                let to = if is_leaf(block) { [0; 2] } else { block.to };
                instead[at] = *firsts.entry((steps, block.end, to)).or_insert(at);
            }
            let mut same = true;
            for block in self.blocks.iter_mut().filter(|block| !is_leaf(block)) {
                for to in &mut block.to {
                    same &= instead[*to] == *to;
                    *to = instead[*to];
                }
            }
            if same {
                return;
            }
        }
    }

    /// A root that goes the same way whatever it finds is left out; its statements stay.
    fn skip_decided_root(&mut self) {
        let mut steps = std::mem::take(&mut self.blocks[self.root].steps);
        while !self.is_leaf(self.root) && self.blocks[self.root].to[YES] == self.blocks[self.root].to[NO] {
            self.root = self.blocks[self.root].to[YES];
        }
        let root = &mut self.blocks[self.root];
        steps.append(&mut root.steps);
        if !is_leaf(root) {
            root.steps = steps;
        }
    }
}
