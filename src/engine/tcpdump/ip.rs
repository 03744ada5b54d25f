//! IPv4 (RFC 791), IPv6 (RFC 8200) with its extension headers, and what follows by protocol number.
use super::{
    Bytes, Host, Out, Printed, bits, dccp, icmp, icmp6, igmp, ipsec, ipv4, ipv6, link, routing, sctp, tcp, tunnels,
    udp, word,
};
use crate::engine::dissect::Problem;
use std::net::IpAddr;

/// The network header in front of a transport.
pub struct Net<'p> {
    pub source: IpAddr,
    pub destination: IpAddr,
    /// The header names this protocol as the next: its addresses are printed with the ports.
    pub next: u8,
    /// The first of several fragments, or one of IPv6.
    pub fragment: bool,
    /// From the header on.
    pub bytes: Bytes<'p>,
}

impl Net<'_> {
    pub fn source(&self) -> Host {
        Host(self.source)
    }

    pub fn destination(&self) -> Host {
        Host(self.destination)
    }

    /// `source.port > destination.port: `; behind extension headers only the ports, for the addresses were printed before them.
    pub fn ends(&self, out: &mut Out<'_>, protocol: u8, sport: u16, dport: u16) {
        if self.next == protocol {
            say!(out, "{}.{sport} > {}.{dport}: ", self.source(), self.destination());
        } else {
            say!(out, "{sport} > {dport}: ");
        }
    }

    /// The checksum over the pseudo header and the bytes: 0 when it is right, `None` when not all of them are there.
    pub fn checksum(&self, protocol: u8, bytes: &Bytes<'_>) -> Option<u16> {
        let length = bytes.wire_len();
        let data = bytes.all().get(..length)?;
        let (mut pseudo, octets) = (Vec::with_capacity(40), |address| match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        });
        pseudo.extend(octets(self.source));
        pseudo.extend(octets(self.destination));
        pseudo.extend((length as u32).to_be_bytes());
        pseudo.extend([0, 0, 0, protocol]);
        Some(sum(&pseudo, data))
    }
}

/// The internet checksum of two stretches of bytes, of which the first has an even length.
pub fn sum(first: &[u8], second: &[u8]) -> u16 {
    let words = first.chunks(2).chain(second.chunks(2));
    let mut sum = words.fold(0u64, |sum, pair| {
        let word = match *pair {
            [high, low] => u16::from_be_bytes([high, low]),
            [high] => u16::from_be_bytes([high, 0]),
            _ => 0,
        };
        sum.saturating_add(u64::from(word))
    });
    while sum > 0xffff {
        sum = (sum & 0xffff).saturating_add(sum >> 16);
    }
    !(sum as u16)
}

/// What a checksum ought to be, from what it is and what the sum over everything gave.
pub fn should_be(found: u16, sum: u16) -> u16 {
    let mut shouldbe = u32::from(found).saturating_add(u32::from(sum));
    shouldbe = (shouldbe & 0xffff).saturating_add(shouldbe >> 16);
    shouldbe = (shouldbe & 0xffff).saturating_add(shouldbe >> 16);
    shouldbe as u16
}

const OPTIONS: [(u32, &str); 9] = [
    (0, "EOL"),
    (1, "NOP"),
    (68, "timestamp"),
    (130, "security"),
    (7, "RR"),
    (137, "SSRR"),
    (131, "LSRR"),
    (148, "RA"),
    (82, "traceroute"),
];

const PROTOCOLS: [(u32, &str); 27] = [
    (0, "Options"),
    (1, "ICMP"),
    (2, "IGMP"),
    (4, "IPIP"),
    (6, "TCP"),
    (8, "EGP"),
    (9, "IGRP"),
    (17, "UDP"),
    (33, "DCCP"),
    (41, "IPv6"),
    (43, "Routing"),
    (44, "Fragment"),
    (46, "RSVP"),
    (47, "GRE"),
    (50, "ESP"),
    (51, "AH"),
    (55, "Mobile IP"),
    (58, "ICMPv6"),
    (59, "none"),
    (60, "Options"),
    (88, "EIGRP"),
    (89, "OSPF"),
    (103, "PIM"),
    (108, "Compressed IP"),
    (112, "VRRP"),
    (113, "PGM"),
    (132, "SCTP"),
];

/// Either version, by its first bits.
pub fn any(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    if out.options.e && out.depth == 0 {
        out.put("ip: ");
    }
    out.protocol = "ipn";
    if bytes.wire_len() < 1 {
        say!(out, "truncated-ip {}", bytes.wire_len());
        return Ok(());
    }
    match bytes.u8(0)? >> 4 {
        4 => v4(out, bytes),
        6 => v6(out, bytes),
        version => {
            say!(out, "unknown ip {version}");
            Ok(())
        }
    }
}

pub fn v4(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.inside(|out| v4_here(out, bytes))
}

fn v4_here(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ip";
    let version = bytes.u8(0)? >> 4;
    if version != 4 {
        match version {
            6 => out.put("IP6, wrong link-layer encapsulation"),
            _ => say!(out, "IP{version}"),
        }
        out.invalid();
        return Ok(());
    }
    if !out.options.e || out.depth > 1 {
        out.put("IP ");
    }
    if bytes.len() < 20 && bytes.wire_len() >= 20 {
        out.cut();
        return Ok(());
    }
    let length = bytes.wire_len();
    if length < 20 {
        say!(out, "truncated-ip {length}");
        return Ok(());
    }
    let header = usize::from(bytes.u8(0)? & 15).saturating_mul(4);
    if header < 20 {
        say!(out, "bad-hlen {header}");
        return Ok(());
    }
    let said = usize::from(bytes.u16(2)?);
    if length < said {
        say!(out, "truncated-ip - {} bytes missing! ", said.saturating_sub(length));
    }
    if said < header {
        say!(out, "bad-len {said}");
        return Ok(());
    }
    // The length on the wire is what the header says, whatever the frame has.
    let cut = bytes.limit(said);
    let payload = beyond(cut, header, said.saturating_sub(header));
    let (id, fragment) = (bytes.u16(4)?, bytes.u16(6)?);
    let (offset, protocol) = (fragment & 0x1fff, bytes.u8(9)?);
    let (source, destination) = (ipv4(&bytes, 12)?, ipv4(&bytes, 16)?);
    if out.verbose() {
        let (tos, ttl) = (bytes.u8(1)?, bytes.u8(8)?);
        let ecn = ["", ",ECT(1)", ",ECT(0)", ",CE"];
        say!(out, "(tos 0x{tos:x}{}", ecn.get(usize::from(tos & 3)).unwrap_or(&""));
        if ttl > 0 {
            say!(out, ", ttl {ttl}");
        }
        let flags = bits(&[(0x2000, "+"), (0x4000, "DF"), (0x8000, "rsvd")], u32::from(fragment), "none", ", ");
        let name = word(&PROTOCOLS, u32::from(protocol), |_| "unknown".to_owned());
        say!(
            out,
            ", id {id}, offset {}, flags [{flags}], proto {name} ({protocol}), length {said}",
            u32::from(offset).saturating_mul(8)
        );
        if header > 20 {
            out.put(", options (");
            v4_options(out, cut.from(20).limit(header.saturating_sub(20)))?;
            out.put(")");
        }
        if let Ok(whole) = cut.take(0..header) {
            let (found, sum) = (bytes.u16(10)?, sum(whole, &[]));
            if sum != 0 {
                say!(out, ", bad cksum {found:x} (->{:x})!", should_be(found, sum));
            }
        }
        out.put(")\n    ");
    }
    if offset != 0 {
        say!(out, "{source} > {destination}: ip-proto-{protocol}");
        return Ok(());
    }
    if !matches!(protocol, 6 | 17 | 132 | 33) {
        say!(out, "{source} > {destination}: ");
    }
    if cut.len() < header {
        say!(out, " [remaining caplen({}) < header length({header})]", cut.len());
        return Err(Problem::Truncated);
    }
    let net = Net {
        source: source.into(),
        destination: destination.into(),
        next: protocol,
        fragment: fragment & 0x2000 != 0,
        bytes: cut,
    };
    next(out, payload, &net, protocol)
}

/// The payload, of which `length` bytes were on the wire though the frame may have had fewer.
fn beyond<'p>(bytes: Bytes<'p>, at: usize, length: usize) -> Bytes<'p> {
    let captured = bytes.all().get(at..).unwrap_or_default();
    Bytes::frame(captured, length as u32)
}

fn v4_options(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    let mut at = 0usize;
    let mut between = "";
    while at < bytes.wire_len() {
        out.put(between);
        between = ",";
        let kind = bytes.u8(at)?;
        out.put(&word(&OPTIONS, u32::from(kind), |kind| format!("unknown {kind}")));
        let len = if kind < 2 { 1 } else { usize::from(bytes.u8(at.saturating_add(1))?) };
        if len == 0 || kind > 1 && len < 2 || at.saturating_add(len) > bytes.wire_len() {
            say!(out, " [bad length {len}]");
            return Ok(());
        }
        match kind {
            0 => return Ok(()),
            7 | 131 | 137 => {
                let pointer = usize::from(bytes.u8(at.saturating_add(2))?).saturating_sub(1);
                for n in (3..len).step_by(4) {
                    say!(out, " {}{}", ipv4(&bytes, at.saturating_add(n))?, if pointer > n { "," } else { "" });
                }
            }
            148 if len >= 4 => {
                let value = bytes.u16(at.saturating_add(2))?;
                if value != 0 {
                    say!(out, " value {value}");
                }
            }
            _ => {}
        }
        at = at.saturating_add(len);
    }
    Ok(())
}

pub fn v6(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.inside(|out| v6_here(out, bytes))
}

fn v6_here(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ip6";
    let length = bytes.wire_len();
    if length < 40 {
        say!(out, "truncated-ip6 {length}");
        return Ok(());
    }
    bytes.take(0..40)?;
    if !out.options.e || out.depth > 1 {
        out.put("IP6 ");
    }
    let version = bytes.u8(0)? >> 4;
    if version != 6 {
        say!(out, "version error: {version} != 6");
        return Ok(());
    }
    let (mut payload, hops) = (usize::from(bytes.u16(4)?), bytes.u8(7)?);
    let mut next_header = bytes.u8(6)?;
    let (source, destination) = (ipv6(&bytes, 8)?, ipv6(&bytes, 24)?);
    if payload == 0 && next_header != 59 {
        // A jumbogram says its length in an option; packets cut by the sending card say none.
        payload = length.saturating_sub(40);
    }
    let said = payload.saturating_add(40);
    if length < said {
        say!(out, "truncated-ip6 - {} bytes missing!", said.saturating_sub(length));
    }
    if out.verbose() {
        let first = bytes.u32(0)?;
        out.put("(");
        if first >> 20 & 0xff != 0 {
            say!(out, "class 0x{:02x}, ", first >> 20 & 0xff);
        }
        if first & 0xf_ffff != 0 {
            say!(out, "flowlabel 0x{:05x}, ", first & 0xf_ffff);
        }
        let name = word(&PROTOCOLS, u32::from(next_header), |_| "unknown".to_owned());
        say!(out, "hlim {hops}, next-header {name} ({next_header}), payload length: {}) ", bytes.u16(4)?);
    }
    let cut = bytes.limit(said);
    let mut net = Net {
        source: source.0.into(),
        destination: destination.0.into(),
        next: next_header,
        fragment: false,
        bytes: cut,
    };
    if !matches!(next_header, 6 | 17 | 132 | 33) {
        say!(out, "{source} > {destination}: ");
    }
    let mut at = 40usize;
    loop {
        if at > 40 && at >= cut.len() {
            return Ok(());
        }
        let rest = Bytes::frame(cut.from(at).all(), said.saturating_sub(at) as u32);
        let taken = match next_header {
            0 | 60 => {
                out.protocol = if next_header == 0 { "hbhopt" } else { "dstopt" };
                out.put(if next_header == 0 { "HBH " } else { "DSTOPT " });
                let len = usize::from(rest.u8(1)?).saturating_add(1).saturating_mul(8);
                rest.take(0..len)?;
                if !options_fit(&rest, len) {
                    out.cut();
                    return Ok(());
                }
                len
            }
            43 => match routing_header(out, &rest)? {
                Some(len) => len,
                None => return Ok(()),
            },
            44 => {
                out.protocol = "frag6";
                let offset = rest.u16(2)? & 0xfff8;
                let more = said.saturating_sub(at).saturating_sub(8);
                match out.verbose() {
                    true => say!(out, "frag (0x{:08x}:{offset}|{more})", rest.u32(4)?),
                    false => say!(out, "frag ({offset}|{more})"),
                }
                if offset != 0 {
                    return Ok(());
                }
                out.put(" ");
                net.fragment = true;
                8
            }
            55 | 135 => {
                icmp6::mobility(out, rest)?;
                return Ok(());
            }
            51 => {
                let len = ipsec::ah(out, &rest)?;
                out.put(": ");
                len
            }
            _ => return next(out, rest, &net, next_header),
        };
        next_header = rest.u8(0)?;
        at = at.saturating_add(taken);
    }
}

/// Whether the options of a header end where it ends.
fn options_fit(bytes: &Bytes<'_>, end: usize) -> bool {
    let mut at = 2usize;
    while at < end {
        at = match (bytes.u8(at), bytes.u8(at.saturating_add(1))) {
            (Ok(0), _) => at.saturating_add(1),
            (Ok(_), Ok(length)) => at.saturating_add(2).saturating_add(usize::from(length)),
            _ => return false,
        };
    }
    at == end
}

/// Segments still to visit. `None`: it cannot be followed.
fn routing_header(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Result<Option<usize>, Problem> {
    out.protocol = "rt6";
    let (len, kind, left) = (bytes.u8(1)?, bytes.u8(2)?, bytes.u8(3)?);
    let whole = usize::from(len).saturating_add(1).saturating_mul(8);
    say!(out, "{} (len={len}, type={kind}, segleft={left}", if kind == 4 { "RT6" } else { "srcrt" });
    match kind {
        0 | 2 => {
            if kind == 0 && (out.options.v > 1 || bytes.u32(4)? != 0) {
                say!(out, ", rsv=0x{:0x}", bytes.u32(4)?);
            }
            if len % 2 == 1 {
                out.put(" (invalid length ");
                say!(out, "{len})");
                out.invalid();
                return Ok(None);
            }
            for n in 0..usize::from(len / 2) {
                say!(out, ", [{n}]{}", ipv6(bytes, n.saturating_mul(16).saturating_add(8))?);
            }
        }
        4 => {
            let last = bytes.u8(4)?;
            say!(out, ", last-entry={last}");
            let flags = bytes.u8(5)?;
            if flags != 0 {
                say!(out, ", flags=0x{flags:0x}");
            }
            say!(out, ", tag={:x}", bytes.u16(6)?);
            let entries = usize::from(last).saturating_add(1);
            if len % 2 == 1 || usize::from(len) < entries.saturating_mul(2) {
                say!(out, " (invalid length {len})");
                out.invalid();
                return Ok(None);
            }
            for n in 0..entries {
                say!(out, ", [{n}]{}", ipv6(bytes, n.saturating_mul(16).saturating_add(8))?);
            }
            if usize::from(len) > entries.saturating_mul(2) {
                let from = entries.saturating_mul(16).saturating_add(8);
                segment_values(out, bytes.from(from).limit(whole.saturating_sub(from)))?;
            }
        }
        _ => {
            say!(out, " (unknown type {kind})");
            out.put(")");
            return Ok(None);
        }
    }
    out.put(") ");
    Ok(Some(whole))
}

/// What follows the segments of a segment routing header.
fn segment_values(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    let mut at = 0usize;
    while at < bytes.wire_len() {
        let kind = bytes.u8(at)?;
        if kind == 0 {
            out.put(", Pad1");
            at = at.saturating_add(1);
            continue;
        }
        let len = usize::from(bytes.u8(at.saturating_add(1))?);
        match kind {
            4 => say!(out, ", PadN({})", len),
            5 => {
                out.put(", HMAC(D=");
                say!(out, "{}", bytes.u8(at.saturating_add(2))? >> 7);
                say!(out, " KeyID=0x{:08x}", bytes.u32(at.saturating_add(4))?);
                out.put(")");
            }
            _ => say!(out, ", type={kind} len={len}"),
        }
        at = at.saturating_add(len).saturating_add(2);
    }
    Ok(())
}

/// What an IP header says follows it.
fn next(out: &mut Out<'_>, bytes: Bytes<'_>, net: &Net<'_>, protocol: u8) -> Printed {
    match protocol {
        51 => {
            if bytes.is_empty() {
                out.protocol = "ah";
                out.cut();
                return Ok(());
            }
            let len = ipsec::ah(out, &bytes)?;
            let following = bytes.u8(0)?;
            out.put(": ");
            let inner = Net { source: net.source, destination: net.destination, next: 51, ..*net };
            out.inside(|out| next(out, bytes.from(len), &inner, following))
        }
        50 => ipsec::esp(out, bytes),
        108 => ipsec::ipcomp(out, bytes),
        132 => sctp::print(out, bytes, net),
        33 => dccp::print(out, bytes, net),
        6 => tcp::print(out, bytes, net),
        17 => udp::print(out, bytes, net),
        1 => icmp::print(out, bytes, net),
        58 if net.source.is_ipv6() => icmp6::print(out, bytes, net),
        58 | 143 if net.source.is_ipv4() => {
            say!(out, "[{} requires IPv6]", if protocol == 58 { "ICMPv6" } else { "Ethernet" });
            out.invalid();
            Ok(())
        }
        2 => igmp::print(out, bytes),
        4 => v4(out, bytes),
        41 => v6(out, bytes),
        47 => tunnels::gre(out, bytes),
        89 => routing::ospf(out, bytes, net),
        88 => routing::eigrp(out, bytes),
        103 => routing::pim(out, bytes),
        112 => routing::vrrp(out, bytes, net),
        46 => routing::rsvp(out, bytes),
        8 => routing::egp(out, bytes),
        9 => routing::igrp(out, bytes),
        77 => {
            say!(out, " nd {}", bytes.wire_len());
            Ok(())
        }
        97 => tunnels::etherip(out, bytes),
        143 => link::ethernet(out, bytes),
        59 => {
            out.put("no next header");
            Ok(())
        }
        _ => {
            say!(out, " ip-proto-{protocol} {}", bytes.wire_len());
            Ok(())
        }
    }
}
