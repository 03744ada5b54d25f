//! What captures begin with, by `LINKTYPE_` number, and what an Ethernet type says follows.
use super::{
    Bytes, Colons, Octets, Out, Printed, arp, eap, ip, ipx, llc, mac, ppp, radio, rings, small, tunnels, vsock, wlan,
    word, wpan,
};
use crate::engine::dissect::Problem;

/// Source and destination, where a link has them.
pub type Ends = Option<(Octets<6>, Octets<6>)>;

pub fn print(out: &mut Out<'_>, link: u16, bytes: Bytes<'_>) -> Printed {
    match link {
        1 => {
            out.protocol = "ether";
            out.link_len = 14;
            ethernet(out, bytes)
        }
        0 | 108 => loopback(out, link, bytes),
        12 | 14 | 101 => ip::any(out, bytes),
        228 => ip::v4(out, bytes),
        229 => ip::v6(out, bytes),
        8 => slip(out, bytes),
        9 => ppp::frame(out, bytes),
        50 => ppp::serial(out, bytes),
        51 => ppp::pppoe(out, bytes),
        104 => ppp::chdlc(out, bytes),
        10 => rings::fddi(out, bytes),
        6 => rings::token_ring(out, bytes),
        11 | 100 => {
            out.protocol = "atm";
            out.link_len = 8;
            // Neither SNAP nor a routed protocol of RFC 2684: an older header of 20 bytes is in front.
            let skip = if matches!(bytes.u24(0)?, 0xaa_aa03 | 0xfe_fe03) { 0 } else { 20 };
            llc_or_hex(out, bytes.from(skip), None)
        }
        107 => rings::frame_relay(out, bytes),
        7 | 129 => rings::arcnet(out, bytes, link == 129),
        105 => {
            out.protocol = "802.11";
            wlan::print(out, bytes)
        }
        127 => radio::radiotap(out, bytes),
        192 => radio::ppi(out, bytes),
        163 | 119 => radio::other(out, bytes, link),
        113 => cooked(out, bytes),
        276 => cooked_v2(out, bytes),
        117 => pflog(out, bytes),
        109 => enc(out, bytes),
        178 => juniper_ether(out, bytes),
        195 => wpan::print(out, bytes, 2),
        230 => wpan::print(out, bytes, 0),
        239 => nflog(out, bytes),
        271 => vsock::print(out, bytes),
        _ => {
            out.put("UNSUPPORTED");
            out.unknown(bytes.all());
            Ok(())
        }
    }
}

/// Names of Ethernet types, for `-e` and for those that are not followed.
const TYPES: [(u32, &str); 42] = [
    (0x0800, "IPv4"),
    (0x8100, "802.1Q"),
    (0x88a8, "802.1Q-QinQ"),
    (0x9100, "802.1Q-9100"),
    (0x9200, "802.1Q-9200"),
    (0x0806, "ARP"),
    (0x8035, "Reverse ARP"),
    (0x86dd, "IPv6"),
    (0x8847, "MPLS unicast"),
    (0x8848, "MPLS multicast"),
    (0x880b, "PPP"),
    (0x8863, "PPPoE D"),
    (0x8864, "PPPoE S"),
    (0x3c12, "PPPoE D"),
    (0x3c13, "PPPoE S"),
    (0x888e, "EAPOL"),
    (0x8899, "RRCP"),
    (0x8808, "MPCP"),
    (0x8809, "Slow Protocols"),
    (0x809b, "Appletalk"),
    (0x80f3, "Appletalk ARP"),
    (0x8137, "IPX"),
    (0x8902, "CFM"),
    (0x8903, "CFM (old)"),
    (0x88cc, "LLDP"),
    (0x9000, "Loopback"),
    (0x88ca, "TIPC"),
    (0x6558, "TEB"),
    (0x8874, "Broadcom tag"),
    (0x88e5, "802.1AE MACsec"),
    (0x894f, "NSH"),
    (0x88f7, "PTP"),
    (0x6003, "DECNET"),
    (0x6002, "MOP RC"),
    (0x6001, "MOP DL"),
    (0x6004, "LAT"),
    (0x0bad, "VINES IP"),
    (0x0600, "NS"),
    (0x0500, "SPRITE"),
    (0x1000, "TRAIL"),
    (0x6007, "SCA"),
    (0x8db4, "MEDSA"),
];

pub fn type_name(kind: u16) -> std::borrow::Cow<'static, str> {
    word(&TYPES, u32::from(kind), |_| "Unknown".to_owned())
}

pub fn ethernet(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.inside(|out| ethernet_here(out, bytes))
}

fn ethernet_here(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ether";
    let whole = bytes.wire_len();
    if bytes.len() < 14 || whole < 14 {
        out.cut();
        return Ok(());
    }
    let (destination, source) = (mac(&bytes, 0)?, mac(&bytes, 6)?);
    let ends = Some((source, destination));
    if out.options.e {
        say!(out, "{source} > {destination}, ");
    }
    let mut at = 12usize;
    let mut named = false;
    loop {
        let kind = bytes.u16(at)?;
        let rest = bytes.from(at.saturating_add(2));
        match kind {
            0..=1500 => {
                let rest = rest.limit(usize::from(kind).min(rest.wire_len()));
                if out.options.e {
                    if named {
                        out.put(", ");
                    }
                    say!(out, "802.3, length {}: ", if named { kind } else { whole.min(0xffff) as u16 });
                }
                return llc_or_hex(out, rest, ends);
            }
            0x8100 | 0x88a8 | 0x9100 | 0x9200 => {
                if rest.len() < 4 {
                    out.protocol = "vlan";
                    out.cut();
                    return Ok(());
                }
                if out.options.e {
                    let tag = rest.u16(0)?;
                    if !named {
                        say!(out, "ethertype {} (0x{kind:04x}), length {whole}: ", type_name(kind));
                    } else {
                        say!(out, "ethertype {}, ", type_name(kind));
                    }
                    say!(
                        out,
                        "vlan {}, p {}{}, ",
                        tag & 0xfff,
                        tag >> 13,
                        if tag & 0x1000 != 0 { ", DEI" } else { "" }
                    );
                }
                named = true;
                at = at.saturating_add(4);
            }
            _ => {
                if out.options.e {
                    match named {
                        true => say!(out, "ethertype {} (0x{kind:04x}), ", type_name(kind)),
                        false => say!(out, "ethertype {} (0x{kind:04x}), length {whole}: ", type_name(kind)),
                    }
                }
                if !by_type(out, kind, rest, ends)? {
                    if !out.options.e {
                        say!(
                            out,
                            "{source} > {destination}, ethertype {} (0x{kind:04x}), length {whole}: ",
                            type_name(kind)
                        );
                    }
                    out.unknown(rest.all());
                }
                return Ok(());
            }
        }
    }
}

pub(super) fn llc_or_hex(out: &mut Out<'_>, bytes: Bytes<'_>, ends: Ends) -> Printed {
    if !llc::print(out, bytes, ends)? {
        out.unknown(bytes.all());
    }
    Ok(())
}

/// False when nobody here knows the type.
pub fn by_type(out: &mut Out<'_>, kind: u16, bytes: Bytes<'_>, ends: Ends) -> Result<bool, Problem> {
    match kind {
        0x0800 => ip::v4(out, bytes)?,
        0x86dd => ip::v6(out, bytes)?,
        0x0806 | 0x8035 => arp::print(out, bytes)?,
        0x8863 | 0x8864 | 0x3c12 | 0x3c13 => ppp::pppoe(out, bytes)?,
        0x888e => eap::eapol(out, bytes)?,
        0x880b => {
            if bytes.wire_len() > 0 {
                out.put(": ");
                ppp::print(out, bytes)?;
            }
        }
        0x8847 | 0x8848 => tunnels::mpls(out, bytes)?,
        0x88cc => small::lldp(out, bytes)?,
        0x894f => tunnels::nsh(out, bytes)?,
        0x8137 => ipx::print(out, bytes)?,
        0x809b => ipx::appletalk(out, bytes)?,
        0x80f3 => ipx::aarp(out, bytes)?,
        0x8809 => small::slow(out, bytes)?,
        0x8808 => small::pause(out, bytes)?,
        0x9000 => small::loopback_test(out, bytes)?,
        0x8899 => small::realtek(out, bytes, ends)?,
        0x88f7 => small::ptp(out, bytes)?,
        0x8902 => small::cfm(out, bytes)?,
        0x88ca => small::tipc(out, bytes)?,
        0x88a2 => small::aoe(out, bytes)?,
        0x886f => small::load_balancing(out, bytes)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// BSD's loopback: an address family in the order of whatever machine wrote it, or in network order.
fn loopback(out: &mut Out<'_>, link: u16, bytes: Bytes<'_>) -> Printed {
    out.protocol = "null";
    out.link_len = 4;
    if bytes.len() < 4 {
        return Err(Problem::Truncated);
    }
    let family = match (link, bytes.u32_le(0)?) {
        (108, family) => family.swap_bytes(),
        (_, family) if family < 0x1_0000 => family,
        (_, family) => family.swap_bytes(),
    };
    let rest = bytes.from(4);
    if out.options.e {
        let name = match family {
            2 => "IPv4".to_owned(),
            24 | 28 | 30 => "IPv6".to_owned(),
            7 => "ISO".to_owned(),
            16 => "AppleTalk".to_owned(),
            23 => "IPX".to_owned(),
            family => format!("Unknown AF {family}"),
        };
        say!(out, "AF {name} ({family}), length {}: ", bytes.wire_len());
    }
    match family {
        2 => ip::v4(out, rest),
        24 | 28 | 30 | 10 => ip::v6(out, rest),
        7 => small::isis(out, rest),
        16 => ipx::appletalk(out, rest),
        23 => ipx::print(out, rest),
        _ => {
            if !out.options.e {
                say!(out, "AF Unknown ({family}), length {}: ", bytes.wire_len());
            }
            out.unknown(rest.all());
            Ok(())
        }
    }
}

fn slip(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "slip";
    out.link_len = 16;
    if bytes.len() < 16 {
        return Err(Problem::Truncated);
    }
    let rest = bytes.from(16);
    if rest.is_empty() {
        return Err(Problem::Truncated);
    }
    match rest.u8(0)? >> 4 {
        4 => ip::v4(out, rest),
        6 => ip::v6(out, rest),
        version => {
            say!(out, "ip v{version}");
            Ok(())
        }
    }
}

const COOKED: [&str; 5] = ["In", "B", "M", "P", "Out"];

fn cooked(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "sll";
    out.link_len = 16;
    if bytes.len() < 16 {
        return Err(Problem::Truncated);
    }
    let (packet, length, kind) = (bytes.u16(0)?, bytes.wire_len(), bytes.u16(14)?);
    let hardware = usize::from(bytes.u16(4)?).min(8);
    let address = bytes.take(6..hardware.saturating_add(6))?;
    let head = |out: &mut Out<'_>| {
        say!(out, "{:>3} ", COOKED.get(usize::from(packet)).unwrap_or(&"???"));
        if hardware > 0 {
            say!(out, "{} ", Colons(address));
        }
        say!(out, "ethertype {} (0x{kind:04x}), length {length}: ", type_name(kind));
    };
    if out.options.e {
        head(out);
    }
    cooked_payload(out, bytes.from(16), kind, |out| {
        if !out.options.e {
            head(out);
        }
    })
}

fn cooked_v2(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "linux_sll2";
    out.link_len = 20;
    if bytes.len() < 20 {
        return Err(Problem::Truncated);
    }
    // The name of the interface is that of the machine that reads; only the loopback's number is the same everywhere.
    let name = if bytes.u32(4)? == 1 { "lo" } else { "?" };
    say!(out, "{name:<5} ");
    let packet = bytes.u8(10)?;
    say!(out, "{:<3} ", COOKED.get(usize::from(packet)).unwrap_or(&"???"));
    let (length, kind) = (bytes.wire_len(), bytes.u16(0)?);
    if out.options.e {
        say!(out, "ifindex {} ", bytes.u32(4)?);
        let hardware = usize::from(bytes.u8(11)?).min(8);
        if hardware > 0 {
            say!(out, "{} ", Colons(bytes.take(12..hardware.saturating_add(12))?));
        }
        say!(out, "ethertype {} (0x{kind:04x}), length {length}: ", type_name(kind));
    }
    cooked_payload(out, bytes.from(20), kind, |out| {
        if !out.options.e {
            say!(out, "ethertype {} (0x{kind:04x}), length {length}: ", type_name(kind));
        }
    })
}

fn cooked_payload(out: &mut Out<'_>, bytes: Bytes<'_>, kind: u16, head: impl FnOnce(&mut Out<'_>)) -> Printed {
    let (mut kind, mut rest) = (kind, bytes);
    loop {
        match kind {
            1 => return ipx::print(out, rest),
            4 => return llc_or_hex(out, rest, None),
            0..=1536 => {
                out.unknown(rest.all());
                return Ok(());
            }
            0x8100 => {
                if rest.len() < 4 {
                    out.protocol = "vlan";
                    out.cut();
                    return Ok(());
                }
                if out.options.e {
                    let tag = rest.u16(0)?;
                    say!(out, "vlan {}, p {}, ", tag & 0xfff, tag >> 13);
                }
                kind = rest.u16(2)?;
                rest = rest.from(4);
            }
            _ => {
                if !by_type(out, kind, rest, None)? {
                    head(out);
                    out.unknown(rest.all());
                }
                return Ok(());
            }
        }
    }
}

fn pflog(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "pflog";
    let header = usize::from(bytes.u8(0)?);
    if header < 45 {
        say!(out, "[pflog: invalid header length!]");
        return Ok(());
    }
    let header = header.saturating_add(3) & !3;
    out.link_len = header;
    let rest = bytes.from(header);
    match bytes.u8(1)? {
        2 => ip::v4(out, rest),
        24 | 28 | 30 | 10 => ip::v6(out, rest),
        _ => {
            out.unknown(rest.all());
            Ok(())
        }
    }
}

/// OpenBSD's view into IPsec.
fn enc(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "enc";
    out.link_len = 12;
    bytes.take(0..12)?;
    let family = match bytes.u32(0)? {
        family if family < 0x1_0000 => family,
        family => family.swap_bytes(),
    };
    let flags = bytes.u32(8)?;
    if flags == 0 {
        out.put("unprotected");
    } else {
        out.put("(");
        let (a, c) = (flags & 0x800 != 0, flags & 0x400 != 0);
        out.put(match (a, c) {
            (true, true) => "authentic,confidential",
            (true, false) => "authentic",
            _ => "confidential",
        });
        out.put("): ");
    }
    say!(out, "SPI 0x{:08x}: ", bytes.u32(4)?);
    match family {
        2 => ip::v4(out, bytes.from(12)),
        24 => ip::v6(out, bytes.from(12)),
        _ => Ok(()),
    }
}

/// Juniper's header in front of Ethernet (or of a protocol that a number names).
fn juniper_ether(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "juniper_ether";
    if bytes.u24(0)? != 0x4d_4743 {
        out.put("no magic-number found!");
        return Ok(());
    }
    let flags = bytes.u8(3)?;
    let extensions = if flags & 0x80 != 0 { usize::from(bytes.u16(4)?).saturating_add(2) } else { 0 };
    let at = extensions.saturating_add(4);
    if out.options.e {
        out.put(if flags & 1 != 0 { " In" } else { "Out" });
        out.put(" ");
    }
    // Without a link header there are six bytes, of which one names the protocol.
    if flags & 2 != 0 {
        if out.options.e {
            out.put("no-L2-hdr, ");
        }
        let rest = bytes.from(at.saturating_add(4));
        return match bytes.u8(at)? {
            2 => ip::v4(out, rest),
            6 => ip::v6(out, rest),
            _ => {
                out.put("unknown protocol-family");
                Ok(())
            }
        };
    }
    out.link_len = at.saturating_add(14);
    ethernet(out, bytes.from(at))
}

/// Linux' netfilter log: values of which one is the packet. Its numbers are in the order of the machine that wrote it.
fn nflog(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "nflog";
    if bytes.len() < 4 || bytes.wire_len() < 4 {
        return Err(Problem::Truncated);
    }
    if bytes.u8(1)? != 0 {
        say!(out, "version {} (unknown)", bytes.u8(1)?);
        return Ok(());
    }
    if out.options.e {
        let family = match bytes.u8(0)? {
            2 => "IPv4".to_owned(),
            10 => "IPv6".to_owned(),
            family => format!("*unknown* ({family})"),
        };
        say!(
            out,
            "version 0, resource ID {}, family {family} ({}), length {}: ",
            bytes.u16(2)?,
            bytes.u8(0)?,
            bytes.wire_len()
        );
    }
    let mut at = 4usize;
    loop {
        if at >= bytes.wire_len() {
            out.cut();
            return Ok(());
        }
        let (length, kind) = (usize::from(bytes.u16_le(at)?), bytes.u16_le(at.saturating_add(2))?);
        if length < 4 {
            say!(out, "TLV size < 4");
            out.invalid();
            return Ok(());
        }
        if kind == 9 {
            let rest = bytes.from(at.saturating_add(4)).limit(length.saturating_sub(4));
            out.link_len = at.saturating_add(4);
            return match bytes.u8(0)? {
                2 => ip::v4(out, rest),
                10 => ip::v6(out, rest),
                family => {
                    if !out.options.e {
                        say!(out, "family *unknown* ({family}), length {}: ", bytes.wire_len());
                    }
                    out.unknown(rest.all());
                    Ok(())
                }
            };
        }
        at = at.saturating_add(length.saturating_add(3) & !3);
    }
}
