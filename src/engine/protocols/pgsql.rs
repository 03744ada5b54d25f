//! PostgreSQL frontend/backend protocol, postgresql.org/docs/current/protocol-message-formats.html.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    TYPE: Text => "pgsql.type", "Type";
    LENGTH: Uint => "pgsql.length", "Length";
    QUERY: Text => "pgsql.query", "Query";
    USER: Text => "pgsql.parameter_value", "Parameter value";
}

pub(super) static PGSQL: Protocol = Protocol {
    name: "pgsql",
    title: "PostgreSQL",
    short: "PGSQL",
    fields: FIELDS,
    claims: &[Claim::TcpPort(5432)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const SSL_REQUEST: u32 = 80_877_103;
const CANCEL_REQUEST: u32 = 80_877_102;
const GSS_REQUEST: u32 = 80_877_104;
const VERSION_3: u32 = 0x0003_0000;

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
    if opening(&bytes)?.is_some() {
        return Ok(Verdict::certain_if(bytes.u32(0).is_ok_and(|length| usize::try_from(length) == Ok(bytes.len()))));
    }
    let (kind, length) = (bytes.u8(0)?, bytes.u32(1)?);
    let end = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(1);
    // An answer to it: authentication, then its method.
    if kind == b'R' {
        let method = bytes.u32(5)?;
        return Ok(Verdict::certain_if((8..=512).contains(&length) && method <= 12 && (end == bytes.len() || bytes.u8(end) == Ok(b'S'))));
    }
    // A query: text up to the end.
    let query = matches!(kind, b'Q') && end == bytes.len() && bytes.all().last() == Some(&0);
    let readable = query && bytes.take(5..end.saturating_sub(1))?.iter().all(|&byte| byte >= b' ' || byte.is_ascii_whitespace());
    Ok(Verdict::certain_if(readable && end > 8))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let server = d.from_server(&[5432]);
    let direction = if server { '<' } else { '>' };
    d.info(|| direction.to_string());
    if !server && let Ok(Some(code)) = opening(&bytes) {
        let title = match code {
            SSL_REQUEST => "SSL request",
            CANCEL_REQUEST => "Cancel request",
            GSS_REQUEST => "GSS encrypt request",
            _ => "Startup message",
        };
        d.field(&TYPE, bytes.span(0..0), title);
        d.field(&LENGTH, bytes.span(0..4), bytes.u32(0)?);
        return Ok(Next::End);
    }
    if server && bytes.wire_len() == 1 {
        d.field(&TYPE, bytes.span(0..1), "SSL response");
        return Ok(Next::End);
    }
    let (mut rest, mut letters) = (bytes, String::new());
    while !rest.is_empty() && letters.len() < 512 {
        let kind = rest.u8(0)?;
        let Ok(length) = rest.u32(1) else { break };
        if length < 4 {
            return Err(Problem::Malformed);
        }
        let end = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(1);
        if !letters.is_empty() {
            letters.push('/');
        }
        letters.push(char::from(kind));
        d.field(&TYPE, rest.span(0..1), title(kind, server));
        d.field(&LENGTH, rest.span(1..5), length);
        // The statement of Parse stands behind its name.
        let start = match kind {
            b'Q' if !server => Some(5),
            b'P' if !server => rest.from(5).all().iter().position(|&byte| byte == 0).map(|end| end.saturating_add(6)),
            _ => None,
        };
        if let Some(start) = start {
            let statement = rest.from(start);
            let end = statement.all().iter().position(|&byte| byte == 0).unwrap_or(statement.len());
            d.field(&QUERY, statement.span(0..end), text::shown(statement.take(0..end)?));
        }
        rest = rest.from(end);
    }
    d.info(|| format!("{direction}{letters}"));
    Ok(Next::End)
}

fn title(kind: u8, server: bool) -> &'static str {
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
        (b'V', true) => "Function call response",
        (b'Z', true) => "Ready for query",
        (b'B', false) => "Bind",
        (b'C', false) => "Close",
        (b'D', false) => "Describe",
        (b'E', false) => "Execute",
        (b'f', false) => "Copy failure",
        (b'F', false) => "Function call",
        (b'H', false) => "Flush",
        (b'p', false) => "Password message",
        (b'P', false) => "Parse",
        (b'Q', false) => "Simple query",
        (b'S', false) => "Sync",
        (b'X', false) => "Termination",
        _ => "Unknown",
    }
}
