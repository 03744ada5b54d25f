//! Lines and words of text protocols. Nothing here allocates, except what is asked to be shown.
use crate::api::Moment;

/// Longer lines are no protocol's commands.
const LONGEST_LINE: usize = 512;

/// Up to the end of the first line, which is left out; everything when there is none.
pub fn line(bytes: &[u8]) -> &[u8] {
    next_line(bytes).0
}

/// The first line without its end, and what follows it.
pub fn next_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|&byte| byte == b'\n');
    let (line, rest) = match end.and_then(|end| bytes.split_at_checked(end)) {
        Some((line, [_, rest @ ..])) => (line, rest),
        _ => (bytes, [].as_slice()),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

/// The first line, if it ends and is readable text.
pub fn whole_line(bytes: &[u8]) -> Option<&[u8]> {
    let start = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
    if !start.contains(&b'\n') {
        return None;
    }
    Some(line(start)).filter(|line| readable(line))
}

/// Printable ASCII, UTF-8 or Latin-1 above it, and tabs.
pub fn readable(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte >= b' ' && byte != 0x7f || byte == b'\t')
}

/// Whether the beginning could be a text protocol's: printable ASCII and line ends only.
pub fn looks_like_text(bytes: &[u8]) -> bool {
    let start = bytes.get(..32).unwrap_or(bytes);
    !start.is_empty() && start.iter().all(|&byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n'))
}

/// The first word and the rest behind the blanks.
pub fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(|&byte| byte == b' ').unwrap_or(line.len());
    let (word, rest) = line.split_at_checked(end).unwrap_or((line, &[]));
    (word, rest.trim_ascii_start())
}

/// The three digits of a reply, followed by the end, a blank or a hyphen (RFC 959 §4.2).
pub fn reply_code(line: &[u8]) -> Option<u16> {
    match line {
        [a @ b'1'..=b'6', b @ b'0'..=b'9', c @ b'0'..=b'9']
        | [a @ b'1'..=b'6', b @ b'0'..=b'9', c @ b'0'..=b'9', b' ' | b'-', ..] => {
            Some([a, b, c].into_iter().fold(0, |code: u16, digit| {
                code.saturating_mul(10).saturating_add(u16::from(digit.saturating_sub(b'0')))
            }))
        }
        _ => None,
    }
}

/// Whether `bytes` start with `prefix` in any case.
pub fn starts_with(bytes: &[u8], prefix: &[u8]) -> bool {
    bytes.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Whether a word is one of a list, in any case.
pub fn one_of(word: &[u8], list: &[&[u8]]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether `needle` stands somewhere in `bytes`, in any case.
pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len().max(1)).any(|window| window.eq_ignore_ascii_case(needle))
}

/// Where a head of lines ends (RFC 5322 §2.1): behind its first empty line.
pub fn head_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    loop {
        let rest = bytes.get(at..)?;
        let length = rest.iter().position(|&byte| byte == b'\n')?;
        at = at.saturating_add(length).saturating_add(1);
        if matches!(rest.get(..length), Some(b"" | b"\r")) {
            return Some(at);
        }
    }
}

/// The header lines behind a first line: where each begins, its length, its name and its value without blanks around.
pub fn headers(bytes: &[u8]) -> impl Iterator<Item = (usize, usize, &[u8], &[u8])> {
    let mut at = bytes.len().saturating_sub(next_line(bytes).1.len());
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(at..)?;
            let (line, after) = next_line(rest);
            if line.is_empty() {
                return None;
            }
            let start = at;
            at = at.saturating_add(rest.len().saturating_sub(after.len()));
            let Some(colon) = line.iter().position(|&byte| byte == b':') else { continue };
            let (name, value) = line.split_at_checked(colon)?;
            return Some((start, line.len(), name.trim_ascii(), value.get(1..)?.trim_ascii()));
        }
    })
}

/// A number in decimal digits.
pub fn number(bytes: &[u8]) -> Option<usize> {
    std::str::from_utf8(bytes).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

/// As text to be shown.
pub fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Three letters each.
pub(super) const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";

/// Seconds since 1970 as a date: `Nov 14, 2023 22:13:20.000000000 UTC`.
pub fn utc(seconds: i64) -> String {
    let calendar = Moment { seconds, nanos: 0 }.calendar();
    let (date, time) = calendar.split_once(' ').unwrap_or_default();
    let mut parts = date.rsplitn(3, '-');
    let (day, month, year) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let start = month.parse::<usize>().unwrap_or(0).saturating_sub(1).saturating_mul(3);
    let month = MONTHS.get(start..start.saturating_add(3)).unwrap_or("");
    format!("{month} {:>2}, {year} {time}.000000000 UTC", day.trim_start_matches('0'))
}

/// 100 ns since 1601, as Windows counts ([MS-DTYP] §2.3.3); none is told by zero.
pub fn file_time(ticks: u64) -> String {
    const TICKS: u64 = 10_000_000;
    // To 1970, seconds.
    const EPOCH: i64 = 11_644_473_600;
    if ticks == 0 {
        return "No time specified (0)".to_owned();
    }
    let seconds = i64::try_from(ticks / TICKS).unwrap_or_default().saturating_sub(EPOCH);
    utc(seconds).replace("000000000", &format!("{:07}00", ticks % TICKS))
}

/// The labels of a domain name (RFC 1035 §3.1) up to its end; and how many bytes they took.
pub fn labels(bytes: &[u8]) -> (String, usize) {
    let (mut name, mut at) = (String::new(), 0_usize);
    while let Some(&length @ 1..=63) = bytes.get(at) {
        let start = at.saturating_add(1);
        at = start.saturating_add(length.into());
        let Some(label) = bytes.get(start..at) else { break };
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&String::from_utf8_lossy(label));
    }
    (name, at.saturating_add(1).min(bytes.len()))
}

/// Little endian UTF-16, as Windows and USB have it.
pub fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk::<2>().copied().map(u16::from_le_bytes));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_they_end() {
        assert_eq!(next_line(b"a b\r\nc"), (b"a b".as_slice(), b"c".as_slice()));
        assert_eq!(next_line(b"a"), (b"a".as_slice(), b"".as_slice()));
        assert_eq!(whole_line(b"a\x01\n"), None);
        assert_eq!(word(b"USER  me"), (b"USER".as_slice(), b"me".as_slice()));
    }

    #[test]
    fn days_have_dates() {
        let dates = [
            (0, "Jan  1, 1970 00"),
            (951_782_400, "Feb 29, 2000 00"),
            (1_700_000_000, "Nov 14, 2023 22"),
            (-86_400, "Dec 31, 1969 00"),
        ];
        for (seconds, date) in dates {
            assert!(utc(seconds).starts_with(date), "{}", utc(seconds));
        }
        assert_eq!(file_time(131_923_209_890_001_234), "Jan 18, 2019 21:36:29.000123400 UTC");
        assert_eq!(file_time(u64::MAX), "May 28, 60056 05:36:10.955161500 UTC");
        assert_eq!(labels(b"\x01a\x02bc\0x"), ("a.bc".to_owned(), 6));
    }

    #[test]
    fn reply_codes_are_three_digits() {
        assert_eq!(reply_code(b"220-hi"), Some(220));
        assert_eq!(reply_code(b"220"), Some(220));
        assert_eq!(reply_code(b"2204 hi"), None);
        assert_eq!(reply_code(b"22"), None);
    }
}
