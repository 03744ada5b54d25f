//! Bitcoin peer protocol, developer.bitcoin.org/reference/p2p_networking.html.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    MAGIC: Hex(8) => "bitcoin.magic", "Packet magic";
    COMMAND: Text => "bitcoin.command", "Command name";
    LENGTH: Uint => "bitcoin.length", "Payload Length";
}

pub(super) static BITCOIN: Protocol = Protocol {
    name: "bitcoin",
    title: "Bitcoin protocol",
    short: "Bitcoin",
    fields: FIELDS,
    claims: &[Claim::TcpPort(8333), Claim::TcpPort(18333)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const HEADER: usize = 24;

/// Main, test, regression and signet networks.
fn magic(bytes: &[u8]) -> bool {
    matches!(bytes, [0xf9, 0xbe, 0xb4, 0xd9, ..] | [0x0b, 0x11, 0x09, 0x07, ..] | [0xfa, 0xbf, 0xb5, 0xda, ..] | [0x0a, 0x03, 0xcf, 0x40, ..])
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let command = magic(bytes.all()) && bytes.u8(4)?.is_ascii_lowercase();
    Ok(Verdict::certain_if(command))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (mut rest, mut all) = (bytes, Vec::new());
    while magic(rest.all()) {
        let name = rest.take(4..16)?;
        let name = text::shown(name.split(|&byte| byte == 0).next().unwrap_or_default());
        let length = rest.u32_le(16)?;
        d.field(&MAGIC, rest.span(0..4), rest.u32(0)?);
        d.field(&COMMAND, rest.span(4..16), name.clone());
        d.field(&LENGTH, rest.span(16..20), length);
        all.push(name);
        rest = rest.from(usize::try_from(length).unwrap_or(usize::MAX).saturating_add(HEADER));
    }
    if !all.is_empty() {
        d.info(|| all.join(", "));
    }
    Ok(Next::End)
}
