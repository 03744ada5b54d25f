//! Names that a filter may use, and what they stand for.
use super::datum::Type;
use super::tree::{FieldRef, Named};
use crate::engine::dissect::{Expert, Field, Kind};
use crate::engine::protocols::{EXPERTS, PROTOCOLS, registry};
use crate::engine::sort;

/// Names that stand for several fields, or for one of another name.
const ALIASES: &[(&str, &[&str])] = &[
    ("ip.addr", &["ip.src", "ip.dst"]),
    ("ip.host", &["ip.src", "ip.dst"]),
    ("ip.src_host", &["ip.src"]),
    ("ip.dst_host", &["ip.dst"]),
    ("ipv6.addr", &["ipv6.src", "ipv6.dst"]),
    ("ipv6.host", &["ipv6.src", "ipv6.dst"]),
    ("ipv6.src_host", &["ipv6.src"]),
    ("ipv6.dst_host", &["ipv6.dst"]),
    ("ipv6.slaac_mac", &["ipv6.src_slaac_mac", "ipv6.dst_slaac_mac"]),
    ("eth.addr", &["eth.src", "eth.dst"]),
    ("eth.ig", &["eth.src.ig", "eth.dst.ig"]),
    ("eth.lg", &["eth.src.lg", "eth.dst.lg"]),
    ("tcp.port", &["tcp.srcport", "tcp.dstport"]),
    ("udp.port", &["udp.srcport", "udp.dstport"]),
    ("sctp.port", &["sctp.srcport", "sctp.dstport"]),
    ("dccp.port", &["dccp.srcport", "dccp.dstport"]),
    ("wlan.addr", &["wlan.ra", "wlan.ta", "wlan.sa", "wlan.da", "wlan.bssid"]),
    ("ipx.net", &["ipx.src.net", "ipx.dst.net"]),
    ("ipx.node", &["ipx.src.node", "ipx.dst.node"]),
    ("ipx.socket", &["ipx.src.socket", "ipx.dst.socket"]),
    ("usb.addr", &["usb.src", "usb.dst"]),
    ("geo.country", &["geo.src_country", "geo.dst_country"]),
    ("http.request", &["http.request.method"]),
    ("http.response", &["http.response.code"]),
    ("smtp.req", &["smtp.req.command"]),
    ("smtp.rsp", &["smtp.response.code"]),
    ("ftp.request", &["ftp.request.command"]),
    ("ftp.response", &["ftp.response.code"]),
    ("frame.time_delta_displayed", &["frame.time_delta"]),
    ("frame.time", &["frame.time_epoch"]),
    ("frame.time_utc", &["frame.time_epoch"]),
];

/// Names that stand for several fields, with the names of those.
pub fn aliases() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    ALIASES.iter().copied()
}

/// Names of earlier versions of Wireshark.
const OLD: &[(&str, &str)] = &[("bootp", "dhcp"), ("ssl", "tls"), ("http.request.uri.path", "http.request.uri")];

/// What Wireshark knows and captures hardly ever have: never there.
const NEVER: &[(&str, Type)] =
    &[("frame.time_invalid", Type::None), ("frame.p2p_dir", Type::Int), ("frame.ref_time", Type::None)];

/// Columns of the packet list that a filter can ask for.
pub const COLUMNS: &[&str] = &["_ws.col.info", "_ws.col.protocol", "_ws.col.def_src", "_ws.col.def_dst"];

/// What a name stands for. A point before it says that it is a name, whatever else it could be.
pub fn find(name: &str) -> Option<FieldRef> {
    let name = name.strip_prefix('.').unwrap_or(name);
    if !name.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    if let Some((_, new)) = OLD.iter().find(|(old, _)| *old == name) {
        return find(new);
    }
    if let Some((old, new)) =
        OLD.iter().find(|(old, _)| name.strip_prefix(old).is_some_and(|rest| rest.starts_with('.')))
    {
        return find(&name.replacen(old, new, 1));
    }
    let make = |name, names, kind| Some(FieldRef { name, names, kind, layers: Vec::new(), raw: false, by_name: false });
    if let Some(column) = COLUMNS.iter().position(|column| *column == name) {
        return make(COLUMNS[column], Named::Column(column), Type::Text);
    }
    let own = [name];
    let (alias, wanted) = match ALIASES.iter().find(|(alias, _)| *alias == name) {
        Some((alias, fields)) => (Some(*alias), *fields),
        None => (None, own.as_slice()),
    };
    let fields: Vec<&'static Field> = fields().filter(|field| wanted.contains(&field.name())).collect();
    if let Some(first) = fields.first() {
        let kind = match name {
            "frame.time" | "frame.time_utc" => Type::Time,
            "_ws.expert.severity" | "_ws.expert.group" => Type::Uint,
            "http.request" | "http.response" | "smtp.req" | "smtp.rsp" | "ftp.request" | "ftp.response" => Type::Bool,
            _ => kind_of(first),
        };
        return make(alias.unwrap_or(first.name()), Named::Fields(fields), kind);
    }
    if let Some(id) = registry().named(name) {
        let protocol = PROTOCOLS.get(usize::from(id))?;
        return make(protocol.name, Named::Protocol(id), Type::Protocol);
    }
    if let Some((known, kind)) = NEVER.iter().find(|(known, _)| *known == name) {
        return make(known, Named::Fields(Vec::new()), *kind);
    }
    let expert = experts().find(|expert| expert.field.name() == name)?;
    make(expert.field.name(), Named::Expert, Type::None)
}

/// What older versions of Wireshark called it, if this is such a name: what it is called today.
pub fn renamed(name: &str) -> Option<&'static str> {
    let first = name.split('.').next()?;
    OLD.iter().find(|(old, _)| *old == first).map(|(_, new)| *new)
}

fn fields() -> impl Iterator<Item = &'static Field> {
    PROTOCOLS.iter().flat_map(|protocol| protocol.all_fields())
}

fn experts() -> impl Iterator<Item = &'static Expert> {
    EXPERTS.iter().flat_map(|experts| experts.iter().copied())
}

fn kind_of(field: &Field) -> Type {
    match field.kind {
        Kind::Uint | Kind::Hex(_) | Kind::Frame => Type::Uint,
        Kind::Int => Type::Int,
        Kind::Float => Type::Float,
        Kind::Bool => Type::Bool,
        Kind::Text => Type::Text,
        Kind::Bytes | Kind::Guid => Type::Bytes,
        Kind::Seconds => Type::Duration,
        Kind::Label => Type::None,
        Kind::Address => family(field.name()),
    }
}

/// The family of a field's addresses, as far as its name tells.
fn family(name: &str) -> Type {
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let begins = |parts: &[&str]| parts.iter().any(|part| name.starts_with(part));
    if name.ends_with("slaac_mac") {
        Type::Ether
    } else if begins(&["ip.", "icmp.", "igmp.", "ospf.", "rip.", "dhcp.ip", "dhcp.option"])
        || has(&["ipv4", "dns.a"]) && name != "dns.aaaa"
    {
        Type::Ipv4
    } else if begins(&["ipv6.", "ripng.", "dhcpv6.dns", "icmpv6.nd"]) || has(&["ip6", "ipv6", "dns.aaaa"]) {
        Type::Ipv6
    } else if begins(&["eth.", "wlan.", "sll.", "ipx."]) || has(&["hw_mac", "bd_addr", ".mac", "_mac"]) {
        Type::Ether
    } else {
        Type::Address
    }
}

/// The names nearest to one that there is not: by small mistakes, and those that go on as it begins.
pub fn near(name: &str) -> Vec<&'static str> {
    let lower = name.to_ascii_lowercase();
    if lower.len() > 80 {
        return Vec::new();
    }
    let all = fields().filter(|field| field.kind != Kind::Label).map(|field| field.name());
    let all = all.chain(PROTOCOLS.iter().map(|protocol| protocol.name)).chain(ALIASES.iter().map(|(alias, _)| *alias));
    let most = (lower.len() / 4).clamp(1, 3);
    let mut found: Vec<(usize, &str)> = all
        .filter(|known| known.len().abs_diff(lower.len()) <= most)
        .filter_map(|known| Some((distance(lower.as_bytes(), known.as_bytes(), most)?, known)))
        .collect();
    sort::by(&mut found, Ord::cmp);
    found.dedup();
    found.into_iter().take(3).map(|(_, known)| known).collect()
}

/// How many letters differ; None if more than `most`.
fn distance(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let value = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = value;
        }
    }
    row.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        let kind = |name: &str| find(name).map(|field| (field.name, field.kind));
        assert_eq!(kind("tcp"), Some(("tcp", Type::Protocol)));
        assert_eq!(kind("tcp.port"), Some(("tcp.port", Type::Uint)));
        assert_eq!(kind("ip.addr"), Some(("ip.addr", Type::Ipv4)));
        assert_eq!(kind("eth.src"), Some(("eth.src", Type::Ether)));
        assert_eq!(kind("bootp"), Some(("dhcp", Type::Protocol)));
        assert_eq!(kind("frame.time"), Some(("frame.time", Type::Time)));
        assert_eq!(kind("tcp.connection.syn"), Some(("tcp.connection.syn", Type::None)));
        assert_eq!((kind("tcp.prot"), kind("nothing")), (None, None));
        assert!(near("tcp.prot").contains(&"tcp.port"));
        assert!(near("TCP").contains(&"tcp"));
    }
}
