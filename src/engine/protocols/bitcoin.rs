//! Bitcoin peer protocol, developer.bitcoin.org/reference/p2p_networking.html.
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields, text,
};

fields! {
    MAGIC: Hex(8) => "bitcoin.magic", "Packet magic";
    COMMAND: Text => "bitcoin.command", "Command name";
    LENGTH: Uint => "bitcoin.length", "Payload Length";
    CHECKSUM: Hex(8) => "bitcoin.checksum", "Payload checksum";
    COUNT: Uint => "bitcoin.inv.count", "Count";
    VECTOR_TYPE: Uint => "bitcoin.inv.type", "Type";
    VECTOR_HASH: Bytes => "bitcoin.inv.hash", "Data hash";
    VERSION: Uint => "bitcoin.version.version", "Protocol version";
    SERVICES: Hex(16) => "bitcoin.version.services", "Node services";
    TIMESTAMP: Uint => "bitcoin.version.timestamp", "Node timestamp";
    ADDRESS_SERVICES: Hex(16) => "bitcoin.address.services", "Node services";
    ADDRESS: Address => "bitcoin.address.address", "Node address";
    PORT: Uint => "bitcoin.address.port", "Node port";
    NONCE: Hex(16) => "bitcoin.version.nonce", "Random nonce";
    AGENT: Text => "bitcoin.string.value", "User agent";
    HEIGHT: Uint => "bitcoin.version.start_height", "Block start height";
}

pub(super) static BITCOIN: Protocol = Protocol {
    name: "bitcoin",
    title: "Bitcoin protocol",
    short: "Bitcoin",
    fields: FIELDS,
    claims: &[Claim::TcpPort(8333), Claim::TcpPort(18333)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const HEADER: usize = 24;
/// No message may be longer (`MAX_SIZE` of the reference implementation).
const LONGEST: usize = 32 << 20;

/// Main, test, regression and signet networks.
fn magic(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xf9, 0xbe, 0xb4, 0xd9, ..]
            | [0x0b, 0x11, 0x09, 0x07, ..]
            | [0xfa, 0xbf, 0xb5, 0xda, ..]
            | [0x0a, 0x03, 0xcf, 0x40, ..]
    )
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let command = magic(bytes.all()) && bytes.u8(4)?.is_ascii_lowercase();
    Ok(Verdict::certain_if(command))
}

/// Without the magic (after a hole in the capture, or behind a message of the time before checksums) the segment is taken as it is.
fn framing(stream: &Stream<'_>) -> Frame {
    let lost = stream.bytes.len() >= 4 && !magic(stream.bytes);
    let frame = stream.headed(HEADER, LONGEST, |head| {
        let length = usize::try_from(head.u32_le(16).ok()?).ok()?;
        length.checked_add(HEADER)
    });
    match frame {
        Frame::Message(length) if lost && length <= stream.bytes.len() => frame,
        _ if lost => Frame::Unframed,
        _ => frame,
    }
}

/// Whether a command is known and, if so, whether it has content.
fn known(command: &str) -> Option<bool> {
    match command {
        "version" | "addr" | "inv" | "getdata" | "getblocks" | "getheaders" | "tx" | "block" | "headers" | "ping"
        | "pong" | "notfound" | "reject" | "merkleblock" | "filterload" | "filteradd" => Some(true),
        "verack" | "getaddr" | "mempool" | "alert" | "filterclear" | "checkorder" | "reply" | "submitorder" => {
            Some(false)
        }
        _ => None,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    // What is left over behind a message is not one; what stands alone is taken for one.
    let fits = bytes.u32_le(16).is_ok_and(|length| {
        usize::try_from(length).is_ok_and(|length| length.saturating_add(HEADER) <= bytes.wire_len())
    });
    let this = d.layers.last().map(|layer| layer.protocol);
    let earlier = d.layers.iter().rev().skip(1).any(|layer| Some(layer.protocol) == this);
    let behind_long = d.layers.iter().any(|layer| layer.protocol == super::SEGMENTS);
    if !magic(bytes.all()) && (behind_long || earlier && !fits) {
        d.layers.pop();
        return Ok(Next::End);
    }
    let name = bytes.take(4..16)?;
    let name = text::shown(name.split(|&byte| byte == 0).next().unwrap_or_default());
    d.field(&MAGIC, bytes.span(0..4), bytes.u32(0)?);
    d.field(&COMMAND, bytes.span(4..16), name.clone());
    d.field(&LENGTH, bytes.span(16..20), bytes.u32_le(16)?);
    d.field(&CHECKSUM, bytes.span(20..24), bytes.u32(20)?);
    let known = known(&name);
    if known == Some(true) {
        // Contents have dissectors of their own, of the same name.
        d.mention("bitcoin");
    }
    let content = bytes.from(HEADER);
    match name.as_str() {
        "version" => version(d, &content)?,
        "inv" | "getdata" | "notfound" => vectors(d, &content)?,
        _ => {}
    }
    d.info_append(", ", || if known.is_some() { name } else { "[unknown command]".to_owned() });
    Ok(Next::End)
}

fn version(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let long = |at: usize| bytes.array(at).map(u64::from_le_bytes);
    let protocol = bytes.u32_le(0)?;
    d.field(&VERSION, bytes.span(0..4), protocol);
    d.field(&SERVICES, bytes.span(4..12), long(4)?);
    d.field(&TIMESTAMP, bytes.span(12..20), long(12)?);
    address(d, &bytes.from(20))?;
    if protocol < 106 {
        return Ok(());
    }
    address(d, &bytes.from(46))?;
    d.field(&NONCE, bytes.span(72..80), long(72)?);
    let length = usize::from(bytes.u8(80)?);
    let end = length.saturating_add(81);
    d.field(&AGENT, bytes.span(81..end), text::shown(bytes.take(81..end)?));
    d.field(&HEIGHT, bytes.span(end..end.saturating_add(4)), bytes.u32_le(end)?);
    Ok(())
}

fn address(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    d.field(&ADDRESS_SERVICES, bytes.span(0..8), bytes.array(0).map(u64::from_le_bytes)?);
    d.field(&ADDRESS, bytes.span(8..24), Address::ipv6(bytes.array(8)?));
    d.field(&PORT, bytes.span(24..26), bytes.u16(24)?);
    Ok(())
}

fn vectors(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let (count, at) = match bytes.u8(0)? {
        0xfd => (usize::from(bytes.u16_le(1)?), 3_usize),
        0xfe => (usize::try_from(bytes.u32_le(1)?).unwrap_or(usize::MAX), 5),
        short => (usize::from(short), 1),
    };
    d.field(&COUNT, bytes.span(0..at), count);
    let mut rest = bytes.from(at);
    for _ in 0..count {
        let kind = rest.u32_le(0)?;
        let title = ["ERROR", "MSG_TX", "MSG_BLOCK", "MSG_FILTERED_BLOCK", "MSG_CMPCT_BLOCK"];
        let title = usize::try_from(kind).ok().and_then(|at| title.get(at)).copied().unwrap_or("Unknown");
        d.noted(&VECTOR_TYPE, rest.span(0..4), kind, title);
        d.field(&VECTOR_HASH, rest.span(4..36), rest.take(4..36)?);
        rest = rest.from(36);
    }
    Ok(())
}
