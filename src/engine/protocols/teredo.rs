//! Teredo: IPv6 through NATs over UDP, RFC 4380.
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Reader, Verdict, fields,
};

fields! {
    AUTHENTICATED: Label => "teredo.auth", "Teredo Authentication header";
    ORIGINATED: Label => "teredo.orig", "Teredo Origin Indication header";
    ORIGIN_PORT: Uint => "teredo.orig.port", "Origin UDP port";
    ORIGIN_ADDRESS: Address => "teredo.orig.addr", "Origin IPv4 address";
    CLIENT_LENGTH: Uint => "teredo.auth.idlen", "Client identifier length";
    VALUE_LENGTH: Uint => "teredo.auth.aulen", "Authentication value length";
    CLIENT: Bytes => "teredo.auth.id", "Client identifier";
    VALUE: Bytes => "teredo.auth.value", "Authentication value";
    NONCE: Bytes => "teredo.auth.nonce", "Nonce value";
    CONFIRMATION: Bytes => "teredo.auth.conf", "Confirmation byte";
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
    if d.wants() && bytes.u16(0)? == AUTHENTICATION {
        let mut r = Reader::new(bytes, 2);
        let end = origin.map_or(at, |port| port.saturating_sub(2));
        d.label(&AUTHENTICATED, bytes.span(0..end), || "Teredo Authentication header".to_owned());
        d.nest(|d| -> Result<(), Problem> {
            let (client, value) = (r.number(d, &CLIENT_LENGTH, 1)?, r.number(d, &VALUE_LENGTH, 1)?);
            for (field, size) in [(&CLIENT, client), (&VALUE, value), (&NONCE, 8), (&CONFIRMATION, 1)] {
                if size > 0 {
                    r.field(d, field, usize::try_from(size).unwrap_or_default())?;
                }
            }
            Ok(())
        })?;
    }
    if let Some(port) = origin {
        // Address and port are written with all bits turned over.
        let (start, address) = (port.saturating_sub(2), port.saturating_add(2));
        d.label(&ORIGINATED, bytes.span(start..at), || "Teredo Origin Indication header".to_owned());
        d.nest(|d| -> Result<(), Problem> {
            d.field(&ORIGIN_PORT, bytes.span(port..address), !bytes.u16(port)?);
            let octets = bytes.array::<4>(address)?.map(|octet: u8| !octet);
            d.field(&ORIGIN_ADDRESS, bytes.span(address..at), Address::ipv4(octets));
            Ok(())
        })?;
    }
    Ok(Next::Claim(Claim::IpVersion, bytes.from(at)))
}
