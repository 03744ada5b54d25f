//! The protocol hierarchy: how many packets and bytes each protocol has at each place (definitions B.6).
use super::Asked;
use super::local::{Direction, Us};
use super::matched::Matched;
use crate::api::{HierarchyAnswer, ProtocolRow};
use crate::engine::dissect::ProtocolId;
use crate::engine::protocols::{is_level, protocol};
use crate::engine::sort;
use crate::engine::store::packets::Row;
use crate::engine::store::stacks::Stack;
use rustc_hash::FxHashMap;

/// Packets and bytes of one stack, as [all, sent, received].
#[derive(Clone, Copy, Default)]
struct Sums {
    packets: [u64; 3],
    bytes: [u64; 3],
}

pub fn answer(asked: &Asked<'_>, matched: &Matched, us: &mut Us) -> HierarchyAnswer {
    let store = asked.store;
    let local = us.hosts.iter().map(ToString::to_string).collect();
    let directions = us.directions(asked);
    let mut sums = vec![Sums::default(); store.stacks.len()];
    asked.each(|_, Row { stack, path, wire_len, .. }| {
        let Some(sum) = sums.get_mut(usize::from(stack)) else { return };
        let [all, sent, received] = &mut sum.packets;
        let [all_bytes, sent_bytes, received_bytes] = &mut sum.bytes;
        *all += 1;
        *all_bytes += u64::from(wire_len);
        match directions.get(path as usize) {
            Some(Direction::Sent) => (*sent, *sent_bytes) = (*sent + 1, *sent_bytes + u64::from(wire_len)),
            Some(Direction::Received) => {
                (*received, *received_bytes) = (*received + 1, *received_bytes + u64::from(wire_len));
            }
            _ => {}
        }
    });
    let mut tree = Tree::default();
    for (id, sum) in (0..).zip(&sums).filter(|(_, sum)| sum.packets != [0; 3]) {
        tree.add(&store.stacks.get(id), sum);
    }
    HierarchyAnswer {
        packets: asked.count().into(),
        bytes: matched.totals(asked).wire_bytes,
        duration_ns: matched.totals(asked).duration(),
        local,
        rows: tree.rows(),
    }
}

/// Nodes by path.
#[derive(Default)]
struct Tree {
    nodes: Vec<Node>,
    children: FxHashMap<(Option<usize>, ProtocolId), usize>,
}

struct Node {
    row: ProtocolRow,
    children: Vec<usize>,
    is_root: bool,
}

impl Tree {
    /// All packets of one stack.
    fn add(&mut self, stack: &Stack, sum: &Sums) {
        let [packets, sent, received] = sum.packets;
        let [bytes, sent_bytes, received_bytes] = sum.bytes;
        let before: u64 = stack.layers.iter().map(|(_, own)| u64::from(*own)).sum::<u64>() + u64::from(stack.trailer);
        let last = stack.layers.len().saturating_sub(1);
        let mut parent = None;
        for (n, &(id, own)) in stack.layers.iter().enumerate() {
            // What is no level counts for the layer around it, also where it is the last.
            let level = is_level(id);
            let at = match parent {
                Some(around) if !level => around,
                _ => self.node(parent, id),
            };
            let Some(node) = self.nodes.get_mut(at) else { return };
            let row = &mut node.row;
            if level || parent.is_none() {
                row.packets += packets;
                row.bytes += bytes;
                row.sent_packets += sent;
                row.sent_bytes += sent_bytes;
                row.received_packets += received;
                row.received_bytes += received_bytes;
            }
            row.layer_bytes +=
                if n == last { bytes.saturating_sub(before * packets) } else { u64::from(own) * packets };
            if n == last {
                row.end_packets += packets;
                row.end_bytes += bytes;
            }
            parent = Some(at);
        }
    }

    fn node(&mut self, parent: Option<usize>, id: ProtocolId) -> usize {
        if let Some(&at) = self.children.get(&(parent, id)) {
            return at;
        }
        let at = self.nodes.len();
        let around = parent.and_then(|parent| self.nodes.get_mut(parent)).map(|node| {
            node.children.push(at);
            (node.row.depth + 1, format!("{}:", node.row.path))
        });
        let (depth, prefix) = around.unwrap_or_default();
        let protocol = protocol(id);
        let row = ProtocolRow {
            depth,
            name: protocol.name.to_owned(),
            title: protocol.title.to_owned(),
            path: format!("{prefix}{}", protocol.name),
            ..ProtocolRow::default()
        };
        self.nodes.push(Node { row, children: Vec::new(), is_root: parent.is_none() });
        self.children.insert((parent, id), at);
        at
    }

    /// Pre-order, busiest first among siblings.
    fn rows(self) -> Vec<ProtocolRow> {
        let busiest_first = |nodes: &mut Vec<usize>| {
            sort::by_key(nodes, |&at| {
                self.nodes.get(at).map(|node| (u64::MAX - node.row.packets, node.row.name.clone()))
            });
        };
        let mut pending: Vec<usize> =
            (0..self.nodes.len()).filter(|&at| self.nodes.get(at).is_some_and(|n| n.is_root)).collect();
        busiest_first(&mut pending);
        pending.reverse();
        let mut rows = Vec::with_capacity(self.nodes.len());
        while let Some(node) = pending.pop().and_then(|at| self.nodes.get(at)) {
            rows.push(node.row.clone());
            let mut children = node.children.clone();
            busiest_first(&mut children);
            pending.extend(children.into_iter().rev());
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_has_its_own_bytes_and_the_last_one_the_rest() {
        let id = |name: &str| crate::engine::protocols::registry().named(name).expect("a protocol");
        let stack = |layers: &[(&str, u32)], trailer| Stack {
            interface: 0,
            layers: layers.iter().map(|(name, own)| (id(name), *own)).collect(),
            trailer,
        };
        let sum = |packets, bytes| Sums { packets: [packets, 0, 0], bytes: [bytes, 0, 0] };
        let mut tree = Tree::default();
        // Ten frames of 60 bytes, six of them padding; five of 1000; one without any layer that is known.
        tree.add(&stack(&[("eth", 12), ("ethertype", 2), ("ip", 20), ("tcp", 0)], 6), &sum(10, 600));
        tree.add(&stack(&[("eth", 12), ("ethertype", 2), ("ip", 20), ("tcp", 32), ("data", 0)], 0), &sum(5, 5000));
        tree.add(&stack(&[("data", 0)], 0), &sum(1, 70));
        let rows = tree.rows();
        let found: Vec<_> = rows.iter().map(|r| (r.path.as_str(), r.packets, r.layer_bytes, r.end_packets)).collect();
        let expected = [
            ("eth", 15, 210, 0),
            ("eth:ip", 15, 300, 0),
            ("eth:ip:tcp", 15, 10 * 20 + 5 * 32, 10),
            ("eth:ip:tcp:data", 5, 5 * (1000 - 66), 5),
            ("data", 1, 70, 1),
        ];
        assert_eq!(found, expected);
        assert_eq!(rows.iter().map(|row| row.layer_bytes).sum::<u64>(), 600 + 5000 + 70 - 60);
    }
}
