//! Internet Control Message Protocol for IPv6, RFC 4443; Neighbor Discovery, RFC 4861; Multicast Listener Discovery, RFC 3810.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, Segment, Transport, fields};

fields! {
    TYPE: Uint => "icmpv6.type", "Type";
    CODE: Uint => "icmpv6.code", "Code";
    CHECKSUM: Hex(4) => "icmpv6.checksum", "Checksum";
    IDENTIFIER: Hex(4) => "icmpv6.echo.identifier", "Identifier";
    SEQUENCE: Uint => "icmpv6.echo.sequence_number", "Sequence";
    TARGET: Address => "icmpv6.nd.ns.target_address", "Target Address";
}

pub(super) static ICMPV6: Protocol = Protocol {
    name: "icmpv6",
    title: "Internet Control Message Protocol v6",
    short: "ICMPv6",
    fields: FIELDS,
    claims: &[Claim::Ip(58)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const ECHO_REQUEST: u8 = 128;
const ECHO_REPLY: u8 = 129;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (kind, code) = (bytes.u8(0)?, bytes.u8(1)?);
    d.field(&TYPE, bytes.span(0..1), kind);
    d.field(&CODE, bytes.span(1..2), code);
    // Read in either pass: both must find the same layers.
    let checksum = bytes.u16(2)?;
    d.field(&CHECKSUM, bytes.span(2..4), checksum);
    d.info(|| title(kind).map_or_else(|| format!("Type {kind}, code {code}"), str::to_owned));
    let rest = bytes.from(8);
    let mut segment = Segment::plain(Transport::Icmpv6, rest.wire_len());
    match kind {
        // Errors quote the packet they are about (§2.4 c).
        1..=4 => {
            d.segment(segment);
            d.quote();
            Ok(if rest.wire_len() == 0 { Next::End } else { Next::Claim(Claim::Named("ipv6"), rest) })
        }
        ECHO_REQUEST | ECHO_REPLY => {
            let (identifier, sequence) = (bytes.u16(4)?, bytes.u16(6)?);
            d.field(&IDENTIFIER, bytes.span(4..6), identifier);
            d.field(&SEQUENCE, bytes.span(6..8), sequence);
            let which = if kind == ECHO_REQUEST { "request" } else { "reply" };
            d.info(|| format!("Echo (ping) {which} id=0x{identifier:04x}, seq={sequence}"));
            (segment.from_port, segment.to_port, segment.asks) = (identifier, identifier, Some(kind == ECHO_REQUEST));
            d.segment(segment);
            Ok(Next::Data(rest))
        }
        // Neighbor Solicitation and Advertisement.
        135 | 136 => {
            d.segment(segment);
            if d.wants() {
                let target = Address::ipv6(bytes.array(8)?);
                d.field(&TARGET, bytes.span(8..24), target);
                let which = if kind == 135 { "Solicitation for" } else { "Advertisement" };
                d.info(|| format!("Neighbor {which} {target}"));
            }
            Ok(Next::End)
        }
        _ => {
            d.segment(segment);
            Ok(Next::End)
        }
    }
}

fn title(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "Destination Unreachable",
        2 => "Packet Too Big",
        3 => "Time Exceeded",
        4 => "Parameter Problem",
        130 => "Multicast Listener Query",
        131 => "Multicast Listener Report",
        132 => "Multicast Listener Done",
        133 => "Router Solicitation",
        134 => "Router Advertisement",
        137 => "Redirect",
        143 => "Multicast Listener Report Message v2",
        _ => return None,
    })
}
