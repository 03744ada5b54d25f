//! Spanning tree protocols (IEEE 802.1D, 802.1w, 802.1s, 802.1aq).
use super::{Bytes, Out, Printed, bits, mac};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "stp";
    let length = bytes.wire_len();
    if length < 4 {
        out.cut();
        return Ok(());
    }
    bytes.take(0..3)?;
    if bytes.u16(0)? != 0 {
        say!(out, "unknown STP version, length {length}");
        return Ok(());
    }
    let version = bytes.u8(2)?;
    let name = match version {
        0 => "802.1d",
        2 => "802.1w",
        3 => "802.1s",
        4 => "802.1aq",
        _ => "Unknown STP protocol",
    };
    if version > 4 || version == 1 {
        say!(out, "STP {name} (0x{version:02x})");
    } else {
        say!(out, "STP {name}");
    }
    if !matches!(version, 0 | 2..=4) {
        return Ok(());
    }
    let kind = bytes.u8(3)?;
    let kind_name = match kind {
        0 => "Config",
        2 => "Rapid STP",
        0x80 => "Topology Change",
        _ => "Unknown BPDU Type",
    };
    match kind {
        0 | 2 | 0x80 => say!(out, ", {kind_name}"),
        _ => say!(out, ", {kind_name} (0x{kind:02x})"),
    }
    match kind {
        0 => {
            if length < 35 {
                out.invalid();
                return Ok(());
            }
            config(out, &bytes, length)
        }
        2 => match version {
            2 if length >= 36 => config(out, &bytes, length),
            3 | 4 if length >= 102 && bytes.u8(35)? == 0 => {
                // The part of version 3, and of version 4, must be there as a whole.
                let third = usize::from(bytes.u16(36)?).saturating_add(38);
                if length < third || version == 4 && length < third.saturating_add(55) {
                    out.invalid();
                    return Ok(());
                }
                multiple(out, &bytes, length)
            }
            2..=4 => {
                out.invalid();
                Ok(())
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

const FLAGS: [(u32, &str); 6] = [
    (0x01, "Topology change"),
    (0x02, "Proposal"),
    (0x10, "Learn"),
    (0x20, "Forward"),
    (0x40, "Agreement"),
    (0x80, "Topology change ACK"),
];

fn config(out: &mut Out<'_>, bytes: &Bytes<'_>, length: usize) -> Printed {
    say!(out, ", Flags [{}]", bits(&FLAGS, u32::from(bytes.u8(4)?), "none", ", "));
    say!(out, ", bridge-id {:04x}.{}.{:04x}, length {length}", bytes.u16(17)?, mac(bytes, 19)?, bytes.u16(25)?);
    if !out.verbose() {
        return Ok(());
    }
    let time = |at: usize| bytes.u16(at).map(|time| format!("{:.2}s", f64::from(time) / 256.0));
    say!(
        out,
        "\n\tmessage-age {}, max-age {}, hello-time {}, forwarding-delay {}",
        time(27)?,
        time(29)?,
        time(31)?,
        time(33)?
    );
    say!(out, "\n\troot-id {:04x}.{}, root-pathcost {}", bytes.u16(5)?, mac(bytes, 7)?, bytes.u32(13)?);
    if bytes.u8(3)? == 2 {
        let role = ["Unknown", "Alternate", "Root", "Designated"];
        say!(out, ", port-role {}", role.get(usize::from(bytes.u8(4)? >> 2 & 3)).unwrap_or(&"Unknown"));
    }
    Ok(())
}

fn multiple(out: &mut Out<'_>, bytes: &Bytes<'_>, length: usize) -> Printed {
    let role = ["Unknown", "Alternate", "Root", "Designated"];
    say!(out, ", CIST Flags [{}]", bits(&FLAGS, u32::from(bytes.u8(4)?), "none", ", "));
    if !out.verbose() {
        say!(out, ", length {length}");
        return Ok(());
    }
    say!(out, ", port-role {}", role.get(usize::from(bytes.u8(4)? >> 2 & 3)).unwrap_or(&"Unknown"));
    say!(out, ", CIST root-id {:04x}.{}, CIST ext-pathcost {}", bytes.u16(5)?, mac(bytes, 7)?, bytes.u32(13)?);
    Ok(())
}
