//! Internet Protocol version 6, RFC 8200.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, Segment, Transport, fields};
use super::numbers::{congestion, ip_protocol, service, unread};
use etherparse::Ipv6HeaderSlice;

fields! {
    VERSION: Uint => "ipv6.version", "Version";
    TRAFFIC_CLASS: Hex(2) => "ipv6.tclass", "Traffic Class";
    DSCP: Uint => "ipv6.tclass.dscp", "Differentiated Services Codepoint";
    ECN: Uint => "ipv6.tclass.ecn", "Explicit Congestion Notification";
    FLOW_LABEL: Hex(6) => "ipv6.flow", "Flow Label";
    PAYLOAD_LENGTH: Uint => "ipv6.plen", "Payload Length";
    NEXT_HEADER: Uint => "ipv6.nxt", "Next Header";
    HOP_LIMIT: Uint => "ipv6.hlim", "Hop Limit";
    SOURCE: Address => "ipv6.src", "Source Address";
    DESTINATION: Address => "ipv6.dst", "Destination Address";
    SOURCE_MAC: Address => "ipv6.src_slaac_mac", "Source SLAAC MAC";
    DESTINATION_MAC: Address => "ipv6.dst_slaac_mac", "Destination SLAAC MAC";
}

pub(super) static IPV6: Protocol = Protocol {
    name: "ipv6",
    title: "Internet Protocol Version 6",
    short: "IPv6",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x86dd), Claim::Link(229), Claim::Ip(41), Claim::Ppp(0x0057)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// The link address that an interface identifier was made of (RFC 4291, appendix A).
fn interface(address: [u8; 16]) -> Option<Address> {
    let [_, _, _, _, _, _, _, _, a, b, c, 0xff, 0xfe, d, e, f] = address else { return None };
    (address.first() != Some(&0xff)).then(|| Address::ethernet([a ^ 2, b, c, d, e, f]))
}

const HEADER: usize = 40;
/// Next header 59: there is none (RFC 8200 §4.7).
const NOTHING: u8 = 59;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.u8(0)? >> 4 != 6 {
        return Ok(Next::Instead(Claim::Named("data"), bytes));
    }
    let header = Ipv6HeaderSlice::from_slice(bytes.all()).map_err(|_| bytes.out_of_reach(HEADER))?;
    let (source, destination) = (Address::ipv6(header.source()), Address::ipv6(header.destination()));
    d.pair(source, destination);
    if d.quoted_from.is_none() {
        d.hops = header.hop_limit();
    }
    let next = header.next_header().0;
    if d.wants() {
        let at = |range| bytes.span(range);
        d.field(&VERSION, at(0..1), header.version());
        let class = header.traffic_class();
        d.field(&TRAFFIC_CLASS, at(0..2), class);
        d.nest(|d| {
            d.noted(&DSCP, at(0..2), class >> 2, &service(class >> 2));
            d.noted(&ECN, at(1..2), class & 3, congestion(class & 3));
        });
        d.field(&FLOW_LABEL, at(1..4), header.flow_label().value());
        d.field(&PAYLOAD_LENGTH, at(4..6), header.payload_length());
        d.noted(&NEXT_HEADER, at(6..7), next, ip_protocol(next));
        d.field(&HOP_LIMIT, at(7..8), header.hop_limit());
        d.field(&SOURCE, at(8..24), source);
        d.field(&DESTINATION, at(24..40), destination);
        for (field, address, start) in [(&SOURCE_MAC, header.source(), 8_usize), (&DESTINATION_MAC, header.destination(), 24)] {
            if let Some(mac) = interface(address) {
                d.generated(field, at(start.saturating_add(8)..start.saturating_add(16)), mac);
            }
        }
        d.info(|| unread(next));
    }
    let rest = bytes.from(HEADER);
    // 0: a jumbogram (RFC 2675), or segmentation offload; the frame says how long it is.
    let rest = match header.payload_length() {
        0 => rest,
        length => rest.limit(usize::from(length)),
    };
    d.segment(Segment::plain(Transport::Ip(next), rest.wire_len()));
    if next == NOTHING && header.payload_length() == 0 {
        return Ok(Next::End);
    }
    Ok(Next::Claim(Claim::Ip(next), rest))
}
