//! Data of records that people meet less often: EDNS (RFC 6891), DNSSEC (RFC 4034, 5155), services (RFC 9460), NAPTR, CAA and others.
use super::*;

/// What EDNS puts where other records have their time to live: code, version, flags.
pub(super) fn extended(d: &mut Dissection, bytes: &Bytes<'_>, after_name: usize, ttl: u32) {
    let span = |from: usize, to: usize| bytes.span(after_name.saturating_add(from)..after_name.saturating_add(to));
    d.field(&EXTENDED_CODE, span(4, 5), ttl >> 24);
    d.field(&EDNS_VERSION, span(5, 6), ttl >> 16 & 0xff);
    d.field(&Z, span(6, 8), ttl & 0xffff);
    d.nest(|d| d.field(&DO, span(6, 8), ttl & 0x8000 != 0));
}

/// The data of a record, at `at` in its message.
pub(super) fn data(d: &mut Dissection, message: &Bytes<'_>, at: Range<usize>, kind: u16) -> Result<(), Problem> {
    let data = message.limit(at.end).from(at.start);
    let end = data.wire_len();
    match kind {
        kind::SOA => {
            let next = named(d, message, at.start, &SOA)?;
            let next = named(d, message, next, &SOA_MAILBOX)?.saturating_sub(at.start);
            let times: [&'static Field; 5] = [&SOA_SERIAL, &SOA_REFRESH, &SOA_RETRY, &SOA_EXPIRE, &SOA_MINIMUM];
            d.read_row(&data, next, &times.map(|field| (field, 4)))?;
        }
        13 => {
            let next = counted(d, &data, 0, &CPU_LENGTH, &CPU)?;
            counted(d, &data, next, &OS_LENGTH, &OS)?;
        }
        35 => {
            let next = d.read_row(&data, 0, &[(&ORDER, 2), (&PREFERENCE, 2)])?;
            let next = counted(d, &data, next, &FLAGS_LENGTH, &NAPTR_FLAGS)?;
            let next = counted(d, &data, next, &SERVICE_LENGTH, &SERVICE)?;
            let next = counted(d, &data, next, &REGEX_LENGTH, &REGEX)?;
            named(d, message, at.start.saturating_add(next), &REPLACEMENT)?;
        }
        41 => options(d, &data)?,
        43 | 59 | 32769 => {
            let start = d.read_row(&data, 0, &[(&DS_KEY, 2), (&DS_ALGORITHM, 1), (&DS_TYPE, 1)])?;
            d.read(&DS_DIGEST, &data, start..end)?;
        }
        44 => {
            let start = d.read_row(&data, 0, &[(&SSH_ALGORITHM, 1), (&SSH_TYPE, 1)])?;
            d.read(&SSH_PRINT, &data, start..end)?;
        }
        46 => {
            d.noted(&COVERED, data.span(0..2), data.u16(0)?, &super::words::kind(data.u16(0)?));
            d.read_named(&ALGORITHM, &data, 2..3, algorithm)?;
            let row: &[(&'static Field, usize)] =
                &[(&LABELS, 1), (&ORIGINAL_TTL, 4), (&EXPIRATION, 4), (&INCEPTION, 4), (&KEY_TAG, 2)];
            let start = d.read_row(&data, 3, row)?;
            let start = named(d, message, at.start.saturating_add(start), &SIGNER)?.saturating_sub(at.start);
            d.read(&SIGNATURE, &data, start..end)?;
        }
        47 => _ = named(d, message, at.start, &NEXT)?,
        48 | 60 => {
            d.read(&KEY_FLAGS, &data, 0..2)?;
            d.read_bits(&data, 0..2, &[(&KEY_ZONE, 0x100), (&KEY_REVOKED, 0x80), (&KEY_SIGNING, 1)])?;
            d.read(&KEY_PROTOCOL, &data, 2..3)?;
            d.read_named(&KEY_ALGORITHM, &data, 3..4, algorithm)?;
            d.read(&KEY, &data, 4..end)?;
        }
        50 | 51 => {
            let next = d.read_row(&data, 0, &[(&HASH, 1), (&HASH_FLAGS, 1), (&ITERATIONS, 2)])?;
            let next = counted(d, &data, next, &SALT_LENGTH, &SALT)?;
            if kind == 50 {
                counted(d, &data, next, &HASH_LENGTH, &HASHED)?;
            }
        }
        52 => {
            let start = d.read_row(&data, 0, &[(&USAGE, 1), (&SELECTOR, 1), (&MATCHING, 1)])?;
            d.read(&ASSOCIATION, &data, start..end)?;
        }
        64 | 65 => {
            d.read(&PRIORITY, &data, 0..2)?;
            let start = named(d, message, at.start.saturating_add(2), &TARGET)?.saturating_sub(at.start);
            parameters(d, &data.from(start))?;
        }
        257 => {
            let next = d.read_row(&data, 0, &[(&CAA_FLAGS, 1)])?;
            let next = counted(d, &data, next, &CAA_LENGTH, &CAA_TAG)?;
            d.read(&CAA_VALUE, &data, next..end)?;
        }
        _ => {}
    }
    Ok(())
}

/// A byte of length and as much after it; returns where that ends.
fn counted(
    d: &mut Dissection,
    data: &Bytes<'_>,
    at: usize,
    length: &'static Field,
    value: &'static Field,
) -> Result<usize, Problem> {
    let size = usize::from(data.u8(at)?);
    d.read_row(data, at, &[(length, 1), (value, size)])
}

/// A name in the message; returns where it ends.
fn named(d: &mut Dissection, message: &Bytes<'_>, at: usize, field: &'static Field) -> Result<usize, Problem> {
    let end = name::skip(message.all(), at).ok_or(Problem::Malformed)?;
    let text = name::text(message.all(), at).unwrap_or_default();
    d.field(field, message.span(at..end), text);
    Ok(end)
}

fn options(d: &mut Dissection, data: &Bytes<'_>) -> Result<(), Problem> {
    let mut rest = *data;
    while rest.wire_len() >= 4 {
        let (code, length) = (rest.u16(0)?, usize::from(rest.u16(2)?));
        let option = rest.limit(length.saturating_add(4));
        let (name, value) = (option_name(code), option.from(4));
        d.label(&OPTION, option.span(0..option.len()), || format!("Option: {name}"));
        d.nest(|d| {
            d.noted(&OPTION_CODE, option.span(0..2), code, name);
            d.field(&OPTION_LENGTH, option.span(2..4), length);
            d.read(&OPTION_DATA, &value, 0..length)?;
            match code {
                8 => {
                    d.read_row(&value, 0, &[(&SUBNET_FAMILY, 2), (&SUBNET_MASK, 1), (&SUBNET_SCOPE, 1)])?;
                    d.read(&SUBNET, &value, 4..length)
                }
                10 if length > 8 => {
                    d.read(&COOKIE, &value, 0..8).and_then(|_| d.read(&SERVER_COOKIE, &value, 8..length))
                }
                10 => d.read(&COOKIE, &value, 0..length),
                11 if length == 2 => d.read(&TIMEOUT, &value, 0..2),
                12 => d.read(&PADDING, &value, 0..length),
                15 => d.read(&ERROR, &value, 0..2).and_then(|_| d.read(&ERROR_TEXT, &value, 2..length)),
                _ => Ok(0),
            }
        })?;
        rest = rest.from(length.saturating_add(4));
    }
    Ok(())
}

fn parameters(d: &mut Dissection, data: &Bytes<'_>) -> Result<(), Problem> {
    let mut rest = *data;
    while rest.wire_len() >= 4 {
        let (key, length) = (rest.u16(0)?, usize::from(rest.u16(2)?));
        let end = length.saturating_add(4);
        let name = match key {
            0 => "mandatory",
            1 => "alpn",
            2 => "no-default-alpn",
            3 => "port",
            4 => "ipv4hint",
            5 => "ech",
            6 => "ipv6hint",
            7 => "dohpath",
            _ => "key",
        };
        d.label(&PARAMETER, rest.span(0..end), || format!("SvcParam: {name}"));
        let value = rest.limit(end).from(4);
        d.nest(|d| {
            d.noted(&PARAMETER_KEY, rest.span(0..2), key, name);
            d.field(&PARAMETER_LENGTH, rest.span(2..4), length);
            let mut at = 0_usize;
            while at < length {
                at = match key {
                    1 => {
                        let size = usize::from(value.u8(at)?);
                        d.read_row(&value, at.saturating_add(1), &[(&ALPN, size)])?
                    }
                    3 => d.read_row(&value, at, &[(&PORT, 2)])?,
                    4 => d.read_row(&value, at, &[(&HINT4, 4)])?,
                    5 => d.read_row(&value, at, &[(&ECH, length)])?,
                    6 => d.read_row(&value, at, &[(&HINT6, 16)])?,
                    _ => d.read_row(&value, at, &[(&PARAMETER_VALUE, length)])?,
                };
            }
            Ok(())
        })?;
        rest = rest.from(end);
    }
    Ok(())
}

fn option_name(code: u16) -> &'static str {
    match code {
        1 => "LLQ - Long-lived query",
        2 => "UL - Update lease",
        3 => "NSID - Name Server Identifier",
        5 => "DAU - DNSSEC Algorithm Understood (RFC6975)",
        6 => "DHU - DS Hash Understood (RFC6975)",
        7 => "N3U - NSEC3 Hash Understood (RFC6975)",
        8 => "CSUBNET - Client subnet",
        9 => "EDNS EXPIRE (RFC7314)",
        10 => "COOKIE",
        11 => "EDNS TCP Keepalive",
        12 => "PADDING",
        13 => "CHAIN",
        15 => "Extended DNS Error",
        _ => "Unknown",
    }
}

fn algorithm(number: u64) -> &'static str {
    match number {
        5 => "RSA/SHA1",
        7 => "RSASHA1-NSEC3-SHA1",
        8 => "RSA/SHA-256",
        10 => "RSA/SHA-512",
        13 => "ECDSA Curve P-256 with SHA-256",
        14 => "ECDSA Curve P-384 with SHA-384",
        15 => "Ed25519",
        16 => "Ed448",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn data_is_read_by_type() {
        let table: [(u16, &[u8], &str, &str); 5] = [
            (43, &[1, 2, 8, 2, 0xaa], "dns.ds.key_id", "0x0102"),
            (257, b"\0\x05issueca.ex", "dns.caa.value", "ca.ex"),
            (65, &[0, 1, 0, 0, 1, 0, 3, 2, b'h', b'2'], "dns.svcb.svcparam.alpn", "h2"),
            (35, b"\0\x01\0\x02\x01s\x01x\0\0", "dns.naptr.flags", "s"),
            (41, &[0, 10, 0, 2, 1, 2], "dns.opt.cookie.client", "0102"),
        ];
        for (kind, bytes, field, value) in table {
            let mut d = Dissection::new(Wanted::Everything);
            assert!(data(&mut d, &Bytes::frame(bytes, 0), 0..bytes.len(), kind).is_ok(), "{kind}");
            assert!(d.fields.iter().any(|found| found.field.name() == field && found.text() == value), "{field}");
        }
    }
}
