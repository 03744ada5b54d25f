//! Attributes of transforms and configurations.
use super::*;

/// A family of attributes: how its parts are called, its types, and the values that are known.
pub struct Attributes {
    /// The line, format, type, length and value.
    parts: [&'static Field; 5],
    names: Names,
    known: &'static [(u16, &'static Field, Names)],
}

pub static NEGOTIATED1: Attributes = Attributes {
    parts: [&ATTRIBUTE1, &FORMAT1, &TYPE1, &LENGTH1, &VALUE1],
    names: ATTRIBUTES1,
    known: &[
        (1, &CIPHER1, CIPHERS1),
        (2, &HASH1, HASHES),
        (3, &METHOD1, METHODS1),
        (4, &GROUP1, GROUPS),
        (11, &LIFE1, LIVES),
        (12, &DURATION1, ""),
        (14, &KEY_LENGTH1, ""),
    ],
};
pub static NEGOTIATED_IPSEC: Attributes = Attributes {
    parts: [&ATTRIBUTE_IPSEC, &FORMAT_IPSEC, &TYPE_IPSEC, &LENGTH_IPSEC, &VALUE_IPSEC],
    names: IPSEC_ATTRIBUTES,
    known: &[
        (1, &LIFE_IPSEC, LIVES),
        (2, &DURATION_IPSEC, ""),
        (3, &GROUP_IPSEC, GROUPS),
        (4, &MODE_IPSEC, MODES),
        (5, &AUTH_IPSEC, IPSEC_AUTHENTICATIONS),
        (6, &KEY_LENGTH_IPSEC, ""),
        (11, &ESN_IPSEC, ""),
    ],
};
pub static NEGOTIATED2: Attributes = Attributes {
    parts: [&ATTRIBUTE2, &FORMAT2, &TYPE2, &LENGTH2, &VALUE2],
    names: "14=Key Length",
    known: &[(14, &KEY_LENGTH2, "")],
};
pub static CONFIGURATION: Attributes = Attributes {
    parts: [&ATTRIBUTE_CFG, &FORMAT_CFG, &TYPE_CFG, &LENGTH_CFG, &VALUE_CFG],
    names: SETTINGS,
    known: &[(1, &CFG_ADDRESS4, ""), (2, &CFG_NETMASK4, ""), (3, &CFG_DNS4, ""), (4, &CFG_NBNS4, "")],
};

/// Attributes: with a value of two bytes, or with a length and so many (RFC 2408 §3.3).
pub fn attributes(d: &mut Dissection, bytes: &Bytes<'_>, family: &'static Attributes) -> Result<(), Problem> {
    let ([line, format, kind, length, value], mut rest) = (family.parts, *bytes);
    while rest.wire_len() >= 4 {
        let (code, second) = (rest.u16(0)?, usize::from(rest.u16(2)?));
        let short = code & 0x8000 != 0;
        let size = if short { 2 } else { second };
        let (number, start) = (code & 0x7fff, if short { 2 } else { 4 });
        let end = size.saturating_add(start);
        let name = name_of(family.names, number.into());
        let at = d.fields.len();
        d.label(line, rest.span(0..end), || format!("{} (t={number},l={size}): {name}", line.title()));
        d.nest(|d| {
            d.read_layout(
                &rest,
                0,
                &[
                    Peek(format, 2, 0x8000, "Type/Length/Value (TLV)|Type/Value (TV)"),
                    Peek(kind, 2, 0x7fff, family.names),
                ],
            )?;
            if !short {
                d.read(length, &rest, 2..4)?;
            }
            d.read_layout(&rest.limit(end), start, &[Is(value, 0, "")])?;
            let known = family.known.iter().find(|(code, ..)| *code == number && size > 0);
            if let Some((_, field, names)) = known.filter(|(_, field, _)| field.kind != Kind::Uint || size <= 8) {
                d.read_layout(&rest.limit(end), start, &[Is(field, 0, names)])?;
            }
            Ok(())
        })?;
        let told = d.fields.last().map(|found| found.note.as_deref().map_or_else(|| found.text(), str::to_owned));
        if let (Some(found), Some(told)) = (d.fields.get_mut(at).filter(|_| size > 0), told) {
            found.note = Some(format!("{} (t={number},l={size}): {name}: {told}", line.title()).into());
        }
        rest = rest.from(end);
    }
    Ok(())
}
