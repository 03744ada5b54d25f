//! Internet Protocol version 4, RFC 791.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Fragment, Next, Problem, Protocol, Segment, Transport, fields};
use etherparse::Ipv4HeaderSlice;

fields! {
    VERSION: Uint => "ip.version", "Version";
    HEADER_LENGTH: Uint => "ip.hdr_len", "Header Length";
    DSCP: Uint => "ip.dsfield.dscp", "Differentiated Services Codepoint";
    ECN: Uint => "ip.dsfield.ecn", "Explicit Congestion Notification";
    TOTAL_LENGTH: Uint => "ip.len", "Total Length";
    IDENTIFICATION: Hex(4) => "ip.id", "Identification";
    DONT_FRAGMENT: Bool => "ip.flags.df", "Don't fragment";
    MORE_FRAGMENTS: Bool => "ip.flags.mf", "More fragments";
    OFFSET: Uint => "ip.frag_offset", "Fragment Offset";
    TTL: Uint => "ip.ttl", "Time to Live";
    PROTOCOL: Uint => "ip.proto", "Protocol";
    CHECKSUM: Hex(4) => "ip.checksum", "Header Checksum";
    SOURCE: Address => "ip.src", "Source Address";
    DESTINATION: Address => "ip.dst", "Destination Address";
    OPTIONS: Bytes => "ip.options", "Options";
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
        return Err(Problem::Malformed);
    }
    d.pair(source, destination);
    if d.wants() {
        describe(d, &bytes, &header);
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
        let identification = u32::from(header.identification());
        return Ok(Next::Fragment(Fragment { source, destination, identification, protocol, offset, more }, rest));
    }
    d.segment(Segment::plain(Transport::Ip(protocol), rest.wire_len()));
    if rest.wire_len() == 0 {
        return Ok(Next::End);
    }
    Ok(Next::Claim(Claim::Ip(protocol), rest))
}

fn describe(d: &mut Dissection, bytes: &Bytes<'_>, header: &Ipv4HeaderSlice<'_>) {
    let at = |range| bytes.span(range);
    d.field(&VERSION, at(0..1), header.version());
    d.field(&HEADER_LENGTH, at(0..1), header.slice().len());
    d.field(&DSCP, at(1..2), header.dcp().value());
    d.field(&ECN, at(1..2), header.ecn().value());
    d.field(&TOTAL_LENGTH, at(2..4), header.total_len());
    d.field(&IDENTIFICATION, at(4..6), header.identification());
    d.field(&DONT_FRAGMENT, at(6..7), header.dont_fragment());
    d.field(&MORE_FRAGMENTS, at(6..7), header.more_fragments());
    d.field(&OFFSET, at(6..8), u32::from(header.fragments_offset().value()).saturating_mul(8));
    d.field(&TTL, at(8..9), header.ttl());
    d.field(&PROTOCOL, at(9..10), header.protocol().0);
    d.field(&CHECKSUM, at(10..12), header.header_checksum());
    d.field(&SOURCE, at(12..16), Address::ipv4(header.source()));
    d.field(&DESTINATION, at(16..20), Address::ipv4(header.destination()));
    if !header.options().is_empty() {
        d.field(&OPTIONS, at(20..header.slice().len()), header.options());
    }
    let (protocol, offset, id) = (header.protocol().0, header.fragments_offset().value(), header.identification());
    if offset > 0 || header.more_fragments() {
        let offset = u32::from(offset).saturating_mul(8);
        d.info(|| format!("Fragmented IP protocol (proto={protocol}, off={offset}, ID={id:04x})"));
    } else {
        d.info(|| format!("IP protocol {protocol}"));
    }
}
