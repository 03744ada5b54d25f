//! Values written in a filter, read as the type of what they are compared with.
use super::datum::{Datum, Type};
use super::times;
use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

/// As it was written.
#[derive(Clone, Debug)]
pub enum Written {
    /// Without quotes.
    Word(String),
    Text(Vec<u8>),
    Char(u8),
}

/// Why a text is no value of a type, as the end of a sentence that begins with the text.
type Wrong = String;

/// The value of a type. `contains` takes parts of addresses too.
pub fn value(written: &Written, kind: Type, part: bool) -> Result<Datum<'static>, Wrong> {
    match (written, kind) {
        (_, Type::None) => Err("cannot be compared with something that is only there or not".to_owned()),
        (Written::Text(bytes), Type::Text | Type::Bytes | Type::Protocol) => Ok(text(bytes.clone())),
        (Written::Char(byte), Type::Text | Type::Bytes | Type::Protocol) => Ok(text(vec![*byte])),
        (Written::Word(word), Type::Text) => Ok(Datum::Text(Cow::Owned(word.clone()))),
        (Written::Char(byte), Type::Uint | Type::Int | Type::Bool) => Ok(Datum::Uint(u64::from(*byte))),
        (Written::Text(bytes), Type::Time) => {
            let text = String::from_utf8_lossy(bytes);
            times::moment(&text).map(Datum::Nanos).ok_or_else(|| NO_TIME.to_owned())
        }
        (Written::Text(_) | Written::Char(_), _) => Err(format!("stands in quotes; {} is written without", name(kind))),
        (Written::Word(word), _) => of_word(word, kind, part),
    }
}

const NO_TIME: &str = "is no time such as \"2011-07-04 12:34:56\" or \"Nov 12, 1999 08:55:44.123\"";

/// Text if it is one, else bytes.
fn text(bytes: Vec<u8>) -> Datum<'static> {
    match String::from_utf8(bytes) {
        Ok(text) => Datum::Text(Cow::Owned(text)),
        Err(no) => Datum::Bytes(Cow::Owned(no.into_bytes())),
    }
}

/// A type's values as people say it.
pub fn name(kind: Type) -> &'static str {
    match kind {
        Type::None => "a label",
        Type::Protocol => "a protocol",
        Type::Uint => "a number",
        Type::Int => "a number",
        Type::Float => "a number with fractions",
        Type::Bool => "a flag (1 or 0)",
        Type::Text => "a text",
        Type::Bytes => "a byte string (47:45:54)",
        Type::Ether => "an Ethernet address",
        Type::Ipv4 => "an IPv4 address",
        Type::Ipv6 => "an IPv6 address",
        Type::Address => "an address",
        Type::Time => "a time",
        Type::Duration => "a duration in seconds",
    }
}

fn of_word(word: &str, kind: Type, part: bool) -> Result<Datum<'static>, Wrong> {
    let no = || format!("is not {}", name(kind));
    match kind {
        Type::Uint | Type::Int => whole(word).map(Datum::Uint).ok_or_else(no),
        Type::Bool => match word {
            "True" | "TRUE" => Ok(Datum::Uint(1)),
            "False" | "FALSE" => Ok(Datum::Uint(0)),
            "true" | "false" => Err("is not a flag: write 1 or 0, True or False".to_owned()),
            _ => whole(word).map(|number| Datum::Uint(u64::from(number != 0))).ok_or_else(no),
        },
        Type::Float => match whole(word) {
            Some(number) => Ok(Datum::Float(number as f64)),
            None => word
                .parse()
                .ok()
                .filter(|_| word.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
                .map(Datum::Float)
                .ok_or_else(no),
        },
        Type::Duration => times::duration(word).map(Datum::Nanos).ok_or_else(no),
        Type::Time => times::moment(word).map(Datum::Nanos).ok_or_else(|| NO_TIME.to_owned()),
        Type::Ipv4 => ipv4(word).unwrap_or_else(|| Err(no())),
        Type::Ipv6 => ipv6(word).unwrap_or_else(|| Err(no())),
        Type::Ether => match bytes(word) {
            Some(found) => match <[u8; 6]>::try_from(found.as_slice()) {
                Ok(address) if !part => Ok(Datum::Ether(address)),
                _ if part => Ok(Datum::Bytes(Cow::Owned(found))),
                _ => Err(format!("has {} bytes, {} has six", found.len(), name(kind))),
            },
            None => Err(no()),
        },
        Type::Address => {
            if let Some(found) = ipv4(word).or_else(|| ipv6(word)) {
                return found;
            }
            of_word(word, Type::Ether, part).map_err(|_| no())
        }
        Type::Bytes | Type::Protocol => bytes(word).map(|found| Datum::Bytes(Cow::Owned(found))).ok_or_else(no),
        Type::Text | Type::None => Err(no()),
    }
}

/// Decimal, hexadecimal (0x), binary (0b) or octal (0).
pub fn whole(word: &str) -> Option<u64> {
    let (digits, base) = match word.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&word[2..], 16),
        [b'0', b'b' | b'B', ..] => (&word[2..], 2),
        [b'0', _, ..] => (&word[1..], 8),
        _ => (word, 10),
    };
    if digits.starts_with('+') { None } else { u64::from_str_radix(digits, base).ok() }
}

fn ipv4(word: &str) -> Option<Result<Datum<'static>, Wrong>> {
    let (address, bits) = word.split_once('/').map_or((word, None), |(address, bits)| (address, Some(bits)));
    let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
    Some(match bits.map(|bits| bits.parse::<u32>().ok().filter(|bits| *bits <= 32)) {
        None => Ok(Datum::Ipv4(address)),
        Some(None) => Err("has more bits behind the slash than an IPv4 address: 0 to 32".to_owned()),
        Some(Some(bits)) => Ok(Datum::Net4(address, u32::MAX.checked_shl(32 - bits).unwrap_or(0))),
    })
}

fn ipv6(word: &str) -> Option<Result<Datum<'static>, Wrong>> {
    let (address, bits) = word.split_once('/').map_or((word, None), |(address, bits)| (address, Some(bits)));
    let address = u128::from(address.parse::<Ipv6Addr>().ok()?);
    Some(match bits.map(|bits| bits.parse::<u32>().ok().filter(|bits| *bits <= 128)) {
        None => Ok(Datum::Ipv6(address)),
        Some(None) => Err("has more bits behind the slash than an IPv6 address: 0 to 128".to_owned()),
        Some(Some(bits)) => Ok(Datum::Net6(address, u128::MAX.checked_shl(128 - bits).unwrap_or(0))),
    })
}

/// `47:45:54`, `47.45.54`, `47-45-54`, `4745.5420`, `474554`; one byte as a number too.
fn bytes(word: &str) -> Option<Vec<u8>> {
    let stripped = word.strip_prefix(':').unwrap_or(word);
    let stripped = stripped.strip_suffix(':').unwrap_or(stripped);
    let byte = || whole(word).and_then(|number| u8::try_from(number).ok()).map(|byte| vec![byte]);
    if word.starts_with("0x")
        || word.starts_with("0b")
        || word.len() == 3
        || word.len() == 1 && word.as_bytes().first()?.is_ascii_digit()
    {
        if let Some(found) = byte() {
            return Some(found);
        }
    }
    let separator = stripped.chars().find(|c| matches!(c, ':' | '.' | '-'));
    let mut found = Vec::new();
    for group in stripped.split(|c| Some(c) == separator) {
        let digits = group.as_bytes();
        if !digits.iter().all(u8::is_ascii_hexdigit) || digits.is_empty() || digits.len() % 2 == 1 && digits.len() > 1 {
            return None;
        }
        if digits.len() == 1 {
            separator?;
            found.push(u8::from_str_radix(group, 16).ok()?);
            continue;
        }
        for pair in digits.chunks(2) {
            found.push(u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?);
        }
    }
    Some(found)
}

/// What flags are called, whatever they mean.
pub fn flag(text: &str) -> Option<bool> {
    match text {
        "True" | "TRUE" | "Set" | "Yes" | "Present" | "Enabled" | "On" => Some(true),
        "False" | "FALSE" | "Not set" | "No" | "Not present" | "Absent" | "Disabled" | "Off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(word: &str, kind: Type) -> Option<Datum<'static>> {
        value(&Written::Word(word.to_owned()), kind, false).ok()
    }

    #[test]
    fn numbers_and_addresses() {
        let uint = |word| read(word, Type::Uint);
        assert_eq!(
            (uint("0173"), uint("0b11"), uint("0x1F")),
            (Some(Datum::Uint(123)), Some(Datum::Uint(3)), Some(Datum::Uint(31)))
        );
        assert_eq!((uint("08"), uint("1.5"), uint("68-1"), uint("")), (None, None, None, None));
        assert_eq!(read("10.1.2.3/8", Type::Ipv4), Some(Datum::Net4(0x0a01_0203, 0xff00_0000)));
        assert_eq!(
            (read("1.2.3", Type::Ipv4), read("1.2.3.4/33", Type::Ipv4), read("::/129", Type::Ipv6)),
            (None, None, None)
        );
        assert_eq!(read("::13.1.68.3", Type::Ipv6), Some(Datum::Ipv6(0x0d01_4403)));
        assert_eq!(read("ff-ff-ff-ff-ff-ff", Type::Ether), Some(Datum::Ether([255; 6])));
        assert_eq!(read("ffff.ffff.ffff", Type::Ether), Some(Datum::Ether([255; 6])));
        assert_eq!(read("22-33-", Type::Ether), None);
        assert_eq!(read("True", Type::Bool), Some(Datum::Uint(1)));
        assert_eq!(read("true", Type::Bool), None);
    }

    #[test]
    fn byte_strings() {
        let bytes = |word| match read(word, Type::Bytes) {
            Some(Datum::Bytes(bytes)) => bytes.into_owned(),
            _ => Vec::new(),
        };
        for word in ["47:45:54", "47.45.54", "47-45-54", ":474554", "474554"] {
            assert_eq!(bytes(word), b"GET", "{word}");
        }
        assert_eq!(
            [bytes("00"), bytes("aa"), bytes("0xff"), bytes("153"), bytes("fc:"), bytes("1")],
            [[0], [0xaa], [255], [153], [0xfc], [1]]
        );
        assert_eq!(bytes("GET").len() + bytes("474").len(), 0);
    }
}
