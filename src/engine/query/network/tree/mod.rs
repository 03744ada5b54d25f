//! Destinations and Ports (definitions B.7), and the other trees that Wireshark counts packets in.
mod build;
mod bursts;
mod grow;
mod nodes;
mod shown;
mod spots;

use super::super::Asked;
use super::super::matched::Matched;
use super::{MOST_ROWS, Network, country, text_of};
use crate::api::{StatsPage, StatsRow, StatsTree, TreeKind};
use crate::engine::dissect::Family;
use crate::engine::protocols::protocol;
use crate::engine::store::packets::NO_TIME;
use build::Builder;
use bursts::Burst;
use nodes::{Label, Node, NodeId, Tree};
use shown::Shown;

/// The tree last asked for, and what of it was shown.
#[derive(Default)]
pub struct Known {
    /// Packets when it was made, and which were meant.
    made_of: Option<(u32, u64)>,
    of: Option<(TreeKind, bool)>,
    tree: Tree,
    shown: Option<Shown>,
    /// Packets that the trees of IPv4 and IPv6 count (services: flows).
    of_family: [u64; 2],
}

pub fn answer(asked: &Asked<'_>, matched: &Matched, kept: &mut Network, question: &StatsTree) -> StatsPage {
    let Network { hosts, tree: known, .. } = kept;
    hosts.up_to(asked.store);
    let made_of = Some((asked.store.packets.len(), asked.version()));
    if known.made_of != made_of || known.of != Some((question.of, question.ipv6)) {
        let of_family = match known.made_of == made_of && known.of.is_some_and(|(of, _)| of == question.of) {
            true => known.of_family,
            false => build::of_family(asked, matched, question.of),
        };
        let family = if question.ipv6 { Family::Ipv6 } else { Family::Ipv4 };
        let tree = Builder { asked, matched, hosts, family, kind: question.of }.build();
        *known = Known { made_of, of: Some((question.of, question.ipv6)), tree, shown: None, of_family };
    }
    let Known { tree, shown, of_family, .. } = known;
    let shown = match shown {
        Some(shown) if shown.is_of(asked, question) => shown,
        other => other.insert(Shown::new(asked, hosts, tree, question)),
    };
    let end = question.rows.end.min(question.rows.start.saturating_add(MOST_ROWS)) as usize;
    let rows = shown.rows.get(question.rows.start as usize..end.min(shown.rows.len())).unwrap_or_default();
    // Services have no bursts: their table has other columns.
    let bursts = if question.of == TreeKind::Services { Vec::new() } else { bursts::of(asked, tree, rows) };
    let bursts = bursts.iter().map(Some).chain(std::iter::repeat(None));
    let view = View { asked, hosts, tree, shown };
    StatsPage {
        total: shown.rows.len() as u32,
        nodes: tree.len() as u32,
        matching: shown.matching,
        unfolded: shown.unfolded,
        duration_ns: tree.duration,
        of_family: *of_family,
        rows: rows.iter().zip(bursts).filter_map(|(&id, burst)| view.row(id, burst)).collect(),
    }
}

/// What a row is told from.
struct View<'a> {
    asked: &'a Asked<'a>,
    hosts: &'a super::hosts::Hosts,
    tree: &'a Tree,
    shown: &'a Shown,
}

impl View<'_> {
    fn row(&self, id: NodeId, burst: Option<&Burst>) -> Option<StatsRow> {
        let Self { asked, hosts, tree, shown } = self;
        let node = tree.get(id)?;
        let packets = u64::from(node.packets);
        let address = match node.label {
            Label::Host(host) => hosts.get(host),
            _ => None,
        };
        let (name, name_from) = match node.label {
            Label::Port(_) => (protocol_name(node), crate::api::NameFrom::Nowhere),
            _ => text_of(asked, node.name),
        };
        let milliseconds = tree.duration as f64 / 1e6;
        let around = tree.get(node.parent).map_or(packets, |parent| parent.packets.into());
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
        let lengths = tree.lengths_of(id).filter(|_| packets > 0);
        let burst = burst.filter(|burst| burst.most > 0);
        Some(StatsRow {
            depth: tree.depth(id),
            path: tree.path(hosts, id),
            item: tree.item(hosts, id),
            unfolded: shown.state(tree, id),
            name,
            name_from,
            more_names: node.more_names,
            country: address.map(|address| country(asked, &address)).unwrap_or_default(),
            flows: node.flows.into(),
            packets,
            bytes: node.bytes,
            average: lengths.map(|_| node.bytes as f64 / packets.max(1) as f64),
            least: lengths.map(|[least, _]| least),
            most: lengths.map(|[_, most]| most),
            rate: if milliseconds > 0.0 { packets as f64 / milliseconds } else { 0.0 },
            percent: if tree.get(node.parent).is_some() { share(packets, around) } else { 100.0 },
            burst_rate: burst.map(|burst| f64::from(burst.most) / bursts::WINDOW_MS),
            burst_start_ns: burst.map(|burst| burst.start).filter(|&start| start != NO_TIME),
            filter: tree.filter(hosts, id),
        })
    }
}

/// What is spoken at a port.
fn protocol_name(node: &Node) -> String {
    match node.name.checked_sub(1).and_then(|id| u16::try_from(id).ok()) {
        Some(id) => protocol(id).short.to_owned(),
        None => String::new(),
    }
}
