//! Makes a tree: packets are counted by spot in one pass, and spots then told as nodes.
use super::super::super::Asked;
use super::super::super::matched::Matched;
use super::super::hosts::{HostId, Hosts};
use super::super::name_id;
use super::grow::{Nodes, Sum};
use super::nodes::{LENGTHS, Label, NOBODY, NONE, NOT_ROOT, NodeId, Tree};
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
pub fn of_family(asked: &Asked<'_>, matched: &Matched, kind: TreeKind) -> [u64; 2] {
    let paths = &asked.store.paths;
    let mut counts = [0, 0];
    let mut add = |family: Family, n: u64| {
        let [ipv4, ipv6] = &mut counts;
        match family {
            Family::Ipv4 => *ipv4 += n,
            Family::Ipv6 => *ipv6 += n,
            Family::Ethernet | Family::Wlan => {}
        }
    };
    if kind == TreeKind::Services {
        let pairs = matched.flows(asked).filter_map(|(_, flow, _)| paths.get(flow.key.pair));
        pairs.for_each(|pair| add(pair.family, 1));
        return counts;
    }
    let mut by_path = vec![0_u32; paths.len()];
    asked.each(|_, row| {
        if let Some(count) = by_path.get_mut(row.path as usize) {
            *count += 1;
        }
    });
    // A packet counts once for each of its headers.
    for (path, count) in (0..).zip(by_path).filter(|(_, count)| *count > 0) {
        for step in paths.steps(path) {
            if let Step::Pair { pair, .. } = step
                && let Some(pair) = paths.get(pair)
            {
                add(pair.family, count.into());
            }
        }
    }
    counts
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
        let mut nodes = Nodes::new(self.hosts);
        let root = nodes.push(NOBODY, Label::Hidden);
        let (mut first, mut last) = (NO_TIME, NO_TIME);
        for (_, flow, counts) in self.matched.flows(asked) {
            if store.paths.get(flow.key.pair).map(|pair| pair.family) != Some(self.family) {
                continue;
            }
            let Some(ends) = self.hosts.of_pair(flow.key.pair, flow.reversed) else { continue };
            let server = Flow::by(ends, flow.server());
            let host = nodes.host(root, server);
            let carrier = nodes.carrier(server, host, number(flow.key.transport));
            let leaf = match flow.has_ports() {
                true => nodes.below(carrier, Label::Port(flow.port(flow.server()))),
                false => carrier,
            };
            let packets = u32::try_from(counts.total_packets()).unwrap_or(u32::MAX);
            nodes.count(leaf, Some(root), Sum { packets, bytes: counts.total_bytes() }, 1);
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
        (tree.nodes, tree.duration) = (nodes.sum_up(), last.saturating_sub(first));
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
        let mut nodes = Nodes::new(self.hosts);
        let mut tree = match by {
            By::Length => self.parts(&mut nodes, &sums, &lengths),
            _ => self.leaves(&mut nodes, &spots, &sums, &ends),
        };
        (tree.nodes, tree.spots, tree.duration) = (nodes.sum_up(), spots, last.saturating_sub(first));
        tree
    }

    /// Packet Lengths: every part, empty ones too.
    fn parts(&self, nodes: &mut Nodes, sums: &[Sum], lengths: &[[u32; 2]]) -> Tree {
        let mut tree = self.tree();
        let root = nodes.push(NOBODY, Label::Root(9));
        for (part, sum) in (0..).zip(sums) {
            let leaf = nodes.below(root, Label::Length(part));
            nodes.count(leaf, Some(root), *sum, 0);
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
            let mut tick = |nodes: &mut Nodes, leaf: NodeId, root: Option<NodeId>| {
                nodes.count(leaf, root, *sum, 0);
                tree.leaves.add(spot, if root.is_some() { leaf } else { leaf | NOT_ROOT });
            };
            let mut add = |[source, destination]: [HostId; 2], is_innermost: bool| match self.kind {
                TreeKind::Addresses => {
                    for (host, of) in [(source, Some(root(0))), (destination, None)] {
                        let leaf = nodes.host(root(0), host);
                        tick(nodes, leaf, of);
                    }
                }
                TreeKind::Sides => {
                    for (host, side) in [(source, 0), (destination, 1)] {
                        let leaf = nodes.host(root(side), host);
                        tick(nodes, leaf, Some(root(side)));
                    }
                }
                TreeKind::Protocols => {
                    let leaf = nodes.below(root(0), Label::Transport(self.carrier(&meant).0));
                    tick(nodes, leaf, Some(root(0)));
                }
                // What is remembered is the time to live of the innermost header.
                TreeKind::Hops if !is_innermost || !self.is_of_family(meant.path) => {}
                TreeKind::Hops => {
                    let host = nodes.host(root(0), source);
                    let leaf = nodes.below(host, Label::Hops(self.hops(&meant)));
                    tick(nodes, leaf, Some(root(0)));
                }
                _ => {
                    let (transport, port, app) = self.carrier(&meant);
                    let host = nodes.host(root(0), destination);
                    let carrier = nodes.carrier(destination, host, transport);
                    let leaf = nodes.below(carrier, Label::Port(port));
                    nodes.name(leaf, app);
                    tick(nodes, leaf, Some(root(0)));
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

    /// Whether the innermost header is of the family.
    fn is_of_family(&self, path: u32) -> bool {
        let paths = &self.asked.store.paths;
        let innermost = paths.innermost(path).and_then(|(pair, _)| paths.get(pair));
        innermost.is_some_and(|pair| pair.family == self.family)
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
