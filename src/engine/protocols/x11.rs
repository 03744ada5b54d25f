//! X Window System protocol, x.org/releases/current/doc/xproto.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict};

pub(super) static X11: Protocol = Protocol {
    name: "x11",
    title: "X11",
    short: "X11",
    fields: &[],
    claims: &[Claim::TcpPort(6000), Claim::TcpPort(6001), Claim::TcpPort(6002), Claim::TcpPort(6003), Claim::TcpPort(6004), Claim::TcpPort(6005), Claim::TcpPort(6006), Claim::TcpPort(6007), Claim::TcpPort(6008), Claim::TcpPort(6009), Claim::TcpPort(6010)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// The first request: byte order, version 11.0, lengths of the authorization's name and data, padded to four.
fn opening(bytes: &Bytes<'_>) -> Result<bool, Problem> {
    let half = |at: usize| match bytes.u8(0) {
        Ok(b'B') => bytes.u16(at),
        Ok(b'l') => bytes.u16_le(at),
        _ => Err(Problem::Malformed),
    };
    let (name, data) = (usize::from(half(6)?), usize::from(half(8)?));
    let length = name.next_multiple_of(4).saturating_add(data.next_multiple_of(4)).saturating_add(12);
    Ok(half(2)? == 11 && half(4)? == 0 && length == bytes.len())
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { Verdict::certain_if(opening(&payload.window()).unwrap_or(false)) } else { Verdict::NotMine }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let server = d.from_server(&[6000, 6001, 6002, 6003, 6004, 6005, 6006, 6007, 6008, 6009, 6010]);
        let first = bytes.u8(0)?;
        d.info(|| match (server, first) {
            (false, b'B' | b'l') if opening(&bytes).unwrap_or(false) => "Initial connection request".to_owned(),
            (false, _) => "Requests".to_owned(),
            (true, 0) => "Error".to_owned(),
            (true, 1) => "Reply".to_owned(),
            (true, _) => "Event".to_owned(),
        });
    }
    Ok(Next::End)
}
