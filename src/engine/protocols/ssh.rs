//! Secure Shell, RFC 4253.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, fields, text};

fields! {
    PROTOCOL: Text => "ssh.protocol", "Protocol";
    PACKET_LENGTH: Uint => "ssh.packet_length", "Packet Length";
    PADDING_LENGTH: Uint => "ssh.padding_length", "Padding Length";
    MESSAGE: Uint => "ssh.message_code", "Message Code";
}

pub(super) static SSH: Protocol = Protocol {
    name: "ssh",
    title: "SSH Protocol",
    short: "SSH",
    fields: FIELDS,
    claims: &[Claim::TcpPort(22), Claim::SctpPort(22)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// RFC 4253 §4.2: `SSH-` and the version, then `-`.
fn banner(bytes: &[u8]) -> bool {
    matches!(bytes, [b'S', b'S', b'H', b'-', b'1' | b'2', b'.', b'0'..=b'9', ..])
}

fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.transport {
        Transport::Tcp | Transport::Sctp => Verdict::certain_if(banner(payload.bytes)),
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let who = if d.from_server(&[22]) { "Server" } else { "Client" };
    if banner(bytes.all()) {
        let line = text::line(bytes.all());
        d.field(&PROTOCOL, bytes.span(0..line.len()), text::shown(line));
        d.info(|| format!("{who}: Protocol ({})", text::shown(line)));
        return Ok(Next::End);
    }
    d.info(|| format!("{who}: Encrypted packet (len={})", bytes.wire_len()));
    // Before encryption: a length that fits, a padding of at least four bytes, the number of a message of the key exchange.
    let (Ok(length), Ok(padding), Ok(code)) = (bytes.u32(0), bytes.u8(4), bytes.u8(5)) else { return Ok(Next::End) };
    let Some(title) = title(code) else { return Ok(Next::End) };
    if !(2..=35_000).contains(&length) || u32::from(padding) >= length || padding < 4 {
        return Ok(Next::End);
    }
    d.field(&PACKET_LENGTH, bytes.span(0..4), length);
    d.field(&PADDING_LENGTH, bytes.span(4..5), padding);
    d.field(&MESSAGE, bytes.span(5..6), code);
    d.info(|| format!("{who}: {title}"));
    Ok(Next::End)
}

fn title(code: u8) -> Option<&'static str> {
    Some(match code {
        1 => "Disconnect",
        2 => "Ignore",
        4 => "Debug",
        5 => "Service Request",
        6 => "Service Accept",
        20 => "Key Exchange Init",
        21 => "New Keys",
        30 => "Elliptic Curve Diffie-Hellman Key Exchange Init",
        31 => "Elliptic Curve Diffie-Hellman Key Exchange Reply",
        32 => "Diffie-Hellman Group Exchange Init",
        33 => "Diffie-Hellman Group Exchange Reply",
        34 => "Diffie-Hellman Group Exchange Request",
        _ => return None,
    })
}
