//! `wireglass tcpdump`: packets as tcpdump prints them, straight from the file: nothing is kept but where TCP connections began.
use super::Stop;
use super::arguments::TcpdumpStyle;
use super::load::reason;
use super::output::{Out, complain};
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;
use wireglass::engine::capture::{Reader, Record};
use wireglass::engine::tcpdump::{Options, Printer, Time};

/// Bytes read at a time.
const CHUNK: usize = 256 << 10;

pub fn print(path: &Path, style: &TcpdumpStyle, from: u64, limit: u64, out: &mut Out) -> Result<(), Stop> {
    let (mut file, name): (Box<dyn Read>, _) = match path.to_str() {
        Some("-") => (Box::new(stdin().lock()), "standard input".to_owned()),
        _ => {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|error| Stop::Refused(format!("{name}: {}", reason(&error))))?;
            (Box::new(file), name)
        }
    };
    let refused = |why: &dyn std::fmt::Display| Stop::Refused(format!("{name}: {why}"));
    let mut printer = Printer::new(options(style));
    let last = if limit == 0 { u64::MAX } else { from.saturating_add(limit).saturating_sub(1) };
    let mut reader = Reader::new();
    let mut chunk = vec![0; CHUNK];
    let (mut number, mut failed) = (0u64, None);
    while number < last && failed.is_none() {
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
            number = number.saturating_add(1);
            if number < from {
                printer.pass(record.link, record.bytes, record.wire_len);
            } else if number <= last && failed.is_none() {
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
    Ok(())
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
