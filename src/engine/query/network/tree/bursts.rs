//! Bursts as Wireshark's trees tell them: the most packets in any 100 ms, counted in steps of 5 ms, and when that began.
use super::super::super::Asked;
use super::nodes::{NOBODY, NodeId, Tree};
use crate::engine::store::packets::NO_TIME;

/// The window, ms.
pub const WINDOW_MS: f64 = 100.0;
/// A step, ns, and how many of them a window has.
const STEP: i64 = 5_000_000;
const STEPS: i64 = 20;

/// Packets of the latest window, and of the fullest.
#[derive(Clone, Debug)]
pub struct Burst {
    /// Steps in order: number, packets, time of the first of them. Wireshark begins with an empty one at 0.
    steps: Vec<(i64, u32, i64)>,
    now: u32,
    pub most: u32,
    /// When the fullest window began, ns.
    pub start: i64,
}

impl Default for Burst {
    fn default() -> Self {
        Self { steps: vec![(0, 0, 0)], now: 0, most: 0, start: NO_TIME }
    }
}

impl Burst {
    /// Another packet, ns since the capture's first.
    #[inline]
    pub fn add(&mut self, time: i64) {
        let step = time.div_euclid(STEP);
        let Some(&(latest, ..)) = self.steps.last() else { return };
        if step > latest {
            self.steps.push((step, 1, time));
            self.now += 1;
            let old = self.steps.iter().take_while(|(at, ..)| step >= at + STEPS).count();
            self.now -= self.steps.drain(..old).map(|(_, count, _)| count).sum::<u32>();
        } else {
            let at = self.steps.partition_point(|(at, ..)| *at < step);
            match self.steps.get_mut(at) {
                Some((known, count, first)) if *known == step => {
                    *count += 1;
                    *first = (*first).min(time);
                }
                // Before the window: it is over.
                _ if at == 0 && step + STEPS <= latest => return,
                _ => self.steps.insert(at, (step, 1, time)),
            }
            self.now += 1;
        }
        if self.now > self.most {
            self.most = self.now;
            self.start = self.steps.first().map_or(time, |(.., first)| *first);
        }
    }
}

/// The bursts of some nodes, in their order.
pub fn of(asked: &Asked<'_>, tree: &mut Tree, nodes: &[NodeId]) -> Vec<Burst> {
    const NOT_ASKED: u32 = u32::MAX;
    let mut places = vec![NOT_ASKED; tree.nodes.len()];
    for (at, &node) in (0..).zip(nodes) {
        if let Some(place) = places.get_mut(node as usize) {
            *place = at;
        }
    }
    let Tree { spots, leaves, nodes: all, .. } = tree;
    let place = |node: NodeId| places.get(node as usize).copied().unwrap_or(NOT_ASKED);
    let is_root = |node: NodeId| all.get(node as usize).is_some_and(|node| node.parent == NOBODY);
    // Most packets are of nothing that is asked for but the root: a look tells. A node stands behind what is around it.
    let mut concerned = vec![false; all.len()];
    for (id, node) in (0..).zip(all.iter()) {
        let around = !is_root(node.parent) && concerned.get(node.parent as usize) == Some(&true);
        if let Some(concerned) = concerned.get_mut(id as usize) {
            *concerned = around || place(id) != NOT_ASKED;
        }
    }
    // Where there are two roots, leaves stand right below them.
    let has_two = all.iter().take(2).filter(|node| node.parent == NOBODY).count() == 2;
    let mut bursts = vec![Burst::default(); nodes.len()];
    let mut add = |node: NodeId, time: i64| {
        if let Some(burst) = bursts.get_mut(place(node) as usize) {
            burst.add(time);
        }
    };
    let mut hops = spots.hops(asked.store);
    asked.each(|id, row| {
        let other = hops.of(id, row.flow);
        if row.time == NO_TIME {
            return;
        }
        let spot = spots.at(&row, other);
        leaves.each(spot, |leaf, with_root| {
            if with_root {
                let root = if has_two { all.get(leaf as usize).map_or(0, |leaf| leaf.parent) } else { 0 };
                add(root, row.time);
            }
            let mut at = leaf;
            while concerned.get(at as usize) == Some(&true) && !is_root(at) {
                add(at, row.time);
                at = all.get(at as usize).map_or(NOBODY, |node| node.parent);
            }
        });
    });
    bursts
}

#[cfg(test)]
mod tests {
    use super::Burst;

    fn burst(times_ms: &[i64]) -> (u32, i64) {
        let mut burst = Burst::default();
        times_ms.iter().for_each(|ms| burst.add(ms * 1_000_000));
        (burst.most, burst.start / 1_000_000)
    }

    #[test]
    fn the_fullest_window_counts() {
        assert_eq!(burst(&[0, 1, 2, 300, 301, 302, 303, 800]), (4, 300));
        // A window has twenty steps: 395 is the first that the one of 299 is not in.
        assert_eq!(burst(&[299, 390, 394]), (3, 299));
        assert_eq!(burst(&[299, 390, 395]), (2, 299));
        // The first of equals stands.
        assert_eq!(burst(&[200, 201, 500, 501]), (2, 200));
    }

    #[test]
    fn times_may_go_back() {
        assert_eq!(burst(&[500, 450, 452, 503]), (4, 450));
        assert_eq!(burst(&[500, 300, 501]), (2, 500));
        // Before the capture's first packet.
        assert_eq!(burst(&[0, -50]), (2, -50));
    }
}
