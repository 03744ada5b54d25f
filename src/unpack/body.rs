//! Bodies in the content codings that the engine leaves to others: brotli (RFC 7932) and zstd (RFC 8878).
use super::frames::Zstd;
use std::io::Read;

/// The first `most` bytes of a body, as far as it is there and undamaged; `None`: nothing of it.
pub fn decoded(encoding: &str, bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    /// Of packed bytes read at a time.
    const AHEAD: usize = 4096;
    let mut packed: Box<dyn Read + '_> = match encoding {
        "br" => Box::new(brotli_decompressor::Decompressor::new(bytes, AHEAD)),
        "zstd" => Box::new(Zstd::new(bytes)),
        _ => return None,
    };
    let mut made = Vec::new();
    let mut chunk = [0; 1 << 12];
    while made.len() < most {
        // What was read before an error stands.
        let Ok(read @ 1..) = packed.read(&mut chunk) else { break };
        made.extend_from_slice(chunk.get(..read.min(most - made.len())).unwrap_or_default());
    }
    (!made.is_empty()).then_some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `node -e 'process.stdout.write(zlib.brotliCompressSync("hello hello hello hello\n"))'`
    const BROTLI: &[u8] = b"\x1b\x17\x00\xf8\x8d\x94n\xdeDU\x86\xd6\x0a loJ\x11y\xe2\x80\xae\x16";
    /// `printf 'hello hello hello hello\n' | zstd`
    const ZSTD: &[u8] = b"(\xb5/\xfd\x04Xm\x00\x008hello \x0a\x01\x00\x99K\x11\xa8|.\xa8";

    #[test]
    fn bodies_come_back() {
        let text = "hello hello hello hello\n".as_bytes();
        for (encoding, bytes) in [("br", BROTLI), ("zstd", ZSTD)] {
            assert_eq!(decoded(encoding, bytes, 100).as_deref(), Some(text), "{encoding}");
            assert_eq!(decoded(encoding, bytes, 5).as_deref(), Some(&text[..5]), "{encoding}, its start");
            assert_eq!(decoded(encoding, &[], 100), None);
            assert_eq!(decoded(encoding, b"plain text, of no coding", 100), None, "{encoding}, damaged");
        }
        assert_eq!(decoded("gzip", BROTLI, 100), None);
    }

    #[test]
    fn whatever_comes_ends() {
        for bytes in [BROTLI, ZSTD] {
            for at in 0..bytes.len() {
                for bit in 0..8 {
                    let mut bytes = bytes.to_vec();
                    bytes[at] ^= 1 << bit;
                    for encoding in ["br", "zstd"] {
                        assert!(decoded(encoding, &bytes, 1 << 16).is_none_or(|made| made.len() <= 1 << 16));
                        let _ = decoded(encoding, &bytes[..at], 1 << 16);
                    }
                }
            }
        }
    }
}
