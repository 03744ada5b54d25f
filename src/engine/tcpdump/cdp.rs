//! Cisco's neighbours: CDP, DTP, VTP, UDLD.
use super::{Bytes, Out, Printed, safe, word};

pub fn cdp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "cdp";
    bytes.take(0..4)?;
    let length = bytes.wire_len();
    say!(out, "CDPv{}, ttl: {}s", bytes.u8(0)?, bytes.u8(1)?);
    if out.verbose() {
        say!(out, ", checksum: 0x{:04x} (unverified), length {length}", bytes.u16(2)?);
    }
    let mut at = 4usize;
    while at < length {
        let (kind, len) = (bytes.u16(at)?, usize::from(bytes.u16(at.saturating_add(2))?));
        if len < 4 {
            out.invalid();
            return Ok(());
        }
        let value = bytes.take(at.saturating_add(4)..at.saturating_add(len))?;
        if kind == 1 {
            out.put(", Device-ID ");
            out.put("'");
            safe(out, value);
            out.put("'");
        }
        at = at.saturating_add(len);
    }
    if !out.verbose() {
        say!(out, ", length {length}");
    }
    Ok(())
}

pub fn dtp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "dtp";
    say!(out, "DTPv{}, length {}", bytes.u8(0)?, bytes.wire_len());
    Ok(())
}

pub fn vtp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "vtp";
    let kinds =
        [(1, "Summary advertisement"), (2, "Subset advertisement"), (3, "Advertisement request"), (4, "Join message")];
    let kind = bytes.u8(1)?;
    say!(
        out,
        "VTPv{}, Message {} (0x{kind:02x}), length {}",
        bytes.u8(0)?,
        word(&kinds, u32::from(kind), |_| "Unknown message type".to_owned()),
        bytes.wire_len()
    );
    Ok(())
}

pub fn udld(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "udld";
    let first = bytes.u8(0)?;
    let codes = [(0, "Reserved"), (1, "Probe message"), (2, "Echo message"), (3, "Flush message")];
    let code = first & 0x1f;
    let flags = bytes.u8(1)?;
    let names = super::bits(&[(1, "RT"), (2, "RSY")], u32::from(flags), "none", ", ");
    let name = word(&codes, u32::from(code), |_| "Reserved".to_owned());
    say!(
        out,
        "UDLDv{}, Code {name} ({code:x}), Flags [{names}] (0x{flags:02x}), length {}",
        first >> 5,
        bytes.wire_len()
    );
    Ok(())
}
