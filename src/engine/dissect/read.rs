//! Reading fields: at fixed places (`Dissection::read` and its like) or from front to back ([`Reader`]); either way a field's kind says
//! what its bytes mean. Whole headers are written down as tables instead: `layout.rs`, `parts.rs`.
use super::{Address, Bytes, Dissection, Field, Kind, Problem, Span, Value, text};
use std::ops::Range;

/// Of more than eight bytes the last.
pub(super) fn number(bytes: &[u8], is_little: bool) -> u64 {
    let join = |all: u64, byte: &u8| all << 8 | u64::from(*byte);
    if is_little { bytes.iter().rev().fold(0, join) } else { bytes.iter().fold(0, join) }
}

pub(super) fn value(kind: Kind, bytes: &[u8], is_little: bool) -> Value {
    match kind {
        Kind::Int => {
            let unused = 64_u32.saturating_sub(u32::try_from(bytes.len()).unwrap_or(8).saturating_mul(8)).min(63);
            (number(bytes, is_little).wrapping_shl(unused).cast_signed() >> unused).into()
        }
        Kind::Text => text::shown(bytes).into(),
        Kind::Bytes => bytes.into(),
        Kind::Guid => {
            let mut bytes = bytes.to_vec();
            // The first three of its numbers have the byte order of the rest.
            for part in [0..4, 4..6, 6..8] {
                if is_little {
                    bytes.get_mut(part).unwrap_or_default().reverse();
                }
            }
            bytes.into()
        }
        Kind::Label => Value::Nothing,
        Kind::Bool => (number(bytes, is_little) != 0).into(),
        Kind::Address => match (bytes.first_chunk(), bytes.first_chunk(), bytes.first_chunk()) {
            (_, _, Some(ip)) if bytes.len() == 16 => Address::ipv6(*ip).into(),
            (_, Some(mac), _) if bytes.len() == 6 => Address::ethernet(*mac).into(),
            (Some(ip), ..) if bytes.len() == 4 => Address::ipv4(*ip).into(),
            _ => bytes.into(),
        },
        _ => number(bytes, is_little).into(),
    }
}

/// Fields side by side, each with how many bytes it takes.
pub type Row = &'static [(&'static Field, usize)];

impl Dissection {
    /// Adds the field that stands in `range`; returns its number, big endian.
    /// # Errors
    /// When the bytes are not there.
    pub fn read(&mut self, field: &'static Field, bytes: &Bytes<'_>, range: Range<usize>) -> Result<u64, Problem> {
        Reader::new(*bytes, range.start).number(self, field, range.len())
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
        let number = number(taken, false);
        match name(number) {
            "" => self.read(field, bytes, range),
            name => {
                self.noted(field, bytes.span(range), value(field.kind, taken, false), name);
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
        let mut reader = Reader::new(*bytes, from);
        for &(field, size) in row {
            reader.field(self, field, size)?;
        }
        Ok(reader.at)
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
        let whole = number(bytes.take(range.clone())?, false);
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

/// Where a message has been read up to.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'p> {
    pub bytes: Bytes<'p>,
    pub at: usize,
    is_little: bool,
}

impl<'p> Reader<'p> {
    /// Numbers are big endian, as networks have them.
    pub fn new(bytes: Bytes<'p>, at: usize) -> Self {
        Self { bytes, at, is_little: false }
    }

    /// Numbers are little endian.
    pub fn little(bytes: Bytes<'p>, at: usize) -> Self {
        Self { bytes, at, is_little: true }
    }

    pub fn is_little(&self) -> bool {
        self.is_little
    }

    /// Bytes on the wire that are not read yet.
    pub fn left(&self) -> usize {
        self.bytes.wire_len().saturating_sub(self.at)
    }

    /// What was read from `start` on.
    pub fn since(&self, start: usize) -> Span {
        self.bytes.span(start..self.at)
    }

    /// The next bytes, as a message of their own.
    #[must_use]
    pub fn part(&mut self, size: usize) -> Self {
        let end = self.at.saturating_add(size);
        let part = Self { bytes: self.bytes.limit(end), ..*self };
        self.at = end.min(self.bytes.wire_len());
        part
    }

    /// The next byte, which stays to be read.
    /// # Errors
    /// When it is not there.
    pub fn peek(&self) -> Result<u8, Problem> {
        self.bytes.u8(self.at)
    }

    /// # Errors
    /// When the bytes are not there.
    pub fn take(&mut self, size: usize) -> Result<&'p [u8], Problem> {
        let end = self.at.saturating_add(size);
        let taken = self.bytes.take(self.at..end)?;
        self.at = end;
        Ok(taken)
    }

    /// A number of up to eight bytes.
    /// # Errors
    /// When the bytes are not there.
    pub fn uint(&mut self, size: usize) -> Result<u64, Problem> {
        Ok(number(self.take(size)?, self.is_little))
    }

    /// A number that is the size of something.
    /// # Errors
    /// When the bytes are not there.
    pub fn size(&mut self, size: usize) -> Result<usize, Problem> {
        self.uint(size).map(|value| usize::try_from(value).unwrap_or(usize::MAX))
    }

    /// A field of so many bytes.
    /// # Errors
    /// When the bytes are not there.
    pub fn field(&mut self, d: &mut Dissection, field: &'static Field, size: usize) -> Result<&'p [u8], Problem> {
        let start = self.at;
        let taken = self.take(size)?;
        if d.wants() {
            d.field(field, self.since(start), value(field.kind, taken, self.is_little));
        }
        Ok(taken)
    }

    /// The same; and its number.
    /// # Errors
    /// When the bytes are not there.
    pub fn number(&mut self, d: &mut Dissection, field: &'static Field, size: usize) -> Result<u64, Problem> {
        Ok(number(self.field(d, field, size)?, self.is_little))
    }

    /// A number that is the size of something.
    /// # Errors
    /// When the bytes are not there.
    pub fn length(&mut self, d: &mut Dissection, field: &'static Field, size: usize) -> Result<usize, Problem> {
        self.number(d, field, size).map(|value| usize::try_from(value).unwrap_or(usize::MAX))
    }

    /// A number with a sign.
    /// # Errors
    /// When the bytes are not there.
    pub fn signed(&mut self, d: &mut Dissection, field: &'static Field, size: usize) -> Result<i64, Problem> {
        let start = self.at;
        let unused = u32::try_from(size).unwrap_or(8).saturating_mul(8).min(64);
        let shift = 64_u32.saturating_sub(unused).min(63);
        let value = (self.uint(size)? << shift).cast_signed() >> shift;
        d.field(field, self.since(start), value);
        Ok(value)
    }

    /// A number whose values have names.
    /// # Errors
    /// When the bytes are not there.
    pub fn named(
        &mut self,
        d: &mut Dissection,
        field: &'static Field,
        size: usize,
        name: impl FnOnce(u64) -> Option<&'static str>,
    ) -> Result<u64, Problem> {
        let start = self.at;
        let value = self.uint(size)?;
        d.noted(field, self.since(start), value, name(value).unwrap_or("Unknown"));
        Ok(value)
    }

    /// Text up to a zero byte, which is left out.
    /// # Errors
    /// When there is none.
    pub fn zero_ended(&mut self, d: &mut Dissection, field: &'static Field) -> Result<&'p [u8], Problem> {
        let rest = self.bytes.all().get(self.at..).unwrap_or_default();
        let Some(size) = rest.iter().position(|&byte| byte == 0) else {
            return Err(if self.bytes.is_cut() { Problem::Truncated } else { Problem::Malformed });
        };
        let start = self.at;
        let text = self.take(size)?;
        // The zero is part of it.
        self.at = self.at.saturating_add(1);
        if d.wants() {
            d.field(field, self.since(start), value(field.kind, text, self.is_little));
        }
        Ok(text)
    }

    /// Everything that is left, as it is; nothing when nothing is.
    pub fn rest(&mut self, d: &mut Dissection, field: &'static Field) {
        let rest = self.bytes.all().get(self.at..).unwrap_or_default();
        if !rest.is_empty() {
            d.field(field, self.bytes.span(self.at..self.bytes.len()), rest);
        }
        self.at = self.bytes.wire_len();
    }

    /// A line of text over the fields that `add` adds, as long as what it reads.
    pub fn group<R>(
        &mut self,
        d: &mut Dissection,
        label: &'static Field,
        text: impl FnOnce() -> String,
        add: impl FnOnce(&mut Dissection, &mut Self) -> R,
    ) -> R {
        let (line, start) = (d.fields.len(), self.at);
        d.label(label, self.bytes.span(start..start), text);
        let result = d.nest(|d| add(d, self));
        if let Some(found) = d.fields.get_mut(line) {
            found.span = self.since(start);
        }
        result
    }
}

/// For the details of a message whose head was right: what is odd about them ends them, and says nothing about the packet.
/// # Errors
/// When the capture cut them off.
pub fn details(read: Result<(), Problem>) -> Result<(), Problem> {
    match read {
        Err(Problem::Malformed) => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::{Wanted, field};

    static FIELD: Field = field!(Int => "a.b", "B");

    #[test]
    fn numbers_are_read_in_their_order_and_sign() {
        let mut d = Dissection::new(Wanted::Everything);
        let bytes = Bytes::frame(&[0xff, 0xfe, 1, 0, b'a', 0], 6);
        let mut reader = Reader::new(bytes, 0);
        assert_eq!(reader.signed(&mut d, &FIELD, 2), Ok(-2));
        assert_eq!(Reader::little(bytes, 2).uint(2), Ok(1));
        reader.at = 4;
        assert_eq!(reader.zero_ended(&mut d, &FIELD), Ok(b"a".as_slice()));
        assert_eq!((reader.left(), reader.uint(1)), (0, Err(Problem::Malformed)));
    }

    static MAC: Field = field!(Address => "mac", "MAC");
    static HIGH: Field = field!(Uint => "high", "High");
    static LOW: Field = field!(Bool => "low", "Low");

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
