//! What certificates' extensions hold, RFC 5280 §4.2; and signed timestamps, RFC 6962 §3.3.
use super::*;
use crate::engine::dissect::{Reader, Slot, layouts, text};

layouts! {
    STAMP = [
        Uint => "tls.sct.sct_length", "Serialized SCT Length", 2;
        Uint => "tls.sct.sct_version", "SCT Version", 1;
        Bytes => "tls.sct.sct_logid", "Log ID", 32;
    ]
    SIGNED = [
        Uint => "tls.sct.sct_extensions_length", "Extensions length", 2;
    ]
    SIGNATURE_LENGTH = [Uint => "tls.sct.sct_signature_length", "Signature Length", 2;]
    STAMPS = [Uint => "tls.sct.scts_length", "Serialized SCT List Length", 2;]
    HASH = [
        Uint => "tls.handshake.sig_hash_hash", "Signature Hash Algorithm Hash", 1: "None|MD5|SHA1|SHA224|SHA256|SHA384|SHA512";
        Uint => "tls.handshake.sig_hash_sig", "Signature Hash Algorithm Signature", 1: "Anonymous|RSA|DSA|ECDSA";
    ]
}
pub(in super::super) static ALL: &[&[Slot]] = LAYOUTS;

static USAGES: [&Field; 9] = [
    &SIGNS,
    &COMMITS,
    &ENCIPHERS_KEYS,
    &ENCIPHERS_DATA,
    &AGREES,
    &SIGNS_CERTIFICATES,
    &SIGNS_LISTS,
    &ENCIPHERS_ONLY,
    &DECIPHERS_ONLY,
];

/// Elements with their heads.
pub(in super::super) fn wholes(mut rest: Bytes<'_>) -> impl Iterator<Item = (Bytes<'_>, Element<'_>)> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (found, behind) = ber::element(&rest).ok()?;
        let whole = rest.limit(usize::try_from(behind.start().saturating_sub(rest.start())).unwrap_or_default());
        let whole = if behind.is_empty() { rest } else { whole };
        rest = behind;
        Some((whole, found))
    })
}

pub(super) fn all(bytes: &Bytes<'_>) -> crate::engine::dissect::Span {
    bytes.span(0..bytes.len())
}

/// How many elements there are, and each of them under that.
fn list<'p>(
    d: &mut Dissection,
    field: &'static Field,
    content: Bytes<'p>,
    mut each: impl FnMut(&mut Dissection, Bytes<'p>, Element<'p>),
) {
    d.field(field, all(&content), wholes(content).count());
    d.nest(|d| wholes(content).for_each(|(whole, found)| each(d, whole, found)));
}

fn identifier(d: &mut Dissection, field: &'static Field, content: &Bytes<'_>) {
    let oid = dotted(content.all());
    match words(&oid) {
        Some(name) => d.noted(field, all(content), oid.as_str(), name),
        None => d.field(field, all(content), oid.as_str()),
    }
}

/// The content of an extension by its identifier.
pub(super) fn tell(d: &mut Dissection, oid: &str, value: Bytes<'_>) -> Result<(), Problem> {
    match oid {
        "2.5.29.14" => {
            let (key, _) = ber::expect(&value, ber::OCTET_STRING)?;
            d.field(&SUBJECT_KEY, all(&key), key.all());
        }
        "2.5.29.15" => {
            let (bits, _) = ber::expect(&value, BIT_STRING)?;
            d.field(&PADDING, bits.span(0..1), bits.u8(0)?);
            let bytes = bits.from(1);
            d.field(&USAGE, all(&bytes), bytes.all());
            d.nest(|d| {
                for (nth, field) in USAGES.into_iter().enumerate() {
                    let (at, shift) = (nth / 8, 7_usize.saturating_sub(nth % 8));
                    // Bits that are not there are not set.
                    let byte = bytes.u8(at).unwrap_or_default();
                    let at = at.min(bytes.len().saturating_sub(1));
                    d.field(field, bytes.span(at..at.saturating_add(1)), byte >> shift & 1 != 0);
                }
            });
        }
        "2.5.29.19" => {
            d.label(&CONSTRAINTS, all(&value), || "BasicConstraintsSyntax".to_owned());
            d.nest(|d| {
                for part in elements(value).flat_map(|sequence| elements(sequence.content)) {
                    match part.tag {
                        BOOLEAN => d.field(&IS_CA, all(&part.content), part.content.u8(0).is_ok_and(|is| is != 0)),
                        _ => d.field(&PATH_LENGTH, all(&part.content), part.content.u8(0).unwrap_or_default()),
                    }
                }
            });
        }
        "2.5.29.37" => {
            let (purposes, _) = ber::expect(&value, SEQUENCE)?;
            list(d, &PURPOSES, purposes, |d, _, purpose| identifier(d, &PURPOSE, &purpose.content));
        }
        "1.3.6.1.4.1.11129.2.4.2" => stamps(d, ber::expect(&value, ber::OCTET_STRING)?.0)?,
        _ => {}
    }
    Ok(())
}

/// Alternative names, and where else names stand: over them what they are in.
pub(super) fn around(d: &mut Dissection, oid: &str, value: Bytes<'_>) {
    let Some((whole, first)) = wholes(value).next() else { return };
    let content = first.content;
    match oid {
        "2.5.29.17" | "2.5.29.18" => list(d, &NAMES, content, |d, whole, _| general_name(d, whole)),
        "2.5.29.31" | "2.5.29.46" => list(d, &POINTS, content, |d, whole, point| {
            d.label(&POINT, all(&whole), || "DistributionPoint".to_owned());
            d.nest(|d| {
                for name in elements(point.content).filter(|part| part.tag == CONTEXT_0) {
                    for full in elements(name.content).filter(|part| part.tag == CONTEXT_0) {
                        d.noted(&POINT_NAME, all(&name.content), 0_u8, "fullName");
                        d.nest(|d| list(d, &FULL_NAME, full.content, |d, whole, _| general_name(d, whole)));
                    }
                }
            });
        }),
        "2.5.29.35" => {
            d.label(&AUTHORITY_KEY, all(&whole), || "AuthorityKeyIdentifier".to_owned());
            d.nest(|d| {
                for part in elements(content) {
                    match part.tag {
                        0x80 => d.field(&KEY_IDENTIFIER, all(&part.content), part.content.all()),
                        _ => general_names(d, part.content, DEEPEST),
                    }
                }
            });
        }
        "1.3.6.1.5.5.7.1.1" => list(d, &ACCESS, content, |d, whole, one| {
            d.label(&DESCRIPTION, all(&whole), || "AccessDescription".to_owned());
            d.nest(|d| {
                let mut parts = wholes(one.content);
                if let Some((_, method)) = parts.next() {
                    identifier(d, &METHOD, &method.content);
                }
                if let Some((whole, location)) = parts.next() {
                    d.field(&LOCATION, all(&location.content), location.tag & 0x1f);
                    d.nest(|d| general_names(d, whole, DEEPEST));
                }
            });
        }),
        _ => general_names(d, value, DEEPEST),
    }
}

/// One name, and of what kind it is.
fn general_name(d: &mut Dissection, whole: Bytes<'_>) {
    let Ok((found, _)) = ber::element(&whole) else { return };
    let kinds = "otherName|rfc822Name|dNSName|x400Address|directoryName|ediPartyName|uniformResourceIdentifier|iPAddress|registeredID";
    let kind = found.tag & 0x1f;
    d.noted(&A_NAME, all(&found.content), kind, crate::engine::dissect::name_of(kinds, kind.into()));
    d.nest(|d| general_names(d, whole, DEEPEST));
}

/// Policies, each perhaps with qualifiers, of which others read some.
pub(super) fn policies(d: &mut Dissection, value: Bytes<'_>) {
    let Some(sequence) = elements(value).next() else { return };
    list(d, &POLICIES, sequence.content, |d, whole, one| {
        d.label(&POLICY, all(&whole), || "PolicyInformation".to_owned());
        d.nest(|d| {
            let mut parts = elements(one.content);
            if let Some(id) = parts.next() {
                identifier(d, &POLICY_ID, &id.content);
            }
            for qualifiers in parts {
                list(d, &QUALIFIERS, qualifiers.content, |d, whole, one| {
                    d.label(&QUALIFIER, all(&whole), || "PolicyQualifierInfo".to_owned());
                    d.nest(|d| qualifier(d, one.content));
                });
            }
        });
    });
}

fn qualifier(d: &mut Dissection, content: Bytes<'_>) {
    let Ok((id, rest)) = ber::expect(&content, OBJECT) else { return };
    identifier(d, &QUALIFIER_ID, &id);
    match dotted(id.all()).as_str() {
        "1.3.6.1.5.5.7.2.1" => {
            d.mention("pkix1explicit");
            if let Some(value) = elements(rest).next() {
                d.field(&STATEMENT, all(&value.content), string(&value));
            }
        }
        "1.3.6.1.5.5.7.2.2" => d.mention("pkix1implicit"),
        _ => {}
    }
}

/// When logs saw the certificate, and their signatures.
fn stamps(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let mut reader = Reader::new(bytes, 0);
    reader.layout(d, STAMPS)?;
    while reader.left() > 0 {
        reader.layout(d, STAMP)?;
        let start = reader.at;
        let millis = reader.uint(8)?;
        let seconds = i64::try_from(millis / 1000).unwrap_or_default();
        let shown = text::utc(seconds).replace("000000000", &format!("{:03}000000", millis % 1000));
        d.field(&STAMP_TIME, reader.since(start), shown);
        let extensions = reader.layout(d, SIGNED)?;
        reader.take(usize::try_from(extensions).unwrap_or(usize::MAX))?;
        reader.layout(d, HASH)?;
        let length = reader.layout(d, SIGNATURE_LENGTH)?;
        reader.field(d, &STAMP_SIGNATURE, usize::try_from(length).unwrap_or(usize::MAX))?;
    }
    Ok(())
}
