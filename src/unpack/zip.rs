//! Zip archives: the files of the central directory, one after the other.
//!
//! Source: PKWARE's APPNOTE.TXT 6.3.10, §4.3 and §4.5.3 (Zip64). The directory is believed, not what stands before each file: only there
//! are lengths when the archive was written in a stream.
use super::{Packing, Shared, stream, wrong};
use std::io::{self, Read, Seek, SeekFrom};

/// End of central directory: its length without the comment, and the longest comment.
const END: usize = 22;
const LONGEST_COMMENT: u64 = 65_535;
/// More than this many bytes of directory are no archive of captures.
const LONGEST_DIRECTORY: u64 = 64 << 20;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    method: u16,
    flags: u16,
    packed: u64,
    crc: u32,
    /// Where what stands before it begins.
    at: u64,
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().map_or(0, u64::from_le_bytes)
}

fn damaged() -> io::Error {
    wrong("The zip archive is damaged or was not copied to its end: its directory is missing.".to_owned())
}

/// The files of the archive, in its order.
pub(super) fn entries(file: &mut (impl Read + Seek)) -> io::Result<Vec<Entry>> {
    let size = file.seek(SeekFrom::End(0))?;
    let from = size.saturating_sub(END as u64 + LONGEST_COMMENT);
    let tail = bytes(file, from, size.saturating_sub(from))?;
    let end = (0..=tail.len().saturating_sub(END)).rev().find(|&at| u32_at(&tail, at) == 0x0605_4b50);
    let end = end.ok_or_else(damaged)?;
    let (mut length, mut start) = (u64::from(u32_at(&tail, end + 12)), u64::from(u32_at(&tail, end + 16)));
    // Zip64: a locator stands before the end, and says where its numbers are.
    if let Some(locator) = end.checked_sub(20).filter(|&at| u32_at(&tail, at) == 0x0706_4b50) {
        let record = bytes(file, u64_at(&tail, locator + 8), 56)?;
        if u32_at(&record, 0) == 0x0606_4b50 {
            (length, start) = (u64_at(&record, 40), u64_at(&record, 48));
        }
    }
    if length > LONGEST_DIRECTORY || start.saturating_add(length) > size {
        return Err(damaged());
    }
    let directory = bytes(file, start, length)?;
    let (mut entries, mut rest) = (Vec::new(), directory.as_slice());
    while u32_at(rest, 0) == 0x0201_4b50 {
        let lengths = [u16_at(rest, 28), u16_at(rest, 30), u16_at(rest, 32)].map(usize::from);
        let [name, extra, comment] = lengths;
        let extra_at = 46 + name;
        let (Some(name), Some(extra)) = (rest.get(46..extra_at), rest.get(extra_at..extra_at + extra)) else {
            return Err(damaged());
        };
        let mut entry = Entry {
            name: String::from_utf8_lossy(name).into_owned(),
            flags: u16_at(rest, 8),
            method: u16_at(rest, 10),
            crc: u32_at(rest, 16),
            packed: u32_at(rest, 20).into(),
            at: u32_at(rest, 42).into(),
        };
        large(&mut entry, u32_at(rest, 24), extra);
        if !entry.name.ends_with('/') && entry.packed > 0 {
            entry.name = entry.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
            entries.push(entry);
        }
        rest = rest.get(extra_at + lengths[1] + comment..).unwrap_or_default();
    }
    Ok(entries)
}

/// Numbers of a Zip64 extra field stand for those that are all ones, in this order: length, packed length, place.
fn large(entry: &mut Entry, length: u32, mut extra: &[u8]) {
    while extra.len() >= 4 {
        let size = usize::from(u16_at(extra, 2));
        if u16_at(extra, 0) == 1 {
            let mut at = 4 + if length == u32::MAX { 8 } else { 0 };
            for number in [&mut entry.packed, &mut entry.at] {
                if *number == u64::from(u32::MAX) {
                    *number = u64_at(extra, at);
                    at += 8;
                }
            }
            return;
        }
        extra = extra.get(4 + size..).unwrap_or_default();
    }
}

fn bytes(file: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Entry {
    /// Its bytes, unpacked.
    pub(super) fn open(&self, mut file: Shared) -> io::Result<Box<dyn Read>> {
        let name = &self.name;
        if self.flags & 1 != 0 {
            return Err(wrong(format!(
                "{name} in the archive needs a password: unpack it yourself and open the capture inside."
            )));
        }
        let head = bytes(&mut file, self.at, 30)?;
        if u32_at(&head, 0) != 0x0403_4b50 {
            return Err(damaged());
        }
        let before = 30 + u64::from(u16_at(&head, 26)) + u64::from(u16_at(&head, 28));
        file.seek(SeekFrom::Start(self.at.saturating_add(before)))?;
        let packed = file.take(self.packed);
        let unpacked: Box<dyn Read> = match self.method {
            0 => Box::new(packed),
            8 => Box::new(flate2::read::DeflateDecoder::new(packed)),
            12 => stream(Packing::Bzip2, Box::new(packed))?,
            93 => stream(Packing::Zstd, Box::new(packed))?,
            95 => stream(Packing::Xz, Box::new(packed))?,
            method => {
                return Err(wrong(format!(
                    "{name} in the archive is packed by method {method}, which is not known here: unpack it yourself."
                )));
            }
        };
        Ok(Box::new(Checked { bytes: unpacked, crc: flate2::Crc::new(), expected: self.crc }))
    }
}

/// Compares the checksum at the end.
struct Checked {
    bytes: Box<dyn Read>,
    crc: flate2::Crc,
    expected: u32,
}

impl Read for Checked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(into)?;
        self.crc.update(into.get(..read).unwrap_or_default());
        if read == 0 && !into.is_empty() && self.crc.sum() != self.expected {
            return Err(wrong("The zip archive is damaged: a checksum is wrong.".to_owned()));
        }
        Ok(read)
    }
}
