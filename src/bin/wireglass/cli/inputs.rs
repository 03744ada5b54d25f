//! The files named on the command line: opened, unpacked where they are packed, read in the order the engine asks for.
//!
//! What is packed is unpacked into a temporary file that has no name any more, so that nothing is left behind however the command ends.
use super::Stop;
use super::output::complain;
use super::progress::Progress;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write, stdin};
use std::path::{Path, PathBuf};
use wireglass::engine::capture::Want;
use wireglass::unpack::{self, Packed, Packing, is_capture};

/// Bytes read at a time.
const CHUNK: usize = 256 << 10;

/// A capture that can be read.
pub struct Input {
    pub name: String,
    pub place: Place,
    pub size: Option<u64>,
}

pub enum Place {
    Path(PathBuf),
    /// Unpacked; its file has no name.
    Unnamed(File),
    /// Standard input as it comes: once, and from its start.
    Stream(Box<dyn Read>),
}

impl Input {
    /// The name without folders, unless another of the inputs has the same.
    pub fn short(&self, among: &[Input]) -> String {
        let last = |name: &str| Path::new(name).file_name().map(|name| name.to_string_lossy().into_owned());
        let short = last(&self.name)
            .filter(|short| among.iter().filter(|other| last(&other.name).as_ref() == Some(short)).count() == 1);
        short.unwrap_or_else(|| self.name.clone())
    }
}

/// The error's own words, without its number.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

/// The captures in these files: of an archive all that are in it. A single `-` is standard input as it comes.
pub fn open(paths: &[PathBuf], quiet: bool) -> Result<Vec<Input>, Stop> {
    let mut inputs = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            standard_input(paths.len() == 1, quiet, &mut inputs)?;
            continue;
        }
        let name = path.display().to_string();
        let refused = |error: io::Error| Stop::Refused(format!("{name}: {}", reason(&error)));
        let mut file = File::open(path).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        let size = Some(metadata.len()).filter(|_| metadata.is_file());
        if size.is_some() && is_packed(&mut file).map_err(refused)? {
            unpack(Box::new(file), &name, quiet, &mut inputs)?;
        } else {
            inputs.push(Input { name, place: Place::Path(path.clone()), size });
        }
    }
    Ok(inputs)
}

const STANDARD_INPUT: &str = "standard input";

fn standard_input(is_alone: bool, quiet: bool, inputs: &mut Vec<Input>) -> Result<(), Stop> {
    let name = STANDARD_INPUT.to_owned();
    let refused = |error: io::Error| Stop::Refused(format!("{STANDARD_INPUT}: {}", reason(&error)));
    let mut head = Vec::new();
    stdin().lock().take(unpack::HEAD as u64).read_to_end(&mut head).map_err(refused)?;
    let is_packed = Packing::of(&head).is_some();
    let mut whole = Cursor::new(head).chain(stdin().lock());
    if is_alone && !is_packed {
        inputs.push(Input { name, place: Place::Stream(Box::new(whole)), size: None });
        return Ok(());
    }
    // What is merged or unpacked is read at more than one place.
    let mut file = unnamed().map_err(refused)?;
    let size = io::copy(&mut whole, &mut file).map_err(refused)?;
    if is_packed {
        return unpack(Box::new(file), STANDARD_INPUT, quiet, inputs);
    }
    inputs.push(Input { name, place: Place::Unnamed(file), size: Some(size) });
    Ok(())
}

fn is_packed(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.take(unpack::HEAD as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(Packing::of(&head).is_some())
}

/// A new file in the folder for temporary ones that is gone when it is closed.
fn unnamed() -> io::Result<File> {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("wireglass-{}-{number}", std::process::id()));
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

fn unpack(file: Box<dyn unpack::Input>, name: &str, quiet: bool, inputs: &mut Vec<Input>) -> Result<(), Stop> {
    let refused = |error: &io::Error| Stop::Refused(format!("{name}: {}", unpack::sentence(error)));
    let packed = Packed::open(file, name, u64::MAX).map_err(|error| refused(&error))?;
    let Some(mut packed) = packed else { return Ok(()) };
    let (before, mut seen) = (inputs.len(), 0);
    let mut progress = Progress::new(None, quiet);
    while let Some(inside) = packed.next_file() {
        let mut inside = inside.map_err(|error| refused(&error))?;
        seen += 1;
        // What else is in an archive; a stream's content says itself what it is.
        if packed.is_archive() && !is_capture(&inside.head) {
            continue;
        }
        let failed = |error: io::Error| Stop::Failed(format!("{name}: a temporary file: {}", reason(&error)));
        let mut to = unnamed().map_err(failed)?;
        let (mut chunk, mut size) = (vec![0; CHUNK], 0);
        loop {
            match inside.bytes.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => {
                    to.write_all(chunk.get(..read).unwrap_or_default()).map_err(failed)?;
                    size += read as u64;
                    if !is_capture(&inside.head) && size >= unpack::ENOUGH {
                        break;
                    }
                    progress.unpack(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if size > 0 && unpack::is_cut(&error) => {
                    complain(format_args!("warning: {name}: {} What was unpacked is read.", unpack::sentence(&error)));
                    break;
                }
                Err(error) => return Err(refused(&error)),
            }
        }
        inputs.push(Input { name: inside.name, place: Place::Unnamed(to), size: Some(size) });
    }
    if inputs.len() == before {
        let what = if seen == 0 { "is an empty archive" } else { "holds no capture, pcap or pcapng" };
        return Err(Stop::Refused(format!("{name}: The archive {what}.")));
    }
    Ok(())
}

impl Place {
    /// To be read anywhere; `None`: it cannot.
    pub fn again(&self) -> io::Result<Option<File>> {
        match self {
            Place::Path(path) => File::open(path).map(Some),
            Place::Unnamed(file) => file.try_clone().map(Some),
            Place::Stream(_) => Ok(None),
        }
    }
}

/// Inputs being read.
pub struct Reading {
    inputs: Vec<Input>,
    open: Vec<Option<File>>,
    /// Where to go on.
    at: Vec<u64>,
    chunk: Vec<u8>,
}

/// What was asked for.
pub enum Got<'r> {
    Head { file: usize, bytes: &'r [u8], whole: bool },
    Bytes { file: usize, bytes: &'r [u8] },
    End { file: usize },
}

impl Reading {
    pub fn of(inputs: Vec<Input>) -> Self {
        let (open, at) = (inputs.iter().map(|_| None).collect(), vec![0; inputs.len()]);
        Reading { inputs, open, at, chunk: Vec::new() }
    }

    pub fn into_inputs(self) -> Vec<Input> {
        self.inputs
    }

    pub fn name(&self, want: Want) -> &str {
        let (Want::Head { file, .. } | Want::Next { file }) = want;
        self.inputs.get(file).map_or("", |input| input.name.as_str())
    }

    pub fn next(&mut self, want: Want) -> io::Result<Got<'_>> {
        match want {
            Want::Head { file, bytes } => {
                let Some(mut opened) = self.inputs.get(file).map(|input| input.place.again()).transpose()?.flatten()
                else {
                    return Ok(Got::Head { file, bytes: &[], whole: true });
                };
                opened.seek(SeekFrom::Start(0))?;
                self.chunk.clear();
                opened.take(bytes as u64).read_to_end(&mut self.chunk)?;
                Ok(Got::Head { file, bytes: &self.chunk, whole: self.chunk.len() < bytes })
            }
            Want::Next { file } => {
                self.chunk.resize(CHUNK, 0);
                let read = self.read(file)?;
                if read == 0 {
                    if let Some(open) = self.open.get_mut(file) {
                        *open = None;
                    }
                    return Ok(Got::End { file });
                }
                Ok(Got::Bytes { file, bytes: self.chunk.get(..read).unwrap_or_default() })
            }
        }
    }

    fn read(&mut self, file: usize) -> io::Result<usize> {
        let Self { inputs, open, at, chunk } = self;
        let (Some(input), Some(open), Some(at)) = (inputs.get_mut(file), open.get_mut(file), at.get_mut(file)) else {
            return Ok(0);
        };
        if open.is_none() {
            *open = input.place.again()?;
            // A clone shares its place with the file it is of.
            open.as_mut().map_or(Ok(0), |open| open.seek(SeekFrom::Start(*at)))?;
        }
        loop {
            let read = match (&mut input.place, &mut *open) {
                (Place::Stream(stream), _) => stream.read(chunk),
                (_, Some(open)) => open.read(chunk),
                _ => Ok(0),
            };
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => {
                    *at += read.as_ref().copied().unwrap_or(0) as u64;
                    return read;
                }
            }
        }
    }
}
