//! All findings of a capture: those that protocols told, and those that TCP's columns tell.
use crate::engine::dissect::{Expert, ProtocolId, UNREACHABLE, tcp_flag::*};
use crate::engine::filter::selection::Selection;
use crate::engine::protocols::{DNS_REPEATED, protocol, registry, tcp_experts as tcp};
use crate::engine::store::Store;
use crate::engine::store::flows::{End, NO_PROTOCOL};
use crate::engine::store::packets::{Marks, NO_FLOW, PacketId};
use crate::engine::tcp::findings::{self, Closers, TELLING, holds, of_segment};

/// A finding on a packet.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    pub packet: PacketId,
    pub expert: &'static Expert,
    pub protocol: ProtocolId,
    /// Its own words, if protocols told some.
    text: Option<&'a str>,
}

impl Finding<'_> {
    pub fn message(&self, store: &Store) -> String {
        if let Some(text) = self.text {
            return text.to_owned() + &quoted_flow(store, self.packet, self.expert).unwrap_or_default();
        }
        let told = store.repeats.binary_search_by_key(&self.packet, |&(packet, _)| packet);
        if let (Ok(at), true) = (told, std::ptr::eq(self.expert, &DNS_REPEATED)) {
            let first = store.repeats.get(at).map_or(0, |&(_, first)| first.saturating_add(1));
            return format!("{}. Original request in frame {first}", self.expert.text());
        }
        let text = self.expert.text();
        if text.ends_with("in frame") {
            return format!("{text} {}", self.packet.saturating_add(1));
        }
        if std::ptr::eq(self.expert, &tcp::DUPLICATE_ACK) {
            let nth = store.duplicate_of(self.packet).map_or(1, |(_, nth)| nth);
            return format!("{text} (#{nth})");
        }
        let is_answer = std::ptr::eq(self.expert, &tcp::SYN_ACK_SEEN);
        if is_answer || std::ptr::eq(self.expert, &tcp::SYN_SEEN) {
            let row = store.packets.get(self.packet);
            let flow = row.and_then(|row| Some((row.marks, store.flows.get(row.flow)?)));
            let port = flow.map_or(0, |(marks, flow)| flow.port(End::from(marks.has(Marks::FROM_B) == is_answer)));
            return format!("{text}: server port {port}");
        }
        text.to_owned()
    }

    pub fn protocol_name(&self) -> &'static str {
        protocol_name(self.expert, self.protocol)
    }
}

/// The flow that an ICMP error is about.
fn quoted_flow(store: &Store, packet: PacketId, expert: &Expert) -> Option<String> {
    if !std::ptr::eq(expert, &UNREACHABLE) {
        return None;
    }
    let at = store.quotations.binary_search_by_key(&packet, |quotation| quotation.packet).ok()?;
    let id = store.quotations.get(at)?.flow;
    let seen = store.flows.get(id).is_some_and(|flow| flow.total_packets() > 0);
    Some(if seen { format!(": flow {id}") } else { ": a flow that is not in the capture".to_owned() })
}

/// What Wireshark calls the protocol of a finding.
pub(super) fn protocol_name(expert: &'static Expert, id: ProtocolId) -> &'static str {
    let protocol = protocol(id);
    match (expert.protocol, protocol.short) {
        ("", "") => protocol.title,
        // Where that is not what the Protocol column says.
        ("", "MDNS") => "mDNS",
        ("", short) => short,
        (own, _) => own,
    }
}

/// Whether a finding is none of Wireshark's.
pub(super) fn is_ours(name: &str) -> bool {
    name.starts_with("wireglass.")
}

/// Every finding on packets that are meant, those of one kind in the order of packets.
pub fn each<'s>(store: &'s Store, selected: Option<&Selection>, tell: &mut dyn FnMut(&Finding<'s>)) {
    let is_meant = |packet| selected.is_none_or(|selected| selected.has(packet));
    let tell = &mut |finding: &Finding<'s>| {
        if is_meant(finding.packet) {
            tell(finding);
        }
    };
    let mut fast_open = Vec::new();
    for (packet, id) in store.experts.rows() {
        let Some(item) = store.experts.item(id) else { continue };
        if holds(store, packet, item.expert) {
            tell(&Finding { packet, expert: item.expert, protocol: item.protocol, text: item.text.as_deref() });
        }
        if std::ptr::eq(item.expert, &tcp::FAST_OPEN) {
            fast_open.push(packet);
        }
    }
    for &(packet, _) in &store.repeats {
        let flow = store.packets.flow(packet).and_then(|flow| store.flows.get(flow));
        let protocol = flow.map_or(NO_PROTOCOL, |flow| flow.app);
        tell(&Finding { packet, expert: &DNS_REPEATED, protocol, text: None });
    }
    let Some(protocol) = registry().named("tcp") else { return };
    let mut closers = Closers::default();
    for (packet, marks) in store.packets.marked(TELLING) {
        // Who closes first, all tell.
        if !is_meant(packet) && marks.0 & u32::from(FIN) == 0 {
            continue;
        }
        let flow = store.packets.flow(packet).unwrap_or(NO_FLOW);
        of_segment(store, flow, marks, &mut closers, &mut |expert| {
            tell(&Finding { packet, expert, protocol, text: None })
        });
    }
    for (packet, expert) in fast_open.into_iter().filter_map(|packet| fast_open_answer(store, packet)) {
        tell(&Finding { packet, expert, protocol, text: None });
    }
}

/// What TCP's columns tell about one packet, with its words.
pub fn of_packet(store: &Store, packet: PacketId) -> Vec<(&'static Expert, String)> {
    let Some(protocol) = registry().named("tcp") else { return Vec::new() };
    let told = findings::of_packet(store, packet).into_iter().filter(|expert| !std::ptr::eq(*expert, &DNS_REPEATED));
    told.map(|expert| (expert, Finding { packet, expert, protocol, text: None }.message(store))).collect()
}

/// What became of the data of a SYN with a cookie: said on the packet that answers it.
fn fast_open_answer(store: &Store, syn: PacketId) -> Option<(PacketId, &'static Expert)> {
    let flow = store.packets.flow(syn)?;
    let mut segments = store.segments(flow).skip_while(|segment| segment.packet < syn);
    let asked = segments.next().filter(|segment| segment.packet == syn && segment.header.len > 0)?;
    let answer = segments.find(|segment| segment.from != asked.from && segment.has(SYN) && segment.has(ACK))?;
    let taken = answer.header.ack.wrapping_sub(asked.header.seq);
    Some((answer.packet, if taken > 1 { &tcp::FAST_OPEN_DATA } else { &tcp::FAST_OPEN_IGNORED }))
}
