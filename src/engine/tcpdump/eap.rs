//! EAPOL (IEEE 802.1X) and EAP (RFC 3748).
use super::{Bytes, Out, Printed, word};

pub fn eapol(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "eap";
    let (version, kind, length) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u16(2)?);
    let kinds =
        [(0, "EAP packet"), (1, "EAPOL start"), (2, "EAPOL logoff"), (3, "EAPOL key"), (4, "EAPOL encap ASF alert")];
    say!(out, "{} ({kind}) v{version}, len {length}", word(&kinds, u32::from(kind), |_| "unknown".to_owned()));
    if !out.verbose() || kind != 0 {
        return Ok(());
    }
    let codes = [(1, "Request"), (2, "Response"), (3, "Success"), (4, "Failure")];
    let (code, id, length) = (bytes.u8(4)?, bytes.u8(5)?, bytes.u16(6)?);
    say!(out, ", {} ({code}), id {id}, len {length}", word(&codes, u32::from(code), |_| "unknown".to_owned()));
    if matches!(code, 1 | 2) {
        let method = bytes.u8(8)?;
        let methods = [
            (1, "Identity"),
            (2, "Notification"),
            (3, "Nak"),
            (4, "MD5-challenge"),
            (5, "OTP"),
            (6, "GTC"),
            (13, "TLS"),
            (18, "SIM"),
            (21, "TTLS"),
            (23, "AKA"),
            (43, "FAST"),
            (254, "Expanded type"),
            (255, "Experimental"),
        ];
        say!(out, "\n\t\t Type {} ({method})", word(&methods, u32::from(method), |_| "unknown".to_owned()));
    }
    Ok(())
}
