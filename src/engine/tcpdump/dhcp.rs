//! BOOTP and DHCP (RFC 951, 2131), DHCPv6 (RFC 8415): without `-v` one line.
use super::{Bytes, Out, Printed, mac, word};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "bootp";
    let kind = bytes.u8(0)?;
    let name = word(&[(1, "Request"), (2, "Reply")], u32::from(kind), |kind| format!("unknown (0x{kind:02x})"));
    say!(out, "BOOTP/DHCP, {name}");
    let (hardware, hlen) = (bytes.u8(1)?, bytes.u8(2)?);
    if hardware == 1 && hlen == 6 && kind == 1 {
        say!(out, " from {}", mac(&bytes, 28)?);
    }
    say!(out, ", length {}", bytes.wire_len());
    if !out.verbose() {
        return Ok(());
    }
    let (hops, id, seconds, flags) = (bytes.u8(3)?, bytes.u32(4)?, bytes.u16(8)?, bytes.u16(10)?);
    bytes.u16(10)?;
    if hardware != 1 {
        say!(out, ", htype {hardware}");
    }
    if hlen != 6 && hardware == 1 {
        say!(out, ", hlen {hlen}");
    }
    if hops != 0 {
        say!(out, ", hops {hops}");
    }
    if id != 0 {
        say!(out, ", xid 0x{id:x}");
    }
    if seconds != 0 {
        say!(out, ", secs {seconds}");
    }
    say!(out, ", Flags [{}]", if flags & 0x8000 != 0 { "Broadcast" } else { "none" });
    if out.options.v > 1 {
        say!(out, " (0x{flags:04x})");
    }
    for (at, name) in [(12usize, "Client-IP"), (16, "Your-IP"), (20, "Server-IP"), (24, "Gateway-IP")] {
        let address = super::ipv4(&bytes, at)?;
        if !address.is_unspecified() {
            say!(out, "\n\t  {name} {address}");
        }
    }
    if hardware == 1 && hlen == 6 {
        say!(out, "\n\t  Client-Ethernet-Address {}", mac(&bytes, 28)?);
    }
    Ok(())
}

const V6: [&str; 16] = [
    "",
    "solicit",
    "advertise",
    "request",
    "confirm",
    "renew",
    "rebind",
    "reply",
    "release",
    "decline",
    "reconfigure",
    "inf-req",
    "relay-fwd",
    "relay-reply",
    "leasequery",
    "leasequery-reply",
];

pub fn v6(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "dhcp6";
    out.put("dhcp6");
    if bytes.len() < 4 {
        out.cut();
        return Ok(());
    }
    let kind = bytes.u8(0)?;
    match V6.get(usize::from(kind)).filter(|name| !name.is_empty()) {
        Some(name) => say!(out, " {name}"),
        None => say!(out, " msgtype-{kind}"),
    }
    if out.verbose() && !matches!(kind, 12 | 13) {
        say!(out, " (xid={:x}", bytes.u24(1)?);
        out.put(")");
    }
    Ok(())
}
