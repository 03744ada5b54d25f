//! Domain names on the wire, RFC 1035 §3.1 and §4.1.4: labels, and pointers to labels written before.
//!
//! Positions count from the message's first byte. A pointer may point anywhere in the message, so every walk is bounded.

const POINTS: u8 = 0xc0;
/// A name has at most 127 labels (255 bytes); one that jumps more often than this goes in circles.
const MAX_JUMPS: usize = 255;
/// Bytes of a whole name's labels and pointers, at most.
const MAX_WALK: usize = 1024;
/// What fits in 255 bytes on the wire, as text.
const MAX_TEXT: usize = 253;

const ROOT: &str = "<Root>";
const LOOPS: &str = "<Name contains a pointer that loops>";
const TOO_LONG: &str = "<Name too long>";

/// One step of a walk along a name.
enum Step<'m> {
    Label(&'m [u8]),
    End,
    Loops,
    /// Leaves the message, or has label bits nobody uses (RFC 6891 §5 gave them up).
    Broken,
}

/// A place in a name.
struct Walk<'m> {
    message: &'m [u8],
    at: usize,
    jumps: usize,
    /// Bytes gone through: a walk longer than the message goes in circles.
    gone: usize,
}

impl<'m> Walk<'m> {
    fn new(message: &'m [u8], at: usize) -> Self {
        Self { message, at, jumps: 0, gone: 0 }
    }

    fn step(&mut self) -> Step<'m> {
        loop {
            let Some(&first) = self.message.get(self.at) else { return Step::Broken };
            let next = self.at.saturating_add(1);
            if first & POINTS == POINTS {
                let Some(&low) = self.message.get(next) else { return Step::Broken };
                let target = usize::from(u16::from_be_bytes([first & !POINTS, low]));
                self.jumps = self.jumps.saturating_add(1);
                self.gone = self.gone.saturating_add(2);
                if target == self.at || self.jumps > MAX_JUMPS || self.gone >= self.message.len() {
                    return Step::Loops;
                }
                self.at = target;
                continue;
            }
            if first & POINTS != 0 {
                return Step::Broken;
            }
            let after = next.saturating_add(usize::from(first));
            self.at = after;
            if first == 0 {
                return Step::End;
            }
            self.gone = self.gone.saturating_add(usize::from(first)).saturating_add(1);
            return self.message.get(next..after).map_or(Step::Broken, Step::Label);
        }
    }
}

/// Where the bytes of the name at `at` end; None when they do not.
fn end_of(message: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    loop {
        let &first = message.get(at)?;
        at = at.checked_add(1)?;
        match first & POINTS {
            0 if first == 0 => return Some(at),
            0 => at = at.checked_add(usize::from(first))?,
            POINTS => return message.get(at).and(at.checked_add(1)),
            _ => return None,
        }
    }
}

/// How a walk along a name ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Whole,
    Loops,
    TooLong,
}

/// Hands the labels of the name at `at` to `label`; None when the name leaves the message.
fn labels<'m>(message: &'m [u8], at: usize, mut label: impl FnMut(&'m [u8])) -> Option<Outcome> {
    let mut walk = Walk::new(message, at);
    let mut text = 0usize;
    loop {
        match walk.step() {
            Step::Label(bytes) => {
                text = text.saturating_add(bytes.len()).saturating_add(usize::from(text > 0));
                if text > MAX_TEXT {
                    return Some(Outcome::TooLong);
                }
                label(bytes);
            }
            Step::End => return Some(Outcome::Whole),
            Step::Loops => return Some(Outcome::Loops),
            Step::Broken => return None,
        }
    }
}

/// The name at `at` as text; None when it leaves the message.
///
/// Text that is no name stands in angle brackets, as Wireshark prints it.
pub(super) fn text(message: &[u8], at: usize) -> Option<String> {
    let mut text: Vec<u8> = Vec::new();
    let outcome = labels(message, at, |label| {
        if !text.is_empty() {
            text.push(b'.');
        }
        text.extend_from_slice(label);
    })?;
    Some(match outcome {
        Outcome::Whole if text.is_empty() => ROOT.to_owned(),
        Outcome::Whole => printable(&text),
        Outcome::Loops => LOOPS.to_owned(),
        Outcome::TooLong => TOO_LONG.to_owned(),
    })
}

/// The name at `at` as text, and where it ends.
pub(super) fn read(message: &[u8], at: usize) -> Option<(String, usize)> {
    Some((text(message, at)?, end_of(message, at)?))
}

/// Where the name at `at` ends, when [`read`] can read it; makes nothing.
pub(super) fn skip(message: &[u8], at: usize) -> Option<usize> {
    labels(message, at, |_| {}).and_then(|_| end_of(message, at))
}

/// The name at `at`, when it is one that a host can have.
pub(super) fn of_host(message: &[u8], at: usize) -> Option<String> {
    text(message, at).filter(|text| !text.starts_with('<'))
}

/// Whether the names at two places are the same (RFC 4343: case does not count).
pub(super) fn same(message: &[u8], one: usize, other: usize) -> bool {
    let (mut one, mut other) = (Walk::new(message, one), Walk::new(message, other));
    while one.gone <= MAX_WALK {
        match (one.step(), other.step()) {
            (Step::Label(a), Step::Label(b)) if a.eq_ignore_ascii_case(b) => {}
            (Step::End, Step::End) => return true,
            _ => return false,
        }
    }
    false
}

/// Text of bytes that are mostly UTF-8: what cannot be printed is escaped as C does.
pub(super) fn printable(bytes: &[u8]) -> String {
    if bytes.iter().all(|b| matches!(b, 0x20..=0x7e)) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut text = String::with_capacity(bytes.len());
    for c in String::from_utf8_lossy(bytes).chars() {
        match c {
            '\x07' => text.push_str("\\a"),
            '\x08' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\x0b' => text.push_str("\\v"),
            '\x0c' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            c if c.is_ascii_control() => text.push_str(&format!("\\{:03o}", u32::from(c))),
            c if unseen(c) => text.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => text.push(c),
        }
    }
    text
}

/// Control and format characters beyond ASCII: they would hide in a table or turn its text round.
fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_wireshark_prints_them() {
        let long: Vec<u8> = [&[60u8][..], &[b'a'; 60]].concat().repeat(5).into_iter().chain([0]).collect();
        type Case<'a> = (&'a [u8], usize, Option<(&'a str, usize)>);
        let cases: &[Case<'_>] = &[
            (b"\x07example\x03com\0", 0, Some(("example.com", 13))),
            (b"\0", 0, Some(("<Root>", 1))),
            (b"\x03com\0\x01a\xc0\x00..", 5, Some(("a.com", 9))),
            (b"\xc0\x00..", 0, Some(("<Name contains a pointer that loops>", 2))),
            (b"\x01a\xc0\x00..", 0, Some(("<Name contains a pointer that loops>", 4))),
            (b"\xc0\x02\xc0\x00..", 0, Some(("<Name contains a pointer that loops>", 2))),
            (b"\xc0\x40........", 0, None),
            (b"\x05abc", 0, None),
            (b"\x03abc", 0, None),
            (b"\x41a\0", 0, None),
            (b"\x06a\t\x7f\\\xc3\xa9\0", 0, Some(("a\\t\\177\\é", 8))),
            (b"\x05x\xff\xc2\x85y\0", 0, Some(("x\u{fffd}\\u0085y", 7))),
            (&long, 0, Some(("<Name too long>", 306))),
        ];
        for (message, at, expected) in cases {
            let found = read(message, *at);
            assert_eq!(found.as_ref().map(|(text, end)| (text.as_str(), *end)), *expected, "{message:?}");
        }
    }

    #[test]
    fn case_and_compression_make_no_other_name() {
        let message = b"\x03Www\x01a\0\x03wwW\xc0\x04\x01b\0";
        assert!(same(message, 0, 7));
        assert!(!same(message, 0, 4));
        assert!(!same(message, 0, 13));
        assert!(!same(b"\xc0\x02\xc0\x00", 0, 2), "circles are no names");
    }
}
