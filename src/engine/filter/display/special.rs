//! What blocks of addresses are for, as IANA's registries of special-purpose addresses call them (RFC 6890 and what was added since):
//! `ip_special_name`.

/// First address, how many bits count, name. The most specific of those that overlap stands first.
static IPV4: &[(u32, u32, &str)] = &[
    (0x0000_0000, 32, "This host on this network"),
    (0x0000_0000, 8, "This network"),
    (0x0a00_0000, 8, "Private-Use"),
    (0x6440_0000, 10, "Shared Address Space"),
    (0x7f00_0000, 8, "Loopback"),
    (0xa9fe_0000, 16, "Link Local"),
    (0xac10_0000, 12, "Private-Use"),
    (0xc000_0008, 32, "IPv4 dummy address"),
    (0xc000_0009, 32, "Port Control Protocol Anycast"),
    (0xc000_000a, 32, "Traversal Using Relays around NAT Anycast"),
    (0xc000_00aa, 31, "NAT64/DNS64 Discovery"),
    (0xc000_0000, 29, "IPv4 Service Continuity Prefix"),
    (0xc000_0000, 24, "IETF Protocol Assignments"),
    (0xc000_0200, 24, "Documentation (TEST-NET-1)"),
    (0xc01f_c400, 24, "AS112-v4"),
    (0xc034_c100, 24, "AMT"),
    (0xc058_6300, 24, "Deprecated (6to4 Relay Anycast)"),
    (0xc0a8_0000, 16, "Private-Use"),
    (0xc0af_3000, 24, "Direct Delegation AS112 Service"),
    (0xc612_0000, 15, "Benchmarking"),
    (0xc633_6400, 24, "Documentation (TEST-NET-2)"),
    (0xcb00_7100, 24, "Documentation (TEST-NET-3)"),
    (0xffff_ffff, 32, "Limited Broadcast"),
    (0xf000_0000, 4, "Reserved"),
];

/// The same with the upper 64 bits of addresses.
static IPV6: &[(u64, u32, &str)] = &[
    (0x0064_ff9b_0001_0000, 48, "IPv4-IPv6 Translat."),
    (0x0100_0000_0000_0000, 64, "Discard-Only Address Block"),
    (0x2001_0000_0000_0000, 32, "TEREDO"),
    (0x2001_0002_0000_0000, 48, "Benchmarking"),
    (0x2001_0003_0000_0000, 32, "AMT"),
    (0x2001_0004_0112_0000, 48, "AS112-v6"),
    (0x2001_0010_0000_0000, 28, "Deprecated (previously ORCHID)"),
    (0x2001_0020_0000_0000, 28, "ORCHIDv2"),
    (0x2001_0030_0000_0000, 28, "Drone Remote ID Protocol Entity Tags (DETs) Prefix"),
    (0x2001_0000_0000_0000, 23, "IETF Protocol Assignments"),
    (0x2001_0db8_0000_0000, 32, "Documentation"),
    (0x2002_0000_0000_0000, 16, "6to4"),
    (0x2620_004f_8000_0000, 48, "Direct Delegation AS112 Service"),
    (0xfc00_0000_0000_0000, 7, "Unique-Local"),
    (0xfe80_0000_0000_0000, 10, "Link-Local Unicast"),
];

/// Blocks that go below the upper 64 bits: single addresses, and what stands before an IPv4 address.
static LONG: &[(u128, u32, &str)] = &[
    (0, 128, "Unspecified Address"),
    (1, 128, "Loopback Address"),
    (0xffff_0000_0000, 96, "IPv4-mapped Address"),
    (0x0064_ff9b << 96, 96, "IPv4-IPv6 Translat."),
    (0x2001_0001 << 96 | 1, 128, "Port Control Protocol Anycast"),
    (0x2001_0001 << 96 | 2, 128, "Traversal Using Relays around NAT Anycast"),
];

pub fn of_ipv4(address: u32) -> Option<&'static str> {
    let is_in = |(first, bits, _): &&(u32, u32, _)| (address ^ first).leading_zeros() >= *bits;
    IPV4.iter().find(is_in).map(|(_, _, name)| *name)
}

pub fn of_ipv6(address: u128) -> Option<&'static str> {
    let long = LONG.iter().find(|(first, bits, _)| (address ^ first).leading_zeros() >= *bits);
    let upper = (address >> 64) as u64;
    let is_in = |(first, bits, _): &&(u64, u32, _)| (upper ^ first).leading_zeros() >= *bits;
    long.map(|(_, _, name)| *name).or_else(|| IPV6.iter().find(is_in).map(|(_, _, name)| *name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    #[test]
    fn blocks_are_named_the_most_specific_first() {
        for (address, name) in [
            ("10.1.2.3", Some("Private-Use")),
            ("172.31.255.255", Some("Private-Use")),
            ("172.32.0.0", None),
            ("192.0.0.8", Some("IPv4 dummy address")),
            ("192.0.0.7", Some("IPv4 Service Continuity Prefix")),
            ("192.0.0.171", Some("NAT64/DNS64 Discovery")),
            ("192.0.0.99", Some("IETF Protocol Assignments")),
            ("255.255.255.255", Some("Limited Broadcast")),
            ("240.0.0.1", Some("Reserved")),
            ("0.0.0.0", Some("This host on this network")),
            ("0.0.0.1", Some("This network")),
            ("8.8.8.8", None),
        ] {
            assert_eq!(of_ipv4(u32::from(address.parse::<Ipv4Addr>().expect("an address"))), name, "{address}");
        }
        for (address, name) in [
            ("::1", Some("Loopback Address")),
            ("::2", None),
            ("::ffff:1.2.3.4", Some("IPv4-mapped Address")),
            ("64:ff9b::1.2.3.4", Some("IPv4-IPv6 Translat.")),
            ("2001:1::2", Some("Traversal Using Relays around NAT Anycast")),
            ("2001:1::3", Some("IETF Protocol Assignments")),
            ("2001::1", Some("TEREDO")),
            ("2001:db8::1", Some("Documentation")),
            ("2001:25::", Some("ORCHIDv2")),
            ("fd00::1", Some("Unique-Local")),
            ("febf::1", Some("Link-Local Unicast")),
            ("2a00::1", None),
        ] {
            assert_eq!(of_ipv6(u128::from(address.parse::<Ipv6Addr>().expect("an address"))), name, "{address}");
        }
    }
}
