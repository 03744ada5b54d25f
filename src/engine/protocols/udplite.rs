//! Lightweight User Datagram Protocol, RFC 3828.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Segment, Transport, fields};

fields! {
    SOURCE_PORT: Uint => "udp.srcport", "Source Port";
    DESTINATION_PORT: Uint => "udp.dstport", "Destination Port";
    COVERAGE: Uint => "udp.checksum_coverage", "Checksum coverage";
}

pub(super) static UDPLITE: Protocol = Protocol {
    name: "udplite",
    title: "Lightweight User Datagram Protocol",
    short: "UDP-Lite",
    fields: FIELDS,
    claims: &[Claim::Ip(136)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 8;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (from, to, coverage) = (bytes.u16(0)?, bytes.u16(2)?, bytes.u16(4)?);
    d.field(&SOURCE_PORT, bytes.span(0..2), from);
    d.field(&DESTINATION_PORT, bytes.span(2..4), to);
    d.field(&COVERAGE, bytes.span(4..6), coverage);
    bytes.take(0..HEADER)?;
    let rest = bytes.from(HEADER);
    Ok(d.transport(Segment::between(Transport::Ip(136), from, to, rest.wire_len()), rest))
}
