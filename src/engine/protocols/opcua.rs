//! OPC Unified Architecture, part 6 §7.1: connection protocol.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    TYPE: Text => "opcua.transport.type", "Message Type";
    SIZE: Uint => "opcua.transport.size", "Message Size";
    ENDPOINT: Text => "opcua.transport.endpoint", "EndPointUrl";
}

pub(super) static OPCUA: Protocol = Protocol {
    name: "opcua",
    title: "OpcUa Binary Protocol",
    short: "OpcUa",
    fields: FIELDS,
    claims: &[Claim::TcpPort(4840)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

fn title(kind: [u8; 3]) -> Option<&'static str> {
    Some(match &kind {
        b"HEL" => "Hello message",
        b"ACK" => "Acknowledge message",
        b"ERR" => "Error message",
        b"RHE" => "Reverse Hello message",
        b"OPN" => "OpenSecureChannel message",
        b"MSG" => "UA Secure Conversation Message",
        b"CLO" => "CloseSecureChannel message",
        _ => return None,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (known, chunk, size) = (title(bytes.array(0)?).is_some(), bytes.u8(3)?, bytes.u32_le(4)?);
    let fits = usize::try_from(size).is_ok_and(|size| size == bytes.len() || size > bytes.len() && bytes.len() > 1000);
    Ok(Verdict::certain_if(known && matches!(chunk, b'F' | b'C' | b'A') && fits))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants()
        && let Some(title) = title(bytes.array(0)?)
    {
        d.field(&TYPE, bytes.span(0..3), text::shown(bytes.take(0..3)?));
        d.field(&SIZE, bytes.span(4..8), bytes.u32_le(4)?);
        if bytes.all().starts_with(b"HEL") {
            let length = usize::try_from(bytes.u32_le(28)?).unwrap_or_default();
            let end = length.saturating_add(32);
            d.field(&ENDPOINT, bytes.span(32..end), text::shown(bytes.take(32..end)?));
        }
        d.info(|| title.to_owned());
    }
    Ok(Next::End)
}
