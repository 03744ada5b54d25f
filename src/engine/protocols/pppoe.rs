//! PPP over Ethernet, RFC 2516.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    CODE: Hex(2) => "pppoe.code", "Code";
    SESSION_ID: Hex(4) => "pppoe.session_id", "Session ID";
    LENGTH: Uint => "pppoe.payload_length", "Payload Length";
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
    header(d, &bytes)?;
    Ok(Next::End)
}

fn header(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<usize, Problem> {
    let (code, session, length) = (bytes.u8(1)?, bytes.u16(2)?, bytes.u16(4)?);
    d.field(&CODE, bytes.span(1..2), code);
    d.field(&SESSION_ID, bytes.span(2..4), session);
    d.field(&LENGTH, bytes.span(4..6), length);
    Ok(usize::from(length))
}
