//! MongoDB wire protocol, mongodb.com/docs/manual/reference/mongodb-wire-protocol.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    LENGTH: Uint => "mongo.message_length", "Message Length";
    REQUEST: Uint => "mongo.request_id", "Request ID";
    OPCODE: Uint => "mongo.opcode", "OpCode";
}

pub(super) static MONGO: Protocol = Protocol {
    name: "mongo",
    title: "Mongo Wire Protocol",
    short: "MONGO",
    fields: FIELDS,
    claims: &[Claim::TcpPort(27017)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

fn title(opcode: u32) -> Option<&'static str> {
    Some(match opcode {
        1 => "Response : Reply",
        1000 => "Request : Message",
        2001 => "Request : Update document",
        2002 => "Request : Insert document",
        2004 => "Request : Query",
        2005 => "Request : Get More",
        2006 => "Request : Delete document",
        2007 => "Request : Kill Cursors",
        2010 => "Request : Command",
        2011 => "Response : Command Reply",
        2012 => "Request : Compressed",
        2013 => "Request : Extensible Message Format",
        _ => return None,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (length, opcode) = (bytes.u32_le(0)?, bytes.u32_le(12)?);
    let fits = usize::try_from(length).is_ok_and(|length| length == bytes.len() || length > bytes.len() && bytes.len() >= 500);
    let known = title(opcode).is_some() && opcode != 1;
    Ok(Verdict::certain_if(known && fits && (17..48_000_000).contains(&length)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let (length, request, opcode) = (bytes.u32_le(0)?, bytes.u32_le(4)?, bytes.u32_le(12)?);
        if let Some(title) = title(opcode) {
            d.field(&LENGTH, bytes.span(0..4), length);
            d.field(&REQUEST, bytes.span(4..8), request);
            d.field(&OPCODE, bytes.span(12..16), opcode);
            d.info(|| title.to_owned());
        }
    }
    Ok(Next::End)
}
