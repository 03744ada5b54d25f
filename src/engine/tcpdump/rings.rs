//! Old and wide-area links: FDDI, Token Ring, Frame Relay, ARCnet.
use super::link::{by_type, llc_or_hex, type_name};
use super::{Bytes, Octets, Out, Printed, Problem, arp, ip, ipx, llc, mac, ppp, small};

pub(super) fn fddi(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "fddi";
    out.link_len = 13;
    bytes.take(0..13)?;
    let control = bytes.u8(0)?;
    // Stored with the bits of each byte the other way round.
    let turn = |Octets(octets): Octets<6>| Octets(octets.map(u8::reverse_bits));
    let (destination, source) = (turn(mac(&bytes, 1)?), turn(mac(&bytes, 7)?));
    if out.options.e {
        say!(out, "async{} {source} > {destination} {}: ", control & 15, bytes.wire_len());
    }
    let rest = bytes.from(13);
    if control & 0xe0 == 0x40 || control & 0xf0 == 0x50 {
        return llc_or_hex(out, rest, Some((source, destination)));
    }
    if !out.options.e {
        say!(out, "fddi 0x{control:02x} {source} > {destination} {}: ", bytes.wire_len());
    }
    out.unknown(rest.all());
    Ok(())
}

pub(super) fn token_ring(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "token-ring";
    bytes.take(0..14)?;
    let control = bytes.u8(1)?;
    let (destination, source) = (mac(&bytes, 2)?, mac(&bytes, 8)?);
    let Octets([first, a, b, c, d, e]) = source;
    let routed = first & 0x80 != 0;
    let source = Octets([first & 0x7f, a, b, c, d, e]);
    let route = if routed { usize::from(bytes.u8(14)? & 0x1f) } else { 0 };
    let rest = bytes.from(route.saturating_add(14));
    out.link_len = route.saturating_add(14);
    if control & 0xc0 == 0x40 {
        return llc_or_hex(out, rest, Some((source, destination)));
    }
    out.unknown(rest.all());
    Ok(())
}

pub(super) fn frame_relay(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "fr";
    let length = bytes.wire_len();
    let mut header = 2usize;
    let (first, second) = (u32::from(bytes.u8(0)?), u32::from(bytes.u8(1)?));
    let mut dlci = first >> 2 << 4 | second >> 4;
    if second & 1 == 0 {
        let third = u32::from(bytes.u8(2)?);
        header = 3;
        if third & 1 == 0 {
            dlci = dlci << 7 | third >> 1;
            dlci = dlci << 6 | u32::from(bytes.u8(3)?) >> 2;
            header = 4;
        }
    }
    if out.options.e {
        say!(out, "Q.922, hdr-len {header}, DLCI {dlci}, Flags [");
        let flags =
            [(second & 8 != 0, "FECN"), (second & 4 != 0, "BECN"), (second & 2 != 0, "DE"), (first & 2 != 0, "C")];
        let set: Vec<&str> = flags.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect();
        say!(out, "{}], ", if set.is_empty() { "none".to_owned() } else { set.join(", ") });
    }
    out.link_len = header.saturating_add(4);
    if bytes.u8(header)? != 3 {
        // Cisco's own way: an Ethernet type instead of a control field.
        let kind = bytes.u16(header)?;
        let rest = bytes.from(header.saturating_add(2));
        if out.options.e {
            say!(out, "cisco-ethertype {} (0x{kind:04x}), length {length}: ", type_name(kind));
        }
        if !by_type(out, kind, rest, None)? {
            if !out.options.e {
                say!(out, "cisco-ethertype {} (0x{kind:04x}), length {length}: ", type_name(kind));
            }
            out.unknown(bytes.from(header).all());
        }
        return Ok(());
    }
    let padded = bytes.u8(header.saturating_add(1))? == 0;
    let at = header.saturating_add(if padded { 2 } else { 1 });
    let nlpid = bytes.u8(at)?;
    if out.options.e {
        say!(
            out,
            "{}NLPID {} (0x{nlpid:02x}), length {length}: ",
            if padded { "Pad, " } else { "" },
            ppp::nlpid_name(nlpid)
        );
    }
    let rest = bytes.from(at.saturating_add(1));
    match nlpid {
        0xcc => ip::v4(out, rest),
        0x8e => ip::v6(out, rest),
        0x81..=0x83 => small::isis(out, bytes.from(at)),
        0x80 => {
            if !llc::snap(out, rest, None)? {
                out.unknown(bytes.from(at).all());
            }
            Ok(())
        }
        0x08 => small::q933(out, rest),
        0xcf => ppp::print(out, rest),
        _ => {
            if !out.options.e {
                say!(
                    out,
                    "Q.922, hdr-len {header}, DLCI {dlci}, Flags [none], NLPID {} (0x{nlpid:02x}), length {length}: ",
                    ppp::nlpid_name(nlpid)
                );
            }
            out.unknown(rest.all());
            Ok(())
        }
    }
}

pub(super) fn arcnet(out: &mut Out<'_>, bytes: Bytes<'_>, linux: bool) -> Printed {
    out.protocol = if linux { "arcnet_linux" } else { "arcnet" };
    let kind_at = if linux { 4 } else { 2 };
    bytes.take(0..kind_at)?;
    let length = bytes.wire_len();
    if bytes.len() <= kind_at {
        return Err(Problem::Truncated);
    }
    let (source, destination, kind) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u8(kind_at)?);
    // RFC 1051 has no fragmentation and so a shorter header.
    let mut header = kind_at.saturating_add(1);
    if !matches!(kind, 240 | 241) {
        header = kind_at.saturating_add(4);
        if linux && bytes.len() < header {
            return Err(Problem::Truncated);
        }
        let mut flag = bytes.u8(kind_at.saturating_add(1))?;
        let mut sequence = bytes.u16(kind_at.saturating_add(2))?;
        if flag == 0xff && !linux {
            flag = bytes.u8(kind_at.saturating_add(5))?;
            sequence = bytes.u16(kind_at.saturating_add(6))?;
            header = kind_at.saturating_add(8);
        }
        if out.options.e {
            arcnet_ends(out, source, destination, kind, length, Some(sequence));
        }
        if flag & 1 != 0 && flag > 0 && !linux {
            return Ok(());
        }
    } else if out.options.e {
        arcnet_ends(out, source, destination, kind, length, None);
    }
    out.link_len = header;
    let rest = bytes.from(header);
    match kind {
        240 | 212 => ip::v4(out, rest),
        196 => ip::v6(out, rest),
        241 | 213 => arp::print(out, rest),
        221 => ipx::appletalk(out, rest),
        _ => {
            out.unknown(rest.all());
            Ok(())
        }
    }
}

pub(super) fn arcnet_ends(
    out: &mut Out<'_>,
    source: u8,
    destination: u8,
    kind: u8,
    length: usize,
    sequence: Option<u16>,
) {
    let name = match kind {
        240 => "oldip",
        241 => "oldarp",
        212 => "ip",
        213 => "arp",
        214 => "rarp",
        221 => "atalk",
        250 => "novell",
        196 => "ipv6",
        _ => "unknown type",
    };
    match sequence {
        None => say!(out, "{source:02x} {destination:02x} {name} {length}: "),
        Some(sequence) => say!(out, "{source:02x} {destination:02x} {name} seqid {sequence:04x} {length}: "),
    }
}
