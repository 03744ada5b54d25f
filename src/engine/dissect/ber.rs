//! ASN.1 basic encoding rules, ITU-T X.690: tags and lengths, as far as LDAP, SNMP and Kerberos need them.
use super::{Bytes, Problem};

/// Tag byte and content of an element.
#[derive(Clone, Copy, Debug)]
pub struct Element<'p> {
    pub tag: u8,
    pub content: Bytes<'p>,
    /// Bytes of content as the element says itself, there or not.
    pub length: usize,
}

pub const INTEGER: u8 = 0x02;
pub const OCTET_STRING: u8 = 0x04;
pub const OBJECT: u8 = 0x06;
pub const ENUMERATED: u8 = 0x0a;
pub const SEQUENCE: u8 = 0x30;

/// Reads the element at the front of `bytes`; also what follows it.
/// # Errors
/// When the length is not there or indefinite; content that the capture cut off is no error.
pub fn element<'p>(bytes: &Bytes<'p>) -> Result<(Element<'p>, Bytes<'p>), Problem> {
    let (tag, first) = (bytes.u8(0)?, bytes.u8(1)?);
    let (at, length) = match first {
        0..=0x7f => (2, u32::from(first)),
        0x81 => (3, u32::from(bytes.u8(2)?)),
        0x82 => (4, u32::from(bytes.u16(2)?)),
        0x83 => (5, bytes.u24(2)?),
        0x84 => (6, bytes.u32(2)?),
        _ => return Err(Problem::Malformed),
    };
    // High tag numbers are not used by these protocols.
    if tag & 0x1f == 0x1f {
        return Err(Problem::Malformed);
    }
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    Ok((Element { tag, content: bytes.from(at).limit(length), length }, bytes.from(at.saturating_add(length))))
}

/// The same, when the element has this tag.
/// # Errors
/// When it has another, too.
pub fn expect<'p>(bytes: &Bytes<'p>, tag: u8) -> Result<(Bytes<'p>, Bytes<'p>), Problem> {
    let (found, rest) = element(bytes)?;
    if found.tag == tag { Ok((found.content, rest)) } else { Err(Problem::Malformed) }
}

/// An INTEGER or ENUMERATED of up to four bytes; also what follows it.
/// # Errors
/// When there is none.
pub fn integer<'p>(bytes: &Bytes<'p>) -> Result<(u32, Bytes<'p>), Problem> {
    let (found, rest) = element(bytes)?;
    let content = found.content.all();
    if !matches!(found.tag, INTEGER | ENUMERATED) || found.content.is_cut() || content.is_empty() || content.len() > 5 {
        return Err(Problem::Malformed);
    }
    Ok((content.iter().fold(0, |value: u32, &byte| value.wrapping_shl(8) | u32::from(byte)), rest))
}
