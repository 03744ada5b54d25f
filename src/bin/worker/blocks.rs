//! Any bytes of the file again, synchronously: what details are read from.
use wasm_bindgen::JsValue;
use wireglass::engine::source::{Source, split};

/// Questions look at neighbouring packets: one block serves many reads.
const BLOCK: u64 = 64 << 10;
/// What goes on where the block before ended comes in larger steps: a read costs half a millisecond, however small.
const BLOCKS_ON: u64 = 4;
/// Messages come in segments that may be far apart in the file, and neighbouring packets ask for the same ones again. Bytes.
const HELD: usize = 12 << 20;

pub(crate) struct Blocks {
    files: Vec<web_sys::File>,
    /// By the place where they start, the one used last at the end.
    blocks: Vec<(u64, Vec<u8>)>,
}

impl Blocks {
    pub(crate) fn new(files: Vec<web_sys::File>) -> Blocks {
        Blocks { files, blocks: Vec::new() }
    }

    /// The block that holds a place: where it begins, and its bytes.
    fn block(&mut self, place: u64) -> Result<(u64, &[u8]), JsValue> {
        let holds = |(at, bytes): &(u64, Vec<u8>)| (*at..*at + bytes.len() as u64).contains(&place);
        let block = match self.blocks.iter().rposition(holds) {
            Some(at) => self.blocks.remove(at),
            None => {
                let start = place / BLOCK * BLOCK;
                let goes_on = self.blocks.iter().any(|(at, bytes)| *at + bytes.len() as u64 == start);
                let read = self.load(start, if goes_on { BLOCK * BLOCKS_ON } else { BLOCK })?;
                while self.blocks.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > HELD {
                    self.blocks.remove(0);
                }
                (start, read)
            }
        };
        self.blocks.push(block);
        Ok(self.blocks.last().map(|(start, bytes)| (*start, bytes.as_slice())).unwrap_or_default())
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
            let at = offset + done as u64;
            let (start, block) = self
                .block(at)
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
