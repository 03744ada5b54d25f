//! MQTT, OASIS standard, versions 3.1.1 and 5.0.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Names, Next, Payload, Problem, Protocol, Reader, Stream, Verdict, details, fields,
    name_of, text,
};

fields! {
    FLAGS: Hex(2) => "mqtt.hdrflags", "Header Flags";
    KIND: Uint => "mqtt.msgtype", "Message Type";
    DUPLICATE: Bool => "mqtt.dupflag", "DUP Flag";
    QUALITY: Uint => "mqtt.qos", "QoS Level";
    RETAIN: Bool => "mqtt.retain", "Retain";
    RESERVED: Uint => "mqtt.hdr_reserved", "Reserved";
    LENGTH: Uint => "mqtt.len", "Msg Len";
    NAME_LENGTH: Uint => "mqtt.proto_len", "Protocol Name Length";
    NAME: Text => "mqtt.protoname", "Protocol Name";
    VERSION: Uint => "mqtt.ver", "Version";
    CONNECT: Hex(2) => "mqtt.conflags", "Connect Flags";
    HAS_USER: Bool => "mqtt.conflag.uname", "User Name Flag";
    HAS_PASSWORD: Bool => "mqtt.conflag.passwd", "Password Flag";
    WILL_RETAIN: Bool => "mqtt.conflag.retain", "Will Retain";
    WILL_QUALITY: Uint => "mqtt.conflag.qos", "QoS Level";
    WILL: Bool => "mqtt.conflag.willflag", "Will Flag";
    CLEAN: Bool => "mqtt.conflag.cleansess", "Clean Session Flag";
    KEEP_ALIVE: Uint => "mqtt.kalive", "Keep Alive";
    CLIENT_LENGTH: Uint => "mqtt.clientid_len", "Client ID Length";
    CLIENT: Text => "mqtt.clientid", "Client ID";
    WILL_TOPIC_LENGTH: Uint => "mqtt.willtopic_len", "Will Topic Length";
    WILL_TOPIC: Text => "mqtt.willtopic", "Will Topic";
    WILL_LENGTH: Uint => "mqtt.willmsg_len", "Will Message Length";
    WILL_MESSAGE: Bytes => "mqtt.willmsg", "Will Message";
    USER_LENGTH: Uint => "mqtt.username_len", "User Name Length";
    USER: Text => "mqtt.username", "User Name";
    PASSWORD_LENGTH: Uint => "mqtt.passwd_len", "Password Length";
    PASSWORD: Text => "mqtt.passwd", "Password";
    ACKNOWLEDGE: Hex(2) => "mqtt.conack.flags", "Acknowledge Flags";
    SESSION: Bool => "mqtt.conack.flags.sp", "Session Present";
    RETURN: Uint => "mqtt.conack.val", "Return Code";
    CONNACK_REASON: Uint => "mqtt.connack.reason_code", "Reason Code";
    PUBACK_REASON: Uint => "mqtt.puback.reason_code", "Reason Code";
    PUBREC_REASON: Uint => "mqtt.pubrec.reason_code", "Reason Code";
    PUBREL_REASON: Uint => "mqtt.pubrel.reason_code", "Reason Code";
    PUBCOMP_REASON: Uint => "mqtt.pubcomp.reason_code", "Reason Code";
    SUBACK_REASON: Uint => "mqtt.suback.reason_code", "Reason Code";
    UNSUBACK_REASON: Uint => "mqtt.unsuback.reason_code", "Reason Code";
    DISCONNECT_REASON: Uint => "mqtt.disconnect.reason_code", "Reason Code";
    AUTH_REASON: Uint => "mqtt.auth.reason_code", "Reason Code";
    TOPIC_LENGTH: Uint => "mqtt.topic_len", "Topic Length";
    TOPIC: Text => "mqtt.topic", "Topic";
    MESSAGE: Uint => "mqtt.msgid", "Message Identifier";
    ASKED: Uint => "mqtt.sub.qos", "Requested QoS";
    OPTIONS: Hex(2) => "mqtt.subscription_options", "Subscription Options";
    OPTION_RETAIN: Uint => "mqtt.subscription_options_retain", "Retain Handling";
    OPTION_PUBLISHED: Bool => "mqtt.subscription_options_rap", "Retain As Published";
    OPTION_LOCAL: Bool => "mqtt.subscription_options_nl", "No Local";
    OPTION_QUALITY: Uint => "mqtt.subscription_options_qos", "QoS";
    GRANTED: Uint => "mqtt.suback.qos", "Granted QoS";
    CONTENT: Bytes => "mqtt.msg", "Message";
    PROPERTIES: Label => "mqtt.properties", "Properties";
    WILL_PROPERTIES: Label => "mqtt.will_properties", "Will Properties";
    PROPERTIES_LENGTH: Uint => "mqtt.property_len", "Total Length";
    PROPERTY: Uint => "mqtt.property_id", "ID";
    NUMBER: Uint => "mqtt.prop_number", "Value";
    STRING_LENGTH: Uint => "mqtt.prop_string_len", "Length";
    STRING: Text => "mqtt.prop_string", "Value";
    KEY_LENGTH: Uint => "mqtt.prop_key_len", "Key Length";
    KEY: Text => "mqtt.prop_key", "Key";
    VALUE_LENGTH: Uint => "mqtt.prop_value_len", "Value Length";
    VALUE: Text => "mqtt.prop_value", "Value";
}

pub(super) static MQTT: Protocol = Protocol {
    name: "mqtt",
    title: "MQ Telemetry Transport Protocol",
    short: "MQTT",
    fields: FIELDS,
    claims: &[Claim::TcpPort(1883)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

/// A number of seven bits a byte, and how many bytes it takes.
fn variable(bytes: &Bytes<'_>, at: usize) -> Result<(usize, usize), Problem> {
    let mut value = 0_usize;
    for (nth, shift) in [(0_usize, 0_u32), (1, 7), (2, 14), (3, 21)] {
        let byte = bytes.u8(at.saturating_add(nth))?;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok((value, nth.saturating_add(1)));
        }
    }
    Err(Problem::Malformed)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let first = bytes.u8(0)?;
    let (length, size) = variable(&bytes, 1)?;
    if matches!(first, 0x00..=0x0f) {
        return Ok(Verdict::NotMine);
    }
    let name = bytes.from(size.saturating_add(1));
    let named = name.all().starts_with(b"\0\x04MQTT") || name.all().starts_with(b"\0\x06MQIsdp");
    Ok(Verdict::certain_if(first == 0x10 && named && length >= 10))
}

fn framing(stream: &Stream<'_>) -> Frame {
    let bytes = stream.window();
    match variable(&bytes, 1) {
        _ if bytes.u8(0).is_ok_and(|first| first < 0x10) => Frame::Unframed,
        Ok((length, size)) => Frame::Message(length.saturating_add(size).saturating_add(1)),
        Err(_) if bytes.len() < 5 => Frame::More,
        Err(_) => Frame::Unframed,
    }
}

fn title(kind: u8) -> &'static str {
    let titles = [
        "Reserved", "Connect Command", "Connect Ack", "Publish Message", "Publish Ack", "Publish Received", "Publish Release",
        "Publish Complete", "Subscribe Request", "Subscribe Ack", "Unsubscribe Request", "Unsubscribe Ack", "Ping Request", "Ping Response",
        "Disconnect Req", "Authentication Exchange",
    ];
    titles.get(usize::from(kind)).copied().unwrap_or_default()
}

fn quality(level: u64) -> Option<&'static str> {
    Some(match level {
        0 => "At most once delivery (Fire and Forget)",
        1 => "At least once delivery (Acknowledged deliver)",
        2 => "Exactly once delivery (Assured Delivery)",
        3 => "Reserved",
        0x80 => "Failure",
        _ => return None,
    })
}

/// Version 5, §3.8.3.1.
static RETAIN_HANDLING: Names =
    "Send msgs at subscription time|Send msgs if subscription does not exist|Do not send msgs at subscription time|Reserved";

fn version_name(version: u64) -> Option<&'static str> {
    Some(match version {
        3 => "MQTT v3.1",
        4 => "MQTT v3.1.1",
        5 => "MQTT v5.0",
        _ => return None,
    })
}

/// Why a connection is refused, before version 5.
fn refusal(code: u64) -> Option<&'static str> {
    let names = [
        "Connection Accepted", "Connection Refused: unacceptable protocol version", "Connection Refused: identifier rejected",
        "Connection Refused: server unavailable", "Connection Refused: bad user name or password", "Connection Refused: not authorized",
    ];
    names.get(usize::try_from(code).ok()?).copied()
}

/// Version 5, §2.4.
fn reason(code: u64) -> Option<&'static str> {
    Some(match code {
        0x00 => "Success",
        0x01 => "Granted QoS 1",
        0x02 => "Granted QoS 2",
        0x04 => "Disconnect with Will Message",
        0x10 => "No matching subscribers",
        0x11 => "No subscription existed",
        0x18 => "Continue authentication",
        0x19 => "Re-authenticate",
        0x80 => "Unspecified error",
        0x81 => "Malformed Packet",
        0x82 => "Protocol Error",
        0x83 => "Implementation specific error",
        0x84 => "Unsupported Protocol Version",
        0x85 => "Client Identifier not valid",
        0x86 => "Bad User Name or Password",
        0x87 => "Not authorized",
        0x88 => "Server unavailable",
        0x89 => "Server busy",
        0x8a => "Banned",
        0x8b => "Server shutting down",
        0x8c => "Bad authentication method",
        0x8d => "Keep Alive timeout",
        0x8e => "Session taken over",
        0x8f => "Topic Filter invalid",
        0x90 => "Topic Name invalid",
        0x91 => "Packet Identifier not found",
        0x93 => "Receive Maximum exceeded",
        0x94 => "Topic Alias invalid",
        0x95 => "Packet too large",
        0x97 => "Quota exceeded",
        0x9a => "Retain not supported",
        0x9b => "QoS not supported",
        0x9e => "Shared Subscriptions not supported",
        0xa2 => "Wildcard Subscriptions not supported",
        _ => return None,
    })
}

/// Version 5, §2.2.2.2.
fn property_name(id: u64) -> Option<&'static str> {
    Some(match id {
        1 => "Payload Format Indicator",
        2 => "Publication Expiry Interval",
        3 => "Content Type",
        8 => "Response Topic",
        9 => "Correlation Data",
        11 => "Subscription Identifier",
        17 => "Session Expiry Interval",
        18 => "Assigned Client Identifier",
        19 => "Server Keep Alive",
        21 => "Authentication Method",
        22 => "Authentication Data",
        23 => "Request Problem Information",
        24 => "Will Delay Interval",
        25 => "Request Response Information",
        26 => "Response Information",
        28 => "Server Reference",
        31 => "Reason String",
        33 => "Receive Maximum",
        34 => "Topic Alias Maximum",
        35 => "Topic Alias",
        36 => "Maximum QoS",
        37 => "Retain Available",
        38 => "User Property",
        39 => "Maximum Packet Size",
        40 => "Wildcard Subscription Available",
        41 => "Subscription Identifier Available",
        42 => "Shared Subscription Available",
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let first = bytes.u8(0)?;
    let (_, size) = variable(&bytes, 1)?;
    let start = size.saturating_add(1);
    if first >> 4 == 1 {
        // Its version holds for all that follows: name, then level.
        let name = usize::from(bytes.u16(start)?);
        d.remember(bytes.u8(start.saturating_add(2).saturating_add(name))?.into());
    }
    if d.wants() {
        let mut info = title(first >> 4).to_owned();
        let read = message(d, &bytes, start, &mut info);
        d.info_add(", ", || info);
        read?;
    }
    Ok(Next::End)
}

fn message(d: &mut Dissection, bytes: &Bytes<'_>, start: usize, info: &mut String) -> Result<(), Problem> {
    let first = bytes.u8(0)?;
    let (kind, level) = (first >> 4, u64::from(first >> 1 & 3));
    let flags = bytes.span(0..1);
    d.noted(&FLAGS, flags, first, &format!("Message Type: {}", title(kind)));
    d.nest(|d| {
        d.noted(&KIND, flags, kind, title(kind));
        if kind == 3 {
            d.field(&DUPLICATE, flags, first & 8 != 0);
            d.noted(&QUALITY, flags, level, quality(level).unwrap_or_default());
            d.field(&RETAIN, flags, first & 1 != 0);
        } else {
            d.field(&RESERVED, flags, first & 15);
        }
    });
    d.field(&LENGTH, bytes.span(1..start), bytes.wire_len().saturating_sub(start));
    let mut reader = Reader::new(*bytes, start);
    let is_5 = d.memory() == 5;
    match kind {
        1 => connect(d, &mut reader)?,
        2 => details(accept(d, &mut reader, is_5))?,
        3 => {
            let topic = string(d, &mut reader, &TOPIC_LENGTH, &TOPIC)?;
            if level > 0 {
                let id = reader.number(d, &MESSAGE, 2)?;
                info.push_str(&format!(" (id={id})"));
            }
            info.push_str(&format!(" [{}]", text::shown(topic)));
            if is_5 {
                details(properties(d, &mut reader, &PROPERTIES))?;
            }
            reader.rest(d, &CONTENT);
        }
        4..=11 => {
            let id = reader.number(d, &MESSAGE, 2)?;
            info.push_str(&format!(" (id={id})"));
            details(numbered(d, &mut reader, kind, is_5, info))?;
        }
        14 | 15 if is_5 && reader.left() > 0 => {
            let field = if kind == 14 { &DISCONNECT_REASON } else { &AUTH_REASON };
            reader.named(d, field, 1, |code| if (kind, code) == (14, 0) { Some("Normal disconnection") } else { reason(code) })?;
            if reader.left() > 0 {
                details(properties(d, &mut reader, &PROPERTIES))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// What is behind the message's number.
fn numbered(d: &mut Dissection, reader: &mut Reader<'_>, kind: u8, is_5: bool, info: &mut String) -> Result<(), Problem> {
    let simple = match kind {
        4 => Some(&PUBACK_REASON),
        5 => Some(&PUBREC_REASON),
        6 => Some(&PUBREL_REASON),
        7 => Some(&PUBCOMP_REASON),
        _ => None,
    };
    if let Some(field) = simple {
        if is_5 && reader.left() > 0 {
            reader.named(d, field, 1, reason)?;
        }
        return if is_5 && reader.left() > 0 { properties(d, reader, &PROPERTIES) } else { Ok(()) };
    }
    if is_5 {
        properties(d, reader, &PROPERTIES)?;
    }
    while reader.left() > 0 {
        match kind {
            8 => {
                let topic = string(d, reader, &TOPIC_LENGTH, &TOPIC)?;
                info.push_str(&format!(" [{}]", text::shown(topic)));
                if is_5 {
                    let start = reader.at;
                    let options = reader.number(d, &OPTIONS, 1)?;
                    let span = reader.since(start);
                    d.nest(|d| {
                        d.noted(&OPTION_RETAIN, span, options >> 4 & 3, name_of(RETAIN_HANDLING, options >> 4 & 3));
                        d.field(&OPTION_PUBLISHED, span, options & 8 != 0);
                        d.field(&OPTION_LOCAL, span, options & 4 != 0);
                        d.noted(&OPTION_QUALITY, span, options & 3, quality(options & 3).unwrap_or_default());
                    });
                } else {
                    reader.named(d, &ASKED, 1, |level| quality(level & 3))?;
                }
            }
            9 if is_5 => _ = reader.named(d, &SUBACK_REASON, 1, |code| if code == 0 { Some("Granted QoS 0") } else { reason(code) })?,
            9 => _ = reader.named(d, &GRANTED, 1, quality)?,
            10 => _ = string(d, reader, &TOPIC_LENGTH, &TOPIC)?,
            11 if is_5 => _ = reader.named(d, &UNSUBACK_REASON, 1, reason)?,
            _ => break,
        }
    }
    Ok(())
}

fn connect(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    string(d, reader, &NAME_LENGTH, &NAME)?;
    let version = reader.named(d, &VERSION, 1, version_name)?;
    let start = reader.at;
    let flags = reader.number(d, &CONNECT, 1)?;
    let span = reader.since(start);
    d.nest(|d| {
        d.field(&HAS_USER, span, flags & 0x80 != 0);
        d.field(&HAS_PASSWORD, span, flags & 0x40 != 0);
        d.field(&WILL_RETAIN, span, flags & 0x20 != 0);
        d.noted(&WILL_QUALITY, span, flags >> 3 & 3, quality(flags >> 3 & 3).unwrap_or_default());
        d.field(&WILL, span, flags & 4 != 0);
        d.field(&CLEAN, span, flags & 2 != 0);
    });
    reader.number(d, &KEEP_ALIVE, 2)?;
    if version == 5 {
        properties(d, reader, &PROPERTIES)?;
    }
    string(d, reader, &CLIENT_LENGTH, &CLIENT)?;
    if flags & 4 != 0 {
        if version == 5 {
            properties(d, reader, &WILL_PROPERTIES)?;
        }
        string(d, reader, &WILL_TOPIC_LENGTH, &WILL_TOPIC)?;
        let length = reader.length(d, &WILL_LENGTH, 2)?;
        reader.field(d, &WILL_MESSAGE, length)?;
    }
    if flags & 0x80 != 0 {
        string(d, reader, &USER_LENGTH, &USER)?;
    }
    if flags & 0x40 != 0 {
        string(d, reader, &PASSWORD_LENGTH, &PASSWORD)?;
    }
    Ok(())
}

fn accept(d: &mut Dissection, reader: &mut Reader<'_>, is_5: bool) -> Result<(), Problem> {
    let start = reader.at;
    let flags = reader.number(d, &ACKNOWLEDGE, 1)?;
    let span = reader.since(start);
    d.nest(|d| d.field(&SESSION, span, flags & 1 != 0));
    if is_5 {
        reader.named(d, &CONNACK_REASON, 1, reason)?;
        return properties(d, reader, &PROPERTIES);
    }
    reader.named(d, &RETURN, 1, refusal).map(|_| ())
}

/// Text behind its length.
fn string<'p>(
    d: &mut Dissection,
    reader: &mut Reader<'p>,
    length: &'static Field,
    content: &'static Field,
) -> Result<&'p [u8], Problem> {
    let length = reader.length(d, length, 2)?;
    reader.field(d, content, length)
}

fn properties(d: &mut Dissection, reader: &mut Reader<'_>, label: &'static Field) -> Result<(), Problem> {
    reader.group(d, label, || label.title().to_owned(), |d, reader| {
        let (length, size) = variable(&reader.bytes, reader.at)?;
        d.field(&PROPERTIES_LENGTH, reader.bytes.span(reader.at..reader.at.saturating_add(size)), length);
        reader.take(size)?;
        let mut part = reader.part(length);
        while part.left() > 0 {
            let id = part.named(d, &PROPERTY, 1, property_name)?;
            d.nest(|d| match id {
                1 | 23 | 25 | 36 | 37 | 40..=42 => part.number(d, &NUMBER, 1).map(|_| ()),
                19 | 33..=35 => part.number(d, &NUMBER, 2).map(|_| ()),
                2 | 17 | 24 | 39 => part.number(d, &NUMBER, 4).map(|_| ()),
                11 => {
                    let (value, size) = variable(&part.bytes, part.at)?;
                    d.field(&NUMBER, part.bytes.span(part.at..part.at.saturating_add(size)), value);
                    part.take(size).map(|_| ())
                }
                38 => {
                    string(d, &mut part, &KEY_LENGTH, &KEY)?;
                    string(d, &mut part, &VALUE_LENGTH, &VALUE).map(|_| ())
                }
                3 | 8 | 9 | 18 | 21 | 22 | 26 | 28 | 31 => string(d, &mut part, &STRING_LENGTH, &STRING).map(|_| ()),
                _ => Err(Problem::Malformed),
            })?;
        }
        Ok(())
    })
}
