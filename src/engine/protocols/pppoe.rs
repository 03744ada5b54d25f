//! PPP over Ethernet, RFC 2516.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    VERSION: Uint => "pppoe.version", "Version";
    TYPE: Uint => "pppoe.type", "Type";
    CODE: Hex(2) => "pppoe.code", "Code";
    SESSION_ID: Hex(4) => "pppoe.session_id", "Session ID";
    LENGTH: Uint => "pppoe.payload_length", "Payload Length";
    SERVICE: Text => "pppoed.tags.service_name", "Service-Name";
    CONCENTRATOR: Text => "pppoed.tags.ac_name", "AC-Name";
    HOST_UNIQUE: Bytes => "pppoed.tags.host_uniq", "Host-Uniq";
    COOKIE: Bytes => "pppoed.tags.ac_cookie", "AC-Cookie";
    GENERIC_ERROR: Text => "pppoed.tags.generic_error", "Generic-Error";
}

pub(super) static DISCOVERY: Protocol = Protocol {
    name: "pppoed",
    title: "PPP-over-Ethernet Discovery",
    short: "PPPoED",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x8863)],
    probe: None,
    dissect: dissect_discovery,
    ..Protocol::PLAIN
};

pub(super) static SESSION: Protocol = Protocol {
    name: "pppoes",
    title: "PPP-over-Ethernet Session",
    short: "PPPoES",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x8864), Claim::Link(51)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 6;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let length = header(d, &bytes)?;
    let rest = bytes.from(HEADER);
    // Some senders count wrong; the frame knows better.
    let rest = if length <= rest.wire_len() { rest.limit(length) } else { rest };
    Ok(Next::Claim(Claim::Named("ppp"), rest))
}

fn dissect_discovery<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let length = header(d, &bytes)?;
    if !d.wants() {
        return Ok(Next::End);
    }
    let name = match bytes.u8(1)? {
        0x09 => "Active Discovery Initiation (PADI)",
        0x07 => "Active Discovery Offer (PADO)",
        0x19 => "Active Discovery Request (PADR)",
        0x65 => "Active Discovery Session-confirmation (PADS)",
        0xa7 => "Active Discovery Terminate (PADT)",
        0x0a => "Active Discovery Session-Grant (PADG)",
        0x0b => "Active Discovery Session-Credit Response (PADC)",
        0x0c => "Active Discovery Quality (PADQ)",
        0xd3 => "Active Discovery Message (PADM)",
        0xd4 => "Active Discovery Network (PADN)",
        _ => "Unknown",
    };
    d.info(|| name.to_owned());
    // Type, length and value (§4).
    let all = bytes.from(HEADER).limit(length);
    let mut at = 0_usize;
    while at.saturating_add(4) <= all.len() {
        let (kind, size) = (all.u16(at)?, usize::from(all.u16(at.saturating_add(2))?));
        let start = at.saturating_add(4);
        let end = start.saturating_add(size);
        let value = String::from_utf8_lossy(all.take(start..end)?).into_owned();
        match kind {
            0x0101 => d.field(&SERVICE, all.span(start..end), value),
            0x0102 => {
                d.info_add("", || format!(" AC-Name='{value}'"));
                d.field(&CONCENTRATOR, all.span(start..end), value);
            }
            0x0103 => d.field(&HOST_UNIQUE, all.span(start..end), all.take(start..end)?),
            0x0104 => d.field(&COOKIE, all.span(start..end), all.take(start..end)?),
            0x0203 => d.field(&GENERIC_ERROR, all.span(start..end), value),
            0 => break,
            _ => {}
        }
        at = end;
    }
    Ok(Next::End)
}

fn header(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<usize, Problem> {
    let (code, session, length) = (bytes.u8(1)?, bytes.u16(2)?, bytes.u16(4)?);
    let kind = bytes.u8(0)?;
    d.field(&VERSION, bytes.span(0..1), kind >> 4);
    d.field(&TYPE, bytes.span(0..1), kind & 0x0f);
    d.field(&CODE, bytes.span(1..2), code);
    d.field(&SESSION_ID, bytes.span(2..4), session);
    d.field(&LENGTH, bytes.span(4..6), length);
    Ok(usize::from(length))
}
