//! Bidirectional Forwarding Detection, RFC 5880.
use super::{Bytes, Out, Printed, bits};

/// Bidirectional forwarding detection (RFC 5880); its echoes are whatever their sender likes.
pub fn bfd(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "bfd";
    let (first, second) = (bytes.u8(0)?, bytes.u8(1)?);
    let version = first >> 5;
    let flags = [
        (0x20, "Poll"),
        (0x10, "Final"),
        (0x08, "Control Plane Independent"),
        (0x04, "Authentication Present"),
        (0x02, "Demand"),
        (0x01, "Reserved"),
    ];
    match version {
        0 => {
            let old = [
                (0x80, "I Hear You"),
                (0x40, "Demand"),
                (0x20, "Poll"),
                (0x10, "Final"),
                (0x08, "Control Plane Independent"),
                (0x04, "Authentication Present"),
                (0x02, "Reserved"),
                (0x01, "Reserved"),
            ];
            say!(
                out,
                "BFDv0, Control, Flags: [{}], length: {}",
                bits(&old, u32::from(second), "none", ", "),
                bytes.wire_len()
            );
        }
        1 => {
            let states = ["AdminDown", "Down", "Init", "Up"];
            let state = states.get(usize::from(second >> 6)).unwrap_or(&"unknown");
            say!(
                out,
                "BFDv1, Control, State {state}, Flags: [{}], length: {}",
                bits(&flags, u32::from(second & 0x3f), "none", ", "),
                bytes.wire_len()
            );
        }
        _ => say!(out, "BFDv{version}, Control, length: {}", bytes.wire_len()),
    }
    Ok(())
}

pub fn bfd_echo(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    say!(out, "BFD, Echo, length: {}", bytes.wire_len());
    Ok(())
}
