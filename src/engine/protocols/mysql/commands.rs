//! What clients ask: dev.mysql.com/doc/dev/mysql-server: page_protocol_command_phase.
use super::values::{self, UNSIGNED, counted, number, number_of, zero_ended};
use super::{ARGUMENT, UNUSED, CAN_ATTRIBUTES, CAN_CONNECT_ATTRIBUTES, CAN_PLUGIN, Phase, Session, words};
use crate::engine::dissect::{Bytes, Dissection, Field, Problem, Reader, details, fields, text};

fields! {
    REQUEST: Label => "mysql.request", "Request Command";
    COMMAND: Uint => "mysql.command", "Command";
    QUERY: Text => "mysql.query", "Statement";
    ATTRIBUTES: Label => "mysql.query_attrs", "Query Attributes";
    ATTRIBUTES_COUNT: Uint => "mysql.query_attrs_count", "Count";
    ATTRIBUTES_TYPED: Bool => "mysql.query_attrs_send_types_to_server", "Send types to server";
    ATTRIBUTE_TYPE: Hex(4) => "mysql.query_attr_name_type", "Attribute Name Type";
    ATTRIBUTE_NAME: Text => "mysql.query_attr_name", "Attribute Name";
    ATTRIBUTE_VALUE: Text => "mysql.query_attr_value", "Attribute Value";
    TABLE: Text => "mysql.table_name", "Table Name";
    SCHEMA: Text => "mysql.schema", "Schema";
    USER: Text => "mysql.user", "Username";
    PASSWORD: Bytes => "mysql.passwd", "Password";
    CHARSET: Uint => "mysql.charset", "Charset";
    MARIADB_CHARSET: Uint => "mariadb.charset", "Charset";
    CLIENT_PLUGIN: Text => "mysql.client_auth_plugin", "Client Auth Plugin";
    CONNECTION: Label => "mysql.connattrs", "Connection Attributes";
    CONNECTION_LENGTH: Uint => "mysql.connattrs.length", "Connection Attributes length";
    ATTRIBUTE: Label => "mysql.connattrs.attr", "Connection Attribute";
    NAME_LENGTH: Uint => "mysql.connattrs.name.length", "Connection Attribute Name Length";
    NAME: Text => "mysql.connattrs.name", "Connection Attribute Name";
    VALUE_LENGTH: Uint => "mysql.connattrs.value.length", "Connection Attribute Value Length";
    VALUE: Text => "mysql.connattrs.value", "Connection Attribute Value";
    BOUND: Label => "mysql.exec_param", "Parameter";
    HOST_LENGTH: Uint => "mysql.binlog.slave_hostname_length", "Slave hostname length";
    HOST: Text => "mysql.binlog.slave_hostname", "Slave hostname";
    REPLICA_USER_LENGTH: Uint => "mysql.binlog.slave_user_length", "Slave user length";
    REPLICA_USER: Text => "mysql.binlog.slave_user", "Slave user";
    REPLICA_PASSWORD_LENGTH: Uint => "mysql.binlog.slave_password_length", "Slave password length";
    REPLICA_PASSWORD: Text => "mysql.binlog.slave_password", "Slave password";
}
pub static ALL_FIELDS: &[&Field] = FIELDS;

/// Names of the commands and what answers them.
fn named(command: u8) -> (&'static str, Phase) {
    match command {
        0 => ("SLEEP", Phase::Other),
        1 => ("Quit", Phase::Command),
        2 => ("Use Database", Phase::Other),
        3 => ("Query", Phase::Answer),
        4 => ("Show Fields", Phase::Listed),
        5 => ("Create Database", Phase::Other),
        6 => ("Drop Database", Phase::Other),
        7 => ("Refresh", Phase::Other),
        8 => ("Shutdown", Phase::Other),
        9 => ("Statistics", Phase::Words),
        10 => ("Process List", Phase::Answer),
        11 => ("Connect", Phase::Other),
        12 => ("Kill Server Thread", Phase::Other),
        13 => ("Dump Debuginfo", Phase::Other),
        14 => ("Ping", Phase::Other),
        15 => ("Time", Phase::Other),
        16 => ("Insert Delayed", Phase::Other),
        17 => ("Change User", Phase::Other),
        18 => ("Send Binlog", Phase::Words),
        19 => ("Send Table", Phase::Words),
        20 => ("Slave Connect", Phase::Other),
        21 => ("Register Slave", Phase::Other),
        22 => ("Prepare Statement", Phase::Prepared),
        23 => ("Execute Statement", Phase::Answer),
        24 => ("Send BLOB", Phase::Command),
        25 => ("Close Statement", Phase::Command),
        26 => ("Reset Statement", Phase::Other),
        27 => ("Set Option", Phase::Other),
        28 => ("Fetch Data", Phase::Rows),
        31 => ("Reset Connection", Phase::Other),
        _ => ("", Phase::Other),
    }
}

/// The statement of a query without attributes.
pub fn query<'p>(content: &Bytes<'p>) -> Option<&'p [u8]> {
    let query = content.all().get(1..)?;
    // MySQL 8: number of attributes and of their sets, when the client can.
    Some(query.strip_prefix(&[0, 1]).unwrap_or(query))
}

pub fn command(d: &mut Dissection, session: &mut Session, content: &Bytes<'_>) -> Result<(), Problem> {
    let command = content.u8(0)?;
    let (name, phase) = named(command);
    session.phase = phase;
    session.binary = matches!(command, 23 | 28);
    if !d.wants() {
        return Ok(());
    }
    let name = if name.is_empty() { format!("Unknown ({command})") } else { name.to_owned() };
    d.info_add("", || format!("Request {name} "));
    d.label(&REQUEST, content.span(0..content.len()), || format!("Request Command {name}"));
    d.nest(|d| {
        d.noted(&COMMAND, content.span(0..1), command, &name);
        let mut reader = Reader::little(*content, 1);
        details(arguments(d, session, command, &mut reader))?;
        if !matches!(command, 3 | 22) {
            reader.rest(d, &ARGUMENT);
        }
        Ok(())
    })
}

fn arguments(d: &mut Dissection, session: &Session, command: u8, r: &mut Reader<'_>) -> Result<(), Problem> {
    match command {
        2 | 5 | 6 => {
            let length = r.left();
            r.field(d, &SCHEMA, length)?;
        }
        3 if session.capabilities & CAN_ATTRIBUTES != 0 => {
            r.group(d, &ATTRIBUTES, || "Query Attributes".to_owned(), query_attributes)?;
            let query = r.bytes.from(r.at);
            d.field(&QUERY, query.span(0..query.len()), text::shown(query.all()));
        }
        3 | 22 => {
            let query = query(&r.bytes).unwrap_or_default();
            let start = r.bytes.len().saturating_sub(query.len());
            d.field(&QUERY, r.bytes.span(start..r.bytes.len()), text::shown(query));
        }
        4 => _ = zero_ended(d, r, &TABLE)?,
        7 => _ = r.layout(d, words::REFRESH)?,
        8 => _ = r.layout(d, words::SHUTDOWN)?,
        12 => _ = r.layout(d, words::THREAD)?,
        17 => change_user(d, session, r)?,
        18 => _ = r.layout(d, words::BINLOG)?,
        21 => {
            r.layout(d, words::REPLICA)?;
            counted(d, r, &HOST_LENGTH, &HOST)?;
            counted(d, r, &REPLICA_USER_LENGTH, &REPLICA_USER)?;
            counted(d, r, &REPLICA_PASSWORD_LENGTH, &REPLICA_PASSWORD)?;
            r.layout(d, words::REPLICA_END)?;
        }
        23 => execute(d, session, r)?,
        24 => {
            r.layout(d, words::STATEMENT)?;
            r.layout(d, words::PARAMETER)?;
        }
        25 | 26 => _ = r.layout(d, words::STATEMENT)?,
        27 => _ = r.layout(d, words::OPTION)?,
        28 => {
            r.layout(d, words::STATEMENT)?;
            r.layout(d, words::ROWS_TO_FETCH)?;
        }
        _ => {}
    }
    Ok(())
}

/// Before a statement of MySQL 8 (page_protocol_com_query): how many attributes, which of them are NULL, their types and names, then
/// the values of the others.
fn query_attributes(d: &mut Dissection, r: &mut Reader<'_>) -> Result<(), Problem> {
    let count = usize::try_from(number_of(d, r, &ATTRIBUTES_COUNT)?).unwrap_or(usize::MAX);
    // One set of them; more have no meaning yet.
    number(r)?;
    if count == 0 {
        return Ok(());
    }
    let nulls = r.field(d, &UNUSED, count.div_ceil(8))?;
    if r.number(d, &ATTRIBUTES_TYPED, 1)? == 0 {
        return Ok(());
    }
    let mut types = Vec::new();
    for _ in 0..count {
        let [kind, sign] = r.bytes.array(r.at)?;
        // Wireshark shows the two bytes in their order.
        d.field(&ATTRIBUTE_TYPE, r.bytes.span(r.at..r.at.saturating_add(2)), u16::from_be_bytes([kind, sign]));
        r.take(2)?;
        values::words(d, r, &ATTRIBUTE_NAME)?;
        types.push(u16::from(kind) | if sign & 0x80 != 0 { UNSIGNED } else { 0 });
    }
    for (place, kind) in types.into_iter().enumerate() {
        match nulls.get(place / 8).is_some_and(|bits| bits >> (place % 8) & 1 != 0) {
            true => values::null(d, r),
            false if values::is_text(kind) => values::words(d, r, &ATTRIBUTE_VALUE)?,
            false => values::value(d, r, kind)?,
        }
    }
    Ok(())
}

fn change_user(d: &mut Dissection, session: &Session, r: &mut Reader<'_>) -> Result<(), Problem> {
    zero_ended(d, r, &USER)?;
    password(d, r)?;
    zero_ended(d, r, &SCHEMA)?;
    charset(d, session, r, 2)?;
    after_schema(d, session, r)
}

pub fn charset(d: &mut Dissection, session: &Session, r: &mut Reader<'_>, size: usize) -> Result<(), Problem> {
    let start = r.at;
    let number = r.uint(size)?;
    let field = if session.mariadb { &MARIADB_CHARSET } else { &CHARSET };
    d.noted(field, r.since(start), number, crate::engine::dissect::name_of(words::CHARSETS, number));
    Ok(())
}

/// A byte of length and the proof of the password.
pub fn password(d: &mut Dissection, r: &mut Reader<'_>) -> Result<(), Problem> {
    let size = r.size(1)?;
    if size > 0 {
        r.field(d, &PASSWORD, size)?;
    }
    Ok(())
}

pub fn user(d: &mut Dissection, r: &mut Reader<'_>) -> Result<String, Problem> {
    zero_ended(d, r, &USER)
}

pub fn old_password(d: &mut Dissection, r: &mut Reader<'_>) -> Result<(), Problem> {
    let rest = r.bytes.all().get(r.at..).unwrap_or_default();
    let size = rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len());
    r.field(d, &PASSWORD, size)?;
    r.at = r.at.saturating_add(1).min(r.bytes.wire_len());
    Ok(())
}

pub fn schema(d: &mut Dissection, r: &mut Reader<'_>) -> Result<String, Problem> {
    zero_ended(d, r, &SCHEMA)
}

/// What ends a login: how the password is proved, and what the client says about itself.
pub fn after_schema(d: &mut Dissection, session: &Session, r: &mut Reader<'_>) -> Result<(), Problem> {
    if session.capabilities & CAN_PLUGIN != 0 && r.left() > 0 {
        zero_ended(d, r, &CLIENT_PLUGIN)?;
    }
    if session.capabilities & CAN_CONNECT_ATTRIBUTES == 0 || r.left() == 0 {
        return Ok(());
    }
    r.group(
        d,
        &CONNECTION,
        || "Connection Attributes".to_owned(),
        |d, r| {
            let size = values::size_of(d, r, Some(&CONNECTION_LENGTH))?;
            let mut part = r.part(size);
            while part.left() > 0 {
                attribute(d, &mut part)?;
            }
            Ok(())
        },
    )
}

fn attribute(d: &mut Dissection, r: &mut Reader<'_>) -> Result<(), Problem> {
    let line = d.fields.len();
    let (name, value) = r.group(d, &ATTRIBUTE, String::new, |d, r| -> Result<_, Problem> {
        Ok((counted(d, r, &NAME_LENGTH, &NAME)?, counted(d, r, &VALUE_LENGTH, &VALUE)?))
    })?;
    if let Some(found) = d.fields.get_mut(line) {
        found.note = Some(format!("Connection Attribute - {}: {}", text::shown(name), text::shown(value)).into());
    }
    Ok(())
}

/// Parameters' types stand together, their values behind them; of a statement whose preparation was not seen there is nothing to know.
fn execute(d: &mut Dissection, session: &Session, r: &mut Reader<'_>) -> Result<(), Problem> {
    let statement = r.layout(d, words::STATEMENT)?;
    r.layout(d, words::EXECUTE)?;
    let count = session.parameters_of(statement);
    if count == 0 {
        return Ok(());
    }
    let nulls = r.take(count.div_ceil(8))?;
    if r.layout(d, words::REBOUND)? == 0 {
        return Ok(());
    }
    let types = r.at;
    let (mut at_type, mut at_value) = (*r, *r);
    at_value.at = types.saturating_add(count.saturating_mul(2));
    for place in 0..count {
        let [kind, sign] = r.bytes.array(at_type.at)?;
        at_type.group(
            d,
            &BOUND,
            || "Parameter".to_owned(),
            |d, r| -> Result<(), Problem> {
                r.layout(d, words::BOUND)?;
                let is_null = nulls.get(place / 8).is_some_and(|bits| bits >> (place % 8) & 1 != 0);
                if is_null || session.streamed(statement, place) {
                    return Ok(());
                }
                let sign = if sign & 0x80 != 0 { UNSIGNED } else { 0 };
                values::value(d, &mut at_value, u16::from(kind) | sign)
            },
        )?;
    }
    r.at = at_value.at;
    Ok(())
}

/// For [`execute`]: which parameter a client sends by itself.
pub fn streams(content: &Bytes<'_>) -> Option<(u64, u16)> {
    match content.all() {
        [24, rest @ ..] => {
            let statement = rest.first_chunk::<4>().copied().map(u32::from_le_bytes)?;
            Some((statement.into(), u16::from_le_bytes(*rest.get(4..)?.first_chunk()?)))
        }
        _ => None,
    }
}
