//! Session traversal utilities for NAT, RFC 8489; relays, RFC 8656; the older form without a cookie, RFC 3489.
use crate::engine::dissect::{Field, Kind, Address, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, fields};

fields! {
    KIND: Hex(4) => "stun.type", "Message Type";
    LENGTH: Uint => "stun.length", "Message Length";
    ID: Bytes => "stun.id", "Message Transaction ID";
}

pub(super) static STUN: Protocol = Protocol {
    name: "stun",
    title: "Session Traversal Utilities for NAT",
    short: "STUN",
    fields: FIELDS,
    claims: &[Claim::UdpPort(3478), Claim::TcpPort(3478), Claim::UdpPort(3479), Claim::TcpPort(3479)],
    probe: Some(probe),
    dissect,
    stateful: true,
    shaping: 64,
    ..Protocol::PLAIN
};

pub(super) static CLASSIC_STUN: Protocol = Protocol {
    name: "classicstun",
    title: "Simple Traversal of UDP Through NAT",
    short: "CLASSIC-STUN",
    fields: CLASSIC_FIELDS,
    claims: &[],
    probe: Some(probe_classic),
    dissect: dissect_classic,
    ..Protocol::PLAIN
};

static CLASSIC_KIND: Field = Field { name: "classicstun.type", title: "Message Type", kind: Kind::Hex(4) };
static CLASSIC_FIELDS: &[&Field] = &[&CLASSIC_KIND];

const HEADER: usize = 20;
const COOKIE: u32 = 0x2112_a442;

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn probe_classic(payload: &Payload<'_>) -> Verdict {
    look_classic(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (kind, length) = (bytes.u16(0)?, bytes.u16(2)?);
    match kind >> 14 {
        0 if payload.is_udp() || payload.is_tcp() => {}
        // Data of a relayed channel.
        1 if payload.is_udp() => return Ok(Verdict::possible_if(usize::from(length).saturating_add(4) <= bytes.len())),
        _ => return Ok(Verdict::NotMine),
    }
    let fits = payload.is_tcp() || usize::from(length).saturating_add(HEADER) == bytes.len();
    if bytes.u32(4)? == COOKIE && length % 4 == 0 {
        return Ok(Verdict::certain_if(fits && bytes.len() >= HEADER));
    }
    Ok(Verdict::NotMine)
}

/// Without the cookie the attributes must tell: all known, and together as long as the message says.
fn look_classic(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (kind, length) = (bytes.u16(0)?, usize::from(bytes.u16(2)?));
    if !payload.is_udp()
        || !matches!(kind, 0x0001 | 0x0101 | 0x0111 | 0x0002 | 0x0102 | 0x0112)
        || length.saturating_add(HEADER) != bytes.len()
        || bytes.u32(4)? == COOKIE
    {
        return Ok(Verdict::NotMine);
    }
    let on_port = payload.on_port(3478) || payload.on_port(3479);
    let (mut at, mut attributes) = (HEADER, 0_u8);
    while at < bytes.len() {
        let (attribute, size) = (bytes.u16(at)?, bytes.u16(at.saturating_add(2))?);
        if !on_port && !matches!(attribute, 0x0001..=0x0016 | 0x0020..=0x0027 | 0x8000..=0x80ff) {
            return Ok(Verdict::NotMine);
        }
        attributes = attributes.saturating_add(1);
        at = at.saturating_add(4).saturating_add(usize::from(size).next_multiple_of(4));
    }
    Ok(Verdict::certain_if(at == bytes.len() && (attributes >= 1 || on_port)))
}

fn title(kind: u16) -> String {
    let method = match kind & 0x3eef {
        0x001 => "Binding",
        0x002 => "SharedSecret",
        0x003 => "Allocate",
        0x004 => "Refresh",
        0x006 => "Send",
        0x007 => "Data",
        0x008 => "CreatePermission",
        0x009 => "Channel-Bind",
        0x00a => "Connect",
        0x00b => "ConnectionBind",
        0x00c => "ConnectionAttempt",
        _ => "Unknown",
    };
    let class = match kind & 0x0110 {
        0x000 => "Request",
        0x010 => "Indication",
        0x100 => "Success Response",
        _ => "Error Response",
    };
    format!("{method} {class}")
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // It may share its flow (RFC 7983); DTLS keeps a state there.
    if matches!(bytes.u8(0)?, 20..=63) && d.segment.is_some_and(|segment| segment.transport == Transport::Udp) {
        return Ok(Next::Instead(Claim::Named("dtls"), bytes));
    }
    if !d.wants() {
        return Ok(Next::End);
    }
    let (kind, length) = (bytes.u16(0)?, bytes.u16(2)?);
    if kind >> 14 == 1 {
        d.info(|| format!("ChannelData TURN Message, Channel 0x{kind:x}, {length} bytes"));
        return Ok(Next::End);
    }
    d.field(&KIND, bytes.span(0..2), kind);
    d.field(&LENGTH, bytes.span(2..4), length);
    d.field(&ID, bytes.span(8..20), bytes.take(8..20)?);
    let mut info = title(kind);
    let end = usize::from(length).saturating_add(HEADER);
    let mut at = HEADER;
    while at < end {
        let (attribute, size) = (bytes.u16(at)?, usize::from(bytes.u16(at.saturating_add(2))?));
        let start = at.saturating_add(4);
        // USERNAME
        if attribute == 6 {
            let name = bytes.take(start..start.saturating_add(size))?;
            info.push_str(&format!(" user: {}", String::from_utf8_lossy(name)));
        }
        // XOR-MAPPED-ADDRESS of IPv4
        if attribute == 0x20 && bytes.u8(start.saturating_add(1))? == 1 {
            let port = bytes.u16(start.saturating_add(2))? ^ 0x2112;
            let address = bytes.u32(start.saturating_add(4))? ^ COOKIE;
            info.push_str(&format!(" XOR-MAPPED-ADDRESS: {}:{port}", Address::ipv4(address.to_be_bytes())));
        }
        at = start.saturating_add(size.next_multiple_of(4));
    }
    d.info(|| info);
    Ok(Next::End)
}

fn dissect_classic<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let kind = bytes.u16(0)?;
        d.field(&CLASSIC_KIND, bytes.span(0..2), kind);
        d.info(|| format!("Message: {}", title(kind).replace("Success ", "").replace("SharedSecret", "Shared Secret")));
    }
    Ok(Next::End)
}
