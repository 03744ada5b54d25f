//! X.509 certificates, RFC 5280, in DER (ITU-T X.690).
//!
//! Wireshark lists in `frame.protocols` who reads each part that an object identifier names; so does this walk.
mod extensions;

use crate::engine::dissect::ber::{self, Element, OBJECT, SEQUENCE};
use crate::engine::dissect::{Bytes, Dissection, Field, Problem, Slot, fields};
use extensions::all;
pub(super) use extensions::wholes;
use std::fmt::Write;

fields! {
    SIGNED: Label => "x509af.signedCertificate_element", "signedCertificate";
    VERSION: Int => "x509af.version", "version";
    SERIAL: Bytes => "x509af.serialNumber", "serialNumber";
    ALGORITHM: Text => "x509af.algorithm.id", "Algorithm Id";
    ISSUER: Uint => "x509af.issuer", "issuer";
    SUBJECT: Uint => "x509af.subject", "subject";
    SIGNATURE_ALGORITHM: Label => "x509af.signature_element", "signature";
    OUTER_ALGORITHM: Label => "x509af.algorithmIdentifier_element", "algorithmIdentifier";
    KEY_ALGORITHM: Label => "x509af.algorithm_element", "algorithm";
    KEY_INFO: Label => "x509af.subjectPublicKeyInfo_element", "subjectPublicKeyInfo";
    ISSUER_SEQUENCE: Uint => "x509if.rdnSequence", "rdnSequence";
    SUBJECT_SEQUENCE: Uint => "x509af.rdnSequence", "rdnSequence";
    RDN: Uint => "x509if.RDNSequence_item", "RDNSequence item";
    RDN_PART: Label => "x509if.RelativeDistinguishedName_item_element", "RelativeDistinguishedName item";
    ATTRIBUTE: Text => "x509if.oid", "Object Id";
    TEXT: Uint => "x509sat.DirectoryString", "DirectoryString";
    TELETEX: Text => "x509sat.teletexString", "teletexString";
    PRINTABLE: Text => "x509sat.printableString", "printableString";
    UNIVERSAL: Text => "x509sat.universalString", "universalString";
    BMP: Text => "x509sat.bmpString", "bmpString";
    UTF8: Text => "x509sat.uTF8String", "uTF8String";
    COUNTRY: Text => "x509sat.CountryName", "CountryName";
    IA5: Text => "x509sat.IA5String", "IA5String";
    VALIDITY: Label => "x509af.validity_element", "validity";
    NOT_BEFORE: Uint => "x509af.notBefore", "notBefore";
    NOT_AFTER: Uint => "x509af.notAfter", "notAfter";
    UTC: Text => "x509af.utcTime", "utcTime";
    GENERALIZED: Text => "x509af.generalizedTime", "generalizedTime";
    PARAMETERS: Uint => "pkcs1.ECParameters", "ECParameters";
    MODULUS: Bytes => "pkcs1.modulus", "modulus";
    EXPONENT: Uint => "pkcs1.publicExponent", "publicExponent";
    PADDING: Uint => "ber.bitstring.padding", "Padding";
    EXTENSION_LIST: Uint => "x509af.extensions", "extensions";
    AN_EXTENSION: Label => "x509af.Extension_element", "Extension";
    SUBJECT_KEY: Bytes => "x509ce.SubjectKeyIdentifier", "SubjectKeyIdentifier";
    USAGE: Bytes => "x509ce.KeyUsage", "KeyUsage";
    SIGNS: Bool => "x509ce.KeyUsage.digitalSignature", "digitalSignature";
    COMMITS: Bool => "x509ce.KeyUsage.contentCommitment", "contentCommitment";
    ENCIPHERS_KEYS: Bool => "x509ce.KeyUsage.keyEncipherment", "keyEncipherment";
    ENCIPHERS_DATA: Bool => "x509ce.KeyUsage.dataEncipherment", "dataEncipherment";
    AGREES: Bool => "x509ce.KeyUsage.keyAgreement", "keyAgreement";
    SIGNS_CERTIFICATES: Bool => "x509ce.KeyUsage.keyCertSign", "keyCertSign";
    SIGNS_LISTS: Bool => "x509ce.KeyUsage.cRLSign", "cRLSign";
    ENCIPHERS_ONLY: Bool => "x509ce.KeyUsage.encipherOnly", "encipherOnly";
    DECIPHERS_ONLY: Bool => "x509ce.KeyUsage.decipherOnly", "decipherOnly";
    CONSTRAINTS: Label => "x509ce.BasicConstraintsSyntax_element", "BasicConstraintsSyntax";
    IS_CA: Bool => "x509ce.cA", "cA";
    PATH_LENGTH: Uint => "x509ce.pathLenConstraint", "pathLenConstraint";
    PURPOSES: Uint => "x509ce.KeyPurposeIDs", "KeyPurposeIDs";
    PURPOSE: Text => "x509ce.KeyPurposeId", "KeyPurposeId";
    NAMES: Uint => "x509ce.GeneralNames", "GeneralNames";
    A_NAME: Uint => "x509ce.GeneralName", "GeneralName";
    POINTS: Uint => "x509ce.CRLDistPointsSyntax", "CRLDistPointsSyntax";
    POINT: Label => "x509ce.DistributionPoint_element", "DistributionPoint";
    POINT_NAME: Uint => "x509ce.distributionPoint", "distributionPoint";
    FULL_NAME: Uint => "x509ce.fullName", "fullName";
    AUTHORITY_KEY: Label => "x509ce.AuthorityKeyIdentifier_element", "AuthorityKeyIdentifier";
    KEY_IDENTIFIER: Bytes => "x509ce.keyIdentifier", "keyIdentifier";
    ACCESS: Uint => "pkix1implicit.AuthorityInfoAccessSyntax", "AuthorityInfoAccessSyntax";
    DESCRIPTION: Label => "pkix1implicit.AccessDescription_element", "AccessDescription";
    METHOD: Text => "pkix1implicit.accessMethod", "accessMethod";
    LOCATION: Uint => "pkix1implicit.accessLocation", "accessLocation";
    POLICIES: Uint => "x509ce.CertificatePoliciesSyntax", "CertificatePoliciesSyntax";
    POLICY: Label => "x509ce.PolicyInformation_element", "PolicyInformation";
    POLICY_ID: Text => "x509ce.policyIdentifier", "policyIdentifier";
    QUALIFIERS: Uint => "x509ce.policyQualifiers", "policyQualifiers";
    QUALIFIER: Label => "x509ce.PolicyQualifierInfo_element", "PolicyQualifierInfo";
    QUALIFIER_ID: Text => "x509ce.id", "Id";
    STATEMENT: Text => "pkix1explicit.DirectoryString", "DirectoryString";
    STAMP_TIME: Text => "tls.sct.sct_timestamp", "Timestamp";
    STAMP_SIGNATURE: Bytes => "tls.sct.sct_signature", "Signature";
    CURVE: Text => "pkcs1.namedCurve", "namedCurve";
    KEY: Bytes => "x509af.subjectPublicKey", "subjectPublicKey";
    EXTENSION: Text => "x509af.extension.id", "Extension Id";
    CRITICAL: Bool => "x509af.critical", "critical";
    DNS_NAME: Text => "x509ce.dNSName", "dNSName";
    URI: Text => "x509ce.uniformResourceIdentifier", "uniformResourceIdentifier";
    SIGNATURE: Bytes => "x509af.encrypted", "encrypted";
}

pub(super) static X509_FIELDS: &[&Field] = FIELDS;
pub(super) static X509_LAYOUTS: &[&[Slot]] = extensions::ALL;

/// Structures nest no deeper in a name or extension.
const DEEPEST: u8 = 8;
const BOOLEAN: u8 = 0x01;
const BIT_STRING: u8 = 0x03;
const UTC_TIME: u8 = 0x17;
/// Context-specific tags: of a certificate's parts, and of a GeneralName's kinds.
pub(super) const CONTEXT_0: u8 = 0xa0;
pub(super) const CONTEXT_1: u8 = 0xa1;
const EXTENSIONS: u8 = 0xa3;
const DIRECTORY_NAME: u8 = 0xa4;
const CONSTRUCTED: u8 = 0x20;

/// The elements that stand one behind the other; ends at the first that is none.
pub(super) fn elements(mut rest: Bytes<'_>) -> impl Iterator<Item = Element<'_>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (found, behind) = ber::element(&rest).ok()?;
        rest = behind;
        Some(found)
    })
}

/// An object identifier's content as people write it (X.690 §8.19).
fn dotted(content: &[u8]) -> String {
    let mut text = String::new();
    let mut arc = 0_u64;
    for &byte in content {
        arc = arc.wrapping_shl(7) | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let root = (arc / 40).min(2);
            _ = write!(text, "{root}.{}", arc.wrapping_sub(root.wrapping_mul(40)));
        } else {
            _ = write!(text, ".{arc}");
        }
        arc = 0;
    }
    text
}

/// Adds a certificate's fields, and who reads its parts.
/// # Errors
/// When it is cut or damaged; what was added stays.
pub(super) fn certificate(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let (whole, _) = ber::expect(bytes, SEQUENCE)?;
    let (signed, rest) = ber::expect(&whole, SEQUENCE)?;
    let line = wholes(whole).next().map_or(all(&signed), |(whole, _)| all(&whole));
    d.label(&SIGNED, line, || "signedCertificate".to_owned());
    d.nest(|d| to_be_signed(d, signed))?;
    let rest = algorithm(d, &OUTER_ALGORITHM, &rest)?;
    let (bits, _) = ber::expect(&rest, BIT_STRING)?;
    d.field(&PADDING, bits.span(0..1), bits.u8(0)?);
    d.field(&SIGNATURE, bits.span(1..bits.len()), bits.from(1).all());
    Ok(())
}

fn to_be_signed(d: &mut Dissection, signed: Bytes<'_>) -> Result<(), Problem> {
    let mut rest = signed;
    let (first, behind) = ber::element(&rest)?;
    if first.tag == CONTEXT_0 {
        let (version, _) = ber::integer(&first.content)?;
        let name = format!("v{}", version.saturating_add(1));
        let last = first.content.len();
        d.noted(&VERSION, first.content.span(last.saturating_sub(1)..last), i64::from(version), &name);
        rest = behind;
    }
    let (serial, rest) = ber::expect(&rest, ber::INTEGER)?;
    d.field(&SERIAL, serial.span(0..serial.len()), serial.all());
    let rest = algorithm(d, &SIGNATURE_ALGORITHM, &rest)?;
    let rest = named(d, &ISSUER, &ISSUER_SEQUENCE, rest)?;
    let ((validity, behind), line) = (ber::expect(&rest, SEQUENCE)?, whole(rest));
    let rest = behind;
    d.label(&VALIDITY, line, || "validity".to_owned());
    d.nest(|d| {
        for ((whole, time), field) in wholes(validity).zip([&NOT_BEFORE, &NOT_AFTER]) {
            let (choice, kind) = if time.tag == UTC_TIME { (0_u8, &UTC) } else { (1, &GENERALIZED) };
            d.noted(field, all(&whole), choice, kind.title());
            d.nest(|d| d.field(kind, all(&time.content), moment(&time)));
        }
    });
    let rest = named(d, &SUBJECT, &SUBJECT_SEQUENCE, rest)?;
    let ((key, behind), line) = (ber::expect(&rest, SEQUENCE)?, whole(rest));
    let rest = behind;
    d.label(&KEY_INFO, line, || "subjectPublicKeyInfo".to_owned());
    d.nest(|d| {
        let bits = algorithm(d, &KEY_ALGORITHM, &key)?;
        let (bits, _) = ber::expect(&bits, BIT_STRING)?;
        d.field(&PADDING, bits.span(0..1), bits.u8(0)?);
        let key = bits.from(1);
        d.field(&KEY, all(&key), key.all());
        // Of RSA: two numbers (RFC 8017 §A.1.1).
        if let Ok((numbers, _)) = ber::expect(&key, SEQUENCE) {
            let mut numbers = elements(numbers);
            d.nest(|d| {
                if let (Some(modulus), Some(exponent)) = (numbers.next(), numbers.next()) {
                    d.field(&MODULUS, all(&modulus.content), modulus.content.all());
                    let value = exponent
                        .content
                        .all()
                        .iter()
                        .fold(0_u64, |value, byte| value.wrapping_shl(8) | u64::from(*byte));
                    d.field(&EXPONENT, all(&exponent.content), value);
                }
            });
        }
        Ok::<_, Problem>(())
    })?;
    for part in elements(rest).filter(|part| part.tag == EXTENSIONS) {
        let (list, _) = ber::expect(&part.content, SEQUENCE)?;
        d.field(&EXTENSION_LIST, all(&list), elements(list).count());
        d.nest(|d| wholes(list).for_each(|(whole, one)| extension(d, &whole, one.content)));
    }
    Ok(())
}

/// `180630120000Z` as `2018-06-30 12:00:00 (UTC)`.
fn moment(time: &Element<'_>) -> String {
    let text = String::from_utf8_lossy(time.content.all()).into_owned();
    let century = if time.tag != UTC_TIME {
        ""
    } else if text.as_str() < "50" {
        "20"
    } else {
        "19"
    };
    let full = format!("{century}{text}");
    let part = |from: usize, to: usize| full.get(from..to).unwrap_or_default();
    if full.len() < 14 {
        return text;
    }
    let (day, clock) = ([part(0, 4), part(4, 6), part(6, 8)], [part(8, 10), part(10, 12), part(12, 14)]);
    format!("{} {} (UTC)", day.join("-"), clock.join(":"))
}

/// The bytes of the first element, its head included.
fn whole(rest: Bytes<'_>) -> crate::engine::dissect::Span {
    wholes(rest).next().map_or(all(&rest), |(whole, _)| all(&whole))
}

/// An AlgorithmIdentifier under its line; what follows it.
fn algorithm<'p>(d: &mut Dissection, line: &'static Field, bytes: &Bytes<'p>) -> Result<Bytes<'p>, Problem> {
    d.label(line, whole(*bytes), || line.title().to_owned());
    d.nest(|d| algorithm_in(d, bytes))
}

fn algorithm_in<'p>(d: &mut Dissection, bytes: &Bytes<'p>) -> Result<Bytes<'p>, Problem> {
    let (content, rest) = ber::expect(bytes, SEQUENCE)?;
    let (id, parameters) = ber::expect(&content, OBJECT)?;
    let oid = dotted(id.all());
    let span = id.span(0..id.len());
    match words(&oid) {
        Some(name) => d.noted(&ALGORITHM, span, oid.as_str(), name),
        None => d.field(&ALGORITHM, span, oid.as_str()),
    }
    let Some(parameters) = elements(parameters).next() else { return Ok(rest) };
    match oid.as_str() {
        "1.2.840.10045.2.1" => {
            d.mention("pkcs-1");
            if parameters.tag == OBJECT {
                let curve = dotted(parameters.content.all());
                d.noted(&PARAMETERS, whole(ber::expect(&content, OBJECT)?.1), 1_u8, "namedCurve");
                d.nest(|d| {
                    d.noted(
                        &CURVE,
                        parameters.content.span(0..parameters.content.len()),
                        curve.as_str(),
                        words(&curve).unwrap_or("?"),
                    )
                });
            }
        }
        // RSASSA-PSS; its mask generation function has parameters, too.
        "1.2.840.113549.1.1.10" => {
            d.mention("pkcs-1");
            if elements(parameters.content).any(|part| part.tag == CONTEXT_1) {
                d.mention("pkcs-1");
            }
        }
        _ => {}
    }
    Ok(rest)
}

fn named<'p>(
    d: &mut Dissection,
    field: &'static Field,
    sequence: &'static Field,
    rest: Bytes<'p>,
) -> Result<Bytes<'p>, Problem> {
    let (content, behind) = ber::expect(&rest, SEQUENCE)?;
    let most_telling = "2.5.4.3";
    let attributes = elements(content).flat_map(|set| elements(set.content));
    let named = attributes.filter_map(|one| ber::expect(&one.content, OBJECT).ok());
    let common =
        named.filter(|(id, _)| dotted(id.all()) == most_telling).filter_map(|(_, value)| ber::element(&value).ok());
    let common = common.map(|(value, _)| string(&value)).next().unwrap_or_default();
    d.noted(
        field,
        whole(rest),
        0_u8,
        &match common.is_empty() {
            true => "rdnSequence".to_owned(),
            false => format!("id-at-commonName={common}"),
        },
    );
    d.nest(|d| {
        d.field(sequence, all(&content), elements(content).count());
        d.nest(|d| name(d, content));
    });
    Ok(behind)
}

/// A Name: a sequence of sets of attributes.
pub(super) fn name(d: &mut Dissection, content: Bytes<'_>) {
    for set in elements(content) {
        d.field(&RDN, all(&set.content), elements(set.content).count());
        d.nest(|d| {
            for (whole, attribute) in wholes(set.content) {
                d.label(&RDN_PART, all(&whole), || "RelativeDistinguishedName item".to_owned());
                d.nest(|d| one_name(d, attribute.content));
            }
        });
    }
}

fn one_name(d: &mut Dissection, attribute: Bytes<'_>) {
    let Ok((id, rest)) = ber::expect(&attribute, OBJECT) else { return };
    let oid = dotted(id.all());
    match words(&oid) {
        Some(name) => d.noted(&ATTRIBUTE, all(&id), oid.as_str(), name),
        None => d.field(&ATTRIBUTE, all(&id), oid.as_str()),
    }
    let (Some(reader), Some((whole, value))) = (attribute_reader(&oid), wholes(rest).next()) else { return };
    d.mention(reader);
    let (choice, kind) = match (oid.as_str(), value.tag) {
        ("2.5.4.6", _) => (None, &COUNTRY),
        // What has one type only stands without a choice.
        ("2.5.4.5", 0x13) => (None, &PRINTABLE),
        (_, 0x14) => (Some(0_u8), &TELETEX),
        (_, 0x13) => (Some(1), &PRINTABLE),
        (_, 0x1c) => (Some(2), &UNIVERSAL),
        (_, 0x1e) => (Some(3), &BMP),
        (_, 0x0c) => (Some(4), &UTF8),
        (_, 0x16) => (None, &IA5),
        _ => return,
    };
    let tell = |d: &mut Dissection| d.field(kind, all(&value.content), string(&value));
    match choice {
        Some(choice) => {
            d.noted(&TEXT, all(&whole), choice, kind.title());
            d.nest(tell);
        }
        None => tell(d),
    }
}

/// A string of any of the types that names use.
fn string(value: &Element<'_>) -> String {
    const BMP_STRING: u8 = 0x1e;
    let bytes = value.content.all();
    if value.tag != BMP_STRING {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk().copied().map(u16::from_be_bytes));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Who reads an attribute's value.
fn attribute_reader(oid: &str) -> Option<&'static str> {
    let standard = oid.strip_prefix("2.5.4.").and_then(|arc| arc.parse::<u8>().ok());
    match (oid, standard) {
        (_, Some(0..=72)) => Some("x509sat"),
        ("1.2.840.113549.1.9.1" | "0.9.2342.19200300.100.1.25" | "1.3.6.1.4.1.311.20.2.3", _) => Some("x509sat"),
        ("0.9.2342.19200300.100.1.1", _) => Some("x509af"),
        _ if oid.starts_with("1.3.6.1.4.1.311.60.2.1.") => Some("x509sat"),
        // Identifiers have one reader wherever they stand: some put alternative names into a name.
        _ => extension_reader(oid),
    }
}

pub(super) fn extension(d: &mut Dissection, whole: &Bytes<'_>, content: Bytes<'_>) {
    let Ok((id, rest)) = ber::expect(&content, OBJECT) else { return };
    let oid = dotted(id.all());
    d.label(&AN_EXTENSION, all(whole), || format!("Extension ({})", words(&oid).unwrap_or(&oid)));
    d.nest(|d| inside(d, &oid, &id, rest));
}

fn inside(d: &mut Dissection, oid: &str, id: &Bytes<'_>, rest: Bytes<'_>) {
    match words(oid) {
        Some(name) => d.noted(&EXTENSION, all(id), oid, name),
        None => d.field(&EXTENSION, all(id), oid),
    }
    let mut parts = elements(rest).peekable();
    if let Some(critical) = parts.next_if(|part| part.tag == BOOLEAN) {
        d.field(&CRITICAL, critical.content.span(0..1), critical.content.u8(0).is_ok_and(|is| is != 0));
    }
    let Some(value) = parts.next() else { return };
    if let Some(reader) = extension_reader(oid) {
        d.mention(reader);
        d.nest(|d| within(d, oid, value.content));
    }
}

/// Who reads an extension's value.
fn extension_reader(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "1.3.6.1.5.5.7.1.1" => "pkix1implicit",
        "1.3.6.1.5.5.7.1.24" => "pkix1explicit",
        "1.3.6.1.5.5.7.1.3" => "pkixqualified",
        "1.3.6.1.5.5.7.1.12" => "logotypecertextn",
        _ if oid.starts_with("1.3.6.1.5.5.7.48.1.") => "ocsp",
        "1.3.6.1.4.1.11129.2.4.2" => "tls",
        "1.3.6.1.4.1.311.20.2" | "1.3.6.1.4.1.311.21.1" => "x509sat",
        "1.3.6.1.4.1.311.21.7" | "1.3.6.1.4.1.311.21.10" | "1.2.840.113533.7.65.0" => "x509ce",
        "1.2.840.113549.1.9.15" => "cms",
        _ if oid.starts_with("2.5.29.") => "x509ce",
        _ if oid.starts_with("2.16.840.1.113730.1.") => "ns_cert_exts",
        _ => return None,
    })
}

/// What an extension's value holds that others read.
fn within(d: &mut Dissection, oid: &str, value: Bytes<'_>) {
    match oid {
        // Alternative names, name constraints, distribution points, key identifiers with names, access descriptions.
        "2.5.29.17" | "2.5.29.18" | "2.5.29.28" | "2.5.29.29" | "2.5.29.30" | "2.5.29.31" | "2.5.29.35"
        | "2.5.29.46" | "1.3.6.1.5.5.7.1.1" => extensions::around(d, oid, value),
        "2.5.29.32" => extensions::policies(d, value),
        "2.5.29.9" => {
            let attributes = elements(value).flat_map(|list| elements(list.content));
            for (id, values) in attributes.filter_map(|one| ber::expect(&one.content, OBJECT).ok()) {
                if let (Some(reader), Ok((values, _))) = (attribute_reader(&dotted(id.all())), ber::element(&values)) {
                    elements(values.content).for_each(|_| d.mention(reader));
                }
            }
        }
        // A damaged one spoils no other.
        _ => _ = extensions::tell(d, oid, value),
    }
}

fn general_names(d: &mut Dissection, bytes: Bytes<'_>, deepest: u8) {
    let Some(deepest) = deepest.checked_sub(1) else { return };
    for part in elements(bytes) {
        let other = ber::expect(&part.content, OBJECT).ok().filter(|_| part.tag == CONTEXT_0);
        let span = part.content.span(0..part.content.len());
        match (part.tag, other) {
            (CONTEXT_0, Some((id, _))) => {
                if let Some(reader) = attribute_reader(&dotted(id.all())) {
                    d.mention(reader);
                }
            }
            (DIRECTORY_NAME, _) => elements(part.content).for_each(|inner| name(d, inner.content)),
            (0x82, _) => d.field(&DNS_NAME, span, String::from_utf8_lossy(part.content.all()).into_owned()),
            (0x86, _) => d.field(&URI, span, String::from_utf8_lossy(part.content.all()).into_owned()),
            (tag, _) if tag & CONSTRUCTED != 0 => general_names(d, part.content, deepest),
            _ => {}
        }
    }
}

/// What common object identifiers are called.
fn words(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "2.5.4.3" => "id-at-commonName",
        "2.5.4.5" => "id-at-serialNumber",
        "2.5.4.6" => "id-at-countryName",
        "2.5.4.7" => "id-at-localityName",
        "2.5.4.8" => "id-at-stateOrProvinceName",
        "2.5.4.9" => "id-at-streetAddress",
        "2.5.4.10" => "id-at-organizationName",
        "2.5.4.11" => "id-at-organizationalUnitName",
        "2.5.4.15" => "id-at-businessCategory",
        "2.5.4.17" => "id-at-postalCode",
        "1.2.840.113549.1.9.1" => "pkcs-9-at-emailAddress",
        "0.9.2342.19200300.100.1.25" => "dc",
        "1.2.840.113549.1.1.1" => "rsaEncryption",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10" => "rSASSA-PSS",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.10045.2.1" => "id-ecPublicKey",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.3.1.7" => "secp256r1",
        "1.3.132.0.34" => "secp384r1",
        "1.3.132.0.35" => "secp521r1",
        "1.3.101.112" => "id-Ed25519",
        "2.5.29.14" => "id-ce-subjectKeyIdentifier",
        "2.5.29.15" => "id-ce-keyUsage",
        "2.5.29.17" => "id-ce-subjectAltName",
        "2.5.29.19" => "id-ce-basicConstraints",
        "2.5.29.31" => "id-ce-cRLDistributionPoints",
        "2.5.29.32" => "id-ce-certificatePolicies",
        "2.5.29.35" => "id-ce-authorityKeyIdentifier",
        "2.5.29.37" => "id-ce-extKeyUsage",
        "1.3.6.1.5.5.7.2.1" => "id-qt-cps",
        "1.3.6.1.5.5.7.2.2" => "id-qt-unotice",
        "1.3.6.1.5.5.7.3.1" => "id-kp-serverAuth",
        "1.3.6.1.5.5.7.3.2" => "id-kp-clientAuth",
        "1.3.6.1.5.5.7.48.1" => "id-ad-ocsp",
        "1.3.6.1.5.5.7.48.2" => "id-ad-caIssuers",
        "1.3.6.1.5.5.7.1.1" => "id-pe-authorityInfoAccess",
        "1.3.6.1.4.1.11129.2.4.2" => "SignedCertificateTimestampList",
        _ => return None,
    })
}
