//! Layer Two Tunneling Protocol, RFC 2661; version 3, RFC 3931.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    FLAGS: Hex(4) => "l2tp.flags", "Flags";
    VERSION: Uint => "l2tp.version", "Version";
    TUNNEL: Uint => "l2tp.tunnel", "Tunnel ID";
    SESSION: Uint => "l2tp.session", "Session ID";
}

pub(super) static L2TP: Protocol = Protocol {
    name: "l2tp",
    title: "Layer 2 Tunneling Protocol",
    short: "L2TP",
    fields: FIELDS,
    claims: &[OVER_IP, Claim::UdpPort(1701)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const OVER_IP: Claim = Claim::Ip(115);

const CONTROL: u16 = 0x8000;
const HAS_LENGTH: u16 = 0x4000;
const HAS_SEQUENCE: u16 = 0x0800;
const HAS_OFFSET: u16 = 0x0200;
/// Bits that are always zero (RFC 2661 §3.1).
const RESERVED: u16 = 0x34f0;

fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes.first_chunk::<2>().map(|flags| u16::from_be_bytes(*flags)) {
        Some(flags) if flags & RESERVED == 0 && matches!(flags & 0x0f, 2 | 3) => Verdict::Possible,
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.through == OVER_IP {
        // Session 0 is for control messages (RFC 3931 §4.1.1.2); what others carry was agreed on in those.
        let session = bytes.u32(0)?;
        d.field(&SESSION, bytes.span(0..4), session);
        return Ok(if session == 0 { Next::End } else { Next::Data(bytes.from(4)) });
    }
    let flags = bytes.u16(0)?;
    let version = flags & 0x0f;
    d.field(&FLAGS, bytes.span(0..2), flags);
    d.field(&VERSION, bytes.span(0..2), version);
    if flags & CONTROL != 0 {
        return Ok(Next::End);
    }
    if version != 2 {
        return Ok(Next::Data(bytes.from(8)));
    }
    let mut at = 2_usize;
    let mut whole = bytes;
    if flags & HAS_LENGTH != 0 {
        whole = bytes.limit(usize::from(bytes.u16(at)?));
        at = at.saturating_add(2);
    }
    let (tunnel, session) = (at..at.saturating_add(2), at.saturating_add(2)..at.saturating_add(4));
    d.field(&TUNNEL, bytes.span(tunnel.clone()), bytes.u16(tunnel.start)?);
    d.field(&SESSION, bytes.span(session.clone()), bytes.u16(session.start)?);
    at = session.end;
    if flags & HAS_SEQUENCE != 0 {
        at = at.saturating_add(4);
    }
    if flags & HAS_OFFSET != 0 {
        at = at.saturating_add(2).saturating_add(usize::from(bytes.u16(at)?));
    }
    let rest = whole.from(at);
    Ok(if rest.wire_len() == 0 { Next::End } else { Next::Claim(Claim::Named("ppp"), rest) })
}
