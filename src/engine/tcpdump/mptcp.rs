//! Multipath TCP options (RFC 6824, RFC 8684).
use super::tcp::hex;
use super::{Bytes, Out, ipv4, ipv6};
use crate::engine::dissect::Problem;

const SYN: u8 = 2;
const ACK: u8 = 16;

/// The option behind kind and length; false when its length does not fit.
pub fn print(out: &mut Out<'_>, data: Bytes<'_>, flags: u8) -> Result<bool, Problem> {
    let len = data.wire_len().saturating_add(2);
    if len < 3 {
        return Ok(false);
    }
    let first = data.u8(0)?;
    let name = match first >> 4 {
        0 => "capable",
        1 => "join",
        2 => "dss",
        3 => "add-addr",
        4 => "rem-addr",
        5 => "prio",
        6 => "fail",
        7 => "fast-close",
        8 => "tcp-rst",
        _ => "unknown",
    };
    say!(out, " {len} {name}");
    match first >> 4 {
        0 => capable(out, &data, len, flags),
        1 => join(out, &data, len, flags),
        2 => dss(out, &data, len, flags),
        3 => add_address(out, &data, len),
        4 => {
            say!(out, " id");
            for id in data.from(1).all() {
                say!(out, " {id}");
            }
            Ok(true)
        }
        5 => {
            if !matches!(len, 3 | 4) {
                return Ok(false);
            }
            out.put(if first & 1 != 0 { " backup" } else { " non-backup" });
            if len == 4 {
                say!(out, " id {}", data.u8(1)?);
            }
            Ok(true)
        }
        6 if len != 12 => Ok(false),
        6 => {
            say!(out, " seq {}", data.u64(2)?);
            Ok(true)
        }
        7 if len != 12 => Ok(false),
        7 => {
            say!(out, " key 0x{:x}", data.u64(2)?);
            Ok(true)
        }
        8 if len != 4 => Ok(false),
        8 => {
            say!(
                out,
                " flags [{}]",
                super::bits(&[(8, "U"), (4, "V"), (2, "W"), (1, "T")], u32::from(first & 15), "none", "")
            );
            let reason = match data.u8(1)? {
                0 => "unspecified",
                1 => "MPTCP-specific-error",
                2 => "lack-of-resources",
                3 => "administratively-prohibited",
                4 => "too-much-outstanding-data",
                5 => "unacceptable-performance",
                6 => "middlebox-interference",
                _ => "unknown reason code 0x02x",
            };
            say!(out, " reason {reason}");
            Ok(true)
        }
        _ => Ok(true),
    }
}

fn capable(out: &mut Out<'_>, data: &Bytes<'_>, len: usize, flags: u8) -> Result<bool, Problem> {
    let version = data.u8(0)? & 15;
    let fits = match len {
        12 => flags & SYN != 0 || version == 1 && flags & (SYN | ACK) == SYN | ACK,
        4 => version == 1 && flags & (SYN | ACK) == SYN,
        20 | 22 | 24 => flags & (SYN | ACK) == ACK,
        _ => false,
    };
    if !fits {
        return Ok(false);
    }
    match version {
        0 | 1 => say!(out, " v{version}"),
        _ => {
            out.put(" Unknown Version (");
            say!(out, "{version})");
            return Ok(true);
        }
    }
    let bits = data.u8(1)?;
    if version == 1 && bits & 0x20 != 0 {
        out.put(" flags [C]");
    }
    if bits & 0x80 != 0 {
        out.put(" csum");
    }
    if len > 4 {
        say!(out, " {{0x{:x}", data.u64(2)?);
        if len >= 20 {
            say!(out, ",0x{:x}", data.u64(10)?);
        }
        out.put("}");
    }
    if len >= 22 {
        say!(out, " len {}", data.u16(18)?);
    }
    if len == 24 {
        say!(out, " csum 0x{:x}", data.u16(20)?);
    }
    Ok(true)
}

fn join(out: &mut Out<'_>, data: &Bytes<'_>, len: usize, flags: u8) -> Result<bool, Problem> {
    let fits = match len {
        12 => flags & SYN != 0,
        16 => flags & (SYN | ACK) == SYN | ACK,
        24 => flags & ACK != 0,
        _ => false,
    };
    if !fits {
        return Ok(false);
    }
    if len != 24 {
        if data.u8(0)? & 1 != 0 {
            out.put(" backup");
        }
        say!(out, " id {}", data.u8(1)?);
    }
    match len {
        12 => say!(out, " token 0x{:x} nonce 0x{:x}", data.u32(2)?, data.u32(6)?),
        16 => say!(out, " hmac 0x{:x} nonce 0x{:x}", data.u64(2)?, data.u32(10)?),
        _ => {
            out.put(" hmac 0x");
            hex(out, data.take(2..22)?);
        }
    }
    Ok(true)
}

/// Data acknowledgements and mappings, of four or eight bytes each.
fn dss(out: &mut Out<'_>, data: &Bytes<'_>, len: usize, tcp: u8) -> Result<bool, Problem> {
    if len < 4 || tcp & SYN != 0 {
        return Ok(false);
    }
    let flags = data.u8(1)?;
    if flags & 0x10 != 0 {
        out.put(" fin");
    }
    let (mut at, mut left) = (2usize, len.saturating_sub(4));
    let mut number = |out: &mut Out<'_>, what: &str, long: bool| -> Result<bool, Problem> {
        let size = if long { 8 } else { 4 };
        out.put(what);
        if left < size {
            return Ok(false);
        }
        match long {
            true => say!(out, "{}", data.u64(at)?),
            false => say!(out, "{}", data.u32(at)?),
        }
        at = at.saturating_add(size);
        left = left.saturating_sub(size);
        Ok(true)
    };
    if flags & 1 != 0 && !number(out, " ack ", flags & 2 != 0)? {
        return Ok(false);
    }
    if flags & 4 != 0 {
        if !number(out, " seq ", flags & 8 != 0)? || !number(out, " subseq ", false)? {
            return Ok(false);
        }
        out.put(" len ");
        if left < 2 {
            return Ok(false);
        }
        say!(out, "{}", data.u16(at)?);
        at = at.saturating_add(2);
        left = left.saturating_sub(2);
        if left >= 2 {
            say!(out, " csum 0x{:x}", data.u16(at)?);
            left = left.saturating_sub(2);
        }
    }
    Ok(left == 0)
}

fn add_address(out: &mut Out<'_>, data: &Bytes<'_>, len: usize) -> Result<bool, Problem> {
    let low = data.u8(0)? & 15;
    match len {
        8 | 10 | 16 | 18 | 20 | 22 | 26 | 28 => {}
        _ => return Ok(false),
    }
    // Version 0 says the kind of address here, version 1 whether it is an echo.
    let v6 = matches!(len, 20 | 22 | 26 | 28) && low != 4;
    match low {
        4 | 6 => say!(out, " v0-ip{low}"),
        _ => {
            say!(out, " v1{}", if low & 1 != 0 { " echo" } else { "" });
        }
    }
    say!(out, " id {}", data.u8(1)?);
    let at = if v6 {
        say!(out, " {}", ipv6(data, 2)?);
        18
    } else {
        say!(out, " {}", ipv4(data, 2)?);
        6
    };
    let rest = len.saturating_sub(at).saturating_sub(2);
    let at = if rest % 8 == 2 {
        say!(out, ":{}", data.u16(at)?);
        at.saturating_add(2)
    } else {
        at
    };
    if rest >= 8 {
        say!(out, " hmac 0x");
        hex(out, data.take(at..at.saturating_add(8))?);
    }
    Ok(true)
}
