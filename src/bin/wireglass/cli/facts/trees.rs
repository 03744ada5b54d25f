//! The protocol hierarchy and "Destinations and Ports".
use super::Sight;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wireglass::engine::dissect::{Family, Layer, LayerKind, Transport};
use wireglass::engine::protocols;
use wireglass::engine::store::packets::Marks;

/// Frames and bytes by path of protocol names, as `tshark -z io,phs` has them: what an ICMP error quotes is no level.
#[derive(Default)]
pub struct Hierarchy {
    paths: BTreeMap<String, (u64, u64)>,
}

/// Levels below are printed with dots.
const DEEPEST: usize = 16;

impl Hierarchy {
    pub fn add(&mut self, sight: &Sight<'_>) {
        let outside = sight.d.quoted_from.unwrap_or(usize::MAX);
        let mut path = String::new();
        let is_level = |layer: &&Layer| {
            protocols::is_level(layer.protocol) && !matches!(layer.kind, LayerKind::Inside | LayerKind::Hidden)
        };
        // tshark's line of Juniper's header in the tree is no protocol's, but a text.
        let name = |layer: &Layer| match protocols::protocol(layer.protocol).name {
            "juniper" => "text",
            name => name,
        };
        let levels = sight.d.layers.iter().take(outside).filter(is_level).map(name);
        let comment = sight.packet.marks.has(Marks::COMMENT).then_some("pkt_comment");
        for (depth, name) in comment.into_iter().chain(levels).enumerate() {
            if !path.is_empty() {
                path.push(':');
            }
            // As tshark prints what its line has no room for.
            path.push_str(if depth > DEEPEST { "..." } else { "" });
            path.push_str(name);
            let (frames, bytes) = self.paths.entry(path.clone()).or_default();
            *frames += 1;
            *bytes += u64::from(sight.packet.wire_len);
        }
    }

    pub fn facts(self) -> Vec<Value> {
        self.paths.into_iter().map(|(path, (frames, bytes))| json!([path, frames, bytes])).collect()
    }
}

const ROOT: &str = "Destinations and Ports";

/// Packets by destination address, transport and destination port.
#[derive(Default)]
pub struct Collector {
    trees: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

impl Collector {
    pub fn add(&mut self, sight: &Sight<'_>) {
        let (transport, port) = match sight.transports.last().map(|seen| (seen.segment.transport, seen.segment.to_port))
        {
            Some((Transport::Tcp, port)) => ("TCP", port),
            Some((Transport::Udp, port)) => ("UDP", port),
            Some((Transport::Sctp, port)) => ("SCTP", port),
            Some((Transport::Dccp, port)) => ("DCCP", port),
            _ => ("NONE", 0),
        };
        let outside = sight.d.quoted_from.unwrap_or(usize::MAX);
        for (_, destination, layer) in &sight.d.pairs {
            let name = match destination.family() {
                _ if usize::from(*layer) >= outside => continue,
                Family::Ipv4 => "IPv4 Statistics/Destinations and Ports",
                Family::Ipv6 => "IPv6 Statistics/Destinations and Ports",
                Family::Ethernet | Family::Wlan => continue,
            };
            let tree = self.trees.entry(name).or_default();
            let by_transport = format!("{destination} / {transport}");
            let by_port = format!("{by_transport} / {port}");
            for path in [ROOT.to_owned(), destination.to_string(), by_transport, by_port] {
                *tree.entry(path).or_default() += 1;
            }
        }
    }

    pub fn facts(self) -> BTreeMap<&'static str, Vec<Value>> {
        let rows = |tree: BTreeMap<String, u64>| tree.into_iter().map(|(path, count)| json!([path, count])).collect();
        self.trees.into_iter().map(|(name, tree)| (name, rows(tree))).collect()
    }
}
