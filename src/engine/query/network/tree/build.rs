//! Makes a tree: packets are counted by spot in one pass, and spots then told as nodes.
use super::super::super::Asked;
use super::super::super::matched::Matched;
use super::super::hosts::{HostId, Hosts};
use super::super::name_id;
use super::super::pairs::Conversation;
use super::nodes::{LENGTHS, Label, NOBODY, NONE, NOT_ROOT, Node, NodeId, Tree};
use super::spots::{By, Meant, Spots};
use crate::api::TreeKind;
use crate::engine::dissect::Family;
use crate::engine::store::flows::{Flow, NO_PROTOCOL, number};
use crate::engine::store::packets::NO_TIME;
use crate::engine::store::paths::Step;
use rustc_hash::FxHashMap;

pub struct Builder<'a> {
    pub asked: &'a Asked<'a>,
    pub matched: &'a Matched,
    pub hosts: &'a Hosts,
    pub family: Family,
    pub kind: TreeKind,
}

/// Packets that the trees of IPv4 and IPv6 count; for services, flows.
pub fn of_family(asked: &Asked<'_>, matched: &Matched, pairs: &[Conversation], kind: TreeKind) -> [u64; 2] {
    let count = |family| match kind {
        TreeKind::Services => {
            let of = |flow: &Flow| asked.store.paths.get(flow.key.pair).map(|pair| pair.family);
            matched.flows(asked).filter(|(_, flow, _)| of(flow) == Some(family)).count() as u64
        }
        // A packet counts once for each of its headers.
        _ => pairs.iter().filter(|p| p.family == family).map(|p| p.packets.iter().sum::<u64>()).sum(),
    };
    [count(Family::Ipv4), count(Family::Ipv6)]
}

/// Nodes by what is above them.
struct Nodes {
    list: Vec<Node>,
    known: FxHashMap<(NodeId, u32), NodeId>,
}

/// What is counted for a node.
#[derive(Clone, Copy, Default)]
struct Sum {
    packets: u32,
    bytes: u64,
}

impl Nodes {
    fn new() -> Self {
        Self { list: Vec::new(), known: FxHashMap::default() }
    }

    fn push(&mut self, parent: NodeId, label: Label) -> NodeId {
        let node = Node { parent, label, packets: 0, bytes: 0, flows: 0, name: 0, more_names: false };
        self.list.push(node);
        self.list.len() as NodeId - 1
    }

    /// The node of a label below another; labels below one node are of one kind.
    fn below(&mut self, parent: NodeId, label: Label) -> NodeId {
        let number = match label {
            Label::Host(host) => host,
            Label::Port(port) => port.into(),
            Label::Transport(n) | Label::Hops(n) | Label::Root(n) | Label::Length(n) => n.into(),
            Label::Hidden => 0,
        };
        if let Some(&id) = self.known.get(&(parent, number)) {
            return id;
        }
        let id = self.push(parent, label);
        self.known.insert((parent, number), id);
        id
    }

    /// Counts for a node and all around it; for a root only if asked to.
    fn count(&mut self, leaf: NodeId, sum: Sum, flows: u32, with_root: bool) {
        let mut at = leaf;
        while let Some(node) = self.list.get_mut(at as usize) {
            if with_root || node.parent != NOBODY {
                node.packets = node.packets.saturating_add(sum.packets);
                node.bytes += sum.bytes;
                node.flows += flows;
            }
            at = node.parent;
        }
    }

    /// A node has this name, too.
    fn name(&mut self, id: NodeId, name: u32) {
        let Some(node) = self.list.get_mut(id as usize).filter(|_| name != 0) else { return };
        if node.name == 0 {
            node.name = name;
        } else {
            node.more_names |= node.name != name;
        }
    }
}

impl Builder<'_> {
    pub fn build(&self) -> Tree {
        let mut tree = match self.kind {
            TreeKind::Services => self.services(),
            _ => self.packets(),
        };
        tree.close();
        tree
    }

    fn tree(&self) -> Tree {
        Tree::new(self.kind, self.family == Family::Ipv6)
    }

    /// Servers by what passed between them and their clients.
    fn services(&self) -> Tree {
        let (asked, store) = (self.asked, self.asked.store);
        let mut nodes = Nodes::new();
        let root = nodes.push(NOBODY, Label::Hidden);
        let (mut first, mut last) = (NO_TIME, NO_TIME);
        for (_, flow, counts) in self.matched.flows(asked) {
            if store.paths.get(flow.key.pair).map(|pair| pair.family) != Some(self.family) {
                continue;
            }
            let Some(ends) = self.hosts.of_pair(flow.key.pair, flow.reversed) else { continue };
            let server = Flow::by(ends, flow.server());
            let host = nodes.below(root, Label::Host(server));
            let carrier = nodes.below(host, Label::Transport(number(flow.key.transport)));
            let leaf = match flow.has_ports() {
                true => nodes.below(carrier, Label::Port(flow.port(flow.server()))),
                false => carrier,
            };
            let packets = u32::try_from(counts.total_packets()).unwrap_or(u32::MAX);
            nodes.count(leaf, Sum { packets, bytes: counts.total_bytes() }, 1, true);
            let named = nodes.list.get(host as usize).map_or(0, |node| node.name);
            if named == 0 {
                // The address's own name stands first.
                let own = self.hosts.get(server).and_then(|address| name_id(asked, &address));
                nodes.name(host, own.unwrap_or(0));
            }
            nodes.name(host, flow.name);
            if leaf != carrier && flow.app != NO_PROTOCOL {
                nodes.name(leaf, u32::from(flow.app) + 1);
            }
            if counts.first != NO_TIME {
                first = if first == NO_TIME { counts.first } else { first.min(counts.first) };
                last = last.max(counts.last);
            }
        }
        let mut tree = self.tree();
        (tree.nodes, tree.duration) = (nodes.list, last.saturating_sub(first));
        tree
    }

    /// The trees that count every packet.
    fn packets(&self) -> Tree {
        let (asked, store) = (self.asked, self.asked.store);
        let by = match self.kind {
            TreeKind::Lengths => By::Length,
            TreeKind::Addresses | TreeKind::Sides => By::Path,
            TreeKind::Hops => By::Hops,
            _ => By::Sender,
        };
        let ends = Ends::new(self);
        let mut spots = Spots::new(store, by);
        let mut sums = vec![Sum::default(); spots.len()];
        let mut lengths = vec![[u32::MAX, 0]; LENGTHS.len()];
        let (mut first, mut last) = (NO_TIME, NO_TIME);
        let mut hops = spots.hops(store);
        asked.each(|id, row| {
            let other = hops.of(id, row.flow);
            if by != By::Length && !ends.has(row.path) {
                return;
            }
            let spot = spots.at(&row, other) as usize;
            if spot >= sums.len() {
                sums.resize(spot + 1, Sum::default());
            }
            if let Some(sum) = sums.get_mut(spot) {
                sum.packets += 1;
                sum.bytes += u64::from(row.wire_len);
            }
            if let Some([least, most]) = lengths.get_mut(spot).filter(|_| by == By::Length) {
                (*least, *most) = ((*least).min(row.wire_len), (*most).max(row.wire_len));
            }
            if row.time != NO_TIME {
                first = if first == NO_TIME { row.time } else { first };
                last = row.time;
            }
        });
        let mut nodes = Nodes::new();
        let mut tree = match by {
            By::Length => self.parts(&mut nodes, &sums, &lengths),
            _ => self.leaves(&mut nodes, &spots, &sums, &ends),
        };
        (tree.nodes, tree.spots, tree.duration) = (nodes.list, spots, last.saturating_sub(first));
        tree
    }

    /// Packet Lengths: every part, empty ones too.
    fn parts(&self, nodes: &mut Nodes, sums: &[Sum], lengths: &[[u32; 2]]) -> Tree {
        let mut tree = self.tree();
        let root = nodes.push(NOBODY, Label::Root(9));
        for (part, sum) in (0..).zip(sums) {
            let leaf = nodes.below(root, Label::Length(part));
            nodes.count(leaf, *sum, 0, true);
            tree.leaves.add(part.into(), leaf);
        }
        let (least, most) =
            (lengths.iter().map(|[least, _]| *least).min(), lengths.iter().map(|[_, most]| *most).max());
        tree.lengths = vec![[least.unwrap_or(0), most.unwrap_or(0)]];
        tree.lengths.extend(lengths);
        tree
    }

    fn leaves(&self, nodes: &mut Nodes, spots: &Spots, sums: &[Sum], ends: &Ends) -> Tree {
        let ipv6 = self.family == Family::Ipv6;
        let mut tree = self.tree();
        let titles: &[u8] = match (self.kind, ipv6) {
            (TreeKind::Addresses, _) => &[1],
            (TreeKind::Sides, false) => &[2, 3],
            (TreeKind::Sides, true) => &[4, 5],
            (TreeKind::Protocols, _) => &[6],
            (TreeKind::Hops, false) => &[7],
            (TreeKind::Hops, true) => &[8],
            _ => &[0],
        };
        let roots: Vec<NodeId> = titles.iter().map(|title| nodes.push(NOBODY, Label::Root(*title))).collect();
        let root = |at: usize| roots.get(at).copied().unwrap_or(0);
        for (spot, sum) in sums.iter().enumerate().filter(|(_, sum)| sum.packets > 0) {
            let Some(meant) = spots.meant(spot as u32) else { continue };
            let mut tick = |nodes: &mut Nodes, leaf: NodeId, with_root: bool| {
                nodes.count(leaf, *sum, 0, with_root);
                tree.leaves.add(spot, if with_root { leaf } else { leaf | NOT_ROOT });
            };
            let mut add = |[source, destination]: [HostId; 2], is_innermost: bool| match self.kind {
                TreeKind::Addresses => {
                    for (host, with_root) in [(source, true), (destination, false)] {
                        let leaf = nodes.below(root(0), Label::Host(host));
                        tick(nodes, leaf, with_root);
                    }
                }
                TreeKind::Sides => {
                    for (host, side) in [(source, 0), (destination, 1)] {
                        let leaf = nodes.below(root(side), Label::Host(host));
                        tick(nodes, leaf, true);
                    }
                }
                TreeKind::Protocols => {
                    let leaf = nodes.below(root(0), Label::Transport(self.carrier(&meant).0));
                    tick(nodes, leaf, true);
                }
                // What is remembered is the time to live of the innermost header.
                TreeKind::Hops if !is_innermost => {}
                TreeKind::Hops => {
                    let host = nodes.below(root(0), Label::Host(source));
                    let leaf = nodes.below(host, Label::Hops(self.hops(&meant)));
                    tick(nodes, leaf, true);
                }
                _ => {
                    let (transport, port, app) = self.carrier(&meant);
                    let host = nodes.below(root(0), Label::Host(destination));
                    let carrier = nodes.below(host, Label::Transport(transport));
                    let leaf = nodes.below(carrier, Label::Port(port));
                    nodes.name(leaf, app);
                    tick(nodes, leaf, true);
                }
            };
            ends.each(meant.path, &mut add);
        }
        for node in &mut nodes.list {
            if let Label::Host(host) = node.label {
                let address = self.hosts.get(host);
                node.name = address.and_then(|address| name_id(self.asked, &address)).unwrap_or(0);
            }
        }
        tree
    }

    /// What carries a spot's packets: transport, destination port, protocol plus one.
    fn carrier(&self, meant: &Meant) -> (u8, u16, u32) {
        let flow = meant.sender.and_then(|(flow, end)| Some((self.asked.store.flows.get(flow)?, end)));
        match flow.filter(|(flow, _)| flow.has_ports()) {
            Some((flow, end)) => {
                let app = if flow.app == NO_PROTOCOL { 0 } else { u32::from(flow.app) + 1 };
                (number(flow.key.transport), flow.port(1 - end), app)
            }
            None => (NONE, 0, 0),
        }
    }

    fn hops(&self, meant: &Meant) -> u8 {
        let flow = meant.sender.and_then(|(flow, end)| Some((self.asked.store.flows.get(flow)?, end)));
        match (meant.hops, flow) {
            (0, Some((flow, end))) => flow.hops.get(end).copied().unwrap_or(0),
            (hops, _) => hops,
        }
    }
}

/// Source and destination of a path's headers of one family, outermost first.
struct Ends {
    /// Where there is one header, as nearly always.
    single: Vec<[HostId; 2]>,
    several: FxHashMap<u32, Vec<[HostId; 2]>>,
}

const NOT_ONE: HostId = HostId::MAX;

impl Ends {
    fn new(of: &Builder<'_>) -> Self {
        let paths = &of.asked.store.paths;
        let (mut single, mut several) = (Vec::with_capacity(paths.len()), FxHashMap::default());
        for path in 0..paths.len() as u32 {
            let mut ends = paths.steps(path).filter_map(|step| match step {
                Step::Pair { pair, reversed } => {
                    paths.get(pair).filter(|pair| pair.family == of.family)?;
                    of.hosts.of_pair(pair, reversed)
                }
                Step::Flow { .. } => None,
            });
            let first = ends.next();
            let mut rest: Vec<[HostId; 2]> = ends.collect();
            if !rest.is_empty() {
                rest.splice(0..0, first);
                several.insert(path, rest);
            }
            let is_single = !several.contains_key(&path);
            single.push(first.filter(|_| is_single).unwrap_or([NOT_ONE; 2]));
        }
        Self { single, several }
    }

    /// Whether a path has a header of the family.
    #[inline]
    fn has(&self, path: u32) -> bool {
        match self.single.get(path as usize) {
            Some([NOT_ONE, _]) => self.several.contains_key(&path),
            ends => ends.is_some(),
        }
    }

    fn each(&self, path: u32, mut take: impl FnMut([HostId; 2], bool)) {
        match self.single.get(path as usize) {
            Some([NOT_ONE, _]) => {
                let several = self.several.get(&path).map_or(&[][..], Vec::as_slice);
                several.iter().enumerate().for_each(|(nth, ends)| take(*ends, nth + 1 == several.len()));
            }
            Some(ends) => take(*ends, true),
            None => {}
        }
    }
}
