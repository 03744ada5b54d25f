//! Modbus over TCP, Modbus Messaging on TCP/IP Implementation Guide V1.0b (modbus.org).
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Reader, Role, Stream, Value, Verdict,
    details, fields,
};

fields! {
    TRANSACTION: Uint => "mbtcp.trans_id", "Transaction Identifier";
    PROTOCOL_ID: Uint => "mbtcp.prot_id", "Protocol Identifier";
    LENGTH: Uint => "mbtcp.len", "Length";
    UNIT: Uint => "mbtcp.unit_id", "Unit Identifier";
    FUNCTION: Uint => "modbus.func_code", "Function Code";
    REQUEST: Frame => "modbus.request_frame", "Request Frame";
    TIME: Seconds => "modbus.response_time", "Time from request";
    REFERENCE: Uint => "modbus.reference_num", "Reference Number";
    BITS: Uint => "modbus.bit_cnt", "Bit Count";
    WORDS: Uint => "modbus.word_cnt", "Word Count";
    READ_REFERENCE: Uint => "modbus.read_reference_num", "Read Reference Number";
    READ_WORDS: Uint => "modbus.read_word_cnt", "Read Word Count";
    WRITE_REFERENCE: Uint => "modbus.write_reference_num", "Write Reference Number";
    WRITE_WORDS: Uint => "modbus.write_word_cnt", "Write Word Count";
    COUNT: Uint => "modbus.byte_cnt", "Byte Count";
    AND: Hex(4) => "modbus.and_mask", "AND mask";
    OR: Hex(4) => "modbus.or_mask", "OR mask";
    EXCEPTION: Uint => "modbus.exception_code", "Exception Code";
    DATA: Bytes => "modbus.data", "Data";
    PADDING: Hex(2) => "modbus.padding", "Padding";
}

pub(super) static MBTCP: Protocol = Protocol {
    name: "mbtcp",
    title: "Modbus/TCP",
    short: "Modbus/TCP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(502)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

pub(super) static MODBUS: Protocol = Protocol {
    name: "modbus",
    title: "Modbus",
    // The packet is named by the layer around.
    short: "",
    claims: &[],
    probe: None,
    dissect: dissect_function,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const HEADER: usize = 7;

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (protocol, length, function) = (bytes.u16(2)?, usize::from(bytes.u16(4)?), bytes.u8(HEADER)?);
    if protocol != 0 || !(2..=260).contains(&length) {
        return Ok(Verdict::NotMine);
    }
    // Too little for any port: eight bytes, two of them zero.
    Ok(Verdict::possible_if(title(function & 0x7f).is_some() || function >= 65))
}

fn framing(stream: &Stream<'_>) -> Frame {
    // Behind the transaction stands protocol 0.
    if stream.bytes.get(2..4).is_some_and(|protocol| protocol != [0, 0]) {
        return Frame::Unframed;
    }
    stream.headed(HEADER, 300, |head| head.u16(4).ok().map(|length| usize::from(length).saturating_add(6)))
}

fn title(function: u8) -> Option<&'static str> {
    Some(match function {
        1 => "Read Coils",
        2 => "Read Discrete Inputs",
        3 => "Read Holding Registers",
        4 => "Read Input Registers",
        5 => "Write Single Coil",
        6 => "Write Single Register",
        7 => "Read Exception Status",
        8 => "Diagnostics",
        11 => "Get Comm. Event Counters",
        12 => "Get Comm. Event Log",
        15 => "Write Multiple Coils",
        16 => "Write Multiple Registers",
        17 => "Report Slave ID",
        20 => "Read File Record",
        21 => "Write File Record",
        22 => "Mask Write Register",
        23 => "Read Write Register",
        24 => "Read FIFO Queue",
        43 => "Encapsulated Interface Transport",
        90 => "Unity (Schneider)",
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (transaction, length) = (bytes.u16(0)?, usize::from(bytes.u16(4)?));
    let (unit, function) = (bytes.u8(6)?, bytes.u8(HEADER)?);
    d.field(&TRANSACTION, bytes.span(0..2), transaction);
    d.field(&PROTOCOL_ID, bytes.span(2..4), bytes.u16(2)?);
    d.field(&LENGTH, bytes.span(4..6), length);
    d.field(&UNIT, bytes.span(6..7), unit);
    let answers = d.from_server(&[502]);
    let role = if answers { Role::Response } else { Role::Latest };
    let partner = d.transaction(role, u64::from(transaction) << 8 | u64::from(unit));
    if let Some(partner) = partner.filter(|_| answers) {
        let span = bytes.span(HEADER..HEADER);
        d.generated(&REQUEST, span, partner.packet);
        if let Some(elapsed) = partner.elapsed {
            d.generated(&TIME, span, Value::Nanos(elapsed));
        }
    }
    if d.wants() {
        let what = if answers { "Response" } else { "   Query" };
        let code = function & 0x7f;
        let name = title(code).unwrap_or("Unknown function");
        d.info(|| format!("{what}: Trans: {transaction:>5}; Unit: {unit:>3}, Func: {code:>3}: {name}"));
    }
    Ok(Next::Claim(Claim::Named("modbus"), bytes.from(HEADER).limit(length.saturating_sub(1))))
}

fn dissect_function<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let server = d.from_server(&[502]);
    let mut reader = Reader::new(bytes, 0);
    let function = reader.uint(1)?;
    let code = u8::try_from(function & 0x7f).unwrap_or_default();
    d.noted(&FUNCTION, bytes.span(0..1), code, title(code).unwrap_or("Unknown function"));
    details(content(d, &mut reader, code, function & 0x80 != 0, server)).map(|()| Next::End)
}

fn exception_name(code: u64) -> Option<&'static str> {
    Some(match code {
        1 => "Illegal function",
        2 => "Illegal data address",
        3 => "Illegal data value",
        4 => "Slave device failure",
        5 => "Acknowledge",
        6 => "Slave device busy",
        8 => "Memory parity error",
        10 => "Gateway path unavailable",
        11 => "Gateway target device failed to respond",
        _ => return None,
    })
}

fn content(d: &mut Dissection, reader: &mut Reader<'_>, code: u8, failed: bool, server: bool) -> Result<(), Problem> {
    if failed {
        return reader.named(d, &EXCEPTION, 1, exception_name).map(|_| ());
    }
    let head: &[(&'static Field, usize)] = match (code, server) {
        (1 | 2, false) | (15, true) => &[(&REFERENCE, 2), (&BITS, 2)],
        (3 | 4, false) | (16, true) => &[(&REFERENCE, 2), (&WORDS, 2)],
        (1..=4 | 17 | 23, true) => &[(&COUNT, 1)],
        (5 | 6, _) => &[(&REFERENCE, 2)],
        (15, false) => &[(&REFERENCE, 2), (&BITS, 2), (&COUNT, 1)],
        (16, false) => &[(&REFERENCE, 2), (&WORDS, 2), (&COUNT, 1)],
        (22, _) => &[(&REFERENCE, 2), (&AND, 2), (&OR, 2)],
        (23, false) => &[(&READ_REFERENCE, 2), (&READ_WORDS, 2), (&WRITE_REFERENCE, 2), (&WRITE_WORDS, 2), (&COUNT, 1)],
        _ => &[],
    };
    for &(field, size) in head {
        reader.number(d, field, size)?;
    }
    let end = reader.bytes.len();
    reader.rest(d, &DATA);
    // Of a coil only the first byte says something.
    if code == 5 && end >= 5 {
        d.read(&PADDING, &reader.bytes, end.saturating_sub(1)..end)?;
    }
    Ok(())
}
