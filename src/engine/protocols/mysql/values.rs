//! Numbers and texts with their length before them, and values as prepared statements have them, dev.mysql.com/doc/dev/mysql-server:
//! page_protocol_basic_dt_integers, page_protocol_binary_resultset.
use crate::engine::dissect::{Dissection, Field, Names, Problem, Reader, Slot, fields, layouts, text};

fields! {
    NULL: Label => "mysql.exec.field.null", "Value: -NULL-";
    TEXT: Text => "mysql.exec.field.string", "Value (String)";
    DATE_LENGTH: Int => "mysql.exec.field.datetime.length", "Length";
    TIME_LENGTH: Int => "mysql.exec.field.time.length", "Length";
    FLOAT: Float => "mysql.exec.field.float", "Value (Float)";
    DOUBLE: Float => "mysql.exec.field.double", "Value (Double)";
}
pub static ALL_FIELDS: &[&Field] = FIELDS;

const SIGNS: Names = "Positive|Negative";

layouts! {
    TINY = [Int => "mysql.exec.field.tiny", "Value (INT8)", 1;]
    UNSIGNED_TINY = [Uint => "mysql.exec.field.unsigned_tiny", "Value (UINT8)", 1;]
    SHORT = [Int => "mysql.exec.field.short", "Value (INT16)", 2;]
    UNSIGNED_SHORT = [Uint => "mysql.exec.field.unsigned_short", "Value (UINT16)", 2;]
    LONG = [Int => "mysql.exec.field.long", "Value (INT32)", 4;]
    UNSIGNED_LONG = [Uint => "mysql.exec.field.unsigned_long", "Value (UINT32)", 4;]
    LONGLONG = [Int => "mysql.exec.field.longlong", "Value (INT64)", 8;]
    UNSIGNED_LONGLONG = [Uint => "mysql.exec.field.unsigned_longlong", "Value (UINT64)", 8;]
    DAY = [
        Int => "mysql.exec.field.year", "Year", 2;
        Int => "mysql.exec.field.month", "Month", 1;
        Int => "mysql.exec.field.day", "Day", 1;
    ]
    CLOCK = [
        Int => "mysql.exec.field.hour", "Hour", 1;
        Int => "mysql.exec.field.minute", "Minute", 1;
        Int => "mysql.exec.field.second", "Second", 1;
    ]
    FRACTION = [Int => "mysql.exec.field.secondb", "Millionths of a second", 4;]
    SIGNED_DAYS = [
        Uint => "mysql.exec.field.time.sign", "Flags", 1: SIGNS;
        Int => "mysql.exec.field.time.days", "Days", 4;
    ]
}
pub static ALL: &[&[Slot]] = LAYOUTS;

/// A length-encoded integer; none stands for NULL.
pub fn number(reader: &mut Reader<'_>) -> Result<Option<u64>, Problem> {
    let size = match reader.uint(1)? {
        0xfb => return Ok(None),
        0xfc => 2,
        0xfd => 3,
        0xfe => 8,
        small => return Ok(Some(small)),
    };
    reader.uint(size).map(Some)
}

/// The same as a field.
pub fn number_of(d: &mut Dissection, reader: &mut Reader<'_>, field: &'static Field) -> Result<u64, Problem> {
    let start = reader.at;
    let value = number(reader)?.unwrap_or(0);
    d.field(field, reader.since(start), value);
    Ok(value)
}

/// The length of what follows, with a field of its own where there is one.
pub fn size_of(d: &mut Dissection, reader: &mut Reader<'_>, field: Option<&'static Field>) -> Result<usize, Problem> {
    let value = match field {
        Some(field) => number_of(d, reader, field)?,
        None => number(reader)?.unwrap_or(0),
    };
    Ok(usize::try_from(value).unwrap_or(usize::MAX))
}

/// Length-encoded text; the field covers the text alone.
pub fn words(d: &mut Dissection, reader: &mut Reader<'_>, field: &'static Field) -> Result<(), Problem> {
    let size = size_of(d, reader, None)?;
    reader.field(d, field, size).map(drop)
}

/// Length-encoded text with its length before it.
pub fn counted<'p>(
    d: &mut Dissection,
    reader: &mut Reader<'p>,
    length: &'static Field,
    field: &'static Field,
) -> Result<&'p [u8], Problem> {
    let size = size_of(d, reader, Some(length))?;
    reader.field(d, field, size)
}

/// Text up to a zero, which the field covers; or to the end.
pub fn zero_ended(d: &mut Dissection, reader: &mut Reader<'_>, field: &'static Field) -> Result<String, Problem> {
    let (start, rest) = (reader.at, reader.bytes.all().get(reader.at..).unwrap_or_default());
    let end = rest.iter().position(|&byte| byte == 0);
    let raw = reader.take(end.map_or(rest.len(), |end| end.saturating_add(1)))?;
    if !d.wants() {
        return Ok(String::new());
    }
    let shown = text::shown(raw.strip_suffix(&[0]).unwrap_or(raw));
    d.field(field, reader.since(start), shown.clone());
    Ok(shown)
}

/// A type and whether it has no sign, as columns and parameters say it: the type's number and bit 15.
pub type Type = u16;
pub const UNSIGNED: Type = 0x8000;

/// Whether values of a type are text with its length before it.
pub fn is_text(kind: Type) -> bool {
    !matches!(kind & 0xff, 1..=14)
}

/// The value of a column or parameter.
pub fn value(d: &mut Dissection, reader: &mut Reader<'_>, kind: Type) -> Result<(), Problem> {
    let layout = match (kind & 0xff, kind & UNSIGNED != 0) {
        (6, _) => return Ok(()),
        (1, false) => TINY,
        (1, true) => UNSIGNED_TINY,
        (2 | 13, false) => SHORT,
        (2 | 13, true) => UNSIGNED_SHORT,
        (3 | 9, false) => LONG,
        (3 | 9, true) => UNSIGNED_LONG,
        (8, false) => LONGLONG,
        (8, true) => UNSIGNED_LONGLONG,
        (4, _) => return real(d, reader, &FLOAT, 4),
        (5, _) => return real(d, reader, &DOUBLE, 8),
        (7 | 10 | 12 | 14, _) => return moment(d, reader, &DATE_LENGTH, DAY),
        (11, _) => return moment(d, reader, &TIME_LENGTH, SIGNED_DAYS),
        _ => {
            let start = reader.at;
            let size = size_of(d, reader, None)?;
            let raw = reader.take(size)?;
            if d.wants() {
                d.field(&TEXT, reader.since(start), text::shown(raw));
            }
            return Ok(());
        }
    };
    reader.layout(d, layout).map(drop)
}

fn real(d: &mut Dissection, reader: &mut Reader<'_>, field: &'static Field, size: usize) -> Result<(), Problem> {
    let start = reader.at;
    let bits = reader.uint(size)?;
    let value = if size == 4 { f64::from(f32::from_bits(bits as u32)) } else { f64::from_bits(bits) };
    d.field(field, reader.since(start), value);
    Ok(())
}

/// As long as it says: what is zero at its end is left out.
fn moment(
    d: &mut Dissection,
    reader: &mut Reader<'_>,
    length: &'static Field,
    first: &'static [Slot],
) -> Result<(), Problem> {
    let size = usize::try_from(reader.signed(d, length, 1)?).unwrap_or(0);
    let mut part = reader.part(size);
    for layout in [first, CLOCK, FRACTION] {
        if part.left() > 0 {
            part.layout(d, layout)?;
        }
    }
    Ok(())
}

pub fn null(d: &mut Dissection, reader: &Reader<'_>) {
    d.label(&NULL, reader.since(reader.at), || "Value: -NULL-".to_owned());
}
