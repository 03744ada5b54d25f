//! Reads a message from front to back and adds its fields on the way.
use super::{Address, Bytes, Dissection, Field, Problem, Span};

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
        let bytes = self.take(size)?;
        let join = |all: u64, byte: &u8| all << 8 | u64::from(*byte);
        Ok(if self.is_little { bytes.iter().rev().fold(0, join) } else { bytes.iter().fold(0, join) })
    }

    /// A number that is the size of something.
    /// # Errors
    /// When the bytes are not there.
    pub fn size(&mut self, size: usize) -> Result<usize, Problem> {
        self.uint(size).map(|value| usize::try_from(value).unwrap_or(usize::MAX))
    }

    /// # Errors
    /// When the bytes are not there.
    pub fn number(&mut self, d: &mut Dissection, field: &'static Field, size: usize) -> Result<u64, Problem> {
        let start = self.at;
        let value = self.uint(size)?;
        d.field(field, self.since(start), value);
        Ok(value)
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

    /// # Errors
    /// When the bytes are not there.
    pub fn text(&mut self, d: &mut Dissection, field: &'static Field, size: usize) -> Result<&'p [u8], Problem> {
        let start = self.at;
        let text = self.take(size)?;
        d.field(field, self.since(start), String::from_utf8_lossy(text).into_owned());
        Ok(text)
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
        self.at = self.at.saturating_add(1);
        d.field(field, self.since(start), String::from_utf8_lossy(text).into_owned());
        Ok(text)
    }

    /// Bytes as they are.
    /// # Errors
    /// When they are not there.
    pub fn raw(&mut self, d: &mut Dissection, field: &'static Field, size: usize) -> Result<&'p [u8], Problem> {
        let start = self.at;
        let bytes = self.take(size)?;
        d.field(field, self.since(start), bytes);
        Ok(bytes)
    }

    /// Everything that is left, as it is; nothing when nothing is.
    pub fn rest(&mut self, d: &mut Dissection, field: &'static Field) {
        let rest = self.bytes.all().get(self.at..).unwrap_or_default();
        if !rest.is_empty() {
            d.field(field, self.bytes.span(self.at..self.bytes.len()), rest);
        }
        self.at = self.bytes.wire_len();
    }

    /// An address of version 4.
    /// # Errors
    /// When it is not there.
    pub fn ipv4(&mut self, d: &mut Dissection, field: &'static Field) -> Result<Address, Problem> {
        let address = self.bytes.array(self.at).map(Address::ipv4)?;
        self.take(4)?;
        d.field(field, self.since(self.at.saturating_sub(4)), address);
        Ok(address)
    }

    /// An address of version 6.
    /// # Errors
    /// When it is not there.
    pub fn ipv6(&mut self, d: &mut Dissection, field: &'static Field) -> Result<Address, Problem> {
        let address = self.bytes.array(self.at).map(Address::ipv6)?;
        self.take(16)?;
        d.field(field, self.since(self.at.saturating_sub(16)), address);
        Ok(address)
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
    use crate::engine::dissect::{Dissection, Kind, Wanted};

    static FIELD: Field = Field { name: "a.b", title: "B", kind: Kind::Int };

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
}
