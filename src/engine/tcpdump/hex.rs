//! Bytes as `-X` and `-A` show them.
use super::Out;

/// Sixteen bytes a line: offset, hex in pairs, text.
pub fn hex_and_text(out: &mut Out<'_>, bytes: &[u8]) {
    for (n, line) in bytes.chunks(16).enumerate() {
        let offset = n.saturating_mul(16);
        let mut hex = String::with_capacity(40);
        for pair in line.chunks(2) {
            hex.push(' ');
            pair.iter().for_each(|byte| {
                use std::fmt::Write as _;
                let _ = write!(hex, "{byte:02x}");
            });
        }
        say!(out, "\n\t0x{offset:04x}: {hex:<40}  ");
        out.text.extend(line.iter().map(|&byte| if byte.is_ascii_graphic() { char::from(byte) } else { '.' }));
    }
}

/// The bytes as text, dots for what is none.
pub fn text(out: &mut Out<'_>, bytes: &[u8]) {
    out.text.push('\n');
    let mut bytes = bytes.iter().peekable();
    while let Some(&byte) = bytes.next() {
        // A carriage return is left out where a line ends with it.
        if byte == b'\r' && bytes.peek() == Some(&&b'\n') {
            continue;
        }
        let shown = byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t' | b'\n');
        out.text.push(if shown { char::from(byte) } else { '.' });
    }
}

/// The same without the text.
pub fn hex(out: &mut Out<'_>, bytes: &[u8]) {
    for (n, line) in bytes.chunks(16).enumerate() {
        say!(out, "\n\t0x{:04x}: ", n.saturating_mul(16));
        for pair in line.chunks(2) {
            out.put(" ");
            pair.iter().for_each(|byte| say!(out, "{byte:02x}"));
        }
    }
}
