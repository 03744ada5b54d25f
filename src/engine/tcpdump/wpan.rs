//! IEEE 802.15.4 frames.
use super::{Bytes, Colons, Out, Printed, Problem};

const KINDS: [&str; 8] = ["Beacon", "Data", "ACK", "Command", "Reserved", "Multipurpose", "Fragment", "Extended"];

const COMMANDS: [&str; 12] = [
    "Reserved 0x00",
    "Association Request command",
    "Association Response command",
    "Disassociation Notification command",
    "Data Request command",
    "PAN ID Conflict Notification command",
    "Orphan Notification command",
    "Beacon Request command",
    "Coordinator realignment command",
    "GTS request command",
    "TRLE Management Request command",
    "TRLE Management Response command",
];

/// A frame and its checksum of `fcs` bytes.
pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>, fcs: usize) -> Printed {
    out.protocol = "802.15.4";
    out.link_len = 0;
    if bytes.len() < 3 {
        out.cut();
        return Ok(());
    }
    let control = bytes.u16_le(0)?;
    let (kind, version) = (control & 7, control >> 12 & 3);
    say!(out, "IEEE 802.15.4 {} packet ", KINDS.get(usize::from(kind)).unwrap_or(&"Reserved"));
    if out.verbose() {
        say!(out, "seq {:02x}, ", bytes.u8(2)?);
    }
    match kind {
        0..=3 => standard(out, &bytes, control, kind, version, fcs),
        _ => Ok(()),
    }
}

fn standard(out: &mut Out<'_>, bytes: &Bytes<'_>, control: u16, kind: u16, version: u16, fcs: usize) -> Printed {
    let whole = bytes.wire_len();
    let bytes = &bytes.limit(whole.saturating_sub(fcs));
    let mut at = if version == 2 && control & 0x100 != 0 { 2usize } else { 3 };
    let (to, from) = (control >> 10 & 3, control >> 14 & 3);
    let compressed = control & 0x40 != 0;
    say!(out, "v{version} ");
    let pan = |out: &mut Out<'_>, there: bool, at: &mut usize| -> Printed {
        if there {
            say!(out, "{:04x}:", bytes.u16_le(*at)?);
            *at = at.saturating_add(2);
        } else {
            out.put("-:");
        }
        Ok(())
    };
    let (to_pan, from_pan) = if version < 2 {
        (to != 0, from != 0 && !(compressed && to != 0))
    } else {
        match (to, from, compressed) {
            (0, 0, both) => (both, false),
            (_, 0, no) => (!no, false),
            (0, _, no) => (false, !no),
            (3, 3, no) => (!no, false),
            (_, _, no) => (true, !no),
        }
    };
    pan(out, to_pan, &mut at)?;
    address(out, bytes, to, &mut at)?;
    out.put(" < ");
    pan(out, from_pan, &mut at)?;
    address(out, bytes, from, &mut at)?;
    out.put(" ");
    if to == 1 || from == 1 {
        return Ok(());
    }
    if control & 8 != 0 {
        // Secured: a control byte, a counter, a key's number.
        let security = bytes.u8(at)?;
        at = at.saturating_add(1);
        let level = security & 7;
        say!(out, "Security Level {level}, Key Id Mode {}, ", security >> 3 & 3);
        if security & 0x20 == 0 {
            say!(out, "Frame Counter 0x{:08x} ", bytes.u32_le(at)?);
            at = at.saturating_add(4);
        }
        let key = match security >> 3 & 3 {
            1 => 0usize,
            2 => 4,
            3 => 8,
            _ => usize::MAX,
        };
        if key != usize::MAX {
            if key > 0 {
                out.put("Key Source: ");
                say!(out, "{} ", Colons(bytes.take(at..at.saturating_add(key))?));
                at = at.saturating_add(key);
            }
            say!(out, "Key Index 0x{:02x}, ", bytes.u8(at)?);
            at = at.saturating_add(1);
        }
        out.unknown(bytes.from(at).all());
        return Ok(());
    }
    let rest = bytes.from(at);
    match kind {
        0 => return beacon(out, &rest),
        3 => return command(out, &rest, to),
        _ => {}
    }
    if rest.wire_len() > 0 {
        out.unknown(rest.all());
    }
    Ok(())
}

/// Superframe, guaranteed slots and pending addresses, then the network's own.
fn beacon(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    let slots = usize::from(bytes.u8(2)? & 7);
    let at = if slots > 0 { slots.saturating_mul(3).saturating_add(4) } else { 3 };
    let pending = bytes.u8(at)?;
    let (short, long) = (usize::from(pending & 7), usize::from(pending >> 4 & 7));
    let rest =
        bytes.from(at.saturating_add(1).saturating_add(short.saturating_mul(2)).saturating_add(long.saturating_mul(8)));
    if rest.wire_len() > 0 {
        out.unknown(rest.all());
    }
    Ok(())
}

fn address(out: &mut Out<'_>, bytes: &Bytes<'_>, mode: u16, at: &mut usize) -> Printed {
    match mode {
        0 => out.put("none"),
        1 => {
            out.put("RESERVED DESTINATION ADDRESS MODE");
            return Err(Problem::Malformed);
        }
        2 => {
            say!(out, "{:04x}", bytes.u16_le(*at)?);
            *at = at.saturating_add(2);
        }
        _ => {
            let mut octets = bytes.array::<8>(*at)?;
            octets.reverse();
            say!(out, "{}", super::Octets(octets));
            *at = at.saturating_add(8);
        }
    }
    Ok(())
}

fn command(out: &mut Out<'_>, bytes: &Bytes<'_>, _: u16) -> Printed {
    if bytes.wire_len() < 1 {
        out.cut();
        return Ok(());
    }
    let id = bytes.u8(0)?;
    match COMMANDS.get(usize::from(id)) {
        Some(name) => say!(out, "Command ID = {name} "),
        None => say!(out, "Command ID = Reserved 0x{id:02x} "),
    }
    let rest = bytes.from(1);
    match id {
        1 => {
            let flags = rest.u8(0)?;
            let set = |bit: u8| flags & bit != 0;
            out.put(if set(2) { "FFD, " } else { "RFD, " });
            out.put(if set(4) { "AC powered, " } else { "" });
            out.put(if set(8) { "Receiver on when idle, " } else { "" });
            out.put(if set(16) { "Fast association, " } else { "" });
            out.put(if set(64) { "Security supported, " } else { "" });
            out.put(if set(128) { "Allocate address, " } else { "" });
            Ok(())
        }
        2 => {
            say!(out, "Short address = {:04x}, ", rest.u16_le(0)?);
            match rest.u8(2)? {
                0 => out.put("Association successful"),
                1 => out.put("PAN at capacity"),
                2 => out.put("PAN access denied"),
                3 => out.put("Hooping sequence offset duplication"),
                0x80 => out.put("Fast association successful"),
                status => say!(out, "Status = 0x{status:02x}"),
            }
            Ok(())
        }
        3 => {
            match rest.u8(0)? {
                0 => out.put("Reserved"),
                1 => out.put("Reason = The coordinator wishes the device to leave the PAN"),
                2 => out.put("Reason = The device wishes to leave the PAN"),
                _ => {}
            }
            Ok(())
        }
        _ => {
            if rest.wire_len() > 0 {
                out.unknown(rest.all());
            }
            Ok(())
        }
    }
}
