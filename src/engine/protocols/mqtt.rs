//! MQTT, OASIS standard, versions 3.1.1 and 5.0.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    KIND: Uint => "mqtt.msgtype", "Message Type";
    LENGTH: Uint => "mqtt.len", "Msg Len";
    CLIENT: Text => "mqtt.clientid", "Client ID";
    TOPIC: Text => "mqtt.topic", "Topic";
    MESSAGE: Uint => "mqtt.msgid", "Message Identifier";
}

pub(super) static MQTT: Protocol = Protocol {
    name: "mqtt",
    title: "MQ Telemetry Transport Protocol",
    short: "MQTT",
    fields: FIELDS,
    claims: &[Claim::TcpPort(1883)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

/// Remaining length, seven bits a byte; also where the rest begins.
fn length(bytes: &Bytes<'_>) -> Result<(usize, usize), Problem> {
    let mut value = 0_usize;
    for (at, shift) in [(1_usize, 0_u32), (2, 7), (3, 14), (4, 21)] {
        let byte = bytes.u8(at)?;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok((value, at.saturating_add(1)));
        }
    }
    Err(Problem::Malformed)
}

fn string<'p>(bytes: &Bytes<'p>, at: usize) -> Result<(&'p [u8], usize), Problem> {
    let start = at.saturating_add(2);
    let end = start.saturating_add(usize::from(bytes.u16(at)?));
    Ok((bytes.take(start..end)?, end))
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let first = bytes.u8(0)?;
    let (length, start) = length(&bytes)?;
    if matches!(first, 0x00..=0x0f) {
        return Ok(Verdict::NotMine);
    }
    let name = bytes.from(start);
    let named = name.all().starts_with(b"\0\x04MQTT") || name.all().starts_with(b"\0\x06MQIsdp");
    Ok(Verdict::certain_if(first == 0x10 && named && length >= 10))
}

fn title(kind: u8) -> &'static str {
    let titles = [
        "Reserved", "Connect Command", "Connect Ack", "Publish Message", "Publish Ack", "Publish Received", "Publish Release",
        "Publish Complete", "Subscribe Request", "Subscribe Ack", "Unsubscribe Request", "Unsubscribe Ack", "Ping Request", "Ping Response",
        "Disconnect Req", "Authentication Exchange",
    ];
    titles.get(usize::from(kind)).copied().unwrap_or_default()
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (mut rest, mut all) = (bytes, Vec::new());
    while !rest.is_empty() {
        let (length, start) = length(&rest)?;
        all.push(message(d, &rest.limit(start.saturating_add(length)), start)?);
        rest = rest.from(start.saturating_add(length));
        d.info(|| all.join(", "));
    }
    Ok(Next::End)
}

fn message(d: &mut Dissection, bytes: &Bytes<'_>, start: usize) -> Result<String, Problem> {
    let first = bytes.u8(0)?;
    let (kind, quality) = (first >> 4, first >> 1 & 3);
    d.field(&KIND, bytes.span(0..1), kind);
    d.field(&LENGTH, bytes.span(1..start), bytes.wire_len().saturating_sub(start));
    let mut info = title(kind).to_owned();
    match kind {
        1 => {
            let (_, at) = string(bytes, start)?;
            // Level, flags, keep-alive; version 5 has properties here.
            if bytes.u8(at)? < 5 {
                let (client, end) = string(bytes, at.saturating_add(4))?;
                d.field(&CLIENT, bytes.span(end.saturating_sub(client.len())..end), text::shown(client));
            }
        }
        3 => {
            let (topic, end) = string(bytes, start)?;
            d.field(&TOPIC, bytes.span(end.saturating_sub(topic.len())..end), text::shown(topic));
            if quality > 0 {
                let id = bytes.u16(end)?;
                d.field(&MESSAGE, bytes.span(end..end.saturating_add(2)), id);
                info.push_str(&format!(" (id={id})"));
            }
            info.push_str(&format!(" [{}]", text::shown(topic)));
        }
        4..=11 => {
            let id = bytes.u16(start)?;
            d.field(&MESSAGE, bytes.span(start..start.saturating_add(2)), id);
            info.push_str(&format!(" (id={id})"));
            let mut at = start.saturating_add(2);
            // Version 5 has properties first; an empty list of them is one zero, which no topic of version 3 begins with twice.
            if matches!(kind, 8 | 10) && bytes.u8(at)? == 0 && bytes.u8(at.saturating_add(1))? == 0 && bytes.u8(at.saturating_add(2))? != 0 {
                at = at.saturating_add(1);
            }
            while matches!(kind, 8 | 10) && at < bytes.wire_len() {
                let (topic, end) = string(bytes, at)?;
                d.field(&TOPIC, bytes.span(end.saturating_sub(topic.len())..end), text::shown(topic));
                if kind == 8 {
                    info.push_str(&format!(" [{}]", text::shown(topic)));
                }
                at = if kind == 8 { end.saturating_add(1) } else { end };
            }
        }
        _ => {}
    }
    Ok(info)
}
