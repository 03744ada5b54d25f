//! IPX and AppleTalk, the networks of the past.
use super::{Bytes, Out, Printed, mac, safe, word};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ipx";
    out.put("IPX ");
    bytes.take(0..30)?;
    let node = |at: usize| -> Result<String, super::Problem> {
        Ok(format!("{:08x}.{}", bytes.u32(at)?, mac(&bytes, at.saturating_add(4))?))
    };
    say!(out, "{}.{:04x} > {}.{:04x}: ", node(18)?, bytes.u16(28)?, node(6)?, bytes.u16(16)?);
    let length = usize::from(bytes.u16(2)?);
    if length < 30 {
        say!(out, "[length {length} < 30]");
        out.invalid();
        return Ok(());
    }
    if length > bytes.wire_len() {
        say!(out, "[length {length} > {}]", bytes.wire_len());
        out.invalid();
        return Ok(());
    }
    let payload = bytes.from(30).limit(length.saturating_sub(30));
    let length = length.saturating_sub(30);
    match bytes.u16(16)? {
        0x452 => sap(out, &payload),
        0x453 => rip(out, &payload),
        0x451 => named(out, "ncp", length),
        0x455 => named(out, "netbios", length),
        0x456 => named(out, "diags", length),
        0x9088 => named(out, "security", length),
        socket => {
            say!(out, "ipx-#{socket:x} {length}");
            Ok(())
        }
    }
}

fn named(out: &mut Out<'_>, name: &str, length: usize) -> Printed {
    say!(out, "ipx-{name} {length}");
    Ok(())
}

fn sap(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    if bytes.wire_len() < 2 {
        out.cut();
        return Ok(());
    }
    let command = bytes.u16(0)?;
    match command {
        1 | 3 => {
            out.put(if command == 1 { "ipx-sap-req" } else { "ipx-sap-nearest-req" });
            if bytes.len() > 2 {
                say!(out, " {:x}", bytes.u16(2)?);
                if bytes.len() > 4 {
                    out.put(" '");
                    safe(out, name(bytes, 4));
                    out.put("'");
                }
            }
        }
        2 | 4 => {
            out.put(if command == 2 { "ipx-sap-resp" } else { "ipx-sap-nearest-resp" });
            let mut at = 2usize;
            for _ in 0..8 {
                if at.saturating_add(64) > bytes.wire_len() {
                    break;
                }
                say!(out, " {:x} '", bytes.u16(at)?);
                safe(out, name(bytes, at.saturating_add(2)));
                let address = at.saturating_add(50);
                say!(out, "' addr {:08x}.{}", bytes.u32(address)?, mac(bytes, address.saturating_add(4))?);
                at = at.saturating_add(64);
            }
        }
        command => say!(out, "ipx-sap-?{command:x}"),
    }
    Ok(())
}

/// Up to 48 bytes, ended by a zero.
fn name<'p>(bytes: &Bytes<'p>, at: usize) -> &'p [u8] {
    let text = bytes.all().get(at..).unwrap_or_default();
    let text = text.get(..48).unwrap_or(text);
    text.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn rip(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    if bytes.wire_len() < 2 {
        out.cut();
        return Ok(());
    }
    match bytes.u16(0)? {
        1 => {
            out.put("ipx-rip-req");
            if bytes.len() > 2 {
                say!(out, " {:08x}/{}.{}", bytes.u32(2)?, bytes.u16(6)?, bytes.u16(8)?);
            }
        }
        2 => {
            out.put("ipx-rip-resp");
            let mut at = 2usize;
            for _ in 0..15 {
                if at.saturating_add(8) > bytes.len() {
                    break;
                }
                say!(
                    out,
                    " {:08x}/{}.{}",
                    bytes.u32(at)?,
                    bytes.u16(at.saturating_add(4))?,
                    bytes.u16(at.saturating_add(6))?
                );
                at = at.saturating_add(8);
            }
        }
        command => say!(out, "ipx-rip-?{command:x}"),
    }
    Ok(())
}

pub fn appletalk(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "atalk";
    if !out.options.e {
        out.put("AT ");
    }
    if bytes.wire_len() < 13 {
        out.protocol = "ddp";
        out.cut();
        return Ok(());
    }
    out.protocol = "ddp";
    bytes.take(0..13)?;
    let (source, destination) = (bytes.u16(6)?, bytes.u16(4)?);
    say!(out, "{source}.{}", bytes.u8(9)?);
    say!(out, ".{} > {destination}.{}.{}:", bytes.u8(11)?, bytes.u8(8)?, bytes.u8(10)?);
    let payload = bytes.from(13);
    out.put(" ");
    let kinds = [(1, "rtmp"), (2, "nbp"), (3, "atp"), (4, "echo"), (5, "IP"), (6, "zip"), (22, "22")];
    say!(out, " at-{} {}", word(&kinds, u32::from(bytes.u8(12)?), |kind| format!("#{kind}")), payload.wire_len());
    Ok(())
}

pub fn aarp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "aarp";
    out.put("aarp ");
    bytes.take(0..28)?;
    let address = |at: usize| -> Result<String, super::Problem> {
        Ok(format!("{}.{}", bytes.u16(at)?, bytes.u8(at.saturating_add(2))?))
    };
    if bytes.u16(0)? == 1 && bytes.u16(2)? == 0x809b && bytes.u8(4)? == 6 && bytes.u8(5)? == 4 {
        let (source, wanted) = (address(15)?, address(25)?);
        match bytes.u16(6)? {
            1 => {
                say!(out, "who-has {wanted} tell {source}");
                return Ok(());
            }
            2 => {
                say!(out, "reply {source} is-at {}", mac(&bytes, 8)?);
                return Ok(());
            }
            3 => {
                say!(out, "probe {source} tell {wanted}");
                return Ok(());
            }
            _ => {}
        }
    }
    say!(
        out,
        "len {} op {} htype {} ptype 0x{:x} halen {} palen {}",
        bytes.wire_len(),
        bytes.u16(6)?,
        bytes.u16(0)?,
        bytes.u16(2)?,
        bytes.u8(4)?,
        bytes.u8(5)?
    );
    Ok(())
}
