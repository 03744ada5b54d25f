//! Generic Routing Encapsulation: RFC 2784, RFC 2890, and version 1 of RFC 2637 (PPTP); WCCP's redirection.
use crate::engine::dissect::{Bytes, Claim, Dissection, Field, Next, Problem, Protocol, fields};

fields! {
    FLAGS: Hex(4) => "gre.flags_and_version", "Flags and Version";
    CHECKSUM_BIT: Bool => "gre.flags.checksum", "Checksum Bit";
    ROUTING_BIT: Bool => "gre.flags.routing", "Routing Bit";
    KEY_BIT: Bool => "gre.flags.key", "Key Bit";
    SEQUENCE_BIT: Bool => "gre.flags.sequence_number", "Sequence Number Bit";
    STRICT: Bool => "gre.flags.strict_source_route", "Strict Source Route Bit";
    RECURSION: Uint => "gre.flags.recursion_control", "Recursion control";
    ACK: Bool => "gre.flags.ack", "Acknowledgment";
    RESERVED: Uint => "gre.flags.reserved", "Flags (Reserved)";
    VERSION: Uint => "gre.flags.version", "Version";
    PROTOCOL: Hex(4) => "gre.proto", "Protocol Type";
    KEY: Hex(8) => "gre.key", "Key";
    PAYLOAD_LENGTH: Uint => "gre.key.payload_length", "Payload Length";
    CALL: Uint => "gre.key.call_id", "Call ID";
    SEQUENCE: Uint => "gre.sequence_number", "Sequence Number";
    ACKNOWLEDGEMENT: Uint => "gre.ack_number", "Acknowledgment Number";
}

pub(super) static GRE: Protocol = Protocol {
    name: "gre",
    title: "Generic Routing Encapsulation",
    short: "GRE",
    fields: FIELDS,
    claims: &[Claim::Ip(47)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Not a layer of its own: what Cisco's routers put before a packet that they redirect to a cache (draft-wilson-wrec-wccp-v2 §4).
pub(super) static WCCP: Protocol = Protocol {
    name: "wccp.redirect",
    title: "WCCP Redirection",
    short: "WCCP",
    fields: &[],
    claims: &[Claim::Gre(0x883e)],
    probe: None,
    dissect: dissect_redirect,
    ..Protocol::PLAIN
};

const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const HAS_KEY: u16 = 0x2000;
const HAS_SEQUENCE: u16 = 0x1000;
/// Version 1 only.
const HAS_ACKNOWLEDGEMENT: u16 = 0x0080;

/// Parts of the flags: of both versions, and of one.
static BITS: &[(&Field, u64)] = &[
    (&CHECKSUM_BIT, 0x8000),
    (&ROUTING_BIT, 0x4000),
    (&KEY_BIT, 0x2000),
    (&SEQUENCE_BIT, 0x1000),
    (&STRICT, 0x0800),
    (&RECURSION, 0x0700),
];
static BITS_OF_0: &[(&Field, u64)] = &[(&RESERVED, 0x00f8), (&VERSION, 0x0007)];
static BITS_OF_1: &[(&Field, u64)] = &[(&ACK, 0x0080), (&RESERVED, 0x0078), (&VERSION, 0x0007)];

const ERSPAN: u16 = 0x88be;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (flags, protocol) = (bytes.u16(0)?, bytes.u16(2)?);
    d.field(&FLAGS, bytes.span(0..2), flags);
    if d.wants() {
        d.read_bits(&bytes, 0..2, BITS)?;
        d.read_bits(&bytes, 0..2, if flags & 7 == 1 { BITS_OF_1 } else { BITS_OF_0 })?;
    }
    d.field(&PROTOCOL, bytes.span(2..4), protocol);
    let version = flags & 0x07;
    let mut at = 4_usize;
    if flags & (CHECKSUM | ROUTING) != 0 {
        at = at.saturating_add(4);
    }
    let mut length = None;
    if flags & HAS_KEY != 0 {
        let end = at.saturating_add(4);
        let key = bytes.u32(at)?;
        if version == 1 {
            let payload = key >> 16;
            d.field(&PAYLOAD_LENGTH, bytes.span(at..at.saturating_add(2)), payload);
            d.field(&CALL, bytes.span(at.saturating_add(2)..end), key & 0xffff);
            length = usize::try_from(payload).ok();
        } else {
            d.field(&KEY, bytes.span(at..end), key);
        }
        at = end;
    }
    for (bit, field) in [(HAS_SEQUENCE, &SEQUENCE), (HAS_ACKNOWLEDGEMENT, &ACKNOWLEDGEMENT)] {
        if flags & bit != 0 && (bit != HAS_ACKNOWLEDGEMENT || version == 1) {
            let end = at.saturating_add(4);
            d.field(field, bytes.span(at..end), bytes.u32(at)?);
            at = end;
        }
    }
    if flags & ROUTING != 0 {
        // Source route entries (RFC 1701): family, offset, length, address; an empty one is the last.
        loop {
            let (family, size) = (bytes.u16(at)?, bytes.u8(at.saturating_add(3))?);
            at = at.saturating_add(4).saturating_add(usize::from(size));
            if family == 0 || size == 0 {
                break;
            }
        }
    }
    let rest = bytes.from(at);
    let rest = length.map_or(rest, |length| rest.limit(length));
    if rest.wire_len() == 0 {
        return Ok(Next::End);
    }
    // Without a sequence number ERSPAN is of type I, which has no header (draft-foschiano-erspan §4.1).
    let claim = if protocol == ERSPAN && flags & HAS_SEQUENCE == 0 { Claim::Gre(ERSPAN) } else { kind(protocol) };
    Ok(Next::Claim(claim, rest))
}

fn kind(protocol: u16) -> Claim {
    match protocol {
        ERSPAN | 0x22eb => Claim::Named("erspan"),
        other => Claim::Gre(other),
    }
}

fn dissect_redirect<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // Version 2 has four bytes before the packet; version 1 has none.
    let plain = bytes.u8(0)? >> 4 == 4;
    Ok(Next::Instead(Claim::EtherType(0x0800), if plain { bytes } else { bytes.from(4) }))
}
