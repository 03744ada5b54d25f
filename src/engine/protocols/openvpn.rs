//! OpenVPN, openvpn.net/community-resources/openvpn-protocol and draft-openvpn-wire-protocol.
//!
//! Its control channel carries TLS in pieces.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Transport, Verdict, fields,
};

fields! {
    LENGTH: Uint => "openvpn.plen", "Packet Length";
    TYPE: Hex(2) => "openvpn.type", "Type";
    OPCODE: Hex(2) => "openvpn.opcode", "Opcode";
    KEY: Uint => "openvpn.keyid", "Key ID";
    PEER: Uint => "openvpn.peerid", "Peer ID";
    SESSION: Uint => "openvpn.sessionid", "Session ID";
    HMAC: Bytes => "openvpn.hmac", "HMAC";
    REPLAY: Uint => "openvpn.pid", "Replay-Packet-ID";
    TIME: Uint => "openvpn.net_time", "Net Time";
    ACKNOWLEDGED_COUNT: Uint => "openvpn.mpidarraylength", "Message Packet-ID Array Length";
    ACKNOWLEDGED: Uint => "openvpn.mpidarrayelement", "Message Packet-ID Array Element";
    REMOTE_SESSION: Uint => "openvpn.rsessionid", "Remote Session ID";
    MESSAGE: Uint => "openvpn.mpid", "Message Packet-ID";
    PIECE: Bytes => "openvpn.fragment_bytes", "Fragment bytes";
    DATA: Bytes => "openvpn.data", "Data";
}

pub(super) static OPENVPN: Protocol = Protocol {
    name: "openvpn",
    title: "OpenVPN Protocol",
    short: "OpenVPN",
    fields: FIELDS,
    claims: &[Claim::UdpPort(PORT), Claim::TcpPort(PORT)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    shaping: 256,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const RESET_CLIENT: u8 = 0x38;
const RESET_SERVER: u8 = 0x40;

/// The packet: over TCP a length of two bytes stands before it.
fn packet<'p>(bytes: Bytes<'p>, stream: bool) -> Result<Bytes<'p>, Problem> {
    Ok(if stream { bytes.from(2).limit(usize::from(bytes.u16(0)?)) } else { bytes })
}

/// Session, then perhaps a code of authentication with a counter and the time, then no acknowledgement, packet 0.
fn opening(packet: &Bytes<'_>) -> Result<bool, Problem> {
    let length = packet.len();
    let first = |at: usize| Ok::<_, Problem>(packet.u32(at)? == 1 && packet.u32(at.saturating_add(4))? > 0x4000_0000);
    // Without acknowledgements the last five bytes are zero.
    let plain_end = || packet.take(length.saturating_sub(5)..length).map(|end| end.iter().all(|&byte| byte == 0));
    Ok(match length {
        14 => plain_end()?,
        // MD5, SHA-1, SHA-256, SHA-512
        38 | 42 | 54 | 86 if plain_end()? => first(length.saturating_sub(13))?,
        // Encrypted control channel: the counter stands in front.
        54.. => first(9)?,
        _ => false,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let stream = match payload.transport {
        Transport::Tcp => true,
        Transport::Udp => false,
        _ => return Ok(Verdict::NotMine),
    };
    let packet = packet(payload.window(), stream)?;
    let first = packet.u8(0)?;
    Ok(match first {
        RESET_CLIENT | 0x50 if opening(&packet)? => Verdict::Certain,
        // The answer acknowledges packet 0 of the other session.
        RESET_SERVER if packet.len() == 26 && packet.u8(9)? == 1 && packet.u32(10)? == 0 && packet.u32(22)? == 0 => Verdict::Certain,
        _ => Verdict::possible_if(matches!(first >> 3, 1..=11)),
    })
}

/// Over TCP a length of two bytes stands before each packet.
fn framing(stream: &Stream<'_>) -> Frame {
    stream.headed(2, 1 << 14, |bytes| Some(usize::from(bytes.u16(0).ok()?).saturating_add(2)).filter(|&length| length > 2))
}

const PORT: u16 = 1194;
const ACK: u8 = 5;
/// OpenVPN cuts its control channel's stream into pieces of this size; a shorter one is the last.
const PIECE_SIZE: usize = 100;
/// Longer messages are not put together.
const MOST_BYTES: usize = 1 << 16;

/// TLS of one direction of which pieces are missing.
#[derive(Default)]
struct Pieces {
    bytes: Vec<u8>,
    /// Number of the last piece: the same one may be sent again.
    last: Option<u32>,
}

#[derive(Default)]
struct State {
    client: Pieces,
    server: Pieces,
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let stream = d.segment.is_some_and(|segment| segment.transport == Transport::Tcp);
    if stream {
        d.field(&LENGTH, bytes.span(0..2), bytes.u16(0)?);
    }
    let packet = packet(bytes, stream)?;
    let first = packet.u8(0)?;
    let opcode = first >> 3;
    let title = title(opcode);
    d.field(&TYPE, packet.span(0..1), first);
    d.nest(|d| {
        d.noted(&OPCODE, packet.span(0..1), opcode, title);
        d.field(&KEY, packet.span(0..1), first & 7);
    });
    d.info(|| format!("MessageType: {title}"));
    match opcode {
        1..=5 | 7 | 8 | 10 | 11 => control(d, packet, opcode),
        9 => {
            d.field(&PEER, packet.span(1..4), packet.u24(1)?);
            let data = packet.from(4);
            d.field(&DATA, data.span(0..data.len()), data.all());
            Ok(Next::End)
        }
        _ => {
            let data = packet.from(1);
            d.field(&DATA, data.span(0..data.len()), data.all());
            Ok(Next::End)
        }
    }
}

/// Size of the code of authentication behind the session, if there is one: a counter that is still small and the time follow it.
fn code_size(packet: &Bytes<'_>, at: usize) -> Result<usize, Problem> {
    const COMMON: [usize; 4] = [20, 16, 32, 64];
    const YEAR_2001: u32 = 1_000_000_000;
    // Without one, here stand a count and numbers that begin with zeros.
    if packet.take(at..at.saturating_add(4)).unwrap_or_default().iter().filter(|&&byte| byte != 0).count() <= 1 {
        return Ok(0);
    }
    let fits = |size: &usize| {
        let counter = at.saturating_add(*size);
        let time = packet.u32(counter.saturating_add(4));
        packet.u32(counter).is_ok_and(|counter| counter >> 24 == 0) && time.is_ok_and(|time| time > YEAR_2001)
    };
    COMMON.into_iter().find(fits).ok_or(Problem::Malformed)
}

fn control<'p>(d: &mut Dissection, packet: Bytes<'p>, opcode: u8) -> Result<Next<'p>, Problem> {
    let mut at = 9_usize;
    d.field(&SESSION, packet.span(1..at), packet.u64(1)?);
    // What is encrypted as a whole says nothing more.
    let Ok(size) = code_size(&packet, at) else { return Ok(Next::End) };
    if size > 0 {
        let code = packet.from(9).limit(size);
        d.field(&HMAC, code.span(0..size), code.all());
        let after = packet.from(9_usize.saturating_add(size));
        d.field(&REPLAY, after.span(0..4), after.u32(0)?);
        d.field(&TIME, after.span(4..8), after.u32(4)?);
        at = at.saturating_add(size).saturating_add(8);
    }
    let mut number = |d: &mut Dissection, field, size: usize| {
        let end = at.saturating_add(size);
        let value = packet.take(at..end)?.iter().fold(0_u64, |value, &byte| value.wrapping_shl(8) | u64::from(byte));
        d.field(field, packet.span(at..end), value);
        at = end;
        Ok::<_, Problem>(value)
    };
    let acknowledged = number(d, &ACKNOWLEDGED_COUNT, 1)?;
    for _ in 0..acknowledged {
        number(d, &ACKNOWLEDGED, 4)?;
    }
    if acknowledged > 0 {
        number(d, &REMOTE_SESSION, 8)?;
    }
    if opcode == ACK {
        return Ok(Next::End);
    }
    let message = u32::try_from(number(d, &MESSAGE, 4)?).unwrap_or_default();
    let piece = packet.from(at);
    if piece.wire_len() == 0 {
        return Ok(Next::End);
    }
    d.field(&PIECE, piece.span(0..piece.len()), piece.all());
    // Only as Wireshark does by default, by port: on others the hellos would be right, too, but Wireshark does not show them.
    if !d.segment.is_some_and(|segment| segment.from_port == PORT || segment.to_port == PORT) {
        return Ok(Next::End);
    }
    let from_client = d.from_client().unwrap_or_else(|| !d.from_server(&[PORT]));
    let whole = d.with_state(|_, state: &mut State| {
        let pieces = if from_client { &mut state.client } else { &mut state.server };
        if pieces.bytes.len() > MOST_BYTES {
            pieces.bytes.clear();
        }
        // What was sent again is there already; alone it stands for itself.
        if pieces.last.is_none_or(|last| message > last || message <= 1) || pieces.bytes.is_empty() {
            pieces.bytes.extend_from_slice(piece.all());
            pieces.last = Some(message);
        }
        (piece.wire_len() != PIECE_SIZE).then(|| std::mem::take(&mut pieces.bytes)).filter(|whole| !whole.is_empty())
    });
    match whole {
        Some(whole) => Ok(Next::Made(Claim::Named("tls"), "Reassembled OpenVPN message", whole)),
        None => {
            d.info(|| format!("MessageType: {} (Message fragment {message}) ", title(opcode)));
            Ok(Next::End)
        }
    }
}

fn title(opcode: u8) -> &'static str {
    match opcode {
        1 => "P_CONTROL_HARD_RESET_CLIENT_V1",
        2 => "P_CONTROL_HARD_RESET_SERVER_V1",
        3 => "P_CONTROL_SOFT_RESET_V1",
        4 => "P_CONTROL_V1",
        5 => "P_ACK_V1",
        6 => "P_DATA_V1",
        7 => "P_CONTROL_HARD_RESET_CLIENT_V2",
        8 => "P_CONTROL_HARD_RESET_SERVER_V2",
        9 => "P_DATA_V2",
        10 => "P_CONTROL_HARD_RESET_CLIENT_V3",
        11 => "P_CONTROL_WKC_V1",
        _ => "Unknown",
    }
}
