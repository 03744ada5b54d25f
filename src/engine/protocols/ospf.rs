//! Open Shortest Path First: version 2, RFC 2328; version 3, RFC 5340.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Field, Next, Problem, Protocol, fields};

fields! {
    HEADER: Label => "ospf.header", "OSPF Header";
    VERSION: Uint => "ospf.version", "Version";
    MESSAGE: Uint => "ospf.msg", "Message Type";
    LENGTH: Uint => "ospf.packet_length", "Packet Length";
    ROUTER: Address => "ospf.srcrouter", "Source OSPF Router";
    AREA: Address => "ospf.area_id", "Area ID";
    CHECKSUM: Hex(4) => "ospf.checksum", "Checksum";
    AUTH_TYPE: Uint => "ospf.auth.type", "Auth Type";
    AUTH_NONE: Bytes => "ospf.auth.none", "Auth Data (none)";
    AUTH_SIMPLE: Text => "ospf.auth.simple", "Auth Data (Simple)";
    AUTH_KEY: Uint => "ospf.auth.crypt.key_id", "Auth Crypt Key id";
    AUTH_LENGTH: Uint => "ospf.auth.crypt.data_length", "Auth Crypt Data Length";
    AUTH_SEQUENCE: Uint => "ospf.auth.crypt.seq_nbr", "Auth Crypt Sequence Number";
    AUTH_DATA: Bytes => "ospf.auth.crypt.data", "Auth Crypt Data";
    INSTANCE: Uint => "ospf.instance_id", "Instance ID";
    RESERVED: Hex(2) => "ospf.reserved", "Reserved";
    HELLO: Label => "ospf.hello", "OSPF Hello Packet";
    MASK: Address => "ospf.hello.network_mask", "Network Mask";
    INTERFACE: Uint => "ospf.hello.interface_id", "Interface ID";
    HELLO_INTERVAL: Uint => "ospf.hello.hello_interval", "Hello Interval [sec]";
    PRIORITY: Uint => "ospf.hello.router_priority", "Router Priority";
    DEAD_INTERVAL: Uint => "ospf.hello.router_dead_interval", "Router Dead Interval [sec]";
    DESIGNATED: Address => "ospf.hello.designated_router", "Designated Router";
    BACKUP: Address => "ospf.hello.backup_designated_router", "Backup Designated Router";
    NEIGHBOR: Address => "ospf.hello.active_neighbor", "Active Neighbor";
    DESCRIPTION: Label => "ospf.msg.dbdesc", "OSPF DB Description";
    MTU: Uint => "ospf.db.interface_mtu", "Interface MTU";
    DBD: Hex(2) => "ospf.dbd", "DB Description";
    DBD_R: Bool => "ospf.dbd.r", "(R) OOBResync";
    DBD_I: Bool => "ospf.dbd.i", "(I) Init";
    DBD_M: Bool => "ospf.dbd.m", "(M) More";
    DBD_MS: Bool => "ospf.dbd.ms", "(MS) Master";
    DBD_SEQUENCE: Uint => "ospf.db.dd_sequence", "DD Sequence";
    REQUEST: Label => "ospf.msg.lsreq", "Link State Request";
    UPDATE: Label => "ospf.msg.lsupdate", "LS Update Packet";
    COUNT: Uint => "ospf.ls.number_of_lsas", "Number of LSAs";
    LSA: Label => "ospf.lsa.header", "LSA";
    AGE: Uint => "ospf.lsa.age", "LS Age (seconds)";
    NO_AGE: Bool => "ospf.lsa.donotage", "Do Not Age Flag";
    KIND: Uint => "ospf.lsa", "LS Type";
    KIND3: Hex(4) => "ospf.v3.lsa", "LS Type";
    ID: Address => "ospf.lsa.id", "Link State ID";
    STATE_ID: Address => "ospf.link_state_id", "Link State ID";
    ADVERTISER: Address => "ospf.advrouter", "Advertising Router";
    SEQUENCE: Hex(8) => "ospf.lsa.seqnum", "Sequence Number";
    LSA_CHECKSUM: Hex(4) => "ospf.lsa.chksum", "Checksum";
    LSA_LENGTH: Uint => "ospf.lsa.length", "Length";
    OPTIONS: Hex(2) => "ospf.v2.options", "Options";
    DN: Bool => "ospf.v2.options.dn", "DN";
    O: Bool => "ospf.v2.options.o", "O";
    DC: Bool => "ospf.v2.options.dc", "(DC) Demand Circuits";
    L: Bool => "ospf.v2.options.l", "(L) LLS Data block";
    N: Bool => "ospf.v2.options.n", "(N) NSSA";
    MC: Bool => "ospf.v2.options.mc", "(MC) Multicast";
    E: Bool => "ospf.v2.options.e", "(E) External Routing";
    MT: Bool => "ospf.v2.options.mt", "(MT) Multi-Topology Routing";
    OPTIONS3: Hex(6) => "ospf.v3.options", "Options";
    V6: Bool => "ospf.v3.options.v6", "V6";
    E3: Bool => "ospf.v3.options.e", "E";
    MC3: Bool => "ospf.v3.options.mc", "MC";
    N3: Bool => "ospf.v3.options.n", "N";
    R3: Bool => "ospf.v3.options.r", "R";
    DC3: Bool => "ospf.v3.options.dc", "DC";
    AF3: Bool => "ospf.v3.options.af", "AF";
    ROUTER_FLAGS: Hex(2) => "ospf.v2.router.lsa.flags", "Flags";
    FLAG_V: Bool => "ospf.v2.router.lsa.flags.v", "(V) Virtual link endpoint";
    FLAG_E: Bool => "ospf.v2.router.lsa.flags.e", "(E) AS boundary router";
    FLAG_B: Bool => "ospf.v2.router.lsa.flags.b", "(B) Area border router";
    ROUTER_FLAGS3: Hex(2) => "ospf.v3.router.lsa.flags", "Flags";
    LINKS: Uint => "ospf.lsa.number_of_links", "Number of Links";
    LINK: Label => "ospf.lsa.router", "Router LSA";
    LINK_ID: Address => "ospf.lsa.router.linkid", "Link ID";
    LINK_DATA: Address => "ospf.lsa.router.linkdata", "Link Data";
    LINK_TYPE: Uint => "ospf.lsa.router.linktype", "Link Type";
    METRICS: Uint => "ospf.lsa.router.nummetrics", "Number of Metrics";
    METRIC0: Uint => "ospf.lsa.router.metric0", "0 Metric";
    TOS: Uint => "ospf.lsa.tos", "TOS";
    METRIC: Uint => "ospf.metric", "Metric";
    NETMASK: Address => "ospf.lsa.network.netmask", "Netmask";
    ATTACHED: Address => "ospf.lsa.network.attchrtr", "Attached Router";
    SUMMARY_MASK: Address => "ospf.lsa.asbr.netmask", "Netmask";
    EXTERNAL_MASK: Address => "ospf.lsa.asext.netmask", "Netmask";
    EXTERNAL_TYPE: Bool => "ospf.lsa.asext.type", "External Type";
    FORWARD: Address => "ospf.lsa.asext.fwdaddr", "Forwarding Address";
    EXTERNAL_TAG: Uint => "ospf.lsa.asext.extrttag", "External Route Tag";
    LINK3: Uint => "ospf.v3.lsa.type", "Type";
    INTERFACE3: Uint => "ospf.v3.lsa.interface_id", "Interface ID";
    NEIGHBOR_INTERFACE: Uint => "ospf.v3.lsa.neighbor_interface_id", "Neighbor Interface ID";
    NEIGHBOR_ROUTER: Address => "ospf.v3.lsa.neighbor_router_id", "Neighbor Router ID";
    ATTACHED3: Address => "ospf.v3.lsa.attached_router", "Attached Router";
    DESTINATION: Address => "ospf.v3.lsa.destination_router_id", "Destination Router ID";
    PRIORITY3: Uint => "ospf.v3.lsa.router_priority", "Router Priority";
    LINK_LOCAL: Address => "ospf.v3.lsa.link_local_interface_address.ipv6", "Link-local Interface Address";
    PREFIXES: Uint => "ospf.v3.lsa.num_prefixes", "# prefixes";
    PREFIX_LENGTH: Uint => "ospf.prefix_length", "PrefixLength";
    PREFIX_OPTIONS: Hex(2) => "ospf.v3.prefix.options", "PrefixOptions";
    PREFIX: Address => "ospf.v3.address_prefix.ipv6", "Address Prefix";
    ABOUT: Hex(4) => "ospf.v3.lsa.referenced_ls_type", "Referenced LS type";
    ABOUT_ID: Address => "ospf.v3.lsa.referenced_link_state_id", "Referenced Link State ID";
    ABOUT_ROUTER: Address => "ospf.v3.lsa.referenced_advertising_router", "Referenced Advertising Router";
}

pub(super) static OSPF: Protocol = Protocol {
    name: "ospf",
    title: "Open Shortest Path First",
    short: "OSPF",
    fields: FIELDS,
    claims: &[Claim::Ip(89)],
    dissect,
    ..Protocol::PLAIN
};

const OPTIONS_BITS: &[(&Field, u64)] =
    &[(&DN, 0x80), (&O, 0x40), (&DC, 0x20), (&L, 0x10), (&N, 8), (&MC, 4), (&E, 2), (&MT, 1)];
const OPTIONS3_BITS: &[(&Field, u64)] =
    &[(&AF3, 0x100), (&DC3, 0x20), (&R3, 0x10), (&N3, 8), (&MC3, 4), (&E3, 2), (&V6, 1)];
const DBD_BITS: &[(&Field, u64)] = &[(&DBD_R, 8), (&DBD_I, 4), (&DBD_M, 2), (&DBD_MS, 1)];
const ROUTER_BITS: &[(&Field, u64)] = &[(&FLAG_V, 4), (&FLAG_E, 2), (&FLAG_B, 1)];

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (version, message) = (bytes.u8(0)?, bytes.u8(1)?);
    let size = match version {
        2 => 24,
        3 => 16,
        _ => return Ok(Next::End),
    };
    let name = message_name(message.into());
    d.info(|| if name.is_empty() { "Unknown".to_owned() } else { name.to_owned() });
    d.label(&HEADER, bytes.span(0..size), || "OSPF Header".to_owned());
    d.nest(|d| header(d, &bytes, version))?;
    let packet = bytes.limit(usize::from(bytes.u16(2)?));
    let body = packet.from(size);
    let all = body.span(0..body.len());
    match message {
        1 => {
            d.label(&HELLO, all, || "OSPF Hello Packet".to_owned());
            d.nest(|d| hello(d, &body, version))?;
        }
        2 => {
            d.label(&DESCRIPTION, all, || "OSPF DB Description".to_owned());
            let at = d.nest(|d| description(d, &body, version))?;
            headers(d, &body.from(at), version)?;
        }
        3 => {
            let mut rest = body;
            while !rest.is_empty() {
                d.label(&REQUEST, rest.span(0..12), || "Link State Request".to_owned());
                d.nest(|d| {
                    if version == 2 {
                        d.read_named(&KIND, &rest, 0..4, |kind| lsa_name(2, kind))?;
                    } else {
                        d.read_named(&KIND3, &rest, 2..4, |kind| lsa_name(3, kind))?;
                    }
                    d.read_row(&rest, 4, &[(&STATE_ID, 4), (&ADVERTISER, 4)])
                })?;
                rest = rest.from(12);
            }
        }
        4 => {
            d.label(&UPDATE, all, || "LS Update Packet".to_owned());
            d.nest(|d| {
                let count = d.read(&COUNT, &body, 0..4)?;
                let mut rest = body.from(4);
                for _ in 0..count {
                    let length = usize::from(rest.u16(18)?);
                    advertisement(d, &rest.limit(length), version)?;
                    rest = rest.from(length.max(20));
                }
                Ok(())
            })?;
        }
        5 => headers(d, &body, version)?,
        _ => {}
    }
    Ok(Next::End)
}

fn header(d: &mut Dissection, bytes: &Bytes<'_>, version: u8) -> Result<(), Problem> {
    d.read(&VERSION, bytes, 0..1)?;
    d.read_named(&MESSAGE, bytes, 1..2, message_name)?;
    d.read_row(bytes, 2, &[(&LENGTH, 2), (&ROUTER, 4)])?;
    let area = Address::ipv4(bytes.array(8)?);
    match bytes.u32(8)? {
        0 => d.noted(&AREA, bytes.span(8..12), area, "Backbone"),
        _ => d.field(&AREA, bytes.span(8..12), area),
    }
    d.read(&CHECKSUM, bytes, 12..14)?;
    if version == 3 {
        return d.read_row(bytes, 14, &[(&INSTANCE, 1), (&RESERVED, 1)]).map(|_| ());
    }
    let names = |kind| ["Null", "Simple password", "Cryptographic"].get(kind as usize).copied().unwrap_or_default();
    match d.read_named(&AUTH_TYPE, bytes, 14..16, names)? {
        0 => d.read(&AUTH_NONE, bytes, 16..24)?,
        1 => d.read(&AUTH_SIMPLE, bytes, 16..24)?,
        2 => {
            d.read_row(bytes, 18, &[(&AUTH_KEY, 1), (&AUTH_LENGTH, 1), (&AUTH_SEQUENCE, 4)])?;
            let start = usize::from(bytes.u16(2)?);
            d.read(&AUTH_DATA, bytes, start..start.saturating_add(bytes.u8(19)?.into()))?
        }
        _ => 0,
    };
    Ok(())
}

fn hello(d: &mut Dissection, body: &Bytes<'_>, version: u8) -> Result<(), Problem> {
    let mut at = if version == 2 {
        d.read_row(body, 0, &[(&MASK, 4), (&HELLO_INTERVAL, 2), (&OPTIONS, 1)])?;
        d.read_bits(body, 6..7, OPTIONS_BITS)?;
        d.read_row(body, 7, &[(&PRIORITY, 1), (&DEAD_INTERVAL, 4), (&DESIGNATED, 4), (&BACKUP, 4)])?
    } else {
        d.read_row(body, 0, &[(&INTERFACE, 4), (&PRIORITY, 1), (&OPTIONS3, 3)])?;
        d.read_bits(body, 5..8, OPTIONS3_BITS)?;
        d.read_row(body, 8, &[(&HELLO_INTERVAL, 2), (&DEAD_INTERVAL, 2), (&DESIGNATED, 4), (&BACKUP, 4)])?
    };
    while at < body.wire_len() {
        at = d.read_row(body, at, &[(&NEIGHBOR, 4)])?;
    }
    Ok(())
}

fn description(d: &mut Dissection, body: &Bytes<'_>, version: u8) -> Result<usize, Problem> {
    let flags = if version == 2 {
        d.read_row(body, 0, &[(&MTU, 2), (&OPTIONS, 1)])?;
        d.read_bits(body, 2..3, OPTIONS_BITS)?;
        3..4
    } else {
        d.read(&OPTIONS3, body, 1..4)?;
        d.read_bits(body, 1..4, OPTIONS3_BITS)?;
        d.read(&MTU, body, 4..6)?;
        7..8
    };
    d.read(&DBD, body, flags.clone())?;
    d.read_bits(body, flags.clone(), DBD_BITS)?;
    d.read_row(body, flags.end, &[(&DBD_SEQUENCE, 4)])
}

/// Advertisements without their bodies.
fn headers(d: &mut Dissection, body: &Bytes<'_>, version: u8) -> Result<(), Problem> {
    let mut rest = *body;
    while !rest.is_empty() {
        advertisement(d, &rest.limit(20), version)?;
        rest = rest.from(20);
    }
    Ok(())
}

/// One advertisement, or only its header.
fn advertisement(d: &mut Dissection, lsa: &Bytes<'_>, version: u8) -> Result<(), Problem> {
    let kind = if version == 2 { u64::from(lsa.u8(3)?) } else { u64::from(lsa.u16(2)?) };
    let length = lsa.u16(18)?;
    let shown = if version == 2 { kind } else { kind & 0x1fff };
    d.label(&LSA, lsa.span(0..lsa.len()), || match lsa_name(version, kind) {
        "" => format!("LSA-type {shown} (Unknown), len {length}"),
        name => format!("LSA-type {shown} ({name}), len {length}"),
    });
    d.nest(|d| {
        d.field(&AGE, lsa.span(0..2), lsa.u16(0)? & 0x7fff);
        d.field(&NO_AGE, lsa.span(0..1), lsa.u8(0)? & 0x80 != 0);
        if version == 2 {
            d.read(&OPTIONS, lsa, 2..3)?;
            d.read_bits(lsa, 2..3, OPTIONS_BITS)?;
            d.read_named(&KIND, lsa, 3..4, |kind| lsa_name(2, kind))?;
        } else {
            d.read_named(&KIND3, lsa, 2..4, |kind| lsa_name(3, kind))?;
        }
        d.read_row(lsa, 4, &[(&ID, 4), (&ADVERTISER, 4), (&SEQUENCE, 4), (&LSA_CHECKSUM, 2), (&LSA_LENGTH, 2)])?;
        let body = lsa.from(20);
        match (version, kind) {
            _ if body.wire_len() == 0 => Ok(()),
            (2, 1) => router(d, &body),
            (2, 2) => {
                d.read(&NETMASK, &body, 0..4)?;
                rows(d, &body, 4, &ATTACHED)
            }
            (2, 3 | 4) => d.read_row(&body, 0, &[(&SUMMARY_MASK, 4), (&TOS, 1), (&METRIC, 3)]).map(|_| ()),
            (2, 5 | 7) => {
                d.read(&EXTERNAL_MASK, &body, 0..4)?;
                let external = body.u8(4)? & 0x80 != 0;
                d.noted(&EXTERNAL_TYPE, body.span(4..5), external, if external { "Type 2" } else { "Type 1" });
                d.field(&TOS, body.span(4..5), body.u8(4)? & 0x7f);
                d.read_row(&body, 5, &[(&METRIC, 3), (&FORWARD, 4), (&EXTERNAL_TAG, 4)]).map(|_| ())
            }
            (3, _) => body3(d, &body, kind & 0x1fff),
            _ => Ok(()),
        }
    })
}

/// The same field of four bytes up to the end.
fn rows(d: &mut Dissection, body: &Bytes<'_>, from: usize, field: &'static Field) -> Result<(), Problem> {
    let mut at = from;
    while at < body.wire_len() {
        at = d.read_row(body, at, &[(field, 4)])?;
    }
    Ok(())
}

fn router(d: &mut Dissection, body: &Bytes<'_>) -> Result<(), Problem> {
    d.read(&ROUTER_FLAGS, body, 0..1)?;
    d.read_bits(body, 0..1, ROUTER_BITS)?;
    let count = d.read(&LINKS, body, 2..4)?;
    let mut rest = body.from(4);
    for _ in 0..count {
        let (id, data) = (Address::ipv4(rest.array(0)?), Address::ipv4(rest.array(4)?));
        let (kind, metrics, metric) = (rest.u8(8)?, rest.u8(9)?, rest.u16(10)?);
        let (short, long, about) = match kind {
            1 => ("PTP", "Point-to-point connection to another router", "Neighboring router's Router ID"),
            2 => ("Transit", "Connection to a transit network", "IP address of Designated Router"),
            3 => ("Stub", "Connection to a stub network", "IP network/subnet number"),
            4 => ("Virtual", "Virtual link", "Neighboring router's Router ID"),
            _ => ("Unknown", "Unknown link type", "Unknown"),
        };
        let size = usize::from(metrics).saturating_mul(4).saturating_add(12);
        let (id_text, data_text) = (id.to_string(), data.to_string());
        d.label(&LINK, rest.span(0..size), || {
            format!("Type: {short:<8} ID: {id_text:<15} Data: {data_text:<15} Metric: {metric}")
        });
        d.nest(|d| {
            d.noted(&LINK_ID, rest.span(0..4), id, about);
            d.field(&LINK_DATA, rest.span(4..8), data);
            d.noted(&LINK_TYPE, rest.span(8..9), kind, long);
            d.field(&METRICS, rest.span(9..10), metrics);
            d.field(&METRIC0, rest.span(10..12), metric);
        });
        rest = rest.from(size);
    }
    Ok(())
}

/// Bodies of version 3 by function code (RFC 5340 §A.4).
fn body3(d: &mut Dissection, body: &Bytes<'_>, code: u64) -> Result<(), Problem> {
    match code {
        1 => {
            d.read(&ROUTER_FLAGS3, body, 0..1)?;
            d.read(&OPTIONS3, body, 1..4)?;
            d.read_bits(body, 1..4, OPTIONS3_BITS)?;
            let mut at = 4_usize;
            while at < body.wire_len() {
                d.read_named(&LINK3, body, at..at.saturating_add(1), |kind| match kind {
                    1 => "Point-to-point connection to another router",
                    2 => "Connection to a transit network",
                    4 => "Virtual link",
                    _ => "",
                })?;
                let row: &[(&'static Field, usize)] =
                    &[(&METRIC, 2), (&INTERFACE3, 4), (&NEIGHBOR_INTERFACE, 4), (&NEIGHBOR_ROUTER, 4)];
                at = d.nest(|d| d.read_row(body, at.saturating_add(2), row))?;
            }
            Ok(())
        }
        2 => {
            d.read(&OPTIONS3, body, 1..4)?;
            d.read_bits(body, 1..4, OPTIONS3_BITS)?;
            rows(d, body, 4, &ATTACHED3)
        }
        3 => {
            d.read(&METRIC, body, 1..4)?;
            prefix(d, &body.from(4), false).map(|_| ())
        }
        4 => {
            d.read(&OPTIONS3, body, 1..4)?;
            d.read_bits(body, 1..4, OPTIONS3_BITS)?;
            d.read_row(body, 5, &[(&METRIC, 3), (&DESTINATION, 4)]).map(|_| ())
        }
        5 | 7 => {
            d.read(&METRIC, body, 1..4)?;
            prefix(d, &body.from(4), false).map(|_| ())
        }
        8 => {
            d.read_row(body, 0, &[(&PRIORITY3, 1), (&OPTIONS3, 3)])?;
            d.read_bits(body, 1..4, OPTIONS3_BITS)?;
            let at = d.read_row(body, 4, &[(&LINK_LOCAL, 16), (&PREFIXES, 4)])?;
            prefixes(d, &body.from(at), body.u32(20)?, false)
        }
        9 => {
            d.read(&PREFIXES, body, 0..2)?;
            d.read_named(&ABOUT, body, 2..4, |kind| lsa_name(3, kind))?;
            let at = d.read_row(body, 4, &[(&ABOUT_ID, 4), (&ABOUT_ROUTER, 4)])?;
            prefixes(d, &body.from(at), body.u16(0)?.into(), true)
        }
        _ => Ok(()),
    }
}

fn prefixes(d: &mut Dissection, bytes: &Bytes<'_>, count: u32, has_metric: bool) -> Result<(), Problem> {
    let mut rest = *bytes;
    for _ in 0..count {
        rest = rest.from(prefix(d, &rest, has_metric)?);
    }
    Ok(())
}

/// A prefix in as many words of four bytes as it needs (RFC 5340 §A.4.1); returns where it ends.
fn prefix(d: &mut Dissection, bytes: &Bytes<'_>, has_metric: bool) -> Result<usize, Problem> {
    let bits = d.read(&PREFIX_LENGTH, bytes, 0..1)?;
    d.read(&PREFIX_OPTIONS, bytes, 1..2)?;
    if has_metric {
        d.read(&METRIC, bytes, 2..4)?;
    }
    let size = usize::try_from(bits.div_ceil(32)).unwrap_or(usize::MAX).saturating_mul(4);
    let end = size.saturating_add(4);
    let mut address = [0; 16];
    let known = bytes.take(4..end)?;
    address.iter_mut().zip(known).for_each(|(to, from)| *to = *from);
    d.field(&PREFIX, bytes.span(4..end), Address::ipv6(address));
    Ok(end)
}

fn message_name(message: u64) -> &'static str {
    match message {
        1 => "Hello Packet",
        2 => "DB Description",
        3 => "LS Request",
        4 => "LS Update",
        5 => "LS Acknowledge",
        _ => "",
    }
}

fn lsa_name(version: u8, kind: u64) -> &'static str {
    match (version, kind) {
        (2, 1) => "Router-LSA",
        (2, 2) => "Network-LSA",
        (2, 3) => "Summary-LSA (IP network)",
        (2, 4) => "Summary-LSA (ASBR)",
        (2, 5) => "AS-External-LSA (ASBR)",
        (2, 6) => "Group Membership LSA",
        (2, 7) => "NSSA AS-External-LSA",
        (2, 8) => "External Attributes LSA",
        (2, 9) => "Opaque LSA, Link-local scope",
        (2, 10) => "Opaque LSA, Area-local scope",
        (2, 11) => "Opaque LSA, AS-local scope",
        (3, 0x2001) => "Router-LSA",
        (3, 0x2002) => "Network-LSA",
        (3, 0x2003) => "Inter-Area-Prefix-LSA",
        (3, 0x2004) => "Inter-Area-Router-LSA",
        (3, 0x4005) => "AS-External-LSA",
        (3, 0x2006) => "Group-Membership-LSA",
        (3, 0x2007) => "NSSA-LSA",
        (3, 0x0008) => "Link-LSA",
        (3, 0x2009) => "Intra-Area-Prefix-LSA",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn messages_are_named_and_read() {
        let hello = [
            2, 1, 0, 48, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // header
            255, 255, 255, 0, 0, 10, 2, 1, 0, 0, 0, 40, 10, 0, 0, 1, 0, 0, 0, 0, 2, 2, 2, 2,
        ];
        let three = [3, 5, 0, 16, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0];
        let table: [(&[u8], &str, &str, &str); 2] = [
            (&hello, "Hello Packet", "ospf.hello.active_neighbor", "2.2.2.2"),
            (&three, "LS Acknowledge", "ospf.area_id", "0.0.0.1"),
        ];
        for (bytes, info, field, value) in table {
            let mut d = Dissection::new(Wanted::Everything);
            assert!(dissect(&mut d, Bytes::frame(bytes, 0)).is_ok());
            assert_eq!(d.info_text(), info);
            assert!(d.fields.iter().any(|found| found.field.name() == field && found.text() == value), "{field}");
        }
    }
}
