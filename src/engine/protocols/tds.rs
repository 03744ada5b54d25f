//! Tabular data stream, [MS-TDS].
mod columns;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Reader, Slot, Stream, Verdict, details,
    fields, gather, joined, layouts, text,
};
use columns::Column;

fields! {
    QUERY: Text => "tds.query", "Query";
    PRE_LOGIN: Label => "tds.prelogin", "Pre-Login Message";
    PRE_OPTION: Label => "tds.prelogin.option", "Option";
    CLIENT: Text => "tds.7login.clientname", "Client name";
    USER: Text => "tds.7login.username", "Username";
    PASSWORD: Text => "tds.7login.password", "Password";
    APPLICATION: Text => "tds.7login.appname", "App name";
    SERVER: Text => "tds.7login.servername", "Server name";
    EXTENSION: Text => "tds.7login.ext", "Extension";
    LIBRARY: Text => "tds.7login.libraryname", "Library name";
    LOCALE: Text => "tds.7login.locale", "Locale";
    DATABASE: Text => "tds.7login.databasename", "Database name";
    PROCEDURE_LENGTH: Uint => "tds.rpc.name_length", "Procedure name length";
    PROCEDURE: Text => "tds.rpc.name", "Procedure name";
    PROCEDURE_ID: Uint => "tds.rpc.proc_id", "Stored procedure ID";
    INFO_TEXT_LENGTH: Uint => "tds.info.msgtext_length", "Error message length";
    INFO_TEXT: Text => "tds.info.msgtext", "Error message";
    INFO_SERVER_LENGTH: Uint => "tds.info.servername_length", "Server name length";
    INFO_SERVER: Text => "tds.info.servername", "Server name";
    INFO_PROCEDURE_LENGTH: Uint => "tds.info.procname_length", "Process name length";
    INFO_PROCEDURE: Text => "tds.info.procname", "Process name";
    INFO_LINE: Uint => "tds.info.linenumber", "Line number";
    ERROR_TEXT_LENGTH: Uint => "tds.error.msgtext_length", "Error message length";
    ERROR_TEXT: Text => "tds.error.msgtext", "Error message";
    ERROR_SERVER_LENGTH: Uint => "tds.error.servername_length", "Server name length";
    ERROR_SERVER: Text => "tds.error.servername", "Server name";
    ERROR_PROCEDURE_LENGTH: Uint => "tds.error.procname_length", "Process name length";
    ERROR_PROCEDURE: Text => "tds.error.procname", "Process name";
    ERROR_LINE: Uint => "tds.error.linenumber", "Line number";
    NEW_LENGTH: Uint => "tds.envchange.newvalue_length", "New Value Length";
    NEW: Text => "tds.envchange.newvalue_string", "New Value";
    NEW_BYTES: Bytes => "tds.envchange.newvalue", "New Value";
    OLD_LENGTH: Uint => "tds.envchange.oldvalue_length", "Old Value Length";
    OLD: Text => "tds.envchange.oldvalue_string", "Old Value";
    OLD_BYTES: Bytes => "tds.envchange.oldvalue", "Old Value";
    VERSION: Hex(8) => "tds.loginack.tdsversion", "TDS version";
    PROGRAM: Text => "tds.loginack.progname", "Server name";
    PROGRAM_VERSION: Hex(8) => "tds.loginack.progversion", "Server Version";
    TOKEN_DONE: Label => "tds.done", "Token - Done";
    TOKEN_PROCEDURE: Label => "tds.doneproc", "Token - DoneProc";
    TOKEN_IN_PROCEDURE: Label => "tds.doneinproc", "Token - DoneInProc";
    TOKEN_INFO: Label => "tds.info", "Token - Info";
    TOKEN_ERROR: Label => "tds.error", "Token - Error";
    TOKEN_CHANGE: Label => "tds.envchange", "Token - EnvChange";
    TOKEN_ACKNOWLEDGE: Label => "tds.loginack", "Token - LoginAck";
    TOKEN_STATUS: Label => "tds.returnstatus", "Token - ReturnStatus";
    TOKEN_COLUMNS: Label => "tds.colmetadata", "Token - ColumnMetaData";
    COLUMNS: Uint => "tds.colmetadata.columns", "Columns";
    COLUMN: Label => "tds.colmetadata.field", "Column";
    COLUMN_NAME: Text => "tds.colmetadata.colname", "Column Name";
    TEXT_TABLE: Text => "tds.colmetadata.table_name", "Table name";
    ROW_FIELD: Label => "tds.row.field", "Field";
    TOKEN_ROW: Label => "tds.row", "Token - Row";
    TOKEN_ORDER: Label => "tds.order", "Token - Order";
    ORDER_LENGTH: Uint => "tds.order.length", "Token length";
    ORDER: Uint => "tds.order.colnum", "Order column";
    ROWS_32: Uint => "tds.done.donerowcount", "Row count";
    ROWS_64: Uint => "tds.done.donerowcount64", "Row count";
}

layouts! {
    HEAD = [
        Uint => "tds.type", "Type", 1: "1=SQL batch|TDS4/5 login|Remote Procedure Call|Response|Unused|Attention|Bulk load data|Unused|Unused|Unused|Unused|Unused|Unused|Transaction Manager Request|TDS5 query|TDS7 login|SSPI message|TDS7 pre-login message|23=TLS exchange";
        Hex(2) => "tds.status", "Status", 1;
        Bool => "tds.status.eom", "End of message", &0x1;
        Bool => "tds.status.ignore", "Ignore this event", &0x2;
        Bool => "tds.status.event_notif", "Event notification", &0x4;
        Bool => "tds.status.reset_conn", "Reset connection", &0x8;
        Bool => "tds.status.reset_conn_skip_tran", "Reset connection keeping transaction state", &0x10;
        Uint => "tds.length", "Length", 2;
        Uint => "tds.channel", "Channel", 2;
        Uint => "tds.packet_number", "Packet Number", 1;
        Uint => "tds.window", "Window", 1;
    ]
    OPTION = [
        Uint => "tds.prelogin.option.token", "Option Token", 1: "Version|Encryption|InstOpt|ThreadID|MARS|TraceID|FedAuthRequired|NonceOpt|255=Terminator";
        Uint => "tds.prelogin.option.offset", "Option offset", 2;
        Uint => "tds.prelogin.option.length", "Option length", 2;
    ]
    PRE_VERSION = [
        Uint => "tds.prelogin.option.version", "Version", 4;
        Uint => "tds.prelogin.option.subbuild", "Sub-build", 2;
    ]
    PRE_ENCRYPTION = [
        Uint => "tds.prelogin.option.encryption", "Encryption", 1: "Encryption is available but off|Encryption is available and on|Encryption is not available|Encryption is required";
    ]
    PRE_INSTANCE = [
        Text => "tds.prelogin.option.instopt", "InstOpt", *REST;
    ]
    PRE_THREAD = [
        Uint => "tds.prelogin.option.threadid", "ThreadID", 4;
    ]
    PRE_MARS = [
        Uint => "tds.prelogin.option.mars", "MARS", 1: "Off|On";
    ]
    LOGIN = [
        Uint => "tds.7login.total_len", "Total Packet Length", 4;
        Hex(8) => "tds.7login.version", "TDS version", 4;
        Uint => "tds.7login.packet_size", "Packet Size", 4;
        Uint => "tds.7login.client_version", "Client version", 4;
        Uint => "tds.7login.client_pid", "Client PID", 4;
        Uint => "tds.7login.connection_id", "Connection ID", 4;
        Hex(2) => "tds.7login.option_flags1", "Option Flags 1", 1;
        Hex(2) => "tds.7login.option_flags2", "Option Flags 2", 1;
        Hex(2) => "tds.7login.sql_type_flags", "SQL Type Flags", 1;
        Hex(2) => "tds.7login.reserved_flags", "Reserved Flags", 1;
        Hex(8) => "tds.7login.time_zone", "Time Zone", 4;
        Hex(8) => "tds.7login.collation", "Collation", 4;
    ]
    PLACE = [
        Hex(4) => "tds.7login.offset", "Offset", 2;
        Hex(4) => "tds.7login.length", "Length", 2;
    ]
    DONE = [
        Hex(4) => "tds.done.status", "Status flags", 2;
        Bool => "tds.done.status.more", "More", &0x1: "Final done token|More tokens follow";
        Bool => "tds.done.status.error", "Error", &0x2: "No|Yes";
        Bool => "tds.done.status.inxact", "In Transaction", &0x4: "No|Yes";
        Bool => "tds.done.status.proc", "Procedure", &0x8: "No|Yes";
        Bool => "tds.done.status.count", "Row count valid", &0x10: "Invalid|Valid";
        Bool => "tds.done.status.attn", "Acknowledge ATTN", &0x20: "No|Yes";
        Bool => "tds.done.status.event", "Event", &0x40: "No|Yes";
        Bool => "tds.done.status.srverror", "Server Error", &0x100: "No|Yes";
        Hex(4) => "tds.done.curcmd", "Operation", 2;
    ]
    DONE_PROCEDURE = [
        Hex(3) => "tds.doneproc.status", "Status flags", 2;
        Hex(4) => "tds.doneproc.curcmd", "Operation", 2;
    ]
    DONE_IN_PROCEDURE = [
        Hex(2) => "tds.doneinproc.status", "Status flags", 2;
        Hex(4) => "tds.doneinproc.curcmd", "Operation", 2;
    ]
    MESSAGE_INFO = [
        Uint => "tds.info.length", "Token length", 2;
        Uint => "tds.info.number", "SQL Error Number", 4;
        Uint => "tds.info.state", "State", 1;
        Uint => "tds.info.class", "Class (Severity)", 1;
    ]
    MESSAGE_ERROR = [
        Uint => "tds.error.length", "Token length", 2;
        Uint => "tds.error.number", "SQL Error Number", 4;
        Uint => "tds.error.state", "State", 1;
        Uint => "tds.error.class", "Class (Severity)", 1;
    ]
    CHANGE = [
        Uint => "tds.envchange.length", "Token length", 2;
        Uint => "tds.envchange.type", "Type", 1: "1=Database|Language|Character set|Packet size|Unicode data sorting local id|Unicode data sorting comparison flags|SQL Collation|Begin Transaction|Commit Transaction|Rollback Transaction|Enlist DTC Transaction|Defect Transaction|Real Time Log Shipping|15=Promote Transaction|Transaction Manager Address|Transaction ended|RESETCONNECTION/RESETCONNECTIONSKIPTRAN Completion Acknowledgement|Sends back name of user instance started per login request|Sends routing information to client";
    ]
    ACKNOWLEDGE = [
        Uint => "tds.loginack.length", "Token length", 2;
        Uint => "tds.loginack.interface", "Interface", 1;
    ]
    STATUS_VALUE = [
        Uint => "tds.returnstatus.value", "Value", 4;
    ]
}

static ALL_LAYOUTS: &[&[Slot]] = &joined::<_, { LAYOUTS.len() + columns::ALL.len() }>(&[LAYOUTS, columns::ALL]);

pub(super) static TDS: Protocol = Protocol {
    name: "tds",
    title: "Tabular Data Stream",
    short: "TDS",
    fields: FIELDS,
    layouts: ALL_LAYOUTS,
    claims: &[Claim::TcpPort(1433), Claim::TcpPort(2433)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const HEADER: usize = 8;

fn title(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "SQL batch",
        2 => "Login",
        3 => "Remote Procedure Call",
        4 => "Response",
        6 => "Attention",
        7 => "Bulk load data",
        14 => "Transaction Manager Request",
        16 => "TDS7 login",
        17 => "SSPI message",
        18 => "TDS7 pre-login message",
        _ => return None,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let ([kind, status], length) = (bytes.array(0)?, usize::from(bytes.u16(2)?));
    if title(kind).is_none() || status & 0xe0 != 0 || length < HEADER {
        return Ok(Verdict::Possible);
    }
    let exact = length == bytes.len() && bytes.u8(7)? == 0;
    let certain = match kind {
        // The first option of a pre-login is the version, six bytes behind the list.
        18 => bytes.array(HEADER)? == [0, 0] && bytes.u16(11)? == 6,
        // Length of the login record, little endian.
        16 => bytes.u32_le(HEADER)?.saturating_add(8) == u32::try_from(length).unwrap_or_default(),
        _ => false,
    };
    Ok(Verdict::certain_if(exact && certain))
}

fn framing(stream: &Stream<'_>) -> Frame {
    if stream.bytes.first().is_some_and(|&kind| title(kind).is_none()) {
        return Frame::Unframed;
    }
    stream.headed(HEADER, 0xffff, |head| head.u16(2).ok().map(usize::from))
}

#[derive(Default)]
struct State {
    /// Messages of the client and of the server of which packets are missing.
    client: Vec<u8>,
    server: Vec<u8>,
    /// Since version 7.2 rows are counted in eight bytes.
    version: u32,
}

const LAST: u8 = 1;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (kind, status, length) = (bytes.u8(0)?, bytes.u8(1)?, usize::from(bytes.u16(2)?));
    let Some(title) = title(kind) else {
        d.info(|| "Continuation".to_owned());
        return Ok(Next::End);
    };
    if d.wants() {
        Reader::new(bytes, 0).layout(d, HEAD)?;
    }
    let content = bytes.limit(length).from(HEADER);
    let answers = kind == 4;
    let last = status & LAST != 0;
    let (whole, version) = d.with_state(|_, state: &mut State| {
        if kind == 16 && content.len() >= 8 {
            state.version = content.u32_le(4).unwrap_or_default();
        }
        let kept = if answers { &mut state.server } else { &mut state.client };
        if !last || !kept.is_empty() {
            gather(kept, content.all());
        }
        (if last { std::mem::take(kept) } else { Vec::new() }, state.version)
    });
    if !d.wants() {
        return Ok(Next::End);
    }
    d.info(|| format!("{title}{}", if last { "" } else { " (Not last buffer)" }));
    if !last {
        return Ok(Next::End);
    }
    let read = if whole.is_empty() {
        message(d, content, kind, version)
    } else {
        let buffer = d.buffer("Reassembled TDS", &whole);
        message(d, Bytes::reassembled(&whole, buffer), kind, version)
    };
    details(read).map(|()| Next::End)
}

fn message(d: &mut Dissection, content: Bytes<'_>, kind: u8, version: u32) -> Result<(), Problem> {
    // Headers of TDS 7.2: their length, then (for transactions) 18 and type 2.
    let skip = match (content.u32_le(0), content.u16_le(8)) {
        (Ok(total @ 4..=512), Ok(1..=3)) => usize::try_from(total).unwrap_or_default(),
        _ => 0,
    };
    match kind {
        1 => {
            let query = content.from(skip);
            d.field(&QUERY, query.span(0..query.len()), text::utf16(query.all()));
        }
        3 => {
            let mut r = Reader::little(content, skip);
            match r.number(d, &PROCEDURE_LENGTH, 2)? {
                0xffff => drop(r.number(d, &PROCEDURE_ID, 2)?),
                length => wide(d, &mut r, &PROCEDURE, length)?,
            }
        }
        // Zero is no token: the answer to a pre-login has its form.
        4 if content.u8(0)? == 0 => pre_login(d, content)?,
        4 => tokens(d, content, version)?,
        16 => login(d, content)?,
        18 => pre_login(d, content)?,
        _ => {}
    }
    Ok(())
}

/// Text of so many characters of two bytes.
fn wide(d: &mut Dissection, r: &mut Reader<'_>, field: &'static Field, length: u64) -> Result<(), Problem> {
    let start = r.at;
    let units = r.take(usize::try_from(length).unwrap_or(usize::MAX).saturating_mul(2))?;
    if !units.is_empty() {
        d.field(field, r.since(start), text::utf16(units));
    }
    Ok(())
}

fn pre_login(d: &mut Dissection, content: Bytes<'_>) -> Result<(), Problem> {
    const OPTIONS: [&[Slot]; 5] = [PRE_VERSION, PRE_ENCRYPTION, PRE_INSTANCE, PRE_THREAD, PRE_MARS];
    let mut r = Reader::new(content, 0);
    d.label(&PRE_LOGIN, content.span(0..content.len()), || "Pre-Login Message".to_owned());
    d.nest(|d| {
        loop {
            if r.peek()? == 0xff {
                r.layout(d, OPTION.get(..1).unwrap_or_default())?;
                return Ok(());
            }
            let (option, at, size) =
                (r.peek()?, content.u16(r.at.saturating_add(1))?, content.u16(r.at.saturating_add(3))?);
            r.group(d, &PRE_OPTION, || "Option".to_owned(), |d, r| r.layout(d, OPTION))?;
            if let Some(layout) = OPTIONS.get(usize::from(option)).filter(|_| size > 0) {
                let end = usize::from(at).saturating_add(size.into());
                Reader::new(content.limit(end), at.into()).layout(d, layout)?;
            }
        }
    })
}

/// Texts stand behind the record, at offsets that it tells.
fn login(d: &mut Dissection, content: Bytes<'_>) -> Result<(), Problem> {
    const TEXTS: [&Field; 9] =
        [&CLIENT, &USER, &PASSWORD, &APPLICATION, &SERVER, &EXTENSION, &LIBRARY, &LOCALE, &DATABASE];
    let mut r = Reader::little(content, 0);
    r.layout(d, LOGIN)?;
    for field in TEXTS {
        let (offset, length) = (content.u16_le(r.at)?, content.u16_le(r.at.saturating_add(2))?);
        r.layout(d, PLACE)?;
        let mut value = Reader::little(content, offset.into());
        if std::ptr::eq(field, &raw const PASSWORD) {
            // Hidden by swapping the halves of each byte and inverting every other bit.
            let start = value.at;
            let hidden = value.take(usize::from(length).saturating_mul(2))?;
            let shown: Vec<u8> = hidden.iter().map(|byte| (byte ^ 0xa5).rotate_left(4)).collect();
            if length > 0 {
                d.field(field, value.since(start), text::utf16(&shown));
            }
        } else {
            wide(d, &mut value, field, length.into())?;
        }
    }
    Ok(())
}

/// Of a message to the user: the length of a text and the text, for text, server and procedure, and the line.
type Said = ([&'static Field; 7], &'static [Slot]);
const INFO: Said = (
    [
        &INFO_TEXT_LENGTH,
        &INFO_TEXT,
        &INFO_SERVER_LENGTH,
        &INFO_SERVER,
        &INFO_PROCEDURE_LENGTH,
        &INFO_PROCEDURE,
        &INFO_LINE,
    ],
    MESSAGE_INFO,
);
const ERROR: Said = (
    [
        &ERROR_TEXT_LENGTH,
        &ERROR_TEXT,
        &ERROR_SERVER_LENGTH,
        &ERROR_SERVER,
        &ERROR_PROCEDURE_LENGTH,
        &ERROR_PROCEDURE,
        &ERROR_LINE,
    ],
    MESSAGE_ERROR,
);

fn tokens(d: &mut Dissection, content: Bytes<'_>, version: u32) -> Result<(), Problem> {
    let mut r = Reader::little(content, 0);
    let mut columns = Vec::new();
    while r.left() > 0 {
        let token = r.peek()?;
        let line = match token {
            0x79 => &TOKEN_STATUS,
            0x81 => &TOKEN_COLUMNS,
            0xa9 => &TOKEN_ORDER,
            0xaa => &TOKEN_ERROR,
            0xab => &TOKEN_INFO,
            0xad => &TOKEN_ACKNOWLEDGE,
            0xd1 => &TOKEN_ROW,
            0xe3 => &TOKEN_CHANGE,
            0xfd => &TOKEN_DONE,
            0xfe => &TOKEN_PROCEDURE,
            0xff => &TOKEN_IN_PROCEDURE,
            _ => return Ok(()),
        };
        let going = r.group(
            d,
            line,
            || line.title().to_owned(),
            |d, r| {
                r.take(1)?;
                one(d, r, token, version, &mut columns)
            },
        )?;
        if !going {
            break;
        }
    }
    Ok(())
}

/// A token's content; whether the next one can be found. Rows have no length of their own: the columns before them tell it.
fn one(
    d: &mut Dissection,
    r: &mut Reader<'_>,
    token: u8,
    version: u32,
    columns: &mut Vec<Column>,
) -> Result<bool, Problem> {
    let sized =
        |r: &mut Reader<'_>| Ok::<_, Problem>(r.at.saturating_add(2).saturating_add(r.bytes.u16_le(r.at)?.into()));
    match token {
        0x79 => drop(r.layout(d, STATUS_VALUE)?),
        0x81 => {
            let Some(told) = columns::metadata(d, r, version)? else { return Ok(false) };
            *columns = told;
        }
        0xd1 if !columns.is_empty() => columns::row(d, r, columns)?,
        0xa9 => {
            let end = sized(r)?;
            r.number(d, &ORDER_LENGTH, 2)?;
            while r.at < end {
                r.number(d, &ORDER, 2)?;
            }
        }
        0xaa | 0xab => {
            let end = sized(r)?;
            let (fields, layout) = if token == 0xaa { ERROR } else { INFO };
            let [text_length, text, server_length, server, procedure_length, procedure, line] = fields;
            r.layout(d, layout)?;
            for (length, field, size) in
                [(text_length, text, 2), (server_length, server, 1), (procedure_length, procedure, 1)]
            {
                let length = r.number(d, length, size)?;
                wide(d, r, field, length)?;
            }
            r.number(d, line, end.saturating_sub(r.at).clamp(2, 4))?;
            r.at = end;
        }
        0xad => {
            let end = sized(r)?;
            r.layout(d, ACKNOWLEDGE)?;
            let start = r.at;
            let version = r.bytes.u32(start)?;
            r.take(4)?;
            d.field(&VERSION, r.since(start), version);
            let length = r.uint(1)?;
            wide(d, r, &PROGRAM, length)?;
            let start = r.at;
            let program = r.bytes.u32(start)?;
            r.take(4)?;
            d.field(&PROGRAM_VERSION, r.since(start), program);
            r.at = end;
        }
        0xe3 => {
            let end = sized(r)?;
            let kind = r.layout(d, CHANGE)?;
            for (length, text, bytes) in [(&NEW_LENGTH, &NEW, &NEW_BYTES), (&OLD_LENGTH, &OLD, &OLD_BYTES)] {
                let length = r.number(d, length, 1)?;
                // Texts but for collations and transactions.
                if matches!(kind, 1..=6 | 13 | 19) {
                    wide(d, r, text, length)?;
                } else if length > 0 {
                    r.field(d, bytes, usize::try_from(length).unwrap_or(usize::MAX))?;
                }
            }
            r.at = end;
        }
        0xfd..=0xff => {
            r.layout(
                d,
                [DONE, DONE_PROCEDURE, DONE_IN_PROCEDURE]
                    .get(usize::from(token & 3).saturating_sub(1))
                    .copied()
                    .unwrap_or(DONE),
            )?;
            let long = version >= 0x7200_0000;
            r.number(d, if long { &ROWS_64 } else { &ROWS_32 }, if long { 8 } else { 4 })?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}
