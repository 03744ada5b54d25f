//! Link Aggregation Control Protocol, IEEE 802.1AX §6.4.
use crate::engine::dissect::{Bytes, Dissection, Field, Next, Problem, Protocol, Row, fields};

fields! {
    VERSION: Hex(2) => "lacp.version", "LACP Version";
    TYPE: Hex(2) => "lacp.tlv_type", "TLV Type";
    LENGTH: Hex(2) => "lacp.tlv_length", "TLV Length";
    ACTOR_SYSTEM_PRIORITY: Uint => "lacp.actor.sys_priority", "Actor System Priority";
    ACTOR_SYSTEM: Address => "lacp.actor.sysid", "Actor System ID";
    ACTOR_KEY: Uint => "lacp.actor.key", "Actor Key";
    ACTOR_PORT_PRIORITY: Uint => "lacp.actor.port_priority", "Actor Port Priority";
    ACTOR_PORT: Uint => "lacp.actor.port", "Actor Port";
    ACTOR_STATE: Hex(2) => "lacp.actor.state", "Actor State";
    ACTOR_ACTIVITY: Bool => "lacp.actor.state.activity", "LACP Activity";
    ACTOR_TIMEOUT: Bool => "lacp.actor.state.timeout", "LACP Timeout";
    ACTOR_AGGREGATION: Bool => "lacp.actor.state.aggregation", "Aggregation";
    ACTOR_SYNCHRONIZATION: Bool => "lacp.actor.state.synchronization", "Synchronization";
    ACTOR_COLLECTING: Bool => "lacp.actor.state.collecting", "Collecting";
    ACTOR_DISTRIBUTING: Bool => "lacp.actor.state.distributing", "Distributing";
    ACTOR_DEFAULTED: Bool => "lacp.actor.state.defaulted", "Defaulted";
    ACTOR_EXPIRED: Bool => "lacp.actor.state.expired", "Expired";
    ACTOR_LETTERS: Text => "lacp.actor.state_str", "Actor State Flags";
    ACTOR_RESERVED: Bytes => "lacp.actor.reserved", "Reserved";
    PARTNER_SYSTEM_PRIORITY: Uint => "lacp.partner.sys_priority", "Partner System Priority";
    PARTNER_SYSTEM: Address => "lacp.partner.sysid", "Partner System";
    PARTNER_KEY: Uint => "lacp.partner.key", "Partner Key";
    PARTNER_PORT_PRIORITY: Uint => "lacp.partner.port_priority", "Partner Port Priority";
    PARTNER_PORT: Uint => "lacp.partner.port", "Partner Port";
    PARTNER_STATE: Hex(2) => "lacp.partner.state", "Partner State";
    PARTNER_ACTIVITY: Bool => "lacp.partner.state.activity", "LACP Activity";
    PARTNER_TIMEOUT: Bool => "lacp.partner.state.timeout", "LACP Timeout";
    PARTNER_AGGREGATION: Bool => "lacp.partner.state.aggregation", "Aggregation";
    PARTNER_SYNCHRONIZATION: Bool => "lacp.partner.state.synchronization", "Synchronization";
    PARTNER_COLLECTING: Bool => "lacp.partner.state.collecting", "Collecting";
    PARTNER_DISTRIBUTING: Bool => "lacp.partner.state.distributing", "Distributing";
    PARTNER_DEFAULTED: Bool => "lacp.partner.state.defaulted", "Defaulted";
    PARTNER_EXPIRED: Bool => "lacp.partner.state.expired", "Expired";
    PARTNER_LETTERS: Text => "lacp.partner.state_str", "Partner State Flags";
    PARTNER_RESERVED: Bytes => "lacp.partner.reserved", "Reserved";
    DELAY: Uint => "lacp.collector.max_delay", "Collector Max Delay";
    COLLECTOR_RESERVED: Bytes => "lacp.coll_reserved", "Reserved";
}

pub(super) static LACP: Protocol = Protocol {
    name: "lacp",
    title: "Link Aggregation Control Protocol",
    short: "LACP",
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

/// What one side says of itself.
struct Side {
    row: Row,
    state: &'static Field,
    bits: &'static [(&'static Field, u64)],
    letters: &'static Field,
    reserved: &'static Field,
}

const ACTOR: Side = Side {
    row: &[
        (&ACTOR_SYSTEM_PRIORITY, 2),
        (&ACTOR_SYSTEM, 6),
        (&ACTOR_KEY, 2),
        (&ACTOR_PORT_PRIORITY, 2),
        (&ACTOR_PORT, 2),
    ],
    state: &ACTOR_STATE,
    bits: &[
        (&ACTOR_ACTIVITY, 1),
        (&ACTOR_TIMEOUT, 2),
        (&ACTOR_AGGREGATION, 4),
        (&ACTOR_SYNCHRONIZATION, 8),
        (&ACTOR_COLLECTING, 16),
        (&ACTOR_DISTRIBUTING, 32),
        (&ACTOR_DEFAULTED, 64),
        (&ACTOR_EXPIRED, 128),
    ],
    letters: &ACTOR_LETTERS,
    reserved: &ACTOR_RESERVED,
};

const PARTNER: Side = Side {
    row: &[
        (&PARTNER_SYSTEM_PRIORITY, 2),
        (&PARTNER_SYSTEM, 6),
        (&PARTNER_KEY, 2),
        (&PARTNER_PORT_PRIORITY, 2),
        (&PARTNER_PORT, 2),
    ],
    state: &PARTNER_STATE,
    bits: &[
        (&PARTNER_ACTIVITY, 1),
        (&PARTNER_TIMEOUT, 2),
        (&PARTNER_AGGREGATION, 4),
        (&PARTNER_SYNCHRONIZATION, 8),
        (&PARTNER_COLLECTING, 16),
        (&PARTNER_DISTRIBUTING, 32),
        (&PARTNER_DEFAULTED, 64),
        (&PARTNER_EXPIRED, 128),
    ],
    letters: &PARTNER_LETTERS,
    reserved: &PARTNER_RESERVED,
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let version = d.read(&VERSION, &bytes, 1..2)?;
    let actor = side(d, &bytes, 2, &ACTOR)?;
    let partner = side(d, &bytes, 22, &PARTNER)?;
    d.info(|| format!("v{version} ACTOR {actor} PARTNER {partner}"));
    d.read_row(&bytes, 42, &[(&TYPE, 1), (&LENGTH, 1), (&DELAY, 2), (&COLLECTOR_RESERVED, 12)])?;
    Ok(Next::End)
}

/// Adds the fields of a side whose type stands at `from`; returns its summary.
fn side(d: &mut Dissection, bytes: &Bytes<'_>, from: usize, side: &Side) -> Result<String, Problem> {
    let at = |skip: usize| from.saturating_add(skip);
    d.read_named(&TYPE, bytes, at(0)..at(1), |kind| match kind {
        1 => "Actor Information",
        2 => "Partner Information",
        _ => "",
    })?;
    d.read(&LENGTH, bytes, at(1)..at(2))?;
    d.read_row(bytes, at(2), side.row)?;
    let state = bytes.u8(at(16))?;
    d.read(side.state, bytes, at(16)..at(17))?;
    d.read_bits(bytes, at(16)..at(17), side.bits)?;
    let letters: String = "EFDCSGSA"
        .chars()
        .enumerate()
        .map(|(bit, letter)| if state << bit & 0x80 != 0 { letter } else { '*' })
        .collect();
    d.nest(|d| d.generated(side.letters, bytes.span(at(16)..at(17)), letters.as_str()));
    d.read(side.reserved, bytes, at(17)..at(20))?;
    let system = crate::engine::dissect::Address::ethernet(bytes.array(at(4))?);
    Ok(format!("{system} P: {} K: {} {letters}", bytes.u16(at(14))?, bytes.u16(at(10))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn both_sides_are_told() {
        let mut bytes = [0_u8; 110];
        bytes[1] = 1;
        bytes[4..20].copy_from_slice(&[0x80, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0, 1, 0x80, 0, 0, 3, 0x3d, 0]);
        let mut d = Dissection::new(Wanted::Everything);
        assert!(dissect(&mut d, Bytes::frame(&bytes, 110)).is_ok());
        assert_eq!(
            d.info_text(),
            "v1 ACTOR 00:11:22:33:44:55 P: 3 K: 1 **DCSG*A PARTNER 00:00:00:00:00:00 P: 0 K: 0 ********"
        );
    }
}
