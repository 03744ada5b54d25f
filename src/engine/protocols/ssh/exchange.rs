//! Key exchanges in clear: what the parties offer, their keys and signatures.
use super::*;
use crate::engine::dissect::{Field, Kind};
use md5::{Digest, Md5};

/// Names in the order of preference: key exchange, host key, ciphers, MACs and compression of both directions.
pub type Offer = [String; 8];

/// How the parties agree on a key: what the messages 30 to 34 mean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Plain,
    Group,
    Curve,
}

impl Method {
    pub fn of(name: &str) -> Self {
        match name {
            _ if name.starts_with("diffie-hellman-group-exchange") => Self::Group,
            _ if ["ecdh-", "curve25519-", "curve448-"].iter().any(|start| name.starts_with(start)) => Self::Curve,
            _ => Self::Plain,
        }
    }
}

/// What a message of the exchange holds.
pub fn content(d: &mut Dissection, content: &Bytes<'_>, code: u8, method: Method, server: bool) -> Result<(), Problem> {
    let mut at = 0_usize;
    let (c, at) = (&content, &mut at);
    match (code, method) {
        (KEX_INIT, _) => algorithms(d, c, server),
        (NEW_KEYS, _) => Ok(()),
        (30, Method::Curve) => item(d, c, at, &POINT_C_LENGTH, &POINT_C),
        (30, Method::Plain) | (32, Method::Group) => item(d, c, at, &NUMBER_LENGTH, &DH_E),
        (31, Method::Group) => {
            item(d, c, at, &NUMBER_LENGTH, &GROUP_P)?;
            item(d, c, at, &NUMBER_LENGTH, &GROUP_G)
        }
        (30, Method::Group) => number(d, c, at, &GROUP_BITS),
        (34, Method::Group) => {
            number(d, c, at, &GROUP_MIN)?;
            number(d, c, at, &GROUP_BITS)?;
            number(d, c, at, &GROUP_MAX)
        }
        (31, _) | (33, Method::Group) => {
            host_key(d, c, at)?;
            match method {
                Method::Curve => item(d, c, at, &POINT_S_LENGTH, &POINT_S)?,
                _ => item(d, c, at, &NUMBER_LENGTH, &DH_F)?,
            }
            signature(d, c, at)
        }
        _ => {
            d.field(&PAYLOAD, c.span(0..c.len()), c.all());
            Ok(())
        }
    }
}

const COOKIE_LENGTH: usize = 16;

/// Where a string's content stands, after its length.
fn string(bytes: &Bytes<'_>, at: usize) -> Result<(usize, usize), Problem> {
    let length = usize::try_from(bytes.u32(at)?).unwrap_or(usize::MAX);
    let start = at.saturating_add(4);
    let end = start.saturating_add(length);
    if end > bytes.wire_len() { Err(Problem::Malformed) } else { Ok((start, end)) }
}

/// What a side offers.
pub fn offer(content: &Bytes<'_>) -> Result<Offer, Problem> {
    let (mut offer, mut at) = (Offer::default(), COOKIE_LENGTH);
    for names in &mut offer {
        let (start, end) = string(content, at)?;
        *names = text::shown(content.take(start..end)?);
        at = end;
    }
    Ok(offer)
}

/// A length and as many bytes, as text where the field is.
fn item(
    d: &mut Dissection,
    bytes: &Bytes<'_>,
    at: &mut usize,
    length: &'static Field,
    field: &'static Field,
) -> Result<(), Problem> {
    d.field(length, bytes.span(*at..at.saturating_add(4)), bytes.u32(*at)?);
    let (start, end) = string(bytes, *at)?;
    let value = bytes.take(start..end)?;
    match field.kind {
        Kind::Text => d.field(field, bytes.span(start..end), text::shown(value)),
        _ => d.field(field, bytes.span(start..end), value),
    }
    *at = end;
    Ok(())
}

fn number(d: &mut Dissection, bytes: &Bytes<'_>, at: &mut usize, field: &'static Field) -> Result<(), Problem> {
    let end = at.saturating_add(4);
    d.field(field, bytes.span(*at..end), bytes.u32(*at)?);
    *at = end;
    Ok(())
}

fn algorithms(d: &mut Dissection, content: &Bytes<'_>, server: bool) -> Result<(), Problem> {
    const LISTS: [(&Field, &Field); 10] = [
        (&KEX_LENGTH, &KEX),
        (&HOST_LENGTH, &HOST),
        (&CIPHERS_CS_LENGTH, &CIPHERS_CS),
        (&CIPHERS_SC_LENGTH, &CIPHERS_SC),
        (&MACS_CS_LENGTH, &MACS_CS),
        (&MACS_SC_LENGTH, &MACS_SC),
        (&COMPRESSION_CS_LENGTH, &COMPRESSION_CS),
        (&COMPRESSION_SC_LENGTH, &COMPRESSION_SC),
        (&LANGUAGES_CS_LENGTH, &LANGUAGES_CS),
        (&LANGUAGES_SC_LENGTH, &LANGUAGES_SC),
    ];
    d.label(&ALGORITHMS, content.span(0..content.len()), || "Algorithms".to_owned());
    d.nest(|d| {
        d.field(&COOKIE, content.span(0..COOKIE_LENGTH), content.take(0..COOKIE_LENGTH)?);
        let mut at = COOKIE_LENGTH;
        for (length, list) in LISTS {
            item(d, content, &mut at, length, list)?;
        }
        let reserved = at.saturating_add(1);
        d.field(&FOLLOWS, content.span(at..reserved), content.u8(at)?);
        d.field(&RESERVED, content.span(reserved..reserved.saturating_add(4)), content.take(reserved..content.len())?);
        // github.com/salesforce/hassh: key exchange, ciphers, MACs, compression of the sender's direction.
        let [kex, _, ciphers_cs, ciphers_sc, macs_cs, macs_sc, compression_cs, compression_sc] = offer(content)?;
        let (full, hash, names) = match server {
            true => (&HASSH_SERVER_FULL, &HASSH_SERVER, [kex, ciphers_sc, macs_sc, compression_sc]),
            false => (&HASSH_FULL, &HASSH, [kex, ciphers_cs, macs_cs, compression_cs]),
        };
        let names = names.join(";");
        let digest: String = Md5::digest(names.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        d.generated(full, content.span(0..0), names);
        d.generated(hash, content.span(0..0), digest);
        Ok(())
    })
}

/// A host key: its type, then what the type needs (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4).
fn host_key(d: &mut Dissection, content: &Bytes<'_>, at: &mut usize) -> Result<(), Problem> {
    let (start, end) = string(content, *at)?;
    let key = content.limit(end);
    let (kind_start, kind_end) = string(&key, start)?;
    let kind = text::shown(key.take(kind_start..kind_end)?);
    d.label(&HOST_KEY, content.span(*at..end), || format!("KEX host key (type: {kind})"));
    d.nest(|d| {
        d.field(&HOST_KEY_LENGTH, content.span(*at..start), end.saturating_sub(start));
        let mut at = start;
        item(d, &key, &mut at, &HOST_KEY_TYPE_LENGTH, &HOST_KEY_TYPE)?;
        let parts: &[(&'static Field, &'static Field)] = match kind.as_str() {
            "ssh-rsa" => &[(&NUMBER_LENGTH, &RSA_E), (&NUMBER_LENGTH, &RSA_N)],
            "ssh-dss" => &[
                (&NUMBER_LENGTH, &DSA_P),
                (&NUMBER_LENGTH, &DSA_Q),
                (&NUMBER_LENGTH, &DSA_G),
                (&NUMBER_LENGTH, &DSA_Y),
            ],
            "ssh-ed25519" | "ssh-ed448" => &[(&EDDSA_LENGTH, &EDDSA)],
            _ if kind.starts_with("ecdsa-sha2-") => &[(&ECDSA_ID_LENGTH, &ECDSA_ID), (&ECDSA_Q_LENGTH, &ECDSA_Q)],
            _ => {
                d.field(&HOST_KEY_DATA, key.span(at..end), key.take(at..end)?);
                &[]
            }
        };
        for (length, part) in parts {
            item(d, &key, &mut at, length, part)?;
        }
        Ok(())
    })?;
    *at = end;
    Ok(())
}

fn signature(d: &mut Dissection, content: &Bytes<'_>, at: &mut usize) -> Result<(), Problem> {
    let (start, end) = string(content, *at)?;
    let signature = content.limit(end);
    let (kind_start, kind_end) = string(&signature, start)?;
    let kind = text::shown(signature.take(kind_start..kind_end)?);
    d.label(&SIGNATURE, content.span(*at..end), || format!("KEX host signature (type: {kind})"));
    d.nest(|d| {
        d.field(&SIGNATURE_LENGTH, content.span(*at..start), end.saturating_sub(start));
        let mut inner = start;
        item(d, &signature, &mut inner, &SIGNATURE_TYPE_LENGTH, &SIGNATURE_TYPE)?;
        d.field(&SIGNATURE_DATA, signature.span(inner..end), signature.take(inner..end)?);
        Ok(())
    })?;
    *at = end;
    Ok(())
}
