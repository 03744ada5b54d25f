//! Bodies as they were before they were sent: chunks joined (RFC 9112 §7.1).
use super::head::{Chunk, after_chunk, chunk};

/// The chunks' bytes, as far as they are there; up to `most`. Nothing when they are no chunks.
pub(super) fn joined(bytes: &[u8], most: usize) -> Vec<u8> {
    let (mut whole, mut at) = (Vec::new(), 0);
    while let Chunk::Data(range) = chunk(bytes, at) {
        let rest = bytes.get(range.start..).unwrap_or_default();
        whole.extend_from_slice(rest.get(..range.len()).unwrap_or(rest));
        if whole.len() > most || range.end >= bytes.len() {
            break;
        }
        at = after_chunk(bytes, range.end);
    }
    whole.truncate(most);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined() {
        assert_eq!(joined(b"3\r\nabc\r\n4;x\r\ndefg\r\n0\r\n\r\n", 100), b"abcdefg");
        assert_eq!(joined(b"3\r\nabc\r\n9\r\ndef", 100), b"abcdef");
        assert_eq!(joined(b"hello\r\n", 100), b"");
        assert_eq!(joined(b"ffffffffffffffff\r\nx", 100), b"x");
    }
}
