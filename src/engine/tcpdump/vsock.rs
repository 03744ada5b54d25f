//! Linux' sockets between a host and its virtual machines, as its monitoring device records them (`vsockmon`).
use super::{Bytes, Out, Printed, word};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "vsock";
    out.link_len = bytes.len().min(32);
    bytes.take(0..32)?;
    let length = bytes.wire_len();
    let transports = [(1, "NO_INFO"), (2, "VIRTIO")];
    let operations = [(1, "CONNECT"), (2, "DISCONNECT"), (3, "CONTROL"), (4, "PAYLOAD")];
    say!(
        out,
        "{}",
        word(&transports, u32::from(bytes.u16_le(26)?), |value| format!("invalid transport (0x{value:x})"))
    );
    let long = |at: usize| bytes.array::<8>(at).map(u64::from_le_bytes);
    say!(out, " {}.{} > {}.{}", long(0)?, bytes.u32_le(16)?, long(8)?, bytes.u32_le(20)?);
    say!(
        out,
        " {}, length {length}",
        word(&operations, u32::from(bytes.u16_le(24)?), |value| format!("invalid op (0x{value:x})"))
    );
    Ok(())
}
