//! Constrained Application Protocol, RFC 7252.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    KIND: Uint => "coap.type", "Type";
    CODE: Uint => "coap.code", "Code";
    MESSAGE: Uint => "coap.mid", "Message ID";
    TOKEN: Bytes => "coap.token", "Token";
}

pub(super) static COAP: Protocol = Protocol {
    name: "coap",
    title: "Constrained Application Protocol",
    short: "CoAP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(5683)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (first, code) = (bytes.u8(0)?, bytes.u8(1)?);
    let token = usize::from(first & 15);
    if !payload.is_udp() || first >> 6 != 1 || token > 8 || !matches!(code, 0..=7 | 0x40..=0x5f | 0x80..=0xbf) {
        return Ok(Verdict::NotMine);
    }
    // Among other protocols' ports, a path alone does not make it CoAP.
    let elsewhere = ![5683, 5684].iter().any(|&port| payload.on_port(port));
    if elsewhere && payload.from_port.min(payload.to_port) < 20_000 {
        return Ok(Verdict::NotMine);
    }
    // The options of a request: in ascending order, up to the end or 0xff, a readable path or host among them.
    let (mut at, mut option, mut named) = (token.saturating_add(4), 0_usize, false);
    while at < bytes.len() {
        let byte = bytes.u8(at)?;
        if byte == 0xff {
            break;
        }
        let (delta, length) = (usize::from(byte >> 4), usize::from(byte & 15));
        if delta > 13 || length > 13 {
            return Ok(Verdict::possible_if(delta != 15 && length != 15));
        }
        at = at.saturating_add(1);
        let mut extended = |value: usize| -> Result<usize, Problem> {
            if value < 13 {
                return Ok(value);
            }
            let more = usize::from(bytes.u8(at)?);
            at = at.saturating_add(1);
            Ok(more.saturating_add(13))
        };
        option = option.saturating_add(extended(delta)?);
        let length = extended(length)?;
        let end = at.saturating_add(length);
        let value = bytes.take(at..end)?;
        named |= matches!(option, 3 | 11) && length > 0 && value.iter().all(|byte| matches!(byte, b'!'..=b'~'));
        if !matches!(option, 0..=30 | 35 | 39 | 60 | 252 | 258 | 292) {
            return Ok(Verdict::Possible);
        }
        at = end;
    }
    Ok(Verdict::certain_if(named && matches!(code, 1..=7) && first >> 4 & 3 < 2))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (first, code, message) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u16(2)?);
    let end = usize::from(first & 15).saturating_add(4);
    d.field(&KIND, bytes.span(0..1), first >> 4 & 3);
    d.field(&CODE, bytes.span(1..2), code);
    d.field(&MESSAGE, bytes.span(2..4), message);
    let token = bytes.take(4..end)?;
    let kind = ["CON", "NON", "ACK", "RST"].get(usize::from(first >> 4 & 3)).copied().unwrap_or_default();
    let what = match code {
        0 => "Empty Message".to_owned(),
        1 => "GET".to_owned(),
        2 => "POST".to_owned(),
        3 => "PUT".to_owned(),
        4 => "DELETE".to_owned(),
        5 => "FETCH".to_owned(),
        6 => "PATCH".to_owned(),
        7 => "iPATCH".to_owned(),
        0x41 => "2.01 Created".to_owned(),
        0x42 => "2.02 Deleted".to_owned(),
        0x43 => "2.03 Valid".to_owned(),
        0x44 => "2.04 Changed".to_owned(),
        0x45 => "2.05 Content".to_owned(),
        0x5f => "2.31 Continue".to_owned(),
        0x80 => "4.00 Bad Request".to_owned(),
        0x84 => "4.04 Not Found".to_owned(),
        0x85 => "4.05 Method Not Allowed".to_owned(),
        _ => format!("{}.{:02}", code >> 5, code & 31),
    };
    let mut info = format!("{kind}, MID:{message}, {what}");
    if !token.is_empty() {
        d.field(&TOKEN, bytes.span(4..end), token);
        info.push_str(", TKN:");
        let hex: Vec<String> = token.iter().map(|byte| format!("{byte:02x}")).collect();
        info.push_str(&hex.join(" "));
    }
    d.info(|| info);
    Ok(Next::End)
}
