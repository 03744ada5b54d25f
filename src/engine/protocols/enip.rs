//! EtherNet/IP encapsulation, ODVA CIP networks library volume 2.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    COMMAND: Hex(4) => "enip.command", "Command";
    LENGTH: Uint => "enip.length", "Length";
    SESSION: Hex(8) => "enip.session", "Session Handle";
}

pub(super) static ENIP: Protocol = Protocol {
    name: "enip",
    title: "EtherNet/IP (Industrial Protocol)",
    short: "ENIP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(44818), Claim::UdpPort(44818), Claim::UdpPort(2222)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 24;

fn title(command: u16) -> Option<&'static str> {
    Some(match command {
        0x0000 => "NOP",
        0x0004 => "List Services",
        0x0063 => "List Identity",
        0x0064 => "List Interfaces",
        0x0065 => "Register Session",
        0x0066 => "Unregister Session",
        0x006f => "Send RR Data",
        0x0070 => "Send Unit Data",
        0x0072 => "Indicate Status",
        0x0073 => "Cancel",
        _ => return None,
    })
}

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (command, length, status) = (bytes.u16_le(0)?, usize::from(bytes.u16_le(2)?), bytes.u32_le(8)?);
    if title(command).is_none() || !payload.is_tcp() && !payload.is_udp() || status > 0x70 {
        return Ok(Verdict::NotMine);
    }
    // To register is to say version 1, no options.
    let registers = command == 0x65 && length == 4 && bytes.len() == 28 && bytes.array(HEADER) == Ok([1, 0, 0, 0]);
    Ok(Verdict::certain_if(registers))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let (command, length) = (bytes.u16_le(0)?, bytes.u16_le(2)?);
        d.field(&COMMAND, bytes.span(0..2), command);
        d.field(&LENGTH, bytes.span(2..4), length);
        d.field(&SESSION, bytes.span(4..8), bytes.u32_le(4)?);
        let which = if d.from_server(&[44818]) { "Rsp" } else { "Req" };
        d.info(|| format!("{} ({which})", title(command).unwrap_or("Unknown")));
    }
    Ok(Next::End)
}
