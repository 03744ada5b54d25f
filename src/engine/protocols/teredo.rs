//! Teredo: IPv6 through NATs over UDP, RFC 4380.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    ORIGIN_PORT: Uint => "teredo.orig.port", "Origin UDP port";
}

pub(super) static TEREDO: Protocol = Protocol {
    name: "teredo",
    title: "Teredo IPv6 over UDP tunneling",
    short: "Teredo",
    fields: FIELDS,
    claims: &[Claim::UdpPort(3544)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const AUTHENTICATION: u16 = 0x0001;
const ORIGIN: u16 = 0x0000;

fn probe(payload: &Payload<'_>) -> Verdict {
    let reversed = |bytes: &[u8]| {
        let frame = Bytes::frame(bytes, 0);
        let at = headers(&frame).ok()?.0;
        // An IPv6 packet whose length is right, or one that the capture cut.
        let first = frame.u8(at).ok()?;
        let length = usize::from(frame.u16(at.saturating_add(4)).ok()?);
        let there = frame.from(at).len();
        (first >> 4 == 6 && length.saturating_add(40) <= there.max(1280)).then_some(())
    };
    if reversed(payload.bytes).is_some() { Verdict::Possible } else { Verdict::NotMine }
}

/// Where the packet begins, and where the origin's port stands.
fn headers(bytes: &Bytes<'_>) -> Result<(usize, Option<usize>), Problem> {
    let mut at = 0_usize;
    let mut origin = None;
    if bytes.u16(at)? == AUTHENTICATION {
        let (client, value) = (bytes.u8(2)?, bytes.u8(3)?);
        at = usize::from(client).saturating_add(usize::from(value)).saturating_add(13);
    }
    if bytes.u16(at)? == ORIGIN {
        origin = Some(at.saturating_add(2));
        at = at.saturating_add(8);
    }
    Ok((at, origin))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (at, origin) = headers(&bytes)?;
    if let Some(port) = origin {
        // Address and port are written with all bits turned over.
        d.field(&ORIGIN_PORT, bytes.span(port..port.saturating_add(2)), !bytes.u16(port)?);
    }
    Ok(Next::Claim(Claim::IpVersion, bytes.from(at)))
}
