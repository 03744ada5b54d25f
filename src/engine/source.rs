//! The bytes of a capture, any of them again: what a packet's detail is read from after the ingest pass.

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
