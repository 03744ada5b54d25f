//! ICMP (RFC 792, 1256, 4884).
use super::ip::Net;
use super::{Bytes, Out, Printed, ip, ipv4};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>, net: &Net<'_>) -> Printed {
    out.protocol = "icmp";
    let length = bytes.wire_len();
    let mark = out.text.len();
    match text(&bytes) {
        Ok(text) => {
            say!(out, "ICMP {text}, length {length}");
        }
        Err(_) => {
            out.text.truncate(mark);
            out.cut();
            return Ok(());
        }
    }
    let kind = bytes.u8(0)?;
    if out.verbose()
        && !net.fragment
        && let Some(sum) = checksum(&bytes)
    {
        let found = bytes.u16(2)?;
        say!(out, " (wrong icmp cksum {found:x} (->{:x})!)", ip::should_be(found, sum));
    }
    if out.verbose() && matches!(kind, 3 | 11 | 12 | 5 | 4) && bytes.len() > 8 {
        out.put("\n\t");
        let quoted = bytes.from(8);
        let said = quoted.u16(2).map_or(0, usize::from);
        return ip::v4(out, Bytes::frame(quoted.all(), said as u32));
    }
    Ok(())
}

/// The sum over everything when it is there and not right.
fn checksum(bytes: &Bytes<'_>) -> Option<u16> {
    let data = bytes.all().get(..bytes.wire_len())?;
    Some(ip::sum(&[], data)).filter(|&sum| sum != 0)
}

fn text(bytes: &Bytes<'_>) -> Result<String, super::Problem> {
    let (kind, code) = (bytes.u8(0)?, bytes.u8(1)?);
    Ok(match kind {
        0 | 8 => {
            let what = if kind == 8 { "request" } else { "reply" };
            format!("echo {what}, id {}, seq {}", bytes.u16(4)?, bytes.u16(6)?)
        }
        3 => unreachable(bytes, code)?,
        5 => {
            let (what, tos) = match code {
                0 => ("net", ""),
                1 => ("host", ""),
                2 => ("net", "-tos"),
                3 => ("host", "-tos"),
                _ => return Ok(format!("redirect-#{code} {} to net {}", ipv4(bytes, 24)?, ipv4(bytes, 4)?)),
            };
            format!("redirect{tos} {} to {what} {}", ipv4(bytes, 24)?, ipv4(bytes, 4)?)
        }
        9 => {
            let (count, size, lifetime) = (bytes.u8(4)?, bytes.u8(5)?, u32::from(bytes.u16(6)?));
            let mut text = "router advertisement lifetime ".to_owned();
            text.push_str(&match lifetime {
                0..60 => format!("{lifetime}"),
                60..3600 => format!("{}:{:02}", lifetime / 60, lifetime % 60),
                _ => format!("{}:{:02}:{:02}", lifetime / 3600, lifetime % 3600 / 60, lifetime % 60),
            });
            text.push_str(&format!(" {count}:"));
            if size != 2 {
                text.push_str(&format!(" [size {size}]"));
                return Ok(text);
            }
            for n in 0..usize::from(count) {
                let at = n.saturating_mul(8).saturating_add(8);
                text.push_str(&format!(" {{{} {}}}", ipv4(bytes, at)?, bytes.u32(at.saturating_add(4))?));
            }
            text
        }
        11 => match code {
            0 => "time exceeded in-transit".to_owned(),
            1 => "ip reassembly time exceeded".to_owned(),
            _ => format!("time exceeded-#{code}"),
        },
        12 if code != 0 => format!("parameter problem - code {code}"),
        12 => format!("parameter problem - octet {}", bytes.u8(4)?),
        13 => format!("time stamp query id {} seq {}", bytes.u16(4)?, bytes.u16(6)?),
        14 => format!(
            "time stamp reply id {} seq {}: org {}, recv {}, xmit {}",
            bytes.u16(4)?,
            bytes.u16(6)?,
            time(bytes.u32(8)?),
            time(bytes.u32(12)?),
            time(bytes.u32(16)?)
        ),
        18 => format!("address mask is 0x{:08x}", bytes.u32(8)?),
        4 => "source quench".to_owned(),
        10 => "router solicitation".to_owned(),
        15 => "information request".to_owned(),
        16 => "information reply".to_owned(),
        17 => "address mask request".to_owned(),
        _ => format!("type-#{kind}"),
    })
}

fn time(ms: u32) -> String {
    let seconds = ms / 1000;
    format!("{:02}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, ms % 1000)
}

fn unreachable(bytes: &Bytes<'_>, code: u8) -> Result<String, super::Problem> {
    let target = ipv4(bytes, 24)?;
    Ok(match code {
        0 => format!("net {target} unreachable"),
        1 => format!("host {target} unreachable"),
        2 => format!("{target} protocol {} unreachable", bytes.u8(17)?),
        3 => {
            let header = usize::from(bytes.u8(8)? & 15).saturating_mul(4);
            let protocol = bytes.u8(17)?;
            let port = bytes.u16(header.saturating_add(10))?;
            match protocol {
                6 => format!("{target} tcp port {port} unreachable"),
                17 => format!("{target} udp port {port} unreachable"),
                _ => format!("{target} protocol {protocol} port {port} unreachable"),
            }
        }
        4 => match bytes.u16(6)? {
            0 => format!("{target} unreachable - need to frag"),
            mtu => format!("{target} unreachable - need to frag (mtu {mtu})"),
        },
        5 => format!("{target} unreachable - source route failed"),
        6 => format!("net {target} unreachable - unknown"),
        7 => format!("host {target} unreachable - unknown"),
        8 => format!("{target} unreachable - source host isolated"),
        9 => format!("net {target} unreachable - admin prohibited"),
        10 => format!("host {target} unreachable - admin prohibited"),
        11 => format!("net {target} unreachable - tos prohibited"),
        12 => format!("host {target} unreachable - tos prohibited"),
        13 => format!("host {target} unreachable - admin prohibited filter"),
        14 => format!("host {target} unreachable - host precedence violation"),
        15 => format!("host {target} unreachable - precedence cutoff"),
        _ => format!("{target} unreachable - #{code}"),
    })
}
