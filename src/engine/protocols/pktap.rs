//! Apple's packet metadata (LINKTYPE_PKTAP), <https://www.tcpdump.org/linktypes/LINKTYPE_PKTAP.html>.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    LENGTH: Uint => "pktap.hdrlen", "Header Length";
    LINK: Uint => "pktap.dlt", "DLT";
}

pub(super) static PKTAP: Protocol = Protocol {
    name: "pktap",
    title: "PKTAP packet header",
    short: "PKTAP",
    fields: FIELDS,
    claims: &[Claim::Link(258), Claim::Link(149)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// A layer of Wireshark's where one link type holds another.
pub(super) static PACKET_DATA: Protocol = Protocol {
    name: "pcap_pktdata",
    title: "PCAP packet data",
    short: "",
    fields: &[],
    claims: &[],
    probe: None,
    dissect: |_, bytes| Ok(Next::Data(bytes)),
    ..Protocol::PLAIN
};

const SHORTEST: u32 = 108;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (length, link) = (bytes.u32_le(0)?, bytes.u32_le(8)?);
    d.field(&LENGTH, bytes.span(0..4), length);
    d.field(&LINK, bytes.span(8..12), link);
    if length < SHORTEST {
        return Err(Problem::Malformed);
    }
    let rest = bytes.from(usize::try_from(length).unwrap_or(usize::MAX));
    Ok(match u16::try_from(link) {
        Ok(link) => Next::Claim(Claim::Linked(link), rest),
        Err(_) => Next::Data(rest),
    })
}
