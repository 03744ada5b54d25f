//! NetBIOS datagram service, RFC 1002 §4.4.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    KIND: Uint => "nbdgm.type", "Message Type";
    ID: Hex(4) => "nbdgm.dgm_id", "Datagram ID";
    SOURCE: Address => "nbdgm.src.ip", "Source IP";
}

pub(super) static NBDGM: Protocol = Protocol {
    name: "nbdgm",
    title: "NetBIOS Datagram Service",
    short: "NBDS",
    fields: FIELDS,
    claims: &[Claim::UdpPort(138)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    let [0x10..=0x16, flags, ..] = payload.bytes else { return Verdict::NotMine };
    if !payload.is_udp() || flags & 0xf0 != 0 {
        return Verdict::NotMine;
    }
    // The encoded name of the sender, thirty-two letters.
    let name = payload.bytes.get(14..47).unwrap_or_default();
    Verdict::certain_if(matches!(name, [b' ', letters @ ..] if letters.iter().all(|byte| matches!(byte, b'A'..=b'P'))))
}

/// Past a name of labels.
fn skip_name(bytes: &Bytes<'_>, mut at: usize) -> Result<usize, Problem> {
    loop {
        let length = bytes.u8(at)?;
        at = at.saturating_add(1);
        match length {
            0 => return Ok(at),
            1..=63 => at = at.saturating_add(usize::from(length)),
            _ => return Err(Problem::Malformed),
        }
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let kind = bytes.u8(0)?;
    d.field(&KIND, bytes.span(0..1), kind);
    let title = match kind {
        0x10 => "Direct_unique datagram",
        0x11 => "Direct_group datagram",
        0x12 => "Broadcast datagram",
        0x13 => "Datagram error",
        0x14 => "Datagram query request",
        0x15 => "Datagram positive query response",
        _ => "Datagram negative query response",
    };
    d.info(|| title.to_owned());
    if d.wants() {
        d.field(&ID, bytes.span(2..4), bytes.u16(2)?);
        d.field(&SOURCE, bytes.span(4..8), Address::ipv4(bytes.array(4)?));
    }
    if kind > 0x12 {
        return Ok(Next::End);
    }
    let rest = bytes.from(skip_name(&bytes, skip_name(&bytes, 14)?)?);
    Ok(if rest.all().starts_with(b"\xffSMB") { Next::Claim(Claim::Named("smb"), rest) } else { Next::Data(rest) })
}
