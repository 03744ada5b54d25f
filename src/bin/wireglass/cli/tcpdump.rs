//! `wireglass tcpdump`: packets as tcpdump prints them, straight from the file: nothing is kept but where TCP connections began.
use super::Stop;
use super::arguments::TcpdumpStyle;
use super::filter::refused;
use super::load::{Again, Need, load, no_match, reason};
use super::output::{Out, complain};
use std::fs::File;
use std::io::{Cursor, Read, stdin};
use std::ops::Range;
use std::path::Path;
use wireglass::api::{Filter, Language};
use wireglass::engine::capture::{Reader, Record};
use wireglass::engine::filter::selection::Selection;
use wireglass::engine::filter::{Wrong, capture};
use wireglass::engine::tcpdump::{Options, Printer, Time};

/// Bytes read at a time.
const CHUNK: usize = 256 << 10;

/// Which packets are printed.
enum Chosen<'a> {
    All,
    /// Those of a selection, by their number in the file from 0.
    These(&'a Selection),
    /// Those that match an expression, compiled for each interface that had a packet: or it can match none of them.
    Matching(&'a str, Vec<Option<Result<capture::Filter, Wrong>>>),
}

impl Chosen<'_> {
    fn has(&mut self, number: u64, record: &Record<'_>) -> Result<bool, Stop> {
        match self {
            Self::All => Ok(true),
            Self::These(selection) => Ok(u32::try_from(number).is_ok_and(|id| selection.has(id))),
            Self::Matching(text, filters) => {
                let (at, is_first) = (record.interface as usize, filters.is_empty());
                if at >= filters.len() {
                    filters.resize_with(at + 1, || None);
                }
                let Some(place) = filters.get_mut(at) else { return Ok(false) };
                match place.get_or_insert_with(|| capture::Filter::compile(text, record.link, 0)) {
                    Ok(filter) => Ok(filter.matches(record.bytes, record.wire_len)),
                    Err(wrong) if is_first => Err(refused(text, wrong.clone())),
                    Err(_) => Ok(false),
                }
            }
        }
    }
}

/// Prints the packets of some numbers (from 1), of all or of those that match.
pub fn print(
    path: &Path,
    style: &TcpdumpStyle,
    numbers: Range<u64>,
    filter: &Filter,
    out: &mut Out,
) -> Result<(), Stop> {
    let open = || -> Result<(Box<dyn Read>, String), Stop> {
        if path.as_os_str() == "-" {
            return Ok((Box::new(stdin().lock()), "standard input".to_owned()));
        }
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| Stop::Refused(format!("{name}: {}", reason(&error))))?;
        Ok((Box::new(file), name))
    };
    if filter.is_empty() {
        return stream(open()?, style, numbers, Chosen::All, out).map(drop);
    }
    let printed = if filter.language == Language::Capture {
        stream(open()?, style, numbers, Chosen::Matching(&filter.text, Vec::new()), out)?
    } else {
        // What a display filter asks may be told only by later packets.
        let loaded = load(path, true, Need::Again, filter.clone())?;
        let nothing = Selection::default();
        let selection = loaded.session.selection(filter).unwrap_or(&nothing);
        let from: (Box<dyn Read>, String) = match loaded.file {
            Again::Kept(bytes) => (Box::new(Cursor::new(bytes)), "standard input".to_owned()),
            Again::File(_) => open()?,
            Again::Gone(why) => return Err(Stop::Failed(why)),
        };
        stream(from, style, numbers, Chosen::These(selection), out)?;
        return Ok(());
    };
    if printed == 0 {
        no_match(filter);
    }
    Ok(())
}

/// Prints what is chosen; how many packets match.
fn stream(
    (mut file, name): (Box<dyn Read>, String),
    style: &TcpdumpStyle,
    numbers: Range<u64>,
    mut chosen: Chosen<'_>,
    out: &mut Out,
) -> Result<u64, Stop> {
    let refused = |why: &dyn std::fmt::Display| Stop::Refused(format!("{name}: {why}"));
    let mut printer = Printer::new(options(style));
    let mut reader = Reader::new();
    let mut chunk = vec![0; CHUNK];
    // Packets of the file, and those of them that are chosen.
    let (mut packets, mut number, mut failed) = (0_u64, 0_u64, None);
    while number.saturating_add(1) < numbers.end && failed.is_none() {
        let read = match file.read(&mut chunk) {
            Ok(read) => chunk.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(refused(&reason(&error))),
        };
        if read.is_empty() {
            reader.finish().map_err(|error| refused(&error))?;
            break;
        }
        let fed = reader.feed(read, |record: Record<'_>| {
            if failed.is_some() {
                return;
            }
            let id = packets;
            packets = packets.saturating_add(1);
            match chosen.has(id, &record) {
                Ok(true) => number = number.saturating_add(1),
                Ok(false) => return,
                Err(stop) => {
                    failed = Some(stop);
                    return;
                }
            }
            if number < numbers.start {
                printer.pass(record.link, record.bytes, record.wire_len);
            } else if number < numbers.end {
                failed = out.line(printer.packet(record.link, record.time, record.bytes, record.wire_len)).err();
            }
        });
        fed.map_err(|error| refused(&error))?;
    }
    if let Some(failed) = failed {
        return Err(failed);
    }
    out.flush()?;
    for warning in reader.warnings() {
        complain(format_args!("warning: {}", warning.message));
    }
    Ok(number)
}

fn options(style: &TcpdumpStyle) -> Options {
    let time = match style.t {
        0 => Time::Clock,
        1 => Time::None,
        2 => Time::Epoch,
        _ => Time::Date,
    };
    Options { time, e: style.e, v: style.v, a: style.ascii, x: style.hex, absolute: style.absolute }
}
