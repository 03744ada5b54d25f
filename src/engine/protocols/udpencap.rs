//! IPsec packets in UDP, RFC 3948.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol};

pub(super) static UDPENCAP: Protocol = Protocol {
    name: "udpencap",
    title: "UDP Encapsulation of IPsec Packets",
    short: "UDPENCAP",
    fields: &[],
    claims: &[Claim::UdpPort(4500)],
    probe: None,
    dissect,
};

/// Where ESP has its index, which is never zero: key exchange follows.
const NOT_ESP: u32 = 0;
const KEEP_ALIVE: u8 = 0xff;

fn dissect<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.wire_len() == 1 && bytes.u8(0)? == KEEP_ALIVE {
        return Ok(Next::End);
    }
    if bytes.u32(0)? == NOT_ESP {
        return Ok(Next::Claim(Claim::Named("isakmp"), bytes.from(4)));
    }
    Ok(Next::Claim(Claim::Named("esp"), bytes))
}
