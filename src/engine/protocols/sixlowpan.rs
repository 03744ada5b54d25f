//! IPv6 over IEEE 802.15.4: RFC 4944; compressed headers (RFC 6282) by name only.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    DISPATCH: Hex(2) => "6lowpan.pattern", "Pattern";
}

pub(super) static SIXLOWPAN: Protocol = Protocol {
    name: "6lowpan",
    title: "IPv6 over Low power Wireless Personal Area Networks",
    short: "6LoWPAN",
    fields: FIELDS,
    claims: &[Claim::EtherType(0xa0ed)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const UNCOMPRESSED: u8 = 0x41;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let dispatch = bytes.u8(0)?;
    d.field(&DISPATCH, bytes.span(0..1), dispatch);
    Ok(if dispatch == UNCOMPRESSED { Next::Claim(Claim::EtherType(0x86dd), bytes.from(1)) } else { Next::End })
}
