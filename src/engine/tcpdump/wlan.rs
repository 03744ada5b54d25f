//! IEEE 802.11 frames.
use super::wlan_words::{REASONS, STATUS};
use super::{Bytes, Out, Printed, Problem, llc, mac, safe};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    print_padded(out, bytes, false)
}

/// With `padded`, the body begins at a multiple of four.
pub fn print_padded(out: &mut Out<'_>, bytes: Bytes<'_>, padded: bool) -> Printed {
    out.protocol = "802.11";
    if bytes.len() < 10 {
        // Not even the shortest.
        out.cut();
        return Ok(());
    }
    let control = bytes.u16_le(0)?;
    let (kind, subtype) = (control >> 2 & 3, control >> 4 & 15);
    let (to_ds, from_ds, protected) = (control & 0x100 != 0, control & 0x200 != 0, control & 0x4000 != 0);
    match kind {
        0 => {
            let header = if control & 0x8000 != 0 { 28 } else { 24 };
            if bytes.len() < header {
                out.cut();
                return Ok(());
            }
            let printed = management(out, &bytes, bytes.from(header), subtype, protected);
            out.part(printed);
        }
        1 => {
            let printed = controls(out, &bytes, subtype);
            out.part(printed);
        }
        2 => {
            let header = if to_ds && from_ds { 30 } else { 24 };
            let qos = match (subtype & 8 != 0, control & 0x8000 != 0) {
                (false, _) => 0,
                (true, false) => 2,
                (true, true) => 6,
            };
            let header = usize::saturating_add(header, qos);
            let header = if padded { header.saturating_add(3) & !3 } else { header };
            if bytes.len() < header {
                out.cut();
                return Ok(());
            }
            out.link_len = out.link_len.saturating_add(header);
            if subtype & 4 != 0 {
                return Ok(());
            }
            let rest = bytes.from(header);
            if protected {
                out.put("Data");
                return wep(out, &rest);
            }
            let (source, destination) = match (to_ds, from_ds) {
                (false, false) => (mac(&bytes, 10)?, mac(&bytes, 4)?),
                (false, true) => (mac(&bytes, 16)?, mac(&bytes, 4)?),
                (true, false) => (mac(&bytes, 10)?, mac(&bytes, 16)?),
                (true, true) => (mac(&bytes, 24)?, mac(&bytes, 16)?),
            };
            return llc::or_hex(out, rest, Some((source, destination)));
        }
        _ => say!(out, "unknown 802.11 frame type ({kind})"),
    }
    Ok(())
}

fn wep(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    let word = bytes.u32_le(0)?;
    say!(out, " IV:{:3x} Pad {:x} KeyID {:x}", word & 0xff_ffff, word >> 24 & 0x3f, word >> 30);
    Ok(())
}

fn controls(out: &mut Out<'_>, bytes: &Bytes<'_>, subtype: u16) -> Printed {
    let (names, needs) = match subtype {
        7 => ("Control Wrapper", 16),
        8 => ("BAR", 20),
        9 => ("BA", 10),
        10 => ("Power Save-Poll", 16),
        11 => ("Request-To-Send", 16),
        12 => ("Clear-To-Send", 10),
        13 => ("Acknowledgment", 10),
        14 => ("CF-End", 16),
        15 => ("CF-End+CF-Ack", 16),
        _ => {
            say!(out, "unknown 802.11 ctrl frame subtype ({subtype})");
            return Ok(());
        }
    };
    bytes.take(0..needs)?;
    out.put(names);
    match subtype {
        8 => say!(
            out,
            " RA:{} TA:{} CTL({:x}) SEQ({}) ",
            mac(bytes, 4)?,
            mac(bytes, 10)?,
            bytes.u16_le(16)?,
            bytes.u16_le(18)?
        ),
        10 => say!(out, " AID({:x})", bytes.u16_le(2)? & 0x3fff),
        11 => say!(out, " TA:{} ", mac(bytes, 10)?),
        9 | 12..=15 => say!(out, " RA:{} ", mac(bytes, 4)?),
        _ => {}
    }
    Ok(())
}

/// What the elements of a management frame say that is printed.
#[derive(Default)]
struct Elements<'p> {
    name: Option<&'p [u8]>,
    rates: Option<&'p [u8]>,
    channel: Option<u8>,
    challenge: bool,
    cut: bool,
}

fn elements<'p>(bytes: &Bytes<'p>) -> Elements<'p> {
    let mut found = Elements::default();
    let mut at = 0usize;
    while at < bytes.wire_len() {
        let read = (|| {
            let (id, length) = (bytes.u8(at)?, usize::from(bytes.u8(at.saturating_add(1))?));
            let from = at.saturating_add(2);
            Ok::<_, Problem>((id, bytes.take(from..from.saturating_add(length))?))
        })();
        let Ok((id, value)) = read else {
            found.cut = true;
            break;
        };
        at = at.saturating_add(value.len()).saturating_add(2);
        match id {
            0 if value.len() <= 32 => found.name = found.name.or(Some(value)),
            1 if !value.is_empty() => found.rates = found.rates.or(Some(value.get(..16).unwrap_or(value))),
            3 if value.len() == 1 => found.channel = found.channel.or(value.first().copied()),
            16 => found.challenge = true,
            _ => {}
        }
    }
    found
}

impl Elements<'_> {
    fn name(&self, out: &mut Out<'_>) {
        if let Some(name) = self.name {
            out.put(" (");
            safe(out, name);
            out.put(")");
        }
    }

    fn rates(&self, out: &mut Out<'_>) {
        let Some(rates) = self.rates else { return };
        let mut lead = " [";
        for rate in rates {
            let basic = if rate & 0x80 != 0 { "*" } else { "" };
            // One value of the highest bit means that HT is needed, no rate.
            say!(out, "{lead}{:.1}{basic}", f64::from(rate & 0x7f) / 2.0);
            lead = " ";
        }
        out.put(" Mbit]");
    }

    fn channel(&self, out: &mut Out<'_>, capabilities: u16) {
        if let Some(channel) = self.channel {
            say!(out, " CH: {channel}");
        }
        out.put(if capabilities & 0x10 != 0 { ", PRIVACY" } else { "" });
    }

    /// The mark of elements that were cut off.
    fn end(&self) -> Printed {
        if self.cut { Err(Problem::Truncated) } else { Ok(()) }
    }
}

fn reason(code: u16) -> &'static str {
    REASONS.get(usize::from(code)).unwrap_or(&"Reserved")
}

fn status(code: u16) -> &'static str {
    STATUS.get(usize::from(code)).unwrap_or(&"n/a")
}

fn management(out: &mut Out<'_>, header: &Bytes<'_>, body: Bytes<'_>, subtype: u16, protected: bool) -> Printed {
    const NAMES: [&str; 16] = [
        "Assoc Request",
        "Assoc Response",
        "ReAssoc Request",
        "ReAssoc Response",
        "Probe Request",
        "Probe Response",
        "",
        "",
        "Beacon",
        "ATIM",
        "Disassociation",
        "Authentication",
        "DeAuthentication",
        "Action",
        "",
        "",
    ];
    let name = NAMES.get(usize::from(subtype)).copied().unwrap_or_default();
    if name.is_empty() {
        say!(out, "Unhandled Management subtype({subtype:x})");
        return Ok(());
    }
    out.put(name);
    if protected && matches!(subtype, 8 | 11) {
        return wep(out, &body);
    }
    match subtype {
        0 => {
            body.take(0..4)?;
            let found = elements(&body.from(4));
            found.name(out);
            found.rates(out);
            found.end()
        }
        1 | 3 => {
            let (capabilities, code, id) = (body.u16_le(0)?, body.u16_le(2)?, body.u16_le(4)?);
            let found = elements(&body.from(6));
            say!(
                out,
                " AID({:x}) :{}: {}",
                id & 0x3fff,
                if capabilities & 0x10 != 0 { " PRIVACY " } else { "" },
                status(code)
            );
            found.end()
        }
        2 => {
            body.take(0..10)?;
            let found = elements(&body.from(10));
            found.name(out);
            say!(out, " AP : {}", mac(&body, 4)?);
            found.end()
        }
        4 => {
            let found = elements(&body);
            found.name(out);
            found.rates(out);
            found.end()
        }
        5 => {
            let capabilities = body.u16_le(10)?;
            let found = elements(&body.from(12));
            found.name(out);
            found.rates(out);
            found.channel(out, capabilities);
            found.end()
        }
        8 => {
            let capabilities = body.u16_le(10)?;
            let found = elements(&body.from(12));
            found.name(out);
            found.rates(out);
            out.put(if capabilities & 1 != 0 { " ESS" } else { " IBSS" });
            found.channel(out, capabilities);
            found.end()
        }
        10 => {
            say!(out, ": {}", reason(body.u16_le(0)?));
            Ok(())
        }
        11 => {
            let (algorithm, number, code) = (body.u16_le(0)?, body.u16_le(2)?, body.u16_le(4)?);
            let found = elements(&body.from(6));
            let names = ["Open System", "Shared Key", "Reserved"];
            let name = names.get(usize::from(algorithm)).unwrap_or(&"Reserved");
            let said = if number % 2 == 1 { status(code) } else { "" };
            if algorithm == 1 && number <= 4 {
                say!(
                    out,
                    " ({name})-{number}{}{}",
                    if found.challenge { " [Challenge Text]" } else { "" },
                    if number % 2 == 1 { ": " } else { " " }
                );
                out.put(said);
            } else {
                say!(out, " ({name})-{number}: {said}");
            }
            found.end()
        }
        12 => {
            let why = reason(body.u16_le(0)?);
            match out.options.e {
                true => say!(out, ": {why}"),
                false => say!(out, " ({}): {why}", mac(header, 10)?),
            }
            Ok(())
        }
        13 => {
            match out.options.e {
                true => out.put(": "),
                false => say!(out, " ({}): ", mac(header, 10)?),
            }
            let (category, action) = (body.u8(0)?, body.u8(1)?);
            match category {
                0 => out.put("Spectrum Management "),
                1 => out.put("QoS "),
                2 => out.put("DLS "),
                3 => out.put("BA "),
                7 => out.put("HT "),
                15 => out.put("MeshAction "),
                16 => out.put("MultiHopAction "),
                17 => out.put("SelfprotectAction "),
                127 => out.put("Vendor "),
                _ => say!(out, "Reserved({category}) "),
            }
            let blocks = ["ADDBA Request", "ADDBA Response", "DELBA"];
            match (category, blocks.get(usize::from(action))) {
                (3, Some(name)) => out.put(name),
                _ => say!(out, "Act#{action}"),
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
