//! IGMP (RFC 1112, 2236, 3376).
use super::{Bytes, Out, Printed, ipv4, routing};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "igmp";
    let length = bytes.wire_len();
    match bytes.u8(0)? {
        0x11 => {
            out.put("igmp query ");
            if length >= 12 {
                return query_v3(out, &bytes, length);
            }
            match bytes.u8(1)? {
                0 => out.put("v1"),
                100 => out.put("v2"),
                time => say!(out, "v2 [max resp time {time}]"),
            }
            let group = ipv4(&bytes, 4)?;
            if !group.is_unspecified() {
                say!(out, " [gaddr {group}]");
            }
            extra(out, length);
        }
        0x12 => {
            say!(out, "igmp v1 report {}", ipv4(&bytes, 4)?);
            extra(out, length);
        }
        0x16 => {
            say!(out, "igmp v2 report {}", ipv4(&bytes, 4)?);
            // What follows the group is not counted here.
        }
        0x22 => {
            out.put("igmp v3 report");
            if length < 16 {
                say!(out, " [invalid len {length}]");
                return Ok(());
            }
            say!(out, ", {} group record(s)", bytes.u16(6)?);
            if out.verbose() {
                return records(out, &bytes);
            }
        }
        0x17 => say!(out, "igmp leave {}", ipv4(&bytes, 4)?),
        0x13 => {
            out.put("igmp dvmrp");
            if length < 8 {
                say!(out, " [len {length}]");
            } else {
                return dvmrp(out, &bytes);
            }
        }
        0x14 => {
            out.put("igmp pimv1");
            return routing::pim_v1(out, &bytes);
        }
        kind @ (0x1f | 0x1e) => {
            let what = if kind == 0x1f { "mtrace" } else { "mresp" };
            say!(
                out,
                "{what} {}: {} to {} reply-to {}",
                bytes.u32(20)? & 0xff_ffff,
                ipv4(&bytes, 8)?,
                ipv4(&bytes, 12)?,
                ipv4(&bytes, 16)?
            );
        }
        kind => say!(out, "igmp-{kind}"),
    }
    Ok(())
}

fn extra(out: &mut Out<'_>, length: usize) {
    if length != 8 {
        say!(out, " [len {length}]");
    }
}

/// Tenths of seconds, exponentially from 128 on.
fn time(code: u32) -> u32 {
    if code < 128 { code } else { (code & 15 | 16) << ((code >> 4 & 7).saturating_add(3)) }
}

fn query_v3(out: &mut Out<'_>, bytes: &Bytes<'_>, length: usize) -> Printed {
    out.put("v3");
    let tenths = time(u32::from(bytes.u8(1)?));
    if tenths != 100 {
        match tenths {
            0..100 => say!(out, " [max resp time {}.{}s]", tenths / 10, tenths % 10),
            _ => say!(out, " [max resp time {}s]", tenths / 10),
        }
    }
    let group = ipv4(bytes, 4)?;
    if group.is_unspecified() {
        return Ok(());
    }
    say!(out, " [gaddr {group}");
    let sources = usize::from(bytes.u16(10)?);
    if sources > 0 {
        if length < sources.saturating_mul(4).saturating_add(12) {
            out.put(" [invalid number of sources]");
        } else if out.options.v > 1 {
            out.put(" {");
            for n in 0..sources {
                say!(out, " {}", ipv4(bytes, n.saturating_mul(4).saturating_add(12))?);
            }
            out.put(" }");
        } else {
            say!(out, ", {sources} source(s)");
        }
    }
    out.put("]");
    Ok(())
}

fn records(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    const KINDS: [&str; 7] = ["", "is_in", "is_ex", "to_in", "to_ex", "allow", "block"];
    let mut at = 8usize;
    for _ in 0..bytes.u16(6)? {
        let (kind, extra, sources) = (bytes.u8(at)?, bytes.u8(at.saturating_add(1))?, bytes.u16(at.saturating_add(2))?);
        say!(out, " [gaddr {}", ipv4(bytes, at.saturating_add(4))?);
        let name = KINDS.get(usize::from(kind)).copied().filter(|name| !name.is_empty());
        // An empty list to leave or to join is what older versions call so.
        match (name, kind, sources) {
            (_, 3, 0) => out.put(" to_in"),
            (Some(name), ..) => say!(out, " {name}"),
            (None, ..) => say!(out, " [v3-report-#{kind}]"),
        }
        out.put(" {");
        at = at.saturating_add(8);
        for n in 0..usize::from(sources) {
            say!(out, " {}", ipv4(bytes, at.saturating_add(n.saturating_mul(4)))?);
        }
        out.put(" }]");
        at = at.saturating_add(usize::from(sources).saturating_add(usize::from(extra)).saturating_mul(4));
    }
    Ok(())
}

fn dvmrp(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    match bytes.u8(1)? {
        1 => out.put(" Probe"),
        2 => out.put(" Report"),
        3 => out.put(" Ask-neighbors"),
        4 => out.put(" Neighbors"),
        5 => out.put(" Ask-neighbors2"),
        6 => out.put(" Neighbors2"),
        7 => {
            out.put(" Prune");
            say!(out, " src {} grp {}", ipv4(bytes, 8)?, ipv4(bytes, 12)?);
        }
        8 => {
            out.put(" Graft");
            say!(out, " src {} grp {}", ipv4(bytes, 8)?, ipv4(bytes, 12)?);
        }
        9 => {
            out.put(" Graft-ACK");
            say!(out, " src {} grp {}", ipv4(bytes, 8)?, ipv4(bytes, 12)?);
        }
        code => say!(out, " [type {code}]"),
    }
    Ok(())
}
