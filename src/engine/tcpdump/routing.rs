//! Routing protocols, as far as tcpdump tells them without `-v`: mostly the kind of message and its length.
use super::ip::Net;
use super::{Bytes, Out, Printed, ipv4, word};

pub fn ospf(out: &mut Out<'_>, bytes: Bytes<'_>, net: &Net<'_>) -> Printed {
    let (version, kind) = (bytes.u8(0)?, bytes.u8(1)?);
    let length = bytes.wire_len();
    out.protocol = if net.source.is_ipv6() { "ospf3" } else { "ospf2" };
    let kinds = [(1, "Hello"), (2, "Database Description"), (3, "LS-Request"), (4, "LS-Update"), (5, "LS-Ack")];
    let kind = word(&kinds, u32::from(kind), |kind| {
        if version == 3 { format!("unknown packet type ({kind})") } else { format!("unknown LS-type {kind}") }
    });
    say!(out, "OSPFv{version}, {kind}, length {length}");
    Ok(())
}

pub fn pim(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "pim";
    const KINDS: [&str; 12] = [
        "Hello",
        "Register",
        "Register Stop",
        "Join / Prune",
        "Bootstrap",
        "Assert",
        "Graft",
        "Graft Acknowledgement",
        "Candidate RP Advertisement",
        "Prune Refresh",
        "DF Election",
        "ECMP Redirect",
    ];
    let first = bytes.u8(0)?;
    match first >> 4 {
        2 => {
            let kind = KINDS.get(usize::from(first & 15)).unwrap_or(&"Unknown Type");
            say!(out, "PIMv2, {kind}, length {}", bytes.wire_len());
        }
        version => say!(out, "PIMv{version}, length {}", bytes.wire_len()),
    }
    Ok(())
}

/// The first version was part of IGMP.
pub fn pim_v1(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    const KINDS: [&str; 9] =
        ["Query", "Register", "Register-Stop", "Join/Prune", "RP-reachable", "Assert", "Graft", "Graft-ACK", "Mode"];
    let kind = bytes.u8(1)?;
    match KINDS.get(usize::from(kind)) {
        Some(name) => say!(out, " {name}"),
        None => say!(out, " [type {kind}]"),
    }
    let version = bytes.u8(4)? >> 4;
    if version != 1 {
        say!(out, " [v{version}]");
    }
    Ok(())
}

pub fn vrrp(out: &mut Out<'_>, bytes: Bytes<'_>, net: &Net<'_>) -> Printed {
    out.protocol = "vrrp";
    let (first, length) = (bytes.u8(0)?, bytes.wire_len());
    let (version, kind) = (first >> 4, first & 15);
    let ttl = if net.source.is_ipv6() { net.bytes.u8(7)? } else { net.bytes.u8(8)? };
    let name = word(&[(1, "Advertisement")], u32::from(kind), |kind| format!("unknown type ({kind})"));
    say!(out, "VRRPv{version}, {name}, (ttl {ttl})");
    if !(2..=3).contains(&version) || kind != 1 {
        return Ok(());
    }
    say!(out, ", vrid {}, prio {}", bytes.u8(1)?, bytes.u8(2)?);
    let authentication = bytes.u8(4)?;
    if version == 2 {
        let kinds = [(0, "none"), (1, "simple"), (2, "ah")];
        if authentication != 0 {
            say!(out, ", authtype {}", word(&kinds, u32::from(authentication), |_| "unknown".to_owned()));
        } else {
            out.put(", authtype none");
        }
        say!(out, ", intvl {}s, length {length}", bytes.u8(5)?);
    } else {
        let interval = bytes.u16(4)? & 0xfff;
        say!(out, ", intvl {interval}cs, length {length}");
    }
    if out.verbose() {
        let count = bytes.u8(3)?;
        say!(out, ", addrs{}:", if count > 1 { format!("({count})") } else { String::new() });
        let mut between = " ";
        for n in 0..usize::from(count) {
            say!(out, "{between}{}", ipv4(&bytes, n.saturating_mul(4).saturating_add(8))?);
            between = ",";
        }
    }
    Ok(())
}

pub fn hsrp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "hsrp";
    let (version, operation, state) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u8(2)?);
    say!(out, "HSRPv{version}");
    if version != 0 {
        return Ok(());
    }
    say!(
        out,
        "-{} {}: ",
        word(&[(0, "hello"), (1, "coup"), (2, "resign")], u32::from(operation), |op| format!("unknown ({op})")),
        bytes.wire_len()
    );
    let states = [(0, "initial"), (1, "learn"), (2, "listen"), (4, "speak"), (8, "standby"), (16, "active")];
    say!(out, "state={} group={}", word(&states, u32::from(state), |state| format!("Unknown ({state})")), bytes.u8(6)?);
    let reserved = bytes.u8(7)?;
    if reserved != 0 {
        say!(out, " [reserved={reserved}!]");
    }
    say!(out, " addr={}", ipv4(&bytes, 16)?);
    if out.verbose() {
        say!(out, " hellotime={}s holdtime={}s priority={}", bytes.u8(3)?, bytes.u8(4)?, bytes.u8(5)?);
    }
    Ok(())
}

pub fn rip(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "rip";
    if bytes.len() < 4 || bytes.wire_len() < 4 {
        out.cut();
        return Ok(());
    }
    let (command, version) = (bytes.u8(0)?, bytes.u8(1)?);
    let commands = [(1, "Request"), (2, "Response"), (3, "Trace on"), (4, "Trace off"), (5, "Poll"), (6, "Poll Entry")];
    let name = word(&commands, u32::from(command), |command| format!("unknown command ({command})"));
    say!(out, "{}RIPv{version}, {name}, length: {}", if out.verbose() { "\n\t" } else { "" }, bytes.wire_len());
    Ok(())
}

pub fn ripng(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ripng";
    let (command, version) = (bytes.u8(0)?, bytes.u8(1)?);
    let length = bytes.wire_len();
    if version != 1 {
        say!(out, " [vers {version}]");
        out.invalid();
        return Ok(());
    }
    let entries = length.saturating_sub(4) / 20;
    match command {
        1 if length == 24 && bytes.u8(23)? == 16 => out.put(" ripng-req dump"),
        1 => say!(out, " ripng-req {entries}:"),
        2 => say!(out, " ripng-resp {entries}:"),
        _ => {
            say!(out, " ripng-{command} ?? {length}");
            out.invalid();
            return Ok(());
        }
    }
    if command == 1 && entries == 1 && bytes.u8(23)? == 16 {
        return Ok(());
    }
    for n in 0..entries {
        let at = n.saturating_mul(20).saturating_add(4);
        let (tag, length, metric) =
            (bytes.u16(at.saturating_add(16))?, bytes.u8(at.saturating_add(18))?, bytes.u8(at.saturating_add(19))?);
        say!(out, "{}{}/{length} (", if out.verbose() { "\n\t" } else { " " }, super::ipv6(&bytes, at)?);
        if metric == 0xff {
            out.put("nexthop");
        } else {
            if tag != 0 {
                say!(out, "[tag {tag}] ");
            }
            say!(out, "{metric}");
        }
        out.put(")");
    }
    Ok(())
}

pub fn eigrp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "eigrp";
    bytes.take(0..20)?;
    let (version, operation) = (bytes.u8(0)?, bytes.u8(1)?);
    if version != 2 {
        say!(out, "EIGRP version {version} packet not supported");
        return Ok(());
    }
    let kinds = [(1, "Update"), (3, "Query"), (4, "Reply"), (5, "Hello"), (6, "IPX SAP"), (7, "Probe")];
    say!(
        out,
        "EIGRP {}, length: {}",
        word(&kinds, u32::from(operation), |kind| format!("unknown ({kind})")),
        bytes.wire_len()
    );
    Ok(())
}

pub fn rsvp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "rsvp";
    let (first, kind) = (bytes.u8(0)?, bytes.u8(1)?);
    if first >> 4 != 1 {
        say!(out, "ERROR: RSVP version {} packet not supported", first >> 4);
        return Ok(());
    }
    let kinds = [
        (1, "Path"),
        (2, "Resv"),
        (3, "PathErr"),
        (4, "ResvErr"),
        (5, "PathTear"),
        (6, "ResvTear"),
        (7, "ResvConf"),
        (12, "Bundle"),
        (13, "Acknowledgement"),
        (14, "Hello (Old)"),
        (15, "Refresh"),
        (20, "Hello"),
    ];
    say!(
        out,
        "RSVPv1 {} Message, length: {}",
        word(&kinds, u32::from(kind), |kind| format!("unknown ({kind})")),
        bytes.wire_len()
    );
    Ok(())
}

/// Cisco's first interior routing protocol.
pub fn igrp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "igrp";
    let first = bytes.u8(0)?;
    let (interior, system, exterior) = (bytes.u16(4)?, bytes.u16(6)?, bytes.u16(8)?);
    let kind = word(&[(1, "update"), (2, "request")], u32::from(first & 15), |_| "Unknown".to_owned());
    say!(
        out,
        "igrp: {kind} V{} edit={} AS={} ({interior}/{system}/{exterior})",
        first >> 4,
        bytes.u8(1)?,
        bytes.u16(2)?
    );
    Ok(())
}

pub fn egp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "egp";
    bytes.take(0..10)?;
    say!(out, "EGPv{}, AS {}, seq {}, length {}", bytes.u8(0)?, bytes.u16(6)?, bytes.u16(8)?, bytes.wire_len());
    Ok(())
}
