//! User Datagram Protocol, RFC 768.
use crate::engine::dissect::{Bytes, Claim, Dissection, Family, Next, Problem, Protocol, Segment, Transport, Value, experts, fields};
use super::walk::Numbers;
use etherparse::UdpHeaderSlice;

fields! {
    SOURCE_PORT: Uint => "udp.srcport", "Source Port";
    DESTINATION_PORT: Uint => "udp.dstport", "Destination Port";
    LENGTH: Uint => "udp.length", "Length";
    CHECKSUM: Hex(4) => "udp.checksum", "Checksum";
    STATUS: Uint => "udp.checksum.status", "Checksum Status";
    STREAM: Uint => "udp.stream", "Stream index";
    TIME_RELATIVE: Seconds => "udp.time_relative", "Time since first frame";
    TIME_DELTA: Seconds => "udp.time_delta", "Time since previous frame";
    PAYLOAD: Bytes => "udp.payload", "UDP payload";
}

pub(super) static UDP: Protocol = Protocol {
    name: "udp",
    title: "User Datagram Protocol",
    short: "UDP",
    fields: FIELDS,
    claims: &[Claim::Ip(17)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 8;

experts! {
    BAD_LENGTH: Error Malformed => "udp.length.bad", "Bad length value";
    TRACEROUTE: Chat Sequence => "udp.possible_traceroute", "Possible traceroute";
}

/// Ports that traceroute counts up, from this one on.
const FIRST_HOP: u16 = 33_435;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let header = UdpHeaderSlice::from_slice(bytes.all()).map_err(|_| bytes.out_of_reach(HEADER))?;
    let (from, to, length) = (header.source_port(), header.destination_port(), usize::from(header.length()));
    let over_ipv6 = d.pairs.last().is_some_and(|(source, _, _)| source.family() == Family::Ipv6);
    if d.wants() {
        d.field(&SOURCE_PORT, bytes.span(0..2), from);
        d.field(&DESTINATION_PORT, bytes.span(2..4), to);
        d.field(&LENGTH, bytes.span(4..6), length);
        d.field(&CHECKSUM, bytes.span(6..8), header.checksum());
        let (status, words) = if header.checksum() == 0 { (3_u8, "Not present") } else { (2, "Unverified") };
        d.add_generated(&STATUS, bytes.span(6..8), status, words);
        // Without a checksum a datagram must not travel over IPv6 (RFC 8200 §8.1).
        let illegal = if over_ipv6 && header.checksum() == 0 { " [ILLEGAL CHECKSUM (0)]" } else { "" };
        d.heading(|| format!("Src Port: {from}, Dst Port: {to}"));
        d.info(|| format!("{from} → {to} Len={}{illegal}", length.saturating_sub(HEADER)));
    }
    if (FIRST_HOP..FIRST_HOP + 29).contains(&to) {
        let nth = to.saturating_sub(FIRST_HOP);
        let (hop, attempt) = ((nth / 3).saturating_add(1), (nth % 3).saturating_add(1));
        d.expert_text(&TRACEROUTE, &format_args!("Possible traceroute: hop #{hop}, attempt #{attempt}"));
    }
    if length > bytes.wire_len() && !d.in_part {
        d.expert_text(&BAD_LENGTH, &format_args!("Bad length value {length} > IP payload length"));
    }
    let whole = match length {
        // Longer than 65,535 bytes (RFC 2675 §4): the network layer says how long.
        0 if over_ipv6 => bytes,
        0..HEADER => {
            d.expert_text(&BAD_LENGTH, &format_args!("Bad length value {length} < {HEADER}"));
            return Err(Problem::Malformed);
        }
        length => bytes.limit(length),
    };
    let rest = whole.from(HEADER);
    if d.wants() && !rest.is_empty() {
        d.field(&PAYLOAD, rest.span(0..rest.len()), rest.all());
    }
    Ok(d.transport(Segment::between(Transport::Udp, from, to, rest.wire_len()), rest))
}

/// When its flow's datagrams before it were, ns; once the dissection is done.
pub fn timed(d: &mut Dissection, (layer, relative, delta): (usize, i64, i64)) {
    d.attach(layer, 0, &TIME_RELATIVE, Value::Nanos(relative), None);
    d.attach(layer, 0, &TIME_DELTA, Value::Nanos(delta), None);
}

/// What is known of the datagram's flow.
pub(super) fn tell(d: &mut Dissection, numbers: &Numbers) {
    d.generated_after(&STATUS, &STREAM, numbers.stream);
}
