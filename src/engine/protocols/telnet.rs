//! Telnet, RFC 854.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Slot, Payload, Problem, Protocol, Reader, Verdict, fields, layouts, named, text,
};

fields! {
    DATA: Text => "telnet.data", "Data";
    LINE: Label => "telnet.command", "Command";
    OPTION_DATA: Bytes => "telnet.option_data", "Option data";
}

layouts! {
    COMMAND = [
        Uint => "telnet.cmd", "Command", 1: "236=End of File|Suspend Current Process|Abort Process|End of Record|Suboption End|No Operation|Data Mark|Break|Interrupt Process|Abort Output|Are You There?|Escape Character|Erase Line|Go Ahead|Suboption|Will|Won't|Do|Don't";
    ]
    OPTION = [
        Uint => "telnet.subcmd", "Subcommand", 1: "Binary Transmission|Echo|Reconnection|Suppress Go Ahead|Approx Message Size Negotiation|Status|Timing Mark|Remote Controlled Trans and Echo|Output Line Width|Output Page Size|Output Carriage-Return Disposition|Output Horizontal Tab Stops|Output Horizontal Tab Disposition|Output Formfeed Disposition|Output Vertical Tabstops|Output Vertical Tab Disposition|Output Linefeed Disposition|Extended ASCII|Logout|Byte Macro|Data Entry Terminal|SUPDUP|SUPDUP Output|Send Location|Terminal Type|End of Record|TACACS User Identification|Output Marking|Terminal Location Number|Telnet 3270 Regime|X.3 PAD|Negotiate About Window Size|Terminal Speed|Remote Flow Control|Linemode|X Display Location|Environment Option|Authentication Option|Encryption Option|New Environment Option|TN3270E|XAUTH|CHARSET|Remote Serial Port|COM Port Control|Suppress Local Echo|Start TLS|KERMIT|SEND-URL|FORWARD_X";
    ]
}

pub(super) static TELNET: Protocol = Protocol {
    name: "telnet",
    title: "Telnet",
    short: "TELNET",
    fields: FIELDS,
    layouts: LAYOUTS,
    claims: &[Claim::TcpPort(23)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Interpret as command.
const IAC: u8 = 255;

/// Length of the command at the front of `bytes`, which an IAC begins.
fn command(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [IAC, 251..=254, 0..=49 | 138..=140 | 255, ..] => Some(3),
        // Subnegotiation, up to IAC SE.
        [IAC, 250, 0..=49 | 138..=140 | 255, rest @ ..] => {
            let end = rest.windows(2).position(|pair| pair == [IAC, 240]);
            end.map(|end| end.saturating_add(5))
        }
        [IAC, 240..=249, ..] => Some(2),
        _ => None,
    }
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    if payload.bytes.first() != Some(&IAC) {
        return Verdict::Possible;
    }
    // Three negotiations in a row, or two that are all there is.
    let (mut rest, mut found) = (payload.bytes, 0_u8);
    while let Some(length) = command(rest)
        && found < 3
    {
        rest = rest.get(length..).unwrap_or_default();
        found = found.saturating_add(1);
    }
    match found {
        0 => Verdict::NotMine,
        3 => Verdict::Certain,
        _ => Verdict::certain_if(found == 2 && rest.is_empty()),
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    d.info(|| "Telnet Data ...".to_owned());
    let mut at = 0_usize;
    while let Some(rest) = bytes.all().get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = command(rest) {
            let end = at.saturating_add(length);
            let name = |layout: &'static [Slot], place: usize| {
                let value = rest.get(place).copied().unwrap_or_default();
                layout.first().and_then(|part| named(part.names, value.into())).unwrap_or("Unknown")
            };
            let mut r = Reader::new(bytes.limit(end), at.saturating_add(1));
            d.label(&LINE, bytes.span(at..end), || match length {
                2 => name(COMMAND, 1).to_owned(),
                _ => format!("{} {}", name(COMMAND, 1), name(OPTION, 2)),
            });
            d.nest(|d| {
                r.layout(d, COMMAND)?;
                if length > 2 {
                    r.layout(d, OPTION)?;
                }
                if length > 5 {
                    // Up to the command that ends it.
                    r.field(d, &OPTION_DATA, length.saturating_sub(5))?;
                }
                Ok(())
            })?;
            at = end;
            continue;
        }
        let until_command =
            rest.iter().skip(1).position(|&byte| byte == IAC).map_or(rest.len(), |end| end.saturating_add(1));
        let until_line = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| end.saturating_add(1));
        let length = until_command.min(until_line);
        let line = text::shown(rest.get(..length).unwrap_or(rest)).replace('\r', "\\r").replace('\n', "\\n");
        d.field(&DATA, bytes.span(at..at.saturating_add(length)), line);
        at = at.saturating_add(length);
    }
    Ok(Next::End)
}
