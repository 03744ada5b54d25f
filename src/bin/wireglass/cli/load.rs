//! A capture is read to its end; what packets are read from again afterwards.
use super::Stop;
use super::filter::check;
use super::output::complain;
use super::progress::Progress;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, stdin};
use std::path::Path;
use wireglass::api::Filter;
use wireglass::engine::session::Session;
use wireglass::engine::source::Source;

/// Bytes read at a time.
const CHUNK: usize = 256 << 10;
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
    File(Blocks),
    /// Standard input, as far as it was kept.
    Kept(Vec<u8>),
    /// Standard input that is gone, and why.
    Gone(String),
}

/// A file with the block of it that was read last: a window of packets lies close together.
pub struct Blocks {
    file: File,
    block: Vec<u8>,
    at: u64,
}

/// Bytes of such a block.
const BLOCK: usize = 64 << 10;

pub fn load(path: &Path, quiet: bool, need: Need, filter: Filter) -> Result<Loaded, Stop> {
    // Columns may not decide all of it.
    let need = if filter.is_empty() { need } else { Need::Again };
    let (mut file, name): (Box<dyn Read>, _) = match path.to_str() {
        Some("-") => (Box::new(stdin().lock()), "standard input".to_owned()),
        _ => {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|error| Stop::Refused(format!("{name}: {}", reason(&error))))?;
            (Box::new(file), name)
        }
    };
    let is_stdin = name == "standard input" && path.as_os_str() == "-";
    let total = if is_stdin { None } else { std::fs::metadata(path).ok().filter(|m| m.is_file()).map(|m| m.len()) };
    // What is no filter for any packet is said before anything is read, what is none for these as soon as their kind is known.
    check(&filter, &[])?;
    let mut is_checked = false;
    let mut kept = Again::start(is_stdin, need);
    let mut session = Session::new();
    let mut progress = Progress::new(total, quiet);
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = match file.read(&mut chunk) {
            Ok(read) => chunk.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => {
                let message = format!("{name}: {}", reason(&error));
                return Err(if session.packets() == 0 { Stop::Refused(message) } else { Stop::Failed(message) });
            }
        };
        if read.is_empty() {
            break;
        }
        session.feed(read).map_err(|message| Stop::Refused(format!("{name}: {message}")))?;
        if !is_checked && !session.reader().interfaces().is_empty() {
            check(&filter, session.reader().interfaces())?;
            is_checked = true;
        }
        kept.keep(read);
        progress.read(read.len(), &session);
    }
    drop(progress);
    session.finish().map_err(|message| Stop::Refused(format!("{name}: {message}")))?;
    if !is_stdin && need == Need::Again {
        let opened = File::open(path).map_err(|error| Stop::Failed(format!("{name}: {}", reason(&error))))?;
        kept = Again::File(Blocks { file: opened, block: Vec::new(), at: 0 });
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

/// The error's own words, without its number.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

impl Again {
    fn start(is_stdin: bool, need: Need) -> Self {
        match need {
            Need::Again if is_stdin => Self::Kept(Vec::new()),
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
            Self::File(blocks) => blocks.read_at(offset, into).map_err(|error| reason(&error)),
            Self::Kept(kept) => kept.as_slice().read_at(offset, into),
            Self::Gone(why) => Err(why.clone()),
        }
    }
}

impl Blocks {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> std::io::Result<usize> {
        if let Some(found) = self.found(offset, into.len()) {
            into.copy_from_slice(found);
            return Ok(into.len());
        }
        self.block.clear();
        self.at = offset;
        self.file.seek(SeekFrom::Start(offset))?;
        let wanted = into.len().max(BLOCK) as u64;
        Read::by_ref(&mut self.file).take(wanted).read_to_end(&mut self.block)?;
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
        let file = File::open(&path).expect("it was just written");
        let mut source = Again::File(Blocks { file, block: Vec::new(), at: 0 });
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
