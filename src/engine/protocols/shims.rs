//! Thin layers that wrap a packet of another protocol: IPComp (RFC 3173), TRILL (RFC 6325), MACsec (IEEE 802.1AE).
use crate::engine::dissect::{Bytes, Claim, Dissect, Dissection, Next, Problem, Protocol};

pub(super) static IPCOMP: Protocol =
    shim("ipcomp", "IP Payload Compression", "IPComp", &[Claim::Ip(108)], |_, bytes| Ok(Next::Data(bytes.from(4))));
pub(super) static TRILL: Protocol = shim("trill", "TRILL", "TRILL", &[Claim::EtherType(0x22f3)], dissect_trill);
pub(super) static MACSEC: Protocol =
    shim("macsec", "802.1AE Security tag", "MACSEC", &[Claim::EtherType(0x88e5)], dissect_macsec);

const fn shim(
    name: &'static str,
    title: &'static str,
    short: &'static str,
    claims: &'static [Claim],
    dissect: Dissect,
) -> Protocol {
    Protocol { name, title, short, fields: &[], claims, probe: None, dissect, ..Protocol::PLAIN }
}

fn dissect_trill<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // Length of the options in words of four bytes.
    let options = usize::from(bytes.u16(0)? >> 6 & 0x1f).saturating_mul(4);
    Ok(Next::Claim(Claim::Named("eth"), bytes.from(options.saturating_add(6))))
}

fn dissect_macsec<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let flags = bytes.u8(0)?;
    // With a channel identifier (bit SC) the tag has eight bytes more.
    let rest = bytes.from(if flags & 0x20 != 0 { 14 } else { 6 });
    let encrypted = flags & 0x0c != 0;
    // The integrity check value stands at the end.
    let body = rest.limit(rest.wire_len().saturating_sub(16));
    Ok(if encrypted { Next::Data(body) } else { Next::Claim(Claim::EtherTyped, body) })
}
