//! RADIUS (RFC 2865, 2866, 5176).
use super::{Bytes, Out, Printed, word};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "radius";
    bytes.take(0..20)?;
    let (code, id, said) = (bytes.u8(0)?, bytes.u8(1)?, usize::from(bytes.u16(2)?));
    if said < 20 {
        out.invalid();
        return Ok(());
    }
    let codes = [
        (1, "Access-Request"),
        (2, "Access-Accept"),
        (3, "Access-Reject"),
        (4, "Accounting-Request"),
        (5, "Accounting-Response"),
        (11, "Access-Challenge"),
        (12, "Status-Server"),
        (13, "Status-Client"),
        (40, "Disconnect-Request"),
        (41, "Disconnect-ACK"),
        (42, "Disconnect-NAK"),
        (43, "CoA-Request"),
        (44, "CoA-ACK"),
        (45, "CoA-NAK"),
        (255, "Reserved"),
    ];
    let name = word(&codes, u32::from(code), |_| "Unknown Command".to_owned());
    match out.verbose() {
        false => say!(out, "RADIUS, {name} ({code}), id: 0x{id:02x} length: {}", bytes.wire_len()),
        true => say!(out, "RADIUS, length: {}\n\t{name} ({code}), id: 0x{id:02x}, Authenticator: ", bytes.wire_len()),
    }
    if out.verbose() {
        super::tcp::hex(out, bytes.take(4..20)?);
    }
    Ok(())
}
