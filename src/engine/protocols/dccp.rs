//! Datagram Congestion Control Protocol, RFC 4340.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Segment, Transport, checksum, experts, fields};

fields! {
    SOURCE_PORT: Uint => "dccp.srcport", "Source Port";
    DESTINATION_PORT: Uint => "dccp.dstport", "Destination Port";
    DATA_OFFSET: Uint => "dccp.data_offset", "Data Offset";
    TYPE: Uint => "dccp.type", "Type";
}

pub(super) static DCCP: Protocol = Protocol {
    name: "dccp",
    title: "Datagram Congestion Control Protocol",
    short: "DCCP",
    fields: FIELDS,
    claims: &[Claim::Ip(33)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

experts! {
    BAD_CHECKSUM: Error Checksum => "dccp.checksum_bad.expert", "Bad checksum";
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (from, to) = (bytes.u16(0)?, bytes.u16(2)?);
    d.field(&SOURCE_PORT, bytes.span(0..2), from);
    d.field(&DESTINATION_PORT, bytes.span(2..4), to);
    let (words, kind) = (bytes.u8(4)?, bytes.u8(8)? >> 1 & 0x0f);
    d.field(&DATA_OFFSET, bytes.span(4..5), words);
    d.field(&TYPE, bytes.span(8..9), kind);
    let header = usize::from(words).saturating_mul(4);
    if header < 12 || header > bytes.wire_len() {
        return Err(Problem::Malformed);
    }
    // How much of the data is covered (§9.2).
    let covered = match bytes.u8(5)? & 0x0f {
        0 => bytes,
        more => bytes.limit(header.saturating_add(usize::from(more).saturating_sub(1).saturating_mul(4))),
    };
    let pseudo = checksum::pseudo_header(d, 33, bytes.wire_len());
    if let Some(right) = checksum::should_be(d, &covered, 6, &pseudo) {
        d.expert_text(&BAD_CHECKSUM, &format_args!("Bad checksum [should be {right:#06x}]"));
    }
    let rest = bytes.from(header);
    let segment = Segment::between(Transport::Dccp, from, to, rest.wire_len());
    // Requests, responses, data and data with acknowledgement have an application's bytes (§5); the rest is padding.
    if kind > 4 || kind == 3 {
        d.segment(segment);
        return Ok(Next::End);
    }
    Ok(d.transport(segment, rest))
}
