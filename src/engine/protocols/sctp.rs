//! Stream Control Transmission Protocol, RFC 9260.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Segment, Transport, fields};

fields! {
    SOURCE_PORT: Uint => "sctp.srcport", "Source port";
    DESTINATION_PORT: Uint => "sctp.dstport", "Destination port";
    VERIFICATION_TAG: Hex(8) => "sctp.verification_tag", "Verification tag";
    CHUNK_TYPE: Uint => "sctp.chunk_type", "Chunk type";
}

pub(super) static SCTP: Protocol = Protocol {
    name: "sctp",
    title: "Stream Control Transmission Protocol",
    short: "SCTP",
    fields: FIELDS,
    claims: &[Claim::Ip(132)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 12;
const DATA_CHUNK: u8 = 0;
/// Of a DATA chunk: type, flags, length, TSN, stream, sequence, payload protocol.
const DATA_HEADER: usize = 16;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (from, to) = (bytes.u16(0)?, bytes.u16(2)?);
    d.field(&SOURCE_PORT, bytes.span(0..2), from);
    d.field(&DESTINATION_PORT, bytes.span(2..4), to);
    let tag = bytes.u32(4)?;
    d.field(&VERIFICATION_TAG, bytes.span(4..8), tag);
    d.info(|| format!("{from} → {to}"));
    // The first DATA chunk's payload stands for the packet: what flows need to know is who speaks.
    let mut at = HEADER;
    let mut payload = bytes.from(bytes.wire_len());
    while let (Ok(kind), Ok(length)) = (bytes.u8(at), bytes.u16(at.saturating_add(2))) {
        d.field(&CHUNK_TYPE, bytes.span(at..at.saturating_add(1)), kind);
        let length = usize::from(length);
        if kind == DATA_CHUNK && payload.wire_len() == 0 {
            payload = bytes.from(at).limit(length).from(DATA_HEADER);
        }
        // Chunks are padded to four bytes (§3.2).
        at = at.saturating_add(length.max(4).next_multiple_of(4));
    }
    let len = bytes.wire_len().saturating_sub(HEADER);
    Ok(Next::Transport(Segment::between(Transport::Sctp, from, to, len), payload))
}
