//! Any bytes of the file again, synchronously: what details are read from.
use wasm_bindgen::JsValue;
use wireglass::engine::source::Source;

/// Questions look at neighbouring packets: one block serves many reads.
const BLOCK: u64 = 1 << 20;

pub(crate) struct Blocks {
    file: web_sys::File,
    /// Start of the block that is held.
    start: u64,
    block: Vec<u8>,
}

impl Blocks {
    pub(crate) fn new(file: web_sys::File) -> Blocks {
        Blocks { file, start: 0, block: Vec::new() }
    }

    fn load(&mut self, start: u64) -> Result<(), JsValue> {
        let size = self.file.size();
        let end = ((start + BLOCK) as f64).min(size);
        let part = self.file.slice_with_f64_and_f64(start as f64, end)?;
        let bytes = js_sys::Uint8Array::new(&web_sys::FileReaderSync::new()?.read_as_array_buffer(&part)?.into());
        self.block.resize(bytes.length() as usize, 0);
        bytes.copy_to(&mut self.block);
        self.start = start;
        Ok(())
    }
}

impl Source for Blocks {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let at = offset + done as u64;
            let held = self.start..self.start + self.block.len() as u64;
            if !held.contains(&at) {
                if at as f64 >= self.file.size() {
                    break;
                }
                self.block.clear();
                self.load(at / BLOCK * BLOCK)
                    .map_err(|_| "The file changed on disk or cannot be read any more; open it again.".to_owned())?;
            }
            let bytes = self.block.get((at - self.start) as usize..).unwrap_or_default();
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
