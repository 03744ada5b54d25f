//! BACnet, ANSI/ASHRAE 135: virtual link control over UDP (annex J) and the network layer (clause 6).
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    FUNCTION: Hex(2) => "bvlc.function", "Function";
}

pub(super) static BVLC: Protocol = Protocol {
    name: "bvlc",
    title: "BACnet Virtual Link Control",
    short: "BVLC",
    fields: FIELDS,
    claims: &[Claim::UdpPort(47808)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

pub(super) static BACNET: Protocol = Protocol {
    name: "bacnet",
    title: "Building Automation and Control Network NPDU",
    short: "BACnet-NPDU",
    fields: &[],
    claims: &[Claim::Sap(0x82)],
    probe: None,
    dissect: dissect_network,
    ..Protocol::PLAIN
};

pub(super) static BACAPP: Protocol = Protocol {
    name: "bacapp",
    title: "Building Automation and Control Network APDU",
    short: "BACnet-APDU",
    fields: &[],
    claims: &[],
    probe: None,
    dissect: dissect_application,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const TYPE: u8 = 0x81;

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    if !payload.is_udp() || bytes.u8(0)? != TYPE || bytes.u8(1)? > 12 {
        return Ok(Verdict::NotMine);
    }
    let exact = usize::from(bytes.u16(2)?) == bytes.len();
    // Unicast, broadcast or forwarded: version 1 of the network layer follows.
    let network = match bytes.u8(1)? {
        10 | 11 => bytes.u8(4)? == 1,
        4 => bytes.u8(10)? == 1,
        _ => false,
    };
    Ok(Verdict::certain_if(exact && network))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let function = bytes.u8(1)?;
    d.field(&FUNCTION, bytes.span(1..2), function);
    let network = Claim::Named("bacnet");
    Ok(match function {
        4 => Next::Claim(network, bytes.from(10)),
        9..=11 => Next::Claim(network, bytes.from(4)),
        _ => Next::End,
    })
}

fn dissect_network<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let control = bytes.u8(1)?;
    let mut at = 2_usize;
    // Destination, then source: network, length, address; a hop count when there is a destination.
    for bit in [0x20, 0x08] {
        if control & bit != 0 {
            at = at.saturating_add(3).saturating_add(usize::from(bytes.u8(at.saturating_add(2))?));
        }
    }
    if control & 0x20 != 0 {
        at = at.saturating_add(1);
    }
    // A message of the network layer itself.
    Ok(if control & 0x80 == 0 { Next::Claim(Claim::Named("bacapp"), bytes.from(at)) } else { Next::End })
}

fn dissect_application<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let kinds = ["Confirmed-REQ", "Unconfirmed-REQ", "Simple-ACK", "Complex-ACK", "Segment-ACK", "Error", "Reject", "Abort"];
        let kind = bytes.u8(0)? >> 4;
        d.info(|| kinds.get(usize::from(kind)).copied().unwrap_or("Unknown").to_owned());
    }
    Ok(Next::End)
}
