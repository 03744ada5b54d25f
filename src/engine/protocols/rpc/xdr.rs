//! Messages in XDR (RFC 4506), read by tables of steps.
use crate::engine::dissect::{Bytes, Dissection, Field, Kind, Names, Part, Problem, name_of, text};

/// A step through a message.
#[derive(Clone, Copy)]
pub enum Step {
    /// Four bytes, and what their values are called.
    Word(&'static Field, Names),
    /// Flags in four bytes.
    Flags(&'static Field, &'static [(&'static Field, u64)]),
    /// Eight bytes.
    Long(&'static Field),
    /// Opaque or text: its length, its bytes, filled up to four.
    Opaque(&'static Field),
    /// The same of a length that is known.
    Fixed(&'static Field, usize),
    /// Bytes that are somebody's data: shown as a line.
    Data(&'static Field),
    /// Seconds and nanoseconds since 1970: whole, seconds, nanoseconds.
    Time(&'static [&'static Field; 3]),
    /// Something that a table of its own reads, under a line of this title.
    Under(&'static Field, &'static [Step]),
    /// The same, without a line.
    All(&'static [Step]),
    /// A word that says whether more follows.
    Optional(&'static [Step]),
    /// A word that says which follows.
    Choice(&'static Field, Names, &'static [(u32, &'static [Step])]),
    /// Entries, each behind a word that says whether there is one.
    List(&'static [Step]),
    /// Entries, as many as a word says.
    Array(&'static [Step]),
    /// A file's handle: length, hash, handle; of a fixed length when it is not 0.
    Handle(&'static [&'static Field; 3], usize),
    /// The state of an open file, with its hash: whole, hash, number, rest.
    State(&'static [&'static Field; 4]),
}

/// A list says how long it is; more entries nobody reads.
const MOST_ENTRIES: u32 = 2000;

/// Goes through the steps from `at` on; returns where they end.
pub fn run(d: &mut Dissection, bytes: &Bytes<'_>, from: usize, steps: &[Step]) -> Result<usize, Problem> {
    let mut at = from;
    for step in steps {
        at = one(d, bytes, at, *step)?;
    }
    Ok(at)
}

fn one(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, step: Step) -> Result<usize, Problem> {
    let behind = at.saturating_add(4);
    let padded = |at: usize, size: usize| at.saturating_add(size.checked_next_multiple_of(4).unwrap_or(usize::MAX));
    let size_at = |at: usize| bytes.u32(at).map(|size| usize::try_from(size).unwrap_or(usize::MAX));
    match step {
        Step::Word(field, names) => d.read_layout(bytes, at, &[Part::Next(field, 4, names)]),
        Step::Flags(field, bits) => {
            d.read(field, bytes, at..behind)?;
            d.read_bits(bytes, at..behind, bits)?;
            Ok(behind)
        }
        Step::Long(field) => d.read_row(bytes, at, &[(field, 8)]),
        Step::Opaque(field) => {
            let size = size_at(at)?;
            d.read(field, bytes, behind..behind.saturating_add(size))?;
            Ok(padded(behind, size))
        }
        Step::Fixed(field, size) => {
            d.read(field, bytes, at..at.saturating_add(size))?;
            Ok(padded(at, size))
        }
        Step::Data(field) => {
            let size = size_at(at)?;
            d.label(field, bytes.span(behind..behind.saturating_add(size)), || {
                format!("{} ({size} bytes)", field.title())
            });
            Ok(padded(behind, size))
        }
        Step::Time(&[field, of_seconds, of_nanos]) => {
            let (seconds, nanos) = (bytes.u32(at)?, bytes.u32(behind)?);
            let end = behind.saturating_add(4);
            let time = text::utc(seconds.into()).replacen(".000000000", &format!(".{nanos:09}"), 1);
            d.field(field, bytes.span(at..end), time);
            d.nest(|d| d.read_row(bytes, at, &[(of_seconds, 4), (of_nanos, 4)]))
        }
        Step::Under(field, steps) => {
            let line = d.fields.len();
            d.label(field, bytes.span(at..at), || field.title().to_owned());
            let end = d.nest(|d| run(d, bytes, at, steps))?;
            if let Some(found) = d.fields.get_mut(line) {
                found.span = bytes.span(at..end);
            }
            Ok(end)
        }
        Step::All(steps) => run(d, bytes, at, steps),
        Step::Optional(steps) => {
            if bytes.u32(at)? == 0 {
                Ok(behind)
            } else {
                run(d, bytes, behind, steps)
            }
        }
        Step::Choice(field, names, choices) => {
            let value = bytes.u32(at)?;
            match field.kind {
                Kind::Bool => d.field(field, bytes.span(at..behind), value != 0),
                _ => d.noted(field, bytes.span(at..behind), value, name_of(names, value.into())),
            }
            let steps = choices.iter().find(|(of, _)| *of == value).map_or(&[] as &[Step], |(_, steps)| steps);
            run(d, bytes, behind, steps)
        }
        Step::List(steps) => {
            let (mut at, mut behind) = (at, behind);
            while bytes.u32(at)? != 0 {
                at = run(d, bytes, behind, steps)?;
                behind = at.saturating_add(4);
            }
            Ok(behind)
        }
        Step::Array(steps) => {
            let count = bytes.u32(at)?.min(MOST_ENTRIES);
            (0..count).try_fold(behind, |at, _| run(d, bytes, at, steps))
        }
        Step::Handle(&[length, hash, field], fixed) => {
            let (start, size) = if fixed > 0 { (at, fixed) } else { (behind, size_at(at)?) };
            let end = start.saturating_add(size);
            let crc = crc32(bytes.take(start..end)?);
            if fixed == 0 {
                d.read(length, bytes, at..behind)?;
            }
            d.generated(hash, bytes.span(start..end), crc);
            d.read(field, bytes, start..end)?;
            Ok(padded(start, size))
        }
        Step::State([whole, hash, number, rest]) => {
            let end = at.saturating_add(16);
            let crc = crc16(bytes.take(at..end)?);
            d.label(whole, bytes.span(at..end), || whole.title().to_owned());
            d.nest(|d| {
                d.generated(hash, bytes.span(at..end), crc);
                d.read_row(bytes, at, &[(number, 4), (rest, 12)])
            })
        }
    }
}

/// CRC-32 as in IEEE 802.3.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| crc >> 1 ^ if crc & 1 == 0 { 0 } else { 0xedb8_8320 })
    })
}

/// CRC-16 as in ITU-T X.25.
fn crc16(bytes: &[u8]) -> u16 {
    !bytes.iter().fold(!0, |crc: u16, &byte| {
        (0..8).fold(crc ^ u16::from(byte), |crc, _| crc >> 1 ^ if crc & 1 == 0 { 0 } else { 0x8408 })
    })
}
