//! What the numbers of BGP are called, and attributes in one line.
use crate::engine::dissect::{Address, Bytes, Problem};

pub(super) fn message_name(kind: u64) -> &'static str {
    match kind {
        1 => "OPEN Message",
        2 => "UPDATE Message",
        3 => "NOTIFICATION Message",
        4 => "KEEPALIVE Message",
        5 => "ROUTE-REFRESH Message",
        6 => "CAPABILITY Message",
        128 => "Cisco ROUTE-REFRESH Message",
        _ => "",
    }
}

pub(super) fn family_name(family: u64) -> &'static str {
    match family {
        1 => "IPv4",
        2 => "IPv6",
        25 => "Layer-2 VPN",
        16388 => "BGP-LS",
        _ => "",
    }
}

pub(super) fn subfamily_name(family: u64) -> &'static str {
    match family {
        1 => "Unicast",
        2 => "Multicast",
        3 => "Unicast+Multicast",
        4 => "Labeled Unicast",
        5 => "MCAST-VPN",
        65 => "VPLS",
        66 => "BGP MDT",
        70 => "EVPN",
        71 => "BGP-LS",
        128 => "Labeled VPN Unicast",
        129 => "Labeled VPN Multicast",
        132 => "Route Target Filter",
        133 => "Flow Spec Filter",
        134 => "Flow Spec Filter VPN",
        _ => "",
    }
}

pub(super) fn capability_name(kind: u64) -> &'static str {
    match kind {
        1 => "Multiprotocol extensions capability",
        2 => "Route refresh capability",
        3 => "Cooperative route filtering capability",
        5 => "Extended Next Hop Encoding",
        6 => "BGP-Extended Message",
        9 => "BGP Role",
        64 => "Graceful Restart capability",
        65 => "Support for 4-octet AS number capability",
        67 => "Support for Dynamic capability",
        68 => "Multisession BGP Capability",
        69 => "Support for Additional Paths",
        70 => "Enhanced route refresh capability",
        71 => "Long-Lived Graceful Restart (LLGR) Capability",
        73 => "FQDN Capability",
        128 => "Route refresh capability (Cisco)",
        _ => "Unknown",
    }
}

pub(super) fn attribute_name(code: u64) -> &'static str {
    match code {
        1 => "ORIGIN",
        2 => "AS_PATH",
        3 => "NEXT_HOP",
        4 => "MULTI_EXIT_DISC",
        5 => "LOCAL_PREF",
        6 => "ATOMIC_AGGREGATE",
        7 => "AGGREGATOR",
        8 => "COMMUNITIES",
        9 => "ORIGINATOR_ID",
        10 => "CLUSTER_LIST",
        14 => "MP_REACH_NLRI",
        15 => "MP_UNREACH_NLRI",
        16 => "EXTENDED_COMMUNITIES",
        17 => "AS4_PATH",
        18 => "AS4_AGGREGATOR",
        22 => "PMSI_TUNNEL_ATTRIBUTE",
        23 => "TUNNEL_ENCAPSULATION_ATTRIBUTE",
        26 => "AIGP",
        29 => "BGP-LS Attribute",
        32 => "LARGE_COMMUNITY",
        33 => "BGPsec_PATH",
        40 => "BGP Prefix-SID",
        128 => "ATTR_SET",
        _ => "Unknown",
    }
}

pub(super) fn origin_name(origin: u64) -> &'static str {
    match origin {
        0 => "IGP",
        1 => "EGP",
        2 => "INCOMPLETE",
        _ => "",
    }
}

pub(super) fn segment_name(kind: u64) -> &'static str {
    match kind {
        1 => "AS_SET",
        2 => "AS_SEQUENCE",
        3 => "AS_CONFED_SEQUENCE",
        4 => "AS_CONFED_SET",
        _ => "",
    }
}

/// An error, and what exactly (RFC 4271 §6, RFC 4486).
pub(super) fn error_names(major: u8, minor: u8) -> (&'static str, &'static str) {
    let (name, minors): (_, &[&'static str]) = match major {
        1 => ("Message Header Error", &["Connection Not Synchronized", "Bad Message Length", "Bad Message Type"]),
        2 => (
            "OPEN Message Error",
            &[
                "Unsupported Version Number",
                "Bad Peer AS",
                "Bad BGP Identifier",
                "Unsupported Optional Parameter",
                "Authentication Failure [Deprecated]",
                "Unacceptable Hold Time",
                "Unsupported Capability",
            ],
        ),
        3 => (
            "UPDATE Message Error",
            &[
                "Malformed Attribute List",
                "Unrecognized Well-known Attribute",
                "Missing Well-known Attribute",
                "Attribute Flags Error",
                "Attribute Length Error",
                "Invalid ORIGIN Attribute",
                "AS Routing Loop [Deprecated]",
                "Invalid NEXT_HOP Attribute",
                "Optional Attribute Error",
                "Invalid Network Field",
                "Malformed AS_PATH",
            ],
        ),
        4 => ("Hold Timer Expired", &[]),
        5 => ("Finite State Machine Error", &[]),
        6 => (
            "Cease",
            &[
                "Maximum Number of Prefixes Reached",
                "Administratively Shutdown",
                "Peer De-configured",
                "Administratively Reset",
                "Connection Rejected",
                "Other Configuration Change",
                "Connection Collision Resolution",
                "Out of Resources",
            ],
        ),
        _ => ("Unknown", &[]),
    };
    let minor = usize::from(minor).checked_sub(1).and_then(|at| minors.get(at)).copied();
    (name, minor.unwrap_or("Unspecific"))
}

pub(super) fn community(value: u32) -> String {
    match value {
        0xffff_0000 => "GRACEFUL_SHUTDOWN".to_owned(),
        0xffff_029a => "BLACKHOLE".to_owned(),
        0xffff_ff01 => "NO_EXPORT".to_owned(),
        0xffff_ff02 => "NO_ADVERTISE".to_owned(),
        0xffff_ff03 => "NO_EXPORT_SUBCONFED".to_owned(),
        0xffff_ff04 => "NOPEER".to_owned(),
        _ => format!("{}:{}", value >> 16, value & 0xffff),
    }
}

/// How many bytes a system's number takes: two if the path can be read so, else four.
pub(super) fn system_size(path: &Bytes<'_>) -> usize {
    let mut rest = *path;
    while !rest.is_empty() {
        let Ok([1..=4, count]) = rest.array(0) else { return 4 };
        let end = usize::from(count).saturating_mul(2).saturating_add(2);
        let zero = (2..end).step_by(2).any(|at| rest.u16(at).is_ok_and(|system| system == 0));
        if zero || end > rest.wire_len() {
            return 4;
        }
        rest = rest.from(end);
    }
    2
}

/// The systems of a path's segment.
pub(super) fn systems(segment: &Bytes<'_>, size: usize) -> String {
    let number = |at: usize| if size == 4 { segment.u32(at).ok() } else { segment.u16(at).ok().map(u32::from) };
    let numbers: Vec<_> =
        (2..segment.wire_len()).step_by(size.max(1)).filter_map(number).map(|system| system.to_string()).collect();
    match segment.u8(0) {
        Ok(1) => format!("{{{}}}", numbers.join(",")),
        Ok(3) => format!("({})", numbers.join(" ")),
        Ok(4) => format!("[{}]", numbers.join(",")),
        _ => numbers.join(" "),
    }
}

/// An attribute's value in one line, for its title.
pub(super) fn summary(code: u8, value: &Bytes<'_>) -> Result<String, Problem> {
    Ok(match code {
        1 => format!(": {}", origin_name(value.u8(0)?.into())),
        2 | 17 if value.is_empty() => ": empty".to_owned(),
        2 | 17 => {
            let size = if code == 17 { 4 } else { system_size(value) };
            let (mut rest, mut said) = (*value, String::new());
            while !rest.is_empty() {
                let end = usize::from(rest.u8(1)?).saturating_mul(size).saturating_add(2);
                said.push_str(if said.is_empty() { ": " } else { " " });
                said.push_str(&systems(&rest.limit(end), size));
                rest = rest.from(end);
            }
            said
        }
        3 | 9 => format!(": {} ", Address::ipv4(value.array(0)?)),
        4 | 5 => format!(": {}", value.u32(0)?),
        7 if value.wire_len() == 6 => format!(": AS: {} origin: {}", value.u16(0)?, Address::ipv4(value.array(2)?)),
        7 | 18 => format!(": AS: {} origin: {}", value.u32(0)?, Address::ipv4(value.array(4)?)),
        8 => {
            let all: Result<Vec<_>, _> =
                (0..value.wire_len()).step_by(4).map(|at| value.u32(at).map(community)).collect();
            format!(": {} ", all?.join(" "))
        }
        _ => String::new(),
    })
}
