//! Google's QUIC before the IETF's, versions Q001 to Q043 ("QUIC Wire Layout Specification", 2016) and Q046.
use crate::api::NameFrom;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Named, Next, Payload, Problem, Protocol, Transport, Verdict, fields,
};

fields! {
    FLAGS: Hex(2) => "gquic.puflags", "Public Flags";
    CID: Uint => "gquic.cid", "CID";
    VERSION: Text => "gquic.version", "Version";
    NUMBER: Uint => "gquic.packet_number", "Packet Number";
    TAG: Text => "gquic.tag", "Tag";
    SNI: Text => "gquic.tag.sni", "Server Name Indication";
}

pub(super) static GQUIC: Protocol = Protocol {
    name: "gquic",
    title: "GQUIC (Google Quick UDP Internet Connections)",
    short: "GQUIC",
    fields: FIELDS,
    claims: &[Claim::UdpPort(80)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const HAS_VERSION: u8 = 0x01;
const HAS_CID: u8 = 0x08;
const RESERVED: u8 = 0x80;
const LONG_FORM: u8 = 0xc0;

/// `Q043`: three digits.
fn is_version(version: [u8; 4]) -> bool {
    let [q, digits @ ..] = version;
    matches!(q, b'Q' | b'T') && digits.iter().all(u8::is_ascii_digit)
}

/// Where the version stands, and where the connection id does: behind the flags, or as the IETF has it (Q044 on).
fn places(bytes: &[u8]) -> Option<(usize, usize)> {
    let &[flags, .., w, x, y, z] = bytes.first_chunk::<13>()?;
    if flags & (HAS_VERSION | HAS_CID | RESERVED) == HAS_VERSION | HAS_CID && is_version([w, x, y, z]) {
        return Some((9, 1));
    }
    let &[first, a, b, c, d, 0x50, ..] = bytes.first_chunk::<14>()? else { return None };
    (first & LONG_FORM == LONG_FORM && is_version([a, b, c, d])).then_some((1, 6))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    let is_udp = payload.transport == Transport::Udp;
    if is_udp && places(payload.bytes).is_some() { Verdict::Certain } else { Verdict::NotMine }
}

/// Numbers were little endian up to Q038; of a connection whose version was not seen they are taken for those of a later one.
fn is_big_endian(version: u16) -> bool {
    version == 0 || version >= 39
}

/// The connection id, a number as all others.
fn connection_id(bytes: &Bytes<'_>, at: usize, version: u16) -> Result<u64, Problem> {
    let id = bytes.u64(at)?;
    Ok(if is_big_endian(version) { id } else { id.swap_bytes() })
}

/// The public header's connection id and packet number, and where what follows stands. The server may leave the id out, and both
/// know the version by then. Up to Q032 two bits told the id's length; then the lower one became the mark of a server's nonce, and
/// clients went on setting both.
fn header(bytes: &Bytes<'_>, version: u16, from_client: bool) -> Result<(Option<u64>, u64, usize), Problem> {
    const HAS_NONCE: u8 = 0x04;
    const NONCE_FROM: u16 = 33;
    let flags = bytes.u8(0)?;
    let mut at = 1_usize;
    let mut cid = None;
    if flags & HAS_CID != 0 {
        cid = Some(connection_id(bytes, at, version)?);
        at = 9;
    }
    if flags & HAS_VERSION != 0 {
        at = at.saturating_add(4);
    } else if flags & HAS_NONCE != 0 && !from_client && !(1..NONCE_FROM).contains(&version) {
        at = at.saturating_add(32);
    }
    let size = [1, 2, 4, 6].get(usize::from(flags >> 4 & 3)).copied().unwrap_or(1);
    let end = at.saturating_add(size);
    let number = bytes.take(at..end)?;
    let add = |value: u64, &byte: &u8| value.wrapping_shl(8) | u64::from(byte);
    let number = if is_big_endian(version) { number.iter().fold(0, add) } else { number.iter().rev().fold(0, add) };
    Ok((cid, number, end))
}

/// A handshake message in clear: what stands behind the code of authentication is a piece of stream that begins with its tag.
fn message<'p>(bytes: &Bytes<'p>, at: usize) -> Option<(&'static str, Bytes<'p>)> {
    const STREAM: u8 = 0x80;
    const HAS_LENGTH: u8 = 0x20;
    const CODE: usize = 12;
    let start = at.checked_add(CODE)?;
    // Up to Q033 another byte of flags stands in front.
    [start, start.checked_add(1)?].into_iter().find_map(|at| {
        let kind = bytes.u8(at).ok().filter(|kind| kind & STREAM != 0)?;
        let id = usize::from(kind & 3).checked_add(1)?;
        let offset = match usize::from(kind >> 2 & 7) {
            0 => 0,
            more => more.checked_add(1)?,
        };
        let length = if kind & HAS_LENGTH == 0 { 0 } else { 2 };
        let body = bytes.from(at.checked_add(1)?.checked_add(id)?.checked_add(offset)?.checked_add(length)?);
        let name = match body.take(0..4).ok()? {
            b"CHLO" => "Client Hello",
            b"SHLO" => "Server Hello",
            b"REJ\0" => "Rejection",
            _ => return None,
        };
        Some((name, body))
    })
}

/// Whom a client asks for: the values stand behind the tags, each tag with where its value ends.
fn server_name(body: &Bytes<'_>) -> Option<String> {
    let le = |at: usize| body.u32_le(at).ok().and_then(|value| usize::try_from(value).ok());
    let count = usize::from(body.u16_le(4).ok()?);
    let values = count.checked_mul(8)?.checked_add(8)?;
    let mut from = 0;
    for at in (8..values).step_by(8) {
        let end = le(at.checked_add(4)?)?;
        if body.take(at..at.checked_add(4)?).ok()? == b"SNI\0" {
            let name = body.take(values.checked_add(from)?..values.checked_add(end)?).ok()?;
            return std::str::from_utf8(name).ok().filter(|name| !name.is_empty()).map(str::to_owned);
        }
        from = end;
    }
    None
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let flags = bytes.u8(0)?;
    let places = places(bytes.all());
    let version = places.and_then(|(at, _)| bytes.array::<4>(at).ok());
    if let Some([_, digits @ ..]) = version {
        d.remember(
            digits.iter().fold(0, |number, digit| number.wrapping_mul(10).wrapping_add(u16::from(digit & 0x0f))),
        );
    }
    let is_long = flags & LONG_FORM == LONG_FORM;
    let header = if is_long { Err(Problem::Malformed) } else { header(&bytes, d.memory(), !d.from_server(&[443, 80])) };
    let said = header.ok().and_then(|(_, _, at)| message(&bytes, at));
    let name = said.as_ref().and_then(|(_, body)| server_name(body));
    if let Some(name) = &name {
        d.names.push(Named::Server(NameFrom::Sni, name.clone()));
    }
    if !d.wants() {
        return if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) };
    }
    d.field(&FLAGS, bytes.span(0..1), flags);
    let mut info = said.as_ref().map_or("Payload (Encrypted)", |(name, _)| name).to_owned();
    let mut cid = header.ok().and_then(|(cid, _, _)| cid);
    if let (Some((version_at, cid_at)), Some(version)) = (places, version) {
        let id = connection_id(&bytes, cid_at, d.memory())?;
        cid = Some(id);
        d.field(&CID, bytes.span(cid_at..cid_at.saturating_add(8)), id);
        let text = String::from_utf8_lossy(&version).into_owned();
        d.field(&VERSION, bytes.span(version_at..version_at.saturating_add(4)), text);
    } else if let Some(id) = cid {
        d.field(&CID, bytes.span(1..9), id);
    }
    if let Ok((_, number, end)) = header {
        d.field(&NUMBER, bytes.span(end.saturating_sub(1)..end), number);
        info = format!("{info}, PKN: {number}");
    }
    if let Some((_, body)) = &said {
        let tag = body.take(0..4)?.iter().map(|&byte| char::from(byte)).filter(|&c| c != '\0').collect::<String>();
        d.field(&TAG, body.span(0..4), tag);
        if let Some(name) = name {
            d.generated(&SNI, body.span(0..body.len()), name);
        }
    }
    if let Some(cid) = cid {
        info = format!("{info}, CID: {cid}");
    }
    d.info(|| info);
    if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn numbers_turn_with_the_version() {
        let cases = [(*b"Q025", 0x0100_0000_0000_0000_u64, 256), (*b"Q038", 0x0100_0000_0000_0000, 256), (*b"Q043", 1, 1)];
        for (version, cid, number) in cases {
            let bytes = [&[0x19, 0, 0, 0, 0, 0, 0, 0, 1][..], &version, &[0, 1], &[7; 30]].concat();
            let mut d = Dissection::new(Wanted::Everything);
            assert!(dissect(&mut d, Bytes::frame(&bytes, 0)).is_ok());
            assert_eq!(d.info_text(), format!("Payload (Encrypted), PKN: {number}, CID: {cid}"));
        }
    }

    #[test]
    fn only_a_server_of_later_versions_sends_a_nonce() {
        let bytes = [&[0x0c, 1, 0, 0, 0, 0, 0, 0, 0, 2][..], &[7; 50]].concat();
        for (version, from_client, number) in [(25, true, 2), (25, false, 2), (35, true, 2), (35, false, 7), (0, false, 7)] {
            let found = header(&Bytes::frame(&bytes, 0), version, from_client);
            assert!(matches!(found, Ok((_, found, _)) if found == number), "Q{version}: {found:?}");
        }
    }
}
