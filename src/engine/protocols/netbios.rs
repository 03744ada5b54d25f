//! NetBIOS frames over LLC, IBM "LAN Technical Reference: 802.2 and NetBIOS APIs".
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    COMMAND: Hex(2) => "netbios.command", "Command";
}

pub(super) static NETBIOS: Protocol = Protocol {
    name: "netbios",
    title: "NetBIOS",
    short: "NetBIOS",
    fields: FIELDS,
    claims: &[Claim::Sap(0xf0)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Second field of every header, little endian on the wire.
const SIGNATURE: u16 = 0xefff;
/// Commands up to here carry no user data.
const LAST_WITHOUT_DATA: u8 = 0x0e;
const DATA_FIRST_MIDDLE: u8 = 0x15;
const DATA_ONLY_LAST: u8 = 0x16;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let length = usize::from(bytes.u16_le(0)?);
    if bytes.u16_le(2)? != SIGNATURE {
        return Ok(Next::End);
    }
    let command = bytes.u8(4)?;
    d.field(&COMMAND, bytes.span(4..5), command);
    Ok(match command {
        0x08 | 0x09 | DATA_FIRST_MIDDLE | DATA_ONLY_LAST => Next::Data(bytes.from(length)),
        0..=LAST_WITHOUT_DATA => Next::End,
        _ => Next::End,
    })
}
