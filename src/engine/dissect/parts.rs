//! Headers put together where they are read, from fields that are declared with `fields!`: for parts that differ from message to message
//! (chosen by a type, a version, flags), stand for themselves in several places, or are dates. What always looks the same is written
//! down once as a layout (`layout.rs`). Numbers are big endian.
use super::read::number;
use super::{Bytes, Dissection, Field, Kind, Names, Problem, Value, name_of, text};
use std::ops::Range;

/// A part of a header.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// So many of the next bytes (0: all that are left, if any are), and what their values are called.
    Next(&'static Field, usize, Names),
    /// Bits of the number in the bytes of the last [`Part::Next`], by their mask: under it.
    Bits(&'static Field, u64, Names),
    /// Bits of the number in so many of the next bytes, which stay to be read.
    Peek(&'static Field, usize, u64, Names),
    /// Seconds in four bytes, and what is to be added to count them from 1970.
    Date(&'static Field, i64),
    Skip(usize),
}

/// Some bits of the number in `range`.
fn bits_of(
    d: &mut Dissection,
    bytes: &Bytes<'_>,
    field: &'static Field,
    range: Range<usize>,
    mask: u64,
    names: Names,
) -> Result<(), Problem> {
    let part = (number(bytes.take(range.clone())?, false) & mask).wrapping_shr(mask.trailing_zeros());
    let value = if field.kind == Kind::Bool { Value::Bool(part != 0) } else { part.into() };
    match name_of(names, part) {
        "" => d.field(field, bytes.span(range), value),
        name => d.noted(field, bytes.span(range), value, name),
    }
    Ok(())
}

impl Dissection {
    /// One part of a layout behind the other, from `from` on; returns where they end.
    /// # Errors
    /// When the bytes are not there.
    pub fn read_layout(&mut self, bytes: &Bytes<'_>, from: usize, layout: &[Part]) -> Result<usize, Problem> {
        let (mut at, mut last) = (from, from..from);
        for part in layout {
            match *part {
                Part::Next(field, size, names) => {
                    let size = if size == 0 { bytes.wire_len().saturating_sub(at) } else { size };
                    last = at..at.saturating_add(size);
                    at = last.end;
                    if size > 0 {
                        self.read_named(field, bytes, last.clone(), |value| name_of(names, value))?;
                    }
                }
                Part::Bits(field, mask, names) => {
                    self.depth = self.depth.saturating_add(1);
                    let read = bits_of(self, bytes, field, last.clone(), mask, names);
                    self.depth = self.depth.saturating_sub(1);
                    read?;
                }
                Part::Peek(field, size, mask, names) => {
                    bits_of(self, bytes, field, at..at.saturating_add(size), mask, names)?;
                }
                Part::Date(field, epoch) => {
                    last = at..at.saturating_add(4);
                    at = last.end;
                    let seconds = i64::try_from(number(bytes.take(last.clone())?, false)).unwrap_or_default();
                    self.field(field, bytes.span(last.clone()), text::utc(seconds.saturating_add(epoch)));
                }
                Part::Skip(size) => at = at.saturating_add(size),
            }
        }
        Ok(at)
    }
}
