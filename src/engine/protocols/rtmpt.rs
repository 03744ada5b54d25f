//! Real Time Messaging Protocol, rtmp.veriskope.com/docs/spec (Adobe, 2012): the handshake.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict};

pub(super) static RTMPT: Protocol = Protocol {
    name: "rtmpt",
    title: "Real Time Messaging Protocol",
    short: "RTMP",
    fields: &[],
    claims: &[Claim::TcpPort(1935)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// C0 and C1 (or S0, S1 and S2): version 3, time, then four zeros or the version of the player.
fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    match payload.bytes {
        [3, _, _, _, _, 0, 0, 0, 0, ..] => Verdict::certain_if(payload.bytes.len() == 1537),
        _ => Verdict::Possible,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.info(|| match (bytes.all().first(), bytes.wire_len()) {
        (Some(3), 1537) => "Handshake C0+C1".to_owned(),
        (Some(3), 3073) => "Handshake S0+S1+S2".to_owned(),
        (_, 1536) => "Handshake C2".to_owned(),
        _ => "RTMP".to_owned(),
    });
    Ok(Next::End)
}
