//! Fields of fixed layouts, read as their kind says: what headers made of plain numbers, addresses and texts need.
use super::{Address, Bytes, Dissection, Field, Kind, Problem, Value, text};
use std::ops::Range;

/// Big endian; of more than eight bytes the last.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value: u64, &byte| value << 8 | u64::from(byte))
}

/// What a number's values are called, one after the other from 0 on: `no|yes|7=maybe|never`.
pub type Names = &'static str;

/// The name of a value; empty when it has none.
pub fn name_of(names: Names, value: u64) -> &'static str {
    let mut next = 0_u64;
    for word in names.split('|') {
        let (number, name) = match word.split_once('=').map(|(number, name)| (number.parse(), name)) {
            Some((Ok(number), name)) => (number, name),
            _ => (next, word),
        };
        if number == value {
            return name;
        }
        next = number.saturating_add(1);
    }
    ""
}

/// A part of a layout.
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

fn value(kind: Kind, bytes: &[u8]) -> Value {
    match kind {
        Kind::Int => {
            let unused = 64_u32.saturating_sub(u32::try_from(bytes.len()).unwrap_or(8).saturating_mul(8)).min(63);
            (number(bytes).wrapping_shl(unused).cast_signed() >> unused).into()
        }
        Kind::Text => text::shown(bytes).into(),
        Kind::Bytes => bytes.into(),
        Kind::Label => Value::Nothing,
        Kind::Bool => (number(bytes) != 0).into(),
        Kind::Address => match (bytes.first_chunk(), bytes.first_chunk(), bytes.first_chunk()) {
            (_, _, Some(ip)) if bytes.len() == 16 => Address::ipv6(*ip).into(),
            (_, Some(mac), _) if bytes.len() == 6 => Address::ethernet(*mac).into(),
            (Some(ip), ..) if bytes.len() == 4 => Address::ipv4(*ip).into(),
            _ => bytes.into(),
        },
        _ => number(bytes).into(),
    }
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
    let part = (number(bytes.take(range.clone())?) & mask).wrapping_shr(mask.trailing_zeros());
    let value = if field.kind == Kind::Bool { Value::Bool(part != 0) } else { part.into() };
    match name_of(names, part) {
        "" => d.field(field, bytes.span(range), value),
        name => d.noted(field, bytes.span(range), value, name),
    }
    Ok(())
}

impl Dissection {
    /// Adds the field that stands in `range`; returns its number, big endian.
    /// # Errors
    /// When the bytes are not there.
    pub fn read(&mut self, field: &'static Field, bytes: &Bytes<'_>, range: Range<usize>) -> Result<u64, Problem> {
        let taken = bytes.take(range.clone())?;
        if self.wants() {
            self.field(field, bytes.span(range), value(field.kind, taken));
        }
        Ok(number(taken))
    }

    /// The same, with a name for the number; an empty one is none.
    /// # Errors
    /// When the bytes are not there.
    pub fn read_named(
        &mut self,
        field: &'static Field,
        bytes: &Bytes<'_>,
        range: Range<usize>,
        name: impl FnOnce(u64) -> &'static str,
    ) -> Result<u64, Problem> {
        let taken = bytes.take(range.clone())?;
        let number = number(taken);
        match name(number) {
            "" => self.read(field, bytes, range),
            name => {
                self.noted(field, bytes.span(range), value(field.kind, taken), name);
                Ok(number)
            }
        }
    }

    /// Fields side by side, each with how many bytes it takes; returns where they end.
    /// # Errors
    /// When the bytes are not there.
    pub fn read_row(
        &mut self,
        bytes: &Bytes<'_>,
        from: usize,
        row: &[(&'static Field, usize)],
    ) -> Result<usize, Problem> {
        let mut at = from;
        for &(field, size) in row {
            let end = at.saturating_add(size);
            self.read(field, bytes, at..end)?;
            at = end;
        }
        Ok(at)
    }

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
                    let seconds = i64::try_from(number(bytes.take(last.clone())?)).unwrap_or_default();
                    self.field(field, bytes.span(last.clone()), text::utc(seconds.saturating_add(epoch)));
                }
                Part::Skip(size) => at = at.saturating_add(size),
            }
        }
        Ok(at)
    }

    /// Parts of the number in `range` by their masks, under the field added last.
    /// # Errors
    /// When the bytes are not there.
    pub fn read_bits(
        &mut self,
        bytes: &Bytes<'_>,
        range: Range<usize>,
        parts: &[(&'static Field, u64)],
    ) -> Result<(), Problem> {
        let whole = number(bytes.take(range.clone())?);
        let span = bytes.span(range);
        self.nest(|d| {
            for &(field, mask) in parts {
                let part = (whole & mask).wrapping_shr(mask.trailing_zeros());
                match field.kind {
                    Kind::Bool => d.field(field, span, part != 0),
                    _ => d.field(field, span, part),
                }
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    static MAC: Field = Field { name: "mac", title: "MAC", kind: Kind::Address };
    static HIGH: Field = Field { name: "high", title: "High", kind: Kind::Uint };
    static LOW: Field = Field { name: "low", title: "Low", kind: Kind::Bool };

    #[test]
    fn names_are_counted() {
        let names = "no|yes|7=maybe|never|x=y";
        let found: Vec<_> = [0, 1, 2, 7, 8, 9].map(|value| name_of(names, value)).into();
        assert_eq!(found, ["no", "yes", "", "maybe", "never", "x=y"]);
    }

    #[test]
    fn a_row_is_read_by_kinds() {
        let mut d = Dissection::new(Wanted::Everything);
        let bytes = [2, 0, 0, 0, 0, 1, 0xf1];
        let bytes = Bytes::frame(&bytes, 7);
        assert_eq!(d.read_row(&bytes, 0, &[(&MAC, 6)]), Ok(6));
        assert_eq!(d.read_bits(&bytes, 6..7, &[(&HIGH, 0xf0), (&LOW, 1)]), Ok(()));
        let texts: Vec<_> = d.fields.iter().map(|found| found.text()).collect();
        assert_eq!(texts, ["02:00:00:00:00:01", "15", "1"]);
        assert!(d.read(&HIGH, &bytes, 6..8).is_err());
    }
}
