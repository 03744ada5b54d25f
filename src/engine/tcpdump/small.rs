//! Small protocols of the link layer, one function each.
use super::link::Ends;
use super::{Bytes, Out, Printed, bits, ipv4, mac, ppp, safe, word};

pub fn lldp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "lldp";
    say!(out, "LLDP, length {}", bytes.wire_len());
    let mut at = 0usize;
    while at.saturating_add(2) <= bytes.wire_len() {
        let head = bytes.u16(at)?;
        let (kind, length) = (head >> 9, usize::from(head & 0x1ff));
        at = at.saturating_add(2);
        let value = bytes.take(at..at.saturating_add(length))?;
        at = at.saturating_add(length);
        match kind {
            0 => return Ok(()),
            // The system's name is what one wants to see of it.
            5 => {
                out.put(": ");
                safe(out, value);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Link aggregation, markers and OAM (IEEE 802.3 annex 57A).
pub fn slow(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "slow";
    let length = bytes.wire_len();
    let (kind, version) = (bytes.u8(0)?, bytes.u8(1)?);
    match kind {
        1 => say!(out, "LACPv{version}, length {length}"),
        2 => say!(out, "MARKERv{version}, length {length}"),
        3 => say!(out, "OAM, length {length}"),
        _ => {
            say!(out, "unknown ({kind}), length {length}");
            ppp::unread(out, &bytes);
        }
    }
    Ok(())
}

pub fn pause(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "mpcp";
    let opcodes =
        [(1, "Pause"), (2, "Gate"), (3, "Report"), (4, "Register Request"), (5, "Register"), (6, "Register ACK")];
    let opcode = bytes.u16(0)?;
    say!(out, "MPCP, Opcode {}", word(&opcodes, u32::from(opcode), |opcode| format!("Unknown ({opcode})")));
    if opcode != 1 {
        say!(out, ", Timestamp {} ticks", bytes.u32(2)?);
    }
    say!(out, ", length {}", bytes.wire_len());
    Ok(())
}

/// Ethernet's own echo (Ethernet 2.0, chapter 8).
pub fn loopback_test(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "loopback";
    let length = bytes.wire_len();
    out.put("Loopback");
    if length < 2 {
        out.invalid();
        return Ok(());
    }
    let skip = bytes.u16_le(0)?;
    say!(out, ", skipCount {skip}");
    if skip % 8 != 0 {
        out.put(" (bogus)");
    }
    let at = usize::from(skip).saturating_add(2);
    if at > length {
        out.text.truncate(out.text.len().saturating_sub(if skip % 8 != 0 { 8 } else { 0 }));
        out.invalid();
        return Ok(());
    }
    let function = bytes.u16_le(at)?;
    let data = length.saturating_sub(at).saturating_sub(4);
    match function {
        1 => say!(out, ", Reply, receipt number {}, data ({data} octets)", bytes.u16_le(at.saturating_add(2))?),
        2 => {
            say!(out, ", Forward Data, forwarding address {}", mac(&bytes, at.saturating_add(2))?);
            say!(out, ", data ({} octets)", data.saturating_sub(4));
        }
        function => say!(out, ",  invalid ({function})"),
    }
    Ok(())
}

pub fn realtek(out: &mut Out<'_>, bytes: Bytes<'_>, ends: Ends) -> Printed {
    out.protocol = "rrcp";
    if let (Some((source, destination)), false) = (ends, out.options.e) {
        say!(out, "{source} > {destination}, ");
    }
    match bytes.u8(0)? {
        1 => {
            let second = bytes.u8(1)?;
            out.put(if second & 0x80 != 0 { "RRCP reply" } else { "RRCP query" });
            let opcodes = [(0, "hello"), (1, "get"), (2, "set")];
            say!(
                out,
                ": {}",
                word(&opcodes, u32::from(second & 0x7f), |opcode| format!("unknown opcode (0x{opcode:02x})"))
            );
            if matches!(second & 0x7f, 1 | 2) {
                say!(out, " addr=0x{:04x}, data=0x{:08x}", bytes.u16_le(4)?, bytes.u32_le(6)?);
            }
            say!(out, ", auth=0x{:04x}", bytes.u16(2)?);
        }
        2 => out.put("REP"),
        3 | 0x23 => out.put("RLDP"),
        kind => say!(out, "Realtek unknown type 0x{kind:02x}"),
    }
    Ok(())
}

pub fn ptp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ptp";
    bytes.take(0..2)?;
    let version = bytes.u8(1)? & 15;
    match version {
        1 => say!(out, "PTPv1 (not implemented)"),
        2 => return ptp_v2(out, &bytes),
        _ => say!(out, "PTPv{version}"),
    }
    Ok(())
}

fn ptp_v2(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    let first = bytes.u8(0)?;
    let kinds = [
        (0, "sync msg"),
        (1, "delay req msg"),
        (2, "peer delay req msg"),
        (3, "peer delay resp msg"),
        (8, "follow up msg"),
        (9, "delay resp msg"),
        (10, "pdelay resp fup msg"),
        (11, "announce msg"),
        (12, "signalling msg"),
        (13, "management msg"),
    ];
    let kind = u32::from(first & 15);
    say!(out, "PTPv2, v1 compat : {}", if first & 0x10 != 0 { "yes" } else { "no" });
    say!(out, ", msg type : {}", word(&kinds, kind, |_| "unknown".to_owned()));
    say!(out, ", length : {}, domain : {}, reserved1 : {}", bytes.u16(2)?, bytes.u8(4)?, bytes.u8(5)?);
    let flags = [
        (0x0001, "l1 61"),
        (0x0002, "l1 59"),
        (0x0004, "utc reasonable"),
        (0x0008, "timescale"),
        (0x0010, "time tracable"),
        (0x0020, "frequency tracable"),
        (0x0100, "alternate master"),
        (0x0200, "two step"),
        (0x0400, "unicast"),
        (0x1000, "unknown"),
        (0x2000, "profile specific 1"),
        (0x4000, "profile specific 2"),
        (0x8000, "security mask"),
    ];
    say!(out, ", Flags [{}]", bits(&flags, u32::from(bytes.u16(6)?), "none", ", "));
    let correction = bytes.u64(8)?;
    say!(out, ", NS correction : {}, sub NS correction : {}", correction >> 16, correction & 0xffff);
    say!(out, ", reserved2 : {}", bytes.u32(16)?);
    say!(out, ", clock identity : 0x{:x}, port id : {}", bytes.u64(20)?, bytes.u16(28)?);
    say!(out, ", seq id : {}", bytes.u16(30)?);
    let controls =
        [(0, "Sync"), (1, "Delay_Req"), (2, "Follow_Up"), (3, "Delay_Resp"), (4, "Management"), (5, "Other")];
    let control = bytes.u8(32)?;
    say!(out, ", control : {control} ({})", word(&controls, u32::from(control), |_| "Unknown".to_owned()));
    say!(out, ", log message interval : {}", bytes.u8(33)?);
    let time = |out: &mut Out<'_>, name: &str| -> Printed {
        let seconds = u64::from(bytes.u16(34)?) << 32 | u64::from(bytes.u32(36)?);
        say!(out, ", {name} : {seconds} seconds, {} nanoseconds", bytes.u32(40)?);
        Ok(())
    };
    let port = |out: &mut Out<'_>, at: usize| -> Printed {
        say!(out, ", port identity : 0x{:x}, port id : {}", bytes.u64(at)?, bytes.u16(at.saturating_add(8))?);
        Ok(())
    };
    match kind {
        0 | 1 => time(out, "originTimeStamp"),
        2 => {
            time(out, "preciseOriginTimeStamp")?;
            port(out, 44)
        }
        3 | 9 => {
            time(out, "receiveTimeStamp")?;
            port(out, 44)
        }
        8 => time(out, "preciseOriginTimeStamp"),
        10 => {
            time(out, "preciseOriginTimeStamp")?;
            port(out, 44)
        }
        11 => {
            let seconds = u64::from(bytes.u16(34)?) << 32 | u64::from(bytes.u32(36)?);
            say!(out, ", originTimeStamp : {seconds} seconds {} nanoseconds", bytes.u32(40)?);
            say!(out, ", origin cur utc :{}", bytes.u16(44)?);
            say!(out, ", rsvd : {}", bytes.u8(46)?);
            say!(out, ", gm priority_1 : {}", bytes.u8(47)?);
            say!(out, ", gm clock class : {}", bytes.u8(48)?);
            say!(out, ", gm clock accuracy : {}", bytes.u8(49)?);
            say!(out, ", gm clock variance : {}", bytes.u16(50)?);
            say!(out, ", gm priority_2 : {}", bytes.u8(52)?);
            say!(out, ", gm clock id : 0x{:x}", bytes.u64(53)?);
            say!(out, ", steps removed : {}", bytes.u16(61)?);
            let source = bytes.u8(63)?;
            let sources = [
                (0x10, "Atomic clock"),
                (0x20, "GPS"),
                (0x30, "Terrestial radio"),
                (0x40, "PTP"),
                (0x50, "NTP"),
                (0x60, "Hand Set"),
                (0x90, "Other"),
                (0xa0, "Internal Oscillator"),
            ];
            say!(
                out,
                ", time source : 0x{source:02x} ({})",
                word(&sources, u32::from(source), |_| "Unknown".to_owned())
            );
            Ok(())
        }
        12 => port(out, 34),
        13 => {
            port(out, 34)?;
            say!(out, ", start boundary hops : {} ", bytes.u8(44)?);
            say!(out, ", boundary hops : {} ", bytes.u8(45)?);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Connectivity faults (IEEE 802.1ag).
pub fn cfm(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "cfm";
    bytes.take(0..4)?;
    let (first, opcode) = (bytes.u8(0)?, bytes.u8(1)?);
    let opcodes = [
        (1, "Continuity Check Message"),
        (2, "Loopback Reply"),
        (3, "Loopback Message"),
        (4, "Linktrace Reply"),
        (5, "Linktrace Message"),
    ];
    let name = word(&opcodes, u32::from(opcode), |opcode| format!("unknown ({opcode})"));
    say!(out, "CFMv{} {name}, MD Level {}, length {}", first & 0x1f, first >> 5, bytes.wire_len());
    Ok(())
}

pub fn tipc(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "tipc";
    let first = bytes.u32(0)?;
    let (version, user) = (first >> 29, first >> 25 & 15);
    let address = |value: u32| format!("{}.{}.{}", value >> 24, value >> 12 & 0xfff, value & 0xfff);
    if user > 3 {
        say!(
            out,
            "TIPC v{version}.0 {} > {}, headerlength {} bytes, MessageSize {} bytes, ",
            address(bytes.u32(12)?),
            address(bytes.u32(12)?),
            (first >> 21 & 15) << 2,
            first & 0x1ffff
        );
        return Ok(());
    }
    let kinds = [(0, "CONN_MSG"), (1, "MCAST_MSG"), (2, "NAMED_MSG"), (3, "DIRECT_MSG")];
    let users = [
        "Low Importance Data payload",
        "Normal Importance Data payload",
        "High Importance Data payload",
        "Critical Importance Data payload",
    ];
    let second = bytes.u32(4)?;
    say!(
        out,
        "TIPC v{version}.0 {}:{} > {}, headerlength {} bytes, MessageSize {} bytes, ",
        address(bytes.u32(12)?),
        bytes.u32(16)?,
        bytes.u32(20)?,
        (first >> 21 & 15) << 2,
        first & 0x1ffff
    );
    say!(
        out,
        "{}, messageType {}",
        users.get(user as usize).unwrap_or(&""),
        word(&kinds, second >> 29, |_| "Unknown".to_owned())
    );
    Ok(())
}

pub fn aoe(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "aoe";
    say!(out, "AoE length {}", bytes.wire_len());
    let first = bytes.u8(0)?;
    say!(
        out,
        ", Ver {}, Flags: [{}]",
        first >> 4,
        bits(&[(8, "Response"), (4, "Error")], u32::from(first & 15), "none", ", ")
    );
    Ok(())
}

pub fn load_balancing(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "msnlb";
    let number = bytes.array::<4>(8).map(u32::from_le_bytes)?;
    say!(
        out,
        "MS NLB heartbeat, host priority: {number}, cluster IP: {}, host IP: {}",
        ipv4(&bytes, 12)?,
        ipv4(&bytes, 16)?
    );
    Ok(())
}

/// OSI's network layer by its first byte: CLNP, ES-IS, IS-IS.
pub fn isis(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "isoclns";
    let length = bytes.wire_len();
    if bytes.is_empty() {
        out.cut();
        return Ok(());
    }
    match bytes.u8(0)? {
        0x83 => isis_message(out, &bytes),
        0x82 => {
            let kinds = [(2, "ESH"), (4, "ISH"), (6, "redirect")];
            let kind = bytes.u8(4)? & 0x1f;
            say!(
                out,
                "ES-IS, {}, length {length}",
                word(&kinds, u32::from(kind), |kind| format!("unknown type {kind}"))
            );
            Ok(())
        }
        0x81 => {
            say!(out, "CLNP, length {length}");
            Ok(())
        }
        0x00 => {
            say!(out, "NULLNS, length {length}");
            Ok(())
        }
        0xcc => super::ip::v4(out, bytes.from(1)),
        0x8e => super::ip::v6(out, bytes.from(1)),
        nlpid => {
            say!(out, "OSI NLPID 0x{nlpid:02x} unknown, length: {length}");
            ppp::unread(out, &bytes);
            Ok(())
        }
    }
}

fn isis_message(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    out.protocol = "isis";
    let length = bytes.wire_len();
    let (header, kind) = (bytes.u8(1)?, bytes.u8(4)? & 0x1f);
    if bytes.u8(2)? != 1 {
        say!(out, "version {} packet not supported", bytes.u8(2)?);
        return Ok(());
    }
    let names = [
        (15, "L1 Lan IIH", 27),
        (16, "L2 Lan IIH", 27),
        (17, "p2p IIH", 20),
        (18, "L1 LSP", 27),
        (20, "L2 LSP", 27),
        (24, "L1 CSNP", 33),
        (25, "L2 CSNP", 33),
        (26, "L1 PSNP", 17),
        (27, "L2 PSNP", 17),
    ];
    let Some((_, name, size)) = names.iter().find(|(number, ..)| *number == kind) else {
        say!(out, "IS-IS, PDU type {kind} not supported");
        return Ok(());
    };
    say!(out, "IS-IS, {name}");
    if header != *size {
        let lead = if kind >= 26 { "- bogus" } else { ", bogus" };
        say!(out, "{lead} fixed header length {header} should be {size}");
        return Ok(());
    }
    let id = |at: usize| -> Result<String, super::Problem> {
        Ok(format!(
            "{:04x}.{:04x}.{:04x}",
            bytes.u16(at)?,
            bytes.u16(at.saturating_add(2))?,
            bytes.u16(at.saturating_add(4))?
        ))
    };
    match kind {
        15 | 16 => {
            say!(out, ", src-id {}, lan-id {}.{:02x}, prio {}", id(9)?, id(20)?, bytes.u8(26)?, bytes.u8(19)? & 0x7f);
            say!(out, ", length {length}");
        }
        17 => say!(out, ", src-id {}, length {length}", id(9)?),
        18 | 20 => {
            say!(
                out,
                ", lsp-id {}.{:02x}-{:02x}, seq 0x{:08x}, lifetime {:>5}s",
                id(12)?,
                bytes.u8(18)?,
                bytes.u8(19)?,
                bytes.u32(20)?,
                bytes.u16(10)?
            );
            say!(out, ", length {length}");
        }
        _ => say!(out, ", src-id {}.{:02x}, length {length}", id(10)?, bytes.u8(16)?),
    }
    Ok(())
}

/// Frame relay's management messages.
pub fn q933(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "q.933";
    let kinds = [(0x75, "Status Enquiry"), (0x7d, "Status reply")];
    let kind = bytes.u8(2)?;
    let codeset = bytes.u8(3)? == 0x95;
    say!(
        out,
        "Q.933, CCITT, codeset {}, Call Ref: 0x{:02x}, {}",
        u8::from(codeset),
        bytes.u8(1)?,
        word(&kinds, u32::from(kind), |kind| format!("unknown message (type 0x{kind:02x})"))
    );
    Ok(())
}
