//! Ethernet II and IEEE 802.3 framing, IEEE 802.3-2018 §3.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, fields};
use etherparse::Ethernet2HeaderSlice;

fields! {
    DESTINATION: Address => "eth.dst", "Destination";
    SOURCE: Address => "eth.src", "Source";
    TYPE: Hex(4) => "eth.type", "Type";
    LENGTH: Uint => "eth.len", "Length";
}

pub(super) static ETHERNET: Protocol = Protocol {
    name: "eth",
    title: "Ethernet",
    short: "Ethernet",
    fields: FIELDS,
    claims: &[Claim::Link(1), Claim::EtherType(0x6558), Claim::Ip(143)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Not a protocol but the hinge to one; Wireshark lists it as a layer.
pub(super) static ETHERTYPE: Protocol = Protocol {
    name: "ethertype",
    title: "EtherType",
    short: "",
    fields: &[],
    claims: &[Claim::EtherTyped],
    probe: None,
    dissect: dissect_type,
    ..Protocol::PLAIN
};

/// Types begin here, lengths end at [`LONGEST`] (IEEE 802.3 §3.2.6); what is between is neither.
const FIRST_TYPE: u16 = 0x0600;
const LONGEST: u16 = 1500;
const HEADER: usize = 14;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let header = Ethernet2HeaderSlice::from_slice(bytes.all()).map_err(|_| bytes.out_of_reach(HEADER))?;
    let kind = header.ether_type().0;
    let (source, destination) = (Address::ethernet(header.source()), Address::ethernet(header.destination()));
    d.pair(source, destination);
    if d.wants() {
        d.field(&DESTINATION, bytes.span(0..6), destination);
        d.field(&SOURCE, bytes.span(6..12), source);
        d.field(if kind < FIRST_TYPE { &LENGTH } else { &TYPE }, bytes.span(12..HEADER), kind);
    }
    if kind >= FIRST_TYPE || kind == 0 {
        return Ok(Next::Claim(Claim::EtherTyped, bytes.from(HEADER - 2)));
    }
    let rest = bytes.from(HEADER);
    if kind > LONGEST {
        return Ok(Next::Data(rest));
    }
    // Novell's raw 802.3: IPX without an LLC header starts with its unused checksum.
    if rest.u16(0) == Ok(0xffff) {
        return Ok(Next::Claim(Claim::EtherType(0x8137), rest));
    }
    Ok(Next::Claim(Claim::Llc, rest.limit(usize::from(kind))))
}

fn dissect_type<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    Ok(Next::Claim(Claim::EtherType(bytes.u16(0)?), bytes.from(2)))
}
