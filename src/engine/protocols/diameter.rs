//! Diameter, RFC 6733.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, fields};

fields! {
    VERSION: Hex(2) => "diameter.version", "Version";
    LENGTH: Uint => "diameter.length", "Length";
    FLAGS: Hex(2) => "diameter.flags", "Flags";
    COMMAND: Uint => "diameter.cmd.code", "Command Code";
    APPLICATION: Uint => "diameter.applicationId", "ApplicationId";
}

pub(super) static DIAMETER: Protocol = Protocol {
    name: "diameter",
    title: "Diameter Protocol",
    short: "DIAMETER",
    fields: FIELDS,
    claims: &[Claim::TcpPort(3868), Claim::SctpPort(3868)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const HEADER: u32 = 20;

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (version, length, flags, command) = (bytes.u8(0)?, bytes.u24(1)?, bytes.u8(4)?, bytes.u24(5)?);
    if !matches!(payload.transport, Transport::Tcp | Transport::Sctp) || version != 1 || length < HEADER || length % 4 != 0 {
        return Ok(Verdict::NotMine);
    }
    // Exchange of capabilities and those the registry knows; the first attribute is mandatory and fits.
    let known = matches!(command, 257..=282 | 300..=325 | 8_388_608..=8_388_737);
    let (attribute, attribute_length) = (bytes.u32(20)?, bytes.u24(25)?);
    let fits = (1..=10_000).contains(&attribute) && attribute_length >= 8 && attribute_length <= length.saturating_sub(HEADER);
    Ok(Verdict::certain_if(known && flags & 0x0f == 0 && fits))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (flags, command, application) = (bytes.u8(4)?, bytes.u24(5)?, bytes.u32(8)?);
    d.field(&VERSION, bytes.span(0..1), bytes.u8(0)?);
    d.field(&LENGTH, bytes.span(1..4), bytes.u24(1)?);
    d.field(&FLAGS, bytes.span(4..5), flags);
    d.field(&COMMAND, bytes.span(5..8), command);
    d.field(&APPLICATION, bytes.span(8..12), application);
    let name = match command {
        257 => "Capabilities-Exchange",
        258 => "Re-Auth",
        265 => "AA",
        271 => "Accounting",
        272 => "Credit-Control",
        274 => "Abort-Session",
        275 => "Session-Termination",
        280 => "Device-Watchdog",
        282 => "Disconnect-Peer",
        _ => "Unknown",
    };
    let what = if flags & 0x80 == 0 { "Answer" } else { "Request" };
    let letters: String = [(0x80, 'R'), (0x40, 'P'), (0x20, 'E'), (0x10, 'T')]
        .into_iter()
        .map(|(bit, letter)| if flags & bit == 0 { '-' } else { letter })
        .collect();
    d.info(|| format!("cmd={name} {what}({command}) flags={letters} appl={application}"));
    Ok(Next::End)
}
