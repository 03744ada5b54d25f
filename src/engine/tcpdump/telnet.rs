//! Telnet: the commands between the text (RFC 854).
use super::{Bytes, Out, Printed, Problem};

const COMMANDS: [&str; 20] = [
    "EOF", "SUSP", "ABORT", "EOR", "SE", "NOP", "DMARK", "BRK", "IP", "AO", "AYT", "EC", "EL", "GA", "SB", "WILL",
    "WONT", "DO", "DONT", "IAC",
];

const OPTIONS: [&str; 40] = [
    "BINARY",
    "ECHO",
    "RCP",
    "SUPPRESS GO AHEAD",
    "NAME",
    "STATUS",
    "TIMING MARK",
    "RCTE",
    "NAOL",
    "NAOP",
    "NAOCRD",
    "NAOHTS",
    "NAOHTD",
    "NAOFFD",
    "NAOVTS",
    "NAOVTD",
    "NAOLFD",
    "EXTEND ASCII",
    "LOGOUT",
    "BYTE MACRO",
    "DATA ENTRY TERMINAL",
    "SUPDUP",
    "SUPDUP OUTPUT",
    "SEND LOCATION",
    "TERMINAL TYPE",
    "END OF RECORD",
    "TACACS UID",
    "OUTPUT MARKING",
    "TTYLOC",
    "3270 REGIME",
    "X.3 PAD",
    "NAWS",
    "TSPEED",
    "LFLOW",
    "LINEMODE",
    "XDISPLOC",
    "OLD-ENVIRON",
    "AUTHENTICATION",
    "ENCRYPT",
    "NEW-ENVIRON",
];

/// The commands inside the text (RFC 854).
pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "telnet";
    let mut at = 0usize;
    let mut first = true;
    while at < bytes.wire_len() {
        // Commands are looked for up to the first text only.
        if bytes.u8(at)? != 0xff {
            break;
        }
        let Ok(command) = bytes.u8(at.saturating_add(1)) else { break };
        let lead = if !first {
            ", "
        } else if out.verbose() {
            "\n\t"
        } else {
            " [telnet "
        };
        out.put(lead);
        first = false;
        at = at.saturating_add(2);
        match command {
            0xfb..=0xfe => {
                let option = bytes.u8(at)?;
                at = at.saturating_add(1);
                say!(out, "{} {}", command_name(command), option_name(option));
            }
            0xfa => {
                let option = bytes.u8(at)?;
                at = at.saturating_add(1);
                say!(out, "SB {}", option_name(option));
                let end = bytes.all().get(at..).unwrap_or_default().windows(2).position(|pair| *pair == [0xff, 0xf0]);
                let stop = end.map_or(bytes.len(), |end| at.saturating_add(end));
                subnegotiation(out, option, bytes.take(at..stop)?);
                at = stop;
                if end.is_none() {
                    return Err(Problem::Truncated);
                }
                out.put(" SE");
                at = at.saturating_add(2);
            }
            0xff => out.put("IAC IAC"),
            0xec..=0xf9 => say!(out, "{}", command_name(command)),
            _ => say!(out, "IAC 0x{command:02x}"),
        }
    }
    if !first && !out.verbose() {
        out.put("]");
    }
    Ok(())
}

fn command_name(command: u8) -> &'static str {
    COMMANDS.get(usize::from(command.saturating_sub(0xec))).unwrap_or(&"")
}

fn option_name(option: u8) -> String {
    OPTIONS.get(usize::from(option)).map_or_else(|| format!("0x{option:x}"), |name| (*name).to_owned())
}

fn subnegotiation(out: &mut Out<'_>, option: u8, data: &[u8]) {
    let mut data = data;
    if let [first, rest @ ..] = data {
        let names: &[&str] = match option {
            37 => &["IS", "SEND", "REPLY", "NAME"],
            38 => &["IS", "SUPPORT", "REPLY", "START", "END", "REQUEST-START", "REQUEST-END", "ENC_KEYID", "DEC_KEYID"],
            _ => &["IS", "SEND"],
        };
        match names.get(usize::from(*first)) {
            Some(name) => say!(out, " {name}"),
            None => say!(out, " 0x{first:x}"),
        }
        data = rest;
    }
    for byte in data {
        say!(out, " 0x{byte:x}");
    }
}
