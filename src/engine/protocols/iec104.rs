//! IEC 60870-5-104, telecontrol over TCP: the control information.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    LENGTH: Uint => "iec60870_104.apdulen", "ApduLen";
    TYPE: Hex(2) => "iec60870_104.type", "Type";
}

pub(super) static IEC104: Protocol = Protocol {
    name: "iec60870_104",
    title: "IEC 60870-5-104",
    short: "IEC 60870-5-104",
    fields: FIELDS,
    claims: &[Claim::TcpPort(2404)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const START: u8 = 0x68;

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    match payload.bytes {
        // U frames: start, stop, test; the other three bytes are zero.
        [START, 4, 0x07 | 0x0b | 0x13 | 0x23 | 0x43 | 0x83, 0, 0, 0] => Verdict::Certain,
        [START, 4..=253, ..] => Verdict::Possible,
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let (start, length, control) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u8(2)?);
        if start != START {
            return Err(Problem::Malformed);
        }
        d.field(&LENGTH, bytes.span(1..2), length);
        d.field(&TYPE, bytes.span(2..3), control & 3);
        let what = match control {
            0x07 => "U (STARTDT act)",
            0x0b => "U (STARTDT con)",
            0x13 => "U (STOPDT act)",
            0x23 => "U (STOPDT con)",
            0x43 => "U (TESTFR act)",
            0x83 => "U (TESTFR con)",
            other if other & 1 == 0 => "I",
            _ => "S",
        };
        d.info(|| what.to_owned());
    }
    Ok(Next::End)
}
