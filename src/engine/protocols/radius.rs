//! RADIUS, RFC 2865 and RFC 2866.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    CODE: Uint => "radius.code", "Code";
    ID: Uint => "radius.id", "Packet identifier";
    USER: Text => "radius.User_Name", "User-Name";
}

pub(super) static RADIUS: Protocol = Protocol {
    name: "radius",
    title: "RADIUS Protocol",
    short: "RADIUS",
    fields: FIELDS,
    claims: &[Claim::UdpPort(1645), Claim::UdpPort(1646), Claim::UdpPort(1812), Claim::UdpPort(1813), Claim::UdpPort(3799)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const HEADER: usize = 20;

fn title(code: u8) -> Option<&'static str> {
    Some(match code {
        1 => "Access-Request",
        2 => "Access-Accept",
        3 => "Access-Reject",
        4 => "Accounting-Request",
        5 => "Accounting-Response",
        11 => "Access-Challenge",
        12 => "Status-Server",
        40 => "Disconnect-Request",
        41 => "Disconnect-ACK",
        42 => "Disconnect-NAK",
        43 => "CoA-Request",
        44 => "CoA-ACK",
        45 => "CoA-NAK",
        _ => return None,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let length = usize::from(bytes.u16(2)?);
    if !payload.is_udp() || title(bytes.u8(0)?).is_none() || !(HEADER..=4096).contains(&length) {
        return Ok(Verdict::NotMine);
    }
    // The attributes fill the message to its end, none of them a stranger.
    let (mut at, mut count) = (HEADER, 0_u8);
    while at < length && length == bytes.len() {
        let (kind, size) = (bytes.u8(at)?, bytes.u8(at.saturating_add(1))?);
        if kind == 0 || size < 2 {
            return Ok(Verdict::NotMine);
        }
        at = at.saturating_add(usize::from(size));
        count = count.saturating_add(1);
    }
    Ok(Verdict::certain_if(at == length && count >= 2))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (code, id, length) = (bytes.u8(0)?, bytes.u8(1)?, usize::from(bytes.u16(2)?));
    d.field(&CODE, bytes.span(0..1), code);
    d.field(&ID, bytes.span(1..2), id);
    d.info(|| format!("{} id={id}", title(code).unwrap_or("Unknown")));
    let mut at = HEADER;
    while at < length {
        let (kind, size) = (bytes.u8(at)?, usize::from(bytes.u8(at.saturating_add(1))?));
        if size < 2 {
            return Err(Problem::Malformed);
        }
        let range = at.saturating_add(2)..at.saturating_add(size);
        if kind == 1 {
            d.field(&USER, bytes.span(range.clone()), text::shown(bytes.take(range)?));
        }
        at = at.saturating_add(size);
    }
    Ok(Next::End)
}
