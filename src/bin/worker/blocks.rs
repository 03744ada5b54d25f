//! Any bytes of the file again, synchronously: what details are read from.
use wasm_bindgen::JsValue;
use wireglass::engine::source::{Source, split};

/// Questions look at neighbouring packets: one block serves many reads.
const BLOCK: u64 = 64 << 10;
/// Who goes through the file (filters, searches) is given more at a time: each read costs Chromium about a millisecond, however small,
/// so that 256 KiB at a time come with 100 MB/s, 4 MiB with 400. Who jumps about is given little.
const LONGEST: u64 = 4 << 20;
/// Bytes kept: messages come in segments that may be far apart in the file, and neighbouring packets ask for the same ones again.
const HELD: usize = 16 << 20;

pub(crate) struct Blocks {
    files: Vec<web_sys::File>,
    /// By the place where they start, the one used last at the end.
    blocks: Vec<(u64, Vec<u8>)>,
    /// The end of the foremost block of those read one behind the other, and how long it was.
    ahead: (u64, u64),
}

impl Blocks {
    pub(crate) fn new(files: Vec<web_sys::File>) -> Blocks {
        Blocks { files, blocks: Vec::new(), ahead: (0, 0) }
    }

    /// Bytes from this place on, to the end of their block.
    fn from(&mut self, place: u64) -> Result<&[u8], JsValue> {
        let has = |(start, bytes): &(u64, Vec<u8>)| (*start..*start + bytes.len() as u64).contains(&place);
        let block = match self.blocks.iter().rposition(has) {
            Some(at) => self.blocks.remove(at),
            None => {
                let start = place / BLOCK * BLOCK;
                let length = self.length(start);
                let bytes = self.load(start, length)?;
                let mut held = self.blocks.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() + bytes.len();
                while held > HELD && !self.blocks.is_empty() {
                    held -= self.blocks.remove(0).1.len();
                }
                (start, bytes)
            }
        };
        let start = block.0;
        self.blocks.push(block);
        let bytes = self.blocks.last().map(|(_, bytes)| bytes.as_slice()).unwrap_or_default();
        Ok(bytes.get((place - start) as usize..).unwrap_or_default())
    }

    /// How much is read at once. What lies behind it is for others, and does not disturb who goes forward.
    fn length(&mut self, start: u64) -> u64 {
        let (end, before) = self.ahead;
        if start < end && end - start <= HELD as u64 {
            return BLOCK;
        }
        let goes_on = before > 0 && start >= end && start - end <= before;
        let length = if goes_on { (before * 4).min(LONGEST) } else { BLOCK };
        self.ahead = (start + length, length);
        length
    }

    fn load(&self, start: u64, length: u64) -> Result<Vec<u8>, JsValue> {
        let (file, start) = split(start);
        let file = self.files.get(file).ok_or(JsValue::NULL)?;
        let end = ((start + length) as f64).min(file.size());
        let part = file.slice_with_f64_and_f64(start as f64, end)?;
        Ok(js_sys::Uint8Array::new(&web_sys::FileReaderSync::new()?.read_as_array_buffer(&part)?.into()).to_vec())
    }
}

impl Source for Blocks {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        let (file, first) = split(offset);
        let size = self.files.get(file).map_or(0.0, |file| file.size());
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
            if (first + done as u64) as f64 >= size {
                break;
            }
            let bytes = self
                .from(offset + done as u64)
                .map_err(|_| "The file changed on disk or cannot be read any more; open it again.".to_owned())?;
            if bytes.is_empty() {
                break;
            }
            let n = bytes.len().min(rest.len());
            rest[..n].copy_from_slice(&bytes[..n]);
            done += n;
        }
        Ok(done)
    }
}
