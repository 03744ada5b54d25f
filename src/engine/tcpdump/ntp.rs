//! NTP (RFC 5905).
use super::{Bytes, Out, Printed};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ntp";
    let length = bytes.wire_len();
    if length < 7 {
        out.invalid();
        return Ok(());
    }
    const MODES: [&str; 8] = [
        "unspecified",
        "symmetric active",
        "symmetric passive",
        "Client",
        "Server",
        "Broadcast",
        "Control Message",
        "Reserved",
    ];
    let first = bytes.u8(0)?;
    let mode = MODES.get(usize::from(first & 7)).unwrap_or(&"unspecified");
    say!(out, "NTPv{}, {mode}, length {length}", first >> 3 & 7);
    Ok(())
}
