//! What servers answer: OK, errors, ends of lists, columns and rows; dev.mysql.com/doc/dev/mysql-server: page_protocol_basic_response_packets
//! and page_protocol_com_query_response.
use super::values::{self, UNSIGNED, counted, null, number, number_of, size_of, words as text_of};
use super::{ARGUMENT, CAN_NO_EOF, CAN_PLUGIN, CAN_TRACK, Phase, Session, words};
use crate::engine::dissect::{Bytes, Dissection, Field, Problem, Reader, details, fields, text};

fields! {
    CODE: Hex(2) => "mysql.response_code", "Response Code";
    EOF: Uint => "mysql.eof", "EOF marker";
    AFFECTED: Uint => "mysql.affected_rows", "Affected Rows";
    INSERTED: Uint => "mysql.insert_id", "Last INSERT ID";
    MESSAGE: Text => "mysql.message", "Message";
    ERROR: Uint => "mysql.error_code", "Error Code";
    SQL_STATE: Text => "mysql.sqlstate", "SQL state";
    ERROR_MESSAGE: Text => "mysql.error.message", "Error message";
    COLUMNS: Uint => "mysql.num_fields", "Number of fields";
    FOLLOWS: Uint => "mysql.metadata_follows", "send metadata";
    CATALOG: Text => "mysql.field.catalog", "Catalog";
    DATABASE: Text => "mysql.field.db", "Database";
    TABLE: Text => "mysql.field.table", "Table";
    TABLE_ORIGINAL: Text => "mysql.field.org_table", "Original table";
    NAME: Text => "mysql.field.name", "Name";
    NAME_ORIGINAL: Text => "mysql.field.org_name", "Original name";
    DEFAULT: Text => "mysql.field.default", "Default";
    EXTRA_DATA: Label => "mysql.extmeta_data", "Extended metadata data";
    EXTRA_LENGTH: Uint => "mysql.extmeta.length", "Extended metadata length";
    EXTRA: Label => "mysql.extmeta", "Extended metadata";
    EXTRA_KEY: Uint => "mysql.extmeta.key", "Extended metadata key";
    EXTRA_TYPE: Text => "mysql.extmeta.type", "Extended metadata type";
    EXTRA_FORMAT: Text => "mysql.extmeta.format", "Extended metadata format";
    ROW: Text => "mysql.row.text", "text";
    NULLS: Bytes => "mysql.row.nullbuffer", "Row null buffer";
    SWITCH: Hex(2) => "mysql.auth_switch_request.status", "Status";
    SWITCH_NAME: Text => "mysql.auth_switch_request.name", "Auth Method Name";
    SWITCH_DATA: Bytes => "mysql.auth_switch_request.data", "Auth Method Data";
    TRACKED: Label => "mysql.session_track.data", "Session tracking data";
    TRACKED_LENGTH: Uint => "mysql.session_track.data.length", "Session tracking data length";
    TRACK: Label => "mysql.session_track", "Session Track";
    TRACK_TYPE: Uint => "mysql.session_track.type", "Session tracking type";
    TRACK_LENGTH: Uint => "mysql.session_track.length", "Session tracking length";
    VARIABLE_LENGTH: Uint => "mysql.session_track.sysvar.length", "System variable change Length";
    VARIABLE: Text => "mysql.session_track.sysvar.name", "System variable change Name";
    VARIABLE_VALUE: Text => "mysql.session_track.sysvar.value", "System variable change Value";
    SCHEMA_LENGTH: Uint => "mysql.session_track.schema.length", "Schema change length";
    SCHEMA: Text => "mysql.session_track.schema", "Schema change";
    STATE: Text => "mysql.session_track.state_change", "State change";
    GTID_ENCODING: Uint => "mysql.session_track.gtids.encoding", "GTIDs encoding";
    GTID_LENGTH: Uint => "mysql.session_track.gtids.length", "GTIDs length";
    GTIDS: Text => "mysql.session_track.gtids", "GTIDs";
    KIND_LENGTH: Uint => "mysql.session_track.transaction_characteristics.length", "Transaction characteristics length";
    KIND: Text => "mysql.session_track.transaction_characteristics", "Transaction characteristics";
    PROGRESS_LENGTH: Uint => "mysql.session_track.transaction_state.length", "Transaction state length";
    PROGRESS: Text => "mysql.session_track.transaction_state", "Transaction state";
}
pub static ALL_FIELDS: &[&Field] = FIELDS;

/// Of a server's status: another result follows; rows are to be fetched; a session's state changed.
const MORE: u16 = 0x0008;
const CURSOR: u16 = 0x0040;
const CHANGED: u16 = 0x4000;

/// What the Info column says of an answer: one `Response`, unless something worth saying ended the one before.
fn responds(d: &mut Dissection, what: &str) {
    if !d.wants() {
        return;
    }
    let goes_on = d.is_again() && d.info_text().ends_with("Response ");
    d.info_add("", || if goes_on { what.to_owned() } else { format!("Response {what}") });
}

pub fn answer(d: &mut Dissection, session: &mut Session, content: &Bytes<'_>) -> Result<(), Problem> {
    const SHORTEST_ROW: usize = 9;
    let first = content.u8(0)?;
    let in_rows = matches!(session.phase, Phase::Rows | Phase::Columns | Phase::Listed | Phase::Definitions);
    let mut reader = Reader::little(*content, 1);
    match first {
        0xff => {
            session.phase = Phase::Command;
            return failed(d, content);
        }
        0xfe if content.wire_len() < SHORTEST_ROW && !(session.capabilities & CAN_NO_EOF != 0 && in_rows) => {
            let status = content.u16_le(3).unwrap_or(0);
            session.phase = match session.phase {
                // Rows behind a cursor are fetched.
                Phase::Columns if status & CURSOR == 0 => Phase::Rows,
                Phase::Definitions => Phase::Definitions,
                _ if status & MORE != 0 => Phase::Answer,
                _ => Phase::Command,
            };
            d.noted(&CODE, content.span(0..1), first, "EOF Packet");
            d.field(&EOF, content.span(0..1), first);
            if content.len() >= 5 {
                reader.layout(d, words::WARNINGS)?;
                reader.layout(d, words::STATUS)?;
            }
            responds(d, "");
            return Ok(());
        }
        0xfe if session.phase == Phase::Other && session.capabilities & CAN_PLUGIN != 0 => {
            session.phase = Phase::Switched;
            d.field(&SWITCH, content.span(0..1), first);
            values::zero_ended(d, &mut reader, &SWITCH_NAME)?;
            reader.rest(d, &SWITCH_DATA);
            d.info(|| "Auth Switch Request ".to_owned());
            return Ok(());
        }
        // More of the way to log in (page_protocol_connection_phase_packets_protocol_auth_more_data); Wireshark has one name for both.
        1 if session.phase == Phase::Other && session.capabilities & CAN_PLUGIN != 0 => {
            session.phase = Phase::Switched;
            d.field(&SWITCH, content.span(0..1), first);
            reader.rest(d, &SWITCH_DATA);
            d.info(|| "Auth Switch Request ".to_owned());
            return Ok(());
        }
        0 if session.phase == Phase::Prepared => {
            session.phase = Phase::Definitions;
            d.noted(&CODE, content.span(0..1), first, "OK Packet");
            session.prepared(u64::from(content.u32_le(1)?), content.u16_le(7)?);
            reader.layout(d, words::PREPARED)?;
            reader.at = 10;
            if reader.left() >= 2 {
                reader.layout(d, words::WARNINGS)?;
            }
            responds(d, "");
            return Ok(());
        }
        // Without packets that end a list, an OK that begins with 0xfe ends it.
        0 | 0xfe if first == 0xfe || !in_rows => {
            let status = done(d, session, &mut reader, first)?;
            session.phase = if status & MORE != 0 { Phase::Answer } else { Phase::Command };
            return Ok(());
        }
        _ => {}
    }
    reader.at = 0;
    match session.phase {
        Phase::Answer => {
            session.phase = Phase::Columns;
            session.types.clear();
            number_of(d, &mut reader, &COLUMNS)?;
            if reader.left() > 0 {
                reader.number(d, &FOLLOWS, 1)?;
            }
            responds(d, "TABULAR ");
        }
        Phase::Columns | Phase::Listed | Phase::Definitions
            if first == 3 && content.all().get(1..4) == Some(b"def") =>
        {
            responds(d, "");
            return details(column(d, session, &mut reader));
        }
        // Without an EOF behind the definitions, rows begin where definitions end.
        Phase::Columns | Phase::Rows => {
            session.phase = Phase::Rows;
            responds(d, "");
            if d.wants() {
                return details(if session.binary { binary(d, session, &mut reader) } else { row(d, &mut reader) });
            }
        }
        Phase::Words => {
            session.phase = Phase::Command;
            d.field(&MESSAGE, content.span(0..content.len()), text::shown(content.all()));
            responds(d, "");
        }
        _ => {
            d.field(&ARGUMENT, content.span(0..content.len()), content.all());
            responds(d, "");
        }
    }
    Ok(())
}

fn column(d: &mut Dissection, session: &mut Session, reader: &mut Reader<'_>) -> Result<(), Problem> {
    // In a session without prepared statements nobody asks for columns' types later.
    if !d.wants() && !session.binary {
        return Ok(());
    }
    d.nest(|d| {
        let names = [&CATALOG, &DATABASE, &TABLE, &TABLE_ORIGINAL, &NAME, &NAME_ORIGINAL];
        names.iter().try_for_each(|field| text_of(d, reader, field))
    })?;
    if session.extended {
        reader.group(d, &EXTRA_DATA, || "Extended metadata data".to_owned(), extra)?;
    }
    // The length of what follows.
    reader.take(1)?;
    let ([kind], flags) =
        (reader.bytes.array(reader.at.saturating_add(6))?, reader.bytes.u16_le(reader.at.saturating_add(7))?);
    session.column(u16::from(kind) | if flags & 0x20 != 0 { UNSIGNED } else { 0 });
    reader.layout(d, words::COLUMN)?;
    reader.take(2)?;
    if reader.left() > 0 {
        one(d, reader, &DEFAULT)?;
    }
    Ok(())
}

/// MariaDB's extended metadata: what a column's type is called.
fn extra(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    let size = size_of(d, reader, Some(&EXTRA_LENGTH))?;
    let mut part = reader.part(size);
    while part.left() > 0 {
        part.group(
            d,
            &EXTRA,
            || "Extended metadata".to_owned(),
            |d, part| {
                let key = part.number(d, &EXTRA_KEY, 1)?;
                text_of(d, part, if key == 0 { &EXTRA_TYPE } else { &EXTRA_FORMAT })
            },
        )?;
    }
    Ok(())
}

/// A value as text, which the field covers without the length before it.
fn one(d: &mut Dissection, reader: &mut Reader<'_>, field: &'static Field) -> Result<(), Problem> {
    let size = number(reader)?;
    let start = reader.at;
    let shown = match size {
        Some(size) => text::shown(reader.take(usize::try_from(size).unwrap_or(usize::MAX))?),
        None => "NULL".to_owned(),
    };
    d.field(field, reader.since(start), shown);
    Ok(())
}

fn row(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    d.nest(|d| {
        while reader.left() > 0 {
            one(d, reader, &ROW)?;
        }
        Ok(())
    })
}

/// A row of a prepared statement: bits for the columns that are NULL, then the others' values.
fn binary(d: &mut Dissection, session: &Session, reader: &mut Reader<'_>) -> Result<(), Problem> {
    let code = reader.uint(1)?;
    d.noted(&CODE, reader.since(0), code, "OK Packet");
    // Two bits at the front are not used.
    let nulls = reader.field(d, &NULLS, session.types.len().saturating_add(9) / 8)?;
    for (place, kind) in (2..).zip(&session.types) {
        match nulls.get(place / 8).is_some_and(|bits| bits >> (place % 8) & 1 != 0) {
            true => null(d, reader),
            false => values::value(d, reader, *kind)?,
        }
    }
    Ok(())
}

/// Adds what an OK says; returns the server's status.
fn done(d: &mut Dissection, session: &Session, reader: &mut Reader<'_>, code: u8) -> Result<u16, Problem> {
    responds(d, " OK ");
    d.noted(&CODE, reader.since(0), code, if code == 0 { "OK Packet" } else { "EOF Packet" });
    if code == 0xfe {
        d.field(&EOF, reader.since(0), code);
    }
    number_of(d, reader, &AFFECTED)?;
    let start = reader.at;
    if let Some(id) = number(reader)?.filter(|id| *id > 0) {
        d.field(&INSERTED, reader.since(start), id);
    }
    let mut status = 0;
    if reader.left() >= 2 {
        status = reader.bytes.u16_le(reader.at)?;
        reader.layout(d, words::STATUS)?;
    }
    if reader.left() >= 2 {
        reader.layout(d, words::WARNINGS)?;
    }
    if !d.wants() || reader.left() == 0 {
        return Ok(status);
    }
    if session.capabilities & CAN_TRACK == 0 {
        let size = reader.left();
        reader.field(d, &MESSAGE, size)?;
    } else {
        details(changes(d, reader, status))?;
    }
    Ok(status)
}

fn changes(d: &mut Dissection, reader: &mut Reader<'_>, status: u16) -> Result<(), Problem> {
    let size = size_of(d, reader, None)?;
    if size > 0 {
        reader.field(d, &MESSAGE, size)?;
    }
    if status & CHANGED == 0 || reader.left() == 0 {
        return Ok(());
    }
    reader.group(
        d,
        &TRACKED,
        || "Session tracking data".to_owned(),
        |d, reader| {
            let size = size_of(d, reader, Some(&TRACKED_LENGTH))?;
            let mut part = reader.part(size);
            while part.left() > 0 {
                part.group(d, &TRACK, || "Session Track".to_owned(), change)?;
            }
            Ok(())
        },
    )
}

fn change(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    const TYPES: &str = "SESSION_SYSVARS_TRACKER|CURRENT_SCHEMA_TRACKER|SESSION_STATE_CHANGE_TRACKER|SESSION_TRACK_GTIDS|\
                         SESSION_TRACK_TRANSACTION_CHARACTERISTICS|SESSION_TRACK_TRANSACTION_STATE";
    let kind = reader.named(d, &TRACK_TYPE, 1, |kind| crate::engine::dissect::named(TYPES, kind))?;
    let size = size_of(d, reader, Some(&TRACK_LENGTH))?;
    let mut part = reader.part(size);
    match kind {
        0 => {
            while part.left() > 0 {
                counted(d, &mut part, &VARIABLE_LENGTH, &VARIABLE)?;
                counted(d, &mut part, &VARIABLE_LENGTH, &VARIABLE_VALUE)?;
            }
        }
        1 => _ = counted(d, &mut part, &SCHEMA_LENGTH, &SCHEMA)?,
        2 => text_of(d, &mut part, &STATE)?,
        3 => {
            part.number(d, &GTID_ENCODING, 1)?;
            counted(d, &mut part, &GTID_LENGTH, &GTIDS)?;
        }
        4 => _ = counted(d, &mut part, &KIND_LENGTH, &KIND)?,
        5 => _ = counted(d, &mut part, &PROGRESS_LENGTH, &PROGRESS)?,
        _ => {}
    }
    Ok(())
}

fn failed(d: &mut Dissection, content: &Bytes<'_>) -> Result<(), Problem> {
    let code = content.u16_le(1)?;
    if d.wants() {
        responds(d, &format!(" Error {code} "));
    }
    d.noted(&CODE, content.span(0..1), 0xff_u8, "ERR Packet");
    d.field(&ERROR, content.span(1..3), code);
    let start = if content.u8(3) == Ok(b'#') { 9 } else { 3 };
    if start > 3 {
        d.field(&SQL_STATE, content.span(4..start), text::shown(content.take(4..start)?));
    }
    d.field(&ERROR_MESSAGE, content.span(start..content.len()), text::shown(content.from(start).all()));
    Ok(())
}
