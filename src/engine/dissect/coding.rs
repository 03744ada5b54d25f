//! Content codings undone, for whoever carries bodies: gzip and deflate (RFC 9110 §8.4.1) here, brotli and zstd (RFC 7932, RFC 8878)
//! by whoever runs the engine: their decoders are large, and the page's worker goes without (`src/bin/worker/coded.rs`).
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
use std::sync::OnceLock;

/// The first bytes of a body in one of [`OTHERS`], so many at most.
pub type Decoder = fn(encoding: &str, bytes: &[u8], most: usize) -> Option<Vec<u8>>;

/// Codings that a decoder from outside undoes.
const OTHERS: [&str; 2] = ["br", "zstd"];
static DECODER: OnceLock<Decoder> = OnceLock::new();

/// Tells the engine, once and before anything is read, how the other codings are undone.
pub fn decode_with(decoder: Decoder) {
    let _ = DECODER.set(decoder);
}

/// The coding among the others, and who undoes it.
fn other(encoding: &[u8]) -> Option<(&'static str, Decoder)> {
    let name = OTHERS.into_iter().find(|name| encoding.eq_ignore_ascii_case(name.as_bytes()))?;
    Some((name, *DECODER.get()?))
}

/// Whether a content coding can be undone.
pub fn can_decode(encoding: &[u8]) -> bool {
    let here = [b"gzip".as_slice(), b"x-gzip", b"deflate", b"x-deflate"];
    here.iter().any(|known| encoding.eq_ignore_ascii_case(known)) || other(encoding).is_some()
}

/// The first `most` bytes of a compressed body, as far as it is there.
pub fn decoded(encoding: &[u8], bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    if let Some((name, decode)) = other(encoding) {
        return decode(name, bytes, most);
    }
    let is_gzip = encoding.len() != 7 && encoding.len() != 9;
    let made = match bytes {
        [0x1f, 0x8b, 8, ..] => inflated(bytes.get(gzip_header(bytes)?..)?, false, most),
        _ if is_gzip => return None,
        // Some send a bare deflate stream without the zlib header that RFC 9110 asks for (RFC 1950 §2.2).
        &[method, check, ..] => {
            let has_header = method & 0x0f == 8 && u16::from_be_bytes([method, check]).is_multiple_of(31);
            inflated(bytes, has_header, most)
        }
        _ => return None,
    };
    (!made.is_empty()).then_some(made)
}

/// What a deflate stream holds: as far as it is there and undamaged, up to `most` bytes.
fn inflated(bytes: &[u8], has_header: bool, most: usize) -> Vec<u8> {
    let header = if has_header { inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER } else { 0 };
    let flags = header | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = DecompressorOxide::new();
    let mut made = vec![0; bytes.len().saturating_mul(4).clamp(256, 64 << 10).min(most)];
    let (mut read, mut written) = (0_usize, 0_usize);
    loop {
        let rest = bytes.get(read..).unwrap_or_default();
        let (status, taken, new) = decompress(&mut state, rest, &mut made, written, flags);
        read = read.saturating_add(taken);
        written = written.saturating_add(new);
        if status != TINFLStatus::HasMoreOutput || made.len() >= most {
            break;
        }
        made.resize(made.len().saturating_mul(2).min(most), 0);
    }
    made.truncate(written);
    made
}

/// The length of a gzip member's header (RFC 1952 §2.3).
fn gzip_header(bytes: &[u8]) -> Option<usize> {
    const TEXT_END: u8 = 0;
    let flags = *bytes.get(3)?;
    let mut at = 10_usize;
    if flags & 4 != 0 {
        let length = u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at.saturating_add(1))?]);
        at = at.saturating_add(2).saturating_add(length.into());
    }
    for _ in 0..(flags & 8).count_ones().saturating_add((flags & 16).count_ones()) {
        let end = bytes.get(at..)?.iter().position(|&b| b == TEXT_END)?;
        at = at.saturating_add(end).saturating_add(1);
    }
    Some(at.saturating_add(if flags & 2 != 0 { 2 } else { 0 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compressed_comes_back() {
        let deflated = miniz_oxide::deflate::compress_to_vec(b"hello hello hello", 6);
        let zlib = miniz_oxide::deflate::compress_to_vec_zlib(b"hello hello hello", 6);
        let mut gzip = vec![0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, b'n', 0];
        gzip.extend_from_slice(&deflated);
        assert_eq!(decoded(b"gzip", &gzip, 100).as_deref(), Some(b"hello hello hello".as_slice()));
        assert_eq!(decoded(b"deflate", &zlib, 100).as_deref(), Some(b"hello hello hello".as_slice()));
        assert_eq!(decoded(b"deflate", &deflated, 100).as_deref(), Some(b"hello hello hello".as_slice()));
        assert_eq!(decoded(b"gzip", b"plain text", 100), None);
        assert!(decoded(b"gzip", &gzip, 5).is_none_or(|made| made.len() <= 5));
    }
}
