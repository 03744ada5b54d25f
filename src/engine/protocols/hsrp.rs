//! Hot Standby Router Protocol, RFC 2281.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    VERSION: Uint => "hsrp.version", "Version";
    OPCODE: Uint => "hsrp.opcode", "Op Code";
    STATE: Uint => "hsrp.state", "State";
    GROUP: Uint => "hsrp.group", "Group";
    VIRTUAL: Address => "hsrp.virt_ip", "Virtual IP Address";
}

pub(super) static HSRP: Protocol = Protocol {
    name: "hsrp",
    title: "Cisco Hot Standby Router Protocol",
    short: "HSRP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(1985), Claim::UdpPort(2029)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes {
        [0, 0..=3, 0 | 1 | 2 | 4 | 8 | 16, ..] => Verdict::possible_if(payload.is_udp() && payload.bytes.len() >= 16),
        // Version 2 and MD5: type and length.
        [1..=4, 4..=40, ..] => Verdict::possible_if(payload.is_udp()),
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    // Version 2 wraps the same in a type and a length.
    let (version, opcode, state) = match bytes.u8(0)? {
        0 => {
            d.field(&GROUP, bytes.span(6..7), bytes.u8(6)?);
            d.field(&VIRTUAL, bytes.span(16..20), Address::ipv4(bytes.array(16)?));
            (0, bytes.u8(1)?, bytes.u8(2)?)
        }
        1 => (bytes.u8(2)?, bytes.u8(3)?, bytes.u8(4)?),
        _ => return Ok(Next::End),
    };
    d.field(&VERSION, bytes.span(0..1), version);
    d.field(&OPCODE, bytes.span(1..2), opcode);
    d.field(&STATE, bytes.span(2..3), state);
    let operation = ["Hello", "Coup", "Resign", "Advertise"].get(usize::from(opcode)).copied().unwrap_or("Unknown");
    let state = match (version, state) {
        (0, 0) | (2, 1) => "Initial",
        (0, 1) | (2, 2) => "Learn",
        (0, 2) | (2, 3) => "Listen",
        (_, 4) => "Speak",
        (0, 8) | (2, 5) => "Standby",
        (0, 16) | (2, 6) => "Active",
        _ => "Unknown",
    };
    d.info(|| format!("{operation} (state {state})"));
    Ok(Next::End)
}
