//! ICMPv6 (RFC 4443), neighbor discovery (RFC 4861), multicast listeners (RFC 2710, 3810), and Mobile IPv6 (RFC 6275).
use super::ip::Net;
use super::{Bytes, Out, Printed, ip, ipv6, word};
use crate::engine::dissect::Problem;

const TYPES: [(u32, &str); 26] = [
    (1, "destination unreachable"),
    (2, "packet too big"),
    (3, "time exceeded in-transit"),
    (4, "parameter problem"),
    (128, "echo request"),
    (129, "echo reply"),
    (130, "multicast listener query"),
    (131, "multicast listener report"),
    (132, "multicast listener done"),
    (133, "router solicitation"),
    (134, "router advertisement"),
    (135, "neighbor solicitation"),
    (136, "neighbor advertisement"),
    (137, "redirect"),
    (138, "router renumbering"),
    (139, "node information query"),
    (140, "node information reply"),
    (141, "inverse neighbor solicitation"),
    (142, "inverse neighbor advertisement"),
    (143, "multicast listener report v2"),
    (144, "dhaad request"),
    (145, "dhaad reply"),
    (146, "mobile router solicitation"),
    (147, "mobile router advertisement"),
    (155, "RPL"),
    (158, "duplicate address request"),
];

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>, net: &Net<'_>) -> Printed {
    out.protocol = "icmp6";
    let length = bytes.wire_len();
    let (kind, code) = (bytes.u8(0)?, bytes.u8(1)?);
    bytes.u16(2)?;
    if out.verbose() && !net.fragment {
        match net.checksum(58, &bytes) {
            Some(0) => out.put("[icmp6 sum ok] "),
            Some(sum) => {
                let found = bytes.u16(2)?;
                say!(out, "[bad icmp6 cksum 0x{found:04x} -> 0x{:04x}!] ", ip::should_be(found, sum));
            }
            None => {}
        }
    }
    say!(out, "ICMP6, {}", word(&TYPES, u32::from(kind), |kind| format!("unknown icmp6 type ({kind})")));
    match kind {
        1 => unreachable(out, &bytes, code)?,
        2 => say!(out, ", mtu {}", bytes.u32(4)?),
        3 => match code {
            0 => say!(out, " for {}", ipv6(&bytes, 32)?),
            1 => out.put(" (reassembly)"),
            _ => say!(out, ", unknown code ({code})"),
        },
        4 => {
            let octet = bytes.u32(4)?;
            match code {
                0 => say!(out, ", erroneous - octet {octet}"),
                1 => say!(out, ", next header - octet {octet}"),
                2 => say!(out, ", option - octet {octet}"),
                3 => say!(out, ", incomplete header chain - octet {octet}"),
                _ => say!(out, ", code-#{code}"),
            }
        }
        128 | 129 => say!(out, ", id {}, seq {}", bytes.u16(4)?, bytes.u16(6)?),
        130 if length >= 28 => query_v2(out, &bytes, length)?,
        130..=132 => {
            say!(out, "max resp delay: {} addr: {}", bytes.u16(4)?, ipv6(&bytes, 8)?);
        }
        135 => say!(out, ", who has {}", ipv6(&bytes, 8)?),
        136 => say!(out, ", tgt is {}", ipv6(&bytes, 8)?),
        137 => say!(out, ", {} to {}", ipv6(&bytes, 24)?, ipv6(&bytes, 8)?),
        143 if length < 8 => out.invalid(),
        143 => say!(out, ", {} group record(s)", bytes.u16(6)?),
        155 => rpl(out, code),
        _ => {}
    }
    say!(out, ", length {length}");
    Ok(())
}

fn rpl(out: &mut Out<'_>, code: u8) {
    let (secured, code) = (code & 0x80 != 0, code & 0x7f);
    let secured = if secured { "worSecure " } else { "" };
    match code {
        0 => say!(out, ", ({secured}DODAG Information Solicitation)"),
        1 => say!(out, ", ({secured}DODAG Information Object)"),
        2 => say!(out, ", ({secured}Destination Advertisement Object)"),
        3 => say!(out, ", ({secured}Destination Advertisement Object Ack)"),
        10 => say!(out, ", ({secured}Consistency Check)"),
        _ => say!(out, ", {secured}unknown RPL code {code}"),
    }
}

fn query_v2(out: &mut Out<'_>, bytes: &Bytes<'_>, length: usize) -> Printed {
    let code = u32::from(bytes.u16(4)?);
    let delay = if code < 32768 { code } else { (code & 0xfff | 0x1000) << ((code >> 12 & 7).saturating_add(3)) };
    out.put(" v2");
    if out.verbose() {
        match delay {
            0..1000 => say!(out, " [max resp delay={delay}ms]"),
            _ => say!(out, " [max resp delay={delay}]"),
        }
    }
    let group = ipv6(bytes, 8)?;
    if group.0.is_unspecified() {
        return Ok(());
    }
    say!(out, " [gaddr {group}");
    let sources = bytes.u16(26)?;
    if sources > 0 {
        if length < usize::from(sources).saturating_mul(16).saturating_add(28) {
            say!(out, " [invalid number of sources {sources}]");
        } else {
            say!(out, ", {sources} source(s)");
        }
    }
    out.put("]");
    Ok(())
}

fn unreachable(out: &mut Out<'_>, bytes: &Bytes<'_>, code: u8) -> Printed {
    let reasons =
        ["unreachable route", " unreachable prohibited", "beyond scope", "unreachable address", "unreachable port"];
    match reasons.get(usize::from(code)) {
        Some(reason) => say!(out, ", {reason}"),
        None => say!(out, ", unknown unreach code ({code})"),
    }
    let target = ipv6(bytes, 32)?;
    match code {
        0 | 1 | 3 => say!(out, " {target}"),
        2 => say!(out, " {target}, source address {}", ipv6(bytes, 16)?),
        4 => {
            let Some((protocol, port)) = port(bytes)? else { return Ok(()) };
            match protocol {
                6 => say!(out, ", {target} tcp port {port}"),
                17 => say!(out, ", {target} udp port {port}"),
                _ => say!(out, ", {target} protocol {protocol} port {port} unreachable"),
            }
        }
        _ => {}
    }
    Ok(())
}

/// Protocol and destination port of the quoted packet, behind its extension headers.
fn port(bytes: &Bytes<'_>) -> Result<Option<(u8, u16)>, Problem> {
    let (mut at, mut next) = (48usize, bytes.u8(14)?);
    loop {
        let length = match next {
            6 | 17 => return bytes.u16(at.saturating_add(2)).map(|port| Some((next, port))),
            44 => 8,
            0 | 43 | 60 => usize::from(bytes.u8(at.saturating_add(1))?).saturating_add(1).saturating_mul(8),
            _ => return Ok(None),
        };
        next = bytes.u8(at)?;
        at = at.saturating_add(length);
    }
}

const MOBILITY: [&str; 8] = ["BRR", "HoTI", "CoTI", "HoT", "CoT", "BU", "BA", "BE"];

pub fn mobility(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "mobility";
    let (length, kind) = (bytes.u8(1)?, bytes.u8(2)?);
    let whole = usize::from(length).saturating_add(1).saturating_mul(8);
    let Some(name) = MOBILITY.get(usize::from(kind)) else {
        say!(out, "mobility: type-#{kind} len={length}");
        return Ok(());
    };
    say!(out, "mobility: {name}");
    let at = match kind {
        1 | 2 => {
            say!(out, " cookie=0x{:x}", bytes.u64(8).unwrap_or(0));
            16
        }
        3 | 4 => {
            say!(out, " nonce id=0x{:x}", bytes.u16(6)?);
            24
        }
        5 => {
            say!(out, " seq#={}", bytes.u16(6)?);
            let flags = bytes.u16(8)?;
            if flags & 0xf000 != 0 {
                out.put(" ");
                for (bit, letter) in [(0x8000, "A"), (0x4000, "H"), (0x2000, "L"), (0x1000, "K")] {
                    out.put(if flags & bit != 0 { letter } else { "" });
                }
            }
            say!(out, " lifetime={}", u32::from(bytes.u16(10)?) << 2);
            12
        }
        6 => {
            say!(out, " status={}", bytes.u8(6)?);
            if bytes.u8(7)? & 0x80 != 0 {
                out.put(" K");
            }
            say!(out, " seq#={} lifetime={}", bytes.u16(8)?, u32::from(bytes.u16(10)?) << 2);
            12
        }
        7 => {
            say!(out, " status={}", bytes.u8(6)?);
            say!(out, " homeaddr {}", ipv6(&bytes, 8)?);
            24
        }
        _ => 8,
    };
    mobility_options(out, &bytes, at, whole)
}

fn mobility_options(out: &mut Out<'_>, bytes: &Bytes<'_>, from: usize, end: usize) -> Printed {
    let mut at = from;
    while at < end {
        let kind = bytes.u8(at)?;
        if kind == 0 {
            out.put("(pad1)");
            at = at.saturating_add(1);
            continue;
        }
        let length = usize::from(bytes.u8(at.saturating_add(1))?);
        let value = at.saturating_add(2);
        match kind {
            1 => out.put("(padn)"),
            2 => say!(out, "(refresh: {})", bytes.u16(value)?),
            3 => say!(out, "(alt-CoA: {})", ipv6(bytes, value)?),
            4 => say!(out, "(ni: ho=0x{:04x} co=0x{:04x})", bytes.u16(value)?, bytes.u16(value.saturating_add(2))?),
            5 => out.put("(auth)"),
            _ => say!(out, "(type-0x{kind:02x}: len={length})"),
        }
        at = value.saturating_add(length);
    }
    Ok(())
}
