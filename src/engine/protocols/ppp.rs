//! Point-to-Point Protocol, RFC 1661, with or without the HDLC-like framing of RFC 1662.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    ADDRESS: Hex(2) => "ppp.address", "Address";
    CONTROL: Hex(2) => "ppp.control", "Control";
    PROTOCOL: Hex(4) => "ppp.protocol", "Protocol";
}

pub(super) static PPP: Protocol = Protocol {
    name: "ppp",
    title: "Point-to-Point Protocol",
    short: "PPP",
    fields: FIELDS,
    claims: &[PLAIN_LINK, HDLC_LINK, Claim::Gre(0x880b)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const PLAIN_LINK: Claim = Claim::Link(9);
const HDLC_LINK: Claim = Claim::Link(50);

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let first = bytes.u8(0)?;
    if d.through == PLAIN_LINK || d.through == HDLC_LINK {
        d.columns(|| ("N/A".to_owned(), "N/A".to_owned()));
        // Cisco's HDLC framing is told by its unicast and multicast addresses.
        if first == 0x0f || first == 0x8f {
            d.hide();
            return Ok(Next::Claim(Claim::Named("chdlc"), bytes));
        }
    }
    // Address and control are left out where both sides agreed to (RFC 1661 §6.6).
    let mut at = 0;
    if first == 0xff {
        d.field(&ADDRESS, bytes.span(0..1), first);
        d.field(&CONTROL, bytes.span(1..2), bytes.u8(1)?);
        at = 2;
    }
    // An odd first byte: the protocol number is compressed to one (§6.5).
    let high = bytes.u8(at)?;
    let (protocol, end) =
        if high & 1 != 0 { (u16::from(high), at.saturating_add(1)) } else { (bytes.u16(at)?, at.saturating_add(2)) };
    d.field(&PROTOCOL, bytes.span(at..end), protocol);
    Ok(Next::Claim(Claim::Ppp(protocol), bytes.from(end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn protocol(bytes: &[u8]) -> Option<Claim> {
        let mut d = Dissection::new(Wanted::Facts);
        match dissect(&mut d, Bytes::frame(bytes, u32::MAX)) {
            Ok(Next::Claim(claim, _)) => Some(claim),
            _ => None,
        }
    }

    #[test]
    fn header_fields_may_be_compressed() {
        let ip = Some(Claim::Ppp(0x21));
        assert_eq!(protocol(&[0xff, 0x03, 0x00, 0x21]), ip);
        assert_eq!(protocol(&[0xff, 0x03, 0x21]), ip);
        assert_eq!(protocol(&[0x00, 0x21]), ip);
        assert_eq!(protocol(&[0x21]), ip);
        assert_eq!(protocol(&[0xff]), None);
    }
}
