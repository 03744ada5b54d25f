//! Oracle transparent network substrate, as Oracle Net Services documents its packets.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    LENGTH: Uint => "tns.length", "Packet Length";
    TYPE: Uint => "tns.type", "Packet Type";
}

pub(super) static TNS: Protocol = Protocol {
    name: "tns",
    title: "Transparent Network Substrate Protocol",
    short: "TNS",
    fields: FIELDS,
    claims: &[Claim::TcpPort(1521)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

fn title(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "Connect",
        2 => "Accept",
        3 => "Acknowledge",
        4 => "Refuse",
        5 => "Redirect",
        6 => "Data",
        7 => "Null",
        9 => "Abort",
        11 => "Resend",
        12 => "Marker",
        13 => "Attention",
        14 => "Control",
        _ => return None,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (length, kind) = (usize::from(bytes.u16(0)?), bytes.u8(4)?);
    // A connect says what it wants: (DESCRIPTION=…
    let connects = kind == 1 && length == bytes.len() && bytes.len() >= 34 && text::contains(bytes.from(26).all(), b"(CONNECT_DATA=");
    Ok(Verdict::certain_if(connects))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let (length, kind) = (bytes.u16(0)?, bytes.u8(4)?);
        d.field(&LENGTH, bytes.span(0..2), length);
        d.field(&TYPE, bytes.span(4..5), kind);
        let which = if d.from_server(&[1521]) { "Response" } else { "Request" };
        d.info(|| format!("{which}, {} ({kind})", title(kind).unwrap_or("Unknown")));
    }
    Ok(Next::End)
}
