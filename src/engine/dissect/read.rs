//! Fields of fixed layouts, read as their kind says: what headers made of plain numbers, addresses and texts need.
use super::{Address, Bytes, Dissection, Field, Kind, Problem, Value, text};
use std::ops::Range;

/// Big endian; of more than eight bytes the last.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value: u64, &byte| value << 8 | u64::from(byte))
}

fn value(kind: Kind, bytes: &[u8]) -> Value {
    match kind {
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
