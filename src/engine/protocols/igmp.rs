//! Internet Group Management Protocol, RFC 3376, and the others that share its protocol number.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    TYPE: Hex(2) => "igmp.type", "Type";
    CHECKSUM: Hex(4) => "igmp.checksum", "Checksum";
    GROUP: Address => "igmp.maddr", "Multicast Address";
}

pub(super) static IGMP: Protocol = Protocol {
    name: "igmp",
    title: "Internet Group Management Protocol",
    short: "IGMP",
    fields: FIELDS,
    claims: &[NUMBERED],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const NUMBERED: Claim = Claim::Ip(2);
/// Where routers and switches talk RGMP (RFC 3488 §2).
const RGMP_GROUP: [u8; 4] = [224, 0, 0, 25];

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let kind = bytes.u8(0)?;
    // The common header and the message are layers each, as Wireshark has them.
    if d.through == NUMBERED {
        d.field(&TYPE, bytes.span(0..1), kind);
        let to_switches = d.pairs.last().is_some_and(|(_, to, _)| *to == Address::ipv4(RGMP_GROUP));
        let name = match kind {
            0x11 | 0x12 | 0x16 | 0x17 | 0x1e | 0x1f | 0x22 => "igmp",
            0x13 => "dvmrp",
            0x14 => "pim",
            0x40..=0x42 => "igap",
            0xfc..=0xff if to_switches => "rgmp",
            _ => return Ok(Next::End),
        };
        return Ok(Next::Claim(Claim::Named(name), bytes));
    }
    if d.wants() {
        d.field(&CHECKSUM, bytes.span(2..4), bytes.u16(2)?);
        if kind != 0x22 {
            d.field(&GROUP, bytes.span(4..8), Address::ipv4(bytes.array(4)?));
        }
    }
    Ok(Next::End)
}
