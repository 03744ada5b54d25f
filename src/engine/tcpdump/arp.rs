//! ARP and its relatives (RFC 826, 903, 2390, 2225).
use super::{Bytes, Colons, Out, Printed, ipv4};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "arp";
    let (hardware, protocol) = (bytes.u16(0)?, bytes.u16(2)?);
    if hardware == 19 {
        // ATM: the lengths have flags and there are two kinds of numbers.
        out.cut();
        return Ok(());
    }
    let (hlen, plen) = (usize::from(bytes.u8(4)?), usize::from(bytes.u8(5)?));
    let operation = bytes.u16(6)?;
    let length = bytes.wire_len();
    let whole = hlen.saturating_add(plen).saturating_mul(2).saturating_add(8);
    if bytes.len() < whole {
        out.cut();
        out.unknown(bytes.all());
        return Ok(());
    }
    if !out.options.e {
        out.put("ARP, ");
    }
    if (protocol != 0x0800 && protocol != 0x1000) || plen != 4 || hlen == 0 || out.options.v > 0 {
        let name = match super::link::type_name(protocol) {
            name if name == "Unknown" => format!("Unknown Protocol (0x{protocol:04x})").into(),
            name => name,
        };
        say!(out, "{} (len {hlen}), {name} (len {plen})", hardware_name(hardware));
        if out.options.v == 0 {
            say!(out, ", length {length}");
            return Ok(());
        }
        out.put(", ");
    }
    let sha = Colons(bytes.take(8..hlen.saturating_add(8))?);
    let spa_at = hlen.saturating_add(8);
    let tha_at = spa_at.saturating_add(plen);
    let tha = Colons(bytes.take(tha_at..tha_at.saturating_add(hlen))?);
    let (spa, tpa) = (ipv4(&bytes, spa_at)?, ipv4(&bytes, tha_at.saturating_add(hlen))?);
    match operation {
        1 => {
            say!(out, "Request who-has {tpa}");
            // An address that is looked for should be unknown.
            let ethernet = hardware == 1 || hardware == 6;
            let zeros = tha.0.iter().all(|byte| *byte == 0) && ethernet;
            let ones = tha.0.iter().all(|byte| *byte == 0xff) && ethernet;
            if !(zeros || ones || !ethernet && tha.0.iter().all(|byte| *byte == 0)) {
                say!(out, " ({tha})");
            }
            say!(out, " tell {spa}");
        }
        2 => say!(out, "Reply {spa} is-at {sha}"),
        3 => say!(out, "Reverse Request who-is {tha} tell {sha}"),
        4 => say!(out, "Reverse Reply {tha} at {tpa}"),
        8 => say!(out, "Inverse Request who-is {tha} tell {sha}"),
        9 => say!(out, "Inverse Reply {sha} at {spa}"),
        _ => {
            say!(out, "Unknown ({operation}) ");
            out.unknown(bytes.all());
            return Ok(());
        }
    }
    say!(out, ", length {length}");
    Ok(())
}

fn hardware_name(hardware: u16) -> String {
    match hardware {
        1 => "Ethernet".to_owned(),
        6 => "TokenRing".to_owned(),
        7 => "ArcNet".to_owned(),
        15 => "FrameRelay".to_owned(),
        17 => "Strip".to_owned(),
        24 => "IEEE 1394".to_owned(),
        32 => "Infiniband".to_owned(),
        _ => format!("Unknown Hardware ({hardware})"),
    }
}
