//! Compressed captures become captures: gzip, zstd, lz4, xz, bzip2 and zip, told by content, never by name.
//!
//! What is compressed cannot be read from its middle, as details of packets are, so it is unpacked once, in a stream: the page does it
//! in a worker of its own, loaded only then (`src/bin/unpack.rs`), the command line before it reads. Packed twice is unpacked twice. A
//! file that is made to fill disks is stopped: [`Guard`]. Bodies of messages in codings whose decoders are here too: [`body`].

pub mod body;
mod frames;
mod zip;

use std::cell::{Cell, RefCell};
use std::io::{self, BufReader, Chain, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

/// What a file is packed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    Gzip,
    Zstd,
    Lz4,
    Xz,
    Bzip2,
    Zip,
}

/// So many first bytes tell.
pub const HEAD: usize = 6;

impl Packing {
    /// From a file's first bytes; `None`: it is not packed, as far as we know.
    pub fn of(head: &[u8]) -> Option<Packing> {
        match head {
            [0x1f, 0x8b, ..] => Some(Packing::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Packing::Zstd),
            // A skippable frame may stand first (pzstd, seekable formats), of zstd or lz4: zstd's are far more common.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Packing::Zstd),
            [0x04, 0x22, 0x4d, 0x18, ..] => Some(Packing::Lz4),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Packing::Xz),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Packing::Bzip2),
            [b'P', b'K', 3, 4, ..] => Some(Packing::Zip),
            _ => None,
        }
    }

    /// What names end with: left out of the name of what is inside.
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Packing::Gzip => &[".gz", ".gzip", ".z"],
            Packing::Zstd => &[".zst", ".zstd"],
            Packing::Lz4 => &[".lz4"],
            Packing::Xz => &[".xz"],
            Packing::Bzip2 => &[".bz2", ".bzip2"],
            Packing::Zip => &[".zip"],
        }
    }

    /// `day.pcap` of `day.pcap.gz`.
    fn inside(self, name: &str) -> String {
        let lower = name.to_ascii_lowercase();
        let stripped = self.extensions().iter().find_map(|end| name.get(..lower.strip_suffix(end)?.len()));
        stripped.filter(|name| !name.is_empty()).unwrap_or(name).to_owned()
    }
}

/// Whether a file's first bytes are those of a capture (pcap in its dialects and byte orders, pcapng): what is taken of an archive.
pub fn is_capture(head: &[u8]) -> bool {
    let magics = [0xa1b2_c3d4_u32, 0xa1b2_3c4d, 0xa1b2_cd34, 0x0a0d_0d0a];
    head.first_chunk::<4>()
        .is_some_and(|&head| magics.contains(&u32::from_be_bytes(head)) || magics.contains(&u32::from_le_bytes(head)))
}

/// So many bytes are unpacked of what does not begin as a capture: enough to say what it is.
pub const ENOUGH: u64 = 1 << 20;

/// A file that can be read at any place.
pub trait Input: Read + Seek {}
impl<T: Read + Seek> Input for T {}

/// The packed file, for whoever reads of it at the moment, and how much was.
#[derive(Clone)]
struct Shared {
    file: Rc<RefCell<Box<dyn Input>>>,
    read: Rc<Cell<u64>>,
}

impl Read for Shared {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.borrow_mut().read(into)?;
        self.read.set(self.read.get().saturating_add(read as u64));
        Ok(read)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.borrow_mut().seek(to)
    }
}

/// A packed file, opened.
pub struct Packed {
    input: Shared,
    name: String,
    packing: Packing,
    /// Files of an archive that are still to be unpacked, the next at the end.
    entries: Vec<zip::Entry>,
    is_begun: bool,
    /// Bytes unpacked of all its files together.
    written: Rc<Cell<u64>>,
    most: u64,
}

/// A file inside it.
pub struct Inside {
    pub name: String,
    /// Its first bytes, as many as [`HEAD`] or all.
    pub head: Vec<u8>,
    pub bytes: Box<dyn Read>,
}

impl Packed {
    /// `None`: the file is not packed. No more than `most` bytes will be unpacked.
    ///
    /// # Errors
    /// When it cannot be read, or is an archive that is damaged.
    pub fn open(mut file: Box<dyn Input>, name: &str, most: u64) -> io::Result<Option<Packed>> {
        file.seek(SeekFrom::Start(0))?;
        let head = head(&mut file)?;
        let Some(packing) = Packing::of(&head) else { return Ok(None) };
        let mut input = Shared { file: Rc::new(RefCell::new(file)), read: Rc::default() };
        let mut entries = Vec::new();
        if packing == Packing::Zip {
            entries = zip::entries(&mut input)?;
            entries.reverse();
        }
        input.seek(SeekFrom::Start(0))?;
        input.read.set(0);
        let name = name.to_owned();
        Ok(Some(Packed { input, name, packing, entries, is_begun: false, written: Rc::default(), most }))
    }

    /// Bytes of the packed file that were read.
    pub fn read(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.input.read)
    }

    /// It may hold several files, and some that are no captures.
    pub fn is_archive(&self) -> bool {
        self.packing == Packing::Zip
    }

    /// The next file inside; `None`: that was all. Read it to its end before the next.
    ///
    /// # Errors
    /// When it is damaged, or packed in a way that is not known.
    pub fn next_file(&mut self) -> Option<io::Result<Inside>> {
        let (name, stream) = if self.packing == Packing::Zip {
            let entry = self.entries.pop()?;
            (entry.name.clone(), entry.open(self.input.clone()))
        } else {
            if std::mem::replace(&mut self.is_begun, true) {
                return None;
            }
            (self.packing.inside(&self.name), stream(self.packing, Box::new(self.input.clone())))
        };
        Some(stream.and_then(|stream| self.unwrap(name, stream, 0)))
    }

    /// What a stream holds, unpacked again as long as it is packed.
    fn unwrap(&self, name: String, mut bytes: Box<dyn Read>, depth: u32) -> io::Result<Inside> {
        /// A capture in a gzip file in a zip archive has two.
        const DEEPEST: u32 = 3;
        let head = head(&mut bytes)?;
        let whole: Chain<Cursor<Vec<u8>>, Box<dyn Read>> = Cursor::new(head.clone()).chain(bytes);
        match Packing::of(&head) {
            Some(Packing::Zip) => {
                Err(wrong(format!("{name} is an archive inside another: unpack the outer one first.")))
            }
            Some(_) if depth >= DEEPEST => Err(wrong(format!("{name} is packed too many times over."))),
            Some(packing) => {
                let stream = stream(packing, Box::new(whole))?;
                self.unwrap(packing.inside(&name), stream, depth + 1)
            }
            None => {
                let (read, written) = (self.read(), Rc::clone(&self.written));
                let bytes = Box::new(Guard { bytes: whole, read, written, most: self.most });
                Ok(Inside { name, head, bytes })
            }
        }
    }
}

fn head(file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Bytes read ahead of a stream: each of the decoders asks for a few at a time.
const AHEAD: usize = 256 << 10;
/// Memory that a decoder of xz may take, KiB: as much as `xz -9 --lzma2=dict=256MiB` asks for.
const XZ_MEMORY: u32 = 300 << 10;

/// Unpacks a stream, to its very end: all of these formats may be appended to one another.
fn stream(packing: Packing, packed: Box<dyn Read>) -> io::Result<Box<dyn Read>> {
    let packed = BufReader::with_capacity(AHEAD, packed);
    Ok(match packing {
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
        Packing::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
        Packing::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(packed, true, XZ_MEMORY)),
        Packing::Zstd => Box::new(frames::Zstd::new(packed)),
        Packing::Lz4 => Box::new(frames::Lz4::new(packed)),
        Packing::Zip => return Err(wrong("An archive cannot be read as a stream.".to_owned())),
    })
}

fn wrong(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Lets no more through than the file can be believed to hold: captures hardly shrink to a hundredth of their size.
pub struct Guard<R> {
    bytes: R,
    /// Of the packed file.
    read: Rc<Cell<u64>>,
    written: Rc<Cell<u64>>,
    most: u64,
}

/// Up to so many bytes any ratio is believed: it costs little.
const HARMLESS: u64 = 1 << 30;
/// So many times the packed bytes at most.
const RATIO: u64 = 500;

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(into)?;
        let written = self.written.get().saturating_add(read as u64);
        self.written.set(written);
        if written > HARMLESS && written / RATIO > self.read.get() {
            return Err(io::Error::other(Stopped(format!(
                "It grows to more than {RATIO} times its size: a file made to fill disks, or one that holds hardly anything. Unpack it yourself if you trust it."
            ))));
        }
        if written > self.most {
            let (size, unit) = if self.most < 10 << 30 { (self.most >> 20, "MB") } else { (self.most >> 30, "GB") };
            return Err(io::Error::other(Stopped(format!(
                "Unpacked it is larger than the {size} {unit} that there is room for: unpack it yourself and open the capture inside."
            ))));
        }
        Ok(read)
    }
}

/// Whether what was read before the error is good for something: the file is damaged or cut off, not a danger.
pub fn is_cut(error: &io::Error) -> bool {
    !error.get_ref().is_some_and(|inner| inner.is::<Stopped>())
}

/// [`Guard`] let no more through.
#[derive(Debug)]
struct Stopped(String);

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Stopped {}

/// Why a packed file could not be read, as one sentence.
pub fn sentence(error: &io::Error) -> String {
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            "The compressed file ends too early: it was not copied or written to its end.".to_owned()
        }
        _ if text.ends_with('.') => text,
        _ => format!("The compressed file is damaged ({text})."),
    }
}

#[cfg(test)]
mod tests;
