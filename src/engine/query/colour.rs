//! Wireshark's default colouring rules, in their order: the first that matches decides.
use crate::api::Colour;
use crate::engine::dissect::{Address, Dissection, Value, tcp_flag};
use crate::engine::protocols::protocol;
use crate::engine::store::packets::{Marks, Packet};

pub(super) fn colour(d: &Dissection, packet: &Packet) -> Colour {
    let outside = d.quoted_from.unwrap_or(d.layers.len());
    let has = |names: &[&str]| d.layers.iter().any(|layer| names.contains(&protocol(layer.protocol).name));
    let sent =
        |names: &[&str]| d.layers.iter().take(outside).any(|layer| names.contains(&protocol(layer.protocol).name));
    let number = |name: &str| {
        d.fields.iter().find(|found| found.field.name() == name).and_then(|found| match found.value {
            Value::Uint(number) => Some(number),
            _ => None,
        })
    };
    let flags = packet.marks.tcp_flags();
    let is_error = |name: &str, types: &[u64]| number(name).is_some_and(|kind| types.contains(&kind));
    match () {
        () if packet.marks.0 & Marks::BAD_TCP != 0 => Colour::BadTcp,
        () if is_error("icmp.type", &[3, 4, 5, 11]) || is_error("icmpv6.type", &[1, 2, 3, 4]) => Colour::IcmpError,
        () if has(&["arp"]) => Colour::Arp,
        () if has(&["icmp", "icmpv6"]) => Colour::Icmp,
        () if sent(&["tcp"]) && flags & tcp_flag::RST != 0 => Colour::Reset,
        () if has_low_ttl(d, number("ip.ttl"), sent(&["pim", "ospf", "eigrp", "bgp", "vrrp", "carp", "tcp"])) => {
            Colour::LowTtl
        }
        () if has(&["smb", "smb2", "nbss", "nbns", "netbios"]) => Colour::Smb,
        () if has(&["http", "http2"]) || number("tcp.port") == Some(80) => Colour::Http,
        () if has(&["dcerpc"]) => Colour::DceRpc,
        () if sent(&["hsrp", "eigrp", "ospf", "bgp", "cdp", "vrrp", "carp", "gvrp", "igmp", "ismp"]) => Colour::Routing,
        () if sent(&["tcp"]) && flags & (tcp_flag::SYN | tcp_flag::FIN) != 0 => Colour::SynFin,
        () if has(&["tcp"]) => Colour::Tcp,
        () if has(&["udp"]) => Colour::Udp,
        () if to_many(d) => Colour::Broadcast,
        () => Colour::None,
    }
}

/// A TTL that will not reach far, where the packet is not meant to stay near.
fn has_low_ttl(d: &Dissection, ttl: Option<u64>, is_near: bool) -> bool {
    let near = d.pairs.last().is_some_and(|(_, destination, _)| match destination.ip() {
        Some(std::net::IpAddr::V4(ip)) => ip.is_multicast() || ip.is_broadcast(),
        _ => true,
    });
    ttl.is_some_and(|ttl| ttl < 5) && !near && !is_near
}

/// Whether the link layer sends it to a group.
fn to_many(d: &Dissection) -> bool {
    let first = d.pairs.first().map(|(_, destination, _)| destination);
    first.and_then(Address::mac).is_some_and(|[first, ..]| first & 1 != 0)
}
