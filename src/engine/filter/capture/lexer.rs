//! Text into tokens, by libpcap's rules: of all that could begin at a place the longest wins, then the more special. So `1-1` is a name,
//! `80` a number, `10.1` an address, `00-11-22-33-44-55` a MAC address.
use super::super::Wrong;
use super::words::{self, Word};
use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Word(Word),
    Number(u32),
    /// A name, or what follows a backslash.
    Name,
    /// Two to four numbers with dots.
    Address4,
    Address6,
    Mac,
    /// `$c0`
    Short,
    /// `+ - * / % : [ ] < > ( ) & | ^ = !`
    Symbol(u8),
    AtLeast,
    AtMost,
    Differs,
    ShiftLeft,
    ShiftRight,
}

#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    pub at: Range<usize>,
}

fn run(bytes: &[u8], fits: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| fits(byte)).count()
}

fn at(bytes: &[u8], n: usize) -> &[u8] {
    bytes.get(n..).unwrap_or_default()
}

fn number(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"0x") || bytes.starts_with(b"0X") {
        let digits = run(at(bytes, 2), u8::is_ascii_hexdigit);
        if digits > 0 {
            return 2 + digits;
        }
    }
    run(bytes, u8::is_ascii_digit)
}

/// Two to four numbers with dots between.
fn address4(bytes: &[u8]) -> (usize, usize) {
    let (mut len, mut parts) = (number(bytes), 1);
    if len == 0 {
        return (0, 0);
    }
    while parts < 4 && at(bytes, len).first() == Some(&b'.') {
        let next = number(at(bytes, len + 1));
        if next == 0 {
            break;
        }
        len += 1 + next;
        parts += 1;
    }
    (len, parts)
}

fn address6(bytes: &[u8]) -> usize {
    let (mut n, mut longest, mut groups) = (0, 0, 0);
    let mut double = bytes.starts_with(b"::");
    if double {
        (n, longest) = (2, 2);
    }
    loop {
        let rest = at(bytes, n);
        if n > 0 && (if double { groups <= 5 } else { groups == 6 }) {
            let (len, parts) = address4(rest);
            if parts == 4 {
                longest = longest.max(n + len);
            }
        }
        let digits = run(rest.get(..4).unwrap_or(rest), u8::is_ascii_hexdigit);
        if digits == 0 || groups == 8 || double && groups == 7 {
            return longest;
        }
        groups += 1;
        n += digits;
        if groups == 8 || double {
            longest = longest.max(n);
        }
        let rest = at(bytes, n);
        if rest.starts_with(b"::") && !double && groups <= 7 {
            double = true;
            n += 2;
            longest = longest.max(n);
        } else if rest.first() == Some(&b':') {
            n += 1;
        } else {
            return longest;
        }
    }
}

/// Six bytes with one kind of separator, three times two with dots, or twelve digits.
fn mac(bytes: &[u8]) -> usize {
    let parts = |count: usize, least: usize, most: usize, separator: &[u8]| {
        let mut len = 0;
        for part in 0..count {
            if part > 0 {
                if !at(bytes, len).starts_with(separator) {
                    return 0;
                }
                len += separator.len();
            }
            let digits = run(at(bytes, len), u8::is_ascii_hexdigit).min(most);
            if digits < least {
                return 0;
            }
            len += digits;
        }
        len
    };
    let forms =
        [parts(6, 1, 2, b":"), parts(6, 1, 2, b"-"), parts(6, 1, 2, b"."), parts(3, 4, 4, b"."), parts(3, 4, 4, b"")];
    forms.into_iter().max().unwrap_or(0)
}

/// `aa:bb:` and more: what looks as if it should become a MAC address.
fn broken_mac(bytes: &[u8]) -> usize {
    let (mut len, mut parts) = (0, 0);
    loop {
        let digits = run(at(bytes, len), u8::is_ascii_hexdigit).min(2);
        let colons = if digits == 0 { 0 } else { run(at(bytes, len + digits), |byte| *byte == b':') };
        if colons == 0 {
            return if parts >= 2 { len } else { 0 };
        }
        len += digits + colons;
        parts += 1;
    }
}

fn name(bytes: &[u8]) -> usize {
    if !bytes.first().is_some_and(u8::is_ascii_alphanumeric) {
        return 0;
    }
    let all = run(bytes, |byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte));
    let kept = bytes.get(..all).unwrap_or_default();
    kept.iter().rposition(|byte| !b"-_".contains(byte)).map_or(0, |last| last + 1)
}

fn value(text: &str) -> Result<u32, String> {
    let overflows =
        |system: &str| format!("{system} number {text} overflows 32 bits: the largest is 4294967295 (0xffffffff)");
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u32::from_str_radix(digits, 16).map_err(|_| overflows("hexadecimal"));
    }
    if text.len() > 1 && text.starts_with('0') {
        if text.bytes().any(|digit| digit > b'7') {
            return Err(format!("number {text} contains non-octal digit: a 0 in front means octal"));
        }
        return u32::from_str_radix(text, 8).map_err(|_| overflows("octal"));
    }
    text.parse().map_err(|_| overflows("decimal"))
}

/// All tokens of a text.
pub fn tokens(text: &str) -> Result<Vec<Token>, Wrong> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut n = 0;
    while let Some(first) = bytes.get(n) {
        if b" \r\n\t".contains(first) {
            n += 1;
            continue;
        }
        let (kind, len) = next(text, at(bytes, n), n)?;
        tokens.push(Token { kind, at: n..n + len });
        n += len;
    }
    Ok(tokens)
}

fn next(text: &str, rest: &[u8], n: usize) -> Result<(Kind, usize), Wrong> {
    let fail = |len: usize, message: String| Wrong { message, at: n..n + len };
    let of = |len: usize| text.get(n..n + len).unwrap_or_default();
    if let [b'\\', after @ ..] = rest {
        let len = run(after, |byte| !b" !()\n\t".contains(byte));
        if len > 0 {
            return Ok((Kind::Name, 1 + len));
        }
    }
    if let [b'$', after @ ..] = rest {
        let digits = run(after, u8::is_ascii_hexdigit).min(2);
        if digits > 0 {
            return Ok((Kind::Short, 1 + digits));
        }
    }
    let (four, parts) = address4(rest);
    let forms = [
        (mac(rest), Kind::Mac),
        (number(rest), Kind::Number(0)),
        (if parts > 1 { four } else { 0 }, Kind::Address4),
        (address6(rest), Kind::Address6),
        (broken_mac(rest), Kind::Symbol(0)),
        (name(rest), Kind::Name),
    ];
    // The first of the longest.
    let longest = forms.into_iter().reduce(|best, form| if form.0 > best.0 { form } else { best });
    if let Some((len @ 1.., kind)) = longest {
        let word = of(len);
        if let Some(known) = words::word(word) {
            return Ok((if let Word::Value(value) = known { Kind::Number(value) } else { Kind::Word(known) }, len));
        }
        return match kind {
            Kind::Number(_) => Ok((Kind::Number(value(word).map_err(|message| fail(len, message))?), len)),
            Kind::Address6 if word.parse::<std::net::Ipv6Addr>().is_err() => {
                Err(fail(len, format!("bogus IPv6 address {word}")))
            }
            Kind::Symbol(_) => Err(fail(
                len,
                format!(
                    "invalid Ethernet address (bogus ethernet address {word}): six bytes such as 00:11:22:33:44:55"
                ),
            )),
            kind => Ok((kind, len)),
        };
    }
    let two = [
        (&b">="[..], Kind::AtLeast),
        (b"<=", Kind::AtMost),
        (b"!=", Kind::Differs),
        (b"==", Kind::Symbol(b'=')),
        (b"<<", Kind::ShiftLeft),
        (b">>", Kind::ShiftRight),
        (b"&&", Kind::Word(Word::And)),
        (b"||", Kind::Word(Word::Or)),
    ];
    if let Some((_, kind)) = two.into_iter().find(|(symbol, _)| rest.starts_with(symbol)) {
        return Ok((kind, 2));
    }
    match rest.first() {
        Some(b'!') => Ok((Kind::Word(Word::Not), 1)),
        Some(symbol) if b"+-*/%:[]<>()&|^=".contains(symbol) => Ok((Kind::Symbol(*symbol), 1)),
        _ => {
            let found = at(text.as_bytes(), n);
            let len = std::str::from_utf8(found).ok().and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            Err(fail(len, format!("illegal character: \"{}\" has no meaning in capture filters", of(len))))
        }
    }
}
