//! TCP (RFC 9293) with its options; the protocols on top are chosen by port.
use super::dns::{self, Kind};
use super::ip::Net;
use super::text::{self, Commands};
use super::{Bases, Bytes, Connection, Out, Printed, bgp, mptcp, resp, rpc, services, telnet, word};
use crate::engine::dissect::Problem;
use std::net::IpAddr;

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;
const URG: u8 = 32;

const FLAGS: [(u8, char); 8] = [(1, 'F'), (2, 'S'), (4, 'R'), (8, 'P'), (16, '.'), (32, 'U'), (64, 'E'), (128, 'W')];

const OPTIONS: [(u32, &str); 21] = [
    (0, "eol"),
    (1, "nop"),
    (2, "mss"),
    (3, "wscale"),
    (4, "sackOK"),
    (5, "sack"),
    (6, "echo"),
    (7, "echoreply"),
    (8, "TS"),
    (11, "cc"),
    (12, "ccnew"),
    (13, "ccecho"),
    (19, "md5"),
    (20, "SCPS"),
    (28, "uto"),
    (29, "tcp-ao"),
    (30, "mptcp"),
    (34, "tfo"),
    (254, "exp"),
    (253, "unknown-253"),
    (255, "unknown-255"),
];

/// The connection between two ends, and whether they stand the other way round in it.
pub fn connection(ends: [(IpAddr, u16); 2]) -> (Connection, bool) {
    let [source, destination] = ends;
    let swapped = source.1 > destination.1 || source.1 == destination.1 && source.0 > destination.0;
    (if swapped { [destination, source] } else { ends }, swapped)
}

/// The sequence and acknowledgement number to print, and the number that the other side's segments start at.
fn relative(out: &mut Out<'_>, ends: [(IpAddr, u16); 2], flags: u8, seq: u32, ack: u32) -> (u32, u32, u32) {
    if flags & ACK == 0 || out.options.absolute {
        return (seq, ack, 0);
    }
    let (connection, swapped) = connection(ends);
    let known = out.connections.get(&connection).copied().filter(|_| flags & SYN == 0);
    let of = |[low, high]: Bases| if swapped { (high, low) } else { (low, high) };
    match known {
        Some(bases) => {
            let (own, other) = of(bases);
            (seq.wrapping_sub(own), ack.wrapping_sub(other), other)
        }
        None => {
            let (own, other) = (seq, ack.wrapping_sub(1));
            out.connections.insert(connection, if swapped { [other, own] } else { [own, other] });
            (seq, ack, other)
        }
    }
}

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>, net: &Net<'_>) -> Printed {
    out.protocol = "tcp";
    if bytes.len() < 4 {
        say!(out, "{} > {}:", net.source(), net.destination());
        out.cut();
        return Ok(());
    }
    let (sport, dport) = (bytes.u16(0)?, bytes.u16(2)?);
    net.ends(out, 6, sport, dport);
    bytes.take(0..20)?;
    let length = bytes.wire_len();
    let header = usize::from(bytes.u8(12)? >> 4).saturating_mul(4);
    if header < 20 {
        let rest = (length as u32).wrapping_sub(header as u32);
        say!(out, " tcp {rest} [bad hdr length {header} - too short, < 20]");
        return Ok(());
    }
    let (seq, ack) = (bytes.u32(4)?, bytes.u32(8)?);
    let (flags, window, urgent) = (bytes.u8(13)?, bytes.u16(14)?, bytes.u16(18)?);
    let letters: String = FLAGS.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, letter)| *letter).collect();
    say!(out, "Flags [{}]", if letters.is_empty() { "none" } else { &letters });
    let (seq, ack, other) = relative(out, [(net.source, sport), (net.destination, dport)], flags, seq, ack);
    if header > length {
        say!(out, " [bad hdr length {header} - too long, > {length}]");
        return Ok(());
    }
    if out.verbose() && !net.fragment {
        let found = bytes.u16(16)?;
        match net.checksum(6, &bytes) {
            Some(0) => say!(out, ", cksum 0x{found:04x} (correct)"),
            Some(sum) => {
                let should = super::ip::should_be(found, sum);
                say!(out, ", cksum 0x{found:04x} (incorrect -> 0x{should:04x})");
            }
            None => {}
        }
    }
    let payload = length.saturating_sub(header);
    if out.options.v > 1 || payload > 0 || flags & (SYN | FIN | RST) != 0 {
        say!(out, ", seq {seq}");
        if payload > 0 {
            say!(out, ":{}", seq.wrapping_add(payload as u32));
        }
    }
    if flags & ACK != 0 {
        say!(out, ", ack {ack}");
    }
    say!(out, ", win {window}");
    if flags & URG != 0 {
        say!(out, ", urg {urgent}");
    }
    if header > 20 {
        out.put(", options [");
        if !options(out, bytes.from(20), header.saturating_sub(20), flags, other)? {
            return Ok(());
        }
        out.put("]");
    }
    say!(out, ", length {payload}");
    if payload == 0 {
        return Ok(());
    }
    let bytes = bytes.from(header);
    if flags & RST != 0 && out.verbose() {
        out.put(" [RST");
        for &byte in bytes.all().iter().take(30) {
            out.put(if byte == b' ' || byte.is_ascii_graphic() { "" } else { "." });
            if byte == b' ' || byte.is_ascii_graphic() {
                out.text.push(char::from(byte));
            }
        }
        out.put("]");
        return Ok(());
    }
    applications(out, bytes, sport, dport)
}

/// False after a bad option: nothing more is printed then.
fn options(out: &mut Out<'_>, bytes: Bytes<'_>, length: usize, flags: u8, other: u32) -> Result<bool, Problem> {
    let (mut at, mut left) = (0usize, length);
    let mut between = "";
    while left > 0 {
        let first = between.is_empty();
        out.put(between);
        between = ",";
        let kind = bytes.u8(at)?;
        let single = kind < 2;
        let len = if single { 1 } else { usize::from(bytes.u8(at.saturating_add(1))?) };
        if !single && (len < 2 || len > left) {
            bad(out, first);
            return Ok(false);
        }
        let known = word(&OPTIONS, u32::from(kind), |kind| format!("unknown-{kind}"));
        out.put(&known);
        let data = bytes.from(at.saturating_add(if single { 1 } else { 2 }));
        let has = len.saturating_sub(2);
        let wanted = match option(out, kind, data, has, flags, other) {
            Ok(Some(wanted)) => wanted,
            Ok(None) => {
                bad(out, first);
                return Ok(false);
            }
            Err(_) => {
                out.cut();
                out.put(if first { "" } else { ">" });
                return Ok(false);
            }
        };
        if !single && wanted != has {
            say!(out, "[len {len}]");
        }
        let used = wanted.saturating_add(if single { 1 } else { 2 });
        at = at.saturating_add(used);
        left = left.saturating_sub(used);
        if kind == 0 {
            break;
        }
    }
    Ok(true)
}

fn bad(out: &mut Out<'_>, first: bool) {
    out.put(if first { "[bad opt]" } else { "[bad opt]]" });
}

/// Prints an option's value and tells how long it is; `None`: there is less of it.
fn option(
    out: &mut Out<'_>,
    kind: u8,
    data: Bytes<'_>,
    has: usize,
    flags: u8,
    other: u32,
) -> Result<Option<usize>, Problem> {
    let fixed = match kind {
        2 | 28 | 20 => 2,
        3 => 1,
        6 | 7 | 11..=13 => 4,
        8 => 8,
        19 => 16,
        _ => 0,
    };
    if fixed > has {
        return Ok(None);
    }
    match kind {
        0 | 1 | 4 => return Ok(Some(0)),
        2 => say!(out, " {}", data.u16(0)?),
        3 => say!(out, " {}", data.u8(0)?),
        5 if !has.is_multiple_of(8) => out.put(" invalid sack"),
        5 => {
            say!(out, " {} ", has / 8);
            for n in 0..has / 8 {
                let at = n.saturating_mul(8);
                let (start, end) = (data.u32(at)?, data.u32(at.saturating_add(4))?);
                say!(out, "{{{}:{}}}", start.wrapping_sub(other), end.wrapping_sub(other));
            }
        }
        6 | 7 | 11..=13 => say!(out, " {}", data.u32(0)?),
        8 => say!(out, " val {} ecr {}", data.u32(0)?, data.u32(4)?),
        19 => {
            out.put(" ");
            hex(out, data.take(0..16)?);
        }
        20 => say!(out, " cap {:02x} id {}", data.u8(0)?, data.u8(1)?),
        28 => {
            let value = data.u16(0)?;
            let seconds = if value & 1 != 0 { u32::from(value >> 1).saturating_mul(60) } else { u32::from(value >> 1) };
            say!(out, " 0x{value:x} {seconds}");
        }
        29 if has < 2 => out.invalid(),
        29 => {
            say!(out, " keyid {} rnextkeyid {}", data.u8(0)?, data.u8(1)?);
            if has > 2 {
                out.put(" mac 0x");
                hex(out, data.take(2..has)?);
            }
        }
        30 => {
            data.take(0..has)?;
            if !mptcp::print(out, data.limit(has), flags)? {
                return Ok(None);
            }
        }
        34 => {
            out.put(" ");
            fast_open(out, data.take(0..has)?, false);
        }
        254 => {
            if has < 2 {
                return Ok(None);
            }
            out.put("-");
            match data.u16(0)? {
                0xf989 => fast_open(out, data.take(2..has)?, true),
                magic => say!(out, "0x{magic:04x}"),
            }
        }
        _ if has > 0 => {
            out.put(" 0x");
            hex(out, data.take(0..has)?);
        }
        _ => {}
    }
    Ok(Some(if fixed > 0 { fixed } else { has }))
}

/// RFC 7413: a request for a cookie or one.
fn fast_open(out: &mut Out<'_>, data: &[u8], experimental: bool) {
    if experimental {
        out.put("tfo");
    }
    match data.len() {
        0 => out.put(" cookiereq"),
        len if len % 2 != 0 || !(4..=16).contains(&len) => out.invalid(),
        _ => {
            out.put(" cookie ");
            hex(out, data);
        }
    }
}

pub fn hex(out: &mut Out<'_>, bytes: &[u8]) {
    for byte in bytes {
        say!(out, "{byte:02x}");
    }
}

fn applications(out: &mut Out<'_>, bytes: Bytes<'_>, sport: u16, dport: u16) -> Printed {
    let is = |port: u16| sport == port || dport == port;
    let any = |ports: &[u16]| ports.iter().any(|&port| is(port));
    if is(23) {
        telnet::print(out, bytes)
    } else if is(25) {
        text::print(out, ": ", "smtp", bytes, Commands::None)
    } else if is(43) {
        text::print(out, ": ", "whois", bytes, Commands::None)
    } else if is(179) {
        bgp::print(out, bytes)
    } else if is(1723) {
        services::pptp(out, bytes)
    } else if is(6379) {
        resp::resp(out, bytes)
    } else if is(22) {
        services::ssh(out, bytes)
    } else if any(&[80, 8080, 3128]) {
        text::print(out, ": ", "http", bytes, Commands::Http)
    } else if any(&[554, 8554]) {
        text::print(out, ": ", "rtsp", bytes, Commands::Rtsp)
    } else if is(21) {
        text::print(out, ": ", "ftp", bytes, Commands::None)
    } else if is(53) && bytes.wire_len() > 2 {
        dns::print(out, bytes, Kind::Tcp)
    } else if any(&[6653, 6633]) {
        services::openflow(out, bytes)
    } else if is(10288) {
        services::beep(out, bytes)
    } else if is(639) {
        services::msdp(out, bytes)
    } else if is(323) {
        services::rpki(out, bytes)
    } else if is(646) {
        services::ldp(out, bytes)
    } else if is(2049) {
        rpc::over_tcp(out, bytes, dport == 2049)
    } else {
        Ok(())
    }
}
