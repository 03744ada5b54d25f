//! Juniper's packet metadata before Ethernet (LINKTYPE_JUNIPER_ETHER), <https://www.tcpdump.org/linktypes.html>.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    MAGIC: Hex(6) => "juniper.magic-number", "Magic Number";
}

pub(super) static JUNIPER: Protocol = Protocol {
    name: "juniper",
    title: "Juniper",
    short: "Juniper",
    fields: FIELDS,
    claims: &[Claim::Link(178)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const MAGIC_NUMBER: u32 = 0x4d_4743;
const NO_LINK_HEADER: u8 = 0x02;
const EXTENSIONS: u8 = 0x80;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (magic, flags) = (bytes.u24(0)?, bytes.u8(3)?);
    d.field(&MAGIC, bytes.span(0..3), magic);
    if magic != MAGIC_NUMBER {
        return Ok(Next::End);
    }
    let mut at = 4_usize;
    if flags & EXTENSIONS != 0 {
        at = at.saturating_add(2).saturating_add(usize::from(bytes.u16(4)?));
    }
    if flags & NO_LINK_HEADER != 0 {
        return Ok(Next::Claim(Claim::IpVersion, bytes.from(at.saturating_add(4))));
    }
    Ok(Next::Claim(Claim::Named("eth"), bytes.from(at)))
}
