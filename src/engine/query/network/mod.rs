//! Who talked to whom, address by address: endpoints, conversations, trees of destinations, and one address with all about it.
mod conversations;
mod endpoints;
mod host;
mod hosts;
mod pairs;
mod search;
mod tree;

pub use conversations::answer as conversations;
pub use endpoints::answer as endpoints;
pub use host::answer as host;
pub use tree::answer as tree;

use super::Asked;
use crate::api::{AddressKind, NameFrom};
use crate::engine::dissect::{Address, Family, Transport};
use crate::engine::store::names::NameId;
use hosts::Hosts;
use pairs::Pairs;

/// Rows of one answer at most.
const MOST_ROWS: u32 = 10_000;

/// What is kept from question to question.
#[derive(Default)]
pub struct Network {
    hosts: Hosts,
    pairs: Pairs,
    conversations: conversations::Order,
    endpoints: endpoints::Known,
    tree: tree::Known,
}

/// Where a table's rows come from.
#[derive(Clone, Copy)]
enum Rows {
    Addresses(Family),
    Flows(Transport),
}

impl Rows {
    fn of(kind: AddressKind) -> Self {
        match kind {
            AddressKind::Ethernet => Self::Addresses(Family::Ethernet),
            AddressKind::Wlan => Self::Addresses(Family::Wlan),
            AddressKind::Ipv4 => Self::Addresses(Family::Ipv4),
            AddressKind::Ipv6 => Self::Addresses(Family::Ipv6),
            AddressKind::Tcp => Self::Flows(Transport::Tcp),
            AddressKind::Udp => Self::Flows(Transport::Udp),
            AddressKind::Sctp => Self::Flows(Transport::Sctp),
        }
    }
}

/// The country of an address; empty when unknown.
fn country(asked: &Asked<'_>, address: &Address) -> String {
    asked.store.country(address)
}

/// Whether there is a table of countries: it may come later than the capture.
fn knows_places(asked: &Asked<'_>) -> bool {
    asked.store.geo.facts().is_some()
}

/// What the capture calls an address.
fn name_id(asked: &Asked<'_>, address: &Address) -> Option<NameId> {
    asked.store.names.id_of_address(address.ip()?)
}

fn name(asked: &Asked<'_>, address: &Address) -> (String, NameFrom) {
    text_of(asked, name_id(asked, address).unwrap_or(0))
}

/// A name and where it comes from; nothing for 0.
fn text_of(asked: &Asked<'_>, name: NameId) -> (String, NameFrom) {
    asked.store.names.get(name).map(|(text, from)| (text.to_owned(), from)).unwrap_or_default()
}

/// The field of display filters that means an address; `which`: `addr`, `src` or `dst`.
fn field(address: &Address, which: &str) -> String {
    let protocol = match address.family() {
        Family::Ethernet => "eth",
        Family::Wlan => "wlan",
        Family::Ipv4 => "ip",
        Family::Ipv6 => "ipv6",
    };
    format!("{protocol}.{which}")
}

/// A display filter for all that an address sends and receives.
fn filter(address: &Address) -> String {
    format!("{} == {address}", field(address, "addr"))
}

/// The name that a transport with ports has in display filters.
fn port_field(transport: Transport) -> Option<&'static str> {
    match transport {
        Transport::Tcp => Some("tcp"),
        Transport::Udp => Some("udp"),
        Transport::Sctp => Some("sctp"),
        Transport::Dccp => Some("dccp"),
        _ => None,
    }
}

/// Numbers sort from small to large, or the other way round; what is unknown stays last.
fn turned(key: u64, descending: bool) -> u64 {
    if descending && key != u64::MAX { !key } else { key }
}

/// From an IP protocol number.
fn transport_of(number: u8) -> Transport {
    match number {
        6 => Transport::Tcp,
        17 => Transport::Udp,
        132 => Transport::Sctp,
        33 => Transport::Dccp,
        1 => Transport::Icmp,
        58 => Transport::Icmpv6,
        other => Transport::Ip(other),
    }
}

#[cfg(test)]
mod tests;
