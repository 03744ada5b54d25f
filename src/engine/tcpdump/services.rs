//! Services by port that tcpdump says a few words about, one function each.
use super::{Bytes, Out, Printed, ipv4, safe, text, word};
use crate::engine::dissect::Problem;

pub fn ssh(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ssh";
    // Only what starts as the greeting does.
    if bytes.is_empty() && bytes.is_cut() {
        return Err(Problem::Truncated);
    }
    if !bytes.all().starts_with(b"SSH") {
        return Ok(());
    }
    let mark = out.text.len();
    out.put(": SSH");
    let line = text::line(out, ": ", bytes, 0);
    if line.is_none() {
        out.text.truncate(mark);
    }
    Ok(())
}

pub fn tftp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "tftp";
    say!(out, "TFTP, length {}", bytes.wire_len());
    let kind = bytes.u16(0)?;
    let names = [(1, "RRQ"), (2, "WRQ"), (3, "DATA"), (4, "ACK"), (5, "ERROR"), (6, "OACK")];
    say!(out, ", {}", word(&names, u32::from(kind), |kind| format!("tftp-#{kind}")));
    let rest = bytes.from(2);
    match kind {
        1 | 2 => {
            out.put(" \"");
            let at = zero_ended(out, &rest, 0, true)?;
            out.put("\"");
            let mut at = at;
            // Mode, then options with their values.
            while at < rest.wire_len() && rest.u8(at).is_ok_and(|byte| byte != 0) {
                out.put(" ");
                at = zero_ended(out, &rest, at, false)?;
            }
        }
        6 => {
            let mut at = 0usize;
            while at < rest.wire_len() && rest.u8(at).is_ok_and(|byte| byte != 0) {
                out.put(" ");
                at = zero_ended(out, &rest, at, false)?;
            }
        }
        3 | 4 => {
            if rest.wire_len() < 2 {
                return Err(Problem::Truncated);
            }
            say!(out, " block {}", rest.u16(0)?);
        }
        5 => {
            let errors = [
                (0, "EUNDEF"),
                (1, "ENOTFOUND"),
                (2, "EACCESS"),
                (3, "ENOSPACE"),
                (4, "EBADOP"),
                (5, "EBADID"),
                (6, "EEXISTS"),
                (7, "ENOUSER"),
            ];
            let error = rest.u16(0)?;
            say!(out, " {} \"", word(&errors, u32::from(error), |error| format!("tftp-err-#{error} ")));
            zero_ended(out, &rest, 2, false)?;
            out.put("\"");
        }
        _ => {}
    }
    Ok(())
}

/// Prints text up to its zero and tells where the next begins.
fn zero_ended(out: &mut Out<'_>, bytes: &Bytes<'_>, at: usize, closed: bool) -> Result<usize, Problem> {
    let rest = bytes.all().get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == 0);
    safe(out, rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
    if end.is_none() && closed {
        out.put("\"");
    }
    end.map(|end| at.saturating_add(end).saturating_add(1)).ok_or(Problem::Truncated)
}

/// Version 4's requests, version 5 by its first byte.
pub fn kerberos(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "krb";
    let version = bytes.u8(0)?;
    match version {
        1..=4 => {
            let kind = bytes.u8(1)? & 0xfe;
            let order = if bytes.u8(1)? & 1 != 0 { "le" } else { "be" };
            say!(out, " v{version}");
            if version == 4 {
                let kinds = [
                    (2, "KDC_REQUEST"),
                    (4, "KDC_REPLY"),
                    (6, "APPL_REQUEST"),
                    (8, "APPL_REQUEST_MUTUAL"),
                    (10, "ERR_REPLY"),
                    (12, "PRIVATE_MESSAGE"),
                    (14, "SAFE_MESSAGE"),
                    (16, "APPL_ERR"),
                ];
                say!(out, " {order} {}: ", word(&kinds, u32::from(kind), |_| "unknown".to_owned()));
            }
        }
        106 | 107 => out.put(" v5"),
        _ => {}
    }
    Ok(())
}

const FACILITIES: [&str; 24] = [
    "kernel", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
    "security", "console", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];
const SEVERITIES: [&str; 8] = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

pub fn syslog(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "syslog";
    // `<priority>` of up to three digits.
    let mut priority = 0u32;
    let mut at = 1usize;
    if bytes.u8(0)? != b'<' {
        out.invalid();
        return Ok(());
    }
    loop {
        match bytes.u8(at)? {
            b'>' => break,
            digit @ b'0'..=b'9' if at < 4 => {
                priority = priority.saturating_mul(10).saturating_add(u32::from(digit & 15))
            }
            _ => {
                out.invalid();
                return Ok(());
            }
        }
        at = at.saturating_add(1);
    }
    let (Some(facility), Some(severity)) =
        (FACILITIES.get(priority as usize >> 3), SEVERITIES.get(priority as usize & 7))
    else {
        out.invalid();
        return Ok(());
    };
    say!(out, "SYSLOG {facility}.{severity}, length: {}", bytes.wire_len());
    Ok(())
}

pub fn timed(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "timed";
    const KINDS: [&str; 25] = [
        "TSP_ANY",
        "TSP_ADJTIME",
        "TSP_ACK",
        "TSP_MASTERREQ",
        "TSP_MASTERACK",
        "TSP_SETTIME",
        "TSP_MASTERUP",
        "TSP_SLAVEUP",
        "TSP_ELECTION",
        "TSP_ACCEPT",
        "TSP_REFUSE",
        "TSP_CONFLICT",
        "TSP_RESOLVE",
        "TSP_QUIT",
        "TSP_DATE",
        "TSP_DATEREQ",
        "TSP_DATEACK",
        "TSP_TRACEON",
        "TSP_TRACEOFF",
        "TSP_MSITE",
        "TSP_MSITEREQ",
        "TSP_TEST",
        "TSP_SETDATE",
        "TSP_SETDATEREQ",
        "TSP_LOOP",
    ];
    let kind = bytes.u8(0)?;
    match KINDS.get(usize::from(kind)) {
        Some(name) => out.put(name),
        None => say!(out, "(tsp_type 0x{kind:x})"),
    }
    say!(out, " vers {} seq {}", bytes.u8(1)?, bytes.u16(2)?);
    match kind {
        24 => say!(out, " hopcount {}", bytes.u8(4)?),
        1 | 5 | 22 | 23 => say!(out, " time {}.{:06}", bytes.u32(4)?, bytes.u32(8)?),
        _ => {}
    }
    out.put(" name ");
    zero_ended(out, &bytes, 12, false).map(|_| ())
}

pub fn aodv(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "aodv";
    say!(out, " aodv type {} {}", bytes.u8(0)?, bytes.wire_len());
    Ok(())
}

pub fn ldp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ldp";
    let version = bytes.u16(0)?;
    if version != 1 {
        say!(out, "LDP version {version} packet not supported");
        return Ok(());
    }
    let length = usize::from(bytes.u16(2)?);
    say!(out, "\n\tLDP, Label-Space-ID: {}:{}, pdu-length: {length}", ipv4(&bytes, 4)?, bytes.u16(8)?);
    Ok(())
}

pub fn olsr(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "olsr";
    say!(out, "OLSRv4, seq 0x{:04x}, length {}", bytes.u16(2)?, bytes.u16(0)?);
    Ok(())
}

pub fn lsp_ping(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "lspping";
    let version = bytes.u16(0)?;
    if version != 1 {
        say!(out, "LSP-PING version {version} packet not supported");
        return Ok(());
    }
    bytes.take(0..32)?;
    let kinds = [(1, "MPLS Echo Request"), (2, "MPLS Echo Reply")];
    say!(
        out,
        "LSP-PINGv1, {}, seq {}, length {}",
        word(&kinds, u32::from(bytes.u8(4)?), |kind| format!("unknown ({kind})")),
        bytes.u32(12)?,
        bytes.wire_len()
    );
    Ok(())
}

pub fn openflow(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "openflow";
    out.put(": OpenFlow");
    let mut at = 0usize;
    while at < bytes.wire_len() {
        let (version, kind) = (bytes.u8(at)?, bytes.u8(at.saturating_add(1))?);
        let (length, id) = (bytes.u16(at.saturating_add(2))?, bytes.u32(at.saturating_add(4))?);
        let versions = [(1, "1.0"), (2, "1.1"), (3, "1.2"), (4, "1.3"), (5, "1.4"), (6, "1.5")];
        let name = word(&versions, u32::from(version), |_| "unknown".to_owned());
        let name = if name == "unknown" { format!("unknown (0x{version:02x})") } else { name.into_owned() };
        let kinds = [(0, "HELLO"), (1, "ERROR"), (2, "ECHO_REQUEST"), (3, "ECHO_REPLY")];
        let kind = word(&kinds, u32::from(kind), |kind| format!("unknown (0x{kind:02x})"));
        say!(out, "\n\tversion {name}, type {kind}, length {length}, xid 0x{id:08x}");
        if length < 8 {
            out.invalid();
            return Ok(());
        }
        at = at.saturating_add(usize::from(length));
        if at > bytes.wire_len() {
            return Err(Problem::Truncated);
        }
    }
    Ok(())
}

pub fn beep(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "beep";
    let all = bytes.all();
    let kinds: [(&[u8], &str); 8] = [
        (b"MSG", "MSG"),
        (b"ERR ", "ERR"),
        (b"ANS", "ANS"),
        (b"NUL", "NUL"),
        (b"SEQ ", "SEQ"),
        (b"END", "END"),
        (b"RPY ", "RPY"),
        (b"", "(payload or undecoded)"),
    ];
    let name = kinds.iter().find(|(start, _)| all.starts_with(start)).map_or("", |(_, name)| *name);
    say!(out, " BEEP {name}");
    Ok(())
}

pub fn msdp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "msdp";
    out.put(": msdp");
    let mut at = 0usize;
    while at < bytes.wire_len() {
        let (kind, length) = (bytes.u8(at)?, usize::from(bytes.u16(at.saturating_add(1))?));
        if !(3..=1500).contains(&length) || !(1..=12).contains(&kind) {
            return Err(Problem::Malformed);
        }
        match kind {
            1 | 3 => {
                out.put(if kind == 1 { " SA" } else { " SA-Response" });
                say!(out, " {} entries", bytes.u8(at.saturating_add(3))?);
            }
            2 => say!(out, " SA-Request for {}", ipv4(&bytes, at.saturating_add(4))?),
            4 => {
                out.put(" Keepalive");
                if length != 3 {
                    say!(out, "[len={length}] ");
                }
            }
            5 => out.put(" Notification"),
            _ => say!(out, " [type={kind} len={length}]"),
        }
        at = at.saturating_add(length);
    }
    Ok(())
}

pub fn rpki(out: &mut Out<'_>, _: Bytes<'_>) -> Printed {
    out.protocol = "rpki_rtr";
    out.put(", RPKI-RTR");
    Ok(())
}

pub fn pptp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "pptp";
    const KINDS: [&str; 16] = [
        "", "SCCRQ", "SCCRP", "StopCCRQ", "StopCCRP", "ECHORQ", "ECHORP", "OCRQ", "OCRP", "ICRQ", "ICRP", "ICCN",
        "CCRQ", "CDN", "WEN", "SLI",
    ];
    out.put(": pptp");
    let (message, cookie, kind, reserved) = (bytes.u16(2)?, bytes.u32(4)?, bytes.u16(8)?, bytes.u16(10)?);
    if out.verbose() {
        say!(out, " Length={}", bytes.u16(0)?);
        match message {
            1 => out.put(" CTRL-MSG"),
            2 => out.put(" MGMT-MSG"),
            _ => out.put(" UNKNOWN-MSG-TYPE"),
        }
    }
    if cookie != 0x1a2b_3c4d {
        say!(out, " UNEXPECTED Magic-Cookie!!({cookie:08x})");
        say!(out, " Magic-Cookie={cookie:08x}");
    } else if out.verbose() {
        say!(out, " Magic-Cookie={cookie:08x}");
    }
    match KINDS.get(usize::from(kind)).filter(|name| !name.is_empty()) {
        Some(name) => say!(out, " CTRL_MSGTYPE={name}"),
        None => say!(out, " UNKNOWN_CTRL_MSGTYPE({kind})"),
    }
    if reserved != 0 {
        say!(out, " [ERROR: reserved={reserved} must be zero]");
    }
    let b = bytes.from(12);
    let short = |out: &mut Out<'_>, name: &str, at: usize| -> Printed {
        say!(out, " {name}({})", b.u16(at)?);
        Ok(())
    };
    let byte = |out: &mut Out<'_>, name: &str, at: usize| -> Printed {
        say!(out, " {name}({})", b.u8(at)?);
        Ok(())
    };
    let long = |out: &mut Out<'_>, name: &str, at: usize| -> Printed {
        say!(out, " {name}({})", b.u32(at)?);
        Ok(())
    };
    let name = |out: &mut Out<'_>, name: &str, at: usize| -> Printed {
        let text = b.take(at..at.saturating_add(64))?;
        say!(out, " {name}(");
        safe(out, text.split(|byte| *byte == 0).next().unwrap_or_default());
        out.put(")");
        Ok(())
    };
    let either = |out: &mut Out<'_>, name: &str, at: usize, words: [&str; 2], several: bool| -> Printed {
        let value = b.u32(at)?;
        let [first, second] = words;
        let shown = match (several, value) {
            (true, _) => {
                format!("{}{}", if value & 1 != 0 { first } else { "" }, if value & 2 != 0 { second } else { "" })
            }
            (false, 1) => first.to_owned(),
            (false, 2) => second.to_owned(),
            (false, 3) => "E".to_owned(),
            _ => "?".to_owned(),
        };
        say!(out, " {name}({shown})");
        Ok(())
    };
    match kind {
        1 | 2 => {
            say!(out, " PROTO_VER({}.{})", b.u16(0)? >> 8, b.u16(0)? & 0xff);
            if kind == 2 {
                byte(out, "RESULT_CODE", 2)?;
                byte(out, "ERR_CODE", 3)?;
            }
            either(out, "FRAME_CAP", 4, ["A", "S"], true)?;
            either(out, "BEARER_CAP", 8, ["A", "D"], true)?;
            short(out, "MAX_CHAN", 12)?;
            short(out, "FIRM_REV", 14)?;
            name(out, "HOSTNAME", 16)?;
            name(out, "VENDOR", 80)?;
        }
        3 => byte(out, "REASON", 0)?,
        4 => {
            byte(out, "RESULT_CODE", 0)?;
            byte(out, "ERR_CODE", 1)?;
        }
        5 => long(out, "ID", 0)?,
        6 => {
            long(out, "ID", 0)?;
            byte(out, "RESULT_CODE", 4)?;
            byte(out, "ERR_CODE", 5)?;
        }
        7 => {
            short(out, "CALL_ID", 0)?;
            short(out, "CALL_SER_NUM", 2)?;
            long(out, "MIN_BPS", 4)?;
            long(out, "MAX_BPS", 8)?;
            either(out, "BEARER_TYPE", 12, ["A", "D"], false)?;
            either(out, "FRAME_TYPE", 16, ["A", "S"], false)?;
            short(out, "RECV_WIN", 20)?;
            short(out, "PROC_DELAY", 22)?;
            short(out, "PHONE_NO_LEN", 24)?;
            name(out, "PHONE_NO", 28)?;
            name(out, "SUB_ADDR", 92)?;
        }
        8 => {
            short(out, "CALL_ID", 0)?;
            short(out, "PEER_CALL_ID", 2)?;
            byte(out, "RESULT_CODE", 4)?;
            byte(out, "ERR_CODE", 5)?;
            short(out, "CAUSE_CODE", 6)?;
            long(out, "CONN_SPEED", 8)?;
            short(out, "RECV_WIN", 12)?;
            short(out, "PROC_DELAY", 14)?;
            long(out, "PHY_CHAN_ID", 16)?;
        }
        12 => short(out, "CALL_ID", 0)?,
        13 => {
            short(out, "CALL_ID", 0)?;
            byte(out, "RESULT_CODE", 2)?;
            byte(out, "ERR_CODE", 3)?;
            short(out, "CAUSE_CODE", 4)?;
            let text = b.take(8..136)?;
            out.put(" CALL_STATS(");
            safe(out, text.split(|byte| *byte == 0).next().unwrap_or_default());
            out.put(")");
        }
        14 => {
            short(out, "PEER_CALL_ID", 0)?;
            for (n, what) in
                ["CRC_ERR", "FRAMING_ERR", "HARDWARE_OVERRUN", "BUFFER_OVERRUN", "TIMEOUT_ERR", "ALIGN_ERR"]
                    .iter()
                    .enumerate()
            {
                long(out, what, n.saturating_mul(4).saturating_add(4))?;
            }
        }
        15 => {
            short(out, "PEER_CALL_ID", 0)?;
            say!(out, " SEND_ACCM(0x{:08x}) RECV_ACCM(0x{:08x})", b.u32(4)?, b.u32(8)?);
        }
        _ => {}
    }
    Ok(())
}
