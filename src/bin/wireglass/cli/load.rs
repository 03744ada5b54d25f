//! Captures are read to their ends; what packets are read from again afterwards.
use super::Stop;
use super::filter::check;
use super::inputs::{Got, Input, Place, Reading, open};
use super::output::complain;
use super::progress::Progress;
use super::shift;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use wireglass::api::{Filter, OpenFile};
use wireglass::engine::session::Session;
use wireglass::engine::source::Source;

pub use super::inputs::reason;

/// Bytes of standard input kept for reading packets again (256 MB).
const MOST_KEPT: usize = 256_000_000;

/// A capture that was read to its end.
pub struct Loaded {
    pub session: Session,
    pub file: Again,
    /// Which packets all questions are about.
    pub filter: Filter,
}

/// Whether the command reads packets again after the pass over the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Once,
    Again,
}

/// Where packets are read from again.
pub enum Again {
    Files(Vec<Blocks>),
    /// Standard input, as far as it was kept.
    Kept(Vec<u8>),
    /// Standard input that is gone, and why.
    Gone(String),
}

/// A file with the block of it that was read last: a window of packets lies close together.
pub struct Blocks {
    pub place: Place,
    /// Opened when it is needed.
    file: Option<File>,
    block: Vec<u8>,
    at: u64,
}

/// Bytes of such a block.
const BLOCK: usize = 64 << 10;

pub fn load(paths: &[PathBuf], quiet: bool, need: Need, filter: Filter) -> Result<Loaded, Stop> {
    // Columns may not decide all of it.
    let need = if filter.is_empty() { need } else { Need::Again };
    // What is no filter for any packet is said before anything is read, what is none for these as soon as their kind is known.
    check(&filter, &[])?;
    let mut is_checked = false;
    let inputs = open(paths, quiet)?;
    let shifts = shift::of(inputs.len())?;
    let file = |(input, shift_ns): (&Input, i64)| OpenFile { name: input.short(&inputs), shift_ns };
    let files: Vec<OpenFile> = inputs.iter().zip(shifts).map(file).collect();
    // Messages name a file as it was named.
    let only = if let [only] = inputs.as_slice() { Some(only.name.clone()) } else { None };
    let is_stream = inputs.iter().any(|input| matches!(input.place, Place::Stream(_)));
    let total = inputs.iter().map(|input| input.size).sum();
    // Of several files one that cannot be read is left out; which it was, stands among the warnings.
    let said = |message: String| match &only {
        Some(name) => format!("{name}: {message}"),
        None => message,
    };
    let mut kept = Again::start(is_stream, need);
    let mut session = Session::of(&files);
    let mut progress = Progress::new(total, quiet);
    let mut reading = Reading::of(inputs);
    while let Some(want) = session.wants() {
        match reading.next(want) {
            Ok(Got::Head { file, bytes, whole }) => session.begins(file, bytes, whole),
            Ok(Got::Bytes { file, bytes }) => {
                session.feed_of(file, bytes).map_err(|message| Stop::Refused(said(message)))?;
                kept.keep(bytes);
                progress.read(bytes.len(), &session);
            }
            Ok(Got::End { file }) => session.end_of(file).map_err(|message| Stop::Refused(said(message)))?,
            Err(error) => {
                let message = format!("{}: {}", reading.name(want), reason(&error));
                return Err(if session.packets() == 0 { Stop::Refused(message) } else { Stop::Failed(message) });
            }
        }
        if !is_checked && !session.reader().interfaces().is_empty() {
            check(&filter, session.reader().interfaces())?;
            is_checked = true;
        }
    }
    drop(progress);
    session.finish().map_err(|message| Stop::Refused(said(message)))?;
    if !is_stream && need == Need::Again {
        let blocks = |place| Blocks { place, file: None, block: Vec::new(), at: 0 };
        kept = Again::Files(reading.into_inputs().into_iter().map(|input| blocks(input.place)).collect());
    }
    let mut loaded = Loaded { session, file: kept, filter };
    loaded.select()?;
    Ok(loaded)
}

impl Loaded {
    /// Applies the filter to its end.
    pub fn select(&mut self) -> Result<(), Stop> {
        let Self { session, file, filter } = self;
        if filter.is_empty() {
            return Ok(());
        }
        let progress = session.filter(filter, file, u32::MAX).map_err(|failure| Stop::Failed(failure.message))?;
        debug_assert!(progress.done, "{progress:?}");
        if progress.matched == 0 && progress.packets > 0 {
            no_match(filter);
        }
        Ok(())
    }
}

/// Nothing is left to be told.
pub fn no_match(filter: &Filter) {
    complain(format_args!("no packet matches {}", filter.text));
}

impl Again {
    fn start(is_stream: bool, need: Need) -> Self {
        match need {
            Need::Again if is_stream => Self::Kept(Vec::new()),
            _ => Self::Gone("This question was not expected to need the packets' bytes.".to_owned()),
        }
    }

    fn keep(&mut self, read: &[u8]) {
        let Self::Kept(kept) = self else { return };
        if kept.len() + read.len() > MOST_KEPT {
            let limit = MOST_KEPT / 1_000_000;
            *self = Self::Gone(format!(
                "Standard input is longer than the {limit} MB that are kept for reading packets again: save it to a file first."
            ));
        } else {
            kept.extend_from_slice(read);
        }
    }
}

impl Source for Again {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        match self {
            Self::Files(files) => files.read_at(offset, into),
            Self::Kept(kept) => kept.as_slice().read_at(offset, into),
            Self::Gone(why) => Err(why.clone()),
        }
    }
}

impl Source for Blocks {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        self.read(offset, into).map_err(|error| reason(&error))
    }
}

impl Blocks {
    fn read(&mut self, offset: u64, into: &mut [u8]) -> std::io::Result<usize> {
        if let Some(found) = self.found(offset, into.len()) {
            into.copy_from_slice(found);
            return Ok(into.len());
        }
        self.block.clear();
        self.at = offset;
        if self.file.is_none() {
            self.file = self.place.again()?;
        }
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(offset))?;
            file.take(into.len().max(BLOCK) as u64).read_to_end(&mut self.block)?;
        }
        let there = self.block.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..there), self.block.get(..there)) {
            to.copy_from_slice(from);
        }
        Ok(there)
    }

    fn found(&self, offset: u64, len: usize) -> Option<&[u8]> {
        let start = usize::try_from(offset.checked_sub(self.at)?).ok()?;
        self.block.get(start..start.checked_add(len)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn blocks_give_what_the_file_has() {
        let path = std::env::temp_dir().join(format!("wireglass-blocks-{}", std::process::id()));
        let bytes: Vec<u8> = (0..200_000u32).map(|n| n as u8).collect();
        File::create(&path).and_then(|mut file| file.write_all(&bytes)).expect("a file can be written");
        let blocks = Blocks { place: Place::Path(path.clone()), file: None, block: Vec::new(), at: 0 };
        let mut source = Again::Files(vec![blocks]);
        for (offset, len) in [(0, 10), (10, 5), (65_530, 20), (3, 150_000), (199_990, 10), (199_990, 20), (300_000, 1)]
        {
            let mut into = vec![0; len];
            let n = source.read_at(offset as u64, &mut into).expect("the file can be read");
            let expected = bytes.get(offset..(offset + len).min(bytes.len())).unwrap_or_default();
            assert_eq!(into.get(..n), Some(expected), "{len} at {offset}");
        }
        std::fs::remove_file(&path).expect("it was just written");
    }

    #[test]
    fn too_much_standard_input_is_not_kept() {
        let mut kept = Again::Kept(vec![0; MOST_KEPT - 1]);
        kept.keep(&[1]);
        assert!(matches!(kept, Again::Kept(_)));
        kept.keep(&[1]);
        assert!(kept.read_at(0, &mut [0]).is_err_and(|message| message.contains("256 MB")));
    }
}
