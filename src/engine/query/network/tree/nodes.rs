//! The nodes of a tree, and what they are called.
use super::super::hosts::{HostId, Hosts};
use super::super::{field, port_field, transport_of};
use super::spots::Spots;
use crate::api::TreeKind;
use crate::engine::dissect::Transport;
use crate::engine::query::flows::transport_name;
use rustc_hash::FxHashMap;

pub type NodeId = u32;

/// Around a root: nothing.
pub const NOBODY: NodeId = NodeId::MAX;
/// As a transport's number: no ports that could be counted.
pub const NONE: u8 = u8::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Sums only, no row.
    Hidden,
    /// A line with this title, see [`TITLES`].
    Root(u8),
    Host(HostId),
    /// By IP protocol number; [`NONE`].
    Transport(u8),
    Port(u16),
    Hops(u8),
    /// See [`LENGTHS`].
    Length(u8),
}

pub const TITLES: [&str; 10] = [
    "Destinations and Ports",
    "All Addresses",
    "Source IPv4 Addresses",
    "Destination IPv4 Addresses",
    "Source IPv6 Addresses",
    "Destination IPv6 Addresses",
    "IP Protocol Types",
    "Source TTLs",
    "Source Hop Limits",
    "Packet Lengths",
];

/// Shortest packet of each part of Packet Lengths, bytes.
pub const LENGTHS: [u32; 10] = [0, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120];

#[derive(Clone, Debug)]
pub struct Node {
    pub parent: NodeId,
    pub label: Label,
    pub packets: u32,
    /// Whole frames on the wire.
    pub bytes: u64,
    /// Services only.
    pub flows: u32,
    /// Name of an address; of a port its protocol, plus one; 0: none.
    pub name: u32,
    pub more_names: bool,
}

#[derive(Default)]
pub struct Tree {
    pub kind: TreeKind,
    pub ipv6: bool,
    pub nodes: Vec<Node>,
    /// The children of each node, one node's after the other's; where each begins, by node, and the end.
    children: Vec<NodeId>,
    begins: Vec<u32>,
    roots: Vec<NodeId>,
    /// How packets find their leaves.
    pub spots: Spots,
    /// By spot.
    pub leaves: Leaves,
    /// Least and most of packet lengths, bytes, by node.
    pub lengths: Vec<[u32; 2]>,
    /// ns from the first to the last packet counted, in the order of the file.
    pub duration: i64,
}

/// The leaves that a packet counts for, by its spot.
#[derive(Default)]
pub struct Leaves {
    /// The first, packed.
    pub first: Vec<u32>,
    /// The others.
    pub more: FxHashMap<u32, Vec<u32>>,
}

/// Counts for the leaf, but not for the root, which another leaf told already.
pub const NOT_ROOT: u32 = 1 << 31;

impl Leaves {
    pub fn add(&mut self, spot: usize, leaf: u32) {
        if self.first.len() <= spot {
            self.first.resize(spot + 1, NOBODY);
        }
        match self.first.get_mut(spot) {
            Some(first) if *first == NOBODY => *first = leaf,
            _ => self.more.entry(spot as u32).or_default().push(leaf),
        }
    }

    #[inline]
    pub fn each(&self, spot: u32, mut take: impl FnMut(NodeId, bool)) {
        let Some(&first) = self.first.get(spot as usize).filter(|&&leaf| leaf != NOBODY) else { return };
        take(first & !NOT_ROOT, first & NOT_ROOT == 0);
        if !self.more.is_empty() {
            let more = self.more.get(&spot).into_iter().flatten();
            more.for_each(|&leaf| take(leaf & !NOT_ROOT, leaf & NOT_ROOT == 0));
        }
    }
}

impl Tree {
    /// Without any node yet.
    pub fn new(kind: TreeKind, ipv6: bool) -> Self {
        Self { kind, ipv6, ..Self::default() }
    }

    /// How many nodes have rows.
    pub fn len(&self) -> usize {
        let hidden = self.nodes.first().is_some_and(|node| node.label == Label::Hidden);
        self.nodes.len() - usize::from(hidden)
    }

    #[inline]
    pub fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    /// Once all nodes are there: puts children together.
    pub fn close(&mut self) {
        let mut begins = vec![0_u32; self.nodes.len() + 1];
        let parents = || self.nodes.iter().map(|node| node.parent);
        for parent in parents().filter(|&parent| parent != NOBODY) {
            if let Some(count) = begins.get_mut(parent as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        let (mut next, mut children) = (begins.clone(), vec![0; sum as usize]);
        for (id, parent) in (0..).zip(parents()).filter(|(_, parent)| *parent != NOBODY) {
            let Some(at) = next.get_mut(parent as usize) else { continue };
            if let Some(place) = children.get_mut(*at as usize) {
                *place = id;
            }
            *at += 1;
        }
        self.roots = (0..).zip(parents()).filter(|(_, parent)| *parent == NOBODY).map(|(id, _)| id).collect();
        (self.begins, self.children) = (begins, children);
    }

    /// The children of a node; the outermost rows of [`NOBODY`].
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        let hidden = self.nodes.first().filter(|node| node.label == Label::Hidden).map(|_| 0);
        let id = match (id, hidden) {
            (NOBODY, None) => return &self.roots,
            (NOBODY, Some(root)) => root,
            _ => id,
        } as usize;
        let (Some(&from), Some(&to)) = (self.begins.get(id), self.begins.get(id + 1)) else { return &[] };
        self.children.get(from as usize..to as usize).unwrap_or_default()
    }

    /// A node and those around it, the outermost last; hidden ones left out.
    pub fn chain(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &Node)> {
        let of = |id: NodeId| self.get(id).filter(|node| node.label != Label::Hidden).map(|node| (id, node));
        std::iter::successors(of(id), move |(_, node)| of(node.parent))
    }

    pub fn depth(&self, id: NodeId) -> u32 {
        self.chain(id).count().saturating_sub(1) as u32
    }

    pub fn lengths_of(&self, id: NodeId) -> Option<[u32; 2]> {
        self.lengths.get(id as usize).copied()
    }

    pub fn item(&self, hosts: &Hosts, id: NodeId) -> String {
        let Some(node) = self.get(id) else { return String::new() };
        match node.label {
            Label::Hidden => String::new(),
            Label::Root(title) => TITLES.get(usize::from(title)).map(|title| (*title).to_owned()).unwrap_or_default(),
            Label::Host(host) => hosts.get(host).map(|address| address.to_string()).unwrap_or_default(),
            Label::Transport(NONE) => "NONE".to_owned(),
            Label::Transport(number) => transport_name(transport_of(number)).into_owned(),
            Label::Port(port) => port.to_string(),
            Label::Hops(0) => "0 or unknown".to_owned(),
            Label::Hops(hops) => hops.to_string(),
            Label::Length(part) => {
                let (least, next) = length(part);
                next.map_or_else(|| format!("{least} and greater"), |next| format!("{least}-{}", next - 1))
            }
        }
    }

    /// Items from the outermost one on; the title only where there are two.
    pub fn path(&self, hosts: &Hosts, id: NodeId) -> String {
        let is_named =
            |(at, node): &(NodeId, &Node)| *at == id || self.roots.len() > 1 || !matches!(node.label, Label::Root(_));
        let mut items: Vec<String> = self.chain(id).filter(is_named).map(|(id, _)| self.item(hosts, id)).collect();
        items.reverse();
        items.join(" / ")
    }

    /// The node of a path.
    pub fn find(&self, hosts: &Hosts, path: &str) -> Option<NodeId> {
        let mut at = NOBODY;
        let named = |around: NodeId, item: &str| {
            let host = item.parse::<std::net::IpAddr>().ok().and_then(|ip| hosts.find(&ip.into()));
            let is_it = |id: &&NodeId| match (host, self.get(**id).map(|node| node.label)) {
                (Some(host), Some(Label::Host(other))) => host == other,
                (Some(_), _) | (_, Some(Label::Host(_)) | None) => false,
                _ => self.item(hosts, **id) == item,
            };
            self.children(around).iter().find(is_it).copied()
        };
        for item in path.split(" / ") {
            // A single title is left out of paths.
            let below = || self.roots.first().filter(|_| at == NOBODY).and_then(|&root| named(root, item));
            at = named(at, item).or_else(below)?;
        }
        Some(at)
    }

    /// A display filter for the packets of a node; empty where there is none.
    pub fn filter(&self, hosts: &Hosts, id: NodeId) -> String {
        let ip = if self.ipv6 { "ipv6" } else { "ip" };
        let mut of_host = String::new();
        let mut carrier = NONE;
        let mut out = String::new();
        let mut items: Vec<&Node> = self.chain(id).map(|(_, node)| node).collect();
        items.reverse();
        for node in items {
            out = match node.label {
                Label::Hidden => String::new(),
                Label::Root(_) if self.kind == TreeKind::Lengths => String::new(),
                Label::Root(_) => ip.to_owned(),
                Label::Host(host) => {
                    let Some(address) = hosts.get(host) else { continue };
                    let which = match (self.kind, self.get(node.parent).map(|parent| parent.label)) {
                        (TreeKind::Destinations, _) | (TreeKind::Sides, Some(Label::Root(3 | 5))) => "dst",
                        (TreeKind::Sides | TreeKind::Hops, _) => "src",
                        _ => "addr",
                    };
                    of_host = address.to_string();
                    format!("{} == {address}", field(&address, which))
                }
                Label::Transport(number) => {
                    carrier = number;
                    format!("{out} && {}", transport_condition(number))
                }
                Label::Port(port) => {
                    let transport = port_field(transport_of(carrier)).unwrap_or_default();
                    match self.kind {
                        _ if transport.is_empty() => out,
                        TreeKind::Services => format!(
                            "({ip}.src == {of_host} && {transport}.srcport == {port}) || \
                             ({ip}.dst == {of_host} && {transport}.dstport == {port})"
                        ),
                        _ => format!("{ip}.dst == {of_host} && {transport}.dstport == {port}"),
                    }
                }
                Label::Hops(0) => out,
                Label::Hops(hops) => format!("{out} && {ip}.{} == {hops}", if self.ipv6 { "hlim" } else { "ttl" }),
                Label::Length(part) => match length(part) {
                    (least, Some(next)) => format!("frame.len >= {least} && frame.len <= {}", next - 1),
                    (least, None) => format!("frame.len >= {least}"),
                },
            };
        }
        out
    }
}

/// The shortest packet of a part, and of the next one, bytes.
fn length(part: u8) -> (u32, Option<u32>) {
    let at = usize::from(part);
    (LENGTHS.get(at).copied().unwrap_or(0), LENGTHS.get(at + 1).copied())
}

fn transport_condition(number: u8) -> String {
    match transport_of(number) {
        Transport::Icmp => "icmp".to_owned(),
        Transport::Icmpv6 => "icmpv6".to_owned(),
        Transport::Ip(NONE) => "!(tcp || udp || sctp || dccp)".to_owned(),
        Transport::Ip(number) => format!("ip.proto == {number}"),
        known => port_field(known).unwrap_or_default().to_owned(),
    }
}
