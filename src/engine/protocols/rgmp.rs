//! Router-port Group Management Protocol, RFC 3488.
use crate::engine::dissect::{Address, Next, Protocol, fields};

fields! {
    TYPE: Hex(2) => "rgmp.type", "Type";
    RESERVED: Hex(2) => "rgmp.reserved", "Reserved";
    CHECKSUM: Hex(4) => "rgmp.checksum", "Checksum";
    GROUP: Address => "rgmp.maddr", "Multicast group address";
}

pub(super) static RGMP: Protocol = Protocol {
    name: "rgmp",
    title: "Router-port Group Management Protocol",
    short: "RGMP",
    fields: FIELDS,
    dissect: |d, bytes| {
        if d.wants() {
            let kind = bytes.u8(0)?;
            let name = match kind {
                0xff => "Hello",
                0xfe => "Bye",
                0xfd => "Join",
                0xfc => "Leave",
                _ => "Unknown",
            };
            d.info(|| name.to_owned());
            d.noted(&TYPE, bytes.span(0..1), kind, name);
            d.field(&RESERVED, bytes.span(1..2), bytes.u8(1)?);
            d.field(&CHECKSUM, bytes.span(2..4), bytes.u16(2)?);
            d.field(&GROUP, bytes.span(4..8), Address::ipv4(bytes.array(4)?));
        }
        Ok(Next::End)
    },
    ..Protocol::PLAIN
};
