//! Distributed Network Protocol, IEEE 1815: link, transport and application layer.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Kind, Names, Next, Part, Payload, Problem, Protocol, Reader, Verdict, details,
    fields, name_of,
};
use Part::{Next as Is, Peek};

fields! {
    START: Hex(4) => "dnp3.start", "Start Bytes";
    LENGTH: Uint => "dnp3.len", "Length";
    CONTROL: Hex(2) => "dnp3.ctl", "Control";
    DIRECTION: Bool => "dnp3.ctl.dir", "Direction";
    PRIMARY: Bool => "dnp3.ctl.prm", "Primary";
    COUNT_BIT: Bool => "dnp3.ctl.fcb", "Frame Count Bit";
    COUNT_VALID: Bool => "dnp3.ctl.fcv", "Frame Count Valid";
    FLOW: Bool => "dnp3.ctl.dfc", "Data Flow Control";
    ASKED: Uint => "dnp3.ctl.prifunc", "Control Function Code";
    ANSWERED: Uint => "dnp3.ctl.secfunc", "Control Function Code";
    DESTINATION: Uint => "dnp3.dst", "Destination";
    SOURCE: Uint => "dnp3.src", "Source";
    CHECKSUM: Hex(4) => "dnp3.hdr.CRC", "Data Link Header checksum";
    TRANSPORT: Hex(2) => "dnp3.tr.ctl", "Transport Control";
    FINAL: Bool => "dnp3.tr.fin", "Final";
    FIRST: Bool => "dnp3.tr.fir", "First";
    SEQUENCE: Uint => "dnp3.tr.seq", "Sequence";
    CHUNK: Bytes => "dnp.data_chunk", "Data Chunk";
    CHUNK_CHECKSUM: Hex(4) => "dnp.data_chunk.CRC", "Data Chunk checksum";
    APPLICATION: Hex(2) => "dnp3.al.ctl", "Application Control";
    A_FIRST: Bool => "dnp3.al.fir", "First";
    A_FINAL: Bool => "dnp3.al.fin", "Final";
    A_CONFIRM: Bool => "dnp3.al.con", "Confirm";
    A_UNSOLICITED: Bool => "dnp3.al.uns", "Unsolicited";
    A_SEQUENCE: Uint => "dnp3.al.seq", "Sequence";
    FUNCTION: Hex(2) => "dnp3.al.func", "Function Code";
    INDICATION: Hex(4) => "dnp3.al.iin", "Internal Indications";
    IIN_RST: Bool => "dnp3.al.iin.rst", "Device Restart";
    IIN_DT: Bool => "dnp3.al.iin.dt", "Device Trouble";
    IIN_DOL: Bool => "dnp3.al.iin.dol", "Digital Outputs in Local";
    IIN_TSR: Bool => "dnp3.al.iin.tsr", "Time Sync Required";
    IIN_CLASS3: Bool => "dnp3.al.iin.cls3d", "Class 3 Data Available";
    IIN_CLASS2: Bool => "dnp3.al.iin.cls2d", "Class 2 Data Available";
    IIN_CLASS1: Bool => "dnp3.al.iin.cls1d", "Class 1 Data Available";
    IIN_BROADCAST: Bool => "dnp3.al.iin.bmsg", "Broadcast Msg Rx";
    IIN_CORRUPT: Bool => "dnp3.al.iin.cc", "Configuration Corrupt";
    IIN_EXECUTING: Bool => "dnp3.al.iin.oae", "Operation Already Executing";
    IIN_OVERFLOW: Bool => "dnp3.al.iin.ebo", "Event Buffer Overflow";
    IIN_RANGE: Bool => "dnp3.al.iin.pioor", "Parameters Invalid or Out of Range";
    IIN_UNKNOWN: Bool => "dnp3.al.iin.obju", "Requested Objects Unknown";
    IIN_UNSUPPORTED: Bool => "dnp3.al.iin.fcni", "Function Code not implemented";
    OBJECT: Hex(4) => "dnp3.al.obj", "Object(s)";
    PREFIX: Uint => "dnp3.al.objq.prefix", "Prefix Code";
    RANGE: Uint => "dnp3.al.objq.range", "Range Code";
    FROM: Uint => "dnp3.al.range.start", "Start";
    UP_TO: Uint => "dnp3.al.range.stop", "Stop";
    QUANTITY: Uint => "dnp3.al.range.quantity", "Quantity";
    POINT: Uint => "dnp3.al.point_index", "Point Index";
    INDEX: Uint => "dnp3.al.index", "Index";
    QUALITY: Label => "dnp3.al.quality", "Quality";
    BINARY_ONLINE: Bool => "dnp3.al.biq.b0", "Online";
    BINARY_RESTART: Bool => "dnp3.al.biq.b1", "Restart";
    BINARY_COMM: Bool => "dnp3.al.biq.b2", "Comm Fail";
    BINARY_REMOTE: Bool => "dnp3.al.biq.b3", "Remote Force";
    BINARY_LOCAL: Bool => "dnp3.al.biq.b4", "Local Force";
    BINARY_LAST: Bool => "dnp3.al.biq.b7", "Point Value";
    ANALOG_ONLINE: Bool => "dnp3.al.aiq.b0", "Online";
    ANALOG_RESTART: Bool => "dnp3.al.aiq.b1", "Restart";
    ANALOG_COMM: Bool => "dnp3.al.aiq.b2", "Comm Fail";
    ANALOG_REMOTE: Bool => "dnp3.al.aiq.b3", "Remote Force";
    ANALOG_LOCAL: Bool => "dnp3.al.aiq.b4", "Local Force";
    ANALOG_LAST: Bool => "dnp3.al.aiq.b5", "Over-Range";
    COUNTER_ONLINE: Bool => "dnp3.al.ctrq.b0", "Online";
    COUNTER_RESTART: Bool => "dnp3.al.ctrq.b1", "Restart";
    COUNTER_COMM: Bool => "dnp3.al.ctrq.b2", "Comm Fail";
    COUNTER_REMOTE: Bool => "dnp3.al.ctrq.b3", "Remote Force";
    COUNTER_LOCAL: Bool => "dnp3.al.ctrq.b4", "Local Force";
    COUNTER_LAST: Bool => "dnp3.al.ctrq.b6", "Discontinuity";
    OUTPUT_ONLINE: Bool => "dnp3.al.boq.b0", "Online";
    OUTPUT_RESTART: Bool => "dnp3.al.boq.b1", "Restart";
    OUTPUT_COMM: Bool => "dnp3.al.boq.b2", "Comm Fail";
    OUTPUT_REMOTE: Bool => "dnp3.al.boq.b3", "Remote Force";
    OUTPUT_LOCAL: Bool => "dnp3.al.boq.b4", "Local Force";
    OUTPUT_LAST: Bool => "dnp3.al.boq.b7", "Point Value";
    BIT: Bool => "dnp3.al.bit", "Value (bit)";
    INTEGER: Int => "dnp3.al.ana.int", "Value";
    FLOAT: Float => "dnp3.al.ana.float", "Value";
    OUT_INTEGER: Int => "dnp3.al.anaout.int", "Output";
    OUT_FLOAT: Float => "dnp3.al.anaout.float", "Output";
    COUNT: Uint => "dnp3.al.cnt", "Counter";
    TIME: Uint => "dnp3.al.timestamp", "Timestamp (ms since 1970)";
    RELATIVE: Uint => "dnp3.al.reltimestamp", "Relative Timestamp (ms)";
    DELAY: Uint => "dnp3.al.time_delay", "Time Delay";
    CODE: Hex(2) => "dnp3.al.control_code", "Control Code";
    OPERATION: Uint => "dnp3.ctl.op", "Operation Type";
    CLEAR: Uint => "dnp3.ctl.clr", "Queue / Clear Field";
    TRIP: Uint => "dnp3.ctl.trip", "Trip Control Code";
    TIMES: Uint => "dnp3.al.count", "Count";
    ON: Uint => "dnp3.al.on_time", "On Time";
    OFF: Uint => "dnp3.al.off_time", "Off Time";
    STATUS: Uint => "dnp3.al.ctrlstatus", "Control Status";
}

static BINARY: &[(&Field, u64)] = &[
    (&BINARY_LAST, 128),
    (&BINARY_LOCAL, 16),
    (&BINARY_REMOTE, 8),
    (&BINARY_COMM, 4),
    (&BINARY_RESTART, 2),
    (&BINARY_ONLINE, 1),
];
static ANALOG: &[(&Field, u64)] = &[
    (&ANALOG_LAST, 32),
    (&ANALOG_LOCAL, 16),
    (&ANALOG_REMOTE, 8),
    (&ANALOG_COMM, 4),
    (&ANALOG_RESTART, 2),
    (&ANALOG_ONLINE, 1),
];
static COUNTER: &[(&Field, u64)] = &[
    (&COUNTER_LAST, 64),
    (&COUNTER_LOCAL, 16),
    (&COUNTER_REMOTE, 8),
    (&COUNTER_COMM, 4),
    (&COUNTER_RESTART, 2),
    (&COUNTER_ONLINE, 1),
];
static OUTPUT: &[(&Field, u64)] = &[
    (&OUTPUT_LAST, 128),
    (&OUTPUT_LOCAL, 16),
    (&OUTPUT_REMOTE, 8),
    (&OUTPUT_COMM, 4),
    (&OUTPUT_RESTART, 2),
    (&OUTPUT_ONLINE, 1),
];
static INDICATIONS: &[(&Field, u64)] = &[
    (&IIN_RST, 0x8000),
    (&IIN_DT, 0x4000),
    (&IIN_DOL, 0x2000),
    (&IIN_TSR, 0x1000),
    (&IIN_CLASS3, 0x800),
    (&IIN_CLASS2, 0x400),
    (&IIN_CLASS1, 0x200),
    (&IIN_BROADCAST, 0x100),
    (&IIN_CORRUPT, 0x20),
    (&IIN_EXECUTING, 0x10),
    (&IIN_OVERFLOW, 0x8),
    (&IIN_RANGE, 0x4),
    (&IIN_UNKNOWN, 0x2),
    (&IIN_UNSUPPORTED, 0x1),
];

static ASKS: Names = "Reset of Remote Link|Reset of User Process|Test Function For Link|User Data|Unconfirmed User Data|9=Request Link Status";
static ANSWERS: Names =
    "ACK|NACK|11=Status of Link|14=Link Service Not Functioning|Link Service Not Used or Implemented";
static FUNCTIONS: Names = "Confirm|Read|Write|Select|Operate|Direct Operate|Direct Operate No Ack|Immediate Freeze|\
    Immediate Freeze No Ack|Freeze and Clear|Freeze and Clear No ACK|Freeze With Time|Freeze With Time No ACK|Cold Restart|\
    Warm Restart|Initialize Data|Initialize Application|Start Application|Stop Application|Save Configuration|\
    Enable Spontaneous Messages|Disable Spontaneous Messages|Assign Classes|Delay Measurement|Record Current Time|Open File|\
    Close File|Delete File|Get File Info|Authenticate File|Abort File|Activate Config|Authentication Request|Authentication Error|\
    129=Response|Unsolicited Response|Authentication Response";
static GROUPS: Names = "1=Binary Input|Binary Input Change|Double-bit Input|Double-bit Input Change|10=Binary Output|\
    Binary Output Change|Binary Command|Binary Command Event|20=Binary Counter|Frozen Binary Counter|Binary Counter Change|\
    Frozen Binary Counter Change|30=Analog Input|Frozen Analog Input|Analog Input Change|Frozen Analog Input Change|\
    Analog Input Deadband|40=Analog Output Status|Analog Output|Analog Output Event|Analog Output Command Event|50=Time and Date|\
    Time and Date CTO|Time Delay|60=Class Data|70=File Control|80=Internal Indications|110=Octet String|Octet String Event|\
    120=Authentication";
static PREFIXES: Names = "None|1-Octet Index Prefix|2-Octet Index Prefix|4-Octet Index Prefix|1-Octet Object Size Prefix|\
    2-Octet Object Size Prefix|4-Octet Object Size Prefix";
static RANGES: Names = "8-bit Start and Stop Indices|16-bit Start and Stop Indices|32-bit Start and Stop Indices|\
    8-bit Absolute Address in Range Field|16-bit Absolute Address in Range Field|32-bit Absolute Address in Range Field|\
    No Range Field|8-bit Single Field Quantity|16-bit Single Field Quantity|32-bit Single Field Quantity|Reserved|\
    Free-format Qualifier";
static OPERATIONS: Names = "NUL Operation|Pulse On|Pulse Off|Latch On|Latch Off";
static STATES: Names = "Req. Accepted/Init/Queued|Req. Not Accepted; Arm-Timer Expired|Req. Not Accepted; No 'SELECT' Received|\
    Req. Not Accepted; Format Err. in Ctl Req.|Ctl Oper. Not Supported For This Point";

/// A part of a point's value, little endian.
#[derive(Clone, Copy)]
enum Value {
    Quality(&'static [(&'static Field, u64)]),
    Number(&'static Field, usize),
    /// What a relay is to do (IEEE 1815 §A.8).
    Command,
}
use Value::{Command, Number, Quality};

/// Values by group and variation.
#[rustfmt::skip]
static VALUES: &[(u16, &[Value])] = &[
    (0x0102, &[Quality(BINARY)]),
    (0x0201, &[Quality(BINARY)]),
    (0x0202, &[Quality(BINARY), Number(&TIME, 6)]),
    (0x0203, &[Quality(BINARY), Number(&RELATIVE, 2)]),
    (0x0a02, &[Quality(OUTPUT)]),
    (0x0c01, &[Command]),
    (0x1401, &[Quality(COUNTER), Number(&COUNT, 4)]),
    (0x1402, &[Quality(COUNTER), Number(&COUNT, 2)]),
    (0x1405, &[Number(&COUNT, 4)]),
    (0x1406, &[Number(&COUNT, 2)]),
    (0x1501, &[Quality(COUNTER), Number(&COUNT, 4)]),
    (0x1502, &[Quality(COUNTER), Number(&COUNT, 2)]),
    (0x1601, &[Quality(COUNTER), Number(&COUNT, 4)]),
    (0x1602, &[Quality(COUNTER), Number(&COUNT, 2)]),
    (0x1605, &[Quality(COUNTER), Number(&COUNT, 4), Number(&TIME, 6)]),
    (0x1e01, &[Quality(ANALOG), Number(&INTEGER, 4)]),
    (0x1e02, &[Quality(ANALOG), Number(&INTEGER, 2)]),
    (0x1e03, &[Number(&INTEGER, 4)]),
    (0x1e04, &[Number(&INTEGER, 2)]),
    (0x1e05, &[Quality(ANALOG), Number(&FLOAT, 4)]),
    (0x2001, &[Quality(ANALOG), Number(&INTEGER, 4)]),
    (0x2002, &[Quality(ANALOG), Number(&INTEGER, 2)]),
    (0x2003, &[Quality(ANALOG), Number(&INTEGER, 4), Number(&TIME, 6)]),
    (0x2004, &[Quality(ANALOG), Number(&INTEGER, 2), Number(&TIME, 6)]),
    (0x2005, &[Quality(ANALOG), Number(&FLOAT, 4)]),
    (0x2007, &[Quality(ANALOG), Number(&FLOAT, 4), Number(&TIME, 6)]),
    (0x2801, &[Quality(ANALOG), Number(&INTEGER, 4)]),
    (0x2802, &[Quality(ANALOG), Number(&INTEGER, 2)]),
    (0x2803, &[Quality(ANALOG), Number(&FLOAT, 4)]),
    (0x2901, &[Number(&OUT_INTEGER, 4), Number(&STATUS, 1)]),
    (0x2902, &[Number(&OUT_INTEGER, 2), Number(&STATUS, 1)]),
    (0x2903, &[Number(&OUT_FLOAT, 4), Number(&STATUS, 1)]),
    (0x3201, &[Number(&TIME, 6)]),
    (0x3301, &[Number(&TIME, 6)]),
    (0x3401, &[Number(&DELAY, 2)]),
    (0x3402, &[Number(&DELAY, 2)]),
];

pub(super) static DNP3: Protocol = Protocol {
    name: "dnp3",
    title: "Distributed Network Protocol 3.0",
    short: "DNP 3.0",
    fields: FIELDS,
    claims: &[Claim::TcpPort(20000), Claim::UdpPort(20000)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Start bytes and a length that counts at least the rest of the header.
fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes {
        [0x05, 0x64, 5..=255, control, _, _, _, _, _, _, ..] if payload.is_tcp() || payload.is_udp() => {
            Verdict::certain_if(matches!(control & 0x0f, 0..=4 | 9 | 11 | 14..=15))
        }
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (length, control, to, from) = (bytes.u8(2)?, bytes.u8(3)?, bytes.u16_le(4)?, bytes.u16_le(6)?);
    let asks = control & 0x40 != 0;
    let names = if asks { ASKS } else { ANSWERS };
    let function = name_of(names, (control & 15).into());
    d.info(|| format!("from {from} to {to}, len={length}, {function}"));
    d.read_layout(&bytes, 0, &[Is(&START, 2, ""), Is(&LENGTH, 1, ""), Is(&CONTROL, 1, "")])?;
    d.nest(|d| {
        d.read_layout(&bytes, 3, &[Peek(&DIRECTION, 1, 0x80, ""), Peek(&PRIMARY, 1, 0x40, "")])?;
        match asks {
            true => d.read_layout(
                &bytes,
                3,
                &[Peek(&COUNT_BIT, 1, 0x20, ""), Peek(&COUNT_VALID, 1, 0x10, ""), Peek(&ASKED, 1, 15, names)],
            ),
            false => d.read_layout(&bytes, 3, &[Peek(&FLOW, 1, 0x10, ""), Peek(&ANSWERED, 1, 15, names)]),
        }
    })?;
    d.field(&DESTINATION, bytes.span(4..6), to);
    d.field(&SOURCE, bytes.span(6..8), from);
    d.field(&CHECKSUM, bytes.span(8..10), bytes.u16_le(8)?);
    if length <= 5 {
        return Ok(Next::End);
    }
    let transport = [
        Is(&TRANSPORT, 1, ""),
        Part::Bits(&FINAL, 0x80, ""),
        Part::Bits(&FIRST, 0x40, ""),
        Part::Bits(&SEQUENCE, 0x3f, ""),
    ];
    d.read_layout(&bytes, 10, &transport)?;
    // What is told stands in chunks of 16 bytes, each with its checksum behind it.
    let (mut left, mut at, mut whole) = (usize::from(length).saturating_sub(5), 10_usize, Vec::new());
    while left > 0 {
        let size = left.min(16);
        let end = at.saturating_add(size);
        whole.extend_from_slice(bytes.take(at..end)?);
        d.read(&CHUNK, &bytes, at..end)?;
        let behind = end.saturating_add(2);
        d.field(&CHUNK_CHECKSUM, bytes.span(end..behind), bytes.u16_le(end)?);
        (left, at) = (left.saturating_sub(size), behind);
    }
    let told = whole.get(1..).unwrap_or_default();
    // What goes on in a later segment of the transport layer is not put together.
    if bytes.u8(10)? & 0x40 != 0 && told.len() >= 2 {
        let buffer = d.buffer("DNP 3.0 Application Layer", told);
        application(d, &Bytes::reassembled(told, buffer), bytes.u8(10)? & 0x80 != 0)?;
    }
    Ok(Next::End)
}

fn application(d: &mut Dissection, bytes: &Bytes<'_>, is_whole: bool) -> Result<(), Problem> {
    let head = [
        Is(&APPLICATION, 1, ""),
        Part::Bits(&A_FIRST, 0x80, ""),
        Part::Bits(&A_FINAL, 0x40, ""),
        Part::Bits(&A_CONFIRM, 0x20, ""),
        Part::Bits(&A_UNSOLICITED, 0x10, ""),
        Part::Bits(&A_SEQUENCE, 15, ""),
        Is(&FUNCTION, 1, FUNCTIONS),
    ];
    let mut at = d.read_layout(bytes, 0, &head)?;
    let function = bytes.u8(1)?;
    let name = name_of(FUNCTIONS, function.into());
    d.info(|| if name.is_empty() { "Unknown function" } else { name }.to_owned());
    if function >= 0x80 {
        d.read(&INDICATION, bytes, 2..4)?;
        d.read_bits(bytes, 2..4, INDICATIONS)?;
        at = 4;
    }
    let (mut objects, mut classes) = (Reader::little(*bytes, at), 0_u8);
    let read = loop {
        if objects.left() < 3 {
            break Ok(());
        }
        let object = bytes.u16(objects.at)?;
        if function == 1 && object >> 8 == 60 {
            classes |= 1_u8.checked_shl(u32::from(object & 0xff).saturating_sub(1)).unwrap_or_default();
        }
        // A request to read names objects, nothing of their values.
        if let Err(problem) = group(d, &mut objects, function) {
            break Err(problem);
        }
        if matches!((function, object >> 8), (2, 50 | 80)) {
            d.info_extend(|| format!(", {}", name_of(GROUPS, (object >> 8).into())));
        }
    };
    if classes != 0 {
        let digits: String =
            ('0'..='3').zip([1, 2, 4, 8]).filter(|(_, bit)| classes & bit != 0).map(|(digit, _)| digit).collect();
        d.info_extend(|| format!(", Class {digits}"));
    }
    // Cut by the transport layer, values may end anywhere; a kind that is not known ends them quietly.
    if is_whole { details(read) } else { Ok(()) }
}

/// Objects of a kind: their header (IEEE 1815 §4.2.2.7), their points.
fn group(d: &mut Dissection, objects: &mut Reader<'_>, function: u8) -> Result<(), Problem> {
    const MOST_POINTS: u64 = 2000;
    let (start, bytes) = (objects.at, objects.bytes);
    let (object, qualifier) = (bytes.u16(start)?, bytes.u8(start.saturating_add(2))?);
    let name = format!("{} (Obj:{:02}, Var:{:02})", name_of(GROUPS, (object >> 8).into()), object >> 8, object & 0xff);
    objects.at = start.saturating_add(3);
    d.noted(&OBJECT, objects.since(start), object, &name);
    d.nest(|d| {
        let header = [Peek(&PREFIX, 1, 0x70, PREFIXES), Peek(&RANGE, 1, 0x0f, RANGES)];
        d.read_layout(&bytes, start.saturating_add(2), &header)?;
        let (first, count) = match qualifier & 15 {
            code @ 0..=2 => {
                let size = 1_usize << code;
                let (from, to) = (objects.number(d, &FROM, size)?, objects.number(d, &UP_TO, size)?);
                (from, to.saturating_sub(from).saturating_add(1))
            }
            code @ 7..=9 => (0, objects.number(d, &QUANTITY, 1_usize << code.saturating_sub(7))?),
            6 => (0, 0),
            _ => return Err(Problem::Malformed),
        };
        let prefix = [0, 1, 2, 4].get(usize::from(qualifier >> 4 & 7)).copied().ok_or(Problem::Malformed)?;
        let asks = matches!(function, 1 | 7..=14 | 20..=22);
        if matches!(object, 0x0101 | 0x0a01 | 0x5001) && !asks {
            return packed(d, objects, count.min(MOST_POINTS));
        }
        let values = VALUES.iter().find(|(known, _)| *known == object).map_or(&[] as &[Value], |(_, values)| values);
        if values.is_empty() && count > 0 && !asks {
            // A kind whose size is not known: nothing behind it can be read.
            return Err(Problem::Malformed);
        }
        for index in (first..).take(usize::try_from(count.min(MOST_POINTS)).unwrap_or(0)) {
            if prefix > 0 {
                objects.number(d, &INDEX, prefix)?;
            } else if asks {
                break;
            } else {
                d.generated(&POINT, objects.since(objects.at), index);
            }
            if !asks {
                d.nest(|d| values.iter().try_for_each(|value| one(d, objects, *value)))?;
            }
        }
        Ok(())
    })
}

/// A bit for each point.
fn packed(d: &mut Dissection, objects: &mut Reader<'_>, count: u64) -> Result<(), Problem> {
    let start = objects.at;
    let size = usize::try_from(count.div_ceil(8)).unwrap_or(usize::MAX);
    let bits = objects.take(size)?;
    for index in 0..usize::try_from(count).unwrap_or(0) {
        let (byte, bit) = (index / 8, index % 8);
        let at = start.saturating_add(byte);
        let value = bits.get(byte).is_some_and(|bits| bits >> bit & 1 != 0);
        d.field(&BIT, objects.bytes.span(at..at.saturating_add(1)), value);
    }
    Ok(())
}

fn one(d: &mut Dissection, objects: &mut Reader<'_>, value: Value) -> Result<(), Problem> {
    let (at, bytes) = (objects.at, objects.bytes);
    match value {
        Quality(bits) => {
            objects.take(1)?;
            d.label(&QUALITY, objects.since(at), || {
                if bytes.u8(at).is_ok_and(|flags| flags & 1 != 0) { "Quality: Online" } else { "Quality: Offline" }
                    .to_owned()
            });
            d.read_bits(&bytes, at..objects.at, bits)
        }
        Number(field, size) if field.kind == Kind::Int => objects.signed(d, field, size).map(|_| ()),
        Number(field, _) if field.kind == Kind::Float => {
            let value = f32::from_bits(bytes.u32_le(at)?);
            objects.take(4)?;
            d.field(field, objects.since(at), value);
            Ok(())
        }
        Number(field, size) => objects.number(d, field, size).map(|_| ()),
        Command => {
            let code = [
                Is(&CODE, 1, ""),
                Part::Bits(&OPERATION, 15, OPERATIONS),
                Part::Bits(&CLEAR, 0x30, "Not Set|Queue|Clear|Queue and Clear"),
                Part::Bits(&TRIP, 0xc0, "NUL|Close|Trip"),
                Is(&TIMES, 1, ""),
            ];
            objects.at = d.read_layout(&bytes, at, &code)?;
            objects.number(d, &ON, 4)?;
            objects.number(d, &OFF, 4)?;
            objects.at = d.read_layout(&bytes, objects.at, &[Peek(&STATUS, 1, 0x7f, STATES), Part::Skip(1)])?;
            Ok(())
        }
    }
}
