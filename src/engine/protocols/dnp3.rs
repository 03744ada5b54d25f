//! Distributed Network Protocol, IEEE 1815: the link layer.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    LENGTH: Uint => "dnp3.len", "Length";
    DESTINATION: Uint => "dnp3.dst", "Destination";
    SOURCE: Uint => "dnp3.src", "Source";
    FUNCTION: Uint => "dnp3.al.func", "Application Layer Function Code";
}

pub(super) static DNP3: Protocol = Protocol {
    name: "dnp3",
    title: "Distributed Network Protocol 3.0",
    short: "DNP 3.0",
    fields: FIELDS,
    claims: &[Claim::TcpPort(20000), Claim::UdpPort(20000)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Start bytes and a length that counts at least the rest of the header.
fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes {
        [0x05, 0x64, 5..=255, control, _, _, _, _, _, _, ..] if payload.is_tcp() || payload.is_udp() => {
            Verdict::certain_if(matches!(control & 0x0f, 0..=4 | 9 | 11 | 14..=15))
        }
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (length, to, from) = (bytes.u8(2)?, bytes.u16_le(4)?, bytes.u16_le(6)?);
    d.field(&LENGTH, bytes.span(2..3), length);
    d.field(&DESTINATION, bytes.span(4..6), to);
    d.field(&SOURCE, bytes.span(6..8), from);
    d.info(|| format!("from {from} to {to}"));
    // A first segment of the transport layer: its byte, the application's control byte, the function.
    if length > 7 && bytes.u8(10)? & 0x40 != 0 {
        let function = bytes.u8(12)?;
        d.field(&FUNCTION, bytes.span(12..13), function);
        let name = match function {
            0 => "Confirm",
            1 => "Read",
            2 => "Write",
            3 => "Select",
            4 => "Operate",
            5 => "Direct Operate",
            13 => "Cold Restart",
            14 => "Warm Restart",
            20 => "Enable Spontaneous Messages",
            21 => "Disable Spontaneous Messages",
            23 => "Delay Measurement",
            24 => "Record Current Time",
            129 => "Response",
            130 => "Unsolicited Response",
            _ => "Unknown function",
        };
        d.info(|| name.to_owned());
    }
    Ok(Next::End)
}
