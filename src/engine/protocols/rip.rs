//! Routing Information Protocol, RFC 2453; for IPv6, RFC 2080.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    COMMAND: Uint => "rip.command", "Command";
    VERSION: Uint => "rip.version", "Version";
}

pub(super) static RIP: Protocol = Protocol {
    name: "rip",
    title: "Routing Information Protocol",
    short: "RIP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(520)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

pub(super) static RIPNG: Protocol = Protocol {
    name: "ripng",
    title: "RIPng",
    short: "RIPng",
    fields: &[],
    claims: &[Claim::UdpPort(521)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    let entries = payload.bytes.len().saturating_sub(4);
    match payload.bytes {
        [1..=12, 1 | 2, ..] => Verdict::possible_if(payload.is_udp() && entries.is_multiple_of(20)),
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let (command, version) = (bytes.u8(0)?, bytes.u8(1)?);
        d.field(&COMMAND, bytes.span(0..1), command);
        d.field(&VERSION, bytes.span(1..2), version);
        let title = match command {
            1 => "Request",
            2 => "Response",
            3 => "Traceon",
            4 => "Traceoff",
            _ => "Unknown command",
        };
        d.info(|| title.to_owned());
        d.column(match version {
            0 => "RIPv0",
            1 => "RIPv1",
            2 => "RIPv2",
            _ => "RIP",
        });
    }
    Ok(Next::End)
}
