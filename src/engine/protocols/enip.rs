//! EtherNet/IP encapsulation, ODVA CIP networks library volume 2.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Reader, Stream, Verdict, fields,
};

fields! {
    COMMAND: Hex(4) => "enip.command", "Command";
    LENGTH: Uint => "enip.length", "Length";
    SESSION: Hex(8) => "enip.session", "Session Handle";
    STATUS: Hex(8) => "enip.status", "Status";
    CONTEXT: Bytes => "enip.context", "Sender Context";
    OPTIONS: Hex(8) => "enip.options", "Options";
    VERSION: Uint => "enip.rs.version", "Protocol Version";
    FLAGS: Hex(4) => "enip.rs.flags", "Option Flags";
    INTERFACE: Hex(8) => "enip.srrd.iface", "Interface Handle";
    TIMEOUT: Uint => "enip.timeout", "Timeout";
    ITEMS: Uint => "enip.cpf.itemcount", "Item Count";
    ITEM: Hex(4) => "enip.cpf.typeid", "Type ID";
    ITEM_LENGTH: Uint => "enip.cpf.length", "Length";
    CONNECTION: Hex(8) => "enip.cpf.cai.connid", "Connection ID";
    SEQUENCE: Uint => "enip.cpf.cdi.seqcnt", "CIP Sequence Count";
    DATA: Bytes => "enip.encap_data", "Encap Data";
}

pub(super) static ENIP: Protocol = Protocol {
    name: "enip",
    title: "EtherNet/IP (Industrial Protocol)",
    short: "ENIP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(44818), Claim::UdpPort(44818), Claim::UdpPort(2222)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const HEADER: usize = 24;

fn title(command: u16) -> Option<&'static str> {
    Some(match command {
        0x0000 => "NOP",
        0x0004 => "List Services",
        0x0063 => "List Identity",
        0x0064 => "List Interfaces",
        0x0065 => "Register Session",
        0x0066 => "Unregister Session",
        0x006f => "Send RR Data",
        0x0070 => "Send Unit Data",
        0x0072 => "Indicate Status",
        0x0073 => "Cancel",
        _ => return None,
    })
}

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (command, length, status) = (bytes.u16_le(0)?, usize::from(bytes.u16_le(2)?), bytes.u32_le(8)?);
    if title(command).is_none() || !payload.is_tcp() && !payload.is_udp() || status > 0x70 {
        return Ok(Verdict::NotMine);
    }
    // To register is to say version 1, no options.
    let registers = command == 0x65 && length == 4 && bytes.len() == 28 && bytes.array(HEADER) == Ok([1, 0, 0, 0]);
    Ok(Verdict::certain_if(registers))
}

fn framing(stream: &Stream<'_>) -> Frame {
    stream.headed(HEADER, 0xffff + HEADER, |head| {
        title(head.u16_le(0).ok()?)?;
        Some(usize::from(head.u16_le(2).ok()?).saturating_add(HEADER))
    })
}

fn status_name(status: u64) -> Option<&'static str> {
    Some(match status {
        0 => "Success",
        1 => "Invalid or Unsupported Encapsulation Command",
        2 => "Insufficient Memory Resources",
        3 => "Incorrect Encapsulation Data",
        0x64 => "Invalid Session Handle",
        0x65 => "Invalid Length",
        0x69 => "Unsupported Encapsulation Protocol Revision",
        _ => return None,
    })
}

fn item_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "Null Address Item",
        0x0c => "List Identity Response",
        0xa1 => "Connected Address Item",
        0xb1 => "Connected Data Item",
        0xb2 => "Unconnected Data Item",
        0x100 => "List Services Response",
        0x8000 => "Socket Address Info O->T",
        0x8001 => "Socket Address Info T->O",
        0x8002 => "Sequenced Address Item",
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let command = bytes.u16_le(0)?;
    let length = usize::from(bytes.u16_le(2)?);
    if d.wants() {
        let which = if d.from_server(&[44818]) { "Rsp" } else { "Req" };
        let name = title(command).unwrap_or("Unknown");
        let mut reader = Reader::little(bytes, 0);
        reader.named(d, &COMMAND, 2, |_| Some(name))?;
        reader.number(d, &LENGTH, 2)?;
        let session = reader.number(d, &SESSION, 4)?;
        reader.named(d, &STATUS, 4, status_name)?;
        reader.field(d, &CONTEXT, 8)?;
        reader.number(d, &OPTIONS, 4)?;
        d.info(|| match command {
            0x65 | 0x66 => format!("{name} ({which}), Session: 0x{session:08X}"),
            _ => format!("{name} ({which})"),
        });
    }
    let content = bytes.limit(length.saturating_add(HEADER));
    match command {
        0x65 if d.wants() => {
            let mut reader = Reader::little(content, HEADER);
            reader.number(d, &VERSION, 2)?;
            reader.number(d, &FLAGS, 2)?;
            Ok(Next::End)
        }
        0x6f | 0x70 if length > 0 => match packet(d, content) {
            Ok(Some(inside)) => Ok(Next::Claim(Claim::Named("cip"), inside)),
            Ok(None) | Err(Problem::Malformed) => Ok(Next::End),
            Err(problem) => Err(problem),
        },
        _ => {
            Reader::little(content, HEADER).rest(d, &DATA);
            Ok(Next::End)
        }
    }
}

/// The common packet format: items, one of which carries what is for an object.
fn packet<'p>(d: &mut Dissection, content: Bytes<'p>) -> Result<Option<Bytes<'p>>, Problem> {
    let mut reader = Reader::little(content, HEADER);
    let interface = reader.number(d, &INTERFACE, 4)?;
    reader.number(d, &TIMEOUT, 2)?;
    let count = reader.number(d, &ITEMS, 2)?;
    let mut inside = None;
    for _ in 0..count {
        let kind = reader.named(d, &ITEM, 2, item_name)?;
        let length = reader.length(d, &ITEM_LENGTH, 2)?;
        let mut part = reader.part(length);
        match kind {
            0xa1 => _ = part.number(d, &CONNECTION, 4)?,
            0xb1 => {
                part.number(d, &SEQUENCE, 2)?;
                inside = Some(part.bytes.from(part.at));
            }
            0xb2 => inside = Some(part.bytes.from(part.at)),
            _ => part.rest(d, &DATA),
        }
    }
    Ok(inside.filter(|inside| interface == 0 && inside.wire_len() > 0))
}
