//! Border Gateway Protocol 4, RFC 4271.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    KIND: Uint => "bgp.type", "Type";
    LENGTH: Uint => "bgp.length", "Length";
}

pub(super) static BGP: Protocol = Protocol {
    name: "bgp",
    title: "Border Gateway Protocol",
    short: "BGP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(179)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const MARKER: [u8; 16] = [0xff; 16];

fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes.split_first_chunk::<16>() {
        Some((&MARKER, [0..=16, _, 1..=5, ..])) if payload.is_tcp() => Verdict::Certain,
        _ => Verdict::possible_if(payload.is_tcp()),
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (mut rest, mut all) = (bytes, Vec::new());
    while rest.array(0) == Ok(MARKER) {
        let (length, kind) = (rest.u16(16)?, rest.u8(18)?);
        if length < 19 {
            return Err(Problem::Malformed);
        }
        d.field(&LENGTH, rest.span(16..18), length);
        d.field(&KIND, rest.span(18..19), kind);
        all.push(match kind {
            1 => "OPEN Message",
            2 => "UPDATE Message",
            3 => "NOTIFICATION Message",
            4 => "KEEPALIVE Message",
            5 => "ROUTE-REFRESH Message",
            _ => "Unknown Message",
        });
        rest = rest.from(usize::from(length));
    }
    d.info(|| if all.is_empty() { "Continuation".to_owned() } else { all.join(", ") });
    Ok(Next::End)
}
