//! Internet key exchange: ISAKMP, RFC 2408, and IKEv2, RFC 7296; behind address translation, RFC 3948.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    INITIATOR: Hex(16) => "isakmp.ispi", "Initiator SPI";
    RESPONDER: Hex(16) => "isakmp.rspi", "Responder SPI";
    VERSION: Hex(2) => "isakmp.version", "Version";
    EXCHANGE: Uint => "isakmp.exchangetype", "Exchange type";
    MESSAGE: Hex(8) => "isakmp.messageid", "Message ID";
}

pub(super) static ISAKMP: Protocol = Protocol {
    name: "isakmp",
    title: "Internet Security Association and Key Management Protocol",
    short: "ISAKMP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(500), Claim::TcpPort(500)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

pub(super) static UDPENCAP: Protocol = Protocol {
    name: "udpencap",
    title: "UDP Encapsulation of IPsec Packets",
    short: "UDPENCAP",
    fields: &[],
    claims: &[Claim::UdpPort(4500)],
    probe: Some(probe_encapsulated),
    dissect: dissect_encapsulated,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_udp() { look(&payload.window()).unwrap_or(Verdict::NotMine) } else { Verdict::NotMine }
}

fn look(bytes: &Bytes<'_>) -> Result<Verdict, Problem> {
    let [version, exchange] = bytes.array(17)?;
    let known = matches!((version, exchange), (0x10, 0..=6 | 32..=33) | (0x20, 34..=38 | 43..=44));
    if bytes.u64(0)? == 0 || !known {
        return Ok(Verdict::possible_if(matches!(version >> 4, 1 | 2)));
    }
    let length = usize::try_from(bytes.u32(24)?).unwrap_or(usize::MAX);
    // Flags: three bits are used by each version.
    let flags = bytes.u8(19)? & if version == 0x10 { 0xf8 } else { 0xc7 };
    Ok(Verdict::certain_if(length == bytes.len() && flags == 0))
}

fn probe_encapsulated(payload: &Payload<'_>) -> Verdict {
    let bytes = payload.window();
    match bytes.array::<4>(0) {
        Ok([0, 0, 0, 0]) if payload.is_udp() => Verdict::certain_if(look(&bytes.from(4)) == Ok(Verdict::Certain)),
        // A key kept alive is one byte; else the index of an ESP packet.
        _ => Verdict::possible_if(payload.is_udp() && (payload.bytes == [0xff] || payload.bytes.len() >= 16)),
    }
}

fn dissect_encapsulated<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.wire_len() == 1 {
        d.info(|| "NAT-keepalive".to_owned());
        return Ok(Next::End);
    }
    Ok(match bytes.u32(0)? {
        0 => Next::Claim(Claim::Named("isakmp"), bytes.from(4)),
        _ => Next::Claim(Claim::Named("esp"), bytes),
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let [version, exchange, flags] = bytes.array(17)?;
    let message = bytes.u32(20)?;
    d.field(&INITIATOR, bytes.span(0..8), bytes.u64(0)?);
    d.field(&RESPONDER, bytes.span(8..16), bytes.u64(8)?);
    d.field(&VERSION, bytes.span(17..18), version);
    d.field(&EXCHANGE, bytes.span(18..19), exchange);
    d.field(&MESSAGE, bytes.span(20..24), message);
    let title = match exchange {
        1 => "Base",
        2 => "Identity Protection (Main Mode)",
        3 => "Authentication Only",
        4 => "Aggressive",
        5 => "Informational",
        6 => "Transaction (Config Mode)",
        32 => "Quick Mode",
        33 => "New Group Mode",
        34 => "IKE_SA_INIT",
        35 => "IKE_AUTH",
        36 => "CREATE_CHILD_SA",
        37 => "INFORMATIONAL",
        38 => "IKE_SESSION_RESUME",
        other => {
            d.info(|| format!("Unknown {other}"));
            return Ok(Next::End);
        }
    };
    let role = if flags & 0x08 == 0 { "Responder" } else { "Initiator" };
    let what = if flags & 0x20 == 0 { "Request" } else { "Response" };
    d.info(|| if version == 0x20 { format!("{title} MID={message:02} {role} {what}") } else { title.to_owned() });
    Ok(Next::End)
}
