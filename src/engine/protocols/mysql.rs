//! MySQL client/server protocol, dev.mysql.com/doc/dev/mysql-server: page_protocol_basics.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    LENGTH: Uint => "mysql.packet_length", "Packet Length";
    NUMBER: Uint => "mysql.packet_number", "Packet Number";
    VERSION: Text => "mysql.version", "Version";
    USER: Text => "mysql.user", "Username";
    COMMAND: Uint => "mysql.command", "Command";
    QUERY: Text => "mysql.query", "Statement";
    ERROR: Uint => "mysql.error_code", "Error Code";
}

pub(super) static MYSQL: Protocol = Protocol {
    name: "mysql",
    title: "MySQL Protocol",
    short: "MySQL",
    fields: FIELDS,
    claims: &[Claim::TcpPort(3306)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const HEADER: usize = 4;

fn head(bytes: &Bytes<'_>) -> Result<(usize, u8), Problem> {
    let [a, b, c, number] = bytes.array(0)?;
    Ok((usize::try_from(u32::from_le_bytes([a, b, c, 0])).unwrap_or(usize::MAX), number))
}

/// Version of the server in its greeting (protocol 10).
fn greeting<'p>(content: &Bytes<'p>) -> Option<&'p [u8]> {
    let rest = content.all().strip_prefix(&[10])?;
    let end = rest.iter().take(80).position(|&byte| byte == 0)?;
    let version = rest.get(..end)?;
    (text::readable(version) && version.first().is_some_and(u8::is_ascii_digit) && version.contains(&b'.')).then_some(version)
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
        b"SELECT ", b"INSERT ", b"UPDATE ", b"DELETE ", b"SHOW ", b"SET ", b"CREATE ", b"DROP ", b"ALTER ", b"BEGIN", b"COMMIT", b"USE ",
    ];
    words.iter().any(|word| text::starts_with(query, word))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (length, number) = head(&bytes)?;
    d.field(&LENGTH, bytes.span(0..3), length);
    d.field(&NUMBER, bytes.span(3..4), number);
    let content = bytes.from(HEADER).limit(length);
    let first = content.u8(0)?;
    if d.from_server(&[3306]) {
        if number == 0
            && let Some(version) = greeting(&content)
        {
            d.field(&VERSION, content.span(1..version.len().saturating_add(1)), text::shown(version));
            d.info(|| format!("Server Greeting  proto=10 version={} ", text::shown(version)));
            return Ok(Next::End);
        }
        match first {
            0xff => {
                let code = content.u16_le(1)?;
                d.field(&ERROR, content.span(1..3), code);
                d.info(|| format!("Response  Error {code} "));
            }
            0x00 => d.info(|| "Response  OK ".to_owned()),
            0xfe if length < 9 => d.info(|| "Response  EOF ".to_owned()),
            _ => d.info(|| "Response ".to_owned()),
        }
        return Ok(Next::End);
    }
    if number == 1 {
        let secure = content.u32_le(0)? & 0x800 != 0;
        if secure && length == 32 {
            d.info(|| "Login Request user= ".to_owned());
            return Ok(Next::End);
        }
        let name = content.from(32);
        let end = name.all().iter().position(|&byte| byte == 0).unwrap_or(name.len());
        let user = name.take(0..end)?;
        d.field(&USER, name.span(0..end), text::shown(user));
        d.info(|| format!("Login Request user={} ", text::shown(user)));
        return Ok(Next::End);
    }
    d.field(&COMMAND, content.span(0..1), first);
    let names = [
        "SLEEP", "Quit", "Use Database", "Query", "Show Fields", "Create Database", "Drop Database", "Refresh", "Shutdown", "Statistics",
        "Process List", "Connect", "Kill Server Thread", "Debug", "Ping", "Time", "Insert Delayed", "Change User", "Binlog Dump",
        "Table Dump", "Connect Out", "Register Slave", "Prepare Statement", "Execute Statement", "Long Data", "Close Statement",
        "Reset Statement", "Set Option", "Fetch Data",
    ];
    let name = names.get(usize::from(first)).copied().unwrap_or("Unknown");
    d.info(|| format!("Request {name} "));
    if matches!(first, 3 | 22)
        && let Some(query) = query(&content)
    {
        let start = content.len().saturating_sub(query.len());
        d.field(&QUERY, content.span(start..content.len()), text::shown(query));
    }
    Ok(Next::End)
}
