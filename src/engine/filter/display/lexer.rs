//! The text of a filter, cut into words and signs.
use super::super::Wrong;
use std::ops::Range;

#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: Kind,
    pub at: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A name, number, address or an operator in letters: what it is, the parser says.
    Word,
    /// In quotes, its escapes resolved.
    Text(Vec<u8>),
    /// In single quotes.
    Char(u8),
    /// One of [`SIGNS`].
    Sign(&'static str),
    /// `[…]`; the range is what stands inside.
    Slice(Range<usize>),
    /// `${…}` or `$name`; the range is what stands inside.
    Reference(Range<usize>),
}

/// Longer ones first.
const SIGNS: &[&str] = &[
    "===", "!==", "==", "!=", "~=", ">=", "<=", "&&", "||", "^^", "..", ">", "<", "!", "&", "~", "+", "-", "*", "/",
    "%", "(", ")", "{", "}", ",", "@", "#",
];

pub fn wrong<T>(at: Range<usize>, message: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { message: message.into(), at })
}

/// # Errors
/// Where a character or text is none of the language.
pub fn tokens(text: &str) -> Result<Vec<Token>, Wrong> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let (mut tokens, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let start = at;
        let kind = match byte(at) {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'"' => {
                let (value, end) = quoted(text, at + 1, true)?;
                at = end;
                Kind::Text(value)
            }
            b'r' | b'R' if byte(at + 1) == b'"' => {
                let (value, end) = quoted(text, at + 2, false)?;
                at = end;
                Kind::Text(value)
            }
            b'\'' => {
                let (value, end) = character(text, at)?;
                at = end;
                Kind::Char(value)
            }
            b'[' => {
                let Some(length) = text[at..].find(']') else {
                    return wrong(at..text.len(), "A slice begins here and does not end: ] is missing.");
                };
                at += length + 1;
                Kind::Slice(start + 1..at - 1)
            }
            b'$' if byte(at + 1) == b'{' => {
                let Some(length) = text[at..].find('}') else {
                    return wrong(at..text.len(), "A field reference begins here and does not end: } is missing.");
                };
                at += length + 1;
                Kind::Reference(start + 2..at - 1)
            }
            b'$' if is_word(byte(at + 1)) => {
                at = word(bytes, at + 1);
                Kind::Reference(start + 1..at)
            }
            b'.' if byte(at + 1) != b'.' && is_word(byte(at + 1)) => {
                at = word(bytes, at);
                Kind::Word
            }
            first if first != b'.' && is_word(first) => {
                at = word(bytes, at);
                Kind::Word
            }
            _ => match SIGNS.iter().find(|sign| bytes[at..].starts_with(sign.as_bytes())) {
                Some(sign) => {
                    at += sign.len();
                    Kind::Sign(sign)
                }
                None => {
                    let size = text[at..].chars().next().map_or(1, char::len_utf8);
                    let meant = match byte(at) {
                        b'=' => " Two are equal: ==.",
                        b'|' => " Or is written ||.",
                        _ => "",
                    };
                    let shown = &text[at..at + size];
                    return wrong(at..at + size, format!("\"{shown}\" means nothing in a filter.{meant}"));
                }
            },
        };
        tokens.push(Token { kind, at: start..at });
    }
    Ok(tokens)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'.') || byte >= 0x80
}

/// Where a word ends. Points, colons and hyphens are parts of names, numbers and addresses; a slash only of addresses.
fn word(bytes: &[u8], start: usize) -> usize {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let (mut at, mut points, mut colons) = (start, 0, false);
    loop {
        match byte(at) {
            b'.' if byte(at + 1) == b'.' => return at,
            b'.' => points += 1,
            b':' => colons = true,
            b'-' if at > start && byte(at + 1).is_ascii_alphanumeric() => {}
            b'/' if (colons || points == 3) && byte(at + 1).is_ascii_digit() => {}
            other if is_word(other) => {}
            _ => return at,
        }
        at += 1;
    }
}

/// The text from `at` on up to its final quote, and where that ends.
fn quoted(text: &str, mut at: usize, escapes: bool) -> Result<(Vec<u8>, usize), Wrong> {
    let (bytes, start) = (text.as_bytes(), at - 1);
    let mut value = Vec::new();
    loop {
        match bytes.get(at) {
            None => return wrong(start..text.len(), "This text does not end: its final quote is missing."),
            Some(b'"') => return Ok((value, at + 1)),
            Some(b'\\') if escapes => {
                let (byte, end) = escape(text, at)?;
                value.push(byte);
                at = end;
            }
            // A quote after a backslash does not end a raw text; both belong to it.
            Some(b'\\') if bytes.get(at + 1) == Some(&b'"') => {
                value.extend_from_slice(b"\\\"");
                at += 2;
            }
            Some(&byte) => {
                value.push(byte);
                at += 1;
            }
        }
    }
}

/// The byte that an escape stands for, and where it ends.
fn escape(text: &str, at: usize) -> Result<(u8, usize), Wrong> {
    let bytes = text.as_bytes();
    let digits = |from: usize, most: usize, base: u32| {
        let found = bytes[from.min(bytes.len())..].iter().take(most);
        found.take_while(|byte| char::from(**byte).is_digit(base)).count()
    };
    let simple = |byte: u8| Ok((byte, at + 2));
    match bytes.get(at + 1) {
        Some(b'a') => simple(7),
        Some(b'b') => simple(8),
        Some(b'f') => simple(12),
        Some(b'n') => simple(b'\n'),
        Some(b'r') => simple(b'\r'),
        Some(b't') => simple(b'\t'),
        Some(b'v') => simple(11),
        Some(&same @ (b'\\' | b'"' | b'\'' | b'?')) => simple(same),
        Some(b'x') if digits(at + 2, 2, 16) > 0 => {
            let end = at + 2 + digits(at + 2, 2, 16);
            Ok((u8::from_str_radix(&text[at + 2..end], 16).unwrap_or(0), end))
        }
        Some(b'0'..=b'7') => {
            let end = at + 1 + digits(at + 1, 3, 8);
            match u8::from_str_radix(&text[at + 1..end], 8) {
                Ok(byte) => Ok((byte, end)),
                Err(_) => wrong(at..end, format!("{} is larger than a byte (\\377).", &text[at..end])),
            }
        }
        _ => {
            let end = at + 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
            wrong(
                at..end,
                format!("{} is no escape; a backslash is written \\\\, or the text as r\"…\".", &text[at..end]),
            )
        }
    }
}

/// The character between single quotes, and where they end.
fn character(text: &str, start: usize) -> Result<(u8, usize), Wrong> {
    let bytes = text.as_bytes();
    let (value, at) = match bytes.get(start + 1) {
        Some(b'\\') => escape(text, start + 1)?,
        Some(&byte) if byte != b'\'' => (byte, start + 2),
        _ => return wrong(start..text.len().min(start + 2), "One character stands between single quotes."),
    };
    if bytes.get(at) == Some(&b'\'') {
        return Ok((value, at + 1));
    }
    let end = text[start + 1..].find('\'').map_or(text.len(), |length| start + 1 + length + 1);
    wrong(start..end, "Single quotes hold one character; a text stands in double quotes.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_they_should() {
        let words = |text: &str| -> Vec<String> {
            tokens(text).expect("tokens").iter().map(|token| text[token.at.clone()].to_owned()).collect()
        };
        assert_eq!(
            words("tcp.port in{80..81,8000 .. 8100}"),
            ["tcp.port", "in", "{", "80", "..", "81", ",", "8000", "..", "8100", "}"]
        );
        assert_eq!(words("ip.addr==10.0.0.0/8&&a/2"), ["ip.addr", "==", "10.0.0.0/8", "&&", "a", "/", "2"]);
        assert_eq!(
            words("::1/64 fe80::1..ff02::1 :fc fc: .fc"),
            ["::1/64", "fe80::1", "..", "ff02::1", ":fc", "fc:", ".fc"]
        );
        assert_eq!(
            words("66+1 68-1 -12 bt-dht {0.1...7}"),
            ["66", "+", "1", "68-1", "-", "12", "bt-dht", "{", "0.1", "..", ".7", "}"]
        );
        assert_eq!(words("${ip.src#1}[0-2] r\"\\d\" '\\n'"), ["${ip.src#1}", "[0-2]", "r\"\\d\"", "'\\n'"]);
    }

    #[test]
    fn escapes_are_bytes() {
        let text = |text: &str| tokens(text).map(|tokens| tokens[0].kind.clone());
        assert_eq!(text(r#""\x58\110\n""#), Ok(Kind::Text(b"\x58\x48\n".to_vec())));
        assert_eq!(text(r#"r"\d\"""#), Ok(Kind::Text(br#"\d\""#.to_vec())));
        assert_eq!(text(r"'\x50'"), Ok(Kind::Char(b'P')));
        for (filter, at) in [(r#"a "\H""#, 3..5), ("'ab'", 0..4), ("\"abc", 0..4), ("a = 1", 2..3), (r#""\400""#, 1..5)]
        {
            assert_eq!(tokens(filter).map_err(|wrong| wrong.at), Err(at), "{filter}");
        }
    }
}
