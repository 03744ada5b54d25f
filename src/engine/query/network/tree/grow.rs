//! A tree while it grows: nodes are found by what they are below, and sums told upwards at the end.
use super::super::hosts::{HostId, Hosts};
use super::nodes::{Label, NOBODY, Node, NodeId};
use rustc_hash::FxHashMap;

/// Nodes by what is above them. Sums stand on the leaves first, and on the roots.
pub struct Nodes {
    pub list: Vec<Node>,
    /// By root and host, see [`Nodes::host`].
    hosts: Vec<NodeId>,
    /// Of a host, below the first root: its TCP and its UDP.
    carriers: Vec<[NodeId; 2]>,
    known: FxHashMap<(NodeId, u32), NodeId>,
}

/// What is counted for a node.
#[derive(Clone, Copy, Default)]
pub struct Sum {
    pub packets: u32,
    pub bytes: u64,
}

impl Nodes {
    pub fn new(hosts: &Hosts) -> Self {
        let carriers = vec![[NOBODY; 2]; hosts.len()];
        Self { list: Vec::new(), hosts: vec![NOBODY; hosts.len() * 2], carriers, known: FxHashMap::default() }
    }

    pub fn push(&mut self, parent: NodeId, label: Label) -> NodeId {
        let node = Node { parent, label, packets: 0, bytes: 0, flows: 0, name: 0, more_names: false };
        self.list.push(node);
        self.list.len() as NodeId - 1
    }

    /// The node of an address below a root, of which there are two at most.
    pub fn host(&mut self, root: NodeId, host: HostId) -> NodeId {
        let place = host as usize * 2 + root as usize % 2;
        if let Some(&id) = self.hosts.get(place).filter(|&&id| id != NOBODY) {
            return id;
        }
        let id = self.push(root, Label::Host(host));
        if let Some(place) = self.hosts.get_mut(place) {
            *place = id;
        }
        id
    }

    /// The node of a transport below an address.
    pub fn carrier(&mut self, host: HostId, below: NodeId, transport: u8) -> NodeId {
        let which = match transport {
            6 => 0,
            17 => 1,
            _ => return self.below(below, Label::Transport(transport)),
        };
        let known = self.carriers.get(host as usize).and_then(|ids| ids.get(which)).copied();
        if let Some(id) = known.filter(|&id| id != NOBODY) {
            return id;
        }
        let id = self.push(below, Label::Transport(transport));
        if let Some(place) = self.carriers.get_mut(host as usize).and_then(|ids| ids.get_mut(which)) {
            *place = id;
        }
        id
    }

    /// The node of another label below another; labels below one node are of one kind.
    pub fn below(&mut self, parent: NodeId, label: Label) -> NodeId {
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

    /// Counts for a leaf and for the root, where there is one to count for.
    pub fn count(&mut self, leaf: NodeId, root: Option<NodeId>, sum: Sum, flows: u32) {
        for id in [Some(leaf), root].into_iter().flatten() {
            if let Some(node) = self.list.get_mut(id as usize) {
                node.add(sum.packets, sum.bytes, flows);
            }
        }
    }

    /// Between leaves and roots stands what is below.
    pub fn sum_up(mut self) -> Vec<Node> {
        for at in (0..self.list.len()).rev() {
            // A node stands behind what is around it.
            let (around, rest) = self.list.split_at_mut(at);
            if let Some(node) = rest.first()
                && let Some(parent) = around.get_mut(node.parent as usize)
                && parent.parent != NOBODY
            {
                parent.add(node.packets, node.bytes, node.flows);
            }
        }
        self.list
    }

    /// A node has this name, too.
    pub fn name(&mut self, id: NodeId, name: u32) {
        let Some(node) = self.list.get_mut(id as usize).filter(|_| name != 0) else { return };
        if node.name == 0 {
            node.name = name;
        } else {
            node.more_names |= node.name != name;
        }
    }
}

impl Node {
    fn add(&mut self, packets: u32, bytes: u64, flows: u32) {
        self.packets = self.packets.saturating_add(packets);
        self.bytes += bytes;
        self.flows += flows;
    }
}
