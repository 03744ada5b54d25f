//! PPP (RFC 1661) and what carries it: HDLC framing, PPPoE (RFC 2516); Cisco's HDLC beside it.
use super::{Bytes, Out, Printed, ip, ipv4, ipx, safe, small, tcp, tunnels, word};

const PROTOCOLS: [(u32, &str); 46] = [
    (0x0021, "IP"),
    (0x0023, "OSI"),
    (0x0025, "NS"),
    (0x0027, "DECNET"),
    (0x0029, "APPLE"),
    (0x002b, "IPX"),
    (0x002d, "VJC IP"),
    (0x002f, "VJC UNCOMP"),
    (0x0031, "BRPDU"),
    (0x0033, "STII"),
    (0x0035, "VINES"),
    (0x0057, "IP6"),
    (0x0201, "HELLO"),
    (0x0231, "LUXCOM"),
    (0x0233, "SNS"),
    (0x0281, "MPLS/UCAST"),
    (0x0283, "MPLS/MCAST"),
    (0x8021, "IPCP"),
    (0x8023, "OSICP"),
    (0x8025, "NSCP"),
    (0x8027, "DECNETCP"),
    (0x8029, "APPLECP"),
    (0x802b, "IPXCP"),
    (0x8033, "STIICP"),
    (0x8035, "VINESCP"),
    (0x8057, "IP6CP"),
    (0x8281, "MPLSCP"),
    (0xc021, "LCP"),
    (0xc023, "PAP"),
    (0xc025, "LQM"),
    (0xc027, "SPAP"),
    (0xc223, "CHAP"),
    (0xc02b, "BACP"),
    (0xc02d, "BAP"),
    (0x003d, "MLPPP"),
    (0x0049, "MUX"),
    (0x00fd, "COMP"),
    (0x80fd, "CCP"),
    (0x8053, "ECP"),
    (0xc227, "EAP"),
    (0x0059, "MUX"),
    (0x4003, "CDP"),
    (0xc26f, "SPAP-OLD"),
    (0xc281, "SPAP"),
    (0x004b, "SNA"),
    (0x8041, "LLDP"),
];

const CODES: [&str; 16] = [
    "Vendor-Extension",
    "Conf-Request",
    "Conf-Ack",
    "Conf-Nack",
    "Conf-Reject",
    "Term-Request",
    "Term-Ack",
    "Code-Reject",
    "Prot-Reject",
    "Echo-Request",
    "Echo-Reply",
    "Disc-Req",
    "Ident",
    "Time-Rem",
    "Reset-Req",
    "Reset-Ack",
];

fn known(protocol: u16) -> Option<&'static str> {
    // Some of the names are only for those that carry data.
    const UNNAMED: [u16; 8] = [0x8053, 0x0059, 0x4003, 0x004b, 0x8041, 0xc26f, 0xc281, 0x0049];
    let found = PROTOCOLS.iter().find(|(number, _)| *number == u32::from(protocol)).map(|(_, name)| *name);
    found.filter(|_| !UNNAMED.contains(&protocol))
}

/// A frame as a capture has it: with address and control or without, sometimes with which way it went.
pub fn frame(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ppp";
    out.link_len = 4;
    let (length, first) = (bytes.wire_len(), bytes.u16(0)?);
    if bytes.len() < 4 {
        return Err(super::Problem::Truncated);
    }
    match first {
        0xff03 => {
            if out.options.e {
                say!(out, "{length}: ");
            }
            print(out, bytes.from(2))
        }
        0xff00..=0xffff => print(out, bytes.from(2)),
        _ if first >> 8 == 0 => {
            if out.options.e {
                say!(out, "In  PPP, ");
            }
            print(out, bytes.from(if bytes.u16(1)? == 0xff03 { 3 } else { 0 }))
        }
        _ => print(out, bytes),
    }
}

/// Behind address and control: the protocol's number, in one or two bytes.
pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.inside(|out| print_here(out, bytes))
}

fn print_here(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ppp";
    let mut bytes = bytes;
    if bytes.wire_len() < 2 {
        out.cut();
        return Ok(());
    }
    if bytes.u16(0)? == 0xff03 {
        bytes = bytes.from(2);
        if bytes.wire_len() < 2 {
            out.cut();
            return Ok(());
        }
    }
    let first = bytes.u8(0)?;
    let (protocol, header) = if first & 1 != 0 { (u16::from(first), 1) } else { (bytes.u16(0)?, 2) };
    if out.options.e {
        say!(out, "{} (0x{protocol:04x}), length {}: ", known(protocol).unwrap_or("unknown"), bytes.wire_len());
    }
    by_protocol(out, bytes.from(header), protocol)
}

fn by_protocol(out: &mut Out<'_>, bytes: Bytes<'_>, protocol: u16) -> Printed {
    match protocol {
        0xc021 | 0x8021 | 0x8023 | 0x8281 | 0x8057 | 0x80fd | 0xc02b => control(out, &bytes, protocol),
        0x003d => {
            out.protocol = "mlppp";
            let length = bytes.wire_len();
            let first = bytes.u16(0)?;
            let flags = super::bits(&[(0x8000, "begin"), (0x4000, "end")], u32::from(first), "none", ", ");
            say!(out, "MLPPP, seq 0x{:03x}, Flags [{flags}], length {length}", first & 0xfff);
            Ok(())
        }
        0xc223 => chap(out, &bytes),
        0xc023 => pap(out, &bytes),
        0xc02d => bap(out, &bytes),
        0xc227 => {
            out.put("EAP ");
            unread(out, &bytes);
            Ok(())
        }
        0x0021 | 0x002f if protocol == 0x0021 => ip::v4(out, bytes),
        0x0057 => ip::v6(out, bytes),
        0x002b => ipx::print(out, bytes),
        0x0023 => small::isis(out, bytes),
        0x0281 | 0x0283 => tunnels::mpls(out, bytes),
        0x00fd => {
            out.put("compressed PPP data");
            Ok(())
        }
        0x0800 => ip::v4(out, bytes),
        0x86dd => ip::v6(out, bytes),
        _ => {
            match known(protocol) {
                Some(name) => say!(out, "{name} "),
                None => say!(out, "unknown PPP protocol (0x{protocol:04x}) "),
            }
            unread(out, &bytes);
            Ok(())
        }
    }
}

/// In hex only, without the text beside it.
pub fn unread(out: &mut Out<'_>, bytes: &Bytes<'_>) {
    super::hex::hex(out, bytes.all());
}

fn control(out: &mut Out<'_>, bytes: &Bytes<'_>, protocol: u16) -> Printed {
    out.protocol = "ppp";
    let length = bytes.wire_len();
    let name = known(protocol).map_or_else(|| format!("unknown (0x{protocol:04x})"), str::to_owned);
    let head = bytes.array::<2>(0);
    let [code, id] = match head {
        Ok(head) if length >= 4 => head,
        _ => {
            say!(out, "{name}, length {length}");
            out.cut();
            return Ok(());
        }
    };
    let code_name = CODES.get(usize::from(code)).copied().unwrap_or("Unknown Opcode");
    // Counted with the protocol's number in front.
    say!(out, "{name}, {code_name} (0x{code:02x}), id {id}, length {}", length.saturating_add(2));
    if !out.verbose() {
        return Ok(());
    }
    let said = bytes.u16(2)?;
    say!(out, "\n\tencoded length {said} (=Option(s) length {})", i64::from(said).saturating_sub(4));
    Ok(())
}

fn chap(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    let length = bytes.wire_len();
    if length < 1 {
        out.put("[|chap]");
        return Ok(());
    }
    if length < 4 {
        out.cut();
        return Ok(());
    }
    let (code, id, said) = (bytes.u8(0)?, bytes.u8(1)?, usize::from(bytes.u16(2)?));
    let names = [(1, "Challenge"), (2, "Response"), (3, "Success"), (4, "Fail")];
    say!(out, "CHAP, {} (0x{code:02x}), id {id}", word(&names, u32::from(code), |_| "unknown".to_owned()));
    match code {
        1 | 2 => {
            let size = usize::from(bytes.u8(4)?);
            let end = size.saturating_add(5);
            out.put(", Value ");
            tcp::hex(out, bytes.take(5..end)?);
            out.put(", Name ");
            safe(out, bytes.take(end..said.max(end))?);
        }
        3 | 4 => {
            out.put(", Msg ");
            safe(out, bytes.take(4..said.max(4))?);
        }
        _ => {}
    }
    Ok(())
}

fn pap(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    let length = bytes.wire_len();
    if length < 4 {
        out.cut();
        return Ok(());
    }
    let (code, id, said) = (bytes.u8(0)?, bytes.u8(1)?, usize::from(bytes.u16(2)?));
    let names = [(1, "Auth-Req"), (2, "Auth-ACK"), (3, "Auth-NACK")];
    say!(out, "PAP, {} (0x{code:02x}), id {id}", word(&names, u32::from(code), |_| "unknown".to_owned()));
    if said > length {
        say!(out, ", length {said} > packet size");
        out.invalid();
        return Ok(());
    }
    match code {
        1 => {
            let end = usize::from(bytes.u8(4)?).saturating_add(5);
            out.put(", Peer ");
            safe(out, bytes.take(5..end)?);
            let last = usize::from(bytes.u8(end)?).saturating_add(end).saturating_add(1);
            out.put(", Name ");
            safe(out, bytes.take(end.saturating_add(1)..last)?);
        }
        2 | 3 if said > 4 => {
            let end = usize::from(bytes.u8(4)?).saturating_add(5);
            out.put(", Msg ");
            safe(out, bytes.take(5..end)?);
        }
        _ => {}
    }
    Ok(())
}

fn bap(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    const KINDS: [&str; 9] = [
        "",
        "Call-Req",
        "Call-Resp",
        "Callback-Req",
        "Callback-Resp",
        "Link-Drop-Req",
        "Link-Drop-Resp",
        "Call-Stat-Ind",
        "Call-Stat-Resp",
    ];
    let (kind, id) = (bytes.u8(0)?, bytes.u8(1)?);
    let name = KINDS.get(usize::from(kind)).filter(|name| !name.is_empty()).unwrap_or(&"Unknown");
    say!(out, "BAP, {name}, id {id}");
    Ok(())
}

/// PPP over serial lines (RFC 1662), or Cisco's HDLC in its place.
pub fn serial(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ppp";
    out.link_len = 4;
    match bytes.u8(0)? {
        0xff => {
            if out.options.e {
                say!(out, "{:02x} {:02x} {} ", bytes.u8(0)?, bytes.u8(1)?, bytes.wire_len());
            }
            let protocol = bytes.u16(2)?;
            say!(out, "{}", "");
            by_protocol(out, bytes.from(4), protocol)
        }
        0x0f | 0x8f => chdlc(out, bytes),
        _ => {
            if out.options.e {
                say!(out, "{:02x} {:02x} {} ", bytes.u8(0)?, bytes.u8(1)?, bytes.wire_len());
            }
            let protocol = bytes.u16(2)?;
            by_protocol(out, bytes.from(4), protocol)
        }
    }
}

pub fn chdlc(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "chdlc";
    out.link_len = 4;
    if bytes.wire_len() < 4 || bytes.len() < 4 {
        return Err(super::Problem::Truncated);
    }
    let kind = bytes.u16(2)?;
    if out.options.e {
        let cast = match bytes.u8(0)? {
            0x0f => "unicast",
            0x8f => "bcast",
            _ => "Unknown",
        };
        match bytes.u8(0)? {
            0x0f | 0x8f => say!(out, "{cast} "),
            other => say!(out, "0x{other:02x} "),
        }
        say!(out, "{} {:04x}: ", bytes.wire_len(), kind);
    }
    let rest = bytes.from(4);
    match kind {
        0x0800 => ip::v4(out, rest),
        0x86dd => ip::v6(out, rest),
        0x8035 => slarp(out, &rest),
        0x2000 => super::cdp::cdp(out, rest),
        0x8847 | 0x8848 => tunnels::mpls(out, rest),
        0xfefe => {
            // Sometimes with three bytes of LLC in between.
            if rest.u8(1)? == 0x81 || rest.u8(1)? == 0x82 || rest.u8(1)? == 0x83 {
                small::isis(out, rest.from(1))
            } else {
                small::isis(out, rest)
            }
        }
        _ => {
            if !out.options.e {
                say!(out, "unknown CHDLC protocol (0x{kind:04x})");
            }
            Ok(())
        }
    }
}

fn slarp(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    out.protocol = "slarp";
    let length = bytes.wire_len();
    if length < 14 {
        out.cut();
        return Ok(());
    }
    let code = bytes.u32(0)?;
    let kind = word(&[(0, "request"), (1, "reply"), (2, "keepalive")], code, |_| "unknown".to_owned());
    say!(out, "{}SLARP (length: {length}), ", if out.verbose() { "\n\t" } else { "" });
    match code {
        0 => out.put("request"),
        1 => say!(out, "reply {}/{}", ipv4(bytes, 4)?, ipv4(bytes, 8)?),
        2 => {
            say!(
                out,
                "keepalive: mineseen=0x{:08x}, yourseen=0x{:08x}, reliability=0x{:04x}",
                bytes.u32(4)?,
                bytes.u32(8)?,
                bytes.u16(12)?
            );
            if length >= 18 {
                let seconds = bytes.u32(14)? / 1000;
                let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
                say!(out, ", link uptime={days}d{hours}h{}m{}s", seconds / 60 % 60, seconds % 60);
            }
        }
        _ => {
            say!(out, "0x{:02x} {kind}", code);
        }
    }
    Ok(())
}

pub fn nlpid_name(nlpid: u8) -> std::borrow::Cow<'static, str> {
    let names = [
        (0x00, "NULLNS"),
        (0x08, "Q.933"),
        (0x80, "SNAP"),
        (0x81, "CLNP"),
        (0x82, "ES-IS"),
        (0x83, "IS-IS"),
        (0x8e, "IPv6"),
        (0xcc, "IPv4"),
        (0xcf, "PPP"),
        (0xb1, "FRF.12"),
        (0xb0, "FRF.9"),
    ];
    word(&names, u32::from(nlpid), |_| "unknown".to_owned())
}

const TAGS: [(u32, &str); 11] = [
    (0x0203, "Generic-Error"),
    (0x0000, "EOL"),
    (0x0101, "Service-Name"),
    (0x0102, "AC-Name"),
    (0x0103, "Host-Uniq"),
    (0x0104, "AC-Cookie"),
    (0x0105, "Vendor-Specific"),
    (0x0110, "Relay-Session-ID"),
    (0x0120, "PPP-Max-Payload"),
    (0x0201, "Service-Name-Error"),
    (0x0202, "AC-System-Error"),
];

pub fn pppoe(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "pppoe";
    if bytes.len() < 6 {
        out.cut();
        return Ok(());
    }
    out.put("PPPoE ");
    let mark = out.text.len();
    let (first, code, session, length) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u16(2)?, usize::from(bytes.u16(4)?));
    if first >> 4 != 1 {
        say!(out, " [ver {}]", first >> 4);
    }
    if first & 15 != 1 {
        say!(out, " [type {}]", first & 15);
    }
    if out.text.len() > mark {
        // tcpdump has the name behind these.
        let odd = out.text.split_off(mark);
        out.text.truncate(mark.saturating_sub(6));
        say!(out, "{odd}PPPoE ");
    }
    let codes = [(0x09, "PADI"), (0x07, "PADO"), (0x19, "PADR"), (0x65, "PADS"), (0xa7, "PADT"), (0, "")];
    out.put(&word(&codes, u32::from(code), |code| format!("PAD-{code:X}")));
    let payload = bytes.from(6);
    if length > payload.wire_len() {
        say!(out, " [len {length} > {}!]", payload.wire_len());
    }
    if code == 0 {
        say!(out, " [ses 0x{session:x}]");
    } else {
        if session != 0 {
            say!(out, " [ses 0x{session:x}]");
        }
    }
    if code == 0 {
        out.put(" ");
        return print(out, payload.limit(length));
    }
    let printed = tags(out, &payload, length);
    out.part(printed);
    Ok(())
}

fn tags(out: &mut Out<'_>, bytes: &Bytes<'_>, length: usize) -> Printed {
    let mut at = 0usize;
    loop {
        if at >= length {
            return Ok(());
        }
        let (kind, len) = (bytes.u16(at)?, usize::from(bytes.u16(at.saturating_add(2))?));
        at = at.saturating_add(4);
        let value = bytes.take(at..at.saturating_add(len))?;
        say!(out, " [{}", word(&TAGS, u32::from(kind), |kind| format!("TAG-0x{kind:x}")));
        at = at.saturating_add(len);
        if len > 0 {
            // Text when it looks like that.
            let ascii = value.iter().take(80).filter(|byte| byte.is_ascii_graphic() || **byte == b' ').count();
            let garbage = value.iter().take(80).count().saturating_sub(ascii);
            if ascii > garbage {
                out.put(" \"");
                let shown = value
                    .iter()
                    .take(80)
                    .map(|&byte| if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '.' });
                out.text.extend(shown);
                out.put("\"");
            } else {
                out.put(" 0x");
                for byte in value.iter().take(20) {
                    say!(out, "{byte:02X}");
                }
                if len > 20 {
                    out.put("...");
                }
            }
        }
        out.put("]");
        if kind == 0 {
            return Ok(());
        }
    }
}
