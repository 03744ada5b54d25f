//! Columns of a result and its rows, [MS-TDS] §2.2.7.4 and §2.2.7.19: what a type looks like, and how its values are written.
use super::{COLUMN, COLUMN_NAME, COLUMNS, ROW_FIELD, TEXT_TABLE, wide};
use crate::engine::dissect::{Dissection, Field, Problem, Reader, Slot, field, layouts, text};

layouts! {
    HEAD_16 = [
        Uint => "tds.colmetadata.usertype", "Usertype", 2;
        Hex(4) => "tds.colmetadata.results_token_flags", "Flags", 2;
        Uint => "tds.colmetadata.results_token_type", "Type", 1: TYPES;
    ]
    HEAD_32 = [
        Uint => "tds.colmetadata.usertype", "Usertype", 4;
        Hex(4) => "tds.colmetadata.results_token_flags", "Flags", 2;
        Uint => "tds.colmetadata.results_token_type", "Type", 1: TYPES;
    ]
    SIZE = [
        Uint => "tds.colmetadata.type_size", "Type size", 1;
    ]
    LARGE_SIZE = [
        Hex(4) => "tds.colmetadata.large_type_size", "Large type size", 2;
    ]
    COLLATION = [
        Uint => "tds.colmetadata.collate_codepage", "Collate codepage", 2;
        Hex(4) => "tds.colmetadata.collate_flags", "Collate flags", 2;
        Uint => "tds.colmetadata.collate_charset_id", "Collate charset ID", 1;
    ]
    PRECISION = [
        Uint => "tds.colmetadata.precision", "Precision", 1;
        Uint => "tds.colmetadata.scale", "Scale", 1;
    ]
    SCALE = [
        Uint => "tds.colmetadata.scale", "Scale", 1;
    ]
    NAME = [
        Uint => "tds.colmetadata.colname_length", "Column name length", 1;
    ]
    TABLE = [
        Uint => "tds.colmetadata.table_name_length", "Table name length", 2;
    ]
    VALUES = [
        Uint => "tds.type_varbyte.length", "Length", 4;
        Int => "tds.type_varbyte.data.int", "Data", 4;
        Int => "tds.type_varbyte.data.int64", "Data", 8;
        Bool => "tds.type_varbyte.data.bool", "Data", 1;
        Float => "tds.type_varbyte.data.float", "Data", 8;
        Text => "tds.type_varbyte.data.string", "Data", 1;
        Bytes => "tds.type_varbyte.data.bytes", "Data", 1;
        Guid => "tds.type_varbyte.data.guid", "Data", 16;
    ]
}

const TYPES: &str = "31=NULLTYPE|34=IMAGETYPE|TEXTTYPE|GUIDTYPE|VARBINARYTYPE|INTNTYPE|VARCHARTYPE|DATENTYPE|TIMENTYPE|DATETIME2NTYPE|\
    DATETIMEOFFSETNTYPE|45=BINARYTYPE|47=CHARTYPE|INT1TYPE|50=BITTYPE|52=INT2TYPE|55=DECIMALTYPE|INT4TYPE|58=DATETIM4TYPE|FLT4TYPE|\
    MONEYTYPE|DATETIMETYPE|FLT8TYPE|63=NUMERICTYPE|98=SSVARIANTTYPE|NTEXTTYPE|104=BITNTYPE|106=DECIMALNTYPE|108=NUMERICNTYPE|\
    FLTNTYPE|MONEYNTYPE|DATETIMNTYPE|122=MONEY4TYPE|127=INT8TYPE|165=BIGVARBINARYTYPE|167=BIGVARCHARTYPE|173=BIGBINARYTYPE|\
    175=BIGCHARTYPE|231=NVARCHARTYPE|239=NCHARTYPE|240=CLRUDTTYPE|XMLTYPE";

/// For the registry.
pub(super) static ALL: &[&[Slot]] = LAYOUTS;

static NOTHING: Field = field!(Label => "tds.type_varbyte.data.null", "Data: NULL");

/// How long a column's values are.
#[derive(Clone, Copy)]
enum Length {
    Fixed(u8),
    /// A byte says it; none: NULL.
    Byte,
    /// Two bytes; all ones: NULL.
    Short,
    /// A pointer, a time, and four bytes of length.
    Blob,
}

/// A column, as its values need it.
#[derive(Clone, Copy)]
pub(super) struct Column {
    kind: u8,
    length: Length,
}

/// The columns that a token tells; nothing when one is of a type that is not known here.
pub(super) fn metadata(d: &mut Dissection, r: &mut Reader<'_>, version: u32) -> Result<Option<Vec<Column>>, Problem> {
    const NONE: u64 = 0xffff;
    let count = r.number(d, &COLUMNS, 2)?;
    let mut columns = Vec::new();
    if count == NONE {
        return Ok(Some(columns));
    }
    for nth in 1..=count {
        let found = r.group(d, &COLUMN, || format!("Column {nth}"), |d, r| column(d, r, version))?;
        let Some(found) = found else { return Ok(None) };
        columns.push(found);
    }
    Ok(Some(columns))
}

fn column(d: &mut Dissection, r: &mut Reader<'_>, version: u32) -> Result<Option<Column>, Problem> {
    let kind = r.layout(d, if version >= 0x7200_0000 { HEAD_32 } else { HEAD_16 })? as u8;
    let length = match kind {
        0x1f => Length::Fixed(0),
        0x30 | 0x32 => Length::Fixed(1),
        0x34 => Length::Fixed(2),
        0x38 | 0x3a | 0x3b | 0x7a => Length::Fixed(4),
        0x3c..=0x3e | 0x7f => Length::Fixed(8),
        0x28 => Length::Byte,
        0x29..=0x2b => {
            r.layout(d, SCALE)?;
            Length::Byte
        }
        0x24 | 0x26 | 0x68 | 0x6d..=0x6f | 0x25 | 0x27 | 0x2d | 0x2f => {
            r.layout(d, SIZE)?;
            Length::Byte
        }
        0x37 | 0x3f | 0x6a | 0x6c => {
            r.layout(d, SIZE)?;
            r.layout(d, PRECISION)?;
            Length::Byte
        }
        0xa5 | 0xad | 0xa7 | 0xaf | 0xe7 | 0xef => {
            let most = r.layout(d, LARGE_SIZE)?;
            if matches!(kind, 0xa7 | 0xaf | 0xe7 | 0xef) && version >= 0x7100_0000 {
                r.layout(d, COLLATION)?;
            }
            // In chunks.
            if most == 0xffff {
                return Ok(None);
            }
            Length::Short
        }
        0x22 | 0x23 | 0x63 if version < 0x7200_0000 => {
            r.take(4)?;
            if kind != 0x22 && version >= 0x7100_0000 {
                r.layout(d, COLLATION)?;
            }
            let length = r.layout(d, TABLE)?;
            wide(d, r, &TEXT_TABLE, length)?;
            Length::Blob
        }
        _ => return Ok(None),
    };
    let name = r.layout(d, NAME)?;
    wide(d, r, &COLUMN_NAME, name)?;
    Ok(Some(Column { kind, length }))
}

/// A row: a value for each column.
pub(super) fn row(d: &mut Dissection, r: &mut Reader<'_>, columns: &[Column]) -> Result<(), Problem> {
    for (nth, column) in (1_u32..).zip(columns) {
        r.group(d, &ROW_FIELD, || format!("Field {nth}"), |d, r| value(d, r, *column))?;
    }
    Ok(())
}

/// The slot of [`VALUES`] at a place.
fn part(at: usize) -> &'static [Slot] {
    VALUES.get(at..at.saturating_add(1)).unwrap_or_default()
}

fn value(d: &mut Dissection, r: &mut Reader<'_>, column: Column) -> Result<(), Problem> {
    let start = r.at;
    let size = match column.length {
        Length::Fixed(size) => Some(u64::from(size)),
        Length::Byte => Some(r.uint(1)?).filter(|size| *size > 0),
        Length::Short => Some(r.uint(2)?).filter(|size| *size < 0xffff),
        Length::Blob => match usize::try_from(r.uint(1)?).unwrap_or_default() {
            0 => None,
            pointer => {
                r.take(pointer.saturating_add(8))?;
                Some(r.uint(4)?)
            }
        },
    };
    let told = part(0).first().filter(|_| r.at > start);
    if let Some(length) = told {
        d.field(&length.field, r.since(start), size.unwrap_or_default());
    }
    let size = match size {
        Some(size) => usize::try_from(size).unwrap_or(usize::MAX),
        None => {
            d.label(&NOTHING, r.since(start), || "Data: NULL".to_owned());
            return Ok(());
        }
    };
    let slot = match (column.kind, size) {
        (0x32 | 0x68, 1) => 3,
        (0x30 | 0x34 | 0x38 | 0x26, 1 | 2 | 4) => 1,
        (0x7f | 0x26, 8) => 2,
        (0x3b | 0x3e | 0x6d, 4 | 8) => 4,
        (0x24, 16) => 7,
        (0x23 | 0x27 | 0x2f | 0xa7 | 0xaf | 0x63 | 0xe7 | 0xef, _) => 5,
        _ => 6,
    };
    let at = r.at;
    let bytes = r.take(size)?;
    let span = r.since(at);
    let Some(field) = part(slot).first().map(|slot| &slot.field).filter(|_| size > 0) else { return Ok(()) };
    match (slot, bytes.first_chunk::<4>(), bytes.first_chunk::<8>()) {
        (4, _, Some(bits)) => d.field(field, span, f64::from_le_bytes(*bits)),
        (4, Some(bits), None) => d.field(field, span, f32::from_le_bytes(*bits)),
        (5, ..) if matches!(column.kind, 0x63 | 0xe7 | 0xef) => d.field(field, span, text::utf16(bytes)),
        _ => _ = Reader::little(r.bytes, at).field(d, field, size)?,
    }
    Ok(())
}
