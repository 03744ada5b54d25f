//! ZigBee network layer, ZigBee Specification (053474) §3.3.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    FRAME_CONTROL: Hex(4) => "zbee_nwk.fcf", "Frame Control Field";
    DESTINATION: Hex(4) => "zbee_nwk.dst", "Destination";
    SOURCE: Hex(4) => "zbee_nwk.src", "Source";
    RADIUS: Uint => "zbee_nwk.radius", "Radius";
    SEQUENCE: Uint => "zbee_nwk.seqno", "Sequence Number";
}

pub(super) static NETWORK: Protocol = Protocol {
    name: "zbee_nwk",
    title: "ZigBee Network Layer",
    short: "ZigBee",
    fields: FIELDS,
    claims: &[],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Destinations from here on are groups of all, of awake nodes, of routers.
const FIRST_BROADCAST: u16 = 0xfff8;

// Bits of the frame control field.
const MULTICAST: u16 = 0x0100;
const SECURED: u16 = 0x0200;
const SOURCE_ROUTE: u16 = 0x0400;
const LONG_DESTINATION: u16 = 0x0800;
const LONG_SOURCE: u16 = 0x1000;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (control, to, from) = (bytes.u16_le(0)?, bytes.u16_le(2)?, bytes.u16_le(4)?);
    d.field(&FRAME_CONTROL, bytes.span(0..2), control);
    d.field(&DESTINATION, bytes.span(2..4), to);
    d.field(&SOURCE, bytes.span(4..6), from);
    d.field(&RADIUS, bytes.span(6..7), bytes.u8(6)?);
    d.field(&SEQUENCE, bytes.span(7..8), bytes.u8(7)?);
    let text = |address: u16| {
        if address >= FIRST_BROADCAST { "Broadcast".to_owned() } else { format!("0x{address:04x}") }
    };
    d.columns(|| (text(from), text(to)));
    let mut at = 8_usize;
    for (bit, length) in [(LONG_DESTINATION, 8), (LONG_SOURCE, 8), (MULTICAST, 1)] {
        if control & bit != 0 {
            at = at.saturating_add(length);
        }
    }
    if control & SOURCE_ROUTE != 0 {
        at = at.saturating_add(2).saturating_add(usize::from(bytes.u8(at)?).saturating_mul(2));
    }
    // A secured frame has a header of its own before what is encrypted.
    let rest = bytes.from(at);
    Ok(if control & SECURED != 0 || control & 3 != 0 { Next::Data(rest) } else { Next::Claim(Claim::Named("zbee_aps"), rest) })
}
