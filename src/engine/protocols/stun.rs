//! Session traversal utilities for NAT, RFC 8489; relays, RFC 8656; the older form without a cookie, RFC 3489.
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Field, Next, Payload, Problem, Protocol, Reader, Transport, Verdict, details,
    field, fields,
};

fields! {
    KIND: Hex(4) => "stun.type", "Message Type";
    CLASS: Hex(2) => "stun.type.class", "Message Class";
    METHOD: Hex(4) => "stun.type.method", "Message Method";
    LENGTH: Uint => "stun.length", "Message Length";
    MAGIC: Bytes => "stun.cookie", "Message Cookie";
    ID: Bytes => "stun.id", "Message Transaction ID";
    CHANNEL: Hex(4) => "stun.channel", "Channel Number";
    ATTRIBUTES: Label => "stun.attributes", "Attributes";
    ATTRIBUTE: Label => "stun.attribute", "Attribute";
    ATTRIBUTE_KIND: Hex(4) => "stun.att.type", "Attribute Type";
    COMPREHENSION: Uint => "stun.att.type.comprehension", "Attribute Type Comprehension";
    ASSIGNMENT: Uint => "stun.att.type.assignment", "Attribute Type Assignment";
    ATTRIBUTE_LENGTH: Uint => "stun.att.length", "Attribute Length";
    FAMILY: Hex(2) => "stun.att.family", "Protocol Family";
    PORT: Uint => "stun.att.port", "Port";
    IPV4: Address => "stun.att.ipv4", "IP";
    IPV6: Address => "stun.att.ipv6", "IP";
    USER: Text => "stun.att.username", "Username";
    REALM: Text => "stun.att.realm", "Realm";
    NONCE: Text => "stun.att.nonce", "Nonce";
    SOFTWARE: Text => "stun.att.software", "Software";
    INTEGRITY: Bytes => "stun.att.hmac", "HMAC-SHA1";
    FINGERPRINT: Hex(8) => "stun.att.crc32", "CRC-32";
    ERROR_CLASS: Uint => "stun.att.error.class", "Error Class";
    ERROR: Uint => "stun.att.error", "Error Code";
    REASON: Text => "stun.att.error.reason", "Error Reason Phrase";
    PRIORITY: Uint => "stun.att.priority", "Priority";
    TIE: Bytes => "stun.att.tie-breaker", "Tie breaker";
    LIFETIME: Uint => "stun.att.lifetime", "Lifetime";
    TRANSPORT: Hex(2) => "stun.att.transp", "Transport";
    CHANNEL_NUMBER: Hex(4) => "stun.att.channelnum", "Channel-Number";
    VALUE: Bytes => "stun.value", "Value";
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

static CLASSIC_KIND: Field = field!(Hex(4) => "classicstun.type", "Message Type");
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
        d.field(&CHANNEL, bytes.span(0..2), kind);
        d.field(&LENGTH, bytes.span(2..4), length);
        d.info(|| format!("ChannelData TURN Message, Channel 0x{kind:x}, {length} bytes"));
        return Ok(Next::End);
    }
    d.noted(&KIND, bytes.span(0..2), kind, &title(kind));
    d.nest(|d| {
        d.field(&CLASS, bytes.span(0..2), kind >> 7 & 2 | kind >> 4 & 1);
        d.field(&METHOD, bytes.span(0..2), kind & 15 | kind >> 1 & 0x70 | kind >> 2 & 0xf80);
    });
    d.field(&LENGTH, bytes.span(2..4), length);
    d.field(&MAGIC, bytes.span(4..8), bytes.take(4..8)?);
    d.field(&ID, bytes.span(8..20), bytes.take(8..20)?);
    details(attributes(d, &bytes, usize::from(length)))?;
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

fn attribute_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0x0001 => "MAPPED-ADDRESS",
        0x0006 => "USERNAME",
        0x0008 => "MESSAGE-INTEGRITY",
        0x0009 => "ERROR-CODE",
        0x000a => "UNKNOWN-ATTRIBUTES",
        0x000c => "CHANNEL-NUMBER",
        0x000d => "LIFETIME",
        0x0012 => "XOR-PEER-ADDRESS",
        0x0013 => "DATA",
        0x0014 => "REALM",
        0x0015 => "NONCE",
        0x0016 => "XOR-RELAYED-ADDRESS",
        0x0017 => "REQUESTED-ADDRESS-FAMILY",
        0x0018 => "EVEN-PORT",
        0x0019 => "REQUESTED-TRANSPORT",
        0x001a => "DONT-FRAGMENT",
        0x0020 => "XOR-MAPPED-ADDRESS",
        0x0022 => "RESERVATION-TOKEN",
        0x0024 => "PRIORITY",
        0x0025 => "USE-CANDIDATE",
        0x0026 => "PADDING",
        0x0027 => "RESPONSE-PORT",
        0x8022 => "SOFTWARE",
        0x8023 => "ALTERNATE-SERVER",
        0x8028 => "FINGERPRINT",
        0x8029 => "ICE-CONTROLLED",
        0x802a => "ICE-CONTROLLING",
        0x802b => "RESPONSE-ORIGIN",
        0x802c => "OTHER-ADDRESS",
        _ => return None,
    })
}

fn attributes(d: &mut Dissection, bytes: &Bytes<'_>, length: usize) -> Result<(), Problem> {
    let mut reader = Reader::new(bytes.limit(length.saturating_add(HEADER)), HEADER);
    if reader.left() == 0 {
        return Ok(());
    }
    reader.group(
        d,
        &ATTRIBUTES,
        || "Attributes".to_owned(),
        |d, reader| {
            while reader.left() >= 4 {
                let kind = reader.bytes.u16(reader.at)?;
                let name = attribute_name(kind.into()).unwrap_or("Unknown");
                reader.group(
                    d,
                    &ATTRIBUTE,
                    || name.to_owned(),
                    |d, reader| {
                        let start = reader.at;
                        reader.named(d, &ATTRIBUTE_KIND, 2, |_| Some(name))?;
                        let span = reader.since(start);
                        d.nest(|d| {
                            d.noted(
                                &COMPREHENSION,
                                span,
                                kind >> 15,
                                if kind >> 15 == 0 { "Required" } else { "Optional" },
                            );
                            d.noted(
                                &ASSIGNMENT,
                                span,
                                kind >> 14 & 1,
                                if kind >> 14 & 1 == 0 { "IETF Review" } else { "Designated Expert" },
                            );
                        });
                        let length = reader.length(d, &ATTRIBUTE_LENGTH, 2)?;
                        let mut value = reader.part(length);
                        attribute(d, &mut value, kind, bytes)?;
                        reader.at = reader.at.next_multiple_of(4).min(reader.bytes.wire_len());
                        Ok(())
                    },
                )?;
            }
            Ok(())
        },
    )
}

fn attribute(d: &mut Dissection, value: &mut Reader<'_>, kind: u16, message: &Bytes<'_>) -> Result<(), Problem> {
    let size = value.left();
    match kind {
        0x0001 | 0x8023 | 0x802b | 0x802c => address(d, value, None),
        // Mixed with the cookie and the transaction's number (§14.2).
        0x0012 | 0x0016 | 0x0020 => address(d, value, Some(message.array(4)?)),
        0x0006 => value.field(d, &USER, size).map(|_| ()),
        0x0014 => value.field(d, &REALM, size).map(|_| ()),
        0x0015 => value.field(d, &NONCE, size).map(|_| ()),
        0x8022 => value.field(d, &SOFTWARE, size).map(|_| ()),
        0x0008 => value.field(d, &INTEGRITY, size).map(|_| ()),
        0x8028 => value.number(d, &FINGERPRINT, 4).map(|_| ()),
        0x0009 => {
            value.take(2)?;
            value.number(d, &ERROR_CLASS, 1)?;
            value.number(d, &ERROR, 1)?;
            let size = value.left();
            value.field(d, &REASON, size).map(|_| ())
        }
        0x000c => value.number(d, &CHANNEL_NUMBER, 2).map(|_| ()),
        0x000d => value.number(d, &LIFETIME, 4).map(|_| ()),
        0x0019 => value.number(d, &TRANSPORT, 1).map(|_| ()),
        0x0024 => value.number(d, &PRIORITY, 4).map(|_| ()),
        0x8029 | 0x802a => value.field(d, &TIE, size).map(|_| ()),
        _ => {
            value.rest(d, &VALUE);
            Ok(())
        }
    }
}

/// Family, port, address; mixed with the key where there is one.
fn address(d: &mut Dissection, value: &mut Reader<'_>, key: Option<[u8; 16]>) -> Result<(), Problem> {
    let key = key.unwrap_or_default();
    value.take(1)?;
    let name = |family| if family == 1 { Some("IPv4") } else { Some("IPv6") };
    let family = value.named(d, &FAMILY, 1, name)?;
    let (at, bytes) = (value.at, value.bytes);
    let [high, low, ..] = key;
    let port = bytes.u16(at)? ^ u16::from_be_bytes([high, low]);
    d.field(&PORT, bytes.span(at..at.saturating_add(2)), port);
    let at = at.saturating_add(2);
    if family == 1 {
        let mut plain: [u8; 4] = bytes.array(at)?;
        plain.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        d.field(&IPV4, bytes.span(at..at.saturating_add(4)), Address::ipv4(plain));
    } else {
        let mut plain: [u8; 16] = bytes.array(at)?;
        plain.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        d.field(&IPV6, bytes.span(at..at.saturating_add(16)), Address::ipv6(plain));
    }
    Ok(())
}

fn dissect_classic<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let kind = bytes.u16(0)?;
        d.field(&CLASSIC_KIND, bytes.span(0..2), kind);
        d.info(|| format!("Message: {}", title(kind).replace("Success ", "").replace("SharedSecret", "Shared Secret")));
    }
    Ok(Next::End)
}
