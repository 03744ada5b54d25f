//! Internet Protocol version 4, RFC 791.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, FRAGMENT_LOST, Fragment, Next, Problem, Protocol, Segment, Span, Transport, experts, fields};
use super::numbers::{congestion, ip_protocol, service};
use etherparse::Ipv4HeaderSlice;

fields! {
    VERSION: Uint => "ip.version", "Version";
    HEADER_LENGTH: Uint => "ip.hdr_len", "Header Length";
    SERVICE: Hex(2) => "ip.dsfield", "Differentiated Services Field";
    DSCP: Uint => "ip.dsfield.dscp", "Differentiated Services Codepoint";
    ECN: Uint => "ip.dsfield.ecn", "Explicit Congestion Notification";
    TOTAL_LENGTH: Uint => "ip.len", "Total Length";
    IDENTIFICATION: Hex(4) => "ip.id", "Identification";
    FLAGS: Hex(1) => "ip.flags", "Flags";
    RESERVED_BIT: Bool => "ip.flags.rb", "Reserved bit";
    DONT_FRAGMENT: Bool => "ip.flags.df", "Don't fragment";
    MORE_FRAGMENTS: Bool => "ip.flags.mf", "More fragments";
    OFFSET: Uint => "ip.frag_offset", "Fragment Offset";
    TTL: Uint => "ip.ttl", "Time to Live";
    PROTOCOL: Uint => "ip.proto", "Protocol";
    CHECKSUM: Hex(4) => "ip.checksum", "Header Checksum";
    STATUS: Uint => "ip.checksum.status", "Header checksum status";
    SOURCE: Address => "ip.src", "Source Address";
    DESTINATION: Address => "ip.dst", "Destination Address";
    OPTIONS: Bytes => "ip.options", "Options";
    OPTION_TYPE: Uint => "ip.opt.type", "Type";
    OPTION_COPIED: Bool => "ip.opt.type.copy", "Copy on fragmentation";
    OPTION_CLASS: Uint => "ip.opt.type.class", "Class";
    OPTION_NUMBER: Uint => "ip.opt.type.number", "Number";
    OPTION_LENGTH: Uint => "ip.opt.len", "Length";
    OPTION_POINTER: Uint => "ip.opt.ptr", "Pointer";
    OPTION_ADDRESS: Address => "ip.opt.addr", "IP Address";
    ROUTER_ALERT: Uint => "ip.opt.ra", "Router Alert";
    FRAGMENTS: Label => "ip.fragments", "IPv4 Fragments";
    FRAGMENT: Uint => "ip.fragment", "IPv4 Fragment";
    FRAGMENT_COUNT: Uint => "ip.fragment.count", "Fragment count";
    REASSEMBLED_IN: Uint => "ip.reassembled_in", "Reassembled IPv4 in frame";
}

pub(super) static IPV4: Protocol = Protocol {
    name: "ip",
    title: "Internet Protocol Version 4",
    short: "IPv4",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x0800), Claim::Link(228), Claim::Ip(4), Claim::Ppp(0x0021), Claim::Sap(0x06)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// A file of bare IP packets (LINKTYPE_RAW): the version nibble tells which.
pub(super) static RAW_IP: Protocol = Protocol {
    name: "raw",
    title: "Raw packet data",
    short: "",
    fields: &[],
    claims: &[Claim::Link(101), Claim::Link(12), Claim::Link(14)],
    probe: None,
    dissect: |d, bytes| {
        d.columns(|| ("N/A".to_owned(), "N/A".to_owned()));
        let second = bytes.u8(0)? >> 4 == 6;
        Ok(Next::Claim(Claim::EtherType(if second { 0x86dd } else { 0x0800 }), bytes))
    },
    ..Protocol::PLAIN
};

experts! {
    LOW_TTL: Note Sequence => "ip.ttl.too_small", "\"Time To Live\" is very small";
    LOCAL_TTL: Note Sequence => "ip.ttl.lncb",
        "\"Time To Live\" of a packet sent to the Local Network Control Block is not what it should be";
    TOO_LONG: Error Protocol => "ip.bogus_ip_length", "IPv4 total length exceeds packet length";
    TOO_SHORT: Error Protocol => "ip.bogus_ip_length", "Bogus IP length";
}

const IGMP: u8 = 2;

/// Below this a packet hardly reaches anybody.
const LOW: u8 = 5;

/// Whether there is something to say about a time to live: packets to the local network's multicast addresses have fixed ones (RFC 3171),
/// routing protocols (OSPF, PIM) may be as short-lived as they like.
#[cold]
fn time_to_live(d: &mut Dissection, [a, b, c, last]: [u8; 4], ttl: u8, protocol: u8) {
    if [a, b, c] == [224, 0, 0] {
        let right = match last {
            18 | 102 | 251 if protocol != IGMP => 255,
            252 => return,
            _ => 1,
        };
        if ttl != right {
            d.expert_text(&LOCAL_TTL, &format_args!(
                "\"Time To Live\" != {right} for a packet sent to the Local Network Control Block (see RFC 3171)"
            ));
        }
    } else if a >> 4 != 14 && ttl < LOW && !matches!(protocol, 89 | 103) {
        d.expert_text(&LOW_TTL, &format_args!("\"Time To Live\" only {ttl}"));
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // Some senders type either version as this one.
    if bytes.u8(0)? >> 4 == 6 {
        return Ok(Next::Claim(Claim::Named("ipv6"), bytes));
    }
    let header = Ipv4HeaderSlice::from_slice(bytes.all()).map_err(|_| bytes.out_of_reach(20))?;
    let (source, destination) = (Address::ipv4(header.source()), Address::ipv4(header.destination()));
    let header_len = header.slice().len();
    let total = usize::from(header.total_len());
    if total != 0 && total < header_len {
        d.expert(&TOO_SHORT);
        return Err(Problem::Malformed);
    }
    d.pair(source, destination);
    if d.quoted_from.is_none() {
        d.hops = header.ttl();
    }
    if d.wants() {
        describe(d, &bytes, &header);
    }
    let [first, ..] = header.destination();
    if header.ttl() < LOW || first == 224 {
        time_to_live(d, header.destination(), header.ttl(), header.protocol().0);
    }
    if total > bytes.wire_len() {
        let length = bytes.wire_len();
        d.expert_text(&TOO_LONG, &format_args!("IPv4 total length exceeds packet length ({length} bytes)"));
    }
    // 0: the sender left cutting into segments to its network card, the capture saw the packet before that.
    let whole = if total == 0 { bytes } else { bytes.limit(total) };
    let rest = whole.from(header_len);
    let protocol = header.protocol().0;
    let offset = u32::from(header.fragments_offset().value()).saturating_mul(8);
    let more = header.more_fragments();
    // A fragment that the capture does not have whole cannot be put together; a first one has the next header all the same.
    let complete = bytes.len() >= total;
    if offset > 0 && !complete {
        return Ok(Next::Data(rest));
    }
    if offset > 0 || more && complete {
        d.expert(&FRAGMENT_LOST);
        let identification = u32::from(header.identification());
        let fragment = Fragment { source, destination, identification, protocol, offset, more };
        return Ok(Next::Fragment(Box::new(fragment), rest));
    }
    d.in_part = more;
    d.segment(Segment::plain(Transport::Ip(protocol), rest.wire_len()));
    if rest.wire_len() == 0 {
        return Ok(Next::End);
    }
    Ok(Next::Claim(Claim::Ip(protocol), rest))
}

fn describe(d: &mut Dissection, bytes: &Bytes<'_>, header: &Ipv4HeaderSlice<'_>) {
    let at = |range| bytes.span(range);
    let protocol = header.protocol().0;
    let offset = u32::from(header.fragments_offset().value()).saturating_mul(8);
    d.field(&VERSION, at(0..1), header.version());
    d.field(&HEADER_LENGTH, at(0..1), header.slice().len());
    let (dscp, ecn) = (header.dcp().value(), header.ecn().value());
    d.field(&SERVICE, at(1..2), dscp << 2 | ecn);
    d.nest(|d| {
        d.noted(&DSCP, at(1..2), dscp, &service(dscp));
        d.noted(&ECN, at(1..2), ecn, congestion(ecn));
    });
    match header.total_len() {
        0 => d.add_generated(&TOTAL_LENGTH, at(2..4), bytes.wire_len(), "0 on the wire: cut into segments later"),
        total => d.field(&TOTAL_LENGTH, at(2..4), total),
    }
    d.field(&IDENTIFICATION, at(4..6), header.identification());
    let flags = bytes.u8(6).unwrap_or_default() >> 5;
    d.field(&FLAGS, at(6..7), flags);
    d.nest(|d| {
        for (bit, field) in [(4, &RESERVED_BIT), (2, &DONT_FRAGMENT), (1, &MORE_FRAGMENTS)] {
            d.field(field, at(6..7), flags & bit != 0);
        }
    });
    d.field(&OFFSET, at(6..8), offset);
    d.field(&TTL, at(8..9), header.ttl());
    d.noted(&PROTOCOL, at(9..10), protocol, ip_protocol(protocol));
    d.field(&CHECKSUM, at(10..12), header.header_checksum());
    d.add_generated(&STATUS, at(10..12), 2_u8, "Unverified");
    d.field(&SOURCE, at(12..16), Address::ipv4(header.source()));
    d.field(&DESTINATION, at(16..20), Address::ipv4(header.destination()));
    if !header.options().is_empty() {
        let end = header.slice().len();
        d.field(&OPTIONS, at(20..end), header.options());
        d.nest(|d| options(d, &bytes.from(20).limit(end.saturating_sub(20))));
    }
    if offset == 0 && !header.more_fragments() {
        // A protocol without bytes of its own says nothing.
        let rest = bytes.wire_len() > header.slice().len() && usize::from(header.total_len()) != header.slice().len();
        d.info(|| if rest { format!("{} ({protocol})", ip_protocol(protocol)) } else { String::new() });
        return;
    }
    let id = header.identification();
    let whole = datagram(d, at(0..0));
    d.info(|| format!("Fragmented IP protocol (proto={} {protocol}, off={offset}, ID={id:04x}){whole}", ip_protocol(protocol)));
}

/// What became of the fragment's datagram, as the Info column ends with it.
fn datagram(d: &mut Dissection, here: Span) -> String {
    let Some(datagram) = d.context.datagram.take() else { return String::new() };
    if datagram.is_here {
        let numbers: Vec<_> = datagram.packets.iter().map(|packet| format!("#{packet}")).collect();
        d.label(&FRAGMENTS, here, || format!("[{} IPv4 Fragments: {}]", numbers.len(), numbers.join(", ")));
        d.nest(|d| {
            datagram.packets.iter().for_each(|packet| d.generated(&FRAGMENT, here, *packet));
            d.generated(&FRAGMENT_COUNT, here, datagram.packets.len());
        });
        return String::new();
    }
    d.generated(&REASSEMBLED_IN, here, datagram.whole_in);
    format!(" [Reassembled in #{}]", datagram.whole_in)
}

/// Options, RFC 791 §3.1.
fn options(d: &mut Dissection, bytes: &Bytes<'_>) {
    let mut at = 0;
    while let Ok(kind) = bytes.u8(at) {
        let length = match (kind, bytes.u8(at.saturating_add(1))) {
            (0 | 1, _) => 1,
            (_, Ok(length @ 2..)) => usize::from(length),
            _ => return,
        };
        let option = bytes.from(at).limit(length);
        let name = match kind {
            0 => "End of Options List (EOL)",
            1 => "No Operation (NOP)",
            7 => "Record Route",
            68 => "Time Stamp",
            130 => "Security",
            131 => "Loose Source Route",
            136 => "Stream Identifier",
            137 => "Strict Source Route",
            148 => "Router Alert",
            _ => "Unknown",
        };
        d.noted(&OPTION_TYPE, option.span(0..1), kind, name);
        d.nest(|d| {
            d.field(&OPTION_COPIED, option.span(0..1), kind >> 7 != 0);
            d.field(&OPTION_CLASS, option.span(0..1), kind >> 5 & 3);
            d.field(&OPTION_NUMBER, option.span(0..1), kind & 31);
            if length == 1 {
                return;
            }
            d.field(&OPTION_LENGTH, option.span(1..2), length);
            match (kind, option.u8(2), option.u16(2)) {
                (7 | 131 | 137, Ok(pointer), _) => {
                    d.field(&OPTION_POINTER, option.span(2..3), pointer);
                    for route in (3..length).step_by(4) {
                        let Ok(address) = option.array(route) else { return };
                        d.field(&OPTION_ADDRESS, option.span(route..route.saturating_add(4)), Address::ipv4(address));
                    }
                }
                (68, Ok(pointer), _) => d.field(&OPTION_POINTER, option.span(2..3), pointer),
                (148, _, Ok(alert)) => d.field(&ROUTER_ALERT, option.span(2..4), alert),
                _ => {}
            }
        });
        at = at.saturating_add(length);
        if kind == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn a_length_of_zero_is_what_there_is() {
        for (total, told) in [(0, "24"), (22, "22")] {
            let bytes = [&[0x45, 0, 0, total, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2][..], &[7; 4]].concat();
            let mut d = Dissection::new(Wanted::Everything);
            d.enter(0, &Bytes::frame(&bytes, bytes.len() as u32));
            assert!(dissect(&mut d, Bytes::frame(&bytes, bytes.len() as u32)).is_ok());
            let lengths: Vec<_> =
                d.fields.iter().filter(|found| found.field.name() == "ip.len").map(|found| found.text()).collect();
            assert_eq!(lengths, [told]);
        }
    }
}
