//! PostgreSQL frontend/backend protocol, postgresql.org/docs/current/protocol-message-formats.html.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Reader, Stream, Verdict, fields,
};

fields! {
    TYPE: Text => "pgsql.type", "Type";
    LENGTH: Uint => "pgsql.length", "Length";
    MAJOR: Uint => "pgsql.version_major", "Protocol major version";
    MINOR: Uint => "pgsql.version_minor", "Protocol minor version";
    PARAMETER: Text => "pgsql.parameter_name", "Parameter name";
    VALUE: Text => "pgsql.parameter_value", "Parameter value";
    QUERY: Text => "pgsql.query", "Query";
    PASSWORD: Text => "pgsql.password", "Password";
    AUTHENTICATION: Uint => "pgsql.authtype", "Authentication type";
    SALT: Bytes => "pgsql.salt", "Salt value";
    MECHANISM: Text => "pgsql.auth.sasl.mech", "SASL authentication mechanism";
    SASL: Bytes => "pgsql.auth.sasl.data", "SASL authentication data";
    STATEMENT: Text => "pgsql.statement", "Statement";
    PORTAL: Text => "pgsql.portal", "Portal";
    RETURNS: Uint => "pgsql.returns", "Returns";
    TAG: Text => "pgsql.tag", "Tag";
    STATUS: Uint => "pgsql.status", "Status";
    COPY: Bytes => "pgsql.copydata", "Copy data";
    FAILURE: Text => "pgsql.error", "Error";
    PROCESS: Uint => "pgsql.pid", "PID";
    KEY: Uint => "pgsql.key", "Key";
    CONDITION: Text => "pgsql.condition", "Condition";
    NOTE: Text => "pgsql.text", "Text";
    TABLE_OID: Uint => "pgsql.oid.table", "Table OID";
    TYPE_OID: Uint => "pgsql.oid.type", "Type OID";
    FORMAT: Uint => "pgsql.format", "Format";
    COUNT: Uint => "pgsql.field.count", "Field count";
    COLUMN: Text => "pgsql.col.name", "Column name";
    COLUMN_INDEX: Uint => "pgsql.col.index", "Column index";
    DATA_LENGTH: Int => "pgsql.val.length", "Column length";
    DATA: Bytes => "pgsql.val.data", "Data";
    MODIFIER: Int => "pgsql.col.typemod", "Type modifier";
    SEVERITY: Text => "pgsql.severity", "Severity";
    CODE: Text => "pgsql.code", "Code";
    MESSAGE: Text => "pgsql.message", "Message";
    DETAIL: Text => "pgsql.detail", "Detail";
    HINT: Text => "pgsql.hint", "Hint";
    POSITION: Text => "pgsql.position", "Position";
    CONTEXT: Text => "pgsql.where", "Context";
    SCHEMA: Text => "pgsql.schema_name", "Schema";
    TABLE: Text => "pgsql.table_name", "Table";
    COLUMN_NAME: Text => "pgsql.column_name", "Column";
    TYPE_NAME: Text => "pgsql.type_name", "Type";
    CONSTRAINT: Text => "pgsql.constraint_name", "Constraint";
    FILE: Text => "pgsql.file", "File";
    LINE: Text => "pgsql.line", "Line";
    ROUTINE: Text => "pgsql.routine", "Routine";
}

pub(super) static PGSQL: Protocol = Protocol {
    name: "pgsql",
    title: "PostgreSQL",
    short: "PGSQL",
    fields: FIELDS,
    claims: &[Claim::TcpPort(5432)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const SSL_REQUEST: u32 = 80_877_103;
const CANCEL_REQUEST: u32 = 80_877_102;
const GSS_REQUEST: u32 = 80_877_104;
const VERSION_3: u32 = 0x0003_0000;
/// The flow's memory: encryption was asked for, so that the server may answer with one letter.
const ASKED: u16 = 1;
const HEAD: usize = 5;

/// The messages that open a connection have no type: a length, then the version or a number that stands for a wish.
fn opening(bytes: &Bytes<'_>) -> Result<Option<u32>, Problem> {
    let (length, code) = (bytes.u32(0)?, bytes.u32(4)?);
    Ok(match (code, length) {
        (SSL_REQUEST | GSS_REQUEST, 8) | (CANCEL_REQUEST, 16) => Some(code),
        // Names and values in turn, the last ended by two zeros.
        (VERSION_3..=0x0003_0002, 9..=10_000) if bytes.u8(8)?.is_ascii_lowercase() => Some(code),
        _ => None,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    if let Some(code) = opening(&bytes)? {
        // A wish for encryption says no more than that: on a port that is not the server's, Wireshark and we wait for what follows.
        if matches!(code, SSL_REQUEST | GSS_REQUEST) {
            return Ok(Verdict::Possible);
        }
        return Ok(Verdict::certain_if(bytes.u32(0).is_ok_and(|length| usize::try_from(length) == Ok(bytes.len()))));
    }
    let (kind, length) = (bytes.u8(0)?, bytes.u32(1)?);
    let end = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(1);
    // An answer to it: authentication, then its method.
    if kind == b'R' {
        let method = bytes.u32(5)?;
        let fits = end == bytes.len() || bytes.u8(end) == Ok(b'S');
        return Ok(Verdict::certain_if((8..=512).contains(&length) && method <= 12 && fits));
    }
    // A query: text up to the end.
    let query = matches!(kind, b'Q') && end == bytes.len() && bytes.all().last() == Some(&0);
    let readable =
        query && bytes.take(5..end.saturating_sub(1))?.iter().all(|&byte| byte >= b' ' || byte.is_ascii_whitespace());
    Ok(Verdict::certain_if(readable && end > 8))
}

fn framing(stream: &Stream<'_>) -> Frame {
    const MOST: usize = u32::MAX as usize;
    if !stream.from_client && stream.memory == ASKED && matches!(stream.bytes, [b'S' | b'N' | b'G']) {
        return Frame::Message(1);
    }
    stream.headed(HEAD, MOST, |bytes| match bytes.u8(0).ok()? {
        0 => usize::try_from(bytes.u32(0).ok()?).ok().filter(|length| *length >= 8),
        _ => usize::try_from(bytes.u32(1).ok()?).ok().filter(|length| *length >= 4)?.checked_add(1),
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let server = d.from_server(&[5432]);
    let again = d.is_again();
    let arrow = if server { '<' } else { '>' };
    if server && bytes.wire_len() == 1 {
        if d.memory() == ASKED && bytes.u8(0) == Ok(b'S') {
            d.switch("tls");
        }
        d.info_add("", || arrow.to_string());
        d.field(&TYPE, bytes.span(0..1), "SSL response");
        return Ok(Next::End);
    }
    if !server && let Ok(Some(code)) = opening(&bytes) {
        if matches!(code, SSL_REQUEST | GSS_REQUEST) {
            d.remember(ASKED);
        }
        d.info_add("", || arrow.to_string());
        if d.wants() {
            opened(d, &bytes, code)?;
        }
        return Ok(Next::End);
    }
    if !d.wants() {
        return Ok(Next::End);
    }
    let (kind, length) = (bytes.u8(0)?, bytes.u32(1)?);
    let letter = match kind {
        b' '..=b'~' => char::from(kind).to_string(),
        0x80.. => char::REPLACEMENT_CHARACTER.to_string(),
        _ => String::new(),
    };
    d.info_add("", || if again { format!("/{letter}") } else { format!("{arrow}{letter}") });
    d.field(&TYPE, bytes.span(0..1), title(kind, server, &bytes));
    d.field(&LENGTH, bytes.span(1..HEAD), length);
    let mut content = Reader::new(bytes.limit(usize::try_from(length).unwrap_or(usize::MAX).saturating_add(1)), HEAD);
    if server {
        said(d, &mut content, kind)?
    } else {
        asked(d, &mut content, kind)?
    }
    Ok(Next::End)
}

fn opened(d: &mut Dissection, bytes: &Bytes<'_>, code: u32) -> Result<(), Problem> {
    let title = match code {
        SSL_REQUEST => "SSL request",
        CANCEL_REQUEST => "Cancel request",
        GSS_REQUEST => "GSS encrypt request",
        _ => "Startup message",
    };
    d.field(&TYPE, bytes.span(0..0), title);
    d.field(&LENGTH, bytes.span(0..4), bytes.u32(0)?);
    let mut content = Reader::new(*bytes, 8);
    match code {
        CANCEL_REQUEST => {
            content.number(d, &PROCESS, 4)?;
            content.number(d, &KEY, 4)?;
        }
        SSL_REQUEST | GSS_REQUEST => {}
        _ => {
            d.field(&MAJOR, bytes.span(4..6), bytes.u16(4)?);
            d.field(&MINOR, bytes.span(6..8), bytes.u16(6)?);
            while content.left() > 1 {
                content.zero_ended(d, &PARAMETER)?;
                content.zero_ended(d, &VALUE)?;
            }
        }
    }
    Ok(())
}

/// How many, then as many.
fn list(
    d: &mut Dissection,
    content: &mut Reader<'_>,
    mut one: impl FnMut(&mut Dissection, &mut Reader<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let count = content.number(d, &COUNT, 2)?;
    d.nest(|d| (0..count).try_for_each(|_| one(d, content)))
}

fn format(d: &mut Dissection, content: &mut Reader<'_>) -> Result<(), Problem> {
    content.named(d, &FORMAT, 2, format_name).map(|_| ())
}

fn format_name(format: u64) -> Option<&'static str> {
    Some(if format == 0 { "Text" } else { "Binary" })
}

fn data(d: &mut Dissection, content: &mut Reader<'_>) -> Result<(), Problem> {
    match usize::try_from(content.signed(d, &DATA_LENGTH, 4)?) {
        Ok(length) => content.field(d, &DATA, length).map(|_| ()),
        // Nothing at all.
        Err(_) => Ok(()),
    }
}

fn oid(d: &mut Dissection, content: &mut Reader<'_>) -> Result<(), Problem> {
    content.number(d, &TYPE_OID, 4).map(|_| ())
}

/// The client's messages.
fn asked(d: &mut Dissection, content: &mut Reader<'_>, kind: u8) -> Result<(), Problem> {
    match kind {
        b'p' => {
            content.rest(d, &SASL);
            Ok(())
        }
        b'Q' => content.zero_ended(d, &QUERY).map(|_| ()),
        b'P' => {
            content.zero_ended(d, &STATEMENT)?;
            content.zero_ended(d, &QUERY)?;
            list(d, content, oid)
        }
        b'B' => {
            content.zero_ended(d, &PORTAL)?;
            content.zero_ended(d, &STATEMENT)?;
            list(d, content, format)?;
            list(d, content, data)?;
            list(d, content, format)
        }
        b'D' | b'C' => match content.take(1)? {
            b"S" => content.zero_ended(d, &STATEMENT).map(|_| ()),
            _ => content.zero_ended(d, &PORTAL).map(|_| ()),
        },
        b'E' => {
            content.zero_ended(d, &PORTAL)?;
            content.number(d, &RETURNS, 4).map(|_| ())
        }
        b'd' => {
            content.rest(d, &COPY);
            Ok(())
        }
        b'f' => content.zero_ended(d, &FAILURE).map(|_| ()),
        _ => Ok(()),
    }
}

/// The server's messages.
fn said(d: &mut Dissection, content: &mut Reader<'_>, kind: u8) -> Result<(), Problem> {
    match kind {
        b'R' => {
            let method = content.bytes.u32(HEAD)?;
            let name = match method {
                0 => "Success",
                2 => "Kerberos V5",
                3 => "Plaintext password",
                5 => "MD5 password",
                7 => "GSSAPI",
                8 => "GSSAPI/SSPI continue",
                9 => "SSPI",
                10 => "SASL",
                11 => "SASL continue",
                12 => "SASL complete",
                _ => "Unknown",
            };
            d.noted(&AUTHENTICATION, content.bytes.span(HEAD..9), method, name);
            content.at = 9;
            match method {
                5 => {
            content.rest(d, &SALT);
            Ok(())
        }
                10 => {
                    while content.left() > 1 {
                        content.zero_ended(d, &MECHANISM)?;
                    }
                    Ok(())
                }
                11 | 12 => {
            content.rest(d, &SASL);
            Ok(())
        }
                _ => Ok(()),
            }
        }
        b'S' => {
            content.zero_ended(d, &PARAMETER)?;
            content.zero_ended(d, &VALUE).map(|_| ())
        }
        b'K' => {
            content.number(d, &PROCESS, 4)?;
            content.number(d, &KEY, 4).map(|_| ())
        }
        b'Z' => {
            let status = content.bytes.u8(HEAD)?;
            let name = match status {
                b'I' => "Idle",
                b'T' => "In a transaction",
                b'E' => "In a failed transaction",
                _ => "Unknown",
            };
            d.noted(&STATUS, content.bytes.span(HEAD..6), status, name);
            Ok(())
        }
        b'T' => list(d, content, |d, content| {
            content.zero_ended(d, &COLUMN)?;
            d.nest(|d| {
                content.number(d, &TABLE_OID, 4)?;
                content.number(d, &COLUMN_INDEX, 2)?;
                content.number(d, &TYPE_OID, 4)?;
                content.signed(d, &DATA_LENGTH, 2)?;
                content.signed(d, &MODIFIER, 4)?;
                format(d, content)
            })
        }),
        b'D' => list(d, content, data),
        b'C' => content.zero_ended(d, &TAG).map(|_| ()),
        b't' => list(d, content, oid),
        b'G' | b'H' | b'W' => {
            content.named(d, &FORMAT, 1, format_name)?;
            list(d, content, format)
        }
        b'd' => {
            content.rest(d, &COPY);
            Ok(())
        }
        b'V' => data(d, content),
        b'A' => {
            content.number(d, &PROCESS, 4)?;
            content.zero_ended(d, &CONDITION)?;
            content.zero_ended(d, &NOTE).map(|_| ())
        }
        b'E' | b'N' => {
            while content.left() > 1 {
                let &[letter] = content.take(1)? else { break };
                content.zero_ended(d, detail(letter))?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn detail(letter: u8) -> &'static Field {
    match letter {
        b'S' | b'V' => &SEVERITY,
        b'C' => &CODE,
        b'D' => &DETAIL,
        b'H' => &HINT,
        b'P' | b'p' => &POSITION,
        b'q' => &QUERY,
        b'W' => &CONTEXT,
        b's' => &SCHEMA,
        b't' => &TABLE,
        b'c' => &COLUMN_NAME,
        b'd' => &TYPE_NAME,
        b'n' => &CONSTRAINT,
        b'F' => &FILE,
        b'L' => &LINE,
        b'R' => &ROUTINE,
        _ => &MESSAGE,
    }
}

fn title(kind: u8, server: bool, bytes: &Bytes<'_>) -> &'static str {
    match (kind, server) {
        (b'1', true) => "Parse completion",
        (b'2', true) => "Bind completion",
        (b'3', true) => "Close completion",
        (b'A', true) => "Notification",
        (b'c', _) => "Copy completion",
        (b'C', true) => "Command completion",
        (b'd', _) => "Copy data",
        (b'D', true) => "Data row",
        (b'E', true) => "Error",
        (b'G', true) => "Copy in response",
        (b'H', true) => "Copy out response",
        (b'I', true) => "Empty query",
        (b'K', true) => "Backend key data",
        (b'n', true) => "No data",
        (b'N', true) => "Notice",
        (b'R', true) => "Authentication request",
        (b's', true) => "Portal suspended",
        (b'S', true) => "Parameter status",
        (b't', true) => "Parameter description",
        (b'T', true) => "Row description",
        (b'v', true) => "Negotiate protocol version",
        (b'V', true) => "Function call response",
        (b'W', true) => "Copy both response",
        (b'Z', true) => "Ready for query",
        (b'B', false) => "Bind",
        (b'C', false) => "Close",
        (b'D', false) => "Describe",
        (b'E', false) => "Execute",
        (b'f', false) => "Copy failure",
        (b'F', false) => "Function call",
        (b'H', false) => "Flush",
        // What the server asked for last tells which it is; a name before a length is SASL's first.
        (b'p', false) if bytes.all().get(HEAD..).is_some_and(|rest| rest.starts_with(b"SCRAM-")) => {
            "SASLInitialResponse message"
        }
        (b'p', false) if bytes.all().last() == Some(&0) => "Password message",
        (b'p', false) => "SASLResponse message",
        (b'P', false) => "Parse",
        (b'Q', false) => "Simple query",
        (b'S', false) => "Sync",
        (b'X', false) => "Termination",
        _ => "Unknown",
    }
}
