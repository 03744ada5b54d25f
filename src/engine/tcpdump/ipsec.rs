//! IPsec: AH (RFC 4302), ESP (RFC 4303), IPComp (RFC 3173), ISAKMP (RFC 2408, 7296).
use super::{Bytes, Out, Printed, tcp};
use crate::engine::dissect::Problem;

/// Prints the header and tells how long it is.
pub fn ah(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Result<usize, Problem> {
    out.protocol = "ah";
    let words = usize::from(bytes.u8(1)?);
    let length = words.saturating_add(2).saturating_mul(4);
    out.put("AH(");
    if out.verbose() {
        say!(out, "length={words}({}-bytes),", length);
    }
    let reserved = bytes.u16(2)?;
    if reserved != 0 {
        say!(out, "reserved=0x{reserved:x}[MustBeZero],");
    }
    say!(out, "spi=0x{:08x},", bytes.u32(4)?);
    if out.verbose() {
        say!(out, "sumlen={},", length.saturating_sub(12));
    }
    say!(out, "seq=0x{:x},icv=0x", bytes.u32(8)?);
    tcp::hex(out, bytes.take(12..length.max(12))?);
    out.put(")");
    Ok(length)
}

pub fn esp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "esp";
    if bytes.len() < 8 {
        out.cut();
        return Ok(());
    }
    say!(out, "ESP(spi=0x{:08x},seq=0x{:x}), length {}", bytes.u32(0)?, bytes.u32(4)?, bytes.wire_len());
    Ok(())
}

pub fn ipcomp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ipcomp";
    out.put("IPComp(");
    say!(out, "cpi=0x{:04x})", bytes.u16(2)?);
    Ok(())
}

/// RFC 3948: ESP in UDP, with key exchange behind four zeros.
pub fn nat_traversal(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "isakmp_rfc3948";
    if bytes.wire_len() == 1 && bytes.u8(0)? == 0xff {
        out.put("isakmp-nat-keep-alive");
        return Ok(());
    }
    if bytes.wire_len() < 4 || bytes.len() < 4 {
        out.cut();
        return Ok(());
    }
    if bytes.u32(0)? == 0 {
        out.put("NONESP-encap: ");
        return isakmp(out, bytes.from(4));
    }
    out.put("UDP-encap: ");
    esp(out, bytes)
}

pub fn isakmp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "isakmp";
    if bytes.len() < 28 || bytes.wire_len() < 28 {
        out.cut();
        return Ok(());
    }
    let version = bytes.u8(17)?;
    let (next, exchange, flags) = (bytes.u8(16)?, bytes.u8(18)?, bytes.u8(19)?);
    out.put("isakmp:");
    match version >> 4 {
        1 => ike_v1(out, &bytes, next, exchange, flags),
        2 => ike_v2(out, &bytes, next, exchange, flags),
        _ => Ok(()),
    }
}

fn ike_v1(out: &mut Out<'_>, bytes: &Bytes<'_>, next: u8, exchange: u8, flags: u8) -> Printed {
    const EXCHANGES: [&str; 6] = ["none", "base", "ident", "auth", "agg", "inf"];
    let initiator = bytes.u64(8)? == 0;
    let kind = match exchange {
        0..=5 => EXCHANGES.get(usize::from(exchange)).copied().unwrap_or_default().to_owned(),
        32 => "oakley-quick".to_owned(),
        33 => "oakley-newgroup".to_owned(),
        kind => format!("#{kind}"),
    };
    let phase = if bytes.u32(20)? == 0 { "1" } else { "2/others" };
    let side = if initiator { "I" } else { "R" };
    // Which side speaks is only certain in the first message.
    let side = if phase == "1" { side } else { "?" };
    say!(out, " phase {phase} {side} {kind}");
    if flags & 1 != 0 {
        say!(out, "[{}{}]", "E", if flags & 2 != 0 { "C" } else { "" });
    } else if flags & 2 != 0 {
        out.put("[C]");
    }
    if flags & 1 != 0 && out.verbose() {
        say!(out, ": [encrypted {}]", payload_v1(next));
    } else if out.verbose() {
        out.put(":");
    }
    Ok(())
}

fn payload_v1(kind: u8) -> String {
    const NAMES: [&str; 14] =
        ["none", "sa", "p", "t", "ke", "id", "cert", "cr", "hash", "sig", "nonce", "n", "d", "vid"];
    NAMES.get(usize::from(kind)).map_or_else(|| format!("#{kind}"), |name| (*name).to_owned())
}

fn ike_v2(out: &mut Out<'_>, bytes: &Bytes<'_>, next: u8, exchange: u8, flags: u8) -> Printed {
    let phase = if bytes.u32(20)? == 0 { "parent_sa" } else { "child_sa " };
    let kind = match exchange {
        34 => "ikev2_init".to_owned(),
        35 => "ikev2_auth".to_owned(),
        36 => "child_sa".to_owned(),
        37 => "inf2".to_owned(),
        kind => format!("#{kind}"),
    };
    say!(out, " {phase} {kind}");
    if flags != 0 {
        say!(
            out,
            "[{}{}{}]",
            if flags & 8 != 0 { "I" } else { "" },
            if flags & 0x10 != 0 { "V" } else { "" },
            if flags & 0x20 != 0 { "R" } else { "" }
        );
    }
    if out.verbose() {
        say!(out, ":");
        let _ = next;
    }
    Ok(())
}
