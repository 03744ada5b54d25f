//! The words of a search in the flow table. What a word says about protocols, names and addresses is found out once, not per flow.
use super::Asked;
use super::flows::{name_id, transport_name};
use crate::engine::dissect::ProtocolId;
use crate::engine::protocols::{PROTOCOLS, protocol};
use crate::engine::store::flows::Flow;
use crate::engine::store::packets::{FlowId, NO_FLOW};
use std::fmt::Write;

/// All words must match a flow.
pub struct Search {
    words: Vec<Word>,
}

enum Word {
    /// `:443`
    Port(u16),
    Text(Text),
}

/// Where a text occurs.
struct Text {
    text: String,
    /// By protocol id: in the names of an application.
    apps: Vec<bool>,
    /// By flow id: the text names a protocol that one of the flow's packets carries.
    carriers: Vec<bool>,
    /// By name id − 1: in a server's name.
    names: Vec<bool>,
    /// By pair id: in its low and its high address.
    addresses: Vec<bool>,
}

impl Search {
    pub fn new(asked: &Asked<'_>, search: &str) -> Self {
        let word = |word: &str| match word.strip_prefix(':').and_then(|port| port.parse().ok()) {
            Some(port) => Word::Port(port),
            None => Word::Text(Text::new(asked, folded(word))),
        };
        Self { words: search.split_whitespace().map(word).collect() }
    }

    pub fn matches(&self, asked: &Asked<'_>, id: FlowId, flow: &Flow) -> bool {
        self.words.iter().all(|word| match word {
            Word::Port(port) => flow.has_ports() && flow.key.ports.contains(port),
            Word::Text(text) => text.matches(asked, id, flow),
        })
    }
}

impl Text {
    fn new(asked: &Asked<'_>, text: String) -> Self {
        let occurs = |name: &str| folded(name).contains(&text);
        let apps = PROTOCOLS.iter().map(|p| occurs(p.short) || p.name == text).collect();
        let names = asked.store.names.texts().map(occurs).collect();
        // Most words have a letter that no address has.
        let could_be_address = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'.' || b == b':');
        let addresses = if could_be_address { addresses(asked, &text) } else { Vec::new() };
        Self { apps, carriers: carriers(asked, &text), names, addresses, text }
    }

    fn matches(&self, asked: &Asked<'_>, id: FlowId, flow: &Flow) -> bool {
        let at = |list: &[bool], index: usize| list.get(index).copied().unwrap_or(false);
        at(&self.apps, flow.app.into())
            || at(&self.carriers, id as usize)
            || at(&self.addresses, flow.key.pair as usize)
            || !self.names.is_empty() && name_id(asked, flow).is_some_and(|name| at(&self.names, name as usize - 1))
            || contains_ignoring_case(&transport_name(flow.key.transport), &self.text)
    }
}

/// In small letters: Latin, Greek and Cyrillic ones. The table of every script would be 12 KB of the page.
pub pub fn folded(text: &str) -> String {
    let small = |c: char| match c {
        'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ϋ' | 'А'..='Я' => c as u32 + 32,
        'Ѐ'..='Џ' => c as u32 + 80,
        'Ā'..='ķ' | 'Ŋ'..='ŷ' => c as u32 | 1,
        'Ĺ'..='Ň' | 'Ź'..='Ž' => (c as u32 + 1) & !1,
        _ => c.to_ascii_lowercase() as u32,
    };
    text.chars().filter_map(|c| char::from_u32(small(c))).collect()
}

/// `text` is in lower case already.
fn contains_ignoring_case(name: &str, text: &str) -> bool {
    name.as_bytes().windows(text.len().max(1)).any(|part| part.eq_ignore_ascii_case(text.as_bytes()))
}

fn addresses(asked: &Asked<'_>, text: &str) -> Vec<bool> {
    let mut buffer = String::new();
    let mut occurs = |address| {
        buffer.clear();
        // Writing into a String does not fail.
        _ = write!(buffer, "{address}");
        buffer.contains(text)
    };
    asked.store.paths.pairs().map(|pair| pair.addresses().into_iter().any(&mut occurs)).collect()
}

/// Flows with a packet in which the protocol of this name stands above the transport: an application that the flow as a whole is not
/// named after, too (TLS of an HTTPS proxy, HTTP inside RTSP).
fn carriers(asked: &Asked<'_>, name: &str) -> Vec<bool> {
    let store = asked.store;
    let is_meant = |(id, _): &(ProtocolId, u32)| protocol(*id).name == name;
    let carries = |stack| {
        let layers = store.stacks.get(stack).layers;
        layers.iter().rev().take_while(|(id, _)| !is_transport(*id)).any(is_meant)
    };
    if !PROTOCOLS.iter().any(|p| p.name == name) {
        return Vec::new();
    }
    let stacks: Vec<bool> = (0..store.stacks.len()).map(|id| u16::try_from(id).is_ok_and(carries)).collect();
    if !stacks.contains(&true) {
        return Vec::new();
    }
    let mut flows = vec![false; store.flows.len() as usize];
    for (stack, flow) in store.packets.stacks().map(|(stack, ..)| stack).zip(store.packets.flows()) {
        if flow != NO_FLOW
            && stacks.get(usize::from(stack)) == Some(&true)
            && let Some(found) = flows.get_mut(flow as usize)
        {
            *found = true;
        }
    }
    flows
}

fn is_transport(id: ProtocolId) -> bool {
    matches!(protocol(id).name, "tcp" | "udp" | "udplite" | "sctp" | "dccp" | "icmp" | "icmpv6")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_are_as_the_standard_library_has_them() {
        for text in ["Wireglass", "MÜLLER × ÞÀ", "ĀĶĹŇŊŶŹŽ", "ΑΩΪ", "ЁЏАЯ", "漢字"] {
            assert_eq!(super::folded(text), text.to_lowercase(), "{text}");
        }
    }

    #[test]
    fn case_does_not_matter() {
        assert!(contains_ignoring_case("ICMPv6", "icmpv6"));
        assert!(contains_ignoring_case("ICMPv6", "mp"));
        assert!(!contains_ignoring_case("TCP", "tcpx"));
    }
}
