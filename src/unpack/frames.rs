//! Streams of several frames: zstd's and lz4's decoders read one.
use std::io::{self, BufRead, Read};

/// A frame to be passed over, in both formats: its number from .. to, then its length.
const SKIPPED: std::ops::RangeInclusive<u32> = 0x184d_2a50..=0x184d_2a5f;

/// Passes over skippable frames; whether another frame follows.
fn has_more(packed: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let ahead = packed.fill_buf()?;
        if ahead.is_empty() {
            return Ok(false);
        }
        // Frames are cut anywhere by what is read ahead: one that is cut inside its number is no skippable one, or damaged.
        let Some(magic) = ahead.first_chunk::<4>() else { return Ok(true) };
        if !SKIPPED.contains(&u32::from_le_bytes(*magic)) {
            return Ok(true);
        }
        let mut head = [0; 8];
        packed.read_exact(&mut head)?;
        let length = head.last_chunk::<4>().map_or(0, |octets| u32::from_le_bytes(*octets));
        let skipped = io::copy(&mut packed.by_ref().take(length.into()), &mut io::sink())?;
        if skipped < length.into() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Frames of zstd.
pub(super) struct Zstd<R: BufRead> {
    state: Option<State<R>>,
}

enum State<R: BufRead> {
    Between(R),
    Inside(Box<ruzstd::decoding::StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
}

impl<R: BufRead> Zstd<R> {
    pub(super) fn new(packed: R) -> Self {
        Zstd { state: Some(State::Between(packed)) }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.state.take() {
                None => return Ok(0),
                Some(State::Between(mut packed)) => {
                    if !has_more(&mut packed)? {
                        return Ok(0);
                    }
                    let decoder = ruzstd::decoding::StreamingDecoder::new(packed).map_err(io::Error::other)?;
                    self.state = Some(State::Inside(Box::new(decoder)));
                }
                Some(State::Inside(mut decoder)) => {
                    let read = decoder.read(into)?;
                    let is_end = read == 0 && !into.is_empty();
                    self.state =
                        Some(if is_end { State::Between(decoder.into_inner()) } else { State::Inside(decoder) });
                    if !is_end {
                        return Ok(read);
                    }
                }
            }
        }
    }
}

/// Frames of lz4.
pub(super) struct Lz4<R: BufRead> {
    decoder: lz4_flex::frame::FrameDecoder<R>,
    /// Inside a frame.
    is_begun: bool,
}

impl<R: BufRead> Lz4<R> {
    pub(super) fn new(packed: R) -> Self {
        Lz4 { decoder: lz4_flex::frame::FrameDecoder::new(packed), is_begun: false }
    }
}

impl<R: BufRead> Read for Lz4<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.is_begun && !has_more(self.decoder.get_mut())? {
                return Ok(0);
            }
            self.is_begun = true;
            let read = self.decoder.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            self.is_begun = false;
        }
    }
}
