//! What of a tree is shown: which nodes are unfolded, in which order, and what a search finds.
use super::super::super::Asked;
use super::super::super::flows::{address_key, text_key};
use super::super::hosts::Hosts;
use super::super::search::{Known, Search};
use super::super::{country, knows_places, turned};
use super::bursts::{self, Burst};
use super::nodes::{Label, NOBODY, Node, NodeId, Tree};
use crate::api::{StatsTree, TreeColumn, TreeKind, TreeSort, Unfolded};
use crate::engine::sort;
use crate::engine::store::packets::NO_TIME;

/// A tree of so many nodes is shown unfolded at first.
const FITTING: usize = 60;

pub struct Shown {
    /// What was asked for.
    sort: TreeSort,
    search: String,
    unfold: Unfolded,
    turned: Vec<String>,
    /// Countries were known.
    places: bool,
    /// Whether nodes are unfolded unless said otherwise.
    pub unfolded: bool,
    /// Nodes that are not as the others.
    other: Vec<NodeId>,
    /// Nodes in the order of rows.
    pub rows: Vec<NodeId>,
    /// Nodes that the search finds.
    pub matching: u32,
}

impl Shown {
    pub fn is_of(&self, asked: &Asked<'_>, question: &StatsTree) -> bool {
        self.places == knows_places(asked)
            && self.sort == question.sort
            && self.search == question.search
            && self.unfold == question.unfolded
            && self.turned == question.turned
    }

    pub fn new(asked: &Asked<'_>, hosts: &Hosts, tree: &mut Tree, question: &StatsTree) -> Self {
        let StatsTree { sort, search, unfolded, turned, .. } = question;
        let found = found(asked, hosts, tree, search);
        let matching = found.as_ref().map_or(tree.len(), |found| found.iter().filter(|&&f| f).count());
        let mut shown = Self {
            sort: *sort,
            search: search.clone(),
            unfold: *unfolded,
            turned: turned.clone(),
            places: knows_places(asked),
            unfolded: match unfolded {
                Unfolded::Fitting => matching <= FITTING,
                other => *other == Unfolded::All,
            },
            other: turned.iter().filter_map(|path| tree.find(hosts, path)).collect(),
            rows: Vec::new(),
            matching: matching as u32,
        };
        let keys = Keys::new(asked, hosts, tree, sort);
        let is_found = |id: NodeId| found.as_ref().is_none_or(|found| found.get(id as usize) == Some(&true));
        let mut pending = keys.ordered(tree, NOBODY, &is_found);
        pending.reverse();
        while let Some(id) = pending.pop() {
            shown.rows.push(id);
            if shown.state(tree, id) == Some(true) {
                let mut below = keys.ordered(tree, id, &is_found);
                below.reverse();
                pending.extend(below);
            }
        }
        shown
    }

    /// Whether a node is unfolded; `None`: there is nothing below it.
    pub fn state(&self, tree: &Tree, id: NodeId) -> Option<bool> {
        if tree.children(id).is_empty() {
            return None;
        }
        let is_root = matches!(tree.get(id)?.label, Label::Root(_));
        Some((self.unfolded || is_root) != self.other.contains(&id))
    }
}

/// By node: whether the search finds it, one around it or one below it. `None` without a search.
fn found(asked: &Asked<'_>, hosts: &Hosts, tree: &Tree, search: &str) -> Option<Vec<bool>> {
    let words = Search::new(asked, hosts, search);
    if words.is_empty() {
        return None;
    }
    let mut found = vec![false; tree.nodes.len()];
    let (mut known_hosts, mut ports, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for id in (0..tree.nodes.len() as NodeId).filter(|&id| tree.children(id).is_empty()) {
        known_hosts.clear();
        ports.clear();
        names.clear();
        let mut text = String::new();
        for (at, node) in tree.chain(id) {
            match node.label {
                Label::Host(host) => {
                    known_hosts.push(host);
                    names.push(node.name);
                }
                Label::Port(port) => {
                    ports.push(port);
                    text += &super::protocol_name(node).to_ascii_lowercase();
                }
                Label::Hidden | Label::Root(_) => {}
                _ => text += &tree.item(hosts, at).to_ascii_lowercase(),
            }
            text.push(' ');
        }
        if words.fits(&Known { hosts: &known_hosts, ports: &ports, names: &names, text: &text }) {
            for (at, _) in tree.chain(id) {
                if let Some(found) = found.get_mut(at as usize) {
                    *found = true;
                }
            }
        }
    }
    Some(found)
}

/// What nodes are sorted by.
struct Keys<'a> {
    asked: &'a Asked<'a>,
    hosts: &'a Hosts,
    by: TreeColumn,
    descending: bool,
    /// The alphabetical rank of names.
    ranks: Vec<u32>,
    /// Of all nodes, where they are sorted by them.
    bursts: Vec<Burst>,
}

impl<'a> Keys<'a> {
    fn new(asked: &'a Asked<'a>, hosts: &'a Hosts, tree: &mut Tree, sort: &TreeSort) -> Self {
        let (by, descending) = match (sort.by, tree.kind) {
            (TreeColumn::Usual, TreeKind::Lengths) => (TreeColumn::Item, sort.descending),
            (TreeColumn::Usual, TreeKind::Services) => (TreeColumn::Bytes, !sort.descending),
            (TreeColumn::Usual, _) => (TreeColumn::Packets, !sort.descending),
            (by, _) => (by, sort.descending),
        };
        Self {
            asked,
            hosts,
            by,
            descending,
            ranks: if by == TreeColumn::Name { asked.store.names.ranks() } else { Vec::new() },
            bursts: match by {
                TreeColumn::BurstRate | TreeColumn::BurstStart => {
                    let all: Vec<NodeId> = (0..tree.nodes.len() as NodeId).collect();
                    bursts::of(asked, tree, &all)
                }
                _ => Vec::new(),
            },
        }
    }

    /// The children of a node that are shown, in order. Equals stand in the order of their items.
    fn ordered(&self, tree: &Tree, id: NodeId, is_shown: &dyn Fn(NodeId) -> bool) -> Vec<NodeId> {
        let children = tree.children(id).iter().filter(|id| is_shown(**id));
        let key =
            |&id: &NodeId| tree.get(id).map_or(u64::MAX, |node| turned(self.key(tree, id, node), self.descending));
        let mut keys: Vec<(u64, NodeId)> = children.map(|id| (key(id), *id)).collect();
        let label = |id| tree.get(id).map(|node| self.natural(node));
        sort::keyed(&mut keys, usize::MAX, &|a, b| {
            let order = label(a).cmp(&label(b));
            if self.by == TreeColumn::Item && self.descending { order.reverse() } else { order }
        });
        keys.into_iter().map(|(_, id)| id).collect()
    }

    /// The order of items: addresses and numbers by value.
    fn natural(&self, node: &Node) -> (u64, Option<crate::engine::dissect::Address>) {
        match node.label {
            Label::Host(host) => (0, self.hosts.get(host)),
            Label::Port(port) => (port.into(), None),
            Label::Transport(n) | Label::Hops(n) | Label::Length(n) | Label::Root(n) => (n.into(), None),
            Label::Hidden => (0, None),
        }
    }

    fn key(&self, tree: &Tree, id: NodeId, node: &Node) -> u64 {
        let lengths = |most: bool| {
            let [least, largest] = tree.lengths_of(id).filter(|_| node.packets > 0)?;
            Some(u64::from(if most { largest } else { least }))
        };
        let burst = self.bursts.get(id as usize).filter(|burst| burst.most > 0);
        let known = |key: Option<u64>| key.unwrap_or(u64::MAX);
        match self.by {
            TreeColumn::Usual | TreeColumn::Packets => node.packets.into(),
            TreeColumn::Item => match node.label {
                Label::Host(host) => known(self.hosts.get(host).map(address_key)),
                _ => self.natural(node).0,
            },
            TreeColumn::Name if node.name == 0 => u64::MAX,
            TreeColumn::Name => match node.label {
                Label::Port(_) => text_key(&super::protocol_name(node)),
                _ => known(self.ranks.get(node.name as usize - 1).map(|&rank| rank.into())),
            },
            TreeColumn::Country => {
                let address = match node.label {
                    Label::Host(host) => self.hosts.get(host),
                    _ => None,
                };
                let country = address.map(|address| country(self.asked, &address)).unwrap_or_default();
                if country.is_empty() { u64::MAX } else { text_key(&country) }
            }
            TreeColumn::Flows => node.flows.into(),
            TreeColumn::Bytes => node.bytes,
            TreeColumn::Average if node.packets == 0 => u64::MAX,
            TreeColumn::Average => node.bytes / u64::from(node.packets),
            TreeColumn::Least => known(lengths(false)),
            TreeColumn::Most => known(lengths(true)),
            TreeColumn::BurstRate => known(burst.map(|burst| burst.most.into())),
            TreeColumn::BurstStart => {
                known(burst.filter(|burst| burst.start != NO_TIME).map(|burst| (burst.start as u64) ^ (1 << 63)))
            }
        }
    }
}
