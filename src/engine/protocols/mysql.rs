//! MySQL client/server protocol, dev.mysql.com/doc/dev/mysql-server: page_protocol_basics; MariaDB's is the same here.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Kind, Next, Payload, Problem, Protocol, Stream, Verdict, fields, text,
};

fields! {
    LENGTH: Uint => "mysql.packet_length", "Packet Length";
    NUMBER: Uint => "mysql.packet_number", "Packet Number";
    GREETING: Label => "mysql.server_greeting", "Server Greeting";
    PROTOCOL: Uint => "mysql.protocol", "Protocol";
    VERSION: Text => "mysql.version", "Version";
    THREAD: Uint => "mysql.thread_id", "Thread ID";
    SALT: Bytes => "mysql.salt", "Salt";
    CAPABILITIES: Hex(4) => "mysql.caps.server", "Server Capabilities";
    EXTENDED: Hex(4) => "mysql.extcaps.server", "Extended Server Capabilities";
    LANGUAGE: Uint => "mysql.server_language", "Server Language";
    STATUS: Hex(4) => "mysql.server_status", "Server Status";
    PLUGIN: Text => "mysql.auth_plugin", "Authentication Plugin";
    LOGIN: Label => "mysql.login_request", "Login Request";
    CLIENT_CAPABILITIES: Hex(4) => "mysql.caps.client", "Client Capabilities";
    CLIENT_EXTENDED: Hex(4) => "mysql.extcaps.client", "Extended Client Capabilities";
    LARGEST: Uint => "mysql.max_packet", "MAX Packet";
    CHARSET: Uint => "mysql.charset", "Charset";
    USER: Text => "mysql.user", "Username";
    PASSWORD: Bytes => "mysql.passwd", "Password";
    SCHEMA: Text => "mysql.schema", "Schema";
    CLIENT_PLUGIN: Text => "mysql.client_auth_plugin", "Client Auth Plugin";
    REQUEST: Label => "mysql.request", "Request Command";
    COMMAND: Uint => "mysql.command", "Command";
    QUERY: Text => "mysql.query", "Statement";
    STATEMENT: Uint => "mysql.stmt_id", "Statement ID";
    ARGUMENT: Bytes => "mysql.payload", "Payload";
    RESPONSE: Hex(2) => "mysql.response_code", "Response Code";
    AFFECTED: Uint => "mysql.affected_rows", "Affected Rows";
    INSERTED: Uint => "mysql.insert_id", "Last INSERT ID";
    WARNINGS: Uint => "mysql.warnings", "Warnings";
    ERROR: Uint => "mysql.error_code", "Error Code";
    SQL_STATE: Text => "mysql.sqlstate", "SQL state";
    MESSAGE: Text => "mysql.message", "Message";
    COLUMNS: Uint => "mysql.num_fields", "Number of fields";
    PARAMETERS: Uint => "mysql.num_params", "Number of parameter";
    CATALOG: Text => "mysql.field.catalog", "Catalog";
    DATABASE: Text => "mysql.field.db", "Database";
    TABLE: Text => "mysql.field.table", "Table";
    TABLE_ORIGINAL: Text => "mysql.field.org_table", "Original table";
    NAME: Text => "mysql.field.name()", "Name";
    NAME_ORIGINAL: Text => "mysql.field.org_name", "Original name";
    TYPE: Uint => "mysql.field.type", "Type";
    ROW: Text => "mysql.row.text", "text";
}

pub(super) static MYSQL: Protocol = Protocol {
    name: "mysql",
    title: "MySQL Protocol",
    short: "MySQL",
    fields: FIELDS,
    claims: &[Claim::TcpPort(3306)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.is_tcp() {
        // PostgreSQL's port decides, as in Wireshark.
        true if payload.on_port(5432) => Verdict::NotMine,
        true => look(payload).unwrap_or(Verdict::Possible),
        false => Verdict::NotMine,
    }
}

const HEADER: usize = 4;
const CAN_SSL: u32 = 0x800;
const CAN_DATABASE: u32 = 8;
const CAN_SECURE: u32 = 0x8000;
const CAN_PLUGIN: u32 = 0x8_0000;
const CAN_NO_EOF: u32 = 0x100_0000;

fn head(bytes: &Bytes<'_>) -> Result<(usize, u8), Problem> {
    let [a, b, c, number] = bytes.array(0)?;
    Ok((usize::try_from(u32::from_le_bytes([a, b, c, 0])).unwrap_or(usize::MAX), number))
}

fn framing(stream: &Stream<'_>) -> Frame {
    stream.headed(HEADER, 1 << 25, |bytes| head(bytes).ok()?.0.checked_add(HEADER))
}

/// Version of the server in its greeting (protocol 10).
fn greeting<'p>(content: &Bytes<'p>) -> Option<&'p [u8]> {
    let rest = content.all().strip_prefix(&[10])?;
    let end = rest.iter().take(80).position(|&byte| byte == 0)?;
    let version = rest.get(..end)?;
    let is_one = text::readable(version) && version.first().is_some_and(u8::is_ascii_digit) && version.contains(&b'.');
    is_one.then_some(version)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (length, number) = head(&bytes)?;
    let exact = length.saturating_add(HEADER) == bytes.len();
    let content = bytes.from(HEADER);
    let first = content.u8(0)?;
    let certain = match number {
        0 => exact && greeting(&content).is_some(),
        // A login: capabilities of protocol 4.1, largest packet, character set, twenty-three zeros (some of them MariaDB's).
        1 => {
            content.len() >= 32
                && content.u32_le(0)? & 0x200 != 0
                && content.take(9..28)?.iter().all(|&byte| byte == 0)
                && content.u32_le(4)? <= 1 << 30
                && exact
        }
        _ => false,
    };
    // A command stands alone, its number is 0.
    Ok(Verdict::certain_if(certain || number == 0 && first == 3 && exact && query(&content).is_some_and(sql)))
}

/// The statement of a query.
fn query<'p>(content: &Bytes<'p>) -> Option<&'p [u8]> {
    let query = content.all().get(1..)?;
    // MySQL 8: number of attributes and of their sets, when the client can.
    Some(query.strip_prefix(&[0, 1]).unwrap_or(query))
}

fn sql(query: &[u8]) -> bool {
    let words: [&[u8]; 12] = [
        b"SELECT ", b"INSERT ", b"UPDATE ", b"DELETE ", b"SHOW ", b"SET ", b"CREATE ", b"DROP ", b"ALTER ", b"BEGIN",
        b"COMMIT", b"USE ",
    ];
    words.iter().any(|word| text::starts_with(query, word))
}

/// What the next packets are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// A connection seen from its middle, or between commands.
    #[default]
    Command,
    Login,
    /// The server named another way to log in.
    Switched,
    /// OK, an error, or the number of columns.
    Answer,
    Columns,
    Rows,
    /// Column definitions alone.
    Listed,
    Prepared,
    Definitions,
    /// Nothing but text.
    Words,
    /// OK or what cannot be told.
    Other,
}

#[derive(Debug, Default)]
struct Session {
    phase: Phase,
    capabilities: u32,
    greeted: bool,
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (length, number) = head(&bytes)?;
    d.field(&LENGTH, bytes.span(0..3), length);
    d.field(&NUMBER, bytes.span(3..4), number);
    let content = bytes.from(HEADER).limit(length);
    let server = d.from_server(&[3306]);
    d.with_state(|d, session: &mut Session| match server {
        true => answer(d, session, &content, number),
        false if session.phase == Phase::Login && session.greeted && number == 1 => login(d, session, &content),
        false if session.phase == Phase::Switched => {
            session.phase = Phase::Other;
            d.info(|| "Auth Switch Response ".to_owned());
            Ok(())
        }
        false if number > 0 && session.phase == Phase::Other && session.greeted => {
            d.field(&ARGUMENT, content.span(0..content.len()), content.all());
            Ok(())
        }
        false => command(d, session, &content),
    })?;
    Ok(Next::End)
}

/// Text up to a zero; where it ends, the zero included.
fn zero(d: &mut Dissection, content: &Bytes<'_>, at: usize, field: &'static Field) -> Result<(String, usize), Problem> {
    let rest = content.all().get(at..).unwrap_or_default();
    let end = at.saturating_add(rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len()));
    let raw = content.take(at..end)?;
    match field.kind {
        Kind::Bytes => d.field(field, content.span(at..end), raw),
        _ => d.field(field, content.span(at..end), text::shown(raw)),
    }
    Ok((text::shown(raw), end.saturating_add(1)))
}

fn hello(d: &mut Dissection, session: &mut Session, content: &Bytes<'_>, version: &[u8]) -> Result<(), Problem> {
    *session = Session { phase: Phase::Login, capabilities: 0, greeted: true };
    if !d.wants() {
        return Ok(());
    }
    // MariaDB says it is 5.5.5 for old replicas, its own version behind it.
    let shown = text::shown(version.strip_prefix(b"5.5.5-").unwrap_or(version));
    d.info_add("", || format!("Server Greeting  proto=10 version={shown} "));
    d.label(&GREETING, content.span(0..content.len()), || "Server Greeting".to_owned());
    d.nest(|d| {
        d.field(&PROTOCOL, content.span(0..1), content.u8(0)?);
        let (_, at) = zero(d, content, 1, &VERSION)?;
        d.field(&THREAD, content.span(at..at.saturating_add(4)), content.u32_le(at)?);
        let (_, at) = zero(d, content, at.saturating_add(4), &SALT)?;
        if content.from(at).len() < 18 {
            return Ok(());
        }
        let part = |from: usize, to: usize| content.span(at.saturating_add(from)..at.saturating_add(to));
        d.field(&CAPABILITIES, part(0, 2), content.u16_le(at)?);
        d.field(&LANGUAGE, part(2, 3), content.u8(at.saturating_add(2))?);
        d.field(&STATUS, part(3, 5), content.u16_le(at.saturating_add(3))?);
        d.field(&EXTENDED, part(5, 7), content.u16_le(at.saturating_add(5))?);
        let (_, at) = zero(d, content, at.saturating_add(18), &SALT)?;
        if !content.from(at).is_empty() {
            zero(d, content, at, &PLUGIN)?;
        }
        Ok(())
    })
}

fn login(d: &mut Dissection, session: &mut Session, content: &Bytes<'_>) -> Result<(), Problem> {
    const FIXED: usize = 32;
    let capabilities = content.u32_le(0)?;
    session.capabilities = capabilities;
    session.phase = Phase::Other;
    d.label(&LOGIN, content.span(0..content.len()), || "Login Request".to_owned());
    d.nest(|d| {
        d.field(&CLIENT_CAPABILITIES, content.span(0..2), capabilities & 0xffff);
        d.field(&CLIENT_EXTENDED, content.span(2..4), capabilities >> 16);
        d.field(&LARGEST, content.span(4..8), content.u32_le(4)?);
        d.field(&CHARSET, content.span(8..9), content.u8(8)?);
        if capabilities & CAN_SSL != 0 && content.wire_len() == FIXED {
            d.switch("tls");
            d.info_add("", || "Login Request user= ".to_owned());
            return Ok(());
        }
        if !d.wants() {
            return Ok(());
        }
        let (user, at) = zero(d, content, FIXED, &USER)?;
        let secret = at.saturating_add(1);
        let at = if capabilities & CAN_SECURE != 0 {
            let end = secret.saturating_add(usize::from(content.u8(at)?));
            d.field(&PASSWORD, content.span(secret..end), content.take(secret..end)?);
            end
        } else {
            zero(d, content, at, &PASSWORD)?.1
        };
        let (schema, at) = match capabilities & CAN_DATABASE {
            0 => (String::new(), at),
            _ => zero(d, content, at, &SCHEMA)?,
        };
        if capabilities & CAN_PLUGIN != 0 && !content.from(at).is_empty() {
            zero(d, content, at, &CLIENT_PLUGIN)?;
        }
        d.info_add("", || match schema.is_empty() {
            true => format!("Login Request user={user} "),
            false => format!("Login Request user={user} db={schema} "),
        });
        Ok(())
    })
}

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
        28 => ("Fetch Data", Phase::Other),
        31 => ("Reset Connection", Phase::Other),
        _ => ("", Phase::Other),
    }
}

fn command(d: &mut Dissection, session: &mut Session, content: &Bytes<'_>) -> Result<(), Problem> {
    let command = content.u8(0)?;
    let (name, phase) = named(command);
    session.phase = phase;
    if !d.wants() {
        return Ok(());
    }
    let name = if name.is_empty() { format!("Unknown ({command})") } else { name.to_owned() };
    d.info_add("", || format!("Request {name} "));
    d.label(&REQUEST, content.span(0..content.len()), || format!("Request Command {name}"));
    d.nest(|d| {
        d.noted(&COMMAND, content.span(0..1), command, &name);
        match command {
            2 | 5 | 6 => d.field(&SCHEMA, content.span(1..content.len()), text::shown(content.from(1).all())),
            3 | 22 => {
                let query = query(content).unwrap_or_default();
                let start = content.len().saturating_sub(query.len());
                d.field(&QUERY, content.span(start..content.len()), text::shown(query));
            }
            23..=26 | 28 => d.field(&STATEMENT, content.span(1..5), content.u32_le(1)?),
            _ if content.len() > 1 => d.field(&ARGUMENT, content.span(1..content.len()), content.from(1).all()),
            _ => {}
        }
        Ok(())
    })
}

/// A length-encoded integer; where it ends. None stands for NULL.
fn number(bytes: &Bytes<'_>, at: usize) -> Result<(Option<u64>, usize), Problem> {
    let size = match bytes.u8(at)? {
        0xfb => return Ok((None, at.saturating_add(1))),
        0xfc => 2,
        0xfd => 3,
        0xfe => 8,
        small => return Ok((Some(small.into()), at.saturating_add(1))),
    };
    let start = at.saturating_add(1);
    let end = start.saturating_add(size);
    let value = bytes.take(start..end)?.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    Ok((Some(value), end))
}

/// Length-encoded text; where it ends.
fn words(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, field: &'static Field) -> Result<usize, Problem> {
    let (length, start) = number(bytes, at)?;
    let end = start.saturating_add(usize::try_from(length.unwrap_or(0)).unwrap_or(usize::MAX));
    let raw = bytes.take(start..end)?;
    d.field(field, bytes.span(start..end), if length.is_some() { text::shown(raw) } else { "NULL".to_owned() });
    Ok(end)
}

/// What the Info column says of an answer: one `Response`, unless something worth saying ended the one before.
fn responds(d: &mut Dissection, what: &str) {
    if !d.wants() {
        return;
    }
    let goes_on = d.is_again() && d.info_text().ends_with("Response ");
    d.info_add("", || if goes_on { what.to_owned() } else { format!("Response {what}") });
}

fn answer(d: &mut Dissection, session: &mut Session, content: &Bytes<'_>, packet: u8) -> Result<(), Problem> {
    const SHORTEST_ROW: usize = 9;
    if packet == 0
        && let Some(version) = greeting(content)
    {
        return hello(d, session, content, version);
    }
    let first = content.u8(0)?;
    let in_rows = matches!(session.phase, Phase::Rows | Phase::Columns | Phase::Definitions);
    match first {
        0xff => {
            session.phase = Phase::Command;
            return failed(d, content);
        }
        0xfe if content.wire_len() < SHORTEST_ROW && !(session.capabilities & CAN_NO_EOF != 0 && in_rows) => {
            session.phase = match session.phase {
                Phase::Columns => Phase::Rows,
                Phase::Definitions => Phase::Definitions,
                _ => Phase::Command,
            };
            d.noted(&RESPONSE, content.span(0..1), first, "EOF Packet");
            if content.len() >= 5 {
                d.field(&WARNINGS, content.span(1..3), content.u16_le(1)?);
                d.field(&STATUS, content.span(3..5), content.u16_le(3)?);
            }
            responds(d, "");
            return Ok(());
        }
        0xfe if session.phase == Phase::Other && session.capabilities & CAN_PLUGIN != 0 => {
            session.phase = Phase::Switched;
            zero(d, content, 1, &PLUGIN)?;
            d.info(|| "Auth Switch Request ".to_owned());
            return Ok(());
        }
        0 if session.phase == Phase::Prepared => {
            session.phase = Phase::Definitions;
            d.noted(&RESPONSE, content.span(0..1), first, "OK Packet");
            d.field(&STATEMENT, content.span(1..5), content.u32_le(1)?);
            d.field(&COLUMNS, content.span(5..7), content.u16_le(5)?);
            d.field(&PARAMETERS, content.span(7..9), content.u16_le(7)?);
            responds(d, "");
            return Ok(());
        }
        // Without packets that end a list, an OK that begins with 0xfe ends it.
        0 | 0xfe if first == 0xfe || !in_rows => {
            session.phase = Phase::Command;
            return done(d, content, first);
        }
        _ => {}
    }
    match session.phase {
        Phase::Answer => {
            session.phase = Phase::Columns;
            let (count, end) = number(content, 0)?;
            d.field(&COLUMNS, content.span(0..end), count.unwrap_or(0));
            responds(d, "TABULAR ");
        }
        Phase::Columns | Phase::Listed | Phase::Definitions
            if first == 3 && content.all().get(1..4) == Some(b"def") =>
        {
            if d.wants() {
                let names = [&CATALOG, &DATABASE, &TABLE, &TABLE_ORIGINAL, &NAME, &NAME_ORIGINAL];
                let end = names.iter().try_fold(0, |at, field| words(d, content, at, field))?;
                // Length of what follows, character set, length, type.
                let kind = end.saturating_add(7);
                d.field(&TYPE, content.span(kind..kind.saturating_add(1)), content.u8(kind)?);
            }
            responds(d, "");
        }
        // Without an EOF behind the definitions, rows begin where definitions end.
        Phase::Columns | Phase::Rows => {
            session.phase = Phase::Rows;
            let mut at = 0_usize;
            while d.wants() && at < content.len() && first != 0 {
                let Ok(next) = words(d, content, at, &ROW) else { break };
                at = next;
            }
            responds(d, "");
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

fn done(d: &mut Dissection, content: &Bytes<'_>, code: u8) -> Result<(), Problem> {
    responds(d, " OK ");
    d.noted(&RESPONSE, content.span(0..1), code, "OK Packet");
    let (rows, at) = number(content, 1)?;
    d.field(&AFFECTED, content.span(1..at), rows.unwrap_or(0));
    let (id, end) = number(content, at)?;
    if let Some(id) = id.filter(|id| *id > 0) {
        d.field(&INSERTED, content.span(at..end), id);
    }
    let warnings = end.saturating_add(2);
    if content.len() >= warnings {
        d.field(&STATUS, content.span(end..warnings), content.u16_le(end)?);
    }
    if content.len() >= warnings.saturating_add(2) {
        d.field(&WARNINGS, content.span(warnings..warnings.saturating_add(2)), content.u16_le(warnings)?);
    }
    Ok(())
}

fn failed(d: &mut Dissection, content: &Bytes<'_>) -> Result<(), Problem> {
    let code = content.u16_le(1)?;
    responds(d, &format!(" Error {code} "));
    d.noted(&RESPONSE, content.span(0..1), 0xff_u8, "ERR Packet");
    d.field(&ERROR, content.span(1..3), code);
    let start = if content.u8(3) == Ok(b'#') { 9 } else { 3 };
    if start > 3 {
        d.field(&SQL_STATE, content.span(4..start), text::shown(content.take(4..start)?));
    }
    d.field(&MESSAGE, content.span(start..content.len()), text::shown(content.from(start).all()));
    Ok(())
}
