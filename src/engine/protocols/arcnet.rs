//! ARCNET with the packet types of RFC 1201 and RFC 1051; as Linux and as BSD hand it to captures.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    SOURCE: Hex(2) => "arcnet.src", "Source";
    DESTINATION: Hex(2) => "arcnet.dst", "Dest";
    OFFSET: Hex(4) => "arcnet.offset", "Offset";
    PROTOCOL: Hex(2) => "arcnet.protID", "Protocol ID";
    SPLIT: Uint => "arcnet.split_flag", "Split Flag";
    SEQUENCE: Uint => "arcnet.sequence", "Sequence Number";
}

pub(super) static ARCNET: Protocol = Protocol {
    name: "arcnet",
    title: "ARCNET",
    short: "ARCNET",
    fields: FIELDS,
    claims: &[Claim::Link(7), LINUX],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// With two bytes of offset between addresses and protocol.
const LINUX: Claim = Claim::Link(129);
/// A split flag of this value: four bytes of header repeat with the true flag (RFC 1201, "exception packets").
const EXCEPTION: u8 = 0xff;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (source, destination) = (bytes.u8(0)?, bytes.u8(1)?);
    let mut at: usize = if d.through == LINUX { 4 } else { 2 };
    let protocol = bytes.u8(at)?;
    if d.wants() {
        d.field(&SOURCE, bytes.span(0..1), source);
        d.field(&DESTINATION, bytes.span(1..2), destination);
        d.columns(|| (format!("0x{source:02x}"), format!("0x{destination:02x}")));
        if at == 4 {
            d.field(&OFFSET, bytes.span(2..4), bytes.u16(2)?);
        }
        d.field(&PROTOCOL, bytes.span(at..at.saturating_add(1)), protocol);
    }
    at = at.saturating_add(1);
    // RFC 1051's types and BACnet's have neither split flag nor sequence number.
    if !matches!(protocol, 0xf0 | 0xf1 | 0xcd) {
        let mut split = bytes.u8(at)?;
        if split == EXCEPTION {
            at = at.saturating_add(4);
            split = bytes.u8(at)?;
        }
        let end = at.saturating_add(3);
        if d.wants() {
            let sequence = at.saturating_add(1);
            d.field(&SPLIT, bytes.span(at..sequence), split);
            d.field(&SEQUENCE, bytes.span(sequence..end), bytes.u16(sequence)?);
        }
        at = end;
    }
    let rest = bytes.from(at);
    let claim = match protocol {
        0xd4 | 0xf0 => Claim::EtherType(0x0800),
        0xd5 | 0xf1 => Claim::EtherType(0x0806),
        0xd6 => Claim::EtherType(0x8035),
        0xc4 => Claim::EtherType(0x86dd),
        0xcd => Claim::Llc,
        0xdd => Claim::Named("ddp"),
        0xfa => Claim::Named("ipx"),
        _ => return Ok(Next::Data(rest)),
    };
    Ok(Next::Claim(claim, rest))
}
