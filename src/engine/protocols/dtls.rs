//! Datagram TLS, RFC 6347 and RFC 9147.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    CONTENT: Uint => "dtls.record.content_type", "Content Type";
    VERSION: Hex(4) => "dtls.record.version", "Version";
    EPOCH: Uint => "dtls.record.epoch", "Epoch";
    HANDSHAKE: Uint => "dtls.handshake.type", "Handshake Type";
}

pub(super) static DTLS: Protocol = Protocol {
    name: "dtls",
    title: "Datagram Transport Layer Security",
    short: "DTLS",
    fields: FIELDS,
    claims: &[Claim::UdpPort(4433), Claim::UdpPort(5684)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const HEADER: usize = 13;

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let content = bytes.u8(0)?;
    if !payload.is_udp() || !matches!(content, 20..=25) || !matches!(bytes.u16(1)?, 0xfeff | 0xfefd | 0x0100) {
        return Ok(Verdict::NotMine);
    }
    let (epoch, length) = (bytes.u16(3)?, usize::from(bytes.u16(11)?));
    let end = length.saturating_add(HEADER);
    let plain_handshake = content == 22 && epoch == 0 && matches!(bytes.u8(HEADER), Ok(0..=4 | 8 | 11..=16 | 20..=24));
    // The record ends with the datagram, or another one of the same version follows.
    let fits = end == bytes.len() || bytes.u16(end.saturating_add(1)) == bytes.u16(1) || epoch == 0 && end > bytes.len();
    Ok(Verdict::certain_if(fits && length > 0 && (plain_handshake || epoch < 16)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (mut rest, mut all) = (bytes, Vec::new());
    while !rest.is_empty() {
        let (content, version, epoch, length) = (rest.u8(0)?, rest.u16(1)?, rest.u16(3)?, rest.u16(11)?);
        d.field(&CONTENT, rest.span(0..1), content);
        d.field(&VERSION, rest.span(1..3), version);
        d.field(&EPOCH, rest.span(3..5), epoch);
        all.push(match content {
            20 => "Change Cipher Spec",
            21 if epoch == 0 => "Alert",
            21 => "Encrypted Alert",
            22 if epoch == 0 => {
                let kind = rest.u8(HEADER)?;
                d.field(&HANDSHAKE, rest.span(HEADER..HEADER.saturating_add(1)), kind);
                handshake(kind)
            }
            22 => "Encrypted Handshake Message",
            23 => "Application Data",
            24 => "Heartbeat",
            25 => "Connection ID",
            _ => "Continuation Data",
        });
        rest = rest.from(HEADER.saturating_add(usize::from(length)));
    }
    d.info(|| all.join(", "));
    Ok(Next::End)
}

fn handshake(kind: u8) -> &'static str {
    match kind {
        0 => "Hello Request",
        1 => "Client Hello",
        2 => "Server Hello",
        3 => "Hello Verify Request",
        4 => "New Session Ticket",
        11 => "Certificate",
        12 => "Server Key Exchange",
        13 => "Certificate Request",
        14 => "Server Hello Done",
        15 => "Certificate Verify",
        16 => "Client Key Exchange",
        20 => "Finished",
        _ => "Handshake",
    }
}
