//! OpenVPN, openvpn.net/community-resources/openvpn-protocol and draft-openvpn-wire-protocol.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, fields};

fields! {
    TYPE: Hex(2) => "openvpn.type", "Type";
    OPCODE: Uint => "openvpn.opcode", "Opcode";
}

pub(super) static OPENVPN: Protocol = Protocol {
    name: "openvpn",
    title: "OpenVPN Protocol",
    short: "OpenVPN",
    fields: FIELDS,
    claims: &[Claim::UdpPort(1194), Claim::TcpPort(1194)],
    probe: Some(probe),
    dissect,
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

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let stream = d.segment.is_some_and(|segment| segment.transport == Transport::Tcp);
    let packet = packet(bytes, stream)?;
    let first = packet.u8(0)?;
    d.field(&TYPE, packet.span(0..1), first);
    d.field(&OPCODE, packet.span(0..1), first >> 3);
    let title = match first >> 3 {
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
    };
    d.info(|| format!("MessageType: {title}"));
    Ok(Next::End)
}
