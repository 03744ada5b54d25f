//! `wireglass tcpdump`: packets as tcpdump prints them, straight from the file: nothing is kept but where TCP connections began.
use super::Stop;
use super::arguments::TcpdumpStyle;
use super::filter::refused;
use super::inputs::{self, Got, Input, Place, Reading, reason};
use super::load::{Again, Need, load, no_match};
use super::output::{Out, complain};
use super::shift;
use std::io::Cursor;
use std::ops::Range;
use std::path::PathBuf;
use wireglass::api::{Filter, Language};
use wireglass::engine::capture::{Files, Record};
use wireglass::engine::filter::selection::Selection;
use wireglass::engine::filter::{Wrong, capture};
use wireglass::engine::tcpdump::{Options, Printer, Time};

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
                match place.get_or_insert_with(|| capture::Filter::compile(text, record.link, capture::MASK_OF_FILES)) {
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
    paths: &[PathBuf],
    style: &TcpdumpStyle,
    numbers: Range<u64>,
    filter: &Filter,
    out: &mut Out,
) -> Result<(), Stop> {
    let open = || inputs::open(paths, true);
    if filter.is_empty() {
        return stream(open()?, style, numbers, Chosen::All, out).map(drop);
    }
    let printed = if filter.language == Language::Capture {
        stream(open()?, style, numbers, Chosen::Matching(&filter.text, Vec::new()), out)?
    } else {
        // What a display filter asks may be told only by later packets.
        let loaded = load(paths, true, Need::Again, filter.clone())?;
        let nothing = Selection::default();
        let selection = loaded.session.selection(filter).unwrap_or(&nothing);
        let from = match loaded.file {
            Again::Kept(bytes) => {
                let place = Place::Stream(Box::new(Cursor::new(bytes)));
                vec![Input { name: "standard input".to_owned(), place, size: None }]
            }
            Again::Files(files) => loaded
                .session
                .store()
                .files
                .iter()
                .cloned()
                .zip(files)
                .map(|(name, blocks)| Input { name, place: blocks.place, size: None })
                .collect(),
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
    inputs: Vec<Input>,
    style: &TcpdumpStyle,
    numbers: Range<u64>,
    mut chosen: Chosen<'_>,
    out: &mut Out,
) -> Result<u64, Stop> {
    let names: Vec<String> = inputs.iter().map(|input| input.name.clone()).collect();
    // Of several files the message says which.
    let refused = |file: usize, why: &dyn std::fmt::Display| match names.get(file).filter(|_| names.len() == 1) {
        Some(name) => Stop::Refused(format!("{name}: {why}")),
        None => Stop::Refused(why.to_string()),
    };
    let mut printer = Printer::new(options(style));
    let mut files = Files::new(names.iter().cloned().zip(shift::of(names.len())?));
    let mut reading = Reading::of(inputs);
    // Packets of the files, and those of them that are chosen.
    let (mut packets, mut number, mut failed) = (0_u64, 0_u64, None);
    while let Some(want) = files.wants().filter(|_| number.saturating_add(1) < numbers.end && failed.is_none()) {
        let name = reading.name(want).to_owned();
        let got = reading.next(want).map_err(|error| Stop::Refused(format!("{name}: {}", reason(&error))))?;
        let mut each = |record: Record<'_>| {
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
        };
        match got {
            Got::Head { file, bytes, whole } => files.begins(file, bytes, whole),
            Got::Bytes { file, bytes } => files.feed(file, bytes, &mut each).map_err(|error| refused(file, &error))?,
            Got::End { file } => files.end(file, &mut each).map_err(|error| refused(file, &error))?,
        }
    }
    if let Some(failed) = failed {
        return Err(failed);
    }
    if files.wants().is_none() {
        files.finish().map_err(|error| refused(0, &error))?;
    }
    out.flush()?;
    for (file, warning) in files.warnings() {
        let name = file.map(|file| format!("{}: ", file.name)).unwrap_or_default();
        complain(format_args!("warning: {name}{}", warning.message));
    }
    for member in files.members().iter().filter(|_| names.len() > 1) {
        if let Some(problem) = &member.problem {
            complain(format_args!("warning: {}: {problem}", member.name));
        }
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
