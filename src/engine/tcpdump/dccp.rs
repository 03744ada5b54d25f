//! DCCP (RFC 4340).
use super::ip::Net;
use super::{Bytes, Out, Printed};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>, net: &Net<'_>) -> Printed {
    out.protocol = "dccp";
    let (sport, dport) = (bytes.u16(0)?, bytes.u16(2)?);
    let length = bytes.wire_len();
    if length >= 12 {
        bytes.take(0..if bytes.u8(8)? & 1 != 0 { 16 } else { 12 })?;
    }
    net.ends(out, 33, sport, dport);
    out.put("DCCP");
    if length < 12 {
        say!(out, " truncated-dccp - {} bytes missing!", 12usize.saturating_sub(length));
        return Ok(());
    }
    let flags = bytes.u8(8)?;
    let (kind, extended) = (flags >> 1 & 15, flags & 1 != 0);
    let header = if extended { 16 } else { 12 };
    bytes.take(0..header)?;
    if out.verbose() {
        say!(out, " (CCVal {}, CsCov {})", bytes.u8(5)? >> 4, bytes.u8(5)? & 15);
    }
    out.put(" ");
    // The acknowledged number has as many bytes as the packet's own.
    let ack = |at: usize| match extended {
        true => bytes
            .u16(at.saturating_add(2))
            .and_then(|high| Ok(u64::from(high) << 32 | u64::from(bytes.u32(at.saturating_add(4))?))),
        false => bytes.u24(at.saturating_add(1)).map(u64::from),
    };
    let with_ack = if extended { 8usize } else { 4 };
    let needs = |out: &mut Out<'_>, name: &str, more: usize| -> bool {
        let whole = header.saturating_add(more);
        if length < whole {
            say!(out, "truncated-{name} - {} bytes missing!", whole.saturating_sub(length));
            return false;
        }
        true
    };
    let name = match kind {
        0 => "DCCP-Request",
        1 => "DCCP-Response",
        2 => "DCCP-Data",
        3 => "DCCP-Ack",
        4 => "DCCP-DataAck",
        5 => "DCCP-CloseReq",
        6 => "DCCP-Close",
        7 => "DCCP-Reset",
        8 => "DCCP-Sync",
        9 => "DCCP-SyncAck",
        _ => "",
    };
    let more = match kind {
        0 => 4,
        1 | 7 => with_ack.saturating_add(4),
        2 => 0,
        3..=9 => with_ack,
        _ => 0,
    };
    if !name.is_empty() && !needs(out, name, more) {
        return Ok(());
    }
    match kind {
        0 => say!(out, "{name} (service={}) ", bytes.u32(header)?),
        1 => say!(out, "{name} (service={}) ", bytes.u32(header.saturating_add(with_ack))?),
        7 => {
            const CODES: [&str; 12] = [
                "unspecified",
                "closed",
                "aborted",
                "no_connection",
                "packet_error",
                "option_error",
                "mandatory_error",
                "connection_refused",
                "bad_service_code",
                "too_busy",
                "bad_init_cookie",
                "aggression_penalty",
            ];
            let code = bytes.u8(header.saturating_add(with_ack))?;
            let code = CODES
                .get(usize::from(code))
                .map_or_else(|| format!("unknown reset code #{code}"), |name| (*name).to_owned());
            say!(out, "{name} (code={code}) ");
        }
        2..=6 | 8 | 9 => say!(out, "{name} "),
        _ => say!(out, "unknown-type-{kind} "),
    }
    if kind != 0 && kind != 2 {
        say!(out, "(ack={}) ", ack(header)?);
    }
    if out.options.v < 2 {
        return Ok(());
    }
    let number = match extended {
        true => u64::from(bytes.u16(10)?) << 32 | u64::from(bytes.u32(12)?),
        false => u64::from(bytes.u24(9)?),
    };
    say!(out, "seq {number}");
    Ok(())
}
