//! Cassandra query language binary protocol, version 3 to 5, github.com/apache/cassandra doc/native_protocol_v4.spec.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    VERSION: Uint => "cql.version", "Version";
    OPCODE: Uint => "cql.opcode", "Opcode";
    STREAM: Uint => "cql.stream", "Stream Identifier";
    LENGTH: Uint => "cql.length", "Message Length";
}

pub(super) static CQL: Protocol = Protocol {
    name: "cql",
    title: "Cassandra CQL Protocol",
    short: "CQL",
    fields: FIELDS,
    claims: &[Claim::TcpPort(9042)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (version, flags, opcode, length) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u8(4)?, bytes.u32(5)?);
    let exact = usize::try_from(length).is_ok_and(|length| length.saturating_add(9) == bytes.len());
    let opening = match (version, opcode) {
        // STARTUP says which version of the language, OPTIONS nothing, SUPPORTED the same word.
        (3..=5, 1) | (0x83..=0x85, 6) => bytes.all().windows(11).any(|window| window == b"CQL_VERSION"),
        (3..=5, 5) => length == 0 && bytes.u16(2)? < 0x100,
        _ => false,
    };
    Ok(Verdict::certain_if(exact && opening && flags < 0x20))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let (version, opcode, length) = (bytes.u8(0)?, bytes.u8(4)?, bytes.u32(5)?);
        d.field(&VERSION, bytes.span(0..1), version & 0x7f);
        d.field(&STREAM, bytes.span(2..4), bytes.u16(2)?);
        d.field(&OPCODE, bytes.span(4..5), opcode);
        d.field(&LENGTH, bytes.span(5..9), length);
        let names = [
            "ERROR", "STARTUP", "READY", "AUTHENTICATE", "CREDENTIALS", "OPTIONS", "SUPPORTED", "QUERY", "RESULT", "PREPARE", "EXECUTE",
            "REGISTER", "EVENT", "BATCH", "AUTH_CHALLENGE", "AUTH_RESPONSE", "AUTH_SUCCESS",
        ];
        let side = if version & 0x80 == 0 { "C->S" } else { "S->C" };
        let name = names.get(usize::from(opcode)).copied().unwrap_or("UNKNOWN");
        d.info(|| format!("v{} {side} Type {name}", version & 0x7f));
    }
    Ok(Next::End)
}
