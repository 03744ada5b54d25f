//! sFlow (version 5).
use super::{Bytes, Out, Printed, ipv4, ipv6};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "sflow";
    let version = bytes.u32(0)?;
    let length = bytes.wire_len();
    if version != 5 {
        say!(out, "sFlow version {version} packet not supported");
        return Ok(());
    }
    match bytes.u32(4)? {
        1 => {
            bytes.take(0..28)?;
            say!(out, "sFlowv5, IPv4 agent {}, agent-id {}, length {length}", ipv4(&bytes, 8)?, bytes.u32(12)?);
        }
        2 => {
            bytes.take(0..40)?;
            say!(out, "sFlowv5, IPv6 agent {}, agent-id {}, length {length}", ipv6(&bytes, 8)?, bytes.u32(24)?);
        }
        kind => say!(out, "sFlowv5, address type {kind}, length {length}"),
    }
    Ok(())
}
