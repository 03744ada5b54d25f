//! Frame Relay, ITU-T Q.922 addresses, with the multiprotocol encapsulation of RFC 2427 or Cisco's.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    DLCI: Uint => "fr.dlci", "DLCI";
    CONTROL: Hex(2) => "fr.control", "Control Field";
    NLPID: Hex(2) => "fr.nlpid", "NLPID";
    TYPE: Hex(4) => "fr.chdlctype", "Type";
}

pub(super) static FRAME_RELAY: Protocol = Protocol {
    name: "fr",
    title: "Frame Relay",
    short: "FR",
    fields: FIELDS,
    claims: &[Claim::Link(107), Claim::Gre(0x6559)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Unnumbered information (RFC 2427 §3).
const UI: u8 = 0x03;
/// DLCI of Cisco's link management.
const CISCO_LMI: u32 = 1023;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // The last byte of an address has its lowest bit set; at most four bytes.
    let mut at = 0_usize;
    let mut dlci = 0_u32;
    loop {
        let byte = bytes.u8(at)?;
        let part = u32::from(byte);
        dlci = match at {
            0 => part >> 2,
            1 => dlci << 4 | part >> 4,
            2 => dlci << 7 | part >> 1,
            3 => dlci << 6 | part >> 2,
            _ => return Err(Problem::Malformed),
        };
        at = at.saturating_add(1);
        if byte & 1 != 0 {
            break;
        }
    }
    d.field(&DLCI, bytes.span(0..at), dlci);
    let body = bytes.from(at);
    if body.u8(0)? != UI {
        let kind = body.u16(0)?;
        d.field(&TYPE, body.span(0..2), kind);
        return Ok(Next::Claim(Claim::EtherType(kind), body.from(2)));
    }
    d.field(&CONTROL, body.span(0..1), UI);
    // A zero may fill the header up to an even length.
    let at = if body.u8(1)? == 0 { 2 } else { 1 };
    let nlpid = body.u8(at)?;
    d.field(&NLPID, body.span(at..at.saturating_add(1)), nlpid);
    let rest = body.from(at.saturating_add(1));
    let claim = match nlpid {
        0x08 => Claim::Named("q933"),
        0x09 if dlci == CISCO_LMI => Claim::Named("lmi"),
        0x80 => return snap(rest),
        0x81..=0x83 => return Ok(Next::Claim(Claim::Named("osi"), body.from(at))),
        0x8e => Claim::EtherType(0x86dd),
        0xcc => Claim::EtherType(0x0800),
        0xcf => Claim::Named("ppp"),
        _ => return Ok(Next::Data(rest)),
    };
    Ok(Next::Claim(claim, rest))
}

fn snap(bytes: Bytes<'_>) -> Result<Next<'_>, Problem> {
    let (organisation, protocol) = (bytes.u24(0)?, bytes.u16(3)?);
    let claim = match (organisation, protocol) {
        (0, _) => Claim::EtherType(protocol),
        // Bridged Ethernet, with its check sequence or without.
        (0x00_80c2, 1 | 7) => Claim::Named("eth"),
        _ => Claim::Snap(organisation, protocol),
    };
    Ok(Next::Claim(claim, bytes.from(5)))
}
