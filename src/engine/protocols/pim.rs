//! Protocol Independent Multicast, RFC 7761.
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Field, Next, Problem, Protocol, Reader, Slot, fields, layouts,
};

fields! {
    VERSION: Uint => "pim.version", "Version";
    TYPE: Uint => "pim.type", "Type";
    CHECKSUM: Hex(4) => "pim.cksum", "Checksum";
    RESERVED: Bytes => "pim.res_bytes", "Reserved byte(s)";
    OPTION: Label => "pim.option", "PIM Options";
    UPSTREAM: Address => "pim.upstream_neighbor", "Upstream-neighbor";
    SET: Label => "pim.group_set", "Group";
    GROUP: Address => "pim.group", "Group";
    JOIN: Address => "pim.join_ip", "IP address";
    PRUNE: Address => "pim.prune_ip", "IP address";
    OPTION_VALUE: Bytes => "pim.optionvalue", "Value";
}

layouts! {
    FAMILY = [
        Uint => "pim.addr_address_family", "Address Family", 1: "1=IPv4|IPv6";
        Uint => "pim.addr_encoding_type", "Encoding Type", 1: "Native";
    ]
    UNICAST = [
        Address => "pim.unicast", "Unicast", 4;
    ]
    GROUPS = [
        Bytes => "pim.res_bytes", "Reserved byte(s)", 1;
        Uint => "pim.numgroups", "Num Groups", 1;
        Uint => "pim.holdtime", "Holdtime", 2;
    ]
    GROUP_ADDRESS = [
        Hex(2) => "pim.group_addr.flags", "Flags", 1;
        Bool => "pim.group_addr.flags.b", "Bidirectional PIM", &0x80;
        Hex(2) => "pim.group_addr.flags.reserved", "Reserved", &0x7e;
        Bool => "pim.group_addr.flags.z", "Admin Scope Zone", &0x1;
        Uint => "pim.mask_len", "Masklen", 1;
        Address => "pim.group", "Group", 4;
    ]
    SOURCE_ADDRESS = [
        Hex(2) => "pim.source_addr.flags", "Flags", 1;
        Hex(2) => "pim.source_addr.flags.reserved", "Reserved", &0xf8;
        Bool => "pim.source_addr.flags.s", "Sparse", &0x4;
        Bool => "pim.source_addr.flags.w", "WildCard", &0x2;
        Bool => "pim.source_addr.flags.r", "Rendezvous Point Tree", &0x1;
        Uint => "pim.mask_len", "Masklen", 1;
        Address => "pim.source", "Source", 4;
    ]
    COUNTS = [
        Uint => "pim.numjoins", "Num Joins", 2;
        Uint => "pim.numprunes", "Num Prunes", 2;
    ]
    HELLO = [
        Uint => "pim.optiontype", "Type", 2: "1=Hold Time|LAN Prune Delay|17=Bidir Capable|18=DR Load Balancing|19=DR Priority|Generation ID|State-Refresh|65001=Address List";
        Uint => "pim.optionlength", "Length", 2;
    ]
    HOLD = [
        Uint => "pim.holdtime", "Holdtime", 2;
    ]
    PRIORITY = [
        Uint => "pim.dr_priority", "DR Priority", 4;
    ]
    GENERATION = [
        Uint => "pim.generation_id", "Generation ID", 4;
    ]
}

pub(super) static PIM: Protocol = Protocol {
    name: "pim",
    title: "Protocol Independent Multicast",
    short: "PIM",
    fields: FIELDS,
    layouts: LAYOUTS,
    claims: &[Claim::Ip(103)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HELLO_TYPE: u8 = 0;
const REGISTER: u8 = 1;
const JOIN_PRUNE: u8 = 3;
/// Groups, sources and options of one message that are looked at.
const MOST: u64 = 256;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let first = bytes.u8(0)?;
    let (version, kind) = (first >> 4, first & 0x0f);
    // Version 1 travels in IGMP and leads with that protocol's type.
    if d.through != Claim::Ip(103) {
        return Ok(Next::End);
    }
    if d.wants() {
        let name = match kind {
            0 => "Hello",
            1 => "Register",
            2 => "Register-stop",
            3 => "Join/Prune",
            4 => "Bootstrap",
            5 => "Assert",
            6 => "Graft",
            7 => "Graft-Ack",
            8 => "Candidate-RP-Advertisement",
            9 => "State-Refresh",
            10 => "DF election",
            11 => "ECMP Redirect",
            _ => "Unknown",
        };
        d.column(format!("PIMv{version}"));
        d.info(|| name.to_owned());
    }
    d.field(&VERSION, bytes.span(0..1), version);
    d.field(&TYPE, bytes.span(0..1), kind);
    d.field(&CHECKSUM, bytes.span(2..4), bytes.u16(2)?);
    if d.wants() && version == 2 {
        d.field(&RESERVED, bytes.span(1..2), bytes.take(1..2)?);
        // What is not understood stays without fields.
        _ = match kind {
            HELLO_TYPE => hello(d, bytes.from(4)),
            JOIN_PRUNE | 6 | 7 => groups(d, bytes.from(4)),
            _ => Ok(()),
        };
    }
    let rest = bytes.from(8);
    // A register carries the packet that its sender could not send by multicast yet.
    let packet = matches!(rest.u8(0).map(|first| first >> 4), Ok(4 | 6));
    Ok(if version == 2 && kind == REGISTER && packet { Next::Claim(Claim::IpVersion, rest) } else { Next::End })
}

/// RFC 7761 §4.9.2: options of type, length and value.
fn hello(d: &mut Dissection, mut rest: Bytes<'_>) -> Result<(), Problem> {
    for _ in 0..MOST {
        if rest.is_empty() {
            break;
        }
        let (kind, length) = (rest.u16(0)?, usize::from(rest.u16(2)?));
        let option = rest.limit(length.saturating_add(4));
        d.label(&OPTION, option.span(0..option.len()), || "Option".to_owned());
        d.nest(|d| -> Result<(), Problem> {
            let mut reader = Reader::new(option, 0);
            reader.layout(d, HELLO)?;
            let known: Option<&'static [Slot]> = match (kind, length) {
                (1, 2) => Some(HOLD),
                (19, 4) => Some(PRIORITY),
                (20, 4) => Some(GENERATION),
                _ => None,
            };
            match known {
                Some(layout) => _ = reader.layout(d, layout)?,
                None if length > 0 => _ = reader.field(d, &OPTION_VALUE, length)?,
                None => {}
            }
            Ok(())
        })?;
        rest = rest.from(length.saturating_add(4));
    }
    Ok(())
}

/// RFC 7761 §4.9.5: groups with the sources that are joined and pruned. Addresses of IPv4 alone.
fn groups(d: &mut Dissection, all: Bytes<'_>) -> Result<(), Problem> {
    d.label(&OPTION, all.span(0..all.len()), || "PIM Options".to_owned());
    d.nest(|d| {
        d.field(&UPSTREAM, all.span(0..6), Address::ipv4(native(&all, 0, 2)?));
        let mut reader = Reader::new(all, 0);
        d.nest(|d| {
            reader.layout(d, FAMILY)?;
            reader.layout(d, UNICAST)
        })?;
        reader.layout(d, GROUPS)?;
        for number in 0..u64::from(all.u8(7)?).min(MOST) {
            let start = reader.at;
            let counts_at = start.saturating_add(8);
            let (joins, prunes) = (all.u16(counts_at)?, all.u16(counts_at.saturating_add(2))?);
            let sources = usize::from(joins).saturating_add(usize::from(prunes));
            let end = sources.saturating_mul(8).saturating_add(start).saturating_add(12);
            d.label(&SET, all.span(start..end.min(all.len())), || format!("Group {number}"));
            d.nest(|d| -> Result<(), Problem> {
                encoded(d, &all, &mut reader, &GROUP, GROUP_ADDRESS)?;
                reader.layout(d, COUNTS)?;
                for nth in 0..u64::from(joins).saturating_add(prunes.into()).min(MOST) {
                    let field = if nth < joins.into() { &JOIN } else { &PRUNE };
                    encoded(d, &all, &mut reader, field, SOURCE_ADDRESS)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

/// The address at an offset behind a family, which is IPv4's.
fn native(all: &Bytes<'_>, family: usize, at: usize) -> Result<[u8; 4], Problem> {
    if all.u8(family)? == 1 { all.array(at) } else { Err(Problem::Malformed) }
}

/// An encoded group or source: eight bytes.
fn encoded(
    d: &mut Dissection,
    all: &Bytes<'_>,
    reader: &mut Reader<'_>,
    field: &'static Field,
    layout: &'static [Slot],
) -> Result<(), Problem> {
    let at = reader.at;
    let place = |from: usize| at.saturating_add(from);
    let address = Address::ipv4(native(all, at, place(4))?);
    let (flags, bits) = (all.u8(place(2))?, all.u8(place(3))?);
    let letters = [(4, 'S'), (2, 'W'), (1, 'R')].into_iter().filter(|(bit, _)| flags & bit != 0);
    let letters: String = if std::ptr::eq(field, &GROUP) { String::new() } else { letters.map(|(_, l)| l).collect() };
    let letters = if letters.is_empty() { letters } else { format!(" ({letters})") };
    d.noted(field, all.span(at..place(8)), address, &format!("/{bits}{letters}"));
    d.nest(|d| {
        reader.layout(d, FAMILY)?;
        reader.layout(d, layout)
    })?;
    Ok(())
}
