//! MySQL client/server protocol, dev.mysql.com/doc/dev/mysql-server: page_protocol_basics; MariaDB's is nearly the same.
mod answers;
mod commands;
#[cfg(test)]
mod tests;
mod values;
mod words;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Reader, Slot, Stream, Verdict, count,
    details, fields, joined, name_of, text,
};
use commands::query;

fields! {
    LENGTH: Uint => "mysql.packet_length", "Packet Length";
    NUMBER: Uint => "mysql.packet_number", "Packet Number";
    GREETING: Label => "mysql.server_greeting", "Server Greeting";
    PROTOCOL: Uint => "mysql.protocol", "Protocol";
    VERSION: Text => "mysql.version", "Version";
    SALT: Text => "mysql.salt", "Salt";
    SALT_MORE: Text => "mysql.salt2", "Salt";
    CAPABILITIES: Hex(4) => "mysql.caps.server", "Server Capabilities";
    EXTENDED: Hex(4) => "mysql.extcaps.server", "Extended Server Capabilities";
    MARIADB: Hex(8) => "mariadb.extcaps.server", "MariaDB Extended Server Capabilities";
    LANGUAGE: Uint => "mysql.server_language", "Server Language";
    MARIADB_LANGUAGE: Uint => "mariadb.server_language", "Server Language";
    PLUGIN_LENGTH: Uint => "mysql.auth_plugin.length", "Authentication Plugin Length";
    PLUGIN: Text => "mysql.auth_plugin", "Authentication Plugin";
    UNUSED: Bytes => "mysql.unused", "Unused";
    LOGIN: Label => "mysql.login_request", "Login Request";
    CLIENT_CAPABILITIES: Hex(4) => "mysql.caps.client", "Client Capabilities";
    CLIENT_EXTENDED: Hex(4) => "mysql.extcaps.client", "Extended Client Capabilities";
    CLIENT_MARIADB: Hex(8) => "mariadb.extcaps.client", "MariaDB Extended Client Capabilities";
    LARGEST: Uint => "mysql.max_packet", "MAX Packet";
    ARGUMENT: Bytes => "mysql.payload", "Payload";
    SWITCHED: Bytes => "mysql.auth_switch_response.data", "Auth Method Data";
}

const FIELD_LISTS: &[&[&Field]] = &[FIELDS, commands::ALL_FIELDS, answers::ALL_FIELDS, values::ALL_FIELDS];
static ALL_FIELDS: [&Field; count(FIELD_LISTS)] = joined(FIELD_LISTS);
const LAYOUT_LISTS: &[&[&[Slot]]] = &[words::ALL, values::ALL];
static ALL_LAYOUTS: [&[Slot]; count(LAYOUT_LISTS)] = joined(LAYOUT_LISTS);

pub(super) static MYSQL: Protocol = Protocol {
    name: "mysql",
    title: "MySQL Protocol",
    short: "MySQL",
    fields: &ALL_FIELDS,
    layouts: &ALL_LAYOUTS,
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
const CAN_CONNECT_ATTRIBUTES: u32 = 0x10_0000;
const CAN_TRACK: u32 = 0x80_0000;
const CAN_NO_EOF: u32 = 0x100_0000;
const CAN_ATTRIBUTES: u32 = 0x800_0000;
/// MariaDB's clients leave this bit out, and say more about themselves where others have zeros.
const IS_MYSQL: u32 = 1;
/// Of those: columns come with extended metadata.
const CAN_EXTRA: u32 = 8;

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

/// Columns and statements of which more is remembered.
const MOST_TYPES: usize = 256;
const MOST_STATEMENTS: usize = 32;

#[derive(Debug, Default)]
struct Session {
    phase: Phase,
    capabilities: u32,
    greeted: bool,
    mariadb: bool,
    /// Columns have extended metadata.
    extended: bool,
    /// Rows come as prepared statements have them.
    binary: bool,
    /// Of the columns told last.
    types: Vec<values::Type>,
    /// Statements, and how many parameters each has.
    statements: Vec<(u64, u16)>,
    /// The statement and parameter that were sent by themselves last.
    streamed: Option<(u64, u16)>,
}

impl Session {
    fn column(&mut self, kind: values::Type) {
        if self.types.len() < MOST_TYPES {
            self.types.push(kind);
        }
    }

    fn prepared(&mut self, statement: u64, parameters: u16) {
        self.statements.retain(|(known, _)| *known != statement);
        if self.statements.len() >= MOST_STATEMENTS {
            self.statements.remove(0);
        }
        self.statements.push((statement, parameters));
    }

    fn parameters_of(&self, statement: u64) -> usize {
        self.statements.iter().find(|(known, _)| *known == statement).map_or(0, |(_, count)| (*count).into())
    }

    fn streamed(&self, statement: u64, place: usize) -> bool {
        self.streamed.is_some_and(|(of, at)| of == statement && usize::from(at) == place)
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (length, number) = head(&bytes)?;
    d.field(&LENGTH, bytes.span(0..3), length);
    d.field(&NUMBER, bytes.span(3..4), number);
    let content = bytes.from(HEADER).limit(length);
    let server = d.from_server(&[3306]);
    d.with_state(|d, session: &mut Session| match server {
        true => match greeting(&content).filter(|_| number == 0) {
            Some(version) => hello(d, session, &content, version),
            None => answers::answer(d, session, &content),
        },
        false if session.phase == Phase::Login && session.greeted && number == 1 => login(d, session, &content),
        false if session.phase == Phase::Switched => {
            session.phase = Phase::Other;
            d.field(&SWITCHED, content.span(0..content.len()), content.all());
            d.info(|| "Auth Switch Response ".to_owned());
            Ok(())
        }
        false if number > 0 && session.phase == Phase::Other && session.greeted => {
            d.field(&ARGUMENT, content.span(0..content.len()), content.all());
            Ok(())
        }
        false => {
            let streams = commands::streams(&content);
            let result = commands::command(d, session, &content);
            // What is streamed is for the next execution.
            session.streamed = streams;
            result
        }
    })?;
    Ok(Next::End)
}

fn hello(d: &mut Dissection, session: &mut Session, content: &Bytes<'_>, version: &[u8]) -> Result<(), Problem> {
    // MariaDB's own capabilities stand where others have zeros, if this bit of theirs is not set: behind version, thread and salt.
    let before = version.len().saturating_add(2 + 4 + 9);
    let mariadb = text::contains(version, b"MariaDB") && content.u32_le(before).is_ok_and(|can| can & IS_MYSQL == 0);
    *session = Session { phase: Phase::Login, greeted: true, mariadb, ..Session::default() };
    if !d.wants() {
        return Ok(());
    }
    // MariaDB says it is 5.5.5 for old replicas, its own version behind it.
    let shown = text::shown(version.strip_prefix(b"5.5.5-").unwrap_or(version));
    d.info_add("", || format!("Server Greeting  proto=10 version={shown} "));
    d.label(&GREETING, content.span(0..content.len()), || "Server Greeting".to_owned());
    d.nest(|d| {
        let mut reader = Reader::little(*content, 0);
        let r = &mut reader;
        r.number(d, &PROTOCOL, 1)?;
        values::zero_ended(d, r, &VERSION)?;
        r.layout(d, words::THREAD)?;
        values::zero_ended(d, r, &SALT)?;
        if r.left() < 18 {
            return Ok(());
        }
        capabilities(d, r, &CAPABILITIES, words::CAPABILITIES)?;
        let (start, language) = (r.at, r.uint(1)?);
        let field = if mariadb { &MARIADB_LANGUAGE } else { &LANGUAGE };
        d.noted(field, r.since(start), language, name_of(words::CHARSETS, language));
        r.layout(d, words::STATUS)?;
        capabilities(d, r, &EXTENDED, words::EXTENDED)?;
        r.number(d, &PLUGIN_LENGTH, 1)?;
        r.field(d, &UNUSED, if mariadb { 6 } else { 10 })?;
        if mariadb {
            capabilities(d, r, &MARIADB, words::MARIADB)?;
        }
        values::zero_ended(d, r, &SALT_MORE)?;
        if r.left() > 0 {
            values::zero_ended(d, r, &PLUGIN)?;
        }
        Ok(())
    })
}

/// A number, and its bits under it.
fn capabilities(
    d: &mut Dissection,
    reader: &mut Reader<'_>,
    field: &'static Field,
    bits: &'static [Slot],
) -> Result<u64, Problem> {
    let start = reader.at;
    let size = bits.first().map_or(2, |bits| bits.size.into());
    reader.number(d, field, size)?;
    reader.at = start;
    reader.layout(d, bits)
}

fn login(d: &mut Dissection, session: &mut Session, content: &Bytes<'_>) -> Result<(), Problem> {
    const FIXED: usize = 32;
    let can = content.u32_le(0)?;
    session.capabilities = can;
    session.phase = Phase::Other;
    let says_more = session.mariadb && can & IS_MYSQL == 0;
    session.extended = says_more && content.u32_le(28)? & CAN_EXTRA != 0;
    d.label(&LOGIN, content.span(0..content.len()), || "Login Request".to_owned());
    d.nest(|d| {
        let mut reader = Reader::little(*content, 0);
        let r = &mut reader;
        capabilities(d, r, &CLIENT_CAPABILITIES, words::CAPABILITIES)?;
        capabilities(d, r, &CLIENT_EXTENDED, words::EXTENDED)?;
        r.number(d, &LARGEST, 4)?;
        commands::charset(d, session, r, 1)?;
        r.field(d, &UNUSED, if says_more { 19 } else { 23 })?;
        if says_more {
            capabilities(d, r, &CLIENT_MARIADB, words::MARIADB)?;
        }
        if can & CAN_SSL != 0 && content.wire_len() == FIXED {
            d.switch("tls");
            d.info_add("", || "Login Request user= ".to_owned());
            return Ok(());
        }
        if !d.wants() {
            return Ok(());
        }
        let user = commands::user(d, r)?;
        match can & CAN_SECURE {
            0 => commands::old_password(d, r)?,
            _ => commands::password(d, r)?,
        }
        let schema = if can & CAN_DATABASE == 0 { String::new() } else { commands::schema(d, r)? };
        d.info_add("", || match schema.is_empty() {
            true => format!("Login Request user={user} "),
            false => format!("Login Request user={user} db={schema} "),
        });
        details(commands::after_schema(d, session, r))
    })
}
