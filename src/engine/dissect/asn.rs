//! Messages in ASN.1 written down as tables: which elements follow each other, and what they hold. Tags and lengths are `ber.rs`.
use super::read::value;
use super::{Bytes, Dissection, Field, Names, Problem, Value, ber, field, name_of, text};

/// An element that a message may have: its tag (0: whatever comes), its field, and what it holds.
pub type Row = (u8, &'static Field, Inner);

/// Declared by the protocols that have such elements, too.
static UNUSED_BITS: Field = field!(Uint => "ber.bitstring.padding", "Padding");

/// Adds the fields of an element: its field, all of it, and what it holds.
pub type Adds = fn(&mut Dissection, &'static Field, &Bytes<'_>, &Bytes<'_>) -> Result<(), Problem>;

/// What an element holds.
#[derive(Clone, Copy)]
pub enum Inner {
    /// Text, bytes or a number, and what the number's values are called (negative ones as 32 bits).
    Value(Names),
    /// Elements in this order, any of them optional: a SEQUENCE.
    Fields(&'static [Row]),
    /// The same; the line of the tree says what the first of them says, too.
    Titled(&'static [Row]),
    /// Elements of one kind. The field's value is how many they are.
    List(&'static Row),
    /// One of these. The field's value is the number of its tag.
    Choice(&'static [Row]),
    /// Bits by their masks, the first one of a BIT STRING the highest of 32. How many are not used is a field of its own.
    Bits(&'static [(&'static Field, u32)]),
    /// A GeneralizedTime.
    Time,
    By(Adds),
}

/// Tags say where an element stands, and stand before the element's own (EXPLICIT) or instead of it (IMPLICIT).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tags {
    Explicit,
    Implicit,
}

impl Tags {
    /// The elements in `bytes`: those that `rows` know; others (of later versions) are passed over.
    /// # Errors
    /// When bytes are not there. What stood before them was added.
    pub fn elements(self, d: &mut Dissection, bytes: &Bytes<'_>, rows: &'static [Row]) -> Result<(), Problem> {
        let (mut rest, mut rows) = (*bytes, rows.iter());
        while rest.wire_len() > 0 {
            let (found, after) = ber::element(&rest)?;
            let mut later = rows.clone();
            if let Some(row) = later.find(|(tag, ..)| matches!(*tag, 0) || *tag == found.tag) {
                self.element(d, row, &rest)?;
                rows = later;
            }
            rest = after;
        }
        Ok(())
    }

    /// The element at the front of `bytes`.
    /// # Errors
    /// When its bytes are not there.
    pub fn element(self, d: &mut Dissection, row: &'static Row, bytes: &Bytes<'_>) -> Result<(), Problem> {
        const CONTEXT_OR_APPLICATION: u8 = 0xc0;
        let &(_, field, inner) = row;
        let (mut whole, (mut found, _)) = (*bytes, ber::element(bytes)?);
        while self == Self::Explicit && found.tag & CONTEXT_OR_APPLICATION != 0 {
            whole = found.content;
            (found, _) = ber::element(&whole)?;
        }
        let content = found.content;
        if content.wire_len() < found.length {
            return Err(Problem::Malformed);
        }
        let head = usize::try_from(content.start().saturating_sub(whole.start())).unwrap_or_default();
        let whole = whole.limit(head.saturating_add(content.wire_len()));
        let all = content.span(0..content.len());
        match inner {
            Inner::Value(_) | Inner::Bits(_) | Inner::Time if content.is_cut() => return Err(Problem::Truncated),
            Inner::Value(names) => {
                let value = value(field.kind, content.all(), false);
                let number = match value {
                    Value::Uint(number) => number,
                    Value::Int(number) => (number.cast_unsigned()) & u64::from(u32::MAX),
                    _ => u64::MAX,
                };
                match name_of(names, number) {
                    "" => d.field(field, all, value),
                    name => d.noted(field, all, value, name),
                }
            }
            Inner::Fields(rows) | Inner::Titled(rows) => {
                let line = d.fields.len();
                let universal = found.tag == ber::SEQUENCE;
                let span = if universal { whole.span(0..whole.len()) } else { all };
                d.label(field, span, || field.title().to_owned());
                let read = d.nest(|d| self.elements(d, &content, rows));
                if matches!(inner, Inner::Titled(_)) {
                    entitle(d, line);
                }
                read?;
            }
            Inner::List(row) => {
                let (line, mut rest, mut count) = (d.fields.len(), content, 0_u64);
                d.field(field, all, count);
                let read = d.nest(|d| {
                    while rest.wire_len() > 0 {
                        self.element(d, row, &rest)?;
                        (_, rest) = ber::element(&rest)?;
                        count = count.saturating_add(1);
                    }
                    Ok(())
                });
                if let Some(found) = d.fields.get_mut(line) {
                    found.value = count.into();
                }
                read?;
            }
            Inner::Choice(rows) => {
                let Some(row) = rows.iter().find(|(tag, ..)| *tag == found.tag) else { return Ok(()) };
                d.noted(field, all, found.tag & 0x1f, row.1.title());
                d.nest(|d| self.element(d, row, &whole))?;
            }
            Inner::Bits(bits) => {
                let bytes = content.all().get(1..).unwrap_or_default();
                let word = bytes.iter().take(4).zip([24, 16, 8, 0]);
                let word = word.fold(0, |word: u32, (byte, shift)| word | u32::from(*byte) << shift);
                let span = content.span(1.min(content.len())..content.len());
                if let Some(unused) = content.all().first() {
                    d.field(&UNUSED_BITS, content.span(0..1), *unused);
                }
                d.field(field, span, bytes);
                d.nest(|d| {
                    for (bit, mask) in bits {
                        // The byte that has it, behind the one that counts unused bits.
                        let at = usize::try_from(mask.leading_zeros() / 8).unwrap_or_default().saturating_add(1);
                        if at < content.len() {
                            d.field(bit, content.span(at..at.saturating_add(1)), word & mask != 0);
                        }
                    }
                });
            }
            Inner::Time => d.field(field, all, time(content.all())),
            Inner::By(add) => add(d, field, &whole, &content)?,
        }
        Ok(())
    }
}

/// The line of the tree at `line` says what the first below it says.
fn entitle(d: &mut Dissection, line: usize) {
    let Some([over, first, ..]) = d.fields.get_mut(line..) else { return };
    if first.depth > over.depth {
        let said = first.note.as_deref().map_or_else(|| first.text(), str::to_owned);
        over.note = Some(format!("{} {said}", over.field.title()).into());
    }
}

/// `20370913024805Z` (X.680 §46) as other times are shown.
fn time(bytes: &[u8]) -> String {
    let shown = text::shown(bytes);
    let part = |from: usize| shown.get(from..from.saturating_add(2)).and_then(|part| part.parse::<usize>().ok());
    let month = part(4).and_then(|month| text::MONTHS.get(month.checked_sub(1)?.checked_mul(3)?..)?.get(..3));
    match (shown.len() == 15 && shown.ends_with('Z'), shown.get(..4), month, part(6), part(8), part(10), part(12)) {
        (true, Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)) => {
            format!("{month} {day:>2}, {year} {hour:02}:{minute:02}:{second:02}.000000000 UTC")
        }
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::{Wanted, fields};

    fields! {
        OUTER: Label => "a.outer", "outer";
        NUMBER: Int => "a.number", "number";
        WORDS: Uint => "a.words", "words";
        WORD: Text => "a.word", "word";
        WHEN: Text => "a.when", "when";
    }
    static TABLE: Row = (0, &OUTER, Inner::Titled(ROWS));
    static ROWS: &[Row] = &[
        (0xa0, &NUMBER, Inner::Value("4294967295=less")),
        (0xa1, &WORDS, Inner::List(&(0, &WORD, Inner::Value("")))),
        (0xa3, &WHEN, Inner::Time),
    ];

    #[test]
    fn a_message_is_read_as_its_table_says() {
        let mut d = Dissection::new(Wanted::Everything);
        let bytes = b"\x30\x11\xa0\x03\x02\x01\xff\xa1\x08\x30\x06\x04\x01a\x04\x01b\xa2\x00";
        assert_eq!(Tags::Explicit.element(&mut d, &TABLE, &Bytes::frame(bytes, 19)), Ok(()));
        let told: Vec<_> = d.fields.iter().map(|found| (found.text(), found.span.start(), found.span.len())).collect();
        let expected = [("", 0, 19), ("-1", 6, 1), ("2", 11, 6), ("a", 13, 1), ("b", 16, 1)];
        assert_eq!(told, expected.map(|(text, start, len)| (text.to_owned(), start, len)));
        assert_eq!(d.fields[0].note.as_deref(), Some("outer less"));
    }

    #[test]
    fn a_length_that_lies_is_told_from_one_that_was_cut_off() {
        let mut d = Dissection::new(Wanted::Everything);
        let bytes = b"\x30\x05\xa0\x03\x02\x09\xff";
        assert_eq!(Tags::Explicit.element(&mut d, &TABLE, &Bytes::frame(bytes, 7)), Err(Problem::Malformed));
        let bytes = b"\x30\x05\xa0\x03\x02\x01";
        assert_eq!(Tags::Explicit.element(&mut d, &TABLE, &Bytes::frame(bytes, 7)), Err(Problem::Truncated));
    }

    #[test]
    fn times_are_shown() {
        assert_eq!(time(b"20370903024805Z"), "Sep  3, 2037 02:48:05.000000000 UTC");
        assert_eq!(time(b"nonsense"), "nonsense");
    }
}
