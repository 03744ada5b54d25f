//! Layouts: headers that always look the same, written down as tables that declare their fields too, a line each: numbers of either
//! byte order, bits, texts. Headers that are put together as they come are made of parts (`parts.rs`); names of values are the same.
use super::read::value;
use super::{Dissection, Field, Kind, Problem, Reader, Value, lines};

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

/// A field and where it stands in a layout.
#[derive(Debug)]
pub struct Slot {
    pub field: Field,
    /// Bytes; none for bits of the number before, [`Slot::REST`] for all that is left.
    pub size: u8,
    /// Bits of the number before, under which they stand in the tree.
    pub mask: u64,
    /// Names of the values in turn, divided by `|`; `8=` before one numbers it and those that follow.
    pub names: Names,
}

/// What a slot is but its words: the field's kind, size, mask and names.
pub type Shape = (Kind, u8, u64, Names);

impl Slot {
    pub const REST: u8 = u8::MAX;

    /// Slots whose names and titles are the lines of a text.
    #[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "at compile time")]
    pub const fn all<const N: usize>(texts: &'static &'static str, shapes: [Shape; N]) -> [Self; N] {
        let starts: [u16; N] = lines(texts);
        let mut slots = [const { Self { field: Field::new(&"", 0, Kind::Label), size: 0, mask: 0, names: "" } }; N];
        let mut n = 0;
        while n < N {
            let (kind, size, mask, names) = shapes[n];
            slots[n] = Self { field: Field::new(texts, starts[n], kind), size, mask, names };
            n += 1;
        }
        slots
    }
}

/// How many there are in lists of one kind (of fields, of layouts), one a file of a protocol.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "at compile time")]
pub const fn count<T>(lists: &[&[T]]) -> usize {
    let (mut all, mut list) = (0, 0);
    while list < lists.len() {
        (all, list) = (all + lists[list].len(), list + 1);
    }
    all
}

/// The same lists as one, which is [`count`] long.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "at compile time")]
pub const fn joined<T: Copy, const N: usize>(lists: &[&[T]]) -> [T; N] {
    let mut all = [lists[0][0]; N];
    let (mut list, mut at, mut n) = (0, 0, 0);
    while n < N {
        if at < lists[list].len() {
            all[n] = lists[list][at];
            (n, at) = (n + 1, at + 1);
        } else {
            (list, at) = (list + 1, 0);
        }
    }
    all
}

/// Declares layouts, a `static` each, and `LAYOUTS`, the list of them all for the protocol's declaration.
macro_rules! layouts {
    ($($vis:vis $id:ident = [$($kind:expr => $name:literal, $title:literal, $($size:literal)? $(*$rest:ident)? $(&$mask:literal)? $(: $names:expr)?;)*])*) => {
        $(#[allow(unused_variables, reason = "not every field has names")]
        $vis static $id: &[$crate::engine::dissect::Slot] = {
            #[allow(unused_imports, reason = "a protocol need not use every kind")]
            use $crate::engine::dissect::Kind::*;
            static TEXTS: &str = concat!($($name, "\t", $title, "\n"),*);
            &$crate::engine::dissect::Slot::all(&TEXTS, [$((
                $kind,
                0 $(+ $size)? $(+ $crate::engine::dissect::Slot::$rest)?,
                0 $(+ $mask)?,
                {
                    let names = "";
                    $(let names = $names;)?
                    names
                },
            )),*])
        };)*
        #[allow(dead_code, reason = "a file with several protocols says itself which layouts are whose")]
        static LAYOUTS: &[&[$crate::engine::dissect::Slot]] = &[$($id),*];
    };
}
pub(crate) use layouts;

/// The name that `names` has for a value.
pub fn named(names: Names, value: u64) -> Option<&'static str> {
    Some(name_of(names, value)).filter(|name| !name.is_empty())
}

impl Reader<'_> {
    /// Reads a layout; returns the last number that was read whole.
    /// # Errors
    /// When bytes are not there. What stood before them was added.
    pub fn layout(&mut self, d: &mut Dissection, parts: &'static [Slot]) -> Result<u64, Problem> {
        let (mut whole, mut start) = (0, self.at);
        for part in parts {
            if part.mask != 0 {
                let value = (whole & part.mask).wrapping_shr(part.mask.trailing_zeros());
                let span = self.since(start);
                d.nest(|d| put(d, part, span, value));
                continue;
            }
            start = self.at;
            let size = match part.size {
                Slot::REST => self.left(),
                size => size.into(),
            };
            if matches!(part.field.kind, Kind::Bytes | Kind::Guid | Kind::Text | Kind::Address) {
                let taken = self.take(size)?;
                if d.wants() && !(taken.is_empty() && part.size == Slot::REST) {
                    d.field(&part.field, self.since(start), shown(part.field.kind, taken, self.is_little()));
                }
                continue;
            }
            whole = self.uint(size)?;
            let number = match part.field.kind {
                Kind::Int => {
                    let unused = 64_usize.saturating_sub(size.saturating_mul(8)) as u32;
                    (whole.wrapping_shl(unused).cast_signed().wrapping_shr(unused)).cast_unsigned()
                }
                _ => whole,
            };
            put(d, part, self.since(start), number);
        }
        Ok(whole)
    }
}

fn put(d: &mut Dissection, part: &'static Slot, span: super::Span, value: u64) {
    // A label's number is only there for the bits behind it.
    if !d.wants() || part.field.kind == Kind::Label {
        return;
    }
    let typed = match part.field.kind {
        Kind::Bool => Value::Bool(value != 0),
        Kind::Int => Value::Int(value.cast_signed()),
        Kind::Seconds => Value::Nanos(value.cast_signed()),
        _ => Value::Uint(value),
    };
    match named(part.names, value) {
        Some(name) => d.noted(&part.field, span, typed, name),
        None => d.field(&part.field, span, typed),
    }
}

/// Texts end before a zero; Bluetooth's addresses are numbers, too: little endian.
fn shown(kind: Kind, bytes: &[u8], is_little: bool) -> Value {
    match (kind, bytes.first_chunk::<6>()) {
        (Kind::Text, _) => value(kind, bytes.split(|&byte| byte == 0).next().unwrap_or(bytes), is_little),
        (Kind::Address, Some(&[a, b, c, d, e, f])) if is_little && bytes.len() == 6 => {
            value(kind, &[f, e, d, c, b, a], true)
        }
        _ => value(kind, bytes, is_little),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::{Bytes, Wanted};

    layouts! {
        SAMPLE = [
            Hex(4) => "a.control", "Control", 2;
            Uint => "a.control.kind", "Kind", &0x000c: "Zero|One|3=Three";
            Bool => "a.control.more", "More", &0x8000: "No|Yes";
            Int => "a.signal", "Signal", 1;
            Bytes => "a.rest", "Rest", *REST;
        ]
    }

    #[test]
    fn names_are_counted() {
        let names = "no|yes|7=maybe|never|x=y";
        let found: Vec<_> = [0, 1, 2, 7, 8, 9].map(|value| name_of(names, value)).into();
        assert_eq!(found, ["no", "yes", "", "maybe", "never", "x=y"]);
    }

    #[test]
    fn a_layout_is_read_with_its_names() {
        let mut d = Dissection::new(Wanted::Everything);
        let bytes = [0x04, 0x80, 0xfe, 1, 2];
        let mut reader = Reader::little(Bytes::frame(&bytes, 5), 0);
        assert_eq!(reader.layout(&mut d, SAMPLE), Ok(0xfe));
        let texts: Vec<_> = d.fields.iter().map(|found| (found.text(), found.note.as_deref().unwrap_or(""))).collect();
        assert_eq!(
            texts,
            [("0x8004", ""), ("1", "One"), ("1", "Yes"), ("-2", ""), ("0102", "")].map(|(a, b)| (a.to_owned(), b))
        );
        assert_eq!((named("a||c|9=d=e", 1), named("a||c|9=d=e", 9)), (None, Some("d=e")));
    }
}
