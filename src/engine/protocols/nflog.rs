//! Linux netfilter log (LINKTYPE_NFLOG), <https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html>.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    FAMILY: Uint => "nflog.family", "Family";
    VERSION: Uint => "nflog.version", "Version";
    RESOURCE: Uint => "nflog.res_id", "Resource id";
}

pub(super) static NFLOG: Protocol = Protocol {
    name: "nflog",
    title: "Linux Netfilter NFLOG",
    short: "NFLOG",
    fields: FIELDS,
    claims: &[Claim::Link(239)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Attribute type of the packet itself.
const PAYLOAD: u16 = 9;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (family, version, resource) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u16(2)?);
    d.field(&FAMILY, bytes.span(0..1), family);
    d.field(&VERSION, bytes.span(1..2), version);
    d.field(&RESOURCE, bytes.span(2..4), resource);
    // Attributes of length and type in the byte order of the machine, padded to four bytes.
    let mut at = 4_usize;
    while let (Ok(length), Ok(kind)) = (bytes.u16_le(at), bytes.u16_le(at.saturating_add(2))) {
        let (length, kind) = if length > 0x00ff && kind > 0x00ff { (length.swap_bytes(), kind.swap_bytes()) } else { (length, kind) };
        let length = usize::from(length);
        if length < 4 {
            return Err(Problem::Malformed);
        }
        if kind & 0x7fff == PAYLOAD {
            d.hide();
            let payload = bytes.from(at).limit(length).from(4);
            return Ok(match family {
                2 => Next::Claim(Claim::EtherType(0x0800), payload),
                10 => Next::Claim(Claim::EtherType(0x86dd), payload),
                _ => Next::Data(payload),
            });
        }
        at = at.saturating_add(length.next_multiple_of(4));
    }
    Ok(Next::End)
}
