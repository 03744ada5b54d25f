//! Bytes as hex and text, line by line. Pure.
use crate::ui::say::fill;
use std::ops::Range;

/// What is known of a byte on screen. The later ones win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tint {
    None,
    /// Of the selected field's layer.
    Layer,
    /// Of the selected field.
    Field,
    /// Of the field under the pointer.
    Hover,
}

impl Tint {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Tint::None => "",
            Tint::Layer => "of-layer",
            Tint::Field => "of-field",
            Tint::Hover => "of-hover",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Digits {
    #[default]
    Hex,
    Bits,
}

impl Digits {
    /// Bytes in a line, characters of a byte.
    pub(crate) fn per_line(self) -> u32 {
        if self == Digits::Hex { 16 } else { 8 }
    }

    pub(crate) fn width(self) -> usize {
        if self == Digits::Hex { 2 } else { 8 }
    }

    fn print(self, byte: u8) -> String {
        if self == Digits::Hex { format!("{byte:02x}") } else { format!("{byte:08b}") }
    }
}

/// Stretches of a line with one look: of its digits, and of its text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Stretches {
    pub digits: Vec<(&'static str, String)>,
    pub text: Vec<(&'static str, String)>,
}

pub(crate) fn printable(byte: u8) -> char {
    if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '·' }
}

/// One line. Every byte takes `width` characters and a space; there is one space more in the middle.
pub(crate) fn line(bytes: &[u8], start: u32, digits: Digits, tint: impl Fn(u32) -> Tint) -> Stretches {
    let per_line = digits.per_line();
    let mut out = Stretches::default();
    let slice = bytes.get(start as usize..).unwrap_or_default();
    let mut before = None;
    for (i, byte) in (0..per_line).zip(slice) {
        let now = tint(start + i);
        let gap = if i == per_line / 2 {
            "  "
        } else if i == 0 {
            ""
        } else {
            " "
        };
        // The space between two bytes of one field belongs to the field.
        if before == Some(now) {
            if let Some((_, text)) = out.digits.last_mut() {
                text.push_str(gap);
            }
        } else if !gap.is_empty() {
            out.digits.push(("", gap.to_owned()));
        }
        if before != Some(now) {
            out.digits.push((now.class(), String::new()));
            out.text.push((now.class(), String::new()));
        }
        if let Some((_, text)) = out.digits.last_mut() {
            text.push_str(&digits.print(*byte));
        }
        if let Some((_, text)) = out.text.last_mut() {
            text.push(printable(*byte));
        }
        before = Some(now);
    }
    out
}

/// Which byte of a line stands at a character of its digits.
pub(crate) fn byte_at(character: f64, digits: Digits) -> u32 {
    let (per_line, step) = (digits.per_line(), (digits.width() + 1) as f64);
    let half = f64::from(per_line / 2) * step;
    let character = if character > half { character - 1.0 } else { character };
    // The space behind a byte is half its own, half the next one's.
    ((character + 0.5) / step).clamp(0.0, f64::from(per_line - 1)) as u32
}

/// Bytes as one hex string: `0d0a`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The whole as `hexdump -C` prints it.
pub(crate) fn whole(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (i, chunk) in bytes.chunks(16).enumerate() {
        let digits: Vec<String> = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
        let text: String =
            chunk.iter().map(|byte| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '.' }).collect();
        let (left, right) = digits.split_at(digits.len().min(8));
        out += &format!("{:08x}  {:<23}  {:<23}  |{text}|\n", i * 16, left.join(" "), right.join(" "));
    }
    out
}

/// `3 bytes`, `1 byte`, and where: for the status line.
pub(crate) fn place(range: &Range<u32>) -> String {
    let length = range.end.saturating_sub(range.start);
    match length {
        0 => String::new(),
        1 => fill("byte {0}", &[&range.start]),
        _ => fill("bytes {0}–{1} ({2})", &[&range.start, &(range.end - 1), &length]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_the_look_changes() {
        let bytes: Vec<u8> = (0x40..0x52).collect();
        let tint = |at: u32| if (2..4).contains(&at) { Tint::Field } else { Tint::None };
        let first = line(&bytes, 0, Digits::Hex, tint);
        let digits: String = first.digits.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(digits, "40 41 42 43 44 45 46 47  48 49 4a 4b 4c 4d 4e 4f");
        assert!(first.digits.contains(&("of-field", "42 43".into())));
        assert_eq!(first.text, [("", "@A".into()), ("of-field", "BC".into()), ("", "DEFGHIJKLMNO".into())]);
        let last = line(&bytes, 16, Digits::Hex, |_| Tint::None);
        assert_eq!(last.digits, [("", "50 51".to_owned())]);
        assert_eq!(line(&bytes, 99, Digits::Hex, |_| Tint::None), Stretches::default());
        assert_eq!(line(&[5], 0, Digits::Bits, |_| Tint::None).digits, [("", "00000101".to_owned())]);
    }

    #[test]
    fn the_pointer_finds_its_byte() {
        let found = [0.0, 2.2, 2.6, 23.0, 25.0, 46.5, 90.0].map(|at| byte_at(at, Digits::Hex));
        assert_eq!(found, [0, 0, 1, 7, 8, 15, 15]);
        assert_eq!(byte_at(9.0, Digits::Bits), 1);
    }

    #[test]
    fn a_dump_is_as_hexdump_prints_it() {
        assert_eq!(whole(b"GET /\r\n"), "00000000  47 45 54 20 2f 0d 0a                              |GET /..|\n");
        assert_eq!(hex(&[0x0d, 0x0a]), "0d0a");
        assert_eq!(place(&(3..7)), "bytes 3–6 (4)");
    }
}
