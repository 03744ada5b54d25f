//! Internet Control Message Protocol, RFC 792.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Segment, Transport, fields};

fields! {
    TYPE: Uint => "icmp.type", "Type";
    CODE: Uint => "icmp.code", "Code";
    CHECKSUM: Hex(4) => "icmp.checksum", "Checksum";
    IDENTIFIER: Uint => "icmp.ident", "Identifier (BE)";
    SEQUENCE: Uint => "icmp.seq", "Sequence Number (BE)";
}

pub(super) static ICMP: Protocol = Protocol {
    name: "icmp",
    title: "Internet Control Message Protocol",
    short: "ICMP",
    fields: FIELDS,
    claims: &[Claim::Ip(1)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 8;
const ECHO_REPLY: u8 = 0;
const ECHO: u8 = 8;
/// The longest original datagram before the extensions of RFC 4884 may follow.
const QUOTE_WITH_EXTENSIONS: usize = 128;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (kind, code) = (bytes.u8(0)?, bytes.u8(1)?);
    d.field(&TYPE, bytes.span(0..1), kind);
    d.field(&CODE, bytes.span(1..2), code);
    // Read in either pass: both must find the same layers.
    let checksum = bytes.u16(2)?;
    d.field(&CHECKSUM, bytes.span(2..4), checksum);
    d.info(|| title(kind, code));
    let rest = bytes.from(HEADER);
    let mut segment = Segment::plain(Transport::Icmp, rest.wire_len());
    match kind {
        ECHO | ECHO_REPLY => {
            let (identifier, sequence) = (bytes.u16(4)?, bytes.u16(6)?);
            d.field(&IDENTIFIER, bytes.span(4..6), identifier);
            d.field(&SEQUENCE, bytes.span(6..8), sequence);
            let which = if kind == ECHO { "request" } else { "reply" };
            d.info(|| format!("Echo (ping) {which}  id=0x{identifier:04x}, seq={sequence}/{}", sequence.swap_bytes()));
            (segment.from_port, segment.to_port, segment.asks) = (identifier, identifier, Some(kind == ECHO));
            d.segment(segment);
            Ok(Next::Data(rest))
        }
        // Destination unreachable, source quench, redirect, time exceeded, parameter problem: they quote the packet they are about.
        3 | 4 | 5 | 11 | 12 => {
            d.segment(segment);
            d.quote();
            // RFC 4884: length of the quotation in 32-bit words; extensions stand behind it.
            let words = usize::from(bytes.u8(5)?);
            let quoted = words.saturating_mul(4);
            let rest = if kind != 5 && quoted >= QUOTE_WITH_EXTENSIONS { rest.limit(quoted) } else { rest };
            Ok(if rest.wire_len() == 0 { Next::End } else { Next::Claim(Claim::Named("ip"), rest) })
        }
        _ => {
            d.segment(segment);
            Ok(Next::End)
        }
    }
}

fn title(kind: u8, code: u8) -> String {
    let text = match (kind, code) {
        (3, 0) => "Destination unreachable (Network unreachable)",
        (3, 1) => "Destination unreachable (Host unreachable)",
        (3, 2) => "Destination unreachable (Protocol unreachable)",
        (3, 3) => "Destination unreachable (Port unreachable)",
        (3, 4) => "Destination unreachable (Fragmentation needed)",
        (3, 9) => "Destination unreachable (Network administratively prohibited)",
        (3, 10) => "Destination unreachable (Host administratively prohibited)",
        (3, 13) => "Destination unreachable (Communication administratively filtered)",
        (3, _) => "Destination unreachable",
        (4, _) => "Source quench (flow control)",
        (5, 0) => "Redirect             (Redirect for network)",
        (5, 1) => "Redirect             (Redirect for host)",
        (5, _) => "Redirect",
        (9, _) => "Mobile IP Advertisement",
        (10, _) => "Router solicitation",
        (11, 0) => "Time-to-live exceeded (Time to live exceeded in transit)",
        (11, 1) => "Time-to-live exceeded (Fragment reassembly time exceeded)",
        (12, _) => "Parameter problem",
        (13, _) => "Timestamp request",
        (14, _) => "Timestamp reply",
        (15, _) => "Information request",
        (16, _) => "Information reply",
        (17, _) => "Address mask request",
        (18, _) => "Address mask reply",
        _ => return format!("Type {kind}, code {code}"),
    };
    text.to_owned()
}
