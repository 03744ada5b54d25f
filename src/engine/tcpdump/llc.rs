//! LLC (IEEE 802.2), SNAP, and the bridges' protocols on them.
use super::link::{self, Ends};
use super::{Bytes, Out, Printed, arp, cdp, ip, ipx, small, stp, word};
use crate::engine::dissect::Problem;

const SAPS: [(u32, &str); 13] = [
    (0x00, "Null"),
    (0xff, "Global"),
    (0x02, "802.1B I"),
    (0x03, "802.1B G"),
    (0x06, "IP"),
    (0x08, "SNA"),
    (0x0e, "ProWay NM"),
    (0x42, "STP"),
    (0x8e, "ProWay ASM"),
    (0xaa, "SNAP"),
    (0xe0, "NetWare"),
    (0xf0, "NetBeui"),
    (0xfe, "OSI"),
];

const COMMANDS: [(u32, &str); 8] = [
    (0x03, "ui"),
    (0xe3, "test"),
    (0xaf, "xid"),
    (0x63, "ua"),
    (0x43, "disc"),
    (0x0f, "dm"),
    (0x6f, "sabme"),
    (0x87, "frmr"),
];

/// False when what follows is to be shown in hex.
pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>, ends: Ends) -> Result<bool, Problem> {
    out.protocol = "llc";
    let length = bytes.wire_len();
    if bytes.len() < 3 || length < 3 {
        out.cut();
        out.unknown(bytes.all());
        return Ok(true);
    }
    let (to, from, control) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u8(2)?);
    let unnumbered = control & 3 == 3;
    if !unnumbered && (bytes.len() < 4 || length < 4) {
        out.cut();
        out.unknown(bytes.all());
        return Ok(true);
    }
    if from == 0xff && to == 0xff {
        if out.options.e {
            out.put("IPX 802.3: ");
        }
        ipx::print(out, bytes)?;
        return Ok(true);
    }
    let (dsap, ssap) = (to & 0xfe, from & 0xfe);
    if out.options.e {
        let name = |sap: u8| word(&SAPS, u32::from(sap), |_| "Unknown".to_owned());
        let group = if to & 1 != 0 { "Group" } else { "Individual" };
        let answer = if from & 1 != 0 { "Response" } else { "Command" };
        say!(out, "LLC, dsap {} (0x{dsap:02x}) {group}, ssap {} (0x{ssap:02x}) {answer}", name(dsap), name(ssap));
        match unnumbered {
            true => say!(out, ", ctrl 0x{control:02x}: "),
            false => say!(out, ", ctrl 0x{:04x}: ", bytes.u16_le(2)?),
        }
    }
    let rest = bytes.from(3);
    match (dsap, ssap, control) {
        (0xaa, 0xaa, 3) => return snap(out, rest, ends),
        (0x42, 0x42, 3) => {
            stp::print(out, rest)?;
            return Ok(true);
        }
        (0x06, 0x06, 3) => {
            ip::v4(out, rest)?;
            return Ok(true);
        }
        (0xe0, 0xe0, 3) => {
            if out.options.e {
                out.put("IPX 802.2: ");
            }
            ipx::print(out, rest)?;
            return Ok(true);
        }
        (0xfe, 0xfe, 3) => {
            small::isis(out, rest)?;
            return Ok(true);
        }
        _ => {}
    }
    if !out.options.e {
        let destination = word(&SAPS, u32::from(dsap), |sap| format!("Unknown DSAP 0x{sap:02x}"));
        let source = word(&SAPS, u32::from(ssap), |sap| format!("Unknown SSAP 0x{sap:02x}"));
        match ends {
            None if dsap == ssap => say!(out, "{destination} "),
            None => say!(out, "{source} > {destination} "),
            Some((a, b)) if dsap == ssap => say!(out, "{a} > {b} {destination} "),
            Some((a, b)) => say!(out, "{a} {source} > {b} {destination} "),
        }
    }
    let poll = if unnumbered { control & 0x10 != 0 } else { bytes.u8(3)? & 1 != 0 };
    let flag = match (from & 1 != 0, poll) {
        (false, false) => "Command",
        (true, false) => "Response",
        (false, true) => "Poll",
        (true, true) => "Final",
    };
    if unnumbered {
        let command = word(&COMMANDS, u32::from(control & 0xef), |command| format!("{command:02x}"));
        say!(out, "Unnumbered, {command}, Flags [{flag}], length {length}");
        if control & 0xef == 0xaf {
            if length == 3 {
                out.cut();
                return Ok(true);
            }
            if rest.u8(0)? == 0x81 {
                if rest.len() < 3 || rest.wire_len() < 3 {
                    out.cut();
                    return Ok(true);
                }
                say!(out, ": {:02x} {:02x}", rest.u8(1)?, rest.u8(2)?);
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let control = bytes.u16_le(2)?;
    if control & 3 == 1 {
        let kind = ["Receiver Ready", "Receiver not Ready", "Reject", "?"];
        let kind = kind.get(usize::from(control >> 2 & 3)).unwrap_or(&"?");
        say!(out, "Supervisory, {kind}, rcv seq {}, Flags [{flag}], length {length}", control >> 9);
        return Ok(true);
    }
    say!(
        out,
        "Information, send seq {}, rcv seq {}, Flags [{flag}], length {length}",
        control >> 1 & 0x7f,
        control >> 9
    );
    Ok(false)
}

/// The five bytes of SNAP and what they name.
pub fn snap(out: &mut Out<'_>, bytes: Bytes<'_>, ends: Ends) -> Result<bool, Problem> {
    out.protocol = "snap";
    if bytes.len() < 5 || bytes.wire_len() < 5 {
        out.cut();
        return Ok(true);
    }
    let (organization, kind) = (bytes.u24(0)?, bytes.u16(3)?);
    let rest = bytes.from(5);
    if out.options.e {
        let name = match organization {
            0 | 0xf8 => link::type_name(kind),
            _ => "Unknown".into(),
        };
        let of = match organization {
            0 => "Ethernet",
            0xc => "Cisco",
            0xf8 => "Cisco bridged",
            0x80c2 => "RFC 2684",
            0x080007 => "Appletalk",
            _ => "Unknown",
        };
        say!(
            out,
            "oui {of} (0x{organization:06x}), {} {name} (0x{kind:04x}), length {}: ",
            if organization == 0 || organization == 0xf8 { "ethertype" } else { "pid" },
            bytes.wire_len()
        );
    }
    match (organization, kind) {
        (0 | 0xf8, 0x0800) => ip::v4(out, rest)?,
        (0 | 0xf8, 0x0806) => arp::print(out, rest)?,
        (0 | 0xf8, kind) => return link::by_type(out, kind, rest, ends),
        (0x080007, 0x809b) => return link::by_type(out, kind, rest, ends),
        (0xc, 0x2000) => cdp::cdp(out, rest)?,
        (0xc, 0x2004) => cdp::dtp(out, rest)?,
        (0xc, 0x2003) => cdp::vtp(out, rest)?,
        (0xc, 0x0111) => cdp::udld(out, rest)?,
        (0xc, 0x010b | 0x010c) => stp::print(out, rest)?,
        (0x80c2, 1 | 7) => link::ethernet(out, rest.from(2))?,
        (0x80c2, 0xe) => stp::print(out, rest)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// For those who have an LLC header and show what it does not know.
pub fn or_hex(out: &mut Out<'_>, bytes: Bytes<'_>, ends: Ends) -> Printed {
    if !print(out, bytes, ends)? {
        out.unknown(bytes.all());
    }
    Ok(())
}
