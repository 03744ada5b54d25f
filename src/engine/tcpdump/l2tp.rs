//! Layer Two Tunneling Protocol, RFC 2661.
use super::{Bytes, Out, Printed, bits, ppp, safe};

pub fn l2tp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "l2tp";
    let length = bytes.wire_len();
    let flags = bytes.u16(0)?;
    match flags & 15 {
        2 => out.put(" l2tp:"),
        1 => {
            out.put(" l2f:");
            return Ok(());
        }
        _ => {
            out.put(" Unknown Version, neither L2F(1) nor L2TP(2)");
            return Ok(());
        }
    }
    let set = |bit: u16| flags & bit != 0;
    let letters = [(0x8000, "T"), (0x4000, "L"), (0x0800, "S"), (0x0200, "O"), (0x0100, "P")];
    say!(out, "[{}]", bits(&letters, u32::from(flags), "", ""));
    let mut at = 2usize;
    let mut said = 0usize;
    if set(0x4000) {
        said = usize::from(bytes.u16(at)?);
        at = at.saturating_add(2);
    }
    say!(out, "({}/{})", bytes.u16(at)?, bytes.u16(at.saturating_add(2))?);
    at = at.saturating_add(4);
    if set(0x0800) {
        say!(out, "Ns={},Nr={}", bytes.u16(at)?, bytes.u16(at.saturating_add(2))?);
        at = at.saturating_add(4);
    }
    if set(0x0200) {
        at = at.saturating_add(usize::from(bytes.u16(at)?)).saturating_add(2);
    }
    if set(0x4000) {
        if length < said {
            say!(out, " Length {said} larger than packet");
            out.cut();
            return Ok(());
        }
        if said < at {
            say!(out, " Length {said} smaller than header length");
            out.cut();
            return Ok(());
        }
    } else {
        said = length;
    }
    let rest = bytes.from(at).limit(said.saturating_sub(at));
    if set(0x8000) {
        if rest.wire_len() == 0 {
            out.put(" ZLB");
            return Ok(());
        }
        let printed = l2tp_values(out, rest);
        out.part(printed);
        return Ok(());
    }
    out.put(" {");
    ppp::print(out, rest)?;
    out.put("}");
    Ok(())
}

pub(super) const MESSAGES: [&str; 17] = [
    "", "SCCRQ", "SCCRP", "SCCCN", "StopCCN", "", "HELLO", "OCRQ", "OCRP", "OCCN", "ICRQ", "ICRP", "ICCN", "", "CDN",
    "WEN", "SLI",
];

pub(super) const VALUES: [&str; 40] = [
    "MSGTYPE",
    "RESULT_CODE",
    "PROTO_VER",
    "FRAMING_CAP",
    "BEARER_CAP",
    "TIE_BREAKER",
    "FIRM_VER",
    "HOST_NAME",
    "VENDOR_NAME",
    "ASSND_TUN_ID",
    "RECV_WIN_SIZE",
    "CHALLENGE",
    "Q931_CAUSE",
    "CHALLENGE_RESP",
    "ASSND_SESS_ID",
    "CALL_SER_NUM",
    "MINIMUM_BPS",
    "MAXIMUM_BPS",
    "BEARER_TYPE",
    "FRAMING_TYPE",
    "",
    "CALLED_NUMBER",
    "CALLING_NUMBER",
    "SUB_ADDRESS",
    "TX_CONN_SPEED",
    "PHY_CHANNEL_ID",
    "INITIAL_LCPREQ",
    "LAST_SENT_LCPREQ",
    "LAST_RCVD_LCPREQ",
    "PROXY_AUTH_TYPE",
    "PROXY_AUTH_NAME",
    "PROXY_AUTH_CHAL",
    "PROXY_AUTH_ID",
    "PROXY_AUTH_RESP",
    "CALL_ERRORS",
    "ACCM",
    "RANDOM_VECTOR",
    "PRIVATE_GRP_ID",
    "RX_CONN_SPEED",
    "SEQ_REQUIRED",
];

pub(super) fn l2tp_values(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    let mut at = 0usize;
    while at < bytes.wire_len() {
        out.put(" ");
        let first = bytes.u16(at)?;
        let length = usize::from(first & 0x3ff);
        if length < 6 || at.saturating_add(length) > bytes.wire_len() {
            return Err(super::Problem::Malformed);
        }
        out.put(if first & 0x8000 != 0 { "*" } else { "" });
        let hidden = first & 0x4000 != 0;
        out.put(if hidden { "?" } else { "" });
        bytes.take(at..at.saturating_add(length))?;
        let vendor = bytes.u16(at.saturating_add(2))?;
        let kind = bytes.u16(at.saturating_add(4))?;
        let value = bytes.from(at.saturating_add(6)).limit(length.saturating_sub(6));
        at = at.saturating_add(length);
        if vendor != 0 {
            say!(out, "VENDOR{vendor:04x}:ATTR{kind:04x}");
            continue;
        }
        let name = VALUES.get(usize::from(kind)).filter(|name| !name.is_empty());
        match name {
            Some(name) => out.put(name),
            None => say!(out, "AVP-#{kind}"),
        }
        out.put("(");
        if hidden {
            out.put("???)");
            continue;
        }
        match kind {
            0 => {
                let message = value.u16(0)?;
                match MESSAGES.get(usize::from(message)).filter(|name| !name.is_empty()) {
                    Some(name) => out.put(name),
                    None => say!(out, "MSGTYPE-#{message}"),
                }
            }
            1 => {
                say!(out, "{}", value.u16(0)?);
                if value.len() > 2 {
                    say!(out, "/{}", value.u16(2)?);
                }
                if value.len() > 4 {
                    out.put(" ");
                    safe(out, value.from(4).all());
                }
            }
            2 => say!(out, "{}.{}", value.u16(0)? >> 8, value.u16(0)? & 0xff),
            3 | 19 => {
                let set = value.u32(0)?;
                out.put(if set & 2 != 0 { "A" } else { "" });
                out.put(if set & 1 != 0 { "S" } else { "" });
            }
            4 | 18 => {
                let set = value.u32(0)?;
                out.put(if set & 2 != 0 { "A" } else { "" });
                out.put(if set & 1 != 0 { "D" } else { "" });
            }
            5 => say!(out, "{:x}", value.u64(0)?),
            6 | 9 | 10 | 14 | 29 => say!(out, "{}", value.u16(0)?),
            7 | 8 | 21..=23 | 30 | 37 => safe(out, value.all()),
            11 | 13 | 26..=28 | 31 | 33 | 36 => super::tcp::hex(out, value.all()),
            12 => {
                say!(out, "{:02x} {:02x}", value.u16(0)?, value.u8(2)?);
                if value.len() > 3 {
                    out.put(" ");
                    safe(out, value.from(3).all());
                }
            }
            15..=17 | 24 | 25 | 38 => say!(out, "{}", value.u32(0)?),
            32 => say!(out, "{}", value.u16(0)? & 0xff),
            34 => {
                let names = ["PipeE", "FrameE", "HardwareO", "BufferO", "TimeoutE", "AlignE"];
                let mut between = "";
                for (n, name) in names.iter().enumerate() {
                    say!(out, "{between}{name}={}", value.u32(n.saturating_mul(4).saturating_add(2))?);
                    between = " ";
                }
            }
            35 => say!(out, "send={:08x} recv={:08x} ", value.u32(2)?, value.u32(6)?),
            _ => {}
        }
        out.put(")");
    }
    Ok(())
}
