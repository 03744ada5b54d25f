//! Controller Area Network as SocketCAN captures it (LINKTYPE_CAN_SOCKETCAN), ISO 11898-1.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    IDENTIFIER: Hex(8) => "can.id", "Identifier";
    LENGTH: Uint => "can.len", "Length";
}

pub(super) static CAN: Protocol = Protocol {
    name: "can",
    title: "Controller Area Network",
    short: "CAN",
    fields: FIELDS,
    claims: &[Claim::Link(227)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

pub(super) static CAN_FD: Protocol = Protocol {
    name: "canfd",
    title: "Controller Area Network FD",
    short: "CANFD",
    fields: &[],
    claims: &[],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 8;
/// In the identifier: an error message, a request without data.
const ERROR: u32 = 0x2000_0000;
const REMOTE: u32 = 0x4000_0000;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // In a cooked capture the identifier keeps the machine's byte order.
    let raw = d.through == Claim::Link(227);
    let (identifier, length) = (if raw { bytes.u32(0)? } else { bytes.u32_le(0)? }, bytes.u8(4)?);
    d.field(&IDENTIFIER, bytes.span(0..4), identifier & 0x1fff_ffff);
    d.field(&LENGTH, bytes.span(4..5), length);
    if identifier & (ERROR | REMOTE) != 0 {
        return Ok(Next::End);
    }
    Ok(Next::Data(bytes.from(HEADER).limit(usize::from(length))))
}
