//! Distributed Relational Database Architecture, The Open Group C112.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    LENGTH: Uint => "drda.ddm.length", "Length";
    POINT: Hex(4) => "drda.ddm.codepoint", "Code point";
}

pub(super) static DRDA: Protocol = Protocol {
    name: "drda",
    title: "DRDA",
    short: "DRDA",
    fields: FIELDS,
    claims: &[Claim::TcpPort(446), Claim::TcpPort(50000)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

/// A data stream structure: length, 0xd0, format, number; then an object: length, code point.
fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (length, magic, inner) = (usize::from(bytes.u16(0)?), bytes.u8(2)?, usize::from(bytes.u16(6)?));
    if magic != 0xd0 {
        return Ok(Verdict::NotMine);
    }
    let fits = length <= bytes.len() && inner.saturating_add(6) == length;
    Ok(Verdict::certain_if(fits && length >= 10 && bytes.u8(3)? & 0x0f <= 5))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() && bytes.u8(2)? == 0xd0 {
        let point = bytes.u16(8)?;
        d.field(&LENGTH, bytes.span(0..2), bytes.u16(0)?);
        d.field(&POINT, bytes.span(8..10), point);
        d.info(|| match point {
            0x1041 => "EXCSAT - Exchange Server Attributes".to_owned(),
            0x106d => "ACCSEC - Access Security".to_owned(),
            0x106e => "SECCHK - Security Check".to_owned(),
            0x2001 => "ACCRDB - Access RDB".to_owned(),
            other => format!("DDM 0x{other:04x}"),
        });
    }
    Ok(Next::End)
}
