//! Tunnels: GRE (RFC 2784, 2637), VXLAN (RFC 7348) and its kin, Geneve (RFC 8926), MPLS (RFC 3032), L2TP (RFC 2661), NSH (RFC 8300).
use super::{Bytes, Out, Printed, bits, ip, ipx, link, misc, ppp, safe};

pub fn gre(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "gre";
    let flags = bytes.u16(0)?;
    let length = bytes.wire_len();
    let version = flags & 7;
    say!(out, "GREv{version}");
    match version {
        0 => {}
        1 => return pptp_gre(out, bytes, flags),
        _ => {
            out.put(" ERROR: unknown-version");
            return Ok(());
        }
    }
    let set = |bit: u16| flags & bit != 0;
    if out.verbose() {
        let names = [
            (0x8000, "checksum present"),
            (0x4000, "routing present"),
            (0x2000, "key present"),
            (0x1000, "sequence# present"),
            (0x0800, "source routing present"),
            (0x0080, "ack present"),
        ];
        say!(out, ", Flags [{}]", bits(&names, u32::from(flags), "none", ", "));
    }
    let kind = bytes.u16(2)?;
    let mut at = 4usize;
    if set(0xc000) {
        if out.verbose() {
            say!(out, ", sum 0x{:x}, off 0x{:x}", bytes.u16(at)?, bytes.u16(at.saturating_add(2))?);
        }
        at = at.saturating_add(4);
    }
    if set(0x2000) {
        let key = bytes.u32(at)?;
        say!(out, ", key=0x{key:x}");
        if kind == 0x6558 {
            // Network Virtualization using GRE (RFC 7637) has two numbers there.
        }
        at = at.saturating_add(4);
    }
    if set(0x1000) {
        say!(out, ", seq {}", bytes.u32(at)?);
        at = at.saturating_add(4);
    }
    if set(0x4000) {
        loop {
            let (family, len) = (bytes.u16(at)?, bytes.u8(at.saturating_add(3))?);
            at = at.saturating_add(4).saturating_add(usize::from(len));
            if family == 0 && len == 0 {
                break;
            }
        }
    }
    if out.options.e {
        say!(out, ", proto {} (0x{kind:04x})", protocol_name(kind));
    }
    say!(out, ", length {length}");
    out.put(if out.verbose() { "\n\t" } else { ": " });
    by_type(out, bytes.from(at), kind)
}

fn protocol_name(kind: u16) -> String {
    match kind {
        0x883e => "WCCP".to_owned(),
        0x880b => "PPP".to_owned(),
        _ => match link::type_name(kind).as_ref() {
            "Unknown" => "unknown".to_owned(),
            name => name.to_owned(),
        },
    }
}

fn by_type(out: &mut Out<'_>, rest: Bytes<'_>, kind: u16) -> Printed {
    match kind {
        0x0800 => ip::v4(out, rest),
        0x86dd => ip::v6(out, rest),
        0x8847 | 0x8848 => mpls(out, rest),
        0x00fe => misc::isis(out, rest),
        0x809b => ipx::appletalk(out, rest),
        0x6558 => link::ethernet(out, rest),
        0x880b => ppp::print(out, rest),
        _ => {
            say!(out, "gre-proto-0x{kind:x}");
            Ok(())
        }
    }
}

fn pptp_gre(out: &mut Out<'_>, bytes: Bytes<'_>, flags: u16) -> Printed {
    let kind = bytes.u16(2)?;
    let length = bytes.wire_len();
    let mut at = 8usize;
    say!(out, ", call {}", bytes.u16(6)?);
    if flags & 0x1000 != 0 {
        say!(out, ", seq {}", bytes.u32(at)?);
        at = at.saturating_add(4);
    }
    if flags & 0x80 != 0 {
        say!(out, ", ack {}", bytes.u32(at)?);
        at = at.saturating_add(4);
    }
    if flags & 0x1000 == 0 {
        out.put(", no-payload");
    }
    if out.options.e {
        say!(out, ", proto {} (0x{kind:04x})", protocol_name(kind));
    }
    say!(out, ", length {length}");
    if flags & 0x1000 == 0 {
        return Ok(());
    }
    out.put(": ");
    match kind {
        0x880b => ppp::print(out, bytes.from(at)),
        _ => {
            say!(out, "gre-proto-0x{kind:x}");
            Ok(())
        }
    }
}

pub fn vxlan(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "vxlan";
    if bytes.wire_len() < 8 {
        out.cut();
        return Ok(());
    }
    let flags = bytes.u8(0)?;
    let vni = bytes.u24(4)?;
    let name = if flags & 8 != 0 { "I" } else { "invalid" };
    say!(out, "VXLAN, flags [{name}] (0x{flags:02x}), vni {vni}\n");
    link::ethernet(out, bytes.from(8))
}

pub fn vxlan_gpe(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "vxlan_gpe";
    if bytes.wire_len() < 8 {
        out.cut();
        return Ok(());
    }
    let (flags, next, vni) = (bytes.u8(0)?, bytes.u8(3)?, bytes.u24(4)?);
    out.put("VXLAN-GPE, ");
    say!(out, "flags [{}], vni {vni}", bits(&[(8, "I"), (4, "P"), (2, "B"), (1, "O")], u32::from(flags), "none", ""));
    let rest = bytes.from(8);
    if flags & 4 == 0 {
        out.put(": ERROR: unknown-next-protocol");
        out.invalid();
        return Ok(());
    }
    out.put(": ");
    match next {
        1 => ip::v4(out, rest),
        2 => ip::v6(out, rest),
        3 => link::ethernet(out, rest),
        4 => nsh(out, rest),
        5 => mpls(out, rest),
        _ => {
            say!(out, "unknown-next-protocol-0x{next:02x}");
            Ok(())
        }
    }
}

/// Cisco's overlay on the port that Linux' VXLAN has too.
pub fn otv(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "otv";
    out.put("OTV, ");
    if bytes.wire_len() < 8 {
        out.cut();
        return Ok(());
    }
    let flags = bytes.u8(0)?;
    say!(out, "flags [{}] (0x{flags:02x}), ", if flags & 8 != 0 { "I" } else { "." });
    say!(out, "overlay {}, ", bytes.u24(1)?);
    say!(out, "instance {}\n", bytes.u24(4)?);
    link::ethernet(out, bytes.from(8))
}

pub fn geneve(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "geneve";
    out.put("Geneve");
    let (first, flags, kind) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u16(2)?);
    if first >> 6 != 0 {
        say!(out, " ERROR: unknown-version {}", first >> 6);
        return Ok(());
    }
    let names =
        [(0x80, "O"), (0x40, "C"), (0x01, "R1"), (0x02, "R2"), (0x04, "R3"), (0x08, "R4"), (0x10, "R5"), (0x20, "R6")];
    say!(out, ", Flags [{}]", bits(&names, u32::from(flags), "none", ""));
    say!(out, ", vni 0x{:x}", bytes.u24(4)?);
    let reserved = bytes.u8(7)?;
    if reserved != 0 {
        say!(out, ", rsvd 0x{reserved:x}");
    }
    if out.options.e {
        say!(out, ", proto {} (0x{kind:04x})", protocol_name(kind));
    }
    let options = usize::from(first & 0x3f).saturating_mul(4);
    if options > 0 {
        bytes.take(8..options.saturating_add(8))?;
        out.put(", options [");
        match out.verbose() {
            true => geneve_options(out, bytes.from(8).limit(options))?,
            false => say!(out, "{options} bytes"),
        }
        out.put("]");
    }
    out.put(if out.verbose() { "\n\t" } else { ": " });
    let rest = bytes.from(options.saturating_add(8));
    match kind {
        0x0800 => ip::v4(out, rest),
        0x86dd => ip::v6(out, rest),
        0x8847 | 0x8848 => mpls(out, rest),
        0x6558 => link::ethernet(out, rest),
        _ => {
            say!(out, "geneve-proto-0x{kind:x}");
            Ok(())
        }
    }
}

fn geneve_options(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    let mut at = 0usize;
    let mut between = "";
    while at < bytes.wire_len() {
        let (class, kind, size) = (bytes.u16(at)?, bytes.u8(at.saturating_add(2))?, bytes.u8(at.saturating_add(3))?);
        let class_name = match class {
            0..=0xff => "Standard",
            0xff00..=0xffff => "Experimental",
            0x100 => "Linux",
            0x101 => "Open vSwitch",
            0x102 => "Open Virtual Networking (OVN)",
            0x103 => "In-band Network Telemetry (INT)",
            0x104 => "VMware",
            _ => "Unknown",
        };
        let length = usize::from(size & 0x1f).saturating_mul(4).saturating_add(4);
        say!(
            out,
            "{between}class {class_name} (0x{class:x}) type 0x{kind:x}{} len {length}",
            if kind & 0x80 != 0 { "(C)" } else { "" }
        );
        between = ", ";
        if length > 4 {
            out.put(" data");
            for n in (4..length).step_by(4) {
                say!(out, " {:08x}", bytes.u32(at.saturating_add(n))?);
            }
        }
        at = at.saturating_add(length);
    }
    Ok(())
}

pub fn mpls(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.inside(|out| mpls_here(out, bytes))
}

fn mpls_here(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "mpls";
    out.put("MPLS");
    let mut at = 0usize;
    let mut label;
    loop {
        if bytes.len() < at.saturating_add(4) {
            out.cut();
            return Ok(());
        }
        if bytes.wire_len() < at.saturating_add(4) {
            out.put("[length] ");
            return Ok(());
        }
        let entry = bytes.u32(at)?;
        at = at.saturating_add(4);
        label = entry >> 12;
        let lead = if out.verbose() && at > 4 { "\n\t" } else { " " };
        say!(out, "{lead}(label {label}");
        if out.verbose() {
            let name = match label {
                0 => " (IPv4 explicit NULL)",
                1 => " (router alert)",
                2 => " (IPv6 explicit NULL)",
                3 => " (implicit NULL)",
                _ => "",
            };
            out.put(name);
        }
        let bottom = entry & 0x100 != 0;
        say!(out, ", tc {}{}, ttl {})", entry >> 9 & 7, if bottom { ", [S]" } else { "" }, entry & 0xff);
        if bottom {
            break;
        }
        if at >= bytes.wire_len() {
            out.invalid();
            return Ok(());
        }
    }
    let rest = bytes.from(at);
    if rest.is_empty() {
        return Ok(());
    }
    // What follows is not said but for two labels: the first byte tells.
    let kind = match (label, rest.u8(0)?) {
        (0, 0x45..=0x4f) | (_, 0x45..=0x4f) => 4,
        (_, 0x60..=0x6f) => 6,
        (_, 0x81..=0x83) => 7,
        _ => 0,
    };
    let between = if out.verbose() { "\n\t" } else { " " };
    match kind {
        4 => {
            out.put(between);
            ip::v4(out, rest)
        }
        6 => {
            out.put(between);
            ip::v6(out, rest)
        }
        7 => {
            out.put(between);
            misc::isis(out, rest)
        }
        _ => {
            if !out.options.a && !out.options.x {
                super::hex::hex_and_text(out, rest.all());
            }
            Ok(())
        }
    }
}

pub fn nsh(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "nsh";
    if bytes.wire_len() < 8 {
        out.put(" (packet too small, ");
        say!(out, "{} < 8)", bytes.wire_len());
        out.invalid();
        return Ok(());
    }
    let (first, path) = (bytes.u32(0)?, bytes.u32(4)?);
    let (version, flags) = (first >> 30, first >> 28 & 3);
    let length = first >> 16 & 0x3f;
    let (kind, next) = (first >> 8 & 15, first & 0xff);
    out.put("NSH, ");
    if out.options.v > 1 {
        say!(out, "ver {version}, ");
    }
    say!(out, "flags [{}], ", bits(&[(2, "O")], flags, "none", ""));
    if out.options.v > 2 {
        say!(out, "TTL {}, length {length}, ", first >> 22 & 0x3f);
        let mds = [(0, "reserved"), (1, "1"), (2, "2"), (15, "experimental")];
        say!(out, "md type {} (0x{kind:02x}), ", super::word(&mds, kind, |_| "unassigned".to_owned()));
    }
    if out.options.v > 1 {
        let names = [
            (1, "IPv4"),
            (2, "IPv6"),
            (3, "Ethernet"),
            (4, "NSH"),
            (5, "MPLS"),
            (0xfe, "Experiment 1"),
            (0xff, "Experiment 2"),
        ];
        say!(out, "next-protocol {} (0x{next:02x}), ", super::word(&names, next, |_| "unknown".to_owned()));
    }
    say!(out, "service-path-id 0x{:06x}, service-index 0x{:x}", path >> 8, path & 0xff);
    if version != 0 {
        return Ok(());
    }
    let header = (length as usize).saturating_mul(4);
    if length < 2 {
        out.put(" (less than two headers)");
        out.invalid();
        return Ok(());
    }
    if header > bytes.wire_len() {
        say!(out, " (too many headers for packet length {})", bytes.wire_len());
        out.invalid();
        return Ok(());
    }
    let rest = bytes.from(header);
    out.put(if out.verbose() { "\n    " } else { ": " });
    match next {
        1 => ip::v4(out, rest),
        2 => ip::v6(out, rest),
        3 => link::ethernet(out, rest),
        4 => out.inside(|out| nsh(out, rest)),
        5 => mpls(out, rest),
        _ => {
            say!(out, "unknown-next-protocol-0x{next:02x}");
            Ok(())
        }
    }
}

pub fn etherip(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "etherip";
    let version = bytes.u8(0)? >> 4;
    say!(out, "etherip {version}");
    if version != 3 {
        out.put(" [unsupported version]");
        return Ok(());
    }
    link::ethernet(out, bytes.from(2))
}

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

const MESSAGES: [&str; 17] = [
    "", "SCCRQ", "SCCRP", "SCCCN", "StopCCN", "", "HELLO", "OCRQ", "OCRP", "OCCN", "ICRQ", "ICRP", "ICCN", "", "CDN",
    "WEN", "SLI",
];

const VALUES: [&str; 40] = [
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

fn l2tp_values(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
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
