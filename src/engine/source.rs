//! The bytes of a capture, any of them again: what a packet's detail is read from after the ingest pass.
//!
//! A place in a data set is one number: the file's above, the offset in it below. In the first file, and so in a single one, places
//! are offsets.

/// Bits of a place that are the offset: files end at 16 TiB.
const OFFSET_BITS: u32 = 44;

/// The place of an offset in a file of a data set, counted from 0.
#[inline]
pub fn place(file: usize, offset: u64) -> u64 {
    (file as u64) << OFFSET_BITS | offset
}

/// The file, counted from 0, and the offset in it.
#[inline]
pub fn split(place: u64) -> (usize, u64) {
    ((place >> OFFSET_BITS) as usize, place & ((1 << OFFSET_BITS) - 1))
}

/// Random access to the capture that was fed.
pub trait Source {
    /// Fills `into` from `offset` on; returns how many bytes there were (fewer only at the end of the file).
    ///
    /// # Errors
    /// One sentence, when the file cannot be read (any more).
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<usize, String>;
}

/// Bytes in memory.
impl Source for &[u8] {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        let rest = usize::try_from(offset).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        let n = rest.len().min(into.len());
        for (to, from) in into.iter_mut().zip(rest) {
            *to = *from;
        }
        Ok(n)
    }
}

/// The files of a data set. What does not begin in one of them is not there.
impl<S: Source> Source for Vec<S> {
    fn read_at(&mut self, place: u64, into: &mut [u8]) -> Result<usize, String> {
        let (file, offset) = split(place);
        self.get_mut(file).map_or(Ok(0), |source| source.read_at(offset, into))
    }
}

/// A file of the operating system.
#[cfg(not(target_arch = "wasm32"))]
impl Source for std::fs::File {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        use std::io::{Read, Seek, SeekFrom};
        let mut done = 0;
        self.seek(SeekFrom::Start(offset)).map_err(|e| e.to_string())?;
        while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.read(rest).map_err(|e| e.to_string())? {
                0 => break,
                n => done += n,
            }
        }
        Ok(done)
    }
}
