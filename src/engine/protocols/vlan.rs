//! VLAN tags: IEEE 802.1Q (C-TAG) and 802.1ad (S-TAG, QinQ).
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    PRIORITY: Uint => "vlan.priority", "Priority";
    DEI: Bool => "vlan.dei", "Drop Eligible Indicator";
    ID: Uint => "vlan.id", "ID";
    TYPE: Hex(4) => "vlan.etype", "Type";
    LENGTH: Uint => "vlan.len", "Length";
    OUTER_PRIORITY: Uint => "ieee8021ad.priority", "Priority";
    OUTER_DEI: Bool => "ieee8021ad.dei", "DEI";
    OUTER_ID: Uint => "ieee8021ad.id", "ID";
}

pub(super) static VLAN: Protocol = Protocol {
    name: "vlan",
    title: "802.1Q Virtual LAN",
    short: "",
    fields: &[&PRIORITY, &DEI, &ID, &TYPE, &LENGTH],
    claims: &[Claim::EtherType(0x8100), Claim::EtherType(0x9100)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

pub(super) static QINQ: Protocol = Protocol {
    name: "ieee8021ad",
    title: "IEEE 802.1ad",
    short: "",
    fields: &[&OUTER_PRIORITY, &OUTER_DEI, &OUTER_ID],
    claims: &[Claim::EtherType(0x88a8)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (tag, kind) = (bytes.u16(0)?, bytes.u16(2)?);
    let outer = d.through == Claim::EtherType(0x88a8);
    if d.wants() {
        let [priority, dei, id] =
            if outer { [&OUTER_PRIORITY, &OUTER_DEI, &OUTER_ID] } else { [&PRIORITY, &DEI, &ID] };
        d.field(priority, bytes.span(0..2), tag >> 13);
        d.field(dei, bytes.span(0..2), tag & 0x1000 != 0);
        d.field(id, bytes.span(0..2), tag & 0x0fff);
        // The outer tag has no field for what follows: the hinge behind it has it.
        if !outer {
            d.field(if kind < 0x0600 { &LENGTH } else { &TYPE }, bytes.span(2..4), kind);
        }
    }
    // Only a C-TAG may stand before a length.
    if kind < 0x0600 && !outer {
        return Ok(Next::Claim(Claim::Llc, bytes.from(4).limit(usize::from(kind))));
    }
    Ok(Next::Claim(Claim::EtherTyped, bytes.from(2)))
}
