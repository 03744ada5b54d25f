//! Any bytes of the file again, synchronously: what details are read from.
use wasm_bindgen::JsValue;
use wireglass::engine::source::{Source, split};

/// Questions look at neighbouring packets: one block serves many reads.
const BLOCK: u64 = 256 << 10;
/// Messages come in segments that may be far apart in the file, and neighbouring packets ask for the same ones again.
const HELD: usize = 48;

pub(crate) struct Blocks {
    files: Vec<web_sys::File>,
    /// By the place where they start, the one used last at the end.
    blocks: Vec<(u64, Vec<u8>)>,
}

impl Blocks {
    pub(crate) fn new(files: Vec<web_sys::File>) -> Blocks {
        Blocks { files, blocks: Vec::new() }
    }

    /// Bytes of the block that begins at `start`.
    fn block(&mut self, start: u64) -> Result<&[u8], JsValue> {
        let held = self.blocks.iter().rposition(|(at, _)| *at == start);
        let block = match held {
            Some(at) => self.blocks.remove(at),
            None => {
                if self.blocks.len() >= HELD {
                    self.blocks.remove(0);
                }
                (start, self.load(start)?)
            }
        };
        self.blocks.push(block);
        Ok(self.blocks.last().map(|(_, bytes)| bytes.as_slice()).unwrap_or_default())
    }

    fn load(&self, start: u64) -> Result<Vec<u8>, JsValue> {
        let (file, start) = split(start);
        let file = self.files.get(file).ok_or(JsValue::NULL)?;
        let end = ((start + BLOCK) as f64).min(file.size());
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
            let at = offset + done as u64;
            let start = at / BLOCK * BLOCK;
            let block = self
                .block(start)
                .map_err(|_| "The file changed on disk or cannot be read any more; open it again.".to_owned())?;
            let bytes = block.get((at - start) as usize..).unwrap_or_default();
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
