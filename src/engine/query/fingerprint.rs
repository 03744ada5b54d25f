//! Which capture this is: enough of its bytes to tell it from any other, so that the file need not be read a second time.
use super::Asked;
use crate::api::FingerprintAnswer;
use crate::engine::source::{Source, place};
use sha2::{Digest, Sha256};

/// What is taken of each end, bytes.
const END: usize = 64 << 10;
/// What is told of the hash, bytes.
const TOLD: usize = 16;

/// # Errors
/// The file cannot be read again.
pub fn answer(asked: &Asked<'_>, source: &mut dyn Source) -> Result<FingerprintAnswer, String> {
    let files: Vec<u64> = asked.reader.members().iter().map(|member| member.reader.bytes_read()).collect();
    of(&files, source)
}

/// Of files with so many bytes each: of a data set one after the other.
fn of(files: &[u64], source: &mut dyn Source) -> Result<FingerprintAnswer, String> {
    let mut hash = Sha256::new();
    let mut end = vec![0; END];
    for (file, bytes) in files.iter().enumerate() {
        hash.update(bytes.to_le_bytes());
        for from in [0, bytes.saturating_sub(END as u64)] {
            let there = usize::try_from(bytes - from).unwrap_or(END).min(END);
            let read = source.read_at(place(file, from), end.get_mut(..there).unwrap_or_default())?;
            hash.update(end.get(..read).unwrap_or_default());
        }
    }
    let print = hash.finalize().iter().take(TOLD).map(|byte| format!("{byte:02x}")).collect();
    Ok(FingerprintAnswer { bytes: files.iter().sum(), print })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(bytes: &[u8]) -> String {
        of(&[bytes.len() as u64], &mut &*bytes).expect("readable").print
    }

    #[test]
    fn a_fingerprint_is_what_its_definition_says() {
        // printf '\5\0\0\0\0\0\0\0hellohello' | sha256sum
        assert_eq!(print(b"hello"), HELLO);
        // (printf '\0\0\3\0\0\0\0\0'; head -c 131072 /dev/zero) | sha256sum
        assert_eq!(print(&[0; 3 << 16]), ZEROS);
    }

    const HELLO: &str = "01e55fa36f604ae55f01b24b0d4787a9";
    const ZEROS: &str = "3496e1101add9c8b1128b37a9fdaaa67";

    #[test]
    fn captures_of_one_size_that_begin_or_end_otherwise_are_told_apart() {
        let one = vec![7; 200_000];
        let mut other = one.clone();
        other[199_999] = 8;
        assert_ne!(print(&one), print(&other));
        other = one.clone();
        other[3] = 8;
        assert_ne!(print(&one), print(&other));
        assert_ne!(print(&one), print(&one[..199_999]));
    }
}
