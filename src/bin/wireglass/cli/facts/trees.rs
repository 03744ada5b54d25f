//! The protocol hierarchy.
use super::Sight;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wireglass::engine::dissect::{Layer, LayerKind};
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
        // tshark counts every line of the tree's first level: Juniper's header is a text, FTP has one for the directory.
        let name = |layer: &Layer| match protocols::protocol(layer.protocol).name {
            "juniper" => ["text", ""],
            "ftp" => ["ftp", "ftp.current-working-directory"],
            name => [name, ""],
        };
        let levels = sight.d.layers.iter().take(outside).filter(is_level).flat_map(name);
        let levels = levels.filter(|name| !name.is_empty());
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
