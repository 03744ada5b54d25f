//! Tunnels: GRE (RFC 2784, 2637), VXLAN (RFC 7348) and its kin, Geneve (RFC 8926), MPLS (RFC 3032), L2TP (RFC 2661), NSH (RFC 8300).
use super::{Bytes, Out, Printed, bits, ip, ipx, link, ppp, small};

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
        0x00fe => small::isis(out, rest),
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
            small::isis(out, rest)
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
