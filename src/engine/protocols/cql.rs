//! Cassandra query language binary protocol, version 3 to 5, github.com/apache/cassandra doc/native_protocol_v4.spec.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Partner, Payload, Problem, Protocol, Reader, Role, Span, Stream, Value, Verdict, details, fields,
};

fields! {
    VERSION: Hex(2) => "cql.version", "Version";
    PROTOCOL: Uint => "cql.protocol_version", "Protocol version";
    DIRECTION: Hex(2) => "cql.direction", "Direction";
    FLAGS: Hex(2) => "cql.flags", "Flags";
    COMPRESSION: Bool => "cql.flags.compression", "Compression";
    TRACING: Bool => "cql.flags.tracing", "Tracing";
    PAYLOAD: Bool => "cql.flags.custom_payload", "Custom Payload";
    WARNING: Bool => "cql.flags.warning", "Warning";
    STREAM: Int => "cql.stream", "Stream Identifier";
    OPCODE: Uint => "cql.opcode", "Opcode";
    LENGTH: Uint => "cql.message_length", "Message Length";
    REQUEST_IN: Frame => "cql.response_to", "Request in";
    RESPONSE_IN: Frame => "cql.response_in", "Response in";
    TIME: Seconds => "cql.response_time", "Response time";
    MAP: Uint => "cql.string_map_size", "String Map Size";
    LIST: Uint => "cql.string_list_size", "String List Size";
    STRING_LENGTH: Uint => "cql.string_length", "String Length";
    STRING: Text => "cql.string", "String";
    CONSISTENCY: Hex(4) => "cql.consistency", "Consistency";
    QUERY_FLAGS: Hex(2) => "cql.query.flags", "Flags";
    QUERY_ID: Bytes => "cql.query_id", "Query ID";
    VALUES: Uint => "cql.value_count", "Value count";
    BYTES_LENGTH: Int => "cql.bytes_length.int", "Bytes length";
    SHORT_LENGTH: Uint => "cql.bytes_length.short", "Bytes length";
    BYTES: Bytes => "cql.bytes", "Bytes";
    PAGE_SIZE: Int => "cql.page_size", "Page size";
    PAGING: Bytes => "cql.paging_state", "Paging State";
    ERROR: Hex(4) => "cql.error_code", "Error Code";
    RESULT: Int => "cql.result.kind", "Result Kind";
    ROWS_FLAGS: Uint => "cql.result.rows.flags", "Rows Result Flags";
    COLUMNS: Int => "cql.result.rows.column_count", "Column Count";
    KEYSPACE: Text => "cql.result.rows.keyspace_name", "Global Spec Keyspace Name";
    TABLE: Text => "cql.result.rows.table_name", "Global Spec Table Name";
    COMPRESSED: Bytes => "cql.raw_compressed_bytes", "Raw compressed bytes";
}

pub(super) static CQL: Protocol = Protocol {
    name: "cql",
    title: "Cassandra CQL Protocol",
    short: "CQL",
    fields: FIELDS,
    claims: &[Claim::TcpPort(9042)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (version, flags, opcode, length) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u8(4)?, bytes.u32(5)?);
    let exact = usize::try_from(length).is_ok_and(|length| length.saturating_add(9) == bytes.len());
    let opening = match (version, opcode) {
        // STARTUP says which version of the language, OPTIONS nothing, SUPPORTED the same word.
        (3..=5, 1) | (0x83..=0x85, 6) => bytes.all().windows(11).any(|window| window == b"CQL_VERSION"),
        (3..=5, 5) => length == 0 && bytes.u16(2)? < 0x100,
        _ => false,
    };
    Ok(Verdict::certain_if(exact && opening && flags < 0x20))
}

const HEAD: usize = 9;
const MOST: usize = 1 << 28;

fn framing(stream: &Stream<'_>) -> Frame {
    stream.headed(HEAD, MOST, |head| {
        if !matches!(head.u8(0).ok()? & 0x7f, 3..=5) || head.u8(4).ok()? > 16 {
            return None;
        }
        usize::try_from(head.u32(5).ok()?).ok()?.checked_add(HEAD)
    })
}

fn opcode_name(opcode: u64) -> Option<&'static str> {
    let names = [
        "ERROR", "STARTUP", "READY", "AUTHENTICATE", "CREDENTIALS", "OPTIONS", "SUPPORTED", "QUERY", "RESULT", "PREPARE", "EXECUTE",
        "REGISTER", "EVENT", "BATCH", "AUTH_CHALLENGE", "AUTH_RESPONSE", "AUTH_SUCCESS",
    ];
    names.get(usize::try_from(opcode).ok()?).copied()
}

fn consistency(level: u64) -> Option<&'static str> {
    let names = [
        "ANY", "ONE", "TWO", "THREE", "QUORUM", "ALL", "LOCAL_QUORUM", "EACH_QUORUM", "SERIAL", "LOCAL_SERIAL", "LOCAL_ONE",
    ];
    names.get(usize::try_from(level).ok()?).copied()
}

fn result_name(kind: u64) -> Option<&'static str> {
    ["VOID", "Rows", "Set Keyspace", "Prepared", "Schema Change"].get(usize::try_from(kind.checked_sub(1)?).ok()?).copied()
}

fn error_name(code: u64) -> Option<&'static str> {
    Some(match code {
        0x0000 => "Server error",
        0x000a => "Protocol error",
        0x0100 => "Authentication error",
        0x1000 => "Unavailable exception",
        0x1001 => "Overloaded",
        0x1002 => "Is_bootstrapping",
        0x1003 => "Truncate_error",
        0x1100 => "Write_timeout",
        0x1200 => "Read_timeout",
        0x1300 => "Read_failure",
        0x1400 => "Function_failure",
        0x1500 => "Write_failure",
        0x2000 => "Syntax_error",
        0x2100 => "Unauthorized",
        0x2200 => "Invalid",
        0x2300 => "Config_error",
        0x2400 => "Already_exists",
        0x2500 => "Unprepared",
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (version, stream, opcode) = (bytes.u8(0)?, bytes.u16(2)?, bytes.u8(4)?);
    let server = version & 0x80 != 0;
    let role = if server { Role::Response } else { Role::Latest };
    // What the server tells unasked has no partner (§2.3).
    let partner = if stream & 0x8000 == 0 { d.transaction(role, stream.into()) } else { None };
    if !d.wants() {
        return Ok(Next::End);
    }
    let side = if server { "S->C" } else { "C->S" };
    let name = opcode_name(opcode.into()).unwrap_or("Unknown");
    d.info(|| format!("v{} {side} Type {name}", version & 0x7f));
    let mut reader = Reader::new(bytes, 0);
    let first = bytes.span(0..1);
    reader.number(d, &VERSION, 1)?;
    d.nest(|d| {
        d.field(&PROTOCOL, first, version & 0x7f);
        d.noted(&DIRECTION, first, version >> 7, if server { "Response" } else { "Request" });
    });
    let flags = reader.number(d, &FLAGS, 1)?;
    let span = bytes.span(1..2);
    d.nest(|d| {
        d.field(&COMPRESSION, span, flags & 1 != 0);
        d.field(&TRACING, span, flags & 2 != 0);
        d.field(&PAYLOAD, span, flags & 4 != 0);
        d.field(&WARNING, span, flags & 8 != 0);
    });
    reader.signed(d, &STREAM, 2)?;
    reader.named(d, &OPCODE, 1, opcode_name)?;
    reader.number(d, &LENGTH, 4)?;
    if let Some(Partner { packet, elapsed }) = partner {
        d.generated(if server { &REQUEST_IN } else { &RESPONSE_IN }, Span::default(), packet);
        if let (true, Some(elapsed)) = (server, elapsed) {
            d.generated(&TIME, Span::default(), Value::Nanos(elapsed));
        }
    }
    if flags & 1 != 0 {
        reader.rest(d, &COMPRESSED);
        return Ok(Next::End);
    }
    details(content(d, &mut reader, opcode)).map(|()| Next::End)
}

fn string(d: &mut Dissection, reader: &mut Reader<'_>, size: usize) -> Result<(), Problem> {
    let length = reader.length(d, &STRING_LENGTH, size)?;
    reader.field(d, &STRING, length).map(|_| ())
}

fn content(d: &mut Dissection, reader: &mut Reader<'_>, opcode: u8) -> Result<(), Problem> {
    match opcode {
        0 => {
            reader.named(d, &ERROR, 4, error_name)?;
            string(d, reader, 2)
        }
        // A map of texts.
        1 => {
            let pairs = reader.number(d, &MAP, 2)?;
            (0..pairs).try_for_each(|_| string(d, reader, 2).and_then(|()| string(d, reader, 2)))
        }
        6 => {
            let keys = reader.number(d, &MAP, 2)?;
            for _ in 0..keys {
                string(d, reader, 2)?;
                let values = reader.number(d, &LIST, 2)?;
                (0..values).try_for_each(|_| string(d, reader, 2))?;
            }
            Ok(())
        }
        3 | 12 => string(d, reader, 2),
        7 => {
            string(d, reader, 4)?;
            parameters(d, reader)
        }
        9 => string(d, reader, 4),
        10 => {
            let length = reader.length(d, &SHORT_LENGTH, 2)?;
            reader.field(d, &QUERY_ID, length)?;
            parameters(d, reader)
        }
        11 => {
            let events = reader.number(d, &LIST, 2)?;
            (0..events).try_for_each(|_| string(d, reader, 2))
        }
        8 => match reader.named(d, &RESULT, 4, result_name)? {
            3 => string(d, reader, 2),
            4 => {
                let length = reader.length(d, &SHORT_LENGTH, 2)?;
                reader.field(d, &QUERY_ID, length).map(|_| ())
            }
            5 => (0..3).try_for_each(|_| string(d, reader, 2)),
            2 => {
                let flags = reader.number(d, &ROWS_FLAGS, 4)?;
                reader.number(d, &COLUMNS, 4)?;
                if flags & 1 != 0 && flags & 6 == 0 {
                    let length = reader.size(2)?;
                    reader.field(d, &KEYSPACE, length)?;
                    let length = reader.size(2)?;
                    reader.field(d, &TABLE, length)?;
                }
                Ok(())
            }
            _ => Ok(()),
        },
        14..=16 => {
            let length = usize::try_from(reader.signed(d, &BYTES_LENGTH, 4)?).unwrap_or_default();
            reader.field(d, &BYTES, length).map(|_| ())
        }
        _ => Ok(()),
    }
}

/// How a query is to be answered, and the values bound to it.
fn parameters(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    reader.named(d, &CONSISTENCY, 2, consistency)?;
    // Four bytes since version 5.
    let size = if reader.bytes.u8(0)? & 0x7f >= 5 { 4 } else { 1 };
    let flags = reader.number(d, &QUERY_FLAGS, size)?;
    if flags & 1 != 0 {
        let values = reader.number(d, &VALUES, 2)?;
        for _ in 0..values {
            if flags & 0x40 != 0 {
                string(d, reader, 2)?;
            }
            let length = reader.signed(d, &BYTES_LENGTH, 4)?;
            reader.field(d, &BYTES, usize::try_from(length).unwrap_or_default())?;
        }
    }
    if flags & 4 != 0 {
        reader.signed(d, &PAGE_SIZE, 4)?;
    }
    if flags & 8 != 0 {
        let length = reader.signed(d, &BYTES_LENGTH, 4)?;
        reader.field(d, &PAGING, usize::try_from(length).unwrap_or_default())?;
    }
    if flags & 0x10 != 0 {
        reader.named(d, &CONSISTENCY, 2, consistency)?;
    }
    Ok(())
}
