//! GPRS Tunnelling Protocol: user plane 3GPP TS 29.281, control plane version 1 TS 29.060; version 2 (TS 29.274) by name.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    FLAGS: Hex(2) => "gtp.flags", "Flags";
    MESSAGE: Hex(2) => "gtp.message", "Message Type";
    LENGTH: Uint => "gtp.length", "Length";
    TUNNEL: Hex(8) => "gtp.teid", "TEID";
}

pub(super) static GTP: Protocol = Protocol {
    name: "gtp",
    title: "GPRS Tunneling Protocol",
    short: "GTP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(2152), Claim::UdpPort(2123)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 8;
/// A subscriber's packet.
const USER_PACKET: u8 = 0xff;
/// Any of: extension header, sequence number, N-PDU number. Four bytes follow for all of them.
const OPTIONAL: u8 = 0x07;
const EXTENSION: u8 = 0x04;

/// Version 1 as GTP and not GTP', or version 2; with a length that is not more than there is.
fn probe(payload: &Payload<'_>) -> Verdict {
    let Some([flags, message, high, low, ..]) = payload.bytes.first_chunk::<HEADER>() else { return Verdict::NotMine };
    let known = match flags >> 5 {
        0 => flags & 0x0e == 0x0e,
        1 => flags & 0x18 == 0x10,
        2 => true,
        _ => false,
    };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let fits = payload.bytes.len() >= length || payload.bytes.len() >= 48;
    if known && fits && *message != 0 { Verdict::Possible } else { Verdict::NotMine }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (flags, message, length) = (bytes.u8(0)?, bytes.u8(1)?, usize::from(bytes.u16(2)?));
    let version = flags >> 5;
    if version == 2 {
        return Ok(Next::Claim(Claim::Named("gtpv2"), bytes));
    }
    d.field(&FLAGS, bytes.span(0..1), flags);
    d.field(&MESSAGE, bytes.span(1..2), message);
    d.field(&LENGTH, bytes.span(2..4), length);
    let tunnel = bytes.u32(4)?;
    if version == 1 {
        d.field(&TUNNEL, bytes.span(4..8), tunnel);
    }
    if message != USER_PACKET {
        return Ok(Next::End);
    }
    // Version 0 has a header of twenty bytes and no extensions (GSM 09.60 §6).
    let mut at = if version == 0 { 20 } else { HEADER };
    let whole = bytes.limit(length.saturating_add(at));
    if version == 1 && flags & OPTIONAL != 0 {
        let mut next = if flags & EXTENSION != 0 { whole.u8(11)? } else { 0 };
        at = at.saturating_add(4);
        // Each in units of four bytes, its last byte names the next.
        while next != 0 {
            let size = usize::from(whole.u8(at)?).saturating_mul(4);
            if size == 0 {
                return Err(Problem::Malformed);
            }
            at = at.saturating_add(size);
            next = whole.u8(at.saturating_sub(1))?;
        }
    }
    let rest = whole.from(at);
    // A subscriber may use PPP too; then nothing is to be told about it here.
    let packet = matches!(rest.u8(0).map(|first| first >> 4), Ok(4 | 6));
    Ok(if packet { Next::Claim(Claim::IpVersion, rest) } else { Next::End })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn inner(bytes: &[u8]) -> Option<u32> {
        let mut d = Dissection::new(Wanted::Facts);
        match dissect(&mut d, Bytes::frame(bytes, 0)) {
            Ok(Next::Claim(Claim::IpVersion, rest)) => Some(rest.start()),
            _ => None,
        }
    }

    #[test]
    fn the_packet_stands_behind_all_extension_headers() {
        assert_eq!(inner(&[0x30, 0xff, 0, 1, 0, 0, 0, 1, 0x45]), Some(8));
        assert_eq!(inner(&[0x32, 0xff, 0, 5, 0, 0, 0, 1, 0, 7, 0, 0, 0x45]), Some(12));
        let two = [0x34, 0xff, 0, 13, 0, 0, 0, 1, 0, 7, 0, 0x85, 1, 0, 0, 0xc0, 1, 0, 0, 0, 0x45];
        assert_eq!(inner(&two), Some(20));
        assert_eq!(inner(&[0x34, 0xff, 0, 13, 0, 0, 0, 1, 0, 7, 0, 0x85, 0, 0, 0, 0, 0x45]), None);
    }
}
